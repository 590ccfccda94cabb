"""Makes the nine cue sounds: python -m tests.devices.make_sounds

Mono, 16 bit, 16 kHz. Sines with soft edges: a click at the edge, or the overtones of a square wave, would reach above
3 kHz, where scanners beep by themselves (FL3.2). A test compares the files with what is made here.
"""

from __future__ import annotations

import math
import struct
import wave
from pathlib import Path

RATE_HZ = 16_000
EDGE_MS = 4
SOUNDS = Path(__file__).resolve().parents[2] / "assets" / "sounds"

Note = tuple[tuple[int, ...], int]
"""Frequencies that sound together in Hz (none: silence), and how long in ms."""

SIREN: list[Note] = [((600,), 100), ((1_000,), 100), ((1_400,), 100)]
TONES: dict[str, list[Note]] = {
    "T1": [((1_200,), 40)],
    "T2": [((1_200,), 60), ((1_600,), 80)],
    "T3": [((1_000,), 55), ((1_300,), 55), ((1_700,), 85)],
    "T4": [((900,), 70), ((), 50), ((900,), 70)],
    "E1": [((400, 1_200, 2_000), 350)],
    "E2": [((400,), 65), ((800,), 65), ((400,), 65)],
    "E3": [((500,), 45), ((), 30), ((500,), 45), ((), 30), ((500,), 45)],
    "E4": [*SIREN, *SIREN],
    "N1": [((330,), 180)],
}
SOFT = {"N1": 0.35}


def samples(notes: list[Note], loudness: float) -> list[int]:
    found = []
    for frequencies, length_ms in notes:
        count = RATE_HZ * length_ms // 1_000
        edge = RATE_HZ * EDGE_MS // 1_000
        for at in range(count):
            # Each overtone is weaker than the one below it.
            value = sum(
                math.sin(2 * math.pi * frequency * at / RATE_HZ) / (order + 1)
                for order, frequency in enumerate(frequencies)
            )
            loudest = sum(1 / (order + 1) for order in range(len(frequencies))) or 1.0
            from_edge = min(at, count - 1 - at, edge) / edge
            fade = 0.5 - 0.5 * math.cos(math.pi * from_edge)
            found.append(round(value / loudest * fade * loudness * 32_000))
    return found


def write(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, notes in TONES.items():
        values = samples(notes, SOFT.get(name, 0.8))
        with wave.open(str(folder / f"{name}.wav"), "wb") as sound:
            sound.setnchannels(1)
            sound.setsampwidth(2)
            sound.setframerate(RATE_HZ)
            sound.writeframes(struct.pack(f"<{len(values)}h", *values))


if __name__ == "__main__":
    write(SOUNDS)
