"""A shipment from JSON: whole, or an error that names the place."""

from __future__ import annotations

import copy
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from packstation.documents import zpl
from packstation.documents.drawn import Drawn, PaperRefused
from packstation.documents.label import house_label
from packstation.documents.parcel_mark import mark_holds, parcel_mark, read_parcel_mark
from packstation.documents.shipment import (
    BadShipment,
    Party,
    Shipment,
    ShipmentLine,
    address_lines,
    shipment_from_json,
    weight_text,
)
from tests.documents.paper_shop import PARCEL

DOCUMENT: dict[str, Any] = {
    "order": "FO-4471-1",
    "parcel": 1,
    "of": 2,
    "sscc": "340123451234567895",
    "tracking": "JJD0003900078",
    "service": "EXPRESS",
    "carrier": "DHL",
    "from": {"name": "Blue Barn", "lines": ["Dock 4"], "postcode": "20457", "city": "Hamburg", "country": "DE"},
    "to": {"name": "王小明", "lines": ["Apt 4B"], "postcode": "94107", "city": "SF", "region": "CA", "country": "US"},
    "weight_g": 1912,
    "lines": [{"sku": "BLUE-MUG", "name": "Mug", "ordered": 2, "shipped": 1, "price_minor": 1295}],
    "note": None,
}


def test_a_whole_document_becomes_a_shipment_without_prices() -> None:
    shipment = shipment_from_json(DOCUMENT)
    assert shipment.receiver == Party("王小明", ("Apt 4B",), "94107", "SF", "CA", "US")
    assert shipment.lines == (ShipmentLine("BLUE-MUG", "Mug", 2, 1),)
    assert (shipment.note, shipment.copy, shipment.lpn) == ("", 1, "")
    assert not hasattr(shipment.lines[0], "price_minor")


@pytest.mark.parametrize(
    ("path", "value", "error"),
    [
        (("order",), None, "order: expected a text, got null."),
        (("order",), " ", "order: expected a text that is not empty, got an empty text."),
        (("parcel",), 3, "parcel: expected at most 2, the value of `of`, got 3."),
        (("parcel",), True, "parcel: expected a whole number of at least 1, got true."),
        (("of",), "2", "of: expected a whole number from 1 to 9999, got '2'."),
        (("weight_g",), 1.5, "weight_g: expected a whole number from 0 to 1000000, got 1.5."),
        (("weight_g",), -1, "weight_g: expected a whole number from 0 to 1000000, got -1."),
        (("weight_g",), 10**9, "weight_g: expected a whole number from 0 to 1000000, got 1000000000."),
        (("to",), [], "to: expected an object, got []."),
        (("to", "lines"), "x", "to.lines: expected a list, got 'x'."),
        (("to", "lines"), ["a", 7], "to.lines[1]: expected a text, got 7."),
        (("lines",), {}, "lines: expected a list, got {}."),
        (("lines", 0, "shipped"), None, "lines[0].shipped: expected a whole number of at least 0, got null."),
        (("lines", 0, "sku"), 5, "lines[0].sku: expected a text, got 5."),
        (("inner_mm",), [0, 5], "inner_mm[0]: expected a whole number of at least 1, got 0."),
        (("layers",), [{"z_mm": 0}], "layers[0].units: expected a list, got nothing."),
    ],
)
def test_an_error_names_the_place_what_was_expected_and_what_was_there(
    path: tuple[str | int, ...], value: object, error: str
) -> None:
    document: Any = copy.deepcopy(DOCUMENT)
    at = document
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = value
    with pytest.raises(BadShipment) as caught:
        shipment_from_json(document)
    assert str(caught.value) == error


@pytest.mark.parametrize(
    "missing", ["order", "parcel", "of", "service", "carrier", "from", "to", "weight_g", "lines"]
)
def test_what_must_be_there_is_missed_by_name(missing: str) -> None:
    document = {name: value for name, value in DOCUMENT.items() if name != missing}
    with pytest.raises(BadShipment, match=rf"^{missing}: expected .*got nothing"):
        shipment_from_json(document)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*DOCUMENT, "x"]), inner),
        max_leaves=12,
    )
)
@settings(max_examples=200, deadline=None)
def test_no_json_ends_in_another_error(document: object) -> None:
    with suppress(BadShipment):
        shipment_from_json({**DOCUMENT, **document} if isinstance(document, dict) else document)


