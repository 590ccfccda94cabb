"""Random rounds and fills of one carton, compiled: as search.py and fills.py, many in one call (cartons.md CT5.8)."""

# mypy: disable-error-code="no-untyped-def, no-untyped-call, untyped-decorator, misc, assignment"

from __future__ import annotations

import numba as nb
import numpy as np

from packstation.cartons.fast.dice import A1, A2, A3, DICE, INT, below, bits_of, score_of
from packstation.cartons.fast.spaces import SPACES_MAX, construct, emptied
from packstation.cartons.fills import DRAWN_KEYS, FIRST_FILLS, FIRST_SCORES


@nb.njit(INT(A1, A2, A1, A1, A1, DICE), cache=True)
def drawn_pieces(counts, uses, rest, pieces, odds, state):
    """As bundles.Pieces.drawn: the pieces of one round, and how many."""
    kinds, many = counts.size, uses.shape[0]
    for kind in range(kinds):
        rest[kind] = counts[kind]
    taken = np.int64(0)
    if many and below(state, 100) < odds[0]:
        wanted = 1 + below(state, odds[1])
        misses = 0
        while wanted > 0 and misses < odds[2]:
            bundle = below(state, many)
            there = True
            for kind in range(kinds):
                if rest[kind] < uses[bundle, kind]:
                    there = False
                    break
            if not there:
                misses += 1
                continue
            for kind in range(kinds):
                rest[kind] -= uses[bundle, kind]
            pieces[taken] = kinds + bundle
            taken += 1
            wanted -= 1
    for kind in range(kinds):
        for _ in range(rest[kind]):
            pieces[taken] = kind
            taken += 1
    return taken


@nb.njit(nb.void(A1, A1, INT), cache=True, inline="always")
def sorted_in(order, weighed, n):
    """The n-th into its place among those before it: the heaviest first, equals as they came."""
    at = n
    while at > 0 and weighed[order[at - 1]] < weighed[n]:
        order[at] = order[at - 1]
        at -= 1
    order[at] = n


