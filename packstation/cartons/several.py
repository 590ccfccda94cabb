"""Several cartons: when no single one holds all, or when two parcels could be cheaper (cartons.md CT5.11).

beam of partial plans -> downsize every carton -> improve until the budget is used -> even out the weights
"""

from __future__ import annotations

from packstation.cartons.blocks import blocked, stacked
from packstation.cartons.bounds import several_bound
from packstation.cartons.crowds import is_crowd, narrowed, spread, widened, windowed
from packstation.cartons.dice import Dice
from packstation.cartons.evened import evened
from packstation.cartons.fills import few_orders, filled, repetitive
from packstation.cartons.improve import improved
from packstation.cartons.lots import Lot, cheapest, downsized, lot_of, stock_left, total_key
from packstation.cartons.ruin import RUINED_UNITS_MAX, ruined
from packstation.cartons.world import Counts, Packing, View, World

_BEAM = 2
_WIDEST = 3
_FLATS = 4
_FRESH_RUNS = 400
_FILLS = 4
_PARCELS_MAX = 20_000
_BULK_UNITS = 150
_STACK_PCT = 90  # of the work on one carton; the rest is for other ways to fill it
_REFILLED_MAX = 20  # so many cartons are filled again when units are left over


def planned_lots(world: World, counts: Counts, first: list[Lot] | None, dice: Dice) -> tuple[list[Lot], Counts]:
    """The best plan found in any number of cartons, and what nothing holds. `first` is a plan to beat."""
    whole: list[Lot] = []
    rest = counts
    if first is None and sum(counts) > _BULK_UNITS:
        whole, rest = windowed(world, counts, bulk)
        for lot in whole:
            world.take(lot.view)
        if sum(counts) > RUINED_UNITS_MAX and is_crowd(world, counts):
            # Few units are left of many kinds: only theirs stay in sight.
            narrow, inside = narrowed(world, rest)
            left = tuple([rest[kind] for kind in inside])
            few, after = planned_lots(narrow, left, None, dice) if inside else ([], left)
            return whole + widened(world, narrow, inside, few), spread(inside, after, len(counts))
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
    if whole and sum(counts) <= RUINED_UNITS_MAX:
        # Few enough to be looked at again, all of them.
        for lot in whole:
            world.give_back(lot.view)
        whole, lots = [], whole + lots
    if len(lots) > 1:
        held = tuple([sum(column) for column in zip(*[lot.counts for lot in lots], strict=True)])
        fewest = several_bound(world, held)
        if world.objective != "volume" and len(lots) > 2:
            lots = downsized(world, ruined(world, lots, dice, fewest[0] if world.objective == "count" else 2))
        if total_key(world, lots)[: len(fewest)] > fewest:
            lots = improved(world, lots, dice)
        lots = evened(world, lots)
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
        stack = stacked(world, lot.view, pool, share * _STACK_PCT // 100)
        if _volume_mm3(stack) > _volume_mm3(lot.packing):
            lot = now[n] = lot_of(world, lot.view, stack)
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
        if now[n] is not lots[n]:
            rest = tuple([have - took for have, took in zip(pool, now[n].counts, strict=True)])
    return now, rest


def _volume_mm3(packing: Packing) -> int:
    return sum([dx * dy * dz for _, _, _, _, dx, dy, dz in packing])


def bulk(world: World, counts: Counts, won: View | None) -> tuple[list[Lot], Counts, View | None]:
    """The part of a huge order that fills whole cartons alike: one packing is found and repeated (CT5.12).

    `won` is the carton that was chosen before, answered again for the next part.
    """
    lots: list[Lot] = []
    rest = counts
    dice = Dice(world.seed)
    won = None if won is None else world.views[won.index]
    while sum(rest) > _BULK_UNITS:
        left = stock_left(world, lots)
        best: tuple[int, int, Lot] | None = None
        # The first carton is chosen with care; once the work is spent, the same is taken until it no longer serves.
        repeats = won is not None and not world.open and left.get(won.index, 1) > 0
        for view in [won] if repeats and won is not None else _wide(world, rest, left):
            packing = filled(world, view, rest, 1, dice)
            if packing:
                lot = lot_of(world, view, packing)
                row = (_worth(world, lot), view.index, lot)
                if best is None or row[:2] < best[:2]:
                    best = row
        if best is None and repeats:
            won = None
            continue
        if best is None:
            break
        lot = best[2]
        won = lot.view
        times = min(have // took for have, took in zip(rest, lot.counts, strict=True) if took)
        times = min(times, left.get(lot.view.index, times))
        if times * sum(lot.counts) < sum(rest):
            lots += [lot] * times
            rest = tuple([have - took * times for have, took in zip(rest, lot.counts, strict=True)])
        else:
            lots += [lot] * times
            return lots, (0,) * len(counts), won
    return lots, rest, won


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
                single = cheapest(world, rest, left, constructs=2)
                if single is not None:
                    key = total_key(world, [*lots, single])
                    if best_key is None or key < best_key:
                        best, best_key = [*lots, single], key
            wide = _wide(world, rest, left, flats=first is None)
            choices = _tried(world, wide, rest, dice)
            if not choices and best is None:
                # What only a small carton takes (a strong one, a fifth tube) is not left out for want of a try.
                others = [*_boxes(world, rest, left), *_flats(world, left)]
                others = [view for view in others if view not in wide]
                choices = _tried(world, others, rest, dice)
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


def _tried(world: World, views: list[View], rest: Counts, dice: Dice) -> list[tuple[int, int, Lot]]:
    """What each carton takes of the rest, the most worth first."""
    choices = []
    for view in views:
        packing = filled(world, view, rest, _FILLS if world.open else 1, dice)
        if packing:
            lot = lot_of(world, view, packing)
            choices.append((_worth(world, lot), view.index, lot))
    return sorted(choices, key=lambda row: row[:2])


def could_several_beat(world: World, counts: Counts, single: Lot) -> bool:
    """Whether two or more parcels could have a better key than this one (CT4.6): by the cheapest two large enough."""
    if world.objective == "count" or sum(counts) < 2 or single.view.carton.kind in ("mailer", "tube"):
        return False
    if 2 * world.least_minor >= single.key[0] and world.objective == "cost":
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
        inner_mm3 = view.inner_mm3
        if world.stock.get(view.index, 1) <= 0 or not any(
            view.takes(kind) for kind, count in enumerate(counts) if count
        ):
            continue
        if world.objective == "volume":
            rows.append((inner_mm3, view.volume_mm3))
        else:
            rows.append((world.cost_minor(view, lightest_g, inner_mm3), view.volume_mm3))
    return sorted(rows)


def _wide(world: World, rest: Counts, left: dict[int, int], *, flats: bool = True) -> list[View]:
    """The largest cartons in stock and, for money, also the cheapest a litre; mailers and tubes where wanted."""
    boxes = _boxes(world, rest, left)
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
    return chosen + _flats(world, left)[:_FLATS]


def _flats(world: World, left: dict[int, int]) -> list[View]:
    """The mailers and tubes in stock, cheapest first."""
    flat = [view for view in world.views if view.carton.kind in ("mailer", "tube") and left.get(view.index, 1) > 0]
    return sorted(flat, key=lambda view: (view.carton.cost_minor, -view.volume_mm3, view.carton.code))


def _boxes(world: World, rest: Counts, left: dict[int, int]) -> list[View]:
    """The cartons in stock that take at least one unit of the rest by size and weight, largest first."""
    boxes = [
        view
        for view in world.views
        if view.carton.kind in ("box", "pallet")
        and left.get(view.index, 1) > 0
        and view.volume_mm3
        and any(
            count and world.types[kind].weight_g <= view.room_g and view.takes(kind)
            for kind, count in enumerate(rest)
        )
    ]
    return sorted(boxes, key=lambda view: (-view.volume_mm3, view.carton.code))


def _worth(world: World, lot: Lot) -> int:
    """Low is good: money a litre packed; for the other objectives the most volume."""
    volume_mm3 = _volume_mm3(lot.packing)
    if world.objective == "cost":
        return lot.key[0] * 10**9 // volume_mm3
    if world.objective == "volume":
        return lot.key[0] * 10**6 // volume_mm3
    return -volume_mm3
