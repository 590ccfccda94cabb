"""The rounds and fills of the search, compiled (extra `fast`, cartons.md CT5, CT9.3).

    rounds_kernel   as search._round, many in one call      fill_kernel   as search._fill_once, many in one call

Step for step what the pure search does, in the same order, with the same random numbers: equal rounds give equal
packings. Only orders without rules on what lies above what come here; all others stay with the pure search. The
arrays are as large as the order; a construct that would need more spaces than fit fails, and is counted.

numba is imported with this module, so nothing that the app's screens load may import it. Signatures are explicit and
the machine code is kept (NUMBA_CACHE_DIR says where): the first use compiles for some seconds, later ones load.
"""
# mypy: disable-error-code="no-untyped-def, no-untyped-call, untyped-decorator, misc, assignment"

from __future__ import annotations

from typing import Any

import numba as nb
import numpy as np

SPACES_MAX = 400
UNITS_MAX = 220
POSES_MAX = 6

_I = nb.int64
_U = nb.uint64
_A1, _A2, _A3 = nb.int64[::1], nb.int64[:, ::1], nb.int64[:, :, ::1]
_FAR = 1 << 60


@nb.njit(_U(nb.uint64[::1]), cache=True, inline="always")
def _bits(state):
    state[0] = state[0] + np.uint64(0x9E3779B97F4A7C15)
    z = state[0]
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


@nb.njit(_I(nb.uint64[::1], _I), cache=True)
def _below(state, n):
    z = _bits(state)
    high, low = z >> np.uint64(32), z & np.uint64(0xFFFFFFFF)
    many = np.uint64(n)
    return np.int64((high * many + ((low * many) >> np.uint64(32))) >> np.uint64(32))


@nb.njit(_I(_A2, _I, _A2, _I, _I, _I, _I, _I, _I, _I, _I, _I, _I, _A3, _A1), cache=True)
def _cut(spaces, count, out, x, y, z, end_x, end_y, end_z, mx, my, mz, limit, rests, rest_count):
    """As spaces.cut; rests[side] are the remainders of a side, row -1 ... its touching spaces stay in `out`."""
    kept = 0
    for side in range(6):
        rest_count[side] = 0
    for n in range(count):
        z0, y0, x0 = spaces[n, 0], spaces[n, 1], spaces[n, 2]
        x1, y1, z1 = spaces[n, 3], spaces[n, 4], spaces[n, 5]
        if x1 <= x or x0 >= end_x or y1 <= y or y0 >= end_y or z0 >= end_z or z1 <= z:
            for c in range(6):
                out[kept, c] = spaces[n, c]
            kept += 1
            continue
        for side in range(6):
            if side == 0:
                there = x - x0 >= mx
            elif side == 1:
                there = x1 - end_x >= mx
            elif side == 2:
                there = y - y0 >= my
            elif side == 3:
                there = y1 - end_y >= my
            elif side == 4:
                there = z - z0 >= mz
            else:
                there = z1 - end_z >= mz
            if there:
                m = rest_count[side]
                rests[side, m, 0], rests[side, m, 1], rests[side, m, 2] = z0, y0, x0
                rests[side, m, 3], rests[side, m, 4], rests[side, m, 5] = x1, y1, z1
                if side == 0:
                    rests[side, m, 3] = x
                elif side == 1:
                    rests[side, m, 2] = end_x
                elif side == 2:
                    rests[side, m, 4] = y
                elif side == 3:
                    rests[side, m, 1] = end_y
                elif side == 4:
                    rests[side, m, 5] = z
                else:
                    rests[side, m, 0] = end_z
                rest_count[side] = m + 1
    whole = kept
    for side in range(6):
        for n in range(rest_count[side]):
            z0, y0, x0 = rests[side, n, 0], rests[side, n, 1], rests[side, n, 2]
            x1, y1, z1 = rests[side, n, 3], rests[side, n, 4], rests[side, n, 5]
            inside = False
            for m in range(whole):
                if (
                    out[m, 0] <= z0
                    and out[m, 1] <= y0
                    and out[m, 2] <= x0
                    and out[m, 3] >= x1
                    and out[m, 4] >= y1
                    and out[m, 5] >= z1
                ):
                    inside = True
                    break
            if not inside:
                for m in range(rest_count[side]):
                    if m == n:
                        continue
                    if (
                        rests[side, m, 0] <= z0
                        and rests[side, m, 1] <= y0
                        and rests[side, m, 2] <= x0
                        and rests[side, m, 3] >= x1
                        and rests[side, m, 4] >= y1
                        and rests[side, m, 5] >= z1
                    ):
                        equal = (
                            rests[side, m, 0] == z0
                            and rests[side, m, 1] == y0
                            and rests[side, m, 2] == x0
                            and rests[side, m, 3] == x1
                            and rests[side, m, 4] == y1
                            and rests[side, m, 5] == z1
                        )
                        if m < n or not equal:
                            inside = True
                            break
            if inside:
                continue
            if kept >= limit:
                return -1
            # Into its place: the list stays sorted as the pure search sorts it.
            at = kept
            while at > 0:
                less = False
                for c in range(6):
                    new = rests[side, n, c]
                    old = out[at - 1, c]
                    if new != old:
                        less = new < old
                        break
                if not less:
                    break
                at -= 1
            if at < whole:
                # Untouched spaces are searched above by index, so they stay in front until the end.
                at = whole
                while at < kept:
                    less = False
                    for c in range(6):
                        new = rests[side, n, c]
                        old = out[at, c]
                        if new != old:
                            less = new < old
                            break
                    if less:
                        break
                    at += 1
            for m in range(kept, at, -1):
                for c in range(6):
                    out[m, c] = out[m - 1, c]
            for c in range(6):
                out[at, c] = rests[side, n, c]
            kept += 1
    # Two sorted runs into one.
    for n in range(whole, kept):
        at = n
        while at > 0:
            less = False
            for c in range(6):
                if out[at, c] != out[at - 1, c]:
                    less = out[at, c] < out[at - 1, c]
                    break
            if not less:
                break
            for c in range(6):
                swapped = out[at, c]
                out[at, c] = out[at - 1, c]
                out[at - 1, c] = swapped
            at -= 1
    return kept


