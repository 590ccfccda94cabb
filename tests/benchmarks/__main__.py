"""Run the benchmarks: `python -m tests.benchmarks [NAME] [--check] [--quick] [--table]`.

Each `bench_NAME.py` beside this file has `run(quick) -> list[Metric]`. One JSON line per metric goes to stdout, what
it means to stderr. Exit 0 done; 1 with --check when a gated goal is missed; 2 for a name that does not exist.
"""

from __future__ import annotations

import argparse
import compileall
import importlib
import pkgutil
import sys
from pathlib import Path

from tests.benchmarks import goals, results
from tests.benchmarks.measure import Metric, Unavailable


def main() -> int:
    names = sorted(
        module.name.removeprefix("bench_")
        for module in pkgutil.iter_modules([str(Path(__file__).parent)])
        if module.name.startswith("bench_")
    )
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("name", nargs="*", help=f"which: {', '.join(names)}; all when none is named")
    parser.add_argument("--check", action="store_true", help="fail when a goal is missed by more than its slack")
    parser.add_argument("--quick", action="store_true", help="fewer rounds and smaller data, to see that it runs")
    parser.add_argument("--table", action="store_true", help="write RESULTS.md from the last full runs")
    wanted = parser.parse_args()
    unknown = sorted(set(wanted.name) - set(names))
    if unknown:
        print(f"benchmarks: expected {', '.join(names)}, got {', '.join(unknown)}.", file=sys.stderr)
        return 2
    bounds = goals.goals()
    failed = []
    for package in ("packstation", "sync"):
        # As they are once they are installed, even where Python is told to write no bytecode.
        compileall.compile_dir(Path(__file__).parents[2] / package, quiet=2)
    # --table alone only writes the table.
    for name in wanted.name or ([] if wanted.table else names):
        print(f"-- {name}", file=sys.stderr)
        bench = importlib.import_module(f"tests.benchmarks.bench_{name}")
        try:
            metrics: list[Metric] = bench.run(wanted.quick)
        except Unavailable as why:
            print(f"   skipped: {why}", file=sys.stderr)
            continue
        for metric in metrics:
            verdict = goals.judged(metric, bounds)
            print(metric.line(), flush=True)
            print(f"   {_sentence(metric, verdict)}", file=sys.stderr)
            if verdict.fails:
                failed.append(f"{metric.goal} {metric.key}: {metric.ratio:.3g}, goal {verdict.bound}")
        results.kept(metrics, quick=wanted.quick)
    if wanted.table:
        results.TABLE.write_text(results.table(bounds), encoding="utf-8")
    if wanted.check and failed:
        print("missed: " + "; ".join(failed), file=sys.stderr)
        return 1
    return 0


def _sentence(metric: Metric, verdict: goals.Verdict) -> str:
    other = metric.floor if metric.floor is not None else metric.peer
    beside = "" if other is None else f" beside {other:.3g} {metric.against}"
    noisy = f", noisy ({metric.spread:.0%})" if metric.noisy else ""
    return (
        f"{metric.goal} {metric.key}: {metric.name}: {metric.ours:.3g} {metric.unit}{beside}; "
        f"ratio {metric.ratio:.3g} {verdict.bound} {verdict.word}{noisy}"
    )


if __name__ == "__main__":
    sys.exit(main())
