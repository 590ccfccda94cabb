"""Who works here: sign-in, lock, change of packers, a supervisor's badge and PIN (floor.md section 1)."""

from __future__ import annotations

from msgspec.structs import replace

from packstation.scan import Scan
from packstation.station.clocks import Outcome, Raw
from packstation.station.holding import Holding
from packstation.station.people import User
from packstation.station.showing import Approval
from packstation.store import Session
from packstation.workflows import packing, picking, shipping
from packstation.workflows.desk import Answer, Desk, Found
from packstation.workflows.packing import gap
from packstation.workflows.packing.boxes import closed, overweight_allowed
from packstation.workflows.prompt import Cue, Say
from packstation.workflows.reasons import OVERRIDE_REASONS
from packstation.workflows.texts import words
from sync import facts as f
from sync.protocol import Deed


class Entrance(Holding):
    """People and their badges; what each may do stands in `people`."""

    def _risk(self) -> tuple[int, int]:
        """(value, units) from which the site wants a box counted (FL5.7)."""
        return self.look.rule("count_from_minor", 0), self.look.rule("count_from_units", 0)

    def _badge_of(self, found: Found) -> User | None:
        badge = next((candidate for candidate in found.candidates if candidate.kind == "badge"), None)
        return self.people.user(badge.ref) if badge else None

    def _sign_in(self, raw: Raw, user: User | None, scan: Scan, how: str = "badge") -> Outcome:
        if user is None:
            badge = scan.reading("badge") is not None
            say = Say("badge_unknown") if badge else Say("sign_in_first")
            return self._refuse_start(raw, say)
        if user.revoked_at:
            return self._refuse_start(raw, Say("badge_revoked", {"when": user.revoked_at[:10]}))
        self.user = user
        self.locked, self._at_door = False, None
        self._signed_in_ms = raw.wall_ms
        self._asked_sizes.clear()
        self.desk = replace(self.desk, weighs=bool(self.look.rule("weigh", 1)), risk=self._risk())
        deeds = [Deed(None, f.SignedIn(how=how))]
        entries = self._write(raw, "accepted", deeds, cue=Cue.TICK, desk=self.desk)
        self._settle()
        again = picking.signed_in(self.desk, self._moment(), self.look)
        if again is not None:
            outcome = self._done(None, again)
            return replace(outcome, input="@badge", facts=(*(e.kind for e in entries), *outcome.facts))
        where = self._packed_so_far()
        say = Say("welcome_back", {"name": user.name, "where": where}) if where else self._welcome(user.name)
        return self._outcome("@badge", "accepted", say, Cue.TICK, facts=tuple(e.kind for e in entries))

    def _welcome(self, name: str) -> Say:
        """The name, and what this work wants scanned next."""
        steps = {
            "pack": packing.commands.next_step,
            "pick": picking.doors.next_step,
            "load": shipping.doors.next_step,
        }
        return Say("welcome", {"name": name, "next": steps[self.desk.work](self.state)})

    def _packed_so_far(self) -> Say | None:
        job = self.desk.job
        if job is None:
            return None
        done, need = job.units
        return Say("packed_so_far", {"order": job.doc.order_no, "done": done, "n": need})

    def _number_and_pin(self, text: str) -> Outcome:
        """Without a badge: the user's number, then the PIN, both typed (FL1.3)."""
        raw = self._key_raw("#")
        user = self._at_door
        if not isinstance(user, User):
            self._at_door = None
            user = self.people.user(text)
            if user is None or user.revoked_at or user.pin_hash is None:
                return self._refuse_start(raw, Say("number_unknown"))
            minutes = self.people.locked_until(user.user, raw.wall_ms)
            if minutes:
                return self._outcome("@number", "asked", Say("pin_locked", {"minutes": minutes}), Cue.STOP)
            self._at_door = user
            return self._outcome("@number", "asked", Say("sign_in_pin", {"name": user.name}), Cue.ASK)
        if not self.people.pin_right(user, text, raw.wall_ms):
            minutes = self.people.locked_until(user.user, raw.wall_ms)
            if minutes:
                self._at_door = None
            say = Say("pin_locked", {"minutes": minutes}) if minutes else Say("pin_wrong")
            return self._outcome("@pin", "refused", say, Cue.STOP)
        self._at_door = None
        if self.locked:
            return self._unlock(raw, user)
        return self._sign_in(raw, user, Scan(""), how="pin")

    def _ask_number(self, given: str) -> Outcome:
        """`*NUMBER`: whoever forgot the badge is asked for number and PIN (FL1.3)."""
        self._at_door = ""
        return self._outcome(given, "asked", Say("do_number"), Cue.ASK)

    def _leave_door(self, given: str) -> Outcome:
        self._at_door = None
        return self._outcome(given, "ignored", Say("left"), None)

    def _refuse_start(self, raw: Raw, say: Say) -> Outcome:
        fact = f.ScanRefused(why="no_right", code="", state=self.state, cue=Cue.UNKNOWN.value)
        entries = self._write(raw, "refused", [Deed(None, fact)], why="no_right", cue=Cue.UNKNOWN)
        return self._outcome("@scan", "refused", say, Cue.UNKNOWN, facts=tuple(e.kind for e in entries))

    def _unlock(self, raw: Raw, user: User | None) -> Outcome:
        if user is None:
            self._write(raw, "set aside", [], why="locked", cue=Cue.UNKNOWN)
            return self._outcome("@scan", "ignored", Say("locked_scan"), Cue.UNKNOWN)
        if user.revoked_at:
            return self._refuse_start(raw, Say("badge_revoked", {"when": user.revoked_at[:10]}))
        assert self.user is not None
        self.locked, self._at_door = False, None
        if user.user == self.user.user:
            entries = self._write(raw, "accepted", [Deed(None, f.StationUnlocked())], cue=Cue.TICK, desk=self.desk)
            where = self._packed_so_far()
            back = Say("welcome_back" if where else "welcome_again", {"name": user.name, "where": where or ""})
            say = picking.welcome(self.desk, user.name) or back
            outcome = self._outcome("@badge", "accepted", say, Cue.TICK, facts=tuple(e.kind for e in entries))
            if self._under_lock is not None:
                self.message, self._under_lock = self._under_lock, None
            elif self._held:
                self._ask_held("")
            return outcome
        return self._switch_to(raw, user)

    def _switch_to(self, raw: Raw, user: User) -> Outcome:
        other = self.user
        assert other is not None
        self._switch = None
        self._under_lock = None
        self.user = user
        self._signed_in_ms = raw.wall_ms
        self._asked_sizes.clear()
        entries = self._write(raw, "accepted", [Deed(None, f.SignedIn(how="badge"))], cue=Cue.ASK, desk=self.desk)
        kinds = tuple(e.kind for e in entries)
        say = picking.handed(self.desk, other.name, user.name)
        if self.desk.job is not None:
            done, need = self.desk.job.units
            no = self.desk.job.doc.order_no
            values: dict[str, str | int] = {"order": no, "done": done, "n": need}
            say = Say("take_up", {**values, "other": other.name, "name": user.name})
        if say is None:
            return self._outcome("@badge", "accepted", self._welcome(user.name), Cue.TICK, facts=kinds)
        self._take_up = other.user
        outcome = self._outcome("@badge", "accepted", say, Cue.ASK, facts=kinds)
        self.message = self._message(say, Cue.ASK, "ask")
        self._error_ms = self.clock.mono_ms()
        return outcome

    def _taken_up(self, raw: Raw) -> Outcome:
        assert self._take_up is not None
        assert self.user is not None
        walk = picking.taken_up(self.desk, self._take_up, self.user.name, self._moment())
        if walk is not None:
            say, deeds = walk
        elif self.desk.job is None:
            # The hub gave the order to another bench while this one asked.
            say, deeds = self._welcome(self.user.name), ()
        else:
            say = Say("taken_up", {"order": self.desk.job.doc.order_no, "name": self.user.name})
            deeds = (Deed(self.desk.job.doc.fo, f.WorkTakenUp(from_user=self._take_up)),)
        entries = self._write(raw, "accepted", deeds, cue=Cue.TICK, desk=self.desk)
        self._take_up = None
        self._take(self.desk)
        outcome = self._outcome(raw.text, "accepted", say, Cue.TICK, facts=tuple(e.kind for e in entries))
        return self._after_acknowledging(outcome) if self._held else outcome

    def _badge(self, raw: Raw, user: User | None) -> Outcome:
        assert self.user is not None
        self._testing = None  # a badge leaves the self-test
        if user is None or user.revoked_at:
            return self._refuse_plain(raw, "no_right", Say("badge_unknown"), Cue.UNKNOWN)
        if self.desk.override is not None:
            return self._approve(raw, user)
        if user.user == self.user.user:
            return self._outcome("@badge", "asked", Say("already_signed_in", {"name": user.name}), Cue.ASK)
        if self._switch == user.user:
            return self._switch_to(raw, user)
        self._switch = user.user
        if self.desk.pending is not None and self.desk.pending.code:
            # Another code after the cue ends a question that a repeat would confirm (FL2.14).
            self.desk = replace(self.desk, pending=None)
        return self._outcome("@badge", "asked", Say("switch_user", {"name": user.name}), Cue.ASK)

    def _approve(self, raw: Raw, by: User) -> Outcome:
        """A supervisor's badge for a blocked step (FL1.13)."""
        override = self.desk.override
        assert override is not None
        if not by.may(override.permission):
            fact = f.ScanRefused(why="no_right", code="", state=self.state, cue=Cue.STOP.value)
            fo = self.desk.job.doc.fo if self.desk.job else None
            entries = self._write(raw, "refused", [Deed(fo, fact)], why="no_right", cue=Cue.STOP)
            say = Say("no_right", {"name": by.name, "what": Say(f"right_{override.permission[3:]}")})
            return self._outcome("@badge", "refused", say, Cue.STOP, facts=tuple(e.kind for e in entries), keep=True)
        if not self.people.supervisor_rights_fresh(self.synced_ms, raw.wall_ms):
            return self._outcome("@badge", "asked", Say("override_stale"), Cue.STOP, keep=True)
        if by.pin_hash is None:
            return self._outcome("@badge", "asked", Say("pin_none", {"name": by.name}), Cue.STOP, keep=True)
        minutes = self.people.locked_until(by.user, raw.wall_ms)
        if minutes:
            return self._outcome("@badge", "asked", Say("pin_locked", {"minutes": minutes}), Cue.STOP, keep=True)
        self._approval = Approval(by, override)
        self._typed = ""
        self.message = None
        return self._outcome("@badge", "asked", Say("do_pin", {"name": by.name}), Cue.ASK)

    def _leave_override(self, given: str) -> Outcome:
        """F3 leaves what a supervisor was asked for, and the words that asked; a wrong weight cannot be left."""
        self.desk = replace(self.desk, override=None)
        self._settle()
        standing = self.desk.override
        if standing is not None:
            return self._outcome(given, "ignored", gap.said(standing), Cue.STOP, keep=True)
        self.message, self._error_ms, self._passes = None, None, frozenset()
        outcome = self._outcome(given, "ignored", Say("left"), None)
        return self._ask_held(given) if self._held else outcome

    def _pin(self, pin: str) -> Outcome:
        approval = self._approval
        assert approval is not None
        wall = self.clock.wall_ms()
        if self.people.pin_right(approval.by, pin, wall):
            self._approval = replace(approval, step="reason")
            return self._outcome("@pin", "asked", Say("do_reason"), Cue.ASK)
        minutes = self.people.locked_until(approval.by.user, wall)
        say = Say("pin_locked", {"minutes": minutes}) if minutes else Say("pin_wrong")
        if minutes:
            self._approval = None
        return self._outcome("@pin", "refused", say, Cue.STOP)

    def _approve_step(self, command: str, given: str) -> Outcome:
        approval = self._approval
        assert approval is not None
        if command == "*BACK":
            self._approval = None
            standing = approval.override.permission == "ov.weight"  # what is wrong stays in sight
            return self._outcome(given, "ignored", gap.said(approval.override) if standing else Say("left"), None)
        reason = next((code for key, code, _ in OVERRIDE_REASONS if command == f"*{key}"), None)
        if approval.step != "reason" or reason is None:
            return self._outcome(given, "asked", Say("answer_first"), Cue.ASK)
        override = approval.override
        deeds, prints = override.deeds, override.prints
        if override.permission == "ov.weight":
            deeds, prints = overweight_allowed(self.desk, self.look)
        fo = override.opens or (self.desk.job.doc.fo if self.desk.job else None)
        given_fact = f.OverrideGiven(what=override.permission, by=approval.by.user, reason=reason)
        deeds = tuple(replace(deed, fact=_by(deed.fact, approval.by.user, reason)) for deed in deeds)
        self._approval = None
        desk = replace(self.desk.quiet(), suggestion=None)
        if override.opens is not None:
            desk = replace(desk, job=self.store.job(override.opens))
        said = words(override.say, self.table)
        answer = Answer(
            "accepted",
            desk,
            Say("approved", {"words": said, "name": approval.by.name}),
            override.cue,
            (Deed(fo, given_fact), *deeds),
            prints,
        )
        return self._done(self._key_raw(given), closed(answer, self.look), Found(given))

    def _may_not(self, raw: Raw) -> Outcome:
        """The signed-in user's role does no work of this kind, an auditor's none at all (FL1.1)."""
        say = Say(
            "may_not", {"name": self.user.name if self.user else "", "what": Say(f"work_name_{self.desk.work}")}
        )
        return self._refuse_plain(raw, "no_right", say, Cue.WRONG)

    def _lock(self, why: str) -> Outcome:
        self.locked, self._at_door = True, None
        self._under_lock = self.message if self.message is not None and self.message.sticky else None
        self._testing = self._deciding = None
        self._approval = None
        self._typed = ""
        entries = self._write(None, "accepted", [Deed(None, f.StationLocked(why=why))], desk=self.desk)
        return self._outcome("*LOCK", "accepted", Say("bench_locked"), None, facts=tuple(e.kind for e in entries))

    def _sign_out(self, why: str) -> Outcome:
        assert self.user is not None
        deeds: list[Deed] = []
        if self.desk.job is not None and self.desk.work != "load":
            deeds.append(Deed(self.desk.job.doc.fo, f.OrderParked()))
        deeds.extend(picking.paused(self.desk, self._moment()))
        deeds.append(Deed(None, f.SignedOut(why=why)))
        if self._held:
            deeds.insert(0, Deed(deeds[0].fo, f.ScansSetAside(count=len(self._held), why="signed_out")))
            for line in self._held:
                self._write(line, "set aside", (), why="signed_out")
            self._held.clear()
        self._held_asked, self._under_lock = False, None
        name = self.user.name
        self.desk = Desk(work=self.desk.work)
        entries = self._write(None, "accepted", deeds, session=Session(None, None, self.desk.work, False))
        self.user, self.locked, self._approval, self._typed = None, False, None, ""
        self._take_up = self._deciding = self._testing = None
        return self._outcome(
            "*SIGNOUT", "accepted", Say("signed_out", {"name": name}), None, facts=tuple(e.kind for e in entries)
        )


def _by(fact: f.Fact, by: str, reason: str) -> f.Fact:
    """The fact with the name of who allowed it, where its kind has a place for that."""
    if isinstance(fact, f.ClaimTakenOver):
        return f.ClaimTakenOver(claim=fact.claim, from_station=fact.from_station, by=by, reason=reason)
    if isinstance(fact, f.HoldReleased):
        return f.HoldReleased(by=by)
    if isinstance(fact, f.AliasApproved):
        return f.AliasApproved(code=fact.code, sku=fact.sku, by=by)
    if isinstance(fact, f.AliasRejected):
        return f.AliasRejected(code=fact.code, by=by)
    if isinstance(fact, f.SizeApproved):
        return f.SizeApproved(sku=fact.sku, size_mm=fact.size_mm, by=by, weight_g=fact.weight_g)
    return fact
