"""Cartons beside the best known, order by order: every goal of cartons.md section 11, CG1 to CG18 (CT10.6).

    python -m tests.benchmarks cartons [--quick]               in the common run
    python -m tests.benchmarks.bench_cartons --only CG1,CG7    some goals
    python -m tests.benchmarks.bench_cartons --long --jobs 4   whole academic sets, longer budgets, 100,000 fuzzed

Work is counted, so litres, cartons and money are the same on every machine and in any number of processes; only the
milliseconds are not: those are processor time, so that a busy machine counts little, and of one process alone. Every
plan of every figure is put before the validator of the tests; what it finds is a figure of its own and fails the run.

Peers, side by side on the same orders, each where it is there:
    BOXPACKER=DIR    a checkout of github.com/dvdoug/BoxPacker, and `php` 8.2 on the path; boxpacker.php drives it
                     (`composer install` in the checkout is welcome, not needed)
    PY3DBP=PYTHON    an interpreter of another environment in which `pip install py3dbp` was done
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from packstation.cartons import exact
from packstation.cartons.document import plan_document, read_order
from packstation.cartons.engine import planned
from tests.benchmarks.carton_answers import Answered, Asked, asked, boxpacker, pooled, py3dbp
from tests.benchmarks.measure import Metric, Unavailable, quantile
from tests.cartons.check import units_of
from tests.cartons.engine import fast_is_there
from tests.cartons.generate import big, fuzzed, mpv, synthetic
from tests.cartons.interpreters import digest_by, other_interpreters
from tests.cartons.published import DATA, real_orders, rows_of, unmet

Document = dict[str, Any]

MONEY = {
    "objective": "cost",
    "dim_divisor_cm3_per_kg": 5022,
    "rate": {"per_parcel_minor": 800, "per_kg_minor": 137},
}
LITRE_MM3 = 1_000_000


@dataclass(frozen=True, slots=True)
class Scope:
    """How much of each set to run."""

    quick: bool = False
    long: bool = False
    jobs: int = 1
    broken: list[str] = field(default_factory=list)

    def answers(self, rows: Sequence[Asked], jobs: int | None = None) -> list[Answered]:
        """All of them; plans that break a rule are remembered, for a figure with one in it is none."""
        found = pooled(rows, self.jobs if jobs is None else jobs)
        self.broken.extend(f"{one.id}: {one.broken[0]}" for one in found if one.broken)
        return found

    def rows(self, name: str) -> list[Document]:
        return rows_of(name)[:: 5 if self.quick else 1]


def say(text: str) -> None:
    print(f"   {text}", file=sys.stderr, flush=True)


def _table_row(name: str, found: Sequence[Answered], best: float, ours: float, unit: str) -> None:
    """One line of the tables of section 10, for people."""
    ms = [one.ms for one in found]
    rate = sum(one.tests for one in found) / max(1e-9, sum(ms))
    say(
        f"{name}: {ours:,.1f} {unit} beside {best:,.1f} ({ours / best:.4f}); ms mean {statistics.fmean(ms):.2f}, "
        f"p50 {quantile(ms, 500):.2f}, p95 {quantile(ms, 950):.2f}, p99.9 {quantile(ms, 999):.1f}; "
        f"{rate:,.0f} tests a ms"
    )


def _beside(
    goal: str, name: str, ours: float, best: float, unit: str, n: int, key: str = "", note: str = ""
) -> Metric:
    """A figure beside the best known; the ratio is what the goal bounds."""
    return Metric(
        goal=goal, name=name, ours=ours, unit=unit, ratio=ours / best if best else ours, n=n, key=key, floor=best,
        against="best known", note=note,
    )  # fmt: skip


def _plain(goal: str, name: str, value: float, unit: str, n: int, key: str = "", note: str = "") -> Metric:
    return Metric(goal=goal, name=name, ours=value, unit=unit, ratio=value, n=n, key=key, note=note)


def litres(found: Iterable[Answered]) -> float:
    return sum(one.inner_mm3 for one in found) / LITRE_MM3


# ---- CG1, CG2, CG3, CG18: litres of one carton an order


def synthetic_litres(scope: Scope) -> list[Metric]:
    """CG1, CG2, CG3 and CG18: the published hundred at 50 ms and 1 s."""
    rows = scope.rows("synthetic")
    made = []
    for budget in (50,) if scope.quick else (50, 1000):
        sums = {}
        for goal, support_pct, known in (("CG1", 0, "free"), ("CG2", 70, "supported")):
            found = scope.answers(asked(rows, budget, {"support_pct": support_pct}, alternatives=0))
            best = sum(row["expected"][known]["inner_volume_mm3"] for row in rows) / LITRE_MM3
            sums[known] = ours = litres(found)
            _table_row(f"synthetic, {known}, {budget} ms", found, best, ours, "l")
            made.append(_beside(goal, f"synthetic, {known}", ours, best, "l", len(rows), f"{budget} ms"))
        more = sums["supported"] / sums["free"]
        made.append(_plain("CG18", "what support costs, litres", more, "x", len(rows), f"{budget} ms"))
    made += _compiled(scope, rows)
    if not scope.quick:
        made += _drawn_alike(scope)
    made += _peers(rows)
    return made


def _compiled(scope: Scope, rows: Sequence[Document]) -> list[Metric]:
    """CG3: the same with the extra `fast`, 50 ms."""
    if not fast_is_there():
        say("fast skipped: the extra is not installed")
        return []
    made = []
    for support_pct, known in ((0, "free"), (70, "supported")):
        chosen = asked(rows, 50, {"support_pct": support_pct}, alternatives=0, engine="fast")
        scope.answers(chosen[:1], jobs=1)  # loading the compiled code is no search
        found = scope.answers(chosen)
        best = sum(row["expected"][known]["inner_volume_mm3"] for row in rows) / LITRE_MM3
        _table_row(f"synthetic, {known}, fast, 50 ms", found, best, litres(found), "l")
        made.append(_beside("CG3", f"synthetic, {known}, fast, 50 ms", litres(found), best, "l", len(rows), known))
    return made


def _drawn_alike(scope: Scope) -> list[Metric]:
    """The same on orders nobody tuned to. Their optima are unknown: one second of search stands in for them."""
    rows = [{"id": f"drawn-{seed}", "input": synthetic(1000 + seed)} for seed in range(60)]
    made = []
    for goal, support_pct in (("CG1", 0), ("CG2", 70)):
        short, long = (
            litres(scope.answers(asked(rows, budget, {"support_pct": support_pct}, alternatives=0)))
            for budget in (50, 1000)
        )
        made.append(_beside(goal, "other orders drawn alike, 50 ms beside 1 s", short, long, "l", len(rows), "drawn"))
    return made


def _peers(rows: Sequence[Document]) -> list[Metric]:
    best = sum(row["expected"]["free"]["inner_volume_mm3"] for row in rows) / LITRE_MM3
    volume_mm3 = _volumes(rows[0]["input"])
    made = []
    try:
        told = boxpacker([row["input"] for row in rows])
        theirs = sum(volume_mm3[box["carton"]] for one in told for box in one["boxes"]) / LITRE_MM3
        ms = statistics.fmean(one["ms"] for one in told)
        say(f"BoxPacker, synthetic: {theirs:,.1f} l ({theirs / best:.4f}), {ms:.2f} ms an order")
        made.append(_beside("CG1", "BoxPacker on the same orders", theirs, best, "l", len(rows), "BoxPacker"))
    except Unavailable as why:
        say(f"BoxPacker skipped: {why}")
    try:
        choices = py3dbp([row["input"] for row in rows])
        none = sum(one["carton"] is None for one in choices)
        largest = max(volume_mm3.values())
        theirs = sum(volume_mm3.get(one["carton"], largest) for one in choices) / LITRE_MM3
        ms = statistics.fmean(one["ms"] for one in choices)
        say(f"py3dbp, synthetic: {theirs:,.1f} l ({theirs / best:.4f}), none for {none}, {ms:.2f} ms an order")
        made.append(_beside("CG1", "py3dbp on the same orders", theirs, best, "l", len(rows), "py3dbp"))
    except Unavailable as why:
        say(f"py3dbp skipped: {why}")
    return made


def _volumes(document: Document) -> dict[str, int]:
    found = {}
    for carton in document["cartons"]:
        length_mm, width_mm, height_mm = carton["inner_mm"]
        found[carton["code"]] = length_mm * width_mm * height_mm
    return found


# ---- CG4: order by order against BoxPacker


def never_larger(scope: Scope) -> list[Metric]:
    """CG4: orders for which BoxPacker takes a smaller carton, free, 300 ms pure."""
    rows = scope.rows("synthetic")
    found = scope.answers(asked(rows, 300, {"support_pct": 0}, alternatives=0))
    theirs = {row["id"]: row["expected"]["boxpacker"]["inner_volume_mm3"] for row in rows}
    worse = [one.id for one in found if one.inner_mm3 > theirs[one.id]]
    better = sum(one.inner_mm3 < theirs[one.id] for one in found)
    made = [_plain("CG4", f"orders larger than BoxPacker's; smaller {better}", len(worse), "orders", len(rows), "",
                   " ".join(worse))]  # fmt: skip
    try:
        documents = [synthetic(seed) for seed in range(40 if scope.quick else 200)]
        told = boxpacker(documents)
    except Unavailable as why:
        say(f"BoxPacker skipped: {why}")
        return made
    volume_mm3 = _volumes(documents[0])
    drawn = [{"id": f"drawn-{seed}", "input": document} for seed, document in enumerate(documents)]
    found = scope.answers(asked(drawn, 300, {"support_pct": 0}, alternatives=0))
    worse = [
        one.id
        for one, box in zip(found, told, strict=True)
        if one.inner_mm3 > sum(volume_mm3[each["carton"]] for each in box["boxes"]) or one.cartons > len(box["boxes"])
    ]
    name = "orders drawn alike, larger than BoxPacker's"
    return [*made, _plain("CG4", name, len(worse), "orders", len(drawn), "drawn", " ".join(worse))]


# ---- CG5, CG6: time


def times(scope: Scope) -> list[Metric]:
    """CG5 and CG6, always in one process; orders of the published set and others drawn alike."""
    documents = [row["input"] for row in rows_of("synthetic")] + [synthetic(seed) for seed in range(900)]
    documents = documents[:: 20 if scope.quick else 1]
    rows = [{"id": str(number), "input": document} for number, document in enumerate(documents)]
    free = {"support_pct": 0}
    first = scope.answers(asked(rows, 0, free, alternatives=0), jobs=1)
    station = scope.answers(asked(rows, 50, None, alternatives=0), jobs=1)
    shown = scope.answers(asked(rows, 50), jobs=1)
    ms = [one.ms for one in station]
    pass_ms, shown_ms = [one.ms for one in first], [one.ms for one in shown]
    wave = 10_000 / len(rows) / 1000
    n = len(rows)
    name = "one order"
    return [
        _plain("CG5", f"{name}, 50 ms, median", quantile(ms, 500), "ms", n, "p50"),
        _plain("CG5", f"{name}, deterministic pass, free, mean", statistics.fmean(pass_ms), "ms", n, "pass"),
        _plain("CG5", f"{name}, p99.9 beside the budget of 50 ms", quantile(ms, 999) / 50, "x", n, "p99.9"),
        _plain("CG5", f"{name} with its alternatives, median", quantile(shown_ms, 500), "ms", n, "shown"),
        _plain("CG6", "wave of 10,000 orders, 50 ms each at most", sum(ms) * wave, "s", n, "wave"),
        _plain("CG6", "10,000 prices at the hub, deterministic pass", sum(pass_ms) * wave, "s", n, "hub"),
    ]


# ---- CG7, CG8: several cartons


def big_orders(scope: Scope) -> list[Metric]:
    """CG7: the fifty, free and with support."""
    rows = scope.rows("big")
    made = []
    for support_pct, key, known in ((0, "free", "best_known_free"), (70, "supported", "best_known_supported")):
        found = scope.answers(asked(rows, 50, {"support_pct": support_pct}, alternatives=0))
        best = _big_best(rows, known)
        cartons = sum(one.cartons for one in found)
        _table_row(f"big, {key}, 50 ms, {cartons} cartons beside {best[0]}", found, best[1], litres(found), "l")
        made.append(_beside("CG7", f"big, {key}, 50 ms", cartons, best[0], "cartons", len(rows), f"{key} cartons"))
        made.append(_beside("CG7", f"big, {key}, 50 ms", litres(found), best[1], "l", len(rows), f"{key} litres"))
    try:
        for balance in (True, False):
            told = boxpacker([{**row["input"], "balance": balance} for row in rows])
            volume_mm3 = _volumes(rows[0]["input"])
            boxes = [box["carton"] for one in told for box in one["boxes"]]
            ms = statistics.fmean(one["ms"] for one in told)
            ours = sum(volume_mm3[code] for code in boxes) / LITRE_MM3
            say(f"BoxPacker, big, balance {balance}: {len(boxes)} cartons, {ours:,.1f} l, {ms:.0f} ms an order")
    except Unavailable as why:
        say(f"BoxPacker skipped: {why}")
    return made


def _big_best(rows: Sequence[Document], known: str) -> tuple[int, float]:
    of = [row["expected"][known] for row in rows]
    return sum(one["cartons"] for one in of), sum(one["inner_volume_mm3"] for one in of) / LITRE_MM3


def real(scope: Scope) -> list[Metric]:
    """CG8: the real orders, default rules."""
    rows = real_orders(every=40 if scope.quick else 1)
    found = scope.answers(asked(rows, 50, None, alternatives=0))
    cartons = sum(one.cartons for one in found)
    best = sum(row["expected"]["best_known_cartons"] for row in rows)
    theirs = {row["id"]: row["expected"]["boxpacker_cartons"] for row in rows}
    bounds = {row["id"]: row["expected"]["lower_bound_cartons"] for row in rows}
    worse = [one.id for one in found if one.cartons > theirs[one.id]]
    proven = sum(one.cartons == bounds[one.id] for one in found)
    _table_row(f"real, {proven} of {len(rows)} at their bound", found, best, cartons, "cartons")
    note = " ".join(worse)[:200]
    return [
        _beside("CG8", f"real orders, BoxPacker {sum(theirs.values())}", cartons, best, "cartons", len(rows)),
        _plain("CG8", "real orders with more cartons than BoxPacker", len(worse), "orders", len(rows), "worse", note),
    ]


# ---- CG9: no rule broken


def fuzz(scope: Scope) -> list[Metric]:
    """CG9: drawn to break things."""
    count = 100 if scope.quick else 100_000 if scope.long else 3000
    rows = [Asked(str(seed), fuzzed(seed), 50 if seed % 10 == 0 else 2) for seed in range(count)]
    broken = [one for one in pooled(rows, scope.jobs) if one.broken]
    for one in broken[:5]:
        say(f"fuzzed({one.id}): {one.broken[0]}")
    return [_plain("CG9", "fuzzed orders whose plan breaks a rule", len(broken), "orders", count)]


# ---- CG10, CG11: proofs


def proofs(scope: Scope) -> list[Metric]:
    """CG10 and CG11: what remains open after 50 ms, free, is put to the exact proof."""
    rows = scope.rows("synthetic")
    found = scope.answers(asked(rows, 50, {"support_pct": 0}, alternatives=0))
    cheap = Counter(code for one in found for _, code in one.rejected)
    proven, open_ = cheap["pair"] + cheap["impossible"], cheap["not_found"]
    share = 100 * proven / max(1, proven + open_)
    made = [_plain("CG11", "hopeless cartons with a proof, pure", share, "%", proven + open_, "pure")]
    if not exact.is_installed():
        say("exact skipped: ortools is not installed")
        return made
    small_ms, settled, orders = [], 0, 0
    still_open = improved = 0
    exact.verdict((10, 10, 10), [[(5, 5, 5)]])  # the import is no proof's time
    for row, one in zip(rows, found, strict=True):
        units = list(units_of(row["input"]).values())
        cartons = {carton["code"]: carton["inner_mm"] for carton in row["input"]["cartons"]}
        started = time.process_time()
        told = []
        for code in (code for code, why in one.rejected if why == "not_found"):
            length_mm, width_mm, height_mm = cartons[code]
            poses = [sorted(unit.sizes()) for unit in units]
            told.append(exact.verdict((length_mm, width_mm, height_mm), poses).answer)
        took_ms = 1000 * (time.process_time() - started)
        orders += 1
        settled += "unknown" not in told
        still_open += told.count("unknown")
        improved += told.count("fits")
        if len(units) <= 8:
            small_ms.append(took_ms)
    share = 100 * (proven + open_ - still_open) / max(1, proven + open_)
    note = f"{improved} cartons found to fit after all"
    return [
        *made,
        _plain("CG11", "cartons settled with the extra exact", share, "%", proven + open_, "exact", note),
        _plain("CG10", "orders of up to 8 units, slowest proof", max(small_ms), "ms", len(small_ms), "8 units"),
        _plain("CG10", "orders of up to 20 units settled", 100 * settled / orders, "%", orders, "20 units"),
    ]


# ---- CG12, CG13: money


def money(scope: Scope) -> list[Metric]:
    """CG12: the cheapest plan, default rules, 50 ms; and its carton beside BoxPacker's."""
    rows = scope.rows("synthetic")
    found = scope.answers(asked(rows, 50, MONEY, alternatives=0))
    best = sum(row["expected"]["cost_minor"]["best_supported"] for row in rows)
    theirs = sum(row["expected"]["cost_minor"]["boxpacker"] for row in rows)
    ours = sum(one.cost_minor for one in found)
    steps = [row for row in rows_of("rules") if row["rule"].startswith("CT4")]
    missed = 0
    for row in steps:
        order, _ = read_order(row["input"])
        missed += bool(unmet(row["input"], row["expected"], plan_document(planned(order, budget=50))))
    return [
        _beside("CG12", f"money of all orders; BoxPacker's cartons {theirs:,}", ours, best, "minor", len(rows)),
        _plain("CG13", "money steps missed", missed, "fixtures", len(steps)),
    ]


