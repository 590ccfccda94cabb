"""The modules of a Code 128: text to code values to bars. Our own, because every label waits for two of them (PF4.1).

    "ORD-0012345" ──▶ start B, O, R, D, -, change to C, 00, 12, 34, change to B, 5 ──▶ check ──▶ "11010010000..."

The tables are python-barcode's, and so are the choices of code set; tests hold the bars against that library's own.
It walks through a text letter by letter and asks at each which code set is best; here a stretch of digits is decided
at once. Only its fault is not copied: data that begins with 99 is no change of code set (trap DT5).
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

FNC1 = "\xf1"
"""Stands for the sign that begins a GS1-128 and ends an element of open length in it."""

_START_B, _START_C = 104, 105
_TO_C, _TO_B, _FNC1 = 99, 100, 102
_STRETCHES = re.compile(f"[0-9]+|{FNC1}|[^0-9{FNC1}]+")
_FOR_C_MIN = 4
"""Digits that are worth a change of code set."""


class _Tables(NamedTuple):
    set_b: dict[str, int]
    bars: tuple[str, ...]
    stop: str


@cache
def _tables() -> _Tables:
    from barcode.charsets import code128

    return _Tables(dict(code128.B), tuple(str(bars) for bars in code128.CODES), f"{code128.STOP}11")


def modules(text: str) -> str:
    """The bars of printable ASCII and FNC1 as "1", the spaces as "0", from start sign to stop sign.

    >>> modules("A")
    '1101001000010100011000100010110001100011101011'
    """
    values = _values(text)
    bars = _tables().bars
    check = (values[0] + sum([n * value for n, value in enumerate(values)])) % 103
    return "".join([bars[value] for value in values]) + bars[check] + _tables().stop


def _values(text: str) -> list[int]:
    """Start sign and data: pairs of digits in code set C where there are enough of them, else code set B."""
    letters = _tables().set_b
    values = [_START_C]
    paired = True
    for stretch in _STRETCHES.findall(text):
        if stretch == FNC1:
            values.append(_FNC1)
        elif stretch.isdigit() and (paired or len(stretch) >= _FOR_C_MIN):
            if not paired:
                values.append(_TO_C)
            values += [int(stretch[at : at + 2]) for at in range(0, len(stretch) - 1, 2)]
            paired = len(stretch) % 2 == 0
            if not paired:
                values += (_TO_B, letters[stretch[-1]])
        else:
            if paired:
                values.append(_TO_B)
                paired = False
            values += [letters[letter] for letter in stretch]
    return [_START_B, *values[2:]] if values[1] == _TO_B else values
