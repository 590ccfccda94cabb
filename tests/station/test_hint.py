"""What the bench says while it waits for a scan: only what is known (floor.md section 4, IDLE)."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from packstation.station.hint import door_hint, hint, pick_hint
from packstation.station.language import table_of
from packstation.station.people import clock_change
from packstation.workflows.desk import Moment
from packstation.workflows.prompt import Say
from packstation.workflows.texts import ENGLISH, words
from sync import facts as f
from sync.protocol import Deed
from tests.shop import Bench, bench, order

NOW = Moment("ANN", "packer", "st-07", 1_772_460_000_000, "2026-03-02")
"""Monday 2026-03-02, 14:00 UTC."""


def picked(folder: Path, *totes: str, **more: object) -> Bench:
    made = bench(folder)
    made.change(order("FO-4471-1", {"BLUE-MUG": 2}, **more))
    pick = f.ItemPicked(line=1, sku="BLUE-MUG", qty=2, location="A-04-2", how="scan", code="BLUE-MUG")
    facts = [*(f.ToteAdded(tote=tote, slot="") for tote in totes), pick, f.PickFinished(work="FO-4471-1")]
    made.station.record([Deed("FO-4471-1", fact) for fact in facts])
    return made


def test_the_hint_says_which_order_where_and_until_when(tmp_path: Path) -> None:
    made = picked(tmp_path, "T-118")
    assert hint(made.station.look, ENGLISH, "", NOW) == (
        "Next: #4471", "Tote T-118", "Must ship by 16:00 (UPS)", "1 order waits to be packed",
    )  # fmt: skip


def test_the_hint_leaves_out_what_nobody_knows(tmp_path: Path) -> None:
    """No tote, no place, no cutoff: no line about them, and no dash in their stead."""
    made = picked(tmp_path, ship_by=None, carrier="")
    assert hint(made.station.look, ENGLISH, "", NOW) == ("Next: #4471", "1 order waits to be packed")


def test_the_hint_is_in_the_station_s_language(tmp_path: Path) -> None:
    """FL10.6: what a station that starts finds is told in the language of the site."""
    made = picked(tmp_path, "T-118")
    told = hint(made.station.look, table_of("de"), "MUG BLUE", NOW)
    assert told[:2] == ("Nächster: #4471", "Behälter T-118")
    assert "MUG BLUE" in told[-1]


def test_a_cutoff_is_told_at_the_clock_on_the_wall_with_its_day() -> None:
    """FL1.5: copies say UTC; the bench in Ohio reads its own clock, and 20:00 of tomorrow is not 20:00."""
    ohio = Moment("ANN", "packer", "st-07", NOW.wall_ms, "2026-03-02", offset_s=-5 * 3600)
    told = {
        (now.offset_s, when): words(Say("panel_due", {"due": now.due(when)}))
        for now in (NOW, ohio)
        for when in ("2026-03-02T20:00:00Z", "2026-03-03T02:00:00Z", "2026-03-10T20:00:00Z", "soon")
    }
    assert list(told.values()) == [
        "by 20:00", "by Tue 02:00", "by 03-10 20:00", "by -", "by 15:00", "by 21:00", "by 03-10 15:00", "by -",
    ]  # fmt: skip


def test_a_picker_and_a_loader_are_told_what_waits(tmp_path: Path) -> None:
    """FL6.4, FL7.1: a list need not be in the hand, nor the code of the door in the head."""
    made = bench(tmp_path)
    made.change(order("FO-4471-1", {"PLATE": 1}))
    assert pick_hint(made.station.look, ENGLISH) == ("*GETWORK: the next walk", "*LIST: the orders that wait")
    assert door_hint(made.station.look, ENGLISH) == ("No parcel waits to be loaded",)
    closed = f.CartonClosed(carton="C-1", why="complete")
    opened = f.CartonOpened(carton=1, lpn="C-1", type="M2", suggested="M2")
    label = f.LabelAssigned(carton="C-1", label="L-1", tracking="1Z9", source="own", scan_key_digests=())
    made.station.record(
        [Deed("FO-4471-1", fact) for fact in (f.OrderOpened(via="order", partial=False), opened, closed, label)]
    )
    assert door_hint(made.station.look, ENGLISH) == ("Parcels that wait", "D-UPS: 1 parcel")


def test_the_first_screen_of_other_work_has_its_hint_at_once(tmp_path: Path) -> None:
    made = bench(tmp_path)
    for command, told in (("*PICK", "*GETWORK: the next walk"), ("*LOAD", "No parcel waits to be loaded")):
        made.key(command)
        panel = made.station.prompt().panel
        assert panel is not None
        assert panel.title == told


def test_a_cutoff_after_the_clocks_went_back_is_told_by_the_new_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Saturday 2026-10-31 in New York: the carrier who comes on Monday at 20:00 UTC comes at 15:00, not at 16:00."""
    monkeypatch.setenv("TZ", "EST5EDT,M3.2.0,M11.1.0")
    time.tzset()
    try:
        saturday = 1_793_460_000_000
        change = clock_change(saturday)
        assert clock_change(saturday + 2 * 86_400_000) is None
    finally:
        monkeypatch.undo()
        time.tzset()
    assert change is not None
    assert (abs(change[0] - 1_793_512_800_000) <= 60_000, change[1]) == (True, -5 * 3600)
    now = Moment("ANN", "packer", "st-07", saturday, "2026-10-31", offset_s=-4 * 3600, change=change)
    whens = ("2026-10-31T20:00:00Z", "2026-11-02T20:00:00Z", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z")
    assert [words(Say("panel_due", {"due": now.due(when)})) for when in whens] == [
        "by 16:00", "by Mon 15:00", "by 12-31 18:59", "by -",
    ]  # fmt: skip
