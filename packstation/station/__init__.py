"""The floor without a screen: one line in, one Outcome out. App, plain mode, replay, demo and tests all use it."""

from packstation.station.clocks import Clock, Outcome, SystemClock
from packstation.station.station import Station

__all__ = ["Clock", "Outcome", "Station", "SystemClock"]
