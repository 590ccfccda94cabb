"""What a replay prints of its input, and which files it takes."""

from __future__ import annotations

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
