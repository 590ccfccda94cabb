"""Opening an order: by tote, slot, cart, number, box, label or a loose item (FL4.1-FL4.19, FL4.40). Pure."""

from __future__ import annotations

from msgspec.structs import replace

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
    accepted,
    asked,
    ignored,
    refused,
)
from packstation.workflows.order import Box, off_hold
from packstation.workflows.packing import boxes, units
from packstation.workflows.places import tail
from packstation.workflows.prompt import Cue, Say
from packstation.workflows.ready import finished
from sync import facts as f
from sync.facts import Fact
from sync.protocol import Deed

OPENS = ("lpn", "tote", "slot", "order", "label", "item", "cart")
"""Kinds of codes that mean something when nothing is open."""


def by_code(desk: Desk, found: Found, now: Moment, reader: Reader) -> Answer | None:
    """What a code opens here, or None when it opens nothing."""
    hits = found.of("lpn", "tote", "cart", "slot", "order", "item", "label")
    if not hits:
        return None
    hit = hits[0]
    if hit.kind == "item":
        return _by_item(desk, found, hits, now, reader)
    fos = tuple(dict.fromkeys(c.fo for c in found.candidates if c.kind == hit.kind and c.fo))
    if hit.kind == "cart" or (hit.kind == "order" and len(fos) > 1):
        return _cart(desk, found, hit, fos, reader)
    if not fos:
        return asked(desk, Say("tote_free", {"code": found.text, "what": ""}))
    jobs = [job for job in (reader.job(fo) for fo in fos) if job is not None]
    open_jobs = [job for job in jobs if not _over(job)]
    if hit.kind in ("tote", "slot") and not open_jobs:
        last = max(jobs, key=lambda j: j.order.last.place if j.order.last else (0, 0))
        at = now.clock(last.order.last.wall_ms) if last.order.last else "-"
        return asked(desk, Say("tote_free_last", {"code": found.text, "order": last.doc.order_no, "time": at}))
    if len(open_jobs) > 1 and hit.kind != "order":
        return asked(desk, Say("in_several_orders", {"n": len(open_jobs)}), about="order")
    job = (open_jobs or jobs)[0]
    box = job.order.box(hit.ref) if hit.kind == "lpn" else None
    if hit.kind == "label":
        return _parcel(desk, job, hit)
    if box is not None and box.left:
        return _parcel(desk, job, replace(hit, ref=box.label.label if box.label else ""))
    if box is not None and box.state == "closed" and box.label is None and not_packable(job) is None:
        return _unlabelled(desk, found, job, box, now, reader)
    if box is not None and box.state != "open":
        values: dict[str, str | int] = {"no": box.no, "order": job.doc.order_no, "n": box.units}
        values["time"] = _closed_at(job, box.lpn, now)
        looked_at = replace(desk.quiet(), job=None, shown=job.doc.fo, shown_box=box.lpn)
        return ignored(looked_at, Say("box_closed_contents", values), Cue.ASK)
    via = "carton" if hit.kind == "lpn" else hit.kind
    return open_order(desk, found, job, via, now, reader, box_lpn=box.lpn if box else None)


def _unlabelled(desk: Desk, found: Found, job: Job, box: Box, now: Moment, reader: Reader) -> Answer:
    """A closed box that has no label yet goes on where it is: count, weight or label (FL5.19, FL6.5)."""
    opened = open_order(desk, found, job, "carton", now, reader, confirmed=True)
    if opened.outcome != "accepted":
        return opened
    next_ = boxes.at_hand(opened.desk, box.lpn, reader)
    return replace(next_, deeds=(*opened.deeds, *next_.deeds)) if next_.outcome != "asked" else next_


