"""Units and types: what the search sees of an order (cartons.md CT5.1, CT2.4, CT6.1).

Equal units are one type, whatever their SKU, and types stand in a canonical order (volume falling, then sides,
weight, flags), so that the order of lines and the names of SKUs change nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from packstation.cartons.plan import POSES, UPRIGHT_POSES, Item, Rules, Triple

_AXES = {"l": 0, "w": 1, "h": 2}
POSE_AXES = tuple((pose, _AXES[pose[0]], _AXES[pose[1]], _AXES[pose[2]]) for pose in POSES)
NO_LIMIT = 1 << 60


class UnitType(NamedTuple):
    """A kind of unit: all that geometry, weight and company of a unit depend on."""

    poses: tuple[Triple, ...]  # distinct size triples, wrapped
    sides: Triple  # wrapped, falling
    weight_g: int
    volume_mm3: int  # wrapped
    raw_mm3: int  # unwrapped: what fill counts
    fragile: bool = False
    no_stack: bool = False
    liquid: bool = False
    top_load_g: int = NO_LIMIT
    soft: bool = False
    mailable: bool = True
    hazmat: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    together: str | None = None
    estimated: bool = False
    ship_alone: bool = False
    own_box: bool = False
    all_poses: bool = False  # it may be turned any way

    @property
    def plain(self) -> bool:
        """No rule about what may lie above or below (CT3.6, CT3.7)."""
        return not (self.fragile or self.no_stack or self.liquid) and self.top_load_g == NO_LIMIT


class Unit(NamedTuple):
    """One piece: its SKU and its number in line order."""

    sku: str
    unit: int
    item: Item
    type: int


@dataclass(frozen=True, slots=True)
class Units:
    """The units of an order: types in canonical order, and the pieces of each type in line order."""

    types: tuple[UnitType, ...]
    pieces: tuple[tuple[Unit, ...], ...]

    @property
    def counts(self) -> tuple[int, ...]:
        return tuple([len(pieces) for pieces in self.pieces])


def known_size_mm(item: Item, rules: Rules) -> Triple:
    """The size used for an item: its own, or the shop's guess for a size nobody knows."""
    return rules.unknown_size_mm if item.size_mm is None else item.size_mm


def is_estimated(item: Item) -> bool:
    return item.size_mm is None or item.size_from in ("category", "unknown")


def wrapped_mm(item: Item, rules: Rules) -> Triple:
    size_mm = known_size_mm(item, rules)
    if not item.wrap_mm:
        return size_mm
    length_mm, width_mm, height_mm = size_mm
    wrap_mm = 2 * item.wrap_mm
    return length_mm + wrap_mm, width_mm + wrap_mm, height_mm + wrap_mm


def allowed_poses(item: Item) -> tuple[str, ...]:
    """The poses that the item's list and flags leave (CT3.4)."""
    poses = POSES if item.poses is None else tuple(pose for pose in POSES if pose in item.poses)
    if "this_way_up" in item.flags or "liquid" in item.flags:
        poses = tuple(pose for pose in poses if pose in UPRIGHT_POSES)
    return poses


def first_pose(item: Item, rules: Rules) -> tuple[str, Triple]:
    """The first pose the item may have, and its size so."""
    sides, allowed = wrapped_mm(item, rules), allowed_poses(item)
    pose, along_x, along_y, up = next(row for row in POSE_AXES if row[0] in allowed)
    return pose, (sides[along_x], sides[along_y], sides[up])


def pose_name(item: Item, rules: Rules, size_mm: Triple) -> str:
    """The first allowed pose that gives this size as placed; for a unit that somebody put otherwise, as it came."""
    sides = wrapped_mm(item, rules)
    allowed = allowed_poses(item) if item.flags or item.poses is not None else POSES
    dx, dy, dz = size_mm
    for pose, along_x, along_y, up in POSE_AXES:
        if sides[along_x] == dx and sides[along_y] == dy and sides[up] == dz and pose in allowed:
            return pose
    return POSES[0]


def unit_type(item: Item, rules: Rules) -> UnitType:
    sides = wrapped_mm(item, rules)
    longest, middle, shortest = sorted(sides, reverse=True)
    falling = (longest, middle, shortest)
    any_way = (
        *(falling, (middle, longest, shortest), (longest, shortest, middle)),
        *((shortest, longest, middle), (middle, shortest, longest), (shortest, middle, longest)),
    )
    # Canonical: by the falling sides, not by which side the catalog calls length, so that equal goods are equal.
    every: tuple[Triple, ...] = any_way
    if longest == middle or middle == shortest:
        every = tuple(dict.fromkeys(any_way))
    poses = every
    named = allowed_poses(item)
    if len(named) < len(POSES):
        allowed = {
            (sides[along_x], sides[along_y], sides[up]) for pose, along_x, along_y, up in POSE_AXES if pose in named
        }
        poses = tuple([triple for triple in every if triple in allowed])
    raw = known_size_mm(item, rules)
    plain = UnitType(
        poses=poses,
        sides=falling,
        weight_g=item.weight_g,
        volume_mm3=longest * middle * shortest,
        raw_mm3=raw[0] * raw[1] * raw[2],
        top_load_g=NO_LIMIT if item.top_load_g is None else item.top_load_g,
        groups=tuple(sorted(set(item.groups))) if item.groups else (),
        together=item.together,
        estimated=is_estimated(item),
        all_poses=len(poses) == len(every),
    )
    flags = item.flags
    if not flags:
        return plain
    hazmat = tuple(sorted({flag[7:] for flag in flags if flag.startswith("hazmat:")}))
    fragile, liquid, no_stack = "fragile" in flags, "liquid" in flags, "no_stack" in flags
    return plain._replace(
        fragile=fragile,
        no_stack=no_stack,
        liquid=liquid,
        soft="soft" in flags,
        mailable=not (fragile or liquid or no_stack or hazmat or "this_way_up" in flags),
        hazmat=hazmat,
        ship_alone="ship_alone" in flags,
        own_box="own_box" in flags,
    )


def units_of(items: Sequence[Item], rules: Rules) -> Units:
    """The units of these lines as types in canonical order; units of a SKU are numbered 1.. in line order."""
    numbered: dict[str, int] = {}
    lines_by_type: dict[UnitType, list[tuple[Item, int]]] = {}
    for item in items:
        first = numbered.get(item.sku, 0) + 1
        numbered[item.sku] = first - 1 + item.quantity
        if item.quantity:
            lines_by_type.setdefault(unit_type(item, rules), []).append((item, first))
    types = list(lines_by_type)
    if len(types) > 1:
        apart = len({kind.volume_mm3 for kind in types}) == len(types)
        types.sort(key=_falling if apart else _canonical)
    return Units(
        types=tuple(types),
        pieces=tuple(
            [
                tuple(
                    [
                        Unit(item.sku, unit, item, n)
                        for item, first in lines_by_type[kind]
                        for unit in range(first, first + item.quantity)
                    ]
                )
                for n, kind in enumerate(types)
            ]
        ),
    )


def _falling(kind: UnitType) -> int:
    """The canonical order where no two types have one volume."""
    return -kind.volume_mm3


def _canonical(kind: UnitType) -> tuple[object, ...]:
    return (
        *(-kind.volume_mm3, -kind.sides[0], -kind.sides[1], -kind.weight_g, kind.poses),
        *(kind.fragile, kind.no_stack, kind.liquid, kind.soft, kind.mailable, kind.top_load_g, kind.raw_mm3),
        *(kind.hazmat, kind.groups, kind.together or "", kind.estimated, kind.ship_alone, kind.own_box),
    )
