"""Units that are not there: another location, else reason, number and what follows (FL6.28, FL8.1-FL8.3). Pure."""

from __future__ import annotations

from msgspec.structs import replace

from packstation.workflows.desk import Answer, Desk, Job, Moment, Pending, Reader, Trip, asked
from packstation.workflows.picking import bins, walk
from packstation.workflows.picking.answers import deed, done, place_first
from packstation.workflows.picking.walk import Stop
from packstation.workflows.prompt import Cue, Say
from packstation.workflows.reasons import SHORT_REASONS, atp_after, preview
from sync import facts as f
from sync.protocol import Deed

STORE_REASONS = (
    *SHORT_REASONS,
    ("7", "worn_display", "worn display"),
    ("8", "no_capacity", "no capacity"),
    ("9", "cannot_ship", "cannot ship"),
)
"""What a store may say of a whole order besides (floor.md section 8)."""
POLICIES = {"resource_then_reject": "reroute", "wait": "wait", "ship_partial": "ship_short"}
"""The wave's short policy (W4) as the resolution of a short at the face."""


def short(desk: Desk, now: Moment, reader: Reader) -> Answer:
    """Another location is offered first, else the reason is asked (FL6.28)."""
    stop = walk.current(desk)
    if stop is None or stop.left == 0:
        return place_first(desk)
    other = walk.other_face(_trip(desk), stop)
    choices = reasons(_trip(desk))[:6]
    if other is None:
        say = Say("short_reason", {"item": stop.line.item.name})
        return asked(desk, say, Pending("pick_short_reason", choices=choices, data=(stop.key,)))
    values: dict[str, str | int | Say] = {
        "location": other.location,
        "n": other.quantity,
        "item": stop.line.item.name,
    }
    pending = Pending("pick_other_face", choices=choices, data=(stop.key, other.location))
    return asked(desk, Say("also_at", values), pending)


def reasons(trip: Trip) -> tuple[tuple[str, str, str], ...]:
    return STORE_REASONS if trip.mode == "store" else SHORT_REASONS


def elsewhere(desk: Desk, now: Moment) -> Answer:
    """`*OK`: go to the other location; this one is counted."""
    stop = _named(desk)
    if stop is None:
        return asked(replace(desk, pending=None, face=None, line=None), Say("answer_first"))
    assert desk.pending is not None
    bare = replace(desk, pending=None, face=None, line=stop.key)
    deeds: tuple[Deed, ...] = ()
    if stop.location and stop.location not in walk.passed(_trip(desk), stop.line.sku):
        why = "short" if stop.done else "not_found"
        deeds = (deed(now, stop.job, f.CountRequested(location=stop.location, sku=stop.line.sku, why=why)),)
    values: dict[str, str | int | Say] = {
        "location": str(desk.pending.data[1]),
        "n": stop.left,
        "item": stop.line.item.name,
        "where": walk.bin_name(stop.job),
    }
    return done(bare, Say("go_to", values), Cue.TICK, deeds)


def short_reason(desk: Desk, reason: str) -> Answer:
    """How many are missing: typed, Enter takes all."""
    stop = _named(desk)
    if stop is None:
        return asked(replace(desk, pending=None), Say("answer_first"))
    pending = Pending("pick_short_qty", data=(stop.key, reason), typed=True)
    return asked(desk, Say("short_qty", {"left": stop.left}), pending)


def short_qty(desk: Desk, text: str, now: Moment, reader: Reader) -> Answer:
    """What follows is shown before Enter (FL8.3)."""
    stop = _named(desk)
    assert desk.pending is not None
    if stop is None:
        return asked(replace(desk, pending=None), Say("answer_first"))
    qty = stop.left if not text else int(text) if text.isdecimal() else 0
    if not 0 < qty <= stop.left:
        say = Say("short_qty_range", {"left": stop.left, "got": text[:12]})
        return asked(desk, say, desk.pending, cue=Cue.UNKNOWN)
    trip, job = _trip(desk), stop.job
    reason = str(desk.pending.data[1])
    need = sum(walk.due(job, line) for line in job.doc.lines)
    peers = [j for j in (*trip.jobs, *reader.wave_peers(job.doc.fo)) if j.doc.fo != job.doc.fo]
    affected = {
        j.doc.order_no
        for j in peers
        if not walk.dead(j) and any(line.sku == stop.line.sku and walk.left(j, line) > 0 for line in j.doc.lines)
    }
    known = reader.available(stop.line.sku) if now.online else None
    atp = None if known is None else atp_after(known, qty, reason, stop.done)
    kind = resolution(job, reader)
    if whole(job, reader):
        kind = "whole"
    elif need == qty and kind != "wait":
        kind = "none_left"
    elif kind == "reroute" and not now.online:
        kind = "reroute_later"
    first = Say(f"pick_preview_{kind}", {"order": job.doc.order_no, "ships": need - qty, "need": need})
    count_at = stop.location if stop.location not in walk.passed(trip, stop.line.sku) else None
    say = preview(first, stop.line.item.name, atp, affected, count_at)
    return asked(desk, say, Pending("pick_short_preview", data=(stop.key, reason, qty)))


