"""The keys that scan for a newcomer, beside what is typed (FL5.37)."""

from __future__ import annotations

from pathlib import Path

from packstation.screens.floor import DemoKeys, House
from packstation.screens.views import Views, Wish
from tests.shop import bench


def test_the_key_that_scans_is_not_dead_behind_a_number(tmp_path: Path) -> None:
    made = bench(tmp_path)
    made.scan("FO-4472-1", "FO-4472-1")
    house = House(demo_keys=DemoKeys(right=lambda: None, wrong=lambda: None))
    views = Views(house, lambda text, device: (), "", "en")
    made.key("f12", "5")
    assert made.station.prompt().entry == "5"
    wish = views.pressed("space", made.station.prompt())
    assert wish == Wish("right")
    typed = views.pressed("x", made.station.prompt())
    assert typed == Wish("gesture", "x")
