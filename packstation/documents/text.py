"""Every word on paper comes through here, so that a name is printed as it is written or reported as not printable.

    hostile text ── clean ──▶ one clean line ── break_lines ──▶ lines ── set_line ──▶ runs of one font each
                      │                                             (bidi, joining, shaping, font coverage)
                      └── what is lost ──────────▶ the document's list of what could not be printed ◀── no glyph

reportlab draws a missing glyph as a box without a word (D10.1). Text within Windows-1252 uses the printer's own
Helvetica, which is never embedded; everything else uses the fonts in assets/fonts. Widths are in 1/1000 of the type
size, so a line is set once and scaled to fit.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import groupby
from typing import Any, NamedTuple

from packstation.assets import asset
from packstation.documents.visual_order import base_of, in_visual_order, right_to_left
from packstation.safe import safe

NAME_CHARS_MAX = 200
NOTE_CHARS_MAX = 2000

_PLAIN = ("Helvetica", "Helvetica-Bold")
_WIDE = ("DejaVuSans", "DejaVuSans-Bold")
_CJK = "DroidSansFallbackFull"
# The complete Droid fallback has every Chinese extension but, unlike the small one, no Korean syllables.
_KOREAN = "NanumSquareR"
_THAI = "NotoSansThai-Regular"
DEVANAGARI = "NotoSansDevanagari-Regular"
_SHAPED = frozenset({_THAI, DEVANAGARI})

_EMOJI = re.compile("[\u20e3\U0001f000-\U0001faff\U000e0020-\U000e007f]")
_VARIANTS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_JOINERS = re.compile("[\u200c\u200d]")
# Two marks on a letter are writing; a tower of them would run over the lines above.
_MARK_TOWER = re.compile(
    "([\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{2})"
    "[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+"
)
# Scripts whose letters some font of ours holds, but whose writing rules nothing here knows.
_UNKNOWN_RULES = re.compile("[\u0700-\u074f\u0780-\u07ff\u0e80-\u0eff]")
_LOST_CATEGORIES = frozenset({"Co", "Cn", "Cs"})

_fonts_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A text as one line without control characters. `lost`: characters nobody can print; `cut`: it was too long."""

    text: str
    lost: str = ""
    cut: bool = False


class Run(NamedTuple):
    """Text of one font, in the order it is drawn. `text` is a reportlab ShapedStr where `shaped`; `stroked`: bold
    words of a font that has no bold face, whose outline is drawn too."""

    font: str
    text: str
    width: float
    shaped: bool = False
    stroked: bool = False


class Line(NamedTuple):
    """A line set in fonts. `missing`: characters without a glyph, printed as "?". `tall`: needs more leading.

    A tuple, because what a line was drawn as is kept by the line: dozens of times a label it is hashed (PF4.6).
    """

    runs: tuple[Run, ...]
    width: float
    missing: str = ""
    tall: bool = False


def clean(text: str, *, chars_max: int = NAME_CHARS_MAX) -> Cleaned:
    """The text as it may be printed, in Unicode's composed form.

    >>> clean("Mug\\x1b[2J  blue").text
    'Mug[2J blue'
    """
    if len(text) > NAME_CHARS_MAX:
        return _cleaned(text, chars_max)
    # Short texts come again and again: carriers, services, the sender's own address.
    return _cleaned_before(text, chars_max)


def _cleaned(text: str, chars_max: int) -> Cleaned:
    if len(text) <= chars_max and text.isascii() and text.isprintable() and "  " not in text:
        return Cleaned(text.strip(" "))
    # Capped before it is composed: a text of megabytes costs as much as a long one.
    start = text[: chars_max * 4]
    lost = "".join(dict.fromkeys(c for c in start if unicodedata.category(c) in _LOST_CATEGORIES))
    composed = unicodedata.normalize("NFC", start.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))
    composed = _MARK_TOWER.sub(r"\1", _VARIANTS.sub("", composed))
    if "\ufffd" in composed and "\ufffd" not in text:
        composed = composed.replace("\ufffd", "")
    emoji = _EMOJI.search(composed) is not None
    kept = safe(_EMOJI.sub("", composed), chars_max=chars_max, joiners=True)
    words = re.sub(" {2,}", " ", kept).strip(" ")
    return Cleaned(words, lost + ("\U0001f600" if emoji else ""), cut=kept.endswith("…") and not start.endswith("…"))


_cleaned_before = lru_cache(maxsize=8192)(_cleaned)


def shown_lost(characters: str) -> str:
    """Lost characters for a report: each as its code point, an emoji as the word."""
    names = []
    for character in characters[:20]:
        emoji = _EMOJI.match(character) is not None
        names.append("emoji" if emoji else f"U+{ord(character):04X}")
    return " ".join(dict.fromkeys(names))


