"""A finished PDF label as one picture in ZPL: the dots we meant, whatever fonts and firmware the printer has (D7.6).

PDF page ──pdfium at the printer's dpi──▶ grey ──threshold, no dithering──▶ 1 = black ──▶ ^GFA...:Z64:
"""

from __future__ import annotations

import base64
import binascii
import threading
import zlib

from packstation.documents.drawn import Drawn, PaperRefused
from packstation.documents.zpl import fields

PAGES_MAX = 20
DOTS_MAX = 4_000 * 8_000

# pdfium is not safe for threads, and every printer has its own.
PDFIUM_LOCK = threading.Lock()

_DARK = bytes(ord("1") if grey < 128 else ord("0") for grey in range(256))


def picture_of(drawn: Drawn, *, dpi: int) -> Drawn:
    """The pages of a PDF as ZPL labels of one picture each. Symbols stay as they were read back when drawn."""
    labels = []
    for rows, width in _pages(drawn.content, dpi):
        labels.append(fields.head(width, len(rows)) + f"^FO0,0{graphic(rows)}^FS\n" + fields.TAIL)
    return Drawn("".join(labels).encode("ascii"), drawn.symbols, drawn.unprintable, len(labels), "zpl")


def graphic(rows: list[bytes]) -> str:
    """Packed rows of equal length, a set bit for a black dot, as ^GFA with Z64 and its checksum."""
    assert rows, "a picture has rows"
    bytes_per_row = len(rows[0])
    assert all(len(row) == bytes_per_row for row in rows), "rows of a picture have one length"
    total = bytes_per_row * len(rows)
    # Level 9 takes six times as long for a fortieth of the bytes, while somebody waits for the label.
    packed = base64.b64encode(zlib.compress(b"".join(rows), 6))
    return f"^GFA,{total},{total},{bytes_per_row},:Z64:{packed.decode('ascii')}:{binascii.crc_hqx(packed, 0):04X}"


def _pages(pdf: bytes, dpi: int) -> list[tuple[list[bytes], int]]:
    """Each page as packed rows, and its width in dots. Raises PaperRefused for what no label printer takes."""
    import pypdfium2

    with PDFIUM_LOCK:
        document = pypdfium2.PdfDocument(pdf)
        try:
            if len(document) > PAGES_MAX:
                raise PaperRefused("document", f"expected at most {PAGES_MAX} pages, got {len(document)}")
            return [_rows(page, dpi) for page in document]
        finally:
            document.close()


def _rows(page: object, dpi: int) -> tuple[list[bytes], int]:
    width_pt, height_pt = page.get_size()  # type: ignore[attr-defined]  # pypdfium2 has no types
    width, height = round(width_pt * dpi / 72), round(height_pt * dpi / 72)
    if not 0 < width * height <= DOTS_MAX:
        raise PaperRefused("document", f"expected at most {DOTS_MAX} dots, got {width} x {height}")
    bitmap = page.render(scale=dpi / 72, grayscale=True)  # type: ignore[attr-defined]
    try:
        grey, stride = bytes(bitmap.buffer), bitmap.stride
        # A page of 812.0000001 dots is rendered 813 wide.
        width, height = min(width, bitmap.width), min(height, bitmap.height)
        return [_packed(grey[y * stride : y * stride + width], width) for y in range(height)], width
    finally:
        bitmap.close()


def _packed(grey: bytes, width: int) -> bytes:
    row_bytes = (width + 7) // 8
    return (int(grey.translate(_DARK), 2) << (row_bytes * 8 - width)).to_bytes(row_bytes, "big")
