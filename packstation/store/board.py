"""The board: one row per piece of work, derived from the facts, so that lists are plain SQL.

It holds only what this station's own facts say (sync J13); lists join it with the mirror when they are shown.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections import OrderedDict
from collections.abc import Iterable, Mapping

from packstation.store.schema import BOARD_TABLES
from packstation.workflows.order import Order, fold, fold_all
from sync import facts as f
from sync.journal import Journal
from sync.protocol import Entry

ORDERS_KEPT = 64
FLOOR_KINDS = tuple(
    kind.__name__
    for kind in (
        f.CartPlanned, f.WavePlanned, f.WaveReleased, f.WaveHeld, f.WaveResumed, f.WaveClosed, f.WaveCancelled,
        f.ManifestOpened, f.ManifestClosed, f.AliasProposed, f.AliasApproved, f.AliasRejected, f.CountRequested,
        f.CountDone, f.ExceptionResolved, f.SizeMeasured, f.SizeApproved, f.CartonOpened, f.CartonsCounted,
        f.GestureUndone,
    )
)  # fmt: skip
"""The kinds `_fold_floor` knows: facts that change more than their own order's row."""

_UPSERT = """
INSERT INTO board_fo VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)
ON CONFLICT (fo) DO UPDATE SET stage=excluded.stage, hold=excluded.hold, picked=excluded.picked,
  packed=excluded.packed, boxes=excluded.boxes, ready=excluded.ready, gone=excluded.gone,
  unlabelled=excluded.unlabelled, tote=excluded.tote, cart=excluded.cart, slot=excluded.slot, place=excluded.place,
  packer=excluded.packer, picker=excluded.picker, manual=excluded.manual, short=excluded.short,
  weight_off=excluded.weight_off, last_ms=excluded.last_ms
"""


