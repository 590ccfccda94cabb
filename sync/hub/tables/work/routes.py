"""Where waiting units go: to one site that holds them all, or on waiting with a reason (hub.md L7)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from sync.hub import routing
from sync.hub.orders.progress import Progress, dumps
from sync.hub.routing import Choice, Site
from sync.hub.tables import books
from sync.hub.tables.books import Act, Cause
from sync.hub.tables.database import all_of, do, do_many, maybe, one
from sync.hub.tables.work.floor import EVENT, note_event

RETRY_MAX = 1000
_WAITING = (
    "SELECT DISTINCT o.order_id, o.priority, o.ship_by, o.ordered_at FROM orders o"
    " JOIN order_line l ON l.order_id = o.order_id"
    " WHERE o.wait_code IS NOT NULL AND o.cancelled_at IS NULL AND l.waiting > 0"
)


def route(act: Act, order_ref: str) -> Choice | None:
    """Give the order's waiting units to one site, or write down why they wait. None: nothing waits, or it is held."""
    db = act.db
    order = one(db, "SELECT * FROM orders WHERE order_id = :id", id=order_ref)
    waiting = all_of(
        db,
        "SELECT line, sku, waiting, price_minor, kit FROM order_line WHERE order_id = :id AND waiting > 0"
        " ORDER BY line",
        id=order_ref,
    )
    if not waiting or order.cancelled_at is not None:
        return None
    hold = maybe(db, "SELECT hold FROM order_hold WHERE order_id = :id ORDER BY hold LIMIT 1", id=order_ref)
    if hold is not None:
        _wait(act, order_ref, f"held:{hold[0]}", f"On hold: {hold[0].replace('_', ' ')}.")
        return None
    need: dict[str, int] = {}
    for row in waiting:
        need[row.sku] = need.get(row.sku, 0) + row.waiting
    choice = decide(act, order, waiting, need)
    decision_n = _write_decision(act, order_ref, choice, need)
    if choice.site is None:
        if order.wait_code is None:
            note_event(act, order_ref, "waits", {"code": choice.code})
        _wait(act, order_ref, choice.code, choice.reason)
        return choice
    name = _open_fo(act, order, choice.site, decision_n, waiting)
    do(
        db,
        "UPDATE decision SET fo = :fo WHERE order_id = :id AND n = :n",
        fo=name,
        id=order_ref,
        n=decision_n,
    )
    do(db, "UPDATE order_line SET open = open + waiting, waiting = 0 WHERE order_id = :id", id=order_ref)
    do(db, "UPDATE orders SET wait_code = NULL, wait_reason = NULL WHERE order_id = :id", id=order_ref)
    note_event(act, order_ref, "routed", {"site": choice.site, "fo": name})
    return choice


def decide(act: Act, order: Any, waiting: Iterable[Any], need: Mapping[str, int]) -> Choice:
    """Choose a site and take its units; when they were promised away meanwhile, choose again (L7)."""
    barred = {
        row[0]: "could not find it before"
        for row in all_of(
            act.db,
            "SELECT site_id FROM exclusion WHERE order_id = :id AND line IN :lines AND until > :at",
            id=order.order_id,
            lines=[row.line for row in waiting],
            at=act.at,
        )
    }
    for _ in range(3):
        free = books.available(act.db, need)
        choice = routing.choose(need, order.country, order.postcode_prefix, network(act.db, act.at), free, barred)
        if choice.site is None or _reserve_all(act, choice.site, need, order.order_id):
            return choice
    return Choice(None, "contended", "Other orders took the units three times while this one chose.", ())


def look(db: Connection, order_ref: str, at: int) -> Choice | None:
    """What `route` would choose now, without writing anything."""
    order = one(db, "SELECT * FROM orders WHERE order_id = :id", id=order_ref)
    need = {
        row[0]: int(row[1])
        for row in all_of(
            db,
            "SELECT sku, sum(waiting) FROM order_line WHERE order_id = :id AND waiting > 0 GROUP BY sku",
            id=order_ref,
        )
    }
    if not need:
        return None
    return routing.choose(need, order.country, order.postcode_prefix, network(db, at), books.available(db, need))


def network(db: Connection, at: int) -> list[Site]:
    """Every site, in one order."""
    rows = all_of(db, "SELECT * FROM site")
    return [
        Site(
            row.site_id,
            row.kind,
            row.country,
            row.postcode,
            row.priority,
            tuple(json.loads(row.postcode_prefixes)),
            "" if row.active and row.paused_until <= at else "is switched off" if not row.active else "is paused",
        )
        for row in sorted(rows, key=lambda row: row.site_id)
    ]


