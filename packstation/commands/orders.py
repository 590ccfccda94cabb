"""One order as this station and its hub know it: `packstation order`. Reads only, beside a running station."""

from __future__ import annotations

import json
import sqlite3
import sys
from argparse import Namespace
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from packstation.commands.arguments import data, data_folder, json_flag
from packstation.commands.errors import Refused
from packstation.safe import safe, shown_json

if TYPE_CHECKING:
    from packstation.store import Place
    from packstation.store.view import StoreView
    from packstation.workflows.desk import Job
    from packstation.workflows.order import Box
    from sync.protocol import Entry

MATCHES_MAX = 50
LISTED_MAX = 6


def add(commands: Any) -> None:
    order = commands.add_parser(
        "order",
        help="lines, parcels and history of one order",
        description="Shows an order: its lines with ordered, picked, packed and shipped, its parcels, and what "
        "happened to it, here and at the hub. ORDER is its number, a fulfillment order, a carton's LPN, a tracking "
        "number or a tote. Example: packstation order 4471 --data shop --json",
    )
    order.add_argument("order", metavar="ORDER", help="4471, FO-4471-1, a carton's LPN, a tracking number, a tote")
    data(order)
    json_flag(order)
    order.set_defaults(run=_order)


def _order(parsed: Namespace) -> int:
    from packstation.commands.assembly import place_of

    place = place_of(parsed)
    try_exchange(place)
    store = open_view(place)
    try:
        groups = _groups(store, _fos(store, parsed.order))
        told = _hub(parsed, parsed.order)
        matches = {key: {"order": key[1], "channel": key[0], "fos": fos} for key, fos in groups.items()}
        for one in told:
            fos = [fo["fo"] for fo in one["fos"]]
            if not any(set(fos) & set(match["fos"]) for match in matches.values()):
                key = (str(one["channel"]), str(one["number"]))
                matches[key] = {"order": key[1], "channel": key[0], "fos": fos}
        if len(matches) > 1:
            return _several(parsed, list(matches.values()))
        if not groups and not told:
            if parsed.json:
                print(json.dumps({"matches": []}))
            raise Refused(f"{parsed.order[:60]}: expected an order this station or its hub knows, got none.")
        document = _document(store, groups, told)
    finally:
        store.close()
    print(shown_json(document) if parsed.json else "\n".join(_words(document)))
    return 0


def try_exchange(place: Place) -> None:
    """The newest decisions of a hub beside the station; when the station runs, it has them already."""
    from packstation.commands.exchange import exchange_if_local

    try:
        exchange_if_local(place)
    except Refused as error:
        print(f"not exchanged first: {error}", file=sys.stderr)


def open_view(place: Place) -> StoreView:
    """The station's databases, read only. Raises Refused when they cannot be read."""
    from packstation.store.view import StoreView

    try:
        return StoreView(place)
    except sqlite3.Error as error:
        raise Refused(f"{place.folder}: expected the station's databases, got: {error}.") from error


def _fos(store: StoreView, wanted: str) -> list[str]:
    """Fulfillment orders the text names: by number, LPN, tracking number or tote."""
    from sync.protocol import digest

    plain = wanted.strip()
    codes = list(dict.fromkeys((plain, plain.removeprefix("#"), digest(plain))))
    marks = ",".join("?" * len(codes))
    found = [row[3] for row in store.mirror.find(codes) if row[3] and row[1] in ("order", "lpn", "label", "tote")]
    found += [
        row[0]
        for row in store.db.execute(
            f"SELECT fo FROM board_code WHERE code IN ({marks}) AND kind IN ('lpn', 'label', 'tote')"  # noqa: S608
            " ORDER BY fo LIMIT ?",
            (*codes, MATCHES_MAX),
        )
    ]
    if not found and store.journal.of_fo(plain):
        found = [plain]  # the hub's copy is gone, the facts are not
    return list(dict.fromkeys(found))


def _groups(store: StoreView, fos: Iterable[str]) -> dict[tuple[str, str], list[str]]:
    """(channel, order number) -> every fulfillment order of it that is known here."""
    groups: dict[tuple[str, str], list[str]] = {}
    for fo in fos:
        doc = store.mirror.doc(fo)
        key = (doc.channel, doc.order_no) if doc else ("", fo)
        if key in groups:
            continue
        same = store.mirror_reader.execute("SELECT fo FROM fo WHERE order_no = ? ORDER BY fo", (key[1],)).fetchall()
        docs = [store.mirror.doc(row[0]) for row in same]
        groups[key] = [d.fo for d in docs if d is not None and d.channel == key[0]] or [fo]
    return groups


def _hub(parsed: Namespace, wanted: str) -> list[dict[str, Any]]:
    """What the hub decided about the order; empty, with a note, when it cannot be asked."""
    from packstation.store import read_place

    place = read_place(data_folder(parsed))
    if place.hub is None and not place.hub_db.exists():
        return []
    from packstation.commands.imports import hub_of

    try:
        with hub_of(parsed, make=False) as door:
            return door.why(wanted.strip())
    except Refused as error:
        print(f"without the hub's decisions: {error}", file=sys.stderr)
        return []


