"""The app as its users meet it: scans from threads, keys, cues, sizes. Pilot drives the real app on a small shop."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable

import pytest
from msgspec.structs import replace
from textual import events

from packstation import app as app_module
from packstation.app import PackstationApp
from packstation.devices.framer import Line
from packstation.scan import parse
from packstation.screens.floor import Boards, DemoKeys, House
from packstation.screens.sheet import Sheet
from packstation.workflows.prompt import Cue
from tests.screens.shop import BOARDS, DEVICES, HOSTILE, IDLE, START, STATUS, Shop, message, order_prompt, order_rows

SIZES = [(20, 16), (30, 20), (40, 20), (80, 24), (140, 40)]
HOUSE = House(devices=lambda: DEVICES, boards=BOARDS)


def line(text: str, mono_ms: int = 0) -> Line:
    return Line(text, text.encode(), "HS-7580", mono_ms or time.monotonic_ns() // 1_000_000, 0, "CR")


def screen(app: PackstationApp) -> str:
    """What the terminal shows, line by line."""
    sheet = app.query_one(Sheet)
    return "\n".join(sheet.render_line(y).text.rstrip(" ") for y in range(sheet.size.height))


def run(shop: Shop, story: Callable[..., object], size: tuple[int, int] = (80, 24), **options: object) -> None:
    """Play a story on a running app."""
    house = options.pop("house", HOUSE)

    async def play() -> None:
        app = PackstationApp(shop, house, **options)  # type: ignore[arg-type]
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            await story(app, pilot)  # type: ignore[misc]

    asyncio.run(play())


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_a_scan_is_shown_at_every_size(size: tuple[int, int]) -> None:
    shop = Shop(START)

    async def story(app: PackstationApp, pilot: object) -> None:
        assert "BADGE" in screen(app).upper()
        app.post_line(line("T-118"))
        app.post_line(line("OK-UNIT"))
        await pilot.pause(0.1)  # type: ignore[attr-defined]
        shown = screen(app)
        assert "OK" in shown
        assert "1 of 12" in shown
        assert {len(one) <= size[0] for one in shown.split("\n")} == {True}

    run(shop, story, size)


def test_a_live_resize_draws_the_same_prompt_at_every_size() -> None:
    shop = Shop(order_prompt(order_rows(6, 2, 1), message=message(Cue.WRONG)))

    async def story(app: PackstationApp, pilot: object) -> None:
        for size in [*SIZES, (10, 5), *reversed(SIZES)]:
            await pilot.resize_terminal(*size)  # type: ignore[attr-defined]
            await pilot.pause(0.05)  # type: ignore[attr-defined]
            shown = screen(app)
            assert len(shown.split("\n")) == size[1]
            assert "too small" in shown.replace("\n", " ") if size == (10, 5) else "WRONG" in shown

    run(shop, story)


def test_a_hundred_scans_at_twenty_a_second_are_all_judged_in_order() -> None:
    """PF1.7, FL2.3: a reader thread posts them; none is lost, none overtakes another."""
    shop = Shop(order_prompt(order_rows(100)))
    texts = [f"X-{number:03d}" for number in range(100)]

    async def story(app: PackstationApp, pilot: object) -> None:
        def post() -> None:
            for text in texts:
                app.post_line(line(text))
                time.sleep(0.05)

        thread = threading.Thread(target=post)
        thread.start()
        while thread.is_alive() or app.waiting:
            await pilot.pause(0.05)  # type: ignore[attr-defined]
        assert shop.lines == texts
        assert app.tally.scans == 100

    run(shop, story)


def test_lines_that_wait_are_counted_on_screen() -> None:
    """FL2.3: the station is busy with one line, the others are told, then all are judged."""
    shop = Shop(order_prompt(order_rows(6)), judge_s=0.03)
    seen: list[int] = []

    async def story(app: PackstationApp, pilot: object) -> None:
        sheet = app.query_one(Sheet)
        before = sheet.show

        def spy(picture: object, terminal: object = None, *, queued: bool = False) -> bool:
            text = "".join(part for part, _ in picture.lines[0])  # type: ignore[attr-defined]
            if "▮▮" in text:
                seen.append(int(text.split("▮▮ ")[1].split(" ")[0]))
            return before(picture)  # type: ignore[arg-type]

        sheet.show = spy  # type: ignore[method-assign, assignment]
        for number in range(20):
            app.post_line(line(f"X-{number}"))
        while app.waiting:
            await pilot.pause(0.05)  # type: ignore[attr-defined]
        await pilot.pause(0.1)  # type: ignore[attr-defined]
        assert seen[0] >= 15
        assert seen == sorted(seen, reverse=True)
        assert "▮▮" not in screen(app)
        assert len(shop.lines) == 20

    run(shop, story)


def test_one_scan_is_one_paint_of_at_most_eight_strips(monkeypatch: pytest.MonkeyPatch) -> None:
    """PF10.2: counted on the widget; a T1 scan at 120x40 with 200 rows. The clock, which draws too, stands still."""
    monkeypatch.setattr(app_module, "TICK_S", 60.0)
    shop = Shop(order_prompt(tuple(replace(row, need=50) for row in order_rows(200))))

    async def story(app: PackstationApp, pilot: object) -> None:
        sheet = app.query_one(Sheet)
        app.post_line(line("OK-UNIT"))
        await pilot.pause(0.1)  # type: ignore[attr-defined]
        paints = 0
        display = app._display

        def counted(*arguments: object) -> None:
            nonlocal paints
            paints += 1
            display(*arguments)  # type: ignore[arg-type]

        app._display = counted  # type: ignore[method-assign, assignment]
        for _ in range(10):
            before_strips, before_paints = sheet.strips_rendered, paints
            app.post_line(line("OK-UNIT"))
            await pilot.pause(0.1)  # type: ignore[attr-defined]
            assert 1 <= sheet.strips_rendered - before_strips <= 8
            assert paints - before_paints == 1

    run(shop, story, (120, 40))


def test_nothing_is_painted_while_nothing_happens() -> None:
    shop = Shop(order_prompt())

    async def story(app: PackstationApp, pilot: object) -> None:
        sheet = app.query_one(Sheet)
        await pilot.pause(0.2)  # type: ignore[attr-defined]
        before = sheet.strips_rendered
        await pilot.pause(0.8)  # type: ignore[attr-defined]
        assert sheet.strips_rendered == before

    run(shop, story)


def test_the_job_screen_has_one_widget_and_none_of_the_slow_ones() -> None:
    """PF1.10, PF10.5, PF1.18: mounted once, also after every other page was open."""
    shop = Shop(order_prompt())

    async def story(app: PackstationApp, pilot: object) -> None:
        sheet = app.query_one(Sheet)
        await pilot.press("f1", "escape", "f2", "escape", "*", "escape", "f8")  # type: ignore[attr-defined]
        widgets = [type(widget).__name__ for widget in app.screen.walk_children()]
        assert [name for name in widgets if name not in ("ToastRack", "Tooltip")] == ["Sheet"]
        assert app.query_one(Sheet) is sheet
        assert len(app.screen_stack) == 1

    run(shop, story)


def test_ctrl_q_and_letters_do_nothing_and_the_palette_is_off() -> None:
    """D3.4"""
    shop = Shop(order_prompt())

    async def story(app: PackstationApp, pilot: object) -> None:
        await pilot.press("ctrl+q", "ctrl+p", "ctrl+backslash", "q")  # type: ignore[attr-defined]
        await pilot.pause(0.1)  # type: ignore[attr-defined]
        assert app.is_running
        assert shop.keys == []
        assert "type * for the menu" in screen(app)

    run(shop, story)


def test_every_key_of_the_table_reaches_the_station() -> None:
    """FL10.3: F keys, Enter, Esc, digits; F1 and F2 are the screen's own."""
    shop = Shop(order_prompt())
    keys = ["f3", "f4", "f5", "f6", "f7", "f7", "f8", "f9", "f10", "f11", "f12", "enter", "escape", "1", "9", "0"]

    async def story(app: PackstationApp, pilot: object) -> None:
        for key in keys:
            await pilot.press(key)  # type: ignore[attr-defined]
        assert shop.keys == keys

    run(shop, story)


