"""The validator catches what it is there for: one sound carton, and one mutant for every rule it knows (CT12.4).

The carton, seen from the front. Two books lie on the floor; wine, glass and mugs stand on the front one:

    z 60..200   WINE  GLASS  MUG MUG
    z  0..60    BOOK 1 (front)   BOOK 2 (back)
"""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from tests.cartons.check import broken_rules
from tests.cartons.check.figures import parcel_cost_minor
from tests.cartons.check.reading import read, units_of

Document = dict[str, Any]


def order() -> Document:
    return {
        "cartons": [
            {
                "code": "M",
                "inner_mm": [300, 200, 200],
                "outer_mm": [310, 210, 210],
                "max_weight_g": 20_000,
                "empty_weight_g": 300,
                "cost_minor": 75,
            },
            {"code": "L", "inner_mm": [300, 300, 300], "max_weight_g": 20_000, "empty_weight_g": 500},
        ],
        "items": [
            {"sku": "BOOK", "quantity": 2, "size_mm": [300, 100, 60], "weight_g": 1500, "poses": ["lwh", "wlh"]},
            {"sku": "WINE", "quantity": 1, "size_mm": [80, 80, 140], "weight_g": 1300, "flags": ["this_way_up"]},
            {"sku": "GLASS", "quantity": 1, "size_mm": [100, 100, 100], "weight_g": 600, "flags": ["fragile"]},
            {"sku": "MUG", "quantity": 2, "size_mm": [60, 60, 70], "weight_g": 350},
        ],
        "objective": "cost",
        "dim_divisor_cm3_per_kg": 5022,
        "rate": {"per_parcel_minor": 800, "per_kg_minor": 137},
    }


def lies(sku: str, unit: int, at: list[int], size: list[int], step: int) -> Document:
    return {"sku": sku, "unit": unit, "position_mm": at, "size_mm": size, "step": step}


def answer() -> Document:
    return {
        "parcels": [
            {
                "carton": "M",
                "items": [
                    lies("BOOK", 1, [0, 0, 0], [300, 100, 60], 1),
                    lies("BOOK", 2, [0, 100, 0], [300, 100, 60], 2),
                    lies("WINE", 1, [0, 0, 60], [80, 80, 140], 3),
                    lies("GLASS", 1, [80, 0, 60], [100, 100, 100], 4),
                    lies("MUG", 1, [180, 0, 60], [60, 60, 70], 5),
                    lies("MUG", 2, [240, 0, 60], [60, 60, 70], 6),
                ],
                # 300 + 2 x 1500 + 1300 + 600 + 2 x 350 g; 6,000 of 12,000 cm3; 75 + 800 + 6 x 137.
                "weight_g": 5900,
                "fill": 0.5,
                "cost_minor": 1697,
            }
        ],
        "unplaced": [],
        "objective_value": 1697,
        "lower_bound": 1600,
        "optimal": False,
        "elapsed_ms": 1,
        "why": "Smallest carton that holds all 6.",
    }


def numbers(document: Document, told: Document) -> set[str]:
    return {rule.split()[0] for rule in broken_rules(document, told)}


def test_the_sound_carton_breaks_no_rule() -> None:
    assert broken_rules(order(), answer()) == []


WINE, GLASS, MUG_2 = 2, 3, 5


def _piece(told: Document, n: int) -> Document:
    piece: Document = told["parcels"][0]["items"][n]
    return piece


def _shift(n: int, axis: int, by_mm: int) -> Callable[[Document, Document], None]:
    def mutate(document: Document, told: Document) -> None:
        _piece(told, n)["position_mm"][axis] += by_mm

    return mutate


def _swap_steps(a: int, b: int) -> Callable[[Document, Document], None]:
    def mutate(document: Document, told: Document) -> None:
        one, other = _piece(told, a), _piece(told, b)
        one["step"], other["step"] = other["step"], one["step"]

    return mutate


def _turn_the_bottle(document: Document, told: Document) -> None:
    _piece(told, WINE)["size_mm"] = [140, 80, 80]


def _drop_a_unit(document: Document, told: Document) -> None:
    told["parcels"][0]["items"].pop(MUG_2)


def _pack_a_unit_twice(document: Document, told: Document) -> None:
    told["parcels"][0]["items"].append(lies("MUG", 2, [240, 60, 60], [60, 60, 70], 7))


