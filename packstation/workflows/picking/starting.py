"""Before the walk: a cart, a list, an order or `*GETWORK`; slots and totes; start, give back, go on, take over. Pure.

FL6.6, FL6.10, FL6.11, FL6.31-FL6.33, FL6.40
"""

from __future__ import annotations

from msgspec.structs import replace

from packstation.workflows.desk import (
    Answer,
    Candidate,
    Desk,
    Found,
    Job,
    Moment,
    Pending,
    Reader,
    Trip,
    asked,
    ignored,
)
from packstation.workflows.order import Order
from packstation.workflows.picking import opening, tasks, walk
from packstation.workflows.picking.answers import deed, done, go_to, refuse
from packstation.workflows.prompt import Cue, Say
from packstation.workflows.ready import finished
from sync import facts as f
from sync.facts import Fact
from sync.protocol import Deed

FO_LIST_MAX = 9


def by_code(desk: Desk, found: Found, now: Moment, reader: Reader) -> Answer | None:
    """What a code begins here, or None when it begins nothing."""
    hits = found.of("lpn", "tote", "cart", "slot", "location", "order", "wave", "zone")
    if not hits:
        return None
    hit = hits[0]
    match hit.kind:
        case "location":
            return tasks.count_scanned(desk, found, hit.ref, reader)
        case "cart" | "wave":
            trip = reader.trip(hit.ref)
        case "zone":
            trip = reader.trip(f"{hit.ref}/{now.user}")
        case _:
            fos = [h.fo for h in hits if h.fo]
            if not fos:
                return asked(desk, Say("tote_free", {"code": found.text, "what": ""}))
            jobs = [job for job in (reader.job(fo) for fo in fos) if job is not None]
            best = next((job for job in jobs if not walk.dead(job) and not _over(job.order)), None)
            best = best or next((job for job in jobs if tasks.to_put_back(job)), None) or (jobs[0] if jobs else None)
            if best is None:
                return asked(desk, Say("tote_free", {"code": found.text, "what": ""}))
            if tasks.to_put_back(best) and walk.dead(best):
                return tasks.put_back_begun(desk, best, reader)
            trip = reader.trip(best.doc.fo)
    if trip is None or not trip.jobs:
        return asked(desk, Say("no_walk", {"code": found.text}), about="cart")
    return opened(desk, found, trip, now, reader)


def opened(desk: Desk, found: Found, trip: Trip, now: Moment, reader: Reader) -> Answer:
    """Show a walk that was not begun, go on with one that was, or say why neither can be."""
    name = walk.name(trip)
    first = trip.jobs[0]
    begun = walk.started(trip)
    if trip.state in ("planned", "held", "closed", "cancelled") and not begun:
        values: dict[str, str | int | Say] = {"work": name, "wave": trip.wave}
        return refuse(desk, "not_packable", Say(f"walk_{trip.state}", values), about="cart")
    if not walk.alive(trip):
        return _nothing_alive(desk, first, reader)
    stands = begun and not walk.packed_here(trip) and walk.to_unload(trip)
    if not walk.stops(trip) and walk.held(trip) is None and not stands:
        return asked(desk, Say("walk_done", {"work": name}), about="cart")
    if begun:
        return opening.go_on(desk, found, trip, now, reader)
    elsewhere = next((job for job in trip.jobs if job.doc.holder not in (None, now.station)), None)
    if elsewhere is not None:
        values = {"work": name, "station": elsewhere.doc.holder or ""}
        return refuse(desk, "claimed", Say("walk_claimed", values), Cue.STOP, job=elsewhere, about="cart")
    bench = replace(desk.quiet(), trip=trip, job=None, face=None, line=None)
    if trip.mode == "store" and not first.order.accepted:
        return accept(bench, first, now)
    return asked(bench, confirm_say(trip, now), about="cart")


def _nothing_alive(desk: Desk, job: Job, reader: Reader) -> Answer:
    if tasks.to_put_back(job):
        return tasks.put_back_begun(desk, job, reader)
    doc, order = job.doc, job.order
    state = "rejected" if order.rejected else "on hold" if order.hold else doc.state
    state = {"on_hold": "on hold", "cancellation_requested": "cancelled"}.get(state, state)
    reason = doc.reason or (order.hold[0] if order.hold else "-")
    known: dict[str, str | int | Say] = {
        "order": doc.order_no,
        "state": Say(f"state_{state.replace(' ', '_')}"),
        "reason": Say(f"choice_{reason}", {"text": reason.replace("_", " ")}),
    }
    say = Say("not_pickable", known)
    return refuse(desk, "not_packable", say, Cue.STOP, job=job, about="order")


