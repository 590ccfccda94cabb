"""A scanner that types: its keys become a line before any field sees them, and an Enter of its own is no answer.

typing ──]──▶ capturing ──CR, TAB, LF──▶ Line         keys without the ] of an AIM identifier are typing
                  └── 250 ms of nothing ──▶ a Line with a fault: broken off, to be scanned again; what comes within
                                            a second is its rest, and never a code of its own
                                        └─▶ a Line that counts, from a wedge that sends no end

Pure: fed with the names of keys and their times, since characters differ between terminals and test drivers (DT2).
Scan or typing is never told by speed: over SSH and tmux keys come in one lump, and a slow wedge is slower than a
quick hand (D3.2). T-11 must not pass for the beginning of T-113, so an end is expected of every wedge: that it sends
none is believed when the same code was broken off at the same place twice, and until an end comes after all.
"""

from __future__ import annotations

import re
import unicodedata

from msgspec import Struct

from packstation.devices.framer import Framer, Line, line_of, too_long
from packstation.scan import LINE_BYTES_MAX, cut

GAP_MS_MAX = 250
UNENDED_STEP_MS_MAX = 50
REST_MS_MAX = 1_000
"""The longest step of a slow wedge, or of one whose terminal was held up (D3.2)."""
PASTE_CHARS_MAX = 65_536

_START = "right_square_bracket"
_ENDS = {"enter": "CR", "ctrl+m": "CR", "tab": "TAB", "ctrl+i": "TAB", "ctrl+j": "LF"}
_ENTERS = ("enter", "ctrl+m")
_WHOLE = re.compile(r"\][A-Za-z][0-9A-Za-z].{3,}", re.DOTALL)
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

    `line`: the scan it completed. `before`: the scan that a pause had ended before this key. `by_hand`: for an Enter
    that was not swallowed, whether it may acknowledge an error: no character came in the 250 ms before it (FL2.18).
    """

    swallowed: bool
    line: Line | None = None
    before: Line | None = None
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
        self._paused_ms: int | None = None
        self._rest_ms: int | None = None  # the last character of a code that was broken off
        self._sends_end = True
        self._broken_off = ""

    @property
    def capturing(self) -> bool:
        return self._captured is not None

    def key(self, name: str, mono_ms: int, wall_ms: int) -> Taken:
        """One key. Times are those of its arrival."""
        before = self.tick(mono_ms, wall_ms)
        taken = self._key(name, mono_ms, wall_ms)
        return Taken(taken.swallowed, taken.line, before, taken.by_hand) if before else taken

    def tick(self, mono_ms: int, wall_ms: int) -> Line | None:
        """Ends a capture that nothing came to for too long: the line it was, or its beginning with a fault."""
        if self._captured is None or self._last_ms is None or mono_ms - self._last_ms <= self._gap_ms_max:
            return None
        last_ms, text = self._last_ms, "".join(self._captured)
        whole = self._is_whole(text)
        fault = None if whole else broken_off(self._size)
        self._broken_off = "" if whole else text
        self._rest_ms = None if whole else last_ms
        line = self._line("idle", last_ms, wall_ms - (mono_ms - last_ms), fault)
        self._paused_ms = last_ms
        return line

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
            self._sends_end = True
            return Taken(True, self._line(_ENDS[name], mono_ms, wall_ms))
        typed = character(name)
        if typed is None:
            return Taken(False)  # a hand on F8 while a scan comes in: both count
        self._take(typed, mono_ms)
        return Taken(True)

    def _typed(self, name: str, mono_ms: int) -> Taken:
        rest_ms, self._rest_ms = self._rest_ms, None
        if name == _START:
            self._captured, self._size, self._gap_ms, self._last_ms = [], 0, 0, mono_ms
            self._take("]", mono_ms)
            return Taken(True)
        if rest_ms is not None and mono_ms - rest_ms <= REST_MS_MAX:
            if name in _ENDS:
                self._sends_end = True
                self._ended_ms = mono_ms if _ENDS[name] == "CR" else None
                return Taken(True)
            self._rest_ms = rest_ms if character(name) is None else mono_ms
            return Taken(character(name) is not None)
        if name == "ctrl+j" and self._ended_ms is not None and mono_ms - self._ended_ms <= self._gap_ms_max:
            self._ended_ms = None
            return Taken(True)  # the second half of a CRLF
        self._ended_ms = None
        if name in _ENTERS:
            if self._paused_ms is not None and mono_ms - self._paused_ms <= 2 * self._gap_ms_max:
                self._sends_end, self._paused_ms = True, None  # the end of that scan, late
                return Taken(False, by_hand=False)
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

    def _is_whole(self, text: str) -> bool:
        """A pause ended this code, rather than broke it off."""
        if self._size > LINE_BYTES_MAX or self._gap_ms > UNENDED_STEP_MS_MAX or not _WHOLE.fullmatch(text):
            return False
        if self._sends_end and text == self._broken_off:
            self._sends_end = False
        return not self._sends_end

    def _line(self, ended_by: str, mono_ms: int, wall_ms: int, fault: str | None = None) -> Line:
        text = "".join(self._captured or ())
        fault = too_long(self._size) if self._size > LINE_BYTES_MAX else fault
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


def broken_off(size: int) -> str:
    return f"broken_off: expected CR, TAB or LF, got {size} characters, then nothing"
