"""The hostile corpus (sync X18): texts that order data, catalogs and scans may hold, for tests of every sink.

`tests/data/hostile.jsonl`: {"class", "text", "repeat"?}; a text of 200,000 characters is written once and repeated.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

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
