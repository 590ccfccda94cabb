"""Layer pictures in characters: a top view of each height, numbered by step, back above and front below (CT7.5).

    picture(parcel)  ->  pages of lines, one page a layer, and the same as a list for screen readers

A picture that does not help is a sentence instead (CT7.6).
"""

from __future__ import annotations

from collections.abc import Iterable

from packstation.cartons.plan import Layer, Parcel, Placement

BOX = "─│┌┐└┘├┤┬┴┼"
ASCII = "-|+++++++++"
WIDE_CELLS = (34, 12)
_FILL_MIN_E4 = 4500


def picture_of(parcel: Parcel, *, cells: tuple[int, int] = WIDE_CELLS, ascii_only: bool = False) -> tuple[str, ...]:
    """All layers under each other, as lines of at most `cells` wide; or the sentence of CT7.6."""
    sentence = no_picture(parcel)
    if sentence is not None:
        return (sentence,)
    lines: list[str] = []
    for layer in parcel.layers:
        lines += layer_picture(parcel, layer, cells=cells, ascii_only=ascii_only)
    return tuple(lines)


def no_picture(parcel: Parcel) -> str | None:
    """What to say instead of a picture, or None when a picture helps."""
    if len(parcel.items) <= 1:
        return "Just put it in."
    if parcel.fill_e4 < _FILL_MIN_E4:
        litres = -(-parcel.void_ml // 1000)
        return f"Just put in, add {litres} l of filling."
    return None


def layer_picture(
    parcel: Parcel, layer: Layer, *, cells: tuple[int, int] = WIDE_CELLS, ascii_only: bool = False
) -> tuple[str, ...]:
    """One layer: a line that names it, then the top view. Every unit is a frame with its step inside."""
    columns, rows = cells
    rows -= 1
    signs = ASCII if ascii_only else BOX
    length_mm, width_mm, _ = parcel.inner_mm
    canvas = [[" "] * columns for _ in range(rows)]
    joints: dict[tuple[int, int], int] = {}

    def at_column(x_mm: int) -> int:
        return (2 * x_mm * (columns - 1) + length_mm) // (2 * length_mm)

    def at_row(y_mm: int) -> int:
        # The back of the carton is the top of the picture.
        return rows - 1 - (2 * y_mm * (rows - 1) + width_mm) // (2 * width_mm)

    frames = [(0, 0, columns - 1, rows - 1)]
    labels: list[tuple[int, int, str]] = []
    thin = 0
    for placement in _in_layer(parcel, layer):
        (x, y, _), (dx, dy, _) = placement.position_mm, placement.size_mm
        left, right = at_column(x), at_column(x + dx)
        top, bottom = at_row(y + dy), at_row(y)
        frames.append((left, top, right, bottom))
        wide, high, share = right - left, bottom - top, 2
        if (wide <= 1) != (high <= 1):
            # A thin unit has its number on its edge; beside each other the numbers stand apart.
            share, thin = (2, 1, 3)[thin % 3], thin + 1
        label = f" {placement.step} " if high <= 1 and wide > 5 else str(placement.step)
        labels.append(
            (left + wide * (share if high <= 1 else 2) // 4, top + high * (share if wide <= 1 else 2) // 4, label)
        )
    for left, top, right, bottom in frames:
        _frame(joints, left, top, right, bottom)
    for (column, row), sides in joints.items():
        canvas[row][column] = _sign(sides, signs)
    for column, row, label in labels:
        start = max(0, min(columns - len(label), column - (len(label) - 1) // 2))
        for n, character in enumerate(label):
            canvas[row][start + n] = character
    title = "On the bottom" if layer is parcel.layers[0] else f"{layer.z_mm // 10} cm up"
    return (f"{title}:"[:columns], *("".join(line).rstrip() for line in canvas))


def listed(parcel: Parcel) -> tuple[str, ...]:
    """The same for a screen reader: one sentence a step."""
    return tuple(placement.words for placement in parcel.items)


def _in_layer(parcel: Parcel, layer: Layer) -> Iterable[Placement]:
    steps = set(layer.steps)
    return (placement for placement in parcel.items if placement.step in steps)


_UP, _DOWN, _LEFT, _RIGHT = 1, 2, 4, 8


def _frame(joints: dict[tuple[int, int], int], left: int, top: int, right: int, bottom: int) -> None:
    """The four sides of a rectangle, as the directions in which each cell has a line."""
    for column in range(left, right + 1):
        for row in (top, bottom):
            sides = (_LEFT if column > left else 0) | (_RIGHT if column < right else 0)
            joints[column, row] = joints.get((column, row), 0) | sides
    for row in range(top, bottom + 1):
        for column in (left, right):
            sides = (_UP if row > top else 0) | (_DOWN if row < bottom else 0)
            joints[column, row] = joints.get((column, row), 0) | sides


def _sign(sides: int, signs: str) -> str:
    across, down, down_right, down_left, up_right, up_left, no_left, no_right, no_up, no_down, cross = tuple(signs)
    return {
        0: down,
        _UP: down,
        _DOWN: down,
        _UP | _DOWN: down,
        _LEFT: across,
        _RIGHT: across,
        _LEFT | _RIGHT: across,
        _DOWN | _RIGHT: down_right,
        _DOWN | _LEFT: down_left,
        _UP | _RIGHT: up_right,
        _UP | _LEFT: up_left,
        _UP | _DOWN | _RIGHT: no_left,
        _UP | _DOWN | _LEFT: no_right,
        _LEFT | _RIGHT | _DOWN: no_up,
        _LEFT | _RIGHT | _UP: no_down,
    }.get(sides, cross)
