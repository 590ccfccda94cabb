"""What could be packed next, for the screen that waits for a scan."""

from __future__ import annotations

from packstation.store.reading import Lookups
from packstation.workflows.prompt import Say
from packstation.workflows.texts import Table, words


def hint(look: Lookups, table: Table, unmeasured: str) -> tuple[str, ...]:
    """Lines of text. `unmeasured`: the name of an item whose size is wanted, or ""."""
    job = look.next_work("pack")
    measure = (words(Say("hint_measure", {"item": unmeasured}), table),) if unmeasured else ()
    if job is None:
        return (words(Say("hint_none"), table), *measure)
    due, carrier, waiting = (job.doc.ship_by or "")[11:16], job.doc.carrier or "", look.waiting("pack")
    told = [Say("hint_next", {"order": job.doc.order_no})]
    if job.order.totes:
        tote, where = job.order.totes[0], job.order.place
        told.append(
            Say("hint_tote", {"tote": tote, "where": where}) if where else Say("hint_tote_only", {"tote": tote})
        )
    if due:
        told.append(
            Say("hint_due", {"due": due, "carrier": carrier}) if carrier else Say("hint_due_only", {"due": due})
        )
    if waiting:
        told.append(Say("hint_wait", {"n": waiting}))
    return (*(words(say, table) for say in told), *measure)
