"""Whether a scanner still speaks as it did: a changed prefix or end of line is a changed setting (D1.10). Pure."""

from __future__ import annotations

from msgspec import Struct


class Habits(Struct, frozen=True):
    """How a device was seen to speak. `terminator`: "" until it ended a line. `aim`: it sends AIM identifiers.

    `gs_seen`: it has sent a group separator, ever. All of it fits into a JSON object, for the next start.
    """

    terminator: str = ""
    prefix: str = ""
    aim: bool | None = None
    gs_seen: bool = False


def health(before: Habits | None, now: Habits, device: str = "scanner") -> tuple[str, ...]:
    """What differs from the last start, in words for the health screen and `doctor`."""
    if before is None or not now.terminator:
        return ()
    found = []
    if before.terminator and before.terminator != now.terminator:
        found.append(f"{device}: lines ended with {before.terminator}, now with {now.terminator}.")
    if before.prefix != now.prefix:
        found.append(f"{device}: expected the prefix {before.prefix or 'none'!r}, got {now.prefix or 'none'!r}.")
    if before.aim is not None and now.aim is not None and before.aim != now.aim:
        got = "now it does" if now.aim else "now it does not. Scan the set-up sheet"
        found.append(f"{device}: it {'did' if before.aim else 'did not'} send AIM identifiers, {got}.")
    return tuple(found)
