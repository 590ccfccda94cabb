"""Tasks beside the walk: units go back to their face; a face is counted blind (FL6.39, FL6.46). Pure."""

from __future__ import annotations

from msgspec.structs import replace

from packstation.waves.stops import together
from packstation.workflows.desk import Answer, Desk, Found, Job, Line, Moment, Pending, Reader, Trip, asked, ignored
from packstation.workflows.picking.answers import deed, done, refuse
from packstation.workflows.prompt import Cue, Say
from sync import facts as f
from sync.protocol import Deed

COUNT_MAX = 99_999


def back_left(job: Job, line: Line) -> int:
    """Units of the line that left their face and were not brought back; what the packer missed is not there."""
    order = job.order
    back = order.back.get(line.line, 0)
    missed = sum(short.qty for short in order.shorts if short.line == line.line and short.where == "pack")
    return max(0, max(order.picked.get(line.line, 0) + back - missed, order.packed(line.line)) - back)


def to_put_back(job: Job) -> int:
    """Units of an order that will not ship: cancelled, rejected or not collected."""
    order = job.order
    whole = bool(order.rejected) and all(line.line in order.rejected for line in job.doc.lines)
    if not (order.cancelled or order.pickup_over or whole) or any(box.left for box in order.boxes):
        return 0
    return sum(back_left(job, line) for line in job.doc.lines)


def put_back_begun(desk: Desk, job: Job, reader: Reader) -> Answer:
    trip = reader.trip(job.doc.fo, "put_back")
    assert trip is not None, "the order was just read"
    bench = replace(desk.quiet(), trip=trip, job=None, face=None, line=None)
    return asked(bench, Say("put_back", {"order": job.doc.order_no, "n": to_put_back(job)}), about="order")


def putting_back(desk: Desk, found: Found, now: Moment, reader: Reader) -> Answer | None:
    """The unit, then its location."""
    trip = _trip(desk)
    job = trip.jobs[0]
    pending = desk.pending
    hits = found.of("location", "item", "tote", "order")
    if not hits:
        return None
    hit = hits[0]
    bare = replace(desk, pending=None)
    if hit.kind == "item":
        line = next((ln for ln in job.doc.lines if ln.sku == hit.ref and back_left(job, ln) > 0), None)
        if line is None:
            got = reader.item(hit.ref)
            say = Say("not_to_put_back", {"item": got.name if got else hit.ref, "order": job.doc.order_no})
            return refuse(bare, "wrong_item", say, job=job, sku=hit.ref)
        qty = hit.quantity * (desk.quantity or 1)
        if qty > back_left(job, line):
            say = Say("pick_qty_over", {"left": back_left(job, line)})
            return refuse(bare, "over", say, Cue.OVER, job=job, sku=hit.ref)
        usual = usual_place(trip, line)
        values: dict[str, str | int] = {"n": qty, "item": line.item.name, "location": usual or "?"}
        data = (line.line, qty)
        say = Say("put_where", values)
        return asked(replace(bare, quantity=0), say, Pending("pick_back_unit", data=data), holds=False)
    if hit.kind != "location" or pending is None or pending.kind != "pick_back_unit":
        return asked(desk, Say("put_back", {"order": job.doc.order_no, "n": to_put_back(job)}), pending, holds=False)
    line_no, qty_data = pending.data
    line = job.doc.line(int(str(line_no)))
    usual = usual_place(trip, line)
    if usual and hit.ref != usual:
        known = {face.location for face in trip.faces.get(line.sku, ())}
        if hit.ref not in known:
            values = {"location": hit.ref, "want": usual, "item": line.item.name}
            question = Pending("pick_back_place", hit.ref, data=(line.line, int(str(qty_data)), hit.ref))
            return asked(desk, Say("put_elsewhere", values), question, about="place")
    return put_back(bare, line.line, int(str(qty_data)), hit.ref, now)


def usual_place(trip: Trip, line: Line) -> str:
    """Where the unit came from, else where the item lies."""
    taken = trip.jobs[0].order.picked_at.get(line.line)
    faces = together(trip.faces.get(line.sku, ()))
    return taken or (min(faces, key=lambda face: face.sequence).location if faces else "")


def put_back(desk: Desk, line_no: int, qty: int, location: str, now: Moment) -> Answer:
    job = _trip(desk).jobs[0]
    line = job.doc.line(line_no)
    rest = to_put_back(job) - qty
    fact = f.ItemPutBack(line=line_no, sku=line.sku, qty=qty, location=location)
    values: dict[str, str | int] = {"n": qty, "item": line.item.name, "location": location, "rest": rest}
    at = desk if rest else replace(desk, trip=None, face=None, line=None)
    return done(at, Say("put_back_done", values), Cue.TICK if rest else Cue.DONE, (deed(now, job, fact),))


# --- counting ---


def count_scanned(desk: Desk, found: Found, location: str, reader: Reader) -> Answer:
    """A count is a task: a face that nobody asked to count wants the same scan again (FL6.46, FL2.14)."""
    if any(place == location for place, _ in reader.open_counts()):
        return count_begun(desk, location, reader)
    question = Pending("pick_count_unasked", found.text, data=(location,))
    return asked(replace(desk, pending=None), Say("count_unasked", {"location": location}), question, about="place")


def count_begun(desk: Desk, location: str, reader: Reader) -> Answer:
    """The location opens the count; what the system expects is not shown."""
    trip = reader.trip(location, "count")
    assert trip is not None, "a location can always be counted"
    bench = replace(desk.quiet(), trip=trip, job=None, face=location, line=None)
    return ignored(bench, Say("count_item", {"location": location}), Cue.ASK)


def counting(desk: Desk, found: Found, now: Moment, reader: Reader) -> Answer | None:
    """The item, then the typed number."""
    trip = _trip(desk)
    hits = found.of("location", "item")
    if not hits:
        return None
    hit = hits[0]
    if hit.kind == "location":
        return count_scanned(replace(desk, pending=None), found, hit.ref, reader)
    if len(hits) > 1:
        return asked(replace(desk, pending=None), Say("several_items", {"n": len(hits)}))
    item = reader.item(hit.ref)
    values: dict[str, str | int] = {"location": trip.work, "item": item.name if item else hit.ref}
    pending = Pending("pick_count_qty", data=(hit.ref, None), typed=True)
    return asked(replace(desk, pending=None), Say("count_qty", values), pending, holds=False)


def counted(desk: Desk, text: str, now: Moment, reader: Reader) -> Answer:
    """A number that differs from the system's is asked for a second time; the second one counts."""
    trip, pending = _trip(desk), desk.pending
    assert pending is not None
    sku, first = pending.data
    item = reader.item(str(sku))
    values: dict[str, str | int] = {"location": trip.work, "item": item.name if item else str(sku)}
    if not text.isdecimal() or int(text[:9]) > COUNT_MAX:
        return asked(desk, Say("count_qty", values), pending, cue=Cue.UNKNOWN, holds=False)
    number = int(text)
    expected = sum(units for known, units in reader.items_at(trip.work) if known == sku)
    if number != expected and number != first:
        again = Pending("pick_count_qty", data=(sku, number), typed=True)
        if first is None:
            return asked(desk, Say("count_again", values), again, holds=False)
    fact = f.CountDone(location=trip.work, sku=str(sku), qty=number, by=now.user)
    return done(desk, Say("count_done", {**values, "n": number}), Cue.LINE, (Deed(None, fact),))


def _trip(desk: Desk) -> Trip:
    assert desk.trip is not None
    return desk.trip
