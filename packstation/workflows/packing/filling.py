"""How a box is filled, as the packer sees it: the carton and why, the next step in words, the layer it lies in. Pure.

Suggestion (+ Box) --carton_panel, box_panel--> Panel: lines, and a picture for each layer
"""

from __future__ import annotations

from collections.abc import Sequence

from packstation.cartons.words import Said
from packstation.workflows.desk import Job
from packstation.workflows.order import Box, Content
from packstation.workflows.packing.mixing import OWN
from packstation.workflows.prompt import Panel, Say, View
from packstation.workflows.suggestion import Layer, Steps, Suggestion
from packstation.workflows.texts import Table, words

STEPS_SHOWN = 40
FILLING_ML_MIN = 1_000
"""Less than a litre of air needs no filling."""


NAMES_SHOWN = 6
"""So many SKUs of a box are named in one line; the rest is a number."""


def carton_panel(suggestion: Suggestion, job: Job, table: Table) -> Panel:
    """The carton that is suggested: figures, why, how to fill it."""
    s = suggestion
    if s.code == OWN:
        own = words(Say("panel_own", {"what": _what(_held(s), job)}), table)
        return Panel(words(Say("panel_own_title"), table), (own, *_others(s, job, table)))
    length, width, height = (round(mm / 10) for mm in s.inner_mm)
    lines = []
    if s.inner_mm[0] and s.fill_permille:
        figures: dict[str, str | int] = {
            "size": f"{length}×{width}×{height}",
            "fill": s.fill_permille // 10,
            "kg": f"{s.weight_g / 1000:.1f}",
        }
        lines.append(words(Say("panel_figures", figures), table))
    if s.saves:
        lines.append(words(Say("panel_saves", {"money": s.saves, "than": s.than}), table))
    if s.usual:
        lines.append(words(Say("panel_usual", {"carton": s.code, "n": s.usual}), table))
    lines.extend("; ".join(words(say_of(clause), table) for clause in clauses) + "." for clauses in s.why)
    lines.append(words(Say(f"panel_{s.status}"), table))
    lines.extend(_stuffing(s, table))
    if s.boxes > 1 or s.later:
        lines[:0] = [
            words(Say("panel_now", {"what": _what(_held(s), job)}), table),
            *_others(s, job, table),
        ]
    if s.layers:
        lines.extend(_filled.said(s, table)[number] for number in range(1, min(STEPS_SHOWN, len(s.lies)) + 1))
    name = s.name if s.name.casefold() != s.code.casefold() else ""
    where = words(Say("panel_place", {"place": s.place}), table) if s.place else ""
    title = " ".join(part for part in (s.code, name, where) if part)
    return Panel(title, tuple(lines), views=tuple(_view(layer, s, table) for layer in s.layers))


def box_panel(suggestion: Suggestion, job: Job, box: Box, title: str, lines: tuple[str, ...], table: Table) -> Panel:
    """The open box: the steps whose units are not in it yet, the layer of the next one first (CT7.4); then what is
    planned for the boxes after it."""
    steps = _filled.steps(suggestion, box)
    after = (*_others(suggestion, job, table), *_stuffing(suggestion, table), *lines)
    if not steps.left:
        return Panel(title, after)
    said = _filled.said(suggestion, table)
    if not suggestion.layers:
        return Panel(title, (words(Say("panel_put_in", {"what": _what(steps.to_do(), job)}), table), *after))
    shown = tuple(said[number] for number in steps.left[:STEPS_SHOWN])
    views = tuple(_view(suggestion.layers[at], suggestion, table) for at in steps.open_layers())
    return Panel(title, (*shown, *after), views=views)


def next_sku(suggestion: Suggestion, box: Box | None) -> str | None:
    """The SKU of the next step into the box, or into the one that is opened next; None when no step is left."""
    if box is None:
        return suggestion.lies[0].sku if suggestion.lies else None
    left = _filled.steps(suggestion, box).left
    return suggestion.lies[left[0] - 1].sku if left else None


