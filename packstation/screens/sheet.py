"""The one widget of the app: shows a Picture and repaints only the cells that changed (PF1.10, PF1.16, PF10.2).

    show --what changed--> the terminal, in one frame           once it stands and the terminal keeps up
         --what changed--> refresh, and Textual when it may     before that, in a queue of scans, without a terminal

Both write the same cells: whatever Textual repaints, it asks `render_line`, which knows the picture of now.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from rich.color import ColorSystem
from rich.segment import Segment
from textual import events
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from packstation.screens.drawing import Line, Picture, Span, width_cells
from packstation.screens.looks import style

if TYPE_CHECKING:
    from packstation.screens.terminal import Terminal


class Sheet(Widget):
    """Fixed size, `render_line` only, no layout: a changed line is a `refresh` of its changed cells."""

    def __init__(self, theme: str, tapped: Callable[[str], None]) -> None:
        super().__init__()
        self._theme = theme
        self._tapped = tapped
        self._picture = Picture(())
        self._blank = style("base", theme)
        self._strips: dict[int, tuple[Line, Strip]] = {}
        self._stands = False
        """The terminal shows a whole picture, of which cells can be changed."""
        self._left_out = False
        self.strips_rendered = 0
        """Lines drawn so far; a test holds a scan to eight (PF10.2)."""
        self.frames = 0
        """Frames that went out without Textual."""

    def show(self, picture: Picture, terminal: Terminal | None = None, *, queued: bool = False) -> bool:
        """Take the picture; True when any cell changed. `terminal`: where it goes out at once, unless `queued`:
        more pictures follow, and Textual draws when it gets a turn."""
        before, self._picture = self._picture.lines, picture
        if len(before) != len(picture.lines):
            self.refresh()
            return True
        changes = [
            (y, *changed_spans(old, new))
            for y, (old, new) in enumerate(zip(before, picture.lines, strict=True))
            if old != new
        ]
        if not changes:
            return False
        if terminal is not None and self._stands and (terminal.behind or self._left_out):
            self._left_out = True
        elif terminal is None or queued or not terminal.direct or not self._stands:
            self.refresh(*(Region(x, y, width_cells(spans), 1) for y, x, spans in changes))
        else:
            self.frames += 1
            terminal.frame(self._drawn(changes))
        return True

    def catch_up(self) -> None:
        """The terminal takes writes again: whatever was left out meanwhile is drawn as it is now."""
        if self._left_out:
            self._left_out = False
            self.refresh()

    def repaint(self, theme: str) -> None:
        self._theme = theme
        self._blank = style("base", theme)
        self._strips.clear()
        self.refresh()

    def render_lines(self, crop: Region) -> list[Strip]:
        # Not by Textual's cache of lines, which does not hear of frames; no border, padding or opacity is missed.
        # It asks for all lines whenever it paints some: those that stayed as they were are kept.
        right = crop.x + crop.width
        whole = crop.x == 0 and crop.width == self.size.width
        strips = [self._strip(y) for y in range(crop.y, crop.y + crop.height)]
        self._stands = True
        return strips if whole else [strip.crop(crop.x, right) for strip in strips]

    def _strip(self, y: int) -> Strip:
        lines = self._picture.lines
        line = lines[y] if y < len(lines) else ()
        kept = self._strips.get(y)
        if kept is None or kept[0] != line or kept[1].cell_length != self.size.width:
            kept = self._strips[y] = (line, self._filtered(self.render_line(y)))
        return kept[1]

    def render_line(self, y: int) -> Strip:
        self.strips_rendered += 1
        width = self.size.width
        if y >= len(self._picture.lines):
            return Strip.blank(width, self._blank)
        return Strip(self._segments(self._picture.lines[y])).adjust_cell_length(width, self._blank)

    def _drawn(self, changes: Sequence[tuple[int, int, Sequence[Span]]]) -> str:
        """What the terminal is told to show the spans where they are."""
        self.strips_rendered += len(changes)
        console = self.app.console
        if self.get_line_filters():
            strips = [(y, x, self._filtered(Strip(self._segments(spans)))) for y, x, spans in changes]
            return "".join([f"\x1b[{y + 1};{x + 1}H{strip.render(console)}" for y, x, strip in strips])
        # As a strip renders itself, without one for every few cells.
        theme, colors = self._theme, console._color_system or ColorSystem.TRUECOLOR
        cells: list[str] = []
        for y, x, spans in changes:
            cells.append(f"\x1b[{y + 1};{x + 1}H")
            cells += [Strip.render_style(style(look, theme), text, colors) for text, look in spans]
        return "".join(cells)

    def _segments(self, spans: Sequence[Span]) -> list[Segment]:
        theme = self._theme
        return [Segment(text, style(look, theme)) for text, look in spans]

    def _filtered(self, strip: Strip) -> Strip:
        """In the colours this terminal may have (NO_COLOR)."""
        for filter in self.get_line_filters():
            strip = strip.apply_filter(filter, self.background_colors[1])
        return strip

    def on_click(self, event: events.Click) -> None:
        """A tap on a key, a choice or a row of a menu: a phone has no F keys."""
        for zone in self._picture.zones:
            if zone.y == event.y and zone.x <= event.x < zone.x + zone.width:
                self._tapped(zone.press)
                return


def changed_spans(old: Line, new: Line) -> tuple[int, Sequence[Span]]:
    """The cell where the line begins to differ, and the new spans from there to behind the last that differs.

    >>> changed_spans((("1", "card"), (" of 2", "card.count")), (("2", "card"), (" of 2", "card.count")))
    (0, (('2', 'card'),))
    """
    first = 0
    for was, now in zip(old, new, strict=False):
        if was != now:
            break
        first += 1
    last_old, last_new = len(old), len(new)
    while last_old > first and last_new > first and old[last_old - 1] == new[last_new - 1]:
        last_old, last_new = last_old - 1, last_new - 1
    return width_cells(new[:first]), new[first:last_new]
