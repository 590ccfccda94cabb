"""Bytes become lines: where one ends, and what is thrown away. No clock, no thread, no port.

idle ──byte──▶ line ──CR, LF, CRLF──▶ Frame                      empty frames are no frames
     ──STX──▶ framed (CR and LF are data) ──ETX──▶ Frame         a CR or LF after it is swallowed
line or framed, over 512 bytes ──▶ only counted ──its end──▶ one Frame with a fault

Nothing is lost without a word: bytes that cannot be a code come out as a frame with a fault.
"""

from __future__ import annotations

from msgspec import Struct

from packstation.scan import LINE_BYTES_MAX, cut, decoded

HEAD_BYTES = 32
FRAMED_MS_MAX = 500
PAUSE_MS_MAX = 2_000

_CR, _LF, _STX, _ETX = 0x0D, 0x0A, 0x02, 0x03


class Frame(Struct, frozen=True):
    """The bytes of one line without its end. `ended_by`: "CR", "LF", "CRLF", "ETX", "idle", "STX" or "".

    `fault`: why the bytes are no code, in the words of `Scan.fault`, or None; `data` is then the head of the line.
    `gap_ms`: the longest pause between two reads inside the line. `at_ms`: when its last byte came.
    """

    data: bytes
    ended_by: str
    fault: str | None = None
    gap_ms: int = 0
    at_ms: int = 0


class Line(Struct, frozen=True):
    """One scanner line on its way to the station. `text` of a faulty line is `scan.cut(head, fault)`.

    `mono_ms` and `wall_ms` were read when the last byte came: the double-trigger rule compares them (FL2.8).
    `batch`: a memory scanner, without that rule. `flood`: the device sends too fast (FL2.15).
    """

    text: str
    raw: bytes
    device: str
    mono_ms: int
    wall_ms: int
    ended_by: str = ""
    gs_seen: bool = False
    gap_ms: int = 0
    fault: str | None = None
    batch: bool = False
    flood: bool = False


def line_of(frame: Frame, device: str, wall_ms: int, *, batch: bool = False, flood: bool = False) -> Line:
    text = decoded(frame.data)
    return Line(
        text if frame.fault is None else cut(text, frame.fault),
        frame.data,
        device,
        frame.at_ms,
        wall_ms,
        frame.ended_by,
        b"\x1d" in frame.data,
        frame.gap_ms,
        frame.fault,
        batch,
        flood,
    )


def too_long(size: int) -> str:
    return f"too_long: expected at most {LINE_BYTES_MAX} bytes, got {size}"


class Framer:
    """Frames the bytes of one device. `idle_gap_ms`: a pause that ends a line, only where the device sends no end."""

    def __init__(self, *, idle_gap_ms: int | None = None) -> None:
        self._idle_gap_ms = idle_gap_ms
        self._terminator = ""
        self.clear()

    @property
    def terminator(self) -> str:
        """How this device ends its lines, as seen so far: "CR", "LF", "CRLF", "ETX", "idle" or ""."""
        return self._terminator or ("CR" if self._after == _CR else "")

    @property
    def head(self) -> bytes:
        """The first bytes of an unfinished line: they tell what else a device may speak."""
        return bytes(self._data[:HEAD_BYTES])

    @property
    def open_since_ms(self) -> int | None:
        """When the last byte of an unfinished line came, or None if there is none."""
        return self._last_ms if self._size or self._framed_at_ms is not None else None

    def clear(self) -> None:
        """Throw a half-read line away: the device is gone, its rest will not come."""
        self._data = bytearray()
        self._size = 0
        self._gap_ms = 0
        self._last_ms: int | None = None
        self._framed_at_ms: int | None = None
        self._expired = False
        self._after = 0  # the byte that ended the last line, while what follows may belong to that end

    def feed(self, read: bytes, now_ms: int) -> list[Frame]:
        """The lines that these bytes complete."""
        if not read:
            return self.idle(now_ms)
        frames = []
        if self._framed_at_ms is not None:
            # More of a line that took too long is still that line: its rest must not pass as a code.
            self._expired = self._expired or now_ms - self._framed_at_ms > FRAMED_MS_MAX
        else:
            frames = self.idle(now_ms)
        if self._size and self._last_ms is not None:
            self._gap_ms = max(self._gap_ms, now_ms - self._last_ms)
        for at, byte in enumerate(read):
            frame = self._byte(byte, now_ms, lf_next=read[at + 1 : at + 2] == b"\n")
            if frame is not None:
                frames.append(frame)
        self._last_ms = now_ms
        return frames

    def idle(self, now_ms: int) -> list[Frame]:
        """The lines that time completes. Called whenever nothing came for a while."""
        last_ms = self._last_ms if self._last_ms is not None else now_ms
        frame = None
        if self._framed_at_ms is not None:
            if now_ms - self._framed_at_ms > FRAMED_MS_MAX:
                frame = self._ended("", last_ms, _NO_ETX)
        elif self._size and self._idle_gap_ms is not None and now_ms - last_ms >= self._idle_gap_ms:
            frame = self._ended("idle", last_ms)
            self._terminator = "idle"
        return [] if frame is None else [frame]

    def _byte(self, byte: int, now_ms: int, *, lf_next: bool) -> Frame | None:
        after, self._after = self._after, 0
        if after == _CR:
            self._terminator = "CRLF" if byte == _LF else "CR"
            if byte == _LF:
                return None
        if byte == _STX:
            frame = self._ended("STX", now_ms, "cut: expected the end of a line, got STX")
            self._framed_at_ms = now_ms
            return frame
        ends = byte == _ETX if self._framed_at_ms is not None else byte in (_CR, _LF)
        if self._expired:
            ends = byte in (_CR, _LF, _ETX)
        if not ends:
            self._size += 1
            if self._size <= LINE_BYTES_MAX:
                self._data.append(byte)
            return None
        if after == _ETX:
            self._after = after
            return None
        frame = self._ended(
            {_LF: "LF", _ETX: "ETX"}.get(byte, "CRLF" if lf_next else "CR"),
            now_ms,
            _NO_ETX if self._expired else None,
        )
        self._after = byte
        if byte != _CR:
            self._terminator = "LF" if byte == _LF else "ETX"
        return frame

    def _ended(self, ended_by: str, at_ms: int, fault: str | None = None) -> Frame | None:
        """The line so far, unless it is empty; then a new one begins."""
        data, size, gap_ms = bytes(self._data), self._size, self._gap_ms
        self.clear()
        if not size:
            return None
        if size > LINE_BYTES_MAX:
            fault = too_long(size)
        elif fault is None and gap_ms > PAUSE_MS_MAX:
            # The head may be noise, or the rest of a code that began before the line was cut off.
            fault = f"cut: expected a line in one go, got a pause of {gap_ms} ms"
        return Frame(data if fault is None else data[:HEAD_BYTES], ended_by, fault, gap_ms, at_ms)


_NO_ETX = f"cut: expected ETX within {FRAMED_MS_MAX} ms, got none"
