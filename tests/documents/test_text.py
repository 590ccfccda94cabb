"""The text engine (D10): every word is printed as it is written, or reported. Never a box."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from packstation.documents.block import Entry, broken
from packstation.documents.sheet import Sheet
from packstation.documents.text import break_lines, clean, cut_line, font, set_line, shown_lost
from packstation.documents.visual_order import base_of
from tests.documents.paper_shop import NAMES, page_image
from tests.hostile import one_by_one

GOLDEN = Path(__file__).parents[1] / "data" / "names"


def test_latin_1_needs_no_font_of_ours() -> None:
    """D10.2: nothing is embedded for most names."""
    for text in ("Jane O'Brien & Sons <Ltd>", "José Nuñez", "Straße 12 – “rückwärts” €5"):
        assert [run.font for run in set_line(text).runs] == ["Helvetica"]
        assert set_line(text).missing == ""


@pytest.mark.parametrize(
    ("script", "fonts"),
    [
        ("latin-extended", {"DejaVuSans"}),
        ("greek", {"DejaVuSans"}),
        ("cyrillic", {"DejaVuSans"}),
        ("vietnamese", {"DejaVuSans"}),
        ("arabic", {"DejaVuSans"}),
        ("hebrew", {"DejaVuSans"}),
        ("thai", {"NotoSansThai-Regular"}),
        ("devanagari", {"NotoSansDevanagari-Regular"}),
        ("chinese", {"DroidSansFallbackFull"}),
        ("japanese", {"DroidSansFallbackFull"}),
        ("korean", {"NanumSquareR"}),
    ],
)
def test_each_script_has_a_font_and_a_word_has_one_face(script: str, fonts: set[str]) -> None:
    line = set_line(clean(NAMES[script]).text)
    assert {run.font for run in line.runs} == fonts
    assert line.missing == ""


@pytest.mark.parametrize("script", NAMES)
def test_golden_names_look_as_they_looked(script: str) -> None:
    """D10.4: pictures that people looked at. A change of more than a hair is a change to look at."""
    sheet = Sheet(900, 100, 203, title="name")
    sheet.block([Entry("name", NAMES[script])], 20, 10, 860, 80, 20)
    drawn = sheet.finish()
    assert drawn.unprintable == ()
    seen = page_image(drawn, 203).point(lambda grey: 255 if grey < 128 else 0)
    golden = Image.open(GOLDEN / f"{script}.png").convert("L")
    ink = sum(1 for dot in golden.tobytes() if dot)
    moved = sum(1 for dot in ImageChops.difference(seen, golden).tobytes() if dot)
    assert ink > 500
    assert moved < ink * 0.02


@pytest.mark.parametrize("script", ["thai", "devanagari", "chinese", "japanese", "korean", "cyrillic", "arabic"])
@pytest.mark.parametrize("white", [False, True])
def test_bold_is_bolder_in_every_script(script: str, white: bool) -> None:
    """D8.2: postcode, country and name are bold, also where the font has no bold face."""
    inks = []
    for bold in (False, True):
        sheet = Sheet(900, 120, 203, title="name")
        if white:
            sheet.rule(0, 0, 900, 120)
        sheet.words("name", NAMES[script], 20, 10, 860, 20, bold=bold, white=white)
        seen = page_image(sheet.finish(), 203).point(lambda grey: 255 if grey < 128 else 0)
        dark = sum(1 for dot in seen.tobytes() if dot)
        inks.append(seen.width * seen.height - dark if white else dark)
    most = 1.4 if script == "devanagari" else 2.2  # its marks stand close and must not close up
    assert 1.15 < inks[1] / inks[0] < most


def test_arabic_keeps_its_numbers_and_joins_lam_with_alef() -> None:
    """D10.3: 12 must not become 21."""
    text = "".join(run.text for run in set_line("علاء 12").runs)
    assert "12" in text
    assert "\ufefc" in text, "lam and alef are one letter form"


@pytest.mark.parametrize(
    ("written", "drawn"),
    [
        ("דירה (3)", "(3) הריד"),
        ("שלום (abc) 12", "12 (abc) םולש"),
        ("Attn: דירה (3) x", "Attn: (3) הריד x"),
        ("abc (דירה)", "abc (הריד)"),
        ("א<ב>ג [1] «x»", "«x» [1] ג<ב>א"),
        ("a) דירה", "a) הריד"),
        ("(((", "((("),
    ],
)
def test_hebrew_is_turned_and_its_brackets_are_mirrored(written: str, drawn: str) -> None:
    assert "".join(run.text for run in set_line(written).runs) == drawn


def test_a_broken_text_has_one_direction() -> None:
    """D10.3: the line that begins with a Latin word is still part of a Hebrew address, and the other way round."""
    address = "דירה שלום Tower (3) בית"
    lines = broken(203, [(Entry("to.name", address), address)], 300, 12, False)
    assert len(lines) > 1
    assert {placed.base for placed in lines} == {"R"}
    assert "".join(run.text for run in set_line("Tower (3) בית", base=base_of(address)).runs) == "תיב Tower (3)"
    assert base_of("Tower (3) בית") == "L"
    assert "".join(run.text for run in set_line("בית abc", base="L").runs) == "תיב abc"
    assert base_of("Tower 3") == ""


@pytest.mark.parametrize(
    ("text", "lost"),
    [
        ("Mug 😀", "emoji"),
        ("தமிழ்", "U+0BA4 U+0BAE U+0BBF U+0BB4 U+0BCD"),
        ("a\ue000b", "U+E000"),
        ("a\ud800b", "U+D800"),
        ("ລາວ", "U+0EA5 U+0EB2 U+0EA7"),
    ],
)
def test_what_cannot_be_printed_is_reported_and_never_a_box(text: str, lost: str) -> None:
    """D10.1"""
    sheet = Sheet(800, 100, 203, title="name")
    sheet.words("to.name", text, 10, 10, 780, 12)
    (report,) = sheet.finish().unprintable
    assert (report.field, report.characters) == ("to.name", lost)


@given(st.text(max_size=60))
@settings(max_examples=300, deadline=None)
def test_no_character_is_drawn_without_a_glyph(text: str) -> None:
    cleaned = clean(text)
    for run in set_line(cleaned.text).runs:
        if not run.font.startswith("Helvetica"):
            glyphs = font(run.font).face.charToGlyph
            assert all(ord(character) in glyphs for character in run.text)
        else:
            run.text.encode("cp1252")


@pytest.mark.parametrize("hostile", one_by_one())
def test_no_control_character_and_no_direction_mark_comes_through(hostile: object) -> None:
    """devices.md section 12."""
    text = clean(hostile.text).text  # type: ignore[attr-defined]
    assert len(text) <= 200
    assert not [
        character
        for character in text
        if unicodedata.category(character) in ("Cc", "Cs", "Co", "Cn")
        or (unicodedata.category(character) == "Cf" and character not in "\u200c\u200d")
    ]


def test_composed_and_decomposed_letters_are_one() -> None:
    assert clean("Jose\u0301").text == "José"


def test_a_long_text_is_cut_and_says_so() -> None:
    cleaned = clean("x" * 200_000)
    assert (len(cleaned.text), cleaned.text[-1], cleaned.cut) == (200, "…", True)


def test_lines_break_at_spaces_between_cjk_characters_and_in_long_words() -> None:
    assert break_lines("Mug blue large", False, 4500) == ("Mug blue", "large")
    assert break_lines("北京市朝阳区建国路", False, 4000) == ("北京市朝", "阳区建国", "路")
    assert all(set_line(line).width <= 3000 for line in break_lines("Wolfeschlegelstein", False, 3000))


@given(st.text(alphabet="ab \u0e01\u0e49王ไ\u0301é", min_size=1, max_size=80), st.integers(1_100, 6_000))
@settings(max_examples=200, deadline=None)
def test_breaking_loses_nothing_but_spaces(text: str, width: int) -> None:
    cleaned = clean(text).text
    lines = break_lines(cleaned, False, width)
    assert "".join(lines).replace(" ", "") == cleaned.replace(" ", "")


def test_a_cut_line_fits_with_its_dots() -> None:
    line = cut_line("Bartholomew Featherstonehaugh", False, 6000)
    assert line.endswith("…")
    assert set_line(line).width <= 6000


def test_lost_characters_are_named() -> None:
    assert shown_lost("😀\U0001f680\ue000") == "emoji U+E000"


def test_private_glyphs_have_the_same_names_whatever_was_printed_before() -> None:
    """D8.9: shaping one name must not change the bytes of another's label."""

    def drawn() -> bytes:
        sheet = Sheet(800, 100, 203, title="name")
        sheet.words("name", NAMES["devanagari"], 10, 10, 780, 12)
        return sheet.finish().content

    first = drawn()
    for text in ("क्षत्रिय ज्ञान द्वारा", "श्रृंगार", NAMES["thai"]):
        set_line(text)
    assert drawn() == first
