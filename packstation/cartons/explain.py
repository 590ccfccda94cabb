"""From a search to a Plan: bounds, alternatives, why not the others, one sentence why (cartons.md CT1, CT5.13)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache

from packstation.cartons.bounds import several_bound
from packstation.cartons.fills import may_share
from packstation.cartons.items import Unit, Units
from packstation.cartons.lots import Lot, candidates, lot_of, total_key
from packstation.cartons.parcels import own_parcel, parcel_of
from packstation.cartons.plan import (
    Alternative,
    Carton,
    Frozen,
    Order,
    Parcel,
    Placement,
    Plan,
    Rate,
    Rejected,
    Rules,
    Status,
    Unplaced,
)
from packstation.cartons.search import passed, settled
from packstation.cartons.several import could_several_beat
from packstation.cartons.world import Counts, Key, Try, View, World


@dataclass(slots=True)
class Solution:
    """What the search found, in types: open cartons first, units that travel alone, and the lots of the rest."""

    open_lots: list[tuple[Lot, list[tuple[Unit, Frozen]]]]
    alone: list[Lot]
    lots: list[Lot]
    counts: Counts  # what the lots hold
    missing: list[tuple[int, int, str]]  # type, how many, reason


def explained(world: World, units: Units, order: Order, found: Solution, *, engine: str, alternatives: int) -> Plan:
    """The plan, with all that a packer may ask about it."""
    lying = {(unit.sku, unit.unit) for unit in order.frozen}
    # Taken from the end, so that the first unit of a SKU goes in first.
    waiting = [list(reversed(pieces)) for pieces in units.pieces]
    if lying:
        waiting = [[piece for piece in pieces if (piece.sku, piece.unit) not in lying] for pieces in waiting]
    missing = [(waiting[kind].pop(0), reason) for kind, count, reason in found.missing for _ in range(count)]
    missing.sort(key=lambda row: (row[0].sku, row[0].unit))
    parcels = [parcel_of(world, order, lot, waiting, pieces) for lot, pieces in found.open_lots]
    own = [
        own_parcel(order, piece)
        for kind, shape in enumerate(units.types)
        if shape.own_box
        for piece in reversed(waiting[kind])
    ]
    stand_ins = [list(pieces) for pieces in waiting] if alternatives else []
    boxed = [parcel_of(world, order, lot, waiting) for lot in [*found.alone, *found.lots]]
    parcels += own + boxed
    others = [lot for lot, _ in found.open_lots] + found.alone
    fixed = _added(world, total_key(world, others), _own_key(world, own))
    tries = _tries(world, found)
    bound, proven = _bound(world, found, tries)
    if any(reason == "no_carton_left" for _, _, reason in found.missing) or found.open_lots:
        proven = False
    key = _added(world, total_key(world, found.lots), fixed)
    choices: list[Alternative] = []
    if len(found.lots) == 1 and not others and not own and alternatives:
        for lot in _next_best(world, found, alternatives):
            parcel = parcel_of(world, order, lot, [list(pieces) for pieces in stand_ins])
            choices.append(Alternative(parcel, parcel.cost_minor - parcels[0].cost_minor))
    estimated = any(shape.estimated for shape in world.types)
    status: Status = "estimated" if estimated else "proven" if proven else "searched"
    rejected = tuple(_named(world, units, view, known) for view, known in tries)
    return Plan(
        parcels=tuple(parcels),
        unplaced=tuple(Unplaced(unit.sku, unit.unit, reason) for unit, reason in missing),
        objective_key=key,
        bound_key=key if proven else _added(world, bound, fixed),
        optimal=proven,
        status=status,
        why=_why(order, parcels, found, rejected, choices, missing),
        alternatives=tuple(choices),
        rejected=rejected,
        engine=engine,
        seed=world.seed,
        input_hash=input_hash(order),
        stopped="clock" if world.stopped else None,
    )


def input_hash(order: Order) -> str:
    """A digest of all that a plan depends on (CT9.2): units, sizes, flags, cartons with stock class, rate, rules."""
    items = sorted(
        (
            *(item.sku, item.quantity, item.size_mm or (), item.weight_g, item.flags, item.poses or (), item.wrap_mm),
            *(-1 if item.top_load_g is None else item.top_load_g, item.groups, item.together or "", item.size_from),
        )
        for item in order.items
    )
    units = sum(item.quantity for item in order.items)
    stocked = any(carton.available is not None for carton in order.cartons)
    cartons = _cartons_text(order.cartons, units if stocked else 0)
    terms = _terms_text(order.rate, order.rules)
    text = f"({items!r}, {cartons}, {terms}, {order.objective!r}, {order.support_pct!r}, {order.padding_mm!r})"
    text += json.dumps([asdict(unit) for unit in order.frozen], sort_keys=True) if order.frozen else "[]"
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


@lru_cache(maxsize=64)
def _cartons_text(cartons: tuple[Carton, ...], units: int) -> str:
    """The catalog's part of the digest: many orders ask for the same."""
    return repr(
        [
            # As many cartons as units are as good as any number of them.
            (
                *(carton.code, carton.inner_mm, carton.outer_mm, carton.max_weight_g, carton.empty_weight_g),
                carton.cost_minor,
                None if carton.available is None or carton.available >= units else carton.available,
                *(carton.kind, carton.max_units),
            )
            for carton in cartons
        ]
    )


