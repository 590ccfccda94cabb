"""What stations are told of each thing that changed: the feed's bodies, built from the tables when a page is read."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import Connection

from sync.hub import rates
from sync.hub.tables.database import all_of, maybe


def bodies_of(db: Connection, site: str, wanted: list[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """The JSON of each (kind, key) that is still there."""
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
    rows = all_of(
        db,
        "SELECT sku.*, m.at AS measured_at FROM sku LEFT JOIN sku_measured m ON m.sku = sku.sku"
        " WHERE sku.sku IN :keys",
        keys=keys,
    )
    for r in rows:
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
            "size_from": "vendor" if r.measured_at is None else "measured",
        }
        yield r.sku, body


def _barcodes(db: Connection, _site: str, keys: list[str]) -> _Bodies:
    for r in all_of(db, "SELECT * FROM barcode WHERE code IN :keys", keys=keys):
        yield r.code, {"code": r.code, "sku": r.sku, "quantity": r.quantity}


def _cartons(db: Connection, site: str, keys: list[str]) -> _Bodies:
    rows = all_of(
        db,
        "SELECT c.*, s.available FROM carton c LEFT JOIN carton_stock s ON s.carton = c.code AND s.site_id = :site"
        " WHERE c.code IN :keys",
        site=site,
        keys=keys,
    )
    for r in rows:
        yield r.code, dict(r._mapping)


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
    notes = _notes(db, site, keys)
    for r in all_of(
        db,
        "SELECT fo, line, sku, q, price_minor, kit FROM fo_line WHERE site_id = :site AND fo IN :keys"
        " ORDER BY fo, line",
        site=site,
        keys=keys,
    ):
        told = {"line": r.line, "sku": r.sku, "quantity": r.q, "price_minor": r.price_minor, "lot": None}
        told |= {"kit": r.kit} if r.kit else {}
        lines.setdefault(r.fo, []).append(told)
    papers_of = _papers(db, site, keys)
    for r in all_of(
        db,
        "SELECT f.*, o.channel, o.shown, o.note_rev, p.address, c.station, c.gen, c.fence FROM fo f"
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
            "notes": [*_order_note(r.note, r.note_rev), *notes.get(r.fo, [])],
            "return_code": f"R-{r.fo}",
            "to": json.loads(r.address) if r.address else None,
            "lines": lines.get(r.fo, []),
            "claim": holder,
            **papers_of[r.fo],
            "applied": {},  # the document holds decisions only: no fact is in it yet (J13)
        }
        yield r.fo, body


def _order_note(text: str | None, rev: int) -> list[dict[str, Any]]:
    """What the customer or the shop wrote to the order: nobody packs it unread (FL4.42)."""
    return [{"note": "order", "rev": rev, "text": text, "sku": None}] if text else []


def _notes(db: Connection, site: str, fos: list[str]) -> dict[str, list[dict[str, Any]]]:
    """By fulfillment order the notes of its items, each to be read before the first unit of that item."""
    found: dict[str, list[dict[str, Any]]] = {}
    for r in all_of(
        db,
        "SELECT DISTINCT l.fo, sku.sku, sku.note, sku.note_rev FROM fo_line l JOIN sku ON sku.sku = l.sku"
        " WHERE l.site_id = :site AND l.fo IN :fos AND sku.note IS NOT NULL ORDER BY l.fo, sku.sku",
        site=site,
        fos=fos,
    ):
        told = {"note": f"sku:{r.sku}", "rev": r.note_rev, "text": r.note, "sku": r.sku}
        found.setdefault(r.fo, []).append(told)
    return found


def _papers(db: Connection, site: str, fos: list[str]) -> dict[str, dict[str, Any]]:
    """By fulfillment order what its document tells of papers: `labels`, `refused`, `documents`."""
    found: dict[str, dict[str, Any]] = {fo: {"labels": [], "refused": [], "documents": []} for fo in fos}
    for r in all_of(
        db,
        "SELECT * FROM label WHERE site_id = :site AND fo IN :fos AND state <> 'void' ORDER BY fo, at, label",
        site=site,
        fos=fos,
    ):
        if r.state == "refused":
            found[r.fo]["refused"].append({"carton": r.carton, "code": r.code, "words": r.words})
            continue
        told = {"tracking": r.tracking, "service": r.service, "carrier": r.carrier, "format": r.format}
        told |= {"scan_keys": json.loads(r.scan_keys)}
        more = {
            "carton": r.carton,
            "carton_type": r.carton_type,
            "weight_g": r.weight_g,
            "content": r.content or None,
        }
        found[r.fo]["labels"].append(told | {name: value for name, value in more.items() if value is not None})
    for r in all_of(
        db,
        "SELECT * FROM document WHERE site_id = :site AND fo IN :fos ORDER BY fo, document",
        site=site,
        fos=fos,
    ):
        found[r.fo]["documents"].append({"kind": r.document, "required": r.required, "ready": bool(r.ready)})
    return found


def _rates(db: Connection, site: str, keys: list[str]) -> _Bodies:
    """The rate sheets of a service that begin at the site; a bench chooses by day and address (cartons.md CT4.4)."""
    row = maybe(db, "SELECT at, body FROM rate_set ORDER BY rev DESC LIMIT 1")
    place = maybe(db, "SELECT country, postcode FROM site WHERE site_id = :site", site=site)
    if row is None or place is None:
        return
    by_key: dict[str, list[rates.Sheet]] = {}
    for sheet in json.loads(row.body):
        by_key.setdefault(f"{sheet['carrier']}/{sheet['service']}", []).append(sheet)
    for key in keys:
        if key in by_key:
            yield key, rates.told(by_key[key], place.country, place.postcode, str(iso(row.at))[:10])


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
    "rate": _rates,
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
