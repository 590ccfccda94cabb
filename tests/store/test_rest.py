"""Commits are moved from the log into the database while nobody scans, so that no scan waits for it (PF1.2)."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from packstation.store.schema import WAL_PAGES_MAX
from packstation.store.store import COMMITS_TO_REST
from tests.shop import BLUE_MUG, Bench, bench


def in_the_file_itself(made: Bench) -> int:
    """Facts that a reader sees who has no log."""
    copy = made.store.place.folder / "copy.db"
    copy.write_bytes(made.store.place.journal.read_bytes())
    db = sqlite3.connect(f"{copy.as_uri()}?immutable=1", uri=True)
    try:
        return int(db.execute("SELECT count(*) FROM fact").fetchone()[0])
    finally:
        db.close()


def scans(made: Bench, count: int) -> None:
    for _ in range(count):
        made.scan("9999999", "*OK")


def test_a_quiet_moment_empties_the_log_and_a_busy_one_does_not(tmp_path: Path) -> None:
    made = bench(tmp_path)
    made.store.db.execute("PRAGMA wal_checkpoint(PASSIVE)")
    before = in_the_file_itself(made)
    scans(made, COMMITS_TO_REST)
    facts = made.store.journal.last_seq
    assert facts > before
    made.clock.pass_ms(500)
    made.station.tick()
    assert in_the_file_itself(made) == before, "somebody may scan again at any moment"
    made.clock.pass_ms(5_000)
    made.station.tick()
    assert in_the_file_itself(made) == facts
    made.scan(BLUE_MUG)
    assert not made.store.rest(), "not worth a flush yet"


def test_the_log_is_bounded_without_any_quiet_moment(tmp_path: Path) -> None:
    made = bench(tmp_path)
    assert made.store.db.execute("PRAGMA wal_autocheckpoint").fetchone()[0] == WAL_PAGES_MAX
