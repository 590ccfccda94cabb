"""Facts written by the first release fold for ever: a journal with every kind, and what it means, both pinned."""

from __future__ import annotations

from pathlib import Path

import pytest

from packstation.workflows.order import Order, fold, fold_all
from sync import protocol
from sync.facts import KINDS
from sync.protocol import Entry

GOLDEN = Path(__file__).parent.parent / "data" / "journal-v1.jsonl"
LINES = tuple(GOLDEN.read_bytes().splitlines())


def entries(fo: str | None = None) -> list[Entry]:
    read = [protocol.entry_of(line) for line in LINES]
    return read if fo is None else [entry for entry in read if entry.fo == fo]


def summary(order: Order) -> dict[str, object]:
    return {
        "stage": order.stage,
        "picked": dict(order.picked),
        "packed": {line: units for line, units in order.packed_by_line.items() if units},
        "boxes": [(box.no, box.type, box.state, box.units, box.weight_g, len(box.labels)) for box in order.boxes],
        "hold": order.hold,
        "shorts": [(short.line, short.qty, short.resolution) for short in order.shorts],
        "problems": order.problems,
        "notes": order.notes,
        "shelf": order.shelf,
    }


def test_every_kind_is_in_the_golden_journal() -> None:
    """Issue 3, point 10: each fact kind once at least; a new kind is added to the file's end, no line is changed."""
    assert {entry.kind for entry in entries()} == set(KINDS)


def test_every_line_is_read_and_written_the_same() -> None:
    """sync J4: bytes are made once; a release that would write a fact otherwise has changed its meaning."""
    for line in LINES:
        assert protocol.line(protocol.entry_of(line)) == line


def test_the_hash_chain_of_the_golden_journal_is_pinned() -> None:
    """sync J5: the chain over the same lines gives the same hash, in every release."""
    head = protocol.first_hash("st-07", "a0a0000000000001")
    heads = {}
    for number, line in enumerate(LINES, 1):
        head = protocol.next_hash(head, line)
        heads[number] = head.hex()[:32]
    assert heads[102] == "4eceb45032d83cc4a744bd8116393ea4"
    assert heads[104] == "4c62583ee9b44bdff2f3134c0e8f54b6"


FOLDED: dict[str, dict[str, object]] = {
    "FO-4471-1": {
        "stage": "packing",
        "picked": {1: 2},
        "packed": {1: 2},
        "boxes": [(1, "M2", "loaded", 2, 800, 1)],
        "hold": None,
        "shorts": [],
        "problems": (),
        "notes": (("N1", 1),),
        "shelf": None,
    },
    "FO-4472-1": {
        "stage": "packing",
        "picked": {},
        "packed": {1: 1},
        "boxes": [(1, "M2", "open", 1, None, 1)],
        "hold": None,
        "shorts": [],
        "problems": (),
        "notes": (),
        "shelf": None,
    },
    "FO-4473-1": {
        "stage": "done",
        "picked": {1: 3},
        "packed": {1: 1},
        "boxes": [(1, "M2", "open", 0, None, 0), (2, "M2", "open", 1, None, 1)],
        "hold": None,
        "shorts": [],
        "problems": (),
        "notes": (),
        "shelf": None,
    },
    "FO-4490-1": {
        "stage": "done",
        "picked": {},
        "packed": {},
        "boxes": [],
        "hold": None,
        "shorts": [],
        "problems": (),
        "notes": (),
        "shelf": "P3",
    },
}


@pytest.mark.parametrize("fo", sorted(FOLDED))
def test_old_facts_fold_to_the_same_order(fo: str) -> None:
    """Facts of the first release mean what they meant."""
    assert summary(fold_all(fo, entries(fo))) == FOLDED[fo]


@pytest.mark.parametrize("fo", sorted(FOLDED))
def test_folding_one_by_one_is_folding_at_once(fo: str) -> None:
    """The board folds each fact as it comes; a rebuild folds all of them."""
    order = Order(fo)
    for entry in entries(fo):
        order = fold(order, entry)
    assert summary(order) == summary(fold_all(fo, entries(fo)))
