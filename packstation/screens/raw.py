"""The last scans byte by byte: why a code was read as it was, and the test page for a new scanner (FL2.13). Pure.

Badges are shown by their length alone (D4.8).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence

from msgspec import Struct

from packstation.screens.drawing import Line, Paper
from packstation.screens.floor import Outcome, ScannerLine
from packstation.screens.pages import heading_lines, text_lines
from packstation.screens.words import WORDS, word

KEPT = 20
_HEX_BYTES_MAX = 96
_NAMES = {0x1D: "<GS>", 0x1E: "<RS>", 0x04: "<EOT>", 0x02: "<STX>", 0x03: "<ETX>", 0x0D: "<CR>", 0x0A: "<LF>"}

Readings = Callable[[str, str], Sequence[str]]
"""All readings of a line of a device, each as "kind value" with a star behind those that mean something here."""


class Seen(Struct, frozen=True):
    line: ScannerLine
    outcome: str
    message: str
    after_ms: int | None


class RawLog:
    """The last twenty lines with what they led to."""

    def __init__(self) -> None:
        self._seen: deque[Seen] = deque(maxlen=KEPT)

    def add(self, line: ScannerLine, outcome: Outcome) -> None:
        before = next((seen.line.mono_ms for seen in self._seen if seen.line.device == line.device), None)
        after = None if before is None else line.mono_ms - before
        self._seen.appendleft(Seen(line, outcome.outcome, outcome.message, after))

    def __len__(self) -> int:
        return len(self._seen)

    def lines(self, paper: Paper, readings: Readings) -> list[Line]:
        """Newest first."""
        language = paper.language
        if not self._seen:
            return text_lines(word("raw_none", language), paper)
        drawn: list[Line] = []
        for number, seen in enumerate(self._seen, 1):
            drawn += _seen_lines(number, seen, paper, readings)
        return drawn


def visible(raw: bytes) -> str:
    """The bytes as people read them out: names for the control characters that mean something, dots for the rest.

    >>> visible(bytes([0x31, 0x30, 0x1D, 0x07]))
    '10<GS>.'
    """
    return "".join(_NAMES.get(byte, chr(byte) if 0x20 <= byte < 0x7F else ".") for byte in raw)


def _seen_lines(number: int, seen: Seen, paper: Paper, readings: Readings) -> list[Line]:
    language, line = paper.language, seen.line
    raw = line.raw or line.text.encode("utf-8", "replace")
    aim = line.text[:3] if line.text.startswith("]") and len(line.text) >= 3 else ""
    read = list(readings(line.text, line.device))
    secret = any(reading.startswith("badge ") for reading in read)
    parts = [line.device, word("bytes", language, n=len(raw))]
    if seen.after_ms is not None:
        parts.append(f"{word('raw_after', language)} {seen.after_ms} ms")
    lines = heading_lines(
        f"{number}. {' · '.join(parts)}" if not paper.glyphs.ascii else f"{number}. {', '.join(parts)}", paper
    )
    shown = visible(raw[:_HEX_BYTES_MAX]) if not secret else "*" * min(len(raw), 8)
    lines += text_lines(shown, paper, "row.begun")
    if not secret:
        lines += text_lines(raw[:_HEX_BYTES_MAX].hex(" "), paper, "hex")
    about = [aim or word("raw_no_aim", language)]
    if line.ended_by:
        about.append(f"{word('raw_end', language)} {line.ended_by}")
    about.append(f"{word('raw_gap', language)} {line.gap_ms} ms")
    if line.fault:
        about.append(line.fault)
    lines += text_lines(", ".join(about), paper)
    if read:
        told = ", ".join(reading.split(" ")[0] if secret else reading for reading in read)
        lines += text_lines(f"{word('raw_readings', language)}: {told}", paper)
    return lines + text_lines(
        f"{word('raw_led', language)}: {_led(seen.outcome, language)}. {seen.message}", paper, "dim"
    )


def _led(outcome: str, language: str) -> str:
    return word(f"led_{outcome}", language) if f"led_{outcome}" in WORDS else outcome
