"""Plain mode: a pipe in, lines out, as a screen reader or a dumb terminal has it."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from msgspec.structs import replace

from packstation.devices.framer import Line
from packstation.screens import plain
from packstation.screens.floor import Boards, ExceptionRow, House, WaveRow
from packstation.screens.plain import PlainApp, message_text, run_plain
from packstation.station.language import table_of
from packstation.workflows.prompt import Cue, Key, Message
from tests.screens.shop import HOSTILE, IDLE, STATUS, Shop, message, order_prompt, order_rows
from tests.shop import BLUE_MUG, EVA_PIN, Bench, bench, user


def play(text: str, shop: Shop | None = None) -> tuple[list[str], Shop]:
    shop = shop if shop is not None else Shop(IDLE)
    out = io.StringIO()
    run_plain(shop, io.StringIO(text), out)
    return out.getvalue().splitlines(), shop


def test_an_order_is_packed_in_plain_lines() -> None:
    """FL10.2: prompt, outcome with its sign, the current line."""
    lines, shop = play("T-118\nOK-UNIT\n5000000000001\n")
    assert lines[0] == "> Scan tote, order or item"
    assert "+ OK. #4471 open. 12 units. Must ship by 16:00 (UPS)." in lines
    assert "> #4471: Scan the next unit of MUG BLUE 350" in lines
    assert "  % 1 of 2 MUG BLUE 350  A-04-2" in lines
    assert lines[-1].startswith("X WRONG ITEM. Expected: MUG BLUE 350")
    assert shop.lines == ["T-118", "OK-UNIT", "5000000000001"]


def test_every_cue_has_its_own_sign_in_ascii() -> None:
    """FL3.1"""
    texts = {cue: message_text(Message("Same", "Same", cue)) for cue in Cue}
    assert len(set(texts.values())) == len(Cue)
    assert all(text.isascii() for text in texts.values())
    assert message_text(message(Cue.STOP)) == "STOP. #4471 cancelled at 14:20. Put 3 units back."
    assert message_text(message(Cue.OVER)).startswith("^ TOO MANY. 3rd scan refused")


def test_keys_are_typed_by_name_and_an_empty_line_is_enter() -> None:
    _, shop = play("F8\n\nesc\n*undo\nkey:F11\nkey:*OK\n", Shop(order_prompt()))
    assert shop.keys == ["f8", "enter", "escape", "*UNDO", "f11", "*OK"]


def test_digits_are_an_entry_a_choice_or_a_code() -> None:
    _, shop = play("1912\n", Shop(order_prompt(entry="")))
    assert shop.keys == ["=1912"]
    _, shop = play("2\n", Shop(order_prompt(choices=(("1", "damaged"), ("2", "missing")))))
    assert shop.keys == ["2"]
    _, shop = play("5012345678900\n", Shop(order_prompt(entry="")))
    assert (shop.lines, shop.keys) == (["5012345678900"], [])
    _, shop = play("weigh:1912\n", Shop(order_prompt()))
    assert shop.weights == [1912]


def test_a_code_39_with_its_stars_is_no_command() -> None:
    """FL2.17: a line that starts and ends with `*` is data."""
    _, shop = play("*MUG*\n", Shop(order_prompt()))
    assert shop.lines == ["*MUG*"]


def test_separators_survive_the_pipe() -> None:
    """FL2.17: GS is whitespace to Python; only the line end is removed."""
    _, shop = play("]C1010950110153000310L7\x1d21S9 \x1d\n", Shop(order_prompt()))
    assert shop.lines == ["]C1010950110153000310L7\x1d21S9 \x1d"]


def test_help_and_list_print_and_change_nothing() -> None:
    lines, shop = play("*HELP\n*LIST\n*MORE\n", Shop(order_prompt(order_rows(4))))
    assert "  F8 *UNDO  Undo: Take back the last step." in lines
    assert "  o 0 of 2 PLATE WHITE 27  blue, L  A-05-1" in lines
    assert any("LPN C-st-07-000123" in line for line in lines)
    assert any("12 not yet sent" in line for line in lines)
    assert (shop.lines, shop.keys) == ([], [])


def test_list_is_the_station_s_where_no_rows_stand() -> None:
    """FL6.4: a store's picker asks for the orders that wait."""
    waits = replace(order_prompt(), rows=(), keys=(Key("*LIST", "", "List"),))
    _, shop = play("*LIST\n", Shop(waits))
    assert shop.keys == ["*LIST"]


def test_held_scans_are_told() -> None:
    """FL2.4: the same words as on a screen."""
    lines, _ = play("E4\nT-119\n*OK\n", Shop(order_prompt()))
    assert "1 scan held. Acknowledge first: F12 or scan OK" in lines


