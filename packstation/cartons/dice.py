"""The random numbers of a search, the same in every engine and on every machine (cartons.md CT5.10)."""

from __future__ import annotations

MASK = (1 << 64) - 1


class Dice:
    """SplitMix64 (CT5.10), the same in every engine."""

    __slots__ = ("state",)

    def __init__(self, seed: int) -> None:
        self.state = seed & MASK

    def bits(self) -> int:
        """64 random bits."""
        self.state = s = (self.state + 0x9E3779B97F4A7C15) & MASK
        z = ((s ^ (s >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        return z ^ (z >> 31)

    def below(self, n: int) -> int:
        return self.bits() * n >> 64


def digest_of(text: str) -> int:
    """A number for a text that is the same on every machine (FNV-1a)."""
    digest = 0xCBF29CE484222325
    for byte in text.encode("utf-8", "surrogatepass"):
        digest = ((digest ^ byte) * 0x100000001B3) & MASK
    return digest
