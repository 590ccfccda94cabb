"""How far a box is with the steps of its suggestion, kept from scan to scan."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from packstation.workflows.suggestion import Layer, Lie, Steps, Suggestion

SKUS = ("BLUE-MUG", "RED-MUG", "PLATE")


def suggested(pieces: list[tuple[str, int]], per_layer: int) -> Suggestion:
    lies = tuple(Lie(sku, at, (0, 0, 0), (1, 1, 1), count=count) for at, (sku, count) in enumerate(pieces))
    numbers = range(1, len(lies) + 1)
    layers = tuple(
        Layer(start, tuple(numbers[start : start + per_layer]), ()) for start in range(0, len(lies), per_layer)
    )
    return Suggestion("B2", "Box", (), 0, 0, lies=lies, layers=layers)


def left_by_hand(suggestion: Suggestion, packed: dict[str, int]) -> list[int]:
    done, left = dict(packed), []
    for number, lie in enumerate(suggestion.lies, 1):
        if done.get(lie.sku, 0) >= lie.count:
            done[lie.sku] -= lie.count
        else:
            left.append(number)
    return left


@given(
    st.lists(st.tuples(st.sampled_from(SKUS), st.sampled_from((1, 1, 1, 6))), max_size=20),
    st.integers(1, 6),
    st.lists(st.dictionaries(st.sampled_from(SKUS), st.integers(0, 14)), max_size=8),
)
def test_steps_kept_from_scan_to_scan_are_those_counted_anew(
    pieces: list[tuple[str, int]], per_layer: int, scans: list[dict[str, int]]
) -> None:
    """CT7.4, PF1.10: packing, undo and a box that was emptied."""
    suggestion = suggested(pieces, per_layer)
    steps = Steps(suggestion)
    for packed in scans:
        steps.packed(packed)
        left = left_by_hand(suggestion, packed)
        assert steps.left == left
        to_do: dict[str, int] = {}
        for number in left:
            lie = suggestion.lies[number - 1]
            to_do[lie.sku] = to_do.get(lie.sku, 0) + lie.count
        assert steps.to_do() == list(to_do.items())
        still_open = [at for at, layer in enumerate(suggestion.layers) if set(layer.steps) & set(left)]
        assert sorted(steps.open_layers()) == still_open
        if left:
            assert left[0] in suggestion.layers[steps.open_layers()[0]].steps
