"""`packstation label` and `packstation slip` as a shop scripts them: the file, the line of JSON, the exit code."""

from __future__ import annotations

import io
import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from packstation.__main__ import main
from packstation.documents.drawn import Drawn
from tests.documents.paper_shop import page_text, read_from_page
from tests.documents.test_shipment import DOCUMENT


def _file(folder: Path, **change: Any) -> str:
    path = folder / "shipment.json"
    path.write_text(json.dumps({**DOCUMENT, **change}), encoding="utf-8")
    return str(path)


def test_a_label_is_written_and_its_barcodes_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "label.pdf"
    assert main(["label", _file(tmp_path), "--out", str(out)]) == 0
    said = json.loads(capsys.readouterr().out)
    assert {(code["purpose"], code["text"], code["drawn_by"]) for code in said["barcodes"]} == {
        ("tracking", "JJD0003900078", "packstation"),
        ("sscc", "00340123451234567895", "packstation"),
        ("parcel", "P1;FO-4471-1;1;2;340123451234567895;1", "packstation"),
    }
    assert said["unprintable"] == []
    drawn = Drawn(out.read_bytes(), ())
    assert {text for _, text in read_from_page(drawn, 203)} == {code["text"] for code in said["barcodes"]}
    assert list(tmp_path.glob(".*")) == [], "no temporary file is left"


@pytest.mark.parametrize("dpi", ["203", "300"])
@pytest.mark.parametrize("stock", ["4x6", "a6"])
@pytest.mark.parametrize("format", ["pdf", "zpl"])
def test_every_paper_and_printer_language_works(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], dpi: str, stock: str, format: str
) -> None:
    out = tmp_path / f"label.{format}"
    assert (
        main(["label", _file(tmp_path), "--out", str(out), "--format", format, "--dpi", dpi, "--stock", stock]) == 0
    )
    said = json.loads(capsys.readouterr().out)
    assert said["format"] == format
    assert len(said["barcodes"]) == 3
    assert out.read_bytes().startswith(b"%PDF" if format == "pdf" else b"^XA")


@pytest.mark.parametrize("stock", ["a4", "letter", "4x6"])
def test_a_slip_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str], stock: str) -> None:
    out = tmp_path / "slip.pdf"
    file = _file(tmp_path, return_code="RMA-7F3K", tracking=None)
    assert main(["slip", file, "--out", str(out), "--stock", stock]) == 0
    said = json.loads(capsys.readouterr().out)
    assert [code["text"] for code in said["barcodes"]] == ["FO-4471-1", "RMA-7F3K"]
    assert "BLUE-MUG" in page_text(Drawn(out.read_bytes(), ()))
    assert "12.95" not in page_text(Drawn(out.read_bytes(), ()))


def test_the_same_shipment_is_the_same_file(tmp_path: Path) -> None:
    for command in ("label", "slip"):
        files = [tmp_path / f"{command}-{n}.pdf" for n in range(2)]
        for out in files:
            assert main([command, _file(tmp_path), "--out", str(out)]) == 0
        assert files[0].read_bytes() == files[1].read_bytes()


def test_standard_input_is_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(json.dumps(DOCUMENT).encode())))
    assert main(["label", "-", "--out", str(tmp_path / "l.pdf")]) == 0
    assert json.loads(capsys.readouterr().out)["order"] == "FO-4471-1"


def test_unprintable_names_are_said_and_the_label_is_printed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = _file(tmp_path, to={**DOCUMENT["to"], "name": "தமிழ் 😀"})
    assert main(["label", file, "--out", str(tmp_path / "l.pdf")]) == 0
    captured = capsys.readouterr()
    said = json.loads(captured.out)
    assert {(lost["field"], lost["reason"]) for lost in said["unprintable"]} == {
        ("to.name", "emoji"),
        ("to.name", "no glyph"),
    }
    assert "cannot be printed as given: to.name (emoji); to.name (no glyph for U+0BA4" in captured.err


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"sscc": "340123451234567891"}, "sscc: expected check digit 5, got 1"),
        ({"tracking": "Ü"}, "tracking: expected 1 to 80 printable ASCII characters, got '\\xdc'"),
        ({"tracking": "X" * 70}, "tracking: expected a symbol of at most"),
    ],
)
@pytest.mark.parametrize("format", ["pdf", "zpl"])
def test_a_code_that_cannot_be_printed_is_refused_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], change: dict[str, Any], reason: str, format: str
) -> None:
    out = tmp_path / "label.out"
    assert main(["label", _file(tmp_path, **change), "--out", str(out), "--format", format]) == 1
    captured = capsys.readouterr()
    assert captured.err.startswith(f"packstation label: {reason}")
    assert captured.err.count("\n") == 1
    assert json.loads(captured.out)["refused"]["field"] == next(iter(change))
    assert not out.exists()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "expected a JSON document, got nothing"),
        (b"[]", "document: expected an object, got []"),
        (b"{", "line 1 column 2: expected JSON"),
        (b"\xff\xfe", "expected UTF-8"),
        (b'{"order": "x"}', "of: expected a whole number from 1 to 9999, got nothing"),
        (b"[" * 100_000, "nested"),
    ],
)
def test_an_unreadable_file_is_a_usage_error_of_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes, reason: str
) -> None:
    file = tmp_path / "bad.json"
    file.write_bytes(content)
    for command in ("label", "slip"):
        assert main([command, str(file), "--out", str(tmp_path / "x.pdf")]) == 2
        captured = capsys.readouterr()
        assert reason in captured.err
        assert "bad.json" in captured.err
        assert captured.err.count("\n") == 1
        assert captured.out == ""


