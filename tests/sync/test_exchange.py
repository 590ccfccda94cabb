"""The client's round trip: what is lost on the way, what a copied disk does, what a restored hub does."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from sync import facts
from sync.client import Client, Unreachable
from sync.hub.intake.local import LocalWire
from sync.hub.tables.database import Database, do
from sync.protocol.messages import ClaimsAsk, ClaimsReply, PushHead, PushReply
from tests.sync.bench import Bench
from tests.sync.hub.shop import Shop, order_row

FO = "FO-4471-1"


class Lossy:
    """A wire that does the call and loses the answer, or never makes the call, as often as told."""

    def __init__(self, wire: LocalWire, lose: Callable[[str], bool], *, before: bool = False) -> None:
        self._wire, self._lose, self._before = wire, lose, before

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._wire, name)

        def tried(*given: Any) -> Any:
            lost = self._lose(name)
            if lost and self._before:
                raise Unreachable("cut before the hub heard it")
            reply = call(*given)
            if lost:
                raise Unreachable("cut before the answer came")
            return reply

        return tried


@pytest.fixture
def bench(lite_shop: Shop, tmp_path: Path) -> Bench:
    lite_shop.orders(order_row("4471", quantity=3), order_row("4472", quantity=2))
    return Bench(folder=tmp_path)


def scan() -> facts.ItemPacked:
    return facts.ItemPacked(line=1, sku="BLUE-MUG", qty=1, carton="C-1", how="scan", code="5012345678900")


def client_of(shop: Shop, bench: Bench, ids: str = "b") -> Client:
    numbers = iter(f"{ids}{number:015x}" for number in range(1, 1000))
    return Client(bench, shop.wire(bench), new_id=lambda: next(numbers), pause=lambda _s: None)


def packed_units(shop: Shop) -> int:
    return int(shop.rows("SELECT packed FROM fo_line WHERE fo = :fo", fo=FO)[0][0])


@pytest.mark.parametrize("before", [True, False], ids=["request-lost", "answer-lost"])
@pytest.mark.parametrize("call", ["hello", "push", "changes", "claims"])
def test_a_lost_call_is_made_up_for_by_the_next_exchange(
    lite_shop: Shop, bench: Bench, call: str, before: bool
) -> None:
    """C20, N10: whichever message is lost, in either direction, nothing is lost and nothing counts twice."""
    bench.wanted_work = 2
    losses = iter([True])
    wire = Lossy(lite_shop.wire(bench), lambda name: name == call and next(losses, False), before=before)
    client = Client(bench, wire, pause=lambda _s: None)
    for _ in range(3):
        bench.did(FO, scan())
    first = client.exchange()
    assert first.error.startswith("cut")
    second = client.exchange()
    assert (second.error, second.pending, second.acked) == ("", 0, 3)
    assert packed_units(lite_shop) == 3
    assert sorted(bench.grants) == [FO, "FO-4472-1"]
    assert bench.copies("fo")[FO]["claim"]["fence"] == bench.grants[FO]
    assert lite_shop.broken() == []


def test_a_repeated_claim_request_has_the_same_answer(lite_shop: Shop, bench: Bench) -> None:
    """N5: for 24 hours."""
    client = client_of(lite_shop, bench)
    client.exchange()
    wire = lite_shop.wire(bench)
    ask = ClaimsAsk(request_id="r-1", gen=bench.gens()[-1].gen, want="next", count=1)
    first: ClaimsReply = wire.claims("NYC", ask)
    assert wire.claims("NYC", ask) == first
    assert len(lite_shop.rows("SELECT * FROM claim")) == 1


def test_an_order_is_held_by_one_bench(lite_shop: Shop, bench: Bench) -> None:
    """U1: the second bench hears who holds it."""
    other = Bench("st-08")
    bench.wanted_work = 20
    client_of(lite_shop, bench).exchange()
    asking = client_of(lite_shop, other, "c")
    assert asking.claim_these((FO, "FO-0-0")) == {FO: "held by st-07", "FO-0-0": "unknown"}


def test_numbers_are_given_once(lite_shop: Shop, bench: Bench) -> None:
    """J12: two benches never number two cartons alike."""
    other = Bench("st-08")
    for one, ids in ((bench, "b"), (other, "c")):
        one.wanted_numbers = ("sscc", "carton")
        client_of(lite_shop, one, ids).exchange()
    ranges = [(n.first, n.last) for n in [*bench.numbers, *other.numbers] if n.kind == "sscc"]
    assert ranges == [(1, 10_000), (10_001, 20_000)]
    assert {n.prefix for n in [*bench.numbers, *other.numbers] if n.kind == "carton"} == {"C-st-07-", "C-st-08-"}


def test_a_bench_put_back_to_yesterday_goes_on_under_a_new_generation(
    lite_shop: Shop, bench: Bench, tmp_path: Path
) -> None:
    """C10: the hub has more; what was on the disk is acknowledged, new work is journalled apart."""
    bench.wanted_work = 20
    bench.did(FO, scan())
    client_of(lite_shop, bench).exchange()
    backup = copied(bench, tmp_path / "backup.db")
    bench.did(FO, scan())
    client_of(lite_shop, bench).exchange()
    back = restored(backup)
    back.wanted_work = 20
    done = client_of(lite_shop, back, "c").exchange()
    assert (done.error, done.pending) == ("", 0)
    assert [gen.last_seq for gen in back.gens()] == [1, 0]
    assert [code for code, _ in back.alarms] == ["rolled_back"]
    assert back.grants == {}, "a new generation holds no claims (U10)"
    lost = [body["line"] for body in back.copies("fact").values()]
    assert len(lost) == 2, "the facts its disk lost come back as copies; the one it has is known by its id"
    back.did(FO, scan())
    assert client_of(lite_shop, back, "d").exchange().error == ""
    assert packed_units(lite_shop) == 3
    assert lite_shop.broken() == []


def test_a_bench_that_worked_on_after_a_restore_forks_and_loses_nothing(
    lite_shop: Shop, bench: Bench, tmp_path: Path
) -> None:
    """C12: rows after the common one are journalled again with their ids; all of them count, once."""
    for _ in range(40):
        bench.did(None, facts.SignedIn(how="badge"))
    client_of(lite_shop, bench).exchange()
    backup = copied(bench, tmp_path / "backup.db")
    for _ in range(30):
        bench.did(FO, facts.OrderParked())
    client_of(lite_shop, bench).exchange()
    back = restored(backup)
    for _ in range(35):
        back.did(FO, facts.PickFinished(work="K-1"))
    done = client_of(lite_shop, back, "c").exchange()
    assert (done.error, done.pending) == ("", 0)
    assert [code for code, _ in back.alarms] == ["forked"]
    kinds = dict(lite_shop.rows("SELECT kind, count(*) FROM fact WHERE outcome = 'applied' GROUP BY kind"))
    assert kinds == {"SignedIn": 40, "OrderParked": 30, "PickFinished": 35}
    again = client_of(lite_shop, back, "d").exchange()
    assert (again.error, again.pushed, again.pending) == ("", 0, 0)
    assert lite_shop.broken() == []


def test_two_machines_under_one_name_lose_nothing(lite_shop: Shop, bench: Bench, tmp_path: Path) -> None:
    """C13: a clone; whoever differs forks. An ack that is not bound to content loses a fact here."""
    bench.did(FO, scan())
    clone = restored(copied(bench, tmp_path / "clone.db"))
    bench.did(None, facts.SignedIn(how="badge"))
    clone.did(None, facts.SignedOut(why="user"))
    one, two = client_of(lite_shop, bench, "c"), client_of(lite_shop, clone, "d")
    for _ in range(3):
        for client in (one, two):
            client.exchange()
    assert (one.exchange().pending, two.exchange().pending) == (0, 0)
    kinds = dict(lite_shop.rows("SELECT kind, count(*) FROM fact WHERE outcome = 'applied' GROUP BY kind"))
    assert kinds == {"ItemPacked": 1, "SignedIn": 1, "SignedOut": 1}
    assert packed_units(lite_shop) == 1


def test_a_restored_hub_is_filled_up_again_by_its_bench(lite_shop: Shop, bench: Bench, tmp_path: Path) -> None:
    """C15, C16, P9: an operator's restore has a new epoch, a silent one is proven by the bench's hello."""
    client = client_of(lite_shop, bench)
    bench.did(FO, scan())
    client.exchange()
    saved = tmp_path / "hub-backup.db"
    keep(lite_shop.database, saved)
    bench.did(FO, scan())
    bench.did(FO, scan())
    client.exchange()
    assert packed_units(lite_shop) == 3
    lite_shop.database.close()
    for ending in ("", "-wal", "-shm"):
        (tmp_path / f"hub.db{ending}").unlink(missing_ok=True)
    shutil.copy(saved, tmp_path / "hub.db")
    lite_shop.database = Database(f"sqlite:///{tmp_path}/hub.db")
    assert packed_units(lite_shop) == 1
    before = lite_shop.database.epoch
    done = client_of(lite_shop, bench, "e").exchange()
    assert (done.error, done.pending, done.acked) == ("", 0, 3)
    assert packed_units(lite_shop) == 3
    assert lite_shop.database.epoch != before, "the bench proved that the hub lost its tail: it says so to all"
    assert ("hub_restored", "The hub was restored. Facts are sent again, copies are fetched.") in bench.alarms
    assert lite_shop.broken() == []


def test_a_new_epoch_fetches_the_copies_again_and_drops_what_is_gone(lite_shop: Shop, bench: Bench) -> None:
    """N13: until head is reached the old copies serve on."""
    client = client_of(lite_shop, bench)
    client.exchange()
    assert FO in bench.copies("fo")
    bench.db.execute("INSERT INTO copy (kind, key, rev, body) VALUES ('sku', 'OLD', 9999, '{}')")
    lite_shop.database.write(lambda db: do(db, "UPDATE hub SET value = 'f00df00df00df00d' WHERE key = 'epoch'"))
    first, second = client.exchange(), client.exchange()
    assert (first.error, second.error) == ("", "")
    assert bench.resets == 2
    assert FO in bench.copies("fo")
    assert "OLD" not in bench.copies("sku")
    assert bench.cursor()[0] == "f00df00df00df00d"


def test_a_line_damaged_on_the_disk_is_set_aside_and_the_rest_goes_on(lite_shop: Shop, bench: Bench) -> None:
    """N11: found by halving, sent by itself, quarantined; the chain goes on from the stored hash."""
    for _ in range(20):
        bench.did(FO, facts.OrderParked())
    bench.db.execute("DROP TRIGGER fact_is_final")
    broken = "CAST(replace(CAST(line AS TEXT), 'OrderParked', 'OrderParkeX') AS BLOB)"
    bench.db.execute(f"UPDATE fact SET line = {broken} WHERE seq = 9")
    done = client_of(lite_shop, bench).exchange()
    assert (done.error, done.pending, done.acked) == ("", 0, 20)
    assert "damaged" in [code for code, _ in bench.alarms]
    assert lite_shop.rows("SELECT seq FROM quarantine") == [(9,)]
    assert lite_shop.rows("SELECT count(*) FROM fact") == [(20,)]


def test_an_ack_about_other_facts_is_not_believed(lite_shop: Shop, bench: Bench) -> None:
    """N12: the hash at the acknowledged number must be one's own."""

    class Liar(Lossy):
        def push(self, head: PushHead, lines: Sequence[bytes]) -> PushReply:
            return PushReply(
                hub_epoch=lite_shop.database.epoch, server_ms=0, answer="taken", acked_seq=2, acked_hash="0" * 64
            )

    bench.did(FO, scan())
    bench.did(FO, scan())
    done = Client(bench, Liar(lite_shop.wire(bench), lambda _n: False), pause=lambda _s: None).exchange()
    assert "hello again and again" in done.error
    assert bench.gens()[-1].acked_seq == 0


