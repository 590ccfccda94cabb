"""What every search of one order shares: types, cartons, prices, limits, what was learned, what may still be spent.

Counts are tuples by type. A `Try` remembers what is known of one carton with one set of units: a packing, a proof
that there is none, or how often it was looked for. Nothing is searched twice, whoever asks.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from operator import mul
from typing import TYPE_CHECKING, Any

from packstation.cartons.dice import Dice, digest_of
from packstation.cartons.items import NO_LIMIT, UnitType
from packstation.cartons.law import Law
from packstation.cartons.plan import Objective, Rate, Rules, Triple
from packstation.cartons.price import carton_minor, side_over
from packstation.cartons.proofs import Tight
from packstation.cartons.spaces import FAR, Poses, poses_of

if TYPE_CHECKING:
    from packstation.cartons.views import Place

Counts = tuple[int, ...]
Laid = tuple[int, int, int, int, int, int, int]  # type, x, y, z, dx, dy, dz, in the usable box
Packing = tuple[Laid, ...]
Key = tuple[int, ...]
Load = tuple[int, int, int, int, bool]  # units, weight in g, volume, unwrapped volume in mm3, any size assumed

ESTIMATED_FILL_PCT = 65
INTERPRETED = 12  # how many compiled tests one interpreted test takes the time of
CALL_TESTS = 1500  # what handing arrays to the compiled search costs
GRACE_TESTS = 60_000  # after the safety stop, for a rest that is still packed with care
CARED_KINDS = 200
CARE_TESTS = 1_050_000  # after the budget, for a rest that must lie somewhere: so long with care, then at once
UNIT_TESTS = 60  # what writing down a unit takes of it


@dataclass(slots=True)
class Try:
    """What is known of one carton with one set of units."""

    packing: Packing | None = None
    code: str | None = None  # why not, as CT1.6
    proven: bool = False  # `code` is a proof, not just a search that found nothing
    figures: tuple[int, ...] = ()  # what the code is about: kinds, or how much of how much
    tries: int = 0
    stage: int = 0  # how far the deterministic pass went
    dice: Dice | None = None
    fits: bool = False  # by their sides alone; whether by the rules too is not known
    exhausted: bool = False  # so few units that more rounds only repeat themselves
    nodes: int = 0  # how far the proof by arrangements went
    tight: Tight | None = None
    pieces: Any = None  # what the rounds draw from, and what they learned (bundles.py)

    @property
    def gives_up(self) -> bool:
        """Whether more rounds would find nothing."""
        return self.exhausted or self.proven


class View:
    """One carton as the search of one order sees it: usable sides and, by type, the poses that fit, also swapped.

    The poses are worked out when first asked for: most cartons of a catalog are never looked at.
    """

    __slots__ = (
        *("index", "carton", "usable", "volume_mm3", "room_mm3", "room_g", "room_units", "inner_mm3", "outer_mm3"),
        *("place", "types", "_sides", "_fitting", "_poses", "_swapped", "_digest"),
    )

    def __init__(self, place: Place, types: tuple[UnitType, ...]) -> None:
        self.index = place.index
        self.carton = place.carton
        self.usable = place.usable
        self.volume_mm3 = place.volume_mm3
        self.room_mm3 = place.room_mm3
        self.room_g = place.room_g
        self.room_units = place.room_units
        self.inner_mm3 = place.inner_mm3
        self.outer_mm3 = place.outer_mm3
        self.place = place
        self.types = types
        self._sides = place.sides
        self._fitting: tuple[tuple[Triple, ...], ...] | None = None
        self._poses: tuple[Poses, ...] | None = None
        self._swapped: tuple[Poses, ...] | None = None
        self._digest: int | None = None

    def takes(self, kind: int) -> bool:
        """Whether a unit of this kind fits in any of its poses."""
        shape = self.types[kind]
        if shape.all_poses:
            sides, room = shape.sides, self._sides
            return sides[0] <= room[0] and sides[1] <= room[1] and sides[2] <= room[2]
        return bool(self.fitting[kind])

    def too_short(self, counts: Counts) -> int:
        """The first of these kinds that fits in none of its poses, or -1."""
        longest, middle, shortest = self._sides
        for kind, count in enumerate(counts):
            if count:
                shape = self.types[kind]
                if shape.all_poses:
                    one, two, three = shape.sides
                    if one > longest or two > middle or three > shortest:
                        return kind
                elif not self.fitting[kind]:
                    return kind
        return -1

    @property
    def fitting(self) -> tuple[tuple[Triple, ...], ...]:
        found = self._fitting
        if found is None:
            far_x, far_y, far_z = self.usable
            least = min(self.usable)
            found = self._fitting = tuple(
                [
                    kind.poses
                    if kind.sides[0] <= least
                    else tuple([p for p in kind.poses if p[0] <= far_x and p[1] <= far_y and p[2] <= far_z])
                    for kind in self.types
                ]
            )
        return found

    @property
    def poses(self) -> tuple[Poses, ...]:
        found = self._poses
        if found is None:
            found = self._poses = tuple(
                [
                    # Turned any way, its shortest side can lie along every axis.
                    (kind.sides[2], kind.sides[2], kind.sides[2], kind.volume_mm3, fitting)
                    if kind.all_poses and fitting is kind.poses
                    else poses_of(fitting)
                    for kind, fitting in zip(self.types, self.fitting, strict=True)
                ]
            )
        return found

    @property
    def swapped(self) -> tuple[Poses, ...]:
        found = self._swapped
        if found is None:
            # The least sizes are those of the plain poses, with x and y swapped too.
            found = self._swapped = tuple(
                [
                    (thin_y, thin_x, thin_z, unit, tuple([(dy, dx, dz) for dx, dy, dz in triples]))
                    for thin_x, thin_y, thin_z, unit, triples in self.poses
                ]
            )
        return found

    @property
    def digest(self) -> int:
        if self._digest is None:
            self._digest = digest_of(self.carton.code)
        return self._digest


@dataclass(slots=True)
class World:
    """One order's search. `spent` and `budget` count tests (CT5.10)."""

    types: tuple[UnitType, ...]
    views: tuple[View, ...]
    objective: Objective
    rate: Rate
    rules: Rules
    support_pct: int
    law: Law | None
    seed: int
    budget: int
    stop: Callable[[], bool] | None
    together: tuple[tuple[int, ...], ...]  # kinds that share a `together` value
    apart: tuple[frozenset[int], ...]  # by kind, the kinds it may not share a parcel with
    stock: dict[int, int] = field(default_factory=dict)  # by view, how many are left; missing = unlimited
    compiled: bool = False  # the extra `fast` runs the rounds
    fast_views: dict[int, Any] = field(default_factory=dict)
    bundles: dict[Counts, Any] = field(default_factory=dict)  # units that may be placed as one (bundles.py)
    spent: int = 0
    stopped: bool = False
    hurried_from: int = NO_LIMIT  # the tests from which on nothing is looked at twice
    tried: dict[tuple[int, Counts], Try] = field(default_factory=dict)
    priced: dict[tuple[int, int, int], int] = field(default_factory=dict)
    loads: dict[Counts, Load] = field(default_factory=dict)
    grouped: dict[int, int] = field(default_factory=dict)
    flattest: dict[int, list[tuple[int, int, int, int, int, int, bool]]] = field(
        default_factory=dict
    )  # by view, for want of time
    ranked: dict[Counts, list[tuple[Key, str, View]]] = field(default_factory=dict)
    figures: tuple[
        list[int], ...
    ] = ()  # by kind: weight in g, volume, unwrapped volume; and the kinds that are guesses

    def spend(self, tests: int, *, compiled: bool = False) -> None:
        """Count work. Beside compiled rounds, interpreted work counts as many times as it is slower."""
        self.spent += tests if compiled else self.slowness * tests
        if self.stop is not None and not self.stopped and self.stop():
            self.stopped = True
            self.hurried_from = min(self.hurried_from, self.spent + GRACE_TESTS * self.slowness)

    def fast_view(self, view: View) -> Any:
        """The carton as arrays for the compiled search."""
        known = self.fast_views.get(view.index)
        if known is None:
            from packstation.cartons.fast import Compiled

            known = self.fast_views[view.index] = Compiled(self.types, view)
        return known

    def take(self, view: View) -> None:
        """One carton of this kind is used."""
        if view.index in self.stock:
            self.stock[view.index] -= 1

    def give_back(self, view: View) -> None:
        """What was taken is free again."""
        if view.index in self.stock:
            self.stock[view.index] += 1

    @property
    def open(self) -> bool:
        """Whether anything may still be spent."""
        return self.spent < self.budget and not self.stopped

    @property
    def hurried(self) -> bool:
        """Whether budget or stop are long past, and the rest only has to be put somewhere."""
        return self.spent >= self.hurried_from

    def care_for(self, counts: Counts) -> None:
        """All these units must lie somewhere, whatever the budget: from where on they are put there at once.

        Of few kinds a carton is packed once and repeated, however many units there are.
        """
        if sum([1 for count in counts if count]) > CARED_KINDS:
            care = max(0, CARE_TESTS - UNIT_TESTS * sum(counts))
            self.hurried_from = self.budget + care * self.slowness

    def load(self, counts: Counts) -> Load:
        """What these units come to, added up once."""
        found = self.loads.get(counts)
        if found is None:
            weights, volumes, raws, guesses = self.figures or self._added_up()
            units = sum(counts)
            weight_g = sum(map(mul, counts, weights))
            volume_mm3 = sum(map(mul, counts, volumes))
            raw_mm3 = sum(map(mul, counts, raws))
            assumed = any(counts[n] for n in guesses)
            found = self.loads[counts] = (units, weight_g, volume_mm3, raw_mm3, assumed)
        return found

    def _added_up(self) -> tuple[list[int], ...]:
        kinds = self.types
        self.figures = (
            [kind.weight_g for kind in kinds],
            [kind.volume_mm3 for kind in kinds],
            [kind.raw_mm3 for kind in kinds],
            [n for n, kind in enumerate(kinds) if kind.estimated],
        )
        return self.figures

    @property
    def weights_g(self) -> list[int]:
        """By kind."""
        return (self.figures or self._added_up())[0]

    @property
    def volumes_mm3(self) -> list[int]:
        """By kind."""
        return (self.figures or self._added_up())[1]

    def weight_g(self, counts: Counts) -> int:
        return self.load(counts)[1]

    def volume_mm3(self, counts: Counts) -> int:
        return self.load(counts)[2]

    def raw_mm3(self, counts: Counts) -> int:
        return self.load(counts)[3]

    def assumed(self, counts: Counts) -> bool:
        """Whether the size of any of these units is a guess (CT6.1)."""
        return self.load(counts)[4]

    def room_mm3(self, view: View, counts: Counts) -> int:
        """What these units may fill: a part only while a size is assumed."""
        return view.room_mm3 if self.assumed(counts) else view.volume_mm3

    def cost_minor(self, view: View, weight_g: int, raw_mm3: int) -> int:
        at = (view.index, weight_g, raw_mm3)
        cost = self.priced.get(at)
        if cost is None:
            cost = self.priced[at] = carton_minor(view.carton, weight_g, raw_mm3, self.rate)
        return cost

    @property
    def least_minor(self) -> int:
        """What every parcel costs at the least: the cheapest carton and the fee for a parcel."""
        if self.rate.surcharges or not self.views:
            return 0  # a surcharge may be a discount
        return self.rate.per_parcel_minor + min([view.carton.cost_minor for view in self.views])

    def base_minor(self, view: View) -> int:
        """The least that a parcel in this carton can cost, whatever is in it."""
        return self.cost_minor(view, 0, view.inner_mm3)

    @property
    def group_numbers(self) -> dict[int, int]:
        """By kind with a `together` value, which of the groups it belongs to."""
        if self.together and not self.grouped:
            self.grouped = {kind: n for n, kinds in enumerate(self.together) for kind in kinds}
        return self.grouped

    @property
    def boxes_only(self) -> bool:
        return all(view.carton.kind in ("box", "pallet") for view in self.views)

    def key(self, view: View, weight_g: int, raw_mm3: int) -> Key:
        """The key of one parcel (CT4.1); keys of several parcels add up, the longest side is the greatest."""
        if self.objective == "cost":
            return self.cost_minor(view, weight_g, raw_mm3), 1, view.outer_mm3, max(view.carton.outer_mm)
        return (view.inner_mm3, 1) if self.objective == "volume" else (1, view.inner_mm3)

    def try_of(self, view: View, counts: Counts) -> Try:
        at = (view.index, counts)
        known = self.tried.get(at)
        if known is None:
            known = self.tried[at] = Try()
            self._filter(view, counts, known)
        return known

    def _filter(self, view: View, counts: Counts, known: Try) -> None:
        """CT5.4: the first failure is the code of CT1.6."""
        carton = view.carton
        units, weight_g, volume_mm3, _, assumed = self.load(counts)
        if carton.available == 0:
            known.code, known.proven = "out_of_stock", True
            return
        over = side_over(carton.outer_mm, self.rate)
        if over is not None:
            known.code, known.proven, known.figures = over[0], True, over[1:]
            return
        if units > view.room_units:
            known.code, known.proven = "too_many_units", True
            known.figures = (units, view.room_units)
            return
        if weight_g > view.room_g:
            known.code, known.proven = "too_heavy", True
            known.figures = (weight_g + carton.empty_weight_g, view.room_g + carton.empty_weight_g)
            return
        if carton.kind in ("mailer", "tube"):
            if assumed and volume_mm3 > view.room_mm3:
                known.code, known.proven = "too_small", True  # while a size is assumed
            return  # the formula of CT3.10 decides; see search
        short = view.too_short(counts)
        if short >= 0:
            known.code, known.proven = "too_short", True
            known.figures = (short,)
            return
        if volume_mm3 > (view.room_mm3 if assumed else view.volume_mm3):
            known.code, known.proven = "too_small", True
            known.figures = (-(-100 * volume_mm3 // view.volume_mm3),)
            if volume_mm3 <= view.volume_mm3:
                known.figures += (ESTIMATED_FILL_PCT,)

    @property
    def slowness(self) -> int:
        """How many tests an interpreted one counts for."""
        return INTERPRETED if self.compiled else 1


assert NO_LIMIT == FAR, "one number stands for no limit"
