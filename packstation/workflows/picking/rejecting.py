"""A store gives an order, or lines of it, back to routing before it is picked (FL6.41, FL8.2, FL8.3). Pure.

Without capacity nothing goes back alone: every order this station holds and nobody began goes, and the site takes no
new ones for a while, else they would come back (FL8.6).
"""

from __future__ import annotations

from datetime import UTC, datetime

from packstation.workflows.desk import Answer, Desk, Job, Moment, Pending, Reader, asked
from packstation.workflows.picking import shorts, starting, walk
from packstation.workflows.picking.answers import deed, done, refuse
from packstation.workflows.prompt import Cue, Say
from sync import facts as f
from sync.protocol import Deed

WHOLE_ONLY = ("no_capacity", "cannot_ship")
"""Reasons that are about the whole order."""
PAUSES = (("1", "60", "1 h"), ("2", "240", "4 h"), ("3", "720", "12 h"))
"""How long a site may take no new orders: (key, minutes, words)."""
ALL_MAX = 100
"""How many orders go back in one gesture, which holds at most 256 facts (sync J2)."""


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


def ask_until(desk: Desk) -> Answer:
    """How long the site takes no new orders (FL8.6)."""
    return asked(desk, Say("pause_until"), Pending("pick_pause_until", choices=PAUSES))


def pause_preview(desk: Desk, minutes: str, now: Moment, reader: Reader) -> Answer:
    """3 orders go back, and no new ones come until 18:00. Enter"""
    until_ms = now.wall_ms + int(minutes) * 60_000
    values: dict[str, str | int] = {"n": len(_going(desk, now, reader)), "until": now.clock(until_ms)}
    return asked(desk, Say("pause_preview", values), Pending("pick_pause_preview", data=(until_ms,)))


def paused(desk: Desk, now: Moment, reader: Reader) -> Answer:
    """The site is paused, then its orders go back: the hub looks for another site with this one closed."""
    assert desk.pending is not None
    until_ms = int(str(desk.pending.data[0]))
    until = datetime.fromtimestamp(until_ms // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    going = _going(desk, now, reader)
    deeds = [Deed(None, f.NodePaused(until=until, reason="no_capacity", by=now.user))]
    for job in going:
        lines = tuple(line.line for line in job.doc.lines if walk.due(job, line) > 0)
        deeds.append(deed(now, job, f.FoRejected(lines=lines, reason="no_capacity", seen_qty=0)))
        if job.doc.fence and job.doc.holder == now.station:
            deeds.append(deed(now, job, f.ClaimReleased(claim=job.doc.fence)))
    values: dict[str, str | int] = {"n": len(going), "until": now.clock(until_ms)}
    return done(starting.desk_without(desk), Say("node_paused", values), Cue.LINE, deeds)


def _going(desk: Desk, now: Moment, reader: Reader) -> tuple[Job, ...]:
    """This order, and those that this station holds and nobody began; what nobody holds the hub moves by itself."""
    mine = _job(desk)
    others = (job for job in reader.open_orders() if job.doc.holder == now.station and job.doc.fo != mine.doc.fo)
    return (mine, *others)[:ALL_MAX]


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
