"""Undo at the bench: the last gesture taken back by a new fact, and what the hands have to do now (FL5.33-FL5.35).
Pure."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

from msgspec.structs import replace

from packstation.workflows import ended
from packstation.workflows.desk import Answer, Desk, Job, Moment, Reader, accepted, refused
from packstation.workflows.fact_words import named
from packstation.workflows.order import undoable
from packstation.workflows.prompt import Cue, Say
from packstation.workflows.ready import unfinished
from sync import facts as f


def undo_last(desk: Desk, now: Moment, reader: Reader, go_on: Say) -> Answer:
    """Nothing is open: the last thing done here is taken back, and its order is on the bench again (FL5.33).
    `go_on`: what to scan when it is not."""
    step = reader.last_step()
    job = reader.job(step.fo) if step is not None and step.fo is not None else None
    stays = ended.lasting(step, desk, job, now, go_on)
    if stays is not None or step is None:
        return refused(desk, "undo_end", stays or go_on, Cue.ASK)
    if job is not None:
        return undo(replace(desk.quiet(), job=job, shown=None, suggestion=None))
    facts = tuple(entry.fact_id for entry in step.entries if entry.fact.undoable)
    say = Say("undone", {"what": named(step.entries[0].kind)})
    return accepted(desk.quiet(), say, Cue.ASK, f.GestureUndone(undone=step.gesture, facts=facts, why="user"))


def undo(desk: Desk) -> Answer:
    """Take back the last gesture of the open order by a new fact (FL5.33-FL5.35)."""
    job = _job(desk)
    back = undoable(job.order)
    if back is None:
        box = unfinished(job) or job.order.open_box
        return refused(desk, "undo_end", Say("undo_end", {"no": box.no if box else 1}), Cue.ASK)
    gesture, entries = back
    names = [e.fact_id for e in entries]
    if ended.back(e.fact for e in entries):
        # It was not sent yet, so that the claim it gave back was never given back (FL8.5, sync U5).
        names += [e.fact_id for e in job.order.trail if e.gesture == gesture and isinstance(e.fact, f.ClaimReleased)]
    fact = f.GestureUndone(undone=gesture, facts=tuple(names), why="user")
    units = [e.fact for e in entries if isinstance(e.fact, f.ItemPacked)]
    out = [e.fact for e in entries if isinstance(e.fact, f.ItemUnpacked)]
    moved = [e.fact for e in entries if isinstance(e.fact, f.ItemMoved)]
    if len({unit.sku for unit in units}) > 1:
        named_units = [Say("one_of", {"qty": u.qty, "item": job.doc.line(u.line).item.name}) for u in units]
        say = Say("undone", {"what": reduce(lambda a, b: Say("two_of", {"a": a, "b": b}), named_units)})
    elif out:
        say = _back_in(job, out)
    elif moved:
        home = job.order.box(moved[0].from_carton)
        name = job.doc.line(moved[0].line).item.name
        say = Say("undone_move", {"qty": sum(m.qty for m in moved), "item": name, "no": home.no if home else 1})
    elif units:
        line = job.doc.line(units[0].line)
        qty = sum(unit.qty for unit in units)
        values: dict[str, str | int] = {
            "qty": qty,
            "item": line.item.name,
            "done": sum(job.order.packed(ln.line) for ln in job.doc.lines if ln.sku == line.sku) - qty,
            "n": sum(job.need(ln) for ln in job.doc.lines if ln.sku == line.sku),
        }
        say = Say("undone_unit", values)
    elif ended.back(e.fact for e in entries):
        say = Say("undone_return", {"order": job.doc.order_no})
    else:
        kinds = [named(kind) for kind in dict.fromkeys(e.kind for e in entries)]
        say = Say("undone", {"what": reduce(lambda a, b: Say("two_of", {"a": a, "b": b}), kinds)})
    kept = desk.suggestion if units and not any(isinstance(e.fact, f.CartonOpened) for e in entries) else None
    return accepted(replace(desk.quiet(), suggestion=kept), say, Cue.ASK, fact)


def _back_in(job: Job, out: Sequence[f.ItemUnpacked]) -> Say:
    """The removal is taken back: what lies beside the box goes into it again."""
    sku, qty = out[0].sku, sum(each.qty for each in out)
    lines = [line for line in job.doc.lines if line.sku == sku]
    values: dict[str, str | int] = {
        "qty": qty,
        "item": job.doc.line(out[0].line).item.name,
        "done": sum(job.order.packed(line.line) for line in lines) + qty,
        "n": sum(job.need(line) for line in lines),
    }
    return Say("undone_removal", values)


def _job(desk: Desk) -> Job:
    assert desk.job is not None
    return desk.job
