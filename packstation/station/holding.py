"""Errors stay until somebody acknowledges them; what was scanned without knowing of one is held (FL2.4-FL2.6)."""

from __future__ import annotations

import sqlite3
from abc import abstractmethod

from msgspec.structs import replace

from packstation import scan as scans
from packstation.safe import safe
from packstation.station.clocks import Outcome, Raw
from packstation.station.showing import WORKFLOWS
from packstation.station.writing import Writing
from packstation.store import ScanLine
from packstation.store.scans import HELD
from packstation.workflows.desk import Answer, Found
from packstation.workflows.prompt import Cue, Say
from packstation.workflows.texts import words
from sync import facts as f
from sync.protocol import Deed

AFTER_ERROR_MS = 300


def hold_shelf(text: str) -> bool:
    """H2: a shelf of the hospital (FL4.50)."""
    return text[:1] == "H" and text[1:].isdecimal() and len(text) < 5


def _shown(text: str) -> str:
    """A held code: codes of one shop begin alike, so a long one shows its end; of a line of control characters
    nothing can be shown."""
    return (text if len(text) <= 16 else f"…{text[-15:]}") if safe(text).strip(" ") else "…"


def unreadable(fault: str, text: str) -> Say:
    """What people are told of a line that is no code: the first word of a fault is fixed, its rest is for F2."""
    kind, _, rest = fault.partition(":")
    digits = "".join(character for character in rest.rpartition("got")[2] if character.isdecimal())
    if kind in ("too_long", "broken_off"):
        return Say(kind, {"n": int(digits) if digits else len(text.encode("utf-8", "surrogatepass"))})
    return Say("bad_line", {"why": Say(f"fault_{kind}" if kind in ("empty", "cut", "encoding") else "fault_control")})


