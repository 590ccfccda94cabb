"""An order in several boxes: what goes into which, what may not share one, what ships as it stands."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from packstation.commands.demo.player import Player
from packstation.screens.drawing import Paper
from packstation.screens.job import JobScreen
from packstation.station.suggesting import Cartoner
from tests.shop import ANN, BLUE_MUG, EVA, EVA_PIN, PLATE, Bench, carton, item, open_bench, order, put, shop

OIL, GLUE, LAMP = "2000000000107", "2000000000114", "2000000000121"


def floor(folder: Path, lines: dict[str, int]) -> Bench:
    """A bench that asks the engine itself, with dangerous goods and a lamp that ships in its own box."""
    engine: list[Cartoner] = []
    made = open_bench(folder, suggest=lambda job, wanted: engine[0].now(job, wanted))
    engine.append(Cartoner(made.store, made.clock.wall_ms))
    put(made.store, shop())
    made.scan(ANN)
    made.change(
        *item("OIL", "OIL LAMP 1L", OIL, length_mm=90, width_mm=90, height_mm=200, weight_g=900, flags=["hazmat:3"]),
        *item("GLUE", "GLUE HARD", GLUE, length_mm=60, width_mm=60, height_mm=90, weight_g=300, flags=["hazmat:8"]),
        *item(
            "LAMP", "LAMP TALL", LAMP, length_mm=400, width_mm=300, height_mm=300, weight_g=3000, flags=["own_box"]
        ),
        order("FO-4490-1", lines),
    )
    made.scan("FO-4490-1", "FO-4490-1")
    return made


def ship(made: Bench) -> None:
    """Weigh and label the box that was just closed."""
    box = next(box for box in made.store.order("FO-4490-1").boxes if box.state == "closed" and not box.ready)
    carton = made.station.look.carton_type(box.type)
    weight_g = carton.empty_weight_g if carton is not None else 0
    for content in box.contents:
        found = made.station.look.item(content.sku)
        assert found is not None
        weight_g += (found.weight_g or 0) * content.qty
    made.key(f"={weight_g}")
    label = made.store.order("FO-4490-1").boxes[box.no - 1].label
    assert label is not None
    made.scan(label.tracking)


def marked(made: Bench) -> list[str]:
    return [row.title for row in made.station.prompt().rows if row.current]


def test_the_panel_says_what_goes_into_this_box_and_what_waits(tmp_path: Path) -> None:
    """CT1.3, CT3.8: two hazard classes are two boxes; both are named, and the mark stands at the plan's step."""
    made = floor(tmp_path, {"OIL": 1, "GLUE": 1, "BLUE-MUG": 1})
    plan = made.station.desk.suggestion
    assert plan is not None
    assert plan.boxes == 2
    first = {lie.sku for lie in plan.lies}
    panel = "\n".join(made.station.prompt().panel.lines)
    assert "In this box: 1 × " in panel
    assert f"For the next, {plan.others[0][0]}: 1 × " in panel
    names = {line.sku: line.item.name for line in made.station.desk.job.doc.lines}
    assert marked(made) == [names[plan.lies[0].sku]]
    for sku, code in (("OIL", OIL), ("GLUE", GLUE), ("BLUE-MUG", BLUE_MUG)):
        if sku in first:
            assert made.scan(code).outcome == "accepted"
    prompt = made.station.prompt()
    waits = [names[sku] for sku, _ in plan.others[0][1]]
    assert marked(made) == waits[:1]
    assert prompt.instruction == f"Box 1 holds all that was planned: *NEXTBOX, then {waits[0]}"
    assert "For the next" in "\n".join(prompt.panel.lines)


def test_two_hazard_classes_never_share_a_box(tmp_path: Path) -> None:
    """CT3.8: refused before it lies in the box, and *NEXTBOX goes on."""
    made = floor(tmp_path, {"OIL": 1, "GLUE": 1})
    made.scan(OIL)
    stopped = made.scan(GLUE)
    assert (stopped.outcome, stopped.facts) == ("refused", ("ScanRefused",))
    assert stopped.message.startswith("GLUE HARD: hazard class 8 may not go with class 3 in box 1.")
    assert made.key("f10").outcome == "accepted"
    ship(made)
    assert made.scan(GLUE).outcome == "accepted"
    assert [box.units for box in made.store.order("FO-4490-1").boxes] == [1, 1]


