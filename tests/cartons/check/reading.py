"""The two documents as pieces, places and parcels; nothing is judged here but whether it can be read."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

Document = dict[str, Any]
Triple = tuple[int, int, int]

ALL_POSES = ("lwh", "wlh", "lhw", "hlw", "whl", "hwl")
UPRIGHT_POSES = ("lwh", "wlh")
REASONS = ("too_large", "too_heavy", "no_carton_left", "apart", "together", "over_length", "over_girth")
# What never lies in a stack of soft goods (CT3.10).
NOT_IN_A_MAILER = ("fragile", "liquid", "this_way_up", "no_stack")


@dataclass(frozen=True, slots=True)
class Unit:
    """One piece as the document describes it; `size_mm` still without its wrap."""

    sku: str
    number: int
    size_mm: Triple
    weight_g: int
    flags: frozenset[str]
    poses: tuple[str, ...]
    wrap_mm: int
    top_load_g: int | None
    groups: frozenset[str]
    together: str | None
    estimated: bool

    @property
    def name(self) -> str:
        return f"{self.sku} {self.number}"

    @property
    def volume_mm3(self) -> int:
        return self.size_mm[0] * self.size_mm[1] * self.size_mm[2]

    @property
    def classes(self) -> frozenset[str]:
        return frozenset(flag for flag in self.flags if flag.startswith("hazmat:"))

    def lying(self, pose: str) -> Triple:
        """The sides along x, y and z in one pose, wrap included."""
        side_mm = {letter: side + 2 * self.wrap_mm for letter, side in zip("lwh", self.size_mm, strict=True)}
        return side_mm[pose[0]], side_mm[pose[1]], side_mm[pose[2]]

    def sizes(self) -> set[Triple]:
        return {self.lying(pose) for pose in self.poses}


@dataclass(frozen=True, slots=True)
class Placed:
    """One unit where the answer says it lies."""

    unit: Unit
    at: Triple
    size: Triple
    far: Triple
    step: int
    frozen: bool


@dataclass(frozen=True, slots=True)
class Parcel:
    """One parcel of the answer with what the document says of its carton; an own box has none."""

    number: int
    code: str
    carton: Document | None
    placed: tuple[Placed, ...]
    told: Document
    frozen: bool

    @property
    def kind(self) -> str:
        return "own" if self.carton is None else str(self.carton.get("kind", "box"))

    @property
    def inner_mm(self) -> Triple:
        if self.carton is None:
            return self.placed[0].size
        return triple(self.carton["inner_mm"])

    @property
    def outer_mm(self) -> Triple:
        if self.carton is None:
            return self.placed[0].size
        return triple(self.carton.get("outer_mm") or self.carton["inner_mm"])

    @property
    def weight_g(self) -> int:
        tare_g = 0 if self.carton is None else int(self.carton.get("empty_weight_g", 0))
        return tare_g + sum(piece.unit.weight_g for piece in self.placed)

    @property
    def contents_mm3(self) -> int:
        return sum(piece.unit.volume_mm3 for piece in self.placed)


def units_of(document: Document) -> dict[tuple[str, int], Unit]:
    """The pieces of an order by SKU and number; numbers run on when a SKU stands on two lines."""
    units: dict[tuple[str, int], Unit] = {}
    last: Counter[str] = Counter()
    assumed = document.get("unknown_size_mm") or [200, 150, 80]
    for item in document["items"]:
        size = item.get("size_mm")
        if not size or 0 in size or item.get("size_from") == "unknown":
            size = None
        flags = frozenset(item.get("flags") or ())
        poses = tuple(item.get("poses") or ALL_POSES)
        if flags & {"this_way_up", "liquid"}:
            poses = tuple(pose for pose in poses if pose in UPRIGHT_POSES)
        for _ in range(item["quantity"]):
            last[item["sku"]] += 1
            units[item["sku"], last[item["sku"]]] = Unit(
                sku=item["sku"],
                number=last[item["sku"]],
                size_mm=triple(size or assumed),
                weight_g=int(item.get("weight_g") or 0),
                flags=flags,
                poses=poses,
                wrap_mm=int(item.get("wrap_mm") or 0),
                top_load_g=item.get("top_load_g"),
                groups=frozenset(item.get("groups") or ()),
                together=item.get("together"),
                estimated=size is None,
            )
    return units


def triple(sides: Any) -> Triple:
    x, y, z = sides
    return int(x), int(y), int(z)


def read(document: Document, answer: Document, units: dict[tuple[str, int], Unit]) -> tuple[list[Parcel], list[str]]:
    cartons = {carton["code"]: carton for carton in document["cartons"]}
    frozen = {(row["sku"], row["unit"]) for row in document.get("frozen") or ()}
    parcels: list[Parcel] = []
    misread: list[str] = []
    for number, told in enumerate(answer["parcels"], 1):
        if told["carton"] != "OWN" and told["carton"] not in cartons:
            misread.append(f"CT8.1 parcel {number}: expected a carton of the document, got {told['carton']}.")
            continue
        if not told["items"]:
            misread.append(f"CT3.1 parcel {number}: expected at least one unit, got none.")
            continue
        placed = []
        for row in told["items"]:
            unit = units.get((row["sku"], row["unit"]))
            if unit is None:
                misread.append(f"CT3.1 parcel {number}: {row['sku']} {row['unit']} was never ordered.")
                continue
            numbers = [*row["position_mm"], *row["size_mm"], row["step"]]
            if any(type(value) is not int for value in numbers) or len(numbers) != 7:
                misread.append(f"CT2.3 parcel {number}: {unit.name}: expected seven whole numbers, got {numbers}.")
                continue
            at, size = triple(row["position_mm"]), triple(row["size_mm"])
            far = (at[0] + size[0], at[1] + size[1], at[2] + size[2])
            placed.append(Placed(unit, at, size, far, row["step"], (unit.sku, unit.number) in frozen))
        carton = None if told["carton"] == "OWN" else cartons[told["carton"]]
        held = any(piece.frozen for piece in placed)
        parcels.append(Parcel(number, told["carton"], carton, tuple(placed), told, held))
    return parcels, misread
