"""What a hand types: weights, quantities, codes and PINs, and what stands on the screen while it does."""

from __future__ import annotations

from pathlib import Path

import pytest

from packstation.workflows.prompt import Cue
from sync import facts as f
from tests.shop import ANN, BEN, BLUE_MUG, EVA, EVA_PIN, PLATE, Bench, bench, order


@pytest.fixture
def weighing(tmp_path: Path) -> Bench:
    """#4472 is packed and waits for its weight."""
    made = opened(tmp_path, "FO-4472-1")
    made.scan(BLUE_MUG, PLATE)
    assert made.station.state == "WEIGH"
    return made


def opened(folder: Path, fo: str) -> Bench:
    made = bench(folder)
    made.scan(fo, fo)  # nothing is picked: the second scan says so
    return made


def weights(made: Bench, fo: str = "FO-4472-1") -> list[int]:
    return [e.fact.weight_g for e in made.store.journal.of_fo(fo) if isinstance(e.fact, f.CartonWeighed)]


def logged(made: Bench) -> str:
    return " ".join(str(row) for row in made.store.db.execute("SELECT * FROM scan_line").fetchall())


def test_a_pin_typed_under_a_badge_question_is_no_weight(weighing: Bench) -> None:
    """FL1.12: only the badge answers; what is typed meanwhile is used for nothing and shown nowhere."""
    assert weighing.scan(EVA).message == "Switch to Eva? Scan badge again."
    weighing.key(*EVA_PIN)
    assert not weighing.station.prompt().entry
    weighing.key("enter")
    assert weighing.key(f"={EVA_PIN}").message == "Switch to Eva? Scan badge again."
    assert weights(weighing) == []
    assert EVA_PIN not in logged(weighing)
    assert weighing.key("f3").message == "Left. Nothing recorded."
    assert weighing.key("=950").facts[0] == "CartonWeighed"


def test_a_stop_takes_no_typed_weight_before_it_is_acknowledged(weighing: Bench) -> None:
    """FL2.6: a class B error needs F12 or what its row names; a badge that was refused asks for no PIN."""
    weighing.key("=450")
    assert weighing.scan(ANN).message == "Ann may not approve a wrong weight."
    assert weighing.key("=053961").message.startswith("Stopped. F12 first")
    assert weights(weighing) == [450]
    weighing.key("f12")
    assert weighing.key("=053961").message == "Not a weight: …. Type grams, Enter."
    assert weights(weighing) == [450]
    assert "053961" not in logged(weighing)
    assert weighing.key("=950").facts[0] == "CartonWeighed"


@pytest.mark.parametrize(
    ("rules", "grams", "said"),
    [
        ({}, "982098", "Over 20 000 g: not a weight of this box. Type grams, Enter."),
        ({"typed_weight_max_g": 5_000}, "5001", "Over 5 000 g: not a weight of this box. Type grams, Enter."),
    ],
)
def test_a_typed_weight_has_a_limit(rules: dict[str, int], grams: str, said: str, weighing: Bench) -> None:
    """FL5.12: a hand may type what the carton may weigh, or what the site's rule says."""
    weighing.change(("setting", "rules", {"value": rules}))
    assert weighing.key(f"={grams}").message == said
    assert weights(weighing) == []
    assert grams not in logged(weighing)


def test_a_stray_digit_is_forgotten_with_the_next_gesture(tmp_path: Path) -> None:
    """FL5.37: a digit pressed while weighing multiplies no scan after two undos."""
    made = opened(tmp_path, "FO-4471-1")
    made.scan(BLUE_MUG, BLUE_MUG)
    assert made.station.state == "WEIGH"
    made.key("2", "f8", "f8")
    assert made.scan(BLUE_MUG).message == "Box M2. MUG BLUE 350: 1 of 2"


