"""What no plan can beat: least parcels, volume and money for a set of units (cartons.md CT5.13).

For every set of carton kinds, the units that fit only into that set need its volume, its weight and its unit limits.
"""

from __future__ import annotations

from packstation.cartons.world import Counts, Key, View, World


def several_bound(world: World, counts: Counts) -> Key:
    """A key that no plan for these units in any number of cartons can beat."""
    if not any(counts):
        return (0, 0, 0, 0) if world.objective == "cost" else (0, 0)
    takers = _takers(world, counts)
    parcels = _apart(world, counts)
    least_cost = least_volume = 0
    sets = {allowed: frozenset(allowed) for allowed in takers.values()}
    for allowed, among in sets.items():
        views = [world.views[n] for n in allowed]
        only = {other for other, cartons in sets.items() if cartons <= among}
        inside = tuple([count if count and takers[kind] in only else 0 for kind, count in enumerate(counts)])
        here = max(_least_parcels(world, views, inside), _apart(world, inside))
        parcels = max(parcels, here)
        # What fits only into these takes so many of them, the cheapest or least of them at the least.
        least_volume = max(least_volume, here * min(view.inner_mm3 for view in views))
        if world.objective == "cost":
            dearest = here * min(world.base_minor(view) for view in views)
            least_cost = max(least_cost, dearest, _least_cost(world, views, inside))
    volume_mm3 = world.volume_mm3(counts)
    every = [world.views[n] for n in sorted({n for allowed in takers.values() for n in allowed})]
    inner = min(view.inner_mm3 for view in every)
    least_volume = max(least_volume, volume_mm3 if world.boxes_only else 0, parcels * inner)
    if world.objective == "count":
        return parcels, least_volume
    if world.objective == "volume":
        return least_volume, parcels
    outer = min(view.outer_mm3 for view in every)
    base = min(world.base_minor(view) for view in every)
    longest = min(max(view.carton.outer_mm) for view in every)
    return max(least_cost, parcels * base), parcels, parcels * outer, longest


def _apart(world: World, counts: Counts) -> int:
    """How many kinds there are of which no two may share a parcel (CT3.8): so many parcels at the least."""
    chosen: list[int] = []
    for kind, count in enumerate(counts):
        if count and world.apart[kind] and all(other in world.apart[kind] for other in chosen):
            chosen.append(kind)
    return max(1, len(chosen))


def _takers(world: World, counts: Counts) -> dict[int, tuple[int, ...]]:
    """By kind, the cartons that one unit of it fits into."""
    takers = {}
    for kind, count in enumerate(counts):
        if count:
            allowed = [
                view.index
                for view in world.views
                if view.carton.available != 0
                and world.types[kind].weight_g <= view.room_g
                and (view.takes(kind) or view.carton.kind == "tube")
            ]
            takers[kind] = tuple(allowed) or tuple(range(len(world.views)))
    return takers


def _least_parcels(world: World, views: list[View], inside: Counts) -> int:
    volume_mm3, weight_g, units = world.volume_mm3(inside), world.weight_g(inside), sum(inside)
    roomiest = max(view.volume_mm3 for view in views)
    strongest = max(view.room_g for view in views)
    most = max(view.room_units for view in views)
    if any(view.carton.kind in ("mailer", "tube") for view in views):
        volume_mm3 = 0  # a tube's or a mailer's volume is no limit that this arithmetic knows
    return max(
        1,
        -(-volume_mm3 // max(1, roomiest)),
        -(-weight_g // strongest) if strongest > 0 else 1,
        -(-units // most) if most > 0 else 1,
    )


def _least_cost(world: World, views: list[View], inside: Counts) -> int:
    """Every litre costs at least as much as in the cheapest carton a litre."""
    if any(view.carton.kind in ("mailer", "tube") for view in views):
        return 0
    volume_mm3 = world.volume_mm3(inside)
    return min(-(-world.base_minor(view) * volume_mm3 // max(1, view.volume_mm3)) for view in views)
