"""One printer: reach it, ask whether it can print, hand over all bytes, and say truly what is known afterwards.

    printer_at(url) ──▶ reach() ──▶ Line ──▶ hand_over(bytes, name) ──▶ Sent | NotSent | Unsure
                          └──▶ NotReady(why)                            nothing left us │ some may have been printed

Reaching comes first and sends no byte of a document, so a job that never began stays a job that never began.
Addresses: `tcp://host:9100`, `lp:QUEUE`, `dir:PATH`. How it prints: `printer_profile`.
"""

from __future__ import annotations

import contextlib
import os
import re
import select
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol, TypeAlias

from msgspec import Struct

from packstation.devices.host_status import host_status
from packstation.devices.printer_profile import PrinterProfile, profile_of

CONNECT_S_MAX = 3.0
STATUS_S_MAX = 1.0
SILENT_S_MAX = 0.1
"""For one that was asked before and has never answered: no label waits a second for words that never come.
Words that come later than this are still heard, while the label leaves."""
STALL_S_MAX = 10.0
TRANSFER_S_MAX = 120.0
FAREWELL_S_MAX = 0.3
ANSWER_BYTES_MAX = 1024
LP_S_MAX = 10.0
NAME_CHARS_MAX = 100
DOCUMENT_DAYS_MAX = 30


class NotReady(Struct, frozen=True):
    """The printer cannot take a document now. `why` is said to people: "paper out"."""

    why: str


class Sent(Struct, frozen=True):
    """All bytes were handed over. `where`: the file of a `dir:` printer, else empty."""

    bytes_sent: int
    where: str = ""


class NotSent(Struct, frozen=True):
    """It failed before the first byte: nothing can have been printed."""

    why: str


class Unsure(Struct, frozen=True):
    """It failed after the first byte: something may have been printed."""

    why: str


class Seen(Struct, frozen=True):
    """Looked at without a document, nothing changed there. `says` is for people: "is ready"."""

    says: str = "is ready"


Handed: TypeAlias = Sent | NotSent | Unsure


class Line(Protocol):
    """A printer that was reached. Handed one document, then closed."""

    def hand_over(self, content: bytes, name: str) -> Handed: ...
    def close(self) -> None: ...


class Printer(Protocol):
    url: str
    profile: PrinterProfile

    def reach(self) -> Line | NotReady: ...
    def look(self) -> Seen | NotReady: ...


def printer_at(url: str, profile: PrinterProfile | None = None) -> Printer:
    """The printer at an address. Raises ValueError saying what was expected."""
    profile = profile or PrinterProfile()
    if url.startswith("tcp://"):
        return TcpPrinter(url, profile)
    if url.startswith("lp:"):
        return LpPrinter(url, profile)
    if url.startswith("dir:") and len(url) > len("dir:"):
        return FolderPrinter(url, profile)
    raise ValueError(f"printer {url!r}: expected tcp://host:9100, lp:QUEUE or dir:PATH.")


def printer_address(text: str) -> tuple[str, PrinterProfile]:
    """The address and how that printer prints: `tcp://zd420:9100#300,a6`, `lp:office#letter`, `lp:zebra#zpl`.

    Raises ValueError saying what was expected, of the address or of the words after `#` (`profile_of`).
    """
    url, profile = profile_of(text)
    printer_at(url, profile)
    return url, profile


def document_name(text: str) -> str:
    """Ids as a file or job name: only [A-Za-z0-9._-], at most 100 long, never hidden, never empty (section 12)."""
    reduced = re.sub(r"[^A-Za-z0-9._-]", "-", text)[:NAME_CHARS_MAX].lstrip(".-")
    # Windows opens a device for these, whatever the ending.
    if re.match(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\.|\Z)", reduced):
        reduced = f"x{reduced}"[:NAME_CHARS_MAX]
    return reduced or "document"


# --- tcp ---------------------------------------------------------------------------------------------------------


