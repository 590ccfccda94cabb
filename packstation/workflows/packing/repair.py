"""Repairs of an open order: short, hold, remove, by hand, move, force, cancelled (FL5.25-FL5.43). Pure.

What is mended on a box that is closed already stands in `closed_boxes`.
"""

from __future__ import annotations

from functools import reduce

from msgspec.structs import replace

from packstation.workflows.desk import (
    Answer,
    Desk,
    Found,
    Job,
    Line,
    Moment,
    Override,
    Pending,
    Print,
    Reader,
    accepted,
    asked,
    ignored,
    refused,
)
from packstation.workflows.packing import mixing
from packstation.workflows.prompt import Cue, Say
from packstation.workflows.reasons import BY_HAND, SHORT_HOW, SHORT_REASONS, atp_after, preview
from sync import facts as f
from sync.facts import Fact
from sync.protocol import Deed


def item_found(desk: Desk, found: Found, sku: str, code: str, reader: Reader) -> Answer:
    """The wrong item went into a problem tote; that clears the error (FL4.27)."""
    item = reader.item(sku)
    fact = f.ItemFound(sku=sku, qty=1, where=found.code, code=code)
    say = Say("item_found", {"item": item.name if item else sku, "tote": found.text})
    return accepted(desk, say, Cue.TICK, fact)


def pick_line(desk: Desk, kind: str, say: str) -> Answer:
    """Ask which line a repair is about; nothing to ask when only one is open."""
    job = _job(desk)
    open_lines = [line for line in job.doc.lines if job.left(line) > 0]
    if not open_lines:
        return asked(desk, Say("no_open_line"))
    choices = tuple((str(n), str(line.line), line.item.name) for n, line in enumerate(open_lines[:9], 1))
    pending = Pending(kind, choices=choices)
    if len(open_lines) == 1:
        return with_line(replace(desk, pending=pending), open_lines[0])
    return asked(desk, Say(say), pending)


def with_line(desk: Desk, line: Line) -> Answer:
    """The line is known: ask what the repair needs next."""
    pending = desk.pending
    assert pending is not None
    values: dict[str, str | int] = {"item": line.item.name}
    if pending.kind == "short_line":
        return asked(
            desk, Say("short_reason", values), Pending("short_reason", choices=SHORT_REASONS, data=(line.line,))
        )
    return asked(desk, Say("by_hand_reason", values), Pending("by_hand", choices=BY_HAND, data=(line.line,)))


def short_reason(desk: Desk, line_no: int, reason: str) -> Answer:
    """How many are missing: typed, Enter takes all (FL5.25)."""
    job = _job(desk)
    left = job.left(job.doc.line(line_no))
    return asked(
        desk,
        Say("short_qty", {"left": left}),
        Pending("short_qty", data=(line_no, reason, left), typed=True),
    )


def short_qty(desk: Desk, line_no: int, reason: str, qty: int, text: str) -> Answer:
    """What should happen with the order."""
    job = _job(desk)
    left = job.left(job.doc.line(line_no))
    if not 0 < qty <= left:
        say = Say("short_qty_range", {"left": left, "got": text[:12]})
        return asked(desk, say, desk.pending, cue=Cue.UNKNOWN)
    return asked(desk, Say("short_how"), Pending("short_how", choices=SHORT_HOW, data=(line_no, reason, qty)))


def short_preview(desk: Desk, line_no: int, reason: str, qty: int, how: str, now: Moment, reader: Reader) -> Answer:
    """Show what follows before Enter (FL8.3)."""
    job = _job(desk)
    line = job.doc.line(line_no)
    done, need = job.units
    ships = need - qty
    values: dict[str, str | int | Say] = {"ships": ships, "done": done, "need": need, "qty": qty}
    if how in ("ship_short", "reroute") and not ships and not done:
        first = Say("short_none_left")
    else:
        first = Say(f"short_{how}" if how != "reroute" or not now.online else "short_reroute_online", values)
    known = reader.available(line.sku) if now.online else None
    atp = None if known is None else atp_after(known, qty, reason, job.order.packed(line_no))
    others = {j.doc.order_no for j in reader.demand(line.sku) if j.doc.fo != job.doc.fo}
    say = preview(first, line.item.name, atp, others, _count_at(reader, line, reason))
    return asked(desk, say, Pending("short_preview", data=(line_no, reason, qty, how)))


