"""Rate sheets from rows: four tables that carriers publish, checked and put together (hub.md P2, P3). Pure.

    rows of services, bands, zones, surcharges  --sheets_of-->  sheets: one a carrier, service and day it begins
    sheets of before + those of now             --revised---->  the sheets that hold from now on
    sheets of one service, for one site         --told------->  the copy `rate` of its stations

The arithmetic of a price stands in `packstation.cartons.price`, the choice of sheet and zone in `.tariff`: whoever
needs a price here borrows them.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from packstation.cartons.tariff import Zone

Sheet = dict[str, Any]
Row = tuple[int, dict[str, str]]
"""The line a row began on, and its fields by column."""

SERVICE = (
    *("name", "kind", "currency", "valid_from", "dim_divisor_mm3_per_g", "side_round_um", "weight_step_g"),
    *("min_price_minor", "max_weight_g", "max_length_mm", "max_girth_mm", "fuel_bp", "cutoff", "days"),
)
BAND = ("zone", "over_g", "upto_g", "price_minor", "per_step_minor")
ZONE = (
    *("origin_country", "origin_from", "origin_thru", "dest_country", "dest_from", "dest_thru"),
    *("over_km", "upto_km", "zone", "days_min", "days_max"),
)
CHARGE = ("code", "valid_from", "when", "limit", "amount_minor", "percent_bp", "fuelable", "group")
HEADS = {"services": SERVICE, "bands": BAND, "zones": ZONE, "surcharges": CHARGE}
"""The columns of each table behind `carrier,service`; the head line tells which it is."""
WHEN = (
    *("always", "residential", "postcode_prefix", "weight_over_g", "length_over_mm", "second_over_mm"),
    *("girth_over_mm", "length_girth_over_mm", "volume_over_cm3", "hazmat", "signature"),
)
ANY = "*"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a row. `key`: carrier/service."""

    row: int
    key: str
    path: str
    reason: str


class _Wrong(Exception):
    def __init__(self, path: str, reason: str) -> None:
        super().__init__(reason)
        self.path, self.reason = path, reason


def table_of(head: Sequence[str]) -> str | None:
    """Which of the four tables a head line begins; None when it is none."""
    names = {name.strip().lower() for name in head}
    if not {"carrier", "service"} <= names:
        return None
    whole_ones = (name for name, columns in HEADS.items() if set(columns) <= names)
    return next(whole_ones, None)


def sheets_of(tables: Mapping[str, Sequence[Row]], before: Sequence[Sheet]) -> tuple[list[Sheet], list[Fault]]:
    """The sheets that rows make; what a table does not say of a service is taken from its newest sheet of before."""
    faults: list[Fault] = []
    read: dict[str, dict[tuple[str, str], list[tuple[int, dict[str, Any]]]]] = {}
    for table, reader in (("services", _service), ("bands", _band), ("zones", _zone), ("surcharges", _charge)):
        held = read.setdefault(table, {})
        for number, row in tables.get(table, ()):
            key = (_tidy(row.get("carrier")), _tidy(row.get("service")) or ANY)
            try:
                if not key[0]:
                    raise _Wrong("carrier", "expected a carrier, got none.")
                if key[1] == ANY and table != "surcharges":
                    raise _Wrong("service", "expected a service, got none.")
                held.setdefault(key, []).append((number, reader(row)))
            except _Wrong as wrong:
                faults.append(Fault(number, "/".join(key), wrong.path, wrong.reason))
    sheets: list[Sheet] = []
    named = {key for table in ("services", "bands", "zones") for key in read[table]}
    named |= {key for key in read["surcharges"] if key[1] != ANY}
    known = {(sheet["carrier"], sheet["service"]) for sheet in before}
    named |= {key for key in known for carrier, service in read["surcharges"] if service == ANY and key[0] == carrier}
    for key in sorted(named):
        old = max((s for s in before if (s["carrier"], s["service"]) == key), key=_begins, default=None)
        services = read["services"].get(key) or ([(0, {name: old[name] for name in SERVICE})] if old else [])
        parts: dict[str, Any] = {}
        for table in ("bands", "zones", "surcharges"):
            rows = [*read[table].get(key, ()), *(read[table].get((key[0], ANY), ()) if table == "surcharges" else ())]
            parts[table] = [row for _, row in rows] if rows else (old or {}).get(table, [])
            faults += _together(table, key, rows)
        if not services:
            number = min(n for t in ("bands", "zones", "surcharges") for n, _ in read[t].get(key, [(1 << 30, {})]))
            faults.append(Fault(number, "/".join(key), "service", "expected its row of services too, got none."))
        for number, service in services:
            if not parts["bands"]:
                faults.append(Fault(number, "/".join(key), "zone", "expected price bands of the service, got none."))
            sheet = {"carrier": key[0], "service": key[1], **service, **parts}
            sheets.append(sheet | {"hash": _hash(sheet)})
    return sheets, sorted(faults, key=lambda fault: (fault.row, fault.path))


