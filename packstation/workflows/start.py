"""Before an order is open and around it: sign-in, lock, supervisor. The prompts of the station itself. Pure."""

from __future__ import annotations

from msgspec import Struct

from packstation.workflows.prompt import Key, Message, Prompt, Say
from packstation.workflows.texts import Table, words


class Door(Struct, frozen=True):
    """How somebody without a badge gets in (FL1.3): `asked` for a number; `name` is whose PIN is wanted then."""

    typed: str = ""
    asked: bool = False
    name: str = ""


def start(table: Table, message: Message | None, door: Door) -> Prompt:
    """Nobody is signed in: no order, no buyer data."""
    return _at_the_door("START", "do_start", table, message, door, ("number", "selftest"))


def locked(table: Table, message: Message | None, door: Door) -> Prompt:
    """The bench is locked: no order data at all (FL1.8)."""
    return _at_the_door("LOCKED", "do_locked", table, message, door, ("number", "signout"))


def _at_the_door(
    state: str, say: str, table: Table, message: Message | None, door: Door, keys: tuple[str, ...]
) -> Prompt:
    if not (door.typed or door.asked or door.name):
        named = tuple(Key(f"*{key.upper()}", "", words(Say(f"key_{key}"), table)) for key in keys)
        return _bare(state, say, table, message, named)
    back = (Key("*BACK", "f3", words(Say("key_back"), table)),)
    if door.name:
        return _bare(state, "do_pin", table, message, back, {"name": door.name}, entry="•" * len(door.typed))
    return _bare(state, "do_number", table, message, back, entry=door.typed)


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
