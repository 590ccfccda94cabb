"""`packstation replay` reads the inputs of a case as its own (issue 3, point 9)."""

from __future__ import annotations

import pytest

from packstation.commands.stations import from_case


@pytest.mark.parametrize(
    ("line", "given"),
    [
        ("> FO-4471-1    | OrderOpened | #4471 open. | T1", "FO-4471-1"),
        ("! f8 | GestureUndone | Removed… | T4", "key:f8"),
        ("! =950", "type:950"),
        ("~ 151ms", "wait:151"),
        ("~ 10s |  | Remove mode off. | T4", "wait:10000"),
        ("@ weigh 950 | CartonWeighed | 950 g. Label prints. | T1", "weigh:950"),
        ("@ scale off", ""),
        ("< FO-4471-1 state=cancelled", ""),
        ("#", ""),
        ("case   over-scan-is-refused", ""),
        ("given  open FO-4471-1", ""),
    ],
)
def test_a_line_of_a_case_is_an_input_of_replay(line: str, given: str) -> None:
    assert from_case(line) == given
