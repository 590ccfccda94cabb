"""Who may come in: a badge, or user and PIN, against the copies of users a station holds (FL1.3, X2, X3).

Read on a connection of its own, so it works while the station's process has the databases. Wrong PINs are counted in
a file of our own beside them, since only that process may write there; the counter survives a restart.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from packstation import scan as scans
from packstation.station.people import People, User
from packstation.store import Place
from packstation.store.mirror import Mirror
from packstation.store.reading import badge_hash
from packstation.store.schema import open_read_only

COUNTS = "serve-pins.json"
TEXT_MAX = 200
USERS_MAX = 1000


@dataclass(frozen=True, slots=True)
class NotLetIn:
    """Why not, as people read it."""

    why: str


@dataclass
class _Desk:
    """What `People` asks of a store: copies to read, and a count of wrong PINs."""

    folder: Path
    mirror: Mirror
    counts: dict[str, tuple[int, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        with contextlib.suppress(OSError, ValueError, TypeError):
            kept = json.loads((self.folder / COUNTS).read_text(encoding="utf-8"))
            self.counts = {str(user): (int(wrong), int(until)) for user, (wrong, until) in kept.items()}

    def pin_lock(self, user: str) -> tuple[int, int]:
        return self.counts.get(user, (0, 0))

    def note_pin(self, user: str, wrong: int, until_ms: int) -> None:
        self.counts.pop(user, None)
        if wrong:
            self.counts[user] = (wrong, until_ms)
        path = self.folder / COUNTS
        written = path.with_suffix(".new")
        written.write_text(json.dumps(dict(list(self.counts.items())[-USERS_MAX:])), encoding="utf-8")
        os.replace(written, path)


def by_badge(place: Place, text: str) -> User | NotLetIn:
    """The user whose badge was scanned into the page."""
    with _people(place) as (people, desk):
        key = desk.mirror.setting("badge_key")
        scan = scans.parse(text[:TEXT_MAX])
        if not key or not scan.text:
            return NotLetIn("Badge not known here.")
        found = desk.mirror.find([badge_hash(scan.text, str(key))])
        badge = next((ref for _, kind, ref, _, _ in found if kind == "badge"), None)
        user = people.user(badge) if badge else None
        return _standing(user) if user else NotLetIn("Badge not known here.")


def by_pin(place: Place, user_id: str, pin: str, wall_ms: int) -> User | NotLetIn:
    """The user who typed number and PIN. A user nobody knows costs as much time as one with a wrong PIN."""
    with _people(place) as (people, _):
        name = user_id.strip()[:TEXT_MAX]
        user = people.user(name) or people.user(name.upper())
        if user is None or not user.pin_hash:
            _burn(pin)
            return NotLetIn("User or PIN not right.")
        minutes = people.locked_until(user.user, wall_ms)
        if minutes:
            return NotLetIn(f"Too many wrong PINs. Wait {minutes} min.")
        if not people.pin_right(user, pin[:TEXT_MAX], wall_ms):
            minutes = people.locked_until(user.user, wall_ms)
            return NotLetIn(f"Wrong PIN. Wait {minutes} min." if minutes else "User or PIN not right.")
        return _standing(user)


def _standing(user: User) -> User | NotLetIn:
    if user.revoked_at:
        return NotLetIn(f"Badge not valid since {user.revoked_at[:10]}.")
    if not any(user.may(right) for right in ("pack", "pick", "load", "board")):
        return NotLetIn("This user may not work at a station.")
    return user


@contextlib.contextmanager
def _people(place: Place) -> Iterator[tuple[People, _Desk]]:
    """Raises sqlite3.Error when the station holds no copies yet."""
    db = open_read_only(place.mirror)
    try:
        desk = _Desk(place.folder, Mirror(db, db))
        store: Any = desk
        yield People(store, lambda: desk.mirror.setting("badge_key")), desk
    finally:
        db.close()


def _burn(pin: str) -> None:
    from argon2 import PasswordHasher

    PasswordHasher(time_cost=1, memory_cost=46 * 1024, parallelism=1).hash(pin[:TEXT_MAX])
