"""What packing teaches: sizes in doubt, sizes that were measured, how good suggestions are (CT6.4, CT1.8).

boxes as they were packed  --suspects-->  items whose size somebody should look at, the worst first
measurements of one item   --agreed-->    the size three of them agree on
boxes, prices              --figures-->   accepted, filled, void, money
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from packstation.cartons.plan import Carton, Item, Order, Rate, Triple
from packstation.cartons.price import carton_money

UPRIGHT = frozenset({"liquid", "this_way_up"})
AGREE_MM = 3
AGREE_PERMILLE = 20
MEASURED_BY = 3
LOOKED_AT = 10
"""The newest measurements of an item that are compared."""
OVERRIDES_MIN = 2
OVERRIDES_PCT = 20


@dataclass(frozen=True, slots=True)
class Packed:
    """One closed box: what was suggested, what was taken and why, and the units in it."""

    fo: str
    type: str
    suggested: str
    why_other: str | None
    units: Mapping[str, int]
    rate: Rate = field(default_factory=Rate)


@dataclass(frozen=True, slots=True)
class Suspect:
    """An item whose size is in doubt. `why`: too_small (overridden `times` of `parcels`), impossible (it went into
    a carton that its size says cannot hold it)."""

    sku: str
    why: str
    times: int
    parcels: int
    cartons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """What the suggestions were worth. Money in minor units; `against_smallest`: what the suggested cartons cost more
    (or less, when negative) than the smallest ones that hold the same, `overrides_cost`: than what was used."""

    boxes: int
    suggested: int
    accepted: int
    accepted_permille: int
    fill_permille: int
    void_l: int
    suggested_minor: int
    used_minor: int
    smallest_minor: int
    overrides_by_reason: Mapping[str, int]
    overrides_by_carton: Mapping[str, int]
    overrides_by_sku: Mapping[str, int]


def same_size(one: Triple, other: Triple) -> bool:
    """Equal within 3 mm or 2 %, whichever is more, whatever side is called the length."""
    pairs = zip(sorted(one), sorted(other), strict=True)
    return all(abs(a - b) <= max(AGREE_MM, max(a, b) * AGREE_PERMILLE // 1000) for a, b in pairs)


def standing(size: Triple, known: Triple | None, flags: Collection[str]) -> Triple:
    """Measured sides in the catalog's order of length, width and height: people measure in any order, and what may
    not be turned stands on the side that the catalog says (CT3.4). Where it says none, a bottle stands upright."""
    short, middle, long = sorted(size)
    if known is not None and 0 not in known:
        sides = [0, 0, 0]
        for at, side in zip(sorted(range(3), key=lambda n: (known[n], -n)), (short, middle, long), strict=True):
            sides[at] = side
        return sides[0], sides[1], sides[2]
    return (middle, short, long) if UPRIGHT & set(flags) else (long, middle, short)


def agreed(sizes: Sequence[Triple]) -> Triple | None:
    """The median of the newest three whose sorted sides agree within 3 mm; the newest stand last."""
    newest = [tuple(sorted(size, reverse=True)) for size in sizes[-LOOKED_AT:]][::-1]
    for three in combinations(newest, MEASURED_BY):
        columns = [sorted(column) for column in zip(*three, strict=True)]
        if all(column[-1] - column[0] <= AGREE_MM for column in columns):
            length, width, height = (column[1] for column in columns)
            return length, width, height
    return None


def suspects(
    packed: Sequence[Packed], sizes: Mapping[str, Triple], cartons: Mapping[str, Carton]
) -> tuple[Suspect, ...]:
    """The items in doubt, the worst first. `sizes`: those that are known."""
    parcels: Counter[str] = Counter()
    smaller: dict[str, list[str]] = {}
    squeezed: dict[str, list[str]] = {}
    for box in packed:
        parcels.update(list(box.units))
        carton = cartons.get(box.type)
        known = {sku: sizes[sku] for sku in box.units if sku in sizes}
        if box.why_other == "too_small":
            for sku in box.units:
                smaller.setdefault(sku, []).append(f"{box.suggested}>{box.type}")
        if carton is None or carton.kind in ("pallet", "mailer"):
            continue  # a pallet has no walls, and what is soft bends into a mailer
        for sku in _squeezed(box.units, known, carton.inner_mm):
            squeezed.setdefault(sku, []).append(box.type)
    found = [
        Suspect(sku, "too_small", len(where), parcels[sku], tuple(sorted(set(where))))
        for sku, where in smaller.items()
        if len(where) >= OVERRIDES_MIN and 100 * len(where) >= OVERRIDES_PCT * parcels[sku]
    ]
    found += [
        Suspect(sku, "impossible", len(where), parcels[sku], tuple(sorted(set(where))))
        for sku, where in squeezed.items()
    ]
    return tuple(sorted(found, key=lambda one: (-one.times, -one.times * 1000 // one.parcels, one.sku, one.why)))


def figures(
    packed: Sequence[Packed], sizes: Mapping[str, Triple], weights_g: Mapping[str, int], cartons: Mapping[str, Carton]
) -> Figures:
    """CT1.8 over closed boxes; boxes with an item whose size is not known count for the choice alone (CT6.1)."""
    suggested = [box for box in packed if box.suggested]
    accepted = sum(1 for box in suggested if box.type == box.suggested)
    reasons: Counter[str] = Counter()
    by_carton: Counter[str] = Counter()
    by_sku: Counter[str] = Counter()
    for box in suggested:
        if box.type != box.suggested:
            reasons[box.why_other or "other"] += 1
            by_carton[f"{box.suggested}>{box.type}"] += 1
            by_sku.update(list(box.units))
    raw_mm3 = inner_mm3 = suggested_minor = used_minor = smallest_minor = 0
    boxes = [carton for carton in cartons.values() if carton.kind == "box"]
    boxes.sort(key=lambda carton: (_volume(carton.inner_mm), carton.code))
    smallest: dict[tuple[tuple[tuple[str, int], ...], str], Carton] = {}  # much is packed alike
    for box in packed:
        used, meant = cartons.get(box.type), cartons.get(box.suggested)
        if used is None or not all(sku in sizes for sku in box.units) or not box.units:
            continue
        units_mm3 = sum(_volume(sizes[sku]) * count for sku, count in box.units.items())
        weight_g = sum(weights_g.get(sku, 0) * count for sku, count in box.units.items())
        raw_mm3 += units_mm3
        inner_mm3 += _volume(used.inner_mm)
        if meant is None:
            continue
        asked = (tuple(sorted(box.units.items())), box.type)
        if asked not in smallest:
            smallest[asked] = _smallest(box.units, sizes, weights_g, used, boxes)
        small = smallest[asked]
        suggested_minor += carton_money(meant, weight_g, units_mm3, box.rate).total_minor
        used_minor += carton_money(used, weight_g, units_mm3, box.rate).total_minor
        smallest_minor += carton_money(small, weight_g, units_mm3, box.rate).total_minor
    return Figures(
        boxes=len(packed),
        suggested=len(suggested),
        accepted=accepted,
        accepted_permille=1000 * accepted // len(suggested) if suggested else 0,
        fill_permille=1000 * raw_mm3 // inner_mm3 if inner_mm3 else 0,
        void_l=max(0, inner_mm3 - raw_mm3) // 1_000_000,
        suggested_minor=suggested_minor,
        used_minor=used_minor,
        smallest_minor=smallest_minor,
        overrides_by_reason=dict(reasons.most_common()),
        overrides_by_carton=dict(by_carton.most_common()),
        overrides_by_sku=dict(by_sku.most_common(20)),
    )


def _squeezed(units: Mapping[str, int], sizes: Mapping[str, Triple], inner_mm: Triple) -> list[str]:
    """Items that a carton cannot hold by their sizes: one side too long, or all of them too much."""
    room = sorted(inner_mm)
    long = [
        sku
        for sku, size in sizes.items()
        if any(
            side > wall + max(AGREE_MM, wall * AGREE_PERMILLE // 1000)
            for side, wall in zip(sorted(size), room, strict=True)
        )
    ]
    if long:
        return long
    whole_mm3 = sum(_volume(size) * units[sku] for sku, size in sizes.items())
    return list(sizes) if 1000 * whole_mm3 > (1000 + 3 * AGREE_PERMILLE) * _volume(inner_mm) else []


def _smallest(
    units: Mapping[str, int],
    sizes: Mapping[str, Triple],
    weights_g: Mapping[str, int],
    used: Carton,
    boxes: Sequence[Carton],
) -> Carton:
    """The smallest box that really holds the units: each smaller one than was used is packed, smallest first.

    That their volume fits says little: a suggestion would be blamed for costing more than a box nobody could close.
    """
    from packstation.cartons.engine import planned

    items = tuple([Item(sku, count, sizes[sku], weights_g.get(sku, 0)) for sku, count in units.items()])
    for carton in boxes:
        if _volume(carton.inner_mm) >= _volume(used.inner_mm):
            break
        there = carton._replace(available=None)
        plan = planned(Order(items, (there,), objective="count"), budget=0, alternatives=0)
        if len(plan.parcels) == 1 and not plan.unplaced:
            return carton
    return used


def _volume(size: Triple) -> int:
    return size[0] * size[1] * size[2]
