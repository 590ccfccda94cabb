"""Filling one carton with blocks of equal and unequal units, compiled (cartons.md CT5.12, CT5.15).

    blocks   grids of one kind and pose; then pairs of blocks side by side, nearly without gaps between them
    beam     the space nearest to a corner  ->  its best blocks  ->  each finished greedily  ->  the best go on

A block is good when it is large and what it leaves of its space can still be filled: by axis, the longest row of
sides that fits into what is left. Where bases must be carried, blocks have no gaps and stand on whole tops.
"""

# mypy: disable-error-code="no-untyped-def, no-untyped-call, untyped-decorator, misc, assignment"

from __future__ import annotations

from typing import Any

import numba as nb
import numpy as np

from packstation.cartons.fast.dice import A1, A2, A3, INT
from packstation.cartons.fast.grids import PAIRS_A_TEST, PARTS_MAX, SEEN, build_kernel
from packstation.cartons.fast.spaces import SPACES_MAX, cut

STEPS_MAX = 400
_SCANNED_A_TEST = 5


@nb.njit(INT(A2, INT, A1, INT, A1), cache=True)
def _nearest(spaces, count, usable, carried, corner):
    """The space nearest to a corner of the carton, the larger first; `corner` says which of its corners that is."""
    best = -1
    least = most = np.int64(0)
    for n in range(count):
        x, y, z = spaces[n, 2], spaces[n, 1], spaces[n, 0]
        right, back, top = usable[0] - spaces[n, 3], usable[1] - spaces[n, 4], usable[2] - spaces[n, 5]
        far = min(x, right) + min(y, back)
        far += z * 4 if carried else min(z, top)
        if best >= 0 and far > least:
            continue
        volume = (spaces[n, 3] - x) * (spaces[n, 4] - y) * (spaces[n, 5] - z)
        if best < 0 or far < least or volume > most:
            best, least, most = n, far, volume
            corner[0], corner[1] = right < x, back < y
            corner[2] = 0 if carried else top < z
    return best


@nb.njit(INT(A2, INT, INT, INT, INT, INT, INT), cache=True)
def _on_tops(steps, count, x, y, z, end_x, end_y):
    """How much of this base lies on tops of blocks at exactly its height."""
    area = np.int64(0)
    for n in range(count):
        if steps[n, 6] == z:
            wide = min(steps[n, 4], end_x) - max(steps[n, 1], x)
            deep = min(steps[n, 5], end_y) - max(steps[n, 2], y)
            if wide > 0 and deep > 0:
                area += wide * deep
    return area


@nb.njit(INT(A2, INT, A1, A1, A2, A1, A2, A2, A1, INT, A1, A2, A1, INT, A2, INT, INT, A1, A1), cache=True)
def _best_blocks(
    spaces, at, corner, rest, sizes, mm3, kinds, many, alive, alive_count, room, reach, weights, carried, steps, done,
    wanted, chosen, tests,
):  # fmt: skip
    """The `wanted` best blocks for this space, best first, into `chosen`; alive loses those without units."""
    lx, ly, lz = spaces[at, 3] - spaces[at, 2], spaces[at, 4] - spaces[at, 1], spaces[at, 5] - spaces[at, 0]
    found = 0
    kept = 0
    worth = np.empty(wanted, np.int64)
    for n in range(alive_count):
        b = alive[n]
        there = True
        heavy = np.int64(0)
        for c in range(PARTS_MAX):
            if kinds[b, c] < 0:
                break
            if many[b, c] > rest[kinds[b, c]]:
                there = False
                break
            heavy += many[b, c] * weights[kinds[b, c]]
        if not there or heavy > room[0]:
            continue
        alive[kept] = b
        kept += 1
        dx, dy, dz = sizes[b, 0], sizes[b, 1], sizes[b, 2]
        if dx > lx or dy > ly or dz > lz:
            continue
        value = mm3[b] + (dx + reach[0, lx - dx]) * (dy + reach[1, ly - dy]) * (dz + reach[2, lz - dz])
        if found == wanted and value <= worth[found - 1]:
            continue
        if carried and spaces[at, 0]:
            x = spaces[at, 3] - dx if corner[0] else spaces[at, 2]
            y = spaces[at, 4] - dy if corner[1] else spaces[at, 1]
            if _on_tops(steps, done, x, y, spaces[at, 0], x + dx, y + dy) < dx * dy:
                continue
        if found < wanted:
            found += 1
        m = found - 1
        while m > 0 and worth[m - 1] < value:
            worth[m], chosen[m] = worth[m - 1], chosen[m - 1]
            m -= 1
        worth[m], chosen[m] = value, b
    tests[0] += 4 + alive_count // _SCANNED_A_TEST
    tests[1] = kept
    return found


