"""What changed for a site, as a feed with a cursor (sync N3, N15): `touch` inside the writing transaction, `page` for
the reader.

`change` holds one row per (kind, key), moved to a new `cur` whenever the thing changes; so the feed from 0 is a
snapshot, and its length is the number of things, not of changes. Bodies are built from the tables when a page is
read. Facts need no change row of their own: their `cur` stands in the fact's row.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import Connection

from sync.hub.tables.database import all_of, do, do_many, maybe, one
from sync.protocol.messages import Page, Row

HORIZON_MS = 14 * 24 * 3600 * 1000
EVERYWHERE = "*"


def allot(db: Connection, site: str, name: str, count: int = 1) -> int:
    """The first of `count` new numbers of a site's counter; the row stays locked until the commit (N15)."""
    row = maybe(
        db,
        "UPDATE counter SET value = value + :count WHERE site_id = :site AND name = :name RETURNING value",
        site=site,
        name=name,
        count=count,
    )
    if row is None:
        do(
            db,
            "INSERT INTO counter (site_id, name, value) VALUES (:site, :name, 0) ON CONFLICT DO NOTHING",
            site=site,
            name=name,
        )
        return allot(db, site, name, count)
    return int(row[0]) - count + 1


def touch(db: Connection, site: str, things: Iterable[tuple[str, str]], *, gone: bool = False) -> None:
    """Things (kind, key) of a site changed; `EVERYWHERE` means every site. Called last in a transaction."""
    held = list(dict.fromkeys(things))
    if not held:
        return
    for place in sites(db) if site == EVERYWHERE else [site]:
        first = allot(db, place, "cur", len(held))
        do_many(
            db,
            "INSERT INTO change (site_id, kind, key, cur, gone) VALUES (:site, :kind, :key, :cur, :gone)"
            " ON CONFLICT (site_id, kind, key) DO UPDATE SET cur = excluded.cur, gone = excluded.gone",
            (
                {"site": place, "kind": kind, "key": key, "cur": first + number, "gone": int(gone)}
                for number, (kind, key) in enumerate(held)
            ),
        )


def sites(db: Connection) -> list[str]:
    """Every site, sorted, so that counters are always locked in one order."""
    return sorted(row[0] for row in all_of(db, "SELECT site_id FROM site"))


def head(db: Connection, site: str) -> int:
    row = maybe(db, "SELECT value FROM counter WHERE site_id = :site AND name = 'cur'", site=site)
    return int(row[0]) if row else 0


def horizon(db: Connection, site: str) -> int:
    """Below this cursor, rows that are gone were forgotten: a reader from there starts anew (R3)."""
    row = maybe(db, "SELECT value FROM counter WHERE site_id = :site AND name = 'horizon'", site=site)
    return int(row[0]) if row else 0


def page(
    db: Connection, site: str, after: int, limit: int, *, reader: tuple[str, str], epoch: str, server_ms: int
) -> Page:
    """Up to `limit` rows after a cursor. `reader`: the (station, gen) asking, whose own facts are not sent back."""
    top = head(db, site)
    if after > top or 0 < after < horizon(db, site):
        return Page(hub_epoch=epoch, server_ms=server_ms, rows=(), next=0, head=top, gone=True)
    things = all_of(
        db,
        "SELECT cur, kind, key, gone FROM change WHERE site_id = :site AND cur > :after ORDER BY cur LIMIT :limit",
        site=site,
        after=after,
        limit=limit,
    )
    facts = all_of(
        db,
        "SELECT f.cur, f.fact_id, f.fo, f.station, f.gen, f.line FROM fact f WHERE f.site_id = :site"
        " AND f.cur > :after ORDER BY f.cur LIMIT :limit",
        site=site,
        after=after,
        limit=limit,
    )
    last = top
    if len(things) == limit or len(facts) == limit:
        ends = [rows[-1][0] for rows in (things, facts) if len(rows) == limit]
        last = min(ends)
    bodies = _bodies(db, site, [(row[1], row[2]) for row in things if row[0] <= last and not row[3]])
    found: list[Row] = []
    for cur, kind, key, gone in things:
        if cur <= last:
            # The cursor is the revision: it only rises, also for a key that went and came back.
            found.append(Row(cur, kind, key, cur, None if gone else bodies.get((kind, key))))
    open_fos = _open(db, site, {row[2] for row in facts})
    for cur, fact_id, fo, station, gen, line in facts:
        if cur <= last and fo in open_fos and (station, gen) != reader:
            told = {"fo": fo, "station": station, "gen": gen, "line": bytes(line).decode()}
            found.append(Row(cur, "fact", fact_id, cur, _json(told)))
    found.sort(key=lambda row: row.cur)
    ends_at = _next(found, limit, last)
    return Page(hub_epoch=epoch, server_ms=server_ms, rows=tuple(found[:limit]), next=ends_at, head=top)