def _document(
    store: StoreView, groups: dict[tuple[str, str], list[str]], told: list[dict[str, Any]]
) -> dict[str, object]:
    """Lines, parcels and timeline of one order."""
    (channel, number), fos = next(iter(groups.items())) if groups else (("", ""), [])
    hub = next((one for one in told if not fos or set(fos) & {fo["fo"] for fo in one["fos"]}), None)
    if hub is not None:
        channel, number = str(hub["channel"]), str(hub["number"])
    lines: list[dict[str, object]] = []
    parcels: list[dict[str, object]] = []
    timeline: list[dict[str, object]] = []
    orders: list[dict[str, object]] = []
    for fo in fos:
        job = store.job(fo)
        known = _hub_lines(hub, fo)
        if job is not None:
            orders.append(
                {
                    "fo": fo,
                    "state": job.doc.state,
                    "stage": job.order.stage,
                    "method": job.doc.method,
                    "carrier": job.doc.carrier,
                    "ship_by": job.doc.ship_by,
                }
            )
            lines.extend(_lines(store, job, known))
            parcels.extend(_parcels(store, job))
        timeline.extend(_facts(store, fo))
    for elsewhere in hub["fos"] if hub is not None else ():
        if elsewhere["fo"] not in fos:
            state = {"fo": elsewhere["fo"], "state": elsewhere["status"], "stage": elsewhere["step"]}
            orders.append({**state, "site": elsewhere["site"]})
            lines.extend(_line_of_hub(elsewhere["fo"], line) for line in elsewhere["lines"])
    if hub is not None:
        timeline.extend(_decisions(hub))
    return {
        "order": number,
        "channel": channel,
        "fos": orders,
        "lines": lines,
        "parcels": parcels,
        "timeline": sorted(timeline, key=lambda row: str(row["at"])),
    }


def _lines(store: StoreView, job: Job, known: dict[int, dict[str, Any]]) -> Iterator[dict[str, object]]:
    gone = {box.lpn for box in job.order.boxes if _shipped(store, job, box)}
    for line in job.doc.lines:
        shipped = sum(
            c.qty for box in job.order.boxes if box.lpn in gone for c in box.contents if c.line == line.line
        )
        hubs = known.get(line.line, {})
        packed = max(job.order.packed(line.line), int(hubs.get("packed") or 0))
        yield {
            "fo": job.doc.fo,
            "line": line.line,
            "sku": line.sku,
            "name": line.item.name,
            "ordered": line.quantity,
            # What lies in a box was picked, whether or not a walk said so: as `wave list` counts it.
            "picked": max(job.order.picked.get(line.line, 0), int(hubs.get("picked") or 0), packed),
            "packed": packed,
            "shipped": max(shipped, int(hubs.get("shipped") or 0)),
            "short": job.order.short(line.line),
        }


def _line_of_hub(fo: str, line: dict[str, Any]) -> dict[str, object]:
    return {
        "fo": fo,
        "line": line["line"],
        "sku": line["sku"],
        "name": "",
        "ordered": line["q"],
        "picked": max(line["picked"], line["packed"]),
        "packed": line["packed"],
        "shipped": line["shipped"],
        "short": line["rejected"],
    }


def _hub_lines(hub: dict[str, Any] | None, fo: str) -> dict[int, dict[str, Any]]:
    found = next((one for one in hub["fos"] if one["fo"] == fo), None) if hub is not None else None
    return {int(line["line"]): line for line in found["lines"]} if found is not None else {}


def _shipped(store: StoreView, job: Job, box: Box) -> bool:
    if box.state == "picked_up":
        return True
    if box.state != "loaded":
        return False
    row = store.db.execute("SELECT closed FROM board_manifest WHERE manifest = ?", (box.manifest,)).fetchone()
    return bool(row[0]) if row is not None else job.doc.state == "closed"


def _parcels(store: StoreView, job: Job) -> Iterator[dict[str, object]]:
    for box in job.order.boxes:
        rows = store.db.execute(
            "SELECT what, copy, state, printer, made_ms FROM spool WHERE fo = ? AND carton = ? ORDER BY job",
            (job.doc.fo, box.lpn),
        ).fetchall()
        label = box.label
        yield {
            "fo": job.doc.fo,
            "parcel": box.no,
            "carton": box.type,
            "lpn": box.lpn,
            "sscc": box.lpn if box.lpn.isdecimal() and len(box.lpn) == 18 else None,
            "weight_g": box.weight_g,
            "label": label.label if label else None,
            "tracking": label.tracking if label else None,
            "state": "shipped" if box.state == "loaded" and _shipped(store, job, box) else box.state,
            "manifest": box.manifest,
            "lines": [{"line": c.line, "sku": c.sku, "quantity": c.qty, "how": c.how} for c in box.contents],
            "documents": [
                {"what": what, "copy": copy, "state": state, "printer": printer, "made_at": _iso(made_ms)}
                for what, copy, state, printer, made_ms in rows
            ],
        }


