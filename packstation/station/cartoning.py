"""Which carton for what is left of an order: a question to the carton engine, its answer as the packer sees it.

    Job + Supplies + Wanted --question--> Asked --answered: engine, check--> Suggestion
                                            |  in the station's worker process (station/planning.py), else at once

A failure of the engine is a missing suggestion, never a packer who cannot go on (CT1.4).
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from time import monotonic
from typing import Literal

from msgspec import structs

from packstation.cartons.carrying import carried_on
from packstation.cartons.check import check
from packstation.cartons.engine import planned, replanned
from packstation.cartons.explain import input_hash
from packstation.cartons.learned import standing
from packstation.cartons.pictures import WIDE_CELLS, layer_picture, no_picture
from packstation.cartons.plan import (
    OWN_BOX,
    Alternative,
    Carton,
    Frozen,
    Item,
    Kind,
    Order,
    Parcel,
    Placement,
    Plan,
    Rate,
    Rules,
)
from packstation.cartons.proving import PROOF_MS
from packstation.cartons.words import Said, money, said
from packstation.workflows.desk import Job, Line
from packstation.workflows.suggestion import CartonType, Layer, Lie, Suggestion, Triple, Wanted
from sync.logs import ids
from sync.protocol import digest

LAYERS_SHOWN = 12
OTHERS_NAMED = 6
CELLS = (WIDE_CELLS, (34, 9), (18, 7))
"""A layer's pictures, title included: for a bench, a handheld of 40x20 and one of 20x16."""
_KINDS: dict[str, Kind] = {"box": "box", "mailer": "mailer", "tube": "tube", "pallet": "pallet"}
_FLAGS = ("fragile", "this_way_up", "no_stack", "ship_alone", "own_box", "liquid", "soft")

log = logging.getLogger("packstation.cartons")


@dataclass(frozen=True, slots=True)
class Supplies:
    """What a plan depends on besides the order's lines; nearly all of it is part of the input hash (CT9.2)."""

    cartons: tuple[CartonType, ...]
    measured: Mapping[str, tuple[Triple, int | None]] = field(default_factory=dict)
    rate: Rate = field(default_factory=Rate)
    sheet: str = ""
    """The hash of the rate sheet's revision (CT4.5)."""
    rules: Rules = field(default_factory=Rules)
    padding_mm: int = 0
    support_pct: int = 70
    currency: str = ""
    usual: tuple[str, int] | None = None
    guess: Callable[[str | None], Triple | None] = lambda parent: None
    """What an item without a size may measure: the median of its like, else of the site (CT6.1)."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One question, ready for another process. `pieces`: what the names of cases stand for: (SKU, units)."""

    order: Order
    seed: int
    scanned: str | None = None
    currency: str = ""
    usual: tuple[str, int] | None = None
    sheet: str = ""
    pieces: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    inside: Mapping[str, int] = field(default_factory=dict)
    """What the scanned carton holds already, by name, with or without a place."""

    @property
    def hash(self) -> str:
        return input_hash(self.order)


@dataclass(frozen=True, slots=True)
class Answered:
    """`stopped`: the clock cut the search short, so another day may find better; such an answer is not kept."""

    suggestion: Suggestion | None
    stopped: bool = False


