"""ZPL: hostile text stays text, symbols scan after rendering, and a label is the same words as its PDF."""

from __future__ import annotations

import base64
import binascii
import random
import re
import zlib
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from packstation.documents import label, zpl
from packstation.documents.drawn import Drawn, PaperRefused
from packstation.documents.label import STOCK_DOTS, LogisticUnit
from packstation.documents.shipment import Party, Shipment
from packstation.documents.sscc import sscc, with_check_digit
from packstation.documents.symbols import code128, datamatrix, gs1_128, gs1_datamatrix, gs1_qr, qr
from packstation.documents.text import set_line
from packstation.documents.zpl import fields
from packstation.documents.zpl.sheet import ZplSheet
from tests.documents.zpl_renderer import codes_on, needs_renderer, rendered
from tests.hostile import Hostile, one_by_one
from tests.steps import calls

SHOP = Party("Becherhaus GmbH", ("Lagerstraße 7",), "20457", "Hamburg", "", "DE")
JOSE = Party(
    "José Nuñez", ("Gran Vía 12", "3º izq."), "28013", "Madrid", "", "ES", "+34 600 000 000", "j@example.com"
)
WANG = Party("王小明", ("中山路 12",), "100000", "北京", "", "CN")
PARCEL = Shipment(
    "FO-4471", 1, 2, "EXPRESS", "House", SHOP, JOSE, 1912, tracking="ORD-00000123", sscc="340123451234567895"
)
UNIT = LogisticUnit("340123451234567895", SHOP, JOSE, (("02", "09506000134352"), ("37", "24"), ("10", "LOT7")))
STOCKS = [(stock, dpi) for stock in ("4x6", "a6") for dpi in (203, 300)]

# A command, its parameters without ^ and ~, and field data of safe characters, our hex, brackets and >8.
_DATA = r"(?:[A-Za-z0-9 .,-]|_[0-9A-F]{2})*"
_ALLOWED = re.compile(
    rb"\^XA\^CI28\^PW\d+\^LL\d+\^LH0,0\^PON\^LRN\^FWN\^MCY\^BY2,3,100\n"
    + (
        r"(?:(?:"
        r"\^FO\d+,\d+\^GB\d+,\d+,\d+"
        rf"|\^FT\d+,\d+\^A0N,\d+,\d+(?:\^FR)?\^FH_\^FD{_DATA}"
        rf"|\^FO\d+,\d+\^BY\d,3,\d+\^BCN,\d+,N,N,N,A\^FH_\^FD{_DATA}"
        rf"|\^FO\d+,\d+\^BY\d,3,\d+\^BCN,\d+,N,N,N,D\^FH_\^FD(?:\(\d{{2,4}}\){_DATA}(?:>8)?)+"
        r"|\^FO\d+,\d+\^GFA,\d+,\d+,\d+,[0-9A-F:]+"
        r"|\^FO0,0\^GFA,\d+,\d+,\d+,:Z64:[A-Za-z0-9+/=]+:[0-9A-F]{4}"
        r")\^FS\n)*\^XZ\n"
    ).encode()
)


def test_text_that_looks_like_commands_prints_as_it_is() -> None:
    """D7.1, the golden test."""
    assert fields.words("Evil ^XZ^XA ~JA _5E", 10, 40, 25, 24) == (
        "^FT10,40^A0N,25,24^FH_^FDEvil _5EXZ_5EXA _7EJA _5F5E^FS\n"
    )


def test_text_that_looks_like_commands_is_one_label_when_rendered() -> None:
    """D7.1: the same dots as the words drawn one by one, and no second label."""
    evil = "Evil ^XZ^XA ~JA _5E"
    drawn = zpl.house_label(replace(PARCEL, receiver=replace(JOSE, name=evil)))
    assert b"^FDEvil _5EXZ_5EXA _7EJA _5F5E^FS" in drawn.content
    [pages] = rendered([drawn.content], STOCK_DOTS["4x6", 203])
    assert len(pages) == 1
    assert codes_on(pages[0]) == {(symbol.aim, symbol.text) for symbol in drawn.symbols}


