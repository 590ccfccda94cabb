"""Complaints about errors: gone before they are read, told too late, answered with a new line (complaints 10-13)."""

from __future__ import annotations

from pathlib import Path

import pytest

from packstation.workflows.prompt import Message, Prompt
from tests.complaints.counter import packed_box
from tests.conformance.floor import Case, Floor, cases
from tests.shop import BLUE_MUG, EVA, PLATE, RADIO, TEA, WHITE_MUG, bench, order
from tests.workflows import pickshop


def test_complaint_10_an_unknown_order_shows_no_order_at_all(tmp_path: Path) -> None:
    """ "not found" vanished, the order before stayed highlighted, its label went on the wrong parcel (FL2.7)."""
    made = bench(tmp_path)
    box = packed_box(made, "FO-4471-1", BLUE_MUG, BLUE_MUG, weight_g=800)
    assert box.label is not None
    made.scan(box.label.tracking, "FO-9999-1")
    for _ in range(4):
        made.clock.pass_ms(60_000)
        made.station.tick()
    prompt = made.station.prompt()
    assert (prompt.state, prompt.title, prompt.rows) == ("IDLE", "", ())
    assert prompt.message is not None
    assert prompt.message.text == "Not known: FO-9999-1 (raw bytes F2). Nothing recorded."
    assert "4471" not in repr(prompt)
    # Five minutes without a hand lock the bench, which hides everything; the error is still there for its packer.
    for _ in range(6):
        made.clock.pass_ms(60_000)
        made.station.tick()
    assert made.station.state == "LOCKED"


def test_complaint_11_no_error_has_an_end(tmp_path: Path) -> None:
    """Checked over the fields themselves: neither a prompt nor its message can say when it is over (FL2.6)."""
    names = {name for kind in (Prompt, Message) for name in kind.__struct_fields__}
    assert not {name for name in names if any(word in name for word in ("expir", "until", "timeout"))}


STICKY = [case for number, case in enumerate(cases()) if number % 6 == 0]


@pytest.mark.parametrize("case", STICKY, ids=lambda case: case.name)
def test_complaint_11_what_a_case_leaves_sticky_is_sticky_four_minutes_later(case: Case, tmp_path: Path) -> None:
    """Every sixth case of the floor: where it ends in an error or a question, time alone changes nothing.

    Four minutes, as the bench locks itself after five.
    """
    floor = Floor(tmp_path)
    for given in case.given:
        floor.given(given)
    if floor.station.user is None and not any(given.startswith("user ") for given in case.given):
        floor._sign_in("ANN")
    for step in case.steps:
        floor.step(step)
    message = floor.station.message
    if message is None or not message.sticky or floor.station.locked or floor.station.desk.remove:
        return
    for _ in range(24):
        floor.clock.pass_ms(10_000)
        floor.station.tick()
        assert floor.station.message == message


def test_complaint_12_the_wrong_third_of_forty_is_refused_at_its_own_scan(tmp_path: Path) -> None:
    made = bench(tmp_path)
    made.change(order("FO-4490-1", {"BLUE-MUG": 40}))
    made.scan("FO-4490-1", "FO-4490-1", BLUE_MUG, BLUE_MUG)
    wrong = made.scan(WHITE_MUG)
    assert (wrong.outcome, wrong.facts) == ("refused", ("ScanRefused",))
    assert wrong.message == "WRONG ITEM. MUG BLUE 350: colour WHITE, need BLUE. Nothing recorded. Put it aside."
    assert made.scan(BLUE_MUG).message == "MUG BLUE 350: 3 of 40"


@pytest.mark.parametrize("asked_for", ["quantity", "lot", "pick lot"])
def test_complaint_13_another_item_never_makes_a_new_line(tmp_path: Path, asked_for: str) -> None:
    """Wrong scan in the quantity step made a new line: here it is refused, and nothing but a refusal is recorded."""
    made = pickshop.bench(tmp_path, work="pick" if asked_for == "pick lot" else "pack")
    fo = "FO-4471-1" if asked_for == "quantity" else "FO-4473-1"
    made.scan(fo, fo)
    if asked_for == "quantity":
        made.scan("M2")
        made.key("*QTY2")
    elif asked_for == "lot":
        made.scan(TEA)
    else:
        made.scan("T-5", "B-01-1", TEA)
    facts = made.facts(fo)
    job = made.store.job(fo)
    for code in (PLATE, RADIO, EVA):
        made.scan(code)
        made.key("f12")
    assert set(made.facts(fo)[len(facts) :]) <= {"ScanRefused", "ScansSetAside"}
    after = made.store.job(fo)
    assert job is not None
    assert after is not None
    assert after.doc.lines == job.doc.lines
    assert not after.order.packed_by_line
