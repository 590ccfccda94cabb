"""Zebra's packet mode: frames, answers, repeats and noise, pure and over a pty (devices.md section 2)."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from packstation.devices.framer import Frame
from packstation.devices.ssi import ACK, NAK, PacketFramer, packet
from packstation.workflows.prompt import Cue
from tests.devices.scanner_bench import Hand, Plug, until

CODE_128, EAN_13, GS1_128, DATA_MATRIX = 0x03, 0x0B, 0x0F, 0x1B


def decode(data: bytes, kind: int = CODE_128, *, status: int = 0) -> bytes:
    return packet(0xF3, bytes([kind]) + data, source=0, status=status)


def test_packets_are_those_of_the_table() -> None:
    """The beeps of devices.md section 2, and the ACK."""
    assert packet(0xE6, bytes([0x07])).hex(" ") == "05 e6 04 00 07 ff 0a"
    assert packet(0xE6, bytes([0x01])).hex(" ") == "05 e6 04 00 01 ff 10"
    assert ACK.hex(" ") == "04 d0 04 00 ff 28"


@pytest.mark.parametrize(
    ("data", "kind", "line"),
    [
        (b"A-04-2\r\n", CODE_128, b"]C0A-04-2"),
        (b"4006381333931", EAN_13, b"]E04006381333931"),
        (b"10L77\x1d21S9", GS1_128, b"]C110L77\x1d21S9"),
        (b"]d210L77", DATA_MATRIX, b"]d210L77"),
        (b"10L77", DATA_MATRIX, b"10L77"),
    ],
)
def test_decode_data_becomes_a_line_with_its_identifier(data: bytes, kind: int, line: bytes) -> None:
    """The type byte names what the scanner was not told to send; where it could mean two, it names nothing."""
    framer = PacketFramer()
    assert framer.feed(decode(data, kind), 5) == [Frame(line, "SSI", None, 0, 5)]
    assert framer.answers() == ACK
    assert framer.answers() == b""


def test_a_repeated_packet_is_answered_and_counts_once() -> None:
    """Its ACK was lost: a second scan of the same code comes without that bit and counts."""
    framer = PacketFramer()
    assert len(framer.feed(decode(b"A-04-2"), 5)) == 1
    assert framer.feed(decode(b"A-04-2", status=1), 900) == []
    assert framer.answers() == ACK + ACK
    assert len(framer.feed(decode(b"A-04-2"), 2_000)) == 1


def test_a_wrong_sum_is_refused_and_sent_again() -> None:
    framer = PacketFramer()
    broken = bytearray(decode(b"A-04-2"))
    broken[6] ^= 0x20
    assert framer.feed(bytes(broken), 5) == []
    assert framer.answers() == NAK
    assert [frame.data for frame in framer.feed(decode(b"A-04-2", status=1), 80)] == [b"]C0A-04-2"]


def test_a_long_code_comes_in_parts_and_one_beyond_the_limit_is_said() -> None:
    framer = PacketFramer()
    assert framer.feed(decode(b"a" * 200, DATA_MATRIX, status=2), 5) == []
    (frame,) = framer.feed(decode(b"b" * 200, DATA_MATRIX), 9)
    assert frame.data == b"a" * 200 + b"b" * 200
    for _ in range(3):
        framer.feed(decode(b"c" * 200, DATA_MATRIX, status=2), 20)
    (frame,) = framer.feed(decode(b"c", DATA_MATRIX), 30)
    assert (frame.fault, len(frame.data)) == ("too_long: expected at most 512 bytes, got 601", 32)


def test_a_scanner_that_sends_plain_lines_is_told_in_words() -> None:
    """A scanner in the wrong mode: its line is no scan, and does not swallow the next packet."""
    framer = PacketFramer()
    assert framer.feed(b"]C0A-04-2\r", 5) == []
    (frame,) = framer.idle(506)
    assert frame.fault == "cut: expected an SSI packet, got 10 bytes that are none"
    assert [found.data for found in framer.feed(decode(b"A-04-2"), 900)] == [b"]C0A-04-2"]


@given(st.lists(st.binary(max_size=40), max_size=8), st.integers(1, 5))
def test_any_bytes_in_any_pieces_raise_nothing(reads: list[bytes], step: int) -> None:
    """D1.4: noise on the line is the driver's to bear."""
    framer = PacketFramer()
    for n, read in enumerate(reads):
        framer.feed(read, n * step * 200)
        framer.answers()
    framer.idle(10**9)
    assert framer.open_since_ms is None


def test_a_scanner_on_a_pty_gets_its_ack_and_then_its_beep(tmp_path: Path) -> None:
    """ACK at once; the beep is the answer to the scan, and is Zebra's own unless the address names another."""
    plug, hand = Plug(tmp_path / "zebra"), Hand()
    scanner = hand.scanner(f"{plug.path}#ssi")
    until(lambda: scanner.state.ready)
    plug.send(decode(b"10L77\x1d21S9", GS1_128), pieces=3)
    assert plug.bytes_back(6) == ACK
    until(lambda: hand.texts)
    assert (hand.texts, hand.lines[0].ended_by) == (["]C110L77\x1d21S9"], "SSI")
    scanner.feedback(Cue.WRONG)
    assert plug.bytes_back(7) == packet(0xE6, bytes([0x07]))
    plug.send(ACK)  # the scanner's answer to the beep is no scan
    plug.send(b"]C0A-04-2\r")
    until(lambda: len(hand.lines) == 2)
    assert hand.lines[1].fault is not None
    scanner.stop()


def test_packets_to_a_bench_that_expects_lines_are_told_in_words(tmp_path: Path) -> None:
    plug, hand = Plug(tmp_path / "zebra"), Hand()
    scanner = hand.scanner(str(plug.path))
    until(lambda: scanner.state.ready)
    plug.send(decode(b"A-04-2"))
    until(lambda: scanner.state.word == "no_end")
    assert scanner.state.text.endswith("speaks SSI packets. Add #ssi to its address, or scan the set-up sheet.")
    scanner.stop()
