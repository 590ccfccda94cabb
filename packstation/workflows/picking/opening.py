"""The walk that stays open across a restart, a sign-in and a change of hands (FL1.10, FL2.16, FL6.33). Pure."""

from __future__ import annotations

from msgspec.structs import replace

from packstation.workflows.desk import Answer, Desk, Found, Moment, Override, Pending, Reader, Trip, asked
from packstation.workflows.picking import walk
from packstation.workflows.picking.answers import at_the_end, deed, done, refuse
from packstation.workflows.prompt import Cue, Say
from sync import facts as f
from sync.protocol import Deed


def reopened(desk: Desk, open_work: str, reader: Reader) -> Desk:
    """The desk as it was when the process ended: the walk, and the face that was scanned."""
    mode, _, rest = open_work.partition("|")
    work, _, face = rest.partition("|")
    trip = reader.trip(work, mode)
    if trip is None or (not trip.jobs and mode != "count"):
        return desk
    return replace(desk, trip=trip, face=face or None)


def where_open(desk: Desk) -> Say | None:
    """Where the picker stood, in words; None when no walk was begun."""
    trip = desk.trip
    return where_say(desk) if trip is not None and trip.jobs and walk.started(trip) else None


def open_walk(desk: Desk) -> str | None:
    """The walk that has to be finished, paused or given back before other work; None when there is none."""
    trip = desk.trip
    if trip is None or not trip.jobs or trip.mode == "put_back" or (walk.started(trip) and walk.packed_here(trip)):
        return None
    touched = walk.started(trip) or any(job.order.slot or job.order.totes for job in trip.jobs)
    return walk.name(trip) if touched else None


def signed_in(desk: Desk, now: Moment, reader: Reader) -> Answer | None:
    """The walk this user paused here comes back with the badge."""
    if desk.work != "pick" or desk.trip is not None:
        return None
    trip = reader.next_trip(now.user, now.station, mine_only=True)
    if trip is None or not walk.started(trip) or trip.elsewhere:
        return None
    return resumed(desk, trip, now)


def handed(desk: Desk, other: str, name: str) -> Say | None:
    """Whose walk it was and how far it is, when somebody else's badge is scanned."""
    trip = desk.trip
    if trip is None or not trip.jobs:
        return None
    done, need = walk.units(trip)
    return Say("take_up_walk", {"work": walk.name(trip), "done": done, "n": need, "other": other, "name": name})


def welcome(desk: Desk, name: str) -> Say | None:
    """Welcome back to the open walk."""
    trip = desk.trip
    if trip is None or not trip.jobs:
        return None
    done, need = walk.units(trip)
    return Say("welcome_walk", {"name": name, "work": walk.name(trip), "done": done, "n": need})


def taken_up(desk: Desk, from_user: str, name: str, now: Moment) -> tuple[Say, tuple[Deed, ...]] | None:
    """Somebody else goes on with the open walk, and said so."""
    trip = desk.trip
    if trip is None or not trip.jobs:
        return None
    return Say("taken_up_walk", {"work": walk.name(trip), "name": name}), taken_over(trip, from_user, now)


def changed(desk: Desk, before: Desk) -> Say | None:
    """What the hub's new copies mean for the open walk: an order of it was cancelled (FL4.50)."""
    if desk.trip is None or before.trip is None:
        return None
    job = walk.must_stop(desk.trip)
    was = walk.must_stop(before.trip)
    if job is None or (was is not None and was.doc.fo == job.doc.fo):
        return None
    n = sum(walk.picked(job, line) for line in job.doc.lines)
    return Say("do_pick_stop", {"order": job.doc.order_no, "n": n})


def go_on(desk: Desk, found: Found, trip: Trip, now: Moment, reader: Reader) -> Answer:
    picker = next((job.order.picker for job in walk.alive(trip) if job.order.picker), None)
    paused = all(job.order.paused for job in walk.alive(trip) if job.order.started)
    at, total = walk.at_line(trip)
    name = walk.name(trip)
    if picker in (None, now.user):
        if not trip.elsewhere or paused:
            return resumed(desk, trip, now)
        pending = Pending("pick_take_over", found.text, data=(trip.work,))
        return asked(desk, Say("walk_mine_elsewhere", {"work": name}), pending, about="cart")
    values: dict[str, str | int] = {
        "work": name,
        "who": reader.user_name(picker or ""),
        "done": at,
        "n": total,
    }
    if trip.elsewhere and not paused:
        deeds = taken_over(trip, picker or "", now)
        say = Say("walk_elsewhere", values)
        blocked = refuse(desk, "claimed", say, Cue.STOP, job=trip.jobs[0], about="cart", passes=frozenset({"badge"}))
        override = Override("ov.takeover", deeds, Say("walk_yours", {"work": name}), Cue.TICK)
        return replace(blocked, desk=replace(desk.quiet(), override=override))
    pending = Pending("pick_take_over", found.text, data=(trip.work,))
    return asked(desk, Say("walk_take", values), pending, about="cart")


def taken_over(trip: Trip, picker: str, now: Moment) -> tuple[Deed, ...]:
    cart = trip.cart or trip.work
    return tuple(
        deed(now, job, f.CartTakenOver(cart=cart, from_user=picker)) for job in walk.alive(trip) if job.order.started
    )


def take_over(desk: Desk, now: Moment, reader: Reader) -> Answer:
    """The paused walk of somebody else, after the second scan (FL6.32)."""
    assert desk.pending is not None
    trip = reader.trip(str(desk.pending.data[0]))
    if trip is None:
        return asked(replace(desk, pending=None), Say("no_walk", {"code": str(desk.pending.data[0])}))
    picker = next((job.order.picker for job in walk.alive(trip) if job.order.picker), "") or ""
    deeds = taken_over(trip, picker, now)
    bench = replace(desk.quiet(), trip=trip, job=None, face=last_face(trip), line=None)
    return done(bench, where_say(bench), Cue.ASK, deeds)


def resumed(desk: Desk, trip: Trip, now: Moment) -> Answer:
    """My own walk again, at its exact place (FL6.33)."""
    bench = replace(desk.quiet(), trip=trip, job=None, face=last_face(trip), line=None)
    deeds = [
        deed(now, job, f.PickResumed(work=trip.work))
        for job in walk.alive(trip)
        if job.order.started and not job.order.unloaded
    ]
    return done(bench, where_say(bench), Cue.ASK, deeds)


def last_face(trip: Trip) -> str | None:
    """The face the last unit came from, when there is more to take at it."""
    last = walk.last_pick(trip)
    return last[1].location if last is not None else None


def where_say(desk: Desk) -> Say:
    """You were at A-04-2, MUG BLUE 1 of 2, cart 12."""
    trip = _trip(desk)
    stop = walk.current(desk)
    if stop is None:
        return at_the_end(trip)
    values: dict[str, str | int] = {
        "location": stop.location or "?",
        "item": stop.line.item.name,
        "done": stop.done,
        "n": stop.need,
        "work": walk.name(trip),
    }
    return Say("you_were_at", values)


def _trip(desk: Desk) -> Trip:
    assert desk.trip is not None
    return desk.trip
