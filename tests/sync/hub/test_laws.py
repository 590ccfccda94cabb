"""The checker's own test (sync T16): each law, broken once on purpose, names the row; and revoked stations."""

from __future__ import annotations

import pytest

from sync import facts
from sync.client import Client, Turned
from sync.hub.intake import stations
from sync.hub.tables import laws
from sync.hub.tables.database import do
from tests.sync.bench import Bench
from tests.sync.hub.shop import Shop, order_row, packed, shipped

FO = "FO-4471-1"
LPN = "C-st-07-000001"


@pytest.fixture
def day(shop: Shop) -> Shop:
    """A shop after some work: one order shipped, one packed and labelled, one open, one waiting."""
    shop.orders(
        order_row("4471", quantity=2), order_row("4472", quantity=1), order_row("4473"), order_row("4474", "TEA-250")
    )
    bench = Bench()
    client = Client(bench, shop.wire(bench), pause=lambda _s: None)
    client.exchange()
    packed(bench, FO, 1, "BLUE-MUG", 2, LPN)
    packed(bench, "FO-4472-1", 1, "BLUE-MUG", 1, "C-st-07-000002")
    shipped(bench, "M-1", (FO, LPN))
    assert client.exchange().error == ""
    assert shop.broken() == []
    return shop


@pytest.mark.parametrize(
    ("law", "damage"),
    [
        ("c1", "UPDATE stock SET suspect = suspect + 1 WHERE site_id = 'NYC' AND sku = 'RED-MUG'"),
        ("c1", "UPDATE ledger SET delta = delta + 1 WHERE site_id = 'NYC' AND n = 1"),
        ("c2", "UPDATE fo_line SET q = q + 1 WHERE fo = 'FO-4473-1'"),
        ("c3", "UPDATE stock SET short = 1 WHERE site_id = 'NYC' AND sku = 'RED-MUG'"),
        ("c4", "UPDATE order_line SET waiting = waiting + 1 WHERE order_id = '4471'"),
        ("c4_open", "UPDATE order_line SET open = open + 1, ordered = ordered + 1 WHERE order_id = '4473'"),
        ("c5", "UPDATE fo_line SET over = 1 WHERE fo = 'FO-4471-1'"),
        ("c5_packed", "UPDATE fo_line SET packed = q + 1 WHERE fo = 'FO-4471-1'"),
        ("c6", "UPDATE parcel_line SET q = q + 1 WHERE fo = 'FO-4471-1'"),
        ("c6_label", "UPDATE parcel SET tracking = '1Z000001'"),
        ("c11", "DELETE FROM decision WHERE order_id = '4473'"),
        ("c12", "DELETE FROM fact WHERE seq = 3"),
        ("c14", "UPDATE fo_line SET shipped = 0 WHERE fo = 'FO-4471-1'"),
        ("c15", "UPDATE order_line SET unrouted = 1, waiting = waiting - 1 WHERE order_id = '4474'"),
        ("c18", "UPDATE fo SET status = 'on_hold' WHERE fo = 'FO-4473-1'"),
        ("c22", "DELETE FROM change WHERE kind = 'fo' AND key = 'FO-4473-1'"),
    ],
)
def test_a_planted_break_is_found(day: Shop, law: str, damage: str) -> None:
    """hub.md section 14: every law finds what breaks it, on both databases."""
    assert day.database.write(lambda db: do(db, damage)) >= 1
    assert law in {row.law for row in day.broken()}


def test_every_law_was_broken_once_above() -> None:
    mark = test_a_planted_break_is_found.pytestmark[0]  # type: ignore[attr-defined]
    assert {case[0] for case in mark.args[1]} == set(laws.LAWS)


def test_the_database_itself_refuses_an_oversold_row(shop: Shop) -> None:
    """The second wall behind the guarded statement (L3)."""
    from sqlalchemy.exc import IntegrityError

    with pytest.raises(IntegrityError):
        shop.database.write(lambda db: do(db, "UPDATE stock SET allocated = on_hand + 1 WHERE sku = 'BLUE-MUG'"))


def test_a_revoked_station_is_refused(shop: Shop) -> None:
    """C28: 401, and it says since when."""
    code = stations.invite(shop.database, "NYC", "st-07")
    who, token = stations.enrol(shop.database, code)
    assert (who.site, who.station) == ("NYC", "st-07")
    assert stations.revoke(shop.database, "NYC", "st-07")
    with shop.database.reading() as db, pytest.raises(Turned, match="switched off") as turned:
        stations.caller(db, token)
    assert turned.value.status == 401


def test_a_code_is_good_for_ten_minutes(shop: Shop) -> None:
    """X4."""
    code = stations.invite(shop.database, "NYC", "st-07")
    now = shop.database.now_ms()
    shop.database.now_ms = lambda: now + 11 * 60_000
    with pytest.raises(Turned, match="last 10 minutes"):
        stations.enrol(shop.database, code)


def test_facts_of_another_site_are_kept_and_told(shop: Shop) -> None:
    """C30: an order of NYC packed in Denver."""
    shop.orders(order_row("4471"))
    bench = Bench("st-20", "DEN")
    client = Client(bench, shop.wire(bench), pause=lambda _s: None)
    bench.did(FO, facts.OrderOpened(via="order", partial=False))
    assert client.exchange().error == ""
    assert shop.rows("SELECT site_id, code, fo FROM conflict") == [("DEN", "wrong_site", FO)]
