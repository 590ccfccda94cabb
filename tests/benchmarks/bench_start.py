"""Program start: until the first visible text in a terminal, and what the version costs (PF2.1 to PF2.3)."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Sequence

from tests.benchmarks import shop
from tests.benchmarks.measure import Metric, Unavailable, absolute, against_floor, round_robin

RUNS = 11
REPEATS = 3


def run(quick: bool) -> list[Metric]:
    """All figures of the start. Runs are interleaved, after one thrown away (PF9.5)."""
    return _version(2 if quick else REPEATS, 3 if quick else RUNS)


def _version(repeats: int, runs: int) -> list[Metric]:
    sides: dict[str, Callable[[], float]] = {
        "ours": lambda: _spent_ms(shop.packstation("--version")),
        "python": lambda: _spent_ms(shop.bare_python()),
    }
    found = [round_robin(sides, rounds=runs, warm_up=1, seed=seed) for seed in range(repeats)]
    ours, python = [one["ours"] for one in found], [one["python"] for one in found]
    return [
        against_floor(
            "PF2.3", "packstation --version", ours, python, unit="ms", against="python -c print", key="version"
        ),
        absolute(
            "PF2.3",
            "commands without a screen that import Textual",
            [_textual()],
            unit="commands",
            key="textual",
        ),
    ]


def _textual() -> float:
    """How many commands without a screen load Textual for their help."""
    program = (
        "import sys\nfrom packstation.__main__ import main\ntry: main(sys.argv[1:])\nexcept SystemExit: pass\n"
        "print('textual' in sys.modules)"
    )
    loaded = 0
    for words in (["--version"], ["cartonize", "--help"], ["scan", "--help"], ["sync", "--help"]):
        asked = [sys.executable, "-c", program, *words]
        done = subprocess.run(asked, capture_output=True, text=True, timeout=60, check=False)
        last = done.stdout.rstrip().rpartition("\n")[2]
        if last not in ("True", "False"):
            raise Unavailable(f"packstation {' '.join(words)}: expected its help, got {done.stderr.strip()[-200:]!r}")
        loaded += last == "True"
    return float(loaded)


def _spent_ms(words: Sequence[str]) -> float:
    begin = time.perf_counter_ns()
    subprocess.run(words, stdout=subprocess.DEVNULL, check=True, timeout=60)
    return (time.perf_counter_ns() - begin) / 1e6
