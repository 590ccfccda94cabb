"""From a search to a Plan: parcels with steps and money, bounds, alternatives, and one sentence why (cartons.md CT1)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict

from packstation.cartons.items import Unit, Units, known_size_mm, pose_name, wrapped_mm
from packstation.cartons.plan import (
    OWN_BOX,
    Alternative,
    Order,
    Parcel,
    Plan,
    Rejected,
    Status,
    Unplaced,
)
from packstation.cartons.price import billable_weight_g, carton_money, dim_weight_g, parcel_money
from packstation.cartons.search import may_share, passed
from packstation.cartons.several import Lot, candidates, lot_of, total_key
from packstation.cartons.steps import Lying, layers_of, stepped
from packstation.cartons.world import Counts, Key, Try, View, World


def assembled(
    world: World,
    units: Units,
    order: Order,
    lots: Sequence[Lot],
    missing: Sequence[tuple[Unit, str]],
    engine: str,
    seed: int,
    alternatives: int,
) -> Plan:
    """The plan for these lots and these units without a place."""
    gone = {(unit.sku, unit.unit) for unit, _ in missing}
    # Taken from the end, so that the first unit of a SKU goes in first.
    waiting = [[piece for piece in reversed(pieces) if (piece.sku, piece.unit) not in gone] for pieces in units.pieces]
    parcels = [
        _own_parcel(order, piece)
        for kind, shape in enumerate(units.types)
        if shape.own_box
        for piece in waiting[kind]
    ]
    own_key = _own_key(world, parcels)
    for lot in lots:
        parcels.append(_parcel(world, order, lot, waiting))
    key = _added(world, total_key(world, lots), own_key)
    counts = lots[0].counts if lots else ()
    rejected, others, bound, proven = _compared(world, lots, missing, counts, alternatives)
    bound = _added(world, bound, own_key)
    estimated = any(placement.estimated for parcel in parcels for placement in parcel.items)
    status: Status = "estimated" if estimated else "proven" if proven else "searched"
    choices = []
    for lot in others:
        stand_ins = [list(reversed(pieces)) for pieces in units.pieces]
        choices.append(Alternative(_parcel(world, order, lot, stand_ins), lot.key[0] - lots[0].key[0]))
    return Plan(
        parcels=tuple(parcels),
        unplaced=tuple(Unplaced(unit.sku, unit.unit, reason) for unit, reason in missing),
        objective_key=key,
        bound_key=key if proven else bound,
        optimal=proven,
        status=status,
        why=_why(world, order, parcels, lots, rejected, choices, missing),
        alternatives=tuple(choices),
        rejected=tuple(_named(units, no) for no in rejected),
        engine=engine,
        seed=seed,
        input_hash=input_hash(order),
        stopped="clock" if world.stopped else None,
    )


def input_hash(order: Order) -> str:
    """A digest of all that a plan depends on (CT9.2): units, sizes, flags, cartons with stock class, rate, rules."""
    items = sorted(
        (
            *(item.size_mm or (), item.weight_g, item.flags, item.poses or (), item.wrap_mm),
            *(-1 if item.top_load_g is None else item.top_load_g, item.groups, item.together or "", item.size_from),
            *(item.sku, item.quantity),
        )
        for item in order.items
    )
    cartons = [
        (
            *(carton.code, carton.inner_mm, carton.outer_mm, carton.max_weight_g, carton.empty_weight_g),
            *(carton.cost_minor, carton.available, carton.kind, carton.max_units),
        )
        for carton in order.cartons
    ]
    rest = [asdict(order.rate), asdict(order.rules), order.objective, order.support_pct, order.padding_mm]
    frozen = [asdict(unit) for unit in order.frozen]
    text = json.dumps([items, cartons, rest, frozen], sort_keys=True, separators=(",", ":"))
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _own_parcel(order: Order, piece: Unit) -> Parcel:
    sides = wrapped_mm(piece.item, order.rules)
    raw = known_size_mm(piece.item, order.rules)
    money = parcel_money(0, sides, piece.item.weight_g, 0, order.rate)
    placement = Lying(piece.sku, piece.unit, (0, 0, 0), sides, pose_name(piece.item, order.rules, sides))
    items = stepped([placement], sides, 0)
    return Parcel(
        carton=OWN_BOX,
        items=items,
        weight_g=piece.item.weight_g,
        fill_e4=_share_e4(raw[0] * raw[1] * raw[2], sides[0] * sides[1] * sides[2]),
        cost_minor=money.total_minor,
        name="own box",
        inner_mm=sides,
        outer_mm=sides,
        dim_weight_g=dim_weight_g(sides, order.rate.dim_divisor_cm3_per_kg, order.rate.side_round_um),
        billable_g=billable_weight_g(piece.item.weight_g, sides, order.rate),
        money=money,
        layers=layers_of(items),
    )


def _parcel(world: World, order: Order, lot: Lot, waiting: list[list[Unit]]) -> Parcel:
    carton = lot.view.carton
    pad = order.padding_mm
    lying = []
    raw_mm3 = weight_g = 0
    for kind, x, y, z, dx, dy, dz in sorted(lot.packing, key=lambda row: (row[3], -row[2], row[1])):
        piece = waiting[kind].pop()
        shape = world.types[kind]
        raw_mm3 += shape.raw_mm3
        weight_g += shape.weight_g
        size_mm = (dx, dy, dz)
        pose = pose_name(piece.item, order.rules, size_mm)
        lying.append(Lying(piece.sku, piece.unit, (x + pad, y + pad, z + pad), size_mm, pose, shape.estimated))
    items = stepped(lying, carton.inner_mm, pad, stack=carton.kind == "mailer")
    inner_mm3 = carton.inner_mm[0] * carton.inner_mm[1] * carton.inner_mm[2]
    money = carton_money(carton, weight_g, raw_mm3, order.rate)
    gross_g = weight_g + carton.empty_weight_g
    return Parcel(
        carton=carton.code,
        items=items,
        weight_g=gross_g,
        fill_e4=_share_e4(raw_mm3, inner_mm3),
        cost_minor=money.total_minor,
        name=carton.name,
        inner_mm=carton.inner_mm,
        outer_mm=carton.outer_mm,
        dim_weight_g=dim_weight_g(carton.outer_mm, order.rate.dim_divisor_cm3_per_kg, order.rate.side_round_um),
        billable_g=billable_weight_g(gross_g, carton.outer_mm, order.rate),
        void_ml=max(0, inner_mm3 - raw_mm3) // 1000,
        money=money,
        layers=layers_of(items),
    )


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


def _share_e4(part: int, whole: int) -> int:
    return (20_000 * part + whole) // (2 * whole)


def _compared(
    world: World, lots: Sequence[Lot], missing: Sequence[tuple[Unit, str]], counts: Counts, alternatives: int
) -> tuple[list[tuple[View, Try]], list[Lot], Key, bool]:
    """For one carton: why each better one was not taken, the next best that hold all, and the bound."""
    if len(lots) != 1:
        none: Key = (0, 0, 0, 0) if world.objective == "cost" else (0, 0)
        return [], [], none, not lots and not missing
    chosen = lots[0]
    rejected: list[tuple[View, Try]] = []
    others: list[Lot] = []
    bound: Key | None = None
    rows = candidates(world, counts, {})
    at = next(n for n, (_, _, view) in enumerate(rows) if view is chosen.view)
    for _, _, view in rows[:at]:
        known = world.try_of(view, counts)
        if known.code is None:
            known.code, known.detail = "not_found", f"{known.tries + known.stage} tries"
            if bound is None:
                bound = world.key(view, world.weight_g(counts), world.raw_mm3(counts))
        rejected.append((view, known))
    for _, _, view in rows[at + 1 :]:
        if len(others) >= alternatives or may_share(world, counts) is not None:
            break
        known = passed(world, view, counts, 12)
        if known.packing is not None:
            others.append(lot_of(world, view, known.packing))
    proven = bound is None
    return rejected, others, chosen.key if bound is None else bound, proven


def _named(units: Units, no: tuple[View, Try]) -> Rejected:
    view, known = no
    detail = known.detail
    if known.code == "too_short":
        kind = int(detail)
        longest = units.types[kind].sides[0]
        detail = f"{units.pieces[kind][0].sku} {longest} > {max(view.usable)} mm"
    elif known.code == "pair":
        first, second = (units.pieces[int(kind)][0].sku for kind in detail.split(","))
        detail = f"{first} and {second} cannot lie side by side"
    return Rejected(view.carton.code, known.code or "not_found", detail)


def _why(
    world: World,
    order: Order,
    parcels: Sequence[Parcel],
    lots: Sequence[Lot],
    rejected: Sequence[tuple[View, Try]],
    choices: Sequence[Alternative],
    missing: Sequence[tuple[Unit, str]],
) -> str:
    if not parcels:
        return "No carton holds any of this; pick a carton by hand."
    units = sum(len(parcel.items) for parcel in parcels)
    if len(parcels) == 1:
        return f"Smallest carton that holds all {units}."
    return f"{len(parcels)} parcels for {units} units."
