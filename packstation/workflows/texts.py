"""The words of the floor, one table a language: text id -> (long, short). Pure.

English stands here; `assets/locale/*.json` replaces it. A short form has at most 57 characters once it is filled in
with everyday values, for 20x16; "" means the long form is short enough or may wrap. Values come in by name and are
never read as text with places of their own; {n:scan|scans} is the word for one, and for any other number.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from packstation.workflows.prompt import Say

Table = Mapping[str, tuple[str, str]]

SHORT_CHARS_MAX = 57

ENGLISH: dict[str, tuple[str, str]] = {
    # opening
    "order_open": ("#{order} open. {n} {n:unit|units}. Must ship by {due}.", "#{order} open. {n} {n:unit|units}."),
    "slot_open": ("Slot {slot}: #{order}. {n} {n:unit|units}.", ""),
    "box_open_again": ("Box {no} of #{order}, open. {n} inside.", ""),
    "order_open_again": ("#{order} open: {done} of {n} packed.", ""),
    "tote_free": ("{code} is free.", ""),
    "tote_free_last": ("{code} is free. #{order} was packed {time}.", "{code} is free."),
    "in_several_orders": ("In {n} {n:order|orders}. Scan tote or order.", ""),
    "in_slots": ("In slots {slots}. Scan the slot.", ""),
    "several_items": (
        "Code of {n} {n:item|items}. Scan another code of it, or the SKU.",
        "{n} {n:item|items} {n:has|have} it. Scan the SKU.",
    ),
    "no_demand": (
        "No open order here needs {item}. Put it on the problem shelf. Nothing recorded.",
        "No order needs it. Problem shelf.",
    ),
    "box_closed_contents": (
        "Box {no} of #{order}, closed {time}. {n} inside. *REOPEN or *REPRINT.",
        "Box {no} of #{order}, closed.",
    ),
    "parcel": ("#{order} box {no} of {n}, {carrier}. *REPRINT or *VOID.", "#{order} box {no} of {n}."),
    "not_packable": (
        "#{order} {state}: {reason}. {by}Put the tote on HOLD shelf {shelf}. Nothing recorded.",
        "#{order} {state}. HOLD shelf {shelf}.",
    ),
    "order_left": ("#{order} has left with {manifest}. Nothing recorded. Take other work.", "#{order} has left."),
    "order_loaded": (
        "#{order} is packed and loaded on {manifest}. Nothing recorded. Take other work.",
        "#{order} is loaded.",
    ),
    "claimed": ("#{order} is open at {station}{by}. Scan again to take over.", "#{order} open at {station}. Again?"),
    "claimed_again": (
        "#{order} is open at {station}{by}. Supervisor: scan badge. Nothing recorded.",
        "#{order}: supervisor, scan badge.",
    ),
    "claimed_offline": (
        "Take-over needs the hub. Bring the tote to {station}. Nothing recorded.",
        "Bring it to {station}.",
    ),
    "not_picked": (
        "{missing} of {n} not picked yet. Scan again to pack what is here.",
        "{missing} of {n} not picked. Again?",
    ),
    "cart_open": ("Cart {cart}: {n} {n:order|orders}. Scan a slot or an item.", "Cart {cart}: {n} {n:order|orders}."),
    "no_work": ("No work here.", ""),
    "next_work": ("Next: {tote}, {where}, #{order}, ship by {due}.", "Next: {tote}, #{order}"),
    "mode_single_line": ("Single-line mode: scan any item.", ""),
    "mode_normal": ("Normal mode.", ""),
    # when something is due
    "due_carrier": ("{due} {carrier}", ""),
    "carrier_due": ("{carrier} {due}", ""),
    "day_time": ("{day} {time}", ""),
    "day_0": ("Mon", ""),
    "day_1": ("Tue", ""),
    "day_2": ("Wed", ""),
    "day_3": ("Thu", ""),
    "day_4": ("Fri", ""),
    "day_5": ("Sat", ""),
    "day_6": ("Sun", ""),
    # units
    "item_packed": ("{item}: {done} of {n}", ""),
    "item_opened_order": ("#{order}: {item}, {done} of {n}", ""),
    "item_opened_box": ("Box {carton}. {item}: {done} of {n}", ""),
    "item_packed_detail": ("{item}, {detail}: {done} of {n}", "{detail}: {done} of {n}"),
    "case_packed": ("Case: +{k} {item}. {done} of {n}", "Case: +{k}. {done} of {n}"),
    "qty_packed": ("+{k} {item}: {done} of {n}", "+{k}: {done} of {n}"),
    "order_complete": ("#{order} complete. {words}", "#{order} complete."),
    "kit_part": ("KIT {kit}: scan each part. {done} of {n}", "KIT {kit}: {done} of {n}"),
    "case_too_big": (
        "Case of {k}, only {left} needed. Nothing recorded. Scan single units.",
        "Case of {k}, only {left} needed. Nothing recorded.",
    ),
    "over": (
        "{next} scan of {item} refused: this box takes {n}. Count stays {n}. Take this one out.",
        "Too many: takes {n}. Take this one out.",
    ),
    "over_other": (
        "{next} scan of {item} refused: this box takes {n}. Count stays {n}. #{order} ({where}) "
        "needs one. Put it there.",
        "Too many. #{order} ({where}) needs one.",
    ),
    "qty_over": (
        "Only {left} needed. Nothing recorded. Type fewer.",
        "Only {left} needed. Nothing recorded.",
    ),
    "no_qty_serial": (
        "One scan per unit: serial item. Nothing recorded.",
        "One scan per unit: serial item.",
    ),
    "other_order": (
        "Wrong order. This belongs to #{order} ({where}). Put it there. Nothing recorded.",
        "Wrong order: #{order} ({where}).",
    ),
    "variant": (
        "WRONG ITEM. {item}: {attribute} {got}, need {need}. Nothing recorded. Put it aside.",
        "WRONG ITEM: {attribute} {got}, need {need}.",
    ),
    "wrong_item": (
        "WRONG ITEM. Expected: {expected}. Got: {got}. Put aside → problem tote. Nothing recorded.",
        "WRONG ITEM. Got: {got}",
    ),
    "item_found": ("{item} in problem tote {tote}.", ""),
    "scan_lot": ("Tracked by lot. Scan the lot.", ""),
    "scan_serial": ("Tracked by serial number. Scan the serial.", "Scan the serial."),
    "scan_expiry": ("Tracked by expiry. Scan or type YYMMDD.", ""),
    "not_a_date": ("Not a date: {text}. Type YYMMDD.", ""),
    "wrong_lot": (
        "Lot {lot} is for {item}. Nothing recorded. Scan the right lot.",
        "Lot {lot} is another item's.",
    ),
    "other_lot": ("Different lot, same item. Scan again to use it.", ""),
    "lot_regulated": (
        "Lot {lot} refused: only {reserved} may ship. Supervisor: scan badge. Nothing recorded.",
        "Lot {lot} refused: only {reserved}.",
    ),
    "expired": (
        "Expired {expiry} (lot {lot}). Do not ship. Set aside, *SHORT. Nothing recorded.",
        "Expired {expiry}. Set aside.",
    ),
    "serial_used": (
        "Serial {serial} already packed on {order}. Set this one aside. Nothing recorded.",
        "Serial used on {order}. Set aside.",
    ),
    "left_unit": ("Left. Unit not counted. Take it out.", ""),
    "left": ("Left. Nothing recorded.", ""),
    "note": ("{note} *OK to go on.", ""),
    "note_read": ("Noted. Scan the item.", ""),
    "qty_next": ("Next scan counts {n}.", ""),
    "typed_code": ("Enter uses {text} as a code.", ""),
    "qty_range": ("A quantity from 2 to 99, with an order open. Nothing recorded. Type it.", "Quantity 2 to 99."),
    # boxes
    "box_open": ("Box {carton} open.", ""),
    "carton_type": (
        "{carton} not allowed for carrier {carrier}. Use {use}. Nothing recorded.",
        "{carton} not for {carrier}. Use {use}.",
    ),
    "close_and_new": ("Scan again to close this box and start a new one.", "Again: close, new box?"),
    "why_other": ("{carton} instead of {suggested}. Why? 1–5", ""),
    "no_suggestion": ("No suggestion: scan a carton.", ""),
    "next_box": ("Box {no} closed. Next box.", ""),
    "box_empty": ("This box is empty. Scan items.", ""),
    "no_open_box": ("No box is open. Scan a carton.", ""),
    "no_closed_box": ("No closed box here.", ""),
    "other_carton": (
        "Carton belongs to #{order}. Nothing recorded. Put it back.",
        "Carton of #{order}.",
    ),
    "box_closed": ("Box {no} is closed. *REOPEN opens it. Nothing recorded.", "Box {no} is closed."),
    "box_is_open": ("Box {no} is open. Scan items.", ""),
    "box_chosen": ("Box {no} of #{order}: items go here.", "Items go into box {no}."),
    "tote_merged": ("Tote {tote} added to #{order}. {n} {n:tote|totes}.", "Tote {tote} added."),
    "already_open": ("#{order} is open. Scan items.", ""),
    "park_and_open": (
        "Park this order ({done}/{n} kept) and open {code}? Scan again.",
        "Park ({done}/{n}), open {code}?",
    ),
    "released": ("#{order} given back. Counts kept.", ""),
    "parked": ("#{order} parked. Counts kept.", ""),
    # weight, label, seal
    "nothing_to_weigh": ("Nothing to weigh now.", ""),
    "weight_too_big": ("Over {max} g: not a weight of this box. Type grams, Enter.", "Over {max} g. Type grams."),
    "not_a_weight": ("Not a weight: {text}. Type grams, Enter.", ""),
    "weight_ok": ("{g} g. Label prints.", ""),
    "weight_passed": ("{gap} {why}.", ""),
    "document_missing": ("No {document} for #{order}. Going on.", ""),
    "document_blocks": (
        "{document} missing for #{order}. Cannot ship. Supervisor: scan badge. Nothing recorded.",
        "{document} missing.",
    ),
    "document_allowed": ("Goes without {document}.", ""),
    "label_planned_other": (
        "Packed. Label was planned for {planned}: new label when online. Stick the LPN.",
        "Label when online. Stick the LPN.",
    ),
    "tracking_needs": (
        "{tracking}: typed tracking. Supervisor: scan badge. Nothing recorded.",
        "Supervisor: scan badge.",
    ),
    "tracking_taken": ("{tracking} taken for box {no}.", ""),
    "not_a_tracking": ("Not a tracking number: {text}. Type it, Enter.", "Not a tracking number."),
    "weight_learned": ("{g} g. Weight of {item} learned. Label prints.", "{g} g. Learned. Label prints."),
    "weight_off": ("{gap} {why}. *RESCAN, or supervisor: scan badge.", "{gap} {why}"),
    "label_refused": (
        "Carrier: {words}. Packed, no label. F4 tries again.",
        "Carrier refused. Packed. F4 tries again.",
    ),
    "label_prints": ("Label prints.", ""),
    "label_when_online": (
        "Packed. Label will print when online. Stick the LPN.",
        "Label when online. Stick the LPN.",
    ),
    "box_ready": ("Box {no} of #{order} ready. Next box.", "Box {no} ready."),
    "order_ready": ("#{order} ready. {due}.", "#{order} ready."),
    "wrong_label": (
        "WRONG LABEL ON BOX: this is #{order}. Do not ship. Nothing recorded. Find the right label.",
        "WRONG LABEL: #{order}.",
    ),
    "dead_label": (
        "Old label. Destroy it. Use the newest print. Nothing recorded.",
        "Old label. Destroy it. Use the newest print.",
    ),
    "strip_not_label": (
        "This is the number of box {no}, not its label. Stick the label on it, then scan the label.",
        "Not the label. Scan the label of box {no}.",
    ),
    "label_not_scanned": (
        "Label not scanned. Scan label, or scan again to skip (recorded).",
        "Scan label, or again to skip.",
    ),
    "label_not_scanned_forbidden": (
        "Label not scanned. Scan the label. Supervisor: scan badge. Nothing recorded.",
        "Scan the label.",
    ),
    "label_scan_left_out": ("Label not scanned, on record.", ""),
    "nothing_to_retry": ("Nothing to try again.", ""),
    # repairs
    "undone_unit": (
        "Removed {qty} × {item}. {done} of {n}. Take it out.",
        "Removed {qty}. {done} of {n}. Take it out.",
    ),
    "undone": ("Taken back: {what}.", ""),
    "undo_end": (
        "Nothing more to undo here. *REOPEN opens box {no}. Nothing recorded.",
        "Nothing more to undo.",
    ),
    "remove_on": ("Remove mode: scan the item to take out.", ""),
    "remove_off": ("Remove mode off.", ""),
    "removed": ("Removed 1 × {item}.", ""),
    "not_in_box": (
        "{item} is not in this box. Nothing recorded. Scan what is in it.",
        "Not in this box.",
    ),
    "take_out": ("Scan what you take out.", ""),
    "no_open_line": ("No open line.", ""),
    "short_line": ("Short: which line?", ""),
    "short_reason": ("{item}: why is it short?", "Why is it short?"),
    "short_qty": ("How many are missing? Enter = all {left}.", ""),
    "short_qty_range": ("Expected 1 to {left}, got {got}. Enter = all {left}.", "1 to {left}, not {got}."),
    "short_how": ("What now?", ""),
    "short_preview": (
        "{first}; {stock}{others}{count}. Enter",
        "{first}{others}. Enter",
    ),
    "short_done": ("{qty} × {item} short.", ""),
    "short_waits": ("{qty} × {item} short. #{order} waits on shelf {shelf}.", "#{order} waits, shelf {shelf}."),
    "must_complete": (
        "#{order} must ship complete. Supervisor: scan badge. Nothing recorded.",
        "#{order} must ship complete.",
    ),
    "hold_reason": ("Hold: why?", ""),
    "order_held": ("#{order} on hold, shelf {shelf}. {done}/{n} kept.", "#{order} on hold, shelf {shelf}."),
    "hold_released": ("#{order} off hold. {n} to go.", ""),
    "by_hand_line": ("By hand: which line?", ""),
    "by_hand_reason": ("{item} by hand: why?", "By hand: why?"),
    "by_hand": ("{item} by hand: {done} of {n}", "By hand: {done} of {n}"),
    "by_hand_value": (
        "{item} by hand is above the limit. Supervisor: scan badge. Nothing recorded.",
        "By hand: supervisor, scan badge.",
    ),
    "rescan": ("Scan all {n} {n:unit|units} of box {no} again.", ""),
    "reopened": ("Box {no} open.", ""),
    "reopened_dead": ("Box {no} open. Its label is dead.", ""),
    "reopen_labelled": (
        "Box {no} has a label. Supervisor: scan badge. Nothing recorded.",
        "Box {no} has a label. Supervisor: scan badge.",
    ),
    "parcel_left": (
        "#{order}: Box {no} has left on manifest {manifest}. Nothing recorded. Go on with the next box.",
        "#{order}: box {no} has left.",
    ),
    "has_left": (
        "Box {no} has left on manifest {manifest}. Nothing recorded. Go on with the next box.",
        "Box {no} has left.",
    ),
    "reprint_which": ("Print again: scan the parcel or its order, then F11.", "Scan the parcel, then F11."),
    "reprint_reason": ("Print again: why?", ""),
    "reprinted": ("Copy {copy} prints. Destroy the ones before.", ""),
    "reprint_again": (
        "Copy {copy} needs a supervisor: scan badge. Nothing recorded.",
        "Copy {copy} needs a supervisor: scan badge.",
    ),
    "no_label": ("No label here.", ""),
    "voided": ("Label of box {no} void. F4 prints a new one.", ""),
    "void_needs": (
        "Void the label of box {no}? Supervisor: scan badge. Nothing recorded.",
        "Void? Supervisor: scan badge.",
    ),
    "move_item": ("Move: scan the item.", ""),
    "move_to": ("Scan the box it goes to.", ""),
    "moved": ("1 × {item}: box {a} → box {b}.", "Box {a} → box {b}."),
    "forced": ("{n} {n:unit|units} not verified.", ""),
    "force_needs": (
        "Ship {n} {n:unit|units} unverified? Supervisor: scan badge. Nothing recorded.",
        "Ship {n} {n:unit|units} unverified? Supervisor: scan badge.",
    ),
    "cancel_done": ("#{order} cancelled. Put {n} {n:unit|units} back.", ""),
    "alias_line": ("Which line does the code belong to?", ""),
    "alias_proposed": (
        "Proposed for {item}. Supervisor: scan badge, or later. Count this one by hand: F6.",
        "Proposed. Count by hand: F6.",
    ),
    "alias_approved": ("{code} is {item} from now on.", ""),
    "no_unknown": ("No unknown code to propose.", ""),
    "plain": ("{text}", ""),
}


def words(say: Say, table: Table = ENGLISH, *, short: bool = False) -> str:
    """The text in the language of the table; a missing translation falls back to English.

    A choice whose id has no text of its own says its plain text. Raises KeyError for an unknown id: a workflow that
    says what nobody can read is a fault.
    """
    entry = table.get(say.id) or ENGLISH.get(say.id)
    if entry is None and say.id.startswith("choice_"):
        entry = ENGLISH["choice_text"]
    if entry is None:
        raise KeyError(f"text {say.id}: expected it in the table, got nothing.")
    long, brief = entry
    values = say.values
    if Say in map(type, values.values()):
        values = {name: words(v, table, short=short) if isinstance(v, Say) else v for name, v in values.items()}
    return counted(brief if short and brief else long, values).format_map(_Values(values))


def counted(text: str, values: Mapping[str, object]) -> str:
    """The text with the word that fits each number.

    >>> counted("{n} {n:scan|scans} held", {"n": 1})
    '{n} scan held'
    """
    if "|" not in text:
        return text
    return _COUNTED.sub(lambda found: found[2] if str(values.get(found[1])) == "1" else found[3], text)


_COUNTED = re.compile(r"\{(\w+):([^{}|]*)\|([^{}|]*)\}")


class _Values(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


# Last, because the workflows' own modules import `words` from here.
from packstation.workflows.carton_words import WORDS as CARTONS  # noqa: E402
from packstation.workflows.device_words import WORDS as DEVICES  # noqa: E402
from packstation.workflows.exception_words import WORDS as EXCEPTIONS  # noqa: E402
from packstation.workflows.fact_words import WORDS as FACTS  # noqa: E402
from packstation.workflows.help_words import WORDS as HELP  # noqa: E402
from packstation.workflows.list_words import WORDS as LISTS  # noqa: E402
from packstation.workflows.packing.words import WORDS as PACKING  # noqa: E402
from packstation.workflows.paper_words import WORDS as PAPERS  # noqa: E402
from packstation.workflows.picking.words import WORDS as PICKING  # noqa: E402
from packstation.workflows.prompt_words import WORDS as PROMPTS  # noqa: E402
from packstation.workflows.shipping.words import WORDS as SHIPPING  # noqa: E402
from packstation.workflows.sign_words import WORDS as SIGNS  # noqa: E402
from packstation.workflows.station_words import WORDS as STATION  # noqa: E402

ENGLISH.update(CARTONS)
ENGLISH.update(DEVICES)
ENGLISH.update(EXCEPTIONS)
ENGLISH.update(FACTS)
ENGLISH.update(LISTS)
ENGLISH.update(PACKING)
ENGLISH.update(PAPERS)
ENGLISH.update(PROMPTS)
ENGLISH.update(PICKING)
ENGLISH.update(SHIPPING)
ENGLISH.update(SIGNS)
ENGLISH.update(STATION)
ENGLISH.update(HELP)
