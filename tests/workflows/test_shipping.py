"""Loading, row by row (floor.md section 7): given parcels, when scanned or keyed, then facts or this refusal."""

from __future__ import annotations

from pathlib import Path

import pytest

from packstation.station.paper import Paper
from packstation.workflows.prompt import Cue
from packstation.workflows.shipping.state import kilograms
from tests.shop import BLUE_MUG, EVA, EVA_PIN, Bench, bench, order, put

CARRIERS = {
    "UPS": {"doors": ["D-UPS-2"]},
    "DHL": {"doors": ["D-DHL-1"]},
    "HERMES": {"doors": ["D-HERMES-3"], "door_scan": "no"},
    "LATER": {"doors": ["D-LATER-4"], "label": "hub"},
}


def shop(folder: Path, *orders: str, carriers: object = CARRIERS) -> Bench:
    """A station with a carrier setting and an order of one blue mug for each "FO-4480-1 DHL"."""
    made = bench(folder)
    wanted = [text.split() for text in orders]
    made.change(
        ("setting", "carriers", {"value": carriers}),
        *(order(fo, {"BLUE-MUG": 1}, carrier=carrier) for fo, carrier in wanted),
    )
    return made


def pack(made: Bench, fo: str, *, label_back: bool = True) -> str:
    """Pack the order's one mug, weigh and label it. Returns what a scanner reads from the label, "" without one."""
    made.key("*PACK")
    made.scan(fo, fo, BLUE_MUG)
    made.key("=450")
    label = made.store.order(fo).boxes[0].label
    if label is not None and label_back:
        assert made.scan(label.tracking).cue is Cue.DONE
    else:
        made.key("*PARK")
    assert made.station.state == "IDLE"
    return label.tracking if label else ""


def at_door(made: Bench, door: str = "D-UPS-2") -> Bench:
    made.key("*LOAD")
    made.scan(door)
    return made


def lpn(made: Bench, fo: str) -> str:
    return made.store.order(fo).boxes[0].lpn


def two_ups_one_dhl(folder: Path) -> tuple[Bench, str, str, str]:
    made = shop(folder, "FO-4480-1 UPS", "FO-4481-1 UPS", "FO-4482-1 DHL")
    labels = [pack(made, f"FO-{number}-1") for number in (4480, 4481, 4482)]
    return at_door(made), labels[0], labels[1], labels[2]


def board_is_replay(made: Bench) -> None:
    before, after = made.store.rebuild()
    assert before == after


def test_a_door_opens_its_manifest_with_the_parcels_it_expects(tmp_path: Path) -> None:
    """FL7.1: dock or door code."""
    made, *_ = two_ups_one_dhl(tmp_path)
    opened = made.said[-1]
    assert (opened.outcome, opened.cue, opened.facts) == ("accepted", Cue.TICK, ("ManifestOpened",))
    assert opened.message == "UPS door 2: 0 of 2."
    prompt = made.station.prompt()
    assert (prompt.state, prompt.title, prompt.done, prompt.need) == ("LOAD", "UPS door 2", 0, 2)
    assert [row.title for row in prompt.rows] == ["#4480", "#4481"]


@pytest.mark.parametrize("code", ["D-UPS-2", "UPS", "D-UPS"])
def test_the_same_door_goes_on_with_its_manifest(tmp_path: Path, code: str) -> None:
    """FL7.1: resumed by the door's or the carrier's code, with nothing recorded."""
    made, first, _, _ = two_ups_one_dhl(tmp_path)
    made.scan(first)
    made.key("*BACK")
    again = made.scan(code)
    assert (again.outcome, again.facts, again.message) == ("ignored", (), "UPS door 2: 1 of 2.")


def test_a_site_without_the_setting_takes_the_carriers_of_its_orders(tmp_path: Path) -> None:
    """FL7.1: `D-<CARRIER>` for each carrier found on orders; others are no door."""
    made = shop(tmp_path, "FO-4480-1 UPS", carriers={})
    made.key("*LOAD")
    assert made.scan("D-UPS").message == "UPS: 0 of 0."
    made.key("*BACK")
    unknown = made.scan("D-NOBODY")
    assert (unknown.outcome, unknown.cue) == ("refused", Cue.UNKNOWN)


