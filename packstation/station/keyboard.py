r"""What a hand types: the entry that is asked for, a quantity for the next scan, or a code like any scan.

digit --> a choice? --> its command          Enter --> PIN | weight, count, date | quantity | a scan by hand
       \-> kept until Enter, or until any other gesture or another state forgets it
"""

from __future__ import annotations

from abc import abstractmethod

from packstation.station.clocks import Outcome, Raw
from packstation.station.entrance import Entrance
from packstation.station.showing import WORKFLOWS
from packstation.workflows.desk import Found
from packstation.workflows.prompt import Cue, Say

QUANTITY_MAX = 99
TYPED_CHARS_MAX = 24
TYPED_STATES = {"pack": ("WEIGH", "COUNT", "STOP")}
"""States that ask for a number without an open question."""
COUNTING = ("ORDER", "CARTON", "FACE", "UNIT", "PUTBACK")  # typed digits are the next scan's quantity (FL5.37)


class Keyboard(Entrance):
    """Typed digits and text; commands are the station's."""

    @abstractmethod
    def _command(self, command: str, given: str, raw: Raw | None = None) -> Outcome: ...

    def _wants_typing(self) -> bool:
        pending = self.desk.pending
        if self._approval is not None:
            return self._approval.step == "pin"
        return pending is not None and pending.typed

    def _digit(self, digit: str) -> Outcome:
        choices = self.prompt().choices
        if not self._typed and not self._wants_typing() and any(key == digit for key, _ in choices):
            return self._command(f"*{digit}", digit)
        blocked = self._no_typing()
        if blocked is not None:
            self._typed = ""
            return blocked
        if len(self._typed) < TYPED_CHARS_MAX:
            self._typed += digit
            self._typed_in = self.state
        return self._tell_typed(digit)

    def _tell_typed(self, given: str) -> Outcome:
        """A quantity is said before the scan that it multiplies (FL5.37)."""
        errors = self.message is not None and self.message.sticky
        if errors or self.desk.pending is not None or self.state not in COUNTING:
            return self._outcome(given, "ignored", None, None)
        n = int(self._typed or 1)
        if n <= 1 and given != "backspace":
            return self._outcome(given, "ignored", None, None)  # a scan counts 1 anyway; more digits may follow
        say = Say("qty_next", {"n": max(1, n)}) if n <= QUANTITY_MAX else Say("typed_code", {"text": self._typed})
        return self._outcome(given, "ignored", say, Cue.ASK)

    def _forget_typing(self, still_in: str | None = None) -> None:
        """Digits belong to the state they were typed in, and to nothing behind another gesture."""
        if self._typed and still_in != self.state:
            self._typed = ""

    def _no_typing(self) -> Outcome | None:
        """Why nothing can be typed now: a badge is asked for, or a stop is not acknowledged. What was typed then may
        be a PIN: it is used for nothing and stands nowhere."""
        if self.user is None or self.locked or self._approval is not None:
            return None
        if self._switch is not None:
            known = self.people.user(self._switch)
            say = Say("switch_user", {"name": known.name if known else self._switch})
            return self._outcome("=", "asked", say, Cue.ASK)
        if self._take_up is not None:
            return self._outcome("=", "ignored", Say("answer_first"), Cue.ASK, keep=True)
        if self._held and not self._question_open():
            return self._outcome("=", "ignored", Say("held", {"n": len(self._held)}), Cue.ASK, keep=True)
        if self.message is not None and self.message.sticky == "B" and "any" not in self._passes:
            return self._outcome("=", "ignored", Say("stop_first"), Cue.STOP, keep=True)
        return None

    def _typed_text(self, text: str) -> Outcome:
        """Text of a hand that ended with Enter: what was asked for, a quantity, or else a code like any scan."""
        if self._approval is not None:
            return self._pin(text)
        if self.user is None or self.locked:
            return self._number_and_pin(text)
        blocked = self._no_typing()
        if blocked is not None:
            return blocked
        if not text and (first := self._acknowledge_first("enter")) is not None:
            return first
        if not self.user.may(self.desk.work):
            return self._may_not(self._key_raw("="))
        if self._is_code(text):
            return self._use(self._key_raw(text))
        weighs = self.state in ("WEIGH", "STOP")
        answer = WORKFLOWS[self.desk.work].keyed(self.desk, f"={text}", self._moment(), self.look)
        # What was no weight may have been a PIN.
        given = "=" if weighs and answer.outcome != "accepted" else f"={text}"
        outcome = self._done(self._key_raw(given), answer, Found(text))
        if outcome.outcome == "asked":
            self._ask_again()
        return outcome

    def _is_code(self, text: str) -> bool:
        """Nothing asks for this text, so it is a scan by hand; the log says that it came by keys (FL10.3)."""
        pending = self.desk.pending
        if pending is not None:
            asks = self.message is not None and self.message.sticky == "ask"
            return bool(text) and not pending.typed and (bool(pending.code) or not asks)
        if self.state in TYPED_STATES.get(self.desk.work, ()):
            return False
        return bool(text) and not (self.state in COUNTING and text.isdecimal() and int(text) <= QUANTITY_MAX)
