"""Facts from stations into the hub (sync N2, N10-N12, section 5): taken whole or not at all, never for their content.

push --accepted()--> broken, hello, superseded: nothing is taken
     --each line--> applied | duplicate | conflict | parked | quarantined     all five are stored and acknowledged
     --folding.apply()--> orders, stock, parcels, claims, in the same transaction; then the reply
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from sync.hub.intake import folding
from sync.hub.intake.stations import Caller, hash_at, known_gen
from sync.hub.tables import feed
from sync.hub.tables.books import Act
from sync.hub.tables.database import Database, all_of, do, epoch, maybe, one
from sync.protocol import LINE_BYTES_MAX, Entry, Unreadable, entry_of
from sync.protocol.messages import FACTS_MAX, PushHead, PushReply, Result, Turned
from sync.protocol.verdicts import Known, accepted

_COUNTS_ZERO = frozenset({"CountDone"})


@dataclass(slots=True)
class Item:
    """One line on its way in. `entry` is None when it cannot be read; then `why` says so."""

    seq: int
    line: bytes
    hash: bytes
    fact_id: str
    kind: str
    fo: str | None
    entry: Entry | None
    outcome: str = "applied"
    why: str = ""
    cur: int | None = None


def push(database: Database, who: Caller, head: PushHead, lines: Sequence[bytes]) -> PushReply:
    """N2. One transaction; the reply is made after its commit."""
    if len(lines) > FACTS_MAX:
        raise Turned(413, "facts", f"facts: expected at most {FACTS_MAX} in a push, got {len(lines)}.")
    if not re.fullmatch(r"[0-9a-f]{64}", head.base_hash) or not re.fullmatch(r"[0-9a-f]{64}", head.last_hash):
        raise Turned(400, "hash", "base_hash, last_hash: expected 64 hex digits, got others.")
    return database.write(lambda db: _push(db, database.now_ms(), who, head, lines))


def _push(db: Connection, at: int, who: Caller, head: PushHead, lines: Sequence[bytes]) -> PushReply:
    current = epoch(db)
    known = known_gen(db, who, head.gen, lock=True)
    if known is None:
        return PushReply(hub_epoch=current, server_ms=at, answer="hello", acked_seq=0, acked_hash="")
    session = one(
        db,
        "SELECT session FROM gen WHERE site_id = :site AND station = :station AND gen = :gen",
        site=who.site,
        station=who.station,
        gen=head.gen,
    )[0]
    found = accepted(head, lines, known, session, lambda seq: hash_at(db, who, head.gen, seq))
    if found.answer != "taken" or found.first >= len(lines):
        return PushReply(
            hub_epoch=current,
            server_ms=at,
            answer=found.answer,
            acked_seq=known.n,
            acked_hash=known.hash.hex(),
        )
    items = [
        read_line(head.base_seq + 1 + place, lines[place], found.hashes[place], damaged=head.damaged)
        for place in range(found.first, len(lines))
    ]
    act = Act(db, at, who.station)
    results = _take(act, who, head.gen, items)
    last = items[-1]
    do(
        db,
        "UPDATE gen SET n = :n, hash = :hash WHERE site_id = :site AND station = :station AND gen = :gen",
        n=last.seq,
        hash=last.hash,
        site=who.site,
        station=who.station,
        gen=head.gen,
    )
    do(
        db,
        "UPDATE station SET seen_at = :at, last_seq = :n WHERE site_id = :site AND station = :station",
        at=at,
        n=last.seq,
        site=who.site,
        station=who.station,
    )
    act.finish()
    return PushReply(
        hub_epoch=current,
        server_ms=at,
        answer="taken",
        acked_seq=last.seq,
        acked_hash=last.hash.hex(),
        results=tuple(results),
    )


_Envelope = tuple[int, str, str, int, str | None, str | None, str | None, int, int, str, msgspec.Raw]
_envelopes: msgspec.json.Decoder[_Envelope] = msgspec.json.Decoder(_Envelope)


def read_line(seq: int, line: bytes, hashed: bytes, *, damaged: bool) -> Item:
    if damaged:
        return Item(seq, line[:LINE_BYTES_MAX], hashed, "", "?", None, None, "quarantined", "chain_break")
    try:
        entry = entry_of(line)
        units = getattr(entry.fact, "qty", 1)
        if units < 1 and entry.kind not in _COUNTS_ZERO:
            raise Unreadable(f"fact {seq}: expected at least one unit, got {units}.")
        if not re.fullmatch(r"[0-9a-f]{32}", entry.fact_id):
            raise Unreadable(f"fact {seq}: expected an id of 32 hex digits, got another.")
    except Unreadable as error:
        return _unreadable(seq, line, hashed, error.why)
    return Item(seq, line, hashed, entry.fact_id, entry.kind, entry.fo, entry)


def _unreadable(seq: int, line: bytes, hashed: bytes, why: str) -> Item:
    """What can be told of a line nobody can fold: its order, so that only that order waits for it (F3)."""
    fact_id, kind, fo = "", "?", None
    if len(line) <= LINE_BYTES_MAX:
        try:
            row = _envelopes.decode(line)
            fact_id, kind, fo = row[1], row[2], row[4]
        except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
            fact_id, kind, fo = "", "?", None
    texts = [_plain(text) for text in (fact_id, kind, fo or "")]
    return Item(seq, line, hashed, texts[0], texts[1] or "?", texts[2] or None, None, "quarantined", why[:200])


def _plain(text: str) -> str:
    """Text of a poison fact as every database takes it: no NUL, no lone surrogate (B16)."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()[:64]


