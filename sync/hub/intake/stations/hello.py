"""The verdict on a station's journal, and its session (sync N1, N8, N9)."""

from __future__ import annotations

import re
import secrets

from sqlalchemy import Connection

from sync.hub.intake.stations import recovery
from sync.hub.intake.stations.enrolment import Caller
from sync.hub.tables import feed, work
from sync.hub.tables.books import Act
from sync.hub.tables.database import Database, all_of, do, epoch, maybe, one
from sync.protocol import first_hash
from sync.protocol.messages import PROTO, Grant, Hello, HelloReply, Turned
from sync.protocol.verdicts import Known, Verdict, verdict

NUMBERS_MAX = 64


def hello(database: Database, who: Caller, said: Hello) -> HelloReply:
    """N1: the verdict, a session if it is ok, and what this station holds."""
    if not re.fullmatch(r"[0-9a-f]{16}", said.gen):
        raise Turned(400, "gen", f"gen: expected 16 hex digits, got {said.gen[:40]!r}.")
    if said.oldest_seq < 1 or said.last_seq < said.oldest_seq - 1:
        raise Turned(400, "seq", f"last_seq: expected at least {said.oldest_seq - 1}, got {said.last_seq}.")
    if len(said.numbers) > NUMBERS_MAX or any(not 0 <= last < 10**12 for _, _, last in said.numbers):
        raise Turned(400, "numbers", f"numbers: expected at most {NUMBERS_MAX} ranges, got others.")
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
        if found.kind == "ok":
            doing = Act(db, at, "hub")
            work.end_pauses(doing)
            doing.finish()
        recovery.hold_numbers(db, who.site, who.station, said)
        session = ""
        acked_hash = b""
        if found.kind == "ok":
            session = _begin_session(db, who, said, known, found, at)
            acked_hash = hash_at(db, who, said.gen, found.acked) or b""
        current = epoch(db)
        do(
            db,
            "UPDATE station SET epoch = :epoch WHERE site_id = :site AND station = :station",
            epoch=current,
            site=who.site,
            station=who.station,
        )
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
    recovery.begin(db)
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
