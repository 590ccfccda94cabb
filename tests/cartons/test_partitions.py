"""Up to eight units in several cartons: the best plan there is, or an honest bound (CT5.13, CG10)."""

from collections import Counter
from itertools import product
from typing import Any

import pytest

from packstation.cartons import exact, partitions
from packstation.cartons.document import plan_document, read_order
from packstation.cartons.engine import planned
from packstation.cartons.plan import Carton, Item, Order, Plan, Rules
from tests.cartons.check import broken_rules
from tests.cartons.generate import big, fuzzed, stock_cartons

Document = dict[str, Any]


@pytest.fixture(autouse=True)
def without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a station without ortools proves."""
    monkeypatch.setattr(exact, "is_installed", lambda: False)


def handful(seed: int, cartons: int) -> Document:
    """The first eight units of a large order, and so few cartons that several are needed."""
    document = big(seed)
    items: list[Document] = []
    for item in document["items"]:
        quantity = min(item["quantity"], 8 - sum(one["quantity"] for one in items))
        if quantity:
            items.append({**item, "quantity": quantity})
    return {**document, "items": items, "cartons": stock_cartons(cartons)}


def proven(document: Document) -> Plan:
    plan = planned(read_order(document)[0], budget=10, prove=True, alternatives=0)
    assert broken_rules(document, plan_document(plan)) == []
    return plan


def test_eight_units_in_several_cartons_are_proven() -> None:
    """CG10: money and number of parcels, with and without support."""
    several = settled = 0
    for seed in range(12):
        document = {**handful(seed, 6), "objective": ("cost", "count")[seed % 2], "support_pct": 70 * (seed // 2 % 2)}
        searched = planned(read_order(document)[0], budget=10, alternatives=0)
        plan = proven(document)
        assert plan.objective_key <= searched.objective_key
        assert searched.bound_key <= plan.bound_key <= plan.objective_key
        assert plan.optimal == (plan.bound_key == plan.objective_key)
        if len(plan.parcels) > 1 and not plan.unplaced:
            several += 1
            settled += plan.optimal
    assert (several, settled) >= (3, 3)
    assert settled >= several - 1


def test_no_plan_beats_a_proof_and_no_bound_lies_above_a_plan() -> None:
    """CT12.3, on orders with every rule; the other plan has half the work and another seed."""
    looked_at = 0
    for seed in range(60):
        document = fuzzed(seed)
        if sum(item["quantity"] for item in document["items"]) > 8:
            continue
        plan = proven(document)
        other = planned(read_order(document)[0], budget=25, seed=3, alternatives=0)
        if not plan.unplaced and not other.unplaced:
            looked_at += 1
            assert plan.bound_key <= other.objective_key
            assert not plan.optimal or plan.objective_key <= other.objective_key
    assert looked_at > 5


def test_cubes_are_shared_out_as_a_count_by_hand_does() -> None:
    """Cubes of 100 mm in rows of one, two and four: every mix is priced by hand and the cheapest is the plan's."""
    rows = {"ONE": (1, 50), "TWO": (2, 90), "FOUR": (4, 190)}
    cartons = tuple(
        Carton(code, (100 * n, 100, 100), (100 * n, 100, 100), 9_000, 0, c) for code, (n, c) in rows.items()
    )
    for cubes in range(1, 9):
        order = Order((Item("CUBE", cubes, (100, 100, 100), 100),), cartons)
        plan = planned(order, prove=True, alternatives=0)
        cheapest = min(
            50 * ones + 90 * twos + 190 * fours
            for ones, twos, fours in product(range(9), repeat=3)
            if ones + 2 * twos + 4 * fours >= cubes
        )
        assert (plan.objective_value, plan.optimal) == (cheapest, True)


def test_who_stays_together_or_apart_is_shared_out_so() -> None:
    """CT3.8, CT3.11."""
    pair = Carton("PAIR", (200, 100, 100), (200, 100, 100), 9_000, 0, 100)
    lone = Carton("LONE", (100, 100, 100), (100, 100, 100), 9_000, 0, 30)
    cube = (100, 100, 100)
    kit = Item("KIT", 2, cube, 100, together="kit")
    oil, glue = (Item(sku, 1, cube, 100, flags=(f"hazmat:{n}",)) for sku, n in (("OIL", 3), ("GLUE", 8)))
    plan = planned(Order((kit, oil, glue), (lone, pair)), prove=True)
    assert Counter(parcel.carton for parcel in plan.parcels) == {"PAIR": 1, "LONE": 2}
    assert (plan.objective_value, plan.optimal) == (160, True)
    limited = Order((Item("CUBE", 4, cube, 100),), (lone, pair), rules=Rules(max_units_per_parcel=1))
    assert planned(limited, prove=True).objective_value == 120


def test_a_carton_that_ran_out_is_in_no_proven_plan() -> None:
    """CT3.1: the cheapest way uses more than there are: the plan obeys the stock, and is called searched."""
    cube = (100, 100, 100)
    lone = Carton("LONE", cube, cube, 9_000, 0, 30, available=1)
    pair = Carton("PAIR", (200, 100, 100), (200, 100, 100), 9_000, 0, 100)
    plan = planned(Order((Item("CUBE", 3, cube, 100),), (lone, pair)), prove=True)
    assert Counter(parcel.carton for parcel in plan.parcels) == {"PAIR": 1, "LONE": 1}
    assert plan.bound_key[0] <= 130
    assert plan.optimal == (plan.bound_key == plan.objective_key)


def test_nine_units_are_left_to_the_search() -> None:
    """The ways to share out grow too fast: beyond eight units there is no enumeration."""
    assert partitions.UNITS_MAX == 8
    document = handful(1, 7)
    document["items"][0]["quantity"] += 1
    order = read_order(document)[0]
    assert planned(order, prove=True).bound_key == planned(order).bound_key
