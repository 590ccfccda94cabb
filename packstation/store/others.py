"""Facts of other stations, as the hub passes them on: kept with when they came in there, and behind which of ours.

told  (the newest fact of ours about an order the hub had by then)  -->  remembered with the cursor
fact  (another station's)  -->  other_fact, and what of it can be scanned or stands at a door
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable
from typing import Any

from msgspec.structs import replace

from packstation.store.board import codes, parcels
from packstation.workflows.order import Told, fold_all
from sync import protocol
from sync.protocol import Entry


class Others:
    """Written inside the mirror's transaction, read on its other connection."""

    def __init__(self, writer: sqlite3.Connection, reader: sqlite3.Connection, station: str) -> None:
        self._db = writer
        self._read = reader
        self._station = station

    # --- the sync client's side ---

    def told(self, fact_id: str, body: str | None) -> None:
        """The hub had this fact of ours before all that follows about its order; an older hub names no order."""
        own = json.loads(body or "{}")
        self._told(str(own.get("fo") or ""), str(own["gen"]), int(own["seq"]), fact_id)

    def take(self, cur: int, fact_id: str, body: dict[str, Any]) -> None:
        """A fact that another station made; or this one, under a generation it has lost since (C10)."""
        fo, made = str(body["fo"]), str(body["line"]).encode()
        row = self._db.execute(
            "SELECT value FROM meta WHERE name IN (?, 'told') ORDER BY name DESC LIMIT 1", (f"told:{fo}",)
        ).fetchone()
        told = (fo, fact_id, cur, str(body.get("station") or ""), row[0] if row else "", made)
        self._db.execute("INSERT OR REPLACE INTO other_fact VALUES (?, ?, ?, ?, ?, ?)", told)
        if body.get("station") == self._station:
            seq = json.loads(made)[0]
            self._told(fo, str(body.get("gen") or ""), int(seq), fact_id)
        self._index(fo)

    def anew(self) -> None:
        """All will be sent again from the beginning."""
        self._db.execute("DELETE FROM meta WHERE name = 'told' OR name LIKE 'told:%'")

    def over(self, fo: str) -> None:
        """The order is closed or cancelled: what others did with it is history."""
        self._db.execute("DELETE FROM other_fact WHERE fo = ?", (fo,))
        self._db.execute("DELETE FROM meta WHERE name = ?", (f"told:{fo}",))

    def gone(self, fo: str) -> None:
        self._db.execute("DELETE FROM other_parcel WHERE fo = ?", (fo,))

    def _told(self, fo: str, gen: str, seq: int, fact_id: str) -> None:
        value = json.dumps([gen, seq, fact_id])
        self._db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (f"told:{fo}" if fo else "told", value))

    def _index(self, fo: str) -> None:
        rows = self._db.execute("SELECT line FROM other_fact WHERE fo = ? ORDER BY cur", (fo,))
        others = fold_all(fo, _entries(row[0] for row in rows))
        source = f"others:{fo}"
        self._db.execute("DELETE FROM code WHERE source = ?", (source,))
        for code, kind, ref in codes(others):
            self._db.execute("INSERT OR REPLACE INTO code VALUES (?, ?, ?, ?, 1, ?)", (code, kind, ref, fo, source))
        self._db.execute("DELETE FROM other_parcel WHERE fo = ?", (fo,))
        self._db.executemany("INSERT INTO other_parcel VALUES (?,?,?,?,?,?,?,?,?,?,?,?)", parcels(others))

    # --- the floor's side ---

    def of(self, fo: str, place_of: Callable[[str, int, str], int]) -> tuple[Told, ...]:
        """The facts others made about an order, as they came in at the hub, each with its place behind ours.

        `place_of` tells where a fact of ours stands in the journal, by generation, number and id.
        """
        found: list[Told] = []
        place, known = 0, ""
        rows = self._read.execute(
            "SELECT cur, station, after, line FROM other_fact WHERE fo = ? ORDER BY cur, fact_id", (fo,)
        )
        for cur, station, after, line in rows.fetchall():
            if after and after != known:
                known = after
                place = max(place, place_of(*json.loads(after)))
            found.extend(Told(replace(entry, place=(place, cur)), station) for entry in _entries([line]))
        return tuple(found)


def _entries(lines: Iterable[bytes]) -> Iterable[Entry]:
    """The facts we know; a line of a newer release waits unread for its upgrade (sync C18)."""
    for made in lines:
        try:
            yield protocol.entry_of(bytes(made))
        except protocol.Unreadable:
            continue  # the hub keeps it, this bench works without it (sync F2)
