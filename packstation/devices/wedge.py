"""A scanner that types: its keys become a line before any field sees them, and an Enter of its own is no answer.

typing ──]──▶ capturing ──CR, TAB, LF──▶ Line         keys without the ] of an AIM identifier are typing
                  └── 250 ms of nothing ──▶ dropped, with a notice

Pure: fed with the names of keys and their times, since characters differ between terminals and test drivers (DT2).
Never by speed: over SSH and tmux keys come in one lump, and a slow wedge is slower than a quick hand (D3.2).
"""

from __future__ import annotations

import re
import unicodedata

from msgspec import Struct

from packstation.devices.framer import Framer, Line, line_of, too_long
from packstation.scan import LINE_BYTES_MAX, cut

GAP_MS_MAX = 250
PASTE_CHARS_MAX = 65_536

_START = "right_square_bracket"
_ENDS = {"enter": "CR", "ctrl+m": "CR", "tab": "TAB", "ctrl+i": "TAB", "ctrl+j": "LF"}
_ENTERS = ("enter", "ctrl+m")
_NAMED = {
    "slash": "/",
    "backslash": "\\",
    "at": "@",
    "minus": "-",
    "plus": "+",
    "underscore": "_",
    "less_than_sign": "<",  # their Unicode names hold hyphens, which key names have lost
    "greater_than_sign": ">",
    "backspace": "\x08",
    "escape": "\x1b",
    "ctrl+@": "\x00",
    "ctrl+backslash": "\x1c",
    "ctrl+right_square_bracket": "\x1d",
    "ctrl+circumflex_accent": "\x1e",
    "ctrl+underscore": "\x1f",
}
_OF_HANDS = re.compile(
    r"f[0-9]{1,2}|up|down|left|right|home|end|pageup|pagedown|insert|delete|(?:.*\+)?(?:shift|alt|super|meta)\+.*"
)


class Taken(Struct, frozen=True):
    """What became of a key. `swallowed`: it belongs to a scan, nobody else may see it.

    `line`: the scan it completed. `notice`: what people are told. `by_hand`: for an Enter that was not swallowed,
    whether it may acknowledge an error: no character came in the 250 ms before it (FL2.18).
    """

    swallowed: bool
    line: Line | None = None
    notice: str | None = None
    by_hand: bool = True


def character(key: str) -> str | None:
    """The character of a key name, or None for keys that are no character (F8, arrows).

    >>> character("ctrl+right_square_bracket")
    '\\x1d'
    """
    if len(key) == 1:
        return key
    if key in _NAMED:
        return _NAMED[key]
    if len(key) == 6 and key.startswith("ctrl+") and "a" <= key[5] <= "z":
        return chr(ord(key[5]) - ord("a") + 1)
    if _OF_HANDS.fullmatch(key):
        return None
    try:
        return unicodedata.lookup(key.replace("_", " "))
    except KeyError:
        return "\ufffd"  # some character was sent: the line must not look whole without it


class Wedge:
    """Collects the keys of all scanners that type. The app asks it before the focus gets a key (D3.1)."""

    def __init__(self, device: str = "wedge", *, gap_ms_max: int = GAP_MS_MAX) -> None:
        self.device = device
        self._gap_ms_max = gap_ms_max
        self._captured: list[str] | None = None
        self._size = 0
        self._gap_ms = 0
        self._last_ms: int | None = None
        self._ended_ms: int | None = None

    @property
    def capturing(self) -> bool:
        return self._captured is not None

    def key(self, name: str, mono_ms: int, wall_ms: int) -> Taken:
        """One key. Times are those of its arrival."""
        dropped = self.tick(mono_ms)
        taken = self._key(name, mono_ms, wall_ms)
        return Taken(taken.swallowed, taken.line, dropped, taken.by_hand) if dropped else taken

    def tick(self, mono_ms: int) -> str | None:
        """Gives a capture up that nothing came to for too long; a notice if there was one."""
        if self._captured is None or self._last_ms is None or mono_ms - self._last_ms <= self._gap_ms_max:
            return None
        size, self._captured = self._size, None
        return f"Scan broken off: {size} characters, then nothing. Nothing recorded. Scan again."

    def paste(self, text: str, mono_ms: int, wall_ms: int) -> list[Line]:
        """Pasted text is read as if it came from a port (D3.4); the end of the paste ends its last line."""
        if len(text) > PASTE_CHARS_MAX:
            fault = too_long(len(text))
            return [Line(cut(text[:32], fault), b"", self.device, mono_ms, wall_ms, fault=fault)]
        framer = Framer()
        # Windows terminals put NULs between pasted characters (D13.6).
        frames = framer.feed(text.replace("\0", "").encode("utf-8", "replace"), mono_ms)
        frames += framer.feed(b"\r", mono_ms)
        frames += framer.idle(mono_ms + 1_000)
        return [line_of(frame, self.device, wall_ms) for frame in frames]

    def _key(self, name: str, mono_ms: int, wall_ms: int) -> Taken:
        if self._captured is None:
            return self._typed(name, mono_ms)
        if name in _ENDS:
            return Taken(True, self._line(_ENDS[name], mono_ms, wall_ms))
        typed = character(name)
        if typed is None:
            return Taken(False)  # a hand on F8 while a scan comes in: both count
        self._take(typed, mono_ms)
        return Taken(True)

    def _typed(self, name: str, mono_ms: int) -> Taken:
        if name == _START:
            self._captured, self._size, self._gap_ms, self._last_ms = [], 0, 0, mono_ms
            self._take("]", mono_ms)
            return Taken(True)
        if name == "ctrl+j" and self._ended_ms is not None and mono_ms - self._ended_ms <= self._gap_ms_max:
            self._ended_ms = None
            return Taken(True)  # the second half of a CRLF
        self._ended_ms = None
        if name in _ENTERS:
            return Taken(False, by_hand=self._last_ms is None or mono_ms - self._last_ms > self._gap_ms_max)
        if character(name) is not None:
            self._last_ms = mono_ms
        return Taken(False)

    def _take(self, typed: str, mono_ms: int) -> None:
        assert self._captured is not None, "a key was collected outside of a scan"
        assert self._last_ms is not None
        self._gap_ms = max(self._gap_ms, mono_ms - self._last_ms)
        self._last_ms = mono_ms
        self._size += len(typed.encode())
        if self._size <= LINE_BYTES_MAX:
            self._captured.append(typed)

    def _line(self, ended_by: str, mono_ms: int, wall_ms: int) -> Line:
        text = "".join(self._captured or ())
        fault = too_long(self._size) if self._size > LINE_BYTES_MAX else None
        self._captured = None
        self._last_ms = mono_ms
        self._ended_ms = mono_ms if ended_by == "CR" else None
        return Line(
            text if fault is None else cut(text[:32], fault),
            text.encode(),
            self.device,
            mono_ms,
            wall_ms,
            ended_by,
            "\x1d" in text,
            self._gap_ms,
            fault,
        )
