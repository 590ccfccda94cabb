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
from packstation.cartons.lots import Lot, candidates, lot_of, stock_left, total_key
from packstation.cartons.parcels import own_parcel, parcel_of
from packstation.cartons.plan import (
    Alternative,
    Carton,
    Frozen,
    Order,
    Parcel,
    Plan,
    Rate,
    Rules,
    Status,
    Unplaced,
)
from packstation.cartons.search import passed, settled
from packstation.cartons.several import could_several_beat
from packstation.cartons.why import rejection, why_of
from packstation.cartons.world import Counts, Key, Try, View, World

_BY_SIZE = ("too_short", "too_small", "pair", "impossible")


@dataclass(slots=True)
class Solution:
    """What the search found, in types: open cartons first, units that travel alone, and the lots of the rest."""

    open_lots: list[tuple[Lot, list[tuple[Unit, Frozen]]]]
    alone: list[Lot]
    lots: list[Lot]
    counts: Counts  # what the lots hold
    missing: list[tuple[int, int, str]]  # type, how many, reason
    searched_out: bool = False  # something is left out because the search found no carton with room for it
    floor: Key | None = None  # what no way to share out the lots' units can beat, where all were looked at


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
    key = total_key(world, found.lots)
    tries = _tries(world, found, key)
    one = _one_for_all(world, found, key)
    bound, proven = _bound(world, found, tries, key)
    if found.searched_out or found.open_lots:
        proven = False
    if others or own:
        fixed = _added(world, total_key(world, others), _own_key(world, own))
        key, bound = _added(world, key, fixed), _added(world, bound, fixed)
    choices: list[Alternative] = []
    instead: tuple[View, Try] | None = None
    if found.lots and not others and alternatives:
        # Of several parcels the first is the one that is suggested now (CT1.1).
        best, instead = _next_best(world, found, alternatives)
        for lot in best:
            parcel = parcel_of(world, order, lot, [list(pieces) for pieces in stand_ins])
            choices.append(Alternative(parcel, parcel.cost_minor - boxed[0].cost_minor))
    estimated = any(shape.estimated for shape in world.types)
    status: Status = "estimated" if estimated else "proven" if proven else "searched"
    rejected = tuple([rejection(units, view, known) for view, known in tries])
    return Plan(
        parcels=tuple(parcels),
        unplaced=tuple([Unplaced(unit.sku, unit.unit, reason) for unit, reason in missing]) if missing else (),
        objective_key=key,
        bound_key=key if proven else bound,
        optimal=proven,
        status=status,
        said=why_of(order, parcels, len(found.lots), units, tries, choices, missing, instead, one),
        alternatives=tuple(choices),
        rejected=rejected,
        engine=engine,
        seed=world.seed,
        input_hash=input_hash(order),
        stopped="clock" if world.stopped else None,
    )


def input_hash(order: Order) -> str:
    """A digest of all that a plan depends on (CT9.2): units, sizes, flags, cartons with stock class, rate, rules."""
    items = [
        (
            *(item.sku, item.quantity, item.size_mm or (), item.weight_g, item.flags, item.poses or (), item.wrap_mm),
            *(-1 if item.top_load_g is None else item.top_load_g, item.groups, item.together or "", item.size_from),
        )
        for item in order.items
    ]
    items.sort()
    units = sum([item.quantity for item in order.items]) if _is_stocked(order.cartons) else 0
    terms = _terms_text(order.cartons, units, order.rate, order.rules)
    text = f"({items!r}, {terms}, {order.objective!r}, {order.support_pct!r}, {order.padding_mm!r})"
    text += json.dumps([asdict(unit) for unit in order.frozen], sort_keys=True) if order.frozen else "[]"
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


@lru_cache(maxsize=64)
def _is_stocked(cartons: tuple[Carton, ...]) -> bool:
    return any(carton.available is not None for carton in cartons)


