"""Guards without a clock: what a station may load, keep and touch while people wait for it (performance.md 10).

Their neighbours: paints and bytes of a scan in test_app.py and test_app_terminal.py (PF10.2), statements and query
plans in store/test_damage.py (PF10.3, PF10.4), widgets in screens/test_guards.py (PF10.5), long lists in
screens/test_rows.py and equal label bytes in documents/test_label.py (PF10.7).
"""

from __future__ import annotations

import asyncio
import builtins
import os
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from packstation.app import PackstationApp
from packstation.devices.framer import Line
from packstation.screens.drawing import Paper
from packstation.screens.floor import House
from packstation.screens.sheet import Sheet
from packstation.screens.views import Views
from sync import facts as f
from sync.client import Client
from sync.hub.tables.database import Database
from tests.screens.terminal import Terminal
from tests.shop import BLUE_MUG, PLATE, bench, order
from tests.steps import calls
from tests.sync.bench import Bench as SyncBench
from tests.sync.hub.shop import Shop as HubShop
from tests.test_architecture import BEFORE_FIRST_PAINT
from tests.workflows import pickshop

ROOT = Path(__file__).resolve().parent.parent


def test_the_running_station_has_loaded_nothing_heavy_at_its_first_paint(tmp_path: Path) -> None:
    """PF2.4, PF10.1: the real program in a terminal, looked at when its devices would start."""
    bench(tmp_path / "st-07", signed_in=None).store.close()
    told = tmp_path / "modules"
    program = (
        "import sys\n"
        "from pathlib import Path\n"
        "from packstation.__main__ import main\n"
        "from packstation.commands.bench import Bench\n"
        "def started(self, inputs):\n"
        f"    Path({str(told)!r}).write_text(' '.join(sorted(sys.modules)))\n"
        "    inputs.exit()\n"
        "Bench.start = started\n"
        f"sys.exit(main(['run', '--data', {str(tmp_path / 'st-07')!r}, '--scanner', 'socket://127.0.0.1:9']))\n"
    )
    with Terminal([sys.executable, "-c", program], 80, 24) as terminal:
        assert terminal.wait_until_gone(60.0) == 0
    loaded = set(told.read_text().split(" "))
    assert {"packstation.app", "textual.app"} <= loaded
    assert not {name.partition(".")[0] for name in loaded} & set(BEFORE_FIRST_PAINT)
    late = {"sync.client", "sync.protocol.messages", "packstation.documents", "packstation.cartons.plan"}
    assert not loaded & late


class _OnTheLoop(AssertionError):
    """Somebody touched disk or network where the screen and every scan wait for it."""


def _forbid(monkeypatch: pytest.MonkeyPatch, loop: threading.Thread, armed: list[bool], touched: list[str]) -> None:
    def guarded(place: Any, name: str) -> None:
        real = getattr(place, name)

        def call(*given: Any, **named: Any) -> Any:
            if armed[0] and threading.current_thread() is loop:
                touched.append(f"{name}{given[:1]}")
                raise _OnTheLoop(touched[-1])
            return real(*given, **named)

        monkeypatch.setattr(place, name, call)

    guarded(builtins, "open")
    guarded(os, "open")
    guarded(os, "fsync")
    guarded(socket.socket, "connect")
    guarded(socket.socket, "sendall")
    guarded(subprocess.Popen, "__init__")


def test_the_loop_touches_neither_disk_nor_network_but_for_its_commit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PF10.8: a whole order, an error, an undo and the pages over it, with open, sockets and processes forbidden."""
    made = bench(tmp_path)
    touched: list[str] = []
    armed = [False]

    async def play() -> None:
        _forbid(monkeypatch, threading.current_thread(), armed, touched)
        app = PackstationApp(made.station, House())
        async with app.run_test(size=(120, 40)) as pilot:
            await pilot.pause()
            armed[0] = True
            for text in (
                "FO-4472-1",
                "FO-4472-1",
                BLUE_MUG,
                "9999",
                "*OK",
                BLUE_MUG,
                "*OK",
                "*UNDO",
                BLUE_MUG,
                PLATE,
            ):
                made.clock.pass_ms(400)
                app.post_line(Line(text, text.encode(), "scanner", made.clock.mono, 0, "CR"))
                await pilot.pause(0.05)
            for key in ("f1", "escape", "f2", "escape", "pagedown"):
                await pilot.press(key)
            made.clock.pass_ms(400)
            made.station.weight(900, "typed")
            await pilot.pause(0.3)  # a tick, too
            armed[0] = False
            shown = "\n".join(app.query_one(Sheet).render_line(y).text for y in range(40))
            assert "4472" in shown
        assert app.return_code in (0, None)

    asyncio.run(play())
    assert touched == []
    kinds = made.facts("FO-4472-1")
    assert kinds.count("ItemPacked") == 3
    assert "GestureUndone" in kinds
    assert "CartonWeighed" in kinds


def test_a_scan_takes_few_steps_from_its_line_to_its_picture(tmp_path: Path) -> None:
    """PF1.1, PF1.5: judged, recorded, folded and drawn in 680 calls; they were thousands once."""
    made = bench(tmp_path)
    made.change(order("FO-4500-1", {"BLUE-MUG": 50, "PLATE": 50}))
    made.scan("FO-4500-1", "FO-4500-1", BLUE_MUG, PLATE, BLUE_MUG)
    views, paper = Views(House(), lambda text, device: (), "", "en"), Paper(120, 40)

    def packed() -> None:
        outcome = made.scan(BLUE_MUG)
        assert outcome.outcome == "accepted"
        views.answered(outcome)
        views.draw(made.station.prompt(), made.station.status(), paper)

    packed()
    assert calls(packed) < 850


def _grown(folder: Path, early: int, late: int) -> tuple[int, int]:
    """Resident kilobytes of a process of its own after so many scans, and after so many."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.pack_on", str(folder), str(early), str(late)],
        capture_output=True, text=True, cwd=ROOT, timeout=600, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    first, last = done.stdout.split()
    return int(first), int(last)


