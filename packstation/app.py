"""The terminal app: one sheet, mounted once; lines, weights and events become messages, in the order they came.

    reader threads --post_line--> LineArrived --+
    keyboard -- on_event, before focus ---------+--> Station --> cue_out, bell --> one picture --> the sheet
    sync, printer --post_event-- EventArrived --+

Scans have no focus to lose (FL2.18): no widget ever takes a key. Nothing here decides what a scan means.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import ClassVar

from textual import events, work
from textual.app import App, ComposeResult
from textual.binding import BindingType
from textual.message import Message as AppMessage
from textual.timer import Timer

from packstation.devices.wedge import Wedge
from packstation.screens.board import Board
from packstation.screens.drawing import ASCII, UNICODE, Glyphs, Paper, Picture
from packstation.screens.floor import Floor, House, Outcome, ScannerLine
from packstation.screens.help import help_lines
from packstation.screens.job import JobScreen, too_small
from packstation.screens.leave import Tally, leave_lines, session_texts
from packstation.screens.looks import THEMES
from packstation.screens.menu import Menu
from packstation.screens.pages import TextPage
from packstation.screens.raw import RawLog, Readings
from packstation.screens.sheet import Sheet
from packstation.screens.start import START_STATES, health_panel
from packstation.screens.words import word
from packstation.workflows.prompt import Cue, Key, Message, Prompt, Status

TICK_S = 0.25
STOP_REPEAT_S = 2.0
BELL_GAP_S = 0.15
BELLS = {Cue.TICK: 1, Cue.LINE: 1, Cue.DONE: 1, Cue.ASK: 2, Cue.WRONG: 3, Cue.OVER: 3, Cue.UNKNOWN: 3, Cue.STOP: 3}
_VIEW_COMMANDS = {
    "*HELP": "help",
    "*RAW": "raw",
    "*MORE": "more",
    "*LIST": "list",
    "*BOARD": "board",
    "*EXIT": "leave",
}
_KEYS_TO_NAMES = {
    "asterisk": "*",
    "space": "space",
    "full_stop": ".",
    "minus": "-",
    "underscore": "_",
    "ctrl+m": "enter",
    "ctrl+h": "backspace",
}


class LineArrived(AppMessage):
    """A scanner line, as it was framed and stamped by its thread."""

    def __init__(self, line: ScannerLine) -> None:
        super().__init__()
        self.line = line


class WeightArrived(AppMessage):
    def __init__(self, weight_g: int, how: str) -> None:
        super().__init__()
        self.weight_g, self.how = weight_g, how


class EventArrived(AppMessage):
    """News of sync, printer or a device; `deed` tells the station, on the loop, and may answer with an Outcome."""

    def __init__(self, deed: Callable[[], Outcome | None]) -> None:
        super().__init__()
        self.deed = deed


class DeedDone(AppMessage):
    def __init__(self, told: str) -> None:
        super().__init__()
        self.told = told


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
        readings: Readings = lambda text: (),
        ready: Callable[[], None] | None = None,
        mono_ms: Callable[[], int] = lambda: time.monotonic_ns() // 1_000_000,
        wall_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
    ) -> None:
        assert theme in THEMES, f"theme: expected one of {', '.join(THEMES)}, got {theme!r}"
        super().__init__(ansi_color=True)
        self._floor = floor
        self._house = house if house is not None else House()
        self._look = theme
        self._glyphs = glyphs
        self._language = language
        self._cue_out = tuple(cue_out)
        self._readings = readings
        self._on_first_paint = ready
        self._mono_ms = mono_ms
        self._wall_ms = wall_ms
        self._sheet = Sheet(theme, self._tapped)
        self._job = JobScreen()
        self._raw = RawLog()
        self._page = TextPage()
        self._menu: Menu | None = None
        self._board: Board | None = None
        self._view = "job"
        self._notice: Message | None = None
        self._waiting = 0
        self._counting = threading.Lock()
        self._wedge = Wedge()
        self._stop_timer: Timer | None = None
        self._bell_timers: list[Timer] = []
        self.tally = Tally(floor.status().clock)
        self.bells = 0
        """Bells rung so far."""

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
    def waiting(self) -> int:
        """Lines that have arrived and were not judged yet; a reader stops at 1,000 (FL2.15)."""
        return self._waiting

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
        outcome = self._floor.line(line.text, device=line.device, mono_ms=line.mono_ms, batch=line.batch)
        self._raw.add(line, outcome)
        self.tally.scans += 1
        command = _command_of(line.text)
        if command in _VIEW_COMMANDS:
            self._open(_VIEW_COMMANDS[command])
        elif self._view not in ("job", "raw") or outcome.cue is Cue.STOP:
            self._view = "job"
        self._after(outcome)

    def on_weight_arrived(self, event: WeightArrived) -> None:
        self._after(self._floor.weight(event.weight_g, event.how))

    def on_event_arrived(self, event: EventArrived) -> None:
        outcome = event.deed()
        if outcome is None:
            self._show()
        else:
            self._after(outcome)

    def on_deed_done(self, event: DeedDone) -> None:
        if self._board is not None:
            self._board.busy = False
            self._board.told = event.told
            self._board.reload()
        self._show()

    def _first_painted(self) -> None:
        if self._on_first_paint is not None:
            self._on_first_paint()

    def _ticked(self) -> None:
        broken_off = self._wedge.tick(self._mono_ms())
        if broken_off is not None:
            self._tell(broken_off, Cue.UNKNOWN)
        outcome = self._floor.tick()
        if outcome is not None:
            self._after(outcome)
        else:
            self._show()

    # Keys.

    def _key_arrived(self, event: events.Key) -> None:
        taken = self._wedge.key(event.key, _stamp_ms(event), self._wall_ms())
        if taken.notice is not None:
            self._tell(taken.notice, Cue.UNKNOWN)
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
        """Enter would acknowledge something now, rather than end what was typed."""
        prompt = self._floor.prompt()
        return not prompt.entry and prompt.message is not None and prompt.message.sticky != ""

    def _tapped(self, press: str) -> None:
        self._pressed(press)

    def _pressed(self, name: str) -> None:
        """A key of a hand, a tap, or what the menu chose."""
        if self._notice is not None:
            self._notice = None
        if name in ("f1", "f2"):
            self._open("help" if name == "f1" else "raw")
        elif name == "ctrl+c":
            self._open("leave")
        elif self._view == "menu" and self._menu is not None:
            self._menu_pressed(name)
        elif self._view == "board" and self._board is not None:
            self._board_pressed(name)
        elif self._view != "job":
            self._page_pressed(name)
        else:
            self._job_pressed(name)
        if not self._closing:
            self._show()

    def _job_pressed(self, name: str) -> None:
        demo = self._house.demo_keys
        prompt = self._floor.prompt()
        if name in _VIEW_COMMANDS:
            self._open(_VIEW_COMMANDS[name])
        elif name == "*":
            self._menu = Menu(prompt, self._own_keys())
            self._view = "menu"
        elif name == "pagedown":
            self._job.more()
        elif name in ("up", "down", "pageup"):
            self._job.scroll({"up": -1, "down": 1, "pageup": -8}[name])
        elif name == "escape" and self._job.leave():
            pass
        elif demo is not None and name == demo.right_key and prompt.entry is None:
            demo.right()
        elif demo is not None and name == demo.wrong_key and prompt.entry is None:
            demo.wrong()
        elif _is_gesture(name) or (prompt.entry is not None and len(name) == 1):
            self._after(self._floor.key(name))
        elif len(name) == 1:
            self._tell(word("typed", self._language), None)

    def _menu_pressed(self, name: str) -> None:
        assert self._menu is not None
        chosen = self._menu.pressed(name) if not name.startswith("*") or name == "*" else name
        if chosen == "":
            return
        self._view, self._menu = "job", None
        if chosen is None:
            return
        demo = self._house.demo_keys
        if demo is not None and chosen in ("*RIGHT", "*WRONG"):
            (demo.right if chosen == "*RIGHT" else demo.wrong)()
        elif chosen in _VIEW_COMMANDS:
            self._open(_VIEW_COMMANDS[chosen])
        else:
            self._after(self._floor.key(chosen))

    def _board_pressed(self, name: str) -> None:
        assert self._board is not None
        chosen = self._board.pressed(name)
        if chosen is None:
            self._view = "job"
        elif chosen:
            self._board.busy = True
            self._do_deed(chosen)

    def _page_pressed(self, name: str) -> None:
        if self._page.pressed(name):
            return
        if self._view == "leave" and name in ("enter", "f12", "*OK"):
            self.exit()
            return
        self._view = "job"
        if name not in ("escape", "f3", "*BACK", "enter"):
            self._job_pressed(name)

    def _open(self, view: str) -> None:
        """Open one of the app's own pages; the same again closes it."""
        if view == "more":
            self._job.more()
        elif view == "list":
            self._job.list_all()
        elif view == "board":
            self._open_board()
        elif self._view == view and view != "leave":
            self._view = "job"
        elif self._view == "leave" and view == "leave":
            self.exit()
        else:
            self._page = TextPage()
            self._view = view

    def _open_board(self) -> None:
        boards = self._house.boards
        if boards is None:
            return
        refused = boards.refused()
        if refused:
            self._notice = Message(refused, refused, Cue.ASK)
            self._view = "job"
            return
        self._board = Board(boards)
        self._view = "board"

    @work(thread=True, exit_on_error=True)
    def _do_deed(self, chosen: str) -> None:
        boards = self._house.boards
        assert boards is not None
        if chosen == "plan" and boards.plan is not None:
            self.post_message(DeedDone(boards.plan()))
        elif boards.release is not None:
            self.post_message(DeedDone(boards.release(chosen.removeprefix("release:"))))

    def _own_keys(self) -> list[Key]:
        """The app's own actions, as the menu, the help page and the key bar name them."""
        keys = []
        if self._house.demo_keys is not None:
            keys += [
                Key("*RIGHT", self._house.demo_keys.right_key, word("demo_right", self._language)),
                Key("*WRONG", self._house.demo_keys.wrong_key, word("demo_wrong", self._language)),
            ]
        keys += [
            Key("*MORE", "PgDn", word("key_more", self._language)),
            Key("*LIST", "", word("key_list", self._language)),
            Key("*HELP", "f1", word("key_help", self._language)),
            Key("*RAW", "f2", word("key_raw", self._language)),
        ]
        if self._house.boards is not None:
            keys.append(Key("*BOARD", "", word("key_board", self._language)))
        keys.append(Key("*EXIT", "ctrl+c", word("key_exit", self._language)))
        named = {key.command for key in self._floor.prompt().keys}
        return [key for key in keys if key.command not in named]

    # What is heard and seen.

    def _after(self, outcome: Outcome) -> None:
        """The commit lies behind us: sound first, then one picture."""
        self.tally.count(outcome.outcome)
        self._notice = None
        if outcome.cue is not None:
            self._sound(outcome.cue)
        self._show()

    def _sound(self, cue: Cue) -> None:
        for out in self._cue_out:
            out(cue)
        for timer in self._bell_timers:
            timer.stop()
        self._bell_timers = []
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

    def _tell(self, text: str, cue: Cue | None) -> None:
        """News of the app itself, until the next gesture; it never covers what the station says."""
        self._notice = Message(text, text, cue)
        if cue is not None:
            self._sound(cue)

    def _show(self, width: int = 0, height: int = 0) -> None:
        if not self.is_running or self._closing:
            return
        prompt = self._floor.prompt()
        self._mind_stop(prompt)
        status = self._floor.status()
        waiting = max(status.waiting, self.waiting)
        if waiting != status.waiting:
            status = replace(status, waiting=waiting)
        paper = Paper(width or self.size.width, height or self.size.height, self._glyphs, self._language)
        self._sheet.show(self._picture(prompt, status, paper))

    def _picture(self, prompt: Prompt, status: Status, paper: Paper) -> Picture:
        if paper.width < 20 or paper.height < 12:
            return too_small(paper)
        if self._view == "menu" and self._menu is not None:
            return self._menu.draw(status, paper)
        if self._view == "board" and self._board is not None:
            return self._board.draw(status, paper)
        if self._view == "help":
            lines = help_lines(prompt, self._own_keys(), self._house.scannable(), paper)
            return self._page.draw(word("help", self._language), lines, (), status, paper)
        if self._view == "raw":
            return self._page.draw(
                word("raw", self._language), self._raw.lines(paper, self._readings), (), status, paper
            )
        if self._view == "leave":
            lines = leave_lines(prompt, status, self.tally, paper)
            keys = [Key("enter", "enter", word("key_exit", self._language))]
            return self._page.draw(word("leave", self._language), lines, keys, status, paper)
        sticky = prompt.message is not None and prompt.message.sticky != ""
        if self._notice is not None and not sticky:
            prompt = replace(prompt, message=self._notice)
        if prompt.panel is None and prompt.state in START_STATES:
            prompt = replace(prompt, panel=health_panel(self._house.devices(), paper))
        return self._job.draw(prompt, status, paper, self._bar_keys(prompt))

    def _bar_keys(self, prompt: Prompt) -> list[Key]:
        return (
            [key for key in self._own_keys() if key.command in ("*RIGHT", "*WRONG")] if self._house.demo_keys else []
        )

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
    readings: Readings = lambda text: (),
    ready: Callable[[PackstationApp], None] | None = None,
) -> list[str]:
    """Run the app until somebody closes it; `ready` is called with the app after the first paint, to start devices.

    Returns the farewell, for the caller to print.
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
    return app.farewell()


def _stamp_ms(event: events.Event) -> int:
    """When the key or paste arrived, not when its turn came: the loop may have been busy (FL2.8)."""
    return int(event.time * 1000)


def _is_gesture(name: str) -> bool:
    """Keys the station knows in every state: F keys, Enter, Esc, digits, backspace and commands."""
    if name in ("enter", "escape", "backspace") or (name.startswith("*") and len(name) > 1):
        return True
    return (len(name) == 1 and name.isdigit()) or (name[:1] == "f" and name[1:].isdigit())


def _name_of(event: events.Key) -> str:
    """The name of a key as the station knows it. Match `key`, not `character` (D3.3)."""
    key = event.key
    if key in _KEYS_TO_NAMES:
        return _KEYS_TO_NAMES[key]
    if event.is_printable and event.character is not None:
        return event.character
    return key


def _command_of(text: str) -> str:
    """The command a scanned line is, without symbology identifier and tag, or ""."""
    bare = text[3:] if text.startswith("]") else text
    return bare.split(".")[0] if bare.startswith("*") else ""