def test_the_status_is_told_on_change_only() -> None:
    """FL10: a screen reader must not repeat the clock."""
    shop = Shop(order_prompt())
    out = io.StringIO()
    app = PlainApp(shop, io.StringIO(""), out)
    app._tell_prompt(shop.prompt(), None)
    before = out.getvalue()
    shop.state = replace(STATUS, clock="14:03", unsynced=99)
    app._tell_prompt(shop.prompt(), None)
    assert out.getvalue() == before
    shop.state = replace(STATUS, online=False)
    app._tell_prompt(shop.prompt(), None)
    assert out.getvalue().splitlines()[-1] == "  ann, st-07, HS-7580, PS60, ZD420, ~ OFFLINE"


def test_scanner_threads_and_typing_share_one_queue() -> None:
    shop = Shop(order_prompt())
    out = io.StringIO()

    class Slow(io.StringIO):
        def readline(self, size: int | None = -1) -> str:  # type: ignore[override]
            time.sleep(0.3)
            return ""

    app = PlainApp(shop, Slow(), out)
    thread = threading.Thread(target=app.run)
    thread.start()
    for number in range(50):
        app.post_line(Line(f"X-{number}", b"", "HS", number, 0))
    app.post_weight(1912)
    thread.join(5)
    assert shop.lines == [f"X-{number}" for number in range(50)]
    assert shop.weights == [1912]


def test_a_stop_is_heard_again_until_acknowledged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plain, "STOP_REPEAT_S", 0.2)
    monkeypatch.setattr(plain, "TICK_S", 0.05)
    heard: list[Cue] = []
    shop = Shop(order_prompt())

    counts: list[int] = []

    class Hand(io.StringIO):
        """Scans what brings the stop, waits, acknowledges with an empty line, waits, leaves."""

        steps = iter([(0.0, "E4\n"), (1.5, "\n"), (0.2, "*MORE\n"), (0.5, "")])

        def readline(self, size: int | None = -1) -> str:  # type: ignore[override]
            wait_s, text = next(self.steps)
            time.sleep(wait_s)
            counts.append(len(heard))
            return text

    PlainApp(shop, Hand(), io.StringIO(), cue_out=(heard.append,)).run()
    assert 3 <= counts[1] <= 9  # every 0.2 s, or later where the machine is busy
    assert counts[3] == counts[2] == len(heard)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_orders_print_as_one_harmless_line(text: str) -> None:
    rows = tuple(replace(row, title=text, detail=text, where=text) for row in order_rows(2))
    lines, _ = play("*HELP\n*LIST\n*MORE\nX\n", Shop(order_prompt(rows, title=text, instruction=text)))
    whole = "\n".join(lines)
    assert not {character for character in whole if ord(character) < 32 and character != "\n"}
    assert "\x9b" not in whole
    assert "\u202e" not in whole


def test_it_works_on_real_pipes_without_textual() -> None:
    """FL10.2: `packstation run --plain` must not need the terminal library; standard input ends, so does it."""
    program = (
        "import sys\n"
        "from tests.screens.shop import Shop, IDLE\n"
        "from packstation.screens.plain import run_plain\n"
        "run_plain(Shop(IDLE))\n"
        "assert not [name for name in sys.modules if name.split('.')[0] == 'textual'], 'textual was imported'\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], input=b"T-118\nOK-UNIT\n*EXIT\nT-119\n", capture_output=True, timeout=30
    )
    assert done.returncode == 0, done.stderr.decode()
    lines = done.stdout.decode().splitlines()
    assert lines[0] == "> Scan tote, order or item"
    assert "+ OK. MUG BLUE 350: 1 of 2" in lines
    assert b"\x1b" not in done.stdout


def said(made: Bench, text: str, language: str = "en") -> list[str]:
    out = io.StringIO()
    made.station.table = table_of(language)
    run_plain(made.station, io.StringIO(text), out, language=language)
    return out.getvalue().splitlines()


def test_somebody_signs_in_by_number(tmp_path: Path) -> None:
    """FL1.3, FL10.3: number and PIN, each a line; the menu leads there, and no digit of the PIN is shown."""
    made = bench(tmp_path, signed_in=None)
    lines = said(made, f"*\n1\nEVA\n*\n1\n1\n{EVA_PIN}\n")
    assert "  1  Sign in by number (*NUMBER)" in lines
    assert "> Type your number, Enter" in lines
    assert not any(EVA_PIN in line for line in lines)
    made.change(user("201", "Eva", "supervisor", "B.EVATWOBADGETEXTXX", "12345678901"))
    lines = said(made, "201\n12345678901\n")
    assert "> Eva: type PIN, Enter" in lines
    assert "+ OK. Welcome Eva. Scan tote, order or item." in lines
    assert made.station.user is not None
    assert made.facts("") == []


