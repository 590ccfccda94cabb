"""Proofs by constraint programming that units do, or do not, lie in a carton (cartons.md CT5.14; extra `exact`).

    verdict(usable, poses by unit)     -> impossible | fits, and where | unknown     geometry alone
    decide(world, view, counts)        -> the search's own record of that question, with what was learned

The question asked leaves out support, fragility and load. So "impossible" holds under those rules too, while "fits"
is a plan only where the order asks for none of them; elsewhere it proves nothing and the plan stays `searched`.

The effort is counted in the solver's own deterministic seconds, one thread, fixed seed: the same answer on every
machine. A run may still take long: the caller gives it a process of its own that it can end. Never load highspy into
that process: two copies of one C++ library meet there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import combinations
from operator import le
from typing import TYPE_CHECKING, Any, Literal

from packstation.cartons.plan import Triple
from packstation.cartons.world import Counts, Try, View, World

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import CpModel

UNITS_MAX = 20
EFFORT = 5.0

Box = tuple[int, int, int, int, int, int]  # x, y, z, dx, dy, dz


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is known for certain; `boxes` by unit when they fit."""

    answer: Literal["impossible", "fits", "unknown"]
    boxes: tuple[Box, ...] = ()


def is_installed() -> bool:
    return find_spec("ortools") is not None


def decide(world: World, view: View, counts: Counts, *, effort: float = EFFORT) -> Try:
    """Settle an open question for good where that is possible; what was known already stays."""
    known = world.try_of(view, counts)
    units = sum(counts)
    if known.packing is not None or known.proven or units > UNITS_MAX or view.carton.kind in ("mailer", "tube"):
        return known
    kinds = [kind for kind, count in enumerate(counts) for _ in range(count)]
    found = verdict(view.usable, [view.fitting[kind] for kind in kinds], effort=effort)
    if found.answer == "impossible":
        known.code, known.proven = "impossible", True
    elif found.answer == "fits" and world.support_pct == 0 and world.law is None:
        known.packing = tuple((kind, *box) for kind, box in zip(kinds, found.boxes, strict=True))
    return known


def verdict(usable: Triple, poses: Sequence[Sequence[Triple]], *, effort: float = EFFORT) -> Verdict:
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
    solver.parameters.max_deterministic_time = effort
    status = solver.solve(model)
    if status == cp_model.INFEASIBLE:
        return Verdict("impossible")
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Verdict("unknown")
    boxes = []
    for row in rows:
        x, y, z = (solver.value(at) for at in row.at)
        dx, dy, dz = (solver.value(size) for size in row.size)
        boxes.append((x, y, z, dx, dy, dz))
    return Verdict("fits", tuple(boxes))


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
