"""What was done here last while nothing is open: whether `*UNDO` may take it back, and if not why (FL5.33, FL5.35).
Pure.

    Step --lasting()--> the sentence that says why it stays, or None: it may be taken back
    Step --sealed()-->  the box whose label was scanned back last, for `*REPRINT` (FL5.30)
"""

from __future__ import annotations

from collections.abc import Iterable

from packstation.workflows.desk import Desk, Job, Moment, Step
from packstation.workflows.fact_words import named
from packstation.workflows.order import last_gesture
from packstation.workflows.prompt import Say
from sync import facts as f
from sync.facts import Fact

_PICKED = (
    f.SlotAssigned, f.PickStarted, f.ItemPicked, f.ItemPlaced, f.ItemPutBack, f.LineSkipped, f.LotChanged,
    f.ToteAdded, f.ZeroChecked, f.CountDone, f.PickPaused, f.ToteUnloaded, f.PickFinished, f.WorkReturned,
    f.FoAccepted,
)  # fmt: skip
_LOADED = (f.ManifestOpened, f.ParcelLoaded, f.ParcelUnloaded, f.ParcelLeft, f.ReadyForPickup, f.PickedUp)


def lasting(step: Step | None, desk: Desk, job: Job | None, now: Moment, go_on: Say) -> Say | None:
    """Why the last step is not taken back, in words; None when it may be. `go_on`: what to scan instead."""
    if step is None:
        return Say("undo_none", {"next": go_on})
    facts = [entry.fact for entry in step.entries]
    work = _work(facts)
    if work not in ("", desk.work):
        return Say("undo_other_work", {"work": Say(f"key_{work}"), "command": f"*{work.upper()}"})
    if job is None:
        return None if any(fact.undoable for fact in facts) else _final(facts, go_on)
    order: dict[str, str | int | Say] = {"order": job.doc.order_no}
    if job.doc.holder not in (None, now.station):
        return Say("undo_changed", order)
    if back(facts):
        return Say("undo_returned", order) if too_late(step, job) else None
    for fact in facts:
        match fact:
            case f.LabelScanned() | f.LabelScanSkipped():
                return Say("undo_sealed", order)
            case f.OrderParked():
                return Say("undo_parked", order)
            case f.CancelAccepted():
                return Say("undo_cancelled", order)
            case f.FoRejected():
                return Say("undo_rejected", order)
            case f.PickPaused():
                return Say("undo_paused", order)
            case f.WorkReturned():
                return Say("undo_given_back", order)
    if not any(fact.undoable for fact in facts):
        return _final(facts, go_on)
    newest = last_gesture(job.order)
    return None if newest is not None and newest[0] == step.gesture else Say("undo_changed", order)


def back(facts: Iterable[Fact]) -> bool:
    """A short that sent the whole order back to routing: both are taken back, or neither (FL8.5)."""
    kinds = {type(fact) for fact in facts}
    return kinds >= {f.ShortReported, f.FoRejected}


def too_late(step: Step, job: Job) -> bool:
    """The hub knows that the order was given back, and nobody holds it: it is somebody else's by now."""
    let_go = job.doc.holder is None or any(isinstance(entry.fact, f.ClaimReleased) for entry in step.entries)
    return job.doc.state != "open" or (step.sent and let_go)


def sealed(step: Step | None) -> tuple[str, str] | None:
    """(order, LPN) of the box that was made ready here last, if that was the last thing done."""
    for entry in step.entries if step is not None else ():
        if isinstance(entry.fact, f.LabelScanned | f.LabelScanSkipped) and entry.fo is not None:
            return entry.fo, entry.fact.carton
    return None


def _final(facts: list[Fact], go_on: Say) -> Say:
    kinds = dict.fromkeys(type(fact).__name__ for fact in facts)
    return Say("undo_final", {"what": named(next(iter(kinds))), "next": go_on})


def _work(facts: list[Fact]) -> str:
    """The work a gesture belongs to: pack, pick, load; "" for what each of them may do."""
    shorts = [fact for fact in facts if isinstance(fact, f.ShortReported)]
    if any(isinstance(fact, _PICKED) for fact in facts) or any(short.where != "pack" for short in shorts):
        return "pick"
    if any(isinstance(fact, _LOADED) for fact in facts):
        return "load"
    if all(isinstance(fact, f.CancelAccepted | f.ClaimReleased | f.FoRejected | f.ItemFound) for fact in facts):
        return ""
    return "pack"
