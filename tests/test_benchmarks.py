"""The instruments are tried before they judge anything (performance.md section 9)."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.benchmarks import goals, results, shop
from tests.benchmarks.measure import Metric, absolute, against_floor, against_peer, quantile, round_robin
from tests.benchmarks.ptydrive import SERIAL, Driven, Silent, plain
from tests.demo_shop.goods import check_digit


def _metric(ratio: float, *, goal: str = "PF1.1", key: str = "p50", spread: float = 0.0) -> Metric:
    return Metric(goal=goal, key=key, name="scan", ours=ratio, floor=1.0, unit="ms", ratio=ratio, n=1, spread=spread)


def test_a_quantile_is_a_sample_that_was_seen() -> None:
    samples = [5.0, 1.0, 4.0, 2.0, 3.0]
    assert quantile(samples, 500) == 3.0
    assert quantile(samples, 990) == 5.0
    assert quantile([7.0], 1) == 7.0
    assert quantile([1.0, 2.0], 500) == 1.0


def test_the_ratio_is_the_median_of_the_repeats_ratios() -> None:
    """PF9.4: each repeat is compared with the floor of its own time."""
    metric = against_floor("PF1.1", "scan", [[2.0], [30.0], [8.0]], [[1.0], [10.0], [2.0]], unit="ms", against="F2")
    assert metric.ratio == 3.0
    assert metric.spread == pytest.approx(2 / 3)
    assert metric.noisy
    assert (metric.ours, metric.floor, metric.n) == (8.0, 2.0, 3)


def test_a_peer_is_divided_by_ours() -> None:
    assert against_peer("PF4.1", "labels", [[2.0]], [[60.0]], unit="ms", against="weasyprint").ratio == 30.0


def test_an_absolute_figure_is_its_own_ratio() -> None:
    assert absolute("PF1.7", "scan", [3.0, 9.0, 4.0], unit="ms", permille=990).ratio == 9.0


def test_each_side_runs_once_in_each_round_and_not_always_in_the_same_order() -> None:
    turns: list[str] = []

    def side(name: str) -> float:
        turns.append(name)
        return float(len(turns))

    found = round_robin({"ours": lambda: side("ours"), "floor": lambda: side("floor")}, rounds=20, warm_up=2)
    rounds = [tuple(turns[at : at + 2]) for at in range(0, len(turns), 2)]
    assert len(rounds) == 22
    assert set(rounds) == {("ours", "floor"), ("floor", "ours")}
    assert len(found["ours"]) == len(found["floor"]) == 20


def test_a_line_of_the_results_can_be_read_again() -> None:
    row = json.loads(_metric(1.5).line())
    assert (row["goal"], row["key"], row["ratio"], row["noisy"]) == ("PF1.1", "p50", 1.5, False)
    assert {"load", "versions", "commit", "spread", "n"} <= set(row)


@pytest.mark.parametrize(
    ("metric", "word", "fails"),
    [
        (_metric(1.9), "reached", False),
        (_metric(2.4), "near", False),
        (_metric(2.6), "missed", True),
        (_metric(2.6, spread=0.3), "noisy", False),
        (_metric(9.0, goal="PF99.1"), "published", False),
        (_metric(51.0, goal="PF1.7", key="p99", spread=0.9), "missed", True),
        (_metric(13.0, goal="PF1.2", key="p99"), "near", False),
        (_metric(99.0, goal="PF1.2", key="p99"), "missed", False),
        (_metric(3.9, goal="PF4.5", key=""), "near", False),
        (_metric(3.1, goal="PF4.5", key=""), "missed", True),
    ],
)
def test_a_figure_is_judged_by_its_goal(metric: Metric, word: str, fails: bool) -> None:
    """PF9.5: 1.25 x the goal fails, a noisy figure gates nothing, a must fails at its bound."""
    verdict = goals.judged(metric, goals.goals())
    assert (verdict.word, verdict.fails) == (word, fails)


def test_a_goal_that_bounds_nothing_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "goals.toml"
    file.write_text('[[goal]]\ngoal = "PF1.1"\ngate = "goal"\n')
    with pytest.raises(ValueError, match="expected at_most or at_least"):
        goals.goals(file)


def test_the_table_shows_the_last_full_run(tmp_path: Path) -> None:
    ledger = tmp_path / "results.jsonl"
    results.kept([_metric(1.9)], quick=False, ledger=ledger)
    results.kept([_metric(1.7)], quick=False, ledger=ledger)
    results.kept([_metric(1.2)], quick=True, ledger=ledger)
    rows = [row for row in results.table(goals.goals(), ledger=ledger).splitlines() if row.startswith("| PF")]
    assert len(rows) == 1
    assert "| 1.7 | <= 2 | reached |" in rows[0]


def test_an_unknown_benchmark_is_named() -> None:
    asked = [sys.executable, "-m", "tests.benchmarks", "scann"]
    done = subprocess.run(asked, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert "got scann" in done.stderr


def test_articles_differ_from_the_one_before_at_every_place() -> None:
    """PF9.3: a renderer that draws only what changed has to draw all of it."""
    goods = shop.articles(50)
    assert all(check_digit(article.code[:-1]) == article.code[-1] for article in goods)
    for before, article in zip((goods[-1], *goods), goods, strict=False):
        assert all(a != b for a, b in zip(before.name, article.name, strict=True)), (before, article)


def test_styles_vanish_and_a_move_ends_the_line() -> None:
    assert (
        plain(b"\x1b[?2026h\x1b[1;1H\x1b[1mMUG\x1b[0m BLUE\x1b[2;1H1 of 2\x1b]0;title\x07")
        == "\n\nMUG BLUE\n1 of 2\n"
    )


def test_the_driver_sees_the_answer_to_a_scan_and_nothing_else() -> None:
    with Driven(shop.floor("raw_tty", SERIAL), columns=80, rows=24) as app:
        app.wait_for("ready")
        answers = [app.scan(article.code, article.code) for article in shop.articles(5)]
        assert all(0 < answer.ms < 1000 for answer in answers)
        # One frame, of cursor, code and clear-to-end: 6 + 13 + 3 bytes.
        assert {(answer.size_bytes, answer.paints) for answer in answers} == {(22, 1)}
        with pytest.raises(Silent, match="expected 'BLUE-MUG'"):
            app.scan("2000000000008", "BLUE-MUG", timeout_s=0.3)
    assert app.process.returncode is not None


def test_the_smallest_textual_app_draws_what_was_scanned() -> None:
    with Driven(shop.floor("min_textual", SERIAL), columns=120, rows=40) as app:
        assert app.wait_for("ready", timeout_s=60) > 0
        app.drain(0.2)
        for article in shop.articles(5):
            assert app.scan(article.code, article.code, timeout_s=20).size_bytes < 400
        assert app.resident_kb() > 5_000
