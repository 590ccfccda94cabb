"""Facts into the hub: through HTTP beside the bare rows in process, in batches beside one by one (PF7.1 to PF7.3).

    a packing shift in a journal --push, 500 facts--> the hub's process --> facts, orders, parcels, ack
    the same 500 rows --executemany, commit--> a table like the hub's, in this process

Both sides flush (`synchronous=FULL`) into one folder. "orders" are facts of packing, folded into orders, lines and
parcels; "intake" are facts that change no order.
"""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import sqlalchemy
from sqlalchemy.schema import CreateIndex, CreateTable

from sync import facts
from sync.client import Client, HttpWire, enrol
from sync.hub.api.doors import There
from sync.hub.tables import schema
from sync.hub.tables.database import Database
from sync.protocol.messages import FACTS_MAX
from sync.protocol.verdicts import batch
from tests.benchmarks.measure import Metric, absolute, against_floor, against_peer, round_robin
from tests.sync.bench import Bench
from tests.sync.hub.shop import Shop, order_row

ROOT = Path(__file__).resolve().parent.parent.parent
REPEATS, ROUNDS = 3, 12
DRAIN = 10_000
SINGLES = 5
FACTS_AN_ORDER = 13


def run(quick: bool) -> list[Metric]:
    """Every figure of push."""
    repeats, rounds, drain = (2, 2, 2_000) if quick else (REPEATS, ROUNDS, DRAIN)
    with TemporaryDirectory(prefix="packstation-bench-") as name:
        folder = Path(name)
        pushes = repeats * (rounds + 1) + 2
        orders = (pushes * FACTS_MAX + repeats * drain) // FACTS_AN_ORDER + 50
        shop = _shop(folder, orders)
        hub = _Hub(f"sqlite:///{folder}/hub.db")
        try:
            return _measured(folder, hub, shop, repeats, rounds, drain)
        finally:
            hub.stop()


