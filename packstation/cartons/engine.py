"""The engine's door: an order in, a plan out (cartons.md CT5, CT8.4).

items -> types -> own boxes, alone, impossible units set aside -> one carton -> several -> steps, why -> Plan
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib import import_module
from importlib.util import find_spec
from typing import Literal

from packstation.cartons.crowds import WINDOW_KINDS, narrowed, widened
from packstation.cartons.dice import Dice
from packstation.cartons.disproofs import nodes_in, prove_arrangements
from packstation.cartons.explain import Solution, explained
from packstation.cartons.fills import filled, flat_fits, may_share
from packstation.cartons.items import Unit, Units, units_of
from packstation.cartons.lots import Lot, candidates, cheapest, lot_of
from packstation.cartons.plan import (
    Carton,
    Frozen,
    Item,
    Objective,
    Order,
    Plan,
    Rate,
    Rules,
)
from packstation.cartons.price import side_over
from packstation.cartons.proving import proven
from packstation.cartons.search import passed, rounds, settled
from packstation.cartons.several import could_several_beat, planned_lots
from packstation.cartons.views import apart_of, law_of, together_of, views_of
from packstation.cartons.world import Counts, Packing, View, World

TESTS_PER_MS = 1250  # CT5.10: the pure engine's rate, part of its name
ENGINE = "pure/1"
FAST_TESTS_PER_MS = 20_000
FAST_ENGINE = "fast/1"
ONE_SHARE_PCT = 40
_CROWD = 40
_CROWDED_PCT = 93
_FIRST_NODES = 250  # steps of the proof by arrangements before any random round
_NODES_PCT = 15  # of the tests of further rounds, the part that a longer proof may cost
_SCANNED = 1_000_000  # the number of the scanned carton among the open ones: after all others


def cartonize(
    items: Sequence[Item],
    cartons: Sequence[Carton],
    *,
    objective: Objective = "cost",
    rate: Rate | None = None,
    rules: Rules | None = None,
    support_pct: int = 70,
    padding_mm: int = 0,
    budget: int = 50,
    seed: int = 0,
    prove: bool = False,
    frozen: Sequence[Frozen] = (),
    stop: Callable[[], bool] | None = None,
    proof_stop: Callable[[], bool] | None = None,
    alternatives: int = 3,
    engine: Literal["pure", "fast"] = "pure",
) -> Plan:
    """The best plan found for an order within `budget` ms of work; 0 = the deterministic pass only.

    `stop` is the safety stop: asked now and then, True ends the search and marks the plan. `proof_stop` is the same
    for the proof that `prove` asks for; it begins when the search is over.
    """
    order = Order(
        items=tuple(items),
        cartons=tuple(cartons),
        objective=objective,
        rate=rate or Rate(),
        rules=rules or Rules(),
        support_pct=support_pct,
        padding_mm=padding_mm,
        frozen=tuple(frozen),
    )
    return planned(
        order,
        budget=budget,
        seed=seed,
        prove=prove,
        stop=stop,
        proof_stop=proof_stop,
        alternatives=alternatives,
        engine=engine,
    )


def planned(
    order: Order,
    *,
    budget: int = 50,
    seed: int = 0,
    prove: bool = False,
    stop: Callable[[], bool] | None = None,
    proof_stop: Callable[[], bool] | None = None,
    alternatives: int = 3,
    engine: Literal["pure", "fast"] = "pure",
) -> Plan:
    """As `cartonize`, for an Order."""
    units = units_of(order.items, order.rules)
    if engine == "fast":
        require_fast()
    world = World(
        types=units.types,
        views=views_of(order.cartons, units.types, order.rules, order.padding_mm, order.rate),
        objective=order.objective,
        rate=order.rate,
        rules=order.rules,
        support_pct=order.support_pct,
        law=law_of(units.types, always=bool(order.frozen)),
        seed=seed,
        budget=budget * (FAST_TESTS_PER_MS if engine == "fast" else TESTS_PER_MS),
        stop=stop,
        together=together_of(units),
        apart=apart_of(units, order.rules),
        compiled=engine == "fast",
        stock={n: carton.available for n, carton in enumerate(order.cartons) if carton.available is not None},
    )
    return explained(
        world,
        units,
        order,
        _solved(world, units, order, prove, proof_stop),
        engine=FAST_ENGINE if engine == "fast" else ENGINE,
        alternatives=alternatives,
    )


def replanned(
    order: Order, carton: str, *, budget: int = 50, seed: int = 0, stop: Callable[[], bool] | None = None
) -> Plan:
    """The order again with the carton that the packer scanned (CT1.3): what fits goes into it, the rest is planned.

    The first parcel is the scanned carton with as much as it holds; the others are the units left for next cartons.
    A carton that holds nothing of it is answered with a plan in which it does not occur.
    """
    scanned = [row for row in order.cartons if row.code == carton]
    if not scanned:
        raise ValueError(f"{carton}: expected the code of a carton of this order.")
    # It is in the packer's hand, whatever the stock says.
    one = replace(order, cartons=(scanned[0]._replace(available=1),))
    here = planned(one, budget=budget, seed=seed, stop=stop, alternatives=0)
    inside = [parcel for parcel in here.parcels if parcel.carton == carton]
    if not inside or not here.unplaced:
        return here if inside else planned(order, budget=budget, seed=seed, stop=stop)
    first = inside[-1]
    kept = tuple(Frozen(_SCANNED, carton, at.sku, at.unit, at.position_mm, at.size_mm) for at in first.items)
    stock = tuple(
        row._replace(available=1) if row.code == carton and row.available == 0 else row for row in order.cartons
    )
    return planned(replace(order, cartons=stock, frozen=order.frozen + kept), budget=budget, seed=seed, stop=stop)


def _solved(world: World, units: Units, order: Order, prove: bool, proof_stop: Callable[[], bool] | None) -> Solution:
    found = Solution(open_lots=[], alone=[], lots=[], counts=(), missing=[])
    rest = list(units.counts)
    for number in sorted({unit.parcel for unit in order.frozen}):
        found.open_lots.append(_reopened(world, units, order, number, rest))
    for lot, _ in found.open_lots:
        # What is open holds what it can before any new carton is taken.
        for kind, count in enumerate(lot.counts):
            rest[kind] -= count
    for kind, shape in enumerate(units.types):
        if shape.own_box:
            most_g = order.rules.max_parcel_weight_g
            if most_g is not None and shape.weight_g > most_g:
                found.missing.append((kind, rest[kind], "too_heavy"))
            rest[kind] = 0
        if not rest[kind]:
            continue
        reason = _no_carton(world, kind)
        if reason is not None:
            found.missing.append((kind, rest[kind], reason))
            rest[kind] = 0
    _part_with(world, found, rest)
    for kind, shape in enumerate(units.types):
        if not shape.ship_alone:
            continue
        one = tuple([1 if n == kind else 0 for n in range(len(rest))])
        for _ in range(rest[kind]):
            own = cheapest(world, one, world.stock, most=72)
            if own is None:
                found.missing.append((kind, 1, "no_carton_left"))
                found.searched_out = True
            else:
                found.alone.append(own)
                world.take(own.view)
        rest[kind] = 0
    found.counts = tuple(rest)
    if any(rest):
        world.care_for(found.counts)
        single = _one(world, found.counts)
        after: Counts = (0,) * len(rest)
        if single is not None and not could_several_beat(world, found.counts, single):
            lots = [single]
        else:
            stock = dict(world.stock)
            first = None if single is None else [single]
            lots, after = planned_lots(world, found.counts, first, Dice(world.seed))
            world.stock = stock
        if prove:
            proof = proven(world, found.counts, lots, after, proof_stop)
            lots, after, found.floor = proof.lots, proof.after, proof.floor
        found.lots += lots
        found.missing += [(kind, count, "no_carton_left") for kind, count in enumerate(after) if count]
        found.searched_out = found.searched_out or any(after)
        found.counts = tuple([have - gone for have, gone in zip(found.counts, after, strict=True)])
    return found


def _reopened(
    world: World, units: Units, order: Order, number: int, rest: list[int]
) -> tuple[Lot, list[tuple[Unit, Frozen]]]:
    """An open carton: what lies in it stays, and as much of the rest as fits joins it (CT1.7)."""
    there = [unit for unit in order.frozen if unit.parcel == number]
    piece_of = {(piece.sku, piece.unit): piece for pieces in units.pieces for piece in pieces}
    view = next(view for view in world.views if view.carton.code == there[0].carton)
    pad = order.padding_mm
    pieces = [(piece_of[unit.sku, unit.unit], unit) for unit in there]
    start: Packing = tuple(
        [
            (piece.type, x - pad, y - pad, z - pad, *unit.size_mm)
            for piece, unit in pieces
            for x, y, z in [unit.position_mm]
        ]
    )
    for piece, _ in pieces:
        rest[piece.type] -= 1
    alone = any(units.types[piece.type].ship_alone for piece, _ in pieces)
    joining = tuple(
        [
            0 if alone or shape.own_box or shape.ship_alone or shape.together is not None else count
            for shape, count in zip(units.types, rest, strict=True)
        ]
    )
    for piece, _ in pieces:
        # The rest of a group that was begun here belongs here, or nowhere.
        kind = units.types[piece.type].together
        if kind is not None:
            joining = tuple(
                [
                    rest[n] if shape.together == kind and not alone else count
                    for n, (shape, count) in enumerate(zip(units.types, joining, strict=True))
                ]
            )
    joined: Packing = ()
    if any(joining) and view.carton.kind in ("box", "pallet"):
        joined = filled(world, view, joining, 24, Dice(world.seed + number), start=start)
    for row in start:
        rest[row[0]] += 1
    return lot_of(world, view, start + joined), pieces


def _part_with(world: World, found: Solution, rest: list[int]) -> None:
    """Groups that should stay together and fit into no carton as a whole are not placed (CT3.11)."""
    for kinds in world.together:
        group = tuple([rest[kind] if kind in kinds else 0 for kind in range(len(rest))])
        here = any(lot.counts[kind] for lot, _ in found.open_lots for kind in kinds)
        if not any(group):
            continue
        missing = any(kind in kinds for kind, _, _ in found.missing)
        if missing or here or not _fits_one(world, group):
            for kind in kinds:
                if rest[kind]:
                    found.missing.append((kind, rest[kind], "apart" if may_share(world, group) else "together"))
                    rest[kind] = 0
        if missing:
            found.missing = [(k, n, "together" if k in kinds else reason) for k, n, reason in found.missing]


def _fits_one(world: World, group: Counts) -> bool:
    """Whether a single carton holds them all."""
    narrow, inside = narrowed(world, group) if len(group) > WINDOW_KINDS else (world, list(range(len(group))))
    counts = tuple([group[kind] for kind in inside])
    fits = cheapest(narrow, counts, world.stock, constructs=200, most=72) is not None
    widened(world, narrow, inside, [])
    return fits


def _one(world: World, counts: Counts) -> Lot | None:
    """The best single carton (CT5.9)."""
    if may_share(world, counts) is not None:
        return None
    rows = candidates(world, counts, world.stock)
    found: View | None = None
    better: list[View] = []
    for _, _, view in rows:
        if world.try_of(view, counts).proven:
            continue
        known = passed(world, view, counts)
        if known.packing is not None:
            found = view
            break
        if not known.proven:
            better.append(view)
    # The emptier a carton would be, the likelier it can be filled: shares go by the cube of the empty part.
    volume_mm3 = world.volume_mm3(counts)
    # Several cartons want their share of the budget when no single one is in sight.
    share_pct = ONE_SHARE_PCT
    if sum(counts) > _CROWD and all(volume_mm3 * 100 > _CROWDED_PCT * view.volume_mm3 for view in better):
        share_pct = 4  # so many units hardly ever fill a carton so far
    until = world.budget if found is not None else world.spent + (world.budget - world.spent) * share_pct // 100
    while better and world.open and world.spent < until:
        odds = {view.index: ((view.volume_mm3 - volume_mm3) * 1000 // view.volume_mm3) ** 3 + 1 for view in better}
        for view in sorted(better, key=lambda view: (-odds[view.index], view.index)):
            share = (until - world.spent) * odds[view.index] // (2 * sum(odds.values()))
            known = world.try_of(view, counts)
            # A proof saves all further rounds, and of few units it may come upon a packing; its steps grow with what
            # the rounds before it took. Where several cartons are needed it saves nothing: they use up the budget.
            nodes = nodes_in(world, share * _NODES_PCT // 100) if known.nodes else _FIRST_NODES
            if found is not None and prove_arrangements(world, view, counts, known, nodes):
                continue
            if known.packing is None:
                known = rounds(world, view, counts, 1 << 60, max(1000, share))
            if known.packing is not None:
                found = view
                better = better[: better.index(view)]
                break
            if not world.open or world.spent >= until:
                break
        better = [view for view in better if not world.try_of(view, counts).gives_up]
    if found is None:
        return None
    packing = settled(world, found, counts).packing
    assert packing is not None
    return lot_of(world, found, packing)


def require_fast() -> None:
    """The extra must be there before a plan carries its name."""
    if find_spec("numba") is None:
        raise FastMissing("engine fast: expected the extra `fast` (pip install 'packstation[fast]'), got no numba.")


def warm(engine: Literal["pure", "fast"]) -> None:
    """Have the kernels compiled before a clock is started: some seconds the first time, nothing later (CT5.10)."""
    if engine == "fast":
        require_fast()
        for kernels in ("", ".bins", ".stacks"):
            import_module(f"packstation.cartons.fast{kernels}")


class FastMissing(Exception):
    """The compiled engine was asked for and is not installed."""


def _no_carton(world: World, kind: int) -> str | None:
    """Why no carton takes one unit of this kind, or None."""
    shape = world.types[kind]
    if not world.views:
        return "no_carton_left"
    for view in reversed(world.views):
        # The usual answer first: a large box, most catalogs end with them.
        if (
            view.carton.kind in ("box", "pallet")
            and view.takes(kind)
            and not (shape.estimated and shape.volume_mm3 > view.room_mm3)
            and view.room_units > 0
            and shape.weight_g <= view.room_g
            and world.stock.get(view.index, 1) > 0
        ):
            return None
    one = tuple([1 if n == kind else 0 for n in range(len(world.types))])
    roomy = strong = False
    over: str | None = None
    for view in world.views:
        if shape.estimated and shape.volume_mm3 > view.room_mm3:
            continue
        if view.carton.kind in ("mailer", "tube"):
            if not flat_fits(world, view, one):
                continue
        elif not view.takes(kind):
            continue
        beyond = side_over(view.carton.outer_mm, world.rate)
        if beyond is not None:
            over = over or beyond[0]
            continue
        roomy = True
        if shape.weight_g <= view.room_g and view.room_units > 0:
            strong = True
            if world.stock.get(view.index, 1) > 0:
                return None
    return "no_carton_left" if strong else "too_heavy" if roomy else over or "too_large"
