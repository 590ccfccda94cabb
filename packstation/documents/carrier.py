"""Labels that a carrier made: printed as they came, in whole dots, and read when they arrive (D8.4).

    carrier adapter ── bytes ──▶ received ──▶ CarrierLabel with its scan_keys      kept until it is printed
                                    └▶ printable ──▶ ZPL as it came | one picture in ZPL | PDF

Their routing codes and their certificates are theirs: nothing is redrawn, shrunk or smoothed. A label that does not
fit the stock is refused, never scaled. Files are read from memory only, with limits, and never opened by a path.
"""

from __future__ import annotations

import io
import re
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

from packstation.documents.drawn import Drawn, PaperRefused, Symbol
from packstation.documents.label import STOCK_DOTS

if TYPE_CHECKING:
    from PIL.Image import Image

FILE_BYTES_MAX = 10 * 1024 * 1024
ZPL_BYTES_MAX = 1024 * 1024
PAGES_MAX = 20
PIXELS_MAX = 40_000_000
READ_DPI = 300
SPARE_DOTS = 12
"""How much blank paper may be lost at the edges: carriers round 4x6 in to millimetres."""


@dataclass(frozen=True, slots=True)
class CarrierLabel:
    """A label as the carrier returned it. `format`: "zpl", "png" or "pdf". `scan_keys`: the exact contents of its
    symbols and the tracking number: what a label-back scan is compared with (FL5.40)."""

    format: str
    content: bytes
    tracking: str
    scan_keys: tuple[str, ...]
    symbols: tuple[Symbol, ...] = ()
    pages: int = 1


def received(content: bytes, format: str, tracking: str, *, scan_keys: tuple[str, ...] = ()) -> CarrierLabel:
    """A label from an adapter, checked and read. Raises PaperRefused when it is none, or larger than any label.

    `scan_keys`: what the adapter says the symbols hold. ZPL draws its bars in the printer, so without them, or a
    picture of the same label (`with_picture`), a scan is right if its text contains the tracking number.
    """
    if format == "zpl":
        if len(content) > ZPL_BYTES_MAX:
            raise PaperRefused("label", f"expected at most {ZPL_BYTES_MAX} bytes of ZPL, got {len(content)}")
        if b"^XA" not in content.upper() or b"^XZ" not in content.upper():
            raise PaperRefused("label", f"expected ZPL with ^XA and ^XZ, got {_start(content)}")
        symbols = tuple(Symbol("carrier", "unknown", key, "", "printer") for key in scan_keys)
        pages = len(re.findall(rb"\^XZ", content, re.IGNORECASE))
        return CarrierLabel("zpl", content, tracking, _keys(scan_keys, tracking), symbols, pages)
    pictures = _pictures(content, format, READ_DPI)
    symbols = tuple(symbol for picture in pictures for symbol in _read(picture))
    read = tuple(symbol.text for symbol in symbols)
    return CarrierLabel(format, content, tracking, _keys((*scan_keys, *read), tracking), symbols, len(pictures))


def with_picture(label: CarrierLabel, content: bytes, format: str) -> CarrierLabel:
    """The label with the keys read from a PNG or PDF of the same label."""
    picture = received(content, format, label.tracking)
    keys = _keys((*label.scan_keys, *picture.scan_keys), label.tracking)
    return CarrierLabel(label.format, label.content, label.tracking, keys, picture.symbols, label.pages)


def scanned_back(label: CarrierLabel, text: str) -> bool:
    """Whether a scan is this label: one of its symbols, or, where none could be read, a text with its tracking."""
    if text in label.scan_keys:
        return True
    return not label.symbols and bool(label.tracking) and label.tracking in text


def printable(label: CarrierLabel, *, language: str, dpi: int, stock: str = "4x6") -> Drawn:
    """The bytes for a printer of this language: ZPL as it came, pictures scaled by whole dots or not at all."""
    if (stock, dpi) not in STOCK_DOTS:
        raise PaperRefused("stock", f"expected label stock, got {stock} at {dpi} dpi")
    if label.format == "zpl":
        if language != "zpl":
            raise PaperRefused("label", "expected a ZPL printer for a label in ZPL, got one for PDF")
        return Drawn(label.content, label.symbols, pages=label.pages, format="zpl")
    if label.format == "pdf" and language == "pdf":
        return Drawn(label.content, label.symbols, pages=label.pages)
    size = STOCK_DOTS[stock, dpi]
    pictures = [_on_stock(picture, *size) for picture in _pictures(label.content, label.format, dpi)]
    content = _as_zpl(pictures) if language == "zpl" else _as_pdf(pictures, dpi)
    return Drawn(content, label.symbols, pages=len(pictures), format=language)


def _keys(texts: tuple[str, ...], tracking: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in (*texts, tracking) if text))


def _pictures(content: bytes, format: str, dpi: int) -> list[Image]:
    """The pages as grey pictures: a PNG in its own pixels, a PDF at `dpi`."""
    if len(content) > FILE_BYTES_MAX:
        raise PaperRefused("label", f"expected at most {FILE_BYTES_MAX} bytes, got {len(content)}")
    if format == "png":
        return [_png(content)]
    if format == "pdf":
        return _pdf(content, dpi)
    raise PaperRefused("label", f"expected a label as zpl, png or pdf, got {ascii(format)[:20]}")


