"""The engine's door: an order in, a plan out (cartons.md CT5, CT8.4).

items -> types -> own boxes, alone, impossible units set aside -> one carton -> several -> steps, why -> Plan
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from packstation.cartons.explain import assembled
from packstation.cartons.items import Unit, Units, counted_units, units_of
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
from packstation.cartons.search import may_share, passed, rounds, settled
from packstation.cartons.several import Lot, candidates, cheapest, could_several_beat, lot_of, planned_lots
from packstation.cartons.world import Counts, Dice, View, World, law_of, views_of

TESTS_PER_MS = 1250  # CT5.10: the pure engine's rate, part of its name
ENGINE = "pure/1"


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
    alternatives: int = 3,
) -> Plan:
    """The best plan found for an order within `budget` ms of work; 0 = the deterministic pass only.

    `stop` is the safety stop: asked now and then, True ends the search and marks the plan.
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
    return planned(order, budget=budget, seed=seed, prove=prove, stop=stop, alternatives=alternatives)


def planned(
    order: Order,
    *,
    budget: int = 50,
    seed: int = 0,
    prove: bool = False,
    stop: Callable[[], bool] | None = None,
    alternatives: int = 3,
) -> Plan:
    """As `cartonize`, for an Order."""
    units = units_of(counted_units(order), order.rules)
    world = World(
        types=units.types,
        views=views_of(order.cartons, units.types, order.rules, order.padding_mm),
        objective=order.objective,
        rate=order.rate,
        rules=order.rules,
        support_pct=order.support_pct,
        law=law_of(units.types),
        seed=seed,
        budget=budget * TESTS_PER_MS,
        stop=stop,
        together=_together(units),
        apart=_apart(units, order.rules),
        stock={n: carton.available for n, carton in enumerate(order.cartons) if carton.available is not None},
    )
    lots, unplaced = _solved(world, units)
    return assembled(world, units, order, lots, unplaced, ENGINE, seed, alternatives)


def _solved(world: World, units: Units) -> tuple[list[Lot], list[tuple[Unit, str]]]:
    rest = list(units.counts)
    lots: list[Lot] = []
    unplaced: list[tuple[int, int, str]] = []
    for kind, shape in enumerate(units.types):
        if shape.own_box:
            rest[kind] = 0
            continue
        if rest[kind]:
            reason = _no_carton(world, kind)
            if reason is not None:
                unplaced.append((kind, rest[kind], reason))
                rest[kind] = 0
    for kind, shape in enumerate(units.types):
        if not shape.ship_alone:
            continue
        one = tuple([1 if n == kind else 0 for n in range(len(rest))])
        for _ in range(rest[kind]):
            lot = cheapest(world, one, world.stock, most=72)
            if lot is None:
                unplaced.append((kind, 1, "no_carton_left"))
            else:
                lots.append(lot)
                world.take(lot.view)
        rest[kind] = 0
    counts = tuple(rest)
    if any(counts):
        found = _one(world, counts)
        if found is None or could_several_beat(world, counts, found):
            several, after = planned_lots(world, counts, None if found is None else [found], Dice(world.seed))
            lots += several
            unplaced += [(kind, count, "no_carton_left") for kind, count in enumerate(after) if count]
        else:
            lots.append(found)
    pieces = [list(own) for own in units.pieces]
    missing: list[tuple[Unit, str]] = []
    for kind, count, reason in unplaced:
        for _ in range(count):
            missing.append((pieces[kind].pop(), reason))
    return lots, missing


def _one(world: World, counts: Counts) -> Lot | None:
    """The best single carton (CT5.9)."""
    if may_share(world, counts) is not None:
        return None
    rows = candidates(world, counts, world.stock)
    found: View | None = None
    better: list[View] = []
    for _, _, view in rows:
        known = passed(world, view, counts)
        if known.packing is not None:
            found = view
            break
        if not known.proven:
            better.append(view)
    # The emptier a carton would be, the likelier it can be filled: shares go by the cube of the empty part.
    volume_mm3 = world.volume_mm3(counts)
    while better and world.open:
        odds = {view.index: ((view.volume_mm3 - volume_mm3) * 1000 // view.volume_mm3) ** 3 + 1 for view in better}
        for view in sorted(better, key=lambda view: (-odds[view.index], view.index)):
            share = (world.budget - world.spent) * odds[view.index] // (2 * sum(odds.values()))
            known = rounds(world, view, counts, 1 << 60, max(1000, share))
            if known.packing is not None:
                found = view
                better = better[: better.index(view)]
                break
            if not world.open:
                break
    if found is None:
        return None
    packing = settled(world, found, counts).packing
    assert packing is not None
    return lot_of(world, found, packing)


def _no_carton(world: World, kind: int) -> str | None:
    """Why no carton takes one unit of this kind, or None."""
    one = tuple([1 if n == kind else 0 for n in range(len(world.types))])
    reasons = set()
    for view in world.views:
        known = passed(world, view, one)
        if known.packing is not None:
            return None
        code = known.code or "not_found"
        if code == "out_of_stock":
            # Would it hold the unit if there were one?
            fits = view.poses[kind][4] and world.types[kind].weight_g <= view.room_g
            code = "no_carton_left" if fits else "too_large"
        reasons.add(code)
    for code, reason in (("no_carton_left", "no_carton_left"), ("too_heavy", "too_heavy")):
        if code in reasons:
            return reason
    return "too_large"


def _together(units: Units) -> tuple[tuple[int, ...], ...]:
    groups: dict[str, list[int]] = {}
    for kind, shape in enumerate(units.types):
        if shape.together is not None:
            groups.setdefault(shape.together, []).append(kind)
    return tuple(tuple(kinds) for kinds in groups.values())


def _apart(units: Units, rules: Rules) -> tuple[tuple[int, ...], ...]:
    def strangers(first: int, second: int) -> bool:
        one, two = units.types[first], units.types[second]
        if one.hazmat and two.hazmat and set(one.hazmat) | set(two.hazmat) != set(one.hazmat) & set(two.hazmat):
            return True
        return any(
            (a in one.groups and b in two.groups) or (b in one.groups and a in two.groups)
            for a, b in rules.apart
            if a != b
        )

    return tuple(
        tuple(other for other in range(len(units.types)) if other != kind and strangers(kind, other))
        for kind in range(len(units.types))
    )
