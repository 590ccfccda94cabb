"""What packing taught this station: sizes in doubt and measured anew, cartons that ran out, how good suggestions are.

board (boxes, measurements) + copies (sizes, cartons, rates)  -->  cartons/learned.py  -->  the supervisor's lists
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass

from packstation.cartons.learned import Figures, Packed, Suspect, agreed, figures, same_size, suspects
from packstation.cartons.plan import Carton, Triple
from packstation.station.cartoning import carton_of
from packstation.station.clocks import ship_day
from packstation.station.supplies import SupplyRoom
from packstation.store import Store
from packstation.workflows.desk import Item

BOXES_LOOKED_AT = 20_000
"""The newest boxes: a season of one bench."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A size that three measurements agree on and the catalog does not have."""

    sku: str
    name: str
    size_mm: Triple
    catalog_mm: Triple | None
    weight_g: int | None
    times: int
    at_ms: int


@dataclass(frozen=True, slots=True)
class Gone:
    """A carton type the site ran out of, until it is counted."""

    code: str
    at_ms: int


def packed_boxes(store: Store, *, with_rates: bool = False, most: int = BOXES_LOOKED_AT) -> list[Packed]:
    """The closed boxes of this station, the oldest first."""
    room = SupplyRoom(store.mirror, store.reader_db)
    rows = store.reader_db.execute(
        "SELECT fo, type, suggested, why_other, units FROM board_box WHERE closed = 1 ORDER BY fo, no LIMIT ?",
        (most,),
    ).fetchall()
    found = []
    for fo, kind, suggested, why_other, units in rows:
        box = Packed(fo, kind, suggested, why_other, json.loads(units))
        doc = store.mirror.doc(fo) if with_rates else None
        if doc is not None:
            day = ship_day(doc.ship_by, time.time_ns() // 1_000_000)
            box = Packed(fo, kind, suggested, why_other, box.units, room.of(doc, day).rate)
        found.append(box)
    return found


def suspects_of(store: Store, boxes: list[Packed] | None = None) -> tuple[Suspect, ...]:
    """Items whose size is in doubt, the worst first; not those whose measured size was approved, or looked at."""
    boxes = packed_boxes(store) if boxes is None else boxes
    items = _items(store, boxes)
    sizes = {sku: item.size_mm for sku, item in items.items() if item.size_mm is not None}
    settled = {row[0] for row in store.reader_db.execute("SELECT sku FROM board_size_approved")}
    settled |= {
        row[0].removeprefix("size:")
        for row in store.reader_db.execute("SELECT exception FROM board_resolved WHERE exception LIKE 'size:%'")
    }
    return tuple(one for one in suspects(boxes, sizes, _cartons(store)) if one.sku not in settled)


def proposals_of(store: Store) -> tuple[Proposal, ...]:
    """Sizes to approve: measured here three times alike, and not what the catalog says."""
    approved = dict(store.reader_db.execute("SELECT sku, at_ms FROM board_size_approved"))
    seen: dict[str, list[tuple[Triple, int | None, int]]] = {}
    for sku, length, width, height, weight_g, at_ms in store.reader_db.execute(
        "SELECT sku, length_mm, width_mm, height_mm, weight_g, at_ms FROM board_size ORDER BY sku, at_ms, fact_id"
    ):
        if at_ms > approved.get(sku, -1):
            seen.setdefault(sku, []).append(((length, width, height), weight_g, at_ms))
    found = []
    for sku, measured in sorted(seen.items()):
        size = agreed([size for size, _, _ in measured])
        item = store.mirror.item(sku)
        if size is None or (item is not None and item.size_mm is not None and same_size(size, item.size_mm)):
            continue
        weights = sorted(weight_g for _, weight_g, _ in measured if weight_g)
        found.append(
            Proposal(
                sku,
                item.name if item else sku,
                size,
                item.size_mm if item else None,
                weights[len(weights) // 2] if weights else None,
                len(measured),
                measured[-1][2],
            )
        )
    return tuple(found)


def gone_of(store: Store) -> tuple[Gone, ...]:
    """Carton types that somebody said are out of stock, by this station's facts."""
    rows = store.reader_db.execute("SELECT code, at_ms FROM board_carton WHERE available = 0 ORDER BY code")
    return tuple(Gone(code, at_ms) for code, at_ms in rows)


def figures_of(store: Store) -> Figures:
    """How good the suggestions were (CT1.8)."""
    boxes = packed_boxes(store, with_rates=True)
    items = _items(store, boxes)
    sizes = {sku: item.size_mm for sku, item in items.items() if item.size_mm is not None}
    weights_g = {sku: item.weight_g or 0 for sku, item in items.items()}
    return figures(boxes, sizes, weights_g, _cartons(store))


def _items(store: Store, boxes: list[Packed]) -> dict[str, Item]:
    skus = {sku for box in boxes for sku in box.units}
    found = ((sku, store.mirror.item(sku)) for sku in sorted(skus))
    return {sku: item for sku, item in found if item is not None}


def _cartons(store: Store) -> dict[str, Carton]:
    return {carton.code: carton_of(carton) for carton in store.mirror.cartons()}
