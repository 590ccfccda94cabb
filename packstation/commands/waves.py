"""Waves without a screen: `packstation wave plan|release|list`."""

from __future__ import annotations

import re
import sys
from argparse import Namespace
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from packstation.commands.arguments import deed_flags
from packstation.commands.deeds import record, user_of
from packstation.commands.errors import Refused, UsageError
from packstation.commands.outfile import write_whole
from packstation.safe import safe, shown_json

if TYPE_CHECKING:
    from packstation.station.walking import WaveState
    from packstation.store import Store

KINDS = ("carrier_cutoff", "priority", "single_line", "b2b", "store", "transfer", "ad_hoc")
"""What a wave can be for (waves.md W3)."""


def add(commands: Any) -> None:
    wave = commands.add_parser(
        "wave",
        help="plan, release and list waves",
        description="Plans waves from the orders that wait, releases them to the pickers, and says how far they are. "
        "Example: packstation wave plan --data shop && packstation wave release --all --data shop --pdf lists",
    )
    actions = wave.add_subparsers(dest="action", metavar="ACTION", required=True)
    plan = actions.add_parser(
        "plan",
        help="put the orders that wait into waves",
        description="Makes one wave for each cut-off and carrier. Example: packstation wave plan --cutoff 16:00",
    )
    plan.add_argument("--cutoff", metavar="TIME", help="only what has to leave by then: 16:00, or ISO 8601")
    plan.add_argument("--kind", default="carrier_cutoff", choices=KINDS, help="what the waves are for")
    deed_flags(plan, writes=True)
    plan.set_defaults(run=_plan)

    release = actions.add_parser(
        "release",
        help="let the pickers start a wave",
        description="Releases a wave, or all that wait. Example: packstation wave release W-1 --pdf lists",
    )
    release.add_argument("wave", nargs="?", metavar="WAVE", help="W-1")
    release.add_argument("--all", action="store_true", help="every wave with orders that are not released yet")
    release.add_argument("--pdf", metavar="DIR", help="write the pick list and the sheet of each released cart there")
    deed_flags(release, writes=True)
    release.set_defaults(run=_release)

    listing = actions.add_parser(
        "list",
        help="how far every wave is",
        description="Lists the waves in order of their cut-offs. Example: packstation wave list --json",
    )
    deed_flags(listing, writes=False)
    listing.set_defaults(run=_list)


def _plan(parsed: Namespace) -> int:
    from packstation.commands.assembly import open_store, place_of
    from packstation.commands.exchange import exchange_if_local
    from packstation.station.walking import plan_waves

    cutoff = _time(parsed.cutoff) if parsed.cutoff else None
    place = place_of(parsed)
    exchange_if_local(place)
    store = open_store(place)
    try:
        user = user_of(store, parsed.user)
        waves, deeds = plan_waves(store, cutoff=cutoff, kind=parsed.kind)
        record(store, deeds, user)
        planned = {wave.wave for wave in waves}
        states = [state for state in _states(store) if state.wave in planned]
    finally:
        store.close()
    exchange_if_local(place)
    if not states:
        print("no order waits for a wave", file=sys.stderr)
    _show(states, as_json=parsed.json)
    return 0


def _release(parsed: Namespace) -> int:
    from packstation.commands.assembly import open_store, place_of
    from packstation.commands.cartons import start_plans
    from packstation.commands.exchange import exchange_if_local
    from packstation.station.walking import release_deeds

    if bool(parsed.wave) == parsed.all:
        raise UsageError("wave release: expected a WAVE or --all, got " + ("both." if parsed.all else "neither."))
    place = place_of(parsed)
    exchange_if_local(place)
    store = open_store(place)
    try:
        user = user_of(store, parsed.user)
        names = [parsed.wave] if parsed.wave else _waiting(store)
        try:
            # All of them are looked at before the first is written: a wrong name releases nothing.
            deeds = [deed for name in names for deed in release_deeds(store, name, user)]
        except LookupError as error:
            if parsed.json:
                print("[]")
            raise Refused(str(error)) from error
        lists = _draw(store, names) if parsed.pdf else {}
        record(store, deeds, user)
        states = [state for state in _states(store) if state.wave in names]
    finally:
        store.close()
    if parsed.pdf:
        _write(Path(parsed.pdf), lists)
    exchange_if_local(place)
    if states:
        # Nobody waits for cartons: they are planned in a process of their own, the earliest ship-by first.
        start_plans(place, [state.wave for state in states])
    else:
        print("no wave waits to be released", file=sys.stderr)
    _show(states, as_json=parsed.json)
    return 0


