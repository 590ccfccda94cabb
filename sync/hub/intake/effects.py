"""What the difference between before and after means for stock, shipments, cancellation and status."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sync.hub.orders import progress as folds
from sync.hub.orders.progress import Progress
from sync.hub.tables import work
from sync.hub.tables.books import Act
from sync.hub.tables.database import all_of, do, do_many, maybe
from sync.protocol import Entry

DONE = ("closed", "cancelled")


@dataclass(slots=True)
class Moved:
    """One order while its facts are folded."""

    fo: Any
    before: Progress
    after: Progress
    entries: list[Entry]


def effects(act: Act, site: str, moved: list[Moved]) -> None:
    """Stock, shipments, cancellation and status: what the difference between before and after means."""
    again: dict[str, None] = {}
    closed = _closed_manifests(act, site, moved)
    status = []
    for one in moved:
        name = one.fo.fo
        fresh = sorted(set(one.after.shorts) - set(one.before.shorts))
        lines = {row.line: row for row in work.open_lines(act.db, site, name)} if fresh else {}
        for fact_id in fresh:
            if _short(act, site, name, fact_id, one.after, lines):
                again[one.fo.order_id] = None
        for fact_id in sorted(set(one.before.shorts) - set(one.after.shorts)):
            for line in one.before.shorts[fact_id].lines:
                if not work.unshort_line(act, site, name, int(line), idem=f"{fact_id}:{line}"):
                    told = {"station": act.actor, "ref": fact_id, "text": "The units are promised elsewhere by now."}
                    work.open_conflict(act, site, "undone_too_late", name, told)
        leaving = [
            lpn
            for lpn, box in one.after.boxes.items()
            if (box.shipped and not _was_shipped(one.before, lpn)) or (not box.shipped and box.manifest in closed)
        ]
        for lpn in leaving:
            box = one.after.boxes[lpn]
            box.shipped = True
            idem = f"{box.manifest or 'pickup'}:{lpn}"
            _ship(act, site, one, lpn, idem, "picked_up" if box.manifest is None else "shipped")
        if one.after.cancel != one.before.cancel:
            _answered(act, site, one)
        freed = any(entry.kind == "ClaimReleased" for entry in one.entries)
        if one.after != one.before or leaving or freed:
            status.append(one)
    _write_status(act, site, status)
    for order_ref in again:
        work.route(act, order_ref)


def _write_status(act: Act, site: str, moved: list[Moved]) -> None:
    if not moved:
        return
    names = [one.fo.fo for one in moved]
    due: dict[str, dict[str, int]] = {}
    open_units: dict[str, int] = {}
    shipped: dict[str, int] = {}
    for row in all_of(
        act.db,
        "SELECT fo, line, q, shipped, rejected, released, packed FROM fo_line WHERE site_id = :site AND fo IN :fos",
        site=site,
        fos=names,
    ):
        due.setdefault(row.fo, {})[str(row.line)] = row.q - row.rejected - row.released
        open_units[row.fo] = open_units.get(row.fo, 0) + row.q - row.rejected - row.released - row.shipped
        shipped[row.fo] = shipped.get(row.fo, 0) + row.shipped
    rows = []
    for one in moved:
        name = one.fo.fo
        step = one.after.step(due.get(name, {}))
        rows.append({"site": site, "fo": name, "step": step, "progress": folds.dumps(one.after)})
        for line, units in due.get(name, {}).items():
            packed = one.after.packed.get(line, 0)
            if packed > units and one.before.packed.get(line, 0) <= units:
                told = {"station": act.actor, "ref": line, "packed": packed, "due": units}
                work.open_conflict(act, site, "duplicate_shipment", name, told)
            elif packed <= units < one.before.packed.get(line, 0):
                work.settle_conflict(act, site, f"{work.FEWER}:{name}:{line}", one.entries[-1].user, "taken_out")
    do_many(
        act.db,
        "UPDATE fo SET step = :step, progress = :progress WHERE site_id = :site AND fo = :fo",
        rows,
    )
    statuses = {
        row.fo: row.status
        for row in all_of(
            act.db, "SELECT fo, status FROM fo WHERE site_id = :site AND fo IN :fos", site=site, fos=names
        )
    }
    moves = []
    for one in moved:
        name = one.fo.fo
        status = statuses[name]
        if status in DONE:
            continue
        if open_units.get(name, 0) == 0:
            if not shipped.get(name) and _is_held(act, site, name):
                continue  # whoever holds it may still undo the short; it ends with the claim (FL8.5)
            moves.append((name, status, "closed", "shipped" if shipped.get(name) else "released"))
        elif status == "open" and one.after != Progress():
            moves.append((name, status, "in_progress", "progress"))
    work.set_statuses(act, site, moves)


def _short(act: Act, site: str, fo: str, fact_id: str, after: Progress, lines: dict[int, Any]) -> bool:
    short = after.shorts[fact_id]
    any_moved = False
    for line, units in short.lines.items():
        row = lines.get(int(line))
        if row is None:
            continue
        missing = units if units is not None else row.q - row.shipped - row.rejected - row.released
        moved = work.short_line(
            act,
            site,
            fo,
            int(line),
            missing,
            reason=short.reason,
            resolution=short.resolution,
            seen=short.seen,
            idem=f"{fact_id}:{line}",
        )
        any_moved = any_moved or (moved > 0 and short.resolution != "wait")
    return any_moved


def _is_held(act: Act, site: str, fo: str) -> bool:
    return maybe(act.db, "SELECT 1 FROM claim WHERE site_id = :site AND fo = :fo", site=site, fo=fo) is not None


def _was_shipped(before: Progress, lpn: str) -> bool:
    box = before.boxes.get(lpn)
    return box is not None and box.shipped


def _closed_manifests(act: Act, site: str, moved: list[Moved]) -> set[str | None]:
    loaded = sorted({b.manifest for one in moved for b in one.after.boxes.values() if b.manifest and not b.shipped})
    if not loaded:
        return set()
    rows = all_of(
        act.db,
        "SELECT manifest FROM manifest WHERE site_id = :site AND manifest IN :names AND state = 'closed'",
        site=site,
        names=loaded,
    )
    return {row.manifest for row in rows}


def _ship(act: Act, site: str, one: Moved, lpn: str, idem: str, reason: str) -> None:
    name = one.fo.fo
    box = one.after.boxes[lpn]
    beyond = work.ship_lines(
        act, site, name, {int(line): units for line, units in box.lines.items() if units > 0}, idem, reason
    )
    do(
        act.db,
        "UPDATE parcel SET state = 'shipped', shipped_at = :at WHERE site_id = :site AND parcel = :parcel",
        at=act.at,
        site=site,
        parcel=lpn,
    )
    if beyond:
        told = {"station": act.actor, "ref": lpn, "units": beyond}
        work.open_conflict(act, site, "duplicate_shipment", name, told)
    if one.fo.request == "cancellation_requested":
        told = {"station": act.actor, "ref": lpn}
        work.open_conflict(act, site, "shipped_after_cancel_request", name, told)


def _answered(act: Act, site: str, one: Moved) -> None:
    """The station's answer to a cancellation decides (C1)."""
    name = one.fo.fo
    if one.after.cancel == "accepted":
        work.release(act, site, name, "cancelled", "cancel_accepted")
        do(
            act.db,
            "UPDATE order_line SET cancelled = cancelled + waiting, waiting = 0 WHERE order_id = :id",
            id=one.fo.order_id,
        )
        do(
            act.db,
            "UPDATE orders SET cancelled_at = :at, wait_code = NULL, wait_reason = NULL WHERE order_id = :id",
            at=act.at,
            id=one.fo.order_id,
        )
    request = "cancellation_accepted" if one.after.cancel == "accepted" else "cancellation_rejected"
    do(
        act.db,
        "UPDATE fo SET request = :request, rev = rev + 1 WHERE site_id = :site AND fo = :fo",
        request=request,
        site=site,
        fo=name,
    )
    work.note_event(act, one.fo.order_id, request, {"fo": name})
    act.touch(site, "fo", name)
