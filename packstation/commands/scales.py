"""The scale test view: what a scale says, byte by byte, empty and while pressed: `packstation scale` (D5.7)."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from packstation.commands.arguments import json_flag
from packstation.commands.errors import Refused, UsageError

if TYPE_CHECKING:
    from packstation.devices.scale.reading import Reading
    from packstation.devices.scale.url import ScaleAddress

_SECONDS = 60
_SECONDS_MAX = 3_600
_ASK_S = 0.2


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "scale",
        help="what a scale says: raw bytes, flags, grams",
        description="Ask a scale five times a second and print a line for each answer that differs from the one "
        "before: grams, what the station makes of it, every flag, and the raw bytes. Look at it empty, with a box "
        "on it, and while you press it: a motion or zero flag that says the opposite needs the word inverted. "
        "Nothing is zeroed and nothing recorded.",
        epilog="A certified scale is needed only where a price depends on the weight; for parcels the carrier's own "
        "decides.   example: packstation scale usb:0EB8:F000#8217,kg --seconds 30",
    )
    parser.add_argument("url", metavar="URL", help="PORT#nci|8217|sics|fairbanks, or hid:; as for run --scale")
    parser.add_argument(
        "--seconds", type=int, default=_SECONDS, metavar="N", help=f"how long to look, default {_SECONDS}"
    )
    json_flag(parser, help="one JSON object a line")
    parser.set_defaults(run=_scale)


def _scale(parsed: argparse.Namespace) -> int:
    from packstation.devices.scale.url import scale_address

    if not 1 <= parsed.seconds <= _SECONDS_MAX:
        raise UsageError(f"--seconds: expected 1 to {_SECONDS_MAX}, got {parsed.seconds}.")
    try:
        address = scale_address(parsed.url)
    except ValueError as error:
        raise UsageError(str(error)) from error
    heard = 0
    try:
        for heard, line in enumerate(_told(address, parsed.seconds), 1):  # noqa: B007  how many came is asked below
            print(json.dumps(line) if parsed.json else _words(line), flush=True)
    except KeyboardInterrupt:
        print(file=sys.stderr)
    if not heard:
        raise Refused(f"{address.port or 'hid:'}: expected an answer within {parsed.seconds} s, got none.")
    return 0


def _told(address: ScaleAddress, seconds: int) -> Iterator[dict[str, object]]:
    """Each answer that says something else than the one before it."""
    from packstation.devices.scale.reading import Settling
    from packstation.devices.scale.session import state_of

    settling, before = Settling(), None
    for answer in _answers(address, seconds):
        state = state_of(answer)
        taken_g = settling.seen(answer, time.monotonic_ns() // 1_000_000)
        now = (state.word, state.weight_g, answer.flags, answer.raw)
        if now == before and taken_g is None:
            continue
        before = now
        yield {
            "weight_g": state.weight_g,
            "state": state.word,
            "says": state.text,
            "flags": sorted(answer.flags),
            "raw": answer.raw.hex(" "),
            "taken_g": taken_g,
        }


def _answers(address: ScaleAddress, seconds: int) -> Iterator[Reading]:
    """What went wrong in here is the scale's; a reader of ours that closed its end is not."""
    from packstation.devices.port import LOST
    from packstation.devices.scale.port import open_wire
    from packstation.devices.scale.session import lost_why
    from packstation.workflows.texts import words

    try:
        wire = open_wire(address)
        try:
            buffer = b""
            until = time.monotonic() + seconds
            ask_at = 0.0
            while (now := time.monotonic()) < until:
                if now >= ask_at:
                    wire.write(address.ask)
                    ask_at = now + _ASK_S
                answers, buffer = address.parse(buffer + wire.read(max(0.0, ask_at - time.monotonic())))
                yield from answers
        finally:
            wire.close()
    except LOST as error:
        why = lost_why(error)
        told = why if isinstance(why, str) else words(why)
        raise Refused(
            f"{address.port or 'hid:'}: expected to open and read it, got: {told.removesuffix('.')}."
        ) from error


def _words(line: dict[str, object]) -> str:
    grams = "-" if line["weight_g"] is None else f"{line['weight_g']} g"
    raw = bytes.fromhex(str(line["raw"]))
    shown = "".join(chr(byte) if 0x20 <= byte < 0x7F else "." for byte in raw)
    flags = line["flags"]
    assert isinstance(flags, list)
    taken = "  taken" if line["taken_g"] is not None else ""
    return f"{grams:>9}  {line['state']:<13} {','.join(flags) or '-':<16} {line['raw']}  {shown}{taken}"
