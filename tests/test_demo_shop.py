"""The demo shop holds together: what newcomers meet first must not be broken by a slip in its data (issue: demo)."""

from __future__ import annotations

import csv
import itertools
import unicodedata
from collections import Counter, defaultdict
from datetime import date, datetime
from functools import cache
from pathlib import Path

import pytest

from packstation.assets import asset
from packstation.safe import safe
from tests.demo_shop import HEADS, files
from tests.demo_shop.goods import check_digit

FLAGS = {"fragile", "this_way_up", "no_stack", "ship_alone", "own_box", "liquid", "soft", "lot", "serial", "expiry"}
# The heads that commands.md fixes; more columns may follow.
FIXED = {
    "catalog.csv": "sku,name,barcode,length_mm,width_mm,height_mm,weight_g,price_minor,flags",
    "cartons.csv": (
        "code,name,inner_length_mm,inner_width_mm,inner_height_mm,outer_length_mm,outer_width_mm,outer_height_mm,"
        "empty_weight_g,max_weight_g,cost_minor,kind"
    ),
    "locations.csv": "location,zone,sequence,aisle,bay,x_mm,y_mm",
    "stock.csv": "site,location,sku,quantity,lot,expiry",
    "orders.csv": (
        "order,channel,ordered_at,ship_by,service,name,address1,address2,city,region,postcode,country,phone,email,sku,"
        "quantity,price_minor,currency,note"
    ),
    "users.csv": "user,name,role,badge,pin",
}

Row = dict[str, str]


@cache
def _rows(name: str) -> tuple[Row, ...]:
    with Path(asset("demo", name)).open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def _codes(row: Row) -> list[tuple[str, int]]:
    parts = [code.partition("*") for code in row["barcode"].split("|")]
    return [(code, int(units or 1)) for code, _, units in parts]


def _lines_by_order() -> dict[str, dict[str, int]]:
    lines: dict[str, dict[str, int]] = defaultdict(dict)
    for row in _rows("orders.csv"):
        assert row["sku"] not in lines[row["order"]], f"order {row['order']} names {row['sku']} twice"
        lines[row["order"]][row["sku"]] = int(row["quantity"])
    return lines


def _stock(site: str) -> Counter[str]:
    held: Counter[str] = Counter()
    for row in _rows("stock.csv"):
        if row["site"] == site:
            held[row["sku"]] += int(row["quantity"])
    return held


@pytest.mark.parametrize("name", sorted(HEADS))
def test_each_file_is_what_the_generator_makes(name: str) -> None:
    assert asset("demo", name).read_bytes() == files()[name].encode()


def test_another_seed_makes_another_shop_of_the_same_goods() -> None:
    ours, other = files(), files(seed=2)
    assert other["orders.csv"] != ours["orders.csv"]
    assert other["catalog.csv"] == ours["catalog.csv"]


@pytest.mark.parametrize("name", sorted(FIXED))
def test_heads_begin_as_the_command_line_fixes_them(name: str) -> None:
    head = asset("demo", name).read_text(encoding="utf-8").partition("\n")[0]
    assert head.split(",")[: len(FIXED[name].split(","))] == FIXED[name].split(",")


def test_every_barcode_has_a_right_check_digit_and_is_nobodys_product() -> None:
    """Prefixes 04 and 20 to 29 are for use inside a company."""
    for row in _rows("catalog.csv"):
        for code, units in _codes(row):
            assert code.isdigit()
            assert len(code) in (12, 13, 14)
            assert check_digit(code[:-1]) == code[-1], f"{row['sku']}: check digit of {code}"
            gtin = code.zfill(14)
            assert gtin[1:3] == "04" or gtin[1] == "2", f"{row['sku']}: {code} is outside the restricted ranges"
            assert (len(code) == 14) == (units > 1), f"{row['sku']}: {code}"


def test_the_check_digit_is_the_one_of_the_published_examples() -> None:
    assert check_digit("629104150021") == "3"
    assert check_digit("03600029145") == "2"


def test_no_two_barcodes_are_equal_even_when_padded() -> None:
    gtins = [code.zfill(14) for row in _rows("catalog.csv") for code, _ in _codes(row)]
    assert [gtin for gtin, count in Counter(gtins).items() if count > 1] == []


def test_the_catalog_holds_every_kind_of_trouble() -> None:
    catalog = _rows("catalog.csv")
    assert len(catalog) >= 120
    assert len({row["sku"] for row in catalog}) == len(catalog)
    seen: set[str] = set()
    for row in catalog:
        for flag in filter(None, row["flags"].split("|")):
            assert flag in FLAGS or flag.startswith("hazmat:"), f"{row['sku']}: {flag}"
            seen.add(flag)
        for side in ("length_mm", "width_mm", "height_mm", "weight_g", "price_minor"):
            assert int(row[side]) > 0, f"{row['sku']}: {side}"
    assert seen >= FLAGS
    assert {"hazmat:3", "hazmat:8"} <= seen
    assert any(units == 12 for row in catalog for _, units in _codes(row))
    assert any(sum(units == 1 for _, units in _codes(row)) > 1 for row in catalog), "several codes for one unit"
    assert any('"' in row["name"] for row in catalog)
    assert max(len(row["name"]) for row in catalog) > 100


