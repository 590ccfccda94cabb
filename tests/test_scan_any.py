"""What holds for every scanner line: nothing raises, and what was built is read back (D4.10)."""

from __future__ import annotations

import random
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from packstation import scan
from packstation.scan import KINDS, Reading, Scan, ScanConfig, check_digit, parse
from tests.steps import calls

GS = "\x1d"
SITE = ScanConfig(carton_types=frozenset({"M"}), gs_substitute="|", gs_seen=False, prefix="!")
CHARSET = "".join(chr(code) for code in range(33, 127) if chr(code) not in "#$@[]^`{|}~\\")
LOT = st.text(CHARSET.replace("(", ""), min_size=1, max_size=20)
DATE = st.dates(min_value=date(1980, 1, 1), max_value=date(2075, 12, 31))

PIECES = [
    *("]C1", "]d2", "]Q3", "]Q1", "]E0", "]E3", "]E4", "]I1", "]C0", "]", GS, "\x1e", "\x04", "[)>\x1e05\x1d"),
    *(
        "(01)",
        "(10)",
        "(21)",
        "01",
        "00",
        "10",
        "17",
        "21",
        "30",
        "37",
        "3103",
        "3929",
        "3900",
        "3939",
        "8008",
        "7003",
    ),
    *(
        "253",
        "255",
        "420",
        "421",
        "4326",
        "8110",
        "04006381333931",
        "350123450000000016",
        "261231",
        "260200",
        "999999",
    ),
    *(
        "https://",
        "http://[",
        "id.gs1.org/",
        "/01/",
        "/10/",
        "?17=",
        "%D9%A3",
        "&",
        "*",
        "*UNDO",
        ".",
        "B.",
        "T-",
        "C-",
    ),
    *(
        "FO-",
        "#",
        "1Z",
        "92",
        "94",
        "\x00",
        "\x1b",
        "\r",
        "\n",
        "\t",
        " ",
        "é",
        "٣",
        "²",
        "王",
        "\ud800",
        "|",
        "!",
        "-",
        "/",
    ),
]


def invented_line(chance: random.Random) -> str:
    """A line put together from what parsers trip over, or random digits, or random bytes."""
    form = chance.random()
    if form < 0.7:
        return "".join(chance.choices(PIECES, k=chance.randint(1, 9)))
    if form < 0.85:
        return chance.choice(["", "]C1", "]E0", "]d2", ""]) + "".join(
            chance.choices("0123456789", k=chance.randint(1, 34))
        )
    return scan.decoded(chance.randbytes(chance.randint(0, 60)))


def must_hold(line: str, understood: Scan) -> None:
    assert list(understood.readings) == sorted(understood.readings, key=lambda reading: KINDS.index(reading.kind))
    assert understood.readings or understood.fault, line
    for reading in understood.readings:
        if reading.kind == "gtin" or (reading.kind == "gs1" and reading.value):
            assert len(reading.value) == 14, line
            assert reading.value.isascii(), line
            assert check_digit(reading.value[:-1]) == int(reading.value[-1]), line
        if reading.kind == "sscc":
            assert len(reading.value) == 18, line
            assert check_digit(reading.value[:-1]) == int(reading.value[-1]), line
        if reading.kind == "command":
            assert line.strip(" \t\r\n!")[-1] != "*", line
    if understood.fault:
        assert {reading.kind for reading in understood.readings} <= {"text"}, line


@given(st.binary(max_size=600))
def test_no_bytes_raise(raw: bytes) -> None:
    """D4.10"""
    line = scan.decoded(raw)
    must_hold(line, parse(line, SITE, raw))


@given(
    st.text(st.characters(), max_size=200),
    st.sampled_from(["", "]C1", "]d2", "]Q1", "]E0", "http://x/01/", "(01)", GS]),
)
def test_no_text_raises(text: str, start: str) -> None:
    """D4.10"""
    must_hold(start + text, parse(start + text, SITE))


