"""Menu, help, raw scans, board, leaving: every page fills every screen exactly and says what it must."""

from __future__ import annotations

import itertools

import pytest
from rich.cells import cell_len

from packstation.devices.framer import Line
from packstation.screens.board import Board
from packstation.screens.drawing import ASCII, UNICODE, Glyphs, Paper, Picture
from packstation.screens.floor import Boards, ExceptionRow, Health, WaveRow
from packstation.screens.help import help_lines
from packstation.screens.leave import Tally, leave_lines
from packstation.screens.menu import Menu
from packstation.screens.pages import TextPage
from packstation.screens.raw import RawLog, visible
from packstation.screens.start import health_panel
from packstation.screens.words import word
from packstation.station.language import LANGUAGES
from packstation.workflows.prompt import Key
from tests.screens.shop import BOARDS, HOSTILE, STATUS, Answer, order_prompt

SIZES = [(20, 16), (30, 20), (40, 20), (80, 24), (140, 40)]
PAPERS = [Paper(*size, glyphs) for size, glyphs in itertools.product(SIZES, (UNICODE, ASCII))]


def fills(picture: Picture, paper: Paper) -> str:
    assert len(picture.lines) == paper.height
    assert {sum(cell_len(text) for text, _ in line) for line in picture.lines} == {paper.width}
    return "\n".join("".join(text for text, _ in line) for line in picture.lines)


def seen(raw: bytes, text: str = "", gap_ms: int = 0) -> RawLog:
    log = RawLog()
    line = Line(text or raw.decode("latin-1"), raw, "HS-7580", 1000, 0, "CR", b"\x1d" in raw, gap_ms)
    log.add(line, Answer(1, "", "accepted", None, "ORDER", "MUG BLUE 350: 1 of 2"))
    return log


def page(log: RawLog, paper: Paper, readings: object = lambda text, device: ()) -> str:
    return fills(TextPage().draw("Raw", log.lines(paper, readings), (), STATUS, paper), paper)  # type: ignore[arg-type]


@pytest.mark.parametrize("paper", PAPERS, ids=str)
def test_the_menu_names_every_legal_action_on_its_pages(paper: Paper) -> None:
    """FL10.3: what has no F key here has a number."""
    prompt = order_prompt()
    menu = Menu(prompt, ())
    shown = ""
    for _ in range(3):
        shown += fills(menu.draw(STATUS, paper), paper)
        assert menu.pressed("0") == ""
    assert all(key.label in " ".join(shown.split()) for key in prompt.keys)


def test_the_menu_takes_numbers_names_and_leaves() -> None:
    prompt = order_prompt()
    assert Menu(prompt, ()).pressed("1") == "*UNDO"
    menu = Menu(prompt, ())
    assert menu.pressed("0") == ""
    assert menu.pressed("1") == "*PARK"
    assert menu.pressed("7") == ""  # there is no seventh on this page: it stays open and says so
    assert Menu(prompt, ()).pressed("escape") is None
    menu = Menu(prompt, ())
    assert [menu.pressed(letter) for letter in "qty12"] == [""] * 5
    assert menu.pressed("backspace") == ""
    assert menu.pressed("enter") == "*QTY1"


@pytest.mark.parametrize("paper", PAPERS, ids=str)
def test_help_names_keys_and_the_nine_signs(paper: Paper) -> None:
    lines = help_lines(order_prompt(), (Key("*HELP", "f1", "Help"),), ("tote", "item"), paper)
    text = " ".join("".join(text for text, _ in line) for line in lines)
    assert "TOO MANY" in text
    assert "*NEXTBOX" in text
    assert "tote" in text
    assert paper.nano or "Take back the last step." in text  # what a command does, as on the command sheet
    fills(TextPage().draw("Help", lines, (), STATUS, paper), paper)


@pytest.mark.parametrize("paper", PAPERS, ids=str)
def test_the_raw_page_shows_bytes_end_and_gap(paper: Paper) -> None:
    """FL2.13"""
    text = page(seen(b"]C10112345678901231\x1d10LOT", gap_ms=31), paper)
    assert "<GS>" in text.replace("\n", "")
    assert "31 ms" in " ".join(text.split())


