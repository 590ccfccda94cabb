"""The doors of packing: a scan, a command or typed digits, a weight. Pure."""

from __future__ import annotations

from msgspec.structs import replace

from packstation.workflows.amount import scanned_amount
from packstation.workflows.desk import (
    Answer,
    Candidate,
    Desk,
    Found,
    Job,
    Moment,
    Override,
    Pending,
    Reader,
    accepted,
    asked,
    ignored,
    refused,
)
from packstation.workflows.packing import (
    again,
    boxes,
    closed_boxes,
    commands,
    measuring,
    opening,
    removing,
    repair,
    sealing,
    units,
)
from packstation.workflows.packing.state import state, stopped
from packstation.workflows.prompt import Cue, Say
from packstation.workflows.ready import unfinished
from sync import facts as f
from sync.protocol import Deed

COUNTED = Pending("box_count", typed=True)
"""What the count of a box asks: it stands in the facts, not in an open question."""


def scanned(desk: Desk, found: Found, now: Moment, reader: Reader) -> Answer:
    """What a scan that is no command means here."""
    return boxes.closed(_scanned(desk, found, now, reader), reader)


def _scanned(desk: Desk, found: Found, now: Moment, reader: Reader) -> Answer:
    if desk.shown_box is not None:
        desk = replace(desk, shown_box=None)
    pending = desk.pending
    if pending is not None:
        if pending.kind in ("lot", "serial", "expiry"):
            return units.captured(desk, found, now, reader)
        if pending.kind in measuring.KINDS:
            return measuring.scanned(desk, found, reader)
        if pending.code and pending.code == found.text:
            return confirmed(desk, found, now, reader)
        if pending.kind == "move_item" and found.of("item"):
            sku = found.of("item")[0].ref
            return asked(desk, Say("move_to"), Pending("move_to", data=(sku,)), holds=False)
        if pending.kind == "move_to" and found.of("lpn"):
            return repair.move(desk, str(pending.data[0]), found.of("lpn")[0].ref, reader)
        if pending.kind == "alias":
            return asked(desk, Say("alias_line"), pending)
        if not pending.code and pending.kind not in ("move_item", "move_to"):
            return asked(desk, Say("answer_first"), pending)
        desk = replace(desk, pending=None)
    where = state(desk)
    wrong, desk = desk.wrong, replace(desk, wrong=None)
    if wrong is not None and (where in commands.WORKING or where in ("IDLE", "CART")) and _problem_tote(found):
        return repair.item_found(desk, found, *wrong, reader)
    if where in ("IDLE", "CART"):
        return opening.by_code(desk, found, now, reader) or _unknown(desk, found, where, now)
    if where == "STOP" and desk.job is not None and stopped(desk.job) == "cancelled" and _pulls_back(desk.job, found):
        return repair.cancelled(desk)
    if where == "STOP":
        return refused(
            desk, "not_packable", Say("stop_first"), Cue.STOP, passes=frozenset({"*OK", "*RESCAN", "badge"})
        )
    if where == "SEAL":
        return _at_seal(desk, found, now, reader)
    if where == "UNLABELLED":
        own = [hit for hit in found.of("lpn") if hit.fo == _job(desk).doc.fo]
        if own:
            return boxes.at_hand(desk, own[0].ref, reader)
        if found.of("tote", "order", "slot", "cart", "item"):
            return _scanned(replace(desk.quiet(), job=None, suggestion=None), found, now, reader)
        return _unknown(desk, found, where, now)
    if where in ("WEIGH", "COUNT"):
        mine = [hit for hit in found.of("lpn") if hit.fo == _job(desk).doc.fo]
        return boxes.lpn_scanned(desk, found, mine[0], reader) if mine else _unknown(desk, found, where, now)
    return _at_order(desk, found, now, reader, where)


