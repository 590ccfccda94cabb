"""An open carton carried on: what lies in it stays in it, whatever the plan had meant for it (cartons.md CT1.7).

places that a plan gave + units without a place --carried_on--> all of them placed, the rest planned around them
                                                by their sizes they do not fit: the rest alone is planned
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from packstation.cartons.engine import planned
from packstation.cartons.plan import Frozen, Item, Order, Plan


@dataclass(frozen=True, slots=True)
class Carried:
    """`order`: the question that was answered in the end. `without_place`: what lies in the carton and has none."""

    plan: Plan
    order: Order
    without_place: Mapping[str, int]


def carried_on(
    order: Order,
    carton: str,
    inside: Mapping[str, int],
    *,
    budget: int = 50,
    seed: int = 0,
    stop: Callable[[], bool] | None = None,
) -> Carried:
    """The order planned on, with `inside` (units by SKU) in the open carton. `order.frozen`: the places known."""
    scanned = [row for row in order.cartons if row.code == carton]
    if not scanned:
        raise ValueError(f"{carton}: expected the code of a carton of this order.")
    # It is in the packer's hand, whatever the stock says.
    held = scanned[0]._replace(available=1)
    stock = tuple(held if row.code == carton and row.available == 0 else row for row in order.cartons)
    here, rest = _parted(order.items, inside)
    for known in dict.fromkeys((order.frozen, ())):
        laid = planned(
            replace(order, items=here, cartons=(held,), frozen=known),
            budget=budget,
            seed=seed,
            stop=stop,
            alternatives=0,
        )
        if len(laid.parcels) == 1 and not laid.unplaced:
            kept = tuple(
                Frozen(1, carton, at.sku, at.unit, at.position_mm, at.size_mm) for at in laid.parcels[0].items
            )
            whole = replace(order, cartons=stock, frozen=kept)
            return Carried(planned(whole, budget=budget, seed=seed, stop=stop), whole, {})
    left = replace(order, items=rest, frozen=())
    return Carried(planned(left, budget=budget, seed=seed, stop=stop, alternatives=0), left, dict(inside))


def _parted(items: tuple[Item, ...], inside: Mapping[str, int]) -> tuple[tuple[Item, ...], tuple[Item, ...]]:
    """The items in the carton, and those that are not: the first units of a SKU are inside."""
    wanted = dict(inside)
    here, rest = [], []
    for item in items:
        count = min(item.quantity, wanted.get(item.sku, 0))
        wanted[item.sku] = wanted.get(item.sku, 0) - count
        if count:
            here.append(replace(item, quantity=count))
        if item.quantity > count:
            rest.append(replace(item, quantity=item.quantity - count))
    return tuple(here), tuple(rest)
