"""Sign-in and the station's health: who may work here, and every device by its name with its fault (FL1.5). Pure."""

from __future__ import annotations

from collections.abc import Sequence

from packstation.screens.drawing import Paper
from packstation.screens.floor import Health
from packstation.screens.words import word
from packstation.workflows.prompt import Panel

_KINDS = ("scanner", "scale", "printer", "sound", "hub")
START_STATES = ("START", "SIGNIN", "LOCKED")


def health_panel(devices: Sequence[Health], paper: Paper) -> Panel:
    """The devices, faults first, each as a line that a person can act on."""
    language = paper.language
    lines: list[str] = []
    for device in sorted(devices, key=lambda device: not device.fault):
        kind = word(device.kind, language) if device.kind in _KINDS else device.kind
        named = f"{kind} {device.name}" if device.name.strip("-") else kind
        if device.fault:
            fault = device.fault.removeprefix(f"{device.name}: ")  # its name stands before it
            hint = f" {device.hint}" if device.hint else ""
            lines.append(f"{paper.glyphs.ill} {named}: {fault}{hint}")
        else:
            lines.append(f"{paper.glyphs.well} {named}: {device.hint or word('well', language)}")
    return Panel(word("health", language), tuple(lines) or (word("no_devices", language),))