# ---- CG14, CG15: the academic sets


def bins(scope: Scope) -> list[Metric]:
    """CG14: Martello, Pisinger and Vigo. The goals are for the extra `fast`; without it the figures are pure's."""
    engine, options = _fastest()
    made = []
    stored = {row["id"]: row["expected"]["best_known_bins"] for row in rows_of("mpv")}
    rows = [{"id": row["id"], "input": row["input"]} for row in scope.rows("mpv")[:: 4 if scope.quick else 1]]
    for budget in (50,) if scope.quick else (1000, 6000):
        found = scope.answers(asked(rows, budget, None, alternatives=0, **options))
        best = sum(stored[row["id"]] for row in rows)
        ours = sum(one.cartons for one in found)
        _table_row(f"mpv, {engine}, {budget} ms", found, best, ours, "bins")
        name = f"mpv classes 1, 4, 6, 8, n 50, {engine}, {budget} ms"
        made.append(_beside("CG14", name, ours, best, "bins", len(rows), f"stored {budget} ms"))
    if scope.long:
        rows = [
            {"id": f"MPV{kind}-{n}-{v:02}", "input": mpv(kind, n, v)}
            for kind in range(1, 9)
            for n in (50, 100, 150, 200)
            for v in range(1, 11)
        ]
        for budget in (1000, 6000):
            found = scope.answers(asked(rows, budget, None, alternatives=0, **options))
            ours = sum(one.cartons for one in found)
            _table_row(f"mpv, all 320, {engine}, {budget} ms", found, 9772, ours, "bins")
            name = f"mpv, all 320, {engine}, {budget} ms"
            made.append(_beside("CG14", name, ours, 9772, "bins", len(rows), f"{budget} ms"))
    return made


