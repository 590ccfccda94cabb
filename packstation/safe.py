"""Order data is hostile: the one door for text that people are shown (devices.md section 12). Pure."""

from __future__ import annotations

import unicodedata

SHOWN_CHARS_MAX = 200
_JOINERS = "\u200c\u200d"  # scripts need them in print


def safe(text: str, *, chars_max: int = SHOWN_CHARS_MAX, joiners: bool = False) -> str:
    """The text without control, bidi and zero-width characters, as one line of at most `chars_max` characters.

    Tabs and line ends become a space. `joiners` keeps U+200C and U+200D, for paper.
    """
    kept = []
    for character in text[: chars_max * 4]:
        if character in "\t\n\r\x0b\x0c\x85\u2028\u2029":
            kept.append(" ")
        elif character in _JOINERS:
            if joiners:
                kept.append(character)
        elif unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co", "Cn"):
            kept.append(character)
    cleaned = "".join(kept)
    return cleaned if len(cleaned) <= chars_max else cleaned[: chars_max - 1] + "…"
