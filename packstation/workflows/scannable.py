"""What can be scanned in each state, for the help page: “what can I scan here” (FL10, `*HELP`). Pure.

A badge and a command go everywhere; what a question asks for stands in its own instruction.
"""

from __future__ import annotations

from packstation.workflows.prompt import Say
from packstation.workflows.texts import Table, words

_IN_BOX = ("item", "carton_type", "lpn", "tote", "order")
_PACK: dict[str, tuple[str, ...]] = {
    "IDLE": ("tote", "cart", "slot", "order", "item", "lpn", "label"),
    "CART": ("slot", "item", "tote", "order"),
    "CARTON": _IN_BOX,
    "ORDER": _IN_BOX,
    "REMOVE": ("item",),
    "COUNT": ("lpn",),
    "WEIGH": ("lpn",),
    "SEAL": ("label",),
    "UNLABELLED": ("lpn", "printer", "tote", "order"),
}
_PICK: dict[str, tuple[str, ...]] = {
    "PICK_IDLE": ("cart", "order", "wave", "zone", "location"),
    "CONFIRM": ("slot", "tote", "order"),
    "FACE": ("location", "item"),
    "UNIT": ("item", "location", "lpn"),
    "DEST": ("slot", "tote", "lpn"),
    "UNLOAD": ("tote", "slot", "station", "location"),
    "PUTBACK": ("item", "location"),
    "COUNT": ("location", "item"),
}
_LOAD: dict[str, tuple[str, ...]] = {
    "DOOR": ("door", "manifest", "pickup", "order"),
    "LOAD": ("label", "lpn", "door"),
    "REMOVE": ("label", "lpn"),
    "SHELF": ("location",),
    "BAGS": ("lpn", "label"),
}
KINDS = {"pack": _PACK, "pick": _PICK, "load": _LOAD}


def scannable(work: str, state: str, table: Table) -> tuple[str, ...]:
    """One line in words, “Tote, Order, Item, Badge, Command”."""
    kinds = (*KINDS[work].get(state, ()), *(("station",) if state == "START" else ()), "badge", "command")
    return (", ".join(words(Say(f"kind_{kind}"), table) for kind in kinds),)
