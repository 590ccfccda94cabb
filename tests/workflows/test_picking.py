"""Picking, row by row of floor.md section 6: given facts, when scanned or keyed, then facts or the exact refusal."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from packstation.workflows.picking import walk
from tests.shop import (
    ANN,
    BEN,
    BLUE_MUG,
    EVA,
    EVA_PIN,
    MUG_CASE,
    PLATE,
    RADIO,
    TEA,
    WHITE_MUG,
    Bench,
    heard,
    order,
    put,
)
from tests.workflows import pickshop
from tests.workflows.pickshop import cart, rules, stock

A1, A2, A3 = "S-3-A1", "S-3-A2", "S-3-A3"
FO_71, FO_72, FO_73, FO_74, FO_75 = (f"FO-{n}-1" for n in range(4471, 4476))


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = pickshop.bench(tmp_path)
    yield made
    made.store.close()


def told(outcome: Any) -> tuple[str, str | None, str, str]:
    return outcome.outcome, outcome.cue.value if outcome.cue else None, outcome.state, outcome.message


def single(bench: Bench, fo: str = FO_71, tote: str = "T-5") -> Any:
    return bench.scan(fo, tote)


def cluster(bench: Bench) -> Any:
    """K-3: #4472 (a blue mug and a plate) in A1, #4471 (two blue mugs) in A2; started."""
    cart(bench, "K-3", FO_72, FO_71)
    return bench.scan("K-3", A1, "T-6", A2, "T-7", "*OK")


# --- FL6.10, FL6.11: beginning ---


def test_an_order_is_shown_before_it_is_begun(bench: Bench) -> None:
    """FL6.10"""
    assert told(bench.scan(FO_71)) == ("asked", "T4", "CONFIRM", "1 line, 1 order, 16:00. *OK to start.")
    assert bench.facts(FO_71) == []


def test_one_order_starts_with_the_scan_of_its_tote(bench: Bench) -> None:
    """FL6.1: order, then a tote."""
    bench.scan("#4471")
    assert told(bench.scan("T-5")) == ("accepted", "T1", "FACE", "Go to A-04-2: 2 × MUG BLUE 350")
    assert bench.facts(FO_71) == ["SlotAssigned", "PickStarted"]


def test_one_order_wants_a_tote_unless_the_site_does_without(bench: Bench) -> None:
    """FL6.1"""
    bench.scan(FO_71)
    assert told(bench.scan("*OK")) == ("asked", "T4", "CONFIRM", "Scan a tote for #4471")
    rules(bench, pick_needs_tote=0)
    assert bench.scan("*OK").facts == ("PickStarted",)


def test_a_cart_shows_its_lines_orders_and_deadline(bench: Bench) -> None:
    """FL6.10"""
    cart(bench, "K-3", FO_72, FO_71)
    assert told(bench.scan("K-3")) == ("asked", "T4", "CONFIRM", "3 lines, 2 orders, 16:00. *OK to start.")
    shown = bench.station.prompt()
    assert shown.title == "K-3"
    assert shown.panel is not None
    assert shown.panel.lines == ("2 orders, 3 stops", "1.550 kg", "by 16:00", "W-1")


def test_the_code_of_a_wave_opens_its_next_cart(bench: Bench) -> None:
    """FL6.10: a printed list's code."""
    cart(bench, "K-3", FO_71)
    cart(bench, "K-4", FO_72)
    assert bench.scan("W-1").state == "CONFIRM"
    assert bench.station.prompt().title == "K-3"
    bench.scan(A1, "T-6", "*OK", "*PAUSE", "W-1")
    assert bench.station.prompt().title == "K-4"


@pytest.mark.parametrize(
    ("fact", "text"),
    [
        ("", "K-3 is not released yet (wave W-1). Nothing recorded."),
        ("WaveHeld", "K-3 waits: wave W-1 is on hold. Nothing recorded."),
        ("WaveClosed", "K-3: wave W-1 is closed. Nothing recorded."),
    ],
)
def test_a_cart_that_is_not_released_is_refused(bench: Bench, fact: str, text: str) -> None:
    """W8, W10"""
    from sync import facts as f
    from sync.protocol import Deed

    cart(bench, "K-3", FO_71, release=bool(fact))
    if fact == "WaveHeld":
        bench.station.record([Deed(None, f.WaveHeld(wave="W-1", reason="truck", by="EVA"))])
    if fact == "WaveClosed":
        bench.station.record([Deed(None, f.WaveClosed(wave="W-1", by="EVA"))])
    assert told(bench.scan("K-3")) == ("refused", "E1", "PICK_IDLE", text)


def test_a_cart_nobody_planned_opens_nothing(bench: Bench) -> None:
    assert told(bench.scan("K-77")) == ("asked", "T4", "PICK_IDLE", "Nothing to pick for K-77.")


def test_a_slot_gets_its_tote(bench: Bench) -> None:
    """FL6.11: the orders take the slots in the plan's order."""
    cart(bench, "K-3", FO_72, FO_71)
    bench.scan("K-3")
    assert told(bench.scan(A1)) == ("asked", "T4", "CONFIRM", "Slot A1: scan the tote or order, next is #4472.")
    assert told(bench.scan("T-6")) == ("accepted", "T1", "CONFIRM", "Slot A1 = #4472.")
    assert bench.facts(FO_72) == ["SlotAssigned"]


def test_a_slot_gets_the_order_that_is_scanned(bench: Bench) -> None:
    """FL6.11: or an order."""
    cart(bench, "K-3", FO_72, FO_71)
    assert told(bench.scan("K-3", A1, "#4471")) == ("accepted", "T1", "CONFIRM", "Slot A1 = #4471.")
    bench.scan(A2, "#4472", "*OK", "A-04-2", BLUE_MUG)
    assert told(bench.scan(A2))[3] == "1 × MUG BLUE 350 in slot A2."


def test_a_used_slot_is_refused(bench: Bench) -> None:
    """FL6.11"""
    cart(bench, "K-3", FO_72, FO_71)
    bench.scan("K-3", A1, "T-6")
    assert told(bench.scan(A1)) == (
        "refused",
        "E1",
        "CONFIRM",
        "Slot A1 holds #4472. Take another. Nothing recorded.",
    )
    assert bench.facts(FO_72) == ["SlotAssigned", "ScanRefused"]


def test_a_tote_of_another_order_is_refused(bench: Bench) -> None:
    """FL6.11, FL6.24: one tote never holds two orders (W25)."""
    cart(bench, "K-3", FO_72, FO_71)
    bench.scan("K-3", A1, "T-6", A2)
    assert told(bench.scan("T-6")) == ("refused", "E1", "CONFIRM", "T-6 holds #4472. Take another. Nothing recorded.")
    assert bench.scan("T-7").facts == ("SlotAssigned",)


def test_a_cart_starts_when_every_order_has_a_bin(bench: Bench) -> None:
    """FL6.10"""
    cart(bench, "K-3", FO_72, FO_71)
    said = bench.scan("K-3", A1, "T-6", "*OK")
    assert told(said) == ("asked", "T4", "CONFIRM", "1 order has no bin yet. Scan slot, then tote.")
    said = bench.scan(A2, "T-7", "*OK")
    assert said.facts == ("PickStarted", "PickStarted")
    assert told(said) == ("accepted", "T1", "FACE", "Go to A-04-2: 1 × MUG BLUE 350")


def test_a_cart_that_was_not_begun_goes_back_with_its_bins(bench: Bench) -> None:
    """FL6.10 *RELEASE"""
    cart(bench, "K-3", FO_72, FO_71)
    said = bench.scan("K-3", A1, "T-6", "*RELEASE")
    assert told(said) == ("accepted", "T1", "PICK_IDLE", "K-3 given back.")
    assert said.facts == ("WorkReturned", "WorkReturned")
    assert told(bench.scan("K-3", A2, "T-6"))[3] == "Slot A2 = #4472."


def test_a_slot_assigned_by_mistake_is_taken_back(bench: Bench) -> None:
    """FL6.34 at CONFIRM"""
    cart(bench, "K-3", FO_72, FO_71)
    bench.scan("K-3", A1, "T-6")
    assert told(bench.key("f8")) == ("accepted", "T4", "CONFIRM", "Taken back: the bin of #4472.")
    assert told(bench.scan(A1, "T-9"))[3] == "Slot A1 = #4472."


# --- FL6.6: *GETWORK ---


def test_get_work_takes_the_earliest_cut_off_first(bench: Bench) -> None:
    """FL6.6, W19"""
    cart(bench, "K-3", FO_72, FO_71)
    said = bench.scan("*GETWORK")
    assert said.facts == ("WorkTaken",)
    assert told(said) == ("accepted", "T1", "CONFIRM", "Next: K-3. 3 lines, 2 orders, 16:00. *OK to start.")


