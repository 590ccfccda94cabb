"""The job screen: draws any Prompt at any size from 20x16 on (FL10.1). Pure; the app hands the pictures on.

    status          1 line, always
    title           what is open, how far it is
    instruction     3 lines: the one thing to do next
    body            choices | current row, rows | panel: right from 100 columns, below from 60, else a page
    message         2 or 3 lines and more when the text needs them, full width colour, symbol, word
    keys            1 line; none at 20x16

Rows keep their places while their counts change, so that a scan changes few lines and eyes find a row again; the
current one stands on top as well, large. A stop (E4) turns the whole screen red and puts its text above everything.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter

from msgspec.structs import replace

from packstation.scan.reading import CUT
from packstation.screens.band import (
    device_text,
    instruction_block,
    key_bar,
    key_name,
    message_block,
    station_page,
    status_line,
    stop_block,
    title_line,
)
from packstation.screens.drawing import (
    Line,
    Paper,
    Picture,
    Zone,
    beside,
    blank,
    filled,
    framed,
    hidden_rows,
    paragraph,
    ruled,
    width_cells,
    wrapped,
)
from packstation.screens.start import START_STATES
from packstation.screens.words import word
from packstation.screens.work import card_lines, panel_lines, panel_pages, row_lines
from packstation.workflows.prompt import Cue, Key, Prompt, Row, Status

WIDTH_MIN, HEIGHT_MIN = 20, 12
_KEY, _NEED = attrgetter("key"), attrgetter("need")
_HELD_LINES_MAX = 4
_PANEL_LINES_MIN = 4
_WORK_LINES_MIN = 5
_WORK_CELLS_MIN = 61  # beside the panel the rows keep their columns


class JobScreen:
    """Draws Prompts; remembers only what no Prompt says: the page that is open and where the list stands."""

    def __init__(self) -> None:
        self.page = 0
        self.listing = False
        self._first = 0
        self._shown = 0
        self._pages = 1
        self._open = ""
        self._places: dict[str, int] = {}

    def more(self) -> None:
        """*MORE: the next page, or the next part of the list."""
        if self.listing:
            self._first += max(1, self._shown)
        else:
            self.page = (self.page + 1) % max(1, self._pages)

    def list_all(self) -> None:
        """*LIST: every row from the first on; again leaves it."""
        self.listing = not self.listing
        self.page = 0
        self._first = 0

    def scroll(self, rows: int) -> None:
        self._first = max(0, self._first + rows)

    def leave(self) -> bool:
        """Back to the work page; False when it is open already."""
        was_away = bool(self.page) or self.listing
        self.page, self.listing = 0, False
        return was_away

    @property
    def has_more(self) -> bool:
        return self._pages > 1 or self.listing

    def draw(self, prompt: Prompt, status: Status, paper: Paper, extra_keys: Sequence[Key] = ()) -> Picture:
        if paper.width < WIDTH_MIN or paper.height < HEIGHT_MIN:
            return too_small(paper)
        if self._open != f"{prompt.title}\n{prompt.state}":
            self._open, self.page, self.listing = f"{prompt.title}\n{prompt.state}", 0, False
        prompt = replace(prompt, rows=self._in_place(prompt.rows))
        if prompt.frame:
            inner = self._draw(prompt, status, replace(paper, width=paper.width - 2), extra_keys)
            zones = tuple(replace(zone, x=zone.x + 1) for zone in inner.zones)
            return Picture(tuple(framed(inner.lines, paper, "frame")), zones)
        return self._draw(prompt, status, paper, extra_keys)

    def _in_place(self, rows: tuple[Row, ...]) -> tuple[Row, ...]:
        """The rows where they stood when this work was opened, even if a workflow moves what is done to the end."""
        keys = list(map(_KEY, rows))
        if keys == list(self._places):
            return rows
        if len(keys) != len(self._places) or self._places.keys() != set(keys):
            self._places = {key: place for place, key in enumerate(keys)}
            return rows
        return tuple(sorted(rows, key=lambda row: self._places[row.key]))

    def _draw(self, prompt: Prompt, status: Status, paper: Paper, extra_keys: Sequence[Key]) -> Picture:
        message = prompt.message
        stopped = message is not None and message.cue is Cue.STOP and message.sticky != ""
        top = [status_line(status, paper), title_line(prompt, paper)]
        held = len(prompt.held)
        loud = stop_block(message, held, paper) if stopped and message is not None else []
        instruction = [*loud, *instruction_block(prompt, paper, figures=not stopped)]
        asks = message is not None and message.sticky == "ask"
        ok = not asks or any(key.command == "*OK" for key in prompt.keys)
        below = [] if stopped else message_block(message, held, paper, ok=ok)
        keys = 0 if paper.nano else 1
        height = paper.height - len(top) - len(instruction) - len(below) - keys
        if height < 3:
            instruction = [line for line in instruction if _written(line)]
            height = paper.height - len(top) - len(instruction) - len(below) - keys
        body, zones = self._body(prompt, status, paper, max(0, height), len(top) + len(instruction))
        if paper.nano and self._pages > 1 and all(_written(line) for line in body):
            # No key bar here: the mark that there is more has a line of its own.
            body, zones = self._body(prompt, status, paper, max(0, height - 1), len(top) + len(instruction))
            body = [*body, *blank(paper.width, "base", 1)]
        lines = [*top, *instruction, *body, *below][: paper.height - keys]
        if paper.nano and (self._pages > 1 or extra_keys):
            # No key bar here: the last free line tells that there is more, and what scans in a demo.
            free = next((y for y in range(len(lines) - 1, 4, -1) if not _written(lines[y])), None)
            if free is not None:
                lines[free] = filled([(self._foot(paper, extra_keys), "dim")], paper.width, "base")
        if stopped:
            lines = [lines[0], *(_in_red(line) for line in lines[1:])]
        if keys:
            told = word("key_more", paper.language)
            told = f"{told} {self.page + 1}/{self._pages}" if self._pages > 1 else told
            more = [Key("*MORE", "pagedown", told)] if self.has_more else []
            bar, key_zones = key_bar(
                [*extra_keys, *_labelled(more), *_by_need(prompt)], paper.height - 1, paper, menu=True
            )
            lines.append(bar)
            zones += key_zones
        assert len(lines) == paper.height, f"drew {len(lines)} lines of {paper.height}"
        return Picture(tuple(lines), tuple(zones))

    def _foot(self, paper: Paper, extra_keys: Sequence[Key]) -> str:
        """What stands in the key bar elsewhere, in one short line; the page's number goes first where it is tight."""
        scans = [f"{key_name(key)} {word('demo_scans', paper.language)}" for key in extra_keys[:1]]
        if self._pages < 2:
            return " ".join(scans)
        more = f"{paper.glyphs.more} *MORE"
        told = " ".join([f"{more} {self.page + 1}/{self._pages}", *scans])
        return told if width_cells([(told, "")]) <= paper.width else " ".join([more, *scans])

    def _body(
        self, prompt: Prompt, status: Status, paper: Paper, height: int, y: int
    ) -> tuple[list[Line], list[Zone]]:
        """The work page, or one of the pages behind it: the panel where it has no room, the list, the station."""
        place = _panel_place(prompt, paper)
        panel_width = min(44, paper.width - _WORK_CELLS_MIN - 1) if place == "right" else paper.width
        panel_paper = replace(paper, width=panel_width)
        room = {"alone": height, "right": height, "page": 0}.get(place)
        if place == "page" and prompt.panel is not None and prompt.state == "CARTON":
            # Before a carton is taken even a small screen says what is suggested, why, and how full it will be.
            place, room = "below", height - len(prompt.choices) - (1 if paper.nano else 3)
        if room is None:
            work_lines = len(prompt.choices) + len(prompt.held) + len(prompt.rows) + 3
            room = min(max(_PANEL_LINES_MIN, height - work_lines), height - _WORK_LINES_MIN)
        in_sight = panel_lines(prompt.panel, panel_paper, max(0, room))
        whole = len(in_sight) == len(panel_lines(prompt.panel, panel_paper))
        pages = self._further_pages(prompt, status, paper, max(1, height - 1), whole)
        self._pages = 1 + len(pages)
        if self.page > len(pages):
            self.page = 0
        if self.listing:
            return self._list(prompt.rows, paper, height), []
        if self.page:
            lead = f" {word('page', paper.language)} {self.page + 1}/{self._pages}"
            lines = [filled([(lead, "panel.title")], paper.width, "panel.title"), *pages[self.page - 1]]
            return [*lines, *blank(paper.width, "base", height - len(lines))][:height], []
        if place == "right":
            work, zones = self._work(prompt, replace(paper, width=paper.width - panel_width - 1), height, y)
            bars: list[Line] = [((paper.glyphs.bar, "rule"),)] * height
            side = [*in_sight, *blank(panel_width, "panel", height - len(in_sight))]
            return beside(beside(work, bars), side), zones
        if place == "alone":
            work, zones = [*in_sight, *blank(paper.width, "base", height - len(in_sight))], []
        else:
            work, zones = self._work(prompt, paper, height - len(in_sight), y)
        return [*work, *in_sight] if place == "below" else work, zones

    def _further_pages(
        self, prompt: Prompt, status: Status, paper: Paper, step: int, whole: bool
    ) -> list[list[Line]]:
        """What *MORE turns to: the panel when it is not whole in sight, the station where its line is too short."""
        pages: list[list[Line]] = []
        if not whole and prompt.panel is not None:
            pages += panel_pages(prompt.panel, paper, step)
        if not paper.roomy and not _tells_all(status, paper):
            station = station_page(status, paper)
            pages += [station[at : at + step] for at in range(0, len(station), step)]
        return pages

    def _work(self, prompt: Prompt, paper: Paper, height: int, y: int) -> tuple[list[Line], list[Zone]]:
        lines: list[Line] = []
        zones: list[Zone] = []
        for code in prompt.held[:_HELD_LINES_MAX]:
            lines += paragraph(f" {paper.glyphs.waiting[0]} {held_code(code, paper)}", paper.width, "held.code")
        if len(prompt.held) > _HELD_LINES_MAX:
            rest = hidden_rows(len(prompt.held) - _HELD_LINES_MAX, paper, word("waiting", paper.language))
            lines += paragraph(f" {rest}", paper.width, "held.code")
        for number, text in prompt.choices:
            lead = f" {paper.say(number)} "
            words = wrapped(paper.say(text), paper.width - len(lead) - 1)
            zones.append(Zone(y + len(lines), 0, paper.width, number))
            lines.append(filled([(lead, "choice.number"), (f" {words[0]}", "choice")], paper.width, "choice"))
            lines += [filled([(" " * (len(lead) + 1) + one, "choice")], paper.width, "choice") for one in words[1:]]
        at = next((index for index, row in enumerate(prompt.rows) if row.current), None)
        current = None if at is None else prompt.rows[at]
        carded = current is not None and not prompt.choices
        if current is not None and carded:
            lines += card_lines(current, paper)
            if paper.width >= 60 and height - len(lines) > 3:
                lines.append(ruled(paper, paper.width, "rule"))
        left = height - len(lines)
        if left > 0 and prompt.rows:
            # A narrow screen has no room to show the current row twice.
            hidden = carded and paper.width < 60
            others = [row for row in prompt.rows if row is not current] if hidden else prompt.rows
            lines += self._rows(others, at, paper, left)
        zones = [zone for zone in zones if zone.y < y + height]
        return [*lines, *blank(paper.width, "base", height - len(lines))][:height], zones

    def _rows(self, rows: Sequence[Row], at: int | None, paper: Paper, height: int) -> list[Line]:
        """The part of the list where the current row is; it moves only when that row would be out of sight."""
        at = None if at is None else min(at, len(rows) - 1)
        self._first = min(self._first, max(0, len(rows) - 1))
        lines, last = _fitting(rows, self._first, paper, height)
        if at is not None and not self._first <= at < last:
            self._first = max(0, at - 1)
            lines, last = _fitting(rows, self._first, paper, height)
        while self._first and last == len(rows):
            more, more_last = _fitting(rows, self._first - 1, paper, height)
            if more_last < len(rows):
                break
            self._first, lines, last = self._first - 1, more, more_last
        self._shown = last - self._first
        return [*lines, *blank(paper.width, "base", height - len(lines))][:height]

    def _list(self, rows: Sequence[Row], paper: Paper, height: int) -> list[Line]:
        if self._first >= len(rows):
            self._first = 0
        lines, last = _fitting(rows, self._first, paper, height)
        self._shown = last - self._first
        return [*lines, *blank(paper.width, "base", height - len(lines))][:height]


def too_small(paper: Paper) -> Picture:
    """Below the smallest screen there is only this sentence."""
    width = max(2, paper.width)
    lines = [filled([(line, "base")], width, "base") for line in wrapped(word("too_small", paper.language), width)]
    lines = [*lines, *blank(width, "base", paper.height - len(lines))][: paper.height]
    return Picture(tuple(lines))


def _panel_place(prompt: Prompt, paper: Paper) -> str:
    """Where the panel stands: alone when there is no other work to show, right, below, or on a page of its own."""
    if paper.nano and prompt.state in START_STATES:
        return "page"  # on the smallest screen the one thing to do stands alone; the devices are behind *MORE
    if prompt.panel is None or not (prompt.rows or prompt.choices or prompt.held):
        return "alone" if prompt.panel is not None else "page"
    if paper.roomy:
        return "right"
    return "below" if paper.width >= 60 else "page"


def _fitting(rows: Sequence[Row], first: int, paper: Paper, height: int) -> tuple[list[Line], int]:
    """The lines of the rows from `first` on, and the first row without room; its number is told in the last line."""
    lines: list[Line] = []
    last = first
    # As wide as the fullest count will be, so that no column moves when ten follows nine.
    figures = 2 * len(str(max(map(_NEED, rows), default=1))) + 1
    end = len(rows)
    for row in rows[first:]:
        block = row_lines(row, paper, figures)
        if len(lines) + len(block) + (1 if last + 1 < end else 0) > height and lines:
            break
        lines += block
        last += 1
    if last < len(rows) and len(lines) < height:
        told = hidden_rows(len(rows) - last, paper, word("more", paper.language))
        lines.append(filled([(f" {told}", "dim")], paper.width, "base"))
    return lines, last


