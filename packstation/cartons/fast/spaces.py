"""One construct, compiled: as cartons/spaces.py and cartons/cutting.py, step for step (cartons.md CT5.6)."""

# mypy: disable-error-code="no-untyped-def, no-untyped-call, untyped-decorator, misc, assignment"

from __future__ import annotations

import numba as nb
import numpy as np

from packstation.cartons.fast.dice import A1, A2, A3, INT

SPACES_MAX = 400
FAR = 1 << 60


@nb.njit(nb.void(A3, A1, A1), cache=True)
def emptied(trail, trail_count, room):
    """Before the first position there is one space: all of the room."""
    trail_count[0] = 1
    for c in range(3):
        trail[0, 0, c] = 0
        trail[0, 0, 3 + c] = room[c]


@nb.njit(INT(A2, INT, A2, INT, INT, INT, INT, INT, INT, INT, INT, INT, INT, A3, A1), cache=True)
def cut(spaces, count, out, x, y, z, end_x, end_y, end_z, mx, my, mz, limit, rests, rest_count):
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


@nb.njit(INT(A2, INT, INT, INT, INT, INT, INT), cache=True)
def shared(placed, count, z, x, y, end_x, end_y):
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


@nb.njit(nb.types.UniTuple(INT, 2)(A2, INT, INT, INT, INT, INT, INT, INT, INT, INT), cache=True)
def carried(placed, count, x0, y0, z0, x1, y1, dx, dy, support_pct):
    need = support_pct * dx * dy
    if 100 * shared(placed, count, z0, x0, y0, x0 + dx, y0 + dy) >= need:
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
            if 100 * shared(placed, count, z0, at_x, at_y, at_x + dx, at_y + dy) >= need:
                return at_x, at_y
    return -1, -1


@nb.njit(
    INT(
        A1,
        A1,
        A1,
        A1,
        INT,
        A2,
        A3,
        A1,
        A1,
        INT,
        A3,
        A1,
        A2,
        INT,
        A1,
        A3,
        A1,
        nb.boolean,
        A1,
        A1,
        A1,
        A1,
    ),
    cache=True,
)
def construct(
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
        thin_x, thin_y, thin_z, unit, many = FAR, FAR, FAR, FAR, 0
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
        first, second, third = FAR, FAR, FAR
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
                    at_x, at_y = carried(placed, placed_count, x0, y0, z0, x1, y1, dx, dy, support_pct)
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
        made = cut(
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
