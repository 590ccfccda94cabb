"""A station killed at random moments: no acknowledged scan lost, no board row wrong (issue 2.13, sync T6)."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.shop import bench, open_bench

KILLS = 100
CHUNKS = 4

NURSERY = """
import os, sys
from pathlib import Path
from tests.shop import BLUE_MUG, PLATE, open_bench

def work(folder, out):
    made = open_bench(Path(folder))
    made.clock.wall += made.store.journal.last_seq
    made.station.locked = False
    while True:
        for code in (
            "FO-4475-1", BLUE_MUG, BLUE_MUG, "ZZZ", "key:f12", "key:f8", PLATE, "key:f12", BLUE_MUG, "key:f8"
        ):
            outcome = made.key(code[4:]) if code.startswith("key:") else made.scan(code)
            # The cue: what stands here was told to the packer, after the commit.
            out.write(f"{made.store.journal.last_seq}\\n")
            out.flush()

for line in sys.stdin:
    folder, pipe = line.rstrip("\\n").split("\\t")
    child = os.fork()
    if child == 0:
        with open(pipe, "w") as out:
            out.write(f"{os.getpid()}\\n")
            work(folder, out)
    os.waitpid(child, 0)
    print("gone", flush=True)
"""
"""Forks one station after the other: every one is a process of its own, and what they import is read once."""


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_a_killed_station_loses_no_acknowledged_scan(chunk: int, tmp_path: Path) -> None:
    """T6: 100 kills at random moments, over all chunks; after each the journal and the board are checked."""
    if sys.platform == "win32":
        pytest.skip("SIGKILL is POSIX")
    made = bench(tmp_path / "st-07")
    made.scan("FO-4475-1", "FO-4475-1")
    made.store.close()
    rng = random.Random(chunk)
    root = Path(__file__).resolve().parents[2]
    pipe = tmp_path / "told"
    os.mkfifo(pipe)
    acknowledged_in_all = 0
    with subprocess.Popen(
        [sys.executable, "-c", NURSERY], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=root
    ) as nursery:
        assert nursery.stdin is not None
        assert nursery.stdout is not None
        for _ in range(KILLS // CHUNKS):
            print(tmp_path / "st-07", pipe, sep="\t", file=nursery.stdin, flush=True)
            with pipe.open() as worker:
                pid = int(worker.readline())
                first = worker.readline()
                time.sleep(rng.uniform(0.0, 0.08))
                os.kill(pid, signal.SIGKILL)
                told = [first, *worker.readlines()]
            assert nursery.stdout.readline() == "gone\n"
            acknowledged = max((int(line) for line in told if line.endswith("\n") and line.strip()), default=0)
            acknowledged_in_all += len(told)
            again = open_bench(tmp_path / "st-07")
            assert again.store.news == []
            assert again.store.journal.last_seq >= acknowledged
            again.store.journal.verify()
            before, after = again.store.rebuild()
            assert before == after
            again.store.close()
    assert acknowledged_in_all > KILLS // CHUNKS


@pytest.mark.parametrize("point", ["before-begin", "journal-written", "before-commit", "after-commit"])
def test_a_kill_at_a_named_point_leaves_the_gesture_whole_or_absent(point: str, tmp_path: Path) -> None:
    """sync T6: killed at each named point, facts, board and raw line are all there or none of them is."""
    made = bench(tmp_path)
    made.scan("FO-4471-1", "FO-4471-1")
    made.store.close()
    code = f"""
import os, signal, sys
from pathlib import Path
sys.path.insert(0, {str(Path(__file__).resolve().parents[2])!r})
from tests.shop import BLUE_MUG, open_bench
made = open_bench(Path({str(tmp_path)!r}))
made.station.locked = False
made.store.at = lambda point: os.kill(os.getpid(), signal.SIGKILL) if point == {point!r} else None
made.scan(BLUE_MUG)
"""
    done = subprocess.run([sys.executable, "-c", code], timeout=60)
    assert done.returncode == -signal.SIGKILL
    again = open_bench(tmp_path)
    packed = again.facts("FO-4471-1").count("ItemPacked")
    lines = [row for row in again.store.last_lines(1) if row[1] == "2000000000015"]
    board = again.store.db.execute("SELECT packed FROM board_fo WHERE fo = 'FO-4471-1'").fetchone()[0]
    assert packed == len(lines) == board == (1 if point == "after-commit" else 0)