def test_the_menu_does_by_number_what_the_key_does() -> None:
    """FL10.3: F1, F10 and F11 are taken by desktop terminals; `*` and a number do the same."""
    shop = Shop(order_prompt())

    async def story(app: PackstationApp, pilot: object) -> None:
        await pilot.press("*")  # type: ignore[attr-defined]
        assert " 4  Next box  F10 *NEXTBOX" in screen(app)
        await pilot.press("4")  # type: ignore[attr-defined]
        await pilot.press("*", "9")  # type: ignore[attr-defined]
        await pilot.press("*", "u", "n", "d", "o", "enter")  # type: ignore[attr-defined]
        assert shop.keys == ["*NEXTBOX", "*REPRINT", "*UNDO"]
        await pilot.press("*", "h", "e", "l", "p", "enter")  # type: ignore[attr-defined]
        assert "What can I do here?" in screen(app)

    run(shop, story)


def test_choices_keep_their_numbers_in_the_menu() -> None:
    """`*2` is choice 2, with the menu open and without it."""
    shop = Shop(order_prompt(choices=(("1", "damaged"), ("2", "missing"))))

    async def story(app: PackstationApp, pilot: object) -> None:
        await pilot.press("*", "2")  # type: ignore[attr-defined]
        await pilot.press("2")  # type: ignore[attr-defined]
        assert shop.keys == ["2", "2"]

    run(shop, story)


