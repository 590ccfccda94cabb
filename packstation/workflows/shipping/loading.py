"""Parcels through a carrier's door: opened, loaded, taken out again (FL7.1-FL7.8). Pure."""

from __future__ import annotations

from msgspec.structs import replace

from packstation.workflows.desk import (
    Answer,
    Candidate,
    Desk,
    Door,
    Found,
    Job,
    Load,
    Moment,
    Pending,
    Reader,
    accepted,
    asked,
    ignored,
    refused,
)
from packstation.workflows.order import Box
from packstation.workflows.prompt import Cue, Say
from packstation.workflows.shipping.state import at_door
from sync import facts as f
from sync.facts import Fact


def opened(desk: Desk, door: Door, reader: Reader) -> Answer:
    """The door's manifest, begun or gone on with; another door's stays open (FL7.1)."""
    known = reader.open_manifest(door)
    if known is not None:
        state = reader.manifest(known)
        assert state is not None, "an open manifest is known"
        load = reader.load(known, Door(state.carrier, state.door))
        return ignored(replace(desk.quiet(), load=load), at_door("door_open", load), Cue.TICK)
    manifest = reader.next_manifest()
    load = reader.load(manifest, door)
    fact = f.ManifestOpened(manifest=manifest, carrier=door.carrier, door=door.door)
    return accepted(replace(desk.quiet(), load=load), at_door("door_open", load), Cue.TICK, fact)


def box_of_label(label: str) -> str:
    """The LPN a label's id names: "L-" + LPN + "-" + number."""
    return label.removeprefix("L-").rpartition("-")[0]


def parcel(desk: Desk, found: Found, hit: Candidate, job: Job | None, now: Moment, reader: Reader) -> Answer:
    """A label or a box's number at the door (FL7.2-FL7.8)."""
    load = _load(desk)
    lpn = box_of_label(hit.ref) if hit.kind == "label" else hit.ref
    box = job.order.box(lpn) if job is not None else None
    if job is None or box is None:
        return _stop(desk, "ship_gone", {"fo": hit.fo or "?"})
    values: dict[str, str | int] = {"order": job.doc.order_no, "no": box.no, "fo": job.doc.fo}
    if desk.remove:
        return _removed(desk, job, box)
    if box.left:
        return _loaded_before(desk, job, box, now, reader)
    stop = _not_shippable(job, box, hit)
    if stop is not None:
        return _stop(desk, stop[0], {**values, "reason": stop[1]})
    if job.doc.carrier != load.carrier:
        theirs = job.doc.carrier or "?"
        return refused(desk, "wrong_door", at_door("wrong_door", load, theirs=theirs), Cue.STOP, about="order")
    label = box.label
    assert label is not None, "a box without a label is not shippable"
    if label.scanned != label.copy:
        # The label may sit on another box: both codes together say that it does not (FL7.7).
        given = "lpn" if _names_box(found, box, label.label) else "label"
        say = "lpn_unchecked" if given == "lpn" else "label_unchecked"
        data = (job.doc.fo, box.lpn, label.label, given)
        return asked(desk, Say(say), Pending("load_check", data=data), holds=False)
    return _loaded(desk, job, box)


def identified(desk: Desk, found: Found, now: Moment, reader: Reader) -> Answer | None:
    """The other code of the box in hand (FL7.6, FL7.7); None when the scan is about something else."""
    pending = desk.pending
    assert pending is not None
    fo, lpn, label_id, given = (str(part) for part in pending.data)
    job = reader.job(fo)
    box = job.order.box(lpn) if job is not None else None
    lpns = [hit.ref for hit in found.of("lpn")]
    labels = [hit.ref for hit in found.of("label")]
    bare = replace(desk, pending=None)
    if job is None or box is None:
        return None
    if given == "lpn":
        alike = box.label is not None and box.label.tracking == lpn  # one code is all there is to scan
        if label_id not in labels or (_names_box(found, box, label_id) and not alike):
            return asked(desk, Say("lpn_unchecked"), pending, holds=False) if lpn in lpns else None
    elif not _names_box(found, box, label_id):
        if lpns and lpn not in lpns:
            values: dict[str, str | int] = {"order": job.doc.order_no}
            return refused(bare, "wrong_label", Say("wrong_label", values), Cue.STOP, about="order")
        return asked(desk, _again(pending, box, now), pending, holds=False) if label_id in labels else None
    if box.left:
        return ignored(bare, Say("already_loaded", {"time": now.clock(box.loaded_ms)}))
    label = box.label
    if label is None or label.label != label_id:
        return None
    return _loaded(bare, job, box, f.LabelScanned(carton=lpn, label=label_id, copy=label.copy))


def _names_box(found: Found, box: Box, label: str) -> bool:
    """Whether the code is the box's own number, though that number may stand on its labels too."""
    if found.text in (box.lpn, f"00{box.lpn}"):
        return True
    return any(hit.ref == box.lpn for hit in found.of("lpn")) and all(hit.ref != label for hit in found.of("label"))


