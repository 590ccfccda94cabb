"""Stations, their facts, and what the hub has to tell them."""

from __future__ import annotations

from sqlalchemy import Index

from sync.hub.tables.schema.columns import bytes_of, table, text, whole

station = table(
    "station",
    ("site_id", "station"),
    text("site_id"),
    text("station"),
    text("rights"),
    text("code_hash", null=True),
    whole("code_until", default=0),
    text("token_hash", null=True),
    text("token_hash_before", null=True),
    whole("revoked_at", null=True),
    text("fingerprint", default=""),
    whole("seen_at", default=0),
    whole("last_seq", default=0),
    text("app", default=""),
    text("gen", default=""),
    text("epoch", default=""),
)
station_by_token = Index("station_by_token", station.c.token_hash)
station_by_token_before = Index("station_by_token_before", station.c.token_hash_before)
gen = table(
    "gen",
    ("site_id", "station", "gen"),
    text("site_id"),
    text("station"),
    text("gen"),
    whole("oldest"),
    whole("n"),
    bytes_of("hash"),
    bytes_of("hash_before_oldest"),
    text("session"),
    whole("begun_at"),
)
fact = table(
    "fact",
    ("site_id", "station", "gen", "seq"),
    text("site_id"),
    text("station"),
    text("gen"),
    whole("seq"),
    text("fact_id"),
    text("kind"),
    text("fo", null=True),
    bytes_of("line"),
    bytes_of("hash"),
    whole("at"),
    text("outcome"),
    text("code", null=True),
    whole("cur", null=True),
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
quarantine = table(
    "quarantine",
    ("site_id", "station", "gen", "seq"),
    text("site_id"),
    text("station"),
    text("gen"),
    whole("seq"),
    text("fo", null=True),
    text("why"),
    text("state"),
    whole("at"),
    text("settled_by", null=True),
    text("settled_why", null=True),
)
quarantine_by_fo = Index("quarantine_by_fo", quarantine.c.site_id, quarantine.c.fo)
conflict = table(
    "conflict",
    ("site_id", "conflict"),
    text("site_id"),
    text("conflict"),
    text("code"),
    text("fo", null=True),
    text("detail"),
    whole("opened_at"),
    whole("resolved_at", null=True),
    text("resolved_by", null=True),
    text("resolved_why", null=True),
)
conflict_by_fo = Index("conflict_by_fo", conflict.c.site_id, conflict.c.fo)
alert = table(
    "alert",
    ("site_id", "kind", "ref"),
    text("site_id"),
    text("kind"),
    text("ref"),
    text("detail"),
    whole("opened_at"),
)
change = table(
    "change",
    ("site_id", "kind", "key"),
    text("site_id"),
    text("kind"),
    text("key"),
    whole("cur"),
    whole("gone", default=0),
)
change_by_cur = Index("change_by_cur", change.c.site_id, change.c.cur, unique=True)
request = table(
    "request",
    ("site_id", "station", "request_id"),
    text("site_id"),
    text("station"),
    text("request_id"),
    text("reply"),
    whole("until"),
)
