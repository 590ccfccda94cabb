"""What an order's search sees of the catalog: its cartons with their limits, and which units keep to which rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from packstation.cartons.items import Units, UnitType
from packstation.cartons.law import Law
from packstation.cartons.plan import Carton, Rate, Rules, Triple
from packstation.cartons.price import side_over
from packstation.cartons.spaces import FAR
from packstation.cartons.world import ESTIMATED_FILL_PCT, View


@dataclass(frozen=True, slots=True)
class Place:
    """What one carton is to every order: worked out once for a catalog."""

    index: int
    carton: Carton
    usable: Triple
    sides: Triple  # usable, falling
    volume_mm3: int
    room_mm3: int  # what may be filled while a size is assumed (CT6.1)
    room_g: int  # what the units may weigh, for carton, shop and carrier
    room_units: int
    inner_mm3: int
    outer_mm3: int


def views_of(
    cartons: Sequence[Carton], types: Sequence[UnitType], rules: Rules, padding_mm: int, rate: Rate
) -> tuple[View, ...]:
    types = tuple(types)
    # Of the rate only its limits: the rest of it changes nothing of what goes in.
    limits = Rate(max_weight_g=rate.max_weight_g, max_length_mm=rate.max_length_mm, max_girth_mm=rate.max_girth_mm)
    places = _places(tuple(cartons), rules.max_parcel_weight_g, rules.max_units_per_parcel, padding_mm, limits)
    return tuple([View(place, types) for place in places])


@lru_cache(maxsize=32)
def _places(
    cartons: tuple[Carton, ...], parcel_g: int | None, parcel_units: int | None, padding_mm: int, limits: Rate
) -> tuple[Place, ...]:
    limits_g = [most_g for most_g in (parcel_g, limits.max_weight_g) if most_g is not None]
    places = []
    for index, carton in enumerate(cartons):
        inner, outer = carton.inner_mm, carton.outer_mm
        usable = (
            max(0, inner[0] - 2 * padding_mm),
            max(0, inner[1] - 2 * padding_mm),
            max(0, inner[2] - 2 * padding_mm),
        )
        longest, middle, shortest = sorted(usable, reverse=True)
        volume_mm3 = longest * middle * shortest
        room_g = min([carton.max_weight_g, *limits_g]) - carton.empty_weight_g
        units = min([FAR if most is None else most for most in (carton.max_units, parcel_units)])
        if side_over(outer, limits) is not None:
            # Not taken whatever is in it: no way of filling a carton has to ask for the carrier's limits.
            room_g, units = -1, 0
        places.append(
            Place(
                index=index,
                carton=carton,
                usable=usable,
                sides=(longest, middle, shortest),
                volume_mm3=volume_mm3,
                room_mm3=volume_mm3 * ESTIMATED_FILL_PCT // 100,
                room_g=room_g,
                room_units=units,
                inner_mm3=inner[0] * inner[1] * inner[2],
                outer_mm3=outer[0] * outer[1] * outer[2],
            )
        )
    return tuple(places)


def law_of(types: Sequence[UnitType], *, always: bool = False) -> Law | None:
    """The rules on what lies above what, when there are any; `always` where units already lie in open cartons."""
    if not always and all(kind.plain for kind in types):
        return None
    return Law(
        fragile=tuple(kind.fragile for kind in types),
        no_stack=tuple(kind.no_stack for kind in types),
        liquid=tuple(kind.liquid for kind in types),
        weight_g=tuple(kind.weight_g for kind in types),
        top_load_g=tuple(kind.top_load_g for kind in types),
    )


def together_of(units: Units) -> tuple[tuple[int, ...], ...]:
    """The kinds that share a parcel or are all left out, by group (CT3.11)."""
    groups: dict[str, list[int]] = {}
    for kind, shape in enumerate(units.types):
        if shape.together is not None:
            groups.setdefault(shape.together, []).append(kind)
    return tuple(tuple(kinds) for kinds in groups.values())


def apart_of(units: Units, rules: Rules) -> tuple[frozenset[int], ...]:
    """By kind, the kinds that it may not share a parcel with (CT3.8)."""
    if not any(shape.hazmat or shape.groups for shape in units.types):
        return (frozenset(),) * len(units.types)

    def strangers(one: UnitType, two: UnitType) -> bool:
        if one.hazmat and two.hazmat and set(one.hazmat) | set(two.hazmat) != set(one.hazmat) & set(two.hazmat):
            return True
        return any(
            (a in one.groups and b in two.groups) or (b in one.groups and a in two.groups)
            for a, b in rules.apart
            if a != b
        )

    # Classes and groups are few, whatever the number of kinds: each is compared once.
    alike: dict[tuple[tuple[str, ...], tuple[str, ...]], list[int]] = {}
    for kind, shape in enumerate(units.types):
        alike.setdefault((shape.hazmat, shape.groups), []).append(kind)
    apart: list[frozenset[int]] = [frozenset()] * len(units.types)
    for ours in alike.values():
        named = [kinds for kinds in alike.values() if strangers(units.types[ours[0]], units.types[kinds[0]])]
        others = frozenset([kind for kinds in named for kind in kinds])
        for kind in ours:
            apart[kind] = others - {kind} if ours in named else others
    return tuple(apart)
