"""Packing, row by row: given an open order, when scanned or keyed, then these facts or exactly this refusal."""

from __future__ import annotations

from pathlib import Path

import pytest

from packstation.workflows.prompt import Cue
from sync import facts as f
from tests.shop import (
    BLUE_MUG,
    EVA,
    EVA_PIN,
    MUG_CASE,
    PLATE,
    RADIO,
    TEA,
    WHITE_MUG,
    Bench,
    bench,
    order,
    put,
)


def opened(tmp_path: Path, fo: str = "FO-4472-1") -> Bench:
    made = bench(tmp_path)
    made.scan(fo, fo)
    return made


def label_of(made: Bench, fo: str = "FO-4472-1") -> str:
    """What a scanner reads from the newest label of the order's last box."""
    label = made.store.order(fo).boxes[-1].label
    assert label is not None
    return label.tracking


def packed_and_weighed(tmp_path: Path) -> Bench:
    made = opened(tmp_path)
    made.scan(BLUE_MUG, PLATE)
    assert made.station.state == "WEIGH"
    made.key("=950")
    assert made.station.state == "SEAL"
    return made


def approve(made: Bench) -> object:
    made.scan(EVA)
    made.key(f"={EVA_PIN}")
    return made.key("1")


ROWS = [
    # (row, order, scans and keys, outcome, cue, facts, words)
    ("FL4.20 a unit counts", "FO-4471-1", [BLUE_MUG], "accepted", "T1", ["CartonOpened", "ItemPacked"], "1 of 2"),
    ("FL4.20 the line fills", "FO-4472-1", [BLUE_MUG], "accepted", "T2", ["CartonOpened", "ItemPacked"], "1 of 1"),
    ("FL4.21 a case of twelve", "FO-4475-1", [MUG_CASE], "accepted", "T1", ["CartonOpened", "ItemPacked"],
     "Case: +12 MUG BLUE 350. 12 of 24"),
    ("FL4.22 a case too big", "FO-4471-1", [MUG_CASE], "refused", "E2", ["ScanRefused"],
     "Case of 12, only 2 needed. Nothing recorded. Scan single units."),
    ("FL4.23 one too many", "FO-4472-1", [BLUE_MUG, BLUE_MUG], "refused", "E2", ["ScanRefused"],
     "2nd scan of MUG BLUE 350 refused: this box takes 1. Count stays 1. Take this one out."),
    ("FL4.25 another variant", "FO-4472-1", [WHITE_MUG], "refused", "E1", ["ScanRefused"],
     "WRONG ITEM. MUG BLUE 350: colour WHITE, need BLUE. Nothing recorded. Put it aside."),
    ("FL4.26 a wrong item", "FO-4472-1", [RADIO], "refused", "E1", ["ScanRefused"],
     "WRONG ITEM. Expected: MUG BLUE 350. Got: RADIO RED. Put aside → problem tote. Nothing recorded."),
    ("FL4.28 the lot is asked", "FO-4473-1", [TEA], "asked", "T4", [], "Tracked by lot. Scan the lot."),
    ("FL4.30 an expired lot", "FO-4473-1", ["]d201020000000000461726013110L77"], "refused", "E4", ["ScanRefused"],
     "Expired 2026-01-31 (lot L77). Do not ship. Set aside, *SHORT. Nothing recorded."),
    ("FL4.33 a carton code opens the box", "FO-4472-1", ["M2"], "accepted", "T1", ["CartonOpened"], "Box M2 open."),
    ("FL4.35 a carton code again asks", "FO-4472-1", [BLUE_MUG, "L3"], "asked", "T4", [],
     "Scan again to close this box and start a new one."),
    ("FL4.39 the same order again", "FO-4472-1", [BLUE_MUG, "FO-4472-1"], "asked", "T4", [],
     "#4472 is open. Scan items."),
    ("FL4.40 another order", "FO-4472-1", [BLUE_MUG, "FO-4471-1"], "asked", "T4", [],
     "Park this order (1/2 kept) and open FO-4471-1? Scan again."),
    ("FL4.43 the last unit closes the box", "FO-4472-1", [BLUE_MUG, PLATE], "accepted", "T3",
     ["ItemPacked", "CartonClosed"], "#4472 complete. PLATE WHITE: 1 of 1"),
    ("FL5.2 the suggested box by OK", "FO-4472-1", ["key:f12"], "accepted", "T1", ["CartonOpened"], "Box M2 open."),
    ("FL5.3 another box asks why", "FO-4472-1", ["L3"], "asked", "T4", [], "L3 instead of M2. Why? 1–5"),
    ("FL5.3 an alternative by its key", "FO-4472-1", ["key:1"], "asked", "T4", [], "L3 instead of M2. Why? 1–5"),
    ("FL5.5 an empty box does not close", "FO-4472-1", ["M2", "key:f10"], "asked", "T4", [],
     "This box is empty. Scan items."),
    ("FL5.5 next box", "FO-4471-1", [BLUE_MUG, "key:f10"], "accepted", "T3", ["CartonClosed"],
     "Box 1 closed. Next box."),
    ("FL5.10 a light box names the plate", "FO-4472-1", [BLUE_MUG, PLATE, "weigh:450"], "accepted", "E4",
     ["CartonWeighed"], "−500 g ≈ 1 × PLATE WHITE missing. *RESCAN, or supervisor: scan badge."),
    ("FL5.28 hold keeps the count", "FO-4472-1", [BLUE_MUG, "key:f9", "key:1"], "accepted", "T1", ["OrderHeld"],
     "#4472 on hold, shelf H2. 1/2 kept."),
    ("FL5.33 undo", "FO-4471-1", [BLUE_MUG, BLUE_MUG, "key:f8"], "accepted", "T4", ["GestureUndone"],
     "Removed 1 × MUG BLUE 350. 1 of 2. Take it out."),
    ("FL5.35 undo has an end", "FO-4471-1", ["key:f8"], "refused", "T4", ["ScanRefused"],
     "Nothing more to undo here. *REOPEN opens box 1. Nothing recorded."),
    ("FL5.36 remove one", "FO-4471-1", [BLUE_MUG, "key:f7", BLUE_MUG], "accepted", "T4", ["ItemUnpacked"],
     "Removed 1 × MUG BLUE 350."),
    ("FL5.36 what is not in", "FO-4472-1", [BLUE_MUG, "key:f7", PLATE], "refused", "E1", ["ScanRefused"],
     "PLATE WHITE is not in this box. Nothing recorded. Scan what is in it."),
    ("FL5.37 eight in one scan", "FO-4475-1", ["key:*QTY8", BLUE_MUG], "accepted", "T1",
     ["CartonOpened", "ItemPacked"], "+8 MUG BLUE 350: 8 of 24"),
    ("FL5.37 more than needed", "FO-4471-1", ["key:*QTY8", BLUE_MUG], "refused", "E2", ["ScanRefused"],
     "Only 2 needed. Nothing recorded. Type fewer."),
    ("FL5.39 by hand stays visible", "FO-4472-1", [BLUE_MUG, "key:f6", "key:1"], "accepted", "T3",
     ["ItemPacked", "CartonClosed"], "PLATE WHITE by hand: 1 of 1"),
    ("FL4.14 an unknown code", "FO-4472-1", ["5012345"], "refused", "E3", ["ScanRefused"],
     "Not known: 5012345 (raw bytes F2). Nothing recorded."),
]  # fmt: skip


