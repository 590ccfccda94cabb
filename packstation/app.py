"""The terminal app: one sheet, mounted once; lines, weights and events become messages, in the order they came.

    reader threads --post_line--> LineArrived --+
    keyboard -- on_event, before focus ---------+--> Station --> cue_out, bell --> one picture --> the sheet
    sync, printer --post_event-- EventArrived --+

Scans have no focus to lose (FL2.18): no widget ever takes a key. Nothing here decides what a scan means.
"""

from __future__ import annotations

import asyncio
import logging
import os
import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar

import textual
from msgspec.structs import replace
from textual import events
from textual.app import App, ComposeResult
from textual.binding import BindingType
from textual.driver import Driver
from textual.timer import Timer

from packstation.devices.wedge import Wedge
from packstation.screens.arrivals import EventArrived, LineArrived, TimePassed, WeightArrived
from packstation.screens.drawing import ASCII, UNICODE, Glyphs, Paper
from packstation.screens.floor import Floor, House, Outcome, ScannerLine
from packstation.screens.leave import Tally, session_texts
from packstation.screens.looks import THEMES
from packstation.screens.raw import Readings
from packstation.screens.sheet import Sheet
from packstation.screens.views import Views
from packstation.workflows.prompt import Cue, Prompt, Status

if TYPE_CHECKING:
    from packstation.screens.terminal import Terminal

TICK_S = 0.25
STOP_REPEAT_S = 2.0
BELL_GAP_S = 0.15
BELLS = {Cue.TICK: 1, Cue.LINE: 1, Cue.DONE: 1, Cue.ASK: 2, Cue.WRONG: 3, Cue.OVER: 3, Cue.UNKNOWN: 3, Cue.STOP: 3}
_KEYS_TO_NAMES = {
    "asterisk": "*",
    "space": "space",
    "full_stop": ".",
    "minus": "-",
    "underscore": "_",
    "ctrl+m": "enter",
    "ctrl+h": "backspace",
}


