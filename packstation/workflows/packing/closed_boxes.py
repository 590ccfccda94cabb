"""A box that was closed already: verified again, opened again, its label typed, printed again or dead. Pure."""

from __future__ import annotations

from msgspec.structs import replace

from packstation.workflows.desk import Answer, Desk, Job, Override, Pending, Print, accepted, asked, refused
from packstation.workflows.order import Box
from packstation.workflows.prompt import Cue, Say
from packstation.workflows.ready import unfinished
from sync import facts as f
from sync.protocol import Deed


def tracking(desk: Desk, text: str) -> Answer:
    """A tracking number typed for a box without a label, with a supervisor (FL5.20)."""
    job = _job(desk)
    box = unfinished(job)
    number = text.strip().upper()
    if box is None or not (8 <= len(number) <= 40 and number.isascii() and number.isalnum()):
        return asked(desk, Say("not_a_tracking", {"text": text[:20]}), Pending("tracking", typed=True), holds=False)
    entered = f.TrackingEntered(carton=box.lpn, tracking=number)
    say = Say("tracking_taken", {"tracking": number, "no": box.no})
    override = Override("ov.tracking", (Deed(job.doc.fo, entered, job.doc.fence),), say, Cue.TICK)
    blocked = refused(
        desk, "no_right", Say("tracking_needs", {"tracking": number}), Cue.STOP, passes=frozenset({"badge"})
    )
    return replace(blocked, desk=replace(desk.quiet(), override=override))


def rescan(desk: Desk) -> Answer:
    """Verify this box again from nothing (FL5.10)."""
    job = _job(desk)
    box = unfinished(job) or job.order.open_box
    if box is None:
        return asked(desk, Say("no_open_box"))
    return accepted(
        desk.quiet(), Say("rescan", {"no": box.no, "n": box.units}), Cue.ASK,
        f.RescanOrdered(carton=box.lpn, why="weight" if box.verdict == "off" else "user"),
    )  # fmt: skip


def reopen(desk: Desk) -> Answer:
    """Open a closed box again; a labelled one needs a supervisor and loses its label (FL5.38)."""
    job = _job(desk)
    box = next((b for b in _looked_at(desk, job) if b.state != "open"), None)
    if box is None:
        return asked(desk, Say("no_closed_box"))
    if box.left:
        values: dict[str, str | int] = {"no": box.no, "manifest": box.manifest or "-"}
        return refused(desk, "has_left", Say("has_left", values), Cue.STOP)
    reopened = f.CartonReopened(carton=box.lpn, why="user")
    say = Say("reopened", {"no": box.no})
    if box.label is None:
        return accepted(replace(desk.quiet(), suggestion=None), say, Cue.ASK, reopened)
    facts = (f.LabelVoided(label=box.label.label, reason="reopened"), reopened)
    deeds = tuple(Deed(job.doc.fo, fact, job.doc.fence) for fact in facts)
    override = Override("ov.reopen", deeds, Say("reopened_dead", {"no": box.no}), Cue.ASK)
    blocked = refused(desk, "no_right", Say("reopen_labelled", {"no": box.no}), Cue.STOP, passes=frozenset({"badge"}))
    return replace(blocked, desk=replace(desk.quiet(), override=override))


def reprint(desk: Desk, reason: str) -> Answer:
    """Another copy of the box's label; the ones before are dead (FL5.30)."""
    job = _job(desk)
    box = _labelled(desk, job)
    if box is None or box.label is None:
        return asked(desk, Say("no_label"))
    copy = box.label.copy + 1
    fact = f.LabelReprinted(label=box.label.label, copy=copy, reason=reason)
    say = Say("reprinted", {"copy": copy})
    prints = (Print("label", job.doc.fo, box.lpn, copy, box.label.label),)
    if copy > 2:
        override = Override("ov.reprint", (Deed(job.doc.fo, fact, job.doc.fence),), say, Cue.ASK, prints)
        blocked = refused(
            desk, "no_right", Say("reprint_again", {"copy": copy}), Cue.STOP, passes=frozenset({"badge"})
        )
        return replace(blocked, desk=replace(desk.quiet(), override=override))
    return accepted(desk.quiet(), say, Cue.ASK, fact, prints=prints)


def useless(desk: Desk) -> frozenset[str]:
    """Commands about a label or a closed box while there is none: no menu offers them."""
    job = desk.job
    if job is None:
        return frozenset()
    names = set()
    if _labelled(desk, job) is None:
        names |= {"*REPRINT", "*VOID"}
    if not any(box.state != "open" for box in _looked_at(desk, job)):
        names.add("*REOPEN")
    return frozenset(names)


def void(desk: Desk) -> Answer:
    """Kill the box's label, with a supervisor; the box can be labelled again (FL5.32)."""
    job = _job(desk)
    box = _labelled(desk, job)
    gone = next((b for b in reversed(job.order.boxes) if b.left), None)
    if box is None and gone is not None:
        values: dict[str, str | int] = {"no": gone.no, "manifest": gone.manifest or "-"}
        return refused(desk, "has_left", Say("has_left", values), Cue.STOP)
    if box is None or box.label is None:
        return asked(desk, Say("no_label"))
    fact = f.LabelVoided(label=box.label.label, reason="user")
    override = Override("ov.void", (Deed(job.doc.fo, fact, job.doc.fence),), Say("voided", {"no": box.no}), Cue.TICK)
    blocked = refused(desk, "no_right", Say("void_needs", {"no": box.no}), Cue.STOP, passes=frozenset({"badge"}))
    return replace(blocked, desk=replace(desk.quiet(), override=override))


def _labelled(desk: Desk, job: Job) -> Box | None:
    return next((b for b in _looked_at(desk, job) if b.label is not None and not b.left), None)


def _looked_at(desk: Desk, job: Job) -> tuple[Box, ...]:
    """The box whose label was scanned, else all of them, the newest first."""
    box = job.order.box(desk.shown_box) if desk.shown_box else None
    return (box,) if box is not None else job.order.boxes[::-1]


def _job(desk: Desk) -> Job:
    assert desk.job is not None
    return desk.job
