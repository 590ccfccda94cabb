"""Bytes from a scanner become lines (devices.md section 1, D1.10, D1.11, FL2.15)."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from packstation.devices.framer import Frame, Framer, line_of
from packstation.scan import parse


def lines(read: bytes, **settings: int) -> list[tuple[bytes, str]]:
    frames = Framer(**settings).feed(read, 0)
    assert all(frame.fault is None for frame in frames)
    return [(frame.data, frame.ended_by) for frame in frames]


@pytest.mark.parametrize(
    ("read", "expected"),
    [
        (b"T-0099\r", [(b"T-0099", "CR")]),
        (b"T-0099\n", [(b"T-0099", "LF")]),
        (b"T-0099\r\n", [(b"T-0099", "CRLF")]),
        (b"T-0099\n\r", [(b"T-0099", "LF")]),
        (b"T-1\r\nT-2\r\n", [(b"T-1", "CRLF"), (b"T-2", "CRLF")]),
        (b"T-1\rT-2\r", [(b"T-1", "CR"), (b"T-2", "CR")]),
        (b"\r\r\n\n", []),
        (b"\x02T-0099\x03", [(b"T-0099", "ETX")]),
        (b"\x02T-0099\x03\r\n\x02T-1\x03\r\n", [(b"T-0099", "ETX"), (b"T-1", "ETX")]),
        (b"\x02two\r\nlines\x03", [(b"two\r\nlines", "ETX")]),
        (b"\x02\x02T-0099\x03", [(b"T-0099", "ETX")]),
        (b"\x02\x03", []),
        (b"01\x1d10\x1e\x04\r", [(b"01\x1d10\x1e\x04", "CR")]),
        (b" T-0099 \r", [(b" T-0099 ", "CR")]),
        (b"T-0099", []),
    ],
)
def test_ends_of_lines(read: bytes, expected: list[tuple[bytes, str]]) -> None:
    assert lines(read) == expected


@pytest.mark.parametrize("size", [1, 2, 7])
@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n", b"\x03\r"])
def test_pieces_of_any_size_make_the_same_lines(size: int, end: bytes) -> None:
    """D1.3"""
    codes = [b"4006381333931", b"]C101040063813339311010L77\x1d21S9", b"T-0099"]
    stream = b"".join((b"\x02" if end[:1] == b"\x03" else b"") + code + end for code in codes)
    framer = Framer()
    frames = []
    for at in range(0, len(stream), size):
        frames += framer.feed(stream[at : at + size], at)

    assert [frame.data for frame in frames] == codes
    assert framer.terminator == {b"\r": "CR", b"\n": "LF", b"\r\n": "CRLF"}.get(end, "ETX")


@given(st.lists(st.binary(min_size=1, max_size=40), max_size=8), st.randoms(use_true_random=False))
def test_however_bytes_are_cut_the_lines_are_the_same(parts: list[bytes], chance: random.Random) -> None:
    stream = b"".join(parts)
    whole = [(frame.data, frame.fault) for frame in Framer().feed(stream, 0)]
    framer = Framer()
    pieces = []
    at = 0
    while at < len(stream):
        size = chance.randint(1, 9)
        pieces += [(frame.data, frame.fault) for frame in framer.feed(stream[at : at + size], 0)]
        at += size

    assert pieces == whole


@pytest.mark.parametrize("byte", [code for code in range(256) if code not in (0x02, 0x0A, 0x0D)])
def test_every_other_byte_is_data(byte: int) -> None:
    data = bytes([65, byte, 66])

    assert lines(data + b"\r") == [(data, "CR")]


def test_a_new_start_throws_the_old_frame_away_and_says_so() -> None:
    frames = Framer().feed(b"\x02T-00\x02T-0099\x03", 0)

    assert [(frame.data, frame.fault) for frame in frames] == [
        (b"T-00", "cut: expected the end of a line, got STX"),
        (b"T-0099", None),
    ]


def test_a_frame_without_its_end_is_reported_after_half_a_second() -> None:
    framer = Framer()
    framer.feed(b"\x02T-0099\r", 1_000)

    assert framer.idle(1_500) == []
    assert framer.idle(1_501) == [Frame(b"T-0099\r", "", "cut: expected ETX within 500 ms, got none", 0, 1_000)]
    assert framer.feed(b"T-1\r", 1_600) == [Frame(b"T-1", "CR", at_ms=1_600)]


def test_the_rest_of_a_frame_that_took_too_long_is_no_code() -> None:
    framer = Framer()
    framer.feed(b"\x0240063", 0)

    (frame,) = framer.feed(b"81333931\r", 501)

    assert (frame.fault, frame.gap_ms) == ("cut: expected ETX within 500 ms, got none", 501)


def test_a_pause_ends_a_line_only_where_that_is_set() -> None:
    framer = Framer(idle_gap_ms=40)
    framer.feed(b"T-0099", 100)

    assert framer.idle(139) == []
    assert framer.idle(140) == [Frame(b"T-0099", "idle", at_ms=100)]
    assert framer.terminator == "idle"
    assert [frame.data for frame in framer.feed(b"T-1", 200) + framer.feed(b"T-2", 240)] == [b"T-1"]

    without = Framer()
    without.feed(b"T-00", 100)
    assert without.idle(1_900) == []
    assert without.feed(b"99\r", 1_900) == [Frame(b"T-0099", "CR", None, 1_800, 1_900)]


def test_a_line_with_a_long_pause_inside_is_no_code() -> None:
    """A scanner that sends no end, or noise, and then a code: two things were in one line."""
    framer = Framer()
    framer.feed(b"4006", 0)

    (frame,) = framer.feed(b"381333931\r", 2_001)

    assert frame.fault == "cut: expected a line in one go, got a pause of 2001 ms"


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n"])
def test_a_line_that_is_too_long_is_one_report(end: bytes) -> None:
    """FL2.15: its tail must never pass as a code."""
    framer = Framer()
    frames = []
    for _ in range(6):
        frames += framer.feed(b"4006381333931" * 8, 0)  # 624 bytes, no end
    frames += framer.feed(b"4006381333931" + end + b"T-0099" + end, 7)

    assert [(frame.data, frame.fault) for frame in frames] == [
        ((b"4006381333931" * 3)[:32], "too_long: expected at most 512 bytes, got 637"),
        (b"T-0099", None),
    ]


def test_512_bytes_are_a_line() -> None:
    assert lines(b"x" * 512 + b"\r") == [(b"x" * 512, "CR")]


def test_a_lost_device_takes_its_half_line_with_it() -> None:
    """D1.4"""
    framer = Framer()
    framer.feed(b"40063813", 0)
    framer.clear()

    assert framer.feed(b"T-0099\r", 10) == [Frame(b"T-0099", "CR", at_ms=10)]


def test_a_faulty_line_means_its_fault_to_everybody() -> None:
    """FL2.15: whoever looks at the text alone cannot take it for a code."""
    (frame,) = Framer().feed(b"4006381333931" * 40 + b"\r", 5)
    line = line_of(frame, "usb:0C2E:0B61", 1_700_000_000_000)
    understood = parse(line.text)

    assert (line.device, line.mono_ms, line.raw, line.fault) == ("usb:0C2E:0B61", 5, frame.data, frame.fault)
    assert (understood.text, understood.fault) == (frame.data.decode(), frame.fault)
    assert understood.readings == ()


def test_a_printed_code_cannot_speak_in_our_words() -> None:
    assert parse("T-0099\x18PARCEL DONE").fault == "control: expected printable characters, got 0x18"


def test_noise_is_framed_and_never_raises() -> None:
    chance = random.Random(7)
    framer = Framer()
    for now_ms in range(0, 20_000, 10):
        for frame in framer.feed(chance.randbytes(chance.randint(0, 100)), now_ms) + framer.idle(now_ms):
            line = line_of(frame, "st-07", 0)
            assert len(frame.data) <= 512
            parse(line.text, raw=line.raw)
