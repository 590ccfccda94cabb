"""Labels as ZPL, drawn by the same hand as the PDF: only the paper under it is another.

    label.draw_house_label ──▶ ZplSheet ──▶ ^XA ... ^FD texts, ^BC bars ... ^XZ        small, the printer draws
                                  └─ NotNative: a word beyond Latin-1, a value the printer would change (D7.6)
                           ──▶ Sheet ──▶ PDF ──▶ picture ──▶ ^XA ^GFA one picture ^XZ  what we drew, dot by dot

Every byte of data goes through `fields.escaped`: order data cannot say anything to the printer (D7.1).
"""

from __future__ import annotations

from collections.abc import Callable

from packstation.documents import label
from packstation.documents.drawn import Drawn
from packstation.documents.label import (
    STOCK_DOTS,
    LogisticUnit,
    draw_house_label,
    draw_logistics_label,
    draw_lpn_strip,
    label_sheet,
)
from packstation.documents.sheet import Sheet
from packstation.documents.shipment import Shipment
from packstation.documents.zpl.fields import NotNative
from packstation.documents.zpl.picture import graphic, picture_of
from packstation.documents.zpl.sheet import ZplSheet

__all__ = ["graphic", "house_label", "logistics_label", "lpn_strip", "picture_of", "sample_label"]


def house_label(shipment: Shipment, *, dpi: int = 203, stock: str = "4x6", native_text: bool = True) -> Drawn:
    """The house carrier label. `native_text`: the printer draws Latin-1 texts and symbols by itself; else, and for
    everything beyond, the label goes as one picture. Raises PaperRefused as the PDF does."""
    return _drawn(lambda sheet: draw_house_label(sheet, shipment), "Label", dpi, stock, native_text)


def lpn_strip(shipment: Shipment, *, dpi: int = 203, stock: str = "4x2", native_text: bool = True) -> Drawn:
    """The strip for a packed box that has no label yet."""
    return _drawn(lambda sheet: draw_lpn_strip(sheet, shipment), "Box", dpi, stock, native_text)


def logistics_label(unit: LogisticUnit, *, dpi: int = 203, stock: str = "4x6", native_text: bool = True) -> Drawn:
    """The GS1 logistics label."""
    return _drawn(lambda sheet: draw_logistics_label(sheet, unit), "Logistics label", dpi, stock, native_text)


def sample_label(*, dpi: int = 203, stock: str = "4x6") -> Drawn:
    """The test label: names in many scripts and every symbol, so always one picture."""
    return picture_of(label.sample_label(dpi=dpi, stock=stock), dpi=dpi)


def _drawn(draw: Callable[[Sheet], None], title: str, dpi: int, stock: str, native_text: bool) -> Drawn:
    if native_text and (stock, dpi) in STOCK_DOTS:
        paper = ZplSheet(*STOCK_DOTS[stock, dpi], dpi)
        try:
            draw(paper)
            return paper.finish()
        except NotNative:
            pass  # drawn again below, as a picture
    sheet = label_sheet(stock, dpi, title)
    draw(sheet)
    return picture_of(sheet.finish(), dpi=dpi)
