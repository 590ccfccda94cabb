"""A proof by all arrangements: whether units can lie beside, behind and above each other in a carton at all.

    the largest unit in each of its poses -> the next unit -> ...
        poses too large together for the dual feasible functions              -> the next pose
        no relation a pair that the sides of the carton leave room for        -> the next pose

Of two units that do not overlap, one is before the other along some axis, and units that are before each other must
fit between the walls. So a packing is a pose a unit and a relation a pair. When every choice of them runs out of
room, there is no packing. A few large units often prove it: the small ones are never looked at. Support, weight and
rules on stacking are left out, so what is proven here holds under them too (cartons.md CT5.5, CT5.16).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from packstation.cartons.plan import Triple
from packstation.cartons.proofs import Sums

NODE_TESTS = 12  # one step here takes about as long as so many tests of a search
_UNITS_MAX = 12  # more units at once have too many relations to go through
_OPTIONS = tuple(tuple(bit for bit in range(6) if mask >> bit & 1) for mask in range(64))
_SETTLED = 64

Pair = tuple[int, int]


Taken = Callable[[Sequence[Triple], Sequence[Sequence[int]]], bool]
_TAKEN_NODES = 3  # what a look at an arrangement costs


@dataclass(slots=True)
class Effort:
    """The steps that may still be taken, and what is done with an arrangement of all units.

    `taken` is shown their sizes and, by axis, their least corners. Where it refuses, the search goes on; but there is
    an arrangement, so nothing is proven any more.
    """

    nodes: int
    taken: Taken | None = None
    units: int = 0  # of all units together `taken` is asked
    arranged: bool = False


class Exhausted(Exception):
    """The effort is used up, or there are too many units: nothing is known."""


def impossible(usable: Triple, poses: Sequence[Sequence[Triple]], sums: Sums, effort: Effort) -> bool:
    """Whether no arrangement of the units exists. False says nothing; `poses` by unit, the largest unit first."""
    effort.units = len(poses)
    try:
        return not _posed(usable, poses, sums, effort, [], [], sums.start) and not effort.arranged
    except Exhausted:
        return False


def _posed(
    usable: Triple,
    poses: Sequence[Sequence[Triple]],
    sums: Sums,
    effort: Effort,
    sizes: list[Triple],
    chosen: list[int],
    total: int,
) -> bool:
    """Whether the next unit, and all after it, have a pose that goes with the poses chosen so far."""
    unit = len(sizes)
    if unit == len(poses):
        return True
    if unit >= _UNITS_MAX:
        raise Exhausted
    # Equal units change places freely: their poses rise.
    first = chosen[-1] if unit and poses[unit] == poses[unit - 1] else 0
    for n in range(first, len(poses[unit])):
        more = total + sums.added[unit][n]
        if more & sums.guard:
            continue
        sizes.append(poses[unit][n])
        chosen.append(n)
        if (not unit or _related(usable, sizes, effort)) and _posed(usable, poses, sums, effort, sizes, chosen, more):
            return True
        sizes.pop()
        chosen.pop()
    return False


def _related(usable: Triple, sizes: Sequence[Triple], effort: Effort) -> bool:
    """Whether boxes of these sizes can stand apart within the usable sides."""
    pairs = [(i, j) for i in range(1, len(sizes)) for j in range(i)]
    along = [[size[axis] for size in sizes] for axis in range(3)]
    low = [[0] * len(sizes) for _ in range(3)]
    high = [[usable[axis] - side for side in along[axis]] for axis in range(3)]
    options = [63] * len(pairs)
    for axis in range(3):
        if not _left(axis, pairs, along[axis], low[axis], high[axis], options):
            return False
    # Boxes of one size may be named from left to right; only then a mirror may not turn that axis around too.
    twins = False
    for n, (i, j) in enumerate(pairs):
        if sizes[i] == sizes[j]:
            twins = True
            options[n] &= ~1
            if not options[n]:
                return False
    return _apart(pairs, along, low, high, options, ((), (), ()), 0 if not twins else 1, effort)


def _left(
    axis: int, pairs: Sequence[Pair], side: list[int], low: list[int], high: list[int], options: list[int]
) -> bool:
    """Strike the relations along the axis that have no room any more; False when a pair has none left."""
    later, before = 1 << 2 * axis, 2 << 2 * axis
    for n, (i, j) in enumerate(pairs):
        mask = options[n]
        if mask == _SETTLED:
            continue
        # Bit 0: i before j; bit 1: j before i.
        if high[i] + side[i] <= low[j] or high[j] + side[j] <= low[i]:
            options[n] = _SETTLED
            continue
        if mask & later and low[i] + side[i] > high[j]:
            mask &= ~later
        if mask & before and low[j] + side[j] > high[i]:
            mask &= ~before
        if not mask:
            return False
        options[n] = mask
    return True


def _apart(
    pairs: Sequence[Pair],
    along: list[list[int]],
    low: list[list[int]],
    high: list[list[int]],
    options: list[int],
    arcs: tuple[tuple[Pair, ...], ...],
    used: int,
    effort: Effort,
) -> bool:
    """Whether every pair can be given a relation; the pair with the fewest left is decided first."""
    effort.nodes -= 1
    if effort.nodes < 0:
        raise Exhausted
    chosen, fewest = -1, 7
    for n, mask in enumerate(options):
        if mask != _SETTLED:
            count = len(_OPTIONS[mask])
            if count < fewest:
                chosen, fewest = n, count
                if count == 1:
                    break
    if chosen < 0:
        if effort.taken is None or len(along[0]) < effort.units:
            return True
        effort.arranged = True
        effort.nodes -= _TAKEN_NODES
        return effort.taken(list(zip(*along, strict=True)), low)
    i, j = pairs[chosen]
    for bit in _OPTIONS[options[chosen]]:
        axis = bit >> 1
        if bit & 1 and not used >> axis & 1 and options[chosen] >> (bit - 1) & 1:
            continue  # seen in a mirror it is the other one
        one, other = (j, i) if bit & 1 else (i, j)
        pushed = (*arcs[axis], (one, other))
        side = along[axis]
        lows, highs = low[axis][:], high[axis][:]
        if not _pushed(pushed, side, lows, highs):
            continue
        left = options[:]
        left[chosen] = _SETTLED
        if not _left(axis, pairs, side, lows, highs, left):
            continue
        if _apart(
            pairs,
            along,
            [*low[:axis], lows, *low[axis + 1 :]],
            [*high[:axis], highs, *high[axis + 1 :]],
            left,
            (*arcs[:axis], pushed, *arcs[axis + 1 :]),
            used | 1 << axis,
            effort,
        ):
            return True
    return False


def _pushed(arcs: Sequence[Pair], side: list[int], low: list[int], high: list[int]) -> bool:
    """Push the boxes along their relations until each stands behind those before it; False at a wall."""
    moved = True
    while moved:
        moved = False
        for one, other in arcs:
            end = low[one] + side[one]
            if end > low[other]:
                low[other] = end
                moved = True
                if end > high[other]:
                    return False
            start = high[other] - side[one]
            if start < high[one]:
                high[one] = start
                moved = True
                if low[one] > start:
                    return False
    return True
