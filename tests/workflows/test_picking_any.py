"""Picking under any sequence of scans and keys: counts stay in bounds, the board equals its replay, every prompt is
whole; and a cluster walk ends alike wherever the process was killed (FL2.16, FL6.33, FL11.3)."""

from __future__ import annotations

import shutil
from pathlib import Path
from tempfile import mkdtemp

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from packstation.workflows.picking import walk
from tests.shop import ANN, BEN, BLUE_MUG, MUG_CASE, PLATE, RADIO, TEA, WHITE_MUG, Bench
from tests.workflows import pickshop
from tests.workflows.pickshop import cart, rules

FOS = tuple(f"FO-{n}-1" for n in range(4471, 4476))
SCANS = (
    "K-3", "K-4", "W-1", "FO-4474-1", "#4475", "S-3-A1", "S-3-A2", "S-3-A3", "T-5", "T-6", "T-7", "T-8", "T-8",
    "A-04-2", "A-04-2", "A-05-1", "B-01-1", "B-02-2", "C-11-3", BLUE_MUG, BLUE_MUG, MUG_CASE, WHITE_MUG, PLATE, TEA,
    "L77", "L78", RADIO, "C-st-07-000501", "C-st-07-000502", "st-07", "*OK", "*OK", "*OK", "*SKIP", "*SHORT",
    "*BINFULL", "*PAUSE", "*UNDO", "*UNDO", "*GETWORK", "*RELEASE", "*CANTSCAN", "*QTY3", "*PACK", "*PICK", ANN, BEN,
    "not a code",
)  # fmt: skip
KEYS = ("f12", "f12", "f12", "enter", "f3", "1", "2", "=1", "=", "f5", "f8", "f10")


@st.composite
def gestures(draw: st.DrawFn) -> list[tuple[str, str]]:
    """Half of them are the next right thing, so that walks get somewhere."""
    return draw(
        st.lists(
            st.one_of(
                st.just(("right", "")),
                st.sampled_from([("scan", code) for code in SCANS]),
                st.sampled_from([("key", key) for key in KEYS]),
            ),
            min_size=5,
            max_size=45,
        )
    )


def right(bench: Bench) -> None:
    """The next right gesture, as a picker who reads the screen would make it."""
    station = bench.station
    desk = station.desk
    if station.message is not None and station.message.sticky:
        bench.key("f12")
        if station.message is not None and station.message.sticky:
            bench.key("f3")
        return
    trip = desk.trip
    match station.state:
        case "PICK_IDLE":
            bench.scan("*GETWORK")
        case "CONFIRM" if trip is not None:
            waiting = walk.unassigned(trip)
            if waiting and desk.pending is None:
                used = {job.order.slot for job in trip.jobs}
                slot = next(slot for slot in ("S-3-A1", "S-3-A2", "S-3-A3", "S-3-A4") if slot not in used)
                bench.scan(slot, f"T-{waiting[0].doc.order_no}") if trip.cart else bench.scan("T-77")
            else:
                bench.scan("*OK")
        case "FACE" | "UNIT" | "DEST":
            stop = walk.current(desk)
            assert stop is not None
            if station.state == "FACE":
                bench.scan(stop.location)
            elif station.state == "DEST":
                bench.scan(walk.bin_of(stop.job) or "")
            else:
                code = {"BLUE-MUG": BLUE_MUG, "PLATE": PLATE, "TEA": TEA, "RADIO": RADIO}[stop.line.sku]
                bench.scan(code)
        case "LOT":
            bench.scan("L77")
        case "UNLOAD":
            bench.scan("st-02")
        case _:
            bench.key("f12")


