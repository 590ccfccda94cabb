"""What a workflow may look up: copies and the board, read only; and what a scanned code can mean here (FL2.9)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from typing import Any

from msgspec.structs import replace

from packstation.scan import Scan
from packstation.store.candidates import RANK, candidates_of, label_digest, own_mark, texts_of
from packstation.store.loads import Loads
from packstation.store.steps import last_step
from packstation.store.store import Store
from packstation.store.walks import Walks
from packstation.workflows.desk import (
    Candidate,
    Check,
    Door,
    Found,
    Item,
    Job,
    Load,
    ManifestState,
    Step,
    Trip,
)
from packstation.workflows.suggestion import CartonType, Suggestion, Wanted
from sync import protocol
from sync.protocol import Entry

PEERS_MAX = 64
DEMAND_MAX = 50


def badge_hash(badge: str, key: str) -> str:
    """The keyed hash under which a badge is known at stations (FL1.3)."""
    return hashlib.blake2b(badge.encode("utf-8", "surrogatepass"), key=bytes.fromhex(key), digest_size=16).hexdigest()


class Lookups:
    """`workflows.desk.Reader` over a store. `suggest` is the carton engine's door."""

    def __init__(self, store: Store, suggest: Callable[[Job, Wanted], Suggestion | None]) -> None:
        self._store = store
        self._suggest = suggest
        self._walks = Walks(store, self.setting)
        self._settings: tuple[int, dict[str, Any]] = (-1, {})
        self._checks: tuple[object, tuple[Check, ...]] = (None, ())
        self._known: set[tuple[str, int]] = set()
        """(user or SKU, number) that were reached once: what was packed is not unpacked."""
        self.loads = Loads(store)

    # --- codes ---

    def find(self, scan: Scan) -> Found:
        """Everything the scan can mean here, in the order of FL2.9; one read of the mirror and one of the board."""
        texts = texts_of(scan)
        badge_key = self.setting("badge_key")
        if badge_key:
            texts.append(badge_hash(scan.text, str(badge_key)))
        mark = own_mark(scan.text)
        if mark is not None:
            texts.append(mark[0])
        named = mark[0] if mark is not None and mark[1] else ""  # a strip names its box, and no label
        digests = (protocol.digest(scan.text), label_digest(scan), protocol.digest(named))
        wanted = [*texts, *digests]
        copies: dict[str, list[tuple[str, str, str, int]]] = {}
        for code, kind, ref, fo, quantity in self._store.mirror.find(wanted):
            copies.setdefault(code, []).append((kind, ref, fo, quantity))
        marks = ",".join("?" * len(wanted))
        board = self._store.db.execute(
            f"SELECT code, kind, fo, ref FROM board_code WHERE code IN ({marks})"  # noqa: S608  marks
            f" UNION ALL SELECT code, 'item', '', sku FROM board_alias"
            f" WHERE state = 'approved' AND code IN ({marks}) LIMIT 100",
            [*wanted, *wanted],
        ).fetchall()
        for code, kind, fo, ref in board:
            copies.setdefault(code, []).append((kind, ref, fo, 1))
        if scan.text.startswith("D-") and scan.text not in copies and self.loads.door_of_site(scan.text):
            copies[scan.text] = [("door", scan.text, "", 1)]
        if scan.text.startswith("W-") and scan.text not in copies and self._walks.is_wave(scan.text):
            copies[scan.text] = [("wave", scan.text, "", 1)]
        if scan.text.startswith("Z-") and scan.text not in copies and self._walks.zones.known(scan.text):
            copies[scan.text] = [("zone", scan.text, "", 1)]
        found = list(candidates_of(scan, copies))
        if mark is not None and mark[1]:
            found = self._marked([c for c in found if c.kind == "label"], *mark) or found
        candidates = sorted(found, key=lambda c: RANK[c.kind])
        number = scan.reading("sscc")
        unused = number.value if number is not None and not candidates else None
        return Found(scan.text, tuple(dict.fromkeys(candidates)), scan.symbology, unused)

    def _marked(self, labels: list[Candidate], lpn: str, number: int) -> list[Candidate]:
        """The label and the copy that our own Data Matrix names, which its bars cannot (FL5.41)."""
        for label in labels:
            box = self._store.order(label.fo).box(lpn) if label.fo else None
            named = box.printed(number) if box is not None else None
            if named is not None:
                return [replace(label, ref=named[0], quantity=named[1])]
        return [replace(label, quantity=number) for label in labels]

    # --- Reader ---

    def job(self, fo: str) -> Job | None:
        return self._store.job(fo)

    def last_step(self) -> Step | None:
        return last_step(self._store.db, self._store.journal)

    def item(self, sku: str) -> Item | None:
        return self._store.mirror.item(sku)

    def demand(self, sku: str) -> tuple[Job, ...]:
        begun = [
            row[0]
            for row in self._store.db.execute(
                "SELECT fo FROM board_fo WHERE stage IN ('picked', 'picking', 'packing') ORDER BY last_ms"
            )
        ]
        wanted = {
            row[0]
            for row in self._store.mirror_reader.execute(
                "SELECT fo FROM fo_line INDEXED BY fo_line_by_sku WHERE sku = ?", (sku,)
            )
        }
        others = {
            row[0] for row in self._store.mirror_reader.execute("SELECT DISTINCT fo FROM other_fact LIMIT 2000")
        }
        fos = [fo for fo in begun if fo in wanted] + sorted((others & wanted) - set(begun))
        jobs = [job for job in (self.job(fo) for fo in fos[:DEMAND_MAX]) if job is not None]
        needing = [
            job
            for job in jobs
            if job.doc.state == "open" and any(ln.sku == sku and job.left(ln) > 0 for ln in job.doc.lines)
        ]
        return tuple(sorted(needing, key=lambda j: (-j.doc.priority, j.doc.ship_by or "9999", j.units[1], j.doc.fo)))

    def next_work(self, kind: str) -> Job | None:
        stages = {"pack": ("picked", "parked")}.get(kind, ("new",))
        marks = ",".join("?" * len(stages))
        begun = {
            row[0]
            for row in self._store.db.execute(
                f"SELECT fo FROM board_fo WHERE stage IN ({marks}) AND hold IS NULL",  # noqa: S608  marks
                stages,
            )
        }
        begun |= {row[0] for row in self._store.mirror_reader.execute("SELECT DISTINCT fo FROM other_fact")}
        rows = self._store.mirror_reader.execute(
            "SELECT fo FROM fo WHERE state = 'open' ORDER BY priority DESC, ship_by, units, fo"
        )
        for (fo,) in rows:
            if kind == "pack" and fo not in begun:
                continue
            order = self._store.order(fo)
            if order.stage in stages and order.hold is None and not order.cancelled:
                return self.job(fo)
        return None

    def waiting(self, kind: str) -> int:
        """How many orders wait for this kind of work here, by this station's own facts."""
        stage = "picked" if kind == "pack" else "new"
        row = self._store.db.execute(
            "SELECT count(*) FROM board_fo WHERE stage = ? AND hold IS NULL", (stage,)
        ).fetchone()
        return int(row[0])

    def wave_peers(self, fo: str) -> tuple[Job, ...]:
        rows = self._store.db.execute(
            "SELECT p.fo FROM board_wave_fo me JOIN board_wave_fo p ON p.wave = me.wave"
            " WHERE me.fo = ? AND p.fo <> me.fo ORDER BY p.cart <> me.cart, p.place LIMIT ?",
            (fo, PEERS_MAX),
        ).fetchall()
        jobs = (self.job(row[0]) for row in rows)
        return tuple(job for job in jobs if job is not None and job.doc.state == "open" and not job.order.cancelled)

    def serial_owner(self, sku: str, serial: str) -> str | None:
        row = self._store.db.execute(
            "SELECT fo FROM board_code WHERE code = ? AND kind = 'serial'", (f"{sku}|{serial}",)
        ).fetchone()
        if row is None:
            found = self._store.mirror.find([f"{sku}|{serial}"])
            row = (found[0][3],) if found else None
        return str(row[0]) if row else None

    def carton_type(self, code: str) -> CartonType | None:
        return self._store.mirror.carton(code)

    def suggestion(self, job: Job, wanted: Wanted | None = None) -> Suggestion | None:
        return self._suggest(job, wanted or Wanted())

    def next_lpn(self) -> str:
        return self._store.numbers.next()

    def allowed_cartons(self, carrier: str) -> tuple[str, ...] | None:
        cartons = self._carrier(carrier).get("cartons")
        return tuple(str(code) for code in cartons) if isinstance(cartons, list) else None

    def rule(self, name: str, default: int) -> int:
        if name in ("tol_abs_g", "tol_permille"):
            tolerance = self.setting("weight_tolerance") or {}
            value = tolerance.get({"tol_abs_g": "abs_g", "tol_permille": "permille"}[name], default)
        else:
            value = (self.setting("rules") or {}).get(name, default)
        return int(value) if isinstance(value, int) else default

    def carrier_rule(self, carrier: str, name: str, default: str) -> str:
        found = self._carrier(carrier).get(name, default)
        if isinstance(found, dict):
            return " ".join(f"{key}={value}" for key, value in found.items())
        return str(found)

    def places(self, sku: str) -> tuple[tuple[str, int], ...]:
        body = self._store.mirror.body("stock", sku) or {}
        return tuple((str(p["location"]), int(p["quantity"])) for p in body.get("places") or [])

    def lots(self, sku: str) -> tuple[str, ...]:
        body = self._store.mirror.body("stock", sku) or {}
        return tuple(dict.fromkeys(str(p["lot"]) for p in body.get("places") or [] if p.get("lot")))

    def available(self, sku: str) -> int | None:
        body = self._store.mirror.body("stock", sku)
        return int(body["available"]) if body and "available" in body else None

    def door(self, code: str) -> Door | None:
        return self.loads.door(code, self.setting("carriers"))

    def manifest(self, manifest: str) -> ManifestState | None:
        return self.loads.manifest(manifest)

    def open_manifest(self, door: Door) -> str | None:
        return self.loads.open_manifest(door)

    def next_manifest(self) -> str:
        return self.loads.next_manifest()

    def load(self, manifest: str, door: Door) -> Load:
        bulk = self.carrier_rule(door.carrier, "door_scan", "yes").casefold() in ("no", "false", "0")
        return self.loads.load(manifest, door, bulk=bulk)

    def load_again(self, load: Load) -> Load:
        """The list of an open door after the hub's copies changed."""
        return self.load(load.manifest, Door(load.carrier, load.door))

    def load_after(self, load: Load, fos: Iterable[str]) -> Load:
        """The list of an open door after facts about these orders."""
        return self.loads.load_after(load, fos)

    def last_loaded(self, manifest: str) -> Entry | None:
        return self.loads.last_loaded(manifest)

    def folded(self, trip: Trip) -> Trip:
        """The walk with every order as its facts are now."""
        orders = [(job, self._store.order(job.doc.fo)) for job in trip.jobs]
        if all(order is job.order for job, order in orders):
            return trip
        jobs = tuple(job if order is job.order else Job(job.doc, order) for job, order in orders)
        return replace(trip, jobs=jobs)

    def trip(self, work: str, mode: str = "") -> Trip | None:
        return self._walks.trip(work, mode)

    def next_trip(self, user: str, station: str, *, mine_only: bool = False) -> Trip | None:
        return self._walks.next_trip(user, station, mine_only=mine_only)

    def open_orders(self) -> tuple[Job, ...]:
        return self._walks.open_orders()

    def open_counts(self) -> tuple[tuple[str, str], ...]:
        return self._walks.open_counts()

    def items_at(self, location: str) -> tuple[tuple[str, int], ...]:
        return self._walks.items_at(location)

    def is_drop_place(self, location: str) -> bool:
        body = self._store.mirror.body("location", location)
        return body is not None and not body.get("sequence")

    def is_location(self, location: str) -> bool:
        return self._store.mirror.body("location", location) is not None

    def user_name(self, user: str) -> str:
        body = self._store.mirror.body("user", user)
        return str(body.get("name") or user) if body else user

    def text_rule(self, name: str, default: str) -> str:
        rules = self.setting("rules")
        value = rules.get(name, default) if isinstance(rules, dict) else default
        return value if isinstance(value, str) else default

    def apart(self) -> tuple[tuple[str, str], ...]:
        pairs = (self.setting("rules") or {}).get("apart")
        listed = pairs if isinstance(pairs, list) else ()
        return tuple((str(one[0]), str(one[1])) for one in listed if isinstance(one, list) and len(one) == 2)

    def checks(self) -> tuple[Check, ...]:
        rules = self.setting("rules")
        listed = rules.get("checks") if isinstance(rules, dict) else None
        if not isinstance(listed, list):
            return ()
        if self._checks[0] is not listed:
            self._checks = (listed, tuple(_check(number, body) for number, body in enumerate(listed, 1)))
        return self._checks[1]

    def orders_of(self, user: str, enough: int) -> int:
        if (user, enough) in self._known:
            return enough
        found = self._store.db.execute(
            "SELECT count(*) FROM (SELECT 1 FROM board_fo WHERE packer = ? AND boxes > 0 LIMIT ?)", (user, enough)
        ).fetchone()
        if found[0] >= enough:
            self._known.add((user, enough))
        return int(found[0])

    def units_of(self, sku: str, enough: int) -> int:
        if (sku, enough) in self._known:
            return enough
        units = 0
        fos = self._store.mirror_reader.execute(
            "SELECT fo FROM fo_line INDEXED BY fo_line_by_sku WHERE sku = ?", (sku,)
        )
        for (fo,) in fos:
            row = self._store.db.execute("SELECT packed FROM board_fo WHERE fo = ? AND packed > 0", (fo,)).fetchone()
            if row is None:
                continue
            units += sum(c.qty for box in self._store.order(fo).boxes for c in box.contents if c.sku == sku)
            if units >= enough:
                self._known.add((sku, enough))
                break
        return min(units, enough)

    def setting(self, name: str) -> Any:
        """A site setting; read once for each page of changes."""
        changed, known = self._settings
        if changed != self._store.mirror.changed:
            known = {}
            self._settings = (self._store.mirror.changed, known)
        if name not in known:
            known[name] = self._store.mirror.setting(name)
        return known[name]

    def _carrier(self, carrier: str) -> dict[str, Any]:
        carriers = self.setting("carriers") or {}
        found = carriers.get(carrier) if isinstance(carriers, dict) else None
        return found if isinstance(found, dict) else {}


def _check(number: int, body: object) -> Check:
    """One of the site's `checks`; what is no rule checks everything."""
    if not isinstance(body, dict):
        return Check(f"check-{number}", "all")
    scan, n, most = str(body.get("scan") or "all"), body.get("n"), body.get("up_to_minor")

    def named(key: str) -> frozenset[str]:
        listed = body.get(key)
        return frozenset(str(each) for each in listed) if isinstance(listed, list) else frozenset()

    return Check(
        str(body.get("id") or f"check-{number}"),
        scan if scan in ("one_in_n", "count", "none") else "all",
        n if isinstance(n, int) and n > 0 else 1,
        named("skus"),
        named("users"),
        named("channels"),
        most if isinstance(most, int) else None,
    )
