"""Where a packing desk stands: derived from the facts and the open question, never stored. Pure."""

from __future__ import annotations

from msgspec.structs import replace

from packstation.workflows.desk import Desk, Job
from packstation.workflows.packing import checks, removing
from packstation.workflows.ready import finished, unfinished

_ASKING = {
    "note": "NOTE",
    "lot": "LOT",
    "serial": "SERIAL",
    "expiry": "EXPIRY",
    "short_line": "SHORT",
    "short_reason": "SHORT",
    "short_qty": "SHORT",
    "short_how": "SHORT",
    "short_preview": "SHORT",
    "hold": "HOLD",
    "tracking": "TRACKING",
    "measure_item": "MEASURE",
    "measure_side": "MEASURE",
    "measure_sure": "MEASURE",
    "measure_weight": "MEASURE",
}


def state(desk: Desk) -> str:
    """The state's name, as in the tables of floor.md sections 4 and 5."""
    if desk.pending is not None:
        return _ASKING.get(desk.pending.kind, "CONFIRM")
    if desk.job is None:
        return "CART" if desk.cart else "IDLE"
    why = stopped(desk.job)
    if why is not None and not (why == "too_many" and desk.remove):
        return "STOP"
    if desk.remove:
        return "REMOVE"
    box = unfinished(desk.job)
    if box is not None:
        if checks.to_count(desk) is not None:
            return "COUNT"
        if desk.weighs and box.weight_g is None:
            return "WEIGH"
        if desk.weighs and box.verdict == "off":
            return "STOP"
        if box.label is None:
            return "UNLABELLED"
        return "SEAL"
    return "ORDER" if desk.job.order.open_box else "CARTON"


def cleared(desk: Desk) -> Desk:
    """The desk without a parcel that was only looked at, or printed for, once nothing is asked about it."""
    job = desk.job
    if job is None or desk.work != "pack" or desk.pending is not None or desk.override is not None:
        return desk
    over = job.complete and finished(job) and not removing.to_take_out(job)
    return replace(desk, job=None, shown_box=None, suggestion=None) if over else desk


def stopped(job: Job) -> str | None:
    """Why the hub's decision stops the order: cancelled, too_many, or None (FL4.50, FL4.55)."""
    if job.doc.state in ("cancelled", "cancellation_requested") and not job.order.cancelled:
        return None if any(box.left for box in job.order.boxes) else "cancelled"
    return "too_many" if removing.to_take_out(job) else None
