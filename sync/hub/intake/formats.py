"""The formats orders come in, each as a reader from a file to `Incoming` or `Refused` (hub.md I5)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sync.hub.intake.read import WRONG_MAX, Rec, Unusable, records
from sync.hub.orders.incoming import (
    LINES_MAX,
    Incoming,
    IncomingLine,
    Wrong,
    minor_units,
    source,
    tidy,
    time_ms,
    whole,
)

JSON_BYTES_MAX = 64 * 1024 * 1024
OURS = [
    "order",
    "channel",
    "ordered_at",
    "ship_by",
    "service",
    "name",
    "address1",
    "address2",
    "city",
    "region",
    "postcode",
    "country",
    "phone",
    "email",
    "sku",
    "quantity",
    "price_minor",
    "currency",
    "note",
]
_MAY_LACK = {"channel", "ship_by", "address2", "region", "phone", "email", "note", "service"}


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


def ours(path: Path, encoding: str) -> Iterator[Read]:
    """Our own CSV: one row per line of an order, rows of one order together."""
    required = [name for name in OURS if name not in _MAY_LACK]
    rows = records(path, encoding, required)
    return _grouped(rows, lambda f: source(f.get("order", "")), _ours_order, lambda f: _channel(f, "csv"))


def _ours_order(group: list[Rec]) -> Read:
    first = group[0].fields
    currency = first["currency"].strip().upper()
    for rec in group[1:]:
        other = rec.fields["currency"].strip().upper()
        if other != currency:
            raise Wrong("currency", f"expected {currency[:3]!r} as in row {group[0].row}, got {other[:3]!r}.")
    lines = tuple(
        IncomingLine(
            tidy(rec.fields["sku"], chars_max=64),
            whole(rec.fields["quantity"], f"row[{rec.row}].quantity", least=-(10**9)),
            whole(rec.fields["price_minor"], f"row[{rec.row}].price_minor", least=-(10**9), empty=0),
            f"row[{rec.row}]",
        )
        for rec in group
    )
    ship_by = first.get("ship_by", "").strip()
    return Incoming(
        channel=_channel(first, "csv"),
        source_id=source(first["order"]),
        shown=tidy(first["order"]),
        ordered_at=time_ms(first["ordered_at"], "ordered_at"),
        ship_by=time_ms(ship_by, "ship_by") if ship_by else None,
        service=tidy(first.get("service", "")) or "standard",
        currency=currency,
        note=tidy(first.get("note", "")) or None,
        address=_address(
            first.get("name"),
            [first.get("address1"), first.get("address2")],
            first.get("city"),
            first.get("region"),
            first.get("postcode"),
            first.get("country"),
            first.get("phone"),
            first.get("email"),
        ),
        lines=lines,
        row=group[0].row,
    )


def shopify_csv(path: Path, encoding: str) -> Iterator[Read]:
    """Shopify's order export: one row per line, order fields on the first row only."""
    rows = records(
        path,
        encoding,
        ["name", "currency", "lineitem quantity", "lineitem sku", "lineitem price", "shipping name", "created at"],
    )
    return _grouped(rows, lambda f: source(f.get("name", "")), _shopify_order, lambda _f: "shopify")


_PAID = {"paid", "partially_paid", "partially_refunded", "authorized"}


def _shopify_order(group: list[Rec]) -> Read:
    first = group[0].fields
    number = source(first["name"])
    cancelled = bool(first.get("cancelled at", "").strip() or first.get("canceled at", "").strip())
    status = first.get("financial status", "").strip().lower()
    if status in ("voided", "refunded"):
        cancelled = True
    elif status not in _PAID | {"pending", ""}:
        raise Wrong("Financial Status", f"expected paid, pending, voided or refunded, got {status[:20]!r}.")
    currency = first["currency"].strip().upper()
    lines = []
    for rec in group:
        f = rec.fields
        if not f["lineitem quantity"].strip() and not f["lineitem sku"].strip():
            continue  # a row that only carries more of the order
        if f.get("lineitem fulfillment status", "").strip().lower() == "fulfilled":
            continue
        if f.get("lineitem requires shipping", "").strip().lower() == "false":
            continue
        where = f"row[{rec.row}]"
        lines.append(
            IncomingLine(
                tidy(f["lineitem sku"], chars_max=64),
                whole(f["lineitem quantity"], f"{where}.Lineitem quantity", least=-(10**9)),
                minor_units(f["lineitem price"], currency, f"{where}.Lineitem price"),
                where,
            )
        )
    if not lines and not cancelled:
        return NoWork(group[0].row, number, "shopify")
    return Incoming(
        channel="shopify",
        source_id=number,
        shown=tidy(first["name"]),
        ordered_at=time_ms(first["created at"], "Created at"),
        ship_by=None,
        service=tidy(first.get("shipping method", "")) or "standard",
        currency=currency,
        note=tidy(first.get("notes", "")) or None,
        address=_address(
            first.get("shipping name"),
            [first.get("shipping address1") or first.get("shipping street"), first.get("shipping address2")],
            first.get("shipping city"),
            first.get("shipping province"),
            first.get("shipping zip", "").lstrip("'"),
            first.get("shipping country"),
            first.get("shipping phone") or first.get("phone"),
            first.get("email"),
        ),
        lines=tuple(lines),
        row=group[0].row,
        hold="awaiting_payment" if status == "pending" else None,
        cancelled=cancelled,
    )


