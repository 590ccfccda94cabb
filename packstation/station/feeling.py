"""What the scale under the box feels while units go in (floor.md FL4.44): pure, times and weights come in.

a unit is scanned ──▶ its weight is awaited ──▶ the scale rises ──▶ well
                              └── 3 s without a rise ──▶ asked: the same unit twice?

Some hands put the unit in and scan it then, others scan first: what counts is the rise since the last unit that was
felt, not since the scan.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from packstation.workflows.desk import Job
from sync import facts as f
from sync.protocol import Entry

WAIT_MS = 3_000
RISE_MIN_G = 2
SCANNED = ("scan", "case", "qty", "gs1")
"""Units a scan led to; what was counted, forced or left out was not in the hand at that moment."""


def answers(shown: str) -> bool:
    """A device of the status line is there: it has a name, and not "No scale: ..."."""
    return bool(shown) and not shown.startswith(("No ", "no "))


def device_name(shown: str) -> str:
    """The name alone, also of a device that does not answer.

    >>> device_name("No printer: zd420")
    'zd420'
    """
    return shown if answers(shown) else shown.partition(": ")[2]


class Feeling(Struct):
    """`felt_g`: what the scale shows now, None without a scale that answers. `_base_g`: up to the last unit felt."""

    felt_g: int | None = None
    _base_g: int = 0
    _need_g: int = 0
    _until_ms: int = 0
    _late: bool = False

    @property
    def awaits(self) -> bool:
        """A unit that was scanned is not felt yet, or one that is felt is not scanned yet."""
        return self._need_g > 0 or self._late or (self.felt_g or 0) - self._base_g >= RISE_MIN_G

    def felt(self, weight_g: int | None) -> None:
        """A steady reading, or None when the scale is gone: then nothing is awaited."""
        if weight_g is None:
            self._need_g = 0
        elif self.felt_g is None or weight_g < self._base_g or (self._late and weight_g >= self.felt_g + RISE_MIN_G):
            self._base_g, self._late = weight_g, False
        self.felt_g = weight_g

    def wrote(self, entries: Iterable[Entry], job: Job | None, mono_ms: int) -> None:
        """What a gesture recorded."""
        if self.felt_g is None:
            return
        for entry in entries:
            match entry.fact:
                case f.ItemPacked(sku=sku, qty=qty, how=how) if how in SCANNED:
                    # Half the weight is enough: catalog weights are rough, a missing unit is not.
                    lines = job.doc.lines if job is not None else ()
                    unit_g = next((line.item.weight_g for line in lines if line.sku == sku), None)
                    self._need_g += max(RISE_MIN_G, (unit_g or 0) * qty // 2)
                    self._until_ms, self._late = mono_ms + WAIT_MS, False
                case f.CartonOpened() | f.CartonChosen():
                    self._base_g, self._need_g = self.felt_g, 0
                case f.ItemUnpacked() | f.GestureUndone() | f.CartonClosed() | f.OrderParked() | f.OrderHeld():
                    self._need_g, self._late = 0, False

    def missing(self, mono_ms: int) -> bool:
        """Time passed: True once when a unit that was scanned was not felt in time."""
        if not self._need_g or self.felt_g is None:
            return False
        if self.felt_g - self._base_g >= self._need_g:
            self._base_g, self._need_g = self.felt_g, 0
            return False
        if mono_ms < self._until_ms:
            return False
        self._base_g, self._need_g, self._late = self.felt_g, 0, True
        return True
