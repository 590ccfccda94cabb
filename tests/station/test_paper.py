"""Documents drawn when they are printed: a carrier's own label, layer pictures on the slip (D8.4, CT7.5)."""

from __future__ import annotations

import base64
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp

from packstation.devices.printer import PrinterProfile
from packstation.devices.spooler import Job
from packstation.documents.drawn import PaperRefused
from packstation.documents.label import house_label
from packstation.station.paper import Paper
from tests.shop import BLUE_MUG, PLATE, Bench, bench, item, order


def packed(tmp_path: Path, **more: object) -> Bench:
    made = bench(tmp_path)
    made.change(order("FO-4472-1", {"BLUE-MUG": 1, "PLATE": 1}, rev=2, **more))
    made.scan("FO-4472-1", "FO-4472-1", BLUE_MUG, PLATE)
    made.key("=950")
    assert made.station.state == "SEAL"
    return made


def label_job(made: Bench) -> Job:
    row = next(row for row in made.store.spool.of_fo("FO-4472-1") if row.what == "label")
    return Job(str(row.job), "p", row.what, row.ref, row.fo, row.carton, row.copy)


def read(content: bytes) -> set[str]:
    picture = pypdfium2.PdfDocument(content)[0].render(scale=203 / 72, grayscale=True).to_pil().convert("L")
    return {symbol.text for symbol in zxingcpp.read_barcodes(picture, text_mode=zxingcpp.TextMode.Plain)}


def test_a_label_bought_ahead_is_the_carriers_own(tmp_path: Path) -> None:
    """D8.4: what the carrier returned is printed, and its bars read back on the box."""
    ours = bench(tmp_path / "other")
    ours.scan("FO-4471-1", "FO-4471-1", BLUE_MUG, BLUE_MUG)
    ours.key("=800")
    box = ours.store.order("FO-4471-1").boxes[0]
    assert box.label is not None
    theirs = house_label(Paper(ours.store).shipment("FO-4471-1", box.lpn))
    bought = {"tracking": box.label.tracking, "format": "pdf", "content": base64.b64encode(theirs.content).decode()}
    made = packed(tmp_path / "mine", labels=[bought])
    drawn = Paper(made.store).render(label_job(made), PrinterProfile(language="pdf"))
    assert box.label.tracking in read(drawn.content)
    assert made.scan(box.label.tracking).facts == ("LabelScanned",)


def test_without_the_carriers_file_no_label_of_ours_carries_its_number(tmp_path: Path) -> None:
    """D8.4: we never draw a carrier's label; the spool row fails and says why."""
    made = packed(tmp_path, labels=[{"tracking": "1Z0000000000000000"}])
    with pytest.raises(PaperRefused, match="expected the carrier's label 1Z0000000000000000"):
        Paper(made.store).render(label_job(made), PrinterProfile(language="pdf"))


def test_a_slip_of_many_units_shows_how_they_lie(tmp_path: Path) -> None:
    """CT7.5, CT7.6: more than six units in a well filled box get layer pictures, two do not."""
    made = bench(tmp_path)
    made.change(
        *item("BOOK", "ATLAS", "2000000000077", length_mm=150, width_mm=100, height_mm=40, weight_g=300),
        order("FO-4490-1", {"BOOK": 12}),
    )
    made.scan("FO-4490-1", "FO-4490-1", *["2000000000077"] * 12)
    lpn = made.store.order("FO-4490-1").boxes[0].lpn
    drawn = Paper(made.store).render(Job("1", "p", "slip", lpn, "FO-4490-1", lpn))
    assert drawn.pages == 2
    words = pypdfium2.PdfDocument(drawn.content)[1].get_textpage().get_text_range()
    assert "12" in words
