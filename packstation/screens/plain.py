"""The station as plain lines: one line in, lines out; for screen readers, dumb terminals and pipes (FL10.2).

    in    a scan | F8, Enter (an empty line), Esc | *UNDO | digits where digits are asked | key:.. weigh:.. wait:..
    out   > what to do next
          X WRONG ITEM. ...        the cue's sign and word, then the text
    *HELP prints what is legal here, *LIST every row, *MORE panel and station, *EXIT leaves

No cursor movement and no colour; signs are ASCII. Knows no Textual.
"""

from __future__ import annotations

import queue
import re
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TextIO

from msgspec.structs import replace

from packstation.safe import safe
from packstation.screens.band import device_text
from packstation.screens.drawing import said_already
from packstation.screens.floor import Floor, House, Outcome, ScannerLine
from packstation.screens.words import cue_name, word
from packstation.workflows.prompt import LOOKS, Cue, Message, Prompt, Row, Status

TICK_S = 0.25
STOP_REPEAT_S = 2.0
LINE_CHARS_MAX = 4_096
_TEXT_CHARS_MAX = 600
_BELLS = {Cue.TICK: 1, Cue.LINE: 1, Cue.DONE: 1, Cue.ASK: 2, Cue.NET: 0}
_MARKS = {"○": "o", "◐": "%", "●": "*", "▲": "^", "–": "-"}
_F_KEY = re.compile(r"[Ff]([1-9]|1[0-2])\Z")
_TYPED_DIGITS_MAX = 7  # eight digits and more are a code, unless typed as key:
_COMMANDS = ("*HELP", "*LIST", "*MORE", "*EXIT", "*RAW")
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
        now_ms: Callable[[], int] = lambda: time.monotonic_ns() // 1_000_000,
    ) -> None:
        self._floor = floor
        self._stdin = stdin
        self._stdout = stdout
        self._house = house if house is not None else House()
        self._language = language
        self._cue_out = tuple(cue_out)
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
            line = came.line
            self._after(
                self._floor.line(
                    line.text, device=line.device, mono_ms=line.mono_ms, batch=line.batch, flood=line.flood
                )
            )
        elif came.kind == "weight":
            self._after(self._floor.weight(came.weight_g, came.text))
        elif came.kind == "event" and came.deed is not None:
            outcome = came.deed()
            if outcome is not None:
                self._after(outcome)
        elif came.kind == "typed":
            if came.text.upper() == "*EXIT":
                return False
            for outcome in self._typed(came.text):
                self._after(outcome)
        return True

    def _typed(self, text: str) -> Iterator[Outcome]:
        prompt = self._floor.prompt()
        command = text.upper()
        if command in _COMMANDS:
            self._command(command, prompt)
        elif text.startswith("key:"):
            yield self._floor.key(_key_name(text.removeprefix("key:")))
        elif (
            text.startswith("weigh:")
            and text.removeprefix("weigh:").isascii()
            and text.removeprefix("weigh:").isdecimal()
        ):
            yield self._floor.weight(int(text.removeprefix("weigh:")), "typed")
        elif text.startswith("wait:"):
            time.sleep(min(int(text.removeprefix("wait:") or 0), 60_000) / 1000 if text[5:].isdecimal() else 0)
        elif text == "" or command in ("ENTER", "ESC", "ESCAPE") or _F_KEY.match(text):
            yield self._floor.key(_key_name(text or "enter"))
        elif command.startswith("*") and not command.endswith("*"):
            yield self._floor.key(command)
        elif _is_typing(text, prompt):
            chosen = any(number == text for number, _ in prompt.choices)
            yield self._floor.key(text if chosen else f"={text}")  # the line's end is its Enter
        else:
            yield self._floor.line(text, device="plain", mono_ms=self._now_ms(), batch=True)

    def _command(self, command: str, prompt: Prompt) -> None:
        if command == "*HELP":
            self._print(f"> {prompt.instruction}")
            for text in self._house.scannable():
                self._print(f"  {text}")
            for number, text in prompt.choices:
                self._print(f"  {number}  {text}")
            for key in prompt.keys:
                names = " ".join(part for part in (key.key.upper(), key.command) if part)
                self._print(f"  {names}  {key.label}")
            for name in _COMMANDS:
                self._print(f"  {name}")
        elif command == "*LIST":
            for row in prompt.rows:
                self._print(_row_text(row, self._language))
            if not prompt.rows:
                self._print("  -")
        else:
            self._print_panel(prompt)
            self._print_status(self._floor.status(), whole=True)

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
            if outcome.outcome == "held" or prompt.held:
                self._print(word("held", self._language, n=len(prompt.held)))
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
            parts = [status.user, status.station, *devices, f"~ {net}"]
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
    ready: Callable[[PlainApp], None] | None = None,
) -> None:
    """Run the station on two streams until the input ends; `ready` is called with the app, to start devices."""
    app = PlainApp(floor, stdin or sys.stdin, stdout or sys.stdout, house, language=language, cue_out=cue_out)
    if ready is not None:
        ready(app)
    app.run()


def _row_text(row: Row, language: str) -> str:
    counted = word("count_of", language, done=row.done, need=row.need)
    text = f"{_MARKS.get(row.mark, row.mark)} {counted} {row.title}"
    return "  ".join(part for part in (f"  {text}", row.detail, row.where) if part)


def _is_typing(text: str, prompt: Prompt) -> bool:
    """Digits of a hand: a choice, an entry that is asked for, a quantity; longer ones are codes."""
    if not (text.isascii() and text.isdigit()):
        return False
    if any(number == text for number, _ in prompt.choices):
        return True
    asked = prompt.entry is not None or prompt.state in ("START", "LOCKED")  # a user's number, then the PIN (FL1.3)
    return len(text) <= (_TYPED_DIGITS_MAX if asked else 2)


def _key_name(name: str) -> str:
    lower = name.strip(" ").lower()
    return {"esc": "escape", "return": "enter"}.get(lower, lower if not lower.startswith("*") else name.upper())
