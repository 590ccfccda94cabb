"""Arguments that many commands share, and where the data directory is."""

from __future__ import annotations

import os
from argparse import ArgumentParser, Namespace
from pathlib import Path


def data(parser: ArgumentParser, help: str = "the data directory (or PACKSTATION_DATA)") -> None:
    """`--data DIR`."""
    parser.add_argument("--data", metavar="DIR", help=help)


def json_flag(parser: ArgumentParser, help: str = "one JSON document on stdout") -> None:
    """`--json`."""
    parser.add_argument("--json", action="store_true", help=help)


def data_folder(parsed: Namespace) -> Path:
    """`--data`, else PACKSTATION_DATA, else the platform's folder for the user's data."""
    given = parsed.data or os.environ.get("PACKSTATION_DATA")
    if given:
        return Path(given)
    import platformdirs

    return Path(platformdirs.user_data_dir("packstation", appauthor=False))
