"""The one widget of the app: shows a Picture and repaints only the cells that changed (PF1.10, PF1.16, PF10.2)."""

from __future__ import annotations

from collections.abc import Callable

from rich.segment import Segment
from textual import events
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from packstation.screens.drawing import Line, Picture, width_cells
from packstation.screens.looks import style


class Sheet(Widget):
    """Fixed size, `render_line` only, no layout: a changed line is a `refresh` of its changed cells."""

    def __init__(self, theme: str, tapped: Callable[[str], None]) -> None:
        super().__init__()
        self._theme = theme
        self._tapped = tapped
        self._picture = Picture(())
        self._blank = style("base", theme)
        self.strips_rendered = 0
        """Lines drawn so far; a test holds a scan to eight (PF10.2)."""

    def show(self, picture: Picture) -> bool:
        """Take the picture; True when any cell changed."""
        before, self._picture = self._picture.lines, picture
        if len(before) != len(picture.lines):
            self.refresh()
            return True
        regions = []
        for y, (old, new) in enumerate(zip(before, picture.lines, strict=True)):
            if old != new:
                x, end = changed_cells(old, new)
                if end > x:
                    regions.append(Region(x, y, end - x, 1))
        if regions:
            self.refresh(*regions)
        return bool(regions)

    def repaint(self, theme: str) -> None:
        self._theme = theme
        self._blank = style("base", theme)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        self.strips_rendered += 1
        width = self.size.width
        if y >= len(self._picture.lines):
            return Strip.blank(width, self._blank)
        segments = [Segment(text, style(look, self._theme)) for text, look in self._picture.lines[y]]
        return Strip(segments).simplify().adjust_cell_length(width, self._blank)

    def on_click(self, event: events.Click) -> None:
        """A tap on a key, a choice or a row of a menu: a phone has no F keys."""
        for zone in self._picture.zones:
            if zone.y == event.y and zone.x <= event.x < zone.x + zone.width:
                self._tapped(zone.press)
                return


def changed_cells(old: Line, new: Line) -> tuple[int, int]:
    """The cells from the first to behind the last span that differ. The terminal is written span by span anyway.

    >>> changed_cells((("1", "card"), (" of 2", "card.count")), (("2", "card"), (" of 2", "card.count")))
    (0, 1)
    """
    first = 0
    for was, now in zip(old, new, strict=False):
        if was != now:
            break
        first += 1
    last_old, last_new = len(old), len(new)
    while last_old > first and last_new > first and old[last_old - 1] == new[last_new - 1]:
        last_old, last_new = last_old - 1, last_new - 1
    x = width_cells(new[:first])
    return x, x + max(width_cells(old[first:last_old]), width_cells(new[first:last_new]))
