"""At the face and at the bin: the location, the unit, where it goes (FL6.12-FL6.25, FL6.37). Pure."""

from __future__ import annotations

from msgspec.structs import replace

from packstation.waves.stops import Face
from packstation.workflows.desk import (
    Answer,
    Candidate,
    Desk,
    Found,
    Job,
    Moment,
    Override,
    Pending,
    Reader,
    Trip,
    asked,
)
from packstation.workflows.expiry import too_old
from packstation.workflows.picking import bins, walk
from packstation.workflows.picking.answers import deed, done, place_first, refuse
from packstation.workflows.picking.not_wanted import not_wanted
from packstation.workflows.picking.starting import lpn_of
from packstation.workflows.picking.walk import Stop
from packstation.workflows.prompt import Cue, Say
from sync import facts as f
from sync.facts import Fact
from sync.protocol import Deed


def walking(desk: Desk, found: Found, now: Moment, reader: Reader) -> Answer | None:
    """A scan at FACE, UNIT or DEST; None when the code means nothing on a walk."""
    trip = _trip(desk)
    pack = _pack(trip, found.text)
    if pack is not None:
        return unit(desk, found, pack, now, reader)
    hits = found.of("lpn", "tote", "cart", "slot", "location", "station", "door", "order", "item")
    if not hits:
        if walk.held(trip) is not None and _stop(desk).left == 0:
            say = Say("no_such_bin", {"code": _shown(found.text)})
            return refuse(desk, "unknown", say, Cue.UNKNOWN, about="tote") if lpn_of(found) is None else None
        return None
    hit = hits[0]
    match hit.kind:
        case "item" if len(hits) > 1:
            return asked(desk, Say("several_items", {"n": len(hits)}))
        case "item":
            return unit(desk, found, hit, now, reader)
        case "location":
            return face(desk, hit.ref, reader)
        case "station" | "door":
            return not_done(desk)
        case _:
            return bins.placed(desk, found, hits, now, reader)


def face(desk: Desk, location: str, reader: Reader) -> Answer:
    """A location: the expected one leads to its units, and never counts one (FL6.12, FL6.13, FL6.15)."""
    stop = _stop(desk)
    if stop.left == 0:
        return place_first(desk)
    values: dict[str, str | int] = {"location": location, "n": stop.left, "item": stop.line.item.name}
    if not stop.location:
        at = replace(desk.quiet(), face=location, line=stop.key)
        return done(at, Say("at_face", values), Cue.TICK)
    if location != stop.location:
        if location in bins.unload_places(reader):
            return not_done(desk)
        values = {"want": stop.location, "got": location}
        return refuse(desk, "wrong_location", Say("wrong_location", values), job=stop.job, about="place")
    if desk.face == location:
        here = {s.line.sku for s in walk.at_face(desk, location)}
        say = Say("several_here" if len(here) > 1 else "scan_the_item", values)
        return asked(desk, say)
    return done(replace(desk.quiet(), face=location, line=stop.key), Say("at_face", values), Cue.TICK)


def not_done(desk: Desk) -> Answer:
    """Lines are left (FL6.27)."""
    trip = _trip(desk)
    return refuse(desk, "not_done", Say("not_done", {"n": len(walk.stops(trip))}), about="place")


def unit(desk: Desk, found: Found, hit: Candidate, now: Moment, reader: Reader) -> Answer:
    """A unit, a case or a pack of an item."""
    trip = _trip(desk)
    stop = _stop(desk)
    open_stops = walk.stops(trip)
    hand = walk.held(trip)
    wanted = [s for s in open_stops if s.line.sku == hit.ref]
    if not wanted:
        return not_wanted(desk, stop, hit, reader)
    if hand is not None and (stop.left == 0 or hand.line.sku != hit.ref):
        return place_first(desk)
    if trip.location_first and stop.location and desk.face != stop.location and hand is None:
        return asked(desk, Say("location_first", {"location": stop.location}))
    here = [s for s in wanted if not trip.location_first or s.location == stop.location]
    if hand is not None:
        here = [s for s in wanted if s.key == stop.key]
    if not here:
        return not_wanted(desk, stop, hit, reader)
    packs = [each for each in trip.faces.get(hit.ref, ()) if each.pack and each.location == here[0].location]
    if len(packs) > 1 and hit.how != "case":
        return asked(desk, Say("several_packs"))
    return judged(desk, found, hit, here[0], now, reader)


def _pack(trip: Trip, text: str) -> Candidate | None:
    """A stock pack of the walk by its number: all its units at once (FL6.17, FL6.20)."""
    for sku, faces in trip.faces.items():
        for known in faces:
            if known.pack == text:
                return Candidate("item", sku, None, known.quantity, known.lot, None, known.expiry, "case")
    return None


