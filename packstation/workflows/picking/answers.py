"""Answers of picking: they name their order themselves, because a walk has several. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from packstation.workflows.desk import Answer, Desk, Job, Moment, Trip, asked, refused
from packstation.workflows.picking import walk
from packstation.workflows.prompt import Cue, Say
from sync.facts import Fact
from sync.protocol import Deed


def deed(now: Moment, job: Job, fact: Fact) -> Deed:
    """A fact about an order, under this station's own claim if it has one."""
    mine = job.doc.holder in (None, now.station)
    return Deed(job.doc.fo, fact, job.doc.fence if mine else None)


def done(desk: Desk, say: Say, cue: Cue | None, deeds: Iterable[Deed] = ()) -> Answer:
    """Accepted: the questions and the typed quantity are over."""
    return Answer("accepted", replace(desk.quiet(), unknown_code=""), say, cue, tuple(deeds))


def refuse(
    desk: Desk,
    why: str,
    say: Say,
    cue: Cue = Cue.WRONG,
    *,
    job: Job | None = None,
    sku: str | None = None,
    about: str = "item",
    passes: frozenset[str] = frozenset(),
) -> Answer:
    """Refused, on the record of the order it is about."""
    answer = refused(replace(desk, quantity=0), why, say, cue, sku=sku, about=about, passes=passes)
    return replace(answer, fo=job.doc.fo if job else None)


def go_to(desk: Desk) -> Say:
    """The next thing to do on the walk, in words."""
    trip = desk.trip
    stop = walk.current(desk)
    if trip is None:
        return Say("do_pick_idle")
    if stop is None:
        return at_the_end(trip)
    values: dict[str, str | int | Say] = {
        "location": stop.location or "?",
        "n": stop.left,
        "item": stop.line.item.name,
        "where": walk.bin_name(stop.job),
    }
    return Say("go_to" if stop.location else "go_find", values)


def at_the_end(trip: Trip) -> Say:
    """What is to be done when nothing is left to take."""
    return Say("do_pack_here" if walk.packed_here(trip) else "do_unload", {"work": walk.name(trip)})


def place_first(desk: Desk) -> Answer:
    """Units in hand come before anything else; with an empty hand there is nothing to do here."""
    hand = walk.held(desk.trip) if desk.trip is not None else None
    if hand is None:
        return asked(desk, Say("nothing_open"))
    values: dict[str, str | int | Say] = {
        "n": hand.qty,
        "item": hand.line.item.name,
        "where": walk.bin_name(hand.job),
    }
    return asked(desk, Say("place_first", values), about="tote")
