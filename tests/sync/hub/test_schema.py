"""A hub of an earlier packstation opens as one of this one (sync T11)."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy

from sync.hub.tables.database import Database, DatabaseTrouble, do

ADDED_SINCE_1 = {
    "sku": ("kit", "note", "note_rev"),
    "orders": ("note_rev",),
    "order_line": ("kit",),
    "fo_line": ("kit",),
    "station": ("epoch",),
    "fo": ("moved",),
}
TABLES_SINCE_1 = ("label", "document")


def columns(database: Database) -> dict[str, list[str]]:
    inside = sqlalchemy.inspect(database.engine)
    return {
        name: sorted(f"{c['name']} {c['type']} {c['nullable']}" for c in inside.get_columns(name))
        for name in inside.get_table_names()
    }


def test_a_hub_of_the_first_schema_gets_what_came_since(database: Database) -> None:
    """On both databases the same columns as a new one has, and the hub's epoch stays."""
    new, epoch = columns(database), database.epoch

    def older(db: sqlalchemy.Connection) -> None:
        for name in [row[0] for row in db.execute(sqlalchemy.text(_VIEWS[database.engine.dialect.name]))]:
            do(db, f"DROP VIEW {name}")
        for table, added in ADDED_SINCE_1.items():
            for column in added:
                do(db, f"ALTER TABLE {table} DROP COLUMN {column}")
        for table in TABLES_SINCE_1:
            do(db, f"DROP TABLE {table}")
        do(db, "DROP INDEX parcel_by_fo")
        do(db, "UPDATE hub SET value = '1' WHERE key = 'schema'")
        do(db, "DELETE FROM hub WHERE key = 'laws'")

    database.write(older)
    again = Database(database.url.render_as_string(hide_password=False))
    assert columns(again) == new
    assert again.epoch == epoch
    assert "parcel_by_fo" in {index["name"] for index in sqlalchemy.inspect(again.engine).get_indexes("parcel")}
    again.close()


def test_a_hub_of_a_later_packstation_is_refused(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/hub.db")
    database.write(lambda db: do(db, "UPDATE hub SET value = '999' WHERE key = 'schema'"))
    database.close()
    with pytest.raises(DatabaseTrouble, match="got 999; a newer packstation wrote it"):
        Database(f"sqlite:///{tmp_path}/hub.db")


_VIEWS = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'view'",
    "postgresql": "SELECT viewname FROM pg_views WHERE schemaname = 'public'",
}
