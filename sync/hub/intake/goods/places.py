"""Rows of sites, of their locations, and of what lies there."""

from __future__ import annotations

import json
import re
import secrets
from typing import Any

from sqlalchemy import Connection

from sync.hub import stock
from sync.hub.intake.goods.rows import code_of, upsert
from sync.hub.orders.incoming import Wrong, quoted, tidy, time_ms, whole
from sync.hub.tables import books, feed, work
from sync.hub.tables.books import Act, Cause
from sync.hub.tables.database import do, maybe


def location_row(act: Act, f: dict[str, str], given: str | None) -> str:
    """`given`: whose locations they are, where the file has no such column."""
    site = tidy(f.get("site", "")) or given or only_site(act.db)
    must_be_site(act.db, site)
    code = code_of(act.db, f["location"], "location", site_codes=False)
    return upsert(
        act,
        "location",
        {"site_id": site, "location": code},
        {
            "zone": tidy(f["zone"], chars_max=20),
            "sequence": whole(f["sequence"], "sequence", empty=0),
            "aisle": tidy(f["aisle"], chars_max=20),
            "bay": tidy(f["bay"], chars_max=20),
            "x_mm": whole(f["x_mm"], "x_mm", empty=0),
            "y_mm": whole(f["y_mm"], "y_mm", empty=0),
        },
        [(site, "location", code)],
    )


class Stocktaking:
    """What lies where, row by row. `rose`: SKUs of which more came in."""

    def __init__(self) -> None:
        self._batch = secrets.token_hex(6)
        self.rose: set[str] = set()

    def row(self, act: Act, f: dict[str, str], row: int) -> str:
        """One row: units of a SKU at a location; the difference is booked."""
        site, place, sku = tidy(f["site"]), tidy(f["location"]), tidy(f["sku"], chars_max=64)
        lot, expiry = tidy(f.get("lot", ""), chars_max=20), tidy(f.get("expiry", ""), chars_max=10)
        must_be_site(act.db, site)
        units = whole(f["quantity"], "quantity", most=10_000_000)
        if expiry:
            time_ms(expiry, "expiry")
        if maybe(act.db, "SELECT 1 FROM sku WHERE sku = :sku", sku=sku) is None:
            raise Wrong("sku", f"expected an item of the catalog, got {quoted(sku)}.")
        known = maybe(
            act.db, "SELECT 1 FROM location WHERE site_id = :site AND location = :place", site=site, place=place
        )
        if place and known is None:
            raise Wrong("location", f"expected a location of {site}, got {quoted(place)}.")
        stored = maybe(
            act.db,
            "SELECT quantity, expiry FROM bin_stock WHERE site_id = :site AND location = :place AND sku = :sku"
            " AND lot = :lot",
            site=site,
            place=place,
            sku=sku,
            lot=lot,
        )
        if stored is not None and (stored.quantity, stored.expiry or "") == (units, expiry):
            return "unchanged"
        before = stored.quantity if stored else 0
        cause = Cause("import", "stock", f"{place}/{sku}/{lot}", f"import:{self._batch}:{row}")
        held = books.held(act, site, sku)
        if units > before:
            books.receive(act, site, sku, units - before, cause)
            work.came_in(act, site, sku)
            self.rose.add(sku)
        elif units < before:
            books.book(act, site, sku, stock.counted(held, before, units, everywhere=False), cause)
            books.settle_alert(act, site, sku)
        do(
            act.db,
            "INSERT INTO bin_stock (site_id, location, sku, lot, quantity, expiry) VALUES (:site, :place, :sku, :lot,"
            " :units, :expiry) ON CONFLICT (site_id, location, sku, lot) DO UPDATE SET quantity = excluded.quantity,"
            " expiry = excluded.expiry",
            site=site,
            place=place,
            sku=sku,
            lot=lot,
            units=units,
            expiry=expiry or None,
        )
        act.touch(site, "stock", sku)
        return "created" if stored is None else "updated"


def site_row(act: Act, f: dict[str, str], _row: int) -> str:
    """A site that ships."""
    site = tidy(f["site"], chars_max=32)
    if not re.fullmatch(r"[A-Za-z0-9._-]{1,32}", site):
        raise Wrong("site", f"expected letters, digits and . _ -, got {quoted(site)}.")
    kind = tidy(f["kind"]).lower() or "warehouse"
    if kind not in ("warehouse", "store"):
        raise Wrong("kind", f"expected warehouse or store, got {quoted(kind)}.")
    country = tidy(f["country"]).upper()
    if not re.fullmatch(r"[A-Z]{2}", country):
        raise Wrong("country", f"expected two letters, got {quoted(country)}.")
    whole(f.get("priority", ""), "priority", most=10_000, empty=100)
    there = maybe(act.db, "SELECT 1 FROM site WHERE site_id = :site", site=site) is not None
    return write_site(act, f | {"site": site, "kind": kind, "country": country}, "updated" if there else "created")


def write_site(act: Act, f: dict[str, str], done: str) -> str:
    """Store a site; a new one hears of everything and gets its first settings."""
    site = f["site"]
    lines = [line for line in (tidy(f.get("address1", "")), tidy(f.get("address2", ""))) if line]
    prefixes = [tidy(p, chars_max=12).upper() for p in f.get("postcode_prefixes", "").split("|") if p.strip()]
    values = {
        "name": tidy(f["name"]) or site,
        "kind": f["kind"],
        "lines": json.dumps(lines, ensure_ascii=False),
        "city": tidy(f.get("city", "")),
        "region": tidy(f.get("region", "")),
        "postcode": tidy(f.get("postcode", ""), chars_max=12),
        "country": f.get("country", ""),
        "priority": whole(f.get("priority", ""), "priority", most=10_000, empty=100),
        "postcode_prefixes": json.dumps(prefixes),
    }
    if upsert(act, "site", {"site_id": site}, values, []) == "unchanged":
        return "unchanged"
    if done == "created":
        feed.fill(act.db, site)
        settings: dict[str, Any] = {
            "badge_key": feed.number(act.db, "badge_key"),
            "command_key": None,
            "language": "en",
            "carriers": {},
            "weight_tolerance": {"abs_g": 30, "permille": 30},
            "rules": {},
        }
        for name, value in settings.items():
            feed.set_setting(act.db, site, name, value)
            act.touch(site, "setting", name)
    told = {name: values[name] for name in ("name", "postcode", "city", "region", "country", "kind")}
    feed.set_setting(act.db, site, "site", {"site": site, **told, "lines": lines})
    act.touch(site, "setting", "site")
    for key in feed.services(act.db):
        act.touch(site, "rate", key)  # a sheet is told with the zones that begin where the site is
    return done


def must_be_site(db: Connection, site: str) -> None:
    if maybe(db, "SELECT 1 FROM site WHERE site_id = :site", site=site) is None:
        raise Wrong("site", f"expected a known site, got {quoted(site)}; import sites first.")


def only_site(db: Connection) -> str:
    there = feed.sites(db)
    if len(there) != 1:
        raise Wrong("site", f"expected a column site or --site, as there are {len(there)} sites.")
    return there[0]