def _list(parsed: Namespace) -> int:
    from packstation.commands.assembly import place_of
    from packstation.commands.orders import open_view, try_exchange

    place = place_of(parsed)
    try_exchange(place)
    store = open_view(place)
    try:
        states = _states(store)
    finally:
        store.close()
    _show(states, as_json=parsed.json)
    return 0


def _states(store: Store) -> list[WaveState]:
    from packstation.station.walking import wave_states

    return wave_states(store, datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"))


def _waiting(store: Store) -> list[str]:
    """Open waves with orders nobody released, the earliest cut-off first."""
    rows = store.db.execute(
        "SELECT w.wave FROM board_wave w WHERE w.closed = 0 AND w.cancelled = 0 AND EXISTS"
        " (SELECT 1 FROM board_wave_fo f WHERE f.wave = w.wave AND f.released = 0)"
        " ORDER BY w.cutoff = '', w.cutoff, w.wave"
    )
    return [row[0] for row in rows]


def _draw(store: Store, waves: Iterable[str]) -> dict[str, bytes]:
    """The pick list and the sheet of each cart. Raises Refused when one cannot be drawn."""
    from packstation.documents.drawn import PaperRefused
    from packstation.station.paper import Paper

    paper = Paper(store)
    try:
        return {
            f"{_file_name(name)}.pdf": drawn.content
            for wave in waves
            for name, drawn in paper.wave_papers(wave).items()
        }
    except (PaperRefused, LookupError) as error:
        raise Refused(f"pick list: {error}") from error


def _write(folder: Path, lists: dict[str, bytes]) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in lists.items():
            write_whole(folder / name, content)
            print(f"{folder / name}", file=sys.stderr)
    except OSError as error:
        raise Refused(f"{folder}: released, but the pick lists were not written: {error.strerror}.") from error


def _file_name(wave: str) -> str:
    return re.sub(r"[^A-Za-z0-9_-]", "_", wave)[:80]


def _time(text: str) -> str:
    """ISO 8601 UTC of a time: "16:00" is today here, else ISO 8601."""
    try:
        if re.fullmatch(r"[0-9]{1,2}:[0-9]{2}", text):
            hour, minute = (int(part) for part in text.split(":"))
            when = datetime.now().astimezone().replace(hour=hour, minute=minute, second=0, microsecond=0)
        else:
            when = datetime.fromisoformat(text)
            when = when if when.tzinfo is not None else when.replace(tzinfo=UTC)
    except ValueError:
        raise UsageError(f"--cutoff: expected 16:00 or ISO 8601 (2026-03-02T16:00:00Z), got {text[:40]!r}.") from None
    return when.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _show(states: Sequence[WaveState], *, as_json: bool) -> None:
    if as_json:
        print(shown_json([_row(state) for state in states]))
        return
    for state in states:
        late = f", {state.late} late" if state.late else ""
        words = (
            f"{state.wave:<8} {state.state:<10} {state.cutoff or 'no cut-off':<20} {state.orders} orders, "
            f"{state.lines_picked}/{state.lines} lines picked, {state.orders_packed} packed, "
            f"{state.orders_shipped} shipped{late}"
        )
        print(safe(words))


def _row(state: WaveState) -> dict[str, object]:
    return {
        "wave": state.wave,
        "state": state.state,
        "cutoff": state.cutoff or None,
        "orders": state.orders,
        "lines": state.lines,
        "lines_picked": state.lines_picked,
        "orders_packed": state.orders_packed,
        "orders_shipped": state.orders_shipped,
        "kind": state.kind,
        "released": state.released,
        "late": state.late,
        "carts": list(state.carts),
    }