@lru_cache(maxsize=64)
def _terms_text(rate: Rate, rules: Rules) -> str:
    return f"{rate!r}, {rules!r}"


def _tries(world: World, found: Solution) -> list[tuple[View, Try]]:
    """For every carton that would hold the rest in one parcel with a better key: why not."""
    if not found.lots:
        return []
    key = total_key(world, found.lots)
    strangers = may_share(world, found.counts)
    rows = []
    for at, _, view in candidates(world, found.counts, {}):
        if len(found.lots) == 1 and view is found.lots[0].view:
            break
        if len(found.lots) > 1 and at[0] > key[0]:
            break
        known = settled(world, view, found.counts)
        if world.stock.get(view.index, 1) <= 0 and known.code != "out_of_stock":
            known = Try(code="out_of_stock", proven=True, detail="none left")
        if strangers is not None:
            known = Try(code="apart", proven=True, detail=f"{strangers[0]},{strangers[1]}")
        if known.packing is not None and len(found.lots) > 1:
            continue  # it holds all; two parcels are cheaper
        if known.code is None:
            known.code, known.detail = "not_found", f"{known.tries + known.stage:,} tries"
        rows.append((view, known))
    return rows


def _bound(world: World, found: Solution, tries: list[tuple[View, Try]]) -> tuple[Key, bool]:
    """What no plan for the rest can beat, and whether the plan reaches it."""
    key = total_key(world, found.lots)
    if not found.lots:
        return key, True
    open_views = [view for view, known in tries if not known.proven]
    weight_g, raw_mm3 = world.weight_g(found.counts), world.raw_mm3(found.counts)
    single = [world.key(view, weight_g, raw_mm3) for view in open_views]
    if len(found.lots) == 1:
        bound = min([key, *single])
        if could_several_beat(world, found.counts, found.lots[0]):
            bound = min(bound, several_bound(world, found.counts))
        return bound, bound == key
    several = several_bound(world, found.counts)
    if world.objective == "count" and several[0] < 2 and not open_views:
        several = (2, max(several[1], 2 * min(view.inner_mm3 for view in world.views)))
    bound = min([several, *single]) if single else several
    return bound, bound[:2] == key[:2] and (world.objective != "cost" or bound == key)


def _next_best(world: World, found: Solution, alternatives: int) -> list[Lot]:
    """The next cartons in key order that really hold all, packed by the deterministic pass (CT1.2)."""
    chosen = found.lots[0]
    rows = candidates(world, found.counts, {})
    at = next(n for n, (_, _, view) in enumerate(rows) if view is chosen.view)
    lots: list[Lot] = []
    for _, _, view in rows[at + 1 :]:
        if len(lots) >= alternatives:
            break
        if world.stock.get(view.index, 1) <= 0:
            continue
        known = passed(world, view, found.counts, 12)
        if known.packing is not None:
            lots.append(lot_of(world, view, known.packing))
    return lots


def _own_key(world: World, parcels: Sequence[Parcel]) -> Key:
    cost = sum(parcel.cost_minor for parcel in parcels)
    volume = sum(parcel.outer_mm[0] * parcel.outer_mm[1] * parcel.outer_mm[2] for parcel in parcels)
    if world.objective == "cost":
        return cost, len(parcels), volume, max((max(parcel.outer_mm) for parcel in parcels), default=0)
    return (volume, len(parcels)) if world.objective == "volume" else (len(parcels), volume)


def _added(world: World, one: Key, two: Key) -> Key:
    if world.objective == "cost":
        return one[0] + two[0], one[1] + two[1], one[2] + two[2], max(one[3], two[3])
    return one[0] + two[0], one[1] + two[1]


def _named(world: World, units: Units, view: View, known: Try) -> Rejected:
    """The same with SKUs in place of types."""
    detail = known.detail
    if known.code == "too_short":
        kind = int(detail)
        longest = units.types[kind].sides[0]
        detail = f"{units.pieces[kind][0].sku} {longest} > {max(view.usable)} mm"
        if longest <= max(view.usable):
            sides, room = units.types[kind].sides, "x".join(str(side) for side in view.usable)
            detail = f"{units.pieces[kind][0].sku} {sides[0]}x{sides[1]}x{sides[2]} > {room} mm"
    elif known.code in ("pair", "apart"):
        first, second = (int(kind) for kind in detail.split(","))
        names = [units.pieces[kind][0].sku for kind in (first, second)]
        if known.code == "pair":
            detail = f"{names[0]} and {names[1]} cannot lie side by side"
        else:
            classes = [units.types[kind].hazmat for kind in (first, second)]
            if all(classes):
                names = [f"hazmat {'/'.join(own)}" for own in classes]
            detail = f"{names[0]} with {names[1]}"
    return Rejected(view.carton.code, known.code or "not_found", detail)


