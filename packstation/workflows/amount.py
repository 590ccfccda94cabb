"""A number that is asked for may be typed or scanned: nobody needs a keyboard for it (FL10.3). Pure."""

from __future__ import annotations

from packstation.workflows.desk import Pending

SPELLED = ("tracking", "expiry")
"""Questions whose typed answer is text, not an amount."""


def scanned_amount(command: str, pending: Pending | None) -> str | None:
    """What a command barcode answers to a question for a number, as if it had been typed; None when it answers none.

    >>> scanned_amount("*QTY12", Pending("short_qty", typed=True))
    '12'
    """
    if pending is None or not pending.typed or pending.kind in SPELLED:
        return None
    if command == "*OK":
        return ""
    digits = command[4:] if command.startswith("*QTY") else command[1:]
    return digits if digits.isascii() and digits.isdecimal() else None
