"""Scales: bytes become readings (pure), readings settle into whole grams (pure), one thread asks the scale.

    port ── bytes ──▶ nci | toledo | sics | fairbanks | hid ── Reading ──▶ Settling ── whole grams ──▶ on_weight
                                                                  └─────── ScaleState ──▶ screen, on_state

A weight is taken only when the scale calls it stable, two readings in a row are equal and 500 ms have passed
since the last different one (D5.2). Everything else a scale can say is a state that people see, never a weight.
"""

from __future__ import annotations

from packstation.devices.scale.reading import Reading, Settling, grams
from packstation.devices.scale.session import Scale, ScaleState
from packstation.devices.scale.url import ScaleAddress, scale_address

__all__ = ["Reading", "Scale", "ScaleAddress", "ScaleState", "Settling", "grams", "scale_address"]