def test_twenty_thousand_invented_lines_raise_nothing() -> None:
    """D4.10"""
    fuzz(20_000, seed=5)


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_a_million_invented_lines_raise_nothing() -> None:
    """D4.10"""
    fuzz(1_000_000, seed=20260)


def fuzz(lines: int, *, seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(lines):
        line = invented_line(chance)
        must_hold(line, parse(line, SITE))


def gtin_14(digits: int) -> str:
    payload = f"{digits:013d}"
    return payload + str(check_digit(payload))


GTIN = st.integers(1, 10**13 - 1).map(gtin_14)


@given(GTIN, LOT, LOT, DATE, st.integers(1, 99_999_999))
def test_what_was_built_is_read_back(gtin: str, lot: str, serial: str, day: date, count: int) -> None:
    """D4.10: with separators where they belong, every value survives, in each dress of GS1."""
    day_text = f"{day:%y%m%d}"
    values = (("01", gtin), ("17", day_text), ("10", lot), ("21", serial), ("37", str(count)))
    expected = Reading("gs1", gtin, lot=lot, serial=serial, expiry=f"{day:%Y-%m-%d}", count=count)
    plain = f"01{gtin}17{day_text}10{lot}{GS}21{serial}{GS}37{count}"

    for line in (f"]C1{plain}", f"]d2{plain}", f"{GS}{plain}", plain, f"[)>\x1e05{GS}{plain}\x1e\x04"):
        understood = parse(line)
        assert (understood.readings[0], understood.ais, understood.warnings) == (expected, values, ())
    if not lot.endswith("*") and not serial.endswith("*"):
        typed = parse("".join(f"({ai}){value}" for ai, value in values))
        assert (typed.readings[0], typed.ais) == (expected, values)


@given(GTIN, LOT, LOT)
def test_a_link_that_was_built_is_read_back(gtin: str, lot: str, serial: str) -> None:
    """D4.10"""
    from urllib.parse import quote

    link = f"https://shop.example/x/01/{gtin}/10/{quote(lot, safe='')}/21/{quote(serial, safe='')}"

    assert parse(link).readings[0] == Reading("gs1", gtin, lot=lot, serial=serial)


@given(st.integers(0, 10**12 - 1))
def test_every_length_of_a_gtin_is_the_same_gtin(digits: int) -> None:
    """D4.4"""
    payload = f"{digits:012d}"
    code = payload + str(check_digit(payload))

    for form in (code, f"]E0{code}", code.zfill(14), f"]I1{code.zfill(14)}"):
        assert Reading("gtin", code.zfill(14)) in parse(form).readings


@given(st.sampled_from("01"), st.integers(10, 999_999))
def test_upc_e_and_the_upc_a_behind_it_are_one_item(system: str, body: int) -> None:
    """D4.4"""
    for check in range(10):
        short = f"{system}{body:06d}{check}"
        readings = [reading.value for reading in parse(f"]E0{short}").readings if reading.kind == "gtin"]
        for long in readings:
            if long != short.zfill(14):
                assert Reading("gtin", long) in parse(long[2:]).readings
    assert any(
        reading.value != f"{system}{body:06d}{check}".zfill(14)
        for check in range(10)
        for reading in parse(f"{system}{body:06d}{check}").readings
        if reading.kind == "gtin"
    )


@given(st.integers(0, 10**17 - 1))
def test_an_sscc_is_one_with_and_without_its_identifier(digits: int) -> None:
    payload = f"{digits:017d}"
    sscc = payload + str(check_digit(payload))

    for form in (sscc, f"]C100{sscc}", f"00{sscc}", f"(00){sscc}", f"https://id.gs1.org/00/{sscc}"):
        assert Reading("sscc", sscc) in parse(form).readings


@pytest.mark.parametrize(
    "line",
    ["]C1010400638133393117261231" + "10L77" + GS + "21S9", "4006381333931", "T-0099"],
)
def test_a_line_is_understood_in_few_steps(line: str) -> None:
    """Issue 5: a GS1 parse takes at most 0.3 ms; its calls are at most 140."""
    scan.warm_up()
    parse(line)
    assert calls(lambda: parse(line)) < 200
