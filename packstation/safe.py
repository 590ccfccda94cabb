"""Order data is hostile: the one door for text that people are shown (devices.md section 12). Pure."""

from __future__ import annotations

import json
import re
import unicodedata
from typing import Any

SHOWN_CHARS_MAX = 200
LINE_CHARS_MAX = 2_000
"""What a command says of one row."""
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


_UNSHOWN = re.compile(
    "[\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff]"
)


def shown_json(document: Any, *, separators: tuple[str, str] | None = None) -> str:
    """A document for standard output, which may be a terminal: names stay readable, and what a terminal would obey,
    or show somewhere else, is written as an escape that reads back the same."""
    told = json.dumps(document, ensure_ascii=False, separators=separators)
    return _UNSHOWN.sub(lambda found: json.dumps(found[0])[1:-1], told)


def whole_json(told: str) -> str:
    """A JSON text without half surrogates: legal there, and in no database."""
    if "\\ud" not in told.lower():
        return told
    return json.dumps(json.loads(told), ensure_ascii=False).encode("utf-8", "replace").decode()