def test_parcels_are_counted_and_the_last_one_is_heard(tmp_path: Path) -> None:
    """FL7.2: ParcelLoaded, T1, and T3 at the last."""
    made, first, second, _ = two_ups_one_dhl(tmp_path)
    one = made.scan(first)
    assert (one.outcome, one.cue, one.facts, one.message) == ("accepted", Cue.TICK, ("ParcelLoaded",), "1 of 2.")
    last = made.scan(second)
    assert (last.cue, last.facts) == (Cue.DONE, ("ParcelLoaded",))
    assert last.message.startswith("2 of 2.")
    board_is_replay(made)


def test_another_carriers_parcel_is_stopped(tmp_path: Path) -> None:
    """FL7.3: refused wrong_door, E4, and nothing changes."""
    made, _, _, dhl = two_ups_one_dhl(tmp_path)
    out = made.scan(dhl)
    assert (out.outcome, out.cue, out.facts) == ("refused", Cue.STOP, ("ScanRefused",))
    assert out.message == "DHL parcel. This is UPS door 2. Take it out."
    assert made.store.order("FO-4482-1").boxes[0].state == "closed"
    assert made.scan(dhl).outcome == "held"


def test_parcels_are_not_loaded_before_a_door_is_open(tmp_path: Path) -> None:
    made, first, _, _ = two_ups_one_dhl(tmp_path)
    made.key("*BACK")
    out = made.scan(first)
    assert (out.outcome, out.cue, out.facts) == ("asked", Cue.ASK, ())


def test_an_unknown_code_is_unknown(tmp_path: Path) -> None:
    made, *_ = two_ups_one_dhl(tmp_path)
    out = made.scan("1Z999")
    assert (out.outcome, out.cue) == ("refused", Cue.UNKNOWN)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"state": "on_hold", "reason": "address"}, "#4480 is on hold: address. Take it out."),
        ({"state": "cancelled", "reason": "customer"}, "#4480 is cancelled: customer. Take it out."),
        ({"state": "cancellation_requested"}, "#4480 is cancelled: hub. Take it out."),
        ({"method": "pickup"}, "#4480 is for pickup. Take it out."),
        ({"state": "closed"}, "FO-4480-1 is no work of this site any more. Take it out."),
    ],
)
def test_what_the_hub_stopped_does_not_go(tmp_path: Path, changed: dict[str, object], words: str) -> None:
    """FL7.4: refused not_shippable by the hub's word."""
    made, first, _, _ = two_ups_one_dhl(tmp_path)
    made.change(order("FO-4480-1", {"BLUE-MUG": 1}, rev=2, **changed))
    out = made.scan(first)
    assert (out.outcome, out.cue, out.facts, out.message) == ("refused", Cue.STOP, ("ScanRefused",), words)
    refusal = made.store.journal.of_fo("FO-4480-1") or list(made.store.journal.all())
    assert "ParcelLoaded" not in [entry.kind for entry in refusal]


def test_an_open_box_a_held_order_and_a_dead_label_do_not_go(tmp_path: Path) -> None:
    """FL7.4: refused not_shippable by the floor's own facts."""
    made = shop(tmp_path, "FO-4480-1 UPS", "FO-4481-1 UPS", "FO-4482-1 UPS", "FO-4483-1 LATER")
    made.scan("FO-4471-1", "FO-4471-1", BLUE_MUG)
    open_box = lpn(made, "FO-4471-1")
    made.key("*PARK")
    void = pack(made, "FO-4480-1", label_back=False)
    made.scan("FO-4480-1")
    made.key("*VOID")
    made.scan(EVA)
    made.key(f"={EVA_PIN}", "1")
    made.key("*PARK")
    held = pack(made, "FO-4481-1", label_back=False)
    made.scan("FO-4481-1")
    made.key("f9", "3")
    pack(made, "FO-4483-1")
    at_door(made)
    stops = {
        open_box: "#4471 box 1 is not packed. Take it out.",
        void: "#4480: this label is void. Take it out.",
        held: "#4481 is on hold: address, shelf H2. Take it out.",
        lpn(made, "FO-4483-1"): "#4483 box 1 has no label. Take it out.",
    }
    for code, words in stops.items():
        out = made.scan(code)
        assert (out.outcome, out.cue, out.message) == ("refused", Cue.STOP, words)
        made.key("f12")


