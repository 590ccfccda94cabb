"""Texts below each other in a box: as large as fits, then broken, then cut. Nothing here draws or reports.

Sizes are points, widths and heights dots of `dpi`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from packstation.documents.text import NAME_CHARS_MAX, Line, break_lines, cut_line, needs_wide, set_line
from packstation.documents.visual_order import base_of

LEADING = 1.17
LEADING_TALL = 1.5


@dataclass(frozen=True, slots=True)
class Entry:
    """One text of a block. `scale`: its size relative to the block. `field`: its name in the report."""

    field: str
    text: str
    bold: bool = False
    scale: float = 1.0
    chars_max: int = NAME_CHARS_MAX


class SetLine(NamedTuple):
    """One line of a block: whose it is, its words as they are written, and as they are set."""

    n: int
    entry: Entry
    words: str
    line: Line
    wide: bool
    base: str


class Fitted(NamedTuple):
    """A block as it is drawn: its size, how much closer than usual its lines stand, and the fields that were cut."""

    size: float
    close: float
    lines: tuple[SetLine, ...]
    cuts: tuple[str, ...]


# The sender of every label and slip is the same: what fits is found once.
@lru_cache(maxsize=512)
def fitted(
    dpi: int, texts: tuple[tuple[Entry, str], ...], width: int, height: int, size_max: float, size_min: float
) -> Fitted:
    """Clean texts as lines in a box."""
    # One letter that Helvetica lacks moves the whole block to DejaVu: an address has one face.
    wide = any(needs_wide(text) for _, text in texts)
    # A broken name is worse than a somewhat smaller one, and better than a much smaller one.
    whole = largest(dpi, texts, width, height, size_max, max(size_min, size_max * 0.7), wide, unbroken=True)
    size, lines = whole or largest(dpi, texts, width, height, size_max, size_min, wide) or (size_min, [])
    lines = lines or broken(dpi, texts, width, size, wide)
    cuts = []
    while tall(dpi, lines, size) > height and len(lines) > len({placed.n for placed in lines}):
        lines, cut = with_one_line_less(dpi, lines, width, size)
        cuts.append(cut)
    # Six lines of Thai in a small box: closer together is better than over the edge.
    needed = tall(dpi, lines, size)
    return Fitted(size, min(1.0, height / needed) if needed else 1.0, tuple(lines), tuple(cuts))


def largest(
    dpi: int,
    texts: Sequence[tuple[Entry, str]],
    width: int,
    height: int,
    size_max: float,
    size_min: float,
    wide: bool,
    *,
    unbroken: bool = False,
) -> tuple[float, list[SetLine]] | None:
    """The largest size, in half points, at which the texts fit, and their lines; `unbroken`: each on one line."""

    if unbroken:
        # What is not broken has the same lines at every size: whether they fit is a matter of sums.
        whole = [_whole(n, entry, text, wide) for n, (entry, text) in enumerate(texts)]
        room = width * 72000 / dpi

        def fitting(size: float) -> list[SetLine] | None:
            fits = all(placed.line.width <= room / (size * placed.entry.scale) for placed in whole)
            return whole if fits and tall(dpi, whole, size) <= height else None

    else:

        def fitting(size: float) -> list[SetLine] | None:
            lines = broken(dpi, texts, width, size, wide)
            return lines if tall(dpi, lines, size) <= height else None

    lines = fitting(size_max)
    if lines is not None:
        return size_max, lines
    low, high = 0, int((size_max - size_min) * 2)  # half points above the smallest
    lines = fitting(size_min) if high > 0 else None
    if lines is None:
        return None
    while low < high:
        middle = (low + high + 1) // 2
        found = fitting(size_min + middle / 2)
        if found is None:
            high = middle - 1
        else:
            low, lines = middle, found
    return size_min + low / 2, lines


def _whole(n: int, entry: Entry, text: str, wide: bool) -> SetLine:
    base = base_of(text)
    return SetLine(n, entry, text, set_line(text, entry.bold, wide, base), wide, base)


def broken(dpi: int, texts: Sequence[tuple[Entry, str]], width: int, size: float, wide: bool) -> list[SetLine]:
    room = width * 72000 / dpi
    return [
        SetLine(n, entry, line, set_line(line, entry.bold, wide, base), wide, base)
        for n, (entry, text) in enumerate(texts)
        for base in (base_of(text),)
        for line in break_lines(text, entry.bold, room / (size * entry.scale), wide)
    ]


def tall(dpi: int, lines: Sequence[SetLine], size: float) -> float:
    return sum(
        (size * placed.entry.scale * dpi / 72) * (LEADING_TALL if placed.line.tall else LEADING) for placed in lines
    )


def with_one_line_less(dpi: int, lines: list[SetLine], width: int, size: float) -> tuple[list[SetLine], str]:
    """Without the last line of the entry that has the most; the line before it ends in "…". Beside it its field."""
    counts: dict[int, int] = {}
    for placed in lines:
        counts[placed.n] = counts.get(placed.n, 0) + 1
    longest = max(counts, key=lambda n: counts[n])
    last = max(at for at, placed in enumerate(lines) if placed.n == longest)
    before = lines[last - 1]
    room = width * 72000 / dpi / (size * before.entry.scale)
    words = cut_line(before.words, before.entry.bold, room, before.wide, before.base)
    line = set_line(words, before.entry.bold, before.wide, before.base)
    shorter = SetLine(longest, before.entry, words, line, before.wide, before.base)
    return [*lines[: last - 1], shorter, *lines[last + 1 :]], before.entry.field
