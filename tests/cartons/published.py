"""The published sets: orders with what is known about them, and whether an answer meets it. They stand beside the
project (`shared/data/cartons`), not in it; tests that need them skip where they are absent.
"""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from tests.cartons.check import units_of

Document = dict[str, Any]

DATA = Path(__file__).parents[3] / "shared" / "data" / "cartons"
needs_data = pytest.mark.skipif(
    not DATA.is_dir(), reason="the benchmark data are expected beside the project, in ../shared/data/cartons"
)


def rows_of(name: str) -> list[Document]:
    """One set, a document and its expectation to a row; [] where the data are not there."""
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


def inner_mm3(document: Document, answer: Document) -> int:
    """The inner volume of all cartons used."""
    sides = {carton["code"]: carton["inner_mm"] for carton in document["cartons"]}
    total_mm3 = 0
    for parcel in answer["parcels"]:
        length_mm, width_mm, height_mm = sides.get(parcel["carton"]) or parcel["items"][0]["size_mm"]
        total_mm3 += length_mm * width_mm * height_mm
    return total_mm3


def unmet(document: Document, expected: Document, answer: Document) -> list[str]:
    """What of the expectation does not hold, in sentences; times are left to the benchmark."""
    missed: list[str] = []

    def meet(what: str, got: object, wanted: object | None = None) -> None:
        if what in expected and got != (expected[what] if wanted is None else wanted):
            missed.append(f"{what}: expected {expected[what]}, got {got}.")

    parcels = answer["parcels"]
    placed = [(row["sku"], row["unit"]) for parcel in parcels for row in parcel["items"]]
    units = units_of(document)
    meet("cartons", sorted(parcel["carton"] for parcel in parcels), sorted(expected.get("cartons", ())))
    meet("parcels", len(parcels))
    if len(parcels) > expected.get("parcels_max", len(parcels)):
        missed.append(f"parcels_max: expected {expected['parcels_max']}, got {len(parcels)}.")
    meet("placed", len(placed))
    meet("placed_volume_mm3", sum(units[key].volume_mm3 for key in placed))
    meet("objective_value", answer["objective_value"])
    meet("status", answer["status"])
    meet("unplaced", [{"sku": row["sku"], "reason": row["reason"]} for row in answer["unplaced"]])
    if "unplaced_reason" in expected and {row["reason"] for row in answer["unplaced"]} != {
        expected["unplaced_reason"]
    }:
        missed.append(f"unplaced_reason: expected {expected['unplaced_reason']}, got {answer['unplaced']}.")
    codes = {row["carton"]: row["code"] for row in answer["rejected"]}
    meet("rejected", {code: codes.get(code) for code in expected.get("rejected", ())})
    if "kit_parcel" in expected:
        kit = [
            parcel["carton"]
            for parcel in parcels
            if any(units[r["sku"], r["unit"]].together for r in parcel["items"])
        ]
        meet("kit_parcel", kit, [expected["kit_parcel"]])
    steps = {row["step"]: row["sku"] for parcel in parcels for row in parcel["items"]}
    meet("first_step", steps.get(1))
    meet("last_step", steps.get(max(steps, default=0)))
    return missed
