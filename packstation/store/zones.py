"""Zones: which orders a picker takes in one, and where each goes next (FL6.3).

"Z-A" is the label of zone A; "Z-A/ANN" is Ann's walk in it. An order is in one zone at a time and goes on with its
tote.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping

from packstation.store.store import Store
from packstation.waves.stops import Face, best_face
from packstation.workflows.desk import Job
from packstation.workflows.picking import walk

ORDERS_MAX = 8
"""Orders a picker takes through a zone at once: the totes that fit a cart."""


class Zones:
    """Reads zones out of the site's locations; kept for one page of changes."""

    def __init__(self, store: Store, faces: Callable[[str], tuple[Face, ...]]) -> None:
        self._store = store
        self._faces = faces
        self._known: tuple[int, dict[str, tuple[str, int]]] = (-1, {})

    def known(self, code: str) -> bool:
        """Whether the code is the label of a zone of this site."""
        return any(zone == code[2:] for zone, _ in self._places().values())

    def orders(self, work: str, begun: Iterable[str], fresh: Callable[[], tuple[Job, ...]]) -> tuple[Job, ...]:
        """The orders of a walk: those that are on it, else those that may begin in the zone or were handed to it."""
        zone = work.partition("/")[0]
        jobs = [job for job in map(self._store.job, begun) if job is not None and job.order.pick_mode == "zone"]
        mine = [job for job in jobs if job.order.pick_work == work and job.order.place is None]
        if mine:
            return tuple(mine)
        waiting = [job for job in jobs if job.order.place == zone and not walk.dead(job)]
        found = [job for job in (*waiting, *fresh()) if zone in self.of(job)]
        # One walk never mixes priorities (FL6.6); what was handed over goes first.
        return tuple(job for job in found if job.doc.priority == found[0].doc.priority)[:ORDERS_MAX]

    def of(self, job: Job) -> tuple[str, ...]:
        """The labels of the zones in which something of the order is still to pick, in walking order."""
        found: dict[str, int] = {}
        for line in job.doc.lines:
            left = walk.left(job, line)
            face = best_face(self._faces(line.sku), left) if left > 0 else None
            if face is not None and face.location in self._places():
                zone, sequence = self._places()[face.location]
                found[f"Z-{zone}"] = min(sequence, found.get(f"Z-{zone}", sequence))
        return tuple(sorted(found, key=lambda zone: (found[zone], zone)))

    def faces(self, zone: str, jobs: Iterable[Job]) -> Mapping[str, tuple[Face, ...]]:
        """Places of the items that the zone gives; an item that comes from another zone has none."""
        found: dict[str, tuple[Face, ...]] = {}
        for sku in dict.fromkeys(line.sku for job in jobs for line in job.doc.lines):
            first = best_face(self._faces(sku), 1)
            if first is not None and self._zone(first.location) == zone:
                found[sku] = tuple(face for face in self._faces(sku) if self._zone(face.location) == zone)
        return found

    def onward(self, zone: str, jobs: Iterable[Job]) -> Mapping[str, str]:
        """Where each order goes from here, by fo."""
        rest = {job.doc.fo: [other for other in self.of(job) if other != zone] for job in jobs}
        return {fo: zones[0] for fo, zones in rest.items() if zones}

    def _zone(self, location: str) -> str:
        place = self._places().get(location)
        return f"Z-{place[0]}" if place else ""

    def _places(self) -> dict[str, tuple[str, int]]:
        changed, known = self._known
        if changed != self._store.mirror.changed:
            rows = self._store.mirror_reader.execute("SELECT key, body FROM copy WHERE kind = 'location'")
            bodies = ((key, json.loads(body)) for key, body in rows)
            known = {key: (str(body.get("zone") or ""), int(body.get("sequence") or 0)) for key, body in bodies}
            self._known = (self._store.mirror.changed, known)
        return known