def open_order(
    desk: Desk,
    found: Found,
    job: Job,
    via: str,
    now: Moment,
    reader: Reader,
    *,
    box_lpn: str | None = None,
    confirmed: bool = False,
    first: tuple[Fact, ...] = (),
) -> Answer:
    """Open the order, unless it is held, cancelled, elsewhere or finished (FL4.11-FL4.13)."""
    blocked = not_packable(job)
    no = job.doc.order_no
    if blocked is not None:
        reason, detail = blocked
        here = job.order.hold is not None and job.doc.state == "open"
        bare = replace(desk.quiet(), job=None, shown=job.doc.fo if reason == "packed" or here else None)
        passes = frozenset({"*REPRINT", "*VOID", "*REOPEN"}) if reason == "packed" else frozenset()
        if here:
            # A supervisor ends the hold; so does the part that was missing (FL5.29).
            passes = frozenset({"badge", "item"}) if detail == "missing" else frozenset({"badge"})
            released = (f.HoldReleased(by=""), f.OrderOpened(via=via, partial=False))
            deeds = tuple(Deed(job.doc.fo, fact, job.doc.fence) for fact in released)
            freed = Job(job.doc, off_hold(job.order)).units
            say = Say("hold_released", {"order": no, "n": freed[1] - freed[0]})
            bare = replace(bare, override=Override("ov.hold_release", deeds, say, Cue.TICK, opens=job.doc.fo))
        gone = _gone(job, reader)
        if reason == "packed" and gone is not None:
            return refused(bare, "not_packable", gone, Cue.STOP, about="order", passes=passes)
        if here and detail == "missing" and any(s.resolution == "back_to_picker" for s in job.order.shorts):
            say = Say("with_the_picker", {"order": no, "by": _who(job, now, reader)})
            return refused(bare, "not_packable", say, Cue.STOP, about="order", passes=passes)
        say = _why_not(job, reason, detail, now, reader)
        return refused(bare, "not_packable", say, Cue.STOP, about="order", passes=passes)
    if own_pick(job, now.user, reader):
        return refused(desk, "four_eyes", Say("four_eyes", {"order": no}), Cue.STOP, about="order")
    if held_elsewhere(job, now):
        return _claimed(desk, found, job, via, now, reader, confirmed)
    picked = sum(job.order.picked.values())
    want = sum(line.quantity - job.order.short(line.line) for line in job.doc.lines)
    partial = picked < want
    fresh = job.order.stage not in ("packing", "parked")
    if partial and fresh and not confirmed:
        return asked(
            desk,
            Say("not_picked", {"missing": want - picked, "n": want, "order": no}),
            Pending("open_partial", found.text, data=(job.doc.fo, via)),
            about="order",
        )
    opened: tuple[Fact, ...] = (f.OrderOpened(via=via, partial=partial),)
    if box_lpn:
        opened = (*opened, f.CartonChosen(carton=box_lpn))
    if via == "tote" and found.text not in job.order.totes and job.order.totes:
        opened = (*opened, f.ToteMerged(tote=found.code))
    done, need = job.units
    box = job.order.box(box_lpn) if box_lpn else None
    say = (
        Say("box_open_again", {"order": no, "no": box.no, "n": box.units})
        if box
        else Say("slot_open", {"order": no, "n": need, "slot": tail(found.text)})
        if via == "slot" and not done
        else Say("order_open_again", {"order": no, "done": done, "n": need})
        if done
        else Say("order_open", {"order": no, "n": need, "due": due(job, now)})
    )
    bench = replace(desk.quiet(), job=job, suggestion=None)
    return accepted(bench, say, Cue.TICK, *first, *opened)


def _why_not(job: Job, reason: str, detail: str, now: Moment, reader: Reader) -> Say:
    return Say(
        "not_packable",
        {
            "order": job.doc.order_no,
            "state": Say(f"state_{reason.replace(' ', '_')}"),
            "reason": Say(f"choice_{detail}", {"text": detail.replace("_", " ")}),
            "by": _who(job, now, reader),
            "shelf": f"H{reader.rule('hold_shelf', 2)}",
        },
    )


def blocked(desk: Desk, other: Job | None, now: Moment, reader: Reader) -> Answer | None:
    """Why the open order would be parked for nothing: the other one cannot be packed here now. None when it can."""
    if other is None:
        return None
    why = not_packable(other)
    if why is None or (other.order.hold is not None and other.doc.state == "open"):
        return None  # a hold may end at the bench (FL5.29)
    say = _why_not(other, *why, now, reader)
    return replace(refused(desk, "not_packable", say, Cue.STOP, about="order"), fo=other.doc.fo)


