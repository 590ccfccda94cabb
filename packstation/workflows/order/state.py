"""The shapes of one order: its boxes, what lies in them, their labels, what is short.

These are Structs and not dataclasses, because every fact copies its order: that costs a twentieth, and a journal of a
hundred thousand facts is folded again in seconds (PF5.5).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from msgspec import Struct, field

from sync.protocol import Entry


class Content(Struct, frozen=True):
    """Units of one line in a box, as they were verified."""

    line: int
    sku: str
    qty: int
    how: str
    code: str
    lot: str | None = None
    serial: str | None = None
    expiry: str | None = None
    reason: str | None = None
    """Why no scan verified them: no_barcode ..., count, not_drawn."""


class Label(Struct, frozen=True):
    """A label of a box. `copy`: the newest print; `scanned`: the copy that was read back on the box, 0 = none."""

    label: str
    tracking: str
    source: str
    digests: tuple[str, ...]
    copy: int = 1
    scanned: int = 0
    void: bool = False


class Box(Struct, frozen=True, dict=True):
    """A carton of the order. `state`: open, closed, loaded, shipped, picked_up."""

    lpn: str
    no: int
    type: str
    suggested: str
    why_other: str | None = None
    contents: tuple[Content, ...] = ()
    state: str = "open"
    weight_g: int | None = None
    verdict: str | None = None
    labels: tuple[Label, ...] = ()
    label_skipped: bool = False
    label_refused: str | None = None
    manifest: str | None = None
    loaded_ms: int = 0
    rescan: bool = False
    count_tries: int = 0
    counted: bool = False

    @cached_property
    def units(self) -> int:
        return sum([content.qty for content in self.contents])

    @property
    def label(self) -> Label | None:
        """The label that is good to stick on, if there is one."""
        return self.labels[-1] if self.labels and not self.labels[-1].void else None

    def print_no(self, name: str, copy: int) -> int:
        """The how-manieth label of this box that copy of that label is: what our own Data Matrix says (FL5.41)."""
        before = 0
        for label in self.labels:
            if label.label == name:
                break
            before += label.copy
        return before + copy

    def printed(self, number: int) -> tuple[str, int] | None:
        """The label of this box that came out as its `number`th, and which copy of it that was."""
        for label in self.labels:
            if number <= label.copy:
                return label.label, number
            number -= label.copy
        return None

    @property
    def ready(self) -> bool:
        """A parcel that may go through the door: closed, labelled, and its label read back or skipped on record."""
        label = self.label
        return self.state == "closed" and label is not None and (label.scanned == label.copy or self.label_skipped)

    @property
    def left(self) -> bool:
        """The box is out of our hands or on its way to the door."""
        return self.state in ("loaded", "shipped", "picked_up")


class Short(Struct, frozen=True):
    """Units of a line that will not come. `resolution`: ship_short, wait, reroute, back_to_picker."""

    line: int
    sku: str
    qty: int
    reason: str
    resolution: str
    where: str


class Told(Struct, frozen=True):
    """A fact and the station that made it."""

    entry: Entry
    station: str


class Order(Struct, frozen=True, dict=True):
    """The state of one fulfillment order as the floor knows it.

    `picked`, `placed`: units by line. `stage`: where the order stands: new, picking, picked, packing, parked,
    done. `hold`: (reason, shelf) or None.
    """

    fo: str
    stage: str = "new"
    picked: Mapping[int, int] = field(default_factory=dict)
    in_hand: Mapping[int, int] = field(default_factory=dict)
    lots: Mapping[int, str] = field(default_factory=dict)
    totes: tuple[str, ...] = ()
    slot: str | None = None
    cart: str | None = None
    pick_done: bool = False
    skipped: tuple[int, ...] = ()
    boxes: tuple[Box, ...] = ()
    packed_by_line: Mapping[int, int] = field(default_factory=dict)
    current: str | None = None
    shorts: tuple[Short, ...] = ()
    hold: tuple[str, str] | None = None
    notes: tuple[tuple[str, int], ...] = ()
    packer: str | None = None
    picker: str | None = None
    cancelled: bool = False
    taken_by: str | None = None
    forced: int = 0
    manual: int = 0
    shelf: str | None = None
    place: str | None = None
    put_back: int = 0
    problems: tuple[tuple[str, str], ...] = ()
    gone: Mapping[str, tuple[str, str, int]] = field(default_factory=dict)
    """Boxes that went through a door, by LPN: (manifest, label, when in ms); manifest "" for one a customer took.
    Kept beside the boxes, because the station that loads a box may not know the facts that filled it."""
    pickup_over: bool = False
    taker: str | None = None
    started: bool = False
    paused: bool = False
    pick_mode: str = ""
    pick_work: str = ""
    """The walk it was begun on last."""
    picked_at: Mapping[int, str] = field(default_factory=dict)
    back: Mapping[int, int] = field(default_factory=dict)
    unloaded: tuple[str, ...] = ()
    passed: tuple[tuple[str, str], ...] = ()
    zeroed: tuple[tuple[str, str], ...] = ()
    accepted: bool = False
    rejected: tuple[int, ...] = ()
    last: Entry | None = None
    newest: str = ""
    """The highest fact id of the trail: a fact above it was never folded before."""
    trail: tuple[Entry, ...] = ()

    def packed(self, line: int) -> int:
        """Units of the line in all boxes."""
        return self.packed_by_line.get(line, 0)

    def short(self, line: int) -> int:
        """Units of the line that this order goes without."""
        if not self.shorts:  # asked for every line of every prompt
            return 0
        return sum(s.qty for s in self.shorts if s.line == line)

    def waiting(self, line: int) -> int:
        """Units of the line that were reported missing and are waited for."""
        return sum(s.qty for s in self.shorts if s.line == line and s.resolution in ("wait", "back_to_picker"))

    @cached_property
    def units_packed(self) -> int:
        return sum([box.units for box in self.boxes])

    @property
    def units_picked(self) -> int:
        return sum(self.picked.values())

    @cached_property
    def open_box(self) -> Box | None:
        """The box that items go into now; asked for a dozen times a scan."""
        return next((box for box in self.boxes if box.lpn == self.current and box.state == "open"), None)

    def box(self, lpn: str) -> Box | None:
        return next((box for box in self.boxes if box.lpn == lpn), None)

    @cached_property
    def serials(self) -> frozenset[tuple[str, str]]:
        """(sku, serial) of every serial number in a box."""
        return frozenset([(c.sku, c.serial) for box in self.boxes for c in box.contents if c.serial])
