"""Where picked units go: slot, tote or carton; what ends an order's picking (FL6.22-FL6.25, FL6.37). Pure."""

from __future__ import annotations

from packstation.workflows.desk import Answer, Candidate, Desk, Found, Job, Line, Moment, Reader, Trip, asked
from packstation.workflows.picking import walk
from packstation.workflows.picking.answers import deed, done, refuse
from packstation.workflows.places import in_tote
from packstation.workflows.prompt import Cue, Say
from sync import facts as f
from sync.facts import Fact


def placed(desk: Desk, found: Found, hits: tuple[Candidate, ...], now: Moment, reader: Reader) -> Answer:
    """A slot, tote or carton: the units in hand go there, if it is their order's (FL6.22-FL6.25)."""
    trip = _trip(desk)
    hand = walk.held(trip)
    if hand is None:
        if found.text in (trip.cart, trip.work) or any(found.text in _bins(job) for job in trip.jobs):
            return asked(desk, Say("nothing_in_hand", {"location": _next_stop(desk)}), about="tote")
        values: dict[str, str | int | Say] = {"work": walk.name(trip)}
        return asked(desk, Say("walk_open", values), about="cart")
    job = hand.job
    first: list[Fact] = []
    if trip.mode == "zone" and walk.bin_of(job) is None and hits[0].kind == "tote":
        # The first units of an order in a zone choose its tote; it goes on with it from zone to zone (FL6.3).
        if any(hit.fo for hit in hits):
            return refuse(desk, "bin_used", Say("tote_not_empty", {"tote": found.text}), job=job, about="tote")
        first = [f.SlotAssigned(cart="", slot="", tote=found.code)]
    elif found.text not in _bins(job) and job.doc.fo not in {h.fo for h in hits if h.kind == "order"}:
        return _wrong_bin(desk, found, hits, job, reader)
    own = (*job.order.totes, *(box.lpn for box in job.order.boxes))
    to = found.text if first or found.text in own else walk.bin_of(job)
    assert to is not None, "units in hand have a bin"
    box = walk.carton(job)
    if box is not None:
        to = box.lpn
    placed_now = f.ItemPlaced(line=hand.line.line, sku=hand.line.sku, qty=hand.qty, to=to)
    facts: list[Fact] = [*first, placed_now]
    facts.extend(into_carton(job, _picks_in_hand(job, hand.line, hand.qty), to))
    more = walk.left(job, hand.line)
    total = walk.picked(job, hand.line) + more
    values = {
        "n": hand.qty,
        "item": hand.line.item.name,
        "where": in_tote(to) if first else walk.bin_name(job),
        "order": job.doc.order_no,
        "next": next_place(trip, job, reader),
        "total": total,
        "left": more,
    }
    others = sum(qty for line, qty in job.order.in_hand.items() if line != hand.line.line and qty > 0)
    over = walk.job_left(job) == 0 and not others
    if over:
        facts.extend(finishing(trip, job, now))
    say = Say("placed_done" if over else "placed_part" if more else "placed", values)
    cue = Cue.DONE if over else Cue.TICK
    return done(desk, say, cue, (deed(now, job, fact) for fact in facts))


def _bins(job: Job) -> tuple[str, ...]:
    box = walk.carton(job)
    slot = (job.order.slot,) if job.order.slot else ()
    return (*slot, *job.order.totes, *((box.lpn,) if box else ()))


def _picks_in_hand(job: Job, line: Line, qty: int) -> tuple[tuple[f.ItemPicked, int], ...]:
    """The newest picks of a line that make up what is in hand, with the units of each."""
    undone = {fact for e in job.order.trail if isinstance(e.fact, f.GestureUndone) for fact in e.fact.facts}
    found: list[tuple[f.ItemPicked, int]] = []
    for entry in reversed(job.order.trail):
        fact = entry.fact
        if qty > 0 and isinstance(fact, f.ItemPicked) and fact.line == line.line and entry.fact_id not in undone:
            take = min(qty, fact.qty)
            found.append((fact, take))
            qty -= take
    return tuple(reversed(found))


def _wrong_bin(desk: Desk, found: Found, hits: tuple[Candidate, ...], job: Job, reader: Reader) -> Answer:
    trip = _trip(desk)
    text, right = found.text, walk.bin_name(job)
    if hits[0].kind == "slot" and walk.other_carts(trip, text):
        say = Say("put_other_cart", {"slot": text, "right": right})
        return refuse(desk, "wrong_slot", say, job=job, about="slot")
    owner = next((j for j in trip.jobs if text in _bins(j) or j.doc.fo in {h.fo for h in hits if h.fo}), None)
    if owner is None:
        owner = next((j for j in (reader.job(h.fo) for h in hits if h.fo) if j is not None), None)
        if owner is not None and hits[0].kind == "tote" and owner.order.stage != "done":
            return refuse(desk, "bin_used", Say("tote_not_empty", {"tote": text}), job=job, about="tote")
    if owner is not None:
        what = Say(f"bin_{hits[0].kind}", {"bin": walk.tail(text)})
        values: dict[str, str | int | Say] = {"bin": what, "order": owner.doc.order_no, "right": right}
        return refuse(desk, "wrong_slot", Say("wrong_slot", values), job=job, about="slot")
    values = {"bin": walk.tail(text), "right": right}
    return refuse(desk, "wrong_slot", Say("not_on_walk", values), job=job, about="slot")


def finishing(trip: Trip, job: Job, now: Moment) -> tuple[Fact, ...]:
    """What ends the picking of one order: its carton closes as packed (FL6.5), a hold of a packer ends (FL8.4)."""
    facts: list[Fact] = []
    box = walk.carton(job)
    if box is not None:
        facts.append(f.CartonClosed(carton=box.lpn, why="complete"))
    facts.append(f.PickFinished(work=trip.work))
    if job.order.hold is not None and walk.sent_back(job):
        facts.append(f.HoldReleased(by=now.user))
    return tuple(facts)


def next_place(trip: Trip, job: Job, reader: Reader) -> str | Say:
    """Where a picked order goes; in a store the same person packs it (FL6.4)."""
    if trip.mode == "store":
        return "*PACK"
    places = unload_places(reader)
    named = reader.carrier_rule(job.doc.carrier, "pick_place", "") or (places[0] if places else "")
    return named or Say("pack_bench")


def into_carton(job: Job, picks: tuple[tuple[f.ItemPicked, int], ...], bin_: str) -> tuple[Fact, ...]:
    """Units in a shipping carton are packed with the scan that picked them."""
    box = walk.carton(job)
    if box is None or box.lpn != bin_:
        return ()
    return tuple(
        f.ItemPacked(
            line=pick.line, sku=pick.sku, qty=qty, carton=bin_, how=pick.how, code=pick.code, lot=pick.lot,
            serial=pick.serial, expiry=pick.expiry, reason=pick.reason,
        )
        for pick, qty in picks
    )  # fmt: skip


def unload_places(reader: Reader) -> tuple[str, ...]:
    """Benches and staging places this site allows (rule `pick_places`); the first is the usual one."""
    return tuple(place for place in reader.text_rule("pick_places", "").replace(" ", "").split(",") if place)


def _next_stop(desk: Desk) -> str:
    stop = walk.current(desk)
    return stop.location if stop is not None and stop.location else "?"


def _trip(desk: Desk) -> Trip:
    assert desk.trip is not None
    return desk.trip
