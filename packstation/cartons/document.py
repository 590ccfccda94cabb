"""Carton documents: JSON objects into an Order, a Plan into a JSON object (cartons.md CT2, CT8).

    {"cartons": [..], "items": [..], ..}  --read_order-->  Order
    Plan  --plan_document-->  {"parcels": [..], "unplaced": [..], ..}

What cannot be read raises DocumentError, which names the JSON path, what was expected and what was there. Fractions
of a millimetre are rounded to the safe side, never to the nearest: items and outer sizes up, inner sizes down
(CT2.3).
"""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any, cast

from packstation.cartons.plan import (
    OWN_BOX,
    POSES,
    UPRIGHT_POSES,
    Alternative,
    Band,
    Carton,
    Frozen,
    Item,
    Kind,
    Money,
    Objective,
    Order,
    Parcel,
    Placement,
    Plan,
    Rate,
    Rules,
    Surcharge,
    Triple,
)

UNITS_MAX = 20_000
CARTONS_MAX = 500
SIDE_MM_MAX = 100_000
NUMBER_MAX = 10**12  # weights, money, stock: beyond it is a typing error, not a shop
TEXT_CHARS_MAX = 200

KNOWN_FLAGS = (
    *("fragile", "this_way_up", "no_stack", "ship_alone", "own_box", "liquid", "soft"),
    *("lot", "serial", "expiry"),  # mean nothing here (CT2.4)
)
KINDS = ("box", "mailer", "tube", "pallet")
OBJECTIVES = ("cost", "volume", "count")
SIZE_FROM = ("measured", "vendor", "category", "unknown")
SURCHARGE_WHEN = (
    "always",
    "weight_over_g",
    "length_over_mm",
    "second_over_mm",
    "girth_over_mm",
    "length_girth_over_mm",
    "volume_over_cm3",
)


class DocumentError(ValueError):
    """A document that cannot be read: where (a JSON path), what was expected, what was there."""

    def __init__(self, path: str, expected: str, got: object) -> None:
        super().__init__(f"{path or 'document'}: expected {expected}, got {_shown(got)}.")
        self.path = path
        self.expected = expected
        self.got = got


def read_order(document: object) -> tuple[Order, tuple[str, ...]]:
    """The order that a document asks about, and warnings (unknown flags) for stderr."""
    top = _mapping(document, "")
    warnings: list[str] = []
    cartons = _list(top, "cartons", "cartons")
    if len(cartons) > CARTONS_MAX:
        raise DocumentError("cartons", f"at most {CARTONS_MAX} cartons", len(cartons))
    catalog = tuple(_carton(row, f"cartons[{n}]") for n, row in enumerate(cartons))
    seen: dict[str, int] = {}
    for n, carton in enumerate(catalog):
        if carton.code in seen:
            raise DocumentError(f"cartons[{n}].code", f"a code not used by cartons[{seen[carton.code]}]", carton.code)
        seen[carton.code] = n
    rows = _list(top, "items", "items")
    items = tuple(_item(row, f"items[{n}]", warnings) for n, row in enumerate(rows))
    units = sum(item.quantity for item in items)
    if units > UNITS_MAX:
        raise DocumentError("items", f"at most {UNITS_MAX:,} units in one document", units)
    order = Order(
        items=tuple(item for item in items if item.quantity),
        cartons=catalog,
        objective=cast(Objective, _choice(top, "objective", "objective", OBJECTIVES, "cost")),
        rate=_rate(top),
        rules=_rules(top),
        support_pct=_whole(top, "support_pct", "support_pct", 70, most=100),
        padding_mm=_length(top, "padding_mm", "padding_mm", up=True, default=0),
        frozen=tuple(_frozen(row, f"frozen[{n}]", seen) for n, row in enumerate(_list(top, "frozen", "frozen", []))),
    )
    _check_frozen(order)
    return order, tuple(dict.fromkeys(warnings))