async def _type(app: PackstationApp, pilot: object, text: str) -> None:
    """What a wedge sends: key events, one after the other; GS is a ctrl key (D3.3)."""
    names = {"\x1d": "ctrl+right_square_bracket", "]": "right_square_bracket", "\r": "enter", "\n": "ctrl+j"}
    arrived = time.monotonic()  # in one lump, however busy the machine is
    for character in text:
        key = events.Key(names.get(character, character), character if character.isprintable() else None)
        key.time = arrived
        app.post_message(key)
    await pilot.pause(0.05)  # type: ignore[attr-defined]


def test_a_wedge_scan_is_one_line_with_its_separator() -> None:
    """D3.1-D3.3, complaint 7: GS arrives as a ctrl key and is kept; nothing of the scan is a key press."""
    shop = Shop(order_prompt())

    async def story(app: PackstationApp, pilot: object) -> None:
        await _type(app, pilot, "]C10109501101530003\x1d10LOT1\r\n")
        assert shop.lines == ["]C10109501101530003\x1d10LOT1"]
        assert shop.keys == []

    run(shop, story)


def test_the_enter_of_a_scanner_acknowledges_nothing() -> None:
    """FL2.18: a wedge without its prefix types digits and Enter; the error stays until a hand presses Enter."""
    shop = Shop(order_prompt(message=message(Cue.WRONG)))

    async def story(app: PackstationApp, pilot: object) -> None:
        await _type(app, pilot, "X1\r")
        assert "enter" not in shop.keys
        assert "WRONG" in screen(app)
        await pilot.pause(0.3)  # type: ignore[attr-defined]
        await pilot.press("enter")  # type: ignore[attr-defined]
        assert shop.keys[-1] == "enter"
        assert "WRONG" not in screen(app)

    run(shop, story)


@pytest.mark.parametrize("page", ["board", "leave"])
def test_the_enter_of_a_scanner_confirms_nothing_on_a_page(page: str) -> None:
    """FL2.18: it neither releases a wave nor closes the program."""
    released: list[str] = []
    shop = Shop(IDLE)
    boards = replace(BOARDS, release=lambda wave: released.append(wave) or wave)

    async def story(app: PackstationApp, pilot: object) -> None:
        if page == "board":
            await pilot.press("*", *page)  # type: ignore[attr-defined]
            await pilot.press("enter")  # type: ignore[attr-defined]
            await pilot.pause(0.3)  # type: ignore[attr-defined]
            await pilot.press("enter")  # type: ignore[attr-defined]
            assert "Release wave" in screen(app)
        else:
            await pilot.press("ctrl+c")  # type: ignore[attr-defined]
        await _type(app, pilot, "5012345678900\r")
        assert app.is_running
        assert released == []

    run(shop, story, house=House(boards=boards))


def test_digits_and_enter_of_a_quick_hand_are_an_entry() -> None:
    """Typing is never debounced (complaint 8): grams and Enter within 250 ms count."""
    shop = Shop(order_prompt(entry=""))

    async def story(app: PackstationApp, pilot: object) -> None:
        await pilot.press("1", "9", "enter")  # type: ignore[attr-defined]
        assert shop.keys == ["1", "9", "enter"]

    run(shop, story)


