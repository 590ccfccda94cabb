"""The append-only journal: facts with consecutive numbers, each hashed onto the one before it (sync J1-J7).

It lives in tables of a database somebody else opened, and writes inside that owner's transaction: facts and what
they change are one commit.

    fact   one row a fact, never edited          gen   one row a generation of the station; the last is current
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator

from msgspec import Struct
from msgspec.structs import replace

from sync import protocol
from sync.protocol import Deed, Entry

SCHEMA = """
CREATE TABLE fact (
  place INTEGER PRIMARY KEY, gen TEXT NOT NULL, seq INTEGER NOT NULL, fact_id TEXT NOT NULL, kind TEXT NOT NULL,
  fo TEXT, line BLOB NOT NULL, hash BLOB NOT NULL, UNIQUE (gen, seq), UNIQUE (gen, fact_id)) STRICT;
CREATE INDEX fact_by_fo ON fact (fo, place) WHERE fo IS NOT NULL;
CREATE INDEX fact_by_kind ON fact (kind, place);
CREATE TABLE gen (
  no INTEGER PRIMARY KEY, gen TEXT NOT NULL UNIQUE, oldest_seq INTEGER NOT NULL,
  hash_before_oldest BLOB NOT NULL, acked_seq INTEGER NOT NULL, session TEXT) STRICT;
CREATE TRIGGER fact_is_final BEFORE UPDATE ON fact BEGIN SELECT raise(ABORT, 'facts are never edited'); END;
"""


class Gap(Exception):
    """A number is missing: "st-07: expected fact 42, got 44." """

    def __init__(self, station: str, expected: int, got: int) -> None:
        super().__init__(f"{station}: expected fact {expected}, got {got}.")
        self.station, self.expected, self.got = station, expected, got


class Conflict(Exception):
    """A stored fact does not carry the hash its line and the chain give it."""

    def __init__(self, station: str, gen: str, seq: int) -> None:
        super().__init__(f"{station}: expected the chain of {gen} to hold at fact {seq}, got another hash.")
        self.station, self.gen, self.seq = station, gen, seq


class Stamp(Struct, frozen=True):
    """When and by whom a gesture was made: the envelope's part that is the same for all its facts."""

    gesture: str
    user: str | None
    wall_ms: int
    mono_ms: int
    boot: str


