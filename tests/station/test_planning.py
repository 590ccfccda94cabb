"""Cartons planned ahead in a worker process, used when the order opens, made again when something changed (CT9)."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from packstation.station.cartoning import question, suggest
from packstation.station.planning import Planner
from packstation.store.mirror import CartonPlan
from tests.shop import Bench, bench, carton, item, order


def until(true: Callable[[], bool], seconds: float = 60.0) -> None:
    ends = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < ends, "expected it to happen in time"
        time.sleep(0.05)


def planned(made: Bench, fo: str) -> CartonPlan | None:
    return made.store.mirror.plan_of(fo)


def test_open_orders_are_planned_ahead_and_again_when_a_carton_changes(tmp_path: Path) -> None:
    """CT9: a stored plan with the same input hash is shown at once; a changed carton makes another hash."""
    made = bench(tmp_path)
    planner = Planner(made.store)
    planner.start()
    try:
        until(lambda: all(planned(made, f"FO-447{n}-1") is not None for n in range(1, 6)))
        first = planned(made, "FO-4472-1")
        assert first is not None
        assert first.suggestion is not None
        job = made.store.job("FO-4472-1")
        assert job is not None
        assert suggest(job, made.store.mirror.cartons(), first) is first.suggestion
        made.change(carton("S0", (130, 110, 100), tare=20))
        planner.wake()
        until(lambda: (planned(made, "FO-4472-1") or first).input_hash != first.input_hash)
    finally:
        planner.stop()
    made.store.close()


def test_a_plan_of_other_units_is_not_shown(tmp_path: Path) -> None:
    """CT9: what is left differs from what was planned: the deterministic pass answers."""
    made = bench(tmp_path)
    job = made.store.job("FO-4472-1")
    assert job is not None
    cartons = made.store.mirror.cartons()
    quick = suggest(job, cartons)
    assert quick is not None
    stale = CartonPlan("0" * 32, 1, None)
    assert suggest(job, cartons, stale) == quick


def test_a_suggestion_says_carton_fill_weight_why_and_how(tmp_path: Path) -> None:
    """CT1.1, CT1.2, CT7: why, alternatives, steps in words and a picture when it helps."""
    made = bench(tmp_path)
    made.change(
        *item("BOOK", "ATLAS", "2000000000077", length_mm=200, width_mm=140, height_mm=45, weight_g=900),
        order("FO-4490-1", {"BOOK": 2}),
    )
    job = made.store.job("FO-4490-1")
    assert job is not None
    found = suggest(job, made.store.mirror.cartons())
    assert found is not None
    assert found.code == "S1"
    assert "% full" in found.why
    assert found.fill_permille > 450
    assert len(found.steps) == 2
    assert found.steps[0].startswith("1. BOOK")
    assert any("1" in line for line in found.picture)
    assert found.alternatives


def test_nothing_blocks_without_sizes_or_cartons(tmp_path: Path) -> None:
    """CT1.4, CT6.1: unknown sizes are estimated; without a carton the packer still gets a prompt."""
    made = bench(tmp_path)
    made.change(
        *item("BLOB", "THING", "2000000000084", length_mm=0, width_mm=0, height_mm=0, weight_g=0),
        order("FO-4491-1", {"BLOB": 1}),
    )
    job = made.store.job("FO-4491-1")
    assert job is not None
    guessed = suggest(job, made.store.mirror.cartons())
    assert guessed is not None
    assert guessed.status == "estimated"
    assert question(job, ()) is None
    assert suggest(job, ()) is None