def short_now(desk: Desk, line_no: int, reason: str, qty: int, how: str, now: Moment, reader: Reader) -> Answer:
    """Record the short; an order that is complete without it is closed as after its last unit (FL5.25-FL5.27)."""
    job = _job(desk)
    line = job.doc.line(line_no)
    location = next(iter(reader.places(line.sku)), ("", 0))[0] or None
    fact = f.ShortReported(
        line=line_no,
        sku=line.sku,
        qty=qty,
        seen_qty=job.order.packed(line_no),
        reason=reason,
        where="pack",
        resolution=how,
        provisional=not now.online,
        location=location,
    )
    facts: list[Fact] = [fact]
    if count_at := _count_at(reader, line, reason):
        facts.append(f.CountRequested(location=count_at, sku=line.sku, why=reason))
    rest = sum(max(0, job.left(ln)) for ln in job.doc.lines) - qty
    box = job.order.open_box
    values: dict[str, str | int] = {"qty": qty, "item": line.item.name, "order": job.doc.order_no}
    if how == "ship_short" and job.doc.ship_complete:
        deeds = tuple(Deed(job.doc.fo, each, job.doc.fence) for each in facts)
        say = Say("must_complete", {"order": job.doc.order_no})
        override = Override("ov.short", deeds, Say("short_done", values), Cue.LINE)
        answer = refused(desk, "must_complete", say, Cue.STOP, passes=frozenset({"badge", "*BACK"}))
        return replace(answer, desk=replace(desk.quiet(), override=override))
    desk = desk.quiet()  # the suggestion stays: what is in the box lies where its steps put it (CT1.7)
    if how in ("wait", "back_to_picker"):
        # Back to the picker: the tote goes along, so no shelf holds it (FL8.4).
        shelf = hold_shelf(reader) if how == "wait" else ""
        held = f.OrderHeld(reason="missing", shelf=shelf)
        answer = accepted(
            desk,
            Say("short_waits" if shelf else "short_to_picker", {**values, "shelf": shelf}),
            Cue.LINE,
            *facts,
            held,
            prints=(Print("tote_card", job.doc.fo),),
        )
        return replace(answer, desk=replace(desk, job=None, suggestion=None))
    if rest == 0 and not job.order.units_packed:
        # Nothing is left to ship: the order goes back to routing, and the bench is free (FL8.4).
        lines = tuple(ln.line for ln in job.doc.lines)
        facts.append(f.FoRejected(lines=lines, reason=reason, seen_qty=0))
        if job.doc.fence:
            facts.append(f.ClaimReleased(claim=job.doc.fence))
        answer = accepted(desk, Say("short_nothing", values), Cue.LINE, *facts)
        return replace(answer, desk=replace(desk, job=None))
    if rest == 0 and box is not None and box.contents:
        facts.append(f.CartonClosed(carton=box.lpn, why="short"))
    return accepted(desk, Say("short_done", values), Cue.LINE, *facts)


def _count_at(reader: Reader, line: Line, reason: str) -> str | None:
    """Where the item is counted because of a short: only what may be wrong there is."""
    if reason not in ("not_found", "damaged", "mismatch"):
        return None
    return next(iter(reader.places(line.sku)), ("", 0))[0] or None


def hold_shelf(reader: Reader) -> str:
    return f"H{reader.rule('hold_shelf', 2)}"


def hold(desk: Desk, reason: str, reader: Reader) -> Answer:
    """The order goes to the hospital with its counts (FL5.28)."""
    job = _job(desk)
    shelf = hold_shelf(reader)
    done, need = job.units
    values: dict[str, str | int] = {"order": job.doc.order_no, "shelf": shelf, "done": done, "n": need}
    answer = accepted(
        desk,
        Say("order_held", values),
        Cue.TICK,
        f.OrderHeld(reason=reason, shelf=shelf),
        prints=(Print("tote_card", job.doc.fo),),
    )
    return replace(answer, desk=replace(desk.quiet(), job=None, suggestion=None))


def park(desk: Desk) -> Answer:
    """Set the order aside with its counts (FL4.40)."""
    job = _job(desk)
    answer = accepted(desk, Say("parked", {"order": job.doc.order_no}), Cue.TICK, f.OrderParked())
    return replace(answer, desk=replace(desk.quiet(), job=None, suggestion=None))


def release(desk: Desk) -> Answer:
    """Set the order aside and give its claim back, so that another station can have it (FL4.12)."""
    job = _job(desk)
    facts: tuple[Fact, ...] = (f.OrderParked(),)
    if job.doc.fence:
        facts = (*facts, f.ClaimReleased(claim=job.doc.fence))
    answer = accepted(desk, Say("released", {"order": job.doc.order_no}), Cue.TICK, *facts)
    return replace(answer, desk=replace(desk.quiet(), job=None, suggestion=None))


