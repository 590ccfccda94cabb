"""How far a fulfillment order is, folded from its facts. Pure.

    Progress --fold(entry)--> the same Progress, further on;   an undo: fold all again without what was undone

What the hub does about it (stock, status, parcels) is the difference between two Progresses, so that an undo takes
back exactly what it undid, however late it arrives.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from sync import facts
from sync.protocol import Entry


@dataclass(slots=True)
class Box:
    """A carton of the order. `state`: open, closed, labelled, loaded, shipped."""

    number: int = 0
    type: str = ""
    weight_g: int = 0
    closed: bool = False
    label: str | None = None
    tracking: str | None = None
    manifest: str | None = None
    shipped: bool = False
    lines: dict[str, int] = field(default_factory=dict)

    @property
    def state(self) -> str:
        if self.shipped:
            return "shipped"
        if self.manifest is not None:
            return "loaded"
        if not self.closed:
            return "open"
        return "labelled" if self.label is not None or self.tracking is not None else "closed"


@dataclass(slots=True)
class Short:
    """Units the floor could not have. `lines`: units by line, None: all that is still due of it."""

    reason: str
    resolution: str
    seen: int
    lines: dict[str, int | None]


@dataclass(slots=True)
class Progress:
    """A working copy that `fold` moves on. Lines are counted by their number as text, as JSON keeps them."""

    picked: dict[str, int] = field(default_factory=dict)
    packed: dict[str, int] = field(default_factory=dict)
    boxes: dict[str, Box] = field(default_factory=dict)
    shorts: dict[str, Short] = field(default_factory=dict)
    opened: bool = False
    picking: bool = False
    pick_finished: bool = False
    ready: bool = False
    held: str | None = None
    cancel: str | None = None
    """The station's answer to a cancellation: accepted, refused."""

    def step(self, due: Mapping[str, int]) -> str:
        """Where the order stands (M5), given the units due by line."""
        if not any(due.values()):
            return "released" if not self.boxes else "packed"
        if all(box.shipped for box in self.boxes.values()) and self._covers(self.packed, due) and self.boxes:
            return "shipped"
        if self.held is not None:
            return "held"
        if self._covers(self.packed, due) and all(box.closed for box in self.boxes.values()):
            if self.ready:
                return "ready_for_pickup"
            labelled = all(box.label or box.tracking for box in self.boxes.values() if box.lines)
            return "labelled" if labelled else "packed"
        if self.opened or any(self.packed.values()):
            return "packing"
        if self.pick_finished or self._covers(self.picked, due):
            return "picked"
        return "picking" if self.picking or any(self.picked.values()) else ""

    @staticmethod
    def _covers(have: Mapping[str, int], due: Mapping[str, int]) -> bool:
        return all(have.get(line, 0) >= units for line, units in due.items())


_stored = msgspec.json.Decoder(Progress)


def loads(text: str | bytes) -> Progress:
    """A Progress as the tables keep it."""
    return _stored.decode(text)


def dumps(progress: Progress) -> str:
    return msgspec.json.encode(progress).decode()


def fold_all(entries: Iterable[Entry]) -> Progress:
    """The Progress of a whole history, without what was undone in it."""
    held = list(entries)
    undone = {fact_id for e in held if isinstance(e.fact, facts.GestureUndone) for fact_id in e.fact.facts}
    progress = Progress()
    for entry in held:
        if entry.fact_id not in undone:
            fold(progress, entry)
    return progress


def fold(progress: Progress, entry: Entry) -> None:
    """Move the working copy on by one fact. Kinds that say nothing about progress change nothing."""
    folder = _FOLDERS.get(entry.kind)
    if folder is not None:
        folder(progress, entry.fact, entry.fact_id)


def folds(kind: str) -> bool:
    """Whether facts of this kind move an order on."""
    return kind in _FOLDERS


def _add(counts: dict[str, int], line: int, units: int) -> None:
    counts[str(line)] = counts.get(str(line), 0) + units


def _box(progress: Progress, lpn: str) -> Box:
    box = progress.boxes.get(lpn)
    if box is None:
        box = progress.boxes[lpn] = Box(number=len(progress.boxes) + 1)
    return box


def _picked(p: Progress, f: Any, _id: str) -> None:
    _add(p.picked, f.line, f.qty)


def _put_back(p: Progress, f: Any, _id: str) -> None:
    _add(p.picked, f.line, -f.qty)


def _packed(p: Progress, f: Any, _id: str) -> None:
    _add(p.packed, f.line, f.qty)
    _add(_box(p, f.carton).lines, f.line, f.qty)


