"""Sections 3 and 7 for one parcel: inside, apart, above, load, limits, and an order of hands that works."""

from bisect import bisect_left
from collections.abc import Iterator
from itertools import combinations

from tests.cartons.check.reading import NOT_IN_A_MAILER, Document, Parcel, Placed

# From here on pairs are too many to compare one by one.
MANY = 200

Broken = Iterator[tuple[str, str]]


def _poses(document: Document, parcel: Parcel) -> Broken:
    for piece in parcel.placed:
        bare = {piece.unit.size_mm} if parcel.kind == "own" else set()
        if piece.size not in piece.unit.sizes() | bare:
            yield "CT3.4", f"{piece.unit.name}: expected a pose of {sorted(piece.unit.sizes())}, got {piece.size}."


def _inside(document: Document, parcel: Parcel) -> Broken:
    if parcel.kind == "mailer":
        yield from _mailer(document, parcel)
        return
    if parcel.kind == "tube":
        yield from _tube(parcel)
        return
    padding_mm = 0 if parcel.kind == "own" else int(document.get("padding_mm") or 0)
    for piece in parcel.placed:
        for axis in range(3):
            last_mm = parcel.inner_mm[axis] - padding_mm
            if piece.at[axis] < padding_mm or piece.far[axis] > last_mm:
                reach = f"{piece.at[axis]}..{piece.far[axis]}"
                yield "CT3.2", f"{piece.unit.name}: expected {'xyz'[axis]} in {padding_mm}..{last_mm}, got {reach}."


def _mailer(document: Document, parcel: Parcel) -> Broken:
    length_mm, width_mm, thickness_mm = parcel.inner_mm
    stack = sorted(parcel.placed, key=lambda piece: piece.at[2])
    sides = [sorted(piece.size, reverse=True) for piece in stack]
    high_mm = sum(side[2] for side in sides)
    if high_mm > thickness_mm:
        yield "CT3.10", f"expected a stack of at most {thickness_mm} mm, got {high_mm}."
    if max(side[1] for side in sides) + high_mm > width_mm:
        yield "CT3.10", f"expected widest plus thickness within {width_mm} mm, got more."
    if max(side[0] for side in sides) + high_mm > length_mm:
        yield "CT3.10", f"expected longest plus thickness within {length_mm} mm, got more."
    # CT3.2 keeps padding at every wall, CT3.10 lays everything at 0, 0: either corner is accepted, but one for all.
    corner_mm = int(document.get("padding_mm") or 0) if stack[0].at[0] else 0
    z_mm = corner_mm
    for piece, side in zip(stack, sides, strict=True):
        if piece.at != (corner_mm, corner_mm, z_mm) or piece.size[2] != side[2]:
            expected = (corner_mm, corner_mm, z_mm)
            yield "CT3.10", f"{piece.unit.name}: expected flat at {expected}, got {piece.size} at {piece.at}."
        z_mm += side[2]
        if piece.unit.flags & frozenset(NOT_IN_A_MAILER) or piece.unit.classes:
            yield "CT3.10", f"{piece.unit.name}: {sorted(piece.unit.flags)} never go into a mailer."
    faces = [side[0] * side[1] for side in sides]
    if faces != sorted(faces, reverse=True):
        yield "CT3.10", f"expected footprints falling upwards, got {faces}."


def _tube(parcel: Parcel) -> Broken:
    length_mm, diameter_mm, _ = parcel.inner_mm
    if len(parcel.placed) != 1:
        yield "CT3.10", f"expected one unit in a tube, got {len(parcel.placed)}."
    for piece in parcel.placed:
        a, b, t = sorted(piece.size, reverse=True)
        if a > length_mm or b * b + t * t > diameter_mm * diameter_mm:
            yield "CT3.10", f"{piece.unit.name}: {piece.size} does not slide into {length_mm} by {diameter_mm} mm."


