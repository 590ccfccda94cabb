"""Units into boxes: the right item, the right number, the right lot, serial and date (FL4.20-FL4.48). Pure."""

from __future__ import annotations

from msgspec.structs import replace

from packstation.workflows.desk import (
    Answer,
    Candidate,
    Desk,
    Found,
    Item,
    Job,
    Line,
    Moment,
    Note,
    Override,
    Pending,
    Reader,
    asked,
    refused,
)
from packstation.workflows.expiry import date_of, too_old
from packstation.workflows.packing import mixing
from packstation.workflows.packing.checks import mode_of
from packstation.workflows.packing.into_box import box_for, into_box, kit_words
from packstation.workflows.places import standing
from packstation.workflows.prompt import Cue, Say
from packstation.workflows.variants import told_apart
from sync.protocol import Deed


def packed(
    desk: Desk,
    found: Found,
    hit: Candidate,
    now: Moment,
    reader: Reader,
    *,
    first: tuple[Deed, ...] = (),
    confirmed: bool = False,
    said: str = "",
) -> Answer:
    """A unit, case or element string of an item was scanned with an order open. `first`: deeds that come before,
    of the item that opens its order; `said`: the code that confirms, when it is not the item's own."""
    answer = _packed(desk, found, hit, now, reader, first=first, confirmed=confirmed, said=said)
    if not first or answer.deeds[: len(first)] == first:
        return answer
    # Whatever is still asked of the item, or speaks against it: the order it opened is open.
    outcome = "accepted" if answer.outcome == "asked" else answer.outcome
    return replace(answer, outcome=outcome, deeds=(*first, *answer.deeds))


