"""A bench with its scale on a real pty and its printer on a real socket: what reaches the station, what never."""

from __future__ import annotations

import queue
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from packstation.commands.assembly import open_station
from packstation.commands.bench import Bench
from packstation.devices.framer import Line
from packstation.station import Outcome
from packstation.store import read_place
from packstation.workflows.prompt import Cue
from tests import shop
from tests.devices.printer_sink import PrinterSink, status
from tests.devices.scale_emulator import ScaleEmulator


class Loop:
    """The app's loop without an app: what the devices' threads post is done here, one after the other."""

    def __init__(self, bench: Bench) -> None:
        self.bench, self.station = bench, bench.made.station
        self._posted: queue.Queue[Callable[[], Any]] = queue.Queue()
        self.weights: list[int] = []
        self.cues: list[Cue] = []

    def post_line(self, line: Line) -> bool:
        raise AssertionError(line)

    def post_weight(self, weight_g: int, how: str = "scale") -> bool:
        self._posted.put(lambda: self._weighed(weight_g, how))
        return True

    def post_event(self, deed: Callable[[], Any]) -> bool:
        self._posted.put(deed)
        return True

    @property
    def waiting(self) -> int:
        return self._posted.qsize()

    def _weighed(self, weight_g: int, how: str) -> None:
        self.weights.append(weight_g)
        self._heard(self.station.weight(weight_g, how))

    def scan(self, *texts: str) -> None:
        for text in texts:
            self.run(0.4)  # sooner than 300 ms after a question it would be held (FL2.4)
            self._heard(self.station.line(text, device="scanner"))

    def _heard(self, outcome: Any) -> None:
        for out in self.bench.cue_out():
            if outcome is not None and outcome.cue is not None:
                out(outcome.cue)

    def run(self, seconds: float, until: Callable[[], bool] = lambda: False) -> bool:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                outcome = self._posted.get(timeout=0.05)()
                if isinstance(outcome, Outcome) and outcome.cue is not None:
                    self.cues.append(outcome.cue)
            except queue.Empty:
                self._heard(self.station.tick())
            if until():
                return True
        return until()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = shop.bench(tmp_path / "st-07", signed_in=None)
    shop.put(made.store, [("setting", "rules", {"value": {"live_weight": 1}})])
    made.store.close()
    return tmp_path / "st-07"


@pytest.fixture
def scale(tmp_path: Path) -> Iterator[ScaleEmulator]:
    made = ScaleEmulator(tmp_path / "scale", "sics")
    yield made
    made.close()


@pytest.fixture
def loop_of(folder: Path) -> Iterator[Callable[..., Loop]]:
    benches: list[Bench] = []

    def build(scale: ScaleEmulator | None = None, printer: str | None = None) -> Loop:
        made = open_station(read_place(folder), printer=printer)
        bench = Bench(made, (), f"{scale.path}#sics" if scale else None, None)
        bench.sounds.volume = 0
        benches.append(bench)
        loop = Loop(bench)
        bench.start(loop)
        return loop

    yield build
    for bench in benches:
        bench.stop()
        bench.made.close()


def test_a_moving_scale_is_not_read_and_a_steady_one_weighs_the_box(
    loop_of: Callable[..., Loop], scale: ScaleEmulator
) -> None:
    """FL5.9, D5.2: unstable readings are never taken, however long they go on; the steady one is, once."""
    loop = loop_of(scale)
    assert loop.run(60.0, lambda: loop.station.has_scale)
    loop.scan(shop.ANN, "FO-4472-1", "FO-4472-1", shop.BLUE_MUG)
    scale.load("970", "g", motion=True)
    loop.scan(shop.PLATE)
    assert loop.station.state == "WEIGH"
    loop.run(1.5)
    assert (loop.station.state, loop.weights) == ("WEIGH", [])
    scale.load("450", "g")  # it stands still for less than half a second
    loop.run(0.3)
    scale.load("960", "g", motion=True)
    loop.run(0.7)
    assert (loop.station.state, loop.weights) == ("WEIGH", [])
    scale.load("970", "g")
    assert loop.run(60.0, lambda: loop.station.state != "WEIGH")
    (weighed,) = [e.fact for e in loop.station.store.journal.of_fo("FO-4472-1") if e.kind == "CartonWeighed"]
    assert (getattr(weighed, "weight_g", 0), getattr(weighed, "verdict", "")) == (970, "ok")


