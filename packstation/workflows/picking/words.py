"""The English words of picking: text id -> (long, short). Merged into the one table of `workflows.texts`."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {}
