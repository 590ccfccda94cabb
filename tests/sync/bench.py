"""A packing bench for sync tests: a real journal in SQLite with the real chain, and copies as plain rows.

It is an `Ends` as a station's store is one, without any of the floor around it.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sync.client import Gen, Grant, Identity, NumberRange, Row
from sync.facts import Fact
from sync.journal import SCHEMA, Journal, Stamp
from sync.protocol import Deed, Entry, entry_of, gesture_id

_COPIES = """
CREATE TABLE copy (
  kind TEXT, key TEXT, rev INTEGER, body TEXT, old INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (kind, key));
CREATE TABLE cursor (epoch TEXT, cur INTEGER NOT NULL);
INSERT INTO cursor VALUES (NULL, 0);
"""


class Bench:
    """A station `station` of `site`, with its journal in `folder` (or in memory)."""

    def __init__(
        self, station: str = "st-07", site: str = "NYC", folder: Path | None = None, gen: str = "00000000000000a1"
    ) -> None:
        self.station, self.site = station, site
        self.path = ":memory:" if folder is None else str(folder / f"{station}.db")
        self.db = sqlite3.connect(self.path, isolation_level=None, check_same_thread=False)
        if not self.db.execute("SELECT 1 FROM sqlite_master WHERE name = 'fact'").fetchone():
            self.db.executescript(SCHEMA + _COPIES)
        self.journal = Journal(self.db, station)
        if self.journal.gen is None:
            self.journal.begin_gen(gen)
        self.alarms: list[tuple[str, str]] = []
        self.grants: dict[str, str] = {}
        self.numbers: list[NumberRange] = []
        self.wanted_work = 0
        self.wanted_numbers: tuple[str, ...] = ()
        self.resets = 0
        self._clock = itertools.count(1_760_000_000_000)

    # --- the floor -----------------------------------------------------------------------------------------------

    def did(self, fo: str | None, *facts: Fact, claim: str | None = None, user: str = "ann") -> list[Entry]:
        """One gesture: its facts, in one transaction."""
        at = next(self._clock)
        gesture = gesture_id(at, hashlib.blake2b(f"{self.station}|{at}".encode(), digest_size=10).digest())
        self.db.execute("BEGIN IMMEDIATE")
        made = self.journal.append([Deed(fo, fact, claim) for fact in facts], Stamp(gesture, user, at, at, "b1"))
        self.db.execute("COMMIT")
        return made

    def raw(self, line: bytes) -> None:
        """A line as a later version, or a broken program, would have journalled it."""
        from sync.protocol import next_hash

        row = json.loads(line)
        seq = self.journal.last_seq + 1
        row[0] = seq
        made = json.dumps(row, separators=(",", ":")).encode()
        hashed = next_hash(self.journal.last_hash, made)
        self.db.execute(
            "INSERT INTO fact (gen, seq, fact_id, kind, fo, line, hash) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (self.journal.gen, seq, row[1], row[2], row[4], made, hashed),
        )
        self.journal.forget()

    def copies(self, kind: str) -> dict[str, Any]:
        rows = self.db.execute("SELECT key, body FROM copy WHERE kind = ? AND body IS NOT NULL", (kind,))
        return {key: json.loads(body) for key, body in rows}

    def entries(self) -> list[Entry]:
        return [entry_of(bytes(row[0])) for row in self.db.execute("SELECT line FROM fact ORDER BY place")]

    # --- Ends ----------------------------------------------------------------------------------------------------

    def identity(self) -> Identity:
        return Identity(self.station, self.site, "test", 1, "")

    def gens(self) -> tuple[Gen, ...]:
        rows = self.db.execute(
            "SELECT gen, oldest_seq, coalesce((SELECT max(seq) FROM fact f WHERE f.gen = g.gen), oldest_seq - 1),"
            " acked_seq, session FROM gen g ORDER BY no"
        )
        return tuple(Gen(*row) for row in rows)

    def lines_after(self, gen: str, seq: int, limit: int) -> list[tuple[int, bytes, bytes]]:
        return self.journal.lines_after(gen, seq, limit)

    def hash_at(self, gen: str, seq: int) -> bytes | None:
        return self.journal.hash_at(gen, seq)

    def acknowledge(self, gen: str, seq: int) -> None:
        self.journal.acknowledge(gen, seq)

    def set_session(self, gen: str, session: str | None) -> None:
        self.db.execute("UPDATE gen SET session = ? WHERE gen = ?", (session, gen))

    def begin_gen(self, gen: str) -> None:
        self.journal.begin_gen(gen)
        self.grants.clear()
        self.numbers.clear()

    def rejournal(self, gen: str, after: int) -> int:
        self.db.execute("BEGIN IMMEDIATE")
        written = self.journal.again(gen, after)
        self.db.execute("COMMIT")
        return written

    def cursor(self) -> tuple[str | None, int]:
        row = self.db.execute("SELECT epoch, cur FROM cursor").fetchone()
        return row[0], row[1]

    def apply_changes(self, rows: Sequence[Row], epoch: str, cursor: int) -> None:
        assert len(rows) <= 100, "a scan would wait too long behind so many rows (N16)"
        self.db.execute("BEGIN IMMEDIATE")
        for row in rows:
            self.db.execute(
                "INSERT INTO copy (kind, key, rev, body) VALUES (?, ?, ?, ?) ON CONFLICT (kind, key) DO UPDATE SET"
                " rev = excluded.rev, body = excluded.body, old = 0 WHERE old = 1 OR excluded.rev >= copy.rev",
                (row.kind, row.key, row.rev, row.body),
            )
        self.db.execute("UPDATE cursor SET epoch = ?, cur = ?", (epoch, cursor))
        self.db.execute("COMMIT")

    def reset_mirror(self, epoch: str) -> None:
        self.resets += 1
        self.db.execute("UPDATE copy SET old = 1")
        self.db.execute("UPDATE cursor SET epoch = ?, cur = 0", (epoch,))

    def mirror_complete(self) -> None:
        self.db.execute("DELETE FROM copy WHERE old = 1")

    def wants_work(self) -> int:
        return max(0, self.wanted_work - len(self.grants))

    def granted(self, grants: Sequence[Grant]) -> None:
        self.grants.update({grant.fo: grant.fence for grant in grants})

    def held_at_hub(self, grants: Sequence[Grant]) -> None:
        self.grants = {grant.fo: grant.fence for grant in grants}

    def wants_numbers(self) -> tuple[str, ...]:
        return tuple(kind for kind in self.wanted_numbers if not any(held.kind == kind for held in self.numbers))

    def take_numbers(self, given: NumberRange) -> None:
        self.numbers.append(given)

    def held_numbers(self) -> tuple[tuple[str, str, int], ...]:
        return tuple((held.kind, held.prefix, held.last) for held in self.numbers)

    def alarm(self, code: str, text: str) -> None:
        self.alarms.append((code, text))

    def free_bytes(self) -> int:
        return 1 << 30
