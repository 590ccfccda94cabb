"""One station: lines, keys and weights in, one Outcome each out; strictly first in, first out (floor.md section 2).

line --> double trigger? --> held behind an error? --> Scan --> Found --> workflow --> Answer
                                                                            |
Outcome <-- cue <-- job folded <-- store.record(line, facts, board, spool) <+
"""

from __future__ import annotations

import secrets
import sqlite3
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Protocol

from packstation import scan as scans
from packstation.scan import Scan, ScanConfig
from packstation.station.people import People, User, clock_text
from packstation.store import ScanLine, Session, Store
from packstation.store.reading import Lookups
from packstation.workflows import packing, picking, shipping, start
from packstation.workflows.desk import Answer, CartonType, Desk, Found, Job, Moment, Override, Print, Suggestion, Trip
from packstation.workflows.order import Order
from packstation.workflows.packing.boxes import overweight_allowed
from packstation.workflows.packing.show import KEYS
from packstation.workflows.prompt import Cue, Message, Prompt, Say, Status
from packstation.workflows.reasons import OVERRIDE_REASONS
from packstation.workflows.texts import ENGLISH, Table, words
from sync import facts as f
from sync import protocol
from sync.journal import Stamp
from sync.protocol import Deed, Entry

DOUBLE_TRIGGER_MS = 150
AFTER_ERROR_MS = 300
REMOVE_MS = 10_000
LOCK_MS = 300_000
SIGN_IN_MS = 12 * 3_600_000
LINE_BYTES_MAX = 512
GESTURE_FACTS_MAX = 250

COMMANDS = {key: command for command, key in KEYS.items()} | {"enter": "*OK", "escape": "*BACK"}
WORKFLOWS: dict[str, ModuleType] = {"pack": packing, "pick": picking, "load": shipping}
"""The pure room of each kind of work; each has the four doors."""


class Clock(Protocol):
    """The station's clocks; tests and replay bring their own."""

    boot: str

    def wall_ms(self) -> int: ...

    def mono_ms(self) -> int: ...


class SystemClock:
    """Wall time, and the monotonic clock the device threads stamp their lines with: the two are compared (FL2.8)."""

    def __init__(self) -> None:
        path = Path("/proc/sys/kernel/random/boot_id")
        self.boot = path.read_text(encoding="ascii").strip()[:8] if path.exists() else secrets.token_hex(4)

    def wall_ms(self) -> int:
        return time.time_ns() // 1_000_000

    def mono_ms(self) -> int:
        return time.monotonic_ns() // 1_000_000


def random_gesture(wall_ms: int) -> str:
    return protocol.gesture_id(wall_ms, secrets.token_bytes(10))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one input led to. `outcome`: accepted, refused, asked, held, ignored. `facts`: the kinds recorded."""

    n: int
    input: str
    outcome: str
    cue: Cue | None
    state: str
    message: str
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Raw:
    text: str
    device: str
    mono_ms: int
    wall_ms: int


@dataclass(frozen=True, slots=True)
class _Approval:
    """A supervisor's badge was scanned for an override: the PIN, then the reason."""

    by: User
    override: Override
    step: str = "pin"


def _quiet_suggest(job: Job, cartons: tuple[CartonType, ...]) -> Suggestion | None:
    return None