def _pack_what_nobody_ordered(document: Document, told: Document) -> None:
    _piece(told, MUG_2)["unit"] = 3


def _half_a_millimetre(document: Document, told: Document) -> None:
    _piece(told, MUG_2)["position_mm"][0] = 239.5


def _swap_without_support(document: Document, told: Document) -> None:
    document["support_pct"] = 0
    _swap_steps(0, WINE)(document, told)


def _item(n: int, **fields: Any) -> Callable[[Document, Document], None]:
    return lambda document, told: document["items"][n].update(fields)


def _items(first: dict[str, Any], second: dict[str, Any], **top: Any) -> Callable[[Document, Document], None]:
    def mutate(document: Document, told: Document) -> None:
        document["items"][0].update(first)
        document["items"][1].update(second)
        document.update(top)

    return mutate


def _carton(**fields: Any) -> Callable[[Document, Document], None]:
    return lambda document, told: document["cartons"][0].update(fields)


def _document(**fields: Any) -> Callable[[Document, Document], None]:
    return lambda document, told: document.update(fields)


def _answer(**fields: Any) -> Callable[[Document, Document], None]:
    return lambda document, told: told.update(fields)


def _parcel(**fields: Any) -> Callable[[Document, Document], None]:
    return lambda document, told: told["parcels"][0].update(fields)


def _says(n: int, **fields: Any) -> Callable[[Document, Document], None]:
    return lambda document, told: _piece(told, n).update(fields)


def _leave_out(reason: str) -> Callable[[Document, Document], None]:
    def mutate(document: Document, told: Document) -> None:
        told["parcels"][0]["items"].pop(MUG_2)
        told["unplaced"].append({"sku": "MUG", "unit": 2, "reason": reason})

    return mutate


def _freeze_elsewhere(document: Document, told: Document) -> None:
    row = {"parcel": 1, "carton": "M", "sku": "MUG", "unit": 1, "position_mm": [0, 0, 0], "size_mm": [60, 60, 70]}
    document["frozen"] = [row]


def _freeze_in_another_carton(document: Document, told: Document) -> None:
    row = {"parcel": 1, "carton": "L", "sku": "BOOK", "unit": 1, "position_mm": [0, 0, 0], "size_mm": [300, 100, 60]}
    document["frozen"] = [row]


def _freeze_a_late_step(document: Document, told: Document) -> None:
    row = {"parcel": 1, "carton": "M", "sku": "MUG", "unit": 2, "position_mm": [240, 0, 60], "size_mm": [60, 60, 70]}
    document["frozen"] = [row]


def _alternative(**fields: Any) -> Callable[[Document, Document], None]:
    """The same heap in L, which is 10 cm higher and holds it as well: 500 g of tare, 4,200 g over 27 litres."""

    def mutate(document: Document, told: Document) -> None:
        choice = copy.deepcopy(told["parcels"][0])
        # 6,100 g gross, 27,000 cm3 outer: dim 5,377 g, billable 7,000 g: 800 + 959.
        choice.update(carton="L", weight_g=6100, fill=0.2222, cost_minor=1759, more_minor=62)
        choice.update(fields)
        told["alternatives"] = [choice]

    return mutate