@nb.njit(INT(A2, INT, A2, INT, A1, INT, A1, A2, A2, A2, A1, A1, A1, A2, INT, A3, A1, A1), cache=True)
def _placed(
    spaces, count, out, at, corner, block, rest, sizes, kinds, many, weights, room, least, steps, done, rests,
    rest_count, tests,
):  # fmt: skip
    """The block into its corner of the space: what is left of the spaces goes to `out`; their number, or -1."""
    dx, dy, dz = sizes[block, 0], sizes[block, 1], sizes[block, 2]
    x = spaces[at, 3] - dx if corner[0] else spaces[at, 2]
    y = spaces[at, 4] - dy if corner[1] else spaces[at, 1]
    z = spaces[at, 5] - dz if corner[2] else spaces[at, 0]
    for c in range(PARTS_MAX):
        kind = kinds[block, c]
        if kind < 0:
            break
        rest[kind] -= many[block, c]
        room[0] -= many[block, c] * weights[kind]
    steps[done, 0], steps[done, 1], steps[done, 2], steps[done, 3] = block, x, y, z
    steps[done, 4], steps[done, 5], steps[done, 6] = x + dx, y + dy, z + dz
    left = cut(
        spaces,
        count,
        out,
        x,
        y,
        z,
        x + dx,
        y + dy,
        z + dz,
        least[0],
        least[1],
        least[2],
        SPACES_MAX,
        rests,
        rest_count,
    )
    tests[0] += 10 + 7 * max(0, left)
    return left