class Station:
    """One packer's place. Every method is called from the same thread and returns when the gesture is on disk."""

    def __init__(
        self,
        store: Store,
        *,
        now: Clock | None = None,
        new_id: Callable[[int], str] = random_gesture,
        table: Table = ENGLISH,
        suggest: Callable[[Job, tuple[CartonType, ...]], Suggestion | None] = _quiet_suggest,
        printers: Callable[[Print], str] = lambda wanted: "",
        printed: Callable[[], None] = lambda: None,
        retry: Callable[[], None] = lambda: None,
    ) -> None:
        """`suggest` is the carton engine; `printers` names a document's printer; `printed` wakes the printers,
        `retry` lets them try at once."""
        self.store = store
        self.clock = now or SystemClock()
        self._new_id = new_id
        self.table = table
        self.look = Lookups(store, suggest)
        self.people = People(store, lambda: self.look.setting("badge_key"))
        self._printers = printers
        self._printed = printed
        self._retry = retry
        self.user: User | None = None
        self.locked = False
        self.desk = Desk()
        self.message: Message | None = None
        self.devices: dict[str, str] = {}
        self.online = False
        self.synced_ms: int | None = None
        self.waiting: Callable[[], int] = lambda: 0
        self._n = 0
        self._typed = ""
        self._approval: _Approval | None = None
        self._switch: str | None = None
        self._take_up: str | None = None
        self._held: deque[_Raw] = deque()
        self._held_asked = False
        self._about = "item"
        self._passes: frozenset[str] = frozenset()
        self._error_ms: int | None = None
        self._last: dict[str, tuple[str, int]] = {}
        self._last_gesture_ms = self.clock.mono_ms()
        self._signed_in_ms = 0
        self._remove_since = 0
        self._seen_change = -1
        self._config: tuple[int, ScanConfig] = (-1, scans.DEFAULT)
        self._resume()

    # --- inputs ---

    def line(self, text: str, *, device: str = "scanner", mono_ms: int | None = None, batch: bool = False) -> Outcome:
        """One scanner line, already framed. `mono_ms`: when its last byte arrived."""
        arrived = self.clock.mono_ms() if mono_ms is None else mono_ms
        raw = _Raw(text, device, arrived, self.clock.wall_ms())
        self._n += 1
        self._last_gesture_ms = self.clock.mono_ms()
        self._refresh()
        before = self._last.get(device)
        self._last[device] = (text, arrived)
        if not batch and before is not None and before[0] == text and arrived - before[1] <= DOUBLE_TRIGGER_MS:
            self._write(raw, "double", (), why="double")
            return self._outcome(text, "ignored", Say("double"), None)
        if self._must_hold(raw):
            self._held.append(raw)
            return self._outcome(text, "held", Say("held", {"n": len(self._held)}), None)
        return self._scan(raw)

    def key(self, name: str) -> Outcome:
        """A key ("f8", "enter", "escape", "1", "backspace"), a typed command ("*UNDO") or typed text ("=1912")."""
        self._n += 1
        self._last_gesture_ms = self.clock.mono_ms()
        self._refresh()
        name = name if name.startswith(("*", "=")) else name.lower()
        if name.startswith("="):
            self._typed = name[1:]
            name = "enter"
        if name.startswith("*"):
            return self._command(name.upper(), name)
        if name == "backspace":
            self._typed = self._typed[:-1]
            return self._outcome(name, "ignored", None, None)
        if len(name) == 1 and name.isdigit():
            return self._digit(name)
        if name == "enter" and (self._typed or self._wants_typing()):
            typed, self._typed = self._typed, ""
            return self._typed_text(typed)
        if name in ("f3", "escape"):
            self._typed = ""
        command = COMMANDS.get(name)
        if command is None:
            return self._outcome(name, "ignored", None, None)
        return self._command(command, name)

    def badge(self, user: str) -> Outcome:
        """A user's badge by the user's id: for replay and the demo, which have no badge in their hands."""
        known = self.people.user(user)
        raw = _Raw(user, "badge", self.clock.mono_ms(), self.clock.wall_ms())
        self._n += 1
        self._refresh()
        if self.user is None:
            return self._sign_in(raw, known, Scan(user))
        return self._unlock(raw, known) if self.locked else self._badge(raw, known)

    def weight(self, weight_g: int, how: str = "scale") -> Outcome:
        """A stable weight from the scale, or a typed one."""
        self._n += 1
        self._last_gesture_ms = self.clock.mono_ms()
        self._refresh()
        if self.user is None or self.locked:
            return self._outcome(str(weight_g), "ignored", Say("sign_in_first"), None)
        answer = packing.weighed(self.desk, weight_g, how, self._moment(), self.look)
        return self._done(_Raw(str(weight_g), how, self.clock.mono_ms(), self.clock.wall_ms()), answer)

    def tick(self) -> Outcome | None:
        """Time passed: remove mode ends, the bench locks itself, the hub's changes show. None when nothing did."""
        before = self.message
        self._refresh()
        self._tell_prints()
        mono = self.clock.mono_ms()
        if self.desk.remove and mono - self._remove_since > REMOVE_MS:
            self.desk = replace(self.desk, remove=False)
            return self._outcome("", "ignored", Say("remove_off"), Cue.ASK)
        if self.user is not None and self.clock.wall_ms() - self._signed_in_ms > SIGN_IN_MS:
            return self._sign_out("expired")
        if self.user is not None and not self.locked and mono - self._last_gesture_ms > LOCK_MS:
            return self._lock("idle")
        if self.message is not before and self.message is not None:
            return Outcome(self._n, "", "asked", self.message.cue, self.state, self.message.text)
        return None

    def record(self, deeds: Sequence[Deed]) -> list[Entry]:
        """Facts of the signed-in user that no scan led to: waves planned and released on the board."""
        return self._write(None, "accepted", deeds)

    # --- what is shown ---

    @property
    def state(self) -> str:
        if self.user is None:
            return "START"
        if self.locked:
            return "LOCKED"
        if self._approval is not None:
            return "SUPERVISOR"
        return str(WORKFLOWS[self.desk.work].state(self.desk))

    def prompt(self) -> Prompt:
        """What the screen shows now; asks no database."""
        held = tuple(raw.text for raw in self._held)
        if self.user is None:
            return replace(start.start(self.table, self.message), held=held)
        if self.locked:
            return replace(start.locked(self.table, self.message), held=())
        if self._approval is not None:
            if self._approval.step == "pin":
                shown = start.pin(self.table, self.message, self._approval.by.name, self._typed)
            else:
                shown = start.reason(self.table, self.message, OVERRIDE_REASONS)
            return replace(shown, held=held)
        made: Prompt = WORKFLOWS[self.desk.work].prompt(
            self.desk, self.table, self.message, typed=self._typed or None
        )
        return replace(made, held=held)

    def status(self) -> Status:
        """The line that is always on screen (FL1.5)."""
        wall = self.clock.wall_ms()
        return Status(
            user=self.user.name if self.user else "",
            station=self.store.place.station,
            printer=self.devices.get("printer", ""),
            scanner=self.devices.get("scanner", ""),
            scale=self.devices.get("scale", ""),
            waiting=self.waiting(),
            held=len(self._held),
            unsynced=self.store.journal.pending(),
            sync_age_s=None if self.synced_ms is None else max(0, (wall - self.synced_ms) // 1000),
            online=self.online,
            clock=clock_text(wall),
        )

    # --- scans ---

    def _must_hold(self, raw: _Raw) -> bool:
        """Was it scanned without knowing of the error, or does only an acknowledgement end that one (FL2.4)?"""
        if self.user is None or self.locked:
            return False
        sticky = self.message.sticky if self.message else ""
        acknowledges = raw.text.upper().startswith(("*OK", "*DROP")) and not raw.text.endswith("*")
        if self._held or self._held_asked:
            return not acknowledges
        if not sticky:
            return False
        if self._error_ms is not None and raw.mono_ms <= self._error_ms + AFTER_ERROR_MS:
            return not self._asked_for(raw)
        if sticky == "A":
            return False
        if acknowledges or "any" in self._passes:
            return False
        pending = self.desk.pending
        if sticky == "ask":
            return not (pending is not None and pending.code) and not raw.text.startswith("*")
        return not self._passes_stop(raw)

    def _asked_for(self, raw: _Raw) -> bool:
        """The very thing an ambiguity asks for goes through, even when it was typed ahead (FL2.4)."""
        return False

    def _passes_stop(self, raw: _Raw) -> bool:
        scan = scans.parse(raw.text, self._scan_config())
        command = scan.reading("command")
        if command is not None:
            return f"*{command.value}" in self._passes or command.value in ("OK", "DROP", "LOCK")
        found = self.look.find(scan)
        if "badge" in self._passes and self._badge_of(found) is not None:
            return True
        if "same" in self._passes and self.desk.pending is not None and self.desk.pending.code == scan.text:
            return True
        kinds = {candidate.kind for candidate in found.candidates}
        return bool(kinds & self._passes)

    def _scan(self, raw: _Raw) -> Outcome:
        scan = scans.parse(raw.text, self._scan_config())
        if scan.fault is not None and not scan.readings:
            return self._unreadable(raw, scan)
        command = scan.reading("command")
        if command is not None:
            return self._scanned_command(raw, scan)
        found = self.look.find(scan)
        badge = self._badge_of(found)
        if self.user is None:
            return self._sign_in(raw, badge, scan)
        if self.locked:
            return self._unlock(raw, badge)
        if badge is not None or scan.reading("badge") is not None:
            return self._badge(raw, badge)
        self._switch = None
        if self._take_up is not None:
            return self._refuse_plain(raw, "take_up_first", Say("answer_first"), Cue.ASK)
        if self._approval is not None:
            return self._refuse_plain(raw, "no_right", Say("answer_first"), Cue.ASK)
        if self._typed and self.desk.pending is None and self._typed.isdigit():
            self.desk = replace(self.desk, quantity=min(99, int(self._typed)) if int(self._typed) > 1 else 0)
            self._typed = ""
        answer: Answer = WORKFLOWS[self.desk.work].scanned(self.desk, found, self._moment(), self.look)
        if answer.why == "unknown":
            answer = replace(answer, desk=replace(answer.desk, unknown_code=found.code))
        return self._done(raw, answer, found)

    def _scanned_command(self, raw: _Raw, scan: Scan) -> Outcome:
        reading = scan.reading("command")
        assert reading is not None
        key = self.look.setting("command_key")
        if key:
            import hmac

            right = scans.command_tag(reading.value, bytes.fromhex(str(key)))
            if not hmac.compare_digest(reading.tag or "", right):
                return self._refuse_plain(raw, "unknown", Say("not_ours"), Cue.UNKNOWN)
        return self._command(f"*{reading.value}", raw.text, raw)

    def _unreadable(self, raw: _Raw, scan: Scan) -> Outcome:
        fault = scan.fault or ""
        if fault.startswith("too_long"):
            size = len(raw.text.encode("utf-8", "surrogatepass"))
            digits = "".join(c for c in fault.rpartition("got")[2] if c.isdigit())
            return self._refuse_plain(raw, "too_long", Say("too_long", {"n": digits or size}), Cue.UNKNOWN)
        return self._refuse_plain(raw, "unknown", Say("bad_line", {"why": fault[:60]}), Cue.UNKNOWN)

    def _done(self, raw: _Raw | None, answer: Answer, found: Found | None = None) -> Outcome:
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
        self._take(answer.desk)
        say = answer.say
        if answer.sticky:
            self._error_ms = self.clock.mono_ms()
            self._about, self._passes = answer.about, answer.passes
        message = self._message(say, answer.cue, answer.sticky)
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

    def _refuse_plain(self, raw: _Raw, why: str, say: Say, cue: Cue) -> Outcome:
        """A refusal that is the station's own and belongs to no workflow."""
        answer = Answer("refused", self.desk, say, cue, why=why, sticky="" if cue is Cue.ASK else "A")
        return self._done(raw, answer, Found(raw.text))

    # --- keys and commands ---

    def _wants_typing(self) -> bool:
        pending = self.desk.pending
        if self._approval is not None:
            return self._approval.step == "pin"
        return pending is not None and pending.typed

    def _digit(self, digit: str) -> Outcome:
        choices = self.prompt().choices
        if not self._typed and not self._wants_typing() and any(key == digit for key, _ in choices):
            return self._command(f"*{digit}", digit)
        if len(self._typed) < 12:
            self._typed += digit
        return self._outcome(digit, "ignored", None, None)

    def _typed_text(self, text: str) -> Outcome:
        if self._approval is not None:
            return self._pin(text)
        if self.user is None or self.locked:
            return self._outcome("", "ignored", Say("sign_in_first"), Cue.UNKNOWN)
        answer = WORKFLOWS[self.desk.work].keyed(self.desk, f"={text}", self._moment(), self.look)
        return self._done(self._key_raw(f"={text}"), answer, Found(text))

    def _command(self, command: str, given: str, raw: _Raw | None = None) -> Outcome:
        raw = raw or self._key_raw(given)
        if self.user is None or self.locked:
            if command == "*SIGNOUT" and self.locked:
                return self._sign_out("user")
            say = Say("locked_scan") if self.locked else Say("sign_in_first")
            return self._refuse_plain(raw, "no_right", say, Cue.UNKNOWN)
        if self._approval is not None:
            return self._approve_step(command, given)
        if self._held_asked and command in ("*OK", "*DROP"):
            return self._settle_held(raw, use=command == "*OK")
        if command == "*DROP" and self._held:
            return self._settle_held(raw, use=False)
        if self._take_up is not None and command == "*OK":
            return self._taken_up(raw)
        sticky = self.message.sticky if self.message else ""
        if sticky in ("A", "B") and command == "*OK":
            return self._acknowledge(raw, given)
        if sticky == "B" and command not in self._passes and command not in ("*LOCK", "*HELP", "*RAW", "*BACK"):
            say = Say("stop_first")
            return self._outcome(given, "ignored", say, Cue.STOP, keep=True)
        match command:
            case "*LOCK":
                return self._lock("user")
            case "*SIGNOUT":
                return self._sign_out("user")
            case "*BACK" if self.desk.override is not None:
                self.desk = replace(self.desk, override=None)
                return self._outcome(given, "ignored", Say("left"), None)
            case "*PACK" | "*PICK" | "*LOAD":
                return self._work(command, given)
            case "*RETRY":
                self.store.spool.hurry()
                self._retry()
        opened = self.desk.open_order
        answer = WORKFLOWS[self.desk.work].keyed(self.desk, command, self._moment(), self.look)
        if command == "*RETRY" and answer.outcome == "asked":
            return self._outcome(given, "ignored", Say("printing_again", {"n": len(self.store.spool.open())}), None)
        if command == "*REMOVE":
            self._remove_since = self.clock.mono_ms()
        code = self.desk.pending.code if self.desk.pending else ""
        outcome = self._done(raw, answer, Found(code or given))
        if sticky == "ask" and command == "*OK" and self._held and not (self.message and self.message.sticky):
            return (
                self._after_acknowledging(outcome)
                if self.desk.open_order == opened
                else replace(self._ask_held(given), facts=outcome.facts)
            )
        return outcome

    def _work(self, command: str, given: str) -> Outcome:
        work = command[1:].lower()
        if self.desk.job is not None:
            say = Say("finish_first", {"order": self.desk.job.doc.order_no})
            return self._outcome(given, "asked", say, Cue.ASK)
        walk = picking.open_walk(self.desk)
        if walk is not None:
            return self._outcome(given, "asked", Say("finish_walk_first", {"work": walk}), Cue.ASK)
        if work not in WORKFLOWS:
            return self._outcome(given, "asked", Say("not_here", {"command": command, "next": ""}), Cue.ASK)
        assert self.user is not None
        if not self.user.may(work):
            return self._outcome(given, "asked", Say("may_not", {"name": self.user.name, "what": work}), Cue.ASK)
        self.desk = Desk(work=work, weighs=self.desk.weighs)
        return self._outcome(given, "ignored", Say(f"work_{work}"), Cue.TICK)

    # --- acknowledging ---

    def _acknowledge(self, raw: _Raw, given: str) -> Outcome:
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
            outcome = replace(self._scan(raw), input=outcome.input)
            if self.message is not None and self.message.sticky in ("A", "B", "ask"):
                break
        return outcome

    def _ask_held(self, given: str) -> Outcome:
        self._held_asked = True
        shown = ", ".join(raw.text[:16] for raw in list(self._held)[:5])
        say = Say("held_list", {"n": len(self._held), "list": shown})
        self.message = self._message(say, Cue.ASK, "ask")
        return Outcome(self._n, given, "asked", Cue.ASK, self.state, self.message.text)

    def _settle_held(self, raw: _Raw, *, use: bool) -> Outcome:
        self._held_asked = False
        self.message = None
        if use:
            return self._after_acknowledging(self._outcome(raw.text, "ignored", None, None))
        count = len(self._held)
        fo = self.desk.job.doc.fo if self.desk.job else None
        entries = self._write(raw, "accepted", [Deed(fo, f.ScansSetAside(count=count, why="user"))])
        self._held.clear()
        return self._outcome(
            raw.text, "accepted", Say("held_dropped", {"n": count}), None, facts=tuple(e.kind for e in entries)
        )

    # --- people ---

    def _badge_of(self, found: Found) -> User | None:
        badge = next((candidate for candidate in found.candidates if candidate.kind == "badge"), None)
        return self.people.user(badge.ref) if badge else None

    def _sign_in(self, raw: _Raw, user: User | None, scan: Scan) -> Outcome:
        if user is None:
            badge = scan.reading("badge") is not None
            say = Say("badge_unknown") if badge else Say("sign_in_first")
            return self._refuse_start(raw, say)
        if user.revoked_at:
            return self._refuse_start(raw, Say("badge_revoked", {"when": user.revoked_at[:10]}))
        self.user = user
        self.locked = False
        self._signed_in_ms = raw.wall_ms
        self.desk = replace(self.desk, weighs=bool(self.look.rule("weigh", 1)))
        deeds = [Deed(None, f.SignedIn(how="badge"))]
        entries = self._write(raw, "accepted", deeds, cue=Cue.TICK, desk=self.desk)
        self._settle()
        again = picking.signed_in(self.desk, self._moment(), self.look)
        if again is not None:
            outcome = self._done(None, again)
            return replace(outcome, input="@badge", facts=(*(e.kind for e in entries), *outcome.facts))
        done, need = self.desk.job.units if self.desk.job else (0, 0)
        say = (
            Say(
                "welcome_back",
                {"name": user.name, "where": f"#{self.desk.job.doc.order_no}: {done} of {need} packed."},
            )
            if self.desk.job
            else Say("welcome", {"name": user.name})
        )
        return self._outcome("@badge", "accepted", say, Cue.TICK, facts=tuple(e.kind for e in entries))

    def _refuse_start(self, raw: _Raw, say: Say) -> Outcome:
        fact = f.ScanRefused(why="no_right", code="", state=self.state, cue=Cue.UNKNOWN.value)
        entries = self._write(raw, "refused", [Deed(None, fact)], why="no_right", cue=Cue.UNKNOWN)
        return self._outcome("@scan", "refused", say, Cue.UNKNOWN, facts=tuple(e.kind for e in entries))

    def _unlock(self, raw: _Raw, user: User | None) -> Outcome:
        if user is None:
            self._write(raw, "set aside", [], why="locked", cue=Cue.UNKNOWN)
            return self._outcome("@scan", "ignored", Say("locked_scan"), Cue.UNKNOWN)
        if user.revoked_at:
            return self._refuse_start(raw, Say("badge_revoked", {"when": user.revoked_at[:10]}))
        assert self.user is not None
        self.locked = False
        if user.user == self.user.user:
            entries = self._write(raw, "accepted", [Deed(None, f.StationUnlocked())], cue=Cue.TICK, desk=self.desk)
            where = ""
            if self.desk.job:
                done, need = self.desk.job.units
                where = f"#{self.desk.job.doc.order_no}: {done} of {need} packed."
            say = picking.welcome(self.desk, user.name) or Say("welcome_back", {"name": user.name, "where": where})
            return self._outcome("@badge", "accepted", say, Cue.TICK, facts=tuple(e.kind for e in entries))
        return self._switch_to(raw, user)

    def _switch_to(self, raw: _Raw, user: User) -> Outcome:
        other = self.user
        assert other is not None
        self._switch = None
        self.user = user
        self._signed_in_ms = raw.wall_ms
        entries = self._write(raw, "accepted", [Deed(None, f.SignedIn(how="badge"))], cue=Cue.ASK, desk=self.desk)
        kinds = tuple(e.kind for e in entries)
        say = picking.handed(self.desk, other.name, user.name)
        if self.desk.job is not None:
            done, need = self.desk.job.units
            no = self.desk.job.doc.order_no
            values: dict[str, str | int] = {"order": no, "done": done, "n": need}
            say = Say("take_up", {**values, "other": other.name, "name": user.name})
        if say is None:
            return self._outcome("@badge", "accepted", Say("welcome", {"name": user.name}), Cue.TICK, facts=kinds)
        self._take_up = other.user
        outcome = self._outcome("@badge", "accepted", say, Cue.ASK, facts=kinds)
        self.message = self._message(say, Cue.ASK, "ask")
        self._error_ms = self.clock.mono_ms()
        return outcome

    def _taken_up(self, raw: _Raw) -> Outcome:
        assert self._take_up is not None
        assert self.user is not None
        walk = picking.taken_up(self.desk, self._take_up, self.user.name, self._moment())
        if walk is not None:
            say, deeds = walk
        else:
            assert self.desk.job is not None
            say = Say("taken_up", {"order": self.desk.job.doc.order_no, "name": self.user.name})
            deeds = (Deed(self.desk.job.doc.fo, f.WorkTakenUp(from_user=self._take_up)),)
        entries = self._write(raw, "accepted", deeds, cue=Cue.TICK, desk=self.desk)
        self._take_up = None
        self._take(self.desk)
        outcome = self._outcome(raw.text, "accepted", say, Cue.TICK, facts=tuple(e.kind for e in entries))
        return self._after_acknowledging(outcome) if self._held else outcome

    def _badge(self, raw: _Raw, user: User | None) -> Outcome:
        assert self.user is not None
        if user is None or user.revoked_at:
            return self._refuse_plain(raw, "no_right", Say("badge_unknown"), Cue.UNKNOWN)
        if self.desk.override is not None:
            return self._approve(raw, user)
        if user.user == self.user.user:
            return self._outcome("@badge", "asked", Say("already_signed_in", {"name": user.name}), Cue.ASK)
        if self._switch == user.user:
            return self._switch_to(raw, user)
        self._switch = user.user
        return self._outcome("@badge", "asked", Say("switch_user", {"name": user.name}), Cue.ASK)

    def _approve(self, raw: _Raw, by: User) -> Outcome:
        """A supervisor's badge for a blocked step (FL1.13)."""
        override = self.desk.override
        assert override is not None
        if not by.may(override.permission):
            fact = f.ScanRefused(why="no_right", code="", state=self.state, cue=Cue.STOP.value)
            fo = self.desk.job.doc.fo if self.desk.job else None
            entries = self._write(raw, "refused", [Deed(fo, fact)], why="no_right", cue=Cue.STOP)
            say = Say("no_right", {"name": by.name, "what": override.permission})
            return self._outcome("@badge", "refused", say, Cue.STOP, facts=tuple(e.kind for e in entries), keep=True)
        if not self.people.supervisor_rights_fresh(self.synced_ms, raw.wall_ms):
            return self._outcome("@badge", "asked", Say("override_stale"), Cue.STOP, keep=True)
        if by.pin_hash is None:
            return self._outcome("@badge", "asked", Say("pin_none", {"name": by.name}), Cue.STOP, keep=True)
        minutes = self.people.locked_until(by.user, raw.wall_ms)
        if minutes:
            return self._outcome("@badge", "asked", Say("pin_locked", {"minutes": minutes}), Cue.STOP, keep=True)
        self._approval = _Approval(by, override)
        self._typed = ""
        self.message = None
        return self._outcome("@badge", "asked", Say("do_pin", {"name": by.name}), Cue.ASK)

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
            return self._outcome(given, "ignored", Say("left"), None)
        reason = next((code for key, code, _ in OVERRIDE_REASONS if command == f"*{key}"), None)
        if approval.step != "reason" or reason is None:
            return self._outcome(given, "asked", Say("answer_first"), Cue.ASK)
        override = approval.override
        deeds, prints = override.deeds, override.prints
        if override.permission == "ov.weight":
            deeds, prints = overweight_allowed(self.desk, self.look)
        fo = self.desk.job.doc.fo if self.desk.job else None
        given_fact = f.OverrideGiven(what=override.permission, by=approval.by.user, reason=reason)
        self._approval = None
        desk = replace(self.desk.quiet(), suggestion=None)
        said = words(override.say, self.table)
        answer = Answer(
            "accepted",
            desk,
            Say("approved", {"words": said, "name": approval.by.name}),
            override.cue,
            (Deed(fo, given_fact), *deeds),
            prints,
        )
        return self._done(self._key_raw(given), answer, Found(given))

    def _lock(self, why: str) -> Outcome:
        self.locked = True
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
        name = self.user.name
        self.desk = Desk(work=self.desk.work)
        entries = self._write(None, "accepted", deeds, session=Session(None, None, self.desk.work, False))
        self.user, self.locked, self._approval, self._typed = None, False, None, ""
        return self._outcome(
            "*SIGNOUT", "accepted", Say("signed_out", {"name": name}), None, facts=tuple(e.kind for e in entries)
        )

    # --- the hub's decisions, between two gestures ---

    def _refresh(self) -> None:
        """Look at the copies again when a page of changes came in; never inside a gesture."""
        changed = self.store.mirror.changed
        if changed == self._seen_change:
            return
        self._seen_change = changed
        self._answer_cancels()
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
        if after.doc.state in ("cancelled", "cancellation_requested"):
            units = after.order.units_packed
            say = Say("do_stop_cancelled", {"order": after.doc.order_no, "n": units})
            self._stop(say, frozenset({"*OK"}))
            return
        if after.doc.holder not in (None, self.store.place.station) and before.doc.holder == self.store.place.station:
            self.desk = replace(self.desk.quiet(), job=None, suggestion=None)
            self._stop(Say("taken_elsewhere", {"who": after.doc.holder or ""}), frozenset())
            return
        for line in after.doc.lines:
            was = next((ln.quantity for ln in before.doc.lines if ln.line == line.line), 0)
            if line.quantity != was:
                values: dict[str, str | int] = {"item": line.item.name, "n": line.quantity, "was": was}
                if after.left(line) < 0:
                    out = -after.left(line)
                    self._stop(Say("do_stop_too_many", {**values, "out": out}), frozenset({"*OK"}))
                else:
                    self.message = self._message(Say("change_quantity", values), Cue.ASK, "")
                return
        if after.doc.address_rev != before.doc.address_rev:
            self.message = self._message(Say("change_address"), Cue.ASK, "")

    def _stop(self, say: Say, passes: frozenset[str]) -> None:
        self.message = self._message(say, Cue.STOP, "B")
        self._error_ms = self.clock.mono_ms()
        self._about, self._passes = "order", passes

    def _tell_prints(self) -> None:
        """What became of documents on paper, as facts; the spool row is marked in the same transaction."""
        rows = self.store.spool.untold()
        if not rows:
            return
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
        failed = next((row for row in rows if row.state in ("failed", "unsure")), None)
        if failed is not None:
            say = Say("print_" + failed.state, {"what": failed.what, "printer": failed.printer, "why": failed.why})
            if self.message is None or not self.message.sticky:
                self.message = self._message(say, Cue.ASK, "")

    # --- writing and settling ---

    def _write(
        self,
        raw: _Raw | None,
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
                raw.device, raw.wall_ms, raw.mono_ms, self._log_text(raw), outcome, why, cue.value if cue else None
            )
        if desk is not None and session is None:
            session = self._session_of(desk)
        entries += self.store.record(line, deeds, stamped(), prints, printers=self._printers, session=session)
        if session is not None:
            self._saved = session
        if prints:
            self._printed()
        for entry in entries:
            if isinstance(entry.fact, f.LabelScanned):
                self.store.spool.confirmed(entry.fact.label)
        return entries

    def _session_of(self, desk: Desk) -> Session | None:
        opened = desk.open_work or (desk.load.manifest if desk.load else None)
        now = Session(self.user.user if self.user else None, opened, desk.work, self.locked)
        return now if now != self._saved else None

    def _log_text(self, raw: _Raw) -> str:
        """The raw line for the local log; badges, PINs and 2D codes that resolved to nothing as digest (sync J8)."""
        text = raw.text
        if self.user is None or self.locked or text.startswith("B.") or self._badge_text(text):
            return f"#{protocol.digest(text)}"
        return protocol.code_for_fact(text) if len(text) > protocol.CODE_CHARS_MAX else text.replace("\0", "")

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
            desk = replace(desk, trip=self._folded(desk.trip))
        self.desk = desk
        self._settle()

    def _folded(self, trip: Trip) -> Trip:
        """The walk with every order as its facts are now."""
        orders = [(job, self.store.order(job.doc.fo)) for job in trip.jobs]
        jobs = tuple(job if order is job.order else Job(job.doc, order) for job, order in orders)
        return replace(trip, jobs=jobs)

    def _settle(self) -> None:
        desk = self.desk
        if (
            desk.job is not None
            and desk.suggestion is None
            and desk.work == "pack"
            and packing.state(desk) == "CARTON"
        ):
            self.desk = replace(desk, suggestion=self.look.suggestion(desk.job))

    def _resume(self) -> None:
        """After a crash: the same user, order and state; nothing that got a cue is missing (FL2.16)."""
        self._saved = self.store.session() or Session(None, None, "pack", False)
        self._seen_change = self.store.mirror.changed
        work = self._saved.work if self._saved.work in WORKFLOWS else "pack"
        self.desk = Desk(work=work, weighs=bool(self.look.rule("weigh", 1)))
        if self._saved.fo is not None:
            job = self.store.job(self._saved.fo)
            if work == "load":
                self.desk = shipping.resumed(self.desk, self._saved.fo, self.look)
            elif work == "pick":
                self.desk = picking.reopened(self.desk, self._saved.fo, self.look)
            elif job is not None and job.order.stage == "packing":
                self.desk = replace(self.desk, job=job)
        user = self.people.user(self._saved.user) if self._saved.user else None
        if user is None or user.revoked_at:
            return
        self.user = user
        self._signed_in_ms = self.clock.wall_ms()
        idle = self.clock.wall_ms() - self.store.last_gesture_ms()
        self.locked = self._saved.locked or not 0 <= idle <= LOCK_MS
        self._settle()
        where = picking.where_open(self.desk)
        if where is not None and not self.locked:
            self.message = self._message(where, Cue.ASK, "")
        last = self.desk.job.order.last if self.desk.job else None
        if last is not None and not self.locked:
            sku = getattr(last.fact, "sku", None)
            item = self.store.mirror.item(sku) if sku else None
            values: dict[str, str | int] = {
                "what": item.name if item else last.kind,
                "time": clock_text(last.wall_ms),
            }
            self.message = self._message(Say("resumed", values), None, "")

    def _disk_full(self, raw: _Raw | None) -> Outcome:
        self.message = self._message(Say("disk_full"), Cue.STOP, "B")
        self._error_ms = self.clock.mono_ms()
        self._passes = frozenset({"any"})
        text = raw.text if raw else ""
        return Outcome(self._n, text, "refused", Cue.STOP, self.state, self.message.text)

    # --- small ---

    def _moment(self) -> Moment:
        assert self.user is not None
        wall = self.clock.wall_ms()
        return Moment(
            self.user.user,
            self.user.role,
            self.store.place.station,
            wall,
            datetime.fromtimestamp(wall / 1000, UTC).date().isoformat(),
            self.online,
            self.devices.get("scale", "") != "",
            _offset_s(wall),
        )

    def _scan_config(self) -> ScanConfig:
        changed, known = self._config
        if changed != self.store.mirror.changed:
            types = frozenset(carton.code for carton in self.store.mirror.cartons())
            key = self.look.setting("command_key")
            known = ScanConfig(carton_types=types, command_key=bytes.fromhex(str(key)) if key else None)
            self._config = (self.store.mirror.changed, known)
        return known

    def _key_raw(self, name: str) -> _Raw:
        return _Raw(name, "keys", self.clock.mono_ms(), self.clock.wall_ms())

    def _message(self, say: Say, cue: Cue | None, sticky: str) -> Message:
        return Message(words(say, self.table), words(say, self.table, short=True), cue, sticky)

    def _outcome(
        self,
        given: str,
        outcome: str,
        say: Say | None,
        cue: Cue | None,
        *,
        facts: tuple[str, ...] = (),
        keep: bool = False,
    ) -> Outcome:
        """News that is no workflow's; `keep`: the standing error stays sticky under it."""
        text = ""
        if say is not None:
            sticky = self.message.sticky if keep and self.message else ""
            made = self._message(say, cue, sticky)
            text = made.text
            standing = self.message is not None and self.message.sticky
            if outcome != "held" and not (standing and not keep and outcome == "ignored" and cue is None):
                self.message = made
        return Outcome(self._n, given, outcome, cue, self.state, text, facts)


def _offset_s(wall_ms: int) -> int:
    """Seconds east of UTC of the station's zone at a time."""
    offset = datetime.fromtimestamp(wall_ms / 1000).astimezone().utcoffset()
    return int(offset.total_seconds()) if offset else 0
