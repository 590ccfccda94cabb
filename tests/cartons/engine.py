"""The engine as a function of documents: what `packstation cartonize` answers, without the process and the clock."""

from importlib.util import find_spec
from typing import Any

from packstation.cartons.document import plan_document, read_order
from packstation.cartons.engine import planned
from packstation.cartons.items import units_of
from packstation.cartons.plan import Order
from packstation.cartons.views import law_of, views_of
from packstation.cartons.world import Counts, World

Document = dict[str, Any]


def answered(document: Document, *, budget: int = 50, seed: int = 0, **options: Any) -> Document:
    """The answer within a budget of counted work, so that every machine answers the same."""
    order, _ = read_order(document)
    return plan_document(planned(order, budget=budget, seed=seed, **options))


def fast_is_there() -> bool:
    """Whether what the extra `fast` needs is installed."""
    return find_spec("numba") is not None


def world_of(order: Order, **other: Any) -> tuple[World, Counts]:
    """The search of one order, whose units may all share a parcel, and how many there are of each kind."""
    units = units_of(order.items, order.rules)
    how: dict[str, Any] = {
        "types": units.types,
        "views": views_of(order.cartons, units.types, order.rules, order.padding_mm, order.rate),
        "objective": order.objective,
        "rate": order.rate,
        "rules": order.rules,
        "support_pct": order.support_pct,
        "law": law_of(units.types),
        "seed": 0,
        "budget": 100_000,
        "stop": None,
        "together": (),
        "apart": ((),) * len(units.types),
    }
    return World(**{**how, **other}), units.counts