@nb.njit(INT(A1, A1, A1, A1, A1, A2, A2, A1, A2, A2, INT, INT, INT, INT, A1, A2, A1), cache=True, nogil=True)
def beam_kernel(
    usable, counts, weights, limits, least, reach, sizes, mm3, kinds, many, blocks, carried, width, until, told,
    best_steps, tests,
):  # fmt: skip
    """The fullest carton found; its steps (block, x, y, z) into `best_steps`. Answers its volume."""
    rests = np.empty((6, SPACES_MAX, 6), np.int64)
    rest_count = np.zeros(6, np.int64)
    corner = np.zeros(3, np.int64)
    types = counts.size
    # Two rows of states: those of this level, and the best of the next.
    spaces = np.empty((2, width, SPACES_MAX, 6), np.int64)
    space_count = np.zeros((2, width), np.int64)
    rest = np.zeros((2, width, types), np.int64)
    steps = np.zeros((2, width, STEPS_MAX, 7), np.int64)
    done = np.zeros((2, width), np.int64)
    packed = np.zeros((2, width), np.int64)
    room = np.zeros((2, width, 1), np.int64)
    promise = np.zeros((2, width), np.int64)
    alive = np.empty((2, width, blocks), np.int64)
    alive_count = np.zeros((2, width), np.int64)
    # One state being finished greedily.
    one = np.empty((2, SPACES_MAX, 6), np.int64)
    one_rest = np.zeros(types, np.int64)
    one_steps = np.zeros((STEPS_MAX, 7), np.int64)
    one_room = np.zeros(1, np.int64)
    one_alive = np.empty(blocks, np.int64)
    first = np.empty((SPACES_MAX, 6), np.int64)
    first_rest = np.zeros(types, np.int64)
    first_room = np.zeros(1, np.int64)
    chosen = np.empty(width, np.int64)
    pick = np.empty(1, np.int64)
    most = np.int64(0)
    told[0] = 0
    now, after = 0, 1
    spaces[0, 0, 0, :] = 0
    spaces[0, 0, 0, 3], spaces[0, 0, 0, 4], spaces[0, 0, 0, 5] = usable[0], usable[1], usable[2]
    space_count[0, 0] = 1
    rest[0, 0, :] = counts
    done[0, 0] = packed[0, 0] = 0
    room[0, 0, 0] = limits[0]
    alive[0, 0, :] = np.arange(blocks)
    alive_count[0, 0] = blocks
    states = 1
    while states and tests[0] < until:
        grown = 0
        for s in range(states):
            # The nearest space that takes a block at all.
            found = 0
            at = -1
            while space_count[now, s] and done[now, s] < STEPS_MAX - 1:
                at = _nearest(spaces[now, s], space_count[now, s], usable, carried, corner)
                found = _best_blocks(
                    spaces[now, s], at, corner, rest[now, s], sizes, mm3, kinds, many, alive[now, s],
                    alive_count[now, s], room[now, s], reach, weights, carried, steps[now, s], done[now, s],
                    width, chosen, tests,
                )  # fmt: skip
                alive_count[now, s] = tests[1]
                if found:
                    break
                space_count[now, s] -= 1
                for n in range(at, space_count[now, s]):
                    spaces[now, s, n, :] = spaces[now, s, n + 1, :]
            for f in range(found):
                if tests[0] >= until and most:
                    break
                tests[0] += 20 + alive_count[now, s] // 8
                first_rest[:] = rest[now, s]
                first_room[0] = room[now, s, 0]
                one_steps[: done[now, s]] = steps[now, s, : done[now, s]]
                block = chosen[f]
                count = _placed(
                    spaces[now, s], space_count[now, s], first, at, corner, block, first_rest, sizes, kinds, many,
                    weights, first_room, least, one_steps, done[now, s], rests, rest_count, tests,
                )  # fmt: skip
                if count < 0:
                    continue
                depth = done[now, s] + 1
                volume = packed[now, s] + mm3[block]
                first_count, first_volume = count, volume
                one_rest[:] = first_rest
                one_room[0] = first_room[0]
                one[0, :count] = first[:count]
                side = 0
                living = alive_count[now, s]
                one_alive[:living] = alive[now, s, :living]
                keep0, keep1, keep2 = corner[0], corner[1], corner[2]
                while count > 0 and depth < STEPS_MAX - 1:
                    where = _nearest(one[side], count, usable, carried, corner)
                    any_block = _best_blocks(
                        one[side], where, corner, one_rest, sizes, mm3, kinds, many, one_alive, living, one_room,
                        reach, weights, carried, one_steps, depth, 1, pick, tests,
                    )  # fmt: skip
                    living = tests[1]
                    if living == 0:
                        break
                    if any_block == 0:
                        count -= 1
                        for n in range(where, count):
                            one[side, n, :] = one[side, n + 1, :]
                        continue
                    count = _placed(
                        one[side], count, one[1 - side], where, corner, pick[0], one_rest, sizes, kinds, many,
                        weights, one_room, least, one_steps, depth, rests, rest_count, tests,
                    )  # fmt: skip
                    depth += 1
                    volume += mm3[pick[0]]
                    side = 1 - side
                corner[0], corner[1], corner[2] = keep0, keep1, keep2
                if volume > most:
                    most = volume
                    told[0] = depth
                    best_steps[:depth] = one_steps[:depth]
                if width == 1:
                    slot = 0
                    if grown and volume <= promise[after, 0]:
                        continue
                    grown = 1
                else:
                    # Among the best of the next level, each promise once.
                    twin = False
                    for n in range(grown):
                        if promise[after, n] == volume:
                            twin = True
                    if twin:
                        continue
                    if grown < width:
                        slot = grown
                        grown += 1
                    else:
                        slot = 0
                        for n in range(1, grown):
                            if promise[after, n] < promise[after, slot]:
                                slot = n
                        if promise[after, slot] >= volume:
                            continue
                promise[after, slot] = volume
                spaces[after, slot, :first_count] = first[:first_count]
                space_count[after, slot] = first_count
                rest[after, slot, :] = first_rest
                room[after, slot, 0] = first_room[0]
                steps[after, slot, : done[now, s] + 1] = one_steps[: done[now, s] + 1]
                done[after, slot] = done[now, s] + 1
                packed[after, slot] = first_volume
                alive[after, slot, : alive_count[now, s]] = alive[now, s, : alive_count[now, s]]
                alive_count[after, slot] = alive_count[now, s]
        states = grown
        now, after = after, now
    return most


