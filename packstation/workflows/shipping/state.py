"""Where a loading desk stands: derived from what is open, never stored. Pure."""

from __future__ import annotations

from packstation.workflows.desk import Desk, Load
from packstation.workflows.prompt import Say


def state(desk: Desk) -> str:
    """DOOR, LOAD, REMOVE, CONFIRM; SHELF and BAGS while a pickup order is open."""
    if desk.pending is not None:
        return "CONFIRM"
    if desk.job is not None:
        return "BAGS" if desk.job.order.shelf is not None else "SHELF"
    if desk.load is None:
        return "DOOR"
    return "REMOVE" if desk.remove else "LOAD"


def at_door(text: str, load: Load, **values: str | int) -> Say:
    """A text that names the carrier and, where it has a number, the door."""
    door = load.door.removeprefix(f"D-{load.carrier}").removeprefix("-")
    done, need = load.counts
    known: dict[str, str | int] = {"carrier": load.carrier, "done": done, "n": need, **values}
    return Say(f"{text}_door", {**known, "door": door}) if door else Say(text, known)


def kilograms(weight_g: int) -> str:
    """188 412 g as 188.4 kg, without a float."""
    tenths = (weight_g + 50) // 100
    return f"{tenths // 10:,}.{tenths % 10} kg".replace(",", " ")
