"""What comes out of every document: the bytes, each barcode as it was read back, and what could not be printed.

shipment.py ── data ──▶ label.py | slip.py | lists.py | customs.py | zpl.py ──▶ Drawn ──▶ printer, `packstation label`
"""

from __future__ import annotations

from dataclasses import dataclass


class PaperRefused(Exception):
    """A document that must not be printed: a value its barcode cannot carry, or a symbol wider than the paper.

    `field` names the value ("tracking", "sscc"). The spool row becomes `failed`; the parcel stays packed.
    """

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


class SymbolUnreadable(PaperRefused):
    """A symbol was drawn, and reading it back gave something else or nothing (D11.1). Never let out."""


@dataclass(frozen=True, slots=True)
class Symbol:
    """One barcode on the paper, as a scanner reads it.

    `purpose`: tracking, sscc, lpn, parcel (our Data Matrix with the copy number), order, return, walk ...
    `symbology`: code128, gs1-128, ean13, ean8, upca, itf14, datamatrix, gs1-datamatrix, qr, gs1-qr, pdf417.
    `text`: the data as scanned, without the AIM identifier, a group separator between elements.
    `drawn_by`: "packstation" when our modules were decoded before they went out, "printer" when the printer
    draws the bars itself from the text.
    """

    purpose: str
    symbology: str
    text: str
    aim: str
    drawn_by: str = "packstation"


@dataclass(frozen=True, slots=True)
class Unprintable:
    """A text that is not on the paper as it was given. An empty list means that all of it is.

    `field`: where, "to.name" or "lines[3].name". `characters`: what is missing (without repeats), or "" when the
    text was cut. `reason`: "no glyph", "emoji", "no shaping", "cut", "no barcode".
    """

    field: str
    characters: str
    reason: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """A finished document. `format`: "pdf" or "zpl"."""

    content: bytes
    symbols: tuple[Symbol, ...]
    unprintable: tuple[Unprintable, ...] = ()
    pages: int = 1
    format: str = "pdf"

    @property
    def scan_keys(self) -> tuple[str, ...]:
        """The exact contents of the symbols: what a label-back scan is compared with (FL5.40)."""
        return tuple(dict.fromkeys(symbol.text for symbol in self.symbols))
