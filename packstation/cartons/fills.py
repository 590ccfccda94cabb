"""Filling one carton: as much as goes into it, whatever is left over (cartons.md CT5.11, CT3.10).

Boxes in skip mode, mailers as one stack, tubes with one unit. What a search and a fill both need stands here.

Fills are independent of each other: keeping a part of the best one and filling the rest anew was tried and is worse.
What counts is the order: by volume 3,000 tests fill a carton as full as 15,000 by all keys alike. Flat goods in
stacks are the exception, so the first fills still try every key.
"""

from __future__ import annotations

from packstation.cartons.blocks import blocked
from packstation.cartons.dice import Dice
from packstation.cartons.plan import Triple
from packstation.cartons.shelves import hurried, torn
from packstation.cartons.spaces import EMPTY, FAR, Placed, Start, construct
from packstation.cartons.world import CALL_TESTS, Counts, Packing, View, World

COMPILED_UNITS_MAX = 220
BLOCK_RUNS = 12
_CROWDED_PCT = 80  # so full, only one carton in some fifty was found by its first constructs
_FEW = 8
_BLOCKS_ONLY = 150  # so many units are never placed one by one
BLOCK_UNITS = 6  # so many of a kind make blocks worth a try
FIRST_FILLS = 4  # fills without chance, one by each key
FIRST_SCORES = (1, 0, 0, 0)
DRAWN_KEYS = (3, 1, 0, 0, 0, 0, 0, 0)  # of later fills, by three bits
_CROWD_UNITS = 400  # of more units a carton is offered a part
_OFFERED_TIMES = 4  # that part: so many times the carton's volume


def few_orders(units: int) -> int:
    """After so many random constructs a handful of units has been tried in every way."""
    return 6 << 2 * min(units, 20)


def repetitive(world: World, counts: Counts) -> bool:
    """Whether blocks of equal units are worth a try: many of a kind, and no rule about what lies above what."""
    return world.law is None and max(counts) >= BLOCK_UNITS and not world.assumed(counts)


def crowded(world: World, view: View, counts: Counts) -> bool:
    """Whether so little would stay empty that hardly any try succeeds; few units, or many of a kind, do."""
    units = sum(counts)
    if not _FEW < units < BLOCK_UNITS * sum([1 for count in counts if count]):
        return False
    return world.volume_mm3(counts) * 100 > _CROWDED_PCT * view.volume_mm3


def noise_keys(world: World, kinds: list[int]) -> tuple[list[int], ...]:
    sides = [world.types[kind].sides for kind in kinds]
    return (
        [longest * middle * shortest for longest, middle, shortest in sides],
        [longest * middle for longest, middle, _ in sides],
        [shortest for _, _, shortest in sides],
        [longest + middle + shortest for longest, middle, shortest in sides],
    )


def least_sides(view: View, counts: Counts) -> tuple[Triple, Triple]:
    """The least size per axis of any of these units, as they are and swapped."""
    poses = view.poses
    least_x = least_y = least_z = FAR
    for kind, count in enumerate(counts):
        if count:
            # Of a kind that does not fit at all, all three are far.
            x, y, z, _, _ = poses[kind]
            if x < least_x:
                least_x = x
            if y < least_y:
                least_y = y
            if z < least_z:
                least_z = z
    return (least_x, least_y, least_z), (least_y, least_x, least_z)


def laid(placed: list[Placed], sequence: list[int] | tuple[int, ...], swap: bool) -> Packing:
    if swap:
        return tuple([(sequence[n], y, x, z, dy, dx, dz) for n, x, y, z, dx, dy, dz in placed])
    return tuple([(sequence[n], x, y, z, dx, dy, dz) for n, x, y, z, dx, dy, dz in placed])


def may_share(world: World, counts: Counts) -> tuple[int, int] | None:
    """Two kinds among these that may not share a parcel (CT3.8), or None."""
    if not any(world.apart):
        return None
    kinds = [kind for kind, count in enumerate(counts) if count]
    present = set(kinds)
    for kind in kinds:
        if not present.isdisjoint(world.apart[kind]):
            return kind, min(present & world.apart[kind])
    return None


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
                and world.weight_g(tried) <= view.room_g
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
            # A group goes in as a whole or stays out.
            others = tuple([0 if kind in kinds else count for kind, count in enumerate(counts)])
            return _flat_filled(world, view, others) if any(others) else ()
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
    if not any(view.takes(kind) for kind, n in enumerate(counts) if n):
        return ()
    if world.hurried and not start:
        packing = hurried(world, view, counts)
        if packing or not world.together:
            return packing
    if sum(counts) > _CROWD_UNITS and not start and not world.together:
        counts = _offered(world, view, counts)
    best: Packing = ()
    most_mm3 = 0
    blocks = repetitive(world, counts) and not start and not world.together and not any(world.apart)
    # Where few kinds make up most of it, blocks find more than single units do; else they only cost work.
    if blocks and sum(counts) >= BLOCK_UNITS * sum([1 for count in counts if count]):
        best = blocked(world, view, counts, dice, BLOCK_RUNS)
        most_mm3 = sum([dx * dy * dz for _, _, _, _, dx, dy, dz in best])
        if len(best) == sum(counts) or sum(counts) > _BLOCKS_ONLY:
            return best
    free = not start and not world.together and not any(world.apart) and world.law is None
    if world.compiled and free and sum(counts) <= COMPILED_UNITS_MAX:
        return _fill_compiled(world, view, counts, constructs, dice, FIRST_FILLS if noisy else 0, best)
    for n in range(constructs):
        packing = _fill_once(world, view, counts, dice, n + FIRST_FILLS if noisy else n, start)
        volume_mm3 = sum([dx * dy * dz for _, _, _, _, dx, dy, dz in packing])
        if volume_mm3 > most_mm3:
            best, most_mm3 = packing, volume_mm3
        if len(packing) == sum(counts) or not world.open:
            break
    if not best and world.together:
        # No draw of groups went in as a whole: as many of them, one after the other, as do.
        best = _groups_filled(world, view, counts, dice, start)
    if not best and world.together:
        # One fill without any of them.
        grouped = {kind for kinds in world.together for kind in kinds}
        loose = tuple([0 if kind in grouped else count for kind, count in enumerate(counts)])
        if any(loose):
            best = _fill_once(world, view, loose, dice, 0, start)
    if not best and world.assumed(counts):
        # Without the guesses, and without the groups that a guess belongs to.
        guessed = {kind for kind, shape in enumerate(world.types) if shape.estimated}
        for kinds in world.together:
            if not guessed.isdisjoint(kinds):
                guessed.update(kinds)
        sure = tuple([0 if kind in guessed else count for kind, count in enumerate(counts)])
        if any(sure):
            return filled(world, view, sure, constructs, dice, noisy=noisy, start=start)
    return best


