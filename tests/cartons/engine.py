"""The engine as a function of documents: what `packstation cartonize` answers, without the process and the clock."""

import inspect
from importlib.util import find_spec
from typing import Any

from packstation.cartons.document import plan_document, read_order
from packstation.cartons.engine import planned

Document = dict[str, Any]


def answered(document: Document, *, budget: int = 50, seed: int = 0, **options: Any) -> Document:
    """The answer within a budget of counted work, so that every machine answers the same."""
    order, _ = read_order(document)
    return plan_document(planned(order, budget=budget, seed=seed, **options))


def fast_is_there() -> bool:
    """Whether the extra `fast` is built in and what it needs is installed."""
    return find_spec("numba") is not None and "engine" in inspect.signature(planned).parameters
