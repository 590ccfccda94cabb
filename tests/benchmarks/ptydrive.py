"""Drives an app through two ptys, as a packer does: codes go in by the serial line, light comes out of the terminal.

    Bench --codes--> [serial pty, raw] --> app --> [terminal pty] --> Bench: when had the whole answer arrived?

The terminal is also the app's stderr, for Textual draws there (performance.md PF9.3). Queries that wait for an
answer (device attributes, synchronized output) are answered as a modern terminal would.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import select
import signal
import struct
import subprocess
import termios
import time
import tty
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self

SERIAL = "{serial}"
"""Stands for the path of the serial line in an app's words."""
READ_BYTES = 65_536
FRAME_GAP_S = 0.002
"""Bytes of one frame follow each other closer than this."""
OUTPUT_KEPT_BYTES = 1_000_000

_STYLE = re.compile(rb"\x1b\[[0-9;:]*m")
_OTHER = re.compile(
    rb"\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)"  # titles and colours
    rb"|\x1bP[^\x1b]*\x1b\\"  # device control strings
    rb"|\x1b\[[0-?]*[ -/]*[@-~]"  # cursor and modes
    rb"|\x1b[ -/]*[0-~]"
    rb"|[\x00-\x08\x0b-\x1f]"
)
_ANSWERS = (
    (b"\x1b[?2026$p", b"\x1b[?2026;2$y"),
    (b"\x1b[?2048$p", b"\x1b[?2048;0$y"),
    (b"\x1b[?u", b"\x1b[?0u"),
    (b"\x1b[0c", b"\x1b[?62;22c"),
    (b"\x1b[c", b"\x1b[?62;22c"),
    (b"\x1b[>c", b"\x1b[>1;10;0c"),
    (b"\x1b[6n", b"\x1b[1;1R"),
)


class Silent(Exception):
    """The app did not show what was expected in time."""

    def __init__(self, words: Sequence[str], expected: str, got: str) -> None:
        super().__init__(f"{' '.join(words)}: expected {expected!r} on the terminal, got {got[-300:]!r}.")
        self.expected, self.got = expected, got


@dataclass(frozen=True, slots=True)
class Answer:
    """What one scan led to. `ms`: from the byte on the serial line to the end of the frame that shows the text.

    `size_bytes`: all that was drawn for it. `paints`: frames until the terminal was quiet.
    """

    ms: float
    size_bytes: int
    paints: int


def plain(output: bytes) -> str:
    """What is written, without styles; a cursor move ends a line."""
    return _OTHER.sub(b"\n", _STYLE.sub(b"", output)).decode("utf-8", "replace")


