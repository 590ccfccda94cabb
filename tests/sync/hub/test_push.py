"""Facts at the hub: taken whole, bound to what they say, never refused, and one bad one stops only its order."""

from __future__ import annotations

import json

import pytest

from sync import facts
from sync.client import Client
from sync.hub.intake import quarantine
from sync.hub.intake.folding import refolded
from sync.hub.orders.progress import loads
from sync.hub.tables.database import all_of
from sync.protocol import next_hash
from sync.protocol.messages import PushHead, PushReply, Turned
from sync.protocol.verdicts import batch
from tests.sync.bench import Bench
from tests.sync.hub.shop import Shop, order_row

FO = "FO-4471-1"
OTHER = "FO-4472-1"
LPN = "C-st-07-000001"


@pytest.fixture
def bench(shop: Shop) -> Bench:
    shop.orders(order_row("4471", quantity=3), order_row("4472", quantity=2))
    return Bench()


@pytest.fixture
def client(shop: Shop, bench: Bench) -> Client:
    made = Client(bench, shop.wire(bench), pause=lambda _s: None)
    assert made.exchange().error == ""
    return made


def scan(units: int = 1) -> facts.ItemPacked:
    return facts.ItemPacked(line=1, sku="BLUE-MUG", qty=units, carton=LPN, how="scan", code="5012345678900")


def send(shop: Shop, bench: Bench, after: int, count: int, **changed: object) -> PushReply:
    """Push the rows after a number by hand, with parts of the head changed."""
    rows = bench.lines_after(bench.gens()[-1].gen, after, count)
    base = bench.hash_at(bench.gens()[-1].gen, after)
    assert base is not None
    head, lines = batch(rows, base, gen=bench.gens()[-1].gen, session=bench.gens()[-1].session or "")
    fields = {name: getattr(head, name) for name in PushHead.__dataclass_fields__} | changed
    return shop.wire(bench).push(PushHead(**fields), lines)  # type: ignore[arg-type]


def outcomes(shop: Shop) -> list[tuple[int, str]]:
    return shop.rows("SELECT seq, outcome FROM fact ORDER BY gen, seq")  # type: ignore[return-value]


def packed_units(shop: Shop, fo: str = FO) -> int:
    return int(shop.rows("SELECT packed FROM fo_line WHERE fo = :fo", fo=fo)[0][0])


def test_the_same_batch_again_changes_nothing(shop: Shop, bench: Bench, client: Client) -> None:
    """N10, C20: a reply that was lost is answered again, with the same ack."""
    bench.did(FO, scan())
    bench.did(FO, scan())
    first = send(shop, bench, 0, 2)
    assert (first.answer, first.acked_seq) == ("taken", 2)
    assert send(shop, bench, 0, 2).acked_hash == first.acked_hash
    assert packed_units(shop) == 2
    assert outcomes(shop) == [(1, "applied"), (2, "applied")]


def test_a_batch_that_begins_before_what_is_known_goes_on_from_there(
    shop: Shop, bench: Bench, client: Client
) -> None:
    for _ in range(3):
        bench.did(FO, scan())
    send(shop, bench, 0, 2)
    assert send(shop, bench, 0, 3).acked_seq == 3
    assert packed_units(shop) == 3


def test_a_gap_takes_nothing(shop: Shop, bench: Bench, client: Client) -> None:
    for _ in range(3):
        bench.did(FO, scan())
    assert send(shop, bench, 1, 2).answer == "hello"
    assert outcomes(shop) == []


def test_a_line_changed_on_the_way_takes_nothing(shop: Shop, bench: Bench, client: Client) -> None:
    """N10: the chain is recomputed, and the batch is broken."""
    bench.did(FO, scan())
    wrong = next_hash(b"other", b"chain").hex()
    reply = send(shop, bench, 0, 1, last_hash=wrong)
    assert (reply.answer, reply.acked_seq) == ("broken", 0)
    assert outcomes(shop) == []


def test_a_batch_on_another_base_is_asked_for_hello(shop: Shop, bench: Bench, client: Client) -> None:
    bench.did(FO, scan())
    assert send(shop, bench, 0, 1, base_hash="0" * 64).answer == "hello"


def test_an_older_session_is_superseded(shop: Shop, bench: Bench, client: Client) -> None:
    """N9: a second machine under this name said hello; the first has to say it again."""
    bench.did(FO, scan())
    assert send(shop, bench, 0, 1, session="0123456789abcdef").answer == "superseded"
    assert outcomes(shop) == []


