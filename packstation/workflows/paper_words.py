"""What is said of printers and papers; `texts` takes them into its table. Pure."""

from __future__ import annotations

from packstation.workflows.prompt import Say

WORDS: dict[str, tuple[str, str]] = {
    "customs_fill_in": (
        "Label prints. Customs page: fill in {what} by hand.",
        "Customs page: fill in {n} {n:field|fields}.",
    ),
    "gs_warning": ("Lot may contain the expiry date. Check the scanner's GS setting.", ""),
    "printing_again": ("{n} {n:document|documents} tried again.", ""),
    "print_failed": (
        "{printer}: {why}. {what} not printed. F4 tries again, or scan another printer.",
        "{what} not printed: {why}. F4",
    ),
    "print_lost": (
        "{what}: not printed as written: {fields}. Write it by hand.",
        "{what}, write by hand: {fields}.",
    ),
    "print_is_lost": ("{state}, write by hand: {fields}", ""),
    "lost_to_name": ("the receiver's name", ""),
    "lost_to": ("the receiver's address", ""),
    "lost_from": ("the sender", ""),
    "lost_lines": ("the items", ""),
    "lost_note": ("the note", ""),
    "lost_order": ("the order number", ""),
    "print_goes_on": ("{printer} prints again.", ""),
    "printer_unknown": (
        "{printer} is no printer of this station. Known: {known}. Nothing recorded. Scan one of them.",
        "{printer} is no printer of this station. Known: {known}.",
    ),
    "panel_paper": ("{what} → {printer}: {state}", ""),
    "panel_no_label": ("No label came out? F11 prints it again.", ""),
    "paper_label": ("Label", ""),
    "paper_lpn": ("LPN strip", ""),
    "paper_slip": ("Packing slip", ""),
    "paper_customs": ("Customs page", ""),
    "paper_tote_card": ("Tote card", ""),
    "paper_pick_list": ("Pick list", ""),
    "paper_cart_sheet": ("Cart sheet", ""),
    "paper_which": ("Which paper?", ""),
    "paper_prints": ("{what} prints.", ""),
    "no_paper_walk": ("No wave planned this walk: it has no papers.", "No papers for this walk."),
    "no_paper": ("No paper here yet. Close a box first, or scan a parcel.", "No paper here. Scan a parcel."),
    "print_is_queued": ("waits", ""),
    "print_is_sending": ("prints", ""),
    "print_is_sent": ("sent", ""),
    "print_is_confirmed": ("scanned", ""),
    "print_is_unsure": ("may be printed: look", ""),
    "print_is_failed": ("not printed", ""),
    "print_is_failed_why": ("not printed: {why}", ""),
    "print_moved": ("{n} {n:document|documents} {n:goes|go} to {printer}.", ""),
    "print_unsure": (
        "{printer}: {what} may be printed. Look. Scan it, or F11 prints again.",
        "{what}: look. F11 again.",
    ),
    "paper_test": ("Test label", ""),
    "paper_manifest": ("Manifest", ""),
    "slip_title": ("PACKING SLIP", ""),
    "slip_to": ("SHIP TO", ""),
    "slip_item": ("Item", ""),
    "slip_ordered_on": ("Ordered", ""),
    "slip_shipped_on": ("Shipped", ""),
    "slip_service": ("Service", ""),
    "slip_tracking": ("Tracking", ""),
    "slip_box": ("Box", ""),
    "slip_box_of": ("{k} of {n}", ""),
    "slip_weight": ("Weight", ""),
    "slip_order": ("Order {order}", ""),
    "slip_foot": ("Order {order} · box {k} of {n}", ""),
    "slip_units": ("{n} {n:unit|units} in this box", ""),
    "slip_note": ("NOTE", ""),
    "slip_returns": ("RETURNS", ""),
    "slip_questions": ("Questions: {contact}", ""),
    "slip_put_in": ("Put this slip in the box, or write the return code on it.", ""),
    "slip_return_code": ("Return code {code}", ""),
    "slip_packed": ("HOW IT IS PACKED", ""),
    "slip_this_box": ("This box", ""),
    "slip_other_or_later": ("Other box or later", ""),
    "slip_other_boxes": ("Other boxes", ""),
    "slip_follow": ("To follow", ""),
    "slip_layer_bottom": ("Layer {n}, on the bottom. Back is at the top.", ""),
    "slip_layer": ("Layer {n}, {up} mm up. Back is at the top.", ""),
}


def print_lost(lost: str) -> Say:
    """The fields of a spool row's `lost` for people, each once; what nobody named stays the field it is.

    >>> print_lost("to.name no glyph; to.name cut").id, print_lost("carton cut").values["text"]
    ('lost_to_name', 'carton')
    """
    told: dict[str, Say] = {}
    for part in lost.split("; "):
        field = part.partition(" ")[0]
        top = field.partition(".")[0].partition("[")[0]
        name = "lost_to_name" if field == "to.name" else f"lost_{top}"
        told.setdefault(name, Say(name) if name in WORDS else Say("plain", {"text": field}))
    first, *rest = told.values()
    for one in rest:
        first = Say("listed", {"a": first, "b": one})
    return first
