"""At the face and at the bin: the location, the unit, where it goes (FL6.12-FL6.25, FL6.37). Pure."""

from __future__ import annotations

from dataclasses import replace

from packstation.workflows.desk import (
    Answer,
    Candidate,
    Desk,
    Found,
    Job,
    Line,
    Moment,
    Override,
    Pending,
    Reader,
    Trip,
    asked,
)
from packstation.workflows.picking import walk
from packstation.workflows.picking.answers import deed, done, refuse
from packstation.workflows.picking.starting import lpn_of
from packstation.workflows.picking.walk import Stop
from packstation.workflows.prompt import Cue, Say
from sync import facts as f
from sync.facts import Fact
from sync.protocol import Deed

BINS = ("lpn", "tote", "slot", "order")


def walking(desk: Desk, found: Found, now: Moment, reader: Reader) -> Answer | None:
    """A scan at FACE, UNIT or DEST; None when the code means nothing on a walk."""
    trip = _trip(desk)
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
            return placed(desk, found, hits, now, reader)


def face(desk: Desk, location: str, reader: Reader) -> Answer:
    """A location: the expected one leads to its units, and never counts one (FL6.12, FL6.13, FL6.15)."""
    stop = _stop(desk)
    if stop.left == 0:
        return _place_first(desk, stop)
    values: dict[str, str | int] = {"location": location, "n": stop.left, "item": stop.line.item.name}
    if not stop.location:
        at = replace(desk.quiet(), face=location, line=stop.key)
        return done(at, Say("at_face", values), Cue.TICK)
    if location != stop.location:
        if location in unload_places(reader):
            return not_done(desk)
        values = {"want": stop.location, "got": location}
        return refuse(desk, "wrong_location", Say("wrong_location", values), job=stop.job, about="place")
    if desk.face == location:
        here = {s.line.sku for s in walk.at_face(desk, location)}
        say = Say("several_here" if len(here) > 1 else "scan_the_item", values)
        return asked(desk, say)
    return done(replace(desk.quiet(), face=location, line=stop.key), Say("at_face", values), Cue.TICK)


def unload_places(reader: Reader) -> tuple[str, ...]:
    """Benches and staging places this site allows (rule `pick_places`); the first is the usual one."""
    return tuple(place for place in reader.text_rule("pick_places", "").replace(" ", "").split(",") if place)


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
        return _not_wanted(desk, stop, hit, reader)
    if hand is not None and (stop.left == 0 or hand.line.sku != hit.ref):
        return _place_first(desk, stop)
    if trip.location_first and stop.location and desk.face != stop.location and hand is None:
        return asked(desk, Say("location_first", {"location": stop.location}))
    here = [s for s in wanted if not trip.location_first or s.location == stop.location]
    if hand is not None:
        here = [s for s in wanted if s.key == stop.key]
    if not here:
        return _not_wanted(desk, stop, hit, reader)
    return _taken(desk, found, hit, here[0], now, reader)


def _taken(
    desk: Desk,
    found: Found,
    hit: Candidate,
    stop: Stop,
    now: Moment,
    reader: Reader,
    *,
    confirmed: bool = False,
) -> Answer:
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
    if hit.expiry and hit.expiry < now.today:
        values = {"expiry": hit.expiry, "lot": hit.lot or "-"}
        passes = frozenset({"*SHORT"})
        return refuse(desk, "expired", Say("expired", values), Cue.STOP, job=stop.job, sku=item.sku, passes=passes)
    if "lot" in item.flags:
        asked_lot = _lot(desk, found, hit, stop, location, now, reader, confirmed)
        if isinstance(asked_lot, Answer):
            return asked_lot
        hit = asked_lot
    return taken(desk, found, hit, stop, location, now, reader)


