"""Orders that nobody placed: drawn like a web shop's, by the published bin packing recipe, or to break things.

    synthetic(seed)  1-20 units, one carton wanted        CT10.5
    big(seed)        15-60 units, several cartons         CT10.5
    mpv(class, n, v) Martello, Pisinger and Vigo          CT10.2
    fuzzed(seed)     every flag, rule and kind of carton, small and mean, CG9

Each answers a document for `packstation cartonize`; the same arguments draw the same document for ever.
"""

import math
import random
from typing import Any

Document = dict[str, Any]

# The twelve stock cartons, 6 x 4 x 4 to 24 x 18 x 18 inches: code, inner sides, tare, price.
_STOCK = (
    ("A", (152, 101, 101), 85, 42),
    ("B", (203, 152, 101), 120, 55),
    ("C", (228, 228, 101), 160, 68),
    ("D", (254, 203, 152), 190, 74),
    ("E", (304, 228, 101), 200, 72),
    ("F", (304, 254, 203), 270, 98),
    ("G", (355, 254, 101), 230, 88),
    ("H", (381, 304, 254), 390, 138),
    ("I", (406, 304, 203), 380, 130),
    ("J", (457, 355, 304), 560, 195),
    ("K", (508, 406, 355), 760, 265),
    ("L", (609, 457, 457), 1100, 390),
)
# Walls and flaps: what the outside has more than the inside.
_WALL_MM = (7, 7, 13)
_DENSITY_MEDIAN, _DENSITY_SIGMA = 0.35, 0.5


def stock_cartons(count: int = 12) -> list[Document]:
    """The first `count` of the twelve cartons that the benchmark sets are packed into."""
    return [
        {
            "code": code,
            "inner_mm": list(inner_mm),
            "outer_mm": [side + wall for side, wall in zip(inner_mm, _WALL_MM, strict=True)],
            "max_weight_g": 29_500,
            "empty_weight_g": empty_weight_g,
            "cost_minor": cost_minor,
        }
        for code, inner_mm, empty_weight_g, cost_minor in _STOCK[:count]
    ]


def synthetic(seed: int) -> Document:
    """One order of 1-20 units that L holds in nearly every case."""
    draw = random.Random(f"synthetic {seed}")
    units = 21
    while units > 20:
        units = 1 + int(-5.5 * math.log(1.0 - draw.random()))
    return _document(draw, units, share_of_ones=0.65, most_of_a_line=6, cartons=12)


def big(seed: int) -> Document:
    """One order of 15-60 units for the ten smaller cartons."""
    draw = random.Random(f"big {seed}")
    return _document(draw, draw.randint(15, 60), share_of_ones=0.5, most_of_a_line=8, cartons=10)


def _document(
    draw: random.Random, units: int, *, share_of_ones: float, most_of_a_line: int, cartons: int
) -> Document:
    items: list[Document] = []
    while units:
        quantity = 1 if draw.random() < share_of_ones else draw.randint(1, most_of_a_line)
        quantity = min(quantity, units)
        units -= quantity
        size_mm = _size_mm(draw)
        weight_g = _weight_g(draw, size_mm)
        items.append(
            {"sku": f"S-{len(items) + 1:02}", "quantity": quantity, "size_mm": size_mm, "weight_g": weight_g}
        )
    return {"cartons": stock_cartons(cartons), "items": items, "objective": "count"}


def _size_mm(draw: random.Random) -> list[int]:
    kind = draw.random()
    if kind < 0.30:  # small and boxed
        return [draw.randint(25, 110) for _ in range(3)]
    if kind < 0.50:  # flat
        return [draw.randint(180, 300), draw.randint(120, 220), draw.randint(8, 45)]
    if kind < 0.65:  # bottle
        foot = draw.randint(35, 95)
        return [foot, foot, draw.randint(110, 290)]
    if kind < 0.80:  # apparel
        return [draw.randint(200, 330), draw.randint(150, 260), draw.randint(15, 60)]
    if kind < 0.95:  # medium
        return [draw.randint(90, 230) for _ in range(3)]
    return [draw.randint(250, 420), draw.randint(60, 160), draw.randint(40, 120)]  # long


def _weight_g(draw: random.Random, size_mm: list[int]) -> int:
    volume_cm3 = size_mm[0] * size_mm[1] * size_mm[2] / 1000
    return max(10, round(volume_cm3 * draw.lognormvariate(math.log(_DENSITY_MEDIAN), _DENSITY_SIGMA)))