def by_hand(desk: Desk, line_no: int, reason: str, reader: Reader) -> Answer:
    """A unit without a readable code, recorded as such (FL5.39)."""
    job = _job(desk)
    line = job.doc.line(line_no)
    box = job.order.open_box
    if box is None:
        return asked(desk, Say("no_open_box"))
    stays_out = mixing.forbidden(job, box, line.item, apart=reader.apart())
    if stays_out is not None:
        passes = frozenset({"*NEXTBOX", "*OK"})
        return refused(desk.quiet(), "mix", stays_out, Cue.STOP, sku=line.sku, passes=passes)
    packed = f.ItemPacked(line=line_no, sku=line.sku, qty=1, carton=box.lpn, how="manual", code="", reason=reason)
    facts: list[Fact] = [packed]
    left = sum(max(0, job.left(ln)) for ln in job.doc.lines)
    if left == 1:
        facts.append(f.CartonClosed(carton=box.lpn, why="complete"))
    done = job.order.packed(line_no) + 1
    values: dict[str, str | int] = {"item": line.item.name, "done": done, "n": job.need(line)}
    say, cue = Say("by_hand", values), Cue.DONE if left == 1 else Cue.TICK
    limit = reader.rule("manual_value_minor", 10_000)
    if line.price_minor > limit:
        deeds = tuple(Deed(job.doc.fo, each, job.doc.fence) for each in facts)
        blocked = refused(
            desk, "no_right", Say("by_hand_value", {"item": line.item.name}), Cue.STOP, passes=frozenset({"badge"})
        )
        return replace(blocked, desk=replace(desk.quiet(), override=Override("ov.manual_value", deeds, say, cue)))
    return accepted(desk.quiet(), say, cue, *facts)


def move(desk: Desk, sku: str, lpn: str, reader: Reader) -> Answer:
    """One unit from the current box to another open one (FL5.6)."""
    job = _job(desk)
    target = job.order.box(lpn)
    source = job.order.open_box
    if source is None or not any(c.sku == sku for c in source.contents):
        source = next(
            (b for b in job.order.boxes if b.state == "open" and any(c.sku == sku for c in b.contents)), None
        )
    name = next((ln.item.name for ln in job.doc.lines if ln.sku == sku), sku)
    if target is None or target.state != "open":
        no = target.no if target else 0
        return refused(desk.quiet(), "box_closed", Say("box_closed", {"no": no}), Cue.WRONG)
    if source is None or source.lpn == lpn:
        return refused(desk.quiet(), "not_in_box", Say("not_in_box", {"item": name}), Cue.WRONG, sku=sku)
    line = next(c.line for c in source.contents if c.sku == sku)
    stays_out = mixing.forbidden(job, target, job.doc.line(line).item, apart=reader.apart())
    if stays_out is not None:
        return refused(desk.quiet(), "mix", stays_out, Cue.STOP, sku=sku)
    values: dict[str, str | int] = {"item": name, "a": source.no, "b": target.no}
    fact = f.ItemMoved(line=line, sku=sku, qty=1, from_carton=source.lpn, to_carton=target.lpn)
    return accepted(desk.quiet(), Say("moved", values), Cue.TICK, fact)


def force(desk: Desk) -> Answer:
    """Ship with units nobody verified: two names on record (FL5.43)."""
    job = _job(desk)
    box = job.order.open_box
    if box is None:
        return asked(desk, Say("no_open_box"))
    facts: list[Fact] = [
        f.ItemPacked(line=ln.line, sku=ln.sku, qty=job.left(ln), carton=box.lpn, how="forced", code="")
        for ln in job.doc.lines
        if job.left(ln) > 0
    ]
    units = sum(job.left(ln) for ln in job.doc.lines if job.left(ln) > 0)
    if not units:
        return asked(desk, Say("no_open_line"))
    facts.append(f.CartonClosed(carton=box.lpn, why="complete"))
    deeds = tuple(Deed(job.doc.fo, fact, job.doc.fence) for fact in facts)
    override = Override("ov.force_ship", deeds, Say("forced", {"n": units}), Cue.ASK)
    blocked = refused(desk, "no_right", Say("force_needs", {"n": units}), Cue.STOP, passes=frozenset({"badge"}))
    return replace(blocked, desk=replace(desk.quiet(), override=override))


def cancelled(desk: Desk) -> Answer:
    """The packer took note that the order was cancelled (FL4.50, FL4.51)."""
    job = _job(desk)
    facts: list[Fact] = [
        f.LabelVoided(label=box.label.label, reason="cancelled") for box in job.order.boxes if box.label is not None
    ]
    units = job.order.units_packed
    facts.append(f.CancelAccepted(put_back=units))
    released = (Deed(job.doc.fo, f.ClaimReleased(claim=job.doc.fence), job.doc.fence),) if job.doc.fence else ()
    answer = accepted(
        desk, Say("cancel_done", {"order": job.doc.order_no, "n": units}), Cue.TICK, *facts, deeds=released
    )
    return replace(answer, desk=replace(desk.quiet(), job=None, suggestion=None))


def list_lines(desk: Desk) -> Answer:
    """Say every line and its count, for plain mode (FL10.2)."""
    job = _job(desk)
    counts = [
        Say("line_count", {"item": line.item.name, "done": job.order.packed(line.line), "n": job.need(line)})
        for line in job.doc.lines[:20]
    ]
    return ignored(desk, reduce(lambda a, b: Say("two_of", {"a": a, "b": b}), counts))


def _job(desk: Desk) -> Job:
    assert desk.job is not None
    return desk.job
