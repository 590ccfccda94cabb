"""What a scanner is told about a scan: bytes for its own beeper and light, written back to its port (D2.1-D2.4).

The table of families lies in assets/feedback.json. A shop adds its own in a file of the same shape: feedback.json in
the data directory.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path

from msgspec import Struct

from packstation.assets import asset
from packstation.workflows.prompt import Cue

_GOOD = (Cue.TICK, Cue.LINE, Cue.DONE)
_BAD = (Cue.WRONG, Cue.OVER, Cue.UNKNOWN)


OWN = "feedback.json"


class FeedbackProfile(Struct, frozen=True):
    """The bytes for four answers. `host_ack`: the scanner stays silent until it gets one of them, for 10 s."""

    name: str
    good: bytes
    ask: bytes
    bad: bytes
    stop: bytes
    host_ack: bool = False
    note: str = ""

    def bytes_for(self, cue: Cue) -> bytes:
        """What to write for a cue; nothing for news that are no answer to a scan."""
        if cue in _GOOD:
            return self.good
        if cue in _BAD:
            return self.bad
        return {Cue.ASK: self.ask, Cue.STOP: self.stop}.get(cue, b"")


def profiles(own: Path | None = None) -> dict[str, FeedbackProfile]:
    """All families by name, and those of the shop's own file. Raises ValueError naming the field."""
    found = _read(asset("feedback.json"))
    return found | _read(own) if own is not None else found


def profile_named(name: str, own: Path | None = None) -> FeedbackProfile:
    """The family of that name, the shop's own too where its file is there. Raises ValueError naming the others."""
    known = profiles(own if own is not None and own.exists() else None)
    if name not in known:
        raise ValueError(f"scanner feedback: expected one of {', '.join(sorted(known))}, got {name!r}.")
    return known[name]


class Voice:
    """Writes answers in a thread of its own, so that a scanner that takes no bytes never delays a scan.

    What waits is replaced by what is newer, except a stop: nobody may miss it.
    """

    def __init__(self, profile: FeedbackProfile, write: Callable[[bytes], bool]) -> None:
        self.profile = profile
        self._write = write
        self._changed = threading.Condition()
        self._next: Cue | None = None
        self._stopped = False
        self._thread: threading.Thread | None = None

    def say(self, cue: Cue) -> None:
        if not self.profile.bytes_for(cue):
            return
        with self._changed:
            if self._next is not Cue.STOP:
                self._next = cue
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="scanner feedback", daemon=True)
                self._thread.start()
            self._changed.notify()

    def stop(self) -> None:
        with self._changed:
            self._stopped = True
            self._changed.notify()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._stopped or self._next is not None)
                if self._stopped:
                    return
                cue, self._next = self._next, None
            if cue is not None:
                self._write(self.profile.bytes_for(cue))


def _read(path: Path) -> dict[str, FeedbackProfile]:
    try:
        document = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ValueError(f"{path}: expected a table of feedback profiles, got {error}.") from None
    table = document.get("profiles") if isinstance(document, dict) else None
    if not isinstance(table, dict):
        raise ValueError(f"{path}: profiles: expected an object, got {type(table).__name__}.")
    return {name: _profile(path, name, row) for name, row in table.items()}


def _profile(path: Path, name: str, row: object) -> FeedbackProfile:
    where = f"{path}: profiles.{name}"
    if not isinstance(row, dict):
        raise ValueError(f"{where}: expected an object, got {type(row).__name__}.")
    known = {"family", "good", "ask", "bad", "stop", "host_ack", "note"}
    if unknown := sorted(set(row) - known):
        raise ValueError(f"{where}: expected {', '.join(sorted(known))}, got {unknown[0]!r}.")
    if not isinstance(row.get("host_ack", False), bool):
        raise ValueError(f"{where}.host_ack: expected true or false, got {row['host_ack']!r}.")
    good = _hex(f"{where}.good", row.get("good"))
    bad = _hex(f"{where}.bad", row.get("bad"))
    return FeedbackProfile(
        name,
        good,
        # A family without bytes of its own: asked twice good, stopped as bad each time the cue repeats.
        ask=_hex(f"{where}.ask", row["ask"]) if "ask" in row else good * 2,
        bad=bad,
        stop=_hex(f"{where}.stop", row["stop"]) if "stop" in row else bad,
        host_ack=row.get("host_ack", False),
        note=str(row.get("note", "")),
    )


def _hex(where: str, value: object) -> bytes:
    try:
        found = bytes.fromhex(value) if isinstance(value, str) else b""
    except ValueError:
        found = b""
    if not 0 < len(found) <= 64:
        raise ValueError(f"{where}: expected 1 to 64 bytes as hexadecimal, got {value!r}.")
    return found
