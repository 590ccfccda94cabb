"""Floor F2: the smallest Textual app that shows what a serial line says. Nothing is saved, nothing is checked.

python min_textual.py SERIAL
"""

from __future__ import annotations

import os
import sys
import threading

os.environ.setdefault("TEXTUAL_FPS", "240")
os.environ.setdefault("TEXTUAL_ANIMATIONS", "none")

from textual.app import App, ComposeResult
from textual.message import Message
from textual.widgets import Static


class Line(Message):
    """One line from the wire."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text


class Smallest(App[None]):
    """One label of a fixed size."""

    CSS = "Static { width: 40; height: 1; }"

    def __init__(self, path: str) -> None:
        super().__init__()
        self._path = path

    def compose(self) -> ComposeResult:
        yield Static("ready")

    def on_mount(self) -> None:
        if self._path:
            threading.Thread(target=self._read, daemon=True).start()

    def on_line(self, line: Line) -> None:
        self.query_one(Static).update(line.text, layout=False)

    def _read(self) -> None:
        serial = os.open(self._path, os.O_RDONLY | os.O_NOCTTY)
        waiting = b""
        while chunk := os.read(serial, 512):
            *lines, waiting = (waiting + chunk).split(b"\r")
            for line in lines:
                self.post_message(Line(line.decode()))


Smallest(sys.argv[1] if len(sys.argv) > 1 else "").run()
