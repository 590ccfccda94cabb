"""What goes wrong on a walk: skip, bin full, pause, empty face, no barcode, cancelled (FL6.26-FL6.33,
FL8.3, FL4.50). Pure."""

from __future__ import annotations

from msgspec.structs import replace

from packstation.workflows.desk import (
    Answer,
    Candidate,
    Desk,
    Found,
    Job,
    Moment,
    Pending,
    Reader,
    Trip,
    asked,
    ignored,
)
from packstation.workflows.picking import starting, units, walk
from packstation.workflows.picking.answers import deed, done, go_to, place_first, refuse
from packstation.workflows.picking.walk import Stop
from packstation.workflows.prompt import Cue, Say
from packstation.workflows.reasons import BY_HAND
from sync import facts as f
from sync.facts import Fact
from sync.protocol import Deed

STOPS_SAID_MAX = 5
"""More of them are no sentence that anybody listens to."""


def skip(desk: Desk, now: Moment) -> Answer:
    """The line goes to the end of the walk (FL6.26)."""
    stop = _stop(desk)
    if stop is None or stop.left == 0 or walk.held(_trip(desk)) is not None:
        return place_first(desk)
    fact = f.LineSkipped(line=stop.line.line)
    return done(replace(desk, line=None), Say("skipped"), Cue.ASK, (deed(now, stop.job, fact),))


# --- bins ---


def bin_full(desk: Desk, now: Moment) -> Answer:
    """Ask for the next tote, or the next carton, of the order at hand (FL6.30, FL6.38)."""
    job = _job_at(desk)
    if job is None:
        return asked(desk, Say("nothing_open"))
    box = walk.carton(job)
    if box is not None:
        if not box.contents:
            return asked(desk, Say("box_empty"))
        say = Say("scan_new_carton", {"order": job.doc.order_no})
        return asked(desk, say, Pending("pick_next_box", data=(job.doc.fo,)), holds=False)
    say = Say("scan_new_tote", {"order": job.doc.order_no})
    return asked(desk, say, Pending("pick_bin_full", data=(job.doc.fo,)), holds=False)


def new_tote(desk: Desk, found: Found, now: Moment, reader: Reader) -> Answer:
    """The new tote's scan; both belong to the order, packing merges them."""
    pending, trip = desk.pending, _trip(desk)
    assert pending is not None
    job = next(job for job in trip.jobs if job.doc.fo == pending.data[0])
    hits = found.of("tote")
    if not hits:
        say = Say("no_such_bin", {"code": found.text[:24]})
        return refuse(desk, "unknown", say, Cue.UNKNOWN, job=job, about="tote")
    owner = starting.bin_owner(hits, trip, reader)
    if owner is not None:
        return refuse(desk, "bin_used", Say("tote_not_empty", {"tote": found.text}), job=job, about="tote")
    fact = f.ToteAdded(tote=found.code, slot=job.order.slot or "")
    values: dict[str, str | int] = {"tote": found.text, "order": job.doc.order_no, "n": len(job.order.totes) + 1}
    return done(desk, Say("tote_added", values), Cue.TICK, (deed(now, job, fact),))


def new_carton(desk: Desk, found: Found, now: Moment, reader: Reader) -> Answer:
    """The planned carton is too small: it is closed, and the scanned number is the next one's."""
    pending, trip = desk.pending, _trip(desk)
    assert pending is not None
    job = next(job for job in trip.jobs if job.doc.fo == pending.data[0])
    lpn = starting.lpn_of(found)
    box = walk.carton(job)
    if lpn is None or box is None:
        say = Say("no_such_bin", {"code": found.text[:24]})
        return refuse(desk, "unknown", say, Cue.UNKNOWN, job=job, about="carton")
    if any(hit.fo for hit in found.of("lpn")):
        return refuse(desk, "bin_used", Say("tote_not_empty", {"tote": lpn}), job=job, about="carton")
    suggestion = reader.suggestion(job)
    code = suggestion.code if suggestion else box.type
    facts: tuple[Fact, ...] = (
        f.CartonClosed(carton=box.lpn, why="next"),
        f.CartonOpened(carton=len(job.order.boxes) + 1, lpn=lpn, type=code, suggested=code),
    )
    values: dict[str, str | int] = {"carton": code, "order": job.doc.order_no, "no": box.no}
    return done(desk, Say("next_carton", values), Cue.TICK, (deed(now, job, fact) for fact in facts))


# --- pause ---


def pause(desk: Desk, now: Moment) -> Answer:
    """The exact place is kept, the device is free (FL6.31, FL6.42)."""
    trip = _trip(desk)
    line, total = walk.at_line(trip)
    done_units, need = walk.units(trip)
    values: dict[str, str | int] = {
        "work": walk.name(trip),
        "line": line,
        "total": total,
        "done": done_units,
        "n": need,
    }
    say = Say("paused_store" if trip.mode == "store" else "paused", values)
    return done(starting.desk_without(desk), say, Cue.TICK, paused(desk, now))


def paused(desk: Desk, now: Moment) -> tuple[Deed, ...]:
    """PickPaused for every order of a walk that was begun and is not over; also when somebody signs out."""
    trip = desk.trip
    if trip is None:
        return ()
    return tuple(
        deed(now, job, f.PickPaused(work=trip.work))
        for job in walk.alive(trip)
        if job.order.started and not job.order.paused and job.order.stage in ("picking", "picked")
    )


