"""The print spool: documents as references, in the transaction of the fact that causes them (devices.md D6.1, D6.2).

queued -> sending -> sent -> confirmed        sending -> queued (nothing left the station) | unsure (some of it did)
failed: could not be drawn; void: a newer copy replaced it
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Sequence

from msgspec import Struct

from packstation.workflows.desk import Print


class SpoolRow(Struct, frozen=True):
    """One document on its way to paper; no names, no addresses, no bytes. `lost`: which fields are not on it as they
    were given, and why: "to.name no glyph; note cut" (D10.1)."""

    job: int
    what: str
    fo: str | None
    carton: str | None
    copy: int
    ref: str
    printer: str
    state: str
    tries: int
    why: str
    lost: str


_COLUMNS = "job, what, fo, carton, copy, ref, printer, state, tries, why, lost"


class Spool:
    """Reads and moves spool rows; each move is one commit on the station's writing connection."""

    def __init__(self, db: sqlite3.Connection, lock: threading.RLock) -> None:
        self._db = db
        self._lock = lock
        # Found in mid-flight at the start: nobody knows whether paper came out (D6.2).
        self._move(
            "UPDATE spool SET state = 'unsure', why = 'the station stopped while sending' WHERE state = 'sending'"
        )

    def add(self, prints: Sequence[Print], printers: Callable[[Print], str], wall_ms: int) -> None:
        """Inside the caller's transaction; a further copy of a label voids the waiting ones before it."""
        for wanted in prints:
            if wanted.what == "label" and wanted.copy > 1:
                self._db.execute(
                    "UPDATE spool SET state = 'void' WHERE what = 'label' AND ref = ? AND copy < ?"
                    " AND state NOT IN ('confirmed', 'void')",
                    (wanted.ref, wanted.copy),
                )
            copy = wanted.copy or self._next_copy(wanted)
            self._db.execute(
                "INSERT INTO spool (what, fo, carton, copy, ref, printer, state, tries, told, why, made_ms)"
                " VALUES (?, ?, ?, ?, ?, ?, 'queued', 0, 0, '', ?)",
                (wanted.what, wanted.fo, wanted.carton, copy, wanted.ref, printers(wanted), wall_ms),
            )

    def _next_copy(self, wanted: Print) -> int:
        """The number of one more copy of a paper. One that did not come out, or only may have, is void: it must not
        follow the new one when its printer is well again (D6.2)."""
        same = "what = ? AND fo IS ? AND carton IS ? AND ref = ?"
        paper = (wanted.what, wanted.fo, wanted.carton, wanted.ref)
        self._db.execute(
            f"UPDATE spool SET state = 'void' WHERE {same} AND state IN ('queued', 'failed', 'unsure')",  # noqa: S608
            paper,
        )
        (before,) = self._db.execute(f"SELECT max(copy) FROM spool WHERE {same}", paper).fetchone()  # noqa: S608
        return (before or 0) + 1

    def next(self, printer: str) -> SpoolRow | None:
        """The oldest queued document of this printer."""
        with self._lock:
            row = self._db.execute(
                f"SELECT {_COLUMNS} FROM spool WHERE printer = ? AND state = 'queued' ORDER BY job LIMIT 1",  # noqa: S608  constants
                (printer,),
            ).fetchone()
        return SpoolRow(*row) if row else None

    def row(self, job: int) -> SpoolRow | None:
        with self._lock:
            row = self._db.execute(f"SELECT {_COLUMNS} FROM spool WHERE job = ?", (job,)).fetchone()  # noqa: S608
        return SpoolRow(*row) if row else None

    def open(self) -> list[SpoolRow]:
        """Everything that has not come out of a printer yet."""
        with self._lock:
            rows = self._db.execute(
                f"SELECT {_COLUMNS} FROM spool WHERE state IN ('queued', 'sending', 'unsure', 'failed') ORDER BY job"  # noqa: S608
            ).fetchall()
        return [SpoolRow(*row) for row in rows]

    def of_fo(self, fo: str) -> list[SpoolRow]:
        with self._lock:
            rows = self._db.execute(f"SELECT {_COLUMNS} FROM spool WHERE fo = ? ORDER BY job", (fo,)).fetchall()  # noqa: S608
        return [SpoolRow(*row) for row in rows]

    def sending(self, job: int, printer: str) -> bool:
        """queued becomes sending; False when it is not queued at this printer any more."""
        return self._move(
            "UPDATE spool SET state = 'sending', tries = tries + 1 WHERE job = ? AND printer = ?"
            " AND state = 'queued'",
            job,
            printer,
        )

    def drawn(self, job: int, lost: str) -> None:
        """What of the document cannot be printed, as it was drawn last."""
        row = self.row(job)
        if row is not None and row.lost != lost:
            self._move("UPDATE spool SET lost = ? WHERE job = ?", lost, job)

    def sent(self, job: int) -> None:
        self._move("UPDATE spool SET state = 'sent', why = '' WHERE job = ? AND state = 'sending'", job)

    def waits(self, job: int, why: str) -> None:
        """Nothing of it left the station: it is queued again and says why."""
        self._move(
            "UPDATE spool SET state = 'queued', why = ? WHERE job = ? AND state IN ('queued', 'sending')", why, job
        )

    def unsure(self, job: int, why: str) -> None:
        self._move("UPDATE spool SET state = 'unsure', why = ? WHERE job = ?", why, job)

    def failed(self, job: int, why: str) -> None:
        self._move("UPDATE spool SET state = 'failed', why = ? WHERE job = ?", why, job)

    def hurry(self) -> None:
        """F4: what could not be drawn is tried again."""
        self._move("UPDATE spool SET state = 'queued', why = '' WHERE state = 'failed'")

    def untold(self) -> list[SpoolRow]:
        """Documents whose end on paper is not a fact yet."""
        rows = self._db.execute(
            f"SELECT {_COLUMNS} FROM spool WHERE told = 0"  # noqa: S608  constants
            " AND state IN ('sent', 'confirmed', 'failed', 'unsure') LIMIT 50"
        ).fetchall()
        return [SpoolRow(*row) for row in rows]

    def told(self, jobs: Sequence[int]) -> None:
        """Inside the caller's transaction: the facts about them are written with it."""
        self._db.executemany("UPDATE spool SET told = 1 WHERE job = ?", [(job,) for job in jobs])

    def waiting(self) -> list[SpoolRow]:
        """Documents that a printer did not take, with its reason; it is asked again by itself."""
        rows = self._db.execute(
            f"SELECT {_COLUMNS} FROM spool WHERE state = 'queued' AND why <> '' ORDER BY job LIMIT 50"  # noqa: S608
        ).fetchall()
        return [SpoolRow(*row) for row in rows]

    def busy(self) -> bool:
        """Whether a document waits or is being printed."""
        with self._lock:
            found = self._db.execute("SELECT 1 FROM spool WHERE state IN ('queued', 'sending') LIMIT 1").fetchone()
        return found is not None

    def to_printer(self, job: int, printer: str) -> bool:
        """Another printer takes the document (FL5.16); False for one that may be on paper already."""
        return self._move(
            "UPDATE spool SET printer = ?, state = 'queued', why = ''"
            " WHERE job = ? AND state IN ('queued', 'failed')",
            printer,
            job,
        )

    def confirmed(self, ref: str) -> None:
        """The label came back by a scan: every copy of it that went out is known to be paper."""
        self._move(
            "UPDATE spool SET state = 'confirmed' WHERE what = 'label' AND ref = ? AND state IN ('sent', 'unsure')",
            ref,
        )

    def _move(self, sql: str, *values: object) -> bool:
        with self._lock:
            return self._db.execute(sql, values).rowcount > 0
