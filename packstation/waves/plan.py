"""Which orders leave together, on which cart, in which walk: by cut-off and priority (waves.md W1-W7). Pure.

open orders --by (cut-off, carrier)--> waves --by priority, ship-by--> carts --by location sequence--> walks
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

ORDERS_A_FACT = 500
CART_ORDERS = 8
NO_CUTOFF = "9999"


@dataclass(frozen=True, slots=True)
class Stop:
    """Units of one line at one location. `sequence`: the location's place in the walk."""

    line: int
    sku: str
    quantity: int
    location: str
    sequence: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """An order that could be in a wave. `ship_by`: ISO 8601 UTC or "" when nobody promised a time."""

    fo: str
    priority: int
    ship_by: str
    carrier: str
    stops: tuple[Stop, ...]


@dataclass(frozen=True, slots=True)
class PlannedCart:
    """One trip: its orders in slot order, and the locations in walking order, each once."""

    cart: str
    fos: tuple[str, ...]
    route: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlannedWave:
    """Orders that leave with one carrier pick-up. `cutoff`: ISO 8601 UTC or ""."""

    wave: str
    kind: str
    cutoff: str
    carrier: str
    carts: tuple[PlannedCart, ...]

    @property
    def fos(self) -> tuple[str, ...]:
        return tuple(fo for cart in self.carts for fo in cart.fos)


def plan(
    orders: Iterable[Waiting],
    *,
    first_wave: int,
    first_cart: int,
    cutoff: str | None = None,
    kind: str = "carrier_cutoff",
    cart_orders: int = CART_ORDERS,
) -> tuple[PlannedWave, ...]:
    """One wave for each cut-off and carrier, the earliest first; waves and carts are numbered from the given numbers.

    `cutoff` (ISO 8601 UTC) leaves out what may leave later. Carts never mix priorities (FL6.6); a cart holds at most
    `cart_orders` orders. The same orders give the same plan whatever their order was.
    """
    assert cart_orders >= 1, f"cart_orders: expected at least 1, got {cart_orders}"
    groups: dict[tuple[str, str], list[Waiting]] = {}
    for order in orders:
        due = order.ship_by or NO_CUTOFF
        if cutoff is None or due <= cutoff:
            groups.setdefault((due, order.carrier), []).append(order)
    waves = []
    for due, carrier in sorted(groups):
        carts = _carts(groups[due, carrier], first_cart, cart_orders)
        first_cart += len(carts)
        when = "" if due == NO_CUTOFF else due
        waves.append(PlannedWave(f"W-{first_wave}", kind, when, carrier, carts))
        first_wave += 1
    return tuple(waves)


def walk(orders: Sequence[Waiting]) -> tuple[str, ...]:
    """The locations of these orders in the order of their sequence, each once."""
    stops = {(stop.sequence, stop.location) for order in orders for stop in order.stops}
    return tuple(location for _, location in sorted(stops))


def _carts(orders: list[Waiting], first: int, most: int) -> tuple[PlannedCart, ...]:
    by_priority: dict[int, list[Waiting]] = {}
    for order in orders:
        by_priority.setdefault(order.priority, []).append(order)
    carts: list[PlannedCart] = []
    for priority in sorted(by_priority, reverse=True):
        # Orders that start at the same face share a cart: fewer aisles to walk.
        same = sorted(by_priority[priority], key=lambda o: (min((s.sequence for s in o.stops), default=0), o.fo))
        for start in range(0, len(same), most):
            part = same[start : start + most]
            carts.append(PlannedCart(f"K-{first + len(carts)}", tuple(o.fo for o in part), walk(part)))
    return tuple(carts)
