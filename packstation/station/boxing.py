"""Which carton next, and how to go on filling the open one: asked between two gestures, shown when it is known."""

from __future__ import annotations

import logging
import sqlite3
from collections import Counter

from msgspec.structs import replace

from packstation.station.feeling import answers
from packstation.station.writing import Writing
from packstation.workflows import packing
from packstation.workflows.desk import Desk, Job
from packstation.workflows.order import Box
from packstation.workflows.packing import following
from packstation.workflows.prompt import Prompt, Say
from packstation.workflows.ready import unfinished
from packstation.workflows.suggestion import Suggestion, Wanted, is_about, lies_of
from packstation.workflows.texts import words
from sync.logs import ids

log = logging.getLogger("packstation.cartons")


class Boxing(Writing):
    """Keeps the desk's suggestion that of the units it is about (cartons.md CT1.3, CT1.7)."""

    _filled_by: tuple[str, Suggestion | None] = ("", None)
    """The box and the suggestion that were kept last."""
    _suggested_rev = 0
    """The order's revision that was looked at last."""

    def _suggest_for(self, desk: Desk, job: Job) -> None:
        """A carton for what is left, or how to go on filling the open one: asked once for each change of either."""
        box, known = job.order.open_box, desk.suggestion
        if box is None:
            if packing.state(desk) != "CARTON" or (known is not None and not desk.suggested_for):
                return
            wanted, about, key = Wanted(), "", f"{job.doc.fo}|{job.doc.rev}|{job.units}"
        else:
            about = box.lpn
            units = box.units + job.units_left
            if known is None:
                known = self._kept_of(job, box)  # after a restart, or when the box was left for a while
            turned = desk.suggested_for != about or job.doc.rev != self._suggested_rev
            self._suggested_rev = job.doc.rev
            # As many units, but others: one was moved over, or the hub changed the order.
            other = known is not None and turned and known.units and dict(known.units) != _to_hold(job, box)
            fits = known is not None and known.code == box.type and is_about(known, units)
            if known is not None and fits and not other and not following.left_plan(known, box):
                if desk.suggested_for != about or known is not desk.suggestion:
                    self.desk = replace(desk, suggestion=known, suggested_for=about)
                self._keep(job, box)
                return
            key = f"{box.lpn}|{box.type}|{units}"
            packed: dict[str, int] = {}
            for content in box.contents:
                packed[content.sku] = packed.get(content.sku, 0) + content.qty
            # What lies in the box stays where its steps put it; what has no step is given a place first.
            mine = known is not None and known.code == box.type and desk.suggested_for in ("", about)
            wanted = Wanted(box.type, lies_of(known, packed) if known is not None and mine else ())
        if key == self._asked:
            return
        found = self.worker.known(job, wanted) if self.worker is not None else None
        coming = found is None and self.worker is not None and self.worker.ask(job, wanted, key)
        if found is None and not coming:
            found = self._fitting(self.look.suggestion(job, wanted), wanted)
        self._note_unmeasured(found, job)
        self._asked = key if found is None else ""
        self.desk = replace(desk, suggestion=found, suggested_for=about, suggesting=coming)
        if box is not None:
            self._keep(job, box)

    def _kept_of(self, job: Job, box: Box) -> Suggestion | None:
        """What the box was filled by when it was open last, if nothing else is in the order now."""
        if self._filled_by[0] != box.lpn:
            self._filled_by = (box.lpn, self.store.mirror.plans.of_box(box.lpn))
        kept = self._filled_by[1]
        if kept is None:
            return None
        return kept if dict(kept.units) == _to_hold(job, box) else None

    def _keep(self, job: Job, box: Box) -> None:
        """The steps of the open box, for the slip's picture and for a station that starts again (CT1.7, CT7.5)."""
        shown = self.desk.suggestion
        if shown is None or not shown.lies or shown.code != box.type:
            return
        if self._filled_by[0] == box.lpn and self._filled_by[1] is shown:
            return
        try:
            if self.store.mirror.plans.keep(box.lpn, job.doc.fo, shown):
                self._filled_by = (box.lpn, shown)
        except sqlite3.Error:
            self._filled_by = (box.lpn, shown)  # a picture less; the scan counts all the same
            log.warning("the plan of a box was not kept", extra=ids(carton=box.lpn))

    def _note_unmeasured(self, found: Suggestion | None, job: Job) -> None:
        """Somebody could measure it once the order is done."""
        if found is None or found.status != "estimated":
            return
        line = next((ln for ln in job.doc.lines if ln.item.size_mm is None and ln.sku not in self._asked_sizes), None)
        if line is not None:
            self._asked_sizes.add(line.sku)
            self._unmeasured = (line.sku, line.item.name)

    @property
    def wants_weight(self) -> bool:
        """Whether a weight means something now: the scale is asked only then (D5.3)."""
        pending = self.desk.pending
        measured = pending is not None and pending.kind == "measure_weight"
        return self.state in ("WEIGH", "STOP") or measured or self._feels()

    def _feels(self) -> bool:
        """Whether the scale under the box is watched while units go in (rule `live_weight`, FL4.44)."""
        return self.state in ("ORDER", "CARTON", "LOT", "SERIAL", "EXPIRY") and bool(self.look.rule("live_weight", 0))

    def prompt(self) -> Prompt:
        """Grams are asked for only where no scale answers (FL5.12)."""
        made = super().prompt()
        box = unfinished(self.desk.job) if self.desk.job is not None else None
        if made.state != "WEIGH" or self.has_scale or box is None:
            return made
        say = Say("do_weigh_typed", {"no": box.no})
        short = words(say, self.table, short=True)
        return replace(made, instruction=words(say, self.table), instruction_short=short)

    @property
    def has_scale(self) -> bool:
        """A scale is here and answers; without one weights are typed (FL5.12)."""
        return answers(self.devices.get("scale", ""))

    def felt(self, weight_g: int | None) -> None:
        """A steady reading of the scale that is no box's weight yet; None: the scale no longer answers."""
        self.feeling.felt(weight_g)

    @staticmethod
    def _fitting(found: Suggestion | None, wanted: Wanted) -> Suggestion | None:
        return found if found is None or wanted.scanned in (None, found.code) else None

    def _fill_in(self) -> bool:
        """The worker answered: the Prompt that stood without a suggestion gets it. True when it did."""
        told = self.worker.answer() if self.worker is not None else None
        if told is None or told[0] != self._asked or self.desk.job is None or not self.desk.suggesting:
            return False
        job = self.desk.job
        box = job.order.open_box
        found = self._fitting(told[1], Wanted(box.type if box else None))
        self._note_unmeasured(found, job)
        self._asked = self._asked if found is None else ""
        self.desk = replace(self.desk, suggestion=found, suggesting=False)
        if box is not None:
            self._keep(job, box)
            if found is not None and following.left_plan(found, box):
                self._suggest_for(self.desk, job)  # more went in while it was being planned
        return True


def _to_hold(job: Job, box: Box) -> dict[str, int]:
    """What is in the box and what is still to be packed, by SKU."""
    units: Counter[str] = Counter()
    for line in job.doc.lines:
        units[line.sku] += max(0, job.left(line))
    for content in box.contents:
        units[content.sku] += content.qty
    return dict(+units)
