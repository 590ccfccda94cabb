"""The compiled rounds do what the pure ones do: equal rounds, equal packings (CT12.3)."""

from typing import Any

import pytest

from packstation.cartons.check import check
from packstation.cartons.dice import Dice
from packstation.cartons.document import read_order
from packstation.cartons.engine import planned
from packstation.cartons.fills import filled
from packstation.cartons.plan import Order, Plan, Rate, Rules
from packstation.cartons.ruin import Bins
from packstation.cartons.search import rounds, settled
from packstation.cartons.several import beam
from packstation.cartons.world import Packing
from tests.cartons.engine import world_of
from tests.cartons.generate import Document, big, mpv, synthetic

pytest.importorskip("numba", reason="the extra `fast` is not installed: pip install packstation[fast]")
pytestmark = pytest.mark.usefixtures("compiled")


PLAIN: dict[str, Any] = {
    "objective": "count", "rate": Rate(), "rules": Rules(), "law": None, "seed": 11, "budget": 10**12,
}  # fmt: skip


def searched(order: Order, index: int, *, compiled: bool) -> tuple[Packing | None, int, Packing]:
    world, counts = world_of(order, compiled=compiled, **PLAIN)
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
    world, counts = world_of(order, compiled=compiled, **PLAIN)
    lots, _ = beam(world, counts, None, Dice(3))
    bins = Bins(world, world.views[0], lots)
    bins.search(Dice(5), 10**12, 1, turns=200)
    return [lot.packing for lot in bins.lots()]


@pytest.mark.parametrize("support_pct", [0, 70])
@pytest.mark.parametrize("kinds", [3, 12])
def test_a_container_is_filled_by_beams_over_blocks(kinds: int, support_pct: int) -> None:
    """CT5.15: fuller than the pure search fills it with the same work, and no rule is broken."""
    document = {**container(5, kinds), "support_pct": support_pct}
    order, _ = read_order(document)
    fast, pure = planned(order, budget=200, engine="fast"), planned(order, budget=200)
    assert check(fast, order) == check(pure, order) == ()
    assert placed_mm3(fast) > placed_mm3(pure)
    assert planned(order, budget=200, engine="fast") == fast


def placed_mm3(plan: Plan) -> int:
    units = [unit for parcel in plan.parcels for unit in parcel.items]
    return sum(dx * dy * dz for dx, dy, dz in (unit.size_mm for unit in units))


def container(seed: int, kinds: int) -> Document:
    """A container and more cargo than it holds, boxes of 250 to 1,200 mm."""
    dice = Dice(seed)
    sides = [[250 + dice.below(n) for n in (950, 600, 500)] for _ in range(kinds)]
    items = [
        {"sku": f"CRATE-{n}", "quantity": 1 + 180 // kinds, "size_mm": size, "weight_g": 1}
        for n, size in enumerate(sides)
    ]
    carton = {
        "code": "CONTAINER",
        "inner_mm": [5870, 2330, 2200],
        "max_weight_g": 10**6,
        "empty_weight_g": 0,
        "available": 1,
    }
    return {"cartons": [carton], "items": items, "objective": "volume"}
