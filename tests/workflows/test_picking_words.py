"""The words of picking: short forms for 20x16, and an entry for every id the workflow says (FL10.1, FL10.6)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from packstation import station
from packstation.workflows import picking
from packstation.workflows.picking.words import WORDS
from packstation.workflows.prompt import Say
from packstation.workflows.shipping.words import WORDS as SHIPPING
from packstation.workflows.texts import ENGLISH, SHORT_CHARS_MAX, words

EVERYDAY = {
    "item": "MUG BLUE 350", "expected": "MUG BLUE 350", "got": "PLATE WHITE", "order": "4471", "location": "A-04-2",
    "want": "A-05-1", "work": "K-123", "wave": "W-12", "tote": "T-118", "slot": "A1", "bin": "Slot A1", "who": "Ann",
    "name": "Ben", "other": "Ann", "right": "slot A1", "where": "slot A1", "next": "st-02", "place": "st-02",
    "due": "16:00", "lot": "L78", "reserved": "L77", "others": "#4471", "atp": 32, "attribute": "size", "need": "L",
    "station": "st-09", "state": "cancelled", "reason": "customer", "code": "5012345678900", "carton": "M2", "kg": 12,
    "g": "300",
}  # fmt: skip


@pytest.mark.parametrize("text_id", sorted(WORDS))
def test_a_short_form_fits_the_smallest_screen(text_id: str) -> None:
    """FL10.1: at most 57 characters with everyday values"""
    places = re.findall(r"\{(\w+)[:}]", "".join(WORDS[text_id]))
    said = words(Say(text_id, {place: EVERYDAY.get(place, 12) for place in places}), short=True)
    assert "{" not in said
    assert len(said) <= SHORT_CHARS_MAX


def test_every_text_the_workflow_says_is_in_the_table() -> None:
    source = "".join(path.read_text("utf-8") for path in sorted(Path(picking.__file__).parent.glob("*.py")))
    said = set(re.findall(r"""Say\(\s*"([a-z_]+)\"""", source))
    said |= {name for pair in re.findall(r'Say\("(\w+)" if [^)]*? else "(\w+)"', source) for name in pair}
    assert len(said) > 60
    assert sorted(said - set(ENGLISH)) == []


def test_no_text_of_picking_replaces_another_workflows() -> None:
    assert set(WORDS) & set(SHIPPING) == set()


def test_every_text_of_picking_is_said_by_something() -> None:
    """A text nobody says is a text nobody should have to translate."""
    rooms = (Path(picking.__file__).parent, Path(station.__file__).parent)
    files = [path for room in rooms for path in sorted(room.glob("*.py")) if path.name != "words.py"]
    source = "".join(path.read_text("utf-8") for path in files)
    # Put together from a state, a key or a policy.
    made = re.compile(
        r"do_(lot|lotchange|binfull|reject|putback|short)|key_|pick_preview_|walk_(planned|held|closed|cancelled)"
    )
    assert [name for name in WORDS if f'"{name}"' not in source and not made.match(name)] == []
