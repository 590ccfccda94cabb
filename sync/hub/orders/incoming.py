"""What an order must be to be taken in (hub.md section 4). Pure.

text  --format's reader-->  Incoming  --problems()-->  none: accepted; else refused whole, with path and reason
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

LINES_MAX = 500
QUANTITY_MAX = 9_999
TEXT_CHARS_MAX = 200
ORDER_ID_CHARS_MAX = 13  # "FO-" + order + "-" + three digits fit the 20 characters a Code 128 has room for

_NO_DECIMALS = frozenset(
    [
        "BIF",
        "CLP",
        "DJF",
        "GNF",
        "ISK",
        "JPY",
        "KMF",
        "KRW",
        "PYG",
        "RWF",
        "UGX",
        "UYI",
        "VND",
        "VUV",
        "XAF",
        "XOF",
        "XPF",
    ]
)
_THREE_DECIMALS = frozenset(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"])
_POSTCODES = {
    "US": re.compile(r"[0-9]{5}(-[0-9]{4})?"),
    "DE": re.compile(r"[0-9]{5}"),
    "FR": re.compile(r"[0-9]{5}"),
    "CA": re.compile(r"[A-Z][0-9][A-Z] ?[0-9][A-Z][0-9]", re.IGNORECASE),
    "GB": re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][A-Z]{2}", re.IGNORECASE),
}


class Wrong(Exception):
    """A value that is not what its place wants: `path` where, the text says expected and got."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(reason)
        self.path, self.reason = path, reason