def _at_order(desk: Desk, found: Found, now: Moment, reader: Reader, where: str) -> Answer:
    job = _job(desk)
    hits = found.of("lpn", "tote", "slot", "order", "carton_type", "item")
    if not hits and found.sscc is not None and where == "CARTON":
        return boxes.preprinted(desk, found.sscc, reader)
    if not hits:
        return _unknown(desk, found, where, now)
    hit = hits[0]
    match hit.kind:
        case "item" if len(hits) > 1:
            return asked(desk, Say("several_items", {"n": len(hits)}))
        case "item" if desk.remove:
            return removing.remove(desk, hit.ref)
        case "item":
            return units.packed(desk, found, hit, now, reader)
        case "carton_type":
            return boxes.carton_scanned(desk, found, hit, reader)
        case "lpn":
            return boxes.lpn_scanned(desk, found, hit, reader)
        case _:
            return _other_work(desk, found, hit, hits, job, now, reader)


def _pulls_back(job: Job, found: Found) -> bool:
    """The label of one of its boxes, or a hold shelf like H2: the cancelled order is out of the way (FL4.50-51)."""
    mine = any(hit.fo == job.doc.fo for hit in found.of("label", "lpn"))
    return mine or (found.text[:1] == "H" and found.text[1:].isdecimal())


def _problem_tote(found: Found) -> bool:
    """A tote without an order, or a code like P-1: where wrong items are put (FL4.27)."""
    totes = found.of("tote")
    if totes:
        return not any(tote.fo for tote in totes)
    return not found.candidates and found.text.startswith("P-") and found.text[2:].isdecimal()


def _other_work(
    desk: Desk,
    found: Found,
    hit: Candidate,
    hits: tuple[Candidate, ...],
    job: Job,
    now: Moment,
    reader: Reader,
) -> Answer:
    fos = {h.fo for h in hits if h.fo}
    if job.doc.fo in fos:
        if hit.kind == "tote" and found.text not in job.order.totes[:1] and len(job.order.totes) > 1:
            merged = f.ToteMerged(tote=found.code)
            values: dict[str, str | int] = {
                "tote": found.text,
                "order": job.doc.order_no,
                "n": len(job.order.totes),
            }
            return accepted(desk, Say("tote_merged", values), Cue.TICK, merged)
        return asked(desk, Say("already_open", {"order": job.doc.order_no}))
    if not fos:
        return asked(desk, Say("tote_free", {"code": found.text, "what": ""}))
    others = [opening.blocked(desk, reader.job(fo), now, reader) for fo in sorted(fos)]
    if all(blocked is not None for blocked in others):
        # What cannot be packed is said now: nobody parks an order for it.
        return others[0] or asked(desk, Say("answer_first"))
    done, need = job.units
    return asked(
        desk,
        Say("park_and_open", {"done": done, "n": need, "code": found.text}),
        Pending("park_open", found.text, data=(sorted(fos)[0], hit.kind)),
        about="order",
    )


def _at_seal(desk: Desk, found: Found, now: Moment, reader: Reader) -> Answer:
    hits = found.of("label")
    if hits:
        box = unfinished(_job(desk))
        good = box.label.label if box is not None and box.label is not None else ""
        # The box's number stands on its dead labels too.
        hit = next((label for label in hits if label.ref == good), hits[0])
        return sealing.sealed(desk, found, hit, now, reader)
    box = unfinished(_job(desk))
    if box is not None and any(hit.ref == box.lpn for hit in found.of("lpn")):
        return asked(desk, Say("strip_not_label", {"no": box.no}))
    if found.of("lpn", "tote", "order", "slot", "cart", "item"):
        return sealing.skip_seal(desk, found, reader)
    return _unknown(desk, found, "SEAL", now)


