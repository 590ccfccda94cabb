"""Lists, cards and sheets of codes: all rows, all codes, far enough apart, and no customer's address."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pytest

from packstation.documents import customs
from packstation.documents.customs import CustomsLine, Declaration, customs_page
from packstation.documents.drawn import Drawn, PaperRefused
from packstation.documents.lists import (
    CartSheet,
    CartSlot,
    Code,
    CodeSheet,
    Command,
    CommandSheet,
    Manifest,
    ManifestParcel,
    PickList,
    PickRow,
    ToteCard,
    cart_sheet,
    code_sheet,
    codes,
    command_sheet,
    manifest,
    pick_list,
    setup_page,
    tote_card,
)
from packstation.documents.sheet import Sheet
from packstation.station.language import LANGUAGES, table_of
from packstation.workflows.list_words import WORDS as LIST_WORDS
from packstation.workflows.prompt import Say
from packstation.workflows.texts import ENGLISH, words
from tests.documents.paper_shop import BARN, JANE, WatchedSheet, all_text, page_text, promised, read_from_page

ROWS = tuple(
    PickRow(
        f"A-{n // 4:02d}-{n % 4 + 1}", f"SKU-{n}", "Stoneware mug 350 ml, hand-glazed", n % 5 + 1, f"S-12-A{n % 8}"
    )
    for n in range(120)
)
PARCELS = tuple(ManifestParcel(f"FO-{n}-1", 1, 1, f"JJD{n:06d}", 1000 + n, "340123451234567895") for n in range(41))
COMMANDS = tuple(
    Command(f"*{name}", name.title(), f"F{n}", "What it does.") for n, name in enumerate(("UNDO", "HOLD"), 8)
)


def _scans_as_promised(drawn: Drawn, dpi: int = 300) -> None:
    read = {found for page in range(drawn.pages) for found in read_from_page(drawn, dpi, page)}
    assert read == promised(drawn)


@pytest.mark.parametrize("language", LANGUAGES)
def test_papers_of_the_floor_speak_the_language_of_the_station(
    language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """FL10.6, D8.6: no English word of ours is left on them, nothing is cut, nothing lies on something else."""
    table = table_of(language)
    sheets: list[WatchedSheet] = []

    def watched(*arguments: Any, **options: Any) -> Sheet:
        sheets.append(WatchedSheet(*arguments, **options))
        return sheets[-1]

    for module in ("table", "label.stock"):
        monkeypatch.setattr(f"packstation.documents.{module}.Sheet", watched)
    said = {id: table[id][0] for id in LIST_WORDS}
    reason = words(Say("parcel_not_loaded"), table)
    left = (ManifestParcel("44720", 1, 1, "JJD000390007882345699", 500, reason=reason),)
    drawn = {
        "list_pick": pick_list(PickList("K-12", ROWS[:9], "W-1", "K-12", "S", "now", "16:00"), table=table),
        "list_cart": cart_sheet(CartSheet("K-12", (CartSlot("A1", "4471", 12, 30, "T-1"),), "W-1"), table=table),
        "manifest": manifest(Manifest("M-7", "DHL", PARCELS[:3], left), table=table),
        "card": tote_card(ToteCard("T-118", "FO-4471", "…", "ann", "now", "H2", "…"), table=table),
        "setup": setup_page("S", "st-07", "2026-03-04", table=table),
    }
    for name, paper in drawn.items():
        assert paper.unprintable == ()
        words_of_it = all_text(paper).replace("\r\n", " ")
        assert said[f"{name}_title"] in words_of_it
        if language != "en":
            own = {id for id in LIST_WORDS if id.startswith(name.partition("_")[0]) and "{" not in ENGLISH[id][0]}
            english = {ENGLISH[id][0] for id in own if said[id] != ENGLISH[id][0] and len(said[id]) > 4}
            assert [word for word in english if word in words_of_it] == []
    assert reason in all_text(drawn["manifest"])
    assert [fault for sheet in sheets for fault in sheet.faults()] == []
    assert len(sheets) == len(drawn)


def test_a_manifest_without_a_dock_has_a_line_to_write_it_on() -> None:
    """D8.6: carrier and dock stand on every manifest."""
    assert "Dock" in all_text(manifest(Manifest("M-7", "DHL", PARCELS[:1])))
    assert "D-2" in all_text(manifest(Manifest("M-7", "DHL", PARCELS[:1], dock="D-2")))


def test_a_pick_list_has_every_stop_once_in_walk_order_and_its_code() -> None:
    """D8.6"""
    drawn = pick_list(PickList("K-12", ROWS, wave="W-31", cart="K-12", site="DC Hamburg", ship_by="16:00"))
    words = all_text(drawn)
    places = [words.index(row.sku + "\r") if row.sku + "\r" in words else words.index(row.sku) for row in ROWS]
    assert places == sorted(places)
    assert "120 stops, 360 units" in words
    assert f"page 3 of {drawn.pages}" in words
    assert promised(drawn) == {("]C0", "K-12")}
    _scans_as_promised(drawn)


def test_a_cart_sheet_names_slots_and_orders() -> None:
    drawn = cart_sheet(
        CartSheet("K-12", (CartSlot("S-12-A1", "FO-1", 2, 5, "T-7"), CartSlot("S-12-A2", "FO-2", 1, 1)))
    )
    words = page_text(drawn)
    for word in ("S-12-A1", "FO-2", "T-7", "CART"):
        assert word in words
    _scans_as_promised(drawn)


def test_a_manifest_counts_weighs_and_names_what_was_left() -> None:
    """FL7.9, FL7.10"""
    left = (ManifestParcel("FO-999-1", 1, 2, "JJD9", 800, reason="on hold"),)
    drawn = manifest(Manifest("M-7", "DHL", PARCELS, left, "Door 2", "DC Hamburg", "st-07", "2026-03-04 16:02"))
    words = all_text(drawn)
    total = sum(1000 + n for n in range(41))
    assert f"41 parcels, {total // 1000}.{total % 1000:03d} kg" in words
    assert "NOT HANDED OVER: 1" in words
    for word in ("on hold", "Signature", "Door 2", "JJD000040", "340123451234567895"):
        assert word in words
    _scans_as_promised(drawn)


def test_a_tote_card_says_why_and_holds_no_address() -> None:
    drawn = tote_card(ToteCard("T-0417", "#4471", "Blue mug damaged", "Eva M.", "2026-03-04 10:22", "H2", "2 of 5"))
    words = page_text(drawn)
    for word in ("ON HOLD", "#4471", "Blue mug damaged", "Eva M.", "H2", "T-0417"):
        assert word in words
    assert not [name for name in ToteCard.__slots__ if name in ("to", "receiver", "address", "name")]
    _scans_as_promised(drawn, 203)


def _watched_codes(monkeypatch: pytest.MonkeyPatch, draw: Any) -> WatchedSheet:
    sheets: list[WatchedSheet] = []
    plain = codes.office_sheet

    def watched(stock: str, dpi: int, title: str) -> Sheet:
        sheet = plain(stock, dpi, title)
        sheets.append(WatchedSheet(sheet.width, sheet.height, dpi, title=title))
        return sheets[0]

    monkeypatch.setattr(codes, "office_sheet", watched)
    draw()
    return sheets[0]


def test_commands_are_15_mm_high_and_25_mm_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """FL10.5, D8.7: the neighbour is not read."""
    names = (
        "UNDO",
        "REMOVE",
        "HOLD",
        "SHORT",
        "CLOSE",
        "REPRINT",
        "CANTSCAN",
        "MENU",
        "OK",
        "RETRY",
        "VOID",
        "REOPEN",
        "SKIP",
    )
    commands = tuple(Command(f"*{name}", name.title(), "F8", "Help.", "ABCD2345") for name in names)
    sheet = _watched_codes(
        monkeypatch, lambda: command_sheet(CommandSheet("DC Hamburg", "st-07", "2026-03-04", commands))
    )
    assert list(sheet.faults()) == []
    mm = 300 / 25.4
    for boxes in (*sheet.kept, sheet.boxes):
        bars = [box for box in boxes if box.what.startswith(("bars", "matrix"))]
        for box in bars:
            assert box.y1 - box.y0 >= 15 * mm - 2 or box.what.startswith("matrix")
        for one, other in combinations([box for box in bars if box.what.startswith("bars")], 2):
            # Boxes hold the quiet zones; the bars themselves are ten modules further in.
            across = max(one.x0, other.x0) - min(one.x1, other.x1) + 2 * 10 * 2
            down = max(one.y0, other.y0) - min(one.y1, other.y1)
            assert max(across, down) >= 24.5 * mm - 1


def test_a_command_sheet_scans_and_carries_its_tags() -> None:
    drawn = command_sheet(CommandSheet("DC Hamburg", "st-07", "2026-03-04", COMMANDS))
    assert {text for _, text in promised(drawn)} >= {"*UNDO", "*HOLD"}
    words = all_text(drawn)
    for word in ("DC Hamburg", "st-07", "2026-03-04", "[F8]", "SCANNER SET-UP", "Honeywell", "Group separator kept"):
        assert word in words
    _scans_as_promised(drawn)
    tagged = command_sheet(CommandSheet("S", "st-07", "", (Command("*UNDO", "Undo", tag="ABCD2345"),)))
    assert ("]C0", "*UNDO.ABCD2345") in promised(tagged)


def test_the_settings_of_scanners_are_the_second_page_of_a_command_sheet() -> None:
    """D8.7: the back of the first page, also where the commands need more."""
    many = tuple(Command(f"*QTY{n}", f"Quantity {n}") for n in range(2, 60))
    for commands in (COMMANDS, many):
        drawn = command_sheet(CommandSheet("DC Hamburg", "st-07", "2026-03-04", commands))
        assert [page for page in range(drawn.pages) if "SCANNER SET-UP" in page_text(drawn, page)] == [1]
        feet = [f"page {page + 1} of {drawn.pages}" in page_text(drawn, page) for page in range(drawn.pages)]
        assert feet == [True] * drawn.pages
        assert {text for _, text in promised(drawn)} >= {command.name for command in commands}


def test_a_command_sheet_takes_commands_only() -> None:
    """D8.7: no badges on it."""
    with pytest.raises(PaperRefused, match="expected a command such as"):
        command_sheet(CommandSheet("S", "st-07", "", (Command("B.ABCDEFGHIJ", "Eva"),)))


def test_sheets_of_codes_hold_one_symbol_a_field_over_pages() -> None:
    drawn = code_sheet(CodeSheet("Aisle A", tuple(Code(f"A-04-{n}", f"A-04-{n}") for n in range(30)), "DC Hamburg"))
    assert drawn.pages == 3
    assert len(promised(drawn)) == 30
    _scans_as_promised(drawn)


def test_a_badge_is_a_matrix_and_its_value_is_not_written_beside_it() -> None:
    """D4.8"""
    value = "B.ABCDEFGHIJKLMNOPQRSTUVWX23"
    drawn = code_sheet(CodeSheet("Badges", (Code(value, "Eva M.", "packer", matrix=True),)))
    assert promised(drawn) == {("]d1", value)}
    assert value not in page_text(drawn)
    _scans_as_promised(drawn)


def test_the_set_up_page_has_codes_to_try() -> None:
    drawn = setup_page("DC Hamburg", "st-07", "2026-03-04")
    assert ("]C1", "10LOT7\x1d21SER9") in promised(drawn)
    _scans_as_promised(drawn)


def test_a_customs_page_adds_up() -> None:
    """Issue 5 point 6: CN22/CN23."""
    lines = (CustomsLine("Mug", 2, 800, 2590, "6912 00", "DE"), CustomsLine("绿茶", 5, 500, 4505, "0902 10", "CN"))
    drawn = customs_page(
        Declaration("CN23", "FO-1", 1, 1, BARN, JANE, "gift", "EUR", lines, 1912, "RR123456785DE", date="2026-03-04")
    )
    words = page_text(drawn)
    for word in ("CN23", "70.95 EUR", "1.300 kg", "1.912 kg", "6912 00", "Sender's signature", "gift"):
        assert word in words
    assert drawn.unprintable == ()
    _scans_as_promised(drawn)
    many = customs_page(Declaration("CN23", "FO-1", 1, 1, BARN, JANE, "gift", "EUR", lines * 60, 1912))
    assert many.pages > 2


@pytest.mark.parametrize(
    ("minor", "currency", "text"),
    [(1295, "EUR", "12.95"), (5, "USD", "0.05"), (1295, "JPY", "1295"), (1295, "KWD", "1.295"), (-5, "EUR", "-0.05")],
)
def test_money_is_written_with_its_currencys_digits(minor: int, currency: str, text: str) -> None:
    assert customs.money_text(minor, currency) == text
