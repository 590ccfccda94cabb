"""Cartons planned ahead in a worker process, used when the order opens, made again when something changed (CT9)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path

import pytest
from msgspec import structs

from packstation.station.cartoning import Answered
from packstation.station.language import table_of
from packstation.station.planning import Planner, PlanRun
from packstation.station.suggesting import Cartoner
from packstation.store.plans import CartonPlan
from packstation.workflows.suggestion import Wanted
from tests.shop import BLUE_MUG, PLATE, Bench, bench, carton, item, order


def until(true: Callable[[], bool], seconds: float = 60.0) -> None:
    ends = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < ends, "expected it to happen in time"
        time.sleep(0.02)


def planned(made: Bench, fo: str) -> CartonPlan | None:
    return made.store.mirror.plans.of_order(fo)


@pytest.fixture
def floor(tmp_path: Path) -> Iterator[tuple[Bench, Cartoner]]:
    """A bench whose worker is up and has planned everything."""
    made = bench(tmp_path)
    cartons = Cartoner(made.store, made.clock.wall_ms)
    planner = cartons.planner = Planner(made.store, made.clock.wall_ms)
    made.station.worker = cartons
    planner.start()
    try:
        until(lambda: planner.serves and all(planned(made, f"FO-447{n}-1") is not None for n in range(1, 6)))
        yield made, cartons
    finally:
        planner.stop()
        made.store.close()


def test_open_orders_are_planned_ahead_and_again_when_a_carton_changes(floor: tuple[Bench, Cartoner]) -> None:
    """CT9: a stored plan with the same input hash is shown at once; a changed carton makes another hash."""
    made, cartons = floor
    first = planned(made, "FO-4472-1")
    assert first is not None
    job = made.store.job("FO-4472-1")
    assert job is not None
    assert cartons.known(job, Wanted()) == first.suggestion
    made.change(carton("S0", (130, 110, 100), tare=20))
    assert cartons.known(job, Wanted()) is None
    until(lambda: (planned(made, "FO-4472-1") or first).input_hash != first.input_hash)


def test_a_carton_of_which_there_are_many_left_keeps_the_plans(floor: tuple[Bench, Cartoner]) -> None:
    """CT9.2: the hash holds none or some; one carton less on the pile is no other question."""
    made, cartons = floor
    job = made.store.job("FO-4472-1")
    assert job is not None
    made.change(("carton", "M2", {**carton("M2", (310, 220, 140))[2], "available": 400}))
    until(lambda: cartons.known(job, Wanted()) is not None)
    before = planned(made, "FO-4472-1")
    made.change(("carton", "M2", {**carton("M2", (310, 220, 140))[2], "available": 399}))
    assert cartons.known(job, Wanted()) is not None
    assert planned(made, "FO-4472-1") == before


def test_an_order_on_the_bench_is_answered_by_the_worker(floor: tuple[Bench, Cartoner]) -> None:
    """CT9, CT1.3: the Prompt of an override stands at once, and is filled in by the worker a moment later."""
    made, _ = floor
    made.scan("FO-4475-1", "FO-4475-1")
    shown = made.station.desk.suggestion
    assert shown is not None
    other = "L3" if shown.code != "L3" else "M2"
    made.scan(other)
    outcome = made.key("1")
    assert outcome.message.startswith(f"Box {other} open")
    until(lambda: made.station.tick() is not None)
    filled = made.station.desk.suggestion
    assert filled is not None
    assert filled.code == other
    assert filled.later + sum(lie.count for lie in filled.lies) == 24


def test_a_plan_of_other_units_is_not_shown(tmp_path: Path) -> None:
    """CT9: what is left differs from what was planned: the deterministic pass answers."""
    made = bench(tmp_path)
    cartons = Cartoner(made.store, made.clock.wall_ms)
    job = made.store.job("FO-4472-1")
    assert job is not None
    quick = cartons.now(job, Wanted())
    assert quick is not None
    made.store.mirror.plans.save("FO-4472-1", CartonPlan("0" * 32, 1, structs.replace(quick, code="L3")))
    assert cartons.now(job, Wanted()) == quick


def with_engine(tmp_path: Path) -> Bench:
    """A bench that asks the real engine, without a worker."""
    made = bench(tmp_path)
    cartons = Cartoner(made.store, made.clock.wall_ms)
    made.station.look._suggest = cartons.now
    return made


def test_a_suggestion_says_carton_fill_weight_why_and_how(tmp_path: Path) -> None:
    """CT1.1, CT1.2, CT7: why, alternatives with money, steps in words and a picture of each layer."""
    made = with_engine(tmp_path)
    made.change(
        *item("BOOK", "ATLAS", "2000000000077", length_mm=200, width_mm=140, height_mm=45, weight_g=900),
        order("FO-4490-1", {"BOOK": 2}),
        ("setting", "carton_places", {"value": {"S1": "rack B3"}}),
    )
    made.scan("FO-4490-1", "FO-4490-1")
    shown = made.station.prompt()
    assert shown.instruction == "Carton S1, rack B3. Scan it, an item, or *OK"
    assert shown.panel is not None
    assert shown.panel.title == "S1 Box S1 at rack B3"
    assert shown.panel.lines[:2] == ("Cheapest: €0.50.", "20×15×10 cm, 84 % full, 1.9 kg")
    assert shown.panel.lines[2].startswith("1. BOOK: flat")
    assert "Proven: no better carton exists." in shown.panel.lines
    assert [view.title for view in shown.panel.views] == ["On the bottom:", "4 cm up:"]
    assert [text.partition(" ")[0] for _, text in shown.choices] == ["M2", "L3"]
    assert all("€" in text or "=" in text for _, text in shown.choices)


def test_a_scan_advances_the_steps_and_shows_the_layer_of_the_next(tmp_path: Path) -> None:
    """CT7.4: what is in the box is no step any more; the picture is that of what comes next."""
    made = with_engine(tmp_path)
    made.change(
        *item("BOOK", "ATLAS", "2000000000077", length_mm=200, width_mm=140, height_mm=45, weight_g=900),
        order("FO-4490-1", {"BOOK": 2}),
    )
    made.scan("FO-4490-1", "FO-4490-1", "2000000000077")
    panel = made.station.prompt().panel
    assert panel is not None
    assert panel.lines[0].startswith("2. BOOK")
    assert [view.title for view in panel.views] == ["4 cm up:"]


def test_nothing_blocks_without_sizes_or_cartons(tmp_path: Path) -> None:
    """CT1.4, CT6.1: unknown sizes are estimated; without a carton the packer still gets a prompt."""
    made = with_engine(tmp_path)
    made.change(
        *item("BLOB", "THING", "2000000000084", length_mm=0, width_mm=0, height_mm=0, weight_g=0),
        order("FO-4491-1", {"BLOB": 1}, carrier="NONE"),
        ("setting", "carriers", {"value": {"NONE": {"cartons": []}}}),
        order("FO-4492-1", {"BLOB": 1}),
    )
    made.scan("FO-4492-1", "FO-4492-1")
    guessed = made.station.desk.suggestion
    assert guessed is not None
    assert guessed.status == "estimated"
    assert "A size is not known: it was assumed." in repr(made.station.prompt())
    made.key("*PARK")
    made.scan("FO-4491-1", "FO-4491-1")
    assert made.station.state == "CARTON"
    assert made.station.prompt().instruction == "No suggestion: scan a carton"
    assert made.scan("2000000000084").message == "No suggestion: scan a carton."


def test_a_short_leaves_what_is_packed_where_it_lies(tmp_path: Path) -> None:
    """CT1.7: the rest is planned again; units in the open box stay where their step put them."""
    made = with_engine(tmp_path)
    made.change(order("FO-4493-1", {"BLUE-MUG": 3, "PLATE": 3}))
    made.scan("FO-4493-1", "FO-4493-1", BLUE_MUG, PLATE)
    before = made.station.desk.suggestion
    assert before is not None
    packed = [next(lie for lie in before.lies if lie.sku == sku) for sku in ("BLUE-MUG", "PLATE")]
    made.key("f5", "1", "1", "=1", "1", "enter")
    after = made.station.desk.suggestion
    assert made.facts("FO-4493-1")[-1] in ("ShortReported", "CountRequested")
    assert after is not None
    assert after is not before
    assert dict(after.units) == {"BLUE-MUG": 2, "PLATE": 3}
    assert sorted((lie.sku, lie.position_mm) for lie in after.lies[:2]) == sorted(
        (p.sku, p.position_mm) for p in packed
    )


def test_an_override_is_planned_into_the_scanned_carton(tmp_path: Path) -> None:
    """CT1.3: units that fit go into it, the others are left for a next carton."""
    made = with_engine(tmp_path)
    made.scan("FO-4475-1", "FO-4475-1")
    suggested = made.station.desk.suggestion
    assert suggested is not None
    assert suggested.code == "L3"
    made.scan("S1")
    made.key("1")
    here = made.station.desk.suggestion
    assert here is not None
    assert here.code == "S1"
    assert 0 < len(here.lies) < 24
    assert here.later == 24 - len(here.lies)


def test_a_full_case_with_a_size_of_its_own_is_one_piece(tmp_path: Path) -> None:
    """CT2.5: 14 mugs are a case of 12 and two single ones; twelve scans, or the case's one, advance its step."""
    made = with_engine(tmp_path)
    made.change(
        *item("CUP", "CUP", "2000000000107", attributes={"case": "12:380x280x150:4500"}),
        ("barcode", "12000000000107", {"code": "12000000000107", "sku": "CUP", "quantity": 12}),
        order("FO-4495-1", {"CUP": 14}),
    )
    made.scan("FO-4495-1", "FO-4495-1")
    found = made.station.desk.suggestion
    assert found is not None
    assert sorted((lie.sku, lie.count) for lie in found.lies) == [("CUP", 1), ("CUP", 1), ("CUP", 12)]
    assert found.weight_g == 4500 + 2 * 350 + 100
    made.scan("12000000000107")
    assert made.station.desk.suggestion == found
    made.scan("2000000000107")
    job = made.station.desk.job
    assert job is not None
    assert job.units == (13, 14)