def test_a_long_pin_opens_a_locked_bench(tmp_path: Path) -> None:
    """FL1.3, FL1.8: a PIN has six digits or more; eleven of them are no barcode while a PIN is asked for."""
    made = bench(tmp_path, signed_in=None)
    made.change(user("201", "Eva", "supervisor", "B.EVATWOBADGETEXTXX", "12345678901"))
    said(made, "201\n12345678901\n*LOCK\n")
    assert made.station.locked
    lines = said(made, "5012345678900\n201\n99999999999\n12345678901\n")
    assert any("Bench locked. Scan badge. This scan was not used." in line for line in lines)
    assert any("Wrong PIN. Type it again" in line for line in lines)
    assert not made.station.locked
    assert not any("99999999999" in line or "12345678901" in line for line in lines)


def test_the_menu_has_a_number_for_everything_that_is_legal_here(tmp_path: Path) -> None:
    """FL10.3: `*`, then the number; choices keep the numbers that the question gave them."""
    made = bench(tmp_path)
    lines = said(made, f"FO-4472-1\n*OK\n{BLUE_MUG}\n*\n")
    numbered = [line for line in lines if re.match(r"  \d+  .*\*[A-Z]+\)", line)]
    offered = {key.command for key in made.station.prompt().keys}
    assert offered <= {re.search(r"(\*[A-Z]+)\)", line)[1] for line in numbered}  # type: ignore[index]
    short = next(line.split()[0] for line in numbered if "*SHORT)" in line)
    lines = said(made, f"*\n{short}\n*\n1\n")
    assert made.station.state == "SHORT"
    said(made, "nothing of the menu\n")
    assert made.station.state == "SHORT"


def test_own_commands_are_scanned_too(tmp_path: Path) -> None:
    """FL10.3: *HELP, *RAW, *LIST and *MORE come from a scanner as well as from a hand; *RAW shows the last scans."""
    made = bench(tmp_path)
    out = io.StringIO()
    app = PlainApp(made.station, io.StringIO(""), out)
    for n, text in enumerate(("FO-4472-1", "*RAW", "*HELP", "*EXIT")):
        app.post_line(Line(text, text.encode(), "scanner", 10_000 + n * 500, 0))
    app.run()
    shown = out.getvalue()
    assert "FO-4472-1" in shown.split("46 4f 2d 34", 1)[0]
    assert "What can I do here?" in shown


@pytest.mark.parametrize(("language", "words"), [("de", "Nummer tippen"), ("es", "Teclee su número")])
def test_the_way_in_is_told_in_the_site_s_language(tmp_path: Path, language: str, words: str) -> None:
    made = bench(tmp_path, signed_in=None)
    assert any(words in line for line in said(made, "*NUMBER\n*HELP\n*\n", language))


def test_the_board_is_read_and_worked_in_plain_lines() -> None:
    """FL9.1, FL9.3, FL10.2: a wave is released by its number and one Enter; anything else leaves it as it is."""
    released: list[str] = []

    def release(wave: str) -> str:
        released.append(wave)
        return f"{wave} released."

    waves = (WaveRow("W-1", "planned", "16:00", total=1), WaveRow("W-2", "planned", "18:00", total=4))
    rows = (ExceptionRow("unknown code", "", "st-07", "Ann", 60, "SUPPLIER-77 for BLUE-MUG?", "*APPROVE"),)
    house = House(boards=Boards(waves=lambda: waves, exceptions=lambda: rows, release=release))
    shop, out = Shop(IDLE), io.StringIO()
    run_plain(shop, io.StringIO("*BOARD\n1\n\n*BOARD\n2\nT-118\n*BOARD\n3\n"), out, house)
    lines = out.getvalue().splitlines()
    assert "  Release wave W-1, 1 order? Enter" in lines
    assert "  W-1 released." in lines
    assert "  Release wave W-2, 4 orders? Enter" in lines
    assert released == ["W-1"]
    assert any("SUPPLIER-77 for BLUE-MUG?" in line for line in lines)
    assert "*APPROVE" in shop.keys


def test_the_board_stays_shut_to_who_may_not_look() -> None:
    house = House(boards=Boards(refused=lambda: "Ann may not see the board."))
    out = io.StringIO()
    run_plain(Shop(IDLE), io.StringIO("*BOARD\n1\n"), out, house)
    assert "  Ann may not see the board." in out.getvalue().splitlines()
