"""Notes that a packer has to read: from the files of a shop to the bench (FL4.42)."""

from __future__ import annotations

from sync.client import Client
from tests.sync.bench import Bench
from tests.sync.hub.shop import CATALOG, Shop, order_row

FO = "FO-4471-1"


def test_the_note_of_an_order_reaches_the_bench_and_is_read_again_when_it_changes(
    shop: Shop, bench: Bench, client: Client
) -> None:
    """FL4.42: an order without a note forces none; other words are another revision, another address is not."""
    shop.orders(order_row("4471", note="Gift: no invoice"), order_row("4472"))
    client.exchange()
    told = bench.copies("fo")
    assert told[FO]["notes"] == [{"note": "order", "rev": 1, "text": "Gift: no invoice", "sku": None}]
    assert told["FO-4472-1"]["notes"] == []
    shop.orders(order_row("4471", note="Gift: no invoice", address1="9 Ninth St"))
    client.exchange()
    assert [note["rev"] for note in bench.copies("fo")[FO]["notes"]] == [1]
    shop.orders(order_row("4471", note="Leave at the door", address1="9 Ninth St"))
    client.exchange()
    assert bench.copies("fo")[FO]["notes"] == [{"note": "order", "rev": 2, "text": "Leave at the door", "sku": None}]


def test_the_note_of_an_item_reaches_the_orders_that_wait_for_it(shop: Shop, bench: Bench, client: Client) -> None:
    """FL4.42 per SKU: from the catalog's column `note`; a file without that column leaves it."""
    shop.orders(order_row("4471", "RED-MUG"), order_row("4472", "BLUE-MUG"))
    client.exchange()
    assert bench.copies("fo")[FO]["notes"] == []
    head, *rows = CATALOG.splitlines()

    def catalog(note: str) -> str:
        noted = [f"{row},{note if row.startswith('RED-MUG') else ''}" for row in rows]
        return "\n".join([f"{head},note", *noted]) + "\n"

    assert shop.take("catalog", catalog("Check the handle"))["updated"] == 1
    client.exchange()
    told = bench.copies("fo")
    assert told[FO]["notes"] == [{"note": "sku:RED-MUG", "rev": 2, "text": "Check the handle", "sku": "RED-MUG"}]
    assert told["FO-4472-1"]["notes"] == []
    assert shop.take("catalog", CATALOG)["unchanged"] == 3
    assert shop.take("catalog", catalog(""))["updated"] == 1
    client.exchange()
    assert bench.copies("fo")[FO]["notes"] == []