def confirmed(desk: Desk, found: Found, now: Moment, reader: Reader) -> Answer:
    """The same code again after the cue, or `*OK` (FL2.14)."""
    pending = desk.pending
    assert pending is not None
    bare = replace(desk, pending=None)
    match pending.kind:
        case "open_partial" | "take_over":
            job = reader.job(str(pending.data[0]))
            assert job is not None, "the order of a question is known"
            return opening.open_order(
                bare, replace(found, text=pending.code), job, str(pending.data[1]), now, reader, confirmed=True
            )
        case "next_of_type":
            closed = boxes.next_box(bare)
            return replace(closed, desk=replace(closed.desk, next_type=str(pending.data[0])))
        case "skip_label":
            return sealing.skipped_seal(bare, now)
        case "other_lot":
            hit, text = pending.data
            assert isinstance(hit, Candidate)
            return units.packed(bare, replace(found, text=str(text)), hit, now, reader, confirmed=True)
        case "park_open":
            blocked = opening.blocked(bare, reader.job(str(pending.data[0])), now, reader)
            return blocked or replace(repair.park(bare), again=True)
        case "note":
            note, rev = pending.data
            fact = f.NoteAcknowledged(note=str(note), rev=int(str(rev)))
            return accepted(bare, Say("note_read"), Cue.TICK, fact)
        case "short_preview":
            line, reason, qty, how = pending.data
            return repair.short_now(bare, int(str(line)), str(reason), int(str(qty)), str(how), now, reader)
        case _:
            return asked(desk, Say("answer_first"), pending)


def keyed(desk: Desk, command: str, now: Moment, reader: Reader) -> Answer:
    """What a command means here: "*UNDO", "*3" for a choice, or "=1912" for typed text that ended with Enter."""
    return boxes.closed(_keyed(desk, command, now, reader), reader)


def _keyed(desk: Desk, command: str, now: Moment, reader: Reader) -> Answer:
    pending = desk.pending
    if command.startswith("="):
        return _typed(desk, command[1:], now, reader)
    if pending is not None:
        if command == "*BACK":
            say = "left_unit" if pending.kind in ("lot", "serial", "expiry") else "left"
            return ignored(replace(desk, pending=None, override=None), Say(say), Cue.ASK)
        amount = scanned_amount(command, pending)
        if amount is not None:
            return _typed(desk, amount, now, reader)
        if command == "*OK" and pending.kind == "measure_sure":
            return measuring.sure(desk, reader)
        if command == "*OK" and commands.takes_ok(pending):
            return confirmed(desk, Found(pending.code), now, reader)
        chosen = next((code for key, code, _ in pending.choices if command == f"*{key}"), None)
        if chosen is not None:
            return _chosen(desk, pending, chosen, now, reader)
        if command not in ("*HELP", "*LIST", "*MORE"):
            return asked(desk, Say("answer_first"), pending)
    if pending is None and state(desk) == "COUNT" and (number := scanned_amount(command, COUNTED)):
        return boxes.counted(desk, number, reader)
    if command.startswith("*QTY") and command[4:].isdecimal():
        return _quantity(desk, int(command[4:]))
    where = state(desk)
    if where == "IDLE" and desk.shown is not None and command in ("*REPRINT", "*VOID", "*REOPEN"):
        desk = replace(desk, job=reader.job(desk.shown), shown=None, suggestion=None)
        where = state(desk)
    if where == "STOP" and command == "*OK" and desk.job is not None:
        why = stopped(desk.job)
        if why == "cancelled":
            return repair.cancelled(desk)
        if why == "too_many":
            return ignored(replace(desk, remove=True), Say("take_out"), Cue.ASK)
    door = commands.door(command, where)
    if door is None:
        step = commands.next_step(where, scale=now.scale)
        return asked(desk, Say("not_here", {"command": command, "next": step}))
    return door(desk, now, reader)


def weighed(desk: Desk, weight_g: int, how: str, now: Moment, reader: Reader) -> Answer:
    """A stable weight, when one is wanted."""
    where = state(desk)
    if desk.pending is not None and desk.pending.kind == "measure_weight":
        return measuring.weighed(desk, weight_g, reader)
    if desk.job is not None and (where == "WEIGH" or (where == "STOP" and stopped(desk.job) is None)):
        if how == "typed" and now.scale:
            return asked(desk, Say("scale_weighs"), cue=Cue.UNKNOWN)  # D5.6
        return boxes.weighed(desk, weight_g, how, now, reader)
    return ignored(desk, Say("nothing_to_weigh"))