def test_a_kind_nobody_knows_is_kept_and_stops_its_order_only(shop: Shop, bench: Bench, client: Client) -> None:
    """F2, F3, P4: everything is acknowledged; the order's later facts wait, the other order flows."""
    bench.did(FO, scan())
    bench.raw(future_line(FO))
    bench.did(FO, scan())
    bench.did(OTHER, scan())
    bench.did(None, facts.SignedIn(how="badge"))
    done = client.exchange()
    assert (done.error, done.pending) == ("", 0)
    assert outcomes(shop) == [
        (1, "applied"),
        (2, "quarantined"),
        (3, "parked"),
        (4, "applied"),
        (5, "applied"),
    ]
    assert (packed_units(shop), packed_units(shop, OTHER)) == (1, 1)
    assert shop.broken() == []


def test_parked_facts_go_through_when_the_poison_is_discarded(shop: Shop, bench: Bench, client: Client) -> None:
    """F4: in order, and the result is what the facts say."""
    bench.raw(future_line(FO))
    bench.did(FO, scan())
    bench.did(FO, scan())
    client.exchange()
    assert packed_units(shop) == 0
    gen = bench.gens()[-1].gen
    with pytest.raises(Turned, match="known kind"):
        quarantine.settle(shop.database, "NYC", "st-07", gen, 1, by="sue", why="look", discard=False)
    done = quarantine.settle(shop.database, "NYC", "st-07", gen, 1, by="sue", why="from a trial", discard=True)
    assert done == "discarded"
    assert packed_units(shop) == 2
    with shop.database.reading() as db:
        stored = all_of(db, "SELECT progress FROM fo WHERE fo = :fo", fo=FO)[0].progress
        assert loads(stored) == refolded(db, "NYC", FO)
    assert shop.broken() == []


def test_a_fact_that_does_not_fold_is_found_among_the_others(shop: Shop, bench: Bench, client: Client) -> None:
    """F5: set-wise fails, one by one goes on; only the one is set aside."""
    bench.did(FO, scan())
    bench.did(None, facts.NodePaused(until="not a time", reason="closing", by="sue"))
    bench.did(OTHER, scan())
    done = client.exchange()
    assert (done.error, done.pending) == ("", 0)
    assert outcomes(shop) == [(1, "applied"), (2, "quarantined"), (3, "applied")]
    assert (packed_units(shop), packed_units(shop, OTHER)) == (1, 1)
    assert bench.alarms[0][0] == "quarantined"


def test_no_units_are_no_fact(shop: Shop, bench: Bench, client: Client) -> None:
    bench.did(FO, scan(units=-5))
    client.exchange()
    assert outcomes(shop) == [(1, "quarantined")]
    assert packed_units(shop) == 0


def test_an_id_used_for_something_else_is_an_alarm(shop: Shop, bench: Bench, client: Client) -> None:
    """F6: other content under a known id is not believed."""
    made = bench.did(FO, scan())
    client.exchange()
    line = bench.lines_after(bench.gens()[-1].gen, 0, 1)[0][1]
    forged = json.loads(line)
    forged[10]["qty"] = 5
    other = Bench("st-08")
    other.raw(json.dumps(forged, separators=(",", ":")).encode())
    with_other = Client(other, shop.wire(other), pause=lambda _s: None)
    with_other.exchange()
    rows = shop.rows("SELECT station, outcome FROM fact WHERE fact_id = :id ORDER BY station", id=made[0].fact_id)
    assert rows == [("st-07", "applied"), ("st-08", "quarantined")]
    assert packed_units(shop) == 1


def test_a_fact_under_an_old_fence_counts_and_is_told(shop: Shop, bench: Bench, client: Client) -> None:
    """C5: stock and status follow the hand; the conflict names both."""
    client.claim_these((FO,))
    bench.did(FO, scan(), claim="another-fence")
    client.exchange()
    assert outcomes(shop) == [(1, "conflict")]
    assert packed_units(shop) == 1
    assert shop.rows("SELECT code, fo FROM conflict") == [("stale_fence", FO)]


def test_a_fact_about_an_order_of_nobody_is_kept(shop: Shop, bench: Bench, client: Client) -> None:
    """C17: an orphan is stored and told, not refused."""
    bench.did("FO-9999-1", scan())
    done = client.exchange()
    assert (done.error, done.pending) == ("", 0)
    assert shop.rows("SELECT code, fo FROM conflict") == [("orphan", "FO-9999-1")]


