"""Puts a station together from its data directory: databases, clock, carton engine, printers, the way to the hub."""

from __future__ import annotations

import contextlib
import sqlite3
import sys
from argparse import Namespace
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from packstation.commands.arguments import data_folder
from packstation.commands.errors import Refused, UsageError, said
from packstation.devices.printer_profile import PrinterProfile
from packstation.station import Clock, Station, SystemClock
from packstation.station.clocks import random_gesture
from packstation.store import Busy, NotAStation, Place, Store, read_place
from packstation.workflows.desk import Job
from packstation.workflows.suggestion import Suggestion, Wanted
from packstation.workflows.texts import ENGLISH, Table

if TYPE_CHECKING:
    from packstation.devices.spooler import Spooler
    from packstation.station.planning import Planner
    from packstation.station.printers import Printers
    from packstation.station.suggesting import Cartoner

DOCUMENTS = "documents"


def place_of(parsed: Namespace) -> Place:
    """The station of the data directory. Raises UsageError when there is none."""
    try:
        return read_place(data_folder(parsed))
    except NotAStation as error:
        raise UsageError(str(error)) from None
    except ValueError as error:
        raise UsageError(str(error)) from error


def open_store(place: Place) -> Store:
    """The station's databases, for this process alone. Raises Refused when another has them."""
    try:
        store = Store(place)
        for _, text in store.news:
            print(f"packstation: {text}", file=sys.stderr)
        return store
    except Busy as error:
        raise Refused(str(error)) from None
    except (sqlite3.Error, OSError) as error:
        raise Refused(
            f"{place.folder}: expected databases that can be written, got: {said(error, place.folder)}."
        ) from error


class Cartons(Struct):
    """The carton engine of a station, loaded when it is first asked (PF2.4)."""

    store: Store
    clock: Clock
    profile: Callable[[], str]
    _made: Cartoner | None = None

    def made(self) -> Cartoner:
        from packstation.station.suggesting import Cartoner

        if self._made is None:
            self._made = Cartoner(self.store, self.clock.wall_ms, self.profile)
        return self._made

    def suggest(self, job: Job, wanted: Wanted) -> Suggestion | None:
        return self.made().now(job, wanted)


class Assembled(Struct):
    """A station with its printers. Close it when done."""

    store: Store
    station: Station
    printers: Mapping[str, tuple[str, PrinterProfile]]
    cartons: Cartons
    _spooler: Spooler | None = None
    _planner: Planner | None = None

    def start_printing(self) -> None:
        """Start the printers' threads; what draws documents is loaded now, after the first paint (PF2.4)."""
        from packstation.station.printing import spooler_of

        if self._spooler is None:
            self._spooler = spooler_of(
                self.store, self.printers, self.station.clock.wall_ms, table=self.station.table
            )
            self._spooler.start()

    def warm_paper(self) -> None:
        """Load what draws labels; nobody waits for it (performance.md 2)."""
        from packstation.station.printing import warm

        warm(self.printers)

    def start_planning(self) -> None:
        """Plan cartons ahead, and answer the bench, in worker processes (CT9)."""
        from packstation.station.planning import Planner

        if self._planner is None:
            self._planner = Planner(self.store, self.station.clock.wall_ms)
            self.cartons.made().planner = self._planner
            self.station.worker = self.cartons.made()
            self._planner.start()

    def notify(self) -> None:
        """A document was added to the spool."""
        if self._spooler is not None:
            self._spooler.notify()

    def retry(self) -> None:
        """F4: try every printer now."""
        if self._spooler is not None:
            self._spooler.notify()
            self._spooler.retry()

    def close(self) -> None:
        if self._planner is not None:
            self._planner.stop()
        if self._spooler is not None:
            self._spooler.stop()
        self.store.close()


def open_station(
    place: Place,
    *,
    clock: Clock | None = None,
    new_id: Callable[[int], str] = random_gesture,
    printer: str | None = None,
    paper: str | None = None,
    speak: Callable[[Store], Table] = lambda store: ENGLISH,
) -> Assembled:
    """A station that prints: `printer` for labels and `paper` for pages are addresses or names of printers, default a
    folder below the data directory. `speak` chooses the language, which the site's settings may say; what the station
    tells of the work it finds open is in it from the first line on.

    Raises UsageError for a printer or a language nobody understands, Refused when the folder is in use.
    """
    from packstation.station.printers import printers_of

    now = clock or SystemClock()
    documents = place.folder / DOCUMENTS

    def with_printers(site: Any = None) -> Printers:
        try:
            return printers_of(place, documents, printer=printer, paper=paper, site=site)
        except ValueError as error:
            named = str(error).startswith("--")
            raise UsageError(str(error) if named else f"--printer: {error}") from error

    with contextlib.suppress(OSError):
        with_printers()  # told before anything is opened
    store = open_store(place)
    made: list[Assembled] = []
    cartons = Cartons(store, now, lambda: made[0].station.profile if made else "")

    def stationed(store: Store) -> Station:
        cartons.store = store
        return Station(
            store,
            now=now,
            new_id=new_id,
            table=speak(store),
            suggest=cartons.suggest,
            printed=lambda: made[0].notify() if made else None,
            retry=lambda: made[0].retry() if made else None,
        )

    try:
        station = stationed(store)
    except ValueError as error:
        store.close()
        raise UsageError(f"--language: {error}") from error
    except sqlite3.DatabaseError:
        # Copies too damaged to begin with: they are thrown away and fetched again.
        well = store.check_mirror()
        store.close()
        if well:
            raise
        store = open_store(place)
        station = stationed(store)
    try:
        station.printers = with_printers(store.mirror.setting("printers"))
    except UsageError:
        store.close()
        raise
    made.append(Assembled(store, station, station.printers.known, cartons))
    station.printer_chosen()
    return made[0]
