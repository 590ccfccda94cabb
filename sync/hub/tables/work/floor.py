"""What the floor did to orders: released, shorted, shipped; their status, events and conflicts."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from typing import Any

from sqlalchemy import Connection

from sync.hub import stock
from sync.hub.orders import progress
from sync.hub.tables import books
from sync.hub.tables.books import Act, Cause
from sync.hub.tables.database import all_of, do, do_many, maybe, one

EXCLUDED_MS = 7 * 24 * 3600 * 1000  # a site that shorted a line is not asked for it again for a week (X2)
LACKED = {"not_found", "short", "damaged", "worn_display", "mismatch", "expired", "recalled"}
"""Reasons that say that good units are missing here; new ones end them."""
OPEN = ("open", "scheduled", "on_hold", "in_progress")
EVENT = (
    "INSERT INTO fo_event (site_id, fo, n, at, before, after, why) SELECT :site, :fo, coalesce(max(n), 0) + 1,"
    " :at, :before, :after, :why FROM fo_event WHERE site_id = :site AND fo = :fo"
)


def release(act: Act, site: str, fo: str, status: str, why: str) -> None:
    """End a fulfillment order whole: what is open of it is promised to nobody, and waits again at its order."""
    order_ref = one(act.db, "SELECT order_id FROM fo WHERE site_id = :site AND fo = :fo", site=site, fo=fo)[0]
    for row in open_lines(act.db, site, fo):
        units = row.q - row.shipped - row.rejected - row.released
        if units <= 0:
            continue
        cause = Cause(why, "fo", fo, f"release:{fo}:{row.line}")
        before = books.held(act, site, row.sku)
        books.book(act, site, row.sku, stock.shorted(before, units, "no_split", 0), cause)
        books.settle_alert(act, site, row.sku)
        _give_back(act, site, fo, order_ref, row.line, units, "released")
    set_status(act, site, fo, status, why)


def open_lines(db: Connection, site: str, fo: str) -> list[Any]:
    """The lines of a fulfillment order, by SKU and line: the order in which stock is locked (L5)."""
    rows = all_of(db, "SELECT * FROM fo_line WHERE site_id = :site AND fo = :fo", site=site, fo=fo)
    return sorted(rows, key=lambda row: (row.sku, row.line))


def short_line(
    act: Act, site: str, fo: str, line: int, units: int, *, reason: str, resolution: str, seen: int, idem: str
) -> int:
    """Units of a line could not be had here (section 8): its promise goes, the reason acts on stock, and the units
    wait for another site. Returns how many were taken back."""
    row = maybe(
        act.db,
        "SELECT l.*, f.order_id FROM fo_line l JOIN fo f ON f.site_id = l.site_id AND f.fo = l.fo"
        " WHERE l.site_id = :site AND l.fo = :fo AND l.line = :line",
        site=site,
        fo=fo,
        line=line,
    )
    if row is None:
        return 0
    cause = Cause(reason, "fo", fo, idem)
    if books.booked(act, site, cause, row.sku):
        return 0
    missing: int = min(units, row.q - row.shipped - row.rejected - row.released)
    if missing <= 0:
        return 0
    before = books.held(act, site, row.sku)
    if resolution == "wait":
        books.book(act, site, row.sku, stock.waits(before, missing, reason, seen), cause)
        books.settle_alert(act, site, row.sku)
        return missing
    books.book(act, site, row.sku, stock.shorted(before, missing, reason, seen), cause)
    books.settle_alert(act, site, row.sku)
    _give_back(act, site, fo, row.order_id, line, missing, "rejected")
    do(
        act.db,
        "INSERT INTO exclusion (order_id, line, site_id, until) VALUES (:id, :line, :site, :until)"
        " ON CONFLICT (order_id, line, site_id) DO UPDATE SET until = excluded.until",
        id=row.order_id,
        line=line,
        site=site,
        until=_excluded_until(act, site, reason),
    )
    return missing


def came_in(act: Act, site: str, sku: str) -> None:
    """Units of a SKU came in, or a count found them: a site that could not find it may be asked again (X2).

    Without this, a shop with one site would never send the rest of a short. A site that refused an order for what it
    is, not for what it lacked, stays refused.
    """
    rows = all_of(
        act.db,
        "SELECT DISTINCT e.order_id FROM order_line l JOIN exclusion e ON e.order_id = l.order_id AND e.line = l.line"
        " WHERE l.sku = :sku AND l.waiting > 0 AND e.site_id = :site AND e.until > :at",
        sku=sku,
        site=site,
        at=act.at,
    )
    for row in rows:
        tried = all_of(
            act.db, "SELECT progress FROM fo WHERE site_id = :site AND order_id = :id", site=site, id=row.order_id
        )
        reasons = {short.reason for fo in tried for short in progress.loads(fo.progress).shorts.values()}
        if reasons & LACKED and reasons <= LACKED | {"no_split"}:
            do(act.db, "DELETE FROM exclusion WHERE order_id = :id AND site_id = :site", id=row.order_id, site=site)


def unshort_line(act: Act, site: str, fo: str, line: int, *, idem: str) -> bool:
    """An undone short books the opposite rows (X5), if its units are not with another site by now."""
    moved = all_of(
        act.db,
        "SELECT sku, bucket, sum(delta) FROM ledger WHERE site_id = :site AND idem = :idem GROUP BY sku, bucket",
        site=site,
        idem=idem,
    )
    cause = Cause("undone", "fo", fo, f"undo:{idem}")
    if not moved or books.booked(act, site, cause, moved[0][0]):
        return False
    sku = moved[0][0]
    deltas = {bucket: -int(delta) for _, bucket, delta in moved}
    units = deltas.get("allocated", 0)
    row = one(
        act.db,
        "SELECT l.rejected, f.order_id, f.status FROM fo_line l JOIN fo f ON f.site_id = l.site_id AND f.fo = l.fo"
        " WHERE l.site_id = :site AND l.fo = :fo AND l.line = :line",
        site=site,
        fo=fo,
        line=line,
    )
    if row.status not in OPEN:
        return False
    waiting = maybe(
        act.db,
        "SELECT waiting FROM order_line WHERE order_id = :id AND line = :line",
        id=row.order_id,
        line=line,
    )
    kept_line = "short" in deltas
    if not kept_line and (waiting is None or waiting[0] < units or row.rejected < units):
        return False
    before = books.held(act, site, sku)
    if not _fits(before, deltas):
        return False
    books.book(act, site, sku, list(deltas.items()), cause)
    books.settle_alert(act, site, sku)
    if not kept_line:
        do(
            act.db,
            "UPDATE fo_line SET rejected = rejected - :units WHERE site_id = :site AND fo = :fo AND line = :line",
            units=units,
            site=site,
            fo=fo,
            line=line,
        )
        do(
            act.db,
            "UPDATE order_line SET waiting = waiting - :units, open = open + :units WHERE order_id = :id"
            " AND line = :line",
            units=units,
            id=row.order_id,
            line=line,
        )
        do(
            act.db,
            "DELETE FROM exclusion WHERE order_id = :id AND line = :line AND site_id = :site",
            id=row.order_id,
            line=line,
            site=site,
        )
        _forget_wait(act, row.order_id)
    return True


def ship_lines(act: Act, site: str, fo: str, units_by_line: Mapping[int, int], idem: str, reason: str) -> int:
    """Units of a fulfillment order left the building: on hand and promise fall, its lines are shipped.

    Returns how many units left beyond what was due.
    """
    order_ref = one(act.db, "SELECT order_id FROM fo WHERE site_id = :site AND fo = :fo", site=site, fo=fo)[0]
    beyond_all = 0
    for row in open_lines(act.db, site, fo):
        units = units_by_line.get(row.line, 0)
        if units <= 0:
            continue
        due = max(0, row.q - row.shipped - row.rejected - row.released)
        promised, beyond = min(units, due), max(0, units - due)
        beyond_all += beyond
        cause = Cause(reason, "fo", fo, f"{idem}:{fo}:{row.line}")
        if books.booked(act, site, cause, row.sku):
            continue
        before = books.held(act, site, row.sku)
        books.book(act, site, row.sku, stock.left(before, promised, beyond), cause)
        books.settle_alert(act, site, row.sku)
        do(
            act.db,
            "UPDATE fo_line SET shipped = shipped + :promised, over = over + :beyond"
            " WHERE site_id = :site AND fo = :fo AND line = :line",
            promised=promised,
            beyond=beyond,
            site=site,
            fo=fo,
            line=row.line,
        )
        do(
            act.db,
            "UPDATE order_line SET open = open - :units, shipped = shipped + :units WHERE order_id = :id"
            " AND line = :line",
            units=promised,
            id=order_ref,
            line=row.line,
        )
    return beyond_all


def set_status(act: Act, site: str, fo: str, status: str, why: str) -> None:
    """Move a fulfillment order on, with the event that says so; the same status again is no event."""
    before = one(act.db, "SELECT status FROM fo WHERE site_id = :site AND fo = :fo", site=site, fo=fo)[0]
    set_statuses(act, site, [(fo, before, status, why)])


def set_statuses(act: Act, site: str, moves: Iterable[tuple[str, str, str, str]]) -> None:
    """The same for many: (fulfillment order, status before, after, why)."""
    rows = [
        {"site": site, "fo": fo, "before": before, "after": after, "why": why, "at": act.at}
        for fo, before, after, why in moves
        if before != after
    ]
    do_many(act.db, "UPDATE fo SET status = :after, rev = rev + 1 WHERE site_id = :site AND fo = :fo", rows)
    closed = [row for row in rows if row["after"] == "closed"]  # shipped, or released: a bench cannot tell by itself
    do_many(act.db, "UPDATE fo SET reason = :why WHERE site_id = :site AND fo = :fo", closed)
    do_many(act.db, EVENT, rows)
    for row in rows:
        act.touch(site, "fo", str(row["fo"]))


def note_event(act: Act, order_ref: str, kind: str, detail: Mapping[str, Any]) -> None:
    """One line of the order's timeline; never a name or an address."""
    do(
        act.db,
        "INSERT INTO order_event (order_id, n, at, actor, kind, detail) SELECT :id, coalesce(max(n), 0) + 1, :at,"
        " :actor, :kind, :detail FROM order_event WHERE order_id = :id",
        id=order_ref,
        at=act.at,
        actor=act.actor,
        kind=kind,
        detail=json.dumps(detail, sort_keys=True),
    )


