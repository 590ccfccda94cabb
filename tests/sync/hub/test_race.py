"""Many hands at once: nothing is promised twice, no reader misses a row; and the careless ways fail beside it."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy
from sqlalchemy import Connection, text

from sync.hub.tables import books, feed
from sync.hub.tables.books import Act, Cause
from sync.hub.tables.database import Database, do, one
from tests.sync.hub.shop import Shop

WRITERS = 8


def at_once(acts: list[Callable[[], None]]) -> None:
    """All of them in threads; the first exception is raised here."""
    failed: list[BaseException] = []
    ready = threading.Barrier(len(acts))

    def run(act: Callable[[], None]) -> None:
        try:
            ready.wait(10)
            act()
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    if failed:
        raise failed[0]


def test_eight_writers_promise_each_unit_once(shop: Shop) -> None:
    """T12, H10, L3: 8 writers fight for 200 units of two items with 600 tries; 200 get one, and the ledger agrees."""
    shop.take("stock", "site,location,sku,quantity,lot,expiry\nNYC,A-04-2,BLUE-MUG,100,,\nNYC,A-05-1,RED-MUG,100,,\n")
    promised: list[str] = []

    def writer(number: int) -> Callable[[], None]:
        rng = random.Random(number)

        def act() -> None:
            for turn in range(75):
                sku = rng.choice(["BLUE-MUG", "RED-MUG"])

                def one_promise(db: Connection, sku: str = sku, turn: int = turn) -> bool:
                    doing = Act(db, 0, f"w{number}")
                    idem = f"{number}/{turn}"
                    got = books.reserve(doing, "NYC", sku, 1, Cause("routed", "order", idem, idem))
                    doing.finish()
                    return got

                if shop.database.write(one_promise):
                    promised.append(sku)

        return act

    at_once([writer(number) for number in range(WRITERS)])
    assert {sku: promised.count(sku) for sku in ("BLUE-MUG", "RED-MUG")} == {"BLUE-MUG": 100, "RED-MUG": 100}
    for sku in ("BLUE-MUG", "RED-MUG"):
        assert shop.stock("NYC", sku)["allocated"] == 100
    assert [row.law for row in shop.broken()] == ["c2", "c2"], "nothing but the orders these promises stand for"


def test_looking_before_taking_oversells(database: Database, tmp_path: Path) -> None:
    """B7: the careless way, in the same race, promises more than there is; so the race has teeth."""
    engine = database.engine
    if database.lite:
        # As SQLAlchemy comes: no IMMEDIATE, so a look opens no transaction (B9).
        engine = sqlalchemy.create_engine(f"sqlite:///{tmp_path}/careless.db", connect_args={"timeout": 30})
    with engine.begin() as db:
        db.execute(text("CREATE TABLE careless (sku TEXT PRIMARY KEY, on_hand INTEGER, allocated INTEGER)"))
        db.execute(text("INSERT INTO careless VALUES ('BLUE-MUG', 40, 0)"))
    promised: list[int] = []

    def act() -> None:
        for _ in range(20):
            with engine.connect() as db:
                held = db.execute(text("SELECT on_hand, allocated FROM careless")).one()
                time.sleep(0.001)
                if held.on_hand > held.allocated:
                    db.execute(text("UPDATE careless SET allocated = :new"), {"new": held.allocated + 1})
                    db.commit()
                    promised.append(1)

    at_once([act] * WRITERS)
    assert len(promised) > 40, "if nobody oversells here, the test above proves nothing"
    if database.lite:
        engine.dispose()


@pytest.mark.parametrize("begins", ["as it comes", "immediate"])
def test_read_then_write_needs_a_real_transaction(tmp_path: Path, begins: str) -> None:
    """B9: with SQLAlchemy as it comes updates are lost without an error; as we open it, none is."""
    path = tmp_path / "counter.db"
    if begins == "immediate":
        engine = Database(f"sqlite:///{path}").engine
    else:
        engine = sqlalchemy.create_engine(f"sqlite:///{path}", connect_args={"timeout": 30})
    with engine.begin() as db:
        db.execute(text("CREATE TABLE number (value INTEGER)"))
        db.execute(text("INSERT INTO number VALUES (0)"))
    lock = threading.Lock()

    def act() -> None:
        for _ in range(25):
            guard = lock if begins == "immediate" else _no_lock()
            with guard, engine.begin() as db:
                value = db.execute(text("SELECT value FROM number")).scalar_one()
                time.sleep(0.0005)
                db.execute(text("UPDATE number SET value = :new"), {"new": value + 1})

    at_once([act] * 4)
    with engine.connect() as db:
        value = db.execute(text("SELECT value FROM number")).scalar_one()
    assert (value == 100) == (begins == "immediate")
    engine.dispose()


def test_a_reader_with_a_cursor_misses_no_row(shop: Shop) -> None:
    """T13, N15: writers pause inside their transactions; the cursor is a row they lock: commits keep its order."""
    stop = threading.Event()
    written: set[str] = set()
    seen: set[str] = set()
    start = top(shop.database)

    def writer(number: int) -> Callable[[], None]:
        rng = random.Random(number)

        def act() -> None:
            for turn in range(12):
                key = f"W{number}-{turn}"

                def touched(db: Connection, key: str = key) -> None:
                    feed.set_setting(db, "NYC", key, True)
                    feed.touch(db, "NYC", [("setting", key)])
                    time.sleep(rng.uniform(0, 0.02))

                shop.database.write(touched)
                written.add(key)

        return act

    def reader() -> None:
        cursor = start
        while True:
            last_look = stop.is_set()
            with shop.database.reading() as db:
                page = feed.page(db, "NYC", cursor, 1000, reader=("", ""), epoch="e", server_ms=0)
            seen.update(row.key for row in page.rows)
            cursor = page.next
            if last_look and cursor >= page.head:
                return
            time.sleep(0.001)

    def writers() -> None:
        try:
            at_once([writer(number) for number in range(WRITERS)])
        finally:
            stop.set()

    at_once([reader, writers])
    assert len(written) == WRITERS * 12
    assert seen >= written


def test_a_sequence_as_cursor_misses_rows(request: pytest.FixtureRequest) -> None:
    """B6: the careless way on PostgreSQL: numbers are given before commits, so a reader passes some by."""
    server = request.getfixturevalue("postgres")
    url = server.fresh()
    engine = sqlalchemy.create_engine(url, pool_size=12)
    with engine.begin() as db:
        db.execute(text("CREATE TABLE fed (cur BIGINT GENERATED ALWAYS AS IDENTITY, key TEXT)"))
    stop = threading.Event()
    seen: set[str] = set()

    def writer(number: int) -> Callable[[], None]:
        rng = random.Random(number)

        def act() -> None:
            for turn in range(25):
                with engine.begin() as db:
                    db.execute(text("INSERT INTO fed (key) VALUES (:key)"), {"key": f"{number}-{turn}"})
                    time.sleep(rng.uniform(0, 0.02))

        return act

    def reader() -> None:
        cursor = 0
        while True:
            last_look = stop.is_set()
            with engine.connect() as db:
                rows = db.execute(text("SELECT cur, key FROM fed WHERE cur > :c ORDER BY cur"), {"c": cursor}).all()
            seen.update(row.key for row in rows)
            cursor = max([cursor, *(row.cur for row in rows)])
            if last_look:
                return

    def writers() -> None:
        try:
            at_once([writer(number) for number in range(WRITERS)])
        finally:
            stop.set()

    at_once([reader, writers])
    engine.dispose()
    server.drop(url)
    assert len(seen) < WRITERS * 25, "if no row is missed here, the test above proves nothing"


def test_a_second_process_is_kept_out_by_the_lock(tmp_path: Path) -> None:
    """J10: naming the process that has it."""
    import os

    from sync.hub.tables.database import HubLock, HubLocked

    held = HubLock(tmp_path)
    with pytest.raises(HubLocked, match=f"process {os.getpid()}"):
        HubLock(tmp_path)
    held.release()
    HubLock(tmp_path).release()


def test_readers_can_neither_write_nor_checkpoint(lite: Database) -> None:
    """B3: query_only alone would still checkpoint."""
    with lite.reading() as db, pytest.raises(sqlalchemy.exc.OperationalError):
        do(db, "UPDATE hub SET value = 'x' WHERE key = 'epoch'")
    with lite.reading() as db, pytest.raises(sqlalchemy.exc.OperationalError):
        db.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def test_commits_are_flushed(database: Database) -> None:
    """N10, B5: never less than FULL, never less than synchronous_commit=on."""
    with database.engine.connect() as db:
        if database.lite:
            assert one(db, "PRAGMA synchronous")[0] == 2
            assert one(db, "PRAGMA journal_mode")[0] == "wal"
        else:
            assert one(db, "SHOW synchronous_commit")[0] == "on"
            assert one(db, "SHOW fsync")[0] == "on"


def top(database: Database) -> int:
    with database.reading() as db:
        return feed.head(db, "NYC")


class _no_lock:
    def __enter__(self) -> Iterator[None] | None:
        return None

    def __exit__(self, *_: object) -> None:
        return None
