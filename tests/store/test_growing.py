"""A data directory of an older release goes on under this one: new tables, the same facts (sync J6).

`journal-schema-1.sql` and `mirror-schema-1.sql` were written by the last release before schema 2: a bench with the
shop of these tests on which FO-4472-1 was packed and its last scan taken back.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from packstation.store import Place, schema
from tests.shop import PLATE, TestClock, open_bench

DATA = Path(__file__).parents[1] / "data"
FACTS = ["OrderOpened", "CartonOpened", "ItemPacked", "ItemPacked", "CartonClosed", "GestureUndone"]


@pytest.fixture
def older(tmp_path: Path) -> Place:
    for name in ("journal", "mirror"):
        db = sqlite3.connect(tmp_path / f"{name}.db")
        db.executescript((DATA / f"{name}-schema-1.sql").read_text(encoding="utf-8"))
        assert db.execute("PRAGMA user_version").fetchone()[0] == 1
        db.close()
    return Place(tmp_path, "WH-1", "st-07")


def lines_of(path: Path) -> list[tuple[object, ...]]:
    db = sqlite3.connect(path)
    try:
        return db.execute("SELECT * FROM fact ORDER BY gen, seq").fetchall()
    finally:
        db.close()


def test_an_older_journal_grows_by_itself_and_keeps_every_fact(older: Place) -> None:
    before = lines_of(older.journal)
    assert len(before) == 7
    made = open_bench(older.folder, TestClock())
    assert made.store.db.execute("PRAGMA user_version").fetchone()[0] == schema.VERSION
    assert lines_of(older.journal) == before
    assert made.facts("FO-4472-1") == FACTS
    assert made.store.journal.verify() == 7
    # What the new tables hold is what the old facts say, and a fold from nothing says the same.
    assert made.store.db.execute("SELECT fo, type, units, closed FROM board_box").fetchall() == [
        ("FO-4472-1", "M2", "{}", 0)  # what is in it counts once it is closed
    ]
    digest = made.store.board.digest()
    made.store.board.rebuild()
    assert made.store.board.digest() == digest
    made.store.close()


def test_an_older_mirror_grows_by_itself_and_work_goes_on(older: Place) -> None:
    """Copies stay; plans, which are copies of nothing, are made again."""
    made = open_bench(older.folder, TestClock())
    assert made.store.mirror_db.execute("PRAGMA user_version").fetchone()[0] == schema.MIRROR_VERSION
    assert made.store.mirror.plans.of_order("FO-4472-1") is None
    doc = made.store.mirror.doc("FO-4472-1")
    assert doc is not None
    assert [(line.sku, line.quantity) for line in doc.lines] == [("BLUE-MUG", 1), ("PLATE", 1)]
    assert made.station.desk.job is not None
    made.scan(PLATE)
    assert made.store.order("FO-4472-1").units_packed == 2
    made.store.close()


def shape(path: Path) -> dict[str, str]:
    db = sqlite3.connect(path)
    try:
        rows = db.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    finally:
        db.close()
    return {name: " ".join(sql.split()) for name, sql in rows if "_sqlite_migrations" not in name + sql}


def test_what_has_grown_is_table_for_table_what_is_made_new(older: Place, tmp_path: Path) -> None:
    """D15.4: nothing lost and nothing left over, whoever made the file; a second opening changes nothing."""
    open_bench(older.folder, TestClock()).store.close()
    (tmp_path / "new").mkdir()
    open_bench(tmp_path / "new", TestClock()).store.close()
    for name in ("journal.db", "mirror.db"):
        assert shape(older.folder / name) == shape(tmp_path / "new" / name)
    before = {name: shape(older.folder / name) for name in ("journal.db", "mirror.db")}
    open_bench(older.folder, TestClock()).store.close()
    assert {name: shape(older.folder / name) for name in before} == before


def test_a_step_that_fails_stays_to_be_done(older: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """D15.1: a step and its mark in the ledger are one; what was begun is taken back."""
    whole = schema.CARTON_SCHEMA
    monkeypatch.setattr(schema, "CARTON_SCHEMA", whole + "CREATE TABLE board_box (lpn TEXT);")
    before = shape(older.journal)
    with pytest.raises(sqlite3.DatabaseError):
        open_bench(older.folder, TestClock())
    assert shape(older.journal) == before
    monkeypatch.setattr(schema, "CARTON_SCHEMA", whole)
    made = open_bench(older.folder, TestClock())
    assert made.facts("FO-4472-1") == FACTS
    made.store.close()
