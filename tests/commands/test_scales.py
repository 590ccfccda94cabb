"""`packstation scale`: what a scale says, byte by byte (devices.md D5.7, D5.8)."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from packstation.__main__ import main
from packstation.commands.scales import _told
from packstation.devices.scale import scale_address
from tests.devices.scale_emulator import ScaleEmulator

posix = pytest.mark.skipif(sys.platform == "win32", reason="pseudo terminals are POSIX")


@posix
def test_every_byte_and_flag_is_shown_empty_and_while_pressed(tmp_path: Path) -> None:
    """D5.7: an answer that says what the one before said is not shown again; what would be taken says so (D5.2)."""
    scale = ScaleEmulator(tmp_path / "scale", "nci")
    scale.load("0.000")
    told = _told(scale_address(f"{scale.path}#nci,8N1"), 60)
    try:
        assert next(told) == {
            "weight_g": 0,
            "state": "empty",
            "says": "Put the box on the scale.",
            "flags": ["stable", "zero"],
            "raw": b"\n000.000LB\r\n20\r\x03".hex(" "),
            "taken_g": None,
        }
        scale.load("4.215", motion=True)
        assert (pressed := next(told))["state"] == "moving"
        assert pressed["flags"] == ["motion"]
        scale.load("4.215")
        assert [(line["state"], line["taken_g"]) for line in (next(told), next(told))] == [
            ("steady", None),
            ("steady", 1912),
        ]
    finally:
        told.close()
        scale.close()


@posix
def test_a_scale_that_says_nothing_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scale = ScaleEmulator(tmp_path / "scale", "sics")
    scale.lie = "silent"
    try:
        assert main(["scale", f"{scale.path}#sics", "--seconds", "1", "--json"]) == 1
        assert "expected an answer within 1 s, got none" in capsys.readouterr().err
        scale.lie = "none"
        scale.load("100.00", "g")
        assert main(["scale", f"{scale.path}#sics", "--seconds", "1", "--json"]) == 0
        assert json.loads(capsys.readouterr().out.splitlines()[0])["weight_g"] == 100
    finally:
        scale.close()


def test_an_address_that_is_none_says_what_was_expected(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["scale", "/dev/ttyUSB0#klingon"]) == 2
    assert "expected PORT#nci|8217|sics|fairbanks|hid" in capsys.readouterr().err
    assert main(["scale", "/dev/ttyUSB0#nci,sics"]) == 2
    assert "expected one protocol, got 'nci' and 'sics'." in capsys.readouterr().err
    assert main(["scale", "/dev/no-such-scale#nci"]) == 1
    said = capsys.readouterr().err
    assert "/dev/no-such-scale: expected to open and read it, got: not plugged in." in said, said
    assert "Errno" not in said