def retry_waiting(act: Act, skus: Iterable[str] | None = None) -> list[str]:
    """Route waiting orders again, those of `skus` or all; the most urgent first. Returns those that found a site."""
    wanted = None if skus is None else sorted(set(skus))
    if wanted == []:
        return []
    some = "" if wanted is None else " AND l.sku IN :skus"
    rows = all_of(act.db, _WAITING + some, **({} if wanted is None else {"skus": wanted}))
    urgent = sorted(rows, key=lambda r: (-r.priority, r.ship_by or 1 << 60, r.ordered_at, r.order_id))
    found = []
    for row in urgent[:RETRY_MAX]:
        choice = route(act, row.order_id)
        if choice is not None and choice.site is not None:
            found.append(row.order_id)
    return found


def carrier_of(service: str) -> str:
    """The carrier a service text names: its first word ("UPS Ground" is UPS's); house labels need no more."""
    words = service.replace("_", " ").replace("-", " ").split()
    return words[0].upper()[:12] if words else "HOUSE"


def _wait(act: Act, order_ref: str, code: str, reason: str) -> None:
    do(
        act.db,
        "UPDATE orders SET wait_code = :code, wait_reason = :reason WHERE order_id = :id",
        code=code,
        reason=reason,
        id=order_ref,
    )


def _reserve_all(act: Act, site: str, need: Mapping[str, int], order_ref: str) -> bool:
    """All units at one site or none: a failed one takes the others back."""
    number = one(act.db, "SELECT coalesce(max(n), 0) + 1 FROM decision WHERE order_id = :id", id=order_ref)[0]
    cause = Cause("routed", "order", order_ref, f"route:{order_ref}:{number}")
    inside = act.db.begin_nested()
    for sku in sorted(need):
        if not books.reserve(act, site, sku, need[sku], cause):
            inside.rollback()
            return False
    inside.commit()
    return True


def _write_decision(act: Act, order_ref: str, choice: Choice, need: Mapping[str, int]) -> int:
    number = int(one(act.db, "SELECT coalesce(max(n), 0) + 1 FROM decision WHERE order_id = :id", id=order_ref)[0])
    looked_at = [
        {
            "site": c.site,
            "holds_all": not c.missing,
            "missing": dict(sorted(c.missing.items())),
            "postcode_shared": c.shared,
            "priority": c.priority,
            "closed": c.closed or None,
        }
        for c in choice.candidates
    ]
    previous = maybe(
        act.db,
        "SELECT n, code, reason, body FROM decision WHERE order_id = :id ORDER BY n DESC LIMIT 1",
        id=order_ref,
    )
    body = json.dumps({"need": dict(sorted(need.items())), "candidates": looked_at}, sort_keys=True)
    if (
        previous is not None
        and choice.site is None
        and (previous.code, previous.reason) == (choice.code, choice.reason)
    ):
        return int(previous.n)  # the same answer again says nothing new
    do(
        act.db,
        "INSERT INTO decision (order_id, n, at, rule, site_id, code, reason, body)"
        " VALUES (:id, :n, :at, :rule, :site, :code, :reason, :body)",
        id=order_ref,
        n=number,
        at=act.at,
        rule=routing.RULE,
        site=choice.site,
        code=choice.code,
        reason=choice.reason,
        body=body,
    )
    return number


def _open_fo(act: Act, order: Any, site: str, decision_n: int, waiting: Sequence[Any]) -> str:
    db = act.db
    count = one(db, "SELECT count(*) FROM fo WHERE order_id = :id", id=order.order_id)[0]
    name = f"FO-{order.order_id}-{count + 1}"
    assert len(name) <= 20, f"fulfillment order: expected at most 20 characters, got {name}"
    do(
        db,
        "INSERT INTO fo (site_id, fo, order_id, status, request, priority, ordered_at, ship_by, service, carrier,"
        " currency, note, decision_n, progress, created_at, rev) VALUES (:site, :fo, :id, 'open', 'submitted',"
        " :priority, :ordered_at, :ship_by, :service, :carrier, :currency, :note, :n, :progress, :at, 1)",
        site=site,
        fo=name,
        id=order.order_id,
        priority=order.priority,
        ordered_at=order.ordered_at,
        ship_by=order.ship_by,
        service=order.service,
        carrier=carrier_of(order.service),
        currency=order.currency,
        note=order.note,
        n=decision_n,
        progress=dumps(Progress()),
        at=act.at,
    )
    do_many(
        db,
        "INSERT INTO fo_line (site_id, fo, line, sku, q, price_minor, kit)"
        " VALUES (:site, :fo, :line, :sku, :q, :price, :kit)",
        (
            {
                "site": site,
                "fo": name,
                "line": r.line,
                "sku": r.sku,
                "q": r.waiting,
                "price": r.price_minor,
                "kit": r.kit,
            }
            for r in waiting
        ),
    )
    do_many(act.db, EVENT, [{"site": site, "fo": name, "before": "", "after": "open", "why": "routed", "at": act.at}])
    act.touch(site, "fo", name)
    return name
