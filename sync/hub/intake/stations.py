"""What stations say besides facts: enrolment, hello, changes, claims (sync N1, N3, N5, U1-U11, X4)."""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass

import msgspec
from sqlalchemy import Connection

from sync.hub.tables import feed, work
from sync.hub.tables.books import Act
from sync.hub.tables.database import Database, all_of, do, epoch, maybe, one
from sync.protocol import first_hash
from sync.protocol.messages import (
    PAGE_ROWS_MAX,
    PROTO,
    ClaimsAsk,
    ClaimsReply,
    Grant,
    Hello,
    HelloReply,
    NotGranted,
    NumberRange,
    Page,
    Turned,
)
from sync.protocol.verdicts import Known, Verdict, verdict

CODE_MINUTES = 10
CLAIMS_MAX = 200
REQUEST_KEPT_MS = 24 * 3600 * 1000
STALE_MS = 15 * 60 * 1000
NUMBERS_COUNT = 10_000
SSCC_PREFIX = "09521234"
"""Extension digit and company prefix of SSCCs until the shop sets its own: GS1's prefix for demonstrations (952)."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, from the token alone (X1). `rights`: of "sync", "import"."""

    site: str
    station: str
    rights: frozenset[str]


# --- enrolment ---------------------------------------------------------------------------------------------------


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


def _digest(secret: str) -> str:
    return hashlib.blake2b(secret.encode(), digest_size=32, person=b"packstation").hexdigest()


# --- hello -------------------------------------------------------------------------------------------------------


def hello(database: Database, who: Caller, said: Hello) -> HelloReply:
    """N1: the verdict, a session if it is ok, and what this station holds."""
    if not re.fullmatch(r"[0-9a-f]{16}", said.gen):
        raise Turned(400, "gen", f"gen: expected 16 hex digits, got {said.gen[:40]!r}.")
    if said.oldest_seq < 1 or said.last_seq < said.oldest_seq - 1:
        raise Turned(400, "seq", f"last_seq: expected at least {said.oldest_seq - 1}, got {said.last_seq}.")
    if any(len(told) != 64 or not _is_hex(told) for _, told in said.probes):
        raise Turned(400, "probes", "probes: expected hashes of 64 hex digits, got others.")

    def act(db: Connection) -> HelloReply:
        at = database.now_ms()
        _see(db, who, at, said)
        known = known_gen(db, who, said.gen, lock=True)
        found = verdict(
            said, known, lambda seq: hash_at(db, who, said.gen, seq), epoch=epoch(db), head=feed.head(db, who.site)
        )
        if found.restored:
            _mint_epoch(db, who, at)
        session = ""
        acked_hash = b""
        if found.kind == "ok":
            session = _begin_session(db, who, said, known, found, at)
            acked_hash = hash_at(db, who, said.gen, found.acked) or b""
        current = epoch(db)
        held = all_of(
            db,
            "SELECT fo, fence FROM claim WHERE site_id = :site AND station = :station AND gen = :gen",
            site=who.site,
            station=who.station,
            gen=said.gen,
        )
        return HelloReply(
            hub_epoch=current,
            server_ms=at,
            verdict=found.kind,
            session=session,
            acked_seq=found.acked,
            acked_hash=acked_hash.hex(),
            held=tuple(Grant(row.fo, row.fence) for row in held),
            cursor_ok=said.hub_epoch == current and said.cursor <= feed.head(db, who.site),
            min_proto=PROTO,
            lo=found.lo,
            hi=found.hi,
            common=found.common,
        )

    return database.write(act)


def known_gen(db: Connection, who: Caller, gen: str, *, lock: bool = False) -> Known | None:
    """What the hub holds of a station's generation; its row stays locked for the transaction."""
    mode = " FOR UPDATE" if lock and db.dialect.name != "sqlite" else ""
    row = maybe(
        db,
        f"SELECT n, hash, oldest FROM gen WHERE site_id = :site AND station = :station AND gen = :gen{mode}",  # noqa: S608
        site=who.site,
        station=who.station,
        gen=gen,
    )
    return None if row is None else Known(int(row.n), bytes(row.hash), int(row.oldest))