@given(st.text(max_size=255))
def test_no_text_says_anything_to_the_printer(text: str) -> None:
    """D7.1: and the bytes come back whole."""
    try:
        data = fields.escaped(text)
    except UnicodeEncodeError:
        assert any("\ud800" <= character <= "\udfff" for character in text)
        return
    assert re.fullmatch(_DATA, data)
    back = re.sub(r"_([0-9A-F]{2})|(.)", lambda hit: chr(int(hit[1], 16)) if hit[1] else hit[2], data)
    assert back.encode("latin-1").decode("utf-8") == text


def test_a_label_takes_few_steps() -> None:
    """PF4.6: a label that nothing kept helps with, its symbols encoded and read back; as PDF it takes three times
    as many."""
    zpl.house_label(PARCEL)
    parcels = [
        replace(PARCEL, order=f"FO-{n}", tracking=f"ORD-{n:08d}", sscc=sscc(3, "4012345", n)) for n in range(10)
    ]
    assert calls(lambda: [zpl.house_label(parcel) for parcel in parcels]) < 10 * 600


def test_field_data_ends_at_255_characters() -> None:
    """D7.1."""
    assert fields.escaped("x" * 255) == "x" * 255
    with pytest.raises(fields.NotNative, match="at most 255 characters, got 256"):
        fields.escaped("x" * 256)


@pytest.mark.parametrize(("stock", "dpi"), STOCKS)
@pytest.mark.parametrize("receiver", [JOSE, WANG], ids=["native", "picture"])
def test_every_symbol_of_a_house_label_scans_after_rendering(stock: str, dpi: int, receiver: Party) -> None:
    """D11.2, issue 5 point 8: 203 and 300 dpi, 4x6 in and A6."""
    parcel = replace(PARCEL, receiver=receiver)
    drawn = zpl.house_label(parcel, dpi=dpi, stock=stock)
    assert _ALLOWED.fullmatch(drawn.content)
    linear_by = "printer" if receiver is JOSE else "packstation"
    assert drawn.symbols == tuple(
        replace(symbol, drawn_by="packstation" if symbol.symbology == "datamatrix" else linear_by)
        for symbol in label.house_label(parcel, dpi=dpi, stock=stock).symbols
    )
    [[picture]] = rendered([drawn.content], STOCK_DOTS[stock, dpi])
    assert picture.size == STOCK_DOTS[stock, dpi]
    assert codes_on(picture) == {(symbol.aim, symbol.text) for symbol in drawn.symbols}


def test_strips_and_logistics_labels_scan_after_rendering() -> None:
    """D8.1, D8.2: separators behind open-ended values are there (D7.3)."""
    strip = zpl.lpn_strip(replace(PARCEL, sscc="", lpn="C-st07-00a1b2"))
    [[picture]] = rendered([strip.content], STOCK_DOTS["4x2", 203])
    assert codes_on(picture) == {("]C0", "C-st07-00a1b2"), ("]d1", datamatrix_text(strip))}
    assert {symbol.purpose: symbol.drawn_by for symbol in strip.symbols} == {
        "parcel": "packstation",
        "lpn": "printer",
    }
    for dpi in (203, 300):
        logistics = zpl.logistics_label(UNIT, dpi=dpi)
        assert b"(37)24>8(10)LOT7^FS" in logistics.content
        [[picture]] = rendered([logistics.content], STOCK_DOTS["4x6", dpi])
        assert codes_on(picture) == {("]C1", "00340123451234567895"), ("]C1", "02095060001343523724\x1d10LOT7")}


@pytest.mark.parametrize("dpi", [203, 300])
def test_a_slip_on_a_label_printer_is_one_picture_a_page_and_scans(dpi: int) -> None:
    """D8.5, D11.2: 4x6 slips as ZPL; order and return code are read from the rendered picture."""
    from packstation.documents.slip import packing_slip

    slip = packing_slip(PARCEL, stock="4x6", dpi=dpi)
    drawn = zpl.picture_of(slip, dpi=dpi)
    assert _ALLOWED.fullmatch(drawn.content)
    assert drawn.pages == slip.pages == drawn.content.count(b"^XA")
    [pictures] = rendered([drawn.content], STOCK_DOTS["4x6", dpi])
    assert len(pictures) == slip.pages
    assert {code for picture in pictures for code in codes_on(picture)} == {
        (symbol.aim, symbol.text) for symbol in slip.symbols
    }


