"""Where figures are kept: every run in results.jsonl, the last of each in the table RESULTS.md (PF9.2)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from tests.benchmarks.goals import Goal, judged
from tests.benchmarks.measure import Metric

LEDGER = Path(__file__).with_name("results.jsonl")
TABLE = Path(__file__).with_name("RESULTS.md")
_HEAD = """# Measured

`python -m tests.benchmarks --table` wrote this from the last full run of each benchmark. A ratio is ours / floor
(smaller is better) or peer / ours (larger is better); a figure without either is absolute. "noisy": the repeats'
ratios spread over 25 % and the figure gates nothing. Goals: `goals.toml`.
The machine's load average meanwhile: {load}.

| goal | what | ours | floor or peer | ratio | goal is | stands | spread | p99 | n | date, commit |
| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
"""


def kept(metrics: Sequence[Metric], *, quick: bool, ledger: Path = LEDGER) -> None:
    """Append the metrics of one run."""
    date = datetime.now(UTC).strftime("%Y-%m-%d")
    with ledger.open("a", encoding="utf-8") as file:
        for metric in metrics:
            row = json.loads(metric.line())
            file.write(json.dumps({"date": date, "quick": quick, **row}, ensure_ascii=False) + "\n")


def table(bounds: Mapping[tuple[str, str], Goal], *, ledger: Path = LEDGER) -> str:
    """The last full figure of each goal and name, in the order of the goals, as Markdown."""
    last: dict[tuple[str, str, str], dict[str, object]] = {}
    if ledger.exists():
        for text in ledger.read_text(encoding="utf-8").splitlines():
            row = json.loads(text)
            if not row["quick"]:
                last[(row["goal"], row["key"], row["name"])] = row
    rows = [_row(last[place], bounds) for place in sorted(last, key=_in_order)]
    return _HEAD.replace("{load}", _load(last.values())) + "".join(rows)


def _load(rows: Iterable[Mapping[str, object]]) -> str:
    """How busy the machine was, so that nobody takes a figure for more than it is."""
    loads = sorted(load[0] for row in rows if isinstance(load := row.get("load"), list) and load)
    return f"{loads[0]:.1f} to {loads[-1]:.1f}" if loads else "unknown"


def _row(row: Mapping[str, object], bounds: Mapping[tuple[str, str], Goal]) -> str:
    fields = {name: value for name, value in row.items() if name not in ("date", "quick", "noisy")}
    metric = Metric(**fields)  # type: ignore[arg-type]  # written by kept()
    verdict = judged(metric, bounds)
    other = metric.floor if metric.floor is not None else metric.peer
    cells = (
        f"{metric.goal} {metric.key}".strip(),
        metric.name + (f" ({metric.note})" if metric.note else ""),
        f"{metric.ours:.3g} {metric.unit}",
        "" if other is None else f"{other:.3g} {metric.unit}, {metric.against}",
        f"{metric.ratio:.3g}",
        verdict.bound,
        verdict.word,
        f"{metric.spread:.0%}",
        "" if metric.p99 is None else f"{metric.p99:.3g}",
        str(metric.n),
        f"{row['date']}, {metric.commit}",
    )
    return "| " + " | ".join(cell.replace("|", "/") for cell in cells) + " |\n"


def _in_order(place: tuple[str, str, str]) -> tuple[object, ...]:
    goal, key, name = place
    letters = re.match(r"[A-Za-z]*", goal)
    numbers = tuple(int(number) for number in re.findall(r"\d+", goal))
    return (letters.group() if letters else "", numbers, key, name)
