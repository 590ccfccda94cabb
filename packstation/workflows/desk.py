"""What a workflow is told and what it answers. Pure.

    Found (what the code can mean here)  +  Desk (what is open)  --scanned/keyed-->  Answer (deeds, words, cue, Desk)

What no gesture changes is a Struct, which starts a station sooner than a dataclass; what one changes is a dataclass.
Nothing here writes: the station records the deeds of an Answer in one transaction and folds them into the job.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Protocol

import msgspec
from msgspec import Struct

from packstation.waves.stops import Face
from packstation.workflows.order import Order
from packstation.workflows.prompt import Cue, Say
from sync.facts import Fact
from sync.protocol import Deed, Entry, code_for_fact


class Item(Struct, frozen=True):
    """A SKU of the catalog. `size_mm` and `weight_g` are None when nobody measured them."""

    sku: str
    name: str
    size_mm: tuple[int, int, int] | None = None
    weight_g: int | None = None
    price_minor: int = 0
    flags: frozenset[str] = frozenset()
    parent: str | None = None
    attributes: Mapping[str, str] = msgspec.field(default_factory=dict)


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


class Doc(Struct, frozen=True):
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

    def line(self, number: int) -> Line:
        return next(line for line in self.lines if line.line == number)


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

    @cached_property
    def units(self) -> tuple[int, int]:
        """(packed, needed) over all lines."""
        packed = self.order.packed_by_line
        in_lines = sum([packed.get(number, 0) for number in self.left_by_line])
        return self.order.units_packed, in_lines + sum(self.left_by_line.values())


@dataclass(frozen=True, slots=True, eq=False)
class Trip:
    """One walk: orders picked together, and where their items lie. What was picked stands in the orders' facts.

    Compared by identity, so that what follows from a walk is worked out once a gesture (`picking.walk`).

    `work`: what was scanned or handed out: a cart, an order; for tasks the order whose units go back, or the location
    that is counted. `mode`: single, cluster, carton, store, put_back, count. `jobs` stand in slot order, `route` is
    the planned walk, `faces` are the places of each SKU. `state`: released, planned, held, closed, cancelled.
    """

    work: str
    mode: str
    jobs: tuple[Job, ...] = ()
    faces: Mapping[str, tuple[Face, ...]] = field(default_factory=dict)
    route: tuple[str, ...] = ()
    cart: str = ""
    wave: str = ""
    cutoff: str = ""
    state: str = "released"
    sort: str = "walk"
    """walk, product or location: how the site wants the stops (FL6.7)."""
    location_first: bool = True
    zero_check: bool = False
    elsewhere: bool = False
    """It was begun at another station; what this one knows came over the hub."""


class CartonType(Struct, frozen=True):
    """A carton of the catalog. Lengths in mm, weights in g, money in minor units."""

    code: str
    name: str
    inner_mm: tuple[int, int, int]
    outer_mm: tuple[int, int, int]
    empty_weight_g: int
    max_weight_g: int
    cost_minor: int = 0
    kind: str = "box"


class Suggestion(Struct, frozen=True):
    """The carton the engine suggests for what is left. `alternatives`: (code, words) for keys 1 to 3.

    `steps`: how to fill it, in words, and the SKU each is about; `picture`: layers as text lines.
    """

    code: str
    name: str
    why: str
    fill_permille: int
    weight_g: int
    alternatives: tuple[tuple[str, str], ...] = ()
    steps: tuple[str, ...] = ()
    step_skus: tuple[str, ...] = ()
    picture: tuple[str, ...] = ()
    status: str = "searched"


@dataclass(frozen=True, slots=True)
class Candidate:
    """One thing the scanned code is here.

    `kind`: command, badge, station, printer, lpn, tote, cart, slot, location, door, pickup, order, manifest,
    carton_type, item, label. `ref`: what it stands for (a SKU, an fo, a user ...). `fo`: the order it belongs to,
    when one does. `quantity`: units a barcode stands for; for a label the copy it names, 0 when its code cannot tell.
    `how`: scan, case or gs1.
    """

    kind: str
    ref: str
    fo: str | None = None
    quantity: int = 1
    lot: str | None = None
    serial: str | None = None
    expiry: str | None = None
    how: str = "scan"


@dataclass(frozen=True, slots=True)
class Found:
    """A scanned or typed text and everything it can mean, in the order of FL2.9."""

    text: str
    candidates: tuple[Candidate, ...] = ()
    symbology: str | None = None
    sscc: str | None = None
    """An SSCC that stands on no box yet: a pre-printed number (FL4.36)."""

    @property
    def code(self) -> str:
        """The text as a fact may hold it."""
        return code_for_fact(self.text)

    def of(self, *kinds: str) -> tuple[Candidate, ...]:
        """The candidates of the first of the kinds, in FL2.9's order, that has any; each `ref` of an order once."""
        for candidate in self.candidates:
            if candidate.kind in kinds:
                same = {(c.ref, c.fo): c for c in reversed(self.candidates) if c.kind == candidate.kind}
                return tuple(reversed(same.values()))
        return ()


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


