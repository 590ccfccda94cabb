"""What every gesture of a station ends in: one transaction, the desk folded anew, the words and the cue."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from msgspec.structs import replace

from packstation.station.clocks import Outcome, Raw
from packstation.station.hint import hinted
from packstation.station.people import log_text
from packstation.station.showing import WORKFLOWS, Showing
from packstation.store import ScanLine, Session
from packstation.workflows import packing
from packstation.workflows.desk import Answer, Desk, Found, Job, Print
from packstation.workflows.order import Order
from packstation.workflows.prompt import Cue, Say
from sync import facts as f
from sync.journal import Stamp
from sync.protocol import Deed, Entry

GESTURE_FACTS_MAX = 250
WRONG_ITEM = ("wrong_item", "variant", "other_order", "no_demand")
"""Refusals of an item that belongs elsewhere: a problem tote may follow (FL4.27)."""


class Writing(Showing):
    """A station's one way to write."""

    def _done(self, raw: Raw | None, answer: Answer, found: Found | None = None) -> Outcome:
        """Record what a workflow answered, then show it."""
        deeds = list(answer.deeds)
        if answer.outcome == "refused":
            assert answer.why is not None, "a refusal names its reason"
            code = found.code if found else ""
            fact = f.ScanRefused(
                why=answer.why, code=code, state=self.state, cue=(answer.cue or Cue.WRONG).value, sku=answer.sku
            )
            deeds.append(Deed(answer.fo or (self.desk.job.doc.fo if self.desk.job else None), fact))
        try:
            entries = self._write(
                raw, answer.outcome, deeds, why=answer.why, cue=answer.cue, prints=answer.prints, desk=answer.desk
            )
        except sqlite3.OperationalError:
            return self._disk_full(raw)
        if answer.desk.load is not None and entries:
            fos = dict.fromkeys(entry.fo for entry in entries if entry.fo)
            answer = replace(answer, desk=replace(answer.desk, load=self.look.load_after(answer.desk.load, fos)))
        if answer.outcome == "refused" and answer.sku and found is not None and answer.why in WRONG_ITEM:
            answer = replace(answer, desk=replace(answer.desk, wrong=(answer.sku, found.code)))
        standing = self._question if self._question and self._question[0] is answer.desk.pending else None
        self._take(answer.desk)
        say = answer.say
        if standing is not None and answer.sticky in ("", "ask"):
            # The question is the same as before: it holds what it held, no more and no less (FL2.4).
            answer = replace(answer, sticky=standing[1].sticky)
        if answer.sticky:
            self._error_ms = self.clock.mono_ms()
            self._about, self._passes = answer.about, answer.passes
        message = self._message(say, answer.cue, answer.sticky)
        self._question = standing
        if answer.desk.pending is not None and standing is None:
            self._question = (answer.desk.pending, message)
        outcome = Outcome(
            self._n,
            raw.text if raw else "",
            answer.outcome,
            answer.cue,
            self.state,
            message.text,
            tuple(entry.kind for entry in entries),
        )
        self.message = message
        if answer.again and found is not None:
            again: Answer = WORKFLOWS[self.desk.work].scanned(self.desk, found, self._moment(), self.look)
            more = self._done(None, again, found)
            return replace(more, facts=(*outcome.facts, *more.facts), input=outcome.input)
        if answer.outcome == "accepted":
            self._open_next_type()
            outcome = replace(outcome, state=self.state)
        return outcome

    def _open_next_type(self) -> None:
        """The box of the type that was scanned to close the last one is opened once that one is done (FL4.35)."""
        if self.desk.next_type is None or self.state != "CARTON":
            return
        code, self.desk = self.desk.next_type, replace(self.desk, next_type=None)
        suggested = self.desk.suggestion.code if self.desk.suggestion else code
        answer = packing.boxes.opened(self.desk, code, suggested, "other" if suggested != code else None, self.look)
        self._write(None, "accepted", answer.deeds, cue=answer.cue, desk=answer.desk)
        self._take(answer.desk)

    def _refuse_plain(self, raw: Raw, why: str, say: Say, cue: Cue) -> Outcome:
        """A refusal that is the station's own and belongs to no workflow."""
        answer = Answer("refused", self.desk, say, cue, why=why, sticky="" if cue is Cue.ASK else "A")
        return self._done(raw, answer, Found(raw.text))

    def _write(
        self,
        raw: Raw | None,
        outcome: str,
        deeds: Sequence[Deed],
        *,
        why: str | None = None,
        cue: Cue | None = None,
        prints: tuple[Print, ...] = (),
        desk: Desk | None = None,
        session: Session | None = None,
    ) -> list[Entry]:
        wall = self.clock.wall_ms()
        who = self.user.user if self.user else None

        def stamped() -> Stamp:
            return Stamp(self._new_id(wall) if deeds else "", who, wall, self.clock.mono_ms(), self.clock.boot)

        entries: list[Entry] = []
        while len(deeds) > GESTURE_FACTS_MAX:
            # A gesture has ids for 256 facts; what ends the work (a manifest's closing) stands in the last part.
            entries += self.store.record(None, deeds[:GESTURE_FACTS_MAX], stamped())
            deeds = deeds[GESTURE_FACTS_MAX:]
        line = None
        if raw is not None:
            line = ScanLine(
                raw.device,
                raw.wall_ms,
                raw.mono_ms,
                self._log_text(raw),
                outcome,
                why,
                cue.value if cue else None,
                raw.held_row,
            )
        if desk is not None and session is None:
            session = self._session_of(desk)
        entries += self.store.record(line, deeds, stamped(), prints, printers=self._printer_of, session=session)
        if raw is not None:
            raw.told = True
        if session is not None:
            self._saved = session
        if prints:
            self._printed()
            self._look_at_papers()
        for scanned in (entry.fact for entry in entries if isinstance(entry.fact, f.LabelScanned)):
            self.store.spool.confirmed(scanned.label)
        self.feeling.wrote(entries, (desk or self.desk).job, self.clock.mono_ms())
        return entries

    def _printer_of(self, wanted: Print) -> str:
        return self.printers.of(wanted) if self.printers is not None else self._printers(wanted)

    def _look_at_papers(self) -> None:
        """Which printer each document of the open box went to, for the panel (D6.7)."""
        from packstation.station.printers import papers_of

        self._papers = papers_of(self.store, self.desk.job, self.table) if self.desk.job is not None else ()

    def _session_of(self, desk: Desk) -> Session | None:
        opened = desk.open_work or (desk.load.manifest if desk.load else None)
        now = Session(self.user.user if self.user else None, opened, desk.work, self.locked)
        return now if now != self._saved else None

    def _log_text(self, raw: Raw) -> str:
        return log_text(raw.text, secret=self.user is None or self.locked or self._badge_text(raw.text))

    def _badge_text(self, text: str) -> bool:
        return self._approval is not None or (self._switch is not None and len(text) > 20)

    def _take(self, desk: Desk) -> None:
        """The desk after a gesture: its job folded anew, and a carton suggested when one is wanted."""
        job = desk.job
        if job is not None:
            order: Order = self.store.order(job.doc.fo)
            if order is not job.order:
                desk = replace(desk, job=Job(job.doc, order))
        if desk.trip is not None:
            desk = replace(desk, trip=self.look.folded(desk.trip))
        if desk.cart_jobs:
            jobs = tuple(Job(job.doc, self.store.order(job.doc.fo)) for job in desk.cart_jobs)
            desk = replace(desk, cart_jobs=jobs)
        self.desk = desk
        self._settle()

    def _settle(self) -> None:
        self.desk = desk = packing.cleared(self.desk)
        if desk.job is not None and self.user is not None and self.look.checks():
            unscanned = packing.checks.unscanned(desk.job, self.user.user, self.look)
            if unscanned != desk.unscanned:
                self.desk = desk = replace(desk, unscanned=unscanned)
        if desk.job is None:
            self._asked = ""
        elif desk.work == "pack":
            self._suggest_for(desk, desk.job)
            desk = self.desk
            if desk.override is None:
                self.desk = desk = replace(desk, override=packing.gap.standing(desk))
        if self.user is not None:
            self.desk = hinted(desk, self.look, self.table, self._moment(), self._unmeasured[1])
            if desk.work == "pack" and self.desk.hint and not desk.hint:
                self._unmeasured = ("", "")

    def _disk_full(self, raw: Raw | None) -> Outcome:
        if raw is not None:
            raw.told = True
        self.message = self._message(Say("disk_full"), Cue.STOP, "B")
        self._error_ms = self.clock.mono_ms()
        self._passes = frozenset({"any"})
        text = raw.text if raw else ""
        return Outcome(self._n, text, "refused", Cue.STOP, self.state, self.message.text)
