"""A carton document into an Order (cartons.md CT2): every field at its path, every limit, every doubt an error."""

from __future__ import annotations

from typing import Any, cast

from packstation.cartons.document.fields import (
    NUMBER_MAX,
    DocumentError,
    choice,
    length,
    listed,
    mapping,
    mappings,
    maybe_whole,
    shown,
    sides,
    text,
    texts,
    whole,
)
from packstation.cartons.document.lying import check_frozen, frozen_at
from packstation.cartons.plan import (
    OWN_BOX,
    POSES,
    UPRIGHT_POSES,
    Band,
    Carton,
    Item,
    Kind,
    Objective,
    Order,
    Rate,
    Rules,
    Surcharge,
    Triple,
)

UNITS_MAX = 20_000
CARTONS_MAX = 500

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


def read_order(document: object) -> tuple[Order, tuple[str, ...]]:
    """The order that a document asks about, and warnings (unknown flags) for stderr."""
    top = mapping(document, "")
    warnings: list[str] = []
    cartons = listed(top, "cartons", "cartons")
    if len(cartons) > CARTONS_MAX:
        raise DocumentError("cartons", f"at most {CARTONS_MAX} cartons", len(cartons))
    catalog = tuple(_carton(row, f"cartons[{n}]") for n, row in enumerate(cartons))
    seen: dict[str, int] = {}
    for n, carton in enumerate(catalog):
        if carton.code in seen:
            raise DocumentError(f"cartons[{n}].code", f"a code not used by cartons[{seen[carton.code]}]", carton.code)
        seen[carton.code] = n
    rows = listed(top, "items", "items")
    items = tuple(_item(row, f"items[{n}]", warnings) for n, row in enumerate(rows))
    units = sum(item.quantity for item in items)
    if units > UNITS_MAX:
        raise DocumentError("items", f"at most {UNITS_MAX:,} units in one document", units)
    order = Order(
        items=tuple(item for item in items if item.quantity),
        cartons=catalog,
        objective=cast(Objective, choice(top, "objective", "objective", OBJECTIVES, "cost")),
        rate=_rate(top),
        rules=_rules(top),
        support_pct=whole(top, "support_pct", "support_pct", 70, most=100),
        padding_mm=length(top, "padding_mm", "padding_mm", up=True, default=0),
        currency=text(top, "currency", "currency", ""),
        frozen=tuple(
            frozen_at(row, f"frozen[{n}]", seen) for n, row in enumerate(listed(top, "frozen", "frozen", []))
        ),
    )
    _check_together(items)
    check_frozen(order)
    return order, tuple(dict.fromkeys(warnings))


def _carton(row: object, path: str) -> Carton:
    fields = mapping(row, path)
    code = text(fields, "code", f"{path}.code")
    if code == OWN_BOX:
        raise DocumentError(f"{path}.code", f"a code other than {OWN_BOX}, which names a unit's own box", code)
    inner_mm = sides(fields.get("inner_mm"), f"{path}.inner_mm", up=False)
    if 0 in inner_mm:
        raise DocumentError(f"{path}.inner_mm", "three sides of at least 1 mm", list(inner_mm))
    outer = fields.get("outer_mm")
    outer_mm = inner_mm if outer is None else sides(outer, f"{path}.outer_mm", up=True)
    if 0 in outer_mm:
        raise DocumentError(f"{path}.outer_mm", "three sides of at least 1 mm", list(outer_mm))
    if any(out < inside for out, inside in zip(sorted(outer_mm), sorted(inner_mm), strict=True)):
        raise DocumentError(f"{path}.outer_mm", f"no side below those of inner_mm {list(inner_mm)}", list(outer_mm))
    kind = cast(Kind, choice(fields, "kind", f"{path}.kind", KINDS, "box"))
    if kind == "tube" and inner_mm[1] != inner_mm[2]:
        raise DocumentError(f"{path}.inner_mm", "length, diameter, diameter of a tube", list(inner_mm))
    return Carton(
        code=code,
        inner_mm=inner_mm,
        outer_mm=outer_mm,
        max_weight_g=whole(fields, "max_weight_g", f"{path}.max_weight_g"),
        empty_weight_g=whole(fields, "empty_weight_g", f"{path}.empty_weight_g", 0),
        cost_minor=whole(fields, "cost_minor", f"{path}.cost_minor", 0),
        available=maybe_whole(fields, "available", f"{path}.available"),
        kind=kind,
        name=text(fields, "name", f"{path}.name", ""),
        max_units=maybe_whole(fields, "max_units", f"{path}.max_units", least=1),
    )


def _item(row: object, path: str, warnings: list[str]) -> Item:
    fields = mapping(row, path)
    sku = text(fields, "sku", f"{path}.sku")
    flags = texts(fields, "flags", f"{path}.flags")
    for n, flag in enumerate(flags):
        if flag not in KNOWN_FLAGS and not (flag.startswith("hazmat:") and len(flag) > 7):
            warnings.append(f"{path}.flags[{n}]: unknown flag {shown(flag)}, ignored.")
    poses: tuple[str, ...] | None = None
    if fields.get("poses") is not None:
        named = texts(fields, "poses", f"{path}.poses")
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
        given = sides(size, f"{path}.size_mm", up=True)
        size_mm = None if 0 in given else given
    size_from = choice(fields, "size_from", f"{path}.size_from", SIZE_FROM, "measured")
    return Item(
        sku=sku,
        quantity=whole(fields, "quantity", f"{path}.quantity", most=10**9),
        size_mm=None if size_from == "unknown" else size_mm,
        weight_g=length(fields, "weight_g", f"{path}.weight_g", up=True, default=0, most=NUMBER_MAX),
        flags=flags,
        poses=poses,
        wrap_mm=length(fields, "wrap_mm", f"{path}.wrap_mm", up=True, default=0),
        top_load_g=maybe_whole(fields, "top_load_g", f"{path}.top_load_g"),
        groups=texts(fields, "groups", f"{path}.groups"),
        together=text(fields, "together", f"{path}.together", "") or None,
        size_from=size_from,
    )


