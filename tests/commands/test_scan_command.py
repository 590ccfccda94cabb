"""`packstation scan`: what a line means without a context (commands.md, D4.11)."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from packstation import scan
from packstation.__main__ import main
from packstation.commands.run import reading_words

PEN = "04006381333931"
PALLET = "350123450000000016"


def answers(capsys: pytest.CaptureFixture[str], *texts: str) -> list[dict[str, object]]:
    assert main(["scan", *texts]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    return [json.loads(line) for line in out.splitlines()]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("4006381333931", {"kind": "gtin", "gtin": PEN, "symbology": None, "warnings": []}),
        ("]E04006381333932", {"kind": "invalid", "reason": "check_digit: expected 1, got 2"}),
        ("4006381333932", {"kind": "text", "warnings": ["check_digit"]}),
        (f"]C101{PEN}", {"kind": "gtin", "gtin": PEN, "symbology": "]C1"}),
        (f"]C100{PALLET}", {"kind": "sscc", "sscc": PALLET}),
        (PALLET, {"kind": "sscc", "sscc": PALLET}),
        (
            rf"]d201{PEN}10L77\x1d21S9\x1d17261231\x1d3712",
            {"kind": "gs1", "gtin": PEN, "lot": "L77", "serial": "S9", "expiry": "2026-12-31", "count": 12},
        ),
        (f"]C100{PALLET}02{PEN}3724", {"kind": "gs1", "gtin": PEN, "sscc": PALLET, "count": 24}),
        ("]C110LOT12317261231", {"kind": "gs1", "lot": "LOT12317261231", "warnings": ["separator"]}),
        (f"https://id.gs1.org/01/{PEN}", {"kind": "gtin", "gtin": PEN}),
        (f"https://id.gs1.org/01/{PEN}/10/L77", {"kind": "gs1", "gtin": PEN, "lot": "L77"}),
        ("A-04-2", {"kind": "location"}),
        ("*UNDO", {"kind": "command", "value": "UNDO"}),
        ("*UNDO.ABCD2345", {"kind": "command", "value": "UNDO", "tag": "ABCD2345"}),
        ("C-st-07-00a1b2", {"kind": "carton"}),
        ("FO-4471-1", {"kind": "order"}),
        ("#4471", {"kind": "order", "value": "4471"}),
        ("1Z999AA10123456784", {"kind": "tracking"}),
        ("420902109400111202555842761520", {"kind": "tracking", "value": "9400111202555842761520"}),
        ("BLUE-MUG", {"kind": "text", "value": "BLUE-MUG"}),
        ("st-07", {"kind": "station"}),
        ("pr-1", {"kind": "printer"}),
        ("T-0099", {"kind": "tote"}),
        ("K-3", {"kind": "cart"}),
        ("S-12-A1", {"kind": "slot"}),
        ("M-20", {"kind": "manifest"}),
        ("12345670", {"kind": "gtin", "gtin": "00000012345670"}),
        ("", {"kind": "invalid", "reason": "empty: expected a code, got none"}),
        (r"A\x00B", {"kind": "invalid", "raw": "A\0B"}),
        (r"caf\xe9", {"kind": "text", "raw": "café"}),
        (r"T-0099\x0d", {"kind": "tote", "value": "T-0099", "raw": "T-0099\r"}),
        (r"\xzz", {"kind": "text", "raw": r"\xzz"}),
        (
            "x" * 600,
            {"kind": "invalid", "raw": "x" * 32, "reason": "too_long: expected at most 512 bytes, got 600"},
        ),
        (r"\x1d", {"kind": "invalid", "reason": "empty: expected a code, got separators alone"}),
        (r"]d2\x1d\x1d", {"kind": "invalid", "reason": "empty: expected a code, got separators alone"}),
        ("(10)AB C", {"kind": "text", "value": "(10)AB C", "warnings": ["gs1"]}),
        ("(10)" + "A" * 300, {"kind": "text", "warnings": ["gs1"]}),
        (r"\x1dnonsense", {"kind": "text", "warnings": ["gs1"]}),
        ("(4) pens", {"kind": "text", "warnings": []}),
    ],
)
def test_a_line_is_named(capsys: pytest.CaptureFixture[str], text: str, expected: dict[str, object]) -> None:
    (answer,) = answers(capsys, text)

    assert {name: answer.get(name) for name in expected} == expected
    assert {"raw", "symbology", "kind", "warnings"} <= set(answer)


def test_each_argument_is_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert [answer["kind"] for answer in answers(capsys, "T-0099", "nonsense", "*3")] == ["tote", "text", "command"]


def test_a_badge_is_never_shown(capsys: pytest.CaptureFixture[str]) -> None:
    """D4.8"""
    assert main(["scan", "B." + "A2" * 13]) == 0
    out, _ = capsys.readouterr()

    assert json.loads(out)["kind"] == "badge"
    assert "A2A2" not in out


def test_all_readings_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    (answer,) = answers(capsys, "12345670")

    assert answer["readings"] == [
        {"kind": "gtin", "value": "00000012345670"},
        {"kind": "gtin", "value": "00123456000070"},
        {"kind": "text", "value": "12345670"},
    ]


@pytest.mark.parametrize("words", [(), ("-",)])
def test_lines_come_from_standard_input_too(words: tuple[str, ...]) -> None:
    """One line, one answer; a line of a megabyte is one answer too, and the next line is read for itself."""
    done = subprocess.run(
        [sys.executable, "-m", "packstation", "scan", *words],
        input=b"A-04-2\r\n\n*UNDO\n" + b"x" * 1_000_000 + b"\nT-0099",
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    kinds = [json.loads(line)["kind"] for line in done.stdout.splitlines()]
    assert kinds == ["location", "invalid", "command", "invalid", "tote"]


@pytest.mark.parametrize("words", [(), ("-",)])
def test_no_line_at_all_is_a_usage_error(words: tuple[str, ...]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "packstation", "scan", *words],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "packstation scan: expected TEXT, or lines on stdin, got neither.\n"


def test_bytes_that_are_no_text_are_no_traceback() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "packstation", "scan", b"\xff\xfe\x1b[2J", b"--", b"-x"],
        capture_output=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, b"")
    assert [json.loads(line)["kind"] for line in done.stdout.splitlines()] == ["invalid", "text"]
    assert b"\x1b" not in done.stdout


@pytest.mark.parametrize(
    "line",
    [
        "B.ABCDEFGHIJKLMNOPQRSTUVWXYZ1",
        "B.ABCDEFGHIJKLMNOPQRSTUVWXY",
        "xB.ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        "]C0B.ABCDEFG1",
    ],
)
def test_a_badge_with_a_sign_too_many_or_too_few_is_not_shown_either(
    line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """D4.8: a mis-framed badge opens the station for whoever reads it from a log."""
    assert main(["scan", line]) == 0
    assert "ABCDEFG" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("]d2010950600013435217261300", "gs1: AI 17: expected a date as YYMMDD, got '261300'"),
        ("]d2010950600013435210" + "A" * 21,
         "gs1: AI 10: expected up to 20 characters and a separator, got 21 characters"),
        ("]d2010950600013435221", "gs1: AI 21: expected up to 20 characters, got nothing"),
        ("]d2ZZ", "gs1: expected application identifiers, got 'ZZ'"),
    ],
)  # fmt: skip
def test_a_broken_gs1_code_says_which_identifier_and_what_was_expected(
    line: str, reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """D4.3: whoever looks for the label's fault is sent to the right place of it."""
    assert main(["scan", line]) == 0
    assert json.loads(capsys.readouterr().out)["reason"] == reason


def test_the_test_page_tells_every_part_of_an_element_string_and_what_is_wrong_with_a_code() -> None:
    """FL2.13: a scanner that loses the separator is found out by the lot that swallowed the serial number."""
    for line, told in (
        ("]d201" + PEN + "10L77\x1d21S9", f"gs1 (01){PEN}(10)L77(21)S9"),
        ("]d201" + PEN + "10L7721S9", f"gs1 (01){PEN}(10)L7721S9"),
        ("]E04006381333932", "invalid check_digit: expected 1, got 2"),
        ("T-118", "tote T-118 *"),
    ):
        assert told in reading_words(scan.parse(line), {"tote"})
