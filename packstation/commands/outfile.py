"""The file that a command was told to write with --out."""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path


def write_whole(path: Path, content: bytes) -> None:
    """The whole file or none: a reader never sees half a label. Raises OSError or ValueError.

    What is there and no file, such as /dev/stdout or a pipe, is written to: a rename would put a file in its place.
    A link stays one.
    """
    try:
        mode = os.stat(path).st_mode
    except FileNotFoundError:
        mode = stat.S_IFREG
    if not stat.S_ISREG(mode):
        with open(path, "wb", opener=_there) as device:
            device.write(content)
        return
    place = Path(os.path.realpath(path))
    temporary = ""
    try:
        with tempfile.NamedTemporaryFile(dir=place.parent, prefix=".out-", delete=False) as file:
            temporary = file.name
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        # The temporary file is its owner's alone; the finished one is as open as any new file.
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(temporary, 0o666 & ~mask)
        os.replace(temporary, place)
    except (OSError, ValueError):
        if temporary and os.path.exists(temporary):
            os.unlink(temporary)
        raise


def _there(path: str, flags: int) -> int:
    """Nothing is made where a device was a moment ago."""
    return os.open(path, flags & ~os.O_CREAT)
