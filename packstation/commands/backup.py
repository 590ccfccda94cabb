"""`packstation backup` and `packstation restore`: the databases of a data directory, copied whole and put back.

backup   hub.db, mirror.db, journal.db (in this order), station.json, then backup.json that names them all
restore  checked ─▶ made ready in DATA/.restoring: new generation, new epoch ─▶ what lay here set aside ─▶ moved in

A backup runs beside a station and a hub: it reads one snapshot of each file on a connection that can neither write
nor checkpoint (sync B1, B3). The journal is copied last, so it never lacks what the copy of its hub holds.
A restore starts a new generation and a new epoch (J1, C10, C15): hub and benches notice and fill each other up.
Documents are not copied: they hold names and addresses, and are drawn again from the databases.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import sqlite3
import time
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from packstation.commands.arguments import data, data_folder, json_flag
from packstation.commands.errors import Refused, UsageError, said
from packstation.store import Busy, NotAStation, Place, Store, read_place, write_place

DATABASES = ("hub.db", "mirror.db", "journal.db")
NOTE = "backup.json"
READY = ".restoring"
FORMAT = 1
_COMPANIONS = ("", "-wal", "-shm")


def add(commands: Any) -> None:
    backup = commands.add_parser(
        "backup",
        help="copy the data directory's databases",
        description="Copies the databases and station.json to DIR, whole and checked, also while the station or the"
        " hub runs. DIR must be new, empty, or an older backup of the same station, which it replaces. Documents are"
        " not copied; a hub on PostgreSQL is backed up with pg_dump."
        " Example: packstation backup /mnt/usb/st-07 --data shop",
    )
    backup.add_argument("folder", metavar="DIR", help="where the backup goes")
    data(backup)
    json_flag(backup)
    backup.set_defaults(run=_backup)

    restore = commands.add_parser(
        "restore",
        help="put a backup back",
        description="Puts a backup back. The data directory must be new, empty, or the same station's; what lies"
        " there is set aside, never deleted, and facts the backup lacks are saved from it. The station goes on under"
        " a new generation, so that its hub notices. Example: packstation restore /mnt/usb/st-07 --data shop",
    )
    restore.add_argument("folder", metavar="DIR", help="the backup")
    data(restore)
    json_flag(restore)
    restore.set_defaults(run=_restore)


# --- backup ------------------------------------------------------------------------------------------------------


def _backup(parsed: Namespace) -> int:

    source = data_folder(parsed)
    target = Path(parsed.folder)
    place = _place(source)
    if not any((source / name).exists() for name in DATABASES):
        raise UsageError(f"{source}: expected journal.db or hub.db, got neither.")
    if target.resolve() == source.resolve() or source.resolve() in target.resolve().parents:
        raise UsageError(f"{target}: expected a folder outside the data directory, got one inside it.")
    older = _may_replace(target, place)
    made = target.with_name(f"{target.name}.new")
    try:
        shutil.rmtree(made, ignore_errors=True)
        made.mkdir(mode=0o700, parents=True)
        note = _copy_all(source, made, place)
        _swap(made, target, older)
    except (OSError, sqlite3.Error) as error:
        shutil.rmtree(made, ignore_errors=True)
        raise Refused(f"{target}: expected to copy {source} there, got: {said(error, target)}.") from error
    if parsed.json:
        print(json.dumps({"backup": str(target), **note}))
    else:
        size = sum(file["bytes"] for file in note["files"].values())
        print(f"{_whose(note)}: {len(note['files'])} files, {size:,} bytes, {note['facts']} facts: {target}")
    return 0


def _place(folder: Path) -> Place | None:
    """Whose folder it is; a hub may live without a station beside it."""
    try:
        return read_place(folder)
    except NotAStation:
        return None
    except ValueError as error:
        raise UsageError(str(error)) from error


def _may_replace(target: Path, place: Place | None) -> bool:
    """True when an older backup of the same station lies there, False when nothing does. Raises Refused else."""
    if not target.exists() or (target.is_dir() and not any(target.iterdir())):
        return False
    if not target.is_dir():
        raise UsageError(f"{target}: expected a folder, got a file.")
    note = _note_of(target)
    mine = {"site": place.site if place else None, "station": place.station if place else None}
    if note is None:
        raise Refused(f"{target}: expected a new or empty folder, or an older backup, got other files.")
    if {name: note.get(name) for name in mine} != mine:
        raise Refused(f"{target}: expected a backup of {_whose(mine)}, got one of {_whose(note)}.")
    return True


def _copy_all(source: Path, made: Path, place: Place | None) -> dict[str, Any]:
    from packstation import __version__

    names = [name for name in DATABASES if (source / name).exists()]
    for name in names:
        _copy_database(source / name, made / name)
    if place is not None:
        # Written anew, not copied: never half of a file somebody is writing.
        write_place(Place(made, place.site, place.station, place.hub, place.token))
        names.append("station.json")
    note: dict[str, Any] = {
        "format": FORMAT,
        "packstation": __version__,
        "made_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "site": place.site if place else None,
        "station": place.station if place else None,
        "facts": _facts_in(made / "journal.db"),
        "files": {name: {"bytes": (made / name).stat().st_size, "blake2b": _digest(made / name)} for name in names},
    }
    with open(made / NOTE, "w", encoding="utf-8") as out:
        json.dump(note, out, indent=1)
        out.flush()
        os.fsync(out.fileno())
    return note


def _copy_database(source: Path, target: Path) -> None:
    """One snapshot of a database in use, as one file of its own; checked. Raises sqlite3.Error."""
    os.close(os.open(target, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600))
    uri = f"{source.resolve().as_uri()}?mode=ro"
    with (
        contextlib.closing(sqlite3.connect(uri, uri=True, timeout=5.0, isolation_level=None)) as reading,
        contextlib.closing(sqlite3.connect(target, timeout=5.0, isolation_level=None)) as copy,
    ):
        reading.execute("PRAGMA query_only=ON")
        reading.backup(copy, pages=-1)
        copy.execute("PRAGMA journal_mode=DELETE")
        checked = copy.execute("PRAGMA integrity_check(1)").fetchone()[0]
        if checked != "ok":
            raise sqlite3.DatabaseError(f"{source.name}: expected it to pass its check, got {checked}")
    with open(target, "rb+") as file:
        os.fsync(file.fileno())


def _swap(made: Path, target: Path, older: bool) -> None:
    """Put the new backup in the old one's place; at every moment one whole backup lies on the disk."""
    aside = target.with_name(f"{target.name}.old")
    if older:
        shutil.rmtree(aside, ignore_errors=True)
        os.rename(target, aside)
    elif target.exists():
        target.rmdir()
    os.rename(made, target)
    _flush_folder(target.parent)
    shutil.rmtree(aside, ignore_errors=True)