@nb.njit(_I(_A2, _I, _I, _I, _I, _I, _I), cache=True)
def _shared(placed, count, z, x, y, end_x, end_y):
    area = 0
    for n in range(count):
        if placed[n, 3] + placed[n, 6] != z:
            continue
        width = min(placed[n, 1] + placed[n, 4], end_x) - max(placed[n, 1], x)
        if width > 0:
            depth = min(placed[n, 2] + placed[n, 5], end_y) - max(placed[n, 2], y)
            if depth > 0:
                area += width * depth
    return area


@nb.njit(nb.types.UniTuple(_I, 2)(_A2, _I, _I, _I, _I, _I, _I, _I, _I, _I), cache=True)
def _carried(placed, count, x0, y0, z0, x1, y1, dx, dy, support_pct):
    need = support_pct * dx * dy
    if 100 * _shared(placed, count, z0, x0, y0, x0 + dx, y0 + dy) >= need:
        return x0, y0
    if x1 - x0 > dx or y1 - y0 > dy:
        for n in range(count):
            if placed[n, 3] + placed[n, 6] != z0:
                continue
            at_x = max(placed[n, 1], x0)
            at_y = max(placed[n, 2], y0)
            if at_x + dx > x1:
                at_x = x1 - dx
            if at_y + dy > y1:
                at_y = y1 - dy
            if at_x == x0 and at_y == y0:
                continue
            if 100 * _shared(placed, count, z0, at_x, at_y, at_x + dx, at_y + dy) >= need:
                return at_x, at_y
    return -1, -1


