"""One scanner: a thread that opens its port, turns bytes into lines, and finds it again after every unplugging.

    absent ──▶ open ──bytes──▶ Framer ──Line──▶ on_line        lost: half a code is thrown away, then absent again
       ▲         │
       └─0.1..2 s┴──▶ full: 1,000 lines wait, the port is not read    flood: over 30 lines a second for 2 s

Callbacks run in the thread of the scanner: they hand over and return. What lines mean, and which of two equal ones
was one pull of the trigger, is not known here; nothing is dropped here.
"""

from __future__ import annotations

import errno
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from packstation.devices.feedback import FeedbackProfile, Voice, profile_named
from packstation.devices.framer import Frame, Framer, Line, line_of
from packstation.devices.port import LOST, Unplugged, serial_device
from packstation.devices.scanner.address import ScannerAddress, scanner_address
from packstation.devices.scanner.health import Habits, differences, health
from packstation.devices.ssi import DECODE_DATA, PacketFramer
from packstation.scan import ScanConfig
from packstation.workflows.prompt import Cue, Say
from packstation.workflows.texts import words

if TYPE_CHECKING:
    import serial

__all__ = ["Habits", "Line", "Scanner", "ScannerAddress", "ScannerState", "health", "scanner_address"]

WAITING_MAX = 1_000
_REOPEN_S = 0.1
_REOPEN_S_MAX = 2.0
_READ_S = 0.25
_READ_BYTES_MAX = 4_096
_WRITE_S_MAX = 0.2
_FLOOD_LINES = 30
_FLOOD_WINDOW_MS = 1_000
_FLOOD_AFTER_MS = 2_000
_NO_END_MS = 1_000
_UNANSWERED_MS = 1_000


class ScannerState(Struct, frozen=True):
    """What people see of the scanner.

    `word`: "absent", "busy" (another program holds the port), "denied", "open", "full", "flood", "no_end" (bytes
    came, but no end of line) or "stopped".
    """

    word: str
    say: Say

    @property
    def text(self) -> str:
        """In English."""
        return words(self.say)

    @property
    def ready(self) -> bool:
        return self.word in ("open", "flood", "no_end")


