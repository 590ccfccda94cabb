"""What comes from elsewhere between two gestures: decisions of the hub, paper, devices, the net (FL4.49-FL4.56)."""

from __future__ import annotations

from msgspec.structs import replace

from packstation.station.clocks import Outcome
from packstation.station.feeling import device_name
from packstation.station.people import clock_text
from packstation.station.writing import Writing
from packstation.store.spool import SpoolRow
from packstation.workflows import picking
from packstation.workflows.desk import Job, Print, accepted
from packstation.workflows.device_words import print_why
from packstation.workflows.packing.boxes import closed, label_for
from packstation.workflows.packing.papers import refusal_of
from packstation.workflows.paper_words import print_lost
from packstation.workflows.prompt import Cue, Say, Status
from packstation.workflows.ready import unfinished
from packstation.workflows.texts import words
from sync import facts as f
from sync import protocol
from sync.journal import Stamp
from sync.protocol import Deed, Entry

_NO_PRINTER = "No printer: "


class Changes(Writing):
    """Looks at the copies again when a page of changes came in; never inside a gesture."""

    def _refresh(self) -> None:
        """Look at the copies again when a page of changes came in; never inside a gesture."""
        changed = self.store.mirror.changed
        if changed == self._seen_change:
            return
        self._seen_change = changed
        self._answer_cancels()
        self._readdress()
        if self.desk.load is not None:
            self.desk = replace(self.desk, load=self.look.load_again(self.desk.load))
        if self.desk.trip is not None:
            # The plan of a begun walk stays as it is (W13); what the hub says of its orders is looked at again.
            before = self.desk
            jobs = tuple(self.store.job(job.doc.fo) or job for job in self.desk.trip.jobs)
            self.desk = replace(self.desk, trip=replace(self.desk.trip, jobs=jobs))
            stop = picking.changed(self.desk, before)
            if stop is not None:
                self._stop(stop, frozenset({"*OK"}))
        job = self.desk.job
        if job is None:
            return
        fresh = self.store.job(job.doc.fo)
        if fresh is None or fresh.doc.rev == job.doc.rev:
            if fresh is not None:
                self.desk = replace(self.desk, job=fresh)
            return
        self.desk = replace(self.desk, job=fresh)
        self._say_change(job, fresh)

    def _readdress(self) -> None:
        """The labels of an order that stands somewhere with its old address die too (FL5.31)."""
        fos = self.store.mirror.addresses.changed()
        if not fos:
            return
        at = clock_text(self.clock.wall_ms())
        for fo in fos:
            job = self.store.job(fo)
            if job is None or (self.desk.job is not None and self.desk.job.doc.fo == fo):
                continue
            if any(box.label is not None and not box.left for box in job.order.boxes):
                self._new_address(job, at, aside=True)
            elif job.doc.holder == self.store.place.station:
                # The hub has to know that the label will be made for the new one (sync C8).
                self._by_hub([f.ChangeSeen(rev=job.doc.rev, what="address")], job)
        self.store.mirror.addresses.looked_at(fos)

    def net(self, online: bool, sent: int = 0) -> Outcome | None:
        """The network went or came: a low note and a word, nothing of the work changes (FL2.20). None: as before."""
        if online == self.online:
            return None
        self.online = online
        back = Say("net_online", {"n": sent}) if sent else Say("net_online_only")
        say = back if online else Say("net_offline", {"n": self.store.journal.pending()})
        message = self._message(say, Cue.NET, "")
        if self.message is None or self.message.cue in (Cue.TICK, Cue.LINE, Cue.DONE, Cue.NET):
            # Errors, questions and what a restart says are worth more than this.
            self.message = message
        return Outcome(self._n, "", "ignored", Cue.NET, self.state, message.text)

    @property
    def scanned_by(self) -> str:
        """The device of the newest line, which was put in last: the hand that holds it hears the answer."""
        return next(reversed(self._last), "")

    def device_news(self, device: str, shown: str, says: Say, *, trouble: bool) -> Outcome | None:
        """A device changed: its name for the status line, and its words; trouble is said unless an error stands."""
        self.devices[device] = shown
        if device == "scale":
            self.scale_says = words(says, self.table)
        if not trouble or (self.message is not None and self.message.sticky):
            return None
        return self._outcome("", "ignored", says, Cue.ASK)

    def printer_answers(self, name: str, why: str) -> Outcome | None:
        """The label printer was looked at while it had nothing to do: named when it is dead, before it is needed."""
        if name != self.label_printer or self.store.spool.waiting():
            return None
        self.printer_why = why
        says = Say("print_why_more", {"a": Say("plain", {"text": name}), "b": print_why(why)})
        return self.device_news("printer", f"{_NO_PRINTER}{name}" if why else name, says, trouble=bool(why))

    @property
    def label_printer(self) -> str:
        return device_name(self.devices.get("printer", ""))

    def status(self) -> Status:
        """The line that is always on screen (FL1.5)."""
        wall = self.clock.wall_ms()
        return Status(
            user=self.user.name if self.user else "",
            station=self.store.place.station,
            printer=self.devices.get("printer", ""),
            printer_why=words(print_why(self.printer_why), self.table) if self.printer_why else "",
            scanner=self.devices.get("scanner", ""),
            scale=self.devices.get("scale", ""),
            waiting=self.waiting(),
            held=len(self._held),
            unsynced=self.store.journal.pending(),
            sync_age_s=None if self.synced_ms is None else max(0, (wall - self.synced_ms) // 1000),
            online=self.online,
            clock=clock_text(wall),
        )

    def _answer_cancels(self) -> None:
        """A cancellation that came after the parcel went through the door is refused by itself (FL4.52)."""
        late = self.look.loads.too_late()
        if not late:
            return
        self._write(None, "accepted", [Deed(fo, f.CancelRefused(why=why)) for fo, why in late])
        job = self.store.job(late[0][0])
        if self.message is None or not self.message.sticky:
            order = job.doc.order_no if job else late[0][0]
            self.message = self._message(Say("cancel_too_late", {"order": order}), Cue.NET, "")

    def _say_change(self, before: Job, after: Job) -> None:
        """The open order changed at the hub: stop, go on with other numbers, or print anew (FL4.49-FL4.56)."""
        at = clock_text(self.clock.wall_ms())
        no = after.doc.order_no
        if after.doc.state in ("cancelled", "cancellation_requested"):
            labelled = any(box.label is not None for box in after.order.boxes)
            say = Say("stop_cancelled_label" if labelled else "stop_cancelled",
                      {"order": no, "n": after.order.units_packed, "time": at})  # fmt: skip
            self._stop(say, frozenset({"*OK", "label", "shelf"}))
            return
        if after.doc.holder not in (None, self.store.place.station) and before.doc.holder == self.store.place.station:
            self.desk = replace(self.desk.quiet(), job=None, suggestion=None)
            self._stop(Say("taken_elsewhere", {"who": after.doc.holder or ""}), frozenset())
            return
        if (after.doc.address_rev, after.doc.method) != (before.doc.address_rev, before.doc.method):
            self._new_address(after, at)
        elif after.doc.service != before.doc.service:
            self._new_address(after, at, what="service")
        if self._say_refusal(after):
            return
        for line in after.doc.lines:
            was = next((ln.quantity for ln in before.doc.lines if ln.line == line.line), 0)
            if line.quantity == was:
                continue
            values: dict[str, str | int] = {"item": line.item.name, "n": line.quantity, "was": was}
            if after.left(line) < 0:
                self._stop(Say("stop_too_many", {**values, "out": -after.left(line)}), frozenset({"*OK"}))
                return
            box = unfinished(after)
            if after.left(line) > 0 and box is not None and box.label is None:
                self._by_hub([f.CartonReopened(carton=box.lpn, why="changed")], after)
            more = max(0, after.left(line))
            say = Say("change_quantity" if more else "change_quantity_less", {**values, "more": more})
            self.message = self._message(say, Cue.ASK, "")
            box = after.order.open_box
            if after.complete and box is not None and box.contents and self.desk.pending is None:
                # It wants no more than is packed: what was open closes, as after its last unit (FL4.43).
                said = Say("order_complete", {"order": no, "words": say})
                shut = accepted(self.desk, said, Cue.DONE, f.CartonClosed(carton=box.lpn, why="complete"))
                self._done(None, closed(shut, self.look))
            return

    def _say_refusal(self, job: Job) -> bool:
        """The carrier sold no label for the box that waits for one: told once, pack and weight are kept (FL5.14)."""
        box = unfinished(job)
        refusal = refusal_of(job, box) if box is not None and box.label is None and box.weight_g is not None else None
        if box is None or refusal is None or box.label_refused == protocol.code_for_fact(refusal.code):
            return False
        told, _ = label_for(job, box, box.weight_g or 0, self.look)
        if not any(isinstance(fact, f.LabelRefused) for fact in told):
            return False  # a label came with it, or since
        self._by_hub(list(told), job)
        self._stop(Say("label_refused", {"words": refusal.words}), frozenset({"*OK", "*RETRY"}))
        return True

    def _new_address(self, job: Job, at: str, *, aside: bool = False, what: str = "address") -> None:
        """A label with the old address is dead, and its box gets a new one at once (FL4.53, FL4.54, FL5.31).
        `aside`: the order is not the one on the bench, so that nothing there stops. `what`: address, service."""
        seen = f.ChangeSeen(rev=job.doc.rev, what=what)
        dead = [box for box in job.order.boxes if box.label is not None and not box.left]
        if not dead:
            self._by_hub([seen], job)
            self.message = self._message(
                Say("change_service" if what == "service" else "change_address"), Cue.ASK, ""
            )
            return
        facts: list[f.Fact] = [seen]
        prints: list[Print] = []
        for box in dead:
            assert box.label is not None
            facts.append(f.LabelVoided(label=box.label.label, reason=what))
            taken = {fact.tracking for fact in facts if isinstance(fact, f.LabelAssigned)}
            labels, papers = label_for(job, box, box.weight_g, self.look, taken=taken)
            facts.extend(labels)
            prints.extend(papers)
        self._by_hub(facts, job, tuple(prints))
        if not aside:
            killed = "change_service_dead" if what == "service" else "change_address_dead"
            self._stop(Say(killed, {"time": at}), frozenset({"*OK", "label"}))
        elif self.message is None or not self.message.sticky:
            self.message = self._message(Say("address_aside", {"order": job.doc.order_no}), Cue.ASK, "")

    def _by_hub(self, facts: list[f.Fact], job: Job, prints: tuple[Print, ...] = ()) -> None:
        self._write(None, "accepted", [Deed(job.doc.fo, fact, job.doc.fence) for fact in facts], prints=prints)
        self._take(self.desk)

    def _stop(self, say: Say, passes: frozenset[str]) -> None:
        self.message = self._message(say, Cue.STOP, "B")
        self._error_ms = self.clock.mono_ms()
        self._about, self._passes = "order", passes

    def _last_recorded(self) -> Entry | None:
        """What the open order recorded last of the work itself: nothing refused, taken back, or only printed."""
        trail = self.desk.job.order.trail if self.desk.job is not None else ()
        undone = {fact for entry in trail if isinstance(entry.fact, f.GestureUndone) for fact in entry.fact.facts}
        no_work = (f.ScanRefused, f.GestureUndone, f.PrintSent, f.PrintFailed)
        done = (e for e in reversed(trail) if not isinstance(e.fact, no_work) and e.fact_id not in undone)
        return next(done, None)

    def _print_again(self, given: str) -> Outcome:
        """F4: every document that waits is tried now."""
        self.store.spool.hurry()
        self._retry()
        self._error_ms, self._passes = None, frozenset()
        return self._outcome(given, "ignored", Say("printing_again", {"n": len(self.store.spool.open())}), None)

    def _tell_waiting(self) -> None:
        """A printer that takes nothing is told once, with its reason; it goes on by itself when it can (FL5.16)."""
        from packstation.station.printers import shown

        rows = self.store.spool.waiting()
        if not rows and not self._waiting_jobs:
            return
        known, self._waiting_jobs = self._waiting_jobs, {row.job: row.why for row in rows}
        # What is on its way to the printer is not on paper: it may die now, and then no tick goes before the stop.
        under_way = {job: why for job, why in known.items() if job not in self._waiting_jobs and self._leaves(job)}
        self._waiting_jobs |= under_way
        new = [row for row in rows if known.get(row.job) != row.why]
        if new:
            wall = self.clock.wall_ms()
            user = self.user.user if self.user else None
            stamp = Stamp(self._new_id(wall), user, wall, self.clock.mono_ms(), self.clock.boot)
            deeds = [
                Deed(row.fo, f.PrintFailed(job=str(row.job), why=protocol.code_for_fact(row.why))) for row in new
            ]
            self.store.record(None, deeds, stamp)
            if self.desk.job is not None:
                self.desk = replace(self.desk, job=Job(self.desk.job.doc, self.store.order(self.desk.job.doc.fo)))
            self._look_at_papers()
            first = new[0]
            values: dict[str, str | int | Say] = {
                "what": Say(f"paper_{first.what}"),
                "printer": shown(first.printer),
                "why": print_why(first.why),
            }
            stands = self.message is not None and bool(self.message.sticky)
            first_told = any(row.job not in known for row in new)
            if (first_told and not stands) or (stands and self.message is self._print_trouble):
                # Who closed the head and left the paper out reads what is wrong now.
                self._stop(Say("print_failed", values), frozenset({"*RETRY", "*OK", "*REPRINT", "printer", "label"}))
                self._print_trouble = self.message
        name = self.label_printer
        ill = next((row for row in rows if row.printer == name), None)
        self.devices["printer"] = name if ill is None else f"{_NO_PRINTER}{name}"
        self.printer_why = "" if ill is None else ill.why
        over = not rows and not under_way
        if over and self._print_trouble is not None and self.message is self._print_trouble:
            self._error_ms, self._passes, self._print_trouble = None, frozenset(), None
            self.message = self._message(Say("print_goes_on", {"printer": shown(name)}), Cue.TICK, "")

    def _tell_prints(self) -> None:
        """What became of documents on paper, as facts; the spool row is marked in the same transaction."""
        self._tell_waiting()
        rows = self.store.spool.untold()
        if rows:
            self._record_prints(rows)
        self._stop_for_paper()

    def _record_prints(self, rows: list[SpoolRow]) -> None:
        deeds = [
            Deed(row.fo, f.PrintSent(job=str(row.job), what=row.what, printer=row.printer, copy=row.copy))
            if row.state in ("sent", "confirmed")
            else Deed(row.fo, f.PrintFailed(job=str(row.job), why=protocol.code_for_fact(row.why or row.state)))
            for row in rows
        ]
        wall = self.clock.wall_ms()
        user = self.user.user if self.user else None
        stamp = Stamp(self._new_id(wall), user, wall, self.clock.mono_ms(), self.clock.boot)
        self.store.record(None, deeds, stamp, told=[row.job for row in rows])
        if self.desk.job is not None:
            self.desk = replace(self.desk, job=Job(self.desk.job.doc, self.store.order(self.desk.job.doc.fo)))
        self._look_at_papers()
        short = next((row for row in rows if row.lost and row.state in ("sent", "confirmed")), None)
        if short is not None and (self.message is None or not self.message.sticky):
            # Told while the paper is in the hand (D10.1); the order's papers go on saying it.
            lost: dict[str, str | int | Say] = {"what": Say(f"paper_{short.what}"), "fields": print_lost(short.lost)}
            self.message = self._message(Say("print_lost", lost), Cue.ASK, "")
        self._owed_stops += [row.job for row in rows if row.state in ("failed", "unsure")]

    def _stop_for_paper(self) -> None:
        """A document that failed, or may be printed, stops the bench once; behind another stop it waits its turn."""
        from packstation.station.printers import shown

        stands = self.message is not None and bool(self.message.sticky) and self.message is not self._print_trouble
        while self._owed_stops and not stands:
            row = self.store.spool.row(self._owed_stops.pop(0))
            if row is None or row.state not in ("failed", "unsure"):
                continue  # found on its box, or printed again, since
            printer = shown(row.printer or self.label_printer)
            values: dict[str, str | int | Say] = {"what": Say(f"paper_{row.what}"), "printer": printer}
            # Weight and packing are kept; the same or another printer goes on (FL5.16).
            # What may be printed is looked for and scanned: it is the answer, and waits for no other.
            passes = frozenset({"*RETRY", "*OK", "*REPRINT", "printer", "label"})
            self._stop(Say(f"print_{row.state}", {**values, "why": print_why(row.why)}), passes)
            return

    def _leaves(self, job: int) -> bool:
        row = self.store.spool.row(job)
        return row is not None and row.state == "sending"
