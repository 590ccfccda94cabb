"""The dice of the search, compiled: SplitMix64, the same numbers as cartons/dice.py (cartons.md CT5.10)."""

# mypy: disable-error-code="no-untyped-def, no-untyped-call, untyped-decorator, misc, assignment"

from __future__ import annotations

import numba as nb
import numpy as np

INT = nb.int64
BITS = nb.uint64
A1, A2, A3 = nb.int64[::1], nb.int64[:, ::1], nb.int64[:, :, ::1]
DICE = nb.uint64[::1]


@nb.njit(BITS(DICE), cache=True, inline="always")
def bits_of(state):
    state[0] = state[0] + np.uint64(0x9E3779B97F4A7C15)
    z = state[0]
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


@nb.njit(INT(BITS, INT, INT), cache=True, inline="always")
def score_of(bits, odds, usual):
    """The score a unit is placed by: the usual one, or one of its own."""
    if np.int64((bits >> np.uint64(10)) & np.uint64(1023)) < odds:
        return np.int64((bits >> np.uint64(20)) & np.uint64(1023)) * 6 >> 10
    return usual


@nb.njit(INT(DICE, INT), cache=True)
def below(state, n):
    z = bits_of(state)
    high, low = z >> np.uint64(32), z & np.uint64(0xFFFFFFFF)
    many = np.uint64(n)
    return np.int64((high * many + ((low * many) >> np.uint64(32))) >> np.uint64(32))
