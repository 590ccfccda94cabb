"""What is said of scanners and scales: their states and what is wrong with them; `texts` takes them in. Pure."""

from __future__ import annotations

from packstation.workflows.prompt import Say

WORDS: dict[str, tuple[str, str]] = {
    "scanner_unset": ("none set: --scanner URL", ""),
    "scanner_unopened": ("{name}: not opened yet.", ""),
    "scanner_open": ("{name}: ready.", ""),
    "scanner_lost": ("{name}: lost. Waiting for it to come back.", ""),
    "scanner_lost_closing": ("{name}: lost while closing: {why}", ""),
    "scanner_stopped": ("{name}: stopped.", ""),
    "scanner_busy": ("{name}: another program holds this port. Close it there.", ""),
    "scanner_denied": ("{name}: no right to open it, or another program holds it.", ""),
    "scanner_unplugged": ("{name}: not plugged in.", ""),
    "scanner_error": ("{name}: {why}", ""),
    "scanner_flood": ("{name} sends too fast. Scans kept, none used.", ""),
    "scanner_full": ("{name}: {n} scans wait. It is read again when there is room.", ""),
    "scanner_no_end": ("{name}: sends no line end. Scan the set-up sheet.", ""),
    "scanner_ssi": ("{name}: speaks SSI packets. Add #ssi to its address, or scan the set-up sheet.", ""),
    "scanner_moves": ("{name} may be another device after re-plugging. Use usb:VID:PID or /dev/serial/by-id/...", ""),
    "scanner_ends": ("{name}: lines ended with {before}, now with {now}.", ""),
    "scanner_prefix": ("{name}: expected the prefix {before}, got {now}.", ""),
    "scanner_aim_on": ("{name}: it did not send AIM identifiers, now it does.", ""),
    "scanner_aim_off": ("{name}: it did send AIM identifiers, now it does not. Scan the set-up sheet.", ""),
    "scale_typed": ("weights are typed", ""),
    "scale_no": ("No scale: {why}", ""),
    "scale_lost": ("Scale lost: {why}", ""),
    "scale_held": ("another program holds the port.", ""),
    "scale_unplugged": ("not plugged in.", ""),
    "scale_denied": ("no right to open the port.", ""),
    "scale_absent": ("No scale.", ""),
    "scale_idle": ("Scale ready.", ""),
    "scale_silent": ("The scale is silent.", ""),
    "scale_empty": ("Put the box on the scale.", ""),
    "scale_moving": ("Weighing.", ""),
    "scale_unsettled": (
        "The scale does not settle. Draught, something leaning on it, or its motion bit is inverted.",
        "",
    ),
    "scale_steady": ("Steady.", ""),
    "scale_under": ("The scale is under zero.", ""),
    "scale_over": ("Too heavy for the scale, or not at zero.", ""),
    "scale_net": ("Tare is set on the scale. Clear it.", ""),
    "scale_fault": ("The scale reports a fault.", ""),
    "scale_syntax": ("The scale does not know our question. Check its protocol.", ""),
    "scale_garbage": ("The scale is not understood. Check protocol, 7E1 or 8N1, and speed.", ""),
    "scale_contradiction": ("The scale says zero and a weight at once. Try the inverted setting.", ""),
    "hub_here": ("this computer", ""),
    "hub_not_reached": ("not reached yet", ""),
    "device_opening": ("opening", ""),
    "printer_no_answer": ("does not answer", ""),
    "sound_off": ("switched off at this bench.", ""),
    "sound_none": ("expected one of {names}, {trouble}.", ""),
    "sound_found_none": ("found none", ""),
    "sound_ended": ("{name} ended with {n}", ""),
    "print_why_more": ("{a}: {b}", ""),
    "print_why_no_answer": ("does not answer", ""),
    "print_why_hung_up": ("hung up", ""),
    "print_why_refuses": ("refuses the connection", ""),
    "print_why_name": ("its name is not known", ""),
    "print_why_not_ready": ("does not say it is ready: look for paper, ribbon and an open head", ""),
    "print_why_head_up": ("head up", ""),
    "print_why_paper_out": ("paper out", ""),
    "print_why_ribbon_out": ("ribbon out", ""),
    "print_why_paused": ("paused", ""),
    "print_why_too_cold": ("too cold", ""),
    "print_why_too_hot": ("too hot", ""),
    "print_why_buffer_full": ("buffer full", ""),
    "print_why_stopped": ("stopped taking bytes", ""),
    "print_why_folder": ("folder cannot be used", ""),
    "print_why_written": ("cannot be written", ""),
}

_WHYS = {
    "does not answer": "no_answer",
    "hung up": "hung_up",
    "refuses the connection": "refuses",
    "its name is not known": "name",
    "does not say it is ready: look for paper, ribbon and an open head": "not_ready",
    "head up": "head_up",
    "paper out": "paper_out",
    "ribbon out": "ribbon_out",
    "paused": "paused",
    "too cold": "too_cold",
    "too hot": "too_hot",
    "buffer full": "buffer_full",
    "stopped taking bytes": "stopped",
    "folder cannot be used": "folder",
    "cannot be written": "written",
}


def print_why(why: str) -> Say:
    """What a printer said, as the spool keeps it, for people; what nobody translated stays as it is.

    >>> print_why("paper out").id, print_why("disk quota exceeded").values["text"]
    ('print_why_paper_out', 'disk quota exceeded')
    """
    if why in _WHYS:
        return Say(f"print_why_{_WHYS[why]}")
    for between, id in ((": ", "print_why_more"), (", ", "listed")):
        first, parted, rest = why.partition(between)
        if parted and first in _WHYS:
            return Say(id, {"a": print_why(first), "b": print_why(rest)})
    return Say("plain", {"text": why})