def containers(scope: Scope) -> list[Metric]:
    """CG15: Bischoff and Ratcliff BR1-7, Davies and Bischoff BR15; the mean fill of one container."""
    made = []
    engine, options = _fastest()
    plans: list[tuple[str, Document, int]] = [("pure", {}, 1000)]
    if engine != "pure":
        plans += [(engine, options, 1000)] + ([(engine, options, 10_000)] if scope.long else [])
    if scope.quick:
        plans = [("pure", {}, 50)]
    rows = rows_of("br")
    for name, chosen, budget in plans:
        for key, group in (("BR1-7", [r for r in rows if not r["id"].startswith("BR15")]),
                           ("BR15", [r for r in rows if r["id"].startswith("BR15")])):  # fmt: skip
            group = group[:: 30 if scope.quick else 1]
            found = scope.answers(asked(group, budget, None, alternatives=0, **chosen))
            room = [_volumes(row["input"])["CONTAINER"] for row in group]
            ours = 100 * statistics.fmean(one.placed_mm3 / mm3 for one, mm3 in zip(found, room, strict=True))
            best = 100 * statistics.fmean(row["expected"]["best_known_fill"] for row in group)
            _table_row(f"{key}, {name}, {budget} ms", found, best, ours, "% full")
            what = f"{key} {name} {budget} ms"
            made.append(replace(_beside("CG15", what, ours, best, "% full", len(group), what), ratio=ours))
    return made