def _measured(
    folder: Path, hub: _Hub, packing: Iterator[list[facts.Fact]], repeats: int, rounds: int, drain: int
) -> list[Metric]:
    made = []
    bare = _Bare(folder / "bare.db")
    by_kind: dict[str, list[list[float]]] = {}
    for key, acts in (("orders", packing), ("intake", _idle())):
        pusher = _Pusher(folder, hub, f"st-{key}", acts)
        ours, floor, single = [], [], []
        for seed in range(repeats):
            sides: dict[str, Callable[[], float]] = {"ours": pusher.once, "bare": lambda p=pusher: bare.once(p.last)}  # type: ignore[misc]
            found = round_robin(sides, rounds=rounds, warm_up=1, seed=seed)
            ours.append(found["ours"])
            floor.append(found["bare"])
            single.append([pusher.one_by_one(SINGLES) for _ in range(max(1, rounds // 2))])
        by_kind[key] = ours
        made.append(
            against_floor(
                "PF7.1", f"push of 500 facts over HTTP, {key}", ours, floor, unit="ms",
                against="executemany of the rows and commit, in process", key="" if key == "intake" else key,
            )
        )  # fmt: skip
        each = [[sample / FACTS_MAX for sample in repeat] for repeat in ours]
        made.append(
            against_peer(
                "PF7.2", f"a fact in a batch of 500, {key}", each, single, unit="ms",
                against="one fact per request", key="" if key == "intake" else key,
            )
        )  # fmt: skip
        rates = [FACTS_MAX / (sample / 1000) for repeat in ours for sample in repeat]
        made.append(absolute("PF7.5", f"facts/s into one hub on SQLite, {key}", rates, unit="1/s", key=f"G3 {key}"))
        made.append(
            absolute("PF7.4", f"bytes a fact on the wire at 500, {key}", [pusher.bytes_a_fact()], unit="B", key=key)
        )
        pusher.close()
    drained = [[_drain(folder, hub, packing, f"st-drain{turn}", drain)] for turn in range(repeats)]
    twenty = [[drain / FACTS_MAX * sample for sample in repeat] for repeat in by_kind["orders"]]
    made.append(
        against_floor(
            "PF7.3", f"drain of {drain} facts by the client", drained, twenty, unit="ms",
            against=f"{drain // FACTS_MAX} x one push of 500",
        )
    )  # fmt: skip
    bare.close()
    return made


class _Hub:
    """The hub's process."""

    def __init__(self, url: str) -> None:
        command = [sys.executable, "-m", "tests.benchmarks.sync_hub", url]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)
        assert self._process.stdout is not None
        told = json.loads(self._process.stdout.readline())
        self.url, self._token = told["url"], told["token"]

    def wire(self, station: str) -> HttpWire:
        code = There(self.url, self._token).invite("NYC", station, "sync")
        return HttpWire(self.url, enrol(self.url, code)["token"])

    def stop(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(20)


class _Pusher:
    """A station whose journal always holds one more batch."""

    def __init__(self, folder: Path, hub: _Hub, station: str, acts: Iterator[list[facts.Fact]]) -> None:
        self._bench, self._acts = Bench(station, folder=folder), acts
        self._wire = hub.wire(station)
        Client(self._bench, self._wire).greet(self._bench.gens()[-1].gen)
        self.last: list[tuple[int, bytes, bytes]] = []
        self._fill(FACTS_MAX)
        self._push(FACTS_MAX)

    def once(self) -> float:
        """Milliseconds of one push of 500."""
        self._fill(FACTS_MAX)
        return self._push(FACTS_MAX)

    def one_by_one(self, count: int) -> float:
        """Milliseconds a fact, each in its own request."""
        self._fill(count)
        return sum(self._push(1) for _ in range(count)) / count

    def bytes_a_fact(self) -> float:
        import zstandard

        body = b"\n".join(row[1] for row in self.last)
        return len(zstandard.ZstdCompressor(level=3).compress(body)) / len(self.last)

    def close(self) -> None:
        self._wire.close()

    def _fill(self, count: int) -> None:
        self._bench.db.execute("PRAGMA synchronous=OFF")
        gen = self._bench.gens()[-1]
        while gen.last_seq - gen.acked_seq < count:
            record(self._bench, next(self._acts))
            gen = self._bench.gens()[-1]

    def _push(self, count: int) -> float:
        gen = self._bench.gens()[-1]
        rows = self._bench.lines_after(gen.gen, gen.acked_seq, count)
        base = self._bench.hash_at(gen.gen, gen.acked_seq)
        assert base is not None, "a journal has a hash where it begins"
        head, lines = batch(rows, base, gen=gen.gen, session=gen.session or "")
        began = time.perf_counter()
        reply = self._wire.push(head, lines)
        took = (time.perf_counter() - began) * 1000
        assert reply.answer == "taken", reply
        assert not [one for one in reply.results if one.outcome != "applied"], reply.results[:3]
        self._bench.acknowledge(gen.gen, reply.acked_seq)
        if count == FACTS_MAX:
            self.last = rows
        return took


class _Bare:
    """The floor: the same rows into a table with the hub's columns and indexes, and a durable commit."""

    def __init__(self, path: Path) -> None:
        dialect = sqlalchemy.create_engine("sqlite://").dialect
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL").close()
        self._db.execute("PRAGMA synchronous=FULL")
        self._db.execute(str(CreateTable(schema.exchange.fact).compile(dialect=dialect)))
        for index in schema.exchange.fact.indexes:
            self._db.execute(str(CreateIndex(index).compile(dialect=dialect, compile_kwargs={"literal_binds": True})))
        self._turn = 0

    def once(self, rows: list[tuple[int, bytes, bytes]]) -> float:
        self._turn += 1
        made = []
        for seq, line, hashed in rows:
            _, fact_id, kind, _, fo, *_ = json.loads(line)
            cur = None if fo is None else self._turn * 1000 + seq
            place = ("NYC", "st-01", f"{self._turn:016x}", seq, f"{self._turn:08x}{fact_id[8:]}", kind, fo)
            made.append((*place, line, hashed, 0, "applied", None, cur))
        began = time.perf_counter()
        self._db.execute("BEGIN IMMEDIATE")
        self._db.executemany("INSERT INTO fact VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)", made)
        self._db.execute("COMMIT")
        return (time.perf_counter() - began) * 1000

    def close(self) -> None:
        self._db.close()


def _drain(folder: Path, hub: _Hub, acts: Iterator[list[facts.Fact]], station: str, count: int) -> float:
    """Milliseconds in which the client sends a backlog."""
    bench = Bench(station, folder=folder)
    bench.db.execute("PRAGMA synchronous=OFF")
    while bench.gens()[-1].last_seq < count:
        record(bench, next(acts))
    wire = hub.wire(station)
    client = Client(bench, wire)
    client.greet(bench.gens()[-1].gen)
    began = time.perf_counter()
    sent = client.push()
    took = (time.perf_counter() - began) * 1000
    assert sent >= count, sent
    wire.close()
    return took * count / sent


def record(bench: Bench, gesture: list[facts.Fact]) -> None:
    """One order's facts, as many gestures."""
    fo = getattr(gesture, "fo", None)
    for fact in gesture:
        bench.did(fo, fact)


class _Packing(list[facts.Fact]):
    """The facts of packing one order."""

    fo: str | None = None


def _shop(folder: Path, orders: int) -> Iterator[list[facts.Fact]]:
    """Fill the hub with orders of three units; yields the facts of packing each."""
    database = Database(f"sqlite:///{folder}/hub.db")
    database.engine.dispose()
    shop = Shop(database, folder)
    shop.take("stock", f"site,location,sku,quantity,lot,expiry\nNYC,A-04-2,BLUE-MUG,{orders * 3 + 10},,\n")
    done = shop.orders(*(order_row(str(number), quantity=3) for number in range(orders)))
    assert done["created"] == orders, done["rejected"][:3]
    database.close()
    return _packed(orders)


def _packed(orders: int) -> Iterator[list[facts.Fact]]:
    code = "5012345678900"
    for number in range(orders):
        lpn = f"C-st-07-{number:06d}"
        made = _Packing(
            [
                facts.OrderOpened(via="tote", partial=False),
                *[
                    facts.ItemPicked(line=1, sku="BLUE-MUG", qty=1, location="A-04-2", how="scan", code=code)
                    for _ in range(3)
                ],
                facts.CartonOpened(carton=1, lpn=lpn, type="BOX-S", suggested="BOX-S"),
                *[
                    facts.ItemPacked(line=1, sku="BLUE-MUG", qty=1, carton=lpn, how="scan", code=code)
                    for _ in range(3)
                ],
                facts.CartonClosed(carton=lpn, why="complete"),
                facts.CartonWeighed(
                    carton=lpn, weight_g=1150, tare_g=100, expected_g=1150, tol_g=30, how="scale", verdict="ok"
                ),
                facts.LabelAssigned(
                    carton=lpn, label=f"L-{lpn}-1", tracking=f"1Z{number:010d}", source="house", scan_key_digests=()
                ),
                facts.PrintSent(job=str(number), what="label", printer="pr-1", copy=1),
                facts.LabelScanned(carton=lpn, label=f"L-{lpn}-1", copy=1),
            ]
        )
        made.fo = f"FO-{number}-1"
        yield made


def _idle() -> Iterator[list[facts.Fact]]:
    """Facts that change no order."""
    number = 0
    while True:
        number += 1
        yield [facts.PrintSent(job=str(number), what="label", printer="pr-1", copy=1)]
