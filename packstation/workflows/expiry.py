"""What is too old to leave: expired, or with too few days left; packing and picking ask the same (FL4.30). Pure."""

from __future__ import annotations

from datetime import date, timedelta

from packstation.workflows.desk import Moment, Reader
from packstation.workflows.prompt import Say


def too_old(expiry: str | None, lot: str | None, now: Moment, reader: Reader) -> Say | None:
    """The refusal's words, or None when it may go. Rule `min_life_days`: the fewest days that must be left."""
    if not expiry:
        return None
    values: dict[str, str | int] = {"expiry": expiry, "lot": lot or "-"}
    if expiry < now.today:
        return Say("expired", values)
    least = reader.rule("min_life_days", 0)
    if least and date.fromisoformat(expiry) < date.fromisoformat(now.today) + timedelta(days=least):
        return Say("life_too_short", {**values, "days": least})
    return None
