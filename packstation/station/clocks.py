"""The station's clocks, what came in, and what it led to."""

from __future__ import annotations

import secrets
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from msgspec import Struct

from packstation.workflows.prompt import Cue
from sync import protocol


class Clock(Protocol):
    """The station's clocks; tests and replay bring their own."""

    boot: str

    def wall_ms(self) -> int: ...

    def mono_ms(self) -> int: ...


class SystemClock:
    """Wall time, and the monotonic clock the device threads stamp their lines with: the two are compared (FL2.8)."""

    def __init__(self) -> None:
        path = Path("/proc/sys/kernel/random/boot_id")
        self.boot = path.read_text(encoding="ascii").strip()[:8] if path.exists() else secrets.token_hex(4)

    def wall_ms(self) -> int:
        return time.time_ns() // 1_000_000

    def mono_ms(self) -> int:
        return time.monotonic_ns() // 1_000_000


def ship_day(ship_by: str | None, wall_ms: int) -> str:
    """The day whose rate sheet counts: when the order has to ship, and never a day that is over (CT4.5)."""
    today = datetime.fromtimestamp(wall_ms / 1000, UTC).date().isoformat()
    return max(today, (ship_by or "")[:10])


def random_gesture(wall_ms: int) -> str:
    return protocol.gesture_id(wall_ms, secrets.token_bytes(10))


class Outcome(Struct, frozen=True):
    """What one input led to. `outcome`: accepted, refused, asked, held, ignored. `facts`: the kinds recorded."""

    n: int
    input: str
    outcome: str
    cue: Cue | None
    state: str
    message: str
    facts: tuple[str, ...] = ()


class Raw(Struct, eq=False):
    """One line as it came in; `mono_ms`: when its last byte arrived. `told`: its one outcome is on disk (FL2.1)."""

    text: str
    device: str
    mono_ms: int
    wall_ms: int
    told: bool = False
    held_row: int = 0
    """Its row in the scan log while it is held, 0 = none."""
