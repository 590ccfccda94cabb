"""Paper that stays in the house: what to pick, what left, what waits, and the codes on shelves and sheets.

    walk.py      PickList, CartSheet      what to take where, in walk order
    manifest.py  Manifest                 what the driver takes, and what was left behind
    card.py      ToteCard                 why this tote waits
    codes.py     CodeSheet, CommandSheet  one symbol and its words per field; scanner set-up

Each is a frozen dataclass and a function from it to a Drawn. The station fills them; nothing here looks anything up.
"""

from packstation.documents.lists.card import ToteCard, tote_card
from packstation.documents.lists.codes import (
    Code,
    CodeSheet,
    Command,
    CommandSheet,
    code_sheet,
    command_sheet,
    setup_page,
)
from packstation.documents.lists.manifest import Manifest, ManifestParcel, manifest
from packstation.documents.lists.walk import CartSheet, CartSlot, PickList, PickRow, cart_sheet, pick_list

__all__ = [
    "CartSheet",
    "CartSlot",
    "Code",
    "CodeSheet",
    "Command",
    "CommandSheet",
    "Manifest",
    "ManifestParcel",
    "PickList",
    "PickRow",
    "ToteCard",
    "cart_sheet",
    "code_sheet",
    "command_sheet",
    "manifest",
    "pick_list",
    "setup_page",
    "tote_card",
]
