"""What a station knows of the shop: its orders, items, cartons, walks and the parcels at its doors.

Structs and not dataclasses: a class of them costs a start a fortieth, and a change of one costs a scan a tenth.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from packstation.waves.stops import Face
from packstation.workflows.order import Order
from packstation.workflows.suggestion import Case, Triple


class Item(Struct, frozen=True):
    """A SKU of the catalog. `size_mm` and `weight_g` are None when nobody measured them."""

    sku: str
    name: str
    size_mm: Triple | None = None
    weight_g: int | None = None
    price_minor: int = 0
    flags: frozenset[str] = frozenset()
    parent: str | None = None
    attributes: Mapping[str, str] = msgspec.field(default_factory=dict)
    hs_code: str = ""
    origin: str = ""
    """For customs: the goods' number in the Harmonized System, and the country they were made in."""
    customs_name: str = ""
    """What a customs officer should read, where the name is one of a shop."""
    measured: bool = False
    """The size was measured, and stands in the hub's catalog as such."""
    case: Case | None = None


class Line(Struct, frozen=True):
    """A line of a fulfillment order, with its item. `lot`: the reserved lot, if one is."""

    line: int
    sku: str
    quantity: int
    item: Item
    price_minor: int = 0
    lot: str | None = None
    kit: str | None = None
    """The kit's SKU, when the hub exploded one into its parts (FL4.41)."""


class Note(Struct, frozen=True):
    """A text the packer has to acknowledge before the first unit, of the order or of one SKU."""

    note: str
    rev: int
    text: str
    sku: str | None = None


class Refusal(Struct, frozen=True):
    """A carrier sold no label: their code and their words. `carton`: the box it is about, None for the order."""

    carton: str | None
    code: str
    words: str


class Doc(Struct, frozen=True, dict=True):
    """The hub's copy of a fulfillment order: what should happen. Holds no name and no address.

    `state`: open, on_hold, cancellation_requested, cancelled, closed. `ship_by`: ISO 8601 UTC or None.
    `holder`: the station that claimed it, `fence` the claim's token. `labels`: labels bought ahead.
    """

    fo: str
    order_no: str
    rev: int
    state: str
    lines: tuple[Line, ...]
    method: str = "ship"
    priority: int = 0
    ship_by: str | None = None
    service: str = ""
    carrier: str = ""
    channel: str = ""
    wave: str | None = None
    ship_complete: bool = False
    reason: str | None = None
    notes: tuple[Note, ...] = ()
    holder: str | None = None
    fence: str | None = None
    labels: tuple[Mapping[str, object], ...] = ()
    address_rev: str = ""
    documents: tuple[str, ...] = ()
    """Papers the hub has for it: invoice, customs ... (FL5.18)."""
    required: tuple[str, ...] = ()
    """Papers that must go with it and that the hub does not have."""
    wished: tuple[str, ...] = ()
    """Papers that should go with it: without them it is told, and leaves all the same."""
    refusals: tuple[Refusal, ...] = ()
    """What its carrier refused (FL5.14); a label that came since ends it."""
    abroad: bool = False
    """It leaves the site's customs area."""

    def line(self, number: int) -> Line:
        return next(line for line in self.lines if line.line == number)

    @cached_property
    def flags(self) -> frozenset[str]:
        """Every flag that one of its items has."""
        return frozenset().union(*(line.item.flags for line in self.lines))


class Job(Struct, frozen=True, dict=True):
    """One fulfillment order on the bench: the hub's copy and what the facts say of it.

    What every gesture asks of all lines is counted once for each change of the order.
    """

    doc: Doc
    order: Order

    def need(self, line: Line) -> int:
        """Units of the line that still belong into boxes or are there already: ordered less short."""
        order = self.order
        if order.rejected and line.line in order.rejected:
            return order.packed(line.line)
        return max(0, line.quantity - order.short(line.line)) if order.shorts else max(0, line.quantity)

    def left(self, line: Line) -> int:
        return self.need(line) - self.order.packed_by_line.get(line.line, 0)

    @cached_property
    def left_by_line(self) -> Mapping[int, int]:
        """What is left of every line, as `left` counts it, in the order of the lines."""
        packed = self.order.packed_by_line
        if self.order.shorts or self.order.rejected:
            return {line.line: self.left(line) for line in self.doc.lines}
        return {line.line: line.quantity - packed.get(line.line, 0) for line in self.doc.lines}

    @cached_property
    def too_many(self) -> bool:
        """A box holds a unit that does not belong into one."""
        return min(self.left_by_line.values(), default=0) < 0

    @cached_property
    def complete(self) -> bool:
        """Every unit that is not short is in a box."""
        return max(self.left_by_line.values(), default=0) <= 0

    @property
    def units_left(self) -> int:
        """Units that still belong into boxes."""
        left = self.left_by_line.values()
        return sum([units for units in left if units > 0]) if self.too_many else sum(left)

    @cached_property
    def units(self) -> tuple[int, int]:
        """(packed, needed) over all lines."""
        packed = self.order.packed_by_line
        left = self.left_by_line
        in_lines = packed.values() if packed.keys() <= left.keys() else [packed.get(number, 0) for number in left]
        return self.order.units_packed, sum(in_lines) + sum(left.values())


