"""Custody of orders: asked for by call, ended by a fact (sync N5, U1-U9)."""

from __future__ import annotations

import msgspec
from sqlalchemy import Connection

from sync.hub.intake.stations import recovery
from sync.hub.intake.stations.enrolment import Caller, own_site
from sync.hub.intake.stations.numbers import numbers
from sync.hub.tables import feed, work
from sync.hub.tables.books import Act
from sync.hub.tables.database import Database, all_of, do, epoch, maybe
from sync.protocol.messages import ClaimsAsk, ClaimsReply, Grant, NotGranted, Turned

CLAIMS_MAX = 200
REQUEST_KEPT_MS = 24 * 3600 * 1000
STALE_MS = 15 * 60 * 1000


def claims(database: Database, who: Caller, site: str, ask: ClaimsAsk) -> ClaimsReply:
    """N5: custody of orders, or a range of numbers. The same request again gets the same answer for 24 h."""
    own_site(who, site)
    if ask.want not in ("next", "fos", "handover", "numbers"):
        raise Turned(400, "want", f"want: expected next, fos, handover or numbers, got {ask.want[:20]!r}.")
    if not 1 <= len(ask.request_id) <= 64:
        raise Turned(400, "request_id", "request_id: expected 1 to 64 characters, got others.")

    def act(db: Connection) -> ClaimsReply:
        at = database.now_ms()
        stored = maybe(
            db,
            "SELECT reply FROM request WHERE site_id = :site AND station = :station AND request_id = :id"
            " AND until > :at",
            site=site,
            station=who.station,
            id=ask.request_id,
            at=at,
        )
        if stored is not None:
            return msgspec.json.decode(stored.reply, type=ClaimsReply)
        doing = Act(db, at, who.station)
        reply = _answer(doing, who, ask, at)
        if recovery.awaited(db):
            return reply  # no answer to keep: the same request is answered when all were heard
        do(
            db,
            "INSERT INTO request (site_id, station, request_id, reply, until) VALUES (:site, :station, :id, :reply,"
            " :until) ON CONFLICT (site_id, station, request_id) DO UPDATE SET reply = excluded.reply,"
            " until = excluded.until",
            site=site,
            station=who.station,
            id=ask.request_id,
            reply=msgspec.json.encode(reply).decode(),
            until=at + REQUEST_KEPT_MS,
        )
        do(
            db,
            "DELETE FROM request WHERE site_id = :site AND station = :station AND until <= :at",
            site=site,
            station=who.station,
            at=at,
        )
        doing.finish()
        return reply

    return database.write(act)


def _answer(act: Act, who: Caller, ask: ClaimsAsk, at: int) -> ClaimsReply:
    current = epoch(act.db)
    gen = maybe(
        act.db,
        "SELECT gen FROM station WHERE site_id = :site AND station = :station",
        site=who.site,
        station=who.station,
    )
    if gen is None or gen.gen != ask.gen:
        raise Turned(409, "hello", "gen: expected the one of the last hello, got another; say hello first.")
    missing = recovery.awaited(act.db)
    if missing:
        # A hub that was put back gives nothing new until its benches told what it forgot (C15).
        why = f"the hub was put back and waits for {missing[0]}"
        more = tuple(NotGranted(fo[:40], why) for fo in ask.fos[:CLAIMS_MAX])
        return ClaimsReply(hub_epoch=current, server_ms=at, refused=more)
    if ask.want == "numbers":
        return ClaimsReply(hub_epoch=current, server_ms=at, numbers=numbers(act, who, ask.kind))
    wanted = list(ask.fos[:CLAIMS_MAX]) if ask.want != "next" else _next(act, who.site, min(ask.count, CLAIMS_MAX))
    granted: list[Grant] = []
    refused: list[NotGranted] = []
    for fo in wanted:
        given = _grant(act, who, fo, ask)
        if isinstance(given, Grant):
            granted.append(given)
        else:
            refused.append(given)
    return ClaimsReply(hub_epoch=current, server_ms=at, granted=tuple(granted), refused=tuple(refused))


def _next(act: Act, site: str, count: int) -> list[str]:
    """The most urgent orders nobody holds: released waves first, then priority, date, age."""
    if count <= 0:
        return []
    rows = all_of(
        act.db,
        "SELECT f.fo, f.priority, f.ship_by, f.ordered_at, w.state FROM fo f"
        " LEFT JOIN wave w ON w.site_id = f.site_id AND w.wave = f.wave"
        " WHERE f.site_id = :site AND f.status IN ('open', 'in_progress') AND f.request <> 'cancellation_requested'"
        " AND f.step NOT IN ('packed', 'labelled', 'ready_for_pickup', 'shipped', 'held', 'released')"
        " AND NOT EXISTS (SELECT 1 FROM claim c WHERE c.site_id = f.site_id AND c.fo = f.fo)",
        site=site,
    )
    urgent = sorted(
        rows, key=lambda r: (r.state != "released", -r.priority, r.ship_by or 1 << 60, r.ordered_at, r.fo)
    )
    return [row.fo for row in urgent[:count]]


def _grant(act: Act, who: Caller, fo: str, ask: ClaimsAsk) -> Grant | NotGranted:
    row = maybe(
        act.db,
        "SELECT f.status, f.request, c.station, c.gen, c.fence, s.seen_at FROM fo f"
        " LEFT JOIN claim c ON c.site_id = f.site_id AND c.fo = f.fo"
        " LEFT JOIN station s ON s.site_id = f.site_id AND s.station = c.station"
        " WHERE f.site_id = :site AND f.fo = :fo",
        site=who.site,
        fo=fo,
    )
    if row is None:
        return NotGranted(fo[:40], "unknown")
    if row.station == who.station and row.gen == ask.gen:
        return Grant(fo, row.fence)
    if row.station is not None:
        stale = act.at - (row.seen_at or 0) > STALE_MS
        return NotGranted(fo, "stale" if stale else "held", row.station, feed.iso(row.seen_at))
    if row.status not in ("open", "in_progress") or row.request == "cancellation_requested":
        return NotGranted(fo, row.request if row.request == "cancellation_requested" else row.status)
    fence = f"{epoch(act.db)}-{feed.allot(act.db, who.site, 'fence')}"
    made = do(
        act.db,
        "INSERT INTO claim (site_id, fo, station, gen, fence, granted_at) VALUES (:site, :fo, :station, :gen, :fence,"
        " :at) ON CONFLICT (site_id, fo) DO NOTHING",
        site=who.site,
        fo=fo,
        station=who.station,
        gen=ask.gen,
        fence=fence,
        at=act.at,
    )
    if not made:  # another hub process was faster
        return NotGranted(fo, "held")
    do(
        act.db,
        "UPDATE fo SET request = 'accepted', rev = rev + 1 WHERE site_id = :site AND fo = :fo",
        site=who.site,
        fo=fo,
    )
    work.set_status(act, who.site, fo, "in_progress", "claimed")
    act.touch(who.site, "fo", fo)
    return Grant(fo, fence)
