"""Carton plans made ahead, in a worker process: a scan never waits for a search (cartons.md CT9).

    open orders --question, input hash--> not planned yet? --worker: 50 ms, later 1 s, later a proof--> mirror.db

A plan is a copy that may be dropped at any time; a changed order, size or carton has another hash and a new plan.
"""

from __future__ import annotations

import importlib.util
import os
import sqlite3
import threading
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context

from packstation.cartons.explain import input_hash
from packstation.station.cartoning import answered, question, seed_of
from packstation.store import Store
from packstation.store.mirror import CartonPlan, Mirror
from packstation.store.schema import open_read_only
from packstation.workflows.desk import Job
from packstation.workflows.order import Order

PASSES_MS = (50, 1_000)
ORDERS_AHEAD = 500
LOOK_S = 5.0
ANSWER_S = 30.0


def _calm(cache: str) -> None:
    """The worker gives way to everything else on the machine; what it compiles is kept beside the station's data."""
    os.environ["NUMBA_CACHE_DIR"] = cache
    if hasattr(os, "nice"):
        os.nice(10)


class Planner:
    """Plans the open orders of this station, the earliest ship-by first, in passes of growing effort."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._stop, self._wake = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="carton plans", daemon=True)
        self.engine = "fast" if importlib.util.find_spec("numba") is not None else "pure"
        self.proves = importlib.util.find_spec("ortools") is not None

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        self._wake.set()

    def stop(self) -> None:
        self._stop.set()
        self._wake.set()
        self._thread.join(timeout=ANSWER_S)

    def _run(self) -> None:
        read = open_read_only(self._store.place.mirror)
        mirror = Mirror(self._store.mirror_db, read)
        cache = str(self._store.place.folder / "compiled")
        pool = ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=_calm, initargs=(cache,))
        seen = -1
        try:
            while not self._stop.is_set():
                if seen != self._store.mirror.changed:
                    seen = self._store.mirror.changed
                    mirror.forget()
                if not self._one(mirror, read, pool):
                    self._wake.wait(LOOK_S)
                    self._wake.clear()
        except (BrokenProcessPool, TimeoutError, sqlite3.Error):
            self._stop.set()  # no plans ahead from here on: orders are planned when they open (CT1.4)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
            read.close()

    def _one(self, mirror: Mirror, read: sqlite3.Connection, pool: ProcessPoolExecutor) -> bool:
        """Plan the next order that wants it; False when none does."""
        cartons = mirror.cartons()
        fos = [
            row[0]
            for row in read.execute(
                "SELECT fo FROM fo WHERE state = 'open' ORDER BY ship_by, priority DESC, fo LIMIT ?", (ORDERS_AHEAD,)
            )
        ]
        for effort, budget_ms in enumerate(PASSES_MS, 1):
            for fo in fos:
                doc = mirror.doc(fo)
                asked = question(Job(doc, Order(fo)), cartons) if doc else None
                if self._stop.is_set() or asked is None:
                    continue
                made = input_hash(asked)
                known = mirror.plan_of(fo)
                if known is not None and known.input_hash == made:
                    proven = known.suggestion is not None and known.suggestion.status == "proven"
                    if known.effort >= effort or proven:
                        continue
                prove = self.proves and effort == len(PASSES_MS)
                working = pool.submit(answered, asked, seed_of(fo), budget_ms, engine=self.engine, prove=prove)
                found = working.result(timeout=ANSWER_S)
                self._store.mirror.save_plan(fo, CartonPlan(made, effort, found))
                return True
        return False
