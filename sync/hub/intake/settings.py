"""Settings of a site, as people set them: each name has its shape, so that a wrong one never reaches a bench."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, UnsetType
from sqlalchemy import Connection

from sync.hub.intake.stations import recovery
from sync.hub.tables import feed, work
from sync.hub.tables.books import Act
from sync.hub.tables.database import Database, all_of, maybe
from sync.protocol.messages import Turned

WORK = ("pack", "pick", "load")


class Workstation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a workstation's barcode chooses (floor.md FL1.6): its printer, and the work it is for."""

    printer: str = ""
    work: tuple[str, ...] = WORK
    carton_places: dict[str, str] | UnsetType = UNSET
    """Where each carton lies at this bench; the site's `carton_places` for those it does not name."""


class Tolerance(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How far a weight may be off (FL5.9)."""

    abs_g: int = 30
    permille: int = 30


Count = Annotated[int, msgspec.Meta(ge=0)]
Positive = Annotated[int, msgspec.Meta(gt=0)]


class Check(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """How much of the orders it fits is scanned (FL4.57); no SKUs, users or channels mean any."""

    id: str = ""
    scan: Literal["all", "one_in_n", "count", "none"] = "all"
    n: Positive = 1
    skus: tuple[str, ...] = ()
    users: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    up_to_minor: int | None = None


class Rules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The rules of the floor. What each means and its default stand in README, "Rules of the floor"; what is not set
    here is the station's default. Yes and no are true and false, or 1 and 0."""

    weigh: bool | Count | UnsetType = UNSET
    fill_g: Count | UnsetType = UNSET
    checks: tuple[Check, ...] | UnsetType = UNSET
    count_from_units: Count | UnsetType = UNSET
    count_from_minor: Count | UnsetType = UNSET
    manual_value_minor: Count | UnsetType = UNSET
    four_eyes: bool | Count | UnsetType = UNSET
    label_scan_may_be_skipped: bool | Count | UnsetType = UNSET
    planned_label_may_differ: bool | Count | UnsetType = UNSET
    reserved_lot_needs_no_scan: bool | Count | UnsetType = UNSET
    fefo: bool | Count | UnsetType = UNSET
    min_life_days: Count | UnsetType = UNSET
    hold_shelf: Count | UnsetType = UNSET
    live_weight: bool | Count | UnsetType = UNSET
    typed_weight_max_g: Count | UnsetType = UNSET
    no_split: bool | Count | UnsetType = UNSET
    short_policy: Literal["resource_then_reject", "wait", "ship_partial"] | UnsetType = UNSET
    pick_needs_tote: bool | Count | UnsetType = UNSET
    pick_places: str | UnsetType = UNSET
    pick_releases_claim: bool | Count | UnsetType = UNSET
    pick_sort: Literal["walk", "product", "location"] | UnsetType = UNSET
    location_first: bool | Count | UnsetType = UNSET
    zero_check: bool | Count | UnsetType = UNSET
    pickup_days: Count | UnsetType = UNSET
    max_parcel_weight_g: Positive | UnsetType = UNSET
    max_units_per_parcel: Positive | UnsetType = UNSET
    apart: tuple[tuple[str, str], ...] | UnsetType = UNSET
    unknown_size_mm: tuple[Positive, Positive, Positive] | UnsetType = UNSET
    padding_mm: Count | UnsetType = UNSET
    support_pct: Annotated[int, msgspec.Meta(ge=0, le=100)] | UnsetType = UNSET
    void_minor_per_l: Count | UnsetType = UNSET


SHAPES: dict[str, Any] = {
    "carriers": dict[str, dict[str, Any]],
    "stations": dict[str, Workstation],
    "rules": Rules,
    "printers": dict[str, str],
    "carton_places": dict[str, str],
    "weight_tolerance": Tolerance,
    "language": str,
    "command_key": str | None,
}
"""The settings people set, with the shape of each; others are the hub's own."""


def settings(database: Database, site: str) -> dict[str, Any]:
    """Every setting of a site that people set; of a key only that there is one."""
    with database.reading() as db:
        _known(db, site)
        rows = all_of(db, "SELECT name, value FROM setting WHERE site_id = :site ORDER BY name", site=site)
        found = {row.name: msgspec.json.decode(row.value) for row in rows if row.name in SHAPES}
    return found | ({"command_key": "set"} if found.get("command_key") else {})


def set_setting(database: Database, site: str, name: str, value: Any) -> bool:
    """Set one; tells whether it changed. Raises Turned 422 for a value of another shape."""
    shape = SHAPES.get(name)
    if shape is None:
        raise Turned(422, "setting", f"setting: expected {', '.join(SHAPES)}, got {name[:40]!r}.")
    try:
        checked = msgspec.convert(value, shape, strict=True)
    except msgspec.ValidationError as error:
        raise Turned(422, "setting", f"{name}: expected its shape, got: {error}.") from None
    _check(name, checked)

    def act(db: Connection) -> bool:
        _known(db, site)
        stored = maybe(db, "SELECT value FROM setting WHERE site_id = :site AND name = :name", site=site, name=name)
        told = msgspec.json.decode(msgspec.json.encode(checked))
        if stored is not None and msgspec.json.decode(stored.value) == told:
            return False
        doing = Act(db, database.now_ms(), "people")
        feed.set_setting(db, site, name, told)
        doing.touch(site, "setting", name)
        doing.finish()
        return True

    return database.write(act)


def pause(database: Database, site: str, until: str | None) -> list[str]:
    """No new orders for a site until a time (ISO 8601); with None it takes orders again. Tells what moved."""
    until_ms = 1
    if until is not None:
        try:
            found = datetime.fromisoformat(until)
        except ValueError:
            text = f"until: expected a time such as 2026-11-22T18:00:00Z, got {until[:40]!r}."
            raise Turned(422, "until", text) from None
        until_ms = int((found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp() * 1000)
        if until_ms <= database.now_ms():
            raise Turned(422, "until", f"until: expected a time to come, got {until[:40]}.")

    def act(db: Connection) -> list[str]:
        _known(db, site)
        doing = Act(db, database.now_ms(), "people")
        moved = work.pause(doing, site, until_ms, by="people", reason="by hand")
        doing.finish()
        return moved

    return database.write(act)


def recover(database: Database) -> list[str]:
    """Go on without the stations a restored hub still waits for (C15); tells which."""
    return recovery.end(database)


def _check(name: str, value: Any) -> None:
    wrong = ""
    if name == "language" and not re.fullmatch(r"[a-z]{2}", value):
        wrong = "two letters such as en"
    elif name == "command_key" and value is not None and not re.fullmatch(r"([0-9a-f]{2}){16,32}", value):
        wrong = "32 to 64 hex digits, or null"
    elif name == "stations" and any(not set(one.work) <= set(WORK) for one in value.values()):
        wrong = f"work of {', '.join(WORK)}"
    if wrong:
        raise Turned(422, "setting", f"{name}: expected {wrong}, got another value.")


def _known(db: Connection, site: str) -> None:
    if maybe(db, "SELECT 1 FROM site WHERE site_id = :site", site=site) is None:
        raise Turned(404, "site", f"site: expected a known one, got {site[:40]!r}.")
