"""What every screen is made of: lines of spans, each span a text and the name of its look. Pure; knows no terminal.

    Prompt + Status + Paper --draw--> Picture --sheet.py--> the terminal, changed spans only

Texts of orders come in through `Paper.say`, and only there: it is `safe()` plus the signs this terminal has.
Nothing here cuts a text off: it is wrapped by words, and what has no room stands on the next page.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from msgspec import Struct
from rich.cells import cached_cell_len, cell_len, chop_cells

from packstation.safe import safe
from packstation.screens.letters import LETTERS
from packstation.screens.words import cue_name, word
from packstation.workflows.prompt import LOOKS, Cue, Message

Span = tuple[str, str]
Line = tuple[Span, ...]
Press = str
"""What a tap does: a key name such as "f8", a command such as "*UNDO"."""

_FIGURES = "0123456789/"
TEXT_CHARS_MAX = 600  # a preview names several consequences; safe() cuts there


class Zone(Struct, frozen=True):
    """A place that can be tapped."""

    y: int
    x: int
    width: int
    press: Press


class Picture(Struct, frozen=True):
    """A whole screen: exactly `height` lines of exactly `width` cells."""

    lines: tuple[Line, ...]
    zones: tuple[Zone, ...] = ()


class Glyphs(Struct, frozen=True, eq=False):
    """The signs we draw with, and what they become where the terminal lacks them (FL3.1)."""

    ascii: bool
    open: str
    begun: str
    full: str
    over: str
    short: str
    pointer: str
    cursor: str
    waiting: str
    rule: str
    bar: str
    bar_full: str
    bar_empty: str
    up: str
    well: str
    ill: str
    dot: str
    more: str
    frame: str
    ellipsis: str
    digits: tuple[str, str, str]
    """Three rows of the signs 0 to 9 and the slash, three cells each."""


UNICODE = Glyphs(
    ascii=False,
    open="○",
    begun="◐",
    full="●",
    over="▲",
    short="–",
    pointer="▶",
    cursor="▏",
    waiting="▮▮",
    rule="─",
    bar="│",
    bar_full="█",
    bar_empty="░",
    up="↑",
    well="✓",
    ill="✗",
    dot="·",
    more="▼",
    frame="█",
    ellipsis="…",
    digits=(
        "┏━┓ ╻ ╺━┓╺━┓╻ ╻┏━╸┏━╸╺━┓┏━┓┏━┓  ╱",
        "┃ ┃ ┃ ┏━┛╺━┫┗━┫┗━┓┣━┓  ┃┣━┫┗━┫ ╱ ",
        "┗━┛ ╹ ┗━╸╺━┛  ╹╺━┛┗━┛  ╹┗━┛╺━┛╱  ",
    ),
)
ASCII = Glyphs(
    ascii=True,
    open="o",
    begun="%",
    full="*",
    over="^",
    short="-",
    pointer=">",
    cursor="_",
    waiting="##",
    rule="-",
    bar="|",
    bar_full="#",
    bar_empty=".",
    up="^",
    well="+",
    ill="X",
    dot="-",
    more="v",
    frame="#",
    ellipsis="...",
    digits=(
        " _     _  _     _  _  _  _  _   /",
        "| |  | _| _||_||_ |_   ||_||_| / ",
        "|_|  ||_  _|  | _||_|  ||_| _|/  ",
    ),
)
_PLAIN_SIGNS = str.maketrans(
    {
        "“": '"',
        "”": '"',
        "„": '"',
        "‘": "'",
        "’": "'",
        "…": "...",
        "×": "x",
        "−": "-",
        "–": "-",
        "—": "-",
        "→": "->",
        "·": "-",
        "≈": "~",
        "▮": "#",
        "▸": ">",
        "•": "*",
        "€": "EUR ",
        "£": "GBP ",
        "─": "-",
        "│": "|",
        **dict.fromkeys("┌┐└┘├┤┬┴┼", "+"),
        **{look.symbol: look.ascii for look in LOOKS.values() if len(look.symbol) == 1},
    }
)


class Paper(Struct, frozen=True, cache_hash=True):
    """What is drawn on: the size in cells, the signs it has and the language of our own words."""

    width: int
    height: int
    glyphs: Glyphs = UNICODE
    language: str = "en"

    @property
    def nano(self) -> bool:
        """A 20x16 handheld: no key bar, capitals, short texts (FL10)."""
        return self.width < 24

    @property
    def handheld(self) -> bool:
        return 24 <= self.width < 60

    @property
    def roomy(self) -> bool:
        """The panel stands on the right from here on; else below."""
        return self.width >= 100

    @property
    def low(self) -> bool:
        """Too few lines for anything but the work itself."""
        return self.height < 18

    def say(self, text: str, *, chars_max: int = TEXT_CHARS_MAX) -> str:
        """A text of somebody else, harmless, with signs this terminal has."""
        if len(text) <= chars_max and text.isascii() and text.isprintable():
            return text  # what safe() would say, a hundred times faster
        return _shown(text[: chars_max * 4], chars_max, self.glyphs.ascii)


@lru_cache(maxsize=2048)
def _shown(text: str, chars_max: int, plain_signs: bool) -> str:
    shown = safe(text, chars_max=chars_max)
    return shown.translate(_PLAIN_SIGNS) if plain_signs else shown


# rich keeps the cells of 4,096 texts, two calls further away. Every scan asks for some that are new: few are kept.
_wide_cells = lru_cache(maxsize=512)(cached_cell_len.__wrapped__)


def cells(text: str) -> int:
    """Cells that a text takes; `say` has removed what has none of its own."""
    return len(text) if text.isascii() else _wide_cells(text)


def wrapped(text: str, width: int) -> list[str]:
    """The text as lines of at most `width` cells, broken between words; a longer piece is broken anywhere.

    >>> wrapped("Scan tote, order or item", 12)
    ['Scan tote,', 'order or', 'item']
    """
    assert width >= 2, f"a line of {width} cells holds no wide character"
    if cells(text) <= width:
        return [text]
    lines: list[str] = []
    line = ""
    used = 0
    for piece in text.split(" "):
        size = cells(piece)
        if line and used + 1 + size <= width:
            line, used = f"{line} {piece}", used + 1 + size
            continue
        if line:
            lines.append(line)
        if size <= width:
            line, used = piece, size
            continue
        *whole, line = chop_cells(piece, width)
        lines.extend(whole)
        used = cells(line)
    if line or not lines:
        lines.append(line)
    return lines


def width_cells(spans: Iterable[Span]) -> int:
    size = 0
    for text, _ in spans:
        size += len(text) if text.isascii() else _wide_cells(text)
    return size


def filled(spans: Iterable[Span], width: int, look: str) -> Line:
    """The spans, padded with `look` to exactly `width` cells."""
    kept = tuple([span for span in spans if span[0]])
    missing = width - width_cells(kept)
    if missing < 0:
        return _cut(kept, width, look)
    return (*kept, (" " * missing, look)) if missing else kept


def spread(left: Sequence[Span], right: Sequence[Span], width: int, look: str) -> Line:
    """`left` and `right` at the two ends of a line."""
    gap = width - width_cells(left) - width_cells(right)
    return filled((*left, (" " * max(0, gap), look), *right), width, look)


def paragraph(text: str, width: int, look: str, *, indent: int = 0) -> list[Line]:
    """A wrapped text as full lines with a margin on both sides where there is room."""
    return [filled(((" " * indent, look), (line, look)), width, look) for line in wrapped(text, width - indent)]


def blank(width: int, look: str, count: int = 1) -> list[Line]:
    return [((" " * width, look),)] * max(0, count)


def ruled(paper: Paper, width: int, look: str) -> Line:
    return ((paper.glyphs.rule * width, look),)


def beside(left: Sequence[Line], right: Sequence[Line]) -> list[Line]:
    """Two blocks of the same height side by side."""
    return [(*one, *other) for one, other in zip(left, right, strict=True)]


def framed(lines: Sequence[Line], paper: Paper, look: str) -> list[Line]:
    """The lines between two bars that run down the whole screen (remove mode)."""
    bar = (paper.glyphs.frame, look)
    return [(bar, *line, bar) for line in lines]


def big(text: str, glyphs: Glyphs) -> tuple[str, str, str] | None:
    """Figures, or a code, as three lines for eyes two metres away; None when there is a sign we cannot draw."""
    signs = [_loud(character, glyphs) for character in text.upper()]
    drawn = [sign for sign in signs if sign is not None]
    if not drawn or len(drawn) < len(signs):
        return None
    top, middle, bottom = ("".join(row) for row in zip(*drawn, strict=True))
    return top, middle, bottom


@lru_cache(maxsize=256)
def _loud(character: str, glyphs: Glyphs) -> tuple[str, str, str] | None:
    at = _FIGURES.find(character)
    if at >= 0:
        top, middle, bottom = (row[3 * at : 3 * at + 3] for row in glyphs.digits)
        return top, middle, bottom
    return None if glyphs.ascii else LETTERS.get(character)


def gauge(done: int, need: int, width: int, paper: Paper, look_full: str, look_empty: str) -> list[Span]:
    """A bar of `width` cells; full only when everything is done."""
    share = width * min(done, need) // need if need > 0 else 0
    return [(paper.glyphs.bar_full * share, look_full), (paper.glyphs.bar_empty * (width - share), look_empty)]


def cue_word(cue: Cue, paper: Paper, *, online: bool | None = None) -> str:
    """Symbol and word of a cue: never colour alone (FL3.1)."""
    look = LOOKS[cue]
    symbol = look.ascii if paper.glyphs.ascii else look.symbol
    name = cue_name(cue, paper.language)
    if cue is Cue.NET and online is not None:
        name = word("online" if online else "offline", paper.language)
    return name if symbol == look.word else f"{symbol} {name}"


def headed(message: Message, paper: Paper) -> tuple[str, str]:
    """(head, text) of a message: its symbol and word, and head and words together, no word said twice."""
    text = paper.say(message.short if paper.nano else message.text)
    if message.cue is None:
        return "", text
    head = cue_word(message.cue, paper)
    said = said_already(message.cue, text, paper.language)
    if said:
        # "✗ WRONG ITEM. Expected ..." rather than "✗ WRONG  WRONG ITEM. ...".
        head = head.removesuffix(cue_name(message.cue, paper.language)) + said
        return head, f"{head}{text[len(said) :]}"
    return head, f"{head}  {text}"


def said_already(cue: Cue, text: str, language: str) -> str:
    """The text's own first word when it is the cue's, "" else.

    >>> said_already(Cue.WRONG, "FALSCHER ARTIKEL. ...", "de"), said_already(Cue.TICK, "OKRA: 1 of 2", "en")
    ('FALSCHER', '')
    """
    name = cue_name(cue, language)
    if not text.upper().startswith(name):
        return ""
    ending = len(text) - len(name) - len(text[len(name) :].lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    if cue is Cue.WRONG or not (ending or text[len(name) : len(name) + 1].isalnum()):
        return text[: len(name) + ending]
    return ""


def hidden_rows(count: int, paper: Paper, more: str) -> str:
    return f"{paper.glyphs.more} {count} {more}"


def _cut(spans: tuple[Span, ...], width: int, look: str) -> Line:
    # Only narrower than any supported screen: a line may never run into the next.
    cut: list[Span] = []
    left = width
    for text, name in spans:
        kept = text if cell_len(text) <= left else (chop_cells(text, left)[0] if left > 1 else " " * left)
        if left <= 0:
            break
        cut.append((kept, name))
        left -= cell_len(kept)
    return (*cut, (" " * left, look)) if left > 0 else tuple(cut)
