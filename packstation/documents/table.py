"""Tables that run over pages: rows are measured first, so that every page can say "page k of n".

rows ── measured ──▶ heights ── pages_of ──▶ which row on which page ── draw ──▶ sheet
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from packstation.documents.block import LEADING, LEADING_TALL
from packstation.documents.drawn import PaperRefused
from packstation.documents.sheet import Align, Sheet
from packstation.documents.text import NAME_CHARS_MAX, Line, break_lines, cut_line, needs_wide, set_line
from packstation.documents.visual_order import base_of

OFFICE_MM = {"a4": (210.0, 297.0), "letter": (215.9, 279.4), "4x6": (101.6, 152.4), "a5": (148.0, 210.0)}
CELL_LINES_MAX = 6


def office_sheet(stock: str, dpi: int, title: str) -> Sheet:
    """An empty page of office paper at its exact size; the dot grid starts at its top left corner."""
    size = OFFICE_MM.get(stock)
    if size is None:
        raise PaperRefused("stock", f"expected one of {', '.join(OFFICE_MM)}, got {stock}")
    width, height = (int(side * dpi / 25.4) for side in size)
    return Sheet(width, height, dpi, title=title, page_pt=(size[0] * 72 / 25.4, size[1] * 72 / 25.4))


@dataclass(frozen=True, slots=True)
class Column:
    """`share`: of the width that is left when all `width_mm` are taken; one of the two is zero."""

    title: str
    width_mm: float = 0
    share: float = 0
    align: Align = "left"
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """`field`: its name in the report of unprintable text. `tick`: an empty box to tick instead of text.
    `head`: a text above the other, bold, on paper too narrow for a column of its own. `span`: it may run over all
    columns to its right, which are empty."""

    field: str
    text: str
    tick: bool = False
    head: str = ""
    span: bool = False


@dataclass(frozen=True, slots=True)
class MeasuredRow:
    """A row broken into lines: per cell its lines, and the height of the row in dots."""

    cells: tuple[tuple[Line, ...], ...]
    ticks: tuple[bool, ...]
    height: int


class Table:
    """One table on a sheet. Lengths are dots, `size_pt` is the text size of all cells."""

    def __init__(self, sheet: Sheet, columns: Sequence[Column], x: int, width: int, size_pt: float):
        self.sheet = sheet
        self.columns = columns
        self.x = x
        self.width = width
        self.size_pt = size_pt
        # Columns of numbers and words need air between them; small paper has little.
        self.gap = sheet.mm(1.5 if width < sheet.mm(120) else 3)
        fixed = sum(sheet.mm(column.width_mm) for column in columns)
        shares = sum(column.share for column in columns) or 1
        self.widths = [
            sheet.mm(column.width_mm) if column.width_mm else int((width - fixed) * column.share / shares)
            for column in columns
        ]
        # Words right behind a number would be read as its unit.
        self.insets = [0] * len(columns)
        for n in range(1, len(columns)):
            if columns[n - 1].align == "right" and columns[n].align == "left":
                self.insets[n] = min(self.gap, self.widths[n] // 6)
        self.rooms = [width - inset for width, inset in zip(self.widths, self.insets, strict=True)]
        self.head_height = round(sheet.dots_of(size_pt) * 1.7)

    def measured(self, cells: Sequence[Cell]) -> MeasuredRow:
        """The row broken into lines; what cannot be printed is reported to the sheet."""
        leading = self.sheet.dots_of(self.size_pt)
        broken = tuple(
            self._lines(cell, column, sum(self.rooms[n:]) if cell.span else self.rooms[n])
            for n, (cell, column) in enumerate(zip(cells, self.columns, strict=True))
        )
        tall = 0.0
        for lines in broken:
            if len(lines) > 1 or (lines and lines[0].tall):
                tall = max(tall, sum([leading * (LEADING_TALL if line.tall else LEADING) for line in lines]))
            elif lines:
                tall = max(tall, leading * LEADING)
        ticks = tuple(cell.tick for cell in cells)
        if any(ticks):
            tall = max(tall, self.sheet.mm(4.5))
        return MeasuredRow(broken, ticks, round(tall + self.sheet.dots_of(self.size_pt) * 0.5))

    def draw_head(self, y: int) -> int:
        """The column titles with a line under them; gives where the first row starts."""
        at = self.x
        for column, width, inset in zip(self.columns, self.widths, self.insets, strict=True):
            size_pt = min(self.size_pt * 0.85, 9)
            room = width - self.gap - inset
            self.sheet.title(column.title, at + inset, y, room, size_pt, bold=True, align=column.align)
            at += width
        foot = y + self.head_height
        self.sheet.rule(self.x, foot - 3, self.width, 3)
        return foot

    def draw(self, row: MeasuredRow, y: int) -> int:
        """One row with a hairline under it; gives where the next one starts."""
        sheet = self.sheet
        at = self.x
        size = sheet.dots_of(self.size_pt)
        for n, (lines, tick) in enumerate(zip(row.cells, row.ticks, strict=True)):
            column, width = self.columns[n], self.widths[n]
            if tick:
                side = sheet.mm(3.6)
                sheet.frame(at, y + (row.height - side) // 2, side, side)
            top = y + size * 0.25
            for line in lines:
                leading = LEADING_TALL if line.tall else LEADING
                left: float = at + self.insets[n]
                if column.align != "left":
                    left = at + (width - self.gap if column.align == "right" else (width - self.gap) / 2)
                sheet.line(line, left, top + size * (leading - 0.24), self.size_pt, align=column.align)
                top += size * leading
            at += width
        sheet.rule(self.x, y + row.height - 1, self.width, 1)
        return y + row.height

    def _lines(self, cell: Cell, column: Column, width: int) -> tuple[Line, ...]:
        room = (width - self.gap) * 72000 / (self.sheet.dpi * self.size_pt)
        if cell.text.isascii() and not cell.head and not cell.tick:
            line = set_line(self.sheet.prepared(cell.field, cell.text, NAME_CHARS_MAX), column.bold)
            if line.width <= room:
                return (line,) if cell.text else ()
        lines: list[Line] = []
        for text, bold in ((cell.head, True), (cell.text, column.bold)):
            shown = "" if cell.tick or not text else self.sheet.prepared(cell.field, text, NAME_CHARS_MAX)
            if not shown:
                continue
            wide = needs_wide(shown)
            base = base_of(shown)
            broken = break_lines(shown, bold, room, wide)
            if len(broken) > CELL_LINES_MAX:
                last = cut_line(broken[CELL_LINES_MAX - 1], bold, room, wide, base)
                broken = (*broken[: CELL_LINES_MAX - 1], last)
                self.sheet.report(cell.field, "", "cut")
            lines += [set_line(line, bold, wide, base) for line in broken]
        for line in lines:
            self.sheet.note_missing(cell.field, line)
        return tuple(lines)


def pages_of(heights: Sequence[int], first: int, later: int, tail: int) -> list[range]:
    """Which rows stand on which page: `first` and `later` dots of room, and `tail` dots below the last row.

    >>> pages_of([10, 10, 10], first=20, later=100, tail=5)
    [range(0, 2), range(2, 3)]
    >>> pages_of([10], first=12, later=100, tail=5)
    [range(0, 1), range(1, 1)]
    """
    pages: list[range] = []
    start = 0
    room = first
    for n, height in enumerate(heights):
        if height > room and n > start:
            pages.append(range(start, n))
            start = n
            room = later
        room -= height
    pages.append(range(start, len(heights)))
    if tail > room:
        pages.append(range(len(heights), len(heights)))
    return pages
