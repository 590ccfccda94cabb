"""What stands at a carrier's door: doors, manifests, and the parcels that belong on one (floor.md section 7).

parcels packed here (board) + packed at other stations (mirror) + the hub's word on their orders  -->  Load
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from packstation.store.board import ParcelRow, parcels
from packstation.store.store import Store
from packstation.workflows.desk import Door, Load, ManifestState, Parcel
from sync import facts as f
from sync import protocol
from sync.protocol import Entry

_MARKS_MAX = 500
_STOPPED = {"on_hold": "on_hold", "cancelled": "cancelled", "cancellation_requested": "cancelled"}


class Loads:
    """Reads of a store for the loading workflow; writes nothing."""

    def __init__(self, store: Store) -> None:
        self._store = store

    # --- doors and manifests ---

    def door_of_site(self, code: str) -> bool:
        """Does `D-<CARRIER>` name a carrier of an order here? A site that set up no carriers works so (FL7.1)."""
        return self._store.mirror.setting("carriers") in (None, {}) and self._carrier_of_orders(code[2:]) is not None

    def door(self, code: str, carriers: object) -> Door | None:
        """The door a scanned code names: by the site's setting, else by the carriers of the orders here."""
        named = carriers if isinstance(carriers, dict) else {}
        for carrier, rules in named.items():
            doors = rules.get("doors") if isinstance(rules, dict) else None
            if isinstance(doors, list) and code in doors:
                return Door(str(carrier), code)
        for carrier, rules in named.items():
            doors = rules.get("doors") if isinstance(rules, dict) else None
            if code in (carrier, f"D-{carrier}"):
                only = str(doors[0]) if isinstance(doors, list) and len(doors) == 1 else ""
                return Door(str(carrier), only)
        found = self._carrier_of_orders(code[2:]) if code.startswith("D-") and not named else None
        return Door(found, "") if found else None

    def _carrier_of_orders(self, carrier: str) -> str | None:
        row = self._store.mirror_reader.execute(
            "SELECT carrier FROM fo WHERE carrier = ? COLLATE NOCASE AND carrier <> '' LIMIT 1", (carrier,)
        ).fetchone()
        return str(row[0]) if row else None

    def manifest(self, manifest: str) -> ManifestState | None:
        row = self._store.db.execute(
            "SELECT manifest, carrier, door, closed, count, weight_g FROM board_manifest WHERE manifest = ?",
            (manifest,),
        ).fetchone()
        return ManifestState(row[0], row[1], row[2], bool(row[3]), row[4], row[5]) if row else None

    def open_manifest(self, door: Door) -> str | None:
        row = self._store.db.execute(
            "SELECT manifest FROM board_manifest WHERE closed = 0 AND carrier = ? AND (door = ? OR ? = '')"
            " ORDER BY last_ms DESC, manifest DESC LIMIT 1",
            (door.carrier, door.door, door.door),
        ).fetchone()
        return str(row[0]) if row else None

    def next_manifest(self) -> str:
        """A number no other station or generation gives: nine digits of its own, then a count."""
        own = f"{self._store.place.station}|{self._store.journal.gen}".encode()
        mine = int.from_bytes(hashlib.blake2b(own, digest_size=8).digest()) % 10**9
        prefix = f"M-{mine:09d}"
        known = self._store.db.execute(
            "SELECT manifest FROM board_manifest WHERE manifest GLOB ?", (f"{prefix}*",)
        ).fetchall()
        last = max((int(row[0][len(prefix) :]) for row in known), default=0)
        return f"{prefix}{last + 1:03d}"

    def last_loaded(self, manifest: str) -> Entry | None:
        """The newest ParcelLoaded of the manifest whose parcel is still on it."""
        on_it = {row[0] for row in self._own("state = 'loaded' AND manifest = ?", manifest)}
        rows = self._store.db.execute("SELECT line FROM fact WHERE kind = 'ParcelLoaded' ORDER BY place DESC")
        for (made,) in rows:
            if not on_it:
                return None
            entry = protocol.entry_of(bytes(made))
            fact = entry.fact
            if isinstance(fact, f.ParcelLoaded) and fact.manifest == manifest and fact.carton in on_it:
                return entry
        return None

    # --- parcels ---

    def load(self, manifest: str, door: Door, *, bulk: bool = False) -> Load:
        """A manifest with every parcel that is on it or belongs on it."""
        made = self._parcels(list(self._rows(manifest)), door.carrier, manifest)
        return Load(manifest, door.carrier, door.door, tuple(made), bulk)

    def load_after(self, load: Load, fos: Iterable[str]) -> Load:
        """The list after facts about these orders; the rest of it is not read again."""
        for fo in fos:
            rows = parcels(self._store.order(fo))
            load = load.with_parcels(fo, tuple(self._parcels(rows, load.carrier, load.manifest)))
        return load

    def doors_waiting(self) -> tuple[tuple[str, int], ...]:
        """Carriers and how many parcels stand here for each that may be loaded, by name."""
        rows = list(self._rows(""))
        carriers = {
            str(row[0])
            for chunk in _chunks(list(dict.fromkeys(row[1] for row in rows)))
            for row in self._store.mirror_reader.execute(
                f"SELECT DISTINCT carrier FROM fo WHERE fo IN ({','.join('?' * len(chunk))})",  # noqa: S608  marks
                chunk,
            )
        }
        found = ((c, sum(not p.problem for p in self._parcels(rows, c, ""))) for c in sorted(carriers))
        return tuple((carrier, n) for carrier, n in found if n)

    def on_manifest(self, manifest: str) -> list[ParcelRow]:
        """The boxes on a manifest, closed or not, with what is known of those other stations packed."""
        own = self._own("state = 'loaded' AND manifest = ?", manifest)
        bare = [row for row in own if row[3] == 0]
        details = {row[0]: row for row in self._others_of(row[1] for row in bare)}
        return [
            (*details[row[0]][:9], *row[9:]) if row[3] == 0 and row[0] in details else row
            for row in sorted(own, key=lambda row: (row[11], row[0]))
        ]

    def left_behind(self, manifest: str) -> list[tuple[ParcelRow, str]]:
        """The boxes that stayed when the manifest closed, with the reason on record (FL7.10)."""
        found = []
        for (made,) in self._store.db.execute("SELECT line FROM fact WHERE kind = 'ParcelLeft' ORDER BY place"):
            entry = protocol.entry_of(bytes(made))
            fact = entry.fact
            if not isinstance(fact, f.ParcelLeft) or fact.manifest != manifest or entry.fo is None:
                continue
            rows = {row[0]: row for row in (*self._others_of([entry.fo]), *parcels(self._store.order(entry.fo)))}
            if fact.carton in rows:
                found.append((rows[fact.carton], fact.why))
        return found

    def closed_ms(self, manifest: str) -> int:
        """When the manifest was closed, or opened if it still is."""
        row = self._store.db.execute("SELECT last_ms FROM board_manifest WHERE manifest = ?", (manifest,)).fetchone()
        return int(row[0]) if row else 0

    def too_late(self) -> list[tuple[str, str]]:
        """(fo, step reached) of orders the hub wants cancelled although a parcel of them went through a door here."""
        stopped = self._store.mirror_reader.execute(
            "SELECT fo FROM fo WHERE state IN ('cancellation_requested', 'cancelled')"
        ).fetchall()
        found = []
        for chunk in _chunks([row[0] for row in stopped]):
            marks = ",".join("?" * len(chunk))
            gone = self._store.db.execute(
                f"SELECT p.fo, max(coalesce(m.closed, 1)) FROM board_parcel p LEFT JOIN board_manifest m"  # noqa: S608
                f" ON m.manifest = p.manifest WHERE p.fo IN ({marks}) AND p.state IN ('loaded', 'picked_up')"
                " GROUP BY p.fo ORDER BY p.fo",
                chunk,
            ).fetchall()
            for fo, closed in gone:
                if not any(isinstance(e.fact, f.CancelRefused) for e in self._store.order(fo).trail):
                    found.append((str(fo), "shipped" if closed else "loaded"))
        return found

    def _rows(self, manifest: str) -> Iterator[ParcelRow]:
        yield from self.on_manifest(manifest)
        own = self._own("state = 'closed'")
        others = _rows_of(self._store.mirror_reader, "other_parcel", "state = 'closed'")
        closed: dict[str, set[str]] = {}
        for row in (*own, *others):
            closed.setdefault(row[1], set()).add(row[0])
        fos = list(closed)
        gone_here = {row[0] for row in self._own_of(fos) if row[9] != "closed"}
        known_here = set(self._fos("board_fo", fos, self._store.db))
        known_there = set(self._fos("other_parcel", fos, self._store.mirror_reader))
        both = known_here & known_there
        for fo in (fo for fo in fos if fo in both):
            # Loaded here, packed there, and not closed by the hub yet: nothing to ask the facts about.
            if not closed[fo] <= gone_here:
                yield from (row for row in parcels(self._store.order(fo)) if row[9] == "closed")
        yield from (row for row in (*own, *others) if row[1] not in both)

    def _parcels(self, rows: Sequence[ParcelRow], carrier: str, manifest: str) -> Iterator[Parcel]:
        docs: dict[str, tuple[str, str, str, str]] = {}
        for chunk in _chunks(list(dict.fromkeys(row[1] for row in rows))):
            marks = ",".join("?" * len(chunk))
            for fo, *doc in self._store.mirror_reader.execute(
                f"SELECT fo, order_no, state, method, carrier FROM fo WHERE fo IN ({marks})",  # noqa: S608  marks
                chunk,
            ):
                docs[fo] = (doc[0], doc[1], doc[2], doc[3])
        for row in rows:
            lpn, fo, no, boxes, label, tracking, weight_g, ready, problem, state, on, gone_ms = row
            here = state == "loaded" and on == manifest
            doc = docs.get(fo)
            if not here and (
                state != "closed" or doc is None or doc[1] == "closed" or doc[2] != "ship" or doc[3] != carrier
            ):
                continue
            why = problem or _STOPPED.get(doc[1] if doc else "", "") or ("" if label else "no_label")
            yield Parcel(
                lpn,
                fo,
                doc[0] if doc else fo,
                no,
                boxes,
                label,
                tracking,
                weight_g or 0,
                bool(ready),
                "" if here else why,
                max(1, gone_ms) if here else 0,
            )

    def _own(self, where: str, *values: object) -> list[ParcelRow]:
        return _rows_of(self._store.db, "board_parcel", where, *values)

    def _own_of(self, fos: Sequence[str]) -> Iterator[ParcelRow]:
        for chunk in _chunks(fos):
            yield from self._own(f"fo IN ({','.join('?' * len(chunk))})", *chunk)

    def _others_of(self, fos: Iterable[str]) -> Iterator[ParcelRow]:
        for chunk in _chunks(list(dict.fromkeys(fos))):
            marks = ",".join("?" * len(chunk))
            yield from _rows_of(self._store.mirror_reader, "other_parcel", f"fo IN ({marks})", *chunk)

    @staticmethod
    def _fos(table: str, fos: Sequence[str], db: sqlite3.Connection) -> Iterator[str]:
        for chunk in _chunks(fos):
            marks = ",".join("?" * len(chunk))
            rows: list[Any] = db.execute(
                f"SELECT DISTINCT fo FROM {table} WHERE fo IN ({marks})",  # noqa: S608  constants, marks
                chunk,
            ).fetchall()
            yield from (str(row[0]) for row in rows)


def _rows_of(db: sqlite3.Connection, table: str, where: str, *values: object) -> list[ParcelRow]:
    return db.execute(f"SELECT * FROM {table} WHERE {where} ORDER BY fo, no, lpn", values).fetchall()  # noqa: S608


def _chunks(values: Sequence[str]) -> Iterator[list[str]]:
    for at in range(0, len(values), _MARKS_MAX):
        yield list(values[at : at + _MARKS_MAX])
