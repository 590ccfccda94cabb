"""A label printer on a TCP port: answers `~HS`, can refuse, stall, cut at byte n and stay silent (D18.1)."""

from __future__ import annotations

import socket
import struct
import threading

READY = b"\x02030,0,0,1245,000,0,0,0,000,0,0,0\x03\r\n\x02000,0,0,0,0,2,4,0,00000000,1,000\x03\r\n\x021234,0\x03\r\n"


def status(**fields: str) -> bytes:
    """An answer to `~HS` with some of paper_out, paused, formats, buffer_full, cold, hot, head_up, ribbon_out set."""
    first = ["030", "0", "0", "1245", "000", "0", "0", "0", "000", "0", "0", "0"]
    second = ["000", "0", "0", "0", "0", "2", "4", "0", "00000000", "1", "000"]
    places = {
        "paper_out": (first, 1),
        "paused": (first, 2),
        "formats": (first, 4),
        "buffer_full": (first, 5),
        "cold": (first, 10),
        "hot": (first, 11),
        "head_up": (second, 2),
        "ribbon_out": (second, 3),
        "label_waiting": (second, 7),
        "labels_left": (second, 8),
    }
    for name, value in fields.items():
        row, at = places[name]
        row[at] = value
    rows = (",".join(first), ",".join(second), "1234,0")
    return b"".join(b"\x02" + row.encode() + b"\x03\r\n" for row in rows)


class PrinterSink:
    """`printed`: the documents of connections that ended well. `taken`: all documents' bytes, also of broken ones.

    `hs`: the answer to `~HS`, None is silence. `cut_at`: reset the connection after so many bytes of a document.
    `stalled`: accept and read nothing of a document.
    """

    def __init__(self) -> None:
        self.hs: bytes | None = READY
        self.cut_at: int | None = None
        self.stalled = False
        self.printed: list[bytes] = []
        self.taken: list[bytes] = []
        self.asked = 0
        self.connections = self.ended = 0
        self.changed = threading.Condition()
        self._port = 0
        self._server: socket.socket | None = None
        self.switch_on()

    @property
    def url(self) -> str:
        return f"tcp://127.0.0.1:{self._port}"

    def switch_on(self) -> None:
        server = socket.socket()
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.bind(("127.0.0.1", self._port))
        server.listen(5)
        self._port = server.getsockname()[1]
        self._server = server
        threading.Thread(target=self._accept, args=(server,), daemon=True).start()

    def switch_off(self) -> None:
        """From now on connections are refused."""
        if self._server is not None:
            # A close alone does not wake the thread that sits in accept().
            self._server.shutdown(socket.SHUT_RDWR)
            self._server.close()
            self._server = None

    def _accept(self, server: socket.socket) -> None:
        while True:
            try:
                wire, _ = server.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(wire,), daemon=True).start()

    def _serve(self, wire: socket.socket) -> None:
        document = b""
        wire.settimeout(30)
        try:
            while True:
                if self.stalled and self.hs is None:
                    threading.Event().wait(30)
                    return
                # A question for the status comes alone, and is no byte of a document.
                asked = wire.recv(5, socket.MSG_PEEK).startswith(b"~HS")
                room = 4096 if self.cut_at is None or asked else max(1, min(4096, self.cut_at - len(document)))
                piece = wire.recv(room)
                if not piece:
                    break
                document += piece
                if document.startswith(b"~HS\r\n"):
                    document = document[5:]
                    self.asked += 1
                    if self.hs is not None:
                        wire.sendall(self.hs)
                    if self.stalled:
                        threading.Event().wait(30)
                        return
                if self.cut_at is not None and len(document) >= self.cut_at:
                    # As a printer that loses power: a reset, not a goodbye.
                    wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    self._told(document, whole=False)
                    return
        except OSError:
            self._told(document, whole=False)
        else:
            self._told(document, whole=True)
        finally:
            wire.close()
            with self.changed:
                self.ended += 1
                self.changed.notify_all()

    def _told(self, document: bytes, *, whole: bool) -> None:
        with self.changed:
            if document:
                self.taken.append(document)
                if whole:
                    self.printed.append(document)
            self.changed.notify_all()

    def waits_for(self, count: int, seconds: float = 30.0) -> list[bytes]:
        with self.changed:
            self.changed.wait_for(lambda: len(self.printed) >= count, seconds)
            return list(self.printed)

    def waits_until_idle(self) -> None:
        """Every connection that was taken has ended, and what it brought is told."""
        with self.changed:
            assert self.changed.wait_for(lambda: self.ended == self.connections, 30.0)

    def close(self) -> None:
        self.switch_off()
