"""What was done at this station last: the newest gesture that is work and was not taken back (FL5.33).

    journal, newest first  --by gesture--  nobody's work? taken back? the next  -->  Step

Read when somebody asks to undo or to print again with nothing open, never on the way of a scan.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from itertools import groupby

from packstation.workflows.desk import Step
from packstation.workflows.order import NOT_WORK
from sync import facts as f
from sync import protocol
from sync.journal import Journal
from sync.protocol import Entry

FACTS_MAX = 2_000
"""How far back is looked: about an hour of one packer."""
_PASSED = tuple(kind for kind in NOT_WORK if kind is not f.PickPaused)
_BY_THE_HUB = (f.ChangeSeen, f.CancelRefused, f.PickupExpired)
"""A gesture with one of these is an answer to the hub: nobody's hand made it."""
_OF_NO_ORDER = (f.ItemFound, f.CountDone)
"""Work that is about no order."""


def last_step(db: sqlite3.Connection, journal: Journal) -> Step | None:
    """The newest gesture here that is in force, with all its facts, oldest first; None when there is none."""
    undone: set[str] = set()
    for _, facts in groupby(_backwards(db), key=lambda each: each[1].gesture):
        rows = list(facts)[::-1]
        entries = tuple(entry for _, entry in rows)
        undone.update(name for e in entries if isinstance(e.fact, f.GestureUndone) for name in e.fact.facts)
        if any(isinstance(entry.fact, _BY_THE_HUB) for entry in entries):
            continue
        if any(_is_work(entry) and entry.fact_id not in undone for entry in entries):
            return Step(entries, all(journal.acked(gen) >= entry.seq for gen, entry in rows))
    return None


def _is_work(entry: Entry) -> bool:
    if entry.fo is None:
        return isinstance(entry.fact, _OF_NO_ORDER)
    return not isinstance(entry.fact, _PASSED)


def _backwards(db: sqlite3.Connection) -> Iterator[tuple[str, Entry]]:
    rows = db.execute("SELECT gen, line, place FROM fact ORDER BY place DESC LIMIT ?", (FACTS_MAX,))
    return ((gen, protocol.entry_of(bytes(made), (place, 0))) for gen, made, place in rows)
