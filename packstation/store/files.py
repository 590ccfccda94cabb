"""The data directory: who may write in it, what lies in it, and what happens when a file is damaged (sync J10, C23).

journal.db   damaged: set aside, never deleted; its readable facts are saved into a new one, generation by generation
mirror.db    damaged: thrown away and fetched again
journal.lock one process owns the folder
"""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
import sys
import time
from pathlib import Path
from typing import IO

from msgspec import Struct


class Busy(Exception):
    """Another process owns the data directory."""

    def __init__(self, path: Path, pid: str) -> None:
        super().__init__(f"{path}: expected to be its only user, but process {pid or '?'} has it open.")
        self.path, self.pid = path, pid


class NotAStation(Exception):
    """The directory holds no station."""

    def __init__(self, path: Path) -> None:
        inside = [found.parent for found in sorted(path.glob("*/station.json"))[:3]]
        help_ = "Make it: packstation init --data DIR --site S --station ST"
        if inside:
            # A demo's folder, or one that holds several stations: the one below was meant.
            help_ = f"Stations lie in it: --data {' or '.join(str(each) for each in inside)}"
        super().__init__(f"{path}: expected station.json, got none. {help_}")


class Place(Struct, frozen=True):
    """Which station a data directory is, and where its hub is: a URL, or None for the hub.db beside it."""

    folder: Path
    site: str
    station: str
    hub: str | None = None
    token: str | None = None

    @property
    def journal(self) -> Path:
        return self.folder / "journal.db"

    @property
    def mirror(self) -> Path:
        return self.folder / "mirror.db"

    @property
    def hub_db(self) -> Path:
        return self.folder / "hub.db"

    @property
    def log(self) -> Path:
        return self.folder / "station.log"


def read_place(folder: Path) -> Place:
    """What station.json says. Raises NotAStation, or ValueError naming the field."""
    path = folder / "station.json"
    try:
        body = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise NotAStation(folder) from None
    except OSError as error:
        raise ValueError(f"{path}: expected a file that can be read, got: {error.strerror or error}.") from error
    except ValueError as error:
        raise ValueError(f"{path}: expected JSON, got: {error}.") from error
    if not isinstance(body, dict) or not all(isinstance(body.get(name), str) for name in ("site", "station")):
        raise ValueError(f'{path}: expected {{"site": "..", "station": ".."}}, got something else.')
    return Place(folder, body["site"], body["station"], body.get("hub"), body.get("token"))


def write_place(place: Place) -> None:
    """Write station.json, readable by its owner alone, whole or not at all."""
    place.folder.mkdir(parents=True, exist_ok=True)
    body = {"site": place.site, "station": place.station, "hub": place.hub, "token": place.token}
    path = place.folder / "station.json"
    temporary = path.with_suffix(".new")
    with open(temporary, "w", encoding="utf-8", opener=lambda p, flags: os.open(p, flags, 0o600)) as out:
        json.dump(body, out, indent=1)
        out.flush()
        os.fsync(out.fileno())
    os.replace(temporary, path)


class FolderLock:
    """The operating system's lock on a data directory; it ends with the process that holds it."""

    def __init__(self, folder: Path, name: str = "journal.lock") -> None:
        self._path = folder / name
        self._file: IO[str] | None = None

    def take(self) -> None:
        """Raises Busy, naming the process that has it."""
        file = open(self._path, "a+", encoding="ascii")  # noqa: SIM115  held as long as the lock
        try:
            _lock(file)
        except OSError:
            file.seek(0)
            pid = file.read(20).strip()
            file.close()
            raise Busy(self._path.parent, pid) from None
        file.seek(0)
        file.truncate()
        file.write(str(os.getpid()))
        file.flush()
        self._file = file

    def release(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


if sys.platform == "win32":
    import msvcrt

    def _lock(file: IO[str]) -> None:
        file.seek(1000)  # past the process number, which others may read
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(file: IO[str]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def set_aside(path: Path) -> Path:
    """Move a damaged database and its companions out of the way; never deletes it. Returns where it lies now."""
    stamp = time.strftime("%Y%m%dT%H%M%S", time.gmtime())
    aside = path.with_name(f"{path.name}.damaged-{stamp}-{os.getpid()}")
    for tail in ("", "-wal", "-shm"):
        source = path.with_name(path.name + tail)
        if source.exists():
            os.replace(source, aside.with_name(aside.name + tail))
    return aside


def delete_database(path: Path) -> None:
    """Delete a database that can be fetched again, and its companions: a stale WAL would go into the next."""
    for tail in ("", "-wal", "-shm"):
        with contextlib.suppress(FileNotFoundError):
            path.with_name(path.name + tail).unlink()


def readable_facts(damaged: Path) -> tuple[list[tuple[str, int, bytes, bytes]], dict[str, tuple[int, bytes, int]]]:
    """What can be read of a damaged journal: rows (gen, seq, line, hash) and gens (oldest, hash before, acked).

    Reads row by row and stops at the first page that cannot be read.
    """
    rows: list[tuple[str, int, bytes, bytes]] = []
    gens: dict[str, tuple[int, bytes, int]] = {}
    try:
        db = sqlite3.connect(damaged, timeout=5.0, isolation_level=None)
    except sqlite3.Error:
        return rows, gens
    try:
        for gen, oldest, before, acked in db.execute(
            "SELECT gen, oldest_seq, hash_before_oldest, acked_seq FROM gen ORDER BY no"
        ):
            gens[str(gen)] = (int(oldest), bytes(before), int(acked))
        for gen, seq, line, hashed in db.execute("SELECT gen, seq, line, hash FROM fact ORDER BY place"):
            rows.append((str(gen), int(seq), bytes(line), bytes(hashed)))
    except sqlite3.Error:
        pass  # the rows before the damage are what can be saved
    finally:
        db.close()
    return rows, gens
