"""A carton filled at once, for want of time: columns on shelves, one look at every unit (cartons.md CT5.10, CG16).

    the unit with the largest base left:  on the column that was begun  ->  beside it  ->  a new shelf  ->  left out

Whatever stands on a column lies on it with its whole base, and only goods without a rule about what is above or below
stand on one another: so the packing is valid as it grows, with no search and no question asked.
"""

from __future__ import annotations

from packstation.cartons.plan import Triple
from packstation.cartons.world import Counts, Laid, Packing, View, World


def shelved(world: World, view: View, counts: Counts) -> Packing:
    """As many units as go in one look, under all limits of a parcel."""
    far_x, far_y, far_z = view.usable
    room_g, room_units, room_mm3 = view.room_g, view.room_units, world.room_mm3(view, counts)
    packing: list[Laid] = []
    x = y = depth = 0  # where the next column begins, and how deep its shelf is
    columns: list[tuple[int, int, int, int, int]] = []  # top: height, wide, deep, x, y
    inside: set[int] = set()
    apart = any(world.apart)
    for kind, dx, dy, dz, weight_g, volume_mm3, plain in _rows(world, view):
        if not counts[kind] or (apart and not inside.isdisjoint(world.apart[kind])):
            continue
        for _ in range(counts[kind]):
            if weight_g > room_g or volume_mm3 > room_mm3 or not room_units:
                break
            under = -1
            if plain:
                for n, (top, wide, deep, _, _) in enumerate(columns):
                    if dx <= wide and dy <= deep and top + dz <= far_z and (under < 0 or top > columns[under][0]):
                        under = n
            if under >= 0:
                top, _, _, at_x, at_y = columns[under]
                packing.append((kind, at_x, at_y, top, dx, dy, dz))
                columns[under] = (top + dz, dx, dy, at_x, at_y)
            else:
                if x + dx > far_x or dy > depth:
                    if y + depth + dy > far_y:
                        break
                    x, y, depth = 0, y + depth, dy
                packing.append((kind, x, y, 0, dx, dy, dz))
                if plain:
                    columns.append((dz, dx, dy, x, y))
                x += dx
            inside.add(kind)
            room_g -= weight_g
            room_mm3 -= volume_mm3
            room_units -= 1
        if not room_units:
            break
    world.spend(len(counts) // 4 + 8 * len(packing))
    return tuple(packing)


def hurried(world: World, view: View, counts: Counts) -> Packing:
    """What goes in at one look; with groups only as much as is likely to go in as a whole."""
    inside = counts
    if world.together:
        numbers = world.group_numbers
        taken, room_mm3 = [0 if kind in numbers else count for kind, count in enumerate(counts)], view.volume_mm3 // 2
        for kinds in world.together:
            room_mm3 -= sum([counts[kind] * world.volumes_mm3[kind] for kind in kinds])
            if room_mm3 < 0:
                break
            for kind in kinds:
                taken[kind] = counts[kind]
        inside = tuple(taken)
    while any(inside):
        packing = shelved(world, view, inside)
        halved = set(torn(world, packing, inside)) if world.together else set()
        if not halved:
            return packing
        # One group fewer, and there may be room for all the others.
        last = next(kinds for kinds in reversed(world.together) if not halved.isdisjoint(kinds))
        inside = tuple([0 if kind in last else count for kind, count in enumerate(inside)])
    return ()


def torn(world: World, packing: Packing, counts: Counts) -> list[int]:
    """The kinds of groups of which a part is in and a part is not (CT3.11)."""
    packed: dict[int, int] = {}
    for row in packing:
        packed[row[0]] = packed.get(row[0], 0) + 1
    numbers = world.group_numbers
    begun = sorted({numbers[kind] for kind in packed if kind in numbers})
    return [
        kind
        for number in begun
        for kinds in [world.together[number]]
        if any(packed.get(kind, 0) < counts[kind] for kind in kinds)
        for kind in kinds
    ]


def _rows(world: World, view: View) -> list[tuple[int, int, int, int, int, int, bool]]:
    """Every kind that fits, lying flat, the largest base first: kind, size, weight, volume, may it be stacked."""
    rows = world.flattest.get(view.index)
    if rows is None:
        rows = [
            (kind, *_flattest(fitting), shape.weight_g, shape.volume_mm3, shape.plain)
            for kind, (fitting, shape) in enumerate(zip(view.fitting, world.types, strict=True))
            if fitting
        ]
        rows.sort(key=lambda row: (-row[1] * row[2], row[0]))
        world.flattest[view.index] = rows
    return rows


def _flattest(poses: tuple[Triple, ...]) -> Triple:
    """The pose with the largest base, the long side along x."""
    return max(poses, key=lambda pose: (pose[0] * pose[1], pose[0]))