def accept(desk: Desk, job: Job, now: Moment) -> Answer:
    """A store takes the order into its custody (FL6.40)."""
    if now.role not in ("associate", "supervisor"):
        return refuse(desk_without(desk), "no_right", Say("pick_no_accept"), job=job, about="order")
    values: dict[str, str | int | Say] = {
        "order": job.doc.order_no,
        "n": sum(walk.due(job, line) for line in job.doc.lines),
        "due": now.due(job.doc.ship_by),
    }
    return done(desk, Say("fo_accepted", values), Cue.TICK, (deed(now, job, f.FoAccepted()),))


def desk_without(desk: Desk) -> Desk:
    return replace(desk.quiet(), trip=None, face=None, line=None)


def confirm_say(trip: Trip, now: Moment) -> Say:
    """9 lines, 4 orders, 16:00."""
    open_lines = [
        line
        for job in walk.alive(trip)
        for line in job.doc.lines
        if walk.left(job, line) > 0 and (trip.mode != "zone" or line.sku in trip.faces)
    ]
    return Say(
        "confirm_walk",
        {
            "lines": len(open_lines),
            "orders": len(walk.alive(trip)),
            "due": now.due(trip.cutoff),
            "work": walk.name(trip),
        },
    )


# --- CONFIRM ---


def confirming(desk: Desk, found: Found, now: Moment, reader: Reader) -> Answer | None:
    """A scan while the walk was not begun: slots, totes, cartons (FL6.11)."""
    trip = _trip(desk)
    if not walk.alive(trip):
        return _nothing_alive(desk, trip.jobs[0], reader)
    pending = desk.pending
    slot = str(pending.data[0]) if pending is not None and pending.kind == "slot_tote" else None
    lpn = lpn_of(found)
    if lpn is not None:
        return _carton(desk, found, lpn, slot, now, reader)
    hits = found.of("tote", "slot", "cart", "order", "zone")
    if not hits:
        return None
    hit = hits[0]
    match hit.kind:
        case "zone" if hit.ref != walk.name(trip):
            return _another(desk, found, now, reader)
        case "slot" if not walk.direct(trip):
            return _slot(desk, found, hits, now, reader)
        case "tote":
            return _tote(desk, found, hits, slot, now, reader)
        case "order":
            mine = next((job for job in trip.jobs if job.doc.fo in {h.fo for h in hits}), None)
            if mine is None:
                return _another(desk, found, now, reader)
            if slot is None:
                return asked(replace(desk, pending=None), confirm_say(trip, now), about="order")
            return _assigned(desk, mine, slot, "", now)
        case "cart" if hit.ref != trip.cart:
            return _another(desk, found, now, reader)
        case _:
            return asked(replace(desk, pending=None), confirm_say(trip, now), about="cart")


def _another(desk: Desk, found: Found, now: Moment, reader: Reader) -> Answer:
    """Another walk instead of the one that was only looked at; bins that were given keep that one open."""
    trip = _trip(desk)
    if any(job.order.slot or job.order.totes for job in trip.jobs):
        return asked(replace(desk, pending=None), Say("release_first", {"work": walk.name(trip)}), about="cart")
    answer = by_code(desk_without(desk), found, now, reader)
    assert answer is not None, "a cart or an order begins something"
    return answer


def _slot(desk: Desk, found: Found, hits: tuple[Candidate, ...], now: Moment, reader: Reader) -> Answer:
    trip = _trip(desk)
    name = walk.tail(found.text)
    if walk.other_carts(trip, found.text):
        elsewhere: dict[str, str | int | Say] = {"slot": found.text, "cart": trip.cart}
        bare = replace(desk, pending=None)
        return refuse(bare, "wrong_slot", Say("slot_of_other_cart", elsewhere), about="slot")
    owner = bin_owner(hits, trip, reader)
    if owner is not None:
        values: dict[str, str | int | Say] = {"slot": name, "order": owner.doc.order_no}
        return refuse(replace(desk, pending=None), "bin_used", Say("slot_used", values), job=owner, about="slot")
    waiting = walk.unassigned(trip)
    if not waiting:
        return asked(replace(desk, pending=None), Say("all_have_bins"), about="slot")
    say = Say("scan_tote_for", {"slot": name, "order": waiting[0].doc.order_no})
    return asked(desk, say, Pending("slot_tote", data=(found.text,)), about="slot", holds=False)


