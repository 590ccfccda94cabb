"""What stations say besides facts (sync N1, N3, N5, U1-U11, X4).

enrolment   a one-time code becomes a token; the token says who calls
hello       the verdict on a station's journal, and its session
changes     the feed after a cursor
claims      custody of orders
numbers     ranges of numbers that no two stations share
recovery    what a hub that was put back waits for
"""

from __future__ import annotations

from sync.hub.intake.stations.changes import changes
from sync.hub.intake.stations.claims import claims
from sync.hub.intake.stations.enrolment import CODE_MINUTES, Caller, caller, enrol, invite, revoke, stations
from sync.hub.intake.stations.hello import hash_at, hello, known_gen

__all__ = [
    "CODE_MINUTES",
    "Caller",
    "caller",
    "changes",
    "claims",
    "enrol",
    "hash_at",
    "hello",
    "invite",
    "known_gen",
    "revoke",
    "stations",
]
