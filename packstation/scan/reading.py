"""What a scanner line can mean, as data; and what a site must tell us to see it. Pure."""

from __future__ import annotations

import re

from msgspec import Struct, field

LINE_BYTES_MAX = 512
CUT = "\x18"
"""Stands between the head of a line that a device could not give whole and the reason: see `cut`."""

KINDS = (
    "command",
    "badge",
    "station",
    "printer",
    "sscc",
    "lpn",
    "tote",
    "cart",
    "slot",
    "location",
    "order",
    "manifest",
    "carton_type",
    "gs1",
    "gtin",
    "tracking",
    "text",
)
"""Every kind of reading, in the order of trust (FL2.9): `Scan.readings` is sorted by it. Text comes last because
what it means is known only after a look-up (alias, SKU, tracking number)."""


class Reading(Struct, frozen=True):
    """One thing the line can mean.

    `kind`: one of KINDS. `value`: canonical: a GTIN has 14 digits, an SSCC 18, a command is upper case without its
    `*`, an order number has no `#`. Element strings fill the rest: `lot`, `serial`, `expiry` (ISO date), `count`;
    the value of a `gs1` reading is its GTIN, or "" when it holds none. `tag` belongs to a command and is not checked.
    """

    kind: str
    value: str
    lot: str | None = None
    serial: str | None = None
    expiry: str | None = None
    count: int | None = None
    tag: str | None = None


class Scan(Struct, frozen=True):
    """What one line can mean. `text` is the data without prefix, symbology identifier and terminator.

    `symbology`: the AIM identifier, "]C1", or None.
    `warnings`: "check_digit" (digits that look like a code but do not add up), "separator" (a value may have
    swallowed the next one: "Lot may contain the expiry date. Check the scanner's GS setting."), "date" (a date
    that is not in the calendar was left out), "digital_link" (a link that could not be read as one).
    `fault`: why the line is invalid, or None. It begins with a fixed word: "empty", "too_long", "cut", "broken_off",
    "control", "encoding", "check_digit", "length" or "gs1"; then expected and got. A line whose bytes are sound, but
    whose code is not, still has its text reading, for look-ups of odd carrier labels.
    """

    text: str
    symbology: str | None = None
    readings: tuple[Reading, ...] = ()
    warnings: tuple[str, ...] = ()
    fault: str | None = None
    ais: tuple[tuple[str, str], ...] = field(default=())
    """All application identifiers of an element string, in order: (("01", "0950..."), ("10", "L77"))."""

    def reading(self, *kinds: str) -> Reading | None:
        """The most trusted reading of these kinds, or None."""
        for reading in self.readings:
            if reading.kind in kinds:
                return reading
        return None


class OwnCode(Struct, frozen=True):
    """A pattern of the site's own labels. The whole line must fit."""

    kind: str
    pattern: re.Pattern[str]


OWN_CODES = (
    OwnCode("badge", re.compile(r"B\.[A-Z2-7]{26}")),
    OwnCode("station", re.compile(r"st-[a-z0-9-]{1,32}")),
    OwnCode("printer", re.compile(r"pr-[a-z0-9-]{1,32}")),
    OwnCode("lpn", re.compile(r"C-[A-Za-z0-9][A-Za-z0-9-]{0,31}-[0-9a-z]{6,12}")),
    OwnCode("tote", re.compile(r"T-[0-9]{1,18}")),
    OwnCode("cart", re.compile(r"K-[0-9]{1,18}")),
    OwnCode("slot", re.compile(r"S-[0-9]{1,9}-[A-Z][0-9]{1,2}")),
    OwnCode("location", re.compile(r"[A-Z]{1,2}-[0-9]{2}-[0-9]{1,2}(-[0-9]{1,2})?")),
    # A fulfilment order is numbered after its order: FO-4471-1 is the first part of #4471.
    OwnCode("order", re.compile(r"FO-[0-9A-Za-z_.]{1,18}(-[0-9]{1,4})?|#[0-9]{1,18}")),
    OwnCode("manifest", re.compile(r"M-[0-9]{1,18}")),
)


_LIKE_A_BADGE = re.compile(r"B\.[A-Z2-7]{16,}", re.IGNORECASE)


def like_badge(text: str) -> bool:
    """Whether a badge stands in the line, whole or mis-framed: behind an identifier or a device's prefix, before a
    sign too many, or cut. It opens the station all the same, and is never shown (D4.8).

    >>> like_badge("B." + "A" * 26 + "1"), like_badge("BLUE-MUG")
    (True, False)
    """
    return text.lstrip()[:2] in ("B.", "b.") or _LIKE_A_BADGE.search(text) is not None


class ScanConfig(Struct, frozen=True):
    """What a site and a device add to the meaning of a line.

    `carton_types`: codes of the carton table. `command_key`: the site's key for command sheets; it is carried for
    the station and changes no reading, since a wrong tag is refused there, not here. `gs_substitute`: what this
    device sends where a group separator was; replaced only in lines read as GS1. `gs_seen`: whether this device
    has ever sent one; None when nobody has looked. `prefix`: what this device puts before every line.
    `this_year`: two-digit years are read as 49 years back to 50 years ahead of it.
    """

    codes: tuple[OwnCode, ...] = OWN_CODES
    carton_types: frozenset[str] = frozenset()
    command_key: bytes | None = None
    gs_substitute: str | None = None
    gs_seen: bool | None = None
    prefix: str = ""
    this_year: int = 2026


DEFAULT = ScanConfig()


def cut(head: str, fault: str) -> str:
    """A line of which a device has only the head, as one text that cannot be taken for a code (D1.11, FL2.15).

    `parse` gives the head and the fault back; to everybody else the text holds a control character.
    """
    return f"{head}{CUT}{fault}"