def taken(
    desk: Desk,
    found: Found,
    hit: Candidate,
    stop: Stop,
    location: str,
    now: Moment,
    reader: Reader,
    first: tuple[Fact, ...] = (),
) -> Answer:
    """The unit is right: it is in hand, or in the only bin (FL6.16, FL6.17)."""
    trip, job, line = _trip(desk), stop.job, stop.line
    count = hit.quantity * (desk.quantity or 1)
    how = "qty" if desk.quantity else "case" if hit.quantity > 1 else hit.how
    fact = f.ItemPicked(
        line=line.line, sku=line.sku, qty=count, location=location, how=how, code=found.code, lot=hit.lot,
        serial=hit.serial, expiry=hit.expiry,
    )  # fmt: skip
    facts: list[Fact] = [*first, fact]
    bin_ = walk.bin_of(job)
    straight = bin_ is not None and walk.direct(trip)
    if straight and bin_ is not None:
        facts.append(f.ItemPlaced(line=line.line, sku=line.sku, qty=count, to=bin_))
        facts.extend(_into_carton(job, ((fact, count),), bin_))
    full = count == stop.left
    over = full and walk.job_left(job) == count and (straight or bin_ is None)
    if over:
        facts.extend(finishing(trip, job, now))
    # A line sent back by a packer counts on from what was picked.
    values: dict[str, str | int] = {
        "item": line.item.name,
        "done": stop.done + count,
        "n": stop.need,
        "k": count,
        "order": job.doc.order_no,
        "next": _next_place(job, reader),
    }
    at = replace(desk.quiet(), face=location or desk.face, line=None)
    if over and bin_ is None and len(walk.alive(trip)) == 1:
        at = replace(at, trip=None, face=None)
    say = Say("pick_case" if count > 1 else "picked_unit", values)
    if over:
        say = Say("picked_last", values)
    cue = Cue.DONE if over else Cue.LINE if full else Cue.TICK
    return done(at, say, cue, (deed(now, job, each) for each in facts))


def _next_place(job: Job, reader: Reader) -> str:
    places = unload_places(reader)
    return reader.carrier_rule(job.doc.carrier, "pick_place", "") or (places[0] if places else "") or "the pack bench"


def finishing(trip: Trip, job: Job, now: Moment) -> tuple[Fact, ...]:
    """What ends the picking of one order: its carton closes as packed (FL6.5), a hold of a packer ends (FL8.4)."""
    facts: list[Fact] = []
    box = walk.carton(job)
    if box is not None:
        facts.append(f.CartonClosed(carton=box.lpn, why="complete"))
    facts.append(f.PickFinished(work=trip.work))
    if job.order.hold is not None and walk.sent_back(job):
        facts.append(f.HoldReleased(by=now.user))
    return tuple(facts)


def _into_carton(job: Job, picks: tuple[tuple[f.ItemPicked, int], ...], bin_: str) -> tuple[Fact, ...]:
    """Units in a shipping carton are packed with the scan that picked them."""
    box = walk.carton(job)
    if box is None or box.lpn != bin_:
        return ()
    return tuple(
        f.ItemPacked(
            line=pick.line, sku=pick.sku, qty=qty, carton=bin_, how=pick.how, code=pick.code, lot=pick.lot,
            serial=pick.serial, expiry=pick.expiry,
        )
        for pick, qty in picks
    )  # fmt: skip


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
    if expiry is not None and expiry < now.today:
        passes = frozenset({"*SHORT"})
        say = Say("expired", values)
        return refuse(desk, "expired", say, Cue.STOP, job=stop.job, sku=hit.ref, passes=passes)
    if want is None or hit.lot == want or confirmed:
        return hit
    if "regulated" in stop.line.item.flags:
        changed = _with_lot(desk, found, hit, stop, location, now, reader)
        override = Override("ov.lot", changed.deeds, changed.say, changed.cue or Cue.TICK)
        say = Say("lot_regulated", values)
        blocked = refuse(desk, "lot", say, Cue.STOP, job=stop.job, sku=hit.ref, passes=frozenset({"badge"}))
        return replace(blocked, desk=replace(desk.quiet(), override=override))
    pending = Pending("pick_other_lot", found.text, data=(hit, stop.key, location))
    return asked(desk, Say("other_lot_here", values), pending)