def test_an_older_copy_of_our_own_label_is_dead(tmp_path: Path) -> None:
    """FL5.41, FL7.4: the Data Matrix of our label names its copy, so the first print is told from the second."""
    made = shop(tmp_path, "FO-4480-1 UPS")
    label = pack(made, "FO-4480-1", label_back=False)
    made.scan("FO-4480-1")
    made.key("f11", "2")
    made.scan(label)
    at_door(made)
    mark = f"P1;4480;1;1;{lpn(made, 'FO-4480-1')};"
    old = made.scan(f"{mark}1")
    assert (old.outcome, old.message) == ("refused", "#4480: old label. Destroy it. Take it out.")
    made.key("f12")
    assert made.scan(f"{mark}2").facts == ("ParcelLoaded",)


def test_a_box_labelled_again_is_good_although_its_number_stood_on_the_dead_label(tmp_path: Path) -> None:
    """FL5.32, FL7.2: the LPN is on both labels; the old tracking number is on the dead one alone."""
    made = shop(tmp_path, "FO-4480-1 UPS")
    dead = pack(made, "FO-4480-1", label_back=False)
    made.scan("FO-4480-1")
    made.key("*VOID")
    made.scan(EVA)
    made.key(f"={EVA_PIN}", "1", "f4")
    assert made.scan(lpn(made, "FO-4480-1")).facts == ("LabelScanned",)
    at_door(made)
    assert made.scan(dead).message == "#4480: this label is void. Take it out."
    made.key("f12")
    assert made.scan(lpn(made, "FO-4480-1")).facts == ("ParcelLoaded",)


def test_loaded_twice_is_quiet(tmp_path: Path) -> None:
    """FL7.5: no fact, no tone."""
    made, first, _, _ = two_ups_one_dhl(tmp_path)
    made.scan(first)
    at = made.station._moment().clock(made.clock.wall)
    again = made.scan(first)
    assert (again.outcome, again.cue, again.facts, again.message) == ("ignored", None, (), f"Already loaded {at}.")


def test_a_label_printed_twice_asks_which_box_this_is(tmp_path: Path) -> None:
    """FL7.6: the LPN of the box in hand; another box is a wrong label (FL5.22)."""
    made = shop(tmp_path, "FO-4480-1 UPS", "FO-4481-1 UPS")
    twice = pack(made, "FO-4480-1", label_back=False)
    made.scan("FO-4480-1")
    made.key("f11", "2")
    made.scan(twice)
    pack(made, "FO-4481-1")
    at_door(made)
    made.scan(twice)
    asked = made.scan(twice)
    assert (asked.outcome, asked.cue, asked.facts) == ("asked", Cue.ASK, ())
    assert asked.message.endswith("printed twice. Scan the LPN of this box.")
    same = made.scan(lpn(made, "FO-4480-1"))
    assert (same.outcome, same.facts) == ("ignored", ())
    made.scan(twice)
    other = made.scan(lpn(made, "FO-4481-1"))
    assert (other.outcome, other.cue) == ("refused", Cue.STOP)
    assert other.message == "WRONG LABEL ON BOX: this is #4480. Do not ship. Nothing recorded. Find the right label."
    assert made.store.order("FO-4481-1").boxes[0].state == "closed"


def test_a_label_nobody_read_back_needs_the_lpn_too(tmp_path: Path) -> None:
    """FL7.7: both codes of the box, then LabelScanned and ParcelLoaded in one gesture."""
    made = shop(tmp_path, "FO-4480-1 UPS", "FO-4481-1 UPS")
    label = pack(made, "FO-4480-1", label_back=False)
    pack(made, "FO-4481-1")
    at_door(made)
    asked = made.scan(label)
    assert (asked.outcome, asked.cue, asked.message) == (
        "asked", Cue.ASK, "Label never checked. Scan the LPN too.",
    )  # fmt: skip
    wrong = made.scan(lpn(made, "FO-4481-1"))
    assert (wrong.outcome, wrong.cue) == ("refused", Cue.STOP)
    made.key("f12")
    made.scan(label)
    done = made.scan(lpn(made, "FO-4480-1"))
    assert (done.outcome, done.facts) == ("accepted", ("LabelScanned", "ParcelLoaded"))
    assert len({entry.gesture for entry in made.store.journal.of_fo("FO-4480-1")[-2:]}) == 1


