"""Packing one order: scan every unit, close the carton, weigh, label, scan the label back.

    IDLE -> (CART) -> ORDER <-> (NOTE | LOT | SERIAL | EXPIRY | QTY | CARTON) -> WEIGH -> LABEL -> SEAL -> IDLE
    side states CONFIRM, REMOVE, SHORT, HOLD, UNLABELLED, STOP        (floor.md sections 4 and 5)

Four doors: `fold`, `scanned`, `keyed` (commands, keys and typed digits), `prompt`; `weighed` is the scale's.
"""

from packstation.workflows.order import fold
from packstation.workflows.packing.doors import keyed, scanned, weighed
from packstation.workflows.packing.show import prompt
from packstation.workflows.packing.state import cleared, state

__all__ = ["cleared", "fold", "keyed", "prompt", "scanned", "state", "weighed"]
