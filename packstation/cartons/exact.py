"""Proofs by constraint programming that units do, or do not, lie in a carton (cartons.md CT5.14; extra `exact`).

    verdict(usable, poses by unit)        -> impossible | fits, and where | unknown     geometry alone
    decide(world, view, counts, tests)    -> the search's own record of that question, with what was learned

The question asked leaves out support, fragility and load. So "impossible" holds under those rules too, while "fits"
is a plan only where the units also stand; elsewhere it proves nothing and the plan stays `searched`.

The effort is counted in the solver's own deterministic seconds, one thread, fixed seed: the same answer on every
machine. They are charged to the order like any other work, and a run that takes many times as long as it should is
ended by the clock. Never load highspy into the same process: two copies of one C++ library meet there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import combinations
from operator import le
from typing import TYPE_CHECKING, Any, Literal

from packstation.cartons.plan import Triple
from packstation.cartons.standing import stood
from packstation.cartons.world import Counts, Try, View, World

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import CpModel

UNITS_MAX = 20
FIRST_TESTS = 120_000  # of the first look at a carton; each further one may cost MORE times as many
MORE = 6
_SECOND_TESTS = 8_000_000  # the solver's deterministic second takes as long as so many tests of a search
_PAIR_TESTS = 1_500  # what the model costs for each pair of units
_TEST_S = 1e-5  # no test takes so long: the clock ends what the solver does not count

Box = tuple[int, int, int, int, int, int]  # x, y, z, dx, dy, dz


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is known for certain; `boxes` by unit when they fit. `late`: the clock ended it, not the effort."""

    answer: Literal["impossible", "fits", "unknown"]
    boxes: tuple[Box, ...] = ()
    tests: int = 0  # what it cost
    late: bool = False


def is_installed() -> bool:
    return find_spec("ortools") is not None


def may_decide(known: Try, view: View, counts: Counts) -> bool:
    """Whether there is something open about the carton that a look at it could settle."""
    flat = view.carton.kind in ("mailer", "tube")
    return known.packing is None and not known.proven and not known.fits and not flat and sum(counts) <= UNITS_MAX


