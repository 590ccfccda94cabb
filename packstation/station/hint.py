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
    tote = job.order.totes[0] if job.order.totes else job.doc.fo
    values: dict[str, str | int] = {"order": job.doc.order_no, "tote": tote, "where": job.order.place or "-",
                                    "due": (job.doc.ship_by or "")[11:16] or "-", "carrier": job.doc.carrier,
                                    "n": look.waiting("pack")}  # fmt: skip
    told = ("hint_next", "hint_tote", "hint_due", "hint_wait")
    return (*(words(Say(text, values), table) for text in told), *measure)
