"""The engine as the station asks it: what a clock cut is shown as such, and not kept (CT5.10)."""

from pathlib import Path

import pytest

from packstation.cartons.document import read_order
from packstation.station import cartoning
from packstation.station.cartoning import Asked, answered
from packstation.station.language import table_of
from packstation.workflows.packing.filling import carton_panel
from tests.cartons.generate import synthetic
from tests.shop import bench


class Slow:
    """A machine on which a second passes between two looks at the clock."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        self.now_s += 1.0
        return self.now_s


def test_the_panel_says_when_the_clock_and_not_the_work_ended_a_search(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """CT1.5, CT5.10."""
    asked = Asked(read_order(synthetic(79))[0], seed=0)
    made = bench(tmp_path)
    job = made.store.job("FO-4472-1")
    made.store.close()
    assert job is not None
    lines = []
    for clock in (lambda: 0.0, Slow()):
        monkeypatch.setattr(cartoning, "monotonic", clock)
        found = answered(asked, 5)
        assert found.suggestion is not None
        assert found.stopped == (found.suggestion.cut_ms > 0)
        lines.append(carton_panel(found.suggestion, job, table_of("en")).lines)
    assert "Best that was found." in lines[0]
    assert any(line.startswith("Stopped after ") for line in lines[1])
    assert "Best that was found." not in lines[1]
