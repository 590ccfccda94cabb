"""What every state does with a raw line: order, double triggers, held scans, sticky errors (floor.md section 2)."""

from __future__ import annotations

from pathlib import Path

import pytest

from packstation.workflows.prompt import Cue
from sync import facts as f
from sync.protocol import Deed
from tests.shop import ANN, BEN, BLUE_MUG, PLATE, RADIO, WHITE_MUG, Bench, bench, order
from tests.workflows import pickshop


@pytest.fixture
def bench_4472(tmp_path: Path) -> Bench:
    """#4472 open: one blue mug, one plate."""
    made = bench(tmp_path)
    made.scan("FO-4472-1", "FO-4472-1")
    return made


@pytest.fixture
def bench_4471(tmp_path: Path) -> Bench:
    """#4471 open: two blue mugs."""
    made = bench(tmp_path)
    made.scan("FO-4471-1", "FO-4471-1")
    return made


def test_a_double_trigger_counts_once(bench_4471: Bench) -> None:
    """FL2.8: the same bytes from the same device within 150 ms are one physical trigger."""
    assert bench_4471.scan(BLUE_MUG).outcome == "accepted"
    again = bench_4471.scan(BLUE_MUG, gap_ms=150)
    assert (again.outcome, again.cue, again.message) == ("ignored", None, "Counted once (double trigger).")
    assert bench_4471.facts("FO-4471-1").count("ItemPacked") == 1


def test_two_units_at_151_ms_count_twice(bench_4471: Bench) -> None:
    """FL2.8: from 151 ms on it is a second unit; a longer window would eat quantity 2."""
    bench_4471.scan(BLUE_MUG)
    assert bench_4471.scan(BLUE_MUG, gap_ms=151).outcome == "accepted"
    assert bench_4471.facts("FO-4471-1").count("ItemPacked") == 2


def test_a_drained_queue_is_no_double_trigger(bench_4471: Bench) -> None:
    """FL2.8: arrival stamps are compared, never processing time."""
    station, clock = bench_4471.station, bench_4471.clock
    clock.pass_ms(5_000)
    first = station.line(BLUE_MUG, device="scanner", mono_ms=clock.mono - 3_000)
    second = station.line(BLUE_MUG, device="scanner", mono_ms=clock.mono - 1_000)
    assert (first.outcome, second.outcome) == ("accepted", "accepted")


def test_a_batch_scanner_may_send_the_same_line_at_once(bench_4471: Bench) -> None:
    """FL2.8: memory scanners switch the rule off."""
    station, clock = bench_4471.station, bench_4471.clock
    for _ in range(2):
        assert station.line(BLUE_MUG, device="memory", mono_ms=clock.mono, batch=True).outcome == "accepted"


def test_an_error_holds_what_was_typed_ahead(bench_4472: Bench) -> None:
    """FL2.4: a line that arrived up to 300 ms after the error cue was scanned without knowing of the error."""
    assert bench_4472.scan("ZZZ").cue is Cue.UNKNOWN
    held = bench_4472.scan(BLUE_MUG, gap_ms=300)
    assert (held.outcome, held.message) == ("held", "1 scan held. Acknowledge first: F12 or scan OK")
    joined = bench_4472.scan(PLATE, gap_ms=5_000)
    assert joined.outcome == "held"
    assert bench_4472.station.prompt().held == (BLUE_MUG, PLATE)
    assert "ItemPacked" not in bench_4472.facts("FO-4472-1")


def test_held_lines_after_a_wrong_item_are_used_in_order(bench_4472: Bench) -> None:
    """FL2.5: after acknowledging an error about an item the held lines are applied in order."""
    bench_4472.scan(WHITE_MUG)
    bench_4472.scan(BLUE_MUG, gap_ms=200)
    done = bench_4472.key("f12")
    assert done.outcome == "accepted"
    assert bench_4472.facts("FO-4472-1")[-2:] == ["CartonOpened", "ItemPacked"]
    assert bench_4472.station.prompt().held == ()


def test_lines_held_after_an_order_error_are_asked_for_and_can_be_set_aside(tmp_path: Path) -> None:
    """FL2.5: they never reach another order silently."""
    made = bench(tmp_path)
    made.scan("T-99999")
    made.scan("NO-SUCH-ORDER")
    made.scan(BLUE_MUG, gap_ms=100)
    assert made.key("f12").outcome == "asked"
    assert made.station.prompt().message is not None
    dropped = made.scan("*DROP")
    assert dropped.facts == ("ScansSetAside",)
    assert made.station.prompt().held == ()


