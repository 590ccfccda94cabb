"""Colours. A look is a name; a palette says what it is on the terminal. Never the only difference between two states.

256-colour numbers, not RGB: half the bytes on a slow line, and every terminal of the last twenty years has them.
"ansi" uses the sixteen colours of the terminal's own palette, "mono" none at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from rich.color import Color
from rich.style import Style

THEMES = ("default", "contrast", "ansi", "mono")

# look -> (foreground, background, attributes); a colour is a 256-colour number, "" the terminal's own.
_Ink = tuple[str, str, str]

_DEFAULT: Mapping[str, _Ink] = {
    "base": ("253", "234", ""),
    "dim": ("245", "234", ""),
    "rule": ("239", "234", ""),
    "status": ("250", "236", ""),
    "status.user": ("255", "236", "bold"),
    "status.well": ("114", "236", ""),
    "status.warn": ("221", "236", "bold"),
    "status.ill": ("255", "160", "bold"),
    "status.ill.on_base": ("210", "234", "bold"),
    "title": ("255", "24", "bold"),
    "title.state": ("153", "24", ""),
    "gauge.full": ("120", "24", ""),
    "gauge.empty": ("67", "24", ""),
    "instruction": ("255", "17", "bold"),
    "count": ("229", "17", "bold"),
    "entry": ("229", "17", "bold"),
    "card": ("255", "238", "bold"),
    "card.count": ("229", "238", "bold"),
    "card.detail": ("252", "238", ""),
    "row": ("253", "234", ""),
    "row.begun": ("222", "234", ""),
    "row.full": ("108", "234", ""),
    "row.over": ("213", "234", "bold"),
    "row.short": ("180", "234", "italic"),
    "row.pointer": ("229", "234", "bold"),
    "row.detail": ("246", "234", ""),
    "row.where": ("117", "234", ""),
    "panel": ("252", "235", ""),
    "panel.title": ("255", "237", "bold"),
    "picture": ("117", "235", ""),
    "choice": ("255", "234", ""),
    "choice.number": ("16", "221", "bold"),
    "held": ("16", "221", "bold"),
    "held.code": ("221", "234", ""),
    "frame": ("196", "234", ""),
    "note": ("255", "237", ""),
    "key.name": ("16", "250", "bold"),
    "key.label": ("252", "236", ""),
    "list.head": ("255", "238", "bold"),
    "list.chosen": ("16", "153", "bold"),
    "hex": ("117", "234", ""),
    "T1": ("120", "22", ""),
    "T2": ("157", "22", "bold"),
    "T3": ("16", "114", "bold"),
    "T4": ("229", "58", ""),
    "E1": ("255", "160", "bold"),
    "E2": ("255", "127", "bold"),
    "E3": ("255", "26", "bold"),
    "E4": ("255", "124", ""),
    "N1": ("253", "238", ""),
    "T1.head": ("120", "22", "bold"),
    "T4.head": ("229", "58", "bold"),
    "E4.head": ("231", "124", "bold"),
}
_CONTRAST: Mapping[str, _Ink] = {
    "base": ("231", "16", ""),
    "dim": ("252", "16", ""),
    "rule": ("231", "16", ""),
    "status": ("16", "231", ""),
    "status.user": ("16", "231", "bold"),
    "status.well": ("16", "231", ""),
    "status.warn": ("231", "16", "bold"),
    "status.ill": ("231", "124", "bold"),
    "status.ill.on_base": ("231", "124", "bold"),
    "title": ("226", "16", "bold"),
    "title.state": ("231", "16", ""),
    "gauge.full": ("226", "16", ""),
    "gauge.empty": ("250", "16", ""),
    "instruction": ("231", "16", "bold"),
    "count": ("226", "16", "bold"),
    "entry": ("226", "16", "bold"),
    "card": ("16", "226", "bold"),
    "card.count": ("16", "226", "bold"),
    "card.detail": ("16", "226", ""),
    "row": ("231", "16", ""),
    "row.begun": ("231", "16", "bold"),
    "row.full": ("250", "16", ""),
    "row.over": ("16", "213", "bold"),
    "row.short": ("231", "16", "italic"),
    "row.pointer": ("226", "16", "bold"),
    "row.detail": ("252", "16", ""),
    "row.where": ("226", "16", ""),
    "panel": ("231", "16", ""),
    "panel.title": ("16", "231", "bold"),
    "picture": ("231", "16", ""),
    "choice": ("231", "16", "bold"),
    "choice.number": ("16", "226", "bold"),
    "held": ("16", "226", "bold"),
    "held.code": ("226", "16", "bold"),
    "frame": ("196", "16", "bold"),
    "note": ("16", "231", ""),
    "key.name": ("16", "226", "bold"),
    "key.label": ("231", "16", ""),
    "list.head": ("16", "231", "bold"),
    "list.chosen": ("16", "226", "bold"),
    "hex": ("226", "16", ""),
    "T1": ("120", "16", "bold"),
    "T2": ("120", "16", "bold"),
    "T3": ("16", "120", "bold"),
    "T4": ("226", "16", "bold"),
    "E1": ("231", "124", "bold"),
    "E2": ("231", "90", "bold"),
    "E3": ("231", "19", "bold"),
    "E4": ("231", "124", "bold"),
    "N1": ("16", "231", ""),
}
_ANSI: Mapping[str, _Ink] = {
    "base": ("", "", ""),
    "dim": ("", "", "dim"),
    "rule": ("", "", "dim"),
    "status": ("", "", "reverse"),
    "status.user": ("", "", "bold reverse"),
    "status.well": ("", "", "reverse"),
    "status.warn": ("0", "3", ""),
    "status.ill": ("15", "1", "bold"),
    "status.ill.on_base": ("1", "", "bold"),
    "title": ("15", "4", "bold"),
    "title.state": ("15", "4", ""),
    "gauge.full": ("10", "4", ""),
    "gauge.empty": ("7", "4", ""),
    "instruction": ("", "", "bold"),
    "count": ("3", "", "bold"),
    "entry": ("3", "", "bold"),
    "card": ("", "", "bold reverse"),
    "card.count": ("", "", "bold reverse"),
    "card.detail": ("", "", "reverse"),
    "row": ("", "", ""),
    "row.begun": ("3", "", ""),
    "row.full": ("2", "", ""),
    "row.over": ("5", "", "bold"),
    "row.short": ("3", "", "italic"),
    "row.pointer": ("", "", "bold"),
    "row.detail": ("", "", "dim"),
    "row.where": ("6", "", ""),
    "panel": ("", "", ""),
    "panel.title": ("", "", "bold underline"),
    "picture": ("6", "", ""),
    "choice": ("", "", ""),
    "choice.number": ("0", "3", "bold"),
    "held": ("0", "3", "bold"),
    "held.code": ("3", "", ""),
    "frame": ("1", "", "bold"),
    "note": ("", "", "reverse"),
    "key.name": ("", "", "bold reverse"),
    "key.label": ("", "", ""),
    "list.head": ("", "", "bold underline"),
    "list.chosen": ("", "", "bold reverse"),
    "hex": ("6", "", ""),
    "T1": ("2", "", "bold"),
    "T2": ("2", "", "bold"),
    "T3": ("0", "2", "bold"),
    "T4": ("3", "", "bold"),
    "E1": ("15", "1", "bold"),
    "E2": ("15", "5", "bold"),
    "E3": ("15", "4", "bold"),
    "E4": ("15", "1", "bold"),
    "N1": ("", "", "reverse"),
}
_INVERSE_IN_MONO = ("T3", "E1", "E2", "E3", "E4", "held", "choice.number", "status.ill", "status.warn", "key.name")
_PALETTES = {"default": _DEFAULT, "contrast": _CONTRAST, "ansi": _ANSI}


@lru_cache(maxsize=1024)
def style(look: str, theme: str) -> Style:
    """The style of a look. "E1.head" without an entry of its own is E1, bold."""
    if theme == "mono":
        return _mono(look)
    palette = _PALETTES[theme]
    ink = palette.get(look)
    if ink is None and look.endswith(".head"):
        foreground, background, _ = palette[look.removesuffix(".head")]
        ink = (foreground, background, "bold")
    assert ink is not None, f"no look {look!r} in theme {theme}"
    foreground, background, attributes = ink
    return _style(foreground, background, attributes)


def _mono(look: str) -> Style:
    ink = _ANSI.get(look) or _ANSI.get(look.removesuffix(".head"), ("", "", ""))
    attributes = ink[2]
    if look.removesuffix(".head") in _INVERSE_IN_MONO and "reverse" not in attributes:
        attributes = f"{attributes} reverse".strip(" ")
    return _style("", "", attributes)


def _style(foreground: str, background: str, attributes: str) -> Style:
    words = attributes.split(" ") if attributes else []
    return Style(
        color=Color.from_ansi(int(foreground)) if foreground else None,
        bgcolor=Color.from_ansi(int(background)) if background else None,
        bold="bold" in words or None,
        dim="dim" in words or None,
        italic="italic" in words or None,
        underline="underline" in words or None,
        reverse="reverse" in words or None,
    )