def test_get_work_gives_mine_in_progress_before_any_other(bench: Bench) -> None:
    """FL6.6: mine in progress, mine not started, any free one."""
    cart(bench, "K-3", FO_71)
    cart(bench, "K-4", FO_72, wave="W-2")
    bench.scan("K-4", A1, "T-6", "*OK", "*PAUSE")
    said = bench.scan("*GETWORK")
    assert bench.station.prompt().title == "K-4"
    assert said.facts == ("PickResumed",)


def test_get_work_never_hands_out_what_somebody_else_took(bench: Bench) -> None:
    cart(bench, "K-3", FO_71)
    cart(bench, "K-4", FO_72, wave="W-2")
    bench.scan("*GETWORK", "*SIGNOUT", BEN, "*GETWORK")
    assert bench.station.prompt().title == "K-4"


def test_get_work_without_work_names_a_face_to_count(bench: Bench) -> None:
    for fo in (FO_71, FO_72, FO_73, FO_74, FO_75):
        bench.change(order(fo, {"BLUE-MUG": 1}, state="closed"))
    assert told(bench.scan("*GETWORK")) == ("asked", "T4", "PICK_IDLE", "No work here.")
    from sync import facts as f
    from sync.protocol import Deed

    bench.station.record([Deed(None, f.CountRequested(location="A-04-2", sku="BLUE-MUG", why="short"))])
    said = bench.scan("*GETWORK")
    assert told(said)[3] == "Next: count MUG BLUE 350 at A-04-2. Scan the location."


# --- FL6.12-FL6.15: the face ---


def test_the_expected_location_leads_to_its_unit(bench: Bench) -> None:
    """FL6.12"""
    single(bench)
    assert told(bench.scan("A-04-2")) == ("accepted", "T1", "UNIT", "A-04-2: 2 × MUG BLUE 350")


def test_another_location_is_refused(bench: Bench) -> None:
    """FL6.13"""
    single(bench)
    text = "Wrong location. Go to A-04-2, this is A-05-1. Nothing recorded."
    assert told(bench.scan("A-05-1")) == ("refused", "E1", "FACE", text)
    assert bench.facts(FO_71)[-1] == "ScanRefused"


def test_an_item_before_its_location_is_asked_for_the_location(bench: Bench) -> None:
    """FL6.14, rule on (the default of a warehouse)"""
    single(bench)
    assert told(bench.scan(BLUE_MUG)) == ("asked", "T4", "FACE", "Scan the location first: A-04-2.")


def test_an_item_without_its_location_counts_where_the_site_says_so(bench: Bench) -> None:
    """FL6.14, rule off"""
    rules(bench, location_first=0)
    assert single(bench).state == "UNIT"
    assert told(bench.scan(BLUE_MUG)) == ("accepted", "T1", "UNIT", "MUG BLUE 350: 1 of 2")


def test_a_location_never_counts_a_unit(bench: Bench) -> None:
    """FL6.15"""
    single(bench)
    said = bench.scan("A-04-2", "A-04-2")
    assert told(said)[:3] == ("asked", "T4", "UNIT")
    assert "ItemPicked" not in bench.facts(FO_71)


def test_a_location_with_several_items_asks_for_the_item(bench: Bench) -> None:
    """FL6.15"""
    bench.change(order("FO-4480-1", {"WHITE-MUG": 1, "PLATE": 1}))
    said = single(bench, "FO-4480-1") and bench.scan("A-05-1", "A-05-1")
    assert told(said) == ("asked", "T4", "UNIT", "Several items in A-05-1. Scan the item.")
    # Either of them may be taken first.
    assert told(bench.scan(WHITE_MUG))[3] == "MUG WHITE 350: 1 of 1"


def test_an_item_nobody_knows_a_place_for_is_picked_where_it_is_found(bench: Bench) -> None:
    bench.change(stock("BLUE-MUG"))
    assert told(single(bench))[2:] == ("UNIT", "No place known: find 2 × MUG BLUE 350. Scan it")
    bench.scan("C-11-3", BLUE_MUG)
    fact = bench.store.journal.of_fo(FO_71)[-2].fact
    assert getattr(fact, "location", None) == "C-11-3"


# --- FL6.16-FL6.21: the unit ---


def test_units_go_straight_into_the_only_tote(bench: Bench) -> None:
    """FL6.16, FL6.37"""
    single(bench)
    said = bench.scan("A-04-2", BLUE_MUG)
    assert told(said) == ("accepted", "T1", "UNIT", "MUG BLUE 350: 1 of 2")
    assert said.facts == ("ItemPicked", "ItemPlaced")
    said = bench.scan(BLUE_MUG)
    text = "MUG BLUE 350: 2 of 2. #4471 picked. Next: the pack bench."
    assert told(said) == ("accepted", "T3", "UNLOAD", text)
    assert said.facts == ("ItemPicked", "ItemPlaced", "PickFinished")


def test_a_full_line_sounds_like_one(bench: Bench) -> None:
    """FL6.16: T2"""
    single(bench, FO_72)
    assert told(bench.scan("A-04-2", BLUE_MUG)) == ("accepted", "T2", "FACE", "MUG BLUE 350: 1 of 1")


def test_a_case_counts_what_it_holds(bench: Bench) -> None:
    """FL6.17"""
    single(bench, FO_75)
    assert told(bench.scan("A-04-2", MUG_CASE)) == ("accepted", "T1", "UNIT", "+12 MUG BLUE 350: 12 of 24")
    fact = bench.store.journal.of_fo(FO_75)[-2].fact
    assert (getattr(fact, "how", ""), getattr(fact, "qty", 0)) == ("case", 12)


def test_a_case_with_too_many_is_refused(bench: Bench) -> None:
    """FL6.17"""
    single(bench)
    text = "Only 2 to pick. Pack of 12. Nothing recorded. Scan single units."
    assert told(bench.scan("A-04-2", MUG_CASE)) == ("refused", "E2", "UNIT", text)


def test_a_typed_quantity_counts_once(bench: Bench) -> None:
    """*QTYn, as at packing (FL5.37)"""
    single(bench, FO_75)
    bench.scan("A-04-2", "*QTY8")
    said = bench.scan(BLUE_MUG)
    assert told(said)[3] == "+8 MUG BLUE 350: 8 of 24"
    assert told(bench.scan(BLUE_MUG))[3] == "MUG BLUE 350: 9 of 24"
    assert told(bench.scan("*QTY30", BLUE_MUG))[0] == "refused"


def test_one_too_many_is_refused_and_the_count_stays(bench: Bench) -> None:
    """FL6.18: at the same face, at the next one and at the end of the walk."""
    single(bench)
    bench.scan("A-04-2", BLUE_MUG, BLUE_MUG)
    text = "Only 2 to pick. Count stays 2. Put this one back."
    assert told(bench.scan(BLUE_MUG)) == ("refused", "E2", "UNLOAD", text)
    bench.key("f12")
    bench.scan("st-07")
    single(bench, FO_72, "T-9")
    bench.scan("A-04-2", BLUE_MUG)
    assert told(bench.scan(BLUE_MUG)) == (
        "refused", "E2", "FACE", "Only 1 to pick. Count stays 1. Put this one back.",
    )  # fmt: skip


def test_another_item_is_refused_by_name(bench: Bench) -> None:
    """FL6.19"""
    single(bench)
    text = "WRONG ITEM. Expected: MUG BLUE 350. Got: PLATE WHITE. Put it back. Nothing recorded."
    assert told(bench.scan("A-04-2", PLATE)) == ("refused", "E1", "UNIT", text)
    assert bench.facts(FO_71)[-1] == "ScanRefused"


def test_another_variant_is_refused_by_what_differs(bench: Bench) -> None:
    """FL6.19, FL4.25"""
    single(bench)
    text = "WRONG ITEM. MUG BLUE 350: colour WHITE, need BLUE. Put it back. Nothing recorded."
    assert told(bench.scan("A-04-2", WHITE_MUG)) == ("refused", "E1", "UNIT", text)


def test_several_lots_at_the_face_ask_for_the_lot(bench: Bench) -> None:
    """FL6.20"""
    single(bench, FO_73)
    said = bench.scan("B-01-1", TEA)
    assert told(said) == ("asked", "T4", "LOT", "Several lots here. Scan the lot.")
    said = bench.scan("L77")
    assert said.facts[0] == "ItemPicked"
    assert getattr(bench.store.journal.of_fo(FO_73)[-3].fact, "lot", None) == "L77"


