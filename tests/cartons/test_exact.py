"""Proofs are honest: what is called impossible is, what is called fitting lies there without touching (CT5.14)."""

from collections.abc import Sequence
from itertools import combinations, permutations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from packstation.cartons.document import plan_document, read_order
from packstation.cartons.engine import planned
from packstation.cartons.exact import UNITS_MAX, is_installed, verdict
from packstation.cartons.plan import Triple
from tests.cartons.check import broken_rules
from tests.cartons.generate import synthetic

pytestmark = pytest.mark.skipif(
    not is_installed(), reason="the extra `exact` is not installed: pip install packstation[exact]"
)


def turned(*sides: int) -> tuple[Triple, ...]:
    """All poses of a unit with these sides."""
    return tuple(dict.fromkeys((a, b, c) for a, b, c in permutations(sides)))


def assert_lies_well(usable: Triple, poses: Sequence[Sequence[Triple]], boxes: Sequence[tuple[int, ...]]) -> None:
    assert len(boxes) == len(poses)
    for box, choice in zip(boxes, poses, strict=True):
        assert box[3:] in choice
        assert all(box[axis] >= 0 and box[axis] + box[axis + 3] <= usable[axis] for axis in range(3))
    for one, other in combinations(boxes, 2):
        assert any(
            one[axis] + one[axis + 3] <= other[axis] or other[axis] + other[axis + 3] <= one[axis]
            for axis in range(3)
        ), f"{one} lies in {other}"


def test_five_of_30_10_20_fill_60_10_50_to_the_last_millimetre() -> None:
    """enzoruiz/3dbinpacking#16: order-only random search never finds it."""
    units = [turned(30, 10, 20)] * 5
    found = verdict((60, 10, 50), units)
    assert found.answer == "fits"
    assert_lies_well((60, 10, 50), units, found.boxes)


def test_turning_the_carton_changes_nothing() -> None:
    """Trap: 60x10x50 and 50x10x60 must give the same answer."""
    for usable in ((60, 10, 50), (50, 10, 60), (10, 60, 50)):
        assert verdict(usable, [turned(30, 10, 20)] * 5).answer == "fits"
        assert verdict(usable, [turned(30, 10, 20)] * 6).answer == "impossible"


def test_an_infeasible_carton_is_called_impossible() -> None:
    """skjolber#297: a packing with overlap was returned."""
    units = [turned(213, 187, 180), turned(217, 170, 78), turned(129, 102, 71)]
    assert verdict((282, 222, 190), units).answer == "impossible"
    assert verdict((400, 300, 250), units).answer == "fits"


def test_mirror_and_order_rules_together_lose_no_packing() -> None:
    """CT5.14, the trap: a pinwheel of four equal boards around a gap, and a post in it."""
    units = [turned(30, 20, 10)] * 4 + [turned(10, 10, 10)]
    usable = (50, 50, 10)
    found = verdict(usable, units)
    assert found.answer == "fits"
    assert_lies_well(usable, units, found.boxes)
    assert verdict((50, 49, 10), units).answer == "impossible"


def test_a_bottle_stays_upright() -> None:
    upright = ((80, 80, 250),)
    assert verdict((300, 200, 100), [upright]).answer == "impossible"
    assert verdict((200, 150, 260), [upright, upright]).answer == "fits"


def test_too_little_effort_is_unknown_and_never_a_proof() -> None:
    units = [turned(n + 37, 2 * n + 23, 3 * n + 11) for n in range(UNITS_MAX)]
    assert verdict((180, 170, 160), units, tests=8).answer in ("unknown", "impossible")
    roomy = verdict((400, 400, 400), units, tests=1)
    assert roomy.answer in ("unknown", "fits")


def test_the_same_question_has_the_same_answer() -> None:
    units = [turned(13, 11, 7)] * 5 + [turned(9, 8, 5)] * 4
    assert verdict((30, 27, 20), units) == verdict((30, 27, 20), units)


def lies_by_trying_all(usable: Triple, poses: Sequence[Sequence[Triple]]) -> bool:
    """Every pose of every unit at every whole millimetre: slow, and right."""

    def next_one(n: int, used: frozenset[tuple[int, int, int]]) -> bool:
        if n == len(poses):
            return True
        for dx, dy, dz in poses[n]:
            room = (range(side - size + 1) for side, size in zip(usable, (dx, dy, dz), strict=True))
            for x, y, z in product(*room):
                mine = frozenset(product(range(x, x + dx), range(y, y + dy), range(z, z + dz)))
                if mine.isdisjoint(used) and next_one(n + 1, used | mine):
                    return True
        return False

    return next_one(0, frozenset())


small = st.integers(1, 3)


@settings(max_examples=60, deadline=None)
@given(
    usable=st.tuples(st.integers(2, 4), st.integers(2, 4), st.integers(1, 3)),
    units=st.lists(st.tuples(small, small, small, st.booleans()), min_size=1, max_size=4),
)
def test_on_small_boxes_the_proof_agrees_with_trying_everything(
    usable: Triple, units: list[tuple[int, int, int, bool]]
) -> None:
    """Honest both ways: no false proof, no false packing."""
    poses = [turned(a, b, c) if free else ((a, b, c),) for a, b, c, free in units]
    found = verdict(usable, poses)
    assert found.answer == ("fits" if lies_by_trying_all(usable, poses) else "impossible")
    if found.answer == "fits":
        assert_lies_well(usable, poses, found.boxes)


def test_a_plan_whose_better_cartons_are_all_disproved_is_called_optimal() -> None:
    """CG10: what 1 ms of search leaves open, the proof settles, for every order of up to 8 units."""
    opened = settled = 0
    for seed in range(80):
        document = {**synthetic(seed), "support_pct": 0}
        if sum(item["quantity"] for item in document["items"]) > 8:
            continue
        order, _ = read_order(document)
        searched, proven = planned(order, budget=1), planned(order, budget=1, prove=True)
        opened += any(no.code == "not_found" for no in searched.rejected)
        settled += proven.optimal
        assert broken_rules(document, plan_document(proven)) == []
        assert proven.objective_key <= searched.objective_key
        assert proven.optimal, f"synthetic({seed})"
    assert opened > 0
    assert settled > 40


def test_under_support_a_free_packing_is_no_plan() -> None:
    """CT5.14: a table top on four legs over a cake lies there in theory only; the plan stays `searched`."""
    document = {
        "cartons": [
            {"code": "SMALL", "inner_mm": [100, 100, 60], "max_weight_g": 9000},
            {"code": "LARGE", "inner_mm": [200, 110, 60], "max_weight_g": 9000},
        ],
        "items": [
            {"sku": "LEG", "quantity": 4, "size_mm": [10, 10, 50], "weight_g": 10, "poses": ["lwh"]},
            {"sku": "TOP", "quantity": 1, "size_mm": [100, 100, 10], "weight_g": 90, "flags": ["no_stack"]},
            {"sku": "CAKE", "quantity": 1, "size_mm": [80, 80, 50], "weight_g": 90, "flags": ["no_stack"]},
        ],
        "objective": "count",
    }
    assert (
        verdict((100, 100, 60), [((10, 10, 50),)] * 4 + [turned(100, 100, 10), turned(80, 80, 50)]).answer == "fits"
    )
    order, _ = read_order(document)
    plan = planned(order, budget=1, prove=True)
    assert broken_rules(document, plan_document(plan)) == []
    assert [parcel.carton for parcel in plan.parcels] == ["LARGE"]
    assert not plan.optimal
