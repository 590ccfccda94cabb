"""Floor of every durable thing: 16 KB written over and flushed, in the folder that the store would use."""

from __future__ import annotations

import os
import time
from pathlib import Path

FLUSH_BYTES = 16_384
FILE_BYTES = 4 * 1024 * 1024


class Flush:
    """A preallocated file; each call writes the next 16 KB of it and waits for the disk."""

    def __init__(self, folder: Path) -> None:
        self._file = os.open(folder / "flush.bin", os.O_RDWR | os.O_CREAT, 0o600)
        os.pwrite(self._file, bytes(FILE_BYTES), 0)
        os.fsync(self._file)
        self._turn = 0

    def once(self) -> float:
        """Milliseconds of one write and flush."""
        self._turn += 1
        block = bytes([self._turn % 251]) * FLUSH_BYTES
        place = self._turn * FLUSH_BYTES % FILE_BYTES
        begin = time.perf_counter_ns()
        os.pwrite(self._file, block, place)
        os.fdatasync(self._file)
        return (time.perf_counter_ns() - begin) / 1e6

    def close(self) -> None:
        os.close(self._file)