def test_the_only_lot_at_the_face_needs_no_question(bench: Bench) -> None:
    """FL6.20"""
    bench.change(stock("TEA", ("B-01-1", 9, "L77", "2027-03-31")))
    single(bench, FO_73)
    assert bench.scan("B-01-1", TEA).facts[0] == "ItemPicked"


def test_a_code_of_two_items_is_never_guessed(bench: Bench) -> None:
    """FL2.11"""
    bench.change(("barcode", "12345670", {"code": "12345670", "sku": "BLUE-MUG", "quantity": 1}))
    bench.change(("barcode", "0000012345670", {"code": "0000012345670", "sku": "PLATE", "quantity": 1}))
    single(bench)
    said = bench.scan("A-04-2", "12345670")
    assert told(said)[0] == "asked"


def reserved(bench: Bench, lot: str = "L77", **flags: Any) -> None:
    fo, key, body = order(FO_73, {"TEA": 2})
    body["lines"][0]["lot"] = lot
    bench.change((fo, key, {**body, "rev": 2}))


GS1_L78 = "]C101020000000000461727063010L78"
GS1_OLD = "]C101020000000000461725013110L70"


def test_another_lot_is_taken_by_scanning_it_again(bench: Bench) -> None:
    """FL6.21: lot change"""
    reserved(bench)
    single(bench, FO_73)
    said = bench.scan("B-01-1", GS1_L78)
    assert told(said) == ("asked", "T4", "LOTCHANGE", "Lot L78 here, L77 expected. Scan again to take it.")
    said = bench.scan(GS1_L78)
    assert said.facts == ("LotChanged", "ItemPicked", "ItemPlaced")
    # From now on this lot is the expected one.
    assert bench.scan(GS1_L78).facts == ("ItemPicked", "ItemPlaced", "PickFinished")


def test_a_lot_that_should_not_lie_here_is_counted(bench: Bench) -> None:
    """FL6.21"""
    bench.change(stock("TEA", ("B-01-1", 9, "L77", "2027-03-31")))
    reserved(bench)
    single(bench, FO_73)
    said = bench.scan("B-01-1", GS1_L78, GS1_L78)
    assert said.facts == ("LotChanged", "ItemPicked", "ItemPlaced", "CountRequested")
    assert bench.station.state == "UNIT"  # the face stays on the walk


def test_an_expired_lot_stops(bench: Bench) -> None:
    """FL6.21, FL4.30"""
    single(bench, FO_73)
    said = bench.scan("B-01-1", GS1_OLD)
    assert told(said) == (
        "refused",
        "E4",
        "UNIT",
        "Expired 2025-01-31 (lot L70). Do not ship. Set aside, *SHORT. Nothing recorded.",
    )


def test_a_regulated_item_changes_its_lot_only_with_a_supervisor(bench: Bench) -> None:
    """FL6.21, FL4.32, FL1.13"""
    from tests.shop import item

    bench.change(*item("TEA", "TEA ASSAM", TEA, flags=["lot", "regulated"]))
    reserved(bench)
    single(bench, FO_73)
    said = bench.scan("B-01-1", GS1_L78)
    assert told(said)[:3] == ("refused", "E4", "UNIT")
    bench.scan(EVA)
    bench.key(f"={EVA_PIN}")
    said = bench.key("1")
    assert said.facts == ("OverrideGiven", "LotChanged", "ItemPicked", "ItemPlaced")


# --- FL6.22-FL6.25: the bin ---


def test_units_go_into_the_slot_of_their_order(bench: Bench) -> None:
    """FL6.22"""
    cluster(bench)
    assert bench.scan("A-04-2", BLUE_MUG).state == "DEST"
    said = bench.scan(A1)
    assert told(said) == ("accepted", "T1", "UNIT", "1 × MUG BLUE 350 in slot A1.")
    assert said.facts == ("ItemPlaced",)


def test_the_last_units_of_an_order_finish_it(bench: Bench) -> None:
    """FL6.22 T3, FL6.37"""
    cluster(bench)
    bench.scan("A-04-2", BLUE_MUG, A1, BLUE_MUG, BLUE_MUG)
    said = bench.scan("T-7")
    text = "2 × MUG BLUE 350 in slot A2. #4471 picked. Next: the pack bench."
    assert told(said) == ("accepted", "T3", "FACE", text)
    assert said.facts == ("ItemPlaced", "PickFinished")


def test_the_slot_of_another_order_is_refused(bench: Bench) -> None:
    """FL6.23"""
    cluster(bench)
    bench.scan("A-04-2", BLUE_MUG)
    text = "Slot A2 holds #4471. Put it in slot A1. Nothing recorded."
    assert told(bench.scan(A2)) == ("refused", "E1", "DEST", text)
    assert bench.facts(FO_72)[-1] == "ScanRefused"


@pytest.mark.parametrize(
    ("code", "cue", "text"),
    [
        ("BIN9", "E3", "No such bin: BIN9. Nothing recorded. Scan the right bin."),
        ("T-120", "E1", "T-120 is not empty. Take another. Nothing recorded."),
        ("T-99", "E1", "T-99 has no order of this walk. Put it in slot A1. Nothing recorded."),
    ],
)
def test_a_bin_that_is_not_of_this_walk_is_refused(bench: Bench, code: str, cue: str, text: str) -> None:
    """FL6.24"""
    bench.scan(FO_75, "T-120", "*PAUSE")
    cluster(bench)
    bench.scan("A-04-2", BLUE_MUG)
    assert told(bench.scan(code)) == ("refused", cue, "DEST", text)


def test_a_part_in_the_slot_leaves_the_rest_at_the_face(bench: Bench) -> None:
    """FL6.25"""
    cart(bench, "K-3", FO_71)
    bench.scan("K-3", A1, "T-6", "*OK", "A-04-2", BLUE_MUG)
    said = bench.scan(A1)
    assert told(said) == ("accepted", "T1", "UNIT", "1 of 2 in slot A1. 1 left here.")
    assert told(bench.scan(BLUE_MUG))[2] == "DEST"
    assert bench.scan(A1).facts == ("ItemPlaced", "PickFinished")


def test_nothing_in_hand_goes_into_no_slot(bench: Bench) -> None:
    cluster(bench)
    assert told(bench.scan(A1)) == ("asked", "T4", "FACE", "Nothing in hand. Go to A-04-2.")


def test_the_next_item_waits_until_the_hand_is_empty(bench: Bench) -> None:
    cluster(bench)
    bench.scan("A-04-2", BLUE_MUG)
    said = bench.scan(BLUE_MUG)
    assert told(said) == ("asked", "T4", "DEST", "First put 1 × MUG BLUE 350 in slot A1: scan it.")


# --- FL6.26-FL6.29: skip, finish, short, zero ---


def test_a_skipped_line_comes_back_at_the_end(bench: Bench) -> None:
    """FL6.26"""
    single(bench, FO_72)
    assert told(bench.scan("*SKIP")) == ("accepted", "T4", "FACE", "Skipped. It comes back at the end.")
    assert [row.where for row in bench.station.prompt().rows] == ["A-05-1", "A-04-2"]
    bench.scan("A-05-1", PLATE)
    assert told(bench.scan("A-04-2"))[3] == "A-04-2: 1 × MUG BLUE 350"
    assert bench.scan(BLUE_MUG).state == "UNLOAD"


def test_a_walk_with_open_lines_is_not_finished(bench: Bench) -> None:
    """FL6.27"""
    single(bench, FO_72)
    bench.scan("*SKIP")
    assert told(bench.scan("st-07")) == (
        "refused",
        "E1",
        "FACE",
        "2 lines left. Pick or *SHORT them. Nothing recorded.",
    )


def test_a_short_offers_another_location_first(bench: Bench) -> None:
    """FL6.28"""
    single(bench)
    bench.scan("A-04-2", BLUE_MUG)
    said = bench.key("f5")
    text = "Also at C-11-3 (4 pcs). *OK goes there, or choose why it is short."
    assert told(said) == ("asked", "T4", "SHORT", text)
    said = bench.key("f12")
    assert told(said) == ("accepted", "T1", "FACE", "Go to C-11-3: 1 × MUG BLUE 350")
    assert said.facts == ("CountRequested",)
    assert bench.scan("C-11-3", BLUE_MUG).facts == ("ItemPicked", "ItemPlaced", "PickFinished")


