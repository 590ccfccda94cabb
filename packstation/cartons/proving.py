"""What the search left open, settled where it can be: the proof of a finished plan (cartons.md CT5.13, CT5.14, CG10).

    lots of the search  -->  every cheaper carton for all units: arrangements, then the extra `exact`, more each time
                        -->  up to 8 units in several cartons: every way to share them out
                        -->  the same lots or better ones, and what no way can beat

The search is over before a proof begins, so a proof costs no plan anything: what is installed can only make it
better. Its work is counted apart from the budget of the search, and has an end of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from packstation.cartons import exact
from packstation.cartons.disproofs import nodes_in, prove_arrangements
from packstation.cartons.fills import may_share
from packstation.cartons.lots import Lot, candidates, lot_of, stock_left, total_key
from packstation.cartons.partitions import UNITS_MAX, shared_out
from packstation.cartons.several import could_several_beat
from packstation.cartons.world import Counts, Key, View, World

FEW_TESTS = 400_000  # up to 8 units: about 0.3 s
MOST_TESTS = 5_500_000  # more units: about 4.5 s
PROOF_MS = 5_000  # what a proof may take beside the search; a safety stop may wait twice as long
_NODES = 20_000
_SHARED_PCT = 50  # of the work, where units may also be shared out among cartons


@dataclass(frozen=True, slots=True)
class Proof:
    """The plan after it: `floor` is what no way to share out the units can beat, where all were looked at."""

    lots: list[Lot]
    after: Counts  # what no carton holds
    floor: Key | None = None


def proven(
    world: World, counts: Counts, lots: list[Lot], after: Counts, stop: Callable[[], bool] | None = None
) -> Proof:
    """Settle what is open about the plan `lots` for `counts`. `stop` is asked in place of the search's own."""
    if world.stopped:
        return Proof(lots, after)
    world.stop = stop
    most = (FEW_TESTS if sum(counts) <= UNITS_MAX else MOST_TESTS) * world.slowness
    ends = world.spent + most
    shares = sum(counts) <= UNITS_MAX and (len(lots) != 1 or could_several_beat(world, counts, lots[0]))
    world.budget = world.spent + most * _SHARED_PCT // 100 if shares else ends
    single = _one(world, counts, None if any(after) else lots)
    if single is not None:
        lots, after = [single], (0,) * len(counts)
        shares = shares and could_several_beat(world, counts, single)
    if not shares or any(after):
        return Proof(lots, after)
    world.budget = ends
    return _shared(world, counts, lots)


def _one(world: World, counts: Counts, lots: Sequence[Lot] | None) -> Lot | None:
    """A single carton that holds all and is better than `lots`; the cheaper ones are disproved as far as can be."""
    if may_share(world, counts) is not None:
        return None
    best = None if lots is None else total_key(world, lots)
    weight_g, raw_mm3 = world.weight_g(counts), world.raw_mm3(counts)
    open_views: list[View] = []
    for _, _, view in candidates(world, counts, world.stock):
        if lots is not None and len(lots) == 1 and view is lots[0].view:
            break
        if best is not None and world.key(view, weight_g, raw_mm3) > best:
            continue
        known = world.try_of(view, counts)
        if known.packing is not None:
            break
        if not known.proven:
            open_views.append(view)
    found: View | None = None
    for view in open_views:
        known = world.try_of(view, counts)
        prove_arrangements(world, view, counts, known, min(_NODES, nodes_in(world, world.budget - world.spent)))
        if known.packing is not None:
            found, open_views = view, open_views[: open_views.index(view)]
            break
    # One hard carton must not use up what settles the others: all get little, then more.
    tests = exact.FIRST_TESTS
    while exact.is_installed() and world.open:
        open_views = [view for view in open_views if exact.may_decide(world.try_of(view, counts), view, counts)]
        if not open_views:
            break
        for view in open_views:
            if not world.open:
                break
            if exact.decide(world, view, counts, tests).packing is not None:
                found, open_views = view, open_views[: open_views.index(view)]
                break
        tests *= exact.MORE
    if found is None:
        return None
    packing = world.try_of(found, counts).packing
    assert packing is not None
    return lot_of(world, found, packing)


def _shared(world: World, counts: Counts, lots: list[Lot]) -> Proof:
    """A few units in several cartons: every way to share them out is looked at."""
    none = (0,) * len(counts)
    shared = shared_out(world, counts)
    if shared is None:
        return Proof(lots, none)
    key = total_key(world, lots)
    # At equal money soft goods keep their mailer, though a box may be smaller (CT3.10).
    soft = any(shape.soft for shape in world.types)
    if shared.lots and (shared.floor[:2] < key[:2] or (shared.floor < key and not soft)):
        better = list(shared.lots)
        if all(left >= 0 for left in stock_left(world, better).values()):
            return Proof(better, none, shared.floor)
    return Proof(lots, none, shared.floor)