def _packed(
    desk: Desk,
    found: Found,
    hit: Candidate,
    now: Moment,
    reader: Reader,
    *,
    first: tuple[Deed, ...],
    confirmed: bool,
    said: str,
) -> Answer:
    job = desk.job
    assert job is not None, "units are packed into an open order"
    lines = [line for line in job.doc.lines if line.sku == hit.ref]
    if not lines:
        kit = next((line for line in job.doc.lines if line.kit == hit.ref), None)
        if kit is not None:
            return asked(desk, kit_words(job, kit, reader, 0))
        return _wrong(desk, job, hit, reader)
    item = lines[0].item
    note = _unread_note(job, hit.ref)
    if note is not None:
        return ask_note(desk, note)
    count = hit.quantity * (desk.quantity or 1)
    left = sum(max(0, job.left(line)) for line in lines)
    if left <= 0:
        return _over(desk, job, lines, hit, reader)
    if desk.quantity and "serial" in item.flags:
        return refused(replace(desk, quantity=0), "no_qty", Say("no_qty_serial"), Cue.ASK, sku=hit.ref)
    if count > left:
        if hit.quantity > 1:
            values: dict[str, str | int] = {"k": hit.quantity, "left": left}
            return refused(desk, "case_too_big", Say("case_too_big", values), Cue.OVER, sku=hit.ref)
        return refused(replace(desk, quantity=0), "over", Say("qty_over", {"left": left}), Cue.OVER, sku=hit.ref)
    wrong = None if confirmed else _lot_of_another(desk, found, hit, lines, now, reader, said)
    if wrong is not None:
        return wrong
    missing = _to_capture(item, lines[0], hit, reader)
    if missing is not None:
        data = (hit.ref, hit.quantity, hit.lot, hit.serial, hit.expiry, hit.how, found.text)
        return asked(
            desk, Say(f"scan_{missing}"), Pending(missing, data=data, typed=missing == "expiry"), holds=False
        )
    bad = _unfit(desk, job, item, hit, now, reader)
    if bad is not None:
        return bad
    stays_out = mixing.forbidden(job, box_for(job, item), item, count // hit.quantity, apart=reader.apart())
    if stays_out is not None:
        return refused(
            replace(desk, pending=None, quantity=0),
            "mix",
            stays_out,
            Cue.STOP,
            sku=hit.ref,
            passes=frozenset({"*NEXTBOX", "*OK"}),
        )
    by_count = (
        hit.quantity == 1
        and not mixing.alone(item)
        and not desk.quantity
        and mode_of(job, lines[0], now.user, reader) == "count"
    )
    return into_box(desk, found, hit, lines, left if by_count else count, reader, first, by_count=by_count)


def captured(desk: Desk, found: Found, now: Moment, reader: Reader) -> Answer:
    """A scan or typed text while a lot, serial or date is wanted (FL4.45-FL4.47)."""
    pending = desk.pending
    assert pending is not None
    sku, quantity, lot, serial, expiry, how, text = pending.data
    hit = Candidate("item", str(sku), None, int(str(quantity)), _s(lot), _s(serial), _s(expiry), str(how))
    again = found.of("item")
    scanned = again[0] if again else None
    if scanned is not None and scanned.ref != hit.ref:
        if scanned.lot and pending.kind == "lot":
            item = reader.item(scanned.ref)
            values: dict[str, str | int] = {"lot": scanned.lot, "item": item.name if item else scanned.ref}
            return refused(desk, "wrong_lot", Say("wrong_lot", values), Cue.WRONG, sku=scanned.ref)
        return _wrong(desk, _job(desk), scanned, reader)
    given = found.text.strip(" ")
    if scanned is not None:
        hit = replace(
            hit,
            lot=hit.lot or scanned.lot,
            serial=hit.serial or scanned.serial,
            expiry=hit.expiry or scanned.expiry,
        )
        if getattr(hit, pending.kind) is None:
            return asked(desk, Say(f"scan_{pending.kind}"), pending, holds=False)
    elif pending.kind == "expiry":
        when = date_of(given)
        if when is None:
            return asked(desk, Say("not_a_date", {"text": given[:20]}), pending, cue=Cue.UNKNOWN, holds=False)
        hit = replace(hit, expiry=when)
    else:
        text_of = given[:48]
        unsure = _which_lot(desk, hit.ref, text_of, reader) if pending.kind == "lot" else None
        if unsure is not None:
            return unsure
        hit = replace(hit, lot=text_of) if pending.kind == "lot" else replace(hit, serial=text_of)
    bare = replace(desk, pending=None)
    return packed(bare, replace(found, text=str(text)), hit, now, reader, said=found.text)


def _which_lot(desk: Desk, sku: str, lot: str, reader: Reader) -> Answer | None:
    """A lot that is another line's, or the beginning or end of several (FL4.46); None when it can be this one's."""
    known = reader.lots(sku)
    if not known or lot in known:
        return None
    for line in _job(desk).doc.lines:
        if line.sku != sku and lot in reader.lots(line.sku):
            values: dict[str, str | int] = {"lot": lot, "item": line.item.name}
            return refused(desk, "wrong_lot", Say("wrong_lot", values), Cue.WRONG, sku=line.sku)
    if sum(each.startswith(lot) or each.endswith(lot) for each in known) > 1:
        return asked(desk, Say("several_lots_match"), desk.pending, holds=False)
    return None


def ask_note(desk: Desk, note: Note) -> Answer:
    """A forced note comes before the first unit (FL4.42)."""
    return asked(desk, Say("note", {"note": note.text}), Pending("note", data=(note.note, note.rev)))


def _unread_note(job: Job, sku: str) -> Note | None:
    read = set(job.order.notes)
    return next(
        (n for n in job.doc.notes if (n.note, n.rev) not in read and n.sku in (None, sku)),
        None,
    )


def _to_capture(item: Item, line: Line, hit: Candidate, reader: Reader) -> str | None:
    if "lot" in item.flags and hit.lot is None and not (line.lot and reader.rule("reserved_lot_needs_no_scan", 1)):
        return "lot"
    if "serial" in item.flags and hit.serial is None:
        return "serial"
    if "expiry" in item.flags and hit.expiry is None and not (line.lot and hit.lot is None):
        return "expiry"
    return None


def _unfit(desk: Desk, job: Job, item: Item, hit: Candidate, now: Moment, reader: Reader) -> Answer | None:
    old = too_old(hit.expiry, hit.lot, now, reader)
    if old is not None:
        return refused(
            replace(desk, pending=None),
            "expired",
            old,
            Cue.STOP,
            sku=item.sku,
            passes=frozenset({"*SHORT"}),
        )
    if hit.serial:
        owner = job.doc.fo if (item.sku, hit.serial) in job.order.serials else None
        owner = owner or reader.serial_owner(item.sku, hit.serial)
        if owner is not None:
            values: dict[str, str | int] = {"serial": hit.serial, "order": owner}
            return refused(
                replace(desk, pending=None), "serial_used", Say("serial_used", values), Cue.STOP, sku=item.sku
            )
    return None


def _lot_of_another(
    desk: Desk,
    found: Found,
    hit: Candidate,
    lines: list[Line],
    now: Moment,
    reader: Reader,
    said: str,
) -> Answer | None:
    """The lot is not the reserved one: the same scan again takes it; of a regulated item a supervisor (FL4.32)."""
    reserved = lines[0].lot
    if not (reserved and hit.lot and hit.lot != reserved):
        return None
    item = lines[0].item
    if "regulated" in item.flags:
        values: dict[str, str | int] = {"lot": hit.lot, "reserved": reserved}
        answer = refused(
            desk, "lot", Say("lot_regulated", values), Cue.STOP, sku=item.sku, passes=frozenset({"badge"})
        )
        taken = packed(desk, found, hit, now, reader, confirmed=True)
        if taken.outcome != "accepted":
            return taken
        override = Override("ov.lot", taken.deeds, taken.say, taken.cue or Cue.TICK)
        return replace(answer, desk=replace(desk, override=override))
    pending = Pending("other_lot", said or found.text, data=(hit, found.text))
    return asked(desk, Say("other_lot", {"lot": hit.lot, "reserved": reserved}), pending)


def _over(desk: Desk, job: Job, lines: list[Line], hit: Candidate, reader: Reader) -> Answer:
    need = sum(job.need(line) for line in lines)
    values: dict[str, str | int | Say] = {"next": _ordinal(need + 1), "n": need, "item": lines[0].item.name}
    other = _who_needs(job, hit.ref, reader)
    if other is not None:
        values["where"] = standing(other.order)
        values["order"] = other.doc.order_no
        return refused(desk, "over", Say("over_other", values), Cue.OVER, sku=hit.ref)
    return refused(desk, "over", Say("over", values), Cue.OVER, sku=hit.ref)


def _wrong(desk: Desk, job: Job, hit: Candidate, reader: Reader) -> Answer:
    got = reader.item(hit.ref)
    name = got.name if got else hit.ref
    other = _who_needs(job, hit.ref, reader)
    if other is not None:
        say = Say("other_order", {"order": other.doc.order_no, "where": standing(other.order), "item": name})
        return refused(desk, "other_order", say, Cue.WRONG, sku=hit.ref)
    for line in job.doc.lines:
        values = told_apart(line.item, got)
        if values is not None:
            return refused(desk, "variant", Say("variant", values), Cue.WRONG, sku=hit.ref)
    expected = next((ln.item.name for ln in job.doc.lines if job.left(ln) > 0), "-")
    return refused(
        desk,
        "wrong_item",
        Say("wrong_item", {"expected": expected, "got": name}),
        Cue.WRONG,
        sku=hit.ref,
        passes=frozenset({"tote"}),
    )


def _who_needs(job: Job, sku: str, reader: Reader) -> Job | None:
    """The order of the wave that stands somewhere with its units, so that one more can be put there (FL4.24)."""
    for peer in reader.wave_peers(job.doc.fo):
        there = peer.order.slot or peer.order.totes or any(peer.order.picked.values()) or peer.order.units_packed
        if there and any(line.sku == sku and peer.left(line) > 0 for line in peer.doc.lines):
            return peer
    return None


def _ordinal(number: int) -> Say:
    """2nd, 3rd, 11th: each language has its own."""
    kind = "n" if 10 <= number % 100 <= 20 or not 1 <= number % 10 <= 3 else str(number % 10)
    return Say(f"ordinal_{kind}", {"n": number})


def _job(desk: Desk) -> Job:
    assert desk.job is not None
    return desk.job


def _s(value: object) -> str | None:
    return value if isinstance(value, str) else None
