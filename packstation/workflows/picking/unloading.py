"""The end of the walk: totes are set down at a bench or staging place (FL6.27, FL6.35, FL6.36). Pure."""

from __future__ import annotations

from msgspec.structs import replace

from packstation.workflows.desk import Answer, Candidate, Desk, Found, Job, Moment, Pending, Reader, Trip, asked
from packstation.workflows.picking import starting, walk
from packstation.workflows.picking.answers import at_the_end, deed, done, refuse
from packstation.workflows.picking.bins import unload_places
from packstation.workflows.prompt import Cue, Say
from sync import facts as f
from sync.protocol import Deed

PLACES = ("station", "location", "door", "zone")


def unloading(desk: Desk, found: Found, now: Moment, reader: Reader) -> Answer | None:
    """A place unloads everything; a tote and then a place unloads that tote. None when the code means neither."""
    trip = _trip(desk)
    pending = desk.pending
    totes = walk.to_unload(trip)
    hits = found.of("lpn", "tote", "cart", "slot", "station", "location", "door", "zone", "order")
    if not hits:
        return None
    hit = hits[0]
    if hit.kind in PLACES:
        one = str(pending.data[0]) if pending is not None and pending.kind == "pick_unload_tote" else None
        bare = replace(desk, pending=None)
        if not _drop(bare, hit, reader):
            face = hit.kind == "location" and reader.is_location(hit.ref)
            say = Say("a_pick_face" if face else "not_a_drop", {"place": hit.ref})
            return refuse(bare, "wrong_place", say, job=totes[0][0] if totes else None, about="place")
        return at_place(bare, hit.ref, one, now, reader)
    mine = next((name for job, name in totes if found.text in (name, job.order.slot)), None)
    if mine is None and walk.packed_here(trip) and hit.fo not in {job.doc.fo for job in trip.jobs}:
        return starting.by_code(starting.desk_without(desk), found, now, reader)
    if mine is None:
        return asked(replace(desk, pending=None), at_the_end(trip), about="tote")
    return asked(desk, Say("scan_place", {"tote": mine}), Pending("pick_unload_tote", data=(mine,)), holds=False)


def _drop(desk: Desk, hit: Candidate, reader: Reader) -> bool:
    """Whether totes may stand there at all: a bench, a place the site names, the next zone, or a location that no
    walk goes to; never a carrier's door, a pick face, or a place that nobody knows (FL6.35, FL6.36)."""
    trip = _trip(desk)
    if hit.ref in unload_places(reader) or hit.ref in {
        expected(trip, job, reader) for job, _ in walk.to_unload(trip)
    }:
        return True
    if hit.kind == "location" and reader.is_location(hit.ref):
        return reader.is_drop_place(hit.ref) or bool(unload_places(reader))  # then it is told which place is meant
    return hit.kind in ("station", "zone")


def at_place(
    desk: Desk, place: str, one: str | None, now: Moment, reader: Reader, *, confirmed: bool = False
) -> Answer:
    """Set down one tote, or all of them when they share the place."""
    trip = _trip(desk)
    totes = tuple((job, name) for job, name in walk.to_unload(trip) if one in (None, name))
    wanted = {expected(trip, job, reader) for job, _ in totes}
    allowed = unload_places(reader)
    if one is None and len(wanted) > 1:
        return asked(desk, Say("tote_then_place"), about="tote")
    usual = next(iter(wanted), "")
    if usual and place != usual and not confirmed:
        if allowed and place not in allowed:
            say = Say("wrong_place", {"place": place, "want": usual})
            return refuse(desk, "wrong_place", say, job=totes[0][0], about="place")
        pending = Pending("pick_other_place", place, data=(place, one))
        return asked(desk, Say("other_place", {"want": usual, "place": place}), pending, about="place")
    deeds = [deed(now, job, f.ToteUnloaded(tote=name, place=place)) for job, name in totes]
    rest = [name for _, name in walk.to_unload(trip) if name not in {mine for _, mine in totes}]
    values: dict[str, str | int] = {"work": walk.name(trip), "place": place, "tote": one or "", "n": len(rest)}
    if rest:
        return done(desk, Say("tote_unloaded", values), Cue.TICK, deeds)
    deeds.extend(_claims(trip, now, reader))
    return done(starting.desk_without(desk), Say("unloaded", values), Cue.DONE, deeds)


def expected(trip: Trip, job: Job, reader: Reader) -> str:
    """The next zone of the order if it has one (FL6.3), else the place of its carrier or the site's usual one, else
    wherever the picker says."""
    if job.doc.fo in trip.onward and walk.job_left(job):
        return trip.onward[job.doc.fo]
    by_carrier = reader.carrier_rule(job.doc.carrier, "pick_place", "")
    places = unload_places(reader)
    return by_carrier or (places[0] if places else "")


def finish(desk: Desk, now: Moment, reader: Reader) -> Answer:
    """`*OK` at the end: the usual place, if the site has one; nothing to set down ends the walk, and in a store the
    same person packs (FL6.4)."""
    trip = _trip(desk)
    totes = walk.to_unload(trip)
    if not totes or walk.packed_here(trip):
        values: dict[str, str | int] = {"work": walk.name(trip)}
        return done(starting.desk_without(desk), Say("walk_over", values), Cue.DONE, _claims(trip, now, reader))
    wanted = {expected(trip, job, reader) for job, _ in totes}
    if len(wanted) == 1 and "" not in wanted:
        return at_place(desk, wanted.pop(), None, now, reader)
    return asked(desk, at_the_end(trip), about="place")


def _claims(trip: Trip, now: Moment, reader: Reader) -> list[Deed]:
    """Another station packs: with the rule on, this one's custody ends behind the walk (sync U5)."""
    onward = trip.onward if trip.mode == "zone" else {}
    if not reader.rule("pick_releases_claim", 0) and not onward:
        return []
    return [
        Deed(job.doc.fo, f.ClaimReleased(claim=job.doc.fence), job.doc.fence)
        for job in walk.alive(trip)
        if job.doc.fence and job.doc.holder == now.station and (job.doc.fo in onward or not onward)
    ]


def _trip(desk: Desk) -> Trip:
    assert desk.trip is not None
    return desk.trip
