"""The paper: pages measured in whole printer dots, y down, drawn on a reportlab canvas.

Everything lies on the dot grid of the printer (D9.5): one `cm` operator at the head of each page scales dots to
points, so that bars are integers in the file and edges on the print head. Texts are fitted to their box: the size
shrinks to a limit, then lines break, then the rest is cut and reported. Every symbol drawn and every text lost is
collected, so that `finish` can hand out a whole Drawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache, partial
from itertools import accumulate, islice
from typing import Any, Literal, NamedTuple

from packstation.documents.block import LEADING, LEADING_TALL, Entry, SetLine, broken, fitted
from packstation.documents.drawn import Drawn, PaperRefused, Symbol, Unprintable
from packstation.documents.symbols import QUIET_MODULES, Bars, Matrix
from packstation.documents.text import (
    DEVANAGARI,
    NAME_CHARS_MAX,
    Line,
    clean,
    cut_line,
    font,
    name_encodings_once,
    needs_wide,
    set_line,
    shown_lost,
)
from packstation.documents.visual_order import base_of

Align = Literal["left", "center", "right"]

SIZE_MIN_PT = 6.0
BOLD_STROKE = 0.035
"""How thick the outline of bold words is whose font has no bold face, as a share of their size."""
BOLD_STROKE_DENSE = 0.018
"""The same for Devanagari, whose marks stand so close that a thicker outline closes them."""
KEPT_MAX = 1000
_WIDTHS = tuple(f" {width} 1 re" for width in range(200))
# A start more than widths: the last is where the symbol ends.
_pairs = partial(zip, strict=False)


_Asked = tuple[object, ...]


class _Done(NamedTuple):
    """What a text became: its operators, and the size or height it was given."""

    code: str
    result: float


class Sheet:
    """A document being drawn. Lengths are dots of `dpi` unless their name says otherwise; text sizes are points."""

    def __init__(self, width: int, height: int, dpi: int, *, title: str, page_pt: tuple[float, float] | None = None):
        self.width = width
        self.height = height
        self.dpi = dpi
        self.symbols: list[Symbol] = []
        self._lost: dict[Unprintable, None] = {}
        self._whole: dict[str, str] = {}
        self._page_pt = page_pt or (_page_side(width, dpi), _page_side(height, dpi))
        self._canvas = _canvas(self._page_pt, title)
        self._heads: dict[tuple[str, float], str] = {}
        self._head = f"q {72 / dpi:.8f} 0 0 {72 / dpi:.8f} 0 {self._page_pt[1] - height * 72 / dpi:.5f} cm"
        self._code: list[str] = []
        self._before: dict[_Asked, _Done] = {}
        self.pages = 0

    def mm(self, length: float) -> int:
        """Millimetres as whole dots."""
        return round(length * self.dpi / 25.4)

    def dots_of(self, size_pt: float) -> float:
        return size_pt * self.dpi / 72

    def rule(self, x: int, y: int, width: int, height: int) -> None:
        """A filled black rectangle."""
        self._code.append(f"{x} {self.height - y - height} {width} {height} re f")

    def frame(self, x: int, y: int, width: int, height: int, thickness: int = 2) -> None:
        """A rectangle's outline, inside the given size."""
        top, bottom = self.height - y - thickness, self.height - y - height
        self._code.append(
            f"{x} {top} {width} {thickness} re {x} {bottom} {width} {thickness} re "
            f"{x} {bottom} {thickness} {height} re {x + width - thickness} {bottom} {thickness} {height} re f"
        )

    def shade(self, x: int, y: int, width: int, height: int, grey: str = "0.9") -> None:
        """A light grey rectangle, for office paper only: a thermal head knows no grey. "1" is white."""
        self._code.append(f"{grey} g {x} {self.height - y - height} {width} {height} re f 0 g")

    def line(
        self, line: Line, x: float, baseline: float, size_pt: float, *, align: Align = "left", white: bool = False
    ) -> None:
        """A line that was set, with its baseline at y."""
        size = size_pt * self.dpi / 72
        if align != "left":
            spare = line.width * size / 1000
            x -= spare if align == "right" else spare / 2
        y = self.height - baseline
        ink = "1 g " if white else ""
        for run in line.runs:
            if run.font.startswith("Helvetica"):
                head = self._head_of(run.font, size)
                self._code.append(f"{ink}{head} {x:.1f} {y:.1f} Td ({_escaped(run.text)}) Tj ET")
            else:
                font(run.font)
                words = self._canvas.beginText(x, y)
                words.setFont(run.font, size)
                words.textOut(run.text)
                code = words.getCode()
                if run.stroked:
                    # Round joins: the corner of a stroke must not become a thorn.
                    thick = BOLD_STROKE_DENSE if run.font == DEVANAGARI else BOLD_STROKE
                    code = f"q {size * thick:.2f} w 1 j 1 J{' 1 G' if white else ''} 2 Tr {code} Q"
                self._code.append(ink + code)
            x += run.width * size / 1000
        if white:
            self._code.append("0 g")

    def words(
        self,
        field: str,
        text: str,
        x: int,
        y: int,
        width: int,
        size_pt: float,
        *,
        size_min_pt: float = SIZE_MIN_PT,
        bold: bool = False,
        align: Align = "left",
        white: bool = False,
        chars_max: int = NAME_CHARS_MAX,
    ) -> float:
        """One line of text below y in a box of `width`: smaller if it must be, cut at the end. Gives its size."""
        asked = (field, text, x, y, width, size_pt, size_min_pt, bold, align, white, chars_max)
        done = self._before.get(asked)
        if done is not None:
            self._code.append(done.code)
            return done.result
        start = len(self._code)
        shown = self.prepared(field, text, chars_max)
        set_text = set_line(shown, bold)
        size = size_pt
        room = width * 72 / self.dpi
        if set_text.width * size > room * 1000:
            size = max(size_min_pt, int(room * 2000 / set_text.width) / 2)
            if set_text.width * size > room * 1000:
                base = base_of(shown)
                set_text = set_line(cut_line(shown, bold, room * 1000 / size, base=base), bold, base=base)
                self.report(field, "", "cut")
        self.note_missing(field, set_text)
        at = x if align == "left" else x + width if align == "right" else x + width / 2
        self.line(set_text, at, y + self.dots_of(size) * 0.93, size, align=align, white=white)
        return self._kept(asked, start, size).result

    def title(
        self,
        text: str,
        x: int,
        y: int,
        width: int,
        size_pt: float,
        *,
        bold: bool = False,
        align: Align = "left",
        white: bool = False,
    ) -> None:
        """Our own words, which need no cleaning: one line below y, smaller if the box wants it."""
        asked = (text, x, y, width, size_pt, bold, align, white)
        done = self._before.get(asked)
        if done is not None:
            self._code.append(done.code)
            return
        start = len(self._code)
        line = set_line(text, bold)
        room = width * 72000 / self.dpi
        size = min(size_pt, room / line.width) if line.width else size_pt
        at = x if align == "left" else x + width if align == "right" else x + width / 2
        self.line(line, at, y + self.dots_of(size) * 0.93, size, align=align, white=white)
        self._kept(asked, start, size)

    def block(
        self,
        entries: Sequence[Entry],
        x: int,
        y: int,
        width: int,
        height: int,
        size_pt: float,
        *,
        size_min_pt: float = SIZE_MIN_PT,
    ) -> int:
        """Texts below each other in a box: as large as fits, then broken, then cut. Gives the height used."""
        asked = (tuple(entries), x, y, width, height, size_pt, size_min_pt)
        done = self._before.get(asked)
        if done is None:
            start = len(self._code)
            used = self._block(entries, x, y, width, height, size_pt, size_min_pt)
            done = self._kept(asked, start, used)
        else:
            self._code.append(done.code)
        return round(done.result)

    def _block(
        self,
        entries: Sequence[Entry],
        x: int,
        y: int,
        width: int,
        height: int,
        size_pt: float,
        size_min_pt: float,
    ) -> int:
        texts = [(entry, self.prepared(entry.field, entry.text, entry.chars_max)) for entry in entries]
        texts = [(entry, text) for entry, text in texts if text]
        size, close, lines, cuts = fitted(self.dpi, tuple(texts), width, height, size_pt, size_min_pt)
        for field in cuts:
            self.report(field, "", "cut")
        self._holds_postcode(lines)
        top = float(y)
        for placed in lines:
            line = placed.line
            own = size * placed.entry.scale
            self.note_missing(placed.entry.field, line)
            leading = (LEADING_TALL if line.tall else LEADING) * close
            baseline = top + self.dots_of(own) * (leading - 0.24)
            self.line(line, x, baseline, own)
            top += self.dots_of(own) * leading
        return round(top) - y

    def lines_needed(self, entries: Sequence[Entry], width: int, size_pt: float) -> int:
        """How many lines the texts take at this size and width."""
        texts = [(entry, self.prepared(entry.field, entry.text, entry.chars_max)) for entry in entries]
        return len(broken(self.dpi, texts, width, size_pt, any(needs_wide(text) for _, text in texts)))

    def prepared(self, field: str, text: str, chars_max: int = NAME_CHARS_MAX) -> str:
        """The text cleaned for print; what is lost by that is reported."""
        cleaned = clean(text, chars_max=chars_max)
        if cleaned.lost:
            self.report(
                field, shown_lost(cleaned.lost), "emoji" if shown_lost(cleaned.lost) == "emoji" else "no glyph"
            )
        if cleaned.cut:
            self.report(field, "", "cut")
        return cleaned.text

    def note_missing(self, field: str, line: Line) -> None:
        if line.missing:
            self.report(field, shown_lost(line.missing), "no glyph")

    def must_hold(self, field: str, text: str) -> None:
        """An id or a postcode is on this label whole, or there is no label: half of one leads astray (D10.1).

        Raises PaperRefused, here or where its line is cut.
        """
        cleaned = clean(text)
        if cleaned.lost or set_line(cleaned.text).missing:
            raise PaperRefused(field, "expected characters that our fonts hold, got others")
        if cleaned.cut:
            raise PaperRefused(field, f"expected at most {NAME_CHARS_MAX} characters, got {len(text)}")
        self._whole[field] = cleaned.text

    def _holds_postcode(self, lines: Sequence[SetLine]) -> None:
        """A postcode shares its line with the city: it must not be what was cut from it."""
        places = {placed.entry.field for placed in lines if placed.entry.field.endswith(".city")}
        for place in places:
            field = place.replace(".city", ".postcode")
            shown = "".join(placed.words for placed in lines if placed.entry.field == place)
            if self._whole.get(field, "").replace(" ", "") not in shown.replace(" ", ""):
                raise PaperRefused(field, "expected room for all of it, got a place that is too long")

    def report(self, field: str, characters: str, reason: str) -> None:
        if reason == "cut" and field in self._whole:
            raise PaperRefused(field, "expected a text that fits on this paper, got a longer one")
        self._lost[Unprintable(field, characters, reason)] = None

    def bars(self, bars: Bars, x: int, y: int, dot: int, height: int, purpose: str) -> None:
        """A linear symbol, each module `dot` dots wide; x is its first bar, the quiet zone is the caller's."""
        # Within q ... Q one unit is a module wide and the symbol high: short numbers, still whole dots.
        starts = accumulate(bars.runs, initial=0)
        path = " ".join([f"{at} 0{_WIDTHS[width]}" for at, width in islice(_pairs(starts, bars.runs), 0, None, 2)])
        self._code.append(f"q {dot} 0 0 {height} {x} {self.height - y - height} cm {path} f Q")
        self.symbols.append(bars.symbol(purpose))

    def matrix(self, matrix: Matrix, x: int, y: int, dot: int, purpose: str) -> None:
        """A 2D symbol, each module `dot` dots square."""
        rows = [_row_path(row).replace("y", str(n)) for n, row in enumerate(matrix.rows)]
        # One unit is a module, rows go down.
        self._code.append(f"q {dot} 0 0 {-dot} {x} {self.height - y} cm {' '.join(filter(None, rows))} f Q")
        self.symbols.append(matrix.symbol(purpose))

    def dot_for(self, bars: Bars, width: int, dots: Sequence[int], field: str) -> int:
        """The first of the module widths at which the symbol and its quiet zones fit. Raises PaperRefused."""
        for dot in dots:
            if (bars.modules + 2 * QUIET_MODULES) * dot <= width:
                return dot
        raise PaperRefused(
            field,
            f"expected a symbol of at most {width // dots[-1] - 2 * QUIET_MODULES} modules for this paper, "
            f"got {bars.modules}",
        )

    def next_page(self) -> None:
        """Close this page; the next one is empty."""
        self._canvas.addLiteral(self._head)
        self._canvas.addLiteral("\n".join(self._code))
        self._canvas.addLiteral("Q")
        self._canvas.showPage()
        self._code = []
        self.pages += 1

    def finish(self) -> Drawn:
        """Close the last page and give out the document."""
        self.next_page()
        return Drawn(
            content=bytes(self._canvas.getpdfdata()),
            symbols=tuple(self.symbols),
            unprintable=tuple(self._lost),
            pages=self.pages,
        )

    def _head_of(self, helvetica: str, size: float) -> str:
        """How a text of this font and size begins; the same few all over a document."""
        head = self._heads.get((helvetica, size))
        if head is None:
            # The document's own name for the font: it is entered among its resources by asking for it.
            name = self._canvas._doc.getInternalFontName(helvetica)
            head = self._heads[helvetica, size] = f"BT {name} {size:.2f} Tf"
        return head

    def _kept(self, asked: _Asked, start: int, result: float) -> _Done:
        """What was just drawn, kept for the pages to come: a thousand labels have one sender and the same titles.

        What could not be printed was reported the first time, and a report holds everything once.
        """
        if not self.pages or len(self._before) >= KEPT_MAX:
            return _Done("", result)
        done = self._before[asked] = _Done("\n".join(self._code[start:]), result)
        return done


