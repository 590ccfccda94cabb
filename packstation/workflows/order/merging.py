"""Facts of several stations about one order, in one row: the order in which they came in at the hub. Pure.

    own facts, each at (its place in the journal, 0)
    facts of others, each at (the place of ours that was at the hub before it, when it came in there)
        --together()-->  one row, the same at every station that has heard of all of them

What this station has not sent yet stands last, and there it comes in. No clock is asked (sync P7). What the old
holder of a claim still did under it stands before the take-over, whenever it comes in: else a bench that heard of the
take-over late would turn the order round under the hands of the one who has it now (sync C5).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from heapq import merge

from packstation.workflows.order.state import Told
from sync import facts as f
from sync.protocol import Entry


def together(own: Sequence[Entry], others: Iterable[Told], station: str) -> list[Entry]:
    """All facts of an order in their order; `others` as they came in, `station` is whose own they are."""
    mine = {entry.fact_id for entry in own}
    told = [Told(entry, station) for entry in own]
    row = list(merge(told, (one for one in others if one.entry.fact_id not in mine), key=lambda one: one.entry.place))
    if any(isinstance(one.entry.fact, f.ClaimTakenOver) for one in row):
        row = _by_custody(row)
    return [one.entry for one in row]


def _by_custody(row: list[Told]) -> list[Told]:
    made: list[Told] = []
    for one in row:
        over = next((place for place, before in enumerate(made) if _ended_by(one, before.entry)), len(made))
        made.insert(over, one)
    return made


def _ended_by(one: Told, over: Entry) -> bool:
    """Whether this fact was made under the claim that the take-over ended, by the station that lost it."""
    if not isinstance(over.fact, f.ClaimTakenOver) or one.entry.claim is None:
        return False
    return (one.station, one.entry.claim) == (over.fact.from_station, over.fact.claim)
