"""A real terminal for tests: a pty with a size, and a reader of the few sequences the app writes."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
import unicodedata
from collections.abc import Callable, Sequence

_CSI = re.compile(rb"\x1b\[([0-9;?<>=!]*)([ $]?[@-~])")
_OTHER = re.compile(rb"\x1b(?:\][^\x07\x1b]*(?:\x07|\x1b\\)|P[^\x1b]*\x1b\\|[()][A-Za-z0-9]|[=>78cM])")


class Terminal:
    """Runs a command under a pty; `lines()` is what a person would see."""

    def __init__(self, command: Sequence[str], columns: int, rows: int, **environment: str) -> None:
        self.columns, self.rows = columns, rows
        self._cells = [[" "] * columns for _ in range(rows)]
        self._x = self._y = 0
        self._rest = b""
        self.bells = 0
        self.bytes_read = 0
        self.raw = bytearray()
        master, slave = pty.openpty()
        self._master = master
        self._set_size(slave)
        env = {**os.environ, "TERM": "xterm-256color", "TEXTUAL_FPS": "240", "TEXTUAL_ANIMATIONS": "none"}
        env |= {"PYTHONPATH": os.getcwd(), "LANG": "C.UTF-8", **environment}
        for name in ("COLUMNS", "LINES"):
            env.pop(name, None)  # the terminal says how large it is
        self.process = subprocess.Popen(
            list(command), stdin=slave, stdout=slave, stderr=slave, env=env, start_new_session=True, close_fds=True
        )
        os.close(slave)

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *exc: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(10)
        os.close(self._master)

    def send(self, data: bytes) -> None:
        os.write(self._master, data)

    def resize(self, columns: int, rows: int) -> None:
        self.columns, self.rows = columns, rows
        self._cells = [[" "] * columns for _ in range(rows)]
        self._set_size(self._master)
        os.killpg(self.process.pid, signal.SIGWINCH)

    def read(self, seconds: float) -> None:
        """Take in what the app writes for so long."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            ready, _, _ = select.select([self._master], [], [], left)
            if not ready:
                return
            try:
                data = os.read(self._master, 65_536)
            except OSError:
                return  # the other end is gone
            self.bytes_read += len(data)
            self.raw += data
            self._feed(data)

    def wait_for(self, text: str, seconds: float = 60.0) -> None:
        self.wait_until(lambda: text in self.text(), seconds, repr(text))

    def wait_until(self, holds: Callable[[], bool], seconds: float = 60.0, expected: str = "another screen") -> None:
        until = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < until, f"expected {expected} on the screen, got:\n{self.text()}"
            self.read(0.05)

    def wait_until_gone(self, seconds: float = 60.0) -> int:
        until = time.monotonic() + seconds
        while self.process.poll() is None and time.monotonic() < until:
            self.read(0.05)
        self.read(0.1)
        return self.process.wait(0.1)

    def lines(self) -> list[str]:
        return ["".join(row).rstrip(" ") for row in self._cells]

    def text(self) -> str:
        return "\n".join(self.lines())

    def _set_size(self, descriptor: int) -> None:
        fcntl.ioctl(descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", self.rows, self.columns, 0, 0))

    def _feed(self, data: bytes) -> None:
        data = self._rest + data
        self._rest = b""
        at = 0
        while at < len(data):
            byte = data[at]
            if byte == 0x1B:
                found = _CSI.match(data, at) or _OTHER.match(data, at)
                if found is None:
                    if len(data) - at < 64:
                        self._rest = data[at:]
                        return
                    at += 1
                    continue
                if found.re is _CSI:
                    self._control(found.group(1).decode(), found.group(2).decode())
                at = found.end()
            elif byte < 0x20:
                self._simple(byte)
                at += 1
            else:
                size = 1 if byte < 0x80 else 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4
                if at + size > len(data):
                    self._rest = data[at:]
                    return
                self._put(data[at : at + size].decode("utf-8", "replace"))
                at += size

    def _simple(self, byte: int) -> None:
        if byte == 0x07:
            self.bells += 1
        elif byte == 0x0D:
            self._x = 0
        elif byte == 0x0A:
            self._y += 1
            if self._y >= self.rows:
                self._y = self.rows - 1
                self._cells = [*self._cells[1:], [" "] * self.columns]
        elif byte == 0x08:
            self._x = max(0, self._x - 1)

    def _control(self, values: str, final: str) -> None:
        numbers = [int(value) if value.isdigit() else 0 for value in values.split(";")]
        if final in ("H", "f"):
            self._y = max(1, numbers[0]) - 1
            self._x = max(1, numbers[1] if len(numbers) > 1 else 1) - 1
        elif final == "J":
            self._cells = [[" "] * self.columns for _ in range(self.rows)]
        elif final == "K" and self._y < self.rows:
            self._cells[self._y][self._x :] = [" "] * (self.columns - self._x)
        elif final in "ABCD":
            step = max(1, numbers[0])
            self._y += {"A": -step, "B": step}.get(final, 0)
            self._x += {"C": step, "D": -step}.get(final, 0)

    def _put(self, character: str) -> None:
        if unicodedata.category(character) in ("Mn", "Me", "Cf"):
            return
        wide = unicodedata.east_asian_width(character) in "WF"
        if 0 <= self._y < self.rows and 0 <= self._x < self.columns:
            self._cells[self._y][self._x] = character
            if wide and self._x + 1 < self.columns:
                self._cells[self._y][self._x + 1] = ""
        self._x += 2 if wide else 1


def python(*arguments: str) -> list[str]:
    return [sys.executable, *arguments]