def forget_gone(db: Connection, site: str, before_cur: int) -> int:
    """Drop the marks of things gone before a cursor, which becomes the horizon."""
    dropped = do(
        db, "DELETE FROM change WHERE site_id = :site AND gone = 1 AND cur <= :before", site=site, before=before_cur
    )
    do(
        db,
        "INSERT INTO counter (site_id, name, value) VALUES (:site, 'horizon', :before)"
        " ON CONFLICT (site_id, name) DO UPDATE SET value = excluded.value",
        site=site,
        before=before_cur,
    )
    return dropped


def fill(db: Connection, site: str) -> None:
    """A new site hears of everything that is the same everywhere."""
    for kind, table, key in (
        ("sku", "sku", "sku"),
        ("barcode", "barcode", "code"),
        ("carton", "carton", "code"),
        ("user", "staff", "user_id"),
    ):
        touch(db, site, ((kind, row[0]) for row in all_of(db, f"SELECT {key} FROM {table} ORDER BY {key}")))  # noqa: S608  constants


def _next(found: list[Row], limit: int, last: int) -> int:
    return found[limit - 1].cur if len(found) > limit else last


def _open(db: Connection, site: str, fos: set[str]) -> set[str]:
    if not fos:
        return set()
    rows = all_of(
        db,
        "SELECT fo FROM fo WHERE site_id = :site AND fo IN :fos AND status NOT IN ('closed', 'cancelled')",
        site=site,
        fos=sorted(fos),
    )
    return {row[0] for row in rows}


# --- bodies ------------------------------------------------------------------------------------------------------


def _bodies(db: Connection, site: str, wanted: list[tuple[str, str]]) -> dict[tuple[str, str], str]:
    by_kind: dict[str, list[str]] = {}
    for kind, key in wanted:
        by_kind.setdefault(kind, []).append(key)
    made: dict[tuple[str, str], str] = {}
    for kind, keys in by_kind.items():
        for start in range(0, len(keys), 500):  # SQLite binds at most 32,766 values
            for key, body in _BODIES[kind](db, site, keys[start : start + 500]):
                made[(kind, key)] = _json(body)
    return made


_Bodies = Iterable[tuple[str, dict[str, Any]]]


def _skus(db: Connection, _site: str, keys: list[str]) -> _Bodies:
    for r in all_of(db, "SELECT * FROM sku WHERE sku IN :keys", keys=keys):
        body = {
            "sku": r.sku,
            "name": r.name,
            "length_mm": r.length_mm,
            "width_mm": r.width_mm,
            "height_mm": r.height_mm,
            "weight_g": r.weight_g,
            "price_minor": r.price_minor,
            "flags": json.loads(r.flags),
            "parent": r.parent,
            "attributes": json.loads(r.attributes),
            "image": r.image,
        }
        yield r.sku, body


def _barcodes(db: Connection, _site: str, keys: list[str]) -> _Bodies:
    for r in all_of(db, "SELECT * FROM barcode WHERE code IN :keys", keys=keys):
        yield r.code, {"code": r.code, "sku": r.sku, "quantity": r.quantity}


def _cartons(db: Connection, _site: str, keys: list[str]) -> _Bodies:
    for r in all_of(db, "SELECT * FROM carton WHERE code IN :keys", keys=keys):
        body = dict(r._mapping)
        yield r.code, body | {"available": None}


def _locations(db: Connection, site: str, keys: list[str]) -> _Bodies:
    for r in all_of(db, "SELECT * FROM location WHERE site_id = :site AND location IN :keys", site=site, keys=keys):
        yield r.location, {n: v for n, v in r._mapping.items() if n != "site_id"}


def _users(db: Connection, _site: str, keys: list[str]) -> _Bodies:
    for r in all_of(db, "SELECT * FROM staff WHERE user_id IN :keys", keys=keys):
        body = {
            "user": r.user_id,
            "name": r.name,
            "role": r.role,
            "badge_hash": r.badge_hash,
            "pin_hash": r.pin_hash,
            "revoked_at": iso(r.revoked_at),
        }
        yield r.user_id, body


def _stock(db: Connection, site: str, keys: list[str]) -> _Bodies:
    places: dict[str, list[dict[str, Any]]] = {}
    for r in all_of(
        db,
        "SELECT sku, location, quantity, lot, expiry FROM bin_stock WHERE site_id = :site AND sku IN :keys"
        " ORDER BY location, lot",
        site=site,
        keys=keys,
    ):
        told = {"location": r.location, "quantity": r.quantity, "lot": r.lot or None, "expiry": r.expiry}
        places.setdefault(r.sku, []).append(told)
    for r in all_of(db, "SELECT * FROM stock WHERE site_id = :site AND sku IN :keys", site=site, keys=keys):
        held_back = r.damaged + r.expired + r.quality + r.quarantine + r.suspect
        body = {
            "sku": r.sku,
            "on_hand": r.on_hand,
            "allocated": r.allocated,
            "available": r.on_hand - held_back - r.allocated,
            "places": places.get(r.sku, []),
        }
        yield r.sku, body