def plan_document(plan: Plan) -> dict[str, Any]:
    """The plan as the JSON object of commands.md, with the added fields of CT8.1. `elapsed_ms` is the command's."""
    answer: dict[str, Any] = {
        "parcels": [_parcel_document(parcel) for parcel in plan.parcels],
        "unplaced": [{"sku": unit.sku, "unit": unit.unit, "reason": unit.reason} for unit in plan.unplaced],
        "objective_value": plan.objective_value,
        "lower_bound": plan.lower_bound,
        "optimal": plan.optimal,
        "status": plan.status,
        "why": plan.why,
        "objective_key": list(plan.objective_key),
        "bound_key": list(plan.bound_key),
        "alternatives": [_alternative_document(choice) for choice in plan.alternatives],
        "rejected": [{"carton": no.carton, "code": no.code, "detail": no.detail} for no in plan.rejected],
        "engine": plan.engine,
        "seed": plan.seed,
        "input_hash": plan.input_hash,
    }
    if plan.stopped is not None:
        answer["stopped"] = plan.stopped
    return answer


def _parcel_document(parcel: Parcel) -> dict[str, Any]:
    return {
        "carton": parcel.carton,
        "name": parcel.name,
        "items": [_placement_document(placement) for placement in parcel.items],
        "weight_g": parcel.weight_g,
        "fill": parcel.fill_e4 / 10_000,
        "cost_minor": parcel.cost_minor,
        "dim_weight_g": parcel.dim_weight_g,
        "billable_g": parcel.billable_g,
        "void_ml": parcel.void_ml,
        "money": _money_document(parcel.money),
        "layers": [{"z_mm": layer.z_mm, "steps": list(layer.steps)} for layer in parcel.layers],
    }


def _placement_document(placement: Placement) -> dict[str, Any]:
    row: dict[str, Any] = {
        "sku": placement.sku,
        "unit": placement.unit,
        "position_mm": list(placement.position_mm),
        "size_mm": list(placement.size_mm),
        "step": placement.step,
        "pose": placement.pose,
        "rests_on": list(placement.rests_on),
        "words": placement.words,
    }
    if placement.estimated:
        row["estimated"] = True
    return row


def _money_document(money: Money) -> dict[str, Any]:
    return {
        "carton_minor": money.carton_minor,
        "void_minor": money.void_minor,
        "per_parcel_minor": money.per_parcel_minor,
        "weight_minor": money.weight_minor,
        "surcharge_minor": money.surcharge_minor,
        "fuel_minor": money.fuel_minor,
        "minimum_minor": money.minimum_minor,
        "surcharges": [{"when": when, "amount_minor": amount_minor} for when, amount_minor in money.surcharges],
        "total_minor": money.total_minor,
    }


def _alternative_document(choice: Alternative) -> dict[str, Any]:
    return {**_parcel_document(choice.parcel), "more_minor": choice.more_minor}


def _carton(row: object, path: str) -> Carton:
    fields = _mapping(row, path)
    code = _text(fields, "code", f"{path}.code")
    if code == OWN_BOX:
        raise DocumentError(f"{path}.code", f"a code other than {OWN_BOX}, which names a unit's own box", code)
    inner_mm = _sides(fields.get("inner_mm"), f"{path}.inner_mm", up=False)
    if 0 in inner_mm:
        raise DocumentError(f"{path}.inner_mm", "three sides of at least 1 mm", list(inner_mm))
    outer = fields.get("outer_mm")
    outer_mm = inner_mm if outer is None else _sides(outer, f"{path}.outer_mm", up=True)
    if 0 in outer_mm:
        raise DocumentError(f"{path}.outer_mm", "three sides of at least 1 mm", list(outer_mm))
    return Carton(
        code=code,
        inner_mm=inner_mm,
        outer_mm=outer_mm,
        max_weight_g=_whole(fields, "max_weight_g", f"{path}.max_weight_g"),
        empty_weight_g=_whole(fields, "empty_weight_g", f"{path}.empty_weight_g", 0),
        cost_minor=_whole(fields, "cost_minor", f"{path}.cost_minor", 0),
        available=_maybe_whole(fields, "available", f"{path}.available"),
        kind=cast(Kind, _choice(fields, "kind", f"{path}.kind", KINDS, "box")),
        name=_text(fields, "name", f"{path}.name", ""),
        max_units=_maybe_whole(fields, "max_units", f"{path}.max_units"),
    )


