"""What arrives at the app from other threads: messages, which its loop takes one by one in the order they came."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.message import Message as AppMessage

from packstation.screens.floor import Outcome, ScannerLine

if TYPE_CHECKING:
    pass


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


class TimePassed(AppMessage):
    def __init__(self, mono_ms: int) -> None:
        super().__init__()
        self.mono_ms = mono_ms
