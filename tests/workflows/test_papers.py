"""Papers of a parcel that leaves the customs area: needed by border, blank where nobody wrote it down (FL5.18)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from packstation.devices.spooler import Job
from packstation.station.paper import Paper
from packstation.workflows.borders import crosses_border
from tests.shop import BLUE_MUG, PLATE, Bench, bench, item, order

SWISS = {"name": "Reto Meier", "lines": ["Bahnhofstrasse 1"], "postcode": "8001", "city": "Zürich", "country": "CH"}
DECLARED = (
    *item("BLUE-MUG", "MUG BLUE 350", BLUE_MUG, parent="MUG",
          attributes={"colour": "BLUE", "hs_code": "6912.00", "origin": "PT", "customs_name": "Ceramic mug"}),
    *item("PLATE", "PLATE WHITE", PLATE, weight_g=500, attributes={"hs_code": "6912.00", "origin": "DE"}),
)  # fmt: skip


def weighed(tmp_path: Path, *copies: Any, rule: dict[str, str] | None = None, **more: Any) -> Bench:
    made = bench(tmp_path)
    made.change(*copies, order("FO-4472-1", {"BLUE-MUG": 1, "PLATE": 1}, rev=2, **{"to": SWISS, **more}))
    if rule is not None:
        made.change(("setting", "carriers", {"value": {"UPS": {"documents": rule}}}))
    made.scan("FO-4472-1", "FO-4472-1", BLUE_MUG, PLATE)
    made.key("=950")
    return made


def printed(made: Bench) -> list[str]:
    return [row.what for row in made.store.spool.of_fo("FO-4472-1")]


def customs_words(made: Bench) -> str:
    row = next(row for row in made.store.spool.of_fo("FO-4472-1") if row.what == "customs")
    drawn = Paper(made.store).render(Job(str(row.job), "p", row.what, "", row.fo, row.carton))
    return str(pypdfium2.PdfDocument(drawn.content)[0].get_textpage().get_text_range())


@pytest.mark.parametrize(
    ("sender", "receiver", "postcode", "crosses"),
    [
        ("DE", "ES", "28013", False),
        ("DE", "ES", "38001", True),
        ("DE", "CH", "8001", True),
        ("CH", "LI", "9490", False),
        ("GB", "IE", "D01", True),
        ("uk", "GB", "EC1A 1BB", False),
        ("US", "PR", "00901", False),
        ("US", "CA", "K1A", True),
        ("", "CH", "8001", False),
        ("DE", "Schweiz", "8001", False),
    ],
)
def test_a_border_is_told_by_country_and_postcode(sender: str, receiver: str, postcode: str, crosses: bool) -> None:
    assert crosses_border(sender, receiver, postcode) is crosses


def test_a_parcel_that_leaves_the_customs_area_gets_its_page_in_the_same_gesture(tmp_path: Path) -> None:
    """FL5.13: label, slip and customs paper go to the spool with the weight; nothing is asked."""
    made = weighed(tmp_path, *DECLARED)
    assert (made.said[-1].cue, printed(made)) == ("T1", ["label", "slip", "customs"])
    words = customs_words(made)
    for expected in ("CN22", "Ceramic mug", "6912.00", "PT", "PLATE WHITE", "0.850 kg", "0.950 kg", "SWITZERLAND"):
        assert expected in words, expected
    job = made.store.job("FO-4472-1")
    assert job is not None
    assert job.doc.line(1).item.attributes == {"colour": "BLUE"}, "what is for customs is no variant"


def test_what_nobody_wrote_down_is_named_and_left_to_a_pen(tmp_path: Path) -> None:
    made = weighed(tmp_path)
    assert (made.said[-1].outcome, made.said[-1].cue, printed(made)) == (
        "accepted",
        "T4",
        ["label", "slip", "customs"],
    )
    assert made.said[-1].message == (
        "Label prints. Customs page: fill in HS code BLUE-MUG, origin BLUE-MUG, HS code PLATE +1 by hand."
    )
    assert "DocumentMissing" not in made.facts("FO-4472-1")


def test_a_carriers_rule_stops_a_page_with_blanks_and_passes_a_full_one(tmp_path: Path) -> None:
    """FL5.18: block means that a supervisor decides; the page that is whole is no missing paper."""
    stopped = weighed(tmp_path / "blank", rule={"customs": "block"})
    assert (stopped.said[-1].outcome, stopped.said[-1].cue, printed(stopped)) == ("refused", "E4", [])
    whole = weighed(tmp_path / "whole", *DECLARED, rule={"customs": "block"})
    assert (whole.said[-1].cue, printed(whole)) == ("T1", ["label", "slip", "customs"])


def test_goods_that_stay_in_the_area_need_none_whatever_the_rule(tmp_path: Path) -> None:
    made = weighed(tmp_path, rule={"customs": "block"}, to={**SWISS, "country": "ES", "postcode": "28013"})
    assert (made.said[-1].cue, printed(made)) == ("T1", ["label", "slip"])


def test_a_paper_that_the_hub_requires_and_has_not_blocks_and_one_that_it_has_is_not_drawn_again(
    tmp_path: Path,
) -> None:
    """The copies say {"kind", "required", "ready"}, or the kind alone for a paper that is there."""
    invoice = {"kind": "invoice", "required": True, "ready": False}
    stopped = weighed(tmp_path / "no", *DECLARED, documents=[invoice])
    assert (stopped.said[-1].outcome, "invoice missing" in stopped.said[-1].message) == ("refused", True)
    theirs = weighed(tmp_path / "yes", documents=["customs", {**invoice, "ready": True}])
    assert (theirs.said[-1].cue, printed(theirs)) == ("T1", ["label", "slip"])