class Board:
    """Folds entries into the board's tables, inside the transaction of whoever writes the facts."""

    def __init__(self, db: sqlite3.Connection, journal: Journal) -> None:
        self._db = db
        self._journal = journal
        self._orders: OrderedDict[str, Order] = OrderedDict()
        self.supplies = 0
        """Counts facts about sizes and cartons, so that planners know when to look again."""

    def order(self, fo: str) -> Order:
        """What this station's facts say of the order; kept in memory for the orders worked on last."""
        known = self._orders.get(fo)
        if known is None:
            known = fold_all(fo, self._journal.of_fo(fo))
            self._keep(known)
        else:
            self._orders.move_to_end(fo)
        return known

    def fold(self, entries: Iterable[Entry]) -> None:
        """Bring the tables up to date with facts that were just appended."""
        new = list(entries)
        ids = {entry.fact_id for entry in new}
        changed: dict[str, tuple[Order, Order]] = {}
        for entry in new:
            self._fold_floor(entry)
            if entry.fo is not None:
                if entry.fo not in changed:
                    known = self._before(entry.fo, ids)
                    changed[entry.fo] = (known, known)
                before, order = changed[entry.fo]
                changed[entry.fo] = (before, fold(order, entry))
        for before, after in changed.values():
            self._write(before, after)
            self._keep(after)

    def forget(self) -> None:
        """The transaction that changed the orders was rolled back."""
        self._orders.clear()

    def rebuild(self) -> str:
        """Throw the tables away and fold all facts again, inside the caller's transaction; returns the digest."""
        self._orders.clear()
        for table in BOARD_TABLES:
            self._db.execute(f"DELETE FROM {table}")  # noqa: S608  table names are constants
        for entry in self._journal.of_kinds(FLOOR_KINDS):
            self._fold_floor(entry)
        # One order at a time: a journal of a million facts is never in memory at once.
        for fo in self._journal.fos():
            self._write(Order(fo), fold_all(fo, self._journal.of_fo(fo)))
        return self.digest()

    def digest(self) -> str:
        """One hash over every row of every board table, in key order."""
        made = hashlib.blake2b(digest_size=16)
        for table in BOARD_TABLES:
            made.update(table.encode())
            keys = "1, 2, 3, 4" if table == "board_code" else "1, 2"
            for row in self._db.execute(f"SELECT * FROM {table} ORDER BY {keys}"):  # noqa: S608  constants
                made.update(json.dumps(row, ensure_ascii=False).encode())
        return made.hexdigest()

    def _before(self, fo: str, new: set[str]) -> Order:
        known = self._orders.get(fo)
        if known is None:
            known = fold_all(fo, [e for e in self._journal.of_fo(fo) if e.fact_id not in new])
        return known

    def _keep(self, order: Order) -> None:
        self._orders[order.fo] = order
        self._orders.move_to_end(order.fo)
        while len(self._orders) > ORDERS_KEPT:
            self._orders.popitem(last=False)

    def _write(self, before: Order, after: Order) -> None:
        boxes = after.boxes
        self._db.execute(
            _UPSERT,
            (
                after.fo,
                after.stage,
                f"{after.hold[0]}|{after.hold[1]}" if after.hold else None,
                after.units_picked,
                after.units_packed,
                len(boxes),
                sum(box.ready for box in boxes),
                sum(box.left for box in boxes),
                sum(box.state == "closed" and box.label is None for box in boxes),
                after.totes[0] if after.totes else None,
                after.cart,
                after.slot,
                after.place,
                after.packer,
                after.picker,
                after.manual,
                sum(short.qty for short in after.shorts),
                sum(box.verdict in ("off", "overridden") for box in boxes),
                after.last.wall_ms if after.last else 0,
            ),
        )
        old, new = codes(before), codes(after)
        if old != new:
            for code, kind, ref in sorted(old - new):
                self._db.execute(
                    "DELETE FROM board_code WHERE code = ? AND kind = ? AND fo = ? AND ref = ?",
                    (code, kind, after.fo, ref),
                )
            for code, kind, ref in sorted(new - old):
                self._db.execute("INSERT OR IGNORE INTO board_code VALUES (?, ?, ?, ?)", (code, kind, after.fo, ref))
        self._write_boxes(before, after)
        had, has = parcels(before), parcels(after)
        if had != has:
            kept = {row[0] for row in has}
            self._db.executemany(
                "DELETE FROM board_parcel WHERE lpn = ? AND fo = ?",
                [(row[0], after.fo) for row in had if row[0] not in kept],
            )
            self._db.executemany(
                "INSERT OR REPLACE INTO board_parcel VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
                [row for row in has if row not in had],
            )

    def _write_boxes(self, before: Order, after: Order) -> None:
        """How each box was packed: what is asked of cartons later (cartons.md CT1.8, CT6)."""
        had, has = before.boxes, after.boxes
        if had is has or (len(had) == len(has) and all(a is b for a, b in zip(had, has, strict=True))):
            return
        old = {box.lpn: box for box in had}
        for lpn in set(old) - {box.lpn for box in has}:
            self._db.execute("DELETE FROM board_box WHERE lpn = ?", (lpn,))
        for box in has:
            if box is old.get(box.lpn) or (box.state == "open" and box.lpn in old and old[box.lpn].state == "open"):
                continue  # what lies in an open box is nobody's question; closing writes it
            units: dict[str, int] = {}
            for content in box.contents:
                units[content.sku] = units.get(content.sku, 0) + content.qty
            self._db.execute(
                "INSERT OR REPLACE INTO board_box VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (box.lpn, after.fo, box.no, box.type, box.suggested, box.why_other,
                 units_key(units) if box.state != "open" else "{}", int(box.state != "open"), box.weight_g),
            )  # fmt: skip

    def _fold_floor(self, entry: Entry) -> None:
        """Facts about no single order: waves, manifests, aliases, counts."""
        db, fact = self._db, entry.fact
        match fact:
            case f.CartPlanned():
                db.execute(
                    "INSERT OR REPLACE INTO board_cart VALUES (?, ?, ?, ?)",
                    (fact.wave, fact.cart, fact.rev, json.dumps(fact.route)),
                )
                db.executemany(
                    "INSERT INTO board_wave_fo VALUES (?, ?, ?, ?, 0) ON CONFLICT (fo) DO UPDATE SET"
                    " wave=excluded.wave, cart=excluded.cart, place=excluded.place",
                    [(fo, fact.wave, fact.cart, place) for place, fo in enumerate(fact.fos)],
                )
            case f.WavePlanned():
                db.execute(
                    "INSERT INTO board_wave VALUES (?, ?, ?, ?, 0, 0, 0) ON CONFLICT (wave) DO UPDATE SET"
                    " rev=excluded.rev, kind=excluded.kind, cutoff=excluded.cutoff",
                    (fact.wave, fact.rev, fact.kind, fact.cutoff),
                )
            case f.WaveReleased():
                for fo in fact.fos:
                    db.execute("UPDATE board_wave_fo SET released = 1 WHERE fo = ? AND wave = ?", (fo, fact.wave))
                db.execute("UPDATE board_wave SET held = 0 WHERE wave = ?", (fact.wave,))
            case f.WaveHeld() | f.WaveResumed():
                held = int(isinstance(fact, f.WaveHeld))
                db.execute("UPDATE board_wave SET held = ? WHERE wave = ?", (held, fact.wave))
            case f.WaveClosed():
                db.execute("UPDATE board_wave SET closed = 1 WHERE wave = ?", (fact.wave,))
            case f.WaveCancelled():
                db.execute("UPDATE board_wave SET cancelled = 1 WHERE wave = ?", (fact.wave,))
                db.execute("DELETE FROM board_wave_fo WHERE wave = ?", (fact.wave,))
            case f.ManifestOpened():
                db.execute(
                    "INSERT OR IGNORE INTO board_manifest VALUES (?, ?, ?, 0, 0, 0, ?)",
                    (fact.manifest, fact.carrier, fact.door, entry.wall_ms),
                )
            case f.ManifestClosed():
                db.execute(
                    "UPDATE board_manifest SET closed = 1, count = ?, weight_g = ?, last_ms = ? WHERE manifest = ?",
                    (fact.count, fact.weight_g, entry.wall_ms, fact.manifest),
                )
            case f.AliasProposed():
                db.execute("INSERT INTO board_alias VALUES (?, ?, 'proposed', ?) ON CONFLICT (code) DO UPDATE SET"
                           " sku = excluded.sku, by = excluded.by, state = 'proposed' WHERE state = 'rejected'",
                           (fact.code, fact.sku, entry.user or ""))  # fmt: skip
            case f.AliasApproved():
                db.execute("INSERT OR REPLACE INTO board_alias VALUES (?, ?, 'approved', ?)",
                           (fact.code, fact.sku, fact.by))  # fmt: skip
            case f.AliasRejected():
                db.execute("UPDATE board_alias SET state = 'rejected', by = ? WHERE code = ?", (fact.by, fact.code))
            case f.CountRequested():
                db.execute("INSERT OR REPLACE INTO board_count VALUES (?, ?, ?, 1, NULL)",
                           (fact.location, fact.sku, fact.why))  # fmt: skip
            case f.CountDone():
                db.execute("UPDATE board_count SET open = 0, qty = ? WHERE location = ? AND sku = ?",
                           (fact.qty, fact.location, fact.sku))  # fmt: skip
            case f.ExceptionResolved():
                db.execute("INSERT OR REPLACE INTO board_resolved VALUES (?, ?, ?)",
                           (fact.exception, fact.how, fact.by))  # fmt: skip
            case f.SizeMeasured():
                length, width, height = sorted(fact.size_mm, reverse=True)
                db.execute(
                    "INSERT OR IGNORE INTO board_size VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    (fact.sku, entry.fact_id, length, width, height, fact.weight_g, entry.user or "",
                     entry.wall_ms, fact.how),
                )  # fmt: skip
                self.supplies += 1
            case f.SizeApproved():
                length, width, height = sorted(fact.size_mm, reverse=True)
                db.execute("INSERT OR REPLACE INTO board_size_approved VALUES (?, ?, ?, ?, ?, ?)",
                           (fact.sku, length, width, height, fact.by, entry.wall_ms))  # fmt: skip
                self.supplies += 1
            case f.CartonOpened(why_other="out_of_stock"):
                self._fold_carton(entry, fact.suggested, 0, "out_of_stock")
            case f.GestureUndone():
                # A carton that was said to be out of stock by an opening that was taken back: nobody knows it is.
                marks = ",".join("?" * len(fact.facts))
                self.supplies += db.execute(
                    f"DELETE FROM board_carton WHERE fact_id IN ({marks})",  # noqa: S608  marks
                    fact.facts,
                ).rowcount
            case f.CartonsCounted():
                self._fold_carton(entry, fact.type, fact.count, "counted")
            case _:
                pass

    def _fold_carton(self, entry: Entry, code: str, available: int, why: str) -> None:
        self._db.execute(
            "INSERT OR REPLACE INTO board_carton VALUES (?, ?, ?, ?, ?)",
            (code, available, why, entry.fact_id, entry.wall_ms),
        )
        self.supplies += 1


