"""What station and hub make of each other's words (sync N8-N12). Pure: client and intake call these, and the explorer
of all reachable states explores these same functions (N21).

    verdict   the hub, of a hello     accepted   the hub, of a batch     heeded   the station, of a reply
    first_probes, next_probes   which hashes the station shows     batch   what it pushes next
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sync.protocol.lines import next_hash
from sync.protocol.messages import PROBES_MAX, PROTO, Hello, PushHead, PushReply

HashAt = Callable[[int], bytes | None]

MIN_PROTO_PULL = PROTO


@dataclass(frozen=True, slots=True)
class Known:
    """What the hub holds of a generation: `n` facts, its chain's hash there, and where its rows begin."""

    n: int
    hash: bytes
    oldest: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """The hub's answer to a hello. `hole`: facts `acked + 1 - hole` .. `acked` are gone for ever, an alarm (N8).

    `restored`: this station proves that the hub lost something it once held: a new epoch is due (C16).
    """

    kind: str
    acked: int
    lo: int = 0
    hi: int = 0
    common: int = 0
    hole: int = 0
    hole_hash: bytes | None = None
    restored: bool = False


def verdict(said: Hello, known: Known | None, hash_at: HashAt, *, epoch: str, head: int) -> Verdict:
    """Does the station's journal continue what the hub holds?

    ok         its chain goes through the hub's last fact: push from there
    rollback   the hub holds more, and all the station has is a beginning of it
    fork       they differ after `common`
    probe      the probes do not tell yet: show more between `lo` and `hi`
    """
    probes = {seq: bytes.fromhex(told) for seq, told in said.probes}
    lost = said.hub_epoch == epoch and said.cursor > head
    if known is None:
        before = said.oldest_seq - 1
        lost = lost or (said.hub_epoch == epoch and said.acked_seq > before)
        return Verdict("ok", before, hole=before, hole_hash=probes.get(before), restored=lost)
    lost = lost or (said.hub_epoch == epoch and said.acked_seq > known.n)
    if known.n < said.oldest_seq - 1:
        before = said.oldest_seq - 1
        return Verdict("ok", before, hole=before - known.n, hole_hash=probes.get(before), restored=lost)
    top = min(known.n, said.last_seq)
    same = max((seq for seq, told in probes.items() if seq <= top and hash_at(seq) == told), default=None)
    other = min(
        (
            seq
            for seq, told in probes.items()
            if seq <= top and (same is None or seq > same) and _differs(hash_at, seq, told)
        ),
        default=None,
    )
    lo = said.oldest_seq - 1 if same is None else same
    if other is not None:
        if other == lo + 1 or (same is None and other <= said.oldest_seq):
            return Verdict("fork", lo, common=lo)
        return Verdict("probe", lo, lo=lo, hi=other)
    if same == top:
        kind = "rollback" if said.last_seq < known.n else "ok"
        return Verdict(kind, top, restored=lost and kind == "ok")
    return Verdict("probe", lo, lo=lo, hi=top)


def _differs(hash_at: HashAt, seq: int, told: bytes) -> bool:
    stored = hash_at(seq)
    return stored is not None and stored != told


def first_probes(oldest: int, last: int, acked: int) -> list[int]:
    """Where the station shows its hashes at first: its end, back by 1, 2, 4, 8 ..., the acked one, its start."""
    wanted = {last, oldest - 1, max(oldest - 1, min(acked, last))}
    step = 1
    while last - step >= oldest:
        wanted.add(last - step)
        step *= 2
    return sorted(wanted, reverse=True)[:PROBES_MAX]


def next_probes(lo: int, hi: int) -> list[int]:
    """Up to 60 numbers spread over (lo, hi], both ends of what is still unknown among them."""
    count = min(60, hi - lo)
    if count <= 0:
        return [max(lo, 0)]
    spread = {lo + 1 + (hi - lo - 1) * place // max(1, count - 1) for place in range(count)} | {hi}
    return sorted(spread | ({lo} if lo > 0 else set()), reverse=True)


@dataclass(frozen=True, slots=True)
class Accepted:
    """What the hub does with a batch: `answer` as in PushReply; new are the lines from place `first` on.

    `hashes` are the chain after each of the lines, so that nobody hashes twice.
    """

    answer: str
    first: int = 0
    hashes: tuple[bytes, ...] = ()


def accepted(head: PushHead, lines: Sequence[bytes], known: Known, session: str, hash_at: HashAt) -> Accepted:
    """May this batch be taken (N10)? The chain binds it to what the hub holds; nothing of its content matters."""
    if head.session != session:
        return Accepted("superseded")
    if head.base_seq > known.n or head.base_seq < 0:
        return Accepted("hello")
    base = hash_at(head.base_seq)
    if base is None or base.hex() != head.base_hash:
        return Accepted("hello")
    if head.count != len(lines):
        return Accepted("broken")
    if head.damaged:
        if len(lines) != 1 or head.base_seq != known.n:
            return Accepted("broken")
        return Accepted("taken", 0, (bytes.fromhex(head.last_hash),))
    chained = base
    hashes = []
    for place, line in enumerate(lines):
        if not line.startswith(b"[%d," % (head.base_seq + 1 + place)):
            return Accepted("broken")
        chained = next_hash(chained, line)
        hashes.append(chained)
    if chained.hex() != head.last_hash:
        return Accepted("broken")
    overlap = min(known.n, head.base_seq + len(lines)) - head.base_seq
    if overlap > 0 and hash_at(head.base_seq + overlap) != hashes[overlap - 1]:
        # The chain says so for every fact before it too.
        return Accepted("hello")
    return Accepted("taken", overlap, tuple(hashes))


@dataclass(frozen=True, slots=True)
class Heeded:
    """What the station does after a reply: `then` go_on, hello, halve, or stop; `acked` when it may be written."""

    then: str
    acked: int | None = None


def heeded(reply: PushReply, epoch: str, hash_at: HashAt, last_seq: int) -> Heeded:
    """An acknowledgement counts only if it is about the very facts this journal holds (N12)."""
    if reply.hub_epoch != epoch:
        return Heeded("hello")  # another hub, or the same one restored (N13)
    match reply.answer:
        case "taken":
            mine = hash_at(reply.acked_seq) if 0 <= reply.acked_seq <= last_seq else None
            if mine is None or mine.hex() != reply.acked_hash:
                return Heeded("hello")
            return Heeded("go_on", reply.acked_seq)
        case "broken":
            return Heeded("halve")
        case "hello" | "superseded":
            return Heeded("hello")
        case _:
            return Heeded("stop")


def batch(
    rows: Sequence[tuple[int, bytes, bytes]], base_hash: bytes, *, gen: str, session: str, damaged: bool = False
) -> tuple[PushHead, list[bytes]]:
    """The head and lines for rows (seq, line, hash) that follow the fact with `base_hash`."""
    assert rows, "a batch holds at least one fact"
    head = PushHead(
        proto=PROTO,
        gen=gen,
        session=session,
        base_seq=rows[0][0] - 1,
        base_hash=base_hash.hex(),
        last_hash=rows[-1][2].hex(),
        count=len(rows),
        damaged=damaged,
    )
    return head, [row[1] for row in rows]