MUTANTS: list[tuple[str, Callable[[Document, Document], None], str]] = [
    ("a unit shifted by 1 mm into its neighbour", _shift(GLASS, 0, -1), "CT3.3"),
    ("a unit shifted by 1 mm through the wall", _shift(MUG_2, 0, 1), "CT3.2"),
    ("a unit shifted by 1 mm through the front", _shift(WINE, 1, -1), "CT3.2"),
    ("a unit lifted by 1 mm", _shift(MUG_2, 2, 1), "CT3.5"),
    ("two steps swapped", _swap_steps(0, WINE), "CT3.5"),
    ("two steps swapped: lowered through a unit", _swap_steps(0, WINE), "CT7.2"),
    ("steps swapped where nothing needs support", _swap_without_support, "CT7.2"),
    ("a step twice", _says(MUG_2, step=5), "CT7.1"),
    ("a unit dropped", _drop_a_unit, "CT3.1"),
    ("a unit packed twice", _pack_a_unit_twice, "CT3.1"),
    ("a unit nobody ordered", _pack_what_nobody_ordered, "CT3.1"),
    ("half a millimetre", _half_a_millimetre, "CT2.3"),
    ("a bottle turned", _turn_the_bottle, "CT3.4"),
    ("a size that is no pose", _says(MUG_2, size_mm=[60, 60, 69]), "CT3.4"),
    ("padding that nobody kept", _document(padding_mm=1), "CT3.2"),
    ("wrap that nobody wound", _item(2, wrap_mm=1), "CT3.4"),
    ("something above a no_stack book", _item(0, flags=["no_stack"]), "CT3.6"),
    ("a bottle above a fragile book", _item(0, flags=["fragile"]), "CT3.6"),
    ("a liquid above a dry book", _item(1, flags=["this_way_up", "liquid"]), "CT3.6"),
    ("2,600 g above a book that carries 2,599", _item(0, top_load_g=2599), "CT3.7"),
    ("two hazard classes", _items({"flags": ["hazmat:3"]}, {"flags": ["this_way_up", "hazmat:8"]}), "CT3.8"),
    (
        "two groups that stay apart",
        _items({"groups": ["food"]}, {"groups": ["chemical"]}, rules={"apart": [["chemical", "food"]]}),
        "CT3.8",
    ),
    ("a ship_alone unit in company", _item(2, flags=["fragile", "ship_alone"]), "CT3.9"),
    ("an own_box unit in a carton", _item(2, flags=["own_box"]), "CT3.9"),
    ("a gram too many for the carton", _carton(max_weight_g=5899), "CT3.12"),
    ("a gram too many for the carrier", _document(rules={"max_parcel_weight_g": 5899}), "CT3.12"),
    ("a unit too many for the carton", _carton(max_units=5), "CT3.12"),
    ("a unit too many for the shop", _document(rules={"max_units_per_parcel": 5}), "CT3.12"),
    ("a carton that is out of stock", _carton(available=0), "CT3.13"),
    ("a carton that is not in the document", _parcel(carton="XXL"), "CT8.1"),
    ("an empty parcel", _parcel(items=[]), "CT3.1"),
    ("a unit left out for nothing", _leave_out("no_carton_left"), "CT4.1"),
    ("a unit called too large", _leave_out("too_large"), "CT3.1"),
    ("a unit called too heavy", _leave_out("too_heavy"), "CT3.1"),
    ("a reason nobody knows", _leave_out("tired"), "CT3.1"),
    ("a weight without the carton", _parcel(weight_g=5600), "CT8.3"),
    ("a fill rounded away", _parcel(fill=0.5001), "CT8.3"),
    ("a cost a cent too low", _parcel(cost_minor=1696), "CT4.3"),
    ("a dimensional weight of inner sides", _parcel(dim_weight_g=2390), "CT4.2"),
    ("a billable weight not rounded up", _parcel(billable_g=5900), "CT4.2"),
    ("parts that do not add up", _parcel(money={"carton_minor": 75, "total_minor": 1697}), "CT4.3"),
    ("a void of somebody else", _parcel(void_ml=5000), "CT8.1"),
    ("an objective a cent too low", _answer(objective_value=1696), "CT4.1"),
    ("a key with a wrong second number", _answer(objective_key=[1697, 2, 13_671_000, 310]), "CT4.1"),
    ("a bound above the answer", _answer(lower_bound=1698), "CT5.13"),
    ("optimal without a bound that meets it", _answer(optimal=True), "CT5.13"),
    ("proven, yet not optimal", _answer(status="proven"), "CT1.5"),
    ("no reason given", _answer(why=" "), "CT1.6"),
    ("an assumed size not told", _item(2, size_mm=None), "CT3.4"),
    ("an assumed size told of a measured unit", _says(GLASS, estimated=True), "CT6.1"),
    ("a pose by another name", _says(MUG_2, pose="hwl"), "CT8.1"),
    ("resting on the wrong step", _says(MUG_2, rests_on=[2]), "CT8.1"),
    ("no words", _says(MUG_2, words=""), "CT7.3"),
    ("a layer forgotten", _parcel(layers=[{"z_mm": 0, "steps": [1, 2]}]), "CT7.5"),
    ("a frozen unit moved", _freeze_elsewhere, "CT1.7"),
    ("a frozen unit in another carton", _freeze_in_another_carton, "CT1.7"),
    ("a frozen unit that comes after new ones", _freeze_a_late_step, "CT1.7"),
    ("an alternative that is the suggestion", _alternative(carton="M"), "CT1.2"),
    ("an alternative that costs something else", _alternative(more_minor=61), "CT1.2"),
    ("an alternative that holds less", _alternative(items=answer()["parcels"][0]["items"][:5]), "CT1.2"),
]


