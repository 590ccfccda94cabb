"""The label read back from the box, the last scan of a parcel; or left out on record (FL5.21-FL5.24). Pure."""

from __future__ import annotations

from msgspec import structs
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
    refused,
)
from packstation.workflows.order import Box
from packstation.workflows.prompt import Cue, Say
from packstation.workflows.ready import finished, unfinished
from sync import facts as f
from sync.facts import Fact
from sync.protocol import Deed


def sealed(desk: Desk, found: Found, hit: Candidate | None, now: Moment, reader: Reader) -> Answer:
    """A label was scanned while the box waits for its own (FL5.21-FL5.23)."""
    job = _job(desk)
    box = unfinished(job)
    assert box is not None
    label = box.label
    assert label is not None
    values: dict[str, str | int] = {"order": job.doc.order_no, "no": box.no, "carrier": job.doc.carrier}
    if hit is not None and hit.ref != label.label:
        own = next((old for old in box.labels if old.label == hit.ref), None)
        if own is not None:
            return refused(desk, "dead_label", Say("dead_label", values), Cue.STOP, passes=frozenset({"label"}))
        other = reader.job(hit.fo) if hit.fo else None
        whose = other.doc.order_no if other else "?"
        return refused(
            desk, "wrong_label", Say("wrong_label", {"order": whose}), Cue.STOP, passes=frozenset({"label"})
        )
    assert hit is not None
    copy = hit.quantity or label.copy
    if copy != label.copy:
        return refused(desk, "dead_label", Say("dead_label", values), Cue.STOP, passes=frozenset({"label"}))
    scanned = f.LabelScanned(carton=box.lpn, label=label.label, copy=label.copy)
    return _ready(desk, job, box, scanned, now)


def skip_seal(desk: Desk, found: Found, reader: Reader) -> Answer:
    """Something else was scanned while the label-back scan is due (FL5.24)."""
    if not reader.rule("label_scan_may_be_skipped", 1):
        box = unfinished(_job(desk))
        assert box is not None
        skipped = f.LabelScanSkipped(carton=box.lpn)
        say = Say("label_not_scanned_forbidden")
        override = Override(
            "ov.skip_label_scan", (Deed(_job(desk).doc.fo, skipped),), Say("label_scan_left_out"), Cue.TICK
        )
        answer = refused(desk, "no_right", say, Cue.STOP, passes=frozenset({"label", "badge"}))
        return replace(answer, desk=replace(desk, override=override))
    return asked(desk, Say("label_not_scanned"), Pending("skip_label", found.text), about="order")


def skipped_seal(desk: Desk, now: Moment) -> Answer:
    """The label-back scan was left out on record; the scan that said so is used next (FL5.24)."""
    job = _job(desk)
    box = unfinished(job)
    assert box is not None
    answer = _ready(replace(desk, pending=None), job, box, f.LabelScanSkipped(carton=box.lpn), now)
    return replace(answer, again=True)


def _ready(desk: Desk, job: Job, box: Box, fact: Fact, now: Moment) -> Answer:
    boxes = tuple(
        structs.replace(b, label_skipped=True) if b.lpn == box.lpn else b for b in job.order.boxes
    )  # looks ahead: the box as it will be once the fact is folded
    after = Job(job.doc, structs.replace(job.order, boxes=boxes))
    done = finished(after)
    values: dict[str, str | int] = {"order": job.doc.order_no, "no": box.no, "carrier": job.doc.carrier}
    if not done:
        return accepted(desk, Say("box_ready", values), Cue.DONE, fact)
    released = (Deed(job.doc.fo, f.ClaimReleased(claim=job.doc.fence), job.doc.fence),) if job.doc.fence else ()
    leaves: Say | str = job.doc.carrier
    if job.doc.ship_by:
        leaves = Say("carrier_due", {"due": now.due(job.doc.ship_by), "carrier": job.doc.carrier})
    answer = accepted(desk, Say("order_ready", {**values, "due": leaves}), Cue.DONE, fact, deeds=released)
    return replace(answer, desk=replace(desk.quiet(), job=None, suggestion=None))


def _job(desk: Desk) -> Job:
    assert desk.job is not None
    return desk.job
