"""What a scale said, and when it may be believed. Pure: time comes in as an argument.

Reading: one answer, as a decimal and flags.  grams(): whole grams, half to even (D5.4).
Settling: readings in, a weight out once it holds still (D5.2).
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_HALF_EVEN, Decimal

from msgspec import Struct

SETTLE_MS = 500
SILENCE_MS_MAX = 2_000
ANSWER_BYTES_MAX = 256

_GRAMS = {
    "mg": Decimal("0.001"),
    "g": Decimal(1),
    "kg": Decimal(1000),
    "oz": Decimal("28.349523125"),
    "lb": Decimal("453.59237"),
}
UNITS = frozenset(_GRAMS)


class Reading(Struct, frozen=True):
    """One answer of a scale. `value` is None when the answer held a status but no number.

    `flags`: stable, motion, zero, under, over, net, fault, calibrate, rezero, busy, syntax, garbage.
    """

    value: Decimal | None
    unit: str
    flags: frozenset[str]
    raw: bytes

    @property
    def weight_g(self) -> int | None:
        return None if self.value is None else grams(self.value, self.unit)


# A parser takes all bytes not yet understood; it gives the readings in them and the bytes to keep for next time.
Parser = Callable[[bytes], tuple[tuple[Reading, ...], bytes]]


def grams(value: Decimal, unit: str) -> int:
    """Whole grams, half to even: grams(Decimal("1.5"), "g") == 2, grams(Decimal(1), "lb") == 454."""
    if unit not in _GRAMS:
        raise ValueError(f"scale unit: expected one of {', '.join(sorted(_GRAMS))}, got {unit!r}.")
    return int((value * _GRAMS[unit]).quantize(Decimal(1), rounding=ROUND_HALF_EVEN))


def reading(raw: bytes, *flags: str, value: Decimal | None = None, unit: str = "g") -> Reading:
    return Reading(value, unit, frozenset(flags), raw)


def kept(rest: bytes) -> tuple[tuple[Reading, ...], bytes]:
    """The start of an answer is kept for later; more than any scale ever says is noise."""
    if len(rest) > ANSWER_BYTES_MAX:
        return (reading(rest, "garbage"),), b""
    return (), rest


class Settling(Struct):
    """Lets a weight out once: stable by its flag, twice in a row the same, and for 500 ms."""

    load_min_g: int = 2
    _held: tuple[Decimal, str] | None = None
    _since_ms: int = 0
    _last_ms: int = 0
    _count: int = 0
    _given: bool = False

    def clear(self) -> None:
        """The device was lost, or a new weight is wanted: whatever was seen does not count."""
        self._held, self._count, self._given = None, 0, False

    def seen(self, answer: Reading, now_ms: int) -> int | None:
        """The whole grams that may be recorded now, or None. Each load is let out once."""
        if now_ms - self._last_ms > SILENCE_MS_MAX:
            # After a silence the old weight proves nothing about what lies there now.
            self._held, self._count = None, 0
        self._last_ms = now_ms
        # At zero nothing lies there; a load together with the zero flag is a scale that contradicts itself.
        if answer.value is None or answer.flags != {"stable"}:
            self._held, self._count, self._given = None, 0, False
            return None
        said = (answer.value, answer.unit)
        if said != self._held:
            self._held, self._since_ms, self._count, self._given = said, now_ms, 1, False
            return None
        self._count += 1
        weight_g = grams(*said)
        if self._given or self._count < 2 or now_ms - self._since_ms < SETTLE_MS or weight_g < self.load_min_g:
            return None
        self._given = True
        return weight_g