@lru_cache(maxsize=8192)
def set_line(text: str, bold: bool = False, wide: bool = False, base: str = "") -> Line:
    """One clean line, set: direction, joining and shaping done, a font for every character.

    `wide`: Latin letters in DejaVu although Helvetica has them, beside lines that need it. `base`: the direction of
    the text that this line is a part of (`base_of`); "" for a line that is a whole text.
    """
    plain = _PLAIN[bold]
    if not wide and base != "R" and (text.isascii() or _is_windows_1252(text)):
        width = _plain_width(text, plain)
        return Line((Run(plain, text, width),), width)
    visual = in_visual_order(text, base or base_of(text)) if base == "R" or right_to_left(text) else text
    fonts, missing = _fonts_for(visual, bold, wide)
    runs = tuple(_run(font, "".join(c for c, _ in group), bold) for font, group in _stretches(visual, fonts, missing))
    return Line(runs, sum(run.width for run in runs), missing, any(run.font in _SHAPED for run in runs))


def needs_wide(text: str) -> bool:
    """Whether a line of this text has Latin, Greek, Cyrillic, Arabic or Hebrew letters that Helvetica lacks."""
    return not (text.isascii() or _is_windows_1252(text)) and any(run.font in _WIDE for run in set_line(text).runs)


def break_lines(text: str, bold: bool, width: float, wide: bool = False) -> tuple[str, ...]:
    """The clean text as lines of at most `width` (1/1000 of the type size): broken at spaces, between Chinese,
    Japanese and Korean characters, and inside a word only when the word alone is too wide."""
    base = base_of(text)
    if set_line(text, bold, wide, base).width <= width:
        return (text,)
    lines: list[str] = []
    line = ""
    for piece in _pieces(text):
        longer = line + piece
        if not line or set_line(longer.rstrip(" "), bold, wide, base).width <= width:
            line = longer
        else:
            lines.append(line.rstrip(" "))
            line = piece
        while (head := _longest_start(line.rstrip(" "), bold, width, wide, base)) < len(line.rstrip(" ")):
            lines.append(line[:head])
            line = line[head:]
    if line.strip(" "):
        lines.append(line.rstrip(" "))
    return tuple(lines)


def cut_line(text: str, bold: bool, width: float, wide: bool = False, base: str = "") -> str:
    """The start of the text with "…" behind it, so that both fit."""
    room = width - set_line("…", bold, wide).width
    head = _longest_start(text, bold, room, wide, base) if room > 0 else 0
    return f"{text[:head].rstrip(' ')}…"


