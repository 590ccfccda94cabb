"""Each device's lines are read in its own way, and what a scanner does wrong is said with the scan (D3.5, D4.5)."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from packstation.scan import ScanConfig
from packstation.workflows.prompt import Say
from tests.shop import ANN, EVA, Bench, bench

TEA_LOT = "]d2010200000000004610L77{}17270331"
HINT = "Lot may contain the expiry date. Check the scanner's GS setting."


def _tea(tmp_path: Path) -> Bench:
    made = bench(tmp_path)
    made.scan("FO-4473-1", "FO-4473-1")
    return made


def test_a_scanner_that_sends_a_bar_for_the_separator_gives_lot_and_expiry(tmp_path: Path) -> None:
    """D3.5: the substitute belongs to the device that was set so; another device's bar stays data."""
    made = _tea(tmp_path)
    made.station.ways["cart"] = lambda site: replace(site, gs_substitute="|", prefix="!")
    made.clock.pass_ms(400)
    outcome = made.station.line("!" + TEA_LOT.format("|"), device="cart", mono_ms=made.clock.mono)
    assert (outcome.outcome, HINT in outcome.message) == ("accepted", False)
    packed = next(entry.fact for entry in made.store.journal.of_fo("FO-4473-1") if entry.kind == "ItemPacked")
    assert (getattr(packed, "lot", 0), getattr(packed, "expiry", 0)) == ("L77", "2027-03-31")


def test_a_swallowed_separator_is_said_with_the_scan_and_refuses_nothing(tmp_path: Path) -> None:
    """D4.5: the lot is taken as it came, the packer is told what to look at."""
    made = _tea(tmp_path)
    first = made.scan(TEA_LOT.format(""))
    assert HINT in first.message
    assert HINT in made.station.prompt().message.text  # type: ignore[union-attr]  # a scan was just answered


def test_years_are_read_by_the_stations_clock(tmp_path: Path) -> None:
    made = _tea(tmp_path)
    assert made.station.scan_config() == ScanConfig(carton_types=frozenset({"S1", "M2", "L3"}), this_year=2026)


def test_a_badge_behind_an_identifier_is_no_text_in_the_log(tmp_path: Path) -> None:
    """D4.8: scanners with the AIM identifier on send badges with it too."""
    made = _tea(tmp_path)
    made.scan(f"]C0{EVA}")
    made.scan(f"]C0{ANN}")
    logged = [row[0] for row in made.store.db.execute("SELECT text FROM scan_line")]
    assert not [text for text in logged if "B." in text]


def test_what_is_wrong_with_a_device_is_said_when_it_happens(tmp_path: Path) -> None:
    """FL1.5, D1.2, D5.2: by name, in words, once; an error that stands is not covered by it."""
    made = _tea(tmp_path)
    station = made.station
    busy = "usb:0C2E:0B61: another program holds this port. Close it there."
    says = Say("scanner_busy", {"name": "usb:0C2E:0B61"})
    told = station.device_news("scanner", "No scanner: usb:0C2E:0B61", says, trouble=True)
    assert told is not None
    assert (told.cue, told.message, station.status().scanner) == ("T4", busy, "No scanner: usb:0C2E:0B61")
    assert station.device_news("scanner", "usb:0C2E:0B61", Say("scanner_open"), trouble=False) is None
    made.scan("NO-SUCH-CODE")
    assert station.device_news("scale", "", Say("scale_silent"), trouble=True) is None
    assert "NO-SUCH-CODE" in station.prompt().message.text  # type: ignore[union-attr]  # a refusal stands


def test_the_scale_speaks_where_a_weight_is_wanted(tmp_path: Path) -> None:
    """D5.2: what is no weight is a state on screen."""
    made = bench(tmp_path)
    made.scan("FO-4471-1", "FO-4471-1", "2000000000015", "2000000000015")
    assert made.station.state == "WEIGH"
    made.station.device_news("scale", "usb:0EB8:F000#8217", Say("plain", {"text": "Weighing. 812 g"}), trouble=False)
    panel = made.station.prompt().panel
    assert panel is not None
    assert panel.lines[-1] == "Weighing. 812 g"
