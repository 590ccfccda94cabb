"""One scale at the bench: a thread opens it, asks while a weight is wanted, and tells what it says.

    want() ──▶ ask every 0.2 s ──▶ parse ──▶ Settling ──▶ on_weight(grams), once for each load
    rest()     nothing is asked       └──▶ on_state(ScaleState): absent, silent, empty, moving, under, over ...

Lost devices are reopened for ever by their address, after 0.1 s and then up to 2 s (D1.5). Callbacks run in the
thread of the scale: they hand over and return.
"""

from __future__ import annotations

import contextlib
import errno
import threading
import time
from collections.abc import Callable

from msgspec import Struct

from packstation.devices.port import LOST
from packstation.devices.scale.port import Wire, open_wire
from packstation.devices.scale.reading import SILENCE_MS_MAX, Reading, Settling
from packstation.devices.scale.url import ScaleAddress
from packstation.workflows.prompt import Say
from packstation.workflows.texts import words

ASK_EVERY_MS = 200
_REOPEN_MS = 100
_REOPEN_MS_MAX = 2_000
_UNSETTLED_MS_MAX = 10_000
_IDLE_LOOK_S = 0.5
_STALE_READS_MAX = 100
_ZERO_MS_MAX = 3_000
_ZERO_G_MAX = 5
"""What a scale may show after it was zeroed: one step of a coarse one."""


class ScaleState(Struct, frozen=True):
    """What people see of the scale. `word`: absent, silent, steady ...; `say`: the same in words, for the screen's
    language; `weight_g` is shown, never recorded."""

    word: str
    say: Say
    weight_g: int | None = None
    raw: bytes = b""
    flags: frozenset[str] = frozenset()

    @property
    def text(self) -> str:
        """In English."""
        return words(self.say)

    @property
    def answers(self) -> bool:
        """A typed weight is taken only when this is False (D5.6)."""
        return self.word not in ("absent", "silent")


def state_of(answer: Reading) -> ScaleState:
    """The state one answer puts the scale in."""
    flags = answer.flags
    weight_g = answer.weight_g
    for word in ("garbage", "syntax", "fault", "over", "under", "net"):
        if word in flags:
            break
    else:
        if flags & {"calibrate", "rezero"}:
            word = "fault"
        elif "zero" in flags and weight_g:
            word = "contradiction"
        elif weight_g is not None and weight_g < 0:
            word = "under"
        elif "motion" in flags or "busy" in flags:
            word = "moving"
        elif "zero" in flags or weight_g == 0:
            word = "empty"
        else:
            word = "steady" if "stable" in flags else "moving"
    return ScaleState(word, Say(f"scale_{word}"), weight_g, answer.raw, flags)