class TcpPrinter:
    """Port 9100: bytes in, nothing back but the answer to `~HS`."""

    def __init__(self, url: str, profile: PrinterProfile) -> None:
        found = re.fullmatch(r"tcp://(\[[0-9A-Fa-f:]+\]|[A-Za-z0-9._-]+)(?::(\d{1,5}))?/?", url)
        port = int(found[2] or 9100) if found else 0
        if found is None or not 0 < port < 65536:
            raise ValueError(f"printer {url!r}: expected tcp://host:port with a port from 1 to 65535.")
        self.url, self.profile = url, profile
        self._address = (found[1].strip("[]"), port)
        self._has_answered = self._was_silent = False
        self._early = b""

    def reach(self) -> Line | NotReady:
        try:
            wire = socket.create_connection(self._address, timeout=CONNECT_S_MAX)
        except OSError as error:
            return NotReady(_why(error, "does not answer"))
        try:
            trouble = self._trouble(wire)
        except OSError as error:
            wire.close()
            return NotReady(_why(error, "hung up"))
        if trouble:
            wire.close()
            return NotReady(trouble)
        return _TcpLine(wire, self._heard_late)

    def look(self) -> Seen | NotReady:
        """As `reach`, but silence is told: a label would be tried all the same, and nobody knows whether it came."""
        line = self.reach()
        if isinstance(line, NotReady):
            return line
        line.close()
        if self._was_silent:
            return NotReady(
                "did not answer ~HS: look for paper, ribbon and an open head, or add #nohs if it never does"
            )
        return Seen()

    def _trouble(self, wire: socket.socket) -> str:
        """Why it cannot print, or "". Zebra printers say nothing at all without paper or with an open head."""
        if self.profile.language != "zpl" or self.profile.answers_hs is False:
            return ""
        wire.settimeout(STATUS_S_MAX)
        wire.sendall(b"~HS\r\n")
        expected = self.profile.answers_hs or self._has_answered
        self._early = _three_strings(wire, SILENT_S_MAX if self._was_silent and not expected else STATUS_S_MAX)
        status = host_status(self._early)
        self._was_silent = status is None
        if status is None:
            return "does not say it is ready: look for paper, ribbon and an open head" if expected else ""
        self._has_answered = True
        return ", ".join(status.troubles)

    def _heard_late(self, words: bytes) -> None:
        """A printer on a slow line answers after its label was begun: from the next one on it is waited for."""
        self._has_answered = self._has_answered or host_status(self._early + words) is not None


class _TcpLine:
    def __init__(self, wire: socket.socket, heard: Callable[[bytes], None]) -> None:
        self._wire = wire
        self._heard = heard

    def hand_over(self, content: bytes, name: str) -> Handed:
        self._wire.settimeout(STALL_S_MAX)
        left = memoryview(content)
        handed = 0
        deadline = time.monotonic() + TRANSFER_S_MAX
        try:
            while left:
                if time.monotonic() > deadline:
                    raise TimeoutError
                taken = self._wire.send(left[: 64 * 1024])
                handed, left = handed + taken, left[taken:]
            self._farewell()
        except OSError as error:
            why = _why(error, "stopped taking bytes")
            return Unsure(f"{why} after {handed} of {len(content)} bytes") if handed else NotSent(why)
        return Sent(handed)

    def _farewell(self) -> None:
        """Closing with unread bytes resets the connection, and a reset may drop the end of the label."""
        self._wire.shutdown(socket.SHUT_WR)
        deadline = time.monotonic() + FAREWELL_S_MAX
        words = b""
        while (left_s := deadline - time.monotonic()) > 0 and len(words) < ANSWER_BYTES_MAX:
            readable, _, _ = select.select([self._wire], [], [], left_s)
            piece = self._wire.recv(ANSWER_BYTES_MAX) if readable else b""
            if not piece:
                break
            words += piece
        self._heard(words)

    def close(self) -> None:
        self._wire.close()


def _three_strings(wire: socket.socket, patience_s: float) -> bytes:
    """What comes within the time for a status: until the third ETX, at most 1 KiB."""
    answer = b""
    deadline = time.monotonic() + patience_s
    while answer.count(b"\x03") < 3 and len(answer) < ANSWER_BYTES_MAX:
        left_s = deadline - time.monotonic()
        if left_s <= 0:
            break
        readable, _, _ = select.select([wire], [], [], left_s)
        if not readable:
            break
        piece = wire.recv(ANSWER_BYTES_MAX)
        if not piece:
            raise ConnectionResetError("hung up when asked for its status")
        answer += piece
    return answer


# --- lp ----------------------------------------------------------------------------------------------------------