def _meetings(document: Document, parcel: Parcel) -> Broken:
    """No two units in one place (CT3.3), and none to be lowered through an earlier one (CT7.2)."""
    if len(parcel.placed) > MANY and _falls_freely(parcel):
        return
    for a, b in combinations(sorted(parcel.placed, key=lambda piece: piece.step), 2):
        if (a.frozen and b.frozen) or not shared_mm2(a, b):
            continue
        if _reach(a, b, 2):
            yield "CT3.3", f"{a.unit.name} lies in {b.unit.name}."
        elif is_above(a, b):
            yield "CT7.2", f"{b.unit.name}: step {b.step} has to be lowered through {a.unit.name}, step {a.step}."


def _falls_freely(parcel: Parcel) -> bool:
    """Whether each unit, let down in step order, reaches its place: then nothing overlaps either.

    A map of heights over all edges; for thousands of units it takes the place of comparing every pair."""
    xs = sorted({x for piece in parcel.placed for x in (piece.at[0], piece.far[0])})
    ys = sorted({y for piece in parcel.placed for y in (piece.at[1], piece.far[1])})
    column, row = {x: n for n, x in enumerate(xs)}, {y: n for n, y in enumerate(ys)}
    top_mm = [[0] * len(ys) for _ in xs]
    for piece in sorted(parcel.placed, key=lambda one: one.step):
        first, last = row[piece.at[1]], row[piece.far[1]]
        for strip in top_mm[column[piece.at[0]] : column[piece.far[0]]]:
            if max(strip[first:last]) > piece.at[2]:
                return False
            strip[first:last] = [piece.far[2]] * (last - first)
    return True


def _reach(a: Placed, b: Placed, axis: int) -> int:
    return max(0, min(a.far[axis], b.far[axis]) - max(a.at[axis], b.at[axis]))


def shared_mm2(a: Placed, b: Placed) -> int:
    """What two units share when the carton is looked into from above."""
    return _reach(a, b, 0) * _reach(a, b, 1)


class Tops:
    """The units of a parcel by the height at which they end, from left to right: what may lie under a unit."""

    def __init__(self, parcel: Parcel) -> None:
        self._by_top: dict[int, list[Placed]] = {}
        for piece in sorted(parcel.placed, key=lambda one: one.at[0]):
            self._by_top.setdefault(piece.far[2], []).append(piece)
        self._lefts = {z_mm: [piece.at[0] for piece in row] for z_mm, row in self._by_top.items()}
        self._longest_mm = max(piece.size[0] for piece in parcel.placed)

    def under(self, piece: Placed) -> list[Placed]:
        """The units whose tops the base of this one touches."""
        row = self._by_top.get(piece.at[2])
        if row is None:
            return []
        lefts = self._lefts[piece.at[2]]
        first = bisect_left(lefts, piece.at[0] - self._longest_mm)
        left, front, back = piece.at[0], piece.at[1], piece.far[1]
        return [
            other
            for other in row[first : bisect_left(lefts, piece.far[0])]
            if other.far[0] > left and other.at[1] < back and other.far[1] > front
        ]


def is_above(a: Placed, b: Placed) -> bool:
    return a.at[2] >= b.far[2] and shared_mm2(a, b) > 0


def _above(document: Document, parcel: Parcel) -> Broken:
    liquids = [piece for piece in parcel.placed if "liquid" in piece.unit.flags]
    for b in parcel.placed:
        lower = b.unit.flags
        # Anything may offend a delicate unit; above all others only a liquid can.
        uppers = parcel.placed if lower & {"no_stack", "fragile"} else liquids
        for a in uppers:
            if a is b or (a.frozen and b.frozen) or not is_above(a, b):
                continue
            upper = a.unit.flags
            if "no_stack" in lower:
                yield "CT3.6", f"{a.unit.name} lies above {b.unit.name}, which carries nothing."
            if "fragile" in lower and "fragile" not in upper:
                yield "CT3.6", f"{a.unit.name} lies above the fragile {b.unit.name}."
            if "liquid" in upper and "liquid" not in lower:
                yield "CT3.6", f"{a.unit.name} is liquid and stands above the dry {b.unit.name}."