def test_an_own_box_is_a_parcel_by_one_scan_and_the_open_box_goes_on(tmp_path: Path) -> None:
    """CT3.9: the unit is opened, packed and closed as OWN; the box beside it stays open and at hand."""
    made = floor(tmp_path, {"BLUE-MUG": 2, "LAMP": 1})
    assert "Ships in its own box, scan it at any time: 1 × LAMP TALL." in made.station.prompt().panel.lines
    made.scan(BLUE_MUG)
    own = made.scan(LAMP)
    assert own.facts == ("CartonOpened", "ItemPacked", "CartonClosed", "CartonChosen")
    ship(made)
    assert made.scan(BLUE_MUG).facts == ("ItemPacked", "CartonClosed")
    ship(made)
    assert [(box.type == "OWN", box.units) for box in made.store.order("FO-4490-1").boxes] == [(False, 2), (True, 1)]


def test_the_last_own_box_waits_until_the_open_box_is_closed(tmp_path: Path) -> None:
    """CT3.9: nothing would close the box that is open beside it."""
    made = floor(tmp_path, {"BLUE-MUG": 1, "LAMP": 1})
    made.key("f12")
    made.scan(BLUE_MUG)
    assert made.station.prompt().instruction == "Box 1 holds all that was planned: *NEXTBOX, then LAMP TALL"
    assert made.scan(LAMP).message.startswith("LAMP TALL ships in its own box. Close box 1: *NEXTBOX")
    made.key("f10")
    ship(made)
    assert made.station.prompt().panel.lines[0] == "Ships in its own box, scan it at any time: 1 × LAMP TALL."
    assert made.scan(LAMP).facts == ("CartonOpened", "ItemPacked", "CartonClosed")


def test_what_ships_alone_ships_alone(tmp_path: Path) -> None:
    """CT3.9: neither into a box with others nor others to it."""
    made = floor(tmp_path, {"OIL": 2, "BLUE-MUG": 1})
    made.change(*item("OIL", "OIL LAMP 1L", OIL, length_mm=90, width_mm=90, height_mm=200, weight_g=900,
                      flags=["ship_alone"]))  # fmt: skip
    made.scan(BLUE_MUG)
    assert made.scan(OIL).message.startswith("OIL LAMP 1L ships alone.")
    made.key("f10")
    ship(made)
    made.key("*QTY2")
    assert made.scan(OIL).message.startswith("OIL LAMP 1L ships one to a box.")
    made.key("f12")
    assert made.scan(OIL).outcome == "accepted"


def test_the_suggestion_follows_a_unit_that_was_moved(tmp_path: Path) -> None:
    """FL5.6, CT1.7: each open box is asked for what is in it and what is left, though the numbers are the same."""
    made = floor(tmp_path, {"BLUE-MUG": 3, "PLATE": 2})
    made.key("f12")
    made.scan(BLUE_MUG, PLATE)
    made.key("f10")
    ship(made)
    made.scan("*OK", "*REOPEN", EVA)
    made.key(f"={EVA_PIN}", "1")
    first, second = (box.lpn for box in made.store.order("FO-4490-1").boxes)
    assert asked_for(made) == {"BLUE-MUG": 2, "PLATE": 1}
    assert made.scan("*MOVE", BLUE_MUG, second).facts == ("ItemMoved",)
    assert asked_for(made) == {"BLUE-MUG": 2, "PLATE": 1}
    made.scan(second)
    assert asked_for(made) == {"BLUE-MUG": 2, "PLATE": 1}
    assert made.station.prompt().panel.lines[0] == "Still to put in: 2 × MUG BLUE 350, 1 × PLATE WHITE."
    made.key("f8")
    made.scan(first)
    assert asked_for(made) == {"BLUE-MUG": 2, "PLATE": 1}


def asked_for(made: Bench) -> dict[str, int]:
    """What the suggestion still wants in the open box: never more than the order still needs."""
    job, suggestion = made.station.desk.job, made.station.desk.suggestion
    assert job is not None
    assert suggestion is not None
    box = job.order.open_box
    assert box is not None
    wanted = Counter(dict(suggestion.units))
    for content in box.contents:
        wanted[content.sku] -= content.qty
    return dict(+wanted)


BALE = "2000000000138"


def two_boxes(folder: Path, *cartons: tuple[str, str, dict[str, Any]]) -> Bench:
    """Four bales, of which three fill the largest carton, and a mug."""
    made = floor(folder, {"GLUE": 1})
    made.key("f9", "1")
    made.change(
        *item("BALE", "BALE OF WOOL", BALE, length_mm=400, width_mm=300, height_mm=100, weight_g=900),
        *cartons,
        order("FO-4491-1", {"BALE": 4, "BLUE-MUG": 1}),
    )
    made.scan("FO-4491-1", "FO-4491-1")
    return made


