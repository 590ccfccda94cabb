"""What all lists of the house share: a head with a barcode, a table over pages, a foot with "page k of n"."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from packstation.documents.sheet import Sheet
from packstation.documents.symbols import SymbolRefused, code128
from packstation.documents.table import Cell, Column, Table, pages_of
from packstation.workflows.prompt import Say
from packstation.workflows.texts import ENGLISH, words
from packstation.workflows.texts import Table as Texts

MARGIN_MM = 15
CODE_DOTS = {203: (3, 2), 300: (4, 3, 2), 600: (8, 6, 4)}


def draw_list(
    sheet: Sheet,
    *,
    title: str,
    code: str,
    facts: Sequence[tuple[str, str, str]],
    columns: Sequence[Column],
    rows: Sequence[Sequence[Cell]],
    tail_mm: float = 0,
    draw_tail: Callable[[int], None] | None = None,
    text_pt: float = 10,
    texts: Texts = ENGLISH,
) -> None:
    """A whole list: title, barcode and facts (label, field, text) on top, rows, then the tail below the last row.
    A fact without a text is a line to write on. `texts`: the words of the page's foot; all others come in that
    language."""
    mm = sheet.mm
    margin = mm(MARGIN_MM)
    width = sheet.width - 2 * margin
    floor = sheet.height - margin - mm(5)
    table = Table(sheet, columns, margin, width, text_pt)
    measured = [table.measured(row) for row in rows]
    head = margin + max(mm(26), mm(15) + mm(5.4) * len(facts))
    running = margin + mm(8)
    pages = pages_of(
        [row.height for row in measured],
        floor - head - table.head_height,
        floor - running - table.head_height,
        mm(tail_mm),
    )
    for k, here in enumerate(pages):
        if k:
            sheet.next_page()
            sheet.words("id", f"{title} {code}", margin, margin, width, 10, bold=True)
            y = running
        else:
            _draw_head(sheet, title, code, facts, margin, width)
            y = head
        if here or k == 0:
            y = table.draw_head(y)
            for n in here:
                y = table.draw(measured[n], y)
        if k == len(pages) - 1 and draw_tail is not None:
            draw_tail(y)
        foot = floor + mm(1.5)
        sheet.words("id", f"{title} {code}", margin, foot, width * 2 // 3, 8)
        told = words(Say("sheet_page", {"k": k + 1, "n": len(pages)}), texts)
        sheet.title(told, margin, foot, width, 8, align="right")


def draw_code(
    sheet: Sheet, text: str, field: str, x: int, y: int, width: int, height: int, *, right: bool = False
) -> None:
    """A Code 128 as wide as fits; where it cannot be drawn that is reported, and the words beside it must do."""
    try:
        bars = code128(text)
    except SymbolRefused:
        sheet.report(field, "", "no barcode")
        return
    dot = next((dot for dot in CODE_DOTS[sheet.dpi] if (bars.modules + 20) * dot <= width), 0)
    if not dot:
        sheet.report(field, "", "no barcode")
        return
    quiet = 10 * dot
    left = x + width - bars.modules * dot if right else x + quiet
    sheet.bars(bars, left, y, dot, height, field)


def _draw_head(
    sheet: Sheet, title: str, code: str, facts: Sequence[tuple[str, str, str]], margin: int, width: int
) -> None:
    mm = sheet.mm
    half = width // 2
    sheet.title(title, margin, margin, half, 20, bold=True)
    draw_code(sheet, code, "id", margin + half, margin, half, mm(13), right=True)
    sheet.words("id", code, margin + half, margin + mm(13.8), half, 12, bold=True, align="right")
    y = margin + mm(11)
    for label, field, text in facts:
        sheet.title(label, margin, y + mm(0.4), mm(24), 8, bold=True)
        if text:
            sheet.words(field, text, margin + mm(25), y, half - mm(27), 10)
        else:
            sheet.rule(margin + mm(25), y + mm(4), mm(30), 2)
        y += mm(5.4)
