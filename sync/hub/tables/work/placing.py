"""What comes in and what changes: orders accepted and edited, kits as their parts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from sync.hub.orders import progress
from sync.hub.orders.incoming import Incoming, order_id, plain_id
from sync.hub.orders.kits import Wanted, exploded
from sync.hub.tables import papers
from sync.hub.tables.books import Act
from sync.hub.tables.database import all_of, do, do_many, maybe
from sync.hub.tables.work import amounts
from sync.hub.tables.work.floor import note_event, release
from sync.hub.tables.work.routes import carrier_of


def named(db: Connection, wanted: str) -> list[str]:
    """The hub's ids of an order by its id, its number at a channel, or one of its fulfillment orders."""
    plain = wanted.strip().removeprefix("#")
    rows = all_of(
        db,
        "SELECT order_id FROM orders WHERE order_id = :plain OR source_id = :plain"
        " UNION SELECT order_id FROM fo WHERE fo = :plain",
        plain=plain,
    )
    return sorted(row[0] for row in rows)


def accept(act: Act, order: Incoming, skus: Mapping[str, str]) -> str:
    """Take a new order in: its lines wait until `route`. `skus`: the catalog's SKU for each text. Returns its id."""
    db = act.db
    plain = plain_id(order.source_id)
    taken = plain is None or maybe(db, "SELECT 1 FROM orders WHERE order_id = :id", id=plain) is not None
    made = order_id(order.channel, order.source_id) if taken or plain is None else plain
    do(
        db,
        "INSERT INTO orders (order_id, channel, source_id, shown, hash, ordered_at, ship_by, service, currency,"
        " priority, note, country, postcode_prefix, created_at, changed_at) VALUES (:id, :channel, :source, :shown,"
        " :hash, :ordered_at, :ship_by, :service, :currency, :priority, :note, :country, :prefix, :at, :at)",
        id=made,
        channel=order.channel,
        source=order.source_id,
        at=act.at,
        **_facts_of(order),
    )
    _write_content(act, made, order, skus)
    note_event(act, made, "accepted", {"lines": len(order.lines), "hold": order.hold})
    return made


def edit(act: Act, order_ref: str, order: Incoming, skus: Mapping[str, str]) -> str | None:
    """Apply a changed order (I2); returns why it was too late, or None.

    Before work on it began, new lines or a new hold take it back from its site and route it anew. Later only another
    address and other quantities are taken, until a box of it has gone through the door (sync C8, C9).
    """
    db = act.db
    live = all_of(
        db,
        "SELECT f.site_id, f.fo, f.step, f.status, f.rev, f.progress, c.station, c.fence FROM fo f"
        " LEFT JOIN claim c ON c.site_id = f.site_id"
        " AND c.fo = f.fo WHERE f.order_id = :id AND f.status <> 'cancelled'",
        id=order_ref,
    )
    before = all_of(
        db,
        "SELECT sku, ordered - cancelled AS units, price_minor, line, kit FROM order_line WHERE order_id = :id"
        " AND ordered > cancelled ORDER BY line",
        id=order_ref,
    )
    holds = {row[0] for row in all_of(db, "SELECT hold FROM order_hold WHERE order_id = :id", id=order_ref)}
    lines = wanted(db, order, skus)
    free = holds == ({order.hold} if order.hold else set()) and not order.cancelled
    same = free and [one_[:3] for one_ in lines] == [tuple(r)[:3] for r in before]
    begun = any(row.station or row.step for row in live)
    other = amounts.changes(before, lines) if free and begun and not same else None
    moved = _moves(db, order_ref, order)
    for row in live:
        if row.station or row.step:
            if (same or other is not None) and not _left(db, row.site_id, row.fo):
                # Where it goes, or how: the bench voids what is printed already (C8). How many: it is shown (C9).
                continue
            if order.cancelled:
                _ask_to_cancel(act, row.site_id, row.fo)
                return f"{row.fo} is at {row.station or row.site_id}: cancellation requested, not yet granted."
            where = f"{row.station} holds it" if row.station else f"it is {row.step}"
            return f"expected an order nobody works on yet, got {row.fo}: {where}."
    if other is not None:
        none_left = amounts.too_few(act, order_ref, live, other)
        if none_left is not None:
            return none_left
        amounts.change(act, order_ref, live, other)
        same = True
    if not same:
        for row in live:
            release(act, row.site_id, row.fo, "cancelled", "order_changed")
        do(db, "DELETE FROM order_line WHERE order_id = :id", id=order_ref)
        do(db, "DELETE FROM order_hold WHERE order_id = :id", id=order_ref)
        do(db, "DELETE FROM exclusion WHERE order_id = :id", id=order_ref)
    do(
        db,
        "UPDATE orders SET shown = :shown, hash = :hash, ordered_at = :ordered_at, ship_by = :ship_by,"
        " service = :service, currency = :currency, priority = :priority,"
        " note_rev = note_rev + CASE WHEN coalesce(note, '') = coalesce(:note, '') THEN 0 ELSE 1 END, note = :note,"
        " country = :country, postcode_prefix = :prefix, changed_at = :at, cancelled_at = :cancelled,"
        " wait_code = NULL, wait_reason = NULL WHERE order_id = :id",
        id=order_ref,
        at=act.at,
        cancelled=act.at if order.cancelled else None,
        **_facts_of(order),
    )
    _write_content(act, order_ref, order, skus, lines=not same)
    for row in live if same else ():
        if moved:
            papers.void_labels(act, row.site_id, row.fo)
            _note_move(act, row)
        do(
            db,
            "UPDATE fo SET rev = rev + 1, ship_by = :ship_by, service = :service, carrier = :carrier,"
            " priority = :priority, note = :note WHERE site_id = :site AND fo = :fo",
            site=row.site_id,
            fo=row.fo,
            ship_by=order.ship_by,
            service=order.service,
            carrier=carrier_of(order.service),
            priority=order.priority,
            note=order.note,
        )
        act.touch(row.site_id, "fo", row.fo)
    changed = not same or other is not None
    note_event(act, order_ref, "cancelled" if order.cancelled else "edited", {"lines_changed": changed})
    return None


