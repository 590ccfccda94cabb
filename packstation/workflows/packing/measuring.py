"""Measuring an item at the bench: `*MEASURE`, the item, three sides, its weight (cartons.md CT6.3). Pure.

*MEASURE --scan the item--> side, side, side (typed, or a dimension scanner's line) --> weight --> SizeMeasured
"""

from __future__ import annotations

import re

from msgspec.structs import replace

from packstation.workflows.desk import Answer, Desk, Found, Item, Pending, Reader, accepted, asked
from packstation.workflows.prompt import Cue, Say
from packstation.workflows.suggestion import CartonType
from sync import facts as f
from sync.protocol import Deed

KINDS = ("measure_item", "measure_side", "measure_sure", "measure_weight")
TYPED_MAX_G = 70_000
"""What carriers take as one parcel, where neither the site nor the carton says less."""
SIDE_MM_MAX = 5_000
FAR_MM = 10
"""A side off by half of the catalog's, and by more than this, is asked about: a wrong digit, or the wrong item."""
_SIDES = re.compile(r"\D*(\d{1,5})\D+(\d{1,5})\D+(\d{1,5})\D*", re.ASCII)


def typed_max_g(carton: CartonType | None, expected: int, reader: Reader) -> int:
    """The largest weight a hand may type: the site's rule, else what the carton may weigh; what the box should
    weigh can always be typed."""
    limit = reader.rule("typed_weight_max_g", 0) or (carton.max_weight_g if carton else 0) or TYPED_MAX_G
    return max(limit, expected)


def begin(desk: Desk) -> Answer:
    return asked(desk.quiet(), Say("measure_item"), Pending("measure_item"), holds=False)


def scanned(desk: Desk, found: Found, reader: Reader) -> Answer:
    """The item, or all three sides at once from a dimension scanner."""
    pending = desk.pending
    assert pending is not None
    hits = found.of("item")
    if pending.kind == "measure_item" or (hits and pending.kind == "measure_side"):
        if len({hit.ref for hit in hits}) != 1:
            return asked(desk, Say("measure_item"), pending, cue=Cue.UNKNOWN, holds=False)
        return _ask_side(desk, hits[0].ref, (), reader)
    match = _SIDES.fullmatch(found.text)
    if pending.kind == "measure_side" and match is not None:
        sides = tuple(int(side) for side in match.groups())
        return _with_sides(desk, str(pending.data[0]), sides, "dimensioner", reader)
    return asked(desk, Say("answer_first"), pending, holds=False)


def typed(desk: Desk, text: str, reader: Reader) -> Answer:
    """A number that ended with Enter."""
    pending = desk.pending
    assert pending is not None
    sku, *before = pending.data
    if pending.kind == "measure_side":
        if not text:
            return _ask_side(desk, str(sku), _ints(before), reader)
        if not (text.isascii() and text.isdecimal()) or not 0 < int(text) <= SIDE_MM_MAX:
            return asked(desk, Say("measure_not_a_side", {"text": text[:20]}), pending, cue=Cue.UNKNOWN, holds=False)
        sides = (*_ints(before), int(text))
        return _with_sides(desk, str(sku), sides, "typed", reader)
    if pending.kind == "measure_weight":
        if text and not (text.isascii() and text.isdecimal() and 0 < int(text) <= 1_000_000):
            return asked(desk, Say("not_a_weight", {"text": text[:20]}), pending, cue=Cue.UNKNOWN, holds=False)
        return weighed(desk, int(text) if text else None, reader)
    return asked(desk, Say("answer_first"), pending, holds=False)


def sure(desk: Desk, reader: Reader) -> Answer:
    """The sides are far from the catalog's, and right."""
    assert desk.pending is not None
    sku, how, *sides = desk.pending.data
    return _ask_weight(desk, str(sku), _ints(sides), str(how), reader)


def weighed(desk: Desk, weight_g: int | None, reader: Reader) -> Answer:
    """The weight, or none: the sides are worth having without it."""
    assert desk.pending is not None
    sku, how, *sides = desk.pending.data
    length, width, height = sorted(_ints(sides), reverse=True)
    fact = f.SizeMeasured(sku=str(sku), size_mm=(length, width, height), how=str(how), weight_g=weight_g)
    values: dict[str, str | int] = {"item": _name(str(sku), reader), "size": f"{length}×{width}×{height}"}
    say = Say("measured_g", {**values, "g": weight_g}) if weight_g else Say("measured", values)
    # A size changes what is suggested: the order on the bench is asked about anew.
    waits = desk.job is not None and desk.job.order.open_box is None
    bare = replace(desk.quiet(), suggestion=None if waits else desk.suggestion)
    answer = accepted(bare, say, Cue.TICK)
    return replace(answer, deeds=(Deed(None, fact),))


def _with_sides(desk: Desk, sku: str, sides: tuple[int, ...], how: str, reader: Reader) -> Answer:
    if len(sides) < 3:
        return _ask_side(desk, sku, sides, reader)
    item = reader.item(sku)
    if any(not 0 < side <= SIDE_MM_MAX for side in sides):
        return _ask_side(desk, sku, (), reader)
    if item is not None and item.size_mm is not None and _far(sides, item):
        said = "×".join(str(side) for side in sorted(item.size_mm, reverse=True))
        values: dict[str, str | int] = {"item": item.name, "size": _sides(sides), "catalog": said}
        return asked(desk, Say("measure_sure", values), Pending("measure_sure", data=(sku, how, *sides)), holds=False)
    return _ask_weight(desk, sku, sides, how, reader)


def _ask_side(desk: Desk, sku: str, sides: tuple[int, ...], reader: Reader) -> Answer:
    values: dict[str, str | int] = {"item": _name(sku, reader), "n": len(sides) + 1}
    pending = Pending("measure_side", data=(sku, *sides), typed=True)
    return asked(desk, Say("measure_side", values), pending, holds=False)


def _ask_weight(desk: Desk, sku: str, sides: tuple[int, ...], how: str, reader: Reader) -> Answer:
    values: dict[str, str | int] = {"item": _name(sku, reader), "size": _sides(sides)}
    pending = Pending("measure_weight", data=(sku, how, *sides), typed=True)
    return asked(desk, Say("measure_weight", values), pending, holds=False)


def _far(sides: tuple[int, ...], item: Item) -> bool:
    assert item.size_mm is not None
    pairs = zip(sorted(sides), sorted(item.size_mm), strict=True)
    return any(abs(side - known) > FAR_MM and (2 * side > 3 * known or 3 * side < 2 * known) for side, known in pairs)


def _sides(sides: tuple[int, ...]) -> str:
    return "×".join(str(side) for side in sorted(sides, reverse=True))


def _ints(values: list[object] | tuple[object, ...]) -> tuple[int, ...]:
    return tuple(value for value in values if isinstance(value, int))


def _name(sku: str, reader: Reader) -> str:
    item = reader.item(sku)
    return item.name if item is not None else sku
