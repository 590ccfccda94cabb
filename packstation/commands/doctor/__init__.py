"""`packstation doctor`: looks at everything a bench stands on and changes none of it.

devices    what is plugged in, scanner habits, fonts, sound, printers
databases  SQLite, the journal's chain, damage, WAL        folder  network, synced, disk        hub  token, clock

Each check ends ok, note (good to know) or wrong. Exit 1 when something is wrong. It reads on connections that can
neither write nor checkpoint (sync B3), so it may be asked beside a running station; no secret is ever shown (X10).
"""

from __future__ import annotations

import sqlite3
from argparse import Namespace
from collections.abc import Callable, Iterator
from typing import Any

from packstation.commands.arguments import data, data_folder, json_flag
from packstation.commands.doctor import databases, devices, folder, hub
from packstation.commands.doctor.finding import Asked, Finding
from packstation.commands.errors import Refused, UsageError
from packstation.safe import safe, shown_json
from packstation.store import NotAStation, read_place

__all__ = ["Asked", "Finding", "add", "findings"]


def add(commands: Any) -> None:
    doctor = commands.add_parser(
        "doctor",
        help="look at devices, databases, disk, fonts, printers and the way to the hub",
        description="Looks at everything this bench stands on and changes none of it; exit 1 when something is wrong."
        " Give the addresses that run is given. Example: packstation doctor --data shop --printer tcp://zd420:9100",
    )
    data(doctor)
    doctor.add_argument("--hub", metavar="URL", help="the hub, instead of the one of init")
    doctor.add_argument("--scanner", metavar="URL", action="append", default=[], help="may be given several times")
    doctor.add_argument("--scale", metavar="URL")
    doctor.add_argument("--printer", metavar="URL", action="append", default=[], help="may be given several times")
    json_flag(doctor)
    doctor.set_defaults(run=_doctor)


def _doctor(parsed: Namespace) -> int:

    where = data_folder(parsed)
    try:
        place = read_place(where)
    except NotAStation:
        place = None
    except ValueError as error:
        raise UsageError(str(error)) from error
    asked = Asked(where, place, parsed.hub, tuple(parsed.scanner), parsed.scale, tuple(parsed.printer))
    found = list(findings(asked))
    wrong = [finding for finding in found if finding.state == "wrong"]
    if parsed.json:
        print(shown_json(_document(asked, found)))
    else:
        width = max(len(finding.check) for finding in found)
        for finding in found:
            print(f"{_MARK[finding.state]} {finding.check:<{width}}  {safe(finding.text)}")
    if wrong:
        raise Refused(f"{len(wrong)} wrong: {', '.join(dict.fromkeys(finding.check for finding in wrong))}.")
    return 0


_MARK = {"ok": "ok   ", "note": "note ", "wrong": "WRONG"}


def _document(asked: Asked, found: list[Finding]) -> dict[str, Any]:
    made: dict[str, Any] = {
        "ok": all(finding.state != "wrong" for finding in found),
        "site": asked.place.site if asked.place else None,
        "station": asked.place.station if asked.place else None,
        "data": str(asked.folder),
        "checks": [{"check": f.check, "state": f.state, "text": f.text} for f in found],
    }
    for finding in found:
        made.update(finding.more)
    return made


def findings(asked: Asked) -> Iterator[Finding]:
    """Every check in turn; one that breaks is itself a finding, and the others go on."""
    for name, look in _CHECKS:
        try:
            yield from look(asked)
        except (OSError, sqlite3.Error, ValueError) as error:
            yield Finding(name, "wrong", f"expected to look at it, got: {error}")


_CHECKS: tuple[tuple[str, Callable[[Asked], Iterator[Finding]]], ...] = (
    ("station", databases.station),
    ("devices", devices.devices),
    ("scanner habits", devices.habits),
    ("sqlite", databases.sqlite),
    ("journal", databases.journal),
    ("databases", databases.copies),
    ("wal", databases.wal),
    ("folder", folder.folder),
    ("disk", folder.disk),
    ("fonts", devices.fonts),
    ("sound", devices.sound),
    ("printer", devices.printers),
    ("hub", hub.hub),
)