def _with_lot(
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


def other_lot(desk: Desk, found: Found, now: Moment, reader: Reader) -> Answer:
    """The other lot was scanned again."""
    pending = desk.pending
    assert pending is not None
    hit, key, location = pending.data
    assert isinstance(hit, Candidate)
    stop = next((s for s in walk.stops(_trip(desk)) if s.key == key), None)
    bare = replace(desk, pending=None)
    if stop is None:
        return asked(bare, Say("answer_first"))
    return _with_lot(bare, found, hit, stop, str(location), now, reader)


def lot_scanned(desk: Desk, found: Found, now: Moment, reader: Reader) -> Answer:
    """The lot, after an item code that did not hold it."""
    pending = desk.pending
    assert pending is not None
    hit, key, text = pending.data
    assert isinstance(hit, Candidate)
    bare = replace(desk, pending=None)
    stop = next((s for s in walk.stops(_trip(desk)) if s.key == key), None)
    if stop is None:
        return asked(bare, Say("answer_first"))
    items = found.of("item")
    if items and items[0].ref != hit.ref:
        return unit(bare, found, items[0], now, reader)
    if items and items[0].lot is None:
        return asked(desk, Say("scan_lot"), pending, holds=False)
    lot = items[0].lot if items else found.text[:48]
    whole = replace(hit, lot=lot, expiry=hit.expiry or (items[0].expiry if items else None))
    return _taken(bare, replace(found, text=str(text) if not items else found.text), whole, stop, now, reader)


# --- wrong and too many ---


def _not_wanted(desk: Desk, stop: Stop, hit: Candidate, reader: Reader) -> Answer:
    """Nothing of the walk needs this unit: too many, another variant, or wrong (FL6.18, FL6.19)."""
    trip = _trip(desk)
    got = reader.item(hit.ref)
    name = got.name if got else hit.ref
    mine = [(job, line) for job, line in walk.lines(trip) if line.sku == hit.ref]
    if mine and sum(walk.left(job, line) for job, line in mine) == 0:
        n = sum(walk.due(job, line) for job, line in mine)
        return refuse(desk, "over", Say("pick_over", {"n": n}), Cue.OVER, job=mine[0][0], sku=hit.ref)
    line = stop.line
    if got is not None and got.parent and line.item.parent == got.parent and line.sku != got.sku:
        for attribute, need in line.item.attributes.items():
            has = got.attributes.get(attribute)
            if has is not None and has != need:
                values: dict[str, str | int] = {
                    "item": line.item.name,
                    "attribute": attribute,
                    "got": has,
                    "need": need,
                }
                return refuse(desk, "variant", Say("pick_variant", values), job=stop.job, sku=hit.ref)
    values = {"expected": line.item.name, "got": name}
    return refuse(desk, "wrong_item", Say("pick_wrong_item", values), job=stop.job, sku=hit.ref)


def _place_first(desk: Desk, stop: Stop) -> Answer:
    hand = walk.held(_trip(desk))
    assert hand is not None, "asked only with units in hand"
    values: dict[str, str | int] = {"n": hand.qty, "item": hand.line.item.name, "where": walk.bin_name(hand.job)}
    return asked(desk, Say("place_first", values), about="tote")


# --- the bin ---


def placed(desk: Desk, found: Found, hits: tuple[Candidate, ...], now: Moment, reader: Reader) -> Answer:
    """A slot, tote or carton: the units in hand go there, if it is their order's (FL6.22-FL6.25)."""
    trip = _trip(desk)
    hand = walk.held(trip)
    stop = _stop(desk)
    if hand is None:
        if found.text in (trip.cart, trip.work) or any(found.text in _bins(job) for job in trip.jobs):
            return asked(desk, Say("nothing_in_hand", {"location": stop.location or "?"}), about="tote")
        values: dict[str, str | int] = {"work": walk.name(trip)}
        return asked(desk, Say("walk_open", values), about="cart")
    job = hand.job
    if found.text not in _bins(job) and job.doc.fo not in {h.fo for h in hits if h.kind == "order"}:
        return _wrong_bin(desk, found, hits, job, reader)
    to = found.text if found.text in (*job.order.totes, *(box.lpn for box in job.order.boxes)) else walk.bin_of(job)
    assert to is not None, "units in hand have a bin"
    box = walk.carton(job)
    if box is not None:
        to = box.lpn
    facts: list[Fact] = [f.ItemPlaced(line=hand.line.line, sku=hand.line.sku, qty=hand.qty, to=to)]
    facts.extend(_into_carton(job, _picks_in_hand(job, hand.line, hand.qty), to))
    more = walk.left(job, hand.line)
    total = walk.picked(job, hand.line) + more
    values = {
        "n": hand.qty,
        "item": hand.line.item.name,
        "where": walk.bin_name(job),
        "order": job.doc.order_no,
        "next": _next_place(job, reader),
        "total": total,
        "left": more,
    }
    others = sum(qty for line, qty in job.order.in_hand.items() if line != hand.line.line and qty > 0)
    over = walk.job_left(job) == 0 and not others
    if over:
        facts.extend(finishing(trip, job, now))
    say = Say("placed_done" if over else "placed_part" if more else "placed", values)
    cue = Cue.DONE if over else Cue.TICK
    return done(desk, say, cue, (deed(now, job, fact) for fact in facts))


def _bins(job: Job) -> tuple[str, ...]:
    box = walk.carton(job)
    slot = (job.order.slot,) if job.order.slot else ()
    return (*slot, *job.order.totes, *((box.lpn,) if box else ()))


def _picks_in_hand(job: Job, line: Line, qty: int) -> tuple[tuple[f.ItemPicked, int], ...]:
    """The newest picks of a line that make up what is in hand, with the units of each."""
    undone = {fact for e in job.order.trail if isinstance(e.fact, f.GestureUndone) for fact in e.fact.facts}
    found: list[tuple[f.ItemPicked, int]] = []
    for entry in reversed(job.order.trail):
        fact = entry.fact
        if qty > 0 and isinstance(fact, f.ItemPicked) and fact.line == line.line and entry.fact_id not in undone:
            take = min(qty, fact.qty)
            found.append((fact, take))
            qty -= take
    return tuple(reversed(found))


def _wrong_bin(desk: Desk, found: Found, hits: tuple[Candidate, ...], job: Job, reader: Reader) -> Answer:
    trip = _trip(desk)
    text, right = found.text, walk.bin_name(job)
    owner = next((j for j in trip.jobs if text in _bins(j) or j.doc.fo in {h.fo for h in hits if h.fo}), None)
    if owner is None:
        owner = next((j for j in (reader.job(h.fo) for h in hits if h.fo) if j is not None), None)
        if owner is not None and hits[0].kind == "tote" and owner.order.stage != "done":
            return refuse(desk, "bin_used", Say("tote_not_empty", {"tote": text}), job=job, about="tote")
    if owner is not None:
        what = f"{hits[0].kind.capitalize()} {walk.tail(text)}"
        values: dict[str, str | int] = {"bin": what, "order": owner.doc.order_no, "right": right}
        return refuse(desk, "wrong_slot", Say("wrong_slot", values), job=job, about="slot")
    values = {"bin": walk.tail(text), "right": right}
    return refuse(desk, "wrong_slot", Say("not_on_walk", values), job=job, about="slot")


def _shown(text: str) -> str:
    return text if len(text) <= 24 else text[:23] + "…"


def _stop(desk: Desk) -> Stop:
    stop = walk.current(desk)
    assert stop is not None, "a walk at a face has a stop"
    return stop


def _trip(desk: Desk) -> Trip:
    assert desk.trip is not None
    return desk.trip