def undone(desk: Desk, now: Moment, reader: Reader) -> Answer:
    """The parcel that was loaded last comes out again (FL7.8)."""
    load = _load(desk)
    last = reader.last_loaded(load.manifest)
    job = reader.job(last.fo) if last is not None and last.fo else None
    if last is None or last.fo is None or job is None:
        return refused(desk, "undo_end", Say("load_undo_end"), Cue.ASK)
    same = tuple(e.fact_id for e in job.order.trail if e.gesture == last.gesture and e.fact.undoable)
    fact = f.GestureUndone(undone=last.gesture, facts=same, why="user")
    return accepted(desk.quiet(), _taken_out(load, job), Cue.ASK, fact, fo=last.fo)


def _loaded(desk: Desk, job: Job, box: Box, *before: Fact) -> Answer:
    load = _load(desk)
    label = box.label
    assert label is not None
    done, need = load.counts
    listed = any(p.lpn == box.lpn and not p.problem for p in load.parcels)
    need += 0 if listed else 1
    fact = f.ParcelLoaded(carton=box.lpn, label=label.label, manifest=load.manifest)
    last = done + 1 >= need
    say = Say("all_loaded" if last else "loaded", {"done": done + 1, "n": need})
    return accepted(desk.quiet(), say, Cue.DONE if last else Cue.TICK, *before, fact, fo=job.doc.fo)


def _loaded_before(desk: Desk, job: Job, box: Box, now: Moment, reader: Reader) -> Answer:
    load = _load(desk)
    known = reader.manifest(box.manifest) if box.manifest else None
    gone = known.closed if known is not None else job.doc.state == "closed"
    if box.state == "picked_up" or gone:
        values: dict[str, str | int] = {"order": job.doc.order_no, "no": box.no, "manifest": box.manifest or "-"}
        return refused(desk, "has_left", Say("ship_left", values), Cue.STOP, about="order")
    if job.doc.carrier != load.carrier:
        say = at_door("wrong_door", load, theirs=job.doc.carrier or "?")
        return refused(desk, "wrong_door", say, Cue.STOP, about="order")
    label = box.label
    if label is not None and label.copy > 1:
        data = (job.doc.fo, box.lpn, label.label, "label")
        pending = Pending("load_twice", data=data)
        return asked(desk, _again(pending, box, now), pending, holds=False)
    return ignored(desk, Say("already_loaded", {"time": now.clock(box.loaded_ms)}))


def _again(pending: Pending, box: Box, now: Moment) -> Say:
    if pending.kind == "load_twice":
        return Say("loaded_twice", {"time": now.clock(box.loaded_ms)})
    return Say("label_unchecked")


def _not_shippable(job: Job, box: Box, hit: Candidate) -> tuple[str, str] | None:
    """(text, reason) why the parcel must not go (FL7.4)."""
    doc, order = job.doc, job.order
    if doc.method == "pickup":
        return "ship_pickup", ""
    if order.cancelled or doc.state in ("cancelled", "cancellation_requested"):
        return "ship_cancelled", doc.reason or "hub"
    if order.hold is not None:
        return "ship_on_hold", f"{order.hold[0]}, shelf {order.hold[1]}"
    if doc.state == "on_hold":
        return "ship_on_hold", doc.reason or "hub"
    if doc.state == "closed":
        return "ship_gone", ""
    if box.state != "closed":
        return "ship_not_packed", ""
    scanned = next((label for label in box.labels if label.label == hit.ref), None)
    if hit.kind == "label" and scanned is not None and scanned.void:
        return "ship_void", ""
    if box.label is None:
        return "ship_no_label", ""
    if hit.kind == "label" and (hit.ref != box.label.label or hit.quantity not in (0, box.label.copy)):
        return "ship_dead", ""
    return None


def _removed(desk: Desk, job: Job, box: Box) -> Answer:
    load = _load(desk)
    if box.manifest != load.manifest or box.state != "loaded":
        return asked(desk, Say("not_on_load", {"order": job.doc.order_no}))
    fact = f.ParcelUnloaded(carton=box.lpn, manifest=load.manifest)
    return accepted(desk.quiet(), _taken_out(load, job), Cue.ASK, fact, fo=job.doc.fo)


def _taken_out(load: Load, job: Job) -> Say:
    done, need = load.counts
    return Say("taken_out", {"order": job.doc.order_no, "done": done - 1, "n": need})


def _stop(desk: Desk, text: str, values: dict[str, str | int]) -> Answer:
    return refused(desk, "not_shippable", Say(text, values), Cue.STOP, about="order")


def _load(desk: Desk) -> Load:
    assert desk.load is not None, "parcels are loaded at an open door"
    return desk.load
