"""Pickup, row by row (FL6.43-FL6.45): bags onto the shelf, to the customer, or back."""

from __future__ import annotations

from pathlib import Path

import pytest

from packstation.workflows.prompt import Cue
from tests.shop import BLUE_MUG, Bench, bench, order, user

CAT = "B.CATAAAAAAAAAAAAAAAAAAAAAAA"
DAY_MS = 86_400_000


def packed(folder: Path, *, bags: int = 1) -> Bench:
    """A pickup order of `bags` mugs, each packed into its own bag, at a station where an associate works."""
    made = bench(folder)
    made.change(
        user("CAT", "Cat", "associate", CAT),
        order("FO-4490-1", {"BLUE-MUG": bags}, method="pickup", carrier="", pickup_code="PU-7731"),
        order("FO-4491-1", {"BLUE-MUG": 1}, method="pickup", carrier=""),
    )
    for fo, count in (("FO-4490-1", bags), ("FO-4491-1", 1)):
        made.scan(fo, fo)
        for number in range(count):
            made.scan(BLUE_MUG)
            if number + 1 < count:
                made.key("*NEXTBOX")
            made.key("=450")
            label = made.store.order(fo).boxes[-1].label
            assert label is not None
            made.scan(label.tracking)
        assert made.station.state == "IDLE"
    made.scan(CAT, CAT)
    made.key("*LOAD")
    return made


def bag(made: Bench, number: int = 1, fo: str = "FO-4490-1") -> str:
    return made.store.order(fo).boxes[number - 1].lpn


def on_shelf(folder: Path, *, bags: int = 1) -> Bench:
    made = packed(folder, bags=bags)
    made.scan("#4490", "P3")
    return made


@pytest.mark.parametrize("shelf", ["P3", "P-12", "A-04-2"])
def test_a_packed_pickup_order_goes_onto_a_shelf(tmp_path: Path, shelf: str) -> None:
    """FL6.43: ReadyForPickup(shelf), T3."""
    made = packed(tmp_path)
    first = made.scan(bag(made))
    assert (first.outcome, first.cue, first.state) == ("ignored", Cue.ASK, "SHELF")
    out = made.scan(shelf)
    assert (out.outcome, out.cue, out.facts) == ("accepted", Cue.DONE, ("ReadyForPickup",))
    assert (out.message, out.state) == (f"#4490 ready on shelf {shelf}.", "DOOR")
    assert made.store.order("FO-4490-1").shelf == shelf


@pytest.mark.parametrize("code", [BLUE_MUG, "T-12", "nonsense"])
def test_what_is_no_shelf_is_asked_again(tmp_path: Path, code: str) -> None:
    made = packed(tmp_path)
    made.scan("#4490")
    out = made.scan(code)
    assert (out.outcome, out.facts, out.state) == ("asked", (), "SHELF")


@pytest.mark.parametrize(("code", "pod"), [("PU-7731", "code"), ("#4490", "id_seen"), ("FO-4490-1", "id_seen")])
def test_the_customer_gets_every_bag(tmp_path: Path, code: str, pod: str) -> None:
    """FL6.44: pickup code or order, each bag's LPN, then PickedUp(bags, pod)."""
    made = on_shelf(tmp_path, bags=2)
    opened = made.scan(code)
    assert (opened.state, opened.message) == ("BAGS", "#4490, shelf P3: 2 bags. Scan each bag.")
    one = made.scan(bag(made, 2))
    assert (one.cue, one.message, one.facts) == (Cue.TICK, "1 of 2 bags.", ())
    assert made.station.prompt().done == 1
    two = made.scan(bag(made, 1))
    assert (two.cue, two.message) == (Cue.DONE, "2 of 2 bags. Handed over?")
    out = made.key("f12")
    assert (out.outcome, out.cue, out.state) == ("accepted", Cue.DONE, "DOOR")
    assert out.facts == ("PickedUp",)
    fact = made.store.journal.of_fo("FO-4490-1")[-1].fact
    assert fact.pod == pod
    assert set(fact.cartons) == {bag(made, 1), bag(made, 2)}
    assert [box.state for box in made.store.order("FO-4490-1").boxes] == ["picked_up", "picked_up"]
    assert made.scan(code).message.startswith("#4490 was handed over")
    assert made.store.rebuild()[0] == made.store.rebuild()[1]


