"""packstation cartonize: JSON in, JSON out, one clear line for what cannot be read."""

import itertools
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from packstation.__main__ import main
from packstation.commands import engines

CARTON = {"code": "M", "inner_mm": [310, 220, 140], "max_weight_g": 20_000, "empty_weight_g": 150}
MUG = {"sku": "BLUE-MUG", "quantity": 2, "size_mm": [95, 95, 95], "weight_g": 350}


def lying(*units: dict[str, Any]) -> dict[str, Any]:
    """The order with these units in an open carton."""
    frozen = {"parcel": 1, "carton": "M", "sku": "BLUE-MUG", "position_mm": [0, 0, 0], "size_mm": [95, 95, 95]}
    return {"cartons": [CARTON], "items": [MUG], "frozen": [{"unit": 1, **frozen, **unit} for unit in units]}


def asked(tmp_path: Path, document: Any, capsys: pytest.CaptureFixture[str], *more: str) -> tuple[int, Any, str]:
    file = tmp_path / "order.json"
    file.write_text(document if isinstance(document, str) else json.dumps(document))
    code = main(["cartonize", str(file), "--json", *more])
    heard = capsys.readouterr()
    return code, json.loads(heard.out) if heard.out else None, heard.err


def test_the_fixed_fields_are_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """commands.md."""
    code, answer, errors = asked(tmp_path, {"cartons": [CARTON], "items": [MUG]}, capsys)
    assert (code, errors) == (0, "")
    assert {"parcels", "unplaced", "objective_value", "lower_bound", "optimal", "elapsed_ms", "why"} <= set(answer)
    parcel = answer["parcels"][0]
    assert (parcel["carton"], parcel["weight_g"], parcel["fill"]) == ("M", 850, 0.1796)
    assert [(item["sku"], item["unit"], item["step"]) for item in parcel["items"]] == [
        ("BLUE-MUG", 1, 1),
        ("BLUE-MUG", 2, 2),
    ]
    assert isinstance(answer["elapsed_ms"], int)


def test_the_same_file_and_seed_give_the_same_bytes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """CT5.10, CG17."""
    document = {"cartons": [CARTON], "items": [MUG, {**MUG, "sku": "RED-MUG", "quantity": 9}]}
    answers: list[str] = []
    while len(answers) < 2:
        _, answer, _ = asked(tmp_path, document, capsys, "--seed", "7")
        del answer["elapsed_ms"]
        if answer.get("stopped") != "clock":  # as on a busy machine; what it had found then is no promise (CT5.10)
            answers.append(json.dumps(answer))
    assert answers[0] == answers[1]


