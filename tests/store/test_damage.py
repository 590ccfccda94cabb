"""Disks fail: a corrupt mirror is fetched again, a corrupt journal is set aside, a full disk loses nothing."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from packstation.commands.assembly import open_station
from packstation.store import Busy, Place, Store
from tests.shop import BLUE_MUG, PLATE, Bench, bench, open_bench, put, shop


def garbled(path: Path, start: int, length: int) -> None:
    """Overwrite bytes in the middle of a file."""
    with open(path, "r+b") as file:
        file.seek(start)
        file.write(b"\xff" * length)


def checkpointed(made: Bench) -> None:
    """Everything in the file itself, so that damage hits what counts."""
    made.store.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    made.store.mirror_db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    made.store.close()


def test_a_corrupt_mirror_is_fetched_again(tmp_path: Path) -> None:
    """Issue 2, bad input: copies can be had again; nothing of the journal is touched."""
    made = bench(tmp_path)
    made.scan("FO-4472-1", "FO-4472-1", BLUE_MUG)
    checkpointed(made)
    garbled(tmp_path / "mirror.db", 0, 100)
    again = open_bench(tmp_path)
    assert [code for code, _ in again.store.news] == ["mirror_damaged"]
    assert again.store.mirror.cursor() == (None, 0)
    put(again.store, shop())
    assert again.store.order("FO-4472-1").packed(1) == 1


def test_copies_that_fail_their_check_are_thrown_away_at_the_next_start(tmp_path: Path) -> None:
    """PF2.1: the check of a large mirror does not keep the first screen waiting; its finding is not forgotten."""
    made = bench(tmp_path)
    assert made.store.check_mirror()
    checkpointed(made)
    size = (tmp_path / "mirror.db").stat().st_size
    garbled(tmp_path / "mirror.db", size // 2, size // 4)
    damaged = Store(Place(tmp_path, "WH-1", "st-07"))
    assert not damaged.check_mirror()
    damaged.close()
    again = open_bench(tmp_path)
    assert [code for code, _ in again.store.news] == ["mirror_damaged"]
    assert again.store.mirror.cursor() == (None, 0)
    assert again.store.check_mirror()
    assert again.again().store.news == []


def test_a_station_opens_on_copies_too_damaged_to_begin_with(tmp_path: Path) -> None:
    """Issue 2, bad input: nobody sees a traceback; the copies are fetched again, the journal is as it was."""
    made = bench(tmp_path)
    made.scan("FO-4472-1", "FO-4472-1", BLUE_MUG)
    facts = made.store.journal.last_seq
    checkpointed(made)
    size = (tmp_path / "mirror.db").stat().st_size
    garbled(tmp_path / "mirror.db", 8_192, size - 8_192)
    opened = open_station(Place(tmp_path, "WH-1", "st-07"))
    assert [code for code, _ in opened.store.news] == ["mirror_damaged"]
    assert opened.store.journal.last_seq == facts
    opened.close()


@pytest.mark.parametrize("start", [0, 4096])
def test_a_corrupt_journal_is_set_aside_and_salvaged(start: int, tmp_path: Path) -> None:
    """C23: set aside, never deleted; the readable facts are saved under a new generation; said plainly."""
    made = bench(tmp_path)
    made.scan("FO-4472-1", "FO-4472-1", BLUE_MUG)
    gen = made.store.journal.gen
    checkpointed(made)
    original = (tmp_path / "journal.db").read_bytes()
    garbled(tmp_path / "journal.db", start, len(original) - start)
    again = open_bench(tmp_path)
    codes = [code for code, _ in again.store.news]
    assert codes == ["journal_damaged", "journal_salvaged"]
    aside = [path for path in tmp_path.iterdir() if ".damaged-" in path.name and path.name.startswith("journal.db")]
    assert sum(path.stat().st_size for path in aside) >= len(original)
    message = again.station.prompt().message
    assert message is not None
    assert "nothing was deleted" in message.text
    alarms = [row[0] for row in again.store.db.execute("SELECT code FROM alarm ORDER BY id")]
    assert alarms == codes
    assert again.store.journal.gen != gen
    again.store.journal.verify()
    assert again.store.rebuild()[0] == again.store.rebuild()[1]


def test_a_fact_that_was_changed_on_the_disk_is_noticed(tmp_path: Path) -> None:
    """J5: the chain tells; the facts before it are saved."""
    made = bench(tmp_path)
    made.scan("FO-4472-1", "FO-4472-1", BLUE_MUG, PLATE)
    seq = made.store.journal.last_seq
    made.store.db.execute("DROP TRIGGER fact_is_final")
    made.store.db.execute(
        "UPDATE fact SET line = CAST(replace(CAST(line AS TEXT), 'ANN', 'BOB') AS BLOB) WHERE seq = ?", (seq - 1,)
    )
    checkpointed(made)
    again = open_bench(tmp_path)
    assert [code for code, _ in again.store.news] == ["journal_damaged", "journal_salvaged"]
    assert 0 < again.store.journal.last_seq < seq


def test_facts_are_never_edited(tmp_path: Path) -> None:
    """J6: the trigger refuses an UPDATE."""
    made = bench(tmp_path)
    with pytest.raises(sqlite3.IntegrityError, match="facts are never edited"):
        made.store.db.execute("UPDATE fact SET kind = 'X'")


def test_a_full_disk_is_said_and_nothing_is_half_written(tmp_path: Path) -> None:
    """Issue 2, bad input: a gesture that cannot be saved did not happen, and the packer is told."""
    made = bench(tmp_path)
    made.scan("FO-4471-1", "FO-4471-1")
    pages = made.store.db.execute("PRAGMA page_count").fetchone()[0]
    made.store.db.execute(f"PRAGMA max_page_count = {pages}")
    said = None
    for _ in range(200):
        said = made.scan("FO-NONE" + "X" * 30)
        if said.message.startswith("Disk full"):
            break
        made.key("f12")
    assert said is not None
    assert said.message == "Disk full. Nothing recorded. Free space, then scan again."
    facts = made.store.journal.last_seq
    made.store.db.execute("PRAGMA max_page_count = 1000000")
    assert made.scan(BLUE_MUG).outcome == "accepted"
    assert made.store.journal.last_seq == facts + 2
    made.store.journal.verify()


def test_two_processes_cannot_own_one_folder(tmp_path: Path) -> None:
    """J10: an operating system's lock; the error names the process."""
    made = bench(tmp_path)
    with pytest.raises(Busy, match="expected to be its only user"):
        Store(Place(tmp_path, "WH-1", "st-07"))
    made.store.close()
    Store(Place(tmp_path, "WH-1", "st-07")).close()


