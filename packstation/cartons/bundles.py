"""Bundles: two to four units of which each pair lies face to face on equal sides, placed as one (cartons.md CT5.8).

    units of an order -> bundles of two, three and four -> a round draws some of them and places the rest alone

Where a carton holds many equal units, they lie in twos, threes and fours in nearly every good packing. A round that
draws some bundles beforehand has fewer pieces to place, and comes upon such a packing in less than half the tests.
A bundle is turned as one; its units keep to the poses they may have. What one piece of it rests on is looked at when
all are placed: a bundle that stands with one half in the air is no packing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from packstation.cartons.dice import Dice
from packstation.cartons.plan import Triple
from packstation.cartons.spaces import Poses, poses_of
from packstation.cartons.standing import stands
from packstation.cartons.world import Counts, Laid, Packing, View, World

UNITS_MOST = 4
_BUNDLES_MAX = 60
DRAWN_PCT = 85  # of the rounds take bundles
WANTED_MOST = 6  # of them at most in a round
MISSES_MAX = 8  # draws that found too few units left
FELT = 3072  # of 1024: how much larger the piece that fails most often counts in the order of a round

Part = tuple[int, int, int, int, int, int, int]  # type, where in the bundle, size there
_TURNS = ((0, 1, 2), (1, 0, 2), (0, 2, 1), (2, 0, 1), (1, 2, 0), (2, 1, 0))


class Bundle(NamedTuple):
    """Some units side by side, as they lie in the first turn."""

    sides: Triple
    parts: tuple[Part, ...]
    uses: Counts


def bundles_of(world: World, counts: Counts) -> tuple[Bundle, ...]:
    """The bundles that these units make."""
    singles = [
        Bundle(shape.sides, ((kind, 0, 0, 0, *shape.sides),), tuple([int(n == kind) for n in range(len(counts))]))
        for kind, shape in enumerate(world.types)
        if counts[kind]
    ]
    seen: set[tuple[tuple[int, ...], Counts]] = set()
    by_units: dict[int, list[Bundle]] = {1: singles}
    found: list[Bundle] = []
    for units in range(2, UNITS_MOST + 1):
        here = by_units[units] = []
        for fewer in range(1, units // 2 + 1):
            for n, first in enumerate(by_units[fewer]):
                for second in by_units[units - fewer][n if 2 * fewer == units else 0 :]:
                    uses = tuple([a + b for a, b in zip(first.uses, second.uses, strict=True)])
                    if any(used > have for used, have in zip(uses, counts, strict=True)):
                        continue
                    for joined in _joined(first, second, uses):
                        at = (tuple(sorted(joined.sides)), uses)
                        if at not in seen and len(found) < _BUNDLES_MAX:
                            seen.add(at)
                            here.append(joined)
                            found.append(joined)
    return tuple(found)


def _joined(first: Bundle, second: Bundle, uses: Counts) -> list[Bundle]:
    """Both, face to face, wherever a face of one equals a face of the other."""
    rows = []
    for turn in _TURNS:
        a, b, c = turn
        turned = (second.sides[a], second.sides[b], second.sides[c])
        for axis in range(3):
            if any(first.sides[other] != turned[other] for other in range(3) if other != axis):
                continue
            sides = list(first.sides)
            sides[axis] += turned[axis]
            parts = list(first.parts)
            for part in second.parts:
                where = [part[1 + a], part[1 + b], part[1 + c]]
                where[axis] += first.sides[axis]
                parts.append((part[0], *where, part[4 + a], part[4 + b], part[4 + c]))  # type: ignore[arg-type]
            rows.append(Bundle((sides[0], sides[1], sides[2]), tuple(parts), uses))
    return rows


@dataclass(slots=True)
class Pieces:
    """What the rounds of one carton draw from: the types, and behind them the bundles that fit it.

    `felt` counts how often a piece found no place: it comes earlier in later rounds. That is learned from round to
    round, so the hard ones of a carton come to the front.
    """

    counts: Counts
    poses: tuple[Poses, ...]
    turned: tuple[Poses, ...]  # x and y swapped
    keys: tuple[tuple[int, ...], ...]
    uses: tuple[tuple[tuple[int, int], ...], ...]  # by bundle: of which type how many
    bundles: tuple[Bundle, ...]
    felt: list[int]
    most_felt: int = 0
    narrowed: dict[tuple[int, int, bool], Poses] = field(default_factory=dict)

    def failed(self, piece: int) -> None:
        self.felt[piece] = many = self.felt[piece] + 1
        if many > self.most_felt:
            self.most_felt = many

    def narrow(self, piece: int, chosen: int, swap: bool) -> Poses:
        """The poses of a piece that the bits of `chosen` name."""
        at = (piece, chosen, swap)
        poses = self.narrowed.get(at)
        if poses is None:
            triples = (self.turned if swap else self.poses)[piece][4]
            poses = self.narrowed[at] = poses_of([pose for n, pose in enumerate(triples) if chosen >> n & 1])
        return poses

    def drawn(self, dice: Dice) -> list[int]:
        """The pieces of one round: some bundles, and all other units alone."""
        rest = list(self.counts)
        pieces: list[int] = []
        many = len(self.bundles)
        if many and dice.below(100) < DRAWN_PCT:
            kinds = len(rest)
            wanted = 1 + dice.below(WANTED_MOST)
            misses = 0
            while wanted and misses < MISSES_MAX:
                bundle = dice.below(many)
                uses = self.uses[bundle]
                if any(rest[kind] < used for kind, used in uses):
                    misses += 1
                    continue
                for kind, used in uses:
                    rest[kind] -= used
                pieces.append(kinds + bundle)
                wanted -= 1
        for kind, count in enumerate(rest):
            if count == 1:
                pieces.append(kind)
            elif count:
                pieces += [kind] * count
        return pieces


def pieces_of(world: World, view: View, counts: Counts) -> Pieces:
    """The types and, where no rule says what may lie above what, the bundles that fit the carton."""
    bundles: list[Bundle] = []
    poses: list[Poses] = []
    if world.law is None and max(counts) > 1:
        if counts not in world.bundles:
            world.bundles[counts] = bundles_of(world, counts)
            world.spend(20 * len(world.bundles[counts]))
        for bundle in world.bundles[counts]:
            fitting = poses_of(list(_turns(world, view, bundle)))
            if fitting[4]:
                bundles.append(bundle)
                poses.append(fitting)
    sides = [tuple(sorted(bundle.sides, reverse=True)) for bundle in bundles]
    rows = [*[shape.sides for shape in world.types], *sides]
    every = (*view.poses, *poses)
    return Pieces(
        counts=counts,
        poses=every,
        turned=tuple([(y, x, z, unit, tuple([(b, a, c) for a, b, c in here])) for x, y, z, unit, here in every]),
        keys=(
            tuple([a * b * c for a, b, c in rows]),
            tuple([a * b for a, b, _ in rows]),
            tuple([c for _, _, c in rows]),
            tuple([a + b + c for a, b, c in rows]),
        ),
        uses=tuple([tuple([(kind, used) for kind, used in enumerate(b.uses) if used]) for b in bundles]),
        bundles=tuple(bundles),
        felt=[0] * len(rows),
    )


def _turns(world: World, view: View, bundle: Bundle) -> dict[Triple, tuple[int, int, int]]:
    """By size as placed, how the bundle is turned for it; only turns that every unit of it may lie in."""
    found: dict[Triple, tuple[int, int, int]] = {}
    for turn in _TURNS:
        a, b, c = turn
        sides = bundle.sides
        size = (sides[a], sides[b], sides[c])
        if size in found or any(side > far for side, far in zip(size, view.usable, strict=True)):
            continue
        if all((part[4 + a], part[4 + b], part[4 + c]) in world.types[part[0]].poses for part in bundle.parts):
            found[size] = turn
    return found


def unbundled(world: World, view: View, pieces: Pieces, packing: Packing) -> Packing | None:
    """The packing with all bundles as their units; None when one of them is not carried as it must be."""
    kinds = len(pieces.counts)
    laid: list[Laid] = []
    for row in packing:
        if row[0] < kinds:
            laid.append(row)
            continue
        bundle = pieces.bundles[row[0] - kinds]
        _, x, y, z, dx, dy, dz = row
        a, b, c = _turns(world, view, bundle)[dx, dy, dz]
        for part in bundle.parts:
            size = (part[4 + a], part[4 + b], part[4 + c])
            laid.append((part[0], x + part[1 + a], y + part[1 + b], z + part[1 + c], *size))
    if len(laid) > len(packing) and world.support_pct and not stands(laid, world.support_pct):
        return None
    return tuple(laid)