def judged(
    desk: Desk,
    found: Found,
    hit: Candidate,
    stop: Stop,
    now: Moment,
    reader: Reader,
    *,
    confirmed: bool = False,
) -> Answer:
    """Whether a unit of the right item may be taken: how many, its dates, lot and serial; or what is asked of it."""
    item = stop.line.item
    count = hit.quantity * (desk.quantity or 1)
    if desk.quantity and "serial" in item.flags:
        return refuse(desk, "no_qty", Say("no_qty_serial"), Cue.ASK, job=stop.job, sku=item.sku)
    if count > stop.left:
        values: dict[str, str | int] = {"left": stop.left, "k": count}
        if hit.quantity > 1:
            say = Say("pick_case_too_big", values)
            return refuse(desk, "case_too_big", say, Cue.OVER, job=stop.job, sku=item.sku)
        return refuse(desk, "over", Say("pick_qty_over", values), Cue.OVER, job=stop.job, sku=item.sku)
    location = stop.location or (desk.face or "" if desk.line == stop.key else "")
    old = too_old(hit.expiry, hit.lot, now, reader)
    if old is not None:
        passes = frozenset({"*SHORT"})
        return refuse(desk, "expired", old, Cue.STOP, job=stop.job, sku=item.sku, passes=passes)
    owner = stop.job.doc.fo if (item.sku, hit.serial) in stop.job.order.serials else None
    owner = owner or (reader.serial_owner(item.sku, hit.serial) if hit.serial else None)
    if hit.serial and owner is not None:
        # In a walk into the shipping carton nobody looks at it again.
        say = Say("serial_used", {"serial": hit.serial, "order": owner})
        return refuse(desk, "serial_used", say, Cue.STOP, job=stop.job, sku=item.sku)
    if "lot" in item.flags:
        asked_lot = _lot(desk, found, hit, stop, location, now, reader, confirmed)
        if isinstance(asked_lot, Answer):
            return asked_lot
        hit = asked_lot
    if "serial" in item.flags and hit.serial is None and _into_its_carton(stop.job):
        # Nobody packs this unit again: its serial is told here or never (FL4.45, FL6.5).
        pending = Pending("pick_serial", data=(hit, stop.key, found.text, confirmed))
        return asked(desk, Say("scan_serial"), pending, holds=False)
    if "expiry" in item.flags and hit.expiry is None and _into_its_carton(stop.job):
        here = walk.lots_at(_trip(desk), item.sku, location)
        dated = next((face.expiry for face in here if face.lot == hit.lot and face.expiry), None)
        if dated is None:
            pending = Pending("pick_expiry", data=(hit, stop.key, found.text, confirmed), typed=True)
            return asked(desk, Say("scan_expiry"), pending, holds=False)
        hit = replace(hit, expiry=dated)  # that of its lot, which is known here
    return taken(desk, found, hit, stop, location, now, reader)


def _into_its_carton(job: Job) -> bool:
    box = walk.carton(job)
    return box is not None and walk.bin_of(job) == box.lpn


def taken(
    desk: Desk,
    found: Found,
    hit: Candidate,
    stop: Stop,
    location: str,
    now: Moment,
    reader: Reader,
    first: tuple[Fact, ...] = (),
    *,
    reason: str | None = None,
) -> Answer:
    """The unit is right: it is in hand, or in the only bin (FL6.16, FL6.17)."""
    trip, job, line = _trip(desk), stop.job, stop.line
    count = hit.quantity * (desk.quantity or 1)
    how = "qty" if desk.quantity else "case" if hit.quantity > 1 else hit.how
    fact = f.ItemPicked(
        line=line.line, sku=line.sku, qty=count, location=location, how=how, code=found.code, lot=hit.lot,
        serial=hit.serial, expiry=hit.expiry, reason=reason,
    )  # fmt: skip
    facts: list[Fact] = [*first, fact]
    bin_ = walk.bin_of(job)
    straight = bin_ is not None and walk.direct(trip)
    if straight and bin_ is not None:
        facts.append(f.ItemPlaced(line=line.line, sku=line.sku, qty=count, to=bin_))
        facts.extend(bins.into_carton(job, ((fact, count),), bin_))
    full = count == stop.left
    over = full and walk.job_left(job) == count and (straight or (bin_ is None and trip.mode != "zone"))
    if over:
        facts.extend(bins.finishing(trip, job, now))
    # A line sent back by a packer counts on from what was picked.
    values: dict[str, str | int | Say] = {
        "item": line.item.name,
        "done": stop.done + count,
        "n": stop.need,
        "k": count,
        "order": job.doc.order_no,
        "next": bins.next_place(trip, job, reader),
    }
    at = replace(desk.quiet(), face=location or desk.face, line=None)
    if over and bin_ is None and len(walk.alive(trip)) == 1:
        at = replace(at, trip=None, face=None)
    say = Say("pick_case" if count > 1 else "picked_unit", values)
    if over:
        say = Say("picked_last", values)
    cue = Cue.DONE if over else Cue.LINE if full else Cue.TICK
    return done(at, say, cue, (deed(now, job, each) for each in facts))


