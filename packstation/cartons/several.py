"""Several cartons: when no single one holds all, or when two parcels could be cheaper (cartons.md CT5.11).

    beam of partial plans -> downsize every carton -> improve until the budget is used

A `Lot` is one carton with its units; a list of lots is a plan. The key of a plan is the sum of the keys of its lots,
except the longest side, which is the greatest.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement

from packstation.cartons.blocks import blocked
from packstation.cartons.search import few_orders, filled, may_share, passed, repetitive, rounds, settled
from packstation.cartons.world import Counts, Dice, Key, Packing, View, World

_BEAM = 3
_WIDEST = 5
_FLATS = 4
_FRESH_RUNS = 400
_FILLS = 4
_PARCELS_MAX = 20_000
_TARGETS_MAX = 400
_BULK_UNITS = 150
_REFILLED_MAX = 20  # so many cartons are filled again when units are left over


@dataclass(frozen=True, slots=True)
class Lot:
    """One carton with its units."""

    view: View
    counts: Counts
    packing: Packing
    key: Key


def lot_of(world: World, view: View, packing: Packing) -> Lot:
    counts = [0] * len(world.types)
    for row in packing:
        counts[row[0]] += 1
    held = tuple(counts)
    return Lot(view, held, packing, world.key(view, world.weight_g(held), world.raw_mm3(held)))


def total_key(world: World, lots: Iterable[Lot]) -> Key:
    keys = [lot.key for lot in lots]
    if world.objective == "cost":
        return (
            sum([k[0] for k in keys]),
            sum([k[1] for k in keys]),
            sum([k[2] for k in keys]),
            max([k[3] for k in keys], default=0),
        )
    return sum([k[0] for k in keys]), sum([k[1] for k in keys])


def stock_left(world: World, lots: Iterable[Lot]) -> dict[int, int]:
    """How often each carton with limited stock is still there."""
    left = dict(world.stock)
    for lot in lots:
        if lot.view.index in left:
            left[lot.view.index] -= 1
    return left


def candidates(world: World, counts: Counts, left: dict[int, int]) -> list[tuple[Key, str, View]]:
    """The cartons in stock in key order with these units in them; soft goods see a mailer first at equal money."""
    weight_g, raw_mm3 = world.weight_g(counts), world.raw_mm3(counts)
    mail_first = all(world.types[kind].soft for kind, count in enumerate(counts) if count)
    rows = []
    for view in world.views:
        if left.get(view.index, 1) <= 0:
            continue
        key = world.key(view, weight_g, raw_mm3)
        if mail_first:
            key = (key[0], key[1], 0 if view.carton.kind == "mailer" else 1, *key[2:])
        rows.append((key, view.carton.code, view))
    rows.sort(key=lambda row: row[:2])
    return rows


def cheapest(
    world: World,
    counts: Counts,
    left: dict[int, int],
    *,
    constructs: int = 0,
    below: Key | None = None,
    most: int = 12,
) -> Lot | None:
    """The cheapest single carton found for these units: deterministic pass, then `constructs` random ones each."""
    if may_share(world, counts) is not None:
        return None
    for _, _, view in candidates(world, counts, left):
        known = settled(world, view, counts)
        if known.packing is None and known.proven:
            continue
        if below is not None and world.key(view, world.weight_g(counts), world.raw_mm3(counts)) >= below:
            return None
        known = passed(world, view, counts, most)
        if known.packing is None and not known.proven and known.tries < constructs:
            known = rounds(world, view, counts, constructs - known.tries, world.budget)
        if known.packing is not None:
            return lot_of(world, view, known.packing)
    return None


def planned_lots(world: World, counts: Counts, first: list[Lot] | None, dice: Dice) -> tuple[list[Lot], Counts]:
    """The best plan found in any number of cartons, and what nothing holds. `first` is a plan to beat."""
    whole: list[Lot] = []
    rest = counts
    if first is None and sum(counts) > _BULK_UNITS:
        whole, rest = bulk(world, counts)
        for lot in whole:
            world.take(lot.view)
    lots: list[Lot] = []
    if any(rest):
        lots, rest = beam(world, rest, first, dice)
    if lots and lots is not first:
        lots = downsized(world, lots)
    if first is not None and not total_key(world, lots) < total_key(world, first):
        lots, rest = first, (0,) * len(counts)
    if any(rest):
        if len(whole) + len(lots) > _REFILLED_MAX:
            return whole + lots, rest
        lots, rest = fuller(world, whole + lots, rest, dice)
        for lot in lots[len(whole) :]:
            world.take(lot.view)
        # What the fuller cartons left out may go into another that is still there.
        more, rest = beam(world, rest, None, dice) if any(rest) else ([], rest)
        return lots + more, rest
    if len(lots) > 1:
        lots = improved(world, lots, dice)
    return whole + lots, rest


def fuller(world: World, lots: list[Lot], rest: Counts, dice: Dice) -> tuple[list[Lot], Counts]:
    """With no carton left for the rest: every carton filled again from its own units and the rest (CT5.15)."""
    now = list(lots)
    for n, lot in enumerate(lots):
        if lot.view.carton.kind not in ("box", "pallet") or not any(rest):
            continue
        pool = tuple([have + took for have, took in zip(rest, lot.counts, strict=True)])
        share = (world.budget - world.spent) // (len(lots) - n)
        until = world.spent + share
        if repetitive(world, pool) and not world.together and not any(world.apart):
            packing: Packing = ()
            while world.open and world.spent < until and len(packing) < sum(pool):
                # Fresh starts: a run that rebuilds its own best gets stuck on one pattern.
                tried = blocked(world, lot.view, pool, dice, _FRESH_RUNS, until - world.spent)
                packing = max(packing, tried, key=_volume_mm3)
        else:
            packing = ()
            for _ in range(few_orders(sum(pool))):
                if not world.open or world.spent >= until:
                    break
                tried = filled(world, lot.view, pool, 1, dice, noisy=True)
                if _volume_mm3(tried) > _volume_mm3(packing):
                    packing = tried
        if _volume_mm3(packing) > _volume_mm3(lot.packing):
            now[n] = lot_of(world, lot.view, packing)
            rest = tuple([have - took for have, took in zip(pool, now[n].counts, strict=True)])
    return now, rest


def _volume_mm3(packing: Packing) -> int:
    return sum([dx * dy * dz for _, _, _, _, dx, dy, dz in packing])


def bulk(world: World, counts: Counts) -> tuple[list[Lot], Counts]:
    """The part of a huge order that fills whole cartons alike: one packing is found and repeated (CT5.12)."""
    lots: list[Lot] = []
    rest = counts
    dice = Dice(world.seed)
    while sum(rest) > _BULK_UNITS:
        left = stock_left(world, lots)
        best: tuple[int, int, Lot] | None = None
        for view in _wide(world, rest, left):
            packing = filled(world, view, rest, 1, dice)
            if packing:
                lot = lot_of(world, view, packing)
                row = (_worth(world, lot), view.index, lot)
                if best is None or row[:2] < best[:2]:
                    best = row
        if best is None:
            break
        lot = best[2]
        times = min(have // took for have, took in zip(rest, lot.counts, strict=True) if took)
        times = min(times, left.get(lot.view.index, times))
        if times * sum(lot.counts) < sum(rest):
            lots += [lot] * times
            rest = tuple([have - took * times for have, took in zip(rest, lot.counts, strict=True)])
        else:
            lots += [lot] * times
            return lots, (0,) * len(counts)
    return lots, rest


def beam(world: World, counts: Counts, first: list[Lot] | None, dice: Dice) -> tuple[list[Lot], Counts]:
    """Partial plans, a carton at a time; answers the best complete plan and what nothing holds."""
    none: Counts = (0,) * len(counts)
    best: list[Lot] | None = first
    best_key = None if first is None else total_key(world, first)
    part: list[Lot] = []
    part_rest = counts
    states: list[tuple[list[Lot], Counts]] = [([], counts)]
    while states:
        grown: list[tuple[int, int, int, list[Lot], Counts]] = []
        for lots, rest in states:
            left = stock_left(world, lots)
            if lots or first is None:
                single = cheapest(world, rest, left, constructs=4)
                if single is not None:
                    key = total_key(world, [*lots, single])
                    if best_key is None or key < best_key:
                        best, best_key = [*lots, single], key
            choices = []
            for view in _wide(world, rest, left, flats=first is None):
                packing = filled(world, view, rest, _FILLS if world.open else 1, dice)
                if packing:
                    lot = lot_of(world, view, packing)
                    choices.append((_worth(world, lot), view.index, lot))
            choices.sort(key=lambda row: row[:2])
            for worth, index, lot in choices[: 2 if world.open else 1]:
                after = tuple([have - took for have, took in zip(rest, lot.counts, strict=True)])
                grown.append((world.volume_mm3(after), worth, index, [*lots, lot], after))
            if world.volume_mm3(rest) < world.volume_mm3(part_rest):
                part, part_rest = lots, rest
        grown.sort(key=lambda row: row[:3])
        states = []
        for _, _, _, lots, rest in grown:
            key = total_key(world, lots)
            if not any(rest):
                if best_key is None or key < best_key:
                    best, best_key = lots, key
            elif (best_key is None or key[:2] < best_key[:2]) and len(states) < (_BEAM if world.open else 1):
                states.append((lots, rest))
        if len(part) >= _PARCELS_MAX:
            break
    return (part, part_rest) if best is None else (best, none)


def downsized(world: World, lots: list[Lot], others: Sequence[Lot] = ()) -> list[Lot]:
    """Every carton replaced by the cheapest that holds its contents; `others` are in use too."""
    now = list(lots)
    for n, lot in enumerate(now):
        left = stock_left(world, [*now[:n], *now[n + 1 :], *others])
        smaller = cheapest(world, lot.counts, left, constructs=4, below=lot.key)
        if smaller is not None:
            now[n] = smaller
    return now


def improved(world: World, lots: list[Lot], dice: Dice) -> list[Lot]:
    """Take one to three cartons, pool their units, and pack them into cartons with a better key (CT5.11.3).

    The targets are all sets of at most as many cartons that are better and large enough, the roomiest likelier. One
    after the other is filled as full as it goes; the last must hold the rest.
    """
    now = sorted(lots, key=lambda lot: (lot.view.index, lot.counts))
    targets: dict[tuple[int, ...], list[tuple[int, tuple[View, ...]]]] = {}
    idle = 0
    while world.open and idle < min(4000, few_orders(sum([sum(lot.counts) for lot in lots]))):
        idle += 1
        picked = _picked(world, now, dice)
        pool = [now[n] for n in picked]
        pooled = tuple([sum(column) for column in zip(*[lot.counts for lot in pool], strict=True)])
        at = (*picked, len(now))
        others = [lot for n, lot in enumerate(now) if n not in picked]
        if at not in targets:
            targets[at] = _targets(world, pool, pooled, stock_left(world, others))
        if not targets[at]:
            continue
        views = _drawn_target(targets[at], dice)
        world.spend(40)
        found = _repacked(world, pooled, views, dice)
        if found is None:
            continue
        found = downsized(world, found, others)
        if total_key(world, found) < total_key(world, pool):
            now = sorted(
                others + found,
                key=lambda lot: (lot.view.index, lot.counts),
            )
            targets.clear()
            idle = 0
    return now


def _picked(world: World, lots: list[Lot], dice: Dice) -> tuple[int, ...]:
    """One carton, half the time the emptiest, and one or two others."""
    bits = dice.bits()
    if bits & 1:
        first = min(range(len(lots)), key=lambda n: (_fill_permille(world, lots[n]), n))
    else:
        first = ((bits >> 1) & 0xFFFF) * len(lots) >> 16
    others = [n for n in range(len(lots)) if n != first]
    chosen = [first]
    more = min(len(others), 2 if (bits >> 20) & 7 == 0 else 1)
    chosen += [others.pop(dice.below(len(others))) for _ in range(more)]
    return tuple(sorted(chosen))


def _fill_permille(world: World, lot: Lot) -> int:
    return world.volume_mm3(lot.counts) * 1000 // max(1, lot.view.volume_mm3)


def _targets(
    world: World, pool: list[Lot], pooled: Counts, left: dict[int, int]
) -> list[tuple[int, tuple[View, ...]]]:
    """Sets of cartons with a better key that are large enough for the pooled units, with the odds of each."""
    volume_mm3, weight_g, raw_mm3 = world.volume_mm3(pooled), world.weight_g(pooled), world.raw_mm3(pooled)
    units = sum(pooled)
    now = total_key(world, pool)
    fewest = 1 if may_share(world, pooled) is None else 2
    boxes = [
        view
        for view in world.views
        if view.carton.kind in ("box", "pallet") and left.get(view.index, 1) > 0 and view.volume_mm3
    ]
    boxes.sort(key=lambda view: (-view.volume_mm3, view.carton.code))
    rows: list[tuple[int, tuple[View, ...]]] = []
    for size in range(fewest, len(pool) + 1):
        for views in combinations_with_replacement(boxes, size):
            room_mm3 = sum([view.volume_mm3 for view in views])
            if room_mm3 < volume_mm3 or sum([view.room_g for view in views]) < weight_g:
                continue
            if sum([view.room_units for view in views]) < units:
                continue
            if any(view.index in left and views.count(view) > left[view.index] for view in views):
                continue
            if not _could_beat(world, views, weight_g, raw_mm3, volume_mm3, now):
                continue
            empty = (room_mm3 - volume_mm3) * 1000 // room_mm3
            rows.append((empty * empty * empty // 1000 + 1, views))
            if len(rows) >= _TARGETS_MAX:
                return rows
    return rows


def _could_beat(
    world: World, views: tuple[View, ...], weight_g: int, raw_mm3: int, volume_mm3: int, now: Key
) -> bool:
    """Whether these cartons, with the units shared out at best, have a better key."""
    if world.objective != "cost":
        inner = sum(view.carton.inner_mm[0] * view.carton.inner_mm[1] * view.carton.inner_mm[2] for view in views)
        key = (inner, len(views)) if world.objective == "volume" else (len(views), inner)
        return key < now
    # Shared out by volume: an estimate for money, exact when a real split is priced.
    room_mm3 = sum(view.volume_mm3 for view in views)
    cost = sum(
        world.cost_minor(view, weight_g * view.volume_mm3 // room_mm3, raw_mm3 * view.volume_mm3 // room_mm3)
        for view in views
    )
    return (
        cost < now[0]
        or (cost == now[0] and len(views) < now[1])
        or (
            cost == now[0]
            and len(views) == now[1]
            and sum(view.carton.outer_mm[0] * view.carton.outer_mm[1] * view.carton.outer_mm[2] for view in views)
            < now[2]
        )
    )


def _drawn_target(rows: list[tuple[int, tuple[View, ...]]], dice: Dice) -> tuple[View, ...]:
    at = dice.below(sum(odds for odds, _ in rows))
    for odds, views in rows:
        at -= odds
        if at < 0:
            return views
    return rows[-1][1]


def _repacked(world: World, pooled: Counts, views: tuple[View, ...], dice: Dice) -> list[Lot] | None:
    """All of the pooled units in these cartons, filled in a random order, or None."""
    order = list(views)
    lots: list[Lot] = []
    rest = pooled
    while len(order) > 1:
        view = order.pop(dice.below(len(order)))
        packing = filled(world, view, rest, 2, dice, noisy=True)
        if not packing:
            return None
        lot = lot_of(world, view, packing)
        lots.append(lot)
        rest = tuple([have - took for have, took in zip(rest, lot.counts, strict=True)])
        if not any(rest):
            return lots
        if world.volume_mm3(rest) > sum([view.volume_mm3 for view in order]) or not world.open:
            return None
    if may_share(world, rest) is not None:
        return None
    known = passed(world, order[0], rest, 4)
    if known.packing is None and not known.proven and known.tries < 12:
        known = rounds(world, order[0], rest, 12, world.budget)
    if known.packing is None:
        return None
    return [*lots, lot_of(world, order[0], known.packing)]


def could_several_beat(world: World, counts: Counts, single: Lot) -> bool:
    """Whether two or more parcels could have a better key than this one (CT4.6): by the cheapest two large enough."""
    if world.objective == "count" or sum(counts) < 2 or single.view.carton.kind in ("mailer", "tube"):
        return False
    volume_mm3, smallest = world.volume_mm3(counts), _cheapest_bases(world, counts)
    if not smallest:
        return False
    if 2 * smallest[0][0] >= single.key[0]:
        return False
    for n, (base, room_mm3) in enumerate(smallest):
        if 2 * base >= single.key[0]:
            break
        for other, other_mm3 in smallest[: n + 1]:
            if base + other < single.key[0] and room_mm3 + other_mm3 >= volume_mm3:
                return True
    return 3 * smallest[0][0] < single.key[0]


def _cheapest_bases(world: World, counts: Counts) -> list[tuple[int, int]]:
    """By carton the least it can cost with anything in it, and its volume, cheapest first."""
    rows = []
    lightest_g = min(world.types[kind].weight_g for kind, count in enumerate(counts) if count)
    for view in world.views:
        inner_mm3 = view.carton.inner_mm[0] * view.carton.inner_mm[1] * view.carton.inner_mm[2]
        if world.stock.get(view.index, 1) <= 0 or not any(
            view.fitting[kind] for kind, count in enumerate(counts) if count
        ):
            continue
        if world.objective == "volume":
            rows.append((inner_mm3, view.volume_mm3))
        else:
            rows.append((world.cost_minor(view, lightest_g, inner_mm3), view.volume_mm3))
    return sorted(rows)


def _wide(world: World, rest: Counts, left: dict[int, int], *, flats: bool = True) -> list[View]:
    """The largest cartons in stock and, for money, also the cheapest a litre; mailers and tubes where wanted."""
    boxes = [
        view
        for view in world.views
        if view.carton.kind in ("box", "pallet") and left.get(view.index, 1) > 0 and view.volume_mm3
    ]
    boxes.sort(key=lambda view: (-view.volume_mm3, view.carton.code))
    chosen = boxes[:_WIDEST]
    if world.objective == "cost":
        weight_g, raw_mm3 = world.weight_g(rest), max(1, world.raw_mm3(rest))

        def a_litre(view: View) -> tuple[int, str]:
            share_g = min(view.room_g, weight_g * min(view.volume_mm3, raw_mm3) // raw_mm3)
            return world.cost_minor(view, share_g, view.volume_mm3) * 10**9 // view.volume_mm3, view.carton.code

        boxes.sort(key=a_litre)
        chosen += [view for view in boxes[:_WIDEST] if view not in chosen]
    if not flats:
        return chosen
    flat = [view for view in world.views if view.carton.kind in ("mailer", "tube") and left.get(view.index, 1) > 0]
    flat.sort(key=lambda view: (view.carton.cost_minor, -view.volume_mm3, view.carton.code))
    return chosen + flat[:_FLATS]


def _worth(world: World, lot: Lot) -> int:
    """Low is good: money a litre packed; for the other objectives the most volume."""
    volume_mm3 = _volume_mm3(lot.packing)
    if world.objective == "cost":
        return lot.key[0] * 10**9 // volume_mm3
    if world.objective == "volume":
        return lot.key[0] * 10**6 // volume_mm3
    return -volume_mm3
