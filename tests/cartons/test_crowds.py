"""Orders of hundreds and thousands of different units: the work grows with the units, the stop is heeded (CG16)."""

import random
from collections.abc import Callable
from typing import Any

import pytest

from packstation.cartons import crowds, several, shelves, world
from packstation.cartons.crowds import WINDOW_KINDS
from packstation.cartons.document import plan_document, read_order
from packstation.cartons.engine import planned
from packstation.cartons.world import Counts, World
from tests.cartons.check import broken_rules
from tests.cartons.generate import big, fuzzed, stock_cartons

Document = dict[str, Any]


def bazaar(kinds: int, **fields: object) -> Document:
    """An order of so many different things, one of each."""
    draw = random.Random(f"bazaar {kinds}")
    items = [
        {
            "sku": f"S-{n}",
            "quantity": 1,
            "size_mm": [draw.randint(20, 300), draw.randint(20, 200), draw.randint(10, 150)],
            "weight_g": draw.randint(10, 900),
            **{name: value(n) if callable(value) else value for name, value in fields.items()},
        }
        for n in range(kinds)
    ]
    return {"cartons": stock_cartons(10), "items": items, "objective": "cost"}


def counted_work(document: Document, monkeypatch: pytest.MonkeyPatch, stop: Callable[[], bool] | None = None) -> int:
    """The tests that a plan took, after the plan was looked through."""
    spent = []
    spend = World.spend

    def counted(one: World, tests: int, **how: Any) -> None:
        spent.append(tests)
        spend(one, tests, **how)

    with monkeypatch.context() as patched:
        patched.setattr(World, "spend", counted)
        plan = planned(read_order(document)[0], budget=1, alternatives=0, stop=stop)
    assert broken_rules(document, plan_document(plan)) == []
    assert not plan.unplaced
    return sum(spent)


def test_a_look_at_a_huge_order_goes_through_few_of_its_kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    """CG16: whole cartons are filled from a window of kinds, so 3,000 kinds cost no more for each carton than 400."""
    in_sight: list[int] = []
    fill = several.filled

    def watched(one: World, view: Any, counts: Counts, *rest: Any, **how: Any) -> Any:
        in_sight.append(len(counts))
        return fill(one, view, counts, *rest, **how)

    monkeypatch.setattr(several, "filled", watched)
    document = bazaar(2000)
    plan = planned(read_order(document)[0], budget=1, alternatives=0)
    assert broken_rules(document, plan_document(plan)) == []
    assert sum(len(parcel.items) for parcel in plan.parcels) == 2000
    assert max(in_sight) <= WINDOW_KINDS + several._BULK_UNITS
    assert len(in_sight) > len(plan.parcels) > 20


def test_stock_is_shared_by_all_windows_of_an_order() -> None:
    """CT3.1: three of the largest carton are three, whichever part of the order takes them."""
    document = bazaar(900)
    document["cartons"][-1]["available"] = 3
    plan = planned(read_order(document)[0], budget=1)
    assert broken_rules(document, plan_document(plan)) == []
    assert [parcel.carton for parcel in plan.parcels].count("J") == 3


def test_the_stop_is_heeded_inside_a_huge_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """CT5.10: once the clock has said stop, what is left takes a few tests a unit, and every unit has its place."""
    monkeypatch.setattr(world, "GRACE_TESTS", 20_000)
    document = bazaar(1500)
    careful = counted_work(document, monkeypatch)
    asked: list[int] = []

    def stop() -> bool:
        asked.append(1)
        return len(asked) > 3

    hurried = counted_work(document, monkeypatch, stop)
    assert hurried < 20_000 + 150 * 1500 < careful


def test_what_a_huge_order_may_take_is_counted_without_a_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """CG16, CT5.10: so much work with care beyond the budget, then every unit is put somewhere, kits too (CT3.11)."""
    document = bazaar(300, together=lambda n: f"kit-{n // 3}")
    careful = counted_work(document, monkeypatch)
    monkeypatch.setattr(world, "CARE_TESTS", 30_000)
    assert counted_work(document, monkeypatch) < careful * 2 // 3


def test_a_carton_filled_in_a_hurry_keeps_every_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    """Section 3: columns on shelves under every flag, limit and kind of carton."""
    filled_at_once = []
    shelve = shelves.shelved

    def shelved(one: World, view: Any, counts: Counts) -> Any:
        packing = shelve(one, view, counts)
        filled_at_once.append(len(packing))
        return packing

    monkeypatch.setattr(world, "GRACE_TESTS", 0)
    monkeypatch.setattr(shelves, "shelved", shelved)
    for document in [*(fuzzed(seed) for seed in range(150)), *(big(seed) for seed in range(20))]:
        plan = planned(read_order(document)[0], budget=5, stop=lambda: True)
        assert broken_rules(document, plan_document(plan)) == []
    assert sum(filled_at_once) > 500


def test_many_small_groups_find_their_cartons() -> None:
    """CT3.11: a draw of twenty groups never goes in as a whole; one after the other they do."""
    document = bazaar(90, together=lambda n: f"kit-{n // 3}")
    plan = planned(read_order(document)[0], budget=5)
    assert broken_rules(document, plan_document(plan)) == []
    assert not plan.unplaced
    assert len(plan.parcels) < 12


def test_two_classes_of_hazard_in_many_kinds_are_compared_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """CT3.8: who stays apart is worked out by class and group, not by every two kinds."""
    document = bazaar(300, flags=lambda n: [f"hazmat:{3 + 5 * (n % 2)}"], groups=lambda n: ["cold"] if n % 3 else [])
    document["rules"] = {"apart": [["cold", "warm"]]}
    plan = planned(read_order(document)[0], budget=1)
    assert broken_rules(document, plan_document(plan)) == []
    assert not plan.unplaced


def test_a_narrow_view_is_the_same_search_with_fewer_kinds() -> None:
    """What is left over is put back in the place it had."""
    assert crowds.spread([1, 4], (7, 2), 6) == (0, 7, 0, 0, 2, 0)