def test_memory_is_flat_over_six_thousand_scans(tmp_path: Path) -> None:
    """PF1.5, PF10.7: what is kept of orders and rows is bounded."""
    first, last = _grown(tmp_path, 3_000, 6_000)
    assert last <= first * 1.03, f"expected {first} kB to stay, got {last} kB"


@pytest.mark.long
def test_memory_after_ten_thousand_scans_is_that_after_a_thousand(tmp_path: Path) -> None:
    """PF1.5, PF10.7"""
    first, last = _grown(tmp_path, 1_000, 10_000)
    assert last <= first * 1.05, f"expected {first} kB to stay, got {last} kB"


SMALL = {"gen", "meta", "session", "pin_lock", "alarm", "number_range"}
"""Tables of a few rows, whatever the shop's size: looking through them costs nothing."""


def test_every_question_of_a_scripted_job_names_an_index(tmp_path: Path) -> None:
    """PF10.4: not a list of queries kept by hand: what a packed, an undone and a picked order really asked."""
    made = pickshop.bench(tmp_path, work="pack")
    asked: dict[str, object] = {}
    for db in (made.store.db, made.store.mirror_reader, made.store.mirror._read):
        db.set_trace_callback(lambda told, db=db: asked.setdefault(told, db))
    made.scan("FO-4472-1", "FO-4472-1", BLUE_MUG, "9999", "*OK", BLUE_MUG, "*OK", "*UNDO", BLUE_MUG, PLATE)
    made.clock.pass_ms(400)
    made.station.weight(950)
    label = made.store.order("FO-4472-1").boxes[0].label
    assert label is not None
    made.scan(label.tracking, "*PICK", "FO-4471-1", "T-5", "A-04-2", BLUE_MUG, "*PAUSE", "*GETWORK")
    made.station.tick()
    for db in (made.store.db, made.store.mirror_reader, made.store.mirror._read):
        db.set_trace_callback(None)
    questions = [told for told in asked if told.lstrip().upper().startswith("SELECT")]
    assert len(questions) > 20
    for told in questions:
        plan = asked[told].execute(f"EXPLAIN QUERY PLAN {told}").fetchall()  # type: ignore[attr-defined]
        for row in plan:
            step = str(row[3])
            table = step.split(" ")[1] if step.startswith("SCAN ") else ""
            assert not table or " USING " in step or table in SMALL or table.startswith(("(", "json_each")), (
                f"{told}: {step}"
            )


class _Counted:
    """The ends and the wire of a station, with the size of each piece noted."""

    def __init__(self, inner: Any, sizes: dict[str, list[int]], watched: dict[str, Any]) -> None:
        self._inner, self._sizes, self._watched = inner, sizes, watched

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._inner, name)
        if name not in self._watched:
            return call

        def counted(*given: Any) -> Any:
            self._sizes.setdefault(name, []).append(len(given[self._watched[name]]))
            return call(*given)

        return counted


def test_a_page_is_written_in_hundreds_and_a_push_holds_five_hundred(tmp_path: Path) -> None:
    """PF10.6: a scan never waits behind more than a hundred rows; 1,300 facts go up in three pieces."""
    database = Database(f"sqlite:///{tmp_path}/hub.db")
    shop = HubShop(database, tmp_path)
    rows = [f"SKU-{number:04d},Item {number},{number:012d},10,10,10,100,100,,,\n" for number in range(1, 1_251)]
    head = "sku,name,barcode,length_mm,width_mm,height_mm,weight_g,price_minor,flags,parent,attributes\n"
    shop.take("catalog", head + "".join(rows))
    there = SyncBench(folder=tmp_path)
    for _ in range(1_300):
        there.did(None, f.SignedIn(how="badge"))
    sizes: dict[str, list[int]] = {}
    ends = _Counted(there, sizes, {"apply_changes": 0})
    wire = _Counted(shop.wire(there), sizes, {"push": 1})
    done = Client(ends, wire, pause=lambda _s: None).exchange()
    assert (done.error, done.pending) == ("", 0)
    assert sizes["push"] == [500, 500, 300]
    assert max(sizes["apply_changes"]) == 100
    assert sum(sizes["apply_changes"]) == done.pulled > 1_250
    database.close()
