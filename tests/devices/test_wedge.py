"""Scanners that type: captured before focus, with separators, and their Enter answers nothing (D3.1-D3.5, FL2.18)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual._xterm_parser import XTermParser
from textual.events import Key

from packstation.devices.framer import Line
from packstation.devices.wedge import Taken, Wedge, character
from packstation.scan import Scan, parse

NOW = 1_700_000_000_000
LABEL = "]d2010400638133393110L77\x1d21S9"


def keys_of(text: str) -> list[str]:
    """The key names that a terminal's bytes become in the app."""
    parser = XTermParser(False)
    return [event.key for event in parser.feed(text) if isinstance(event, Key)]


def typed(wedge: Wedge, text: str, at_ms: int = 0, step_ms: int = 5) -> list[Taken]:
    return [wedge.key(key, at_ms + number * step_ms, NOW) for number, key in enumerate(keys_of(text))]


def test_a_scan_is_swallowed_whole_with_its_separator() -> None:
    """D3.1: a field with focus would have made lot LOT12321SER9 of it."""
    *keys, end = typed(Wedge(), LABEL + "\r")

    assert keys == [Taken(True)] * len(LABEL)
    assert end.line == Line(LABEL, LABEL.encode(), "wedge", 5 * len(LABEL), NOW, "CR", gs_seen=True, gap_ms=5)
    reading = parse(LABEL).readings[0]
    assert (reading.lot, reading.serial) == ("L77", "S9")


@pytest.mark.parametrize(("end", "ended_by"), [("\r", "CR"), ("\t", "TAB"), ("\n", "LF")])
def test_ends_of_a_scan(end: str, ended_by: str) -> None:
    """D3.2"""
    line = typed(Wedge(), "]C0T-0099" + end)[-1].line

    assert line is not None
    assert (line.text, line.ended_by) == ("]C0T-0099", ended_by)


def test_the_second_half_of_an_end_goes_nowhere() -> None:
    """D3.3: CRLF is enter, then ctrl+j."""
    wedge = Wedge()
    taken = typed(wedge, "]C0T-0099\r\n]C0T-0098\r\n")

    assert all(key.swallowed for key in taken)
    assert [key.line.text for key in taken if key.line] == ["]C0T-0099", "]C0T-0098"]
    assert wedge.key("ctrl+j", 9_000, NOW) == Taken(False)


def test_keys_without_an_identifier_are_typing() -> None:
    """D3.2"""
    assert typed(Wedge(), "12 kg*UNDO") == [Taken(False)] * 10


@pytest.mark.parametrize("step_ms", [0, 1, 250])
def test_speed_tells_nothing(step_ms: int) -> None:
    """D3.2: one lump over SSH, or a slow wedge."""
    lines = [taken.line for taken in typed(Wedge(), "]C0T-0099\r", step_ms=step_ms) if taken.line]

    assert [line.text for line in lines] == ["]C0T-0099"]
    assert lines[0].gap_ms == step_ms


def _sends_ends() -> Wedge:
    wedge = Wedge()
    typed(wedge, "]C0T-0001\r", -60_000)
    return wedge


def test_a_pause_ends_the_line_of_a_wedge_that_sends_no_end() -> None:
    """FL2.18: "wedge with and without Enter": the first code is scanned twice, then a pause is believed (D3.2)."""
    wedge = Wedge()
    typed(wedge, "]C0T-113", -3_000)
    refused = wedge.tick(-1_000, NOW)
    assert refused is not None
    assert refused.fault is not None
    for at_ms in (0, 3_000):
        typed(wedge, "]C0T-113", at_ms)
        last_ms = at_ms + 5 * 7
        assert wedge.tick(last_ms + 250, NOW) is None
        assert wedge.capturing
        assert wedge.tick(last_ms + 400, NOW) == Line(
            "]C0T-113", b"]C0T-113", "wedge", last_ms, NOW - 400, "idle", gap_ms=5
        )
        assert wedge.tick(last_ms + 600, NOW) is None
        assert not wedge.capturing