def test_a_short_shows_what_follows_before_it_is_recorded(bench: Bench) -> None:
    """FL6.28, FL8.3: offline, the hub's half says so."""
    cart(bench, "K-3", FO_72, FO_71)
    bench.scan("K-3", A1, "T-6", A2, "T-7", "*OK", "A-04-2")
    bench.key("f5", "1")
    assert bench.station.prompt().instruction == "Short: type how many, Enter. F3 leaves"
    said = bench.key("enter")
    assert bench.station.prompt().instruction == "Short: F12 records this. F3 leaves"
    text = (
        "#4472 goes on with 1 of 2, the rest decided when online; ATP decided when online;"
        " 1 other order here affected (#4471); count task A-04-2. Enter"
    )
    assert told(said) == ("asked", "T4", "SHORT", text)
    said = bench.key("enter")
    assert said.facts == ("ShortReported", "CountRequested")
    assert told(said) == ("accepted", "T2", "FACE", "1 × MUG BLUE 350 short.")
    short = bench.store.journal.of_fo(FO_72)[-2].fact
    assert (getattr(short, "reason", ""), getattr(short, "where", ""), getattr(short, "seen_qty", 9)) == (
        "not_found", "pick", 0,
    )  # fmt: skip
    # The other order of the batch is sent to the other face, and nobody is asked to count twice.
    stop = walk.current(bench.station.desk)
    assert stop is not None
    assert stop.location == "A-05-1"
    bench.scan("A-05-1", PLATE, A1)
    assert told(bench.scan("C-11-3"))[3] == "C-11-3: 2 × MUG BLUE 350"


def test_what_was_seen_makes_a_short_of_a_missing_unit(bench: Bench) -> None:
    """FL8 key 1: not_found with nothing seen, short with something."""
    bench.change(stock("BLUE-MUG", ("A-04-2", 40, None, None)))
    single(bench)
    bench.scan("A-04-2", BLUE_MUG)
    assert told(bench.key("f5"))[3] == "MUG BLUE 350: why is it short?"
    said = bench.key("1", "enter", "enter")
    assert said.facts == ("ShortReported", "CountRequested", "PickFinished")
    assert getattr(bench.store.journal.of_fo(FO_71)[-3].fact, "reason", "") == "short"
    assert said.state == "UNLOAD"


def test_a_damaged_unit_leaves_the_good_ones_on_the_walk(bench: Bench) -> None:
    """FL8 key 2: only the missing ones are gone from the face."""
    bench.change(stock("BLUE-MUG", ("A-04-2", 40, None, None)))
    single(bench)
    bench.scan("A-04-2")
    bench.key("f5", "2", "=1")
    assert bench.key("enter").facts == ("ShortReported", "CountRequested")
    assert told(bench.scan(BLUE_MUG))[3] == "MUG BLUE 350: 1 of 1. #4471 picked. Next: the pack bench."


def test_more_missing_than_wanted_is_asked_again(bench: Bench) -> None:
    """FL6.28: the typed quantity"""
    single(bench)
    bench.scan("A-04-2")
    bench.key("f5", "2")
    assert told(bench.key("=3"))[:3] == ("asked", "E3", "SHORT")
    assert "ShortReported" not in bench.facts(FO_71)


def test_an_order_that_must_not_be_split_goes_back_whole(bench: Bench) -> None:
    """FL8.2 no_split; its units are put back (FL6.39)"""
    bench.change(stock("PLATE"), order(FO_72, {"BLUE-MUG": 1, "PLATE": 1}, ship_complete=True, rev=2))
    single(bench, FO_72)
    bench.scan("A-04-2", BLUE_MUG)
    said = bench.key("f5", "1", "enter")
    assert "all of it goes back" in said.message
    said = bench.key("enter")
    assert said.facts == ("ShortReported", "FoRejected")
    assert said.state == "PICK_IDLE"
    assert told(bench.scan("T-5")) == ("asked", "T4", "PUTBACK", "#4472: put 1 unit back. Scan a unit")


@pytest.mark.parametrize(
    ("policy", "resolution"),
    [("resource_then_reject", "reroute"), ("ship_partial", "ship_short"), ("wait", "wait")],
)
def test_the_short_policy_decides_what_becomes_of_missing_units(bench: Bench, policy: str, resolution: str) -> None:
    """W4"""
    rules(bench, short_policy=policy)
    bench.change(stock("BLUE-MUG"))
    single(bench)
    bench.key("f5", "1", "enter", "enter")
    shorts = [e.fact for e in bench.store.journal.of_fo(FO_71) if e.kind == "ShortReported"]
    assert [getattr(short, "resolution", "") for short in shorts] == [resolution]


def test_a_face_that_should_be_empty_is_looked_at(bench: Bench) -> None:
    """FL6.29, rule on"""
    rules(bench, zero_check=1)
    bench.change(stock("PLATE", ("A-05-1", 1, None, None)))
    single(bench, FO_72)
    bench.scan("A-04-2", BLUE_MUG)
    said = bench.scan("A-05-1", PLATE)
    assert said.state == "ZERO"
    shown = bench.station.prompt()
    assert (shown.instruction, shown.choices) == ("A-05-1 empty now? 1 yes 2 no", (("1", "yes"), ("2", "no")))
    assert bench.key("1").facts == ("ZeroChecked",)
    assert bench.station.state == "UNLOAD"


def test_a_face_that_is_not_empty_is_counted(bench: Bench) -> None:
    """FL6.29"""
    rules(bench, zero_check=1)
    bench.change(stock("PLATE", ("A-05-1", 1, None, None)))
    single(bench, FO_72)
    bench.scan("A-04-2", BLUE_MUG, "A-05-1", PLATE)
    bench.scan("*2")
    said = bench.key("=3")
    assert said.facts == ("ZeroChecked", "CountRequested")
    assert told(said)[3] == "Noted. A-05-1 will be counted."


# --- FL6.30: bin full ---


def test_a_full_tote_gets_a_second_one(bench: Bench) -> None:
    """FL6.30; packing merges them (FL4.38)"""
    single(bench, FO_75)
    bench.scan("A-04-2", MUG_CASE)
    assert told(bench.scan("*BINFULL")) == ("asked", "T4", "BINFULL", "Scan the new tote for #4475.")
    assert told(bench.scan("T-6")) == ("accepted", "T1", "UNIT", "Tote T-6 added to #4475. 2 totes.")
    said = bench.scan(MUG_CASE)
    assert said.facts == ("ItemPicked", "ItemPlaced", "PickFinished")
    assert getattr(bench.store.journal.of_fo(FO_75)[-2].fact, "to", "") == "T-6"
    assert bench.scan("st-07").facts == ("ToteUnloaded", "ToteUnloaded")
    bench.scan("*PACK", "T-5")
    assert told(bench.scan("T-6"))[3] == "Tote T-6 added to #4475. 2 totes."


def test_a_new_tote_that_holds_something_is_refused(bench: Bench) -> None:
    """FL6.24, FL6.30"""
    single(bench, FO_72, "T-9")
    bench.scan("*PAUSE")
    single(bench, FO_75)
    said = bench.scan("A-04-2", MUG_CASE, "*BINFULL", "T-9")
    assert told(said)[:2] == ("refused", "E1")
    assert told(said)[3] == "T-9 is not empty. Take another. Nothing recorded."


# --- FL6.31-FL6.33: pause, resume, take over ---


def test_a_paused_cart_keeps_its_exact_place(bench: Bench) -> None:
    """FL6.31, FL6.33"""
    cluster(bench)
    bench.scan("A-04-2", BLUE_MUG, A1, BLUE_MUG)
    said = bench.scan("*PAUSE")
    assert told(said) == ("accepted", "T1", "PICK_IDLE", "K-3 paused at line 2 of 3.")
    assert said.facts == ("PickPaused", "PickPaused")
    said = bench.scan("K-3")
    assert told(said) == ("accepted", "T4", "UNIT", "You were at A-04-2, MUG BLUE 350 1 of 2, K-3.")
    assert said.facts == ("PickResumed", "PickResumed")
    assert bench.scan(BLUE_MUG).state == "DEST"


def test_the_badge_brings_a_paused_walk_back(bench: Bench) -> None:
    """FL6.33: sign-in after a pause; signing out pauses"""
    cluster(bench)
    bench.scan("A-04-2", BLUE_MUG, A1, BLUE_MUG)
    assert bench.scan("*SIGNOUT").facts == ("PickPaused", "PickPaused", "SignedOut")
    said = bench.scan(ANN)
    assert told(said) == ("accepted", "T4", "UNIT", "You were at A-04-2, MUG BLUE 350 1 of 2, K-3.")


def test_a_crash_leaves_the_picker_at_the_same_face(bench: Bench) -> None:
    """FL2.16, FL6.33"""
    cluster(bench)
    bench.scan("A-04-2")
    again = bench.again()
    assert again.station.state == "UNIT"
    assert again.station.message is not None
    assert again.station.message.text == "You were at A-04-2, MUG BLUE 350 0 of 1, K-3."
    assert again.scan(BLUE_MUG).facts == ("ItemPicked",)
    again.store.close()


