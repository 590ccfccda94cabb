"""Somebody who knows what to scan next: the newcomer's helper in the interactive demo, everybody in the headless one.

It sees what a person sees (the station's state and what is open) and answers with one gesture.
"""

from __future__ import annotations

import csv
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from packstation.assets import asset
from packstation.station import Station
from packstation.workflows.desk import Item, Job, Trip
from packstation.workflows.order import Order
from packstation.workflows.packing import following
from packstation.workflows.packing.boxes import expected_g
from packstation.workflows.packing.into_box import box_for
from packstation.workflows.packing.mixing import OWN, forbidden
from packstation.workflows.picking import walk
from packstation.workflows.ready import unfinished

NOBODYS = "0000000000000"
"""A code no catalog has."""


@dataclass(frozen=True, slots=True)
class Act:
    """One gesture. `kind`: scan, weigh, key."""

    kind: str
    text: str


class Player:
    """Plays one role at one station. `user`: whose badge is scanned."""

    def __init__(self, station: Station, user: str, badges: dict[str, str]) -> None:
        self._station = station
        self.user = user
        self._badges = badges
        self._serials = 0
        self._slot: str | None = None
        self._totes = _last_tote(station)

    def right(self) -> Act | None:
        """The next right gesture for what the station asks; None when this work is done."""
        station = self._station
        message = station.message
        if station.state in ("START", "LOCKED"):
            return Act("scan", self._badges[self.user])
        if message is not None and message.sticky in ("A", "B"):
            return Act("scan", "*OK")
        match station.desk.work:
            case "pick":
                return self._pick()
            case "load":
                return self._load()
            case _:
                return self._pack()

    def wrong(self) -> Act:
        """A wrong gesture for what the station asks: another item, carton, place or label, a code of nowhere."""
        station = self._station
        if station.state in ("START", "LOCKED"):
            return Act("scan", self._badges[users("supervisor")[0]])  # another badge: the board is theirs to see
        return Act("scan", self._wrong_code() or NOBODYS)

    def _wrong_code(self) -> str | None:
        station = self._station
        job, trip, mirror = station.desk.job, station.desk.trip, station.store.mirror
        stop = walk.current(station.desk) if station.state in ("FACE", "UNIT") else None
        match station.state:
            case "IDLE":
                return self._item_beside({line["sku"] for body in mirror.bodies("fo") for line in body["lines"]})
            case "CARTON":
                suggested = station.desk.suggestion.code if station.desk.suggestion is not None else ""
                return next((carton.code for carton in mirror.cartons() if carton.code != suggested), None)
            case "PICK_IDLE":
                return next((carton.code for carton in mirror.cartons()), None)  # the right code at the wrong moment
            case "FACE" if stop is not None:
                places = (str(body["location"]) for body in mirror.some("location", 2))
                return next((place for place in places if place != stop.location), None)
            case "ORDER" | "UNIT" if job is not None or stop is not None:
                return self._other_item(trip.jobs if trip else (job,) if job else ())
            case "DEST":
                held = walk.held(trip) if trip is not None else None
                others = (
                    [each for each in trip.jobs if held is None or each.doc.fo != held.job.doc.fo] if trip else []
                )
                return next((each.order.totes[-1] for each in others if each.order.totes), None)
            case "SEAL":
                return self._other_label(job)
        return None

    def _other_item(self, jobs: Sequence[Job]) -> str | None:
        return self._item_beside({line.sku for each in jobs for line in each.doc.lines})

    def _item_beside(self, wanted: Collection[str]) -> str | None:
        """The code of an item that is none of the wanted ones."""
        for body in self._station.store.mirror.bodies("sku"):
            if body["sku"] not in wanted and not body.get("parent"):
                code = self.barcode(str(body["sku"]))
                if code is not None:
                    return code
        return None

    def next_work(self) -> str:
        """The command of the work that is there: what is picked is packed first, then loaded, then the next walk."""
        station = self._station
        if station.look.next_work("pack") is not None:
            return "*PACK"
        if station.desk.work != "load" and self._door() is not None:
            return "*LOAD"
        return "*PICK"

    def barcode(self, sku: str, most: int = 1) -> str | None:
        """A barcode of the item: the case of at most `most` units if there is one, else a unit's."""
        rows = self._station.store.mirror_reader.execute(
            "SELECT code, quantity FROM code WHERE kind = 'item' AND ref = ? AND quantity <= ?"
            " ORDER BY quantity DESC, length(code), code",
            (sku, max(1, most)),
        ).fetchall()
        return str(rows[0][0]) if rows else None

    # --- packing ---

    def _pack(self) -> Act | None:
        station, desk = self._station, self._station.desk
        job = desk.job
        match station.state:
            case "IDLE" | "CART":
                return self._next_order()
            case "CARTON" if job is not None and desk.suggestion is not None and desk.suggestion.code == OWN:
                return self._unit(job)
            case "CARTON" if desk.suggestion is not None:
                return Act("scan", desk.suggestion.code)
            case "CARTON":
                return Act("scan", station.store.mirror.cartons()[-1].code)
            case "CONFIRM" if desk.pending is not None and desk.pending.code:
                return Act("scan", desk.pending.code)
            case "CONFIRM" | "NOTE" | "STOP":
                return Act("scan", "*OK")
            case "WEIGH" if job is not None:
                box = unfinished(job)
                assert box is not None
                carton = station.look.carton_type(box.type)
                weight_g, _, _ = expected_g(job, box, {box.type: carton} if carton else {})
                return Act("weigh", str(max(1, weight_g + len(box.contents) % 5)))
            case "SEAL" if job is not None:
                box = unfinished(job)
                assert box is not None
                assert box.label is not None
                return Act("scan", box.label.tracking)
            case "UNLABELLED":
                return Act("key", "f4")
            case "ORDER" if job is not None:
                return self._unit(job)
        return Act("key", "f3")

    def _next_order(self) -> Act | None:
        look = self._station.look
        job = look.next_work("pack")
        if job is None:
            return None
        tote = job.order.totes[0] if job.order.totes else None
        return Act("scan", tote or job.doc.fo)

    def _may_go_in(self, job: Job, item: Item) -> bool:
        return forbidden(job, box_for(job, item), item, apart=self._station.look.apart()) is None

    def _unit(self, job: Job) -> Act:
        """The plan's next step first, then whatever may go in; the next box when this one holds its part."""
        desk, box = self._station.desk, job.order.open_box
        plan = following.plan_of(desk, box)
        if box is not None and box.contents and following.holds_its_part(desk, box):
            return Act("scan", "*NEXTBOX")
        sku = following.next_sku(plan, box) if plan is not None else None
        for line in job.doc.lines:
            if plan is not None and line.sku == sku and job.left(line) > 0 and self._may_go_in(job, line.item):
                most = min(job.left(line), following.wanted(plan, box, line.sku))
                return Act("scan", self._code_for(line.item, most, job.order))
        for line in job.doc.lines:
            if job.left(line) > 0 and self._may_go_in(job, line.item):
                return Act("scan", self._code_for(line.item, job.left(line), job.order))
        return Act("scan", "*NEXTBOX")

    def _code_for(self, item: Item, left: int, order: Order | None) -> str:
        tracked = item.flags & {"lot", "serial", "expiry"}
        if not tracked:
            code = self.barcode(item.sku, left)
            return code if code is not None else item.sku
        code = (self.barcode(item.sku) or item.sku).zfill(14)
        elements = f"]d201{code}"
        stock = self._station.store.mirror.body("stock", item.sku) or {}
        places: list[dict[str, Any]] = [place for place in stock.get("places") or [] if place.get("lot")]
        place = places[0] if places else {}
        if "expiry" in tracked:
            elements += "17" + str(place.get("expiry") or "2028-12-31").replace("-", "")[2:8]
        if "lot" in tracked:
            elements += "10" + str(place.get("lot") or "L1")
            if "serial" in tracked:
                elements += "\x1d"
        if "serial" in tracked:
            self._serials += 1
            elements += f"21{self._station.store.place.station}-{self._serials:06d}"
        return elements

    def _other_label(self, job: Job | None) -> str | None:
        rows = self._station.store.db.execute(
            "SELECT DISTINCT fo FROM board_code WHERE kind = 'label' AND fo <> ? LIMIT 5",
            (job.doc.fo if job else "",),
        ).fetchall()
        for (fo,) in rows:
            for box in self._station.store.order(fo).boxes:
                if box.label is not None:
                    return box.label.tracking
        return None

    # --- picking ---

    def _pick(self) -> Act | None:
        station, desk = self._station, self._station.desk
        trip, pending = desk.trip, desk.pending
        if pending is not None and pending.code:
            return Act("scan", pending.code)
        match station.state:
            case "PICK_IDLE":
                return self._next_walk()
            case "CONFIRM" if trip is not None:
                return self._start(trip)
            case "FACE":
                stop = walk.current(desk)
                assert stop is not None
                return Act("scan", stop.location)
            case "UNIT":
                stop = walk.current(desk)
                assert stop is not None
                return Act("scan", self._code_for(stop.line.item, stop.left, stop.job.order))
            case "DEST":
                held = walk.held(trip) if trip is not None else None
                assert held is not None
                return Act("scan", held.job.order.totes[-1] if held.job.order.totes else self._free_tote())
            case "ZERO":
                return Act("scan", "*1")
            case "UNLOAD":
                return Act("scan", self._station.store.place.station)
        return Act("scan", "*OK")

    def _next_walk(self) -> Act | None:
        station = self._station
        trip = station.look.next_trip(self.user, station.store.place.station)
        return Act("scan", trip.cart or trip.work) if trip is not None else None

    def _start(self, trip: Trip) -> Act:
        """Every order of a cart gets a slot and a tote, one scan after the other; then *OK."""
        slot = self._slot
        if slot is not None:
            self._slot = None
            return Act("scan", self._free_tote())
        bare = next((n for n, job in enumerate(trip.jobs) if not job.order.totes), None)
        if bare is None:
            return Act("scan", "*OK")
        if trip.mode != "cluster":
            return Act("scan", self._free_tote())
        self._slot = f"S-{trip.cart.partition('-')[2]}-A{bare + 1}"
        return Act("scan", self._slot)

    def _free_tote(self) -> str:
        self._totes += 1
        return f"T-{self._totes}"

    # --- loading ---

    def _load(self) -> Act | None:
        station, load = self._station, self._station.desk.load
        if load is None:
            door = self._door()
            return Act("scan", door) if door is not None else None
        if load.waiting:
            parcel = load.waiting[0]
            box = station.store.order(parcel.fo).box(parcel.lpn)
            label = box.label if box else None
            return Act("scan", label.tracking if label else parcel.lpn)
        return Act("key", "*CLOSE")

    def _door(self) -> str | None:
        """The door of a carrier that still has parcels here."""
        store = self._station.store
        for (fo,) in store.db.execute("SELECT fo FROM board_fo WHERE ready > 0 ORDER BY fo").fetchall():
            job = store.job(fo)
            if job is not None and any(box.ready for box in job.order.boxes):
                return f"D-{job.doc.carrier}"
        return None


def badges() -> dict[str, str]:
    """The demo users' badges, which only their owners would have."""
    with open(asset("demo", "users.csv"), encoding="utf-8", newline="") as file:
        return {row["user"]: row["badge"] for row in csv.DictReader(file)}


def _last_tote(station: Station) -> int:
    """The highest tote number in use: the demo's totes are numbered on."""
    rows = station.store.db.execute("SELECT code FROM board_code WHERE kind = 'tote'").fetchall()
    return max((int(row[0][2:]) for row in rows if row[0].startswith("T-") and row[0][2:].isdigit()), default=100)


def users(role: str) -> list[str]:
    with open(asset("demo", "users.csv"), encoding="utf-8", newline="") as file:
        return [row["user"] for row in csv.DictReader(file) if row["role"] == role]