def _check_together(items: tuple[Item, ...]) -> None:
    """Units that ship alone and share a parcel with others: nobody can do both (CT3.9, CT3.11)."""
    units: dict[str, int] = {}
    for item in items:
        if item.together is not None:
            units[item.together] = units.get(item.together, 0) + item.quantity
    for n, item in enumerate(items):
        alone = [flag for flag in ("ship_alone", "own_box") if flag in item.flags]
        if item.together is not None and item.quantity and alone and units[item.together] > 1:
            expected = f"no group of several units, since {item.sku!r} is {alone[0]}"
            raise DocumentError(f"items[{n}].together", expected, item.together)


def _rate(top: dict[str, Any]) -> Rate:
    given = top.get("rate")
    fields = {} if given is None else mapping(given, "rate")
    divisor = maybe_whole(top, "dim_divisor_cm3_per_kg", "dim_divisor_cm3_per_kg")
    if divisor == 0:
        raise DocumentError("dim_divisor_cm3_per_kg", "a whole number of at least 1", 0)
    step_g = whole(fields, "weight_step_g", "rate.weight_step_g", 1000)
    if step_g == 0:
        raise DocumentError("rate.weight_step_g", "a whole number of at least 1", 0)
    surcharges = []
    for path, values in mappings(fields, "surcharges", "rate.surcharges"):
        surcharges.append(
            Surcharge(
                when=choice(values, "when", f"{path}.when", SURCHARGE_WHEN, None),
                # A row over nothing would be one that always applies, one without an amount none at all.
                limit=whole(values, "limit", f"{path}.limit", 0 if values.get("when") == "always" else None),
                amount_minor=whole(
                    values, "amount_minor", f"{path}.amount_minor", 0 if values.get("percent_bp") else None
                ),
                group=text(values, "group", f"{path}.group", "") or None,
                percent_bp=whole(values, "percent_bp", f"{path}.percent_bp", 0),
                fuelable=values.get("fuelable") is True,
            )
        )
    bands = []
    for path, values in mappings(fields, "bands", "rate.bands"):
        bands.append(
            Band(
                over_g=whole(values, "over_g", f"{path}.over_g", 0),
                upto_g=maybe_whole(values, "upto_g", f"{path}.upto_g"),
                price_minor=whole(values, "price_minor", f"{path}.price_minor"),
                per_step_minor=whole(values, "per_step_minor", f"{path}.per_step_minor", 0),
            )
        )
    return Rate(
        per_parcel_minor=whole(fields, "per_parcel_minor", "rate.per_parcel_minor", 0),
        per_kg_minor=whole(fields, "per_kg_minor", "rate.per_kg_minor", 0),
        dim_divisor_cm3_per_kg=divisor,
        weight_step_g=step_g,
        side_round_um=whole(fields, "side_round_um", "rate.side_round_um", 0),
        surcharges=tuple(surcharges),
        void_minor_per_l=whole(top, "void_minor_per_l", "void_minor_per_l", 0),
        bands=tuple(bands),
        fuel_bp=whole(fields, "fuel_bp", "rate.fuel_bp", 0),
        min_price_minor=whole(fields, "min_price_minor", "rate.min_price_minor", 0),
        max_weight_g=maybe_whole(fields, "max_weight_g", "rate.max_weight_g"),
        max_length_mm=maybe_whole(fields, "max_length_mm", "rate.max_length_mm"),
        max_girth_mm=maybe_whole(fields, "max_girth_mm", "rate.max_girth_mm"),
    )


def _rules(top: dict[str, Any]) -> Rules:
    given = top.get("rules")
    fields = {} if given is None else mapping(given, "rules")
    apart: list[tuple[str, str]] = []
    for n, row in enumerate(listed(fields, "apart", "rules.apart", [])):
        if not isinstance(row, list) or len(row) != 2 or not all(isinstance(name, str) for name in row):
            raise DocumentError(f"rules.apart[{n}]", "a pair of group names", row)
        apart.append((row[0], row[1]))
    unknown_size_mm: Triple = (200, 150, 80)
    if top.get("unknown_size_mm") is not None:
        unknown_size_mm = sides(top["unknown_size_mm"], "unknown_size_mm", up=True)
        if 0 in unknown_size_mm:
            raise DocumentError("unknown_size_mm", "three sides of at least 1 mm", list(unknown_size_mm))
    return Rules(
        max_parcel_weight_g=maybe_whole(fields, "max_parcel_weight_g", "rules.max_parcel_weight_g", least=1),
        max_units_per_parcel=maybe_whole(fields, "max_units_per_parcel", "rules.max_units_per_parcel", least=1),
        apart=tuple(apart),
        unknown_size_mm=unknown_size_mm,
    )