def test_a_quantity_is_said_before_the_scan_that_it_multiplies(tmp_path: Path) -> None:
    """FL5.37: typed n, then the item; backspace takes a digit back, and no number is cut to one that fits."""
    made = opened(tmp_path, "FO-4475-1")
    made.scan("M2")
    assert made.key("1").message == ""
    assert made.key("2").message == "Next scan counts 12."
    assert made.key("backspace").message == "Next scan counts 1."
    made.key("f3", "1", "2", "3")
    assert made.scan(BLUE_MUG).facts == ("ScanRefused",)
    assert made.scan(BLUE_MUG).message == "MUG BLUE 350: 1 of 24"


def test_a_badge_ends_the_question_under_it(tmp_path: Path) -> None:
    """FL2.14: a different code after the cue cancels the question; F12 must not answer it unseen."""
    made = opened(tmp_path, "FO-4472-1")
    made.scan(BLUE_MUG, "FO-4471-1")
    assert made.scan(BEN).message == "Switch to Ben? Scan badge again."
    assert made.key("f12").message == "Switch to Ben? Scan badge again."
    made.key("f3")
    made.key("f12")
    assert "OrderParked" not in made.facts("FO-4472-1")
    assert made.station.state == "ORDER"


def test_ok_parks_and_opens_what_was_asked_about(tmp_path: Path) -> None:
    """FL4.40: `*OK` confirms as the same scan does, and the other order is on the bench."""
    made = opened(tmp_path, "FO-4472-1")
    made.scan(BLUE_MUG, "FO-4471-1")
    assert made.key("f12").facts == ("OrderParked",)
    assert made.key("f12").facts == ("OrderOpened",)  # nothing of it is picked: asked first
    assert made.station.prompt().title == "#4471"


def test_no_order_is_parked_for_one_that_is_finished(tmp_path: Path) -> None:
    """FL4.11, FL4.40: the other order is looked at before the question."""
    made = opened(tmp_path, "FO-4472-1")
    made.scan(BLUE_MUG, PLATE)
    made.key("=950")
    label = made.store.order("FO-4472-1").boxes[0].label
    assert label is not None
    made.scan(label.tracking, "FO-4471-1", "FO-4471-1", BLUE_MUG)
    said = made.scan("FO-4472-1")
    assert (said.outcome, said.cue, said.state) == ("refused", Cue.STOP, "ORDER")
    assert said.message.startswith("#4472 packed: ready.")
    made.key("f12")
    assert made.station.prompt().title == "#4471"
    assert "OrderParked" not in made.facts("FO-4471-1")


@pytest.mark.parametrize(
    ("way", "text"),
    [(["f5", "1", "1", "enter", "1"], "=1"), (["f9"], "=7"), (["f6"], "=9")],
    ids=["short", "hold", "hand"],
)
def test_a_wrong_digit_keeps_the_question(way: list[str], text: str, tmp_path: Path) -> None:
    """FL2.6: no question disappears but by its answer; its words stay on the screen."""
    made = opened(tmp_path, "FO-4475-1")
    made.scan("M2")
    asked = made.key(*way)
    made.key(text)
    message = made.station.prompt().message
    assert made.station.desk.pending is not None
    assert message is not None
    assert message.text.endswith(asked.message)
    assert message.sticky == "ask"


def test_setting_held_scans_aside_shows_the_question_again(tmp_path: Path) -> None:
    """FL2.5, FL2.6: the words of the open question stand behind the news."""
    made = opened(tmp_path, "FO-4472-1")
    made.scan("M2")
    asked = made.key("f9")
    made.scan(BLUE_MUG)
    made.key("*DROP")
    message = made.station.prompt().message
    assert message is not None
    assert message.text == f"1 scan set aside. {asked.message}"


