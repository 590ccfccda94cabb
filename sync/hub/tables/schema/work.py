"""Orders and what fulfils them."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Index, UniqueConstraint

from sync.hub.tables.schema.columns import table, text, whole

# --- orders ------------------------------------------------------------------------------------------------------

orders = table(
    "orders",
    ("order_id",),
    text("order_id"),
    text("channel"),
    text("source_id"),
    text("shown"),
    text("hash"),
    whole("ordered_at"),
    whole("ship_by", null=True),
    text("service"),
    text("currency"),
    whole("priority", default=0),
    text("note", null=True),
    whole("note_rev", default=1),
    text("country"),
    text("postcode_prefix"),
    text("wait_code", null=True),
    text("wait_reason", null=True),
    whole("cancelled_at", null=True),
    whole("created_at"),
    whole("changed_at"),
    UniqueConstraint("channel", "source_id", name="orders_once"),
)
orders_waiting = Index("orders_waiting", orders.c.wait_code, orders.c.order_id)
order_line = table(
    "order_line",
    ("order_id", "line"),
    text("order_id"),
    whole("line"),
    text("sku"),
    *[
        whole(part, default=0)
        for part in ("ordered", "cancelled", "waiting", "pledged", "unrouted", "open", "shipped")
    ],
    whole("price_minor"),
    text("kit", null=True),
    CheckConstraint(
        "ordered >= 0 AND cancelled >= 0 AND waiting >= 0 AND pledged >= 0 AND unrouted >= 0 AND open >= 0"
        " AND shipped >= 0",
        name="order_line_not_negative",
    ),
)
order_line_by_sku = Index("order_line_by_sku", order_line.c.sku, order_line.c.order_id)
order_hold = table("order_hold", ("order_id", "hold"), text("order_id"), text("hold"), whole("since"))
order_event = table(
    "order_event",
    ("order_id", "n"),
    text("order_id"),
    whole("n"),
    whole("at"),
    text("actor"),
    text("kind"),
    text("detail"),
)
pii = table("pii", ("order_id",), text("order_id"), text("address"))
exclusion = table(
    "exclusion",
    ("order_id", "line", "site_id"),
    text("order_id"),
    whole("line"),
    text("site_id"),
    whole("until"),
)
decision = table(
    "decision",
    ("order_id", "n"),
    text("order_id"),
    whole("n"),
    whole("at"),
    text("rule"),
    text("site_id", null=True),
    text("fo", null=True),
    text("code"),
    text("reason"),
    text("body"),
)
intake_row = table(
    "intake_row",
    ("batch", "row", "path"),
    text("batch"),
    whole("row"),
    text("path"),
    whole("at"),
    text("what"),
    text("channel"),
    text("key"),
    text("reason"),
    text("state"),
)
intake_row_by_key = Index("intake_row_by_key", intake_row.c.what, intake_row.c.channel, intake_row.c.key)
"""The review list: what an import refused, with row, path and reason; never a name or an address (I10)."""


# --- fulfilment --------------------------------------------------------------------------------------------------

fo = table(
    "fo",
    ("site_id", "fo"),
    text("site_id"),
    text("fo"),
    text("order_id"),
    text("status"),
    text("request"),
    text("step", default=""),
    text("reason", null=True),
    text("method", default="ship"),
    whole("priority", default=0),
    whole("ordered_at"),
    whole("ship_by", null=True),
    text("service"),
    text("carrier"),
    text("currency"),
    text("note", null=True),
    text("wave", null=True),
    whole("ship_complete", default=0),
    whole("decision_n"),
    text("progress", default="{}"),
    whole("created_at"),
    whole("rev"),
    text("moved", null=True),
)
"""`moved`: how it stood when its address or service was changed with somebody at work on it (sync C8)."""
fo_by_order = Index("fo_by_order", fo.c.order_id, fo.c.site_id)
fo_by_status = Index("fo_by_status", fo.c.site_id, fo.c.status, fo.c.fo)
fo_line = table(
    "fo_line",
    ("site_id", "fo", "line"),
    text("site_id"),
    text("fo"),
    whole("line"),
    text("sku"),
    whole("q"),
    *[whole(part, default=0) for part in ("picked", "packed", "shipped", "rejected", "released", "over")],
    whole("price_minor"),
    text("kit", null=True),
)
fo_line_by_sku = Index("fo_line_by_sku", fo_line.c.site_id, fo_line.c.sku)
fo_event = table(
    "fo_event",
    ("site_id", "fo", "n"),
    text("site_id"),
    text("fo"),
    whole("n"),
    whole("at"),
    text("before"),
    text("after"),
    text("why"),
)
claim = table(
    "claim",
    ("site_id", "fo"),
    text("site_id"),
    text("fo"),
    text("station"),
    text("gen"),
    text("fence"),
    whole("granted_at"),
)
claim_by_station = Index("claim_by_station", claim.c.site_id, claim.c.station)
parcel = table(
    "parcel",
    ("site_id", "parcel"),
    text("site_id"),
    text("parcel"),
    text("fo"),
    whole("number"),
    text("carton_type"),
    whole("weight_g"),
    text("label", null=True),
    text("tracking", null=True),
    text("manifest", null=True),
    text("state"),
    whole("shipped_at", null=True),
)
parcel_by_fo = Index("parcel_by_fo", parcel.c.site_id, parcel.c.fo)
parcel_by_manifest = Index("parcel_by_manifest", parcel.c.site_id, parcel.c.manifest)
parcel_line = table(
    "parcel_line",
    ("site_id", "parcel", "fo", "line"),
    text("site_id"),
    text("parcel"),
    text("fo"),
    whole("line"),
    whole("q"),
)
label = table(
    "label",
    ("site_id", "label"),
    text("site_id"),
    text("label"),
    text("fo"),
    text("state"),
    text("carton", null=True),
    text("carton_type", null=True),
    whole("weight_g", null=True),
    text("tracking", default=""),
    text("service", default=""),
    text("carrier", default=""),
    text("format", default=""),
    text("content", default=""),
    text("scan_keys", default="[]"),
    text("code", null=True),
    text("words", null=True),
    whole("at"),
)
label_by_fo = Index("label_by_fo", label.c.site_id, label.c.fo)
"""What carriers answered: a label bought ahead, or refused with their code and words; `void`: for an old address."""
document = table(
    "document",
    ("site_id", "fo", "document"),
    text("site_id"),
    text("fo"),
    text("document"),
    text("required"),
    whole("ready", default=0),
)
"""Papers that go with an order: invoice, customs ...; required: block, warn, none (floor.md FL5.18)."""
manifest = table(
    "manifest",
    ("site_id", "manifest"),
    text("site_id"),
    text("manifest"),
    text("carrier"),
    text("state"),
    whole("closed_at", null=True),
    text("closed_by", null=True),
)
wave = table(
    "wave",
    ("site_id", "wave"),
    text("site_id"),
    text("wave"),
    text("kind"),
    text("cutoff"),
    text("state"),
    text("carts"),
    text("released"),
)
