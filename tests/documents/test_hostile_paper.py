"""The hostile corpus through every paper (X18): no exception, no way out of a string, each parcel gets its label."""

from __future__ import annotations

import re
from dataclasses import replace

import pypdfium2
import pytest

from packstation.documents import label, slip
from packstation.documents.customs import CustomsLine, Declaration, customs_page
from packstation.documents.drawn import Drawn, PaperRefused
from packstation.documents.lists import (
    Code,
    CodeSheet,
    Manifest,
    ManifestParcel,
    PickList,
    PickRow,
    ToteCard,
    code_sheet,
    manifest,
    pick_list,
    tote_card,
)
from packstation.documents.parcel_mark import parcel_mark
from packstation.documents.shipment import Party, Shipment, ShipmentLine
from packstation.documents.text import clean
from tests.documents.paper_shop import PARCEL, page_text, promised, read_from_page
from tests.hostile import Hostile, corpus, one_by_one

_FORBIDDEN = re.compile(rb"/(JavaScript|JS|URI|Launch|OpenAction|EmbeddedFile|AA|SubmitForm|RichMedia)(?![A-Za-z+])")
_STREAM = re.compile(rb"stream\r?\n.*?endstream", re.DOTALL)


def _parcel(text: str) -> Shipment:
    """The text in every field that takes words; the order and the codes are ours."""
    everywhere = Party(text, (text, text), text, text, text, text, text, text)
    lines = (ShipmentLine(text, text, 2, 1, variant=text, lot=text), ShipmentLine("BLUE-MUG", "Mug", 1, 1))
    return replace(
        PARCEL,
        sender=everywhere,
        receiver=everywhere,
        service=text,
        carrier=text,
        note=text,
        carton=text,
        lines=lines,
    )


def _is_a_quiet_pdf(drawn: Drawn) -> None:
    assert not _FORBIDDEN.search(_STREAM.sub(b"", drawn.content))
    document = pypdfium2.PdfDocument(drawn.content)
    try:
        assert len(document) == drawn.pages
    finally:
        document.close()


@pytest.mark.parametrize("hostile", one_by_one())
def test_the_parcel_gets_its_label_and_slip(hostile: Hostile) -> None:
    shipment = _parcel(hostile.text)
    try:
        drawn = label.house_label(shipment)
    except PaperRefused as refused:
        # D10.1: a postcode that cannot be printed whole is no label; the rest of the text is no reason.
        if not refused.field.endswith(".postcode"):
            raise
        sender, receiver = (replace(party, postcode="28013") for party in (shipment.sender, shipment.receiver))
        drawn = label.house_label(replace(shipment, sender=sender, receiver=receiver))
    assert promised(drawn) == {("]C0", PARCEL.tracking), ("]C1", f"00{PARCEL.sscc}"), ("]d1", parcel_mark(PARCEL))}
    _is_a_quiet_pdf(drawn)
    _is_a_quiet_pdf(slip.packing_slip(shipment, stock="4x6" if hostile.n % 2 else "a4"))


@pytest.mark.parametrize("hostile", one_by_one())
def test_every_other_paper_takes_it_too(hostile: Hostile) -> None:
    text = hostile.text
    party = Party(text, (text,), text, text, text, text)
    parcel = ManifestParcel(text, 1, 1, text, 5, text, text)
    for drawn in (
        pick_list(PickList(text, (PickRow(text, text, text, 1, text, text),), text, text, text, text, text)),
        manifest(Manifest(text, text, (parcel,), (parcel,), text, text, text, text)),
        tote_card(ToteCard(text, text, text, text, text, text, text)),
        code_sheet(CodeSheet(text, (Code("A-04-2", text, text),), text, text)),
        customs_page(
            Declaration(
                text, text, 1, 1, party, party, text, "EUR", (CustomsLine(text, 1, 1, 1, text, text),), 1, text
            )
        ),
    ):
        _is_a_quiet_pdf(drawn)


@pytest.mark.parametrize("hostile", one_by_one())
def test_an_order_id_or_return_code_of_that_kind_is_left_out_of_the_bars_and_said(hostile: Hostile) -> None:
    """An order whose number cannot be a barcode still ships, if the number itself can be printed."""
    shipment = replace(PARCEL, order=hostile.text, return_code=hostile.text)
    drawn = slip.packing_slip(shipment)
    for symbol in drawn.symbols:
        assert symbol.text == hostile.text
    try:
        assert label.house_label(shipment).symbols[1].text == PARCEL.tracking
    except PaperRefused as refused:
        if refused.field != "order":  # D10.1: its slip says so, its label is not let out
            raise


@pytest.mark.parametrize(
    "text", ["Evil) Tj ET Q endstream endobj", "\\) Tj (", "<< /JS (app.alert(1)) >>", "%%EOF(((", "a\\"]
)
def test_operators_in_a_name_are_printed_as_they_are(text: str) -> None:
    """The injection test: the words on the page are the words of the name, and nothing else has changed."""
    quiet = label.house_label(replace(PARCEL, receiver=replace(PARCEL.receiver, name="Jane")))
    drawn = label.house_label(replace(PARCEL, receiver=replace(PARCEL.receiver, name=text)))
    assert clean(text).text in page_text(drawn)
    assert drawn.content.count(b" obj") == quiet.content.count(b" obj")
    assert read_from_page(drawn, 203) == promised(drawn)


def test_the_corpus_is_what_the_rules_ask() -> None:
    """X18: at least 500 strings in 12 classes."""
    assert len(corpus()) >= 500
    assert len({hostile.kind for hostile in corpus()}) == 12
    assert max(len(hostile.text) for hostile in corpus()) >= 200_000
