"""Which carton for what is left of an order: the carton engine asked with the station's copies (cartons.md CT9).

    order opens, plan stored  -> shown at once          (station/planning.py makes plans ahead, in a worker process)
    order opens otherwise     -> the deterministic pass, about a millisecond
A failure of the engine is a missing suggestion, never a packer who cannot go on (CT1.4).
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from time import monotonic

from packstation.cartons.check import check
from packstation.cartons.engine import planned
from packstation.cartons.explain import input_hash
from packstation.cartons.pictures import picture_of
from packstation.cartons.plan import Carton, Item, Kind, Order, Parcel, Plan
from packstation.store.mirror import CartonPlan
from packstation.workflows.desk import CartonType, Job, Suggestion
from sync.protocol import digest

STEPS_SHOWN = 40
_KINDS: dict[str, Kind] = {"box": "box", "mailer": "mailer", "tube": "tube", "pallet": "pallet"}
_FLAGS = ("fragile", "this_way_up", "no_stack", "ship_alone", "own_box", "liquid", "soft")

log = logging.getLogger("packstation.cartons")


def question(job: Job, cartons: Sequence[CartonType]) -> Order | None:
    """What the engine is asked for the units that are not in a box yet; None when there is nothing to ask."""
    items = tuple(_left(job))
    return Order(items, tuple(carton_of(carton) for carton in cartons)) if items and cartons else None


def seed_of(fo: str) -> int:
    """The seed of an order's plan: the same on every machine (CT5.10)."""
    return int(digest(fo), 16) % 2**32


def answered(
    order: Order, seed: int, budget_ms: int, *, engine: str = "pure", prove: bool = False
) -> Suggestion | None:
    """The first parcel of the best plan; a plan that breaks a rule is logged and never shown (CT8.4)."""
    ends = monotonic() + (2 * budget_ms + 50) / 1000
    try:
        plan = planned(
            order,
            budget=budget_ms,
            seed=seed,
            prove=prove,
            stop=lambda: monotonic() > ends,
            engine="fast" if engine == "fast" else "pure",
        )
        broken = check(plan, order)
    except Exception:
        log.exception("no carton suggestion")
        return None
    if broken:
        log.error("a carton plan broke a rule: %s", broken[0])
        return None
    parcel = next((parcel for parcel in plan.parcels if parcel.carton != "OWN"), None)
    return _suggestion(plan, parcel) if parcel else None


def suggest(job: Job, cartons: Sequence[CartonType], known: CartonPlan | None = None) -> Suggestion | None:
    """The plan made ahead, if it is of these very units and cartons; else the deterministic pass alone."""
    order = question(job, cartons)
    if order is None:
        return None
    if known is not None and known.suggestion is not None and known.input_hash == input_hash(order):
        return known.suggestion
    return answered(order, seed_of(job.doc.fo), 0)


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


def _left(job: Job) -> list[Item]:
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


def _suggestion(plan: Plan, parcel: Parcel) -> Suggestion:
    side = "×".join(str(round(mm / 10)) for mm in parcel.inner_mm)
    fill = parcel.fill_e4 // 100
    parts = f"{parcel.carton} ({side}) {fill} % full, {parcel.weight_g / 1000:.1f} kg"
    boxes = f" Box 1 of {len(plan.parcels)}." if len(plan.parcels) > 1 else ""
    others = tuple(
        (choice.parcel.carton, f"{choice.parcel.carton} +{choice.more_minor / 100:.2f}")
        for choice in plan.alternatives[:3]
    )
    helps = len(parcel.items) > 1 and parcel.fill_e4 >= 4500
    steps = tuple(placement.words for placement in parcel.items[:STEPS_SHOWN] if placement.words)
    return Suggestion(
        code=parcel.carton,
        name=parcel.name or parcel.carton,
        why=f"{parts} — {plan.why}{boxes} ({plan.status})",
        fill_permille=parcel.fill_e4 // 10,
        weight_g=parcel.weight_g,
        alternatives=others,
        steps=steps if helps else (),
        step_skus=tuple(placement.sku for placement in parcel.items[:STEPS_SHOWN] if placement.words)
        if helps
        else (),
        picture=picture_of(parcel) if helps else (),
        status=plan.status,
    )
