"""Dates that units carry, and what is too old to leave; packing and picking ask the same (FL4.30, FL4.47). Pure."""

from __future__ import annotations

import re
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


def date_of(text: str) -> str | None:
    """YYMMDD as an ISO date (GS1 General Specifications 7.12: 51-99 are the last century, day 00 the last day)."""
    element = re.fullmatch(r"(?:\][A-Za-z]\d)?\(?17\)?(\d{6})", text)  # a date by itself, as AI 17 (D4.1)
    text = element[1] if element else text
    if len(text) != 6 or not text.isdecimal():
        return None
    year, month, day = int(text[:2]), int(text[2:4]), int(text[4:])
    year += 1900 if year > 75 else 2000
    try:
        if day == 0:
            following = date(year + month // 12, month % 12 + 1, 1)
            return date.fromordinal(following.toordinal() - 1).isoformat()
        return date(year, month, day).isoformat()
    except ValueError:
        return None