def units_key(units: Mapping[str, int]) -> str:
    """The units of a box as one text, the same for the same units: `{"BLUE-MUG":2}`."""
    return json.dumps({sku: units[sku] for sku in sorted(units) if units[sku]}, separators=(",", ":"))


ParcelRow = tuple[str, str, int, int, str | None, str, int | None, int, str, str, str | None, int]


def parcels(order: Order) -> tuple[ParcelRow, ...]:
    """A row for every box of the order that is closed or went through a door: what a door's list is made of.

    (lpn, fo, number, boxes of the order, label, tracking, weight, ready, problem, state, manifest, gone at). A box
    that went although the facts that filled it are another station's has number 0.
    """
    problem = "on_hold" if order.hold else "cancelled" if order.cancelled else ""
    rows: list[ParcelRow] = []
    known = set()
    for box in order.boxes:
        if box.state == "open":
            continue
        known.add(box.lpn)
        label = box.label
        rows.append(
            (
                box.lpn,
                order.fo,
                box.no,
                len(order.boxes),
                label.label if label else None,
                label.tracking if label else "",
                box.weight_g,
                int(box.ready or box.left),
                problem,
                box.state,
                box.manifest,
                box.loaded_ms,
            )
        )
    for lpn, (manifest, label_id, at_ms) in order.gone.items():
        if lpn not in known:
            state = "loaded" if manifest else "picked_up"
            rows.append((lpn, order.fo, 0, 0, label_id or None, "", None, 1, problem, state, manifest or None, at_ms))
    return tuple(rows)


def gtin_forms(code: str) -> set[str]:
    """The code as it is, and as a GTIN of 14 digits when it can be one."""
    return {code, code.zfill(14)} if code.isdecimal() and 8 <= len(code) <= 14 else {code}


def codes(order: Order) -> set[tuple[str, str, str]]:
    """(code, kind, ref) of everything of the order that can be scanned: totes, boxes, labels, serial numbers."""
    found = {(tote, "tote", tote) for tote in order.totes}
    if order.cart:
        found.add((order.cart, "cart", order.cart))
        if order.slot:
            found.add((order.slot, "slot", order.slot))
    for box in order.boxes:
        found.add((box.lpn, "lpn", box.lpn))
        for label in box.labels:
            found.update((digest, "label", label.label) for digest in label.digests)
    found.update((f"{sku}|{serial}", "serial", serial) for sku, serial in order.serials)
    return found
