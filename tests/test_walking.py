"""Waves over a station's databases: planned, released, walked and listed (waves.md W1-W13; issue 2 point 7)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from packstation.station import walking
from packstation.waves.stops import Face, best_face
from sync import facts as f
from sync.protocol import Deed
from tests.shop import BLUE_MUG, PLATE, Bench, order
from tests.steps import calls
from tests.workflows import pickshop
from tests.workflows.pickshop import stock

NOW = "2026-03-02T14:00:00Z"


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = pickshop.bench(tmp_path)
    yield made
    made.store.close()


def plan(bench: Bench) -> list[str]:
    waves, deeds = walking.plan_waves(bench.store)
    bench.station.record(deeds)
    return [wave.wave for wave in waves]


def release(bench: Bench, wave: str = "W-1") -> None:
    bench.station.record(walking.release_deeds(bench.store, wave, "EVA"))


# --- faces ---

FACES = (Face("A-04-2", 42, 1), Face("A-05-1", 51, 6), Face("C-11-3", 300, 9))


def test_the_first_face_with_enough_is_taken() -> None:
    assert best_face(FACES, 2) == Face("A-05-1", 51, 6)


def test_the_fullest_face_is_taken_when_none_has_enough() -> None:
    assert best_face(FACES, 20) == Face("C-11-3", 300, 9)


def test_a_planned_walk_goes_before_the_sequence() -> None:
    assert best_face(FACES, 2, route={"C-11-3": 0}) == Face("C-11-3", 300, 9)


def test_nobody_is_sent_away_from_a_face_that_has_more() -> None:
    assert best_face(FACES, 1, sticky="A-05-1") == Face("A-05-1", 51, 6)


def test_nobody_is_sent_to_a_face_that_was_looked_at_in_vain() -> None:
    assert best_face(FACES, 1, passed={"A-04-2", "A-05-1"}) == Face("C-11-3", 300, 9)


def test_the_lots_of_a_face_are_one_face_and_the_reserved_lot_wins() -> None:
    lots = (Face("B-01-1", 110, 1, "L77"), Face("B-01-1", 110, 2, "L78"), Face("B-02-2", 122, 3, "L79"))
    assert best_face(lots, 3) == Face("B-01-1", 110, 3)
    assert best_face(lots, 1, lot="L79", passed={"B-02-2"}) == Face("B-01-1", 110, 3)  # its lot is not there
    assert best_face(lots, 1, lot="L79") == Face("B-02-2", 122, 3)


def test_no_face_is_an_answer() -> None:
    assert best_face((), 1) is None


# --- plan, release ---


def test_every_waiting_order_is_planned_once(bench: Bench) -> None:
    """W1, W7: a CartPlanned for each cart, then WavePlanned, in one gesture."""
    waves, deeds = walking.plan_waves(bench.store)
    assert [type(deed.fact).__name__ for deed in deeds] == ["CartPlanned", "WavePlanned"]
    assert waves[0].carts[0].route == ("A-04-2", "A-05-1", "B-01-1", "B-02-2")
    bench.station.record(deeds)
    assert walking.plan_waves(bench.store) == ((), ())


def test_an_order_that_was_begun_is_in_no_plan(bench: Bench) -> None:
    bench.scan("FO-4471-1", "T-5")
    waves, _ = walking.plan_waves(bench.store)
    assert "FO-4471-1" not in waves[0].fos


def test_a_wave_is_released_once(bench: Bench) -> None:
    """W10, W11"""
    plan(bench)
    release(bench)
    with pytest.raises(LookupError, match="wave W-1: expected orders that are not released yet, got none"):
        walking.release_deeds(bench.store, "W-1", "EVA")


@pytest.mark.parametrize("wave", ["W-9", ""])
def test_a_wave_nobody_planned_is_not_released(bench: Bench, wave: str) -> None:
    """W11"""
    with pytest.raises(LookupError, match="expected a planned wave, got none"):
        walking.release_deeds(bench.store, wave, "EVA")


def test_a_closed_wave_is_not_released(bench: Bench) -> None:
    """W11"""
    plan(bench)
    bench.station.record([Deed(None, f.WaveClosed(wave="W-1", by="EVA"))])
    with pytest.raises(LookupError, match="expected an open wave, got one that is closed"):
        walking.release_deeds(bench.store, "W-1", "EVA")


# --- the state of a wave ---


def state(bench: Bench) -> tuple[str, int, int, int]:
    found = walking.wave_states(bench.store, NOW)[0]
    return found.state, found.orders, found.lines, found.lines_picked


def test_an_order_that_went_back_at_another_bench_is_not_shipped(bench: Bench) -> None:
    """FL9.1, W8: closed at the hub without a parcel: it is in the wave no more; what was shipped elsewhere is."""
    for fo in ("FO-4473-1", "FO-4474-1", "FO-4475-1"):
        bench.change(order(fo, {"TEA": 1}, state="closed", rev=9))
    plan(bench)
    release(bench)
    bench.change(order("FO-4471-1", {"BLUE-MUG": 2}, state="closed", reason="released", rev=9))
    assert state(bench) == ("released", 1, 2, 0)
    bench.change(order("FO-4472-1", {"BLUE-MUG": 1, "PLATE": 1}, state="closed", reason="shipped", rev=9))
    found = walking.wave_states(bench.store, NOW)[0]
    assert (found.state, found.orders, found.orders_shipped) == ("shipped", 1, 1)


def test_the_board_counts_orders_not_lines_as_ready_and_available(bench: Bench) -> None:
    """FL9.1: what packers may take, and what pickers may take; never more than there are."""

    def counts() -> tuple[int, int]:
        found = walking.wave_states(bench.store, NOW)[0]
        return found.ready, found.available

    for fo in ("FO-4473-1", "FO-4474-1", "FO-4475-1"):
        bench.change(order(fo, {"TEA": 1}, state="closed", rev=9))
    plan(bench)
    assert counts() == (0, 0)
    release(bench)
    assert counts() == (0, 2)
    bench.scan("K-1", "S-1-A1", "T-5", "S-1-A2", "T-6", "*OK")
    assert counts() == (0, 0)
    bench.scan("A-04-2", BLUE_MUG, BLUE_MUG, "T-5", BLUE_MUG, "T-6")
    assert counts() == (1, 0)
    bench.scan("A-05-1", PLATE, "T-6")
    assert counts() == (2, 0)


def test_the_state_of_a_wave_is_what_its_orders_say(bench: Bench) -> None:
    """W6, W8: nobody sets it"""
    for fo in ("FO-4473-1", "FO-4474-1", "FO-4475-1"):
        bench.change(order(fo, {"TEA": 1}, state="closed", rev=9))
    plan(bench)
    assert state(bench) == ("planned", 2, 3, 0)
    release(bench)
    assert state(bench) == ("released", 2, 3, 0)
    bench.scan("K-1", "S-1-A1", "T-5", "S-1-A2", "T-6", "*OK")
    assert state(bench) == ("picking", 2, 3, 0)
    bench.scan("A-04-2", BLUE_MUG, BLUE_MUG, "T-5", BLUE_MUG, "T-6", "A-05-1", PLATE, "T-6")
    assert state(bench) == ("picked", 2, 3, 3)
    bench.scan("st-07", "*PACK", "T-5", "M2", BLUE_MUG)
    assert state(bench) == ("packing", 2, 3, 3)


def test_a_held_wave_says_so_until_it_is_released_again(bench: Bench) -> None:
    """W8, W10"""
    plan(bench)
    release(bench)
    bench.station.record([Deed(None, f.WaveHeld(wave="W-1", reason="truck", by="EVA"))])
    assert state(bench)[0] == "held"
    bench.station.record([Deed(None, f.WaveResumed(wave="W-1", by="EVA"))])
    assert state(bench)[0] == "released"


def test_a_cancelled_wave_gives_its_orders_back(bench: Bench) -> None:
    """W10"""
    plan(bench)
    bench.station.record([Deed(None, f.WaveCancelled(wave="W-1", reason="truck", by="EVA"))])
    assert state(bench)[0] == "cancelled"
    waves, _ = walking.plan_waves(bench.store)
    assert len(waves[0].fos) == 5


# --- the pick list ---


def test_the_pick_list_is_in_walking_order_and_opens_by_its_own_code(bench: Bench) -> None:
    """Issue 2 point 7: sorted by location sequence, then picked by scanning."""
    plan(bench)
    release(bench)
    data = walking.pick_list_of(bench.store, "W-1")
    assert [row.location for row in data.rows] == ["A-04-2", "A-04-2", "A-04-2", "A-05-1", "B-01-1", "B-02-2"]
    assert data.walk == "K-1"
    assert bench.scan(data.walk).state == "CONFIRM"


def test_pick_list_and_cart_sheet_say_the_slots_as_the_walk_will_give_them(bench: Bench) -> None:
    """D8.6, FL6.11: before the walk they name for each order the slot it gets when A1, A2 ... are scanned."""
    plan(bench)
    release(bench)
    before = walking.cart_sheet_of(bench.store, "W-1", "K-1").slots
    assert [slot.slot for slot in before] == [f"S-1-A{n}" for n in range(1, len(before) + 1)]
    assert {row.into for row in walking.pick_list_of(bench.store, "W-1", "K-1").rows} == {
        f"A{n}" for n in range(1, len(before) + 1)
    }
    bench.scan("K-1", "S-1-A1", "T-5", "S-1-A2", "T-6")
    after = walking.cart_sheet_of(bench.store, "W-1", "K-1").slots
    assert [(slot.order, slot.slot) for slot in after] == [(slot.order, slot.slot) for slot in before]
    assert [slot.tote for slot in after][:2] == ["T-5", "T-6"]


def test_the_pick_list_names_the_slots_once_they_are_given(bench: Bench) -> None:
    plan(bench)
    release(bench)
    bench.scan("K-1", "S-1-A1", "#4472")
    rows = walking.pick_list_of(bench.store, "W-1", "K-1").rows
    assert [row.into for row in rows if row.location == "A-05-1"] == ["A1"]
    slots = walking.cart_sheet_of(bench.store, "W-1", "K-1").slots
    assert [(slot.order, slot.slot) for slot in slots if slot.order == "#4472"] == [("#4472", "S-1-A1")]


def test_the_papers_of_a_walk_are_printed_again_one_at_a_time(bench: Bench) -> None:
    """D6.2, D8.6: *PAPER on a walk asks which; the row that waits is drawn as the walk is now."""
    from packstation.devices.spooler import Job
    from packstation.station.paper import Paper

    plan(bench)
    release(bench)
    assert bench.scan("K-1").state == "CONFIRM"
    for key, what in (("1", "pick_list"), ("2", "cart_sheet")):
        assert bench.key("*PAPER").message.startswith("Which paper?")
        assert bench.key(key).outcome in ("accepted", "ignored")
        row = bench.store.spool.open()[-1]
        assert (row.what, row.ref) == (what, "W-1 K-1")
        drawn = Paper(bench.store).render(Job(str(row.job), "p", row.what, str(row.ref)))
        assert "K-1" in {symbol.text for symbol in drawn.symbols}
    assert bench.station.state == "CONFIRM", "the walk stands where it stood"


def test_a_line_without_a_known_place_is_walked_last(bench: Bench) -> None:
    bench.change(stock("PLATE"))
    job = bench.store.job("FO-4472-1")
    assert job is not None
    assert [stop.location for stop in walking.stops_of(bench.store, job)] == ["A-04-2", ""]
    bench.scan("FO-4472-1", "T-5")
    assert [row.where for row in bench.station.prompt().rows] == ["A-04-2", ""]


# --- the walk of the station is the walk of the list ---


def test_a_walk_goes_through_the_stops_of_its_list(bench: Bench) -> None:
    plan(bench)
    release(bench)
    listed = [row.location for row in walking.pick_list_of(bench.store, "W-1").rows]
    bench.scan("K-1")
    for n in range(1, 6):
        bench.scan(f"S-1-A{n}", f"T-{n}")
    bench.scan("*OK")
    assert [row.where for row in bench.station.prompt().rows] == listed


def test_a_cart_planned_elsewhere_is_walked_from_the_hub_copy_of_its_wave(bench: Bench) -> None:
    """W7: the hub folds plans into the wave document of every station."""
    body = {
        "wave": "W-7", "kind": "carrier_cutoff", "cutoff": "2026-03-02T16:00:00Z", "state": "released",
        "carts": [{"cart": "K-70", "fos": ["FO-4472-1", "FO-4471-1"], "route": ["A-05-1", "A-04-2"]}],
        "released": ["FO-4472-1", "FO-4471-1"],
    }  # fmt: skip
    bench.change(("wave", "W-7", body))
    assert bench.scan("*GETWORK").message == "Next: K-70. 3 lines, 2 orders, 16:00. *OK to start."
    bench.scan("*RELEASE", "W-7", "S-7-A1", "T-5", "S-7-A2", "T-6")
    # The planned route leads, not the sequence.
    assert bench.scan("*OK").message == "Go to A-05-1: 1 × PLATE WHITE"


def test_a_cart_of_an_unreleased_wave_of_the_hub_is_refused(bench: Bench) -> None:
    body = {"wave": "W-7", "kind": "priority", "cutoff": "", "state": "planned",
            "carts": [{"cart": "K-70", "fos": ["FO-4471-1"], "route": []}], "released": []}  # fmt: skip
    bench.change(("wave", "W-7", body))
    assert bench.scan("K-70").message == "K-70 is not released yet (wave W-7). Nothing recorded."


def test_the_walk_of_five_hundred_lines_opens_at_once(bench: Bench) -> None:
    """Issue 3, figures: a 500-line cart opens in at most 200 ms; here 20 orders of 25 lines."""
    from tests.shop import item

    copies = []
    for n in range(500):
        location = pickshop.location(f"B-{n // 90 + 10}-{n % 90}", 500 + n)
        copies += [*item(f"SKU-{n}", f"THING {n}", f"{20_000_000_000 + n}")]
        copies += [location, stock(f"SKU-{n}", (location[1], 5, None, None))]
    fos = [f"FO-{5000 + n}-1" for n in range(20)]
    copies += [order(fo, {f"SKU-{n * 25 + k}": 1 for k in range(25)}) for n, fo in enumerate(fos)]
    bench.change(*copies)
    pickshop.cart(bench, "K-9", *fos, wave="W-9")

    def opened() -> None:
        assert bench.scan("K-9").message == "500 lines, 20 orders, 16:00. *OK to start."
        bench.station.prompt()

    assert calls(opened) < 60_000
