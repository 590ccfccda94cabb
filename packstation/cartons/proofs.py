"""Cheap proofs that units can not lie in a carton, before any search (cartons.md CT5.5). Integers only.

Each takes the usable sides and, by type, the poses that fit and the count. `two_large` names a pair that cannot lie
side by side; `too_much` weighs every unit by dual feasible functions: sizes are rounded in a way that keeps every
packing possible, and if the rounded volumes exceed the rounded carton, there is none. `tightened` does so after all
sides have grown over the gaps that no unit can fill, and answers what is left of carton and poses.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import permutations, repeat
from operator import add, le, mul, sub
from struct import Struct

from packstation.cartons.plan import Triple

_LARGEST = 8
# (kind, p, q): ("e", p, q) rounds sides near the whole side up and small ones away; ("k", k, 1) rounds to k-ths.
_E0, _E12, _E25, _E15, _E310, _E920 = ("e", 0, 1), ("e", 1, 2), ("e", 2, 5), ("e", 1, 5), ("e", 3, 10), ("e", 9, 20)
_K2, _K3, _K4 = ("k", 2, 1), ("k", 3, 1), ("k", 4, 1)
_TRIPLES = (
    *((_E0, _E12, _E25), (_E0, _K2, _K4), (_E0, _E920, _K2), (_E25, _K3, _K4), (_E15, _E15, _E15)),
    *((_E310, _E920, _E920), (_E310, _K3, _K3), (_E0, _E0, _E12), (_K2, _K3, _K3)),
)
_FUNCTIONS = (_E0, _E12, _E25, _E15, _E310, _E920, _K2, _K3, _K4)
_ORDERS = tuple(
    dict.fromkeys(
        (_FUNCTIONS.index(f), _FUNCTIONS.index(g), _FUNCTIONS.index(h))
        for triple in _TRIPLES
        for f, g, h in permutations(triple)
    )
)
_SCALES = tuple(p if kind == "k" else 1 for kind, p, _ in _FUNCTIONS)
_ORDER_SCALES = tuple(_SCALES[a] * _SCALES[b] * _SCALES[c] for a, b, c in _ORDERS)
_BY_AXIS = tuple(zip(*_ORDERS, strict=True))  # the functions of all orders
_TIGHTENINGS = 3
# 63 bits a weighing hold any carton of 100,000 mm sides; the 64th is the guard.
_TOP = 1 << 63
_LANES = Struct(f"<{len(_ORDERS)}Q")
_GUARD = int.from_bytes(_LANES.pack(*[_TOP] * len(_ORDERS)), "little")


@dataclass(frozen=True, slots=True)
class Sums:
    """All weighings of a packing side by side in one number, so that one addition adds a unit to every one of them.

    `start` has every unit in its lightest pose; `added[unit][pose]` is what this pose weighs more. A sum that reaches
    into `guard` is heavier than the carton by one of the functions.
    """

    start: int
    added: tuple[tuple[int, ...], ...]
    guard: int


@dataclass(frozen=True, slots=True)
class Tight:
    """Carton and poses by unit, grown and struck out, in which the units have a packing if they have one at all."""

    usable: Triple
    poses: tuple[tuple[Triple, ...], ...]
    sums: Sums


def two_large(
    usable: Triple, least: Sequence[Triple], counts: Sequence[int], volumes: Sequence[int]
) -> tuple[int, int] | None:
    """Two types of which one unit each cannot share the carton; `least`: by type the least size per axis."""
    far_x, far_y, far_z = usable
    # Mostly no two are too large along the first axis, and that is the end of it.
    if 2 * max([row[0] for row in least]) <= far_x or 2 * max([row[2] for row in least]) <= far_z:
        return None
    largest: list[tuple[int, int, int, int]] = []
    for kind in sorted(range(len(least)), key=lambda kind: -volumes[kind]):
        row = (*least[kind], kind)
        largest += [row, row] if counts[kind] > 1 else [row]
        if len(largest) >= _LARGEST:
            break
    for n, (x0, y0, z0, first) in enumerate(largest):
        for x1, y1, z1, second in largest[:n]:
            if x0 + x1 > far_x and y0 + y1 > far_y and z0 + z1 > far_z:
                return second, first
    return None


def too_much(usable: Triple, poses: Sequence[Sequence[Triple]], counts: Sequence[int]) -> bool:
    """Whether a triple of dual feasible functions proves that the units do not fit together."""
    volume = usable[0] * usable[1] * usable[2]
    limits = [volume * scale for scale in _ORDER_SCALES]
    # Any pose weighs at least as much as the lightest: mostly one pose of each is light enough to end it here.
    first = [_weighed(usable, fitting[0]) for fitting in poses]
    if all(map(le, _total(counts, first), limits)):
        return False
    least = []
    for fitting, known in zip(poses, first, strict=True):
        rest = [_weighed(usable, pose) for pose in fitting[1:]]
        least.append(list(map(min, known, *rest)) if rest else known)
    return not all(map(le, _total(counts, least), limits))


def _total(counts: Sequence[int], weights: Sequence[list[int]]) -> list[int]:
    """By order of functions, what so many of each weigh."""
    total = [0] * len(_ORDERS)
    for count, row in zip(counts, weights, strict=True):
        total = list(map(add, total, row if count == 1 else map(mul, row, repeat(count))))
    return total


def _weighed(usable: Triple, pose: Triple) -> list[int]:
    """By order of functions, the rounded volume of a unit in this pose."""
    wide, deep = _column(0, usable[0], pose[0]), _column(1, usable[1], pose[1])
    return list(map(mul, map(mul, wide, deep), _column(2, usable[2], pose[2])))


@lru_cache(maxsize=8192)
def _column(axis: int, side: int, length: int) -> tuple[int, ...]:
    """A length rounded by the function that each order has on this axis."""
    rounded = [_rounded(function, side, length) for function in _FUNCTIONS]
    return tuple([rounded[function] for function in _BY_AXIS[axis]])


def tightened(usable: Triple, poses: Sequence[Sequence[Triple]]) -> Tight | None:
    """What the units, each with its poses, leave of the carton and of the poses; None: there is no packing."""
    now = [tuple(fitting) for fitting in poses]
    sums = None
    for _ in range(_TIGHTENINGS):
        grown = _grown(usable, now)
        if sums is not None and grown == (usable, now):
            break
        usable, now = grown
        if not all(now):
            return None
        sums = _summed(usable, now)
        if sums is None:
            return None
        start, guard = sums.start, sums.guard
        kept = [
            tuple([pose for pose, more in zip(fitting, added, strict=True) if not (start + more) & guard])
            for fitting, added in zip(now, sums.added, strict=True)
        ]
        if not all(kept):
            return None
        if kept != now:
            now = kept
            sums = _summed(usable, now)
            if sums is None:
                return None
    assert sums is not None
    return Tight(usable, tuple(now), sums)


def _grown(usable: Triple, poses: Sequence[Sequence[Triple]]) -> tuple[Triple, list[tuple[Triple, ...]]]:
    """Walls moved in to what the units' sides can add up to, then unit by unit sides grown over gaps nothing fills.

    Along a line through the carton lie units with one side each. Whatever lies beside a unit adds up to one of the
    sums that the others' sides can make; if none of these falls into the last gap, the unit may as well be so much
    longer. One unit at a time: for the next one, it already is.
    """
    sides = [[dict.fromkeys([pose[axis] for pose in fitting]) for axis in range(3)] for fitting in poses]
    now = [list(fitting) for fitting in poses]
    far = list(usable)
    for axis in range(3):
        mask = (1 << far[axis] + 1) - 1
        sums = 1
        for unit in sides:
            sums = _one_more(sums, unit[axis], mask)
        far[axis] = sums.bit_length() - 1
        mask = (1 << far[axis] + 1) - 1
        # behind[n]: what the units after the n-th can add up to; they have not grown yet.
        behind = [1]
        for unit in reversed(sides[1:]):
            behind.append(_one_more(behind[-1], unit[axis], mask))
        ahead: list[dict[int, None]] = []
        for n, fitting in enumerate(now):
            sums = behind[len(now) - 1 - n]
            for grown in ahead:
                sums = _one_more(sums, grown, mask)
            longer = {}
            for length in sides[n][axis]:
                room = far[axis] - length
                if room >= 0:
                    longer[length] = far[axis] - (sums & (2 << room) - 1).bit_length() + 1
            now[n] = [_with(pose, axis, longer[pose[axis]]) for pose in fitting if pose[axis] in longer]
            ahead.append(dict.fromkeys(longer.values()))
    return (far[0], far[1], far[2]), [tuple(dict.fromkeys(fitting)) for fitting in now]


def _one_more(sums: int, sides: Iterable[int], mask: int) -> int:
    """The sums as bits, when one more unit may add one of its sides."""
    more = sums
    for side in sides:
        more |= sums << side
    return more & mask


def _with(pose: Triple, axis: int, length: int) -> Triple:
    if axis == 0:
        return length, pose[1], pose[2]
    return (pose[0], length, pose[2]) if axis == 1 else (pose[0], pose[1], length)


def _summed(usable: Triple, poses: Sequence[tuple[Triple, ...]]) -> Sums | None:
    """The weighings of all poses, or None when even the lightest are too heavy."""
    volume = usable[0] * usable[1] * usable[2]
    slack = [volume * scale for scale in _ORDER_SCALES]
    rows: dict[tuple[Triple, ...], tuple[list[int], list[list[int]]]] = {}
    for fitting in poses:
        row = rows.get(fitting)
        if row is None:
            weights = [_weighed(usable, pose) for pose in fitting]
            row = rows[fitting] = (list(map(min, zip(*weights, strict=True))), weights)
        slack = list(map(sub, slack, row[0]))
    if min(slack) < 0:
        return None
    packed: dict[tuple[Triple, ...], tuple[int, ...]] = {}
    for fitting, (least, weights) in rows.items():
        packed[fitting] = tuple([_side_by_side([min(w, _TOP) for w in map(sub, more, least)]) for more in weights])
    start = _side_by_side([_TOP - 1 - min(have, _TOP - 1) for have in slack])
    return Sums(start, tuple([packed[fitting] for fitting in poses]), _GUARD)


def _side_by_side(numbers: Sequence[int]) -> int:
    return int.from_bytes(_LANES.pack(*numbers), "little")


def _rounded(function: tuple[str, int, int], side: int, length: int) -> int:
    kind, p, q = function
    if kind == "k":
        return p * length if (p + 1) * length % side == 0 else (p + 1) * length // side * side
    if length * q > side * q - side * p:
        return side
    return 0 if length * q < side * p else length
