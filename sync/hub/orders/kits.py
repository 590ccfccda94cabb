"""Kits become their parts when an order is accepted (hub.md Q7, floor.md FL4.41). Pure.

TEA-SET = BLUE-MUG*2 + TEAPOT:   3 x TEA-SET  -->  6 x BLUE-MUG, 3 x TEAPOT, each line naming its kit
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

Parts = tuple[tuple[str, int], ...]
"""(SKU, units in one kit)."""


class Wanted(NamedTuple):
    """A line as the hub keeps it: a SKU that can be picked. `kit`: the kit it is a part of."""

    sku: str
    units: int
    price_minor: int
    kit: str | None = None


def exploded(lines: Iterable[Wanted], kits: Mapping[str, Parts]) -> list[Wanted]:
    """The lines with every kit as its parts; what they cost together is what the kits cost.

    >>> exploded([Wanted("TEA-SET", 3, 2000)], {"TEA-SET": (("BLUE-MUG", 2), ("TEAPOT", 1))})
    [Wanted(sku='BLUE-MUG', units=6, price_minor=666, kit='TEA-SET'), Wanted(sku='TEAPOT', units=3, price_minor=668, \
kit='TEA-SET')]
    """
    return [part for line in lines for part in (_parts(line, kits[line.sku]) if kits.get(line.sku) else (line,))]


def _parts(line: Wanted, parts: Parts) -> Iterator[Wanted]:
    """A price that cannot be shared evenly is made whole by one unit of each kit."""
    each, rest = divmod(line.price_minor, sum(units for _, units in parts))
    alone = next((sku for sku, units in parts if units == 1), parts[0][0]) if rest else None
    for sku, units in parts:
        if sku == alone:
            yield Wanted(sku, line.units, each + rest, line.sku)
            units -= 1
        if units:
            yield Wanted(sku, line.units * units, each, line.sku)
