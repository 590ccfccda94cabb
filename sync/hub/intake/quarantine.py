"""A fact in quarantine goes through, or is let go; what waited behind it follows (sync F4).

settle --still another of its order in quarantine--> it waits with the others
settle --none--> all that waited goes through, in the order in which it came in
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from sync.hub.intake import folding
from sync.hub.intake.pushing import Item, read_line, set_outcome
from sync.hub.intake.stations.enrolment import Caller
from sync.hub.tables import feed
from sync.hub.tables.books import Act
from sync.hub.tables.database import Database, all_of, do, maybe
from sync.protocol.messages import Turned


def settle(
    database: Database, site: str, station: str, gen: str, seq: int, *, by: str, why: str, discard: bool
) -> str:
    """Replay or discard a fact in quarantine; its parked followers go through behind it (F4).

    Returns "replayed" or "discarded"; raises Turned when there is no such fact, or it still cannot be folded.
    """

    def act(db: Connection) -> str:
        place = {"site": site, "station": station, "gen": gen, "seq": seq}
        row = maybe(
            db,
            "SELECT q.fo, f.line, f.hash FROM quarantine q JOIN fact f ON f.site_id = q.site_id"
            " AND f.station = q.station AND f.gen = q.gen AND f.seq = q.seq WHERE q.site_id = :site"
            " AND q.station = :station AND q.gen = :gen AND q.seq = :seq AND q.state = 'open'",
            **place,
        )
        if row is None:
            raise Turned(404, "quarantine", f"{station} fact {seq}: expected it in quarantine, got none there.")
        doing = Act(db, database.now_ms(), by)
        item = read_line(seq, bytes(row.line), bytes(row.hash), damaged=False)
        if not discard and item.entry is None:
            raise Turned(409, "unreadable", item.why)
        state = "discarded" if discard else "replayed"
        do(
            db,
            "UPDATE quarantine SET state = :state, settled_by = :by, settled_why = :why WHERE site_id = :site"
            " AND station = :station AND gen = :gen AND seq = :seq",
            state=state,
            by=by,
            why=why[:200],
            **place,
        )
        who = Caller(site, station, frozenset())
        again = [] if discard else [(who, gen, item)]
        if row.fo is not None:
            if not discard:
                # It takes its place among those that wait: behind what came in before it, also from other stations.
                item.outcome, item.why = "parked", "replayed"
                set_outcome(doing, who, gen, item)
            again = _waiting(db, site, row.fo)
        for of, of_gen, one_item in again:
            one_item.cur = feed.allot(db, site, "cur") if one_item.fo is not None else None
            one_item.outcome, one_item.why = "applied", ""
            set_outcome(doing, of, of_gen, one_item)
        entries = [one_item.entry for *_, one_item in again if one_item.entry is not None]
        folding.apply(doing, site, entries)
        doing.finish()
        return state

    return database.write(act)


def _waiting(db: Connection, site: str, fo: str) -> list[tuple[Caller, str, Item]]:
    """The parked facts of an order as they came in, once none of them is in quarantine any more; those of one station
    in the order in which it made them, whatever the hub's clock did meanwhile."""
    open_one = maybe(
        db, "SELECT 1 FROM quarantine WHERE site_id = :site AND fo = :fo AND state = 'open'", site=site, fo=fo
    )
    if open_one is not None:
        return []
    rows = all_of(
        db,
        "SELECT station, gen, seq, line, hash, at FROM fact WHERE site_id = :site AND fo = :fo"
        " AND outcome = 'parked' ORDER BY station, gen, seq",
        site=site,
        fo=fo,
    )
    latest: dict[tuple[str, str], int] = {}
    came: list[tuple[int, Any]] = []
    for p in rows:
        latest[p.station, p.gen] = max(p.at, latest.get((p.station, p.gen), 0))
        came.append((latest[p.station, p.gen], p))
    came.sort(key=lambda each: each[0])
    return [
        (
            Caller(site, p.station, frozenset()),
            p.gen,
            read_line(p.seq, bytes(p.line), bytes(p.hash), damaged=False),
        )
        for _, p in came
    ]