@cache
def font(name: str) -> Any:
    """A font of assets/fonts, registered with reportlab once."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    with _fonts_lock:
        loaded = TTFont(name, str(asset("fonts", f"{name}.ttf")), asciiReadable=False, shapable=name in _SHAPED)
        if name in _SHAPED:
            _name_all_glyphs(loaded)
        pdfmetrics.registerFont(loaded)
        return loaded


def _name_all_glyphs(loaded: Any) -> None:
    """Give every glyph that no character has a private one, in the order of the font.

    reportlab does it on first use: then the bytes of a document would depend on what was printed before it.
    """
    shaper = loaded.hbFont(10)
    for glyph in range(loaded.hbFace.glyph_count):
        if glyph not in loaded.face.glyphToChar:
            loaded.hbAddPrivate(shaper.glyph_to_string(glyph), glyph, shaper.get_glyph_h_advance(glyph))


def _is_windows_1252(text: str) -> bool:
    try:
        text.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True


@cache
def _plain_widths(name: str) -> dict[str, int]:
    from reportlab.pdfbase import pdfmetrics

    every = bytes(range(32, 256)).decode("cp1252", "ignore")
    return {character: int(pdfmetrics.stringWidth(character, name, 1000)) for character in every}


def _plain_width(text: str, name: str) -> float:
    widths = _plain_widths(name)
    return sum([widths[character] for character in text])


def _fonts_for(text: str, bold: bool, all_wide: bool) -> tuple[list[str | None], str]:
    """For each character its font, or None where it is left out; and what no font can print."""
    own = [_script_font(character) for character in text]
    wide = font(_WIDE[bold]).face.charToGlyph
    others = (c for c, script in zip(text, own, strict=True) if script is None and not _is_windows_1252(c))
    # A word must not change its face between two letters: one letter that Helvetica lacks moves all of them.
    latin = _WIDE[bold] if all_wide or any(ord(c) in wide and not _JOINERS.match(c) for c in others) else _PLAIN[bold]
    fonts: list[str | None] = []
    missing: dict[str, None] = {}
    for character, script in zip(text, own, strict=True):
        if _JOINERS.match(character):
            shaped = fonts and fonts[-1] in _SHAPED
            fonts.append(fonts[-1] if shaped else None)
            continue
        if character == " " and fonts:
            # A space stays with the word before it, so that a line has as few runs as it can.
            fonts.append(fonts[-1] or latin)
            continue
        name = script or _covering(character, latin, bold)
        if name is None:
            missing[character] = None
        fonts.append(name or latin)
    return fonts, "".join(missing)


def _script_font(character: str) -> str | None:
    code = ord(character)
    if code < 0x0900:
        return None
    if 0x0E00 <= code <= 0x0E7F:
        name = _THAI
    elif 0x0900 <= code <= 0x097F or 0xA8E0 <= code <= 0xA8FF or 0x1CD0 <= code <= 0x1CFF:
        name = DEVANAGARI
    elif 0x3130 <= code <= 0x318F or 0xAC00 <= code <= 0xD7A3:
        name = _KOREAN
    elif 0x2E80 <= code <= 0xA4CF or 0xF900 <= code <= 0xFAFF or 0xFF00 <= code <= 0xFFEF or code >= 0x20000:
        name = _CJK
    else:
        return None
    return name if code in font(name).face.charToGlyph else None


def _covering(character: str, latin: str, bold: bool) -> str | None:
    """The first font that has the character, or None."""
    if latin in _PLAIN and _is_windows_1252(character):
        return latin
    if _UNKNOWN_RULES.match(character):
        return None
    for name in (_WIDE[bold], _WIDE[0], _CJK):
        if ord(character) in font(name).face.charToGlyph:
            return name
    return None


def _stretches(text: str, fonts: list[str | None], missing: str) -> Iterator[tuple[str, Iterator[tuple[str, str]]]]:
    drawn = [
        ("?" if character in missing else character, name)
        for character, name in zip(text, fonts, strict=True)
        if name is not None
    ]
    return groupby(drawn, key=lambda pair: pair[1])


def _run(name: str, text: str, bold: bool) -> Run:
    from reportlab.pdfbase import pdfmetrics

    stroked = bold and name not in (_PLAIN[True], _WIDE[True])

    if name in _SHAPED:
        from reportlab.pdfbase.ttfonts import shapeStr

        shaped = shapeStr(text, name, 1000, force=True)
        return Run(name, shaped, float(sum(glyph.x_advance for glyph in shaped.__shapeData__)), True, stroked)
    return Run(name, text, float(pdfmetrics.stringWidth(text, name, 1000)), stroked=stroked)


def _pieces(text: str) -> Iterator[str]:
    """Stretches between which a line may end: words with the space behind them, single CJK characters."""
    for match in re.finditer(
        "[\u2e80-\ua4cf\uac00-\ud7ff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff] *|"
        "[^ \u2e80-\ua4cf\uac00-\ud7ff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]* *",
        text,
    ):
        if match.group():
            yield match.group()


def _longest_start(text: str, bold: bool, width: float, wide: bool, base: str) -> int:
    """How many characters from the start fit, at least one; never between a letter and its mark."""
    # Most lines hold fewer than 64 characters: a long text is not set from end to end for each of its lines.
    high = 64
    while high < len(text) and set_line(text[:high], bold, wide, base).width <= width:
        high *= 2
    low, high = 1, min(high, len(text))
    while low < high:
        middle = (low + high + 1) // 2
        if set_line(text[:middle], bold, wide, base).width <= width:
            low = middle
        else:
            high = middle - 1
    end = low
    while 1 < end < len(text) and (unicodedata.category(text[end]).startswith("M") or _JOINERS.match(text[end])):
        end -= 1
    return end


def name_encodings_once() -> None:
    """Helvetica's encoding is compared with itself for every document: the answer is its name (PF4.3)."""
    from reportlab.pdfbase import pdfmetrics

    class Named(pdfmetrics.Encoding):  # type: ignore[misc]  # reportlab has no types
        """WinAnsiEncoding, which differs from itself in nothing."""

        def makePDFObject(self) -> Any:
            return named

    encoding = pdfmetrics.getEncoding("WinAnsiEncoding")
    named = encoding.makePDFObject()
    same = Named(encoding.name)
    for helvetica in ("Helvetica", "Helvetica-Bold"):
        font = pdfmetrics.Font(helvetica, helvetica, encoding.name)
        font.encoding = same
        pdfmetrics.registerFont(font)