def test_a_wedge_without_an_enter_is_read_after_a_pause() -> None:
    """FL2.18, D3.2: refused once; the same code again, and 250 ms of nothing end its codes; F2 shows it."""
    shop = Shop(order_prompt())

    async def story(app: PackstationApp, pilot: object) -> None:
        await _type(app, pilot, "]C0T-113")
        await pilot.pause(0.7)  # type: ignore[attr-defined]
        assert parse(shop.lines[-1]).fault is not None
        await _type(app, pilot, "]C0T-113")
        await pilot.pause(0.7)  # type: ignore[attr-defined]
        assert shop.lines[1:] == ["]C0T-113"]
        await pilot.press("f2")  # type: ignore[attr-defined]
        assert "]C0T-113" in screen(app)

    run(shop, story)


def test_a_wedge_that_breaks_off_is_heard_and_kept() -> None:
    """D3.2, FL2.13: what came of the code goes to the station as no code, and F2 shows it."""
    shop = Shop(order_prompt())

    async def story(app: PackstationApp, pilot: object) -> None:
        await _type(app, pilot, "]C0T-113\r")
        await _type(app, pilot, "]C1501234")
        await pilot.pause(0.7)  # type: ignore[attr-defined]
        assert parse(shop.lines[-1]).fault == "broken_off: expected CR, TAB or LF, got 9 characters, then nothing"
        await pilot.press("f8")  # type: ignore[attr-defined]
        assert shop.keys == ["f8"]
        await pilot.press("f2")  # type: ignore[attr-defined]
        assert "]C1501234" in screen(app)

    run(shop, story)


def test_a_busy_loop_is_no_pause_of_the_scanner() -> None:
    """D3.2: keys that arrived together stay one scan, even when the station was busy for a second between them."""
    shop = Shop(order_prompt(), judge_s=0.15)

    async def story(app: PackstationApp, pilot: object) -> None:
        app.post_message(events.Key("right_square_bracket", "]"))
        app.post_message(events.Key("C", "C"))
        for number in range(10):
            app.post_line(line(f"X-{number}"))  # the station is busy with them; between two the timers run
        for key in ("0", "A", "1", "enter"):
            app.post_message(events.Key(key, key if len(key) == 1 else None))
        await pilot.pause(3.0)  # type: ignore[attr-defined]
        assert shop.lines == [*(f"X-{number}" for number in range(10)), "]C0A1"]

    run(shop, story)


def test_a_key_pressed_after_a_wedge_scan_comes_after_it() -> None:
    """FL2.2: one order over all devices, also for a scan and a key in one read."""
    shop = Shop(IDLE)
    order: list[str] = []
    shop_line, shop_key = shop.line, shop.key
    shop.line = lambda text, **rest: (order.append(text), shop_line(text, **rest))[1]  # type: ignore[method-assign, assignment]
    shop.key = lambda name: (order.append(name), shop_key(name))[1]  # type: ignore[method-assign, assignment]

    async def story(app: PackstationApp, pilot: object) -> None:
        for key in ("right_square_bracket", "C", "0", "T", "minus", "1", "enter", "f8"):
            app.post_message(events.Key(key, "-" if key == "minus" else key if len(key) == 1 else None))
        await pilot.pause(0.1)  # type: ignore[attr-defined]
        assert order == ["]C0T-1", "f8"]

    run(shop, story)


def test_a_paste_is_read_like_a_port() -> None:
    """D3.4: GS and CR are kept."""
    shop = Shop(order_prompt())

    async def story(app: PackstationApp, pilot: object) -> None:
        app.post_message(events.Paste("]C101095\x1d10L1\rOK-UNIT\r"))
        await pilot.pause(0.1)  # type: ignore[attr-defined]
        assert shop.lines == ["]C101095\x1d10L1", "OK-UNIT"]

    run(shop, story)


@pytest.mark.parametrize(("cue", "bells"), [(Cue.TICK, 1), (Cue.ASK, 2), (Cue.WRONG, 3), (Cue.NET, 0)])
def test_the_bell_rings_as_often_as_the_cue_says(cue: Cue, bells: int) -> None:
    """FL3.4: T once, T4 twice, E three times; cue_out hears each cue once."""
    heard: list[Cue] = []
    shop = Shop(order_prompt())

    async def story(app: PackstationApp, pilot: object) -> None:
        app.post_line(line(cue.value))
        for _ in range(50):
            await pilot.pause(0.1)  # type: ignore[attr-defined]
            if app.bells >= bells:
                break
        await pilot.pause(0.4)  # type: ignore[attr-defined]
        assert app.bells == bells
        assert heard == [cue]

    run(shop, story, cue_out=(heard.append,))