def test_the_raw_page_names_all_readings_and_never_a_badge() -> None:
    """D4.8: a badge is shown by its length."""
    paper = Paper(80, 24)
    log = seen(b"B.ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    text = page(log, paper, lambda text, device: (f"badge {text}", f"text {text}"))
    assert "ABCDEFGH" not in text
    assert "readings: badge, text" in text
    text = page(seen(b"5012345678900"), paper, lambda text, device: (f"gtin 0{text} *", f"text {text}"))
    assert "readings: gtin 05012345678900 *, text 5012345678900" in text


@pytest.mark.parametrize("raw", [bytes(range(256)), b"", b"\x00" * 600, b"\xff\xfe" * 40])
@pytest.mark.parametrize("paper", PAPERS, ids=str)
def test_binary_noise_is_shown_and_harmless(raw: bytes, paper: Paper) -> None:
    text = page(seen(raw), paper)
    assert not {character for character in text if ord(character) < 32 and character != "\n"}


def test_control_characters_have_names() -> None:
    assert visible(b"\x02A\x1dB\x03\r\n\x07") == "<STX>A<GS>B<ETX><CR><LF>."


def test_only_the_last_twenty_lines_are_kept() -> None:
    log = RawLog()
    for number in range(50):
        line = Line(f"X-{number}", f"X-{number}".encode(), "HS", number * 100, 0, "CR")
        log.add(line, Answer(number, "", "accepted", None, "ORDER", ""))
    assert len(log) == 20
    text = " ".join("".join(part for part, _ in line) for line in log.lines(Paper(80, 24), lambda text, device: ()))
    assert "X-49" in text
    assert "X-29 " not in text
    assert "after 100 ms" in text


@pytest.mark.parametrize("paper", PAPERS, ids=str)
def test_the_board_tells_late_and_priority_in_figures_and_words(paper: Paper) -> None:
    """FL9.1, FL9.2"""
    board = Board(BOARDS)
    text = " ".join(fills(board.draw(STATUS, paper), paper).split())
    assert "LATE" in text
    assert "misses 23 parcels" in text
    board.pressed("tab")
    text = " ".join(fills(board.draw(STATUS, paper), paper).split())
    assert "Wrong label caught" in text
    assert "Box 1 had the label of #4480." in text


def test_the_board_asks_before_it_releases() -> None:
    board = Board(BOARDS)
    assert board.pressed("enter") == ""
    assert board.pressed("escape") == ""  # no
    assert board.pressed("enter") == ""
    assert board.pressed("enter") == "release:W-01"
    assert board.pressed("f5") == "plan"
    assert board.pressed("escape") is None


def test_a_board_of_a_thousand_waves_keeps_the_chosen_one_in_sight() -> None:
    waves = tuple(WaveRow(f"W-{number:04d}", "planned", "16:00 UPS", 10) for number in range(1000))
    board = Board(Boards(waves=lambda: waves))
    for _ in range(99):
        board.pressed("pagedown")
    for paper in PAPERS:
        assert "W-0990" in fills(board.draw(STATUS, paper), paper)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("paper", [Paper(20, 16), Paper(80, 24)], ids=str)
def test_hostile_texts_on_every_page_are_harmless(text: str, paper: Paper) -> None:
    boards = Boards(
        waves=lambda: (WaveRow(text, text, text, 1, note=text),),
        exceptions=lambda: (ExceptionRow(text, text, text, text, 60, text),),
    )
    board = Board(boards)
    board.told = text
    prompt = order_prompt(title=text, instruction=text, keys=(Key("*X", "f8", text),), choices=(("1", text),))
    pages = [board.draw(STATUS, paper)]
    board.pressed("enter")
    pages.append(board.draw(STATUS, paper))
    board.pressed("tab")
    pages.append(board.draw(STATUS, paper))
    pages.append(Menu(prompt, ()).draw(STATUS, paper))
    pages.append(TextPage().draw("Help", help_lines(prompt, (), (text,), paper), (), STATUS, paper))
    pages.append(TextPage().draw("Bye", leave_lines(prompt, STATUS, Tally("14:02"), paper), (), STATUS, paper))
    for picture in pages:
        shown = fills(picture, paper)
        assert "\x1b" not in shown
        assert "\x9b" not in shown
        assert "\u202e" not in shown


def test_a_page_is_turned_to_its_end_and_back() -> None:
    paper = Paper(20, 16)
    lines = help_lines(order_prompt(), (), (), paper)
    turned = TextPage()
    seen_text = set()
    for _ in range(20):
        seen_text |= set(fills(turned.draw("Help", lines, (), STATUS, paper), paper).split("\n"))
        assert turned.pressed("pagedown")
    assert {"".join(text for text, _ in line) for line in lines} <= seen_text
    assert not turned.pressed("f8")


def _glyphs_are_single_cells(glyphs: Glyphs) -> bool:
    return all(
        cell_len(sign) == 1 for sign in (glyphs.open, glyphs.begun, glyphs.full, glyphs.bar_full, glyphs.frame)
    )


def test_signs_are_one_cell_wide() -> None:
    assert _glyphs_are_single_cells(UNICODE)
    assert _glyphs_are_single_cells(ASCII)
    assert {len(row) for row in UNICODE.digits} == {len(row) for row in ASCII.digits} == {33}


def test_a_proposal_on_the_board_leads_to_its_decision() -> None:
    """FL2.12, FL9.3: Enter on a proposed code goes to the bench's own question; other exceptions are only shown."""
    rows = (
        ExceptionRow("unknown code", "", "st-07", "Ann", 60, "SUPPLIER-77 for BLUE-MUG? *APPROVE", "*APPROVE"),
        ExceptionRow("short", "4471", "st-07", "Ann", 60, "1 unit"),
    )
    board = Board(Boards(exceptions=lambda: rows))
    board.pressed("tab")
    assert board.pressed("enter") == "*APPROVE"
    board.pressed("down")
    assert board.pressed("enter") == ""


def test_the_chosen_row_of_a_board_has_a_sign_and_a_small_screen_names_what_enter_does() -> None:
    """FL3.1, FL10.1: with colours removed the choice is in sight, and no key bar is no excuse."""
    for paper in PAPERS:
        board = Board(BOARDS)
        assert f"{paper.glyphs.pointer}W-01" in fills(board.draw(STATUS, paper), paper), paper.width
        board.pressed("down")
        shown = fills(board.draw(STATUS, paper), paper)
        assert f"{paper.glyphs.pointer}W-02" in shown, paper.width
        assert "Release" in shown, paper.width


def test_a_device_that_is_not_there_is_named_once() -> None:
    """FL1.5"""
    told = health_panel((Health("scanner", "usb:0C2E:0B61", "usb:0C2E:0B61: not plugged in."),), Paper(80, 24))
    assert told.lines == ("✗ Scanner usb:0C2E:0B61: not plugged in.",)


def test_the_title_of_every_page_fits_the_smallest_screen() -> None:
    """FL10.1: nothing is cut off, in any language."""
    for language, page in itertools.product(LANGUAGES, ("help", "raw", "leave", "menu", "board", "exceptions")):
        assert len(word(page, language)) < 20, (language, word(page, language))
