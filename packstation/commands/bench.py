"""The devices of one bench around a station: scanner, scale, printers, sounds, and the thread that talks to the hub.

Scanner, Scale, SyncThread --post_*--> app (screen or plain) --> Station
Station --cue--> Sounds, Scanner.feedback            Station --spool--> printers
"""

from __future__ import annotations

import contextlib
import gc
import logging
import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct, field

from packstation.commands.assembly import Assembled
from packstation.commands.errors import UsageError
from packstation.devices.feedback import OWN, FeedbackProfile, profile_named
from packstation.devices.framer import Line
from packstation.devices.scanner import Scanner, ScannerState
from packstation.devices.sound import Sounds
from packstation.screens.floor import Health
from packstation.station import Outcome
from packstation.station.feeling import answers
from packstation.workflows.prompt import Cue, Say
from packstation.workflows.texts import words
from sync.logs import ids

if TYPE_CHECKING:
    from packstation.devices.printer import Printer
    from packstation.devices.scale.session import Scale, ScaleState
    from sync.client import Exchanged, SyncThread


log = logging.getLogger("packstation.devices")
_CALM = ("idle", "empty", "moving", "steady")
"""States of a scale that are no trouble; all others are said while a weight is wanted (D5.2)."""
_FELT = ("steady", "empty", "idle", "absent", "silent")
"""What tells how much lies on the scale, or that nobody can tell (FL4.44)."""
_LOOK_S, _LOOK_ILL_S = 60.0, 5.0
"""How often the label printer is looked at while it has nothing to print."""


class Inputs(Protocol):
    """Where devices put what they read: the app with a screen, or the one without."""

    def post_line(self, line: Line) -> bool: ...
    def post_weight(self, weight_g: int, how: str = "scale") -> bool: ...
    def post_event(self, deed: Callable[[], Outcome | None]) -> bool: ...

    @property
    def waiting(self) -> int: ...


