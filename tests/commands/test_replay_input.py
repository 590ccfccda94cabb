"""What a replay prints of its input, and which files it takes."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from packstation.__main__ import main
from packstation.commands.stations import as_document
from packstation.station import Outcome


def test_a_badge_is_never_printed_held_or_not() -> None:
    """D4.8: it is a key."""
    held = Outcome(1, "B.JQTX3SNZHS324S4G7L4ABCMTNI", "held", None, "ORDER", "1 scan held.", ())
    assert as_document(held)["input"] == "@badge"


def test_a_file_with_bytes_that_are_no_text_is_replayed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As standard input takes them: a scanner may send anything."""
    data, lines = str(tmp_path / "shop"), tmp_path / "shift.txt"
    lines.write_bytes(b"ab\xff\xfecd\n4471\n")
    assert main(["init", "--site", "NYC", "--station", "st-07", "--data", data]) == 0
    assert main(["replay", str(lines), "--data", data]) == 0
    assert capsys.readouterr().out.count('"outcome": "refused"') == 2


def test_a_scan_that_turns_text_round_harms_no_replay(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """X17, FL2.19: U+202E, other marks and ESC in a scan: one outcome each, nothing raw on the screen or in a fact,
    and the board is what the journal says."""
    data, lines = str(tmp_path / "shop"), tmp_path / "shift.txt"
    lines.write_text("\u202e4471\nAB\u202eCD\u2066\n\u200bT-5\n\x1b[31mX\n44\u202e71\n", encoding="utf-8")
    assert main(["init", "--site", "NYC", "--station", "st-07", "--data", data]) == 0
    assert main(["replay", str(lines), "--data", data]) == 0
    said = capsys.readouterr().out
    assert said.count('"outcome"') == 5
    assert not [mark for mark in "\u202e\u2066\u200b\x1b" if mark in said]
    assert main(["rebuild", "--data", data]) == 0
    assert main(["verify", "--data", data]) == 0
    with closing(sqlite3.connect(tmp_path / "shop" / "journal.db")) as db:
        facts = "".join(bytes(row[0]).decode() for row in db.execute("SELECT line FROM fact"))
    assert "ScanRefused" in facts
    assert not [mark for mark in "\u202e\u2066\u200b\x1b" if mark in facts]


def test_a_line_that_cannot_be_fed_stops_the_file_before_its_first_scan(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing half-written: where, expected and got, and not one outcome."""
    data, lines = str(tmp_path / "shop"), tmp_path / "shift.txt"
    assert main(["init", "--site", "NYC", "--station", "st-07", "--data", data]) == 0
    for bad in ("weigh:-5", "wait:soon", "@badge"):
        lines.write_text(f"4471\n{bad}\n", encoding="utf-8")
        capsys.readouterr()
        assert main(["replay", str(lines), "--data", data]) == 2
        told = capsys.readouterr()
        assert told.out == ""
        assert "shift.txt:2: expected" in told.err
