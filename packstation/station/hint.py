"""What could be done next, for the screen that waits for a scan: packed, picked, or loaded."""

from __future__ import annotations

from msgspec.structs import replace

from packstation.store.reading import Lookups
from packstation.workflows.desk import Desk, Moment
from packstation.workflows.prompt import Say
from packstation.workflows.texts import Table, words

_DOORS_MAX = 8


def hinted(desk: Desk, look: Lookups, table: Table, now: Moment, unmeasured: str) -> Desk:
    """The desk with what its screen should tell: what waits while nothing is open; on a walk until when it is due."""
    told = desk.hint
    if desk.trip is not None:
        cutoff = desk.trip.cutoff
        told = (words(Say("panel_due", {"due": now.due(cutoff)}), table),) if cutoff else ()
    elif desk.job is not None or desk.load is not None:
        told = ()
    elif not told and desk.work == "pick":
        told = pick_hint(look, table)
    elif not told and desk.work == "load":
        told = door_hint(look, table)
    elif not told:
        told = hint(look, table, unmeasured, now)
    return desk if told == desk.hint else replace(desk, hint=told)


def hint(look: Lookups, table: Table, unmeasured: str, now: Moment) -> tuple[str, ...]:
    """Lines of text. `unmeasured`: the name of an item whose size is wanted, or ""."""
    job = look.next_work("pack")
    measure = (words(Say("hint_measure", {"item": unmeasured}), table),) if unmeasured else ()
    if job is None:
        return (words(Say("hint_none"), table), *measure)
    due, carrier, waiting = job.doc.ship_by or "", job.doc.carrier or "", look.waiting("pack")
    told = [Say("hint_next", {"order": job.doc.order_no})]
    if job.order.totes:
        tote, where = job.order.totes[0], job.order.place
        told.append(
            Say("hint_tote", {"tote": tote, "where": where}) if where else Say("hint_tote_only", {"tote": tote})
        )
    if due:
        when = now.due(due)
        told.append(
            Say("hint_due", {"due": when, "carrier": carrier}) if carrier else Say("hint_due_only", {"due": when})
        )
    if waiting:
        told.append(Say("hint_wait", {"n": waiting}))
    return (*(words(say, table) for say in told), *measure)


def pick_hint(look: Lookups, table: Table) -> tuple[str, ...]:
    """Where the next walk comes from when nobody holds a list in the hand (FL6.4, FL6.6)."""
    told = [Say("hint_getwork")]
    if look.open_orders():
        told.append(Say("hint_list"))
    return tuple(words(say, table) for say in told)


def door_hint(look: Lookups, table: Table) -> tuple[str, ...]:
    """Which carriers have parcels that could be loaded, and the code of each one's door (FL7.1)."""
    waiting = look.loads.doors_waiting()
    if not waiting:
        return (words(Say("hint_no_parcels"), table),)
    rows = (Say("hint_door", {"carrier": carrier, "n": n}) for carrier, n in waiting[:_DOORS_MAX])
    return (words(Say("hint_doors"), table), *(words(say, table) for say in rows))
