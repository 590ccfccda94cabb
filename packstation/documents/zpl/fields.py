"""The words of ZPL, and the one door by which data gets into them. Pure.

    text ──▶ escaped: UTF-8 bytes outside [A-Za-z0-9 .,-] as _HH ──▶ ^FH_^FD...^FS

What a printer would change, drop or read as its own command is not escaped but refused: NotNative, and the whole
label goes as a picture. Brackets and `>8` in the results are ours and stay raw (D7.1, D7.3).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

FIELD_CHARS_MAX = 255

_SAFE = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 .,-")
_PLAIN = re.compile(r"[A-Za-z0-9 .,-]*")
_BYTES = tuple(chr(byte) if byte in _SAFE else f"_{byte:02X}" for byte in range(256))
_LATIN_1 = re.compile(r"[ -~\xa0-\xff]*")
_CODE128 = re.compile(r"[A-Za-z0-9 ./:+#-]+")
_ELEMENT = re.compile(r"\((\d{2,4})\)([^() >]+)")


class NotNative(Exception):
    """The printer cannot be trusted to draw this by itself."""


def escaped(text: str) -> str:
    """The text as field data behind ^FH_. Raises NotNative when it is too long for a field."""
    if len(text) > FIELD_CHARS_MAX:
        raise NotNative(f"field data: expected at most {FIELD_CHARS_MAX} characters, got {len(text)}.")
    if _PLAIN.fullmatch(text):
        return text
    return "".join([_BYTES[byte] for byte in text.encode("utf-8")])


def head(width: int, height: int) -> str:
    """The label's head. Printer settings outlive a label, so those that could spoil ours are set back (D7.7)."""
    return f"^XA^CI28^PW{width}^LL{height}^LH0,0^PON^LRN^FWN^MCY^BY2,3,100\n"


TAIL = "^XZ\n"


def words(text: str, x: int, baseline: int, height: int, width: int, *, white: bool = False) -> str:
    """A line of text, its baseline at y, its letters as wide as letters of height `width` are. White text lies on a
    black box drawn before it."""
    if not _LATIN_1.fullmatch(text):
        raise NotNative("a character beyond Latin-1")
    return f"^FT{x},{baseline}^A0N,{height},{width}{'^FR' if white else ''}^FH_^FD{escaped(text)}^FS\n"


def box(x: int, y: int, width: int, height: int, thickness: int) -> str:
    """A box; filled when its thickness is its smaller side."""
    return f"^FO{x},{y}^GB{width},{height},{thickness}^FS\n"


def code128(text: str, x: int, y: int, dot: int, height: int) -> str:
    """Plain Code 128, the printer choosing code sets. `>` would start a printer code, so it is never here (D7.2)."""
    if not _CODE128.fullmatch(text) or text != text.strip(" "):
        raise NotNative("a character that printers read as their own in Code 128")
    return f"^FO{x},{y}^BY{dot},3,{height}^BCN,{height},N,N,N,A^FH_^FD{escaped(text)}^FS\n"


def gs1_128(human: str, open_ended: frozenset[str], x: int, y: int, dot: int, height: int) -> str:
    """GS1-128 from "(ai)value(ai)value". Mode D drops brackets and spaces in values without a word, so they are
    refused, and prints no FNC1 behind an open-ended value unless it is told to: `>8` (D7.3)."""
    elements = _ELEMENT.findall(human)
    if "".join(f"({ai}){value}" for ai, value in elements) != human or not elements:
        raise NotNative("a value with brackets, > or a space in GS1-128")
    parts = []
    for n, (ai, value) in enumerate(elements):
        last = n == len(elements) - 1
        parts.append(f"({ai}){escaped(value)}{'>8' if ai in open_ended and not last else ''}")
    return f"^FO{x},{y}^BY{dot},3,{height}^BCN,{height},N,N,N,D^FH_^FD{''.join(parts)}^FS\n"


def modules(rows: Sequence[str], x: int, y: int, dot: int) -> str:
    """A 2D symbol from our own modules, "1" for dark. A printer's encoder may take a larger symbol than the one that
    was measured and read back, and knows escapes of its own; dots have neither. `:` repeats a row."""
    columns = len(rows[0])
    row_bytes = (columns * dot + 7) // 8
    # All rows as one number: one row at a time is most of the time of a symbol.
    fill = "0" * (row_bytes * 8 - columns * dot)
    bits = fill.join([row.replace("0", "0" * dot).replace("1", "1" * dot) for row in rows]) + fill
    digits = row_bytes * 2
    code = f"{int(bits, 2):0{digits * len(rows)}X}"
    again = ":" * (dot - 1)
    lines = again.join([code[at : at + digits] for at in range(0, len(code), digits)]) + again
    total = row_bytes * len(rows) * dot
    return f"^FO{x},{y}^GFA,{total},{total},{row_bytes},{lines}^FS\n"
