"""`packstation hub setting|pause|recover`: what a site's benches go by, by hand and checked."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from packstation.__main__ import main
from sync.hub.intake.settings import Rules

ROOT = Path(__file__).parent.parent.parent
Told = tuple[int, str, str]


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A station with its hub beside it."""
    folder = tmp_path / "shop"
    assert main(["init", "--data", str(folder), "--site", "WH-1", "--station", "st-07"]) == 0
    from sync.hub.api.doors import open_door

    open_door(folder, site="WH-1").close()
    return folder


def run(capsys: pytest.CaptureFixture[str], folder: Path, *words: str) -> Told:
    capsys.readouterr()
    code = main(["hub", *words, "--data", str(folder)])
    told = capsys.readouterr()
    return code, told.out, told.err


def test_a_setting_is_set_once_and_reaches_the_bench(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """FL1.6: which work a workstation is for, and its printer."""
    value = '{"PS-1": {"printer": "zd420", "work": ["pack"]}}'
    code, out, err = run(capsys, shop, "setting", "stations", value, "--json")
    assert (code, err) == (0, "stations: set\n")
    assert json.loads(out)["stations"] == json.loads(value)
    assert run(capsys, shop, "setting", "stations", value)[2] == "stations: unchanged\n"
    assert main(["sync", "--data", str(shop)]) == 0
    from packstation.store import read_place
    from packstation.store.view import StoreView

    view = StoreView(read_place(shop))
    assert view.mirror.setting("stations") == json.loads(value)
    view.close()


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        (
            "stations",
            '{"PS-1": {"work": ["sing"]}}',
            "stations: expected work of pack, pick, load, got another value.",
        ),
        ("stations", '{"PS-1": {"prnter": "x"}}', "unknown field `prnter`"),
        ("language", '"German"', "language: expected two letters such as en"),
        ("colour", "1", "setting: expected carriers, stations"),
        ("rules", "[1]", "rules: expected its shape"),
        ("rules", '{"four_eye": true}', "unknown field `four_eye`"),
        ("rules", '{"min_life_days": "30"}', "Expected `int"),
        ("rules", '{"checks": [{"scan": "some"}]}', "Invalid enum value 'some'"),
        ("command_key", '"xyz"', "hex digits"),
    ],
)
def test_a_wrong_setting_is_refused_in_one_line(
    shop: Path, capsys: pytest.CaptureFixture[str], name: str, value: str, expected: str
) -> None:
    code, _, err = run(capsys, shop, "setting", name, value)
    assert code == 1
    assert expected in err
    assert err.count("\n") == 1


def test_every_rule_the_code_reads_can_be_set_and_stands_in_the_readme() -> None:
    """Issue 3: a rule that no shop can find is no rule. What the hub takes, the benches read and the README tells
    is one list."""
    reads = re.compile(r"""\b(?:rule\(|text_rule\(|_(?:whole|maybe)\(rules, |rules\.get\()["']([a-z_]+)["']""")
    read = {
        name
        for room in ("packstation/station", "packstation/store", "packstation/workflows")
        for path in (ROOT / room).rglob("*.py")
        for name in reads.findall(path.read_text(encoding="utf-8"))
    }
    of_a_carrier, of_the_tolerance = {"cartons", "doors"}, {"tol_abs_g", "tol_permille"}
    readme = (ROOT / "README.md").read_text(encoding="utf-8").partition("<!-- rules -->")[2]
    rows = readme.partition("<!-- end of rules -->")[0].splitlines()
    told = {name for row in rows for name in re.findall(r"`([a-z_]+)`", row.split("|")[1] if "|" in row else "")}
    assert read - of_a_carrier - of_the_tolerance == set(Rules.__struct_fields__)
    assert told == set(Rules.__struct_fields__)


def test_rules_are_kept_as_they_were_set_and_checks_among_them(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """FL4.57: what was not set stays the station's default, so it is not written down."""
    value = {"weigh": False, "checks": [{"scan": "one_in_n", "n": 10, "up_to_minor": 5000}], "apart": [["a", "b"]]}
    code, out, err = run(capsys, shop, "setting", "rules", json.dumps(value), "--json")
    assert (code, err) == (0, "rules: set\n")
    assert json.loads(out)["rules"] == value


@pytest.mark.parametrize("value", ["{", "@/nowhere/at-all.json"])
def test_a_value_that_is_no_json_is_a_usage_error(shop: Path, capsys: pytest.CaptureFixture[str], value: str) -> None:
    code, _, err = run(capsys, shop, "setting", "rules", value)
    assert (code, err.count("\n")) == (2, 1)


def test_a_site_is_paused_and_opened_again(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """FL8.6, by hand."""
    assert run(capsys, shop, "pause", "WH-1", "--until", "2099-01-01T00:00:00Z")[:2] == (
        0,
        "WH-1: no new orders until 2099-01-01T00:00:00Z\n",
    )
    assert run(capsys, shop, "pause", "WH-1")[:2] == (0, "WH-1: takes orders\n")
    for words in (
        ("WH-1", "--until", "soon"),
        ("WH-1", "--until", "2001-01-01T00:00:00Z"),
        ("XX", "--until", "2099-01-01"),
    ):
        code, _, err = run(capsys, shop, "pause", *words)
        assert (code, err.count("\n")) == (1, 1)


def test_recover_says_whom_it_goes_on_without(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """C15."""
    assert run(capsys, shop, "recover")[:2] == (0, "every station was heard\n")
