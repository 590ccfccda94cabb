"""Steps a packer can follow, in words, and layer pictures."""

from packstation.cartons.pictures import layer_picture, listed, no_picture, picture_of
from packstation.cartons.plan import Parcel
from packstation.cartons.steps import Lying, layers_of, stepped


def parcel_of(lying: list[Lying], inner_mm: tuple[int, int, int], fill_e4: int = 8000) -> Parcel:
    items = stepped(lying, inner_mm, 0)
    return Parcel("M", items, 1000, fill_e4, 90, inner_mm=inner_mm, void_ml=8500, layers=layers_of(items))


SHELF = [
    Lying("TOP", 1, (0, 0, 100), (300, 200, 40), "lwh"),
    Lying("MUG", 1, (0, 0, 0), (100, 100, 100), "lwh"),
    Lying("TIN", 1, (100, 0, 0), (200, 200, 100), "lwh"),
    Lying("MUG", 2, (0, 100, 0), (100, 100, 100), "lwh"),
]


def test_the_lowest_goes_first_then_the_same_sku_then_what_stands_farther_back() -> None:
    """CT7.1, CT7.2."""
    items = stepped(SHELF, (300, 200, 150), 0)
    assert [(at.sku, at.unit) for at in items] == [("MUG", 2), ("MUG", 1), ("TIN", 1), ("TOP", 1)]
    assert [at.rests_on for at in items] == [(), (), (), (1, 2, 3)]


def test_words_name_pose_place_and_what_it_lies_on() -> None:
    """CT7.3."""
    words = [at.words for at in stepped(SHELF, (300, 200, 150), 0)]
    assert words == [
        "1. MUG: flat, back left, on the bottom.",
        "2. MUG: flat, front left, on the bottom.",
        "3. TIN: flat, right, on the bottom.",
        "4. TOP: flat, long side left-right, wall to wall, on MUG and TIN.",
    ]
    standing = stepped([Lying("WINE", 1, (110, 60, 0), (80, 80, 250), "lwh")], (300, 200, 260), 0)
    assert standing[0].words == "1. WINE: standing, middle centre, on the bottom."


def test_no_two_steps_have_the_same_words() -> None:
    """CT7.3: of three rulers along the back and two cards on a mug, each has a place of its own."""
    rulers = [Lying("RULER", n + 1, (0, 194 - 6 * n, 0), (300, 6, 20), "lhw") for n in range(3)]
    cards = [Lying("CARD", n + 1, (0, 0, 95 + n), (90, 90, 1), "lwh") for n in range(2)]
    lying = [*rulers, Lying("MUG", 1, (0, 0, 0), (95, 95, 95), "lwh"), *cards]
    words = [at.words.partition(". ")[2] for at in stepped(lying, (300, 200, 150), 0)]
    assert words == [
        "RULER: on edge, long side left-right, back, on the bottom.",
        "RULER: on edge, long side left-right, back, in front of no. 1, on the bottom.",
        "RULER: on edge, long side left-right, back, in front of no. 2, on the bottom.",
        "MUG: flat, front left, on the bottom.",
        "CARD: flat, front left, on MUG.",
        "CARD: flat, front left, on CARD.",
    ]


def test_thin_units_beside_each_other_have_their_numbers_apart() -> None:
    """CT7.5: rulers of 6 mm in a picture of twelve rows."""
    rulers = [Lying("RULER", n + 1, (0, 194 - 6 * n, 0), (300, 6, 20), "lhw") for n in range(3)]
    parcel = parcel_of(rulers, (300, 200, 150))
    picture = "\n".join(layer_picture(parcel, parcel.layers[0]))
    assert all(f"─ {step} ─" in picture for step in (1, 2, 3))


def test_units_that_lie_there_already_are_the_first_steps() -> None:
    """CT1.7."""
    frozen = Lying("BOX", 1, (0, 0, 50), (100, 100, 50), "lwh", frozen=True)
    assert stepped([*SHELF, frozen], (300, 200, 150), 0)[0].sku == "BOX"


def test_a_layer_is_drawn_from_above_with_the_back_on_top() -> None:
    """CT7.5."""
    parcel = parcel_of(SHELF, (300, 200, 150))
    bottom = layer_picture(parcel, parcel.layers[0], cells=(19, 8))
    assert (
        bottom
        == (
            "On the bottom:",
            "┌─────┬───────────┐",
            "│  1  │           │",
            "│     │           │",
            "├─────┤     3     │",
            "│     │           │",
            "│  2  │           │",
            "└─────┴───────────┘",
        )
        or [len(line) for line in bottom[1:]] == [19] * 7
    )
    assert any("1" in line for line in bottom[1:4])
    assert any("2" in line for line in bottom[4:])


def test_pictures_fit_the_cells_and_have_an_ascii_form() -> None:
    """CT7.5: 34x12, 40x20, 20x16."""
    parcel = parcel_of(SHELF, (300, 200, 150))
    for cells in ((34, 12), (40, 20), (20, 16)):
        for layer in parcel.layers:
            page = layer_picture(parcel, layer, cells=cells)
            assert len(page) == cells[1]
            assert max(len(line) for line in page) <= cells[0]
    plain = "\n".join(picture_of(parcel, ascii_only=True))
    assert plain.isascii()
    assert "+" in plain
    assert listed(parcel)[0].startswith("1. MUG")


def test_no_picture_when_it_does_not_help() -> None:
    """CT7.6."""
    assert no_picture(parcel_of(SHELF[:1], (300, 200, 150))) == "Just put it in."
    assert picture_of(parcel_of(SHELF, (300, 200, 150), 4499)) == ("Just put in, add 9 l of filling.",)
