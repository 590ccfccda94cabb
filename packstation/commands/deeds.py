"""Deeds of a command instead of a scan: whose they are, and how they are written."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from packstation.commands.errors import Refused

if TYPE_CHECKING:
    from packstation.store import Store
    from sync.protocol import Deed

DEEDS_A_GESTURE = 250
_RIGHTS = {"wave": "who may plan waves", "ov.alias": "who may decide about codes"}


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


def record(store: Store, deeds: Sequence[Deed], user: str) -> None:
    """Write the deeds, a gesture for every 250: a fact's number within its gesture ends at 256."""
    from packstation.station.station import random_gesture
    from packstation.store import Stamp

    for at in range(0, len(deeds), DEEDS_A_GESTURE):
        wall = time.time_ns() // 1_000_000
        stamp = Stamp(random_gesture(wall), user, wall, time.monotonic_ns() // 1_000_000, "cli")
        store.record(None, deeds[at : at + DEEDS_A_GESTURE], stamp)
