"""The station's spool as the printers' threads see it (devices.md section 6)."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Mapping, Sequence

from packstation.devices.printer import printer_at
from packstation.devices.printer_profile import PrinterProfile
from packstation.devices.spooler import Job as SpoolJob
from packstation.devices.spooler import JobState, PrintNews, Spooler
from packstation.documents.drawn import PaperRefused, Unprintable
from packstation.documents.shipment import Party, Shipment
from packstation.station.paper import Paper
from packstation.station.printers import shown
from packstation.store import Store
from packstation.store.spool import SpoolRow
from packstation.workflows.texts import Table
from sync.logs import ids

log = logging.getLogger("packstation.printer")
LOST_MAX = 100
_ILL = ("waiting", "failed", "unsure", "stuck")


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
    on_news: Callable[[PrintNews], None] | None = None,
    table: Table | None = None,
) -> Spooler:
    """The printers' threads for {name: (URL, profile)}. `table`: the words of the station, for the floor's papers.
    Raises ValueError for a URL nobody understands."""
    paper = Paper(store, floor=table)

    def render(job: SpoolJob) -> bytes:
        profile = printers[job.printer][1]
        drawn = paper.render(job, profile)
        if drawn.format != profile.language:
            # Bytes of another language come out as a hundred pages of signs.
            raise PaperRefused(job.what, f"expected a printer for {drawn.format}, got {shown(job.printer)}")
        store.spool.drawn(int(job.id), lost_of(drawn.unprintable))
        return drawn.content

    made = {name: printer_at(url, profile) for name, (url, profile) in printers.items()}
    return Spooler(PrintQueue(store, now_ms), made, render, on_news=on_news or logging_news(), now_ms=now_ms)


def lost_of(unprintable: Sequence[Unprintable]) -> str:
    """What a document could not hold, as its spool row keeps it: fields and reasons, none of the text (D6.1, D10.1).

    >>> lost_of([Unprintable("to.name", "U+09B0", "no glyph"), Unprintable("note", "", "cut")])
    'to.name no glyph; note cut'
    """
    return "; ".join(dict.fromkeys(f"{lost.field} {lost.reason}" for lost in unprintable[:LOST_MAX]))


def logging_news() -> Callable[[PrintNews], None]:
    """What the printers' threads tell goes to the log: each news once, however often a printer is tried again, and
    without its reason, which may quote what was to be printed."""
    last: dict[str, tuple[str, str]] = {}

    def news(told: PrintNews) -> None:
        job = told.job
        now = (told.word, job.id if job else "")
        if last.get(told.printer) == now:
            return
        last[told.printer] = now
        told_ids = ids(state=told.word, printer=told.printer)
        if job is not None:
            told_ids["ids"] |= ids(job=job.id, what=job.what, fo=job.fo, carton=job.carton, copy=job.copy)["ids"]
        log.log(logging.WARNING if told.word in _ILL else logging.INFO, "print", extra=told_ids)

    return news


def warm(printers: Mapping[str, tuple[str, PrinterProfile]]) -> None:
    """Draw a label for nobody in each language that is printed here, and the slip that goes with it: the first parcel
    of a shift waits for no code and no fonts, nor for those of the slip, drawn at the same moment (PF1.7)."""
    nobody = Party("", (), "", "", "", "")
    parcel = Shipment("1", 1, 1, "", "", nobody, nobody, 1, tracking="1", lpn="1")
    languages = {profile.language for _, profile in printers.values()}
    with contextlib.suppress(PaperRefused):
        if "zpl" in languages:
            from packstation.documents import zpl

            zpl.house_label(parcel)
        if "pdf" in languages:
            from packstation.documents import label, slip

            label.house_label(parcel)
            slip.packing_slip(parcel)


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
