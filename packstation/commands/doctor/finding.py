"""What doctor looks at, and what it finds."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from packstation.store import Place


@dataclass(frozen=True, slots=True)
class Finding:
    """One check. `state`: ok, note, wrong. `more`: what a program wants to know of it, for `--json`."""

    check: str
    state: str
    text: str
    more: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked at. `place` is None where no station lives."""

    folder: Path
    place: Place | None
    hub: str | None
    scanners: tuple[str, ...]
    scale: str | None
    printers: tuple[str, ...]