class Trip(Struct, frozen=True, eq=False):
    """One walk: orders picked together, and where their items lie. What was picked stands in the orders' facts.

    Compared by identity, so that what follows from a walk is worked out once a gesture (`picking.walk`).

    `work`: what was scanned or handed out: a cart, an order; for tasks the order whose units go back, or the location
    that is counted. `mode`: single, cluster, carton, store, put_back, count. `jobs` stand in slot order, `route` is
    the planned walk, `faces` are the places of each SKU. `state`: released, planned, held, closed, cancelled.
    """

    work: str
    mode: str
    jobs: tuple[Job, ...] = ()
    faces: Mapping[str, tuple[Face, ...]] = msgspec.field(default_factory=dict)
    route: tuple[str, ...] = ()
    cart: str = ""
    wave: str = ""
    cutoff: str = ""
    state: str = "released"
    sort: str = "walk"
    """walk, product or location: how the site wants the stops (FL6.7)."""
    location_first: bool = True
    zero_check: bool = False
    onward: Mapping[str, str] = msgspec.field(default_factory=dict)
    """In a zone: the zone each order goes to next, by fo; none when the rest of it lies here (FL6.3)."""
    elsewhere: bool = False
    """It was begun at another station; what this one knows came over the hub."""


class Check(Struct, frozen=True):
    """A rule on how much is scanned (FL4.57): what it is for, and `scan`: all, one_in_n, count, none.

    Empty `skus`, `users` and `channels` mean any; `up_to_minor`: orders of at most this value, None = any.
    """

    id: str
    scan: str
    n: int = 1
    skus: frozenset[str] = frozenset()
    users: frozenset[str] = frozenset()
    channels: frozenset[str] = frozenset()
    up_to_minor: int | None = None


class Door(Struct, frozen=True):
    """Where a carrier takes its parcels. `door`: the code on it, "" when the carrier has no doors of its own."""

    carrier: str
    door: str


class Parcel(Struct, frozen=True):
    """A closed box that a carrier takes, as the list of its door shows it.

    `no` of `boxes`: its place in the order. `ready`: its label was read back, or skipped on record. `problem`: why
    it cannot go: no_label, on_hold, cancelled; else "". `loaded_ms`: when it went through the door, 0 = not yet.
    """

    lpn: str
    fo: str
    order_no: str
    no: int
    boxes: int
    label: str | None
    tracking: str
    weight_g: int
    ready: bool
    problem: str = ""
    loaded_ms: int = 0


class Load(Struct, frozen=True):
    """An open manifest and every parcel that belongs on it, loaded or not."""

    manifest: str
    carrier: str
    door: str
    parcels: tuple[Parcel, ...] = ()
    bulk: bool = False
    """The carrier takes its parcels without a scan of each at the door (FL7.11)."""

    @property
    def loaded(self) -> tuple[Parcel, ...]:
        return tuple(parcel for parcel in self.parcels if parcel.loaded_ms)

    @property
    def waiting(self) -> tuple[Parcel, ...]:
        """Parcels that can still be loaded."""
        return tuple(parcel for parcel in self.parcels if not parcel.loaded_ms and not parcel.problem)

    @property
    def ghosts(self) -> tuple[Parcel, ...]:
        """Labelled, and not through the door (FL7.10)."""
        return tuple(parcel for parcel in self.parcels if not parcel.loaded_ms and parcel.label is not None)

    @property
    def unlabelled(self) -> tuple[Parcel, ...]:
        return tuple(parcel for parcel in self.parcels if not parcel.loaded_ms and parcel.label is None)

    @property
    def counts(self) -> tuple[int, int]:
        """(loaded, loaded or still to load)."""
        loaded = len(self.loaded)
        return loaded, loaded + len(self.waiting)

    @property
    def weight_g(self) -> int:
        return sum(parcel.weight_g for parcel in self.loaded)

    def with_parcels(self, fo: str, parcels: tuple[Parcel, ...]) -> Load:
        """The list with the order's parcels as they are now."""
        return replace(self, parcels=(*(parcel for parcel in self.parcels if parcel.fo != fo), *parcels))


class ManifestState(Struct, frozen=True):
    """A manifest this station opened. `count` and `weight_g` are those of its closing."""

    manifest: str
    carrier: str
    door: str
    closed: bool
    count: int
    weight_g: int
