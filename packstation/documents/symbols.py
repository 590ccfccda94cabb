"""Every barcode we draw, as modules that were read back before anybody may draw them.

    value ── checked here ──▶ library ──▶ modules ── zxing-cpp reads them ──▶ Bars | Matrix ──▶ paper
                 │                                        │
                 └▶ SymbolRefused                         └▶ SymbolUnreadable: never let out (D11.1)

A value is checked before a barcode library sees it, and the modules are decoded afterwards, because the libraries
have faults, and so may ours. Code 128 is our own (code128.py), other linear symbols are python-barcode's, matrices
zxing-cpp's. Results are kept by content: an order's number is drawn on its label, its slip and its tote card.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from packstation.documents.code128 import FNC1
from packstation.documents.code128 import modules as code128_modules
from packstation.documents.drawn import PaperRefused, Symbol, SymbolUnreadable
from packstation.documents.sscc import (
    Elements,
    check_digit,
    elements_fault,
    printed_text,
    scanned_text,
    sscc_fault,
)

QUIET_MODULES = 10
"""Quiet zone of linear symbols on each side; EAN needs 11 and 7, and gets 11."""
_QUIET = "0" * (QUIET_MODULES + 2)
CODE128_CHARS_MAX = 80
MATRIX_CHARS_MAX = 500

_PRINTABLE = re.compile(r"[ -~]+")


class SymbolRefused(PaperRefused):
    """The value cannot stand in this kind of symbol. Said before a barcode library sees it."""


@dataclass(frozen=True, slots=True)
class Bars:
    """A linear symbol: widths of bars and spaces in modules, a bar first. `human`: the text under it."""

    symbology: str
    text: str
    aim: str
    runs: tuple[int, ...]
    human: str

    @property
    def modules(self) -> int:
        return sum(self.runs)

    def symbol(self, purpose: str, drawn_by: str = "packstation") -> Symbol:
        return Symbol(purpose, self.symbology, self.text, self.aim, drawn_by)


@dataclass(frozen=True, slots=True)
class Matrix:
    """A 2D symbol: `rows` of "1" (dark) and "0", without its quiet zone of `quiet` modules."""

    symbology: str
    text: str
    aim: str
    rows: tuple[str, ...]
    human: str
    quiet: int

    @property
    def columns(self) -> int:
        return len(self.rows[0])

    def symbol(self, purpose: str) -> Symbol:
        return Symbol(purpose, self.symbology, self.text, self.aim)


@lru_cache(maxsize=4096)
def code128(text: str) -> Bars:
    """Plain Code 128 of printable ASCII."""
    if not _PRINTABLE.fullmatch(text) or len(text) > CODE128_CHARS_MAX:
        raise SymbolRefused(
            "Code 128", f"expected 1 to {CODE128_CHARS_MAX} printable ASCII characters, got {_short(text)}"
        )
    return _linear("code128", "Code128", "]C0", text, text, code128_modules(text))


@lru_cache(maxsize=4096)
def gs1_128(elements: Elements) -> Bars:
    """GS1-128: a checked element string, at most 48 characters."""
    fault = elements_fault(elements)
    text = scanned_text(elements) if not fault else ""
    if not fault and len(text) > 48:
        fault = f"expected at most 48 characters in one symbol, got {len(text)}"
    if fault:
        raise SymbolRefused("GS1-128", fault)
    # A raw group separator would be data of code set A.
    modules = code128_modules(FNC1 + text.replace("\x1d", FNC1))
    return _linear("gs1-128", "Code128", "]C1", text, printed_text(elements), modules)


def sscc_bars(number: str) -> Bars:
    """The SSCC as GS1-128."""
    fault = sscc_fault(number)
    if fault:
        raise SymbolRefused("sscc", fault)
    return gs1_128((("00", number),))


@lru_cache(maxsize=1024)
def retail(gtin: str) -> Bars:
    """EAN-13, EAN-8 or UPC-A by the number of digits; the check digit must be right."""
    if not re.fullmatch(r"[0-9]{8}|[0-9]{12,13}", gtin):
        raise SymbolRefused("EAN/UPC", f"expected 8, 12 or 13 digits, got {_short(gtin)}")
    if int(gtin[-1]) != check_digit(gtin[:-1]):
        raise SymbolRefused("EAN/UPC", f"expected check digit {check_digit(gtin[:-1])}, got {gtin[-1]}")
    import barcode

    name, symbology, aim = {8: ("ean8", "EAN8", "]E4"), 12: ("upca", "UPCA", "]E0"), 13: ("ean13", "EAN13", "]E0")}[
        len(gtin)
    ]
    if name == "upca":
        # A UPC-A is the EAN-13 with a leading zero: the same bars, and readers send it either way.
        bars = barcode.get_barcode_class("ean13")(f"0{gtin}", writer=_writer())
    else:
        bars = barcode.get_barcode_class(name)(gtin, writer=_writer())
    return _linear(name, symbology, aim, gtin, gtin, bars.writer.render(bars.build()))


@lru_cache(maxsize=1024)
def itf14(gtin: str) -> Bars:
    """ITF-14 for cases. The sheet draws bearer bars above and below."""
    if not re.fullmatch(r"[0-9]{14}", gtin) or int(gtin[-1]) != check_digit(gtin[:-1]):
        raise SymbolRefused("ITF-14", f"expected 14 digits with their check digit, got {_short(gtin)}")
    from barcode.itf import ITF

    bars = ITF(gtin, writer=_writer())
    return _linear("itf14", "ITF", "]I1", gtin, gtin, bars.writer.render(bars.build()))


@lru_cache(maxsize=4096)
def datamatrix(text: str) -> Matrix:
    """Plain Data Matrix of printable ASCII."""
    _check_matrix_text("Data Matrix", text)
    return _matrix("datamatrix", "DataMatrix", "]d1", text, text, text, gs1=False)


@lru_cache(maxsize=4096)
def gs1_datamatrix(elements: Elements) -> Matrix:
    """GS1 Data Matrix of a checked element string."""
    text = _checked_elements("GS1 Data Matrix", elements)
    return _matrix(
        "gs1-datamatrix", "DataMatrix", "]d2", text, printed_text(elements), printed_text(elements), gs1=True
    )


@lru_cache(maxsize=1024)
def qr(text: str) -> Matrix:
    """Plain QR code of printable ASCII."""
    _check_matrix_text("QR", text)
    return _matrix("qr", "QRCode", "]Q1", text, text, text, gs1=False)


@lru_cache(maxsize=1024)
def gs1_qr(elements: Elements) -> Matrix:
    """GS1 QR code of a checked element string."""
    text = _checked_elements("GS1 QR", elements)
    return _matrix("gs1-qr", "QRCode", "]Q3", text, printed_text(elements), printed_text(elements), gs1=True)


@lru_cache(maxsize=256)
def pdf417(text: str) -> Matrix:
    """PDF417 of printable ASCII; its rows stand three modules high, as the library gives them."""
    _check_matrix_text("PDF417", text)
    return _matrix("pdf417", "PDF417", "]L2", text, text, text, gs1=False)


def runs_of(modules: str) -> list[str]:
    """The equal stretches of a row of modules: "11011" is "11", "0", "11"."""
    return modules.replace("10", "1 0").replace("01", "0 1").split(" ")


def _linear(symbology: str, reader: str, aim: str, text: str, human: str, modules: str) -> Bars:
    read = _read_row(modules, reader)
    if reader == "UPCA":
        # Some readers give thirteen digits and ]E0 for both.
        read = tuple((aim_read, found.removeprefix("0") if len(found) == 13 else found) for aim_read, found in read)
    _must_equal(symbology, aim, text, read)
    return Bars(symbology, text, aim, tuple(map(len, runs_of(modules))), human)


def _matrix(symbology: str, reader: str, aim: str, text: str, human: str, content: str, *, gs1: bool) -> Matrix:
    import zxingcpp

    kind = getattr(zxingcpp.BarcodeFormat, reader)
    options: dict[str, Any] = {"gs1": True} if gs1 else {}
    if reader == "DataMatrix":
        # Left alone it also takes the long rectangles of ISO 21471, which older scanners do not read.
        options["force_square"] = True
    try:
        created = zxingcpp.create_barcode(content, kind, **options)
        picture: Any = created.to_image(scale=1, add_quiet_zones=False)
        image = memoryview(picture)
    except (ValueError, RuntimeError) as error:
        raise SymbolRefused(symbology, f"{_short(content)} cannot be encoded: {error}") from error
    height, width = image.shape if image.shape else (0, 0)
    flat = bytes(image).translate(_PIXEL_TO_DIGIT).decode("ascii")
    rows = tuple([flat[at : at + width] for at in range(0, height * width, width)])
    quiet = 4 if reader == "QRCode" else 2
    _must_equal(symbology, aim, text, _read_matrix(rows, quiet, reader))
    return Matrix(symbology, text, aim, rows, human, quiet)


def _read_row(modules: str, reader: str) -> tuple[tuple[str, str], ...]:
    """A linear symbol read from one row of its own modules, with quiet zones."""
    row = f"{_QUIET}{modules}{_QUIET}".encode("ascii").translate(_DIGIT_TO_PIXEL)
    return _read(row, (1, len(row)), reader, pure=False)


def _read_matrix(rows: tuple[str, ...], quiet: int, reader: str) -> tuple[tuple[str, str], ...]:
    columns = len(rows[0])
    above = "0" * (columns + 2 * quiet) * quiet
    between = "0" * 2 * quiet  # behind one row and before the next
    text = f"{above}{between[quiet:]}{between.join(rows)}{between[quiet:]}{above}"
    pixels = text.encode("ascii").translate(_DIGIT_TO_PIXEL)
    return _read(pixels, (len(rows) + 2 * quiet, columns + 2 * quiet), reader, pure=reader != "PDF417")


def _read(pixels: bytes, shape: tuple[int, int], reader: str, *, pure: bool) -> tuple[tuple[str, str], ...]:
    import zxingcpp

    image = memoryview(pixels).cast("B", shape)
    found = zxingcpp.read_barcodes(
        image,
        formats=getattr(zxingcpp.BarcodeFormat, reader),
        try_rotate=False,
        try_downscale=False,
        try_invert=False,
        is_pure=pure,
        binarizer=zxingcpp.Binarizer.BoolCast,
        text_mode=zxingcpp.TextMode.Plain,
    )
    return tuple((code.symbology_identifier, code.text) for code in found)


def _must_equal(symbology: str, aim: str, text: str, read: tuple[tuple[str, str], ...]) -> None:
    if read != ((aim, text),):
        got = ", ".join(f"{found_aim} {_short(found)}" for found_aim, found in read) or "nothing"
        raise SymbolUnreadable(symbology, f"expected {aim} {_short(text)} when read back, got {got}")


@cache
def _writer_class() -> Callable[[], Any]:
    from barcode.writer import BaseWriter

    class _ModuleWriter(BaseWriter):  # type: ignore[misc]
        """Gives the modules instead of a picture of them: the sheet puts them on its dot grid."""

        def __init__(self) -> None:
            super().__init__(None, _nothing, None, _nothing)

        def render(self, code: list[str]) -> str:
            assert len(code) == 1, "a linear symbol has one row"
            return code[0]

    return _ModuleWriter


def _writer() -> Any:
    return _writer_class()()


def _nothing(*_values: object) -> None:
    """The library wants callbacks; the module writer has nothing to call."""


def _check_matrix_text(kind: str, text: str) -> None:
    if not _PRINTABLE.fullmatch(text) or len(text) > MATRIX_CHARS_MAX:
        raise SymbolRefused(kind, f"expected 1 to {MATRIX_CHARS_MAX} printable ASCII characters, got {_short(text)}")


def _checked_elements(kind: str, elements: Elements) -> str:
    fault = elements_fault(elements)
    if not fault and any("(" in value or ")" in value for _, value in elements):
        # The encoder takes "(ai)value" and would read a bracket as the next identifier.
        fault = "expected values without brackets"
    if fault:
        raise SymbolRefused(kind, fault)
    return scanned_text(elements)


def _short(text: str) -> str:
    shown = ascii(text)
    return shown if len(shown) <= 40 else f"{shown[:37]}..."


_PIXEL_TO_DIGIT = bytes(ord("1") if value < 128 else ord("0") for value in range(256))
_DIGIT_TO_PIXEL = bytes(0 if value == ord("1") else 255 for value in range(256))
