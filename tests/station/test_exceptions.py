"""The list of what somebody has to decide, in the words of who reads it (FL9.3, FL10.6, sync F8)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from packstation.station.language import table_of
from packstation.workflows.exception_words import WORDS, alarm, conflict
from packstation.workflows.texts import ENGLISH, words

ROOT = Path(__file__).resolve().parents[2]
CODES = {
    "stale_fence", "shipped_after_cancel_request", "illegal_transition", "label_mismatch", "duplicate_shipment",
    "stale_rev", "orphan", "wrong_site", "clock_off", "user_revoked", "id_reused", "chain_break", "hole",
    "rolled_back", "forked", "superseded", "duplicate_number",
}  # fmt: skip


def test_every_code_that_can_stand_on_the_board_has_words() -> None:
    """Sync section 5: its codes, those that the hub opens in its source, and the alarms of the exchange."""
    opened = {
        code
        for path in (ROOT / "sync").rglob("*.py")
        for code in re.findall(
            r'open_conflict\(\s*\w+,\s+[\w.]+,\s+"(\w+)"|\.alarm\(\s*"(\w+)"', path.read_text(encoding="utf-8")
        )
    }
    known = CODES | {code for pair in opened for code in pair if code}
    assert {"undone_too_late", "node_paused", "quarantined", "upgrade"} <= known
    assert {code for code in known if f"exception_{code}" not in ENGLISH} == set()


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "station st-07, held by st-02, FO-4471-1, order is closed"),
        ("de", "Station st-07, gehalten von st-02, FO-4471-1, Auftrag ist geschlossen"),
        ("es", "puesto st-07, lo tiene st-02, FO-4471-1, el pedido está cerrado"),
    ],
)
def test_a_conflict_is_told_in_the_language_of_the_board(language: str, told: str) -> None:
    detail = {"station": "st-07", "holder": "st-02", "ref": "FO-4471-1", "site": None, "status": "closed"}
    assert words(conflict("stale_fence", detail), table_of(language)) == told


def test_what_the_hub_wrote_in_english_is_said_in_ours() -> None:
    """A sentence of the hub and of the exchange; what nobody translated stays as it came."""
    german = table_of("de")
    sentence = {"station": "st-07", "text": "Another machine uses this station name."}
    assert words(conflict("superseded", sentence), german).endswith("benutzt diesen Stationsnamen.")
    assert words(conflict("new_code", {"text": "As it came.", "bay": 4})) == "As it came., bay 4"
    assert words(alarm("quarantined", "The hub could not read fact 7: unknown_kind."), german) == (
        "Die Zentrale konnte Fakt 7 nicht lesen: unknown_kind."
    )
    assert words(alarm("new_code", "As it came.")) == "As it came."
    for id, (long, _) in WORDS.items():
        if id.startswith("alarm_"):
            text = words(alarm(id.removeprefix("alarm_"), long.format(n=42, why="torn")))
            assert text == long.format(n=42, why="torn")
