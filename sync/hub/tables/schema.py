"""The hub's tables: one schema, on SQLite (STRICT) and on PostgreSQL (hub.md section 13).

`site_id` leads every key of a site table; no foreign key, no sequence. Quantities and money are whole numbers, times
are UTC milliseconds, documents are JSON text. Names and addresses stand in `pii` alone, so that they can be erased.
A row that stations need has a row in `change`, whose `cur` is also the revision stations compare; the feed builds
bodies when it is read, so a change row holds no copy of anything.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)

SCHEMA_VERSION = 1

metadata = MetaData()

_WHOLE = BigInteger().with_variant(Integer, "sqlite")  # STRICT knows INTEGER only


def _text(name: str, *, null: bool = False, default: str | None = None) -> Column[Any]:
    return Column(name, Text, nullable=null, server_default=default)


def _whole(name: str, *, null: bool = False, default: int | None = None) -> Column[Any]:
    return Column(name, _WHOLE, nullable=null, server_default=None if default is None else str(default))


def _bytes(name: str, *, null: bool = False) -> Column[Any]:
    return Column(name, LargeBinary, nullable=null)


def _table(name: str, key: tuple[str, ...], *parts: Any, wide: bool = False) -> Table:
    """`wide`: long rows with several indexes are kept by row number, so that the indexes stay small."""
    return Table(name, metadata, *parts, PrimaryKeyConstraint(*key), sqlite_with_rowid=wide, sqlite_strict=True)


# --- the hub itself ----------------------------------------------------------------------------------------------

hub = _table("hub", ("key",), _text("key"), _text("value"))
counter = _table("counter", ("site_id", "name"), _text("site_id"), _text("name"), _whole("value"))
"""Per site: `cur` of the feed, `ledger`, `fence`, number ranges. Updated in the writing transaction (N15)."""

# --- catalogue and network: replicated to every site ---------------------------------------------------------------

sku = _table(
    "sku",
    ("sku",),
    _text("sku"),
    _text("name"),
    *[_whole(column, default=0) for column in ("length_mm", "width_mm", "height_mm", "weight_g", "price_minor")],
    _text("flags", default="[]"),
    _text("parent", null=True),
    _text("attributes", default="{}"),
    _text("image", null=True),
)
barcode = _table("barcode", ("code",), _text("code"), _text("sku"), _whole("quantity"))
barcode_by_sku = Index("barcode_by_sku", barcode.c.sku)
carton = _table(
    "carton",
    ("code",),
    _text("code"),
    _text("name"),
    *[
        _whole(f"{side}_{axis}_mm", default=0)
        for side in ("inner", "outer")
        for axis in ("length", "width", "height")
    ],
    _whole("empty_weight_g"),
    _whole("max_weight_g"),
    _whole("cost_minor", default=0),
    _text("kind"),
)
site = _table(
    "site",
    ("site_id",),
    _text("site_id"),
    _text("name"),
    _text("kind"),
    _text("lines", default="[]"),
    _text("city", default=""),
    _text("region", default=""),
    _text("postcode", default=""),
    _text("country", default=""),
    _whole("priority", default=100),
    _text("postcode_prefixes", default="[]"),
    _whole("active", default=1),
    _whole("paused_until", default=0),
)
staff = _table(
    "staff",
    ("user_id",),
    _text("user_id"),
    _text("name"),
    _text("role"),
    _text("badge_hash", null=True),
    _text("pin_hash", null=True),
    _whole("revoked_at", null=True),
)

# --- a site's floor and stock ------------------------------------------------------------------------------------

location = _table(
    "location",
    ("site_id", "location"),
    _text("site_id"),
    _text("location"),
    _text("zone"),
    _whole("sequence"),
    _text("aisle"),
    _text("bay"),
    _whole("x_mm"),
    _whole("y_mm"),
)
setting = _table(
    "setting",
    ("site_id", "name"),
    _text("site_id"),
    _text("name"),
    _text("value"),
)
BUCKETS = ("on_hand", "allocated", "short", "damaged", "expired", "quality", "quarantine", "suspect")
_UNAVAILABLE = "damaged + expired + quality + quarantine + suspect"
stock = _table(
    "stock",
    ("site_id", "sku"),
    _text("site_id"),
    _text("sku"),
    *[_whole(bucket, default=0) for bucket in BUCKETS],
    _whole("rev", default=0),
    CheckConstraint(" AND ".join(f"{bucket} >= 0" for bucket in BUCKETS), name="stock_not_negative"),
    CheckConstraint(f"allocated <= on_hand - ({_UNAVAILABLE})", name="stock_not_oversold"),
)
stock_by_sku = Index("stock_by_sku", stock.c.sku, stock.c.site_id)
"""A read index for availability over all sites: the one index a site does not lead (hub.md T1)."""
bin_stock = _table(
    "bin_stock",
    ("site_id", "location", "sku", "lot"),
    _text("site_id"),
    _text("location"),
    _text("sku"),
    _text("lot", default=""),
    _whole("quantity"),
    _text("expiry", null=True),
)
bin_stock_by_sku = Index("bin_stock_by_sku", bin_stock.c.site_id, bin_stock.c.sku)
ledger = _table(
    "ledger",
    ("site_id", "n"),
    _text("site_id"),
    _whole("n"),
    _whole("at"),
    _text("sku"),
    _text("bucket"),
    _whole("delta"),
    _text("reason"),
    _text("ref_type"),
    _text("ref_id"),
    _text("actor"),
    _text("idem"),
    UniqueConstraint("site_id", "idem", "sku", "bucket", name="ledger_once"),
)
ledger_by_sku = Index("ledger_by_sku", ledger.c.site_id, ledger.c.sku, ledger.c.bucket)

# --- orders ------------------------------------------------------------------------------------------------------

orders = _table(
    "orders",
    ("order_id",),
    _text("order_id"),
    _text("channel"),
    _text("source_id"),
    _text("shown"),
    _text("hash"),
    _whole("ordered_at"),
    _whole("ship_by", null=True),
    _text("service"),
    _text("currency"),
    _whole("priority", default=0),
    _text("note", null=True),
    _text("country"),
    _text("postcode_prefix"),
    _text("wait_code", null=True),
    _text("wait_reason", null=True),
    _whole("cancelled_at", null=True),
    _whole("created_at"),
    _whole("changed_at"),
    UniqueConstraint("channel", "source_id", name="orders_once"),
)
orders_waiting = Index("orders_waiting", orders.c.wait_code, orders.c.order_id)
order_line = _table(
    "order_line",
    ("order_id", "line"),
    _text("order_id"),
    _whole("line"),
    _text("sku"),
    *[
        _whole(part, default=0)
        for part in ("ordered", "cancelled", "waiting", "pledged", "unrouted", "open", "shipped")
    ],
    _whole("price_minor"),
    CheckConstraint(
        "ordered >= 0 AND cancelled >= 0 AND waiting >= 0 AND pledged >= 0 AND unrouted >= 0 AND open >= 0"
        " AND shipped >= 0",
        name="order_line_not_negative",
    ),
)
order_line_by_sku = Index("order_line_by_sku", order_line.c.sku, order_line.c.order_id)
order_hold = _table("order_hold", ("order_id", "hold"), _text("order_id"), _text("hold"), _whole("since"))
order_event = _table(
    "order_event",
    ("order_id", "n"),
    _text("order_id"),
    _whole("n"),
    _whole("at"),
    _text("actor"),
    _text("kind"),
    _text("detail"),
)
pii = _table("pii", ("order_id",), _text("order_id"), _text("address"))
exclusion = _table(
    "exclusion",
    ("order_id", "line", "site_id"),
    _text("order_id"),
    _whole("line"),
    _text("site_id"),
    _whole("until"),
)
decision = _table(
    "decision",
    ("order_id", "n"),
    _text("order_id"),
    _whole("n"),
    _whole("at"),
    _text("rule"),
    _text("site_id", null=True),
    _text("fo", null=True),
    _text("code"),
    _text("reason"),
    _text("body"),
)
intake_row = _table(
    "intake_row",
    ("batch", "row", "path"),
    _text("batch"),
    _whole("row"),
    _text("path"),
    _whole("at"),
    _text("what"),
    _text("channel"),
    _text("key"),
    _text("reason"),
    _text("state"),
)
intake_row_by_key = Index("intake_row_by_key", intake_row.c.what, intake_row.c.channel, intake_row.c.key)
"""The review list: what an import refused, with row, path and reason; never a name or an address (I10)."""

# --- fulfilment --------------------------------------------------------------------------------------------------

fo = _table(
    "fo",
    ("site_id", "fo"),
    _text("site_id"),
    _text("fo"),
    _text("order_id"),
    _text("status"),
    _text("request"),
    _text("step", default=""),
    _text("reason", null=True),
    _text("method", default="ship"),
    _whole("priority", default=0),
    _whole("ordered_at"),
    _whole("ship_by", null=True),
    _text("service"),
    _text("carrier"),
    _text("currency"),
    _text("note", null=True),
    _text("wave", null=True),
    _whole("ship_complete", default=0),
    _whole("decision_n"),
    _text("progress", default="{}"),
    _whole("created_at"),
    _whole("rev"),
)
fo_by_order = Index("fo_by_order", fo.c.order_id, fo.c.site_id)
fo_by_status = Index("fo_by_status", fo.c.site_id, fo.c.status, fo.c.fo)
fo_line = _table(
    "fo_line",
    ("site_id", "fo", "line"),
    _text("site_id"),
    _text("fo"),
    _whole("line"),
    _text("sku"),
    _whole("q"),
    *[_whole(part, default=0) for part in ("picked", "packed", "shipped", "rejected", "released", "over")],
    _whole("price_minor"),
)
fo_line_by_sku = Index("fo_line_by_sku", fo_line.c.site_id, fo_line.c.sku)
fo_event = _table(
    "fo_event",
    ("site_id", "fo", "n"),
    _text("site_id"),
    _text("fo"),
    _whole("n"),
    _whole("at"),
    _text("before"),
    _text("after"),
    _text("why"),
)
claim = _table(
    "claim",
    ("site_id", "fo"),
    _text("site_id"),
    _text("fo"),
    _text("station"),
    _text("gen"),
    _text("fence"),
    _whole("granted_at"),
)
claim_by_station = Index("claim_by_station", claim.c.site_id, claim.c.station)
parcel = _table(
    "parcel",
    ("site_id", "parcel"),
    _text("site_id"),
    _text("parcel"),
    _text("fo"),
    _whole("number"),
    _text("carton_type"),
    _whole("weight_g"),
    _text("label", null=True),
    _text("tracking", null=True),
    _text("manifest", null=True),
    _text("state"),
    _whole("shipped_at", null=True),
)
parcel_by_fo = Index("parcel_by_fo", parcel.c.site_id, parcel.c.fo)
parcel_by_manifest = Index("parcel_by_manifest", parcel.c.site_id, parcel.c.manifest)
parcel_line = _table(
    "parcel_line",
    ("site_id", "parcel", "fo", "line"),
    _text("site_id"),
    _text("parcel"),
    _text("fo"),
    _whole("line"),
    _whole("q"),
)
manifest = _table(
    "manifest",
    ("site_id", "manifest"),
    _text("site_id"),
    _text("manifest"),
    _text("carrier"),
    _text("state"),
    _whole("closed_at", null=True),
    _text("closed_by", null=True),
)
wave = _table(
    "wave",
    ("site_id", "wave"),
    _text("site_id"),
    _text("wave"),
    _text("kind"),
    _text("cutoff"),
    _text("state"),
    _text("carts"),
    _text("released"),
)

# --- stations and their facts ------------------------------------------------------------------------------------

station = _table(
    "station",
    ("site_id", "station"),
    _text("site_id"),
    _text("station"),
    _text("rights"),
    _text("code_hash", null=True),
    _whole("code_until", default=0),
    _text("token_hash", null=True),
    _text("token_hash_before", null=True),
    _whole("revoked_at", null=True),
    _text("fingerprint", default=""),
    _whole("seen_at", default=0),
    _whole("last_seq", default=0),
    _text("app", default=""),
    _text("gen", default=""),
)
station_by_token = Index("station_by_token", station.c.token_hash)
station_by_token_before = Index("station_by_token_before", station.c.token_hash_before)
gen = _table(
    "gen",
    ("site_id", "station", "gen"),
    _text("site_id"),
    _text("station"),
    _text("gen"),
    _whole("oldest"),
    _whole("n"),
    _bytes("hash"),
    _bytes("hash_before_oldest"),
    _text("session"),
    _whole("begun_at"),
)
fact = _table(
    "fact",
    ("site_id", "station", "gen", "seq"),
    _text("site_id"),
    _text("station"),
    _text("gen"),
    _whole("seq"),
    _text("fact_id"),
    _text("kind"),
    _text("fo", null=True),
    _bytes("line"),
    _bytes("hash"),
    _whole("at"),
    _text("outcome"),
    _text("code", null=True),
    _whole("cur", null=True),
    wide=True,
)
fact_once = Index(
    "fact_once",
    fact.c.site_id,
    fact.c.fact_id,
    unique=True,
    sqlite_where=fact.c.outcome.in_(("applied", "conflict", "parked")),
    postgresql_where=fact.c.outcome.in_(("applied", "conflict", "parked")),
)
"""Each fact counts once, however often its row was sent (F6)."""
fact_by_fo = Index(
    "fact_by_fo",
    fact.c.site_id,
    fact.c.fo,
    sqlite_where=fact.c.fo.is_not(None),
    postgresql_where=fact.c.fo.is_not(None),
)
fact_by_cur = Index(
    "fact_by_cur",
    fact.c.site_id,
    fact.c.cur,
    sqlite_where=fact.c.cur.is_not(None),
    postgresql_where=fact.c.cur.is_not(None),
)
quarantine = _table(
    "quarantine",
    ("site_id", "station", "gen", "seq"),
    _text("site_id"),
    _text("station"),
    _text("gen"),
    _whole("seq"),
    _text("fo", null=True),
    _text("why"),
    _text("state"),
    _whole("at"),
    _text("settled_by", null=True),
    _text("settled_why", null=True),
)
quarantine_by_fo = Index("quarantine_by_fo", quarantine.c.site_id, quarantine.c.fo)
conflict = _table(
    "conflict",
    ("site_id", "conflict"),
    _text("site_id"),
    _text("conflict"),
    _text("code"),
    _text("fo", null=True),
    _text("detail"),
    _whole("opened_at"),
    _whole("resolved_at", null=True),
    _text("resolved_by", null=True),
    _text("resolved_why", null=True),
)
conflict_by_fo = Index("conflict_by_fo", conflict.c.site_id, conflict.c.fo)
alert = _table(
    "alert",
    ("site_id", "kind", "ref"),
    _text("site_id"),
    _text("kind"),
    _text("ref"),
    _text("detail"),
    _whole("opened_at"),
)
change = _table(
    "change",
    ("site_id", "kind", "key"),
    _text("site_id"),
    _text("kind"),
    _text("key"),
    _whole("cur"),
    _whole("gone", default=0),
)
change_by_cur = Index("change_by_cur", change.c.site_id, change.c.cur, unique=True)
request = _table(
    "request",
    ("site_id", "station", "request_id"),
    _text("site_id"),
    _text("station"),
    _text("request_id"),
    _text("reply"),
    _whole("until"),
)
