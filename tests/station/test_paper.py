"""Documents drawn when they are printed: a carrier's own label, layer pictures on the slip (D8.4, CT7.5)."""

from __future__ import annotations

import base64
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from msgspec import structs

from packstation.devices.printer_profile import PrinterProfile
from packstation.devices.spooler import Job
from packstation.documents.drawn import PaperRefused
from packstation.documents.label import house_label
from packstation.station.paper import Paper
from packstation.station.suggesting import Cartoner
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


def atlases(tmp_path: Path) -> Bench:
    """A bench that asks the real engine, with an order of twelve equal books."""
    made = bench(tmp_path)
    made.station.look._suggest = Cartoner(made.store, made.clock.wall_ms).now
    made.change(
        *item("BOOK", "ATLAS", "2000000000077", length_mm=150, width_mm=100, height_mm=40, weight_g=300),
        order("FO-4490-1", {"BOOK": 12}),
    )
    return made


def test_a_slip_of_many_units_shows_how_they_lie(tmp_path: Path) -> None:
    """CT7.5, CT7.6: the layers that the packer saw, each unit with the number of its step."""
    made = atlases(tmp_path)
    made.scan("FO-4490-1", "FO-4490-1")
    shown = made.station.desk.suggestion
    assert shown is not None
    made.scan(*["2000000000077"] * 12)
    lpn = made.store.order("FO-4490-1").boxes[0].lpn
    paper = Paper(made.store)
    inner_mm, layers = paper._pictured("FO-4490-1", lpn)
    assert inner_mm == shown.inner_mm[:2]
    assert [(layer.z_mm, tuple(unit.step for unit in layer.units)) for layer in layers] == [
        (layer.z_mm, tuple(sorted(layer.steps))) for layer in shown.layers
    ]
    assert [(u.step, u.x_mm, u.y_mm) for layer in layers for u in layer.units] == [
        (n, *lie.position_mm[:2]) for n, lie in enumerate(shown.lies, 1)
    ]
    drawn = paper.render(Job("1", "p", "slip", lpn, "FO-4490-1", lpn))
    assert drawn.pages == 2
    words = pypdfium2.PdfDocument(drawn.content)[1].get_textpage().get_text_range()
    assert "12" in words


def test_a_box_filled_otherwise_than_suggested_has_no_picture(tmp_path: Path) -> None:
    """CT7.5: a picture is of what was suggested and packed; nothing is made up for it afterwards."""
    made = atlases(tmp_path)
    made.scan("FO-4490-1", "FO-4490-1")
    made.scan(*["2000000000077"] * 12)
    lpn = made.store.order("FO-4490-1").boxes[0].lpn
    kept = made.store.mirror.plans.of_box(lpn)
    assert kept is not None
    made.store.mirror.plans.keep(lpn, "FO-4490-1", structs.replace(kept, lies=kept.lies[:8]))
    assert Paper(made.store)._pictured("FO-4490-1", lpn) == ((0, 0), ())


def test_after_a_restart_in_mid_box_the_same_steps_are_shown(tmp_path: Path) -> None:
    """CT1.7, FL2.16: what lies in the box lies where its step put it, so the steps are not made anew."""
    made = atlases(tmp_path)
    made.scan("FO-4490-1", "FO-4490-1", *["2000000000077"] * 5)
    before, panel = made.station.desk.suggestion, made.station.prompt().panel
    assert before is not None
    assert panel is not None
    assert panel.lines[0].startswith("6. BOOK")
    again = made.again()  # its own suggestions are others: what is shown comes from the plan that was kept
    assert again.station.desk.suggestion == before
    assert again.station.prompt().panel == panel


def test_what_was_kept_of_another_order_of_units_is_not_shown_again(tmp_path: Path) -> None:
    """CT1.7: the order changed while the station was down: the steps are those of the new units."""
    made = atlases(tmp_path)
    made.scan("FO-4490-1", "FO-4490-1", *["2000000000077"] * 5)
    made.change(order("FO-4490-1", {"BOOK": 9, "PLATE": 3}, rev=2))
    kept = made.station.desk.suggestion
    again = made.again()
    assert again.station.desk.suggestion != kept
