"""What packing teaches: how good the suggestions were (CT1.8)."""

from packstation.cartons.learned import Packed, figures, standing
from packstation.cartons.plan import Carton

S = Carton("S", (200, 200, 100), (200, 200, 100), 9_000, 0, 50)
M = Carton("M", (300, 200, 100), (300, 200, 100), 9_000, 0, 80)
L = Carton("L", (400, 300, 200), (400, 300, 200), 9_000, 0, 120)
CARTONS = {carton.code: carton for carton in (S, M, L)}
SIZES = {"BRICK": (120, 110, 90), "BLUE-MUG": (95, 95, 95)}
WEIGHTS_G = {"BRICK": 500, "BLUE-MUG": 350}


def told(*packed: Packed) -> tuple[int, int, int]:
    found = figures(packed, SIZES, WEIGHTS_G, CARTONS)
    return found.suggested_minor, found.used_minor, found.smallest_minor


def test_the_smallest_carton_is_one_that_really_holds_it() -> None:
    """By volume S would do for three bricks, 3.6 of 4 litres: only L holds three, and M two."""
    assert told(Packed("FO-1", "L", "M", "other", {"BRICK": 3})) == (80, 120, 120)
    assert told(Packed("FO-1", "L", "M", "other", {"BRICK": 2})) == (80, 120, 80)
    assert told(Packed("FO-1", "L", "M", "other", {"BLUE-MUG": 4})) == (80, 120, 50)


def test_what_lay_in_a_carton_was_held_by_it() -> None:
    """Sizes say that it is impossible; the packer did it, and no larger carton is called the smallest."""
    assert told(Packed("FO-1", "S", "M", "other", {"BRICK": 3})) == (80, 50, 50)


def test_a_bottle_that_was_measured_still_stands_on_its_base() -> None:
    """CT3.4, CT6.3: sides are measured in any order; the catalog says which of them is the height."""
    assert standing((288, 79, 77), (75, 75, 290), ("liquid",)) == (79, 77, 288)
    assert standing((77, 288, 79), None, ("liquid",)) == (79, 77, 288)
    assert standing((77, 288, 79), (0, 75, 290), ()) == (288, 79, 77)
    assert standing((60, 300, 200), (310, 50, 210), ("this_way_up",)) == (300, 60, 200)
