"""One fact more: how every kind of fact changes the order it is about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from msgspec.structs import replace

from packstation.workflows.order.state import Box, Content, Label, Order, Short
from sync import facts as f
from sync.protocol import Entry, digest


def fold(order: Order, entry: Entry) -> Order:
    """The order after one more fact. A fact id that was folded before changes nothing (sync J7)."""
    # Ids begin with the time of their gesture: only one that is not above all others can be known already.
    late = entry.fact_id <= order.newest
    if late and any(entry.fact_id == known.fact_id for known in order.trail):
        return order
    trail = (*order.trail, entry)
    if isinstance(entry.fact, f.GestureUndone):
        return fold_all(order.fo, trail)
    return replace(_folded(order, entry), trail=trail, last=entry, newest=order.newest if late else entry.fact_id)


def fold_all(fo: str, entries: Iterable[Entry]) -> Order:
    """The order after all its facts, without those that were undone."""
    trail = tuple({entry.fact_id: entry for entry in reversed(tuple(entries))}.values())[::-1]
    undone = {fact for entry in trail if isinstance(entry.fact, f.GestureUndone) for fact in entry.fact.facts}
    order = Order(fo)
    for entry in trail:
        if entry.fact_id not in undone:
            order = _folded(order, entry)
    newest = max((entry.fact_id for entry in trail), default="")
    return replace(order, trail=trail, last=trail[-1] if trail else None, newest=newest)


def off_hold(order: Order) -> Order:
    """The order once its hold ends: what it waited for is wanted again (FL5.29)."""
    kept = tuple(s for s in order.shorts if s.resolution not in ("wait", "back_to_picker"))
    return replace(order, hold=None, shorts=kept)


def _folded(order: Order, entry: Entry) -> Order:
    fact = entry.fact
    match fact:
        case f.SlotAssigned():
            totes = order.totes if fact.tote in order.totes or not fact.tote else (*order.totes, fact.tote)
            return replace(order, cart=fact.cart, slot=fact.slot, totes=totes)
        case f.WorkTaken():
            return replace(order, taker=entry.user) if fact.kind == "pick" else order
        case f.WorkReturned():
            if order.started:
                return replace(order, taker=None)
            return replace(order, taker=None, cart=None, slot=None, totes=())
        case f.PickStarted():
            return replace(
                order,
                stage="picking",
                cart=fact.cart or order.cart,
                picker=entry.user,
                started=True,
                paused=False,
                pick_mode=fact.mode,
                pick_work=fact.work,
                # Handed over by another zone: its tote is on the move again (FL6.3).
                place=None if fact.mode == "zone" else order.place,
                unloaded=() if fact.mode == "zone" else order.unloaded,
            )
        case f.ItemPicked():
            lots = _with(order.lots, fact.line, fact.lot) if fact.lot else order.lots
            return replace(
                order,
                stage="picking" if order.stage in ("new", "picked") else order.stage,
                picked=_plus(order.picked, fact.line, fact.qty),
                in_hand=_plus(order.in_hand, fact.line, fact.qty),
                lots=lots,
                picker=entry.user,
                picked_at=_with(order.picked_at, fact.line, fact.location),
                skipped=tuple(line for line in order.skipped if line != fact.line),
            )
        case f.ItemPlaced():
            known = fact.to in order.totes or fact.to == order.slot or order.box(fact.to) is not None
            totes = order.totes if known else (*order.totes, fact.to)
            return replace(order, in_hand=_plus(order.in_hand, fact.line, -fact.qty), totes=totes)
        case f.ItemPutBack():
            picked = _plus(order.picked, fact.line, -min(fact.qty, order.picked.get(fact.line, 0)))
            return replace(
                order,
                picked=picked,
                back=_plus(order.back, fact.line, fact.qty),
                put_back=max(0, order.put_back - fact.qty),
            )
        case f.LineSkipped():
            return replace(order, skipped=(*order.skipped, fact.line))
        case f.LotChanged():
            return replace(order, lots=_with(order.lots, fact.line, fact.to_lot))
        case f.ToteAdded():
            return replace(order, totes=(*order.totes, fact.tote))
        case f.ToteUnloaded():
            return replace(order, place=fact.place, unloaded=(*order.unloaded, fact.tote))
        case f.PickPaused():
            return replace(order, paused=True, picker=entry.user)
        case f.PickResumed() | f.CartTakenOver():
            return replace(order, paused=False, picker=entry.user)
        case f.CountRequested():
            # What a packer misses is missing in the tote, not at the face.
            if order.stage in ("packing", "parked"):
                return order
            return replace(order, passed=(*order.passed, (fact.sku, fact.location)))
        case f.ZeroChecked():
            return replace(order, zeroed=(*order.zeroed, (fact.sku, fact.location)))
        case f.FoAccepted():
            return replace(order, accepted=True)
        case f.PickFinished():
            return replace(
                order, pick_done=True, stage="picked" if order.stage in ("new", "picking") else order.stage
            )
        case f.OrderOpened():
            return replace(order, stage="packing", packer=entry.user, taken_by=None)
        case f.WorkTakenUp():
            return replace(order, packer=entry.user)
        case f.OrderParked():
            return replace(order, stage="parked")
        case f.ToteMerged():
            return order if fact.tote in order.totes else replace(order, totes=(*order.totes, fact.tote))
        case f.NoteAcknowledged():
            return replace(order, notes=(*order.notes, (fact.note, fact.rev)))
        case f.CartonOpened():
            box = Box(fact.lpn, fact.carton, fact.type, fact.suggested, fact.why_other)
            return replace(order, boxes=(*order.boxes, box), current=fact.lpn)
        case f.CartonChosen():
            return replace(order, current=fact.carton)
        case f.ItemPacked():
            content = Content(
                fact.line, fact.sku, fact.qty, fact.how, fact.code, fact.lot, fact.serial, fact.expiry, fact.reason
            )
            return replace(
                order,
                boxes=tuple([_filled(box, content) if box.lpn == fact.carton else box for box in order.boxes]),
                packed_by_line=_plus(order.packed_by_line, fact.line, fact.qty),
                manual=order.manual + (fact.qty if fact.how == "manual" else 0),
                forced=order.forced + (fact.qty if fact.how == "forced" else 0),
                # Picked straight into its carton, an order is still on its walk.
                stage="picking" if order.stage == "picking" else "packing",
            )
        case f.ItemUnpacked():
            order = _box(order, fact.carton, lambda box: replace(box, contents=_less(box, fact.line, fact.qty)[0]))
            return replace(order, packed_by_line=_plus(order.packed_by_line, fact.line, -fact.qty))
        case f.ItemMoved():
            source = order.box(fact.from_carton)
            moved = _less(source, fact.line, fact.qty)[1] if source else ()
            order = _box(order, fact.from_carton, lambda b: replace(b, contents=_less(b, fact.line, fact.qty)[0]))
            return _box(order, fact.to_carton, lambda box: replace(box, contents=(*box.contents, *moved)))
        case f.CartonClosed():
            order = _box(order, fact.carton, lambda box: replace(box, state="closed", rescan=False))
            order = _went(order, fact.carton)
            return replace(order, current=None if order.current == fact.carton else order.current)
        case f.CartonReopened():
            order = _box(
                order,
                fact.carton,
                lambda box: replace(
                    box, state="open", weight_g=None, verdict=None, label_skipped=False, counted=False
                ),
            )
            return replace(order, current=fact.carton, stage="packing")
        case f.CountEntered():
            tries = fact.attempt if fact.count != fact.expected else 0
            return _box(
                order, fact.carton, lambda b: replace(b, count_tries=tries, counted=fact.count == fact.expected)
            )
        case f.RescanOrdered():
            order = _box(
                order,
                fact.carton,
                lambda box: replace(
                    box, state="open", contents=(), weight_g=None, verdict=None, rescan=True, count_tries=0
                ),
            )
            counts = Counter[int]()
            for box in order.boxes:
                for content in box.contents:
                    counts[content.line] += content.qty
            return replace(order, current=fact.carton, stage="packing", packed_by_line=dict(counts))
        case f.CartonWeighed():
            return _box(order, fact.carton, lambda box: replace(box, weight_g=fact.weight_g, verdict=fact.verdict))
        case f.LabelAssigned():
            label = Label(fact.label, fact.tracking, fact.source, fact.scan_key_digests)
            return _box(order, fact.carton, lambda box: replace(box, labels=(*box.labels, label), label_refused=None))
        case f.LabelRefused():
            return _box(order, fact.carton, lambda box: replace(box, label_refused=fact.code))
        case f.TrackingEntered():
            label = Label(f"L-{fact.carton}-typed", fact.tracking, "typed", (digest(fact.tracking),))
            return _box(order, fact.carton, lambda box: replace(box, labels=(*box.labels, label), label_refused=None))
        case f.LabelReprinted():
            return _label(order, fact.label, lambda label: replace(label, copy=fact.copy))
        case f.LabelVoided():
            return _label(order, fact.label, lambda label: replace(label, void=True))
        case f.LabelScanned():
            return _label(order, fact.label, lambda label: replace(label, scanned=fact.copy))
        case f.LabelScanSkipped():
            return _box(order, fact.carton, lambda box: replace(box, label_skipped=True))
        case f.ShortReported():
            short = Short(fact.line, fact.sku, fact.qty, fact.reason, fact.resolution, fact.where)
            return replace(order, shorts=(*order.shorts, short))
        case f.OrderHeld():
            return replace(order, hold=(fact.reason, fact.shelf), stage="parked")
        case f.HoldReleased():
            return off_hold(order)
        case f.ClaimTakenOver():
            return replace(order, taken_by=entry.user)
        case f.CancelAccepted():
            return replace(order, cancelled=True, put_back=fact.put_back, stage="done", current=None)
        case f.ItemFound():
            return replace(order, problems=(*order.problems, (fact.sku, fact.where)))
        case f.ReadyForPickup():
            return replace(order, shelf=fact.shelf)
        case f.ParcelLoaded():
            gone = {**order.gone, fact.carton: (fact.manifest, fact.label, entry.wall_ms)}
            return _went(replace(order, gone=gone), fact.carton)
        case f.ParcelUnloaded() | f.ParcelLeft():
            order = replace(order, gone={lpn: how for lpn, how in order.gone.items() if lpn != fact.carton})
            return _box(
                order,
                fact.carton,
                lambda box: replace(box, state="closed", manifest=None, loaded_ms=0) if box.left else box,
            )
        case f.PickedUp():
            order = replace(order, gone={**order.gone, **dict.fromkeys(fact.cartons, ("", "", entry.wall_ms))})
            for lpn in fact.cartons:
                order = _went(order, lpn)
            return replace(order, stage="done")
        case f.PickupExpired():
            return replace(order, pickup_over=True, put_back=order.units_packed, stage="done")
        case f.FoRejected():
            if not fact.lines:
                return replace(order, stage="done")
            return replace(order, rejected=(*order.rejected, *fact.lines))
        case _:
            return order


def _box(order: Order, lpn: str, change: Any) -> Order:
    return replace(order, boxes=tuple(change(box) if box.lpn == lpn else box for box in order.boxes))


def _filled(box: Box, content: Content) -> Box:
    """The box with one more verified unit; what it holds is added to, not counted again."""
    fuller = replace(box, contents=(*box.contents, content))
    fuller.__dict__["units"] = box.units + content.qty
    return fuller


def _went(order: Order, lpn: str) -> Order:
    """The box as it is once it went through the door, if it did; a box that is still open has not."""
    if lpn not in order.gone:
        return order
    manifest, _, at_ms = order.gone[lpn]
    state = "loaded" if manifest else "picked_up"

    def changed(box: Box) -> Box:
        if box.state == "open":
            return box
        return replace(box, state=state, manifest=manifest or None, loaded_ms=at_ms)

    return _box(order, lpn, changed)


def _label(order: Order, name: str, change: Any) -> Order:
    def changed(box: Box) -> Box:
        if not any(label.label == name for label in box.labels):
            return box
        labels = tuple(change(label) if label.label == name else label for label in box.labels)
        return replace(box, labels=labels, label_skipped=False)

    return replace(order, boxes=tuple(changed(box) for box in order.boxes))


def _less(box: Box, line: int, qty: int) -> tuple[tuple[Content, ...], tuple[Content, ...]]:
    """The box's contents without `qty` units of the line, newest first out; and what came out."""
    kept: list[Content] = []
    out: list[Content] = []
    for content in reversed(box.contents):
        take = min(qty, content.qty) if content.line == line else 0
        qty -= take
        if take:
            out.append(replace(content, qty=take))
        if content.qty > take:
            kept.append(replace(content, qty=content.qty - take))
    return tuple(reversed(kept)), tuple(reversed(out))


def _plus(counts: Mapping[int, int], key: int, more: int) -> Mapping[int, int]:
    return {**counts, key: counts.get(key, 0) + more}


def _with(values: Mapping[int, str], key: int, value: str) -> Mapping[int, str]:
    return {**values, key: value}
