"""Weights evened out: among plans with an equal key the one with the smaller weight spread (cartons.md CT5.11.4).

    heaviest and lightest carton -> one unit over, or two changed -> both packed again -> kept if the key is no worse

Only the units change places, never the cartons: evening weights must not cost money, parcels or volume.
"""

from __future__ import annotations

from collections.abc import Iterator

from packstation.cartons.fills import may_share
from packstation.cartons.lots import Lot, lot_of, total_key
from packstation.cartons.search import passed
from packstation.cartons.world import Counts, World

_LOTS_MAX = 12
_UNITS_MAX = 150
_CONSTRUCTS = 2
_LOOKS_MAX = 24
_WORK_PCT = 2  # of the budget; with no budget a few looks all the same
_WORK_MIN = 1_500


def evened(world: World, lots: list[Lot]) -> list[Lot]:
    """The same cartons with the weights nearer to each other, where that costs nothing."""
    if not 2 <= len(lots) <= _LOTS_MAX or sum([sum(lot.counts) for lot in lots]) > _UNITS_MAX:
        return lots
    now = list(lots)
    until = world.spent + max(_WORK_MIN, world.budget * _WORK_PCT // 100)
    looks = 0
    better = True
    while better:
        better = False
        for heavy, light in _pairs(world, now):
            for one, two in _changes(world, now[heavy].counts, now[light].counts, _gap_g(world, now, heavy, light)):
                if looks >= _LOOKS_MAX or world.spent >= until or world.stopped:
                    return now
                changed = _packed_again(world, now[heavy], now[light], one, two)
                if changed is None:
                    continue
                looks += 1
                if changed:
                    now[heavy], now[light] = changed
                    better = True
                    break
            if better:
                break
    return now


def gross_g(world: World, lot: Lot) -> int:
    return world.weight_g(lot.counts) + lot.view.carton.empty_weight_g


def _gap_g(world: World, lots: list[Lot], heavy: int, light: int) -> int:
    return gross_g(world, lots[heavy]) - gross_g(world, lots[light])


def _pairs(world: World, lots: list[Lot]) -> list[tuple[int, int]]:
    """Two cartons that may change units, the widest apart first."""
    boxes = [n for n, lot in enumerate(lots) if lot.view.carton.kind in ("box", "pallet")]
    rows = [(heavy, light) for heavy in boxes for light in boxes if _gap_g(world, lots, heavy, light) > 0]
    rows.sort(key=lambda pair: (-_gap_g(world, lots, *pair), pair))
    return rows[:3]


def _changes(world: World, heavy: Counts, light: Counts, gap_g: int) -> Iterator[tuple[Counts, Counts]]:
    """What both could hold instead, the most even first: a unit moved, or one changed for a lighter."""
    together = {kind for kinds in world.together for kind in kinds}
    rows: list[tuple[int, int, int]] = []
    movable = [kind for kind in range(len(heavy)) if kind not in together]
    for kind in movable:
        if not heavy[kind]:
            continue
        for other in (-1, *movable):
            if other >= 0 and (not light[other] or other == kind):
                continue
            moved_g = world.types[kind].weight_g - (world.types[other].weight_g if other >= 0 else 0)
            if 0 < moved_g < gap_g:
                rows.append((abs(gap_g - 2 * moved_g), kind, other))
    rows.sort()
    for _, kind, other in rows:
        one, two = list(heavy), list(light)
        one[kind] -= 1
        two[kind] += 1
        if other >= 0:
            two[other] -= 1
            one[other] += 1
        if any(one):
            yield tuple(one), tuple(two)


def _packed_again(
    world: World, heavy: Lot, light: Lot, one: Counts, two: Counts
) -> tuple[()] | tuple[Lot, Lot] | None:
    """Both cartons with their new units; None: not worth a look, (): no way was found."""
    views = (heavy.view, light.view)
    keys = [world.key(view, world.weight_g(c), world.raw_mm3(c)) for view, c in zip(views, (one, two), strict=True)]
    price = sum([key[0] for key in keys])
    if price > total_key(world, (heavy, light))[0]:
        return None
    if may_share(world, one) is not None or may_share(world, two) is not None:
        return None
    if any(world.volume_mm3(counts) > view.volume_mm3 for view, counts in zip(views, (one, two), strict=True)):
        return None
    lots: list[Lot] = []
    for view, counts in zip(views, (one, two), strict=True):
        known = passed(world, view, counts, _CONSTRUCTS)
        if known.packing is None:
            return ()
        lots.append(lot_of(world, view, known.packing))
    return lots[0], lots[1]
