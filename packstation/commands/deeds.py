"""Deeds of a command instead of a scan: whose they are, and how they are written."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from packstation.commands.errors import Refused
from packstation.safe import safe

if TYPE_CHECKING:
    from packstation.store import Store
    from sync.protocol import Deed

DEEDS_A_GESTURE = 250
PIN_CHARS_MAX = 64
_RIGHTS = {
    "wave": "who may plan waves",
    "ov.alias": "who may decide about codes",
    "ov.size": "who may decide about sizes",
}


def user_of(store: Store, given: str | None, *, right: str = "wave", flag: str = "--user") -> str:
    """Whose deeds these are. Raises Refused for somebody who may not do them."""
    from packstation.station.people import People

    people = People(store, lambda: None)
    if given is None:
        bodies = store.mirror.bodies("user")
        may = [str(b["user"]) for b in bodies if b.get("role") == "supervisor" and not b.get("revoked_at")]
        return may[0] if len(may) == 1 else "cli"
    user = people.user(given)
    if user is None or user.revoked_at or not user.may(right):
        what = "nobody known here" if user is None else "a revoked user" if user.revoked_at else f"a {user.role}"
        wanted = _RIGHTS.get(right, "who may see the board")
        raise Refused(f"{flag} {given[:40]}: expected a user {wanted}, got {what}.")
    return user.user


def proven(store: Store, user: str, *, flag: str) -> None:
    """Whoever decides in a supervisor's name knows the PIN (FL1.3): asked on a terminal, else a line of standard
    input. Wrong ones count towards the same lock as at the bench. Raises Refused."""
    from packstation.station.people import People

    people = People(store, lambda: store.mirror.setting("badge_key"))
    known = people.user(user)
    if known is None or known.pin_hash is None:
        raise Refused(
            f"{flag} {user[:40]}: expected a supervisor with a PIN, got {'nobody' if not known else 'none'}."
        )
    wall = time.time_ns() // 1_000_000
    minutes = people.locked_until(user, wall)
    if minutes:
        raise Refused(f"{flag} {user[:40]}: too many wrong PINs; wait {minutes} min.")
    pin = _asked(f"PIN of {known.name}: ")
    if not pin:
        raise Refused(f"PIN of {user[:40]}: expected it on the terminal or as a line of standard input, got nothing.")
    if not people.pin_right(known, pin, wall):
        raise Refused(f"PIN of {user[:40]}: expected the right one, got a wrong one. Nothing recorded.")


def _asked(question: str) -> str:
    if sys.stdin.isatty():
        from getpass import getpass

        return getpass(safe(question))[:PIN_CHARS_MAX]
    return sys.stdin.readline(PIN_CHARS_MAX).rstrip("\r\n")


def record(store: Store, deeds: Sequence[Deed], user: str) -> None:
    """Write the deeds, a gesture for every 250: a fact's number within its gesture ends at 256."""
    from packstation.station.clocks import random_gesture
    from packstation.store import Stamp

    for at in range(0, len(deeds), DEEDS_A_GESTURE):
        wall = time.time_ns() // 1_000_000
        stamp = Stamp(random_gesture(wall), user, wall, time.monotonic_ns() // 1_000_000, "cli")
        store.record(None, deeds[at : at + DEEDS_A_GESTURE], stamp)
