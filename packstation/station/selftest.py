"""The self-test at a station: prints, listens, plays and zeroes; what each part said is a fact (FL1.7).

A failed part warns and blocks nothing. It begins while no work is open; a badge, F3 or its end leave it.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from packstation.scan import Scan
from packstation.station.clocks import Outcome, Raw
from packstation.station.feeling import device_name
from packstation.station.writing import Writing
from packstation.workflows import selftest
from packstation.workflows.desk import Print
from packstation.workflows.prompt import Cue, Prompt, Say
from packstation.workflows.selftest import SelfTest, Tried
from sync.protocol import Deed

CUE_MS = 1_200
"""From one cue to the next: each is heard to its end."""


ZERO_MS_MAX = 6_000
"""A scale that was pulled while it zeroed itself says nothing any more."""


def _no_scale() -> None:
    return


class SelfTesting(Writing):
    """`zero_scale` asks the bench's scale to zero itself; what it says to that comes to `scale_zeroed`.
    `no_player`: nothing plays cues at this bench, it is mute."""

    zero_scale: Callable[[], None] = staticmethod(_no_scale)
    no_player: bool = False
    _zero_until_ms: int = 0

    def _begin_test(self, raw: Raw) -> Outcome:
        if self.desk.open_work is not None or self.desk.load is not None:
            return self._outcome(raw.text, "asked", Say("test_not_now"), Cue.ASK)
        # A scale that should be here and is not has failed: it is not left out.
        self._testing = SelfTest(scale=bool(self.devices.get("scale")), player=not self.no_player)
        self._test_cue_ms = self.clock.mono_ms()
        self._write(raw, "accepted", [], cue=Cue.TICK, prints=(Print("test", None, ref="self-test"),))
        return self._outcome(raw.text, "accepted", Say("test_begun"), Cue.TICK)

    def _test_scan(self, raw: Raw, scan: Scan) -> Outcome:
        """A line while the test runs: of the test label, or of nothing that is worked on now."""
        assert self._testing is not None, "no test runs"
        texts = frozenset({scan.text, *(reading.value for reading in scan.readings)})
        tried = selftest.scanned(self._testing, texts)
        if tried is None:
            self._write(raw, "set aside", [], why="selftest", cue=Cue.UNKNOWN)
            return self._outcome(raw.text, "ignored", Say("test_other_code"), Cue.UNKNOWN)
        return self._tested(raw, tried)

    def _test_key(self, command: str, raw: Raw) -> Outcome:
        assert self._testing is not None, "no test runs"
        if command == "*BACK":
            self._testing = None
            return self._outcome(raw.text, "ignored", Say("left"), None)
        choice = {"*OK": "1"}.get(command, command.lstrip("*"))
        if command == "*OK" and self._testing.step == "label":
            choice = ""  # Enter is no word on a label that may still be printing
        if self._testing.step == "scale" and choice == "1" and not self._testing.zeroing:
            self._testing = replace(self._testing, zeroing=True)
            self._zero_until_ms = self.clock.mono_ms() + ZERO_MS_MAX
            self.zero_scale()
            return self._outcome(raw.text, "ignored", Say("test_zeroing"), None)
        tried = selftest.chosen(self._testing, choice)
        if tried is None and command == "*OK":
            return self._outcome(raw.text, "ignored", None, None)
        if tried is None:
            say = Say("not_here", {"command": command, "next": selftest.instruction(self._testing, self._printer())})
            return self._outcome(raw.text, "asked", say, Cue.ASK)
        return self._tested(raw, tried)

    def _printer(self) -> str:
        return device_name(self.devices.get("printer", ""))

    def scale_zeroed(self, code: str) -> Outcome | None:
        """What the scale said to being zeroed: "" when it stands at zero, else what is wrong with it."""
        tried = selftest.zeroed(self._testing, code) if self._testing is not None else None
        if tried is None:
            return None
        return self._tested(Raw("", "scale", self.clock.mono_ms(), self.clock.wall_ms()), tried)

    def _tested(self, raw: Raw, tried: Tried) -> Outcome:
        entries = self._write(raw, "accepted", [Deed(None, fact) for fact in tried.facts], cue=tried.cue)
        self._testing = None if tried.test.over else tried.test
        self._test_cue_ms = self.clock.mono_ms()
        kinds = tuple(entry.kind for entry in entries)
        return self._outcome(raw.text, "accepted", tried.say, tried.cue, facts=kinds)

    def _test_tick(self) -> Outcome | None:
        """The next of the cues, when it is time."""
        mono = self.clock.mono_ms()
        if self._testing is not None and self._testing.zeroing and mono > self._zero_until_ms:
            return self.scale_zeroed("silent")
        following = selftest.next_cue(self._testing) if self._testing is not None else None
        if following is None or mono - self._test_cue_ms < CUE_MS:
            return None
        self._testing, cue = following
        self._test_cue_ms = mono
        say = Say("test_cue", {"n": self._testing.played, "of": len(selftest.CUES), "cue": cue.value})
        return self._outcome("", "ignored", say, cue)

    def _test_prompt(self) -> Prompt:
        assert self._testing is not None, "no test runs"
        return selftest.prompt(self._testing, self.table, self.message, self._printer())
