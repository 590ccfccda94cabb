"""Every symbol is read back from its own modules (D11.1), and a value it cannot carry is refused before that."""

from __future__ import annotations

import random
import string

import pytest

from packstation.documents import code128, symbols
from packstation.documents.drawn import SymbolUnreadable
from packstation.documents.sscc import Elements, scanned_text
from packstation.documents.symbols import SymbolRefused

_PRINTABLE = [chr(code) for code in range(32, 127)]


@pytest.mark.parametrize("text", ["991234", "99", "9912345", "99A", "999999", "ORD-00000123", "~*{}a", " ", "A1B2C3"])
def test_code_128_says_what_it_was_given(text: str) -> None:
    """Trap DT5: python-barcode loses a leading 99."""
    assert symbols.code128(text).text == text


def _random_text(rng: random.Random, n: int) -> str:
    letters = string.digits if rng.random() < 0.4 else _PRINTABLE
    text = "".join(rng.choice(letters if rng.random() < 0.8 else string.digits) for _ in range(rng.randint(1, 20)))
    return f"99{text}" if n % 3 == 0 else text


def _random_elements(rng: random.Random) -> Elements:
    letters = string.ascii_letters + string.digits + "-./"
    elements = [("01", "09506000134352"), ("17", "271231")][: rng.randint(0, 2)]
    for ai in rng.sample(["10", "21", "240", "400"], rng.randint(1, 2)):
        elements.append((ai, "".join(rng.choice(letters) for _ in range(rng.randint(1, 7)))))
    rng.shuffle(elements)
    return tuple(elements)


def test_random_code_128_values_all_read_back() -> None:
    """D11.3, a part of it at every run: a third starts with 99."""
    rng = random.Random(4471)
    for n in range(2_000):
        text = _random_text(rng, n)
        assert symbols.code128(text).text == text


def test_random_element_strings_all_read_back() -> None:
    """D11.3: with separators, as GS1-128 and as GS1 Data Matrix."""
    rng = random.Random(7)
    for _ in range(700):
        elements = _random_elements(rng)
        assert symbols.gs1_128(elements).text == scanned_text(elements)
        assert symbols.gs1_datamatrix(elements).text == scanned_text(elements)


@pytest.mark.long
def test_twenty_thousand_of_each_without_a_misread() -> None:
    """D11.3 in full."""
    rng = random.Random(20_000)
    for n in range(20_000):
        assert symbols.code128.__wrapped__(_random_text(rng, n)).text
        assert symbols.gs1_128.__wrapped__(_random_elements(rng)).text


@pytest.mark.parametrize("text", ["", "ü", "a\x1bb", "a\nb", "王", "x" * 81, "\x1d", "a\u200bb"])
def test_code_128_refuses_what_is_not_printable_ascii(text: str) -> None:
    """D9.2, trap DT12: before the library sees it."""
    with pytest.raises(SymbolRefused, match="printable ASCII"):
        symbols.code128(text)


@pytest.mark.parametrize("text", ["", "\x00", "é", "y" * 501])
def test_matrix_codes_refuse_likewise(text: str) -> None:
    for draw in (symbols.datamatrix, symbols.qr, symbols.pdf417):
        with pytest.raises(SymbolRefused):
            draw(text)


@pytest.mark.parametrize(("gtin", "aim"), [("4006381333931", "]E0"), ("96385074", "]E4"), ("036000291452", "]E0")])
def test_retail_codes_read_back(gtin: str, aim: str) -> None:
    bars = symbols.retail(gtin)
    assert (bars.text, bars.aim) == (gtin, aim)


@pytest.mark.parametrize("gtin", ["4006381333932", "12345", "", "abcdefgh", "٤٠٠٦٣٨١٣٣٣٩٣١"])
def test_retail_codes_with_a_wrong_check_digit_are_refused(gtin: str) -> None:
    with pytest.raises(SymbolRefused):
        symbols.retail(gtin)


def test_a_case_code_reads_back() -> None:
    assert symbols.itf14("10036000291459").text == "10036000291459"
    with pytest.raises(SymbolRefused):
        symbols.itf14("10036000291458")


def test_matrix_codes_keep_their_separators() -> None:
    """D9.4"""
    elements = (("01", "09506000134352"), ("10", "AB12"), ("21", "S9"))
    for draw, aim in ((symbols.gs1_datamatrix, "]d2"), (symbols.gs1_qr, "]Q3")):
        matrix = draw(elements)
        assert (matrix.text, matrix.aim) == ("010950600013435210AB12\x1d21S9", aim)


def test_a_data_matrix_is_square() -> None:
    """Older scanners do not read the long rectangles that the encoder would take for this text."""
    matrix = symbols.datamatrix("P1;#1001;1;1;C-st-07-000123;1")
    assert matrix.columns == len(matrix.rows)
    assert matrix.aim == "]d1"


def test_values_with_brackets_are_no_element_string_for_a_matrix() -> None:
    with pytest.raises(SymbolRefused, match="brackets"):
        symbols.gs1_datamatrix((("10", "A(21)B"),))
    assert symbols.gs1_128((("10", "A(21)B"),)).text == "10A(21)B"


def test_a_gs1_128_holds_at_most_48_characters() -> None:
    with pytest.raises(SymbolRefused, match="at most 48"):
        symbols.gs1_128((("10", "X" * 20), ("21", "Y" * 20), ("240", "Z" * 8)))


def test_a_symbol_that_reads_back_wrong_is_never_let_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """D11.1: an encoder's fault, played: it drops the first two digits."""
    monkeypatch.setattr(symbols, "code128_modules", lambda text: code128.modules(text[2:]))
    with pytest.raises(SymbolUnreadable, match=r"expected .C0 '770001' when read back, got .C0 '0001'"):
        symbols.code128("770001")


def test_widths_are_those_of_the_specification() -> None:
    """The table of devices.md section 8."""
    assert symbols.sscc_bars("340123451234567895").modules == 156
    assert symbols.code128("ORD-00000123").modules == 134
    assert symbols.retail("4006381333931").modules == 95


def test_our_code_128_has_the_bars_of_the_library_it_replaces() -> None:
    """D9.1, PF4.1: the same choice of code sets, sign by sign, but for its fault with a leading 99 (DT5)."""
    from barcode.codex import Code128, Gs1_128

    chance = random.Random(12)
    for _ in range(1500):
        text = "".join(chance.choice("0123456789" * 3 + "ABcd -./") for _ in range(chance.randint(1, 30)))
        elements = "".join(chance.choice("0123456789" * 3 + "ABcd" + code128.FNC1) for _ in range(30))
        assert text.startswith("99") or [code128.modules(text)] == Code128(text).build(), text
        assert [code128.modules(code128.FNC1 + elements)] == Gs1_128(elements).build(), elements
