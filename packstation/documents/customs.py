"""The customs data page: everything that forms CN22 and CN23 ask for, on one page to copy from or to enclose.

It is no official form: postal operators print their own from the same data. Values stand here and on no slip.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from packstation.documents.block import Entry
from packstation.documents.drawn import Drawn
from packstation.documents.lists.page import MARGIN_MM, draw_code
from packstation.documents.sheet import Sheet
from packstation.documents.shipment import (
    BadShipment,
    Party,
    address_lines,
    integer_of,
    shipment_from_json,
    text_of,
    weight_text,
)
from packstation.documents.table import Cell, Column, Table, office_sheet, pages_of
from packstation.documents.text import NOTE_CHARS_MAX

CATEGORIES = ("gift", "documents", "sale of goods", "commercial sample", "returned goods", "other")
# Currencies whose minor unit is not a hundredth (ISO 4217).
_DIGITS = {
    "JPY": 0,
    "KRW": 0,
    "VND": 0,
    "CLP": 0,
    "ISK": 0,
    "XAF": 0,
    "XOF": 0,
    "KWD": 3,
    "BHD": 3,
    "JOD": 3,
    "TND": 3,
}


CN22_G_MAX = 2_000
# 300 special drawing rights as posts write them down in their own money; other currencies get the longer form.
_CN22_MINOR_MAX = {"USD": 40_000, "EUR": 37_000, "GBP": 27_000, "CHF": 30_000, "CAD": 50_000, "AUD": 50_000}


@dataclass(frozen=True, slots=True)
class CustomsLine:
    """One kind of goods. `value_minor` and `weight_g` (net) are for all `quantity` units together."""

    description: str
    quantity: int
    weight_g: int
    value_minor: int
    hs_code: str = ""
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Declaration:
    """`form`: "CN22" or "CN23"; which one the value asks for is the caller's to know. `category`: of CATEGORIES."""

    form: str
    order: str
    parcel: int
    of: int
    sender: Party
    receiver: Party
    category: str
    currency: str
    lines: tuple[CustomsLine, ...]
    gross_weight_g: int
    tracking: str = ""
    sender_reference: str = ""
    invoice: str = ""
    postage_minor: int | None = None
    explanation: str = ""
    date: str = ""

    @property
    def value_minor(self) -> int:
        """Of all goods in the parcel."""
        return sum(line.value_minor for line in self.lines)

    @property
    def value_text(self) -> str:
        return f"{money_text(self.value_minor, self.currency)} {self.currency}".rstrip()


def customs_page(data: Declaration, *, stock: str = "a4", dpi: int = 300) -> Drawn:
    """The data page, over more pages when there are many kinds of goods."""
    sheet = office_sheet(stock, dpi, "Customs")
    mm = sheet.mm
    margin = mm(MARGIN_MM)
    width = sheet.width - 2 * margin
    floor = sheet.height - margin - mm(5)
    columns = [
        Column("Description of contents", share=1),
        Column("Quantity", width_mm=18, align="right"),
        Column("Net weight", width_mm=24, align="right"),
        Column(f"Value {data.currency}", width_mm=28, align="right"),
        Column("HS code", width_mm=24),
        Column("Origin", width_mm=20),
    ]
    table = Table(sheet, columns, margin, width, 10)
    rows = [
        table.measured(
            [
                Cell(f"lines[{n}].description", line.description),
                Cell(f"lines[{n}].quantity", str(line.quantity)),
                # What is not known stays blank for a pen: no officer shall read that goods weigh nothing.
                Cell(f"lines[{n}].weight_g", weight_text(line.weight_g) if line.weight_g else ""),
                Cell(
                    f"lines[{n}].value_minor", money_text(line.value_minor, data.currency) if line.value_minor else ""
                ),
                Cell(f"lines[{n}].hs_code", line.hs_code),
                Cell(f"lines[{n}].origin", line.origin),
            ]
        )
        for n, line in enumerate(data.lines)
    ]
    head = margin + mm(84)
    running = margin + mm(8)
    heights = [row.height for row in rows]
    pages = pages_of(heights, floor - head - table.head_height, floor - running - table.head_height, mm(62))
    for k, here in enumerate(pages):
        if k:
            sheet.next_page()
            sheet.words("order", f"{data.form} · order {data.order}", margin, margin, width, 10, bold=True)
            y = running
        else:
            _draw_head(sheet, data, margin, width)
            y = head
        if here or k == 0:
            y = table.draw_head(y)
            for n in here:
                y = table.draw(rows[n], y)
        if k == len(pages) - 1:
            _draw_tail(sheet, data, margin, width, y)
        sheet.title(f"page {k + 1} of {len(pages)}", margin, floor + mm(1.5), width, 8, align="right")
    return sheet.finish()


