"""The walk as the facts leave it: what is still to pick, in which order, what is in hand, into which bin. Pure.

Nothing here is stored: a station that comes back after a crash, or another one that has the facts, sees the same
stop (FL6.33).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache

from msgspec import Struct

from packstation.waves.stops import Face, best_face, place_in_walk, together
from packstation.workflows.desk import Desk, Job, Line, Trip
from packstation.workflows.order import Box, Order
from packstation.workflows.places import in_slot, in_tote
from packstation.workflows.places import tail as tail
from packstation.workflows.prompt import Say
from sync import facts as f

DEAD = ("cancelled", "cancellation_requested", "closed", "on_hold")


class Stop(Struct, frozen=True):
    """Units of one order's line that are still to pick. `location`: where, "" when nobody knows. `skips`: how often
    the line was sent to the end of the walk."""

    job: Job
    line: Line
    location: str
    left: int
    done: int
    need: int
    skips: int = 0

    @property
    def key(self) -> tuple[str, int]:
        return self.job.doc.fo, self.line.line


class Held(Struct, frozen=True):
    """Units of one line that left their face and are in no bin yet."""

    job: Job
    line: Line
    qty: int


def picked(job: Job, line: Line) -> int:
    return job.order.picked.get(line.line, 0)


def due(job: Job, line: Line) -> int:
    """Units of the line to pick in all: ordered less short; nothing more once the line was rejected."""
    if line.line in job.order.rejected:
        return picked(job, line)
    short = sum(s.qty for s in job.order.shorts if s.line == line.line and s.resolution != "back_to_picker")
    return max(0, line.quantity - short)


def left(job: Job, line: Line) -> int:
    """Units of the line that are still to pick."""
    again = _sent_back(job.order, line.line)
    if again is not None:
        return again
    return max(0, due(job, line) - picked(job, line))


def job_left(job: Job) -> int:
    return sum(left(job, line) for line in job.doc.lines)


def _sent_back(order: Order, line: int) -> int | None:
    """Units a packer did not find and sent back to picking (FL8.4), less what was picked since; None when none."""
    if not any(s.line == line and s.resolution == "back_to_picker" for s in order.shorts):
        return None
    undone = {fact for e in order.trail if isinstance(e.fact, f.GestureUndone) for fact in e.fact.facts}
    missing = 0
    for entry in order.trail:
        fact = entry.fact
        if entry.fact_id in undone:
            continue
        if isinstance(fact, f.ShortReported) and fact.line == line and fact.resolution == "back_to_picker":
            missing += fact.qty
        elif isinstance(fact, f.ItemPicked) and fact.line == line and missing:
            missing -= fact.qty
    return max(0, missing)


def sent_back(job: Job) -> bool:
    """The order waits for units that a packer sent back to picking."""
    return any(s.resolution == "back_to_picker" for s in job.order.shorts)


def dead(job: Job) -> bool:
    """Nothing of the order is to be picked: cancelled, held, rejected, or over."""
    order, doc = job.order, job.doc
    if order.cancelled or doc.state in DEAD or order.stage == "done":
        return True
    if order.hold is not None and not sent_back(job):
        return True
    return all(line.line in order.rejected for line in doc.lines)


def must_stop(trip: Trip) -> Job | None:
    """A begun order of the walk that the hub cancelled, and nobody took note of here."""
    return next(
        (
            job
            for job in trip.jobs
            if job.doc.state in ("cancelled", "cancellation_requested")
            and not job.order.cancelled
            and job.order.started
            and not any(box.left for box in job.order.boxes)
        ),
        None,
    )


def expected_lot(job: Job, line: Line) -> str | None:
    """The lot to take: what the picker changed to, else the reserved one."""
    undone = _undone(job.order) if line.lot else frozenset[str]()
    for entry in reversed(job.order.trail):
        fact = entry.fact
        if isinstance(fact, f.LotChanged) and fact.line == line.line and entry.fact_id not in undone:
            return fact.to_lot
    return line.lot


def _undone(order: Order) -> frozenset[str]:
    return frozenset(fact for e in order.trail if isinstance(e.fact, f.GestureUndone) for fact in e.fact.facts)


def passed(trip: Trip, sku: str) -> frozenset[str]:
    """Locations where somebody on this walk looked for the item in vain."""
    return frozenset(location for job in trip.jobs for known, location in job.order.passed if known == sku)


@lru_cache(maxsize=8)
def stops(trip: Trip) -> tuple[Stop, ...]:
    """What is still to pick, in walking order; skipped lines at the end."""
    route = _route(trip)
    vain: dict[str, set[str]] = {}
    for job in trip.jobs:
        for sku, location in job.order.passed:
            vain.setdefault(sku, set()).add(location)
    given_up = {short.sku for job in trip.jobs for short in job.order.shorts}
    found: list[tuple[tuple[object, ...], Stop]] = []
    for slot, job in enumerate(trip.jobs):
        if dead(job):
            continue
        for line in job.doc.lines:
            more = left(job, line)
            if more <= 0 or (trip.mode == "zone" and line.sku not in trip.faces):
                continue
            in_vain = vain.get(line.sku, ())
            face = _face(trip, job, line, more, route, in_vain)
            where, sequence = (face.location, face.sequence) if face else ("", 0)
            skips = job.order.skipped.count(line.line)
            stop = Stop(job, line, where, more, picked(job, line), picked(job, line) + more, skips)
            place, instead = place_in_walk(where, sequence, route), False
            if in_vain and where not in in_vain and line.sku not in given_up:
                # `*OK` sent the picker from there to here: it takes the place of that face in the walk. Who called
                # the item short instead takes what other lines want of it on the way.
                looked = [f for f in trip.faces.get(line.sku, ()) if f.location in in_vain]
                places = [place_in_walk(f.location, f.sequence, route) for f in looked]
                place, instead = min(places, default=place), bool(places)
            walk: tuple[object, ...] = place
            if trip.sort == "product":
                walk = (line.item.name, *walk)
            elif trip.sort == "location":
                walk = (where == "", place[2] if instead else where)
            found.append(((skips, *walk, not instead, line.sku, slot, line.line), stop))
    found.sort(key=lambda pair: pair[0])
    return tuple(stop for _, stop in found)


def _route(trip: Trip) -> dict[str, int]:
    return {location: place for place, location in enumerate(trip.route)}


def _face(
    trip: Trip, job: Job, line: Line, more: int, route: Mapping[str, int], in_vain: Collection[str]
) -> Face | None:
    """Where the line's units are taken, when nobody is to look again where it was looked in vain."""
    return best_face(
        trip.faces.get(line.sku, ()),
        more,
        route=route,
        lot=expected_lot(job, line) if line.lot else None,
        passed=in_vain,
        sticky=job.order.picked_at.get(line.line),
    )


