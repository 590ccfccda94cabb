"""USB HID scales (usage page 0x8D): one report is id, status, unit, exponent, low byte, high byte. Pure.

03 04 0B FF 34 19  =  stable, ounces, 10^-1, 0x1934  =  645.2 oz
"""

from __future__ import annotations

from decimal import Decimal

from packstation.devices.scale.reading import Reading, reading

REPORT_BYTES = 6

_UNITS = {0x01: "mg", 0x02: "g", 0x03: "kg", 0x0B: "oz", 0x0C: "lb"}
_STATUS = {
    1: ("fault",),
    2: ("stable", "zero"),
    3: ("motion",),
    4: ("stable",),
    5: ("under",),
    6: ("over",),
    7: ("calibrate",),
    8: ("rezero",),
}
_DATA_REPORT = 3


def parse(report: bytes) -> tuple[tuple[Reading, ...], bytes]:
    """One report as it was read from the device; nothing is kept, a report comes whole or not at all."""
    if not report:
        return (), b""
    if report[0] != _DATA_REPORT and len(report) >= REPORT_BYTES:
        return (), b""  # attributes and statistics of the scale
    if len(report) < REPORT_BYTES or report[1] not in _STATUS:
        return (reading(report, "garbage"),), b""
    flags = _STATUS[report[1]]
    unit = _UNITS.get(report[2])
    exponent = int.from_bytes(report[3:4], "big", signed=True)
    count = report[4] | report[5] << 8
    if "stable" not in flags and "motion" not in flags:
        return (reading(report, *flags),), b""
    if unit is None or not -6 <= exponent <= 4:
        # A zero load may come without a unit; a load never does.
        zero = count == 0 and "zero" in flags
        return (reading(report, *flags, value=Decimal(0)) if zero else reading(report, "garbage"),), b""
    return (reading(report, *flags, value=Decimal(count).scaleb(exponent), unit=unit),), b""
