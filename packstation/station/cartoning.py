"""Which carton for what is left of an order: the carton engine asked with the station's copies (cartons.md CT9).

The deterministic pass alone runs here, in about a millisecond; a failure of the engine is a missing suggestion,
never a packer who cannot go on (CT1.4).
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from time import monotonic

from packstation.cartons import cartonize
from packstation.cartons.plan import Carton, Item, Kind, Parcel, Plan
from packstation.workflows.desk import CartonType, Job, Suggestion
from sync.protocol import digest

BUDGET_MS = 12
STEPS_SHOWN = 40
_KINDS: dict[str, Kind] = {"box": "box", "mailer": "mailer", "tube": "tube", "pallet": "pallet"}
_FLAGS = ("fragile", "this_way_up", "no_stack", "ship_alone", "own_box", "liquid", "soft")

log = logging.getLogger("packstation.cartons")


def suggest(job: Job, cartons: Sequence[CartonType]) -> Suggestion | None:
    """The first parcel of the best plan for the units that are not in a box yet; None when there is none."""
    items = left_items(job)
    if not items or not cartons:
        return None
    ends = monotonic() + 4 * BUDGET_MS / 1000
    try:
        plan = cartonize(
            items,
            [carton_of(carton) for carton in cartons],
            budget=BUDGET_MS,
            seed=int(digest(job.doc.fo), 16) % 2**32,
            stop=lambda: monotonic() > ends,
        )
    except Exception:
        log.exception("no carton suggestion for %s", job.doc.fo)
        return None
    parcel = next((parcel for parcel in plan.parcels if parcel.carton != "OWN"), None)
    return _suggestion(plan, parcel) if parcel else None


def left_items(job: Job) -> list[Item]:
    """The units of the order that still want a box."""
    return [
        Item(
            sku=line.sku,
            quantity=job.left(line),
            size_mm=line.item.size_mm,
            weight_g=line.item.weight_g or 0,
            flags=tuple(sorted(flag for flag in line.item.flags if flag in _FLAGS or flag.startswith("hazmat:"))),
        )
        for line in job.doc.lines
        if job.left(line) > 0
    ]


def carton_of(carton: CartonType) -> Carton:
    return Carton(
        code=carton.code,
        inner_mm=carton.inner_mm,
        outer_mm=carton.outer_mm,
        max_weight_g=carton.max_weight_g,
        empty_weight_g=carton.empty_weight_g,
        cost_minor=carton.cost_minor,
        kind=_KINDS.get(carton.kind, "box"),
        name=carton.name,
    )


def _suggestion(plan: Plan, parcel: Parcel) -> Suggestion:
    side = "×".join(str(round(mm / 10)) for mm in parcel.inner_mm)
    fill = parcel.fill_e4 // 100
    parts = f"{parcel.carton} ({side}) {fill} % full, {parcel.weight_g / 1000:.1f} kg"
    boxes = f" Box 1 of {len(plan.parcels)}." if len(plan.parcels) > 1 else ""
    others = tuple(
        (choice.parcel.carton, f"{choice.parcel.carton} +{choice.more_minor / 100:.2f}")
        for choice in plan.alternatives[:3]
    )
    steps = tuple(placement.words for placement in parcel.items[:STEPS_SHOWN] if placement.words)
    return Suggestion(
        code=parcel.carton,
        name=parcel.name or parcel.carton,
        why=f"{parts} — {plan.why}{boxes}",
        fill_permille=parcel.fill_e4 // 10,
        weight_g=parcel.weight_g,
        alternatives=others,
        steps=steps if len(steps) > 1 and fill >= 45 else (),
        status=plan.status,
    )