@lru_cache(maxsize=8)
def held(trip: Trip) -> Held | None:
    """What is in the picker's hand and wants a bin; orders without a bin keep their units in the hand's bag."""
    for job in trip.jobs:
        for number, qty in job.order.in_hand.items():
            if qty > 0 and not dead(job) and (trip.mode == "zone" or bin_of(job) is not None):
                return Held(job, job.doc.line(number), qty)
    return None


def carton(job: Job) -> Box | None:
    """The shipping carton the order is picked into (FL6.5); a box that a packer opened is none."""
    return job.order.open_box if job.order.packer is None else None


def bin_of(job: Job) -> str | None:
    """Where units of the order go: its open carton, its newest tote, or its slot."""
    order, box = job.order, carton(job)
    if box is not None:
        return box.lpn
    return order.totes[-1] if order.totes else order.slot or None


def bin_name(job: Job) -> Say:
    """The bin in words: what the picker looks for."""
    order, box = job.order, carton(job)
    if order.slot:
        return in_slot(order.slot)
    if box is not None:
        return Say("in_box", {"box": box.lpn})
    if not order.totes and order.pick_mode == "zone":
        return Say("in_new_tote", {"order": job.doc.order_no})
    return in_tote(order.totes[-1]) if order.totes else Say("in_order", {"order": job.doc.order_no})


def bin_code(job: Job) -> str:
    """The bin's code, the same in every language."""
    order, box = job.order, carton(job)
    if order.slot:
        return tail(order.slot)
    if box is not None:
        return box.lpn
    return order.totes[-1] if order.totes else f"#{job.doc.order_no}"


def other_carts(trip: Trip, slot: str) -> bool:
    """Whether a slot's code names another cart than this walk's: S-2-A1 is on K-2."""
    kind, _, number = trip.cart.partition("-")
    mark, number_of, _ = (*slot.split("-"), "", "")[:3]
    return kind == "K" and mark == "S" and number_of.isdecimal() and number_of != number


def direct(trip: Trip) -> bool:
    """Units go straight into the only bin: no scan of it (FL6.1)."""
    return len(trip.jobs) == 1 and not trip.cart and trip.mode != "zone"


def current(desk: Desk) -> Stop | None:
    """The stop the picker stands at: what is in hand, else the scanned face, else the line that was sent elsewhere,
    else the next of the walk."""
    trip = desk.trip
    if trip is None:
        return None
    open_stops = stops(trip)
    hand = held(trip)
    if hand is not None:
        key = (hand.job.doc.fo, hand.line.line)
        for stop in open_stops:
            if stop.key == key:
                return stop
        where = hand.job.order.picked_at.get(hand.line.line, "")
        done = picked(hand.job, hand.line)
        return Stop(hand.job, hand.line, where, 0, done, done)
    if not open_stops:
        return None
    sent = next((s for s in open_stops if s.key == desk.line), None) if desk.face is None else None
    if sent is not None:
        return sent
    first = open_stops[0]
    begun = [s for s in open_stops if s.location == desk.face and s.skips == first.skips]
    return begun[0] if begun else first


