"""Orders answered by us and by others, with what it took: the workbench of bench_cartons.py."""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
import subprocess
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from packstation.cartons.document import plan_document, read_order
from packstation.cartons.engine import planned
from packstation.cartons.world import World
from tests.benchmarks.measure import Unavailable
from tests.cartons.check import broken_rules, units_of
from tests.cartons.published import inner_mm3

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answered:
    """What one order came to."""

    id: str
    cartons: int
    inner_mm3: int
    cost_minor: int
    placed_mm3: int
    optimal: bool
    codes: tuple[str, ...]
    rejected: tuple[tuple[str, str], ...]
    ms: float
    tests: int
    broken: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """One order and how to ask it."""

    id: str
    document: Document
    budget: int
    options: Document = field(default_factory=dict)


def answer(asked: Asked) -> Answered:
    """Plan one order, time it, and put the plan before the validator."""
    order, _ = read_order(asked.document)
    spent = _Spent()
    with spent:
        started = time.process_time()
        plan = planned(order, budget=asked.budget, **asked.options)
        ms = 1000 * (time.process_time() - started)
    told = plan_document(plan)
    units = units_of(asked.document)
    return Answered(
        id=asked.id,
        cartons=len(plan.parcels),
        inner_mm3=inner_mm3(asked.document, told),
        cost_minor=sum(parcel.cost_minor for parcel in plan.parcels),
        placed_mm3=sum(units[one.sku, one.unit].volume_mm3 for parcel in plan.parcels for one in parcel.items),
        optimal=plan.optimal,
        codes=tuple(parcel.carton for parcel in plan.parcels),
        rejected=tuple((no.carton, no.code) for no in plan.rejected),
        ms=ms,
        tests=spent.tests,
        broken=tuple(broken_rules(asked.document, told)[:3]),
    )


class _Spent:
    """Counts the tests that a search spends, from outside (CT5.10)."""

    def __init__(self) -> None:
        self.tests = 0

    def __enter__(self) -> None:
        self._spend = spend = World.spend

        def counted(world: World, tests: int, **how: Any) -> None:
            self.tests += tests
            spend(world, tests, **how)

        World.spend = counted  # type: ignore[method-assign,assignment]

    def __exit__(self, *_: object) -> None:
        World.spend = self._spend  # type: ignore[method-assign]


def pooled(rows: Sequence[Asked], jobs: int) -> list[Answered]:
    """All of them, in order, in so many processes."""
    if jobs == 1:
        return [answer(row) for row in rows]
    with multiprocessing.get_context("spawn").Pool(jobs) as pool:
        return pool.map(answer, rows, chunksize=max(1, min(100, len(rows) // (8 * jobs))))


def asked(rows: Iterable[Document], budget: int, changes: Document | None = None, **options: Any) -> list[Asked]:
    return [Asked(row["id"], {**row["input"], **(changes or {})}, budget, options) for row in rows]


# ---- peers


def boxpacker(documents: Sequence[Document]) -> list[Document]:
    """BoxPacker's answers; raises Unavailable without PHP or a checkout."""
    checkout, php = os.environ.get("BOXPACKER"), shutil.which("php")
    if not checkout or not php:
        raise Unavailable("set BOXPACKER to a checkout of it, and have php on the path")
    return _told([php, str(Path(__file__).with_name("boxpacker.php")), checkout], documents)


def py3dbp(documents: Sequence[Document]) -> list[Document]:
    """py3dbp's choices; raises Unavailable without an interpreter that has it."""
    python = os.environ.get("PY3DBP")
    if not python:
        raise Unavailable("set PY3DBP to an interpreter that has it")
    return _told([python, str(Path(__file__).with_name("peer_py3dbp.py"))], documents)


def _told(command: Sequence[str], documents: Sequence[Document]) -> list[Document]:
    lines = "\n".join(json.dumps(document) for document in documents)
    done = subprocess.run(command, input=lines, capture_output=True, text=True, check=False)
    found = [json.loads(line) for line in done.stdout.splitlines()]
    if done.returncode or len(found) != len(documents):
        raise Unavailable(f"{command[1]}: expected {len(documents)} answers, got {len(found)}: {done.stderr[-200:]}")
    return found
