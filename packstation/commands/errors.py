"""How a command ends when it cannot do what was asked."""

from __future__ import annotations


class UsageError(Exception):
    """Usage or unreadable input: one line on stderr, naming where, expected and got; exit 2."""


class Refused(Exception):
    """Understood and refused: one line on stderr with the reason; exit 1."""
