"""The feed of a site after a cursor (sync N3)."""

from __future__ import annotations

from sync.hub.intake.stations.enrolment import Caller, own_site
from sync.hub.tables import feed
from sync.hub.tables.database import Database, epoch, maybe
from sync.protocol.messages import PAGE_ROWS_MAX, Page


def changes(database: Database, who: Caller, site: str, after: int, told_epoch: str | None, limit: int) -> Page:
    """N3: rows after a cursor. A cursor of another epoch, above head or below the horizon is gone (410)."""
    own_site(who, site)
    most = max(1, min(limit, PAGE_ROWS_MAX))
    with database.reading() as db:
        current = epoch(db)
        at = database.now_ms()
        if after < 0 or (told_epoch is not None and told_epoch != current):
            top = feed.head(db, site)
            return Page(hub_epoch=current, server_ms=at, rows=(), next=0, head=top, gone=True)
        row = maybe(db, "SELECT gen FROM station WHERE site_id = :s AND station = :t", s=site, t=who.station)
        reader = (who.station, row.gen if row is not None else "")
        return feed.page(db, site, after, most, reader=reader, epoch=current, server_ms=at)
