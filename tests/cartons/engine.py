"""The engine as a function of documents: what `packstation cartonize` answers, without the process and the clock."""

from typing import Any

from packstation.cartons.document import plan_document, read_order
from packstation.cartons.engine import planned

Document = dict[str, Any]


def answered(document: Document, *, budget: int = 50, seed: int = 0) -> Document:
    """The answer within `budget` thousand tests; work is counted, so every machine answers the same."""
    order, _ = read_order(document)
    return plan_document(planned(order, budget=budget, seed=seed))