def _take(act: Act, who: Caller, gen: str, items: list[Item]) -> list[Result]:
    _know_again(act, who, items)
    _park(act, who, items)
    told = [item for item in items if item.fo is not None and item.outcome == "applied"]
    if told:
        first = feed.allot(act.db, who.site, "cur", len(told))
        for number, item in enumerate(told):
            item.cur = first + number
    _insert(act, who, gen, items)
    for item in items:
        if item.outcome == "quarantined":
            _quarantine(act, who, gen, item)
    due = [item for item in items if item.outcome == "applied"]
    if due:
        _apply(act, who, gen, due)
    return [Result(item.seq, item.outcome, item.why[:80]) for item in items if item.outcome != "applied" or item.why]


def _know_again(act: Act, who: Caller, items: list[Item]) -> None:
    """Facts whose id is known count once (F6): the same content is a duplicate, another is an alarm."""
    ids = [item.fact_id for item in items if item.entry is not None]
    stored = _lines_of(act.db, who.site, ids)
    for item in items:
        if item.entry is None:
            continue
        before = stored.get(item.fact_id)
        if before is None:
            stored[item.fact_id] = item.line
        elif _content(before) == _content(item.line):
            item.outcome, item.why = "duplicate", ""
        else:
            item.outcome, item.why = "quarantined", "id_reused"


def _lines_of(db: Connection, site: str, ids: list[str]) -> dict[str, bytes]:
    """The stored lines of facts that count, by id: one statement of the driver's own for any number of ids (H12)."""
    sql = (
        "SELECT fact_id, line FROM fact WHERE site_id = {0} AND outcome IN ('applied', 'conflict', 'parked')"
        " AND fact_id {1}"
    )
    if db.dialect.name == "sqlite":
        asked = db.exec_driver_sql(sql.format("?", "IN (SELECT value FROM json_each(?))"), (site, json.dumps(ids)))
    else:
        asked = db.exec_driver_sql(sql.format("%s", "= ANY(%s)"), (site, ids))
    return {row[0]: bytes(row[1]) for row in asked}


def _content(line: bytes) -> bytes:
    """A line without its number: a fact that was journalled again differs in nothing else (J2)."""
    return line.partition(b",")[2]


def _park(act: Act, who: Caller, items: list[Item]) -> None:
    """Facts behind one that could not be folded wait, in their order only (F3)."""
    fos = sorted({item.fo for item in items if item.fo is not None})
    waiting = (
        {
            row.fo
            for row in all_of(
                act.db,
                "SELECT fo FROM quarantine WHERE site_id = :site AND fo IN :fos AND state = 'open'",
                site=who.site,
                fos=fos,
            )
        }
        if fos
        else set()
    )
    for item in items:
        if item.outcome == "quarantined" and item.fo is not None:
            waiting.add(item.fo)
        elif item.outcome == "applied" and item.fo in waiting:
            item.outcome, item.why = "parked", "behind a fact in quarantine"


