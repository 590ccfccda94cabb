"""Sections 4 and 8: weight, fill, money and the key, counted again from the documents."""

from tests.cartons.check.reading import Document, Parcel, Triple
from tests.cartons.check.rules import Broken, Tops

# An assumed size may be wrong by a third; the carton keeps room for it (CT6.1).
ASSUMED_FILL_PERCENT = 65


def _told(document: Document, parcel: Parcel) -> Broken:
    tops = Tops(parcel)
    for row, piece in zip(parcel.told["items"], parcel.placed, strict=True):
        pose = row.get("pose")
        if pose is not None and parcel.kind != "own" and piece.unit.lying(pose) != piece.size:
            yield "CT8.1", f"{piece.unit.name}: pose {pose} is {piece.unit.lying(pose)}, got {piece.size}."
        if bool(row.get("estimated")) != piece.unit.estimated:
            yield (
                "CT6.1",
                f"{piece.unit.name}: expected estimated {piece.unit.estimated}, got {row.get('estimated')}.",
            )
        under = {other.step for other in tops.under(piece)}
        if row.get("rests_on") is not None and parcel.kind in ("box", "pallet") and set(row["rests_on"]) != under:
            yield "CT8.1", f"{piece.unit.name}: expected to rest on steps {sorted(under)}, got {row['rests_on']}."
        if "words" in row and not row["words"].strip():
            yield "CT7.3", f"{piece.unit.name}: expected words, got nothing."
    if parcel.told.get("layers") is not None:
        layers: dict[int, list[int]] = {}
        for piece in sorted(parcel.placed, key=lambda one: one.step):
            layers.setdefault(piece.at[2], []).append(piece.step)
        told = {layer["z_mm"]: sorted(layer["steps"]) for layer in parcel.told["layers"]}
        if told != layers:
            yield "CT7.5", f"expected layers {layers}, got {told}."
    assumed = any(piece.unit.estimated for piece in parcel.placed)
    inner_mm3 = _volume_mm3(parcel.inner_mm)
    if assumed and parcel.kind != "own" and 100 * parcel.contents_mm3 > ASSUMED_FILL_PERCENT * inner_mm3:
        yield "CT6.1", f"expected at most {ASSUMED_FILL_PERCENT} % full with an assumed size, got more."


def _figures(document: Document, parcel: Parcel) -> Broken:
    told = parcel.told
    if told["weight_g"] != parcel.weight_g:
        yield "CT8.3", f"expected weight_g {parcel.weight_g}, got {told['weight_g']}."
    inner_mm3 = _volume_mm3(parcel.inner_mm)
    # Half up in whole ten-thousandths, so that no float decides.
    fill = (20_000 * parcel.contents_mm3 + inner_mm3) // (2 * inner_mm3)
    wrapped_own = parcel.kind == "own" and parcel.placed[0].unit.wrap_mm > 0
    if not wrapped_own and abs(told["fill"] * 10_000 - fill) > 1e-6:
        yield "CT8.3", f"expected fill {fill / 10_000}, got {told['fill']}."
    cost_minor = parcel_cost_minor(document, parcel)
    if told["cost_minor"] != cost_minor:
        yield "CT4.3", f"expected cost_minor {cost_minor}, got {told['cost_minor']}."
    money = told.get("money")
    if money is not None:
        parts_minor = sum(v for name, v in money.items() if name.endswith("_minor") and name != "total_minor")
        if (parts_minor, money["total_minor"]) != (cost_minor, cost_minor):
            yield (
                "CT4.3",
                f"expected parts that add up to {cost_minor}, got {parts_minor} and {money['total_minor']}.",
            )
    void_mm3 = _void_mm3(parcel)
    if told.get("void_ml") is not None and abs(told["void_ml"] * 1000 - void_mm3) >= 1000:
        yield "CT8.1", f"expected void_ml of {void_mm3} mm3, got {told['void_ml']}."
    dim_g = _dim_g(document, parcel)
    for field, value in (("dim_weight_g", dim_g), ("billable_g", _billable_g(document, parcel, dim_g))):
        if told.get(field) is not None and told[field] != value:
            yield "CT4.2", f"expected {field} {value}, got {told[field]}."


