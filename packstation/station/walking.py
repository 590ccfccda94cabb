"""Waves and walks over the station's databases: what could be planned, what a wave is, its pick list."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from packstation.documents.lists.walk import CartSheet, CartSlot, PickList, PickRow
from packstation.store import Store
from packstation.store.walks import Walks
from packstation.waves.plan import PlannedWave, Stop, Waiting, plan
from packstation.waves.stops import best_face
from packstation.workflows.desk import Job
from packstation.workflows.picking.walk import dead, tail
from sync import facts as f
from sync.protocol import Deed


def waiting_orders(store: Store) -> list[Waiting]:
    """Open orders of this site that are in no wave and were not begun."""
    planned = {row[0] for row in store.db.execute("SELECT fo FROM board_wave_fo")}
    rows = store.mirror_reader.execute(
        "SELECT fo FROM fo WHERE state = 'open' AND wave IS NULL ORDER BY fo"
    ).fetchall()
    found = []
    for (fo,) in rows:
        if fo in planned:
            continue
        job = store.job(fo)
        if job is None or job.order.stage != "new" or job.order.hold or job.order.cancelled:
            continue
        found.append(
            Waiting(fo, job.doc.priority, job.doc.ship_by or "", job.doc.carrier, tuple(stops_of(store, job)))
        )
    return found


def stops_of(store: Store, job: Job) -> list[Stop]:
    """Where each line of the order lies: the face that comes first in the walk and holds enough, else the fullest."""
    faces = Walks(store, store.mirror.setting)
    stops = []
    for line in job.doc.lines:
        want = line.quantity - job.order.short(line.line)
        best = best_face(faces.faces(line.sku), want, lot=line.lot)
        where, sequence = (best.location, best.sequence) if best else ("", 0)
        stops.append(Stop(line.line, line.sku, line.quantity, where, sequence))
    return stops


def plan_waves(
    store: Store, *, cutoff: str | None = None, kind: str = "carrier_cutoff"
) -> tuple[tuple[PlannedWave, ...], tuple[Deed, ...]]:
    """Waves for the orders that wait, and the deeds that make them: a CartPlanned each, then WavePlanned (W7)."""
    numbers = [int(row[0].partition("-")[2]) for row in store.db.execute("SELECT wave FROM board_wave")
               if row[0].partition("-")[2].isdecimal()]  # fmt: skip
    carts = [int(row[0].partition("-")[2]) for row in store.db.execute("SELECT cart FROM board_cart")
             if row[0].partition("-")[2].isdecimal()]  # fmt: skip
    waves = plan(
        waiting_orders(store),
        first_wave=max(numbers, default=0) + 1,
        first_cart=max(carts, default=0) + 1,
        cutoff=cutoff,
        kind=kind,
    )
    deeds: list[Deed] = []
    for wave in waves:
        deeds.extend(
            Deed(None, f.CartPlanned(wave=wave.wave, rev=1, cart=cart.cart, fos=cart.fos, route=cart.route))
            for cart in wave.carts
        )
        names = tuple(cart.cart for cart in wave.carts)
        deeds.append(Deed(None, f.WavePlanned(wave=wave.wave, rev=1, carts=names, kind=kind, cutoff=wave.cutoff)))
    return waves, tuple(deeds)


def release_deeds(store: Store, wave: str, by: str) -> tuple[Deed, ...]:
    """What releases a wave: at most 500 orders a fact. Raises LookupError for a wave nobody planned."""
    row = store.db.execute("SELECT closed, cancelled FROM board_wave WHERE wave = ?", (wave,)).fetchone()
    if row is None:
        raise LookupError(f"wave {wave}: expected a planned wave, got none.")
    if row[0] or row[1]:
        raise LookupError(
            f"wave {wave}: expected an open wave, got one that is {'closed' if row[0] else 'cancelled'}."
        )
    fos = [
        row[0]
        for row in store.db.execute(
            "SELECT fo FROM board_wave_fo WHERE wave = ? AND released = 0 ORDER BY cart, place", (wave,)
        )
    ]
    if not fos:
        raise LookupError(f"wave {wave}: expected orders that are not released yet, got none.")
    return tuple(
        Deed(None, f.WaveReleased(wave=wave, fos=tuple(fos[at : at + 500]), by=by)) for at in range(0, len(fos), 500)
    )


@dataclass(frozen=True, slots=True)
class WaveState:
    """One wave as lists show it; the state is projected, nobody sets it (W8)."""

    wave: str
    state: str
    cutoff: str
    kind: str
    orders: int
    lines: int
    lines_picked: int
    orders_packed: int
    orders_shipped: int
    released: int
    priority: int
    late: int
    carts: tuple[str, ...]
    ready: int
    """Orders that were picked and wait for a packer."""
    available: int
    """Orders that were released and nobody has begun."""


def wave_states(store: Store, now_iso: str) -> list[WaveState]:
    """Every wave this station knows, in order of their cut-offs."""
    found = []
    for wave, kind, cutoff, held, closed, cancelled in store.db.execute(
        "SELECT wave, kind, cutoff, held, closed, cancelled FROM board_wave ORDER BY cutoff = '', cutoff, wave"
    ).fetchall():
        members = store.db.execute(
            "SELECT fo, cart, released FROM board_wave_fo WHERE wave = ? ORDER BY cart, place", (wave,)
        ).fetchall()
        jobs = [(job, rel) for job, rel in ((store.job(fo), rel) for fo, _, rel in members) if job is not None]
        counted = [(job, rel) for job, rel in jobs if not job.order.cancelled and not _gone_back(job)]
        lines = sum(len(job.doc.lines) for job, _ in counted)
        picked = sum(_lines_picked(job) for job, _ in counted)
        packed = sum(_packed(job) for job, _ in counted)
        shipped = sum(_shipped(store, job) for job, _ in counted)
        released = sum(rel for _, rel in counted)
        late = sum(1 for job, _ in counted if cutoff and cutoff < now_iso and not _packed(job))
        ready = sum(not _packed(job) and _lines_picked(job) == len(job.doc.lines) for job, _ in counted)
        available = sum(bool(rel) and job.order.stage == "new" for job, rel in counted)
        total = len(counted)
        if cancelled or (not counted and members):
            state = "cancelled"
        elif closed:
            state = "closed"
        elif total and shipped == total:
            state = "shipped"
        elif total and packed == total:
            state = "packed"
        elif total and picked == lines:
            state = "packing" if any(job.order.units_packed for job, _ in counted) else "picked"
        elif any(job.order.stage != "new" for job, _ in counted):
            state = "picking"
        elif held:
            state = "held"
        else:
            state = "released" if released else "planned"
        found.append(
            WaveState(
                wave,
                state,
                cutoff,
                kind,
                total,
                lines,
                picked,
                packed,
                shipped,
                released,
                sum(1 for job, _ in counted if job.doc.priority > 0),
                late,
                tuple(dict.fromkeys(cart for _, cart, _ in members)),
                ready,
                available,
            )
        )
    return found


def _lines_picked(job: Job) -> int:
    return sum(
        1
        for line in job.doc.lines
        if _elsewhere(job) or max(job.order.picked.get(line.line, 0), job.order.packed(line.line)) >= job.need(line)
    )


def _elsewhere(job: Job) -> bool:
    """Done at another station: the hub closed it, and this one has no box of it."""
    return job.doc.state == "closed" and not (job.order.boxes or job.order.shorts or job.order.rejected)


def _gone_back(job: Job) -> bool:
    """Back to routing whole, from here or from another bench: it is in the wave no more, and was not shipped."""
    if job.order.rejected and all(line.line in job.order.rejected for line in job.doc.lines):
        return True
    return _elsewhere(job) and job.doc.reason == "released"


def _packed(job: Job) -> bool:
    from packstation.workflows.ready import finished

    return finished(job) or _elsewhere(job)


def _shipped(store: Store, job: Job) -> bool:
    if _elsewhere(job):
        return True
    boxes = job.order.boxes
    if not boxes or not all(box.left for box in boxes):
        return False
    closed = {row[0] for row in store.db.execute("SELECT manifest FROM board_manifest WHERE closed = 1")}
    return all(box.state != "loaded" or box.manifest in closed for box in boxes)


def pick_list_of(store: Store, wave: str, cart: str | None = None) -> PickList:
    """The stops of a wave, or of one of its carts, in walking order."""
    rows = store.db.execute(
        "SELECT fo, cart FROM board_wave_fo WHERE wave = ? AND (? IS NULL OR cart = ?) ORDER BY cart, place",
        (wave, cart, cart),
    ).fetchall()
    if not rows:
        raise LookupError(f"wave {wave}: expected a planned wave, got none.")
    single = len({its_cart for _, its_cart in rows}) == 1
    given = {its_cart: slots_of(store, wave, its_cart) for its_cart in {its_cart for _, its_cart in rows}}
    stops: list[tuple[int, str, str, PickRow]] = []
    for fo, its_cart in rows:
        job = store.job(fo)
        if job is None:
            continue
        lines = {line.line: line for line in job.doc.lines}
        slot = given[its_cart].get(fo)
        into = tail(slot) if slot else f"#{job.doc.order_no}"
        stops.extend(
            (
                stop.sequence,
                stop.location,
                its_cart,
                PickRow(
                    stop.location,
                    stop.sku,
                    lines[stop.line].item.name,
                    stop.quantity,
                    into if cart or single else f"{its_cart} {into}",
                    lines[stop.line].lot or "",
                ),
            )
            for stop in stops_of(store, job)
        )
    cutoff = store.db.execute("SELECT cutoff FROM board_wave WHERE wave = ?", (wave,)).fetchone()
    site: dict[str, Any] = store.mirror.setting("site") or {}
    return PickList(
        walk=cart or (rows[0][1] if single else wave),
        rows=tuple(row for *_, row in sorted(stops, key=lambda stop: stop[:3])),
        wave=wave,
        cart=cart or "",
        site=str(site.get("name") or store.place.site),
        ship_by=_minute(cutoff[0]) if cutoff else "",
        printed_at=datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
    )


def carts_of(store: Store, wave: str) -> tuple[str, ...]:
    """The carts of a wave, in its order. Raises LookupError for a wave nobody planned."""
    rows = store.db.execute(
        "SELECT DISTINCT cart FROM board_wave_fo WHERE wave = ? ORDER BY cart", (wave,)
    ).fetchall()
    if not rows:
        raise LookupError(f"wave {wave}: expected a planned wave, got none.")
    return tuple(row[0] for row in rows)


def slots_of(store: Store, wave: str, cart: str) -> dict[str, str]:
    """{order: slot} of a cart: those that were scanned, and for the others the slots that are free, in the order in
    which the walk gives them out when slot after slot is scanned (FL6.11). A cart that is no K-n has none."""
    rows = store.db.execute(
        "SELECT fo FROM board_wave_fo WHERE wave = ? AND cart = ? ORDER BY place", (wave, cart)
    ).fetchall()
    jobs = [job for job in (store.job(fo) for (fo,) in rows) if job is not None]
    given = {job.doc.fo: job.order.slot for job in jobs if job.order.slot}
    number = cart.removeprefix("K-")
    if not number.isdecimal() or any(job.order.totes and not job.order.slot for job in jobs):
        return given
    free = (name for name in (f"S-{number}-A{n}" for n in range(1, 100)) if name not in given.values())
    waiting = (job.doc.fo for job in jobs if job.doc.fo not in given and not dead(job))
    return given | dict(zip(waiting, free, strict=False))


def cart_sheet_of(store: Store, wave: str, cart: str) -> CartSheet:
    """Which order goes where on a cart; a tote is blank until it is scanned, to be filled in by hand."""
    slots = []
    given = slots_of(store, wave, cart)
    for (fo,) in store.db.execute(
        "SELECT fo FROM board_wave_fo WHERE wave = ? AND cart = ? ORDER BY place", (wave, cart)
    ).fetchall():
        job = store.job(fo)
        if job is None:
            continue
        slots.append(
            CartSlot(
                slot=given.get(fo, ""),
                order=f"#{job.doc.order_no}",
                lines=len(job.doc.lines),
                units=sum(job.need(line) for line in job.doc.lines),
                tote=job.order.totes[0] if job.order.totes else "",
            )
        )
    site: dict[str, Any] = store.mirror.setting("site") or {}
    return CartSheet(
        cart=cart,
        slots=tuple(slots),
        wave=wave,
        site=str(site.get("name") or store.place.site),
        printed_at=datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
    )


def _minute(iso: str) -> str:
    """A time of the copies as people read it on paper; "" stays so.

    >>> _minute("2026-03-02T16:00:00Z")
    '2026-03-02 16:00 UTC'
    """
    return f"{iso[:10]} {iso[11:16]} UTC" if len(iso) >= 16 else iso


def route_of(store: Store, cart: str) -> tuple[str, ...]:
    """The planned walk of a cart."""
    row = store.db.execute(
        "SELECT route FROM board_cart WHERE cart = ? ORDER BY rev DESC LIMIT 1", (cart,)
    ).fetchone()
    return tuple(json.loads(row[0])) if row else ()
