"""The reasons people choose from, by number key: (key, code, words). Codes go into facts (floor.md section 8)."""

from __future__ import annotations

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
