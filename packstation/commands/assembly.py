"""Puts a station together from its data directory: databases, clock, carton engine, printers, the way to the hub."""

from __future__ import annotations

import os
import sqlite3
from argparse import Namespace
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from packstation.commands.errors import Refused, UsageError
from packstation.devices.printer import PrinterProfile
from packstation.devices.spooler import Spooler
from packstation.station import Clock, Station, SystemClock
from packstation.station.station import random_gesture
from packstation.store import Busy, NotAStation, Place, Store, read_place
from packstation.workflows.texts import ENGLISH, Table

DOCUMENTS = "documents"


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
        return Store(place)
    except Busy as error:
        raise Refused(str(error)) from None
    except (sqlite3.Error, OSError) as error:
        raise Refused(f"{place.folder}: expected databases that can be written, got: {error}.") from error


@dataclass
class Assembled:
    """A station with its printers. Close it when done."""

    store: Store
    station: Station
    spooler: Spooler | None = None

    def close(self) -> None:
        if self.spooler is not None:
            self.spooler.stop()
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
    from packstation.station.cartoning import suggest
    from packstation.station.printing import Printers, spooler_of

    now = clock or SystemClock()
    url = printer or f"dir:{place.folder / DOCUMENTS}"
    store = open_store(place)
    try:
        profiles = _profiles(url, place)
        spooler = spooler_of(store, profiles, now.wall_ms)
    except ValueError as error:
        store.close()
        raise UsageError(str(error)) from error
    names = list(profiles)
    routes = Printers(label=names[0], paper=names[-1])
    station = Station(
        store,
        now=now,
        new_id=new_id,
        table=table,
        suggest=suggest,
        printers=routes.of,
        printed=spooler.notify,
    )
    station.devices["printer"] = names[0]
    return Assembled(store, station, spooler)


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