@dataclass(frozen=True, slots=True)
class Load:
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


class Reader(Protocol):
    """What a workflow may look up besides the code itself: copies and the board, read only."""

    def job(self, fo: str) -> Job | None: ...

    def item(self, sku: str) -> Item | None: ...

    def demand(self, sku: str) -> tuple[Job, ...]:
        """Picked, unfinished orders here that still need the item, the most urgent first (FL4.4)."""

    def next_work(self, kind: str) -> Job | None: ...

    def wave_peers(self, fo: str) -> tuple[Job, ...]:
        """Unfinished orders of the same cart or wave."""

    def serial_owner(self, sku: str, serial: str) -> str | None:
        """The order a serial number was packed on before."""

    def carton_type(self, code: str) -> CartonType | None: ...

    def suggestion(self, job: Job) -> Suggestion | None: ...

    def next_lpn(self) -> str: ...

    def allowed_cartons(self, carrier: str) -> tuple[str, ...] | None:
        """Carton types a carrier takes, or None when it takes all."""

    def rule(self, name: str, default: int) -> int:
        """A site rule as a number; booleans are 0 and 1."""

    def carrier_rule(self, carrier: str, name: str, default: str) -> str: ...

    def places(self, sku: str) -> tuple[tuple[str, int], ...]:
        """(location, units) where the item lies here."""

    def available(self, sku: str) -> int | None:
        """Units available to promise at this site by the hub's last word."""

    def door(self, code: str) -> Door | None:
        """The door a scanned code names (FL7.1)."""

    def manifest(self, manifest: str) -> ManifestState | None: ...

    def open_manifest(self, door: Door) -> str | None:
        """The manifest that is open here for this door; for a carrier's own code the newest of any of its doors."""

    def next_manifest(self) -> str: ...

    def load(self, manifest: str, door: Door) -> Load:
        """A manifest with the parcels on it and those that belong on it, packed at any station of the site."""

    def last_loaded(self, manifest: str) -> Entry | None:
        """The newest ParcelLoaded of the manifest that is in force."""

    def trip(self, work: str, mode: str = "") -> Trip | None:
        """The walk of a cart, a wave's next cart or an order, or a task with its mode; None when there is none."""

    def next_trip(self, user: str, station: str, *, mine_only: bool = False) -> Trip | None:
        """The walk to do next: mine in progress, mine not begun, any free one (FL6.6)."""

    def open_orders(self) -> tuple[Job, ...]:
        """Orders of this site nobody has begun, the most urgent first: a store's list (FL6.40)."""

    def open_counts(self) -> tuple[tuple[str, str], ...]:
        """(location, sku) of the faces somebody should count."""

    def items_at(self, location: str) -> tuple[tuple[str, int], ...]:
        """(sku, units) the site's copies say lie at the location."""

    def user_name(self, user: str) -> str: ...

    def text_rule(self, name: str, default: str) -> str:
        """A site rule as text."""