def amazon_tsv(path: Path, encoding: str) -> Iterator[Read]:
    """Amazon's order report: tab separated and never quoted."""
    required = ["order-id", "order-item-id", "purchase-date", "sku", "quantity-to-ship", "recipient-name"]
    rows = records(path, encoding, [*required, "ship-country"], delimiter="\t", quoting=False)
    return _grouped(rows, lambda f: source(f.get("order-id", "")), _amazon_order, lambda _f: "amazon")


def _amazon_order(group: list[Rec]) -> Read:
    first = group[0].fields
    number = source(first["order-id"])
    currency = first.get("currency", "").strip().upper() or "USD"
    lines = []
    for rec in group:
        where = f"row[{rec.row}]"
        units = whole(rec.fields["quantity-to-ship"], f"{where}.quantity-to-ship", least=-(10**9))
        if units:
            lines.append(IncomingLine(tidy(rec.fields["sku"], chars_max=64), units, 0, where))
    if not lines:
        return NoWork(group[0].row, number, "amazon")
    promise = first.get("promise-date", "").strip()
    streets = [first.get(f"ship-address-{n}") for n in (1, 2, 3)]
    return Incoming(
        channel="amazon",
        source_id=number,
        shown=number,
        ordered_at=time_ms(first["purchase-date"], "purchase-date"),
        ship_by=time_ms(promise, "promise-date") if promise else None,
        service=tidy(first.get("ship-service-level", "")) or "standard",
        currency=currency,
        note=None,
        address=_address(
            first["recipient-name"],
            streets,
            first.get("ship-city"),
            first.get("ship-state"),
            first.get("ship-postal-code"),
            first["ship-country"],
            first.get("ship-phone-number") or first.get("buyer-phone-number"),
            None,
        ),
        lines=tuple(lines),
        row=group[0].row,
        hold=None if first.get("payments-date", "").strip() else "awaiting_payment",
    )


def shopify_json(path: Path, encoding: str) -> Iterator[Read]:
    """Shopify's REST orders: {"orders": [..]} or a list."""
    return _each(path, encoding, "orders", "shopify", _shopify_object)


def _shopify_object(order: dict[str, Any], row: int) -> Read:
    number = source(str(order.get("name") or order.get("id") or ""))
    status = str(order.get("financial_status") or "").lower()
    cancelled = bool(order.get("cancelled_at")) or status in ("voided", "refunded")
    if not cancelled and status not in _PAID | {"pending", ""}:
        raise Wrong("financial_status", f"expected paid, pending, voided or refunded, got {status[:20]!r}.")
    currency = str(order.get("currency") or "").upper()
    lines = []
    for place, item in enumerate(_list(order, "line_items")):
        where = f"line_items[{place}]"
        units = item.get("fulfillable_quantity", item.get("quantity"))
        if item.get("requires_shipping") is False or units == 0:
            continue
        lines.append(
            IncomingLine(
                tidy(str(item.get("sku") or item.get("variant_id") or ""), chars_max=64),
                whole(str(units), f"{where}.quantity", least=-(10**9)),
                minor_units(str(item.get("price", "0")), currency, f"{where}.price"),
                where,
            )
        )
    if not lines and not cancelled:
        return NoWork(row, number, "shopify")
    to = order.get("shipping_address") or {}
    services = _list(order, "shipping_lines")
    return Incoming(
        channel="shopify",
        source_id=number,
        shown=tidy(str(order.get("name") or number)),
        ordered_at=time_ms(str(order.get("created_at") or ""), "created_at"),
        ship_by=None,
        service=tidy(str((services[0].get("code") if services else "") or "")) or "standard",
        currency=currency,
        note=tidy(str(order.get("note") or "")) or None,
        address=_address(
            to.get("name"),
            [to.get("address1"), to.get("address2")],
            to.get("city"),
            to.get("province_code") or to.get("province"),
            to.get("zip"),
            to.get("country_code") or to.get("country"),
            to.get("phone"),
            order.get("email"),
        ),
        lines=tuple(lines),
        row=row,
        hold="awaiting_payment" if status == "pending" else None,
        cancelled=cancelled,
    )


