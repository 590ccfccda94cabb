"""What the bench says while it waits for a scan: only what is known (floor.md section 4, IDLE)."""

from __future__ import annotations

from pathlib import Path

from packstation.station.hint import hint
from packstation.station.language import table_of
from packstation.workflows.texts import ENGLISH
from sync import facts as f
from sync.protocol import Deed
from tests.shop import Bench, bench, order


def picked(folder: Path, *totes: str, **more: object) -> Bench:
    made = bench(folder)
    made.change(order("FO-4471-1", {"BLUE-MUG": 2}, **more))
    pick = f.ItemPicked(line=1, sku="BLUE-MUG", qty=2, location="A-04-2", how="scan", code="BLUE-MUG")
    facts = [*(f.ToteAdded(tote=tote, slot="") for tote in totes), pick, f.PickFinished(work="FO-4471-1")]
    made.station.record([Deed("FO-4471-1", fact) for fact in facts])
    return made


def test_the_hint_says_which_order_where_and_until_when(tmp_path: Path) -> None:
    made = picked(tmp_path, "T-118")
    assert hint(made.station.look, ENGLISH, "") == (
        "Next: #4471", "Tote T-118", "Must ship by 16:00 (UPS)", "1 order waits to be packed",
    )  # fmt: skip


def test_the_hint_leaves_out_what_nobody_knows(tmp_path: Path) -> None:
    """No tote, no place, no cutoff: no line about them, and no dash in their stead."""
    made = picked(tmp_path, ship_by=None, carrier="")
    assert hint(made.station.look, ENGLISH, "") == ("Next: #4471", "1 order waits to be packed")


def test_the_hint_is_in_the_station_s_language(tmp_path: Path) -> None:
    """FL10.6: what a station that starts finds is told in the language of the site."""
    made = picked(tmp_path, "T-118")
    told = hint(made.station.look, table_of("de"), "MUG BLUE")
    assert told[:2] == ("Nächster: #4471", "Behälter T-118")
    assert "MUG BLUE" in told[-1]
