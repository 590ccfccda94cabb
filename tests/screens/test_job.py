"""The job screen draws any Prompt at any size; nothing is cut off, nothing looks like something else."""

from __future__ import annotations

import itertools
from functools import partial

import pytest
from msgspec.structs import replace
from rich.cells import cell_len

from packstation import scan
from packstation.screens.band import station_page, status_line
from packstation.screens.drawing import ASCII, UNICODE, Paper, Picture
from packstation.screens.job import JobScreen, held_code
from packstation.screens.looks import THEMES, style
from packstation.workflows.prompt import Cue, Key, Message, Panel, Prompt, Row, View
from tests.hostile import corpus
from tests.screens.shop import HOSTILE, IDLE, PANEL, START, STATUS, message, order_prompt, order_rows
from tests.steps import calls

SIZES = [(20, 16), (30, 20), (40, 20), (80, 24), (100, 30), (120, 40), (140, 40)]
SAFE_CONTROL = {chr(code) for code in (*range(0x20), 0x7F, *range(0x80, 0xA0), 0x202E, 0x2066, 0x2069, 0x200B)}

REASONS = (
    ("1", "too small"),
    ("2", "out of stock"),
    ("3", "fragile"),
    ("4", "customer asked for it"),
    ("5", "other"),
)


def prompts() -> dict[str, Prompt]:
    """One of each kind a workflow can show."""
    found = {f"cue {cue.value}": order_prompt(order_rows(6, 1, 1), message=message(cue)) for cue in Cue}
    found |= {
        "start": START,
        "idle": IDLE,
        "unknown in idle": replace(IDLE, message=message(Cue.UNKNOWN)),
        "held": order_prompt(message=message(Cue.WRONG), held=("5012345678900", "T-118", "MUG")),
        "held behind a stop": order_prompt(message=message(Cue.STOP), held=("5012345678900",)),
        "choices": order_prompt(message=message(Cue.ASK), choices=REASONS),
        "entry": order_prompt(entry="1912", instruction="No scale. Type grams, Enter."),
        "empty entry": order_prompt(entry=""),
        "pin": order_prompt(entry="••••••", instruction="Type your PIN, Enter."),
        "remove": order_prompt(frame="red", state="REMOVE"),
        "500 rows": order_prompt(order_rows(500, 250, 1)),
        "long panel": order_prompt(
            panel=Panel("Effect", tuple(f"{n} other orders here are affected" for n in range(30)))
        ),
        "no rows": order_prompt(()),
        "locked": replace(START, state="LOCKED", message=Message("Bench locked.", "Bench locked.", Cue.UNKNOWN, "A")),
    }
    return found


def drawn(prompt: Prompt, size: tuple[int, int], **paper: object) -> Picture:
    return JobScreen().draw(prompt, STATUS, Paper(*size, **paper))  # type: ignore[arg-type]


def text_of(picture: Picture) -> str:
    return "\n".join("".join(text for text, _ in line) for line in picture.lines)


