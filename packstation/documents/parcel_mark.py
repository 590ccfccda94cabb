"""What the Data Matrix on our labels says: which box this is, and which copy of its label (D8.2, FL5.41).

P1;order;parcel;of;SSCC or LPN;copy      a label        S1;...      the strip of a box that has no label yet
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING
from urllib.parse import unquote

if TYPE_CHECKING:
    from packstation.documents.shipment import Shipment

_PLAIN_MARK = re.compile(r"[ -$&-:<-}]*")
"""What a field of the Data Matrix holds as it is: printable ASCII but %, ; and ~."""


@dataclass(frozen=True, slots=True)
class ParcelMark:
    """What our Data Matrix says: which box this is, and which copy of its label."""

    order: str
    parcel: int
    of: int
    box: str
    copy: int
    strip: bool = False


def parcel_mark(shipment: Shipment, *, strip: bool = False) -> str:
    """The text of the Data Matrix on labels: order, parcel, of, SSCC or LPN, copy (D8.2, FL5.41). On a `strip` it
    begins otherwise: the strip of a box must not be read back as the label that is stuck over it.

    The copy number is last: an older copy of the same label differs in it alone. What a field cannot hold is
    written as %C3%84; an order too long for a small symbol as the digest of it (`mark_holds` says so).
    """
    order, box = _mark_field(shipment.order, 60), _mark_field(shipment.sscc or shipment.lpn, 40)
    return f"{'S1' if strip else 'P1'};{order};{shipment.parcel};{shipment.of};{box};{shipment.copy}"


def mark_holds(shipment: Shipment) -> bool:
    """Whether the order stands in the Data Matrix, and not its digest."""
    return not parcel_mark(shipment).startswith("P1;~")


def _mark_field(text: str, most: int) -> str:
    if len(text) <= most and _PLAIN_MARK.fullmatch(text):
        return text
    if len(text) <= most:  # escaped it is never shorter
        field = "".join(
            c if " " <= c <= "~" and c not in ";%~" else "".join(f"%{byte:02X}" for byte in _utf8(c)) for c in text
        )
        if len(field) <= most:
            return field
    return f"~{blake2b(_utf8(text), digest_size=10).hexdigest()}"


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def read_parcel_mark(text: str) -> ParcelMark | None:
    """The mark in a scanned text, or None when the text is something else."""
    parts = text.split(";")
    if len(parts) < 6 or parts[0] not in ("P1", "S1"):
        return None
    parcel, of, box, copy = parts[-4:]
    if not all(number.isascii() and number.isdigit() and len(number) <= 9 for number in (parcel, of, copy)):
        return None
    # On labels of older releases an order held semicolons of its own; nothing behind it could.
    return ParcelMark(unquote(";".join(parts[1:-4])), int(parcel), int(of), unquote(box), int(copy), parts[0] == "S1")
