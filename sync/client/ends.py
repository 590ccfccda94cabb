"""What the sync client needs of a station's databases (`Ends`) and of a hub (`Wire`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from sync.protocol.messages import (
    ClaimsAsk,
    ClaimsReply,
    Grant,
    Hello,
    HelloReply,
    NumberRange,
    Page,
    PushHead,
    PushReply,
    Row,
)


@dataclass(frozen=True, slots=True)
class Identity:
    """Who this station is. `schema`: version of its databases. `fingerprint`: J9, hex, "" where unknown."""

    station: str
    site: str
    app: str
    schema: int
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Gen:
    """How far one generation of the journal reaches. `last_seq` is `oldest_seq - 1` while it is empty."""

    gen: str
    oldest_seq: int
    last_seq: int
    acked_seq: int
    session: str | None


class Unreachable(Exception):
    """The hub did not answer, or not in time; `why` says what was tried."""

    def __init__(self, why: str, retry_after_s: int = 0) -> None:
        super().__init__(why)
        self.why, self.retry_after_s = why, retry_after_s


class Ends(Protocol):
    """A station's two databases, as the sync client sees them. Every method is one transaction of its own.

    Called from one thread, which need not be the one that records scans: the implementer locks. All of `journal.db`
    named here goes through `sync.journal.Journal`, whose methods of the same name do the work.
    """

    # --- journal.db ---
    def identity(self) -> Identity: ...

    def gens(self) -> tuple[Gen, ...]:
        """Every generation, oldest first; the last one is current. Never empty."""

    def lines_after(self, gen: str, seq: int, limit: int) -> list[tuple[int, bytes, bytes]]:
        """Up to `limit` rows (seq, line, hash) after `seq`, as stored. Outside any transaction of the recorder."""

    def hash_at(self, gen: str, seq: int) -> bytes | None:
        """The stored hash at `seq`, also at `oldest_seq - 1`; None where there is none."""

    def acknowledge(self, gen: str, seq: int) -> None:
        """Note what the hub holds; the number may go down (N12). The caller has compared the hashes."""

    def set_session(self, gen: str, session: str | None) -> None: ...

    def begin_gen(self, gen: str) -> None:
        """A new generation starts at 1 (rollback, fork): claims and number ranges of older ones are void (U10)."""

    def rejournal(self, gen: str, after: int) -> int:
        """Write the rows of the old `gen` after `after` again under the current one, same fact ids (C12), and count
        the old ones as acknowledged. In one transaction; returns how many. `Journal.again` does it."""

    # --- mirror.db ---
    def cursor(self) -> tuple[str | None, int]:
        """The hub_epoch the copies belong to (None: no copies yet) and how far they reach."""

    def apply_changes(self, rows: Sequence[Row], epoch: str, cursor: int) -> None:
        """Store rows and cursor in one transaction; a row with a lower `rev` than the copy's is skipped, unless the
        copy is from before `reset_mirror`. At most 100 rows a call; the client pauses 5 ms between calls (N16).
        Unknown kinds are stored unread (N7). A closed or cancelled `fo` lets its `fact` rows go."""

    def reset_mirror(self, epoch: str) -> None:
        """Everything will be sent again from 0: cursor to (epoch, 0). The old copies serve on, marked old."""

    def mirror_complete(self) -> None:
        """Head was reached: copies still marked old (by a reset, maybe in an earlier run) are gone at the hub, drop
        them. Called after every pull; does nothing when none is marked."""

    # --- work ---
    def wants_work(self) -> int:
        """How many more fulfillment orders this station wants to hold now (K less those held unfinished; U3)."""

    def granted(self, grants: Sequence[Grant]) -> None:
        """Custody was given. The same claim also stands in the `fo` row of the feed ("claim"), so a lost reply
        loses nothing (U4)."""

    def held_at_hub(self, grants: Sequence[Grant]) -> None:
        """All this generation holds, as the hub sees it in hello: the whole truth, replaces older knowledge."""

    def wants_numbers(self) -> tuple[str, ...]:
        """Kinds of number range that are used up or low for the current generation: "sscc", "carton"."""

    def held_numbers(self) -> tuple[tuple[str, str, int], ...]:
        """(kind, prefix, last) of the ranges a hub gave, over all generations (C15)."""

    def take_numbers(self, given: NumberRange) -> None: ...

    # --- the wizard ---
    def alarm(self, code: str, text: str) -> None:
        """Something a person must see: rolled_back, forked, superseded, hub_restored, damaged, upgrade, refused."""

    def free_bytes(self) -> int:
        """Space left on the disk of the data directory."""


class Wire(Protocol):
    """A hub, over HTTP or in the same process. Raises `Unreachable` or `protocol.messages.Turned`."""

    def hello(self, said: Hello) -> HelloReply: ...

    def push(self, head: PushHead, lines: Sequence[bytes]) -> PushReply: ...

    def changes(self, site: str, after: int, epoch: str | None, limit: int) -> Page: ...

    def claims(self, site: str, ask: ClaimsAsk) -> ClaimsReply: ...

    def close(self) -> None: ...