def _item(row: object, path: str, warnings: list[str]) -> Item:
    fields = _mapping(row, path)
    sku = _text(fields, "sku", f"{path}.sku")
    flags = _texts(fields, "flags", f"{path}.flags")
    for n, flag in enumerate(flags):
        if flag not in KNOWN_FLAGS and not (flag.startswith("hazmat:") and len(flag) > 7):
            warnings.append(f"{path}.flags[{n}]: unknown flag {_shown(flag)}, ignored.")
    poses: tuple[str, ...] | None = None
    if fields.get("poses") is not None:
        named = _texts(fields, "poses", f"{path}.poses")
        for n, pose in enumerate(named):
            if pose not in POSES:
                raise DocumentError(f"{path}.poses[{n}]", f"one of {', '.join(POSES)}", pose)
        poses = tuple(pose for pose in POSES if pose in named)
        allowed = poses
        if "this_way_up" in flags or "liquid" in flags:
            allowed = tuple(pose for pose in poses if pose in UPRIGHT_POSES)
        if not allowed:
            raise DocumentError(f"{path}.poses", "at least one pose that the flags allow", list(named))
    size = fields.get("size_mm")
    size_mm: Triple | None = None
    if size is not None:
        sides = _sides(size, f"{path}.size_mm", up=True)
        size_mm = None if 0 in sides else sides
    size_from = _choice(fields, "size_from", f"{path}.size_from", SIZE_FROM, "measured")
    return Item(
        sku=sku,
        quantity=_whole(fields, "quantity", f"{path}.quantity", 1, most=10**9),
        size_mm=None if size_from == "unknown" else size_mm,
        weight_g=_length(fields, "weight_g", f"{path}.weight_g", up=True, default=0, most=NUMBER_MAX),
        flags=flags,
        poses=poses,
        wrap_mm=_length(fields, "wrap_mm", f"{path}.wrap_mm", up=True, default=0),
        top_load_g=_maybe_whole(fields, "top_load_g", f"{path}.top_load_g"),
        groups=_texts(fields, "groups", f"{path}.groups"),
        together=_text(fields, "together", f"{path}.together", "") or None,
        size_from=size_from,
    )