def test_a_unit_of_the_next_box_is_taken_and_said_and_the_plan_follows(tmp_path: Path) -> None:
    """CT1.7, CT7.4: what lies in the box is a fact; what was planned for the others is counted anew."""
    made = two_boxes(tmp_path)
    assert planned(made) == ("L3", {"BALE": 2, "BLUE-MUG": 1}, [("L3", {"BALE": 2})])
    made.key("f12")
    for done in (1, 2):
        assert made.scan(BALE).message == f"BALE OF WOOL: {done} of 4"
        made.clock.pass_ms(1_000)
    off = made.scan(BALE)
    assert (off.outcome, off.facts) == ("accepted", ("ItemPacked",))
    assert off.message == "BALE OF WOOL: 3 of 4 · was planned for box 2 (L3)"
    assert planned(made) == ("L3", {"BALE": 3}, [("L3", {"BALE": 1, "BLUE-MUG": 1})])
    assert "2 boxes; 2 units are left for the next." in made.station.prompt().panel.lines


def test_what_does_not_fit_by_its_sizes_is_in_the_box_all_the_same(tmp_path: Path) -> None:
    """CT1.7: the panel never counts for the next box what lies in this one, whatever the sizes say."""
    made = two_boxes(tmp_path)
    made.key("f12")
    for _ in range(4):
        made.clock.pass_ms(1_000)
        last = made.scan(BALE)
    assert last.message == "BALE OF WOOL: 4 of 4 · was planned for box 2 (L3)"
    plan = made.station.desk.suggestion
    assert plan is not None
    assert (plan.lies, plan.inside, plan.later) == ((), (("BALE", 4),), 1)
    assert made.station.prompt().instruction == "Box 1 holds all that was planned: *NEXTBOX, then MUG BLUE 350"
    done = made.scan(BLUE_MUG)
    assert done.facts == ("ItemPacked", "CartonClosed")
    assert "was planned for box 2" in done.message


def planned(made: Bench) -> tuple[str, dict[str, int], list[tuple[str, dict[str, int]]]]:
    """The carton of this box, what goes into it, and the boxes after it."""
    plan = made.station.desk.suggestion
    assert plan is not None
    return plan.code, dict(Counter(lie.sku for lie in plan.lies)), [(code, dict(held)) for code, held in plan.others]


def test_the_demos_player_packs_as_planned(tmp_path: Path) -> None:
    """CT1.1: units of this box first, then *NEXTBOX: two boxes were planned and two are packed."""
    made = two_boxes(tmp_path)
    player = Player(made.station, "ANN", {"ANN": ANN})
    acts = []
    while (act := player.right()) is not None and len(acts) < 30:
        acts.append(act.text)
        made.clock.pass_ms(1_000)
        if act.kind == "weigh":
            made.key(f"={act.text}")
        elif act.kind == "key":
            made.key(act.text)
        else:
            said = made.scan(act.text)
            assert "was planned for" not in said.message
        if made.station.desk.job is None or made.station.desk.job.doc.fo != "FO-4491-1":
            break
    assert [(box.type, box.units) for box in made.store.order("FO-4491-1").boxes] == [("L3", 3), ("L3", 2)]


@pytest.mark.parametrize("size", [(80, 24), (40, 20), (20, 16)])
def test_the_first_page_says_carton_why_fill_and_weight(size: tuple[int, int], tmp_path: Path) -> None:
    """CT1.1, CT1.2: before *MORE, at every size; and a mark tells how many pages there are."""
    made = two_boxes(tmp_path)
    prompt = made.station.prompt()
    assert prompt.panel.lines[:2] == (
        "2 parcels (2 x L3) for 5 units, €1.00 in all.",
        "40×30×30 cm, 68 % full, 2.2 kg",
    )
    page = JobScreen().draw(prompt, made.station.status(), Paper(*size))
    seen = " ".join(" ".join("".join(text for text, _ in line) for line in page.lines).split())
    for told in ("L3 Box L3", "40×30×30 cm, 68 % full, 2.2 kg"):
        assert told in seen
    assert re.search(r"[Mm](ore|ORE) 1/\d", seen)


def test_a_plan_of_several_boxes_has_alternatives_for_the_first(tmp_path: Path) -> None:
    """CT1.2: each really packed, on keys 1 to 3, with the money difference."""
    made = two_boxes(tmp_path, carton("XL", (420, 320, 320)))
    plan = made.station.desk.suggestion
    assert plan is not None
    assert (plan.code, plan.boxes) == ("L3", 2)
    assert plan.alternatives == (("XL", "XL = · 57 %"),)
    assert [text for _, text in made.station.prompt().choices] == ["XL = · 57 %"]
