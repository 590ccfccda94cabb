"""Rate sheets as data: which revision holds on a day, which zone an address is in, what that zone costs (hub P2-P5).

    body of the copy `rate`  --tariff_of-->  Tariff  --rate_of(day, from, to)-->  Rate, for cartons/price.py

No carrier, divisor, step or fee is written here. What a sheet says that nobody at a bench knows (a distance, whether
an address is residential where the order does not say so) is left out of the price, never guessed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from packstation.cartons.plan import Band, Rate, Surcharge

MEASURED = (
    *("always", "weight_over_g", "length_over_mm", "second_over_mm", "girth_over_mm"),
    *("length_girth_over_mm", "volume_over_cm3"),
)
"""When a surcharge applies that follows from the parcel alone."""
TOLD = ("residential", "signature", "hazmat")
"""And those that follow from what the order says; hazmat is paid for every parcel of an order that has any."""


@dataclass(frozen=True, slots=True)
class Zone:
    """Addresses by ranges of postcode prefixes, both ends of one length; "" takes all. With km: by distance."""

    zone: str
    origin_country: str
    origin_from: str
    origin_thru: str
    dest_country: str
    dest_from: str
    dest_thru: str
    over_km: int | None = None
    upto_km: int | None = None

    @property
    def rank(self) -> tuple[int, int, int, int]:
        """How specific it is: longest postcode prefixes, then the narrowest range (P3); the greater the better."""
        return (
            len(self.dest_from) + len(self.origin_from),
            len(self.dest_from),
            -_span(self.dest_from, self.dest_thru),
            -_span(self.origin_from, self.origin_thru),
        )

    def holds(self, origin: tuple[str, str], to: tuple[str, str]) -> bool:
        """Whether (country, postcode) of both ends are in it."""
        return (
            self.over_km is None
            and self.upto_km is None
            and _in(origin, self.origin_country, self.origin_from, self.origin_thru)
            and _in(to, self.dest_country, self.dest_from, self.dest_thru)
        )


@dataclass(frozen=True, slots=True)
class Charge:
    """A surcharge row. `when` besides those of the parcel: residential, postcode_prefix, hazmat, signature."""

    code: str
    when: str
    limit: str
    amount_minor: int
    percent_bp: int = 0
    fuelable: bool = False
    group: str | None = None
    valid_from: str = ""


@dataclass(frozen=True, slots=True)
class Revision:
    """One service's sheet from `valid_from` (ISO date) on. `bands`: (zone, Band)."""

    hash: str
    valid_from: str
    currency: str
    dim_divisor: int
    side_round_um: int
    weight_step_g: int
    min_price_minor: int
    fuel_bp: int
    max_weight_g: int | None
    max_length_mm: int | None
    max_girth_mm: int | None
    bands: tuple[tuple[str, Band], ...]
    zones: tuple[Zone, ...]
    charges: tuple[Charge, ...]


@dataclass(frozen=True, slots=True)
class Tariff:
    """All revisions of one service, by `valid_from`."""

    carrier: str
    service: str
    revisions: tuple[Revision, ...]

    def on(self, day: str) -> Revision | None:
        """The revision of an ISO date; the last one when nobody says the day."""
        valid = [revision for revision in self.revisions if not day or revision.valid_from <= day]
        return valid[-1] if valid else None


def tariff_of(body: dict[str, Any]) -> Tariff:
    """A service's copy as a Tariff."""
    revisions = sorted((_revision(row) for row in body.get("revisions") or ()), key=lambda row: row.valid_from)
    return Tariff(str(body.get("carrier", "")), str(body.get("service", "")), tuple(revisions))


def zone_of(revision: Revision, origin: tuple[str, str], to: tuple[str, str]) -> str | None:
    """The zone of the most specific row that holds both addresses."""
    found = [zone for zone in revision.zones if zone.holds(_tidy(origin), _tidy(to))]
    return max(found, key=lambda zone: zone.rank).zone if found else None


def rate_of(
    revision: Revision, zone: str, to: tuple[str, str], day: str = "", told: frozenset[str] = frozenset()
) -> Rate | None:
    """What a parcel to the zone costs by this revision on a day; None when it has no price there. `told`: what of
    TOLD the order says of itself."""
    bands = tuple(band for name, band in revision.bands if name == zone)
    if not bands:
        return None
    return Rate(
        dim_divisor_cm3_per_kg=revision.dim_divisor or None,
        weight_step_g=revision.weight_step_g,
        side_round_um=revision.side_round_um,
        surcharges=tuple(
            charge for row in _on(revision.charges, day) for charge in _surcharge(row, _tidy(to)[1], told)
        ),
        bands=bands,
        fuel_bp=revision.fuel_bp,
        min_price_minor=revision.min_price_minor,
        max_weight_g=revision.max_weight_g,
        max_length_mm=revision.max_length_mm,
        max_girth_mm=revision.max_girth_mm,
    )


def _on(charges: tuple[Charge, ...], day: str) -> tuple[Charge, ...]:
    """Of each code the rows that began last: fees change in the middle of a sheet too."""
    begun = [row for row in charges if not day or row.valid_from <= day]
    newest: dict[str, str] = {}
    for row in begun:
        newest[row.code] = max(newest.get(row.code, ""), row.valid_from)
    return tuple(row for row in begun if row.valid_from == newest[row.code])


def _surcharge(row: Charge, postcode: str, told: frozenset[str]) -> list[Surcharge]:
    when, limit = row.when, int(row.limit) if row.limit.isdecimal() else 0
    if when in TOLD and when in told:
        when, limit = "always", 0
    if when == "postcode_prefix" and row.limit and postcode.startswith(row.limit.upper()):
        when, limit = "always", 0
    if when not in MEASURED:
        return []
    return [Surcharge(when, limit, row.amount_minor, row.group, row.percent_bp, row.fuelable)]


def _revision(row: dict[str, Any]) -> Revision:
    return Revision(
        hash=str(row["hash"]),
        valid_from=str(row["valid_from"]),
        currency=str(row.get("currency") or ""),
        dim_divisor=int(row.get("dim_divisor_mm3_per_g") or 0),
        side_round_um=int(row.get("side_round_um") or 0),
        weight_step_g=int(row.get("weight_step_g") or 1),
        min_price_minor=int(row.get("min_price_minor") or 0),
        fuel_bp=int(row.get("fuel_bp") or 0),
        max_weight_g=row.get("max_weight_g"),
        max_length_mm=row.get("max_length_mm"),
        max_girth_mm=row.get("max_girth_mm"),
        bands=tuple(
            (str(b["zone"]), Band(int(b["over_g"]), b.get("upto_g"), int(b["price_minor"]), int(b["per_step_minor"])))
            for b in row.get("bands") or ()
        ),
        zones=tuple(Zone(**zone) for zone in row.get("zones") or ()),
        charges=tuple(Charge(**charge) for charge in row.get("charges") or ()),
    )


def _tidy(place: tuple[str, str]) -> tuple[str, str]:
    return place[0].upper(), place[1].upper().replace(" ", "").replace("-", "")


def _in(place: tuple[str, str], country: str, first: str, last: str) -> bool:
    head = place[1][: len(first)]
    return country in ("", place[0]) and len(head) == len(first) and first <= head <= last


def _span(first: str, last: str) -> int:
    """How wide a range of prefixes is, in steps of its last sign; letters count as digits to base 36."""
    return int(last or "0", 36) - int(first or "0", 36) if (first + last).isalnum() or not first else 0