def test_a_plain_scan_costs_one_commit_and_at_most_five_statements(tmp_path: Path) -> None:
    """PF10.3: one commit a scan, at most 5 statements inside record() and 2 reads before it."""
    made = bench(tmp_path)
    made.scan("FO-4475-1", "FO-4475-1", BLUE_MUG)
    statements: list[str] = []
    mirror: list[str] = []
    made.store.db.set_trace_callback(statements.append)
    made.store.mirror_reader.set_trace_callback(mirror.append)
    assert made.scan(BLUE_MUG).outcome == "accepted"
    made.store.db.set_trace_callback(None)
    made.store.mirror_reader.set_trace_callback(None)
    begin = statements.index("BEGIN IMMEDIATE")
    assert statements.count("COMMIT") == 1
    assert len(statements) - begin <= 5, statements[begin:]
    assert begin + len(mirror) <= 2, (statements[:begin], mirror)


def test_a_prompt_is_drawn_without_asking_a_database(tmp_path: Path) -> None:
    """PF10.3: 0 statements to draw a Prompt."""
    made = bench(tmp_path)
    made.scan("FO-4475-1", "FO-4475-1", BLUE_MUG)
    asked: list[str] = []
    for db in (made.store.db, made.store.mirror_reader, made.store.reader_db):
        db.set_trace_callback(asked.append)
    made.station.prompt()
    assert asked == []


HOT = [
    ("mirror", "SELECT code, kind, ref, fo, quantity FROM code WHERE code IN ('a','b') LIMIT 200"),
    ("journal", "SELECT code, kind, fo, ref FROM board_code WHERE code IN ('a', 'b') LIMIT 100"),
    ("journal", "SELECT seq, line, hash FROM fact WHERE gen = 'g' AND seq > 5 ORDER BY seq LIMIT 500"),
    ("journal", "SELECT fact_id, line FROM fact WHERE fo = 'FO-1' ORDER BY place"),
    ("mirror", "SELECT fo FROM fo WHERE state = 'open' ORDER BY priority DESC, ship_by, units, fo LIMIT 500"),
    ("mirror", "SELECT fo FROM fo_line INDEXED BY fo_line_by_sku WHERE sku = 'a'"),
    ("mirror", "SELECT rev, body FROM copy WHERE kind = 'fo' AND key = 'a'"),
    ("journal", "SELECT fo FROM board_fo WHERE stage IN ('picked', 'picking', 'packing') ORDER BY last_ms"),
]


@pytest.mark.parametrize(("which", "query"), HOT, ids=[query[:40] for _, query in HOT])
def test_every_hot_query_has_an_index(which: str, query: str, tmp_path: Path) -> None:
    """PF10.4: no hot query scans a table."""
    made = bench(tmp_path)
    db = made.store.db if which == "journal" else made.store.mirror_reader
    plan = " ".join(row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {query}"))
    assert "USING" in plan
    assert "SCAN" not in plan.replace("SCAN fact USING", "")
