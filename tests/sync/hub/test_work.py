"""Orders at the hub, from a row in a file to units that left, on both databases."""

from __future__ import annotations

import pytest

from sync import facts
from sync.client import Client
from sync.hub.intake.folding import refolded
from sync.hub.orders.progress import loads
from sync.hub.tables.database import Database, all_of
from tests.sync.bench import Bench
from tests.sync.hub.shop import Shop, order_row, packed, shipped

FO = "FO-4471-1"
LPN = "C-st-07-000001"


def exchange(client: Client) -> None:
    done = client.exchange()
    assert done.error == "", done
    assert done.pending == 0


def fo_rows(shop: Shop) -> list[tuple[str, str, str, str]]:
    return sorted(shop.rows("SELECT fo, site_id, status, step FROM fo"))  # type: ignore[arg-type]


def test_the_tests_run_on_the_engine_they_name(database: Database) -> None:
    """H12: the second run is no copy of the first."""
    with database.reading() as db:
        assert db.dialect.name == ("sqlite" if database.lite else "postgresql")


def test_an_order_is_routed_packed_and_shipped(shop: Shop, bench: Bench, client: Client) -> None:
    """L4, section 3: units move from free to promised to gone, and each step is in the ledger."""
    shop.orders(order_row("4471", quantity=2))
    assert fo_rows(shop) == [(FO, "NYC", "open", "")]
    assert shop.stock("NYC", "BLUE-MUG") == {"on_hand": 10, "allocated": 2, "rev": 2}
    exchange(client)
    packed(bench, FO, 1, "BLUE-MUG", 2, LPN, claim=bench.grants[FO])
    exchange(client)
    assert fo_rows(shop) == [(FO, "NYC", "in_progress", "labelled")]
    assert shop.stock("NYC", "BLUE-MUG")["on_hand"] == 10, "units leave when the parcel leaves, not when it is packed"
    bench.did(FO, facts.ClaimReleased(claim=bench.grants[FO]))
    shipped(bench, "M-1", (FO, LPN))
    exchange(client)
    assert fo_rows(shop) == [(FO, "NYC", "closed", "shipped")]
    assert shop.stock("NYC", "BLUE-MUG") == {"on_hand": 8, "rev": 3}
    assert shop.rows("SELECT parcel, state FROM parcel") == [(LPN, "shipped")]
    assert shop.rows("SELECT ordered, open, shipped FROM order_line") == [(2, 0, 2)]
    assert shop.rows("SELECT * FROM claim") == []
    assert shop.broken() == []


def test_a_parcel_loaded_late_leaves_with_the_closed_manifest(shop: Shop, bench: Bench, client: Client) -> None:
    """The other bench's load arrives after the manifest was closed: it is shipped all the same."""
    shop.orders(order_row("4471", quantity=2))
    exchange(client)
    packed(bench, FO, 1, "BLUE-MUG", 2, LPN)
    bench.did(None, facts.ManifestClosed(manifest="M-1", count=1, weight_g=800))
    exchange(client)
    bench.did(FO, facts.ParcelLoaded(carton=LPN, label=f"L-{LPN}-1", manifest="M-1"))
    exchange(client)
    assert fo_rows(shop) == [(FO, "NYC", "closed", "shipped")]
    assert shop.broken() == []


def test_pickup_ships_without_a_manifest(shop: Shop, bench: Bench, client: Client) -> None:
    shop.orders(order_row("4471", quantity=1))
    exchange(client)
    packed(bench, FO, 1, "BLUE-MUG", 1, LPN)
    bench.did(FO, facts.PickedUp(cartons=(LPN,), pod="code"))
    exchange(client)
    assert fo_rows(shop) == [(FO, "NYC", "closed", "shipped")]
    assert shop.stock("NYC", "BLUE-MUG")["on_hand"] == 9
    assert shop.broken() == []