@nb.njit(
    _I(
        _A1,
        _A1,
        _A1,
        _A1,
        _I,
        _A2,
        _A3,
        _A1,
        _A1,
        _I,
        _A3,
        _A1,
        _A2,
        _I,
        _A1,
        _A3,
        _A1,
        nb.boolean,
        _A1,
        _A1,
        _A1,
        _A1,
    ),
    cache=True,
)
def _construct(
    usable,
    sequence,
    scores,
    masks,
    units,
    pose_counts,
    poses,
    least,
    options,
    first_position,
    trail,
    trail_count,
    placed,
    placed_count,
    tests,
    rests,
    rest_count,
    skip,
    weights,
    volumes,
    room,
    hopeless,
):
    """As spaces.construct: the failed position or -1; tests[0] grows, tests[1] is the number of units placed."""
    far_x, far_y, far_z = usable[0], usable[1], usable[2]
    support_pct = options[0]
    here = np.empty((6, 3), np.int64)
    at_position = first_position
    for position in range(first_position, units):
        kind = sequence[position]
        slot = position if not skip else at_position
        count = trail_count[slot]
        spaces = trail[slot]
        if skip:
            if room[1] <= 0:
                break
            if weights[kind] > room[0] or volumes[kind] > room[2] or hopeless[kind] != 0:
                continue
        thin_x, thin_y, thin_z, unit, many = _FAR, _FAR, _FAR, _FAR, 0
        for n in range(pose_counts[kind, 0]):
            if masks[position] >> n & 1:
                for c in range(3):
                    here[many, c] = poses[kind, n, c]
                thin_x = min(thin_x, here[many, 0])
                thin_y = min(thin_y, here[many, 1])
                thin_z = min(thin_z, here[many, 2])
                unit = here[many, 0] * here[many, 1] * here[many, 2]
                many += 1
        score = scores[position]
        best_x, best_y, best_z, best_dx, best_dy, best_dz = -1, -1, -1, -1, -1, -1
        first, second, third = _FAR, _FAR, _FAR
        done = False
        for s in range(count):
            if done:
                break
            z0, y0, x0 = spaces[s, 0], spaces[s, 1], spaces[s, 2]
            x1, y1, z1 = spaces[s, 3], spaces[s, 4], spaces[s, 5]
            lx, ly, lz = x1 - x0, y1 - y0, z1 - z0
            if lx < thin_x or ly < thin_y or lz < thin_z or lx * ly * lz < unit:
                continue
            if (score == 3 or score == 4) and z0 >= first:
                break
            if score == 5 and (x0 > first or (x0 == first and (z0 > second or (z0 == second and y0 >= third)))):
                continue
            for n in range(many):
                dx, dy, dz = here[n, 0], here[n, 1], here[n, 2]
                tests[0] += 1
                if dx > lx or dy > ly or dz > lz:
                    continue
                a, b, c = np.int64(0), np.int64(0), np.int64(0)
                if score == 1:
                    a, b, c = lx - dx, ly - dy, lz - dz
                    if a > b:
                        a, b = b, a
                    if b > c:
                        b = c
                        if a > b:
                            a, b = b, a
                    c = z0
                    if a > first or (a == first and (b > second or (b == second and c >= third))):
                        continue
                elif score == 2:
                    ax, ay, az = far_x - x0 - dx, far_y - y0 - dy, far_z - z0 - dz
                    a = -(ax * ax + ay * ay + az * az)
                    if a >= first:
                        continue
                elif score == 3:
                    a = z0 + dz
                    if a > first:
                        continue
                    b = min(lx - dx, ly - dy)
                    if a == first and b >= second:
                        continue
                elif score == 4:
                    a, b, c = z0 + dz, y0 + dy, x0 + dx
                    if a > first or (a == first and (b > second or (b == second and c >= third))):
                        continue
                elif score == 5:
                    a, b, c = x0, z0, y0
                at_x, at_y = x0, y0
                if z0 and support_pct:
                    at_x, at_y = _carried(placed, placed_count, x0, y0, z0, x1, y1, dx, dy, support_pct)
                    if at_x < 0:
                        continue
                first, second, third = a, b, c
                best_x, best_y, best_z, best_dx, best_dy, best_dz = at_x, at_y, z0, dx, dy, dz
                if score == 0:
                    done = True
                    break
                if score == 5:
                    break
        if best_x < 0:
            if not skip:
                tests[1] = placed_count
                return position
            hopeless[kind] = 1
            continue
        placed[placed_count, 0] = position
        placed[placed_count, 1], placed[placed_count, 2], placed[placed_count, 3] = best_x, best_y, best_z
        placed[placed_count, 4], placed[placed_count, 5], placed[placed_count, 6] = best_dx, best_dy, best_dz
        placed_count += 1
        if skip:
            room[0] -= weights[kind]
            room[1] -= 1
            room[2] -= volumes[kind]
            for n in range(hopeless.size):
                hopeless[n] = 0
        if position == units - 1:
            break
        into = position + 1 if not skip else at_position + 1
        made = _cut(
            spaces,
            count,
            trail[into],
            best_x,
            best_y,
            best_z,
            best_x + best_dx,
            best_y + best_dy,
            best_z + best_dz,
            least[0],
            least[1],
            least[2],
            SPACES_MAX,
            rests,
            rest_count,
        )
        if made < 0:
            # No room for the spaces: this construct fails here, and is counted.
            tests[2] += 1
            tests[1] = placed_count
            if skip:
                return -1
            return position
        trail_count[into] = made
        at_position = into
        tests[0] += 8 + made
    tests[1] = placed_count
    return -1


