"""A proof for a handful of units in several cartons: every way to share them out (cartons.md CT5.13, CG10).

    every part of the order -> the cheapest carton not disproved -> the cheapest way to share all out
        every carton of that way really holds its part                        -> this is the best plan there is
        one is disproved                                                      -> the next carton for that part, again
        one can neither be packed nor disproved                               -> a bound, and no proof

Parts are sub-counts, so equal units are not told apart. Money, volume and number of parcels add up over the parts,
and the longest side is the longest of any: the best way for a part and the best way for the rest make the best way
with that part.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from packstation.cartons import exact
from packstation.cartons.disproofs import prove_arrangements
from packstation.cartons.fills import few_orders, may_share
from packstation.cartons.lots import Lot, lot_of
from packstation.cartons.search import passed, rounds
from packstation.cartons.world import Counts, Key, Try, View, World

UNITS_MAX = 8
_WAYS_MAX = 400  # so many cartons are looked at; each costs a proof or a packing
_NODES = 20_000
_PART_TESTS = 100_000


@dataclass(frozen=True, slots=True)
class Shared:
    """The cheapest way that nothing disproves: a floor for every plan, and the plan where all of it was packed."""

    floor: Key
    lots: tuple[Lot, ...] = ()


def shared_out(world: World, counts: Counts) -> Shared | None:
    """The best way to share out the units, or the least that any may cost; None = too many, or not even that."""
    if sum(counts) > UNITS_MAX:
        return None
    parts = {part: _Part(world, part) for part in _parts(counts) if _may_be_one(world, part, counts)}
    for _ in range(_WAYS_MAX):
        found = _cheapest(counts, parts)
        if found is None:
            return None
        floor, way = found
        doubtful = [part for part in way if part.known.packing is None]
        if not doubtful:
            return Shared(floor, tuple([part.lot for part in way]))
        for part in doubtful:
            if not part.settle():
                return Shared(floor)
        if not world.open:
            break
    found = _cheapest(counts, parts)
    return None if found is None else Shared(found[0])


class _Part:
    """Some of the units, and the cheapest carton for them that is not disproved."""

    def __init__(self, world: World, counts: Counts) -> None:
        self.world, self.counts = world, counts
        weight_g, raw_mm3 = world.weight_g(counts), world.raw_mm3(counts)
        rows = [(world.key(view, weight_g, raw_mm3), view.carton.code, view) for view in world.views]
        rows.sort(key=lambda row: row[:2])
        self._rows = iter([(key, view) for key, _, view in rows])
        self.next()

    def next(self) -> None:
        """The next carton, dearer than the last."""
        self.key: Key | None = None
        for key, view in self._rows:
            known = self.world.try_of(view, self.counts)
            if not known.proven:
                self.key, self.view, self.known = key, view, known
                return

    @property
    def lot(self) -> Lot:
        assert self.known.packing is not None
        return lot_of(self.world, self.view, self.known.packing)

    def settle(self) -> bool:
        """Pack it or disprove it; False where neither could be done."""
        known = _settled(self.world, self.view, self.counts)
        if known.proven and known.packing is None:
            self.next()
            return True
        return known.packing is not None


def _settled(world: World, view: View, counts: Counts) -> Try:
    known = passed(world, view, counts, 72)
    if known.packing is not None or known.proven:
        return known
    if prove_arrangements(world, view, counts, known, _NODES):
        return known
    known = rounds(world, view, counts, few_orders(sum(counts)), _PART_TESTS)
    tests = exact.FIRST_TESTS
    while exact.is_installed() and world.open and exact.may_decide(known, view, counts):
        known = exact.decide(world, view, counts, tests)
        tests *= exact.MORE
    return known


def _parts(counts: Counts) -> Iterator[Counts]:
    """Every part of the units, the empty one left out, smaller ones before those they are a part of."""
    ways = product(*[range(count + 1) for count in counts])
    return iter(sorted([part for part in ways if any(part)], key=sum))


def _may_be_one(world: World, part: Counts, counts: Counts) -> bool:
    """Whether these may share a parcel without the others (CT3.8, CT3.11)."""
    return may_share(world, part) is None and all(
        all(part[kind] == counts[kind] for kind in kinds) or not any(part[kind] for kind in kinds)
        for kinds in world.together
    )


def _cheapest(counts: Counts, parts: dict[Counts, _Part]) -> tuple[Key, list[_Part]] | None:
    """The cheapest way to share all out into parts by what is known now."""
    open_parts: list[tuple[Counts, Key, _Part]] = [
        (part, one.key, one) for part, one in parts.items() if one.key is not None
    ]
    by_first: dict[int, list[tuple[Counts, Key, _Part]]] = {}
    for row in open_parts:
        by_first.setdefault(_first(row[0]), []).append(row)
    best: dict[Counts, tuple[Key, _Part, Counts] | None] = {}

    def of(rest: Counts) -> tuple[Key, _Part, Counts] | None:
        if rest in best:
            return best[rest]
        won: tuple[Key, _Part, Counts] | None = None
        # The first unit left is in one of the parts: it is decided first, so no way is looked at twice.
        for part, key, one in by_first.get(_first(rest), ()):
            after = tuple([have - took for have, took in zip(rest, part, strict=True)])
            if min(after) < 0 or (won is not None and key >= won[0]):
                continue
            if any(after):
                behind = of(after)
                if behind is None:
                    continue
                key = _added(key, behind[0])
            if won is None or key < won[0]:
                won = key, one, after
        best[rest] = won
        return won

    found = of(counts)
    if found is None:
        return None
    key, way, rest = found[0], [], counts
    while any(rest):
        step = best[rest]
        assert step is not None
        way.append(step[1])
        rest = step[2]
    return key, way


def _first(counts: Sequence[int]) -> int:
    return next(kind for kind, count in enumerate(counts) if count)


def _added(one: Key, two: Key) -> Key:
    if len(one) == 4:
        return one[0] + two[0], one[1] + two[1], one[2] + two[2], max(one[3], two[3])
    return one[0] + two[0], one[1] + two[1]
