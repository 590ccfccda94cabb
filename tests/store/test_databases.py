"""How every database is opened and written (devices.md D15.2-D15.5), seen on the files and in the source."""

from __future__ import annotations

import ast
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from packstation.store.writing import writing
from sync.hub.tables.database import Database
from tests.shop import Bench, bench

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Bench]:
    one = bench(tmp_path)
    yield one
    one.store.close()


def asked(db: sqlite3.Connection, name: str) -> object:
    return db.execute(f"PRAGMA {name}").fetchone()[0]


def test_a_stations_connections_set_everything_themselves(made: Bench) -> None:
    """D15.2: foreign keys, WAL, FULL for the journal, and five seconds for a lock; readers cannot write."""
    for db, synchronous in ((made.store.db, 2), (made.store.mirror_db, 1)):
        told = [asked(db, name) for name in ("foreign_keys", "journal_mode", "synchronous", "busy_timeout")]
        assert told == [1, "wal", synchronous, 5000]
    reading = sqlite3.connect(made.store.place.journal)
    assert asked(reading, "synchronous") == 2
    reading.close()


def test_the_hubs_connection_too(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'hub.db'}")
    try:
        names = ("foreign_keys", "journal_mode", "synchronous", "busy_timeout")
        told = database.write(lambda db: [db.exec_driver_sql(f"PRAGMA {name}").scalar() for name in names])
        assert told == [1, "wal", 2, 5000]
    finally:
        database.close()


def test_every_table_is_strict_and_holds_no_floats(made: Bench, tmp_path: Path) -> None:
    """D15.4, D15.5: SQL written by hand, STRICT, and nowhere a REAL, NUMERIC or DECIMAL that money could become."""
    (tmp_path / "hub").mkdir()
    Database(f"sqlite:///{tmp_path / 'hub' / 'hub.db'}").close()
    for path in (made.store.place.journal, made.store.place.mirror, tmp_path / "hub" / "hub.db"):
        db = sqlite3.connect(path)
        tables = db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '%sqlite_%'")
        found = tables.fetchall()
        db.close()
        assert len(found) > 5
        for name, sql in found:
            assert re.search(r"\)\s*(WITHOUT ROWID,\s*)?STRICT\b", sql), (path.name, name)
            assert not re.search(r"\b(REAL|NUMERIC|DECIMAL|FLOAT|DOUBLE|ANY)\b", sql), (path.name, name)


def test_a_write_that_fails_leaves_no_transaction_open(made: Bench) -> None:
    """D15.3: one left open would make the next scan fail, and every one after it."""
    db = made.store.db
    with pytest.raises(sqlite3.IntegrityError), writing(db):
        db.execute("INSERT INTO claim VALUES (NULL, NULL)")
    assert not db.in_transaction
    with pytest.raises(KeyboardInterrupt), writing(db):
        raise KeyboardInterrupt
    assert not db.in_transaction
    made.scan("FO-4472-1")
    assert made.store.journal.last_seq > 0


def test_a_page_of_copies_that_breaks_off_changes_nothing(made: Bench) -> None:
    """D15.3: reset and completion of the copies are whole or not at all, too."""
    mirror = made.store.mirror
    before = mirror.cursor()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(mirror, "_meta", lambda *_: (_ for _ in ()).throw(sqlite3.OperationalError("disk is full")))
        with pytest.raises(sqlite3.OperationalError):
            mirror.reset("another")
    assert mirror.cursor() == before
    mirror.complete()
    assert mirror.doc("FO-4472-1") is not None, "nothing was marked old"


def test_an_exchange_that_brings_nothing_changes_nothing(made: Bench) -> None:
    """PF1.4: once a second while somebody packs; taken for a change, it had every copy read and every carton planned
    again. No statement looks through the copies for marks that nobody made (PF10.4)."""
    mirror = made.store.mirror
    mirror.complete()
    before, asked = mirror.changed, [""]
    made.store.mirror_db.set_trace_callback(asked.append)
    mirror.complete()
    assert (mirror.changed, asked) == (before, [""])
    mirror.reset("another")
    mirror.complete()
    assert mirror.doc("FO-4472-1") is None, "the hub sent it no more"
    assert mirror.changed == before + 1


def test_two_writers_wait_for_each_other(tmp_path: Path) -> None:
    """D15.3: IMMEDIATE waits for the other; deferred, the second would be told "database is locked" at once."""
    import threading

    path = tmp_path / "count.db"
    first = sqlite3.connect(path, timeout=5.0, isolation_level=None)
    first.execute("PRAGMA journal_mode=WAL")
    first.execute("CREATE TABLE count (n INTEGER NOT NULL) STRICT")
    first.execute("INSERT INTO count VALUES (0)")

    def count() -> None:
        db = sqlite3.connect(path, timeout=5.0, isolation_level=None)
        for _ in range(200):
            with writing(db):
                n = db.execute("SELECT n FROM count").fetchone()[0]
                db.execute("UPDATE count SET n = ?", (n + 1,))
        db.close()

    threads = [threading.Thread(target=count) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert first.execute("SELECT n FROM count").fetchone()[0] == 400
    first.close()


def test_the_source_opens_with_a_time_limit_and_begins_immediate() -> None:
    """D15.2, D15.3: no connection without timeout=5.0, none with autocommit=; no deferred transaction that writes;
    sqlite-utils in the ledger of migrations alone (D15.1)."""
    connects = 0
    for package in ("packstation", "sync"):
        for file in sorted((ROOT / package).rglob("*.py")):
            text = file.read_text(encoding="utf-8")
            where = file.relative_to(ROOT).as_posix()
            for node in ast.walk(ast.parse(text)):
                if isinstance(node, ast.Call) and ast.unparse(node.func) == "sqlite3.connect":
                    connects += 1
                    given = {word.arg: ast.unparse(word.value) for word in node.keywords}
                    assert given.get("timeout") == "5.0", where
                    assert "autocommit" not in given, where
            for statement in re.findall(r"""execute\(\s*["'](BEGIN[^"';]*)""", text):
                assert statement == "BEGIN IMMEDIATE", where
            assert "sqlite_utils" not in text or where == "packstation/store/growing.py", where
    assert connects >= 8
