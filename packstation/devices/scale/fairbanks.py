r"""Fairbanks Ultegra on demand (UPS): a `\r` is answered with weight, unit and GR or NT. Pure.

12.4 lb GR  \r\n\x04 stable      12.4 lb gr  \r\n\x04 moving      \x04 alone: over, or not at zero
"""

from __future__ import annotations

import re
from decimal import Decimal

from packstation.devices.scale.reading import Reading, kept, reading

ASK = b"\r"
ZERO = None
LINE = (9600, "8N1")

_END = b"\x04"
_WEIGHT = re.compile(rb"(-? *\d{1,7}\.?\d{0,4}) *(lb|kg|oz|g) *(GR|NT|gr|nt)\Z")


def parse(buffer: bytes) -> tuple[tuple[Reading, ...], bytes]:
    """All complete answers, and the bytes of an unfinished one."""
    *answers, rest = buffer.split(_END)
    readings = [_answer(answer + _END) for answer in answers]
    noise, rest = kept(rest)
    return (*readings, *noise), rest


def _answer(raw: bytes) -> Reading:
    body = raw[:-1].strip(b" \r\n")
    if not body:
        return reading(raw, "over")
    weight = _WEIGHT.match(body)
    if weight is None:
        return reading(raw, "garbage")
    value = Decimal(weight[1].replace(b" ", b"").decode("ascii"))
    flags = {"stable" if weight[3].isupper() else "motion"} | ({"net"} if weight[3].lower() == b"nt" else set())
    return reading(raw, *flags, value=value, unit=weight[2].decode("ascii"))
