"""What the paper tests share: a shop's parcels, pages turned into dots, and a sheet that knows where it drew."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pypdfium2
import zxingcpp

from packstation.documents.drawn import Drawn
from packstation.documents.sheet import Align, Sheet
from packstation.documents.shipment import Party, Shipment, ShipmentLine
from packstation.documents.symbols import Bars, Matrix
from packstation.documents.text import Line

BARN = Party(
    "Blue Barn Goods GmbH",
    ("Lagerstraße 12", "Tor 4"),
    "20457",
    "Hamburg",
    "",
    "Germany",
    "+49 40 123456",
    "care@bluebarn.example",
)
JANE = Party(
    "Jane O'Brien & Sons <Ltd>", ("1200 Long Winding River Road", "Apt 4B"), "94107", "San Francisco", "CA", "US"
)
LONGEST = Party(
    "Bartholomew Featherstonehaugh-Cholmondeley of Wolfeschlegelsteinhausenbergerdorff",
    (
        "The Old Rectory Annexe, Lower Ground Floor, Flat 4B",
        "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch Road",
        "Industrial Estate North, Unit 17, Gate 3",
        "c/o Reception Desk, ask for Bartholomew",
    ),
    "LL61 5UJ",
    "Llanfairpwllgwyngyll",
    "Anglesey",
    "United Kingdom",
)
MUGS = (
    ShipmentLine("BLUE-MUG-350", "Mug 350 ml, stoneware", 2, 2, variant="blue"),
    ShipmentLine("TEA-GREEN", "Green tea 100 g 煎茶", 5, 3, backordered=2, other_parcels=0, lot="L77A"),
    ShipmentLine("CANDLE-12", "Case of 12 candles", 3, 1, backordered=0, other_parcels=2),
)
PARCEL = Shipment(
    order="FO-4471-1",
    parcel=1,
    of=2,
    service="EXPRESS 24",
    carrier="DHL",
    sender=BARN,
    receiver=JANE,
    weight_g=1912,
    lines=MUGS,
    tracking="JJD000390007882345612",
    sscc="340123451234567895",
    note="Happy birthday!\nOpen the small box first.",
    return_code="RMA-7F3K",
    carton="M2",
    ordered_at="2026-03-02T10:11:12Z",
    shipped_at="2026-03-04",
)

# The golden names of D10.4: one for each script we promise, and a line of two directions.
NAMES = {
    "latin": "José Nuñez",
    "latin-extended": "Łukasz Žižek",
    "greek": "Γιώργος",
    "cyrillic": "Иван Щедрин",
    "vietnamese": "Nguyễn Thị Hồng Đào",
    "arabic": "علاء الدين، شارع ١٢ رقم 12",
    "hebrew": "רחוב הרצל 15",
    "thai": "สมชาย ใจดี ที่น้ำผึ้ง",
    "devanagari": "श्री कृष्ण मिश्रा",
    "chinese": "王小明",
    "japanese": "山田太郎 ヤマダ",
    "korean": "김철수",
    "mixed": "Attn: محمد Apt 4B",
}


def page_image(drawn: Drawn, dpi: int, page: int = 0) -> Any:
    """One page as a grey picture at the printer's dpi."""
    document = pypdfium2.PdfDocument(drawn.content)
    try:
        return document[page].render(scale=dpi / 72, grayscale=True).to_pil().convert("L")
    finally:
        document.close()


def page_text(drawn: Drawn, page: int = 0) -> str:
    """The words of one page, as a reader would copy them."""
    document = pypdfium2.PdfDocument(drawn.content)
    try:
        return str(document[page].get_textpage().get_text_range())
    finally:
        document.close()


def all_text(drawn: Drawn) -> str:
    return "\n".join(page_text(drawn, page) for page in range(drawn.pages))


def read_from_page(drawn: Drawn, dpi: int, page: int = 0) -> set[tuple[str, str]]:
    """(AIM identifier, text) of every symbol that a scanner finds on the rendered page."""
    found = zxingcpp.read_barcodes(page_image(drawn, dpi, page), text_mode=zxingcpp.TextMode.Plain)
    return {(code.symbology_identifier, code.text) for code in found}


def promised(drawn: Drawn) -> set[tuple[str, str]]:
    """(AIM identifier, text) of every symbol the document says it holds."""
    return {(symbol.aim, symbol.text) for symbol in drawn.symbols}


def png(image: Any) -> bytes:
    held = io.BytesIO()
    image.save(held, "PNG")
    return held.getvalue()


@dataclass(frozen=True, slots=True)
class Box:
    """Where something was drawn: y down, with what it is."""

    x0: float
    y0: float
    x1: float
    y1: float
    what: str

    def overlaps(self, other: Box) -> bool:
        return self.x0 < other.x1 and other.x0 < self.x1 and self.y0 < other.y1 and other.y0 < self.y1


class WatchedSheet(Sheet):
    """A sheet that remembers the box of every text and every symbol with its quiet zones."""

    def __init__(self, *arguments: Any, **options: Any):
        super().__init__(*arguments, **options)
        self.boxes: list[Box] = []
        self.kept: list[list[Box]] = []

    def line(
        self, line: Line, x: float, baseline: float, size_pt: float, *, align: Align = "left", white: bool = False
    ) -> None:
        size = self.dots_of(size_pt)
        wide = line.width * size / 1000
        left = x - (wide if align == "right" else wide / 2 if align == "center" else 0)
        words = "".join(run.text for run in line.runs)
        # From the height of a capital to the foot of a "g".
        self.boxes.append(Box(left, baseline - size * 0.72, left + wide, baseline + size * 0.2, words))
        super().line(line, x, baseline, size_pt, align=align, white=white)

    def bars(self, bars: Bars, x: int, y: int, dot: int, height: int, purpose: str) -> None:
        quiet = 10 * dot
        self.boxes.append(Box(x - quiet, y, x + bars.modules * dot + quiet, y + height, f"bars {purpose}"))
        super().bars(bars, x, y, dot, height, purpose)

    def matrix(self, matrix: Matrix, x: int, y: int, dot: int, purpose: str) -> None:
        quiet = matrix.quiet * dot
        right, foot = x + matrix.columns * dot + quiet, y + len(matrix.rows) * dot + quiet
        self.boxes.append(Box(x - quiet, y - quiet, right, foot, f"matrix {purpose}"))
        super().matrix(matrix, x, y, dot, purpose)

    def next_page(self) -> None:
        self.kept.append(self.boxes)
        self.boxes = []
        super().next_page()

    def faults(self) -> Iterator[str]:
        """What overlaps, and what is off the paper."""
        for boxes in (*self.kept, self.boxes):
            for n, box in enumerate(boxes):
                if box.y0 < 0 or box.y1 > self.height or box.x1 > self.width + 1 or box.x0 < -1:
                    yield f"{box.what!r} is off the paper"
                for other in boxes[n + 1 :]:
                    if box.overlaps(other):
                        yield f"{box.what!r} lies on {other.what!r}"
