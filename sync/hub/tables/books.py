"""Stock in the tables: every change of a bucket is one guarded UPDATE and a ledger row for it (hub.md L1-L3).

Rows of the ledger are never changed. `idem` says what caused the move: the same cause books once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection

from sync.hub import stock
from sync.hub.stock import Move, Stock
from sync.hub.tables.database import all_of, do, do_many, maybe, one
from sync.hub.tables.feed import EVERYWHERE, allot, touch
from sync.hub.tables.schema import BUCKETS

_FREE = "on_hand - damaged - expired - quality - quarantine - suspect - allocated"
_SETS = ", ".join(f"{bucket} = {bucket} + :{bucket}" for bucket in BUCKETS)
_MOVE = f"UPDATE stock SET {_SETS}, rev = rev + 1"  # noqa: S608  constants


@dataclass(slots=True)
class Act:
    """One write transaction at work: when and by whom, and what stations have to hear of at its end."""

    db: Connection
    at: int
    actor: str
    touched: dict[tuple[str, str, str], None] = field(default_factory=dict)

    def touch(self, site: str, kind: str, key: str) -> None:
        self.touched[(site, kind, key)] = None

    def finish(self) -> None:
        """Give every touched thing its place in the feed; the last thing done, sites in one order (L5)."""
        by_site: dict[str, list[tuple[str, str]]] = {}
        for site, kind, key in self.touched:
            by_site.setdefault(site, []).append((kind, key))
        for site in sorted(by_site):
            touch(self.db, site, by_site[site])
        self.touched.clear()


@dataclass(frozen=True, slots=True)
class Cause:
    """Why stock moves: `reason` a word, `ref_type` and `ref_id` the thing, `idem` the key that books once."""

    reason: str
    ref_type: str
    ref_id: str
    idem: str


def held(act: Act, site: str, sku: str) -> Stock:
    """The stock row of a SKU at a site, locked until the commit; made with zeros where there was none."""
    lock = "" if act.db.dialect.name == "sqlite" else " FOR UPDATE"
    for _ in range(2):
        row = maybe(
            act.db,
            f"SELECT {', '.join(BUCKETS)} FROM stock WHERE site_id = :site AND sku = :sku{lock}",  # noqa: S608  constants
            site=site,
            sku=sku,
        )
        if row is not None:
            return Stock(*row)
        do(
            act.db,
            "INSERT INTO stock (site_id, sku) VALUES (:site, :sku) ON CONFLICT DO NOTHING",
            site=site,
            sku=sku,
        )
    raise AssertionError("a stock row that was just made is there")


def booked(act: Act, site: str, cause: Cause, sku: str) -> bool:
    """Whether this cause moved this SKU here already (L2)."""
    found = maybe(
        act.db,
        "SELECT 1 FROM ledger WHERE site_id = :site AND idem = :idem AND sku = :sku LIMIT 1",
        site=site,
        idem=cause.idem,
        sku=sku,
    )
    return found is not None


def book(act: Act, site: str, sku: str, moves: list[Move], cause: Cause) -> None:
    """Move units between buckets and write it in the ledger. The caller holds the row and asked `booked`."""
    if not moves:
        return
    deltas = dict.fromkeys(BUCKETS, 0)
    for bucket, delta in moves:
        deltas[bucket] += delta
    changed = do(act.db, f"{_MOVE} WHERE site_id = :site AND sku = :sku", site=site, sku=sku, **deltas)
    assert changed == 1, f"stock: expected a row for {sku} at {site}, got {changed}"
    _write(act, site, sku, [(bucket, delta) for bucket, delta in deltas.items() if delta], cause)
    act.touch(site, "stock", sku)


def reserve(act: Act, site: str, sku: str, units: int, cause: Cause) -> bool:
    """Promise units to an order here, if they are free: one conditional statement, never a look before (L3)."""
    taken = do(
        act.db,
        f"UPDATE stock SET allocated = allocated + :units, rev = rev + 1"  # noqa: S608  constants
        f" WHERE site_id = :site AND sku = :sku AND {_FREE} >= :units",
        site=site,
        sku=sku,
        units=units,
    )
    if taken:
        _write(act, site, sku, [("allocated", units)], cause)
        act.touch(site, "stock", sku)
    return bool(taken)


def available(db: Connection, skus: Iterable[str]) -> dict[tuple[str, str], int]:
    """Free units by (site, SKU)."""
    rows = all_of(db, f"SELECT site_id, sku, {_FREE} AS free FROM stock WHERE sku IN :skus", skus=list(skus))  # noqa: S608
    return {(row.site_id, row.sku): row.free for row in rows}


def receive(act: Act, site: str, sku: str, units: int, cause: Cause) -> None:
    """Units came in; promises with nothing behind them are covered first (L10)."""
    if booked(act, site, cause, sku):
        return
    before = held(act, site, sku)
    book(act, site, sku, stock.arrived(before, units), cause)
    if before.short:
        settle_alert(act, site, sku)


def settle_alert(act: Act, site: str, sku: str) -> None:
    """An alert stands while promises at a site have nothing behind them (C3)."""
    short = one(act.db, "SELECT short FROM stock WHERE site_id = :site AND sku = :sku", site=site, sku=sku)[0]
    if short:
        do(
            act.db,
            "INSERT INTO alert (site_id, kind, ref, detail, opened_at) VALUES (:site, 'short', :sku, :detail, :at)"
            " ON CONFLICT (site_id, kind, ref) DO UPDATE SET detail = excluded.detail",
            site=site,
            sku=sku,
            detail=f"{short} promised with nothing behind them",
            at=act.at,
        )
    else:
        do(act.db, "DELETE FROM alert WHERE site_id = :site AND kind = 'short' AND ref = :sku", site=site, sku=sku)


def free_after(db: Connection, need: Mapping[str, int], site: str) -> dict[str, int]:
    """What would be left free at a site when the units are taken, for an explanation."""
    free = available(db, need)
    return {sku: free.get((site, sku), 0) - units for sku, units in sorted(need.items())}


def _write(act: Act, site: str, sku: str, moves: list[Move], cause: Cause) -> None:
    first = allot(act.db, site, "ledger", len(moves))
    do_many(
        act.db,
        "INSERT INTO ledger (site_id, n, at, sku, bucket, delta, reason, ref_type, ref_id, actor, idem)"
        " VALUES (:site, :n, :at, :sku, :bucket, :delta, :reason, :ref_type, :ref_id, :actor, :idem)",
        (
            {
                "site": site,
                "n": first + number,
                "at": act.at,
                "sku": sku,
                "bucket": bucket,
                "delta": delta,
                "reason": cause.reason,
                "ref_type": cause.ref_type,
                "ref_id": cause.ref_id,
                "actor": act.actor,
                "idem": cause.idem,
            }
            for number, (bucket, delta) in enumerate(moves)
        ),
    )


__all__ = [
    "EVERYWHERE",
    "Act",
    "Cause",
    "available",
    "book",
    "booked",
    "free_after",
    "held",
    "receive",
    "reserve",
    "settle_alert",
]
