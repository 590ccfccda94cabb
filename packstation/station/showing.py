"""What a station remembers between two gestures, and what it shows of it; nothing here writes a fact.

user, lock, approval, self-test ──▶ state ──▶ prompt        news that is no workflow's ──▶ Outcome
desk, message, typed digits     ──▶ the workflow's own prompt, with the station's keys beside it
"""

from __future__ import annotations

from abc import abstractmethod
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from types import ModuleType
from typing import TYPE_CHECKING

from msgspec import Struct, structs
from msgspec.structs import replace

from packstation import scan as scans
from packstation.scan import ScanConfig
from packstation.station.clocks import Clock, Outcome, Raw, SystemClock, random_gesture
from packstation.station.feeling import Feeling, answers
from packstation.station.people import People, User, clock_change, offset_s
from packstation.station.worker import Worker, quiet_suggest
from packstation.store import Session, Store
from packstation.store.reading import Lookups
from packstation.workflows import deciding, packing, picking, scannable, shipping, start
from packstation.workflows.deciding import Deciding
from packstation.workflows.desk import Desk, Job, Moment, Override, Pending, Print
from packstation.workflows.prompt import Cue, Key, Message, Prompt, Say
from packstation.workflows.reasons import OVERRIDE_REASONS
from packstation.workflows.selftest import SelfTest
from packstation.workflows.suggestion import Suggestion, Wanted
from packstation.workflows.texts import ENGLISH, Table, words

if TYPE_CHECKING:
    from packstation.station.printers import Printers


DROP_KEY = "f10"


WORKFLOWS: dict[str, ModuleType] = {"pack": packing, "pick": picking, "load": shipping}
"""The pure room of each kind of work; each has the four doors."""


class Approval(Struct, frozen=True):
    """A supervisor's badge was scanned for an override: the PIN, then the reason."""

    by: User
    override: Override
    step: str = "pin"