class Scanner:
    """`url`: see `address`. `waiting` tells how many lines wait to be understood; the port rests at `waiting_max`.

    `settings` replaces what the url says. `name` is the device in every line; the port without its settings if None.
    `profile` replaces the feedback profile that the url names. `before`: its habits at the last start, if known.
    Nothing is opened before `start`.
    """

    def __init__(
        self,
        url: str,
        on_line: Callable[[Line], object],
        on_state: Callable[[ScannerState], object] = lambda state: None,
        *,
        settings: ScannerAddress | None = None,
        name: str | None = None,
        profile: FeedbackProfile | None = None,
        before: Habits | None = None,
        waiting: Callable[[], int] = lambda: 0,
        waiting_max: int = WAITING_MAX,
        mono_s: Callable[[], float] = time.monotonic,
        wall_s: Callable[[], float] = time.time,
    ) -> None:
        self.address = settings or scanner_address(url)
        self.name = name or self.address.port
        self.state = ScannerState("absent", Say("scanner_unopened", {"name": self.name}))
        self.habits = Habits(gs_seen=before is not None and before.gs_seen)
        self._before = before
        self._on_line = on_line
        self._on_state = on_state
        self._waiting = waiting
        self._waiting_max = waiting_max
        self._mono_s = mono_s
        self._wall_s = wall_s
        self._framer: Framer | PacketFramer = (
            PacketFramer(name_symbology=not self.address.prefix)
            if self.address.ssi
            else Framer(idle_gap_ms=self.address.idle_gap_ms)
        )
        self._flood = _Flood()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._port: serial.Serial | None = None
        # A write must never meet a closed port: its file number may by then belong to the journal.
        self._port_held = threading.Lock()
        if profile is None and self.address.feedback is not None:
            profile = profile_named(self.address.feedback)
        # What is written to loop:// would come back as a scan.
        self._voice = Voice(profile, self.write) if profile and self.address.port != "loop://" else None
        self._owed_ms: int | None = None
        """Since when a scanner with host acknowledgement waits for its answer: until it has one it reads nothing."""

    def start(self) -> Scanner:
        assert self._thread is None, f"{self.name} was started twice"
        self._thread = threading.Thread(target=self._run, name=f"scanner {self.name}", daemon=True)
        self._thread.start()
        return self

    def stop(self, wait_s: float = 2.0) -> None:
        """Let go of the port. `wait_s=0` returns at once, for a caller that must not wait."""
        self._stopping.set()
        if self._voice is not None:
            self._voice.stop()
        with self._port_held:
            if self._port is not None and hasattr(self._port, "cancel_read"):
                self._port.cancel_read()
        if self._thread is not None and wait_s:
            self._thread.join(wait_s)

    def health(self) -> tuple[str, ...]:
        """What the health screen and `doctor` say about this scanner; nothing if all is well."""
        first = () if self.state.ready else (self.state.say,)
        return tuple(words(say) for say in (*first, *self.warnings()))

    def warnings(self) -> tuple[Say, ...]:
        """What is odd about a scanner that can be used: other ways than before, an address that moves (D1.10)."""
        moves = (Say("scanner_moves", {"name": self.name}),) if self.address.warning is not None else ()
        return (*differences(self._before, self.habits, self.name), *moves)

    def config(self, site: ScanConfig) -> ScanConfig:
        """How lines of this device are to be read: the site's own codes, and this device's ways."""
        return replace(
            site,
            prefix=self.address.prefix,
            gs_substitute=self.address.gs_substitute,
            gs_seen=self.habits.gs_seen,
        )

    def feedback(self, cue: Cue) -> None:
        """Tell the hand what became of its scan. Returns at once; a write that fails changes nothing (D2.2)."""
        if self._voice is not None:
            if self._voice.profile.bytes_for(cue):
                self._owed_ms = None
            self._voice.say(cue)

    def write(self, data: bytes) -> bool:
        """Send bytes to the device, for at most 0.2 s. False if they did not get there."""
        with self._port_held:
            if self._port is None:
                return False
            try:
                self._port.write(data)
            except LOST:
                return False  # the reader meets the same loss and reopens
        return True

    def _run(self) -> None:
        pause_s = _REOPEN_S
        while not self._stopping.is_set():
            try:
                port = self._opened()
            except LOST as error:
                word, said = _refusal(error)
                self._show(word, said, why=str(error))
                self._stopping.wait(pause_s)
                pause_s = min(pause_s * 2, _REOPEN_S_MAX)
                continue
            pause_s = _REOPEN_S
            self._show("open", "scanner_open")
            try:
                self._read(port)
            except LOST:
                self._show("absent", "scanner_lost")
            finally:
                # Half a code is no code: the other half may have gone elsewhere (D1.4).
                self._framer.clear()
                self._closed(port)
            self._stopping.wait(pause_s)
        self._show("stopped", "scanner_stopped")

    def _opened(self) -> serial.Serial:
        port = open_port(self.address)
        with self._port_held:
            self._port = port
        return port

    def _closed(self, port: serial.Serial) -> None:
        with self._port_held:
            self._port = None
            try:
                port.close()
            except LOST as error:
                self._show("absent", "scanner_lost_closing", why=str(error))

    def _read(self, port: serial.Serial) -> None:
        while not self._stopping.is_set():
            # Never more than what is there: read(n) waits for all of n although a line has come (D1.3).
            read = port.read(max(1, min(port.in_waiting, _READ_BYTES_MAX)))
            now_ms = int(self._mono_s() * 1_000)
            wall_ms = int(self._wall_s() * 1_000)
            frames = self._framer.feed(read, now_ms)
            if isinstance(self._framer, PacketFramer) and (answers := self._framer.answers()):
                # First of all: a scanner that waits for it scans nothing meanwhile.
                self.write(answers)
            self._let_go(now_ms)
            open_since_ms = self._framer.open_since_ms
            if frames:
                self._hand_over(frames, now_ms, wall_ms)
            elif open_since_ms is not None and now_ms - open_since_ms > _NO_END_MS:
                self._show("no_end", _wrong_mode(self._framer))
            elif not read and self._flood.over and not self._flood.seen(now_ms, 0):
                self._show("open", "scanner_open")

    def _let_go(self, now_ms: int) -> None:
        """A scan that led to no tone (held, *OK, one pull twice) leaves a scanner with host acknowledgement dumb for
        10 s, and then it says error: it is asked to look at the screen, and reads on (D2.4)."""
        if self._owed_ms is not None and now_ms - self._owed_ms > _UNANSWERED_MS:
            self.feedback(Cue.ASK)

    def _hand_over(self, frames: Iterable[Frame], now_ms: int, wall_ms: int) -> None:
        for frame in frames:
            self._wait_for_room()
            if self._stopping.is_set():
                return
            flood = self._flood.seen(now_ms, 1) and not self.address.batch
            line = line_of(frame, self.name, wall_ms - (now_ms - frame.at_ms), batch=self.address.batch, flood=flood)
            self._learn(line)
            if flood:
                self._show("flood", "scanner_flood")
            else:
                self._show("open", "scanner_open")
            if self._voice is not None and self._voice.profile.host_ack:
                self._owed_ms = now_ms
            self._on_line(line)

    def _wait_for_room(self) -> None:
        while self._waiting() >= self._waiting_max and not self._stopping.is_set():
            self._show("full", "scanner_full", n=self._waiting_max)
            self._stopping.wait(0.01)

    def _learn(self, line: Line) -> None:
        if line.fault is not None:
            return
        prefix = self.address.prefix if line.text.startswith(self.address.prefix) else ""
        rest = line.text.removeprefix(prefix)
        # One code without an identifier proves nothing but that: codes typed on a keypad scanner have none.
        aim = True if rest[:1] == "]" and rest[1:2].isalpha() else self.habits.aim or False
        self.habits = Habits(
            self._framer.terminator or line.ended_by, prefix, aim, self.habits.gs_seen or line.gs_seen
        )

    def _show(self, word: str, said: str, **values: str | int) -> None:
        state = ScannerState(word, Say(said, {"name": self.name, **values}))
        if state != self.state:
            self.state = state
            self._on_state(state)


