"""What the carton engine suggests for the box that is filled next, and how far the packer is with it. Pure.

    order opens, box chosen, short, undo --Wanted--> the engine (station/cartoning) --Suggestion--> Prompt, steps

A Suggestion keeps where every unit should lie, so that what is in the box already stays there when the rest is
planned anew (cartons.md CT1.7).
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

Triple = tuple[int, int, int]


class CartonType(Struct, frozen=True):
    """A carton of the catalog. Lengths in mm, weights in g, money in minor units. `available`: None = enough."""

    code: str
    name: str
    inner_mm: Triple
    outer_mm: Triple
    empty_weight_g: int
    max_weight_g: int
    cost_minor: int = 0
    kind: str = "box"
    available: int | None = None


class Case(Struct, frozen=True):
    """A case of `quantity` units that has a size of its own: packed as one piece where it is whole (CT2.5)."""

    quantity: int
    size_mm: Triple
    weight_g: int | None = None


class Lie(Struct, frozen=True):
    """Where one piece lies, or should lie, in its carton: a unit, or a case of `count` units."""

    sku: str
    unit: int
    position_mm: Triple
    size_mm: Triple
    words: str = ""
    count: int = 1


class Layer(Struct, frozen=True):
    """The steps whose base is `z_mm` up, and their picture from above: for wide screens, and for the smallest."""

    z_mm: int
    steps: tuple[int, ...]
    wide: tuple[str, ...]
    small: tuple[str, ...]


class Suggestion(Struct, frozen=True):
    """The carton the engine suggests for what is left. `alternatives`: (code, words) for keys 1 to 3.

    `lies`: the pieces of this carton in the order they go in, with the words of each step. `units`: how many of each
    SKU were asked about, in all cartons together. `boxes`: how many cartons that takes, `later`: units of the others.
    `saves`, `than`: money against the best alternative. `place`: where the carton lies at the bench. `usual`: how
    often this carton held the same units before, when their sizes are not known. `status`: proven, searched,
    estimated. `sheet`: the hash of the rate sheet behind the money (CT4.5).
    """

    code: str
    name: str
    why: str
    fill_permille: int
    weight_g: int
    alternatives: tuple[tuple[str, str], ...] = ()
    lies: tuple[Lie, ...] = ()
    units: tuple[tuple[str, int], ...] = ()
    layers: tuple[Layer, ...] = ()
    status: str = "searched"
    place: str = ""
    inner_mm: Triple = (0, 0, 0)
    void_ml: int = 0
    padding_mm: int = 0
    boxes: int = 1
    later: int = 0
    saves: str = ""
    than: str = ""
    usual: int = 0
    sheet: str = ""


class Wanted(Struct, frozen=True):
    """What the engine is asked besides the order: the carton in the packer's hand, and what lies in it already."""

    scanned: str | None = None
    lies: tuple[Lie, ...] = ()


def steps_left(suggestion: Suggestion, packed: Mapping[str, int]) -> tuple[int, ...]:
    """The numbers of the steps whose units are not in the box yet: a scan advances the step of its SKU (CT7.4)."""
    done = dict(packed)
    left = []
    for number, lie in enumerate(suggestion.lies, 1):
        if done.get(lie.sku, 0) >= lie.count:
            done[lie.sku] -= lie.count
        else:
            left.append(number)
    return tuple(left)


def lies_of(suggestion: Suggestion, packed: Mapping[str, int]) -> tuple[Lie, ...] | None:
    """Where the units lie that are in the box, by their steps; None when one of them has no step (CT1.7)."""
    wanted = dict(packed)
    there = []
    for lie in suggestion.lies:
        if wanted.get(lie.sku, 0) >= lie.count:
            wanted[lie.sku] -= lie.count
            there.append(lie)
    return None if any(wanted.values()) else tuple(there)


def is_about(suggestion: Suggestion, units: int) -> bool:
    """Whether it was made for this many units: what a short or a change leaves is another question."""
    return not suggestion.units or sum([qty for _, qty in suggestion.units]) == units
