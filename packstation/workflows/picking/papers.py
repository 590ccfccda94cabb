"""The papers of a walk printed once more: `*PAPER` (devices.md D6.2, D8.6). Pure."""

from __future__ import annotations

from msgspec.structs import replace

from packstation.workflows.desk import Answer, Desk, Moment, Pending, Print, Reader, asked, ignored
from packstation.workflows.prompt import Cue, Say

_PAPERS = ("pick_list", "cart_sheet")


def ask(desk: Desk, now: Moment, reader: Reader) -> Answer:
    """Which paper of the planned walk; a walk that no wave planned has none."""
    if desk.trip is None or not (desk.trip.wave and desk.trip.cart):
        return asked(desk, Say("no_paper_walk"))
    choices = tuple((str(n), f"paper_{what}", what.replace("_", " ")) for n, what in enumerate(_PAPERS, 1))
    return asked(desk, Say("paper_which"), Pending("paper", choices=choices))


def printed(desk: Desk, chosen: str) -> Answer:
    """The stops or the slots of this cart, as they are now."""
    trip = desk.trip
    assert trip is not None, "a paper was chosen of a walk"
    what = chosen.removeprefix("paper_")
    answer = ignored(replace(desk, pending=None), Say("paper_prints", {"what": Say(f"paper_{what}")}), Cue.TICK)
    return replace(answer, prints=(Print(what, None, copy=0, ref=f"{trip.wave} {trip.cart}"),))
