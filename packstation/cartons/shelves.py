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
    rows = [(_flattest(view.fitting[kind]), kind) for kind, n in enumerate(counts) if n and view.fitting[kind]]
    rows.sort(key=lambda row: (-row[0][0] * row[0][1], row[1]))
    packing: list[Laid] = []
    x = y = depth = 0  # where the next column begins, and how deep its shelf is
    at_x, at_y, top, wide, deep = 0, 0, far_z, 0, 0  # the column that was begun
    for (dx, dy, dz), kind in rows:
        shape = world.types[kind]
        for _ in range(counts[kind]):
            if shape.weight_g > room_g or shape.volume_mm3 > room_mm3 or not room_units:
                break
            if shape.plain and dx <= wide and dy <= deep and top + dz <= far_z:
                packing.append((kind, at_x, at_y, top, dx, dy, dz))
                top += dz
                wide, deep = dx, dy
            else:
                if x + dx > far_x or dy > depth:
                    if y + depth + dy > far_y:
                        break
                    x, y, depth = 0, y + depth, dy
                packing.append((kind, x, y, 0, dx, dy, dz))
                at_x, at_y, top = x, y, dz
                wide, deep = (dx, dy) if shape.plain else (0, 0)
                x += dx
            room_g -= shape.weight_g
            room_mm3 -= shape.volume_mm3
            room_units -= 1
    world.spend(sum([1 for n in counts if n]) + len(packing))
    return tuple(packing)


def _flattest(poses: tuple[Triple, ...]) -> Triple:
    """The pose with the largest base, the long side along x."""
    return max(poses, key=lambda pose: (pose[0] * pose[1], pose[0]))