class Moment(Struct, frozen=True):
    """Who works here, where, and what time it is; arguments of every door."""

    user: str
    role: str
    station: str
    wall_ms: int
    today: str
    online: bool = False
    scale: bool = False
    offset_s: int = 0
    """Seconds east of UTC, for times that people read."""

    def clock(self, wall_ms: int) -> str:
        """HH:MM where the station stands."""
        minutes = (wall_ms // 1000 + self.offset_s) // 60
        return f"{minutes // 60 % 24:02d}:{minutes % 60:02d}"


class Pending(Struct, frozen=True):
    """An open question. `kind` names it; a scan of `code` after the cue confirms it (FL2.14).

    `choices`: (key, code, text id or text) for keys 1 to 9. `data`: what the answer needs.
    """

    kind: str
    code: str = ""
    choices: tuple[tuple[str, str, str], ...] = ()
    data: tuple[object, ...] = ()
    typed: bool = False
    """Digits are typed here and end with Enter."""


class Override(Struct, frozen=True):
    """A step that a supervisor may allow: the permission, and what is written when it is given (FL1.13)."""

    permission: str
    deeds: tuple[Deed, ...]
    say: Say
    cue: Cue
    prints: tuple[Print, ...] = ()
    opens: str | None = None
    """The order that is on the bench once it is allowed."""


class Print(Struct, frozen=True):
    """A document to print, as references only (sync J11). `what`: label, lpn, slip, tote_card, manifest, test."""

    what: str
    fo: str | None
    carton: str | None = None
    copy: int = 1
    ref: str = ""


@dataclass(frozen=True, slots=True)
class Desk:
    """What one station has open. `work`: pack, pick, load. `job`: the open order, or None."""

    work: str = "pack"
    job: Job | None = None
    pending: Pending | None = None
    override: Override | None = None
    mode: str = "normal"
    quantity: int = 0
    remove: bool = False
    suggestion: Suggestion | None = None
    cart: str | None = None
    cart_jobs: tuple[Job, ...] = ()
    face: str | None = None
    line: tuple[str, int] | None = None
    load: Load | None = None
    """The open manifest and its parcels, while a carrier is loaded."""
    manifest: str | None = None
    """The manifest that was closed or looked up last: `*REPRINT` prints it."""
    bags: tuple[str, ...] = ()
    """LPNs that were scanned for the customer who is here."""
    pod: str = ""
    """How the customer proved the order is theirs: code, id_seen."""
    trip: Trip | None = None
    """The walk that is being picked; `face` is the location that was scanned, `line` what it was scanned for."""
    shown: str | None = None
    """The order whose parcel was looked at with nothing open: `*REPRINT`, `*VOID` and `*REOPEN` mean it (FL4.9)."""
    next_type: str | None = None
    """The carton type to open once the box that was just closed has its label (FL4.35)."""
    wrong: tuple[str, str] | None = None
    """(SKU, code) of the item that was refused last as wrong, for the problem tote that is scanned next (FL4.27)."""
    lpn: str | None = None
    """A pre-printed number that the next box gets (FL4.36)."""
    hint: tuple[str, ...] = ()
    """What to do next while nothing is open: the next order, where it stands, how many wait."""
    unknown_code: str = ""
    """The code that was last refused as unknown, for `*ALIAS`."""
    weighs: bool = True
    """Whether boxes are weighed here (site rule `weigh`)."""

    @property
    def open_work(self) -> str | None:
        """What is open here: an order, or a walk with the face it stands at; None when nothing is."""
        if self.trip is not None:
            return f"{self.trip.mode}|{self.trip.work}|{self.face or ''}"
        return self.job.doc.fo if self.job else None

    @property
    def open_order(self) -> str | None:
        """What held scans arrived under (FL2.5): the order on the bench, the walk, or the manifest."""
        if self.trip is not None:
            return self.trip.work
        if self.load is not None:
            return self.load.manifest
        return self.job.doc.fo if self.job else None

    def quiet(self) -> Desk:
        """The desk without questions, typed quantity or remove mode."""
        return replace(self, pending=None, override=None, quantity=0, remove=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a gesture led to. `outcome`: accepted, refused, asked, ignored.

    `why` of a refusal is a code of FL11.1. `sticky`: "", "A", "B" or "ask" (FL2.6). `about`: item, order, place:
    whether held scans may be applied after the acknowledgement without asking (FL2.5). `passes`: commands and kinds
    that go through while the error stands. `opens`: the fo to open next, closing what is open.
    """

    outcome: str
    desk: Desk
    say: Say
    cue: Cue | None = None
    deeds: tuple[Deed, ...] = ()
    prints: tuple[Print, ...] = ()
    why: str | None = None
    sku: str | None = None
    sticky: str = ""
    about: str = "item"
    passes: frozenset[str] = frozenset()
    fo: str | None = None
    """The order a refusal is about, when it is not the open one."""
    again: bool = False
    """The same gesture is given to the new desk once more: it was meant for what opens now."""


_STICKY = {Cue.WRONG: "A", Cue.OVER: "A", Cue.UNKNOWN: "A", Cue.STOP: "B", Cue.ASK: ""}


def accepted(
    desk: Desk,
    say: Say,
    cue: Cue | None,
    *facts: Fact,
    prints: tuple[Print, ...] = (),
    fo: str | None = None,
    deeds: tuple[Deed, ...] = (),
) -> Answer:
    """Facts about the open order (or `fo`), and the words for them."""
    about = fo if fo is not None else desk.job.doc.fo if desk.job else None
    claim = desk.job.doc.fence if desk.job and desk.job.doc.fo == about else None
    return Answer("accepted", desk, say, cue, (*(Deed(about, fact, claim) for fact in facts), *deeds), prints=prints)


def refused(
    desk: Desk,
    why: str,
    say: Say,
    cue: Cue,
    *,
    sku: str | None = None,
    about: str = "item",
    passes: frozenset[str] = frozenset(),
) -> Answer:
    """Nothing changes but the record of the refusal."""
    return Answer(
        "refused", desk, say, cue, why=why, sku=sku, sticky=_STICKY.get(cue, "A"), about=about, passes=passes
    )


def asked(
    desk: Desk,
    say: Say,
    pending: Pending | None = None,
    *,
    cue: Cue = Cue.ASK,
    about: str = "item",
    holds: bool = True,
) -> Answer:
    """A question: nothing is recorded. `holds` is False when only the next entry is named (FL2.4)."""
    passes = frozenset({"same"}) if pending and pending.code else frozenset()
    return Answer(
        "asked",
        replace(desk, pending=pending),
        say,
        cue,
        sticky="ask" if pending and holds else ("B" if cue is Cue.STOP else ""),
        about=about,
        passes=passes,
    )


def ignored(desk: Desk, say: Say, cue: Cue | None = None) -> Answer:
    """Something was shown; nothing is recorded and nothing is wrong."""
    return Answer("ignored", desk, say, cue)
