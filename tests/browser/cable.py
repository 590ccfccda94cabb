"""The radio between a handheld and its server: a TCP relay that can be cut and mended."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
import time
from types import TracebackType

_FAR_BYTES = 16


class Cable:
    """Listens on `port` and passes everything on to `to`, once that is set."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self.to = 0
        self.cut = False
        self.pause_s = 0.0  # of the way to the server, after every few bytes: a network that is far away
        self._held: list[socket.socket] = []
        threading.Thread(target=self._accept, name="cable", daemon=True).start()

    def break_off(self) -> None:
        """Every connection is reset, and new ones are too, until `mend`."""
        self.cut = True
        for held in self._held:
            _reset(held)
        self._held.clear()

    def mend(self) -> None:
        self.cut = False

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            if self.cut:
                _reset(near)
                continue
            try:
                far = socket.create_connection(("127.0.0.1", self.to), timeout=5)
            except OSError:
                _reset(near)
                continue
            far.settimeout(None)
            self._held += [near, far]
            for source, target in ((near, far), (far, near)):
                threading.Thread(target=self._pass_on, args=(source, target, source is near), daemon=True).start()

    def _pass_on(self, source: socket.socket, target: socket.socket, there: bool) -> None:
        with contextlib.suppress(OSError):
            while piece := source.recv(_FAR_BYTES if there and self.pause_s else 65_536):
                target.sendall(piece)
                if there:
                    time.sleep(self.pause_s)
        with contextlib.suppress(OSError):
            target.shutdown(socket.SHUT_WR)

    def __enter__(self) -> Cable:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listener.close()
        self.break_off()


def _reset(held: socket.socket) -> None:
    with contextlib.suppress(OSError):
        # Closed without lingering: the other end sees a reset, as after a power cut.
        held.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        held.shutdown(socket.SHUT_RDWR)
    with contextlib.suppress(OSError):
        held.close()
