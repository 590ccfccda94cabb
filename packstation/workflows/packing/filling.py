"""How a box is filled, as the packer sees it: the carton and why, the next step in words, the layer it lies in. Pure.

Suggestion (+ Box) --carton_panel, box_panel--> Panel: lines, and a picture for each layer
"""

from __future__ import annotations

from collections.abc import Sequence

from packstation.workflows.desk import Job
from packstation.workflows.order import Box
from packstation.workflows.packing import following
from packstation.workflows.packing.following import say_of
from packstation.workflows.packing.mixing import OWN
from packstation.workflows.prompt import Panel, Say, View
from packstation.workflows.suggestion import Layer, Suggestion
from packstation.workflows.texts import Table, words

STEPS_SHOWN = 40
_LONG_WHY = 60  # three lines of a screen of 20 columns
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
    # The first lines are in sight on every screen: why this one, how full and heavy, the first step.
    reasons = [words(say_of(clause), table) for clauses in s.why[:1] for clause in clauses]
    lines, after = [], []
    if s.saves:
        lines.append(words(Say("panel_saves", {"money": s.saves, "than": s.than}), table))
    elif s.usual:
        lines.append(words(Say("panel_usual", {"carton": s.code, "n": s.usual}), table))
    elif reasons:
        lines.append(f"{reasons.pop(0)}.")
    if s.inner_mm[0] and s.fill_permille:
        figures: dict[str, str | int] = {
            "size": f"{length}×{width}×{height}",
            "fill": s.fill_permille // 10,
            "kg": f"{s.weight_g / 1000:.1f}",
        }
        # A long sentence fills the smallest screen by itself: then the figures come first.
        long = bool(lines) and len(lines[0]) > _LONG_WHY
        lines.insert(0 if long else len(lines), words(Say("panel_figures", figures), table))
    if s.layers:
        after = [following.said(s, table)[number] for number in range(1, min(STEPS_SHOWN, len(s.lies)) + 1)]
        lines.append(after.pop(0))
    if s.boxes > 1 or s.later or s.left_out:
        lines += [words(Say("panel_now", {"what": _what(_held(s), job)}), table), *_others(s, job, table)]
    if reasons:
        rest = "; ".join(reasons)
        lines.append(f"{rest[:1].upper()}{rest[1:]}.")
    lines.extend("; ".join(words(say_of(clause), table) for clause in clauses) + "." for clauses in s.why[1:])
    cut = s.cut_ms and s.status == "searched"
    lines.append(words(Say("panel_cut", {"ms": s.cut_ms}) if cut else Say(f"panel_{s.status}"), table))
    lines.extend([*_stuffing(s, table), *after])
    name = s.name if s.name.casefold() != s.code.casefold() else ""
    where = words(Say("panel_place", {"place": s.place}), table) if s.place else ""
    title = " ".join(part for part in (s.code, name, where) if part)
    return Panel(title, tuple(lines), views=tuple(_view(layer, s, table) for layer in s.layers))


def box_panel(suggestion: Suggestion, job: Job, box: Box, title: str, lines: tuple[str, ...], table: Table) -> Panel:
    """The open box: the steps whose units are not in it yet, the layer of the next one first (CT7.4); then what is
    planned for the boxes after it."""
    steps = following.steps(suggestion, box)
    after = (*_others(suggestion, job, table), *_stuffing(suggestion, table), *lines)
    if not steps.left:
        return Panel(title, after)
    said = following.said(suggestion, table)
    if not suggestion.layers:
        return Panel(title, (words(Say("panel_put_in", {"what": _what(steps.to_do(), job)}), table), *after))
    shown = tuple(said[number] for number in steps.left[:STEPS_SHOWN])
    views = tuple(_view(suggestion.layers[at], suggestion, table) for at in steps.open_layers())
    return Panel(title, (*shown, *after), views=views)


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
    for why, units in suggestion.left_out:
        lines.append(words(Say("panel_left_out", {"what": _what(units, job), "why": say_of(why)}), table))
    return lines


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