def test_a_face_found_empty_takes_all_doubtful_units_out_of_sale(shop: Shop, bench: Bench, client: Client) -> None:
    """FL8.1, worked example: on_hand 10, allocated 6, 2 not found: allocated 4, suspect 6, on_hand 10."""
    shop.orders(order_row("4471", quantity=2), order_row("4472", quantity=4))
    assert shop.stock("NYC", "BLUE-MUG") == {"on_hand": 10, "allocated": 6, "rev": 3}
    exchange(client)
    bench.did(FO, short(2, "not_found", seen=0))
    exchange(client)
    held = shop.stock("NYC", "BLUE-MUG")
    assert {part: held.get(part, 0) for part in ("on_hand", "allocated", "suspect")} == {
        "on_hand": 10,
        "allocated": 4,
        "suspect": 6,
    }
    assert fo_rows(shop) == [
        (FO, "NYC", "in_progress", "released"),
        ("FO-4471-2", "DEN", "open", ""),
        ("FO-4472-1", "NYC", "in_progress", ""),
    ]
    bench.did(FO, facts.ClaimReleased(claim=bench.grants[FO]))
    exchange(client)
    assert fo_rows(shop)[0] == (FO, "NYC", "closed", "released")
    assert shop.broken() == []


def test_a_short_with_units_seen_doubts_only_the_missing_ones(shop: Shop, bench: Bench, client: Client) -> None:
    shop.orders(order_row("4471", quantity=2))
    exchange(client)
    bench.did(FO, short(1, "short", seen=1))
    exchange(client)
    held = shop.stock("NYC", "BLUE-MUG")
    assert (held["on_hand"], held["allocated"], held["suspect"]) == (10, 1, 1)
    assert shop.rows("SELECT q, rejected FROM fo_line WHERE fo = :fo", fo=FO) == [(2, 1)]
    assert shop.broken() == []


def test_damaged_units_stay_in_the_building_and_out_of_sale(shop: Shop, bench: Bench, client: Client) -> None:
    shop.orders(order_row("4471", quantity=2))
    exchange(client)
    bench.did(FO, short(1, "damaged", seen=1))
    exchange(client)
    held = shop.stock("NYC", "BLUE-MUG")
    assert (held["on_hand"], held["allocated"], held["damaged"]) == (10, 1, 1)
    assert shop.broken() == []


def test_a_short_that_nobody_else_holds_waits_with_its_reason(shop: Shop, bench: Bench, client: Client) -> None:
    shop.take("stock", "site,location,sku,quantity,lot,expiry\nDEN,A-01-1,BLUE-MUG,0,,\n")
    shop.orders(order_row("4471", quantity=2))
    exchange(client)
    bench.did(FO, short(2, "not_found", seen=0))
    exchange(client)
    assert shop.rows("SELECT wait_code FROM orders") == [("no_stock",)]
    assert shop.rows("SELECT waiting, open FROM order_line") == [(2, 0)]
    done = shop.take("stock", "site,location,sku,quantity,lot,expiry\nDEN,A-01-1,BLUE-MUG,3,,\n")
    assert done["notes"] == ["1 waiting orders found a site."]
    assert ("FO-4471-2", "DEN", "open", "") in fo_rows(shop)
    assert shop.broken() == []


NO_DENVER = "site,location,sku,quantity,lot,expiry\nDEN,A-01-1,BLUE-MUG,0,,\n"


@pytest.mark.parametrize("how", ["stock", "count"])
def test_the_rest_of_a_short_ships_from_the_same_site_when_more_comes_in(
    shop: Shop, bench: Bench, client: Client, how: str
) -> None:
    """X2, X4: with one site, "could not find it" must not outlive the empty shelf; the rest is backordered."""
    shop.take("stock", NO_DENVER)
    shop.orders(order_row("4471", quantity=2))
    exchange(client)
    bench.did(FO, short(1, "not_found", seen=1, resolution="ship_short"))
    exchange(client)
    assert shop.rows("SELECT waiting, open FROM order_line") == [(1, 1)]
    assert shop.rows("SELECT site_id FROM exclusion") == [("NYC",)]
    if how == "stock":
        shop.take("stock", "site,location,sku,quantity,lot,expiry\nNYC,A-04-2,BLUE-MUG,25,,\n")
    else:
        bench.did(None, facts.CountDone(location="A-04-2", sku="BLUE-MUG", qty=11, by="sue"))
        exchange(client)
    assert [row[:2] for row in fo_rows(shop)] == [(FO, "NYC"), ("FO-4471-2", "NYC")]
    assert shop.rows("SELECT waiting, open FROM order_line") == [(0, 2)]
    assert shop.broken() == []


