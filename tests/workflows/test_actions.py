"""Every action three ways: a command barcode, a key or the menu, and typed with a star (floor.md FL10.3, FL10.4)."""

from __future__ import annotations

import pytest

from packstation.scan import parse
from packstation.workflows.packing import commands as packing
from packstation.workflows.picking import doors as picking
from packstation.workflows.shipping import doors as shipping
from packstation.workflows.texts import ENGLISH

PACKING = {name: states for name, (states, _) in packing._COMMANDS.items()}
PICKING = {name: states for name, (states, _) in picking._COMMANDS.items()}
SHIPPING = {name: states for name, (states, _) in shipping._COMMANDS.items()}
ACTIONS = sorted({(name, room) for room in ("pack", "pick", "load") for name in
                  {"pack": PACKING, "pick": PICKING, "load": SHIPPING}[room]})  # fmt: skip


@pytest.mark.parametrize(("name", "room"), ACTIONS)
def test_an_action_is_a_barcode_and_stands_in_the_menu(name: str, room: str) -> None:
    """FL10.3: a scan of *NAME is its command; its label is what key bar and menu show."""
    reading = parse(name).reading("command")
    assert reading is not None
    assert f"*{reading.value}" == name
    assert name[1:].isdecimal() or f"key_{name[1:].lower()}" in ENGLISH


@pytest.mark.parametrize(("room", "listed"), [(packing.names, PACKING), (picking.commands, PICKING)])
def test_a_state_lists_what_is_legal_in_it_and_nothing_else(room: object, listed: dict[str, tuple[str, ...]]) -> None:
    """FL10.4: a command does nothing in a state that does not list it."""
    assert callable(room)
    for state in {state for states in listed.values() for state in states}:
        assert set(room(state)) == {name for name, states in listed.items() if state in states}
