"""What people ask the hub: why an order went where it went, how far it is, what there is to export."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection

from sync.hub import routing
from sync.hub.routing import Candidate
from sync.hub.tables import feed
from sync.hub.tables.database import all_of, one

EXPORT_ROWS = 1000


def why(db: Connection, order_ref: str) -> dict[str, Any]:
    """The stored decisions about an order, each with its reason, what it looked at, and whether it still follows."""
    order = one(db, "SELECT * FROM orders WHERE order_id = :id", id=order_ref)
    told = []
    for row in all_of(db, "SELECT * FROM decision WHERE order_id = :id ORDER BY n", id=order_ref):
        body = json.loads(row.body)
        told.append(
            {
                "n": row.n,
                "at": feed.iso(row.at),
                "rule": row.rule,
                "site": row.site_id,
                "fo": row.fo,
                "code": row.code,
                "reason": row.reason,
                "need": body["need"],
                "candidates": body["candidates"],
                "follows": _follows(row.site_id, body["candidates"]),
            }
        )
    return {
        "order": order_ref,
        "channel": order.channel,
        "number": order.source_id,
        "waits": None if order.wait_code is None else {"code": order.wait_code, "reason": order.wait_reason},
        "cancelled_at": feed.iso(order.cancelled_at),
        "decisions": told,
        "events": [
            {"at": feed.iso(e.at), "actor": e.actor, "kind": e.kind, "detail": json.loads(e.detail)}
            for e in all_of(db, "SELECT * FROM order_event WHERE order_id = :id ORDER BY n", id=order_ref)
        ],
        "fos": [
            {"fo": f.fo, "site": f.site_id, "status": f.status, "step": f.step, "lines": _lines(db, f.site_id, f.fo)}
            for f in all_of(db, "SELECT * FROM fo WHERE order_id = :id ORDER BY created_at, fo", id=order_ref)
        ],
    }


def _lines(db: Connection, site: str, fo: str) -> list[dict[str, Any]]:
    rows = all_of(db, "SELECT * FROM fo_line WHERE site_id = :site AND fo = :fo ORDER BY line", site=site, fo=fo)
    parts = ("line", "sku", "q", "picked", "packed", "shipped", "rejected", "released", "over")
    return [{part: getattr(row, part) for part in parts} for row in rows]


def _follows(site: str | None, candidates: list[dict[str, Any]]) -> bool:
    """Whether the rule, on what was written down, says the same site again."""
    looked_at = [
        Candidate(c["site"], c["missing"], c["postcode_shared"], c["priority"], c["closed"] or "") for c in candidates
    ]
    return routing.best(looked_at) == site


def review(db: Connection) -> list[dict[str, Any]]:
    """What imports refused and nobody settled yet."""
    rows = all_of(db, "SELECT * FROM intake_row WHERE state = 'open' ORDER BY at, batch, row")
    return [
        {"at": feed.iso(r.at), "what": r.what, "row": r.row, "order": r.key, "path": r.path, "reason": r.reason}
        for r in rows
    ]


def export(db: Connection, what: str) -> Iterator[dict[str, Any]]:
    """Every row of an export, by key; no names or addresses in any of them."""
    yield from _EXPORTS[what](db)


def _facts(db: Connection) -> Iterator[dict[str, Any]]:
    last = ("", "", "", 0)
    while True:
        rows = all_of(
            db,
            "SELECT site_id, station, gen, seq, fact_id, kind, fo, line, outcome, code FROM fact"
            " WHERE (site_id, station, gen, seq) > (:a, :b, :c, :d) ORDER BY site_id, station, gen, seq LIMIT :most",
            a=last[0],
            b=last[1],
            c=last[2],
            d=last[3],
            most=EXPORT_ROWS,
        )
        for r in rows:
            line = bytes(r.line)
            yield {
                "site": r.site_id,
                "station": r.station,
                "gen": r.gen,
                "seq": r.seq,
                "fact_id": r.fact_id,
                "kind": r.kind,
                "fo": r.fo,
                "outcome": r.outcome,
                "code": r.code,
                "line": line.decode("utf-8", "replace"),
            }
        if len(rows) < EXPORT_ROWS:
            return
        last = (rows[-1].site_id, rows[-1].station, rows[-1].gen, rows[-1].seq)


def _orders(db: Connection) -> Iterator[dict[str, Any]]:
    for r in all_of(
        db,
        "SELECT o.order_id, o.channel, o.source_id, o.ordered_at, o.ship_by, o.service, o.currency, o.wait_code,"
        " o.cancelled_at, l.line, l.sku, l.ordered, l.cancelled, l.waiting, l.open, l.shipped, l.price_minor"
        " FROM orders o JOIN order_line l ON l.order_id = o.order_id ORDER BY o.order_id, l.line",
    ):
        yield {
            "order": r.order_id,
            "channel": r.channel,
            "number": r.source_id,
            "ordered_at": feed.iso(r.ordered_at),
            "ship_by": feed.iso(r.ship_by),
            "service": r.service,
            "line": r.line,
            "sku": r.sku,
            "ordered": r.ordered,
            "cancelled": r.cancelled,
            "waiting": r.waiting,
            "open": r.open,
            "shipped": r.shipped,
            "price_minor": r.price_minor,
            "currency": r.currency,
            "waits": r.wait_code,
        }


def _parcels(db: Connection) -> Iterator[dict[str, Any]]:
    for r in all_of(
        db,
        "SELECT p.*, f.order_id, l.line, l.q, x.sku FROM parcel p"
        " JOIN fo f ON f.site_id = p.site_id AND f.fo = p.fo"
        " LEFT JOIN parcel_line l ON l.site_id = p.site_id AND l.parcel = p.parcel AND l.fo = p.fo AND l.q > 0"
        " LEFT JOIN fo_line x ON x.site_id = l.site_id AND x.fo = l.fo AND x.line = l.line"
        " ORDER BY p.site_id, p.parcel, l.line",
    ):
        yield {
            "site": r.site_id,
            "order": r.order_id,
            "fo": r.fo,
            "parcel": r.parcel,
            "number": r.number,
            "carton": r.carton_type,
            "weight_g": r.weight_g,
            "tracking": r.tracking,
            "manifest": r.manifest,
            "state": r.state,
            "shipped_at": feed.iso(r.shipped_at),
            "line": r.line,
            "sku": r.sku,
            "quantity": r.q,
        }


def _stock(db: Connection) -> Iterator[dict[str, Any]]:
    for r in all_of(db, "SELECT * FROM stock ORDER BY site_id, sku"):
        held_back = r.damaged + r.expired + r.quality + r.quarantine + r.suspect
        yield {
            "site": r.site_id,
            "sku": r.sku,
            "on_hand": r.on_hand,
            "allocated": r.allocated,
            "short": r.short,
            "damaged": r.damaged,
            "expired": r.expired,
            "quality": r.quality,
            "quarantine": r.quarantine,
            "suspect": r.suspect,
            "available": r.on_hand - held_back - r.allocated,
        }


_EXPORTS = {"facts": _facts, "orders": _orders, "parcels": _parcels, "stock": _stock}
EXPORTS = tuple(_EXPORTS)
COLUMNS = {
    "facts": ("site", "station", "gen", "seq", "fact_id", "kind", "fo", "outcome", "code", "line"),
    "orders": (
        *("order", "channel", "number", "ordered_at", "ship_by", "service", "line", "sku", "ordered", "cancelled"),
        *("waiting", "open", "shipped", "price_minor", "currency", "waits"),
    ),
    "parcels": (
        *("site", "order", "fo", "parcel", "number", "carton", "weight_g", "tracking", "manifest", "state"),
        *("shipped_at", "line", "sku", "quantity"),
    ),
    "stock": (
        *("site", "sku", "on_hand", "allocated", "short", "damaged", "expired", "quality", "quarantine", "suspect"),
        "available",
    ),
}
"""The columns of each export, also where it has no rows."""
