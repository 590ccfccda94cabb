"""What somebody has to decide, as the board says it: conflicts of the hub (sync F8), alarms of the exchange, what the
bench itself asks; `texts` takes it in. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from packstation.workflows.prompt import Say

WORDS: dict[str, tuple[str, str]] = {
    "exception_stale_fence": ("packed under an old claim", ""),
    "exception_shipped_after_cancel_request": ("shipped after a cancel", ""),
    "exception_illegal_transition": ("worked on when closed", ""),
    "exception_label_mismatch": ("label of another parcel", ""),
    "exception_duplicate_shipment": ("shipped twice", ""),
    "exception_stale_rev": ("packed by old data", ""),
    "exception_orphan": ("order nobody knows", ""),
    "exception_wrong_site": ("order of another site", ""),
    "exception_clock_off": ("clock is wrong", ""),
    "exception_user_revoked": ("user was blocked", ""),
    "exception_id_reused": ("number used twice", ""),
    "exception_chain_break": ("journal is broken", ""),
    "exception_hole": ("facts are missing", ""),
    "exception_rolled_back": ("station was put back", ""),
    "exception_forked": ("station exists twice", ""),
    "exception_superseded": ("station exists twice", ""),
    "exception_duplicate_number": ("number on two parcels", ""),
    "exception_undone_too_late": ("undone too late", ""),
    "exception_taken_over": ("taken over", ""),
    "exception_node_paused": ("site takes no orders", ""),
    "exception_upgrade": ("update this station", ""),
    "exception_hub_restored": ("hub was restored", ""),
    "exception_quarantined": ("hub cannot read a fact", ""),
    "exception_damaged": ("a fact is damaged", ""),
    "told_station": ("station {v}", ""),
    "told_holder": ("held by {v}", ""),
    "told_from": ("from {v}", ""),
    "told_to": ("to {v}", ""),
    "told_ref": ("{v}", ""),
    "told_site": ("site {v}", ""),
    "told_status": ("order is {v}", ""),
    "told_closed": ("closed", ""),
    "told_cancelled": ("cancelled", ""),
    "told_kind": ("fact {v}", ""),
    "told_reason": ("reason: {v}", ""),
    "told_packed": ("{v} packed", ""),
    "told_due": ("{v} ordered", ""),
    "told_units": ("{v} {v:unit|units}", ""),
    "told_until": ("until {v}", ""),
    "told_undone_too_late": ("The units are promised elsewhere by now.", ""),
    "told_superseded": ("Another machine uses this station name.", ""),
    "told_hold": ("{reason}, shelf {shelf}", ""),
    "told_boxes": ("{n} {n:box|boxes}", ""),
    "told_boxes_why": ("{n} {n:box|boxes}: {words}", ""),
    "told_short": ("{n} {n:unit|units}", ""),
    "told_alias": ("{code} for {sku}? *APPROVE", ""),
    "told_print": ("{what}: {why}", ""),
    "told_size_too_small": (
        "{sku}: overridden as too small, {n} of {all} parcels: {cartons}. *MEASURE it",
        "",
    ),
    "told_size_cannot": (
        "{sku}: in a carton that cannot hold it, {n} of {all} parcels: {cartons}. *MEASURE it",
        "",
    ),
    "told_measured": ("{sku}: measured {size}, catalog {known}. *APPROVE", ""),
    "told_unknown": ("unknown", ""),
    "told_gone": ("{code} is out of stock. packstation cartons count {code} N", ""),
    "alarm_upgrade": ("This station is too old for its hub. Its work is safe: update it.", ""),
    "alarm_hub_restored": ("The hub was restored. Facts are sent again, copies are fetched.", ""),
    "alarm_rolled_back": ("This station was put back to fact {n}. Check its orders.", ""),
    "alarm_forked": ("Another machine wrote as this station after fact {n}.", ""),
    "alarm_quarantined": ("The hub could not read fact {n}: {why}.", ""),
    "alarm_damaged": ("Fact {n} does not fit its chain; it was sent by itself.", ""),
}

_NAMES = {id.removeprefix("told_") for id in WORDS if id.startswith("told_")}


def conflict(code: str, detail: Mapping[str, object]) -> Say:
    """What the hub tells of a conflict: its own sentence in our words, then each thing with its name.

    >>> conflict("hole", {"station": "st-07", "from": 4}).id
    'listed'
    """
    parts = []
    for name, value in detail.items():
        if value is None:
            continue
        if name == "text" and f"told_{code}" in WORDS:
            parts.append(Say(f"told_{code}"))
        elif name == "status" and value in ("closed", "cancelled"):
            parts.append(Say("told_status", {"v": Say(f"told_{value}")}))
        elif name in _NAMES:
            parts.append(Say(f"told_{name}", {"v": value if isinstance(value, int) else str(value)}))
        else:
            parts.append(Say("plain", {"text": str(value) if name == "text" else f"{name} {value}"}))
    return listed(parts)


def alarm(code: str, text: str) -> Say:
    """An alarm of the exchange, as it was written down in English; what nobody translated stays as it is.

    >>> alarm("forked", "Another machine wrote as this station after fact 42.").values["n"]
    42
    """
    if f"alarm_{code}" not in WORDS:
        return Say("plain", {"text": text})
    number = re.search(r"\d+", text)
    why = text.rpartition(": ")[2].removesuffix(".")
    return Say(f"alarm_{code}", {"n": int(number[0]) if number else 0, "why": why})


def listed(parts: Iterable[Say]) -> Say:
    """One after the other."""
    told: Say | None = None
    for part in parts:
        told = part if told is None else Say("listed", {"a": told, "b": part})
    return told if told is not None else Say("plain", {"text": ""})
