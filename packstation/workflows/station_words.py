"""The English words of the station itself: who works, what is held, what no state knows. Merged into `texts`."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    # general
    "unknown": ("Not known: {code} (raw bytes F2). Nothing recorded.", "Not known: {code}"),
    "wrong_moment": ("{what}: right code, wrong moment. {next}", "{what}: not now. {next}"),
    "not_here": ("{command} does nothing here. {next}", "{command}: not now. {next}"),
    "answer_first": (
        "Answer first, or F3 to leave. Nothing recorded.",
        "Answer first, or F3 to leave.",
    ),
    "stop_first": (
        "Stopped. F12 first; at a wrong weight *RESCAN or a supervisor. Nothing recorded.",
        "Stopped. F12, *RESCAN or supervisor.",
    ),
    "go_on": ("{next}", ""),
    # the station
    "welcome": ("Welcome {name}. {next}", "Welcome {name}."),
    "welcome_again": ("Welcome back {name}.", ""),
    "welcome_back": ("Welcome back {name}. {where}", "Welcome back {name}."),
    "badge_unknown": (
        "Badge not known here. Nothing recorded. Scan your own badge.",
        "Badge not known here.",
    ),
    "badge_revoked": (
        "Badge not valid since {when}. Nothing recorded. Ask a supervisor.",
        "Badge not valid since {when}.",
    ),
    "sign_in_first": ("Sign in first: scan your badge. This scan was not used.", "Scan your badge first."),
    "locked_scan": ("Bench locked. Scan badge. This scan was not used.", "Locked. Scan badge."),
    "already_signed_in": ("{name} is signed in. *LOCK to lock.", "{name} is signed in."),
    "switch_user": ("Switch to {name}? Scan badge again.", ""),
    "take_up": ("#{order}: {done} of {n} verified by {other}. Go on as {name}? *OK", "Go on as {name}? *OK"),
    "taken_up": ("#{order} goes on with {name}.", ""),
    "bench_locked": ("Bench locked. Nothing lost.", ""),
    "signed_out": ("Signed out. {name}, see you.", ""),
    "no_right": ("{name} may not approve {what}.", ""),
    "may_not": (
        "{name} may not {what}. Supervisor: scan badge. Nothing recorded.",
        "{name} may not {what}.",
    ),
    "pin_wrong": ("Wrong PIN. Type it again, Enter. F3 leaves.", "Wrong PIN. Again, or F3."),
    "pin_locked": ("Wrong PIN. Wait {minutes} min.", ""),
    "pin_none": ("{name} has no PIN here.", ""),
    "approved": ("{words} Approved by {name}.", ""),
    "override_stale": ("No sync for 72 h: supervisor rights ended. Sync first.", "Rights ended: sync first."),
    "double": ("Counted once (double trigger).", ""),
    "held": ("{n} {n:scan|scans} held. Acknowledge first: F12 or scan OK", "{n} {n:scan|scans} held. F12 first"),
    "held_list": (
        "{n} {n:scan|scans} {n:was|were} held: {list}. *OK uses them, *DROP sets them aside.",
        "{n} held. *OK uses, *DROP not.",
    ),
    "held_dropped": ("{n} {n:scan|scans} set aside.", ""),
    "too_long": (
        "Too long for a scan ({n} {n:byte|bytes}). Nothing recorded. Scan again.",
        "Too long for a scan ({n} {n:byte|bytes}). Nothing recorded.",
    ),
    "flood": ("{device} sends too fast. Scans kept, none used.", ""),
    "not_ours": (
        "This command sheet is not ours. Nothing recorded. Use this site's sheet.",
        "Sheet is not ours.",
    ),
    "broken_off": (
        "Scan broken off after {n} {n:character|characters}. Nothing recorded. Scan the same again.",
        "Broken off. Scan the same again.",
    ),
    "fault_empty": ("empty", ""),
    "fault_cut": ("a part is missing", ""),
    "fault_encoding": ("characters this kind of code cannot hold", ""),
    "fault_control": ("control characters in it", ""),
    "bad_line": (
        "Not readable: {why}. Nothing recorded. Scan again.",
        "Not readable. Scan again.",
    ),
    "net_online": ("Online. {n} sent.", ""),
    "net_online_only": ("Online.", ""),
    "net_offline": ("Offline. {n} kept here, go on.", ""),
    "resumed": ("Last recorded: {what}, {time}. Go on from there.", "Last: {what}. Go on."),
    "disk_full": ("Disk full. Nothing recorded. Free space, then scan again.", "Disk full. Not recorded."),
    "work_pack": ("Packing. Scan tote, order or item.", "Packing."),
    "work_pick": ("Picking. Scan cart, list or order.", "Picking."),
    "work_load": ("Loading. Scan the door.", "Loading."),
    "finish_first": ("Finish or park #{order} first.", ""),
    "station_chosen": ("Station {profile}. Printer {printer}.", "Station {profile}."),
    "work_type": (
        "Invalid work type: {what} at {station}. Nothing recorded. Choose other work.",
        "Invalid work type: {what} at {station}.",
    ),
    "sign_in_pin": ("{name}: type PIN, Enter", ""),
    "number_unknown": (
        "Number not known here. Nothing recorded. Type it again.",
        "Number not known here.",
    ),
    "change_quantity_less": ("Now {n} × {item} (was {was}).", "Now {n} (was {was})."),
    "change_quantity": ("Now {n} × {item} (was {was}). {more} more.", "Now {n} (was {was}). {more} more."),
    "change_service": ("Service changed. The label will use the new one.", "Service changed."),
    "change_service_dead": (
        "Service changed at {time}. Old label dead. New label prints.",
        "Service changed. Old label dead.",
    ),
    "change_address": ("Address changed. The label will use the new one.", "Address changed."),
    "change_address_dead": (
        "Address changed at {time}. Old label dead. New label prints.",
        "Address changed. Old label dead. New prints.",
    ),
    "taken_elsewhere": ("Taken over by {who}. Leave the box here.", "Taken over by {who}."),
    "acknowledged": ("{next}", ""),
}