@pytest.mark.parametrize(("what", "mutate", "rule"), [pytest.param(*row, id=row[0]) for row in MUTANTS])
def test_a_mutant_is_caught(what: str, mutate: Callable[[Document, Document], None], rule: str) -> None:
    """CT12.4, and one mutant for each rule besides."""
    document, told = order(), answer()
    mutate(document, told)
    assert rule in numbers(document, told), f"{what}: expected {rule}, got {broken_rules(document, told)}"


@pytest.mark.parametrize(("under_mm", "support_pct", "stands"), [(70, 70, True), (69, 70, False), (1, 0, True)])
def test_seventy_percent_of_the_base_carry(under_mm: int, support_pct: int, stands: bool) -> None:
    """CT3.5, to the millimetre; 0 switches it off."""
    document = {
        "cartons": [{"code": "A", "inner_mm": [100, 100, 100], "max_weight_g": 9000, "empty_weight_g": 0}],
        "items": [
            {"sku": "BLOCK", "quantity": 1, "size_mm": [under_mm, 100, 50], "weight_g": 100},
            {"sku": "BOARD", "quantity": 1, "size_mm": [100, 100, 50], "weight_g": 100},
        ],
        "objective": "count",
        "support_pct": support_pct,
    }
    rows = [lies("BLOCK", 1, [0, 0, 0], [under_mm, 100, 50], 1), lies("BOARD", 1, [0, 0, 50], [100, 100, 50], 2)]
    told = {
        "parcels": [{"carton": "A", "items": rows, "weight_g": 200, "fill": (under_mm + 100) / 200, "cost_minor": 0}],
        "unplaced": [],
        "objective_value": 1,
        "lower_bound": 1,
        "optimal": True,
        "why": "One block, one board.",
    }
    assert ("CT3.5" not in numbers(document, told)) == stands


def test_a_true_alternative_is_accepted() -> None:
    document, told = order(), answer()
    _alternative()(document, told)
    assert broken_rules(document, told) == []


def test_units_of_one_sku_on_two_lines_are_numbered_on() -> None:
    document = order()
    document["items"].append({**document["items"][3], "quantity": 1})
    assert ("MUG", 3) in units_of(document)


# ---- mailers and tubes


def mailer() -> tuple[Document, Document]:
    document = {
        "cartons": [
            {
                "code": "MAILER",
                "inner_mm": [360, 260, 60],
                "max_weight_g": 2000,
                "empty_weight_g": 20,
                "kind": "mailer",
            },
            {"code": "TUBE", "inner_mm": [700, 100, 100], "max_weight_g": 2000, "empty_weight_g": 90, "kind": "tube"},
        ],
        "items": [
            {"sku": "SHIRT", "quantity": 1, "size_mm": [280, 220, 20], "weight_g": 220, "flags": ["soft"]},
            {"sku": "SOCKS", "quantity": 1, "size_mm": [90, 20, 200], "weight_g": 80, "flags": ["soft"]},
        ],
        "objective": "count",
    }
    # 1,232,000 + 360,000 of 5,616,000 mm3.
    told = {
        "parcels": [
            {
                "carton": "MAILER",
                "items": [
                    lies("SHIRT", 1, [0, 0, 0], [280, 220, 20], 1),
                    lies("SOCKS", 1, [0, 0, 20], [200, 90, 20], 2),
                ],
                "weight_g": 320,
                "fill": 0.2835,
                "cost_minor": 0,
            }
        ],
        "unplaced": [],
        "objective_value": 1,
        "lower_bound": 1,
        "optimal": True,
        "why": "Flat enough for the mailer.",
    }
    return document, told


def test_a_sound_mailer_breaks_no_rule() -> None:
    assert broken_rules(*mailer()) == []


@pytest.mark.parametrize(
    ("what", "inner_mm", "flags"),
    [
        ("one stack of 40 mm", [360, 260, 39], ["soft"]),
        ("220 + 40 mm wide", [360, 259, 60], ["soft"]),
        ("280 + 40 mm long", [319, 260, 60], ["soft"]),
        ("glass never in a mailer", [360, 260, 60], ["fragile"]),
        ("a hazard class never in a mailer", [360, 260, 60], ["hazmat:3"]),
    ],
)
def test_a_mailer_that_does_not_close_is_caught(what: str, inner_mm: list[int], flags: list[str]) -> None:
    """CT3.10."""
    document, told = mailer()
    document["cartons"][0]["inner_mm"] = inner_mm
    document["items"][1]["flags"] = flags
    assert "CT3.10" in numbers(document, told), what


