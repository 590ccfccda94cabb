"""What scanners are told, and whether a shop's own table is understood (D2.2, D2.4)."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest

from packstation.devices.feedback import FeedbackProfile, Voice, profiles
from packstation.workflows.prompt import Cue


def test_families_and_their_bytes() -> None:
    """The table of devices.md section 2."""
    known = profiles()

    assert set(known) >= {
        "zebra-ssi",
        "zebra-bel",
        "honeywell",
        "honeywell-beep",
        "datalogic",
        "datalogic-fixed",
        "bel",
    }
    assert known["honeywell"].good == b"\x1b7,"
    assert known["honeywell"].bad == b"\x1b8,\x1b8,"
    assert known["honeywell"].host_ack is True
    assert known["honeywell-beep"].good == b"\x16\x07\x0d"
    assert known["datalogic"].good.startswith(b"\x1b[3q")
    assert known["datalogic"].bad == b"\x1b[4q"
    assert (known["datalogic-fixed"].good, known["datalogic-fixed"].bad) == (b"B", b"F")
    assert known["bel"].good == b"\x07"


@pytest.mark.parametrize("field", ["good", "ask", "bad", "stop"])
def test_ssi_packets_add_up(field: str) -> None:
    """Length counts all but the checksum; the checksum makes the sum of the packet zero."""
    packet = getattr(profiles()["zebra-ssi"], field)
    checksum = int.from_bytes(packet[-2:], "big")

    assert packet[0] == len(packet) - 2
    assert packet[1:3] == b"\xe6\x04"
    assert (sum(packet[:-2]) + checksum) & 0xFFFF == 0


@pytest.mark.parametrize("name", sorted(profiles()))
def test_every_family_tells_good_from_bad_from_ask(name: str) -> None:
    profile = profiles()[name]

    assert len({profile.good, profile.bad, profile.ask}) == 3


def test_each_cue_has_its_answer() -> None:
    """good = T1-T3, ask = T4, bad = E1-E3, stop = E4, and nothing for the network."""
    profile = FeedbackProfile("p", b"g", b"a", b"b", b"s")

    assert {cue.value: profile.bytes_for(cue) for cue in Cue} == {
        "T1": b"g",
        "T2": b"g",
        "T3": b"g",
        "T4": b"a",
        "E1": b"b",
        "E2": b"b",
        "E3": b"b",
        "E4": b"s",
        "N1": b"",
    }


def table(path: Path, row: object) -> Path:
    path.write_text(json.dumps({"profiles": {"klingon": row}}), "utf-8")
    return path


def test_a_shop_adds_its_own_family(tmp_path: Path) -> None:
    own = profiles(table(tmp_path / "own.json", {"good": "AA", "bad": "BB CC"}))

    assert own["klingon"] == FeedbackProfile("klingon", b"\xaa", b"\xaa\xaa", b"\xbb\xcc", b"\xbb\xcc")
    assert "honeywell" in own


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        ([], "profiles.klingon: expected an object, got list."),
        ({"bad": "07"}, "profiles.klingon.good: expected 1 to 64 bytes as hexadecimal, got None."),
        ({"good": "0x7", "bad": "07"}, "profiles.klingon.good: expected 1 to 64 bytes as hexadecimal, got '0x7'."),
        ({"good": "07", "bad": ""}, "profiles.klingon.bad: expected 1 to 64 bytes as hexadecimal, got ''."),
        ({"good": "07", "bad": "07", "beep": 1}, "got 'beep'."),
        ({"good": "07", "bad": "07", "host_ack": 1}, "profiles.klingon.host_ack: expected true or false, got 1."),
    ],
)
def test_a_wrong_table_says_where(tmp_path: Path, row: object, complaint: str) -> None:
    with pytest.raises(ValueError) as refused:
        profiles(table(tmp_path / "own.json", row))

    assert str(refused.value).startswith(str(tmp_path / "own.json"))
    assert complaint in str(refused.value)


@pytest.mark.parametrize("content", ["", "[]", '{"profiles": 3}', "\x00"])
def test_a_broken_table_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "own.json").write_text(content, "utf-8")

    with pytest.raises(ValueError, match="expected"):
        profiles(tmp_path / "own.json")


def test_a_stop_that_waits_is_not_replaced() -> None:
    """A scanner that takes its time hears the newest answer, but never misses a stop."""
    written: list[bytes] = []
    busy, free = threading.Event(), threading.Event()

    def write(data: bytes) -> bool:
        written.append(data)
        busy.set()
        free.wait(5)
        return True

    voice = Voice(FeedbackProfile("p", b"g", b"a", b"b", b"s"), write)
    voice.say(Cue.TICK)
    assert busy.wait(5)
    for cue in (Cue.ASK, Cue.STOP, Cue.TICK, Cue.DONE):
        voice.say(cue)
    busy.clear()
    free.set()
    assert busy.wait(5)
    voice.stop()

    assert written == [b"g", b"s"]
