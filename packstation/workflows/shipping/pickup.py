"""Pickup: bags onto the shelf, to the customer, or back (FL6.43-FL6.45). Pure.

Name and relation of whoever comes stay out of facts; the ID is seen, never stored.
"""

from __future__ import annotations

import re

from msgspec.structs import replace

from packstation.workflows.desk import Answer, Desk, Found, Job, Moment, Pending, Reader, accepted, asked, ignored
from packstation.workflows.desk import refused as _refused
from packstation.workflows.order import Box
from packstation.workflows.prompt import Cue, Say
from packstation.workflows.ready import finished
from packstation.workflows.shipping.loading import box_of_label
from sync import facts as f
from sync.protocol import Deed

ROLES = frozenset({"associate", "supervisor"})
"""Who may hand over to a customer (FL1)."""
DAY_MS = 86_400_000
_SHELF = re.compile(r"[A-Z]{1,2}-?[0-9]{1,4}")


def opened(desk: Desk, found: Found, job: Job, via: str, now: Moment, reader: Reader) -> Answer:
    """A pickup order, by its code, its number or a bag: to the shelf first, then to the customer."""
    doc, order = job.doc, job.order
    values: dict[str, str | int] = {"order": doc.order_no}
    if now.role not in ROLES:
        return _refused(desk, "no_right", Say("pickup_may_not"), Cue.UNKNOWN, about="order")
    if order.boxes and all(box.state == "picked_up" for box in order.boxes):
        when = now.clock(max(box.loaded_ms for box in order.boxes))
        return ignored(desk, Say("picked_up_before", {**values, "time": when}), Cue.ASK)
    if order.pickup_over:
        return ignored(desk, Say("pickup_expired", {**values, "n": order.put_back}), Cue.ASK)
    stop = _stopped(job)
    if stop is not None:
        return _refused(desk, "not_shippable", stop, Cue.STOP, about="order")
    bags = _bags(job)
    bench = replace(desk.quiet(), job=job, bags=(), pod="code" if via == "pickup" else "id_seen")
    if order.shelf is None:
        return ignored(bench, Say("shelf_next", {**values, "n": len(bags)}), Cue.ASK)
    days = _days_on_shelf(job, now)
    if days >= reader.rule("pickup_days", 7):
        say = Say("pickup_overdue", {**values, "days": days, "n": order.units_packed})
        return asked(bench, say, Pending("pickup_overdue", found.text, data=(doc.fo,)), about="order")
    if via in ("lpn", "label"):
        return asked(desk, Say("pickup_first"), about="order")
    say = Say("pickup_open", {**values, "shelf": order.shelf, "n": len(bags)})
    return ignored(bench, say, Cue.ASK)


def shelved(desk: Desk, found: Found, now: Moment) -> Answer:
    """The shelf the bags were put on (FL6.43)."""
    job = _job(desk)
    known = found.of("location", "slot")
    if not known and (found.candidates or not _SHELF.fullmatch(found.text)):
        return asked(desk, Say("shelf_again", {"code": found.text[:24]}), about="place")
    shelf = known[0].ref if known else found.code
    say = Say("ready_on_shelf", {"order": job.doc.order_no, "shelf": shelf})
    answer = accepted(desk, say, Cue.DONE, f.ReadyForPickup(shelf=shelf))
    return replace(answer, desk=replace(desk.quiet(), job=None))


def bag(desk: Desk, found: Found, reader: Reader) -> Answer:
    """Each bag the customer gets, by its number or label (FL6.44)."""
    job = _job(desk)
    bags = _bags(job)
    lpns = [hit.ref for hit in found.of("lpn")] or [box_of_label(hit.ref) for hit in found.of("label")]
    mine = next((box for box in bags if box.lpn in lpns), None)
    counts: dict[str, str | int] = {"order": job.doc.order_no, "done": len(desk.bags), "n": len(bags)}
    if mine is not None and mine.lpn in desk.bags:
        return ignored(desk, Say("bag_again", counts), Cue.ASK)
    if mine is not None:
        have = (*desk.bags, mine.lpn)
        counts["done"] = len(have)
        whole = len(have) == len(bags)
        say = Say("bags_complete" if whole else "bag_right", counts)
        return ignored(replace(desk, bags=have), say, Cue.DONE if whole else Cue.TICK)
    others = found.of("lpn", "label")
    if others and others[0].fo:
        other = reader.job(others[0].fo)
        theirs = other.doc.order_no if other else "?"
        return _refused(desk, "wrong_bag", Say("bag_wrong", {**counts, "theirs": theirs}), Cue.STOP, about="order")
    if found.candidates:
        what = Say(f"kind_{found.candidates[0].kind}")
        return asked(desk, Say("wrong_moment", {"what": what, "next": Say("next_load_bags")}), about="order")
    return _refused(desk, "unknown", Say("unknown", {"code": found.shown}), Cue.UNKNOWN)


def handed_over(desk: Desk) -> Answer:
    """`*OK`: the customer has all the bags (FL6.44)."""
    job = _job(desk)
    bags = _bags(job)
    left = len(bags) - len(desk.bags)
    values: dict[str, str | int] = {
        "order": job.doc.order_no,
        "done": len(desk.bags),
        "n": len(bags),
        "left": left,
    }
    if left:
        return _refused(desk, "wrong_bag", Say("bags_missing", values), Cue.STOP, about="order")
    fact = f.PickedUp(cartons=desk.bags, pod=desk.pod)
    answer = accepted(desk, Say("handed_over", values), Cue.DONE, fact, deeds=_released(job))
    return replace(answer, desk=_over(desk))


def expired(desk: Desk, fo: str, reader: Reader) -> Answer:
    """Nobody came: the units go back to their shelves (FL6.45)."""
    job = reader.job(fo)
    assert job is not None, "the order of a question is known"
    say = Say("pickup_expired", {"order": job.doc.order_no, "n": job.order.units_packed})
    answer = accepted(desk, say, Cue.ASK, f.PickupExpired(), fo=fo, deeds=_released(job))
    return replace(answer, desk=_over(desk))


def _stopped(job: Job) -> Say | None:
    doc, order = job.doc, job.order
    values: dict[str, str | int] = {"order": doc.order_no}
    if order.cancelled or doc.state in ("cancelled", "cancellation_requested"):
        return Say("ship_cancelled", {**values, "reason": doc.reason or "hub"})
    if order.hold is not None:
        return Say("ship_on_hold", {**values, "reason": f"{order.hold[0]}, shelf {order.hold[1]}"})
    if doc.state == "on_hold":
        return Say("ship_on_hold", {**values, "reason": doc.reason or "hub"})
    if doc.state == "closed":
        return Say("ship_gone", {"fo": doc.fo})
    if not finished(job):
        done, need = job.units
        return Say("pickup_not_packed", {**values, "done": done, "n": need})
    return None


def _bags(job: Job) -> tuple[Box, ...]:
    return tuple(box for box in job.order.boxes if box.state == "closed")


def _days_on_shelf(job: Job, now: Moment) -> int:
    ready = [e.wall_ms for e in job.order.trail if isinstance(e.fact, f.ReadyForPickup)]
    return max(0, now.wall_ms - ready[-1]) // DAY_MS if ready else 0


def _released(job: Job) -> tuple[Deed, ...]:
    fence = job.doc.fence
    return (Deed(job.doc.fo, f.ClaimReleased(claim=fence), fence),) if fence else ()


def _over(desk: Desk) -> Desk:
    return replace(desk.quiet(), job=None, bags=(), pod="")


def _job(desk: Desk) -> Job:
    assert desk.job is not None, "a pickup order is open"
    return desk.job
