"""The engine as the station calls it: items and cartons in, a plan out that keeps every rule."""

from dataclasses import replace

import pytest

from packstation.cartons import cartonize, planned, replanned
from packstation.cartons.check import check
from packstation.cartons.dice import Dice
from packstation.cartons.fills import _offered
from packstation.cartons.items import units_of
from packstation.cartons.plan import Carton, Frozen, Item, Order, Plan, Rate, Rules, Surcharge
from packstation.cartons.views import views_of
from packstation.cartons.world import World


def box(code: str, length: int, width: int, height: int, **more: object) -> Carton:
    inner = (length, width, height)
    return Carton(code, inner, inner, **{"max_weight_g": 30_000, "empty_weight_g": 100, **more})  # type: ignore[arg-type]


S = box("S", 200, 150, 100, cost_minor=60)
M = box("M", 310, 220, 140, cost_minor=90)
L = box("L", 400, 300, 300, cost_minor=150)
MUG = Item("BLUE-MUG", 4, (95, 95, 95), 350)
BOOK = Item("ATLAS", 1, (300, 210, 30), 1400)


def told(plan: Plan) -> list[str]:
    return [parcel.carton for parcel in plan.parcels]


def test_the_cheapest_carton_that_holds_all_is_taken_and_said_why() -> None:
    """CT1.1, CT1.6, CT4.1."""
    order = Order((MUG, BOOK), (S, M, L))
    plan = planned(order)
    assert told(plan) == ["M"]
    assert check(plan, order) == ()
    assert (plan.status, plan.optimal, plan.objective_key[0], plan.lower_bound) == ("proven", True, 90, 90)
    assert [(no.carton, no.code) for no in plan.rejected] == [("S", "too_short")]
    assert plan.rejected[0].detail == "ATLAS 300 > 200 mm"
    assert plan.why == "Cheapest: 0.90; one size down: S is too short for ATLAS (300 > 200 mm); L costs 0.60 more."


def test_alternatives_are_really_packed_in_key_order_with_the_money_difference() -> None:
    """CT1.2."""
    order = Order((MUG,), (S, M, L, box("XL", 600, 500, 400, cost_minor=400)))
    plan = planned(order)
    assert told(plan) == ["M"]
    assert [(choice.parcel.carton, choice.more_minor) for choice in plan.alternatives] == [("L", 60), ("XL", 310)]
    for choice in plan.alternatives:
        assert check(replace(plan, parcels=(choice.parcel,)), order) == ()


@pytest.mark.parametrize("limit", [{"max_girth_mm": 1100}, {"max_length_mm": 350}, {"max_weight_g": 9_000}])
def test_no_way_of_filling_a_carton_passes_over_what_the_carrier_takes(limit: dict[str, int]) -> None:
    """hub P2, CT3.12: also not blocks of many equal units, which only several cartons hold."""
    candles = (Item("CANDLE", 30, (80, 80, 90), 350), Item("TEA", 4, (80, 80, 115), 150), MUG)
    order = Order(candles, (S, M, L), rate=Rate(**limit))
    plan = planned(order)
    assert check(plan, order) == ()
    assert not plan.unplaced
    assert len(plan.parcels) > 1
    free = replace(order, rate=Rate())
    assert any("the carrier takes" in sentence for sentence in check(planned(free), order))


def test_one_function_takes_items_and_cartons() -> None:
    """CT8.4."""
    plan = cartonize([MUG], [S, M], objective="count", support_pct=70, budget=5, seed=3)
    assert told(plan) == ["M"]
    assert plan.seed == 3


def test_the_same_question_has_the_same_answer_and_line_order_changes_nothing() -> None:
    """CT5.10, CT12.3."""
    order = Order((MUG, BOOK, Item("PEN", 3, (150, 20, 20), 30)), (S, M, L))
    assert planned(order) == planned(order)
    turned = planned(replace(order, items=tuple(reversed(order.items))))
    assert turned.objective_key == planned(order).objective_key


def test_every_unit_is_in_a_parcel_or_has_a_reason() -> None:
    """CT3.1."""
    order = Order((Item("ANVIL", 1, (200, 100, 90), 40_000), Item("LADDER", 1, (3000, 400, 90), 9000), MUG), (M,))
    plan = planned(order)
    assert check(plan, order) == ()
    assert [(unit.sku, unit.reason) for unit in plan.unplaced] == [("ANVIL", "too_heavy"), ("LADDER", "too_large")]
    assert "too large for every carton" in plan.why


