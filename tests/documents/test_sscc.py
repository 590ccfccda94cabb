"""GS1 numbers: check digits, SSCC, element strings. A wrong one must never become bars."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from packstation.documents.sscc import (
    check_digit,
    element_fault,
    elements_fault,
    needs_separator,
    printed_text,
    scanned_text,
    sscc,
    sscc_fault,
    with_check_digit,
)


@pytest.mark.parametrize(
    ("digits", "right"),
    [("629104150021", 3), ("34012345123456789", 5), ("1003600029145", 9), ("0000000", 0), ("400638133393", 1)],
)
def test_the_check_digit_is_gs1s(digits: str, right: int) -> None:
    assert check_digit(digits) == right


@given(st.from_regex(r"[0-9]{17}", fullmatch=True), st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(digits: str, place: int, by: int) -> None:
    right = with_check_digit(digits)
    wrong = right[:place] + str((int(right[place]) + by) % 10) + right[place + 1 :]
    assert sscc_fault(right) is None
    assert sscc_fault(wrong) is not None


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("340123451234567891", "expected check digit 5, got 1"),
        ("34012345123456789", "expected 18 digits, got '34012345123456789'"),
        ("", "expected 18 digits, got ''"),
        ("٣٤٠١٢٣٤٥١٢٣٤٥٦٧٨٩٥", "expected 18 digits, got '\\u0663\\u0664\\u0660\\u0661\\u..."),
        ("34012345123456789x", "expected 18 digits, got '34012345123456789x'"),
    ],
)
def test_a_bad_sscc_says_what_is_wrong(text: str, fault: str) -> None:
    assert sscc_fault(text) == fault


def test_a_serial_reference_fills_what_the_prefix_leaves() -> None:
    """D4.9"""
    assert sscc(3, "4012345", 123456789) == "340123451234567895"
    assert sscc(0, "401234512345", 7) == "040123451234500077"[:17] + str(check_digit("04012345123450007"))
    with pytest.raises(ValueError, match="at most 4 digits"):
        sscc(0, "401234512345", 10_000)
    with pytest.raises(ValueError, match="prefix of 4-12 digits"):
        sscc(0, "40", 1)


@pytest.mark.parametrize(
    ("ai", "value", "fault"),
    [
        ("01", "09506000134352", None),
        ("01", "09506000134353", "(01): expected check digit 2, got 3"),
        ("10", "", "(10): expected 1 to 20 characters, got 0"),
        ("10", "LOT\x1d", "(10): expected characters of GS1 set 82, got 'LOT\\x1d'"),
        ("10", "LOT 7", "(10): expected characters of GS1 set 82, got 'LOT 7'"),
        ("17", "271331", "(17): expected a date as YYMMDD, got 271331"),
        ("17", "270200", None),
        ("3102", "001234", None),
        ("3109", "001234", "('3109'): not an identifier we print"),
        ("99999", "1", "('99999'): not an identifier we print"),
    ],
)
def test_each_value_must_fit_its_identifier(ai: str, value: str, fault: str | None) -> None:
    assert element_fault(ai, value) == fault


def test_open_ended_values_get_a_separator_unless_last() -> None:
    elements = (("01", "09506000134352"), ("10", "AB"), ("17", "271231"), ("21", "S9"))
    assert scanned_text(elements) == "010950600013435210AB\x1d1727123121S9"
    assert printed_text(elements) == "(01)09506000134352(10)AB(17)271231(21)S9"
    assert [
        ai for ai in ("00", "01", "10", "17", "21", "37", "3102", "400", "410", "420") if needs_separator(ai)
    ] == [
        "10",
        "21",
        "37",
        "400",
        "420",
    ]


def test_an_element_string_holds_each_identifier_once() -> None:
    assert elements_fault(()) == "expected at least one element, got none"
    assert elements_fault((("10", "A"), ("10", "B"))) == "expected each identifier once"
