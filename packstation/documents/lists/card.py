"""The tote card of held work: which order, why, who and when. No name and no address of a customer (D8.6)."""

from __future__ import annotations

from dataclasses import dataclass

from packstation.documents.block import Entry
from packstation.documents.drawn import Drawn
from packstation.documents.label import label_sheet
from packstation.documents.lists.page import draw_code
from packstation.documents.text import NOTE_CHARS_MAX
from packstation.workflows.prompt import Say
from packstation.workflows.texts import ENGLISH, Table, words


@dataclass(frozen=True, slots=True)
class ToteCard:
    """`id`: the code that opens the work again: tote, order or box. `shelf`: where it waits. `who`: a user's name."""

    id: str
    order: str
    reason: str
    who: str
    held_at: str
    shelf: str = ""
    done: str = ""
    """How far it got: "2 of 5 packed"."""


def tote_card(data: ToteCard, *, stock: str = "4x6", dpi: int = 203, table: Table = ENGLISH) -> Drawn:
    """The card, large enough to be read from the aisle. `table`: the words of its language."""
    sheet = label_sheet(stock, dpi, "Held")
    mm = sheet.mm
    margin = mm(4)
    width = sheet.width - 2 * margin
    sheet.rule(margin, mm(4), width, mm(20))
    sheet.title(
        words(Say("card_title"), table),
        margin + mm(3),
        mm(5),
        width - mm(6),
        44,
        bold=True,
        white=True,
        align="center",
    )
    sheet.words("order", data.order, margin, mm(27), width, 34, bold=True)
    entries = [Entry("reason", data.reason, bold=True, chars_max=NOTE_CHARS_MAX)]
    sheet.block(entries, margin, mm(42), width, mm(34), 26, size_min_pt=10)
    y = mm(80)
    for id, field, text in (
        ("card_shelf", "shelf", data.shelf),
        ("card_done", "done", data.done),
        ("card_by", "who", data.who),
        ("card_when", "held_at", data.held_at),
    ):
        if not text:
            continue
        sheet.title(words(Say(id), table), margin, y + mm(1), mm(18), 10, bold=True)
        sheet.words(field, text, margin + mm(20), y, width - mm(20), 15)
        y += mm(8)
    top = sheet.height - mm(36)
    draw_code(sheet, data.id, "id", margin, top, width, mm(24))
    sheet.words("id", data.id, margin, top + mm(25), width, 16, bold=True)
    return sheet.finish()
