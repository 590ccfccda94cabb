"""Why a carton cannot hold its units, proven before a search looks for how it could; the cheap proofs first.

    pairs  -->  dual feasible functions  -->  the arrangements of the largest units, some steps more each time

A proof is kept in the `Try` of carton and units: nobody looks for a packing there again.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import le

from packstation.cartons.arrangements import NODE_TESTS, Effort, impossible
from packstation.cartons.plan import Triple
from packstation.cartons.proofs import tightened, too_much, two_large
from packstation.cartons.standing import stood
from packstation.cartons.world import Counts, Try, View, World

TIGHT_TESTS = 80  # what a unit costs when carton and poses are tightened
TIGHT_UNITS_MAX = 22  # with more of them a proof is rare, and the search wants its tests


def prove_pairs(world: World, view: View, counts: Counts, known: Try) -> bool:
    """Two units, of one kind or of two, that cannot share the carton."""
    kinds = [kind for kind, count in enumerate(counts) if count]
    pair = two_large(
        view.usable,
        [view.poses[kind][:3] for kind in kinds],
        [counts[kind] for kind in kinds],
        [world.types[kind].volume_mm3 for kind in kinds],
    )
    if pair is None:
        return False
    known.code, known.proven = "pair", True
    known.figures = (kinds[pair[0]], kinds[pair[1]])
    return True


def prove_functions(world: World, view: View, counts: Counts, known: Try) -> bool:
    """More in all than the carton holds, by dual feasible functions of the sides."""
    kinds = [kind for kind, count in enumerate(counts) if count]
    if not too_much(view.usable, [view.poses[kind][4] for kind in kinds], [counts[kind] for kind in kinds]):
        return False
    known.code, known.proven = "impossible", True
    return True


def prove_arrangements(world: World, view: View, counts: Counts, known: Try, nodes: int) -> bool:
    """Go through the arrangements of the largest units, at most so many steps of it.

    True when there is none. An arrangement of all units that stands is their packing.
    """
    units = sum(counts)
    if units > TIGHT_UNITS_MAX or nodes <= known.nodes:
        return False
    kinds = [kind for kind, count in enumerate(counts) for _ in range(count)]
    if known.tight is None:
        known.tight = tightened(view.usable, [view.fitting[kind] for kind in kinds])
        world.spend(TIGHT_TESTS * units)
    known.nodes = nodes
    if known.tight is not None:
        tight = known.tight

        def taken(grown: Sequence[Triple], low: Sequence[Sequence[int]]) -> bool:
            # What is grown has room for the pose that it was grown from.
            sizes = [
                next(pose for pose in view.fitting[kind] if all(map(le, pose, size)))
                for kind, size in zip(kinds, grown, strict=True)
            ]
            known.packing = stood(tight.usable[2], kinds, sizes, low, world.support_pct)
            return known.packing is not None

        effort = Effort(nodes, taken if world.law is None else None)
        hopeless = impossible(tight.usable, tight.poses, tight.sums, effort)
        world.spend(NODE_TESTS * (nodes - max(0, effort.nodes)))
        if not hopeless:
            return False
    known.code, known.proven = "impossible", True
    return True


def nodes_in(world: World, tests: int) -> int:
    """How many steps of a proof by arrangements may be taken in the time of so many tests."""
    return tests // (NODE_TESTS * world.slowness)