# --- restore -----------------------------------------------------------------------------------------------------


def _restore(parsed: Namespace) -> int:

    source = Path(parsed.folder)
    target = data_folder(parsed)
    note = _checked(source)
    place = Place(target, note["site"], note["station"]) if note["station"] else None
    _may_restore(target, place)
    try:
        target.mkdir(parents=True, exist_ok=True)
        with _alone(target):
            try:
                done = _put_back(source, target, note, place)
            finally:
                shutil.rmtree(target / READY, ignore_errors=True)
    except (OSError, sqlite3.Error) as error:
        raise Refused(f"{target}: expected to put {source} back there, got: {error}.") from error
    if parsed.json:
        print(json.dumps(done))
    else:
        print(f"{_whose(note)} is as it was at {note['made_at']}: {target}")
        if done["saved"]:
            print(f"{done['saved']} facts the backup lacks were saved from the journal that lay here.")
        if done["set_aside"]:
            print(f"What lay here is in {done['set_aside']}; delete it when nothing is missing.")
        if note["station"]:
            print("The station goes on under a new generation; orders it held must be claimed again.")
    return 0


def _checked(source: Path) -> dict[str, Any]:
    """The note of a whole backup. Raises UsageError for a folder that is none, Refused for a damaged one."""
    note = _note_of(source)
    if note is None:
        raise UsageError(f"{source}: expected a backup with {NOTE}, got none.")
    if note.get("format") != FORMAT:
        raise Refused(
            f"{source}: expected a backup of format {FORMAT}, got {note.get('format')}; update packstation."
        )
    for name, file in note["files"].items():
        if name not in (*DATABASES, "station.json"):
            raise UsageError(f"{source / NOTE}: expected only databases and station.json, got {name[:40]!r}.")
        path = source / name
        if not path.is_file() or _digest(path) != file.get("blake2b"):
            got = "another file" if path.is_file() else "none"
            raise Refused(f"{path}: expected the file the backup wrote, got {got}. Nothing was changed.")
    return note