def _held(suggestion: Suggestion) -> Sequence[tuple[str, int]]:
    """How many units of each SKU go into this carton."""
    held: dict[str, int] = {}
    for lie in suggestion.lies:
        held[lie.sku] = held.get(lie.sku, 0) + lie.count
    return list(held.items())


def _what(units: Sequence[tuple[str, int]], job: Job) -> str:
    shown = units[:NAMES_SHOWN]
    skus = {sku for sku, _ in shown}
    names = {line.sku: line.item.name for line in job.doc.lines if line.sku in skus}
    told = [f"{count} × {names.get(sku, sku)}" for sku, count in shown]
    more = [f"+{len(units) - NAMES_SHOWN}"] if len(units) > NAMES_SHOWN else []
    return ", ".join(told + more)


def _others(suggestion: Suggestion, job: Job, table: Table) -> list[str]:
    """What waits for the boxes after this one."""
    lines = []
    if suggestion.boxes > 1 or suggestion.later:
        lines.append(words(Say("panel_later", {"boxes": suggestion.boxes, "n": suggestion.later}), table))
    for code, units in suggestion.others:
        told: dict[str, str | int] = {"carton": code, "what": _what(units, job)}
        lines.append(words(Say("panel_own" if code == OWN else "panel_after", told), table))
    return lines


def say_of(told: Said) -> Say:
    """What the engine says, to be worded in the language of the station."""
    return Say(told.code, {name: say_of(v) if isinstance(v, Said) else v for name, v in told.values})


class _Steps(dict[int, str]):
    """The words of a suggestion's steps, each put together when it is first shown."""

    def __init__(self, suggestion: Suggestion, table: Table) -> None:
        super().__init__()
        self.suggestion, self.table = suggestion, table

    def __missing__(self, number: int) -> str:
        saying = self.suggestion.lies[number - 1].saying
        made = self[number] = words(say_of(saying), self.table) if saying is not None else ""
        return made


class _Filled:
    """The box that was shown last and its steps: a unit more is added to what is known, not counted again.

    What it holds follows from suggestion and box alone, so that keeping it changes nothing but the time.
    """

    def __init__(self) -> None:
        self._last: tuple[Suggestion, Steps] | None = None
        self._contents: tuple[Content, ...] = ()
        self._packed: dict[str, int] = {}
        self._said: _Steps | None = None

    def said(self, suggestion: Suggestion, table: Table) -> _Steps:
        """The words of the steps, by number: the same for every scan into the box."""
        if self._said is None or self._said.suggestion is not suggestion or self._said.table is not table:
            self._said = _Steps(suggestion, table)
        return self._said

    def steps(self, suggestion: Suggestion, box: Box) -> Steps:
        known, now = self._contents, box.contents
        if known is now and self._last is not None and self._last[0] is suggestion:
            return self._last[1]
        more = now[len(known) :]
        if len(more) != 1 or (known and now[len(known) - 1] is not known[-1]):
            self._packed, more = {}, now
        for content in more:
            self._packed[content.sku] = self._packed.get(content.sku, 0) + content.qty
        self._contents = now
        if self._last is None or self._last[0] is not suggestion:
            self._last = (suggestion, Steps(suggestion))
        steps = self._last[1]
        steps.packed(self._packed)
        return steps


_filled = _Filled()


def _stuffing(suggestion: Suggestion, table: Table) -> list[str]:
    """Padding and filling, where there is any to put in."""
    lines = []
    if suggestion.padding_mm:
        lines.append(words(Say("panel_padding", {"mm": suggestion.padding_mm}), table))
    if suggestion.void_ml >= FILLING_ML_MIN and suggestion.status != "estimated":
        lines.append(words(Say("panel_filling", {"litres": -(-suggestion.void_ml // 1000)}), table))
    return lines


def _view(layer: Layer, suggestion: Suggestion, table: Table) -> View:
    bottom = layer is suggestion.layers[0]
    title = words(Say("layer_bottom") if bottom else Say("layer_up", {"cm": layer.z_mm // 10}), table)
    return View(title, layer.pictures)