def own_pick(job: Job, user: str, reader: Reader) -> bool:
    """The site wants four eyes, and these two picked the order (FL1.14)."""
    if not reader.rule("four_eyes", 0):
        return False
    return any(isinstance(entry.fact, f.ItemPicked) and entry.user == user for entry in job.order.trail)


def not_packable(job: Job) -> tuple[str, str] | None:
    """(state, reason) when the order must not be packed here now; the work list asks the same (FL4.11)."""
    order, doc = job.order, job.doc
    if order.hold is not None:
        return "on hold", order.hold[0]
    if doc.state == "on_hold":
        return "on hold", doc.reason or "hub"
    if order.cancelled or doc.state in ("cancelled", "cancellation_requested"):
        return "cancelled", doc.reason or "hub"
    if order.rejected and all(line.line in order.rejected for line in doc.lines):
        given = next((e.fact.reason for e in reversed(order.trail) if isinstance(e.fact, f.FoRejected)), "other")
        return "rejected", given
    if order.taken_by is not None:
        return "taken over", order.taken_by
    if _over(job):
        return "packed", "ready" if finished(job) else "closed"
    if doc.state == "closed":
        return "closed", doc.reason or "hub"
    return None


def _gone(job: Job, reader: Reader) -> Say | None:
    """What became of an order whose every box was loaded; None while one stands here."""
    manifests = [box.manifest for box in job.order.boxes if box.left and box.manifest]
    if not manifests or len(manifests) < len(job.order.boxes):
        return None
    known = [reader.manifest(manifest) for manifest in manifests]
    away = job.doc.state == "closed" or all(state is not None and state.closed for state in known)
    values: dict[str, str | int] = {"order": job.doc.order_no, "manifest": manifests[-1]}
    return Say("order_left" if away else "order_loaded", values)


def _over(job: Job) -> bool:
    return finished(job) or job.order.stage == "done"


def held_elsewhere(job: Job, now: Moment) -> bool:
    """Another station has the claim, and this one did not take it over (FL4.12)."""
    if job.doc.holder in (None, now.station):
        return False
    return not any(
        isinstance(entry.fact, f.ClaimTakenOver) and entry.fact.claim == job.doc.fence for entry in job.order.trail
    )


def _claimed(desk: Desk, found: Found, job: Job, via: str, now: Moment, reader: Reader, confirmed: bool) -> Answer:
    """Open at another bench: a take-over wants the same scan again, a supervisor and the hub (FL4.12, sync U8)."""
    who = _who(job, now, reader)
    values: dict[str, str | int | Say] = {"station": job.doc.holder or "", "order": job.doc.order_no}
    name, _, since = who.removesuffix(". ").rpartition(", ")
    values["by"] = Say("by_since", {"name": name, "time": since}) if who else ""
    if not now.online:
        return refused(desk, "claimed", Say("claimed_offline", values), Cue.STOP, about="order")
    if not confirmed:
        pending = Pending("take_over", found.text, data=(job.doc.fo, via))
        return asked(desk, Say("claimed", values), pending, cue=Cue.STOP, about="order")
    over = f.ClaimTakenOver(claim=job.doc.fence or "", from_station=job.doc.holder or "", by="", reason="")
    opened = f.OrderOpened(via=via, partial=False)
    done, need = job.units
    say = Say("order_open_again", {"order": job.doc.order_no, "done": done, "n": need})
    deeds = tuple(Deed(job.doc.fo, fact, job.doc.fence) for fact in (over, opened))
    override = Override("ov.takeover", deeds, say, Cue.TICK, opens=job.doc.fo)
    blocked = refused(
        desk, "claimed", Say("claimed_again", values), Cue.STOP, about="order", passes=frozenset({"badge"})
    )
    return replace(blocked, desk=replace(desk.quiet(), override=override), fo=job.doc.fo)


def _who(job: Job, now: Moment, reader: Reader) -> str:
    """ "Ann, 14:02. " of the last who worked on the order; "" when nobody here knows."""
    last = job.order.last
    if last is None or last.user is None:
        return ""
    return f"{reader.user_name(last.user)}, {now.clock(last.wall_ms)}. "