class LpPrinter:
    """A queue of CUPS. The program gets its data on stdin and the queue as an argument of its own (D6.4)."""

    def __init__(self, url: str, profile: PrinterProfile) -> None:
        self.url, self.profile = url, profile
        self._queue = url.removeprefix("lp:")
        if not re.fullmatch(r"[A-Za-z0-9._][A-Za-z0-9._-]{0,126}", self._queue):
            raise ValueError(f"printer {url!r}: expected lp:QUEUE of letters, digits, '.', '_' and '-'.")

    def reach(self) -> Line | NotReady:
        return self

    def look(self) -> Seen | NotReady:
        """Only CUPS knows its queues; nothing goes to it for a look."""
        return Seen("is a queue of CUPS")

    def hand_over(self, content: bytes, name: str) -> Handed:
        raw = self.profile.language == "zpl"
        option = "raw" if raw else "print-scaling=none"
        command = ["lp", "-d", self._queue, "-t", document_name(name), "-o", option]
        try:
            done = subprocess.run(command, input=content, capture_output=True, timeout=LP_S_MAX, check=False)
        except FileNotFoundError:
            return NotSent("lp is not installed here")
        except subprocess.TimeoutExpired:
            return Unsure(f"lp did not end within {LP_S_MAX:.0f} s")
        except OSError as error:
            return Unsure(_why(error, "lp failed"))
        if done.returncode < 0:
            return Unsure(f"lp was ended by signal {-done.returncode}")
        if done.returncode:
            # lp queues a job as a whole or not at all.
            words = done.stderr.decode("utf-8", errors="replace").strip()[:200]
            return NotSent(f"lp refused: {words or f'exit code {done.returncode}'}")
        return Sent(len(content))

    def close(self) -> None:
        """Nothing is held open between jobs."""


# --- a folder ----------------------------------------------------------------------------------------------------

_OURS = ".packstation-documents"


class FolderPrinter:
    """A folder of finished documents: a file is there whole or not at all, also after a power cut (D6.5)."""

    def __init__(self, url: str, profile: PrinterProfile) -> None:
        self.url, self.profile = url, profile
        self.folder = Path(url.removeprefix("dir:"))

    def reach(self) -> Line | NotReady:
        try:
            # Its parent is not made: a mistyped path or a share that is not there would swallow documents.
            self.folder.mkdir(exist_ok=True)
            # Only a folder that was ours from its first day is ever tidied.
            if not any(self.folder.iterdir()):
                (self.folder / _OURS).touch()
        except OSError as error:
            return NotReady(_why(error, "folder cannot be used"))
        return self

    def look(self) -> Seen | NotReady:
        """Whether documents could be written there; nothing is made."""
        there = self.folder.is_dir()
        if not there and (self.folder.exists() or self.folder.is_symlink()):
            return NotReady("expected a folder, got something else")
        if not there and not self.folder.parent.is_dir():
            return NotReady(f"expected the folder {self.folder.parent}, got none: make it first")
        if not os.access(self.folder if there else self.folder.parent, os.W_OK | os.X_OK):
            return NotReady("cannot be written")
        return Seen() if there else Seen("is made with the first document")

    def hand_over(self, content: bytes, name: str) -> Handed:
        target = self.folder / f"{document_name(name)}.{self.profile.language}"
        written = self.folder / f".{target.name}.tmp"
        try:
            # A document holds a name and an address: for its owner's eyes only.
            fd = os.open(written, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_NOFOLLOW", 0), 0o600)
            with os.fdopen(fd, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            written.replace(target)
        except OSError as error:
            with contextlib.suppress(OSError):
                written.unlink()
            return NotSent(_why(error, "cannot be written"))
        try:
            _fsync_folder(self.folder)
        except OSError as error:
            return Unsure(_why(error, "folder not flushed"))
        return Sent(len(content), str(target))

    def close(self) -> None:
        """Nothing is held open between jobs."""

    def tidy(self, now_s: int, *, days_max: int = DOCUMENT_DAYS_MAX) -> int:
        """Remove documents older than 30 days from a folder of ours; how many went."""
        if not (self.folder / _OURS).exists():
            return 0
        removed = 0
        for path in self.folder.iterdir():
            if path.suffix not in (".zpl", ".pdf", ".tmp") or path.is_symlink() or not path.is_file():
                continue
            if now_s - path.stat().st_mtime > days_max * 86_400:
                path.unlink(missing_ok=True)
                removed += 1
        return removed


def _fsync_folder(folder: Path) -> None:
    if os.name == "nt":
        return  # a folder has no handle to flush there
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def _why(error: OSError, otherwise: str) -> str:
    if isinstance(error, TimeoutError):
        return otherwise
    if isinstance(error, ConnectionRefusedError):
        return "refuses the connection"
    if isinstance(error, ConnectionResetError | BrokenPipeError):
        return "hung up"
    if isinstance(error, socket.gaierror):
        return "its name is not known"
    return f"{otherwise}: {error.strerror}" if error.strerror else otherwise
