"""The station's spool as the printers' threads see it (devices.md section 6)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from packstation.devices.printer import PrinterProfile, printer_at
from packstation.devices.spooler import Job as SpoolJob
from packstation.devices.spooler import JobState, PrintNews, Spooler
from packstation.documents.drawn import PaperRefused
from packstation.station.paper import Paper
from packstation.station.printers import shown
from packstation.store import Store
from packstation.store.spool import SpoolRow


class PrintQueue:
    """`devices.spooler.Spool` over the store's spool table."""

    def __init__(self, store: Store, now_ms: Callable[[], int]) -> None:
        self._store = store
        self._now_ms = now_ms

    def next_job(self, printer: str) -> SpoolJob | None:
        row = self._store.spool.next(printer)
        return _job(row) if row else None

    def left_sending(self, printer: str) -> list[SpoolJob]:
        return []  # the store marks them unsure when it opens, before any thread runs

    def sending(self, job: SpoolJob) -> bool:
        return self._store.spool.sending(int(job.id), job.printer)

    def sent(self, job: SpoolJob) -> None:
        self._store.spool.sent(int(job.id))
        self._store.at("spool-sent")

    def failed(self, job: SpoolJob, why: str, retry_at_ms: int | None) -> None:
        if retry_at_ms is None:
            self._store.spool.failed(int(job.id), why)
        else:
            self._store.spool.waits(int(job.id), why)

    def unsure(self, job: SpoolJob) -> None:
        self._store.spool.unsure(int(job.id), "some of it may be printed")


def spooler_of(
    store: Store,
    printers: Mapping[str, tuple[str, PrinterProfile]],
    now_ms: Callable[[], int],
    on_news: Callable[[PrintNews], None] = lambda news: None,
) -> Spooler:
    """The printers' threads for {name: (URL, profile)}. Raises ValueError for a URL nobody understands."""
    paper = Paper(store)

    def render(job: SpoolJob) -> bytes:
        profile = printers[job.printer][1]
        drawn = paper.render(job, profile)
        if drawn.format != profile.language:
            # Bytes of another language come out as a hundred pages of signs.
            raise PaperRefused(job.what, f"expected a printer for {drawn.format}, got {shown(job.printer)}")
        return drawn.content

    made = {name: printer_at(url, profile) for name, (url, profile) in printers.items()}
    return Spooler(PrintQueue(store, now_ms), made, render, on_news=on_news, now_ms=now_ms)


def _job(row: SpoolRow) -> SpoolJob:
    return SpoolJob(
        id=str(row.job),
        printer=row.printer,
        what=row.what,
        document=row.ref or row.carton or row.fo or row.what,
        fo=row.fo,
        carton=row.carton,
        copy=row.copy,
        state=JobState(row.state),
    )
