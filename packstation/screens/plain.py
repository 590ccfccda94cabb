"""The station as plain lines: one line in, lines out; for screen readers, dumb terminals and pipes (FL10.2).

    in    a scan | F8, Enter (an empty line), Esc | *UNDO | digits where digits are asked | key:.. weigh:.. wait:..
    out   > what to do next
          X WRONG ITEM. ...        the cue's sign and word, then the text
    *        the menu: all that is legal here with a number each; the next line may be one of the numbers
    *HELP prints the same with what can be scanned, *LIST every row, *MORE panel and station, *RAW the last scans,
    *EXIT leaves

No cursor movement and no colour; signs are ASCII. Knows no Textual.
"""

from __future__ import annotations

import itertools
import queue
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TextIO

from msgspec.structs import replace

from packstation.safe import safe
from packstation.screens.band import device_text
from packstation.screens.drawing import ASCII, Paper, said_already
from packstation.screens.floor import Floor, House, Outcome, ScannerLine
from packstation.screens.help import does
from packstation.screens.raw import RawLog, Readings
from packstation.screens.typed import gesture_of
from packstation.screens.views import command_of, lists_orders
from packstation.screens.words import cue_name, word
from packstation.workflows.prompt import LOOKS, Cue, Key, Message, Prompt, Row, Status

TICK_S = 0.25
STOP_REPEAT_S = 2.0
LINE_CHARS_MAX = 4_096
_TEXT_CHARS_MAX = 600
_BELLS = {Cue.TICK: 1, Cue.LINE: 1, Cue.DONE: 1, Cue.ASK: 2, Cue.NET: 0}
_MARKS = {"○": "o", "◐": "%", "●": "*", "▲": "^", "–": "-"}
_COMMANDS = ("*HELP", "*LIST", "*MORE", "*RAW", "*BOARD", "*EXIT")
_PAGE_KEYS = {"f1": "*HELP", "f2": "*RAW", "pgdn": "*MORE"}
_RAW_CELLS = 100
_LINES_WAITING_MAX = 1_000

Said = tuple[str, object]


@dataclass(frozen=True, slots=True)
class _Input:
    """One thing that happened: a typed line, a scanner line, a weight, news, or the end of the input."""

    kind: str
    text: str = ""
    line: ScannerLine | None = None
    weight_g: int = 0
    deed: Callable[[], Outcome | None] | None = None


