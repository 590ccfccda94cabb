"""A site that takes no new orders for a while (hub.md X2, X3, floor.md FL8.6), and one that was put back (C15)."""

from __future__ import annotations

from datetime import UTC, datetime

from sync import facts
from sync.client import Client
from sync.hub.intake.routes import end_pauses
from sync.hub.intake.stations import recovery
from tests.sync.bench import Bench
from tests.sync.hub.shop import Shop, order_row

FO = "FO-4471-1"


def paused(shop: Shop, hours: int) -> facts.NodePaused:
    ends = datetime.fromtimestamp(shop.database.now_ms() // 1000 + hours * 3600, UTC)
    return facts.NodePaused(until=ends.strftime("%Y-%m-%dT%H:%M:%SZ"), reason="no_capacity", by="sue")


def places(shop: Shop) -> list[tuple[str, str, str]]:
    return shop.rows("SELECT site_id, fo, status FROM fo ORDER BY fo")  # type: ignore[return-value]


def test_reject_all_pauses_the_node(shop: Shop, bench: Bench, client: Client) -> None:
    """FL8.6: what it holds goes back, what nobody began moves, nothing new comes, and supervisors are told."""
    shop.orders(order_row("4471"))
    client.exchange()
    bench.wanted_work = 0
    shop.orders(order_row("4472"))
    bench.did(None, paused(shop, 4))
    bench.did(FO, facts.FoRejected(lines=(1,), reason="no_capacity", seen_qty=0))
    bench.did(FO, facts.ClaimReleased(claim=bench.grants[FO]))
    assert client.exchange().error == ""
    shop.orders(order_row("4473", quantity=1))
    assert places(shop) == [
        ("NYC", FO, "closed"),
        ("DEN", "FO-4471-2", "open"),
        ("NYC", "FO-4472-1", "cancelled"),
        ("DEN", "FO-4472-2", "open"),
        ("DEN", "FO-4473-1", "open"),
    ]
    told = bench.copies("conflict").values()
    assert [(one["code"], one["detail"]["by"]) for one in told] == [("node_paused", "sue")]
    assert shop.broken() == []


def test_what_no_other_site_can_fill_stays_and_will_be_late(shop: Shop, bench: Bench, client: Client) -> None:
    shop.orders(order_row("4471", quantity=8))  # Denver has five
    bench.wanted_work = 0
    bench.did(None, paused(shop, 4))
    client.exchange()
    assert places(shop) == [("NYC", FO, "open")]
    assert shop.broken() == []


def test_when_the_pause_is_over_what_waited_is_routed(shop: Shop, bench: Bench, client: Client) -> None:
    bench.wanted_work = 0
    bench.did(None, paused(shop, 4))
    client.exchange()
    shop.orders(order_row("4471", quantity=8))
    assert places(shop) == []
    assert not end_pauses(shop.database)
    later = shop.database.now_ms() + 5 * 3600 * 1000
    shop.database.now_ms = lambda: later
    assert end_pauses(shop.database)
    assert places(shop) == [("NYC", FO, "open")]
    assert shop.rows("SELECT code, resolved_by FROM conflict") == [("node_paused", "hub")]


def test_a_conflict_ends_when_its_site_says_how(shop: Shop, bench: Bench, client: Client) -> None:
    """F8."""
    bench.wanted_work = 0
    bench.did(None, paused(shop, 4))
    client.exchange()
    name = shop.rows("SELECT conflict FROM conflict")[0][0]
    bench.did(None, facts.ExceptionResolved(exception=f"conflict:{name}", how="seen", by="eva", reason="checked"))
    client.exchange()
    assert shop.rows("SELECT resolved_by, resolved_why FROM conflict") == [("eva", "checked")]


def test_returned_work_is_nobodys_again(shop: Shop, bench: Bench, client: Client) -> None:
    """FL6.10: an order given back untouched is not shown as being picked."""
    shop.orders(order_row("4471"))
    client.exchange()
    bench.did(FO, facts.PickStarted(work=FO, mode="single", cart=""))
    client.exchange()
    assert shop.rows("SELECT step FROM fo") == [("picking",)]
    bench.did(FO, facts.WorkReturned(work=FO, why="user"))
    client.exchange()
    assert shop.rows("SELECT step FROM fo") == [("",)]


def test_a_hub_that_was_put_back_gives_no_number_twice(shop: Shop) -> None:
    """C15, J12: it waits for its benches, and heeds the numbers they hold."""
    first, second = Bench("st-07"), Bench("st-08")
    clients = {}
    for bench in (first, second):
        bench.wanted_numbers = ("sscc",)
        clients[bench.station] = Client(bench, shop.wire(bench), pause=lambda _s: None)
        assert clients[bench.station].exchange().error == ""
    assert (first.numbers[0].last, second.numbers[0].first) == (10_000, 10_001)

    def lost(db: object) -> str:
        from sync.hub.tables.database import do

        do(db, "DELETE FROM counter WHERE name = 'sscc'")  # type: ignore[arg-type]
        return recovery.begin(db)  # type: ignore[arg-type]

    shop.database.write(lost)
    third = Bench("st-09")
    third.wanted_numbers, third.wanted_work = ("sscc",), 5
    new = Client(third, shop.wire(third), pause=lambda _s: None)
    shop.orders(order_row("4471"))
    for name in ("st-07", "st-08"):
        assert new.exchange().error == ""
        assert (third.numbers, third.grants) == ([], {})
        with shop.database.reading() as db:
            assert recovery.awaited(db)[0] == f"{name} at NYC"
        assert clients[name].exchange().error == ""
    assert new.exchange().error == ""
    assert (third.numbers[0].first, list(third.grants)) == (20_001, [FO])


def test_the_operator_may_go_on_without_a_station(shop: Shop, bench: Bench, client: Client) -> None:
    """C15: or the operator overrides."""
    client.exchange()
    shop.database.write(recovery.begin)
    assert recovery.end(shop.database) == ["st-07 at NYC"]
    with shop.database.reading() as db:
        assert recovery.awaited(db) == []
