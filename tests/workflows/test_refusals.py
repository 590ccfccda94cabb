"""Every text of a refusal, in every language, says what FL2.7 asks for."""

from __future__ import annotations

import re

import pytest

from packstation.station.language import LANGUAGES, table_of
from packstation.workflows.texts import ENGLISH
from tests.workflows.refusals import refusal_ids

RECORDED = {
    "en": "Nothing recorded.|Count stays|This scan was not used.",
    "de": "Nichts gebucht.|Es bleiben|Dieser Scan zählt nicht.",
    "es": "Nada registrado.|Siguen|no se usó|no cuenta",
}
"""What was recorded: the order is unchanged, the count stays what it was, or the scan was set aside (FL1.11)."""
NEXT = re.compile(
    r"\b(Scan|scan|Put|Take|take|Use|Pick|Bring|Go|Ask|Type|Answer|Choose|Find|Free|Ship|Destroy|[Ss]et|must pack)\b"
    r"|F\d+|\*[A-Z]+|[Oo]ne scan per unit"
)
"""The one next action, in the hand's words."""
NO_REFUSALS = frozenset(
    {
        "box_open_again", "customs_fill_in", "finish_first", "hold_released", "order_open", "order_open_again",
        "put_where", "slot_open", "welcome", "welcome_back",
    }
)  # fmt: skip
"""Texts that share a name with a refusal in the same function and are said when all is well."""
IDS = sorted(refusal_ids().keys() - NO_REFUSALS)


def test_the_refusals_are_found_in_the_code() -> None:
    """A reader of the code that finds nothing would pass every text."""
    assert {"wrong_item", "over", "fefo", "wrong_label", "badge_unknown", "expired", "unknown"} <= set(IDS)
    assert len(IDS) >= 70
    assert refusal_ids().keys() >= NO_REFUSALS


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("text_id", IDS)
def test_a_refusal_says_what_was_recorded_and_what_to_do_next(text_id: str, language: str) -> None:
    """FL2.7: what is wrong, what was recorded, and the one next action; every language has a sentence for each."""
    english, said = ENGLISH[text_id][0], table_of(language)[text_id][0]
    assert re.search(RECORDED[language], said), said
    if language == "en":
        assert NEXT.search(said.replace("Nothing recorded.", "")), said
    assert said.count(".") + said.count("?") >= english.count(".") + english.count("?") - 1, (english, said)
