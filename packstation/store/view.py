"""A station's databases, only to be looked at: for commands that run beside the station without waiting for it."""

from __future__ import annotations

import sqlite3
import threading

from packstation.store import schema
from packstation.store.board import Board
from packstation.store.files import Place
from packstation.store.mirror import Mirror
from packstation.store.numbers import Numbers
from packstation.store.store import Store
from sync.journal import Journal


class StoreView(Store):
    """Orders, board and copies as they stand on the disk. Takes no lock and writes nothing."""

    def __init__(self, place: Place) -> None:
        """Open both databases read only. Raises sqlite3.OperationalError when they are not there."""
        self.place = place
        self.lock = threading.RLock()
        self.db = self.reader_db = schema.open_read_only(place.journal)
        try:
            self.mirror_db = self.mirror_reader = schema.open_read_only(place.mirror)
            self.journal = Journal(self.db, place.station)
        except sqlite3.Error:
            self.db.close()
            raise
        self.board = Board(self.db, self.journal)
        self.numbers = Numbers(self.db, self.journal)
        self.mirror = Mirror(self.mirror_db, self.mirror_reader)
        self._others = (-1, {})

    def close(self) -> None:
        self.mirror_db.close()
        self.db.close()
