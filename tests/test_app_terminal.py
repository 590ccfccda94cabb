"""The app on a real terminal: a pty of each size, its bytes read as a person would see them."""

from __future__ import annotations

import os
import re
import threading
import time

import pytest

from packstation.screens.terminal import Line
from tests.screens.terminal import Terminal, python

SHOP = ("-m", "tests.screens.shop")


@pytest.mark.parametrize("size", [(80, 24), (30, 20), (20, 16)], ids=str)
def test_a_packer_works_through_an_order_on_a_real_terminal(size: tuple[int, int]) -> None:
    """Issue 2 point 13: end to end through a pty, from sign-in to the closing question."""
    with Terminal(python(*SHOP), *size) as terminal:
        terminal.wait_for("BADGE" if size[0] == 20 else "Scan your badge")
        terminal.send(b" ")
        terminal.wait_for("0 of 12")
        terminal.send(b" ")
        terminal.wait_for("1 of 12")
        assert terminal.bells >= 2
        terminal.send(b"x" * 5)
        terminal.wait_for("WRONG")
        terminal.send(b"\x1b[24~")  # F12
        terminal.wait_until(lambda: "WRONG" not in terminal.text())
        terminal.send(b"\x11")  # a scanned DC1 is no ctrl+q
        terminal.read(0.3)
        assert terminal.process.poll() is None
        terminal.send(b"\x03")
        terminal.wait_for("Close")
        terminal.send(b"\x03")
        assert terminal.wait_until_gone() == 0
        assert "Scans:" in bytes(terminal.raw).decode()


def test_a_wedge_on_a_real_terminal_keeps_its_separator() -> None:
    """D3.3: the bytes of a scanner in keyboard mode, GS as 0x1D, as one lump; the raw page shows them."""
    with Terminal(python(*SHOP), 80, 24) as terminal:
        terminal.wait_for("Scan your badge")
        terminal.send(b"]C0T-118\r")
        terminal.wait_for("#4471")
        terminal.send(b"]C10109501101530003\x1d10L77\r")
        terminal.wait_for("WRONG ITEM")
        terminal.send(b"\x1bOQ")  # F2
        terminal.wait_for("<GS>10L77")
        assert "wedge" in terminal.text()


def test_a_terminal_that_changes_its_size_gets_the_same_prompt() -> None:
    with Terminal(python(*SHOP), 80, 24) as terminal:
        terminal.wait_for("Scan your badge")
        terminal.send(b" ")
        terminal.wait_for("0 of 12")
        for size in ((40, 20), (20, 16), (140, 40), (30, 20)):
            terminal.resize(*size)
            terminal.wait_for("0 of 12")
            terminal.wait_for("MUG BLUE 350")
            terminal.wait_until(lambda: max(len(line) for line in terminal.lines()) <= terminal.columns)


@pytest.mark.parametrize(("size", "bytes_max"), [((120, 40), 1_500), ((20, 16), 400)], ids=str)
@pytest.mark.parametrize("theme", ["default", "contrast", "ansi"])
def test_a_scan_writes_few_bytes(size: tuple[int, int], bytes_max: int, theme: str) -> None:
    """PF10.2: 1,500 bytes at 120x40, 400 at 20x16, for units of a line of 50."""
    with Terminal(python(*SHOP, theme, "deep"), *size) as terminal:
        terminal.wait_for("BADGE" if size[0] == 20 else "Scan your badge")
        terminal.send(b" ")
        terminal.wait_for(" of 10000")
        terminal.send(b" ")
        terminal.wait_for("1 of 10000")
        terminal.read(0.3)
        written = []
        for number in range(2, 14):
            before = terminal.bytes_read
            terminal.send(b" ")
            terminal.wait_for(f" {number} of 10000")
            terminal.read(0.1)
            written.append(terminal.bytes_read - before)
        # On a busy machine the first screen may have come late and be counted with the first scan.
        assert sorted(written)[-2] <= bytes_max, written


@pytest.mark.parametrize(
    ("environment", "colours"),
    [({"TERM": "vt220"}, b""), ({"NO_COLOR": "1"}, b""), ({"TERM": "linux"}, b"\x1b[1;97;41m"), ({}, b"48;5;160m")],
    ids=["vt220", "no-colour", "linux", "xterm-256"],
)
def test_an_error_is_inverse_or_coloured_on_every_terminal(environment: dict[str, str], colours: bytes) -> None:
    """FL3.1, D13.3: 256 colours, 16, or none at all; word and symbol stand everywhere."""
    with Terminal(python(*SHOP), 80, 24, **environment) as terminal:
        terminal.wait_for("Scan your badge")
        terminal.send(b" ")
        terminal.wait_for("0 of 12")
        before = len(terminal.raw)
        terminal.send(b"xxxxx")
        terminal.wait_for("✗ WRONG ITEM")
        written = bytes(terminal.raw[before:])
        if colours:
            assert colours in written
        else:
            assert re.search(r"[\[;]7(;39;49)?m ✗ WRONG".encode(), written)
            assert b"[38;" not in written
            assert b"41m" not in written


