"""A store gives an order, or lines of it, back to routing before it is picked (FL6.41, FL8.2, FL8.3). Pure."""

from __future__ import annotations

from packstation.workflows.desk import Answer, Desk, Job, Moment, Pending, Reader, asked
from packstation.workflows.picking import shorts, starting, walk
from packstation.workflows.picking.answers import deed, done, refuse
from packstation.workflows.prompt import Cue, Say
from sync import facts as f

WHOLE_ONLY = ("no_capacity", "cannot_ship")
"""Reasons that are about the whole order."""


def ask_lines(desk: Desk, now: Moment, reader: Reader) -> Answer:
    """Which lines, or all."""
    if now.role not in ("associate", "supervisor"):
        return refuse(desk, "no_right", Say("pick_no_accept"), job=_job(desk), about="order")
    job = _job(desk)
    lines = [line for line in job.doc.lines if walk.due(job, line) > 0]
    if len(lines) < 2 or shorts.whole(job, reader):
        return ask_reason(desk, tuple(line.line for line in lines))
    choices = (
        ("0", "all", "all lines"),
        *((str(n), str(line.line), line.item.name) for n, line in enumerate(lines[:9], 1)),
    )
    return asked(desk, Say("reject_lines"), Pending("pick_reject_lines", choices=choices))


def lines_chosen(desk: Desk, chosen: str) -> Answer:
    job = _job(desk)
    if chosen == "all":
        return ask_reason(desk, tuple(line.line for line in job.doc.lines if walk.due(job, line) > 0))
    return ask_reason(desk, (int(chosen),))


def ask_reason(desk: Desk, lines: tuple[int, ...]) -> Answer:
    job = _job(desk)
    every = len(lines) == sum(1 for line in job.doc.lines if walk.due(job, line) > 0)
    reasons = [each for each in shorts.STORE_REASONS if every or each[1] not in WHOLE_ONLY]
    return asked(desk, Say("reject_reason"), Pending("pick_reject_reason", choices=tuple(reasons), data=lines))


def preview(desk: Desk, reason: str) -> Answer:
    """2 of 3 lines go back to routing. Enter"""
    assert desk.pending is not None
    job = _job(desk)
    total = sum(1 for line in job.doc.lines if walk.due(job, line) > 0)
    lines = tuple(int(str(line)) for line in desk.pending.data)
    say = Say("reject_preview", {"n": len(lines), "total": total, "order": job.doc.order_no})
    return asked(desk, say, Pending("pick_reject_preview", data=(reason, lines)))


def rejected(desk: Desk, now: Moment) -> Answer:
    """The lines go back; a whole order ends its walk here, and this station's custody with it."""
    assert desk.pending is not None
    job = _job(desk)
    reason, lines = desk.pending.data
    assert isinstance(lines, tuple)
    total = sum(1 for line in job.doc.lines if walk.due(job, line) > 0)
    deeds = [deed(now, job, f.FoRejected(lines=lines, reason=str(reason), seen_qty=0))]
    values: dict[str, str | int] = {"n": len(lines), "total": total, "order": job.doc.order_no}
    if len(lines) < total:
        return done(desk, Say("rejected_lines", values), Cue.LINE, deeds)
    if job.doc.fence and job.doc.holder == now.station:
        deeds.append(deed(now, job, f.ClaimReleased(claim=job.doc.fence)))
    return done(starting.desk_without(desk), Say("rejected_all", values), Cue.LINE, deeds)


def _job(desk: Desk) -> Job:
    assert desk.trip is not None
    return desk.trip.jobs[0]
