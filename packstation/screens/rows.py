"""A list of any length: 100,000 rows show as fast as 1,000, because only the pages in sight are read (PF3.1).

Pages.read(first, limit) --64 rows at a time, eight pages kept--> VirtualList --> lines of the screen
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence

from packstation.screens.drawing import Line, Paper, Span, blank, filled, width_cells, wrapped
from packstation.screens.floor import Pages
from packstation.screens.words import word

PAGE_ROWS = 64
_PAGES_KEPT = 8
_FILTER_CHARS_MAX = 40

Row = tuple[str, ...]
Ask = Callable[[str, Sequence[object]], Sequence[Row]]
"""Runs a query on a read-only connection and answers with rows of texts."""


class SqlPages:
    """Pages of one table, ordered and narrowed by its first column, which an index must cover."""

    def __init__(self, ask: Ask, table: str, columns: Sequence[str], prefix: str = "") -> None:
        self._ask = ask
        self._table = table
        self._columns = tuple(columns)
        self._prefix = prefix
        self._count: int | None = None

    def narrowed(self, text: str) -> SqlPages:
        """The rows whose first column begins with the text."""
        return SqlPages(self._ask, self._table, self._columns, text)

    def count(self) -> int:
        if self._count is None:
            where, values = self._where()
            # Table and columns are constants of the caller, never data.
            rows = self._ask(f"SELECT CAST(COUNT(*) AS TEXT) FROM {self._table}{where}", values)  # noqa: S608
            self._count = int(rows[0][0])
        return self._count

    def read(self, first: int, limit: int) -> Sequence[Row]:
        where, values = self._where()
        names = ", ".join(self._columns)
        query = f"SELECT {names} FROM {self._table}{where} ORDER BY {self._columns[0]} LIMIT ? OFFSET ?"  # noqa: S608
        return [
            tuple("" if cell is None else str(cell) for cell in row)
            for row in self._ask(query, [*values, limit, first])
        ]

    def _where(self) -> tuple[str, list[object]]:
        if not self._prefix:
            return "", []
        column = self._columns[0]
        return f" WHERE {column} >= ? AND {column} < ?", [self._prefix, f"{self._prefix}\U0010ffff"]


class VirtualList:
    """A cursor and a window over Pages."""

    def __init__(self, heads: Sequence[str], pages: Pages) -> None:
        self.heads = tuple(heads)
        self._all = pages
        self._pages = pages
        self._kept: OrderedDict[int, Sequence[Row]] = OrderedDict()
        self.at = 0
        self.typed = ""
        self._first = 0
        self._height = 1
        self.pages_read = 0

    def row(self, index: int) -> Row | None:
        """A row by its place, or None behind the end."""
        number, place = divmod(index, PAGE_ROWS)
        page = self._kept.get(number)
        if page is None:
            page = self._pages.read(number * PAGE_ROWS, PAGE_ROWS)
            self.pages_read += 1
            self._kept[number] = page
            if len(self._kept) > _PAGES_KEPT:
                self._kept.popitem(last=False)
        else:
            self._kept.move_to_end(number)
        return page[place] if place < len(page) else None

    def forget(self) -> None:
        """The rows have changed underneath: read them again."""
        self._kept.clear()

    def pressed(self, key: str) -> bool:
        step = {"down": 1, "up": -1, "pagedown": self._height, "pageup": -self._height}.get(key)
        if step is not None:
            self.at = max(0, min(self.at + step, self._pages.count() - 1))
            return True
        if key in ("home", "end"):
            self.at = 0 if key == "home" else max(0, self._pages.count() - 1)
            return True
        if key == "backspace" and self.typed:
            self._narrow(self.typed[:-1])
            return True
        if len(key) == 1 and key.isprintable() and len(self.typed) < _FILTER_CHARS_MAX:
            self._narrow(self.typed + key.upper())
            return True
        return False

    def draw(self, height: int, paper: Paper) -> list[Line]:
        """Heads and the rows in sight; rows that a narrow screen cannot show in columns are wrapped."""
        lines: list[Line] = []
        if paper.width >= 60:
            shown = [self.row(index) for index in range(self._first, self._first + height)]
            widths = _widths([self.heads, *(row for row in shown if row is not None)], paper.width - 2)
            lines += [_columns(self.heads, widths, "list.head", paper, "base")]
        else:
            widths = []
        if self.typed:
            lines.append(
                filled(
                    [(f" {word('find', paper.language)}: {self.typed}{paper.glyphs.cursor}", "entry")],
                    paper.width,
                    "entry",
                )
            )
        self._height = max(1, height - len(lines))
        if self.at < self._first:
            self._first = self.at
        block: list[Line] = []
        while True:
            block, last = self._window(self._height, widths, paper)
            if self.at < last or last == self._first or self.row(self.at) is None:
                break
            self._first += max(1, self.at - last + 1)
        if not block:
            text = (
                word("find_none", paper.language, text=self.typed)
                if self.typed
                else word("nothing_open", paper.language)
            )
            block = [filled([(f" {line}", "dim")], paper.width, "base") for line in wrapped(text, paper.width - 1)]
        return [*lines, *block, *blank(paper.width, "base", self._height - len(block))][:height]

    def _window(self, height: int, widths: Sequence[int], paper: Paper) -> tuple[list[Line], int]:
        lines: list[Line] = []
        index = self._first
        while len(lines) < height:
            row = self.row(index)
            if row is None:
                break
            look = "list.chosen" if index == self.at else "row"
            if widths:
                block = [_columns([paper.say(cell) for cell in row], widths, look, paper, look)]
            else:
                text = " ".join(paper.say(cell) for cell in row if cell)
                block = [filled([(line, look)], paper.width, look) for line in wrapped(text, paper.width)]
            if lines and len(lines) + len(block) > height:
                break
            lines += block
            index += 1
        return lines[:height], index

    def _narrow(self, typed: str) -> None:
        self.typed = typed
        narrowed = getattr(self._all, "narrowed", None)
        self._pages = narrowed(typed) if narrowed is not None and typed else self._all
        self._kept.clear()
        self.at = self._first = 0


def _widths(rows: Sequence[Sequence[str]], width: int) -> list[int]:
    """Columns as wide as what is in sight, the widest giving way first."""
    widths = [max(width_cells([(cell, "")]) for cell in column) for column in zip(*rows, strict=False)]
    while sum(widths) + 2 * len(widths) > width and max(widths) > 4:
        widest = widths.index(max(widths))
        widths[widest] -= 1
    return widths


def _columns(cells: Sequence[str], widths: Sequence[int], look: str, paper: Paper, rest: str) -> Line:
    spans: list[Span] = [(" ", look)]
    for cell, width in zip(cells, widths, strict=False):
        text = wrapped(cell, max(2, width))[0] if width_cells([(cell, "")]) > width else cell
        if text != cell and width > 4:
            text = f"{wrapped(cell, width - len(paper.glyphs.ellipsis))[0]}{paper.glyphs.ellipsis}"
        number = cell.isdecimal()
        gap = " " * (width - width_cells([(text, "")]))
        spans += [(f"{gap}{text}  " if number else f"{text}{gap}  ", look)]
    return filled(spans, paper.width, look if look == "list.head" else rest)