@dataclass(frozen=True, slots=True)
class Problem:
    """One reason not to take an order in."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class IncomingLine:
    """One line of an order; `path` says where it stood."""

    sku: str
    quantity: int
    price_minor: int
    path: str = ""


@dataclass(frozen=True, slots=True)
class Incoming:
    """An order as any format gives it. `address` has the shape of "to" in a station's copy.

    `hold`: why it may not be worked on yet. `cancelled`: the channel took it back. `row`: where it began.
    """

    channel: str
    source_id: str
    ordered_at: int
    ship_by: int | None
    service: str
    currency: str
    note: str | None
    address: dict[str, Any]
    lines: tuple[IncomingLine, ...]
    row: int
    shown: str = ""
    hold: str | None = None
    cancelled: bool = False
    priority: int = 0
    stripped: tuple[str, ...] = field(default=())

    @property
    def hash(self) -> str:
        """The same content has the same hash, wherever it stood in a file (I2)."""
        lines = [[one.sku, one.quantity, one.price_minor] for one in self.lines]
        told = [self.ordered_at, self.ship_by, self.service, self.currency, self.note, self.address, lines, self.hold]
        made = json.dumps([*told, self.cancelled, self.priority], sort_keys=True, ensure_ascii=True)
        return hashlib.blake2b(made.encode(), digest_size=16).hexdigest()


def problems(order: Incoming, sku_of: Callable[[str], str | None]) -> list[Problem]:
    """Everything that speaks against the order (I9); `sku_of` tells the SKU a text means, or None."""
    found: list[Problem] = []
    if not order.source_id:
        found.append(Problem("order", "expected an order number, got none."))
    if not re.fullmatch(r"[A-Z]{3}", order.currency):
        found.append(Problem("currency", f"expected three letters, got {quoted(order.currency)}."))
    if not order.lines and not order.cancelled:
        found.append(Problem("lines", "expected at least one line that ships, got none."))
    if len(order.lines) > LINES_MAX:
        found.append(Problem("lines", f"expected at most {LINES_MAX} lines, got {len(order.lines)}."))
    for one in order.lines[:LINES_MAX]:
        if not one.sku:
            found.append(Problem(f"{one.path}.sku", "expected an item code, got none."))
        elif sku_of(one.sku) is None:
            found.append(Problem(f"{one.path}.sku", f"expected an item of the catalog, got {quoted(one.sku)}."))
        if not 1 <= one.quantity <= QUANTITY_MAX:
            found.append(Problem(f"{one.path}.quantity", f"expected 1 to {QUANTITY_MAX}, got {one.quantity}."))
        if one.price_minor < 0:
            found.append(Problem(f"{one.path}.price", f"expected 0 or more, got {one.price_minor}."))
    to = order.address
    lacking = [part for part in ("name", "city", "country") if not to.get(part)]
    found += [Problem(part, f"expected a {part}, got none.") for part in lacking]
    if not to.get("lines"):
        found.append(Problem("address1", "expected a street line, got none."))
    country, postcode = str(to.get("country", "")), str(to.get("postcode", ""))
    if country and not re.fullmatch(r"[A-Z]{2}", country):
        found.append(Problem("country", f"expected two letters, got {quoted(country)}."))
    shape = _POSTCODES.get(country)
    if shape is not None and not shape.fullmatch(postcode):
        # The postcode is part of an address: it is described, not repeated (I10).
        found.append(Problem("postcode", f"expected a postcode of {country}, got {len(postcode)} other characters."))
    return found


def minor_units(amount: str, currency: str, path: str) -> int:
    """Money as text, "12.95", in minor units of its currency: 1295 (I3). Raises Wrong; never a float."""
    match = re.fullmatch(r"(-?)([0-9]{1,12})(?:[.]([0-9]{1,6}))?", amount.strip())
    if match is None:
        raise Wrong(path, f"expected an amount such as 12.95, got {quoted(amount)}.")
    digits = 0 if currency in _NO_DECIMALS else 3 if currency in _THREE_DECIMALS else 2
    decimals = (match[3] or "").rstrip("0")
    if len(decimals) > digits:
        raise Wrong(path, f"expected at most {digits} decimals for {quoted(currency)}, got {quoted(amount)}.")
    return int(match[1] + match[2] + decimals.ljust(digits, "0"))


def whole(text: str, path: str, *, least: int = 0, most: int = 1_000_000_000, empty: int | None = None) -> int:
    """A whole number in its bounds. Raises Wrong. `empty`: what no text means."""
    cleaned = text.strip()
    if not cleaned and empty is not None:
        return empty
    if not re.fullmatch(r"-?[0-9]{1,15}", cleaned):
        raise Wrong(path, f"expected a whole number, got {quoted(text)}.")
    number = int(cleaned)
    if not least <= number <= most:
        raise Wrong(path, f"expected {least} to {most}, got {number}.")
    return number


def time_ms(text: str, path: str) -> int:
    """A time in ISO 8601, or as shops write it ("2026-11-20 10:15:00 -0500"), in UTC ms; no zone means UTC."""
    cleaned = re.sub(r"\s+([+-]\d{2}):?(\d{2})$", r"\1:\2", text.strip())
    cleaned = re.sub(r"\s+UTC$", "+00:00", cleaned)
    try:
        found = datetime.fromisoformat(cleaned)
        moment = found if found.tzinfo else found.replace(tzinfo=UTC)
        ms = int(moment.timestamp()) * 1000
    except (ValueError, OverflowError) as error:
        raise Wrong(path, f"expected a time such as 2026-11-20T10:15:00Z, got {quoted(text)}.") from error
    if not 0 <= ms < 253_402_300_800_000:  # the year 10000
        raise Wrong(path, f"expected a time after 1970, got {quoted(text)}.")
    return ms


def tidy(text: str, *, chars_max: int = TEXT_CHARS_MAX) -> str:
    """Text of an order in NFC, as one line, without control, bidi and other unseen characters (I9)."""
    kept = []
    for character in unicodedata.normalize("NFC", text[: chars_max * 4]):
        kind = unicodedata.category(character)
        if character in "\t\n\r\x0b\x0c\x85\u2028\u2029":
            kept.append(" ")
        elif kind not in ("Cc", "Cf", "Cs", "Co", "Cn") or character in "\u200c\u200d":
            kept.append(character)
    return " ".join("".join(kept).split())[:chars_max]


def source(text: str) -> str:
    """An order number of a channel, compared after trimming and without one leading # (I2)."""
    cleaned = text.strip()
    return tidy(cleaned[1:] if cleaned.startswith("#") else cleaned, chars_max=64)


def order_id(channel: str, source_id: str) -> str:
    """The hub's own short id where the channel's number does not serve: 10 signs that only this order has."""
    made = hashlib.blake2b(f"{channel}|{source_id}".encode(), digest_size=8).digest()
    number = int.from_bytes(made, "big")
    signs = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    return "".join(signs[(number >> (5 * place)) & 31] for place in range(10))


def plain_id(source_id: str) -> str | None:
    """The channel's number as the order's id, if it is short and prints as a barcode; else None."""
    fits = 1 <= len(source_id) <= ORDER_ID_CHARS_MAX
    return source_id if fits and re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]*", source_id) else None


def quoted(text: str) -> str:
    """A wrong value as an error may show it: short, printable, in quotes."""
    shown = "".join(c if c.isprintable() else "?" for c in text[:40])
    return f"{shown!r}" if len(text) <= 40 else f"{shown!r} and {len(text) - 40} more characters"