def _note_of(folder: Path) -> dict[str, Any] | None:
    try:
        note = json.loads((folder / NOTE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    right = isinstance(note, dict) and isinstance(note.get("files"), dict)
    right = right and all(isinstance(file, dict) for file in note["files"].values())
    return note if right and {"site", "station", "facts", "made_at"} <= note.keys() else None


def _may_restore(target: Path, place: Place | None) -> None:
    """Into a new place, or into the same station's own."""
    if not target.exists():
        return
    if not target.is_dir():
        raise UsageError(f"{target}: expected a folder, got a file.")
    known = _place(target)
    if known is not None and place is not None and (known.site, known.station) == (place.site, place.station):
        return
    # Locks and a restore that broke off are no data.
    if known is None and all(path.name in ("journal.lock", "hub.lock", READY) for path in target.iterdir()):
        return
    mine = f"{place.station} at {place.site}" if place else "a hub"
    got = f"{known.station} at {known.site}" if known else "other files"
    raise Refused(f"{target}: expected an empty place or that of {mine}, got {got}.")


@contextlib.contextmanager
def _alone(target: Path) -> Iterator[None]:
    """No station and no hub runs here. Raises Refused naming who does."""
    from packstation.store.files import FolderLock
    from sync.hub.tables.database import HubLock, HubLocked

    folder = FolderLock(target)
    try:
        folder.take()
    except Busy as error:
        raise Refused(str(error)) from None
    try:
        hub = HubLock(target)
    except HubLocked as error:
        folder.release()
        raise Refused(str(error)) from None
    try:
        yield
    finally:
        hub.release()
        folder.release()


def _put_back(source: Path, target: Path, note: dict[str, Any], place: Place | None) -> dict[str, Any]:
    ready = target / READY
    shutil.rmtree(ready, ignore_errors=True)
    ready.mkdir(mode=0o700)
    names = [name for name in DATABASES if name in note["files"]]
    for name in names:
        shutil.copyfile(source / name, ready / name)
        os.chmod(ready / name, 0o600)
    saved, gen = _new_generation(ready, target, note, place) if "journal.db" in names and place else (0, None)
    epoch = _new_epoch(ready / "hub.db") if "hub.db" in names else None
    if place is not None:
        # First, so that a restore that breaks off can be run again: the place is this station's.
        back = read_place(source)
        write_place(Place(target, back.site, back.station, back.hub, back.token))
        (target / "documents").mkdir(exist_ok=True)
    aside = _set_aside(target, [name for name in DATABASES if name in names or name == "mirror.db"])
    for name in names:
        for tail in _COMPANIONS:
            if (ready / (name + tail)).exists():
                os.replace(ready / (name + tail), target / (name + tail))
    _flush_folder(target)
    return {
        "restored": str(target),
        "site": note["site"],
        "station": note["station"],
        "made_at": note["made_at"],
        "facts": note["facts"],
        "saved": saved,
        "gen": gen,
        "hub_epoch": epoch,
        "set_aside": aside.name if aside else None,
    }


def _new_generation(ready: Path, target: Path, note: dict[str, Any], place: Place) -> tuple[int, str | None]:
    from packstation.store.files import readable_facts

    rows, gens = readable_facts(target / "journal.db") if (target / "journal.db").exists() else ([], {})
    store = Store(Place(ready, place.site, place.station))
    try:
        if store.news:
            raise Refused(f"{ready}: expected a journal that holds, got: {store.news[0][1]}")
        told = f"Put back from a backup of {note['made_at']}. Check the orders packed since."
        saved = store.put_back(told, time.time_ns() // 1_000_000, rows, gens)
        return saved, store.journal.gen
    finally:
        store.close()


def _new_epoch(path: Path) -> str:
    """A restored hub says so to every bench: they send again what it lost (C15)."""
    from sync.hub.intake.stations import recovery
    from sync.hub.tables.database import Database

    database = Database(f"sqlite:///{path}")
    try:
        return database.write(recovery.begin)
    finally:
        database.close()


def _set_aside(target: Path, names: list[str]) -> Path | None:
    """Move what lies here into a folder of its own; nothing is deleted."""
    found = [name + tail for name in names for tail in _COMPANIONS if (target / (name + tail)).exists()]
    if not found:
        return None
    stamp = time.strftime("%Y%m%dT%H%M%S", time.gmtime())
    aside = target / f"before-restore-{stamp}-{os.getpid()}"
    aside.mkdir(mode=0o700)
    for name in found:
        os.replace(target / name, aside / name)
    return aside


# --- small -------------------------------------------------------------------------------------------------------


def _whose(note: dict[str, Any]) -> str:
    return f"{note['station']} at {note['site']}" if note["station"] else "a hub"


def _facts_in(journal: Path) -> int:
    if not journal.exists():
        return 0
    with contextlib.closing(sqlite3.connect(f"{journal.resolve().as_uri()}?mode=ro", uri=True, timeout=5.0)) as db:
        return int(db.execute("SELECT count(*) FROM fact").fetchone()[0])


def _digest(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=32)).hexdigest()


def _flush_folder(folder: Path) -> None:
    if os.name == "nt":
        return  # a folder has no handle to flush there
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
