"""The doors of loading: a scan, a command. Pure."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from packstation.workflows.desk import (
    Answer,
    Candidate,
    Desk,
    Door,
    Found,
    Job,
    Moment,
    Reader,
    asked,
    ignored,
    refused,
)
from packstation.workflows.prompt import Cue, Say
from packstation.workflows.shipping import closing, loading, pickup
from packstation.workflows.shipping.state import at_door, state

STEPS = ("DOOR", "LOAD", "REMOVE", "SHELF", "BAGS", "CONFIRM")
"""States whose next step has words of its own."""


def next_step(where: str) -> Say:
    """What to scan next: the tail of "right code, wrong moment" (FL2.10)."""
    return Say(f"next_load_{where.lower()}") if where in STEPS else Say("answer_first")


def scanned(desk: Desk, found: Found, now: Moment, reader: Reader) -> Answer:
    """What a scan that is no command means here."""
    pending = desk.pending
    if pending is not None:
        if pending.kind in ("load_check", "load_twice"):
            answered = loading.identified(desk, found, now, reader)
            if answered is not None:
                return answered
        elif pending.code and pending.code == found.text:
            return _confirmed(desk, now, reader)
        elif not pending.code:
            return asked(desk, Say("answer_first"), pending, cue=Cue.ASK)
        desk = replace(desk, pending=None)
    where = state(desk)
    if where == "SHELF":
        return pickup.shelved(desk, found, now)
    if where == "BAGS":
        return pickup.bag(desk, found, reader)
    doors = found.of("door")
    if doors:
        return _door(desk, doors[0], reader)
    manifests = found.of("manifest")
    if manifests:
        return closing.looked_up(desk, manifests[0].ref, reader)
    hit, several = parcel_of(found)
    if several:
        return asked(desk, Say("several_parcels", {"n": several}))
    if hit is not None:
        job = reader.job(hit.fo) if hit.fo else None
        if job is not None and job.doc.method == "pickup" and where == "DOOR":
            return pickup.opened(desk, found, job, hit.kind, now, reader)
        if where == "DOOR":
            return asked(desk, Say("door_first"), about="order")
        answer = loading.parcel(desk, found, _newest(found, hit, job), job, now, reader)
        return replace(answer, fo=hit.fo) if answer.outcome == "refused" else answer
    orders = found.of("pickup", "order")
    if orders and where == "DOOR":
        jobs = [job for job in (reader.job(order.ref) for order in orders) if job and job.doc.method == "pickup"]
        if len(jobs) > 1:
            return asked(desk, Say("in_several_orders", {"n": len(jobs)}), about="order")
        if jobs:
            return pickup.opened(desk, found, jobs[0], orders[0].kind, now, reader)
    return unknown(desk, found, where)


def parcel_of(found: Found) -> tuple[Candidate | None, int]:
    """The box or label the code names; a label's code says more than the box's. And how many, when it is not one."""
    labels = found.of("label")
    if labels:
        boxes = {loading.box_of_label(hit.ref) for hit in labels}
        return (labels[0], 0) if len(boxes) == 1 else (None, len(boxes))
    boxes_here = tuple(hit for hit in found.of("lpn") if hit.fo)
    return (boxes_here[0], 0) if boxes_here else (None, 0)


def _newest(found: Found, hit: Candidate, job: Job | None) -> Candidate:
    """The box's good label, when the code is on its dead ones too: the box's number stands on all of them."""
    box = job.order.box(loading.box_of_label(hit.ref)) if job is not None and hit.kind == "label" else None
    good = box.label.label if box is not None and box.label is not None else ""
    return next((label for label in found.of("label") if label.ref == good), hit)


def unknown(desk: Desk, found: Found, where: str) -> Answer:
    """Nothing here takes the code (FL2.10, FL2.12)."""
    if found.candidates:
        what = Say(f"kind_{found.candidates[0].kind}")
        return asked(desk, Say("wrong_moment", {"what": what, "next": next_step(where)}), about="order")
    return refused(desk, "unknown", Say("unknown", {"code": found.shown}), Cue.UNKNOWN, about="order")


def keyed(desk: Desk, command: str, now: Moment, reader: Reader) -> Answer:
    """What a command means here: "*CLOSE", "*UNDO", "*OK" to a question."""
    pending = desk.pending
    if pending is not None:
        if command == "*BACK":
            return ignored(replace(desk, pending=None), Say("left"), Cue.ASK)
        if command == "*OK" and (pending.code or pending.kind == "load_close"):
            return _confirmed(desk, now, reader)
        return asked(desk, Say("answer_first"), pending, holds=pending.kind == "load_close" or bool(pending.code))
    where = state(desk)
    doors = _COMMANDS.get(command)
    if doors is None or where not in doors[0]:
        return asked(desk, Say("not_here", {"command": command[:20], "next": next_step(where)}))
    return doors[1](desk, now, reader)


def resumed(desk: Desk, manifest: str, reader: Reader) -> Desk:
    """The door that was open when the station stopped (FL2.16)."""
    known = reader.manifest(manifest)
    if known is None or known.closed:
        return desk
    return replace(desk, load=reader.load(manifest, Door(known.carrier, known.door)))


def commands(desk: Desk) -> tuple[str, ...]:
    """The commands that are legal now, for the key bar, the menu and the help."""
    where = state(desk)
    if where == "CONFIRM":
        return ("*OK", "*BACK") if desk.pending and (desk.pending.code or desk.pending.kind == "load_close") else (
            "*BACK",
        )  # fmt: skip
    names = tuple(name for name, (states, _) in _COMMANDS.items() if where in states)
    bulk = desk.load is not None and desk.load.bulk
    return tuple(name for name in names if name != "*SHIPALL" or bulk)


def _door(desk: Desk, hit: Candidate, reader: Reader) -> Answer:
    door = reader.door(hit.ref)
    if door is None:
        return asked(desk, Say("door_unknown", {"code": hit.ref[:24]}), about="place")
    return loading.opened(desk, door, reader)


def _confirmed(desk: Desk, now: Moment, reader: Reader) -> Answer:
    pending = desk.pending
    assert pending is not None
    bare = replace(desk, pending=None)
    if pending.kind == "load_close":
        return closing.left_behind(bare)
    return pickup.expired(bare, str(pending.data[0]), reader)


def _remove(desk: Desk, now: Moment, reader: Reader) -> Answer:
    say = Say("remove_off" if desk.remove else "load_remove_on")
    return ignored(replace(desk, remove=not desk.remove), say, Cue.ASK)


def _leave(desk: Desk, now: Moment, reader: Reader) -> Answer:
    if desk.remove:
        return ignored(replace(desk, remove=False), Say("remove_off"), Cue.ASK)
    if desk.load is not None and desk.job is None:
        return ignored(replace(desk.quiet(), load=None), at_door("manifest_left", desk.load), Cue.ASK)
    return ignored(replace(desk.quiet(), job=None, bags=()), Say("left"), Cue.ASK)


def _ok(desk: Desk, now: Moment, reader: Reader) -> Answer:
    if state(desk) == "BAGS":
        return pickup.handed_over(desk)
    return ignored(desk, Say("go_on", {"next": next_step(state(desk))}))


_Door = Callable[[Desk, Moment, Reader], Answer]
_COMMANDS: dict[str, tuple[tuple[str, ...], _Door]] = {
    "*CLOSE": (("LOAD", "REMOVE"), lambda desk, now, reader: closing.closed(desk)),
    "*SHIPALL": (("LOAD",), lambda desk, now, reader: closing.shipped_all(desk)),
    "*UNDO": (("LOAD", "REMOVE"), loading.undone),
    "*REMOVE": (("LOAD", "REMOVE"), _remove),
    "*REPRINT": (("DOOR", "LOAD"), lambda desk, now, reader: closing.reprinted(desk)),
    "*LIST": (("LOAD", "BAGS"), lambda desk, now, reader: closing.listed(desk)),
    "*OK": (("DOOR", "LOAD", "REMOVE", "SHELF", "BAGS"), _ok),
    "*BACK": (("LOAD", "REMOVE", "SHELF", "BAGS"), _leave),
}