def test_a_paused_cart_is_taken_by_scanning_it_again(bench: Bench) -> None:
    """FL6.32"""
    cluster(bench)
    bench.scan("A-04-2", BLUE_MUG, A1, "*PAUSE", "*SIGNOUT", BEN)
    said = bench.scan("K-3")
    assert told(said) == ("asked", "T4", "CONFIRM", "K-3 was Ann's (2 of 3). Scan again to take it.")
    said = bench.scan("K-3")
    assert said.facts == ("CartTakenOver", "CartTakenOver")
    assert told(said) == ("accepted", "T4", "UNIT", "You were at A-04-2, MUG BLUE 350 0 of 2, K-3.")


def test_another_badge_on_an_open_walk_goes_on_after_ok(bench: Bench) -> None:
    """FL1.10, FL1.12"""
    cluster(bench)
    bench.scan("A-04-2", BLUE_MUG)
    said = bench.scan(BEN, BEN)
    assert told(said)[3] == "K-3: 1 of 4 picked by Ann. Go on as Ben? *OK"
    said = bench.scan("*OK")
    assert said.facts == ("CartTakenOver", "CartTakenOver")
    assert bench.scan(A1).facts == ("ItemPlaced",)
    assert bench.store.order(FO_72).picker == "BEN"


def other_station(here: Bench, folder: Path) -> Bench:
    """A second station of the site, with the same copies."""
    there = pickshop.bench(folder, station_id="st-08")
    there.clock.pass_ms(60_000)  # what is done there comes later
    cart(there, "K-3", FO_72, FO_71)
    return there


def send(source: Bench, target: Bench, *fos: str) -> None:
    """The hub passes on what one station did."""
    from sync.protocol import line

    rows = [heard(target.store)]
    for fo in fos:
        for entry in source.store.journal.of_fo(fo):
            body = {"fo": fo, "station": source.store.place.station, "gen": "g", "line": line(entry).decode()}
            rows.append(("fact", entry.fact_id, body))
    put(target.store, rows)


def test_a_paused_cart_goes_on_at_another_station(bench: Bench, tmp_path: Path) -> None:
    """FL6.31, FL6.32: the facts came over the hub, the exact place with them."""
    cluster(bench)
    bench.scan("A-04-2", BLUE_MUG, A1, BLUE_MUG, "*PAUSE")
    there = other_station(bench, tmp_path / "other")
    send(bench, there, FO_71, FO_72)
    there.scan("*SIGNOUT", BEN)
    assert told(there.scan("K-3"))[3] == "K-3 was Ann's (2 of 3). Scan again to take it."
    said = there.scan("K-3")
    assert told(said) == ("accepted", "T4", "UNIT", "You were at A-04-2, MUG BLUE 350 1 of 2, K-3.")
    assert there.scan(BLUE_MUG).state == "DEST"
    assert there.scan(A2).facts == ("ItemPlaced", "PickFinished")
    assert there.scan("A-05-1", PLATE, "T-6", "st-08").state == "PICK_IDLE"
    there.store.close()


def test_a_cart_that_comes_back_stands_where_the_other_station_left_it(bench: Bench, tmp_path: Path) -> None:
    """FL6.32, FL6.33: the newest word counts, whoever's it is."""
    cluster(bench)
    bench.scan("A-04-2", BLUE_MUG, A1, "*PAUSE")
    there = other_station(bench, tmp_path / "other")
    send(bench, there, FO_71, FO_72)
    there.clock.pass_ms(600_000)
    there.scan("*SIGNOUT", BEN, "K-3", "K-3", BLUE_MUG)
    # What st-08 planned for itself is not passed on: the plan is the hub's wave.
    send(there, bench, FO_71, FO_72)
    bench.clock.pass_ms(900_000)
    bench.scan(ANN)
    said = bench.scan("K-3")
    assert (
        told(said)[3]
        == "K-3 is being picked by Ben (2 of 3). Supervisor: scan badge to take it over. Nothing recorded."
    )
    there.scan("*PAUSE")
    send(there, bench, FO_71, FO_72)
    bench.key("f3")
    bench.key("f12")
    assert bench.scan("K-3").message == "K-3 was Ben's (2 of 3). Scan again to take it."
    assert told(bench.scan("K-3")) == ("accepted", "T4", "UNIT", "You were at A-04-2, MUG BLUE 350 1 of 2, K-3.")
    there.store.close()


def test_my_own_walk_at_another_station_is_asked_for_twice(bench: Bench, tmp_path: Path) -> None:
    """FL6.33: a handheld that died did not say how far it came."""
    cluster(bench)
    bench.scan("A-04-2", BLUE_MUG)
    there = other_station(bench, tmp_path / "other")
    send(bench, there, FO_71, FO_72)
    assert there.scan("K-3").message == "You began K-3 at another station. Scan again to go on here."
    assert told(there.scan("K-3"))[2] == "DEST"
    there.store.close()


def test_a_cart_in_use_elsewhere_needs_a_supervisor(bench: Bench, tmp_path: Path) -> None:
    """FL6.32: not paused, so only ov.takeover"""
    cluster(bench)
    bench.scan("A-04-2", BLUE_MUG)
    there = other_station(bench, tmp_path / "other")
    send(bench, there, FO_71, FO_72)
    there.scan("*SIGNOUT", BEN)
    said = there.scan("K-3")
    text = "K-3 is being picked by Ann (2 of 3). Supervisor: scan badge to take it over. Nothing recorded."
    assert told(said) == ("refused", "E4", "PICK_IDLE", text)
    there.scan(EVA)
    there.key(f"={EVA_PIN}")
    said = there.key("1")
    assert said.facts == ("OverrideGiven", "CartTakenOver", "CartTakenOver")
    assert there.scan("K-3").state == "DEST"
    there.store.close()


def test_an_order_claimed_elsewhere_is_not_begun(bench: Bench) -> None:
    """Sync U1: custody"""
    bench.change(order(FO_71, {"BLUE-MUG": 2}, claim={"station": "st-09", "fence": "f1"}, rev=2))
    assert told(bench.scan(FO_71)) == (
        "refused",
        "E4",
        "PICK_IDLE",
        "#4471 is claimed by st-09. Nothing recorded. Take other work.",
    )


# --- FL6.34: undo ---


def test_an_undone_unit_goes_back_to_its_face(bench: Bench) -> None:
    """FL6.34"""
    single(bench)
    bench.scan("A-04-2", BLUE_MUG)
    said = bench.key("f8")
    assert told(said) == ("accepted", "T4", "UNIT", "Put 1 × MUG BLUE 350 back in A-04-2.")
    assert bench.store.order(FO_71).units_picked == 0


def test_an_undone_last_unit_reopens_the_order(bench: Bench) -> None:
    """FL6.34: the order is not picked any more, for the bench and for the hub."""
    single(bench)
    bench.scan("A-04-2", BLUE_MUG, BLUE_MUG)
    bench.key("f8")
    after = bench.store.order(FO_71)
    assert (after.units_picked, after.pick_done, after.stage) == (1, False, "picking")
    assert bench.scan(BLUE_MUG).facts == ("ItemPicked", "ItemPlaced", "PickFinished")


def test_undo_walks_back_scan_by_scan_over_a_whole_cart(bench: Bench) -> None:
    """FL6.34, FL5.33"""
    cluster(bench)
    bench.scan("A-04-2", BLUE_MUG, A1, BLUE_MUG)
    assert told(bench.key("f8"))[3] == "Put 1 × MUG BLUE 350 back in A-04-2."
    assert told(bench.key("f8"))[3] == "Taken back: 1 × MUG BLUE 350 in slot A1. Take it out."
    assert bench.station.state == "DEST"
    assert told(bench.key("f8"))[3] == "Put 1 × MUG BLUE 350 back in A-04-2."
    assert told(bench.key("f8")) == (
        "refused",
        "T4",
        "UNIT",
        "Nothing more to undo here. Nothing recorded. Go on with the walk.",
    )
    assert walk.units(bench.station.desk.trip or pytest.fail("open"))[0] == 0


def test_a_short_can_be_taken_back(bench: Bench) -> None:
    """FL8.5"""
    bench.change(stock("BLUE-MUG", ("A-04-2", 40, None, None)))
    single(bench)
    bench.scan("A-04-2")
    bench.key("f5", "1", "enter", "enter", "f8")
    assert bench.station.state == "UNIT"
    assert bench.store.order(FO_71).shorts == ()


def test_a_skip_can_be_taken_back(bench: Bench) -> None:
    single(bench, FO_72)
    bench.scan("*SKIP")
    bench.key("f8")
    assert [row.where for row in bench.station.prompt().rows] == ["A-04-2", "A-05-1"]


# --- FL6.35, FL6.36: unload ---


