"""The GS1 logistics label: sender and receiver, text with titles, symbols with the SSCC lowest (D8.1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from packstation.documents.block import Entry
from packstation.documents.drawn import Drawn, PaperRefused
from packstation.documents.label.stock import CODE_DOTS, SSCC_DOTS, draw_bars, label_sheet
from packstation.documents.sheet import Sheet
from packstation.documents.shipment import BadShipment, Party, address_lines, shipment_from_json, text_of
from packstation.documents.sscc import Elements, element_fault, needs_separator, sscc_fault
from packstation.documents.symbols import Bars, SymbolRefused, gs1_128, sscc_bars


@dataclass(frozen=True, slots=True)
class LogisticUnit:
    """A pallet or case with an SSCC. `content`: the elements of what is inside, such as (("02", ..), ("37", "24"));
    they and the SSCC are all that its symbols carry."""

    sscc: str
    sender: Party
    receiver: Party
    content: Elements = ()
    order: str = ""
    carrier: str = ""


# English data titles (GS1 General Specifications 3.2), for the text block of the logistics label.
TITLES = {
    "00": "SSCC",
    "01": "GTIN",
    "02": "CONTENT",
    "10": "BATCH/LOT",
    "11": "PROD DATE",
    "13": "PACK DATE",
    "15": "BEST BEFORE or BEST BY",
    "17": "USE BY OR EXPIRY",
    "20": "VARIANT",
    "21": "SERIAL",
    "30": "VAR. COUNT",
    "37": "COUNT",
    "240": "ADDITIONAL ID",
    "241": "CUST. PART No.",
    "400": "ORDER NUMBER",
    "401": "GINC",
    "402": "GSIN",
    "403": "ROUTE",
    "410": "SHIP TO LOC",
    "420": "SHIP TO POST",
    "421": "SHIP TO POST",
}


def logistics_label(unit: LogisticUnit, *, dpi: int = 203, stock: str = "4x6") -> Drawn:
    """The GS1 logistics label: sender and receiver, text with titles, symbols with the SSCC lowest (D8.1)."""
    sheet = label_sheet(stock, dpi, "Logistics label")
    draw_logistics_label(sheet, unit)
    return sheet.finish()


def unit_from_json(document: object) -> LogisticUnit:
    """The unit in a decoded JSON document: a shipment with its `sscc`, and `content` as {identifier: value}.
    Raises BadShipment naming the path."""
    shipment = shipment_from_json(document)
    if not shipment.sscc:
        raise BadShipment("sscc", "the 18 digits of the unit", "nothing")
    assert isinstance(document, dict), "a shipment was read from it"
    content = document.get("content") or {}
    if not isinstance(content, dict):
        raise BadShipment("content", 'an object such as {"02": "09506000134352", "37": "24"}', type(content).__name__)
    return LogisticUnit(
        sscc=shipment.sscc,
        sender=shipment.sender,
        receiver=shipment.receiver,
        content=tuple((str(ai), text_of(content, "content", ai, required=True)) for ai in content),
        order=shipment.order,
        carrier=shipment.carrier,
    )


def draw_logistics_label(sheet: Sheet, unit: LogisticUnit) -> None:
    """One logistics label on the open page."""
    fault = sscc_fault(unit.sscc)
    if fault:
        raise SymbolRefused("sscc", fault)
    named = {ai for ai, _ in unit.content}
    if "00" in named:
        raise SymbolRefused("content", "expected what is inside, got (00): the SSCC has a symbol of its own")
    sheet.must_hold("from.postcode", unit.sender.postcode)
    sheet.must_hold("to.postcode", unit.receiver.postcode)
    mm = sheet.mm
    margin = mm(3)
    width = sheet.width - 2 * margin
    foot = sheet.height - mm(2.5)
    sscc_symbol = sscc_bars(unit.sscc)
    top = foot - mm(4) - mm(32)
    draw_bars(
        sheet, sscc_symbol, top, mm(32), sheet.dot_for(sscc_symbol, sheet.width, SSCC_DOTS[sheet.dpi], "sscc"), "sscc"
    )
    foot = top - mm(1.5)
    symbols = _content_symbols(sheet, unit.content)
    if len(named & {"02", "37"}) == 1:
        # GS1 General Specifications 4.14: what is inside and how many of it belong together.
        raise SymbolRefused("content", f"expected (02) and (37) together, got ({(named & {'02', '37'}).pop()}) alone")
    facts = [("00", unit.sscc), *unit.content]
    if unit.order and "400" not in named:
        facts.append(("400", unit.order))
    # Scanned from a forklift: as high as the text above leaves them room, 32 mm at most.
    room = foot - mm(28) - mm(11) * (1 + len(facts) // 2)
    high = max(mm(13), min(mm(32), room // max(1, len(symbols)) - mm(5.5)))
    for bars in reversed(symbols):
        top = foot - mm(4) - high
        draw_bars(
            sheet, bars, top, high, sheet.dot_for(bars, sheet.width, CODE_DOTS[sheet.dpi], "content"), "content"
        )
        foot = top - mm(1.5)
    sheet.rule(margin, foot, width, 2)

    half = width // 2
    party_tall = mm(24)
    for left, title, party, at in ((0, "FROM", unit.sender, "from"), (half, "TO", unit.receiver, "to")):
        sheet.title(title, margin + left + (mm(2) if left else 0), mm(2.5), half - mm(2), 8, bold=True)
        entries = [Entry(field, text, bold) for field, text, bold in address_lines(party, at)]
        sheet.block(entries, margin + left + (mm(2) if left else 0), mm(6), half - mm(3), party_tall - mm(4), 10)
    sheet.rule(margin + half, mm(3), 2, party_tall)
    sheet.rule(margin, mm(3) + party_tall, width, 2)

    _draw_titled(sheet, facts, margin, mm(4) + party_tall, width, foot - mm(5) - party_tall)


def _draw_titled(sheet: Sheet, facts: Sequence[tuple[str, str]], x: int, y: int, width: int, height: int) -> None:
    """Element values with their data titles, two in a row, the SSCC across the whole width (D8.1)."""
    mm = sheet.mm
    rows: list[list[tuple[str, str]]] = [[facts[0]]]
    for fact in facts[1:]:
        if len(rows) == 1 or len(rows[-1]) == 2:
            rows.append([])
        rows[-1].append(fact)
    step = min(mm(11), height // len(rows))
    # The title is at most a third of the row, the value stands under it at least 3 mm high where there is room.
    size = min(13.0, step * 72 / sheet.dpi * 0.5)
    for n, row in enumerate(rows):
        for column, (ai, value) in enumerate(row):
            left = x + column * (width // 2)
            room = width if n == 0 else width // 2 - mm(2)
            sheet.title(_title(ai), left, y + n * step, room, max(6.0, size * 0.55))
            sheet.words(ai, _shown_value(ai, value), left, y + n * step + round(step * 0.32), room, size, bold=True)


def _title(ai: str) -> str:
    if ai[:3] in ("310", "330"):
        return "NET WEIGHT (kg)" if ai[:3] == "310" else "GROSS WEIGHT (kg)"
    return TITLES.get(ai, f"({ai})")


def _shown_value(ai: str, value: str) -> str:
    if ai in ("11", "13", "15", "16", "17") and element_fault(ai, value) is None:
        return f"20{value[:2]}-{value[2:4]}" + (f"-{value[4:]}" if value[4:] != "00" else "")
    if ai[:3] in ("310", "330") and element_fault(ai, value) is None:
        decimals = int(ai[3])
        digits = value.lstrip("0").rjust(decimals + 1, "0")
        return f"{digits[: len(digits) - decimals]}.{digits[len(digits) - decimals :]}" if decimals else digits
    return value


def _content_symbols(sheet: Sheet, content: Elements) -> list[Bars]:
    """The content as as few GS1-128 symbols as fit the width and 48 characters: fixed lengths first."""
    ordered = sorted(content, key=lambda element: needs_separator(element[0]))
    symbols: list[Bars] = []
    begun: Elements = ()
    for element in ordered:
        tried = (*begun, element)
        if begun and not _fits(sheet, tried):
            symbols.append(gs1_128(begun))
            tried = (element,)
        begun = tried
    if begun:
        symbols.append(gs1_128(begun))
    return symbols


def _fits(sheet: Sheet, elements: Elements) -> bool:
    try:
        bars = gs1_128(elements)
        sheet.dot_for(bars, sheet.width, CODE_DOTS[sheet.dpi], "content")
    except PaperRefused:
        return False
    return True
