"""The reasons people choose from, by number key: (key, code, words). Codes go into facts (floor.md section 8)."""

from __future__ import annotations

from collections.abc import Collection

from packstation.workflows.prompt import Say

OTHERS_SAID_MAX = 3
"""More numbers are no sentence that anybody listens to."""
SHORT_REASONS = (
    ("1", "not_found", "not found"),
    ("2", "damaged", "damaged"),
    ("3", "mismatch", "wrong item in bin or tote"),
    ("4", "expired", "expired"),
    ("5", "recalled", "recalled"),
    ("6", "other", "other"),
)
SHORT_HOW = (
    ("1", "ship_short", "ship short"),
    ("2", "wait", "wait"),
    ("3", "reroute", "re-route"),
    ("4", "back_to_picker", "back to picker"),
)
HOLD_REASONS = (
    ("1", "damaged", "damaged"),
    ("2", "missing", "missing"),
    ("3", "address", "address"),
    ("4", "question", "question"),
    ("5", "other", "other"),
)
BY_HAND = (("1", "no_barcode", "no barcode"), ("2", "damaged_code", "damaged code"), ("3", "other", "other"))
REPRINT = (
    ("1", "jam", "jam"),
    ("2", "smudged", "smudged"),
    ("3", "lost", "lost"),
    ("4", "wrong_printer", "wrong printer"),
    ("5", "changed", "changed"),
)
OVERRIDE_REASONS = (
    ("1", "checked", "checked by hand"),
    ("2", "customer", "customer agreed"),
    ("3", "urgent", "urgent"),
    ("4", "other", "other"),
)


def atp_after(atp: int, qty: int, reason: str, seen: int) -> int:
    """What can be promised here once the hub has booked a short of `qty` (FL8.1, FL8.3).

    The missing units were promised to this order, so they were never among the free ones. Nothing seen at all puts
    the free ones in doubt; a reason that leaves the units where they are makes them free.
    """
    if reason == "recalled" or (reason == "not_found" and seen == 0):
        return 0
    return atp if reason in _UNITS_ARE_BAD else atp + qty


_UNITS_ARE_BAD = ("not_found", "short", "damaged", "worn_display", "expired", "mismatch")


def preview(first: Say, item: str, atp: int | None, others: Collection[str], count_at: str | None) -> Say:
    """What follows from a short, before Enter (FL8.3): what becomes of the order, what can be promised here, which
    other orders want the item, and where it will be counted; what there is nothing of is not said. `atp`: None
    when the hub decides; `others`: order numbers."""
    nothing = Say("plain", {"text": ""})
    listed = ", ".join(f"#{number}" for number in sorted(others)[:OTHERS_SAID_MAX])
    if len(others) > OTHERS_SAID_MAX:
        listed += " …"
    told: dict[str, str | int | Say] = {
        "first": first,
        "stock": Say("short_atp_later") if atp is None else Say("short_atp", {"item": item, "left": atp}),
        "others": Say("short_others", {"n": len(others), "list": listed}) if others else nothing,
        "count": Say("short_count", {"location": count_at}) if count_at else nothing,
    }
    return Say("short_preview", told)
