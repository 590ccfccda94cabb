"""What changed for a site, as a feed with a cursor (sync N3, N15): `touch` inside the writing transaction, `page` for
the reader.

`change` holds one row per (kind, key), moved to a new `cur` whenever the thing changes; so the feed from 0 is a
snapshot, and its length is the number of things, not of changes. Bodies are built from the tables when a page is
read. Facts need no change row of their own: their `cur` stands in the fact's row.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection

from sync.hub.tables.bodies import bodies_of, iso
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


def reach(db: Connection, site: str, name: str, value: int) -> None:
    """A counter is at `value` at least: numbers up to it are given away."""
    do(
        db,
        "INSERT INTO counter (site_id, name, value) VALUES (:site, :name, :value) ON CONFLICT (site_id, name)"
        " DO UPDATE SET value = excluded.value WHERE counter.value < excluded.value",
        site=site,
        name=name,
        value=value,
    )


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
    """Up to `limit` rows after a cursor. `reader`: the (station, gen) asking, whose own facts are not sent back.

    Before a fact of another a row `told` names the newest fact of the reader about the same order that came in
    before it: so every station can put all facts of an order as they came in here, and no clock decides it (sync P7).
    What was parked comes in when it goes through: the newest fact of one order tells nothing of another's.
    """
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
        "SELECT f.cur, f.fact_id, f.fo, f.station, f.gen, f.seq, f.line FROM fact f WHERE f.site_id = :site"
        " AND f.cur > :after ORDER BY f.cur LIMIT :limit",
        site=site,
        after=after,
        limit=limit,
    )
    last = top
    if len(things) == limit or len(facts) == limit:
        ends = [rows[-1][0] for rows in (things, facts) if len(rows) == limit]
        last = min(ends)
    bodies = bodies_of(db, site, [(row[1], row[2]) for row in things if row[0] <= last and not row[3]])
    found: list[Row] = []
    for cur, kind, key, gone in things:
        if cur <= last:
            # The cursor is the revision: it only rises, also for a key that went and came back.
            found.append(Row(cur, kind, key, cur, None if gone else bodies.get((kind, key))))
    open_fos = _open(db, site, {row[2] for row in facts})
    own: dict[str, Row] = {}
    for cur, fact_id, fo, station, gen, seq, line in facts:
        if cur > last:
            break
        if fo not in open_fos:
            continue
        if (station, gen) != reader:
            if fo in own:
                found.append(own.pop(fo))
            told = {"fo": fo, "station": station, "gen": gen, "line": bytes(line).decode()}
            found.append(Row(cur, "fact", fact_id, cur, json.dumps(told, ensure_ascii=False, separators=(",", ":"))))
        else:
            own[fo] = Row(cur, "told", fact_id, cur, json.dumps({"fo": fo, "gen": gen, "seq": seq}))
    found.extend(own.values())
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
    touch(db, site, (("rate", key) for key in services(db)))


def services(db: Connection) -> list[str]:
    """Every service with a rate sheet, by the key of its copy: carrier/service."""
    newest = maybe(db, "SELECT body FROM rate_set ORDER BY rev DESC LIMIT 1")
    sheets = json.loads(newest.body) if newest is not None else []
    return sorted({f"{sheet['carrier']}/{sheet['service']}" for sheet in sheets})


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


__all__ = [
    "EVERYWHERE", "HORIZON_MS", "allot", "fill", "forget_gone", "head", "horizon", "iso", "number", "page",
    "reach", "set_setting", "sites", "touch",
]  # fmt: skip
