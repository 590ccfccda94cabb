"""A question can be answered and left by its keys on the screen: a handheld's browser has no other (FL10.3)."""

from __future__ import annotations

from pathlib import Path

from tests.shop import EVA, Bench, bench, order


def offered(made: Bench) -> list[str]:
    return [key.command for key in made.station.prompt().keys][:2]


def test_what_ends_a_question_is_on_the_key_bar(tmp_path: Path) -> None:
    made = bench(tmp_path)
    made.change(
        order("FO-4471-1", {"PLATE": 2}, notes=[{"note": "N-1", "rev": 1, "text": "Wrap twice", "sku": None}]),
        order("FO-4472-1", {"PLATE": 1}),
    )
    made.scan("#4471")
    assert offered(made) == ["*OK", "*BACK"], "2 of 2 not picked yet: again?"
    made.key("f12", "*OK")
    made.scan("2000000000039")
    assert made.station.state == "NOTE"
    assert offered(made) == ["*OK", "*BACK"]
    made.key("f12", "*HOLD")
    assert made.station.state == "HOLD"
    assert offered(made)[0] == "*BACK", "a reason is one of the choices, and F12 is none"
    assert "*OK" not in offered(made)
    made.key("f3", "*PARK", "*PICK")
    made.scan("#4472")
    made.key("f3")
    made.key("*LIST")
    assert offered(made)[0] == "*BACK"


def test_a_supervisor_s_step_is_left_by_a_key_on_the_screen(tmp_path: Path) -> None:
    """FL1.13: F3 is offered where it leaves, and not where a wrong weight stands (FL5.10)."""
    made = bench(tmp_path)
    made.change(order("FO-4471-1", {"PLATE": 1}))
    made.scan("#4471", "#4471", "2000000000039")
    made.station.weight(5_000, "scale")
    assert made.station.state == "STOP"
    assert "*BACK" not in offered(made)
    assert made.station.prompt().instruction == "*RESCAN, or supervisor: scan badge, then PIN"
    made.scan(EVA)
    assert "*BACK" in offered(made)