class Scale:
    """The session. `state` may be read from any thread."""

    def __init__(
        self,
        address: ScaleAddress,
        *,
        on_weight: Callable[[int], None],
        on_state: Callable[[ScaleState], None] = lambda state: None,
        now_ms: Callable[[], int] = lambda: time.monotonic_ns() // 1_000_000,
        load_min_g: int = 2,
    ) -> None:
        self.address = address
        self.state = ScaleState("absent", Say("scale_absent"))
        self._on_weight, self._on_state, self._now_ms = on_weight, on_state, now_ms
        self._settling = Settling(load_min_g=load_min_g)
        self._stopping, self._wanted, self._again = threading.Event(), threading.Event(), threading.Event()
        self._zero = threading.Event()
        self._proving: Callable[[str], None] | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        assert self._thread is None, "a scale is started once"
        self._thread = threading.Thread(target=self._run, name=f"scale {self.address.port}", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._wanted.set()
        if self._thread is not None:
            self._thread.join(timeout=5.0)

    def want(self) -> None:
        """A weight is wanted now: what lies on the scale counts, what was read before does not."""
        self._again.set()
        self._wanted.set()

    def rest(self) -> None:
        self._wanted.clear()

    def zero(self) -> bool:
        """Ask the scale to zero itself; only the supervisor's health screen does (D5.5). False: it cannot."""
        if self.address.zero is None:
            return False
        self._zero.set()
        return True

    def prove_zero(self, told: Callable[[str], None]) -> None:
        """Zero the scale and ask it until it says so. `told` gets "" when it stood still near zero, else what was
        wrong: absent, silent, not_zeroed. A scale without a command for it is only asked: it shall be empty."""
        self._proving = told

    def _run(self) -> None:
        wait_ms = _REOPEN_MS
        while not self._stopping.is_set():
            try:
                wire = open_wire(self.address)
            except (*LOST, ValueError) as error:
                self._show(ScaleState("absent", Say("scale_no", {"why": lost_why(error)})))
                self._proven("absent")
                self._stopping.wait(wait_ms / 1000)
                wait_ms = min(wait_ms * 2, _REOPEN_MS_MAX)
                continue
            try:
                wait_ms = _REOPEN_MS
                self._show(ScaleState("idle", Say("scale_idle")))
                self._serve(wire)
            except LOST as error:
                self._settling.clear()
                self._show(ScaleState("absent", Say("scale_lost", {"why": lost_why(error)})))
                self._proven("absent")
                self._stopping.wait(wait_ms / 1000)
            finally:
                try:
                    wire.close()
                except LOST:
                    wait_ms = _REOPEN_MS  # gone already: closing a pulled device says so again

    def _serve(self, wire: Wire) -> None:
        """Until the device is lost or the session stops."""
        while not self._stopping.is_set():
            if self._wanted.is_set():
                self._weigh(wire)
                self._show(ScaleState("idle", Say("scale_idle")))
                continue
            self._send_zero(wire)
            self._prove(wire)
            wire.read(0.05)  # drops what nobody asked for, and notices a pulled plug
            self._wanted.wait(_IDLE_LOOK_S)

    def _weigh(self, wire: Wire) -> None:
        """Ask and listen while a weight is wanted."""
        buffer, parse = b"", self.address.parse
        now = self._now_ms()
        ask_at, heard_at, calm_at = now, now, now
        while self._wanted.is_set() and not self._stopping.is_set():
            if self._again.is_set():
                self._again.clear()
                self._settling.clear()
                # Answers from before the question are about another box.
                for _ in range(_STALE_READS_MAX):
                    if not wire.read(0.0):
                        break
                buffer = b""
                ask_at = heard_at = calm_at = self._now_ms()
            self._send_zero(wire)
            self._prove(wire)
            now = self._now_ms()
            if now >= ask_at:
                self._ask(wire)
                ask_at = now + ASK_EVERY_MS
            piece = wire.read(max(0.0, min(ask_at - self._now_ms(), ASK_EVERY_MS)) / 1000)
            now = self._now_ms()
            answers, buffer = parse(buffer + piece)
            if answers:
                heard_at = now
            elif now - heard_at > SILENCE_MS_MAX:
                self._settling.clear()
                buffer = b""
                self._show(ScaleState("silent", Say("scale_silent")))
            for answer in answers:
                state = state_of(answer)
                if state.word != "moving":
                    calm_at = now
                elif now - calm_at > _UNSETTLED_MS_MAX:
                    state = ScaleState("unsettled", Say("scale_unsettled"), state.weight_g, state.raw, state.flags)
                self._show(state)
                weight_g = self._settling.seen(answer, now)
                if weight_g is not None and self._wanted.is_set() and not self._again.is_set():
                    self._on_weight(weight_g)

    def _ask(self, wire: Wire) -> None:
        import serial

        try:
            wire.write(self.address.ask)
        except serial.SerialTimeoutException:
            return  # it takes no bytes: silence is reported by its own clock, the port is not lost

    def _send_zero(self, wire: Wire) -> None:
        if self._zero.is_set() and self.address.zero is not None:
            self._zero.clear()
            wire.write(self.address.zero)

    def _prove(self, wire: Wire) -> None:
        """What it says after being zeroed; nothing of it is a weight."""
        import serial

        if self._proving is None:
            return
        buffer, heard = b"", False
        with contextlib.suppress(serial.SerialTimeoutException):  # it takes no bytes: it will be silent
            wire.write(self.address.zero or b"")
        now = self._now_ms()
        ask_at, until = now + ASK_EVERY_MS, now + _ZERO_MS_MAX
        while now < until and not self._stopping.is_set():
            if now >= ask_at:
                self._ask(wire)
                ask_at = now + ASK_EVERY_MS
            answers, buffer = self.address.parse(buffer + wire.read(0.05))
            for answer in answers:
                heard = True
                if state_of(answer).word in ("empty", "steady") and abs(answer.weight_g or 0) <= _ZERO_G_MAX:
                    self._proven("")
                    return
            now = self._now_ms()
        self._proven("not_zeroed" if heard else "silent")

    def _proven(self, code: str) -> None:
        told, self._proving = self._proving, None
        if told is not None:
            told(code)

    def _show(self, state: ScaleState) -> None:
        if state != self.state:
            self.state = state
            self._on_state(state)


def lost_why(error: BaseException) -> str | Say:
    """Why a scale could not be opened or read, for people; what nobody foresaw is said as it came."""
    number = getattr(error, "errno", None)
    if number in (errno.EAGAIN, errno.EBUSY) or "exclusively lock" in str(error):
        return Say("scale_held")
    if number == errno.ENOENT:
        return Say("scale_unplugged")
    if number in (errno.EACCES, errno.EPERM):
        return Say("scale_denied")
    return str(error) or type(error).__name__