def test_an_order_a_site_cannot_ship_does_not_come_back_with_new_stock(
    shop: Shop, bench: Bench, client: Client
) -> None:
    """X2: refused for what it is: new units change nothing."""
    shop.take("stock", NO_DENVER)
    shop.orders(order_row("4471", quantity=2))
    exchange(client)
    bench.did(FO, facts.FoRejected(lines=(1,), reason="cannot_ship", seen_qty=0))
    exchange(client)
    shop.take("stock", "site,location,sku,quantity,lot,expiry\nNYC,A-04-2,BLUE-MUG,25,,\n")
    assert shop.rows("SELECT waiting FROM order_line") == [(2,)]
    assert shop.rows("SELECT site_id FROM exclusion") == [("NYC",)]


def test_a_wait_keeps_the_line_and_says_that_units_are_short(shop: Shop, bench: Bench, client: Client) -> None:
    """X4: the units become short here; when more arrives they are covered first (L10)."""
    shop.orders(order_row("4471", quantity=2))
    exchange(client)
    bench.did(FO, short(2, "not_found", seen=0, resolution="wait"))
    exchange(client)
    held = shop.stock("NYC", "BLUE-MUG")
    assert (held.get("allocated", 0), held["short"], held["suspect"]) == (0, 2, 10)
    assert shop.rows("SELECT ref FROM alert WHERE kind = 'short'") == [("BLUE-MUG",)]
    assert shop.broken() == []
    shop.take("stock", "site,location,sku,quantity,lot,expiry\nNYC,A-04-2,BLUE-MUG,13,,\n")
    held = shop.stock("NYC", "BLUE-MUG")
    assert (held["on_hand"], held["allocated"], held.get("short", 0)) == (13, 2, 0)
    assert shop.rows("SELECT * FROM alert") == []
    assert shop.broken() == []


def test_an_undone_short_takes_everything_back(shop: Shop, bench: Bench, client: Client) -> None:
    """X5: the opposite rows are booked, and the line is due again."""
    shop.take("stock", "site,location,sku,quantity,lot,expiry\nDEN,A-01-1,BLUE-MUG,0,,\n")
    shop.orders(order_row("4471", quantity=2))
    before = shop.stock("NYC", "BLUE-MUG")
    exchange(client)
    made = bench.did(FO, short(2, "not_found", seen=0))
    exchange(client)
    assert shop.stock("NYC", "BLUE-MUG")["suspect"] == 10
    undo(bench, made[0].fact_id)
    exchange(client)
    after = shop.stock("NYC", "BLUE-MUG")
    assert {**after, "rev": 0} == {**before, "rev": 0}
    assert shop.rows("SELECT rejected FROM fo_line") == [(0,)]
    assert shop.rows("SELECT wait_code FROM orders") == [(None,)]
    assert shop.broken() == []


def test_a_short_undone_after_the_units_went_elsewhere_is_told(shop: Shop, bench: Bench, client: Client) -> None:
    shop.orders(order_row("4471", quantity=2))
    exchange(client)
    made = bench.did(FO, short(1, "not_found", seen=0))
    exchange(client)
    assert ("FO-4471-2", "DEN", "open", "") in fo_rows(shop)
    undo(bench, made[0].fact_id)
    exchange(client)
    assert shop.rows("SELECT code FROM conflict") == [("undone_too_late",)]
    assert shop.broken() == []