def test_an_error_stays_ten_minutes(bench_4472: Bench) -> None:
    """FL2.6, complaint 11: no error ever disappears by time."""
    bench_4472.scan("ZZZ")
    for _ in range(4):
        bench_4472.clock.pass_ms(60_000)
        bench_4472.station.tick()
    message = bench_4472.station.prompt().message
    assert message is not None
    assert message.sticky == "A"


def test_an_acceptable_scan_clears_an_error_of_class_a(bench_4472: Bench) -> None:
    """FL2.6: with nothing held, the right scan is acknowledgement enough."""
    bench_4472.scan(WHITE_MUG)
    assert bench_4472.scan(BLUE_MUG).outcome == "accepted"


def test_an_earlier_repeat_does_not_confirm(tmp_path: Path) -> None:
    """FL2.14: a typed-ahead repeat was meant as a second scan; it is held and never confirms."""
    made = bench(tmp_path)
    assert made.scan("FO-4471-1").outcome == "asked"
    assert made.scan("FO-4471-1", gap_ms=200).outcome == "held"
    assert made.facts("FO-4471-1") == []


def test_another_code_cancels_a_question(tmp_path: Path) -> None:
    """FL2.14: a different code after the cue cancels the question and is processed normally."""
    made = bench(tmp_path)
    made.scan("FO-4471-1")
    assert made.scan("FO-4472-1").message.startswith("2 of 2 not picked yet.")
    assert made.scan("FO-4472-1").facts == ("OrderOpened",)


def test_a_carton_code_in_idle_is_the_wrong_moment(tmp_path: Path) -> None:
    """FL2.10: right code, wrong moment; never "unknown"."""
    said = bench(tmp_path).scan("M2")
    assert (said.outcome, said.cue) == ("asked", Cue.ASK)
    assert said.message == "Carton: right code, wrong moment. Scan tote, order or item."


def test_one_code_of_two_items_is_refused(tmp_path: Path) -> None:
    """FL2.11: never guess, never take the first."""
    made = bench(tmp_path)
    made.change(("barcode", "SHARED-1", {"code": "SHARED-1", "sku": "BLUE-MUG", "quantity": 1}))
    made.change(("barcode", "SHARED-2", {"code": "SHARED-1", "sku": "PLATE", "quantity": 1}))
    made.scan("FO-4472-1", "FO-4472-1")
    said = made.scan("SHARED-1")
    assert (said.outcome, said.facts) == ("asked", ())


def test_the_sku_itself_is_a_code_in_any_case(bench_4472: Bench) -> None:
    """FL2.9 (11): the SKU, case-insensitive."""
    assert bench_4472.scan("blue-mug").outcome == "accepted"


def test_a_upc_without_its_check_digit_is_found_when_only_one_fits(bench_4472: Bench) -> None:
    """FL2.9 (10): tolerant forms count only when exactly one item matches."""
    assert bench_4472.scan(BLUE_MUG[:-1]).outcome == "accepted"


def test_a_line_of_600_bytes_is_refused_whole(bench_4472: Bench) -> None:
    """FL2.15: the tail of a long line never passes as a code."""
    said = bench_4472.scan("X" * 600)
    assert (said.outcome, said.cue, said.facts) == ("refused", Cue.UNKNOWN, ("ScanRefused",))
    assert said.message == "Too long for a scan (600 bytes). Nothing recorded. Scan again."


def test_a_driving_licence_is_kept_as_its_digest(bench_4472: Bench) -> None:
    """FL2.19: an accidental 2D code enters neither a fact nor the log as it is."""
    licence = "DAQ1234567DCSNUNEZDACJOSE" * 4
    bench_4472.scan(licence)
    refused = bench_4472.store.journal.of_fo("FO-4472-1")[-1].fact
    assert getattr(refused, "code", "").startswith("#100:")
    assert all(licence not in row[1] for row in bench_4472.store.last_lines())


def test_badges_are_in_no_log(tmp_path: Path) -> None:
    """sync J8: a badge is kept as its digest only."""
    made = bench(tmp_path)
    made.scan(ANN)
    assert all(ANN not in row[1] for row in made.store.last_lines())


