"""The compiled rounds do what the pure ones do: equal rounds, equal packings (CT12.3)."""

import pytest

from packstation.cartons import check
from packstation.cartons.document import read_order
from packstation.cartons.engine import planned
from packstation.cartons.fills import filled
from packstation.cartons.items import counted_units, units_of
from packstation.cartons.plan import Order, Rate, Rules
from packstation.cartons.ruin import Bins
from packstation.cartons.search import rounds, settled
from packstation.cartons.several import beam
from packstation.cartons.world import Counts, Dice, Packing, View, World, views_of
from tests.cartons.generate import big, mpv, synthetic

pytest.importorskip("numba", reason="the extra `fast` is not installed")


def world_of(order: Order, *, compiled: bool) -> tuple[World, Counts]:
    units = units_of(counted_units(order), order.rules)
    views: tuple[View, ...] = views_of(order.cartons, units.types, Rules(), 0)
    world = World(
        types=units.types,
        views=views,
        objective="count",
        rate=Rate(),
        rules=Rules(),
        support_pct=order.support_pct,
        law=None,
        seed=11,
        budget=10**12,
        stop=None,
        together=(),
        apart=tuple(() for _ in units.types),
        compiled=compiled,
    )
    return world, units.counts


def searched(order: Order, index: int, *, compiled: bool) -> tuple[Packing | None, int, Packing]:
    world, counts = world_of(order, compiled=compiled)
    view = world.views[index]
    known = settled(world, view, counts)
    if not known.proven:
        known = rounds(world, view, counts, 60, 10**9)
    return known.packing, known.tries, filled(world, view, counts, 6, Dice(5))


@pytest.mark.parametrize("support_pct", [0, 70])
def test_equal_rounds_give_equal_packings(support_pct: int) -> None:
    for seed in range(12):
        document = {**synthetic(seed), "support_pct": support_pct}
        order, _ = read_order(document)
        for index in (4, 7, 9):
            assert searched(order, index, compiled=True) == searched(order, index, compiled=False), (seed, index)


def test_compiled_plans_keep_every_rule_and_carry_their_engine() -> None:
    for seed in range(4):
        order, _ = read_order(big(seed))
        plan = planned(order, budget=10, engine="fast")
        assert check(plan, order) == ()
        assert plan.engine == "fast/1"


@pytest.mark.parametrize("support_pct", [0, 70])
def test_equal_turns_of_ruin_and_recreate_leave_equal_cartons(support_pct: int) -> None:
    """CT5.11.3b, CT12.3: the compiled turns draw, fill and accept as the pure ones."""
    for kind in (1, 5, 8):
        document = {**mpv(kind, 50, 1), "support_pct": support_pct}
        order, _ = read_order(document)
        assert recreated(order, compiled=True) == recreated(order, compiled=False), kind


def recreated(order: Order, *, compiled: bool) -> list[Packing]:
    world, counts = world_of(order, compiled=compiled)
    lots, _ = beam(world, counts, None, Dice(3))
    bins = Bins(world, world.views[0], lots)
    bins.search(Dice(5), 10**12, 1, turns=200)
    return [lot.packing for lot in bins.lots()]
