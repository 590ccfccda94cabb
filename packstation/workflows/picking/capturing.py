"""What was still asked of a unit at its face: its lot, another lot, its serial, its date (FL6.5, FL6.20). Pure."""

from __future__ import annotations

from msgspec.structs import replace

from packstation.workflows.desk import Answer, Candidate, Desk, Found, Moment, Reader, asked
from packstation.workflows.expiry import date_of
from packstation.workflows.picking import walk
from packstation.workflows.picking.units import judged, unit, with_lot
from packstation.workflows.picking.walk import Stop
from packstation.workflows.prompt import Cue, Say


def other_lot(desk: Desk, found: Found, now: Moment, reader: Reader) -> Answer:
    """The other lot was scanned again."""
    hit, stop, (location,) = _asked_about(desk)
    bare = replace(desk, pending=None)
    if stop is None:
        return asked(bare, Say("answer_first"))
    return with_lot(bare, found, hit, stop, str(location), now, reader)


def lot_scanned(desk: Desk, found: Found, now: Moment, reader: Reader) -> Answer:
    """The lot, after an item code that did not hold it."""
    hit, stop, (text,) = _asked_about(desk)
    bare = replace(desk, pending=None)
    if stop is None:
        return asked(bare, Say("answer_first"))
    items = found.of("item")
    if items and items[0].ref != hit.ref:
        return unit(bare, found, items[0], now, reader)
    if items and items[0].lot is None:
        return asked(desk, Say("scan_lot"), desk.pending, holds=False)
    lot = items[0].lot if items else found.text[:48]
    whole = replace(hit, lot=lot, expiry=hit.expiry or (items[0].expiry if items else None))
    return judged(bare, replace(found, text=str(text) if not items else found.text), whole, stop, now, reader)


def serial_scanned(desk: Desk, found: Found, now: Moment, reader: Reader) -> Answer:
    """The serial number of the unit that goes into its carton, after an item code that did not hold it."""
    hit, stop, (text, confirmed) = _asked_about(desk)
    bare = replace(desk, pending=None)
    if stop is None:
        return asked(bare, Say("answer_first"))
    items = found.of("item")
    if items and items[0].ref != hit.ref:
        return unit(bare, found, items[0], now, reader)
    serial = items[0].serial if items else found.text.strip(" ")[:48]
    if not serial:
        return asked(desk, Say("scan_serial"), desk.pending, holds=False)
    whole = replace(hit, serial=serial)
    return judged(bare, replace(found, text=str(text)), whole, stop, now, reader, confirmed=bool(confirmed))


def expiry_given(desk: Desk, text: str, now: Moment, reader: Reader) -> Answer:
    """The date of the unit that goes into its carton, scanned or typed as YYMMDD (FL4.47, FL6.5)."""
    hit, stop, (code, confirmed) = _asked_about(desk)
    bare = replace(desk, pending=None)
    if stop is None:
        return asked(bare, Say("answer_first"))
    when = date_of(text)
    if when is None:
        return asked(desk, Say("not_a_date", {"text": text[:20]}), desk.pending, cue=Cue.UNKNOWN, holds=False)
    whole = replace(hit, expiry=when)
    return judged(bare, Found(str(code)), whole, stop, now, reader, confirmed=bool(confirmed))


def _asked_about(desk: Desk) -> tuple[Candidate, Stop | None, tuple[object, ...]]:
    """The unit that the open question is about, its stop while the walk has it, and what the question kept."""
    assert desk.pending is not None
    assert desk.trip is not None
    hit, key, *kept = desk.pending.data
    assert isinstance(hit, Candidate)
    return hit, next((stop for stop in walk.stops(desk.trip) if stop.key == key), None), tuple(kept)
