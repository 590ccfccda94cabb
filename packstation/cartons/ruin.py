"""Ruin and recreate: of many equal cartons a few are emptied and filled again (cartons.md CT5.11.3b).

    the emptiest carton and some others -> their units in a random order -> filled again, carton after carton
    one carton fewer, or full ones beside emptier ones: kept, as is what is only a little worse

Filling carton after carton with what is left is first fit: a unit goes into the first carton that takes it. Fuller
cartons beside emptier ones lead to one carton fewer; the sum of the squared fills says how far that is.
"""

from __future__ import annotations

from dataclasses import dataclass

from packstation.cartons.dice import Dice
from packstation.cartons.fills import least_sides, noise_keys
from packstation.cartons.lots import Lot, lot_of
from packstation.cartons.spaces import construct
from packstation.cartons.world import CALL_TESTS, Laid, View, World

MOST_PICKED = 6
PICKED_OVER = (300, 550, 750, 900)  # of 1024: from here on 3, 4, 5 and 6 cartons are picked
NOISE_PERMILLE = 200
SCORE_ODDS_PERMILLE = 500
WORSE_MAX = 4_000_000  # of 2^30, the square of a full carton: this much less is still kept
FULL = 32768
RUINED_UNITS_MAX = 1000
_EQUAL_MIN = 3
_COMPILED_CHUNK = 400_000  # tests between two questions to the safety stop


def ruined(world: World, lots: list[Lot], dice: Dice, fewest: int) -> list[Lot]:
    """The same units in the same kinds of carton, in fewer or in fuller and emptier ones; stops at `fewest`."""
    if world.together or any(world.apart):
        return lots
    groups: dict[int, list[Lot]] = {}
    for lot in lots:
        groups.setdefault(lot.view.index, []).append(lot)
    now = [lot for group in groups.values() if not _worth_it(world, group) for lot in group]
    chosen = [group for group in groups.values() if _worth_it(world, group)]
    boxes = [view for view in world.views if view.carton.kind in ("box", "pallet")]
    for n, group in enumerate(chosen):
        # With one kind of carton there is nothing else to try; else the rest is for other cartons.
        share = (world.budget - world.spent) // ((1 if len(boxes) == 1 else 2) * (len(chosen) - n))
        bins = Bins(world, group[0].view, group)
        bins.search(dice, world.spent + share, fewest - (len(lots) - len(group)))
        now += bins.lots()
    return now


def _worth_it(world: World, group: list[Lot]) -> bool:
    units = sum([sum(lot.counts) for lot in group])
    boxed = group[0].view.carton.kind in ("box", "pallet")
    return (
        boxed
        and len(group) >= _EQUAL_MIN
        and units <= RUINED_UNITS_MAX
        and not any(world.assumed(g.counts) for g in group)
    )


@dataclass(frozen=True, slots=True)
class _Found:
    """How the units of the picked cartons lie anew, in at most as many cartons."""

    inside: list[list[int]]
    laid: dict[int, Laid]
    squares: int