def _row_path(row: str) -> str:
    """The dark stretches of a row of modules as rectangles, with "y" where its number stands."""
    pieces = []
    at = 0
    for dark in row.split("0"):
        if wide := len(dark):
            pieces.append(_rectangle(at, wide))
        at += wide + 1
    return " ".join(pieces)


@lru_cache(maxsize=4096)
def _rectangle(at: int, wide: int) -> str:
    return f"{at} y {wide} 1 re"  # "re" has no y of its own


@cache
def _settings() -> None:
    from reportlab import rl_config

    # Printers take binary streams; base 85 would make every page a quarter longer and slower.
    rl_config.useA85 = 0
    name_encodings_once()


def _page_side(dots: int, dpi: int) -> float:
    """The side of a page in points, a hair short: 839.0000001 dots would be rendered 840 wide, bars stretched."""
    return (dots * 720_000 // dpi - 1) / 10_000


def _canvas(page_pt: tuple[float, float], title: str) -> Any:
    from reportlab.pdfgen.canvas import Canvas

    _settings()
    canvas = Canvas(None, pagesize=page_pt, pageCompression=1, invariant=1)
    canvas.setTitle(title)
    canvas.setCreator("packstation")
    canvas.setAuthor("packstation")
    return canvas


def _escaped(text: str) -> str:
    """Text of Windows-1252 inside the brackets of a PDF string."""
    if text.isascii():
        return text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
    return "".join(_ESCAPES[byte] for byte in text.encode("cp1252"))


_ESCAPES = tuple(
    f"\\{byte:03o}" if byte < 32 or byte > 126 or chr(byte) in "\\()" else chr(byte) for byte in range(256)
)
