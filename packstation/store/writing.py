"""One transaction that writes (devices.md D15.3): begun IMMEDIATE, kept whole or taken back whole.

A deferred transaction that reads and then writes fails at once beside a second writer, whatever the time-out. A
transaction left open by an error would make every later one fail, and with it every scan.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def writing(db: sqlite3.Connection) -> Iterator[None]:
    """Commit at the end, roll back on whatever is raised. The caller holds the lock of the connection."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        # Some errors, such as a full disk, have taken it back already.
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise
