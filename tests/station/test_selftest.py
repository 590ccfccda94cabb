"""The self-test: print, scan back, hear, zero; each part's result is a fact and blocks nothing (FL1.7, D8.8)."""

from __future__ import annotations

from pathlib import Path

import pytest

from packstation.devices.printer_profile import PrinterProfile
from packstation.documents.label import sample_label
from packstation.station.paper import Paper
from packstation.station.printing import PrintQueue
from packstation.workflows.prompt import Cue
from packstation.workflows.selftest import CUES
from sync import facts as f
from tests.shop import ANN, BLUE_MUG, EVA, Bench, bench


def begun(folder: Path, *, signed_in: str | None = None, scale: bool = False) -> Bench:
    made = bench(folder, signed_in=signed_in)
    if scale:
        made.station.devices["scale"] = "usb:0EB8:F000"
    made.key("*SELFTEST")
    assert made.station.state == "SELFTEST"
    return made


def tried(made: Bench) -> list[tuple[str, bool, str]]:
    facts = (entry.fact for entry in made.store.journal.all())
    return [(fact.part, fact.ok, fact.code) for fact in facts if isinstance(fact, f.SelfTested)]


def heard(made: Bench) -> list[Cue]:
    """The cues that play while time passes."""
    cues = []
    for _ in range(80):
        made.clock.pass_ms(250)
        outcome = made.station.tick()
        if outcome is not None and outcome.cue is not None:
            cues.append(outcome.cue)
    return cues


def test_a_bench_whose_parts_all_work(tmp_path: Path) -> None:
    """FL1.7: at START, with nobody signed in."""
    made = begun(tmp_path, scale=True)
    assert [row.what for row in made.store.spool.open()] == ["test"]
    assert made.scan("]C0TEST-3").cue is Cue.TICK
    assert heard(made) == list(CUES), "every cue, once, the siren last"
    assert made.key("1").cue is Cue.TICK
    asked = []
    made.station.zero_scale = lambda: asked.append("zero")
    assert made.key("1").message == "The scale is asked to stand at zero."
    made.key("1")
    assert (asked, made.station.state) == (["zero"], "SELFTEST")
    over = made.station.scale_zeroed("")
    assert over is not None
    assert (over.cue, over.message) == (Cue.DONE, "Self-test: all 4 parts work.")
    assert tried(made) == [("printer", True, ""), ("scanner", True, ""), ("sound", True, ""), ("scale", True, "")]
    assert made.station.state == "START"
    assert made.scan(ANN).outcome == "accepted"


def test_results_stand_in_one_panel(tmp_path: Path) -> None:
    made = begun(tmp_path, scale=True)
    made.key("2")
    made.key("2")
    panel = made.station.prompt().panel
    assert panel is not None
    assert panel.lines == ("printer: ok", "scanner: it does not scan", "sound: heard nothing")


def test_a_bench_where_nothing_works_still_works(tmp_path: Path) -> None:
    """FL1.7: a failed part warns and never blocks work it does not need."""
    made = begun(tmp_path, signed_in=ANN, scale=True)
    made.key("1")
    made.key("2")
    made.key("1")
    made.clock.pass_ms(7_000)
    over = made.station.tick()  # no scale answers here
    assert over is not None
    assert (over.cue, over.message) == (Cue.ASK, "Self-test: look at printer, sound, scale. You can work on.")
    assert tried(made) == [
        ("printer", False, "no_label"),
        ("sound", False, "not_heard"),
        ("scale", False, "silent"),
    ]
    made.scan("FO-4471-1", "FO-4471-1", BLUE_MUG)
    assert made.facts("FO-4471-1")[-1] == "ItemPacked"


@pytest.mark.parametrize("code", ["not_zeroed", "silent", "absent"])
def test_a_scale_that_does_not_stand_at_zero_failed(tmp_path: Path, code: str) -> None:
    """FL1.7: also one that should be here and is not."""
    made = begun(tmp_path)
    made.station.devices["scale"] = "No scale: usb:0EB8:F000"
    made.key("escape", "*SELFTEST")
    made.scan("TEST-3")
    made.key("1", "1")
    over = made.station.scale_zeroed(code)
    assert over is not None
    assert (over.cue, over.message) == (Cue.ASK, "Self-test: look at scale. You can work on.")
    assert tried(made)[-1] == ("scale", False, code)
    assert made.station.scale_zeroed("") is None, "it answers a test that is over"


def test_a_bench_that_plays_nothing_does_not_say_that_it_does(tmp_path: Path) -> None:
    made = bench(tmp_path, signed_in=None)
    made.station.no_player = True
    made.key("*SELFTEST")
    made.scan("TEST-3")
    assert made.station.prompt().instruction == "No sound player on this computer: this bench is mute."
    assert heard(made) == []
    assert made.key("1").message == "Self-test: look at sound. You can work on."
    assert tried(made)[-1] == ("sound", False, "no_player")


