"""Undo on a walk and after it: the last gesture taken back by a new fact, and what the hands have to do now (FL6.34,
FL5.33). Pure."""

from __future__ import annotations

from msgspec.structs import replace

from packstation.workflows import ended
from packstation.workflows.desk import Answer, Desk, Job, Moment, Reader, Trip
from packstation.workflows.order import last_gesture
from packstation.workflows.picking import walk
from packstation.workflows.picking.answers import deed, done, refuse
from packstation.workflows.prompt import Cue, Say
from sync import facts as f
from sync.facts import Fact

_GOES_ALONG = (f.PickFinished, f.HoldReleased, f.CountRequested)
"""Facts that end with the gesture they came in: an order whose last unit went back is not picked."""


def undo(desk: Desk, now: Moment, reader: Reader) -> Answer:
    """Take back the last gesture of the walk: what was picked goes back to its face (FL6.34)."""
    trip = desk.trip
    assert trip is not None
    parts = [(job, last) for job in trip.jobs if (last := last_gesture(job.order)) is not None]
    newest = max(parts, key=lambda part: max((entry.place, entry.seq) for entry in part[1][1]), default=None)
    gesture = newest[1][0] if newest is not None else ""
    entries = [(job, last[1]) for job, last in parts if last[0] == gesture]
    facts = [entry.fact for _, part in entries for entry in part]
    whole = ended.back(facts)
    blocked = any(
        not fact.undoable and not isinstance(fact, _GOES_ALONG) and not (whole and isinstance(fact, f.FoRejected))
        for fact in facts
    )
    if not any(fact.undoable for fact in facts) or blocked:
        return refuse(desk, "undo_end", Say("pick_undo_end"), Cue.ASK)
    step = reader.last_step() if whole else None
    if step is not None and step.gesture == gesture:
        late = next(
            (job for job, part in entries if ended.back(e.fact for e in part) and ended.too_late(step, job)), None
        )
        if late is not None:
            return refuse(desk, "undo_end", Say("undo_returned", {"order": late.doc.order_no}), Cue.ASK)
    deeds = [
        deed(now, job, f.GestureUndone(undone=gesture, facts=tuple(e.fact_id for e in part), why="user"))
        for job, part in entries
    ]
    return done(replace(desk.quiet(), line=None), _said(trip, entries[0][0], facts), Cue.ASK, deeds)


def undo_last(desk: Desk, now: Moment, reader: Reader, go_on: Say) -> Answer:
    """No walk is open, or only a task: the last thing done here is taken back, and its walk goes on (FL5.33).
    `go_on`: what to scan when it is not."""
    step = reader.last_step()
    job = reader.job(step.fo) if step is not None and step.fo is not None else None
    stays = ended.lasting(step, desk, job, now, go_on)
    if stays is not None or step is None or job is None:
        return refuse(desk, "undo_end", stays or go_on, Cue.ASK)
    put_back = any(isinstance(entry.fact, f.ItemPutBack) for entry in step.entries)
    trip = reader.trip(job.doc.fo, "put_back" if put_back else "")
    if trip is None:
        return refuse(desk, "undo_end", Say("undo_changed", {"order": job.doc.order_no}), Cue.ASK)
    return undo(replace(desk.quiet(), trip=trip, job=None, face=None, line=None), now, reader)


def _said(trip: Trip, job: Job, facts: list[Fact]) -> Say:
    picks = [fact for fact in facts if isinstance(fact, f.ItemPicked)]
    if picks:
        qty = sum(pick.qty for pick in picks)
        item = job.doc.line(picks[0].line).item.name
        return Say("undone_pick", {"n": qty, "item": item, "location": picks[0].location or Say("its_place")})
    places = [fact for fact in facts if isinstance(fact, f.ItemPlaced)]
    if places:
        item = job.doc.line(places[0].line).item.name
        return Say("undone_place", {"n": sum(p.qty for p in places), "item": item, "where": walk.bin_name(job)})
    back = next((fact for fact in facts if isinstance(fact, f.ItemPutBack)), None)
    if back is not None:
        item = job.doc.line(back.line).item.name
        return Say("undone_put_back", {"n": back.qty, "item": item, "location": back.location})
    down = next((fact for fact in facts if isinstance(fact, f.ToteUnloaded)), None)
    if down is not None:
        return Say("undone_unload", {"work": walk.name(trip), "place": down.place})
    if ended.back(facts):
        return Say("undone_return", {"order": job.doc.order_no})
    if any(isinstance(fact, f.ShortReported) for fact in facts):
        return Say("undone_short", {"order": job.doc.order_no})
    if any(isinstance(fact, f.SlotAssigned | f.ToteAdded) for fact in facts):
        return Say("undone_bin", {"order": job.doc.order_no})
    return Say("undone_step", {"order": job.doc.order_no})
