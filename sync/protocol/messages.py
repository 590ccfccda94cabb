"""What a station and the hub say to each other: the calls N1, N2, N3 and N5 and their replies.

Hashes travel as 64 hex digits. `hub_epoch` is 16 hex digits, compared for equality only. A `fence` is opaque.
"""

from __future__ import annotations

from dataclasses import dataclass

PROTO = 1
FACTS_MAX = 500
PROBES_MAX = 64
PAGE_ROWS_MAX = 1000
PUSH_BYTES_PACKED = 256 * 1024
BODY_BYTES_PACKED_MAX = 1024 * 1024
BODY_BYTES_MAX = 16 * 1024 * 1024


class Turned(Exception):
    """The hub understood a call and refused it: an HTTP status, a code, and what was expected and got."""

    def __init__(self, status: int, code: str, text: str) -> None:
        super().__init__(text)
        self.status, self.code, self.text = status, code, text


@dataclass(frozen=True, slots=True)
class Grant:
    """Custody of one fulfillment order (sync U1)."""

    fo: str
    fence: str


@dataclass(frozen=True, slots=True)
class NotGranted:
    """Why an order was not given, and who holds it since when (ISO 8601 UTC)."""

    fo: str
    why: str
    holder: str | None = None
    last_seen: str | None = None


@dataclass(frozen=True, slots=True)
class NumberRange:
    """Numbers `first`..`last` for this station and generation alone (sync J12).

    `kind` sscc: `prefix` + the number padded to `digits` makes 17 digits, the check digit follows.
    `kind` carton: `prefix` + padded number is the whole LPN, "C-st-07-000123".
    """

    kind: str
    prefix: str
    digits: int
    first: int
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Hello:
    """N1: who speaks and how far its journal reaches. `probes`: (seq, hash), newest first.

    `numbers`: (kind, prefix, last) of the number ranges it holds, so that a restored hub gives them to nobody else.
    """

    proto: int
    app: str
    schema: int
    gen: str
    oldest_seq: int
    last_seq: int
    probes: tuple[tuple[int, str], ...]
    acked_seq: int
    hub_epoch: str | None
    cursor: int
    fingerprint: str
    mono_ms: int
    wall_ms: int
    free_bytes: int
    numbers: tuple[tuple[str, str, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HelloReply:
    """The hub's verdict (N8): ok, probe (between `lo` and `hi`), rollback, fork (after `common`), upgrade."""

    hub_epoch: str
    server_ms: int
    verdict: str
    session: str
    acked_seq: int
    acked_hash: str
    held: tuple[Grant, ...]
    cursor_ok: bool
    min_proto: int
    lo: int = 0
    hi: int = 0
    common: int = 0
    audit_head: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PushHead:
    """N2, the first line: the batch continues the chain after `base_seq`. `damaged`: N11."""

    proto: int
    gen: str
    session: str
    base_seq: int
    base_hash: str
    last_hash: str
    count: int
    damaged: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one fact, where it is not plainly `applied` (F1)."""

    seq: int
    outcome: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PushReply:
    """The hub holds everything up to `acked_seq`, and its chain there is `acked_hash`.

    `answer`: taken; broken (chain or sequence wrong, nothing taken); hello; superseded.
    """

    hub_epoch: str
    server_ms: int
    answer: str
    acked_seq: int
    acked_hash: str
    results: tuple[Result, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the changes feed (N3). `body` is JSON text as the mirror keeps it; None: the row is gone."""

    cur: int
    kind: str
    key: str
    rev: int
    body: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Rows after a cursor, in its order; ask again after `next` until it is `head`. `gone`: 410, start anew at 0."""

    hub_epoch: str
    server_ms: int
    rows: tuple[Row, ...]
    next: int
    head: int
    gone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimsAsk:
    """N5. `want`: next (up to `count`), fos, handover (of the one in `fos`), numbers (of `kind`)."""

    request_id: str
    gen: str
    want: str
    count: int = 0
    fos: tuple[str, ...] = ()
    kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimsReply:
    """What was given and what was not."""

    hub_epoch: str
    server_ms: int
    granted: tuple[Grant, ...] = ()
    refused: tuple[NotGranted, ...] = ()
    numbers: NumberRange | None = None