class Driven:
    """One app on its own pair of ptys. Use as a context: leaving it ends the app, by its own process id."""

    def __init__(
        self,
        words: Sequence[str],
        *,
        columns: int = 120,
        rows: int = 40,
        env: Mapping[str, str] | None = None,
    ) -> None:
        self._screen, screen_end = os.openpty()
        fcntl.ioctl(screen_end, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        # The far end stays open here, so that the line is not hung up when the app closes it.
        self._serial, self._serial_end = os.openpty()
        tty.setraw(self._serial_end)
        self.serial_path = os.ttyname(self._serial_end)
        self.words = [
            self.serial_path if word == SERIAL else word.replace(SERIAL, self.serial_path) for word in words
        ]
        self.seen = b""
        self.size_bytes = 0
        self.gone = False
        """The app has left; `seen` holds its last words."""
        surroundings = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", "TEXTUAL_FPS": "240"}
        surroundings |= {"TEXTUAL_ANIMATIONS": "none", "PYTHONUNBUFFERED": "1", **(env or {})}
        for name in ("NO_COLOR", "TMUX", "LINES", "COLUMNS"):
            surroundings.pop(name, None)

        def take_terminal() -> None:
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)

        self.started_ns = time.perf_counter_ns()
        self.process = subprocess.Popen(
            self.words,
            stdin=screen_end,
            stdout=screen_end,
            stderr=screen_end,
            env=surroundings,
            start_new_session=True,
            preexec_fn=take_terminal,
            close_fds=True,
        )
        os.close(screen_end)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()

    def end(self) -> None:
        """Ask the app to leave, then make it."""
        for sign in (signal.SIGTERM, signal.SIGKILL):
            if self.process.poll() is None:
                self.process.send_signal(sign)
                deadline = time.monotonic() + 3.0
                while self.process.poll() is None and time.monotonic() < deadline:
                    if self._read(0.02) is None:
                        time.sleep(0.002)
        self.process.wait(timeout=5.0)
        for end in (self._screen, self._serial, self._serial_end):
            with contextlib.suppress(OSError):
                os.close(end)

    def type(self, keys: bytes) -> None:
        """Press keys at the terminal."""
        os.write(self._screen, keys)

    def send(self, line: bytes) -> None:
        """Put a line on the serial wire, with the terminator scanners are set to."""
        os.write(self._serial, line + b"\r")

    def resident_kb(self) -> int:
        """Memory the app holds now."""
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as status:
            return next(int(row.split()[1]) for row in status if row.startswith("VmRSS:"))

    def cpu_s(self) -> float:
        """Processor time the app has used, user and system."""
        with open(f"/proc/{self.process.pid}/stat", encoding="ascii") as stat:
            fields = stat.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def wait_for(self, text: str, *, timeout_s: float = 20.0) -> float:
        """Read on until the text has been shown since the last call; the moment, in ms after the app's start."""
        deadline = time.perf_counter_ns() + int(timeout_s * 1e9)
        while True:
            at_ns = self._read((deadline - time.perf_counter_ns()) / 1e9)
            if text in plain(self.seen):
                self.seen = b""
                return ((at_ns or time.perf_counter_ns()) - self.started_ns) / 1e6
            if at_ns is None:
                raise Silent(self.words, text, plain(self.seen))

    def first_text(self, *, timeout_s: float = 60.0) -> float:
        """The moment of the first visible character, in ms after the app's start."""
        deadline = time.perf_counter_ns() + int(timeout_s * 1e9)
        while True:
            at_ns = self._read((deadline - time.perf_counter_ns()) / 1e9)
            if at_ns is None:
                raise Silent(self.words, "any text", "nothing")
            if (shown := plain(self.seen)).strip():
                if "Traceback" in shown:
                    self.drain(0.2, keep=True)
                    raise Silent(self.words, "a screen", plain(self.seen))
                return (at_ns - self.started_ns) / 1e6

    def drain(self, quiet_s: float = 0.01, *, keep: bool = False) -> int:
        """Read until nothing comes for `quiet_s`; how many bytes there were. `keep` what was seen."""
        before = self.size_bytes
        while self._read(quiet_s) is not None:
            pass
        if not keep:
            self.seen = b""
        return self.size_bytes - before

    def scan(
        self, code: str, expected: str, *, timeout_s: float = 3.0, settle_s: float = 0.0, typed: bool = False
    ) -> Answer:
        """Send a code, or type it as a scanner does that is a keyboard; time the frame in which `expected` is shown.

        With `settle_s` the terminal is read on until it was quiet for so long, to count late paints.
        """
        self.drain(0.0)
        before, paints = self.size_bytes, 0
        sent_ns = time.perf_counter_ns()
        if typed:
            self.type(code.encode() + b"\r")
        else:
            self.send(code.encode())
        deadline = sent_ns + int(timeout_s * 1e9)
        last_ns: int | None = None
        shown = False
        done_ns = sent_ns
        while True:
            left_s = (deadline - time.perf_counter_ns()) / 1e9
            at_ns = self._read(max(FRAME_GAP_S, settle_s) if shown else left_s)
            if at_ns is None:
                if shown:
                    return Answer((done_ns - sent_ns) / 1e6, self.size_bytes - before, paints)
                raise Silent(self.words, expected, plain(self.seen))
            new_frame = last_ns is None or at_ns - last_ns > FRAME_GAP_S * 1e9
            paints += new_frame
            if not shown:
                shown = expected in plain(self.seen)
                done_ns = at_ns
            elif not new_frame:
                done_ns = at_ns  # the rest of the same frame
            last_ns = at_ns

    def settled(self, code: str, quiet_s: float = 0.2) -> Answer:
        """Send a code, and time the last byte before the terminal was quiet for so long: for whole new screens.

        Raises Silent when nothing is drawn for it at all.
        """
        self.drain(0.0)
        before, paints = self.size_bytes, 0
        sent_ns = last_ns = time.perf_counter_ns()
        self.send(code.encode())
        while (at_ns := self._read(quiet_s if paints else 3.0)) is not None:
            paints += paints == 0 or at_ns - last_ns > FRAME_GAP_S * 1e9
            last_ns = at_ns
        if not paints:
            raise Silent(self.words, f"a screen after {code}", "nothing")
        return Answer((last_ns - sent_ns) / 1e6, self.size_bytes - before, paints)

    def _read(self, patience_s: float) -> int | None:
        """One read; when it came, or None when nothing came in time."""
        if self.gone:
            return None
        ready, _, _ = select.select([self._screen], [], [], max(0.0, patience_s))
        if not ready:
            return None
        try:
            output = os.read(self._screen, READ_BYTES)
        except OSError:  # nobody has the far end open any more
            self.gone = True
            output = b""
        at_ns = time.perf_counter_ns()
        if not output:
            return None
        self.size_bytes += len(output)
        self.seen = (self.seen + output)[-OUTPUT_KEPT_BYTES:]
        if b"\x1b[" in output:
            for question, answer in _ANSWERS:
                if question in output:
                    os.write(self._screen, answer)
        return at_ns