def woocommerce_json(path: Path, encoding: str) -> Iterator[Read]:
    """WooCommerce's REST orders: a list."""
    return _each(path, encoding, "orders", "woocommerce", _woocommerce_object)


_WOO_DONE = {"completed", "failed", "trash", "checkout-draft"}


def _woocommerce_object(order: dict[str, Any], row: int) -> Read:
    number = source(str(order.get("number") or order.get("id") or ""))
    status = str(order.get("status") or "")
    if status in _WOO_DONE:
        return NoWork(row, number, "woocommerce")
    if status not in ("processing", "pending", "on-hold", "cancelled", "refunded"):
        raise Wrong("status", f"expected processing, pending, on-hold or a closed one, got {status[:20]!r}.")
    currency = str(order.get("currency") or "").upper()
    lines = []
    for place, item in enumerate(_list(order, "line_items")):
        where = f"line_items[{place}]"
        units = whole(str(item.get("quantity")), f"{where}.quantity", least=-(10**9))
        total = minor_units(str(item.get("total", "0")), currency, f"{where}.total")
        code = item.get("sku") or item.get("variation_id") or item.get("product_id") or ""
        each = (2 * total + units) // (2 * units) if units > 0 else total  # half up, in whole minor units
        lines.append(IncomingLine(tidy(str(code), chars_max=64), units, each, where))
    shipping = order.get("shipping") or {}
    to = shipping if shipping.get("address_1") else order.get("billing") or {}
    name = " ".join(part for part in (to.get("first_name"), to.get("last_name")) if part) or to.get("company")
    services = _list(order, "shipping_lines")
    ordered = str(order.get("date_created_gmt") or order.get("date_created") or "")
    return Incoming(
        channel="woocommerce",
        source_id=number,
        shown=number,
        ordered_at=time_ms(ordered, "date_created_gmt"),
        ship_by=None,
        service=tidy(str((services[0].get("method_id") if services else "") or "")) or "standard",
        currency=currency,
        note=tidy(str(order.get("customer_note") or "")) or None,
        address=_address(
            name,
            [to.get("address_1"), to.get("address_2")],
            to.get("city"),
            to.get("state"),
            to.get("postcode"),
            to.get("country"),
            to.get("phone") or (order.get("billing") or {}).get("phone"),
            (order.get("billing") or {}).get("email"),
        ),
        lines=tuple(lines),
        row=row,
        hold="awaiting_payment" if status in ("pending", "on-hold") else None,
        cancelled=status in ("cancelled", "refunded"),
    )


FORMATS: dict[str, Callable[[Path, str], Iterator[Read]]] = {
    "csv": ours,
    "shopify-csv": shopify_csv,
    "shopify-json": shopify_json,
    "woocommerce-json": woocommerce_json,
    "amazon-tsv": amazon_tsv,
}
"""Every format of orders by its name on the command line."""


# --- shared by the formats ---------------------------------------------------------------------------------------


def _grouped(
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


def _each(
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


def _list(order: dict[str, Any], name: str) -> list[dict[str, Any]]:
    held = order.get(name) or []
    if not isinstance(held, list) or not all(isinstance(item, dict) for item in held):
        raise Wrong(name, "expected a list, got something else.")
    return held


def _channel(fields: dict[str, str], default: str) -> str:
    return tidy(fields.get("channel", ""), chars_max=32).lower() or default


def _address(
    name: str | None,
    streets: list[str | None],
    city: str | None,
    region: str | None,
    postcode: str | None,
    country: str | None,
    phone: str | None,
    email: str | None,
) -> dict[str, Any]:
    return {
        "name": tidy(name or ""),
        "lines": [line for line in (tidy(street or "") for street in streets) if line],
        "postcode": tidy(postcode or "", chars_max=12),
        "city": tidy(city or ""),
        "region": tidy(region or ""),
        "country": tidy(country or "", chars_max=64).upper(),
        "phone": tidy(phone or "", chars_max=40),
        "email": tidy(email or "", chars_max=120),
    }
