"""Closing the program: what stays open, what is not sent yet, how the session went. Pure."""

from __future__ import annotations

from msgspec import Struct

from packstation.screens.drawing import Line, Paper
from packstation.screens.pages import heading_lines, text_lines
from packstation.screens.words import word
from packstation.workflows.prompt import Prompt, Status


class Tally(Struct):
    """What happened at this screen since the program started."""

    since: str
    scans: int = 0
    accepted: int = 0
    refused: int = 0

    def count(self, outcome: str) -> None:
        self.accepted += outcome == "accepted"
        self.refused += outcome == "refused"


def leave_lines(prompt: Prompt, status: Status, tally: Tally, paper: Paper) -> list[Line]:
    lines = text_lines(word("leave_yes", paper.language), paper)
    lines += text_lines(word("leave_no", paper.language), paper)
    if prompt.title:
        lines += text_lines(word("leave_open", paper.language, title=prompt.title), paper)
    return [*lines, *session_lines(status, tally, paper)]


def session_lines(status: Status, tally: Tally, paper: Paper) -> list[Line]:
    lines = heading_lines(word("session", paper.language), paper)
    for text in session_texts(status, tally, paper.language):
        lines += text_lines(text, paper)
    return lines


def session_texts(status: Status, tally: Tally, language: str) -> list[str]:
    """The end of a session in plain sentences; the same ones are printed when the program has closed."""
    unsent = (
        word("leave_unsynced", language, n=status.unsynced) if status.unsynced else word("leave_synced", language)
    )
    return [
        f"{word('session_since', language)}: {tally.since}",
        f"{word('session_scans', language)}: {tally.scans}",
        f"{word('session_accepted', language)}: {tally.accepted}",
        f"{word('session_refused', language)}: {tally.refused}",
        unsent,
    ]
