"""Lots: one carton with its units, and plans as lists of them (cartons.md CT4.1).

The key of a plan is the sum of the keys of its lots, except the longest side, which is the greatest.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import itemgetter
from typing import NamedTuple

from packstation.cartons.fills import crowded, may_share
from packstation.cartons.search import QUICK, passed, rounds, settled
from packstation.cartons.world import Counts, Key, Packing, View, World


class Lot(NamedTuple):
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
    if len(keys) == 1:
        return keys[0]
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
    rows = world.ranked.get(counts)
    if rows is None:
        rows = world.ranked[counts] = _ranked(world, counts)
    if not left or min(left.values()) > 0:
        return rows
    return [row for row in rows if left.get(row[2].index, 1) > 0]


def _ranked(world: World, counts: Counts) -> list[tuple[Key, str, View]]:
    weight_g, raw_mm3 = world.weight_g(counts), world.raw_mm3(counts)
    mail_first = all(world.types[kind].soft for kind, count in enumerate(counts) if count)
    rows: list[tuple[Key, str, View]] = []
    for view in world.views:
        key = world.key(view, weight_g, raw_mm3)
        if mail_first:
            key = (key[0], key[1], 0 if view.carton.kind == "mailer" else 1, *key[2:])
        rows.append((key, view.carton.code, view))
    rows.sort(key=itemgetter(0, 1))
    return rows


def cheapest(
    world: World,
    counts: Counts,
    left: dict[int, int],
    *,
    constructs: int = 0,
    below: Key | None = None,
    most: int = QUICK,
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
        more = 0 if constructs < QUICK and crowded(world, view, counts) else constructs
        if known.packing is None and not known.proven and known.tries < more:
            known = rounds(world, view, counts, more - known.tries, world.budget)
        if known.packing is not None:
            return lot_of(world, view, known.packing)
    return None


def downsized(world: World, lots: list[Lot], others: Sequence[Lot] = ()) -> list[Lot]:
    """Every carton replaced by the cheapest that holds its contents; `others` are in use too."""
    now = list(lots)
    for n, lot in enumerate(now):
        left = stock_left(world, [*now[:n], *now[n + 1 :], *others])
        smaller = cheapest(world, lot.counts, left, constructs=4, below=lot.key)
        if smaller is not None:
            now[n] = smaller
    return now
