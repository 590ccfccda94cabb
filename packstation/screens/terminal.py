"""The terminal itself: a frame goes out in one write of the thread that drew it, and waits for nobody.

    write --> the terminal takes it at once
          --> it is slow: what is left over waits for a thread; pictures are left out until it has caught up

Textual hands each write to a thread, which on a quiet line costs more than the write; a line that takes no more is
the reason for that thread, so it has one here as well. The terminal is opened a second time because waiting or not
is a property of an opened file, and its own one is shared with the shell that started us.
"""

from __future__ import annotations

import os
import select
import sys
import threading
import time
from collections.abc import Callable
from typing import Any, Protocol

from textual.drivers.linux_driver import LinuxDriver

BACKLOG_BYTES_MAX = 1_000_000
LAST_WORDS_S = 2.0
_FRAME_BEGINS, _FRAME_ENDS = "\x1b[?2026h", "\x1b[?2026l"


class Drawing(Protocol):
    """The app, as its terminal knows it."""

    terminal: Terminal | None

    def terminal_caught_up(self) -> None:
        """It takes writes again."""


class Terminal(LinuxDriver):
    """Textual's driver, writing for itself. Where the terminal cannot be opened again, it is only Textual's."""

    def __init__(self, app: Any, **options: Any) -> None:
        super().__init__(app, **options)
        drawing: Drawing = app
        assert sys.__stderr__ is not None, "Textual draws on stderr"
        self._screen = sys.__stderr__
        self._line: Line | None = None
        self.synchronized = False
        """It shows a frame only when it is whole."""
        self._tell = drawing.terminal_caught_up
        drawing.terminal = self

    @property
    def behind(self) -> bool:
        """Something still waits to be taken."""
        return self._line is not None and self._line.behind

    @property
    def direct(self) -> bool:
        """It is written to at once, not by Textual's own thread."""
        return self._line is not None

    def frame(self, cells: str) -> None:
        """Show changed cells, all at once."""
        self.write(f"{_FRAME_BEGINS}{cells}{_FRAME_ENDS}" if self.synchronized else cells)

    def write(self, data: str) -> None:
        if self._line is None:
            super().write(data)
        else:
            self._line.write(data.encode(self._screen.encoding, "backslashreplace"))

    def start_application_mode(self) -> None:
        if self._line is None and self._screen.isatty():
            try:
                opened = os.open(os.ttyname(self._screen.fileno()), os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK)
            except OSError:
                opened = -1  # somebody else's terminal (su), or one without a name: Textual's thread writes
            if opened >= 0:
                self._line = Line(opened, lambda: self._loop.call_soon_threadsafe(self._tell))
        super().start_application_mode()  # type: ignore[no-untyped-call]  # Textual names no types here

    def close(self) -> None:
        if self._line is not None:
            line, self._line = self._line, None
            line.close()
        super().close()


class Line:
    """A non-blocking file to a terminal, and what it has not taken yet. Any thread may write."""

    def __init__(self, opened: int, caught_up: Callable[[], object]) -> None:
        self._opened = opened
        self._caught_up = caught_up
        self._lock = threading.Lock()
        self._rest = b""
        self._helper: threading.Thread | None = None
        self._gone = False

    @property
    def behind(self) -> bool:
        return bool(self._rest)

    def write(self, data: bytes) -> None:
        """Hand over as much as is taken at once; the rest follows in order. Nothing goes to a terminal that left."""
        with self._lock:
            if self._rest:
                if len(self._rest) + len(data) <= BACKLOG_BYTES_MAX:
                    self._rest += data
                return
            taken = self._taken(data)
            if taken == len(data):
                return
            self._rest = data[taken:]
            self._helper = threading.Thread(target=self._follow, name="terminal-rest", daemon=True)
            self._helper.start()

    def close(self) -> None:
        """Give the last words some time, then let go."""
        until = time.monotonic() + LAST_WORDS_S
        while self.behind and time.monotonic() < until:
            time.sleep(0.005)
        with self._lock:
            self._gone = True
            self._rest = b""
            os.close(self._opened)

    def _follow(self) -> None:
        """Write what was left over as fast as it is taken, then say so and end."""
        waiter = select.poll()
        waiter.register(self._opened, select.POLLOUT)
        while True:
            waiter.poll(200)
            with self._lock:
                self._rest = self._rest[self._taken(self._rest) :]
                if not self._rest:
                    break
        if not self._gone:
            self._caught_up()

    def _taken(self, data: bytes) -> int:
        """How much of it the terminal took; all of it when there is nobody left to show it to."""
        if self._gone:
            return len(data)
        try:
            return os.write(self._opened, data)
        except BlockingIOError:
            return 0
        except OSError:  # the window was closed, the connection ended: the app hears of it on its input
            self._gone = True
            return len(data)
