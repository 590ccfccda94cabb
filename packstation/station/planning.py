"""Carton plans made in a worker process: a scan never waits for a search (cartons.md CT9).

    open orders --question, input hash--> not planned yet? --worker: 50 ms, then 1 s, then a proof--> mirror.db
    an order on the bench, asked otherwise than planned --worker of its own: 50 ms--> the Prompt is filled in

A plan is a copy that may be dropped at any time; a changed order, size, carton, rate or stock has another hash and a
new plan. `PlanRun` is one run over the orders, for whoever has the databases; `Planner` is it in a running station.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait
from typing import Any, Literal, NamedTuple

from packstation.cartons.engine import warm
from packstation.station.cartoning import Answered, Asked, answered, question, why_none
from packstation.station.clocks import ship_day
from packstation.station.supplies import SupplyRoom
from packstation.store import Place, Store
from packstation.store.mirror import Mirror
from packstation.store.plans import CartonPlan
from packstation.store.schema import open_read_only
from packstation.workflows.desk import Job
from packstation.workflows.order import Order
from packstation.workflows.suggestion import Suggestion
from sync.logs import log_worker

PASSES_MS = (50, 1_000, 1_000)
"""Every order quickly, then what no search settled, then a proof (CT9): the earliest ship-by first."""
PROOF = len(PASSES_MS)
BENCH_MS = 50
ORDERS_AHEAD = 500
LOOK_S = 5.0
ANSWER_S = 30.0
WARM_S = 300.0
"""The first answer of a worker, and the compiled engine, which is compiled once for each data directory."""
_WARM_STEP_S = 0.2
_LAST_COMPILED = "stacks.beam_kernel*.nbi"
"""What numba keeps of the module that `warm` loads last."""
_NO_MORE = PROOF
_HOUR_MS = 3_600_000


def _calm(cache: str, log: str) -> None:
    """The worker gives way to everything else on the machine; what it compiles is kept beside the station's data."""
    _serve(log)
    os.environ["NUMBA_CACHE_DIR"] = cache
    if hasattr(os, "nice"):
        os.nice(10)