def check(bench: Bench) -> None:
    for fo in FOS:
        job = bench.store.job(fo)
        assert job is not None
        for line in job.doc.lines:
            picked = job.order.picked.get(line.line, 0)
            assert 0 <= picked <= line.quantity
            assert picked + job.order.short(line.line) <= line.quantity
            assert 0 <= job.order.in_hand.get(line.line, 0) <= picked
            assert 0 <= job.order.packed(line.line) <= picked
    if bench.station.desk.work != "pick":
        return
    shown = bench.station.prompt()
    assert shown.instruction
    assert "{" not in shown.instruction + (shown.message.text if shown.message else "")
    assert len(shown.instruction_short) <= 57
    assert shown.message is None or len(shown.message.short) <= 57


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(plan=gestures(), zero=st.booleans(), strict=st.booleans())
def test_any_scans_keep_the_counts_in_bounds_and_the_board_its_replay(
    plan: list[tuple[str, str]], zero: bool, strict: bool
) -> None:
    folder = Path(mkdtemp())
    try:
        bench = pickshop.bench(folder)
        rules(bench, zero_check=zero, location_first=strict, pick_needs_tote=strict)
        cart(bench, "K-3", "FO-4472-1", "FO-4471-1", "FO-4473-1")
        cart(bench, "K-4", "FO-4475-1", wave="W-2")
        for kind, what in plan:
            if kind == "right":
                right(bench)
            elif kind == "scan":
                bench.scan(what)
            else:
                bench.key(what)
            check(bench)
        before, after = bench.store.rebuild()
        assert before == after
        bench.store.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


# --- the same end, wherever the process died ---

WALK = (
    "K-3", "S-3-A1", "T-6", "S-3-A2", "T-7", "S-3-A3", "T-8", "*OK", "A-04-2", BLUE_MUG, "S-3-A1", BLUE_MUG, "T-7",
    BLUE_MUG, "S-3-A2", "A-05-1", "*SKIP", "B-01-1", "]C10102000000000046" "17270331" "10L77", "T-8", "A-05-1", PLATE,
    "*BINFULL", "T-9", "T-9", "st-02",
)  # fmt: skip


def walked(folder: Path, kill_after: int | None) -> tuple[str, list[tuple[str, str]]]:
    """The board's digest and the states after a cluster walk; the process ends after one of its scans."""
    bench = pickshop.bench(folder)
    cart(bench, "K-3", "FO-4472-1", "FO-4471-1", "FO-4473-1")
    seen = []
    for n, code in enumerate(WALK):
        said = bench.scan(code)
        seen.append((said.outcome, said.state))
        if n == kill_after:
            bench = bench.again()
    rows = bench.store.db.execute(
        "SELECT fo, stage, picked, tote, cart, slot, place, picker, short FROM board_fo ORDER BY fo"
    ).fetchall()
    codes = bench.store.db.execute("SELECT * FROM board_code ORDER BY 1, 2, 3, 4").fetchall()
    bench.store.close()
    return repr((rows, codes)), seen


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, list[tuple[str, str]]]:
    return walked(tmp_path_factory.mktemp("whole"), None)


def test_the_cluster_walk_of_these_tests_is_whole(whole: tuple[str, list[tuple[str, str]]]) -> None:
    """FL6.2: a walk with a part placement, a skip and a second tote."""
    assert [outcome for outcome, _ in whole[1] if outcome not in ("accepted", "asked")] == []
    assert whole[1][-1] == ("accepted", "PICK_IDLE")


# Killed between the two halves of a question, the first half is scanned again: questions are not kept (FL2.16).
HALVES = (*(n for n, code in enumerate(WALK) if code in ("S-3-A1", "S-3-A2", "S-3-A3", "*BINFULL") and n < 7), 22)


@pytest.mark.parametrize("at", [n for n in range(len(WALK) - 1) if n not in HALVES])
def test_a_walk_killed_anywhere_ends_alike(at: int, tmp_path: Path, whole: tuple[str, list[tuple[str, str]]]) -> None:
    """FL2.16, FL6.33: the same scans after a restart lead to the same end."""
    assert walked(tmp_path, at) == whole
