"""What the carton engine suggests for the box that is filled next, and how far the packer is with it. Pure.

    order opens, box chosen, short, undo --Wanted--> the engine (station/cartoning) --Suggestion--> Prompt, steps

A Suggestion keeps where every unit should lie, so that what is in the box already stays there when the rest is
planned anew (cartons.md CT1.7).
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Mapping, Set

from msgspec import Struct

from packstation.cartons.words import Clauses, Said

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
    saying: Said | None = None
    count: int = 1


class Layer(Struct, frozen=True):
    """The steps whose base is `z_mm` up, and pictures of them from above: the largest first, for all screens."""

    z_mm: int
    steps: tuple[int, ...]
    pictures: tuple[tuple[str, ...], ...]


class Suggestion(Struct, frozen=True):
    """The carton the engine suggests for what is left. `alternatives`: (code, words) for keys 1 to 3.

    `why`: sentences of clauses. `lies`: the pieces of this carton in the order they go in, with what is said at each
    step. `units`: how many of each SKU were asked about, in all cartons together. `boxes`: how many cartons that
    takes, `later`: units of the others, `left_out`: units that no carton takes, each with the reason.
    `inside`: what lies in the box and has no step, because by its sizes it does not fit.
    `saves`, `than`: money against the best alternative. `place`: where the carton lies at the bench. `usual`: how
    often this carton held the same units before, when their sizes are not known. `status`: proven, searched,
    estimated. `cut_ms`: after how long the clock ended the search, 0 = it was not cut. `sheet`: the hash of the rate
    sheet behind the money (CT4.5).
    """

    code: str
    name: str
    why: tuple[Clauses, ...]
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
    others: tuple[tuple[str, tuple[tuple[str, int], ...]], ...] = ()
    """The cartons after this one: (code, units of each SKU). The first of them are named to the packer."""
    left_out: tuple[tuple[Said, tuple[tuple[str, int], ...]], ...] = ()
    inside: tuple[tuple[str, int], ...] = ()
    cut_ms: int = 0


class Wanted(Struct, frozen=True):
    """What the engine is asked besides the order: the carton in the packer's hand, and where a plan put what lies in
    it already. What else the order's open box holds has no place yet, but is in it all the same."""

    scanned: str | None = None
    lies: tuple[Lie, ...] = ()


class Steps:
    """How far a box is with the steps of one suggestion: a scan moves those of its SKU, and no other (PF1.10).

    The first steps of a SKU whose pieces are not larger than what is in the box are done (CT7.4).
    """

    def __init__(self, suggestion: Suggestion) -> None:
        self.left = list(range(1, len(suggestion.lies) + 1))
        """Numbers of the steps still to do, in order."""
        self._layer_at = {step: at for at, layer in enumerate(suggestion.layers) for step in layer.steps}
        self._left_in = [len(layer.steps) for layer in suggestion.layers]
        self._by_sku: dict[str, list[tuple[int, int]]] = {}
        for number, lie in enumerate(suggestion.lies, 1):
            self._by_sku.setdefault(lie.sku, []).append((number, lie.count))
        self._packed: dict[str, int] = {}
        self._done: dict[str, list[int]] = {}
        self._next = {sku: steps[0][0] for sku, steps in self._by_sku.items()}
        """The first step left of each SKU that has one."""
        self._units = {sku: sum([count for _, count in steps]) for sku, steps in self._by_sku.items()}
        self._planned = dict(self._units)
        for sku, count in suggestion.inside:
            self._planned[sku] = self._planned.get(sku, 0) + count
        self._beside: set[str] = set()

    def packed(self, packed: Mapping[str, int]) -> None:
        """What is in the box now, by SKU."""
        for sku in {sku for sku, _ in packed.items() ^ self._packed.items()}:
            done = self._done_by(sku, packed.get(sku, 0))
            before = self._done.get(sku, [])
            same = 0
            while same < len(before) and same < len(done) and before[same] == done[same]:
                same += 1
            for step in before[same:]:
                insort(self.left, step)
                self._count(step, 1)
            for step in done[same:]:
                del self.left[bisect_left(self.left, step)]
                self._count(step, -1)
            self._done[sku] = done
            self._remember(sku, set(done))
            if self._planned and packed.get(sku, 0) > self._planned.get(sku, 0):
                self._beside.add(sku)
            else:
                self._beside.discard(sku)
        self._packed = dict(packed)

    @property
    def left_plan(self) -> bool:
        """More lies in the box than was planned for it."""
        return bool(self._beside)

    def wanted(self, sku: str) -> int:
        """How many units of the SKU are still planned for this box."""
        return max(0, self._planned.get(sku, 0) - self._packed.get(sku, 0))

    def to_do(self) -> list[tuple[str, int]]:
        """The units of the steps left, by SKU, in the order of their first step."""
        return [(sku, self._units[sku]) for sku in sorted(self._next, key=self._next.__getitem__)]

    def open_layers(self) -> tuple[int, ...]:
        """The layers with a step left, that of the next step first."""
        here = self._layer_at.get(self.left[0]) if self.left else None
        others = [at for at, left in enumerate(self._left_in) if left and at != here]
        return (*([] if here is None else [here]), *others)

    def _done_by(self, sku: str, units: int) -> list[int]:
        done = []
        for number, count in self._by_sku.get(sku, ()):
            if units <= 0:
                break
            if units >= count:
                units -= count
                done.append(number)
        return done

    def _remember(self, sku: str, done: Set[int]) -> None:
        left = [step for step in self._by_sku.get(sku, ()) if step[0] not in done]
        self._units[sku] = sum([count for _, count in left])
        if left:
            self._next[sku] = left[0][0]
        else:
            self._next.pop(sku, None)

    def _count(self, step: int, more: int) -> None:
        if step in self._layer_at:
            self._left_in[self._layer_at[step]] += more


def lies_of(suggestion: Suggestion, packed: Mapping[str, int]) -> tuple[Lie, ...]:
    """Where the units lie that are in the box, by their steps (CT1.7); what has no step is not among them."""
    wanted = dict(packed)
    there = []
    for lie in suggestion.lies:
        if wanted.get(lie.sku, 0) >= lie.count:
            wanted[lie.sku] -= lie.count
            there.append(lie)
    return tuple(there)


def is_about(suggestion: Suggestion, units: int) -> bool:
    """Whether it was made for this many units: what a short or a change leaves is another question."""
    return not suggestion.units or sum([qty for _, qty in suggestion.units]) == units
