"""The demo's scanner: a serial port whose other end we hold, read by the real driver and framer."""

from __future__ import annotations

import os
import queue
import time
from collections.abc import Callable

from packstation.devices.framer import Line
from packstation.devices.scanner import Scanner

ANSWER_S = 10.0


class SerialLine:
    """A pty; `send` is a scanner's trigger, `take` waits for the line the driver made of it.

    Raises OSError where the platform has no pty.
    """

    def __init__(
        self, mono_s: Callable[[], float] | None = None, on_line: Callable[[Line], object] | None = None
    ) -> None:
        import pty
        import tty

        self._ours, theirs = pty.openpty()
        tty.setraw(theirs)
        self.path = os.ttyname(theirs)
        self._theirs = theirs
        self._lines: queue.Queue[Line] = queue.Queue()
        self.scanner = Scanner(self.path, on_line or self._lines.put, mono_s=mono_s or time.monotonic)

    def start(self) -> None:
        """Open our end as a station does; what is sent before would be thrown away with the port's old input."""
        self.scanner.start()
        ends = time.monotonic() + ANSWER_S
        while not self.scanner.state.ready:
            if time.monotonic() > ends:
                raise TimeoutError(f"serial line: expected an open port, got: {self.scanner.state.text}")
            time.sleep(0.005)

    def send(self, text: str) -> None:
        """What a scanner sends when somebody pulls its trigger."""
        os.write(self._ours, text.encode() + b"\r")

    def take(self) -> Line:
        """The line as the driver framed it. Raises TimeoutError when it does not arrive."""
        try:
            return self._lines.get(timeout=ANSWER_S)
        except queue.Empty:
            raise TimeoutError(f"serial line: expected a line within {ANSWER_S:g} s, got none.") from None

    def close(self) -> None:
        self.scanner.stop()
        os.close(self._ours)
        os.close(self._theirs)
