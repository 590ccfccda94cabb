"""The blocks to fill a carton with: grids of one kind, then pairs of blocks side by side (cartons.md CT5.12)."""

# mypy: disable-error-code="no-untyped-def, no-untyped-call, untyped-decorator, misc, assignment"

from __future__ import annotations

import numba as nb

from packstation.cartons.fast.dice import A1, A2, A3, INT

SEEN = 1 << 16
PARTS_MAX = 8  # so many kinds in one block
PAIRS_A_TEST = 3


@nb.njit(INT(A1, A1, A2, A3, A1, INT, INT, A2, A1, A2, A2, A2, A1, A1, INT), cache=True, nogil=True)
def build_kernel(
    usable, counts, pose_counts, poses, volumes, most, full_permille, sizes, mm3, kinds, many, made, tests, seen,
    until,
):  # fmt: skip
    """Blocks into `sizes`, `mm3`, `kinds` and `many` (its kinds and how many of each); `made` says of what.

    made: kind, pose, nx, ny, nz of a grid; -1, axis, first, second of a pair. Answers how many blocks there are.
    """
    count = 0
    for kind in range(counts.size):
        if counts[kind] <= 0:
            continue
        for n in range(pose_counts[kind, 0]):
            dx, dy, dz = poses[kind, n, 0], poses[kind, n, 1], poses[kind, n, 2]
            for nz in range(1, usable[2] // dz + 1):
                if nz > counts[kind]:
                    break
                for ny in range(1, usable[1] // dy + 1):
                    if nz * ny > counts[kind]:
                        break
                    for nx in range(1, usable[0] // dx + 1):
                        if nz * ny * nx > counts[kind] or count >= most:
                            break
                        sizes[count, 0], sizes[count, 1], sizes[count, 2] = nx * dx, ny * dy, nz * dz
                        mm3[count] = volumes[kind] * nx * ny * nz
                        kinds[count, 0], many[count, 0] = kind, nx * ny * nz
                        for c in range(1, PARTS_MAX):
                            kinds[count, c], many[count, c] = -1, 0
                        made[count, 0], made[count, 1] = kind, n
                        made[count, 2], made[count, 3], made[count, 4] = nx, ny, nz
                        count += 1
    seen[:] = 0
    older = 0
    newest = count
    while older < newest and count < most:
        for i in range(older, newest):
            if tests[0] >= until:
                return count
            for j in range(i + 1):
                tests[0] += 1
                for axis in range(3):
                    across, up = (axis + 1) % 3, (axis + 2) % 3
                    long = sizes[i, axis] + sizes[j, axis]
                    if long > usable[axis]:
                        continue
                    wide = max(sizes[i, across], sizes[j, across])
                    high = max(sizes[i, up], sizes[j, up])
                    volume = mm3[i] + mm3[j]
                    if volume * 1000 < full_permille * long * wide * high:
                        continue
                    # Grids of grids of one kind are grids already.
                    if made[i, 0] >= 0 and made[i, 0] == made[j, 0] and made[i, 1] == made[j, 1]:
                        continue
                    parts = 0
                    for c in range(PARTS_MAX):
                        if kinds[i, c] < 0:
                            break
                        kinds[count, c], many[count, c] = kinds[i, c], many[i, c]
                        parts += 1
                    good = True
                    for c in range(PARTS_MAX):
                        if kinds[j, c] < 0:
                            break
                        at = 0
                        while at < parts and kinds[count, at] != kinds[j, c]:
                            at += 1
                        if at == parts:
                            if parts == PARTS_MAX:
                                good = False
                                break
                            kinds[count, at], many[count, at] = kinds[j, c], 0
                            parts += 1
                        many[count, at] += many[j, c]
                    if not good:
                        continue
                    for c in range(parts):
                        if many[count, c] > counts[kinds[count, c]]:
                            good = False
                            break
                    if not good:
                        continue
                    sizes[count, axis], sizes[count, across], sizes[count, up] = long, wide, high
                    digest = sizes[count, 0] * 1000003 + sizes[count, 1] * 7919 + sizes[count, 2] * 104729
                    for c in range(parts):
                        digest += (kinds[count, c] + 1) * (many[count, c] * 15485863 + 32452843) % 982451653
                    slot = digest % SEEN
                    while seen[slot] != 0 and seen[slot] != digest:
                        slot = (slot + 1) % SEEN
                    if seen[slot] == digest:
                        continue
                    seen[slot] = digest
                    for c in range(parts, PARTS_MAX):
                        kinds[count, c], many[count, c] = -1, 0
                    mm3[count] = volume
                    made[count, 0], made[count, 1], made[count, 2], made[count, 3] = -1, axis, i, j
                    count += 1
                    if count >= most:
                        return count
        older = newest
        newest = count
    return count