def picked_cart(bench: Bench) -> None:
    cluster(bench)
    bench.scan("A-04-2", BLUE_MUG, A1, BLUE_MUG, BLUE_MUG, A2, "A-05-1", PLATE, A1)
    assert bench.station.state == "UNLOAD"


def test_one_scan_unloads_a_cart_whose_totes_share_the_place(bench: Bench) -> None:
    """FL6.35"""
    picked_cart(bench)
    said = bench.scan("st-02")
    assert told(said) == ("accepted", "T3", "PICK_IDLE", "K-3 unloaded at st-02.")
    assert said.facts == ("ToteUnloaded", "ToteUnloaded")


def test_totes_for_different_places_are_set_down_one_by_one(bench: Bench) -> None:
    """FL6.35"""
    put(
        bench.store,
        [("setting", "carriers", {"value": {"UPS": {"pick_place": "st-02"}, "DHL": {"pick_place": "st-03"}}})],
    )
    bench.change(order(FO_71, {"BLUE-MUG": 2}, carrier="DHL", rev=2))
    picked_cart(bench)
    assert told(bench.scan("st-02")) == ("asked", "T4", "UNLOAD", "Scan tote, then place.")
    said = bench.scan("T-6", "st-02")
    assert told(said) == ("accepted", "T1", "UNLOAD", "T-6 at st-02. 1 to go.")
    assert told(bench.scan("T-7", "st-03"))[2] == "PICK_IDLE"


def test_an_unexpected_place_is_scanned_twice(bench: Bench) -> None:
    """FL6.36"""
    rules(bench, pick_places="st-02, st-03")
    picked_cart(bench)
    said = bench.scan("st-03")
    assert told(said) == ("asked", "T4", "CONFIRM", "Expected st-02. Scan again to leave it here.")
    assert bench.scan("st-03").facts == ("ToteUnloaded", "ToteUnloaded")


def test_a_place_that_is_not_allowed_is_refused(bench: Bench) -> None:
    """FL6.36"""
    rules(bench, pick_places="st-02, st-03")
    picked_cart(bench)
    said = bench.scan("B-01-1")
    assert told(said) == (
        "refused",
        "E1",
        "UNLOAD",
        "Expected st-02. Nothing may be left at B-01-1. Nothing recorded. Go to st-02.",
    )


def test_ok_unloads_at_the_usual_place(bench: Bench) -> None:
    picked_cart(bench)
    assert told(bench.scan("*OK"))[0] == "asked"
    rules(bench, pick_places="st-02")
    assert told(bench.scan("*OK"))[3] == "K-3 unloaded at st-02."


def test_custody_ends_behind_the_walk_where_another_station_packs(bench: Bench) -> None:
    """Sync U5, rule pick_releases_claim"""
    bench.change(order(FO_71, {"BLUE-MUG": 2}, claim={"station": "st-07", "fence": "f7"}, rev=2))
    rules(bench, pick_releases_claim=1)
    single(bench)
    bench.scan("A-04-2", BLUE_MUG, BLUE_MUG)
    said = bench.scan("st-02")
    assert said.facts == ("ToteUnloaded", "ClaimReleased")
    assert {entry.claim for entry in bench.store.journal.of_fo(FO_71)} == {"f7"}


# --- after picking ---


def test_packing_opens_a_picked_order_by_its_tote_without_a_question(bench: Bench) -> None:
    """FL4.1, FL4.13, FL4.5"""
    picked_cart(bench)
    bench.scan("st-07", "*PACK")
    said = bench.scan("T-6")
    assert said.facts == ("OrderOpened",)
    assert said.outcome == "accepted"


def test_packing_finds_the_picked_order_of_a_loose_unit(bench: Bench) -> None:
    """FL4.5: exactly one picked order here needs a plate"""
    picked_cart(bench)
    bench.scan("st-07", "*PACK")
    assert bench.scan(PLATE).facts == ("OrderOpened", "CartonOpened", "ItemPacked")
    assert bench.station.prompt().title == "#4472"


def test_packing_shows_the_slots_of_an_unloaded_cart(bench: Bench) -> None:
    """FL4.2, FL4.17: the cart stands at the bench"""
    picked_cart(bench)
    bench.scan("st-07", "*PACK")
    assert bench.scan("K-3").message == "Cart K-3: 2 orders. Scan a slot or an item."
    assert bench.scan(A1).facts == ("OrderOpened",)


def test_held_scans_never_reach_another_walk(bench: Bench) -> None:
    """FL2.4, FL2.5: what was scanned without knowing of the error is listed and asked about."""
    cluster(bench)
    bench.scan("A-05-1")
    assert bench.scan("A-04-2", gap_ms=200).outcome == "held"
    said = bench.key("f12")
    assert said.outcome == "asked"
    assert "1 scan was held: A-04-2" in said.message
    assert bench.scan("*OK").state == "UNIT"


def test_a_wave_knows_how_far_its_picks_are(bench: Bench) -> None:
    """W8"""
    from packstation.station.walking import wave_states

    cluster(bench)
    bench.scan("A-04-2", BLUE_MUG, A1)
    (state,) = wave_states(bench.store, "2026-03-02T14:00:00Z")
    assert (state.state, state.lines, state.lines_picked) == ("picking", 3, 1)


# --- FL6.5, FL6.38: straight into the shipping carton ---


def test_an_order_is_picked_straight_into_its_carton(bench: Bench) -> None:
    """FL6.5: the carton closes as packed"""
    cart(bench, "K-3", FO_72, FO_71)
    said = bench.scan("K-3", A1, "C-st-07-000501")
    assert told(said) == ("accepted", "T1", "CONFIRM", "Slot A1 = #4472, box M2.")
    assert said.facts == ("SlotAssigned", "CartonOpened")
    bench.scan(A2, "T-7", "*OK", "A-04-2", BLUE_MUG)
    said = bench.scan("C-st-07-000501")
    assert said.facts == ("ItemPlaced", "ItemPacked")
    bench.scan(BLUE_MUG, BLUE_MUG, A2, "A-05-1", PLATE)
    said = bench.scan(A1)
    assert said.facts == ("ItemPlaced", "ItemPacked", "CartonClosed", "PickFinished")
    bench.scan("st-07", "*PACK")
    assert told(bench.scan("#4472"))[2] == "WEIGH"


def test_a_serial_item_that_goes_straight_into_its_carton_is_asked_for_its_serial(bench: Bench) -> None:
    """FL4.45, FL6.5: nobody packs it again, so its serial is told at the shelf; a bare tote leaves it to the bench"""
    bench.change(order(FO_74, {"RADIO": 2}, rev=2))
    bench.scan(FO_74, "C-st-07-000501", "*OK", "B-02-2")
    said = bench.scan(RADIO)
    assert (told(said), said.facts) == (("asked", "T4", "SERIAL", "Tracked by serial number. Scan the serial."), ())
    assert bench.scan(RADIO).state == "SERIAL"
    said = bench.scan("SN-1")
    assert said.facts == ("ItemPicked", "ItemPlaced", "ItemPacked")
    assert told(bench.scan(RADIO, "SN-1"))[:2] == ("refused", "E4")
    bench.key("f12")
    assert "CartonClosed" in bench.scan(RADIO, "SN-2").facts
    packed = [entry.fact for entry in bench.store.journal.of_kinds(("ItemPacked",))]
    assert [getattr(fact, "serial", None) for fact in packed] == ["SN-1", "SN-2"]


def test_a_carton_number_that_is_in_use_is_refused(bench: Bench) -> None:
    """FL6.24"""
    bench.scan(FO_71, "C-st-07-000501", "*PAUSE", FO_72)
    assert told(bench.scan("C-st-07-000501")) == (
        "refused", "E1", "CONFIRM", "C-st-07-000501 holds #4471. Take another. Nothing recorded.",
    )  # fmt: skip


def test_a_carton_that_is_too_small_gets_a_next_one(bench: Bench) -> None:
    """FL6.38"""
    bench.scan(FO_75, "C-st-07-000501", "A-04-2", MUG_CASE)
    assert told(bench.key("f10"))[3] == "Scan the number of the next carton for #4475."
    said = bench.scan("C-st-07-000502")
    assert said.facts == ("CartonClosed", "CartonOpened")
    said = bench.scan(MUG_CASE)
    assert said.facts == ("ItemPicked", "ItemPlaced", "ItemPacked", "CartonClosed", "PickFinished")
    assert [box.units for box in bench.store.order(FO_75).boxes] == [12, 12]


# --- FL6.39: put back ---


def cancelled_cart(bench: Bench) -> Any:
    cluster(bench)
    bench.scan("A-04-2", BLUE_MUG, A1, BLUE_MUG, BLUE_MUG, A2)
    bench.change(order(FO_71, {"BLUE-MUG": 2}, state="cancelled", rev=3))
    bench.station.tick()


