"""Zebra's Simple Serial Interface in its packet mode: bytes become frames, and every packet gets its answer. Pure.

    length, opcode, source, status, data ..., two bytes of checksum          F3 DECODE_DATA ──▶ Frame, ACK
    checksum wrong ──▶ NAK, the scanner sends it again                        any other ────────▶ ACK
    half a packet for 500 ms ──▶ Frame with a fault                           ACK, NAK ─────────▶ nothing

ACK means "the packet came", never "the scan was accepted": that is the beep after the commit (D2.1). A packet that
the scanner repeats because an ACK was lost is answered again and is no second scan.
"""

from __future__ import annotations

from packstation.devices.framer import HEAD_BYTES, Frame, too_long
from packstation.scan import LINE_BYTES_MAX

PACKET_MS_MAX = 500

DECODE_DATA = b"\xf3"

_ACK, _NAK = 0xD0, 0xD1
_HOST = 0x04
_RESEND = 0x01
_REPEATED, _MORE_FOLLOWS = 0x01, 0x02
# What the type byte says of codes whose AIM identifier it settles; the others have more than one.
_AIM = {
    0x01: b"]A0",
    0x03: b"]C0",
    0x08: b"]E0",
    0x0A: b"]E4",
    0x0B: b"]E0",
    0x0F: b"]C1",
    0x30: b"]e0",
    0x31: b"]e0",
    0x32: b"]e0",
}


def packet(opcode: int, data: bytes = b"", *, source: int = _HOST, status: int = 0) -> bytes:
    """A packet with its checksum.

    >>> packet(0xE6, bytes([0x00])).hex(" ")
    '05 e6 04 00 00 ff 11'
    """
    body = bytes([4 + len(data), opcode, source, status]) + data
    return body + (-sum(body) & 0xFFFF).to_bytes(2, "big")


ACK = packet(_ACK)
NAK = packet(_NAK, bytes([_RESEND]))


class PacketFramer:
    """Frames the packets of one scanner. `name_symbology`: data without an AIM identifier gets that of its type."""

    terminator = "SSI"

    def __init__(self, *, name_symbology: bool = True) -> None:
        self._name_symbology = name_symbology
        self._last: bytes | None = None
        self.clear()

    @property
    def open_since_ms(self) -> int | None:
        """When the last byte of an unfinished packet came, or None if there is none."""
        return self._last_ms if self._buffer else None

    def clear(self) -> None:
        """Throw a half-read packet away: the device is gone."""
        self._buffer = b""
        self._whole = b""
        self._size = 0
        self._last_ms: int | None = None
        self._gap_ms = 0
        self._answers: list[bytes] = []

    def answers(self) -> bytes:
        """What the scanner waits for, once."""
        answers, self._answers = b"".join(self._answers), []
        return answers

    def feed(self, read: bytes, now_ms: int) -> list[Frame]:
        """The frames of the packets that these bytes complete."""
        frames = self.idle(now_ms)
        if not read:
            return frames
        if self._buffer and self._last_ms is not None:
            self._gap_ms = max(self._gap_ms, now_ms - self._last_ms)
        self._last_ms = now_ms
        # A scanner wakes the line with zeros.
        self._buffer = (self._buffer + read).lstrip(b"\0")
        while self._buffer and len(self._buffer) >= self._buffer[0] + 2:
            size = self._buffer[0] + 2
            found, self._buffer = self._buffer[:size], self._buffer[size:].lstrip(b"\0")
            if size < 6 or sum(found[:-2]) + int.from_bytes(found[-2:], "big") & 0xFFFF:
                self._answers.append(NAK)
                # Where the next packet begins is not known: what is left is thrown away, the scanner sends it again.
                self._buffer = b""
                break
            frame = self._packet(found, now_ms)
            if frame is not None:
                frames.append(frame)
        return frames

    def idle(self, now_ms: int) -> list[Frame]:
        """A packet that does not go on: bytes that are none, as of a scanner in another mode."""
        if not self._buffer or self._last_ms is None or now_ms - self._last_ms <= PACKET_MS_MAX:
            return []
        head, at_ms, gap_ms = self._buffer[:HEAD_BYTES], self._last_ms, self._gap_ms
        self.clear()
        fault = f"cut: expected an SSI packet, got {len(head)} bytes that are none"
        return [Frame(head, "", fault, gap_ms, at_ms)]

    def _packet(self, found: bytes, now_ms: int) -> Frame | None:
        opcode, status = found[1], found[3]
        if opcode in (_ACK, _NAK):
            return None
        self._answers.append(ACK)
        if opcode != DECODE_DATA[0] or len(found) < 7:
            return None
        if status & _REPEATED and found[4:-2] == self._last:
            return None
        self._last = found[4:-2]
        kind, data = found[4], found[5:-2]
        self._size += len(data)
        self._whole = (self._whole + data)[: LINE_BYTES_MAX + 1]
        if status & _MORE_FOLLOWS:
            return None
        return self._frame(kind, now_ms)

    def _frame(self, kind: int, now_ms: int) -> Frame | None:
        data, size, gap_ms = self._whole.rstrip(b"\r\n"), self._size, self._gap_ms
        self._whole, self._size, self._gap_ms = b"", 0, 0
        if not data:
            return None
        if size > LINE_BYTES_MAX:
            return Frame(data[:HEAD_BYTES], "SSI", too_long(size), gap_ms, now_ms)
        if self._name_symbology and not data.startswith(b"]"):
            data = _AIM.get(kind, b"") + data
        return Frame(data, "SSI", None, gap_ms, now_ms)