@pytest.mark.parametrize(("row", "fo", "inputs", "outcome", "cue", "facts", "said"), ROWS, ids=[r[0] for r in ROWS])
def test_row(
    row: str, fo: str, inputs: list[str], outcome: str, cue: str, facts: list[str], said: str, tmp_path: Path
) -> None:
    """One row of the packing tables; the row's number is its name."""
    made = opened(tmp_path, fo)
    last = None
    for given in inputs:
        kind, _, rest = given.partition(":")
        if kind == "key":
            last = made.key(rest)
        elif kind == "weigh":
            made.clock.pass_ms(400)
            last = made.station.weight(int(rest), "scale")
        else:
            last = made.scan(given)
    assert last is not None
    assert (last.outcome, last.cue.value if last.cue else None, list(last.facts)) == (outcome, cue, facts)
    assert said in last.message


def test_from_scan_to_ready_parcel(tmp_path: Path) -> None:
    """Issue 2.8: open, scan every unit, close, weigh, label, scan the label back, done."""
    made = packed_and_weighed(tmp_path)
    done = made.scan(label_of(made))
    assert (done.cue, done.state, done.facts) == (Cue.DONE, "IDLE", ("LabelScanned",))
    kinds = list(made.facts("FO-4472-1"))
    assert kinds == [
        "OrderOpened", "CartonOpened", "ItemPacked", "ItemPacked", "CartonClosed", "CartonWeighed", "LabelAssigned",
        "LabelScanned",
    ]  # fmt: skip
    assert [(row.what, row.state) for row in made.store.spool.of_fo("FO-4472-1")] == [
        ("label", "queued"),
        ("slip", "queued"),
    ]


