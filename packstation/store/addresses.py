"""Orders that go somewhere else now, until the station looked at their labels (FL5.31)."""

from __future__ import annotations

import json
import sqlite3
import threading

_NAME = "readdressed:"


class Addresses:
    """What of the mirror's pages changed where an order goes."""

    def __init__(self, writer: sqlite3.Connection, reader: sqlite3.Connection, writing: threading.Lock) -> None:
        self._db = writer
        self._read = reader
        self._writing = writing

    def note(self, kind: str, fo: str, body: str | None) -> None:
        """A new copy comes in, inside the transaction of its page: an order's labels may have to be made anew,
        even if nobody has it open."""
        if kind != "fo":
            return
        was = self._db.execute("SELECT body FROM copy WHERE kind = 'fo' AND key = ?", (fo,)).fetchone()
        if was is None or body is None:
            return
        before, after = json.loads(was[0]), json.loads(body)
        if any(before.get(name) != after.get(name) for name in ("to", "method", "service")):
            self._db.execute("INSERT OR REPLACE INTO meta VALUES (?, '1')", (f"{_NAME}{fo}",))

    def changed(self) -> list[str]:
        """Orders whose address, method or service changed since their labels were last looked at."""
        rows = self._read.execute(
            "SELECT name FROM meta WHERE name >= ? AND name < ?", (_NAME, _NAME + "~")
        ).fetchall()
        return [str(row[0]).removeprefix(_NAME) for row in rows]

    def looked_at(self, fos: list[str]) -> None:
        """The labels of these orders were looked at."""
        with self._writing:
            self._db.executemany("DELETE FROM meta WHERE name = ?", [(f"{_NAME}{fo}",) for fo in fos])
