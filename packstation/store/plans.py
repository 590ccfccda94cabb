"""Carton plans beside the copies: those made ahead of an order, and the one each box is filled by (cartons.md CT9.1).

Both may be dropped at any time: an order is planned again, and a box without its plan has no picture on the slip.
"""

from __future__ import annotations

import sqlite3
import threading

import msgspec
from msgspec import Struct

from packstation.workflows.suggestion import Suggestion


class CartonPlan(Struct, frozen=True):
    """A suggestion made ahead. `input_hash`: what it was made from; `effort`: its pass, 1 is the first."""

    input_hash: str
    effort: int
    suggestion: Suggestion | None
    engine: str = "pure"
    made_ms: int = 0


class Plans:
    """The mirror's tables of plans."""

    def __init__(self, writer: sqlite3.Connection, reader: sqlite3.Connection, writing: threading.Lock) -> None:
        self._db = writer
        self._read = reader
        self._writing = writing

    def of_order(self, fo: str) -> CartonPlan | None:
        """The carton plan that was made ahead for the order, whatever it was made from."""
        row = self._read.execute(
            "SELECT input_hash, effort, plan, engine, made_at FROM carton_plan WHERE fo = ?", (fo,)
        ).fetchone()
        if row is None:
            return None
        suggestion = msgspec.json.decode(row[2], type=Suggestion | None)
        return CartonPlan(row[0], int(row[1]), suggestion, str(row[3]), int(row[4]))

    def save(self, fo: str, plan: CartonPlan) -> None:
        """Keep an order's plan; from any thread."""
        made = msgspec.json.encode(plan.suggestion).decode()
        with self._writing:
            self._db.execute(
                "INSERT OR REPLACE INTO carton_plan VALUES (?, ?, ?, ?, ?, ?)",
                (fo, plan.input_hash, plan.engine, plan.effort, made, plan.made_ms),
            )

    def of_box(self, lpn: str) -> Suggestion | None:
        """What was suggested for the box and how it was to be filled, as the packer saw it last."""
        row = self._read.execute("SELECT plan FROM box_plan WHERE lpn = ?", (lpn,)).fetchone()
        return msgspec.json.decode(row[0], type=Suggestion) if row else None

    def keep(self, lpn: str, fo: str, suggestion: Suggestion) -> bool:
        """Keep what a box is filled by. False while a page comes in: a scan does not wait for it, the next one
        keeps it."""
        if not self._writing.acquire(blocking=False):
            return False
        try:
            made = msgspec.json.encode(suggestion).decode()
            self._db.execute("INSERT OR REPLACE INTO box_plan VALUES (?, ?, ?)", (lpn, fo, made))
        finally:
            self._writing.release()
        return True

    def drop(self, fo: str) -> None:
        """The order is gone, inside the transaction of its page."""
        self._db.execute("DELETE FROM carton_plan WHERE fo = ?", (fo,))
        self._db.execute("DELETE FROM box_plan WHERE fo = ?", (fo,))
