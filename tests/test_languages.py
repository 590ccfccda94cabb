"""English and two more languages: every text, the same places to fill, short enough for 20x16 (FL10.1, FL10.6)."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

from packstation.screens.drawing import Paper, cue_word
from packstation.screens.job import JobScreen
from packstation.screens.plain import message_text
from packstation.screens.words import WORDS, state_name, word
from packstation.station.language import LANGUAGES, table_of
from packstation.workflows import reasons
from packstation.workflows.packing.boxes import WHY_OTHER
from packstation.workflows.prompt import LOOKS, Cue, Message, Prompt, Say, Status
from packstation.workflows.texts import ENGLISH, SHORT_CHARS_MAX, words
from tests.shop import ANN, BLUE_MUG, bench

OTHERS = [language for language in LANGUAGES if language != "en"]
EVERYDAY = {
    "order": "4471", "theirs": "4472", "item": "MUG BLUE 350", "expected": "MUG BLUE 350", "got": "PLATE WHITE",
    "need": "BLUE", "attribute": "colour", "tote": "T-118", "bin": "T-118", "slot": "A1", "slots": "A1, B2",
    "where": "slot A1", "right": "slot A1", "location": "A-04-2", "want": "A-04-2", "place": "bench 2",
    "station": "PS3", "by": "", "name": "Ann", "other": "Ben", "who": "Ann", "carrier": "UPS", "door": "2",
    "carton": "M2", "suggested": "M2", "use": "S1, L3", "code": "5012345678900", "lot": "L77", "reserved": "L78",
    "serial": "SN-123", "expiry": "2027-03-31", "due": "16:00 UPS", "time": "14:02", "manifest": "M-7",
    "tracking": "1Z999AA10123456784", "words": "", "text": "", "note": "", "next": "Scan an item.",
    "what": "ov.void", "command": "*UNDO", "reason": "damaged", "state": "on hold", "shelf": "H2", "gap": "-212 g",
    "why": "1 × MUG WHITE missing", "document": "invoice", "planned": "M2", "printer": "zd420", "device": "scanner",
    "list": "4471, 4472", "others": "4472", "work": "K-12", "wave": "W-1", "cart": "K-12", "kit": "TEA SET",
    "profile": "st-ps1", "fo": "FO-4471-1", "detail": "lot L77, exp 2027-03-31", "weight": "188.4 kg", "fos": "",
    "when": "2026-03-01", "missing": "2",
}  # fmt: skip


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("language", OTHERS)
def test_a_language_has_every_text(language: str) -> None:
    """FL10.6: translations replace the table, so nothing falls back to English unseen."""
    table = table_of(language)
    choices = {
        f"choice_{code}"
        for table_ in (
            reasons.SHORT_REASONS, reasons.SHORT_HOW, reasons.HOLD_REASONS, reasons.BY_HAND, reasons.REPRINT,
            reasons.OVERRIDE_REASONS, WHY_OTHER,
        )
        for _, code, _ in table_
    }  # fmt: skip
    assert set(ENGLISH) - set(table) == set()
    assert choices - set(table) == set()
    assert all(long for long, _ in table.values())


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_fills_the_same_places(language: str) -> None:
    """A place that English does not have would show as {name}; one that is missing would hide a number."""
    table = table_of(language)
    for name, (long, short) in ENGLISH.items():
        assert places(table[name][0]) == places(long), name
        assert places(table[name][1]) <= places(long) | places(short), name


@pytest.mark.parametrize("language", LANGUAGES)
def test_short_forms_fit_the_smallest_screen(language: str) -> None:
    """FL10.1: at most 57 characters once filled in with everyday values."""
    table = table_of(language)
    long = {
        name: said
        for name in ENGLISH
        if table[name][1]
        and len(
            said := words(
                Say(name, {"n": 12, "done": 3} | {k: EVERYDAY.get(k, 12) for k in _named(table, name)}),
                table,
                short=True,
            )
        )
        > SHORT_CHARS_MAX
    }
    assert long == {}


def _named(table: object, name: str) -> set[str]:
    assert isinstance(table, dict)
    return places(table[name][1])


def test_a_station_speaks_german(tmp_path: Path) -> None:
    """FL10.6: what is said and what is to do, both in the language of the table."""
    made = bench(tmp_path, signed_in=None)
    made.station.table = table_of("de")
    assert made.scan(ANN).message == "Willkommen Ann. Behälter, Auftrag oder Artikel scannen."
    made.scan("FO-4472-1", "FO-4472-1")
    assert made.scan(BLUE_MUG).message == "Karton M2. MUG BLUE 350: 1 von 1"
    assert made.station.prompt().instruction == "PLATE WHITE  0 von 1"
    made.key("f5")
    assert made.station.prompt().choices[0] == ("1", "nicht gefunden")


def test_a_language_nobody_translated_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"^language: expected one of en, de, es, got 'fr'\.$"):
        table_of("fr")


@pytest.mark.parametrize("language", OTHERS)
def test_the_screens_own_words_are_in_the_catalog(language: str) -> None:
    """FL10.6: menus, boards and pages too, with the same places to fill."""
    table = table_of(language)
    assert {f"screen_{id}" for id in WORDS} - set(table) == set()
    for id, text in WORDS.items():
        assert places(table[f"screen_{id}"][0]) == places(text), id


@pytest.mark.parametrize("language", OTHERS)
def test_a_catalog_says_nothing_that_nobody_asks_for(language: str) -> None:
    """A text that was renamed or dropped in English leaves no shadow for a translator to keep."""
    known = set(ENGLISH) | {f"screen_{id}" for id in WORDS}
    assert {id for id in table_of(language) if id not in known and not id.startswith("choice_")} == set()


STATES = tuple(id.removeprefix("title_") for id in ENGLISH if id.startswith("title_"))


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("size", [(100, 30), (80, 24), (40, 20), (20, 16)])
def test_no_cue_and_no_state_speaks_english(language: str, size: tuple[int, int]) -> None:
    """FL3.1, FL10.6: what stands beside a sign and in the title is of the screen's language, at every size."""
    english = {ENGLISH[id][0] for id in ENGLISH if id.startswith(("cue_", "title_"))} - {"OK", "STOP"}
    paper = Paper(*size, language=language)
    status = Status("Ann", "st-07", "", "", "", 0, 0, 0, 0, True, "14:02")
    for state in STATES:
        for cue in Cue:
            shown = Prompt(state, "#4471", "…", "…", message=Message("…", "…", cue), done=2, need=5)
            words = "\n".join(
                "".join(text for text, _ in line) for line in JobScreen().draw(shown, status, paper).lines
            )
            said = {part.strip(" .:") for line in words.split("\n") for part in line.replace("  ", "·").split("·")}
            assert said & english == set(), (state, cue, words)
            assert table_of(language)[f"cue_{cue.value}"][0] in words