def test_every_line_has_exactly_one_outcome_on_disk(bench_4472: Bench) -> None:
    """FL2.1, FL2.2: each raw line ends in one outcome, written with its facts."""
    bench_4472.scan(BLUE_MUG, BLUE_MUG, "ZZZ")
    outcomes = [row[2] for row in bench_4472.store.last_lines(3)]
    assert outcomes == ["refused", "refused", "accepted"]


def test_a_shift_change_keeps_the_parcel(bench_4472: Bench) -> None:
    """FL1.12, FL1.10: another badge twice switches the user; the order goes on after *OK."""
    from tests.shop import BEN

    bench_4472.scan(BLUE_MUG)
    assert bench_4472.scan(BEN).message == "Switch to Ben? Scan badge again."
    said = bench_4472.scan(BEN)
    assert said.facts == ("SignedIn",)
    assert said.message == "#4472: 1 of 2 verified by Ann. Go on as Ben? *OK"
    assert bench_4472.key("f12").facts == ("WorkTakenUp",)
    assert bench_4472.scan(PLATE).outcome == "accepted"
    assert bench_4472.store.journal.of_fo("FO-4472-1")[-1].user == "BEN"


def test_an_idle_bench_locks_and_shows_no_order(bench_4472: Bench) -> None:
    """FL1.8, FL1.9, FL1.11: nothing lost, no order data, scans set aside, the badge goes on where it was."""
    bench_4472.scan(BLUE_MUG)
    bench_4472.clock.pass_ms(301_000)
    locked = bench_4472.station.tick()
    assert locked is not None
    assert locked.facts == ("StationLocked",)
    prompt = bench_4472.station.prompt()
    assert (prompt.state, prompt.title, prompt.rows) == ("LOCKED", "", ())
    assert bench_4472.scan(PLATE).message == "Bench locked. Scan badge. This scan was not used."
    assert bench_4472.scan(ANN).message == "Welcome back Ann. #4472: 1 of 2 packed."
    assert bench_4472.scan(PLATE).facts == ("ItemPacked", "CartonClosed")


def test_after_a_kill_the_same_order_is_open_with_the_same_counts(bench_4472: Bench) -> None:
    """FL2.16: nothing that got a cue is missing."""
    bench_4472.scan(BLUE_MUG)
    again = bench_4472.again()
    assert again.station.state == "ORDER"
    prompt = again.station.prompt()
    assert (prompt.title, prompt.done, prompt.need) == ("#4472", 1, 2)
    assert prompt.message is not None
    assert prompt.message.text == "Last recorded: MUG BLUE 350, " + prompt.message.text[-24:]


def test_nobody_signed_in_means_nothing_is_counted(tmp_path: Path) -> None:
    """FL1.3: a scan before the badge is not used."""
    made = bench(tmp_path, signed_in=None)
    said = made.scan("FO-4472-1")
    assert (said.outcome, said.state) == ("refused", "START")
    assert (
        made.scan("B.UNKNOWNBADGEAAAAAAAAAAAAAA").message
        == "Badge not known here. Nothing recorded. Scan your own badge."
    )


def test_whose_the_next_gesture_is_comes_before_any_key(bench_4472: Bench) -> None:
    """FL1.10, FL1.12: between the switch and its *OK nothing is packed, parked or weighed for either of them."""
    bench_4472.scan(BLUE_MUG, BEN, BEN)
    before = bench_4472.facts("FO-4472-1")
    for key in ("*PARK", "*FORCE", "f9", "=12"):
        assert bench_4472.key(key).message == "Answer first, or F3 to leave. Nothing recorded."
    bench_4472.clock.pass_ms(400)
    assert bench_4472.station.weight(950).outcome == "ignored"
    assert bench_4472.facts("FO-4472-1") == before
    assert bench_4472.key("*OK").facts == ("WorkTakenUp",)


