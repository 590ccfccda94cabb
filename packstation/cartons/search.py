"""One carton: does this set of units fit, and how (cartons.md CT5.3-5.10).

    filters -> pairs -> a few constructs -> dual feasible functions -> deterministic pass -> random rounds

`looked(world, view, counts, ...)` goes on where the last look at the same question stopped.

Tried for the random rounds and no better, over 70 hard cartons: a look ahead for units that no space takes any more,
bundles of unequal units with small gaps, more or fewer repairs, other odds of keys, scores and poses. The one order
of the published hundred that is still larger than its optimum after a second (18 units, 89 % full) is not found in
400 million tests.
"""

from __future__ import annotations

from collections.abc import Iterator

from packstation.cartons.blocks import blocked
from packstation.cartons.bundles import FELT, Pieces, pieces_of, unbundled
from packstation.cartons.cutting import Space
from packstation.cartons.dice import Dice
from packstation.cartons.disproofs import prove_functions, prove_pairs
from packstation.cartons.fills import (
    BLOCK_RUNS,
    BLOCK_UNITS,
    COMPILED_UNITS_MAX,
    crowded,
    few_orders,
    flat_fits,
    laid,
    least_sides,
    repetitive,
)
from packstation.cartons.plan import Triple
from packstation.cartons.spaces import SCORES, Placed, Poses, construct
from packstation.cartons.world import CALL_TESTS, Counts, Try, View, World

_FIRST_SCORES = (0, 1, 4, 2, 3, 5)
REPAIRS = 20
COMPILED_TESTS = 200_000  # between two questions to the safety stop
_FRESH_RUNS = 400
_FEW_UNITS = 22  # of so many units bundles make all the patterns that blocks would
_FEW_TESTS = 1500
QUICK = 12  # constructs of the deterministic pass where not all of it is asked for
_CROWDED_CONSTRUCTS = 2  # where more of them were hardly ever worth their work
_BEFORE_FUNCTIONS = 4  # constructs that cost less than the proof they may save


def settled(world: World, view: View, counts: Counts) -> Try:
    """What can be said without a search: filters, mailers and tubes, pairs."""
    known = world.try_of(view, counts)
    if known.code is None and known.packing is None and known.stage == 0:
        known.stage = 1
        if view.carton.kind in ("mailer", "tube"):
            _formula(world, view, counts, known)
        elif sum(counts) > 1:
            prove_pairs(world, view, counts, known)
    return known


def passed(world: World, view: View, counts: Counts, most: int = QUICK) -> Try:
    """The deterministic pass (CT5.7), at most `most` constructs of it, once."""
    known = settled(world, view, counts)
    if world.compiled and world.law is None:
        most = min(most, _BEFORE_FUNCTIONS + 1)  # compiled rounds find sooner what is left
    if known.packing is not None or known.proven or known.stage >= most + 1:
        return known
    done = known.stage - 1
    least = least_sides(view, counts)
    few = sum(counts) < BLOCK_UNITS * sum([1 for count in counts if count])
    full = most <= QUICK and crowded(world, view, counts)
    for n, (score, sequence, swap) in enumerate(_attempts(world, view, counts)):
        if n < done:
            continue
        if n >= most:
            break
        if n == (_BEFORE_FUNCTIONS if not full else _CROWDED_CONSTRUCTS):
            if prove_functions(world, view, counts, known):
                return known
            if full:
                break
            if repetitive(world, counts):
                _in_blocks(world, view, counts, known, BLOCK_RUNS, _FEW_TESTS if few else 1 << 62)
                if known.packing is not None:
                    return known
        _attempt(world, view, known, sequence, score, least, swap)
        known.stage = n + 2
        if known.packing is not None:
            return known
        if world.stopped:
            return known
    known.stage = most + 1
    return known


