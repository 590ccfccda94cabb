"""A right unit goes into its box: the facts, the box that is opened or closed by it, and what is said. Pure."""

from __future__ import annotations

from msgspec.structs import replace

from packstation.workflows.desk import Answer, Candidate, Desk, Found, Item, Job, Line, Reader, accepted, asked
from packstation.workflows.order import Box
from packstation.workflows.packing import following, mixing
from packstation.workflows.packing.checks import BY_COUNT
from packstation.workflows.prompt import Cue, Say
from sync import facts as f
from sync.facts import Fact
from sync.protocol import Deed


def into_box(
    desk: Desk,
    found: Found,
    hit: Candidate,
    lines: list[Line],
    count: int,
    reader: Reader,
    first: tuple[Deed, ...],
    *,
    by_count: bool = False,
) -> Answer:
    """`count` units that fit and may go in; `by_count`: all that are left, for the one that was scanned (FL4.43)."""
    job = desk.job
    assert job is not None, "units are packed into an open order"
    own = "own_box" in lines[0].item.flags
    box, beside = box_for(job, lines[0].item), job.order.open_box
    opening: tuple[Fact, ...] = ()
    if box is None:
        suggestion = None if own else desk.suggestion or reader.suggestion(job)
        if suggestion is None and not own:
            return asked(desk, Say("no_suggestion"), about="carton")
        code = mixing.OWN if suggestion is None else suggestion.code
        lpn = desk.lpn or reader.next_lpn()
        number = len(job.order.boxes) + 1
        opening = (f.CartonOpened(carton=number, lpn=lpn, type=code, suggested=code),)
    else:
        lpn = box.lpn
    how = "qty" if desk.quantity or by_count else "case" if hit.quantity > 1 else hit.how
    facts: list[Fact] = []
    rest = count
    for line in lines:
        take = min(rest, max(0, job.left(line)))
        if take:
            facts.append(
                f.ItemPacked(
                    line=line.line,
                    sku=line.sku,
                    qty=take,
                    carton=lpn,
                    how=how,
                    code=found.code,
                    lot=hit.lot or (line.lot if "lot" in line.item.flags else None),
                    serial=hit.serial,
                    expiry=hit.expiry,
                    reason=BY_COUNT if by_count else None,
                )
            )
            rest -= take
    line = next(ln for ln in lines if ln.line == getattr(facts[-1], "line", None))
    need = sum(job.need(ln) for ln in lines)
    done = sum(job.order.packed(ln.line) for ln in lines) + count
    full = done >= need
    complete = full and all(job.left(ln) <= 0 for ln in job.doc.lines if ln.sku != hit.ref)
    if complete:
        facts.append(f.CartonClosed(carton=lpn, why="complete"))
    elif own:
        # It is a parcel as it stands; the box that was open beside it is at hand again (CT3.9).
        facts.append(f.CartonClosed(carton=lpn, why="next_box"))
        if beside is not None and beside is not box:
            facts.append(f.CartonChosen(carton=beside.lpn))
        else:
            desk = replace(desk, suggestion=None)
    values: dict[str, str | int | Say] = {"item": line.item.name, "done": done, "n": need, "order": job.doc.order_no}
    if opening and first:
        say = Say("item_opened_order", values)
    elif hit.quantity > 1:
        say = Say("case_packed", {**values, "k": count})
    elif desk.quantity or by_count:
        say = Say("qty_packed", {**values, "k": count})
    elif hit.lot or hit.serial:
        detail = ", ".join(
            part
            for part in (
                f"lot {hit.lot}" if hit.lot else "",
                f"serial {hit.serial}" if hit.serial else "",
                f"exp {hit.expiry}" if hit.expiry else "",
            )
            if part
        )
        say = Say("item_packed_detail", {**values, "detail": detail})
    elif own:
        say = Say("item_own_box", values)
    elif opening:
        say = Say("item_opened_box", {**values, "carton": opening[0].type})  # type: ignore[attr-defined]
    else:
        say = Say("item_packed", values)
    if line.kit and not complete:
        say = kit_words(job, line, reader, count)
    if complete:
        say = Say("item_packed", values)
    if not own:
        say = following.elsewhere(desk, box, hit.ref, count, say) or say
    if complete:
        say = Say("order_complete", {**values, "words": say})
    cue = Cue.DONE if complete else Cue.LINE if full else Cue.TICK
    answer = accepted(replace(desk, pending=None, quantity=0, lpn=None), say, cue, *opening, *facts)
    return replace(answer, deeds=(*first, *answer.deeds))


def box_for(job: Job, item: Item) -> Box | None:
    """The box a unit goes into; None when one is opened for it: a unit in its own box waits for no other (CT3.9)."""
    box = job.order.open_box
    if box is None or "own_box" not in item.flags or (box.type == mixing.OWN and not box.contents):
        return box
    last = job.units_left <= 1
    return box if box.contents and last else None


def kit_words(job: Job, line: Line, reader: Reader, more: int) -> Say:
    """How far the parts of a kit are (FL4.41); `more`: units that are being packed now."""
    parts = [ln for ln in job.doc.lines if ln.kit == line.kit]
    kit = reader.item(line.kit or "")
    done = sum(job.order.packed(ln.line) for ln in parts) + more
    need = sum(job.need(ln) for ln in parts)
    return Say("kit_part", {"kit": kit.name if kit else line.kit or "", "done": done, "n": need})
