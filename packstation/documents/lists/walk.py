"""Pick list and cart sheet: what to take from where, in the order of the walk, and into which tote (D8.6)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from packstation.documents.drawn import Drawn
from packstation.documents.lists.page import draw_list
from packstation.documents.table import Cell, Column, office_sheet
from packstation.workflows.prompt import Say
from packstation.workflows.texts import ENGLISH, Table, words


@dataclass(frozen=True, slots=True)
class PickRow:
    """One stop: take `quantity` of the SKU at the location. `into`: the tote or slot, "" for a single order."""

    location: str
    sku: str
    name: str
    quantity: int
    into: str = ""
    lot: str = ""


@dataclass(frozen=True, slots=True)
class PickList:
    """A walk. `walk`: the code that opens it when scanned (order, cart or list number). `rows` in walk order."""

    walk: str
    rows: tuple[PickRow, ...]
    wave: str = ""
    cart: str = ""
    site: str = ""
    printed_at: str = ""
    ship_by: str = ""


@dataclass(frozen=True, slots=True)
class CartSlot:
    """What one slot of a cart is for."""

    slot: str
    order: str
    lines: int
    units: int
    tote: str = ""


@dataclass(frozen=True, slots=True)
class CartSheet:
    """The slots of a cart with their orders: hung on the cart while it is picked."""

    cart: str
    slots: tuple[CartSlot, ...]
    wave: str = ""
    site: str = ""
    printed_at: str = ""


def pick_list(data: PickList, *, stock: str = "a4", dpi: int = 300, table: Table = ENGLISH) -> Drawn:
    """The pick list, with a box to tick for each stop. `table`: the words of its language."""
    sheet = office_sheet(stock, dpi, "Pick list")
    say = partial(_said, table)
    units = sum(row.quantity for row in data.rows)
    facts = [
        (say("list_site"), "site", data.site),
        (say("list_wave"), "wave", data.wave),
        (say("list_cart"), "cart", data.cart),
        (say("list_ship_by"), "ship_by", data.ship_by),
        (say("list_work"), "rows", say("list_work_of", n=len(data.rows), k=units)),
        (say("list_printed"), "printed_at", data.printed_at),
    ]
    into = any(row.into for row in data.rows)
    columns = [
        Column(say("list_location"), width_mm=26, bold=True),
        Column(say("list_sku"), width_mm=34),
        Column(say("list_item"), share=1),
        Column(say("list_take"), width_mm=16, align="right", bold=True),
        *([Column(say("list_into"), width_mm=20)] if into else []),
        Column("", width_mm=7),
    ]
    rows = [
        [
            Cell(f"rows[{n}].location", row.location),
            Cell(f"rows[{n}].sku", row.sku),
            Cell(f"rows[{n}].name", say("list_lot", item=row.name, lot=row.lot) if row.lot else row.name),
            Cell(f"rows[{n}].quantity", str(row.quantity)),
            *([Cell(f"rows[{n}].into", row.into)] if into else []),
            Cell(f"rows[{n}].done", "", tick=True),
        ]
        for n, row in enumerate(data.rows)
    ]
    shown = [fact for fact in facts if fact[2]]
    title = say("list_pick_title")
    draw_list(sheet, title=title, code=data.walk, facts=shown, columns=columns, rows=rows, text_pt=10.5, texts=table)
    return sheet.finish()


def cart_sheet(data: CartSheet, *, stock: str = "a4", dpi: int = 300, table: Table = ENGLISH) -> Drawn:
    """The sheet of a cart: which slot is for which order. `table`: the words of its language."""
    sheet = office_sheet(stock, dpi, "Cart sheet")
    say = partial(_said, table)
    facts = [
        (say("list_site"), "site", data.site),
        (say("list_wave"), "wave", data.wave),
        (say("list_orders"), "slots", str(len(data.slots))),
        (say("list_printed"), "printed_at", data.printed_at),
    ]
    columns = [
        Column(say("list_slot"), width_mm=24, bold=True),
        Column(say("list_order"), share=1),
        Column(say("list_tote"), width_mm=30),
        Column(say("list_lines"), width_mm=22, align="right"),
        Column(say("list_units"), width_mm=22, align="right", bold=True),
        Column("", width_mm=7),
    ]
    rows = [
        [
            Cell(f"slots[{n}].slot", slot.slot),
            Cell(f"slots[{n}].order", slot.order),
            Cell(f"slots[{n}].tote", slot.tote),
            Cell(f"slots[{n}].lines", str(slot.lines)),
            Cell(f"slots[{n}].units", str(slot.units)),
            Cell(f"slots[{n}].done", "", tick=True),
        ]
        for n, slot in enumerate(data.slots)
    ]
    shown = [fact for fact in facts if fact[2]]
    title = say("list_cart_title")
    draw_list(sheet, title=title, code=data.cart, facts=shown, columns=columns, rows=rows, text_pt=12, texts=table)
    return sheet.finish()


def _said(table: Table, id: str, **values: str | int) -> str:
    return words(Say(id, values), table)