def whole(job: Job, reader: Reader) -> bool:
    """The order must not be split: one missing line sends all of it back (FL8.2)."""
    return job.doc.ship_complete or bool(reader.rule("no_split", 0))


def resolution(job: Job, reader: Reader) -> str:
    """What becomes of the missing units, by the wave's short policy."""
    return POLICIES.get(reader.text_rule("short_policy", ""), "reroute")


def short_now(desk: Desk, now: Moment, reader: Reader) -> Answer:
    """Record the short; an order that is complete without it is picked."""
    stop = _named(desk)
    assert desk.pending is not None
    bare = replace(desk, pending=None)
    if stop is None:
        return asked(bare, Say("answer_first"))
    trip, job, line = _trip(desk), stop.job, stop.line
    _, reason, missing = desk.pending.data
    qty = min(int(str(missing)), stop.left)
    code = "short" if reason == "not_found" and stop.done else str(reason)
    back = whole(job, reader)
    fact = f.ShortReported(
        line=line.line,
        sku=line.sku,
        qty=qty,
        seen_qty=stop.done,
        reason=code,
        where="store" if trip.mode == "store" else "pick",
        resolution="reroute" if back else resolution(job, reader),
        provisional=not now.online,
        location=stop.location or None,
    )
    deeds = [deed(now, job, fact)]
    if stop.location and stop.location not in walk.passed(trip, line.sku):
        count = f.CountRequested(location=stop.location, sku=line.sku, why=code)
        # An order in the envelope takes the face out of the walk; a damaged unit leaves good ones behind.
        deeds.append(deed(now, job, count) if reason == "not_found" else Deed(None, count))
    values: dict[str, str | int | Say] = {"qty": qty, "item": line.item.name, "order": job.doc.order_no}
    if back:
        rest = tuple(ln.line for ln in job.doc.lines if ln.line not in job.order.rejected)
        deeds.append(deed(now, job, f.FoRejected(lines=rest, reason="no_split", seen_qty=stop.done)))
        at = _without_hand(bare, trip)
        return done(at, Say("short_whole", values), Cue.LINE, deeds)
    waits = resolution(job, reader) == "wait"
    others = walk.job_left(job) - stop.left
    if others == 0 and qty == stop.left and not _in_hand(job) and not walk.direct(trip):
        deeds.extend(deed(now, job, each) for each in bins.finishing(trip, job, now))
    elif others == 0 and qty == stop.left and walk.direct(trip):
        deeds.extend(deed(now, job, each) for each in bins.finishing(trip, job, now))
        if walk.bin_of(job) is None:
            bare = replace(bare, trip=None, face=None, line=None)
    if reason == "not_found" and qty == stop.left and walk.other_face(trip, stop) is None:
        deeds.extend(_same_item(trip, stop, now, reader))
    return done(bare, Say("pick_short_waits" if waits else "short_done", values), Cue.LINE, deeds)


def _same_item(trip: Trip, stop: Stop, now: Moment, reader: Reader) -> list[Deed]:
    """The item is nowhere: the walk's other orders are short of it too, and nobody is sent to look again (FL6.28)."""
    deeds: list[Deed] = []
    for other in walk.stops(trip):
        job = other.job
        if other.line.sku != stop.line.sku or job.doc.fo == stop.job.doc.fo:
            continue
        back = whole(job, reader)
        missing = f.ShortReported(
            line=other.line.line,
            sku=other.line.sku,
            qty=other.left,
            seen_qty=other.done,
            reason="short" if other.done else "not_found",
            where="store" if trip.mode == "store" else "pick",
            resolution="reroute" if back else resolution(job, reader),
            provisional=not now.online,
            location=other.location or None,
        )
        deeds.append(deed(now, job, missing))
        if back:
            rest = tuple(line.line for line in job.doc.lines if line.line not in job.order.rejected)
            deeds.append(deed(now, job, f.FoRejected(lines=rest, reason="no_split", seen_qty=other.done)))
        elif walk.job_left(job) == other.left and not _in_hand(job):
            deeds.extend(deed(now, job, each) for each in bins.finishing(trip, job, now))
    return deeds


def _in_hand(job: Job) -> bool:
    return any(qty > 0 for qty in job.order.in_hand.values()) and walk.bin_of(job) is not None


def _without_hand(desk: Desk, trip: Trip) -> Desk:
    """One order alone that went back to routing ends its walk."""
    return replace(desk, trip=None, face=None, line=None) if len(walk.alive(trip)) == 1 else desk


def _named(desk: Desk) -> Stop | None:
    """The stop a question is about."""
    assert desk.pending is not None
    key = desk.pending.data[0]
    return next((stop for stop in walk.stops(_trip(desk)) if stop.key == key), None)


def _trip(desk: Desk) -> Trip:
    assert desk.trip is not None
    return desk.trip