def words_of(picture: Picture) -> str:
    """The screen as running text: what wrapping did is undone."""
    return " ".join(text_of(picture).split())


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("name", prompts())
def test_every_prompt_fills_every_screen_exactly(name: str, size: tuple[int, int]) -> None:
    """FL10.1: 100 % of the lines have exactly the width; no line runs into the next."""
    for glyphs in (UNICODE, ASCII):
        picture = drawn(prompts()[name], size, glyphs=glyphs)
        assert len(picture.lines) == size[1]
        assert {sum(cell_len(text) for text, _ in line) for line in picture.lines} == {size[0]}


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("cue", Cue)
def test_no_message_is_cut_off(cue: Cue, size: tuple[int, int]) -> None:
    """FL10.1: the whole text stands there, or the short form of at most 57 characters; at 20x16 always the short."""
    told = message(cue)
    words = words_of(drawn(order_prompt(order_rows(6, 1, 1), message=told), size))
    expected = [told.short] if size[0] < 24 else [told.text, told.short]
    bare = [text.upper().removeprefix("WRONG ").removeprefix("STOP. ") for text in expected]
    assert any(text in words.upper() for text in bare), words


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_a_message_of_two_hundred_characters_is_whole_or_short(size: tuple[int, int]) -> None:
    long = " ".join(f"word{number:02d}" for number in range(28))
    told = Message(long, "Fifty-seven characters are the most a short form can have.", Cue.WRONG, "A")
    words = words_of(drawn(order_prompt(message=told), size))
    assert long in words or told.short in words, words


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_long_names_are_wrapped_and_whole(size: tuple[int, int]) -> None:
    """FL10.1: the current row is always readable in full."""
    name = "MUG BLUE 350 ML WITH A HANDLE FOR LEFT HANDED PEOPLE AND A LID OF OAK"
    row = Row("1", name, 1, 2, "blue, L", "A-04-2", current=True)
    picture = drawn(order_prompt((row,)), size)
    told = " ".join("".join(text for text, look in line if look == "card") for line in picture.lines)
    assert name in " ".join(told.split())


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("glyphs", [UNICODE, ASCII], ids=["signs", "ascii"])
def test_without_colour_the_nine_cues_are_nine_screens(size: tuple[int, int], glyphs: object) -> None:
    """FL3.1: symbol and word tell them apart; the texts are the same here, so only those are left."""
    screens = {
        cue: text_of(drawn(order_prompt(message=Message("Same text", "Same text", cue)), size, glyphs=glyphs))
        for cue in Cue
    }
    assert len(set(screens.values())) == len(Cue)


def test_ascii_signs_are_ascii() -> None:
    """FL3.1: where the terminal lacks the signs, none of ours is left."""
    for name, prompt in prompts().items():
        plain = replace(prompt, panel=None)
        assert text_of(drawn(plain, (80, 24), glyphs=ASCII)).replace("•", "").isascii(), name


@pytest.mark.parametrize("theme", THEMES)
def test_every_look_has_a_style_in_every_theme(theme: str) -> None:
    for prompt, size in itertools.product(prompts().values(), SIZES):
        for line in drawn(prompt, size).lines:
            for _, look in line:
                style(look, theme)


def test_errors_stand_out_in_inverse_without_colours() -> None:
    """FL3.1: the errors and a finished parcel are inverse; the others are not."""
    inverse = {cue for cue in Cue if style(cue.value, "mono").reverse}
    assert inverse >= {Cue.DONE, Cue.WRONG, Cue.OVER, Cue.UNKNOWN, Cue.STOP}
    assert not inverse & {Cue.TICK, Cue.LINE, Cue.ASK}


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("size", [(20, 16), (30, 20), (80, 24), (120, 40)], ids=str)
def test_hostile_text_in_every_field_is_harmless(text: str, size: tuple[int, int]) -> None:
    """devices 12, X18: no control character passes, no field moves another."""
    row = Row("1", text, 1, 2, text, text, current=True)
    prompt = Prompt(
        state=text,
        title=text,
        instruction=text,
        instruction_short=text[:57],
        rows=(row, replace(row, current=False)),
        panel=Panel(text, (text,), (View(text, ((text,),)),)),
        message=Message(text, text[:57], Cue.WRONG, "A"),
        keys=order_prompt().keys,
        choices=(),
        done=1,
        need=2,
        held=(text,),
    )
    status = replace(STATUS, user=text, station=text, printer=text, scanner=f"No scanner: {text}")
    for one in (prompt, replace(prompt, choices=(("1", text),)), replace(prompt, entry=text)):
        screen = JobScreen()
        for _ in range(3):
            picture = screen.draw(one, status, Paper(*size))
            assert {sum(cell_len(part) for part, _ in line) for line in picture.lines} == {size[0]}
            assert not SAFE_CONTROL & set("".join(part for line in picture.lines for part, _ in line))
            screen.more()


