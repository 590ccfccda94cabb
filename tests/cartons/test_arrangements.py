"""The proofs of cartons.md CT5.5 are honest: what has a packing is never called impossible; and they go far."""

import random
from collections.abc import Sequence
from itertools import permutations, product

import pytest

from packstation.cartons.arrangements import Effort, impossible
from packstation.cartons.document import read_order
from packstation.cartons.engine import planned
from packstation.cartons.plan import Triple
from packstation.cartons.proofs import tightened
from tests.cartons.generate import synthetic


def turned(*sides: int) -> tuple[Triple, ...]:
    """All poses of a unit with these sides."""
    return tuple(dict.fromkeys((a, b, c) for a, b, c in permutations(sides)))


def disproved(usable: Triple, units: Sequence[Sequence[Triple]], nodes: int = 4000) -> bool:
    fitting = [[pose for pose in poses if all(a <= b for a, b in zip(pose, usable, strict=True))] for poses in units]
    if not all(fitting):
        return True
    tight = tightened(usable, fitting)
    return tight is None or impossible(tight.usable, tight.poses, tight.sums, Effort(nodes))


def cut_up(draw: random.Random, usable: Triple, pieces: int) -> list[Triple]:
    """A carton sawn into pieces that therefore lie in it, each perhaps a little smaller than its place."""
    boxes = [usable]
    for _ in range(40):
        if len(boxes) == pieces:
            break
        box = boxes.pop(max(range(len(boxes)), key=lambda n: (boxes[n][0] * boxes[n][1] * boxes[n][2], n)))
        axis = draw.randrange(3)
        if box[axis] < 4:
            boxes.append(box)
            continue
        at = draw.randint(2, box[axis] - 2)
        boxes += [
            tuple(at if n == axis else side for n, side in enumerate(box)),  # type: ignore[list-item]
            tuple(box[axis] - at if n == axis else side for n, side in enumerate(box)),  # type: ignore[list-item]
        ]
    loose = draw.choice((0, 0, 1))
    return [(max(1, x - loose), max(1, y - loose), max(1, z - loose)) for x, y, z in boxes]


@pytest.mark.parametrize("seed", range(120))
def test_what_was_sawn_from_a_carton_is_never_called_impossible(seed: int) -> None:
    """CT12.3: no proof against a packing that exists; pieces may be turned, some only stand."""
    draw = random.Random(f"sawn {seed}")
    usable = (draw.randint(8, 60), draw.randint(8, 60), draw.randint(8, 60))
    pieces = cut_up(draw, usable, draw.randint(2, 9))
    units = [turned(*piece) if draw.random() < 0.7 else (piece,) for piece in pieces]
    units.sort(key=lambda poses: -poses[0][0] * poses[0][1] * poses[0][2])
    assert not disproved(usable, units)


def lies_by_trying_all(usable: Triple, units: Sequence[Sequence[Triple]]) -> bool:
    """Every pose of every unit at every whole millimetre: slow, and right."""

    def next_one(n: int, used: frozenset[Triple]) -> bool:
        if n == len(units):
            return True
        for dx, dy, dz in units[n]:
            room = [range(side - size + 1) for side, size in zip(usable, (dx, dy, dz), strict=True)]
            for x, y, z in product(*room):
                cells = frozenset(product(range(x, x + dx), range(y, y + dy), range(z, z + dz)))
                if not cells & used and next_one(n + 1, used | cells):
                    return True
        return False

    return next_one(0, frozenset())


def test_of_small_boxes_exactly_those_without_a_packing_are_disproved() -> None:
    """With steps enough, the proof by arrangements is complete: it never stops short of an answer."""
    told: list[tuple[bool, bool]] = []
    for seed in range(60):
        draw = random.Random(f"small {seed}")
        usable = (draw.randint(3, 5), draw.randint(3, 5), draw.randint(2, 4))
        units = [turned(*(draw.randint(1, 4) for _ in range(3))) for _ in range(draw.randint(2, 4))]
        units.sort(key=lambda poses: -poses[0][0] * poses[0][1] * poses[0][2])
        told.append((disproved(usable, units, 10**6), not lies_by_trying_all(usable, units)))
    assert [by_us for by_us, _ in told] == [truth for _, truth in told]
    assert {truth for _, truth in told} == {True, False}, "both kinds were drawn"


def test_gaps_that_nothing_fills_prove_that_three_flasks_do_not_lie_in_a() -> None:
    """They fill 60 % of it, and any two of them fit."""
    flask = turned(94, 65, 51)
    assert not disproved((152, 101, 101), [flask] * 2)
    assert tightened((152, 101, 101), [[p for p in flask if p[1] <= 101 and p[2] <= 101]] * 3) is None


def test_equal_boxes_around_a_gap_are_found_however_they_are_named() -> None:
    """CT5.14, the trap: rules against mirrors and against equal names together must lose no packing."""
    boards = [turned(30, 20, 10)] * 4
    assert not disproved((50, 50, 10), [*boards, turned(10, 10, 10)], 10**6)
    assert disproved((50, 49, 10), [*boards, turned(10, 10, 10)], 10**6)


def test_most_cartons_that_are_too_small_are_proven_so_without_an_extra() -> None:
    """CG11: at least 60 % of what was looked for in vain, pure."""
    proven = open_ = 0
    for seed in range(40):
        order, _ = read_order({**synthetic(seed), "support_pct": 0})
        for rejected in planned(order, alternatives=0).rejected:
            proven += rejected.code in ("pair", "impossible")
            open_ += rejected.code == "not_found"
    assert proven >= 3 * open_