def revised(before: Sequence[Sheet], now: Iterable[Sheet]) -> list[Sheet]:
    """All sheets from now on: one that begins on the same day takes the older one's place."""
    held = {_key(sheet): sheet for sheet in before} | {_key(sheet): sheet for sheet in now}
    return [held[key] for key in sorted(held)]


def hash_of(sheets: Sequence[Sheet]) -> str:
    """What a revision as a whole is known by."""
    return _digest(json.dumps([sheet["hash"] for sheet in sheets]))


def told(sheets: Sequence[Sheet], country: str, postcode: str, today: str) -> dict[str, Any]:
    """One service's sheets for a site: the zones that begin there, and no sheet that is over for good."""
    begun = [sheet for sheet in sheets if sheet["valid_from"] <= today]
    kept = [*sorted(begun, key=_begins)[-1:], *(sheet for sheet in sheets if sheet["valid_from"] > today)]
    revisions = []
    for sheet in kept:
        zones = [zone for zone in sheet["zones"] if _starts(zone, country.upper(), _plain(postcode))]
        names = {zone["zone"] for zone in zones}
        revision = {name: sheet[name] for name in ("hash", *SERVICE) if name not in ("kind", "cutoff", "days")}
        charges = [{**charge} for charge in sheet["surcharges"]]
        bands = [band for band in sheet["bands"] if band["zone"] in names]
        revisions.append({**revision, "bands": bands, "zones": zones, "charges": charges})
    first = sheets[0]
    return {"carrier": first["carrier"], "service": first["service"], "revisions": revisions}


# --- rows ----------------------------------------------------------------------------------------------------------


def _service(row: dict[str, str]) -> dict[str, Any]:
    kind = _tidy(row["kind"]).lower() or "parcel"
    if kind not in ("parcel", "freight"):
        raise _Wrong("kind", f"expected parcel or freight, got {kind[:20]!r}.")
    currency = _tidy(row["currency"]).upper()
    if not re.fullmatch(r"[A-Z]{3}", currency):
        raise _Wrong("currency", f"expected three letters such as EUR, got {currency[:20]!r}.")
    days = _tidy(row["days"]) or "1111100"
    if not re.fullmatch(r"[01]{7}", days):
        raise _Wrong("days", f"expected seven signs 0 or 1 from Monday, got {days[:20]!r}.")
    return {
        "name": _tidy(row["name"]),
        "kind": kind,
        "currency": currency,
        "valid_from": _day(row["valid_from"]),
        "dim_divisor_mm3_per_g": _whole(row, "dim_divisor_mm3_per_g", 0),
        "side_round_um": _whole(row, "side_round_um", 0),
        "weight_step_g": _step(row),
        "min_price_minor": _whole(row, "min_price_minor", 0),
        "max_weight_g": _whole(row, "max_weight_g", None),
        "max_length_mm": _whole(row, "max_length_mm", None),
        "max_girth_mm": _whole(row, "max_girth_mm", None),
        "fuel_bp": _whole(row, "fuel_bp", 0),
        "cutoff": _tidy(row["cutoff"]),
        "days": days,
    }


def _band(row: dict[str, str]) -> dict[str, Any]:
    zone, over_g, upto_g = _tidy(row["zone"]), _whole(row, "over_g", 0), _whole(row, "upto_g", None)
    if not zone:
        raise _Wrong("zone", "expected a zone, got none.")
    if upto_g is not None and upto_g <= (over_g or 0):
        raise _Wrong("upto_g", f"expected more than over_g {over_g}, got {upto_g}.")
    price = {"price_minor": _whole(row, "price_minor", None), "per_step_minor": _whole(row, "per_step_minor", 0)}
    if price["price_minor"] is None:
        raise _Wrong("price_minor", "expected a price, got none.")
    return {"zone": zone, "over_g": over_g, "upto_g": upto_g, **price}


def _zone(row: dict[str, str]) -> dict[str, Any]:
    made: dict[str, Any] = {"zone": _tidy(row["zone"])}
    if not made["zone"]:
        raise _Wrong("zone", "expected a zone, got none.")
    for end in ("origin", "dest"):
        country = _tidy(row[f"{end}_country"]).upper()
        if country and not re.fullmatch(r"[A-Z]{2}", country):
            raise _Wrong(f"{end}_country", f"expected two letters, got {country[:20]!r}.")
        first, last = _plain(row[f"{end}_from"]), _plain(row[f"{end}_thru"])
        last = last or first
        if len(first) != len(last) or first > last:
            raise _Wrong(f"{end}_thru", f"expected as many signs as {first!r} and none before it, got {last[:20]!r}.")
        made |= {f"{end}_country": country, f"{end}_from": first, f"{end}_thru": last}
    return made | {"over_km": _whole(row, "over_km", None), "upto_km": _whole(row, "upto_km", None)}


