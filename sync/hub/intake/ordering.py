"""Orders from a file into the hub: each is taken in whole, routed at once, or refused whole (hub.md I1, I2).

file --formats--> Incoming --problems--> refused, on the review list
                           --known? same content: unchanged; changed: edited, if work on it allows; else refused
                           --new: accepted and routed, in one transaction
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

from sqlalchemy import Connection

from sync.hub.intake.formats import FORMATS, NoWork, Read, Refused
from sync.hub.intake.read import encoding_of
from sync.hub.intake.summary import REJECTED_MAX, Summary, keep_review, settle_review
from sync.hub.orders.incoming import Incoming, problems, quoted
from sync.hub.tables import work
from sync.hub.tables.books import Act
from sync.hub.tables.database import Database, all_of, maybe

CHUNK = 100


def import_orders(
    database: Database,
    path: Path,
    form: str = "csv",
    *,
    dry_run: bool = False,
    encoding: str | None = None,
    told: Callable[[int], None] = lambda _done: None,
) -> Summary:
    """Take in all orders of a file. Raises Unusable when it is not such a file at all. `told`: orders done so far."""
    read = FORMATS[form]
    used, note = encoding_of(path, encoding)
    summary = Summary("orders")
    if note:
        summary.notes.append(note)
    twice = _told_twice(read(path, used))
    stream = iter(read(path, used))
    run = database.rehearse if dry_run else database.write
    seen: set[tuple[str, str]] = set()
    done = 0
    while not summary.stopped and (chunk := list(islice(stream, CHUNK))):
        before = len(summary.rejected)
        mark = (summary.created, summary.unchanged, summary.updated)

        def act(
            db: Connection,
            chunk: list[Read] = chunk,
            before: int = before,
            mark: tuple[int, int, int] = mark,
            known: frozenset[tuple[str, str]] = frozenset(seen),
        ) -> set[tuple[str, str]]:
            # A transaction that is tried again begins with the counts it began with.
            del summary.rejected[before:]
            summary.created, summary.unchanged, summary.updated = mark
            return _take(database, db, chunk, summary, twice, known)

        seen |= run(act)
        done += len(chunk)
        told(done)
    return summary


def _take(
    database: Database,
    db: Connection,
    chunk: list[Read],
    summary: Summary,
    twice: dict[tuple[str, str], str],
    known: frozenset[tuple[str, str]],
) -> set[tuple[str, str]]:
    act = Act(db, database.now_ms(), "import")
    sku_of = _catalog(db, chunk)
    seen: set[tuple[str, str]] = set()
    for order in chunk:
        if summary.stopped:
            break
        first = len(summary.rejected)
        match order:
            case Refused():
                summary.refuse(order.row, order.order, order.path, order.reason)
                keep_review(db, "orders", order.channel, summary.rejected[first:], act.at)
            case NoWork():
                summary.unchanged += 1
            case Incoming():
                key = (order.channel, order.source_id)
                if key in known or key in seen:
                    # The same order again further down: what is told twice with one content counts once.
                    if key not in twice:
                        summary.unchanged += 1
                    continue
                seen.add(key)
                if key in twice:
                    summary.refuse(order.row, order.source_id, "order", twice[key])
                else:
                    _one(act, order, summary, sku_of)
                if len(summary.rejected) > first:
                    keep_review(db, "orders", order.channel, summary.rejected[first:], act.at)
    act.finish()
    return seen


def _one(act: Act, order: Incoming, summary: Summary, sku_of: dict[str, str]) -> None:
    wrong = problems(order, sku_of.get)
    if wrong:
        rest = "".join(f" {more.path}: {more.reason}" for more in wrong[1:10])
        row = int(at[1]) if (at := re.match(r"row\[(\d+)\]", wrong[0].path)) else order.row
        summary.refuse(row, order.source_id, wrong[0].path, wrong[0].reason + rest)
        return
    stored = maybe(
        act.db,
        "SELECT order_id, hash FROM orders WHERE channel = :channel AND source_id = :source",
        channel=order.channel,
        source=order.source_id,
    )
    if stored is None:
        if order.cancelled:
            summary.unchanged += 1  # cancelled before we ever heard of it
            return
        part = work.unknown_part(act.db, order, sku_of)
        if part is not None:
            reason = f"expected every part of a kit in the catalog, got {quoted(part)}, which is not."
            summary.refuse(order.row, order.source_id, "lines", reason)
            return
        made = work.accept(act, order, sku_of)
        work.route(act, made)
        summary.created += 1
    elif stored.hash == order.hash:
        summary.unchanged += 1
    else:
        too_late = work.edit(act, stored.order_id, order, sku_of)
        if too_late is not None:
            summary.refuse(order.row, order.source_id, "order", too_late)
            return
        work.route(act, stored.order_id)
        work.retry_waiting(act, {sku_of[line.sku] for line in order.lines})
        summary.updated += 1
    settle_review(act.db, "orders", order.channel, order.source_id)


def _told_twice(orders: Iterator[Read]) -> dict[tuple[str, str], str]:
    """Orders that stand in the file twice with different content: neither can be trusted, so neither is taken."""
    first: dict[tuple[str, str], tuple[str, int]] = {}
    wrong: dict[tuple[str, str], str] = {}
    refused = 0
    for order in orders:
        if isinstance(order, Refused):
            refused += 1
            if refused >= REJECTED_MAX:
                break  # nothing below will be read
        if isinstance(order, Incoming):
            key = (order.channel, order.source_id)
            there = first.setdefault(key, (order.hash, order.row))
            if there[0] != order.hash and key not in wrong:
                wrong[key] = f"expected the order once, got it at rows {there[1]} and {order.row} with other content."
    return wrong


def _catalog(db: Connection, chunk: list[Read]) -> dict[str, str]:
    """The SKU for each text of a chunk: the exact SKU, else a barcode (I6)."""
    texts = sorted({line.sku for order in chunk if isinstance(order, Incoming) for line in order.lines})
    found: dict[str, str] = {}
    for start in range(0, len(texts), 500):
        part = texts[start : start + 500]
        for row in all_of(db, "SELECT code, sku FROM barcode WHERE code IN :codes AND quantity = 1", codes=part):
            found[row.code] = row.sku
        for row in all_of(db, "SELECT sku FROM sku WHERE sku IN :codes", codes=part):
            found[row.sku] = row.sku
    return found