class _Flood:
    """Whether lines come faster than hands can scan: over 30 in every second, for longer than two (D1.8)."""

    def __init__(self) -> None:
        self._stamps: deque[int] = deque()
        self._since_ms: int | None = None
        self.over = False

    def seen(self, now_ms: int, lines: int) -> bool:
        self._stamps.extend([now_ms] * lines)
        while self._stamps and now_ms - self._stamps[0] >= _FLOOD_WINDOW_MS:
            self._stamps.popleft()
        if len(self._stamps) <= _FLOOD_LINES:
            self._since_ms = None
        elif self._since_ms is None:
            self._since_ms = self._stamps[0]
        self.over = self._since_ms is not None and now_ms - self._since_ms > _FLOOD_AFTER_MS
        return self.over


def _wrong_mode(framer: Framer | PacketFramer) -> str:
    if isinstance(framer, Framer) and framer.head[1:2] == DECODE_DATA:
        return "scanner_ssi"
    return "scanner_no_end"


def open_port(address: ScannerAddress) -> serial.Serial:
    """The port, for us alone. Raises one of `port.LOST`."""
    import serial

    name = address.port
    line: dict[str, Any] = dict(address.line)
    port: serial.Serial = serial.serial_for_url(
        serial_device(name) if name.startswith("usb:") else name,
        timeout=_READ_S if address.idle_gap_ms is None else address.idle_gap_ms / 2_000,
        write_timeout=_WRITE_S_MAX,
        # Without it a second program's open succeeds, and each gets some of the bytes (D1.2).
        exclusive=True,
        **line,
    )
    return port


def _refusal(error: BaseException) -> tuple[str, str]:
    """The state word and the text of a port that could not be opened."""
    number = getattr(error, "errno", None)
    if number in (errno.EAGAIN, errno.EWOULDBLOCK, errno.EBUSY):
        return "busy", "scanner_busy"
    if number in (errno.EACCES, errno.EPERM):
        return "denied", "scanner_denied"
    if number == errno.ENOENT or isinstance(error, Unplugged):
        return "absent", "scanner_unplugged"
    return "absent", "scanner_error"
