"""What a gesture is told: what a code can mean here, who works when, and where a workflow may look things up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol

from msgspec import Struct

from packstation.scan import like_badge
from packstation.workflows.desk.copies import (
    Check,
    Door,
    Item,
    Job,
    Load,
    ManifestState,
    Trip,
)
from packstation.workflows.prompt import Say
from packstation.workflows.suggestion import CartonType, Suggestion
from sync.protocol import Entry, code_for_fact, digest

_EPOCH_DAY = datetime(1970, 1, 1).toordinal()
_THURSDAY = 3
"""What 1970-01-01 was; Monday is 0."""


class Candidate(Struct, frozen=True):
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


class Found(Struct, frozen=True):
    """A scanned or typed text and everything it can mean, in the order of FL2.9."""

    text: str
    candidates: tuple[Candidate, ...] = ()
    symbology: str | None = None
    sscc: str | None = None
    """An SSCC that stands on no box yet: a pre-printed number (FL4.36)."""

    @property
    def code(self) -> str:
        """The text as a fact may hold it: what may be a badge, cut ones too, only as its digest (sync J8)."""
        return f"#{digest(self.text)}" if like_badge(self.text) else code_for_fact(self.text)

    @property
    def shown(self) -> str:
        """The text as a screen may show it, which stands beside others' eyes: what may be a badge is not (D4.8)."""
        if like_badge(self.text):
            return "B.***"
        return self.text if len(self.text) <= 24 else self.text[:23] + "…"

    def of(self, *kinds: str) -> tuple[Candidate, ...]:
        """The candidates of the first of the kinds, in FL2.9's order, that has any; each `ref` of an order once."""
        for candidate in self.candidates:
            if candidate.kind in kinds:
                same = {(c.ref, c.fo): c for c in reversed(self.candidates) if c.kind == candidate.kind}
                return tuple(reversed(same.values()))
        return ()


class Step(Struct, frozen=True):
    """The newest gesture of this station that is work and in force, with all its facts, oldest first. `sent`: the
    hub has it."""

    entries: tuple[Entry, ...]
    sent: bool

    @property
    def gesture(self) -> str:
        return self.entries[0].gesture

    @property
    def fo(self) -> str | None:
        """The order it is about; of a walk, the first."""
        return next((entry.fo for entry in self.entries if entry.fo), None)


class Reader(Protocol):
    """What a workflow may look up besides the code itself: copies and the board, read only."""

    def last_step(self) -> Step | None:
        """What was done here last, before a restart too: `*UNDO` and `*REPRINT` mean it while nothing is open."""

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

    def apart(self) -> tuple[tuple[str, str], ...]:
        """Pairs of flags or SKUs that never share a box at this site (CT3.8)."""

    def places(self, sku: str) -> tuple[tuple[str, int], ...]:
        """(location, units) where the item lies here."""

    def lots(self, sku: str) -> tuple[str, ...]:
        """Lots of the item that lie here by the site's copies."""

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

    def is_drop_place(self, location: str) -> bool:
        """Whether totes may be put down there: a location without a sequence lies on no walk, so nothing is picked
        there."""

    def is_location(self, location: str) -> bool:
        """Whether the site's copies know the location."""

    def user_name(self, user: str) -> str: ...

    def text_rule(self, name: str, default: str) -> str:
        """A site rule as text."""

    def checks(self) -> tuple[Check, ...]:
        """The site's rules on how much is scanned, in order (FL4.57)."""

    def orders_of(self, user: str, enough: int) -> int:
        """Orders the user packed here; not counted beyond `enough`."""

    def units_of(self, sku: str, enough: int) -> int:
        """Units of the item that were packed here; not counted beyond `enough`."""


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
    change: tuple[int, int] | None = None
    """When the clock here is put forward or back next, as wall_ms, and its seconds east of UTC from then on."""

    def clock(self, wall_ms: int) -> str:
        """HH:MM where the station stands."""
        minutes = (wall_ms // 1000 + self.offset_s) // 60
        return f"{minutes // 60 % 24:02d}:{minutes % 60:02d}"

    def due(self, when: str | None) -> Say | str:
        """A time of the copies (UTC) at the station's clock: "16:00" today, and on another day "Mon 16:00"."""
        clock, days, date = self._there(when)
        if days == 0 or not clock:
            return clock or "-"
        near = Say(f"day_{(self._day() + days + _THURSDAY) % 7}") if 0 < days < 7 else date
        return Say("day_time", {"day": near, "time": clock})

    def due_figures(self, when: str | None) -> str:
        """The same without words: "16:00", on another day "11-30 16:00"."""
        clock, days, date = self._there(when)
        return f"{date} {clock}" if days else clock or "-"

    def _there(self, when: str | None) -> tuple[str, int, str]:
        """HH:MM at the station, days from its today, MM-DD; nothing for what is no time."""
        try:
            moment = datetime.fromisoformat(when or "").astimezone(UTC)
            after = self.change is not None and moment.timestamp() * 1000 >= self.change[0]
            there = moment + timedelta(seconds=self.change[1] if after and self.change else self.offset_s)
        except (ValueError, OverflowError):
            return "", 0, ""
        return f"{there:%H:%M}", there.toordinal() - _EPOCH_DAY - self._day(), f"{there:%m-%d}"

    def _day(self) -> int:
        """Days of the station's calendar since 1970-01-01."""
        return (self.wall_ms // 1000 + self.offset_s) // 86_400
