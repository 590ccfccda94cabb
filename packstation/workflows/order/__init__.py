"""What the facts say of one fulfillment order, from the first pick to the carrier's door. Pure.

    facts of one fo  --fold-->  Order  (lines picked and packed, boxes and their labels, totes, holds, shorts)

Packing, picking and shipping each read it; the board keeps its summary. An undo folds the trail again without the
facts it names, so nothing has to know how to run backwards.
"""

from packstation.workflows.order.folding import fold, fold_all, off_hold
from packstation.workflows.order.merging import together
from packstation.workflows.order.state import Box, Content, Label, Order, Short, Told
from packstation.workflows.order.undoing import NOT_WORK, last_gesture, undoable

__all__ = [
    "NOT_WORK",
    "Box",
    "Content",
    "Label",
    "Order",
    "Short",
    "Told",
    "fold",
    "fold_all",
    "last_gesture",
    "off_hold",
    "together",
    "undoable",
]
