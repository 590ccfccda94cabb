"""A small shop for tests: items, cartons, orders, people; and a station that holds copies of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from packstation.cartons.words import said
from packstation.station import Station
from packstation.store import Place, Store, write_place
from packstation.store.reading import badge_hash
from packstation.workflows.desk import Job
from packstation.workflows.suggestion import Suggestion, Wanted
from sync import protocol
from sync.protocol.messages import Row

BADGE_KEY = "00112233445566778899aabbccddeeff"
ANN = "B.ANNAAAAAAAAAAAAAAAAAAAAAAA"
BEN = "B.BENAAAAAAAAAAAAAAAAAAAAAAA"
EVA = "B.EVAAAAAAAAAAAAAAAAAAAAAAAA"
EVA_PIN = "246813"

BLUE_MUG = "2000000000015"
WHITE_MUG = "2000000000022"
PLATE = "2000000000039"
TEA = "2000000000046"
RADIO = "2000000000053"
MUG_CASE = "2000000000060"


@dataclass
class TestClock:
    """A clock that stands still until it is told to go on; the wall starts at 2026-03-02 14:00 UTC."""

    __test__ = False
    boot: str = "boot0001"
    mono: int = 1_000_000
    wall: int = 1_772_460_000_000

    def mono_ms(self) -> int:
        return self.mono

    def wall_ms(self) -> int:
        return self.wall

    def pass_ms(self, ms: int) -> None:
        self.mono += ms
        self.wall += ms


@dataclass
class Ids:
    """Gesture ids that count up, so that runs are alike."""

    n: int = 0

    def __call__(self, wall_ms: int) -> str:
        self.n += 1
        return protocol.gesture_id(wall_ms, self.n.to_bytes(9, "big") + b"\0")


def item(sku: str, name: str, barcode: str, **more: Any) -> list[tuple[str, str, dict[str, Any]]]:
    body: dict[str, Any] = {
        "sku": sku, "name": name, "length_mm": 100, "width_mm": 90, "height_mm": 80, "weight_g": 350,
        "price_minor": 1295, "flags": [], "parent": None, "attributes": {},
    }  # fmt: skip
    body.update(more)
    return [("sku", sku, body), ("barcode", barcode, {"code": barcode, "sku": sku, "quantity": 1})]


def order(fo: str, lines: Mapping[str, int], **more: Any) -> tuple[str, str, dict[str, Any]]:
    number = fo.split("-")[1]
    body: dict[str, Any] = {
        "fo": fo, "order": number, "channel": "web", "site": "WH-1", "rev": 1, "state": "open", "reason": None,
        "method": "ship", "priority": 0, "ordered_at": "2026-03-02T09:00:00Z", "ship_by": "2026-03-02T16:00:00Z",
        "service": "standard", "carrier": "UPS", "currency": "EUR", "wave": None, "ship_complete": False,
        "note": None,        "notes": [], "return_code": f"R-{number}",
        "to": {"name": "José Nuñez", "lines": ["Calle Mayor 1"], "postcode": "28013", "city": "Madrid", "region": "",
               "country": "ES", "phone": "", "email": ""},
        "lines": [
            {"line": n, "sku": sku, "quantity": quantity, "price_minor": 1295, "lot": None}
            for n, (sku, quantity) in enumerate(lines.items(), 1)
        ],
        "claim": None, "labels": [], "applied": {},
    }  # fmt: skip
    body.update(more)
    return ("fo", fo, body)


def carton(code: str, inner: tuple[int, int, int], tare: int = 100) -> tuple[str, str, dict[str, Any]]:
    body: dict[str, Any] = {"code": code, "name": f"Box {code}", "empty_weight_g": tare, "max_weight_g": 20_000}
    for which in ("inner", "outer"):
        for side, mm in zip(("length", "width", "height"), inner, strict=True):
            body[f"{which}_{side}_mm"] = mm + (0 if which == "inner" else 6)
    return ("carton", code, {**body, "cost_minor": 50, "kind": "box", "available": None})


def user(user_id: str, name: str, role: str, badge: str, pin: str | None = None) -> tuple[str, str, dict[str, Any]]:
    pin_hash = None
    if pin is not None:
        from argon2 import PasswordHasher

        pin_hash = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(f"{pin}|{BADGE_KEY}")
    body = {"user": user_id, "name": name, "role": role, "badge_hash": badge_hash(badge, BADGE_KEY),
            "pin_hash": pin_hash, "revoked_at": None}  # fmt: skip
    return ("user", user_id, body)


def shop() -> list[tuple[str, str, dict[str, Any]]]:
    """Copies of the whole shop."""
    return [
        *item("BLUE-MUG", "MUG BLUE 350", BLUE_MUG, parent="MUG", attributes={"colour": "BLUE"}),
        *item("WHITE-MUG", "MUG WHITE 350", WHITE_MUG, parent="MUG", attributes={"colour": "WHITE"}, weight_g=300),
        *item("PLATE", "PLATE WHITE", PLATE, weight_g=500),
        *item("TEA", "TEA ASSAM", TEA, weight_g=212, flags=["lot", "expiry"]),
        *item("RADIO", "RADIO RED", RADIO, weight_g=900, flags=["serial"], price_minor=20_000),
        ("barcode", MUG_CASE, {"code": MUG_CASE, "sku": "BLUE-MUG", "quantity": 12}),
        carton("S1", (200, 150, 100)),
        carton("M2", (310, 220, 140)),
        carton("L3", (400, 300, 300)),
        user("ANN", "Ann", "packer", ANN),
        user("BEN", "Ben", "packer", BEN),
        user("EVA", "Eva", "supervisor", EVA, EVA_PIN),
        ("setting", "badge_key", {"value": BADGE_KEY}),
        ("setting", "site", {"value": {"site": "WH-1", "name": "Demo Goods", "lines": ["Dock 1"], "postcode": "10115",
                                       "city": "Berlin", "region": "", "country": "DE", "kind": "warehouse"}}),
        ("location", "A-04-2", {"location": "A-04-2", "zone": "A", "sequence": 42, "aisle": 4, "bay": 2, "x_mm": 1,
                                "y_mm": 2}),
        ("stock", "BLUE-MUG", {"sku": "BLUE-MUG", "on_hand": 40, "allocated": 6, "available": 34,
                               "places": [{"location": "A-04-2", "quantity": 40, "lot": None, "expiry": None}]}),
        order("FO-4471-1", {"BLUE-MUG": 2}),
        order("FO-4472-1", {"BLUE-MUG": 1, "PLATE": 1}),
        order("FO-4473-1", {"TEA": 1}),
        order("FO-4474-1", {"RADIO": 1}),
        order("FO-4475-1", {"BLUE-MUG": 24}),
    ]  # fmt: skip


def suggest_m2(job: Job, wanted: Wanted) -> Suggestion | None:
    """What a carton engine would say, without one: always M2."""
    if wanted.scanned not in (None, "M2"):
        return None
    why = ((said("because_smallest", all=said("because_all_two"), top=""),),)
    others = (("L3", "L3 +0.40"), ("S1", "S1 too small"))
    return Suggestion("M2", "Box M2", why, 600, 800, others)


@dataclass
class Bench:
    """A station with its clock; scans come 400 ms apart unless told otherwise."""

    station: Station
    clock: TestClock
    store: Store
    said: list[Any] = field(default_factory=list)

    def scan(self, *texts: str, gap_ms: int = 400) -> Any:
        outcome = None
        for text in texts:
            self.clock.pass_ms(gap_ms)
            outcome = self.station.line(text, device="scanner", mono_ms=self.clock.mono)
            self.said.append(outcome)
        return outcome

    def key(self, *names: str) -> Any:
        outcome = None
        for name in names:
            self.clock.pass_ms(400)
            outcome = self.station.key(name)
            self.said.append(outcome)
        return outcome

    def change(self, *copies: tuple[str, str, dict[str, Any]]) -> None:
        """The hub sends newer copies."""
        put(self.store, copies)

    def facts(self, fo: str) -> list[str]:
        return [entry.kind for entry in self.store.journal.of_fo(fo)]

    def again(self) -> Bench:
        """The same station after its process ended and began anew."""
        self.store.close()
        return open_bench(self.store.place.folder, self.clock, station_id=self.store.place.station)


def heard(store: Store) -> tuple[str, str, dict[str, Any]]:
    """The row by which the hub says that all facts of this station came in there before what follows."""
    newest = store.db.execute("SELECT fact_id, gen, seq FROM fact ORDER BY place DESC LIMIT 1").fetchone()
    return ("told", newest[0], {"gen": newest[1], "seq": newest[2]})


_revs = iter(range(1, 10_000_000))
_gens = iter(range(0xA0, 10_000_000))


def put(store: Store, copies: Iterable[tuple[str, str, dict[str, Any]]]) -> None:
    """Store copies as a page of the changes feed."""
    _, cursor = store.mirror.cursor()
    rows = []
    for kind, key, body in copies:
        cursor += 1
        rows.append(Row(cursor, kind, key, next(_revs), json.dumps(body)))
    store.mirror.apply(rows, "epoch00000000001", cursor)


def open_bench(
    folder: Path,
    clock: TestClock | None = None,
    *,
    station_id: str = "st-07",
    suggest: Callable[[Job, Wanted], Suggestion | None] = suggest_m2,
) -> Bench:
    clock = clock or TestClock()
    place = Place(folder, "WH-1", station_id)
    if not (folder / "station.json").exists():
        write_place(place)
    store = Store(place, new_gen=lambda: f"{next(_gens):016x}")
    station = Station(store, now=clock, new_id=Ids(store.journal.last_seq * 1000), suggest=suggest)
    return Bench(station, clock, store)


def bench(folder: Path, *, signed_in: str | None = ANN, station_id: str = "st-07") -> Bench:
    """A new station that holds the shop, with Ann signed in."""
    made = open_bench(folder, station_id=station_id)
    put(made.store, shop())
    if signed_in:
        made.scan(signed_in)
    return made
