"""Rows of users: role, badge and PIN, of which only hashes are kept (sync X2)."""

from __future__ import annotations

import hashlib
import re

from sync.hub.intake.goods.rows import upsert
from sync.hub.orders.incoming import Wrong, quoted, tidy
from sync.hub.tables import feed
from sync.hub.tables.books import Act
from sync.hub.tables.database import maybe

ROLES = ("packer", "associate", "supervisor", "site_admin", "hub_admin", "auditor", "integration")
PIN_DIGITS_MIN = 6  # a stolen hash of four digits falls in minutes (sync X2)


def user_row(act: Act, f: dict[str, str], _row: int, key: str) -> str:
    """A user; `key` is the hub's own, under which badge and PIN are hashed."""
    user = tidy(f["user"], chars_max=32)
    if not re.fullmatch(r"[A-Za-z0-9._-]{1,32}", user):
        raise Wrong("user", f"expected letters, digits and . _ -, got {quoted(user)}.")
    role = tidy(f["role"]).lower()
    if role not in ROLES:
        raise Wrong("role", f"expected {', '.join(ROLES)}, got {quoted(role)}.")
    badge, pin = f["badge"].strip(), f["pin"].strip()
    if len(badge) > 128 or not badge.isprintable():
        raise Wrong("badge", "expected at most 128 printable characters, got others.")
    if pin and not re.fullmatch(rf"[0-9]{{{PIN_DIGITS_MIN},12}}", pin):
        raise Wrong("pin", f"expected {PIN_DIGITS_MIN} to 12 digits, got {len(pin)} other characters.")
    badge_hash = badge_hash_of(badge, key) if badge else None
    if badge_hash is not None:
        other = maybe(
            act.db, "SELECT user_id FROM staff WHERE badge_hash = :h AND user_id <> :user", h=badge_hash, user=user
        )
        if other is not None:
            raise Wrong("badge", f"expected a badge of their own, got the one of {other.user_id}.")
    stored = maybe(act.db, "SELECT pin_hash FROM staff WHERE user_id = :user", user=user)
    pin_hash = _pin_hash(pin, key, stored.pin_hash if stored else None)
    values = {"name": tidy(f["name"]) or user, "role": role, "badge_hash": badge_hash, "pin_hash": pin_hash}
    return upsert(act, "staff", {"user_id": user}, values, [(feed.EVERYWHERE, "user", user)])


def badge_hash_of(badge: str, key_hex: str) -> str:
    """What stations keep of a badge: a keyed hash (floor.md FL1.3)."""
    return hashlib.blake2b(badge.encode(), key=bytes.fromhex(key_hex), digest_size=16).hexdigest()


def _pin_hash(pin: str, key_hex: str, stored: str | None) -> str | None:
    if not pin:
        return None
    from argon2 import PasswordHasher
    from argon2.exceptions import InvalidHashError, VerificationError

    hasher = PasswordHasher(time_cost=1, memory_cost=46 * 1024, parallelism=1)
    if stored is not None:
        try:
            hasher.verify(stored, f"{pin}|{key_hex}")
        except (VerificationError, InvalidHashError):
            pass  # another PIN than before: hashed anew below
        else:
            return stored
    return hasher.hash(f"{pin}|{key_hex}")