def test_variants_of_a_parent_differ_in_an_attribute() -> None:
    """Floor FL4.25 names the attribute that differs."""
    families: dict[str, list[str]] = defaultdict(list)
    for row in _rows("catalog.csv"):
        assert bool(row["parent"]) == bool(row["attributes"])
        if row["parent"]:
            families[row["parent"]].append(row["attributes"])
    assert len(families["MUG"]) == 18
    for parent, attributes in families.items():
        assert len(set(attributes)) == len(attributes) > 1, parent
        names = {tuple(part.partition("=")[0] for part in text.split("|")) for text in attributes}
        assert len(names) == 1, f"{parent}: {names}"


def test_cartons_are_as_large_outside_as_their_walls_make_them() -> None:
    cartons = _rows("cartons.csv")
    assert Counter(row["kind"] for row in cartons) == {"box": 12, "mailer": 2}
    for row in cartons:
        for side in ("length", "width", "height"):
            assert int(row[f"outer_{side}_mm"]) > int(row[f"inner_{side}_mm"]) > 0
        assert 0 < int(row["empty_weight_g"]) < int(row["max_weight_g"])
        assert int(row["cost_minor"]) > 0


def test_every_article_fits_into_some_carton_by_itself() -> None:
    """CT3.4: what must stay upright has two poses, the rest six; what has its own box needs no other."""
    cartons = _rows("cartons.csv")
    for row in _rows("catalog.csv"):
        flags = set(row["flags"].split("|"))
        if "own_box" in flags:
            continue
        length, width, height = int(row["length_mm"]), int(row["width_mm"]), int(row["height_mm"])
        upright = flags & {"this_way_up", "liquid"}
        poses = (
            [(length, width, height), (width, length, height)]
            if upright
            else list(itertools.permutations((length, width, height)))
        )
        taken = [
            carton["code"]
            for carton in cartons
            if int(row["weight_g"]) + int(carton["empty_weight_g"]) <= int(carton["max_weight_g"])
            and any(
                all(
                    side <= int(carton[f"inner_{name}_mm"])
                    for side, name in zip(pose, ("length", "width", "height"), strict=True)
                )
                for pose in poses
            )
        ]
        assert taken, f"{row['sku']} fits into no carton"


def test_the_walk_passes_every_location_once() -> None:
    for name in ("locations.csv", "store-locations.csv"):
        rows = _rows(name)
        assert len({row["location"] for row in rows}) == len(rows)
        sequences = [int(row["sequence"]) for row in rows]
        assert sequences == sorted(set(sequences))
    assert {row["aisle"] for row in _rows("locations.csv")} == set("ABCDEF")
    assert "A-04-2" in {row["location"] for row in _rows("locations.csv")}
    ends = [(row["aisle"], int(row["bay"])) for row in _rows("locations.csv")]
    assert ends.index(("B", 10)) < ends.index(("B", 1)), "aisle B is walked back from where aisle A ended"


def test_stock_lies_where_its_site_has_shelves_and_names_known_goods() -> None:
    shelves = {
        "WH-1": {row["location"] for row in _rows("locations.csv")},
        "ST-1": {row["location"] for row in _rows("store-locations.csv")},
    }
    assert {row["site"] for row in _rows("sites.csv")} == set(shelves)
    catalog = {row["sku"]: row for row in _rows("catalog.csv")}
    for row in _rows("stock.csv"):
        assert row["location"] in shelves[row["site"]]
        assert int(row["quantity"]) > 0
        dated = "expiry" in catalog[row["sku"]]["flags"]
        assert bool(row["lot"]) == bool(row["expiry"]) == dated, f"{row['sku']}: lot and expiry"
        if dated:
            assert date.fromisoformat(row["expiry"]).year >= 2028
    keys = [(row["site"], row["location"], row["sku"], row["lot"]) for row in _rows("stock.csv")]
    assert len(set(keys)) == len(keys)


def test_badges_look_like_badges_and_pins_have_six_digits() -> None:
    users = _rows("users.csv")
    assert {row["role"] for row in users} == {"packer", "associate", "supervisor", "auditor"}
    for row in users:
        assert row["badge"].startswith("B.")
        assert len(row["badge"]) == 28
        assert set(row["badge"][2:]) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
        assert len(row["pin"]) == 6
        assert row["pin"].isdigit()
    for column in ("user", "name", "badge", "pin"):
        assert len({row[column] for row in users}) == len(users)