def test_a_packed_order_of_a_cart_is_not_opened_again_by_its_item(tmp_path: Path) -> None:
    """FL4.18, FL4.23: the cart on screen is as its orders are now, not as they were when it was scanned."""
    made = pickshop.bench(tmp_path, work="pack")
    pickshop.cart(made, "K-3", "FO-4471-1", "FO-4472-1")
    for number, fo in enumerate(("FO-4471-1", "FO-4472-1"), 1):
        job = made.store.job(fo)
        assert job is not None
        facts = [f.SlotAssigned(cart="K-3", slot=f"S-3-A{number}", tote=f"T-{number}")]
        facts += [
            f.ItemPicked(line=ln.line, sku=ln.sku, qty=ln.quantity, location="A-04-2", how="scan", code="")
            for ln in job.doc.lines
        ]
        made.station.record([Deed(fo, fact) for fact in (*facts, f.PickFinished(work="K-3"))])
    made.scan("K-3", PLATE, BLUE_MUG)
    made.clock.pass_ms(400)
    made.station.weight(950)
    job = made.store.job("FO-4472-1")
    assert job is not None
    made.scan(job.order.boxes[0].label.tracking)
    assert made.station.state == "CART"
    assert [(row.title, row.done, row.need) for row in made.station.prompt().rows] == [
        ("#4471", 0, 2),
        ("#4472", 2, 2),
    ]
    assert made.scan(PLATE).message.startswith("No open order here needs PLATE WHITE.")
    assert made.facts("FO-4472-1").count("ItemPacked") == 2


@pytest.mark.parametrize("typed", ["①", "²", "1e3", "-2", "９" * 60, "٣"])
def test_what_only_looks_like_a_number_is_no_reason_to_stop(bench_4472: Bench, typed: str) -> None:
    """Issue 3, bad input: digits of other scripts, and signs that look like digits, where a number goes."""
    for opens in ((), (BLUE_MUG, PLATE), ("*SHORT", "1")):
        for command in opens:
            bench_4472.key(command) if command.startswith("*") or len(command) == 1 else bench_4472.scan(command)
        assert bench_4472.key(f"={typed}").outcome in ("asked", "refused", "ignored", "accepted")


def test_a_serial_that_left_is_not_picked_into_a_shipping_carton(tmp_path: Path) -> None:
    """FL4.31 in a walk of FL6.5: packing would have asked, but nobody packs what is picked into its carton."""
    made = pickshop.bench(tmp_path, work="pack")
    made.change(order("FO-4477-1", {"RADIO": 1}))
    serial = f"]d201{RADIO.zfill(14)}21SN-1"
    made.scan("FO-4474-1", "FO-4474-1", serial)
    made.key("*PARK")
    made.scan("*PICK", "FO-4477-1", "C-st-07-000501", "B-02-2")
    refused = made.scan(serial)
    assert refused.message == "Serial SN-1 already packed on FO-4474-1. Set this one aside. Nothing recorded."
    assert made.facts("FO-4477-1").count("ItemPacked") == 0


def test_a_restart_names_what_was_recorded_and_not_what_was_refused(tmp_path: Path) -> None:
    """FL2.16"""
    made = bench(tmp_path)
    made.scan("FO-4472-1", "FO-4472-1", BLUE_MUG, RADIO)
    assert made.facts("FO-4472-1")[-1] == "ScanRefused"
    again = made.again()
    assert again.station.message is not None
    assert again.station.message.text.startswith("Last recorded: MUG BLUE 350, ")


def test_grams_are_typed_only_where_no_scale_answers(tmp_path: Path) -> None:
    """D5.6, FL5.12."""
    made = bench(tmp_path)
    made.scan("FO-4472-1", "FO-4472-1", BLUE_MUG, PLATE)
    assert made.station.state == "WEIGH"
    assert made.station.prompt().instruction == "No scale. Type the grams of box 1, Enter"
    made.station.devices["scale"] = "usb:0EB8:F000"
    assert made.station.prompt().instruction == "Put box 1 on the scale"
    refused = made.key("=950")
    assert (refused.outcome, refused.facts) == ("asked", ())
    assert refused.message.startswith("The scale answers: put the box on it.")
    assert made.station.state == "WEIGH"
    made.station.devices["scale"] = "No scale: usb:0EB8:F000"
    assert "CartonWeighed" in made.key("=950").facts


def test_a_badge_with_a_sign_too_many_is_not_shown_at_the_bench(tmp_path: Path) -> None:
    """D4.8: who stands behind the packer reads it from the screen."""
    said = bench(tmp_path).scan("B.ABCDEFGHIJKLMNOPQRSTUVWXYZ1")
    assert said.outcome == "refused"
    assert said.message.startswith("Not known: B.***")


def test_print_again_with_nothing_open_says_what_to_scan(tmp_path: Path) -> None:
    """FL5.32: right after sealing the box lies there with its label's code on it."""
    said = bench(tmp_path).key("f11")
    assert said.message == "Print again: scan the parcel or its order, then F11."