def test_the_mark_of_a_parcel_reads_back_and_copies_differ() -> None:
    """FL5.41"""
    mark = read_parcel_mark(parcel_mark(PARCEL))
    assert mark is not None
    assert (mark.order, mark.parcel, mark.of, mark.box, mark.copy) == ("FO-4471-1", 1, 2, "340123451234567895", 1)
    assert read_parcel_mark("P1;#10;01;1;2;C-st-07-000123;3") is not None
    strip = read_parcel_mark("S1;4471;1;2;C-st-07-000123;1")
    assert strip is not None
    assert (strip.box, strip.strip) == ("C-st-07-000123", True)
    for text in ("", "P1", "P1;;;;;", "P2;FO-1;1;1;;1", "P1;FO-1;x;1;;1", "P1;FO-1;²;1;;1"):
        assert read_parcel_mark(text) is None


@pytest.mark.parametrize("order", ["ÄB-1", "ÖB-1", "FO;1;2", "50%", "~x", "#10 01", "4471%3B"])
def test_no_two_orders_share_a_mark(order: str) -> None:
    """D10.1: what the small symbol cannot hold as it is is written so that it reads back."""
    text = parcel_mark(replace(PARCEL, order=order))
    mark = read_parcel_mark(text)
    assert (text.isascii(), text.count(";"), mark_holds(replace(PARCEL, order=order))) == (True, 5, True)
    assert mark is not None
    assert mark.order == order


@pytest.mark.parametrize("draw", [house_label, zpl.house_label])
def test_an_order_or_postcode_that_cannot_be_printed_whole_is_refused(draw: Callable[[Shipment], Drawn]) -> None:
    """D10.1, D6.2: nothing may be lost of ids and postcodes; a city is told and printed."""
    to = PARCEL.receiver
    bengali = "\u09b0\u09b9"
    refused = {
        "order": replace(PARCEL, order=f"FO-{bengali}"),
        "to.postcode": replace(PARCEL, receiver=replace(to, postcode=bengali)),
        "from.postcode": replace(PARCEL, sender=replace(PARCEL.sender, postcode="2\U0001f600")),
    }
    for field, shipment in refused.items():
        with pytest.raises(PaperRefused) as error:
            draw(shipment)
        assert error.value.field == field
    with pytest.raises(PaperRefused) as error:
        draw(replace(PARCEL, receiver=replace(to, city="San Francisco " * 30, postcode="94107", country="US")))
    assert error.value.field == "to.postcode"
    lost = draw(replace(PARCEL, receiver=replace(to, city=bengali))).unprintable
    assert {(one.field, one.reason) for one in lost} == {("to.city", "no glyph")}


def test_an_order_too_long_for_the_mark_is_told() -> None:
    long = [replace(PARCEL, order="X" * 500 + end) for end in "12"]
    assert parcel_mark(long[0]) != parcel_mark(long[1])
    assert len(parcel_mark(long[0])) < 80
    assert not mark_holds(long[0])
    with pytest.raises(PaperRefused, match="order: expected at most 200 characters, got 501"):
        house_label(long[0])
    numberless = house_label(replace(PARCEL, sscc="", lpn="")).unprintable
    assert [(lost.field, lost.reason) for lost in numberless] == [("sscc", "no barcode")]


def test_the_postcode_stands_where_the_post_looks_for_it() -> None:
    us = address_lines(Party("Jane", ("1 Main St",), "94107", "San Francisco", "CA", "US"), "to")
    assert [text for _, text, _ in us] == ["Jane", "1 Main St", "San Francisco CA 94107", "UNITED STATES"]
    de = address_lines(Party("Jan", ("Weg 1",), "20457", "Hamburg", "", "de"), "to")
    assert [text for _, text, _ in de] == ["Jan", "Weg 1", "20457 Hamburg", "GERMANY"]
    assert [bold for *_, bold in de] == [False, False, True, True]


def test_weights_are_written_without_rounding() -> None:
    assert [weight_text(grams) for grams in (0, 7, 1912, 30_000)] == ["0.000 kg", "0.007 kg", "1.912 kg", "30.000 kg"]
