"""Kits become their parts when an order is accepted (hub.md Q7, floor.md FL4.41)."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sync.client import Client
from sync.hub.orders.kits import Wanted, exploded
from tests.sync.bench import Bench
from tests.sync.hub.shop import Shop, order_row

HEAD = "sku,name,barcode,length_mm,width_mm,height_mm,weight_g,price_minor,flags,kit\n"
SET = "TEA-SET,Tea set,5012345678931,,,,,4999,,BLUE-MUG*2|RED-MUG\n"


def test_a_kit_is_ordered_and_its_parts_are_packed(shop: Shop, bench: Bench, client: Client) -> None:
    """FL4.41: each component is a line, naming its kit; stock and routing know only the parts."""
    assert shop.take("catalog", HEAD + SET)["created"] == 1
    assert shop.orders(order_row("4471", "TEA-SET", quantity=2, price_minor="4999"))["created"] == 1
    assert client.exchange().error == ""
    lines = bench.copies("fo")["FO-4471-1"]["lines"]
    assert [(ln["sku"], ln["quantity"], ln["price_minor"], ln["kit"]) for ln in lines] == [
        ("BLUE-MUG", 4, 1666, "TEA-SET"),
        ("RED-MUG", 2, 1667, "TEA-SET"),
    ]
    assert shop.stock("NYC", "BLUE-MUG")["allocated"] == 4
    assert shop.orders(order_row("4471", "TEA-SET", quantity=2, price_minor="4999"))["unchanged"] == 1
    assert shop.broken() == []


def test_a_line_that_is_no_kit_names_none(shop: Shop, bench: Bench, client: Client) -> None:
    shop.orders(order_row("4471"))
    client.exchange()
    assert "kit" not in bench.copies("fo")["FO-4471-1"]["lines"][0]


def test_a_kit_with_a_part_nobody_knows_is_refused_with_its_name(shop: Shop) -> None:
    shop.take("catalog", HEAD + "TEA-SET,Tea set,,,,,,4999,,BLUE-MUG*2|LID\n")
    refused = shop.orders(order_row("4471", "TEA-SET"))["rejected"]
    assert refused[0]["reason"] == "expected every part of a kit in the catalog, got 'LID', which is not."


def test_wrong_kits_are_refused(shop: Shop) -> None:
    done = shop.take(
        "catalog", HEAD + "A-SET,A,,,,,,1,,A-SET*2\nB-SET,B,,,,,,1,,RED-MUG|RED-MUG\nC-SET,C,,,,,,1,,X*0\n"
    )
    assert [row["path"] for row in done["rejected"]] == ["kit", "kit", "kit"]


@given(
    st.integers(1, 50),
    st.integers(0, 100_000),
    st.lists(st.integers(1, 9), min_size=1, max_size=5),
)
def test_the_parts_cost_what_the_kit_costs(units: int, price_minor: int, counts: list[int]) -> None:
    """Nothing is lost by rounding: an invoice of the parts is the invoice of the kit."""
    parts = tuple((f"PART-{n}", count) for n, count in enumerate(counts))
    lines = exploded([Wanted("SET", units, price_minor)], {"SET": parts})
    assert sum(line.units * line.price_minor for line in lines) == units * price_minor
    held: dict[str, int] = {}
    for line in lines:
        held[line.sku] = held.get(line.sku, 0) + line.units
    assert held == {sku: count * units for sku, count in parts}
