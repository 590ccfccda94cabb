"""Several cartons made better: some are pooled and packed again into a better set (cartons.md CT5.11.3)."""

from __future__ import annotations

from itertools import combinations_with_replacement

from packstation.cartons.dice import Dice
from packstation.cartons.fills import crowded, few_orders, filled, may_share
from packstation.cartons.lots import Lot, downsized, lot_of, stock_left, total_key
from packstation.cartons.search import passed, rounds
from packstation.cartons.world import Counts, Key, View, World

_TARGETS_MAX = 400
_FULLEST_PCT = 90  # of the room of the cartons still empty: a rest that is larger hardly ever fits
_ROUNDS = 12
_FEWER_ODDS = 3  # how much likelier a target is that saves a parcel
_CROWDED_ROUNDS = 4  # where the rest is nearly as large as the carton


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
            odds = empty * empty * empty // 1000 + 1
            rows.append((odds * _FEWER_ODDS if len(views) < len(pool) else odds, views))
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
        room_mm3 = sum([view.volume_mm3 for view in order])
        if world.volume_mm3(rest) * 100 > _FULLEST_PCT * room_mm3 or not world.open:
            return None
    if may_share(world, rest) is not None:
        return None
    known = passed(world, order[0], rest, 4)
    more = _CROWDED_ROUNDS if crowded(world, order[0], rest) else _ROUNDS
    if known.packing is None and not known.proven and known.tries < more:
        known = rounds(world, order[0], rest, more, world.budget)
    if known.packing is None:
        return None
    return [*lots, lot_of(world, order[0], known.packing)]
