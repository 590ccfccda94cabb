"""Our side of the race: `packstation run` on a prepared data directory, signed in, with the long order open."""

from __future__ import annotations

import shlex
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks import shop
from tests.benchmarks.measure import Unavailable
from tests.benchmarks.ptydrive import SERIAL, Driven, Silent, plain
from tests.benchmarks.shop import Article

AFTER_QUESTION_S = 0.4
"""A line sent sooner after a question or an error was scanned without knowing of it and is held (floor FL2.4)."""
TRIES = 12


@dataclass(frozen=True, slots=True)
class Station:
    """A data directory to run in, and the articles of its long order."""

    folder: Path
    goods: Sequence[Article]

    @classmethod
    def made(cls, folder: Path, *, lines: int, units: int, skus: int = 1_000, facts: int = 0) -> Station:
        prepared = shop.prepared(skus, facts, lines=lines, units=units)
        return cls(shop.copied(prepared, folder), shop.articles(max(skus, shop.LONGER_LINES))[:lines])

    def running(self, *words: str, columns: int = 120, rows: int = 40) -> Driven:
        """The station with its scanner on the driver's serial line; leaving the context ends it."""
        asked = shop.packstation("run", "--data", str(self.folder), "--scanner", SERIAL, *words)
        return Driven(asked, columns=columns, rows=rows)

    def running_in_tmux(self, socket: Path) -> Driven:
        """The same under a tmux server of its own, which the caller ends by this socket."""
        asked = shop.packstation("run", "--data", str(self.folder), "--scanner", SERIAL)
        return Driven(["tmux", "-S", str(socket), "-f", "/dev/null", "new-session", shlex.join(asked)])

    def sign_in(self, app: Driven) -> None:
        """Wait for the start screen and show a badge, until the scanner is open and hears it."""
        app.first_text()
        app.drain(0.3)
        self.scanned_until(app, shop.BADGE, "SignedIn")

    def open_order(self, app: Driven, order: str = shop.LONG) -> None:
        """Sign in, open an order (twice: it was not picked) and begin a box."""
        self.sign_in(app)
        self.scanned_until(app, f"#{order}", "OrderOpened")
        self.scanned_until(app, shop.CARTON, "CartonOpened")
        app.drain(AFTER_QUESTION_S)

    def scanned_until(self, app: Driven, code: str, kind: str) -> None:
        """Scan, with time to read the answer, until the journal holds one more fact of the kind."""
        before = self.facts(kind)
        for _ in range(TRIES):
            app.send(code.encode())
            app.drain(AFTER_QUESTION_S)
            if self.facts(kind) > before:
                return
            if app.gone:
                raise Unavailable(f"{' '.join(app.words)}: expected it to stay, it left.")
        raise Silent(app.words, f"{kind} after scanning {code}", plain(app.seen))

    def facts(self, kind: str) -> int:
        """How many facts of the kind the journal on the disk has."""
        db = sqlite3.connect(f"{(self.folder / 'journal.db').as_uri()}?mode=ro", uri=True, timeout=5.0)
        try:
            return int(db.execute("SELECT count(*) FROM fact WHERE kind = ?", (kind,)).fetchone()[0])
        finally:
            db.close()