def test_the_whole_hostile_corpus_fills_the_screens_and_nothing_more() -> None:
    """X18: every text in every field, in turn at the smallest screen and at the usual one."""
    for hostile in corpus():
        text = hostile.text
        row = Row("1", text, 1, 2, text, text, current=True)
        prompt = order_prompt(
            (row, replace(row, key="2", current=False)),
            title=text,
            instruction=text,
            instruction_short=text,
            panel=Panel(text, (text,)),
            message=Message(text, text, Cue.STOP, "B") if hostile.n % 2 else Message(text, text, Cue.ASK, "ask"),
            held=(text,),
        )
        status = replace(STATUS, user=text, printer=text)
        for size in ((20, 16), (80, 24))[hostile.n // 2 % 2 :][:1]:
            lines = JobScreen().draw(prompt, status, Paper(*size)).lines
            assert len(lines) == size[1]
            assert {sum(cell_len(part) for part, _ in line) for line in lines} == {size[0]}, (
                f"corpus line {hostile.n}"
            )
            assert not SAFE_CONTROL & set("".join(part for line in lines for part, _ in line)), f"line {hostile.n}"


def test_the_current_row_is_in_sight_wherever_it_is() -> None:
    for current in (0, 7, 250, 499):
        rows = order_rows(500, current, 1)
        assert rows[current].title.upper() in words_of(drawn(order_prompt(rows), (40, 20)))


def test_a_scan_moves_no_row() -> None:
    """Rows keep their places while counts change: eyes find them again, and few lines are drawn."""
    screen = JobScreen()
    paper = Paper(120, 40)
    before = screen.draw(order_prompt(order_rows(200, 50, 0)), STATUS, paper).lines
    after = screen.draw(order_prompt(order_rows(200, 50, 1)), STATUS, paper).lines
    assert sum(one != other for one, other in zip(before, after, strict=True)) <= 6


def test_rows_that_a_workflow_moves_stay_where_eyes_know_them() -> None:
    """A full line sent to the end of the list by the workflow costs no repaint of the whole list."""
    screen = JobScreen()
    paper = Paper(120, 40)
    rows = order_rows(200, 0, 1)
    before = screen.draw(order_prompt(rows), STATUS, paper).lines
    full = replace(rows[0], done=2, current=False)
    moved = (replace(rows[1], current=True), *rows[2:], full)
    after = screen.draw(order_prompt(moved), STATUS, paper).lines
    assert sum(one != other for one, other in zip(before, after, strict=True)) <= 8


def test_a_picture_is_shown_whole_or_on_its_own_page() -> None:
    """CT7.5: nothing is shown in half, not even a drawing; the smallest screen has a smaller one."""
    (view,) = PANEL.views
    for width, height, drawn in ((40, 20, view.pictures[0]), (20, 16, view.pictures[1])):
        screen, paper = JobScreen(), Paper(width, height)
        pages = [text_of(screen.draw(order_prompt(), STATUS, paper))]
        assert drawn[0] not in pages[0]
        for _ in range(4):
            screen.more()
            pages.append(text_of(screen.draw(order_prompt(), STATUS, paper)))
        assert any(all(line in page for line in drawn) for page in pages), width


def test_more_turns_through_panel_and_station_and_comes_back() -> None:
    """FL1.5, FL10: what a handheld's status line cannot show is one *MORE away."""
    screen = JobScreen()
    paper = Paper(20, 16)
    prompt = order_prompt()
    work = text_of(screen.draw(prompt, STATUS, paper))
    seen = []
    for _ in range(8):
        screen.more()
        seen.append(text_of(screen.draw(prompt, STATUS, paper)))
        if seen[-1] == work:
            break
    assert seen[-1] == work
    assert any("C-st-07-000123" in page for page in seen)
    assert any("ZD420" in page for page in seen)


def test_a_dead_printer_is_named_before_it_is_needed() -> None:
    """FL1.5: "No printer: ZD420" stands in the status line of a handheld and a bench."""
    status = replace(STATUS, printer="No printer: ZD420")
    for size in ((40, 20), (80, 24)):
        first = JobScreen().draw(order_prompt(), status, Paper(*size)).lines[0]
        assert "✗ No printer: ZD420" in "".join(text for text, _ in first)


def test_waiting_lines_are_told_from_the_second_on() -> None:
    """FL2.3"""
    for waiting, shown in ((0, False), (1, False), (4, True)):
        status = replace(STATUS, waiting=waiting)
        for size in ((20, 16), (40, 20), (80, 24)):
            assert (f"▮▮ {waiting}" in text_of(JobScreen().draw(IDLE, status, Paper(*size)))) is shown


def test_held_scans_are_counted_and_listed() -> None:
    """FL2.4, FL2.5"""
    prompt = order_prompt(message=message(Cue.WRONG), held=("5012345678900", "T-118"))
    for size in ((30, 20), (80, 24)):
        words = words_of(drawn(prompt, size))
        assert "2 scans held. Acknowledge first: F12 or scan OK" in words
        assert "▮ 5012345678900" in words
        assert "▮ T-118" in words


def test_of_a_held_line_that_is_no_code_its_head_is_shown() -> None:
    """FL2.4: not the fault's own words, and never an empty row."""
    faulty = scan.cut("A" * 32, "too_long: expected at most 512 bytes, got 2000")
    bench = Paper(80, 24)
    held = (faulty, scan.cut("", "cut: expected a line in one go"), "\x02\x03", "T-118")
    assert [held_code(text, bench) for text in held] == [f"{'A' * 32}…", "…", "…", "T-118"]


def test_a_held_badge_is_not_shown() -> None:
    """D4.8"""
    prompt = order_prompt(message=message(Cue.STOP), held=("]C0B.ANNAAAAAAAAAAAAAAAAAAAAAAA",))
    words = words_of(drawn(prompt, (80, 24)))
    assert "▮ B.•••" in words
    assert "ANNA" not in words


def test_an_error_in_idle_shows_no_order() -> None:
    """FL2.7: an earlier order never stays under an error."""
    words = words_of(drawn(replace(IDLE, message=message(Cue.UNKNOWN), panel=None), (80, 24)))
    assert "#4471" not in words


def test_a_stop_turns_the_whole_screen_red() -> None:
    """Section 3: E4 is full screen; the status line and the keys stay what they are."""
    picture = drawn(order_prompt(message=message(Cue.STOP)), (80, 24))
    looks = {look for line in picture.lines[1:-1] for _, look in line}
    assert looks <= {"E4", "E4.head"}


def test_remove_mode_has_a_red_frame_and_says_so() -> None:
    """FL5.36"""
    picture = drawn(order_prompt(frame="red", state="REMOVE"), (40, 20))
    assert all(line[0] == ("█", "frame") and line[-1] == ("█", "frame") for line in picture.lines)
    assert "REMOVE" in text_of(picture)


def test_a_tap_on_a_key_or_a_choice_knows_what_it_does() -> None:
    picture = drawn(order_prompt(choices=REASONS), (80, 24))
    choice = next(zone for zone in picture.zones if zone.press == "3")
    line = "".join(text for text, _ in picture.lines[choice.y])
    assert "fragile" in line
    undo = next(zone for zone in picture.zones if zone.press == "*UNDO")
    bar = "".join(text for text, _ in picture.lines[undo.y])
    assert bar[undo.x : undo.x + undo.width] == " F8  Undo "


@pytest.mark.parametrize("language", ["en", "es", "de"])
def test_our_own_words_speak_three_languages(language: str) -> None:
    text = text_of(drawn(order_prompt(held=("A", "B")), (80, 24), language=language))
    assert {"en": "2 scans held", "es": "2 escaneos retenidos", "de": "2 Scans zurückgehalten"}[language] in text


def test_five_hundred_rows_are_drawn_in_as_many_steps_as_fifty() -> None:
    """PF1.7 opens a 500-line job in 200 ms; only rows in sight are drawn, so that is mostly the station's."""
    paper = Paper(120, 40)
    steps = []
    for count in (50, 500):
        prompt = order_prompt(order_rows(count, count // 2, 1))
        screen = JobScreen()
        screen.draw(prompt, STATUS, paper)
        steps.append(calls(partial(screen.draw, prompt, STATUS, paper)))
    # One step a row finds the current one; none of the others is looked at otherwise.
    assert steps[1] < steps[0] + 500, steps


def test_below_the_smallest_screen_it_says_so() -> None:
    assert "too small" in words_of(drawn(IDLE, (19, 16)))


def test_the_carton_to_take_is_drawn_very_large() -> None:
    """CT1.1: its code in large letters at a bench and on a handheld; in capitals where there is no room."""
    prompt = replace(order_prompt(), state="CARTON", instruction="Carton M2. Scan it", big="M2")
    for width, height in ((80, 24), (40, 20)):
        shown = text_of(JobScreen().draw(prompt, STATUS, Paper(width, height)))
        assert "┏┳┓╺━┓" in shown, width
    assert "CARTON M2" in text_of(
        JobScreen().draw(replace(prompt, instruction_short="Carton M2"), STATUS, Paper(20, 16))
    )
    plain = text_of(JobScreen().draw(prompt, STATUS, Paper(80, 24, ASCII)))
    assert "Carton M2" in plain


@pytest.mark.parametrize("language", ["en", "de", "es"])
def test_the_smallest_screen_says_which_key_scans_in_a_demo(language: str) -> None:
    """FL10: no key bar at 20x16, so a newcomer is told in the last free line."""
    keys = [Key("*RIGHT", "space", "Scan for me"), Key("*WRONG", "x", "Scan a wrong one")]
    paper = Paper(20, 16, language=language)
    lines = text_of(JobScreen().draw(IDLE, STATUS, paper, keys)).splitlines()
    assert any("SPACE" in line for line in lines)
    assert all(cell_len(line) <= 20 for line in lines)
    assert not any("SPACE" in line for line in text_of(JobScreen().draw(IDLE, STATUS, paper)).splitlines())


@pytest.mark.parametrize("state", ["START", "LOCKED"])
def test_on_the_smallest_screen_the_way_in_stands_alone(state: str) -> None:
    """FL10.1: at 20x16 the badge is asked for and nothing else; the devices are behind *MORE."""
    prompt = replace(
        START, state=state, panel=Panel("This station", ("Sound: expected one of aplay, found none.",) * 9)
    )
    screen, paper = JobScreen(), Paper(20, 16)
    first = text_of(screen.draw(prompt, STATUS, paper))
    assert "SCAN" in first.upper()
    assert "Sound" not in first
    assert "*MORE" in first
    screen.more()
    assert "Sound" in text_of(screen.draw(prompt, STATUS, paper))


def test_a_handheld_names_a_printer_that_is_not_ready() -> None:
    """FL1.5: its whole address has no room at 40x20, the sign beside its name has."""
    status = replace(STATUS, printer="No printer: tcp://zd420.packing.example:9100")
    head = JobScreen().draw(IDLE, status, Paper(40, 20)).lines[0]
    assert "✗ printer" in "".join(text for text, _ in head).lower()


def test_a_printer_that_takes_nothing_says_why_in_the_header() -> None:
    """FL1.5, D6.3: also on a handheld, where there is room; what does not fit stands on the station page."""
    long = "does not say it is ready: look for paper, ribbon and an open head"
    for name, why, size, said in (
        ("tcp://zd420:9100", "paper out", (80, 24), "✗ No printer: zd420:9100 (paper out)  "),
        ("zd420:9100", "paper out", (40, 20), "✗ Printer (paper out)"),
        ("ZD420", long, (100, 24), "✗ No printer: ZD420 (does not say it is ready)"),
        ("ZD420", long, (140, 40), f"✗ No printer: ZD420 ({long})"),
        ("ZD420", long, (40, 20), "✗ No printer: ZD420  "),
    ):
        status = replace(STATUS, printer=f"No printer: {name}", printer_why=why)
        head = "".join(text for text, _ in status_line(status, Paper(*size)))
        assert said in head
        assert len(head) == size[0]
        assert why in " ".join(
            "".join(text for text, _ in line).strip() for line in station_page(status, Paper(*size))
        )
