"""One station: lines, keys and weights in, one Outcome each out; strictly first in, first out (floor.md section 2).

line --> double trigger? --> held behind an error? --> Scan --> Found --> workflow --> Answer
                                                                            |
Outcome <-- cue <-- job folded <-- store.record(line, facts, board, spool) <+

Its parts: `entrance` (people), `keyboard` (what a hand types),
`holding` (errors and what waits behind them), `changes` (the hub's decisions),
`workstation` (this bench, its printers, its work), `writing` (the one way to write),
`showing` (what is remembered and shown).
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from packstation import scan as scans
from packstation.scan import Scan, like_badge
from packstation.station.boxing import Boxing
from packstation.station.clocks import Outcome, Raw
from packstation.station.deciding import Decisions
from packstation.station.holding import unreadable
from packstation.station.keyboard import COUNTING, QUANTITY_MAX, Keyboard
from packstation.station.people import clock_text
from packstation.station.selftest import SelfTesting
from packstation.station.showing import DROP_KEY, WORKFLOWS
from packstation.station.workstation import Workstation
from packstation.store import Session
from packstation.workflows import packing, picking, shipping
from packstation.workflows.desk import Answer, Desk, Found
from packstation.workflows.fact_words import named
from packstation.workflows.packing.show import KEYS
from packstation.workflows.prompt import Cue, Say
from packstation.workflows.texts import words
from sync import facts as f
from sync.protocol import Deed, Entry

DOUBLE_TRIGGER_MS = 150
REMOVE_MS = 10_000
LOCK_MS = 300_000
REST_MS = 1_500
SIGN_IN_MS = 12 * 3_600_000
READS = ("*OK", "*BACK", "*HELP", "*LIST", "*MORE")  # they only look: nobody needs a right for them
COMMANDS = {key: command for command, key in KEYS.items()} | {"enter": "*OK", "escape": "*BACK"}


class Station(Keyboard, Workstation, SelfTesting, Decisions, Boxing):
    """One packer's place. Every method is called from the same thread and returns when the gesture is on disk."""

    def line(
        self,
        text: str,
        *,
        device: str = "scanner",
        mono_ms: int | None = None,
        batch: bool = False,
        flood: bool = False,
    ) -> Outcome:
        """One scanner line, already framed. `mono_ms`: when its last byte arrived; `flood`: the device sends too
        fast, so that its lines are kept and none is used (FL2.15)."""
        text = _whole(text)
        arrived = self.clock.mono_ms() if mono_ms is None else mono_ms
        raw = Raw(text, device, arrived, self.clock.wall_ms())
        self._n += 1
        self._last_gesture_ms = self.clock.mono_ms()
        self._refresh()
        self._forget_typing(self._typed_in)
        before = self._last.pop(device, None)
        self._last[device] = (text, arrived)
        if not batch and before is not None and before[0] == text and arrived - before[1] <= DOUBLE_TRIGGER_MS:
            self._write(raw, "double", (), why="double")
            return self._outcome(text, "ignored", Say("double"), None)
        if flood and self.user is not None and not self.locked:
            return self._flooded(raw)
        outcome = self._hold(raw) if self._must_hold(raw) else self._use(raw)
        self._forget_typing()
        return outcome

    def key(self, name: str) -> Outcome:
        """A key ("f8", "enter", "escape", "1", "backspace"), a typed command ("*UNDO") or typed text ("=1912")."""
        self._n += 1
        self._last_gesture_ms = self.clock.mono_ms()
        self._refresh()
        self._forget_typing(self._typed_in)
        name = _whole(name) if name.startswith(("*", "=")) else name.lower()
        if name.startswith("="):
            self._typed = name[1:]
            name = "enter"
        if name.startswith("*"):
            return self._command(name.upper(), name)
        if name == "backspace":
            self._typed = self._typed[:-1]
            return self._tell_typed(name)
        if len(name) == 1 and name.isdecimal():
            return self._digit(name)
        if name == "enter" and (self._typed or self._wants_typing()):
            typed = self._typed
            self._forget_typing()
            return self._typed_text(typed)
        command = "*DROP" if name == DROP_KEY and self._held else COMMANDS.get(name)
        if command is None:
            return self._outcome(name, "ignored", None, None)
        return self._command(command, name)

    def badge(self, user: str) -> Outcome:
        """A user's badge by the user's id: for replay and the demo, which have no badge in their hands."""
        known = self.people.user(user)
        raw = Raw(user, "badge", self.clock.mono_ms(), self.clock.wall_ms())
        self._n += 1
        self._refresh()
        self._forget_typing()
        if self.user is None:
            return self._sign_in(raw, known, Scan(user))
        return self._kept(raw, self._unlock(raw, known) if self.locked else self._badge(raw, known))

    def weight(self, weight_g: int, how: str = "scale") -> Outcome:
        """A stable weight from the scale, or a typed one."""
        self._n += 1
        self._last_gesture_ms = self.clock.mono_ms()
        self._refresh()
        self._forget_typing()
        if self.user is None or self.locked:
            return self._outcome(str(weight_g), "ignored", Say("sign_in_first"), None)
        if self._take_up is not None:
            return self._outcome(str(weight_g), "ignored", Say("answer_first"), Cue.ASK, keep=True)
        if how == "scale" and self._feels():
            self.felt(weight_g)
            return Outcome(self._n, str(weight_g), "ignored", None, self.state, "")
        answer = packing.weighed(self.desk, weight_g, how, self._moment(), self.look)
        return self._done(Raw(str(weight_g), how, self.clock.mono_ms(), self.clock.wall_ms()), answer)

    def tick(self) -> Outcome | None:
        """Time passed: remove mode ends, the bench locks itself, the hub's changes show. None when nothing did."""
        before = self.message
        self._refresh()
        self._forget_typing(self._typed_in)
        self._tell_prints()
        mono = self.clock.mono_ms()
        if mono - self._last_gesture_ms > REST_MS:
            self.store.rest()
        if self.desk.remove and mono - self._last_gesture_ms > REMOVE_MS:
            self.desk = replace(self.desk, remove=False)
            return self._outcome("", "ignored", Say("remove_off"), Cue.ASK)
        if self.user is not None and self.clock.wall_ms() - self._signed_in_ms > SIGN_IN_MS:
            return self._sign_out("expired")
        if self.user is not None and not self.locked and mono - self._last_gesture_ms > LOCK_MS:
            return self._lock("idle")
        if self.feeling.missing(mono) and self._feels() and not (self.message and self.message.sticky):
            return self._outcome("", "asked", Say("no_weight"), Cue.ASK)
        played = self._test_tick()
        if played is not None:
            return played
        if self._fill_in():
            return Outcome(self._n, "", "ignored", None, self.state, self.message.text if self.message else "")
        if self.message is not before and self.message is not None:
            return Outcome(self._n, "", "asked", self.message.cue, self.state, self.message.text)
        return None

    def record(self, deeds: Sequence[Deed]) -> list[Entry]:
        """Facts of the signed-in user that no scan led to: waves planned and released on the board."""
        return self._write(None, "accepted", deeds)

    def _scan(self, raw: Raw) -> Outcome:
        scan = scans.parse(raw.text, self.scan_config(raw.device))
        if scan.fault is not None and not scan.readings:
            return self._unreadable(raw, scan)
        command = scan.reading("command")
        if command is not None:
            return self._scanned_command(raw, scan)
        found = self.look.find(scan)
        if raw.device == "keys":
            by_hand = (replace(hit, how="typed") if hit.how == "scan" else hit for hit in found.candidates)
            found = replace(found, candidates=tuple(by_hand))
        badge = self._badge_of(found)
        if self._testing is not None:
            if badge is None:
                return self._test_scan(raw, scan)
            self._testing = None
        bench = found.of("station")
        if bench and not self.locked and self.desk.open_order is None and self._profile_of(bench[0].ref) is not None:
            return self._choose_station(raw, bench[0].ref)
        if found.of("printer") and self.user is not None and not self.locked:
            return self._other_printer(raw, found.of("printer")[0].ref)
        if self.user is None:
            return self._sign_in(raw, badge, scan)
        if self.locked:
            return self._unlock(raw, badge)
        if badge is not None or scan.reading("badge") is not None:
            return self._badge(raw, badge)
        self._switch = None
        if self._take_up is not None:
            return self._refuse_plain(raw, "take_up_first", Say("answer_first"), Cue.ASK)
        if self._approval is not None or self._deciding is not None:
            return self._refuse_plain(raw, "no_right", Say("answer_first"), Cue.ASK)
        if self._typed and self.desk.pending is None and self.state in COUNTING:
            if int(self._typed) > QUANTITY_MAX:
                return self._refuse_plain(raw, "no_qty", Say("qty_range"), Cue.ASK)
            self.desk = replace(self.desk, quantity=int(self._typed) if int(self._typed) > 1 else 0)
        if not self.user.may(self.desk.work):
            return self._may_not(raw)
        answer: Answer = WORKFLOWS[self.desk.work].scanned(self.desk, found, self._moment(), self.look)
        if answer.why == "unknown":
            unknown = "" if like_badge(raw.text) else found.code  # a badge is no item's code
            answer = replace(answer, desk=replace(answer.desk, unknown_code=unknown))
        outcome = self._done(raw, answer, found)
        if outcome.outcome in ("accepted", "asked") and "separator" in scan.warnings:
            return self._warned(outcome)
        return outcome

    def _warned(self, outcome: Outcome) -> Outcome:
        """The scan counts, and the scanner may have eaten a separator: said with what it led to (D4.5)."""
        hint = words(Say("gs_warning"), self.table)
        if self.message is not None:
            self.message = replace(self.message, text=f"{self.message.text} {hint}")
        return replace(outcome, message=f"{outcome.message} {hint}")

    def _scanned_command(self, raw: Raw, scan: Scan) -> Outcome:
        reading = scan.reading("command")
        assert reading is not None
        key = self.look.setting("command_key")
        if key:
            import hmac

            right = scans.command_tag(reading.value, bytes.fromhex(str(key)))
            if not hmac.compare_digest(reading.tag or "", right):
                return self._refuse_plain(raw, "unknown", Say("not_ours"), Cue.UNKNOWN)
        return self._command(f"*{reading.value}", raw.text, raw)

    def _unreadable(self, raw: Raw, scan: Scan) -> Outcome:
        say = unreadable(scan.fault or "", raw.text)
        return self._refuse_plain(raw, "too_long" if say.id == "too_long" else "unknown", say, Cue.UNKNOWN)

    def _command(self, command: str, given: str, raw: Raw | None = None) -> Outcome:
        raw = raw or self._key_raw(given)
        typed = self._typed
        self._forget_typing()
        if self._testing is not None and (self.user is None or command not in ("*LOCK", "*SIGNOUT")):
            # A printer that takes no test label stops here as anywhere: F4 and F12 do what its words promise.
            if command == "*OK" and self.message is not None and self.message.sticky:
                return self._acknowledge(raw, given)
            if command == "*RETRY":
                return self._print_again(given)
            return self._test_key(command, raw)
        if command == "*SELFTEST" and not self.locked:
            return self._begin_test(raw)
        if self.user is None or self.locked:
            if command == "*SIGNOUT" and self.locked:
                return self._sign_out("user")
            if command == "*NUMBER":
                return self._ask_number(given)
            if command == "*BACK" and self._at_door is not None:
                return self._leave_door(given)
            say = Say("locked_scan") if self.locked else Say("sign_in_first")
            return self._refuse_plain(raw, "no_right", say, Cue.UNKNOWN)
        if self._approval is not None:
            return self._approve_step(command, given)
        if self._deciding is not None and command not in ("*LOCK", "*SIGNOUT"):
            return self._decide_key(command, raw)
        if self._held_asked and command in ("*OK", "*DROP"):
            return self._settle_held(raw, use=command == "*OK")
        if command == "*DROP" and self._held:
            return self._settle_held(raw, use=False)
        if self._take_up is not None and command == "*OK":
            return self._taken_up(raw)
        if self._take_up is not None and command not in ("*LOCK", "*SIGNOUT", "*HELP", "*RAW"):
            # Whose the next gesture is, is not settled yet (FL1.10).
            return self._outcome(given, "ignored", Say("answer_first"), Cue.ASK, keep=True)
        if self._switch is not None and command == "*OK":
            # Only the badge answers; what stands under this question must not be answered unseen.
            return self._no_typing() or self._outcome(given, "ignored", None, None)
        if self._switch is not None:
            self._switch = None
            self._ask_again()
            if command == "*BACK":
                return self._outcome(given, "ignored", Say("left"), Cue.ASK)
        sticky = self.message.sticky if self.message else ""
        if sticky in ("A", "B") and command == "*OK":
            return self._acknowledge(raw, given)
        if command == "*OK" and not typed and (first := self._acknowledge_first(given)) is not None:
            return first
        if not sticky and command == "*OK" and self._held:
            return self._ask_held(given)
        if sticky == "B" and command not in self._passes and command not in ("*LOCK", "*HELP", "*RAW", "*BACK"):
            say = Say("stop_first")
            return self._outcome(given, "ignored", say, Cue.STOP, keep=True)
        match command:
            case "*LOCK":
                return self._lock("user")
            case "*SIGNOUT":
                return self._sign_out("user")
            case "*BACK" if self.desk.quantity and self.desk.pending is None:
                self.desk = replace(self.desk, quantity=0)
                return self._outcome(given, "ignored", Say("left"), None)
            case "*BACK" if self.desk.override is not None and self.desk.pending is None:
                return self._leave_override(given)
            case "*APPROVE":
                return self._begin_deciding(raw)
            case "*PACK" | "*PICK" | "*LOAD":
                return self._work(command, given)
            case "*RETRY":
                self.store.spool.hurry()
                self._retry()
        if not self.user.may(self.desk.work) and command not in READS:
            return self._may_not(raw)
        if command == "*OK" and typed and self._wants_typing():
            # F12 or the scan of OK ends what was typed, as Enter does.
            return self._typed_text(typed)
        opened = self.desk.open_order
        answer = WORKFLOWS[self.desk.work].keyed(self.desk, command, self._moment(), self.look)
        if command == "*RETRY" and answer.outcome == "asked":
            return self._outcome(given, "ignored", Say("printing_again", {"n": len(self.store.spool.open())}), None)
        code = self.desk.pending.code if self.desk.pending else ""
        found = Found(code or given)
        if answer.again and code:
            found = self.look.find(scans.parse(code, self.scan_config()))  # what was asked about is used next
        outcome = self._done(raw, answer, found)
        if outcome.outcome == "asked" and answer.say.id in ("not_here", "answer_first"):
            self._ask_again()
        if sticky == "ask" and self._held and not (self.message and self.message.sticky):
            return (
                self._after_acknowledging(outcome)
                if self.desk.open_order == opened and command != "*BACK"
                else replace(self._ask_held(given), facts=outcome.facts)
            )
        return outcome

    def _resume(self) -> None:
        """After a crash: the same user, order and state; nothing that got a cue is missing (FL2.16)."""
        self._saved = self.store.session() or Session(None, None, "pack", False)
        self._seen_change = self.store.mirror.changed
        work = self._saved.work if self._saved.work in WORKFLOWS else "pack"
        self.desk = Desk(work=work, weighs=bool(self.look.rule("weigh", 1)), risk=self._risk())
        if self._saved.fo is not None:
            job = self.store.job(self._saved.fo)
            if work == "load":
                self.desk = shipping.resumed(self.desk, self._saved.fo, self.look)
            elif work == "pick":
                self.desk = picking.reopened(self.desk, self._saved.fo, self.look)
            elif job is not None and job.order.stage == "packing":
                self.desk = replace(self.desk, job=job)
        self._look_at_papers()
        if self.look.setting("stations"):
            for entry in self.store.journal.of_kinds(("StationChosen",)):
                assert isinstance(entry.fact, f.StationChosen)
                self._stand_at(entry.fact.profile)
        if self.store.news:
            self.message = self._message(
                Say("plain", {"text": " ".join(text for _, text in self.store.news)}), Cue.ASK, ""
            )
        user = self.people.user(self._saved.user) if self._saved.user else None
        if user is None or user.revoked_at:
            self._again_held()
            return
        self.user = user
        self._signed_in_ms = self.clock.wall_ms()
        idle = self.clock.wall_ms() - self.store.last_gesture_ms()
        # A last gesture in the future is a clock that was put back, not an idle bench.
        self.locked = self._saved.locked or idle > LOCK_MS
        self._settle()
        where = picking.where_open(self.desk)
        if where is not None and not self.locked:
            self.message = self._message(where, Cue.ASK, "")
        last = self._last_recorded()
        if last is not None and not self.locked:
            sku = getattr(last.fact, "sku", None)
            item = self.store.mirror.item(sku) if sku else None
            values: dict[str, str | int | Say] = {
                "what": item.name if item else named(last.kind),
                "time": clock_text(last.wall_ms),
            }
            self.message = self._message(Say("resumed", values), None, "")
        self._again_held()


def _whole(text: str) -> str:
    """Half a surrogate, as a pipe that is not UTF-8 gives it, is written out: no database takes it."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()
