"""How a printer wants its documents: its language, its dots, its labels and paper, and whether it answers (D6.6)."""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct


class PrinterProfile(Struct, frozen=True):
    """How a printer wants its documents (D6.6). `stock`: labels on 4x6 or a6; `paper`: slips and lists on a4, letter
    or 4x6.

    `answers_hs`: True, silence means not ready; None, silence means not ready once it has answered; False, never
    asked. `native_text`: the printer draws Latin-1 text by itself; else every label goes as one picture.
    """

    language: Literal["zpl", "pdf"] = "zpl"
    dpi: Literal[203, 300] = 203
    stock: str = "4x6"
    answers_hs: bool | None = None
    native_text: bool = True
    paper: str = "a4"

    @property
    def takes_paper(self) -> bool:
        """Slips and lists are pages; a printer that speaks ZPL prints labels alone."""
        return self.language == "pdf"

    def takes(self, what: str) -> bool:
        """Whether such a page can come out here. A ZPL printer set to `slip4x6` takes slips too, each page as one
        picture (D8.5); what is drawn for office paper alone does not fit on it."""
        return self.takes_paper or (what == "slip" and self.paper == "4x6")


_WORDS: dict[str, tuple[str, str | int | bool]] = {
    "zpl": ("language", "zpl"),
    "pdf": ("language", "pdf"),
    "203": ("dpi", 203),
    "300": ("dpi", 300),
    "4x6": ("stock", "4x6"),
    "a6": ("stock", "a6"),
    "a4": ("paper", "a4"),
    "letter": ("paper", "letter"),
    "slip4x6": ("paper", "4x6"),
    "hs": ("answers_hs", True),
    "nohs": ("answers_hs", False),
    "picture": ("native_text", False),
}


def profile_of(text: str) -> tuple[str, PrinterProfile]:
    """The address of a printer without the words behind its `#`, and the profile they say.

    They may stand in any order: zpl or pdf, 203 or 300, 4x6 or a6, the paper of slips (a4, letter or slip4x6; on ZPL
    slip4x6 alone), hs or nohs (whether it answers `~HS`), picture (it draws no text itself). Raises ValueError naming
    a word that fits nowhere, or two that contradict each other.
    """
    url, _, fragment = text.partition("#")
    found: dict[str, Any] = {"language": "zpl" if url.startswith("tcp://") else "pdf"}
    said: dict[str, str] = {}
    for word in filter(None, fragment.lower().split(",")):
        if word not in _WORDS:
            raise ValueError(f"printer {text!r}: expected {', '.join(_WORDS)} after #, got {word!r}.")
        name, value = _WORDS[word]
        if name in said and found[name] != value:
            raise ValueError(f"printer {text!r}: expected one of {said[name]!r} and {word!r} after #, got both.")
        found[name], said[name] = value, word
    profile = PrinterProfile(**found)
    if profile.language == "zpl" and "paper" in found and profile.paper != "4x6":
        raise ValueError(
            f"printer {text!r}: expected slip4x6 or no paper after # of a ZPL printer, which prints labels, "
            f"got {profile.paper!r}."
        )
    return url, profile