def _closed_at(job: Job, lpn: str, now: Moment) -> str:
    closed = [e for e in job.order.trail if isinstance(e.fact, f.CartonClosed) and e.fact.carton == lpn]
    return now.clock(closed[-1].wall_ms) if closed else "-"


def _parcel(desk: Desk, job: Job, hit: Candidate) -> Answer:
    box = next((b for b in job.order.boxes if any(label.label == hit.ref for label in b.labels)), None)
    no = box.no if box else 0
    if box is not None and box.left:
        values: dict[str, str | int] = {"order": job.doc.order_no, "no": no, "manifest": box.manifest or "-"}
        return ignored(replace(desk, job=None), Say("parcel_left", values), Cue.ASK)
    return ignored(
        replace(desk.quiet(), job=None, shown=job.doc.fo, shown_box=box.lpn if box else None),
        Say("parcel", {"order": job.doc.order_no, "no": no, "n": len(job.order.boxes), "carrier": job.doc.carrier}),
        Cue.ASK,
    )


def _cart(desk: Desk, found: Found, hit: Candidate, fos: tuple[str, ...], reader: Reader) -> Answer:
    jobs = tuple(job for job in (reader.job(fo) for fo in fos) if job is not None and not _over(job))
    if not jobs:
        return asked(desk, Say("tote_free", {"code": found.text, "what": ""}))
    return ignored(
        replace(desk.quiet(), job=None, cart=hit.ref, cart_jobs=jobs),
        Say("cart_open", {"cart": hit.ref, "n": len(jobs)}),
        Cue.ASK,
    )


def _by_item(desk: Desk, found: Found, hits: tuple[Candidate, ...], now: Moment, reader: Reader) -> Answer:
    if len(hits) > 1:
        return asked(desk, Say("several_items", {"n": len(hits)}), about="item")
    hit = hits[0]
    item = reader.item(hit.ref)
    name = item.name if item else hit.ref
    held = reader.job(desk.shown) if desk.shown else None
    waits = held is not None and held.order.hold is not None and held.order.hold[0] == "missing"
    if held is not None and waits:
        held = Job(held.doc, off_hold(held.order))
    if held is not None and waits and any(ln.sku == hit.ref and held.left(ln) > 0 for ln in held.doc.lines):
        facts = (f.HoldReleased(by=now.user), f.OrderOpened(via="item", partial=False))
        deeds = tuple(Deed(held.doc.fo, fact, held.doc.fence) for fact in facts)
        return units.packed(replace(desk.quiet(), job=held, shown=None), found, hit, now, reader, first=deeds)
    if desk.cart:
        # As they are now: what was packed since the cart was opened needs no unit any more.
        fresh = (reader.job(j.doc.fo) for j in desk.cart_jobs)
        mine = tuple(j for j in fresh if j is not None and not _over(j))
        jobs = tuple(j for j in mine if any(ln.sku == hit.ref and j.left(ln) > 0 for ln in j.doc.lines))
    else:
        jobs = tuple(j for j in reader.demand(hit.ref) if not_packable(j) is None)
    if not jobs:
        return refused(desk, "no_demand", Say("no_demand", {"item": name}), Cue.WRONG, sku=hit.ref)
    if len(jobs) > 1 and desk.mode != "single_line":
        if desk.cart:
            slots = ", ".join(sorted(tail(j.order.slot) if j.order.slot else j.doc.order_no for j in jobs))
            return asked(desk, Say("in_slots", {"slots": slots}), about="order")
        return asked(desk, Say("in_several_orders", {"n": len(jobs)}), about="order")
    opened = open_order(desk, found, jobs[0], "item", now, reader, confirmed=True)
    if opened.outcome != "accepted":
        return opened
    return units.packed(opened.desk, found, hit, now, reader, first=opened.deeds)


def due(job: Job, now: Moment) -> Say | str:
    """When the carrier leaves, "16:00 UPS"."""
    if not job.doc.ship_by:
        return job.doc.carrier or "-"
    when = now.due(job.doc.ship_by)
    return Say("due_carrier", {"due": when, "carrier": job.doc.carrier}) if job.doc.carrier else when