def test_orders_are_many_and_of_every_sort() -> None:
    lines = _lines_by_order()
    assert len(lines) >= 220
    catalog = {row["sku"] for row in _rows("catalog.csv")}
    assert {sku for basket in lines.values() for sku in basket} == catalog, "every article is bought by somebody"
    assert sum(len(basket) > 1 for basket in lines.values()) >= 80
    assert max(len(basket) for basket in lines.values()) >= 10
    quantities = {quantity for basket in lines.values() for quantity in basket.values()}
    assert {1, 2, 3, 12, 24} <= quantities
    assert max(quantities) == 24


def test_the_fields_of_an_order_are_the_same_in_all_its_rows() -> None:
    by_order: dict[str, Row] = {}
    for row in _rows("orders.csv"):
        head = {name: value for name, value in row.items() if name not in ("sku", "quantity", "price_minor")}
        assert by_order.setdefault(row["order"], head) == head
        assert row["currency"] == "USD"
        assert int(row["price_minor"]) > 0
        for needed in ("name", "address1", "city", "country", "postcode"):
            assert row[needed], f"order {row['order']}: {needed}"


def test_nobody_orders_the_same_twice() -> None:
    """Hub I9 would hold the second one as a possible duplicate."""
    heads = {row["order"]: (row["name"], row["address1"]) for row in _rows("orders.csv")}
    baskets = [(heads[order], tuple(sorted(basket.items()))) for order, basket in _lines_by_order().items()]
    assert len(set(baskets)) == len(baskets)


def test_orders_leave_with_two_collections() -> None:
    first_rows = {row["order"]: row for row in _rows("orders.csv")}.values()
    cutoffs = Counter(row["ship_by"] for row in first_rows)
    assert len(cutoffs) == 2
    assert min(cutoffs.values()) >= 50
    by_service: dict[str, set[str]] = defaultdict(set)
    for row in first_rows:
        by_service[row["service"]].add(row["ship_by"])
        assert datetime.fromisoformat(row["ordered_at"]) < datetime.fromisoformat(row["ship_by"])
    assert {service: len(times) for service, times in by_service.items()} == {"economy": 1, "ground": 1, "express": 1}


def test_names_come_from_many_scripts_and_hold_no_control_characters() -> None:
    names = {row["name"] for row in _rows("orders.csv")}
    assert "O'Brien & Sons <Ltd>" in names
    scripts = {
        unicodedata.name(character).split()[0] for name in names for character in name if not character.isascii()
    }
    assert {"CJK", "ARABIC", "GREEK", "CYRILLIC", "HEBREW", "THAI"} <= scripts
    assert any("Ệ" in name.upper() or "Ễ" in name.upper() for name in names), "Vietnamese"
    for row in _rows("orders.csv"):
        for column, text in row.items():
            assert text == safe(text, chars_max=400), f"order {row['order']}: {column} {text!r}"
            assert text == unicodedata.normalize("NFC", text)
            assert text == text.strip(" ")


def test_mail_and_telephones_reach_nobody() -> None:
    for row in _rows("orders.csv"):
        assert row["email"].endswith(("@example.com", "@example.org"))
        assert row["phone"] == "" or row["phone"].startswith("+1 555 01")


def test_each_order_can_be_filled_by_one_site_whatever_the_others_take() -> None:
    """The warehouse covers all orders but the store's own; the store covers those in full."""
    lines = _lines_by_order()
    warehouse, store = _stock("WH-1"), _stock("ST-1")
    local = set(store) - set(warehouse)
    assert len(local) == 4
    store_orders = {order for order, basket in lines.items() if set(basket) & local}
    assert 5 <= len(store_orders) <= 12
    demand: Counter[str] = Counter()
    for basket in lines.values():
        demand.update(basket)
    for order, basket in lines.items():
        held = store if order in store_orders else warehouse
        for sku in basket:
            assert held[sku] >= demand[sku], f"order {order}: {sku} has {held[sku]}, all orders want {demand[sku]}"


def test_the_store_could_fill_some_of_the_ordinary_orders_of_its_neighbours() -> None:
    """So the first routing rule, nearest by postcode prefix, has something to decide."""
    prefixes = tuple(next(row for row in _rows("sites.csv") if row["site"] == "ST-1")["postcode_prefixes"].split("|"))
    postcodes = {row["order"]: row["postcode"] for row in _rows("orders.csv") if row["country"] == "US"}
    near = [order for order, postcode in postcodes.items() if postcode.startswith(prefixes)]
    store, warehouse = _stock("ST-1"), _stock("WH-1")
    lines = _lines_by_order()
    choices = [
        order
        for order in near
        if all(store[sku] >= quantity and warehouse[sku] >= quantity for sku, quantity in lines[order].items())
    ]
    assert len(near) > len(choices) >= 3
