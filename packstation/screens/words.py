"""The screens' own words: English here, other languages in their catalogs as `screen_ID` (FL10.6).

What workflows say has its own tables.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from packstation.station.language import LANGUAGES, table_of
from packstation.workflows.prompt import Cue, Say
from packstation.workflows.texts import ENGLISH, Table, counted, words

WORDS: Mapping[str, str] = {
    "of": "of",
    "waiting": "waiting",
    "more": "more",
    "page": "page",
    "menu": "Menu",
    "menu_hint": "Number, or *NAME and Enter",
    "menu_none": "Nothing with this number.",
    "back": "Back",
    "next_page": "Next page",
    "held": "{n} {n:scan|scans} held. Acknowledge first: F12 or scan OK",
    "held_short": "{n} held: F12 or OK",
    "acknowledge": "F12 OK",
    "sync": "sync",
    "never": "never",
    "online": "ONLINE",
    "offline": "OFFLINE",
    "nobody": "nobody",
    "station": "Station",
    "user": "User",
    "scanner": "Scanner",
    "scale": "Scale",
    "printer": "Printer",
    "sound": "Sound",
    "hub": "Hub",
    "clock": "Clock",
    "unsynced": "Not yet sent",
    "well": "ok",
    "health": "This station",
    "no_devices": "No devices set up.",
    "nothing_open": "Nothing open.",
    "help": "What can I do here?",
    "help_scan": "Scan",
    "help_keys": "Keys and commands",
    "help_cues": "Signs",
    "raw": "Last scans in bytes",
    "raw_none": "Nothing scanned yet.",
    "raw_no_aim": "no AIM id",
    "raw_end": "ended by",
    "raw_gap": "gap",
    "raw_after": "after",
    "raw_readings": "readings",
    "raw_led": "led to",
    "board": "Waves",
    "exceptions": "Exceptions",
    "no_waves": "No waves planned.",
    "no_exceptions": "No exceptions. Good.",
    "wave": "Wave",
    "state": "State",
    "cutoff": "Cutoff",
    "total": "All",
    "ready": "Ready",
    "released": "Released",
    "available": "Avail.",
    "wave_waiting": "Waiting",
    "late": "LATE",
    "priority": "Prio",
    "done_today": "Done",
    "release": "Release",
    "release_ask": "Release wave {wave}, {n} {n:order|orders}? Enter",
    "plan": "Plan",
    "find": "Find",
    "find_none": "Not found: {text}",
    "leave": "Close packstation?",
    "leave_yes": "Enter closes",
    "leave_no": "Esc stays",
    "leave_open": "{title} stays open as it is. Nothing is lost.",
    "leave_unsynced": "{n} {n:fact is|facts are} not sent yet. Safe here, sent when the hub answers.",
    "leave_synced": "Everything is sent.",
    "session": "This session",
    "session_scans": "Scans",
    "session_accepted": "Accepted",
    "session_refused": "Refused",
    "session_since": "Since",
    "typed": "Letters do nothing here. Scan, or type * for the menu.",
    "too_small": "Screen too small: at least 20 x 16.",
    "demo_right": "Scan for me",
    "demo_scans": "scans",
    "demo_wrong": "Scan a wrong one",
    "key_help": "Help",
    "key_raw": "Raw scans",
    "key_more": "More",
    "key_list": "List",
    "key_board": "Waves and exceptions",
    "key_exit": "Close packstation",
    "online_short": "ON",
    "offline_short": "OFF",
    "no_scanner": "No scanner: {name}",
    "no_scale": "No scale: {name}",
    "no_printer": "No printer: {name}",
    "bytes": "{n} {n:byte|bytes}",
    "led_accepted": "accepted",
    "led_refused": "refused",
    "led_asked": "asked",
    "led_held": "held",
    "led_ignored": "ignored",
    "unsent": "{n} not yet sent",
    "count_of": "{done} of {need}",
    "plain_help": "What can I do here?",
    "plain_list": "Every row",
    "plain_more": "Panel and station",
    "plain_raw": "Last scans, byte by byte",
    "plain_exit": "Close packstation",
    "plain_board": "Waves and exceptions",
    "plain_release": "Release {wave}",
    "plain_plan": "Plan waves",
}


def word(id: str, language: str, **values: str | int) -> str:
    """The screens' word for `id`. An unknown language speaks English."""
    translated = _table(language).get(f"screen_{id}")
    text = WORDS[id] if translated is None else translated[0]
    return counted(text, values).format(**values) if values else text


@cache
def cue_name(cue: Cue, language: str) -> str:
    """The word beside a cue's sign."""
    return words(Say(f"cue_{cue.value}"), _table(language))


@cache
def state_name(state: str, language: str) -> str:
    """What people read for a state; a state without a name of its own shows its code."""
    id = f"title_{state}"
    return words(Say(id), _table(language)) if id in ENGLISH else state


@cache
def _table(language: str) -> Table:
    return table_of(language) if language in LANGUAGES else ENGLISH
