"""What the floor learns about sizes and cartons, at the hub and on to every other station (CT1.3, CT6.4)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sync import facts
from sync.client import Client
from tests.sync.bench import Bench
from tests.sync.hub.shop import CATALOG, Shop, order_row, packed

UNKNOWN = "BLOB,Giant blob,5012345678931,0,0,0,0,900,,,\n"
CARTONS = (
    "code,name,inner_length_mm,inner_width_mm,inner_height_mm,outer_length_mm,outer_width_mm,outer_height_mm,"
    "empty_weight_g,max_weight_g,cost_minor,kind\n"
    "S1,Small,200,150,100,,,,100,20000,30,box\nM2,Medium,310,220,140,,,,150,20000,50,box\n"
)
FO = "FO-4471-1"


@pytest.fixture
def bench(shop: Shop) -> Bench:
    assert shop.take("catalog", CATALOG + UNKNOWN)["rejected"] == []
    assert shop.take("cartons", CARTONS)["rejected"] == []
    shop.orders(order_row("4471", quantity=2), order_row("4472", quantity=2), order_row("4473", quantity=2))
    return Bench()


@pytest.fixture
def client(shop: Shop, bench: Bench) -> Client:
    made = Client(bench, shop.wire(bench), pause=lambda _s: None)
    assert made.exchange().error == ""
    return made


def copy_of(shop: Shop, kind: str, key: str, station: str = "st-08") -> dict[str, Any]:
    """What another station of the site is sent."""
    page = shop.wire(Bench(station=station)).changes("NYC", 0, None, 5_000)
    body = next(row.body for row in page.rows if (row.kind, row.key) == (kind, key))
    assert body is not None
    made: dict[str, Any] = json.loads(body)
    return made


def measured(*sides: int, sku: str = "BLUE-MUG") -> facts.SizeMeasured:
    return facts.SizeMeasured(sku=sku, size_mm=(sides[0], sides[1], sides[2]), how="typed", weight_g=1250)


def test_a_size_nobody_knew_is_known_everywhere_after_one_measurement(
    shop: Shop, bench: Bench, client: Client
) -> None:
    """CT6.3: and no import of the same catalog takes it away again."""
    bench.did(None, measured(200, 310, 140, sku="BLOB"))
    assert client.exchange().error == ""
    body = copy_of(shop, "sku", "BLOB")
    assert [body[f"{side}_mm"] for side in ("length", "width", "height")] == [310, 200, 140]
    assert (body["weight_g"], body["size_from"]) == (1250, "measured")
    again = shop.take("catalog", CATALOG + UNKNOWN)
    assert (again["created"], again["updated"]) == (0, 0)
    assert copy_of(shop, "sku", "BLOB")["length_mm"] == 310


def test_three_measurements_that_agree_are_proposed_and_approved(shop: Shop, bench: Bench, client: Client) -> None:
    """CT6.4: sorted sides within 3 mm; the catalog changes when a supervisor says so."""
    bench.did(None, measured(120, 100, 101))
    bench.did(None, measured(101, 121, 100))
    assert client.exchange().error == ""
    assert shop.rows("SELECT kind, ref FROM alert") == []
    bench.did(None, measured(102, 100, 122))
    assert client.exchange().error == ""
    ((kind, ref, detail),) = shop.rows("SELECT kind, ref, detail FROM alert")
    assert (kind, ref, json.loads(detail)["size_mm"]) == ("size_proposal", "BLUE-MUG", [121, 101, 100])
    assert copy_of(shop, "sku", "BLUE-MUG")["length_mm"] == 100
    bench.did(None, facts.SizeApproved(sku="BLUE-MUG", size_mm=(121, 101, 100), by="EVA"))
    assert client.exchange().error == ""
    assert copy_of(shop, "sku", "BLUE-MUG")["length_mm"] == 121
    assert shop.rows("SELECT kind FROM alert") == []


def opened(lpn: str, taken: str, suggested: str, why: str | None = None) -> facts.CartonOpened:
    return facts.CartonOpened(carton=1, lpn=lpn, type=taken, suggested=suggested, why_other=why)


def test_a_carton_that_ran_out_is_out_at_the_site_until_it_is_counted(
    shop: Shop, bench: Bench, client: Client
) -> None:
    """CT1.3: stock 0 until counted; then one less with every box."""
    assert copy_of(shop, "carton", "S1")["available"] is None
    bench.did(FO, opened("C-st-07-000001", "M2", "S1", "out_of_stock"))
    assert client.exchange().error == ""
    assert copy_of(shop, "carton", "S1")["available"] == 0
    assert copy_of(shop, "carton", "M2")["available"] is None
    bench.did(None, facts.CartonsCounted(type="S1", count=12))
    bench.did("FO-4472-1", opened("C-st-07-000002", "S1", "S1"))
    assert client.exchange().error == ""
    assert copy_of(shop, "carton", "S1")["available"] == 11


def test_a_box_taken_back_gives_its_carton_back(shop: Shop, bench: Bench, client: Client) -> None:
    """CT1.3, CT3.13: the carton of an opening that was undone lies on the pile again, and what ran out did not."""
    bench.did(None, facts.CartonsCounted(type="S1", count=12))
    made = bench.did(FO, opened("C-st-07-000001", "S1", "S1"))
    other = bench.did("FO-4472-1", opened("C-st-07-000002", "S1", "M2", "out_of_stock"))
    assert client.exchange().error == ""
    assert copy_of(shop, "carton", "S1")["available"] == 10
    assert copy_of(shop, "carton", "M2")["available"] == 0
    for fo, entries in ((FO, made), ("FO-4472-1", other)):
        ids = tuple(entry.fact_id for entry in entries)
        bench.did(fo, facts.GestureUndone(undone=ids[0][:30], facts=ids, why="user"))
    assert client.exchange().error == ""
    assert copy_of(shop, "carton", "S1")["available"] == 12
    assert copy_of(shop, "carton", "M2")["available"] is None


def test_two_boxes_that_were_too_small_put_their_items_in_doubt(shop: Shop, bench: Bench, client: Client) -> None:
    """CT6.4: at least twice, and in a fifth of its parcels."""
    for number, fo in enumerate((FO, "FO-4472-1"), 1):
        lpn = f"C-st-07-00000{number}"
        bench.did(fo, opened(lpn, "M2", "S1", "too_small"))
    packed(bench, "FO-4473-1", 1, "BLUE-MUG", 2, "C-st-07-000003")
    assert client.exchange().error == ""
    ((kind, ref, detail),) = shop.rows("SELECT kind, ref, detail FROM alert WHERE kind = 'size_suspect'")
    assert (kind, ref) == ("size_suspect", "BLUE-MUG")
    assert json.loads(detail)["cartons"] == ["S1>M2"]