class Bench(Struct):
    """Starts and stops the devices; tells their health. Several scanners may stand at one bench: a line of each is
    read in its own way, and the one that was pulled is the one that beeps."""

    made: Assembled
    scanner_urls: tuple[str, ...] = ()
    scale_url: str | None = None
    hub: str | None = None
    sounds: Sounds = field(default_factory=Sounds)
    _ending: threading.Event = field(default_factory=threading.Event)
    _looked: bool = False
    _weighs: bool | None = None
    _scale_trouble: str = ""
    _looking: threading.Thread | None = None
    _scanners: dict[str, Scanner] = field(default_factory=dict)
    _scale: Scale | None = None
    _sync: SyncThread | None = None
    _inputs: Inputs | None = None
    _warming: threading.Thread | None = None

    def check(self) -> None:
        """Raises UsageError for addresses nobody understands, before anything is opened."""
        name = "--scanner"
        try:
            if self.scanner_urls:
                from packstation.devices.scanner.address import scanner_address

                ports = [scanner_address(url).port for url in self.scanner_urls]
                for url in self.scanner_urls:
                    self._profile(url)
                twice = next((port for port in ports if ports.count(port) > 1), None)
                if twice is not None:
                    raise ValueError(f"scanner {twice}: expected each scanner once, got it twice.")
            name = "--scale"
            if self.scale_url is not None:
                from packstation.devices.scale.url import scale_address

                scale_address(self.scale_url)
        except ValueError as error:
            raise UsageError(f"{name}: {error}") from error

    def _profile(self, url: str) -> FeedbackProfile | None:
        """What the scanner is told, from the families we know and the shop's own (D2.2). Raises ValueError."""
        from packstation.devices.scanner.address import scanner_address

        named = scanner_address(url).feedback
        return None if named is None else profile_named(named, self.made.store.place.folder / OWN)

    def start(self, inputs: Inputs) -> None:
        self._inputs = inputs
        station = self.made.station
        for url in self.scanner_urls:
            from packstation.devices.scanner.memory import last_habits

            before = last_habits(self.made.store.place.folder, url)
            port = url.partition("#")[0]
            scanner = Scanner(
                url, inputs.post_line, partial(self._scanner_state, port),
                before=before, waiting=lambda: inputs.waiting, profile=self._profile(url),
            )  # fmt: skip
            self._scanners[scanner.name] = scanner
            station.ways[scanner.name] = scanner.config
        for scanner in self._scanners.values():
            scanner.start()
        if self.scale_url is not None:
            from packstation.devices.scale.session import Scale
            from packstation.devices.scale.url import scale_address

            self._scale = Scale(
                scale_address(self.scale_url),
                on_weight=lambda weight_g: _post(inputs, weight_g),
                on_state=self._scale_state,
            )
            self._scale.start()
            station.zero_scale = self._zero_scale
        self._warming = threading.Thread(target=self._warm, name="warm-up", daemon=True)
        self._warming.start()
        self._looking = threading.Thread(target=self._look_at_printer, name="look at printer", daemon=True)
        self._looking.start()
        self.made.start_planning()
        self._start_sync()
        station.waiting = lambda: inputs.waiting
        station.no_player = self.sounds.player is None

    def _warm(self) -> None:
        """What takes a while and nobody waits for: a first scan is judged meanwhile (performance.md 2)."""
        try:
            self.made.start_printing()
            self.made.warm_paper()
            self.made.store.check_mirror()
        finally:
            # What is loaded by now stays: a collection in the middle of a shift need not look at it again, and takes
            # a tenth of the time that a scan would wait for it (PF1.2).
            gc.collect()
            gc.freeze()
            gc.enable()

    def _zero_scale(self) -> None:
        """For the self-test; what the scale says to it comes back between two gestures."""
        scale, inputs = self._scale, self._inputs
        if scale is None or inputs is None:
            return
        scale.prove_zero(lambda code: _post_event(inputs, lambda: self.made.station.scale_zeroed(code)))

    def _look_at_printer(self) -> None:
        """A printer that does not answer is named before somebody needs it (FL1.5); while documents wait, the
        printers' own threads tell."""
        from packstation.devices.printer import NotReady, printer_at

        told = ""
        # Kept from look to look: silence means something only of one that has answered before (D6.3).
        known: dict[str, Printer] = {}
        while not self._ending.wait(_LOOK_ILL_S if told else _LOOK_S if self._looked else 0.0):
            self._looked = True
            name = self.made.station.label_printer
            url, profile = self.made.printers.get(name, ("", None))
            if not url or profile is None or self.made.store.spool.busy():
                continue
            line = known.setdefault(url, printer_at(url, profile)).reach()
            why = line.why if isinstance(line, NotReady) else ""
            if not isinstance(line, NotReady):
                line.close()
            if bool(told) != bool(why):
                log.info("printer", extra=ids(state="not ready" if why else "ready", printer=name))
            if told != why:
                told = why
                self._tell_printer(name, why)

    def _tell_printer(self, name: str, why: str) -> None:
        if self._inputs is not None:
            self._inputs.post_event(lambda: self.made.station.printer_answers(name, why))

    def _start_sync(self) -> None:
        from packstation.commands.exchange import client_of
        from sync.client import SyncThread

        client = client_of(self.made.store, self.hub)
        if client is None:
            return
        self._sync = SyncThread(client, told=self._told)
        self._sync.start()

    def stop(self) -> None:
        self._ending.set()
        if self._warming is not None:
            self._warming.join()
        if self._looking is not None:
            self._looking.join()
        if self._sync is not None:
            self._sync.stop()
        for scanner in self._scanners.values():
            scanner.stop(wait_s=0)  # all at once: none waits for another
        for url, scanner in zip(self.scanner_urls, self._scanners.values(), strict=False):
            scanner.stop()
            self._keep_habits(url, scanner)
        if self._scale is not None:
            self._scale.stop()
        self.sounds.close()

    def _keep_habits(self, url: str, scanner: Scanner) -> None:
        """For the next start and `doctor` (D1.10); a full disk must not keep the station from closing."""
        from packstation.devices.scanner.memory import keep_habits

        with contextlib.suppress(OSError):
            keep_habits(self.made.store.place.folder, url, scanner.habits)

    def cue_out(self) -> Sequence[Callable[[Cue], None]]:
        """Where a cue goes: the bench's sound, and the scanner's own beep (FL3.4)."""
        return (self.sounds.play, self._feedback, self._mind_scale)

    def health(self) -> Sequence[Health]:
        """Every device by name, with its fault before it is needed (FL1.5)."""
        scale = self._scale.state if self._scale else None
        printer = self.made.station.devices.get("printer", "")
        silent = not answers(printer) and bool(printer)
        why = self.made.station.status().printer_why or self._words(Say("print_why_no_answer"))
        trouble = self.sounds.trouble()
        hub = "" if self.made.station.online else self._words(Say("hub_not_reached"))
        return (
            *self._scanner_health(),
            Health(
                "scale", self.scale_url or "-", "" if scale is None or scale.answers else self._words(scale.say),
                "" if scale else self._words(Say("device_opening" if self.scale_url else "scale_typed")),
            ),
            Health(
                "printer", self.made.station.label_printer or "-",
                why if silent else "",
            ),
            Health("sound", self.sounds.player or "-", "" if trouble is None else self._words(trouble)),
            Health("hub", self.hub or self._words(Say("hub_here")), hub),
        )  # fmt: skip

    def _scanner_health(self) -> Sequence[Health]:
        """Each scanner: its fault, else what is odd about it (D1.1, D1.10)."""
        if self.scanner_urls and not self._scanners:
            opening = self._words(Say("device_opening"))  # the first picture is painted before anything is opened
            return tuple(Health("scanner", url, hint=opening) for url in self.scanner_urls)
        if not self._scanners:
            return (Health("scanner", "-", self._words(Say("scanner_unset"))),)
        return tuple(
            Health(
                "scanner", name, "" if scanner.state.ready else self._words(scanner.state.say),
                " ".join(self._words(say) for say in scanner.warnings()) if scanner.state.ready else "",
            )
            for name, scanner in self._scanners.items()
        )  # fmt: skip

    def _words(self, say: Say) -> str:
        return words(say, self.made.station.table)

    def _mind_scale(self, cue: Cue) -> None:
        """The scale is asked only while a weight is wanted; what lies on it already counts (D5.3)."""
        if self._scale is None:
            return
        if self.made.station.wants_weight:
            self._scale.want()
        else:
            self._scale.rest()

    def _feedback(self, cue: Cue) -> None:
        """To the scanner that was used last; the only one when nobody has scanned yet."""
        scanner = self._scanners.get(self.made.station.scanned_by)
        if scanner is None and len(self._scanners) == 1:
            (scanner,) = self._scanners.values()
        if scanner is not None:
            scanner.feedback(cue)

    def _scanner_state(self, port: str, state: ScannerState) -> None:
        """The status line names the scanner that is missing; else the first, and how many more there are."""
        ill = [name for name, scanner in self._scanners.items() if not scanner.state.ready]
        first, more = next(iter(self._scanners), ""), len(self._scanners) - 1
        shown = f"No scanner: {ill[0]}" if ill else first + (f" +{more}" if more else "")
        log.info("scanner", extra=ids(state=state.word, device=port))
        self._tell("scanner", shown, state.say, trouble=state.word not in ("open", "stopped"))

    def _scale_state(self, state: ScaleState) -> None:
        if state.answers != self._weighs:
            self._weighs = state.answers
            log.info("scale", extra=ids(state=state.word, device=(self.scale_url or "").partition("#")[0]))
        shown = self.scale_url or "" if state.answers else f"No scale: {self.scale_url}"
        weight = f" {state.weight_g} g" if state.weight_g is not None else ""
        wanted = self.made.station.state in ("WEIGH", "STOP")
        if self._inputs is not None and state.word in _FELT:
            felt_g = state.weight_g if state.word == "steady" else 0 if state.word == "empty" else None
            self._inputs.post_event(lambda: self.made.station.felt(felt_g))
        says = Say("plain", {"text": f"{self._words(state.say)}{weight}"})
        # A scale that lies says something else five times a second: it is shown, and heard once.
        trouble = state.word if wanted and state.word not in _CALM else ""
        self._tell("scale", shown, says, trouble=trouble not in ("", self._scale_trouble))
        self._scale_trouble = trouble

    def _tell(self, device: str, shown: str, says: Say, *, trouble: bool) -> None:
        """On the app's own thread, between two gestures: what is wrong is said when it happens, by name (FL1.5)."""
        station = self.made.station
        if self._inputs is not None:
            self._inputs.post_event(lambda: station.device_news(device, shown, says, trouble=trouble))

    def _told(self, done: Exchanged) -> None:
        """On the sync thread: the news go to the loop that the gestures come from, and only when there are any."""
        station = self.made.station
        if (not done.error) != station.online:
            log.info("hub", extra=ids(state="lost" if done.error else "reached", count=done.pushed))
        if not done.error:
            station.synced_ms = time.time_ns() // 1_000_000
        if (not done.error) != station.online and self._inputs is not None:
            self._inputs.post_event(lambda: station.net(not done.error, done.pushed))


def _post_event(inputs: Inputs, deed: Callable[[], Outcome | None]) -> None:
    inputs.post_event(deed)


def _post(inputs: Inputs, weight_g: int) -> None:
    inputs.post_weight(weight_g)