def test_one_code_scanned_twice_checks_no_label(tmp_path: Path) -> None:
    """FL7.7: the box's number stands on its label's record too, and is still only one of the two codes."""
    made = shop(tmp_path, "FO-4480-1 UPS")
    label = pack(made, "FO-4480-1", label_back=False)
    at_door(made)
    number = lpn(made, "FO-4480-1")
    for first, second in ((number, number), (label, label)):
        made.scan(first)
        assert (made.scan(second).outcome, made.said[-1].facts) == ("asked", ())
        made.key("*BACK")
    made.scan(number)
    assert made.scan(label).facts == ("LabelScanned", "ParcelLoaded")


def test_the_lpn_first_and_then_the_label_say_the_same(tmp_path: Path) -> None:
    """FL7.7, the other way round; another parcel's label leaves the question."""
    made = shop(tmp_path, "FO-4480-1 UPS", "FO-4481-1 UPS")
    label = pack(made, "FO-4480-1", label_back=False)
    other = pack(made, "FO-4481-1")
    at_door(made)
    made.scan(label)
    assert made.scan(other).facts == ("ParcelLoaded",)
    assert made.scan(label).outcome == "asked"
    assert made.key("*BACK").outcome == "ignored"
    assert made.station.state == "LOAD"


def test_undo_takes_the_last_parcel_out_and_then_the_one_before(tmp_path: Path) -> None:
    """FL7.8, FL5.33: by a new fact; nothing is left at the end."""
    made, first, second, _ = two_ups_one_dhl(tmp_path)
    made.scan(first, second)
    out = made.key("f8")
    assert (out.outcome, out.cue, out.facts) == ("accepted", Cue.ASK, ("GestureUndone",))
    assert out.message == "Taken out: #4481. 1 of 2."
    assert made.key("f8").message == "Taken out: #4480. 0 of 2."
    end = made.key("f8")
    assert (end.outcome, end.cue, end.facts) == ("refused", Cue.ASK, ("ScanRefused",))
    assert made.scan(first).message == "1 of 2."
    board_is_replay(made)


def test_remove_takes_one_named_parcel_out(tmp_path: Path) -> None:
    """FL7.8: ParcelUnloaded; remove mode ends with it."""
    made, first, second, _ = two_ups_one_dhl(tmp_path)
    made.scan(first, second)
    made.key("f7")
    assert (made.station.state, made.station.prompt().frame) == ("REMOVE", "red")
    out = made.scan(first)
    assert (out.outcome, out.cue, out.facts) == ("accepted", Cue.ASK, ("ParcelUnloaded",))
    assert out.message == "Taken out: #4480. 1 of 2."
    assert made.station.state == "LOAD"
    made.key("f7")
    assert made.scan(first).outcome == "asked"
    assert made.key("f8").message == "Taken out: #4481. 0 of 2."


def test_close_with_all_loaded_prints_the_manifest(tmp_path: Path) -> None:
    """FL7.9: ManifestClosed with count and weight, the document in the spool, printed again any time."""
    made, first, second, _ = two_ups_one_dhl(tmp_path)
    made.scan(first, second)
    out = made.key("*CLOSE")
    assert (out.outcome, out.cue, out.facts, out.state) == ("accepted", Cue.DONE, ("ManifestClosed",), "DOOR")
    manifest = made.station.desk.manifest
    assert out.message == f"Manifest {manifest}: 2 parcels, 0.9 kg."
    assert [row.ref for row in made.store.spool.open() if row.what == "manifest"] == [manifest]
    assert made.key("f11").outcome == "ignored"
    assert [row.ref for row in made.store.spool.open() if row.what == "manifest"] == [manifest, manifest]
    board_is_replay(made)


def test_a_manifest_is_found_again_by_its_number(tmp_path: Path) -> None:
    """FL7.9: history keeps it; an open one is gone on with, another station's is not ours."""
    made, first, second, _ = two_ups_one_dhl(tmp_path)
    made.scan(first, second)
    made.key("*CLOSE")
    closed = made.station.desk.manifest
    made.scan("D-UPS-2")
    load = made.station.desk.load
    assert load is not None
    assert load.manifest != closed
    made.key("*BACK")
    assert made.scan(load.manifest).message == "UPS door 2: 0 of 0."
    made.key("*BACK")
    assert made.scan(closed or "").message == f"Manifest {closed}: 2 parcels, 0.9 kg. *REPRINT prints it."
    assert made.scan("M-1").message == "Manifest M-1 is not of this station."


