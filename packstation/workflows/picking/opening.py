"""The walk that stays open across a restart, a sign-in and a change of hands (FL1.10, FL2.16, FL6.33). Pure."""

from __future__ import annotations

from dataclasses import replace

from packstation.workflows.desk import Answer, Desk, Moment, Reader
from packstation.workflows.picking import starting, walk
from packstation.workflows.prompt import Say
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
    return starting.where_say(desk) if trip is not None and trip.jobs and walk.started(trip) else None


def open_walk(desk: Desk) -> str | None:
    """The walk that has to be finished, paused or given back before other work; None when there is none."""
    trip = desk.trip
    if trip is None or not trip.jobs or trip.mode == "put_back":
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
    return starting.resumed(desk, trip, now)


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
    return Say("taken_up_walk", {"work": walk.name(trip), "name": name}), starting.taken_over(trip, from_user, now)


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
