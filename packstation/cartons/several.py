"""Several cartons: when no single one holds all, or when two parcels could be cheaper (cartons.md CT5.11).

    beam of partial plans -> downsize every carton -> improve until the budget is used

A `Lot` is one carton with its units; a list of lots is a plan. The key of a plan is the sum of the keys of its lots,
except the longest side, which is the greatest.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from packstation.cartons.search import filled, may_share, passed, rounds, settled
from packstation.cartons.world import Counts, Dice, Key, Packing, View, World

_BEAM = 3
_WIDEST = 5
_FILLS = 24
_PARCELS_MAX = 20_000


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
    if not keys:
        return (0, 0, 0, 0) if world.objective == "cost" else (0, 0)
    if world.objective == "cost":
        return (sum(k[0] for k in keys), sum(k[1] for k in keys), sum(k[2] for k in keys), max(k[3] for k in keys))
    return (sum(k[0] for k in keys), sum(k[1] for k in keys))


def stock_left(world: World, lots: Iterable[Lot], used: dict[int, int]) -> dict[int, int]:
    """How often each carton with limited stock is still there."""
    left = {
        view.index: view.carton.available - used.get(view.index, 0)
        for view in world.views
        if view.carton.available is not None
    }
    for lot in lots:
        if lot.view.index in left:
            left[lot.view.index] -= 1
    return left


def candidates(world: World, counts: Counts, left: dict[int, int]) -> list[tuple[Key, str, View]]:
    """The cartons in stock in key order with these units in them."""
    weight_g, raw_mm3 = world.weight_g(counts), world.raw_mm3(counts)
    mail_first = all(world.types[kind].soft for kind, count in enumerate(counts) if count)
    rows = []
    for view in world.views:
        if left.get(view.index, 1) <= 0:
            continue
        key = world.key(view, weight_g, raw_mm3)
        shown = (key[0], key[1], 0 if mail_first and view.carton.kind == "mailer" else 1, *key[2:])
        rows.append((shown, view.carton.code, view))
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
        if below is not None and world.key(view, world.weight_g(counts), world.raw_mm3(counts))[0] >= below[0]:
            return None
        known = passed(world, view, counts, most)
        if known.packing is None and not known.proven and known.tries < constructs:
            known = rounds(world, view, counts, constructs - known.tries, world.budget)
        if known.packing is not None:
            return lot_of(world, view, known.packing)
    return None


def beam(world: World, counts: Counts, used: dict[int, int], dice: Dice) -> tuple[list[Lot], Counts]:
    """Partial plans, a carton at a time; answers the best complete plan and what nothing holds."""
    best: list[Lot] | None = None
    best_rest: Counts = counts
    best_key: Key | None = None
    states: list[tuple[list[Lot], Counts]] = [([], counts)]
    while states:
        grown: list[tuple[int, int, list[Lot], Counts]] = []
        for lots, rest in states:
            left = stock_left(world, lots, used)
            single = cheapest(world, rest, left, constructs=4) if sum(rest) else None
            if single is not None:
                done = [*lots, single]
                key = total_key(world, done)
                if best_key is None or key < best_key or sum(best_rest):
                    best, best_key, best_rest = done, key, (0,) * len(counts)
            volume_mm3 = world.volume_mm3(rest)
            choices = []
            for view in _wide(world, rest, left):
                packing = filled(world, view, rest, _FILLS if world.open else 1, dice)
                if packing:
                    lot = lot_of(world, view, packing)
                    choices.append((_worth(world, lot), view.index, lot))
            choices.sort(key=lambda row: row[:2])
            for worth, index, lot in choices[:2]:
                after = tuple([rest[kind] - lot.counts[kind] for kind in range(len(rest))])
                grown.append((worth, index, [*lots, lot], after))
            if (not choices and best_key is None) or (
                not choices and sum(best_rest) and _less(world, rest, best_rest)
            ):
                best, best_rest, best_key = lots, rest, total_key(world, lots)
            _ = volume_mm3
        grown.sort(key=lambda row: (world.volume_mm3(row[3]), row[0], row[1]))
        states = []
        for _, _, lots, rest in grown:
            if len(states) >= (_BEAM if world.open else 1) or len(lots) >= _PARCELS_MAX:
                break
            if not sum(rest):
                key = total_key(world, lots)
                if best_key is None or key < best_key or sum(best_rest):
                    best, best_key, best_rest = lots, key, rest
                continue
            if best_key is not None and not sum(best_rest) and total_key(world, lots)[:2] >= best_key[:2]:
                continue
            states.append((lots, rest))
    return best or [], best_rest


def _less(world: World, rest: Counts, other: Counts) -> bool:
    return world.volume_mm3(rest) < world.volume_mm3(other)


def _wide(world: World, rest: Counts, left: dict[int, int]) -> list[View]:
    """The largest cartons in stock and, for money, also the cheapest a litre."""
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
    return chosen


def _worth(world: World, lot: Lot) -> int:
    """Low is good: money a litre packed; for the other objectives the most volume."""
    volume_mm3 = sum(dx * dy * dz for _, _, _, _, dx, dy, dz in lot.packing)
    if world.objective == "cost":
        return lot.key[0] * 10**9 // volume_mm3
    return -volume_mm3


def downsized(world: World, lots: list[Lot], used: dict[int, int], constructs: int = 4) -> list[Lot]:
    """Every carton replaced by the cheapest that holds its contents."""
    now = list(lots)
    for n, lot in enumerate(now):
        left = stock_left(world, [*now[:n], *now[n + 1 :]], used)
        smaller = cheapest(world, lot.counts, left, constructs=constructs, below=lot.key)
        if smaller is not None and smaller.key < lot.key:
            now[n] = smaller
    return now
