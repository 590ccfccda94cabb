"""`packstation wave`: planned, released and listed without a screen."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from packstation.__main__ import main
from packstation.store.view import StoreView
from tests.commands.test_order import hub
from tests.shop import bench, order, user

FIELDS = ("wave", "state", "cutoff", "orders", "lines", "lines_picked", "orders_packed", "orders_shipped")


def station(folder: Path) -> str:
    """A station with the shop's five orders for 16:00 and one for 18:00, and nobody working."""
    made = bench(folder, signed_in=None)
    made.change(order("FO-4480-1", {"PLATE": 1}, ship_by="2026-03-02T18:00:00Z", carrier="DHL"))
    made.store.close()
    return str(folder)


def told(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> Any:
    assert main(["wave", *arguments, "--json"]) == code
    return json.loads(capsys.readouterr().out)


def facts(folder: str) -> list[tuple[str, str | None]]:
    from packstation.store import read_place

    view = StoreView(read_place(Path(folder)))
    try:
        return [(entry.kind, entry.user) for entry in view.journal.all()]
    finally:
        view.close()


def test_orders_are_planned_by_cutoff_and_the_plan_is_listed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """commands.md: the eight fields, in order of the cut-offs; planning again plans nothing twice."""
    data = station(tmp_path)
    planned = told(capsys, "plan", "--data", data)
    assert [tuple(row[name] for name in FIELDS) for row in planned] == [
        ("W-1", "planned", "2026-03-02T16:00:00Z", 5, 6, 0, 0, 0),
        ("W-2", "planned", "2026-03-02T18:00:00Z", 1, 1, 0, 0, 0),
    ]
    assert told(capsys, "list", "--data", data) == planned
    assert told(capsys, "plan", "--data", data) == []
    assert [kind for kind, _ in facts(data)] == ["CartPlanned", "WavePlanned"] * 2


def test_only_what_leaves_by_the_cutoff_is_planned(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = station(tmp_path)
    planned = told(capsys, "plan", "--data", data, "--cutoff", "2026-03-02T17:00:00+00:00")
    assert [row["cutoff"] for row in planned] == ["2026-03-02T16:00:00Z"]


def test_a_wave_is_released_once_by_a_named_user(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The only supervisor does it, and nobody twice."""
    data = station(tmp_path)
    told(capsys, "plan", "--data", data)
    (row,) = told(capsys, "release", "W-1", "--data", data)
    assert (row["wave"], row["state"], row["released"]) == ("W-1", "released", 5)
    assert facts(data)[-1] == ("WaveReleased", "EVA")
    assert main(["wave", "release", "W-1", "--data", data]) == 1
    assert "W-1: expected orders that are not released yet, got none" in capsys.readouterr().err
    assert [row["wave"] for row in told(capsys, "release", "--all", "--data", data)] == ["W-2"]
    assert told(capsys, "release", "--all", "--data", data) == []


def test_a_wave_nobody_planned_is_named_and_releases_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = station(tmp_path)
    before = facts(data)
    assert main(["wave", "release", "W-9", "--data", data, "--json"]) == 1
    shown = capsys.readouterr()
    assert json.loads(shown.out) == []
    assert shown.err == "packstation wave: wave W-9: expected a planned wave, got none.\n"
    assert facts(data) == before


def test_pick_lists_are_written_where_they_are_wanted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import pypdfium2

    data = station(tmp_path / "data")
    told(capsys, "plan", "--data", data)
    told(capsys, "release", "--all", "--data", data, "--pdf", str(tmp_path / "lists"))
    names = sorted(path.name for path in (tmp_path / "lists").iterdir())
    assert names == [
        "cart-sheet-W-1-K-1.pdf",
        "cart-sheet-W-2-K-2.pdf",
        "pick-list-W-1-K-1.pdf",
        "pick-list-W-2-K-2.pdf",
    ]
    page = pypdfium2.PdfDocument(tmp_path / "lists" / names[2])[0]
    text = page.get_textpage().get_text_range()
    assert "A-04-2" in text
    assert "BLUE-MUG" in text


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["plan", "--cutoff", "25:00"], 2, "--cutoff: expected 16:00 or ISO 8601"),
        (["plan", "--cutoff", "soon"], 2, "got 'soon'"),
        (["release"], 2, "expected a WAVE or --all, got neither"),
        (["release", "W-1", "--all"], 2, "expected a WAVE or --all, got both"),
        (["plan", "--user", "ANN"], 1, "--user ANN: expected a user who may plan waves, got a packer"),
        (["plan", "--user", "ZOE"], 1, "got nobody known here"),
    ],
)
def test_what_cannot_be_done_says_why(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, words: str
) -> None:
    data = station(tmp_path)
    assert main(["wave", *arguments, "--data", data]) == code
    assert words in capsys.readouterr().err
    assert facts(data) == []


def test_with_two_supervisors_the_deed_is_the_command_lines(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = bench(tmp_path, signed_in=None)
    made.change(user("ZED", "Zed", "supervisor", "B.ZEDAAAAAAAAAAAAAAAAAAAAAAA"))
    made.store.close()
    told(capsys, "plan", "--data", str(tmp_path))
    assert {user for _, user in facts(str(tmp_path))} == {"cli"}


def test_progress_is_read_beside_a_working_station(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`wave list` takes no lock; `wave plan` does, and says who has it."""
    from tests.workflows.test_shipping import at_door, pack, shop

    made = shop(tmp_path, "FO-4480-1 UPS")
    made.store.close()
    told(capsys, "plan", "--data", str(tmp_path), "--user", "EVA")
    made = made.again()
    label = pack(made, "FO-4480-1")
    (row,) = told(capsys, "list", "--data", str(tmp_path))
    assert (row["state"], row["orders_packed"], row["orders_shipped"]) == ("picking", 1, 0)
    at_door(made)
    made.scan(label)
    made.key("*CLOSE", "f12")
    (row,) = told(capsys, "list", "--data", str(tmp_path))
    assert (row["orders_packed"], row["orders_shipped"], row["lines_picked"]) == (1, 1, 1)
    assert main(["wave", "plan", "--data", str(tmp_path)]) == 1
    assert "only user" in capsys.readouterr().err


def test_the_hub_beside_the_station_gives_its_orders_and_gets_the_plan(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = hub(tmp_path)
    capsys.readouterr()
    (row,) = told(capsys, "plan", "--data", data)
    assert row["orders"] == 3
    assert main(["sync", "--data", data, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["pending"] == 0
