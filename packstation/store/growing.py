"""What a database of an older release is given when this one opens it (devices.md D15.1, D15.4).

sqlite-utils keeps the ledger: each step and its mark are one transaction, and a step that fails stays to be done.
The steps are SQL written by hand, as the schema is, and harmless where a step is already in what was made new.
Loaded only for a database that is behind, so that no start pays for it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from packstation.store import schema

JOURNAL = Migrations("journal")
MIRROR = Migrations("mirror")


def grow(db: sqlite3.Connection, steps: Migrations) -> None:
    """Apply what the ledger does not name yet. Raises sqlite3.DatabaseError, with the steps before it kept."""
    steps.apply(Database(db))


@JOURNAL()
def boxes_and_counted_cartons(db: Database) -> None:
    """The board knows every box and the cartons that ran out (cartons.md CT6.4)."""
    _run(db, schema.CARTON_SCHEMA.split(";"))


@JOURNAL()
def spool_indexes(db: Database) -> None:
    """A panel asks for the papers of one order, and for those that a printer refused."""
    _run(db, schema.SPOOL_INDEXES.split(";"))


@JOURNAL()
def spool_keeps_what_was_not_printed(db: Database) -> None:
    """A document says which of its fields are not on the paper as they were given (D10.1)."""
    if "lost" not in db["spool"].columns_dict:
        _run(db, ("ALTER TABLE spool ADD COLUMN lost TEXT NOT NULL DEFAULT ''",))


@MIRROR()
def plans_made_anew(db: Database) -> None:
    """Plans are copies of nothing: the worker makes them again, in their new shape."""
    _run(db, ("DROP TABLE IF EXISTS carton_plan", "DROP TABLE IF EXISTS box_plan", *schema.CARTON_PLAN.split(";")))


@MIRROR()
def facts_of_others_by_order(db: Database) -> None:
    """Facts of other stations are asked for by order."""
    _run(db, schema.OTHER_FACT_INDEX.split(";"))


@MIRROR()
def facts_of_others_in_the_hubs_order(db: Database) -> None:
    """Whose facts came in first is told by the hub: all is fetched again, and the old copies serve until then."""
    if "n" in db["other_fact"].columns_dict:
        _run(db, (
            "ALTER TABLE other_fact RENAME TO other_fact_before",
            schema.OTHER_FACT,
            "INSERT INTO other_fact SELECT fo, fact_id, n, '', '', line FROM other_fact_before",
            "DROP TABLE other_fact_before",
            schema.OTHER_FACT_INDEX,
        ))  # fmt: skip
    _run(db, ("UPDATE copy SET old = 1", "UPDATE meta SET value = '0' WHERE name = 'cursor'"))


def _run(db: Database, statements: Iterable[str]) -> None:
    # Never executescript: it commits the transaction that the ledger holds open.
    for statement in statements:
        if statement.strip():
            db.execute(statement)
