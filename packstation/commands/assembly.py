"""Puts a station together from its data directory: databases, clock, carton engine, printers, the way to the hub."""

from __future__ import annotations

import os
import sqlite3
import sys
from argparse import Namespace
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from packstation.commands.errors import Refused, UsageError
from packstation.devices.printer import PrinterProfile
from packstation.station import Clock, Station, SystemClock
from packstation.station.station import random_gesture
from packstation.store import Busy, NotAStation, Place, Store, read_place
from packstation.workflows.desk import Job
from packstation.workflows.suggestion import Suggestion, Wanted
from packstation.workflows.texts import ENGLISH, Table

if TYPE_CHECKING:
    from packstation.devices.spooler import Spooler
    from packstation.station.planning import Planner
    from packstation.station.suggesting import Cartoner

DOCUMENTS = "documents"
LABELS = ("label", "lpn", "tote_card", "test")
"""What a label printer prints; everything else goes to paper."""


def data_folder(parsed: Namespace) -> Path:
    """`--data`, else PACKSTATION_DATA, else the platform's folder for the user's data."""
    given = parsed.data or os.environ.get("PACKSTATION_DATA")
    if given:
        return Path(given)
    import platformdirs

    return Path(platformdirs.user_data_dir("packstation", appauthor=False))


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
        raise Refused(f"{place.folder}: expected databases that can be written, got: {error}.") from error


@dataclass
class Cartons:
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


@dataclass
class Assembled:
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
            self._spooler = spooler_of(self.store, self.printers, self.station.clock.wall_ms)
            self._spooler.start()

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
    table: Table = ENGLISH,
) -> Assembled:
    """A station that prints: `printer` is a URL, default a folder below the data directory.

    Raises UsageError for a printer URL nobody understands, Refused when the folder is in use.
    """
    from packstation.devices.printer import printer_at

    now = clock or SystemClock()
    url = printer or f"dir:{place.folder / DOCUMENTS}"
    profiles = _profiles(url, place)
    try:
        for address, profile in profiles.values():
            printer_at(address, profile)
    except ValueError as error:
        raise UsageError(f"--printer: {error}") from error
    store = open_store(place)
    names = list(profiles)
    made: list[Assembled] = []
    cartons = Cartons(store, now, lambda: made[0].station.profile if made else "")

    def stationed(store: Store) -> Station:
        cartons.store = store
        return Station(
            store,
            now=now,
            new_id=new_id,
            table=table,
            suggest=cartons.suggest,
            printers=lambda wanted: names[0] if wanted.what in LABELS else names[-1],
            printed=lambda: made[0].notify() if made else None,
            retry=lambda: made[0].retry() if made else None,
        )

    try:
        station = stationed(store)
    except sqlite3.DatabaseError:
        # Copies too damaged to begin with: they are thrown away and fetched again.
        well = store.check_mirror()
        store.close()
        if well:
            raise
        store = open_store(place)
        station = stationed(store)
    made.append(Assembled(store, station, profiles, cartons))
    station.devices["printer"] = names[0]
    return made[0]


def _profiles(url: str, place: Place) -> Mapping[str, tuple[str, PrinterProfile]]:
    """The label printer first; a printer that speaks ZPL gets no paper, so slips go to the documents folder."""
    if url.startswith("tcp://"):
        folder = f"dir:{place.folder / DOCUMENTS}"
        return {
            url: (url, PrinterProfile(language="zpl")),
            "documents": (folder, PrinterProfile(language="pdf")),
        }
    name = "documents" if url.startswith("dir:") else url
    return {name: (url, PrinterProfile(language="pdf"))}
