"""Other quantities of an order that a bench has in hand (sync C9), from the import to the bench's copy."""

from __future__ import annotations

from typing import Any

from sync import facts
from sync.client import Client
from tests.sync.bench import Bench
from tests.sync.hub.shop import Shop, order_row, packed

FO = "FO-4471-1"
LPN = "C-st-07-000001"


def copies(client: Client, bench: Bench) -> dict[str, dict[str, Any]]:
    assert client.exchange().error == ""
    return bench.copies("fo")


def quantities(body: dict[str, Any]) -> list[int]:
    return [line["quantity"] for line in body["lines"]]


def test_fewer_are_wanted_of_what_a_bench_holds(shop: Shop, bench: Bench, client: Client) -> None:
    """C9: the line shows the new need, the stock is free again, and the order stays where it is."""
    shop.orders(order_row("4471", quantity=3))
    fence = copies(client, bench)[FO]["claim"]["fence"]
    bench.did(FO, facts.OrderOpened(via="order", partial=False), claim=fence)
    before = shop.rows("SELECT allocated FROM stock WHERE site_id = 'NYC' AND sku = 'BLUE-MUG'")[0][0]
    assert shop.orders(order_row("4471", quantity=2))["updated"] == 1
    body = copies(client, bench)[FO]
    assert (quantities(body), body["claim"]["fence"]) == ([2], fence)
    after = shop.rows("SELECT allocated FROM stock WHERE site_id = 'NYC' AND sku = 'BLUE-MUG'")[0][0]
    assert before - after == 1
    assert shop.orders(order_row("4471", quantity=2))["unchanged"] == 1
    assert shop.broken() == []


def test_units_packed_above_the_new_quantity_are_told_until_they_are_out(
    shop: Shop, bench: Bench, client: Client
) -> None:
    """C9, FL4.55: the bench takes them out; the supervisor sees the order until it did."""
    shop.orders(order_row("4471", quantity=3))
    fence = copies(client, bench)[FO]["claim"]["fence"]
    packed(bench, FO, 1, "BLUE-MUG", 3, LPN, claim=fence)
    copies(client, bench)
    assert shop.orders(order_row("4471", quantity=2))["updated"] == 1
    name = f"fewer_wanted:{FO}:1"
    assert shop.rows("SELECT conflict, resolved_why FROM conflict") == [(name, None)]
    assert shop.broken() == []
    out = facts.ItemUnpacked(line=1, sku="BLUE-MUG", qty=1, carton=LPN)
    bench.did(FO, facts.CartonReopened(carton=LPN, why="changed"), out, claim=fence)
    assert quantities(copies(client, bench)[FO]) == [2]
    assert shop.rows("SELECT conflict, resolved_why FROM conflict") == [(name, "taken_out")]
    assert shop.broken() == []


def test_more_are_wanted_of_what_a_bench_holds(shop: Shop, bench: Bench, client: Client) -> None:
    """C9: upwards makes a new fulfillment order; the one in hand stays as it is."""
    shop.orders(order_row("4471", quantity=2))
    fence = copies(client, bench)[FO]["claim"]["fence"]
    packed(bench, FO, 1, "BLUE-MUG", 2, LPN, claim=fence)
    copies(client, bench)
    assert shop.orders(order_row("4471", quantity=3))["updated"] == 1
    rows = shop.rows("SELECT fo, q FROM fo_line ORDER BY fo")
    assert rows == [(FO, 2), ("FO-4471-2", 1)]
    assert shop.broken() == []


def test_another_item_for_an_order_in_hand_is_one_more_order(shop: Shop, bench: Bench, client: Client) -> None:
    """C9: a new line waits like any other; a line that is gone leaves its order, if something else is left of it."""
    shop.orders(order_row("4471", quantity=2), order_row("4471", sku="RED-MUG", quantity=1))
    fence = copies(client, bench)[FO]["claim"]["fence"]
    bench.did(FO, facts.OrderOpened(via="order", partial=False), claim=fence)
    copies(client, bench)
    assert shop.orders(order_row("4471", sku="RED-MUG", quantity=1))["updated"] == 1
    assert quantities(copies(client, bench)[FO]) == [0, 1]
    assert shop.orders(order_row("4471", sku="RED-MUG", quantity=1), order_row("4471", quantity=1))["updated"] == 1
    assert shop.rows("SELECT fo, line, q FROM fo_line WHERE q > 0 ORDER BY fo") == [(FO, 2, 1), ("FO-4471-2", 3, 1)]
    assert shop.broken() == []


def test_nothing_left_of_an_order_in_hand_is_a_cancellation(shop: Shop, bench: Bench, client: Client) -> None:
    """C9 is partial: the last unit is asked back by cancelling; another price is no other quantity."""
    shop.orders(order_row("4471", quantity=2), order_row("4471", sku="RED-MUG", quantity=1))
    fence = copies(client, bench)[FO]["claim"]["fence"]
    bench.did(FO, facts.OrderOpened(via="order", partial=False), claim=fence)
    copies(client, bench)
    refused = shop.orders(order_row("4471", sku="TEA-250", quantity=1))["rejected"]
    assert "cancel it" in refused[0]["reason"]
    assert quantities(copies(client, bench)[FO]) == [2, 1]
    assert shop.broken() == []
