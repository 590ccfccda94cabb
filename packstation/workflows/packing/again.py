"""One paper of an order printed once more, by itself: `*PAPER`, or 6 behind F11 (devices.md D6.2). Pure.

A label is not among them: its next copy kills the ones before, and so wants a reason (FL5.30). A paper kills nothing,
and what it says is drawn from the copies of now, so that a corrected address is on it (D6.1).
"""

from __future__ import annotations

from msgspec.structs import replace

from packstation.workflows.desk import Answer, Desk, Job, Pending, Print, Reader, asked, ignored
from packstation.workflows.order import Box
from packstation.workflows.packing.papers import prints_customs
from packstation.workflows.prompt import Cue, Say

CHOICE = ("6", "paper", "another paper")
"""Behind the reasons for a label: a paper needs none."""


def ask(desk: Desk, reader: Reader) -> Answer:
    """Which of the papers this order has here; the only one prints at once."""
    job = _job(desk, reader)
    papers = _papers(desk, job) if job is not None else ()
    if not papers:
        return asked(replace(desk, pending=None), Say("no_paper"))
    if len(papers) == 1:
        return printed(desk, papers[0].what, reader)
    choices = tuple(
        (str(n), f"paper_{paper.what}", paper.what.replace("_", " ")) for n, paper in enumerate(papers, 1)
    )
    return asked(desk, Say("paper_which"), Pending("paper", choices=choices))


def printed(desk: Desk, chosen: str, reader: Reader) -> Answer:
    """One more copy of the chosen paper; one that still waits for its printer is replaced by it."""
    job = _job(desk, reader)
    what = chosen.removeprefix("paper_")
    papers = [paper for paper in _papers(desk, job) if paper.what == what] if job is not None else []
    bare = replace(desk, pending=None)
    if not papers:
        return asked(bare, Say("no_paper"))
    answer = ignored(bare, Say("paper_prints", {"what": Say(f"paper_{what}")}), Cue.TICK)
    return replace(answer, prints=(papers[0],))


def _papers(desk: Desk, job: Job) -> tuple[Print, ...]:
    fo, papers = job.doc.fo, []
    box = _box(desk, job)
    if box is not None:
        papers.append(Print("slip", fo, box.lpn, 0))
        if prints_customs(job):
            papers.append(Print("customs", fo, box.lpn, 0))
        if box.label is None:
            papers.append(Print("lpn", fo, box.lpn, 0))
    if job.order.hold is not None:
        papers.append(Print("tote_card", fo, copy=0))
    if job.doc.wave:
        papers.append(Print("pick_list", None, copy=0, ref=job.doc.wave))
    return tuple(papers)


def _box(desk: Desk, job: Job) -> Box | None:
    """The box that was looked at, else the one that was closed last."""
    looked_at = job.order.box(desk.shown_box) if desk.shown_box else None
    closed = (box for box in reversed(job.order.boxes) if box.state != "open")
    return looked_at if looked_at is not None and looked_at.state != "open" else next(closed, None)


def _job(desk: Desk, reader: Reader) -> Job | None:
    if desk.job is not None:
        return desk.job
    return reader.job(desk.shown) if desk.shown else None