def at_face(desk: Desk, location: str) -> tuple[Stop, ...]:
    """Open stops at a location, in walking order."""
    return tuple(stop for stop in stops(desk.trip) if stop.location == location) if desk.trip else ()


def started(trip: Trip) -> bool:
    if trip.mode == "zone":
        # An order that another zone handed over was begun there, not here.
        return any(job.order.pick_work == trip.work and job.order.place is None for job in trip.jobs)
    return any(job.order.started for job in trip.jobs)


def alive(trip: Trip) -> tuple[Job, ...]:
    return tuple(job for job in trip.jobs if not dead(job))


def unassigned(trip: Trip) -> tuple[Job, ...]:
    """Orders of a cart that have no bin yet, in slot order."""
    return tuple(job for job in alive(trip) if bin_of(job) is None)


def to_unload(trip: Trip) -> tuple[tuple[Job, str], ...]:
    """Totes of the walk, by order, that stand nowhere yet. An order without a tote is unloaded by its bin's name."""
    found: list[tuple[Job, str]] = []
    for job in trip.jobs:
        if not job.order.started or job.order.stage in ("packing", "parked", "done"):
            continue
        boxes = tuple(box.lpn for box in job.order.boxes)
        bins = job.order.totes or boxes or ((job.order.slot,) if job.order.slot else ())
        found.extend((job, name) for name in bins if name not in job.order.unloaded)
    return tuple(found)


def packed_here(trip: Trip) -> bool:
    """A store's walk with nothing left to take: the same person packs it, and it is set down nowhere (FL6.4)."""
    return trip.mode == "store" and not stops(trip) and held(trip) is None


def last_pick(trip: Trip) -> tuple[Job, f.ItemPicked] | None:
    """The newest pick of the walk, here or at another device."""
    picks = [
        (entry.place, entry.seq, job, entry.fact)
        for job in trip.jobs
        for entry in [next((e for e in reversed(job.order.trail) if isinstance(e.fact, f.ItemPicked)), None)]
        if entry is not None and isinstance(entry.fact, f.ItemPicked)
    ]
    return max(picks, key=lambda pick: pick[:2])[2:] if picks else None


def empty_face(trip: Trip) -> tuple[Job, Line, str] | None:
    """The face that should be empty now and was not looked at (FL6.29)."""
    if not trip.zero_check:
        return None
    last = last_pick(trip)
    if last is None:
        return None
    job, fact = last
    line = job.doc.line(fact.line)
    if not fact.location or job.order.picked_at.get(fact.line) != fact.location:
        return None
    known = next((face for face in together(trip.faces.get(line.sku, ())) if face.location == fact.location), None)
    if known is None or any((line.sku, fact.location) in j.order.zeroed for j in trip.jobs):
        return None
    if fact.location in passed(trip, line.sku):
        return None
    taken = sum(
        units
        for j in trip.jobs
        for ln in j.doc.lines
        if ln.sku == line.sku and j.order.picked_at.get(ln.line) == fact.location
        for units in (picked(j, ln),)
    )
    return (job, line, fact.location) if taken >= known.quantity else None


def other_face(trip: Trip, stop: Stop) -> Face | None:
    """The location that the walk leads to once this one was looked at in vain, if that has any (FL6.28)."""
    vain = passed(trip, stop.line.sku) | {stop.location}
    face = _face(trip, stop.job, stop.line, stop.left, _route(trip), vain)
    return face if face is not None and face.quantity > 0 and face.location not in vain else None


def lots_at(trip: Trip, sku: str, location: str) -> tuple[Face, ...]:
    return tuple(face for face in trip.faces.get(sku, ()) if face.location == location and face.lot)


def units(trip: Trip) -> tuple[int, int]:
    """(picked, to pick in all) over the walk."""
    done = sum(picked(job, line) for job in alive(trip) for line in job.doc.lines)
    return done, done + sum(job_left(job) for job in alive(trip))


def at_line(trip: Trip) -> tuple[int, int]:
    """(line the walk is at, lines in all): what a pause and a take-over say."""
    total = sum(1 for _ in lines(trip))
    return min(total, total - len(stops(trip)) + 1), total


def lines(trip: Trip) -> Iterator[tuple[Job, Line]]:
    return ((job, line) for job in alive(trip) for line in job.doc.lines if due(job, line) > 0)


def weight_g(trip: Trip) -> int:
    """What the walk weighs when it is done, as far as weights are known."""
    return sum(due(job, line) * (line.item.weight_g or 0) for job, line in lines(trip))


def name(trip: Trip) -> str:
    """The walk in words: its cart, its zone or its order."""
    if trip.mode == "zone":
        return trip.work.partition("/")[0]
    return trip.cart or f"#{trip.jobs[0].doc.order_no}" if trip.jobs else trip.work
