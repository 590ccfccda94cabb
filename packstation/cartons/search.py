"""One carton: does this set of units fit, and how (cartons.md CT5.3-5.10).

    filters -> pairs -> a few constructs -> dual feasible functions -> deterministic pass -> random rounds

`looked(world, view, counts, ...)` goes on where the last look at the same question stopped.
"""

from __future__ import annotations

from packstation.cartons.blocks import blocked
from packstation.cartons.plan import Triple
from packstation.cartons.spaces import EMPTY, SCORES, Placed, Poses, Space, Start, construct
from packstation.cartons.world import CALL_TESTS, Counts, Dice, Packing, Try, View, World, takes_weight

_FIRST_SCORES = (0, 1, 4, 2, 3, 5)
REPAIRS = 11
COMPILED_UNITS_MAX = 220
COMPILED_TESTS = 200_000  # between two questions to the safety stop
_BLOCK_RUNS = 12
_FRESH_RUNS = 400
_BLOCKS_ONLY = 150  # so many units are never placed one by one
_BLOCK_UNITS = 6  # so many of a kind make blocks worth a try
_BEFORE_FUNCTIONS = 4  # constructs that cost less than the proof they may save


def settled(world: World, view: View, counts: Counts) -> Try:
    """What can be said without a search: filters, mailers and tubes, pairs."""
    known = world.try_of(view, counts)
    if known.code is None and known.packing is None and known.stage == 0:
        known.stage = 1
        if view.carton.kind in ("mailer", "tube"):
            _formula(world, view, counts, known)
        elif sum(counts) > 1:
            world.prove_pairs(view, counts, known)
    return known