@pytest.mark.parametrize("language", OTHERS)
def test_plain_lines_name_cues_in_their_language(language: str) -> None:
    """FL10.2, FL10.6"""
    table = table_of(language)
    for cue, look in LOOKS.items():
        said = message_text(Message("4471", "4471", cue), language)
        assert table[f"cue_{cue.value}"][0] in said
        if table[f"cue_{cue.value}"][0] != look.word:
            assert look.word not in said.replace(".", "").split(" "), said


def test_every_state_of_the_floor_has_a_name() -> None:
    """The states of the workflows and of the station, from where they are made; a new one needs a word here."""
    import re

    from packstation.workflows.packing.state import _ASKING as packing
    from packstation.workflows.picking.state import _ASKING as picking

    made = {*packing.values(), *picking.values()}
    for room in ("packing", "picking", "shipping"):
        source = (Path(__file__).parents[1] / f"packstation/workflows/{room}/state.py").read_text(encoding="utf-8")
        made |= set(re.findall(r'"([A-Z][A-Z_]+)"', source))
    assert made - set(STATES) == set()
    assert len(made) > 30
    assert {"START", "LOCKED", "SUPERVISOR", "SELFTEST"} <= set(STATES)


def test_words_are_not_said_twice_where_they_bend() -> None:
    """ "FALSCHER ARTIKEL" is the cue's word already; its ending is no reason to say it again."""
    text = "FALSCHER ARTIKEL. Nichts gebucht."
    assert message_text(Message(text, text, Cue.WRONG), "de") == f"X {text}"
    assert cue_word(Cue.ASK, Paper(80, 24, language="es")) == "? PREGUNTA"
    assert state_name("PUTBACK", "de") == "ZURÜCKLEGEN"
    assert word("release_ask", "en", wave="W-1", n=1) == "Release wave W-1, 1 order? Enter"
    assert word("release_ask", "de", wave="W-1", n=2) == "Welle W-1 mit 2 Aufträgen freigeben? Enter"


FAMILIAR = {
    "de": r"du|dich|dir|deine?[rmns]?|nimm|geh|leg|stell|warte|bring|hol|gib|schau|drück|wähl",
    "es": r"tú|tus?|te|ti|contigo|tienes|puedes|estabas|empezaste|escanea|confirma|elige|escribe|teclea|pulsa|pega"
    r"|saca|pon|ponl[oa]|sincroniza|añade|revisa|mira|\w+(?:ál|él|íl|úl|án|ín)[oa]",
}


@pytest.mark.parametrize("language", OTHERS)
def test_a_language_speaks_to_people_in_one_form(language: str) -> None:
    """FL10.6: the formal one, or the infinitive; "no escanea" and "se escanea" address nobody."""
    familiar = re.compile(rf"(?<!no )(?<!se )\b(?:{FAMILIAR[language]})\b", re.IGNORECASE)
    found = {id: text for id, texts in table_of(language).items() for text in texts if familiar.search(text)}
    assert {id: text for id, text in found.items() if not id.startswith(("choice_", "fact_"))} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_ends_in_a_blank(language: str) -> None:
    assert [
        text for long, short in table_of(language).values() for text in (long, short) if text != text.rstrip()
    ] == []