def test_without_stock_the_rest_waits_for_a_carton() -> None:
    """CT3.13."""
    order = Order((replace(MUG, quantity=20),), (M._replace(available=1),))
    plan = planned(order)
    assert check(plan, order) == ()
    assert told(plan) == ["M"]
    assert {unit.reason for unit in plan.unplaced} == {"no_carton_left"}


def test_what_only_a_small_strong_carton_carries_is_not_left_out_for_the_large_ones() -> None:
    """CT3.1, CT5.11: three larger cartons are too weak for a single anvil."""
    anvil = Item("ANVIL", 5, (210, 140, 30), 2500)
    weak = [box(code, 400 + n, 400, 400, max_weight_g=2000) for n, code in enumerate("XYZ")]
    order = Order((anvil,), (*weak, box("STRONG", 330, 315, 105, max_weight_g=8000)))
    plan = planned(order)
    assert check(plan, order) == ()
    assert told(plan) == ["STRONG", "STRONG"]
    assert plan.unplaced == ()


def test_a_surcharge_step_makes_two_parcels_cheaper() -> None:
    """CT4.6."""
    rate = Rate(per_parcel_minor=100, surcharges=(Surcharge("volume_over_cm3", 20_000, 5000),))
    order = Order((replace(MUG, quantity=16),), (M, L), rate=rate)
    plan = planned(order)
    assert check(plan, order) == ()
    assert set(told(plan)) == {"M"}
    assert len(plan.parcels) > 1
    assert planned(replace(order, rate=Rate(per_parcel_minor=100))).parcels[0].carton == "L"


def test_units_in_the_open_carton_stay_and_are_the_first_parcel() -> None:
    """CT1.7."""
    order = Order((MUG, BOOK), (S, M, L))
    lying = Frozen(1, "L", "ATLAS", 1, (0, 0, 0), (300, 210, 30))
    plan = planned(replace(order, frozen=(lying,)))
    assert check(plan, replace(order, frozen=(lying,))) == ()
    assert told(plan) == ["L"]
    first = plan.parcels[0].items[0]
    assert (first.sku, first.position_mm, first.step) == ("ATLAS", (0, 0, 0), 1)


def test_a_scanned_carton_takes_what_fits_and_the_rest_gets_another() -> None:
    """CT1.3."""
    order = Order((MUG, BOOK), (S, M, L))
    plan = replanned(order, "S")
    assert told(plan)[0] == "S"
    assert {at.sku for at in plan.parcels[0].items} == {"BLUE-MUG"}
    assert sum(len(parcel.items) for parcel in plan.parcels) == 5
    assert told(replanned(order, "L")) == ["L"]
    with pytest.raises(ValueError, match="expected the code of a carton"):
        replanned(order, "XXL")


def test_a_size_nobody_knows_never_blocks() -> None:
    """CT6.1, CT1.4, CT1.5."""
    order = Order((Item("NEW", 1, None, 0), MUG), (M, L))
    plan = planned(order)
    assert plan.status == "estimated"
    assert told(plan) == ["L"]
    assert [at.estimated for at in plan.parcels[0].items if at.sku == "NEW"] == [True]
    assert plan.parcels[0].fill_e4 <= 6500


def test_the_clock_only_cuts_off_and_says_so() -> None:
    """CT5.10: such a plan is not stored."""
    hard = Order(
        tuple(Item(f"PART-{n}", 1, (90 + 7 * n, 60 + 5 * n, 40 + 3 * n), 100) for n in range(12)),
        (box("TIGHT", 300, 250, 175), L),
        objective="count",
    )
    plan = planned(hard, budget=1000, stop=lambda: True)
    assert plan.stopped == "clock"
    assert check(plan, hard) == ()
    assert planned(hard, budget=1).stopped is None


def test_five_thousand_of_a_kind_are_answered_at_once() -> None:
    """CT5.12, CG16."""
    order = Order((Item("CLIP", 5000, (100, 80, 50), 60),), (L,), objective="count")
    plan = planned(order)
    assert len(plan.parcels) == 56
    assert check(plan, order) == ()


