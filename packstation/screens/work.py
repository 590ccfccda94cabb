"""The rows of a job, the current one large, and the panel beside them. Pure; see job.py for where they stand.

A scan changes one row: the lines of the others are kept, so that drawing costs what changed (PF1.10).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from msgspec.structs import replace

from packstation.screens.drawing import Line, Paper, Span, beside, blank, filled, spread, width_cells, wrapped
from packstation.screens.words import word
from packstation.workflows.prompt import Panel, Row, View

_PICTURE_CELLS = 36
_BESIDE_CELLS_MIN = 78
_NARROW_CELLS = 44


def mark_of(row: Row, paper: Paper) -> str:
    """The sign of a row: open, begun, full, too many, short."""
    glyphs = paper.glyphs
    signs = {"○": glyphs.open, "◐": glyphs.begun, "●": glyphs.full, "▲": glyphs.over, "–": glyphs.short}
    return signs.get(row.mark, row.mark)


def look_of(row: Row) -> str:
    return {"●": "row.full", "◐": "row.begun", "▲": "row.over", "–": "row.short"}.get(row.mark, "row")


@lru_cache(maxsize=256)
def card_lines(row: Row, paper: Paper) -> tuple[Line, ...]:
    """The current row: name in capitals, how many of how many, where it lies."""
    title = paper.say(row.title).upper()
    share = f"{row.done} {word('of', paper.language)} {row.need}"
    below = "  ".join(part for part in (paper.say(row.where), paper.say(row.detail)) if part)
    lines: list[Line] = []
    if paper.width < 60:
        lead = f"{mark_of(row, paper)} "
        words = wrapped(f"{lead}{row.done}/{row.need} {title}", paper.width)
        lines += [filled([(line, "card")], paper.width, "card") for line in words]
        if below:
            lines += [
                filled([(f"  {line}", "card.detail")], paper.width, "card")
                for line in wrapped(below, paper.width - 2)
            ]
        return tuple(lines)
    lead = f" {mark_of(row, paper)} "
    right: list[Span] = [(f"{share} ", "card.count")]
    words = wrapped(title, paper.width - width_cells([(lead, "")]) - width_cells(right) - 2)
    lines.append(spread([(lead, "card"), (words[0], "card")], right, paper.width, "card"))
    lines += [filled([(f"   {line}", "card")], paper.width, "card") for line in words[1:]]
    if below:
        lines += [
            filled([(f"   {line}", "card.detail")], paper.width, "card") for line in wrapped(below, paper.width - 4)
        ]
    return tuple(lines)


@lru_cache(maxsize=2048)
def row_lines(row: Row, paper: Paper, figures: int) -> tuple[Line, ...]:
    """One row: sign, name, place, done/need. A long name takes more lines; nothing is cut off."""
    look = look_of(row)
    share = f"{row.done}/{row.need}".rjust(figures)
    title = paper.say(row.title)
    where = paper.say(row.where)
    detail = paper.say(row.detail)
    if paper.width < 60:
        text = " ".join(part for part in (share.strip(" "), title, where) if part)
        words = wrapped(f"{mark_of(row, paper)} {text}", paper.width - 1)
        return tuple(
            filled([(line if y == 0 else f" {line}", look)], paper.width, "base") for y, line in enumerate(words)
        )
    pointer = paper.glyphs.pointer if row.current else " "
    lead: list[Span] = [(pointer, "row.pointer"), (f" {mark_of(row, paper)} ", look)]
    right: list[Span] = [(f"{where}  " if where else "", "row.where"), (f"{share} ", look)]
    room = paper.width - width_cells(lead) - width_cells(right) - 2
    if room < 12:
        # A place as long as a sentence gets lines of its own.
        right = [(f"{share} ", look)]
        title, where = f"{title} {where}", ""
        room = paper.width - width_cells(lead) - width_cells(right) - 2
    words = wrapped(title, room)
    rest: list[str] = []
    first: list[Span] = [*lead, (words[0], look)]
    if detail and len(words) == 1 and width_cells([(f"{words[0]}  {detail}", "")]) <= room:
        first.append((f"  {detail}", "row.detail"))
    elif detail:
        rest = wrapped(detail, paper.width - 6)
    indent = " " * width_cells(lead)
    return (
        spread(first, right, paper.width, "base"),
        *(filled([(indent + line, look)], paper.width, "base") for line in words[1:]),
        *(filled([(indent + line, "row.detail")], paper.width, "base") for line in rest),
    )


@lru_cache(maxsize=64)
def panel_lines(panel: Panel | None, paper: Paper, height: int | None = None) -> tuple[Line, ...]:
    """Title, lines, pictures; only whole ones in `height` lines, where it is given.

    Where it is wide enough the first picture stands beside the lines: eyes look for it.
    """
    if panel is None:
        return ()
    if height is not None and not panel.views and len(whole := panel_lines(panel, paper)) <= height:
        return whole
    if height is not None and panel.views and paper.width >= _BESIDE_CELLS_MIN:
        drawn = _view(panel.views[0], replace(paper, width=_PICTURE_CELLS), height)
        if drawn:
            texts = _stacked(replace(panel, views=()), replace(paper, width=paper.width - _PICTURE_CELLS), height)
            tall = max(len(texts), len(drawn))
            left = [*texts, *blank(paper.width - _PICTURE_CELLS, "panel", tall - len(texts))]
            right = [*drawn, *blank(_PICTURE_CELLS, "panel", tall - len(drawn))]
            return tuple(beside(left, right))
    return tuple(_stacked(panel, paper, height))


def panel_pages(panel: Panel, paper: Paper, height: int) -> list[list[Line]]:
    """The whole panel in pages of `height` lines; no picture is broken over two (CT7.5)."""
    pages: list[list[Line]] = [[]]
    for block in _blocks(panel, paper, height):
        if pages[-1] and len(pages[-1]) + len(block) > height:
            pages.append([])
        for line in block:
            if len(pages[-1]) == height:
                pages.append([])
            pages[-1].append(line)
    return pages


def _stacked(panel: Panel, paper: Paper, height: int | None) -> list[Line]:
    lines: list[Line] = []
    for block in _blocks(panel, paper, height):
        if height is not None and len(lines) + len(block) > height:
            if paper.width < _NARROW_CELLS:
                continue  # so short a line may still have room; all of them are on the pages behind
            break
        lines += block
    return lines


def _blocks(panel: Panel, paper: Paper, height: int | None) -> list[Sequence[Line]]:
    """Title, texts and pictures: what is shown whole or not at all."""
    margin = _margin(paper)
    texts = [_paragraph(text, "panel", margin, paper) for text in panel.lines]
    views = [_view(view, paper, height) for view in panel.views]
    return [_paragraph(panel.title, "panel.title", margin, paper), *texts, *(view for view in views if view)]


def _view(view: View, paper: Paper, height: int | None) -> list[Line]:
    """The largest of a view's pictures that has room, under its title; nothing when none has."""
    margin = _margin(paper)
    title = _paragraph(view.title, "panel", margin, paper)
    room = paper.width - len(margin)
    for picture in view.pictures:
        if max(map(len, picture)) <= room and (height is None or len(title) + len(picture) <= height):
            return [
                *title,
                *(filled([(margin + paper.say(text), "picture")], paper.width, "panel") for text in picture),
            ]
    return []


def _margin(paper: Paper) -> str:
    return " " if paper.width >= 24 else ""


@lru_cache(maxsize=256)
def _paragraph(text: str, look: str, margin: str, paper: Paper) -> tuple[Line, ...]:
    words = wrapped(paper.say(text), paper.width - 2 * len(margin))
    return tuple(filled([(margin + line, look)], paper.width, look) for line in words)
