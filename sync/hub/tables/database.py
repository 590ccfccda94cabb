"""Opening the hub's database, and the one way to write it: `Database.write(act)`, one transaction, durable when it
returns.

SQLite as it comes begins a transaction only at the first write, so a read before it is not protected (sync B9):
here every transaction is `BEGIN IMMEDIATE`. On PostgreSQL each decision is one conditional statement under READ
COMMITTED; serialization failures, deadlocks and two stations sending one fact at the same moment are tried again.
"""

from __future__ import annotations

import os
import secrets
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy
from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.pool import QueuePool

from sync.hub.tables import schema

TRIES_MAX = 5
_AGAIN = ("40001", "40P01")  # serialization failure, deadlock

Made = TypeVar("Made")


class DatabaseTrouble(Exception):
    """The hub's database cannot be used; the text says which and why."""


class HubLocked(Exception):
    """Another process holds this hub: `pid` of the holder, 0 if it did not say."""

    def __init__(self, path: Path, pid: int) -> None:
        super().__init__(f"{path.name}: held by process {pid}; stop it, or go through its address.")
        self.path, self.pid = path, pid


class HubLock:
    """One process owns a hub's SQLite file (sync J10): an OS lock on `hub.lock` beside it, let go at its end."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "hub.lock"
        self._file = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _lock(self._file)
        except OSError:
            pid = os.pread(self._file, 20, 0).decode("ascii", "replace").strip() if hasattr(os, "pread") else ""
            os.close(self._file)
            raise HubLocked(self.path, int(pid) if pid.isdecimal() else 0) from None
        os.ftruncate(self._file, 0)
        os.write(self._file, str(os.getpid()).encode())

    def release(self) -> None:
        if self._file >= 0:
            os.close(self._file)  # closing the file releases the lock
            self._file = -1


class Database:
    """The hub's tables behind one URL: `sqlite:///PATH` or `postgresql+psycopg://...`."""

    def __init__(self, url: str, *, now_ms: Callable[[], int] | None = None) -> None:
        self.now_ms: Callable[[], int] = now_ms or (lambda: time.time_ns() // 1_000_000)
        try:
            self.url = sqlalchemy.make_url(url)
        except sqlalchemy.exc.ArgumentError as error:
            raise DatabaseTrouble(
                f"database: expected sqlite:///PATH or postgresql+psycopg://..., got {url!r}."
            ) from error
        self.lite = self.url.get_backend_name() == "sqlite"
        if not self.lite and self.url.drivername != "postgresql+psycopg":
            raise DatabaseTrouble(f"database: expected sqlite or postgresql+psycopg, got {self.url.drivername}.")
        if self.lite and not self.url.database:
            raise DatabaseTrouble("database: expected a path after sqlite:///, got none.")
        self._writing = threading.Lock()  # SQLite: one writer, also where no writer thread stands in front (B8)
        self._readers: Engine | None = None
        try:
            self.engine = self._sqlite() if self.lite else self._postgres()
            with self.engine.begin() as db:
                if not self.lite:
                    # Two hubs starting at once make one schema.
                    db.execute(text("SELECT pg_advisory_xact_lock(4471)"))
                schema.metadata.create_all(db)
                self._set_up(db)
        except (DBAPIError, sqlite3.Error) as error:
            shown = self.url.render_as_string(hide_password=True)
            raise DatabaseTrouble(f"database {shown}: {_said(error)}") from error

    def write(self, act: Callable[[Connection], Made]) -> Made:
        """Run `act` in one transaction and commit it; tried again where the database asks for it."""
        for attempt in range(TRIES_MAX):
            try:
                if self.lite:
                    with self._writing, self.engine.begin() as db:
                        return act(db)
                with self.engine.begin() as db:
                    return act(db)
            except IntegrityError:
                if self.lite or attempt == TRIES_MAX - 1:
                    raise
            except OperationalError as error:
                if getattr(error.orig, "sqlstate", None) not in _AGAIN or attempt == TRIES_MAX - 1:
                    raise
        raise AssertionError("the loop returns or raises")

    def rehearse(self, act: Callable[[Connection], Made]) -> Made:
        """Run `act` in one transaction and take everything back: a dry run."""
        with self._writing, self.engine.connect() as db:
            try:
                return act(db)
            finally:
                db.rollback()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that cannot write, for one quick look (B3, B22)."""
        if self._readers is None:
            self._readers = self._sqlite_reader() if self.lite else self.engine
        with self._readers.connect() as db:
            yield db
            db.rollback()

    @property
    def epoch(self) -> str:
        with self.reading() as db:
            return epoch(db)

    def close(self) -> None:
        if self._readers is not None and self._readers is not self.engine:
            self._readers.dispose()
        self.engine.dispose()

    def _set_up(self, db: Connection) -> None:
        made = {
            "schema": str(schema.SCHEMA_VERSION),
            "epoch": secrets.token_hex(8),
            "badge_key": secrets.token_hex(32),
        }
        for key, value in made.items():
            db.execute(
                text("INSERT INTO hub (key, value) VALUES (:key, :value) ON CONFLICT (key) DO NOTHING"),
                {"key": key, "value": value},
            )
        version = int(one(db, "SELECT value FROM hub WHERE key = 'schema'")[0])
        while version in schema.MIGRATIONS:
            for step in schema.MIGRATIONS[version]:
                # A whole number is an INTEGER to SQLite alone (columns.py).
                do(db, step if self.lite else step.replace(" INTEGER ", " BIGINT "))
            version += 1
            do(db, "UPDATE hub SET value = :version WHERE key = 'schema'", version=str(version))
            for table in schema.metadata.tables.values():
                for index in table.indexes:
                    index.create(db, checkfirst=True)  # `create_all` makes those of new tables only
        if version != schema.SCHEMA_VERSION:
            raise DatabaseTrouble(
                f"database: expected schema {schema.SCHEMA_VERSION}, got {version}; a newer packstation wrote it."
            )
        from sync.hub.tables import laws

        laws.create(db)

    def _sqlite(self) -> Engine:
        path = Path(self.url.database or "")
        if not path.parent.is_dir():
            raise DatabaseTrouble(f"database: expected the folder {path.parent} to exist, got none.")
        engine = sqlalchemy.create_engine(
            self.url, poolclass=QueuePool, pool_size=1, max_overflow=0, connect_args={"check_same_thread": False}
        )

        @event.listens_for(engine, "connect")
        def _connect(raw: Any, _record: Any) -> None:
            raw.isolation_level = None
            for pragma in (
                "journal_mode=WAL",
                "synchronous=FULL",
                "busy_timeout=5000",
                "foreign_keys=ON",
                "cache_size=-65536",
            ):
                raw.execute(f"PRAGMA {pragma}").close()

        @event.listens_for(engine, "begin")
        def _begin(db: Connection) -> None:
            db.exec_driver_sql("BEGIN IMMEDIATE")

        return engine

    def _sqlite_reader(self) -> Engine:
        path = Path(self.url.database or "").resolve()

        def connect() -> sqlite3.Connection:
            raw = sqlite3.connect(
                f"{path.as_uri()}?mode=ro", uri=True, timeout=5.0, check_same_thread=False, isolation_level=None
            )
            raw.execute("PRAGMA query_only=ON").close()
            return raw

        engine = sqlalchemy.create_engine("sqlite://", creator=connect, poolclass=QueuePool, pool_size=4)

        @event.listens_for(engine, "begin")
        def _begin(db: Connection) -> None:
            db.exec_driver_sql("BEGIN")  # one snapshot for all statements of one look

        return engine

    def _postgres(self) -> Engine:
        return sqlalchemy.create_engine(
            self.url,
            pool_size=8,
            max_overflow=8,
            isolation_level="READ COMMITTED",
            connect_args={"connect_timeout": 5, "options": "-c synchronous_commit=on"},
        )


def epoch(db: Connection) -> str:
    """The hub's epoch: minted at install and at each restore, compared for equality only."""
    return str(one(db, "SELECT value FROM hub WHERE key = 'epoch'")[0])


def all_of(db: Connection, sql: str, /, **values: Any) -> Sequence[Any]:
    """All rows of a statement. Lists bind as `IN :names`."""
    return db.execute(_statement(sql, values), values).all()


def one(db: Connection, sql: str, /, **values: Any) -> Any:
    """The first row of a statement that has one."""
    row = maybe(db, sql, **values)
    assert row is not None, f"expected a row from: {sql}"
    return row


def maybe(db: Connection, sql: str, /, **values: Any) -> Any | None:
    """The first row of a statement, or None."""
    return db.execute(_statement(sql, values), values).first()


def do(db: Connection, sql: str, /, **values: Any) -> int:
    """Run a statement; returns how many rows it changed."""
    return int(db.execute(_statement(sql, values), values).rowcount)


def do_many(db: Connection, sql: str, rows: Iterable[Mapping[str, Any]]) -> None:
    """Run a statement for each row of values."""
    held = list(rows)
    if held:
        db.execute(_statement(sql, {}), held)


_statements: dict[tuple[str, tuple[str, ...]], Any] = {}


def _statement(sql: str, values: Mapping[str, Any]) -> Any:
    lists = tuple(name for name, value in values.items() if isinstance(value, (list, tuple)))
    made = _statements.get((sql, lists))
    if made is None:
        made = text(sql)
        if lists:
            made = made.bindparams(*(sqlalchemy.bindparam(name, expanding=True) for name in lists))
        _statements[(sql, lists)] = made
    return made


def _said(error: Exception) -> str:
    origin = getattr(error, "orig", None) or error
    return str(origin).strip().splitlines()[0] if str(origin).strip() else type(origin).__name__


def _lock(file: int) -> None:
    try:
        import fcntl
    except ImportError:  # Windows
        import msvcrt

        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
    else:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