def _rate(top: dict[str, Any]) -> Rate:
    given = top.get("rate")
    fields = {} if given is None else _mapping(given, "rate")
    divisor = _maybe_whole(top, "dim_divisor_cm3_per_kg", "dim_divisor_cm3_per_kg")
    if divisor == 0:
        raise DocumentError("dim_divisor_cm3_per_kg", "a whole number of at least 1", 0)
    step_g = _whole(fields, "weight_step_g", "rate.weight_step_g", 1000)
    if step_g == 0:
        raise DocumentError("rate.weight_step_g", "a whole number of at least 1", 0)
    surcharges = []
    for n, row in enumerate(_list(fields, "surcharges", "rate.surcharges", [])):
        path = f"rate.surcharges[{n}]"
        values = _mapping(row, path)
        surcharges.append(
            Surcharge(
                when=_choice(values, "when", f"{path}.when", SURCHARGE_WHEN, None),
                limit=_whole(values, "limit", f"{path}.limit", 0),
                amount_minor=_whole(values, "amount_minor", f"{path}.amount_minor", 0),
                group=_text(values, "group", f"{path}.group", "") or None,
                percent_bp=_whole(values, "percent_bp", f"{path}.percent_bp", 0),
                fuelable=values.get("fuelable") is True,
            )
        )
    bands = []
    for n, row in enumerate(_list(fields, "bands", "rate.bands", [])):
        path = f"rate.bands[{n}]"
        values = _mapping(row, path)
        bands.append(
            Band(
                over_g=_whole(values, "over_g", f"{path}.over_g", 0),
                upto_g=_maybe_whole(values, "upto_g", f"{path}.upto_g"),
                price_minor=_whole(values, "price_minor", f"{path}.price_minor"),
                per_step_minor=_whole(values, "per_step_minor", f"{path}.per_step_minor", 0),
            )
        )
    return Rate(
        per_parcel_minor=_whole(fields, "per_parcel_minor", "rate.per_parcel_minor", 0),
        per_kg_minor=_whole(fields, "per_kg_minor", "rate.per_kg_minor", 0),
        dim_divisor_cm3_per_kg=divisor,
        weight_step_g=step_g,
        side_round_um=_whole(fields, "side_round_um", "rate.side_round_um", 0),
        surcharges=tuple(surcharges),
        void_minor_per_l=_whole(top, "void_minor_per_l", "void_minor_per_l", 0),
        bands=tuple(bands),
        fuel_bp=_whole(fields, "fuel_bp", "rate.fuel_bp", 0),
        min_price_minor=_whole(fields, "min_price_minor", "rate.min_price_minor", 0),
        max_weight_g=_maybe_whole(fields, "max_weight_g", "rate.max_weight_g"),
        max_length_mm=_maybe_whole(fields, "max_length_mm", "rate.max_length_mm"),
        max_girth_mm=_maybe_whole(fields, "max_girth_mm", "rate.max_girth_mm"),
    )


def _rules(top: dict[str, Any]) -> Rules:
    given = top.get("rules")
    fields = {} if given is None else _mapping(given, "rules")
    apart: list[tuple[str, str]] = []
    for n, row in enumerate(_list(fields, "apart", "rules.apart", [])):
        if not isinstance(row, list) or len(row) != 2 or not all(isinstance(name, str) for name in row):
            raise DocumentError(f"rules.apart[{n}]", "a pair of group names", row)
        apart.append((row[0], row[1]))
    unknown_size_mm: Triple = (200, 150, 80)
    if top.get("unknown_size_mm") is not None:
        unknown_size_mm = _sides(top["unknown_size_mm"], "unknown_size_mm", up=True)
        if 0 in unknown_size_mm:
            raise DocumentError("unknown_size_mm", "three sides of at least 1 mm", list(unknown_size_mm))
    return Rules(
        max_parcel_weight_g=_maybe_whole(fields, "max_parcel_weight_g", "rules.max_parcel_weight_g"),
        max_units_per_parcel=_maybe_whole(fields, "max_units_per_parcel", "rules.max_units_per_parcel"),
        apart=tuple(apart),
        unknown_size_mm=unknown_size_mm,
    )


def _frozen(row: object, path: str, cartons: dict[str, int]) -> Frozen:
    fields = _mapping(row, path)
    code = _text(fields, "carton", f"{path}.carton")
    if code not in cartons:
        raise DocumentError(f"{path}.carton", "the code of a carton in this document", code)
    size_mm = _sides(fields.get("size_mm"), f"{path}.size_mm", up=True)
    if 0 in size_mm:
        raise DocumentError(f"{path}.size_mm", "three sides of at least 1 mm", list(size_mm))
    return Frozen(
        parcel=_whole(fields, "parcel", f"{path}.parcel", 1),
        carton=code,
        sku=_text(fields, "sku", f"{path}.sku"),
        unit=_whole(fields, "unit", f"{path}.unit"),
        position_mm=_sides(fields.get("position_mm"), f"{path}.position_mm", up=False),
        size_mm=size_mm,
    )