def form_for(value_minor: int, currency: str, weight_g: int) -> str:
    """CN22 for small parcels of little value, else CN23.

    >>> form_for(2590, "EUR", 800), form_for(2590, "EUR", 2001), form_for(2590, "JPY", 800)
    ('CN22', 'CN23', 'CN23')
    """
    small = weight_g <= CN22_G_MAX and value_minor <= _CN22_MINOR_MAX.get(currency.upper(), -1)
    return "CN22" if small else "CN23"


def knows_limit(currency: str) -> bool:
    """Whether posts write the limit of a CN22 in this money."""
    return currency.upper() in _CN22_MINOR_MAX


def limit_text(currency: str) -> str:
    """What goods on a CN22 may be worth, in the money of the parcel where posts say it in that.

    >>> limit_text("EUR"), limit_text("JPY")
    ('370.00 EUR', '300 SDR')
    """
    most = _CN22_MINOR_MAX.get(currency.upper())
    return "300 SDR" if most is None else f"{money_text(most, currency)} {currency.upper()}"


def declaration_from_json(document: object, *, form: str | None = None) -> Declaration:
    """The declaration in a decoded JSON document: a shipment with values. Raises BadShipment naming the path.

    `lines` are those of a shipment with `value_minor` (all units), `weight_g` (net, all units), `hs_code`, `origin`,
    `description`; beside them `currency`, `category`, `invoice`, `reference`, `explanation`, `date`.
    """
    shipment = shipment_from_json(document)
    assert isinstance(document, dict), "a shipment is an object"
    category = text_of(document, "", "category") or "sale of goods"
    if category not in CATEGORIES:
        raise BadShipment("category", f"one of {', '.join(CATEGORIES)}", ascii(category)[:60])
    currency = text_of(document, "", "currency", required=True).upper()
    if not (len(currency) == 3 and currency.isascii() and currency.isalpha()):
        raise BadShipment("currency", "three letters such as EUR", ascii(currency)[:60])
    lines = tuple(
        CustomsLine(
            description=text_of(row, f"lines[{n}]", "description") or line.name or line.sku,
            quantity=line.shipped,
            weight_g=integer_of(row, f"lines[{n}]", "weight_g", least=0, default=0),
            value_minor=integer_of(row, f"lines[{n}]", "value_minor", least=0, default=0),
            hs_code=_hs_code(row, f"lines[{n}]"),
            origin=_origin(row, f"lines[{n}]"),
        )
        for n, (line, row) in enumerate(zip(shipment.lines, document["lines"], strict=True))
    )
    value_minor = sum(line.value_minor for line in lines)
    return Declaration(
        form=form or form_for(value_minor, currency, shipment.weight_g),
        order=shipment.order,
        parcel=shipment.parcel,
        of=shipment.of,
        sender=shipment.sender,
        receiver=shipment.receiver,
        category=category,
        currency=currency,
        lines=tuple(line for line in lines if line.quantity),
        gross_weight_g=shipment.weight_g,
        tracking=shipment.tracking,
        sender_reference=text_of(document, "", "reference"),
        invoice=text_of(document, "", "invoice"),
        explanation=text_of(document, "", "explanation"),
        date=text_of(document, "", "date") or shipment.shipped_at,
    )


def _hs_code(row: Mapping[str, Any], path: str) -> str:
    """A tariff number, as the catalog's import takes it: six digits everywhere, more in some countries."""
    text = text_of(row, path, "hs_code").strip(" ")
    if text and not re.fullmatch(r"[0-9]{4}[. ]?[0-9]{2}([. ]?[0-9]{2}){0,3}", text):
        raise BadShipment(f"{path}.hs_code", "6 to 12 digits such as 6912.00", ascii(text)[:60])
    return text


def _origin(row: Mapping[str, Any], path: str) -> str:
    text = text_of(row, path, "origin").strip(" ").upper()
    if text and not (len(text) == 2 and text.isascii() and text.isalpha()):
        raise BadShipment(f"{path}.origin", "the two letters of a country such as DE", ascii(text)[:60])
    return text


def blanks_of(data: Declaration) -> tuple[str, ...]:
    """What the page leaves to a pen, by path: "lines[0].hs_code"."""
    return tuple(
        f"lines[{n}].{name}"
        for n, line in enumerate(data.lines)
        for name in ("weight_g", "value_minor", "hs_code", "origin")
        if not getattr(line, name)
    )


