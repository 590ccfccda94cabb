"""Rate sheets: four tables in, one dated revision known by its hash, a copy for each site (hub.md P2-P6)."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from packstation.cartons.price import parcel_money
from packstation.cartons.tariff import rate_of, tariff_of, zone_of
from sync.hub.intake.read import Unusable
from tests.sync.bench import Bench
from tests.sync.hub.shop import SITES, Shop

SERVICES = (
    "carrier,service,name,kind,currency,valid_from,dim_divisor_mm3_per_g,side_round_um,weight_step_g,min_price_minor,"
    "max_weight_g,max_length_mm,max_girth_mm,fuel_bp,cutoff,days\n"
    "UPS,ground,UPS Ground,parcel,USD,2026-01-01,5000,0,500,0,68000,2740,,1250,16:00,1111100\n"
)
BANDS = (
    "carrier,service,zone,over_g,upto_g,price_minor,per_step_minor\n"
    "UPS,ground,2,0,5999,800,0\nUPS,ground,2,5999,,912,0\nUPS,ground,5,0,,1500,40\n"
)
ZONES = (
    "carrier,service,origin_country,origin_from,origin_thru,dest_country,dest_from,dest_thru,over_km,upto_km,zone,"
    "days_min,days_max\n"
    "UPS,ground,US,100,118,US,100,199,,,2,1,2\nUPS,ground,US,100,118,US,,,,,5,2,5\nUPS,ground,US,800,816,US,,,,,2,1,5\n"
)
CHARGES = (
    "carrier,service,code,valid_from,when,limit,amount_minor,percent_bp,fuelable,group\n"
    "UPS,*,residential,2026-01-01,always,,455,0,1,\nUPS,*,residential,2026-07-01,always,,500,0,1,\n"
)
ALL = SERVICES + BANDS + ZONES + CHARGES


def copy_of(shop: Shop, key: str = "UPS/ground", site: str = "NYC") -> dict[str, Any]:
    page = shop.wire(Bench(site=site)).changes(site, 0, None, 5_000)
    body = next(row.body for row in page.rows if (row.kind, row.key) == ("rate", key))
    assert body is not None
    made: dict[str, Any] = json.loads(body)
    return made


def test_four_tables_in_one_file_are_one_revision(shop: Shop) -> None:
    """P2: known by its hash, and the same file again changes nothing."""
    first = shop.take("rates", ALL)
    assert (first["created"], first["rejected"]) == (1, [])
    again = shop.take("rates", ALL)
    assert (again["created"], again["updated"], again["unchanged"]) == (0, 0, 1)
    assert [row[0] for row in shop.rows("SELECT rev FROM rate_set")] == [1]


def test_a_bench_prices_a_parcel_by_service_zone_and_day(shop: Shop) -> None:
    """P4-P6: 400x300x250 mm, 2,100 g: billable 6,000; band 912, residential 455 fuelable, fuel 171: 1,538."""
    shop.take("rates", ALL)
    sheet = tariff_of(copy_of(shop)).on("2026-03-02")
    assert sheet is not None
    for to, zone in ((("US", "10025"), "2"), (("us", "90210"), "5"), (("DE", "10115"), None)):
        assert zone_of(sheet, ("US", "10001"), to) == zone
    rate = rate_of(sheet, "2", ("US", "10025"), "2026-03-02")
    assert rate is not None
    money = parcel_money(0, (400, 300, 250), 2_100, 0, rate)
    assert (money.weight_minor, money.surcharge_minor, money.fuel_minor, money.total_minor) == (912, 455, 171, 1_538)
    later = rate_of(sheet, "2", ("US", "10025"), "2026-08-01")
    assert later is not None
    assert later == replace(rate, surcharges=later.surcharges)
    assert [charge.amount_minor for charge in later.surcharges] == [500]


def test_what_an_order_says_of_itself_is_charged_and_nothing_is_guessed(shop: Shop) -> None:
    """P2: residential, hazmat and signature apply where the order says so."""
    told = (
        "carrier,service,code,valid_from,when,limit,amount_minor,percent_bp,fuelable,group\n"
        "UPS,*,home,2026-01-01,residential,,455,0,1,\nUPS,*,danger,2026-01-01,hazmat,,3500,0,0,\n"
        "UPS,*,signed,2026-01-01,signature,,700,0,0,\n"
    )
    shop.take("rates", SERVICES + BANDS + ZONES + told)
    sheet = tariff_of(copy_of(shop)).on("2026-03-02")
    assert sheet is not None

    def surcharge_minor(*words: str) -> int:
        rate = rate_of(sheet, "2", ("US", "10025"), "2026-03-02", frozenset(words))
        assert rate is not None
        return parcel_money(0, (400, 300, 250), 2_100, 0, rate).surcharge_minor

    assert surcharge_minor() == 0
    assert surcharge_minor("residential") == 455
    assert surcharge_minor("hazmat", "signature") == 4_200
    assert surcharge_minor("residential", "hazmat", "signature") == 4_655


def test_a_site_that_moves_is_told_its_own_zones(shop: Shop) -> None:
    """P3: rates first, sites later is an order people import in."""
    shop.take("rates", ALL)
    cursor = shop.wire(Bench()).changes("NYC", 0, None, 5_000).next
    moved = "NYC,New York,warehouse,1 Main St,Denver,CO,80201,US,1,100|11\n"
    shop.take("sites", SITES.splitlines()[0] + "\n" + moved)
    rows = shop.wire(Bench()).changes("NYC", cursor, None, 5_000).rows
    assert ("rate", "UPS/ground") in {(row.kind, row.key) for row in rows}
    assert [zone["zone"] for zone in copy_of(shop)["revisions"][0]["zones"]] == ["2"]


def test_a_site_is_told_of_the_zones_that_begin_there(shop: Shop) -> None:
    """P3: the origin always counts; a table that comes later takes what it does not say from before."""
    shop.take("rates", ALL)
    assert [zone["zone"] for zone in copy_of(shop, site="DEN")["revisions"][0]["zones"]] == ["2"]
    before = copy_of(shop)["revisions"][0]
    dearer = SERVICES.replace(",1250,", ",1400,").replace("2026-01-01", "2099-01-01")
    assert shop.take("rates", dearer)["created"] == 1
    now = copy_of(shop)["revisions"]
    assert [(row["valid_from"], row["fuel_bp"]) for row in now] == [("2026-01-01", 1250), ("2099-01-01", 1400)]
    assert now[0] == before
    assert now[1]["bands"] == before["bands"]


@pytest.mark.parametrize(
    ("wrong", "row", "path"),
    [
        (ALL.replace("2,5999,,912", "2,6500,,912"), 5, "over_g"),
        (ALL.replace("100,199,,,2", "199,100,,,2"), 8, "dest_thru"),
        (ALL.replace("2026-01-01,5000", "soon,5000"), 2, "valid_from"),
        (ALL.replace("US,800,816,US,,,,,2,1,5", "US,100,118,US,,,,,2,1,5"), 10, "zone"),
        (ALL.replace("always,,455", "sometimes,,455"), 12, "when"),
        (ALL.replace("0,5999,800", "0,5999,eight"), 4, "price_minor"),
        (SERVICES + ZONES, 2, "zone"),
        (BANDS, 2, "service"),
    ],
)
def test_a_wrong_row_refuses_the_whole_revision(shop: Shop, wrong: str, row: int, path: str) -> None:
    """P3: gaps, overlaps and two equally specific zones are errors, and nothing is half written."""
    told = shop.take("rates", wrong)
    assert (told["rejected"][0]["row"], told["rejected"][0]["path"]) == (row, path), told["rejected"]
    assert shop.rows("SELECT rev FROM rate_set") == []


def test_a_file_that_holds_no_rates_is_named(shop: Shop) -> None:
    """commands.md: where, expected, got."""
    with pytest.raises(Unusable, match=r"rates.csv line 1: expected one of the heads carrier,service,name"):
        shop.take("rates", "sku,name\nBLUE-MUG,Blue mug\n")
    with pytest.raises(Unusable, match="line 2: expected 16 fields, got 2"):
        shop.take("rates", SERVICES.splitlines()[0] + "\nUPS,ground\n")