def test_an_item_without_a_size_is_asked_for_once_when_nothing_else_is_to_do(tmp_path: Path) -> None:
    """CT6.3: at most once an item and shift, and only when idle."""
    made = with_engine(tmp_path)
    made.change(
        *item("BLOB", "GIANT BLOB", "2000000000084", length_mm=0, width_mm=0, height_mm=0),
        order("FO-4496-1", {"BLOB": 1}),
        order("FO-4497-1", {"BLOB": 1}),
    )
    shown = []
    for fo in ("FO-4496-1", "FO-4497-1"):
        made.scan(fo, fo)
        assert "GIANT BLOB. *MEASURE" not in repr(made.station.prompt().panel)
        made.key("*PARK")
        shown.append("No size: GIANT BLOB. *MEASURE when idle" in repr(made.station.prompt().panel))
    assert shown == [True, False]


def test_what_was_packed_before_wins_over_a_guess(tmp_path: Path) -> None:
    """CT6.2: the same units went into L3 before, so L3 is suggested and says why."""
    made = with_engine(tmp_path)
    fos = [f"FO-45{n:02d}-1" for n in range(3)]
    made.change(
        *item("BLOB", "GIANT BLOB", "2000000000084", length_mm=0, width_mm=0, height_mm=0),
        *(order(fo, {"BLOB": 1}) for fo in fos),
    )
    for fo in fos[:2]:
        made.scan(fo, fo, "L3")
        if made.station.state == "CONFIRM":
            made.key("3")
        made.scan("2000000000084")
        made.station.weight(450)
        made.scan(made.store.order(fo).boxes[-1].labels[-1].tracking)
    made.scan(fos[2], fos[2])
    shown = made.station.prompt()
    assert shown.instruction.startswith("Carton L3")
    assert "Usually L3: 2 times before." in repr(shown.panel)


