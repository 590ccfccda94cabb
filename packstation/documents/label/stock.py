"""Label stock: its sizes, the module widths its printers take, and what every label draws alike."""

from __future__ import annotations

from packstation.documents.drawn import PaperRefused
from packstation.documents.sheet import Sheet
from packstation.documents.symbols import Bars, Matrix

STOCK_DOTS = {
    # (stock, dpi) -> width and height in dots.
    ("4x6", 203): (812, 1218),
    ("a6", 203): (839, 1183),
    ("4x6", 300): (1200, 1800),
    ("a6", 300): (1240, 1748),
    ("4x2", 203): (812, 406),
    ("4x2", 300): (1200, 600),
}
# Module widths in dots, the best first (devices.md section 8).
SSCC_DOTS = {203: (4, 3), 300: (6, 5, 4)}
CODE_DOTS = {203: (3, 2), 300: (4, 3)}
LPN_DOTS = {203: (4, 3, 2), 300: (6, 5, 4, 3)}
MATRIX_DOTS = {203: (5, 4, 3), 300: (7, 6, 5, 4)}


def label_sheet(stock: str, dpi: int, title: str) -> Sheet:
    """An empty page of label stock. Raises PaperRefused for stock or dpi that no printer of ours has."""
    size = STOCK_DOTS.get((stock, dpi))
    if size is None:
        known = ", ".join(f"{name} at {dots} dpi" for name, dots in STOCK_DOTS)
        raise PaperRefused("stock", f"expected one of {known}, got {stock} at {dpi} dpi")
    return Sheet(*size, dpi, title=title)


def draw_bars(sheet: Sheet, bars: Bars, top: int, height: int, dot: int, purpose: str) -> None:
    """A linear symbol in the middle of the label with its text under it (D8.1)."""
    wide = bars.modules * dot
    left = (sheet.width - wide) // 2
    sheet.bars(bars, left, top, dot, height, purpose)
    sheet.words(
        purpose,
        bars.human,
        sheet.mm(3),
        top + height + sheet.mm(0.4),
        sheet.width - 2 * sheet.mm(3),
        9,
        align="center",
    )


def matrix_dot(sheet: Sheet, matrix: Matrix, room: int) -> int:
    """The largest module width at which the Data Matrix fits; a long order number makes it finer."""
    dots = MATRIX_DOTS[sheet.dpi]
    return next((dot for dot in dots if matrix.columns * dot <= room), dots[-1])
