"""Where a picker stands: derived from the facts, the scanned face and the open question. Pure."""

from __future__ import annotations

from packstation.workflows.desk import Desk
from packstation.workflows.picking import walk

_ASKING = {
    "pick_other_face": "SHORT",
    "pick_short_reason": "SHORT",
    "pick_short_qty": "SHORT",
    "pick_short_preview": "SHORT",
    "pick_by_hand": "BY_HAND",
    "pick_lot": "LOT",
    "pick_serial": "SERIAL",
    "pick_expiry": "EXPIRY",
    "pick_other_lot": "LOTCHANGE",
    "pick_bin_full": "BINFULL",
    "pick_next_box": "BINFULL",
    "pick_zero_qty": "ZERO",
    "pick_unload_tote": "UNLOAD",
    "pick_back_unit": "PUTBACK",
    "pick_back_place": "PUTBACK",
    "pick_count_qty": "COUNT",
    "pick_reject_lines": "REJECT",
    "pick_reject_reason": "REJECT",
    "pick_reject_preview": "REJECT",
    "pick_pause_until": "REJECT",
    "pick_pause_preview": "REJECT",
}


def state(desk: Desk) -> str:
    """The state's name, as in section 6 of floor.md."""
    if desk.pending is not None:
        return _ASKING.get(desk.pending.kind, "CONFIRM")
    trip = desk.trip
    if trip is None:
        return "PICK_IDLE"
    if trip.mode == "put_back":
        return "PUTBACK"
    if trip.mode == "count":
        return "COUNT"
    if walk.must_stop(trip) is not None:
        return "STOP"
    if not walk.started(trip):
        return "CONFIRM"
    stop = walk.current(desk)
    if stop is not None and stop.left == 0:
        return "DEST"
    if walk.held(trip) is None and walk.empty_face(trip) is not None:
        return "ZERO"
    if stop is None:
        return "UNLOAD"
    if not stop.location or not trip.location_first or desk.face == stop.location:
        return "UNIT"
    return "FACE"