def test_undo_and_scan_again_give_what_the_facts_say(shop: Shop, bench: Bench, client: Client) -> None:
    """S2: what is stored is the fold of the facts, also after an undo in the same push as what follows it."""
    shop.orders(order_row("4471", quantity=2))
    exchange(client)
    bench.did(FO, facts.CartonOpened(carton=1, lpn=LPN, type="BOX-S", suggested="BOX-S"))
    scan = facts.ItemPacked(line=1, sku="BLUE-MUG", qty=1, carton=LPN, how="scan", code="5012345678900")
    made = bench.did(FO, scan)
    undo(bench, made[0].fact_id)
    bench.did(FO, scan)
    bench.did(FO, scan)
    exchange(client)
    assert shop.rows("SELECT packed FROM fo_line") == [(2,)]
    assert shop.rows("SELECT q FROM parcel_line") == [(2,)]
    with shop.database.reading() as db:
        stored = all_of(db, "SELECT progress FROM fo")[0].progress
        assert loads(stored) == refolded(db, "NYC", FO)


def test_an_undone_carton_leaves_no_parcel_behind(shop: Shop, bench: Bench, client: Client) -> None:
    shop.orders(order_row("4471", quantity=2))
    exchange(client)
    made = bench.did(FO, facts.CartonOpened(carton=1, lpn=LPN, type="BOX-S", suggested="BOX-S"))
    exchange(client)
    assert shop.rows("SELECT parcel FROM parcel") == [(LPN,)]
    undo(bench, made[0].fact_id)
    exchange(client)
    assert shop.rows("SELECT parcel FROM parcel") == []


def test_more_units_than_were_due_leave_with_a_conflict(shop: Shop, bench: Bench, client: Client) -> None:
    """L9, C6: what left has left: stock falls, the surplus stands as `over`, and somebody is told."""
    shop.orders(order_row("4471", quantity=1))
    exchange(client)
    packed(bench, FO, 1, "BLUE-MUG", 3, LPN)
    shipped(bench, "M-1", (FO, LPN))
    exchange(client)
    assert shop.rows("SELECT shipped, over FROM fo_line") == [(1, 2)]
    assert shop.stock("NYC", "BLUE-MUG")["on_hand"] == 7
    assert {code for (code,) in shop.rows("SELECT code FROM conflict")} == {"duplicate_shipment"}
    assert shop.broken() == []


def test_units_the_books_do_not_have_are_found_before_they_leave(shop: Shop, bench: Bench, client: Client) -> None:
    shop.orders(order_row("4471", quantity=1))
    exchange(client)
    packed(bench, FO, 1, "BLUE-MUG", 14, LPN)
    shipped(bench, "M-1", (FO, LPN))
    exchange(client)
    assert shop.stock("NYC", "BLUE-MUG").get("on_hand", 0) == 0
    assert shop.broken() == []


def test_a_rejected_order_goes_to_another_site_whole(shop: Shop, bench: Bench, client: Client) -> None:
    shop.orders(order_row("4471", quantity=2))
    exchange(client)
    rejected = facts.FoRejected(lines=(1,), reason="no_capacity", seen_qty=0)
    bench.did(FO, rejected, facts.ClaimReleased(claim=bench.grants[FO]))
    exchange(client)
    assert fo_rows(shop) == [(FO, "NYC", "closed", "released"), ("FO-4471-2", "DEN", "open", "")]
    assert (bench.copies("fo")[FO]["state"], bench.copies("fo")[FO]["reason"]) == ("closed", "released")
    held = shop.stock("NYC", "BLUE-MUG")
    assert (held["on_hand"], held.get("allocated", 0), held.get("suspect", 0)) == (10, 0, 0)
    assert shop.broken() == []


def test_a_count_settles_what_was_doubtful(shop: Shop, bench: Bench, client: Client) -> None:
    shop.orders(order_row("4471", quantity=2))
    exchange(client)
    bench.did(FO, short(2, "not_found", seen=0))
    exchange(client)
    assert shop.stock("NYC", "BLUE-MUG")["suspect"] == 10
    bench.did(None, facts.CountDone(location="A-04-2", sku="BLUE-MUG", qty=7, by="sue"))
    exchange(client)
    held = shop.stock("NYC", "BLUE-MUG")
    assert (held["on_hand"], held.get("suspect", 0)) == (7, 0)
    assert shop.broken() == []


