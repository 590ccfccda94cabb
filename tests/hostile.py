"""The hostile corpus (sync X18): texts that order data, catalogs and scans may hold, for tests of every sink.

`tests/data/hostile.jsonl`: {"class", "text", "repeat"?}; a text of 200,000 characters is written once and repeated.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet

ALWAYS = 6
"""So many texts of a class run each time; the others only in `pytest -m long`."""
_FILE = Path(__file__).parent / "data" / "hostile.jsonl"


@dataclass(frozen=True, slots=True)
class Hostile:
    """One text and the class of attack it belongs to. `n` is its line, for messages: the text may be anything."""

    n: int
    kind: str
    text: str


@cache
def corpus() -> tuple[Hostile, ...]:
    """All texts, in the order of the file."""
    rows = [json.loads(line) for line in _FILE.read_text(encoding="ascii").splitlines()]
    return tuple(Hostile(n, row["class"], row["text"] * row.get("repeat", 1)) for n, row in enumerate(rows, 1))


@cache
def sample() -> tuple[Hostile, ...]:
    """Some of every class, spread over what is written of it."""
    kinds: dict[str, list[Hostile]] = {}
    for hostile in corpus():
        kinds.setdefault(hostile.kind, []).append(hostile)
    return tuple(text for kind in kinds.values() for text in kind[:: -(-len(kind) // ALWAYS)])


def one_by_one(texts: Iterable[Hostile] | None = None) -> list[ParameterSet]:
    """For `parametrize`: these texts, or the whole corpus; what is not in the sample runs in the long campaign."""
    always = sample()
    return [
        pytest.param(text, id=f"{text.kind}-{text.n}", marks=() if text in always else pytest.mark.long)
        for text in (corpus() if texts is None else texts)
    ]
