"""Scan to screen: from the first byte on the serial line to the last changed cell on the terminal (PF1.1, 1.2, 1.7).

    each round, in random order:   ours --scan--> ms      floor F2 --scan--> ms      floor F1 --scan--> ms

Ours is the whole packing screen with its commit; F2 is the smallest Textual app; F1 has no library at all.
"""

from __future__ import annotations

import contextlib
import gc
import random
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Self

from tests.benchmarks import shop
from tests.benchmarks.measure import Metric, Unavailable, absolute, against_floor
from tests.benchmarks.ptydrive import SERIAL, Answer, Driven
from tests.benchmarks.shop import Article
from tests.benchmarks.station import AFTER_QUESTION_S, Station
from tests.devices.printer_sink import READY

REPEATS, SCANS, WARM_UP = 5, 200, 20
PAUSE_S = 0.022
SECOND_AFTER_S = 0.001
PAIR_PAUSE_S = 0.09
BURST_HZ, BURST_S = 20, 5
LINES, UNITS = 200, 40
PRINTED_S_MAX = 5.0
ASKS_STATUS, LABEL_ENDS = b"~HS\r\n", b"^XZ"
WEDGE_PREFIX = "]E0"  # how a scanner that types says which symbology it read


class Sink:
    """A label printer on the network: says that it is ready when it is asked, and notes when a label was whole."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(0.1)
        self.port = int(self._listener.getsockname()[1])
        self._labels: list[float] = []
        self._leaving = threading.Event()
        self._thread = threading.Thread(target=self._take, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._leaving.set()
        self._thread.join(2.0)
        self._listener.close()

    def printed_after(self, begin: float) -> float | None:
        """When the last byte came of the first label that was whole after that moment."""
        return next((end for end in self._labels if end > begin), None)

    def _take(self) -> None:
        while not self._leaving.is_set():
            try:
                line, _ = self._listener.accept()
            except TimeoutError:
                continue
            with line:
                # As patient as a printer: one that hangs up while a busy machine draws has failed to print.
                line.settimeout(10.0)
                with contextlib.suppress(OSError):
                    self._hear(line)

    def _hear(self, line: socket.socket) -> None:
        """One connection: a question about its state (D6.3), a label, or one after the other."""
        heard = b""
        while piece := line.recv(65_536):
            came = time.perf_counter()
            heard += piece
            if heard.startswith(ASKS_STATUS):
                heard = heard.removeprefix(ASKS_STATUS)
                line.sendall(READY)
            if heard.rstrip().endswith(LABEL_ENDS):
                self._labels.append(came)
                heard = b""


@dataclass(frozen=True, slots=True)
class Side:
    """One app of the race. `shows`: the text that a scan of the article must bring.

    `typed`: what a scanner that is a keyboard types before the code; None for one on the serial line.
    """

    app: Driven
    shows: Callable[[Article], str]
    typed: str | None = None

    def scan(self, article: Article, settle_s: float = 0.0) -> Answer:
        code = f"{self.typed or ''}{article.code}"
        return self.app.scan(code, self.shows(article), settle_s=settle_s, typed=self.typed is not None)


def race(
    sides: Mapping[str, Side], goods: Sequence[Article], *, repeats: int, scans: int, warm_up: int = WARM_UP
) -> dict[str, list[list[Answer]]]:
    """All sides scan the same article in each round, in a random order, paced as a quick packer is (PF9.4)."""
    order = random.Random(1)
    names = list(sides)
    found: dict[str, list[list[Answer]]] = {name: [[] for _ in range(repeats)] for name in names}
    gc.collect()
    gc.disable()
    try:
        for turn in range(warm_up + repeats * scans):
            article = goods[turn % len(goods)]
            order.shuffle(names)
            for name in names:
                time.sleep(PAUSE_S)
                answer = sides[name].scan(article)
                if turn >= warm_up:
                    found[name][(turn - warm_up) // scans].append(answer)
    finally:
        gc.enable()
    return found


def second_scans(side: Side, goods: Sequence[Article], pairs: int) -> list[float]:
    """Two scans in a row: the second is sent 1 ms after the answer to the first (PF1.2)."""
    spent = []
    for turn in range(pairs):
        side.scan(goods[2 * turn % len(goods)])
        time.sleep(SECOND_AFTER_S)
        spent.append(side.scan(goods[(2 * turn + 1) % len(goods)]).ms)
        time.sleep(PAIR_PAUSE_S)
    return spent


def floors(opened: contextlib.ExitStack) -> dict[str, Side]:
    """F2 and F1, ready to be scanned at."""
    sides = {}
    for name, words in (("F2", shop.floor("min_textual", SERIAL)), ("F1", shop.floor("raw_tty", SERIAL))):
        app = opened.enter_context(Driven(words))
        app.wait_for("ready")
        app.drain(0.2)
        sides[name] = Side(app, lambda article: article.code)
    return sides


def run(quick: bool) -> list[Metric]:
    """Every figure of the scan screen."""
    repeats, scans = (2, 40) if quick else (REPEATS, SCANS)
    with TemporaryDirectory(prefix="packstation-bench-") as folder, contextlib.ExitStack() as opened:
        station = Station.made(Path(folder), lines=LINES, units=UNITS)
        ours = opened.enter_context(station.running())
        station.open_order(ours)
        sides = {"ours": Side(ours, lambda article: article.name), **floors(opened)}
        made = _figures(station, sides, repeats, scans, quick)
    beside = [*_layouts(repeats, scans), *_in_tmux(repeats, scans)]
    return [*made, *beside, _opening(3 if quick else 11), _printing(3 if quick else 11)]


def _figures(station: Station, sides: Mapping[str, Side], repeats: int, scans: int, quick: bool) -> list[Metric]:
    ours, goods = sides["ours"], station.goods
    cpu_before = ours.app.cpu_s()
    found = race(sides, goods, repeats=repeats, scans=scans)
    cpu_ms = (ours.app.cpu_s() - cpu_before) * 1000 / (WARM_UP + repeats * scans)
    spent = {name: [[answer.ms for answer in one] for one in repeat] for name, repeat in found.items()}
    drawn = [answer for one in found["ours"] for answer in one]
    everything = [ms for one in spent["ours"] for ms in one]
    ratio = partial(against_floor, ours=spent["ours"], unit="ms")
    beside = "smallest Textual app"
    made = [
        ratio(
            "PF1.1",
            "scan to screen, with commit",
            floor=spent["F2"],
            against=beside,
            key="p50",
            note=f"{_median([answer.size_bytes for answer in drawn])} bytes drawn",
        ),
        ratio("PF1.1", "scan to screen, with commit", floor=spent["F2"], against=beside, permille=990, key="p99"),
        ratio("PF1.6", "scan to screen, with commit", floor=spent["F1"], against="select, read and write", key="F1"),
        absolute("PF1.7", "scan to screen p50", everything, unit="ms", key="p50"),
        absolute("PF1.7", "scan to screen p99", everything, unit="ms", permille=990, key="p99"),
        absolute("PF1.5", "processor time of a scan", [cpu_ms], unit="ms", key="cpu"),
    ]
    pairs = second_scans(ours, goods, 20 if quick else SCANS)
    beside_ms = sorted(second_scans(sides["F2"], goods, len(pairs)))[len(pairs) * 99 // 100]
    made.append(
        absolute(
            "PF1.2",
            "second scan, 1 ms after an answer",
            pairs,
            unit="ms",
            permille=990,
            key="p99",
            note=f"{beside} in the same run: {beside_ms:.1f} ms",
        )
    )
    ways = {"serial": ours, "wedge": Side(ours.app, ours.shows, typed=WEDGE_PREFIX)}
    found = race(ways, goods, repeats=repeats, scans=scans)
    spent = {name: [[answer.ms for answer in one] for one in repeat] for name, repeat in found.items()}
    made.append(
        against_floor(
            "PF1.3",
            "scan to screen, typed by the scanner",
            spent["wedge"],
            spent["serial"],
            unit="ms",
            against="on the serial line",
            key="wedge",
        )
    )
    lost = _lost(station, ours, goods)
    made.append(absolute("PF1.7", "scans lost of 20 a second for 5 s", [lost], unit="scans", key="lost"))
    return made


def _in_tmux(repeats: int, scans: int) -> list[Metric]:
    """A station under tmux beside one without, in one race (PF1.3)."""
    if shutil.which("tmux") is None:
        return []
    with TemporaryDirectory(prefix="packstation-bench-") as folder, contextlib.ExitStack() as opened:
        bare, held = (Station.made(Path(folder) / name, lines=LINES, units=UNITS) for name in ("bare", "held"))
        door = Path(folder) / "tmux"
        opened.callback(subprocess.run, ["tmux", "-S", str(door), "kill-server"], check=False)
        sides = {}
        for name, station, app in (
            ("bare", bare, opened.enter_context(bare.running())),
            ("tmux", held, opened.enter_context(held.running_in_tmux(door))),
        ):
            station.open_order(app)
            sides[name] = Side(app, lambda article: article.name)
        found = race(sides, bare.goods, repeats=repeats, scans=scans)
    spent = {name: [[answer.ms for answer in one] for one in repeat] for name, repeat in found.items()}
    return [
        against_floor(
            "PF1.3", "scan to screen under tmux", spent["tmux"], spent["bare"], unit="ms", against="bare", key="tmux"
        )
    ]


def _layouts(repeats: int, scans: int) -> list[Metric]:
    """The handheld layouts beside 80x24, each in a station of its own, in one race."""
    with TemporaryDirectory(prefix="packstation-bench-") as folder, contextlib.ExitStack() as opened:
        sides = {}
        for columns, rows in ((80, 24), (40, 20), (20, 16)):
            name = f"{columns}x{rows}"
            station = Station.made(Path(folder) / name, lines=LINES, units=UNITS)
            app = opened.enter_context(station.running(columns=columns, rows=rows))
            station.open_order(app)
            sides[name] = Side(app, lambda article: article.name)
        found = race(sides, station.goods, repeats=repeats, scans=scans)
    spent = {name: [[answer.ms for answer in one] for one in repeat] for name, repeat in found.items()}
    return [
        against_floor("PF1.7", f"scan at {name}", spent[name], spent["80x24"], unit="ms", against="80x24", key=name)
        for name in ("40x20", "20x16")
    ]


def _opening(runs: int) -> Metric:
    """Scanning an order of 500 lines until its screen stands, in a fresh station each time."""
    spent = []
    for _ in range(runs):
        with TemporaryDirectory(prefix="packstation-bench-") as folder:
            station = Station.made(Path(folder), lines=LINES, units=UNITS)
            with station.running() as app:
                station.sign_in(app)
                app.settled(f"#{shop.LONGER}")
                # It was not picked, so it asks once; a scan after the question opens it.
                time.sleep(AFTER_QUESTION_S)
                spent.append(app.settled(f"#{shop.LONGER}").ms)
    return absolute("PF1.7", "a job of 500 lines opens", spent, unit="ms", permille=990, key="open")


def _printing(runs: int) -> Metric:
    """The weight that completes a parcel until a network printer has the last byte of its label; a fresh station."""
    spent = []
    for _ in range(runs):
        with TemporaryDirectory(prefix="packstation-bench-") as folder, Sink() as sink:
            station = Station.made(Path(folder), lines=LINES, units=UNITS)
            with station.running("--printer", f"tcp://127.0.0.1:{sink.port}") as app:
                station.open_order(app, shop.SHORT)
                station.scanned_until(app, station.goods[0].code, "CartonClosed")
                app.type(str(shop.CARTON_G + shop.ARTICLE_G).encode())
                app.drain(AFTER_QUESTION_S)
                begin = time.perf_counter()
                app.type(b"\r")
                while not sink.printed_after(begin) and time.perf_counter() < begin + PRINTED_S_MAX:
                    app.drain(0.05)
                printed = sink.printed_after(begin)
                if printed is None:
                    raise Unavailable("packstation run --printer tcp://: expected a label there, got nothing.")
                spent.append((printed - begin) * 1000)
    return absolute("PF1.7", "last gesture to label bytes", spent, unit="ms", permille=990, key="print")


def _lost(station: Station, ours: Side, goods: Sequence[Article]) -> float:
    """20 scans a second for 5 s, without waiting for an answer: how many left no fact."""
    before = station.facts("ItemPacked")
    begin = time.perf_counter()
    sent = BURST_HZ * BURST_S
    for turn in range(sent):
        ours.app.send(goods[turn % len(goods)].code.encode())
        while time.perf_counter() < begin + (turn + 1) / BURST_HZ:
            ours.app.drain(0.005)
    ours.app.drain(0.5)
    return float(sent - (station.facts("ItemPacked") - before))


def _median(values: Sequence[int]) -> int:
    return sorted(values)[len(values) // 2]
