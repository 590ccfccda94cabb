"""Scanner lines and every reading they have (D4.1-D4.11, FL2.9, FL2.17)."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from packstation import scan
from packstation.scan import DEFAULT, KINDS, OwnCode, Reading, Scan, ScanConfig, parse

GS, RS, EOT = "\x1d", "\x1e", "\x04"
PEN = "04006381333931"  # a GTIN-13, padded
CASE = "10614141999993"  # a GTIN-14
SODA = "00042100005264"  # a UPC-A, as UPC-E 04252614
PALLET = "350123450000000016"
PARCEL = "9400111202555842761520"  # USPS
BADGE = "B." + "A2" * 13

SITE = ScanConfig(carton_types=frozenset({"BOX-M", "M"}))


def means(
    text: str,
    *readings: Reading,
    id: str | None = None,
    warn: tuple[str, ...] = (),
    ais: tuple[tuple[str, str], ...] = (),
    fault: str | None = None,
) -> Scan:
    return Scan(text, id, (*readings, Reading("text", text)), warn, fault, ais)


def unsound(text: str, fault: str, id: str | None = None) -> Scan:
    return Scan(text, id, fault=fault)


def gtin(value: str) -> Reading:
    return Reading("gtin", value)


def gs1(value: str = PEN, **rest: str | int) -> Reading:
    return Reading("gs1", value, **rest)  # type: ignore[arg-type]


TABLE: list[tuple[str, Scan]] = [
    # commands (D4.7, FL2.17)
    ("*UNDO", means("*UNDO", Reading("command", "UNDO"))),
    ("]C0*UNDO", means("*UNDO", Reading("command", "UNDO"), id="]C0")),
    ("*undo", means("*undo", Reading("command", "UNDO"))),
    ("*QTY12", means("*QTY12", Reading("command", "QTY12"))),
    ("*3", means("*3", Reading("command", "3"))),
    ("*OK.ABCD2345", means("*OK.ABCD2345", Reading("command", "OK", tag="ABCD2345"))),
    ("*OK.ABC", means("*OK.ABC")),
    ("*OK please", means("*OK please")),
    ("*", means("*")),
    ("*AB-1*", means("AB-1")),
    ("]A0*BLUE-MUG*", means("BLUE-MUG", id="]A0")),
    ("**UNDO*", means("*UNDO")),
    ("*T-0099*", means("T-0099", Reading("tote", "T-0099"))),
    # our own labels
    (BADGE, means(BADGE, Reading("badge", BADGE))),
    ("B.SHORT", means("B.SHORT")),
    ("st-07", means("st-07", Reading("station", "st-07"))),
    ("pr-zebra-1", means("pr-zebra-1", Reading("printer", "pr-zebra-1"))),
    ("C-st-07-00a1b2", means("C-st-07-00a1b2", Reading("lpn", "C-st-07-00a1b2"))),
    ("T-0099", means("T-0099", Reading("tote", "T-0099"))),
    ("K-3", means("K-3", Reading("cart", "K-3"))),
    ("S-12-A1", means("S-12-A1", Reading("slot", "S-12-A1"))),
    ("A-04-2", means("A-04-2", Reading("location", "A-04-2"))),
    ("AB-04-12-3", means("AB-04-12-3", Reading("location", "AB-04-12-3"))),
    ("A-4-2", means("A-4-2")),
    ("FO-4471", means("FO-4471", Reading("order", "FO-4471"))),
    ("FO-4471-1", means("FO-4471-1", Reading("order", "FO-4471-1"))),
    ("#4471", means("#4471", Reading("order", "4471"))),
    ("M-20", means("M-20", Reading("manifest", "M-20"))),
    ("BOX-M", means("BOX-M", Reading("carton_type", "BOX-M"))),
    ("box-m", means("box-m")),
    ("]C1A-04-2", means("A-04-2", id="]C1", fault="gs1: expected application identifiers, got 'A-04-2'")),
    # plain text, and what is taken off around it (D1.11, DT1)
    ("BLUE-MUG", means("BLUE-MUG")),
    ("  BLUE-MUG \t\r\n", means("BLUE-MUG")),
    ("blue mug", means("blue mug")),
    ("café", means("café")),
    ("]Q1王小明", means("王小明", id="]Q1")),
    ("]C0café", unsound("café", "encoding: expected ASCII in ]C0, got other characters", "]C0")),
    ("[X]", means("[X]")),
    ("", unsound("", "empty: expected a code, got none")),
    (" \r\n", unsound("", "empty: expected a code, got none")),
    ("]E0", unsound("", "empty: expected a code, got none", "]E0")),
    ("BLUE\x00MUG", unsound("BLUE\x00MUG", "control: expected printable characters, got 0x00")),
    ("\x1b[2J", unsound("\x1b[2J", "control: expected printable characters, got 0x1b")),
    ("BLUE\x85MUG", unsound("BLUE\x85MUG", "control: expected printable characters, got 0x85")),
    ("\ud800", unsound("\ud800", "encoding: expected characters, got half of one")),
    ("x" * 513, unsound("x" * 32, "too_long: expected at most 512 bytes, got 513")),
    ("é" * 257, unsound("é" * 32, "too_long: expected at most 512 bytes, got 514")),
    ("x" * 512, means("x" * 512)),
    # GTINs (D4.4, DT4)
    ("4006381333931", means("4006381333931", gtin(PEN))),
    ("]E04006381333931", means("4006381333931", gtin(PEN), id="]E0")),
    ("]C04006381333931", means("4006381333931", gtin(PEN), id="]C0")),
    ("4006381333932", means("4006381333932", warn=("check_digit",))),
    ("]C04006381333932", means("4006381333932", id="]C0")),
    ("]E04006381333932", means("4006381333932", id="]E0", fault="check_digit: expected 1, got 2")),
    (
        "]E0400638133",
        means("400638133", id="]E0", fault="length: expected 8 or 12 or 13 or 14 digits in ]E0, got 9 characters"),
    ),
    ("042100005264", means("042100005264", gtin(SODA))),
    ("]E00042100005264", means("0042100005264", gtin(SODA), id="]E0")),
    ("04252614", means("04252614", gtin(SODA))),
    ("]E004252614", means("04252614", gtin(SODA), id="]E0")),
    ("96385074", means("96385074", gtin("00000096385074"))),
    ("]E496385074", means("96385074", gtin("00000096385074"), id="]E4")),
    ("12345670", means("12345670", gtin("00000012345670"), gtin("00123456000070"))),
    ("]E412345670", means("12345670", gtin("00000012345670"), id="]E4")),
    ("425261", means("425261")),
    ("]E3400638133393112", means("400638133393112", gtin(PEN), id="]E3")),
    ("]E3400638133393151299", means("400638133393151299", gtin(PEN), id="]E3")),
    (CASE, means(CASE, gtin(CASE))),
    ("]I1" + CASE, means(CASE, gtin(CASE), id="]I1")),
    ("]I110614141999996", means("10614141999996", id="]I1", fault="check_digit: expected 3, got 6")),
    ("]I1123456", means("123456", id="]I1")),
    ("]I010614141999996", means("10614141999996", id="]I0")),
    ("10036000291459", means("10036000291459", gtin("10036000291459"))),
    ("٤٠٠٦٣٨١٣٣٣٩٣١", means("٤٠٠٦٣٨١٣٣٣٩٣١")),
    # SSCC
    (PALLET, means(PALLET, Reading("sscc", PALLET))),
    ("]C0" + PALLET, means(PALLET, Reading("sscc", PALLET), id="]C0")),
    ("350123450000000018", means("350123450000000018", warn=("check_digit",))),
    ("]C100" + PALLET, means("00" + PALLET, Reading("sscc", PALLET), id="]C1", ais=(("00", PALLET),))),
    ("00" + PALLET, means("00" + PALLET, Reading("sscc", PALLET), ais=(("00", PALLET),))),
    (
        "]C100350123450000000018",
        means(
            "00350123450000000018",
            id="]C1",
            fault="check_digit: expected a right one in AI 00, got 350123450000000018",
        ),
    ),
    (
        f"]C100{PALLET}02{PEN}3724",
        means(
            f"00{PALLET}02{PEN}3724",
            Reading("sscc", PALLET),
            gs1(count=24),
            id="]C1",
            ais=(("00", PALLET), ("02", PEN), ("37", "24")),
        ),
    ),
    # element strings
    (f"]C101{PEN}", means(f"01{PEN}", gtin(PEN), id="]C1", ais=(("01", PEN),))),
    (f"]e001{PEN}", means(f"01{PEN}", gtin(PEN), id="]e0", ais=(("01", PEN),))),
    (f"01{PEN}", means(f"01{PEN}")),
    (
        f"]C101{PEN}1726123110L77",
        means(
            f"01{PEN}1726123110L77",
            gs1(lot="L77", expiry="2026-12-31"),
            id="]C1",
            ais=(("01", PEN), ("17", "261231"), ("10", "L77")),
        ),
    ),
    (
        f"]d201{PEN}10L77{GS}21S9",
        means(
            f"01{PEN}10L77{GS}21S9",
            gs1(lot="L77", serial="S9"),
            id="]d2",
            ais=(("01", PEN), ("10", "L77"), ("21", "S9")),
        ),
    ),
    (
        f"]Q301{PEN}17260200",
        means(f"01{PEN}17260200", gs1(expiry="2026-02-28"), id="]Q3", ais=(("01", PEN), ("17", "260200"))),
    ),
    (
        f"]Q301{PEN}17260231",
        means(f"01{PEN}17260231", gs1(), id="]Q3", warn=("date",), ais=(("01", PEN), ("17", "260231"))),
    ),
    (
        f"]Q301{PEN}15991231",
        means(f"01{PEN}15991231", gs1(expiry="1999-12-31"), id="]Q3", ais=(("01", PEN), ("15", "991231"))),
    ),
    (f"01{PEN}10L77", means(f"01{PEN}10L77", gs1(lot="L77"), ais=(("01", PEN), ("10", "L77")))),
    (f"]C001{PEN}10L77", means(f"01{PEN}10L77", id="]C0")),
    ("]C010ABC", means("10ABC", id="]C0")),
    ("]A010ABC", means("10ABC", id="]A0")),
    ("]C110ABC", means("10ABC", gs1("", lot="ABC"), id="]C1", ais=(("10", "ABC"),))),
    (
        f"{GS}01{PEN}10L77",
        means(f"{GS}01{PEN}10L77", gs1(lot="L77"), ais=(("01", PEN), ("10", "L77"))),
    ),
    (
        f"(01){PEN}(10)A(B)C(17)261231",
        means(
            f"(01){PEN}(10)A(B)C(17)261231",
            gs1(lot="A(B)C", expiry="2026-12-31"),
            ais=(("01", PEN), ("10", "A(B)C"), ("17", "261231")),
        ),
    ),
    (f"(01) {PEN} (21) 5", means(f"(01) {PEN} (21) 5", gs1(serial="5"), ais=(("01", PEN), ("21", "5")))),
    ("(01)4006381333931", means("(01)4006381333931", warn=("gs1",))),
    ("(A1)4006381333931", means("(A1)4006381333931")),
    (
        f"[)>{RS}05{GS}01{PEN}10L77{GS}21S9{RS}{EOT}",
        means(
            f"[)>{RS}05{GS}01{PEN}10L77{GS}21S9{RS}{EOT}",
            gs1(lot="L77", serial="S9"),
            ais=(("01", PEN), ("10", "L77"), ("21", "S9")),
        ),
    ),
    (f"]d1[)>{RS}06{GS}1PBLUE{GS}Q12{RS}{EOT}", means(f"[)>{RS}06{GS}1PBLUE{GS}Q12{RS}{EOT}", id="]d1")),
    (f"]C101{PEN}3712", means(f"01{PEN}3712", gs1(count=12), id="]C1", ais=(("01", PEN), ("37", "12")))),
    (f"]C101{PEN}305", means(f"01{PEN}305", gs1(count=5), id="]C1", ais=(("01", PEN), ("30", "5")))),
    (
        f"]C101{PEN}3103001250",
        means(f"01{PEN}3103001250", gs1(), id="]C1", ais=(("01", PEN), ("3103", "001250"))),
    ),
    (f"]C101{PEN}39221295", means(f"01{PEN}39221295", gs1(), id="]C1", ais=(("01", PEN), ("3922", "1295")))),
    (
        "]C101" + PEN[:-1] + "2",
        means(
            "01" + PEN[:-1] + "2",
            id="]C1",
            fault="check_digit: expected a right one in AI 01, got 04006381333932",
        ),
    ),
    (
        f"]C101{PEN}10A{GS}10B",
        means(f"01{PEN}10A{GS}10B", id="]C1", fault="gs1: expected one value of AI 10, got two"),
    ),
    ("]C1ABC", means("ABC", id="]C1", fault="gs1: expected application identifiers, got 'ABC'")),
    # a lost separator (D4.5)
    (
        "]C110LOT12317261231",
        means(
            "10LOT12317261231",
            gs1("", lot="LOT12317261231"),
            id="]C1",
            warn=("separator",),
            ais=(("10", "LOT12317261231"),),
        ),
    ),
    (
        f"]C110LOT12317261231{GS}01{PEN}",
        means(
            f"10LOT12317261231{GS}01{PEN}",
            gs1(lot="LOT12317261231"),
            id="]C1",
            ais=(("10", "LOT12317261231"), ("01", PEN)),
        ),
    ),
    (
        "]C110" + "A" * 20 + "17261231",
        means(
            "10" + "A" * 20 + "17261231",
            gs1("", lot="A" * 20, expiry="2026-12-31"),
            id="]C1",
            warn=("separator",),
            ais=(("10", "A" * 20), ("17", "261231")),
        ),
    ),
    # Digital Links
    (
        f"]Q1https://id.gs1.org/01/{PEN}/10/L77/21/S9?17=261231",
        means(
            f"https://id.gs1.org/01/{PEN}/10/L77/21/S9?17=261231",
            gs1(lot="L77", serial="S9", expiry="2026-12-31"),
            id="]Q1",
            ais=(("01", PEN), ("10", "L77"), ("21", "S9"), ("17", "261231")),
        ),
    ),
    (
        "https://shop.example/a/01/4006381333931",
        means("https://shop.example/a/01/4006381333931", gtin(PEN), ais=(("01", PEN),)),
    ),
    (
        f"https://id.gs1.org/00/{PALLET}",
        means(f"https://id.gs1.org/00/{PALLET}", Reading("sscc", PALLET), ais=(("00", PALLET),)),
    ),
    ("http://shop.example/help", means("http://shop.example/help")),
    ("http://[", means("http://[")),
    (f"https://x/01/{PEN}/odd", means(f"https://x/01/{PEN}/odd", warn=("digital_link",))),
    (
        "https://id.gs1.org/01/04006381333932",
        means(
            "https://id.gs1.org/01/04006381333932",
            fault="check_digit: expected a right one in AI 01, got 04006381333932",
        ),
    ),
    # carriers
    (
        "420902109400111202555842761520",
        means("420902109400111202555842761520", Reading("tracking", PARCEL), ais=(("420", "90210"),)),
    ),
    (
        "4209021012349400111202555842761520",
        means(
            "4209021012349400111202555842761520",
            Reading("tracking", PARCEL),
            ais=(("420", "902101234"),),
        ),
    ),
    (
        f"]C142090210{GS}9400111202555842761520",
        means(
            f"42090210{GS}9400111202555842761520",
            Reading("tracking", PARCEL),
            id="]C1",
            ais=(("420", "90210"),),
        ),
    ),
    (
        "420902109400111202555842761527",
        means(
            "420902109400111202555842761527",
            Reading("tracking", "9400111202555842761527"),
            warn=("check_digit",),
            ais=(("420", "90210"),),
        ),
    ),
    ("42090210", means("42090210", warn=("check_digit",))),
    ("]C01Z999AA10123456784", means("1Z999AA10123456784", Reading("tracking", "1Z999AA10123456784"), id="]C0")),
    ("1Z999AA1012345678", means("1Z999AA1012345678")),
]


def test_the_table_is_as_long_as_promised() -> None:
    """D4.10"""
    assert len({line for line, _ in TABLE}) == len(TABLE) >= 60


@pytest.mark.parametrize(("line", "expected"), TABLE, ids=[repr(line)[:50] for line, _ in TABLE])
def test_a_line_means_exactly_this(line: str, expected: Scan) -> None:
    """D4.10"""
    assert parse(line, SITE) == expected


def test_readings_come_in_the_order_of_trust() -> None:
    """FL2.9"""
    site = ScanConfig(
        codes=(OwnCode("order", re.compile(r"[0-9]{8}")), OwnCode("location", re.compile(r"[0-9]{8}"))),
        carton_types=frozenset({"12345670"}),
    )

    kinds = [reading.kind for reading in parse("12345670", site).readings]

    assert kinds == ["location", "order", "carton_type", "gtin", "gtin", "text"]
    assert kinds == sorted(kinds, key=KINDS.index)


def test_the_most_trusted_reading_of_a_kind_is_found() -> None:
    assert parse("T-0099").reading("gtin", "tote") == Reading("tote", "T-0099")
    assert parse("T-0099").reading("gtin") is None


def test_a_prefix_of_the_device_is_taken_off() -> None:
    """D1.11"""
    device = ScanConfig(prefix="\x02A;")

    assert parse("\x02A;]C0T-0099\r", device) == means("T-0099", Reading("tote", "T-0099"), id="]C0")
    assert parse("T-0099", device) == means("T-0099", Reading("tote", "T-0099"))


def test_a_substitute_stands_for_the_separator_in_gs1_lines_only() -> None:
    """D3.5"""
    device = ScanConfig(gs_substitute="|")

    assert parse(f"]d201{PEN}10L77|21S9", device).readings[0] == gs1(lot="L77", serial="S9")
    assert parse(f"01{PEN}10L77|21S9", device).readings[0] == gs1(lot="L77", serial="S9")
    assert parse("]C142090210|9400111202555842761520", device).readings[0].kind == "tracking"
    assert parse("]C0A|B", device) == means("A|B", id="]C0")


def test_a_device_that_never_sent_a_separator_is_not_trusted_with_lots() -> None:
    """D4.5"""
    line = f"]C101{PEN}10L77"
    dated = "]d201004520150100151728092110L26953A"

    assert parse(line, ScanConfig(gs_seen=False)).warnings == ("separator",)
    assert parse(dated, ScanConfig(gs_seen=False)).warnings == (), "its date was read before the lot"
    assert parse(line, ScanConfig(gs_seen=True)).warnings == ()
    assert parse(f"]C101{PEN}", ScanConfig(gs_seen=False)).warnings == ()


def test_bytes_that_are_not_utf8_are_no_matrix_code() -> None:
    """D1.11, D4.8"""
    raw = "]Q1café".encode("latin-1")
    text = scan.decoded(raw)

    assert text == "]Q1café"
    assert parse(text, raw=raw).fault == "encoding: expected UTF-8 in ]Q1, got other bytes"
    assert parse(text, raw="]Q1café".encode()).fault is None


def test_the_century_follows_the_year_that_was_given() -> None:
    """D4.6: two digits reach 49 years back and 50 years ahead."""
    expiry = {
        year: parse(f"]C101{PEN}17{year:02d}0101", ScanConfig(this_year=2026)).readings[0].expiry
        for year in (76, 77, 26)
    }

    assert expiry == {76: "2076-01-01", 77: "1977-01-01", 26: "2026-01-01"}


def test_a_command_tag_is_made_from_name_and_key() -> None:
    """D4.7: HMAC-SHA-256 over *NAME, its first 8 base32 characters."""
    import base64
    import hashlib
    import hmac

    expected = base64.b32encode(hmac.new(b"site key", b"*UNDO", hashlib.sha256).digest()).decode()[:8]

    tag = scan.command_tag("UNDO", b"site key")

    assert tag == expected
    assert parse(f"*UNDO.{tag}").readings[0] == Reading("command", "UNDO", tag=tag)
    assert parse("*UNDO.AAAAAAAA", ScanConfig(command_key=b"site key")).readings[0].tag == "AAAAAAAA"


def test_biip_waits_for_the_first_gs1_line() -> None:
    """D4.2"""
    code = (
        "import sys; from packstation import scan; scan.parse('4006381333931'); scan.parse('T-0099');"
        "assert 'biip' not in sys.modules; scan.parse(']C10104006381333931'); assert 'biip' in sys.modules"
    )

    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_default_config_knows_no_site() -> None:
    assert DEFAULT.carton_types == frozenset()
    assert DEFAULT.command_key is None