def test_a_stop_sounds_again_until_it_is_acknowledged(monkeypatch: pytest.MonkeyPatch) -> None:
    """Section 3: E4 repeats; F12 ends it. The gap is shortened here, two seconds are checked by name."""
    assert app_module.STOP_REPEAT_S == 2.0
    monkeypatch.setattr(app_module, "STOP_REPEAT_S", 0.2)
    heard: list[Cue] = []
    shop = Shop(order_prompt())

    async def story(app: PackstationApp, pilot: object) -> None:
        app.post_line(line("E4"))
        for _ in range(50):
            await pilot.pause(0.1)  # type: ignore[attr-defined]
            if heard.count(Cue.STOP) >= 3:
                break
        assert heard.count(Cue.STOP) >= 3
        app.post_line(line("T-118"))  # another scan does not silence it: it is held
        await pilot.pause(0.3)  # type: ignore[attr-defined]
        assert "1 scan held" in screen(app)
        assert heard.count(Cue.STOP) >= 4
        await pilot.press("f12")  # type: ignore[attr-defined]
        count = len(heard)
        await pilot.pause(0.5)  # type: ignore[attr-defined]
        assert len(heard) == count

    run(shop, story, cue_out=(heard.append,))


def test_an_error_stays_for_ever() -> None:
    """FL2.6, complaints 10 and 11: nothing but a gesture takes it away."""
    shop = Shop(order_prompt())

    async def story(app: PackstationApp, pilot: object) -> None:
        app.post_line(line("5000000000001"))
        await pilot.pause(1.0)  # type: ignore[attr-defined]
        assert "WRONG ITEM. Expected" in screen(app)

    run(shop, story)


def test_a_scan_while_a_page_is_open_is_judged_and_shown() -> None:
    """FL2.3, complaint 7: no dialog eats a scan."""
    shop = Shop(order_prompt())

    async def story(app: PackstationApp, pilot: object) -> None:
        for opener in ("f1", "*", "ctrl+c"):
            await pilot.press(opener)  # type: ignore[attr-defined]
            app.post_line(line("5000000000001"))
            await pilot.pause(0.05)  # type: ignore[attr-defined]
            assert "WRONG ITEM" in screen(app)
            await pilot.press("f12")  # type: ignore[attr-defined]
        assert len(shop.lines) == 3

    run(shop, story)


def test_the_raw_page_shows_bytes_and_stays_open_while_scanning() -> None:
    """FL2.13: the scan test for a new scanner."""
    shop = Shop(order_prompt())

    async def story(app: PackstationApp, pilot: object) -> None:
        await pilot.press("f2")  # type: ignore[attr-defined]
        assert "Nothing scanned yet." in screen(app)
        app.post_line(line("]C10109501101530003\x1d10L77"))
        await pilot.pause(0.1)  # type: ignore[attr-defined]
        shown = screen(app)
        assert "10L77" in shown
        assert "<GS>" in shown
        assert "1d 31 30" in shown
        assert "]C1" in shown
        assert "ended by CR" in shown

    run(shop, story, (100, 30))


def test_hostile_orders_reach_neither_terminal_nor_markup() -> None:
    """devices 12, X18: every string of the corpus in every field; the app goes on, no control character is drawn."""
    shop = Shop(order_prompt())

    async def story(app: PackstationApp, pilot: object) -> None:
        for text in HOSTILE:
            rows = tuple(replace(row, title=text, detail=text, where=text) for row in order_rows(3))
            shop.now = order_prompt(rows, title=text, instruction=text, instruction_short=text)
            shop.state = replace(STATUS, user=text, printer=text)
            app.post_line(line(text))
            await pilot.pause(0.02)  # type: ignore[attr-defined]
            for key in ("f1", "f2", "*", "escape"):
                await pilot.press(key)  # type: ignore[attr-defined]
                shown = screen(app)
                assert not {character for character in shown if ord(character) < 32 and character != "\n"}
                assert "\x9b" not in shown
                assert "\u202e" not in shown
        assert app.is_running

    run(shop, story)


