"""A hub put back from a backup waits until its benches filled it up again (sync C15, C16).

restored --new epoch--> benches say hello, send what was lost, and tell the numbers they hold
                        until all seen in the last day before the loss did: no new orders, no new numbers
"""

from __future__ import annotations

import secrets

from sqlalchemy import Connection

from sync.hub.intake.stations.numbers import prefix_of
from sync.hub.tables import feed
from sync.hub.tables.database import Database, all_of, do, epoch, maybe
from sync.protocol.messages import Hello

SEEN_MS = 24 * 3600 * 1000


def begin(db: Connection) -> str:
    """A new epoch: everybody has to say hello again before anything new is given out."""
    made = secrets.token_hex(8)
    do(db, "UPDATE hub SET value = :epoch WHERE key = 'epoch'", epoch=made)
    last = maybe(db, "SELECT max(seen_at) FROM station")
    do(
        db,
        "INSERT INTO hub (key, value) VALUES ('recovering', :since) ON CONFLICT (key) DO UPDATE SET"
        " value = excluded.value",
        since=str(max(1, int((last[0] if last else None) or 0) - SEEN_MS)),
    )
    return made


def awaited(db: Connection) -> list[str]:
    """Stations that have not said hello to this epoch yet; empty when nothing was lost, or all have."""
    row = maybe(db, "SELECT value FROM hub WHERE key = 'recovering'")
    if row is None:
        return []
    rows = all_of(
        db,
        "SELECT site_id, station FROM station WHERE revoked_at IS NULL AND seen_at >= :since AND epoch <> :epoch",
        since=int(row[0]),
        epoch=epoch(db),
    )
    return sorted(f"{r.station} at {r.site_id}" for r in rows)


def end(database: Database) -> list[str]:
    """The operator goes on without the stations that are still awaited; tells which."""

    def act(db: Connection) -> list[str]:
        missing = awaited(db)
        do(db, "DELETE FROM hub WHERE key = 'recovering'")
        return missing

    return database.write(act)


def hold_numbers(db: Connection, site: str, station: str, said: Hello) -> None:
    """Numbers a station holds are given to nobody else, also when this hub forgot that it gave them (C15)."""
    for kind, prefix, last in said.numbers:
        if kind in ("sscc", "carton") and prefix == prefix_of(kind, station):
            feed.reach(db, *(("*", "sscc") if kind == "sscc" else (site, f"carton:{station}")), last)
