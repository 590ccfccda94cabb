r"""MT-SICS (Mettler Toledo, Ohaus, Sartorius): `SI\r\n` asks for the weight of this moment. Pure.

S S      100.00 g\r\n stable      S D ... moving      S I busy      S + over      S - under      ES syntax
"""

from __future__ import annotations

import re
from decimal import Decimal

from packstation.devices.scale.reading import Reading, kept, reading

ASK = b"SI\r\n"
ASK_STABLE = b"S\r\n"
ZERO = b"Z\r\n"
LINE = (9600, "8N1")

_WEIGHT = re.compile(rb"S ([SD]) +(-? *\d{1,8}\.?\d{0,6}) +(mg|g|kg|lb|oz)\Z", re.IGNORECASE)
_WORDS = {
    b"S I": ("busy",),
    b"S +": ("over",),
    b"S -": ("under",),
    b"ES": ("syntax",),
    b"ET": ("syntax",),
    b"EL": ("syntax",),
}


def parse(buffer: bytes) -> tuple[tuple[Reading, ...], bytes]:
    """All complete answers, and the bytes of an unfinished one."""
    *lines, rest = buffer.split(b"\n")
    readings = [_answer(line + b"\n") for line in lines if line.strip(b"\r ")]
    noise, rest = kept(rest)
    return (*readings, *noise), rest


def _answer(raw: bytes) -> Reading:
    line = raw.rstrip(b"\r\n ")
    if line in _WORDS:
        return reading(raw, *_WORDS[line])
    weight = _WEIGHT.match(line)
    if weight is None:
        # Answers to Z and T are no weights either.
        return reading(raw, "busy" if line[:2] in (b"Z ", b"T ", b"ZI", b"TI") else "garbage")
    value = Decimal(weight[2].replace(b" ", b"").decode("ascii"))
    return reading(
        raw, "stable" if weight[1] in b"Ss" else "motion", value=value, unit=weight[3].decode("ascii").lower()
    )
