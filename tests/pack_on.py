"""A station that scans unit after unit with its screen drawn, and tells its memory twice (PF10.7).

python -m tests.pack_on FOLDER EARLY LATE    prints resident kB after EARLY scans and after LATE
"""

from __future__ import annotations

import gc
import sys
from pathlib import Path

from packstation.screens.drawing import Paper
from packstation.screens.floor import House
from packstation.screens.views import Views
from tests.shop import BLUE_MUG, Bench, bench, order

UNITS = 24


def main(folder: Path, early: int, late: int) -> None:
    made = bench(folder)
    # The flush is not what is looked at.
    made.store.db.execute("PRAGMA synchronous=OFF")
    views, paper = Views(House(), lambda text, device: (), "", "en"), Paper(120, 40)
    scans = 0
    for number in range(late // UNITS + 1):
        opened(made, f"FO-{10_000 + number}-1")
        for _ in range(UNITS):
            outcome = made.scan(BLUE_MUG)
            assert outcome.outcome == "accepted", outcome
            made.said.clear()
            views.answered(outcome)
            views.draw(made.station.prompt(), made.station.status(), paper)
            scans += 1
            if scans in (early, late):
                print(resident_kb())


def opened(made: Bench, fo: str) -> None:
    """Open an order whatever asks first: the one before is parked for it, and it was not picked."""
    made.change(order(fo, {"BLUE-MUG": UNITS + 1}))
    for _ in range(4):
        made.scan(fo)
        if made.station.desk.job is not None and made.station.desk.job.doc.fo == fo:
            return
    raise AssertionError(f"expected {fo} to open, got: {made.said[-1]}")


def resident_kb() -> int:
    gc.collect()
    with open("/proc/self/status", encoding="ascii") as status:
        return next(int(row.split()[1]) for row in status if row.startswith("VmRSS:"))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
