"""Maximal empty spaces: what is left of them when a box is taken, and what carries a base (cartons.md CT5.6)."""

from __future__ import annotations

Space = tuple[int, int, int, int, int, int]


def cut(
    spaces: list[Space], x: int, y: int, z: int, end_x: int, end_y: int, end_z: int, mx: int, my: int, mz: int
) -> list[Space]:
    """The maximal spaces that are left when the box from (x, y, z) to its ends is taken.

    A remainder to the left of the box spans the box in y and z, so only another left remainder, or an untouched space
    that ends exactly where the box begins, can contain it; the same holds for the other five sides. Most sides have
    one remainder and no such neighbour: then there is nothing to compare.
    """
    kept: list[Space] = []
    keep = kept.append
    left: list[Space] | None = None
    right: list[Space] | None = None
    front: list[Space] | None = None
    back: list[Space] | None = None
    below: list[Space] | None = None
    above: list[Space] | None = None
    by_left: list[Space] | None = None
    by_right: list[Space] | None = None
    by_front: list[Space] | None = None
    by_back: list[Space] | None = None
    by_below: list[Space] | None = None
    by_above: list[Space] | None = None
    for space in spaces:
        z0, y0, x0, x1, y1, z1 = space
        if x1 <= x:
            keep(space)
            if x1 == x:
                if by_left is None:
                    by_left = [space]
                else:
                    by_left.append(space)
            continue
        if x0 >= end_x:
            keep(space)
            if x0 == end_x:
                if by_right is None:
                    by_right = [space]
                else:
                    by_right.append(space)
            continue
        if y1 <= y:
            keep(space)
            if y1 == y:
                if by_front is None:
                    by_front = [space]
                else:
                    by_front.append(space)
            continue
        if y0 >= end_y:
            keep(space)
            if y0 == end_y:
                if by_back is None:
                    by_back = [space]
                else:
                    by_back.append(space)
            continue
        if z0 >= end_z:
            keep(space)
            if z0 == end_z:
                if by_above is None:
                    by_above = [space]
                else:
                    by_above.append(space)
            continue
        if z1 <= z:
            keep(space)
            if z1 == z:
                if by_below is None:
                    by_below = [space]
                else:
                    by_below.append(space)
            continue
        if x - x0 >= mx:
            rest = (z0, y0, x0, x, y1, z1)
            if left is None:
                left = [rest]
            else:
                left.append(rest)
        if x1 - end_x >= mx:
            rest = (z0, y0, end_x, x1, y1, z1)
            if right is None:
                right = [rest]
            else:
                right.append(rest)
        if y - y0 >= my:
            rest = (z0, y0, x0, x1, y, z1)
            if front is None:
                front = [rest]
            else:
                front.append(rest)
        if y1 - end_y >= my:
            rest = (z0, end_y, x0, x1, y1, z1)
            if back is None:
                back = [rest]
            else:
                back.append(rest)
        if z - z0 >= mz:
            rest = (z0, y0, x0, x1, y1, z)
            if below is None:
                below = [rest]
            else:
                below.append(rest)
        if z1 - end_z >= mz:
            rest = (end_z, y0, x0, x1, y1, z1)
            if above is None:
                above = [rest]
            else:
                above.append(rest)
    if left is not None:
        if by_left is None and len(left) == 1:
            keep(left[0])
        else:
            _keep(left, by_left or [], kept)
    if right is not None:
        if by_right is None and len(right) == 1:
            keep(right[0])
        else:
            _keep(right, by_right or [], kept)
    if front is not None:
        if by_front is None and len(front) == 1:
            keep(front[0])
        else:
            _keep(front, by_front or [], kept)
    if back is not None:
        if by_back is None and len(back) == 1:
            keep(back[0])
        else:
            _keep(back, by_back or [], kept)
    if below is not None:
        if by_below is None and len(below) == 1:
            keep(below[0])
        else:
            _keep(below, by_below or [], kept)
    if above is not None:
        if by_above is None and len(above) == 1:
            keep(above[0])
        else:
            _keep(above, by_above or [], kept)
    kept.sort()
    return kept


def _keep(cut: list[Space], touching: list[Space], kept: list[Space]) -> None:
    """Add the remainders that no touching space and no other remainder contains."""
    for n, space in enumerate(cut):
        z0, y0, x0, x1, y1, z1 = space
        for a, b, c, d, e, f in touching:
            if a <= z0 and b <= y0 and c <= x0 and d >= x1 and e >= y1 and f >= z1:
                break
        else:
            for m, other in enumerate(cut):
                a, b, c, d, e, f = other
                if (
                    a <= z0
                    and b <= y0
                    and c <= x0
                    and d >= x1
                    and e >= y1
                    and f >= z1
                    and m != n
                    and (m < n or other != space)
                ):
                    break
            else:
                kept.append(space)


def carried(
    tops: dict[int, list[tuple[int, int, int, int]]],
    x0: int,
    y0: int,
    z0: int,
    x1: int,
    y1: int,
    dx: int,
    dy: int,
    support_pct: int,
) -> tuple[int, int]:
    """Where in the space enough of the base lies on tops at exactly its floor (CT3.5); (-1, -1) for nowhere.

    The corner of the space first. A space may begin over a lower neighbour: then flush with the sides of each top.
    """
    level = tops.get(z0)
    if level is None:
        return -1, -1
    need = support_pct * dx * dy
    if 100 * shared(level, x0, y0, x0 + dx, y0 + dy) >= need:
        return x0, y0
    if x1 - x0 > dx or y1 - y0 > dy:
        for left, front, _right, _back in level:
            at_x = left if left > x0 else x0
            at_y = front if front > y0 else y0
            if at_x + dx > x1:
                at_x = x1 - dx
            if at_y + dy > y1:
                at_y = y1 - dy
            if (at_x != x0 or at_y != y0) and 100 * shared(level, at_x, at_y, at_x + dx, at_y + dy) >= need:
                return at_x, at_y
    return -1, -1


def shared(level: list[tuple[int, int, int, int]], x: int, y: int, end_x: int, end_y: int) -> int:
    """How much of the base lies on these tops."""
    area = 0
    for x0, y0, x1, y1 in level:
        width = (x1 if x1 < end_x else end_x) - (x0 if x0 > x else x)
        if width > 0:
            depth = (y1 if y1 < end_y else end_y) - (y0 if y0 > y else y)
            if depth > 0:
                area += width * depth
    return area
