"""What a carton plan depends on besides the order's lines, read from the copies and the board (cartons.md CT9.2).

mirror.db   cartons, rate sheets, site rules, sizes of the catalog
journal.db  sizes measured here, cartons that ran out or were counted here, what was packed before
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from msgspec import structs

from packstation.cartons.plan import Rate, Rules
from packstation.cartons.tariff import rate_of, tariff_of, zone_of
from packstation.station.cartoning import Supplies
from packstation.store.board import units_key
from packstation.store.mirror import Mirror
from packstation.workflows.desk import Doc
from packstation.workflows.suggestion import CartonType, Triple

SIZES_LOOKED_AT = 2_000
UNKNOWN_MM = (200, 150, 80)


class SupplyRoom:
    """Reads `Supplies` for an order. `facts` is a connection to journal.db; both may be read by one thread only."""

    def __init__(self, mirror: Mirror, facts: sqlite3.Connection) -> None:
        self._mirror, self._facts = mirror, facts
        self._medians: dict[str | None, Triple] | None = None
        self._cartons: tuple[CartonType, ...] | None = None
        self._settings: dict[str, Any] = {}

    def forget(self) -> None:
        """Copies or facts changed: read them again."""
        self._medians = self._cartons = None
        self._settings.clear()

    def of(self, doc: Doc, day: str = "") -> Supplies:
        """What the order is packed from. `day`: when it ships (ISO date), for rate sheets that begin on a day."""
        rules = self._setting("rules")
        body = self._mirror.body("fo", doc.fo) or {}
        unknown = rules.get("unknown_size_mm")
        rate, sheet = self._rate(doc, body, _whole(rules, "void_minor_per_l", 0), day)
        return Supplies(
            cartons=self._allowed(doc.carrier),
            measured=self._measured(doc),
            rate=rate,
            sheet=sheet,
            rules=Rules(
                max_parcel_weight_g=_maybe(rules, "max_parcel_weight_g"),
                max_units_per_parcel=_maybe(rules, "max_units_per_parcel"),
                apart=tuple((str(pair[0]), str(pair[1])) for pair in _pairs(rules.get("apart"))),
                unknown_size_mm=_sides(unknown) or UNKNOWN_MM,
            ),
            padding_mm=_whole(rules, "padding_mm", 0),
            support_pct=min(100, _whole(rules, "support_pct", 70)),
            currency=str(body.get("currency") or ""),
            usual=self._usual(doc),
            guess=self._guess,
        )

    def place_of(self, carton: str, profile: str = "") -> str:
        """Where the carton lies at the bench: the workstation's own list, else the site's."""
        stations = self._setting("stations")
        own = stations.get(profile)
        for places in (own.get("carton_places") if isinstance(own, dict) else None, self._setting("carton_places")):
            if isinstance(places, dict) and places.get(carton):
                return str(places[carton])
        return ""

    def cartons(self) -> tuple[CartonType, ...]:
        """Every carton of the site; one that ran out here and was not counted since has none left."""
        if self._cartons is None:
            # What the hub has heard of is in its copy; what it has not is only here.
            own = dict(
                self._facts.execute(
                    "SELECT b.code, b.available FROM board_carton b JOIN gen g"
                    " JOIN fact f ON f.gen = g.gen AND f.fact_id = b.fact_id WHERE f.seq > g.acked_seq"
                ).fetchall()
            )
            self._cartons = tuple(
                structs.replace(carton, available=own[carton.code]) if carton.code in own else carton
                for carton in self._mirror.cartons()
            )
        return self._cartons

    def _allowed(self, carrier: str) -> tuple[CartonType, ...]:
        rules = self._setting("carriers").get(carrier)
        allowed = rules.get("cartons") if isinstance(rules, dict) else None
        if not isinstance(allowed, list):
            return self.cartons()
        return tuple(carton for carton in self.cartons() if carton.code in allowed)

    def _measured(self, doc: Doc) -> dict[str, tuple[Triple, int | None]]:
        """Sizes measured here that the catalog does not have yet (CT6.3)."""
        skus = list(dict.fromkeys(line.sku for line in doc.lines))
        found: dict[str, tuple[Triple, int | None]] = {}
        for at in range(0, len(skus), 500):
            part = skus[at : at + 500]
            marks = ",".join("?" * len(part))
            rows = self._facts.execute(
                "SELECT s.sku, s.length_mm, s.width_mm, s.height_mm, s.weight_g, f.seq <= g.acked_seq"  # noqa: S608  marks
                " FROM board_size s JOIN gen g JOIN fact f ON f.gen = g.gen AND f.fact_id = s.fact_id"
                f" WHERE s.sku IN ({marks}) ORDER BY s.at_ms, s.fact_id",
                part,
            )
            for sku, length, width, height, weight_g, acked in rows:
                item = next(line.item for line in doc.lines if line.sku == sku)
                if not (acked and item.measured):
                    found[sku] = ((length, width, height), weight_g)
        return found

    def _rate(self, doc: Doc, fo: dict[str, Any], void_minor_per_l: int, day: str) -> tuple[Rate, str]:
        """The rate sheet of the order's service and zone on the day it ships, and the sheet's hash (CT4.4, CT4.5)."""
        plain = Rate(void_minor_per_l=void_minor_per_l)
        body = self._mirror.body("rate", f"{doc.carrier}/{doc.service}")
        sheet = tariff_of(body).on(day) if body is not None else None
        if sheet is None:
            return plain, ""
        site, to = self._setting("site"), fo.get("to") or {}
        there = (str(to.get("country") or ""), str(to.get("postcode") or ""))
        zone = zone_of(sheet, (str(site.get("country") or ""), str(site.get("postcode") or "")), there)
        found = rate_of(sheet, zone, there, day, _told(doc, fo, to)) if zone is not None else None
        return (replace(found, void_minor_per_l=void_minor_per_l), sheet.hash) if found else (plain, "")

    def _usual(self, doc: Doc) -> tuple[str, int] | None:
        """The carton that held exactly these units most often, and how often (CT6.2)."""
        units: dict[str, int] = {}
        for line in doc.lines:
            units[line.sku] = units.get(line.sku, 0) + line.quantity
        row = self._facts.execute(
            "SELECT type, count(*) FROM board_box WHERE units = ? AND closed = 1 GROUP BY type"
            " ORDER BY count(*) DESC, type LIMIT 1",
            (units_key(units),),
        ).fetchone()
        return (str(row[0]), int(row[1])) if row else None

    def _guess(self, parent: str | None) -> Triple | None:
        if self._medians is None:
            by: dict[str | None, list[Triple]] = {None: []}
            for body in self._mirror.some("sku", SIZES_LOOKED_AT):
                sides = _sides([body.get(f"{side}_mm") for side in ("length", "width", "height")])
                if sides:
                    by[None].append(sides)
                    if body.get("parent"):
                        by.setdefault(str(body["parent"]), []).append(sides)
            self._medians = {key: _median(sizes) for key, sizes in by.items() if sizes}
        return self._medians.get(parent) or self._medians.get(None)

    def _setting(self, name: str) -> dict[str, Any]:
        if name not in self._settings:
            value = self._mirror.setting(name)
            self._settings[name] = value if isinstance(value, dict) else {}
        found: dict[str, Any] = self._settings[name]
        return found


def _median(sizes: Sequence[Triple]) -> Triple:
    """The median of each sorted side, so that it does not matter which side somebody called the length."""
    columns = [sorted(column) for column in zip(*(sorted(size, reverse=True) for size in sizes), strict=True)]
    length, width, height = (column[len(column) // 2] for column in columns)
    return length, width, height


def _sides(value: Any) -> Triple | None:
    if not isinstance(value, list) or len(value) != 3 or not all(isinstance(v, int) and v > 0 for v in value):
        return None
    return value[0], value[1], value[2]


def _pairs(value: Any) -> list[list[Any]]:
    return [pair for pair in value if isinstance(pair, list) and len(pair) == 2] if isinstance(value, list) else []


def _told(doc: Doc, fo: dict[str, Any], to: dict[str, Any]) -> frozenset[str]:
    """What an order says of itself that a rate sheet may ask for; what it does not say is not guessed."""
    said = {name for name in ("residential", "signature") if fo.get(name) is True or to.get(name) is True}
    if any(flag.startswith("hazmat:") for line in doc.lines for flag in line.item.flags):
        said.add("hazmat")
    return frozenset(said)


def _whole(rules: dict[str, Any], name: str, default: int) -> int:
    value = rules.get(name, default)
    return value if isinstance(value, int) and value >= 0 else default


def _maybe(rules: dict[str, Any], name: str) -> int | None:
    value = rules.get(name)
    return value if isinstance(value, int) and value > 0 else None
