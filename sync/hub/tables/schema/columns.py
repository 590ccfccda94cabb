"""How every table of the hub is written."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, MetaData, PrimaryKeyConstraint, Table, Text

metadata = MetaData()

_WHOLE = BigInteger().with_variant(Integer, "sqlite")  # STRICT knows INTEGER only


def text(name: str, *, null: bool = False, default: str | None = None) -> Column[Any]:
    """Text, in UTF-8."""
    return Column(name, Text, nullable=null, server_default=default)


def whole(name: str, *, null: bool = False, default: int | None = None) -> Column[Any]:
    """A whole number: units, minor units of money, milliseconds."""
    return Column(name, _WHOLE, nullable=null, server_default=None if default is None else str(default))


def bytes_of(name: str, *, null: bool = False) -> Column[Any]:
    """Bytes as they came."""
    return Column(name, LargeBinary, nullable=null)


def table(name: str, key: tuple[str, ...], *parts: Any, wide: bool = False) -> Table:
    """`wide`: long rows with several indexes are kept by row number, so that the indexes stay small."""
    return Table(name, metadata, *parts, PrimaryKeyConstraint(*key), sqlite_with_rowid=wide, sqlite_strict=True)
