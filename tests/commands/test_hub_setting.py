"""`packstation hub setting|pause|recover`: what a site's benches go by, by hand and checked."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from packstation.__main__ import main

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
