r"""NCI SCP-01 (Avery, Brecknell, Ohaus, Mettler PS, "NCI 3835"): `W\r` is answered with a weight and a status. Pure.

    \n 012.34LB \r \n status \r \x03      \n status \r \x03 (moving)      \n ? \r \x03 (command not known)

Status: two or more bytes with high bits 0011, `S` before them on some models. Byte 1: bit 0 motion, bit 1 zero, bits
2-3 memory faults. Byte 2: bit 0 under, bit 1 over, bits 2-3 faults.
"""

from __future__ import annotations

import re
from decimal import Decimal

from packstation.devices.scale.reading import Reading, kept, reading

ASK = b"W\r"
STATUS = b"S\r"
ZERO = b"Z\r"
LINE = (9600, "7E1")

_END = b"\x03"
_STATUS = re.compile(rb"S?([\x30-\x3f]{2,6})\Z")
_WEIGHT = re.compile(rb"(-?) *(-?)(\d{1,7}\.?\d{0,5}|\.\d{1,5}) *(LB|KG|OZ|G)\Z", re.IGNORECASE)
_POUNDS = re.compile(rb" *(\d{1,4}) *LB *(\d{1,2}\.?\d{0,3}) *OZ\Z", re.IGNORECASE)


def parse(buffer: bytes, *, inverted: bool = False) -> tuple[tuple[Reading, ...], bytes]:
    """All complete answers, and the bytes of an unfinished one. `inverted`: a clone's motion and zero bits (D5.7)."""
    *answers, rest = buffer.split(_END)
    readings = [_answer(answer + _END, inverted) for answer in answers]
    noise, rest = kept(rest)
    return (*readings, *noise), rest


def _answer(raw: bytes, inverted: bool) -> Reading:
    lines = [line for line in re.split(rb"[\r\n]+", raw[:-1]) if line.strip(b" ")]
    if lines == [b"?"]:
        return reading(raw, "syntax")
    status = _STATUS.match(lines[-1].strip(b" ")) if lines else None
    # More lines: a cut-off answer stands in front. No line end in front: the first digits may be lost.
    if status is None or len(lines) > 2 or not raw.startswith((b"\n", b"\r\n")):
        return reading(raw, "garbage")
    flags = _flags(status.group(1), inverted)
    if len(lines) == 1:
        return reading(raw, *(flags - {"stable"}))
    weight = _weight(lines[0])
    if weight is None:
        # Models print ^^^^ or ____ in place of digits when the load is out of range.
        blank = not lines[0].strip(b" ^_-.LBKGOZlbkgoz")
        return reading(raw, *((flags - {"stable"}) if blank else {"garbage"}))
    value, unit = weight
    return reading(raw, *flags, value=value, unit=unit)


def _flags(status: bytes, inverted: bool) -> set[str]:
    first, second = status[0], status[1]
    if inverted:
        first ^= 0b11
    flags = set()
    flags |= {"motion"} if first & 1 else {"stable"}
    flags |= {"zero"} if first & 2 else set()
    flags |= {"fault"} if first & 0b1100 or second & 0b1100 else set()
    flags |= {"under"} if second & 1 else set()
    flags |= {"over"} if second & 2 else set()
    return flags


def _weight(line: bytes) -> tuple[Decimal, str] | None:
    pounds = _POUNDS.match(line)
    if pounds:
        return Decimal(int(pounds[1]) * 16) + Decimal(pounds[2].decode("ascii")), "oz"
    weight = _WEIGHT.match(line.strip(b" "))
    if weight is None:
        return None
    sign = "-" if weight[1] or weight[2] else ""
    return Decimal(sign + weight[3].decode("ascii")), weight[4].decode("ascii").lower()