def _typed(desk: Desk, text: str, now: Moment, reader: Reader) -> Answer:
    pending = desk.pending
    if pending is not None and pending.kind == "expiry":
        return units.captured(desk, Found(text), now, reader)
    if pending is not None and pending.kind == "short_qty":
        line, reason, left = pending.data
        qty = int(text) if text.isdecimal() else int(str(left)) if not text else 0
        return repair.short_qty(desk, int(str(line)), str(reason), qty, text)
    if pending is not None and pending.kind in measuring.KINDS:
        return measuring.typed(desk, text, reader)
    if pending is not None and pending.kind == "tracking":
        return closed_boxes.tracking(replace(desk, pending=None), text)
    where = state(desk)
    if where in ("WEIGH", "STOP") and desk.job is not None:
        if not text.isdecimal() or text.startswith("0"):
            # A number with a nought before it is a PIN or a code, and is not shown.
            return asked(desk, Say("not_a_weight", {"text": "…"}), cue=Cue.UNKNOWN)
        return weighed(desk, int(text[:9]), "typed", now, reader)
    if where == "COUNT":
        return boxes.counted(desk, text, reader)
    if text.isdecimal() and pending is None and where in ("ORDER", "CARTON"):
        return _quantity(desk, int(text[:4]))
    step = commands.next_step(where, scale=now.scale)
    return asked(desk, Say("not_here", {"command": text[:20], "next": step}), pending)


def _quantity(desk: Desk, quantity: int) -> Answer:
    if desk.job is None or not 2 <= quantity <= 99:
        return asked(desk, Say("qty_range"))
    return ignored(replace(desk, quantity=quantity), Say("qty_next", {"n": quantity}), Cue.ASK)


def _chosen(desk: Desk, pending: Pending, chosen: str, now: Moment, reader: Reader) -> Answer:
    bare = replace(desk, pending=None)
    match pending.kind:
        case "why_other":
            code, suggested = pending.data
            return boxes.opened(bare, str(code), str(suggested), chosen, reader)
        case "short_line" | "by_hand_line":
            return repair.with_line(desk, _job(desk).doc.line(int(chosen)))
        case "short_reason":
            return repair.short_reason(bare, int(str(pending.data[0])), chosen)
        case "short_how":
            line, reason, qty = pending.data
            return repair.short_preview(bare, int(str(line)), str(reason), int(str(qty)), chosen, now, reader)
        case "by_hand":
            return repair.by_hand(bare, int(str(pending.data[0])), chosen, reader)
        case "hold":
            return repair.hold(bare, chosen, reader)
        case "reprint" if chosen == again.CHOICE[1]:
            return again.ask(bare, reader)
        case "reprint":
            return closed_boxes.reprint(bare, chosen)
        case "paper":
            return again.printed(desk, chosen, reader)
        case "alias":
            code, symbology = pending.data
            fact = f.AliasProposed(code=str(code), sku=chosen, symbology=str(symbology))
            answer = accepted(bare, Say("alias_proposed", {"item": chosen}), Cue.TICK, fact)
            # A supervisor who stands here may decide at once, also offline (FL2.12).
            approved = f.AliasApproved(code=str(code), sku=chosen, by="")
            say = Say("alias_approved", {"code": str(code), "item": chosen})
            override = Override("ov.alias", (Deed(_job(desk).doc.fo, approved),), say, Cue.TICK)
            return replace(answer, desk=replace(bare, override=override, unknown_code=""))
        case _:
            return asked(desk, Say("answer_first"), pending)


def _unknown(desk: Desk, found: Found, where: str, now: Moment) -> Answer:
    if found.candidates:
        what = Say(f"kind_{found.candidates[0].kind}")
        step = commands.next_step(where, scale=now.scale)
        return asked(desk, Say("wrong_moment", {"what": what, "next": step}), about="order")
    about = "item" if where == "ORDER" else "order"
    return refused(desk, "unknown", Say("unknown", {"code": found.shown}), Cue.UNKNOWN, about=about)


def _job(desk: Desk) -> Job:
    assert desk.job is not None
    return desk.job
