"""What goes into the carton engine and what comes out, as frozen data (cartons.md CT2, CT8).

    Item, Carton, Rate, Rules, Frozen  --cartonize()-->  Plan > Parcel > Placement
                                                              > Alternative, Rejected, Unplaced

Lengths are whole millimetres, weights whole grams, money whole minor units. `Order` is one question as a whole, the
form that documents are read into and that `check(plan, order)` compares a plan with. What one order makes dozens of
is a NamedTuple: frozen dataclasses take longer to be made than an easy order to be planned, and the room needs
nothing installed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from packstation.cartons.words import ON_BOTTOM, Clauses, Said, english, sentences

Triple = tuple[int, int, int]
Objective = Literal["cost", "volume", "count"]
Kind = Literal["box", "mailer", "tube", "pallet"]
Status = Literal["proven", "searched", "estimated"]

POSES = ("lwh", "wlh", "lhw", "hlw", "whl", "hwl")  # CT5.1: this order decides ties
UPRIGHT_POSES = ("lwh", "wlh")
OWN_BOX = "OWN"  # the carton code of a unit that travels in its own box (CT3.9)

# The codes of CT1.6 and the reasons of CT3.1.
REJECTED_CODES = (
    "out_of_stock",
    "too_heavy",
    "too_many_units",
    "too_short",
    "too_small",
    "pair",
    "apart",
    "impossible",
    "not_found",
    "over_length",  # of the carton, beyond what the carrier takes
    "over_girth",
)
UNPLACED_REASONS = ("too_large", "too_heavy", "no_carton_left", "apart", "together", "over_length", "over_girth")


@dataclass(frozen=True, slots=True)
class Item:
    """One line of an order: `quantity` equal units of a SKU. `size_mm` None is a size nobody knows (CT6.1)."""

    sku: str
    quantity: int
    size_mm: Triple | None
    weight_g: int  # 0 = unknown
    flags: tuple[str, ...] = ()
    poses: tuple[str, ...] | None = None  # None = all six
    wrap_mm: int = 0
    top_load_g: int | None = None  # None = unlimited
    groups: tuple[str, ...] = ()
    together: str | None = None
    size_from: str = "measured"  # measured, vendor, category, unknown


class Carton(NamedTuple):
    """One kind of packaging in the catalog. `max_weight_g` is gross (CT2.2); `available` None = unlimited."""

    code: str
    inner_mm: Triple
    outer_mm: Triple
    max_weight_g: int
    empty_weight_g: int
    cost_minor: int = 0
    available: int | None = None
    kind: Kind = "box"
    name: str = ""
    max_units: int | None = None


@dataclass(frozen=True, slots=True)
class Band:
    """A price band of a rate sheet: over_g < billable <= upto_g (hub.md P2)."""

    over_g: int
    upto_g: int | None
    price_minor: int
    per_step_minor: int = 0


@dataclass(frozen=True, slots=True)
class Surcharge:
    """A surcharge row: applies strictly over `limit`; of one group only the dearest counts (CT4.6)."""

    when: str
    limit: int
    amount_minor: int
    group: str | None = None
    percent_bp: int = 0
    fuelable: bool = False


@dataclass(frozen=True, slots=True)
class Rate:
    """What a carrier charges for a parcel. Either linear (per parcel, per kg) or by bands; both are data (CT4.4)."""

    per_parcel_minor: int = 0
    per_kg_minor: int = 0
    dim_divisor_cm3_per_kg: int | None = None  # equal to mm3 per g
    weight_step_g: int = 1000
    side_round_um: int = 0
    surcharges: tuple[Surcharge, ...] = ()
    void_minor_per_l: int = 0
    bands: tuple[Band, ...] = ()
    fuel_bp: int = 0
    min_price_minor: int = 0
    max_weight_g: int | None = None
    max_length_mm: int | None = None
    max_girth_mm: int | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """Limits of the shop and the carrier that hold for every parcel (CT2.1)."""

    max_parcel_weight_g: int | None = None
    max_units_per_parcel: int | None = None
    apart: tuple[tuple[str, str], ...] = ()
    unknown_size_mm: Triple = (200, 150, 80)


@dataclass(frozen=True, slots=True)
class Frozen:
    """A unit that already lies in an open carton and stays there (CT1.7). `parcel` numbers the open cartons."""

    parcel: int
    carton: str
    sku: str
    unit: int
    position_mm: Triple
    size_mm: Triple


@dataclass(frozen=True, slots=True)
class Order:
    """One question to the engine, as a whole."""

    items: tuple[Item, ...]
    cartons: tuple[Carton, ...]
    objective: Objective = "cost"
    rate: Rate = Rate()
    rules: Rules = Rules()
    support_pct: int = 70
    padding_mm: int = 0
    frozen: tuple[Frozen, ...] = ()
    currency: str = ""  # of all money; names amounts and decides nothing


class Placement(NamedTuple):
    """One unit in its place: `position_mm` in carton coordinates including padding, `size_mm` as placed, wrapped."""

    sku: str
    unit: int
    position_mm: Triple
    size_mm: Triple
    step: int
    pose: str = "lwh"
    rests_on: tuple[int, ...] = ()  # the steps it rests on; () = the bottom
    saying: Said = ON_BOTTOM
    estimated: bool = False

    @property
    def words(self) -> str:
        """The step in English (CT7.3)."""
        return english(self.saying)


class Money(NamedTuple):
    """The parts of a parcel's cost (CT4.3); `total_minor` is their sum."""

    carton_minor: int = 0
    void_minor: int = 0
    per_parcel_minor: int = 0
    weight_minor: int = 0
    surcharge_minor: int = 0
    fuel_minor: int = 0
    minimum_minor: int = 0
    surcharges: tuple[tuple[str, int], ...] = ()

    @property
    def total_minor(self) -> int:
        return (
            self.carton_minor
            + self.void_minor
            + self.per_parcel_minor
            + self.weight_minor
            + self.surcharge_minor
            + self.fuel_minor
            + self.minimum_minor
        )