# --- lots ---


def _lot(
    desk: Desk,
    found: Found,
    hit: Candidate,
    stop: Stop,
    location: str,
    now: Moment,
    reader: Reader,
    confirmed: bool,
) -> Answer | Candidate:
    """The lot of a unit: scanned, reserved, the only one at the face; or a question (FL6.20, FL6.21)."""
    want = walk.expected_lot(stop.job, stop.line)
    here = walk.lots_at(_trip(desk), stop.line.sku, location)
    if hit.lot is None:
        if want is not None and reader.rule("reserved_lot_needs_no_scan", 1):
            return replace(hit, lot=want)
        if len(here) == 1 and want is None:
            return replace(hit, lot=here[0].lot)
        pending = Pending("pick_lot", data=(hit, stop.key, found.text))
        return asked(desk, Say("several_lots" if len(here) > 1 else "scan_lot"), pending, holds=False)
    dated = next((face.expiry for face in here if face.lot == hit.lot and face.expiry), None)
    expiry = hit.expiry or dated
    values: dict[str, str | int] = {"lot": hit.lot, "expiry": expiry or "-", "reserved": want or "-"}
    old = too_old(expiry, hit.lot, now, reader)
    if old is not None:
        passes = frozenset({"*SHORT"})
        return refuse(desk, "expired", old, Cue.STOP, job=stop.job, sku=hit.ref, passes=passes)
    if want is None or hit.lot == want or confirmed:
        sooner = _sooner(here, hit.lot, expiry) if want is None and reader.rule("fefo", 0) else None
        if sooner is None:
            return hit
        say = Say("fefo", {**values, "sooner": sooner.lot or "-", "before": sooner.expiry or "-"})
        return refuse(desk, "lot", say, Cue.STOP, job=stop.job, sku=hit.ref, passes=frozenset({"item", "*SHORT"}))
    if "regulated" in stop.line.item.flags:
        changed = with_lot(desk, found, hit, stop, location, now, reader)
        override = Override("ov.lot", changed.deeds, changed.say, changed.cue or Cue.TICK)
        say = Say("lot_regulated", values)
        blocked = refuse(desk, "lot", say, Cue.STOP, job=stop.job, sku=hit.ref, passes=frozenset({"badge"}))
        return replace(blocked, desk=replace(desk.quiet(), override=override))
    pending = Pending("pick_other_lot", found.text, data=(hit, stop.key, location))
    return asked(desk, Say("other_lot_here", values), pending)


def _sooner(here: tuple[Face, ...], lot: str, expiry: str | None) -> Face | None:
    """A lot of this face that expires before the scanned one: first expired, first out."""
    dated = [face for face in here if face.expiry and face.lot != lot and face.quantity > 0]
    first = min(dated, key=lambda face: face.expiry or "", default=None)
    return first if first is not None and expiry is not None and (first.expiry or "") < expiry else None


def with_lot(
    desk: Desk, found: Found, hit: Candidate, stop: Stop, location: str, now: Moment, reader: Reader
) -> Answer:
    """Another lot is taken; a lot that should not lie here is counted (FL6.21)."""
    want = walk.expected_lot(stop.job, stop.line)
    facts: list[Fact] = [
        f.LotChanged(line=stop.line.line, from_lot=want or "", to_lot=hit.lot or "", location=location)
    ]
    answer = taken(desk, found, hit, stop, location, now, reader, tuple(facts))
    lots = {face.lot for face in walk.lots_at(_trip(desk), stop.line.sku, location)}
    if hit.lot in lots or not location:
        return answer
    # No order in its envelope: this face stays on the walk, only its count is wanted.
    count = Deed(None, f.CountRequested(location=location, sku=stop.line.sku, why="lot"))
    return replace(answer, deeds=(*answer.deeds, count))


def _shown(text: str) -> str:
    return text if len(text) <= 24 else text[:23] + "…"


def _stop(desk: Desk) -> Stop:
    stop = walk.current(desk)
    assert stop is not None, "a walk at a face has a stop"
    return stop


def _trip(desk: Desk) -> Trip:
    assert desk.trip is not None
    return desk.trip