def wanted(db: Connection, order: Incoming, skus: Mapping[str, str]) -> list[Wanted]:
    """The lines of an order as SKUs that can be picked: kits as their parts (Q7)."""
    lines = [Wanted(skus[one_.sku], one_.quantity, one_.price_minor) for one_ in order.lines]
    rows = all_of(
        db, "SELECT sku, kit FROM sku WHERE sku IN :skus AND kit <> '[]'", skus=sorted({one_.sku for one_ in lines})
    )
    kits = {row.sku: tuple((str(part), int(units)) for part, units in json.loads(row.kit)) for row in rows}
    return exploded(lines, kits)


def unknown_part(db: Connection, order: Incoming, skus: Mapping[str, str]) -> str | None:
    """A part of one of the order's kits that no catalog row describes; None when all are known."""
    parts = sorted({one_.sku for one_ in wanted(db, order, skus) if one_.kit})
    known = {row[0] for row in all_of(db, "SELECT sku FROM sku WHERE sku IN :parts", parts=parts)} if parts else set()
    return next((part for part in parts if part not in known), None)


def _left(db: Connection, site: str, fo: str) -> bool:
    """Whether a box of it went through the door already: then another address comes too late (FL4.52)."""
    gone = "SELECT 1 FROM parcel WHERE site_id = :site AND fo = :fo AND state IN ('loaded', 'shipped') LIMIT 1"
    return maybe(db, gone, site=site, fo=fo) is not None


def _moves(db: Connection, order_ref: str, order: Incoming) -> bool:
    """Whether the order now goes elsewhere, or by another service: labels for the old way are worth nothing."""
    row = maybe(
        db,
        "SELECT o.service, p.address FROM orders o LEFT JOIN pii p ON p.order_id = o.order_id WHERE o.order_id = :id",
        id=order_ref,
    )
    assert row is not None
    return bool(row.service != order.service or json.loads(row.address or "{}") != order.address)


def _note_move(act: Act, row: Any) -> None:
    """Somebody is at work on it: which labels there are, and who has to say that the change was seen (C8)."""
    if not (row.station or row.step):
        return
    boxes = progress.loads(row.progress).boxes.values()
    labels = sorted(box.label for box in boxes if box.label is not None)
    do(
        act.db,
        "UPDATE fo SET moved = :moved WHERE site_id = :site AND fo = :fo",
        moved=json.dumps({"rev": row.rev + 1, "fence": row.fence, "labels": labels}),
        site=row.site_id,
        fo=row.fo,
    )


def _facts_of(order: Incoming) -> dict[str, Any]:
    return {
        "shown": order.shown or order.source_id,
        "hash": order.hash,
        "ordered_at": order.ordered_at,
        "ship_by": order.ship_by,
        "service": order.service,
        "currency": order.currency,
        "priority": order.priority,
        "note": order.note,
        "country": order.address["country"],
        # Enough to route by, not enough to find a person (I10).
        "prefix": order.address.get("postcode", "")[:5],
    }


def _write_content(act: Act, order_ref: str, order: Incoming, skus: Mapping[str, str], *, lines: bool = True) -> None:
    do(
        act.db,
        "INSERT INTO pii (order_id, address) VALUES (:id, :address)"
        " ON CONFLICT (order_id) DO UPDATE SET address = excluded.address",
        id=order_ref,
        address=json.dumps(order.address, ensure_ascii=False),
    )
    if not lines:
        return
    do_many(
        act.db,
        "INSERT INTO order_line (order_id, line, sku, ordered, waiting, cancelled, price_minor, kit)"
        " VALUES (:id, :line, :sku, :units, :waiting, :cancelled, :price, :kit)",
        (
            {
                "id": order_ref,
                "line": number,
                "sku": one_.sku,
                "units": one_.units,
                "waiting": 0 if order.cancelled else one_.units,
                "cancelled": one_.units if order.cancelled else 0,
                "price": one_.price_minor,
                "kit": one_.kit,
            }
            for number, one_ in enumerate(wanted(act.db, order, skus), 1)
        ),
    )
    if order.hold:
        do(
            act.db,
            "INSERT INTO order_hold (order_id, hold, since) VALUES (:id, :hold, :at) ON CONFLICT DO NOTHING",
            id=order_ref,
            hold=order.hold,
            at=act.at,
        )


def _ask_to_cancel(act: Act, site: str, fo: str) -> None:
    do(
        act.db,
        "UPDATE fo SET request = 'cancellation_requested', rev = rev + 1 WHERE site_id = :site AND fo = :fo"
        " AND request NOT IN ('cancellation_requested', 'cancellation_accepted')",
        site=site,
        fo=fo,
    )
    act.touch(site, "fo", fo)