def _check_frozen(order: Order) -> None:
    units: dict[str, int] = {}
    for item in order.items:
        units[item.sku] = units.get(item.sku, 0) + item.quantity
    cartons: dict[int, str] = {}
    seen: set[tuple[str, int]] = set()
    for n, frozen in enumerate(order.frozen):
        if not 1 <= frozen.unit <= units.get(frozen.sku, 0):
            raise DocumentError(f"frozen[{n}].unit", f"a unit of {frozen.sku!r} in the items", frozen.unit)
        if (frozen.sku, frozen.unit) in seen:
            raise DocumentError(f"frozen[{n}]", "each unit frozen once", f"{frozen.sku} {frozen.unit} twice")
        seen.add((frozen.sku, frozen.unit))
        if cartons.setdefault(frozen.parcel, frozen.carton) != frozen.carton:
            raise DocumentError(f"frozen[{n}].carton", f"{cartons[frozen.parcel]!r} as before", frozen.carton)


# Leaves: one value at one path.


def _shown(got: object) -> str:
    if isinstance(got, Decimal):
        return str(got)
    text = repr(got)
    return text if len(text) <= 60 else text[:57] + "..."


def _mapping(value: object, path: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise DocumentError(path, "an object", value)
    return value


def _list(fields: dict[str, Any], name: str, path: str, default: list[Any] | None = None) -> list[Any]:
    value = fields.get(name, default)
    if value is None and default is not None:
        return default
    if not isinstance(value, list):
        raise DocumentError(path, "a list", "nothing" if value is None else value)
    return value


def _text(fields: dict[str, Any], name: str, path: str, default: str | None = None) -> str:
    value = fields.get(name)
    if value is None and default is not None:
        return default
    if not isinstance(value, str) or (not value and default is None):
        raise DocumentError(path, "a text", "nothing" if value is None else value)
    if len(value) > TEXT_CHARS_MAX:
        raise DocumentError(path, f"at most {TEXT_CHARS_MAX} characters", value)
    return value


def _texts(fields: dict[str, Any], name: str, path: str) -> tuple[str, ...]:
    value = fields.get(name)
    if value is None:
        return ()
    if not isinstance(value, list):
        raise DocumentError(path, "a list of texts", value)
    for n, text in enumerate(value):
        if not isinstance(text, str):
            raise DocumentError(f"{path}[{n}]", "a text", text)
    return tuple(value)


def _choice(fields: dict[str, Any], name: str, path: str, choices: tuple[str, ...], default: str | None) -> str:
    value = fields.get(name)
    if value is None and default is not None:
        return default
    if not isinstance(value, str) or value not in choices:
        raise DocumentError(path, f"one of {', '.join(choices)}", "nothing" if value is None else value)
    return value


def _whole(
    fields: dict[str, Any], name: str, path: str, default: int | None = None, *, most: int = NUMBER_MAX
) -> int:
    value = fields.get(name)
    if value is None and default is not None:
        return default
    if isinstance(value, Decimal | float) and _finite(value) and value == int(value):
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
        raise DocumentError(path, f"a whole number from 0 to {most:,}", "nothing" if value is None else value)
    return value


def _maybe_whole(fields: dict[str, Any], name: str, path: str) -> int | None:
    return None if fields.get(name) is None else _whole(fields, name, path)


def _length(fields: dict[str, Any], name: str, path: str, *, up: bool, default: int, most: int = SIDE_MM_MAX) -> int:
    value = fields.get(name)
    return default if value is None else _side(value, path, up=up, most=most)


def _sides(value: object, path: str, *, up: bool) -> Triple:
    if not isinstance(value, list) or len(value) != 3:
        raise DocumentError(path, "three lengths in mm", "nothing" if value is None else value)
    first, second, third = (_side(side, f"{path}[{n}]", up=up, most=SIDE_MM_MAX) for n, side in enumerate(value))
    return first, second, third


def _side(value: Any, path: str, *, up: bool, most: int) -> int:
    if isinstance(value, Decimal | float) and _finite(value):
        value = math.ceil(value) if up else math.floor(value)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
        raise DocumentError(path, f"a whole number from 0 to {most:,}", "nothing" if value is None else value)
    return value


def _finite(value: Decimal | float) -> bool:
    return math.isfinite(value) and -(10**15) < float(value) < 10**15
