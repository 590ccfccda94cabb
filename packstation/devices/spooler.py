"""Documents on their way to paper: one thread per printer, one job at a time, in order, and never twice unasked.

    queued ──render──▶ reach the printer ──▶ sending ──all bytes──▶ sent ──label scanned back──▶ confirmed
      ▲                      │                  ├──error before the first byte──▶ queued, after 1, 2, 5, 10 s
      └────── not ready ─────┘                  └──error after it, or a crash───▶ unsure: a person looks
    rendering refused ──▶ failed                  a newer copy ──▶ void

The states are rows of the station's spool; the station implements `Spool`. A job is marked `sending`, durably,
before its first byte leaves, so whatever happens afterwards nobody sends it again by themselves (D6.2).
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from packstation.devices.printer import FolderPrinter, Handed, Line, NotReady, NotSent, Printer, Sent, Unsure

BACKOFF_S = (1, 2, 5, 10)
_IDLE_S = 30.0
_REMEMBERED_MAX = 10_000
_DAY_MS = 86_400_000


class JobState(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    UNSURE = "unsure"
    FAILED = "failed"
    CONFIRMED = "confirmed"
    VOID = "void"


LEAVES: Mapping[JobState, frozenset[JobState]] = {
    JobState.QUEUED: frozenset({JobState.SENDING, JobState.FAILED, JobState.VOID}),
    JobState.SENDING: frozenset({JobState.SENT, JobState.QUEUED, JobState.UNSURE}),
    JobState.SENT: frozenset({JobState.CONFIRMED, JobState.VOID}),
    JobState.UNSURE: frozenset({JobState.CONFIRMED, JobState.VOID}),
    JobState.FAILED: frozenset({JobState.QUEUED, JobState.VOID}),
    JobState.CONFIRMED: frozenset({JobState.VOID}),
    JobState.VOID: frozenset(),
}
"""Which state may follow which (D6.2). From `unsure` nothing leads back to the printer but a new copy."""


@dataclass(frozen=True, slots=True)
class Job:
    """One spool row: references only, no names, no addresses, no bytes (D6.1).

    `id`: the spool row, another one for every copy. `what`: label, slip, pick_list ... `document`: what is printed,
    a label or carton id. `template`: version of the drawing.
    """

    id: str
    printer: str
    what: str
    document: str
    fo: str | None = None
    carton: str | None = None
    copy: int = 1
    template: int = 1
    state: JobState = JobState.QUEUED


class Spool(Protocol):
    """The station's side. Called from the printers' threads; each call is one durable transaction.

    A job may be moved to another printer or voided while its printer is reached: then `sending` answers False and
    changes nothing, and so does `failed`.
    """

    def next_job(self, printer: str) -> Job | None:
        """The oldest queued job of this printer, also one that waits for its next try."""
        ...

    def left_sending(self, printer: str) -> list[Job]:
        """Jobs that a crash left in `sending`."""
        ...

    def sending(self, job: Job) -> bool:
        """queued becomes sending; False when the job is not queued at `job.printer` any more."""
        ...

    def sent(self, job: Job) -> None: ...

    def failed(self, job: Job, why: str, retry_at_ms: int | None) -> None:
        """The printer took nothing; `queued` again, next try at that time. None: rendering was refused, `failed`.

        Called for every try: a fact is worth writing when `why` is new.
        """
        ...

    def unsure(self, job: Job) -> None: ...


@dataclass(frozen=True, slots=True)
class PrintNews:
    """What the worker tells the screen. `word`: printing, sent, waiting, failed, unsure, stuck."""

    printer: str
    word: str
    job: Job | None = None
    why: str = ""


class Spooler:
    """All printers of the station. `notify` after every commit that added a job or moved one."""

    def __init__(
        self,
        spool: Spool,
        printers: Mapping[str, Printer],
        render: Callable[[Job], bytes],
        *,
        on_news: Callable[[PrintNews], None] = lambda news: None,
        now_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
        backoff_s: tuple[float, ...] = BACKOFF_S,
    ) -> None:
        self.workers = {
            name: PrinterWorker(name, printer, spool, render, on_news=on_news, now_ms=now_ms, backoff_s=backoff_s)
            for name, printer in printers.items()
        }

    def start(self) -> None:
        for worker in self.workers.values():
            worker.start()

    def notify(self, printer: str | None = None) -> None:
        for name, worker in self.workers.items():
            if printer in (None, name):
                worker.notify()

    def retry(self, printer: str | None = None) -> None:
        """F4: try now, whatever the waiting time."""
        for name, worker in self.workers.items():
            if printer in (None, name):
                worker.retry()

    def stop(self) -> None:
        """Ends after the job that is being sent."""
        for worker in self.workers.values():
            worker.ask_to_stop()
        for worker in self.workers.values():
            worker.join()


class PrinterWorker:
    """One printer's thread."""

    def __init__(
        self,
        name: str,
        printer: Printer,
        spool: Spool,
        render: Callable[[Job], bytes],
        *,
        on_news: Callable[[PrintNews], None] = lambda news: None,
        now_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
        backoff_s: tuple[float, ...] = BACKOFF_S,
    ) -> None:
        self.name, self.printer = name, printer
        self._spool, self._render, self._on_news, self._now_ms = spool, render, on_news, now_ms
        self._backoff_s = backoff_s
        self._bell = threading.Condition()
        self._work = True
        self._hurry = self._stopping = False
        self._tries = self._tidied_ms = 0
        self._unrecorded: tuple[Job, Callable[[Job], None]] | None = None
        # Insurance against a spool that gives a job twice: what left us in this run does not leave again.
        self._handed: deque[str] = deque(maxlen=_REMEMBERED_MAX)
        self._thread = threading.Thread(target=self._run, name=f"printer {name}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def notify(self) -> None:
        with self._bell:
            self._work = True
            self._bell.notify_all()

    def retry(self) -> None:
        with self._bell:
            self._work = self._hurry = True
            self._bell.notify_all()

    def ask_to_stop(self) -> None:
        with self._bell:
            self._stopping = True
            self._bell.notify_all()

    def join(self) -> None:
        if self._thread.is_alive():
            self._thread.join(timeout=30.0)

    def _run(self) -> None:
        recovered = False
        while not self._stopping:
            try:
                if not recovered:
                    self._recover()
                    recovered = True
                wait_s = self._turn()
            except Exception as error:  # noqa: BLE001  a locked database must not end printing; it is told and tried again
                self._on_news(PrintNews(self.name, "stuck", why=f"spool: {type(error).__name__}: {error}"))
                wait_s = self._next_wait_s()
            self._rest(wait_s)

    def _recover(self) -> None:
        """Whatever a crash left in `sending` may be printed; a person looks."""
        for job in self._spool.left_sending(self.name):
            self._spool.unsure(job)
            self._on_news(PrintNews(self.name, "unsure", job, "the station ended while it was sent"))

    def _turn(self) -> float | None:
        """One job at most. Gives the seconds to wait before the next turn; None until there is news."""
        if self._unrecorded is not None:
            job, record = self._unrecorded
            record(job)
            self._unrecorded = None
        with self._bell:
            self._work = False
        job_ = self._spool.next_job(self.name)
        if job_ is None:
            self._tries = 0
            self._tidy()
            return None
        if job_.id in self._handed:
            self._record(job_, self._spool.unsure)
            self._on_news(PrintNews(self.name, "unsure", job_, "the spool gave it out twice"))
            return 0.0
        try:
            content = self._render(job_)
        except Exception as error:  # noqa: BLE001  one document that cannot be drawn must not hold up the next
            why = str(error) or type(error).__name__
            self._spool.failed(job_, why, None)
            self._on_news(PrintNews(self.name, "failed", job_, why))
            return 0.0
        return self._print(job_, content)

    def _print(self, job: Job, content: bytes) -> float | None:
        line = self.printer.reach()
        if isinstance(line, NotReady):
            return self._waiting(job, line.why)
        try:
            if self._spool.sending(job) is False:
                return 0.0
            self._handed.append(job.id)
            self._on_news(PrintNews(self.name, "printing", job))
            outcome = _handed_over(line, job, content)
        finally:
            line.close()
        match outcome:
            case Sent():
                self._tries = 0
                self._record(job, self._spool.sent)
                self._on_news(PrintNews(self.name, "sent", job, outcome.where))
                return 0.0
            case NotSent(why):
                self._handed.remove(job.id)
                return self._waiting(job, why)
            case Unsure(why):
                self._record(job, self._spool.unsure)
                self._on_news(PrintNews(self.name, "unsure", job, why))
                return 0.0

    def _tidy(self) -> None:
        """A folder keeps its documents for 30 days (D6.5); looked at once a day."""
        now_ms = self._now_ms()
        if isinstance(self.printer, FolderPrinter) and now_ms - self._tidied_ms > _DAY_MS:
            self._tidied_ms = now_ms
            self.printer.tidy(now_ms // 1000)

    def _waiting(self, job: Job, why: str) -> float:
        wait_s = self._next_wait_s()
        self._spool.failed(job, why, self._now_ms() + int(wait_s * 1000))
        self._on_news(PrintNews(self.name, "waiting", job, why))
        return wait_s

    def _record(self, job: Job, record: Callable[[Job], None]) -> None:
        """What happened on paper is kept until the spool has it; no other job goes before."""
        self._unrecorded = (job, record)
        record(job)
        self._unrecorded = None

    def _next_wait_s(self) -> float:
        wait_s = self._backoff_s[min(self._tries, len(self._backoff_s) - 1)]
        self._tries += 1
        return wait_s

    def _rest(self, wait_s: float | None) -> None:
        """Until the time is over or F4; with nothing to wait for, until there is work."""
        with self._bell:
            if wait_s is None:
                self._bell.wait_for(lambda: self._work or self._stopping, _IDLE_S)
            elif wait_s > 0:
                self._bell.wait_for(lambda: self._hurry or self._stopping, wait_s)
            if self._hurry:
                self._hurry, self._tries = False, 0


def _handed_over(line: Line, job: Job, content: bytes) -> Handed:
    # The document's id is cut so that the job's own, which makes the name unlike any other, always fits.
    name = f"{job.what}-{job.document[:40]}-{job.copy}-{job.id}"
    try:
        return line.hand_over(content, name)
    except Exception as error:  # noqa: BLE001  whatever it was, bytes may have left: a person looks
        return Unsure(f"{type(error).__name__}: {error}")
