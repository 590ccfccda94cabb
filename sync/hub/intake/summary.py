"""What an import did, and the review list it leaves behind."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from sync.hub.tables.database import do, do_many

REJECTED_MAX = 10_000


@dataclass(frozen=True, slots=True)
class Rejected:
    """One thing that was not taken in. `row`: line of the file (or place in a JSON list); `order`: its key."""

    row: int
    order: str
    path: str
    reason: str


@dataclass(slots=True)
class Summary:
    """Counts of one import, and everything it refused."""

    what: str
    created: int = 0
    unchanged: int = 0
    updated: int = 0
    rejected: list[Rejected] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    stopped: bool = False

    def as_json(self) -> dict[str, Any]:
        told: dict[str, Any] = {
            "created": self.created,
            "unchanged": self.unchanged,
            "updated": self.updated,
            "rejected": [{"row": r.row, "order": r.order, "path": r.path, "reason": r.reason} for r in self.rejected],
        }
        return told | ({"stopped": True} if self.stopped else {})

    def refuse(self, row: int, key: str, path: str, reason: str) -> None:
        """Note a refusal; after ten thousand of them the file is not what it should be, and reading stops."""
        self.rejected.append(Rejected(row, key, path, reason))
        if len(self.rejected) >= REJECTED_MAX:
            self.stopped = True


def keep_review(db: Connection, what: str, channel: str, rejected: list[Rejected], at: int) -> None:
    """Put refusals on the review list; an older one of the same key makes room."""
    batch = secrets.token_hex(8)
    for one in rejected:
        settle_review(db, what, channel, one.order)
    do_many(
        db,
        "INSERT INTO intake_row (batch, row, path, at, what, channel, key, reason, state)"
        " VALUES (:batch, :row, :path, :at, :what, :channel, :key, :reason, 'open') ON CONFLICT DO NOTHING",
        (
            {
                "batch": batch,
                "row": one.row,
                "path": one.path,
                "at": at,
                "what": what,
                "channel": channel,
                "key": one.order,
                "reason": one.reason,
            }
            for one in rejected
        ),
    )


def settle_review(db: Connection, what: str, channel: str, key: str) -> None:
    """A later import said the same thing anew, or right: what was open about it is settled."""
    if key:
        do(
            db,
            "UPDATE intake_row SET state = 'settled' WHERE what = :what AND channel = :channel AND key = :key"
            " AND state = 'open'",
            what=what,
            channel=channel,
            key=key,
        )
