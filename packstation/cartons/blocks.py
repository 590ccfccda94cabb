"""Blocks of equal units: many of a kind, pallets, filling one carton as full as it goes (cartons.md CT5.12, CT5.15).

    the space nearest to a corner of the carton -> the best block nx * ny * nz of one pose in it -> cut -> again

A run picks at random among blocks nearly as good as the best. Later runs take a part of the best one down again and
rebuild it. Where a base must be carried, the space is always filled from its bottom.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from packstation.cartons.cutting import Space, cut, shared
from packstation.cartons.dice import Dice
from packstation.cartons.plan import Triple
from packstation.cartons.world import CALL_TESTS, Counts, Laid, Packing, View, World

Block = tuple[int, int, int, int, int, int, int, int, int, int]  # type, x, y, z, dx, dy, dz, nx, ny, nz
_TESTS_PER_BLOCK = 20
_STACKED_UNITS_MIN = 12
_STACKED_UNITS_MAX = 1500
_MIXED_BELOW = 4
_BLOCKS_MAX = 10_000
_WIDEST = 250


@dataclass(frozen=True, slots=True)
class Style:
    """How a run chooses: `mode` 0 volume, 1 least slack, 2 volume less unusable slack; alpha in thousandths."""

    mode: int
    alpha: int
    low: bool  # the lowest space first instead of the one nearest to a corner


def blocked(world: World, view: View, counts: Counts, dice: Dice, runs: int, tests: int = 1 << 62) -> Packing:
    """The fullest packing of one carton in `runs` runs, or as many as `tests` allow."""
    best: list[Block] = []
    most_mm3 = -1
    goal = min(world.volume_mm3(counts), view.volume_mm3)
    until = world.spent + tests
    fails = 0
    for run in range(runs):
        style = _style(run, dice, bool(world.support_pct))
        base: Sequence[Block] = ()
        if run >= 6 and fails % 8 != 7:
            base = _taken_down(best, view, dice, bool(world.support_pct))
        # The first run is finished whatever the budget says: nothing is left out for want of work.
        blocks = _run(world, view, counts, base, style, dice, must=run == 0)
        volume_mm3 = sum([b[4] * b[5] * b[6] * b[7] * b[8] * b[9] for b in blocks])
        fails += 1
        if volume_mm3 > most_mm3:
            best, most_mm3, fails = blocks, volume_mm3, 0
        if most_mm3 >= goal or not world.open or world.spent >= until:
            break
    return unfolded(best)


def stacked(world: World, view: View, counts: Counts, tests: int) -> Packing:
    """The fullest carton by beams over blocks, ever wider while `tests` allow (extra `fast`) or ()."""
    until = min(world.spent + tests, world.budget)
    units = sum(counts)
    free = world.law is None and not world.together and not any(world.apart) and not world.assumed(counts)
    if tests <= 0 or not (
        world.compiled and free and _STACKED_UNITS_MIN <= units <= min(view.room_units, _STACKED_UNITS_MAX)
    ):
        return ()
    counts = tuple([count if view.fitting[kind] else 0 for kind, count in enumerate(counts)])
    if not any(counts):
        return ()
    # Few of many kinds make no grids of one kind: then blocks with small gaps do better.
    mixed = units < _MIXED_BELOW * sum([1 for count in counts if count])
    stacker = world.fast_view(view).stacker(
        counts, world.support_pct, _BLOCKS_MAX, 980 if mixed else 1000, tests // 4
    )
    world.spend(stacker.spent + CALL_TESTS, compiled=True)
    best: Packing = ()
    most_mm3 = 0
    goal = min(world.volume_mm3(counts), view.volume_mm3)
    width = 1
    while most_mm3 < goal and world.open and world.spent < until and width <= _WIDEST:
        spent, rows = stacker.beam(view.room_g, width, until - world.spent)
        world.spend(spent + CALL_TESTS, compiled=True)
        volume_mm3 = sum([dx * dy * dz for _, _, _, _, dx, dy, dz in rows])
        if volume_mm3 > most_mm3:
            best, most_mm3 = tuple(rows), volume_mm3
        width = 2 * width if width < 4 else 3 * width // 2
    return best


def unfolded(blocks: Sequence[Block]) -> Packing:
    """The units of the blocks."""
    laid: list[Laid] = []
    for kind, x, y, z, dx, dy, dz, nx, ny, nz in blocks:
        laid += [
            (kind, x + i * dx, y + j * dy, z + k * dz, dx, dy, dz)
            for k in range(nz)
            for j in range(ny)
            for i in range(nx)
        ]
    return tuple(laid)


def _style(run: int, dice: Dice, supported: bool) -> Style:
    if run < 6:
        return Style(mode=run % 3, alpha=0, low=supported == (run < 3))
    bits = dice.bits()
    return Style(mode=(bits & 1023) * 3 >> 10, alpha=(bits >> 10 & 1023) * 320 >> 10, low=bool(bits >> 20 & 1))


def _taken_down(blocks: list[Block], view: View, dice: Dice, supported: bool) -> list[Block]:
    """The blocks without the last 10-70 %, or without those that reach into a random slab."""
    bits = dice.bits()
    if supported or bits & 1 or not blocks:
        dropped = 10 + ((bits >> 1 & 1023) * 61 >> 10)
        return blocks[: len(blocks) * (100 - dropped) // 100]
    axis = (bits >> 1 & 1023) * 3 >> 10
    side = view.usable[axis]
    thick = side * (15 + ((bits >> 11 & 1023) * 46 >> 10)) // 100
    start = (side - thick) * (bits >> 21 & 1023) >> 10
    return [b for b in blocks if b[1 + axis] + b[4 + axis] * b[7 + axis] <= start or b[1 + axis] >= start + thick]


def _run(
    world: World, view: View, counts: Counts, base: Sequence[Block], style: Style, dice: Dice, *, must: bool
) -> list[Block]:
    far_x, far_y, far_z = view.usable
    spaces: list[Space] = [(0, 0, 0, far_x, far_y, far_z)]
    tops: dict[int, list[tuple[int, int, int, int]]] = {}
    rest = list(counts)
    room_g, room_units = view.room_g, view.room_units
    blocks: list[Block] = []
    least = _least(view, rest)
    for block in base:
        kind, x, y, z, dx, dy, dz, nx, ny, nz = block
        end_x, end_y, end_z = x + nx * dx, y + ny * dy, z + nz * dz
        spaces = cut(spaces, x, y, z, end_x, end_y, end_z, *least)
        tops.setdefault(end_z, []).append((x, y, end_x, end_y))
        rest[kind] -= nx * ny * nz
        room_units -= nx * ny * nz
        room_g -= nx * ny * nz * world.types[kind].weight_g
        world.spend(10 + len(spaces))
        blocks.append(block)
    low = style.low
    while spaces and (must or world.open):
        space, at_right, at_back, at_top = _nearest(spaces, view.usable, low, bool(world.support_pct))
        block_or_none = _block(
            world, view, space, rest, (room_g, room_units), tops, style, least, dice, at_right, at_back, at_top
        )
        world.spend(_TESTS_PER_BLOCK + 2 * len(spaces))
        if block_or_none is None:
            spaces.remove(space)
            continue
        kind, x, y, z, dx, dy, dz, nx, ny, nz = block_or_none
        end_x, end_y, end_z = x + nx * dx, y + ny * dy, z + nz * dz
        blocks.append(block_or_none)
        tops.setdefault(end_z, []).append((x, y, end_x, end_y))
        rest[kind] -= nx * ny * nz
        room_units -= nx * ny * nz
        room_g -= nx * ny * nz * world.types[kind].weight_g
        if not any(rest) or room_units <= 0:
            break
        if not rest[kind]:
            least = _least(view, rest)
        spaces = cut(spaces, x, y, z, end_x, end_y, end_z, *least)
    return blocks


def _least(view: View, rest: list[int]) -> Triple:
    used = [view.poses[kind] for kind, count in enumerate(rest) if count and view.fitting[kind]]
    if not used:
        return 1, 1, 1
    return min([p[0] for p in used]), min([p[1] for p in used]), min([p[2] for p in used])


def _nearest(spaces: list[Space], usable: Triple, low: bool, supported: bool) -> tuple[Space, bool, bool, bool]:
    """The space nearest to a corner of the carton (sorted distances), and which of its corners that is."""
    if low:
        return spaces[0], False, False, False
    far_x, far_y, far_z = usable
    best = (1 << 60, 0, 0)
    nearest = (spaces[0], False, False, False)
    for space in spaces:
        z0, y0, x0, x1, y1, z1 = space
        right, back = far_x - x1 < x0, far_y - y1 < y0
        top = far_z - z1 < z0 and not supported
        a, b, c = sorted((min(x0, far_x - x1), min(y0, far_y - y1), z0 if supported else min(z0, far_z - z1)))
        if (a, b, c) < best:
            best, nearest = (a, b, c), (space, right, back, top)
    return nearest


def _block(
    world: World,
    view: View,
    space: Space,
    rest: list[int],
    room: tuple[int, int],
    tops: dict[int, list[tuple[int, int, int, int]]],
    style: Style,
    least: Triple,
    dice: Dice,
    at_right: bool,
    at_back: bool,
    at_top: bool,
) -> Block | None:
    """The block to put into this space: the best, or one nearly as good."""
    z0, y0, x0, x1, y1, z1 = space
    lx, ly, lz = x1 - x0, y1 - y0, z1 - z0
    room_g, room_units = room
    choices: list[tuple[int, Block]] = []
    best = -(1 << 62)
    for kind, count in enumerate(rest):
        if not count:
            continue
        weight_g = world.types[kind].weight_g
        count = min(count, room_units)
        if weight_g:
            count = min(count, room_g // weight_g)
        if count <= 0:
            continue
        thin_x, thin_y, thin_z, _, triples = view.poses[kind]
        if lx < thin_x or ly < thin_y or lz < thin_z:
            continue
        for dx, dy, dz in triples:
            if dx > lx or dy > ly or dz > lz:
                continue
            for nx, ny, nz in _grids(lx // dx, ly // dy, lz // dz, count):
                wide, deep, high = nx * dx, ny * dy, nz * dz
                score = wide * deep * high
                if style.mode == 1:
                    a, b, c = sorted((lx - wide, ly - deep, lz - high))
                    score = -((a << 36) + (b << 18) + c)
                elif style.mode == 2:
                    if lx - wide < least[0]:
                        score -= (lx - wide) * deep * high
                    if ly - deep < least[1]:
                        score -= wide * (ly - deep) * high
                    if lz - high < least[2]:
                        score -= wide * deep * (lz - high)
                choices.append((score, (kind, x0, y0, z0, dx, dy, dz, nx, ny, nz)))
                best = max(best, score)
    world.spend(len(rest) + 5 * len(choices))
    while choices:
        if style.mode == 1:
            worst = best - (abs(best) >> 36 << 36) * style.alpha // 1000
        else:
            worst = best - abs(best) * style.alpha // 1000
        near = [block for score, block in choices if score >= worst]
        block = near[dice.below(len(near))] if len(near) > 1 else near[0]
        if z0 and world.support_pct:
            carried = _carried(block, tops.get(z0, ()), world.support_pct)
            if carried is None:
                choices = [choice for choice in choices if choice[1] is not block]
                best = max((score for score, _ in choices), default=0)
                continue
            return carried
        kind, x, y, z, dx, dy, dz, nx, ny, nz = block
        return (
            kind,
            x1 - nx * dx if at_right else x,
            y1 - ny * dy if at_back else y,
            z1 - nz * dz if at_top else z,
            *(dx, dy, dz, nx, ny, nz),
        )
    return None


def _grids(nx: int, ny: int, nz: int, count: int) -> list[Triple]:
    """The full grids of at most `count` units: all of it, or as much as each order of the axes gives."""
    if nx * ny * nz <= count:
        return [(nx, ny, nz)]
    grids: dict[Triple, None] = {}
    for a, b, c in ((0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0)):
        most = (nx, ny, nz)
        grid = [1, 1, 1]
        grid[a] = min(most[a], count)
        grid[b] = min(most[b], count // grid[a])
        grid[c] = min(most[c], count // (grid[a] * grid[b]))
        grids[grid[0], grid[1], grid[2]] = None
    return list(grids)


def _carried(block: Block, level: Sequence[tuple[int, int, int, int]], support_pct: int) -> Block | None:
    """The block, or as much of its corner as lies on tops unit by unit (CT3.5), or None."""
    kind, x, y, z, dx, dy, dz, nx, ny, nz = block
    tops = list(level)
    if shared(tops, x, y, x + nx * dx, y + ny * dy) == nx * dx * ny * dy:
        return block
    need = support_pct * dx * dy

    def rests(i: int, j: int) -> bool:
        return 100 * shared(tops, x + i * dx, y + j * dy, x + i * dx + dx, y + j * dy + dy) >= need

    columns = 0
    while columns < nx and rests(columns, 0):
        columns += 1
    if not columns:
        return None
    rows = 1
    while rows < ny and all(rests(i, rows) for i in range(columns)):
        rows += 1
    return kind, x, y, z, dx, dy, dz, columns, rows, nz
