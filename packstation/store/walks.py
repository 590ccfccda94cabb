"""Walks out of the station's databases: which orders a cart, wave or order number stands for, and where items lie.

board (own plans) or mirror (plans of others)  -->  orders, route, state  -->  Trip
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from packstation.store.store import Store
from packstation.store.zones import Zones
from packstation.waves.stops import Face
from packstation.workflows.desk import Job, Trip
from packstation.workflows.picking import walk
from sync import facts as f

TRIPS_MAX = 500
_CUSTODY = (f.PickStarted, f.PickResumed, f.CartTakenOver)


class Walks:
    """Reads walks; nothing is kept between two calls but the places of locations, for one page of changes."""

    def __init__(self, store: Store, setting: Callable[[str], Any]) -> None:
        """`setting` reads a site setting."""
        self._store = store
        self._setting = setting
        self._places: tuple[int, dict[str, int]] = (-1, {})
        self.zones = Zones(store, self.faces)

    def faces(self, sku: str) -> tuple[Face, ...]:
        """Where the item lies, by the site's copies."""
        body = self._store.mirror.body("stock", sku) or {}
        return tuple(
            Face(
                str(place["location"]),
                self._sequence(str(place["location"])),
                int(place["quantity"]),
                place.get("lot") or None,
                place.get("expiry") or None,
                place.get("pack") or None,
            )
            for place in body.get("places") or ()
        )

    def trip(self, work: str, mode: str = "") -> Trip | None:
        """The walk of a cart, a wave or an order; a task when `mode` names one."""
        if mode == "count":
            return Trip(work, "count")
        if work.startswith("Z-") and "/" in work:
            return self._of_zone(work)
        job = self._store.job(work)
        if mode == "put_back":
            return self._made(work, mode, (job,)) if job is not None else None
        if job is not None:
            return self._of_order(job)
        if self.is_wave(work):
            return self._of_wave(work)
        return self._of_cart(work)

    def is_wave(self, work: str) -> bool:
        own = self._store.db.execute("SELECT 1 FROM board_wave WHERE wave = ?", (work,)).fetchone()
        return own is not None or self._store.mirror.body("wave", work) is not None

    def carts(self) -> list[str]:
        """Carts of open waves, the earliest cut-off first (W19)."""
        rows = self._store.db.execute(
            "SELECT w.cutoff, c.cart FROM board_cart c JOIN board_wave w ON w.wave = c.wave"
            " WHERE w.closed = 0 AND w.cancelled = 0 AND w.held = 0 LIMIT ?",
            (TRIPS_MAX,),
        ).fetchall()
        known = {cart: str(cutoff) for cutoff, cart in rows}
        for body in self._store.mirror.bodies("wave"):
            if body.get("state") not in ("closed", "cancelled", "held"):
                for cart in body.get("carts") or ():
                    known.setdefault(str(cart["cart"]), str(body.get("cutoff") or ""))
        return sorted(known, key=lambda cart: (known[cart] == "", known[cart], len(cart), cart))

    def begun(self) -> list[str]:
        """Orders whose walk somebody began, here or elsewhere."""
        own = self._store.db.execute("SELECT fo FROM board_fo WHERE stage IN ('picking', 'picked') ORDER BY last_ms")
        others = self._store.mirror_reader.execute("SELECT DISTINCT fo FROM other_fact ORDER BY fo LIMIT 2000")
        return list(dict.fromkeys([row[0] for row in own] + [row[0] for row in others]))

    # --- what to do next ---

    def next_trip(self, user: str, station: str, *, mine_only: bool = False) -> Trip | None:
        """Mine in progress, mine not begun, any free one (FL6.6); no cart mixes priorities, by its plan."""
        mine: dict[str, Trip] = {}
        for fo in self.begun():
            order = self._store.order(fo)
            if order.started and order.picker == user and order.stage in ("picking", "picked"):
                trip = self.trip(fo)
                left = trip is not None and not walk.packed_here(trip) and walk.to_unload(trip)
                if trip is not None and (walk.stops(trip) or walk.held(trip) or left):
                    mine.setdefault(trip.work, trip)
        if mine or mine_only:
            return next(iter(mine.values()), None)
        free: Trip | None = None
        for cart in self.carts():
            trip = self.trip(cart)
            if trip is None or trip.state != "released" or walk.started(trip) or not walk.stops(trip):
                continue
            takers = {job.order.taker for job in walk.alive(trip) if job.order.taker}
            if user in takers:
                return trip
            claimed = any(job.doc.holder not in (None, station) for job in trip.jobs)
            if free is None and not takers and not claimed:
                free = trip
        if free is not None:
            return free
        for job in self.open_orders():
            if job.order.taker in (None, user) and job.doc.holder in (None, station):
                return self.trip(job.doc.fo)
        return None

    def open_orders(self) -> tuple[Job, ...]:
        """Orders in no wave that nobody has begun, the most urgent first."""
        rows = self._store.mirror_reader.execute(
            "SELECT fo FROM fo WHERE state = 'open' AND wave IS NULL"
            " ORDER BY priority DESC, ship_by, units, fo LIMIT ?",
            (TRIPS_MAX,),
        ).fetchall()
        planned = {row[0] for row in self._store.db.execute("SELECT fo FROM board_wave_fo")}
        jobs = (self._store.job(row[0]) for row in rows if row[0] not in planned)
        return tuple(
            job
            for job in jobs
            if job is not None and job.order.stage == "new" and job.order.hold is None and not walk.dead(job)
        )

    def open_counts(self) -> tuple[tuple[str, str], ...]:
        """(location, sku) of the faces somebody should count."""
        rows = self._store.db.execute(
            "SELECT location, sku FROM board_count WHERE open = 1 ORDER BY location, sku LIMIT 100"
        )
        return tuple((row[0], row[1]) for row in rows)

    def items_at(self, location: str) -> tuple[tuple[str, int], ...]:
        """(sku, units) by the site's copies; read for a count, never on the way of a pick."""
        rows = self._store.mirror_reader.execute("SELECT key, body FROM copy WHERE kind = 'stock'")
        found: dict[str, int] = {}
        for sku, body in rows:
            if location in body:
                for place in json.loads(body).get("places") or ():
                    if str(place["location"]) == location:
                        found[sku] = found.get(sku, 0) + int(place["quantity"])
        return tuple(found.items())

    # --- one walk ---

    def _of_zone(self, work: str) -> Trip | None:
        """A picker's walk in a zone (FL6.3)."""
        zone = work.partition("/")[0]
        jobs = self.zones.orders(work, self.begun(), self.open_orders)
        if not jobs:
            return None
        made = self._made(work, "zone", jobs)
        faces, onward = self.zones.faces(zone, jobs), self.zones.onward(zone, jobs)
        return replace(made, faces=faces, onward=onward, cutoff=min(job.doc.ship_by or "~" for job in jobs))

    def _of_order(self, job: Job) -> Trip | None:
        order = job.order
        if order.pick_mode == "zone" and order.place is None and order.stage == "picking":
            return self._of_zone(order.pick_work)
        if order.cart and (order.started or order.slot):
            whole = self._of_cart(order.cart)
            if whole is not None and any(each.doc.fo == job.doc.fo for each in whole.jobs):
                return whole
        mode = order.pick_mode if order.started and order.pick_mode else "store" if self._is_store() else "single"
        made = self._made(job.doc.fo, mode, (job,))
        row = self._store.db.execute(
            "SELECT wave, released FROM board_wave_fo WHERE fo = ?", (job.doc.fo,)
        ).fetchone()
        if row is not None and not row[1]:
            return replace(made, state="planned", wave=row[0])
        return replace(made, cutoff=job.doc.ship_by or "")

    def _of_wave(self, wave: str) -> Trip | None:
        """The next cart of the wave that has something to do."""
        carts = [
            row[0]
            for row in self._store.db.execute("SELECT cart FROM board_cart WHERE wave = ? ORDER BY cart", (wave,))
        ]
        body = self._store.mirror.body("wave", wave) or {}
        carts = list(dict.fromkeys([*carts, *(str(cart["cart"]) for cart in body.get("carts") or ())]))
        trips = [trip for trip in (self._of_cart(cart) for cart in carts) if trip is not None]
        for trip in trips:
            if not walk.started(trip) and walk.stops(trip):
                return trip
        return next((trip for trip in trips if walk.stops(trip)), trips[0] if trips else None)

    def _of_cart(self, cart: str) -> Trip | None:
        planned = self._planned(cart) or self._copied(cart)
        if planned is None:
            return None
        fos, route, wave, cutoff, state = planned
        jobs = tuple(job for job in (self._store.job(fo) for fo in fos) if job is not None)
        made = self._made(cart, "cluster", jobs)
        return replace(made, cart=cart, wave=wave, cutoff=cutoff, state=state, route=route)

    def _planned(self, cart: str) -> tuple[list[str], tuple[str, ...], str, str, str] | None:
        rows = self._store.db.execute(
            "SELECT fo, wave, released FROM board_wave_fo WHERE cart = ? ORDER BY place", (cart,)
        ).fetchall()
        if not rows:
            return None
        wave = str(rows[0][1])
        head = self._store.db.execute(
            "SELECT cutoff, held, closed, cancelled FROM board_wave WHERE wave = ?", (wave,)
        ).fetchone() or ("", 0, 0, 0)
        route = self._store.db.execute(
            "SELECT route FROM board_cart WHERE wave = ? AND cart = ?", (wave, cart)
        ).fetchone()
        released = [row[0] for row in rows if row[2]]
        state = "cancelled" if head[3] else "closed" if head[2] else "held" if head[1] else "released"
        if not released and state == "released":
            state = "planned"
        walked = tuple(json.loads(route[0])) if route else ()
        return released or [row[0] for row in rows], walked, wave, str(head[0]), state

    def _copied(self, cart: str) -> tuple[list[str], tuple[str, ...], str, str, str] | None:
        """A cart that another station or the hub planned."""
        fos = {row[3] for row in self._store.mirror.find([cart]) if row[1] == "cart"}
        if not fos:
            return None
        for body in self._store.mirror.bodies("wave"):
            for planned in body.get("carts") or ():
                if str(planned["cart"]) == cart:
                    out = {str(fo) for fo in body.get("released") or ()}
                    every = [str(fo) for fo in planned.get("fos") or ()]
                    released = [fo for fo in every if fo in out]
                    known = str(body.get("state") or "")
                    state = (
                        known if known in ("held", "closed", "cancelled") else "released" if released else "planned"
                    )
                    route = tuple(str(place) for place in planned.get("route") or ())
                    return released or every, route, str(body.get("wave")), str(body.get("cutoff") or ""), state
        return sorted(fos), (), "", "", "released"

    def _made(self, work: str, mode: str, jobs: tuple[Job, ...]) -> Trip:
        skus = dict.fromkeys(line.sku for job in jobs for line in job.doc.lines)
        rules = self._rules()
        first = rules.get("location_first", not self._is_store())
        return Trip(
            work,
            mode,
            jobs,
            {sku: self.faces(sku) for sku in skus},
            sort=str(rules.get("pick_sort") or "walk"),
            location_first=bool(first),
            zero_check=bool(rules.get("zero_check", False)),
            elsewhere=any(self._elsewhere(job) for job in jobs),
        )

    def _elsewhere(self, job: Job) -> bool:
        """Whether the newest word on who picks the order is another station's."""
        words = [entry for entry in job.order.trail if isinstance(entry.fact, _CUSTODY)]
        own = {entry.fact_id for entry in self._store.board.order(job.doc.fo).trail}
        return bool(words) and words[-1].fact_id not in own

    def _rules(self) -> dict[str, Any]:
        rules = self._setting("rules")
        return rules if isinstance(rules, dict) else {}

    def _is_store(self) -> bool:
        site = self._setting("site")
        return isinstance(site, dict) and site.get("kind") == "store"

    def _sequence(self, location: str) -> int:
        changed, known = self._places
        if changed != self._store.mirror.changed:
            known = {}
            self._places = (self._store.mirror.changed, known)
        if location not in known:
            body = self._store.mirror.body("location", location) or {}
            known[location] = int(body.get("sequence") or 0)
        return known[location]
