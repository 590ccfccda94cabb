"""The round trips of a running station: a thread that waits, tells, hears, and is never in a hurry when it fails.

facts pending or `wake()` -> exchange soon; nothing to tell -> look every few seconds; failed -> wait ever longer
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from sync.client.exchange import Client, Exchanged

PUSH_EVERY_S = 1.0
PULL_EVERY_S = 5.0
REFUSED_EVERY_S = 300.0


@dataclass(slots=True)
class Patience:
    """How long to wait after a failure (N17): full jitter, one second doubling to a minute."""

    rng: random.Random
    failures: int = 0
    out_since_s: float | None = None

    def failed(self, now_s: float, retry_after_s: float = 0.0) -> float:
        """Seconds until the next try."""
        if self.out_since_s is None:
            self.out_since_s = now_s
        self.failures += 1
        most = min(60.0, 2.0 ** min(self.failures - 1, 6))
        return max(self.rng.uniform(0, most), min(retry_after_s, 600.0))

    def healed(self, now_s: float) -> float:
        """Seconds to spread out over before pouring everything in, after a long outage."""
        out_s = 0.0 if self.out_since_s is None else now_s - self.out_since_s
        self.failures, self.out_since_s = 0, None
        return self.rng.uniform(0, min(60.0, out_s / 10)) if out_s > 60 else 0.0


class SyncThread:
    """Exchanges in the background until `stop`. `last` and `ok_at_s` are for the status line."""

    def __init__(
        self,
        client: Client,
        *,
        pending: Callable[[], bool] = lambda: True,
        told: Callable[[Exchanged], None] = lambda _done: None,
        pull_every_s: float = PULL_EVERY_S,
        seed: int | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client, self._pending, self._told = client, pending, told
        self._pull_every_s, self._monotonic = pull_every_s, monotonic
        self._patience = Patience(random.Random(seed))
        self._wake, self._stop = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="sync", daemon=True)
        self.last: Exchanged | None = None
        self.ok_at_s: float | None = None

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        """Exchange now: an act that others wait for was recorded, or somebody asked (skips any waiting)."""
        self._wake.set()

    def stop(self, timeout_s: float = 5.0) -> None:
        """End after the exchange that is under way."""
        self._stop.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(timeout_s)

    def _run(self) -> None:
        wait_s = 0.0
        looked_s = -1e9
        while not self._stop.is_set():
            woken = self._wake.wait(wait_s)
            self._wake.clear()
            if self._stop.is_set():
                return
            now = self._monotonic()
            if not woken and not self._pending() and now - looked_s < self._pull_every_s:
                wait_s = min(PUSH_EVERY_S, self._pull_every_s)
                continue
            looked_s = now
            done = self._exchanged()
            self.last = done
            if done.error:
                wait_s = self._patience.failed(self._monotonic())
            else:
                self.ok_at_s = self._monotonic()
                wait_s = max(min(PUSH_EVERY_S, self._pull_every_s), self._patience.healed(self.ok_at_s))
            self._told(done)

    def _exchanged(self) -> Exchanged:
        try:
            return self._client.exchange()
        except Exception as error:  # noqa: BLE001  sync never gets stuck (P11): told on the status line, tried again
            before = self.last
            epoch, pending = ("", 0) if before is None else (before.hub_epoch, before.pending)
            acked = 0 if before is None else before.acked
            return Exchanged(0, acked, 0, pending, epoch, f"sync: {type(error).__name__}: {error}")
