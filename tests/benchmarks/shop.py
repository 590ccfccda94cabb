"""The station that is measured: a data directory with a made-up catalog, a long order and as much history as wanted.

Names of articles are digits, and each article's digits differ at every place from those of the one before: a scan of
the next one changes every cell of the message, so that no renderer can leave one out (performance.md PF9.3).
"""

from __future__ import annotations

import random
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.demo_shop.goods import check_digit


def packstation(*words: str) -> list[str]:
    """The words that start our program with this Python."""
    return [sys.executable, "-m", "packstation", *words]


def bare_python() -> list[str]:
    return [sys.executable, "-c", "print('ready')"]


def floor(name: str, *words: str) -> list[str]:
    """The words that start a floor: floor("min_textual", SERIAL)."""
    return [sys.executable, str(Path(__file__).with_name("floors") / f"{name}.py"), *words]


@dataclass(frozen=True, slots=True)
class Article:
    """An article and its code; the name is what the screen shows of it."""

    sku: str
    name: str
    code: str


def articles(count: int, seed: int = 1) -> tuple[Article, ...]:
    """Articles with valid EAN-13 codes of the in-company range 2; the last differs from the first, too."""
    chance = random.Random(seed)
    made: list[Article] = []
    used: set[str] = set()
    first = before = ""
    while len(made) < count:
        # The first digit has to stay 2, so only the name changes at every place.
        stem = "2" + "".join(str(chance.randrange(10)) for _ in range(11))
        code = stem + check_digit(stem)
        last = len(made) == count - 1
        if code in used or _alike(code, before) or (last and _alike(code, first)):
            continue
        used.add(code)
        first, before = first or code, code
        made.append(Article(f"ART-{code[1:]}", code[1:], code))
    return tuple(made)


def _alike(code: str, other: str) -> bool:
    return any(a == b for a, b in zip(code[1:], other[1:], strict=False))
