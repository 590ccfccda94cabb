"""What is shown and heard, as data: one Prompt draws at 80x24, 40x20, 20x16 and as plain lines. Pure.

workflow --> Prompt --> screens (colour, symbol and word) | plain lines | replay's JSON
workflow --> Cue    --> tone, scanner feedback, bell
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct, field


class Cue(StrEnum):
    """The nine tones (floor.md section 3). Never colour alone: each has a word and a symbol."""

    TICK = "T1"
    LINE = "T2"
    DONE = "T3"
    ASK = "T4"
    WRONG = "E1"
    OVER = "E2"
    UNKNOWN = "E3"
    STOP = "E4"
    NET = "N1"


class Look(Struct, frozen=True):
    """How a cue looks: a symbol and its ASCII form, a word, a colour name for the theme."""

    symbol: str
    ascii: str
    word: str
    colour: str
    inverse: bool = False


LOOKS: Mapping[Cue, Look] = {
    Cue.TICK: Look("✓", "+", "OK", "green"),
    Cue.LINE: Look("✓✓", "++", "LINE", "green"),
    Cue.DONE: Look("★", "***", "DONE", "green", inverse=True),
    Cue.ASK: Look("?", "?", "ASK", "yellow"),
    Cue.WRONG: Look("✗", "X", "WRONG", "red", inverse=True),
    Cue.OVER: Look("▲", "^", "TOO MANY", "magenta", inverse=True),
    Cue.UNKNOWN: Look("!", "!", "UNKNOWN", "blue", inverse=True),
    Cue.STOP: Look("■", "STOP", "STOP", "red", inverse=True),
    Cue.NET: Look("~", "~", "NET", "status"),
}


class Say(Struct, frozen=True):
    """A text by its id and what goes into it, which may be a text itself. The words stand in a table for each
    language (FL10.6)."""

    id: str
    values: Mapping[str, str | int | Say] = field(default_factory=dict)


class Row(Struct, frozen=True, cache_hash=True):
    """One line of work: `done` of `need` units. `mark` is ○ open, ◐ begun, ● full, ▲ too many, – short."""

    key: str
    title: str
    done: int
    need: int
    detail: str = ""
    where: str = ""
    current: bool = False

    @property
    def mark(self) -> str:
        if self.done > self.need:
            return "▲"
        if self.done == self.need:
            return "●"
        return "◐" if self.done else "○"


class View(Struct, frozen=True):
    """A picture with its title, drawn in several fixed sizes: a screen shows the first that has room."""

    title: str
    pictures: tuple[tuple[str, ...], ...]


class Panel(Struct, frozen=True, cache_hash=True):
    """A box of further facts beside the rows: carton, weight, preview. `views`: pictures, each seen as a whole."""

    title: str
    lines: tuple[str, ...] = ()
    views: tuple[View, ...] = ()


class Key(Struct, frozen=True):
    """An action that is legal now. `key`: "f8", or "" when only the menu has it. `command`: "*UNDO"."""

    command: str
    key: str
    label: str


class Message(Struct, frozen=True):
    """What the last gesture led to, already in words. `short` has at most 57 characters, for 20x16.

    `sticky`: "" for news that the next gesture replaces, "A" or "B" for errors (FL2.6), "ask" for a question.
    """

    text: str
    short: str
    cue: Cue | None = None
    sticky: str = ""


class Prompt(Struct, frozen=True):
    """All a screen needs. `state`: ORDER, WEIGH ... `instruction`: the one thing to do next.

    `title`: what is open, "#4471"; empty when nothing is (FL2.7). `entry`: the half-typed digits, or None when
    nothing is typed here. `choices`: number and text, picked by key or `*1`.
    """

    state: str
    title: str
    instruction: str
    instruction_short: str
    rows: tuple[Row, ...] = ()
    panel: Panel | None = None
    message: Message | None = None
    keys: tuple[Key, ...] = ()
    choices: tuple[tuple[str, str], ...] = ()
    done: int = 0
    need: int = 0
    entry: str | None = None
    big: str = ""
    """A short code that is shown very large where the count stands else: the carton to take."""
    held: tuple[str, ...] = ()
    """Scans that wait for an acknowledgement, oldest first."""
    frame: str = ""
    """A colour for the whole screen: "red" in remove mode, "" else."""


class Status(Struct, frozen=True):
    """The line that is always on screen (FL1.5). A device is named with its fault before it is needed."""

    user: str
    station: str
    printer: str
    scanner: str
    scale: str
    waiting: int
    held: int
    unsynced: int
    sync_age_s: int | None
    online: bool
    clock: str
    printer_why: str = ""
    """Why the printer takes nothing: "paper out"."""
