"""The station's own commands: init, replay, rebuild, verify, sync, and the app itself (run)."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from packstation.commands.arguments import data, data_folder, json_flag
from packstation.commands.errors import Refused, UsageError
from packstation.safe import shown_json

if TYPE_CHECKING:
    from packstation.station import Outcome, Station

LINES_MAX = 1_000_000
STEP_MS = 400


def add(commands: Any) -> None:
    init = commands.add_parser(
        "init",
        help="make a station",
        description="Makes a data directory for one station. Again: changes nothing. "
        "Example: packstation init --data shop --site WH-1 --station st-07",
    )
    data(init)
    init.add_argument("--site", required=True, help="the site, WH-1")
    init.add_argument("--station", required=True, help="the station, st-07 ([a-z0-9-], at most 32)")
    init.add_argument("--hub", help="URL of the hub; without it the hub is hub.db in the same directory")
    init.add_argument("--token", help="what the hub gave at enrolment")
    init.set_defaults(run=_init)

    replay = commands.add_parser(
        "replay",
        help="feed scans and keys from a file to a station",
        description="Feeds scanner lines and keys, one a line, to the same station the app uses, and prints one JSON "
        "line each. `# comment`, `@badge USER`, `key:F8`, `wait:500`, `weigh:1234`, `type:1234`; the rest are scans. "
        "A file *.case of the conformance suite gives its inputs. "
        "Example: packstation replay shift.txt --data shop",
    )
    replay.add_argument("file", help="the file, or - for standard input")
    data(replay)
    json_flag(replay, help="JSON lines (they always are)")
    replay.set_defaults(run=_replay)

    rebuild = commands.add_parser("rebuild", help="drop the board and fold it again", description=_rebuild.__doc__)
    data(rebuild)
    json_flag(rebuild)
    rebuild.set_defaults(run=_rebuild)

    verify = commands.add_parser("verify", help="check the journal's hash chain", description=_verify.__doc__)
    data(verify)
    json_flag(verify)
    verify.set_defaults(run=_verify)

    sync = commands.add_parser("sync", help="one complete exchange with the hub now", description=_sync.__doc__)
    data(sync)
    sync.add_argument("--hub", help="URL of the hub, instead of the one of init")
    json_flag(sync)
    sync.set_defaults(run=_sync)


def _init(parsed: Namespace) -> int:
    import re

    from packstation.commands.assembly import DOCUMENTS, open_store
    from packstation.store import NotAStation, Place, read_place, write_place

    folder = data_folder(parsed)
    if not re.fullmatch(r"[a-z0-9-]{1,32}", parsed.station):
        raise UsageError(f"--station: expected [a-z0-9-], at most 32 characters, got {parsed.station!r}.")
    if not re.fullmatch(r"[A-Za-z0-9._-]{1,32}", parsed.site):
        raise UsageError(f"--site: expected letters, digits and ._- , at most 32, got {parsed.site!r}.")
    place = Place(folder, parsed.site, parsed.station, parsed.hub, parsed.token)
    try:
        known = read_place(folder)
    except NotAStation:
        try:
            write_place(place)
        except OSError as error:
            raise Refused(f"{folder}: expected to write there, got: {error}.") from error
        known = place
    except ValueError as error:
        raise UsageError(str(error)) from error
    if (known.site, known.station) != (place.site, place.station):
        raise Refused(
            f"{folder}: expected {place.site}/{place.station}, got a directory of {known.site}/{known.station}."
        )
    (folder / DOCUMENTS).mkdir(exist_ok=True)
    open_store(known).close()
    print(f"{known.station} at {known.site}: {folder}")
    return 0


def _replay(parsed: Namespace) -> int:
    from packstation.commands.assembly import open_station, place_of
    from packstation.commands.exchange import exchange_if_local

    lines = [
        from_case(text) if parsed.file.endswith(".case") else text.rstrip("\r\n") for text in _lines(parsed.file)
    ]
    for number, text in enumerate(lines, 1):
        _check(text, f"{parsed.file}:{number}")  # before the first line is fed: no half of a file is ever recorded
    place = place_of(parsed)
    exchange_if_local(place)
    clock = _Paced(_lasts_ms(lines))
    made = open_station(place, clock=clock)
    try:
        made.start_printing()
        for text in lines:
            outcome = _feed(made.station, clock, text)
            if outcome is not None:
                print(shown_json(as_document(outcome)), flush=True)
        _drain(made.store)
        made.station.tick()
    finally:
        made.close()
    exchange_if_local(place)
    return 0


def _lasts_ms(lines: Sequence[str]) -> int:
    """How long the inputs take by the clock of a replay."""
    waits = [text.partition(":")[2].strip() for text in lines if text.startswith("wait:")]
    return len(lines) * STEP_MS + sum(int(wait) for wait in waits if wait.isdecimal() and len(wait) < 10)


class _Paced:
    """A clock that a replay moves on: 400 ms from one input to the next, so that nothing is typed ahead.

    It begins so long ago that it ends now, and not in the future.
    """

    boot = "replay"

    def __init__(self, lasts_ms: int) -> None:
        import time

        self._wall = time.time_ns() // 1_000_000 - lasts_ms
        self._mono = 1_000_000

    def wall_ms(self) -> int:
        return self._wall

    def mono_ms(self) -> int:
        return self._mono

    def pass_ms(self, ms: int) -> None:
        self._wall += ms
        self._mono += ms


def _check(text: str, where: str) -> None:
    """Raise UsageError for a line that replay could not feed."""
    word, _, rest = text.partition(":")
    if text.startswith("@badge") and not text.removeprefix("@badge").strip():
        raise UsageError(f"{where}: expected @badge USER, got no user.")
    if word in ("wait", "weigh") and not (
        rest.strip().isascii() and rest.strip().isdigit() and len(rest.strip()) <= 9
    ):
        raise UsageError(f"{where}: expected a whole number, got {rest.strip()[:20]!r}.")


def _feed(station: Station, clock: _Paced, text: str) -> Outcome | None:
    if not text or text.startswith("#"):
        return None
    clock.pass_ms(STEP_MS)
    word, _, rest = text.partition(":")
    if text.startswith("@badge"):
        badge = text.removeprefix("@badge").strip()
        return station.line(badge, device="badge") if badge.startswith("B.") else station.badge(badge)
    match word:
        case "key":
            return station.key(rest.strip())
        case "type":
            return station.key(f"={rest.strip()}")
        case "wait":
            clock.pass_ms(int(rest))
            return station.tick()
        case "weigh":
            return station.weight(int(rest), "scale")
        case _:
            return station.line(text.replace("\\x1d", "\x1d"), device="replay")


def from_case(line: str) -> str:
    """The input of a line of a conformance case (floor.md FL12.1) as replay writes it; "" for what is no input here:
    what is given, what is expected, decisions of the hub and restarts."""
    sign, _, rest = line.rstrip("\r\n").partition(" ")
    text = rest.partition(" | ")[0].strip()
    match sign:
        case ">":
            return text
        case "!":
            return f"type:{text[1:]}" if text.startswith("=") else f"key:{text}"
        case "~" if text.removesuffix("ms").isdecimal():
            return f"wait:{text.removesuffix('ms')}"
        case "~" if text.removesuffix("s").isdecimal():
            return f"wait:{text.removesuffix('s')}000"
        case "@" if text.startswith("weigh "):
            return f"weigh:{text.removeprefix('weigh ')}"
        case _:
            return ""


def as_document(outcome: Outcome) -> dict[str, object]:
    """An Outcome as `packstation replay` prints it; a badge is a key, held or not (D4.8)."""
    from packstation.scan import like_badge

    return {
        "n": outcome.n,
        "input": "@badge" if like_badge(outcome.input) else outcome.input,
        "outcome": outcome.outcome,
        "cue": outcome.cue.value if outcome.cue else None,
        "state": outcome.state,
        "message": outcome.message,
        "facts": list(outcome.facts),
    }


def _lines(name: str) -> Sequence[str]:
    try:
        file = sys.stdin if name == "-" else open(name, encoding="utf-8", errors="surrogateescape", newline="\n")  # noqa: SIM115  read below
        with file:
            found = file.readlines(64 * 1024 * 1024)
    except FileNotFoundError:
        raise UsageError(f"{name}: expected a file, got none.") from None
    except UnicodeDecodeError as error:
        raise UsageError(f"{name}: expected UTF-8, got other bytes at {error.start}.") from None
    except OSError as error:
        raise UsageError(f"{name}: expected a readable file, got: {error.strerror}.") from error
    if len(found) > LINES_MAX:
        raise UsageError(f"{name}: expected at most {LINES_MAX} lines, got more.")
    return found


def _drain(store: Any) -> None:
    """Wait for the printer as long as it takes documents."""
    import time

    ends = time.monotonic() + 30.0
    while time.monotonic() < ends and any(
        row.state in ("queued", "sending") and not row.why for row in store.spool.open()
    ):
        time.sleep(0.02)


def _rebuild(parsed: Namespace) -> int:
    """Drops the board and folds all facts again; prints the same digest as before.

    Example: packstation rebuild --data shop
    """
    from packstation.commands.assembly import open_store, place_of

    store = open_store(place_of(parsed))
    try:
        before, after = store.rebuild()
    finally:
        store.close()
    if parsed.json:
        print(json.dumps({"before": before, "after": after, "equal": before == after}))
    else:
        print(after)
    if before != after:
        raise Refused(f"board: expected digest {before}, got {after}; the board was wrong and is right now.")
    return 0


def _verify(parsed: Namespace) -> int:
    """Checks numbers and hashes of every fact in the journal; changes nothing.

    Example: packstation verify --data shop
    """
    from packstation.commands.assembly import place_of
    from packstation.store.store import verified

    checked, fault = verified(place_of(parsed))
    if parsed.json:
        print(json.dumps({"facts": checked, "ok": fault is None, "fault": fault}))
    elif fault is None:
        print(f"{checked} facts, chain holds")
    if fault is not None:
        raise Refused(fault)
    return 0


def _sync(parsed: Namespace) -> int:
    """One complete exchange with the hub now: facts up, decisions down.

    Example: packstation sync --data shop --json
    """
    from packstation.commands.assembly import open_store, place_of
    from packstation.commands.exchange import exchange

    store = open_store(place_of(parsed))
    try:
        done = exchange(store, parsed.hub)
    except Refused:
        if parsed.json:
            pending = store.journal.pending()
            print(json.dumps({"pushed": 0, "acked": 0, "pulled": 0, "pending": pending, "hub_epoch": None}))
        raise
    finally:
        store.close()
    if parsed.json:
        print(json.dumps(done))
    else:
        print(", ".join(f"{name} {done[name]}" for name in ("pushed", "acked", "pulled", "pending")))
    return 0
