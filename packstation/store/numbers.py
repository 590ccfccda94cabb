"""The numbers of boxes (J12): SSCCs first, then ranges the hub gave, then the station's own; each taken once.

A range belongs to one generation of the station: what is left of an older one is void, so no number is issued twice.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from packstation.scan.digits import check_digit
from sync.journal import Journal

if TYPE_CHECKING:
    from sync.protocol.messages import NumberRange


class Numbers:
    """The ranges of one station. Whoever writes holds the lock of the connection, or its transaction."""

    def __init__(self, db: sqlite3.Connection, journal: Journal) -> None:
        self._db = db
        self._journal = journal

    def next(self) -> str:
        """The number the next box gets; taken when the fact that opens it is recorded."""
        row = self._first()
        assert row is not None, "a generation begins with numbers of its own"
        _, kind, prefix, digits, number = row
        body = f"{prefix}{number:0{digits}d}"
        return f"{body}{check_digit(body)}" if kind == "sscc" else body

    def _first(self) -> tuple[int, str, str, int, int] | None:
        """(id, kind, prefix, digits, next) of the range that is used now."""
        found: tuple[int, str, str, int, int] | None = self._db.execute(
            "SELECT id, kind, prefix, digits, next FROM number_range WHERE gen = ? AND next <= last"
            " ORDER BY CASE kind WHEN 'sscc' THEN 0 WHEN 'carton' THEN 1 ELSE 2 END, id LIMIT 1",
            (self._journal.gen,),
        ).fetchone()
        return found

    def took(self, lpn: str) -> None:
        """A box was opened under this number; a pre-printed one takes none of ours."""
        row = self._first()
        if row is not None and self.next() == lpn:
            self._db.execute("UPDATE number_range SET next = next + 1 WHERE id = ?", (row[0],))

    def begin_gen(self, gen: str, station: str) -> None:
        """Until the hub gives a range: our own numbers, which no other generation of this station can issue."""
        self._db.execute(
            "INSERT INTO number_range (kind, gen, prefix, digits, next, last) VALUES ('own', ?, ?, 6, 1, 999999)",
            (gen, f"C-{station}-{gen[:4]}"),
        )

    def left(self, kind: str) -> int:
        """How many numbers of a kind this generation has left."""
        row = self._db.execute(
            "SELECT coalesce(sum(last - next + 1), 0) FROM number_range WHERE gen = ? AND kind = ?",
            (self._journal.gen, kind),
        ).fetchone()
        return int(row[0])

    def held(self) -> tuple[tuple[str, str, int], ...]:
        """(kind, prefix, last number) of what the hub gave, of every generation."""
        rows = self._db.execute(
            "SELECT kind, prefix, max(last) FROM number_range WHERE kind <> 'own' GROUP BY kind, prefix"
        ).fetchall()
        return tuple((str(kind), str(prefix), int(last)) for kind, prefix, last in rows)

    def given(self, new: NumberRange) -> None:
        """The hub gave a range to this generation."""
        self._db.execute(
            "INSERT INTO number_range (kind, gen, prefix, digits, next, last) VALUES (?, ?, ?, ?, ?, ?)",
            (new.kind, self._journal.gen, new.prefix, new.digits, new.first, new.last),
        )