def test_a_logistics_label_is_a_command_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """D8.1: SSCC and what is inside, as PDF and ZPL; what GS1 does not allow is refused before it is drawn."""
    content = {"02": "09506000134352", "37": "24", "10": "LOT7"}
    file = tmp_path / "unit.json"

    def run(document: object, *words: str) -> tuple[int, str, str]:
        file.write_text(json.dumps(document), encoding="utf-8")
        code = main(["label", str(file), "--out", str(tmp_path / "unit.out"), "--kind", "logistics", *words])
        told = capsys.readouterr()
        return code, told.out, told.err

    for format in ("pdf", "zpl"):
        code, out, _ = run({**DOCUMENT, "content": content}, "--format", format)
        texts = {one["text"] for one in json.loads(out)["barcodes"]}
        assert (code, texts) == (0, {f"00{DOCUMENT['sscc']}", "02095060001343523724\x1d10LOT7"})
    assert run({**DOCUMENT, "content": {}})[0] == 0
    for change, code, words in (
        ({"content": {"02": "09506000134352"}}, 1, "expected (02) and (37) together"),
        ({"content": {"00": DOCUMENT["sscc"]}}, 1, "the SSCC has a symbol of its own"),
        ({"content": {"10": 7}}, 2, "content.10: expected a text, got 7"),
        ({"content": ["10"]}, 2, "content: expected an object such as"),
        ({"sscc": ""}, 2, "sscc: expected the 18 digits of the unit, got nothing"),
    ):
        refused = run({**DOCUMENT, **change})
        assert refused[0] == code
        assert words in refused[2]


def test_a_label_needs_a_tracking_number(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["label", _file(tmp_path, tracking=""), "--out", str(tmp_path / "x.pdf")]) == 2
    assert "tracking: expected a text that is not empty" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("weight_g", "reason"),
    [
        (0, "weight_g: expected the grams of a parcel that was weighed, got 0"),
        (10**9, "weight_g: expected a whole number from 0 to 1000000, got 1000000000"),
    ],
)
def test_a_weight_no_parcel_has_is_refused(
    weight_g: int, reason: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["label", _file(tmp_path, weight_g=weight_g), "--out", str(tmp_path / "x.pdf")]) == 2
    captured = capsys.readouterr()
    assert reason in captured.err
    assert captured.out == ""
    assert not (tmp_path / "x.pdf").exists()


def test_what_cannot_be_printed_is_one_line_however_much_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = [{"sku": f"TEA-{n}", "name": "tea 🍵 " + "x" * 500, "ordered": 1, "shipped": 1} for n in range(300)]
    assert main(["slip", _file(tmp_path, lines=lines), "--out", str(tmp_path / "x.pdf")]) == 0
    captured = capsys.readouterr()
    assert captured.err.count("\n") == 1
    assert len(captured.err) < 400
    assert re.search(r"lines\[0\]\.name, .* and 296 more \(", captured.err)
    assert len(json.loads(captured.out)["unprintable"]) >= 300


def test_a_file_that_cannot_be_written_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["label", _file(tmp_path), "--out", str(tmp_path / "no" / "x.pdf")]) == 2
    assert re.search(
        r"--out .*x\.pdf: expected a file that can be written, got No such file", capsys.readouterr().err
    )
    assert main(["label", str(tmp_path / "none.json"), "--out", str(tmp_path / "x.pdf")]) == 2
    assert "none.json" in capsys.readouterr().err
