"""What both ends write about themselves: one JSON object a line, ids only (devices.md section 12, sync X10, P13).

    {"at":"2026-11-22T07:01:15.042Z","level":"warning","log":"packstation.printer","event":"waiting","job":"17",
     "printer":"tcp://zd420:9100"}

at, level, log   when (UTC), how bad, who says it
event            a constant sentence of ours; of a library's own words, which may hold anything, only who said them
...              ids under the names of IDS, reduced to the signs of ids; a badge or a token is written as "secret"
error, where     the type of an error and the places it came through; never its text, which may quote an order

A station writes station.log, `serve` serve.log, a hub hub.log: 1 MiB each, the last five kept, for their owner alone.
"""

from __future__ import annotations

import json
import logging
import os
import re
import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

FILE_BYTES_MAX = 1 << 20
FILES_KEPT = 5
ID_CHARS_MAX = 100
FRAMES_MAX = 8
IDS = frozenset(
    {
        "carton", "code", "copy", "count", "device", "document", "fo", "job", "path", "pid", "port", "printer",
        "site", "state", "station", "status", "url", "user", "version", "what",
    }
)  # fmt: skip
"""The names under which ids are told; a test holds every call in the source to them."""
OURS = ("packstation", "sync")

_NOT_ID = re.compile(r"[^A-Za-z0-9._:/#+-]")
_SECRET = re.compile(r"B\.[A-Z2-7]{20,}|[0-9a-fA-F]{32,}|[A-Za-z0-9_-]{43,}")


def ids(**named: str | int | None) -> dict[str, Any]:
    """For `extra=` of a log call: log.warning("waiting", extra=ids(printer=name, job=17))."""
    unknown = set(named) - IDS
    assert not unknown, f"log: expected names of IDS, got {sorted(unknown)}"
    return {"ids": {name: value for name, value in named.items() if value is not None}}


def reduced(value: str | int) -> str | int:
    """An id as it may stand in a log.

    >>> reduced("FO-4471-1"), reduced(17), reduced("tcp://zd420:9100")
    ('FO-4471-1', 17, 'tcp://zd420:9100')
    >>> reduced("Jane <jane@shop.example>"), reduced("B.ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    ('Jane__jane_shop.example_', 'secret')
    """
    if isinstance(value, int):
        return value
    return _NOT_ID.sub("_", _SECRET.sub("secret", value))[:ID_CHARS_MAX]


class OneLine(logging.Formatter):
    """A record as one JSON object on one line."""

    def format(self, record: logging.LogRecord) -> str:
        ours = record.name.partition(".")[0] in OURS
        at = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        told: dict[str, Any] = {
            "at": f"{at}.{int(record.msecs):03d}Z",
            "level": record.levelname.lower(),
            "log": record.name,
            # Not getMessage(): arguments are data, and the words of others may have data in them already.
            "event": str(record.msg) if ours else f"{record.module}:{record.lineno}",
        }
        named = getattr(record, "ids", None) if ours else None
        if isinstance(named, dict):
            told |= {name: reduced(value) for name, value in sorted(named.items()) if name in IDS}
        if record.exc_info and record.exc_info[0] is not None:
            told |= _error(record.exc_info[0], record.exc_info[2])
        return json.dumps(told, ensure_ascii=True, separators=(",", ":"))


def _error(kind: type[BaseException], trace: TracebackType | None) -> dict[str, Any]:
    frames = traceback.extract_tb(trace)[-FRAMES_MAX:] if trace is not None else []
    return {"error": kind.__name__, "where": [f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in frames]}


class OwnFile(RotatingFileHandler):
    """The log in a file that turns over; its owner alone may read it."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, maxBytes=FILE_BYTES_MAX, backupCount=FILES_KEPT - 1, encoding="utf-8", delay=True)
        self.setFormatter(OneLine())

    def _open(self) -> Any:
        def mine(name: str, flags: int) -> int:
            return os.open(name, flags, 0o600)

        return open(self.baseFilename, self.mode, encoding=self.encoding, errors=self.errors, opener=mine)

    def handleError(self, record: logging.LogRecord) -> None:
        """A full disk costs lines of the log, never a scan, and nothing is drawn across the screen."""


def log_worker(path: str) -> None:
    """In a process that works for the one with the log: it adds lines, and the other turns the file over."""
    handler = OwnFile(Path(path))
    handler.maxBytes = 0
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.captureWarnings(True)


def to_stream(stream: TextIO) -> logging.Handler:
    """The log as lines of a stream, for whoever runs the process to keep."""
    made = logging.StreamHandler(stream)
    made.setFormatter(OneLine())
    return made


@contextmanager
def logged_to(handler: logging.Handler) -> Iterator[None]:
    """Everything that is logged goes there, and nowhere else, until the end; so does the error that ends it."""
    root = logging.getLogger()
    before = root.handlers[:], root.level, threading.excepthook
    levels = {name: logging.getLogger(name).level for name in OURS}
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    for name in OURS:
        logging.getLogger(name).setLevel(logging.INFO)
    logging.captureWarnings(True)

    def uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            told = (args.exc_type, args.exc_value, args.exc_traceback)
            logging.getLogger("packstation").critical("thread ended", exc_info=told)
        before[2](args)

    threading.excepthook = uncaught_in_thread
    try:
        yield
    except Exception:
        logging.getLogger("packstation").critical("ended by an error", exc_info=True)
        raise
    finally:
        logging.captureWarnings(False)
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)
        root.handlers[:], threading.excepthook = before[0], before[2]
        root.setLevel(before[1])
        handler.close()
