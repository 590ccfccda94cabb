"""A Plan as the JSON object of commands.md, with the added fields of cartons.md CT8.1."""

from __future__ import annotations

from typing import Any

from packstation.cartons.plan import Alternative, Money, Parcel, Placement, Plan


def plan_document(plan: Plan) -> dict[str, Any]:
    """The plan as the JSON object of commands.md, with the added fields of CT8.1. `elapsed_ms` is the command's."""
    answer: dict[str, Any] = {
        "parcels": [_parcel_document(parcel) for parcel in plan.parcels],
        "unplaced": [{"sku": unit.sku, "unit": unit.unit, "reason": unit.reason} for unit in plan.unplaced],
        "objective_value": plan.objective_value,
        "lower_bound": plan.lower_bound,
        "optimal": plan.optimal,
        "status": plan.status,
        "why": plan.why,
        "objective_key": list(plan.objective_key),
        "bound_key": list(plan.bound_key),
        "alternatives": [_alternative_document(choice) for choice in plan.alternatives],
        "rejected": [{"carton": no.carton, "code": no.code, "detail": no.detail} for no in plan.rejected],
        "engine": plan.engine,
        "seed": plan.seed,
        "input_hash": plan.input_hash,
    }
    if plan.stopped is not None:
        answer["stopped"] = plan.stopped
    return answer


def _parcel_document(parcel: Parcel) -> dict[str, Any]:
    return {
        "carton": parcel.carton,
        "name": parcel.name,
        "items": [_placement_document(placement) for placement in parcel.items],
        "weight_g": parcel.weight_g,
        "fill": parcel.fill_e4 / 10_000,
        "cost_minor": parcel.cost_minor,
        "dim_weight_g": parcel.dim_weight_g,
        "billable_g": parcel.billable_g,
        "void_ml": parcel.void_ml,
        "money": _money_document(parcel.money),
        "layers": [{"z_mm": layer.z_mm, "steps": list(layer.steps)} for layer in parcel.layers],
    }


def _placement_document(placement: Placement) -> dict[str, Any]:
    row: dict[str, Any] = {
        "sku": placement.sku,
        "unit": placement.unit,
        "position_mm": list(placement.position_mm),
        "size_mm": list(placement.size_mm),
        "step": placement.step,
        "pose": placement.pose,
        "rests_on": list(placement.rests_on),
        "words": placement.words,
    }
    if placement.estimated:
        row["estimated"] = True
    return row


def _money_document(money: Money) -> dict[str, Any]:
    return {
        "carton_minor": money.carton_minor,
        "void_minor": money.void_minor,
        "per_parcel_minor": money.per_parcel_minor,
        "weight_minor": money.weight_minor,
        "surcharge_minor": money.surcharge_minor,
        "fuel_minor": money.fuel_minor,
        "minimum_minor": money.minimum_minor,
        "surcharges": [{"when": when, "amount_minor": amount_minor} for when, amount_minor in money.surcharges],
        "total_minor": money.total_minor,
    }


def _alternative_document(choice: Alternative) -> dict[str, Any]:
    return {**_parcel_document(choice.parcel), "more_minor": choice.more_minor}
