"""What may lie above what, and how much weight on it (cartons.md CT3.6, CT3.7); inside the hot loop."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Law:
    """What may lie above what (CT3.6, CT3.7), by type; None in place of a Law when no unit has such a rule."""

    fragile: tuple[bool, ...]
    no_stack: tuple[bool, ...]
    liquid: tuple[bool, ...]
    weight_g: tuple[int, ...]
    top_load_g: tuple[int, ...]


def lawful(
    law: Law,
    lying: list[tuple[int, int, int, int, int, int, int]],
    above_g: list[int],
    kind: int,
    x: int,
    y: int,
    z: int,
    dx: int,
    dy: int,
    dz: int,
    frozen: int,
) -> bool:
    """Whether the unit may lie here, above what is below it and below what is above it (CT3.6, CT3.7)."""
    end_x, end_y, end_z = x + dx, y + dy, z + dz
    fragile, liquid, no_stack = law.fragile[kind], law.liquid[kind], law.no_stack[kind]
    weight_g = law.weight_g[kind]
    carried_g = 0
    for n, (x0, y0, z0, x1, y1, z1, other) in enumerate(lying):
        if x0 >= end_x or x1 <= x or y0 >= end_y or y1 <= y:
            continue
        if z >= z1:
            if law.no_stack[other] or (law.fragile[other] and not fragile) or (liquid and not law.liquid[other]):
                return False
            if above_g[n] + weight_g > law.top_load_g[other]:
                return False
        elif z0 >= end_z:
            # Nothing is pushed below a unit that already lies in the open carton.
            if n < frozen or no_stack or (fragile and not law.fragile[other]) or (law.liquid[other] and not liquid):
                return False
            carried_g += law.weight_g[other]
    return carried_g <= law.top_load_g[kind]


def load(
    law: Law,
    lying: list[tuple[int, int, int, int, int, int, int]],
    above_g: list[int],
    kind: int,
    x: int,
    y: int,
    z: int,
    end_x: int,
    end_y: int,
    end_z: int,
) -> None:
    """Write the unit down, and its weight on all that lies below it."""
    carried_g = 0
    for n, (x0, y0, z0, x1, y1, z1, other) in enumerate(lying):
        if x0 >= end_x or x1 <= x or y0 >= end_y or y1 <= y:
            continue
        if z >= z1:
            above_g[n] += law.weight_g[kind]
        elif z0 >= end_z:
            carried_g += law.weight_g[other]
    lying.append((x, y, z, end_x, end_y, end_z, kind))
    above_g.append(carried_g)


def load_start(law: Law, lying: list[tuple[int, int, int, int, int, int, int]], above_g: list[int]) -> None:
    for n, (x0, y0, _z0, x1, y1, z1, _kind) in enumerate(lying):
        above_g[n] = sum(
            law.weight_g[other]
            for x2, y2, z2, x3, y3, _z3, other in lying
            if z2 >= z1 and x2 < x1 and x0 < x3 and y2 < y1 and y0 < y3
        )
