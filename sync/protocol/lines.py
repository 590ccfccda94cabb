"""How facts look in transit: the line, its hash, and ids. Pure: time and randomness come in as arguments.

Entry  --line()-->  bytes  --stored, hashed and sent as they are (sync J4)-->  entry_of()  -->  Entry
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from typing import Any

import msgspec
from msgspec import Struct

from sync.facts import KINDS, Fact

LINE_BYTES_MAX = 16 * 1024
CODE_CHARS_MAX = 48
NUMBER_MAX = 2**53


class Deed(Struct, frozen=True):
    """A fact that is about to be written, and the one fulfillment order it is about, if any (sync J3)."""

    fo: str | None
    fact: Fact
    claim: str | None = None


class Entry(Struct, frozen=True):
    """One fact with its envelope, as it stands in a journal.

    `seq` counts 1, 2, 3 ... inside a generation; `fact_id` is a UUIDv7 of 32 hex digits whose first 30 are the
    gesture (sync J2); `claim` is the claim's fence; `wall_ms` and `mono_ms` are the station's clocks, `boot` tells
    its boots apart. `place` is no part of the line: where the fact stands among all this station knows of, whatever
    a clock says (sync P7); a fact of its own at (its place in the journal, 0).
    """

    seq: int
    fact_id: str
    kind: str
    v: int
    fo: str | None
    claim: str | None
    user: str | None
    wall_ms: int
    mono_ms: int
    boot: str
    fact: Fact
    place: tuple[int, int] = (0, 0)

    @property
    def gesture(self) -> str:
        return self.fact_id[:30]


class Unreadable(Exception):
    """A line that is not a fact we know: `why` says what was expected and what came."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def body(fact: Fact) -> dict[str, Any]:
    """The fields of a fact that hold something, by name."""
    return {name: value for name in fact.__struct_fields__ if (value := getattr(fact, name)) is not None}


def line(entry: Entry) -> bytes:
    """The fact as bytes: made once, never serialised again (sync J4).

    Raises Unreadable when it holds a NUL, a lone surrogate, a float or a number past 2**53, or is over 16 KiB.
    """
    e = entry
    row = [e.seq, e.fact_id, e.kind, e.v, e.fo, e.claim, e.user, e.wall_ms, e.mono_ms, e.boot, body(e.fact)]
    _must_travel(row)
    try:
        made = msgspec.json.encode(row, order="sorted")
    except (UnicodeEncodeError, msgspec.MsgspecError) as error:
        raise Unreadable(f"{e.kind}: expected text without lone surrogates, got {error}.") from error
    if len(made) > LINE_BYTES_MAX:
        raise Unreadable(f"{e.kind}: expected at most {LINE_BYTES_MAX} bytes, got {len(made)}.")
    return made


_Row = tuple[int, str, str, int, str | None, str | None, str | None, int, int, str, msgspec.Raw]
# Numbers of 16 digits or more, which the typed decode lets pass; a text that looks like one costs a closer look.
_LONG = re.compile(rb"[:,\[]-?[0-9]{16}")
_rows: msgspec.json.Decoder[_Row] = msgspec.json.Decoder(_Row)


def entry_of(made: bytes, place: tuple[int, int] = (0, 0)) -> Entry:
    """The entry that `line` made into these bytes. Raises Unreadable for anything else."""
    if len(made) > LINE_BYTES_MAX:
        raise Unreadable(f"fact line: expected at most {LINE_BYTES_MAX} bytes, got {len(made)}.")
    try:
        seq, fact_id, kind, v, fo, claim, user, wall_ms, mono_ms, boot, raw = _rows.decode(made)
        known = KINDS.get(kind)
        if known is None:
            raise Unreadable(f"fact {seq}: expected a known kind, got {kind!r}.")
        if v != known.v:
            raise Unreadable(f"fact {seq}: expected {kind} version {known.v}, got {v}.")
        fact = msgspec.json.decode(raw, type=known)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise Unreadable(f"fact line: expected a fact, got {error}.") from error
    if b"\\u0000" in made or _LONG.search(made):
        _must_travel([seq, fact_id, fo, claim, user, wall_ms, mono_ms, boot, body(fact)])
    return Entry(seq, fact_id, kind, v, fo, claim, user, wall_ms, mono_ms, boot, fact, place)


def first_hash(station: str, gen: str) -> bytes:
    """The hash at seq 0 of a generation (sync J5)."""
    return hashlib.blake2b(f"packstation/1|{station}|{gen}".encode(), digest_size=32).digest()


def next_hash(previous: bytes, made: bytes) -> bytes:
    """The hash after a line (sync J5)."""
    return hashlib.blake2b(previous + made, digest_size=32).digest()


def gesture_id(wall_ms: int, random_10: bytes) -> str:
    """A UUIDv7's first 30 hex digits (RFC 9562, 5.7) from milliseconds and ten random bytes."""
    assert len(random_10) >= 9, "a gesture needs nine random bytes"
    time = (wall_ms & (2**48 - 1)).to_bytes(6, "big")
    tail = bytes([0x70 | random_10[0] & 0x0F, random_10[1], 0x80 | random_10[2] & 0x3F]) + random_10[3:9]
    return (time + tail).hex()


def fact_id(gesture: str, number: int) -> str:
    """The id of the gesture's fact `number`, 0..255."""
    assert len(gesture) == 30, f"gesture: expected 30 hex digits, got {len(gesture)}"
    assert 0 <= number < 256, f"gesture: expected at most 256 facts, got number {number}"
    return f"{gesture}{number:02x}"


def code_for_fact(code: str) -> str:
    """A scanned code as a fact may hold it: printable ASCII up to 48 characters, else length and digest (FL2.19)."""
    if len(code) <= CODE_CHARS_MAX and code.isascii() and code.isprintable():
        return code
    made = code.encode("utf-8", "surrogatepass")
    return f"#{len(made)}:{hashlib.blake2b(made, digest_size=8).hexdigest()}"


def digest(text: str) -> str:
    """The 16 hex digits under which a scan key or badge is kept where its text must not be."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def _must_travel(parts: Iterable[object]) -> None:
    for value in parts:  # one call for a row and its fields, not one for each of them
        match value:
            case None | bool():
                pass
            case str():
                if "\0" in value:
                    raise Unreadable("fact: expected text without NUL, got one.")
            case int():
                if abs(value) > NUMBER_MAX:
                    raise Unreadable(f"fact: expected a number within 2**53, got {value}.")
            case list() | tuple():
                _must_travel(value)
            case dict():
                _must_travel(value)
                _must_travel(value.values())
            case _:
                raise Unreadable(f"fact: expected text, whole numbers and lists, got {type(value).__name__}.")