def test_two_parcels_with_one_tracking_number_are_told(shop: Shop, bench: Bench, client: Client) -> None:
    """C25: both are applied."""
    for fo, lpn in ((FO, "C-1"), (OTHER, "C-2")):
        label = facts.LabelAssigned(
            carton=lpn, label=f"L-{lpn}", tracking="1Z999", source="house", scan_key_digests=()
        )
        bench.did(fo, facts.CartonOpened(carton=1, lpn=lpn, type="BOX-S", suggested="BOX-S"), label)
    client.exchange()
    told = shop.rows("SELECT code, fo FROM conflict ORDER BY fo")
    assert told == [("duplicate_number", FO), ("duplicate_number", OTHER)]
    assert shop.broken() == []


def test_other_benches_hear_of_facts_about_open_orders(shop: Shop, bench: Bench, client: Client) -> None:
    """N3: not those of one's own, and not those of orders that are done."""
    other = Bench("st-08")
    hearing = Client(other, shop.wire(other), pause=lambda _s: None)
    hearing.exchange()
    bench.did(FO, scan())
    bench.did(None, facts.SignedIn(how="badge"))
    client.exchange()
    hearing.exchange()
    told = other.copies("fact")
    assert [(body["fo"], body["station"]) for body in told.values()] == [(FO, "st-07")]
    assert next(iter(told.values()))["line"].encode() == bench.lines_after(bench.gens()[-1].gen, 0, 1)[0][1]
    assert bench.copies("fact") == {}


def test_waves_planned_at_one_bench_reach_the_others(shop: Shop, bench: Bench, client: Client) -> None:
    cart = facts.CartPlanned(wave="W-1", rev=1, cart="K-1", fos=(FO, OTHER), route=("A-04-2",))
    plan = facts.WavePlanned(wave="W-1", rev=1, carts=("K-1",), kind="carrier_cutoff", cutoff="2026-11-20T17:00:00Z")
    bench.did(None, plan, cart)
    bench.did(None, facts.WaveReleased(wave="W-1", fos=(), by="sue"))
    client.exchange()
    other = Bench("st-08")
    Client(other, shop.wire(other), pause=lambda _s: None).exchange()
    assert other.copies("wave")["W-1"] == {
        "wave": "W-1",
        "kind": "carrier_cutoff",
        "cutoff": "2026-11-20T17:00:00Z",
        "state": "released",
        "carts": [{"cart": "K-1", "fos": [FO, OTHER], "route": ["A-04-2"]}],
        "released": [FO, OTHER],
    }
    assert other.copies("fo")[FO]["wave"] == "W-1"


def test_a_cancelled_order_that_is_claimed_waits_for_its_bench(shop: Shop, bench: Bench, client: Client) -> None:
    """C1, U11: asked, answered by a fact, and only then cancelled and its units free."""
    bench.wanted_work = 5
    client.exchange()
    order = "Name,Financial Status,Currency,Lineitem quantity,Lineitem sku,Lineitem price,Shipping Name,Created at"
    head = f"{order},Shipping Address1,Shipping City,Shipping Zip,Shipping Country,Cancelled at\n"
    row = "#77,paid,USD,1,BLUE-MUG,12.95,Ann,2026-11-20 10:00:00 -0500,1 St,New York,10001,US,{}\n"
    shop.take("orders", head + row.format(""), form="shopify-csv")
    client.exchange()
    assert "FO-77-1" in bench.grants
    done = shop.take("orders", head + row.format("2026-11-20 11:00:00 -0500"), form="shopify-csv")
    assert "cancellation requested" in done["rejected"][0]["reason"]
    client.exchange()
    assert bench.copies("fo")["FO-77-1"]["state"] == "cancellation_requested"
    answer = facts.CancelAccepted(put_back=0)
    bench.did("FO-77-1", answer, facts.ClaimReleased(claim=bench.grants["FO-77-1"]))
    client.exchange()
    assert shop.rows("SELECT status, request FROM fo WHERE fo = 'FO-77-1'") == [
        ("cancelled", "cancellation_accepted")
    ]
    assert shop.rows("SELECT cancelled, open FROM order_line WHERE order_id = '77'") == [(1, 0)]
    assert shop.broken() == []


def future_line(fo: str) -> bytes:
    row = [0, f"{'0' * 30}01", "DroneLaunched", 7, fo, None, "ann", 1, 1, "b1", {"altitude_m": 30}]
    return json.dumps(row).encode()