class Stacker:
    """The blocks of some units for one carton, and the search with them."""

    def __init__(
        self, compiled: Any, counts: tuple[int, ...], support_pct: int, most: int, full_permille: int, tests_max: int
    ) -> None:
        self.compiled = compiled
        self.counts = np.array(counts, np.int64)
        self.carried = int(support_pct > 0)
        self.sizes = np.zeros((most, 3), np.int64)
        self.mm3 = np.zeros(most, np.int64)
        self.kinds = np.zeros((most, PARTS_MAX), np.int64)
        self.many = np.zeros((most, PARTS_MAX), np.int64)
        self.made = np.zeros((most, 5), np.int64)
        tests = np.zeros(3, np.int64)
        c = compiled
        self.blocks = build_kernel(
            c.usable, self.counts, c.pose_counts, c.poses, c.volumes, most - 1,
            1000 if self.carried else full_permille,
            self.sizes, self.mm3, self.kinds, self.many, self.made, tests,
            np.zeros(SEEN, np.int64), PAIRS_A_TEST * tests_max,
        )  # fmt: skip
        self.spent = int(tests[0]) // PAIRS_A_TEST + self.blocks
        used = [c.poses[kind, n] for kind, count in enumerate(counts) if count for n in range(c.pose_counts[kind, 0])]
        far = int(max(c.usable))
        self.reach = np.zeros((3, far + 1), np.int64)
        self.least = np.zeros(3, np.int64)
        for axis in range(3):
            sides = {int(pose[axis]) for pose in used}
            self.reach[axis] = _reach(far, sides)
            self.least[axis] = min(sides)

    def beam(self, room_g: int, width: int, tests: int) -> tuple[int, list[tuple[int, ...]]]:
        """Tests, and the units of the fullest carton that a beam of this width found (type, x, y, z, dx, dy, dz)."""
        c = self.compiled
        counter = np.zeros(3, np.int64)
        told = np.zeros(2, np.int64)
        steps = np.zeros((STEPS_MAX, 7), np.int64)
        beam_kernel(
            c.usable, self.counts, c.weights, np.array([room_g], np.int64), self.least, self.reach, self.sizes,
            self.mm3, self.kinds, self.many, self.blocks, self.carried, width, tests, told, steps, counter,
        )  # fmt: skip
        rows: list[tuple[int, ...]] = []
        for block, x, y, z, *_ in steps[: int(told[0])].tolist():
            self._unfold(block, x, y, z, rows)
        return int(counter[0]), rows

    def _unfold(self, block: int, x: int, y: int, z: int, rows: list[tuple[int, ...]]) -> None:
        kind, second, a, b, c = self.made[block].tolist()
        if kind >= 0:
            dx, dy, dz = self.compiled.poses[kind, second].tolist()
            rows += [
                (kind, x + i * dx, y + j * dy, z + k * dz, dx, dy, dz)
                for k in range(c)
                for j in range(b)
                for i in range(a)
            ]
            return
        self._unfold(a, x, y, z, rows)
        at = [x, y, z]
        at[second] += int(self.sizes[a, second])
        self._unfold(b, at[0], at[1], at[2], rows)


def _reach(far: int, sides: set[int]) -> list[int]:
    """By length, the longest row of these sides that fits into it."""
    rows = [0] * (far + 1)
    for length in range(1, far + 1):
        rows[length] = max([rows[length - side] + side for side in sides if side <= length], default=0)
    return rows