def held_code(text: str, paper: Paper) -> str:
    """A held scan as people know it: without symbology identifier; a badge is never shown (D4.8). Of a line that is
    no code, what can be shown of its head; why it is none is said in its turn."""
    head, faulty, _ = text.partition(CUT)
    bare = head[3:] if head.startswith("]") else head
    if bare.upper().startswith("B.") and len(bare) > 20:
        return "B.•••"
    shown = paper.say(bare, chars_max=60)
    whole = shown.strip(" ") and not faulty
    return shown if whole or shown.endswith("…") else shown + paper.say("…")


def _tells_all(status: Status, paper: Paper) -> bool:
    """The status line has room for every part, so that no page needs to repeat it."""
    told = "".join(text for text, _ in status_line(status, paper))
    parts = (status.user, status.station, status.scanner, status.scale, status.printer, status.clock)
    shown = all(paper.say(device_text(part, paper.language)) in told for part in parts)
    return shown and paper.say(status.printer_why) in told


def _written(line: Line) -> bool:
    return any(text.strip(" ") for text, _ in line)


def _in_red(line: Line) -> Line:
    return tuple((text, look if look.startswith("E4") or look == "held" else "E4") for text, look in line)


def _by_need(prompt: Prompt) -> list[Key]:
    """The keys in the workflow's order; what acknowledges comes first while something waits for it."""
    sticky = prompt.message is not None and prompt.message.sticky != ""
    return sorted(prompt.keys, key=lambda key: not (sticky and key.command == "*OK"))


def _labelled(keys: Sequence[Key]) -> list[Key]:
    return [replace(key, key="PgDn") if key.key == "pagedown" else key for key in keys]
