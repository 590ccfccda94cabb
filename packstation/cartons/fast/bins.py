"""Ruin and recreate over equal cartons, compiled: as cartons/ruin.py, step for step (cartons.md CT5.11.3b)."""

# mypy: disable-error-code="no-untyped-def, no-untyped-call, untyped-decorator, misc, assignment"

from __future__ import annotations

import numba as nb
import numpy as np

from packstation.cartons.fast.dice import A1, A2, A3, DICE, INT, below, bits_of, score_of
from packstation.cartons.fast.spaces import SPACES_MAX, construct, emptied
from packstation.cartons.ruin import FULL, MOST_PICKED, NOISE_PERMILLE, PICKED_OVER, SCORE_ODDS_PERMILLE, WORSE_MAX


@nb.njit(
    INT(A1, A1, INT, A2, A2, A3, INT, DICE, INT, INT, A1, A1, A1, INT, A2, A1, A2, INT, A1),
    cache=True,
    nogil=True,
)
def ruin_kernel(
    usable,
    kinds,
    units,
    keys,
    pose_counts,
    poses,
    support_pct,
    state,
    until,
    turns_max,
    weights,
    volumes,
    limits,
    bins,
    inside,
    held,
    laid,
    fewest,
    told,
):
    """Better cartons in place: `inside` and `held` by carton, `laid` by unit. Answers how many cartons are left."""
    filled = np.zeros(bins, np.int64)
    for n in range(bins):
        for m in range(held[n]):
            filled[n] += volumes[kinds[inside[n, m]]]
    whole = usable[0] * usable[1] * usable[2]
    picked = np.empty(MOST_PICKED, np.int64)
    weighed = np.empty(units, np.int64)
    pooled = np.empty(units, np.int64)
    scored = np.empty(units, np.int64)
    sequence = np.empty(units, np.int64)
    scores = np.empty(units, np.int64)
    masks = np.empty(units, np.int64)
    left_over = np.empty(units, np.int64)
    new_carton = np.empty(units, np.int64)
    new_laid = np.empty((units, 6), np.int64)
    placed = np.empty((units, 7), np.int64)
    trail = np.empty((units + 1, SPACES_MAX, 6), np.int64)
    trail_count = np.zeros(units + 1, np.int64)
    rests = np.empty((6, SPACES_MAX, 6), np.int64)
    rest_count = np.zeros(6, np.int64)
    tests = np.zeros(3, np.int64)
    options = np.array([support_pct])
    hopeless = np.zeros(weights.size, np.int64)
    least = np.zeros(3, np.int64)
    room = np.zeros(3, np.int64)
    turns = 0
    while bins > max(1, fewest) and tests[0] < until and turns < turns_max:
        turns += 1
        bits = bits_of(state)
        # The emptiest, or the emptier of four; one to five others.
        first = np.int64(0)
        if bits & np.uint64(1):
            for n in range(1, bins):
                if filled[n] < filled[first]:
                    first = n
        else:
            first = below(state, bins)
            for _ in range(3):
                other = below(state, bins)
                if filled[other] < filled[first]:
                    first = other
        picked[0] = first
        draw = np.int64((bits >> np.uint64(1)) & np.uint64(1023))
        wanted = 2
        for over in PICKED_OVER:
            wanted += draw >= over
        wanted = min(wanted, bins)
        count = 1
        while count < wanted:
            other = below(state, bins)
            again = False
            for n in range(count):
                if picked[n] == other:
                    again = True
            if not again:
                picked[count] = other
                count += 1
        key = np.int64((bits >> np.uint64(11)) & np.uint64(3))
        noise = np.int64((bits >> np.uint64(21)) & np.uint64(1023)) * NOISE_PERMILLE // 1000
        base_score = np.int64((bits >> np.uint64(31)) & np.uint64(1023)) * 6 >> 10
        score_odds = np.int64((bits >> np.uint64(41)) & np.uint64(1023)) * SCORE_ODDS_PERMILLE // 1000
        pool = 0
        pool_mm3 = np.int64(0)
        was = np.int64(0)
        for n in range(count):
            here = picked[n]
            share = filled[here] * FULL // whole
            was += share * share
            pool_mm3 += filled[here]
            for m in range(held[here]):
                unit = inside[here, m]
                bits = bits_of(state)
                low = np.int64(bits & np.uint64(1023))
                value = keys[key, unit] * (1024 + noise * (low - 512) // 512)
                score = score_of(bits, score_odds, base_score)
                at = pool
                while at > 0 and weighed[at - 1] < value:
                    weighed[at] = weighed[at - 1]
                    pooled[at] = pooled[at - 1]
                    scored[at] = scored[at - 1]
                    at -= 1
                weighed[at], pooled[at], scored[at] = value, unit, score
                pool += 1
        rest, rest_mm3 = pool, pool_mm3
        used = 0
        now = np.int64(0)
        tests[0] += 10 + 6 * pool
        while used < count and rest and rest_mm3 <= (count - used) * whole:
            least[0] = least[1] = least[2] = 1 << 60
            for n in range(rest):
                kind = kinds[pooled[n]]
                sequence[n], scores[n] = kind, scored[n]
                masks[n] = (np.int64(1) << pose_counts[kind, 0]) - 1
                hopeless[kind] = 0
                for m in range(pose_counts[kind, 0]):
                    least[0] = min(least[0], poses[kind, m, 0])
                    least[1] = min(least[1], poses[kind, m, 1])
                    least[2] = min(least[2], poses[kind, m, 2])
            room[0], room[1], room[2] = limits[0], limits[1], limits[2]
            emptied(trail, trail_count, usable)
            construct(
                usable, sequence, scores, masks, rest, pose_counts, poses, least, options, 0,
                trail, trail_count, placed, 0, tests, rests, rest_count, True, weights, volumes, room, hopeless,
            )  # fmt: skip
            took = tests[1]
            if took == 0:
                break
            volume = np.int64(0)
            kept = 0
            next_placed = 0
            for n in range(rest):
                unit = pooled[n]
                if next_placed < took and placed[next_placed, 0] == n:
                    new_carton[unit] = used
                    for c in range(6):
                        new_laid[unit, c] = placed[next_placed, 1 + c]
                    volume += volumes[kinds[unit]]
                    next_placed += 1
                else:
                    pooled[kept] = unit
                    scored[kept] = scored[n]
                    kept += 1
            rest = kept
            rest_mm3 -= volume
            share = volume * FULL // whole
            now += share * share
            used += 1
        if rest:
            continue
        if used == count and now < was - below(state, WORSE_MAX):
            continue
        # Taken: the units of the picked cartons are laid anew.
        fresh = pool
        pool = 0
        for n in range(count):
            here = picked[n]
            for m in range(held[here]):
                left_over[pool] = inside[here, m]
                pool += 1
            held[here] = 0
            filled[here] = 0
        for n in range(fresh):
            unit = left_over[n]
            here = picked[new_carton[unit]]
            inside[here, held[here]] = unit
            held[here] += 1
            filled[here] += volumes[kinds[unit]]
            for c in range(6):
                laid[unit, c] = new_laid[unit, c]
        n = 0
        while n < bins:
            if held[n]:
                n += 1
                continue
            bins -= 1
            if n != bins:
                filled[n], held[n] = filled[bins], held[bins]
                for m in range(held[n]):
                    inside[n, m] = inside[bins, m]
            held[bins] = 0
            filled[bins] = 0
    told[0], told[1], told[2] = tests[0], turns, tests[2]
    return bins
