"""Sheets of codes: one symbol and its words per field, far enough apart that the neighbour is not read (FL10.5).

Bars are 15 mm high and more, and 25 mm from each other in every direction. Badges are never on a command sheet
(D8.7): a photograph of that sheet must not sign anybody in.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from packstation.documents.block import Entry
from packstation.documents.drawn import Drawn, PaperRefused
from packstation.documents.lists.page import CODE_DOTS, MARGIN_MM
from packstation.documents.sheet import Sheet
from packstation.documents.sscc import Elements
from packstation.documents.symbols import Bars, Matrix, code128, datamatrix, gs1_128, gs1_datamatrix, retail
from packstation.documents.table import office_sheet
from packstation.workflows.prompt import Say
from packstation.workflows.texts import ENGLISH, Table, words

BAR_HIGH_MM = 15
APART_MM = 25


@dataclass(frozen=True, slots=True)
class Code:
    """One field: the text of the symbol, the words beside it, a line of help. `matrix`: as Data Matrix, for long
    texts such as badges; else Code 128."""

    text: str
    words: str
    help: str = ""
    matrix: bool = False


@dataclass(frozen=True, slots=True)
class CodeSheet:
    """Codes of slots, totes, locations, printers or badges."""

    title: str
    codes: tuple[Code, ...]
    site: str = ""
    printed_at: str = ""


@dataclass(frozen=True, slots=True)
class Command:
    """A command as the floor knows it: `name` "*UNDO" without its tag, the key that does the same, words, help."""

    name: str
    words: str
    key: str = ""
    help: str = ""
    tag: str = ""
    """The eight characters of D4.7 when the site has a command key, else ""."""


@dataclass(frozen=True, slots=True)
class CommandSheet:
    """The commands of one station and workflow, in the site's language."""

    site: str
    station: str
    printed_at: str
    commands: tuple[Command, ...]


def code_sheet(data: CodeSheet, *, stock: str = "a4", dpi: int = 300, table: Table = ENGLISH) -> Drawn:
    """A sheet of codes over as many pages as they need. `table`: the words of its language."""
    sheet = office_sheet(stock, dpi, "Codes")
    about = " · ".join(word for word in (data.site, data.printed_at) if word)
    _draw_grid(sheet, data.title, about, data.codes, table)
    return sheet.finish()


def command_sheet(data: CommandSheet, *, stock: str = "a4", dpi: int = 300, table: Table = ENGLISH) -> Drawn:
    """The command sheet; its second page are the scanner settings to check (D8.7)."""
    sheet = office_sheet(stock, dpi, "Command sheet")
    codes = []
    for command in data.commands:
        if not command.name.startswith("*"):
            raise PaperRefused("name", f"expected a command such as *UNDO, got {ascii(command.name)[:40]}")
        text = f"{command.name}.{command.tag}" if command.tag else command.name
        said = f"{command.words}   [{command.key}]" if command.key else command.words
        codes.append(Code(text, said, command.help))
    about = " · ".join(word for word in (data.site, data.station, data.printed_at) if word)
    # On the back of the first page, whatever else hangs beside it; it counts among the pages.
    _draw_grid(
        sheet, words(Say("sheet_title"), table), about, codes, table, second=lambda: _draw_setup(sheet, about, table)
    )
    return sheet.finish()


def setup_page(
    site: str, station: str, printed_at: str, *, stock: str = "a4", dpi: int = 300, table: Table = ENGLISH
) -> Drawn:
    """The page of scanner settings alone."""
    sheet = office_sheet(stock, dpi, "Scanner set-up")
    _draw_setup(sheet, " · ".join(word for word in (site, station, printed_at) if word), table)
    return sheet.finish()


