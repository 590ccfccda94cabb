"""The station under twenty thousand inputs of every kind in each test run, and a million when asked (issue 3)."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.station.fuzz import RUN, Fuzz, played


@pytest.mark.parametrize("seed", range(10))
def test_two_thousand_inputs_each_end_in_one_outcome(seed: int, tmp_path: Path) -> None:
    """FL2.1, FL2.2, FL2.15, FL12.2: no exception, no lost scan, nothing overpacked, board == replay; ten of them."""
    fuzz = Fuzz(tmp_path, seed)
    fuzz.play(4 * RUN)
    # A fuzz that is turned away at the door finds nothing: it has to get boxes packed and errors shown.
    assert fuzz.told["accepted"] > 100
    assert fuzz.told["refused"] > 100
    assert fuzz.told["held"] > 10
    assert fuzz.told["ItemPacked"] > 10
    assert fuzz.told["drawn"] > 50


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(lines=st.lists(st.binary(max_size=700), max_size=20))
def test_bytes_as_hypothesis_finds_them(lines: list[bytes], tmp_path_factory: pytest.TempPathFactory) -> None:
    """Issue 3, bad input: any bytes as the framer would pass them on; one row each."""
    Fuzz(tmp_path_factory.mktemp("bytes"), 1).play_lines(lines)


@pytest.mark.long
@pytest.mark.timeout(7200)
def test_a_million_inputs_each_end_in_one_outcome() -> None:
    """Issue 3: the long run, about half an hour."""
    told = played(1_000_000, seed=3_000_000)
    assert told["ItemPacked"] > 10_000
