"""What the screens need of the station and of the house, as protocols: the app runs on anything that has these.

reader threads --post_line--> app --line/key/weight/tick--> Floor --prompt/status--> job.py
boards, devices, deeds of a supervisor: callables that commands/run.py hands over
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from msgspec import Struct, field

from packstation.devices.framer import Line as ScannerLine
from packstation.workflows.prompt import Cue, Prompt, Status

__all__ = [
    "Boards",
    "DemoKeys",
    "ExceptionRow",
    "Floor",
    "Health",
    "House",
    "Outcome",
    "Pages",
    "ScannerLine",
    "WaveRow",
]


class Outcome(Protocol):
    """What a line, a key or a weight led to; the commit lies behind it."""

    @property
    def n(self) -> int: ...
    @property
    def input(self) -> str: ...
    @property
    def outcome(self) -> str: ...
    @property
    def cue(self) -> Cue | None: ...
    @property
    def state(self) -> str: ...
    @property
    def message(self) -> str: ...


class Floor(Protocol):
    """The station without a screen, as far as a screen needs it."""

    def line(self, text: str, *, device: str, mono_ms: int, batch: bool = False, flood: bool = False) -> Outcome: ...
    def key(self, name: str) -> Outcome: ...
    def weight(self, weight_g: int, how: str) -> Outcome: ...
    def tick(self) -> Outcome | None: ...
    def prompt(self) -> Prompt: ...
    def status(self) -> Status: ...


class Health(Struct, frozen=True):
    """One device of the station. `fault`: "" when it is well, else what to tell people: "No answer"."""

    kind: str
    name: str
    fault: str = ""
    hint: str = ""


class WaveRow(Struct, frozen=True):
    """One wave of the board (FL9.1). `note`: the forecast, in words, or ""."""

    wave: str
    state: str
    cutoff: str
    total: int = 0
    ready: int = 0
    released: int = 0
    available: int = 0
    waiting: int = 0
    late: int = 0
    priority: int = 0
    done_today: int = 0
    note: str = ""


class ExceptionRow(Struct, frozen=True):
    """Something a supervisor has to decide (FL9.3)."""

    what: str
    order: str
    station: str
    user: str
    age_s: int
    text: str = ""
    opens: str = ""
    """The command that decides it at this bench, "*APPROVE", or "" when the board can only show it."""


class Pages(Protocol):
    """A long list, read page by page."""

    def count(self) -> int: ...
    def read(self, first: int, limit: int) -> Sequence[tuple[str, ...]]: ...


def _no_waves() -> Sequence[WaveRow]:
    return ()


def _no_exceptions() -> Sequence[ExceptionRow]:
    return ()


def _allowed() -> str:
    return ""


class Boards(Struct, frozen=True):
    """What the supervisor's board shows and can do. `refused` says why this user may not look, or "".

    `plan` and `release` do the deed and answer with the sentence to show; they are called on the app's loop, where
    the journal is written, and wait for no network.
    """

    waves: Callable[[], Sequence[WaveRow]] = _no_waves
    exceptions: Callable[[], Sequence[ExceptionRow]] = _no_exceptions
    refused: Callable[[], str] = _allowed
    plan: Callable[[], str] | None = None
    release: Callable[[str], str] | None = None
    lists: tuple[tuple[str, tuple[str, ...], Pages], ...] = ()
    """Further long lists: (title, column heads, pages)."""


class DemoKeys(Struct, frozen=True):
    """Two extra keys for a newcomer without a scanner: each sends a scan through the demo's serial port."""

    right: Callable[[], None]
    wrong: Callable[[], None]
    right_key: str = "space"
    wrong_key: str = "x"


class House(Struct, frozen=True):
    """All that a screen shows beside the prompt."""

    devices: Callable[[], Sequence[Health]] = tuple
    boards: Boards | None = None
    demo_keys: DemoKeys | None = None
    scannable: Callable[[], Sequence[str]] = field(default=tuple)
    """What can be scanned in this state, in words, for the help page."""