def test_a_cancelled_order_stops_the_walk_and_leaves_it(bench: Bench) -> None:
    """FL4.50 on a walk"""
    cancelled_cart(bench)
    assert bench.station.state == "STOP"
    assert bench.station.prompt().instruction == "STOP. #4471 cancelled. Put 2 units back. *OK"
    said = bench.key("f12")
    assert said.facts == ("CancelAccepted",)
    assert bench.scan("A-05-1", PLATE, A1).state == "UNLOAD"


def test_units_of_a_cancelled_order_go_back_to_their_face(bench: Bench) -> None:
    """FL6.39"""
    cancelled_cart(bench)
    bench.key("f12")
    bench.scan("A-05-1", PLATE, A1, "st-07")
    assert told(bench.scan("T-7")) == ("asked", "T4", "PUTBACK", "#4471: put 2 units back. Scan a unit")
    said = bench.scan(BLUE_MUG, "A-04-2")
    assert told(said) == ("accepted", "T1", "PUTBACK", "1 × MUG BLUE 350 back in A-04-2. 1 to go.")
    assert said.facts == ("ItemPutBack",)
    said = bench.scan(BLUE_MUG, "C-11-3")
    assert told(said) == ("accepted", "T3", "PICK_IDLE", "1 × MUG BLUE 350 back in C-11-3. 0 to go.")


def test_an_unusual_place_for_a_unit_is_scanned_twice(bench: Bench) -> None:
    """FL6.39"""
    cancelled_cart(bench)
    bench.key("f12")
    bench.scan("A-05-1", PLATE, A1, "st-07", "T-7", BLUE_MUG)
    said = bench.scan("B-02-2")
    assert told(said)[3] == "MUG BLUE 350 usually lies in A-04-2. Scan B-02-2 again to put it here."
    assert bench.scan("B-02-2").facts == ("ItemPutBack",)


def test_a_unit_that_is_not_to_go_back_is_refused(bench: Bench) -> None:
    """FL6.39"""
    cancelled_cart(bench)
    bench.key("f12")
    bench.scan("A-05-1", PLATE, A1, "st-07", "T-7")
    assert told(bench.scan(PLATE)) == (
        "refused",
        "E1",
        "PUTBACK",
        "PLATE WHITE is not of #4471. Nothing recorded. Scan a unit of #4471.",
    )


# --- FL6.46: count ---


def test_a_right_count_is_taken_at_once(bench: Bench) -> None:
    """FL6.46: the expected number is not shown"""
    assert told(bench.scan("A-04-2", "A-04-2")) == ("ignored", "T4", "COUNT", "A-04-2: scan the item to count")
    assert "40" not in str(bench.station.prompt())
    bench.scan(BLUE_MUG)
    said = bench.key("=40")
    assert told(said) == ("accepted", "T2", "COUNT", "A-04-2: 40 × MUG BLUE 350 counted.")
    assert said.facts == ("CountDone",)


def test_a_count_that_differs_is_done_twice(bench: Bench) -> None:
    """FL6.46"""
    bench.scan("A-04-2", "A-04-2", BLUE_MUG)
    assert told(bench.key("=7")) == ("asked", "T4", "COUNT", "A-04-2: count MUG BLUE 350 once more. Type it, Enter")
    said = bench.key("=7")
    assert told(said)[3] == "A-04-2: 7 × MUG BLUE 350 counted."


def test_a_count_that_was_asked_for_is_over_when_it_is_done(bench: Bench) -> None:
    """FL6.46, FL6.28"""
    single(bench)
    bench.scan("A-04-2")
    bench.key("f5", "f12")
    bench.scan("*PAUSE", "A-04-2", BLUE_MUG)
    bench.key("=40")
    assert bench.store.db.execute("SELECT location, sku, open, qty FROM board_count").fetchall() == [
        ("A-04-2", "BLUE-MUG", 0, 40)
    ]


# --- FL6.4, FL6.40-FL6.42: a store ---


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Bench]:
    made = pickshop.bench(tmp_path, work="")
    from tests.shop import user

    site = {"site": "WH-1", "name": "Demo", "lines": [], "postcode": "1", "city": "B", "region": "", "country": "DE"}
    made.change(("setting", "site", {"value": {**site, "kind": "store"}}), user("ASA", "Asa", "associate", ASA))
    made.scan("*SIGNOUT", ASA, "*PICK")
    yield made
    made.store.close()


ASA = "B.ASAAAAAAAAAAAAAAAAAAAAAAAA"


def test_a_store_takes_an_order_into_its_custody(store: Bench) -> None:
    """FL6.40"""
    said = store.scan(FO_72)
    assert said.facts == ("FoAccepted",)
    assert told(said) == ("accepted", "T1", "CONFIRM", "#4472 yours. 2 units. Ready by 16:00.")


def test_the_list_of_orders_is_chosen_from_by_digit(store: Bench) -> None:
    """FL6.40"""
    store.scan("*LIST")
    choices = store.station.prompt().choices
    assert choices[0][0] == "1"
    assert store.key("1").facts == ("FoAccepted",)


def test_a_packer_may_not_accept_for_a_store(store: Bench) -> None:
    """FL1.1"""
    store.scan("*SIGNOUT", BEN)
    assert told(store.scan(FO_72))[0] == "refused"


def test_a_store_walk_needs_no_location_and_no_bag(store: Bench) -> None:
    """FL6.4"""
    store.scan(FO_72)
    said = store.scan("*OK")
    assert said.facts == ("PickStarted",)
    assert said.state == "UNIT"
    store.scan(PLATE)
    said = store.scan(BLUE_MUG)
    assert said.facts == ("ItemPicked", "PickFinished")
    assert said.state == "PICK_IDLE"
    store.scan("*PACK")
    assert store.scan(FO_72).facts == ("OrderOpened",)


def test_lines_go_back_to_routing_with_a_preview(store: Bench) -> None:
    """FL6.41"""
    store.change(order("FO-4481-1", {"BLUE-MUG": 1, "PLATE": 1, "WHITE-MUG": 1}))
    store.scan("FO-4481-1", "*REJECT")
    store.key("2")
    said = store.key("1")
    assert told(said) == ("asked", "T4", "REJECT", "1 of 3 lines go back to routing. Enter")
    assert "FoRejected" not in store.facts("FO-4481-1")
    said = store.key("enter")
    assert said.facts == ("FoRejected",)
    store.scan("*OK", BLUE_MUG)
    assert store.scan(WHITE_MUG).facts == ("ItemPicked", "PickFinished")


def test_an_order_that_must_not_be_split_is_rejected_whole(store: Bench) -> None:
    """FL6.41, FL8.2"""
    store.change(order(FO_72, {"BLUE-MUG": 1, "PLATE": 1}, ship_complete=True, rev=2))
    store.scan(FO_72, "*REJECT")
    said = store.key("9", "enter")
    assert said.facts == ("FoRejected",)
    assert told(said) == ("accepted", "T2", "PICK_IDLE", "#4472 goes back to routing.")
    assert told(store.scan(FO_72))[:2] == ("refused", "E4")


def test_without_capacity_all_goes_back_and_the_site_takes_no_more(store: Bench) -> None:
    """FL8.6: what this station holds and nobody began; rejecting without a pause is not offered."""
    claim = {"station": "st-07", "fence": "e-1"}
    store.change(order(FO_72, {"BLUE-MUG": 1, "PLATE": 1}, rev=2, claim=claim))
    store.change(order("FO-4481-1", {"PLATE": 1}, claim={"station": "st-07", "fence": "e-2"}))
    store.change(order("FO-4482-1", {"PLATE": 1}, claim={"station": "st-08", "fence": "e-3"}))
    store.scan(FO_72, "*REJECT")
    assert store.key("0", "8").message == "No new orders here for how long?"
    assert store.key("2").message == "2 orders go back, and no new ones come until 18:00. Enter"
    said = store.key("enter")
    assert said.facts == ("NodePaused", "FoRejected", "ClaimReleased", "FoRejected", "ClaimReleased")
    assert told(said) == ("accepted", "T2", "PICK_IDLE", "2 orders go back. No new ones come here until 18:00.")


def test_a_customer_comes_first(store: Bench) -> None:
    """FL6.42"""
    store.scan(FO_72, "*OK", PLATE)
    assert told(store.scan("*PAUSE")) == ("accepted", "T1", "PICK_IDLE", "#4472 paused, 1 of 2 in bag.")
    store.scan(FO_72)
    assert store.scan(BLUE_MUG).state == "PICK_IDLE"


