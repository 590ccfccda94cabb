"""Picking: a walk of one order or a cart, by location, unit and slot; put-backs and counts (floor.md section 6).

    PICK_IDLE -> CONFIRM -> FACE -> UNIT -> DEST -> (ZERO) -> FACE ... -> UNLOAD -> PICK_IDLE
    side states SHORT, LOT, LOTCHANGE, BINFULL, REJECT, STOP; tasks PUTBACK, COUNT

Four doors: `fold`, `scanned`, `keyed`, `prompt`; `paused` is what a sign-out writes, `reopened` what a restart shows.
"""

from packstation.workflows.order import fold
from packstation.workflows.picking.doors import keyed, scanned
from packstation.workflows.picking.opening import (
    changed,
    handed,
    open_walk,
    reopened,
    signed_in,
    taken_up,
    welcome,
    where_open,
)
from packstation.workflows.picking.repair import paused
from packstation.workflows.picking.show import prompt
from packstation.workflows.picking.state import state

__all__ = [
    "changed",
    "fold",
    "handed",
    "keyed",
    "open_walk",
    "paused",
    "prompt",
    "reopened",
    "scanned",
    "signed_in",
    "state",
    "taken_up",
    "welcome",
    "where_open",
]
