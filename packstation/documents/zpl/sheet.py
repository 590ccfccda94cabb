"""The paper of label.py as ZPL: texts are fitted as on the PDF, then the printer draws them in its own font.

The printer's font 0 is narrower than the Helvetica that texts are fitted with, all but its thin letters and stops.
Where those could make a line wider than it was fitted, its letters are drawn narrower: what fits the PDF fits here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from packstation.documents.drawn import Drawn, Symbol, Unprintable
from packstation.documents.sheet import Align, Sheet
from packstation.documents.sscc import needs_separator
from packstation.documents.symbols import Bars, Matrix
from packstation.documents.text import Line
from packstation.documents.zpl import fields

# Width of font 0 to width of Helvetica, for centring only.
_NARROWER = 0.86
# What font 0 needs more than Helvetica, in 1/1000 of its height.
_WIDER = {
    **dict.fromkeys("!'*,.[]iljß·", 60),
    **dict.fromkeys("^¶", 35),
    "*": 115,
    "©": 95,
    "®": 95,
}
_THIN = re.compile(f"[{re.escape(''.join(_WIDER))}]")


class ZplSheet(Sheet):
    """A label being written as ZPL. Raises NotNative for what only a picture can show."""

    def __init__(self, width: int, height: int, dpi: int) -> None:
        # Nothing of the PDF's canvas is set up: this paper has none.
        self.width, self.height, self.dpi = width, height, dpi
        self.symbols: list[Symbol] = []
        self.pages = 0
        self._lost: dict[Unprintable, None] = {}
        self._whole = {}
        self._code: list[str] = []
        self._before = {}
        self._done: list[str] = []

    def rule(self, x: int, y: int, width: int, height: int) -> None:
        self._code.append(fields.box(x, y, width, height, min(width, height)))

    def frame(self, x: int, y: int, width: int, height: int, thickness: int = 2) -> None:
        self._code.append(fields.box(x, y, width, height, thickness))

    def shade(self, x: int, y: int, width: int, height: int, grey: str = "0.9") -> None:
        raise fields.NotNative("a shaded field is drawn as a picture")

    def line(
        self, line: Line, x: float, baseline: float, size_pt: float, *, align: Align = "left", white: bool = False
    ) -> None:
        code = _written(line, x, baseline, self.dots_of(size_pt), align, white)
        if code:
            self._code.append(code)

    def bars(self, bars: Bars, x: int, y: int, dot: int, height: int, purpose: str) -> None:
        if bars.symbology == "code128":
            self._code.append(fields.code128(bars.text, x, y, dot, height))
        elif bars.symbology == "gs1-128":
            open_ended = frozenset(ai for ai in _identifiers(bars.human) if needs_separator(ai))
            self._code.append(fields.gs1_128(bars.human, open_ended, x, y, dot, height))
        else:
            raise fields.NotNative(f"{bars.symbology} is drawn as a picture")
        self.symbols.append(bars.symbol(purpose, drawn_by="printer"))

    def matrix(self, matrix: Matrix, x: int, y: int, dot: int, purpose: str) -> None:
        self._code.append(fields.modules(matrix.rows, x, y, dot))
        # The same modules that were read back, so the printer had no part in it.
        self.symbols.append(matrix.symbol(purpose))

    def next_page(self) -> None:
        self._done.append(fields.head(self.width, self.height) + "".join(self._code) + fields.TAIL)
        self._code = []
        self.pages += 1

    def finish(self) -> Drawn:
        self.next_page()
        content = "".join(self._done).encode("ascii")
        return Drawn(content, tuple(self.symbols), tuple(self._lost), self.pages, "zpl")


# Titles and the sender are on every label, at the same place.
@lru_cache(maxsize=4096)
def _written(line: Line, x: float, baseline: float, size: float, align: Align, white: bool) -> str:
    """A line as the printer is told to write it; "" when there is nothing to write."""
    for run in line.runs:
        if not run.font.startswith("Helvetica"):
            raise fields.NotNative("a character beyond Latin-1")
    text = line.runs[0].text if len(line.runs) == 1 else "".join([run.text for run in line.runs])
    if not text:
        return ""
    wide = line.width * size / 1000
    if align == "right":
        x -= wide
    elif align == "center":
        x -= wide * _NARROWER / 2
    widest = line.width + sum([_WIDER[character] for character in _THIN.findall(text)])
    narrow = int(size * line.width / widest) if widest > line.width else round(size)
    return fields.words(text, round(x), round(baseline), round(size), narrow, white=white)


def _identifiers(human: str) -> Iterable[str]:
    return (part.partition(")")[0] for part in human.split("(")[1:])
