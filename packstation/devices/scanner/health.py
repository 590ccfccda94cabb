"""Whether a scanner still speaks as it did: a changed prefix or end of line is a changed setting (D1.10). Pure."""

from __future__ import annotations

from msgspec import Struct

from packstation.workflows.prompt import Say
from packstation.workflows.texts import words


class Habits(Struct, frozen=True):
    """How a device was seen to speak. `terminator`: "" until it ended a line. `aim`: it sends AIM identifiers.

    `gs_seen`: it has sent a group separator, ever. All of it fits into a JSON object, for the next start.
    """

    terminator: str = ""
    prefix: str = ""
    aim: bool | None = None
    gs_seen: bool = False


def differences(before: Habits | None, now: Habits, device: str = "scanner") -> tuple[Say, ...]:
    """What differs from the last start, for the health screen."""
    if before is None or not now.terminator:
        return ()
    found = []
    if before.terminator and before.terminator != now.terminator:
        found.append(Say("scanner_ends", {"name": device, "before": before.terminator, "now": now.terminator}))
    if before.prefix != now.prefix:
        values = {"name": device, "before": repr(before.prefix or "none"), "now": repr(now.prefix or "none")}
        found.append(Say("scanner_prefix", values))
    if before.aim is not None and now.aim is not None and before.aim != now.aim:
        found.append(Say("scanner_aim_on" if now.aim else "scanner_aim_off", {"name": device}))
    return tuple(found)


def health(before: Habits | None, now: Habits, device: str = "scanner") -> tuple[str, ...]:
    """The same in English, for `doctor`."""
    return tuple(words(say) for say in differences(before, now, device))