def money_text(minor: int, currency: str) -> str:
    """Minor units as people write them.

    >>> money_text(1295, "EUR"), money_text(1295, "JPY"), money_text(-5, "USD")
    ('12.95', '1295', '-0.05')
    """
    digits = _DIGITS.get(currency.upper(), 2)
    sign = "-" if minor < 0 else ""
    text = str(abs(minor)).rjust(digits + 1, "0")
    return f"{sign}{text[:-digits]}.{text[-digits:]}" if digits else f"{sign}{text}"


def _draw_head(sheet: Sheet, data: Declaration, margin: int, width: int) -> None:
    mm = sheet.mm
    half = width // 2
    sheet.words("form", f"CUSTOMS DECLARATION {data.form}", margin, margin, half + mm(20), 16, bold=True)
    sheet.title("Data page, may be opened officially", margin, margin + mm(8), half, 9)
    if data.tracking:
        draw_code(sheet, data.tracking, "tracking", margin + half, margin, half, mm(12), right=True)
        sheet.words("tracking", data.tracking, margin + half, margin + mm(12.6), half, 10, align="right")
    y = margin + mm(20)
    for left, title, party, at in ((margin, "FROM", data.sender, "from"), (margin + half, "TO", data.receiver, "to")):
        sheet.title(title, left, y, half, 8, bold=True)
        entries = [Entry(field, text, bold) for field, text, bold in address_lines(party, at)]
        entries += [Entry(f"{at}.phone", party.phone), Entry(f"{at}.email", party.email)]
        sheet.block(entries, left, y + mm(4), half - mm(4), mm(34), 10.5)
    y += mm(42)
    sheet.title("CATEGORY", margin, y, mm(40), 8, bold=True)
    at_x = margin
    # Long words get more of the line, so that all are of one size.
    letters = sum(len(category) + 6 for category in CATEGORIES)
    for category in CATEGORIES:
        side = mm(4)
        step = width * (len(category) + 6) // letters
        sheet.frame(at_x, y + mm(4), side, side)
        if category == data.category:
            sheet.title("X", at_x, y + mm(3.9), side, 11, bold=True, align="center")
        sheet.title(category, at_x + mm(5.5), y + mm(4.3), step - mm(7), 9)
        at_x += step
    if data.explanation:
        sheet.words("explanation", data.explanation, margin, y + mm(9.5), width, 9, chars_max=NOTE_CHARS_MAX)
    facts = [
        ("Order", "order", f"{data.order} · box {data.parcel} of {data.of}"),
        ("Invoice", "invoice", data.invoice),
        ("Reference", "sender_reference", data.sender_reference),
    ]
    at_x = margin
    for title, field, text in facts:
        if text:
            sheet.title(title, at_x, y + mm(15), mm(18), 8, bold=True)
            sheet.words(field, text, at_x + mm(18), y + mm(14.6), width // 3 - mm(20), 9.5)
        at_x += width // 3


def _draw_tail(sheet: Sheet, data: Declaration, margin: int, width: int, y: int) -> None:
    mm = sheet.mm
    value = money_text(sum(line.value_minor for line in data.lines), data.currency)
    net = weight_text(sum(line.weight_g for line in data.lines))
    facts = [
        (
            "Total value",
            f"{value} {data.currency}" if all(line.value_minor for line in data.lines) else data.currency,
        ),
        ("Net weight", net if all(line.weight_g for line in data.lines) else ""),
        ("Gross weight", weight_text(data.gross_weight_g) if data.gross_weight_g else ""),
    ]
    if data.postage_minor is not None:
        facts.append(("Postage", f"{money_text(data.postage_minor, data.currency)} {data.currency}"))
    y += mm(3)
    for title, text in facts:
        sheet.words("total", title, margin, y, width - mm(42), 10, bold=True, align="right")
        sheet.words("total", text, margin + width - mm(40), y, mm(40), 10, align="right")
        y += mm(5.5)
    y += mm(3)
    statement = (
        "I, the undersigned, whose name and address are given above, certify that the particulars given in this "
        "declaration are correct and that this item does not contain any dangerous article or articles prohibited "
        "by legislation or by postal or customs regulations."
    )
    y += sheet.block([Entry("statement", statement, chars_max=NOTE_CHARS_MAX)], margin, y, width, mm(14), 9) + mm(12)
    half = width // 2 - mm(4)
    for n, title in enumerate(("Sender's signature", "Date")):
        left = margin + n * (half + mm(8))
        sheet.rule(left, y, half, 3)
        sheet.title(title, left, y + mm(1), half, 8)
    if data.date:
        sheet.words("date", data.date, margin + half + mm(8), y - mm(5), half, 10)
