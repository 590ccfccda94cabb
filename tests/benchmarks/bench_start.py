"""Program start: until the first visible text in a terminal, and what the version costs (PF2.1 to PF2.3)."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks import shop
from tests.benchmarks.measure import Metric, Unavailable, absolute, against_floor, round_robin
from tests.benchmarks.ptydrive import SERIAL, Driven
from tests.benchmarks.station import Station

RUNS = 11
REPEATS = 3
SIZES = {"quick": (2_000, 10_000), "full": (100_000, 1_000_000)}


def run(quick: bool) -> list[Metric]:
    """All figures of the start. Runs are interleaved, after one thrown away (PF9.5)."""
    repeats, runs = (2, 3) if quick else (REPEATS, RUNS)
    return [*_paints(repeats, runs, quick), *_version(repeats, runs)]


def _paints(repeats: int, runs: int, quick: bool) -> list[Metric]:
    """The station with a long history, one without, and the smallest Textual app, each in a terminal of its own."""
    skus, facts = SIZES["quick" if quick else "full"]
    with TemporaryDirectory(prefix="packstation-bench-") as folder:
        large = Station.made(Path(folder) / "large", lines=20, units=2, skus=skus, facts=facts)
        small = Station.made(Path(folder) / "small", lines=20, units=2)
        memory_mb: dict[str, list[list[float]]] = {"large": [], "small": [], "floor": []}
        warm_mb: dict[str, list[list[float]]] = {"large": [], "small": [], "floor": []}

        def painted(name: str, start: Callable[[], Driven]) -> float:
            with start() as app:
                spent_ms = app.first_text()
                memory_mb[name][-1].append(app.resident_kb() / 1024)
                app.drain(0.3)
                if app.process.poll() is not None:
                    raise Unavailable(
                        f"{' '.join(app.words)}: expected it to stay, got exit {app.process.returncode}."
                    )
                warm_mb[name][-1].append(app.resident_kb() / 1024)
            return spent_ms

        sides: dict[str, Callable[[], float]] = {
            "large": lambda: painted("large", large.running),
            "small": lambda: painted("small", small.running),
            "floor": lambda: painted("floor", lambda: Driven(shop.floor("min_textual", SERIAL))),
        }
        found = []
        for seed in range(repeats):
            for seen in (*memory_mb.values(), *warm_mb.values()):
                seen.append([])
            found.append(round_robin(sides, rounds=runs, warm_up=1, seed=seed))
    one = {name: [repeat[name] for repeat in found] for name in sides}
    held = f"{skus:,} articles and {facts:,} facts"
    beside, bare = "smallest Textual app", "1,000 articles and no fact"
    ratio = partial(against_floor, unit="ms")
    memory = partial(against_floor, unit="MB")
    return [  # the memory of the first paint, and what the warm-up behind it adds
        ratio("PF2.1", f"first paint with {held}", one["large"], one["floor"], against=beside, key="paint"),
        memory("PF2.2", f"memory with {held}", memory_mb["large"], memory_mb["floor"], against=beside, key="memory"),
        memory(
            "PF2.2",
            f"memory, all loaded, with {held}",
            warm_mb["large"],
            warm_mb["floor"],
            against=beside,
            key="warm",
        ),
        ratio("PF6.1", f"first paint with {held}", one["large"], one["small"], against=bare, key="start"),
        memory("PF6.1", f"memory with {held}", memory_mb["large"], memory_mb["small"], against=bare, key="memory"),
    ]


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