def hash_at(db: Connection, who: Caller, gen: str, seq: int) -> bytes | None:
    """The chain's hash the hub holds at a fact of a generation."""
    row = maybe(
        db,
        "SELECT hash FROM fact WHERE site_id = :site AND station = :station AND gen = :gen AND seq = :seq",
        site=who.site,
        station=who.station,
        gen=gen,
        seq=seq,
    )
    if row is not None:
        return bytes(row.hash)
    begun = maybe(
        db,
        "SELECT oldest, hash_before_oldest FROM gen WHERE site_id = :site AND station = :station AND gen = :gen",
        site=who.site,
        station=who.station,
        gen=gen,
    )
    if begun is not None and begun.oldest == seq + 1:
        return bytes(begun.hash_before_oldest)
    return first_hash(who.station, gen) if seq == 0 else None


def _see(db: Connection, who: Caller, at: int, said: Hello) -> None:
    row = one(
        db, "SELECT fingerprint, gen FROM station WHERE site_id = :s AND station = :t", s=who.site, t=who.station
    )
    if row.fingerprint and said.fingerprint and row.fingerprint != said.fingerprint:
        act = Act(db, at, "hub")
        told = {
            "station": who.station,
            "ref": said.fingerprint[:8],
            "text": "Another machine uses this station name.",
        }
        work.open_conflict(act, who.site, "superseded", None, told)
        act.finish()
    do(
        db,
        "UPDATE station SET fingerprint = :f, seen_at = :at, last_seq = :last, app = :app, gen = :gen"
        " WHERE site_id = :site AND station = :station",
        f=said.fingerprint or row.fingerprint,
        at=at,
        last=said.last_seq,
        app=said.app[:40],
        gen=said.gen,
        site=who.site,
        station=who.station,
    )


def _begin_session(db: Connection, who: Caller, said: Hello, known: Known | None, found: Verdict, at: int) -> str:
    session = secrets.token_hex(8)
    place = {"site": who.site, "station": who.station, "gen": said.gen}
    if known is None or found.hole:
        before = found.hole_hash or first_hash(who.station, said.gen)
        do(
            db,
            "INSERT INTO gen (site_id, station, gen, oldest, n, hash, hash_before_oldest, session, begun_at)"
            " VALUES (:site, :station, :gen, :oldest, :n, :hash, :hash, :session, :at)"
            " ON CONFLICT (site_id, station, gen) DO UPDATE SET oldest = excluded.oldest, n = excluded.n,"
            " hash = excluded.hash, hash_before_oldest = excluded.hash_before_oldest, session = excluded.session",
            **place,
            oldest=found.acked + 1,
            n=found.acked,
            hash=before,
            session=session,
            at=at,
        )
        if found.hole:
            act = Act(db, at, "hub")
            told = {"station": who.station, "ref": said.gen, "from": found.acked - found.hole + 1, "to": found.acked}
            work.open_conflict(act, who.site, "hole", None, told)
            act.finish()
    else:
        do(
            db,
            "UPDATE gen SET session = :session WHERE site_id = :site AND station = :station AND gen = :gen",
            **place,
            session=session,
        )
    return session


def _mint_epoch(db: Connection, who: Caller, at: int) -> None:
    """This hub lost what it once held and nobody told it (C16): everybody has to say hello again."""
    last = maybe(db, "SELECT value FROM hub WHERE key = 'epoch_minted_at'")
    if last is not None and at - int(last[0]) < 600_000:
        return
    do(db, "UPDATE hub SET value = :epoch WHERE key = 'epoch'", epoch=secrets.token_hex(8))
    do(
        db,
        "INSERT INTO hub (key, value) VALUES ('epoch_minted_at', :at) ON CONFLICT (key) DO UPDATE SET"
        " value = excluded.value",
        at=str(at),
    )
    do(
        db,
        "INSERT INTO alert (site_id, kind, ref, detail, opened_at) VALUES (:site, 'hub_restored', :ref, :detail, :at)"
        " ON CONFLICT (site_id, kind, ref) DO NOTHING",
        site=who.site,
        ref=str(at),
        detail=f"{who.station} holds acknowledgements this hub does not know.",
        at=at,
    )


