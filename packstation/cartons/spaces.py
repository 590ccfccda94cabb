"""One construct: units in a sequence, each into the best of the maximal empty spaces (cartons.md CT5.6).

    spaces = [usable box]
    for each unit:  the best corner over its poses and all spaces  ->  placed
                    every space the placed unit cuts  ->  up to six remainders, those inside another dropped

A space is (z0, y0, x0, x1, y1, z1): its least corner and its far corner. The list is kept sorted, so spaces stand
from the bottom up, from front to back, from left to right; equal scores go to the first space, then to the first
pose. Coordinates are those of the usable box: padding is added when the plan is written.

This is the hot loop of the room: flat tuples, local names, no objects. `fast` runs the same steps compiled.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from packstation.cartons.plan import Triple

Space = tuple[int, int, int, int, int, int]
Placed = tuple[int, int, int, int, int, int, int]  # position in the sequence, x, y, z, dx, dy, dz
Poses = tuple[int, int, int, int, tuple[Triple, ...]]  # least size per axis, volume, the poses

FAR = 1 << 60
SCORES = 6


@dataclass(frozen=True, slots=True)
class Law:
    """What may lie above what (CT3.6, CT3.7), by type; None in place of a Law when no unit has such a rule."""

    fragile: tuple[bool, ...]
    no_stack: tuple[bool, ...]
    liquid: tuple[bool, ...]
    weight_g: tuple[int, ...]
    top_load_g: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Start:
    """What already lies in the carton: (x, y, z, dx, dy, dz, type). Nothing may be put below it (CT1.7)."""

    placed: tuple[tuple[int, int, int, int, int, int, int], ...] = ()


EMPTY = Start()


def construct(
    usable: Triple,
    sequence: Sequence[int],
    poses: Sequence[Poses],
    scores: Sequence[int],
    least: Triple,
    support_pct: int,
    law: Law | None = None,
    skip: bool = False,
    start: Start = EMPTY,
    trail: list[list[Space]] | None = None,
    before: Sequence[Placed] = (),
    weights: Sequence[int] = (),
    room_g: int = FAR,
    room_units: int = FAR,
    volumes: Sequence[int] = (),
    room_mm3: int = FAR,
) -> tuple[int, list[Placed], int]:
    """Place the sequence of types; answers (failed position or -1, placed units, tests).

    `poses[i]` and `scores[i]` belong to position i. `least` is the least size per axis of any unit: thinner spaces
    are dropped. `trail` takes down the spaces before each position; with `before`, the units of an earlier
    construct that began with the same positions, this one goes on behind them. In skip mode a unit without a place
    is passed over, as is one that `room_g` or `room_units` has no room for.
    """
    far_x, far_y, far_z = usable
    least_x, least_y, least_z = least
    spaces: list[Space] = [(0, 0, 0, far_x, far_y, far_z)]
    placed: list[Placed] = []
    tops: dict[int, list[tuple[int, int, int, int]]] = {}
    lying: list[tuple[int, int, int, int, int, int, int]] = []  # x, y, z, ends, type: only where a law asks
    above_g: list[int] = []  # the weight that lies above each of them
    frozen = len(start.placed)
    for x, y, z, dx, dy, dz, kind in start.placed:
        roof = far_z if law is not None and law.no_stack[kind] else z + dz
        spaces = cut(spaces, x, y, 0, x + dx, y + dy, roof, least_x, least_y, least_z)
        tops.setdefault(z + dz, []).append((x, y, x + dx, y + dy))
        lying.append((x, y, z, x + dx, y + dy, z + dz, kind))
        above_g.append(0)
    if law is not None:
        _load_start(law, lying, above_g)
    last = len(sequence) - 1
    tests = 0
    first_position = 0
    if before:
        placed = list(before)
        first_position = len(placed)
        for n, x, y, z, dx, dy, dz in placed:
            if law is not None:
                _load(law, lying, above_g, sequence[n], x, y, z, x + dx, y + dy, z + dz)
            if support_pct:
                tops.setdefault(z + dz, []).append((x, y, x + dx, y + dy))
        assert trail is not None, "an earlier construct left its trail"
        spaces = trail[first_position]
        del trail[first_position:]
    hopeless: dict[int, tuple[Triple, ...]] = {}  # skip mode: types that found no place since the last placement

    for position in range(first_position, last + 1):
        kind = sequence[position]
        if trail is not None:
            trail.append(spaces)
        thin_x, thin_y, thin_z, unit, here = poses[position]
        if skip:
            if room_units <= 0:
                break
            if weights[kind] > room_g or volumes[kind] > room_mm3 or hopeless.get(kind) is here:
                continue
        score = scores[position]
        best_x = best_y = best_z = best_dx = best_dy = best_dz = -1
        first = second = third = FAR

        if score == 0:
            for z0, y0, x0, x1, y1, z1 in spaces:
                lx = x1 - x0
                ly = y1 - y0
                lz = z1 - z0
                if lx < thin_x or ly < thin_y or lz < thin_z or lx * ly * lz < unit:
                    continue
                for dx, dy, dz in here:
                    tests += 1
                    if dx <= lx and dy <= ly and dz <= lz:
                        at_x, at_y = x0, y0
                        if z0 and support_pct:
                            at_x, at_y = _carried(tops, x0, y0, z0, x1, y1, dx, dy, support_pct)
                            if at_x < 0:
                                continue
                        if law is not None and not _lawful(
                            law, lying, above_g, kind, at_x, at_y, z0, dx, dy, dz, frozen
                        ):
                            continue
                        best_x, best_y, best_z, best_dx, best_dy, best_dz = at_x, at_y, z0, dx, dy, dz
                        break
                else:
                    continue
                break
        elif score == 1:
            for z0, y0, x0, x1, y1, z1 in spaces:
                lx = x1 - x0
                ly = y1 - y0
                lz = z1 - z0
                if lx < thin_x or ly < thin_y or lz < thin_z or lx * ly * lz < unit:
                    continue
                for dx, dy, dz in here:
                    tests += 1
                    if dx <= lx and dy <= ly and dz <= lz:
                        a = lx - dx
                        b = ly - dy
                        c = lz - dz
                        if a > b:
                            a, b = b, a
                        if b > c:
                            b = c
                            if a > b:
                                a, b = b, a
                        if a > first or (a == first and (b > second or (b == second and z0 >= third))):
                            continue
                        at_x, at_y = x0, y0
                        if z0 and support_pct:
                            at_x, at_y = _carried(tops, x0, y0, z0, x1, y1, dx, dy, support_pct)
                            if at_x < 0:
                                continue
                        if law is not None and not _lawful(
                            law, lying, above_g, kind, at_x, at_y, z0, dx, dy, dz, frozen
                        ):
                            continue
                        first, second, third = a, b, z0
                        best_x, best_y, best_z, best_dx, best_dy, best_dz = at_x, at_y, z0, dx, dy, dz
        elif score == 2:
            for z0, y0, x0, x1, y1, z1 in spaces:
                lx = x1 - x0
                ly = y1 - y0
                lz = z1 - z0
                if lx < thin_x or ly < thin_y or lz < thin_z or lx * ly * lz < unit:
                    continue
                ax = far_x - x0
                ay = far_y - y0
                az = far_z - z0
                for dx, dy, dz in here:
                    tests += 1
                    if dx <= lx and dy <= ly and dz <= lz:
                        a = -((ax - dx) * (ax - dx) + (ay - dy) * (ay - dy) + (az - dz) * (az - dz))
                        if a >= first:
                            continue
                        at_x, at_y = x0, y0
                        if z0 and support_pct:
                            at_x, at_y = _carried(tops, x0, y0, z0, x1, y1, dx, dy, support_pct)
                            if at_x < 0:
                                continue
                        if law is not None and not _lawful(
                            law, lying, above_g, kind, at_x, at_y, z0, dx, dy, dz, frozen
                        ):
                            continue
                        first = a
                        best_x, best_y, best_z, best_dx, best_dy, best_dz = at_x, at_y, z0, dx, dy, dz
        elif score == 3:
            for z0, y0, x0, x1, y1, z1 in spaces:
                lx = x1 - x0
                ly = y1 - y0
                lz = z1 - z0
                if lx < thin_x or ly < thin_y or lz < thin_z or lx * ly * lz < unit:
                    continue
                if z0 >= first:
                    break
                for dx, dy, dz in here:
                    tests += 1
                    if dx <= lx and dy <= ly and dz <= lz:
                        a = z0 + dz
                        if a > first:
                            continue
                        b = lx - dx if lx - dx < ly - dy else ly - dy
                        if a == first and b >= second:
                            continue
                        at_x, at_y = x0, y0
                        if z0 and support_pct:
                            at_x, at_y = _carried(tops, x0, y0, z0, x1, y1, dx, dy, support_pct)
                            if at_x < 0:
                                continue
                        if law is not None and not _lawful(
                            law, lying, above_g, kind, at_x, at_y, z0, dx, dy, dz, frozen
                        ):
                            continue
                        first, second = a, b
                        best_x, best_y, best_z, best_dx, best_dy, best_dz = at_x, at_y, z0, dx, dy, dz
        elif score == 4:
            for z0, y0, x0, x1, y1, z1 in spaces:
                lx = x1 - x0
                ly = y1 - y0
                lz = z1 - z0
                if lx < thin_x or ly < thin_y or lz < thin_z or lx * ly * lz < unit:
                    continue
                if z0 >= first:
                    break
                for dx, dy, dz in here:
                    tests += 1
                    if dx <= lx and dy <= ly and dz <= lz:
                        a = z0 + dz
                        if a > first:
                            continue
                        b = y0 + dy
                        c = x0 + dx
                        if a == first and (b > second or (b == second and c >= third)):
                            continue
                        at_x, at_y = x0, y0
                        if z0 and support_pct:
                            at_x, at_y = _carried(tops, x0, y0, z0, x1, y1, dx, dy, support_pct)
                            if at_x < 0:
                                continue
                        if law is not None and not _lawful(
                            law, lying, above_g, kind, at_x, at_y, z0, dx, dy, dz, frozen
                        ):
                            continue
                        first, second, third = a, b, c
                        best_x, best_y, best_z, best_dx, best_dy, best_dz = at_x, at_y, z0, dx, dy, dz
        else:
            for z0, y0, x0, x1, y1, z1 in spaces:
                lx = x1 - x0
                ly = y1 - y0
                lz = z1 - z0
                if lx < thin_x or ly < thin_y or lz < thin_z or lx * ly * lz < unit:
                    continue
                if x0 > first or (x0 == first and (z0 > second or (z0 == second and y0 >= third))):
                    continue
                for dx, dy, dz in here:
                    tests += 1
                    if dx <= lx and dy <= ly and dz <= lz:
                        at_x, at_y = x0, y0
                        if z0 and support_pct:
                            at_x, at_y = _carried(tops, x0, y0, z0, x1, y1, dx, dy, support_pct)
                            if at_x < 0:
                                continue
                        if law is not None and not _lawful(
                            law, lying, above_g, kind, at_x, at_y, z0, dx, dy, dz, frozen
                        ):
                            continue
                        first, second, third = x0, z0, y0
                        best_x, best_y, best_z, best_dx, best_dy, best_dz = at_x, at_y, z0, dx, dy, dz
                        break

        if best_x < 0:
            if not skip:
                return position, placed, tests
            hopeless[kind] = here
            continue
        placed.append((position, best_x, best_y, best_z, best_dx, best_dy, best_dz))
        end_x, end_y, end_z = best_x + best_dx, best_y + best_dy, best_z + best_dz
        if skip:
            room_g -= weights[kind]
            room_mm3 -= volumes[kind]
            room_units -= 1
            hopeless.clear()
        if position == last:
            break
        roof = end_z
        if law is not None:
            _load(law, lying, above_g, kind, best_x, best_y, best_z, end_x, end_y, end_z)
            if law.no_stack[kind]:
                roof = far_z
        if support_pct:
            level = tops.get(end_z)
            if level is None:
                tops[end_z] = [(best_x, best_y, end_x, end_y)]
            else:
                level.append((best_x, best_y, end_x, end_y))
        spaces = cut(spaces, best_x, best_y, best_z, end_x, end_y, roof, least_x, least_y, least_z)
        tests += 8 + len(spaces)  # the cut costs about as much as this many tests
    return -1, placed, tests


def poses_of(triples: Sequence[Triple]) -> Poses:
    """The poses with the least size per axis over them: spaces below that need no test."""
    if not triples:
        return FAR, FAR, FAR, FAR, ()
    dx, dy, dz = triples[0]
    return (
        min([p[0] for p in triples]),
        min([p[1] for p in triples]),
        min([p[2] for p in triples]),
        dx * dy * dz,
        tuple(triples),
    )


def cut(
    spaces: list[Space], x: int, y: int, z: int, end_x: int, end_y: int, end_z: int, mx: int, my: int, mz: int
) -> list[Space]:
    """The maximal spaces that are left when the box from (x, y, z) to its ends is taken.

    A remainder to the left of the box spans the box in y and z, so only another left remainder, or an untouched space
    that ends exactly where the box begins, can contain it; the same holds for the other five sides. Most sides have
    one remainder and no such neighbour: then there is nothing to compare.
    """
    kept: list[Space] = []
    keep = kept.append
    left: list[Space] | None = None
    right: list[Space] | None = None
    front: list[Space] | None = None
    back: list[Space] | None = None
    below: list[Space] | None = None
    above: list[Space] | None = None
    by_left: list[Space] | None = None
    by_right: list[Space] | None = None
    by_front: list[Space] | None = None
    by_back: list[Space] | None = None
    by_below: list[Space] | None = None
    by_above: list[Space] | None = None
    for space in spaces:
        z0, y0, x0, x1, y1, z1 = space
        if x1 <= x:
            keep(space)
            if x1 == x:
                if by_left is None:
                    by_left = [space]
                else:
                    by_left.append(space)
            continue
        if x0 >= end_x:
            keep(space)
            if x0 == end_x:
                if by_right is None:
                    by_right = [space]
                else:
                    by_right.append(space)
            continue
        if y1 <= y:
            keep(space)
            if y1 == y:
                if by_front is None:
                    by_front = [space]
                else:
                    by_front.append(space)
            continue
        if y0 >= end_y:
            keep(space)
            if y0 == end_y:
                if by_back is None:
                    by_back = [space]
                else:
                    by_back.append(space)
            continue
        if z0 >= end_z:
            keep(space)
            if z0 == end_z:
                if by_above is None:
                    by_above = [space]
                else:
                    by_above.append(space)
            continue
        if z1 <= z:
            keep(space)
            if z1 == z:
                if by_below is None:
                    by_below = [space]
                else:
                    by_below.append(space)
            continue
        if x - x0 >= mx:
            rest = (z0, y0, x0, x, y1, z1)
            if left is None:
                left = [rest]
            else:
                left.append(rest)
        if x1 - end_x >= mx:
            rest = (z0, y0, end_x, x1, y1, z1)
            if right is None:
                right = [rest]
            else:
                right.append(rest)
        if y - y0 >= my:
            rest = (z0, y0, x0, x1, y, z1)
            if front is None:
                front = [rest]
            else:
                front.append(rest)
        if y1 - end_y >= my:
            rest = (z0, end_y, x0, x1, y1, z1)
            if back is None:
                back = [rest]
            else:
                back.append(rest)
        if z - z0 >= mz:
            rest = (z0, y0, x0, x1, y1, z)
            if below is None:
                below = [rest]
            else:
                below.append(rest)
        if z1 - end_z >= mz:
            rest = (end_z, y0, x0, x1, y1, z1)
            if above is None:
                above = [rest]
            else:
                above.append(rest)
    if left is not None:
        if by_left is None and len(left) == 1:
            keep(left[0])
        else:
            _keep(left, by_left or [], kept)
    if right is not None:
        if by_right is None and len(right) == 1:
            keep(right[0])
        else:
            _keep(right, by_right or [], kept)
    if front is not None:
        if by_front is None and len(front) == 1:
            keep(front[0])
        else:
            _keep(front, by_front or [], kept)
    if back is not None:
        if by_back is None and len(back) == 1:
            keep(back[0])
        else:
            _keep(back, by_back or [], kept)
    if below is not None:
        if by_below is None and len(below) == 1:
            keep(below[0])
        else:
            _keep(below, by_below or [], kept)
    if above is not None:
        if by_above is None and len(above) == 1:
            keep(above[0])
        else:
            _keep(above, by_above or [], kept)
    kept.sort()
    return kept


def _keep(cut: list[Space], touching: list[Space], kept: list[Space]) -> None:
    """Add the remainders that no touching space and no other remainder contains."""
    for n, space in enumerate(cut):
        z0, y0, x0, x1, y1, z1 = space
        for a, b, c, d, e, f in touching:
            if a <= z0 and b <= y0 and c <= x0 and d >= x1 and e >= y1 and f >= z1:
                break
        else:
            for m, other in enumerate(cut):
                a, b, c, d, e, f = other
                if (
                    a <= z0
                    and b <= y0
                    and c <= x0
                    and d >= x1
                    and e >= y1
                    and f >= z1
                    and m != n
                    and (m < n or other != space)
                ):
                    break
            else:
                kept.append(space)


def _carried(
    tops: dict[int, list[tuple[int, int, int, int]]],
    x0: int,
    y0: int,
    z0: int,
    x1: int,
    y1: int,
    dx: int,
    dy: int,
    support_pct: int,
) -> tuple[int, int]:
    """Where in the space enough of the base lies on tops at exactly its floor (CT3.5); (-1, -1) for nowhere.

    The corner of the space first. A space may begin over a lower neighbour: then flush with the sides of each top.
    """
    level = tops.get(z0)
    if level is None:
        return -1, -1
    need = support_pct * dx * dy
    if 100 * shared(level, x0, y0, x0 + dx, y0 + dy) >= need:
        return x0, y0
    if x1 - x0 > dx or y1 - y0 > dy:
        for left, front, _right, _back in level:
            at_x = left if left > x0 else x0
            at_y = front if front > y0 else y0
            if at_x + dx > x1:
                at_x = x1 - dx
            if at_y + dy > y1:
                at_y = y1 - dy
            if (at_x != x0 or at_y != y0) and 100 * shared(level, at_x, at_y, at_x + dx, at_y + dy) >= need:
                return at_x, at_y
    return -1, -1


def shared(level: list[tuple[int, int, int, int]], x: int, y: int, end_x: int, end_y: int) -> int:
    """How much of the base lies on these tops."""
    area = 0
    for x0, y0, x1, y1 in level:
        width = (x1 if x1 < end_x else end_x) - (x0 if x0 > x else x)
        if width > 0:
            depth = (y1 if y1 < end_y else end_y) - (y0 if y0 > y else y)
            if depth > 0:
                area += width * depth
    return area


def _lawful(
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


def _load(
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


def _load_start(law: Law, lying: list[tuple[int, int, int, int, int, int, int]], above_g: list[int]) -> None:
    for n, (x0, y0, _z0, x1, y1, z1, _kind) in enumerate(lying):
        above_g[n] = sum(
            law.weight_g[other]
            for x2, y2, z2, x3, y3, _z3, other in lying
            if z2 >= z1 and x2 < x1 and x0 < x3 and y2 < y1 and y0 < y3
        )