def open_conflict(act: Act, site: str, code: str, fo: str | None, detail: Mapping[str, Any]) -> None:
    """A conflict row that stays until somebody resolves it (F8); the same one is not opened twice."""
    name = f"{code}:{fo or detail.get('station', '')}:{detail.get('ref', '')}"
    made = do(
        act.db,
        "INSERT INTO conflict (site_id, conflict, code, fo, detail, opened_at) VALUES (:site, :name, :code, :fo,"
        " :detail, :at) ON CONFLICT DO NOTHING",
        site=site,
        name=name,
        code=code,
        fo=fo,
        detail=json.dumps(detail, sort_keys=True),
        at=act.at,
    )
    if made:
        act.touch(site, "conflict", name)


def settle_conflict(act: Act, site: str, name: str, by: str | None, why: str) -> None:
    """The work itself ended a conflict; one that is not open stays as it is."""
    ended = do(
        act.db,
        "UPDATE conflict SET resolved_at = :at, resolved_by = :by, resolved_why = :why"
        " WHERE site_id = :site AND conflict = :name AND resolved_at IS NULL",
        at=act.at,
        by=by or act.actor,
        why=why,
        site=site,
        name=name,
    )
    if ended:
        act.touch(site, "conflict", name)


def _excluded_until(act: Act, site: str, reason: str) -> int:
    """A site that could not is not asked again for a week; one that paused may have it back when it is open (X2)."""
    paused: int = one(act.db, "SELECT paused_until FROM site WHERE site_id = :site", site=site)[0]
    return paused if reason == "no_capacity" and paused > act.at else act.at + EXCLUDED_MS


def _forget_wait(act: Act, order_ref: str) -> None:
    do(
        act.db,
        "UPDATE orders SET wait_code = NULL, wait_reason = NULL WHERE order_id = :id AND NOT EXISTS"
        " (SELECT 1 FROM order_line l WHERE l.order_id = orders.order_id AND l.waiting > 0)",
        id=order_ref,
    )


def _give_back(act: Act, site: str, fo: str, order_ref: str, line: int, units: int, part: str) -> None:
    assert part in ("released", "rejected"), part
    do(
        act.db,
        f"UPDATE fo_line SET {part} = {part} + :units WHERE site_id = :site AND fo = :fo AND line = :line",  # noqa: S608
        units=units,
        site=site,
        fo=fo,
        line=line,
    )
    do(
        act.db,
        "UPDATE order_line SET open = open - :units, waiting = waiting + :units"
        " WHERE order_id = :id AND line = :line",
        units=units,
        id=order_ref,
        line=line,
    )


def _fits(before: stock.Stock, deltas: Mapping[str, int]) -> bool:
    held = asdict(before)
    return replace(before, **{b: held[b] + d for b, d in deltas.items()}).sound
