"""Before an order is open and around it: sign-in, lock, supervisor. The prompts of the station itself. Pure."""

from __future__ import annotations

from packstation.workflows.prompt import Key, Message, Prompt, Say
from packstation.workflows.texts import Table, words


def start(table: Table, message: Message | None, typed: str = "", *, pin: bool = False) -> Prompt:
    """Nobody is signed in: no order, no buyer data. `typed`: a user's number, or with `pin` a PIN."""
    shown = ("•" * len(typed) if pin else typed) if typed or pin else None
    test = (Key("*SELFTEST", "", words(Say("key_selftest"), table)),)
    return _bare("START", "do_start", table, message, test, entry=shown)


def locked(table: Table, message: Message | None) -> Prompt:
    """The bench is locked: no order data at all (FL1.8)."""
    return _bare("LOCKED", "do_locked", table, message, ())


def pin(table: Table, message: Message | None, name: str, typed: str) -> Prompt:
    """A supervisor's PIN is wanted; only its length is shown."""
    back = (Key("*BACK", "f3", words(Say("key_back"), table)),)
    return _bare("SUPERVISOR", "do_pin", table, message, back, {"name": name}, entry="•" * len(typed))


def reason(table: Table, message: Message | None, choices: tuple[tuple[str, str, str], ...]) -> Prompt:
    """Why the supervisor allows it."""
    named = tuple((key, words(Say(f"choice_{code}", {"text": text}), table)) for key, code, text in choices)
    back = (Key("*BACK", "f3", words(Say("key_back"), table)),)
    return _bare("SUPERVISOR", "do_reason", table, message, back, choices=named)


def _bare(
    state: str,
    say: str,
    table: Table,
    message: Message | None,
    keys: tuple[Key, ...],
    values: dict[str, str | int] | None = None,
    choices: tuple[tuple[str, str], ...] = (),
    entry: str | None = None,
) -> Prompt:
    instruction = Say(say, values or {})
    return Prompt(
        state=state,
        title="",
        instruction=words(instruction, table),
        instruction_short=words(instruction, table, short=True),
        message=message,
        keys=keys,
        choices=choices,
        entry=entry,
    )
