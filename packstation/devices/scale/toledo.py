r"""Mettler Toledo 8217 (also Rice Lake, Brecknell "8213"): `W` is answered with a number without a unit. Pure.

    \x02 01.250 \r      \x02 ? status \r      \x02 01.250N \r (tare is on)

A number is sent only when it holds still. Status: bit 0 motion, 1 over, 2 under, 3 outside the zero range,
4 centre of zero.
"""

from __future__ import annotations

import re
from decimal import Decimal

from packstation.devices.scale.reading import Reading, kept, reading

ASK = b"W"
ZERO = b"Z"
LINE = (9600, "7E1")
PROBE = b"Ehello"  # an 8217 answers "\x02E\rhello" and echoes until it is told to stop
PROBE_END = b"F"

_STX, _CR = 0x02, 0x0D
_WEIGHT = re.compile(rb"(\d{1,4}\.\d{1,4})(N?)\Z")


def parse(buffer: bytes, *, unit: str = "lb") -> tuple[tuple[Reading, ...], bytes]:
    """All complete answers, and the bytes of an unfinished one. The unit is a setting: the scale never says it."""
    readings: list[Reading] = []
    while True:
        start = buffer.find(_STX)
        if start < 0:
            if buffer:
                readings.append(reading(buffer, "garbage"))
            return tuple(readings), b""
        if start > 0:
            readings.append(reading(buffer[:start], "garbage"))
            buffer = buffer[start:]
        # A status byte may look like a CR, so it is read by its place.
        end = buffer.find(_CR, 3 if buffer[1:2] == b"?" else 1)
        again = buffer.find(_STX, 1, end if end > 0 else len(buffer))
        if again > 0 and buffer[1:2] != b"?":
            # The answer before was cut off; what it held is no weight.
            readings.append(reading(buffer[:again], "garbage"))
            buffer = buffer[again:]
            continue
        if end < 0:
            noise, rest = kept(buffer)
            return (*readings, *noise), rest
        readings.append(_answer(buffer[: end + 1], unit))
        buffer = buffer[end + 1 :]


def is_probe_answer(answer: bytes) -> bool:
    return answer.startswith(b"\x02E\r")


def _answer(raw: bytes, unit: str) -> Reading:
    body = raw[1:-1]
    if body[:1] == b"?" and len(body) == 2:
        return reading(raw, *_flags(body[1]))
    weight = _WEIGHT.match(body)
    if weight is None:
        return reading(raw, "garbage")
    net = ("net",) if weight[2] else ()
    return reading(raw, "stable", *net, value=Decimal(weight[1].decode("ascii")), unit=unit)


def _flags(status: int) -> set[str]:
    names = ("motion", "over", "under", "rezero", "zero")
    return {name for bit, name in enumerate(names) if status & (1 << bit)}