def test_the_next_scan_ends_the_one_before() -> None:
    """The clock may be late: a scan of a wedge without an end stands before the key that shows it is over."""
    wedge = Wedge()
    typed(wedge, "]C0T-113", -3_000)
    typed(wedge, "]C0T-113")
    first, *_ = typed(wedge, "]C0T-114", 1_000)

    assert first.swallowed
    assert first.before is not None
    assert (first.before.text, first.before.mono_ms) == ("]C0T-113", 35)


def test_a_broken_scan_is_refused_whole_and_kept() -> None:
    """D3.2: T-11 is no T-113; and what was broken off can be looked up (FL2.13)."""
    wedge = _sends_ends()
    typed(wedge, "]C0T-11")
    line = wedge.tick(1_000, NOW)

    assert line is not None
    fault = "broken_off: expected CR, TAB or LF, got 7 characters, then nothing"
    assert (line.raw, line.fault, line.ended_by) == (b"]C0T-11", fault, "idle")
    assert parse(line.text) == Scan("]C0T-11", fault=fault)


@pytest.mark.parametrize(
    ("text", "step_ms"), [("]C0T-113", 51), ("]", 5), ("]C0", 5), ("]C0T-", 5), ("]]]12345", 5), ("]00T-113", 5)]
)
def test_a_hand_and_a_beginning_are_no_scan(text: str, step_ms: int) -> None:
    """A pause ends only what came at a scanner's speed, with an identifier and a code behind it."""
    wedge = Wedge()
    typed(wedge, text, step_ms=step_ms)
    line = wedge.tick(5_000, NOW)

    assert line is not None
    assert line.fault is not None
    assert parse(line.text).readings == ()


def test_the_same_code_broken_off_at_the_same_place_twice_is_whole() -> None:
    """A second wedge that sends no end beside one that does: one repeat, and it is believed."""
    wedge = _sends_ends()
    faults = []
    for number, text in enumerate(("]C0T-11", "]C0T-113", "]C0T-113", "]C0T-114")):
        typed(wedge, text, number * 2_000)
        line = wedge.tick(number * 2_000 + 1_000, NOW)
        assert line is not None
        faults.append(line.fault is not None)

    assert faults == [True, True, False, False]
    typed(wedge, "]C0T-115\r", 10_000)
    typed(wedge, "]C0T-116", 12_000)
    again = wedge.tick(13_000, NOW)
    assert again is not None
    assert again.fault is not None


def test_a_late_end_acknowledges_nothing() -> None:
    """FL2.18: the Enter of a slow wedge after the pause; from then on its pauses end nothing."""
    wedge = Wedge()
    typed(wedge, "]C0T-113")
    assert wedge.tick(300, NOW) is not None

    assert wedge.key("enter", 420, NOW) == Taken(True)
    assert wedge.key("enter", 1_000, NOW) == Taken(False, by_hand=True)
    typed(wedge, "]C0T-114", 2_000)
    line = wedge.tick(3_000, NOW)
    assert line is not None
    assert line.fault is not None


def test_the_rest_of_a_broken_scan_is_no_code_and_no_typing() -> None:
    """D3.2: a terminal held up in the middle of a code for more than 250 ms; the tail may be another's code."""
    wedge = Wedge()
    typed(wedge, "]C0669510")
    late = typed(wedge, "87\r", 1_000)
    assert [taken.swallowed for taken in late] == [True, True, True]
    assert late[0].before is not None
    assert late[0].before.fault is not None
    assert all(taken.line is None for taken in late)

    assert [taken.swallowed for taken in typed(wedge, "9544\r", 1_100)] == [False] * 5
    typed(wedge, "]C0669510", 3_000)
    assert wedge.tick(3_300, NOW) is not None
    assert wedge.key("f8", 3_400, NOW).swallowed is False
    assert typed(wedge, "1", 4_100)[0].swallowed is False
    typed(wedge, "]C0669510", 6_000)
    assert wedge.tick(6_300, NOW) is not None
    assert typed(wedge, "]C0T-113\r", 6_400)[-1].line is not None


