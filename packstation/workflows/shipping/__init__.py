"""Handover: a carrier's door, its parcels, the manifest; and a customer's bags (floor.md section 7, FL6.43-FL6.45).

    DOOR -> LOAD <-> (CONFIRM | REMOVE) -> DOOR          door, parcels, *CLOSE
    DOOR -> SHELF -> DOOR    DOOR -> BAGS -> DOOR        pickup: to the shelf; to the customer

Four doors: `fold`, `scanned`, `keyed` (commands and choices), `prompt`; `resumed` after a crash.
"""

from packstation.workflows.order import fold
from packstation.workflows.shipping.doors import keyed, resumed, scanned
from packstation.workflows.shipping.show import prompt
from packstation.workflows.shipping.state import state

__all__ = ["fold", "keyed", "prompt", "resumed", "scanned", "state"]
