"""The supervisor's board: waves with what is late and what is urgent, exceptions, long lists (FL9.1-FL9.3).

    Tab  waves | exceptions | further lists       Enter  release the chosen wave, asked once       F5  plan

Deeds answer with a sentence. Late and due are words and figures, not colours alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from packstation.screens.band import age, key_bar, key_name, status_line
from packstation.screens.drawing import Line, Paper, Picture, Span, blank, filled, spread, width_cells, wrapped
from packstation.screens.floor import Boards, ExceptionRow, WaveRow
from packstation.screens.rows import VirtualList
from packstation.screens.words import word
from packstation.workflows.prompt import Key, Status

_ISO = re.compile(r"\d{4}-(\d\d-\d\d)T(\d\d:\d\d):\d\d(?:\.\d+)?Z")
_WAVE_HEADS = (
    "wave",
    "state",
    "cutoff",
    "total",
    "ready",
    "released",
    "available",
    "wave_waiting",
    "late",
    "priority",
    "done_today",
)


class Board:
    """Which tab is open, which row is chosen, what is being asked."""

    def __init__(self, boards: Boards) -> None:
        self._boards = boards
        self._tab = 0
        self._chosen = 0
        self._asked = ""
        self.told = ""
        self._waves: Sequence[WaveRow] = ()
        self._exceptions: Sequence[ExceptionRow] = ()
        self._lists = [VirtualList(heads, pages) for _, heads, pages in boards.lists]
        self.reload()

    def reload(self) -> None:
        """Read waves and exceptions again; on opening, after a deed and with the clock."""
        self._waves = self._boards.waves()
        self._exceptions = self._boards.exceptions()
        for rows in self._lists:
            rows.forget()

    def pressed(self, key: str) -> str | None:
        """What to do: "plan", "release:WAVE", a command for the bench; an empty text to stay, None to leave."""
        if self._asked:
            asked, self._asked = self._asked, ""
            return f"release:{asked}" if key in ("enter", "f12", "*OK") else ""
        self.told = ""
        if key in ("escape", "f3", "*BACK"):
            return None
        if key in ("tab", "right", "shift+tab", "left"):
            tabs = 2 + len(self._lists)
            self._tab = (self._tab + (1 if key in ("tab", "right") else -1)) % tabs
            self._chosen = 0
            return ""
        if self._tab >= 2:
            self._lists[self._tab - 2].pressed(key)
            return ""
        rows = len(self._waves) if self._tab == 0 else len(self._exceptions)
        step = {"down": 1, "up": -1, "pagedown": 10, "pageup": -10}.get(key, 0)
        self._chosen = max(0, min(self._chosen + step, rows - 1))
        if self._tab == 1 and key in ("enter", "f12", "*OK") and self._exceptions:
            return self._exceptions[self._chosen].opens
        if self._tab != 0:
            return ""
        if key == "f5" and self._boards.plan is not None:
            return "plan"
        if key == "enter" and self._boards.release is not None and self._waves:
            self._asked = self._waves[self._chosen].wave
        return ""

    def draw(self, status: Status, paper: Paper) -> Picture:
        language = paper.language
        titles = self._titles(language)
        spans: list[Span] = []
        for index, title in enumerate(titles):
            count = f" {len(self._exceptions)}" if index == 1 else ""
            name = f" {paper.say(title)}{count} "
            if index == self._tab or width_cells(spans) + width_cells([(name, "")]) <= paper.width - 8:
                spans.append((name, "list.chosen" if index == self._tab else "title"))
        if width_cells(spans) > paper.width:
            spans = [span for span in spans if span[1] == "list.chosen"]
        head = [status_line(status, paper), filled(spans, paper.width, "title")]
        foot = self._foot(paper)
        height = paper.height - len(head) - len(foot) - (0 if paper.nano else 1)
        if self._tab >= 2:
            body = self._lists[self._tab - 2].draw(height, paper)
        else:
            marked = self._waves_lines(paper) if self._tab == 0 else self._exception_lines(paper)
            body = [line for line, _ in _around(marked, height)]
        lines = [*head, *body]
        lines = [
            *lines[: paper.height - len(foot)],
            *blank(paper.width, "base", height + len(head) - len(lines)),
            *foot,
        ]
        if paper.nano:
            return Picture(tuple(lines[: paper.height]))
        bar, zones = key_bar(self._keys(language), paper.height - 1, paper)
        return Picture((*lines[: paper.height - 1], bar), tuple(zones))

    def _titles(self, language: str) -> list[str]:
        named = [title for title, _, _ in self._boards.lists]
        return [word("board", language), word("exceptions", language), *named]

    def _keys(self, language: str) -> list[Key]:
        if self._asked:
            return [Key("enter", "enter", word("release", language)), Key("escape", "escape", word("back", language))]
        titles = self._titles(language)
        keys = [Key("escape", "escape", word("back", language))]
        # What is done here comes before where else to look: a narrow screen shows the first ones.
        if self._tab == 0 and self._boards.release is not None and self._waves:
            keys.append(Key("enter", "enter", word("release", language)))
        if self._tab == 0 and self._boards.plan is not None:
            keys.append(Key("f5", "f5", word("plan", language)))
        keys.append(Key("tab", "tab", titles[(self._tab + 1) % len(titles)]))
        return keys

    def _foot(self, paper: Paper) -> list[Line]:
        if self._asked:
            asked = next((wave for wave in self._waves if wave.wave == self._asked), None)
            orders = 0 if asked is None else asked.total
            text, look = word("release_ask", paper.language, wave=paper.say(self._asked), n=orders), "T4"
        else:
            text, look = paper.say(self.told), "note"
        if not text and paper.nano:
            # No key bar here: what is done, and that there is more.
            told = ""
            for key in self._keys(paper.language)[1:]:
                more = f"{told} {key_name(key)} {key.label}"
                told = more if len(more) < paper.width else told
            return [filled([(told, "dim")], paper.width, "base")] if told else []
        if not text:
            return []
        return [filled([(f" {line}", look)], paper.width, look) for line in wrapped(text, paper.width - 2)]

    def _waves_lines(self, paper: Paper) -> list[tuple[Line, bool]]:
        """Lines, each with whether it belongs to the chosen row."""
        language = paper.language
        if not self._waves:
            return [(filled([(f" {word('no_waves', language)}", "dim")], paper.width, "base"), False)]
        lines: list[tuple[Line, bool]] = []
        heads = [word(id, language) for id in _WAVE_HEADS]
        table = [heads, *([paper.say(cell) for cell in _wave_cells(wave)] for wave in self._waves)]
        widths = [max(width_cells([(row[column], "")]) for row in table) for column in range(len(heads))]
        room = paper.width - sum(widths) - 2
        gap = 2 if room >= 2 * (len(widths) - 1) else 1
        wide = room >= gap * (len(widths) - 1)
        if wide:
            lines.append((filled([(f" {_cells(heads, widths, gap)}", "list.head")], paper.width, "list.head"), False))
        for index, wave in enumerate(self._waves):
            chosen = index == self._chosen
            look = "list.chosen" if chosen else ("row.over" if wave.late else "row")
            if wide:
                text = f"{_lead(chosen, paper)}{_cells(table[index + 1], widths, gap)}"
                lines.append((filled([(text, look)], paper.width, look if chosen else "base"), chosen))
            else:
                figures = zip(heads[3:], table[index + 1][3:], strict=True)
                told = " ".join(f"{head} {figure}" for head, figure in figures if figure != "0" or head == heads[3])
                lines += _marked(f"{_lead(chosen, paper)}{' '.join(table[index + 1][:3])}", look, 0, chosen, paper)
                lines += _marked(told, look, 1, chosen, paper)
            if wave.note:
                note = f"{paper.glyphs.over} {paper.say(wave.note)}" if wave.late else paper.say(wave.note)
                lines += _marked(note, "list.chosen" if chosen else "row.begun", 3, chosen, paper)
        return lines

    def _exception_lines(self, paper: Paper) -> list[tuple[Line, bool]]:
        if not self._exceptions:
            return [(filled([(f" {word('no_exceptions', paper.language)}", "dim")], paper.width, "base"), False)]
        lines: list[tuple[Line, bool]] = []
        for index, row in enumerate(self._exceptions):
            chosen = index == self._chosen
            look = "list.chosen" if chosen else "row"
            rest = look if chosen else "base"
            what = paper.say(row.what)
            about = "  ".join(paper.say(part) for part in (row.order, row.station, row.user) if part)
            old = age(row.age_s, paper.language)
            if paper.width >= 60:
                left = [(f"{_lead(chosen, paper)}{what}  {about}", look)]
                lines.append((spread(left, [(f"{old} ", look)], paper.width, rest), chosen))
            else:
                lines += _marked(f"{_lead(chosen, paper)}{what} {about} {old}", look, 0, chosen, paper)
            if row.text:
                lines += _marked(paper.say(row.text), look if chosen else "row.detail", 3, chosen, paper)
        return lines


def _lead(chosen: bool, paper: Paper) -> str:
    """Which row is chosen is told by a sign too: colour alone is none (FL3.1)."""
    return paper.glyphs.pointer if chosen else " "


def _marked(text: str, look: str, indent: int, chosen: bool, paper: Paper) -> list[tuple[Line, bool]]:
    rest = look if chosen else "base"
    lines = wrapped(text, paper.width - indent - 1)
    return [(filled([(" " * indent + line, look)], paper.width, rest), chosen) for line in lines]


def _wave_cells(wave: WaveRow) -> list[str]:
    figures = (
        wave.total,
        wave.ready,
        wave.released,
        wave.available,
        wave.waiting,
        wave.late,
        wave.priority,
        wave.done_today,
    )
    return [wave.wave, wave.state, short_time(wave.cutoff), *(str(figure) for figure in figures)]


def short_time(text: str) -> str:
    """A moment without its year and seconds; any other text as it is.

    >>> short_time("2026-03-02T16:00:00Z")
    '03-02 16:00Z'
    """
    found = _ISO.fullmatch(text)
    return f"{found[1]} {found[2]}Z" if found else text


def _cells(texts: Sequence[str], widths: Sequence[int], between: int) -> str:
    parts = []
    for column, (text, width) in enumerate(zip(texts, widths, strict=True)):
        gap = " " * (width - width_cells([(text, "")]))
        parts.append(gap + text if column >= 3 else text + gap)
    return (" " * between).join(parts)


def _around(lines: list[tuple[Line, bool]], height: int) -> list[tuple[Line, bool]]:
    """The part of the lines that holds the chosen row."""
    if len(lines) <= height:
        return lines
    chosen = [index for index, (_, is_chosen) in enumerate(lines) if is_chosen] or [0]
    # The head of the chosen row stays in sight, whatever follows it.
    first = max(0, min(chosen[-1] - height // 2, len(lines) - height, chosen[0]))
    return lines[first : first + height]