def question(job: Job, supplies: Supplies, wanted: Wanted | None = None) -> Asked | None:
    """What the engine is asked: the units that are in no box yet, and with `wanted.scanned` those of the open box
    too. None when there is nothing to ask."""
    wanted = wanted or Wanted()
    box = job.order.open_box if wanted.scanned else None
    here: Counter[int] = Counter()
    for content in box.contents if box else ():
        here[content.line] += content.qty
    lies: dict[str, list[Lie]] = {}
    for lie in wanted.lies:
        lies.setdefault(lie.sku, []).append(lie)
    items: list[Item] = []
    inside: Counter[str] = Counter()
    pieces: dict[str, tuple[str, int]] = {}
    frozen: list[Frozen] = []
    for line in job.doc.lines:
        count = max(0, job.left(line)) + here[line.line]
        if not count:
            continue
        case = line.item.case
        cases, whole = 0, 0
        if case is not None:
            singles = sum(1 for lie in lies.get(line.sku, ()) if lie.count == 1)
            cases = max(0, count - singles) // case.quantity
            whole = min(cases, here[line.line] // case.quantity)
            name = f"{line.sku}*{case.quantity}"
            if cases:
                pieces[name] = (line.sku, case.quantity)
                inside[name] += whole
                groups = _groups(line, supplies)
                items.append(Item(name, cases, case.size_mm, case.weight_g or 0, _flags(line), groups=groups))
        if count > cases * (case.quantity if case else 1) or not cases:
            items.append(_item(line, count - cases * (case.quantity if case else 0), supplies))
            inside[line.sku] += here[line.line] - whole * (case.quantity if case else 0)
    if not items or not supplies.cartons:
        return None
    numbered: Counter[str] = Counter()
    for lie in wanted.lies:
        name = lie.sku if lie.count == 1 else f"{lie.sku}*{lie.count}"
        numbered[name] += 1
        frozen.append(Frozen(1, wanted.scanned or "", name, numbered[name], lie.position_mm, lie.size_mm))
    order = Order(
        tuple(items),
        tuple(carton_of(carton) for carton in supplies.cartons),
        rate=supplies.rate,
        rules=supplies.rules,
        support_pct=supplies.support_pct,
        padding_mm=supplies.padding_mm,
        frozen=tuple(frozen),
        currency=supplies.currency,
    )
    return Asked(
        order,
        seed_of(job.doc.fo),
        wanted.scanned,
        supplies.currency,
        supplies.usual,
        supplies.sheet,
        pieces,
        dict(+inside),
    )


def seed_of(fo: str) -> int:
    """The seed of an order's plan: the same on every machine (CT5.10)."""
    return int(digest(fo), 16) % 2**32


def answered(
    asked: Asked, budget_ms: int, *, engine: Literal["pure", "fast"] = "pure", prove: bool = False
) -> Answered:
    """The first carton of the best plan, None without one; a plan that breaks a rule is logged and never shown
    (CT8.4)."""
    started = monotonic()
    ends = started + max(150, 2 * budget_ms + 50) / 1000
    order = asked.order
    lost: Mapping[str, int] = {}

    def stop() -> bool:
        return monotonic() > ends

    def proof_stop() -> bool:
        return monotonic() > ends + 2 * PROOF_MS / 1000

    try:
        if asked.scanned is not None and sum(asked.inside.values()) > len(order.frozen):
            carried = carried_on(order, asked.scanned, asked.inside, budget=budget_ms, seed=asked.seed, stop=stop)
            plan, order, lost = carried.plan, carried.order, carried.without_place
        elif asked.scanned is not None and not order.frozen:
            plan = replanned(order, asked.scanned, budget=budget_ms, seed=asked.seed, stop=stop)
        else:
            plan = planned(
                order,
                budget=budget_ms,
                seed=asked.seed,
                prove=prove,
                stop=stop,
                proof_stop=proof_stop,
                engine=engine,
            )
        broken = check(plan, order)
    except Exception:
        log.exception("no carton suggestion")
        return Answered(None)
    if broken:
        log.error("a carton plan broke a rule", extra=ids(count=len(broken)))
        return Answered(None)
    wanted = asked.scanned
    if lost:
        return Answered(_overfull(plan, lost, asked), plan.stopped is not None)
    parcel = next((p for p in plan.parcels if (p.carton == wanted if wanted else p.carton != OWN_BOX)), None)
    if parcel is None and not wanted:
        parcel = next(iter(plan.parcels), None)  # nothing is left but what ships in its own box
    if parcel is None:
        return Answered(None, plan.stopped is not None)
    suggestion = _suggestion(plan, parcel, asked)
    if plan.stopped is not None:
        suggestion = structs.replace(suggestion, cut_ms=round(1000 * (monotonic() - started)))
    return Answered(suggestion, plan.stopped is not None)


def why_none(asked: Asked) -> str:
    """Why a question has no answer, in English, for the command line and the log."""
    try:
        plan = planned(asked.order, budget=0, seed=asked.seed)
        broken = check(plan, asked.order)
    except Exception as error:
        log.exception("no carton suggestion")
        return f"The engine failed: {type(error).__name__}."
    return f"The plan broke a rule: {broken[0]}" if broken else plan.why


def carton_of(carton: CartonType) -> Carton:
    return Carton(
        code=carton.code,
        inner_mm=carton.inner_mm,
        outer_mm=carton.outer_mm,
        max_weight_g=carton.max_weight_g,
        empty_weight_g=carton.empty_weight_g,
        cost_minor=carton.cost_minor,
        available=carton.available,
        kind=_KINDS.get(carton.kind, "box"),
        name=carton.name,
    )


def _item(line: Line, quantity: int, supplies: Supplies) -> Item:
    size_mm, weight_g, source = line.item.size_mm, line.item.weight_g, "measured" if line.item.measured else "vendor"
    known = supplies.measured.get(line.sku)
    if known is not None:
        size_mm = standing(known[0], size_mm, line.item.flags)
        weight_g, source = known[1] or weight_g, "measured"
    elif size_mm is None:
        size_mm, source = supplies.guess(line.item.parent), "category"
    return Item(
        line.sku, quantity, size_mm, weight_g or 0, _flags(line), groups=_groups(line, supplies), size_from=source
    )


def _groups(line: Line, supplies: Supplies) -> tuple[str, ...]:
    """What the site's rule `apart` may name of an item: its SKU and its flags."""
    named = {name for pair in supplies.rules.apart for name in pair}
    return tuple(sorted(named & {line.sku, *line.item.flags}))


def _flags(line: Line) -> tuple[str, ...]:
    return tuple(sorted(flag for flag in line.item.flags if flag in _FLAGS or flag.startswith("hazmat:")))


def _suggestion(plan: Plan, parcel: Parcel, asked: Asked) -> Suggestion:
    units: Counter[str] = Counter()
    for item in asked.order.items:
        sku, count = asked.pieces.get(item.sku, (item.sku, 1))
        units[sku] += item.quantity * count
    # A mailer bends around what is in it, a pallet has no walls: neither is filled up.
    walled = any(carton.code == parcel.carton and carton.kind == "box" for carton in asked.order.cartons)
    others = [one for one in plan.parcels if one is not parcel]
    made = Suggestion(
        code=parcel.carton,
        name=parcel.name or parcel.carton,
        why=plan.said,
        fill_permille=parcel.fill_e4 // 10,
        weight_g=parcel.weight_g,
        units=tuple(units.items()),
        status=plan.status,
        inner_mm=parcel.inner_mm,
        void_ml=parcel.void_ml if walled else 0,
        padding_mm=asked.order.padding_mm,
        boxes=len(plan.parcels),
        sheet=asked.sheet,
        others=tuple((one.carton, _units_in(one, asked)) for one in others[:OTHERS_NAMED]),
        later=_units_of(others, asked),
        left_out=_left_out(plan, asked),
    )
    if plan.status == "estimated" and asked.usual is not None and asked.scanned is None:
        code, times = asked.usual
        carton = next((carton for carton in asked.order.cartons if carton.code == code), None)
        if carton is not None and carton.available != 0:
            # What was really done with these units says more than sizes nobody measured (CT6.2).
            usual = structs.replace(made, code=code, name=carton.name or code, inner_mm=carton.inner_mm, usual=times)
            choices = tuple(
                _alternative(choice, asked.currency) for choice in plan.alternatives if choice.parcel.carton != code
            )
            return structs.replace(
                usual,
                fill_permille=0,
                void_ml=0,
                boxes=1,
                later=0,
                others=(),
                left_out=(),
                why=(),
                alternatives=choices[:3],
            )
    best = plan.alternatives[0] if plan.alternatives else None
    helps = no_picture(parcel) is None and plan.status != "estimated"
    return structs.replace(
        made,
        alternatives=tuple(_alternative(choice, asked.currency) for choice in plan.alternatives[:3]),
        saves=money(best.more_minor, asked.currency) if best is not None and best.more_minor > 0 else "",
        than=_than(best.parcel) if best is not None else "",
        lies=tuple(_lie(placed, asked) for placed in parcel.items),
        layers=tuple(_layer(parcel, n) for n in range(min(LAYERS_SHOWN, len(parcel.layers)))) if helps else (),
    )


def _overfull(plan: Plan, lost: Mapping[str, int], asked: Asked) -> Suggestion:
    """What lies in the box does not fit by its sizes, or may not lie together: it is in it all the same, and the
    rest is planned for the next."""
    units, inside = Counter[str](), Counter[str]()
    for item in asked.order.items:
        sku, count = asked.pieces.get(item.sku, (item.sku, 1))
        units[sku] += item.quantity * count
    for name, quantity in lost.items():
        sku, count = asked.pieces.get(name, (name, 1))
        inside[sku] += quantity * count
    carton = next(carton for carton in asked.order.cartons if carton.code == asked.scanned)
    return Suggestion(
        code=carton.code,
        name=carton.name or carton.code,
        why=(),
        fill_permille=0,
        weight_g=0,
        units=tuple(units.items()),
        boxes=1 + len(plan.parcels),
        later=_units_of(plan.parcels, asked),
        others=tuple((one.carton, _units_in(one, asked)) for one in plan.parcels[:OTHERS_NAMED]),
        left_out=_left_out(plan, asked),
        inside=tuple(inside.items()),
        sheet=asked.sheet,
    )


def _units_of(parcels: Iterable[Parcel], asked: Asked) -> int:
    return sum(asked.pieces.get(placed.sku, ("", 1))[1] for parcel in parcels for placed in parcel.items)


def _left_out(plan: Plan, asked: Asked) -> tuple[tuple[Said, tuple[tuple[str, int], ...]], ...]:
    """Units that no carton takes, by reason (CT3.1)."""
    found: dict[Said, Counter[str]] = {}
    for unit in plan.unplaced:
        sku, count = asked.pieces.get(unit.sku, (unit.sku, 1))
        found.setdefault(said(f"left_{unit.reason}"), Counter())[sku] += count
    return tuple((why, tuple(units.items())) for why, units in found.items())


def _units_in(parcel: Parcel, asked: Asked) -> tuple[tuple[str, int], ...]:
    units: Counter[str] = Counter()
    for placed in parcel.items:
        sku, count = asked.pieces.get(placed.sku, (placed.sku, 1))
        units[sku] += count
    return tuple(units.items())


def _lie(placed: Placement, asked: Asked) -> Lie:
    sku, count = asked.pieces.get(placed.sku, (placed.sku, 1))
    return Lie(sku, placed.unit, placed.position_mm, placed.size_mm, placed.saying, count)


def _layer(parcel: Parcel, n: int) -> Layer:
    layer = parcel.layers[n]
    return Layer(layer.z_mm, layer.steps, tuple(layer_picture(parcel, layer, cells=cells)[1:] for cells in CELLS))


def _alternative(choice: Alternative, currency: str) -> tuple[str, str]:
    parcel = choice.parcel
    more = f"+{money(choice.more_minor, currency)}" if choice.more_minor else "="
    return parcel.carton, f"{parcel.carton} {more} · {parcel.fill_e4 // 100} %"


def _than(parcel: Parcel) -> str:
    if parcel.dim_weight_g > parcel.weight_g:
        return f"{parcel.carton} (dim {parcel.dim_weight_g / 1000:.1f} kg)"
    return parcel.carton
