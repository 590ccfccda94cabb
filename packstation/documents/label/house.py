"""The house carrier label, and the strip for a box without a label yet (D8.2).

    ┌──────────────────┐  from, small
    │ from             │  to: the largest text, postcode and country bold
    │ TO               │  service banner with piece k of n
    │ ██ service  1/2 █│  order, weight, copy; Data Matrix with the copy number (FL5.41)
    │ order …      ▓▓▓ │  tracking, Code 128
    │ ║║║║ tracking ║║ │  SSCC, GS1-128, 32 mm high (D8.1), or the LPN
    │ ║║║║ SSCC ║║║║║║ │
    └──────────────────┘
Zones are measured from the bottom; the address takes what is left.
"""

from __future__ import annotations

from collections.abc import Iterable

from packstation.documents.block import Entry
from packstation.documents.drawn import Drawn, PaperRefused
from packstation.documents.label.stock import CODE_DOTS, LPN_DOTS, SSCC_DOTS, draw_bars, label_sheet, matrix_dot
from packstation.documents.parcel import must_hold_parcel, parcel_matrix
from packstation.documents.sheet import Sheet
from packstation.documents.shipment import Party, Shipment, address_lines, weight_text
from packstation.documents.symbols import Bars, SymbolRefused, code128, sscc_bars


def house_label(shipment: Shipment, *, dpi: int = 203, stock: str = "4x6") -> Drawn:
    """The house carrier label of one parcel. Raises PaperRefused when a code cannot be printed."""
    sheet = label_sheet(stock, dpi, "Label")
    draw_house_label(sheet, shipment)
    return sheet.finish()


def house_labels(shipments: Iterable[Shipment], *, dpi: int = 203, stock: str = "4x6") -> Drawn:
    """Many labels in one file, a page each: a font is embedded once. One that must be refused refuses the file."""
    sheet = label_sheet(stock, dpi, "Labels")
    first = True
    for shipment in shipments:
        if not first:
            sheet.next_page()
        first = False
        draw_house_label(sheet, shipment)
    return sheet.finish()


