"""Cue sounds through whatever player the platform has, in a thread of its own (D2.3, FL3.3, FL3.4).

play(cue) ──▶ waits in one slot ──▶ the player's process     a newer cue cuts an older one short, but never E4

A bench without a player works: colour and word say the same. `health` names what is missing.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from packstation.assets import asset
from packstation.workflows.prompt import Cue, Say
from packstation.workflows.texts import words

if TYPE_CHECKING:
    import wave  # else by the thread that plays: a start waits for no sound

PLAYERS: tuple[tuple[str, ...], ...] = (("pw-play",), ("paplay",), ("aplay", "-q"), ("afplay",))
_WINSOUND = ("winsound",)
_PLAYER_S = 1.5  # players need a moment to open the card and to drain it; one that needs longer hangs


class Sounds:
    """Plays the nine cues. `volume`: 0 to 100; 0 is a silent bench by choice. `players`: tried in this order."""

    def __init__(self, *, volume: int = 100, players: Sequence[tuple[str, ...]] = PLAYERS) -> None:
        assert 0 <= volume <= 100, f"volume: expected 0 to 100, got {volume}"
        self.volume = volume
        self._players = _found(players)
        self._trouble: str | Say = ""
        self._changed = threading.Condition()
        self._next: Cue | None = None
        self._stopped = False
        self._thread: threading.Thread | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._files: dict[Cue, tuple[Path, float]] = {}

    @property
    def player(self) -> str | None:
        """The name of the player in use, or None: a mute bench."""
        return Path(self._players[0][0]).name if self._players and self.volume else None

    def trouble(self) -> Say | None:
        """What the health screen says, or None if all is well."""
        if self.volume == 0:
            return Say("sound_off")
        if not self._players:
            names = ", ".join(player[0] for player in PLAYERS)
            return Say("sound_none", {"names": names, "trouble": self._trouble or Say("sound_found_none")})
        return None

    def health(self) -> str | None:
        """The same in English, for a command line."""
        trouble = self.trouble()
        return None if trouble is None else f"No sound: {words(trouble)}"

    def play(self, cue: Cue) -> None:
        """Returns at once. A cue that still waits gives way, except a stop."""
        if self.player is None:
            return
        with self._changed:
            if self._next is not Cue.STOP:
                self._next = cue
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="sounds", daemon=True)
                self._thread.start()
            self._changed.notify()

    def close(self) -> None:
        with self._changed:
            self._stopped = True
            self._changed.notify()
        if self._thread is not None:
            self._thread.join(2.0)
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    def __enter__(self) -> Sounds:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _run(self) -> None:
        playing: _Playing | None = None
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._stopped or self._next is not None, timeout=_left_s(playing))
                # E4 is never cut (FL3.3): what comes now waits until the siren is over.
                while playing is not None and playing.cue is Cue.STOP and not self._stopped and _left_s(playing):
                    self._changed.wait(0.02)
                stopped, cue, self._next = self._stopped, self._next, None
            if playing is not None and (cue is not None or stopped or not _left_s(playing)):
                self._end(playing)
                playing = None
            if stopped:
                return
            if cue is not None and self._players:
                playing = self._started(cue)

    def _started(self, cue: Cue) -> _Playing | None:
        path, length_s = self._file(cue)
        if self._players[0] == _WINSOUND:
            if sys.platform == "win32":
                import winsound

                winsound.PlaySound(str(path), winsound.SND_FILENAME | winsound.SND_ASYNC | winsound.SND_NODEFAULT)
            return None if cue is not Cue.STOP else _Playing(cue, None, time.monotonic() + length_s)
        try:
            process = subprocess.Popen(
                [*self._players[0], str(path)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        except OSError as error:
            self._give_up(str(error))
            return None
        return _Playing(cue, process, time.monotonic() + length_s + _PLAYER_S)

    def _end(self, playing: _Playing) -> None:
        if playing.process is None:
            return
        if playing.process.poll() is None:
            playing.process.terminate()
            try:
                playing.process.wait(1.0)
            except subprocess.TimeoutExpired:
                playing.process.kill()
                playing.process.wait()
        elif playing.process.returncode > 0:
            self._give_up(Say("sound_ended", {"name": self.player or "-", "n": playing.process.returncode}))

    def _give_up(self, trouble: str | Say) -> None:
        """This player does not work here: the next one takes over."""
        self._trouble = trouble
        self._players = self._players[1:]

    def _file(self, cue: Cue) -> tuple[Path, float]:
        """The sound at the bench's volume, and how long it lasts."""
        if cue not in self._files:
            import wave

            path = asset("sounds", f"{cue.value}.wav")
            with wave.open(str(path), "rb") as sound:
                length_s = sound.getnframes() / sound.getframerate()
                if self.volume < 100:
                    path = self._quieter(cue, sound)
            self._files[cue] = path, length_s
        return self._files[cue]

    def _quieter(self, cue: Cue, sound: wave.Wave_read) -> Path:
        # Not every player has a volume of its own (aplay), so the samples are made smaller.
        import array
        import wave

        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="packstation-sounds-")
        path = Path(self._folder.name) / f"{cue.value}.wav"
        samples = array.array("h", sound.readframes(sound.getnframes()))
        if sys.byteorder == "big":
            samples.byteswap()
        quieter = array.array("h", (sample * self.volume // 100 for sample in samples))
        if sys.byteorder == "big":
            quieter.byteswap()
        with wave.open(str(path), "wb") as copy:
            copy.setparams(sound.getparams())
            copy.writeframes(quieter.tobytes())
        return path


class _Playing:
    """A cue on its way to the ears. `process` is None where the platform plays by itself."""

    __slots__ = ("cue", "ends_s", "process")

    def __init__(self, cue: Cue, process: subprocess.Popen[bytes] | None, ends_s: float) -> None:
        self.cue = cue
        self.process = process
        self.ends_s = ends_s


def _left_s(playing: _Playing | None) -> float | None:
    """How long this cue still sounds: 0.0 when it is over, None when there is none."""
    if playing is None:
        return None
    if playing.process is not None and playing.process.poll() is not None:
        return 0.0
    return max(0.0, playing.ends_s - time.monotonic())


def _found(players: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    if sys.platform == "win32" and players:
        return [_WINSOUND]
    return [(path, *player[1:]) for player in players if (path := shutil.which(player[0])) is not None]
