"""What a carton document says of units that lie in an open carton: each at a place where it can lie (CT1.7).

A place outside the carton, in another unit or of another size than the item is an error at its path: a plan around it
would be of no use to anybody.
"""

from __future__ import annotations

from packstation.cartons.document.fields import DocumentError, mapping, sides, text, whole
from packstation.cartons.items import allowed_poses, wrapped_mm
from packstation.cartons.plan import Frozen, Item, Order


def frozen_at(row: object, path: str, cartons: dict[str, int]) -> Frozen:
    fields = mapping(row, path)
    code = text(fields, "carton", f"{path}.carton")
    if code not in cartons:
        raise DocumentError(f"{path}.carton", "the code of a carton in this document", code)
    size_mm = sides(fields.get("size_mm"), f"{path}.size_mm", up=True)
    if 0 in size_mm:
        raise DocumentError(f"{path}.size_mm", "three sides of at least 1 mm", list(size_mm))
    return Frozen(
        parcel=whole(fields, "parcel", f"{path}.parcel", 1),
        carton=code,
        sku=text(fields, "sku", f"{path}.sku"),
        unit=whole(fields, "unit", f"{path}.unit"),
        position_mm=sides(fields.get("position_mm"), f"{path}.position_mm", up=False),
        size_mm=size_mm,
    )


def check_frozen(order: Order) -> None:
    """Every unit that lies there is one of the order's, once, where it has room."""
    units: dict[str, int] = {}
    items: dict[tuple[str, int], Item] = {}
    for item in order.items:
        for _ in range(item.quantity if order.frozen else 0):
            units[item.sku] = units.get(item.sku, 0) + 1
            items[item.sku, units[item.sku]] = item
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
        _check_place(order, n, items[frozen.sku, frozen.unit])


def _check_place(order: Order, n: int, item: Item) -> None:
    frozen, pad = order.frozen[n], order.padding_mm
    carton = next(carton for carton in order.cartons if carton.code == frozen.carton)
    sizes = _sizes(order, item)
    if item.size_mm is not None and frozen.size_mm not in sizes:
        expected = f"a size {item.sku!r} has in one of its poses, as {list(sizes[0])}"
        raise DocumentError(f"frozen[{n}].size_mm", expected, list(frozen.size_mm))
    if carton.kind not in ("box", "pallet"):
        return  # goods lie on top of each other in a mailer, and across in a tube: the formula decides (CT3.10)
    for at, size, inner in zip(frozen.position_mm, frozen.size_mm, carton.inner_mm, strict=True):
        if at < pad or at + size > inner - pad:
            raise DocumentError(
                f"frozen[{n}].position_mm",
                f"a place inside {carton.code} {list(carton.inner_mm)} for {list(frozen.size_mm)}",
                list(frozen.position_mm),
            )
    for other, before in enumerate(order.frozen[:n]):
        if before.parcel == frozen.parcel and _overlap(before, frozen):
            expected = f"a place beside frozen[{other}] ({before.sku} {before.unit})"
            raise DocumentError(f"frozen[{n}].position_mm", expected, list(frozen.position_mm))


def _sizes(order: Order, item: Item) -> tuple[tuple[int, int, int], ...]:
    side = dict(zip("lwh", wrapped_mm(item, order.rules), strict=True))
    return tuple((side[pose[0]], side[pose[1]], side[pose[2]]) for pose in allowed_poses(item))


def _overlap(one: Frozen, two: Frozen) -> bool:
    return all(
        a < b + other and b < a + own
        for a, own, b, other in zip(one.position_mm, one.size_mm, two.position_mm, two.size_mm, strict=True)
    )
