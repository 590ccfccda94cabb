"""What is said of printers and papers; `texts` takes them into its table. Pure."""

from __future__ import annotations

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
    "print_goes_on": ("{printer} prints again.", ""),
    "printer_unknown": (
        "{printer} is no printer of this station. Known: {known}. Nothing recorded. Scan one of them.",
        "{printer} is no printer of this station. Known: {known}.",
    ),
    "panel_paper": ("{what} → {printer}: {state}", ""),
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
    "print_moved": ("{n} {n:document|documents} {n:goes|go} to {printer}.", ""),
    "print_unsure": (
        "{printer}: {what} may be printed. Look. Scan it, or F11 prints again.",
        "{what}: look. F11 again.",
    ),
    "paper_test": ("Test label", ""),
    "paper_manifest": ("Manifest", ""),
}