def test_close_with_parcels_open_lists_the_ghosts_first(tmp_path: Path) -> None:
    """FL7.10: labelled and not loaded, and without a label; `*OK` leaves them on record."""
    made = shop(tmp_path, "FO-4480-1 LATER", "FO-4481-1 LATER", "FO-4482-1 LATER")
    made.change(("setting", "carriers", {"value": {"LATER": {"doors": ["D-LATER-4"]}}}))
    loaded, _ = pack(made, "FO-4480-1"), pack(made, "FO-4481-1")
    made.change(("setting", "carriers", {"value": CARRIERS}))
    pack(made, "FO-4482-1")
    at_door(made, "D-LATER-4")
    made.scan(loaded)
    prompt = made.station.prompt()
    assert [(row.title, row.detail) for row in prompt.rows] == [
        ("#4481", "box 1 of 1"), ("#4482", "NO LABEL"), ("#4480", "loaded"),
    ]  # fmt: skip
    assert prompt.panel is not None
    assert "1 labelled, not loaded" in prompt.panel.lines
    asked = made.key("*CLOSE")
    assert (asked.outcome, asked.cue, asked.facts) == ("asked", Cue.STOP, ())
    assert asked.message == "1 labelled, not loaded. 1 without label. *OK leaves them."
    assert made.scan(loaded).outcome == "held"
    assert made.key("f12").message == asked.message  # the held scan is acknowledged, nothing is answered by that
    made.key("f12")
    kinds = [entry.kind for entry in made.store.journal.all()][-3:]
    assert kinds == ["ParcelLeft", "ParcelLeft", "ManifestClosed"]
    left = [entry.fact for entry in made.store.journal.all() if entry.kind == "ParcelLeft"]
    assert sorted(fact.why for fact in left) == ["no_label", "not_loaded"]
    board_is_replay(made)


def test_the_close_question_can_be_left(tmp_path: Path) -> None:
    made, first, second, _ = two_ups_one_dhl(tmp_path)
    made.scan(first)
    made.key("*CLOSE")
    assert made.key("f3").outcome == "ignored"
    assert made.scan(second).facts == ("ParcelLoaded",)


def test_an_empty_manifest_is_not_closed(tmp_path: Path) -> None:
    made, *_ = two_ups_one_dhl(tmp_path)
    out = made.key("*CLOSE")
    assert (out.outcome, out.facts) == ("asked", ())


def test_scans_held_behind_the_close_question_reach_no_other_door(tmp_path: Path) -> None:
    """FL2.5: the manifest they arrived under is gone, so they are listed and asked."""
    made, first, second, _ = two_ups_one_dhl(tmp_path)
    made.scan(first)
    made.key("*CLOSE")
    made.scan(second)
    made.key("f12")  # acknowledges the held scan
    made.key("f12")  # closes
    assert made.station.message is not None
    assert made.station.message.text.startswith("1 scan was held")
    made.key("*DROP")
    assert made.store.order("FO-4481-1").boxes[0].state == "closed"


def test_everything_ready_is_shipped_by_one_gesture(tmp_path: Path) -> None:
    """FL7.11: for a carrier without door scan; what stays is named."""
    made = shop(tmp_path, "FO-4480-1 HERMES", "FO-4481-1 HERMES", "FO-4482-1 HERMES")
    pack(made, "FO-4480-1")
    pack(made, "FO-4481-1")
    made.change(("setting", "carriers", {"value": {**CARRIERS, "HERMES": {"door_scan": "no", "label": "hub"}}}))
    pack(made, "FO-4482-1")
    at_door(made, "HERMES")
    assert "*SHIPALL" in [key.command for key in made.station.prompt().keys]
    out = made.key("*SHIPALL")
    assert (out.outcome, out.cue) == ("accepted", Cue.DONE)
    assert out.facts == ("ParcelLoaded", "ParcelLoaded", "ManifestClosed")
    assert out.message == "2 of 3 shipped. 1 have no tracking."
    assert len({entry.gesture for entry in list(made.store.journal.all())[-3:]}) == 1
    board_is_replay(made)


def test_a_carrier_that_scans_at_the_door_is_not_shipped_in_bulk(tmp_path: Path) -> None:
    made, *_ = two_ups_one_dhl(tmp_path)
    assert "*SHIPALL" not in [key.command for key in made.station.prompt().keys]
    assert made.key("*SHIPALL").outcome == "asked"


