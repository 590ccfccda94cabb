"""Bundles: what may be placed as one, how it lies when it is undone, and that it stands (CT5.8, CT3.4, CT3.5)."""

from typing import Any

from packstation.cartons.bundles import Bundle, Pieces, bundles_of, pieces_of, unbundled
from packstation.cartons.dice import Dice
from packstation.cartons.document import read_order
from packstation.cartons.engine import planned
from packstation.cartons.plan import Order
from packstation.cartons.world import Counts, World
from tests.cartons.check import broken_rules
from tests.cartons.engine import answered, world_of

BIN: dict[str, Any] = {"code": "BIN", "inner_mm": [300, 200, 200], "max_weight_g": 20000, "empty_weight_g": 0}


def _order(*items: dict[str, Any], **more: Any) -> Order:
    return read_order({"cartons": [BIN], "items": list(items), "objective": "volume", **more})[0]


def _item(sku: str, quantity: int, *size_mm: int, **more: Any) -> dict[str, Any]:
    return {"sku": sku, "quantity": quantity, "size_mm": list(size_mm), "weight_g": 100, **more}


def _pieces(world: World, counts: Counts) -> Pieces:
    return pieces_of(world, world.views[0], counts)


def _filled(bundle: Bundle) -> bool:
    """Whether its units lie inside and apart, and are all there is in it."""
    wide, deep, high = bundle.sides
    for n, (_, x, y, z, dx, dy, dz) in enumerate(bundle.parts):
        if x < 0 or y < 0 or z < 0 or x + dx > wide or y + dy > deep or z + dz > high:
            return False
        for _, a, b, c, da, db, dc in bundle.parts[:n]:
            if x < a + da and a < x + dx and y < b + db and b < y + dy and z < c + dc and c < z + dz:
                return False
    return sum(part[4] * part[5] * part[6] for part in bundle.parts) == wide * deep * high


def test_equal_mugs_make_rows_and_squares_of_two_to_four() -> None:
    """CT5.8: three rows of two, three of three, three of four and three squares of four."""
    world, counts = world_of(_order(_item("BLUE-MUG", 4, 110, 90, 70)))
    bundles = bundles_of(world, counts)
    assert all(_filled(bundle) for bundle in bundles)
    assert [sum(bundle.uses) for bundle in bundles].count(2) == 3
    assert (440, 90, 70) in {bundle.sides for bundle in bundles}
    assert (220, 180, 70) in {bundle.sides for bundle in bundles}


def test_a_book_and_a_box_with_one_equal_face_make_a_bundle() -> None:
    """CT5.8: what counts is the face, not the SKU."""
    world, counts = world_of(_order(_item("BOOK", 1, 150, 100, 30), _item("GAME", 1, 150, 100, 60)))
    assert [sorted(bundle.sides) for bundle in bundles_of(world, counts)] == [[90, 100, 150]]


def test_units_without_an_equal_face_make_none() -> None:
    """CT5.8."""
    world, counts = world_of(_order(_item("BOOK", 1, 150, 100, 30), _item("LAMP", 1, 280, 90, 40)))
    assert bundles_of(world, counts) == ()


def test_bottles_stand_in_their_bundle_too() -> None:
    """CT3.4: a bundle is turned only so that all its units keep to their poses."""
    world, counts = world_of(_order(_item("CANDLE", 3, 60, 60, 150, poses=["lwh", "wlh"])))
    pieces = _pieces(world, counts)
    assert pieces.bundles
    for row in pieces.poses[len(counts) :]:
        assert all(dz == 150 for _, _, dz in row[4])


def test_what_has_rules_on_what_lies_above_it_is_placed_alone() -> None:
    """CT3.6."""
    world, counts = world_of(_order(_item("GLASS", 4, 80, 80, 120, flags=["fragile"])))
    assert _pieces(world, counts).bundles == ()


def test_every_draw_holds_every_unit_once() -> None:
    """CT3.1, whatever bundles a round takes."""
    world, counts = world_of(_order(_item("BLUE-MUG", 5, 110, 90, 70), _item("TIN", 3, 60, 60, 60)))
    pieces, dice = _pieces(world, counts), Dice(7)
    bundled = 0
    for _ in range(200):
        units = [0] * len(counts)
        for piece in pieces.drawn(dice):
            if piece < len(counts):
                units[piece] += 1
                continue
            bundled += 1
            units = [a + b for a, b in zip(units, pieces.bundles[piece - len(counts)].uses, strict=True)]
        assert tuple(units) == counts
    assert bundled > 200


def test_a_bundle_with_one_half_in_the_air_is_no_packing() -> None:
    """CT3.5: it rests on three quarters of its base, but one of its two units on half of its own only."""
    world, counts = world_of(_order(_item("TIN", 2, 100, 50, 50), _item("BRICK", 1, 150, 50, 40)))
    pieces = _pieces(world, counts)
    brick = next(n for n, shape in enumerate(world.types) if shape.sides[0] == 150)
    row = next(n for n, bundle in enumerate(pieces.bundles) if bundle.sides == (200, 50, 50))
    below = (brick, 0, 0, 0, 150, 50, 40)
    assert unbundled(world, world.views[0], pieces, (below, (len(counts) + row, 0, 0, 40, 200, 50, 50))) is None
    world.support_pct = 50
    apart = unbundled(world, world.views[0], pieces, (below, (len(counts) + row, 0, 0, 40, 200, 50, 50)))
    tin = 1 - brick
    assert apart == (below, (tin, 0, 0, 40, 100, 50, 50), (tin, 100, 0, 40, 100, 50, 50))


def test_the_piece_that_found_no_place_counts_more_in_the_next_round() -> None:
    """CT5.8: what a carton is too tight for is learned from round to round."""
    world, counts = world_of(_order(_item("BLUE-MUG", 2, 110, 90, 70), _item("TIN", 1, 60, 60, 60)))
    pieces = _pieces(world, counts)
    pieces.failed(1)
    pieces.failed(1)
    pieces.failed(0)
    assert (pieces.felt[:2], pieces.most_felt) == ([1, 2], 2)


def test_a_tight_box_of_equal_units_is_found_and_keeps_every_rule() -> None:
    """CT5.8: the six large and five long ones of this order took a hundred times the work when placed one by one."""
    document: dict[str, Any] = {
        "cartons": [
            {"code": "H", "inner_mm": [381, 304, 254], "max_weight_g": 30000, "empty_weight_g": 0},
            {"code": "J", "inner_mm": [457, 355, 304], "max_weight_g": 30000, "empty_weight_g": 0},
        ],
        "items": [_item("KETTLE", 6, 156, 116, 111), _item("VASE", 5, 196, 91, 91), _item("TRAY", 1, 271, 198, 35)],
        "objective": "volume",
        "support_pct": 0,
    }
    answer = answered(document, budget=400)
    assert [parcel["carton"] for parcel in answer["parcels"]] == ["H"]
    assert broken_rules(document, answer) == []
    order, _ = read_order(document)
    assert planned(order, budget=400) == planned(order, budget=400)