@nb.njit(
    INT(A1, A1, A2, A1, INT, A2, A2, A3, A3, A2, INT, DICE, INT, INT, INT, A1, A1, A2, A1), cache=True, nogil=True
)
def rounds_kernel(
    usable,
    counts,
    uses,
    odds,
    most,
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
    felt,
    told,
    placed,
    sequence,
):
    """Random rounds until one packs all; told: tests spent, constructs, placed pieces, swap, overflows. 1 = packed.

    `odds`: as bundles.py has them: rounds in a hundred with bundles, bundles at most, misses, what was felt.
    """
    kinds = np.empty(most, np.int64)
    rest = np.empty(counts.size, np.int64)
    scores = np.empty(most, np.int64)
    masks = np.empty(most, np.int64)
    weighed = np.empty(most, np.int64)
    order = np.empty(most, np.int64)
    drawn_scores = np.empty(most, np.int64)
    drawn_masks = np.empty(most, np.int64)
    trail = np.empty((most + 1, SPACES_MAX, 6), np.int64)
    trail_count = np.zeros(most + 1, np.int64)
    rests = np.empty((6, SPACES_MAX, 6), np.int64)
    rest_count = np.zeros(6, np.int64)
    tests = np.zeros(3, np.int64)
    options = np.array([support_pct])
    none = np.zeros(1, np.int64)
    turned = np.array([usable[1], usable[0], usable[2]])
    done = 0
    most_felt = np.int64(1)
    for n in range(felt.size):
        most_felt = max(most_felt, felt[n])
    while done < constructs and tests[0] < until:
        units = drawn_pieces(counts, uses, rest, kinds, odds, state)
        bits = bits_of(state)
        key = np.int64(bits & np.uint64(3))
        noise = np.int64((bits >> np.uint64(2)) & np.uint64(1023))
        base_score = np.int64((bits >> np.uint64(12)) & np.uint64(1023)) * 6 >> 10
        score_odds = np.int64((bits >> np.uint64(22)) & np.uint64(1023)) >> 2
        pose_odds = np.int64((bits >> np.uint64(32)) & np.uint64(1023)) * 7 // 10
        swap = np.int64((bits >> np.uint64(42)) & np.uint64(1))
        for n in range(units):
            bits = bits_of(state)
            low = np.int64(bits & np.uint64(1023))
            noisy = 1024 + 4 * noise * (low - 512) // 10240
            weighed[n] = keys[key, kinds[n]] * (noisy * (1024 + odds[3] * felt[kinds[n]] // most_felt) >> 10)
            many = pose_counts[kinds[n], 0]
            mask = (np.int64(1) << many) - 1
            if many > 1 and np.int64((bits >> np.uint64(30)) & np.uint64(1023)) < pose_odds:
                mask = 1 + (np.int64((bits >> np.uint64(40)) & np.uint64(4095)) * mask >> 12)
            drawn_scores[n] = score_of(bits, score_odds, base_score)
            drawn_masks[n] = mask
            sorted_in(order, weighed, n)
        for n in range(units):
            sequence[n] = kinds[order[n]]
            scores[n] = drawn_scores[order[n]]
            masks[n] = drawn_masks[order[n]]
        room = turned if swap else usable
        shapes = swapped if swap else poses
        first_position = 0
        emptied(trail, trail_count, room)
        for _ in range(repairs + 1):
            failed = construct(
                room, sequence, scores, masks, units, pose_counts, shapes, least[swap], options, first_position,
                trail, trail_count, placed, first_position, tests, rests, rest_count, False, none, none, none, none,
            )  # fmt: skip
            done += 1
            if failed < 0:
                told[0], told[1], told[2], told[3], told[4] = tests[0], done, tests[1], swap, tests[2]
                return 1
            to = max(below(state, failed), below(state, failed)) if failed else np.int64(0)
            kind, score = sequence[failed], scores[failed]
            felt[kind] += 1
            most_felt = max(most_felt, felt[kind])
            for n in range(failed, to, -1):
                sequence[n], scores[n], masks[n] = sequence[n - 1], scores[n - 1], masks[n - 1]
            sequence[to], scores[to] = kind, score
            masks[to] = (np.int64(1) << pose_counts[kind, 0]) - 1
            drawn = below(state, 6)
            scores[to + below(state, failed + 1 - to)] = drawn
            first_position = to
    told[0], told[1], told[2], told[3], told[4] = tests[0], done, 0, 0, tests[2]
    return 0


@nb.njit(
    INT(A1, A1, INT, A2, A2, A3, A3, A2, INT, DICE, INT, INT, INT, A1, A1, A1, A1, A2, A1),
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
        bits = bits_of(state)
        noise = np.int64((bits >> np.uint64(2)) & np.uint64(1023))
        key = np.int64(DRAWN_KEYS[np.int64((bits >> np.uint64(43)) & np.uint64(7))])
        base_score = np.int64((bits >> np.uint64(12)) & np.uint64(1023)) * 6 >> 10
        if (bits >> np.uint64(46)) & np.uint64(1):
            base_score = np.int64(1)
        score_odds = np.int64((bits >> np.uint64(22)) & np.uint64(1023)) >> 2
        swap = np.int64((bits >> np.uint64(42)) & np.uint64(1))
        if n_construct < FIRST_FILLS:
            key, base_score = np.int64(n_construct), np.int64(FIRST_SCORES[n_construct])
            noise, score_odds = np.int64(0), np.int64(0)
        for n in range(units):
            bits = bits_of(state)
            low = np.int64(bits & np.uint64(1023))
            weighed[n] = keys[key, n] * (1024 + 4 * noise * (low - 512) // 10240)
            drawn_scores[n] = score_of(bits, score_odds, base_score)
            sorted_in(order, weighed, n)
        for n in range(units):
            sequence[n] = kinds[order[n]]
            scores[n] = drawn_scores[order[n]]
            masks[n] = (np.int64(1) << pose_counts[sequence[n], 0]) - 1
        for n in range(hopeless.size):
            hopeless[n] = 0
        room = turned if swap else usable
        shapes = swapped if swap else poses
        left = limits.copy()
        emptied(trail, trail_count, room)
        construct(
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