def test_a_list_is_answered_in_order_and_one_bad_order_in_its_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """CT8.2."""
    good = {"cartons": [CARTON], "items": [MUG]}
    bad = {"cartons": [CARTON], "items": [{**MUG, "quantity": -1}]}
    code, answer, errors = asked(tmp_path, {"orders": [good, bad, good]}, capsys)
    assert code == 1
    assert [next(iter(one)) for one in answer["orders"]] == ["parcels", "error", "parcels"]
    assert "items[0].quantity" in answer["orders"][1]["error"]
    assert "orders[1]" in errors


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ("{", "line 1 column 2"),
        ("[1]", "document: expected an object"),
        ('{"cartons": [], "items": [{"sku": "A", "quantity": NaN}]}', "NaN"),
        ({"items": []}, "cartons: expected a list, got nothing"),
        ({"cartons": [{**CARTON, "inner_mm": [0, 1, 1]}], "items": []}, "cartons[0].inner_mm"),
        ({"cartons": [{**CARTON, "inner_mm": [1, 1]}], "items": []}, "cartons[0].inner_mm"),
        (
            {"cartons": [{**CARTON, "kind": "tube", "inner_mm": [900, 100, 80]}], "items": []},
            "cartons[0].inner_mm: expected length, diameter, diameter of a tube, got [900, 100, 80]",
        ),
        (
            {"cartons": [CARTON], "items": [], "rules": {"max_units_per_parcel": 0}},
            "rules.max_units_per_parcel: expected a whole number from 1 to",
        ),
        ({"cartons": [CARTON, CARTON], "items": []}, "cartons[1].code"),
        ({"cartons": [CARTON], "items": [{**MUG, "size_mm": [-1, 2, 3]}]}, "items[0].size_mm[0]"),
        ({"cartons": [CARTON], "items": [{**MUG, "size_mm": [100_001, 2, 3]}]}, "items[0].size_mm[0]"),
        ({"cartons": [CARTON], "items": [{**MUG, "size_mm": ["x", 2, 3]}]}, "items[0].size_mm[0]"),
        ({"cartons": [CARTON], "items": [{**MUG, "quantity": 20_001}]}, "at most 20,000 units"),
        (
            {"cartons": [CARTON], "items": [{"sku": "MUG", "size_mm": [9, 9, 9], "weight_g": 1}]},
            "items[0].quantity: expected a whole number from 0 to 1,000,000,000, got nothing",
        ),
        ({"cartons": [CARTON], "items": [{**MUG, "quantity": 1.5}]}, "items[0].quantity: expected a whole number"),
        ('{"cartons": [], "items": [{"sku": "A", "quantity": 1, "size_mm": [1e999, 1, 1]}]}', "items[0].size_mm[0]"),
        (
            {
                "cartons": [CARTON],
                "items": [MUG],
                "rate": {"surcharges": [{"when": "length_over_mm", "amount_minor": 5}]},
            },
            "rate.surcharges[0].limit: expected a whole number",
        ),
        (
            {"cartons": [CARTON], "items": [MUG], "rate": {"surcharges": [{"when": "weight_over_g", "limit": 900}]}},
            "rate.surcharges[0].amount_minor: expected a whole number",
        ),
        ({"cartons": [CARTON], "items": [{**MUG, "poses": ["hwl"], "flags": ["liquid"]}]}, "items[0].poses"),
        ({"cartons": [CARTON], "items": [MUG], "objective": "speed"}, "objective: expected one of cost"),
        ({"cartons": [CARTON], "items": [MUG], "frozen": [{"carton": "Z"}]}, "frozen[0].carton"),
        ({"cartons": [{**CARTON, "outer_mm": [309, 220, 140]}], "items": [MUG]}, "cartons[0].outer_mm: expected no"),
        (
            lying({"unit": 1}, {"position_mm": [220, 0, 0], "unit": 2}),
            "frozen[1].position_mm: expected a place in",
        ),
        (
            lying({"unit": 1}, {"position_mm": [94, 0, 0], "unit": 2}),
            "frozen[1].position_mm: expected a place",
        ),
        (lying({"unit": 1, "size_mm": [95, 95, 96]}), "frozen[0].size_mm: expected a size 'BLUE-MUG' has"),
        (
            {
                "cartons": [CARTON],
                "items": [{**MUG, "together": "SET", "flags": ["ship_alone"]}, {**MUG, "sku": "B"}],
            },
            "items[0].together: expected no group of several units",
        ),
    ],
)
def test_bad_input_is_one_line_with_the_path_and_exit_2(
    document: Any, path: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """CT2.3."""
    code, answer, errors = asked(tmp_path, document, capsys)
    assert (code, answer) == (2, None)
    assert path in errors
    assert errors.count("\n") == 1


def test_an_unknown_flag_is_a_warning_only(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """CT2.4."""
    code, answer, errors = asked(tmp_path, {"cartons": [CARTON], "items": [{**MUG, "flags": ["shiny"]}]}, capsys)
    assert code == 0
    assert answer["unplaced"] == []
    assert "items[0].flags[0]: unknown flag 'shiny', ignored." in errors


def test_fractions_round_to_the_safe_side(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """CT2.3: a unit grows, a carton shrinks."""
    snug = {**CARTON, "inner_mm": [95.9, 95.9, 95.9]}
    code, answer, _ = asked(tmp_path, {"cartons": [snug], "items": [{**MUG, "quantity": 1}]}, capsys)
    assert (code, answer["unplaced"]) == (0, [])
    grown = {**MUG, "quantity": 1, "size_mm": [95.1, 95, 95]}
    code, answer, _ = asked(tmp_path, {"cartons": [snug], "items": [grown]}, capsys)
    assert [unit["reason"] for unit in answer["unplaced"]] == ["too_large"]


def test_without_json_the_steps_are_lines_to_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "order.json"
    file.write_text(json.dumps({"cartons": [CARTON], "items": [MUG]}))
    assert main(["cartonize", str(file)]) == 0
    told = capsys.readouterr().out
    assert "1. BLUE-MUG: flat" in told
    assert "Proven: no better carton exists." in told
    guess = {"sku": "NEW", "quantity": 1}
    file.write_text(json.dumps({"cartons": [CARTON], "items": [guess]}), encoding="utf-8")
    assert main(["cartonize", str(file)]) == 0
    assert "the size of NEW." in capsys.readouterr().out


def test_a_missing_file_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["cartonize", "nowhere.json"]) == 2
    assert "nowhere.json: expected a readable file" in capsys.readouterr().err


def test_a_number_on_the_command_line_is_refused_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    """commands.md: expected and got, not the name of a function."""
    for words in (["cartonize", "-", "--budget-ms", "fast"], ["cartons", "plan", "--seconds", "0"]):
        with pytest.raises(SystemExit) as stopped:
            main(words)
        assert stopped.value.code == 2
        errors = capsys.readouterr().err
        assert f"argument {words[-2]}: expected a whole number from" in errors
        assert f"got {words[-1]!r}" in errors


def test_a_carton_that_ran_out_is_the_reason(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """CT1.6, CT3.1: nothing was searched, so nothing is called searched."""
    _, answer, _ = asked(tmp_path, {"cartons": [{**CARTON, "available": 0}], "items": [MUG]}, capsys)
    assert (answer["status"], answer["optimal"]) == ("proven", True)
    assert {unit["reason"] for unit in answer["unplaced"]} == {"no_carton_left"}
    assert answer["why"].startswith("No carton that holds this is in stock.")


def test_a_size_that_was_assumed_is_doubted_first(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """CT6.1: the item may be as small as any; nobody measured it."""
    small = {**CARTON, "inner_mm": [150, 100, 60]}
    unknown = {"sku": "BLUE-MUG", "quantity": 1, "weight_g": 350}
    _, answer, _ = asked(tmp_path, {"cartons": [small], "items": [unknown]}, capsys)
    assert answer["why"].endswith("too large for every carton by an assumed size.")


def test_money_is_told_in_its_currency(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document = {"cartons": [{**CARTON, "cost_minor": 95}], "items": [MUG]}
    for currency, told in (("EUR", "Cheapest: €0.95"), ("SEK", "Cheapest: 0.95 SEK"), (None, "Cheapest: 0.95.")):
        _, answer, _ = asked(tmp_path, {**document, "currency": currency}, capsys)
        assert answer["why"].startswith(told)


def test_the_limit_of_the_carrier_is_named_not_a_weight(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """CT1.6, CT3.1: L3 has room for the cushion and carries 30 kg, but no carrier takes its girth."""
    large = {"code": "L3", "inner_mm": [600, 400, 430], "outer_mm": [628, 428, 458], "max_weight_g": 30_000}
    cushion = {"sku": "CUSHION", "quantity": 1, "size_mm": [430, 420, 115], "weight_g": 680}
    document = {"cartons": [CARTON, large], "items": [cushion], "rate": {"max_girth_mm": 1_500}}
    _, answer, _ = asked(tmp_path, document, capsys)
    assert answer["unplaced"] == [{"sku": "CUSHION", "unit": 1, "reason": "over_girth"}]
    assert answer["why"].endswith("every carton with room for it is over the carrier's girth limit.")
    _, answer, _ = asked(tmp_path, {**document, "rate": {"max_length_mm": 627}}, capsys)
    assert answer["unplaced"][0]["reason"] == "over_length"
    three = {"cartons": [{**large, "outer_mm": [600, 430, 440]}, {**large, "code": "X", "outer_mm": [600, 400, 430]}]}
    _, answer, _ = asked(tmp_path, {**three, "items": [cushion], "rate": {"max_girth_mm": 1_700}}, capsys)
    assert answer["parcels"][0]["carton"] == "X"


def test_a_search_that_the_clock_cut_says_so_beside_the_answer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """CT5.10: the JSON alone stands on standard output; the hint names the order of a list."""
    seconds = itertools.count()
    monkeypatch.setattr(engines, "time", SimpleNamespace(perf_counter_ns=lambda: next(seconds) * 10**9))
    document = {"cartons": [CARTON, {**CARTON, "code": "L", "inner_mm": [400, 300, 200]}], "items": [MUG]}
    code, answer, errors = asked(tmp_path, {"orders": [document]}, capsys)
    assert (code, answer["orders"][0]["stopped"]) == (0, "clock")
    assert errors.startswith("packstation cartonize: orders[0]: stopped by the clock after ")
    assert errors.count("\n") == 1
