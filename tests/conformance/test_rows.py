"""Every row of the floor's tables has a case, or says why not (floor.md FL12.2)."""

from __future__ import annotations

import re

import pytest

from tests.conformance.floor import FOLDER, cases
from tests.conformance.scorecard import cited

ROWS = {
    line.partition(" ")[0]: line.partition(" ")[2]
    for line in (FOLDER / "rows.txt").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
}
COVERED = {row for case in cases() for row in case.covers}


@pytest.mark.parametrize("row", [row for row, mark in ROWS.items() if not mark])
def test_a_row_has_a_case(row: str) -> None:
    """FL12.2: an unmarked row without a case fails."""
    assert row in COVERED


@pytest.mark.parametrize("row", [row for row, mark in ROWS.items() if mark.startswith("see ")])
def test_a_row_tested_elsewhere_is_cited_there(row: str) -> None:
    """What no case can show (a screen, a tone, a paper) is tested beside the suite, by name."""
    assert row in cited(ROWS[row].removeprefix("see "))


def test_cases_cover_rows_that_exist() -> None:
    assert COVERED - set(ROWS) == set()


def test_every_mark_is_one_of_four() -> None:
    """Open rows say why, so that nobody takes them for done."""
    assert all(
        not mark or mark == "[P1]" or mark.startswith("see tests/") or re.fullmatch(r"open: .{10,}", mark)
        for mark in ROWS.values()
    )


def test_there_are_as_many_cases_as_the_plan_asks_for() -> None:
    """Issue 3, point 9: 150 cases or more."""
    assert len(cases()) >= 150


NAMES = {
    line.partition(" ")[0]: line.partition(" ")[2]
    for line in (FOLDER / "names.txt").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
}


def test_every_case_of_the_plan_is_there_or_says_why_not() -> None:
    """FL12.3: named cases keep their names, so that one finds them; the others stand in a file or say why not."""
    here = {case.name for case in cases()}
    assert [name for name, mark in NAMES.items() if not mark and name not in here] == []
    assert [name for name, mark in NAMES.items() if mark and name in here] == []
    files = [mark.removeprefix("see ") for mark in NAMES.values() if mark.startswith("see ")]
    assert [name for name in files if not (FOLDER.parent.parent / name).exists()] == []
    assert all(not mark or mark.startswith("see ") or re.fullmatch(r"open: .{10,}", mark) for mark in NAMES.values())
