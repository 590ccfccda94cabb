"""Orders as rows: our own CSV, Shopify's export, Amazon's report."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sync.hub.intake.formats.read_order import NoWork, Read, address_of, channel_of, grouped, told_beside, told_by
from sync.hub.intake.read import Rec, records
from sync.hub.orders.incoming import Incoming, IncomingLine, Wrong, minor_units, source, tidy, time_ms, whole

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
"""Beside these a file may have columns `residential` and `signature`, yes or no: a rate sheet asks for them."""
_MAY_LACK = {"channel", "ship_by", "address2", "region", "phone", "email", "note", "service"}


def ours(path: Path, encoding: str) -> Iterator[Read]:
    """Our own CSV: one row per line of an order, rows of one order together."""
    required = [name for name in OURS if name not in _MAY_LACK]
    rows = records(path, encoding, required)
    return grouped(rows, lambda f: source(f.get("order", "")), _ours_order, lambda f: channel_of(f, "csv"))


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
        channel=channel_of(first, "csv"),
        source_id=source(first["order"]),
        shown=tidy(first["order"]),
        ordered_at=time_ms(first["ordered_at"], "ordered_at"),
        ship_by=time_ms(ship_by, "ship_by") if ship_by else None,
        service=tidy(first.get("service", "")) or "standard",
        currency=currency,
        note=tidy(first.get("note", "")) or None,
        address=address_of(
            first.get("name"),
            [first.get("address1"), first.get("address2")],
            first.get("city"),
            first.get("region"),
            first.get("postcode"),
            first.get("country"),
            first.get("phone"),
            first.get("email"),
            told_by(first),
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
    return grouped(rows, lambda f: source(f.get("name", "")), _shopify_order, lambda _f: "shopify")


PAID = {"paid", "partially_paid", "partially_refunded", "authorized"}


def _shopify_order(group: list[Rec]) -> Read:
    first = group[0].fields
    number = source(first["name"])
    cancelled = bool(first.get("cancelled at", "").strip() or first.get("canceled at", "").strip())
    status = first.get("financial status", "").strip().lower()
    if status in ("voided", "refunded"):
        cancelled = True
    elif status not in PAID | {"pending", ""}:
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
        address=address_of(
            first.get("shipping name"),
            [first.get("shipping address1") or first.get("shipping street"), first.get("shipping address2")],
            first.get("shipping city"),
            first.get("shipping province"),
            first.get("shipping zip", "").lstrip("'"),
            first.get("shipping country"),
            first.get("shipping phone") or first.get("phone"),
            first.get("email"),
            told_beside(_attributes(first.get("note attributes", ""))),
        ),
        lines=tuple(lines),
        row=group[0].row,
        hold="awaiting_payment" if status == "pending" else None,
        cancelled=cancelled,
    )


def _attributes(text: str) -> Iterator[tuple[str, str]]:
    """Shopify's cell of "name: value" lines."""
    for line in text.splitlines():
        name, _, value = line.partition(":")
        yield name, value


def amazon_tsv(path: Path, encoding: str) -> Iterator[Read]:
    """Amazon's order report: tab separated and never quoted."""
    required = ["order-id", "order-item-id", "purchase-date", "sku", "quantity-to-ship", "recipient-name"]
    rows = records(path, encoding, [*required, "ship-country"], delimiter="\t", quoting=False)
    return grouped(rows, lambda f: source(f.get("order-id", "")), _amazon_order, lambda _f: "amazon")


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
        address=address_of(
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
