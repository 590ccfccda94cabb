"""The leaves of carton documents: one value at one path, or an error: where, expected, got.

Fractions of a millimetre are rounded to the safe side, never to the nearest: items and outer sizes up, inner sizes
down (cartons.md CT2.3).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from packstation.cartons.plan import Triple

SIDE_MM_MAX = 100_000
NUMBER_MAX = 10**12  # weights, money, stock: beyond it is a typing error, not a shop
TEXT_CHARS_MAX = 200


class DocumentError(ValueError):
    """A document that cannot be read: where (a JSON path), what was expected, what was there."""

    def __init__(self, path: str, expected: str, got: object) -> None:
        super().__init__(f"{path or 'document'}: expected {expected}, got {shown(got)}.")
        self.path = path
        self.expected = expected
        self.got = got


def shown(got: object) -> str:
    if got is None:
        return "nothing"
    if isinstance(got, Decimal):
        return str(got)
    text = repr(got)
    return text if len(text) <= 60 else text[:57] + "..."


def mapping(value: object, path: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise DocumentError(path, "an object", value)
    return value


def listed(fields: dict[str, Any], name: str, path: str, default: list[Any] | None = None) -> list[Any]:
    value = fields.get(name, default)
    if value is None and default is not None:
        return default
    if not isinstance(value, list):
        raise DocumentError(path, "a list", value)
    return value


def mappings(fields: dict[str, Any], name: str, path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The objects of a list that may be left out, each with its path."""
    for n, row in enumerate(listed(fields, name, path, [])):
        at = f"{path}[{n}]"
        yield at, mapping(row, at)


def text(fields: dict[str, Any], name: str, path: str, default: str | None = None) -> str:
    value = fields.get(name)
    if value is None and default is not None:
        return default
    if not isinstance(value, str) or (not value and default is None):
        raise DocumentError(path, "a text", value)
    if len(value) > TEXT_CHARS_MAX:
        raise DocumentError(path, f"at most {TEXT_CHARS_MAX} characters", value)
    return value


def texts(fields: dict[str, Any], name: str, path: str) -> tuple[str, ...]:
    value = fields.get(name)
    if value is None:
        return ()
    if not isinstance(value, list):
        raise DocumentError(path, "a list of texts", value)
    for n, text in enumerate(value):
        if not isinstance(text, str):
            raise DocumentError(f"{path}[{n}]", "a text", text)
    return tuple(value)


def choice(fields: dict[str, Any], name: str, path: str, choices: tuple[str, ...], default: str | None) -> str:
    value = fields.get(name)
    if value is None and default is not None:
        return default
    if not isinstance(value, str) or value not in choices:
        raise DocumentError(path, f"one of {', '.join(choices)}", value)
    return value


def whole(
    fields: dict[str, Any],
    name: str,
    path: str,
    default: int | None = None,
    *,
    least: int = 0,
    most: int = NUMBER_MAX,
) -> int:
    value = fields.get(name)
    if value is None and default is not None:
        return default
    if isinstance(value, Decimal | float) and _finite(value) and value == int(value):
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise DocumentError(path, f"a whole number from {least} to {most:,}", value)
    return value


def maybe_whole(fields: dict[str, Any], name: str, path: str, *, least: int = 0) -> int | None:
    return None if fields.get(name) is None else whole(fields, name, path, least=least)


def length(fields: dict[str, Any], name: str, path: str, *, up: bool, default: int, most: int = SIDE_MM_MAX) -> int:
    value = fields.get(name)
    return default if value is None else _side(value, path, up=up, most=most)


def sides(value: object, path: str, *, up: bool) -> Triple:
    if not isinstance(value, list) or len(value) != 3:
        raise DocumentError(path, "three lengths in mm", value)
    first, second, third = (_side(side, f"{path}[{n}]", up=up, most=SIDE_MM_MAX) for n, side in enumerate(value))
    return first, second, third


def _side(value: Any, path: str, *, up: bool, most: int) -> int:
    if isinstance(value, Decimal | float) and _finite(value):
        value = math.ceil(value) if up else math.floor(value)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
        raise DocumentError(path, f"a whole number from 0 to {most:,}", value)
    return value


def _finite(value: Decimal | float) -> bool:
    return math.isfinite(value) and -(10**15) < float(value) < 10**15