def test_group_members_that_no_carton_holds_together_are_left_out_together() -> None:
    """CT3.11."""
    kit = tuple(Item(f"KIT-{n}", 1, (190, 140, 90), 500, together="kit") for n in range(3))
    order = Order((*kit, MUG), (S, M), objective="count", rules=Rules(max_units_per_parcel=2))
    plan = planned(order)
    assert check(plan, order) == ()
    assert {unit.sku: unit.reason for unit in plan.unplaced} == dict.fromkeys(("KIT-0", "KIT-1", "KIT-2"), "together")


def gross_of(plan: Plan) -> list[int]:
    return sorted(parcel.weight_g for parcel in plan.parcels)


def test_at_an_equal_key_the_weights_are_shared_out() -> None:
    """CT5.11.4: two equal cartons that hold two pieces each: one heavy and one light in both."""
    cube = box("C", 200, 100, 100, cost_minor=100)
    iron, foam = Item("IRON", 2, (100, 100, 100), 5_000), Item("FOAM", 2, (100, 100, 100), 200)
    for budget in (0, 50):
        order = Order((iron, foam), (cube,))
        plan = planned(order, budget=budget)
        assert check(plan, order) == ()
        assert gross_of(plan) == [5_300, 5_300]


def test_weights_are_not_shared_out_for_money() -> None:
    """CT5.11.4: the spread counts at an equal key alone: here an even plan pays two kilograms more."""
    cube = box("C", 200, 100, 100, cost_minor=100)
    iron, foam = Item("IRON", 2, (100, 100, 100), 900), Item("FOAM", 2, (100, 100, 100), 40)
    steps = Rate(surcharges=(Surcharge("weight_over_g", 1_000, 500),))
    order = Order((iron, foam), (cube,), rate=steps)
    assert gross_of(planned(order)) == [180, 1_900]


def test_a_carton_scanned_is_planned_no_longer_than_the_safety_stop() -> None:
    """CT5.10: the clock ends the search of an override too, and the plan says so."""
    order = Order((Item("BRICK", 9, (130, 100, 60), 100), Item("PLANK", 9, (190, 75, 65), 100)), (M, L))
    plan = replanned(order, "M", budget=5_000, stop=lambda: True)
    assert plan.stopped == "clock"
    assert check(plan, order) == ()


def test_several_parcels_are_proven_by_what_fits_only_few_cartons() -> None:
    """CT5.13: a lamp that only L holds needs an L; two that stay apart need two parcels."""
    lamp = Item("LAMP", 1, (380, 250, 250), 900)
    mugs = Item("BLUE-MUG", 60, (95, 95, 95), 350)
    large = cartonize([mugs, lamp], [S, M, L], objective="volume")
    assert large.bound_key[0] >= 400 * 300 * 300
    oil = Item("OIL", 1, (90, 90, 90), 400, flags=("hazmat:3",))
    glue = Item("GLUE", 1, (90, 90, 90), 400, flags=("hazmat:8",))
    apart = cartonize([oil, glue], [S, L])
    assert (apart.objective_value, apart.lower_bound, apart.optimal) == (120, 120, True)


def test_three_times_the_units_is_not_nine_times_the_work() -> None:
    """CG16: what a carton is offered does not grow with the order, and every unit is packed."""
    sizes = Dice(7)
    items = tuple(
        Item(f"SKU-{n}", 1, (20 + sizes.below(280), 20 + sizes.below(180), 10 + sizes.below(140)), 500)
        for n in range(1_500)
    )
    order = Order(items, (S, L))
    plan = planned(order, budget=0, alternatives=0)
    assert sum(len(parcel.items) for parcel in plan.parcels) == 1_500
    assert check(plan, order) == ()
    offered = []
    for many in (500, 1_500):
        units = units_of(items[:many], order.rules)
        views, counts = views_of((S, L), units.types, order.rules, 0, order.rate), tuple(units.counts)
        none = ((),) * len(counts)
        world = World(units.types, views, "cost", order.rate, order.rules, 70, None, 0, 0, None, (), none)
        offered.append(sum(_offered(world, views[1], counts)))
    assert offered[1] < 1.5 * offered[0] < 500