def passed(world: World, view: View, counts: Counts, most: int = 12) -> Try:
    """The deterministic pass (CT5.7), at most `most` constructs of it, once."""
    known = settled(world, view, counts)
    if world.compiled and world.law is None:
        most = min(most, _BEFORE_FUNCTIONS + 1)  # compiled rounds find sooner what is left
    if known.packing is not None or known.proven or known.stage >= most + 1:
        return known
    done = known.stage - 1
    least = least_sides(view, counts)
    for n, (score, sequence, swap) in enumerate(_attempts(world, view, counts)):
        if n < done:
            continue
        if n >= most:
            break
        if n == _BEFORE_FUNCTIONS:
            if world.prove_functions(view, counts, known):
                return known
            if repetitive(world, counts):
                _in_blocks(world, view, counts, known, _BLOCK_RUNS)
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
    kinds = [kind for kind, count in enumerate(counts) for _ in range(count)]
    keys = _noise_keys(world, kinds)
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
            _in_blocks(world, view, counts, known, 1 << 30, share // 3)
    # A handful of units has few arrangements: more rounds would only repeat them.
    constructs = min(constructs, few_orders(len(kinds)) - known.tries)
    if constructs <= 0:
        known.exhausted = True
    while known.packing is None and done < constructs and world.spent < until and not world.stopped:
        if world.compiled and world.law is None and len(kinds) <= COMPILED_UNITS_MAX:
            fast = world.fast_view(view)
            chunk = min(until - world.spent, COMPILED_TESTS)
            packed, spent, more, dice.state, rows = fast.rounds(
                kinds, keys, least, world.support_pct, dice.state, constructs - done, chunk, REPAIRS
            )
            world.spend(spent + CALL_TESTS, compiled=True)
            done += more
            if packed:
                known.packing = tuple(rows)
            continue
        done += _round(world, view, known, kinds, keys, least, dice)
    known.tries += done
    return known


def few_orders(units: int) -> int:
    """After so many random constructs a handful of units has been tried in every way."""
    return 6 << 2 * min(units, 20)


def repetitive(world: World, counts: Counts) -> bool:
    """Whether blocks of equal units are worth a try: many of a kind, and no rule about what lies above what."""
    return world.law is None and max(counts) >= _BLOCK_UNITS and not world.assumed(counts)


def _in_blocks(world: World, view: View, counts: Counts, known: Try, runs: int, tests: int = 1 << 62) -> None:
    if known.dice is None:
        known.dice = Dice(world.seed + view.digest)
    packing = blocked(world, view, counts, known.dice, runs, tests)
    if len(packing) == sum(counts):
        known.packing = packing


def _attempts(world: World, view: View, counts: Counts) -> list[tuple[int, tuple[int, ...], bool]]:
    kinds = [kind for kind, count in enumerate(counts) if count]
    sequences: dict[tuple[int, ...], None] = {}
    for key in range(6):
        order = sorted(kinds, key=lambda kind: _sort_key(world, kind, key))
        sequences[tuple([kind for kind in order for _ in range(counts[kind])])] = None
    swaps = (False, True) if view.usable[0] != view.usable[1] else (False,)
    return [(score, sequence, swap) for score in _FIRST_SCORES for sequence in sequences for swap in swaps]


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


def _noise_keys(world: World, kinds: list[int]) -> tuple[list[int], ...]:
    sides = [world.types[kind].sides for kind in kinds]
    return (
        [longest * middle * shortest for longest, middle, shortest in sides],
        [longest * middle for longest, middle, _ in sides],
        [shortest for _, _, shortest in sides],
        [longest + middle + shortest for longest, middle, shortest in sides],
    )


def _round(
    world: World,
    view: View,
    known: Try,
    kinds: list[int],
    keys: tuple[list[int], ...],
    least: tuple[Triple, Triple],
    dice: Dice,
) -> int:
    """One random order, scores and poses by unit, and up to REPAIRS repairs; answers how many constructs it took."""
    bits = dice.bits()
    base = keys[bits & 3]
    noise = (bits >> 2) & 1023
    base_score = ((bits >> 12) & 1023) * 6 >> 10
    score_odds = ((bits >> 22) & 1023) >> 2
    pose_odds = ((bits >> 32) & 1023) * 7 // 10
    swap = bool((bits >> 42) & 1)
    all_poses = view.swapped if swap else view.poses
    drawn: list[tuple[int, int, int, int, Poses]] = []
    for n, kind in enumerate(kinds):
        bits = dice.bits()
        weighed = base[n] * (1024 + 4 * noise * ((bits & 1023) - 512) // 10240)
        score = base_score
        if (bits >> 10) & 1023 < score_odds:
            score = ((bits >> 20) & 1023) * 6 >> 10
        fitting = all_poses[kind]
        count = len(fitting[4])
        if count > 1 and (bits >> 30) & 1023 < pose_odds:
            fitting = view.narrow(kind, 1 + (((bits >> 40) & 4095) * ((1 << count) - 1) >> 12), swap)
        drawn.append((-weighed, n, kind, score, fitting))
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
            known.packing = laid(placed, sequence, swap)
            return repair + 1
        if world.stopped or world.spent >= world.budget:
            return repair + 1
        to = dice.below(failed) if failed else 0
        kind, score = sequence.pop(failed), scores.pop(failed)
        poses.pop(failed)
        sequence.insert(to, kind)
        scores.insert(to, score)
        poses.insert(to, all_poses[kind])
        # Another score for one unit behind it too: a pure reordering often leads into the same corner again.
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


def least_sides(view: View, counts: Counts) -> tuple[Triple, Triple]:
    """The least size per axis of any of these units, as they are and swapped."""
    used = [view.poses[kind] for kind, count in enumerate(counts) if count and view.poses[kind][4]]
    least_x, least_y, least_z = min(p[0] for p in used), min(p[1] for p in used), min(p[2] for p in used)
    return (least_x, least_y, least_z), (least_y, least_x, least_z)


def laid(placed: list[Placed], sequence: list[int] | tuple[int, ...], swap: bool) -> Packing:
    if swap:
        return tuple([(sequence[n], y, x, z, dy, dx, dz) for n, x, y, z, dx, dy, dz in placed])
    return tuple([(sequence[n], x, y, z, dx, dy, dz) for n, x, y, z, dx, dy, dz in placed])


def _formula(world: World, view: View, counts: Counts, known: Try) -> None:
    packing = flat_fits(world, view, counts)
    if packing:
        known.packing = packing
        return
    known.code, known.proven = "impossible", True
    known.detail = "a tube takes one long unit" if view.carton.kind == "tube" else "not for this mailer"


def flat_fits(world: World, view: View, counts: Counts) -> Packing:
    """The units in a mailer as one stack, or one unit in a tube (CT3.10); () when they do not fit."""
    far_x, far_y, far_z = view.usable
    kinds = [kind for kind, count in enumerate(counts) for _ in range(count)]
    if view.carton.kind == "tube":
        longest, middle, shortest = world.types[kinds[0]].sides
        if len(kinds) == 1 and longest <= far_x and middle * middle + shortest * shortest <= far_y * far_z:
            for pose in ((longest, middle, shortest), (longest, shortest, middle)):
                if pose in world.types[kinds[0]].poses:
                    return ((kinds[0], 0, 0, 0, *pose),)
        return ()
    stack = [(kind, world.types[kind].sides) for kind in kinds]
    thick = sum([sides[2] for _, sides in stack])
    if (
        thick > far_z
        or max(sides[1] for _, sides in stack) + thick > far_y
        or max(sides[0] for _, sides in stack) + thick > far_x
        or any(not world.types[kind].mailable or sides not in world.types[kind].poses for kind, sides in stack)
    ):
        return ()
    stack.sort(key=lambda row: (-row[1][0] * row[1][1], -row[1][0], row[0]))
    packing = []
    z = 0
    above_g = sum([world.types[kind].weight_g for kind, _ in stack])
    for kind, sides in stack:
        above_g -= world.types[kind].weight_g
        if above_g > world.types[kind].top_load_g:
            return ()
        packing.append((kind, 0, 0, z, *sides))
        z += sides[2]
    return tuple(packing)


def _flat_filled(world: World, view: View, counts: Counts) -> Packing:
    """A mailer or a tube with as much as goes into it, the most voluminous first."""
    taken = [0] * len(counts)
    packing: Packing = ()
    for kind, count in enumerate(counts):
        for _ in range(count):
            taken[kind] += 1
            tried = tuple(taken)
            fits = (
                sum(tried) <= view.room_units
                and takes_weight(world, view, tried)
                and may_share(world, tried) is None
                and world.volume_mm3(tried) <= (view.room_mm3 if world.assumed(tried) else 1 << 60)
            )
            grown = flat_fits(world, view, tried) if fits else ()
            if not grown:
                taken[kind] -= 1
                break
            packing = grown
    for kinds in world.together:
        if any(taken[kind] for kind in kinds) and any(taken[kind] < counts[kind] for kind in kinds):
            return ()
    return packing


def filled(
    world: World,
    view: View,
    counts: Counts,
    constructs: int,
    dice: Dice,
    *,
    noisy: bool = False,
    start: Packing = (),
) -> Packing:
    """As much volume of the units as goes into one carton, in skip mode (CT5.11), under all limits of a parcel.

    `start` already lies in it and stays; the answer has the new units only.
    """
    if view.carton.kind in ("mailer", "tube"):
        return () if start else _flat_filled(world, view, counts)
    if not any(view.fitting[kind] for kind, n in enumerate(counts) if n):
        return ()
    best: Packing = ()
    most_mm3 = 0
    blocks = repetitive(world, counts) and not start and not world.together and not any(world.apart)
    if blocks and sum(counts) > _BLOCKS_ONLY:
        best = blocked(world, view, counts, dice, _BLOCK_RUNS)
        most_mm3 = sum([dx * dy * dz for _, _, _, _, dx, dy, dz in best])
        if len(best) == sum(counts) or sum(counts) > _BLOCKS_ONLY:
            return best
    free = not start and not world.together and not any(world.apart) and world.law is None
    if world.compiled and free and sum(counts) <= COMPILED_UNITS_MAX:
        return _fill_compiled(world, view, counts, constructs, dice, 4 if noisy else 0, best)
    for n in range(constructs):
        packing = _fill_once(world, view, counts, dice, n + 4 if noisy else n, start)
        volume_mm3 = sum([dx * dy * dz for _, _, _, _, dx, dy, dz in packing])
        if volume_mm3 > most_mm3:
            best, most_mm3 = packing, volume_mm3
        if len(packing) == sum(counts) or not world.open:
            break
    if not best and world.assumed(counts):
        sure = tuple([0 if kind.estimated else count for kind, count in zip(world.types, counts, strict=True)])
        if any(sure):
            return filled(world, view, sure, constructs, dice, noisy=noisy, start=start)
    return best


def _fill_compiled(
    world: World, view: View, counts: Counts, constructs: int, dice: Dice, number: int, best: Packing
) -> Packing:
    kinds = [kind for kind, count in enumerate(counts) if view.fitting[kind] for _ in range(count)]
    limits = (view.room_g, view.room_units, world.room_mm3(view, counts))
    spent, dice.state, rows = world.fast_view(view).fill(
        kinds,
        _noise_keys(world, kinds),
        least_sides(view, counts),
        world.support_pct,
        dice.state,
        number,
        constructs,
        max(1, world.budget - world.spent),
        limits,
    )
    world.spend(spent + CALL_TESTS, compiled=True)
    volume_mm3 = sum([dx * dy * dz for _, _, _, _, dx, dy, dz in rows])
    return tuple(rows) if volume_mm3 > sum([dx * dy * dz for _, _, _, _, dx, dy, dz in best]) else best


def _fill_once(world: World, view: View, counts: Counts, dice: Dice, n: int, start: Packing) -> Packing:
    bits = dice.bits()
    noise = 0 if n < 4 else (bits >> 2) & 1023
    key = n % 4 if n < 4 else bits & 3
    base_score = 0 if n < 4 else ((bits >> 12) & 1023) * 6 >> 10
    score_odds = 0 if n < 4 else ((bits >> 22) & 1023) >> 1
    swap = bool((bits >> 42) & 1) and not start
    fitting = view.swapped if swap else view.poses
    drawn: list[tuple[int, int, int, int]] = []
    for kind, count in enumerate(counts):
        if not count or not fitting[kind][4]:
            continue
        longest, middle, shortest = world.types[kind].sides
        size = (longest * middle * shortest, longest * middle, shortest, longest + middle + shortest)[key]
        for _ in range(count):
            bits = dice.bits()
            weighed = size * (1024 + 4 * noise * ((bits & 1023) - 512) // 10240)
            score = base_score
            if (bits >> 10) & 1023 < score_odds:
                score = ((bits >> 20) & 1023) * 6 >> 10
            drawn.append((-weighed, len(drawn), kind, score))
    drawn.sort()
    sequence, scores = _company(world, [row[2] for row in drawn], [row[3] for row in drawn], counts, dice, start)
    if not sequence:
        return ()
    far_x, far_y, far_z = view.usable
    _, placed, tests = construct(
        (far_y, far_x, far_z) if swap else view.usable,
        sequence,
        [fitting[kind] for kind in sequence],
        scores,
        least_sides(view, counts)[swap],
        world.support_pct,
        world.law,
        True,
        start=Start(tuple([(*row[1:], row[0]) for row in start])) if start else EMPTY,
        weights=[kind.weight_g for kind in world.types],
        room_g=view.room_g - sum([world.types[row[0]].weight_g for row in start]),
        room_units=view.room_units - len(start),
        volumes=[kind.volume_mm3 for kind in world.types],
        room_mm3=world.room_mm3(view, counts) - sum([world.types[row[0]].volume_mm3 for row in start]),
    )
    world.spend(tests)
    packing = laid(placed, sequence, swap)
    if world.together:
        packed = [0] * len(counts)
        for row in packing:
            packed[row[0]] += 1
        for kinds in world.together:
            if any(packed[kind] for kind in kinds) and any(packed[kind] < counts[kind] for kind in kinds):
                return ()
    return packing


def _company(
    world: World, sequence: list[int], scores: list[int], counts: Counts, dice: Dice, start: Packing
) -> tuple[list[int], list[int]]:
    """Leave out who may not share the parcel with somebody earlier; a `together` group goes first or is dropped."""
    if world.together:
        wanted: set[int] = set()
        dropped: set[int] = set()
        for kinds in world.together:
            here = [kind for kind in kinds if counts[kind]]
            (wanted if dice.bits() & 1 else dropped).update(here)
        rows = [(kind not in wanted, n) for n, kind in enumerate(sequence) if kind not in dropped]
        rows.sort()
        scores = [scores[n] for _, n in rows]
        sequence = [sequence[n] for _, n in rows]
    if any(world.apart):
        inside: set[int] = {row[0] for row in start}
        rows = []
        for n, kind in enumerate(sequence):
            if inside.isdisjoint(world.apart[kind]):
                inside.add(kind)
                rows.append((True, n))
        scores = [scores[n] for _, n in rows]
        sequence = [sequence[n] for _, n in rows]
    return sequence, scores


def may_share(world: World, counts: Counts) -> tuple[int, int] | None:
    """Two kinds among these that may not share a parcel (CT3.8), or None."""
    kinds = [kind for kind, count in enumerate(counts) if count]
    for kind in kinds:
        for other in world.apart[kind]:
            if counts[other]:
                return kind, other
    return None