def _groups_filled(world: World, view: View, counts: Counts, dice: Dice, start: Packing) -> Packing:
    """Group after group, as long as they go in as a whole: those that were torn stay out, and it is filled again."""
    taken = list(counts)
    room_mm3 = _OFFERED_TIMES * view.volume_mm3
    for kinds in world.together:
        if room_mm3 < 0:
            for kind in kinds:
                taken[kind] = 0
        room_mm3 -= sum([counts[kind] * world.volumes_mm3[kind] for kind in kinds])
    inside = tuple(taken)
    while any(inside):
        packing = _fill_once(world, view, inside, dice, 0, start, in_turn=True)
        halved = set(torn(world, packing, inside))
        if not halved:
            return packing
        inside = tuple([0 if kind in halved else count for kind, count in enumerate(inside)])
    return ()


def _offered(world: World, view: View, counts: Counts) -> Counts:
    """Of a crowd of units as much as could fill the carton some times over, of every size its share (CG16).

    The kinds stand in canonical order, sizes falling; every so many volumes one of them is offered with all its
    units. So the work for a carton no longer grows with the order.
    """
    volumes, takes = world.volumes_mm3, view.fitting
    rows = [kind for kind, count in enumerate(counts) if count and takes[kind]]
    all_mm3 = sum([counts[kind] * volumes[kind] for kind in rows])
    wanted_mm3 = _OFFERED_TIMES * view.volume_mm3
    if all_mm3 <= wanted_mm3:
        return counts
    offered = [0] * len(counts)
    passed_mm3 = taken_mm3 = 0
    for kind in rows:
        volume_mm3 = volumes[kind]
        if taken_mm3 * all_mm3 <= passed_mm3 * wanted_mm3:
            offered[kind] = count = min(counts[kind], wanted_mm3 // volume_mm3 + 1)
            taken_mm3 += count * volume_mm3
        passed_mm3 += counts[kind] * volume_mm3
    return tuple(offered)


def _fill_compiled(
    world: World, view: View, counts: Counts, constructs: int, dice: Dice, number: int, best: Packing
) -> Packing:
    kinds = [kind for kind, count in enumerate(counts) if view.fitting[kind] for _ in range(count)]
    limits = (view.room_g, view.room_units, world.room_mm3(view, counts))
    spent, dice.state, rows = world.fast_view(view).fill(
        kinds,
        noise_keys(world, kinds),
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


def _fill_once(
    world: World, view: View, counts: Counts, dice: Dice, n: int, start: Packing, *, in_turn: bool = False
) -> Packing:
    """One construct in skip mode; `in_turn`: every group in its turn, also where one is torn."""
    bits = dice.bits()
    noise = (bits >> 2) & 1023 if n >= FIRST_FILLS else 0
    # The largest first leaves what any rest can take, and a snug corner is the best score by far; flat goods lie in
    # stacks, the widest face down.
    if n < FIRST_FILLS:
        key, base_score = n, FIRST_SCORES[n]
    else:
        key = DRAWN_KEYS[(bits >> 43) & 7]
        base_score = 1 if (bits >> 46) & 1 else ((bits >> 12) & 1023) * 6 >> 10
    score_odds = ((bits >> 22) & 1023) >> 2 if n >= FIRST_FILLS else 0
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
    sequence, scores = _company(
        world, [row[2] for row in drawn], [row[3] for row in drawn], counts, dice, start, in_turn
    )
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
        weights=world.weights_g,
        room_g=view.room_g - sum([world.types[row[0]].weight_g for row in start]),
        room_units=view.room_units - len(start),
        volumes=world.volumes_mm3,
        room_mm3=world.room_mm3(view, counts) - sum([world.types[row[0]].volume_mm3 for row in start]),
    )
    world.spend(tests)
    packing = laid(placed, sequence, swap)
    return () if world.together and not in_turn and torn(world, packing, counts) else packing


def _company(
    world: World,
    sequence: list[int],
    scores: list[int],
    counts: Counts,
    dice: Dice,
    start: Packing,
    in_turn: bool,
) -> tuple[list[int], list[int]]:
    """Leave out who may not share the parcel with somebody earlier; a `together` group goes first or is dropped."""
    if world.together and in_turn:
        turn = {kind: number for number, kinds in enumerate(world.together) for kind in kinds}
        last = len(world.together)
        turns = sorted([(turn.get(kind, last), n) for n, kind in enumerate(sequence)])
        scores = [scores[n] for _, n in turns]
        sequence = [sequence[n] for _, n in turns]
    elif world.together:
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
