"""One measured figure beside its floor or peer, and the few sums that make it (performance.md PF9.2 to PF9.5).

    repeats of samples, ours and theirs interleaved --> ratios(...) --> Metric --> one JSON line, one table row

A ratio is `ours / floor` (smaller is better) or `peer / ours` (larger is better). A goal without a denominator, an
absolute figure, has neither and its `ratio` is the figure itself. Times here are floats: they are measurements, not
money, weight or length.
"""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
import random
import sqlite3
import statistics
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path

NOISY_SPREAD = 0.25


class Unavailable(Exception):
    """What a benchmark needs is not on this machine; its text says what. The run goes on with the others."""


@cache
def versions_here() -> Mapping[str, str]:
    """What the figures depend on."""
    found = {"python": platform.python_version(), "sqlite": sqlite3.sqlite_version, "system": platform.platform()}
    for package in ("textual", "pyserial", "reportlab", "sqlalchemy", "msgspec"):
        try:
            found[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            found[package] = "absent"
    return found


@cache
def commit_here() -> str:
    """The short commit of the checkout, with "+" when files differ from it; "unknown" outside one."""
    here = Path(__file__).resolve().parent
    try:
        name = _git(here, "rev-parse", "--short=10", "HEAD")
        changed = _git(here, "status", "--porcelain", "--untracked-files=no")
    except (OSError, subprocess.SubprocessError):
        return "unknown"
    return name + ("+" if changed else "")


def _git(here: Path, *words: str) -> str:
    done = subprocess.run(["git", *words], cwd=here, capture_output=True, text=True, timeout=20, check=True)
    return done.stdout.strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One line of the results.

    `goal`: "PF1.1". `name`: what was measured, in words. `ours`, `floor`, `peer`: the medians compared, in `unit`;
    at most one of floor and peer is set, `against` names it. `ratio`: the median of the repeats' ratios. `p50`,
    `p90`, `p99`: ours, over all `n` samples. `spread`: (largest - smallest) / median of the repeats' ratios.
    `key` tells apart several gates of one goal in goals.toml: "p99", "100000"; "" for the main one.
    """

    goal: str
    name: str
    ours: float
    unit: str
    ratio: float
    n: int
    key: str = ""
    floor: float | None = None
    peer: float | None = None
    against: str = ""
    p50: float | None = None
    p90: float | None = None
    p99: float | None = None
    spread: float = 0.0
    note: str = ""
    load: tuple[float, float, float] = field(default_factory=os.getloadavg)
    versions: Mapping[str, str] = field(default_factory=versions_here)
    commit: str = field(default_factory=commit_here)

    @property
    def noisy(self) -> bool:
        """Too uneven to judge by: it is printed and gates nothing (PF9.5)."""
        return self.spread > NOISY_SPREAD

    def line(self) -> str:
        """The metric as one JSON line."""
        shown = {name: _rounded(value) for name, value in asdict(self).items()}
        return json.dumps({**shown, "noisy": self.noisy}, ensure_ascii=False)


def quantile(samples: Sequence[float], permille: int) -> float:
    """The sample that `permille` of 1,000 do not exceed: nearest rank, so that it is a value really seen."""
    assert samples, "a quantile of nothing"
    ordered = sorted(samples)
    rank = -(-len(ordered) * permille // 1000)
    return ordered[max(0, rank - 1)]


def against_floor(
    goal: str,
    name: str,
    ours: Sequence[Sequence[float]],
    floor: Sequence[Sequence[float]],
    *,
    unit: str,
    against: str,
    permille: int = 500,
    key: str = "",
    note: str = "",
) -> Metric:
    """`ours / floor` at one quantile: one ratio for each repeat, then their median and spread (PF9.4)."""
    ratios = [quantile(a, permille) / quantile(b, permille) for a, b in zip(ours, floor, strict=True)]
    return _metric(goal, name, ours, ratios, unit, permille, against, key, note, floor=_all(floor))


def against_peer(
    goal: str,
    name: str,
    ours: Sequence[Sequence[float]],
    peer: Sequence[Sequence[float]],
    *,
    unit: str,
    against: str,
    permille: int = 500,
    key: str = "",
    note: str = "",
) -> Metric:
    """`peer / ours` at one quantile, as above. For rates (more is better) swap nothing: pass seconds per piece."""
    ratios = [quantile(b, permille) / quantile(a, permille) for a, b in zip(ours, peer, strict=True)]
    return _metric(goal, name, ours, ratios, unit, permille, against, key, note, peer=_all(peer))


def absolute(
    goal: str,
    name: str,
    samples: Sequence[float],
    *,
    unit: str,
    permille: int = 500,
    key: str = "",
    note: str = "",
) -> Metric:
    """A figure without a denominator: its value at the quantile is the `ratio` that goals.toml bounds."""
    value = quantile(samples, permille)
    return _metric(goal, name, [samples], [value], unit, permille, "", key, note)


def round_robin(
    sides: Mapping[str, Callable[[], float]],
    *,
    rounds: int,
    warm_up: int = 0,
    seed: int = 1,
    pause_s: float = 0.0,
) -> dict[str, list[float]]:
    """One sample of each side in each round, in a random order each round, so that noise meets all alike (PF9.4)."""
    order = random.Random(seed)
    names = list(sides)
    samples: dict[str, list[float]] = {name: [] for name in names}
    for turn in range(warm_up + rounds):
        order.shuffle(names)
        for name in names:
            if pause_s:
                time.sleep(pause_s)
            value = sides[name]()
            if turn >= warm_up:
                samples[name].append(value)
    return samples


def _metric(
    goal: str,
    name: str,
    ours: Sequence[Sequence[float]],
    ratios: Sequence[float],
    unit: str,
    permille: int,
    against: str,
    key: str,
    note: str,
    *,
    floor: Sequence[float] | None = None,
    peer: Sequence[float] | None = None,
) -> Metric:
    samples = _all(ours)
    ratio = statistics.median(ratios)
    return Metric(
        goal=goal,
        name=name,
        ours=quantile(samples, permille),
        unit=unit,
        ratio=ratio,
        n=len(samples),
        key=key,
        floor=None if floor is None else quantile(floor, permille),
        peer=None if peer is None else quantile(peer, permille),
        against=against,
        p50=quantile(samples, 500),
        p90=quantile(samples, 900),
        p99=quantile(samples, 990),
        spread=(max(ratios) - min(ratios)) / ratio if ratio else 0.0,
        note=note,
    )


def _all(repeats: Sequence[Sequence[float]]) -> list[float]:
    return [sample for repeat in repeats for sample in repeat]


def _rounded(value: object) -> object:
    if isinstance(value, float):
        return float(f"{value:.4g}")
    if isinstance(value, (list, tuple)):
        return [_rounded(item) for item in value]
    return value
