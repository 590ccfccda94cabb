"""`packstation run` on a real terminal with a real station: scans of a wedge, a kill, and the same order again."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import time
from pathlib import Path

import pytest

from tests.screens.terminal import Terminal, python
from tests.shop import ANN, BLUE_MUG, PLATE, bench


def station(folder: Path, size: tuple[int, int]) -> Terminal:
    return Terminal(python("-m", "packstation", "run", "--data", str(folder)), *size)


def scan(terminal: Terminal, text: str) -> None:
    """What a scanner in keyboard mode sends."""
    terminal.send(b"]C0" + text.encode() + b"\r")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = bench(tmp_path / "st-07", signed_in=None)
    made.store.close()
    return tmp_path / "st-07"


@pytest.mark.parametrize("size", [(80, 24), (30, 20)], ids=str)
def test_an_order_is_opened_packed_refused_and_survives_a_kill(folder: Path, size: tuple[int, int]) -> None:
    """Issue 2 point 13, FL2.16: what got a cue is there after kill -9, and the same order is open."""
    with station(folder, size) as terminal:
        terminal.wait_for("Scan your badge")
        scan(terminal, ANN)
        terminal.wait_for("Welcome Ann")
        scan(terminal, "#4472")
        terminal.wait_for("Scan again")
        terminal.read(0.5)  # a repeat confirms only when it comes after the question (FL2.14)
        scan(terminal, "#4472")
        terminal.wait_for("0 of 2")
        scan(terminal, BLUE_MUG)
        terminal.wait_for("1 of 2")
        terminal.read(0.4)  # sooner it would be the same trigger twice (FL2.8)
        scan(terminal, BLUE_MUG)
        terminal.wait_for("TOO MANY")
        assert "1 of 2" in terminal.text()
        terminal.process.kill()
    with station(folder, size) as terminal:
        terminal.wait_for("Last recorded: MUG BLUE 350")
        assert "#4472" in terminal.text()
        assert "1 of 2" in terminal.text()
        scan(terminal, PLATE)
        terminal.wait_for("2 of 2")


def test_plain_mode_packs_the_same_order_on_a_pipe(folder: Path) -> None:
    """FL10.2: same station, same outcomes, one line in and lines out."""
    lines = [ANN, "#4472", "*OK", BLUE_MUG, "9999", "*OK", PLATE, "*EXIT"]
    done = subprocess.run(
        python("-m", "packstation", "run", "--plain", "--data", str(folder)),
        input="\n".join(lines) + "\n",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = done.stdout
    assert "> Scan your badge" in told
    assert "MUG BLUE 350: 1 of 1" in told
    assert "! UNKNOWN. Not known: 9999" in told
    assert "#4472 complete" in told
    assert ANN not in told


def test_cartons_are_planned_ahead_beside_a_screen_and_no_thread_dies(folder: Path) -> None:
    """CT9: the app's capture of stderr must not end the planner; what ends a thread stands in the log (D12)."""
    with station(folder, (80, 24)) as terminal:
        terminal.wait_for("Scan your badge")
        mirror = sqlite3.connect(f"{(folder / 'mirror.db').as_uri()}?mode=ro", uri=True, timeout=5.0)
        ends = time.monotonic() + 60
        while not mirror.execute("SELECT count(*) FROM carton_plan").fetchone()[0]:
            assert time.monotonic() < ends, (folder / "station.log").read_text()
            terminal.read(0.2)
        mirror.close()
    told = [json.loads(line) for line in (folder / "station.log").read_text().splitlines()]
    assert told[0]["event"] == "started"
    assert not [line for line in told if line["level"] == "critical"]


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="the children of a process are read from /proc")
def test_a_killed_station_leaves_no_worker_behind(folder: Path) -> None:
    """CT9: whoever plans its cartons ends with it, else every broken line of a handheld would leave two processes."""
    with station(folder, (80, 24)) as terminal:
        terminal.wait_for("Scan your badge")
        ends = time.monotonic() + 60
        while len(workers := _workers(terminal.process.pid)) < 2:
            assert time.monotonic() < ends, workers
            terminal.read(0.2)
        terminal.read(1.0)
        terminal.process.kill()
        terminal.process.wait(timeout=10)
    ends = time.monotonic() + 30
    while left := [pid for pid in workers if _works(pid)]:
        assert time.monotonic() < ends, left
        time.sleep(0.1)


def _workers(pid: int) -> list[int]:
    """The child processes that work for it, without what watches over them."""
    children = Path(f"/proc/{pid}/task/{pid}/children")
    threads = Path(f"/proc/{pid}/task").glob("*/children") if children.exists() else ()
    found = {int(child) for thread in threads for child in thread.read_text().split()}
    return [child for child in found if _works(child)]


def _works(pid: int) -> bool:
    try:
        return b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False
