"""The numbered menu behind `*`: everything that is legal here, without a letter to type (FL10.3). Pure.

    *        opens it                 3        the third entry, at once
    0        next page                UNDO ⏎   a command by name, as on the command sheet
Choices keep their own numbers, so that `*2` is choice 2 with the menu open and without it.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from packstation.screens.band import key_bar, key_name, status_line
from packstation.screens.drawing import Line, Paper, Picture, Span, Zone, blank, filled, width_cells, wrapped
from packstation.screens.words import word
from packstation.workflows.prompt import Key, Prompt, Status

_PER_PAGE = 9
_NAME_CHARS_MAX = 24


class Entry(Struct, frozen=True):
    number: str
    press: str
    label: str
    name: str
    """What else does it: "F8 *UNDO"."""


class Menu:
    """Open while somebody chooses. `pressed` answers with what to do: a key or command, "" to stay, None to leave."""

    def __init__(self, prompt: Prompt, extra_keys: Sequence[Key]) -> None:
        self._entries: list[list[Entry]] = _paged(prompt, extra_keys)
        self._page = 0
        self._typed = ""
        self._missed = False

    def pressed(self, key: str) -> str | None:
        self._missed = False
        if key == "escape":
            return None
        if key == "*":
            # A scanner set to typing sends "*UNDO" without its prefix: the star begins again.
            self._typed = ""
            return ""
        if key == "backspace":
            if not self._typed:
                return None
            self._typed = self._typed[:-1]
            return ""
        if key == "enter":
            return f"*{self._typed}" if self._typed else None
        if key in ("pagedown", "pageup"):
            self._turn(1 if key == "pagedown" else -1)
            return ""
        if len(key) != 1 or not key.isprintable():
            return ""
        if key.isdecimal() and not self._typed:
            return self._numbered(key)
        if len(self._typed) < _NAME_CHARS_MAX and (key.isalnum() or key in "._-"):
            self._typed += key.upper()
        return ""

    def draw(self, status: Status, paper: Paper) -> Picture:
        typed = f"*{self._typed}{paper.glyphs.cursor}"
        head: list[Line] = [status_line(status, paper)]
        title = f" {word('menu', paper.language)}"
        if len(self._entries) > 1:
            title += f" {self._page + 1}/{len(self._entries)}"
        head.append(filled([(title, "title"), (f"  {typed}", "title")], paper.width, "title"))
        missed = word("menu_none", paper.language) if self._missed else word("menu_hint", paper.language)
        look = "T4" if self._missed else "dim"
        body: list[Line] = []
        zones: list[Zone] = []
        for entry in self._entries[self._page]:
            lines = _entry_lines(entry, paper)
            zones += [Zone(len(head) + len(body) + y, 0, paper.width, entry.press) for y in range(len(lines))]
            body += lines
        if len(self._entries) > 1:
            entry = Entry("0", "pagedown", word("next_page", paper.language), "")
            zones.append(Zone(len(head) + len(body), 0, paper.width, "pagedown"))
            body += _entry_lines(entry, paper)
        height = paper.height - len(head) - (0 if paper.nano else 1)
        hints = [filled([(f" {line}", look)], paper.width, "base") for line in wrapped(missed, paper.width - 2)]
        if len(body) + len(hints) <= height:
            body += [*blank(paper.width, "base", height - len(body) - len(hints)), *hints]
        lines = [*head, *body[:height], *blank(paper.width, "base", height - len(body))]
        if paper.nano:
            return Picture(tuple(lines), tuple(zones))
        bar, bar_zones = key_bar([Key("escape", "escape", word("back", paper.language))], paper.height - 1, paper)
        return Picture((*lines, bar), (*zones, *bar_zones))

    def _numbered(self, number: str) -> str:
        if number == "0" and len(self._entries) > 1:
            self._turn(1)
            return ""
        found = next((entry for entry in self._entries[self._page] if entry.number == number), None)
        if found is None:
            self._missed = True
            return ""
        return found.press

    def _turn(self, pages: int) -> None:
        self._page = (self._page + pages) % len(self._entries)


def _paged(prompt: Prompt, extra_keys: Sequence[Key]) -> list[list[Entry]]:
    """Pages of at most nine numbers; choices stand on the first with the numbers the question gave them."""
    choices = [Entry(number, number, text, "") for number, text in prompt.choices]
    taken = {entry.number for entry in choices}
    free = [str(number) for number in range(1, _PER_PAGE + 1) if str(number) not in taken]
    pages: list[list[Entry]] = [choices]
    for key in (*prompt.keys, *extra_keys):
        if not free:
            pages.append([])
            free = [str(number) for number in range(1, _PER_PAGE + 1)]
        name = " ".join(part for part in (key_name(key), key.command) if part)
        pages[-1].append(Entry(free.pop(0), key.command, key.label, name))
    return pages


def _entry_lines(entry: Entry, paper: Paper) -> list[Line]:
    lead: Span = (f" {paper.say(entry.number)} ", "choice.number")
    name = f"  {paper.say(entry.name)}" if entry.name and paper.width >= 60 else ""
    words = wrapped(paper.say(entry.label), paper.width - width_cells([lead]) - len(name) - 1)
    first: list[Span] = [lead, (f" {words[0]}", "choice"), (name, "dim")]
    indent = " " * (width_cells([lead]) + 1)
    return [
        filled(first, paper.width, "base"),
        *(filled([(indent + line, "choice")], paper.width, "base") for line in words[1:]),
    ]
