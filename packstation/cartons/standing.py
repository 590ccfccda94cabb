"""Units that lie apart, let down until they stand: what the proof by arrangements finds becomes a packing (CT3.5).

An arrangement says where units may lie so that none overlaps another. Units that hang in the air are lowered onto
what is below them; upside down it is as good an arrangement, and one of the two often stands.
"""

from __future__ import annotations

from collections.abc import Sequence

from packstation.cartons.plan import Triple

Lying = tuple[int, int, int, int, int, int, int]  # type, x, y, z, dx, dy, dz


def stood(
    far_z: int, kinds: Sequence[int], sizes: Sequence[Triple], low: Sequence[Sequence[int]], support_pct: int
) -> tuple[Lying, ...] | None:
    """The units with their least corners `low`, by axis, as a packing; None when some are not carried enough."""
    rows = [(kind, x, y, z, *size) for kind, x, y, z, size in zip(kinds, low[0], low[1], low[2], sizes, strict=True)]
    if not support_pct:
        return tuple(rows)
    for upside_down in (False, True):
        if upside_down:
            rows = [(kind, x, y, far_z - z - dz, dx, dy, dz) for kind, x, y, z, dx, dy, dz in rows]
        lowered = _lowered(rows)
        if stands(lowered, support_pct):
            return tuple(lowered)
    return None


def _lowered(rows: Sequence[Lying]) -> list[Lying]:
    lying: list[Lying] = []
    for kind, x, y, _, dx, dy, dz in sorted(rows, key=lambda row: (row[3], row[2], row[1])):
        tops = [
            z0 + high
            for _, x0, y0, z0, wide, deep, high in lying
            if x0 < x + dx and x < x0 + wide and y0 < y + dy and y < y0 + deep
        ]
        lying.append((kind, x, y, max(tops, default=0), dx, dy, dz))
    return lying


def stands(laid: Sequence[Lying], support_pct: int) -> bool:
    """Whether enough of every base lies on the floor or on tops at exactly its height (CT3.5)."""
    for _, x, y, z, dx, dy, _ in laid:
        if not z:
            continue
        area = 0
        for _, x0, y0, z0, wide, deep, high in laid:
            if z0 + high == z:
                width = min(x0 + wide, x + dx) - max(x0, x)
                depth = min(y0 + deep, y + dy) - max(y0, y)
                if width > 0 and depth > 0:
                    area += width * depth
        if 100 * area < support_pct * dx * dy:
            return False
    return True