def test_the_wrong_label_on_a_box_stops(tmp_path: Path) -> None:
    """FL5.22: the most expensive mistake of the floor."""
    made = packed_and_weighed(tmp_path)
    mine = label_of(made)
    made.scan(mine, "FO-4471-1", "FO-4471-1", BLUE_MUG, BLUE_MUG)
    made.key("=800")
    said = made.scan(mine)
    assert (said.outcome, said.cue, said.message) == (
        "refused",
        Cue.STOP,
        "WRONG LABEL ON BOX: this is #4472. Do not ship. Nothing recorded. Find the right label.",
    )
    assert made.scan(label_of(made, "FO-4471-1")).facts == ("LabelScanned",)


def test_a_reprint_kills_the_first_label_and_the_second_needs_a_supervisor(tmp_path: Path) -> None:
    """FL5.30: copies are counted, and the supervisor's name stands beside the packer's."""
    made = packed_and_weighed(tmp_path)
    made.key("f11")
    assert made.key("2").facts == ("LabelReprinted",)
    made.key("f11")
    blocked = made.key("1")
    assert (blocked.outcome, blocked.cue) == ("refused", Cue.STOP)
    assert getattr(approve(made), "facts", ()) == ("OverrideGiven", "LabelReprinted")
    given = next(e for e in made.store.journal.of_fo("FO-4472-1") if e.kind == "OverrideGiven")
    assert (given.user, getattr(given.fact, "by", None)) == ("ANN", "EVA")


def test_a_weight_that_is_off_passes_only_with_a_supervisor(tmp_path: Path) -> None:
    """FL5.10, FL1.13: badge, PIN and reason; both names; one action."""
    made = opened(tmp_path)
    made.scan(BLUE_MUG, PLATE)
    made.clock.pass_ms(400)
    made.station.weight(450, "scale")
    assert made.station.state == "STOP"
    done = approve(made)
    assert getattr(done, "facts", ()) == ("OverrideGiven", "CartonWeighed", "LabelAssigned")
    assert made.station.state == "SEAL"


def test_a_wrong_pin_opens_nothing_and_five_wait(tmp_path: Path) -> None:
    """FL1.3: five wrong PINs lock that user, and the counter survives a restart."""
    made = opened(tmp_path)
    made.scan(BLUE_MUG, PLATE)
    made.clock.pass_ms(400)
    made.station.weight(450, "scale")
    made.scan(EVA)
    for _ in range(4):
        assert made.key("=000000").message == "Wrong PIN. Type it again, Enter. F3 leaves."
    assert made.key("=000000").message == "Wrong PIN. Wait 1 min."
    assert made.store.pin_lock("EVA")[0] == 5
    assert made.scan(EVA).message == "Wrong PIN. Wait 1 min."


def test_undo_of_the_last_unit_opens_the_box_again(tmp_path: Path) -> None:
    """FL5.34: the unit and the closing of its box are one gesture."""
    made = opened(tmp_path)
    made.scan(BLUE_MUG, PLATE)
    assert made.key("f8").message == "Removed 1 × PLATE WHITE. 0 of 1. Take it out."
    assert made.station.state == "ORDER"
    assert made.scan(PLATE).facts == ("ItemPacked", "CartonClosed")


def test_a_short_shows_what_follows_before_enter(tmp_path: Path) -> None:
    """FL5.25, FL8.3: reason, quantity, choice, preview; nothing is recorded before Enter."""
    made = opened(tmp_path)
    made.scan(BLUE_MUG)
    made.key("f5", "1", "enter")
    preview = made.key("1")
    assert preview.facts == ()
    assert "Order ships 1 of 2" in preview.message
    done = made.key("enter")
    assert done.facts == ("ShortReported", "CartonClosed")
    assert made.station.state == "WEIGH"


def test_a_lot_and_its_date_are_asked_and_then_counted(tmp_path: Path) -> None:
    """FL4.28, FL4.45, FL4.47: lot, then expiry, then the unit; a date that is none is asked again."""
    made = opened(tmp_path, "FO-4473-1")
    made.scan(TEA, "L77")
    assert made.station.state == "EXPIRY"
    assert made.key("=261340").message == "Not a date: 261340. Type YYMMDD."
    done = made.key("=270331")
    assert done.facts == ("CartonOpened", "ItemPacked", "CartonClosed")
    fact = next(e.fact for e in made.store.journal.of_fo("FO-4473-1") if e.kind == "ItemPacked")
    assert (getattr(fact, "lot", 0), getattr(fact, "expiry", 0)) == ("L77", "2027-03-31")


def test_a_gs1_symbol_says_all_at_once(tmp_path: Path) -> None:
    """FL4.29: GTIN, lot and expiry in one scan."""
    made = opened(tmp_path, "FO-4473-1")
    done = made.scan("]d2010200000000004617270331" + "10L77")
    assert done.facts == ("CartonOpened", "ItemPacked", "CartonClosed")
    assert done.cue is Cue.DONE