def datamatrix_text(drawn: Drawn) -> str:
    return next(symbol.text for symbol in drawn.symbols if symbol.purpose == "parcel")


def test_the_test_label_is_one_picture_and_scans() -> None:
    """D8.8."""
    drawn = zpl.sample_label()
    assert _ALLOWED.fullmatch(drawn.content)
    [[picture]] = rendered([drawn.content], STOCK_DOTS["4x6", 203])
    found = codes_on(picture)
    assert {text for _, text in found} >= {"TEST-2", "TEST-3", "TEST-4", "TEST-DM", "TEST-QR", "4006381333931"}


@pytest.mark.parametrize(
    "change",
    [
        {"tracking": "ORD>00000123"},
        {"tracking": "ORD_123^XZ"},
        {"receiver": replace(JOSE, city="Łódź")},
        {"receiver": replace(JOSE, name="x" * 400)},
        {"service": "Größer – schneller"},
    ],
)
def test_what_a_printer_would_change_goes_as_one_picture(change: dict[str, object]) -> None:
    """D7.2, D7.6: one refused symbol or character beyond Latin-1 and the whole label is a picture."""
    parcel = replace(PARCEL, **change)  # type: ignore[arg-type]
    drawn = zpl.house_label(parcel)
    assert drawn.content.count(b"^FO") == drawn.content.count(b"^GFA") == 1
    assert drawn.symbols == label.house_label(parcel).symbols
    assert drawn.unprintable == label.house_label(parcel).unprintable
    [[picture]] = rendered([drawn.content], STOCK_DOTS["4x6", 203])
    assert codes_on(picture) == {(symbol.aim, symbol.text) for symbol in drawn.symbols}


@pytest.mark.parametrize("order", ["FO_4471", "FO\\4471", "~FO^4471", "FO>8;4471"])
def test_a_2d_symbol_is_the_one_that_was_read_back(order: str) -> None:
    """D7.4: drawn from our modules, so no value is an escape, and its size is the size that was planned."""
    parcel = replace(PARCEL, order=order)
    drawn = zpl.house_label(parcel)
    assert b":Z64:" not in drawn.content
    matrix = datamatrix(datamatrix_text(drawn))
    found = re.search(rb"\^GFA,(\d+),\d+,(\d+),([0-9A-F:]+)\^FS", drawn.content)
    assert found
    dot = int(found[1]) // int(found[2]) // len(matrix.rows)
    rows = re.findall(rf"([0-9A-F]{{{2 * int(found[2])}}}):{{{dot - 1}}}", found[3].decode())
    bits = [f"{int(row, 16):0{8 * int(found[2])}b}"[: matrix.columns * dot : dot] for row in rows]
    assert tuple(bits) == matrix.rows
    [[picture]] = rendered([drawn.content], STOCK_DOTS["4x6", 203])
    assert codes_on(picture) == {(symbol.aim, symbol.text) for symbol in drawn.symbols}


def test_a_printer_without_native_text_always_gets_a_picture() -> None:
    """D6.6."""
    assert b":Z64:" in zpl.house_label(PARCEL, native_text=False).content
    assert b":Z64:" not in zpl.house_label(PARCEL).content


@pytest.mark.parametrize(
    "human",
    [
        "(10)A(B",
        "(10)A)B",
        "(10)A>8",
        "(10)A B",
        "(10)",
        "10LOT",
        "",
    ],
)
def test_mode_d_never_sees_what_it_would_drop(human: str) -> None:
    """D7.3."""
    with pytest.raises(fields.NotNative):
        fields.gs1_128(human, frozenset({"10"}), 0, 0, 3, 100)