def decide(world: World, view: View, counts: Counts, tests: int) -> Try:
    """Settle an open question where so much work is enough; what was known already stays."""
    known = world.try_of(view, counts)
    if not may_decide(known, view, counts):
        return known
    kinds = [kind for kind, count in enumerate(counts) for _ in range(count)]
    tests = max(1, min(tests, (world.budget - world.spent) // world.slowness))
    found = verdict(view.usable, [view.fitting[kind] for kind in kinds], tests=tests)
    world.spend(found.tests)
    world.stopped = world.stopped or found.late
    if found.answer == "impossible":
        known.code, known.proven = "impossible", True
    elif found.answer == "fits":
        known.fits = True
        if world.law is None:
            sizes = [box[3:] for box in found.boxes]
            low = list(zip(*[box[:3] for box in found.boxes], strict=True))
            known.packing = stood(view.usable[2], kinds, sizes, low, world.support_pct)
    return known


def verdict(usable: Triple, poses: Sequence[Sequence[Triple]], *, tests: int = _SECOND_TESTS) -> Verdict:
    """Whether units with these size triples to choose from lie in a box of these sides, none in another."""
    poses = [[pose for pose in choice if all(map(le, pose, usable))] for choice in poses]
    if not all(poses):
        return Verdict("impossible")
    if sum(min(dx * dy * dz for dx, dy, dz in choice) for choice in poses) > usable[0] * usable[1] * usable[2]:
        return Verdict("impossible")
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    rows = [_Unit(model, usable, choice, f"u{n}") for n, choice in enumerate(poses)]
    for first, second in combinations(rows, 2):
        _keep_apart(model, first, second)
    for axis in range(3):
        across = usable[(axis + 1) % 3] * usable[(axis + 2) % 3]
        model.add_cumulative([row.along[axis] for row in rows], [row.across[axis] for row in rows], across)
    _break_symmetry(model, usable, poses, rows)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 1
    solver.parameters.max_deterministic_time = effort = tests / _SECOND_TESTS
    solver.parameters.max_time_in_seconds = max(1.0, tests * _TEST_S)
    status = solver.solve(model)
    took = solver.response_proto.deterministic_time
    spent = int(took * _SECOND_TESTS) + _PAIR_TESTS * (len(rows) * (len(rows) - 1) // 2)
    if status == cp_model.INFEASIBLE:
        return Verdict("impossible", tests=spent)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Verdict("unknown", tests=spent, late=took < effort)
    boxes = []
    for row in rows:
        x, y, z = (solver.value(at) for at in row.at)
        dx, dy, dz = (solver.value(size) for size in row.size)
        boxes.append((x, y, z, dx, dy, dz))
    return Verdict("fits", tuple(boxes), spent)


class _Unit:
    """One unit's variables: where its corner is, how long it is, and its cross-section, by axis."""

    def __init__(self, model: CpModel, usable: Triple, poses: Sequence[Triple], name: str) -> None:
        chosen = [model.new_bool_var(f"{name} pose {n}") for n in range(len(poses))]
        model.add_exactly_one(chosen)
        self.at: list[Any] = []
        self.size: list[Any] = []
        self.across: list[Any] = []
        self.along: list[Any] = []
        for axis in range(3):
            lengths = [pose[axis] for pose in poses]
            areas = [pose[(axis + 1) % 3] * pose[(axis + 2) % 3] for pose in poses]
            size = _either(model, lengths, chosen, f"{name} size {axis}")
            at = model.new_int_var(0, usable[axis] - min(lengths), f"{name} at {axis}")
            end = model.new_int_var(min(lengths), usable[axis], f"{name} end {axis}")
            self.at.append(at)
            self.size.append(size)
            self.across.append(_either(model, areas, chosen, f"{name} across {axis}"))
            self.along.append(model.new_interval_var(at, size, end, f"{name} along {axis}"))


def _either(model: CpModel, values: Sequence[int], chosen: Sequence[Any], name: str) -> Any:
    if len(set(values)) == 1:
        return values[0]
    value = model.new_int_var(min(values), max(values), name)
    model.add(value == sum(value_of * one for value_of, one in zip(values, chosen, strict=True)))
    return value


def _keep_apart(model: CpModel, first: _Unit, second: _Unit) -> None:
    sides = []
    for axis in range(3):
        for one, other in ((first, second), (second, first)):
            before = model.new_bool_var("")
            model.add(one.at[axis] + one.size[axis] <= other.at[axis]).only_enforce_if(before)
            sides.append(before)
    model.add_bool_or(sides)


def _break_symmetry(model: CpModel, usable: Triple, poses: Sequence[Sequence[Triple]], rows: Sequence[_Unit]) -> None:
    # A packing seen in a mirror is a packing: the largest unit's centre may lie in the lower half of every axis.
    largest = max(range(len(poses)), key=lambda n: max(dx * dy * dz for dx, dy, dz in poses[n]))
    equal = [n for n in range(len(poses)) if poses[n] == poses[largest]]
    first = rows[equal[0]]
    for axis in range(3):
        model.add(2 * first.at[axis] + first.size[axis] <= usable[axis])
    # Equal units may stand in any order: by centre, not by corner. The corner of a turned unit moves in a mirror in
    # another way than its twin's, and the two rules together would lose packings.
    by_choice: dict[tuple[Triple, ...], _Unit] = {}
    for choice, row in zip(poses, rows, strict=True):
        last = by_choice.get(tuple(choice))
        if last is not None:
            model.add(2 * last.at[0] + last.size[0] <= 2 * row.at[0] + row.size[0])
        by_choice[tuple(choice)] = row