class Layer(NamedTuple):
    """The units whose base is at `z_mm`, by step."""

    z_mm: int
    steps: tuple[int, ...]


class Parcel(NamedTuple):
    """One carton and what lies in it, in step order."""

    carton: str
    items: tuple[Placement, ...]
    weight_g: int
    fill_e4: int  # share of the inner volume in ten-thousandths
    cost_minor: int
    name: str = ""
    inner_mm: Triple = (0, 0, 0)
    outer_mm: Triple = (0, 0, 0)
    dim_weight_g: int = 0
    billable_g: int = 0
    void_ml: int = 0
    money: Money = Money()
    layers: tuple[Layer, ...] = ()


class Unplaced(NamedTuple):
    sku: str
    unit: int
    reason: str


class Rejected(NamedTuple):
    """A carton with a better key that was not taken, and the one reason why (CT1.6)."""

    carton: str
    code: str
    detail: str


class Alternative(NamedTuple):
    """Another single carton that really holds everything, and what it costs more (CT1.2)."""

    parcel: Parcel
    more_minor: int


@dataclass(frozen=True, slots=True)
class Plan:
    """The answer: every unit is in exactly one parcel or in `unplaced` with a reason."""

    parcels: tuple[Parcel, ...]
    unplaced: tuple[Unplaced, ...]
    objective_key: tuple[int, ...]
    bound_key: tuple[int, ...]
    optimal: bool
    status: Status
    said: tuple[Clauses, ...]  # why, as sentences of clauses
    alternatives: tuple[Alternative, ...] = ()
    rejected: tuple[Rejected, ...] = ()
    engine: str = "pure/1"
    seed: int = 0
    input_hash: str = ""
    stopped: str | None = None  # "clock" when the safety stop cut the search; such a plan is not stored

    @property
    def why(self) -> str:
        """In English, for `cartonize`; a station says it in its own language."""
        return sentences(self.said)

    @property
    def objective_value(self) -> int:
        return self.objective_key[0] if self.objective_key else 0

    @property
    def lower_bound(self) -> int:
        return self.bound_key[0] if self.bound_key else 0
