"""What the formats share: rows of one order brought together, a document taken apart, one shape of address."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sync.hub.intake.read import WRONG_MAX, Rec, Unusable
from sync.hub.orders.incoming import LINES_MAX, Incoming, Wrong, source, tidy

JSON_BYTES_MAX = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Refused:
    """An order, or a row, that is not taken in: where and why, without any name or address."""

    row: int
    order: str
    path: str
    reason: str
    channel: str = ""


@dataclass(frozen=True, slots=True)
class NoWork:
    """An order that needs nothing from us: shipped elsewhere, or cancelled before it came."""

    row: int
    order: str
    channel: str


Read = Incoming | Refused | NoWork


def grouped(
    rows: Iterator[Rec],
    key: Callable[[dict[str, str]], str],
    make: Callable[[list[Rec]], Read],
    channel: Callable[[dict[str, str]], str],
) -> Iterator[Read]:
    """Rows of one order, which stand together, as one order: all of it or nothing."""
    group: list[Rec] = []
    held = ("", "")
    more = 0
    for rec in rows:
        name = (channel(rec.fields), key(rec.fields)) if rec.fields else ("", "")
        if not name[1]:
            # A row of nobody: it may belong to the order above, which is then not taken in half.
            reason = rec.wrong or "expected an order number, got none."
            path = "row" if rec.wrong else "order"
            yield Refused(rec.row, held[1] if group else "", path, reason, held[0])
            group, held = [], ("", "")
            continue
        if group and name != held:
            yield _made(group, held, make)
            group = []
        more = more + 1 if name == held else 1
        held = name
        group.append(rec)
        if len(group) > LINES_MAX + 1:
            group.pop()  # enough to refuse it; the rest need not be kept
        if more > WRONG_MAX:
            raise Unusable(f"row {rec.row}: expected at most {LINES_MAX} lines of order {name[1]!r}, got {more}.")
    if group:
        yield _made(group, held, make)


def _made(group: list[Rec], name: tuple[str, str], make: Callable[[list[Rec]], Read]) -> Read:
    channel, order = name
    wrong = next((rec for rec in group if rec.wrong), None)
    if wrong is not None:
        return Refused(wrong.row, order, "row", wrong.wrong, channel)
    if len(group) > LINES_MAX:
        return Refused(group[0].row, order, "lines", f"expected at most {LINES_MAX} lines, got more.", channel)
    short = next((rec for rec in group if len(rec.fields) < len(group[0].fields)), None)
    if short is not None:
        reason = f"expected {len(group[0].fields)} fields, got {len(short.fields)}."
        return Refused(short.row, order, "row", reason, channel)
    try:
        return make(group)
    except Wrong as wrong_value:
        row = group[0].row
        if wrong_value.path.startswith("row["):
            row = int(wrong_value.path[4 : wrong_value.path.index("]")])
        return Refused(row, order, wrong_value.path, wrong_value.reason, channel)
    except KeyError as missing:
        return Refused(group[0].row, order, str(missing.args[0]), "expected a value, got a row too short.", channel)


def each(
    path: Path, encoding: str, under: str, channel: str, make: Callable[[dict[str, Any], int], Read]
) -> Iterator[Read]:
    size = path.stat().st_size
    if size > JSON_BYTES_MAX:
        raise Unusable(f"{path.name}: expected at most {JSON_BYTES_MAX >> 20} MiB of JSON, got {size >> 20} MiB.")
    try:
        document = json.loads(path.read_text(encoding=encoding), parse_float=str, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise Unusable(f"{path.name}: expected JSON, got {str(error)[:120] or 'it nested too deep'}.") from error
    orders = document.get(under) if isinstance(document, dict) else document
    if not isinstance(orders, list):
        raise Unusable(f"{path.name}: expected a list of orders, got {type(orders).__name__}.")
    for row, order in enumerate(orders):
        if not isinstance(order, dict):
            yield Refused(row, "", f"[{row}]", f"expected an order, got {type(order).__name__}.", channel)
            continue
        number = source(str(order.get("name") or order.get("number") or order.get("id") or ""))
        try:
            yield make(order, row)
        except Wrong as wrong:
            yield Refused(row, number, f"[{row}].{wrong.path}", wrong.reason, channel)
        except (AttributeError, TypeError, KeyError, IndexError):
            yield Refused(row, number, f"[{row}]", "expected the fields of an order, got other kinds.", channel)


def _no_number(text: str) -> Any:
    raise ValueError(f"expected a number, got {text}")


def list_of(order: dict[str, Any], name: str) -> list[dict[str, Any]]:
    held = order.get(name) or []
    if not isinstance(held, list) or not all(isinstance(item, dict) for item in held):
        raise Wrong(name, "expected a list, got something else.")
    return held


def channel_of(fields: dict[str, str], default: str) -> str:
    return tidy(fields.get("channel", ""), chars_max=32).lower() or default


def address_of(
    name: str | None,
    streets: list[str | None],
    city: str | None,
    region: str | None,
    postcode: str | None,
    country: str | None,
    phone: str | None,
    email: str | None,
    said: Iterable[str] = (),
) -> dict[str, Any]:
    """`said`: of TOLD what holds for this delivery. What nobody said stands nowhere, so it is not taken for a no."""
    return {
        "name": tidy(name or ""),
        "lines": [line for line in (tidy(street or "") for street in streets) if line],
        "postcode": tidy(postcode or "", chars_max=12),
        "city": tidy(city or ""),
        "region": tidy(region or ""),
        "country": tidy(country or "", chars_max=64).upper(),
        "phone": tidy(phone or "", chars_max=40),
        "email": tidy(email or "", chars_max=120),
        **dict.fromkeys(said, True),
    }


TOLD = ("residential", "signature")
"""What the surcharges of a rate sheet ask of a delivery, and no address tells (hub.md P2)."""
_YES, _NO = frozenset({"yes", "true", "1"}), frozenset({"no", "false", "0", ""})


def told_by(fields: Mapping[str, str]) -> list[str]:
    """What columns of these names say; anything but yes or no is a mistake of the file."""
    said = []
    for name in TOLD:
        text = fields.get(name, "").strip().lower()
        if text in _YES:
            said.append(name)
        elif text not in _NO:
            raise Wrong(name, f"expected yes, no or nothing, got {text[:20]!r}.")
    return said


def told_beside(notes: Iterable[tuple[object, object]]) -> list[str]:
    """What a shop's own fields beside the order say, by name and value: other shops have other uses for the names."""
    said = {str(name).strip().lower().lstrip("_") for name, value in notes if str(value).strip().lower() in _YES}
    return [name for name in TOLD if name in said]
