"""A proof begins when the search is over, has an end of its own, and makes no plan worse (CT5.14, CG10)."""

from typing import Any

import pytest

from packstation.cartons import exact, proving
from packstation.cartons.document import read_order
from packstation.cartons.engine import planned
from packstation.cartons.world import World
from tests.cartons.generate import synthetic

HARD = {**synthetic(79), "support_pct": 0}
"""Fifteen units: one smaller carton is neither packed nor disproved in 30 s of work."""


@pytest.fixture
def spent(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The tests of every piece of work, as they are spent."""
    seen: list[int] = []
    spend = World.spend

    def counted(world: World, tests: int, **how: Any) -> None:
        seen.append(tests)
        spend(world, tests, **how)

    monkeypatch.setattr(World, "spend", counted)
    return seen


@pytest.mark.parametrize("with_solver", [False, True])
def test_a_hard_carton_ends_the_proof_by_its_own_work(
    with_solver: bool, spent: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """CG10: whatever is installed."""
    if with_solver and not exact.is_installed():
        pytest.skip("the extra `exact` (ortools) is not installed here")
    monkeypatch.setattr(exact, "is_installed", lambda: with_solver)
    monkeypatch.setattr(proving, "MOST_TESTS", 200_000)
    order, _ = read_order(HARD)
    searched = planned(order, budget=5, alternatives=0)
    search = sum(spent)
    spent.clear()
    plan = planned(order, budget=5, prove=True, alternatives=0)
    assert plan.objective_key <= searched.objective_key
    assert plan.stopped is None
    assert search < sum(spent) <= search + 1.2 * proving.MOST_TESTS


def test_a_clock_that_ends_the_proof_takes_nothing_from_the_plan() -> None:
    """CT5.10: the plan says that it was cut; what the search found stands."""
    order, _ = read_order(HARD)
    searched = planned(order, budget=5)
    cut = planned(order, budget=5, prove=True, proof_stop=lambda: True)
    assert (cut.parcels, cut.status, cut.stopped) == (searched.parcels, "searched", "clock")


def test_a_search_that_the_clock_cut_is_not_proven() -> None:
    """CT5.10: nobody waits any more."""
    order, _ = read_order(HARD)
    asked: list[bool] = []
    cut = planned(order, budget=5, prove=True, stop=lambda: True, proof_stop=lambda: bool(asked.append(True)))
    assert (cut.stopped, asked) == ("clock", [])
