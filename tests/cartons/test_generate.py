"""Drawn orders are the published ones, or at least look like the shop they were drawn for (CT10.2, CT10.5)."""

import json
from collections import Counter

import pytest

from tests.cartons.check import broken_rules
from tests.cartons.generate import big, fuzzed, mpv, stock_cartons, synthetic
from tests.cartons.published import DATA, needs_data, rows_of


@needs_data
def test_the_bin_packing_recipe_draws_the_published_instances() -> None:
    """CT10.2: mpv.jsonl is the test vector, 40 instances of classes 1, 4, 6 and 8."""
    rows = rows_of("mpv")
    assert len(rows) == 40
    for row in rows:
        kind, n, v = (int(part) for part in row["id"].removeprefix("MPV").split("-"))
        drawn = mpv(kind, n, v)
        assert drawn["items"] == row["input"]["items"], row["id"]
        assert drawn["cartons"][0]["inner_mm"] == row["input"]["cartons"][0]["inner_mm"], row["id"]


@pytest.mark.parametrize(
    ("kind", "side", "first"),
    [(1, 100, [39, 85, 72]), (6, 10, None), (7, 40, None)],
)
def test_each_class_has_its_bin(kind: int, side: int, first: list[int] | None) -> None:
    drawn = mpv(kind, 50, 1)
    assert drawn["cartons"][0]["inner_mm"] == [side] * 3
    assert all(1 <= length <= side for item in drawn["items"] for length in item["size_mm"])
    assert first is None or drawn["items"][0]["size_mm"] == first


@needs_data
def test_our_cartons_are_those_of_the_published_sets() -> None:
    assert stock_cartons() == json.loads((DATA / "cartons-12.json").read_text())


def test_synthetic_orders_look_like_the_shop() -> None:
    """CT10.5: 1-20 units, one in five lines flat, the lightest 10 g."""
    orders = [synthetic(seed) for seed in range(300)]
    units = [sum(item["quantity"] for item in order["items"]) for order in orders]
    assert min(units) == 1
    assert max(units) <= 20
    assert 4.5 < sum(units) / len(units) < 6.5
    lines = [item for order in orders for item in order["items"]]
    flat = sum(180 <= item["size_mm"][0] <= 300 and item["size_mm"][2] <= 45 for item in lines) / len(lines)
    assert 0.15 < flat < 0.40
    assert min(item["weight_g"] for item in lines) >= 10


def test_big_orders_hold_15_to_60_units_for_ten_cartons() -> None:
    orders = [big(seed) for seed in range(100)]
    units = [sum(item["quantity"] for item in order["items"]) for order in orders]
    assert min(units) >= 15
    assert max(units) <= 60
    assert all(len(order["cartons"]) == 10 for order in orders)


def test_the_same_seed_draws_the_same_order() -> None:
    assert [draw(7) for draw in (synthetic, big, fuzzed)] == [draw(7) for draw in (synthetic, big, fuzzed)]
    assert synthetic(7) != synthetic(8)


def test_among_mean_orders_every_flag_kind_and_rule_comes_up() -> None:
    """CG9 says something only when each constraint is really asked for."""
    seen: Counter[str] = Counter()
    for seed in range(2000):
        order = fuzzed(seed)
        for item in order["items"]:
            seen.update(item.get("flags", ()))
            seen.update(name for name in ("poses", "top_load_g", "wrap_mm", "groups", "together") if name in item)
            seen["unknown size"] += item["size_mm"] is None
        for carton in order["cartons"]:
            seen[carton["kind"]] += 1
            seen.update(name for name in ("available", "max_units") if name in carton)
        seen.update(name for name in ("padding_mm", "void_minor_per_l") if name in order)
        seen.update(list(order.get("rules", {})))
        seen.update(name for name in ("surcharges", "side_round_um") if name in order.get("rate", {}))
    wanted = "fragile this_way_up no_stack liquid soft hazmat:3 hazmat:8 ship_alone own_box poses top_load_g wrap_mm"
    wanted += " groups together mailer tube pallet box available max_units padding_mm void_minor_per_l apart"
    wanted += " max_parcel_weight_g max_units_per_parcel surcharges side_round_um"
    assert {name: seen[name] for name in [*wanted.split(), "unknown size"] if seen[name] < 20} == {}


def test_a_mean_order_left_out_whole_is_noticed() -> None:
    """An engine that places nothing would break no geometry: the validator has to say that cartons had room."""
    noticed = 0
    for seed in range(200):
        order = fuzzed(seed)
        unplaced = [
            {"sku": item["sku"], "unit": unit, "reason": "no_carton_left"}
            for item in order["items"]
            for unit in range(1, item["quantity"] + 1)
        ]
        answer = {
            "parcels": [],
            "unplaced": unplaced,
            "objective_value": 0,
            "lower_bound": 0,
            "optimal": False,
            "why": ".",
        }
        noticed += any(rule.startswith("CT4.1") for rule in broken_rules(order, answer))
    assert noticed > 120
