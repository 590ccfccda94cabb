"""The store of one station: opens its databases, and writes every gesture in one transaction."""

from __future__ import annotations

import secrets
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct

from packstation.store import files, schema
from packstation.store.board import Board
from packstation.store.files import FolderLock, Place
from packstation.store.mirror import Mirror
from packstation.store.numbers import Numbers
from packstation.store.scans import ScanLine, held_lines, log, newest
from packstation.store.spool import Spool
from packstation.store.writing import writing
from packstation.workflows.desk import Job, Print
from packstation.workflows.order import Order, Told, fold_all, together
from sync import facts as f
from sync import protocol
from sync.journal import Conflict, Gap, Journal, Stamp
from sync.protocol import Deed, Entry


class Session(Struct, frozen=True):
    """Who works at the station with what open. `work`: pack, pick, load."""

    user: str | None
    fo: str | None
    work: str
    locked: bool


COMMITS_TO_REST = 16


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


def _new_gen() -> str:
    return secrets.token_hex(8)


class Store:
    """Both databases of a data directory. `record` belongs to the thread that opened it; `ends` locks for itself."""

    def __init__(
        self, place: Place, *, new_gen: Callable[[], str] = _new_gen, at: Callable[[str], None] = lambda point: None
    ) -> None:
        """Open, or make, the databases. `at` is called at the named points of sync T6; tests end the process there.

        Raises Busy when another process owns the folder, sqlite3.OperationalError when the disk cannot be used.
        """
        self.place = place
        self.at = at
        self._new_gen = new_gen
        self.lock = threading.RLock()
        self._folder_lock = FolderLock(place.folder)
        self._folder_lock.take()
        self.news: list[tuple[str, str]] = []
        """(code, text) of what a person must hear about the opening: damage, salvage."""
        self._open_journal()
        self._open_mirror()
        for code, text in self.news:
            self.db.execute("INSERT INTO alarm (at_ms, code, text) VALUES (?, ?, ?)", (_now_ms(), code, text))
        self.spool = Spool(self.db, self.lock)
        self._commits = 0
        # Facts of other stations, read once for each page of changes.
        self._others: tuple[int, dict[str, tuple[Told, ...]]] = (-1, {})

    # --- opening ---

    def _open_journal(self) -> None:
        path = self.place.journal
        salvage: tuple[list[tuple[str, int, bytes, bytes]], dict[str, tuple[int, bytes, int]]] | None = None
        try:
            self.db = schema.open_journal(path)
            self.journal = Journal(self.db, self.place.station)
            self.journal.verify(last=1000)
        except (Gap, Conflict, sqlite3.DatabaseError) as error:
            if isinstance(error, sqlite3.OperationalError):
                raise  # the disk is full or not ours to write: nothing is wrong with the file
            if hasattr(self, "db"):
                self.db.close()
            aside = files.set_aside(path)
            salvage = files.readable_facts(aside)
            self.db = schema.open_journal(path)
            self.journal = Journal(self.db, self.place.station)
            self.news.append(
                (
                    "journal_damaged",
                    f"journal.db was damaged ({error}). It lies in {aside.name}, nothing was deleted.",
                )
            )
        self.board = Board(self.db, self.journal)
        self.numbers = Numbers(self.db, self.journal)
        if schema.grown(self.db):
            with self.whole():
                self.board.rebuild()
                self.db.execute(f"PRAGMA user_version={schema.VERSION}")
        if salvage is not None:
            self._salvage(*salvage)
        if self.journal.gen is None:
            with self.whole():
                self.begin_gen()
        self.reader_db = schema.open_read_only(path)

    def _salvage(self, rows: list[tuple[str, int, bytes, bytes]], gens: dict[str, tuple[int, bytes, int]]) -> None:
        """Save the facts that can be read, as long as their chain holds; the rest stays in the file set aside."""
        with self.whole():
            self.begin_gen()
            saved = self._write_missing(rows, gens)
            self.board.rebuild()
        self.news.append(
            ("journal_salvaged", f"{saved} facts were saved into a new journal; the hub gets them again.")
        )

    def _write_missing(
        self, rows: Sequence[tuple[str, int, bytes, bytes]], gens: Mapping[str, tuple[int, bytes, int]]
    ) -> int:
        """Write what another file holds and this journal does not under the current generation, each fact once."""
        known = {row[0] for row in self.db.execute("SELECT fact_id FROM fact")}
        kept: list[Entry] = []
        heads = {gen: (oldest - 1, before) for gen, (oldest, before, _) in gens.items()}
        for gen, seq, line, hashed in rows:
            if gen not in heads:
                continue
            head, previous = heads[gen]
            if seq != head + 1 or protocol.next_hash(previous, line) != hashed:
                continue
            heads[gen] = (seq, hashed)
            try:
                entry = protocol.entry_of(line)
            except protocol.Unreadable:
                continue
            if entry.fact_id not in known:
                known.add(entry.fact_id)
                kept.append(entry)
        return self.journal.write_again(kept)

    def put_back(
        self,
        told: str,
        at_ms: int,
        rows: Sequence[tuple[str, int, bytes, bytes]] = (),
        gens: Mapping[str, tuple[int, bytes, int]] | None = None,
    ) -> int:
        """These databases come from a backup: go on under a new generation (J1). `rows`, `gens`: what could be read
        of the journal that lay here before; facts the backup lacks are saved from it. Returns how many."""
        with self.whole():
            self.begin_gen()
            # What the hub holds of the old generations is asked again: it may have more than this copy knows (C10).
            self.db.execute(
                "UPDATE gen SET acked_seq = oldest_seq - 1, session = NULL WHERE gen <> ?", (self.journal.gen,)
            )
            saved = self._write_missing(rows, gens or {})
            # Paper that waited then may have come out since: nothing prints twice unasked.
            self.db.execute(
                "UPDATE spool SET state = 'unsure', why = 'put back from a backup'"
                " WHERE state IN ('queued', 'sending')"
            )
            self.db.execute("DELETE FROM session")
            self.db.execute("INSERT INTO alarm (at_ms, code, text) VALUES (?, 'put_back', ?)", (at_ms, told))
            if saved:
                self.board.rebuild()
        epoch, _ = self.mirror.cursor()
        if epoch is not None:
            self.mirror.reset(epoch)
        return saved

    def _open_mirror(self) -> None:
        path = self.place.mirror
        marked = self._mirror_mark.exists()
        try:
            if marked:
                raise sqlite3.DatabaseError("mirror.db: expected it to pass its check, got damage.")
            self.mirror_db = schema.open_mirror(path)
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):
                raise
            files.delete_database(path)
            self._mirror_mark.unlink(missing_ok=True)
            self.mirror_db = schema.open_mirror(path)
            self.news.append(("mirror_damaged", "mirror.db was damaged; it is fetched again from the hub."))
        self.mirror_reader = schema.open_read_only(path)
        self.mirror = Mirror(self.mirror_db, self.mirror_reader, self.place.station)

    @property
    def _mirror_mark(self) -> Path:
        return self.place.mirror.with_suffix(".damaged")

    def check_mirror(self) -> bool:
        """Whether the copies pass their check, for a thread of its own after the first paint: it reads them all.

        Damaged ones are marked, and thrown away when the station starts next.
        """
        db = schema.open_read_only(self.place.mirror)
        try:
            well = schema.sound(db)
        finally:
            db.close()
        if not well:
            self._mirror_mark.touch()
            self.news.append(("mirror_damaged", "mirror.db is damaged; it is fetched again at the next start."))
        return well

    def close(self) -> None:
        for db in (self.reader_db, self.mirror_reader, self.mirror_db, self.db):
            db.close()
        self._folder_lock.release()

    # --- writing ---

    def record(
        self,
        line: ScanLine | None,
        deeds: Sequence[Deed],
        stamp: Stamp,
        prints: Sequence[Print] = (),
        *,
        printers: Callable[[Print], str] = lambda wanted: "",
        session: Session | None = None,
        told: Sequence[int] = (),
    ) -> list[Entry]:
        """One gesture, one commit: the raw line, its facts, the board and the spool. Returns the facts as written.

        When it returns, the gesture is on the disk; when it raises, nothing of it is. `printers` names the printer
        of each document; `session` is written when who works or what is open changed; `told`:
        spool rows whose end these facts tell. Raises
        sqlite3.OperationalError (disk full) and protocol.Unreadable (text that cannot travel).
        """
        with self.lock:
            self.at("before-begin")
            with self.whole():
                if line is not None:
                    log(self.db, line, stamp.gesture if deeds else None)
                entries = self.journal.append(deeds, stamp) if deeds else []
                self.at("journal-written")
                if entries:
                    self.board.fold(entries)
                    for entry in entries:
                        if isinstance(entry.fact, f.CartonOpened):
                            self.numbers.took(entry.fact.lpn)
                if session is not None:
                    self.db.execute(
                        "INSERT OR REPLACE INTO session VALUES (1, ?, ?, ?, ?)",
                        (session.user, session.fo, session.work, int(session.locked)),
                    )
                if told:
                    self.spool.told(told)
                if prints:
                    self.spool.add(prints, printers, stamp.wall_ms)
                self.at("before-commit")
            self.at("after-commit")
            self._commits += 1
            return entries

    def rest(self) -> bool:
        """Nobody scans: move what was committed from the log into the database. True when there was something.

        Done by a commit, this makes one scan in a hundred wait for two more flushes and a thousand pages (PF1.2). It
        stays on the writing connection, because SQLite has a bug where two of them reset one log (B1).
        """
        if self._commits < COMMITS_TO_REST:
            return False
        with self.lock:
            self.db.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        self._commits = 0
        return True

    @contextmanager
    def whole(self) -> Iterator[None]:
        """One transaction on the journal and the board, kept whole or taken back whole."""
        with self.lock:
            try:
                with writing(self.db):
                    yield
            except BaseException:
                # The rows are taken back; what journal and board remember of them goes with them.
                self.journal.forget()
                self.board.forget()
                raise

    def rebuild(self) -> tuple[str, str]:
        """Drop the board and fold it again; returns the digests before and after, which are equal (S12)."""
        with self.whole():
            return self.board.digest(), self.board.rebuild()

    def begin_gen(self, gen: str | None = None) -> None:
        """A new generation, inside the caller's transaction: claims and numbers of older ones are void (U10, J12)."""
        gen = gen or self._new_gen()
        self.journal.begin_gen(gen)
        self.db.execute("DELETE FROM claim")
        self.numbers.begin_gen(gen, self.place.station)

    # --- small things of this station alone ---

    def session(self) -> Session | None:
        """Who was signed in with what open when the station stopped (FL2.16)."""
        row = self.db.execute("SELECT user, fo, work, locked FROM session").fetchone()
        return Session(row[0], row[1], row[2] or "pack", bool(row[3])) if row else None

    def last_gesture_ms(self) -> int:
        """Wall time of the newest raw line or fact, 0 when there is none."""
        row = self.db.execute("SELECT wall_ms FROM scan_line ORDER BY id DESC LIMIT 1").fetchone()
        return int(row[0]) if row else 0

    def pin_lock(self, user: str) -> tuple[int, int]:
        row = self.db.execute("SELECT wrong, until_ms FROM pin_lock WHERE user = ?", (user,)).fetchone()
        return (int(row[0]), int(row[1])) if row else (0, 0)

    def note_pin(self, user: str, wrong: int, until_ms: int) -> None:
        with self.lock:
            self.db.execute("INSERT OR REPLACE INTO pin_lock VALUES (?, ?, ?)", (user, wrong, until_ms))

    def last_lines(self, count: int = 20) -> list[tuple[str, str, str, str | None, int]]:
        """(device, text, outcome, why, wall_ms) of the newest raw lines (FL2.13)."""
        return newest(self.reader_db, count)

    def hold(self, line: ScanLine) -> int:
        """Keep a line that waits behind an error over a restart; returns its row in the log."""
        with self.lock:
            return log(self.db, line, None)

    def held_lines(self) -> list[ScanLine]:
        """Lines that were held when the station stopped."""
        return held_lines(self.db)

    # --- orders ---

    def order(self, fo: str) -> Order:
        """What all known facts say of an order: this station's, and those of others the hub passed on."""
        with self.lock:
            own = self.board.order(fo)
        if self._others[0] != self.mirror.changed:
            self._others = (self.mirror.changed, {})
        known = self._others[1]
        if fo not in known:
            with self.lock:
                known[fo] = self.mirror.others.of(fo, self.journal.place_of)
        if not known[fo]:
            return own
        return fold_all(fo, together(own.trail, known[fo], self.place.station))

    def job(self, fo: str) -> Job | None:
        doc = self.mirror.doc(fo)
        return Job(doc, self.order(fo)) if doc else None


def verified(place: Place) -> tuple[int, str | None]:
    """How many facts the journal's whole chain was checked over, and what is wrong with it, if anything is.

    Looks only: opens the file read-only, moves and mends nothing, and works beside a running station.
    """
    try:
        db = schema.open_read_only(place.journal)
        try:
            return Journal(db, place.station).verify(), None
        finally:
            db.close()
    except (Gap, Conflict) as error:
        return 0, str(error)
    except sqlite3.DatabaseError as error:
        return 0, f"{place.journal}: expected a journal that can be read, got: {error}."