def test_a_mailer_filled_upside_down_is_caught() -> None:
    """CT3.10: footprints fall upwards, everything at the same corner."""
    document, told = mailer()
    rows = told["parcels"][0]["items"]
    rows[0]["position_mm"], rows[1]["position_mm"] = [0, 0, 20], [0, 0, 0]
    assert "CT3.10" in numbers(document, told)


@pytest.mark.parametrize(("sides", "fits"), [([680, 70, 70], True), ([680, 71, 71], False), ([701, 20, 20], False)])
def test_a_tube_is_round_inside(sides: list[int], fits: bool) -> None:
    """CT3.10: 70 and 70 mm span a diagonal of 99 mm, 71 and 71 one of 101."""
    document, told = mailer()
    document["items"] = [{"sku": "POSTER", "quantity": 1, "size_mm": sides, "weight_g": 250}]
    fill = round(sides[0] * sides[1] * sides[2] / 7_000_000, 4)
    told["parcels"] = [
        {
            "carton": "TUBE",
            "items": [lies("POSTER", 1, [0, 0, 0], sides, 1)],
            "weight_g": 340,
            "fill": fill,
            "cost_minor": 0,
        }
    ]
    assert ("CT3.10" not in numbers(document, told)) == fits


# ---- several parcels


def two_parcels() -> tuple[Document, Document]:
    document = {
        "cartons": [
            {"code": "A", "inner_mm": [100, 100, 100], "max_weight_g": 9000, "empty_weight_g": 50, "available": 2}
        ],
        "items": [
            {"sku": "CUP", "quantity": 1, "size_mm": [100, 100, 100], "weight_g": 300},
            {"sku": "DISH", "quantity": 1, "size_mm": [100, 100, 100], "weight_g": 400},
            {"sku": "PRINTER", "quantity": 1, "size_mm": [500, 400, 300], "weight_g": 8000, "flags": ["own_box"]},
        ],
        "objective": "volume",
    }
    told = {
        "parcels": [
            {"carton": "A", "items": [lies("CUP", 1, [0, 0, 0], [100, 100, 100], 1)], "weight_g": 350, "fill": 1.0},
            {"carton": "A", "items": [lies("DISH", 1, [0, 0, 0], [100, 100, 100], 1)], "weight_g": 450, "fill": 1.0},
            {
                "carton": "OWN",
                "items": [lies("PRINTER", 1, [0, 0, 0], [500, 400, 300], 1)],
                "weight_g": 8000,
                "fill": 1,
            },
        ],
        "unplaced": [],
        "objective_value": 62_000_000,
        "lower_bound": 62_000_000,
        "optimal": True,
        "why": "Two cubes and a printer.",
    }
    for parcel in told["parcels"]:  # type: ignore[attr-defined]  # a list, three lines above
        parcel["cost_minor"] = 0
    return document, told


def test_two_sound_parcels_and_an_own_box_break_no_rule() -> None:
    assert broken_rules(*two_parcels()) == []


def test_a_kit_in_two_parcels_is_caught() -> None:
    """CT3.11."""
    document, told = two_parcels()
    document["items"][0]["together"] = document["items"][1]["together"] = "kit"
    assert "CT3.11" in numbers(document, told)


def test_half_a_kit_left_out_is_caught() -> None:
    """CT3.11: together, or not at all."""
    document, told = two_parcels()
    document["items"][0]["together"] = document["items"][1]["together"] = "kit"
    told["parcels"].pop(1)
    told["unplaced"].append({"sku": "DISH", "unit": 1, "reason": "together"})
    assert "CT3.11" in numbers(document, told)


def test_one_carton_more_than_in_stock_is_caught() -> None:
    """CT3.13."""
    document, told = two_parcels()
    document["cartons"][0]["available"] = 1
    assert "CT3.13" in numbers(document, told)


def test_an_own_box_stands_at_its_own_corner() -> None:
    """CT3.9."""
    document, told = two_parcels()
    told["parcels"][2]["items"][0]["position_mm"] = [1, 0, 0]
    assert "CT3.9" in numbers(document, told)


