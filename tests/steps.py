"""How much work something is, without a clock: the calls of Python functions it makes (performance.md 10).

A busy machine makes a second of a millisecond, and calls nothing twice for it. What is counted here was measured
once by a benchmark; the count holds it there.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType


def calls(work: Callable[[], object]) -> int:
    """Calls of Python functions in this thread while it works."""
    count = 0

    def seen(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        count += event == "call"

    before = sys.getprofile()
    sys.setprofile(seen)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count
