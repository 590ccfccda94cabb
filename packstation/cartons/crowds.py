"""Orders of thousands of different units, a window of their kinds at a time (cartons.md CT5.12, CG16).

    kinds 0, 25, 50 ..  +  what is left  -->  whole cartons, and what is left  -->  kinds 1, 26, 51 ..

Every look at an order goes through all of its kinds, so the work for one carton would grow with the order. A window
has kinds of every size; what fills no whole carton waits for the next one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from packstation.cartons.lots import Lot
from packstation.cartons.views import law_of
from packstation.cartons.world import Counts, View, World

WINDOW_KINDS = 400

Bulk = Callable[[World, Counts, View | None], tuple[list[Lot], Counts, View | None]]


def is_crowd(world: World, counts: Counts) -> bool:
    """Whether the order has too many kinds to be looked at as a whole."""
    if len(counts) <= WINDOW_KINDS or world.together:
        return False
    return sum([1 for count in counts if count]) > WINDOW_KINDS


def windowed(world: World, counts: Counts, bulk: Bulk) -> tuple[list[Lot], Counts]:
    """Whole cartons of the order, and what is left, by windows where it has too many kinds."""
    kinds = [kind for kind, count in enumerate(counts) if count]
    if not is_crowd(world, counts):
        lots, rest, _ = bulk(world, counts, None)
        return lots, rest
    windows = -(-len(kinds) // WINDOW_KINDS)
    lots = []
    left = [0] * len(counts)
    won: View | None = None
    for n in range(windows):
        for kind in kinds[n::windows]:
            left[kind] = counts[kind]
        narrow, inside = narrowed(world, tuple(left))
        found, rest, won = bulk(narrow, tuple([left[kind] for kind in inside]), won)
        for kind, count in zip(inside, rest, strict=True):
            left[kind] = count
        lots += widened(world, narrow, inside, found)
        for lot in found:
            world.take(lot.view)
    for lot in lots:
        world.give_back(lot.view)
    return lots, tuple(left)


def narrowed(world: World, counts: Counts) -> tuple[World, list[int]]:
    """The same search with only the kinds of these units in sight, and which kinds they were."""
    inside = [kind for kind, count in enumerate(counts) if count]
    types = tuple([world.types[kind] for kind in inside])
    narrow = replace(
        world,
        types=types,
        views=tuple([View(view.place, types) for view in world.views]),
        law=None if world.law is None else law_of(types),
        together=(),
        apart=_apart_inside(world, inside),
        fast_views={},
        tried={},
        loads={},
        ranked={},
        flattest={},
        grouped={},
        figures=(),
    )
    return narrow, inside


def _apart_inside(world: World, inside: list[int]) -> tuple[frozenset[int], ...]:
    if not any(world.apart):
        return (frozenset(),) * len(inside)
    number = {kind: n for n, kind in enumerate(inside)}
    # Kinds that keep apart from the same others share one set: it is renumbered once.
    sets = {id(others): others for others in [world.apart[kind] for kind in inside]}
    fresh = {at: frozenset([number[kind] for kind in others & number.keys()]) for at, others in sets.items()}
    return tuple([fresh[id(world.apart[kind])] for kind in inside])


def widened(world: World, narrow: World, inside: list[int], found: list[Lot]) -> list[Lot]:
    """What was found in the narrow view, in all kinds; what it took in work is charged."""
    world.spent, world.stopped, world.hurried_from = narrow.spent, narrow.stopped, narrow.hurried_from
    lots = []
    for lot in found:
        packing = tuple([(inside[row[0]], *row[1:]) for row in lot.packing])
        held = spread(inside, lot.counts, len(world.types))
        lots.append(Lot(world.views[lot.view.index], held, packing, lot.key))
    return lots


def spread(inside: list[int], counts: Counts, kinds: int) -> Counts:
    """Counts of the narrow view as counts of all kinds."""
    wide = [0] * kinds
    for kind, count in zip(inside, counts, strict=True):
        wide[kind] = count
    return tuple(wide)
