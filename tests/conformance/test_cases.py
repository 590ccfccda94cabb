"""The conformance suite: every case of the floor, played on the real Station (floor.md section 12)."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conformance.floor import Case, Floor, cases

CASES = cases()
RESTARTED = CASES[::3]
"""Every third case is played again with the process ended at one place in it."""


@pytest.fixture(autouse=True)
def station_in_utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The cases say times as a clock in UTC shows them."""
    with monkeypatch.context() as patched:
        patched.setenv("TZ", "UTC")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case: Case, tmp_path: Path) -> None:
    """FL12.1, FL12.2: facts, text and cue of every input; then board == replay, one outcome a line, 0 <= packed."""
    Floor(tmp_path).play(case)


@pytest.mark.parametrize("case", RESTARTED, ids=lambda case: case.name)
def test_case_with_a_restart_in_the_middle(case: Case, tmp_path: Path) -> None:
    """FL12.2: ending the process between two inputs, where no question is open, gives the same end."""
    (tmp_path / "whole").mkdir()
    (tmp_path / "cut").mkdir()
    whole = Floor(tmp_path / "whole")
    whole.play(case)
    # A double trigger is told by the process that heard the first one, so no restart stands before a set pause.
    calm = [n for n in whole.calm if n < len(case.steps) - 1 and case.steps[n + 1].kind != "~" != case.steps[n].kind]
    if not calm:
        return
    cut = Floor(tmp_path / "cut")
    cut.play(case, restart_after=calm[len(case.name) % len(calm)])
    assert cut.summary() == whole.summary()


def test_case_names_are_used_once() -> None:
    names = [case.name for case in CASES]
    assert sorted(names) == sorted(set(names))
