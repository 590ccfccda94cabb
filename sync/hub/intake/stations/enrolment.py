"""Who a station is: a one-time code becomes a token, and the token says who calls (sync X1, X4)."""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass

from sqlalchemy import Connection

from sync.hub.tables import feed
from sync.hub.tables.database import Database, all_of, do, maybe
from sync.protocol.messages import Turned

CODE_MINUTES = 10


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, from the token alone (X1). `rights`: of "sync", "import"."""

    site: str
    station: str
    rights: frozenset[str]


def invite(database: Database, site: str, station: str, rights: frozenset[str] = frozenset({"sync"})) -> str:
    """A one-time code with which a station enrols within ten minutes; asking again voids the one before."""
    if not re.fullmatch(r"[a-z0-9-]{1,32}", station):
        raise Turned(400, "station", f"station: expected letters a-z, digits and -, got {station[:40]!r}.")
    code = "-".join(secrets.token_hex(3) for _ in range(3))

    def act(db: Connection) -> None:
        if maybe(db, "SELECT 1 FROM site WHERE site_id = :site", site=site) is None:
            raise Turned(404, "site", f"site: expected a known one, got {site[:40]!r}.")
        do(
            db,
            "INSERT INTO station (site_id, station, rights, code_hash, code_until) VALUES (:site, :station, :rights,"
            " :code, :until) ON CONFLICT (site_id, station) DO UPDATE SET code_hash = excluded.code_hash,"
            " code_until = excluded.code_until, rights = excluded.rights, revoked_at = NULL",
            site=site,
            station=station,
            rights=" ".join(sorted(rights)),
            code=_digest(code),
            until=database.now_ms() + CODE_MINUTES * 60_000,
        )

    database.write(act)
    return code


def enrol(database: Database, code: str) -> tuple[Caller, str]:
    """The station and its token for a code that is still good; the code is used up. The hub keeps only hashes."""
    token = secrets.token_hex(32)

    def act(db: Connection) -> Caller:
        row = maybe(db, "SELECT * FROM station WHERE code_hash = :code", code=_digest(code.strip()))
        if row is None or row.code_until < database.now_ms():
            raise Turned(403, "code", "code: expected one that was given out in the last 10 minutes, got another.")
        do(
            db,
            "UPDATE station SET code_hash = NULL, token_hash_before = token_hash, token_hash = :token"
            " WHERE site_id = :site AND station = :station",
            token=_digest(token),
            site=row.site_id,
            station=row.station,
        )
        return Caller(row.site_id, row.station, frozenset(row.rights.split()))

    return database.write(act), token


def caller(db: Connection, token: str) -> Caller:
    """Who holds this token. Raises Turned 401."""
    digest = _digest(token)
    row = maybe(db, "SELECT * FROM station WHERE token_hash = :token", token=digest) or maybe(
        db, "SELECT * FROM station WHERE token_hash_before = :token", token=digest
    )
    if row is None:
        raise Turned(401, "token", "token: expected one this hub gave out, got another.")
    if row.revoked_at is not None:
        raise Turned(401, "revoked", f"{row.station} was switched off at {feed.iso(row.revoked_at)}.")
    return Caller(row.site_id, row.station, frozenset(row.rights.split()))


def revoke(database: Database, site: str, station: str) -> bool:
    """Switch a station off: its token is refused from now on (C28)."""
    return bool(
        database.write(
            lambda db: do(
                db,
                "UPDATE station SET revoked_at = :at, code_hash = NULL WHERE site_id = :site AND station = :station",
                at=database.now_ms(),
                site=site,
                station=station,
            )
        )
    )


def own_site(who: Caller, site: str) -> None:
    """The site of a call is the token's (X1). Raises Turned 403."""
    if who.site != site:
        raise Turned(403, "site", f"site: expected {who.site}, which the token is for, got {site[:40]!r}.")


def stations(db: Connection) -> list[dict[str, object]]:
    """Every station as people see it."""
    rows = all_of(db, "SELECT site_id, station, seen_at, last_seq, app, gen, revoked_at FROM station")
    return [
        {
            "site": row.site_id,
            "station": row.station,
            "seen_at": feed.iso(row.seen_at or None),
            "last_seq": row.last_seq,
            "app": row.app,
            "gen": row.gen,
            "revoked_at": feed.iso(row.revoked_at),
        }
        for row in sorted(rows, key=lambda row: (row.site_id, row.station))
    ]


def _digest(secret: str) -> str:
    return hashlib.blake2b(secret.encode(), digest_size=32, person=b"packstation").hexdigest()
