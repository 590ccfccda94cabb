"""What a line means that a hand typed in plain mode: a key, a command, an answer, or else a scan (FL10.2)."""

from __future__ import annotations

import re

from packstation.workflows.prompt import Prompt

_F_KEY = re.compile(r"[Ff]([1-9]|1[0-2])\Z")
_TYPED_DIGITS_MAX = 7  # eight digits and more are a code, unless typed as key:


def gesture_of(text: str, prompt: Prompt) -> str | None:
    """The station's key for what a hand typed; None for a scan. The line's end is the Enter of typed text."""
    command = text.upper()
    if text.startswith("key:"):
        return _key_name(text.removeprefix("key:"))
    if text == "" or command in ("ENTER", "ESC", "ESCAPE") or _F_KEY.match(text):
        return _key_name(text or "enter")
    if command.startswith("*") and not command.endswith("*"):
        return command
    if _is_typing(text, prompt):
        return text if any(number == text for number, _ in prompt.choices) else f"={text}"
    return None


def _is_typing(text: str, prompt: Prompt) -> bool:
    """Digits of a hand: a choice, a PIN or another entry that is asked for, a quantity; longer ones are codes."""
    if not (text.isascii() and text.isdigit()):
        return False
    if any(number == text for number, _ in prompt.choices):
        return True
    door = prompt.state in ("START", "LOCKED", "SUPERVISOR")
    if door and prompt.entry is not None:
        return True  # a number, or a PIN of any length (FL1.3): nothing that is scanned is used here but a badge
    return len(text) <= (_TYPED_DIGITS_MAX if door or prompt.entry is not None else 2)


def _key_name(name: str) -> str:
    lower = name.strip(" ").lower()
    return {"esc": "escape", "return": "enter"}.get(lower, lower if not lower.startswith("*") else name.upper())