def test_many_facts_go_in_batches_and_pages_come_in_pieces(lite_shop: Shop, bench: Bench) -> None:
    """N2, N16: at most 500 facts a push, at most 100 rows a transaction (`Bench.apply_changes` asserts it)."""
    for _ in range(130):
        bench.did(None, *[facts.SignedIn(how="badge") for _ in range(10)])
    done = client_of(lite_shop, bench).exchange()
    assert (done.error, done.pushed, done.pending) == ("", 1300, 0)
    lines = ["sku,name,barcode,length_mm,width_mm,height_mm,weight_g,price_minor,flags"]
    lines += [f"SKU-{n},Thing {n},{40_000_000_000_00 + n},1,1,1,1,1," for n in range(1250)]
    assert lite_shop.take("catalog", "\n".join(lines))["created"] == 1250
    assert client_of(lite_shop, bench, "c").exchange().pulled == 2500
    assert len(bench.copies("sku")) == 1253


def test_a_cursor_below_the_horizon_starts_anew(lite_shop: Shop, bench: Bench) -> None:
    """N3, R3: 410, and the whole feed again."""
    from sync.hub.tables import feed

    client = client_of(lite_shop, bench)
    client.exchange()
    lite_shop.take(
        "catalog", "sku,name,barcode,length_mm,width_mm,height_mm,weight_g,price_minor,flags\nNEW,N,,1,1,1,1,1,\n"
    )
    lite_shop.database.write(lambda db: feed.forget_gone(db, "NYC", feed.head(db, "NYC")))
    assert client.exchange().error == ""
    assert bench.resets == 2
    assert "NEW" in bench.copies("sku")


def copied(bench: Bench, path: Path) -> Path:
    """A copy of the bench's disk, as a backup or a clone has it."""
    with sqlite3.connect(path) as copy:
        bench.db.backup(copy)
    return path


def restored(path: Path) -> Bench:
    folder = path.with_suffix("")
    folder.mkdir()
    shutil.copy(path, folder / "st-07.db")
    made = Bench(folder=folder)
    made._clock = iter(range(1_770_000_000_000, 1_780_000_000_000))  # type: ignore[assignment]
    return made


def keep(database: Database, path: Path) -> None:
    with sqlite3.connect(str(database.url.database)) as source, sqlite3.connect(path) as copy:
        source.backup(copy)