def _tote(
    desk: Desk, found: Found, hits: tuple[Candidate, ...], slot: str | None, now: Moment, reader: Reader
) -> Answer:
    trip = _trip(desk)
    owner = bin_owner(hits, trip, reader)
    if owner is not None:
        values: dict[str, str | int | Say] = {"tote": found.text, "order": owner.doc.order_no}
        return refuse(desk, "bin_used", Say("tote_used", values), job=owner, about="tote")
    waiting = walk.unassigned(trip)
    if walk.direct(trip):
        job = walk.alive(trip)[0]
        facts: tuple[Fact, ...] = (f.SlotAssigned(cart="", slot="", tote=found.code),)
        return begun(desk, now, mode=trip.mode, first={job.doc.fo: facts})
    if not waiting:
        return asked(replace(desk, pending=None), Say("all_have_bins"), about="tote")
    return _assigned(desk, waiting[0], slot or "", found.code, now)


def _assigned(desk: Desk, job: Job, slot: str, tote: str, now: Moment) -> Answer:
    trip = _trip(desk)
    if walk.bin_of(job) is not None:
        values: dict[str, str | int | Say] = {"bin": walk.bin_name(job), "order": job.doc.order_no}
        return asked(replace(desk, pending=None), Say("has_bin", values), about="slot")
    fact = f.SlotAssigned(cart=trip.cart, slot=slot, tote=tote)
    what = Say("bin_slot", {"bin": walk.tail(slot)}) if slot else Say("bin_tote", {"bin": tote})
    return done(desk, Say("bin_is", {"bin": what, "order": job.doc.order_no}), Cue.TICK, (deed(now, job, fact),))


def _carton(desk: Desk, found: Found, lpn: str, slot: str | None, now: Moment, reader: Reader) -> Answer:
    """An unused carton number: the order is picked straight into its shipping carton (FL6.5)."""
    trip = _trip(desk)
    known = next((h for h in found.of("lpn") if h.fo), None)
    if known is not None:
        other = reader.job(known.fo or "")
        values: dict[str, str | int | Say] = {"tote": lpn, "order": other.doc.order_no if other else "?"}
        return refuse(desk, "bin_used", Say("tote_used", values), job=other, about="carton")
    waiting = walk.unassigned(trip)
    if not waiting or (slot is None and not walk.direct(trip)):
        return asked(replace(desk, pending=None), Say("slot_first" if waiting else "all_have_bins"), about="slot")
    job = waiting[0]
    suggestion = reader.suggestion(job)
    if suggestion is None:
        return asked(replace(desk, pending=None), Say("no_suggestion"), about="carton")
    code = suggestion.code
    opened_box = f.CartonOpened(carton=len(job.order.boxes) + 1, lpn=lpn, type=code, suggested=code)
    if walk.direct(trip):
        return begun(desk, now, mode="carton", first={job.doc.fo: (opened_box,)})
    facts: tuple[Fact, ...] = (f.SlotAssigned(cart=trip.cart, slot=slot or "", tote=""), opened_box)
    named: dict[str, str | int | Say] = {"bin": Say("bin_slot", {"bin": walk.tail(slot or "")}), "carton": code}
    return done(
        desk,
        Say("carton_is", {**named, "order": job.doc.order_no}),
        Cue.TICK,
        (deed(now, job, fact) for fact in facts),
    )


def lpn_of(found: Found) -> str | None:
    """The carton number in a scan: one of ours, known or not, or an SSCC."""
    known = found.of("lpn")
    if known:
        return known[0].ref
    text = found.text
    if text.startswith("C-") and 6 <= len(text) <= 48 and text.rpartition("-")[2].isalnum():
        return text
    digits = text[2:] if len(text) == 20 and text.startswith("00") else text
    return digits if len(digits) == 18 and digits.isdecimal() else None


