"""Ranges of numbers for boxes, which no two stations share (sync J12)."""

from __future__ import annotations

from sync.hub.intake.stations.enrolment import Caller
from sync.hub.tables import feed
from sync.hub.tables.books import Act
from sync.protocol.messages import NumberRange, Turned

NUMBERS_COUNT = 10_000
SSCC_PREFIX = "09521234"
"""Extension digit and company prefix of SSCCs until the shop sets its own: GS1's prefix for demonstrations (952)."""


def numbers(act: Act, who: Caller, kind: str) -> NumberRange:
    """The next range of a kind for the caller's station."""
    match kind:
        case "sscc":
            # One company prefix is one range of numbers, whatever the site.
            digits = 17 - len(SSCC_PREFIX)
            first = feed.allot(act.db, "*", "sscc", NUMBERS_COUNT)
            if first + NUMBERS_COUNT > 10**digits:
                raise Turned(409, "numbers", "sscc: expected numbers to be left under the company prefix, got none.")
            return NumberRange("sscc", prefix_of(kind, who.station), digits, first, first + NUMBERS_COUNT - 1)
        case "carton":
            first = feed.allot(act.db, who.site, f"carton:{who.station}", NUMBERS_COUNT)
            return NumberRange("carton", prefix_of(kind, who.station), 6, first, first + NUMBERS_COUNT - 1)
        case _:
            raise Turned(400, "kind", f"kind: expected sscc or carton, got {kind[:20]!r}.")


def prefix_of(kind: str, station: str) -> str:
    """What numbers of a kind begin with."""
    return SSCC_PREFIX if kind == "sscc" else f"C-{station}-"