def test_a_suggestion_and_its_steps_speak_german(tmp_path: Path) -> None:
    """FL10.6, CT1.6, CT7.3: the engine gives codes and numbers, the station words them in its language."""
    made = with_engine(tmp_path)
    made.station.table = table_of("de")
    made.change(
        *item("BOOK", "ATLAS", "2000000000077", length_mm=150, width_mm=100, height_mm=40, weight_g=300),
        order("FO-4490-1", {"BOOK": 12}),
    )
    made.scan("FO-4490-1", "FO-4490-1")
    panel = made.station.prompt().panel
    assert panel is not None
    assert panel.lines[0] == "Am billigsten: €0.50."
    assert "Eine Größe kleiner: S1 ist 140 % zu klein; L3 kostet gleich viel." in panel.lines
    assert "5. BOOK: flach, lange Seite links-rechts, hinten links, auf BOOK." in panel.lines
    made.scan("2000000000077")
    panel = made.station.prompt().panel
    assert panel is not None
    assert panel.lines[0] == "2. BOOK: flach, lange Seite links-rechts, hinten rechts, auf dem Boden."


def test_an_override_that_is_taken_back_was_no_carton_that_ran_out(tmp_path: Path) -> None:
    """CT1.3: out of stock was said of S1, then the box was undone: S1 is suggested again, also by a board folded
    anew."""
    made = with_engine(tmp_path)
    made.scan("FO-4471-1", "FO-4471-1")
    suggested = made.station.desk.suggestion
    assert suggested is not None
    other = "L3" if suggested.code != "L3" else "M2"
    made.scan(other)
    made.key("2")
    assert made.store.db.execute("SELECT code, available FROM board_carton").fetchall() == [(suggested.code, 0)]
    made.key("f8")
    assert made.facts("FO-4471-1")[-1] == "GestureUndone"
    assert made.store.db.execute("SELECT code FROM board_carton").fetchall() == []
    again = made.station.desk.suggestion
    assert again is not None
    assert again.code == suggested.code
    made.store.board.rebuild()
    assert made.store.db.execute("SELECT code FROM board_carton").fetchall() == []