def test_a_box_filled_to_two_thirds_with_an_assumed_size_is_caught() -> None:
    """CT6.1: at most 65 % of the inner volume."""
    document, told = two_parcels()
    document["items"][0]["size_mm"], document["unknown_size_mm"] = None, [100, 100, 100]
    told["parcels"][0]["items"][0]["estimated"] = True
    assert "CT6.1" in numbers(document, told)


# ---- many units, where pairs are not compared one by one


def cubes(edge: int) -> tuple[Document, Document]:
    rows = [
        lies(
            "CUBE",
            1 + x + edge * (y + edge * z),
            [10 * x, 10 * y, 10 * z],
            [10, 10, 10],
            1 + x + edge * (y + edge * z),
        )
        for z in range(edge)
        for y in range(edge)
        for x in range(edge)
    ]
    inner_mm = [10 * edge] * 3
    document = {
        "cartons": [{"code": "A", "inner_mm": inner_mm, "max_weight_g": 9000, "empty_weight_g": 0}],
        "items": [{"sku": "CUBE", "quantity": edge**3, "size_mm": [10, 10, 10], "weight_g": 1}],
        "objective": "count",
    }
    told = {
        "parcels": [{"carton": "A", "items": rows, "weight_g": edge**3, "fill": 1.0, "cost_minor": 0}],
        "unplaced": [],
        "objective_value": 1,
        "lower_bound": 1,
        "optimal": True,
        "why": "All of them.",
    }
    return document, told


def test_343_sound_cubes_break_no_rule() -> None:
    assert broken_rules(*cubes(7)) == []


def test_among_343_cubes_one_pushed_by_a_millimetre_is_caught() -> None:
    document, told = cubes(7)
    told["parcels"][0]["items"][170]["position_mm"][0] += 1
    assert "CT3.3" in numbers(document, told)


def test_among_343_cubes_one_put_in_last_is_caught() -> None:
    document, told = cubes(7)
    rows = told["parcels"][0]["items"]
    rows[0]["step"], rows[342]["step"] = 343, 1
    assert {"CT7.2", "CT3.5"} <= numbers(document, told)


# ---- money, by the published figures


def _cost_minor(document: Document, code: str, weight_g: int) -> int:
    document = {**document, "items": [{"sku": "X", "quantity": 1, "size_mm": [1, 1, 1], "weight_g": weight_g}]}
    told = {"parcels": [{"carton": code, "items": [lies("X", 1, [0, 0, 0], [1, 1, 1], 1)]}]}
    parcels, misread = read(document, told, units_of(document))
    assert misread == []
    return parcel_cost_minor(document, parcels[0])


@pytest.mark.parametrize(("side_round_um", "cost_minor"), [(25_400, 1585), (0, 1448)])
def test_sides_count_in_whole_inches_where_the_carrier_says_so(side_round_um: int, cost_minor: int) -> None:
    """CT8.6, inch-rounding: 308 x 257 x 213 mm are 13 x 11 x 9 inches."""
    carton = {
        "code": "A",
        "inner_mm": [301, 250, 200],
        "outer_mm": [308, 257, 213],
        "max_weight_g": 20_000,
        "empty_weight_g": 300,
        "cost_minor": 100,
    }
    rate = {"per_parcel_minor": 800, "per_kg_minor": 137, "side_round_um": side_round_um}
    document = {"cartons": [carton], "dim_divisor_cm3_per_kg": 5022, "rate": rate}
    assert _cost_minor(document, "A", 900) == cost_minor


def test_of_one_group_only_the_dearest_surcharge_counts() -> None:
    """CT8.6, step-handling: one XL 9,202, of it 2,950 handling; CT4.6 for the group."""
    carton = {
        "code": "XL",
        "inner_mm": [700, 520, 470],
        "outer_mm": [707, 527, 483],
        "max_weight_g": 31_000,
        "empty_weight_g": 1500,
        "cost_minor": 520,
    }
    surcharges = [
        {"when": "volume_over_cm3", "limit": 169_901, "amount_minor": 2950, "group": "handling"},
        {"when": "length_over_mm", "limit": 706, "amount_minor": 100, "group": "handling"},
        {"when": "length_over_mm", "limit": 707, "amount_minor": 9999},
    ]
    rate = {"per_parcel_minor": 800, "per_kg_minor": 137, "surcharges": surcharges}
    document = {"cartons": [carton], "dim_divisor_cm3_per_kg": 5022, "rate": rate}
    assert _cost_minor(document, "XL", 12_000) == 9202
