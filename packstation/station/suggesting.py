"""The carton engine as the station asks it: the plan made ahead, else the worker, else the deterministic pass.

order opens, plan stored, input hash equal  -> shown at once
order opens otherwise, override, short ..   -> the worker process; the Prompt is there before and is filled in
no worker (replay, tests, it broke)         -> the deterministic pass, about a millisecond
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from msgspec import structs

from packstation.station.cartoning import Asked, answered, question
from packstation.station.clocks import ship_day
from packstation.station.supplies import SupplyRoom
from packstation.store import Store
from packstation.workflows.desk import Job
from packstation.workflows.suggestion import Suggestion, Wanted

if TYPE_CHECKING:
    from packstation.station.planning import Planner


class Cartoner:
    """Used on the station's thread. `profile`: the workstation, which may keep its cartons elsewhere."""

    def __init__(self, store: Store, now_ms: Callable[[], int], profile: Callable[[], str] = lambda: "") -> None:
        self._store, self._now_ms, self._profile = store, now_ms, profile
        self._room = SupplyRoom(store.mirror, store.reader_db)
        self._seen: object = None
        self.planner: Planner | None = None

    def now(self, job: Job, wanted: Wanted) -> Suggestion | None:
        """The plan made ahead if it is of these very units and cartons, else the deterministic pass."""
        asked = self._asked(job, wanted)
        if asked is None:
            return None
        return self._placed(self._stored(job, asked) or answered(asked, 0).suggestion)

    def known(self, job: Job, wanted: Wanted) -> Suggestion | None:
        """The plan made ahead, if there is one that still holds."""
        asked = self._asked(job, wanted)
        return self._placed(self._stored(job, asked)) if asked else None

    def ask(self, job: Job, wanted: Wanted, key: str) -> bool:
        """Have the worker answer; False when there is none, so that the station answers itself."""
        if self.planner is None or not self.planner.serves:
            return False
        asked = self._asked(job, wanted)
        return asked is not None and self.planner.ask(key, asked)

    def answer(self) -> tuple[str, Suggestion | None] | None:
        """The worker's answer to the last question, with its key, once."""
        found = self.planner.answer() if self.planner is not None else None
        return (found[0], self._placed(found[1])) if found else None

    def _asked(self, job: Job, wanted: Wanted) -> Asked | None:
        seen = (self._store.mirror.supplied, self._store.board.supplies)
        if seen != self._seen:
            self._seen = seen
            self._room.forget()
        supplies = self._room.of(job.doc, ship_day(job.doc.ship_by, self._now_ms()))
        return question(job, supplies, wanted)

    def _stored(self, job: Job, asked: Asked) -> Suggestion | None:
        if asked.scanned is not None:
            return None
        plan = self._store.mirror.plans.of_order(job.doc.fo)
        return plan.suggestion if plan is not None and plan.input_hash == asked.hash else None

    def _placed(self, suggestion: Suggestion | None) -> Suggestion | None:
        if suggestion is None:
            return None
        place = self._room.place_of(suggestion.code, self._profile())
        return structs.replace(suggestion, place=place) if place else suggestion
