"""How each scanner spoke at its last two starts, kept beside the databases for `doctor` (D1.10).

scanners.json: {"usb:0C2E:0B61": {"now": {...}, "before": {...}}}. Lost or damaged, it is begun anew: nothing of the
work depends on it.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from msgspec.structs import asdict

from packstation.devices.scanner.health import Habits, health

FILE = "scanners.json"
DEVICES_MAX = 50


def last_habits(folder: Path, device: str) -> Habits | None:
    """How the device spoke when the station last stopped."""
    return _habits(_read(folder).get(device, {}).get("now"))


def keep_habits(folder: Path, device: str, now: Habits) -> None:
    """Remember how the device spoke; one that said nothing is remembered as it was. Raises OSError."""
    if not now.terminator:
        return
    known = _read(folder)
    before = known.pop(device, {}).get("now")
    known[device] = {"now": asdict(now), "before": before}
    for oldest in list(known)[:-DEVICES_MAX]:
        del known[oldest]
    path = folder / FILE
    written = path.with_suffix(".new")
    written.write_text(json.dumps(known, indent=1), encoding="utf-8")
    os.replace(written, path)


def changed_habits(folder: Path) -> tuple[str, ...]:
    """What is different with each scanner since the start before the last, in words."""
    found: list[str] = []
    for device, kept in _read(folder).items():
        now = _habits(kept.get("now"))
        if now is not None:
            found.extend(health(_habits(kept.get("before")), now, device))
    return tuple(found)


def _read(folder: Path) -> dict[str, dict[str, Any]]:
    try:
        known = json.loads((folder / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(known, dict):
        return {}
    return {str(device): kept for device, kept in known.items() if isinstance(kept, dict)}


def _habits(kept: Any) -> Habits | None:
    if not isinstance(kept, dict) or not isinstance(kept.get("terminator"), str):
        return None
    aim = kept.get("aim")
    return Habits(
        terminator=kept["terminator"],
        prefix=str(kept.get("prefix") or ""),
        aim=aim if isinstance(aim, bool) else None,
        gs_seen=kept.get("gs_seen") is True,
    )
