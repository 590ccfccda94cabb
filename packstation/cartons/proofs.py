"""Cheap proofs that units can not lie in a carton, before any search (cartons.md CT5.5). Integers only.

Each takes the usable sides and, by type, the poses that fit and the count. `two_large` names a pair that cannot lie
side by side; `too_much` weighs every unit by dual feasible functions: sizes are rounded in a way that keeps every
packing possible, and if the rounded volumes exceed the rounded carton, there is none.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations

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


def two_large(
    usable: Triple, poses: Sequence[Sequence[Triple]], counts: Sequence[int], volumes: Sequence[int]
) -> tuple[int, int] | None:
    """Two types of which one unit each cannot share the carton, whatever their poses."""
    far_x, far_y, far_z = usable
    largest: list[tuple[int, int, int, int]] = []
    for kind in sorted(range(len(poses)), key=lambda kind: -volumes[kind]):
        fitting = poses[kind]
        row = (min(p[0] for p in fitting), min(p[1] for p in fitting), min(p[2] for p in fitting), kind)
        largest += [row] * min(counts[kind], 2)
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
    tables = [_table(side, {pose[axis] for fitting in poses for pose in fitting}) for axis, side in enumerate(usable)]
    kinds = [(count, fitting) for count, fitting in zip(counts, poses, strict=True)]
    for a, b, c in _ORDERS:
        f, g, h = tables[0][a], tables[1][b], tables[2][c]
        limit = volume * _SCALES[a] * _SCALES[b] * _SCALES[c]
        total = 0
        for count, fitting in kinds:
            total += count * min([f[dx] * g[dy] * h[dz] for dx, dy, dz in fitting])
        if total > limit:
            return True
    return False


def _table(side: int, lengths: set[int]) -> list[dict[int, int]]:
    return [{length: _rounded(function, side, length) for length in lengths} for function in _FUNCTIONS]


def _rounded(function: tuple[str, int, int], side: int, length: int) -> int:
    kind, p, q = function
    if kind == "k":
        return p * length if (p + 1) * length % side == 0 else (p + 1) * length // side * side
    if length * q > side * q - side * p:
        return side
    return 0 if length * q < side * p else length
