"""Pages of text over the job: help, raw scans, leaving. Status on top, a title, lines to page through, keys. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from packstation.screens.band import key_bar, status_line
from packstation.screens.drawing import Line, Paper, Picture, Span, blank, filled, spread, width_cells, wrapped
from packstation.screens.words import word
from packstation.workflows.prompt import Key, Status


class TextPage:
    """A title and lines; PgDn, PgUp, the arrows and *MORE move through them; the rest is the page's own."""

    def __init__(self) -> None:
        self.first = 0
        self._step = 1
        self._count = 0

    def pressed(self, key: str) -> bool:
        """True when the key moved the page."""
        step = {"pagedown": self._step, "pageup": -self._step, "down": 1, "up": -1, "*MORE": self._step}.get(key)
        if step is None:
            return False
        if key == "*MORE" and self.first + self._step >= self._count:
            self.first = 0
        else:
            self.first = max(0, min(self.first + step, self._count - 1))
        return True

    def draw(self, title: str, lines: Sequence[Line], keys: Sequence[Key], status: Status, paper: Paper) -> Picture:
        height = paper.height - 2 - (0 if paper.nano else 1)
        self._step, self._count = max(1, height - 1), len(lines)
        self.first = max(0, min(self.first, len(lines) - height))
        shown = list(lines[self.first : self.first + height])
        rest = len(lines) - self.first - len(shown)
        right: list[Span] = []
        if self.first or rest > 0:
            right = [(f"{self.first + 1}-{self.first + len(shown)}/{len(lines)} ", "title.state")]
        heading = [(f" {title}", "title")]
        if width_cells(heading) + width_cells(right) > paper.width:
            right = []
        drawn = [
            status_line(status, paper),
            spread([(f" {wrapped(title, paper.width - 1)[0]}", "title")], right, paper.width, "title"),
            *shown,
            *blank(paper.width, "base", height - len(shown)),
        ]
        if paper.nano:
            return Picture(tuple(drawn[: paper.height]))
        back = Key("escape", "escape", word("back", paper.language))
        more = [Key("pagedown", "PgDn", word("key_more", paper.language))] if rest > 0 else []
        bar, zones = key_bar([back, *more, *keys], paper.height - 1, paper)
        return Picture((*drawn[: paper.height - 1], bar), tuple(zones))


def text_lines(text: str, paper: Paper, look: str = "base", indent: int = 1) -> list[Line]:
    """A wrapped text of ours or of somebody else's, as lines of a page."""
    indent = 0 if paper.nano else indent
    return [
        filled([(" " * indent + line, look)], paper.width, look if look.startswith("list.") else "base")
        for line in wrapped(paper.say(text), paper.width - indent)
    ]


def heading_lines(text: str, paper: Paper) -> list[Line]:
    return [filled([(f" {line}", "list.head")], paper.width, "list.head") for line in wrapped(text, paper.width - 1)]
