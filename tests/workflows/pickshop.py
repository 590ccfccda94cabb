"""The small shop, with shelves, a released wave of two carts and a second walk, for tests of picking."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sync import facts as f
from sync.protocol import Deed
from tests.shop import ANN, Bench, order, put
from tests.shop import bench as small_bench

# A-04-2 (sequence 42) mugs, A-05-1 (51) white mugs and plates, B-01-1 (110) tea, C-11-3 (300) more mugs; BENCH-2 lies
# on no walk: totes are put down there.
PLACES = {"A-04-2": 42, "A-05-1": 51, "B-01-1": 110, "B-02-2": 122, "C-11-3": 300, "BENCH-2": 0}
STOCK: Mapping[str, tuple[tuple[str, int, str | None, str | None], ...]] = {
    "BLUE-MUG": (("A-04-2", 40, None, None), ("C-11-3", 4, None, None)),
    "WHITE-MUG": (("A-05-1", 10, None, None),),
    "PLATE": (("A-05-1", 12, None, None),),
    "TEA": (("B-01-1", 9, "L77", "2027-03-31"), ("B-01-1", 3, "L78", "2027-06-30")),
    "RADIO": (("B-02-2", 2, None, None),),
}


def location(name: str, sequence: int) -> tuple[str, str, dict[str, Any]]:
    body = {"location": name, "zone": name[0], "sequence": sequence, "aisle": 1, "bay": 1, "x_mm": 0, "y_mm": 0}
    return ("location", name, body)


def stock(sku: str, *places: tuple[str, int, str | None, str | None]) -> tuple[str, str, dict[str, Any]]:
    units = sum(place[1] for place in places)
    body = {
        "sku": sku, "on_hand": units, "allocated": 0, "available": units,
        "places": [{"location": n, "quantity": q, "lot": lot, "expiry": day} for n, q, lot, day in places],
    }  # fmt: skip
    return ("stock", sku, body)


def shelves() -> list[tuple[str, str, dict[str, Any]]]:
    return [
        *(location(name, sequence) for name, sequence in PLACES.items()),
        *(stock(sku, *places) for sku, places in STOCK.items()),
    ]


def rules(made: Bench, **rules: object) -> None:
    put(made.store, [("setting", "rules", {"value": rules})])


def cart(made: Bench, name: str, *fos: str, wave: str = "W-1", release: bool = True) -> None:
    """A wave with one cart, planned and released by a supervisor."""
    deeds = [
        Deed(
            None, f.CartPlanned(wave=wave, rev=1, cart=name, fos=fos, route=("A-04-2", "A-05-1", "B-01-1", "B-02-2"))
        ),
        Deed(None, f.WavePlanned(wave=wave, rev=1, carts=(name,), cutoff="2026-03-02T16:00:00Z")),
    ]
    if release:
        deeds.append(Deed(None, f.WaveReleased(wave=wave, fos=fos, by="EVA")))
    made.station.record(deeds)


def bench(folder: Path, *, work: str = "pick", **more: Any) -> Bench:
    """Ann, signed in to pick, in the small shop with shelves."""
    made = small_bench(folder, signed_in=None, **more)
    put(made.store, shelves())
    made.scan(ANN)
    if work == "pick":
        made.scan("*PICK")
    return made


__all__ = ["PLACES", "STOCK", "bench", "cart", "location", "order", "rules", "shelves", "stock"]
