"""SQLite, the journal's chain, the copies, and how long their write-ahead logs are."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator

from packstation.commands.doctor.finding import Asked, Finding

WAL_BYTES_MAX = 64 << 20


def wal_reset_bug(version: tuple[int, ...]) -> bool:
    """Whether this SQLite loses committed data when two connections write or checkpoint at one instant (B1)."""
    fixed = version >= (3, 51, 3) or (3, 50, 7) <= version < (3, 51) or (3, 44, 6) <= version < (3, 45)
    return version >= (3, 7, 0) and not fixed


def sqlite(asked: Asked) -> Iterator[Finding]:
    affected = wal_reset_bug(sqlite3.sqlite_version_info)
    more = {"sqlite": {"version": sqlite3.sqlite_version, "wal_reset_bug": "affected" if affected else "fixed"}}
    if affected:
        text = (
            "affected by the WAL-reset bug; held off by one writing connection a file. No other program may open it"
        )
        yield Finding("sqlite", "note", f"{sqlite3.sqlite_version}, {text}", more)
    else:
        yield Finding("sqlite", "ok", f"{sqlite3.sqlite_version}, not affected by the WAL-reset bug", more)


def station(asked: Asked) -> Iterator[Finding]:
    if asked.place is None:
        what = "a hub without a station" if (asked.folder / "hub.db").exists() else "no station; packstation init"
        yield Finding("station", "note", f"{asked.folder}: {what}")
        return
    yield Finding("station", "ok", f"{asked.place.station} at {asked.place.site}: {asked.folder}")
    mode = (asked.folder / "station.json").stat().st_mode & 0o077
    if mode and os.name != "nt":
        yield Finding("station", "wrong", "station.json: expected it readable by its owner alone (chmod 600)")


def journal(asked: Asked) -> Iterator[Finding]:
    """J5: the whole chain."""
    from packstation.store.store import verified
    from packstation.store.view import StoreView

    if asked.place is None:
        return
    if not asked.place.journal.exists():
        yield Finding("journal", "wrong", "journal.db: expected a database, got none; packstation init makes it")
        return
    try:
        store = StoreView(asked.place)
    except sqlite3.Error as error:
        damaged = {"journal": {"facts": 0, "chain": "unreadable"}}
        yield Finding("journal", "wrong", f"journal.db: expected a database, got: {error}", damaged)
        return
    try:
        checked, fault = verified(asked.place)
        pending = store.journal.pending()
    finally:
        store.close()
    if fault is not None:
        yield Finding("journal", "wrong", fault, {"journal": {"facts": checked, "chain": fault, "pending": pending}})
        return
    more = {"journal": {"facts": checked, "chain": "ok", "pending": pending}}
    yield Finding("journal", "ok", f"{checked} facts, chain holds, {pending} not yet at the hub", more)


def copies(asked: Asked) -> Iterator[Finding]:
    """Damage in the other files; a journal's own is found by its chain."""
    for name in ("mirror.db", "hub.db"):
        path = asked.folder / name
        if not path.exists():
            continue
        uri = f"{path.resolve().as_uri()}?mode=ro"
        try:
            with contextlib.closing(sqlite3.connect(uri, uri=True, timeout=5.0)) as db:
                told = str(db.execute("PRAGMA quick_check(1)").fetchone()[0])
        except sqlite3.Error as error:
            told = str(error)
        if told != "ok":
            yield Finding(name, "wrong", f"{name}: expected it to pass its check, got: {told}")
        else:
            yield Finding(name, "ok", f"passes its check, {path.stat().st_size:,} bytes")


def wal(asked: Asked) -> Iterator[Finding]:
    """B22: a reader that keeps a transaction open lets it grow without end."""
    for name in ("journal.db", "mirror.db", "hub.db"):
        path = asked.folder / f"{name}-wal"
        size = path.stat().st_size if path.exists() else 0
        if size > WAL_BYTES_MAX:
            text = (
                f"expected at most {WAL_BYTES_MAX >> 20} MiB, got {size >> 20}; a program keeps {name} open to read"
            )
            yield Finding("wal", "wrong", f"{path.name}: {text}")