def test_a_picture_is_the_pdf_dot_by_dot() -> None:
    """D7.6: padding is white, 1 is black, the checksum is over the base64."""
    parcel = replace(PARCEL, receiver=WANG)
    content = zpl.house_label(parcel).content
    found = re.search(rb"\^GFA,(\d+),(\d+),(\d+),:Z64:([A-Za-z0-9+/=]+):([0-9A-F]{4})\^FS", content)
    assert found
    total, again, row_bytes = (int(found[n]) for n in (1, 2, 3))
    assert (total, again, row_bytes) == (1218 * 102, 1218 * 102, 102)
    assert binascii.crc_hqx(found[4], 0) == int(found[5], 16)
    dots = zlib.decompress(base64.b64decode(found[4]))
    assert len(dots) == total
    assert all(dots[n] & 0x0F == 0 for n in range(row_bytes - 1, total, row_bytes)), "812 dots, 4 bits of padding"
    assert len(content) < 12_000
    [[picture]] = rendered([content], STOCK_DOTS["4x6", 203])
    shown = picture.point(lambda grey: 255 if grey < 128 else 0).convert("1").tobytes()
    assert shown == dots


def test_words_are_the_same_as_on_the_pdf() -> None:
    """D7.5, D8.2."""
    import pypdfium2

    for parcel in (PARCEL, replace(PARCEL, copy=3, carton="M2", receiver=replace(JOSE, lines=("x y " * 40,)))):
        drawn = zpl.house_label(parcel)
        hex_data = re.findall(rb"\^FT\d+,\d+\^A0N,\d+,\d+(?:\^FR)?\^FH_\^FD([^^]*)\^FS", drawn.content)
        said = [
            re.sub(rb"_([0-9A-F]{2})", lambda hit: bytes((int(hit[1], 16),)), data).decode("utf-8")
            for data in hex_data
        ]
        page = pypdfium2.PdfDocument(label.house_label(parcel).content)[0]
        on_pdf = page.get_textpage().get_text_range()
        assert sorted("".join(said).replace(" ", "")) == sorted(re.sub(r"\s", "", on_pdf))


def _byte(found: re.Match[bytes]) -> bytes:
    return bytes((int(found[1], 16),))


def test_the_printer_s_own_font_never_runs_wider_than_what_was_fitted() -> None:
    """What fits on the PDF fits on the ZPL label: widths are measured in rendered dots."""
    texts = ["Evil ^XZ^XA ~JA _5E", "1234567890" * 3, "illl.,;:'|!" * 4, "WWWWMMMM@@%%", "José Nuñez Ångström ÆØÅ ß"]
    # The renderer's own font has a hyphen as wide as a dash; no printer's has.
    texts += [chr(code) * 12 for code in (*range(0x21, 0x7F), *range(0xA1, 0x100)) if chr(code) not in "-\xad"]
    width, height = STOCK_DOTS["4x6", 203]
    pages = [texts[first : first + 38] for first in range(0, len(texts), 38)]
    sheets = []
    for page in pages:
        sheet = ZplSheet(width, height, 203)
        for n, text in enumerate(page):
            sheet.line(set_line(text), 20, 30 + n * 31, 24 * 72 / 203)
        sheets.append(sheet.finish().content)
    for page, [picture] in zip(pages, rendered(sheets, (width, height)), strict=True):
        for n, text in enumerate(page):
            row = picture.crop((0, 30 + n * 31 - 20, width, 30 + n * 31 + 8)).point(lambda grey: 255 - grey)
            box = row.getbbox()
            assert box is not None
            # A letter's own side bearing may stand out by a dot or two.
            assert box[2] <= 20 + set_line(text).width * 24 / 1000 + 2, text


def test_many_codes_of_each_kind_scan_as_they_were_asked_for() -> None:
    """D7.2-D7.4, D11.2: the printer's own encoding, 8 codes a label."""
    needs_renderer()
    chance = random.Random(7)
    width, height = STOCK_DOTS["4x6", 203]
    sheets, asked = [], []
    for _ in range(12):
        sheet = ZplSheet(width, height, 203)
        for row in range(4):
            text = "".join(chance.choice("0123456789ABCDEFabz./:+#-") for _ in range(chance.randint(1, 14)))
            digits = "99" + "".join(chance.choice("0123456789") for _ in range(chance.randint(2, 20)))
            sheet.bars(code128(text if row % 2 else digits), 40, 40 + row * 120, 2, 80, "code")
        gtin = with_check_digit("".join(chance.choice("0123456789") for _ in range(13)))
        lot = "".join(chance.choice("0123456789ABC-./") for _ in range(chance.randint(1, 8)))
        elements = (("01", gtin), ("10", lot), ("21", str(chance.randrange(10**6))))
        sheet.bars(gs1_128(elements), 40, 560, 2, 80, "gs1")
        sheet.matrix(gs1_datamatrix(elements), 60, 740, 5, "2d")
        sheet.matrix(datamatrix(f"P1;FO-{chance.randrange(10**5)};1;2;{lot};1"), 400, 740, 5, "2d")
        sheet.matrix(qr(f"https://example.com/{lot}?a=b&c=%20"), 60, 960, 4, "2d")
        sheet.matrix(gs1_qr(elements), 400, 960, 4, "2d")
        drawn = sheet.finish()
        assert _ALLOWED.fullmatch(drawn.content)
        sheets.append(drawn.content)
        asked.append({(symbol.aim, symbol.text) for symbol in drawn.symbols})
    for [picture], wanted in zip(rendered(sheets, (width, height)), asked, strict=True):
        assert codes_on(picture) == wanted


