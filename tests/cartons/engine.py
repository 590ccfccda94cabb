"""The engine as a function of documents: what `packstation cartonize` answers, without the process and the clock."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from packstation.cartons.document import plan_document, read_order
from packstation.cartons.engine import planned

Document = dict[str, Any]

DATA = Path(__file__).parents[3] / "shared" / "data" / "cartons"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="the benchmark data stand beside the project, not in it")


def answered(document: Document, *, budget: int = 50, seed: int = 0) -> Document:
    """The answer within `budget` thousand tests; work is counted, so every machine answers the same."""
    order, _ = read_order(document)
    return plan_document(planned(order, budget=budget, seed=seed))


def rows_of(name: str) -> list[Document]:
    """One published set, a document and its expectation to a row; [] where the data are not there."""
    path = DATA / f"{name}.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def real_orders(every: int = 1) -> list[Document]:
    """The real orders as rows like the other sets: `input` with its four cartons, and `expected`."""
    path = DATA / "real-orders.jsonl.gz"
    if not path.exists():
        return []
    cartons = json.loads((DATA / "real-cartons.json").read_text())
    with gzip.open(path, "rt") as lines:
        rows = [json.loads(line) for number, line in enumerate(lines) if number % every == 0]
    return [
        {
            "id": row["id"],
            "input": {"cartons": cartons, "items": row["items"], "objective": "count"},
            "expected": row["expected"],
        }
        for row in rows
    ]
