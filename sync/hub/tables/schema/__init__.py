"""The hub's tables: one schema, on SQLite (STRICT) and on PostgreSQL (hub.md section 13).

`site_id` leads every key of a site table; no foreign key, no sequence. Quantities and money are whole numbers, times
are UTC milliseconds, documents are JSON text. Names and addresses stand in `pii` alone, so that they can be erased.
A row that stations need has a row in `change`, whose `cur` is also the revision stations compare; the feed builds
bodies when it is read, so a change row holds no copy of anything.
"""

from __future__ import annotations

from sync.hub.tables.schema import exchange, network, work
from sync.hub.tables.schema.columns import metadata
from sync.hub.tables.schema.network import BUCKETS

SCHEMA_VERSION = 4

MIGRATIONS: dict[int, tuple[str, ...]] = {
    # Version -> what makes it the next one; tables that are new are made by themselves.
    1: (
        "ALTER TABLE sku ADD COLUMN kit TEXT NOT NULL DEFAULT '[]'",
        "ALTER TABLE order_line ADD COLUMN kit TEXT",
        "ALTER TABLE fo_line ADD COLUMN kit TEXT",
        "ALTER TABLE station ADD COLUMN epoch TEXT NOT NULL DEFAULT ''",
    ),
    2: (
        "ALTER TABLE orders ADD COLUMN note_rev INTEGER NOT NULL DEFAULT 1",
        "ALTER TABLE sku ADD COLUMN note TEXT",
        "ALTER TABLE sku ADD COLUMN note_rev INTEGER NOT NULL DEFAULT 1",
    ),
    3: ("ALTER TABLE fo ADD COLUMN moved TEXT",),
}

__all__ = ["BUCKETS", "MIGRATIONS", "SCHEMA_VERSION", "exchange", "metadata", "network", "work"]
