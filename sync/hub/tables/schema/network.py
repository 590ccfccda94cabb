"""The hub itself, the catalogue and the sites with their floor and stock."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Index, UniqueConstraint

from sync.hub.tables.schema.columns import table, text, whole

hub = table("hub", ("key",), text("key"), text("value"))
counter = table("counter", ("site_id", "name"), text("site_id"), text("name"), whole("value"))
"""Per site: `cur` of the feed, `ledger`, `fence`, number ranges. Updated in the writing transaction (N15)."""


# --- catalogue and network: replicated to every site ---------------------------------------------------------------

sku = table(
    "sku",
    ("sku",),
    text("sku"),
    text("name"),
    *[whole(column, default=0) for column in ("length_mm", "width_mm", "height_mm", "weight_g", "price_minor")],
    text("flags", default="[]"),
    text("parent", null=True),
    text("attributes", default="{}"),
    text("image", null=True),
    text("kit", default="[]"),
    text("note", null=True),
    whole("note_rev", default=1),
)
barcode = table("barcode", ("code",), text("code"), text("sku"), whole("quantity"))
barcode_by_sku = Index("barcode_by_sku", barcode.c.sku)
carton = table(
    "carton",
    ("code",),
    text("code"),
    text("name"),
    *[whole(f"{side}_{axis}_mm", default=0) for side in ("inner", "outer") for axis in ("length", "width", "height")],
    whole("empty_weight_g"),
    whole("max_weight_g"),
    whole("cost_minor", default=0),
    text("kind"),
)
sku_measured = table("sku_measured", ("sku",), text("sku"), whole("at"))
"""Items whose size in `sku` was measured: no import writes over it."""
size_seen = table(
    "size_seen",
    ("sku", "fact_id"),
    text("sku"),
    text("fact_id"),
    text("site_id"),
    *[whole(column) for column in ("length_mm", "width_mm", "height_mm")],
    whole("weight_g", null=True),
    whole("at"),
)
size_doubt = table(
    "size_doubt",
    ("site_id", "sku", "fo"),
    text("site_id"),
    text("sku"),
    text("fo"),
    text("cartons"),
)
"""Orders whose box was changed for a larger one because it was too small: their items' sizes are in doubt."""
carton_stock = table(
    "carton_stock",
    ("site_id", "carton"),
    text("site_id"),
    text("carton"),
    whole("available"),
    whole("at"),
)
"""Cartons a site ran out of or counted; one that has no row here there is enough of."""
rate_set = table("rate_set", ("rev",), whole("rev"), text("hash"), whole("at"), text("body"))
"""Rate sheets as they were imported together: never changed, known by their hash (hub.md P2)."""
site = table(
    "site",
    ("site_id",),
    text("site_id"),
    text("name"),
    text("kind"),
    text("lines", default="[]"),
    text("city", default=""),
    text("region", default=""),
    text("postcode", default=""),
    text("country", default=""),
    whole("priority", default=100),
    text("postcode_prefixes", default="[]"),
    whole("active", default=1),
    whole("paused_until", default=0),
)
staff = table(
    "staff",
    ("user_id",),
    text("user_id"),
    text("name"),
    text("role"),
    text("badge_hash", null=True),
    text("pin_hash", null=True),
    whole("revoked_at", null=True),
)


# --- a site's floor and stock ------------------------------------------------------------------------------------

location = table(
    "location",
    ("site_id", "location"),
    text("site_id"),
    text("location"),
    text("zone"),
    whole("sequence"),
    text("aisle"),
    text("bay"),
    whole("x_mm"),
    whole("y_mm"),
)
setting = table(
    "setting",
    ("site_id", "name"),
    text("site_id"),
    text("name"),
    text("value"),
)
BUCKETS = ("on_hand", "allocated", "short", "damaged", "expired", "quality", "quarantine", "suspect")
_UNAVAILABLE = "damaged + expired + quality + quarantine + suspect"
stock = table(
    "stock",
    ("site_id", "sku"),
    text("site_id"),
    text("sku"),
    *[whole(bucket, default=0) for bucket in BUCKETS],
    whole("rev", default=0),
    CheckConstraint(" AND ".join(f"{bucket} >= 0" for bucket in BUCKETS), name="stock_not_negative"),
    CheckConstraint(f"allocated <= on_hand - ({_UNAVAILABLE})", name="stock_not_oversold"),
)
stock_by_sku = Index("stock_by_sku", stock.c.sku, stock.c.site_id)
"""A read index for availability over all sites: the one index a site does not lead (hub.md T1)."""
bin_stock = table(
    "bin_stock",
    ("site_id", "location", "sku", "lot"),
    text("site_id"),
    text("location"),
    text("sku"),
    text("lot", default=""),
    whole("quantity"),
    text("expiry", null=True),
)
bin_stock_by_sku = Index("bin_stock_by_sku", bin_stock.c.site_id, bin_stock.c.sku)
ledger = table(
    "ledger",
    ("site_id", "n"),
    text("site_id"),
    whole("n"),
    whole("at"),
    text("sku"),
    text("bucket"),
    whole("delta"),
    text("reason"),
    text("ref_type"),
    text("ref_id"),
    text("actor"),
    text("idem"),
    UniqueConstraint("site_id", "idem", "sku", "bucket", name="ledger_once"),
)
ledger_by_sku = Index("ledger_by_sku", ledger.c.site_id, ledger.c.sku, ledger.c.bucket)