def _draw_grid(
    sheet: Sheet,
    title: str,
    about: str,
    codes: Sequence[Code],
    table: Table,
    *,
    second: Callable[[], None] | None = None,
) -> None:
    """As many pages as the codes need; `second` draws a page of its own behind the first."""
    mm = sheet.mm
    margin = mm(MARGIN_MM)
    width = sheet.width - 2 * margin
    cell = (width - mm(APART_MM)) // 2
    top = margin + mm(14)
    pitch = mm(BAR_HIGH_MM + APART_MM)
    across = 2 if all(_fits(sheet, code, cell) for code in codes) else 1
    room = cell if across == 2 else width
    down = max(1, (sheet.height - margin - mm(6) - top - mm(BAR_HIGH_MM + 12)) // pitch + 1)
    own = max(1, -(-len(codes) // (across * down)))
    pages, number = own + (second is not None), 0
    for page in range(own):
        if page:
            sheet.next_page()
        sheet.words("title", title, margin, margin, width, 18, bold=True)
        sheet.words("site", about, margin, margin + mm(1.5), width, 9, align="right")
        here = codes[page * across * down : (page + 1) * across * down]
        for n, code in enumerate(here):
            left = margin + (n % across) * (cell + mm(APART_MM))
            _draw_field(sheet, code, left, top + (n // across) * pitch, room)
        number += 1
        _draw_foot(sheet, number, pages, table)
        if page == 0 and second is not None:
            sheet.next_page()
            second()
            number += 1
            _draw_foot(sheet, number, pages, table)


def _draw_foot(sheet: Sheet, page: int, pages: int, table: Table) -> None:
    margin = sheet.mm(MARGIN_MM)
    told = words(Say("sheet_page", {"k": page, "n": pages}), table)
    y = sheet.height - margin - sheet.mm(3)
    sheet.title(told, margin, y, sheet.width - 2 * margin, 8, align="right")


def _draw_field(sheet: Sheet, code: Code, x: int, y: int, width: int) -> None:
    mm = sheet.mm
    symbol = _symbol(code)
    if isinstance(symbol, Matrix):
        dot = mm(BAR_HIGH_MM) // symbol.columns or 1
        sheet.matrix(symbol, x, y, dot, "code")
    else:
        dot = sheet.dot_for(symbol, width + 20 * CODE_DOTS[sheet.dpi][-1], CODE_DOTS[sheet.dpi], "code")
        sheet.bars(symbol, x, y, dot, mm(BAR_HIGH_MM), "code")
    sheet.words("words", code.words, x, y + mm(BAR_HIGH_MM + 2), width, 13, bold=True)
    # A badge's value is a key: it is never printed in the clear (D4.8).
    if not code.matrix and code.words != code.text:
        sheet.words("code", code.text, x, y + mm(BAR_HIGH_MM + 7.2), width, 8)
    if code.help:
        sheet.words("help", code.help, x, y + mm(BAR_HIGH_MM + 10.6), width, 9)


def _fits(sheet: Sheet, code: Code, width: int) -> bool:
    symbol = _symbol(code)
    return isinstance(symbol, Matrix) or symbol.modules * CODE_DOTS[sheet.dpi][-1] <= width


def _symbol(code: Code) -> Bars | Matrix:
    return datamatrix(code.text) if code.matrix else code128(code.text)


_CHECKS = ("aim", "gs", "cr", "locked", "answer")
_FAMILIES = ("Zebra", "Honeywell", "Datalogic", "Android")
_TRIAL: Elements = (("10", "LOT7"), ("21", "SER9"))


def _draw_setup(sheet: Sheet, about: str, table: Table) -> None:
    """Settings to check by family, and codes to try them with on the scan test screen."""

    def say(id: str) -> str:
        return words(Say(f"setup_{id}"), table)

    mm = sheet.mm
    margin = mm(MARGIN_MM)
    width = sheet.width - 2 * margin
    sheet.title(say("title"), margin, margin, width, 18, bold=True)
    sheet.words("site", about, margin, margin + mm(1.5), width, 9, align="right")
    y = margin + mm(14)
    for check in _CHECKS:
        sheet.frame(margin, y, mm(4.5), mm(4.5))
        entries = [Entry("check", say(check), bold=True), Entry("check", say(f"{check}_why"))]
        y += max(sheet.block(entries, margin + mm(8), y - mm(0.8), width - mm(8), mm(14), 10.5), mm(7)) + mm(2)
    y += mm(3)
    for family in _FAMILIES:
        sheet.title(say("handheld") if family == "Android" else family, margin, y, mm(36), 10, bold=True)
        settings = [Entry("family", say(family.lower()))]
        y += max(sheet.block(settings, margin + mm(38), y, width - mm(38), mm(12), 9.5, size_min_pt=9.5), mm(5)) + mm(
            2
        )
    y += mm(4)
    sheet.title(say("try"), margin, y, width, 11, bold=True)
    y += mm(9)
    cell = (width - mm(APART_MM)) // 2
    right = margin + cell + mm(APART_MM)
    dot = CODE_DOTS[sheet.dpi][0]
    sheet.bars(gs1_128(_TRIAL), margin, y, dot, mm(BAR_HIGH_MM), "trial-gs1")
    sheet.title(say("try_gs1"), margin, y + mm(BAR_HIGH_MM + 2.5), cell, 9)
    matrix = gs1_datamatrix(_TRIAL)
    sheet.matrix(matrix, right, y, mm(BAR_HIGH_MM) // matrix.columns, "trial-gs1-datamatrix")
    sheet.title(say("try_matrix"), right, y + mm(BAR_HIGH_MM + 2.5), cell, 9)
    y += mm(BAR_HIGH_MM + APART_MM)
    sheet.bars(code128("TEST-1"), margin, y, dot, mm(BAR_HIGH_MM), "trial-code128")
    sheet.title("Code 128: TEST-1", margin, y + mm(BAR_HIGH_MM + 2.5), cell, 9)
    sheet.bars(retail("4006381333931"), right, y, dot, mm(BAR_HIGH_MM), "trial-ean")
    sheet.title("EAN-13: 4006381333931", right, y + mm(BAR_HIGH_MM + 2.5), cell, 9)
