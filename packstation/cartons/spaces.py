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

from packstation.cartons.cutting import Space, carried, cut
from packstation.cartons.law import Law, lawful, load, load_start
from packstation.cartons.plan import Triple

Placed = tuple[int, int, int, int, int, int, int]  # position in the sequence, x, y, z, dx, dy, dz
Poses = tuple[int, int, int, int, tuple[Triple, ...]]  # least size per axis, volume, the poses

FAR = 1 << 60
SCORES = 6


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
        load_start(law, lying, above_g)
    last = len(sequence) - 1
    tests = 0
    first_position = 0
    if before:
        placed = list(before)
        first_position = len(placed)
        for n, x, y, z, dx, dy, dz in placed:
            if law is not None:
                load(law, lying, above_g, sequence[n], x, y, z, x + dx, y + dy, z + dz)
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
                            at_x, at_y = carried(tops, x0, y0, z0, x1, y1, dx, dy, support_pct)
                            if at_x < 0:
                                continue
                        if law is not None and not lawful(
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
                            at_x, at_y = carried(tops, x0, y0, z0, x1, y1, dx, dy, support_pct)
                            if at_x < 0:
                                continue
                        if law is not None and not lawful(
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
                            at_x, at_y = carried(tops, x0, y0, z0, x1, y1, dx, dy, support_pct)
                            if at_x < 0:
                                continue
                        if law is not None and not lawful(
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
                            at_x, at_y = carried(tops, x0, y0, z0, x1, y1, dx, dy, support_pct)
                            if at_x < 0:
                                continue
                        if law is not None and not lawful(
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
                            at_x, at_y = carried(tops, x0, y0, z0, x1, y1, dx, dy, support_pct)
                            if at_x < 0:
                                continue
                        if law is not None and not lawful(
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
                            at_x, at_y = carried(tops, x0, y0, z0, x1, y1, dx, dy, support_pct)
                            if at_x < 0:
                                continue
                        if law is not None and not lawful(
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
            load(law, lying, above_g, kind, best_x, best_y, best_z, end_x, end_y, end_z)
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
