"""Is this a plan that a packer can carry out? Its own arithmetic, no code of the search (cartons.md CT8.4).

    check(plan, order)  ->  () or sentences, each naming the rule that is broken

The station asks this of every plan before it is shown; a plan that fails is logged and replaced by "No suggestion".
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations

from packstation.cartons.plan import OWN_BOX, Carton, Item, Order, Parcel, Placement, Plan

_PAIRWISE_MAX = 400  # more units than this in one parcel are compared along a sweep


def check(plan: Plan, order: Order) -> tuple[str, ...]:
    """Every rule of section 3 and 7 that the plan breaks, in words; empty when it breaks none."""
    items = _item_by_unit(order)
    cartons = {carton.code: carton for carton in order.cartons}
    frozen = {(unit.sku, unit.unit): unit for unit in order.frozen}
    broken = list(_conservation(plan, items))
    used: dict[str, int] = {}
    for number, parcel in enumerate(plan.parcels, 1):
        where = f"parcel {number} ({parcel.carton})"
        units = [(placement, items.get((placement.sku, placement.unit))) for placement in parcel.items]
        known = [(placement, item) for placement, item in units if item is not None]
        if parcel.carton == OWN_BOX:
            if len(known) != 1 or "own_box" not in known[0][1].flags or known[0][0].position_mm != (0, 0, 0):
                broken.append(f"{where}: CT3.9 expected one own_box unit at 0,0,0.")
            continue
        carton = cartons.get(parcel.carton)
        if carton is None:
            broken.append(f"{where}: expected a carton of the order.")
            continue
        held = any((placement.sku, placement.unit) in frozen for placement in parcel.items)
        if not held:
            used[carton.code] = used.get(carton.code, 0) + 1
            # What is open already is what it is; the carrier's limits are for what is suggested.
            broken += [f"{where}: {sentence}" for sentence in _carried(parcel, carton, order)]
        broken += [f"{where}: {sentence}" for sentence in _parcel(parcel, carton, known, order, set(frozen))]
    for code, count in used.items():
        available = cartons[code].available
        if available is not None and count > available:
            broken.append(f"CT3.13 {code}: expected at most {available} used, got {count}.")
    broken += _together(plan, items)
    for unit, place in frozen.items():
        if not any(
            (at.sku, at.unit) == unit and at.position_mm == place.position_mm and at.size_mm == place.size_mm
            for parcel in plan.parcels
            if parcel.carton == place.carton
            for at in parcel.items
        ):
            broken.append(f"CT1.7 {unit[0]} {unit[1]}: expected to stay where it lies.")
    return tuple(broken)


def _item_by_unit(order: Order) -> dict[tuple[str, int], Item]:
    items: dict[tuple[str, int], Item] = {}
    counted: dict[str, int] = {}
    for item in order.items:
        for _ in range(item.quantity):
            counted[item.sku] = counted.get(item.sku, 0) + 1
            items[item.sku, counted[item.sku]] = item
    return items


def _conservation(plan: Plan, items: dict[tuple[str, int], Item]) -> Iterable[str]:
    seen = [(placement.sku, placement.unit) for parcel in plan.parcels for placement in parcel.items]
    seen += [(unit.sku, unit.unit) for unit in plan.unplaced]
    if len(set(seen)) != len(seen):
        yield "CT3.1 expected every unit once, got one twice."
    if set(seen) != set(items):
        yield f"CT3.1 expected {len(items)} units in parcels or unplaced, got {len(set(seen) & set(items))}."


def _parcel(
    parcel: Parcel,
    carton: Carton,
    units: list[tuple[Placement, Item]],
    order: Order,
    frozen: set[tuple[str, int]],
) -> Iterable[str]:
    gross_g = carton.empty_weight_g + sum(item.weight_g for _, item in units)
    if parcel.weight_g != gross_g:
        yield f"CT8.3 expected {gross_g} g gross, got {parcel.weight_g}."
    if gross_g > carton.max_weight_g or gross_g > (order.rules.max_parcel_weight_g or gross_g):
        yield f"CT3.12 {gross_g} g is too heavy."
    if len(units) > (len(units) if carton.max_units is None else carton.max_units):
        yield f"CT3.12 expected at most {carton.max_units} units, got {len(units)}."
    if len(units) > (order.rules.max_units_per_parcel or len(units)):
        yield f"CT3.12 expected at most {order.rules.max_units_per_parcel} units, got {len(units)}."
    if len(units) > 1 and any("ship_alone" in item.flags for _, item in units):
        yield "CT3.9 a ship_alone unit has company."
    yield from _company(units, order)
    for placement, item in units:
        if not _may_lie_so(placement, item, order):
            yield f"CT3.4 {placement.sku} {placement.unit}: {placement.size_mm} is none of its poses."
        pad = order.padding_mm
        for start, size, inner in zip(placement.position_mm, placement.size_mm, carton.inner_mm, strict=True):
            if start < pad or start + size > inner - pad:
                yield f"CT3.2 {placement.sku} {placement.unit}: {start} + {size} leaves the carton of {inner} mm."
    if [placement.step for placement, _ in units] != list(range(1, len(units) + 1)):
        yield "CT7.1 expected steps 1.. in order."
    if carton.kind == "tube":
        if len(units) != 1 or not _in_tube(units[0][0], carton, order.padding_mm):
            yield "CT3.10 a tube takes one long unit."
    elif carton.kind == "mailer":
        yield from _mailer(units, carton, order.padding_mm)
    else:
        yield from _stacked(units, order, frozen)


def _carried(parcel: Parcel, carton: Carton, order: Order) -> Iterable[str]:
    """What the carrier does not take (hub P2)."""
    rate = order.rate
    shortest, second, longest = sorted(carton.outer_mm)
    for name, is_, most in (
        ("g gross", parcel.weight_g, rate.max_weight_g),
        ("mm long", longest, rate.max_length_mm),
        ("mm girth", 2 * (second + shortest), rate.max_girth_mm),
    ):
        if most is not None and is_ > most:
            yield f"CT3.12 the carrier takes {most} {name}, got {is_}."


def _company(units: list[tuple[Placement, Item]], order: Order) -> Iterable[str]:
    hazmat = {flag for _, item in units for flag in item.flags if flag.startswith("hazmat:")}
    own = {flag for _, item in units[:1] for flag in item.flags if flag.startswith("hazmat:")}
    if len(hazmat) > 1 and (len(units) > 1 and hazmat != own):
        yield f"CT3.8 {' and '.join(sorted(hazmat))} in one parcel."
    for one, other in order.rules.apart:
        with_one = [n for n, (_, item) in enumerate(units) if one in item.groups]
        with_other = [n for n, (_, item) in enumerate(units) if other in item.groups]
        if one != other and any(a != b for a in with_one for b in with_other):
            yield f"CT3.8 {one} and {other} in one parcel."


def _may_lie_so(placement: Placement, item: Item, order: Order) -> bool:
    size = order.rules.unknown_size_mm if item.size_mm is None else item.size_mm
    own = {letter: side + 2 * item.wrap_mm for letter, side in zip("lwh", size, strict=True)}
    allowed = set(item.poses or ("lwh", "wlh", "lhw", "hlw", "whl", "hwl"))
    if "this_way_up" in item.flags or "liquid" in item.flags:
        allowed &= {"lwh", "wlh"}
    return any(tuple(own[letter] for letter in pose) == placement.size_mm for pose in allowed)


def _in_tube(placement: Placement, carton: Carton, pad: int) -> bool:
    longest, middle, shortest = sorted(placement.size_mm, reverse=True)
    across = carton.inner_mm[1] - 2 * pad
    return longest <= carton.inner_mm[0] - 2 * pad and middle * middle + shortest * shortest <= across * across


def _mailer(units: list[tuple[Placement, Item]], carton: Carton, pad: int) -> Iterable[str]:
    sides = [sorted(placement.size_mm, reverse=True) for placement, _ in units]
    thick = sum(shortest for _, _, shortest in sides)
    length, width, depth = (side - 2 * pad for side in carton.inner_mm)
    if thick > depth or max(s[1] for s in sides) + thick > width or max(s[0] for s in sides) + thick > length:
        yield "CT3.10 the stack is too large for the mailer."
    unfit = ("fragile", "liquid", "this_way_up", "no_stack")
    if any(flag in unfit or flag.startswith("hazmat:") for _, item in units for flag in item.flags):
        yield "CT3.10 this unit does not go into a mailer."
    top = pad
    for placement, _ in units:
        if placement.position_mm != (pad, pad, top):
            yield f"CT3.10 {placement.sku} {placement.unit}: expected on the stack at {top}."
        top = placement.position_mm[2] + placement.size_mm[2]


def _stacked(units: list[tuple[Placement, Item]], order: Order, frozen: set[tuple[str, int]]) -> Iterable[str]:
    boxes = [
        (*p.position_mm, *(start + size for start, size in zip(p.position_mm, p.size_mm, strict=True)))
        for p, _ in units
    ]
    carried = [0] * len(units)
    above_g = [0] * len(units)
    for n, m in _pairs(boxes):
        # n is the earlier step, m the later one.
        a, b = boxes[n], boxes[m]
        if not (a[0] < b[3] and b[0] < a[3] and a[1] < b[4] and b[1] < a[4]):
            continue
        if a[2] < b[5] and b[2] < a[5]:
            yield f"CT3.3 {units[n][0].sku} {units[n][0].unit} and {units[m][0].sku} {units[m][0].unit} overlap."
            continue
        if a[2] >= b[5]:
            yield f"CT7.2 {units[m][0].sku} {units[m][0].unit} would have to go in below step {n + 1}."
            low, high = m, n
        else:
            low, high = n, m
            if b[2] == a[5]:
                carried[m] += (min(a[3], b[3]) - max(a[0], b[0])) * (min(a[4], b[4]) - max(a[1], b[1]))
        above_g[low] += units[high][1].weight_g
        flags, over = units[low][1].flags, units[high][1].flags
        if (
            "no_stack" in flags
            or ("fragile" in flags and "fragile" not in over)
            or ("liquid" in over and "liquid" not in flags)
        ):
            yield f"CT3.6 {units[high][0].sku} {units[high][0].unit} lies above {units[low][0].sku}."
    for n, (placement, item) in enumerate(units):
        if item.top_load_g is not None and above_g[n] > item.top_load_g:
            yield f"CT3.7 {placement.sku} {placement.unit}: at most {item.top_load_g} g above, got {above_g[n]}."
        if (placement.sku, placement.unit) in frozen or placement.position_mm[2] == order.padding_mm:
            continue
        if 100 * carried[n] < order.support_pct * placement.size_mm[0] * placement.size_mm[1]:
            yield f"CT3.5 {placement.sku} {placement.unit}: {order.support_pct} % of its base must be carried."


def _pairs(boxes: list[tuple[int, ...]]) -> Iterable[tuple[int, int]]:
    if len(boxes) <= _PAIRWISE_MAX:
        return combinations(range(len(boxes)), 2)
    return _swept(boxes)


def _swept(boxes: list[tuple[int, ...]]) -> Iterable[tuple[int, int]]:
    """Pairs whose plan views can meet: by columns as wide as the widest unit."""
    wide = max(max(box[3] - box[0] for box in boxes), 1)
    deep = max(max(box[4] - box[1] for box in boxes), 1)
    cells: dict[tuple[int, int], list[int]] = {}
    for n, box in enumerate(boxes):
        cells.setdefault((box[0] // wide, box[1] // deep), []).append(n)
    for (column, row), inside in cells.items():
        near = [m for east in (-1, 0, 1) for north in (-1, 0, 1) for m in cells.get((column + east, row + north), ())]
        for n in inside:
            for m in near:
                if n < m:
                    yield n, m


def _together(plan: Plan, items: dict[tuple[str, int], Item]) -> Iterable[str]:
    parcels: dict[str, set[int]] = {}
    for number, parcel in enumerate(plan.parcels):
        for placement in parcel.items:
            item = items.get((placement.sku, placement.unit))
            if item is not None and item.together is not None:
                parcels.setdefault(item.together, set()).add(number)
    for unit in plan.unplaced:
        item = items.get((unit.sku, unit.unit))
        if item is not None and item.together is not None:
            parcels.setdefault(item.together, set()).add(-1)
    for name, numbers in parcels.items():
        if len(numbers) > 1:
            yield f"CT3.11 {name}: expected one parcel, got {len(numbers)}."