def test_an_order_that_the_clock_cut_gets_its_longer_passes_and_is_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """CT9, CT5.10: a cut plan is not stored, the longer pass comes all the same, and what is left over is told."""
    made = bench(tmp_path)
    mirror = made.store.mirror
    run = PlanRun(made.store.place, mirror.plans.save, mirror, made.clock.wall_ms)
    budgets: list[int] = []

    class Cut:
        """A worker on a machine so slow that every search is cut."""

        def submit(self, work: object, asked: object, budget_ms: int, **how: object) -> Future[Answered]:
            budgets.append(budget_ms)
            done: Future[Answered] = Future()
            done.set_result(Answered(None, stopped=True))
            return done

        def shutdown(self, **how: object) -> None:
            """There is no process to end."""

    run._pool.shutdown()
    run.engine = "pure"
    monkeypatch.setattr(run, "_pool", Cut())
    try:
        run.run(["FO-4472-1"], passes=2)
        assert budgets == [50, 1_000]
        assert run.without(["FO-4472-1"]) == (1, 0)
        run.run(["FO-4472-1"], passes=2)
        assert budgets == [50, 1_000]
    finally:
        run.close()
        made.store.close()


@pytest.mark.parametrize("compiles", [True, False])
def test_the_first_plans_of_a_data_directory_wait_for_no_compiler(
    compiles: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """CT9.3: the first pass is pure, what the others need is compiled once, and without a compiler they are pure."""
    made = bench(tmp_path)
    mirror = made.store.mirror
    happened: list[str] = []

    class Willing:
        """A worker that finds nothing better, so that every order has all its passes."""

        def submit(self, work: Callable[..., object], *asked: object, **how: object) -> Future[Answered | None]:
            happened.append(str(how.get("engine", work.__name__)))
            done: Future[Answered | None] = Future()
            done.set_result(Answered(None) if how else None)
            return done

        def shutdown(self, **how: object) -> None:
            """There is no process to end."""

    run = PlanRun(made.store.place, lambda fo, plan: None, mirror, made.clock.wall_ms)
    run._pool.shutdown()
    run.engine = "fast"
    monkeypatch.setattr(run, "_pool", Willing())
    monkeypatch.setattr(run, "_was_compiled", lambda: (happened.append("compiled"), compiles)[1])
    run.run(["FO-4471-1", "FO-4472-1"], passes=2)
    run.close()
    made.store.close()
    assert happened == ["pure", "pure", "compiled", *(["warm", "fast", "fast"] if compiles else ["pure", "pure"])]


def test_a_page_with_one_order_asks_for_that_order_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """CT9: pages come with every scan, and the thread that plans takes its time from the bench."""
    made = bench(tmp_path)
    mirror = made.store.mirror
    pages = (lambda: mirror.changed, lambda: mirror.supplied)
    run = PlanRun(
        made.store.place, mirror.plans.save, mirror, made.clock.wall_ms, changed=pages[0], supplied=pages[1]
    )
    looked: list[str] = []
    ask = run._question
    monkeypatch.setattr(run, "_question", lambda fo: (looked.append(fo), ask(fo))[1])
    try:
        assert run.run()
        everything = set(looked)
        assert len(everything) >= 5
        looked.clear()
        mirror.complete()
        assert run.run()
        assert looked == []
        made.change(order("FO-4472-1", {"PLATE": 3}))
        assert run.run()
        assert set(looked) == {"FO-4472-1"}
        looked.clear()
        made.change(carton("S0", (130, 110, 100), tare=20))
        assert run.run()
        assert set(looked) == everything
    finally:
        run.close()
        made.store.close()


def test_an_alternative_by_its_key_tells_the_money_and_asks_why(tmp_path: Path) -> None:
    """CT1.2, CT1.3: keys 1 to 3 take another carton that really holds it; a reason is asked, on record."""
    made = with_engine(tmp_path)
    made.change(
        *item("BOOK", "ATLAS", "2000000000077", length_mm=200, width_mm=140, height_mm=45, weight_g=900),
        ("carton", "L3", {**carton("L3", (400, 300, 250))[2], "cost_minor": 175}),
        order("FO-4490-1", {"BOOK": 2}),
    )
    made.scan("FO-4490-1", "FO-4490-1")
    choices = made.station.prompt().choices
    assert [(row[0], row[-1].split(" · ")[0]) for row in choices] == [
        ("1", "M2 ="),
        ("2", "L3 +€1.25"),
    ]
    asked = made.key("2")
    assert asked.outcome == "asked"
    assert [kind for kind in asked.facts if kind == "CartonOpened"] == []
    opened = made.key("3")
    assert "CartonOpened" in opened.facts
    (box,) = made.store.order("FO-4490-1").boxes
    assert (box.type, box.suggested, box.why_other) == ("L3", "S1", "fragile")
