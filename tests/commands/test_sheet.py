"""Sheets of codes for a bench: every code on the page is read from the page again (FL10.5, D8.7)."""

from __future__ import annotations

import json
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp

from packstation.__main__ import main


@pytest.fixture
def station(tmp_path: Path) -> Path:
    assert main(["init", "--data", str(tmp_path / "st"), "--site", "WH-1", "--station", "st-07"]) == 0
    return tmp_path / "st"


def read(path: Path) -> set[str]:
    found: set[str] = set()
    document = pypdfium2.PdfDocument(path)
    for page in document:
        picture = page.render(scale=203 / 72, grayscale=True).to_pil().convert("L")
        found |= {symbol.text for symbol in zxingcpp.read_barcodes(picture, text_mode=zxingcpp.TextMode.Plain)}
    return found


@pytest.mark.parametrize("what", ["commands", "slots", "totes"])
def test_every_code_of_a_sheet_is_read_from_its_page(
    what: str, station: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """FL10.5: command sheets, slots and totes print and decode."""
    capsys.readouterr()
    out = tmp_path / f"{what}.pdf"
    assert main(["sheet", what, "--data", str(station), "--out", str(out), "--count", "12"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert set(told["barcodes"]) <= read(out)
    if what == "commands":
        assert {"*UNDO", "*OK", "*CLOSE", "*1"} <= set(told["barcodes"])


def test_a_sheet_of_nothing_is_refused_in_one_line(
    station: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """commands.md: understood and refused is exit 1, and no file is left behind."""
    out = tmp_path / "locations.pdf"
    assert main(["sheet", "locations", "--data", str(station), "--out", str(out)]) == 1
    assert capsys.readouterr().err == (
        "packstation sheet: locations: expected some in the station's copies, got none; sync first.\n"
    )
    assert not out.exists()


def test_printers_and_badges_hang_at_the_bench_too(
    station: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """D8.6, D4.8: printers of the station's list; badges of a users file, printed as bars and never in the clear."""
    badge = "B.ANNAAAAAAAAAAAAAAAAAAAAAAA"
    (station / "printers.json").write_text('{"pr-zd1": "tcp://zd420:9100#300"}', encoding="utf-8")
    users = tmp_path / "users.csv"
    users.write_text(f"user,name,role,badge,pin\nann,Ann,packer,{badge},\n", encoding="utf-8")
    for what, more, code in (("printers", [], "pr-zd1"), ("badges", ["--users", str(users)], badge)):
        capsys.readouterr()
        out = tmp_path / f"{what}.pdf"
        assert main(["sheet", what, "--data", str(station), "--out", str(out), *more]) == 0
        assert code in read(out)
        assert badge not in capsys.readouterr().out
    words = pypdfium2.PdfDocument(tmp_path / "badges.pdf")[0].get_textpage().get_text_range()
    assert "Ann" in words
    assert badge not in words
    assert main(["sheet", "badges", "--data", str(station), "--out", str(tmp_path / "x.pdf")]) == 2