class PackstationApp(App[None], inherit_bindings=False):
    """The app around one station. `cue_out` are called with every cue after its commit and must not block."""

    CSS_PATH = "app.tcss"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = []

    def __init__(
        self,
        floor: Floor,
        house: House | None = None,
        *,
        theme: str = "default",
        glyphs: Glyphs = UNICODE,
        language: str = "en",
        cue_out: Sequence[Callable[[Cue], None]] = (),
        readings: Readings = lambda text, device: (),
        ready: Callable[[], None] | None = None,
        mono_ms: Callable[[], int] = lambda: time.monotonic_ns() // 1_000_000,
        wall_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
    ) -> None:
        assert theme in THEMES, f"theme: expected one of {', '.join(THEMES)}, got {theme!r}"
        self.terminal: Terminal | None = None
        """The terminal we draw on; None in a browser and in tests."""
        super().__init__(ansi_color=True)
        self._floor = floor
        self._house = house if house is not None else House()
        self._glyphs = glyphs
        self._language = language
        self._cue_out = tuple(cue_out)
        self._on_first_paint = ready
        self._mono_ms = mono_ms
        self._wall_ms = wall_ms
        self._sheet = Sheet(self._theme_here(theme), self._pressed)
        self._views = Views(self._house, readings, floor.status().clock, language)
        self._waiting = 0
        self._counting = threading.Lock()
        self._wedge = Wedge()
        self._stop_timer: Timer | None = None
        self._bell_timers: list[Timer] = []
        self._stop_rings = False
        self._ticks = 0
        self._status: Status | None = None
        self.bells = 0
        """Bells rung so far."""

    def _theme_here(self, theme: str) -> str:
        """What this terminal can show of a theme: inverse says by light what it cannot say by colour (FL3.1)."""
        if self.no_color or self.console.color_system is None or os.environ.get("TERM", "").startswith("vt"):
            return "mono"
        return "ansi" if self.console.color_system == "standard" else theme

    # From other threads.

    def post_line(self, line: ScannerLine) -> bool:
        """Hand over a scanner line, from any thread. False when the app is closing: keep the line."""
        with self._counting:
            self._waiting += 1
        taken = self.post_message(LineArrived(line))
        if not taken:
            with self._counting:
                self._waiting -= 1
        return taken

    def post_weight(self, weight_g: int, how: str = "scale") -> bool:
        return self.post_message(WeightArrived(weight_g, how))

    def post_event(self, deed: Callable[[], Outcome | None]) -> bool:
        """Hand over news: `deed` is called on the loop, between two gestures, never inside one."""
        return self.post_message(EventArrived(deed))

    @property
    def tally(self) -> Tally:
        return self._views.tally

    @property
    def waiting(self) -> int:
        """Lines that have arrived and were not judged yet; a reader stops at 1,000 (FL2.15)."""
        return self._waiting

    # The terminal.

    def get_driver_class(self) -> type[Driver]:
        chosen = super().get_driver_class()
        if chosen.__name__ != "LinuxDriver":  # a browser, Windows, a test
            return chosen
        from packstation.screens.terminal import Terminal

        return Terminal

    def on_terminal_supports_synchronized_output(self) -> None:
        if self.terminal is not None:
            self.terminal.synchronized = True

    def terminal_caught_up(self) -> None:
        """It took what it was slow to take; what was left out meanwhile is drawn."""
        self._sheet.catch_up()

    # The loop.

    def compose(self) -> ComposeResult:
        yield self._sheet

    def on_mount(self) -> None:
        self.set_interval(TICK_S, self._ticked)
        self.call_after_refresh(self._first_painted)
        self._show()

    def on_resize(self, event: events.Resize) -> None:
        self._show(event.size.width, event.size.height)

    async def on_event(self, event: events.Event) -> None:
        # Keys and pastes end here, before focus and bindings: a scanned ctrl+q closes nothing (D3.1, D3.4).
        if isinstance(event, events.Key):
            self._key_arrived(event)
        elif isinstance(event, events.Paste):
            for line in self._wedge.paste(event.text, _stamp_ms(event), self._wall_ms()):
                self._judge(line)
        else:
            await super().on_event(event)

    async def on_line_arrived(self, event: LineArrived) -> None:
        if self.waiting > 1:
            # Let the screen draw between two lines of a long queue: it shows how many wait (FL2.3).
            await asyncio.sleep(0)
        with self._counting:
            self._waiting -= 1
        self._judge(event.line)

    def _judge(self, line: ScannerLine) -> None:
        """One line to the station, in the order of arrival; the answer is committed when it comes back."""
        outcome = self._floor.line(
            line.text, device=line.device, mono_ms=line.mono_ms, batch=line.batch, flood=line.flood
        )
        self._views.judged(line, outcome)
        self._after(outcome)

    def on_weight_arrived(self, event: WeightArrived) -> None:
        self._after(self._floor.weight(event.weight_g, event.how))

    def on_event_arrived(self, event: EventArrived) -> None:
        outcome = event.deed()
        if outcome is None:
            self._show()
        else:
            self._after(outcome)

    def _first_painted(self) -> None:
        if self._on_first_paint is not None:
            self._on_first_paint()

    def _ticked(self) -> None:
        # In the queue, behind keys that have arrived: a busy loop must not look like a scanner that paused.
        self.post_message(TimePassed(self._mono_ms()))

    def on_time_passed(self, event: TimePassed) -> None:
        paused = self._wedge.tick(event.mono_ms, self._wall_ms())
        if paused is not None:
            self._judge(paused)
        outcome = self._floor.tick()
        self._ticks += 1
        if outcome is not None:
            self._after(outcome)
        elif self._ticks % 4 == 0:
            self._show(counting=True)  # the clock, the age of the last sync

    # Keys.

    def _key_arrived(self, event: events.Key) -> None:
        taken = self._wedge.key(event.key, _stamp_ms(event), self._wall_ms())
        if taken.before is not None:
            self._judge(taken.before)
        if taken.line is not None:
            self._judge(taken.line)  # at once: keys behind it in the queue came later
        if taken.swallowed:
            return
        name = _name_of(event)
        if name == "enter" and not taken.by_hand and self._acknowledges():
            # A scanner that types without its prefix: its Enter must not clear an error nobody has read (FL2.18).
            self._show()
            return
        self._pressed(name)

    def _acknowledges(self) -> bool:
        """Enter would acknowledge or confirm something now, rather than end what was typed."""
        if self._views.open != "job":
            return self._views.open in ("board", "leave")
        prompt = self._floor.prompt()
        return not prompt.entry and prompt.message is not None and prompt.message.sticky != ""

    def press(self, name: str) -> None:
        """What a key of a hand would do: the demo's helper has no hands."""
        self._pressed(name)

    def _pressed(self, name: str) -> None:
        """A key of a hand, or a tap."""
        wish = self._views.pressed(name, self._floor.prompt())
        if wish is None:
            self._show()
        elif wish.kind == "gesture":
            self._after(self._floor.key(wish.name))
        elif wish.kind == "close":
            self.exit()
        elif wish.kind == "deed":
            self._views.deed_done(self._deed(wish.name))
            self._show()
        elif self._house.demo_keys is not None:
            demo = self._house.demo_keys
            (demo.right if wish.kind == "right" else demo.wrong)()
            self._show()

    def _deed(self, chosen: str) -> str:
        """Plan or release, on the loop between two gestures: the journal has one writer, and this is its thread."""
        boards = self._house.boards
        if boards is None:
            return ""
        if chosen == "plan":
            return boards.plan() if boards.plan is not None else ""
        return boards.release(chosen.removeprefix("release:")) if boards.release is not None else ""

    # What is heard and seen.

    def _after(self, outcome: Outcome) -> None:
        """The commit lies behind us: sound first, then one picture."""
        self._views.answered(outcome)
        if outcome.cue is not None:
            self._sound(outcome.cue)
        self._show()

    def _sound(self, cue: Cue) -> None:
        for out in self._cue_out:
            out(cue)
        if cue is Cue.STOP or not self._stop_rings:
            # A newer cue cuts an older one short, except a stop (FL3.3).
            for timer in self._bell_timers:
                timer.stop()
            self._bell_timers = []
        self._stop_rings = cue is Cue.STOP
        for count in range(BELLS.get(cue, 0)):
            if count == 0:
                self._ring()
            else:
                self._bell_timers.append(self.set_timer(count * BELL_GAP_S, self._ring))

    def _ring(self) -> None:
        self.bells += 1
        self.bell()

    def _mind_stop(self, prompt: Prompt) -> None:
        """A stop sounds again every two seconds until somebody acknowledges it (section 3)."""
        message = prompt.message
        stopped = message is not None and message.cue is Cue.STOP and message.sticky != ""
        if stopped and self._stop_timer is None:
            self._stop_timer = self.set_interval(STOP_REPEAT_S, partial(self._sound, Cue.STOP))
        elif not stopped and self._stop_timer is not None:
            self._stop_timer.stop()
            self._stop_timer = None

    def _show(self, width: int = 0, height: int = 0, *, counting: bool = False) -> None:
        if not self.is_running or self._closing:
            return
        prompt = self._floor.prompt()
        self._mind_stop(prompt)
        status = self._floor.status()
        status = replace(status, waiting=max(status.waiting, self.waiting))
        if not counting and self._status is not None:
            # Facts not yet sent grow with every scan; told by the clock, they cost no scan a line (PF10.2).
            status = replace(status, unsynced=self._status.unsynced, sync_age_s=self._status.sync_age_s)
        self._status = status
        paper = Paper(width or self.size.width, height or self.size.height, self._glyphs, self._language)
        # A queue of scans is not drawn scan by scan.
        self._sheet.show(self._views.draw(prompt, status, paper), self.terminal, queued=self._waiting > 0)

    def _fatal_error(self) -> None:
        """A broken promise ends the app; Textual's own report would print local variables, and with them orders."""
        from rich.segment import Segments
        from rich.traceback import Traceback

        self.bell()
        logging.getLogger("packstation.app").critical("crashed", exc_info=True)
        trace = Traceback(show_locals=False, suppress=[textual], max_frames=20)
        self._exit_renderables.append(Segments(self.console.render(trace, self.console.options)))
        self._close_messages_no_wait()

    def farewell(self) -> list[str]:
        """The end of the session in plain sentences, for the terminal that is left behind."""
        return session_texts(self._floor.status(), self.tally, self._language)