def test_an_order_opens_by_its_typed_number(tmp_path: Path) -> None:
    """FL10.3: every action works by keys; the log says that nobody scanned."""
    made = bench(tmp_path)
    assert made.key("4", "4", "7", "1", "enter").message.startswith("2 of 2 not picked yet.")
    assert made.key("=4471").facts == ("OrderOpened",)
    rows = made.store.db.execute("SELECT device FROM scan_line WHERE text = '4471'").fetchall()
    assert rows == [("keys",), ("keys",)]
    made.scan("M2")
    assert made.key("=4472").message == "Park this order (0/2 kept) and open 4472? Scan again."
    assert made.key("=4472").facts == ("OrderParked",)


def test_an_item_typed_by_hand_is_recorded_as_typed(tmp_path: Path) -> None:
    """FL9.7: a unit that nobody scanned is not told from a scanned one by its code alone."""
    made = opened(tmp_path, "FO-4471-1")
    assert made.key(f"={BLUE_MUG}").outcome == "accepted"
    packed = next(e.fact for e in made.store.journal.of_fo("FO-4471-1") if isinstance(e.fact, f.ItemPacked))
    assert packed.how == "typed"


def test_the_menu_offers_what_works(weighing: Bench) -> None:
    """FL2.6, FL10.3: no undo under a stop, no label command without a label; what is held can be set aside."""
    commands = {key.command for key in weighing.station.prompt().keys}
    assert not commands & {"*REPRINT", "*VOID"}
    weighing.key("=450")
    stopped = {key.command for key in weighing.station.prompt().keys}
    assert "*RESCAN" in stopped
    assert not stopped & {"*UNDO", "*HOLD", "*VOID", "*REOPEN", "*PARK"}
    weighing.scan(BLUE_MUG)
    assert weighing.station.prompt().keys[0].command == "*DROP"


def test_an_expiry_is_taken_as_an_element_string(tmp_path: Path) -> None:
    """FL4.47: AI 17 alone is the date that was asked for; F12 there holds no scan."""
    made = bench(tmp_path)
    made.change(
        ("sku", "SOUP", {"sku": "SOUP", "name": "SOUP", "weight_g": 300, "flags": ["expiry"], "attributes": {}}),
        ("barcode", "2000000000099", {"code": "2000000000099", "sku": "SOUP", "quantity": 1}),
        order("FO-4491-1", {"SOUP": 1}),
    )
    made.scan("FO-4491-1", "FO-4491-1", "2000000000099")
    assert made.station.state == "EXPIRY"
    made.key("f12")
    assert made.scan("]d217280806").facts[1] == "ItemPacked"


def test_held_scans_wait_for_the_end_of_a_weight_stop(weighing: Bench) -> None:
    """FL2.5, FL2.6: none is used up by a stop; *RESCAN ends it, *DROP sets all aside at once."""
    weighing.key("=450")
    for _ in range(5):
        weighing.scan(BLUE_MUG)
    weighing.key("f12", "f12", "f12")
    assert len(weighing.station.prompt().held) == 5
    assert weighing.key("*DROP").facts == ("ScansSetAside",)
    assert weighing.key("*RESCAN").facts == ("RescanOrdered",)


def test_f12_at_a_wrong_weight_says_again_what_is_wrong(weighing: Bench) -> None:
    """FL5.10, FL2.7: acknowledged or not, the gap and the one next action stay in sight."""
    said = weighing.key("=450").message
    assert said.endswith("*RESCAN, or supervisor: scan badge.")
    for _ in range(2):
        assert weighing.key("f12").message == said
        assert weighing.station.message is not None
        assert weighing.station.message.text == said
    assert weighing.station.state == "STOP"


def test_held_scans_are_set_aside_by_a_key(weighing: Bench) -> None:
    """FL2.4, FL10.3: *DROP has F10 while scans are held; without them F10 is the next box again."""
    weighing.key("=450")
    weighing.scan(BLUE_MUG)
    keys = [(key.command, key.key) for key in weighing.station.prompt().keys]
    assert ("*DROP", "f10") in keys
    assert sum(key == "f10" for _, key in keys) == 1
    assert weighing.key("f10").message == "1 scan set aside."
    assert weighing.key("f10").message != "1 scan set aside."