@lru_cache(maxsize=64)
def _terms_text(cartons: tuple[Carton, ...], units: int, rate: Rate, rules: Rules) -> str:
    """The part of the digest that many orders share: catalog, rate and rules."""
    cartons_text = repr(
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
    return f"{cartons_text}, {rate!r}, {rules!r}"


def _one_for_all(world: World, found: Solution, key: Key) -> tuple[Carton, int] | None:
    """The best single carton that was seen to hold what several share out, and by how much it is worse."""
    if len(found.lots) < 2:
        return None
    for at, _, view in candidates(world, found.counts, {}):
        known = world.tried.get((view.index, found.counts))
        if known is not None and known.packing is not None and at[0] > key[0]:
            return view.carton, at[0] - key[0]
    return None


def _tries(world: World, found: Solution, key: Key) -> list[tuple[View, Try]]:
    """For every carton that would hold the rest in one parcel with a better key: why not."""
    if not found.lots:
        return []
    strangers = may_share(world, found.counts)
    rows = []
    for at, _, view in candidates(world, found.counts, {}):
        if len(found.lots) == 1 and view is found.lots[0].view:
            break
        if len(found.lots) > 1 and at[0] > key[0]:
            break
        known = settled(world, view, found.counts)
        if world.stock.get(view.index, 1) <= 0 and known.code != "out_of_stock":
            known = Try(code="out_of_stock", proven=True)
        if strangers is not None:
            known = Try(code="apart", proven=True, figures=strangers)
        if known.packing is not None and len(found.lots) > 1:
            continue  # it holds all; two parcels are cheaper
        if known.code is None:
            known.code, known.figures = "not_found", (known.tries + known.stage,)
        rows.append((view, known))
    return rows


def _bound(world: World, found: Solution, tries: list[tuple[View, Try]], key: Key) -> tuple[Key, bool]:
    """What no plan for the rest can beat, and whether the plan reaches it."""
    if not found.lots or key == found.floor:
        return key, True
    open_views = [view for view, known in tries if not known.proven]
    if open_views and may_share(world, found.counts) is not None:
        open_views = []
    weight_g, raw_mm3 = world.weight_g(found.counts), world.raw_mm3(found.counts)
    single = [world.key(view, weight_g, raw_mm3) for view in open_views]
    if len(found.lots) == 1:
        bound = min([key, *single])
        if could_several_beat(world, found.counts, found.lots[0]):
            bound = min(bound, several_bound(world, found.counts))
        bound = bound if found.floor is None else max(bound, found.floor)
        return bound, bound == key
    several = several_bound(world, found.counts)
    if world.objective == "count" and several[0] < 2 and not open_views:
        several = (2, max(several[1], 2 * min(view.inner_mm3 for view in world.views)))
    bound = min([several, *single]) if single else several
    bound = bound if found.floor is None else max(bound, found.floor)
    return bound, bound[:2] == key[:2] and (world.objective != "cost" or bound == key)


def _next_best(world: World, found: Solution, alternatives: int) -> tuple[list[Lot], tuple[View, Try] | None]:
    """The next cartons in key order for what the first holds, packed by the deterministic pass (CT1.2).

    And one of those that were passed over, with the reason: not a matter of size, if there is one.
    """
    chosen = found.lots[0]
    left = stock_left(world, found.lots[1:])
    rows = candidates(world, chosen.counts, {})
    at = next((n for n, (_, _, view) in enumerate(rows) if view is chosen.view), len(rows))
    lots: list[Lot] = []
    instead: tuple[View, Try] | None = None
    for _, _, view in rows[at + 1 :]:
        if len(lots) >= alternatives:
            break
        if left.get(view.index, 1) <= 0:
            continue
        known = passed(world, view, chosen.counts, 12)
        if known.packing is not None:
            lots.append(lot_of(world, view, known.packing))
        elif known.code is not None and (instead is None or instead[1].code in _BY_SIZE):
            instead = view, known
    return lots, instead


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
