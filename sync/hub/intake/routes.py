"""Routing asked for by a person, or due by time: an order the hub holds, what would become of it, pauses that end."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from sync.hub.routing import Choice
from sync.hub.tables import work
from sync.hub.tables.books import Act
from sync.hub.tables.database import Database, maybe


def route_order(database: Database, order: str, *, dry: bool) -> list[dict[str, Any]]:
    """Route an order's waiting units; `dry` tells where they would go and writes nothing."""

    def act(db: Connection) -> list[dict[str, Any]]:
        doing = Act(db, database.now_ms(), "supervisor")
        found = [_told(name, work.route(doing, name)) for name in work.named(db, order)]
        doing.finish()
        return found

    if not dry:
        return database.write(act)
    with database.reading() as db:
        return [_told(name, work.look(db, name, database.now_ms())) for name in work.named(db, order)]


def end_pauses(database: Database) -> bool:
    """Sites whose pause is over take orders again; tells whether there were any."""

    def act(db: Connection) -> bool:
        doing = Act(db, database.now_ms(), "hub")
        over = work.end_pauses(doing)
        doing.finish()
        return over

    with database.reading() as db:
        due = maybe(db, "SELECT 1 FROM site WHERE paused_until > 0 AND paused_until <= :at", at=database.now_ms())
    return due is not None and database.write(act)


def _told(order: str, choice: Choice | None) -> dict[str, Any]:
    if choice is None:
        return {"order": order, "site": None, "code": "nothing_waits", "why": "No unit of it waits to be routed."}
    return {"order": order, "site": choice.site, "code": choice.code, "why": choice.reason}