def _why(
    order: Order,
    parcels: Sequence[Parcel],
    found: Solution,
    rejected: Sequence[Rejected],
    choices: Sequence[Alternative],
    missing: Sequence[tuple[Unit, str]],
) -> str:
    tail = _without_place(missing)
    if not parcels:
        return ("No carton holds any of this." if missing else "Nothing to pack.") + tail
    units = sum(len(parcel.items) for parcel in parcels)
    if len(parcels) > 1:
        codes: dict[str, int] = {}
        for parcel in parcels:
            codes[parcel.carton] = codes.get(parcel.carton, 0) + 1
        names = " + ".join(f"{count} x {code}" if count > 1 else code for code, count in codes.items())
        money = (
            f", {_money(sum(parcel.cost_minor for parcel in parcels))} in all" if order.objective == "cost" else ""
        )
        reason = _several_reason(found, rejected)
        return f"{len(parcels)} parcels ({names}) for {units} units{money}{reason}." + tail
    return _one_reason(order, parcels[0], rejected, choices) + tail


def _several_reason(found: Solution, rejected: Sequence[Rejected]) -> str:
    if len(found.lots) < 2:
        return ""
    apart = next((no for no in rejected if no.code == "apart"), None)
    if apart is not None:
        return f"; {apart.detail} may not share a parcel"
    if any(no.code == "not_found" for no in rejected):
        return "; no single carton found that holds all"
    return "; no single carton holds all" if rejected else "; cheaper than one"


def _one_reason(order: Order, parcel: Parcel, rejected: Sequence[Rejected], choices: Sequence[Alternative]) -> str:
    units = len(parcel.items)
    all_units = "it" if units == 1 else "both" if units == 2 else f"all {units}"
    top = _fragile_on_top(order, parcel)
    if order.objective == "cost" and parcel.cost_minor:
        sentences = [f"Cheapest: {_money(parcel.cost_minor)}{top}"]
        steps = []
        if rejected:
            steps.append(f"one size down: {_reason(rejected[-1])}")
        if choices:
            more = choices[0].more_minor
            name = choices[0].parcel.carton
            steps.append(f"{name} costs {_money(more)} more" if more else f"{name} costs the same")
        return "; ".join([*sentences, *steps]) + "."
    if not rejected and not choices and len(order.cartons) == 1:
        return f"Only carton, and it holds {all_units}{top}."
    if not choices and len(rejected) == len(order.cartons) - 1 and rejected:
        first = f"Only carton that holds {all_units}{top}"
    else:
        first = f"Smallest carton that holds {all_units}{top}"
    reasons = [_reason(no) for no in reversed(rejected[-2:])]
    return f"{first}; {', '.join(reasons)}." if reasons else f"{first}."


def _reason(no: Rejected) -> str:
    if no.code == "too_small" and no.detail.startswith("contents "):
        over = int(no.detail.split()[1]) - 100
        return f"{no.carton} is {over} % too small" if over > 0 else f"{no.carton} is too full for an assumed size"
    words = {
        "out_of_stock": f"{no.carton} is out of stock",
        "too_heavy": f"{no.carton} takes too little weight ({no.detail})",
        "too_many_units": f"{no.carton} takes fewer units ({no.detail})",
        "too_short": f"{no.carton} is too short for {no.detail}",
        "pair": f"{no.carton}: {no.detail}",
        "apart": f"{no.detail} may not share a parcel",
        "impossible": f"{no.carton} cannot hold it (proven)",
        "not_found": f"no way found into {no.carton}",
        "too_small": f"{no.carton} is too small",
    }
    return words[no.code]


def _fragile_on_top(order: Order, parcel: Parcel) -> str:
    fragile = {item.sku for item in order.items if "fragile" in item.flags}
    last: Placement = parcel.items[-1]
    if last.sku not in fragile or not last.rests_on or all(unit.sku in fragile for unit in parcel.items):
        return ""
    return f", {last.sku} on top"


def _without_place(missing: Sequence[tuple[Unit, str]]) -> str:
    if not missing:
        return ""
    words = {
        "too_large": "too large for every carton",
        "too_heavy": "too heavy for every carton",
        "no_carton_left": "no carton left for it",
        "apart": "may not travel with the rest of its group",
        "together": "its group fits no carton as a whole",
    }
    skus = dict.fromkeys(unit.sku for unit, _ in missing)
    shown = ", ".join(list(skus)[:3]) + (f" and {len(skus) - 3} more" if len(skus) > 3 else "")
    reasons = dict.fromkeys(words[reason] for _, reason in missing)
    count = f"{len(missing)} unit" if len(missing) == 1 else f"{len(missing)} units"
    return f" Not placed: {count} ({shown}): {'; '.join(reasons)}."


def _money(minor: int) -> str:
    return f"{minor // 100}.{minor % 100:02}" if minor >= 0 else f"-{-minor // 100}.{-minor % 100:02}"