def draw_house_label(sheet: Sheet, shipment: Shipment) -> None:
    """One house label on the open page."""
    must_hold_parcel(sheet, shipment)
    mm = sheet.mm
    margin = mm(3)
    width = sheet.width - 2 * margin
    foot = sheet.height - mm(2.5)

    foot = _draw_box_number(sheet, shipment, foot)
    if shipment.tracking:
        bars = tracking_bars(shipment)
        dot = sheet.dot_for(bars, sheet.width, CODE_DOTS[sheet.dpi], "tracking")
        top = foot - mm(21)
        sheet.words("carrier", f"TRACKING {shipment.carrier}", margin, top, width, 7, bold=True)
        draw_bars(sheet, bars, top + mm(3.2), mm(13.5), dot, "tracking")
        foot = top - mm(1)
        sheet.rule(margin, foot, width, 2)

    mark = parcel_matrix(sheet, shipment)
    dot = matrix_dot(sheet, mark, mm(17))
    side = mark.columns * dot
    tall = max(side, mm(17.5))
    top = foot - mm(1.5) - tall
    sheet.matrix(mark, sheet.width - margin - mm(1) - side, top + (tall - side) // 2, dot, "parcel")
    _draw_facts(sheet, shipment, margin, top, width - side - mm(5))
    foot = top - mm(1.5)

    top = foot - mm(11)
    sheet.rule(margin, top, width, mm(11))
    piece = f"{shipment.parcel} of {shipment.of}"
    sheet.words("service", shipment.service, margin + mm(2), top + mm(0.4), width - mm(34), 24, bold=True, white=True)
    sheet.words("of", piece, margin + width - mm(30), top + mm(0.4), mm(28), 24, bold=True, white=True, align="right")

    from_tall = mm(15)
    sheet.title("FROM", margin, mm(3), mm(12), 7, bold=True)
    sender = [Entry(field, text, False) for field, text, _ in address_lines(shipment.sender, "from")]
    sheet.block(sender, margin + mm(12), mm(2.6), width - mm(12), from_tall - mm(0.5), 8)
    sheet.rule(margin, mm(3) + from_tall, width, 2)
    head = mm(3) + from_tall + mm(1.5)
    sheet.title("TO", margin, head, mm(12), 9, bold=True)
    sheet.block(_receiver(shipment.receiver), margin + mm(12), head, width - mm(12), top - mm(1) - head, 17)


def lpn_strip(shipment: Shipment, *, dpi: int = 203, stock: str = "4x2") -> Drawn:
    """The strip for a packed box that has no label yet (D8.2): its number, its order, which of how many."""
    sheet = label_sheet(stock, dpi, "Box")
    draw_lpn_strip(sheet, shipment)
    return sheet.finish()


def draw_lpn_strip(sheet: Sheet, shipment: Shipment) -> None:
    """One strip on the open page."""
    if not (shipment.sscc or shipment.lpn):
        raise PaperRefused("lpn", "expected the number of the box, got nothing")
    sheet.must_hold("order", shipment.order)
    mm = sheet.mm
    margin = mm(3)
    width = sheet.width - 2 * margin
    mark = parcel_matrix(sheet, shipment, strip=True)
    dot = matrix_dot(sheet, mark, mm(18))
    side = mark.columns * dot
    sheet.matrix(mark, sheet.width - margin - mm(1) - side, mm(4), dot, "parcel")
    text_width = width - side - mm(6)
    sheet.title("NO CARRIER LABEL YET", margin, mm(3), text_width, 10, bold=True)
    sheet.words("order", shipment.order, margin, mm(8), text_width, 24, bold=True)
    copy = f"   print {shipment.copy}" if shipment.copy > 1 else ""
    sheet.words("of", f"box {shipment.parcel} of {shipment.of}{copy}", margin, mm(18), text_width, 14)
    bars = sscc_bars(shipment.sscc) if shipment.sscc else code128(shipment.lpn)
    dots, purpose = (SSCC_DOTS, "sscc") if shipment.sscc else (LPN_DOTS, "lpn")
    top = max(mm(26), mm(6) + side)
    high = min(mm(32), sheet.height - top - mm(7))
    draw_bars(sheet, bars, top, high, sheet.dot_for(bars, sheet.width, dots[sheet.dpi], purpose), purpose)


def tracking_bars(shipment: Shipment) -> Bars:
    """The tracking number as plain Code 128; a value it cannot carry is refused by its field's name."""
    try:
        return code128(shipment.tracking)
    except SymbolRefused as error:
        raise SymbolRefused("tracking", error.reason) from error


def _draw_box_number(sheet: Sheet, shipment: Shipment, foot: int) -> int:
    """SSCC or LPN at the bottom, 32 mm high; gives where the next zone ends."""
    if not (shipment.sscc or shipment.lpn):
        return foot
    mm = sheet.mm
    top = foot - mm(4) - mm(32)
    if shipment.sscc:
        bars = sscc_bars(shipment.sscc)
        draw_bars(sheet, bars, top, mm(32), sheet.dot_for(bars, sheet.width, SSCC_DOTS[sheet.dpi], "sscc"), "sscc")
    else:
        try:
            bars = code128(shipment.lpn)
        except SymbolRefused as error:
            raise SymbolRefused("lpn", error.reason) from error
        draw_bars(sheet, bars, top, mm(32), sheet.dot_for(bars, sheet.width, LPN_DOTS[sheet.dpi], "lpn"), "lpn")
    foot = top - mm(1.5)
    sheet.rule(mm(3), foot, sheet.width - 2 * mm(3), 2)
    return foot


def _draw_facts(sheet: Sheet, shipment: Shipment, x: int, y: int, width: int) -> None:
    """Order, weight, carrier and copy beside the Data Matrix."""
    mm = sheet.mm
    sheet.title("ORDER", x, y, mm(12), 7, bold=True)
    sheet.words("order", shipment.order, x + mm(12), y - mm(0.6), width - mm(12), 14, bold=True)
    weight = weight_text(shipment.weight_g) if shipment.weight_g else "-"
    facts = [("WEIGHT", "weight_g", weight), ("CARRIER", "carrier", shipment.carrier)]
    if shipment.carton:
        facts.append(("BOX", "carton", shipment.carton))
    if shipment.copy > 1:
        facts.append(("PRINT", "copy", f"{shipment.copy}: destroy earlier ones"))
    top = y + mm(6)
    for title, field, text in facts[:3] if len(facts) < 4 else [facts[0], facts[1], facts[3]]:
        sheet.title(title, x, top + mm(0.3), mm(12), 6, bold=True)
        sheet.words(field, text, x + mm(12), top, width - mm(12), 9)
        top += mm(3.8)


def _receiver(party: Party) -> list[Entry]:
    return [
        Entry(field, text, bold or field == "to.name", 1.0 if field != "to.country" else 1.1)
        for field, text, bold in address_lines(party, "to")
    ]
