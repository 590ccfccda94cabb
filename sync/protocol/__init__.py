"""How facts and decisions look in transit. Pure: time and randomness come in as arguments.

lines     a fact as bytes, its hash, its ids
messages  what a station and the hub say to each other (sync N1-N5)
verdicts  what they make of it: hello, a batch, a reply (sync N8-N12, N21)
"""

from __future__ import annotations

from sync.protocol.lines import (
    CODE_CHARS_MAX,
    LINE_BYTES_MAX,
    NUMBER_MAX,
    Deed,
    Entry,
    Unreadable,
    body,
    code_for_fact,
    digest,
    entry_of,
    fact_id,
    first_hash,
    gesture_id,
    line,
    next_hash,
)

__all__ = [
    "CODE_CHARS_MAX",
    "LINE_BYTES_MAX",
    "NUMBER_MAX",
    "Deed",
    "Entry",
    "Unreadable",
    "body",
    "code_for_fact",
    "digest",
    "entry_of",
    "fact_id",
    "first_hash",
    "gesture_id",
    "line",
    "next_hash",
]