class Holding(Writing):
    """Which lines wait behind an error or a question, and what becomes of them. `_noted`: how many of them were
    acknowledged at the open question."""

    _noted: int = 0

    @abstractmethod
    def _scan(self, raw: Raw) -> Outcome:
        """What a line means here: the station's."""

    @abstractmethod
    def _badge_of(self, found: Found) -> object: ...

    def _use(self, raw: Raw) -> Outcome:
        """One line and its one outcome, on disk before anybody hears it (FL2.1, FL2.2)."""
        return self._kept(raw, self._scan(raw))

    def _kept(self, raw: Raw, outcome: Outcome) -> Outcome:
        """A line that led to no fact, question or refusal of a workflow is in the log like any other."""
        if raw.told:
            return outcome
        try:
            self._write(raw, outcome.outcome, (), cue=outcome.cue)
        except sqlite3.OperationalError:
            return self._disk_full(raw)
        return outcome

    def _flooded(self, raw: Raw) -> Outcome:
        """A device sends too fast: its lines are kept behind a class B error, none is used (FL2.15)."""
        say = Say("flood", {"device": raw.device})
        if self.message is None or self.message.sticky != "B":
            fact = f.ScanRefused(why="flood", code="", state=self.state, cue=Cue.STOP.value)
            fo = self.desk.job.doc.fo if self.desk.job else None
            entries = self._write(None, "refused", [Deed(fo, fact)])
            self._error_ms = self.clock.mono_ms()
            self._about, self._passes = "order", frozenset()
            self.message = self._message(say, Cue.STOP, "B")
            self._keep_for_later(raw)
            kinds = tuple(entry.kind for entry in entries)
            return Outcome(self._n, raw.text, "held", Cue.STOP, self.state, self.message.text, kinds)
        return self._hold(raw)

    def _hold(self, raw: Raw) -> Outcome:
        """The line waits behind an error, and is shown (FL2.4)."""
        self._keep_for_later(raw)
        return self._outcome(raw.text, "held", Say("held", {"n": len(self._held)}), None)

    def _keep_for_later(self, raw: Raw) -> None:
        """A held line is on the disk too, so that it is still held after a crash (FL2.16). Badges and codes of
        people are not: their text may not stand there (sync J8)."""
        self._held.append(raw)
        self._noted = 0
        text = self._log_text(raw)
        if text == raw.text:
            try:
                raw.held_row = self.store.hold(ScanLine(raw.device, raw.wall_ms, raw.mono_ms, text, HELD))
            except sqlite3.OperationalError:
                raw.held_row = 0  # A full disk is said when the line is used.

    def _again_held(self) -> None:
        """What was held when the process ended is listed and asked about (FL2.5)."""
        for line in self.store.held_lines():
            self._held.append(Raw(line.text, line.device, line.mono_ms, line.wall_ms, held_row=line.row))
        if self._held and self.user is not None and not self.locked:
            self._ask_held("")

    def _must_hold(self, raw: Raw) -> bool:
        """Was it scanned without knowing of the error, or does only an acknowledgement end that one (FL2.4)?"""
        if self.user is None or self.locked:
            return False
        sticky = self.message.sticky if self.message else ""
        if not (sticky or self._held or self._held_asked):
            return False
        command = scans.parse(raw.text, self.scan_config(raw.device)).reading("command")
        acknowledges = command is not None and command.value in ("OK", "DROP")
        if self._held or self._held_asked:
            # A question is answered or left by scan too, whatever waits behind it (FL10.3).
            asks = sticky == "ask" or self._approval is not None or self._deciding is not None
            answers = command is not None and asks and not self._held_asked
            return not acknowledges and not answers and not self._allows(raw)
        if self._error_ms is not None and raw.mono_ms <= self._error_ms + AFTER_ERROR_MS:
            return not self._asked_for(raw)
        if sticky == "A":
            return False
        if acknowledges or "any" in self._passes:
            return False
        pending = self.desk.pending
        if sticky == "ask":
            return not (pending is not None and pending.code) and command is None
        return not self._passes_stop(raw)

    def _allows(self, raw: Raw) -> bool:
        """The supervisor whom a stop calls for comes through, whatever waits behind it (FL2.6)."""
        if "badge" not in self._passes or self._held_asked or self._error_ms is None:
            return False
        if raw.mono_ms <= self._error_ms + AFTER_ERROR_MS:
            return False
        return self._badge_of(self.look.find(scans.parse(raw.text, self.scan_config(raw.device)))) is not None

    def _question_open(self) -> bool:
        """A workflow's question stands on the screen, and nothing over it: what is typed is its answer."""
        if self.desk.pending is None or self._held_asked:
            return False
        return self.message is None or self.message.sticky not in ("A", "B")

    def _acknowledge_first(self, given: str) -> Outcome | None:
        """F12 over an open question takes note of an error at its answer, or of scans that are held since: the
        question stands again, and nothing was chosen by that (FL2.4, FL2.6)."""
        if not self._question_open() or self._question is None or self._question[0] is not self.desk.pending:
            return None
        wrong = self.message is not None and self.message.cue in (Cue.WRONG, Cue.OVER, Cue.UNKNOWN)
        fresh = self._noted != len(self._held) and bool(self._held)
        if not wrong and not fresh:
            return None
        self._noted = len(self._held)
        self.message = self._question[1]
        text = self.message.text
        return Outcome(self._n, given, "asked", Cue.ASK, self.state, text)

    def _asked_for(self, raw: Raw) -> bool:
        """The very thing an ambiguity asks for goes through, even when it was typed ahead (FL2.4)."""
        return False

    def _passes_stop(self, raw: Raw) -> bool:
        scan = scans.parse(raw.text, self.scan_config(raw.device))
        command = scan.reading("command")
        if command is not None:
            return f"*{command.value}" in self._passes or command.value in ("OK", "DROP", "LOCK")
        found = self.look.find(scan)
        if "badge" in self._passes and self._badge_of(found) is not None:
            return True
        if "same" in self._passes and self.desk.pending is not None and self.desk.pending.code == scan.text:
            return True
        if "shelf" in self._passes and hold_shelf(scan.text):
            return True
        kinds = {candidate.kind for candidate in found.candidates}
        return bool(kinds & self._passes)

    def _acknowledge(self, raw: Raw, given: str) -> Outcome:
        sticky = self.message.sticky if self.message else ""
        self.message = None
        self._error_ms = None
        self._passes = frozenset()
        answer: Answer | None = None
        if self.state == "STOP":
            answer = WORKFLOWS[self.desk.work].keyed(self.desk, "*OK", self._moment(), self.look)
        outcome = (
            self._done(raw, answer, Found(given))
            if answer is not None
            else self._outcome(given, "ignored", Say("go_on", {"next": ""}), None)
        )
        if not self._held:
            return outcome
        if sticky == "A" and self._about == "item":
            return self._after_acknowledging(outcome)
        return replace(self._ask_held(given), facts=outcome.facts)

    def _after_acknowledging(self, outcome: Outcome) -> Outcome:
        """Held lines are applied in order; a new error keeps the rest held (FL2.5)."""
        opened = self.desk.open_order
        while self._held:
            if self.desk.open_order != opened:
                return self._ask_held(outcome.input)
            raw = self._held.popleft()
            outcome = replace(self._use(raw), input=outcome.input)
            if self.message is not None and self.message.sticky in ("A", "B", "ask"):
                break
        return outcome

    def _ask_held(self, given: str) -> Outcome:
        self._held_asked = True
        shown = ", ".join(self._told(raw) for raw in list(self._held)[:5])
        say = Say("held_list", {"n": len(self._held), "list": shown})
        self.message = self._message(say, Cue.ASK, "ask")
        return Outcome(self._n, given, "asked", Cue.ASK, self.state, self.message.text)

    def _told(self, raw: Raw) -> str:
        """A held line in the list: a badge is a secret, and is only called one (FL1.3)."""
        scan = scans.parse(raw.text, self.scan_config(raw.device))
        if scan.reading("badge") is not None or self._badge_of(self.look.find(scan)) is not None:
            return words(Say("kind_badge"), self.table)
        return _shown(scan.text)

    def _ask_again(self) -> None:
        """The open question's own words stand on the screen again, behind what was said last (FL2.6)."""
        if self._question is None or self._question[0] is not self.desk.pending:
            return
        question = self._question[1]
        said = self.message
        if said is None or said is question:
            self.message = question
        elif not said.text.endswith(question.text):
            self.message = replace(question, text=f"{said.text} {question.text}", cue=said.cue or question.cue)

    def _settle_held(self, raw: Raw, *, use: bool) -> Outcome:
        if use and self.state == "STOP":
            # Nothing can be used before the stop has ended: they wait, all of them, instead of one refusal each.
            return self._outcome(raw.text, "asked", Say("stop_first"), Cue.STOP, keep=True)
        self._held_asked = False
        self.message = None
        if use:
            return self._after_acknowledging(self._outcome(raw.text, "ignored", None, None))
        count = len(self._held)
        fo = self.desk.job.doc.fo if self.desk.job else None
        entries = self._write(raw, "accepted", [Deed(fo, f.ScansSetAside(count=count, why="user"))])
        for line in self._held:
            self._write(line, "set aside", (), why="user")
        self._held.clear()
        outcome = self._outcome(
            raw.text, "accepted", Say("held_dropped", {"n": count}), None, facts=tuple(e.kind for e in entries)
        )
        self._ask_again()
        return outcome