@nb.njit(
    _I(_A1, _A1, _I, _A2, _A2, _A3, _A3, _A2, _I, nb.uint64[::1], _I, _I, _I, _A1, _A2, _A1), cache=True, nogil=True
)
def rounds_kernel(
    usable,
    kinds,
    units,
    keys,
    pose_counts,
    poses,
    swapped,
    least,
    support_pct,
    state,
    constructs,
    until,
    repairs,
    told,
    placed,
    sequence,
):
    """Random rounds until one packs all; told: tests spent, constructs, placed units, swap, overflows. 1 = packed."""
    scores = np.empty(units, np.int64)
    masks = np.empty(units, np.int64)
    weighed = np.empty(units, np.int64)
    order = np.empty(units, np.int64)
    drawn_scores = np.empty(units, np.int64)
    drawn_masks = np.empty(units, np.int64)
    trail = np.empty((units + 1, SPACES_MAX, 6), np.int64)
    trail_count = np.zeros(units + 1, np.int64)
    rests = np.empty((6, SPACES_MAX, 6), np.int64)
    rest_count = np.zeros(6, np.int64)
    tests = np.zeros(3, np.int64)
    options = np.array([support_pct])
    none = np.zeros(1, np.int64)
    turned = np.array([usable[1], usable[0], usable[2]])
    done = 0
    while done < constructs and tests[0] < until:
        bits = _bits(state)
        key = np.int64(bits & np.uint64(3))
        noise = np.int64((bits >> np.uint64(2)) & np.uint64(1023))
        base_score = np.int64((bits >> np.uint64(12)) & np.uint64(1023)) * 6 >> 10
        score_odds = np.int64((bits >> np.uint64(22)) & np.uint64(1023)) >> 2
        pose_odds = np.int64((bits >> np.uint64(32)) & np.uint64(1023)) * 7 // 10
        swap = np.int64((bits >> np.uint64(42)) & np.uint64(1))
        for n in range(units):
            bits = _bits(state)
            low = np.int64(bits & np.uint64(1023))
            weighed[n] = keys[key, n] * (1024 + 4 * noise * (low - 512) // 10240)
            score = base_score
            if np.int64((bits >> np.uint64(10)) & np.uint64(1023)) < score_odds:
                score = np.int64((bits >> np.uint64(20)) & np.uint64(1023)) * 6 >> 10
            many = pose_counts[kinds[n], 0]
            mask = (np.int64(1) << many) - 1
            if many > 1 and np.int64((bits >> np.uint64(30)) & np.uint64(1023)) < pose_odds:
                mask = 1 + (np.int64((bits >> np.uint64(40)) & np.uint64(4095)) * mask >> 12)
            drawn_scores[n] = score
            drawn_masks[n] = mask
            at = n
            while at > 0 and weighed[order[at - 1]] < weighed[n]:
                order[at] = order[at - 1]
                at -= 1
            order[at] = n
        for n in range(units):
            sequence[n] = kinds[order[n]]
            scores[n] = drawn_scores[order[n]]
            masks[n] = drawn_masks[order[n]]
        room = turned if swap else usable
        shapes = swapped if swap else poses
        first_position = 0
        trail_count[0] = 1
        trail[0, 0, 0], trail[0, 0, 1], trail[0, 0, 2] = 0, 0, 0
        trail[0, 0, 3], trail[0, 0, 4], trail[0, 0, 5] = room[0], room[1], room[2]
        for _ in range(repairs + 1):
            failed = _construct(
                room, sequence, scores, masks, units, pose_counts, shapes, least[swap], options, first_position,
                trail, trail_count, placed, first_position, tests, rests, rest_count, False, none, none, none, none,
            )  # fmt: skip
            done += 1
            if failed < 0:
                told[0], told[1], told[2], told[3], told[4] = tests[0], done, tests[1], swap, tests[2]
                return 1
            to = _below(state, failed) if failed else np.int64(0)
            kind, score = sequence[failed], scores[failed]
            for n in range(failed, to, -1):
                sequence[n], scores[n], masks[n] = sequence[n - 1], scores[n - 1], masks[n - 1]
            sequence[to], scores[to] = kind, score
            masks[to] = (np.int64(1) << pose_counts[kind, 0]) - 1
            drawn = _below(state, 6)
            scores[to + _below(state, failed + 1 - to)] = drawn
            first_position = to
    told[0], told[1], told[2], told[3], told[4] = tests[0], done, 0, 0, tests[2]
    return 0


@nb.njit(
    _I(_A1, _A1, _I, _A2, _A2, _A3, _A3, _A2, _I, nb.uint64[::1], _I, _I, _I, _A1, _A1, _A1, _A1, _A2, _A1),
    cache=True,
    nogil=True,
)
def fill_kernel(
    usable,
    kinds,
    units,
    keys,
    pose_counts,
    poses,
    swapped,
    least,
    support_pct,
    state,
    number,
    constructs,
    until,
    weights,
    volumes,
    limits,
    told,
    best,
    best_sequence,
):
    """Fills in skip mode, the fullest kept; `number` is the first one's. Answers its volume."""
    scores = np.empty(units, np.int64)
    masks = np.empty(units, np.int64)
    sequence = np.empty(units, np.int64)
    weighed = np.empty(units, np.int64)
    order = np.empty(units, np.int64)
    drawn_scores = np.empty(units, np.int64)
    placed = np.empty((units, 7), np.int64)
    trail = np.empty((units + 1, SPACES_MAX, 6), np.int64)
    trail_count = np.zeros(units + 1, np.int64)
    rests = np.empty((6, SPACES_MAX, 6), np.int64)
    rest_count = np.zeros(6, np.int64)
    tests = np.zeros(3, np.int64)
    options = np.array([support_pct])
    hopeless = np.zeros(weights.size, np.int64)
    turned = np.array([usable[1], usable[0], usable[2]])
    most = np.int64(0)
    told[2] = 0
    for n_construct in range(number, number + constructs):
        bits = _bits(state)
        key = np.int64(bits & np.uint64(3))
        noise = np.int64((bits >> np.uint64(2)) & np.uint64(1023))
        base_score = np.int64((bits >> np.uint64(12)) & np.uint64(1023)) * 6 >> 10
        score_odds = np.int64((bits >> np.uint64(22)) & np.uint64(1023)) >> 1
        swap = np.int64((bits >> np.uint64(42)) & np.uint64(1))
        if n_construct < 4:
            key, noise, base_score, score_odds = np.int64(n_construct % 4), np.int64(0), np.int64(0), np.int64(0)
        for n in range(units):
            bits = _bits(state)
            low = np.int64(bits & np.uint64(1023))
            weighed[n] = keys[key, n] * (1024 + 4 * noise * (low - 512) // 10240)
            score = base_score
            if np.int64((bits >> np.uint64(10)) & np.uint64(1023)) < score_odds:
                score = np.int64((bits >> np.uint64(20)) & np.uint64(1023)) * 6 >> 10
            drawn_scores[n] = score
            at = n
            while at > 0 and weighed[order[at - 1]] < weighed[n]:
                order[at] = order[at - 1]
                at -= 1
            order[at] = n
        for n in range(units):
            sequence[n] = kinds[order[n]]
            scores[n] = drawn_scores[order[n]]
            masks[n] = (np.int64(1) << pose_counts[sequence[n], 0]) - 1
        for n in range(hopeless.size):
            hopeless[n] = 0
        room = turned if swap else usable
        shapes = swapped if swap else poses
        left = limits.copy()
        trail_count[0] = 1
        trail[0, 0, 0], trail[0, 0, 1], trail[0, 0, 2] = 0, 0, 0
        trail[0, 0, 3], trail[0, 0, 4], trail[0, 0, 5] = room[0], room[1], room[2]
        _construct(
            room, sequence, scores, masks, units, pose_counts, shapes, least[swap], options, 0,
            trail, trail_count, placed, 0, tests, rests, rest_count, True, weights, volumes, left, hopeless,
        )  # fmt: skip
        volume = np.int64(0)
        for n in range(tests[1]):
            volume += placed[n, 4] * placed[n, 5] * placed[n, 6]
        if volume > most:
            most = volume
            told[2], told[3] = tests[1], swap
            for n in range(tests[1]):
                for c in range(7):
                    best[n, c] = placed[n, c]
            for n in range(units):
                best_sequence[n] = sequence[n]
        if tests[1] == units or tests[0] >= until:
            break
    told[0], told[4] = tests[0], tests[2]
    return most


class Compiled:
    """The arrays of one order's types for one carton, and the two calls."""

    def __init__(self, types: Any, view: Any) -> None:
        many = len(types)
        self.pose_counts = np.zeros((many, 1), np.int64)
        self.poses = np.zeros((many, POSES_MAX, 3), np.int64)
        for kind in range(many):
            triples = view.fitting[kind]
            self.pose_counts[kind, 0] = len(triples)
            for n, triple in enumerate(triples):
                self.poses[kind, n] = triple
        self.swapped = np.ascontiguousarray(self.poses[:, :, [1, 0, 2]])
        self.usable = np.array(view.usable, np.int64)
        self.weights = np.array([kind.weight_g for kind in types], np.int64)
        self.volumes = np.array([kind.volume_mm3 for kind in types], np.int64)

    def rounds(
        self,
        kinds: list[int],
        keys: tuple[list[int], ...],
        least: tuple[Any, Any],
        support_pct: int,
        state: int,
        constructs: int,
        tests: int,
        repairs: int,
    ) -> tuple[bool, int, int, int, list[tuple[int, ...]]]:
        """Packed?, tests, constructs, the dice after it, the placed units (type, x, y, z, dx, dy, dz)."""
        units = len(kinds)
        told = np.zeros(5, np.int64)
        placed = np.zeros((units, 7), np.int64)
        sequence = np.zeros(units, np.int64)
        dice = np.array([state], np.uint64)
        found = rounds_kernel(
            self.usable, np.array(kinds, np.int64), units, np.array(keys, np.int64), self.pose_counts, self.poses,
            self.swapped, np.array(least, np.int64), support_pct, dice, min(constructs, 1 << 60), tests, repairs,
            told, placed, sequence,
        )  # fmt: skip
        rows = _rows(placed, sequence, int(told[2]), bool(told[3])) if found else []
        return bool(found), int(told[0]), int(told[1]), int(dice[0]), rows

    def fill(
        self,
        kinds: list[int],
        keys: tuple[list[int], ...],
        least: tuple[Any, Any],
        support_pct: int,
        state: int,
        number: int,
        constructs: int,
        tests: int,
        limits: tuple[int, int, int],
    ) -> tuple[int, int, list[tuple[int, ...]]]:
        """Tests, the dice after it, the units of the fullest."""
        units = len(kinds)
        told = np.zeros(5, np.int64)
        best = np.zeros((units, 7), np.int64)
        sequence = np.zeros(units, np.int64)
        dice = np.array([state], np.uint64)
        fill_kernel(
            self.usable, np.array(kinds, np.int64), units, np.array(keys, np.int64), self.pose_counts, self.poses,
            self.swapped, np.array(least, np.int64), support_pct, dice, number, constructs, tests, self.weights,
            self.volumes, np.array(limits, np.int64), told, best, sequence,
        )  # fmt: skip
        return int(told[0]), int(dice[0]), _rows(best, sequence, int(told[2]), bool(told[3]))


def _rows(placed: Any, sequence: Any, count: int, swap: bool) -> list[tuple[int, ...]]:
    kinds = sequence.tolist()
    rows = placed[:count].tolist()
    if swap:
        return [(kinds[n], y, x, z, dy, dx, dz) for n, x, y, z, dx, dy, dz in rows]
    return [(kinds[n], x, y, z, dx, dy, dz) for n, x, y, z, dx, dy, dz in rows]
