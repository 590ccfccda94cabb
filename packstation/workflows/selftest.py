"""The station's self-test: print the test label, scan it, hear the cues, zero the scale (FL1.7, D8.8). Pure.

label ──a code of it──▶ sound ──heard──▶ scale ──zeroed──▶ results      1 and 2 say what did not work; F3 leaves
"""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from packstation.workflows.prompt import Cue, Key, Message, Panel, Prompt, Say
from packstation.workflows.texts import Table, words
from sync import facts as f

CUES = (Cue.TICK, Cue.LINE, Cue.DONE, Cue.ASK, Cue.WRONG, Cue.OVER, Cue.UNKNOWN, Cue.NET, Cue.STOP)
"""In the order they are played: the siren last, as nothing may cut it short."""
LABEL_CODES = frozenset({
    "TEST-1", "TEST-2", "TEST-3", "TEST-4", "TEST-DM", "TEST-QR", "TEST-PDF417",
    "4006381333931", "10036000291459", "340123451234567895", "9506000134352",
})  # fmt: skip
"""What the symbols of the test label say: their texts, or the numbers in them without zeros in front."""


class SelfTest(Struct, frozen=True):
    """How far it is. `step`: label, sound, scale, over. `tried`: (part, ok, what was wrong). `scale`: the bench is to
    have one. `zeroing`: it was told to zero itself and is to say so. `player`: something plays the cues."""

    step: str = "label"
    tried: tuple[tuple[str, bool, str], ...] = ()
    scale: bool = False
    played: int = 0
    zeroing: bool = False
    player: bool = True

    @property
    def over(self) -> bool:
        return self.step == "over"


class Tried(Struct, frozen=True):
    """What one answer led to: the test afterwards, its facts, words and cue."""

    test: SelfTest
    facts: tuple[f.SelfTested, ...]
    say: Say
    cue: Cue


def scanned(test: SelfTest, texts: frozenset[str]) -> Tried | None:
    """A scan during the test; None when it is none of the test label's, or no scan is wanted."""
    if test.step != "label" or not {text.lstrip("0") for text in texts} & LABEL_CODES:
        return None
    return _on(test, ("printer", True, ""), ("scanner", True, ""))


def chosen(test: SelfTest, key: str) -> Tried | None:
    """A numbered answer, or "ok". None: it means nothing here."""
    match test.step, key:
        case "label", "1":
            return _on(test, ("printer", False, "no_label"))
        case "label", "2":
            return _on(test, ("printer", True, ""), ("scanner", False, "no_read"))
        case "sound", "1" if test.player:
            return _on(test, ("sound", True, ""))
        case "sound", "1" | "2":
            return _on(test, ("sound", False, "not_heard" if test.player else "no_player"))
        case "scale", "2":
            return _on(test, ("scale", False, "not_tried"))
    return None


def zeroed(test: SelfTest, code: str) -> Tried | None:
    """What the scale said to being zeroed, "" when it stands at zero. None: nobody waits for that any more."""
    if test.step != "scale" or not test.zeroing:
        return None
    return _on(test, ("scale", not code, code))


def next_cue(test: SelfTest) -> tuple[SelfTest, Cue] | None:
    """The next cue to hear while they are played."""
    if test.step != "sound" or not test.player or test.played >= len(CUES):
        return None
    return replace(test, played=test.played + 1), CUES[test.played]


def instruction(test: SelfTest, printer: str) -> Say:
    """What to do now."""
    mute = test.step == "sound" and not test.player
    what = "mute" if mute else "no_printer" if test.step == "label" and not printer else test.step
    return Say(f"do_test_{what}", {"printer": printer})


def prompt(test: SelfTest, table: Table, message: Message | None, printer: str) -> Prompt:
    """What to do now, and the result of each part so far in one panel."""
    mute = test.step == "sound" and not test.player
    what = instruction(test, printer)
    answers = {
        "label": ("no_label", "no_read"),
        "sound": ("mute",) if mute else ("heard", "not_heard"),
        "scale": ("no_scale",) if test.zeroing else ("zero", "no_scale"),
    }
    choices = tuple(
        (str(n), words(Say(f"test_{code}"), table))
        for n, code in enumerate(answers.get(test.step, ()), 2 if test.zeroing else 1)
    )
    return Prompt(
        state="SELFTEST",
        title=words(Say("key_selftest"), table),
        instruction=words(what, table),
        instruction_short=words(what, table, short=True),
        panel=Panel(words(Say("key_selftest"), table), results(test, table)) if test.tried else None,
        message=message,
        keys=tuple(
            Key(f"*{name.upper()}", key, words(Say(f"key_{name}"), table))
            for name, key in (("ok", "f12"), ("retry", "f4"), ("back", "f3"))
            if name != "ok" or test.step != "label" or (message is not None and message.sticky)
        ),
        choices=choices,
    )


def results(test: SelfTest, table: Table) -> tuple[str, ...]:
    """One line a part."""
    return tuple(_result(part, ok, code, table) for part, ok, code in test.tried)


def _on(test: SelfTest, *tried: tuple[str, bool, str]) -> Tried:
    steps = ("label", "sound", "scale", "over")
    step = steps[steps.index(test.step) + 1]
    if step == "scale" and not test.scale:
        step = "over"
    after = replace(test, step=step, zeroing=False, tried=(*test.tried, *tried))
    facts = tuple(f.SelfTested(part=part, ok=ok, code=code) for part, ok, code in tried)
    failed = [part for part, ok, _ in after.tried if not ok]
    if not after.over:
        return Tried(after, facts, Say("test_part", {"part": Say(f"part_{tried[-1][0]}")}), Cue.TICK)
    if failed:
        parts = Say(f"part_{failed[0]}")
        for part in failed[1:]:
            parts = Say("listed", {"a": parts, "b": Say(f"part_{part}")})
        return Tried(after, facts, Say("test_over_failed", {"parts": parts}), Cue.ASK)
    return Tried(after, facts, Say("test_over", {"n": len(after.tried)}), Cue.DONE)


def _result(part: str, ok: bool, code: str, table: Table) -> str:
    if ok:
        return words(Say("test_ok", {"part": Say(f"part_{part}")}), table)
    return words(Say("test_bad", {"part": Say(f"part_{part}"), "code": Say(f"test_why_{code}")}), table)
