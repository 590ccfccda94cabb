"""A keyboard-wedge scanner's keys become a line before any focus (D3.1-D3.5). Pure: time comes in.

"]" ... CR | TAB | LF   a line          250 ms without a key   given up, told          other keys   typing
"""

from __future__ import annotations

from dataclasses import dataclass

from packstation.screens.floor import ScannerLine

GAP_MS_MAX = 250
_BYTES_MAX = 512
_CONTROLS = {
    "ctrl+right_square_bracket": "\x1d",
    "ctrl+circumflex_accent": "\x1e",
    "ctrl+d": "\x04",
    "ctrl+b": "\x02",
    "ctrl+c": "\x03",
}
_ENDS = {"enter": "CR", "ctrl+m": "CR", "tab": "TAB", "ctrl+i": "TAB", "ctrl+j": "LF"}


@dataclass(frozen=True, slots=True)
class Taken:
    """`swallowed`: the key was the scanner's. `line`: it ended a line."""

    swallowed: bool
    line: ScannerLine | None = None


class Wedge:
    def __init__(self, device: str = "wedge") -> None:
        self._device = device
        self._text: list[str] | None = None
        self._last_ms = 0
        self._gap_ms_max = 0
        self._ended_ms = -GAP_MS_MAX

    def key(self, key: str, character: str | None, now_ms: int) -> Taken:
        if self._text is None:
            if key == "ctrl+j" and now_ms - self._ended_ms < GAP_MS_MAX:
                return Taken(True)  # the LF of CRLF
            if character != "]":
                return Taken(False)
            self._text, self._last_ms, self._gap_ms_max = ["]"], now_ms, 0
            return Taken(True)
        self._gap_ms_max = max(self._gap_ms_max, now_ms - self._last_ms)
        self._last_ms = now_ms
        if key in _ENDS:
            line = self._line("".join(self._text), now_ms, _ENDS[key])
            self._text, self._ended_ms = None, now_ms
            return Taken(True, line)
        sign = _CONTROLS.get(key) or (character if character is not None and len(character) == 1 else "")
        if sign and len(self._text) <= _BYTES_MAX:
            self._text.append(sign)
        return Taken(True)

    def idle(self, now_ms: int) -> int:
        """Characters given up because the scanner paused, or 0."""
        if self._text is None or now_ms - self._last_ms <= GAP_MS_MAX:
            return 0
        lost, self._text = len(self._text), None
        return lost

    def paste(self, text: str, now_ms: int) -> list[ScannerLine]:
        """A paste is a scanner that sends in one lump: GS and CR are kept, NUL is dropped (D3.4, D13.6)."""
        ends = text.replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n").split("\n")
        return [self._line(line, now_ms, "CR") for line in ends if line]

    def _line(self, text: str, now_ms: int, ended_by: str) -> ScannerLine:
        raw = text.encode("utf-8", "replace")
        return ScannerLine(text, raw, self._device, now_ms, now_ms, ended_by, "\x1d" in text, self._gap_ms_max)