def bin_owner(hits: tuple[Candidate, ...], trip: Trip, reader: Reader) -> Job | None:
    """The order whose units are in the bin, or that has it on a cart."""
    jobs = [job for job in (reader.job(h.fo) for h in hits if h.fo) if job is not None]
    mine = {job.doc.fo for job in trip.jobs}
    for job in jobs:
        order = job.order
        if job.doc.fo in mine:
            return job
        if hits[0].kind == "slot" and (order.place is not None or order.stage in ("packing", "parked")):
            continue
        if not _over(order) and not finished(job) and order.stage != "done" and not order.cancelled:
            return job
        if order.cancelled and tasks.to_put_back(job):
            return job
    return None


def _over(order: Order) -> bool:
    return order.stage == "done" or bool(order.boxes and all(box.left or box.ready for box in order.boxes))


def start(desk: Desk, now: Moment, reader: Reader) -> Answer:
    """`*OK` begins the walk, once every order has a bin."""
    trip = _trip(desk)
    waiting = walk.unassigned(trip)
    if waiting and trip.mode == "cluster":
        return asked(replace(desk, pending=None), Say("bins_first", {"n": len(waiting)}), about="slot")
    if waiting and trip.mode == "single" and reader.rule("pick_needs_tote", 1):
        return asked(replace(desk, pending=None), Say("tote_first", {"order": waiting[0].doc.order_no}), about="tote")
    mode = "carton" if any(walk.carton(job) for job in trip.jobs) else trip.mode
    return begun(desk, now, mode=mode)


def begun(desk: Desk, now: Moment, *, mode: str, first: dict[str, tuple[Fact, ...]] | None = None) -> Answer:
    """PickStarted for every order of the walk. `first`: facts that come before it, by order."""
    trip = _trip(desk)
    deeds: list[Deed] = []
    for job in walk.alive(trip):
        deeds.extend(deed(now, job, fact) for fact in (first or {}).get(job.doc.fo, ()))
        deeds.append(deed(now, job, f.PickStarted(work=trip.work, mode=mode, cart=trip.cart)))
    where = replace(desk.quiet(), face=None, line=None)
    return done(where, go_to(where), Cue.TICK, deeds)


def release(desk: Desk, now: Moment) -> Answer:
    """Give a walk back that was not begun (FL6.10)."""
    trip = _trip(desk)
    deeds = [deed(now, job, f.WorkReturned(work=trip.work, why="user")) for job in walk.alive(trip)]
    return done(desk_without(desk), Say("walk_returned", {"work": walk.name(trip)}), Cue.TICK, deeds)


# --- work lists ---


def get_work(desk: Desk, now: Moment, reader: Reader) -> Answer:
    """The walk to do next (FL6.6); a face to count when there is nothing to pick."""
    trip = reader.next_trip(now.user, now.station)
    if trip is None:
        counts = reader.open_counts()
        if counts:
            location, sku = counts[0]
            item = reader.item(sku)
            say = Say("next_count", {"location": location, "item": item.name if item else sku})
            return ignored(desk, say, Cue.ASK)
        return asked(desk, Say("no_work"))
    answer = opened(desk, Found(trip.work), trip, now, reader)
    if answer.desk.trip is None or walk.started(trip):
        return answer
    fos = tuple(job.doc.fo for job in walk.alive(trip))
    taken = deed(now, walk.alive(trip)[0], f.WorkTaken(work=trip.work, kind="pick", fos=fos))
    if walk.alive(trip)[0].order.taker == now.user:
        return answer
    say = Say("next_walk", confirm_say(trip, now).values)
    return done(answer.desk, say, Cue.TICK, (*answer.deeds, taken))


def fo_list(desk: Desk, now: Moment, reader: Reader) -> Answer:
    """A store's list: its open orders, picked by digit (FL6.40)."""
    jobs = reader.open_orders()[:FO_LIST_MAX]
    if not jobs:
        return asked(desk, Say("no_work"))
    choices = tuple((str(n), job.doc.fo, _listed(job, now)) for n, job in enumerate(jobs, 1))
    return asked(desk, Say("fo_list", {"n": len(jobs)}), Pending("pick_fo", choices=choices), holds=False)


def _listed(job: Job, now: Moment) -> str:
    units = sum(line.quantity for line in job.doc.lines)
    return f"#{job.doc.order_no} · {units} · {now.due_figures(job.doc.ship_by)}"


def _trip(desk: Desk) -> Trip:
    assert desk.trip is not None
    return desk.trip
