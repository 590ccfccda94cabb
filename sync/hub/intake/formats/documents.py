"""Orders as JSON: Shopify's and WooCommerce's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sync.hub.intake.formats.read_order import NoWork, Read, address_of, each, list_of, told_beside
from sync.hub.intake.formats.rows import PAID
from sync.hub.orders.incoming import Incoming, IncomingLine, Wrong, minor_units, source, tidy, time_ms, whole


def shopify_json(path: Path, encoding: str) -> Iterator[Read]:
    """Shopify's REST orders: {"orders": [..]} or a list."""
    return each(path, encoding, "orders", "shopify", _shopify_object)


def _shopify_object(order: dict[str, Any], row: int) -> Read:
    number = source(str(order.get("name") or order.get("id") or ""))
    status = str(order.get("financial_status") or "").lower()
    cancelled = bool(order.get("cancelled_at")) or status in ("voided", "refunded")
    if not cancelled and status not in PAID | {"pending", ""}:
        raise Wrong("financial_status", f"expected paid, pending, voided or refunded, got {status[:20]!r}.")
    currency = str(order.get("currency") or "").upper()
    lines = []
    for place, item in enumerate(list_of(order, "line_items")):
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
    services = list_of(order, "shipping_lines")
    return Incoming(
        channel="shopify",
        source_id=number,
        shown=tidy(str(order.get("name") or number)),
        ordered_at=time_ms(str(order.get("created_at") or ""), "created_at"),
        ship_by=None,
        service=tidy(str((services[0].get("code") if services else "") or "")) or "standard",
        currency=currency,
        note=tidy(str(order.get("note") or "")) or None,
        address=address_of(
            to.get("name"),
            [to.get("address1"), to.get("address2")],
            to.get("city"),
            to.get("province_code") or to.get("province"),
            to.get("zip"),
            to.get("country_code") or to.get("country"),
            to.get("phone"),
            order.get("email"),
            told_beside((note.get("name"), note.get("value")) for note in list_of(order, "note_attributes")),
        ),
        lines=tuple(lines),
        row=row,
        hold="awaiting_payment" if status == "pending" else None,
        cancelled=cancelled,
    )


def woocommerce_json(path: Path, encoding: str) -> Iterator[Read]:
    """WooCommerce's REST orders: a list."""
    return each(path, encoding, "orders", "woocommerce", _woocommerce_object)


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
    for place, item in enumerate(list_of(order, "line_items")):
        where = f"line_items[{place}]"
        units = whole(str(item.get("quantity")), f"{where}.quantity", least=-(10**9))
        total = minor_units(str(item.get("total", "0")), currency, f"{where}.total")
        code = item.get("sku") or item.get("variation_id") or item.get("product_id") or ""
        each = (2 * total + units) // (2 * units) if units > 0 else total  # half up, in whole minor units
        lines.append(IncomingLine(tidy(str(code), chars_max=64), units, each, where))
    shipping = order.get("shipping") or {}
    to = shipping if shipping.get("address_1") else order.get("billing") or {}
    name = " ".join(part for part in (to.get("first_name"), to.get("last_name")) if part) or to.get("company")
    services = list_of(order, "shipping_lines")
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
        address=address_of(
            name,
            [to.get("address_1"), to.get("address_2")],
            to.get("city"),
            to.get("state"),
            to.get("postcode"),
            to.get("country"),
            to.get("phone") or (order.get("billing") or {}).get("phone"),
            (order.get("billing") or {}).get("email"),
            told_beside((note.get("key"), note.get("value")) for note in list_of(order, "meta_data")),
        ),
        lines=tuple(lines),
        row=row,
        hold="awaiting_payment" if status in ("pending", "on-hold") else None,
        cancelled=status in ("cancelled", "refunded"),
    )
