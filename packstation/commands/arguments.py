"""Arguments that many commands share, and where the data directory is."""

from __future__ import annotations

import os
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable
from pathlib import Path


def data(parser: ArgumentParser, help: str = "the data directory (or PACKSTATION_DATA)") -> None:
    """`--data DIR`."""
    parser.add_argument("--data", metavar="DIR", help=help)


def json_flag(parser: ArgumentParser, help: str = "one JSON document on stdout") -> None:
    """`--json`."""
    parser.add_argument("--json", action="store_true", help=help)


def deed_flags(parser: ArgumentParser, *, writes: bool) -> None:
    """What every command at a data directory takes; one that writes facts says who does it."""
    data(parser)
    json_flag(parser)
    if writes:
        parser.add_argument("--user", help="who does it (default: the only supervisor, else cli)")


def whole(least: int, most: int) -> Callable[[str], int]:
    """The type of an argument: a whole number within these bounds."""

    def number(text: str) -> int:
        try:
            found = int(text)
        except ValueError:
            found = least - 1
        if not least <= found <= most:
            raise ArgumentTypeError(f"expected a whole number from {least} to {most}, got {text[:40]!r}")
        return found

    return number


def data_folder(parsed: Namespace) -> Path:
    """`--data`, else PACKSTATION_DATA, else the platform's folder for the user's data."""
    given = parsed.data or os.environ.get("PACKSTATION_DATA")
    if given:
        return Path(given)
    import platformdirs

    return Path(platformdirs.user_data_dir("packstation", appauthor=False))
