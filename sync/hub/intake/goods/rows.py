"""What every kind of row stands on: stored by its key, touched where it changed, its code nobody else's."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import Connection

from sync.hub.orders.incoming import Wrong, quoted
from sync.hub.tables import feed
from sync.hub.tables.books import Act
from sync.hub.tables.database import do, maybe

CODE_CHARS_MAX = 48
LENGTH_MM_MAX = 100_000
WEIGHT_G_MAX = 10_000_000


def upsert(
    act: Act, table: str, key: dict[str, Any], values: dict[str, Any], touched: list[tuple[str, str, str]]
) -> str:
    """Store a row by its key; touch it where it is new or different. The names are ours, the values are bound."""
    names = ", ".join(values)
    where = " AND ".join(f"{name} = :{name}" for name in key)
    stored = maybe(act.db, f"SELECT {names} FROM {table} WHERE {where}", **key)  # noqa: S608  names are constants
    if stored is not None and tuple(stored) == tuple(values.values()):
        return "unchanged"
    columns = [*key, *values]
    sets = ", ".join(f"{name} = excluded.{name}" for name in values)
    do(
        act.db,
        f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join(f':{name}' for name in columns)})"  # noqa: S608
        f" ON CONFLICT ({', '.join(key)}) DO UPDATE SET {sets}",
        **key,
        **values,
    )
    for site, kind, name in touched:
        touch(act, site, kind, name)
    return "created" if stored is None else "updated"


def touch(act: Act, site: str, kind: str, key: str) -> None:
    for place in feed.sites(act.db) if site == feed.EVERYWHERE else [site]:
        act.touch(place, kind, key)


def code_of(db: Connection, text: str, path: str, *, site_codes: bool, itself: str = "") -> str:
    """A code people scan: printable, not a command, and not another thing's code (floor.md FL2.17)."""
    code = text.strip()
    if not code:
        raise Wrong(path, "expected a code, got none.")
    if len(code) > CODE_CHARS_MAX or not code.isprintable() or not code.isascii():
        raise Wrong(path, f"expected at most {CODE_CHARS_MAX} printable ASCII characters, got {quoted(code)}.")
    if code.startswith("*"):
        raise Wrong(path, f"expected a code that does not begin with *, which is for commands, got {quoted(code)}.")
    if re.fullmatch(r"T-[0-9]+", code):
        raise Wrong(path, f"expected a code that is no tote's, got {quoted(code)}.")
    if site_codes:
        if maybe(db, "SELECT 1 FROM location WHERE location = :code LIMIT 1", code=code) is not None:
            raise Wrong(path, f"expected a code that is no location's, got {quoted(code)}.")
        if itself != "carton" and maybe(db, "SELECT 1 FROM carton WHERE code = :code", code=code) is not None:
            raise Wrong(path, f"expected a code that is no carton type's, got {quoted(code)}.")
    if (
        path != "sku"
        and not path.startswith("barcode")
        and maybe(db, "SELECT 1 FROM sku WHERE sku = :code UNION SELECT 1 FROM barcode WHERE code = :code", code=code)
    ):
        raise Wrong(path, f"expected a code that is no item's, got {quoted(code)}.")
    return code
