"""The local log of raw lines: what came in and what became of it; never synced, not touched by a rebuild (FL2.1).

A line that waits behind an error stands in it as "held", and keeps its row and its place when it is used (FL2.16).
"""

from __future__ import annotations

import sqlite3

from msgspec import Struct

HELD = "held"


class ScanLine(Struct, frozen=True):
    """A raw line and what became of it (FL2.1), written with the facts it led to; badges as digest only.

    `row`: the row it has in the log already, because it was held; 0 = none.
    """

    device: str
    wall_ms: int
    mono_ms: int
    text: str
    outcome: str
    why: str | None = None
    cue: str | None = None
    row: int = 0


def log(db: sqlite3.Connection, line: ScanLine, gesture: str | None) -> int:
    """Write the line, or what became of it at last; returns its row."""
    if line.row:
        db.execute(
            "UPDATE scan_line SET outcome = ?, why = ?, cue = ?, gesture = ? WHERE id = ?",
            (line.outcome, line.why, line.cue, gesture, line.row),
        )
        return line.row
    made = db.execute(
        "INSERT INTO scan_line (device, wall_ms, mono_ms, text, outcome, why, cue, gesture)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (line.device, line.wall_ms, line.mono_ms, line.text, line.outcome, line.why, line.cue, gesture),
    )
    return made.lastrowid or 0


def held_lines(db: sqlite3.Connection, limit: int = 1000) -> list[ScanLine]:
    """Lines that were held when the station stopped, in the order they came."""
    rows = db.execute(
        "SELECT device, wall_ms, mono_ms, text, outcome, why, cue, id FROM scan_line WHERE outcome = ?"
        " AND id > (SELECT max(id) FROM scan_line) - ? ORDER BY id",
        (HELD, 2 * limit),
    )
    return [ScanLine(*row) for row in rows][:limit]


def newest(db: sqlite3.Connection, count: int) -> list[tuple[str, str, str, str | None, int]]:
    """(device, text, outcome, why, wall_ms) of the newest raw lines (FL2.13)."""
    return db.execute(
        "SELECT device, text, outcome, why, wall_ms FROM scan_line ORDER BY id DESC LIMIT ?", (count,)
    ).fetchall()
