"""Complaints about scans: lost, doubled, split, swallowed by a dialog, or misread (floor.md section 14, 1-3, 6-9)."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

import pytest

from packstation.app import PackstationApp
from packstation.screens.drawing import Paper
from packstation.screens.raw import RawLog
from packstation.store.ends import StationEnds
from packstation.workflows.prompt import Cue
from sync.client import Client, HttpWire, SyncThread
from tests.complaints.counter import Bystander, Wired, assembled, line, on_screen, scan_lines, shown
from tests.devices.printer_sink import PrinterSink
from tests.shop import ANN, BLUE_MUG, PLATE, TEA, WHITE_MUG, TestClock, bench

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pseudo terminals are POSIX")


@pytest.mark.parametrize("gap_ms", [151, 160])
def test_complaint_01_fast_scans_of_one_code_all_count(tmp_path: Path, gap_ms: int) -> None:
    """ "2 s pause needed": one code five times through a serial port, 160 ms apart (FL2.8)."""
    made = bench(tmp_path / "st-07")
    made.scan("FO-4475-1", "FO-4475-1")
    with Wired(tmp_path, made) as scanner:
        outcomes = scanner.scanned(*[BLUE_MUG] * 5, gap_ms=gap_ms)
    assert [outcome.cue for outcome in outcomes] == [Cue.TICK] * 5
    assert outcomes[-1].message == "MUG BLUE 350: 5 of 24"


def test_complaint_01_a_memory_scanner_sends_five_in_one_burst(tmp_path: Path) -> None:
    made = bench(tmp_path / "st-07")
    made.scan("FO-4475-1", "FO-4475-1")
    with Wired(tmp_path, made, "#batch") as scanner:
        made.clock.pass_ms(400)
        scanner.plug.send(f"{BLUE_MUG}\r".encode() * 5)
        outcomes = scanner.judged(5)
    assert outcomes[-1].message == "MUG BLUE 350: 5 of 24"


def test_complaint_01_a_hundred_scans_at_twenty_a_second_have_a_hundred_outcomes(tmp_path: Path) -> None:
    """The scanner is faster than the station: nothing is judged before all of them lie in the queue (FL2.3)."""
    made = bench(tmp_path / "st-07")
    sent = [f"T-{9_000 + number}" if number % 2 else TEA for number in range(100)]
    with Wired(tmp_path, made) as scanner:
        for number, text in enumerate(sent, 1):
            made.clock.pass_ms(50)
            scanner.plug.send(text.encode() + b"\r")
            while scanner.lines.qsize() < number:
                time.sleep(0.0005)
        outcomes = scanner.judged(100)
        name = scanner.scanner.name
    assert len(outcomes) == 100
    assert {outcome.outcome for outcome in outcomes} <= {"refused", "asked", "held"}
    made.key("f12", "*DROP")
    assert scan_lines(made, name) == sent


def test_complaint_02_ten_scans_while_label_sync_and_screen_are_busy(tmp_path: Path) -> None:
    """A label is drawn and printed, the hub never answers, pages turn: eleven scans, eleven outcomes, in order."""
    clock, sink, hub = TestClock(), PrinterSink(), Bystander()
    made = assembled(tmp_path / "st-07", clock, sink.url)
    ends = StationEnds(made.store, now_ms=clock.wall_ms)
    sync = SyncThread(Client(ends, HttpWire(hub.url, "token")))
    units = ["FO-4475-1", "FO-4475-1", *[BLUE_MUG, WHITE_MUG, "*OK"] * 2, PLATE, "*OK"]

    async def story(app: PackstationApp, pilot: Any) -> None:
        app.post_line(line(ANN, clock))
        for text in ("FO-4471-1", "FO-4471-1", BLUE_MUG, BLUE_MUG):
            app.post_line(line(text, clock))
            await pilot.pause(0.02)
        made.start_printing()
        sync.start()
        made.station.weight(800)
        label = made.store.order("FO-4471-1").boxes[0].label
        assert label is not None
        for text, key in zip([label.tracking, *units], ("f1", "f2", "escape", "*", "escape") * 3, strict=False):
            await pilot.press(key)
            app.post_line(line(text, clock))
        await pilot.pause(0.3)
        assert scan_lines(made)[-11:] == [label.tracking, *units]

    try:
        on_screen(made.station, story)
        assert made.store.order("FO-4475-1").units_packed == 2
        assert len(sink.waits_for(1, 20.0)) == 1
    finally:
        sync.stop()
        made.close()
        sink.close()
        hub.close()


def test_complaint_03_a_second_scan_of_a_known_item_counts(tmp_path: Path) -> None:
    """It must not only scroll to the row: from 151 ms on, done is one more (FL4.20)."""
    made = bench(tmp_path / "st-07")
    made.scan("FO-4471-1", "FO-4471-1", BLUE_MUG)
    with Wired(tmp_path, made) as scanner:
        (again,) = scanner.scanned(BLUE_MUG, gap_ms=151)
    assert again.facts[0] == "ItemPacked"
    assert made.store.order("FO-4471-1").units_packed == 2


@pytest.mark.parametrize("pieces", [1, 2, 7])
def test_complaint_06_a_code_in_pieces_is_one_line(tmp_path: Path, pieces: int) -> None:
    """Bytes in pieces of 1, 2 and 7 with 40 ms pauses, in real time: one raw line (D1.3)."""
    made = bench(tmp_path / "st-07")
    made.scan("FO-4471-1", "FO-4471-1")
    raw = BLUE_MUG.encode() + b"\r"
    with Wired(tmp_path, made, own_time=False) as scanner:
        for at in range(0, len(raw), pieces):
            scanner.plug.send(raw[at : at + pieces])
            time.sleep(0.04)
        made.clock.pass_ms(400)
        (outcome,) = scanner.judged(1)
        assert scanner.lines.empty()
        name = scanner.scanner.name
    assert outcome.message == "Box M2. MUG BLUE 350: 1 of 2"
    assert scan_lines(made, name) == [BLUE_MUG]


@pytest.mark.parametrize("open_over_it", ["*", "f1", "f2", "9", "error", "question"])
def test_complaint_07_no_focus_can_be_lost(tmp_path: Path, open_over_it: str) -> None:
    """A menu, a page, a typed digit, an error or a question is there: each scan is a line of its own (FL2.18)."""
    made = bench(tmp_path / "st-07")
    made.scan("FO-4475-1", "FO-4475-1")
    sent = [BLUE_MUG, "*OK", WHITE_MUG, "*OK", BLUE_MUG]

    async def story(app: PackstationApp, pilot: Any) -> None:
        if open_over_it in ("error", "question"):
            app.post_line(line("NO-SUCH" if open_over_it == "error" else "FO-4472-1", made.clock))
            await pilot.pause(0.05)
            await pilot.press("f12" if open_over_it == "error" else "f3")
        else:
            await pilot.press(open_over_it)
        await pilot.pause(0.05)
        before = len(scan_lines(made))
        for text in sent:
            app.post_line(line(text, made.clock))
            await pilot.pause(0.03)
        assert scan_lines(made)[before:] == sent
        assert ("#4475" in shown(app)) is (open_over_it != "f2")  # the page of raw lines stays for the next scan

    on_screen(made.station, story)
    assert made.store.order("FO-4475-1").units_packed >= 2


def test_complaint_07_a_wedge_code_is_not_appended_to_what_was_typed(tmp_path: Path) -> None:
    """Grams are half typed when a keyboard scanner fires: the code is a scan, the grams stay what they were."""
    made = bench(tmp_path / "st-07")
    made.scan("FO-4471-1", "FO-4471-1", BLUE_MUG, BLUE_MUG)
    assert made.station.state == "WEIGH"

    async def story(app: PackstationApp, pilot: Any) -> None:
        await pilot.press("8", "0")
        await pilot.press("right_square_bracket", "C", "0", "T", "minus", "7", "7", "enter")
        await pilot.pause(0.3)
        assert scan_lines(made, "wedge")[-1:] == ["]C0T-77"] or scan_lines(made)[-1:] == ["]C0T-77"]
        made.clock.pass_ms(400)
        await pilot.press("f12")
        await pilot.pause(0.3)

    on_screen(made.station, story)
    assert made.store.order("FO-4471-1").boxes[0].weight_g is None


def test_complaint_08_a_scanner_without_enter_is_framed_by_its_pause_alone(tmp_path: Path) -> None:
    """Only that port waits for a pause; what a hand types is never debounced (D1.4)."""
    made = bench(tmp_path / "st-07")
    made.scan("FO-4471-1", "FO-4471-1")
    with Wired(tmp_path, made, "#idle=40", own_time=False) as scanner:
        for _ in range(2):
            scanner.plug.send(BLUE_MUG.encode())
            made.clock.pass_ms(400)
            (outcome,) = scanner.judged(1)
    assert outcome.message == "#4471 complete. MUG BLUE 350: 2 of 2"

    async def story(app: PackstationApp, pilot: Any) -> None:
        await pilot.press("8", "0", "0", "enter")
        await pilot.pause(0.05)

    on_screen(made.station, story)
    assert made.store.order("FO-4471-1").boxes[0].weight_g == 800


def test_complaint_09_prefix_and_identifier_are_taken_off_and_the_bytes_can_be_seen(tmp_path: Path) -> None:
    """What is configured goes, so does the symbology identifier, and F2 shows all bytes (FL2.13, FL2.17)."""
    made = bench(tmp_path / "st-07")
    made.scan("FO-4471-1", "FO-4471-1")
    log = RawLog()
    with Wired(tmp_path, made, "#prefix=@@") as scanner:
        made.clock.pass_ms(400)
        scanner.plug.send(f"@@]E0{BLUE_MUG}\r".encode())
        arrived = scanner.lines.get(timeout=10)
        outcome = made.station.line(arrived.text, device=arrived.device, mono_ms=made.clock.mono)
    assert outcome.message == "Box M2. MUG BLUE 350: 1 of 2"
    log.add(arrived, outcome)
    page = "\n".join("".join(part for part, _ in row) for row in log.lines(Paper(80, 24), lambda text, device: ()))
    assert f"@@]E0{BLUE_MUG}" in page
    assert "40 40 5d 45 30 32" in page.lower()


def test_complaint_09_a_test_code_tells_a_scanner_with_another_layout(tmp_path: Path) -> None:
    """The self-test prints its codes and compares what comes back: y and z swapped is no code of the test label."""
    made = bench(tmp_path / "st-07")
    made.key("*SELFTEST")
    with Wired(tmp_path, made) as scanner:
        wrong, right = scanner.scanned("TEST/1", "TEST-1", gap_ms=400)
    assert wrong.message == "Not a code of the test label. This scan was not used."
    assert right.facts == ("SelfTested", "SelfTested")
