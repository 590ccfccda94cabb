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