def test_a_scale_that_lies_is_heard_once_and_its_box_waits(
    loop_of: Callable[..., Loop], scale: ScaleEmulator
) -> None:
    """D5.2: what it says is other nonsense five times a second, and no weight; the words stay, the tone does not."""
    loop = loop_of(scale)
    assert loop.run(30.0, lambda: loop.station.has_scale)
    loop.scan(shop.ANN, "FO-4472-1", "FO-4472-1", shop.BLUE_MUG)
    scale.load("970", "g")
    scale.lie = "garbage"
    loop.scan(shop.PLATE)
    asked = scale.asked
    assert loop.run(30.0, lambda: scale.asked > asked + 8)
    assert loop.cues == [Cue.ASK]
    assert "not understood" in loop.station.scale_says
    assert (loop.station.state, loop.weights) == ("WEIGH", [])
    scale.lie = "none"
    assert loop.run(30.0, lambda: loop.station.state != "WEIGH")


def test_a_unit_the_scale_does_not_feel_is_asked_for(loop_of: Callable[..., Loop], scale: ScaleEmulator) -> None:
    """FL4.44: with the rule on, the scale is asked while units go in; what it reads weighs no box before its time."""
    loop = loop_of(scale)
    assert loop.run(60.0, lambda: loop.station.has_scale)
    scale.load("100", "g")
    loop.scan(shop.ANN, "FO-4471-1", "FO-4471-1")
    assert loop.run(60.0, lambda: loop.station.feeling.felt_g == 100)
    loop.scan(shop.BLUE_MUG)
    message = loop.station.prompt().message
    assert message is not None
    assert loop.run(60.0, lambda: "No weight came in" in (loop.station.prompt().message or message).text)
    assert not [e for e in loop.station.store.journal.of_fo("FO-4471-1") if e.kind == "CartonWeighed"]


def test_a_dead_scale_and_a_dead_printer_are_named_before_they_are_needed(
    loop_of: Callable[..., Loop], scale: ScaleEmulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """FL1.5: on the status line, while nothing is open or prints, with the reason of the moment; a printer that comes
    back is well."""
    for name in ("_LOOK_ILL_S", "_LOOK_S"):
        monkeypatch.setattr(f"packstation.commands.bench.{name}", 0.3)
    monkeypatch.setattr("packstation.devices.printer.STATUS_S_MAX", 30.0)
    printer = PrinterSink()
    printer.switch_off()
    try:
        loop = loop_of(scale, printer.url)
        assert loop.run(60.0, lambda: loop.station.has_scale)
        scale.unplug()
        assert loop.run(60.0, lambda: loop.station.status().printer.startswith("No printer: tcp://"))
        assert loop.run(60.0, lambda: loop.station.status().scale == f"No scale: {scale.path}#sics")
        assert not loop.station.has_scale
        assert ("printer", "refuses the connection") in {(one.kind, one.fault) for one in loop.bench.health()}
        printer.hs = status(paper_out="1")
        printer.switch_on()
        assert loop.run(60.0, lambda: loop.station.status().printer_why == "paper out")
        assert ("printer", "paper out") in {(one.kind, one.fault) for one in loop.bench.health()}
        printer.hs = status()
        assert loop.run(60.0, lambda: not loop.station.status().printer_why)
        monkeypatch.setattr("packstation.devices.printer.STATUS_S_MAX", 0.5)
        printer.hs = None  # somebody opens its head: it says nothing at all (D6.3)
        assert loop.run(60.0, lambda: loop.station.status().printer_why.startswith("does not say it is ready"))
        monkeypatch.setattr("packstation.devices.printer.STATUS_S_MAX", 30.0)
        printer.hs = status()
        assert loop.run(60.0, lambda: loop.station.status().printer.startswith("tcp://"))
    finally:
        printer.close()