def test_a_serial_number_ships_once(tmp_path: Path) -> None:
    """FL4.31: a serial used before is refused, also on another order."""
    made = opened(tmp_path, "FO-4474-1")
    made.scan(RADIO)
    assert made.scan("SN-1").facts == ("CartonOpened", "ItemPacked", "CartonClosed")
    put(made.store, [order("FO-4480-1", {"RADIO": 1})])
    made.key("=1000")
    made.scan(label_of(made, "FO-4474-1"), "FO-4480-1", "FO-4480-1", RADIO)
    said = made.scan("SN-1")
    assert (said.outcome, said.cue) == ("refused", Cue.STOP)
    assert said.message == "Serial SN-1 already packed on FO-4474-1. Set this one aside. Nothing recorded."


def test_a_cancelled_order_stops_the_bench(tmp_path: Path) -> None:
    """FL4.50: STOP, full screen; *OK accepts and the units go back."""
    made = opened(tmp_path)
    made.scan(BLUE_MUG)
    made.change(order("FO-4472-1", {"BLUE-MUG": 1, "PLATE": 1}, state="cancellation_requested", rev=2))
    told = made.station.tick()
    assert told is not None
    assert told.message.startswith("STOP. #4472 cancelled at ")
    assert made.scan(PLATE).outcome == "held"
    assert made.key("f12").facts == ("CancelAccepted",)


def test_fewer_are_needed_than_are_packed(tmp_path: Path) -> None:
    """FL4.55: a stop, so that typed-ahead units are never subtracted."""
    made = opened(tmp_path, "FO-4475-1")
    made.scan(BLUE_MUG, BLUE_MUG)
    made.change(order("FO-4475-1", {"BLUE-MUG": 1}, rev=2))
    made.station.tick()
    assert made.station.state == "STOP"
    made.key("f12")
    assert made.scan(BLUE_MUG).facts == ("ItemUnpacked", "CartonClosed")


@pytest.mark.parametrize("sent", [False, True])
def test_an_order_given_back_is_taken_back_until_the_hub_has_it(tmp_path: Path, sent: bool) -> None:
    """FL8.5, FL5.33: short, rejection and the claim's end go together; what the hub has is somebody else's."""
    made = bench(tmp_path)
    made.change(order("FO-4471-1", {"BLUE-MUG": 2}, claim={"station": "st-07", "fence": "c1"}))
    made.scan("FO-4471-1", "FO-4471-1")
    given_back = made.key("f5", "1", "enter", "3", "enter")
    assert given_back.facts == ("ShortReported", "CountRequested", "FoRejected", "ClaimReleased")
    if sent:
        assert made.store.journal.gen is not None
        made.store.journal.acknowledge(made.store.journal.gen, made.store.journal.last_seq)
    said = made.key("f8")
    if sent:
        assert said.message.startswith("Too late to undo: the hub has #4471 back")
        return
    assert said.facts == ("GestureUndone",)
    undone = made.store.journal.of_fo("FO-4471-1")[-1].fact
    assert isinstance(undone, f.GestureUndone)
    assert len(undone.facts) == 3
    assert made.station.state == "CARTON"


def test_a_carton_scanned_twice_closes_this_box_and_opens_the_next(tmp_path: Path) -> None:
    """FL4.35: closing, its weight, its label, then the box of the scanned type."""
    made = opened(tmp_path, "FO-4471-1")
    made.scan(BLUE_MUG, "L3")
    assert made.scan("L3").facts == ("CartonClosed",)
    made.key("=450")
    made.scan(label_of(made, "FO-4471-1"))
    assert made.station.state == "ORDER"
    assert [box.type for box in made.store.order("FO-4471-1").boxes] == ["M2", "L3"]


def test_reopening_a_labelled_box_kills_its_label(tmp_path: Path) -> None:
    """FL5.38: a supervisor, and the label is dead."""
    made = packed_and_weighed(tmp_path)
    made.key("*REOPEN")
    assert getattr(approve(made), "facts", ()) == ("OverrideGiven", "LabelVoided", "CartonReopened")


def test_the_label_scan_can_be_skipped_only_on_record(tmp_path: Path) -> None:
    """FL5.24: the same other scan twice is a recorded skip, and then means what it says."""
    made = packed_and_weighed(tmp_path)
    assert made.scan("FO-4471-1").outcome == "asked"
    said = made.scan("FO-4471-1")
    assert said.facts[0] == "LabelScanSkipped"
    assert said.state == "CONFIRM"
