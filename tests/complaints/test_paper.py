"""Complaints about labels: two alike, of what was not packed, with the old address, or none (complaints 14-18)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from packstation.commands.assembly import Assembled
from packstation.devices.printer_profile import PrinterProfile
from packstation.devices.spooler import Job
from packstation.station.paper import Paper
from tests.complaints.counter import assembled, packed_box
from tests.devices.printer_sink import PrinterSink
from tests.shop import ANN, BLUE_MUG, EVA, EVA_PIN, PLATE, Bench, TestClock, order


@dataclass
class Desk:
    """A station that prints labels as ZPL to a printer on a socket."""

    made: Assembled
    bench: Bench
    sink: PrinterSink

    def labels(self, count: int) -> list[bytes]:
        return self.sink.waits_for(count, 20.0)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    clock, sink = TestClock(), PrinterSink()
    made = assembled(tmp_path / "st-07", clock, sink.url)
    made.start_printing()
    bench = Bench(made.station, clock, made.store)
    bench.scan(ANN)
    try:
        yield Desk(made, bench, sink)
    finally:
        made.close()
        sink.close()


def approved(bench: Bench) -> object:
    bench.scan(EVA)
    bench.key(f"={EVA_PIN}")
    return bench.key("1")


def test_complaint_14_two_cartons_have_two_labels_and_each_fits_its_own_box_only(desk: Desk) -> None:
    bench = desk.bench
    one = packed_box(bench, "FO-4471-1", BLUE_MUG, BLUE_MUG, weight_g=800)
    assert one.label is not None
    bench.scan(one.label.tracking)
    two = packed_box(bench, "FO-4472-1", BLUE_MUG, PLATE, weight_g=950)
    assert two.label is not None
    first, second = desk.labels(2)
    assert first != second
    assert one.label.tracking.encode() in first
    assert two.label.tracking.encode() in second
    assert (
        bench.scan(one.label.tracking).message
        == "WRONG LABEL ON BOX: this is #4471. Do not ship. Nothing recorded. Find the right label."
    )
    assert bench.scan(two.label.tracking).message.startswith("#4472 ready.")


def test_complaint_15_a_bulk_of_three_of_which_one_fails_prints_two_labels(desk: Desk) -> None:
    """Labels of unpacked orders opened after a partial failure: the third parcel's weight is off, it stays packed."""
    bench = desk.bench
    for number, fo in enumerate(("FO-4471-1", "FO-4472-1")):
        codes = ((BLUE_MUG, BLUE_MUG), (BLUE_MUG, PLATE))[number]
        box = packed_box(bench, fo, *codes, weight_g=(800, 950)[number])
        assert box.label is not None
        bench.scan(box.label.tracking)
    bench.change(order("FO-4490-1", {"BLUE-MUG": 2}))
    bench.scan("FO-4490-1", "FO-4490-1", BLUE_MUG, BLUE_MUG)
    refused = bench.station.weight(3_000)
    assert refused.facts == ("CartonWeighed",)
    assert bench.store.order("FO-4490-1").boxes[0].label is None
    bench.key("f4")
    assert len(desk.labels(2)) == 2
    assert [row.what for row in bench.store.spool.of_fo("FO-4490-1")] == []


def test_complaint_16_a_reprint_has_the_new_address_and_the_old_label_is_dead(desk: Desk) -> None:
    bench = desk.bench
    old = packed_box(bench, "FO-4471-1", BLUE_MUG, BLUE_MUG, weight_g=800)
    assert old.label is not None
    desk.labels(1)
    _, _, body = order("FO-4471-1", {"BLUE-MUG": 2}, rev=2)
    body["to"] = {**body["to"], "lines": ["Gran Via 22"], "name": "Jose Nunez"}
    bench.change(("fo", "FO-4471-1", body))
    bench.station.tick()
    box = bench.store.order("FO-4471-1").boxes[0]
    assert box.label is not None
    first, second = desk.labels(2)
    assert b"Calle Mayor 1" in first
    assert b"Gran Via 22" in second
    assert b"Calle Mayor 1" not in second
    bench.key("f12")
    old_mark, new_mark = (f"P1;4471;1;1;{box.lpn};{number}" for number in (1, 2))
    (row,) = [
        row for row in bench.store.spool.of_fo("FO-4471-1") if row.what == "label" and row.ref == box.label.label
    ]
    job = Job(str(row.job), "p", row.what, row.ref, row.fo, row.carton, row.copy)
    drawn = Paper(bench.store).render(job, PrinterProfile(language="pdf"))
    assert new_mark in {symbol.text for symbol in drawn.symbols}
    for dead in (old_mark, old.label.tracking):
        assert bench.scan(dead).message == "Old label. Destroy it. Use the newest print. Nothing recorded."
        bench.key("f12")
    bench.key("f11", "2")
    assert b"Gran Via 22" in desk.labels(3)[2]
    newest = f"P1;4471;1;1;{box.lpn};3"
    assert bench.scan(new_mark).message == "Old label. Destroy it. Use the newest print. Nothing recorded."
    bench.key("f12")
    assert bench.scan(newest).message.startswith("#4471 ready.")
    bench.key("*LOAD")
    bench.scan("D-UPS")
    assert bench.scan(old_mark).outcome == "refused"
    bench.key("f12")
    assert bench.scan(newest).facts[-1:] == ("ParcelLoaded",)


def test_complaint_17_a_voided_label_is_made_anew_and_the_other_box_is_untouched(desk: Desk) -> None:
    bench = desk.bench
    bench.scan("FO-4471-1", "FO-4471-1", BLUE_MUG)
    bench.key("f10")
    bench.station.weight(450)
    first = bench.store.order("FO-4471-1").boxes[0]
    assert first.label is not None
    bench.scan(first.label.tracking, BLUE_MUG)
    bench.clock.pass_ms(400)
    bench.station.weight(450)
    second = bench.store.order("FO-4471-1").boxes[1]
    assert second.label is not None
    bench.scan(second.label.tracking)
    bench.scan(first.lpn)
    bench.key("*VOID")
    approved(bench)
    bench.key("f4")
    after = bench.store.order("FO-4471-1").boxes
    assert after[0].label is not None
    assert after[0].label.label != first.label.label
    assert after[1].label is not None
    assert after[1].label.label == second.label.label
    printed = desk.labels(3)
    assert after[0].label.tracking.encode() in printed[2]


def test_complaint_18_a_slip_leads_to_its_label_in_two_scans(desk: Desk) -> None:
    """Reprint from the packed list: slip, then *REPRINT; what cannot be is said in words."""
    bench = desk.bench
    box = packed_box(bench, "FO-4471-1", BLUE_MUG, BLUE_MUG, weight_g=800)
    assert box.label is not None
    bench.scan(box.label.tracking)
    desk.labels(1)
    bench.scan("#4471", "*REPRINT")
    bench.key("2")
    assert box.label.tracking.encode() in desk.labels(2)[1]
    bench.key("f12")
    bench.scan("#4472", "*REPRINT")
    assert bench.station.message is not None
    assert " " in bench.station.message.text
    assert len(bench.store.spool.of_fo("FO-4472-1")) == 0
