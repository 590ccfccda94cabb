"""From a packing to a Parcel: which piece lies where, steps, weight, fill and money (cartons.md CT8.1, CT8.3)."""

from __future__ import annotations

from collections.abc import Sequence

from packstation.cartons.items import Unit, first_pose, is_estimated, known_size_mm, pose_name
from packstation.cartons.lots import Lot
from packstation.cartons.plan import OWN_BOX, Frozen, Order, Parcel, Triple
from packstation.cartons.price import billable_weight_g, carton_money, dim_weight_g, parcel_money
from packstation.cartons.steps import Lying, layers_of, stepped
from packstation.cartons.world import Laid, World


def own_parcel(order: Order, piece: Unit) -> Parcel:
    pose, sides = first_pose(piece.item, order.rules)
    raw = known_size_mm(piece.item, order.rules)
    money = parcel_money(0, sides, piece.item.weight_g, 0, order.rate)
    placement = Lying(
        piece.sku,
        piece.unit,
        (0, 0, 0),
        sides,
        pose,
        is_estimated(piece.item),
    )
    items = stepped([placement], sides, 0)
    return Parcel(
        carton=OWN_BOX,
        items=items,
        weight_g=piece.item.weight_g,
        fill_e4=_share_e4(raw[0] * raw[1] * raw[2], sides[0] * sides[1] * sides[2]),
        cost_minor=money.total_minor,
        name="own box",
        inner_mm=sides,
        outer_mm=sides,
        dim_weight_g=dim_weight_g(sides, order.rate.dim_divisor_cm3_per_kg, order.rate.side_round_um),
        billable_g=billable_weight_g(piece.item.weight_g, sides, order.rate),
        money=money,
        layers=layers_of(items),
    )


def parcel_of(
    world: World,
    order: Order,
    lot: Lot,
    waiting: list[list[Unit]],
    frozen: Sequence[tuple[Unit, Frozen]] = (),
) -> Parcel:
    """The parcel of a lot; units are taken from the end of `waiting`, those that lie there already are `frozen`."""
    carton = lot.view.carton
    pad = order.padding_mm
    types = world.types
    raw_mm3 = weight_g = 0
    lying = []
    poses: dict[tuple[int, Triple], str] = {}
    for piece, there in frozen:
        pose = pose_name(piece.item, order.rules, there.size_mm)
        shape = types[piece.type]
        raw_mm3 += shape.raw_mm3
        weight_g += shape.weight_g
        lying.append(Lying(there.sku, there.unit, there.position_mm, there.size_mm, pose, shape.estimated, True))
    rows = lot.packing[len(frozen) :]
    for kind, x, y, z, dx, dy, dz in sorted(rows, key=_going_in) if len(rows) > 1 else rows:
        sku, unit, item, _ = waiting[kind].pop()
        shape = types[kind]
        raw_mm3 += shape.raw_mm3
        weight_g += shape.weight_g
        size_mm = (dx, dy, dz)
        named = (id(item), size_mm)
        known = poses.get(named)
        if known is None:
            known = poses[named] = pose_name(item, order.rules, size_mm)
        lying.append(Lying(sku, unit, (x + pad, y + pad, z + pad), size_mm, known, shape.estimated))
    items = stepped(lying, carton.inner_mm, pad, stack=carton.kind == "mailer")
    inner_mm3 = carton.inner_mm[0] * carton.inner_mm[1] * carton.inner_mm[2]
    money = carton_money(carton, weight_g, raw_mm3, order.rate)
    gross_g = weight_g + carton.empty_weight_g
    return Parcel(
        carton=carton.code,
        items=items,
        weight_g=gross_g,
        fill_e4=_share_e4(raw_mm3, inner_mm3),
        cost_minor=money.total_minor,
        name=carton.name,
        inner_mm=carton.inner_mm,
        outer_mm=carton.outer_mm,
        dim_weight_g=dim_weight_g(carton.outer_mm, order.rate.dim_divisor_cm3_per_kg, order.rate.side_round_um),
        billable_g=billable_weight_g(gross_g, carton.outer_mm, order.rate),
        void_ml=max(0, inner_mm3 - raw_mm3) // 1000,
        money=money,
        layers=layers_of(items),
    )


def _going_in(row: Laid) -> Triple:
    """Lowest first, then farthest back, then farthest left."""
    return row[3], -row[2], row[1]


def _share_e4(part: int, whole: int) -> int:
    return (20_000 * part + whole) // (2 * whole)