def test_no_order_text_reaches_the_terminal_raw() -> None:
    """devices 12: escapes of an order's texts are nowhere among the bytes written; the texts themselves are."""
    with Terminal(python(*SHOP, "hostile"), 80, 24) as terminal:
        terminal.wait_for("Scan your badge")
        for _ in range(14):
            terminal.send(b" ")
            terminal.read(0.1)
        terminal.wait_until(lambda: b"owned" in terminal.raw)
        written = bytes(terminal.raw)
        assert b"\x1b]52" not in written
        assert b"\x1b]0;" not in written
        assert "\x9b".encode() not in written
        assert "\u202e".encode() not in written
        assert terminal.process.poll() is None


def test_a_broken_promise_ends_the_app_without_showing_a_buyer() -> None:
    """A bug is told with its place, never with local variables: they hold names and addresses (FL1.1)."""
    with Terminal(python(*SHOP, "broken"), 80, 24) as terminal:
        terminal.wait_for("Scan your badge")
        terminal.send(b" ")
        assert terminal.wait_until_gone() != 0
        written = bytes(terminal.raw).decode()
        assert "expected a journal, got none" in written
        assert "locals" not in written
        # The source line of the test is shown, with its literal; a value that only lives in memory is not.
        assert "buyer = 'Jane" not in written


def test_a_scan_is_one_frame_and_a_second_paint_of_the_whole_screen_shows_the_same() -> None:
    """PF1.11, PF10.2: changed cells go out at once; what a resize draws anew is what they had become."""
    with Terminal(python(*SHOP, "default", "deep"), 120, 40) as terminal:
        terminal.wait_for("Scan your badge")
        terminal.send(b" ")
        terminal.wait_for(" of 10000")
        terminal.send(b" ")
        terminal.wait_for("1 of 10000")
        terminal.read(0.3)
        before = len(terminal.raw)
        for number in range(2, 9):
            terminal.send(b" ")
            terminal.wait_for(f" {number} of 10000")
            terminal.read(0.1)
        # Seven scans, and on a busy machine one late frame of what was before them.
        assert bytes(terminal.raw[before:]).count(b"\x1b[?2026h") <= 7 + 1
        changed = terminal.lines()[1:]  # the clock may have moved on
        terminal.resize(119, 40)
        terminal.wait_for(" 8 of 10000")
        terminal.resize(120, 40)
        terminal.wait_for(" 8 of 10000")
        terminal.wait_until(lambda: terminal.lines()[1:] == changed)


def test_a_terminal_that_takes_nothing_for_a_while_holds_up_no_scan_and_is_shown_how_it_stands_then() -> None:
    """PF1.11: nothing waits for a screen; pictures are left out, not queued."""
    with Terminal(python(*SHOP, "default", "deep"), 120, 40) as terminal:
        terminal.wait_for("Scan your badge")
        terminal.send(b" ")
        terminal.wait_for(" of 10000")
        terminal.send(b" ")
        terminal.wait_for("1 of 10000")
        for _ in range(600):  # far more than a terminal keeps for a reader that is busy
            terminal.send(b" ")
            time.sleep(0.002)
        terminal.wait_for(" 601 of 10000")
        assert terminal.process.poll() is None


def test_what_a_slow_line_does_not_take_at_once_follows_in_order() -> None:
    taken, opened = os.pipe()
    os.set_blocking(opened, False)
    told = threading.Event()
    line = Line(opened, told.set)
    sent = b"".join(b"%06d" % number for number in range(40_000))
    for start in range(0, len(sent), 6_000):
        line.write(sent[start : start + 6_000])
    assert line.behind
    got = b""
    while len(got) < len(sent):
        got += os.read(taken, 65_536)
    assert told.wait(5.0)
    assert got == sent
    assert not line.behind
    line.write(b"after")
    assert os.read(taken, 100) == b"after"
    line.close()
    os.close(taken)


def test_a_line_nobody_reads_keeps_a_bounded_rest_and_lets_the_app_leave() -> None:
    taken, opened = os.pipe()
    os.set_blocking(opened, False)
    line = Line(opened, lambda: None)
    for _ in range(300):
        line.write(b"x" * 10_000)
    assert line.behind
    line.close()  # gives its last words some time, then returns
    assert not line.behind
    os.close(taken)
