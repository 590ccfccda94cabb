"""What the sync client needs of this station (`sync.client.Ends`): reads on connections of its own, short writes."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Sequence

from packstation import __version__
from packstation.store import schema
from packstation.store.store import Store
from packstation.store.writing import writing
from sync.client import Gen, Identity
from sync.protocol.messages import Grant, NumberRange, Row

HOLD_ORDERS = 20
"""How many unfinished orders a station holds ahead (sync U3)."""
NUMBERS_LOW = 200


class StationEnds:
    """The station's databases, as one sync thread sees them."""

    def __init__(self, store: Store, *, now_ms: Callable[[], int], hold_orders: int = HOLD_ORDERS) -> None:
        self._store = store
        self._now_ms = now_ms
        self._hold = hold_orders
        # Reading through a connection of its own: a push of 500 lines never makes a scan wait.
        self._read: sqlite3.Connection = schema.open_read_only(store.place.journal)

    def close(self) -> None:
        self._read.close()

    def identity(self) -> Identity:
        place = self._store.place
        return Identity(place.station, place.site, __version__, schema.VERSION, "")

    def gens(self) -> tuple[Gen, ...]:
        rows = self._read.execute(
            "SELECT gen, oldest_seq, coalesce((SELECT max(seq) FROM fact f WHERE f.gen = g.gen), oldest_seq - 1),"
            " acked_seq, session FROM gen g ORDER BY no"
        ).fetchall()
        return tuple(Gen(*row) for row in rows)

    def lines_after(self, gen: str, seq: int, limit: int) -> list[tuple[int, bytes, bytes]]:
        rows = self._read.execute(
            "SELECT seq, line, hash FROM fact WHERE gen = ? AND seq > ? ORDER BY seq LIMIT ?", (gen, seq, limit)
        )
        return [(row[0], row[1], row[2]) for row in rows.fetchall()]

    def hash_at(self, gen: str, seq: int) -> bytes | None:
        with self._store.lock:
            return self._store.journal.hash_at(gen, seq)

    def acknowledge(self, gen: str, seq: int) -> None:
        with self._store.lock:
            self._store.journal.acknowledge(gen, seq)
            self._store.at("ack-written")

    def set_session(self, gen: str, session: str | None) -> None:
        with self._store.lock:
            self._store.db.execute("UPDATE gen SET session = ? WHERE gen = ?", (session, gen))

    def begin_gen(self, gen: str) -> None:
        with self._store.whole():
            self._store.begin_gen(gen)

    def rejournal(self, gen: str, after: int) -> int:
        with self._store.whole():
            return self._store.journal.again(gen, after)

    def cursor(self) -> tuple[str | None, int]:
        return self._store.mirror.cursor()

    def apply_changes(self, rows: Sequence[Row], epoch: str, cursor: int) -> None:
        self._store.mirror.apply(rows, epoch, cursor)
        self._store.at("page-applied")

    def reset_mirror(self, epoch: str) -> None:
        self._store.mirror.reset(epoch)

    def mirror_complete(self) -> None:
        self._store.mirror.complete()

    def wants_work(self) -> int:
        held = self._store.mirror.held_open(self._store.place.station)
        return max(0, self._hold - held)

    def granted(self, grants: Sequence[Grant]) -> None:
        with self._store.lock:
            self._store.db.executemany(
                "INSERT OR REPLACE INTO claim VALUES (?, ?)", [(grant.fo, grant.fence) for grant in grants]
            )

    def held_at_hub(self, grants: Sequence[Grant]) -> None:
        with self._store.lock, writing(self._store.db):
            self._store.db.execute("DELETE FROM claim")
            self._store.db.executemany("INSERT INTO claim VALUES (?, ?)", [(g.fo, g.fence) for g in grants])

    def wants_numbers(self) -> tuple[str, ...]:
        with self._store.lock:
            return ("sscc",) if self._store.numbers.left("sscc") < NUMBERS_LOW else ()

    def held_numbers(self) -> tuple[tuple[str, str, int], ...]:
        with self._store.lock:
            return self._store.numbers.held()

    def take_numbers(self, given: NumberRange) -> None:
        with self._store.lock:
            self._store.numbers.given(given)

    def alarm(self, code: str, text: str) -> None:
        with self._store.lock:
            self._store.db.execute(
                "INSERT INTO alarm (at_ms, code, text) VALUES (?, ?, ?)", (self._now_ms(), code, text)
            )

    def free_bytes(self) -> int:
        return shutil.disk_usage(self._store.place.folder).free
