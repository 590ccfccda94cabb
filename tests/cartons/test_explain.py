"""Why this carton, and why not each better one: one code each."""

import pytest

from packstation.cartons import planned
from packstation.cartons.plan import REJECTED_CODES, Carton, Item, Order, Rate, Rules, Surcharge


def box(code: str, length: int, width: int, height: int, **more: object) -> Carton:
    inner = (length, width, height)
    return Carton(code, inner, inner, **{"max_weight_g": 30_000, "empty_weight_g": 100, **more})  # type: ignore[arg-type]


BIG = box("BIG", 600, 500, 450)
LAMP = Item("LAMP", 1, (330, 100, 100), 900)
MUG = Item("MUG", 6, (95, 95, 95), 350)


@pytest.mark.parametrize(
    ("smaller", "items", "code", "detail"),
    [
        (box("A", 300, 300, 100, available=0), (MUG,), "out_of_stock", "none left"),
        (box("A", 300, 300, 100, max_weight_g=1100), (MUG,), "too_heavy", "2.2 of 1.1 kg"),
        (box("A", 300, 300, 100, max_units=5), (MUG,), "too_many_units", "6 of 5 units"),
        (box("A", 305, 200, 200), (LAMP,), "too_short", "LAMP 330 > 305 mm"),
        (box("A", 200, 150, 100), (MUG,), "too_small", "contents 172 % of it"),
        (
            box("A", 200, 200, 200),
            (Item("BALL", 2, (120, 120, 120), 300),),
            "pair",
            "BALL and BALL cannot lie side by side",
        ),
    ],
)
def test_every_better_carton_has_one_code(smaller: Carton, items: tuple[Item, ...], code: str, detail: str) -> None:
    """CT1.6."""
    plan = planned(Order(items, (smaller, BIG), objective="count"))
    assert [parcel.carton for parcel in plan.parcels] == ["BIG"]
    assert [(no.carton, no.code, no.detail) for no in plan.rejected] == [("A", code, detail)]
    assert code in REJECTED_CODES
    assert plan.status == "proven"
    assert "A" in plan.why


def test_company_that_may_not_share_is_named() -> None:
    """CT1.6, CT3.8."""
    items = (
        Item("PAINT", 1, (80, 80, 100), 900, ("hazmat:3",)),
        Item("CLEANER", 1, (80, 80, 99), 900, ("hazmat:8",)),
    )
    plan = planned(Order(items, (BIG,), objective="count"))
    assert len(plan.parcels) == 2
    assert [(no.code, no.detail) for no in plan.rejected] == [("apart", "hazmat 3 with hazmat 8")]
    assert plan.why == ("2 parcels (2 x BIG) for 2 units; hazmat 3 with hazmat 8 may not share a parcel.")


def test_a_search_that_finds_nothing_says_how_long_it_looked() -> None:
    """CT1.5, CT1.6."""
    tight = box("TIGHT", 200, 200, 205)
    items = (
        Item("BRICK", 3, (130, 100, 60), 100),
        Item("PLANK", 2, (190, 75, 65), 100),
        Item("CUBE", 1, (98, 97, 96), 9),
    )
    plan = planned(Order(items, (tight, BIG), objective="count"), budget=3)
    if plan.parcels[0].carton == "BIG":
        assert plan.status == "searched"
        assert plan.rejected[0].code == "not_found"
        assert plan.lower_bound == plan.objective_value
        assert plan.bound_key < plan.objective_key


def test_several_parcels_say_how_many_and_that_no_single_one_holds_all() -> None:
    """CT1.6."""
    plan = planned(Order((MUG,), (box("A", 300, 200, 100),), objective="count", rules=Rules(max_units_per_parcel=4)))
    assert plan.why == "2 parcels (2 x A) for 6 units; no single carton holds all."
    assert (plan.objective_key[0], plan.lower_bound, plan.optimal) == (2, 2, True)


def test_a_unit_in_its_own_box_is_said_to_ship_in_it() -> None:
    """CT1.6, CT3.9."""
    assert planned(Order((Item("TV", 1, (900, 600, 150), 900, ("own_box",)),), (BIG,))).why == "Ships in its own box."


def test_two_parcels_that_are_cheaper_do_not_say_that_no_carton_holds_all() -> None:
    """CT1.6, CT4.6: a surcharge makes the long carton dearer; it would hold both."""
    long = box("LONG", 600, 200, 200, cost_minor=50)
    rate = Rate(per_parcel_minor=500, surcharges=(Surcharge("length_over_mm", 500, 2000),))
    plan = planned(
        Order((Item("A", 2, (290, 190, 190), 900),), (box("S", 300, 200, 200, cost_minor=30), long), rate=rate)
    )
    assert plan.why == "2 parcels (2 x S) for 2 units, 10.60 in all; LONG holds all too, but costs 14.90 more."


@pytest.mark.parametrize(
    ("item", "carton", "detail"),
    [
        # The longest side fits, the second does not.
        (Item("CUSHION-LINEN", 1, (430, 420, 110), 800), box("A", 500, 400, 330), "CUSHION-LINEN 420 > 400 mm"),
        # Any way up it would fit; upright it is too tall.
        (Item("WINE", 1, (90, 90, 320), 1300, ("this_way_up",)), box("A", 400, 200, 300), "WINE 320 > 300 mm"),
    ],
)
def test_too_short_names_the_side_that_is_in_the_way(item: Item, carton: Carton, detail: str) -> None:
    """CT1.6: not all three sides: the one that exceeds, and what it exceeds."""
    plan = planned(Order((item,), (carton, box("BIG", 600, 600, 400)), objective="count"))
    assert [(no.code, no.detail) for no in plan.rejected] == [("too_short", detail)]
    sku, _, sides = detail.partition(" ")
    assert plan.why == f"Only carton that holds it; A is too short for {sku} ({sides})."


def test_without_an_alternative_the_next_carton_says_why() -> None:
    """CT1.2, CT1.6: a packer who presses 1 and gets nothing knows why; what size explains comes last."""
    first, flat = box("M4", 340, 220, 350, cost_minor=104), box("F1", 580, 580, 90, cost_minor=245)
    weak = box("L2", 500, 400, 330, cost_minor=156, max_weight_g=800)
    plan = planned(Order((LAMP,), (first, weak, flat)))
    assert (plan.parcels[0].carton, plan.alternatives) == ("M4", ())
    assert plan.why.endswith("; no other carton: L2 takes too little weight (1.0 of 0.8 kg).")
    larger = box("L3", 600, 400, 430, cost_minor=214)
    assert "no other carton" not in planned(Order((LAMP,), (first, weak, flat, larger))).why
