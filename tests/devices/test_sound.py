"""The nine tones, and how they are played (floor.md section 3, D2.3)."""

from __future__ import annotations

import cmath
import math
import os
import stat
import sys
import wave
from pathlib import Path

import pytest

from packstation.assets import asset
from packstation.devices import sound
from packstation.devices.sound import Sounds
from packstation.workflows.prompt import Cue
from tests.devices.make_sounds import TONES, write
from tests.devices.scanner_bench import until

posix = pytest.mark.skipif(sys.platform == "win32", reason="players are POSIX programs")


def samples(path: Path) -> tuple[list[int], int]:
    with wave.open(str(path), "rb") as tone:
        assert (tone.getnchannels(), tone.getsampwidth()) == (1, 2)
        read = tone.readframes(tone.getnframes())
        return list(memoryview(read).cast("h")), tone.getframerate()


def spectrum(values: list[complex]) -> list[complex]:
    if len(values) == 1:
        return values
    even, odd = spectrum(values[::2]), spectrum(values[1::2])
    half = len(even)
    turned = [cmath.exp(-2j * math.pi * at / len(values)) * odd[at] for at in range(half)]
    return [even[at] + turned[at] for at in range(half)] + [even[at] - turned[at] for at in range(half)]


@pytest.mark.parametrize("cue", list(Cue))
def test_tones_stay_below_3_khz(cue: Cue) -> None:
    """FL3.2: a scanner's own beep is 3.25-4.2 kHz. Measured in the file, not in its recipe."""
    values, rate_hz = samples(asset("sounds", f"{cue.value}.wav"))
    size = 1 << (len(values) - 1).bit_length()
    energy = [
        abs(value) ** 2 for value in spectrum([complex(value) for value in values] + [0j] * (size - len(values)))
    ]
    from_3_khz = 3_000 * size // rate_hz

    assert sum(energy[from_3_khz : size // 2]) < 0.001 * sum(energy[: size // 2])


@pytest.mark.parametrize("cue", list(Cue))
def test_tones_are_as_long_as_they_may_be(cue: Cue) -> None:
    """Section 3: at most 200 ms, the buzz 350 ms, the siren twice well within the 2 s of its repeat."""
    values, rate_hz = samples(asset("sounds", f"{cue.value}.wav"))
    longest_ms = {Cue.WRONG: 350, Cue.STOP: 1_000}.get(cue, 200)

    assert 40 <= len(values) * 1_000 / rate_hz <= longest_ms
    assert 5_000 < max(values) < 32_767


def test_all_nine_tones_are_different() -> None:
    """FL3.1"""
    assert len({asset("sounds", f"{cue.value}.wav").read_bytes() for cue in Cue}) == 9
    assert set(TONES) == {cue.value for cue in Cue}


def test_the_sounds_are_what_their_maker_makes(tmp_path: Path) -> None:
    """A sine may differ in its last digit between platforms, a tone may not."""
    write(tmp_path)

    for cue in Cue:
        ours, rate_hz = samples(asset("sounds", f"{cue.value}.wav"))
        made, made_rate_hz = samples(tmp_path / f"{cue.value}.wav")
        assert (rate_hz, len(ours)) == (made_rate_hz, len(made))
        assert max(abs(one - other) for one, other in zip(ours, made, strict=True)) <= 1


class Player:
    """A program that writes down what it plays, for how long, and whether it was cut."""

    def __init__(
        self, folder: Path, name: str = "aplay", *, length_s: float = 0.6, ends_with: int = 0, waits_for: str = ""
    ) -> None:
        self.log = folder / f"{name}.log"
        path = folder / name
        path.write_text(
            f"#!{sys.executable}\n"
            "import signal, sys, time, os\n"
            f"log = open({str(self.log)!r}, 'a', buffering=1)\n"
            f"open({str(folder / 'pid')!r}, 'w').write(str(os.getpid()))\n"
            "cue = os.path.basename(sys.argv[-1])[:2]\n"
            "signal.signal(signal.SIGTERM, lambda *_: (log.write(f'cut {cue}\\n'), os._exit(-15 & 255)))\n"
            "log.write(f'play {cue}\\n')\n"
            f"time.sleep({length_s})\n"
            f"while {waits_for!r} and not os.path.exists({waits_for!r}): time.sleep(0.01)\n"
            "log.write(f'end {cue}\\n')\n"
            f"sys.exit({ends_with})\n"
        )
        path.chmod(path.stat().st_mode | stat.S_IXUSR)

    @property
    def heard(self) -> list[str]:
        return self.log.read_text().splitlines() if self.log.exists() else []

    @property
    def whole(self) -> list[str]:
        """Without the word of a player that was cut: it has a second for it, on a busy machine it is killed first."""
        return [word for word in self.heard if not word.startswith("cut")]


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


@posix
def test_a_cue_is_played_and_returns_at_once(bench: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sound, "_PLAYER_S", 60.0)
    player = Player(bench, length_s=0, waits_for=str(bench / "over"))
    with Sounds() as sounds:
        assert (sounds.player, sounds.health()) == ("aplay", None)
        sounds.play(Cue.TICK)
        assert "end T1" not in player.heard
        (bench / "over").touch()
        until(lambda: player.heard == ["play T1", "end T1"])


@posix
def test_a_newer_cue_cuts_an_older_one_short(bench: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """FL3.3"""
    monkeypatch.setattr(sound, "_PLAYER_S", 60.0)
    player = Player(bench, length_s=60)
    with Sounds() as sounds:
        sounds.play(Cue.WRONG)
        until(lambda: player.heard == ["play E1"])
        sounds.play(Cue.TICK)
        until(lambda: "play T1" in player.heard)

    assert player.whole == ["play E1", "play T1"]


@posix
def test_a_stop_is_never_cut(bench: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """FL3.3"""
    monkeypatch.setattr(sound, "_PLAYER_S", 60.0)
    player = Player(bench, length_s=0.5)
    with Sounds() as sounds:
        sounds.play(Cue.STOP)
        until(lambda: player.heard == ["play E4"])
        sounds.play(Cue.TICK)
        sounds.play(Cue.DONE)
        until(lambda: "play T3" in player.heard)

    assert player.heard[:3] == ["play E4", "end E4", "play T3"]


@posix
def test_a_player_that_does_not_work_is_replaced(bench: Path) -> None:
    broken = Player(bench, "pw-play", length_s=0, ends_with=1)
    works = Player(bench, "aplay", length_s=0.01)
    with Sounds() as sounds:
        assert sounds.player == "pw-play"
        sounds.play(Cue.TICK)
        until(lambda: sounds.player == "aplay")
        sounds.play(Cue.LINE)
        until(lambda: works.heard[-1:] == ["end T2"])

    assert broken.heard[0] == "play T1"


@posix
def test_a_mute_bench_says_so_and_goes_on(bench: Path) -> None:
    """D2.3, FL3.4"""
    with Sounds() as sounds:
        sounds.play(Cue.STOP)
        assert sounds.player is None
        assert sounds.health() == "No sound: expected one of pw-play, paplay, aplay, afplay, found none."

    Player(bench, length_s=0, ends_with=1)
    with Sounds() as sounds:
        sounds.play(Cue.TICK)
        until(lambda: sounds.player is None)
        assert sounds.health() == "No sound: expected one of pw-play, paplay, aplay, afplay, aplay ended with 1."


@posix
def test_volume_is_a_setting_of_the_bench(bench: Path) -> None:
    """FL3.4"""
    copy = bench / "played.wav"
    program = bench / "aplay"
    program.write_text(
        f"#!{sys.executable}\nimport shutil, sys, os\n"
        f"shutil.copy(sys.argv[-1], {str(copy)!r} + '.part')\n"
        f"os.rename({str(copy)!r} + '.part', {str(copy)!r})\n"
    )
    program.chmod(0o755)
    with Sounds(volume=25) as sounds:
        sounds.play(Cue.DONE)
        until(copy.exists)

    loud, _ = samples(asset("sounds", "T3.wav"))
    quiet, _ = samples(copy)
    assert len(quiet) == len(loud)
    assert max(quiet) == max(loud) * 25 // 100

    with Sounds(volume=0) as silent:
        silent.play(Cue.STOP)
        assert silent.health() == "No sound: switched off at this bench."


@posix
def test_no_process_is_left_behind(bench: Path) -> None:
    player = Player(bench, length_s=30)
    with Sounds() as sounds:
        sounds.play(Cue.WRONG)
        until(lambda: player.heard)

    assert player.whole == ["play E1"]
    until(lambda: _is_gone(int((bench / "pid").read_text())))


def _is_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False
