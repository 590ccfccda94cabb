"""A line that is written from right to left, in the order it is drawn from left to right: Arabic and Hebrew.

address ── base_of ──▶ "R"      a line of it ── in_visual_order ──▶ joined, turned round, numbers as they were
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Any

_RTL = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_ARABIC = re.compile("[\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufefc]")
_HEBREW_POINTS = re.compile("[\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7]")
_LEFT_TO_RIGHT, _RIGHT_TO_LEFT = "\u200e", "\u200f"
_MARKS = re.compile("[\u200e\u200f]")
_PAIRS = {"(": ")", "[": "]", "{": "}"}
_MIRRORED = {a: b for one, two in ("()", "[]", "{}", "<>", "«»", "‹›", "≤≥") for a, b in ((one, two), (two, one))}


def right_to_left(text: str) -> bool:
    """Whether any letter of the text is written from right to left."""
    return _RTL.search(text) is not None


def base_of(text: str) -> str:
    """The direction of a whole text, that of its first letter with one: "L" or "R"; "" where all goes one way.

    Lines broken from it keep it: an Arabic address that has a Latin word at a break is still Arabic.
    """
    return next((side for side in map(_side, text) if side), "L") if right_to_left(text) else ""


def in_visual_order(text: str, base: str) -> str:
    """Arabic letters joined, right-to-left stretches turned round, numbers in them left as they are."""
    from bidi import get_display

    if _ARABIC.search(text):
        text = _joiner().reshape(text)
    # The points of Hebrew would stand before their letters once the line is turned; names are printed without.
    text = _HEBREW_POINTS.sub("", text)
    turned = get_display(_brackets_settled(text, base), base_dir=base)
    return _MARKS.sub("", str(turned))


def _brackets_settled(text: str, base: str) -> str:
    """Each bracket between two marks of its direction, and mirrored where that is right to left.

    python-bidi turns lines but does not mirror, so "(3)" behind a Hebrew word became ")3(". The direction is that of
    the bidirectional algorithm: rule N0 for pairs, N1 and N2 for what stands alone.
    """
    if not any(character in _MIRRORED for character in text):
        return text
    sides: list[str] = []
    strong = base
    for character in text:
        side = _side(character)
        strong = side or strong
        number = unicodedata.bidirectional(character)
        sides.append(side or ("R" if number == "AN" else strong if number == "EN" else ""))
    settled: dict[int, str] = {}
    begun: list[tuple[str, int]] = []
    for n, character in enumerate(text):
        if character in _PAIRS:
            begun.append((_PAIRS[character], n))
        elif any(character == closing for closing, _ in begun):
            while begun:
                closing, opened = begun.pop()
                if closing == character:
                    inside = {side for side in sides[opened + 1 : n] if side}
                    if inside:
                        before = next((side for side in reversed(sides[:opened]) if side), base)
                        settled[opened] = settled[n] = base if base in inside else before
                    break
    pieces = []
    for n, character in enumerate(text):
        if character not in _MIRRORED:
            pieces.append(character)
            continue
        before = next((side for side in reversed(sides[:n]) if side), base)
        behind = next((side for side in sides[n + 1 :] if side), base)
        side = settled.get(n) or (before if before == behind else base)
        mark = _RIGHT_TO_LEFT if side == "R" else _LEFT_TO_RIGHT
        pieces.append(f"{mark}{_MIRRORED[character] if side == 'R' else character}{mark}")
    return "".join(pieces)


def _side(character: str) -> str:
    """The direction a letter has by itself: "L", "R", or "" for numbers, marks and signs."""
    return {"L": "L", "R": "R", "AL": "R"}.get(unicodedata.bidirectional(character), "")


@cache
def _joiner() -> Any:
    from arabic_reshaper import ArabicReshaper

    # Lam with alef is one letter form in every Arabic text. The other ligatures are ornament, and DejaVu has no
    # glyph for some of them (DT8).
    return ArabicReshaper({"support_ligatures": True, "ARABIC LIGATURE ALLAH": False})
