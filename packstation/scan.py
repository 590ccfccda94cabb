"""One scanner line -> Scan: every reading the line can have, and none that it cannot. Pure.

Which reading wins in a state is `station`'s and the workflow's business (FL2.9); which readings exist is decided
here (devices.md section 4).
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Reading:
    """One thing the line can mean.

    `kind`: command, badge, station, printer, sscc, lpn, tote, cart, slot, location, order, manifest, carton_type,
    gs1, gtin, tracking, text. `value`: canonical: a GTIN has 14 digits, a command no `*`, an SSCC 18 digits.
    Element strings fill the rest: `lot`, `serial`, `expiry` (ISO date), `count`.
    """

    kind: str
    value: str
    lot: str | None = None
    serial: str | None = None
    expiry: str | None = None
    count: int | None = None
    tag: str | None = None


@dataclass(frozen=True, slots=True)
class Scan:
    """What one line can mean. `text` is the data without prefix, symbology identifier and terminator.

    `symbology`: the AIM identifier, "]C1", or None. `fault`: why the line is invalid, or None.
    `warnings`: "check_digit", "separator" and the like.
    """

    text: str
    symbology: str | None = None
    readings: tuple[Reading, ...] = ()
    warnings: tuple[str, ...] = ()
    fault: str | None = None
    ais: tuple[tuple[str, str], ...] = field(default=())
    """All application identifiers of an element string, in order: (("01", "0950..."), ("10", "L77"))."""