def test_the_key_after_a_broken_scan_is_a_key_again() -> None:
    wedge = _sends_ends()
    typed(wedge, "]C0T-0")
    taken = wedge.key("f8", 1_000, NOW)

    assert taken.swallowed is False
    assert taken.before is not None

    typed(wedge, "]C0T-0", 2_000)
    again = typed(wedge, "]C0T-0099\r", 3_000)
    assert again[0].before is not None
    assert again[-1].line is not None
    assert again[-1].line.text == "]C0T-0099"


def test_the_enter_of_a_wedge_acknowledges_nothing() -> None:
    """FL2.18"""
    wedge = Wedge()
    typed(wedge, "4006381333931", 0, 5)

    assert wedge.key("enter", 65, NOW) == Taken(False, by_hand=False)
    assert wedge.key("enter", 60 + 250, NOW) == Taken(False, by_hand=False)
    assert wedge.key("enter", 60 + 251, NOW) == Taken(False, by_hand=True)
    assert Wedge().key("enter", 5, NOW) == Taken(False, by_hand=True)


def test_an_enter_right_after_a_scan_acknowledges_nothing() -> None:
    """Some wedges are set to send two returns."""
    wedge = Wedge()
    typed(wedge, "]C0T-0099\r")

    assert wedge.key("enter", 50, NOW) == Taken(False, by_hand=False)
    assert wedge.key("enter", 500, NOW) == Taken(False, by_hand=True)


def test_a_hand_on_a_key_breaks_no_scan() -> None:
    wedge = Wedge()
    typed(wedge, "]C0T-")

    assert wedge.key("f8", 26, NOW) == Taken(False)
    assert wedge.key("up", 27, NOW) == Taken(False)
    assert typed(wedge, "0099\r", 30)[-1].line == Line("]C0T-0099", b"]C0T-0099", "wedge", 50, NOW, "CR", gap_ms=10)


def test_a_scan_that_is_too_long_is_one_line_with_a_fault() -> None:
    """FL2.15"""
    line = typed(Wedge(), "]C0" + "4" * 700 + "\r")[-1].line

    assert line is not None
    assert parse(line.text).fault == line.fault == "too_long: expected at most 512 bytes, got 703"


def test_no_control_character_is_a_key_for_the_app() -> None:
    """D3.4: 0x11 must not quit, 0x03 must not copy."""
    for code in (*range(0x09), *range(0x0B, 0x0D), *range(0x0E, 0x1B), *range(0x1C, 0x20)):
        *keys, end = typed(Wedge(), f"]C0A{chr(code)}B\r")
        assert all(key.swallowed for key in keys)
        assert end.line is not None
        assert end.line.text == f"]C0A{chr(code)}B"


@given(st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=60))
def test_all_that_is_printable_survives(data: str) -> None:
    line = typed(Wedge(), f"]C0{data}\r")[-1].line

    assert line is not None
    assert line.text == f"]C0{data}"


@pytest.mark.parametrize("text", "é王ñß—€")
def test_other_characters_survive_or_are_seen_to_be_missing(text: str) -> None:
    line = typed(Wedge(), f"]Q1A{text}B\r")[-1].line

    assert line is not None
    assert line.text in (f"]Q1A{text}B", "]Q1A\ufffdB")


@pytest.mark.parametrize("key", ["f1", "f12", "up", "pagedown", "shift+tab", "alt+a", "ctrl+shift+up", "delete"])
def test_keys_of_hands_are_no_characters(key: str) -> None:
    assert character(key) is None


def test_a_paste_is_read_as_if_it_came_from_a_port() -> None:
    """D3.4"""
    lines = Wedge().paste(f"{LABEL}\rT-\x000099\r\n4006381333931", 7, NOW)

    assert [line.text for line in lines] == [LABEL, "T-0099", "4006381333931"]
    assert {(line.device, line.mono_ms, line.wall_ms) for line in lines} == {("wedge", 7, NOW)}


@pytest.mark.parametrize("text", ["", "\r\n", "\x02T-0099", "\ud800", "x" * 100_000, "\x02" * 50])
def test_an_odd_paste_is_never_a_code(text: str) -> None:
    assert all(parse(line.text).reading("tote") is None for line in Wedge().paste(text, 0, NOW))
