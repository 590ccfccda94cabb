"""Which bound a figure is held to, and whether it holds (goals.toml, performance.md PF9.5)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.measure import Metric

SLACK = 1.25
FILE = Path(__file__).with_name("goals.toml")


@dataclass(frozen=True, slots=True)
class Goal:
    """One bound. `gate`: goal, must, none."""

    goal: str
    key: str
    gate: str
    at_most: float | None = None
    at_least: float | None = None

    @property
    def words(self) -> str:
        return f"<= {self.at_most:g}" if self.at_most is not None else f">= {self.at_least:g}"

    def reached(self, ratio: float, slack: float = 1.0) -> bool:
        if self.at_most is not None:
            return ratio <= self.at_most * slack
        assert self.at_least is not None
        return ratio >= self.at_least / slack


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a metric stands. `word`: reached, near, missed, noisy, published. `fails` stops a `--check`."""

    word: str
    bound: str
    fails: bool


def goals(file: Path = FILE) -> Mapping[tuple[str, str], Goal]:
    """All bounds by goal number and key. Raises ValueError for a row that bounds nothing or both ways."""
    found: dict[tuple[str, str], Goal] = {}
    for row in tomllib.loads(file.read_text(encoding="utf-8"))["goal"]:
        goal = Goal(row["goal"], row.get("key", ""), row["gate"], row.get("at_most"), row.get("at_least"))
        place = (goal.goal, goal.key)
        if (goal.at_most is None) == (goal.at_least is None):
            raise ValueError(f"{file.name} {place}: expected at_most or at_least, got both or none.")
        if goal.gate not in ("goal", "must", "none"):
            raise ValueError(f"{file.name} {place}: expected gate goal, must or none, got {goal.gate!r}.")
        if place in found:
            raise ValueError(f"{file.name}: expected {place} once, got it twice.")
        found[place] = goal
    return found


def judged(metric: Metric, bounds: Mapping[tuple[str, str], Goal]) -> Verdict:
    """A noisy figure gates nothing, except by a must, whose bound is loose already."""
    goal = bounds.get((metric.goal, metric.key))
    if goal is None:
        return Verdict("published", "", False)
    slack = 1.0 if goal.gate == "must" else SLACK
    if goal.reached(metric.ratio):
        return Verdict("reached", goal.words, False)
    if metric.noisy and goal.gate != "must":
        return Verdict("noisy", goal.words, False)
    if goal.reached(metric.ratio, slack):
        return Verdict("near", goal.words, False)
    return Verdict("missed", goal.words, goal.gate != "none")