def _settings(db: Connection, site: str, keys: list[str]) -> _Bodies:
    for r in all_of(db, "SELECT * FROM setting WHERE site_id = :site AND name IN :keys", site=site, keys=keys):
        yield r.name, {"value": json.loads(r.value)}


def _waves(db: Connection, site: str, keys: list[str]) -> _Bodies:
    for r in all_of(db, "SELECT * FROM wave WHERE site_id = :site AND wave IN :keys", site=site, keys=keys):
        body = {
            "wave": r.wave,
            "kind": r.kind,
            "cutoff": r.cutoff or None,
            "state": r.state,
            "carts": json.loads(r.carts),
            "released": json.loads(r.released),
        }
        yield r.wave, body


def _conflicts(db: Connection, site: str, keys: list[str]) -> _Bodies:
    for r in all_of(db, "SELECT * FROM conflict WHERE site_id = :site AND conflict IN :keys", site=site, keys=keys):
        body = {
            "conflict": r.conflict,
            "code": r.code,
            "fo": r.fo,
            "detail": json.loads(r.detail),
            "opened_at": iso(r.opened_at),
            "resolved_at": iso(r.resolved_at),
        }
        yield r.conflict, body


def _fos(db: Connection, site: str, keys: list[str]) -> _Bodies:
    lines: dict[str, list[dict[str, Any]]] = {}
    for r in all_of(
        db,
        "SELECT fo, line, sku, q, price_minor FROM fo_line WHERE site_id = :site AND fo IN :keys ORDER BY fo, line",
        site=site,
        keys=keys,
    ):
        told = {"line": r.line, "sku": r.sku, "quantity": r.q, "price_minor": r.price_minor, "lot": None}
        lines.setdefault(r.fo, []).append(told)
    for r in all_of(
        db,
        "SELECT f.*, o.channel, o.shown, p.address, c.station, c.gen, c.fence FROM fo f"
        " JOIN orders o ON o.order_id = f.order_id LEFT JOIN pii p ON p.order_id = f.order_id"
        " LEFT JOIN claim c ON c.site_id = f.site_id AND c.fo = f.fo WHERE f.site_id = :site AND f.fo IN :keys",
        site=site,
        keys=keys,
    ):
        holder = {"station": r.station, "gen": r.gen, "fence": r.fence} if r.station else None
        body = {
            "fo": r.fo,
            "order": r.order_id,
            "shown": r.shown,
            "channel": r.channel,
            "site": site,
            "rev": r.rev,
            "state": _shown_state(r.status, r.request),
            "reason": r.reason,
            "method": r.method,
            "priority": r.priority,
            "ordered_at": iso(r.ordered_at),
            "ship_by": iso(r.ship_by),
            "service": r.service,
            "carrier": r.carrier,
            "currency": r.currency,
            "wave": r.wave,
            "ship_complete": bool(r.ship_complete),
            "note": r.note,
            "notes": [],
            "return_code": f"R-{r.fo}",
            "to": json.loads(r.address) if r.address else None,
            "lines": lines.get(r.fo, []),
            "claim": holder,
            "labels": [],
            "applied": {},  # the document holds decisions only: no fact is in it yet (J13)
        }
        yield r.fo, body


_BODIES: dict[str, Callable[[Connection, str, list[str]], _Bodies]] = {
    "sku": _skus,
    "barcode": _barcodes,
    "carton": _cartons,
    "location": _locations,
    "user": _users,
    "stock": _stock,
    "setting": _settings,
    "wave": _waves,
    "conflict": _conflicts,
    "fo": _fos,
}


def _shown_state(status: str, request: str) -> str:
    if request == "cancellation_requested":
        return request
    return {"in_progress": "open", "scheduled": "on_hold", "incomplete": "on_hold"}.get(status, status)


def iso(ms: int | None) -> str | None:
    """A time of the tables as ISO 8601 UTC, whole seconds."""
    if ms is None:
        return None
    from datetime import UTC, datetime

    return datetime.fromtimestamp(ms // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _json(body: dict[str, Any]) -> str:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def set_setting(db: Connection, site: str, name: str, value: Any) -> None:
    """Store a site's setting; the caller touches ("setting", name)."""
    do(
        db,
        "INSERT INTO setting (site_id, name, value) VALUES (:site, :name, :value)"
        " ON CONFLICT (site_id, name) DO UPDATE SET value = excluded.value",
        site=site,
        name=name,
        value=json.dumps(value, ensure_ascii=False),
    )


def number(db: Connection, key: str) -> str:
    """A value of the hub's own table."""
    return str(one(db, "SELECT value FROM hub WHERE key = :key", key=key)[0])
