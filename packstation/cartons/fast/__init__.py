"""The rounds and fills of the search, compiled (extra `fast`, cartons.md CT5, CT9.3).

    Compiled    one order's types for one carton as arrays, and the calls
    rounds      rounds_kernel as search._round, fill_kernel as fills._fill_once, many in one call
    bins        ruin_kernel as ruin.Bins.turn, many in one call
    stacks      one carton filled with blocks of equal and unequal units: a beam that only this extra has
    grids       the blocks for it
    spaces      one construct        dice    the random numbers

Step for step what the pure search does, in the same order, with the same random numbers: equal rounds give equal
packings. Only orders without rules on what lies above what come here; all others stay with the pure search. The
arrays are as large as the order; a construct that would need more spaces than fit fails, and is counted.

numba is imported with this room, so nothing that the app's screens load may import it. Signatures are explicit and
the machine code is kept (NUMBA_CACHE_DIR says where): the first use compiles for some seconds, later ones load.
Kept code does not see a change in another file: who works on a kernel removes it (`fast/__pycache__`).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from packstation.cartons.bundles import DRAWN_PCT, FELT, MISSES_MAX, WANTED_MOST
from packstation.cartons.fast.rounds import fill_kernel, rounds_kernel

POSES_MAX = 6
_ODDS = np.array([DRAWN_PCT, WANTED_MOST, MISSES_MAX, FELT], np.int64)


class Compiled:
    """The arrays of one order's types for one carton, and the two calls."""

    def __init__(self, types: Any, view: Any) -> None:
        many = len(types)
        self.pose_counts = np.zeros((many, 1), np.int64)
        self.poses = np.zeros((many, POSES_MAX, 3), np.int64)
        for kind in range(many):
            triples = view.fitting[kind]
            self.pose_counts[kind, 0] = len(triples)
            for n, triple in enumerate(triples):
                self.poses[kind, n] = triple
        self.swapped = np.ascontiguousarray(self.poses[:, :, [1, 0, 2]])
        self.usable = np.array(view.usable, np.int64)
        self.weights = np.array([kind.weight_g for kind in types], np.int64)
        self.volumes = np.array([kind.volume_mm3 for kind in types], np.int64)
        self.pieces: dict[tuple[int, ...], tuple[Any, ...]] = {}

    def rounds(
        self,
        pieces: Any,
        units: int,
        least: tuple[Any, Any],
        support_pct: int,
        state: int,
        constructs: int,
        tests: int,
        repairs: int,
    ) -> tuple[bool, int, int, int, list[tuple[int, ...]]]:
        """Packed?, tests, constructs, the dice after it, the placed pieces (piece, x, y, z, dx, dy, dz)."""
        told = np.zeros(5, np.int64)
        placed = np.zeros((units, 7), np.int64)
        sequence = np.zeros(units, np.int64)
        dice = np.array([state], np.uint64)
        felt = np.array(pieces.felt, np.int64)
        arrays = self.pieces.get(pieces.counts)
        if arrays is None:
            arrays = self.pieces[pieces.counts] = self._arrays_of(pieces)
        counts, uses, keys, pose_counts, poses, swapped = arrays
        found = rounds_kernel(
            self.usable, counts, uses, _ODDS, units, keys, pose_counts, poses, swapped, np.array(least, np.int64),
            support_pct, dice, min(constructs, 1 << 60), tests, repairs, felt, told, placed, sequence,
        )  # fmt: skip
        pieces.felt = felt.tolist()
        pieces.most_felt = max(pieces.felt)
        rows = _rows(placed, sequence, int(told[2]), bool(told[3])) if found else []
        return bool(found), int(told[0]), int(told[1]), int(dice[0]), rows

    def _arrays_of(self, pieces: Any) -> tuple[Any, ...]:
        kinds, many = len(pieces.counts), len(pieces.bundles)
        uses = np.zeros((many, kinds), np.int64)
        for n, bundle in enumerate(pieces.bundles):
            uses[n] = bundle.uses
        pose_counts = np.zeros((kinds + many, 1), np.int64)
        poses = np.zeros((kinds + many, POSES_MAX, 3), np.int64)
        for n, row in enumerate(pieces.poses):
            pose_counts[n, 0] = len(row[4])
            for m, triple in enumerate(row[4]):
                poses[n, m] = triple
        swapped = np.ascontiguousarray(poses[:, :, [1, 0, 2]])
        return np.array(pieces.counts, np.int64), uses, np.array(pieces.keys, np.int64), pose_counts, poses, swapped

    def fill(
        self,
        kinds: list[int],
        keys: tuple[list[int], ...],
        least: tuple[Any, Any],
        support_pct: int,
        state: int,
        number: int,
        constructs: int,
        tests: int,
        limits: tuple[int, int, int],
    ) -> tuple[int, int, list[tuple[int, ...]]]:
        """Tests, the dice after it, the units of the fullest."""
        units = len(kinds)
        told = np.zeros(5, np.int64)
        best = np.zeros((units, 7), np.int64)
        sequence = np.zeros(units, np.int64)
        dice = np.array([state], np.uint64)
        fill_kernel(
            self.usable, np.array(kinds, np.int64), units, np.array(keys, np.int64), self.pose_counts, self.poses,
            self.swapped, np.array(least, np.int64), support_pct, dice, number, constructs, tests, self.weights,
            self.volumes, np.array(limits, np.int64), told, best, sequence,
        )  # fmt: skip
        return int(told[0]), int(dice[0]), _rows(best, sequence, int(told[2]), bool(told[3]))

    def stacker(self, counts: tuple[int, ...], support_pct: int, most: int, full_permille: int, tests: int) -> Any:
        """The blocks of these units, at most so many, and the search with them."""
        # Here and below: what few orders need is compiled or loaded by the first of them.
        from packstation.cartons.fast.stacks import Stacker

        return Stacker(self, counts, support_pct, most, full_permille, tests)

    def ruin(
        self,
        kinds: list[int],
        keys: tuple[list[int], ...],
        support_pct: int,
        state: int,
        tests: int,
        turns: int,
        inside: list[list[int]],
        laid: list[tuple[int, ...]],
        limits: tuple[int, int, int],
        fewest: int,
    ) -> tuple[int, int, list[list[int]], list[tuple[int, ...]]]:
        """Tests, the dice after it, by carton its units, by unit where it lies."""
        from packstation.cartons.fast.bins import ruin_kernel

        units = len(kinds)
        told = np.zeros(5, np.int64)
        listed = np.zeros((len(inside), units), np.int64)
        for n, here in enumerate(inside):
            listed[n, : len(here)] = here
        held = np.array([len(here) for here in inside], np.int64)
        lies = np.ascontiguousarray(np.array(laid, np.int64)[:, 1:])
        dice = np.array([state], np.uint64)
        bins = ruin_kernel(
            self.usable, np.array(kinds, np.int64), units, np.array(keys, np.int64), self.pose_counts, self.poses,
            support_pct, dice, tests, min(turns, 1 << 60), self.weights, self.volumes, np.array(limits, np.int64),
            len(inside), listed, held, lies, fewest, told,
        )  # fmt: skip
        rows = [(kind, *row) for kind, row in zip(kinds, lies.tolist(), strict=True)]
        return int(told[0]), int(dice[0]), [listed[n, : held[n]].tolist() for n in range(bins)], rows


def _rows(placed: Any, sequence: Any, count: int, swap: bool) -> list[tuple[int, ...]]:
    kinds = sequence.tolist()
    rows = placed[:count].tolist()
    if swap:
        return [(kinds[n], y, x, z, dy, dx, dz) for n, x, y, z, dx, dy, dz in rows]
    return [(kinds[n], x, y, z, dx, dy, dz) for n, x, y, z, dx, dy, dz in rows]
