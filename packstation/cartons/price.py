"""What a parcel costs: billable weight, bands, surcharges, fuel (cartons.md CT4, hub.md P4-P5).

The arithmetic stands once, here; the hub's rates borrow it. No carrier, divisor, step or fee is written in code:
all of them come in as a `Rate`. Money is known before geometry: a carton and its contents fix it.
"""

from __future__ import annotations

from functools import lru_cache

from packstation.cartons.plan import Carton, Money, Rate, Surcharge, Triple


@lru_cache(maxsize=4096)
def dim_weight_g(outer_mm: Triple, divisor_mm3_per_g: int | None, side_round_um: int) -> int:
    """Dimensional weight of the outer sides, each rounded up to `side_round_um` first (0 = as they are)."""
    if not divisor_mm3_per_g:
        return 0
    if not side_round_um:
        return _up(outer_mm[0] * outer_mm[1] * outer_mm[2], divisor_mm3_per_g)
    length_um, width_um, height_um = (_up(side_mm * 1000, side_round_um) * side_round_um for side_mm in outer_mm)
    return _up(length_um * width_um * height_um, divisor_mm3_per_g * 10**9)


def billable_weight_g(gross_g: int, outer_mm: Triple, rate: Rate) -> int:
    """The greater of gross and dimensional weight, rounded up to the rate's step (CT4.2)."""
    weight_g, step_g = gross_g, rate.weight_step_g
    if rate.dim_divisor_cm3_per_kg:
        weight_g = max(gross_g, dim_weight_g(outer_mm, rate.dim_divisor_cm3_per_kg, rate.side_round_um))
    return -(-weight_g // step_g) * step_g


def parcel_money(carton_minor: int, outer_mm: Triple, gross_g: int, void_mm3: int, rate: Rate) -> Money:
    """All parts of what one parcel costs (CT4.3). Fuel and the minimum follow hub.md P5, each rounded half up."""
    billable_g = billable_weight_g(gross_g, outer_mm, rate)
    weight_minor = _weight_minor(billable_g, rate)
    base_minor = rate.per_parcel_minor + weight_minor
    applied = _surcharges(outer_mm, gross_g, base_minor, rate) if rate.surcharges else []
    surcharge_minor = sum([amount_minor for _, amount_minor in applied])
    fuel_minor = 0
    if rate.fuel_bp:
        fuelable_minor = sum(amount_minor for row, amount_minor in applied if row.fuelable)
        fuel_minor = _half_up((base_minor + fuelable_minor) * rate.fuel_bp, 10_000)
    carriage_minor = base_minor + surcharge_minor + fuel_minor
    return Money(
        carton_minor=carton_minor,
        void_minor=_up(rate.void_minor_per_l * void_mm3, 1_000_000),
        per_parcel_minor=rate.per_parcel_minor,
        weight_minor=weight_minor,
        surcharge_minor=surcharge_minor,
        fuel_minor=fuel_minor,
        minimum_minor=max(0, rate.min_price_minor - carriage_minor),
        surcharges=tuple((row.when, amount_minor) for row, amount_minor in applied),
    )


def carton_minor(carton: Carton, units_weight_g: int, units_volume_mm3: int, rate: Rate) -> int:
    """What a carton costs with these contents in it, as a sum: many are compared and one is told."""
    if rate.surcharges or rate.fuel_bp or rate.min_price_minor or rate.void_minor_per_l:
        return carton_money(carton, units_weight_g, units_volume_mm3, rate).total_minor
    billable_g = billable_weight_g(carton.empty_weight_g + units_weight_g, carton.outer_mm, rate)
    return carton.cost_minor + rate.per_parcel_minor + _weight_minor(billable_g, rate)


def carton_money(carton: Carton, units_weight_g: int, units_volume_mm3: int, rate: Rate) -> Money:
    """What a carton costs with these contents in it."""
    inner_mm3 = carton.inner_mm[0] * carton.inner_mm[1] * carton.inner_mm[2]
    return parcel_money(
        carton.cost_minor,
        carton.outer_mm,
        carton.empty_weight_g + units_weight_g,
        max(0, inner_mm3 - units_volume_mm3),
        rate,
    )


def side_over(outer_mm: Triple, rate: Rate) -> tuple[str, int, int] | None:
    """What of a carton the carrier does not take, whatever is in it: the code, the length in mm and its limit."""
    if rate.max_length_mm is None and rate.max_girth_mm is None:
        return None
    longest, second, third = sorted(outer_mm, reverse=True)
    if rate.max_length_mm is not None and longest > rate.max_length_mm:
        return "over_length", longest, rate.max_length_mm
    girth_mm = 2 * (second + third)
    if rate.max_girth_mm is not None and girth_mm > rate.max_girth_mm:
        return "over_girth", girth_mm, rate.max_girth_mm
    return None


def has_steps(rate: Rate) -> bool:
    """Whether money can jump with size or weight, so that two parcels may be cheaper than one (CT4.6)."""
    return bool(rate.surcharges or rate.bands)


def _weight_minor(billable_g: int, rate: Rate) -> int:
    minor = -(-rate.per_kg_minor * billable_g // 1000)
    return minor + _band_minor(billable_g, rate) if rate.bands else minor


def _band_minor(billable_g: int, rate: Rate) -> int:
    for band in rate.bands:
        if band.over_g < billable_g and (band.upto_g is None or billable_g <= band.upto_g):
            return band.price_minor + band.per_step_minor * _up(billable_g - band.over_g, rate.weight_step_g)
    return 0


def _surcharges(outer_mm: Triple, gross_g: int, base_minor: int, rate: Rate) -> list[tuple[Surcharge, int]]:
    longest, second, third = sorted(outer_mm, reverse=True)
    measured = {
        "weight_over_g": gross_g,
        "length_over_mm": longest,
        "second_over_mm": second,
        "girth_over_mm": 2 * (second + third),
        "length_girth_over_mm": longest + 2 * (second + third),
    }
    volume_mm3 = longest * second * third
    dearest: dict[str, tuple[Surcharge, int]] = {}
    applied: list[tuple[Surcharge, int]] = []
    for row in rate.surcharges:
        if row.when == "volume_over_cm3":
            applies = volume_mm3 > row.limit * 1000
        else:
            applies = row.when == "always" or measured.get(row.when, 0) > row.limit
        if not applies:
            continue
        amount_minor = row.amount_minor + _half_up(base_minor * row.percent_bp, 10_000)
        if row.group is None:
            applied.append((row, amount_minor))
        elif row.group not in dearest or dearest[row.group][1] < amount_minor:
            dearest[row.group] = (row, amount_minor)
    return applied + [dearest[group] for group in sorted(dearest)]


def _up(number: int, step: int) -> int:
    return -(-number // step)


def _half_up(number: int, divisor: int) -> int:
    return (2 * number + divisor) // (2 * divisor)