def test_a_weight_and_news_of_sync_reach_the_station_in_order() -> None:
    shop = Shop(order_prompt())

    async def story(app: PackstationApp, pilot: object) -> None:
        def offline() -> None:
            shop.state = replace(shop.state, online=False)

        app.post_weight(1912)
        app.post_event(offline)
        await pilot.pause(0.1)  # type: ignore[attr-defined]
        assert shop.weights == [1912]
        assert "1912 g." in screen(app)
        assert "~ OFFLINE" in screen(app)

    run(shop, story)


def test_the_demo_keys_send_scans_and_stand_in_the_key_bar() -> None:
    shop = Shop(START)
    sent: list[str] = []
    demo = DemoKeys(right=lambda: sent.append("right"), wrong=lambda: sent.append("wrong"))

    async def story(app: PackstationApp, pilot: object) -> None:
        assert "SPACE  Scan for me  X  Scan a wrong one" in screen(app)
        await pilot.press("space", "x", "X", "space")  # type: ignore[attr-defined]
        assert sent == ["right", "wrong", "wrong", "right"]  # the bar writes X; either case is that key

    run(shop, story, house=House(devices=lambda: DEVICES, demo_keys=demo))


def test_a_supervisor_releases_a_wave_with_one_question() -> None:
    """Issue 2 point 7, FL9.1: the board, from the menu."""
    released: list[str] = []

    def release(wave: str) -> str:
        released.append(wave)
        return f"{wave} released."

    shop = Shop(IDLE)
    boards = replace(BOARDS, release=release)

    async def story(app: PackstationApp, pilot: object) -> None:
        await pilot.press("*", "b", "o", "a", "r", "d", "enter")  # type: ignore[attr-defined]
        shown = screen(app)
        assert "misses 23 parcels" in shown
        await pilot.pause(0.3)  # type: ignore[attr-defined]
        await pilot.press("down", "enter")  # type: ignore[attr-defined]
        assert "Release wave W-02, 80 orders? Enter" in screen(app)
        assert released == []
        await pilot.press("enter")  # type: ignore[attr-defined]
        await pilot.pause(0.2)  # type: ignore[attr-defined]
        assert released == ["W-02"]
        assert "W-02 released." in screen(app)
        await pilot.press("tab")  # type: ignore[attr-defined]
        assert "Wrong label caught" in screen(app)

    run(shop, story, house=House(boards=boards))


def test_a_packer_is_told_why_the_board_stays_shut() -> None:
    """FL1.1"""
    shop = Shop(IDLE)
    boards = Boards(refused=lambda: "ann may not see the board. Needs supervisor.")

    async def story(app: PackstationApp, pilot: object) -> None:
        await pilot.press("*", "b", "o", "a", "r", "d", "enter")  # type: ignore[attr-defined]
        assert "Needs supervisor." in screen(app)
        assert "Waves" not in screen(app)

    run(shop, story, house=House(boards=boards))


def test_leaving_tells_what_stays_and_asks_once() -> None:
    shop = Shop(order_prompt())

    async def story(app: PackstationApp, pilot: object) -> None:
        await pilot.press("ctrl+c")  # type: ignore[attr-defined]
        shown = screen(app)
        assert "#4471 stays open as it is" in shown
        assert "12 facts are not sent yet" in shown
        await pilot.press("escape")  # type: ignore[attr-defined]
        assert app.is_running
        await pilot.press("ctrl+c")  # type: ignore[attr-defined]
        await pilot.pause(0.3)  # type: ignore[attr-defined]
        await pilot.press("enter")  # type: ignore[attr-defined]
        await pilot.pause(0.1)  # type: ignore[attr-defined]
        assert not app.is_running

    run(shop, story)


def test_locked_and_start_show_the_station_s_health() -> None:
    """FL1.5, FL1.8: devices by name, with their faults; no order data."""
    shop = Shop(START)

    async def story(app: PackstationApp, pilot: object) -> None:
        shown = screen(app)
        assert "✗ Scale PS60: No answer" in shown
        assert "✓ Scanner HS-7580: ok" in shown
        assert "#4471" not in shown

    run(shop, story)


def test_commands_that_only_turn_pages_turn_them_also_when_scanned() -> None:
    """FL10.3: *MORE, *LIST, *HELP by barcode."""
    shop = Shop(order_prompt(order_rows(30)))

    async def story(app: PackstationApp, pilot: object) -> None:
        app.post_line(line("]C0*HELP"))
        await pilot.pause(0.1)  # type: ignore[attr-defined]
        assert "What can I do here?" in screen(app)

    run(shop, story, (40, 20))