def test_after_closing_a_parcel_has_left(tmp_path: Path) -> None:
    """FL7.12: at the door, at the bench, and for reopen and void."""
    made = shop(tmp_path, "FO-4480-1 UPS")
    made.scan("FO-4475-1", "FO-4475-1", BLUE_MUG)
    made.key("*NEXTBOX", "=450")
    label = made.store.order("FO-4475-1").boxes[0].label
    assert label is not None
    made.scan(label.tracking)
    made.key("*PARK")
    at_door(made)
    made.scan(label.tracking)
    made.key("*CLOSE")
    manifest = made.station.desk.manifest
    made.scan("D-UPS-2")
    out = made.scan(label.tracking)
    assert (out.outcome, out.cue, out.message) == (
        "refused",
        Cue.STOP,
        f"#4475 box 1 left on manifest {manifest}. Nothing recorded. Take the next parcel.",
    )
    made.key("f12", "*BACK", "*PACK")
    assert (
        made.scan(label.tracking).message
        == f"#4475: Box 1 has left on manifest {manifest}. Nothing recorded. Go on with the next box."
    )
    made.scan("FO-4475-1")
    for command in ("*REOPEN", "*VOID"):
        gone = made.key(command)
        assert (gone.outcome, gone.message) == (
            "refused",
            f"Box 1 has left on manifest {manifest}. Nothing recorded. Go on with the next box.",
        )
        made.key("f12")


def test_a_cancellation_that_comes_too_late_is_refused_by_itself(tmp_path: Path) -> None:
    """FL4.52: CancelRefused with the step reached, once; what was not loaded stays stoppable."""
    made, first, _, _ = two_ups_one_dhl(tmp_path)
    made.scan(first)
    made.change(
        order("FO-4480-1", {"BLUE-MUG": 1}, rev=2, state="cancellation_requested"),
        order("FO-4481-1", {"BLUE-MUG": 1}, rev=2, state="cancellation_requested"),
    )
    told = made.station.tick()
    assert told is not None
    assert (told.cue, told.message) == (Cue.NET, "Cancel came too late: #4480 has left.")
    made.station.tick()
    made.change(order("FO-4480-1", {"BLUE-MUG": 1}, rev=3, state="cancellation_requested"))
    made.station.tick()
    refusals = [e for e in made.store.journal.all() if e.kind == "CancelRefused"]
    assert [(e.fo, e.fact.why) for e in refusals] == [("FO-4480-1", "loaded")]


def test_another_stations_parcels_load_as_well(tmp_path: Path) -> None:
    """FL7.2 with facts that came from the hub: expected, loaded, and on the paper with weight and tracking."""
    there = bench(tmp_path / "st-01", station_id="st-01")
    there.change(("setting", "carriers", {"value": CARRIERS}), order("FO-4480-1", {"BLUE-MUG": 1}))
    label = pack(there, "FO-4480-1")
    here = shop(tmp_path / "st-07", "FO-4480-1 UPS", "FO-4481-1 UPS")
    pass_on(there, here, "FO-4480-1")
    own = pack(here, "FO-4481-1")
    at_door(here)
    assert here.said[-1].message == "UPS door 2: 0 of 2."
    assert here.scan(label).message == "1 of 2."
    here.scan(own)
    here.key("*CLOSE")
    manifest = here.station.desk.manifest
    assert here.said[-1].message == f"Manifest {manifest}: 2 parcels, 0.9 kg."
    text = words_of(Paper(here.store).manifest(manifest or "").content)
    assert label in text
    assert own in text
    board_is_replay(here)
    # And the station that packed it knows that it went, once the fact has come round.
    pass_on(here, there, "FO-4480-1")
    assert there.store.order("FO-4480-1").boxes[0].state == "loaded"
    at_door(there)
    assert there.said[-1].message == "UPS door 2: 0 of 0."
    assert there.scan(label).message.startswith("Already loaded")


def pass_on(source: Bench, target: Bench, fo: str) -> None:
    """What the hub does: another station's facts about an open order, as copies."""
    rows = []
    for gen, fact_id, line in source.store.db.execute(
        "SELECT gen, fact_id, line FROM fact WHERE fo = ? ORDER BY place", (fo,)
    ):
        body = {"fo": fo, "station": source.store.place.station, "gen": gen, "line": bytes(line).decode()}
        rows.append(("fact", fact_id, body))
    put(target.store, rows)


def words_of(pdf: bytes) -> str:
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    return "\n".join(page.get_textpage().get_text_range() for page in document)


