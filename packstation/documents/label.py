"""Labels for parcels: our house label, the strip for a box without one, the GS1 logistics label, the test label.

    ┌──────────────────┐  from, small
    │ from             │  to: the largest text, postcode and country bold
    │ TO               │  service banner with piece k of n
    │ ██ service  1/2 █│  order, weight, copy; Data Matrix with the copy number (FL5.41)
    │ order …      ▓▓▓ │  tracking, Code 128
    │ ║║║║ tracking ║║ │  SSCC, GS1-128, 32 mm high (D8.1), or the LPN
    │ ║║║║ SSCC ║║║║║║ │
    └──────────────────┘
Zones are measured from the bottom; the address takes what is left. All of it is for parcels that no carrier's own
label covers: labels of UPS, USPS, FedEx and others are printed as they were delivered (carrier.py, D8.4).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from packstation.documents.drawn import Drawn, PaperRefused
from packstation.documents.parcel import parcel_matrix
from packstation.documents.sheet import Entry, Sheet
from packstation.documents.shipment import Party, Shipment, address_lines, weight_text
from packstation.documents.sscc import Elements, element_fault, needs_separator, sscc_fault
from packstation.documents.symbols import (
    Bars,
    Matrix,
    SymbolRefused,
    code128,
    datamatrix,
    gs1_128,
    gs1_datamatrix,
    gs1_qr,
    itf14,
    pdf417,
    qr,
    retail,
    sscc_bars,
)

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


def label_sheet(stock: str, dpi: int, title: str) -> Sheet:
    """An empty page of label stock. Raises PaperRefused for stock or dpi that no printer of ours has."""
    size = STOCK_DOTS.get((stock, dpi))
    if size is None:
        known = ", ".join(f"{name} at {dots} dpi" for name, dots in STOCK_DOTS)
        raise PaperRefused("stock", f"expected one of {known}, got {stock} at {dpi} dpi")
    return Sheet(*size, dpi, title=title)


def draw_house_label(sheet: Sheet, shipment: Shipment) -> None:
    """One house label on the open page."""
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
        _draw_bars(sheet, bars, top + mm(3.2), mm(13.5), dot, "tracking")
        foot = top - mm(1)
        sheet.rule(margin, foot, width, 2)

    mark = parcel_matrix(sheet, shipment)
    dot = _matrix_dot(sheet, mark, mm(17))
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
    mm = sheet.mm
    margin = mm(3)
    width = sheet.width - 2 * margin
    mark = parcel_matrix(sheet, shipment)
    dot = _matrix_dot(sheet, mark, mm(18))
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
    _draw_bars(sheet, bars, top, high, sheet.dot_for(bars, sheet.width, dots[sheet.dpi], purpose), purpose)


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


def draw_logistics_label(sheet: Sheet, unit: LogisticUnit) -> None:
    """One logistics label on the open page."""
    fault = sscc_fault(unit.sscc)
    if fault:
        raise SymbolRefused("sscc", fault)
    mm = sheet.mm
    margin = mm(3)
    width = sheet.width - 2 * margin
    foot = sheet.height - mm(2.5)
    sscc_symbol = sscc_bars(unit.sscc)
    top = foot - mm(4) - mm(32)
    _draw_bars(
        sheet, sscc_symbol, top, mm(32), sheet.dot_for(sscc_symbol, sheet.width, SSCC_DOTS[sheet.dpi], "sscc"), "sscc"
    )
    foot = top - mm(1.5)
    for bars in reversed(_content_symbols(sheet, unit.content)):
        high = mm(13)
        top = foot - mm(4) - high
        _draw_bars(
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

    facts = [("00", unit.sscc), *unit.content]
    if unit.order:
        facts.append(("400", unit.order))
    _draw_titled(sheet, facts, margin, mm(4) + party_tall, width, foot - mm(5) - party_tall)


def sample_label(names: Sequence[str] = (), *, dpi: int = 203, stock: str = "4x6") -> Drawn:
    """The test label (D8.8): one of each symbol at each module width, a rule to measure, names in many scripts."""
    sheet = label_sheet(stock, dpi, "Test label")
    mm = sheet.mm
    # 100 mm along the feed: printed at another scale than 100 % it measures something else (D6.6).
    ruler = sheet.width - mm(5)
    sheet.rule(ruler, mm(4), 2, round(dpi * 100 / 25.4))
    for n in range(11):
        sheet.rule(ruler - mm(1.5), mm(4) + round(dpi * n * 10 / 25.4), mm(1.5) + 2, 2)
    sheet.title("100", ruler - mm(7), mm(102), mm(8), 7)
    sheet.title("mm", ruler - mm(7), mm(105), mm(8), 7)
    sheet.title("packstation TEST LABEL", mm(4), mm(2.5), mm(80), 14, bold=True)
    sheet.words("title", f"{stock} at {dpi} dpi. The rule is 100 mm long.", mm(4), mm(8.5), mm(80), 8)
    top = mm(14)
    for dot in range(1 if dpi == 300 else 2, 5):
        bars = code128(f"TEST-{dot}")
        sheet.bars(bars, mm(6), top, dot, mm(7), f"test-{dot}")
        sheet.words("test", f"Code 128, {dot} dots", mm(6) + bars.modules * dot + mm(5), top + mm(2), mm(34), 7)
        top += mm(9)
    ean = retail("4006381333931")
    sheet.bars(ean, mm(6), top, 3 if dpi == 203 else 4, mm(9), "test-ean")
    sheet.title("EAN-13", mm(48), top + mm(3), mm(34), 7)
    top += mm(11)
    case = itf14("10036000291459")
    dot = 1 if dpi == 203 else 2
    wide = case.modules * dot
    sheet.bars(case, mm(10), top, dot, mm(9), "test-itf")
    # Bearer bars: a scan line that slips off the bars must not read a shorter number.
    for edge in (top - 2 * dot, top + mm(9)):
        sheet.rule(mm(10) - 20 * dot, edge, wide + 40 * dot, 2 * dot)
    sheet.title("ITF-14", mm(10) + wide + mm(6), top + mm(3), mm(20), 7)
    top += mm(11)
    sscc_symbol = sscc_bars("340123451234567895")
    sheet.bars(sscc_symbol, mm(6), top, SSCC_DOTS[dpi][0], mm(10), "test-sscc")
    top += mm(12)
    unit: Elements = (("01", "09506000134352"), ("17", "271231"), ("10", "LOT7"))
    squares: list[Matrix] = [gs1_datamatrix(unit), datamatrix("TEST-DM"), gs1_qr(unit), qr("TEST-QR")]
    left = mm(7)
    for n, matrix in enumerate(squares):
        dot = MATRIX_DOTS[dpi][0]
        sheet.matrix(matrix, left, top, dot, f"test-2d-{n + 1}")
        left += matrix.columns * dot + mm(6)
    top += mm(18)
    stacked = pdf417("TEST-PDF417")
    sheet.matrix(stacked, mm(7), top, 2 if dpi == 203 else 3, "test-pdf417")
    # Lines of 1 to 4 dots: grey or uneven edges show a driver that scales or dithers.
    at = mm(62)
    for dot in (1, 2, 3, 4):
        for _ in range(5):
            sheet.rule(at, top, dot, mm(8))
            at += 2 * dot
        at += mm(1)
    top += mm(12)
    entries = [Entry(f"names[{n}]", name) for n, name in enumerate(names or SAMPLE_NAMES)]
    half = (len(entries) + 1) // 2
    room = sheet.height - top - mm(3)
    sheet.block(entries[:half], mm(6), top, mm(44), room, 10)
    sheet.block(entries[half:], mm(52), top, mm(40), room, 10)
    return sheet.finish()


SAMPLE_NAMES = (
    "José Nuñez",
    "Łukasz Žižek",
    "Γιώργος Παπάς",
    "Иван Щедрин",
    "Nguyễn Thị Hồng Đào",
    "علاء حسن 12",
    "רחוב הרצל 15",
    "สมชาย ใจดี",
    "श्री कृष्ण मिश्रा",
    "王小明",
    "山田太郎",
    "김철수",
)


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
        _draw_bars(sheet, bars, top, mm(32), sheet.dot_for(bars, sheet.width, SSCC_DOTS[sheet.dpi], "sscc"), "sscc")
    else:
        try:
            bars = code128(shipment.lpn)
        except SymbolRefused as error:
            raise SymbolRefused("lpn", error.reason) from error
        _draw_bars(sheet, bars, top, mm(32), sheet.dot_for(bars, sheet.width, LPN_DOTS[sheet.dpi], "lpn"), "lpn")
    foot = top - mm(1.5)
    sheet.rule(mm(3), foot, sheet.width - 2 * mm(3), 2)
    return foot


def _draw_bars(sheet: Sheet, bars: Bars, top: int, height: int, dot: int, purpose: str) -> None:
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


def _draw_facts(sheet: Sheet, shipment: Shipment, x: int, y: int, width: int) -> None:
    """Order, weight, carrier and copy beside the Data Matrix."""
    mm = sheet.mm
    sheet.title("ORDER", x, y, mm(12), 7, bold=True)
    sheet.words("order", shipment.order, x + mm(12), y - mm(0.6), width - mm(12), 14, bold=True)
    facts = [("WEIGHT", "weight_g", weight_text(shipment.weight_g)), ("CARRIER", "carrier", shipment.carrier)]
    if shipment.carton:
        facts.append(("BOX", "carton", shipment.carton))
    if shipment.copy > 1:
        facts.append(("PRINT", "copy", f"{shipment.copy}: destroy earlier ones"))
    top = y + mm(6)
    for title, field, text in facts[:3] if len(facts) < 4 else [facts[0], facts[1], facts[3]]:
        sheet.title(title, x, top + mm(0.3), mm(12), 6, bold=True)
        sheet.words(field, text, x + mm(12), top, width - mm(12), 9)
        top += mm(3.8)


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


def _matrix_dot(sheet: Sheet, matrix: Matrix, room: int) -> int:
    """The largest module width at which the Data Matrix fits; a long order number makes it finer."""
    dots = MATRIX_DOTS[sheet.dpi]
    return next((dot for dot in dots if matrix.columns * dot <= room), dots[-1])


def _receiver(party: Party) -> list[Entry]:
    return [
        Entry(field, text, bold or field == "to.name", 1.0 if field != "to.country" else 1.1)
        for field, text, bold in address_lines(party, "to")
    ]
