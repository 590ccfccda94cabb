"""Real parts around a station of the small shop: a scanner at a pseudo terminal, the app on a screen, a printer."""

from __future__ import annotations

import asyncio
import queue
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import TracebackType
from typing import Any

from packstation.app import PackstationApp
from packstation.commands.assembly import Assembled, open_station
from packstation.devices.framer import Line
from packstation.devices.scanner import Scanner
from packstation.screens.floor import House
from packstation.screens.sheet import Sheet
from packstation.station import Outcome, Station
from packstation.store import read_place
from packstation.workflows.order import Box
from tests.devices.scanner_bench import Plug, until
from tests.shop import Bench, TestClock, bench


class Wired:
    """A scanner at a pty, in the bench's own time: its bytes come in, `judged` hands its lines to the station."""

    def __init__(self, folder: Path, made: Bench, options: str = "", *, own_time: bool = True) -> None:
        self.made = made
        self.plug = Plug(folder / "usb-Zebra_DS2208_1234-if00")
        self.lines: queue.Queue[Line] = queue.Queue()
        self._states: list[str] = []
        times: dict[str, Any] = {"mono_s": lambda: made.clock.mono / 1_000} if own_time else {}
        self.scanner = Scanner(
            f"{self.plug.path}{options}", self.lines.put, lambda state: self._states.append(state.word), **times
        )
        made.station.ways[self.scanner.name] = self.scanner.config

    def __enter__(self) -> Wired:
        self.scanner.start()
        until(lambda: self._states == ["open"])
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self.scanner.stop()

    def scanned(self, *texts: str, gap_ms: int) -> list[Outcome]:
        """Each code, its line, its outcome, one after the other."""
        outcomes = []
        for text in texts:
            self.made.clock.pass_ms(gap_ms)
            self.plug.send(text.encode() + b"\r")
            outcomes += self.judged(1)
        return outcomes

    def judged(self, count: int) -> list[Outcome]:
        return [self._judge(self.lines.get(timeout=10)) for _ in range(count)]

    def _judge(self, line: Line) -> Outcome:
        mono_ms = line.mono_ms if line.mono_ms <= self.made.clock.mono else self.made.clock.mono
        return self.made.station.line(
            line.text, device=line.device, mono_ms=mono_ms, batch=line.batch, flood=line.flood
        )


class Bystander:
    """A hub's address where somebody accepts every connection and never says a word."""

    def __init__(self) -> None:
        import socket

        self._server = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._server.getsockname()[1]}"

    def close(self) -> None:
        self._server.close()


def assembled(folder: Path, clock: TestClock, printer: str) -> Assembled:
    """The shop's station as `packstation run` puts it together, with a printer at that address."""
    bench(folder, signed_in=None).store.close()
    return open_station(read_place(folder), clock=clock, printer=printer)


def on_screen(station: Station, story: Callable[[PackstationApp, Any], Awaitable[None]]) -> None:
    """Play a story on the app around a station."""

    async def play() -> None:
        app = PackstationApp(station, House())
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            await story(app, pilot)

    asyncio.run(play())


def line(text: str, clock: TestClock, gap_ms: int = 400) -> Line:
    """A scan that comes so long after the one before."""
    clock.pass_ms(gap_ms)
    return Line(text, text.encode(), "scanner", clock.mono, clock.wall, "CR")


def shown(app: PackstationApp) -> str:
    sheet = app.query_one(Sheet)
    return "\n".join(sheet.render_line(y).text.rstrip(" ") for y in range(sheet.size.height))


def scan_lines(made: Bench | Assembled, device: str = "scanner") -> list[str]:
    """The raw lines on disk, in the order they were judged."""
    rows = made.store.db.execute("SELECT text FROM scan_line WHERE device = ? ORDER BY id", (device,))
    return [str(text) for (text,) in rows.fetchall()]


def packed_box(made: Bench, fo: str, *codes: str, weight_g: int) -> Box:
    """Open an order, scan its units, weigh: the box that now waits for its label to be read."""
    made.scan(fo)
    if made.station.desk.job is None:
        made.scan(fo)
    made.scan(*codes)
    made.clock.pass_ms(400)
    made.station.weight(weight_g)
    box = made.store.order(fo).boxes[-1]
    assert box.label is not None, made.station.message
    return box
