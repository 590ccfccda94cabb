"""The order of placement, and what to say at each step (cartons.md CT7).

The lowest unit goes in first, so nothing is ever pushed below something; at equal height the SKU of the last step
goes on, then what stands farther back, then farther left.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import NamedTuple

from packstation.cartons.plan import Layer, Placement, Triple
from packstation.cartons.words import ON_BOTTOM, Said, said

WALL_MM = 15  # so near a wall, the wall names the place
_SHORT_LEVEL = 12  # so few tops are looked through as they are
_DEEP = ("front", "middle", "back")
_WIDE = ("left", "centre", "right")


class Lying(NamedTuple):
    """One unit in its place, before it has a step."""

    sku: str
    unit: int
    position_mm: Triple
    size_mm: Triple
    pose: str = "lwh"
    estimated: bool = False
    frozen: bool = False  # it lies there already: an earlier step


def stepped(
    lying: Sequence[Lying], inner_mm: Triple, padding_mm: int, *, stack: bool = False
) -> tuple[Placement, ...]:
    """The units numbered 1.. in the order they go in, with words; `stack` = a mailer, where all lie on each other."""
    if len(lying) == 1:
        return (_alone(lying[0], inner_mm, padding_mm),)
    ordered = _ordered(lying)
    tops: dict[int, list[tuple[int, int, int, int, int]]] = {}
    widest = 0
    for n, unit in enumerate(ordered):
        (x, y, z), (dx, dy, dz) = unit.position_mm, unit.size_mm
        tops.setdefault(z + dz, []).append((x, y, x + dx, y + dy, n))
        if dx > widest:
            widest = dx
    for level in tops.values():
        if len(level) > _SHORT_LEVEL:
            level.sort()
    placements = []
    told: dict[tuple[str, Said, Said, tuple[str, ...]], int] = {}
    for n, unit in enumerate(ordered):
        x, y, z = unit.position_mm
        rests: list[int] = []
        if stack and n:
            rests = [n - 1]
        elif z > padding_mm and z in tops:
            level = tops[z]
            end_x, end_y = x + unit.size_mm[0], y + unit.size_mm[1]
            # Only tops that begin within a widest unit's reach can lie below this one.
            near = level
            if len(level) > _SHORT_LEVEL:
                near = level[bisect_left(level, (x - widest,)) : bisect_left(level, (end_x,))]
            rests = [m for x0, y0, x1, y1, m in near if m < n and x1 > x and x0 < end_x and y1 > y and y0 < end_y]
            rests.sort()
        names = tuple(dict.fromkeys([ordered[m].sku for m in rests])) if rests else ()
        under = _on(names) if names else ON_BOTTOM
        pose, place = _lies(unit, inner_mm, padding_mm)
        # Words that were said before would send the hand to the same place: the one that lies there tells where.
        said_by = (unit.sku, pose, place, names)
        twin = told.get(said_by)
        told[said_by] = n
        if twin is not None:
            place = said(f"beside_{_beside(unit, ordered[twin])}", place=place, n=twin + 1)
        values = (("n", n + 1), ("sku", unit.sku), ("pose", pose), ("place", place), ("on", under))
        placements.append(
            Placement(
                unit.sku,
                unit.unit,
                unit.position_mm,
                unit.size_mm,
                step=n + 1,
                pose=unit.pose,
                rests_on=tuple([m + 1 for m in rests]) if rests else (),
                saying=Said("step", values),
                estimated=unit.estimated,
            )
        )
    return tuple(placements)


def _alone(unit: Lying, inner_mm: Triple, padding_mm: int) -> Placement:
    """The one step of most parcels."""
    pose, place = _lies(unit, inner_mm, padding_mm)
    saying = Said("step", (("n", 1), ("sku", unit.sku), ("pose", pose), ("place", place), ("on", ON_BOTTOM)))
    sku, number, position_mm, size_mm, name, estimated, _ = unit
    return Placement(sku, number, position_mm, size_mm, 1, name, (), saying, estimated)


def layers_of(placements: Sequence[Placement]) -> tuple[Layer, ...]:
    """The units by the height of their base, from the bottom up."""
    if len(placements) == 1:
        return (Layer(placements[0].position_mm[2], (placements[0].step,)),)
    by_z: dict[int, list[int]] = {}
    for placement in placements:
        by_z.setdefault(placement.position_mm[2], []).append(placement.step)
    return tuple([Layer(z_mm, tuple(by_z[z_mm])) for z_mm in sorted(by_z)])


def _ordered(lying: Sequence[Lying]) -> list[Lying]:
    ordered: list[Lying] = []
    rows = []
    for n, unit in enumerate(lying):
        x, y, z = unit.position_mm
        rows.append((not unit.frozen, z, -y, x, unit.sku, unit.unit, n))
    rows.sort()
    by_z: dict[tuple[bool, int], dict[str, list[Lying]]] = {}
    for later, z, _y, _x, sku, _unit, n in rows:
        by_z.setdefault((later, z), {}).setdefault(sku, []).append(lying[n])
    for by_sku in by_z.values():
        # The SKU of the last step goes on first, then the SKU whose first unit is farthest back.
        while by_sku:
            sku = ordered[-1].sku if ordered and ordered[-1].sku in by_sku else next(iter(by_sku))
            ordered += by_sku.pop(sku)
    return ordered


def _lies(unit: Lying, inner_mm: Triple, padding_mm: int) -> tuple[Said, Said]:
    """How it lies, and where."""
    dx, dy, dz = unit.size_mm
    if dz <= dx and dz <= dy:
        pose = "flat"
    elif dz >= dx and dz >= dy:
        pose = "standing"
    else:
        pose = "edge"
    if dx != dy:
        pose += "_across" if dx > dy else "_deep"
    x, y, _ = unit.position_mm
    deep = _side(y, dy, inner_mm[1], padding_mm, _DEEP)
    wide = _side(x, dx, inner_mm[0], padding_mm, _WIDE)
    return _POSES[pose], _PLACES[deep, wide]


def _side(start: int, size: int, inner: int, padding_mm: int, names: tuple[str, str, str]) -> str:
    """Which third of the carton; a wall within 15 mm decides, both walls need no word."""
    near = start - padding_mm <= WALL_MM
    far = inner - padding_mm - start - size <= WALL_MM
    if near and far:
        return ""
    if near or far:
        return names[0] if near else names[2]
    centre_twice = 2 * start + size
    return names[0] if 3 * centre_twice < 2 * inner else names[2] if 3 * centre_twice > 4 * inner else names[1]


def _beside(unit: Lying, other: Lying) -> str:
    """On which side of the other it lies."""
    (x, y, _), (dx, dy, _) = unit.position_mm, unit.size_mm
    (x0, y0, _), (wide, deep, _) = other.position_mm, other.size_mm
    across = "right" if x >= x0 + wide else "left" if x + dx <= x0 else ""
    along = "back" if y >= y0 + deep else "front" if y + dy <= y0 else ""
    return along or across or "above"


def _on(skus: Sequence[str]) -> Said:
    if len(skus) == 1:
        return said("on_one", one=skus[0])
    if len(skus) == 2:
        return said("on_two", one=skus[0], two=skus[1])
    return said("on_more", one=skus[0], two=skus[1], n=len(skus) - 2)


def _named(deep: str, across: str) -> Said:
    if deep and across:
        return said("place_both", deep=said(f"place_{deep}"), across=said(f"place_{across}"))
    return said(f"place_{deep or across or 'walls'}")


# Made once: every unit of every plan is told.
_POSES = {
    name: said(f"pose_{name}")
    for pose in ("flat", "standing", "edge")
    for name in (pose, f"{pose}_across", f"{pose}_deep")
}
_PLACES = {
    (deep, across): _named(deep, across)
    for deep in ("", "front", "middle", "back")
    for across in ("", "left", "centre", "right")
}