def _unpacked(p: Progress, f: Any, _id: str) -> None:
    _add(p.packed, f.line, -f.qty)
    _add(_box(p, f.carton).lines, f.line, -f.qty)


def _rescan_ordered(p: Progress, f: Any, _id: str) -> None:
    """The box counts from nothing again: what was in it is verified anew (FL5.10)."""
    box = _box(p, f.carton)
    for line, units in box.lines.items():
        _add(p.packed, int(line), -units)
    box.lines = {}
    box.closed = False


def _moved(p: Progress, f: Any, _id: str) -> None:
    _add(_box(p, f.from_carton).lines, f.line, -f.qty)
    _add(_box(p, f.to_carton).lines, f.line, f.qty)


def _carton_opened(p: Progress, f: Any, _id: str) -> None:
    box = _box(p, f.lpn)
    box.number, box.type = f.carton, f.type


def _carton_closed(p: Progress, f: Any, _id: str) -> None:
    _box(p, f.carton).closed = True


def _carton_reopened(p: Progress, f: Any, _id: str) -> None:
    _box(p, f.carton).closed = False


def _weighed(p: Progress, f: Any, _id: str) -> None:
    _box(p, f.carton).weight_g = f.weight_g


def _labelled(p: Progress, f: Any, _id: str) -> None:
    box = _box(p, f.carton)
    box.label, box.tracking = f.label, f.tracking


def _label_voided(p: Progress, f: Any, _id: str) -> None:
    for box in p.boxes.values():
        if box.label == f.label:
            box.label = box.tracking = None


def _tracking_entered(p: Progress, f: Any, _id: str) -> None:
    _box(p, f.carton).tracking = f.tracking


def _loaded(p: Progress, f: Any, _id: str) -> None:
    _box(p, f.carton).manifest = f.manifest


def _unloaded(p: Progress, f: Any, _id: str) -> None:
    _box(p, f.carton).manifest = None


def _picked_up(p: Progress, f: Any, _id: str) -> None:
    for lpn in f.cartons:
        _box(p, lpn).shipped = True


def _short(p: Progress, f: Any, fact_id: str) -> None:
    if f.resolution != "back_to_picker":
        p.shorts[fact_id] = Short(f.reason, f.resolution, f.seen_qty, {str(f.line): f.qty})


def _rejected(p: Progress, f: Any, fact_id: str) -> None:
    p.shorts[fact_id] = Short(f.reason, "rejected", f.seen_qty, {str(line): None for line in f.lines})


def _order_opened(p: Progress, _f: Any, _id: str) -> None:
    p.opened = True


def _pick_started(p: Progress, _f: Any, _id: str) -> None:
    p.picking = True


def _work_returned(p: Progress, _f: Any, _id: str) -> None:
    """Nobody picks it now; what was picked before lies in its tote."""
    p.picking = False


def _pick_finished(p: Progress, _f: Any, _id: str) -> None:
    p.pick_finished = True


def _ready(p: Progress, _f: Any, _id: str) -> None:
    p.ready = True


def _held(p: Progress, f: Any, _id: str) -> None:
    p.held = f.shelf


def _hold_released(p: Progress, _f: Any, _id: str) -> None:
    p.held = None


def _cancel_accepted(p: Progress, _f: Any, _id: str) -> None:
    p.cancel = "accepted"


def _cancel_refused(p: Progress, _f: Any, _id: str) -> None:
    p.cancel = "refused"


_FOLDERS = {
    "ItemPicked": _picked,
    "ItemPutBack": _put_back,
    "PickStarted": _pick_started,
    "SlotAssigned": _pick_started,
    "WorkReturned": _work_returned,
    "PickFinished": _pick_finished,
    "OrderOpened": _order_opened,
    "ItemPacked": _packed,
    "ItemUnpacked": _unpacked,
    "RescanOrdered": _rescan_ordered,
    "ItemMoved": _moved,
    "CartonOpened": _carton_opened,
    "CartonClosed": _carton_closed,
    "CartonReopened": _carton_reopened,
    "CartonWeighed": _weighed,
    "LabelAssigned": _labelled,
    "LabelVoided": _label_voided,
    "TrackingEntered": _tracking_entered,
    "ParcelLoaded": _loaded,
    "ParcelUnloaded": _unloaded,
    "ParcelLeft": _unloaded,
    "PickedUp": _picked_up,
    "ShortReported": _short,
    "FoRejected": _rejected,
    "ReadyForPickup": _ready,
    "OrderHeld": _held,
    "HoldReleased": _hold_released,
    "CancelAccepted": _cancel_accepted,
    "CancelRefused": _cancel_refused,
}