def _png(content: bytes) -> Image:
    from PIL import Image as images

    if not content.startswith(b"\x89PNG\r\n\x1a\n"):
        raise PaperRefused("label", f"expected a PNG, got {_start(content)}")
    try:
        with warnings.catch_warnings():
            # Our own limit is lower than the library's, and is checked before a pixel is unpacked.
            warnings.simplefilter("ignore", images.DecompressionBombWarning)
            picture = images.open(io.BytesIO(content), formats=("PNG",))
            if picture.width * picture.height > PIXELS_MAX:
                raise PaperRefused("label", f"expected at most {PIXELS_MAX} pixels, got {picture.size}")
            flat = images.new("RGBA", picture.size, "white")
            flat.alpha_composite(picture.convert("RGBA"))
            return flat.convert("L")
    except (OSError, SyntaxError, ValueError, images.DecompressionBombError) as error:
        raise PaperRefused("label", f"expected a whole PNG, got {str(error)[:80]}") from error


def _pdf(content: bytes, dpi: int) -> list[Image]:
    import pypdfium2

    from packstation.documents.zpl.picture import PDFIUM_LOCK

    with PDFIUM_LOCK:
        try:
            document = pypdfium2.PdfDocument(content)
        except pypdfium2.PdfiumError as error:
            raise PaperRefused("label", f"expected a PDF, got {_start(content)}") from error
        try:
            if not 0 < len(document) <= PAGES_MAX:
                raise PaperRefused("label", f"expected 1 to {PAGES_MAX} pages, got {len(document)}")
            pictures = []
            for page in document:
                width, height = page.get_size()
                if width * height * dpi * dpi / 72 / 72 > PIXELS_MAX:
                    raise PaperRefused("label", f"expected a page of label size, got {width:.0f} x {height:.0f} pt")
                pictures.append(page.render(scale=dpi / 72, grayscale=True).to_pil().convert("L"))
            return pictures
        except pypdfium2.PdfiumError as error:
            raise PaperRefused("label", f"expected a whole PDF, got {str(error)[:80]}") from error
        finally:
            document.close()


def _read(picture: Image) -> list[Symbol]:
    """Every symbol on the page, top to bottom."""
    import zxingcpp

    found = zxingcpp.read_barcodes(picture, text_mode=zxingcpp.TextMode.Plain)
    found = sorted(found, key=lambda code: (code.position.top_left.y, code.position.top_left.x))
    return [
        Symbol(
            "carrier", str(code.format).rpartition(".")[2].lower(), code.text, code.symbology_identifier, "carrier"
        )
        for code in found
        if code.text
    ]


def _on_stock(picture: Image, width: int, height: int) -> Image:
    """The picture in the middle of the label: doubled if it fits twice, and so on; turned if it must be."""
    from PIL import Image as images

    turned = picture.width > picture.height and picture.width > width + SPARE_DOTS
    if turned:
        picture = picture.transpose(images.Transpose.ROTATE_90)
    if picture.width > width + SPARE_DOTS or picture.height > height + SPARE_DOTS:
        raise PaperRefused(
            "label",
            f"expected at most {width} x {height} dots, got {picture.width} x {picture.height}: it is never shrunk",
        )
    times = max(1, min(width // picture.width, height // picture.height))
    if times > 1:
        picture = picture.resize((picture.width * times, picture.height * times), images.Resampling.NEAREST)
    paper = images.new("L", (width, height), 255)
    paper.paste(picture, ((width - picture.width) // 2, (height - picture.height) // 2))
    # No dithering: a grey edge becomes black or white, and bars keep their width.
    return paper.point([0] * 128 + [255] * 128, mode="1")


def _as_zpl(pictures: list[Image]) -> bytes:
    from PIL import ImageChops

    from packstation.documents.zpl import fields
    from packstation.documents.zpl.picture import graphic

    labels = []
    for picture in pictures:
        row_bytes = (picture.width + 7) // 8
        # PIL packs white as 1 and fills rows with 0; the printer wants black as 1.
        packed = ImageChops.invert(picture).tobytes()
        rows = [packed[n * row_bytes : (n + 1) * row_bytes] for n in range(picture.height)]
        labels.append(fields.head(picture.width, picture.height) + f"^FO0,0{graphic(rows)}^FS\n" + fields.TAIL)
    return "".join(labels).encode("ascii")


def _as_pdf(pictures: list[Image], dpi: int) -> bytes:
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen.canvas import Canvas

    canvas = Canvas(None, invariant=1, pageCompression=1)
    canvas.setTitle("Label")
    canvas.setCreator("packstation")
    canvas.setAuthor("packstation")
    for picture in pictures:
        size = (picture.width * 72 / dpi, picture.height * 72 / dpi)
        canvas.setPageSize(size)
        canvas.drawImage(ImageReader(picture), 0, 0, *size)
        canvas.showPage()
    return bytes(canvas.getpdfdata())


def _start(content: bytes) -> str:
    return f"{len(content)} bytes starting {content[:12]!r}"