class Bins:
    """Equal cartons: by carton its units, by unit where it lies."""

    def __init__(self, world: World, view: View, lots: list[Lot]) -> None:
        self.world = world
        self.view = view
        self.laid = [row for lot in lots for row in lot.packing]
        self.kinds = [row[0] for row in self.laid]
        self.keys = noise_keys(world, self.kinds)
        self.inside: list[list[int]] = []
        for lot in lots:
            first = sum([len(units) for units in self.inside])
            self.inside.append(list(range(first, first + len(lot.packing))))
        self.filled = [sum([self._mm3(unit) for unit in units]) for units in self.inside]

    def _mm3(self, unit: int) -> int:
        return self.world.types[self.kinds[unit]].volume_mm3

    def lots(self) -> list[Lot]:
        def height(unit: int) -> tuple[int, int, int, int]:
            _, x, y, z, _, _, _ = self.laid[unit]
            return z, y, x, unit

        rows = [tuple([self.laid[unit] for unit in sorted(units, key=height)]) for units in self.inside]
        return [lot_of(self.world, self.view, row) for row in rows]

    def search(self, dice: Dice, until: int, fewest: int, turns: int = 1 << 60) -> None:
        """Turn after turn, until the budget, the fewest cartons possible or the last turn."""
        world = self.world
        compiled = world.compiled and world.law is None
        while len(self.inside) > max(1, fewest) and world.spent < min(until, world.budget) and not world.stopped:
            if compiled:
                chunk = min(until - world.spent, _COMPILED_CHUNK)
                spent, dice.state, self.inside, self.laid = world.fast_view(self.view).ruin(
                    self.kinds, self.keys, world.support_pct, dice.state, chunk, turns, self.inside, self.laid,
                    (self.view.room_g, self.view.room_units, self.view.volume_mm3), fewest,
                )  # fmt: skip
                world.spend(spent + CALL_TESTS, compiled=True)
                if turns < 1 << 60:
                    break
            elif turns:
                turns -= 1
                self.turn(dice)
            else:
                break

    def turn(self, dice: Dice) -> None:
        """Some cartons are emptied and filled again, and kept that way when it is better or hardly worse."""
        picked, bits = self._picked(dice)
        found = self._recreated(picked, bits, dice)
        if found is None:
            return
        if len(found.inside) == len(picked):
            was = sum([self._square(self.filled[n]) for n in picked])
            if found.squares < was - dice.below(WORSE_MAX):
                return
        for unit, row in found.laid.items():
            self.laid[unit] = row
        for at, n in enumerate(picked):
            self.inside[n] = found.inside[at] if at < len(found.inside) else []
            self.filled[n] = sum([self._mm3(unit) for unit in self.inside[n]])
        n = 0
        while n < len(self.inside):
            if self.inside[n]:
                n += 1
                continue
            # The last one takes the place of an empty one.
            last, last_mm3 = self.inside.pop(), self.filled.pop()
            if n < len(self.inside):
                self.inside[n], self.filled[n] = last, last_mm3

    def _picked(self, dice: Dice) -> tuple[list[int], int]:
        """The emptiest carton or the emptier of four, and one to five others; and bits for more choices."""
        filled = self.filled
        bits = dice.bits()
        first = 0
        if bits & 1:
            first = min(range(len(filled)), key=filled.__getitem__)
        else:
            first = dice.below(len(filled))
            for _ in range(3):
                other = dice.below(len(filled))
                if filled[other] < filled[first]:
                    first = other
        draw = (bits >> 1) & 1023
        wanted = min(len(filled), 2 + sum([draw >= over for over in PICKED_OVER]))
        picked = [first]
        while len(picked) < wanted:
            other = dice.below(len(filled))
            if other not in picked:
                picked.append(other)
        return picked, bits

    def _square(self, mm3: int) -> int:
        share = mm3 * FULL // self.view.volume_mm3
        return share * share

    def _recreated(self, picked: list[int], bits: int, dice: Dice) -> _Found | None:
        world, view = self.world, self.view
        base = self.keys[(bits >> 11) & 3]
        noise = ((bits >> 21) & 1023) * NOISE_PERMILLE // 1000
        base_score = ((bits >> 31) & 1023) * 6 >> 10
        score_odds = ((bits >> 41) & 1023) * SCORE_ODDS_PERMILLE // 1000
        drawn: list[tuple[int, int, int, int]] = []
        for n in picked:
            for unit in self.inside[n]:
                bits = dice.bits()
                score = base_score
                if (bits >> 10) & 1023 < score_odds:
                    score = ((bits >> 20) & 1023) * 6 >> 10
                drawn.append((-base[unit] * (1024 + noise * ((bits & 1023) - 512) // 512), len(drawn), unit, score))
        drawn.sort()
        rest = [(row[2], row[3]) for row in drawn]
        rest_mm3 = sum([self.filled[n] for n in picked])
        inside: list[list[int]] = []
        laid: dict[int, Laid] = {}
        squares = 0
        world.spend(10 + 6 * len(rest))
        while rest:
            if len(inside) == len(picked) or rest_mm3 > (len(picked) - len(inside)) * view.volume_mm3:
                return None
            sequence = [self.kinds[unit] for unit, _ in rest]
            there = set(sequence)
            _, placed, tests = construct(
                view.usable,
                sequence,
                [view.poses[kind] for kind in sequence],
                [score for _, score in rest],
                least_sides(view, tuple([int(kind in there) for kind in range(len(world.types))]))[0],
                world.support_pct,
                world.law,
                True,
                weights=[kind.weight_g for kind in world.types],
                room_g=view.room_g,
                room_units=view.room_units,
                volumes=[kind.volume_mm3 for kind in world.types],
                room_mm3=view.volume_mm3,
            )
            world.spend(tests)
            if not placed:
                return None
            for n, x, y, z, dx, dy, dz in placed:
                laid[rest[n][0]] = (sequence[n], x, y, z, dx, dy, dz)
            inside.append([unit for unit, _ in rest if unit in laid])
            mm3 = sum([self._mm3(unit) for unit in inside[-1]])
            squares += self._square(mm3)
            rest_mm3 -= mm3
            rest = [row for row in rest if row[0] not in laid]
        order = [unit for n in picked for unit in self.inside[n]]
        return _Found([[unit for unit in order if unit in set(units)] for units in inside], laid, squares)