def parcel_cost_minor(document: Document, parcel: Parcel) -> int:
    """Carton, void, base, weight and surcharges of one parcel, CT4.3."""
    rate = document.get("rate") or {}
    carton_minor = 0 if parcel.carton is None else int(parcel.carton.get("cost_minor") or 0)
    void_mm3 = _void_mm3(parcel)
    void_minor = -(-int(document.get("void_minor_per_l") or 0) * void_mm3 // 1_000_000)
    billable_g = _billable_g(document, parcel, _dim_g(document, parcel))
    weight_minor = -(-int(rate.get("per_kg_minor") or 0) * billable_g // 1000)
    base_minor = int(rate.get("per_parcel_minor") or 0)
    return carton_minor + void_minor + base_minor + weight_minor + _surcharge_minor(rate, parcel)


def _void_mm3(parcel: Parcel) -> int:
    # Nobody fills up a box that came from its maker.
    return 0 if parcel.carton is None else max(0, _volume_mm3(parcel.inner_mm) - parcel.contents_mm3)


def _dim_g(document: Document, parcel: Parcel) -> int:
    divisor = int(document.get("dim_divisor_cm3_per_kg") or 0)
    if not divisor:
        return 0
    step_um = int((document.get("rate") or {}).get("side_round_um") or 0) or 1
    volume_um3 = 1
    for side_mm in parcel.outer_mm:
        volume_um3 *= -(-side_mm * 1000 // step_um) * step_um
    return -(-volume_um3 // (divisor * 10**9))


def _billable_g(document: Document, parcel: Parcel, dim_g: int) -> int:
    step_g = int((document.get("rate") or {}).get("weight_step_g", 1000)) or 1
    return -(-max(parcel.weight_g, dim_g) // step_g) * step_g


def _surcharge_minor(rate: Document, parcel: Parcel) -> int:
    # Sides as they are: whole inches count for the weight alone (CT4.2).
    longest_mm, second_mm, shortest_mm = sorted(parcel.outer_mm, reverse=True)
    girth_mm = 2 * (second_mm + shortest_mm)
    # Each measure beside the size of its limit's unit, so that "strictly over" compares whole numbers.
    measured = {
        "weight_over_g": (parcel.weight_g, 1),
        "length_over_mm": (longest_mm, 1),
        "second_over_mm": (second_mm, 1),
        "girth_over_mm": (girth_mm, 1),
        "length_girth_over_mm": (longest_mm + girth_mm, 1),
        "volume_over_cm3": (longest_mm * second_mm * shortest_mm, 1000),
    }
    total_minor = 0
    dearest_minor: dict[str, int] = {}
    for row in rate.get("surcharges") or ():
        value, scale = measured.get(row["when"], (1, 0))  # "always" has no limit
        if value <= int(row.get("limit") or 0) * scale:
            continue
        if row.get("group") is None:
            total_minor += row["amount_minor"]
        else:
            dearest_minor[row["group"]] = max(dearest_minor.get(row["group"], 0), row["amount_minor"])
    return int(total_minor + sum(dearest_minor.values()))


def _volume_mm3(sides: Triple) -> int:
    return sides[0] * sides[1] * sides[2]


def objective_key(document: Document, parcels: list[Parcel]) -> tuple[int, ...]:
    """What the plan is compared by, CT4.1."""
    inner_mm3 = sum(_volume_mm3(parcel.inner_mm) for parcel in parcels)
    match document.get("objective", "cost"):
        case "count":
            return len(parcels), inner_mm3
        case "volume":
            return inner_mm3, len(parcels)
    cost_minor = sum(parcel_cost_minor(document, parcel) for parcel in parcels)
    outer_mm3 = sum(_volume_mm3(parcel.outer_mm) for parcel in parcels)
    return cost_minor, len(parcels), outer_mm3, max((max(parcel.outer_mm) for parcel in parcels), default=0)


def figures_of_a_parcel(document: Document, parcel: Parcel) -> Broken:
    """What a parcel says of itself: poses, words, layers, weight, fill and money."""
    yield from _told(document, parcel)
    yield from _figures(document, parcel)