def test_a_bench_without_a_scale_is_not_asked_for_one(tmp_path: Path) -> None:
    made = begun(tmp_path)
    made.scan("TEST-1")
    assert made.key("1").message == "Self-test: all 3 parts work."


@pytest.mark.parametrize("dpi", [203, 300])
def test_every_code_of_the_test_label_is_one(tmp_path: Path, dpi: int) -> None:
    """D8.8: whichever symbol a packer happens to scan, with its identifier as a scanner sends it."""
    symbols = sample_label(dpi=dpi).symbols
    assert len(symbols) >= 11
    for n, symbol in enumerate(symbols):
        made = begun(tmp_path / str(n))
        outcome = made.scan(f"{symbol.aim}{symbol.text}")
        assert outcome.facts == ("SelfTested", "SelfTested"), symbol
        made.store.close()


@pytest.mark.parametrize("code", [BLUE_MUG, "FO-4471-1", "TEST-9", "]C0TEST", "x" * 200])
def test_another_code_is_not_used(tmp_path: Path, code: str) -> None:
    """Nothing is packed by a test, and the line is in the log."""
    made = begun(tmp_path, signed_in=ANN)
    before = made.store.journal.last_seq
    outcome = made.scan(code)
    assert (outcome.outcome, outcome.cue) == ("ignored", Cue.UNKNOWN)
    assert made.store.journal.last_seq == before
    assert made.store.last_lines(1)[0][2:4] == ("set aside", "selftest")
    assert made.station.state == "SELFTEST"


def test_a_badge_or_back_leaves_the_test(tmp_path: Path) -> None:
    made = begun(tmp_path)
    made.scan(EVA)
    assert (made.station.state, made.station.user and made.station.user.name) == ("IDLE", "Eva")
    made.key("*SELFTEST")
    made.key("escape")
    assert made.station.state == "IDLE"
    assert tried(made) == []


def test_no_test_while_an_order_is_open_or_the_bench_is_locked(tmp_path: Path) -> None:
    made = bench(tmp_path)
    made.scan("FO-4471-1", "FO-4471-1")
    assert made.key("*SELFTEST").message == "Self-test only while nothing is open."
    assert made.store.spool.open() == []
    made.key("*PARK")
    made.key("*LOCK")
    made.key("*SELFTEST")
    assert made.station.state == "LOCKED"


def test_enter_says_nothing_about_a_label_that_may_still_print(tmp_path: Path) -> None:
    made = begun(tmp_path)
    made.key("enter")
    assert tried(made) == []
    assert made.station.state == "SELFTEST"


def test_the_start_screen_offers_it(tmp_path: Path) -> None:
    made = bench(tmp_path, signed_in=None)
    assert [(key.command, key.label) for key in made.station.prompt().keys] == [
        ("*NUMBER", "Sign in by number"),
        ("*SELFTEST", "Self-test"),
    ]


@pytest.mark.parametrize("language", ["pdf", "zpl"])
def test_the_label_is_drawn_for_the_printer_it_goes_to(tmp_path: Path, language: str) -> None:
    made = begun(tmp_path)
    job = PrintQueue(made.store, made.clock.wall_ms).next_job("")
    assert job is not None
    drawn = Paper(made.store).render(job, PrinterProfile(language=language))  # type: ignore[arg-type]
    assert drawn.content.startswith(b"%PDF" if language == "pdf" else b"^XA")


def test_the_keys_of_the_self_test_are_named(tmp_path: Path) -> None:
    """FL10.3: F4 prints the label again, F12 answers where an answer is wanted, F3 leaves."""
    made = begun(tmp_path, scale=True)
    assert [(key.command, key.key) for key in made.station.prompt().keys] == [("*RETRY", "f4"), ("*BACK", "f3")]
    made.key("2")
    assert ("*OK", "f12") in [(key.command, key.key) for key in made.station.prompt().keys]


def test_lock_and_sign_out_leave_the_test_and_another_command_says_what_it_wants(tmp_path: Path) -> None:
    """FL1.7, FL2.7: nothing that is scanned is swallowed without a word."""
    made = begun(tmp_path, signed_in=ANN)
    said = made.key("*LIST")
    assert (said.outcome, said.cue) == ("asked", Cue.ASK)
    assert said.message.startswith("*LIST does nothing here. ")
    assert made.key("*LOCK").facts == ("StationLocked",)
    assert made.station.state == "LOCKED"
    made.scan(ANN)
    made.key("*SELFTEST")
    assert made.key("*SIGNOUT").facts == ("SignedOut",)
    assert made.station.state == "START"
