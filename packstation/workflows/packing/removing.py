"""A unit comes out of its box again: `*REMOVE`, and what a lowered order wants back (FL5.36, FL4.55, sync C9). Pure.

REMOVE: unit --in an open box--> ItemUnpacked
too many by the hub: also out of a closed box, which is open again then; its label dies with what it said
nothing more to take out, nothing more to pack --> the box closes in the same gesture, as after its last unit (FL4.43)
"""

from __future__ import annotations

from msgspec.structs import replace

from packstation.workflows.desk import Answer, Desk, Job, Line, accepted, refused
from packstation.workflows.order import Box
from packstation.workflows.prompt import Cue, Say
from sync import facts as f
from sync.facts import Fact


def remove(desk: Desk, sku: str) -> Answer:
    """One unit of the item comes out of a box of the open order."""
    job = desk.job
    assert job is not None, "units are taken out of an open order"
    found = _where(job, sku)
    if found is None:
        name = next((ln.item.name for ln in job.doc.lines if ln.sku == sku), sku)
        return refused(desk, "not_in_box", Say("not_in_box", {"item": name}), Cue.WRONG, sku=sku)
    line, box = found
    facts: list[Fact] = []
    if box.state != "open":
        if box.label is not None:
            facts.append(f.LabelVoided(label=box.label.label, reason="quantity"))
        facts.append(f.CartonReopened(carton=box.lpn, why="changed"))
    facts.append(f.ItemUnpacked(line=line.line, sku=sku, qty=1, carton=box.lpn))
    say = Say("removed", {"item": line.item.name})
    if box.state != "open" and box.label is not None:
        say = Say("removed_dead", {"item": line.item.name, "no": box.no})
    left = {**job.left_by_line, line.line: job.left(line) + 1}
    over = -sum(units for units in left.values() if units < 0)
    cue = Cue.ASK
    filled = box.lpn if box.units > 1 else next((b.lpn for b in open_boxes(job) if b.lpn != box.lpn), None)
    if job.too_many and max(left.values()) <= 0 and not over and filled is not None:
        facts.append(f.CartonClosed(carton=filled, why="complete"))
        say, cue = Say("order_complete", {"order": job.doc.order_no, "words": say}), Cue.DONE
    return accepted(replace(desk, remove=over > 0), say, cue, *facts)


def open_boxes(job: Job) -> tuple[Box, ...]:
    """The open boxes that hold something, in the order in which they were opened."""
    return tuple(box for box in job.order.boxes if box.state == "open" and box.contents)


def to_take_out(job: Job) -> bool:
    """The order wants fewer units than are packed, and a box that holds one of them is still here."""
    if not job.too_many:
        return False
    over = {number for number, left in job.left_by_line.items() if left < 0}
    return any(content.line in over for box in job.order.boxes if not box.left for content in box.contents)


def _where(job: Job, sku: str) -> tuple[Line, Box] | None:
    """The line and the box a unit is taken from: one too many first, and no closed box while an open one holds it."""
    lines = sorted((ln for ln in job.doc.lines if ln.sku == sku), key=lambda ln: job.left(ln) >= 0)
    boxes = [box for box in reversed(job.order.boxes) if not box.left]
    boxes.sort(key=lambda box: (box.state != "open", box.label is not None))
    for line in lines:
        for box in boxes:
            if (box.state == "open" or job.left(line) < 0) and any(c.line == line.line for c in box.contents):
                return line, box
    return None
