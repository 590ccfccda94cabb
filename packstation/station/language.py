"""The words of a language, from its catalog in the assets; English stands in `workflows.texts` (FL10.6)."""

from __future__ import annotations

import json
from functools import cache

from packstation.assets import asset
from packstation.store.mirror import Mirror
from packstation.workflows.texts import ENGLISH, Table

LANGUAGES = ("en", "de", "es")


def table_at(mirror: Mirror) -> Table:
    """The words of the site, as its setting says: English where it says nothing that we speak."""
    language = str(mirror.setting("language") or "en")
    return table_of(language if language in LANGUAGES else "en")


@cache
def table_of(language: str) -> Table:
    """Text id -> (long, short). Raises ValueError for a language nobody translated."""
    if language == "en":
        return ENGLISH
    if language not in LANGUAGES:
        raise ValueError(f"language: expected one of {', '.join(LANGUAGES)}, got {language[:20]!r}.")
    body = json.loads(asset("locale", f"{language}.json").read_text(encoding="utf-8"))
    return {name: (str(long), str(short)) for name, (long, short) in body.items()}