def test_a_changed_order_is_applied_before_work_began(shop: Shop) -> None:
    """I2: other lines take it back and route it anew; another address changes its document only."""
    shop.orders(order_row("4471", quantity=2))
    assert shop.orders(order_row("4471", quantity=3))["updated"] == 1
    assert fo_rows(shop) == [(FO, "NYC", "cancelled", ""), ("FO-4471-2", "NYC", "open", "")]
    assert shop.stock("NYC", "BLUE-MUG")["allocated"] == 3
    assert shop.orders(order_row("4471", quantity=3, address1="2 Second St"))["updated"] == 1
    assert fo_rows(shop) == [(FO, "NYC", "cancelled", ""), ("FO-4471-2", "NYC", "open", "")]
    assert shop.rows("SELECT rev FROM fo WHERE fo = 'FO-4471-2'") == [(2,)]
    assert shop.broken() == []


def test_a_changed_order_is_refused_when_somebody_works_on_it(shop: Shop, bench: Bench, client: Client) -> None:
    """I2; another address (C8) and other quantities (C9) are taken."""
    shop.orders(order_row("4471", quantity=2))
    exchange(client)
    done = shop.orders(order_row("4471", quantity=2, price_minor="1395"))
    assert done["updated"] == 0
    assert "st-07 holds it" in done["rejected"][0]["reason"]
    assert shop.stock("NYC", "BLUE-MUG")["allocated"] == 2
    assert shop.broken() == []


def test_an_order_given_back_and_taken_back_before_the_hub_heard_of_it_is_still_held(
    shop: Shop, bench: Bench, client: Client
) -> None:
    """FL8.5, U5: short, rejection and the claim's end are undone together; nothing was routed anew."""
    shop.orders(order_row("4471", quantity=2))
    exchange(client)
    fence = bench.copies("fo")["FO-4471-1"]["claim"]["fence"]
    bench.did("FO-4471-1", facts.OrderOpened(via="order", partial=False), claim=fence)
    short = facts.ShortReported(
        line=1, sku="BLUE-MUG", qty=2, seen_qty=0, reason="not_found", where="pack", resolution="reroute",
        provisional=True, location="A-04-2",
    )  # fmt: skip
    rejected = facts.FoRejected(lines=(1,), reason="not_found", seen_qty=0)
    made = bench.did("FO-4471-1", short, rejected, facts.ClaimReleased(claim=fence), claim=fence)
    names = tuple(entry.fact_id for entry in made)
    bench.did("FO-4471-1", facts.GestureUndone(undone=made[0].gesture, facts=names, why="user"), claim=fence)
    exchange(client)
    assert bench.copies("fo")["FO-4471-1"]["claim"]["fence"] == fence
    assert shop.rows("SELECT fo, status FROM fo") == [("FO-4471-1", "in_progress")]
    assert shop.rows("SELECT code FROM conflict") == []
    assert shop.broken() == []


def test_every_site_and_waiting_order_is_asked_only_for_what_it_holds(shop: Shop) -> None:
    """Routing: all lines at one site, nearest by postcode, else first by priority; else a named reason."""
    shop.orders(
        order_row("1", "BLUE-MUG", 1, "80202"),
        order_row("2", "BLUE-MUG", 1, "99999"),
        order_row("3", "RED-MUG", 5, "10001"),
        order_row("4", "TEA-250", 1),
        order_row("5", "BLUE-MUG", 8),
        order_row("5", "RED-MUG", 5),
    )
    routed = dict(shop.rows("SELECT order_id, site_id FROM fo"))
    assert routed == {"1": "DEN", "2": "NYC", "3": "DEN"}
    assert dict(shop.rows("SELECT order_id, wait_code FROM orders WHERE wait_code IS NOT NULL")) == {
        "4": "no_stock",
        "5": "no_stock",
    }
    assert shop.broken() == []


def short(units: int, reason: str, *, seen: int, resolution: str = "reroute") -> facts.ShortReported:
    return facts.ShortReported(
        line=1,
        sku="BLUE-MUG",
        qty=units,
        seen_qty=seen,
        reason=reason,
        where="pick",
        resolution=resolution,
        provisional=True,
        location="A-04-2",
    )


def undo(bench: Bench, *fact_ids: str) -> None:
    bench.did(FO, facts.GestureUndone(undone=fact_ids[0][:30], facts=fact_ids, why="user"))
