"""Program start: until the first visible text in a terminal, and what the version costs (PF2.1 to PF2.3)."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Sequence

from tests.benchmarks import shop
from tests.benchmarks.measure import Metric, absolute, against_floor, round_robin

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
            _textual(),
            unit="commands",
            permille=1000,
            key="textual",
        ),
    ]


def _textual() -> list[float]:
    """1 for each command without a screen whose help loads Textual."""
    tried = (["--version"], ["cartonize", "--help"], ["scan", "--help"])
    program = "import sys; from packstation.__main__ import main\ntry: main(sys.argv[1:])\nexcept SystemExit: pass\nprint('textual' in sys.modules)"
    answers = [
        subprocess.run(
            [sys.executable, "-c", program, *words], capture_output=True, text=True, timeout=60, check=False
        )
        for words in tried
    ]
    return [float(not answer.stdout.rstrip().endswith("False")) for answer in answers]


def _spent_ms(words: Sequence[str]) -> float:
    begin = time.perf_counter_ns()
    subprocess.run(words, stdout=subprocess.DEVNULL, check=True, timeout=60)
    return (time.perf_counter_ns() - begin) / 1e6