def test_a_bag_missing_or_of_another_order_is_refused(tmp_path: Path) -> None:
    """FL6.44: wrong_bag, E4."""
    made = on_shelf(tmp_path, bags=2)
    made.scan("PU-7731", bag(made, 1))
    missing = made.key("f12")
    assert (missing.outcome, missing.cue, missing.facts) == ("refused", Cue.STOP, ("ScanRefused",))
    assert missing.message == "1 of 2 bags. 1 missing. Scan each bag."
    made.key("f12")
    other = made.scan(bag(made, 1, "FO-4491-1"))
    assert (other.outcome, other.cue) == ("refused", Cue.STOP)
    assert other.message == "This bag is #4491. This customer has #4490."
    made.key("f12")
    assert made.scan(bag(made, 1)).message == "This bag is counted. 1 of 2 bags."
    assert made.scan(bag(made, 2)).cue is Cue.DONE


def test_a_bag_alone_hands_nothing_over(tmp_path: Path) -> None:
    made = on_shelf(tmp_path)
    out = made.scan(bag(made))
    assert (out.outcome, out.state, out.message) == ("asked", "DOOR", "Scan the pickup code or the order first.")


def test_an_order_that_is_not_packed_does_not_go_onto_the_shelf(tmp_path: Path) -> None:
    made = packed(tmp_path)
    made.change(order("FO-4492-1", {"BLUE-MUG": 2}, method="pickup", carrier=""))
    out = made.scan("#4492")
    assert (out.outcome, out.cue, out.message) == ("refused", Cue.STOP, "#4492 is not packed: 0 of 2.")


def test_a_packer_hands_nothing_to_customers(tmp_path: Path) -> None:
    """FL1: handing over to a customer is the associate's."""
    made = packed(tmp_path)
    made.scan(*["B.BENAAAAAAAAAAAAAAAAAAAAAAA"] * 2)
    out = made.scan("#4490")
    assert (out.outcome, out.state) == ("refused", "DOOR")


def test_nobody_came_so_the_units_go_back(tmp_path: Path) -> None:
    """FL6.45, B6: overdue after `pickup_days`; the same scan again writes PickupExpired and makes a put-back task."""
    made = on_shelf(tmp_path)
    made.clock.pass_ms(7 * DAY_MS)
    made.scan(CAT)  # the bench had locked itself, or the sign-in had ended
    if made.station.user is None:
        made.scan(CAT)
    made.key("*LOAD")
    asked = made.scan("#4490")
    assert (asked.outcome, asked.cue) == ("asked", Cue.ASK)
    assert asked.message == "#4490 waits since 7 days. Scan again: not collected, put 1 unit back."
    out = made.scan("#4490")
    assert (out.outcome, out.cue, out.facts) == ("accepted", Cue.ASK, ("PickupExpired",))
    assert out.message == "#4490 not collected. Put 1 unit back."
    after = made.store.order("FO-4490-1")
    assert (after.pickup_over, after.put_back) == (True, 1)


def test_the_customer_comes_late_after_all(tmp_path: Path) -> None:
    """A bag scanned instead of the confirmation goes on with the handover."""
    made = on_shelf(tmp_path)
    made.clock.pass_ms(8 * DAY_MS)
    made.scan(CAT)
    if made.station.user is None:
        made.scan(CAT)
    made.key("*LOAD")
    made.scan("#4490")
    assert made.scan(bag(made)).message == "1 of 1 bag. Handed over?"
    assert made.key("f12").facts == ("PickedUp",)


def test_leaving_a_pickup_parks_nothing(tmp_path: Path) -> None:
    made = on_shelf(tmp_path)
    made.scan("#4490")
    assert made.key("f3").state == "DOOR"
    made.scan("#4490")
    made.key("*SIGNOUT")
    assert "OrderParked" not in made.facts("FO-4490-1")[-3:]