def _is_hex(text: str) -> bool:
    return re.fullmatch(r"[0-9a-f]*", text) is not None


# --- changes -----------------------------------------------------------------------------------------------------


def changes(database: Database, who: Caller, site: str, after: int, told_epoch: str | None, limit: int) -> Page:
    """N3: rows after a cursor. A cursor of another epoch, above head or below the horizon is gone (410)."""
    _own_site(who, site)
    most = max(1, min(limit, PAGE_ROWS_MAX))
    with database.reading() as db:
        current = epoch(db)
        at = database.now_ms()
        if after < 0 or (told_epoch is not None and told_epoch != current):
            top = feed.head(db, site)
            return Page(hub_epoch=current, server_ms=at, rows=(), next=0, head=top, gone=True)
        row = maybe(db, "SELECT gen FROM station WHERE site_id = :s AND station = :t", s=site, t=who.station)
        reader = (who.station, row.gen if row is not None else "")
        return feed.page(db, site, after, most, reader=reader, epoch=current, server_ms=at)


def _own_site(who: Caller, site: str) -> None:
    if who.site != site:
        raise Turned(403, "site", f"site: expected {who.site}, which the token is for, got {site[:40]!r}.")


# --- claims ------------------------------------------------------------------------------------------------------


def claims(database: Database, who: Caller, site: str, ask: ClaimsAsk) -> ClaimsReply:
    """N5: custody of orders, or a range of numbers. The same request again gets the same answer for 24 h."""
    _own_site(who, site)
    if ask.want not in ("next", "fos", "handover", "numbers"):
        raise Turned(400, "want", f"want: expected next, fos, handover or numbers, got {ask.want[:20]!r}.")
    if not 1 <= len(ask.request_id) <= 64:
        raise Turned(400, "request_id", "request_id: expected 1 to 64 characters, got others.")

    def act(db: Connection) -> ClaimsReply:
        at = database.now_ms()
        stored = maybe(
            db,
            "SELECT reply FROM request WHERE site_id = :site AND station = :station AND request_id = :id"
            " AND until > :at",
            site=site,
            station=who.station,
            id=ask.request_id,
            at=at,
        )
        if stored is not None:
            return msgspec.json.decode(stored.reply, type=ClaimsReply)
        doing = Act(db, at, who.station)
        reply = _answer(doing, who, ask, at)
        do(
            db,
            "INSERT INTO request (site_id, station, request_id, reply, until) VALUES (:site, :station, :id, :reply,"
            " :until) ON CONFLICT (site_id, station, request_id) DO UPDATE SET reply = excluded.reply,"
            " until = excluded.until",
            site=site,
            station=who.station,
            id=ask.request_id,
            reply=msgspec.json.encode(reply).decode(),
            until=at + REQUEST_KEPT_MS,
        )
        do(
            db,
            "DELETE FROM request WHERE site_id = :site AND station = :station AND until <= :at",
            site=site,
            station=who.station,
            at=at,
        )
        doing.finish()
        return reply

    return database.write(act)


def _answer(act: Act, who: Caller, ask: ClaimsAsk, at: int) -> ClaimsReply:
    current = epoch(act.db)
    gen = maybe(
        act.db,
        "SELECT gen FROM station WHERE site_id = :site AND station = :station",
        site=who.site,
        station=who.station,
    )
    if gen is None or gen.gen != ask.gen:
        raise Turned(409, "hello", "gen: expected the one of the last hello, got another; say hello first.")
    if ask.want == "numbers":
        return ClaimsReply(hub_epoch=current, server_ms=at, numbers=_numbers(act, who, ask.kind))
    wanted = list(ask.fos[:CLAIMS_MAX]) if ask.want != "next" else _next(act, who.site, min(ask.count, CLAIMS_MAX))
    granted: list[Grant] = []
    refused: list[NotGranted] = []
    for fo in wanted:
        given = _grant(act, who, fo, ask)
        if isinstance(given, Grant):
            granted.append(given)
        else:
            refused.append(given)
    return ClaimsReply(hub_epoch=current, server_ms=at, granted=tuple(granted), refused=tuple(refused))


