"""When the boxes of an order are ready: what packing, picking and shipping each ask of a job. Pure."""

from __future__ import annotations

from packstation.workflows.desk import Job
from packstation.workflows.order import Box


def unfinished(job: Job) -> Box | None:
    """The closed box that still wants its weight, its label or the scan of its label; the newest first."""
    return next((box for box in reversed(job.order.boxes) if box.state == "closed" and not box.ready), None)


def finished(job: Job) -> bool:
    """Every unit is in a box that may go through the door."""
    boxes = [box for box in job.order.boxes if box.contents or box.state != "open"]
    return job.complete and bool(boxes) and all(box.ready or box.left for box in boxes)