# --- the face that should be empty ---


def zero(desk: Desk, empty: bool, now: Moment) -> Answer:
    """Is the face empty now? No: what is seen is typed (FL6.29)."""
    face = walk.empty_face(_trip(desk))
    assert face is not None, "asked only at a face that should be empty"
    job, line, location = face
    if not empty:
        say = Say("zero_qty", {"location": location, "item": line.item.name})
        return asked(desk, say, Pending("pick_zero_qty", data=(job.doc.fo, line.line, location), typed=True))
    fact = f.ZeroChecked(location=location, sku=line.sku, empty=True, seen_qty=0)
    return done(desk, go_to(desk), Cue.TICK, (deed(now, job, fact),))


def zero_qty(desk: Desk, text: str, now: Moment) -> Answer:
    pending, trip = desk.pending, _trip(desk)
    assert pending is not None
    fo, line_no, location = pending.data
    job = next(job for job in trip.jobs if job.doc.fo == fo)
    line = job.doc.line(int(str(line_no)))
    if not text.isdecimal() or not 0 < int(text[:6]) < 100_000:
        say = Say("zero_qty", {"location": str(location), "item": line.item.name})
        return asked(desk, say, pending, cue=Cue.UNKNOWN)
    facts: tuple[Fact, ...] = (f.ZeroChecked(location=str(location), sku=line.sku, empty=False, seen_qty=int(text)),)
    count = Deed(None, f.CountRequested(location=str(location), sku=line.sku, why="not_empty"))
    deeds = (*(deed(now, job, fact) for fact in facts), count)
    return done(desk, Say("count_wanted", {"location": str(location)}), Cue.TICK, deeds)


# --- by hand, unknown codes, cancelled ---


def by_hand(desk: Desk) -> Answer:
    """A unit without a readable code, at the right face; on record as such, and verified again at packing."""
    stop = _stop(desk)
    if stop is None or stop.left == 0:
        return place_first(desk)
    say = Say("by_hand_reason", {"item": stop.line.item.name})
    return asked(desk, say, Pending("pick_by_hand", choices=BY_HAND, data=(stop.key,)))


def by_hand_now(desk: Desk, reason: str, now: Moment, reader: Reader) -> Answer:
    """The reason is known: the unit counts."""
    stop = _stop(desk)
    if stop is None or stop.left == 0:
        return place_first(replace(desk, pending=None))
    hit = Candidate("item", stop.line.sku, how="manual")
    if stop.line.lot:
        hit = replace(hit, lot=walk.expected_lot(stop.job, stop.line))
    bare = replace(desk, pending=None, quantity=0)
    return units.taken(bare, Found(""), hit, stop, stop.location, now, reader, reason=reason)


def alias(desk: Desk) -> Answer:
    """Which item does the unknown code belong to (FL2.12)?"""
    trip = _trip(desk)
    if not desk.unknown_code:
        return asked(desk, Say("no_unknown"))
    items = {stop.line.sku: stop.line.item.name for stop in walk.stops(trip)}
    choices = tuple((str(n), sku, name) for n, (sku, name) in enumerate(list(items.items())[:9], 1))
    return asked(desk, Say("alias_line"), Pending("alias", choices=choices, data=(desk.unknown_code, "")))


def aliased(desk: Desk, sku: str) -> Answer:
    assert desk.pending is not None
    fact = f.AliasProposed(code=str(desk.pending.data[0]), sku=sku, symbology=str(desk.pending.data[1]))
    return done(desk, Say("alias_proposed", {"item": sku}), Cue.TICK, (Deed(None, fact),))


def cancelled(desk: Desk, now: Moment) -> Answer:
    """The picker took note that the hub cancelled an order of the walk; its units go back (FL4.50)."""
    trip = _trip(desk)
    job = walk.must_stop(trip)
    assert job is not None, "only a cancelled order stops a walk"
    n = sum(walk.picked(job, line) for line in job.doc.lines)
    deeds = [deed(now, job, f.CancelAccepted(put_back=n))]
    if job.doc.fence and job.doc.holder == now.station:
        deeds.append(deed(now, job, f.ClaimReleased(claim=job.doc.fence)))
    at = replace(desk.quiet(), line=None)
    if not [j for j in walk.alive(trip) if j.doc.fo != job.doc.fo]:
        at = starting.desk_without(desk)
    return done(at, Say("pick_cancelled", {"order": job.doc.order_no, "n": n}), Cue.TICK, deeds)


def list_stops(desk: Desk) -> Answer:
    """Say the next stops and how many come behind them; every one of them is a row of the screen (FL10.2)."""
    trip = _trip(desk)
    stops = walk.stops(trip)
    said = "; ".join(
        f"{stop.location or '?'} {stop.left} × {stop.line.item.name} → {walk.bin_code(stop.job)}"
        for stop in stops[:STOPS_SAID_MAX]
    )
    more = len(stops) - STOPS_SAID_MAX
    say = Say("stops_more", {"list": said, "n": more}) if more > 0 else Say("plain", {"text": said or "-"})
    return ignored(desk, say)


def _job_at(desk: Desk) -> Job | None:
    stop = _stop(desk)
    return stop.job if stop else None


def _stop(desk: Desk) -> Stop | None:
    return walk.current(desk)


def _trip(desk: Desk) -> Trip:
    assert desk.trip is not None
    return desk.trip
