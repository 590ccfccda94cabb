"""One paper printed once more, alone: by *PAPER on the command sheet, 6 behind F11, or the menu (devices.md D6.2)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import zxingcpp

from packstation.devices.printer import printer_address
from packstation.devices.printer_profile import PrinterProfile
from packstation.devices.spooler import Job
from packstation.station.paper import Paper
from packstation.station.printers import printers_of
from packstation.workflows.desk import Print
from tests.shop import BLUE_MUG, PLATE, Bench, bench, order

SWISS = {"name": "Reto Meier", "lines": ["Bahnhofstrasse 1"], "postcode": "8001", "city": "Zürich", "country": "CH"}


def sealing(tmp_path: Path, **more: Any) -> Bench:
    made = bench(tmp_path)
    made.change(order("FO-4472-1", {"BLUE-MUG": 1, "PLATE": 1}, rev=2, **more))
    made.scan("FO-4472-1", "FO-4472-1", BLUE_MUG, PLATE)
    made.key("=950")
    assert made.station.state == "SEAL"
    return made


def spooled(made: Bench, what: str) -> list[tuple[int, str]]:
    return [(row.copy, row.state) for row in made.store.spool.of_fo("FO-4472-1") if row.what == what]


@pytest.mark.parametrize("how", ["scan", "key", "f11"])
def test_the_slip_prints_once_more_and_the_label_stays_as_it_is(tmp_path: Path, how: str) -> None:
    """No reason and no fact: a paper kills nothing. The one that waits is void, so that one comes out, not two."""
    made = sealing(tmp_path)
    before = made.facts("FO-4472-1")
    if how == "scan":
        said = made.scan("*PAPER")
    elif how == "key":
        assert "*PAPER" in {key.command for key in made.station.prompt().keys}, "and so in the menu"
        said = made.key("*PAPER")
    else:
        said = made.key("f11", "6")
    assert (said.outcome, said.message, said.state) == ("ignored", "Packing slip prints.", "SEAL")
    assert spooled(made, "slip") == [(1, "void"), (2, "queued")]
    assert spooled(made, "label") == [(1, "queued")]
    assert made.facts("FO-4472-1") == before


def test_a_slip_that_came_out_stays_on_record_beside_its_copy(tmp_path: Path) -> None:
    """The journal says which copies were printed, and who stood there."""
    made = sealing(tmp_path)
    for _ in range(2):
        row = next(r for r in made.store.spool.open() if r.what == "slip")
        assert made.store.spool.sending(row.job, row.printer)
        made.store.spool.sent(row.job)
        made.station.tick()
        made.key("*PAPER")
    assert spooled(made, "slip") == [(1, "sent"), (2, "sent"), (3, "queued")]
    facts = [entry.fact for entry in made.store.journal.of_fo("FO-4472-1") if entry.kind == "PrintSent"]
    assert [(fact.what, fact.copy) for fact in facts] == [("slip", 1), ("slip", 2)]  # type: ignore[union-attr]


def test_several_papers_are_chosen_from_by_number(tmp_path: Path) -> None:
    made = sealing(tmp_path, to=SWISS, wave="W-1")
    assert made.key("*PAPER").message == "Which paper?"
    assert made.station.prompt().choices == (("1", "slip"), ("2", "customs"), ("3", "pick list"))
    assert made.key("2").message == "Customs page prints."
    assert (spooled(made, "customs"), spooled(made, "slip")) == ([(1, "void"), (2, "queued")], [(1, "queued")])
    made.key("*PAPER")
    assert made.key("f3").message == "Left. Nothing recorded."


def test_a_parcel_that_is_done_gives_its_slip_with_nothing_open(tmp_path: Path) -> None:
    """Two gestures from the shelf: the box's number, *PAPER. The bench stays free."""
    made = sealing(tmp_path)
    lpn = made.store.order("FO-4472-1").boxes[0].lpn
    box = made.store.order("FO-4472-1").boxes[0]
    assert box.label is not None
    made.scan(box.label.tracking)
    made.scan(lpn)
    said = made.scan("*PAPER")
    assert (said.message, said.state, spooled(made, "slip")) == (
        "Packing slip prints.", "IDLE", [(1, "void"), (2, "queued")],
    )  # fmt: skip


def test_without_a_paper_it_says_so(tmp_path: Path) -> None:
    made = bench(tmp_path)
    assert made.key("*PAPER").message == "No paper here yet. Close a box first, or scan a parcel."
    made.scan("FO-4472-1", "FO-4472-1")
    assert made.key("*PAPER").message == "No paper here yet. Close a box first, or scan a parcel."


def test_a_slip_on_a_label_printer_is_a_picture_that_scans(tmp_path: Path) -> None:
    """D8.5: `slip4x6` on a ZPL printer: one picture a page, and the same page as PDF has the same codes."""
    made = sealing(tmp_path)
    lpn = made.store.order("FO-4472-1").boxes[0].lpn
    job = Job("1", "p", "slip", lpn, "FO-4472-1", lpn)
    drawn = Paper(made.store).render(job, printer_address("tcp://zd420:9100#slip4x6")[1])
    assert (drawn.format, drawn.pages, drawn.content.count(b"^GFA")) == ("zpl", 1, 1)
    assert drawn.content.startswith(b"^XA^CI28^PW812^LL1218")
    pdf = Paper(made.store).render(job, printer_address("lp:office#slip4x6")[1])
    page = pypdfium2.PdfDocument(pdf.content)[0]
    assert page.get_size() == pytest.approx((812 * 72 / 203, 1218 * 72 / 203), abs=1)
    picture = page.render(scale=203 / 72 * 2, grayscale=True).to_pil()
    read = {code.text for code in zxingcpp.read_barcodes(picture, text_mode=zxingcpp.TextMode.Plain)}
    assert read == {"4472", "R-4472"} == {symbol.text for symbol in drawn.symbols}


def test_slips_go_to_the_label_printer_only_where_it_was_told_to_take_them(tmp_path: Path) -> None:
    """Bytes of another language, or a page that does not fit, never go to a printer for labels."""
    made = bench(tmp_path)
    slip, customs = Print("slip", "FO-4472-1"), Print("customs", "FO-4472-1")
    plain = printers_of(made.store.place, tmp_path, printer="tcp://zd420:9100")
    told = printers_of(made.store.place, tmp_path, printer="tcp://zd420:9100#slip4x6")
    assert (plain.of(slip), told.of(slip), told.of(customs)) == ("documents", "tcp://zd420:9100", "documents")
    assert (plain.takes("tcp://zd420:9100", "slip"), told.takes("tcp://zd420:9100", "slip")) == (False, True)
    assert PrinterProfile(language="pdf", paper="4x6").takes_paper
