"""A scanner on a real pseudo terminal, which can be unplugged and plugged in again (D18.1)."""

from __future__ import annotations

import os
import time
import tty
from collections.abc import Callable
from pathlib import Path

from packstation.devices.scanner import Line, Scanner, ScannerState


class Plug:
    """A port under a name that stays, like /dev/serial/by-id. `bytes_back`: what the station wrote to the scanner."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._master: int | None = None
        self.plug_in()

    def plug_in(self) -> None:
        self._master, slave = os.openpty()
        tty.setraw(self._master)
        tty.setraw(slave)
        self.path.symlink_to(os.ttyname(slave))
        os.set_blocking(self._master, False)
        self._slave = slave

    def unplug(self) -> None:
        assert self._master is not None
        self.path.unlink()
        os.close(self._slave)
        os.close(self._master)
        self._master = None

    def send(self, data: bytes, *, pieces: int = 4_096) -> None:
        assert self._master is not None
        for at in range(0, len(data), pieces):
            piece = data[at : at + pieces]
            while piece:
                try:
                    piece = piece[os.write(self._master, piece) :]
                except BlockingIOError:
                    time.sleep(0.002)

    def bytes_back(self, size: int) -> bytes:
        assert self._master is not None
        got = b""
        deadline = time.monotonic() + 30
        while len(got) < size and time.monotonic() < deadline:
            try:
                got += os.read(self._master, 4_096)
            except BlockingIOError:
                time.sleep(0.005)
        return got


class Hand:
    """Keeps what a scanner said, and waits for more of it."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.states: list[ScannerState] = []

    @property
    def texts(self) -> list[str]:
        return [line.text for line in self.lines]

    @property
    def words(self) -> list[str]:
        return [state.word for state in self.states]

    def scanner(self, url: str, **options: object) -> Scanner:
        return Scanner(url, self.lines.append, self.states.append, **options).start()  # type: ignore[arg-type]


def until(condition: Callable[[], object], seconds: float = 30.0) -> None:
    """Patient: a busy machine is slow, and only what never happens takes all this time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.002)