class PlainApp:
    """The loop around one station; everything that arrives goes through one queue, first in, first out."""

    def __init__(
        self,
        floor: Floor,
        stdin: TextIO,
        stdout: TextIO,
        house: House | None = None,
        *,
        language: str = "en",
        cue_out: Sequence[Callable[[Cue], None]] = (),
        readings: Readings = lambda text, device: (),
        now_ms: Callable[[], int] = lambda: time.monotonic_ns() // 1_000_000,
    ) -> None:
        self._floor = floor
        self._stdin = stdin
        self._stdout = stdout
        self._house = house if house is not None else House()
        self._language = language
        self._cue_out = tuple(cue_out)
        self._readings = readings
        self._raw = RawLog()
        self._menu: dict[str, str] = {}
        """What the numbers of the menu stand for, until the next line."""
        self._now_ms = now_ms
        self._inputs: queue.Queue[_Input] = queue.Queue()
        self._instruction = ""
        self._status: Status | None = None
        self._rings = getattr(stdout, "isatty", lambda: False)()
        self._rung_s = 0.0

    # From other threads.

    def post_line(self, line: ScannerLine) -> bool:
        self._inputs.put(_Input("line", line=line))
        return True

    def post_weight(self, weight_g: int, how: str = "scale") -> bool:
        self._inputs.put(_Input("weight", text=how, weight_g=weight_g))
        return True

    def post_event(self, deed: Callable[[], Outcome | None]) -> bool:
        self._inputs.put(_Input("event", deed=deed))
        return True

    @property
    def waiting(self) -> int:
        return self._inputs.qsize()

    def run(self) -> None:
        """Until the input ends or somebody types *EXIT."""
        threading.Thread(target=self._read, name="plain-input", daemon=True).start()
        self._tell_prompt(self._floor.prompt(), None)
        while True:
            try:
                came = self._inputs.get(timeout=TICK_S)
            except queue.Empty:
                self._idle()
                continue
            if came.kind == "end" or not self._take(came):
                return

    def _read(self) -> None:
        """Typed lines, in a thread of their own: a pipe gives them all at once, a hand one by one."""
        while line := self._stdin.readline(LINE_CHARS_MAX):
            while self._inputs.qsize() >= _LINES_WAITING_MAX:
                time.sleep(0.01)
            self._inputs.put(_Input("typed", text=line.rstrip("\r\n")))
        self._inputs.put(_Input("end"))

    def _take(self, came: _Input) -> bool:
        """False to leave."""
        if came.kind == "line" and came.line is not None:
            return self._judge(came.line)
        if came.kind == "weight":
            self._after(self._floor.weight(came.weight_g, came.text))
        elif came.kind == "event" and came.deed is not None:
            outcome = came.deed()
            if outcome is not None:
                self._after(outcome)
        elif came.kind == "typed":
            return self._typed(came.text)
        return True

    def _judge(self, line: ScannerLine) -> bool:
        """A line of a scanner; the app's own commands are scanned as well as typed (FL10.3)."""
        command = command_of(line.text)
        own = command in _COMMANDS and not lists_orders(command, self._floor.prompt())
        outcome = self._floor.line(
            line.text, device=line.device, mono_ms=line.mono_ms, batch=line.batch, flood=line.flood
        )
        self._raw.add(line, outcome)
        if own:
            return self._own(command)
        self._after(outcome)
        return True

    def _typed(self, text: str) -> bool:
        """A line of a hand. False to leave."""
        menu, self._menu = self._menu, {}
        chosen = menu.get(text, "")
        if chosen.startswith("board:"):
            return self._board_deed(chosen.removeprefix("board:"))
        text = chosen or text
        command = _PAGE_KEYS.get(text.lower(), text.upper())
        name, _, rest = text.partition(":")
        prompt = self._floor.prompt()
        if command in _COMMANDS and not lists_orders(command, prompt):
            return self._own(command)
        if text == "*":
            self._show_menu(prompt)
        elif name == "weigh" and rest.isascii() and rest.isdecimal():
            self._after(self._floor.weight(int(rest), "typed"))
        elif name == "wait":
            time.sleep(min(int(rest or 0), 60_000) / 1000 if rest.isdecimal() else 0)
        else:
            key = gesture_of(text, prompt)
            if key is None:
                stamp = self._now_ms()
                raw = text.encode("utf-8", "surrogatepass")
                return self._judge(ScannerLine(text, raw, "plain", stamp, time.time_ns() // 1_000_000, batch=True))
            self._after(self._floor.key(key))
        return True

    def _show_menu(self, prompt: Prompt) -> None:
        """What `*` opens: choices keep the numbers the question gave them, keys and commands take the free ones."""
        taken = [number for number, _ in prompt.choices]
        free = (str(number) for number in itertools.count(1) if str(number) not in taken)
        self._print(f"  {word('menu', self._language)}: {word('menu_hint', self._language)}")
        for number, text in prompt.choices:
            self._print(f"  {number}  {text}")
        known = {key.command for key in prompt.keys}
        own = [Key(name, "", word(f"plain_{name[1:].lower()}", self._language)) for name in _COMMANDS]
        for number, key in zip(free, (*prompt.keys, *(key for key in own if key.command not in known)), strict=False):
            self._menu[number] = key.command
            names = " ".join(part for part in (key.key.upper(), key.command) if part)
            self._print(f"  {number}  {key.label} ({names})")
        self._stdout.flush()

    def _show_board(self) -> None:
        """Waves and exceptions as lines; what can be done has a number, which the next line may be (FL9.1, FL9.3)."""
        boards = self._house.boards
        refused = boards.refused() if boards is not None else word("nothing_open", self._language)
        if boards is None or refused:
            self._print(f"  {refused}")
            return
        numbers = itertools.count(1)
        for wave in boards.waves():
            self._print(f"  {wave.wave}  {wave.state}  {wave.cutoff}  {wave.note}")
            if boards.release is not None:
                label = word("plain_release", self._language, wave=wave.wave)
                self._offer(str(next(numbers)), f"board:ask:{wave.wave}", label)
        if boards.plan is not None:
            self._offer(str(next(numbers)), "board:plan", word("plain_plan", self._language))
        rows = boards.exceptions()
        self._print(f"  {word('exceptions' if rows else 'no_exceptions', self._language)}")
        for row in rows:
            self._print("  " + "  ".join(part for part in (row.what, row.order, row.user, row.text) if part))
        opens = next((row.opens for row in rows if row.opens), "")
        if opens:
            self._offer(str(next(numbers)), opens, opens)

    def _offer(self, number: str, press: str, label: str) -> None:
        self._menu[number] = press
        self._print(f"  {number}  {label}")

    def _board_deed(self, deed: str) -> bool:
        """Plan or release; a release is asked once more, and Enter does it."""
        boards = self._house.boards
        if boards is None or boards.refused():
            return True
        kind, _, wave = deed.partition(":")
        if kind == "ask":
            orders = next((row.total for row in boards.waves() if row.wave == wave), 0)
            self._print(f"  {word('release_ask', self._language, wave=wave, n=orders)}")
            self._menu[""] = f"board:release:{wave}"
        elif kind == "plan" and boards.plan is not None:
            self._print(f"  {boards.plan()}")
        elif kind == "release" and boards.release is not None:
            self._print(f"  {boards.release(wave)}")
        self._stdout.flush()
        return True

    def _own(self, command: str) -> bool:
        """One of the app's own commands. False to leave."""
        prompt = self._floor.prompt()
        if command == "*EXIT":
            return False
        if command == "*HELP":
            self._print(f"> {prompt.instruction}")
            for text in self._house.scannable():
                self._print(f"  {text}")
            for number, text in prompt.choices:
                self._print(f"  {number}  {text}")
            for key in prompt.keys:
                names = " ".join(part for part in (key.key.upper(), key.command) if part)
                told = does(key, self._language)
                self._print(f"  {names}  {key.label}{': ' if told else ''}{told}")
            for name in _COMMANDS:
                self._print(f"  {name}  {word(f'plain_{name[1:].lower()}', self._language)}")
        elif command == "*LIST":
            for row in prompt.rows:
                self._print(_row_text(row, self._language))
            if not prompt.rows:
                self._print("  -")
        elif command == "*BOARD":
            self._show_board()
        elif command == "*RAW":
            for line in self._raw.lines(Paper(_RAW_CELLS, 24, ASCII, self._language), self._readings):
                self._print("  " + "".join(text for text, _ in line).strip(" "))
        else:
            self._print_panel(prompt)
            self._print_status(self._floor.status(), whole=True)
        self._stdout.flush()
        return True

    def _idle(self) -> None:
        outcome = self._floor.tick()
        if outcome is not None:
            self._after(outcome)
        message = self._floor.prompt().message
        stopped = message is not None and message.cue is Cue.STOP and message.sticky != ""
        now_s = self._now_ms() / 1000
        if stopped and now_s - self._rung_s >= STOP_REPEAT_S:
            self._sound(Cue.STOP)

    def _after(self, outcome: Outcome) -> None:
        """The commit lies behind us: sound, then the lines."""
        if outcome.cue is not None:
            self._sound(outcome.cue)
        self._tell_prompt(self._floor.prompt(), outcome)

    def _sound(self, cue: Cue) -> None:
        self._rung_s = self._now_ms() / 1000
        for out in self._cue_out:
            out(cue)
        if self._rings:
            self._stdout.write("\a" * _BELLS.get(cue, 3))

    def _tell_prompt(self, prompt: Prompt, outcome: Outcome | None) -> None:
        if outcome is not None:
            if outcome.cue is not None and (prompt.message is None or prompt.message.cue is None):
                self._print(message_text(Message(outcome.message, outcome.message, outcome.cue), self._language))
            elif prompt.message is not None:
                self._print(message_text(prompt.message, self._language))
            elif outcome.message:
                self._print(outcome.message)
            held = word("held", self._language, n=len(prompt.held))
            said = prompt.message is not None and prompt.message.text == held
            if (outcome.outcome == "held" or prompt.held) and not said:
                self._print(held)
        current = next((row for row in prompt.rows if row.current), None)
        told = "\n".join(
            [
                f"> {prompt.title + ': ' if prompt.title else ''}{prompt.instruction}",
                *([_row_text(current, self._language)] if current is not None else []),
                *(f"  {number}  {text}" for number, text in prompt.choices),
                *([f"  {prompt.entry}"] if prompt.entry else []),
            ]
        )
        if told != self._instruction:
            self._instruction = told
            for text in told.split("\n"):
                self._print(text)
            if prompt.choices and prompt.panel is not None:
                self._print_panel(prompt)
        self._print_status(self._floor.status(), whole=False)
        self._stdout.flush()

    def _print_panel(self, prompt: Prompt) -> None:
        if prompt.panel is None:
            return
        self._print(f"  {prompt.panel.title}")
        for text in prompt.panel.lines:
            self._print(f"  {text}")

    def _print_status(self, status: Status, *, whole: bool) -> None:
        """On change only: a screen reader must not repeat the clock."""
        before = self._status
        self._status = replace(status, clock="", sync_age_s=None, unsynced=0, waiting=0, held=0)
        if whole or (before is not None and before != self._status):
            net = word("online" if status.online else "offline", self._language)
            devices = [device_text(one, self._language) for one in (status.scanner, status.scale, status.printer)]
            why = [f"({status.printer_why})"] if status.printer_why else []
            parts = [status.user, status.station, *devices, *why, f"~ {net}"]
            if whole:
                parts += [word("unsent", self._language, n=status.unsynced), status.clock]
            self._print("  " + ", ".join(part for part in parts if part))

    def _print(self, text: str) -> None:
        indent = len(text) - len(text.lstrip(" "))
        self._stdout.write(f"{' ' * indent}{safe(text.lstrip(' '), chars_max=_TEXT_CHARS_MAX)}\n")


def message_text(message: Message, language: str = "en") -> str:
    """A message as one line, the sign of its cue first.

    >>> message_text(Message("WRONG ITEM. Nothing recorded.", "", Cue.WRONG))
    'X WRONG ITEM. Nothing recorded.'
    """
    if message.cue is None:
        return message.text
    look, name = LOOKS[message.cue], cue_name(message.cue, language)
    said = bool(said_already(message.cue, message.text, language))
    if look.ascii == look.word:
        return message.text if said else f"{name}. {message.text}"
    return f"{look.ascii} {message.text}" if said else f"{look.ascii} {name}. {message.text}"


def run_plain(
    floor: Floor,
    stdin: TextIO | None = None,
    stdout: TextIO | None = None,
    house: House | None = None,
    *,
    language: str = "en",
    cue_out: Sequence[Callable[[Cue], None]] = (),
    readings: Readings = lambda text, device: (),
    ready: Callable[[PlainApp], None] | None = None,
) -> None:
    """Run the station on two streams until the input ends; `ready` is called with the app, to start devices."""
    app = PlainApp(
        floor, stdin or sys.stdin, stdout or sys.stdout, house, language=language, cue_out=cue_out, readings=readings
    )
    if ready is not None:
        ready(app)
    app.run()


def _row_text(row: Row, language: str) -> str:
    counted = word("count_of", language, done=row.done, need=row.need)
    text = f"{_MARKS.get(row.mark, row.mark)} {counted} {row.title}"
    return "  ".join(part for part in (f"  {text}", row.detail, row.where) if part)
