"""“What can I scan here”: every state that waits for a scan says it, in words that exist (FL10, `*HELP`)."""

from __future__ import annotations

from pathlib import Path

from packstation.station.language import LANGUAGES, table_of
from packstation.workflows.scannable import KINDS, scannable
from packstation.workflows.texts import ENGLISH
from tests.shop import BLUE_MUG, bench, order


def test_every_state_of_the_list_exists_and_every_kind_has_a_word() -> None:
    for work, states in KINDS.items():
        for state, kinds in states.items():
            assert f"title_{state}" in ENGLISH, (work, state)
            for language in LANGUAGES:
                told = scannable(work, state, table_of(language))[0]
                assert told.count(", ") == len(kinds) + 1, (language, told)


def test_what_the_help_names_is_no_wrong_moment(tmp_path: Path) -> None:
    """FL2.10: “right code, wrong moment” is never said of what the help page says can be scanned."""
    made = bench(tmp_path)
    made.change(order("FO-4471-1", {"BLUE-MUG": 2}))
    assert made.station.scannable()[0] == "Tote, Cart, Slot, Order, Item, Box number, Label, Badge, Command"
    for code in ("T-5", "K-3", "S-3-A1", "#9999", BLUE_MUG):
        assert "wrong moment" not in made.scan(code).message, code
        made.key("f12")
    made.scan("#4471", "#4471")
    assert made.station.scannable()[0].startswith("Item, Carton, Box number")
    for code in ("M2", BLUE_MUG, "T-5", "#4471"):
        assert "wrong moment" not in made.scan(code).message, code
        made.key("f12")
