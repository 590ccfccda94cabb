"""What the engine says, as codes with values, and the English for them (cartons.md CT1.6, CT7.3).

    Said("because_more", carton="L", money="1.10")  --english-->  "L costs 1.10 more"
                                                    --the station's catalogs-->  another language

A value may be something said itself. `cartonize --json` always speaks English.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, Union

Value = Union[str, int, "Said"]
Clauses = tuple["Said", ...]


class Said(NamedTuple):
    """A text by its code, and what goes into its holes."""

    code: str
    values: tuple[tuple[str, Value], ...] = ()


def said(code: str, **values: Value) -> Said:
    return Said(code, tuple(values.items()))


_SIGNS = {"EUR": "€", "GBP": "£", "USD": "$"}
ON_BOTTOM = said("on_bottom")


def english(one: Said) -> str:
    return TEXTS[one.code].format_map(
        {name: english(value) if isinstance(value, Said) else value for name, value in one.values}
    )


def money(minor: int, currency: str = "") -> str:
    """An amount as people read it: €1.10; a currency without a sign of its own is named behind it."""
    amount = f"{abs(minor) // 100}.{abs(minor) % 100:02}"
    sign = _SIGNS.get(currency)
    return ("-" if minor < 0 else "") + (f"{sign}{amount}" if sign else f"{amount} {currency}".rstrip(" "))


def sentences(told: Iterable[Clauses]) -> str:
    """Sentences of clauses, in English."""
    return " ".join("; ".join(english(clause) for clause in clauses) + "." for clauses in told)


TEXTS: dict[str, str] = {
    # why this carton
    "because_nothing": "Nothing to pack",
    "because_none": "No carton holds any of this",
    "because_gone": "No carton that holds this is in stock",
    "because_parcels": "{n} parcels ({cartons}) for {units} units",
    "because_parcels_money": "{n} parcels ({cartons}) for {units} units, {money} in all",
    "because_not_found": "no single carton found that holds all",
    "because_no_single": "no single carton holds all",
    "because_cheaper": "cheaper than one",
    "because_one_dearer": "{carton} holds all too, but costs {money} more",
    "because_one_larger": "{carton} holds all too, but is larger",
    "because_own": "Ships in its own box",
    "because_cheapest": "Cheapest: {money}{top}",
    "because_only": "Only carton, and it holds {all}{top}",
    "because_only_holds": "Only carton that holds {all}{top}",
    "because_smallest": "Smallest carton that holds {all}{top}",
    "because_all_one": "it",
    "because_all_two": "both",
    "because_all": "all {n}",
    "because_top": ", {sku} on top",
    "because_down": "one size down: {reason}",
    "because_more": "{carton} costs {money} more",
    "because_no_other": "no other carton: {reason}",
    "because_same": "{carton} costs the same",
    "because_missing_one": "Not placed: 1 unit ({skus}): {reason}",
    "because_missing": "Not placed: {n} units ({skus}): {reason}",
    "because_and_more": "{skus} and {n} more",
    # why not another (CT1.6)
    "not_out_of_stock": "{carton} is out of stock",
    "not_too_heavy": "{carton} takes too little weight ({kg} of {most} kg)",
    "not_too_many_units": "{carton} takes fewer units ({n} of {most} units)",
    "not_too_short": "{carton} is too short for {sku} ({mm} > {most} mm)",
    "not_too_small_by": "{carton} is {percent} % too small",
    "not_too_full": "{carton} is too full for an assumed size",
    "not_too_small": "{carton} is too small",
    "not_pair": "{carton}: {one} and {two} cannot lie side by side",
    "not_apart": "{one} with {two} may not share a parcel",
    "not_impossible": "{carton} cannot hold it (proven)",
    "not_over_length": "{carton} is too long for the carrier ({mm} > {most} mm)",
    "not_over_girth": "{carton} is over the carrier's girth ({mm} > {most} mm)",
    "not_not_found": "no way found into {carton}",
    "not_hazmat": "hazmat {classes}",
    # why a unit is left out (CT3.1)
    "left_too_large": "too large for every carton",
    "left_too_large_assumed": "too large for every carton by an assumed size",
    "left_too_heavy": "too heavy for every carton",
    "left_no_carton_left": "no carton left for it",
    "left_over_length": "every carton with room for it is longer than the carrier takes",
    "left_over_girth": "every carton with room for it is over the carrier's girth limit",
    "left_apart": "may not travel with the rest of its group",
    "left_together": "its group fits no carton as a whole",
    # how a unit lies (CT7.3)
    "step": "{n}. {sku}: {pose}, {place}, {on}.",
    "pose_flat": "flat",
    "pose_flat_across": "flat, long side left-right",
    "pose_flat_deep": "flat, long side front-back",
    "pose_standing": "standing",
    "pose_standing_across": "standing, long side left-right",
    "pose_standing_deep": "standing, long side front-back",
    "pose_edge": "on edge",
    "pose_edge_across": "on edge, long side left-right",
    "pose_edge_deep": "on edge, long side front-back",
    "place_front": "front",
    "place_middle": "middle",
    "place_back": "back",
    "place_left": "left",
    "place_centre": "centre",
    "place_right": "right",
    "place_both": "{deep} {across}",
    "place_walls": "wall to wall",
    "beside_front": "{place}, in front of no. {n}",
    "beside_back": "{place}, behind no. {n}",
    "beside_left": "{place}, left of no. {n}",
    "beside_right": "{place}, right of no. {n}",
    "beside_above": "{place}, above no. {n}",
    "on_bottom": "on the bottom",
    "on_one": "on {one}",
    "on_two": "on {one} and {two}",
    "on_more": "on {one}, {two} and {n} more",
}
