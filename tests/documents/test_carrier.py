"""Labels a carrier made: as they came, in whole dots, read when they arrive (D8.4, FL5.40)."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from packstation.documents import carrier, label
from packstation.documents.carrier import printable, received, scanned_back, with_picture
from packstation.documents.drawn import PaperRefused
from tests.documents.paper_shop import PARCEL, page_image, png, promised, read_from_page
from tests.hostile import corpus, one_by_one

THEIRS = label.house_label(PARCEL)
PICTURE = page_image(THEIRS, 203).crop((0, 0, 812, 1218))
KEYS = {"JJD000390007882345612", "00340123451234567895", "P1;FO-4471-1;1;2;340123451234567895;1"}
ZPL = b"^XA^FO50,50^BCN,100,N,N,N,A^FDJJD000390007882345612^FS^XZ"


def test_a_pdf_is_read_when_it_arrives_and_goes_to_a_pdf_printer_as_it_came() -> None:
    theirs = received(THEIRS.content, "pdf", "JJD000390007882345612")
    assert set(theirs.scan_keys) == KEYS
    assert printable(theirs, language="pdf", dpi=203).content == THEIRS.content


@pytest.mark.parametrize("times", [1, 2])
def test_a_png_is_printed_in_whole_dots(times: int) -> None:
    """Never smoothed: half the pixels become exactly two dots each."""
    picture = PICTURE if times == 1 else PICTURE.resize((406, 609), Image.Resampling.NEAREST)
    theirs = received(png(picture), "png", "JJD000390007882345612")
    drawn = printable(theirs, language="pdf", dpi=203)
    image = page_image(drawn, 203)
    for x in range(0, 812, 2):
        if times == 2:
            assert (image.getpixel((x, 1000)) < 128) == (image.getpixel((x + 1, 1000)) < 128)
    if times == 1:
        assert set(theirs.scan_keys) == KEYS
        assert read_from_page(drawn, 203) == promised(THEIRS)


def test_a_label_lying_on_its_side_is_turned() -> None:
    theirs = received(png(PICTURE.rotate(90, expand=True)), "png", "X")
    drawn = printable(theirs, language="pdf", dpi=203)
    assert read_from_page(drawn, 203) == promised(THEIRS)


def test_pictures_go_to_a_zpl_printer_as_one_graphic() -> None:
    theirs = received(png(PICTURE), "png", "X")
    drawn = printable(theirs, language="zpl", dpi=203)
    assert drawn.format == "zpl"
    assert drawn.content.startswith(b"^XA")
    assert b":Z64:" in drawn.content
    assert len(drawn.content) < 30_000


def test_zpl_is_sent_as_it_came() -> None:
    """D7.7"""
    theirs = received(ZPL, "zpl", "JJD000390007882345612")
    assert printable(theirs, language="zpl", dpi=203).content == ZPL
    with pytest.raises(PaperRefused, match="expected a ZPL printer"):
        printable(theirs, language="pdf", dpi=203)


def test_a_scan_back_compares_with_the_symbols_and_else_with_the_tracking() -> None:
    """FL5.40: the bars are not the tracking number."""
    blind = received(ZPL, "zpl", "9205590164917312751089")
    assert scanned_back(blind, "420941079205590164917312751089")
    assert not scanned_back(blind, "420941079999999999999999999999")
    seen = with_picture(blind, THEIRS.content, "pdf")
    assert set(seen.scan_keys) == {*KEYS, "9205590164917312751089"}
    assert scanned_back(seen, "00340123451234567895")
    assert not scanned_back(seen, "xx9205590164917312751089xx")


@pytest.mark.parametrize("format", ["pdf", "png", "zpl", "exe"])
@pytest.mark.parametrize(
    "content", [b"", b"%PDF-1.7\njunk", b"\x89PNG\r\n\x1a\njunk", b"GIF89a", THEIRS.content[:900]]
)
def test_a_broken_file_is_refused(content: bytes, format: str) -> None:
    with pytest.raises(PaperRefused):
        printable(received(content, format, "X"), language="zpl", dpi=203)


def test_limits_hold() -> None:
    """devices.md section 12: 10 MiB, 20 pages, 1 MiB of ZPL, and no picture of a billion dots."""
    with pytest.raises(PaperRefused, match="at most"):
        received(b"\x89PNG\r\n\x1a\n" + b"x" * carrier.FILE_BYTES_MAX, "png", "X")
    with pytest.raises(PaperRefused, match="of ZPL"):
        received(b"^XA^XZ" + b" " * carrier.ZPL_BYTES_MAX, "zpl", "X")
    many = label.house_labels([PARCEL] * 21)
    with pytest.raises(PaperRefused, match="1 to 20 pages, got 21"):
        received(many.content, "pdf", "X")
    bomb = io.BytesIO()
    Image.new("1", (9_000, 9_000)).save(bomb, "PNG")
    with pytest.raises(PaperRefused, match="pixels"):
        received(bomb.getvalue(), "png", "X")


def test_a_label_larger_than_the_stock_is_refused_and_not_shrunk() -> None:
    with pytest.raises(PaperRefused, match="never shrunk"):
        printable(received(png(PICTURE.resize((1200, 1800))), "png", "X"), language="zpl", dpi=203)


@pytest.mark.parametrize(
    "hostile", one_by_one(text for text in corpus() if text.kind in ("printer", "json", "unicode"))
)
def test_hostile_bytes_are_no_label(hostile: object) -> None:
    content = hostile.text.encode("utf-8", "surrogatepass")[:100_000]  # type: ignore[attr-defined]
    for format in ("pdf", "png"):
        with pytest.raises(PaperRefused):
            received(content, format, "X")