class Showing:
    """The state of one station, and what it shows."""

    def __init__(
        self,
        store: Store,
        *,
        now: Clock | None = None,
        new_id: Callable[[int], str] = random_gesture,
        table: Table = ENGLISH,
        suggest: Callable[[Job, Wanted], Suggestion | None] = quiet_suggest,
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
        self.worker: Worker | None = None
        """Answers carton questions between two gestures; without one the engine's quick pass answers at once."""
        self._unmeasured = ("", "")
        """(SKU, name) of an item without a size that was packed last: to be measured when nothing else is to do."""
        self._asked_sizes: set[str] = set()
        """What this user was asked to measure: once an item and shift (cartons.md CT6.3)."""
        self._asked = ""
        """The carton question that was asked last: it is not asked again while nothing changes."""
        self._n = 0
        self._typed = ""
        self._typed_in = ""
        """The state the typed digits were meant for: a change of state forgets them."""
        self._question: tuple[Pending, Message] | None = None
        """The open question and its words, which are shown again after news that stood over them."""
        self._approval: Approval | None = None
        self._switch: str | None = None
        self._at_door: User | str | None = None
        """Who typed a number and has to type the PIN; "" while the number is asked for."""
        self.profile: str = ""
        """The workstation whose barcode was scanned (FL1.6)."""
        self._take_up: str | None = None
        self._held: deque[Raw] = deque()
        self._held_asked = False
        self._under_lock: Message | None = None  # what stood when the bench was locked: it stands again (FL2.6)
        self._about = "item"
        self._passes: frozenset[str] = frozenset()
        self._error_ms: int | None = None
        self._last: dict[str, tuple[str, int]] = {}
        self._last_gesture_ms = self.clock.mono_ms()
        self._signed_in_ms = 0
        self._seen_change = -1
        self._config: tuple[int, ScanConfig] = (-1, scans.DEFAULT)
        self.printers: Printers | None = None
        """What there is to print on; None where documents have names of printers alone."""
        self.scale_says = ""
        self.feeling = Feeling()
        self._papers: tuple[str, ...] = ()
        self._waiting_jobs: dict[int, str] = {}
        self._print_trouble: Message | None = None
        self._owed_stops: list[int] = []
        """Spool rows that failed or may be printed, and were not told yet: another stop stands."""
        self.printer_why = ""
        """Why the label printer takes nothing, in its own words."""
        self.ways: dict[str, Callable[[ScanConfig], ScanConfig]] = {}
        """How each device's lines are read: its prefix, what it sends for a separator (D3.5). By device."""
        self._saved = Session(None, None, "pack", False)
        self._testing: SelfTest | None = None
        self._deciding: Deciding | None = None
        self._test_cue_ms = 0
        self._resume()

    @abstractmethod
    def _resume(self) -> None:
        """Go on where the process ended: the station's (FL2.16)."""

    @abstractmethod
    def _suggest_for(self, desk: Desk, job: Job) -> None:
        """Have a carton suggested where one is wanted: `boxing`'s."""

    @abstractmethod
    def _test_prompt(self) -> Prompt:
        """What the self-test shows: `selftest`'s."""

    @property
    def state(self) -> str:
        if self._testing is not None:
            return "SELFTEST"
        if self.user is None:
            return "START"
        if self.locked:
            return "LOCKED"
        if self._approval is not None:
            return "SUPERVISOR"
        if self._deciding is not None:
            return "APPROVE"
        return str(WORKFLOWS[self.desk.work].state(self.desk))

    def scannable(self) -> tuple[str, ...]:
        """What can be scanned now, in words, for the help page."""
        return scannable.scannable(self.desk.work, self.state, self.table)

    def prompt(self) -> Prompt:
        """What the screen shows now; asks no database."""
        held = tuple(raw.text for raw in self._held)
        if self._testing is not None:
            return replace(self._test_prompt(), held=held)
        if self.user is None:
            return replace(start.start(self.table, self.message, self._door()), held=held)
        if self.locked:
            return start.locked(self.table, self.message, self._door())
        if self._approval is not None:
            if self._approval.step == "pin":
                shown = start.pin(self.table, self.message, self._approval.by.name, self._typed)
            else:
                shown = start.reason(self.table, self.message, OVERRIDE_REASONS)
            return replace(shown, held=held)
        if self._deciding is not None:
            return replace(deciding.prompt(self._deciding, self.table, self.message), held=held)
        made: Prompt = WORKFLOWS[self.desk.work].prompt(
            self.desk, self.table, self.message, typed=self._typed or None
        )
        more = self._papers if made.state == "SEAL" else (self.scale_says,) if made.state == "WEIGH" else ()
        if any(more) and made.panel is not None:
            made = replace(made, panel=structs.replace(made.panel, lines=(*made.panel.lines, *more)))
        keys = made.keys
        if self.message is not None and self.message.sticky == "B" and "any" not in self._passes:
            through = {"*OK", "*BACK", *self._passes}  # what a stop refuses is not offered (FL2.6)
            keys = tuple(key for key in keys if key.command in through)
        if held:
            # F10 closes no box while scans wait: its key sets them aside.
            kept = (key for key in keys if key.key != DROP_KEY)
            keys = (Key("*DROP", DROP_KEY, words(Say("key_drop"), self.table)), *kept)
        return replace(made, held=held, keys=(*keys, *self._own_keys()))

    def _door(self) -> start.Door:
        who = self._at_door
        return start.Door(self._typed, who is not None, who.name if isinstance(who, User) else "")

    def _own_keys(self) -> tuple[Key, ...]:
        """What the station itself offers in the menu: other work while nothing is open, lock, sign out."""
        busy = self.desk.open_work is not None or self.desk.load is not None
        names = [] if busy else [*(work for work in WORKFLOWS if work != self.desk.work), "approve", "selftest"]
        return tuple(
            Key(f"*{name.upper()}", "", words(Say(f"key_{name}"), self.table)) for name in (*names, "lock", "signout")
        )

    def due(self, when: str) -> str:
        """A time of the copies at the clock on this wall, with its day when that is not today."""
        wall = self.clock.wall_ms()
        told = Moment(
            "", "", self.store.place.station, wall, "", offset_s=offset_s(wall), change=clock_change(wall)
        ).due(when)
        return words(told, self.table) if isinstance(told, Say) else told

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
            answers(self.devices.get("scale", "")),
            offset_s(wall),
            clock_change(wall),
        )

    def scan_config(self, device: str = "") -> ScanConfig:
        """How a line of this device is to be read here."""
        changed, known = self._config
        if changed != self.store.mirror.changed:
            types = frozenset(carton.code for carton in self.store.mirror.cartons())
            key = self.look.setting("command_key")
            known = ScanConfig(
                carton_types=types,
                command_key=bytes.fromhex(str(key)) if key else None,
                this_year=datetime.fromtimestamp(self.clock.wall_ms() / 1000, UTC).year,
            )
            self._config = (self.store.mirror.changed, known)
        ways = self.ways.get(device)
        return known if ways is None else ways(known)

    def _key_raw(self, name: str) -> Raw:
        return Raw(name, "keys", self.clock.mono_ms(), self.clock.wall_ms())

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
