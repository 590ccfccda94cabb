"""Our side of the race: `packstation run` on a prepared data directory, signed in, with the long order open."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks import shop
from tests.benchmarks.measure import Unavailable
from tests.benchmarks.ptydrive import SERIAL, Driven
from tests.benchmarks.shop import Article

AFTER_QUESTION_S = 0.4
"""A line sent sooner after a question or an error was scanned without knowing of it and is held (floor FL2.4)."""


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

    def sign_in(self, app: Driven) -> None:
        """Wait for the start screen and show a badge."""
        app.first_text()
        app.drain(0.5)
        if app.process.poll() is not None:
            raise Unavailable(f"{' '.join(app.words)}: expected it to stay, got exit {app.process.returncode}.")
        self.scanned(app, shop.BADGE)

    def scanned(self, app: Driven, *codes: str) -> None:
        """Scan with time to read the answers."""
        for code in codes:
            app.send(code.encode())
            app.drain(AFTER_QUESTION_S)

    def open_order(self, app: Driven) -> None:
        """Sign in, open the long order (twice: it was not picked) and begin a box."""
        self.sign_in(app)
        self.scanned(app, f"#{shop.LONG}", f"#{shop.LONG}", shop.CARTON)
        # One unit, to be sure that the order is open: its name must be shown.
        app.scan(self.goods[-1].code, self.goods[-1].name)
        app.drain(AFTER_QUESTION_S)

    def packed_units(self) -> int:
        """Units verified into boxes, as the journal on the disk has it."""
        db = sqlite3.connect(f"{(self.folder / 'journal.db').as_uri()}?mode=ro", uri=True, timeout=5.0)
        try:
            return int(db.execute("SELECT count(*) FROM fact WHERE kind = 'ItemPacked'").fetchone()[0])
        finally:
            db.close()