def _fastest() -> tuple[str, Document]:
    """The extra `fast` where it is there."""
    return ("fast", {"engine": "fast"}) if fast_is_there() else ("pure", {})


# ---- CG16, CG17


def many_units(scope: Scope) -> list[Metric]:
    """CG16: 1,000 to 5,000 units in one order, one type or forty."""
    documents = {row["id"]: row["input"] for row in rows_of("issues") if row["id"] in ("bp-58", "bp-81", "bp-172")}
    for units in (1000, 5000):
        items = [item for seed in range(20) for item in big(seed)["items"]][:40]
        items = [{**item, "sku": f"S-{number}", "quantity": units // 40} for number, item in enumerate(items)]
        documents[f"{units} units of 40 types"] = {**big(0), "items": items}
    rows = [{"id": name, "input": document} for name, document in documents.items()]
    found = scope.answers(asked(rows[:: 3 if scope.quick else 1], 50, None, alternatives=0), jobs=1)
    for one in found:
        say(f"{one.id}: {one.cartons} cartons in {one.ms:.0f} ms")
    return [_plain("CG16", one.id, one.ms / 1000, "s", 1, "", f"{one.cartons} cartons") for one in found]


def same_bytes(scope: Scope) -> list[Metric]:
    """CG17: the plans of the real orders by every Python at hand, as one digest each."""
    rows = real_orders(every=200 if scope.quick else 1)
    documents = [row["input"] for row in rows]
    digests = {}
    for interpreter in [Path(sys.executable), *other_interpreters()]:
        digests[str(interpreter)] = digest_by(interpreter, documents, budget=50)
        say(f"{interpreter.name}: {digests[str(interpreter)][:16]}")
    digests["again"] = digest_by(Path(sys.executable), documents, budget=50)
    different = len(set(digests.values())) - 1
    return [_plain("CG17", f"different answers of {len(digests)} runs", different, "digests", len(rows))]


PARTS: dict[str, Callable[[Scope], list[Metric]]] = {
    "CG1": synthetic_litres,
    "CG4": never_larger,
    "CG5": times,
    "CG7": big_orders,
    "CG8": real,
    "CG9": fuzz,
    "CG10": proofs,
    "CG12": money,
    "CG14": bins,
    "CG15": containers,
    "CG16": many_units,
    "CG17": same_bytes,
}
# Goals measured together.
WITH = {"CG2": "CG1", "CG3": "CG1", "CG18": "CG1", "CG6": "CG5", "CG11": "CG10", "CG13": "CG12"}


def run(quick: bool) -> list[Metric]:
    """Every figure of the cartons."""
    return measured(Scope(quick=quick))


def measured(scope: Scope, only: Iterable[str] = ()) -> list[Metric]:
    if not DATA.is_dir():
        raise Unavailable("the published carton sets stand beside the project and are not there")
    wanted = {WITH.get(goal, goal) for goal in only} or set(PARTS)
    made = []
    for goal, part in PARTS.items():
        if goal in wanted:
            started = time.perf_counter()
            made += part(scope)
            say(f"({goal} took {time.perf_counter() - started:.1f} s)")
    for sentence in scope.broken[:5]:
        say(f"broken: {sentence}")
    what = "plans of the other figures that break a rule"
    made.append(_plain("CG9", what, len(scope.broken), "plans", 0, "figures"))
    return made


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.bench_cartons", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a fifth of each set, under 20 s")
    parser.add_argument("--long", action="store_true", help="whole academic sets and 100,000 fuzzed orders")
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="processes for figures that count no time")
    parser.add_argument("--only", default="", metavar="CG1,CG7", help="some goals")
    wanted = parser.parse_args()
    only = [goal for goal in wanted.only.split(",") if goal]
    unknown = sorted(set(only) - PARTS.keys() - WITH.keys())
    if unknown:
        known = ", ".join([*PARTS, *WITH])
        print(f"bench_cartons: expected goals of {known}, got {', '.join(unknown)}.", file=sys.stderr)
        return 2
    try:
        metrics = measured(Scope(quick=wanted.quick, long=wanted.long, jobs=wanted.jobs), only)
    except Unavailable as why:
        print(f"bench_cartons: skipped: {why}", file=sys.stderr)
        return 0
    for metric in metrics:
        print(metric.line(), flush=True)
    return int(any(metric.goal == "CG9" and metric.ours for metric in metrics))


if __name__ == "__main__":
    sys.exit(main())