def _insert(act: Act, who: Caller, gen: str, items: list[Item]) -> None:
    rows = [
        (
            *(who.site, who.station, gen, item.seq, item.fact_id, item.kind, item.fo, item.line, item.hash),
            *(act.at, item.outcome, item.why or None, item.cur),
        )
        for item in items
    ]
    columns = "site_id, station, gen, seq, fact_id, kind, fo, line, hash, at, outcome, code, cur"
    # The hot path: the driver's own set-based statements, 2-3 times faster than building them (H12).
    if act.db.dialect.name == "sqlite":
        act.db.exec_driver_sql(f"INSERT INTO fact ({columns}) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)", rows)  # noqa: S608
        return
    types = ("text", "text", "text", "int8", "text", "text", "text", "bytea", "bytea", "int8", "text", "text", "int8")
    arrays = ", ".join(f"%s::{kind}[]" for kind in types)
    act.db.exec_driver_sql(
        f"INSERT INTO fact ({columns}) SELECT * FROM unnest({arrays})",  # noqa: S608  constants
        tuple([row[place] for row in rows] for place in range(len(types))),
    )


def _quarantine(act: Act, who: Caller, gen: str, item: Item) -> None:
    do(
        act.db,
        "INSERT INTO quarantine (site_id, station, gen, seq, fo, why, state, at)"
        " VALUES (:site, :station, :gen, :seq, :fo, :why, 'open', :at) ON CONFLICT DO NOTHING",
        site=who.site,
        station=who.station,
        gen=gen,
        seq=item.seq,
        fo=item.fo,
        why=item.why,
        at=act.at,
    )


def _apply(act: Act, who: Caller, gen: str, items: list[Item]) -> None:
    """All at once, or, if one of them cannot be folded, one by one (F5)."""
    inside = act.db.begin_nested()
    before = dict(act.touched)
    try:
        odd = folding.apply(act, who.site, [item.entry for item in items if item.entry is not None])
        inside.commit()
    except OperationalError:
        raise  # the database's own trouble is no fact's fault
    except Exception:  # noqa: BLE001  whatever one fact does, the others go on; it is found one by one (F5)
        inside.rollback()
        act.touched = before
        odd = {}
        for place, item in enumerate(items):
            _apply_one(act, who, gen, item, odd, frozenset(after.fact_id for after in items[place + 1 :]))
    for item in items:
        code = odd.get(item.fact_id)
        if code is not None and item.outcome == "applied":
            item.outcome, item.why = "conflict", code
            set_outcome(act, who, gen, item)


def _apply_one(act: Act, who: Caller, gen: str, item: Item, odd: dict[str, str], later: frozenset[str]) -> None:
    assert item.entry is not None, "only facts that were read are applied"
    blocked = item.fo is not None and maybe(
        act.db,
        "SELECT 1 FROM quarantine WHERE site_id = :site AND fo = :fo AND state = 'open'",
        site=who.site,
        fo=item.fo,
    )
    if blocked:
        item.outcome, item.why = "parked", "behind a fact in quarantine"
        set_outcome(act, who, gen, item)
        return
    inside = act.db.begin_nested()
    before = dict(act.touched)
    try:
        odd.update(folding.apply(act, who.site, [item.entry], later))
        inside.commit()
    except OperationalError:
        raise
    except Exception as error:  # noqa: BLE001  one fact's trouble ends nothing (F5)
        inside.rollback()
        act.touched = before
        item.outcome, item.why = "quarantined", f"{type(error).__name__}: {str(error).splitlines()[0]}"[:200]
        set_outcome(act, who, gen, item)
        _quarantine(act, who, gen, item)


def set_outcome(act: Act, who: Caller, gen: str, item: Item) -> None:
    if item.outcome in ("parked", "quarantined"):
        item.cur = None
    do(
        act.db,
        "UPDATE fact SET outcome = :outcome, code = :why, cur = :cur"
        " WHERE site_id = :site AND station = :station AND gen = :gen AND seq = :seq",
        outcome=item.outcome,
        why=item.why or None,
        cur=item.cur,
        site=who.site,
        station=who.station,
        gen=gen,
        seq=item.seq,
    )


__all__ = ["Item", "Known", "push", "read_line", "set_outcome"]
