"""The fixed parts of a job screen: status line, title, instruction, message, key bar. Pure; see job.py for where."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from msgspec.structs import replace

from packstation.screens.drawing import (
    Line,
    Paper,
    Span,
    Zone,
    big,
    blank,
    cue_word,
    filled,
    gauge,
    headed,
    spread,
    width_cells,
    wrapped,
)
from packstation.screens.words import state_name, word
from packstation.workflows.prompt import Cue, Key, Message, Prompt, Status

INSTRUCTION_LINES = 3
_STOP = ("┏━╸╺┳╸┏━┓┏━┓", "┗━┓ ┃ ┃ ┃┣━┛", "╺━┛ ╹ ┗━┛╹  ")
_STOP_ASCII = (" __ ___ _   _ ", "(_   | / \\|_)", "__)  | \\_/|  ")
_FAULT_CELLS_MAX = 18
_WHY = 6  # after the printer's name and the age of the last sync; before the clock
_FAULT = ("No ", "no ")  # “No printer: ZD420” (FL1.5)


def faulty(text: str) -> bool:
    """A device line of the status tells a fault, not a name."""
    return text.startswith(_FAULT)


def device_text(text: str, language: str) -> str:
    """A device of the status in the language of the screen: its name, or what is not there.

    >>> device_text("No scanner: usb:0C2E:0B61", "de")
    'Kein Scanner: usb:0C2E:0B61'
    >>> device_text("No printer: tcp://zd420:9100", "en")
    'No printer: zd420:9100'
    """
    kind, colon, name = text.removeprefix("No ").partition(": ")
    if faulty(text) and colon and kind in ("scanner", "scale", "printer"):
        name = name.removeprefix("tcp://")  # as its messages name it: the room is for the reason
        return word(f"no_{kind}", language, name=name)
    return text


def age(seconds: int | None, language: str) -> str:
    """How long ago, coarse enough that the line does not change with every second."""
    if seconds is None:
        return word("never", language)
    if seconds < 60:
        return "<1 min"
    if seconds < 3600:
        return f"{seconds // 60} min"
    return f"{seconds // 3600} h" if seconds < 48 * 3600 else f"{seconds // 86400} d"


@lru_cache(maxsize=32)
def status_line(status: Status, paper: Paper) -> Line:
    """One line; what has no room stands on the station page (FL1.5, FL10): nothing is shown in half."""
    glyphs, language = paper.glyphs, paper.language
    user = paper.say(status.user) or word("nobody", language)
    net = cue_word(Cue.NET, paper, online=status.online)
    if not paper.roomy and paper.width < 60:
        net = f"~{word('online_short' if status.online else 'offline_short', language)}"
    net_look = "status.well" if status.online else "status.warn"
    # (importance, side, spans): the least important part goes first when the line is full.
    parts: list[tuple[int, str, list[Span]]] = [
        (1, "left", [(user, "status.user")]),
        (2, "right", [(net, net_look)]),
    ]
    if status.waiting > 1:
        shown = f"{glyphs.waiting} {status.waiting} {word('waiting', language)}"
        parts.append(
            (0, "right", [(shown if not paper.nano else f"{glyphs.waiting} {status.waiting}", "status.warn")])
        )
    if not paper.nano:
        parts.append((3, "left", [(paper.say(status.station), "status")]))
        for kind, text in (("scanner", status.scanner), ("scale", status.scale), ("printer", status.printer)):
            if faulty(text):
                told = paper.say(device_text(text, language))
                if paper.width < 60 and len(told) > _FAULT_CELLS_MAX:
                    told = word(kind, language)  # the sign beside its name: the rest stands on the station page
                parts.append((4, "left", [(f"{glyphs.ill} {told}", "status.ill")]))
                if kind == "printer" and status.printer_why:
                    parts.append((_WHY, "left", [(f"({paper.say(status.printer_why)})", "status.ill")]))
            elif text and paper.width >= 60:
                parts.append((8, "left", [(f"{glyphs.well} ", "status.well"), (paper.say(text), "status")]))
    if paper.width >= 60:
        unsent = f"{glyphs.up}{status.unsynced} " if status.unsynced else ""
        synced = f"{unsent}{word('sync', language)} {age(status.sync_age_s, language)}"
        parts.append((5, "right", [(synced, "status" if status.online else "status.warn")]))
        parts.append((7, "right", [(status.clock, "status")]))
    room = paper.width - 2
    kept: list[tuple[int, str, list[Span]]] = []
    for part in sorted(parts, key=lambda part: part[0]):
        gap = 1 if part[0] == _WHY else 2
        cells = width_cells(part[2]) + (gap if kept else 0)
        if part[0] == _WHY and cells > room and ":" in part[2][0][0]:
            # What to look for stands on the station page: here that it does not say it is ready.
            part[2][:] = [(f"{part[2][0][0].partition(':')[0]})", "status.ill")]
            cells = width_cells(part[2]) + gap
        if cells <= room:
            kept.append(part)
            room -= cells
        elif part[0] == 1:
            kept.append((1, "left", [(_squeezed(user, room - 2, paper), "status.user")]))
            room = 0
    sides: dict[str, list[Span]] = {"left": [(" ", "status")], "right": []}
    for part in parts:
        if found := next((one for one in kept if one[:2] == part[:2] and (one is part or part[0] == 1)), None):
            side = sides[found[1]]
            if width_cells(side) > (1 if found[1] == "left" else 0):
                side.append((" " if part[0] == _WHY else "  ", "status"))
            side.extend(found[2])
    sides["right"].append((" ", "status"))
    return spread(sides["left"], sides["right"], paper.width, "status")


def title_line(prompt: Prompt, paper: Paper) -> Line:
    """What is open and how far it is. No title: no order is shown at all (FL2.7)."""
    title = paper.say(prompt.title)
    left: list[Span] = [(f" {title}" if title else "", "title")]
    state = paper.say(state_name(prompt.state, paper.language))
    right: list[Span] = []
    if prompt.need > 0:
        share = f"{prompt.done} {word('of', paper.language)} {prompt.need} "
        room = paper.width - width_cells(left) - len(share) - 2
        cells = min(30, room - (len(state) + 4) if room > len(state) + 14 else room)
        if cells >= 5:
            right = [*gauge(prompt.done, prompt.need, cells, paper, "gauge.full", "gauge.empty"), (" ", "title")]
        right.append((share, "title"))
    if width_cells(left) + width_cells(right) + len(state) + 3 <= paper.width:
        left.append((f" {paper.glyphs.dot} {state}" if title else f" {state}", "title.state"))
    if width_cells(left) + width_cells(right) > paper.width:
        right = []
    return spread(left, right, paper.width, "title")


def instruction_block(prompt: Prompt, paper: Paper, *, figures: bool = True) -> list[Line]:
    """The one thing to do next, three lines or more, and the count in figures for eyes two metres away."""
    width = paper.width
    count = None
    entry = None if prompt.entry is None else paper.say(prompt.entry)
    wide = figures and width >= 60 and not paper.low
    if wide and entry is not None:
        count = big(entry, paper.glyphs) if len(entry) <= 8 else None
    elif prompt.big and figures and width >= 40 and not paper.low and len(prompt.big) <= (8 if width >= 60 else 4):
        count = big(prompt.big, paper.glyphs)
    if count is None and wide and entry is None and prompt.need > 0 and prompt.need < 10_000:
        count = big(f"{prompt.done}/{prompt.need}", paper.glyphs)
    right = 0 if count is None else width_cells([(count[0], "")]) + 3
    look = "instruction"
    lines = wrapped(_worded(prompt.instruction, paper), width - right - 2)
    shown_below = entry is not None and count is None
    rows = INSTRUCTION_LINES - (1 if shown_below else 0)
    if paper.nano or len(lines) > rows:
        lines = wrapped(_worded(prompt.instruction_short, paper), width - right - (0 if paper.nano else 2))
    if shown_below:
        lines.append(f"{paper.glyphs.pointer} {entry}{paper.glyphs.cursor}")
    above = max(0, INSTRUCTION_LINES - len(lines)) // 2
    lines = [""] * above + lines + [""] * max(0, INSTRUCTION_LINES - len(lines) - above)
    margin = "" if paper.nano else " "
    block: list[Line] = []
    for y, line in enumerate(lines):
        text_look = "entry" if shown_below and y >= above and line.startswith(paper.glyphs.pointer) else look
        right_end: list[Span] = []
        if count is not None and y < INSTRUCTION_LINES:
            sign = paper.glyphs.cursor if prompt.entry is not None and y == INSTRUCTION_LINES - 1 else " "
            right_end = [(count[y], "count"), (f"{sign} ", "count")]
        block.append(spread([(margin + line, text_look)], right_end, width, look))
    return block


def message_block(message: Message | None, held: int, paper: Paper, *, ok: bool = True) -> list[Line]:
    """What the last gesture led to, in its colour over the full width, with symbol and word; held scans below it.
    `ok`: F12 takes note of it; a question that only a choice answers does not say so."""
    least = 2 if paper.width >= 60 else 3
    lines: list[Line] = []
    margin = "" if paper.nano else " "
    width = paper.width - 2 * len(margin)
    if message is not None:
        look = message.cue.value if message.cue is not None else "note"
        head, text = headed(message, paper)
        words = wrapped(text, width)
        if not paper.nano and len(words) > max(least, paper.height * 2 // 5):
            words = wrapped(headed(replace(message, text=message.short), paper)[1], width)
        for y, line in enumerate(words):
            spans = [(margin + line, look)]
            if y == 0 and head and line.startswith(head):
                spans = [(margin + head, f"{look}.head"), (line[len(head) :], look)]
            lines.append(filled(spans, paper.width, look))
        if message.sticky and ok and not held and lines:
            lines[-1] = _hinted(lines[-1], words[-1], word("acknowledge", paper.language), paper, look)
        lines += blank(paper.width, look, least - len(lines) - (1 if held else 0))
    if held:
        id = "held_short" if paper.nano else "held"
        lines += [
            filled([(margin + line, "held")], paper.width, "held")
            for line in wrapped(word(id, paper.language, n=held), width)
        ]
    return lines + blank(paper.width, "base", least - len(lines))


def stop_block(message: Message, held: int, paper: Paper) -> list[Line]:
    """E4 over the full width and loud: the word in letters three lines high, then the text (section 3)."""
    head, text = headed(message, paper)
    margin = " "
    width = paper.width - 2
    lines = wrapped(text.removeprefix(head).lstrip(" .:"), width)
    air = blank(paper.width, "E4", 0 if paper.low else 1)
    loud = _STOP_ASCII if paper.glyphs.ascii else _STOP
    words = [f"{row}  {head}" if y == 1 else row for y, row in enumerate(loud)]
    if paper.width < 30 or paper.low:
        words = [head]
    block = [
        *air,
        *(filled([(margin + line, "E4.head")], paper.width, "E4") for line in words),
        *air,
        *(filled([(margin + line, "E4.head")], paper.width, "E4") for line in lines),
        *air,
    ]
    if held:
        id = "held_short" if paper.nano else "held"
        block += [
            filled([(margin + line, "held")], paper.width, "held")
            for line in wrapped(word(id, paper.language, n=held), width)
        ]
    return block


def key_bar(keys: Sequence[Key], y: int, paper: Paper, *, menu: bool = False) -> tuple[Line, list[Zone]]:
    """As many whole keys as fit; the menu is always the last, because it has them all (FL10.3)."""
    line, zones = _key_bar(tuple(keys), y, paper, menu)
    return line, list(zones)


@lru_cache(maxsize=64)
def _key_bar(keys: tuple[Key, ...], y: int, paper: Paper, menu: bool) -> tuple[Line, tuple[Zone, ...]]:
    last = Key("*", "*", word("menu", paper.language))
    spans: list[Span] = []
    zones: list[Zone] = []
    room = paper.width - (_key_cells(last, paper) if menu else 0)
    for key in [*(key for key in keys if key.key), *([last] if menu else [])]:
        cells = _key_cells(key, paper)
        if key is not last and cells > room:
            continue
        zones.append(Zone(y, width_cells(spans), cells, key.command))
        spans += [(f" {key_name(key)} ", "key.name"), (f" {paper.say(key.label)} ", "key.label")]
        if key is not last:
            room -= cells
    return filled(spans, paper.width, "key.label"), tuple(zones)


def station_page(status: Status, paper: Paper) -> list[Line]:
    """Every part of the status in full: what a narrow screen shows with *MORE."""
    language = paper.language
    facts = f"{status.unsynced}"
    parts = [
        ("user", status.user or word("nobody", language)),
        ("station", status.station),
        ("scanner", status.scanner),
        ("scale", status.scale),
        ("printer", status.printer),
        ("hub", word("online" if status.online else "offline", language)),
        ("sync", age(status.sync_age_s, language)),
        ("unsynced", facts),
        ("clock", status.clock),
    ]
    lines: list[Line] = []
    for id, text in parts:
        look = "status.ill.on_base" if faulty(text) else "base"
        sign = f"{paper.glyphs.ill} " if faulty(text) else ""
        name = word(id, language)
        why = f" ({status.printer_why})" if id == "printer" and sign and status.printer_why else ""
        body = f"{sign}{paper.say(device_text(text, language) + why)}"
        lead = 1 + width_cells([(name, "")]) + 2
        if lead + width_cells([(body, "")]) <= paper.width:
            lines.append(filled([(f" {name}: ", "dim"), (body, look)], paper.width, "base"))
        else:
            lines.append(filled([(f" {name}:", "dim")], paper.width, "base"))
            lines += [filled([(f"  {one}", look)], paper.width, "base") for one in wrapped(body, paper.width - 2)]
    return lines


def _worded(text: str, paper: Paper) -> str:
    shown = paper.say(text)
    return shown.upper() if paper.nano else shown


def _squeezed(text: str, width: int, paper: Paper) -> str:
    if width < 2:
        return ""
    first = wrapped(text, width)[0]
    return (
        first
        if first == text
        else f"{wrapped(text, max(2, width - len(paper.glyphs.ellipsis)))[0]}{paper.glyphs.ellipsis}"
    )


def _hinted(line: Line, text: str, hint: str, paper: Paper, look: str) -> Line:
    if width_cells([(text, "")]) + len(hint) + 4 > paper.width:
        return line
    kept = list(line)
    last, last_look = kept[-1]
    if last.strip(" ") or len(last) < len(hint) + 1:
        return line
    kept[-1] = (last[: -len(hint) - 1], last_look)
    return (*kept, (hint, f"{look}.head"), (" ", look))


def key_name(key: Key) -> str:
    """A key as it stands on a keyboard."""
    names = {"escape": "Esc", "enter": "Enter", "tab": "Tab", "space": "SPACE", "PgDn": "PgDn", "ctrl+c": "Ctrl+C"}
    return names.get(key.key, key.key.upper())


def _key_cells(key: Key, paper: Paper) -> int:
    return width_cells([(key_name(key), ""), (paper.say(key.label), "")]) + 4
