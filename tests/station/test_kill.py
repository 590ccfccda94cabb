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

KILLS = 200
CHUNKS = 8

WORKER = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from tests.shop import BLUE_MUG, PLATE, open_bench
made = open_bench(Path(sys.argv[1]))
made.clock.wall += made.store.journal.last_seq
made.station.locked = False
out = sys.stdout
while True:
    for code in ("FO-4475-1", BLUE_MUG, BLUE_MUG, "ZZZ", "key:f12", "key:f8", PLATE, "key:f12", BLUE_MUG, "key:f8"):
        outcome = made.key(code[4:]) if code.startswith("key:") else made.scan(code)
        # The cue: what stands here was told to the packer, after the commit.
        out.write(f"{made.store.journal.last_seq}\\n")
        out.flush()
"""


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_a_killed_station_loses_no_acknowledged_scan(chunk: int, tmp_path: Path) -> None:
    """200 kills with SIGKILL at random moments, over all chunks; after each the journal and the board are checked."""
    if sys.platform == "win32":
        pytest.skip("SIGKILL is POSIX")
    made = bench(tmp_path)
    made.scan("FO-4475-1", "FO-4475-1")
    made.store.close()
    rng = random.Random(chunk)
    root = str(Path(__file__).resolve().parents[2])
    acknowledged_in_all = 0
    for _ in range(KILLS // CHUNKS):
        worker = subprocess.Popen(
            [sys.executable, "-c", WORKER, str(tmp_path), root], stdout=subprocess.PIPE, text=True, bufsize=1
        )
        assert worker.stdout is not None
        first = worker.stdout.readline()
        time.sleep(rng.uniform(0.0, 0.08))
        os.kill(worker.pid, signal.SIGKILL)
        told = [first, *worker.stdout.readlines()]
        worker.wait()
        acknowledged = max((int(line) for line in told if line.endswith("\n") and line.strip()), default=0)
        acknowledged_in_all += len(told)
        again = open_bench(tmp_path)
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
