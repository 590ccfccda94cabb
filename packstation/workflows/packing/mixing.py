"""What may not share a box, said before a unit goes in: by the catalog's flags and the site's rule `apart`
(cartons.md CT3.8, CT3.9). Pure.

unit + what the box holds --forbidden--> None | the words of the refusal; the way on is *NEXTBOX
"""

from __future__ import annotations

from packstation.workflows.desk import Item, Job
from packstation.workflows.order import Box
from packstation.workflows.prompt import Say

OWN = "OWN"
"""The carton of a unit that ships as it stands (CT3.9)."""

_ALONE = frozenset({"ship_alone", "own_box"})
_HAZARD = "hazmat:"


Pairs = tuple[tuple[str, str], ...]


def forbidden(job: Job, box: Box | None, item: Item, pieces: int = 1, *, apart: Pairs = ()) -> Say | None:
    """Why the item may not go into this box, None when it may. `pieces`: units, or whole cases, of this gesture;
    `apart`: the pairs of flags or SKUs that never share a box at this site."""
    values: dict[str, str | int] = {"item": item.name, "no": box.no if box is not None else 1}
    alone = item.flags & _ALONE
    if alone and pieces > 1:
        return Say("mix_one", values)
    if box is None or not box.contents:
        if "own_box" in item.flags and box is not None and box.type != OWN:
            return Say("mix_own", values)
        return None
    if alone:
        return Say("mix_own" if "own_box" in alone else "mix_alone", values)
    if not apart and not _kept_apart(job.doc.flags):
        return None
    inside = {content.sku for content in box.contents}
    there = {line.sku: line.item for line in job.doc.lines if line.sku in inside}
    for other in there.values():
        if other.flags & _ALONE:
            return Say("mix_alone", {**values, "item": other.name})
    mine = hazard(item)
    for other in there.values():
        if mine and hazard(other) and hazard(other) != mine:
            return Say("mix_hazmat", {**values, "a": ", ".join(sorted(mine)), "b": ", ".join(sorted(hazard(other)))})
    for other in there.values():
        if other.sku != item.sku and parted(item, other, apart):
            return Say("mix_apart", {**values, "other": other.name})
    return None


def parted(one: Item, other: Item, apart: Pairs) -> bool:
    """Whether the site's rule keeps the two out of one box, whichever of them is named first."""
    return any((_is(one, a) and _is(other, b)) or (_is(one, b) and _is(other, a)) for a, b in apart if a != b)


def _is(item: Item, name: str) -> bool:
    return name == item.sku or name in item.flags


def hazard(item: Item) -> frozenset[str]:
    """The classes of dangerous goods an item is marked with."""
    return frozenset(flag[7:] for flag in item.flags if flag.startswith(_HAZARD))


def _kept_apart(flags: frozenset[str]) -> bool:
    """Whether any item of an order may not lie beside every other: most orders have none, at no cost to a scan."""
    return not flags.isdisjoint(_ALONE) or any(flag.startswith(_HAZARD) for flag in flags)


def alone(item: Item) -> bool:
    """Whether it is the only unit of its parcel."""
    return bool(item.flags & _ALONE)
