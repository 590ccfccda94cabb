"""The ledger: how many cartons and litres each order took, for ever comparable (CT10.1).

    python -m tests.cartons.ledger --write     after a change of the engine that is meant; the commit says why
    python -m tests.cartons.ledger             what would change: orders better, orders worse, the sums

Real orders come from the published set and are left as they are where it is absent.
"""

import argparse
import multiprocessing
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.cartons.engine import answered
from tests.cartons.generate import big, synthetic
from tests.cartons.published import inner_mm3, real_orders

Document = dict[str, Any]

LEDGER = Path(__file__).parents[1] / "data" / "cartons-ledger.csv"
ENGINE, BUDGET = "pure/1", 50
_HEAD = f"""\
# Golden ledger of the carton engine (cartons.md CT10.1): engine {ENGINE}, budget {BUDGET}, seed 0, {{count}} orders.
# Regenerate: python -m tests.cartons.ledger --write. A change needs a reason in its commit; sums must not rise.
# Sums: {{cartons}} cartons, {{litres}} litres. drawn-* and big-*: tests/cartons/generate.py; the rest are real.
id,cartons,litres
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """What one order took; inner volume of its cartons in mm3, so that litres stay exact."""

    id: str
    cartons: int
    inner_mm3: int

    @property
    def line(self) -> str:
        return f"{self.id},{self.cartons},{_litres(self.inner_mm3)}\n"


def entries() -> dict[str, Entry]:
    """The ledger as it stands in the project."""
    found = {}
    for line in LEDGER.read_text(encoding="utf-8").splitlines():
        if not line.startswith(("#", "id,")):
            name, cartons, litres = line.split(",")
            whole, part = litres.split(".")
            found[name] = Entry(name, int(cartons), int(whole) * 1_000_000 + int(part))
    return found


def own_orders() -> list[tuple[str, Document]]:
    """Orders that any checkout can draw."""
    drawn = [(f"drawn-{seed:03}", synthetic(seed)) for seed in range(150)]
    return drawn + [(f"big-{seed:03}", big(seed)) for seed in range(25)]


def published_orders(every: int = 1) -> list[tuple[str, Document]]:
    return [(row["id"], row["input"]) for row in real_orders(every)]


def entry(order: tuple[str, Document]) -> Entry:
    """One order answered afresh."""
    name, document = order
    answer = answered(document, budget=BUDGET)
    assert answer["engine"] == ENGINE, f"the ledger is of {ENGINE}, got {answer['engine']}"
    return Entry(name, len(answer["parcels"]), inner_mm3(document, answer))


def _litres(volume_mm3: int) -> str:
    return f"{volume_mm3 // 1_000_000}.{volume_mm3 % 1_000_000:06}"


def _text(found: Iterable[Entry]) -> str:
    rows = list(found)
    head = _HEAD.format(
        count=f"{len(rows):,}",
        cartons=f"{sum(one.cartons for one in rows):,}",
        litres=_litres(sum(one.inner_mm3 for one in rows)),
    )
    return head + "".join(one.line for one in rows)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.cartons.ledger", description=__doc__)
    parser.add_argument("--write", action="store_true", help="write the file")
    wanted = parser.parse_args()
    before = entries() if LEDGER.exists() else {}
    with multiprocessing.get_context("spawn").Pool() as pool:
        after = pool.map(entry, own_orders() + published_orders(), chunksize=20)
    names = {one.id for one in after}
    after += [one for name, one in before.items() if name not in names]
    compared = [(before[one.id], one) for one in after if one.id in before]
    better = sum((new.cartons, new.inner_mm3) < (old.cartons, old.inner_mm3) for old, new in compared)
    worse = sum((new.cartons, new.inner_mm3) > (old.cartons, old.inner_mm3) for old, new in compared)
    cartons = sum(one.cartons for one in after)
    litres = _litres(sum(one.inner_mm3 for one in after))
    print(f"{len(after)} orders, {better} better, {worse} worse: {cartons} cartons, {litres} litres", file=sys.stderr)
    if wanted.write:
        LEDGER.write_text(_text(after), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
