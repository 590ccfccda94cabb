"""Sheets of codes for a bench: every code on the page is read from the page again (FL10.5, D8.7)."""

from __future__ import annotations

import json
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp

from packstation.__main__ import main
from packstation.store import Store, read_place
from packstation.workflows.texts import ENGLISH
from sync.protocol.messages import Row


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


@pytest.mark.parametrize("what", ["commands", "slots", "totes", "locations", "setup"])
def test_a_sheet_is_printed_while_the_bench_works(what: str, station: Path, tmp_path: Path) -> None:
    """A sheet only reads: the station that holds the folder is not in its way."""
    place = read_place(station)
    store = Store(place)
    try:
        body = json.dumps({"location": "A-01-1", "sequence": 1})
        store.mirror.apply([Row(1, "location", "A-01-1", 1, body)], "e", 1)
        out = tmp_path / f"{what}.pdf"
        assert main(["sheet", what, "--data", str(station), "--out", str(out)]) == 0
        assert out.read_bytes().startswith(b"%PDF")
    finally:
        store.close()


@pytest.mark.parametrize(
    ("what", "words"),
    [("printers", ("printers.json", "`packstation hub setting printers`")),
     ("stations", ("`packstation hub setting stations`",))],
)  # fmt: skip
def test_printers_that_nobody_set_say_where_they_are_set(
    what: str, words: tuple[str, ...], station: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["sheet", what, "--data", str(station), "--out", str(tmp_path / "x.pdf")]) == 1
    shown = capsys.readouterr().err
    assert "got none; sync first." in shown
    assert [word for word in words if word not in shown] == []


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


def pages_of(path: Path) -> list[str]:
    return [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(path)]


def test_the_command_sheet_explains_every_command_and_counts_all_its_pages(
    station: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """FL10.5: barcode, name, key, one line of help; the scanner's page behind them is counted too."""
    out = tmp_path / "commands.pdf"
    assert main(["sheet", "commands", "--data", str(station), "--out", str(out)]) == 0
    pages = pages_of(out)
    for k, page in enumerate(pages, 1):
        assert f"page {k} of {len(pages)}" in page
    assert "Take back the last step." in "".join(pages)
    assert "Undo [F8]" in " ".join("".join(pages).split())
    helps = {id.removeprefix("help_") for id in ENGLISH if id.startswith("help_")}
    assert {id.removeprefix("key_") for id in ENGLISH if id.startswith("key_")} - helps == set()


@pytest.mark.parametrize(("language", "words"), [("de", "Den letzten Schritt"), ("es", "Deshacer el último paso.")])
def test_the_command_sheet_speaks_the_language_of_the_site(
    language: str, words: str, station: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """FL10.5: in the site's language, from the setting that every bench has."""
    store = Store(read_place(station))
    _, cursor = store.mirror.cursor()
    rows = [Row(cursor + 1, "setting", "language", 1, json.dumps({"value": language}))]
    store.mirror.apply(rows, "epoch00000000001", cursor + 1)
    store.close()
    out = tmp_path / "commands.pdf"
    assert main(["sheet", "commands", "--data", str(station), "--out", str(out)]) == 0
    shown = "".join(pages_of(out))
    assert words in shown
    assert "Take back" not in shown
    assert "page 1 of" not in shown
