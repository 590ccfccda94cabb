"""Packing slips: what is here, what is elsewhere, what follows; never a price; over many pages without a loss."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from packstation.documents import sheet, slip
from packstation.documents.shipment import Layer, LayerUnit, ShipmentLine
from packstation.station.language import table_of
from tests.documents.paper_shop import (
    LONGEST,
    NAMES,
    PARCEL,
    WatchedSheet,
    all_text,
    page_text,
    promised,
    read_from_page,
)

STOCKS = [("a4", 300), ("letter", 300), ("4x6", 203), ("4x6", 300)]


@pytest.mark.parametrize(("stock", "dpi"), STOCKS)
def test_a_slip_says_what_a_customer_asks(stock: str, dpi: int) -> None:
    """D8.5"""
    drawn = slip.packing_slip(PARCEL, stock=stock, dpi=dpi)
    words = all_text(drawn)
    for word in (
        "Blue Barn Goods GmbH",
        "care@bluebarn.example",
        "Jane O'Brien & Sons <Ltd>",
        "FO-4471-1",
        "2026-03-02",
    ):
        assert word in words
    for word in ("BLUE-MUG-350", "lot L77A", "Ordered", "This box", "Other boxes", "To follow", "1 of 2", "M2"):
        assert word in words
    for word in ("6 units in this box", "Happy birthday!", "Return code RMA-7F3K", "page 1 of "):
        assert word in words
    assert drawn.unprintable == ()
    assert promised(drawn) == {("]C0", "FO-4471-1"), ("]C0", "RMA-7F3K")}


@pytest.mark.parametrize(("stock", "dpi"), STOCKS)
def test_order_and_return_code_scan_from_the_rendered_page(stock: str, dpi: int) -> None:
    drawn = slip.packing_slip(PARCEL, stock=stock, dpi=dpi)
    read = {found for page in range(drawn.pages) for found in read_from_page(drawn, dpi, page)}
    assert read == promised(drawn)


def test_a_slip_has_no_prices() -> None:
    """Issue 5 point 6: there is no place in a shipment where one could be."""
    names = {*ShipmentLine.__slots__, *type(PARCEL).__slots__}
    assert not [name for name in names if "price" in name or "minor" in name or "currency" in name or "value" in name]


def _watched(monkeypatch: pytest.MonkeyPatch, shipment: Any, stock: str) -> WatchedSheet:
    sheets: list[WatchedSheet] = []
    plain = slip.office_sheet

    def watched(stock: str, dpi: int, title: str) -> WatchedSheet:
        sheet = plain(stock, dpi, title)
        sheets.append(WatchedSheet(sheet.width, sheet.height, dpi, title=title))
        return sheets[0]

    monkeypatch.setattr(slip, "office_sheet", watched)
    slip.packing_slip(shipment, stock=stock)
    return sheets[0]


@pytest.mark.parametrize("stock", ["a4", "letter", "4x6"])
@pytest.mark.parametrize("lines", [0, 3, 40])
@pytest.mark.parametrize("party", [PARCEL.receiver, LONGEST], ids=["usual", "longest"])
def test_nothing_overlaps(monkeypatch: pytest.MonkeyPatch, stock: str, lines: int, party: Any) -> None:
    many = tuple(
        replace(PARCEL.lines[n % 3], name=NAMES["thai"] if n % 4 == 0 else "Mug " * (n % 30)) for n in range(lines)
    )
    shipment = replace(PARCEL, lines=many, receiver=party, sender=party, note="Word " * 200)
    assert list(_watched(monkeypatch, shipment, stock).faults()) == []


@pytest.mark.parametrize("stock", ["a4", "4x6"])
def test_every_line_of_a_long_order_is_on_one_of_the_pages(stock: str) -> None:
    lines = tuple(ShipmentLine(f"SKU-{n:05d}", f"Thing {n}", 3, 3) for n in range(300))
    drawn = slip.packing_slip(replace(PARCEL, lines=lines), stock=stock)
    words = all_text(drawn)
    assert drawn.pages > 3
    assert all(words.count(line.sku) == 1 for line in lines)
    assert f"page {drawn.pages} of {drawn.pages}" in page_text(drawn, drawn.pages - 1)
    assert "900 units in this box" in words


def test_five_thousand_lines_work() -> None:
    """Issue 5: bad input."""
    lines = tuple(ShipmentLine(f"SKU-{n}", f"Thing number {n} of the catalogue", 3, 3) for n in range(5_000))
    drawn = slip.packing_slip(replace(PARCEL, lines=lines))
    assert drawn.pages > 100
    assert "SKU-4999" in page_text(drawn, drawn.pages - 1) + page_text(drawn, drawn.pages - 2)


@pytest.mark.parametrize(
    ("of", "lines", "heads", "absent"),
    [
        (1, (ShipmentLine("A", "a", 2, 2),), ("Shipped",), ("To follow", "This box", "Other")),
        (1, (ShipmentLine("A", "a", 5, 3),), ("Shipped", "To follow"), ("Other",)),
        (2, (ShipmentLine("A", "a", 5, 3),), ("This box", "Other box or later"), ("To follow",)),
        (2, (ShipmentLine("A", "a", 5, 3, other_parcels=2),), ("This box", "Other boxes"), ("To follow",)),
        (2, (ShipmentLine("A", "a", 5, 3, backordered=2),), ("This box", "To follow"), ("Other",)),
        (2, (ShipmentLine("A", "a", 3, 3),), ("This box",), ("To follow", "Other")),
    ],
)
def test_columns_are_those_the_parcel_needs(
    of: int, lines: tuple[ShipmentLine, ...], heads: tuple[str, ...], absent: tuple[str, ...]
) -> None:
    words = page_text(slip.packing_slip(replace(PARCEL, of=of, lines=lines)))
    for head in heads:
        assert head in words
    for head in absent:
        assert head not in words


def test_layers_are_drawn_when_there_are_more_than_six_units() -> None:
    """CT7.5"""
    layers = tuple(
        Layer(
            z_mm,
            tuple(
                LayerUnit(n * 4 + k + 1, k % 2 * 150, k // 2 * 100, 150, 100, "PLATE" if k == 1 else "MUG")
                for k in range(4)
            ),
        )
        for n, z_mm in enumerate((0, 80))
    )
    drawn = slip.packing_slip(replace(PARCEL, layers=layers, inner_mm=(300, 200)))
    words = page_text(drawn, drawn.pages - 1)
    assert "HOW IT IS PACKED" in words
    assert "Layer 1, on the bottom" in words
    assert "1, 3-4 MUG · 2 PLATE" in words
    assert "Layer 2, 80 mm up" in words
    few = slip.packing_slip(replace(PARCEL, layers=layers[:1], inner_mm=(300, 200)))
    assert few.pages == drawn.pages - 1


@pytest.mark.parametrize("stock", ["a4", "4x6"])
def test_the_number_of_a_thin_unit_is_legible_and_beside_no_other(
    stock: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """CT7.5: rulers and cards of a few millimetres, standing beside each other."""
    numbers: list[tuple[int, int, float]] = []
    title = sheet.Sheet.title

    def watched(self: sheet.Sheet, text: str, x: int, y: int, width: int, size_pt: float, **how: Any) -> None:
        if text.isdigit():
            numbers.append((x + width // 2, y, size_pt))
        title(self, text, x, y, width, size_pt, **how)

    monkeypatch.setattr(sheet.Sheet, "title", watched)
    units = tuple(LayerUnit(n + 10, n * 5, 0, 5, 200, "RULER") for n in range(8))
    slip.packing_slip(replace(PARCEL, layers=(Layer(0, units),), inner_mm=(300, 200)), stock=stock)
    assert len(numbers) == 8
    assert min(size for _, _, size in numbers) >= slip.NUMBER_PT_MIN
    assert all(one[1] != other[1] for one, other in pairwise(numbers))


@pytest.mark.parametrize("code", ["Bestellung №5", "x" * 200])
def test_an_order_number_that_is_no_barcode_still_gets_its_slip(code: str) -> None:
    drawn = slip.packing_slip(replace(PARCEL, order=code, return_code=""))
    assert drawn.symbols == ()
    assert [(lost.field, lost.reason) for lost in drawn.unprintable if lost.reason == "no barcode"] == [
        ("order", "no barcode")
    ]


def test_the_same_parcel_gives_the_same_bytes() -> None:
    assert slip.packing_slip(PARCEL).content == slip.packing_slip(PARCEL).content


@pytest.mark.parametrize(
    ("language", "title", "item"), [("de", "LIEFERSCHEIN", "Artikel"), ("es", "ALBARÁN", "Artículo")]
)
@pytest.mark.parametrize("stock", ["a4", "4x6"])
def test_a_slip_speaks_the_language_of_the_site(stock: str, language: str, title: str, item: str) -> None:
    """FL10.6: headings, columns and the words about returns; what the shop wrote stays as it is."""
    drawn = slip.packing_slip(PARCEL, stock=stock, table=table_of(language))
    shown = all_text(drawn)
    assert title in shown
    assert item in shown
    for english in ("PACKING SLIP", "SHIP TO", "RETURNS", "HOW IT IS PACKED", "Ordered", "page 1"):
        assert english not in shown
