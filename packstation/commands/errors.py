"""How a command ends when it cannot do what was asked."""

from __future__ import annotations

import errno
from os import PathLike
from pathlib import Path

FULL_BYTES = 256 * 1024


class UsageError(Exception):
    """Usage or unreadable input: one line on stderr, naming where, expected and got; exit 2."""


class Refused(Exception):
    """Understood and refused: one line on stderr with the reason; exit 1."""


def said(error: BaseException, place: str | PathLike[str] = ".") -> str:
    """What went wrong with files, for people: a full disk is named, however its victim words it."""
    import shutil

    where = getattr(error, "filename", None) or place
    folder = Path(where)
    while not folder.is_dir() and folder != folder.parent:
        folder = folder.parent
    try:
        free = shutil.disk_usage(folder).free
    except OSError:
        free = FULL_BYTES
    if free < FULL_BYTES or getattr(error, "errno", None) == errno.ENOSPC:
        return f"the disk of {folder} is full ({free // 1024} KB free)"
    return str(getattr(error, "strerror", None) or getattr(error, "orig", None) or error).splitlines()[0]