def _top_load(document: Document, parcel: Parcel) -> Broken:
    for b in parcel.placed:
        if b.unit.top_load_g is None:
            continue
        above = [a for a in parcel.placed if a is not b and is_above(a, b)]
        load_g = sum(a.unit.weight_g for a in above)
        if load_g > b.unit.top_load_g and not (b.frozen and all(a.frozen for a in above)):
            yield "CT3.7", f"{b.unit.name}: expected at most {b.unit.top_load_g} g above, got {load_g}."


def _apart(document: Document, parcel: Parcel) -> Broken:
    rows = (document.get("rules") or {}).get("apart") or ()
    choosy = [piece.unit for piece in parcel.placed if piece.unit.classes or piece.unit.groups]
    for a, b in combinations(choosy, 2):
        if any(one != other for one in a.classes for other in b.classes):
            yield "CT3.8", f"{a.name} {sorted(a.classes)} shares with {b.name} {sorted(b.classes)}."
        for one, other in rows:
            if (one in a.groups and other in b.groups) or (other in a.groups and one in b.groups):
                yield "CT3.8", f"{a.name} shares with {b.name}: {one} and {other} stay apart."


def _alone(document: Document, parcel: Parcel) -> Broken:
    for piece in parcel.placed:
        own = "own_box" in piece.unit.flags
        if own != (parcel.kind == "own"):
            yield "CT3.9", f"{piece.unit.name}: expected {'its own box' if own else 'a carton'}, got {parcel.code}."
        if (own or "ship_alone" in piece.unit.flags) and len(parcel.placed) > 1:
            yield "CT3.9", f"{piece.unit.name} travels alone, got {len(parcel.placed)} units."
        if own and piece.at != (0, 0, 0):
            yield "CT3.9", f"{piece.unit.name}: expected position 0,0,0 in its own box, got {piece.at}."


def _limits(document: Document, parcel: Parcel) -> Broken:
    carton, rules = parcel.carton or {}, document.get("rules") or {}
    for most_g in (carton.get("max_weight_g"), rules.get("max_parcel_weight_g")):
        if most_g is not None and parcel.weight_g > most_g:
            yield "CT3.12", f"expected at most {most_g} g gross, got {parcel.weight_g}."
    for most in (carton.get("max_units"), rules.get("max_units_per_parcel")):
        if most is not None and len(parcel.placed) > most:
            yield "CT3.12", f"expected at most {most} units, got {len(parcel.placed)}."


def _steps(document: Document, parcel: Parcel) -> Broken:
    steps = sorted(piece.step for piece in parcel.placed)
    if steps != list(range(1, len(steps) + 1)):
        yield "CT7.1", f"expected steps 1..{len(steps)}, got {steps}."
    padding_mm = int(document.get("padding_mm") or 0)
    support_pct = int(document.get("support_pct", 70))
    first_new = min((piece.step for piece in parcel.placed if not piece.frozen), default=len(steps) + 1)
    tops = Tops(parcel)
    for piece in parcel.placed:
        if piece.frozen and piece.step > first_new:
            yield "CT1.7", f"{piece.unit.name} lies there already, yet step {piece.step} comes after a new one."
        if piece.frozen or parcel.kind not in ("box", "pallet") or piece.at[2] == padding_mm:
            continue
        carried_mm2 = sum(shared_mm2(piece, other) for other in tops.under(piece) if other.step < piece.step)
        base_mm2 = piece.size[0] * piece.size[1]
        if 100 * carried_mm2 < support_pct * base_mm2:
            got = f"{carried_mm2} of {base_mm2} mm2"
            yield "CT3.5", f"{piece.unit.name}: expected {support_pct} % carried by earlier steps, got {got}."


def rules_of_a_parcel(document: Document, parcel: Parcel) -> Broken:
    """All of section 3 that concerns one parcel alone, and its steps."""
    for rule in (_poses, _inside, _meetings, _above, _top_load, _apart, _alone, _limits, _steps):
        yield from rule(document, parcel)