def test_the_manifest_names_parcels_and_what_stayed(tmp_path: Path) -> None:
    """D8.6: carrier, dock, parcels with tracking and weight, total, the ones left, a signature line."""
    made, first, _, _ = two_ups_one_dhl(tmp_path)
    made.scan(first)
    made.key("*CLOSE", "f12")
    text = words_of(Paper(made.store).manifest(made.station.desk.manifest or "").content)
    for words in ("MANIFEST", "UPS", "D-UPS-2", "4480", first, "1 parcel", "NOT HANDED OVER: 1", "4481", "Signature"):
        assert words in text, words


def test_the_open_door_survives_a_crash(tmp_path: Path) -> None:
    """FL2.16: the same manifest, the same count, the loader still signed in."""
    made, first, second, _ = two_ups_one_dhl(tmp_path)
    made.scan(first)
    after = made.again()
    prompt = after.station.prompt()
    assert (prompt.state, prompt.title, prompt.done, prompt.need) == ("LOAD", "UPS door 2", 1, 2)
    assert after.scan(second).facts == ("ParcelLoaded",)


def test_new_parcels_join_the_list_as_they_come(tmp_path: Path) -> None:
    there = bench(tmp_path / "st-01", station_id="st-01")
    there.change(order("FO-4480-1", {"BLUE-MUG": 1}))
    pack(there, "FO-4480-1")
    here = at_door(shop(tmp_path / "st-07", "FO-4480-1 UPS"))
    assert here.station.prompt().need == 0
    pass_on(there, here, "FO-4480-1")
    here.station.tick()
    assert (here.station.prompt().need, here.station.prompt().rows[0].title) == (1, "#4480")


def test_manifest_numbers_are_scannable_and_differ_by_station(tmp_path: Path) -> None:
    from packstation.scan import parse

    names = []
    for station in ("st-01", "st-02"):
        made = bench(tmp_path / station, station_id=station)
        for door in ("D-UPS", "D-UPS"):
            at_door(made, door)
            load = made.station.desk.load
            assert load is not None
            names.append(load.manifest)
            made.key("*BACK")
    assert names[0] == names[1]
    assert names[0] != names[2]
    assert all(parse(name).reading("manifest") is not None for name in names)


def test_more_parcels_than_one_gesture_has_numbers_for(tmp_path: Path) -> None:
    """A gesture numbers at most 256 facts (sync J2): the closing stands in its last part."""
    from packstation.workflows.desk import Load, Parcel
    from packstation.workflows.shipping import closing

    made = at_door(shop(tmp_path), "HERMES")
    load = made.station.desk.load
    assert isinstance(load, Load)
    parcels = tuple(
        Parcel(f"C-st-01-{n:06d}", f"FO-{n}-1", str(n), 1, 1, f"L-C-st-01-{n:06d}-1", f"T{n}", 500, ready=True)
        for n in range(600)
    )
    from msgspec.structs import replace

    answer = closing.shipped_all(replace(made.station.desk, load=replace(load, parcels=parcels)))
    outcome = made.station._done(None, answer)
    assert outcome.facts.count("ParcelLoaded") == 600
    assert outcome.facts[-1] == "ManifestClosed"
    known = made.station.look.manifest(load.manifest)
    assert known is not None
    assert (known.closed, known.count, known.weight_g) == (True, 600, 300_000)
    board_is_replay(made)


@pytest.mark.parametrize(
    ("weight_g", "words"),
    [(0, "0.0 kg"), (49, "0.0 kg"), (50, "0.1 kg"), (188_412, "188.4 kg"), (1_234_567, "1 234.6 kg")],
)
def test_weights_are_kilograms_without_a_float(weight_g: int, words: str) -> None:
    assert kilograms(weight_g) == words


def test_an_order_that_left_is_not_sent_to_a_hold_shelf(tmp_path: Path) -> None:
    """FL4.11: at the bench a shipped order says with which manifest it went."""
    made = shop(tmp_path, "FO-4480-1 UPS")
    label = pack(made, "FO-4480-1")
    at_door(made).scan(label)
    manifest = made.store.order("FO-4480-1").boxes[0].manifest
    made.key("*BACK", "*PACK")
    assert (
        made.scan("FO-4480-1").message
        == f"#4480 is packed and loaded on {manifest}. Nothing recorded. Take other work."
    )
    made.key("f12")
    at_door(made).key("*CLOSE", "*PACK")
    made.key("*BACK", "*PACK")
    assert made.scan("FO-4480-1").message == f"#4480 has left with {manifest}. Nothing recorded. Take other work."
