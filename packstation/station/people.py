"""Who works here and what they may do (floor.md section 1; sync X1-X3). Sign-in works offline from copied users."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache

from msgspec import Struct

from packstation.scan import like_badge
from packstation.store import Store
from sync import protocol

PIN_TRIES = 5
SUPERVISOR_HOURS = 72
_HOUR_MS = 3_600_000
_WEEK_MS = 7 * 24 * _HOUR_MS

_FLOOR = frozenset({"pick", "pack", "load"})
_OVERRIDES = frozenset(
    f"ov.{name}"
    for name in (
        "weight", "short", "document", "reprint", "reopen", "void", "tracking", "skip_label_scan", "manual_value",
        "force_ship", "takeover", "lot", "alias", "hold_release", "size",
    )
)  # fmt: skip
RIGHTS: dict[str, frozenset[str]] = {
    "packer": _FLOOR,
    "associate": _FLOOR | {"accept", "pickup", "return"},
    "supervisor": _FLOOR | {"accept", "pickup", "return", "wave", "board"} | _OVERRIDES,
    "site_admin": frozenset({"wave", "board", "settings"}),
    "auditor": frozenset({"board"}),
}
"""What each role may do at its own site; nothing else is allowed to anybody (FL1.1, FL1.2)."""


class User(Struct, frozen=True):
    """Somebody with a badge. `pin_hash` is argon2id over PIN and site key, or None."""

    user: str
    name: str
    role: str
    pin_hash: str | None = None
    revoked_at: str | None = None

    def may(self, right: str) -> bool:
        return right in RIGHTS.get(self.role, frozenset())


class People:
    """Looks users up in the mirror and counts wrong PINs in the journal's database."""

    def __init__(self, store: Store, key: Callable[[], str | None]) -> None:
        self._store = store
        self._key = key

    def user(self, user: str) -> User | None:
        body = self._store.mirror.body("user", user)
        if body is None:
            return None
        return User(
            user=str(body["user"]),
            name=str(body.get("name") or body["user"]),
            role=str(body.get("role") or "packer"),
            pin_hash=body.get("pin_hash"),
            revoked_at=body.get("revoked_at"),
        )

    def locked_until(self, user: str, wall_ms: int) -> int:
        """Minutes until the user may try a PIN again, 0 when now."""
        _, until = self._store.pin_lock(user)
        return max(0, -(-(until - wall_ms) // 60_000))

    def pin_right(self, user: User, pin: str, wall_ms: int) -> bool:
        """Check a PIN; five wrong ones lock the user for 1, 2, 4 ... minutes, also over a restart (FL1.3)."""
        from argon2 import PasswordHasher
        from argon2.exceptions import InvalidHashError, VerificationError

        wrong, until = self._store.pin_lock(user.user)
        if wall_ms < until:
            return False
        try:
            right = bool(user.pin_hash) and PasswordHasher().verify(user.pin_hash or "", f"{pin}|{self._key() or ''}")
        except (VerificationError, InvalidHashError):
            right = False
        if right:
            if wrong:
                self._store.note_pin(user.user, 0, 0)
            return True
        wrong += 1
        steps = wrong // PIN_TRIES
        minutes = 2 ** (steps - 1) if wrong % PIN_TRIES == 0 else 0
        self._store.note_pin(user.user, wrong, wall_ms + minutes * 60_000)
        return False

    def supervisor_rights_fresh(self, last_sync_ms: int | None, wall_ms: int) -> bool:
        """Supervisor rights end 72 h after the last sync (FL1.4)."""
        return last_sync_ms is None or wall_ms - last_sync_ms < SUPERVISOR_HOURS * 3_600_000


def clock_text(wall_ms: int) -> str:
    """HH:MM of a wall time, in the station's zone."""
    return datetime.fromtimestamp(wall_ms / 1000).strftime("%H:%M")


def offset_s(wall_ms: int) -> int:
    """Seconds east of UTC of the station's zone at a time."""
    offset = datetime.fromtimestamp(wall_ms / 1000).astimezone().utcoffset()
    return int(offset.total_seconds()) if offset else 0


def clock_change(wall_ms: int) -> tuple[int, int] | None:
    """When the zone's clock is put forward or back next, within a week, and its seconds east of UTC from then on."""
    return _change_after(wall_ms // _HOUR_MS, offset_s(wall_ms))


@lru_cache(maxsize=4)
def _change_after(hour: int, before: int) -> tuple[int, int] | None:
    """Looked for once an hour, not with every scan."""
    early = hour * _HOUR_MS
    late = early + _WEEK_MS
    after = offset_s(late)
    if after == before:
        return None
    while late - early > 60_000:
        middle = (early + late) // 2
        early, late = (middle, late) if offset_s(middle) == before else (early, middle)
    return late, after


def log_text(text: str, *, secret: bool) -> str:
    """A raw line for the local log; badges, PINs and 2D codes that resolved to nothing as digest (sync J8)."""
    if secret or like_badge(text):
        return f"#{protocol.digest(text)}"
    return protocol.code_for_fact(text) if len(text) > protocol.CODE_CHARS_MAX else text.replace("\0", "")
