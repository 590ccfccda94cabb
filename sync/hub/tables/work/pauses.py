"""A site that takes no new orders for a while (hub.md X3, floor.md FL8.6): paused by its floor, open again by itself.

NodePaused --> routing looks elsewhere; what nobody there began moves to a site that can fill it, the rest stays
time is up --> what waited for a site is routed again
"""

from __future__ import annotations

import json

from sync.hub.tables import feed
from sync.hub.tables.books import Act
from sync.hub.tables.database import all_of, do, maybe
from sync.hub.tables.work.floor import note_event, open_conflict, release
from sync.hub.tables.work.routes import RETRY_MAX, retry_waiting, route


def pause(act: Act, site: str, until_ms: int, *, by: str, reason: str) -> list[str]:
    """No new orders for a site until a time; supervisors are told. Returns the orders that moved to another site."""
    _set(act, site, until_ms)
    if until_ms <= act.at:
        end_pauses(act)
        return []
    until = feed.iso(until_ms)
    open_conflict(
        act,
        site,
        "node_paused",
        None,
        {"station": act.actor, "ref": until, "until": until, "by": by, "reason": reason},
    )
    return _move_away(act, site)


def end_pauses(act: Act) -> bool:
    """Sites whose pause is over take orders again, and what waits for a site is routed again."""
    rows = all_of(
        act.db,
        "SELECT site_id FROM site WHERE paused_until > 0 AND paused_until <= :at ORDER BY site_id",
        at=act.at,
    )
    for row in rows:
        _set(act, row.site_id, 0)
        do(
            act.db,
            "UPDATE conflict SET resolved_at = :at, resolved_by = 'hub', resolved_why = 'pause over'"
            " WHERE site_id = :site AND code = 'node_paused' AND resolved_at IS NULL",
            at=act.at,
            site=row.site_id,
        )
        for told in all_of(
            act.db, "SELECT conflict FROM conflict WHERE site_id = :s AND code = 'node_paused'", s=row.site_id
        ):
            act.touch(row.site_id, "conflict", told.conflict)
    if rows:
        retry_waiting(act)
    return bool(rows)


def _set(act: Act, site: str, until_ms: int) -> None:
    do(act.db, "UPDATE site SET paused_until = :until WHERE site_id = :site", until=until_ms, site=site)
    stored = maybe(act.db, "SELECT value FROM setting WHERE site_id = :site AND name = 'site'", site=site)
    value = json.loads(stored.value) if stored is not None else {"site": site}
    feed.set_setting(act.db, site, "site", {**value, "paused_until": feed.iso(until_ms) if until_ms else None})
    act.touch(site, "setting", "site")


def _move_away(act: Act, site: str) -> list[str]:
    """What nobody began here goes where it can be filled; what no other site can fill stays, to be late."""
    rows = all_of(
        act.db,
        "SELECT f.fo, f.order_id FROM fo f WHERE f.site_id = :site AND f.status = 'open' AND f.step = ''"
        " AND f.request <> 'cancellation_requested'"
        " AND NOT EXISTS (SELECT 1 FROM claim c WHERE c.site_id = f.site_id AND c.fo = f.fo)"
        " ORDER BY f.fo LIMIT :most",
        site=site,
        most=RETRY_MAX,
    )
    moved = []
    for row in rows:
        inside = act.db.begin_nested()
        release(act, site, row.fo, "cancelled", "node_paused")
        choice = route(act, row.order_id)
        if choice is None or choice.site is None:
            inside.rollback()
            continue
        inside.commit()
        note_event(act, row.order_id, "moved", {"from": site, "to": choice.site, "why": "node_paused"})
        moved.append(str(row.order_id))
    return moved
