"""Labels: on the dot grid, nothing on top of anything, every symbol read again from the rendered page (D11.2)."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby

import pytest

from packstation.documents import label
from packstation.documents.drawn import PaperRefused
from packstation.documents.label import STOCK_DOTS, LogisticUnit
from packstation.documents.shipment import Party, Shipment
from packstation.documents.symbols import SymbolRefused
from tests.documents.paper_shop import (
    BARN,
    JANE,
    LONGEST,
    NAMES,
    PARCEL,
    WatchedSheet,
    page_image,
    page_text,
    promised,
    read_from_page,
)

PAPERS = [("4x6", 203), ("4x6", 300), ("a6", 203), ("a6", 300)]
WITHOUT_SSCC = replace(PARCEL, sscc="", lpn="C-st-07-000123")
UNIT = LogisticUnit(
    "340123451234567895",
    BARN,
    JANE,
    (
        ("02", "09506000134352"),
        ("37", "24"),
        ("15", "271231"),
        ("10", "LOT-77A"),
        ("3302", "012345"),
        ("400", "PO-8"),
    ),
)


@pytest.mark.parametrize(("stock", "dpi"), PAPERS)
@pytest.mark.parametrize("shipment", [PARCEL, WITHOUT_SSCC], ids=["sscc", "lpn"])
def test_a_rendered_label_scans_as_promised(shipment: Shipment, stock: str, dpi: int) -> None:
    """D8.2, D11.2: tracking, SSCC or LPN, and the Data Matrix with the copy number."""
    drawn = label.house_label(shipment, dpi=dpi, stock=stock)
    assert drawn.pages == 1
    assert drawn.unprintable == ()
    box = ("]C1", "00340123451234567895") if shipment.sscc else ("]C0", "C-st-07-000123")
    mark = f"P1;FO-4471-1;1;2;{shipment.sscc or shipment.lpn};1"
    assert promised(drawn) == {("]C0", "JJD000390007882345612"), box, ("]d1", mark)}
    assert read_from_page(drawn, dpi) == promised(drawn)


@pytest.mark.parametrize(("stock", "dpi"), [*PAPERS, ("4x2", 203), ("4x2", 300)])
def test_strip_and_logistics_label_and_test_label_scan(stock: str, dpi: int) -> None:
    strip = label.lpn_strip(WITHOUT_SSCC, dpi=dpi, stock=stock)
    assert read_from_page(strip, dpi) == promised(strip)
    if stock != "4x2":
        for drawn in (label.logistics_label(UNIT, dpi=dpi, stock=stock), label.sample_label(dpi=dpi, stock=stock)):
            assert drawn.unprintable == ()
            assert read_from_page(drawn, dpi) == promised(drawn)


@pytest.mark.parametrize(("stock", "dpi"), PAPERS)
def test_bars_are_whole_dots(stock: str, dpi: int) -> None:
    """D9.5: a row through the SSCC holds only runs of whole modules, and its quiet zones are ten modules."""
    drawn = label.house_label(PARCEL, dpi=dpi, stock=stock)
    image = page_image(drawn, dpi)
    width, height = STOCK_DOTS[stock, dpi]
    module = label.SSCC_DOTS[dpi][0]
    row = height - round(20 * dpi / 25.4)
    dots = [image.getpixel((x, row)) < 128 for x in range(width)]
    runs = [(dark, len(list(group))) for dark, group in groupby(dots)]
    assert all(length % module == 0 for _, length in runs[1:-1])
    assert runs[0][1] >= 10 * module
    assert runs[-1][1] >= 10 * module
    assert sum(length for _, length in runs[1:-1]) == 156 * module


def test_the_sscc_is_32_mm_high() -> None:
    """D8.1: at least 256 dots at 203 dpi."""
    image = page_image(label.house_label(PARCEL), 203)
    column = next(x for x in range(812) if image.getpixel((x, 1000)) < 128)
    dark = [y for y in range(1218) if image.getpixel((column, y)) < 128 and y > 890]
    assert len(dark) >= 255


@pytest.mark.parametrize(("stock", "dpi"), PAPERS)
@pytest.mark.parametrize("receiver", [LONGEST, JANE, Party("สมชาย ใจดี", ("99/1 ถนนสุขุมวิท",) * 4, "10110", "กรุงเทพ")])
@pytest.mark.parametrize("copy", [1, 3])
def test_nothing_overlaps_and_nothing_is_cut(stock: str, dpi: int, receiver: Party, copy: int) -> None:
    """D8.2: the longest legal address on every stock, from and to."""
    shipment = replace(PARCEL, receiver=receiver, sender=receiver, copy=copy, service="NEXT DAY BEFORE NOON")
    sheet = WatchedSheet(*STOCK_DOTS[stock, dpi], dpi, title="Label")
    label.draw_house_label(sheet, shipment)
    assert list(sheet.faults()) == []
    assert sheet.finish().unprintable == ()


@pytest.mark.parametrize(("stock", "dpi"), PAPERS)
def test_strip_and_logistics_label_do_not_overlap(stock: str, dpi: int) -> None:
    for draw in (
        lambda sheet: label.draw_logistics_label(sheet, replace(UNIT, receiver=LONGEST, sender=LONGEST)),
        lambda sheet: label.draw_lpn_strip(sheet, WITHOUT_SSCC),
    ):
        sheet = WatchedSheet(*STOCK_DOTS[stock, dpi], dpi, title="Label")
        draw(sheet)
        assert list(sheet.faults()) == []


@pytest.mark.parametrize("script", NAMES)
def test_a_name_in_each_script_gets_its_label(script: str) -> None:
    """Issue 5 point 7; what the names look like is in test_text.py."""
    drawn = label.house_label(replace(PARCEL, receiver=replace(JANE, name=NAMES[script])))
    assert drawn.unprintable == ()
    assert read_from_page(drawn, 203) == promised(drawn)


def test_the_same_parcel_gives_the_same_bytes() -> None:
    """D8.9, PF4.7"""
    shipment = replace(PARCEL, receiver=replace(JANE, name=NAMES["devanagari"] + NAMES["korean"]))
    assert label.house_label(shipment).content == label.house_label(shipment).content
    assert label.house_labels([shipment] * 3).content == label.house_labels([shipment] * 3).content


def test_many_labels_are_pages_of_one_file() -> None:
    drawn = label.house_labels(replace(PARCEL, order=f"FO-{n}") for n in range(5))
    assert drawn.pages == 5
    assert "FO-4" in page_text(drawn, 4)


def test_a_label_without_letters_of_ours_embeds_no_font() -> None:
    """D10.2: a few kilobytes."""
    content = label.house_label(PARCEL).content
    assert len(content) < 6_000
    assert b"/FontFile2" not in content


def test_the_words_of_a_label_are_on_it() -> None:
    words = page_text(label.house_label(replace(PARCEL, copy=2)))
    for word in (
        "Jane O'Brien & Sons <Ltd>",
        "San Francisco CA 94107",
        "1 of 2",
        "1.912 kg",
        "EXPRESS 24",
        "FO-4471-1",
    ):
        assert word in words
    assert "2: destroy earlier ones" in words
    assert "(00)340123451234567895" in words


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"sscc": "340123451234567891"}, "sscc"),
        ({"sscc": "12"}, "sscc"),
        ({"tracking": "ÜBER"}, "tracking"),
        ({"tracking": "T\x1b[2J"}, "tracking"),
        ({"tracking": "X" * 60}, "tracking"),
        ({"sscc": "", "lpn": "Ä"}, "lpn"),
    ],
)
def test_a_code_that_cannot_be_printed_is_refused_by_name(change: dict[str, str], field: str) -> None:
    with pytest.raises(PaperRefused) as caught:
        label.house_label(replace(PARCEL, **change))
    assert caught.value.field == field


def test_paper_we_do_not_have_is_refused() -> None:
    with pytest.raises(PaperRefused, match="got a3 at 203 dpi"):
        label.house_label(PARCEL, stock="a3")


def test_a_logistics_label_has_titles_and_refuses_a_wrong_gtin() -> None:
    """D8.1"""
    words = page_text(label.logistics_label(UNIT))
    for title in ("SSCC", "CONTENT", "COUNT", "BATCH/LOT", "GROSS WEIGHT (kg)", "BEST BEFORE or BEST BY"):
        assert title in words
    assert "123.45" in words
    assert "2027-12-31" in words
    with pytest.raises(SymbolRefused, match="check digit"):
        label.logistics_label(replace(UNIT, content=(("02", "09506000134353"),)))