def _facts(store: StoreView, fo: str) -> Iterator[dict[str, object]]:
    """This station's facts and those other stations passed on; and the closing of manifests they are on."""
    own = store.journal.of_fo(fo)
    seen = {entry.fact_id for entry in own}
    manifests = {getattr(entry.fact, "manifest", None) for entry in own if entry.kind == "ParcelLoaded"}
    yield from (_event(entry, store.place.station) for entry in own)
    yield from (
        _event(told.entry, told.station)
        for told in store.mirror.others.of(fo, store.journal.place_of)
        if told.entry.fact_id not in seen
    )
    yield from _releases(store, fo)
    if manifests:
        from sync.protocol import entry_of

        for (made,) in store.db.execute("SELECT line FROM fact WHERE kind = 'ManifestClosed' ORDER BY place"):
            entry = entry_of(bytes(made))
            if getattr(entry.fact, "manifest", None) in manifests:
                yield _event(entry, store.place.station)


def _releases(store: StoreView, fo: str) -> Iterator[dict[str, object]]:
    """The waves it was planned into and released with, here: facts of a wave name many orders."""
    from sync.protocol import entry_of

    kinds = ("CartPlanned", "WaveReleased")
    for (made,) in store.db.execute("SELECT line FROM fact WHERE kind IN (?, ?) ORDER BY place", kinds):
        entry = entry_of(bytes(made))
        if fo in getattr(entry.fact, "fos", ()):
            event = _event(entry, store.place.station)
            detail = event["detail"]
            assert isinstance(detail, dict)
            yield {**event, "fo": fo, "detail": {k: v for k, v in detail.items() if k not in ("fos", "route")}}


def _event(entry: Entry, station: str) -> dict[str, object]:
    from sync.protocol import body

    return {
        "at": _iso(entry.wall_ms),
        "from": "floor",
        "station": station,
        "user": entry.user,
        "fo": entry.fo,
        "what": entry.kind,
        "detail": body(entry.fact),
    }


def _decisions(hub: dict[str, Any]) -> Iterator[dict[str, object]]:
    for event in hub["events"]:
        yield {
            "at": event["at"],
            "from": "hub",
            "user": event["actor"],
            "fo": None,
            "what": event["kind"],
            "detail": event["detail"],
        }
    for decision in hub["decisions"]:
        detail = {name: decision[name] for name in ("rule", "site", "code", "reason") if decision[name] is not None}
        yield {
            "at": decision["at"],
            "from": "hub",
            "user": None,
            "fo": decision["fo"],
            "what": "Routed" if decision["site"] else "Waits",
            "detail": detail,
        }


def _several(parsed: Namespace, matches: list[dict[str, Any]]) -> int:
    if parsed.json:
        print(shown_json({"matches": matches}))
    names = "; ".join(f"{one['channel'] or '?'} #{one['order']} ({', '.join(one['fos'])})" for one in matches)
    raise Refused(safe(f"{parsed.order[:60]}: expected one order, got {len(matches)}: {names}."))


def _words(document: dict[str, Any]) -> Iterator[str]:
    """The document for people."""
    yield safe(f"#{document['order']} {document['channel']}")
    for fo in document["fos"]:
        due = f", ship by {fo['ship_by']}" if fo.get("ship_by") else ""
        over = fo["state"] in ("closed", "cancelled")
        stage = f", {fo['stage'].replace('_', ' ')}" if fo["stage"] and not over else ""
        yield safe(f"  {fo['fo']}: {fo['state'].replace('_', ' ')}{stage}{'' if over else due}")
    yield ""
    yield "  line  sku                   ordered  picked  packed  shipped  short"
    for line in document["lines"]:
        sku = safe(str(line["sku"]))[:20]
        counts = "".join(f"{line[name]:>9}" for name in ("ordered", "picked", "packed", "shipped", "short"))
        yield f"  {line['line']:>4}  {sku:<20}{counts}"
    for box in document["parcels"]:
        weight = f"{box['weight_g']} g" if box["weight_g"] is not None else "not weighed"
        on = f", manifest {box['manifest']}" if box["manifest"] else ""
        words = f"box {box['parcel']}: {box['carton']}, {weight}, {box['tracking'] or 'no label'}, {box['lpn']}"
        yield safe(f"  {words}, {box['state']}{on}")
        for paper in box["documents"]:
            yield safe(f"    {paper['what']} {paper['copy']}: {paper['state']}")
    yield ""
    for event in document["timeline"]:
        who = event.get("station") or event["from"]
        by = f" {event['user']}" if event["user"] else ""
        shown = ((name, _shown(value)) for name, value in event["detail"].items() if "digest" not in name)
        detail = ", ".join(f"{name} {text}" for name, text in shown if text)
        yield safe(f"  {event['at'][:19]} {who}{by}: {event['what']} {detail}".rstrip())


def _shown(value: object) -> str:
    """A value as people read it; what was not said is left out, and a list is its members."""
    if value is None or value is False or value == "":
        return ""
    if value is True:
        return "yes"
    if isinstance(value, (list, tuple)):
        more = f" and {len(value) - LISTED_MAX} more" if len(value) > LISTED_MAX else ""
        return " ".join(_shown(one) for one in value[:LISTED_MAX]) + more
    return str(value)


def _iso(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