def test_the_same_label_is_the_same_bytes() -> None:
    """D8.9."""
    for parcel in (PARCEL, replace(PARCEL, receiver=WANG)):
        assert zpl.house_label(parcel).content == zpl.house_label(parcel).content


def test_a_wrong_stock_or_number_is_refused_as_on_the_pdf() -> None:
    with pytest.raises(PaperRefused, match="stock"):
        zpl.house_label(PARCEL, stock="a5")
    with pytest.raises(PaperRefused, match="check digit"):
        zpl.house_label(replace(PARCEL, sscc="340123451234567891"))
    with pytest.raises(PaperRefused, match="tracking"):
        zpl.house_label(replace(PARCEL, tracking="Ł1"))


# --- hostile text ------------------------------------------------------------------------------------------------

_OWN_CORPUS = (
    "^XA^FO0,0^GB800,1200,800^FS^XZ",
    "~JR",
    "~DGR:X.GRF,1,1,FF",
    "^FS^FD",
    "_5EXZ",
    "^FH^FD",
    "\x10~\x02\x03\x1b@",
    "^CC+",
    "^CT#",
    "\\&\\&",
    ">8>5>9",
    "ﹾ＾ＸＡ～ＪＡ",
    "\ufeff^XA",
    "a\x00b",
    "e\u0301^\u0301",
    "\udcff\ud800",
    "\u202e^XA\u202c",
    "",
    "^" * 3000,
)


def _fields_full_of(text: str) -> Iterator[tuple[bool, Shipment]]:
    """The parcel with the text in one field at a time; True where a refusal is an answer, too."""
    for name in ("name", "postcode", "city", "region", "country"):
        yield False, replace(PARCEL, receiver=replace(JOSE, **{name: text}))
        yield False, replace(PARCEL, sender=replace(SHOP, **{name: text}))
    yield False, replace(PARCEL, receiver=replace(JOSE, lines=(text, text, text)))
    for name in ("service", "carrier", "carton"):
        yield False, replace(PARCEL, **{name: text})  # type: ignore[arg-type]
    for name in ("order", "tracking", "sscc", "lpn"):
        yield True, replace(PARCEL, **{name: text})  # type: ignore[arg-type]


@pytest.mark.parametrize("hostile", [*(pytest.param(text, id="ours") for text in _OWN_CORPUS), *one_by_one()])
def test_no_hostile_text_in_any_field_reaches_the_printer_as_a_command(hostile: Hostile | str) -> None:
    """Section 12, X18: and the parcel still gets its label."""
    text = hostile if isinstance(hostile, str) else hostile.text
    for may_refuse, parcel in _fields_full_of(text):
        try:
            drawn = zpl.house_label(parcel)
        except PaperRefused as error:
            unprintable = error.field == "order" or error.field.endswith(".postcode")  # D10.1
            assert may_refuse or unprintable, parcel
            continue
        assert _ALLOWED.fullmatch(drawn.content), drawn.content[:500]


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60), st.text(max_size=60))
def test_any_name_and_street_make_a_label(name: str, street: str) -> None:
    drawn = zpl.house_label(replace(PARCEL, receiver=replace(JOSE, name=name, lines=(street,))))
    assert _ALLOWED.fullmatch(drawn.content)