# ---- Martello, Pisinger and Vigo


def mpv(kind: int, n: int, v: int) -> Document:
    """Instance `v` (1-10) of class `kind` (1-8) with `n` items: one bin, nothing turns, nothing needs support.

    The published generator keeps 48 bits of state; in the 64-bit build of its C the state is kept whole instead,
    and the instances are others. These are the published ones (CT10.2).
    """
    draw = _Draw48(v + n)
    side = {6: 10, 7: 40}.get(kind, 100)
    items = []
    for number in range(1, n + 1):
        shape = kind
        if kind <= 5:
            t = draw.between(1, 10)
            shape = t if t <= 5 else kind
        size_mm = [draw.between(low, high) for low, high in _mpv_ranges(shape, side)]
        items.append({"sku": f"I{number:03}", "quantity": 1, "size_mm": size_mm, "weight_g": 1, "poses": ["lwh"]})
    carton = {"code": "BIN", "inner_mm": [side] * 3, "max_weight_g": 1_000_000, "empty_weight_g": 0}
    return {"cartons": [carton], "items": items, "objective": "count", "support_pct": 0}


def _mpv_ranges(shape: int, side: int) -> tuple[tuple[int, int], tuple[int, int], tuple[int, int]]:
    small, large = (1, side // 2), (2 * side // 3, side)
    match shape:
        case 1:
            return small, large, large
        case 2:
            return large, small, large
        case 3:
            return large, large, small
        case 4:
            half = (side // 2, side)
            return half, half, half
        case 5:
            return small, small, small
    most = {6: 10, 7: 35, 8: 100}[shape]
    return (1, most), (1, most), (1, most)


class _Draw48:
    """The 48-bit linear congruential generator of the C library, as the instances were drawn with it."""

    def __init__(self, seed: int) -> None:
        self.state = (seed << 16) + 0x330E

    def between(self, low: int, high: int) -> int:
        self.state = (0x5DEECE66D * self.state + 0xB) % 2**48
        return (self.state >> 17) % (high - low + 1) + low


# ---- mean little orders

_FLAG_SETS: tuple[tuple[str, ...], ...] = (
    ("fragile",),
    ("this_way_up",),
    ("no_stack",),
    ("liquid",),
    ("soft",),
    ("hazmat:3",),
    ("hazmat:8",),
    ("ship_alone",),
    ("own_box",),
    ("fragile", "this_way_up"),
    ("no_stack", "this_way_up"),
    ("no_stack", "fragile"),
    ("liquid", "fragile"),
    ("liquid", "hazmat:3"),
    ("soft", "no_stack"),
)
_POSE_SETS = (["lwh"], ["lwh", "wlh"], ["lwh", "wlh", "lhw", "hlw"], ["hwl"], ["wlh", "whl"])


def fuzzed(seed: int) -> Document:
    """An order in which anything of sections 2 and 3 may be asked at once; coarse grids make walls touch."""
    draw = random.Random(f"fuzzed {seed}")
    grid_mm = draw.choice((1, 5, 10, 20))
    odds = draw.choice((0.0, 0.15, 0.5))  # plain orders, mixed ones, orders of trouble only
    cartons = [_fuzzed_carton(draw, number, grid_mm, odds) for number in range(draw.randint(1, 5))]
    items = [_fuzzed_item(draw, number, grid_mm, odds) for number in range(draw.choice((1, 1, 2, 3, 4, 6)))]
    document: Document = {
        "cartons": cartons,
        "items": items,
        "objective": draw.choice(("cost", "cost", "volume", "count")),
        "support_pct": draw.choice((70, 70, 70, 100, 0)),
    }
    if draw.random() < odds:
        document["padding_mm"] = draw.choice((1, 5, 10))
    if draw.random() < odds:
        document["rules"] = _fuzzed_rules(draw)
    if draw.random() < 0.5:
        document["dim_divisor_cm3_per_kg"] = draw.choice((4000, 5000, 5022))
        document["rate"] = _fuzzed_rate(draw, odds)
    if draw.random() < odds / 2:
        document["void_minor_per_l"] = draw.randint(1, 30)
    return document


def _sides(draw: random.Random, least_mm: int, most_mm: int, grid_mm: int) -> list[int]:
    return [grid_mm * max(1, draw.randint(least_mm, most_mm) // grid_mm) for _ in range(3)]


def _fuzzed_carton(draw: random.Random, number: int, grid_mm: int, odds: float) -> Document:
    inner_mm = _sides(draw, 60, 400, grid_mm)
    kind = draw.choice(("mailer", "tube", "pallet")) if draw.random() < odds else "box"
    if kind == "mailer":
        inner_mm = [draw.randint(200, 500), draw.randint(150, 400), draw.randint(10, 80)]
    if kind == "tube":
        inner_mm = [draw.randint(200, 800)] + [draw.randint(50, 150)] * 2
    carton: Document = {
        "code": f"C{number}",
        "inner_mm": inner_mm,
        "outer_mm": [side + draw.randint(0, 15) for side in inner_mm],
        "max_weight_g": draw.choice((2000, 8000, 30_000)),
        "empty_weight_g": draw.randint(0, 400),
        "cost_minor": draw.randint(0, 300),
        "kind": kind,
    }
    if draw.random() < odds:
        carton["available"] = draw.randint(0, 3)
    if draw.random() < odds / 2:
        carton["max_units"] = draw.randint(1, 6)
    return carton


def _fuzzed_item(draw: random.Random, number: int, grid_mm: int, odds: float) -> Document:
    item: Document = {
        "sku": f"SKU-{number}",
        "quantity": draw.choice((1, 1, 1, 2, 3, 5, 8)),
        "size_mm": _sides(draw, 10, 220, grid_mm),
        "weight_g": draw.choice((0, 50, 300, 900, 2500)),
    }
    if draw.random() < odds:
        item["flags"] = list(draw.choice(_FLAG_SETS))
    if draw.random() < odds / 2:
        upright = {"this_way_up", "liquid"} & set(item.get("flags", ()))
        item["poses"] = ["lwh", "wlh", "hwl"] if upright else list(draw.choice(_POSE_SETS))
    if draw.random() < odds / 2:
        item["top_load_g"] = draw.choice((0, 300, 1000, 3000))
    if draw.random() < odds / 3:
        item["wrap_mm"] = draw.randint(1, 10)
    if draw.random() < odds / 2:
        item["groups"] = [draw.choice(("food", "chemical", "paper"))]
        if draw.random() < 0.2:
            item["groups"].append("gift")
    # A part of a kit that must travel alone is a wish that nobody can grant.
    if draw.random() < odds / 2 and not {"own_box", "ship_alone"} & set(item.get("flags", ())):
        item["together"] = draw.choice(("kit", "set"))
    if draw.random() < odds / 6:
        item["size_mm"] = None
    return item


def _fuzzed_rules(draw: random.Random) -> Document:
    rules: Document = {}
    if draw.random() < 0.5:
        rules["apart"] = [draw.sample(("food", "chemical", "paper"), 2)]
    if draw.random() < 0.5:
        rules["max_parcel_weight_g"] = draw.choice((1500, 5000, 23_000))
    if draw.random() < 0.4:
        rules["max_units_per_parcel"] = draw.randint(1, 8)
    return rules


def _fuzzed_rate(draw: random.Random, odds: float) -> Document:
    rate: Document = {"per_parcel_minor": draw.choice((0, 450, 800)), "per_kg_minor": draw.choice((0, 80, 137))}
    if draw.random() < 0.5:
        rate["weight_step_g"] = draw.choice((1, 100, 500))
    if draw.random() < 0.3:
        rate["side_round_um"] = draw.choice((10_000, 25_400))
    if draw.random() < odds:
        rate["surcharges"] = [
            {"when": "always", "limit": 0, "amount_minor": draw.randint(0, 50)},
            {"when": "weight_over_g", "limit": 3000, "amount_minor": 700, "group": "handling"},
            {"when": "length_over_mm", "limit": 350, "amount_minor": 900, "group": "handling"},
            {"when": "second_over_mm", "limit": 300, "amount_minor": 250, "group": draw.choice((None, "handling"))},
            {"when": "girth_over_mm", "limit": 900, "amount_minor": 400, "group": "size"},
            {"when": "length_girth_over_mm", "limit": 1200, "amount_minor": 500, "group": "size"},
            {"when": "volume_over_cm3", "limit": 20_000, "amount_minor": 1200},
        ]
    return rate
