"""The test label: one of each symbol at each module width, and names in many scripts (D8.8)."""

from __future__ import annotations

from collections.abc import Sequence

from packstation.documents.block import Entry
from packstation.documents.drawn import Drawn
from packstation.documents.label.stock import MATRIX_DOTS, SSCC_DOTS, label_sheet
from packstation.documents.sscc import Elements
from packstation.documents.symbols import (
    Matrix,
    code128,
    datamatrix,
    gs1_datamatrix,
    gs1_qr,
    itf14,
    pdf417,
    qr,
    retail,
    sscc_bars,
)


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
