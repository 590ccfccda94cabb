"""One round trip between a station and its hub: safe to repeat, safe to lose at any point.

    hello (when needed) -> push all pending facts, oldest generation first -> claims and numbers -> changes to head

A refused push does not hold up the pull, nor the other way round (sync N14). What the hub acknowledges counts only
if it is about the very facts in this journal (N12).
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

from sync.client.ends import Ends, Gen, Unreachable, Wire
from sync.protocol.messages import FACTS_MAX, PAGE_ROWS_MAX, PROTO, ClaimsAsk, Hello, HelloReply, Turned
from sync.protocol.verdicts import batch, first_probes, heeded, next_probes

ROWS_A_TIME = 100
PAUSE_S = 0.005
BATCH_BYTES = 256 * 1024
ROUNDS_MAX = 40


@dataclass(frozen=True, slots=True)
class Exchanged:
    """What one exchange did. `error`: why it is not complete, or ""."""

    pushed: int
    acked: int
    pulled: int
    pending: int
    hub_epoch: str
    error: str = ""


@dataclass(frozen=True, slots=True)
class Clock:
    """The station's clocks, as a hello tells them."""

    wall_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000
    mono_ms: Callable[[], int] = lambda: time.monotonic_ns() // 1_000_000


class Client:
    """The sync client of one station. Used from one thread at a time."""

    def __init__(
        self,
        ends: Ends,
        wire: Wire,
        *,
        new_id: Callable[[], str] = lambda: secrets.token_hex(8),
        clock: Clock | None = None,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._ends, self._wire = ends, wire
        self._new_id, self._clock, self._pause = new_id, clock or Clock(), pause
        self._greeted: set[str] = set()
        self._asked: dict[str, ClaimsAsk] = {}
        self.epoch = ""

    def exchange(self) -> Exchanged:
        """Everything there is to tell and to hear, once. Errors are told in the result, not raised."""
        pushed = pulled = 0
        errors: list[str] = []
        try:
            for step in (self.push, self.claim, self.pull):
                try:
                    done = step()
                except Turned as turned:
                    errors.append(turned.text)
                    continue
                if step == self.push:
                    pushed = done
                elif step == self.pull:
                    pulled = done
        except Unreachable as gone:
            errors.append(gone.why)
        gens = self._ends.gens()
        pending = sum(gen.last_seq - gen.acked_seq for gen in gens)
        return Exchanged(pushed, gens[-1].acked_seq, pulled, pending, self.epoch, " ".join(errors))

    # --- hello ---------------------------------------------------------------------------------------------------

    def greet(self, gen: str) -> None:
        """Say hello for a generation until the hub knows where it stands; do what its verdict asks (N8)."""
        told = self._gen(gen)
        probes = first_probes(told.oldest_seq, told.last_seq, told.acked_seq)
        for _ in range(ROUNDS_MAX):
            reply = self._hello(told, probes)
            match reply.verdict:
                case "ok":
                    self._settle(told, reply)
                    return
                case "probe":
                    probes = next_probes(reply.lo, reply.hi)
                case "rollback" | "fork":
                    self._step_back(told, reply)
                    return
                case _:
                    self._ends.alarm("upgrade", "This station is too old for its hub. Its work is safe: update it.")
                    raise Turned(426, "upgrade", "The hub speaks a newer protocol; update this station.")
        raise Turned(409, "hello", f"{told.gen}: expected the hub to find where we differ, got no end of questions.")

    def _hello(self, told: Gen, probes: list[int]) -> HelloReply:
        who = self._ends.identity()
        shown = [(seq, held.hex()) for seq in probes if (held := self._ends.hash_at(told.gen, seq)) is not None]
        epoch, cursor = self._ends.cursor()
        return self._wire.hello(
            Hello(
                proto=PROTO,
                app=who.app,
                schema=who.schema,
                gen=told.gen,
                oldest_seq=told.oldest_seq,
                last_seq=told.last_seq,
                probes=tuple(shown),
                acked_seq=told.acked_seq,
                hub_epoch=epoch,
                cursor=cursor,
                fingerprint=who.fingerprint,
                mono_ms=self._clock.mono_ms(),
                wall_ms=self._clock.wall_ms(),
                free_bytes=self._ends.free_bytes(),
                numbers=self._ends.held_numbers(),
            )
        )

    def _settle(self, told: Gen, reply: HelloReply) -> None:
        mine = self._ends.hash_at(told.gen, reply.acked_seq)
        if mine is None or mine.hex() != reply.acked_hash:
            raise Turned(
                409, "hello", f"{told.gen}: expected the hub to hold our fact {reply.acked_seq}, got another."
            )
        if reply.acked_seq != told.acked_seq:
            self._ends.acknowledge(told.gen, reply.acked_seq)
        self._ends.set_session(told.gen, reply.session)
        self._greeted.add(told.gen)
        epoch, _ = self._ends.cursor()
        if epoch != reply.hub_epoch or not reply.cursor_ok:
            if epoch is not None and epoch != reply.hub_epoch:
                self._ends.alarm("hub_restored", "The hub was restored. Facts are sent again, copies are fetched.")
            self._ends.reset_mirror(reply.hub_epoch)
        self.epoch = reply.hub_epoch
        if told.gen == self._ends.gens()[-1].gen:
            self._ends.held_at_hub(reply.held)

    def _step_back(self, told: Gen, reply: HelloReply) -> None:
        """This journal is not what the hub saw of it: an old copy of the disk, or a second machine (C10, C12).

        The work goes on under a new generation; rows the hub does not have are journalled again with their ids.
        """
        common = reply.acked_seq if reply.verdict == "rollback" else reply.common
        self._ends.acknowledge(told.gen, min(common, told.last_seq))
        current = self._ends.gens()[-1].gen
        if told.gen == current:
            self._ends.begin_gen(self._new_id())
            if reply.verdict == "rollback":
                self._ends.alarm(
                    "rolled_back", f"This station was put back to fact {told.last_seq}. Check its orders."
                )
            else:
                self._ends.alarm("forked", f"Another machine wrote as this station after fact {common}.")
            self._ends.reset_mirror(reply.hub_epoch)
        if reply.verdict == "fork":
            self._ends.rejournal(told.gen, common)
        self._greeted.add(told.gen)
        self.greet(self._ends.gens()[-1].gen)

    def _gen(self, gen: str) -> Gen:
        return next(held for held in self._ends.gens() if held.gen == gen)

    def _greet_all(self) -> None:
        """Hello once in a client's life for the current generation, and for older ones that hold unsent facts."""
        for gen in self._ends.gens():
            current = gen.gen == self._ends.gens()[-1].gen
            if gen.gen not in self._greeted and (current or gen.acked_seq < gen.last_seq):
                self.greet(gen.gen)

    # --- facts up ------------------------------------------------------------------------------------------------

    def push(self) -> int:
        """Send every pending fact; returns how many the hub took."""
        self._greet_all()
        return sum(self._push_gen(gen.gen) for gen in self._ends.gens() if gen.acked_seq < gen.last_seq)

    def _push_gen(self, gen: str) -> int:
        taken = hellos = broken = 0
        size = FACTS_MAX
        damaged = False
        while (told := self._gen(gen)).acked_seq < told.last_seq:
            rows = _within(self._ends.lines_after(gen, told.acked_seq, size))
            base = self._ends.hash_at(gen, told.acked_seq)
            assert base is not None, f"the journal holds no hash at {told.acked_seq}"
            head, lines = batch(rows, base, gen=gen, session=told.session or "", damaged=damaged)
            try:
                reply = self._wire.push(head, lines)
            except Turned as turned:
                if turned.status not in (400, 413):
                    raise
                then, acked = "halve", None
            else:
                found = heeded(reply, self.epoch, lambda seq: self._ends.hash_at(gen, seq), told.last_seq)
                then, acked = found.then, found.acked
                for result in reply.results:
                    if result.outcome == "quarantined":
                        self._ends.alarm("quarantined", f"The hub could not read fact {result.seq}: {result.code}.")
            if then == "go_on" and acked is not None:
                if acked != told.acked_seq:
                    self._ends.acknowledge(gen, acked)
                taken += max(0, acked - told.acked_seq)
                broken, damaged = 0, False
                size = min(FACTS_MAX, size * 2)
            elif then == "halve":
                broken += 1
                if broken == 2:
                    self.greet(gen)
                elif broken > 2 and len(rows) > 1:
                    size = len(rows) // 2
                elif broken > 2:
                    if damaged:
                        raise Turned(409, "broken", f"fact {rows[0][0]}: expected the hub to keep it, got a refusal.")
                    damaged = True
                    self._ends.alarm("damaged", f"Fact {rows[0][0]} does not fit its chain; it was sent by itself.")
            else:
                hellos += 1
                if hellos > 3:
                    raise Turned(409, "hello", "The hub asks for hello again and again; is another machine this one?")
                self.greet(gen)
                if self._ends.gens()[-1].gen != gen and self._gen(gen).acked_seq >= self._gen(gen).last_seq:
                    break
        return taken

    # --- work ----------------------------------------------------------------------------------------------------

    def claim(self) -> int:
        """Ask for orders and number ranges this station is short of; a lost answer is asked for again."""
        self._greet_all()
        granted = 0
        gen = self._ends.gens()[-1].gen
        wanted = self._ends.wants_work()
        if wanted > 0:
            granted = self._ask(ClaimsAsk(request_id=self._new_id(), gen=gen, want="next", count=wanted))
        for kind in self._ends.wants_numbers():
            self._ask(ClaimsAsk(request_id=self._new_id(), gen=gen, want="numbers", kind=kind))
        return granted

    def claim_these(self, fos: tuple[str, ...]) -> dict[str, str]:
        """Ask for these orders by name; returns why each one that was not given was not."""
        self._greet_all()
        gen = self._ends.gens()[-1].gen
        reply = self._wire.claims(
            self._ends.identity().site, ClaimsAsk(request_id=self._new_id(), gen=gen, want="fos", fos=fos)
        )
        self._ends.granted(reply.granted)
        return {no.fo: no.why if no.holder is None else f"{no.why} by {no.holder}" for no in reply.refused}

    def _ask(self, ask: ClaimsAsk) -> int:
        slot = ask.want + ask.kind
        before = self._asked.get(slot)
        if before is not None and before.gen == ask.gen:
            ask = before  # its answer was lost: the same request has the same answer
        self._asked[slot] = ask
        reply = self._wire.claims(self._ends.identity().site, ask)
        del self._asked[slot]
        if reply.granted:
            self._ends.granted(reply.granted)
        if reply.numbers is not None:
            self._ends.take_numbers(reply.numbers)
        return len(reply.granted)

    # --- decisions down ------------------------------------------------------------------------------------------

    def pull(self) -> int:
        """Fetch changes to head; returns how many rows came."""
        site = self._ends.identity().site
        epoch, cursor = self._ends.cursor()
        pulled = 0
        for _ in range(1_000_000):
            page = self._wire.changes(site, cursor, epoch, PAGE_ROWS_MAX)
            if page.gone or page.hub_epoch != epoch:
                if epoch is not None and page.hub_epoch != epoch:
                    self._greeted.clear()  # another epoch: hello tells what the hub still holds of us (N13)
                self._ends.reset_mirror(page.hub_epoch)
                epoch, cursor = page.hub_epoch, 0
                continue
            self.epoch = page.hub_epoch
            pieces = [page.rows[at : at + ROWS_A_TIME] for at in range(0, len(page.rows), ROWS_A_TIME)] or [()]
            for number, piece in enumerate(pieces, 1):
                ends_at = page.next if number == len(pieces) else piece[-1].cur
                if piece or ends_at != cursor:
                    self._ends.apply_changes(piece, page.hub_epoch, ends_at)
                if number < len(pieces):
                    self._pause(PAUSE_S)
            pulled += len(page.rows)
            cursor = page.next
            if cursor >= page.head:
                self._ends.mirror_complete()
                break
        if not self._greeted:
            self._greet_all()  # a hub that was put back waits for every station to say hello (C15)
        return pulled


def _within(rows: list[tuple[int, bytes, bytes]]) -> list[tuple[int, bytes, bytes]]:
    """As many of the rows as a push may carry, at least one."""
    total = 0
    for place, row in enumerate(rows):
        total += len(row[1])
        if total > BATCH_BYTES and place:
            return rows[:place]
    return rows