def _serve(log: str) -> None:
    """A worker ends with its station, also with one that was killed: it would wait for work for ever."""
    log_worker(log)
    station = parent_process()
    assert station is not None
    threading.Thread(target=_end_with, args=(station.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    wait([sentinel])
    os._exit(0)


def workers(**how: Any) -> ProcessPoolExecutor:
    """One worker process. Its resource tracker (there is none on Windows) would be handed the number of sys.stderr;
    an app's capture of it has none, and the thread that asked would die, and no carton be planned beside a screen."""
    if os.name != "nt":
        from multiprocessing import resource_tracker

        with _tracking, contextlib.redirect_stderr(None):
            resource_tracker.ensure_running()
    return ProcessPoolExecutor(1, mp_context=get_context("spawn"), **how)


_tracking = threading.Lock()


def _compile(cache: str, log: str) -> None:
    """Half a minute of work, once; a process of its own, that a station which ends does not wait for."""
    _calm(cache, log)
    warm("fast")


def _ready() -> bool:
    """The worker is up, and the engine in its memory."""
    return answered is not None


class _Copy(NamedTuple):
    """An order as it is looked at: the revision of its copy, and the hash of the question its plan answers."""

    rev: int
    planned: str | None


class PlanRun:
    """Plans the open orders of a data directory, in passes of growing effort. Used by one thread."""

    def __init__(
        self,
        place: Place,
        save: Callable[[str, CartonPlan], None],
        mirror: Mirror,
        now_ms: Callable[[], int],
        *,
        changed: Callable[[], object] = lambda: None,
        supplied: Callable[[], object] = lambda: None,
        stopped: Callable[[], bool] = lambda: False,
        compiles: Callable[[], object] = lambda: None,
    ) -> None:
        """`changed` tells that copies or facts are others than before, `supplied` that more than orders are,
        `stopped` that nobody waits any more. `compiles` is called before half a minute without a plan."""
        self._save, self._mirror, self._now_ms = save, mirror, now_ms
        self._changed, self._supplied, self._stopped, self._compiles = changed, supplied, stopped, compiles
        self._read = mirror.reading
        self._facts = open_read_only(place.journal)
        self._room = SupplyRoom(mirror, self._facts)
        self._compiled, self._log = place.folder / "compiled", str(place.log)
        self._pool = workers(initializer=_calm, initargs=(str(self._compiled), self._log))
        self._cut: dict[tuple[str, int], str] = {}
        """Plans that the clock cut short, by order and pass, with the hash of their question: not stored, and not
        tried again with the same effort."""
        self._looked: object = None
        self._done: dict[str, tuple[_Copy, int]] = {}
        """The pass each order has behind it, with the copy and the plan it was looked at in. Pages come with every
        scan: only what is new in them is read, for the planner's thread takes its time from the bench."""
        self.engine: Literal["pure", "fast"] = "fast" if importlib.util.find_spec("numba") is not None else "pure"
        self.proves = importlib.util.find_spec("ortools") is not None
        self.made = 0
        self._warm = self._fast = False

    def run(self, only: Sequence[str] | None = None, passes: int = len(PASSES_MS)) -> bool:
        """Plan all open orders that want it, or `only` these; False when it was broken off as something changed."""
        seen = self._changed()
        looked = (self._supplied(), self._now_ms() // _HOUR_MS)  # rates change by the day
        if looked != self._looked:
            self._looked = looked
            self._done.clear()
            self._mirror.forget()
            self._room.forget()
        for effort, budget_ms in enumerate(PASSES_MS, 1):
            if effort > passes or (effort == PROOF and not self.proves):
                break
            for fo, copy in self._open(only).items():
                if self._stopped() or self._changed() != seen:
                    return False
                known = self._done.get(fo)
                if known is None or known[0] != copy or known[1] < effort:
                    asked = self._question(fo)
                    planned, done = self._plan(fo, asked, effort, budget_ms) if asked else (copy.planned, _NO_MORE)
                    self._done[fo] = (_Copy(copy.rev, planned), done)
        return True

    def plans(self, only: Sequence[str] | None = None) -> list[CartonPlan]:
        """The plans there are for these orders."""
        found = (self._mirror.plans.of_order(fo) for fo in self._open(only))
        return [plan for plan in found if plan is not None]

    def without(self, only: Sequence[str] | None = None) -> tuple[int, int]:
        """How many of these orders have no plan: those the clock cut in every pass, and those with nothing to ask
        or not reached."""
        bare = [fo for fo, copy in self._open(only).items() if copy.planned is None]
        cut = sum(any(name == fo for name, _ in self._cut) for fo in bare)
        return cut, len(bare) - cut

    def without_carton(self, only: Sequence[str] | None = None) -> Iterator[tuple[str, str]]:
        """The orders whose plan found no carton, with what the engine says of them."""
        for fo in self._open(only):
            plan = self._mirror.plans.of_order(fo)
            if plan is not None and plan.suggestion is None and (asked := self._question(fo)) is not None:
                yield fo, why_none(asked)

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._facts.close()

    def _open(self, only: Sequence[str] | None) -> dict[str, _Copy]:
        """The open orders, the earliest ship-by first; without `only` no more than a station needs ahead."""
        rows = self._read.execute(
            "SELECT f.fo, c.rev, p.input_hash FROM fo f JOIN copy c ON c.kind = 'fo' AND c.key = f.fo"
            " LEFT JOIN carton_plan p ON p.fo = f.fo WHERE f.state = 'open'"
            " ORDER BY f.ship_by, f.priority DESC, f.fo LIMIT ?",
            (ORDERS_AHEAD if only is None else -1,),
        ).fetchall()
        wanted = None if only is None else frozenset(only)
        return {fo: _Copy(rev, planned) for fo, rev, planned in rows if wanted is None or fo in wanted}

    def _question(self, fo: str) -> Asked | None:
        doc = self._mirror.doc(fo)
        supplies = self._room.of(doc, ship_day(doc.ship_by, self._now_ms())) if doc else None
        return question(Job(doc, Order(fo)), supplies) if doc and supplies else None

    def _plan(self, fo: str, asked: Asked, effort: int, budget_ms: int) -> tuple[str | None, int]:
        """The hash of the plan the order has now, and the pass that it has behind it."""
        made = asked.hash
        known = self._mirror.plans.of_order(fo)
        before = known.input_hash if known is not None else None
        if known is not None and before == made and (known.effort >= effort or _settled(known)):
            return made, _NO_MORE if _settled(known) else known.effort
        if self._cut.get((fo, effort)) == made:
            return before, effort
        engine = self._engine_for(effort)
        working = self._pool.submit(answered, asked, budget_ms, engine=engine, prove=effort == PROOF)
        found = working.result(timeout=ANSWER_S if self._warm else WARM_S)
        self._warm = True
        if found.stopped:
            self._cut[fo, effort] = made
            return before, effort
        plan = CartonPlan(made, effort, found.suggestion, f"{engine}/1", self._now_ms())
        self._save(fo, plan)
        self.made += 1
        return made, _NO_MORE if _settled(plan) else effort

    def _engine_for(self, effort: int) -> Literal["pure", "fast"]:
        """The first plans of a new data directory wait for no compiler: they are pure."""
        if self.engine == "fast" and not self._fast:
            kept = next(self._compiled.rglob(_LAST_COMPILED), None) is not None
            if effort == 1 and not kept:
                return "pure"
            if kept or self._was_compiled():
                self._pool.submit(warm, "fast").result(timeout=WARM_S)
                self._warm = self._fast = True
            elif not self._stopped():
                self.engine = "pure"
        return "fast" if self._fast else "pure"

    def _was_compiled(self) -> bool:
        """Wait for the machine code of the engine; False where there is none in the end."""
        self._compiles()
        work = get_context("spawn").Process(target=_compile, args=(str(self._compiled), self._log), daemon=True)
        work.start()
        for _ in range(round(WARM_S / _WARM_STEP_S)):
            work.join(_WARM_STEP_S)
            if work.exitcode is not None:
                return work.exitcode == 0
            if self._stopped():
                break
        work.kill()
        return False


def _settled(plan: CartonPlan) -> bool:
    """No search will find better."""
    return plan.suggestion is not None and plan.suggestion.status != "searched"


class Planner:
    """The plans of a running station: those made ahead, on a thread of its own, and those the bench waits for."""

    def __init__(self, store: Store, now_ms: Callable[[], int]) -> None:
        self._store, self._now_ms = store, now_ms
        self._stop, self._wake = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="carton plans", daemon=True)
        self._bench: ProcessPoolExecutor | None = None
        self._waiting: tuple[str, Future[Answered]] | None = None

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        self._wake.set()

    def stop(self) -> None:
        self._stop.set()
        self._wake.set()
        self._thread.join(timeout=ANSWER_S)
        if self._bench is not None:
            self._bench.shutdown(wait=False, cancel_futures=True)

    # --- what the bench asks, on the station's thread ---

    @property
    def serves(self) -> bool:
        """Whether a worker is up that can answer the bench."""
        return self._bench is not None

    def ask(self, key: str, asked: Asked) -> bool:
        """Have it answered. A question that was asked before and has no answer yet is forgotten: nobody waits."""
        if self._bench is None:
            return False
        try:
            self._waiting = (key, self._bench.submit(answered, asked, BENCH_MS))
        except (BrokenProcessPool, RuntimeError):
            self._bench = None
            return False
        return True

    def answer(self) -> tuple[str, Suggestion | None] | None:
        """The key and the answer of the last question, once; None while there is none."""
        if self._waiting is None or not self._waiting[1].done():
            return None
        key, working = self._waiting
        self._waiting = None
        try:
            return key, working.result().suggestion
        except BrokenProcessPool:
            self._bench = None
            return key, None

    # --- plans made ahead, on the planner's thread ---

    def _changed(self) -> tuple[int, int]:
        return self._store.mirror.changed, self._store.board.supplies

    def _supplied(self) -> tuple[int, int]:
        return self._store.mirror.supplied, self._store.board.supplies

    def _run(self) -> None:
        read = open_read_only(self._store.place.mirror)
        run = PlanRun(
            self._store.place,
            self._store.mirror.plans.save,
            Mirror(self._store.mirror_db, read),
            self._now_ms,
            changed=self._changed,
            supplied=self._supplied,
            stopped=self._stop.is_set,
        )
        try:
            log = str(self._store.place.log)
            bench = workers(initializer=_serve, initargs=(log,))
            bench.submit(_ready).result(timeout=ANSWER_S)
            self._bench = bench
            while not self._stop.is_set():
                if run.run():
                    self._wait()
        except (BrokenProcessPool, TimeoutError, sqlite3.Error):
            self._stop.set()  # no plans ahead from here on: orders are planned when they open (CT1.4)
        finally:
            run.close()
            read.close()

    def _wait(self) -> None:
        seen = self._changed()
        while not self._stop.is_set() and self._changed() == seen:
            if self._wake.wait(LOOK_S):
                self._wake.clear()
                return