def run_app(
    floor: Floor,
    house: House | None = None,
    *,
    theme: str = "default",
    ascii_signs: bool = False,
    language: str = "en",
    cue_out: Sequence[Callable[[Cue], None]] = (),
    readings: Readings = lambda text, device: (),
    ready: Callable[[PackstationApp], None] | None = None,
) -> list[str]:
    """Run the app until somebody closes it; returns how the session went, in sentences. SystemExit(1) after a bug.

    `ready` is called with the app after the first paint: start devices and warm-up there.
    """
    app = PackstationApp(
        floor,
        house,
        theme=theme,
        glyphs=ASCII if ascii_signs else UNICODE,
        language=language,
        cue_out=cue_out,
        readings=readings,
        ready=None if ready is None else lambda: ready(app),
    )
    app.run()
    if app.return_code:
        raise SystemExit(app.return_code)
    return app.farewell()


def _stamp_ms(event: events.Event) -> int:
    """When the key or paste arrived, not when its turn came: the loop may have been busy (FL2.8)."""
    return int(event.time * 1000)


def _name_of(event: events.Key) -> str:
    """The name of a key as the station knows it. Match `key`, not `character` (D3.3)."""
    key = event.key
    if key in _KEYS_TO_NAMES:
        return _KEYS_TO_NAMES[key]
    if event.is_printable and event.character is not None:
        return event.character
    return key