def rounds(world: World, view: View, counts: Counts, constructs: int, tests: int) -> Try:
    """Random rounds (CT5.8) until one packs all, or `constructs` or `tests` are used up."""
    known = settled(world, view, counts)
    if known.packing is not None or known.proven:
        return known
    if known.dice is None:
        known.dice = Dice(world.seed + view.digest)
    dice = known.dice
    until = min(world.spent + tests, world.budget)
    units = sum(counts)
    least = least_sides(view, counts)
    done = 0
    if repetitive(world, counts):
        share = min(tests, world.budget - world.spent, 500 * constructs)
        if sum(1 for count in counts if count) == 1:
            # One kind alone: patterns of blocks are all there is to search.
            until = world.spent + share
            while known.packing is None and world.open and world.spent < until:
                _in_blocks(world, view, counts, known, _FRESH_RUNS, until - world.spent)
        elif not known.tries:
            # Few units are found by bundles; beside compiled rounds blocks would use up most of a third.
            part = 30 if units <= _FEW_UNITS else 15 if world.compiled else 3
            _in_blocks(world, view, counts, known, 1 << 30, share // part)
    # A handful of units has few arrangements: more rounds would only repeat them.
    constructs = min(constructs, few_orders(units) - known.tries)
    if constructs <= 0:
        known.exhausted = True
    pieces = known.pieces
    if pieces is None:
        pieces = known.pieces = pieces_of(world, view, counts)
    while known.packing is None and done < constructs and world.spent < until and not world.stopped:
        if world.compiled and world.law is None and units <= COMPILED_UNITS_MAX:
            chunk = min(until - world.spent, COMPILED_TESTS)
            packed, spent, more, dice.state, rows = world.fast_view(view).rounds(
                pieces, units, least, world.support_pct, dice.state, constructs - done, chunk, REPAIRS
            )
            world.spend(spent + CALL_TESTS, compiled=True)
            done += more
            if packed:
                known.packing = unbundled(world, view, pieces, tuple(rows))
            continue
        done += _round(world, view, known, pieces, least, dice)
    known.tries += done
    return known


def _in_blocks(world: World, view: View, counts: Counts, known: Try, runs: int, tests: int = 1 << 62) -> None:
    if known.dice is None:
        known.dice = Dice(world.seed + view.digest)
    packing = blocked(world, view, counts, known.dice, runs, tests)
    if len(packing) == sum(counts):
        known.packing = packing


def _attempts(world: World, view: View, counts: Counts) -> Iterator[tuple[int, tuple[int, ...], bool]]:
    """One after the other: most orders lie in their carton at the first."""
    kinds = [kind for kind, count in enumerate(counts) if count]
    sequences: dict[tuple[int, ...], None] = {}
    swaps = (False, True) if view.usable[0] != view.usable[1] else (False,)
    for key in range(6 if len(kinds) > 1 else 1):
        # Types stand in canonical order, volumes falling: that is the first key.
        order = sorted(kinds, key=lambda kind: _sort_key(world, kind, key)) if key else kinds
        sequence = tuple([kind for kind in order for _ in range(counts[kind])])
        if sequence not in sequences:
            sequences[sequence] = None
            for swap in swaps:
                yield _FIRST_SCORES[0], sequence, swap
    for score in _FIRST_SCORES[1:]:
        for sequence in sequences:
            for swap in swaps:
                yield score, sequence, swap


def _sort_key(world: World, kind: int, key: int) -> tuple[int, ...]:
    longest, middle, shortest = world.types[kind].sides
    volume = world.types[kind].volume_mm3
    if key == 0:
        return (-volume,)
    if key == 1:
        return (-longest * middle,)
    if key == 2:
        return (-longest, -middle)
    if key == 3:
        return (-shortest,)
    if key == 4:
        return (-(longest + middle + shortest),)
    return (-volume * longest * longest,)


def _round(world: World, view: View, known: Try, pieces: Pieces, least: tuple[Triple, Triple], dice: Dice) -> int:
    """One random order, scores and poses by piece, and up to REPAIRS repairs; answers how many constructs it took."""
    sequence = pieces.drawn(dice)
    bits = dice.bits()
    base = pieces.keys[bits & 3]
    noise = (bits >> 2) & 1023
    base_score = ((bits >> 12) & 1023) * 6 >> 10
    score_odds = ((bits >> 22) & 1023) >> 2
    pose_odds = ((bits >> 32) & 1023) * 7 // 10
    swap = bool((bits >> 42) & 1)
    all_poses = pieces.turned if swap else pieces.poses
    felt, most_felt = pieces.felt, pieces.most_felt or 1
    drawn: list[tuple[int, int, int, int, Poses]] = []
    for n, piece in enumerate(sequence):
        bits = dice.bits()
        noisy = 1024 + 4 * noise * ((bits & 1023) - 512) // 10240
        weighed = base[piece] * (noisy * (1024 + FELT * felt[piece] // most_felt) >> 10)
        score = base_score
        if (bits >> 10) & 1023 < score_odds:
            score = ((bits >> 20) & 1023) * 6 >> 10
        fitting = all_poses[piece]
        count = len(fitting[4])
        if count > 1 and (bits >> 30) & 1023 < pose_odds:
            fitting = pieces.narrow(piece, 1 + (((bits >> 40) & 4095) * ((1 << count) - 1) >> 12), swap)
        drawn.append((-weighed, n, piece, score, fitting))
    drawn.sort()
    sequence = [row[2] for row in drawn]
    scores = [row[3] for row in drawn]
    poses = [row[4] for row in drawn]
    far_x, far_y, far_z = view.usable
    usable = (far_y, far_x, far_z) if swap else view.usable
    trail: list[list[Space]] = []
    before: list[Placed] = []
    for repair in range(REPAIRS + 1):
        failed, placed, tests = construct(
            usable, sequence, poses, scores, least[swap], world.support_pct, world.law, trail=trail, before=before
        )
        world.spend(tests)
        if failed < 0:
            known.packing = unbundled(world, view, pieces, laid(placed, sequence, swap))
            return repair + 1
        if world.stopped or world.spent >= world.budget:
            return repair + 1
        # Rather a little earlier than much: what was placed before is kept.
        to = max(dice.below(failed), dice.below(failed)) if failed else 0
        piece, score = sequence.pop(failed), scores.pop(failed)
        poses.pop(failed)
        pieces.failed(piece)
        sequence.insert(to, piece)
        scores.insert(to, score)
        poses.insert(to, all_poses[piece])
        # Another score for one piece behind it too: a pure reordering often leads into the same corner again.
        scores[to + dice.below(failed + 1 - to)] = dice.below(SCORES)
        before = placed[:to]
        if not to:
            trail.clear()
    return REPAIRS + 1


def _attempt(
    world: World,
    view: View,
    known: Try,
    sequence: tuple[int, ...],
    score: int,
    least: tuple[Triple, Triple],
    swap: bool,
) -> None:
    fitting = view.swapped if swap else view.poses
    far_x, far_y, far_z = view.usable
    failed, placed, tests = construct(
        (far_y, far_x, far_z) if swap else view.usable,
        sequence,
        [fitting[kind] for kind in sequence],
        (score,) * len(sequence),
        least[swap],
        world.support_pct,
        world.law,
    )
    world.spend(tests)
    if failed < 0:
        known.packing = laid(placed, sequence, swap)


def _formula(world: World, view: View, counts: Counts, known: Try) -> None:
    packing = flat_fits(world, view, counts)
    if packing:
        known.packing = packing
        return
    known.code, known.proven = "impossible", True