class Journal:
    """The journal of one station in an open database. Not thread-safe: it belongs to the writing connection."""

    def __init__(self, connection: sqlite3.Connection, station: str) -> None:
        self._db = connection
        self.station = station
        row = connection.execute("SELECT gen FROM gen ORDER BY no DESC LIMIT 1").fetchone()
        self.gen: str | None = row[0] if row else None
        self.last_seq = 0
        self.last_hash = b""
        # Facts the hub does not have, asked of the database only when an acknowledgement or a rollback came between.
        self._pending: int | None = None
        self._counts = 0
        if self.gen is not None:
            self._find_head()

    def begin_gen(self, gen: str) -> None:
        """Start a new generation (enrolment, restore, salvage, fork); numbers begin at 1 again."""
        start = protocol.first_hash(self.station, gen)
        self._db.execute(
            "INSERT INTO gen (gen, oldest_seq, hash_before_oldest, acked_seq) VALUES (?, 1, ?, 0)",
            (gen, start),
        )
        self.gen = gen
        self.last_seq, self.last_hash = 0, start

    def append(self, deeds: Iterable[Deed], stamp: Stamp) -> list[Entry]:
        """Write the facts of one gesture inside the caller's transaction; returns them as they now stand.

        On any error the caller rolls back and calls `forget`, else the head is ahead of the disk.
        """
        assert self.gen is not None, "a journal needs a generation before its first fact"
        written = []
        for number, deed in enumerate(deeds):
            entry = Entry(
                self.last_seq + 1,
                protocol.fact_id(stamp.gesture, number),
                type(deed.fact).__name__,
                deed.fact.v,
                deed.fo,
                deed.claim,
                stamp.user,
                stamp.wall_ms,
                stamp.mono_ms,
                stamp.boot,
                deed.fact,
            )
            made = protocol.line(entry)
            hashed = protocol.next_hash(self.last_hash, made)
            row = self._db.execute(
                "INSERT INTO fact (gen, seq, fact_id, kind, fo, line, hash) VALUES (?, ?, ?, ?, ?, ?, ?)",
                (self.gen, entry.seq, entry.fact_id, entry.kind, entry.fo, made, hashed),
            )
            self.last_seq, self.last_hash = entry.seq, hashed
            written.append(replace(entry, place=(row.lastrowid or 0, 0)))
        if self._pending is not None:
            self._pending += len(written)
        return written

    def again(self, gen: str, after: int) -> int:
        """Write the rows of an older generation after `after` once more under the current one (sync C12).

        Fact ids stay, so no fold counts one twice; the old rows count as acknowledged. Returns how many were written.
        On any error the caller rolls back and calls `forget`.
        """
        assert self.gen is not None, "a journal needs a generation before its first fact"
        assert gen != self.gen, "a generation cannot be written again under itself"
        rows = self._db.execute("SELECT line FROM fact WHERE gen = ? AND seq > ? ORDER BY seq", (gen, after))
        written = self.write_again([protocol.entry_of(bytes(old)) for (old,) in rows.fetchall()])
        self._db.execute(
            "UPDATE gen SET acked_seq = (SELECT coalesce(max(seq), oldest_seq - 1) FROM fact f WHERE f.gen = gen.gen)"
            " WHERE gen = ?",
            (gen,),
        )
        self.recount()
        return written

    def write_again(self, entries: Iterable[Entry]) -> int:
        """Write facts under the current generation with new numbers and their old ids; returns how many."""
        written = 0
        for old in entries:
            entry = replace(old, seq=self.last_seq + 1)
            made = protocol.line(entry)
            hashed = protocol.next_hash(self.last_hash, made)
            self._db.execute(
                "INSERT INTO fact (gen, seq, fact_id, kind, fo, line, hash) VALUES (?, ?, ?, ?, ?, ?, ?)",
                (self.gen, entry.seq, entry.fact_id, entry.kind, entry.fo, made, hashed),
            )
            self.last_seq, self.last_hash = entry.seq, hashed
            written += 1
        self.recount()
        return written

    def forget(self) -> None:
        """Read the head again: the transaction that moved it was rolled back."""
        self._find_head()
        self.recount()

    def recount(self) -> None:
        """Somebody else wrote in these tables: ask how many facts the hub lacks when it is next wanted."""
        self._counts += 1
        self._pending = None

    def of_fo(self, fo: str) -> list[Entry]:
        """The facts of one fulfillment order in folding order, each fact id once (sync J7)."""
        rows = self._db.execute("SELECT fact_id, line, place FROM fact WHERE fo = ? ORDER BY place", (fo,))
        return list(_once(rows))

    def fos(self) -> list[str]:
        """Every fulfillment order there are facts about, sorted."""
        return [row[0] for row in self._db.execute("SELECT DISTINCT fo FROM fact WHERE fo IS NOT NULL ORDER BY fo")]

    def of_kinds(self, kinds: tuple[str, ...]) -> Iterator[Entry]:
        """The facts of these kinds in folding order, each fact id once; streams."""
        marks = ",".join("?" * len(kinds))
        return _once(
            self._db.execute(
                f"SELECT fact_id, line, place FROM fact WHERE kind IN ({marks}) ORDER BY place",  # noqa: S608  marks
                kinds,
            )
        )

    def all(self) -> Iterator[Entry]:
        """Every fact in folding order, each fact id once; streams."""
        return _once(self._db.execute("SELECT fact_id, line, place FROM fact ORDER BY place"))

    def place_of(self, gen: str, seq: int, fact_id: str) -> int:
        """Where a fact of this station stands; of one its disk lost, where its generation ends before it; else 0."""
        row = self._db.execute(
            "SELECT min(place) FROM fact WHERE gen IN (SELECT gen FROM gen) AND fact_id = ?", (fact_id,)
        ).fetchone()
        if row[0] is None:
            row = self._db.execute(
                "SELECT place FROM fact WHERE gen = ? AND seq <= ? ORDER BY seq DESC LIMIT 1", (gen, seq)
            ).fetchone()
        return int(row[0]) if row is not None else 0

    def lines_after(self, gen: str, seq: int, limit: int) -> list[tuple[int, bytes, bytes]]:
        """Up to `limit` rows `(seq, line, hash)` of a generation after `seq`, as stored."""
        rows = self._db.execute(
            "SELECT seq, line, hash FROM fact WHERE gen = ? AND seq > ? ORDER BY seq LIMIT ?",
            (gen, seq, limit),
        )
        return [(row[0], row[1], row[2]) for row in rows]

    def hash_at(self, gen: str, seq: int) -> bytes | None:
        """The chain's hash after fact `seq`; at the number before the oldest it is the generation's start."""
        row = self._db.execute("SELECT hash FROM fact WHERE gen = ? AND seq = ?", (gen, seq)).fetchone()
        if row:
            return bytes(row[0])
        row = self._db.execute(
            "SELECT hash_before_oldest FROM gen WHERE gen = ? AND oldest_seq = ?", (gen, seq + 1)
        ).fetchone()
        return bytes(row[0]) if row else None

    def acked(self, gen: str) -> int:
        row = self._db.execute("SELECT acked_seq FROM gen WHERE gen = ?", (gen,)).fetchone()
        return int(row[0]) if row else 0

    def acknowledge(self, gen: str, seq: int) -> None:
        """Note what the hub holds. The number may go down when a hub was restored (sync N12)."""
        last = self._db.execute("SELECT coalesce(max(seq), 0) FROM fact WHERE gen = ?", (gen,)).fetchone()[0]
        assert seq <= last, f"the hub acknowledged fact {seq}, we wrote only {last}"
        self._db.execute("UPDATE gen SET acked_seq = ? WHERE gen = ?", (seq, gen))
        self.recount()

    def pending(self) -> int:
        """How many facts the hub does not have yet."""
        if self._pending is not None:
            return self._pending
        counts = self._counts
        row = self._db.execute(
            "SELECT coalesce(sum((SELECT coalesce(max(seq), g.oldest_seq - 1) FROM fact f WHERE f.gen = g.gen)"
            " - g.acked_seq), 0) FROM gen g"
        ).fetchone()
        if counts == self._counts:  # no acknowledgement came in on the sync thread meanwhile
            self._pending = int(row[0])
        return int(row[0])

    def verify(self, last: int | None = None) -> int:
        """Check numbers and hashes of every generation, or of the `last` facts of each; returns how many.

        Raises Gap or Conflict at the first fact that is wrong.
        """
        checked = 0
        for gen, oldest, before in self._db.execute(
            "SELECT gen, oldest_seq, hash_before_oldest FROM gen ORDER BY no"
        ):
            head = self._db.execute("SELECT max(seq) FROM fact WHERE gen = ?", (gen,)).fetchone()[0]
            if head is None:
                continue
            start = oldest if last is None else max(oldest, head - last + 1)
            previous = bytes(before) if start == oldest else self.hash_at(gen, start - 1)
            expected = start
            for seq, made, hashed in self._db.execute(
                "SELECT seq, line, hash FROM fact WHERE gen = ? AND seq >= ? ORDER BY seq", (gen, start)
            ):
                if seq != expected or previous is None:
                    raise Gap(self.station, expected if previous is not None else start - 1, seq)
                previous = protocol.next_hash(previous, made)
                if previous != hashed:
                    raise Conflict(self.station, gen, seq)
                expected += 1
                checked += 1
        return checked

    def _find_head(self) -> None:
        row = self._db.execute(
            "SELECT seq, hash FROM fact WHERE gen = ? ORDER BY seq DESC LIMIT 1", (self.gen,)
        ).fetchone()
        if row is None:
            row = self._db.execute(
                "SELECT oldest_seq - 1, hash_before_oldest FROM gen WHERE gen = ?", (self.gen,)
            ).fetchone()
        self.last_seq, self.last_hash = int(row[0]), bytes(row[1])


def _once(rows: Iterable[tuple[str, bytes, int]]) -> Iterator[Entry]:
    seen: set[str] = set()
    for fact_id, made, place in rows:
        if fact_id not in seen:
            seen.add(fact_id)
            yield protocol.entry_of(made, (place, 0))