def _next(act: Act, site: str, count: int) -> list[str]:
    """The most urgent orders nobody holds: released waves first, then priority, date, age."""
    if count <= 0:
        return []
    rows = all_of(
        act.db,
        "SELECT f.fo, f.priority, f.ship_by, f.ordered_at, w.state FROM fo f"
        " LEFT JOIN wave w ON w.site_id = f.site_id AND w.wave = f.wave"
        " WHERE f.site_id = :site AND f.status IN ('open', 'in_progress') AND f.request <> 'cancellation_requested'"
        " AND f.step NOT IN ('packed', 'labelled', 'ready_for_pickup', 'shipped', 'held', 'released')"
        " AND NOT EXISTS (SELECT 1 FROM claim c WHERE c.site_id = f.site_id AND c.fo = f.fo)",
        site=site,
    )
    urgent = sorted(
        rows, key=lambda r: (r.state != "released", -r.priority, r.ship_by or 1 << 60, r.ordered_at, r.fo)
    )
    return [row.fo for row in urgent[:count]]


def _grant(act: Act, who: Caller, fo: str, ask: ClaimsAsk) -> Grant | NotGranted:
    row = maybe(
        act.db,
        "SELECT f.status, f.request, c.station, c.gen, c.fence, s.seen_at FROM fo f"
        " LEFT JOIN claim c ON c.site_id = f.site_id AND c.fo = f.fo"
        " LEFT JOIN station s ON s.site_id = f.site_id AND s.station = c.station"
        " WHERE f.site_id = :site AND f.fo = :fo",
        site=who.site,
        fo=fo,
    )
    if row is None:
        return NotGranted(fo[:40], "unknown")
    if row.station == who.station and row.gen == ask.gen:
        return Grant(fo, row.fence)
    if row.station is not None:
        stale = act.at - (row.seen_at or 0) > STALE_MS
        return NotGranted(fo, "stale" if stale else "held", row.station, feed.iso(row.seen_at))
    if row.status not in ("open", "in_progress") or row.request == "cancellation_requested":
        return NotGranted(fo, row.request if row.request == "cancellation_requested" else row.status)
    fence = f"{epoch(act.db)}-{feed.allot(act.db, who.site, 'fence')}"
    made = do(
        act.db,
        "INSERT INTO claim (site_id, fo, station, gen, fence, granted_at) VALUES (:site, :fo, :station, :gen, :fence,"
        " :at) ON CONFLICT (site_id, fo) DO NOTHING",
        site=who.site,
        fo=fo,
        station=who.station,
        gen=ask.gen,
        fence=fence,
        at=act.at,
    )
    if not made:  # another hub process was faster
        return NotGranted(fo, "held")
    do(
        act.db,
        "UPDATE fo SET request = 'accepted', rev = rev + 1 WHERE site_id = :site AND fo = :fo",
        site=who.site,
        fo=fo,
    )
    work.set_status(act, who.site, fo, "in_progress", "claimed")
    act.touch(who.site, "fo", fo)
    return Grant(fo, fence)


def _numbers(act: Act, who: Caller, kind: str) -> NumberRange:
    match kind:
        case "sscc":
            # One company prefix is one range of numbers, whatever the site.
            digits = 17 - len(SSCC_PREFIX)
            first = feed.allot(act.db, "*", "sscc", NUMBERS_COUNT)
            if first + NUMBERS_COUNT > 10**digits:
                raise Turned(409, "numbers", "sscc: expected numbers to be left under the company prefix, got none.")
            return NumberRange("sscc", SSCC_PREFIX, digits, first, first + NUMBERS_COUNT - 1)
        case "carton":
            first = feed.allot(act.db, who.site, f"carton:{who.station}", NUMBERS_COUNT)
            return NumberRange("carton", f"C-{who.station}-", 6, first, first + NUMBERS_COUNT - 1)
        case _:
            raise Turned(400, "kind", f"kind: expected sscc or carton, got {kind[:20]!r}.")


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
