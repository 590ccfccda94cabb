"""Plain mode: a pipe in, lines out, as a screen reader or a dumb terminal has it."""

from __future__ import annotations

import io
import subprocess
import sys
import threading
import time

import pytest
from msgspec.structs import replace

from packstation.devices.framer import Line
from packstation.screens import plain
from packstation.screens.plain import PlainApp, message_text, run_plain
from packstation.workflows.prompt import Cue, Message
from tests.screens.shop import HOSTILE, IDLE, STATUS, Shop, message, order_prompt, order_rows


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
    assert "  F8 *UNDO  Undo" in lines
    assert "  o 0 of 2 PLATE WHITE 27  blue, L  A-05-1" in lines
    assert any("LPN C-st-07-000123" in line for line in lines)
    assert any("12 not yet sent" in line for line in lines)
    assert (shop.lines, shop.keys) == ([], [])


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

        steps = iter([(0.0, "E4\n"), (0.7, "\n"), (0.2, "*MORE\n"), (0.5, "")])

        def readline(self, size: int | None = -1) -> str:  # type: ignore[override]
            wait_s, text = next(self.steps)
            time.sleep(wait_s)
            counts.append(len(heard))
            return text

    PlainApp(shop, Hand(), io.StringIO(), cue_out=(heard.append,)).run()
    assert 3 <= counts[1] <= 5
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