# --- by hand, unknown, wrong moment ---


def test_a_unit_without_a_readable_code_is_on_record_as_such(bench: Bench) -> None:
    single(bench)
    bench.scan("A-04-2")
    assert bench.key("f6").message == "MUG BLUE 350 by hand: why?"
    assert bench.scan("*2").facts == ("ItemPicked", "ItemPlaced")
    assert getattr(bench.store.journal.of_fo(FO_71)[-2].fact, "how", "") == "manual"


def test_an_unknown_code_becomes_a_proposal(bench: Bench) -> None:
    """FL2.12"""
    single(bench)
    said = bench.scan("A-04-2", "NEW-CODE-1")
    assert told(said) == ("refused", "E3", "UNIT", "Not known: NEW-CODE-1 (raw bytes F2). Nothing recorded.")
    bench.key("f12")
    bench.key("*ALIAS")
    assert bench.key("1").facts == ("AliasProposed",)


def test_a_right_code_at_the_wrong_moment_says_so(bench: Bench) -> None:
    """FL2.10"""
    single(bench)
    assert told(bench.scan("M2")) == (
        "asked", "T4", "FACE", "Carton: right code, wrong moment. Scan the location.",
    )  # fmt: skip


def test_other_work_waits_until_the_walk_is_set_aside(bench: Bench) -> None:
    cluster(bench)
    assert told(bench.scan("*PACK"))[3] == "Finish K-3, or *PAUSE it."
    assert bench.station.desk.work == "pick"


def test_a_serial_item_is_picked_unit_by_unit(bench: Bench) -> None:
    bench.change(order(FO_74, {"RADIO": 2}, rev=2))
    single(bench, FO_74)
    assert told(bench.scan("B-02-2", "*QTY2", RADIO))[3] == "One scan per unit: serial item. Nothing recorded."
    assert bench.scan(RADIO).facts[0] == "ItemPicked"


def test_a_tote_sent_back_by_a_packer_is_picked_again(bench: Bench) -> None:
    """FL8.4: back to picker is no dead end"""
    single(bench)
    bench.scan("A-04-2", BLUE_MUG, BLUE_MUG, "st-07", "*PACK", "T-5", "M2")
    bench.scan(BLUE_MUG)
    said = bench.key("f5", "1", "enter", "4", "enter")
    assert said.message == "1 × MUG BLUE 350 short. #4471 goes back to the picker: bring the tote to picking."
    assert bench.store.order(FO_71).hold == ("missing", "")
    bench.scan("T-5")
    assert bench.station.message is not None
    assert "back to the picker" in bench.station.message.text
    bench.key("f12")
    assert bench.scan("*PICK", "T-5").message == "You were at A-04-2, MUG BLUE 350 2 of 3, #4471."
    assert bench.scan(BLUE_MUG).facts == ("ItemPicked", "ItemPlaced", "PickFinished", "HoldReleased")
    bench.scan("st-07", "*PACK", "T-5")
    assert "CartonClosed" in bench.scan(BLUE_MUG).facts


# --- nobody needs a keyboard ---


def test_a_question_for_a_number_is_answered_by_scan(bench: Bench) -> None:
    """FL10.3: *OK is all, *1 to *9 and *QTYn the amount; a number that cannot be says which can."""
    rules(bench)
    cart(bench, "K-3", FO_75)
    bench.scan("K-3", A1, "T-6", "*OK", "A-04-2")
    for answer, says in (("*OK", "Nothing of #4475 is left to ship"), ("*3", "21 of 24"), ("*QTY12", "12 of 24")):
        bench.scan("*SHORT")
        assert bench.scan("*1").message == "How many are missing? Enter = all 24."
        assert says in bench.scan(answer).message
        bench.scan("*BACK")
    bench.scan("*SHORT", "*1")
    bench.station.key("0")
    assert bench.key("enter").message == "Expected 1 to 24, got 0. Enter = all 24."
    bench.station.key("7")
    assert "17 of 24" in bench.key("f12").message, "F12 ends what was typed"


def test_a_question_with_a_stray_scan_behind_it_is_left_by_scan(bench: Bench) -> None:
    """FL2.4, FL10.3: the stray scan waits, *BACK leaves the question and the list of what waits is next."""
    single(bench)
    bench.scan("A-04-2", "*SHORT", "*1")
    assert bench.scan("A-05-1").outcome == "held"
    assert bench.scan("*BACK").message == "1 scan was held: A-05-1. *OK uses them, *DROP sets them aside."
    assert bench.scan("*DROP").facts == ("ScansSetAside",)
    assert bench.scan(BLUE_MUG).outcome == "accepted"


def test_the_prefix_of_a_scanner_makes_no_data_of_a_command(bench: Bench) -> None:
    """FL2.4: with a line held, *OK with its AIM identifier acknowledges and joins no heap."""
    single(bench)
    bench.scan("A-04-2", "ZZZ")
    assert bench.scan(BLUE_MUG, gap_ms=100).outcome == "held"
    assert bench.scan("]C0*OK", gap_ms=500).outcome == "accepted"
    assert "ItemPicked" in bench.facts(FO_71)
    bench.scan("]C0*SHORT")
    assert bench.scan("]C0*2").message == "How many are missing? Enter = all 1."
    assert bench.scan("]C0*BACK").state == "UNIT"


# --- what another cart, another place and another count may not do ---


def test_the_slot_of_another_cart_takes_nothing(bench: Bench) -> None:
    """FL6.11, FL6.23: neither before the walk nor with units in hand."""
    cart(bench, "K-3", FO_72, FO_71)
    bench.scan("K-3")
    assert told(bench.scan("S-2-A1")) == (
        "refused", "E1", "CONFIRM",
        "S-2-A1 is a slot of another cart, not of K-3. Nothing recorded. Scan a slot of K-3.",
    )  # fmt: skip
    bench.key("f12")
    bench.scan(A1, "T-6", A2, "T-7", "*OK", "A-04-2", BLUE_MUG)
    assert bench.scan("S-2-A1").message.startswith(
        "S-2-A1 is another cart's slot. Nothing recorded. Put it in slot A1."
    )
    assert bench.facts(FO_72).count("ItemPlaced") == 0


def test_an_item_that_is_nowhere_is_asked_for_once(bench: Bench) -> None:
    """FL6.28: the other order of the walk is short of it in the same gesture, and undo takes both back."""
    bench.change(order("FO-4481-1", {"PLATE": 1}), order("FO-4482-1", {"PLATE": 1, "BLUE-MUG": 1}))
    cart(bench, "K-3", "FO-4481-1", "FO-4482-1")
    bench.scan("K-3", A1, "T-6", A2, "T-7", "*OK", "A-04-2", BLUE_MUG, A2, "A-05-1", "*SHORT", "*1", "*OK", "*OK")
    assert bench.facts("FO-4481-1")[-3:] == ["ShortReported", "CountRequested", "PickFinished"]
    assert bench.facts("FO-4482-1")[-2:] == ["ShortReported", "PickFinished"]
    assert bench.station.state == "UNLOAD"
    bench.key("f8")
    assert bench.facts("FO-4482-1")[-1] == "GestureUndone"
    assert bench.station.prompt().rows[0].title == "PLATE WHITE"


@pytest.mark.parametrize("place", ["D-UPS", "Q-99-9"])
def test_no_tote_is_set_down_at_a_door_or_where_nobody_knows(bench: Bench, place: str) -> None:
    """FL6.35, FL6.36: a carrier's door and a location that the site does not have end no walk."""
    put(bench.store, [("setting", "carriers", {"value": {"UPS": {"doors": ["D-UPS"]}}})])
    picked_cart(bench)
    said = bench.scan(place)
    assert (said.outcome, said.state) == ("refused", "UNLOAD")
    assert said.message.startswith(f"{place} is no bench or drop place. Nothing recorded. Scan a bench.")


def test_a_count_that_was_not_begun_is_left_by_other_work(bench: Bench) -> None:
    """FL6.46: a location scanned by mistake keeps nobody from the next order."""
    assert bench.scan("A-04-2", "A-04-2").state == "COUNT"
    assert bench.scan(FO_71).state == "CONFIRM"
    bench.scan("*BACK", "A-04-2", "A-04-2")
    assert bench.scan("*GETWORK").state != "COUNT"


def test_the_reason_of_a_unit_by_hand_is_on_record(bench: Bench) -> None:
    """FL5.39 at the face: 1 no barcode, 2 damaged code, 3 other."""
    single(bench)
    bench.scan("A-04-2", "*CANTSCAN")
    assert bench.station.state == "BY_HAND"
    bench.scan("*1")
    assert getattr(bench.store.journal.of_fo(FO_71)[-2].fact, "reason", "") == "no_barcode"
