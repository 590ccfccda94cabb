"""When the boxes of an order are ready: what packing, picking and shipping each ask of a job. Pure."""

from __future__ import annotations

from packstation.workflows.desk import Job
from packstation.workflows.order import Box


def unfinished(job: Job) -> Box | None:
    """The closed box that still wants its count, its weight, its label or the scan of its label: the one whose
    number was scanned, else the newest."""
    waiting = [box for box in job.order.boxes if box.state == "closed" and not box.ready]
    if not waiting:
        return None
    return next((box for box in waiting if box.lpn == job.order.current), waiting[-1])


def finished(job: Job) -> bool:
    """Every unit is in a box that may go through the door."""
    boxes = [box for box in job.order.boxes if box.contents or box.state != "open"]
    return job.complete and bool(boxes) and all(box.ready or box.left for box in boxes)