def _charge(row: dict[str, str]) -> dict[str, Any]:
    when = _tidy(row["when"])
    if when not in WHEN:
        raise _Wrong("when", f"expected one of {', '.join(WHEN)}, got {when[:30]!r}.")
    limit = _plain(row["limit"])
    if when.endswith(("_g", "_mm", "_cm3")) and not limit.isdecimal():
        raise _Wrong("limit", f"expected a whole number, got {limit[:20]!r}.")
    return {
        "code": _tidy(row["code"]),
        "valid_from": _day(row["valid_from"]) if _tidy(row["valid_from"]) else "",
        "when": when,
        "limit": limit,
        "amount_minor": _whole(row, "amount_minor", 0),
        "percent_bp": _whole(row, "percent_bp", 0),
        "fuelable": _tidy(row["fuelable"]).lower() in ("1", "yes", "true"),
        "group": _tidy(row["group"]) or None,
    }


# --- rows together -------------------------------------------------------------------------------------------------


def _together(table: str, key: tuple[str, str], rows: Sequence[tuple[int, dict[str, Any]]]) -> list[Fault]:
    """Gaps and overlaps of bands, and zones that nothing tells apart (P3)."""
    name = "/".join(key)
    faults = []
    if table == "bands":
        by_zone: dict[str, list[tuple[int, dict[str, Any]]]] = {}
        for number, band in rows:
            by_zone.setdefault(band["zone"], []).append((number, band))
        for zone, bands in by_zone.items():
            ends: int | None = 0
            for number, band in sorted(bands, key=lambda row: row[1]["over_g"]):
                if ends is None or band["over_g"] != ends:
                    expected = "no band behind an open one" if ends is None else f"over_g {ends}"
                    faults.append(
                        Fault(number, name, "over_g", f"zone {zone}: expected {expected}, got {band['over_g']}.")
                    )
                ends = band["upto_g"]
    elif table == "zones":
        by_rank: dict[Any, list[tuple[int, Zone]]] = {}
        for number, row in rows:
            ours = Zone(**row)
            if ours.over_km is None and ours.upto_km is None:
                by_rank.setdefault((ours.origin_country, ours.dest_country, ours.rank), []).append((number, ours))
        for alike in by_rank.values():
            alike.sort(key=lambda row: (row[1].dest_from, row[1].origin_from))
            for (_, one), (number, other) in pairwise(alike):
                crossed = other.dest_from <= one.dest_thru and other.origin_from <= one.origin_thru
                if crossed and other.zone != one.zone:
                    said = f"expected one zone for {other.dest_from or 'all'}, got {one.zone} and {other.zone}."
                    faults.append(Fault(number, name, "zone", said))
    return faults


def _starts(zone: dict[str, Any], country: str, postcode: str) -> bool:
    """Whether a zone's row begins at this site."""
    head = postcode[: len(zone["origin_from"])]
    return zone["origin_country"] in ("", country) and zone["origin_from"] <= head <= zone["origin_thru"]


def _key(sheet: Sheet) -> tuple[str, str, str]:
    return sheet["carrier"], sheet["service"], sheet["valid_from"]


def _begins(sheet: Sheet) -> str:
    return str(sheet["valid_from"])


def _hash(sheet: Sheet) -> str:
    return _digest(json.dumps(sheet, sort_keys=True, ensure_ascii=False))


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _whole(row: dict[str, str], name: str, empty: int | None) -> int | None:
    text = row[name].strip()
    if not text:
        return empty
    if not re.fullmatch(r"[0-9]{1,12}", text):
        raise _Wrong(name, f"expected a whole number, got {text[:20]!r}.")
    return int(text)


def _step(row: dict[str, str]) -> int:
    step_g = _whole(row, "weight_step_g", 1)
    if not step_g:
        raise _Wrong("weight_step_g", "expected at least 1 g, got 0.")
    return step_g


def _day(text: str) -> str:
    found = re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", text.strip())
    if found is None:
        raise _Wrong("valid_from", f"expected a day such as 2026-01-01, got {text.strip()[:20]!r}.")
    return found[0]


def _tidy(text: str | None) -> str:
    return "".join(sign for sign in (text or "").strip() if sign.isprintable())[:60]


def _plain(text: str) -> str:
    """A postcode or its beginning: upper case, no spaces (P2)."""
    return re.sub(r"[\s-]", "", text).upper()[:12]
