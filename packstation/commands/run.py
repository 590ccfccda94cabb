"""`packstation run`: the station, on a screen or as plain lines."""

from __future__ import annotations

import gc
import logging
import os
import sys
from argparse import Namespace
from collections.abc import Callable, Set
from typing import TYPE_CHECKING, Any

from packstation import __version__
from packstation.commands.arguments import data
from packstation.commands.assembly import Assembled, open_station, place_of
from packstation.commands.bench import Bench
from packstation.commands.boards import boards
from packstation.commands.errors import UsageError
from packstation.screens.floor import House
from packstation.station.language import table_of
from packstation.store import Place, Store
from sync.logs import OwnFile, ids, logged_to

if TYPE_CHECKING:
    from packstation.scan import Scan

log = logging.getLogger("packstation.run")


def add(commands: Any) -> None:
    run = commands.add_parser(
        "run",
        help="the station",
        description="Runs the station. Devices by address: /dev/ttyUSB0, usb:VID:PID[:SERIAL], socket://host:port, "
        "printers tcp://host:9100, lp:QUEUE, dir:PATH. "
        "Example: packstation run --data shop --scanner usb:0C2E:0B61 --printer tcp://zd420:9100 --paper lp:office",
    )
    data(run)
    run.add_argument("--scanner", metavar="URL", action="append", default=[], help="may be given several times")
    run.add_argument("--scale", metavar="URL")
    run.add_argument(
        "--printer", metavar="URL", help="labels, and pages if it prints PDF; #300,a6,letter... say how (README)"
    )
    run.add_argument("--paper", metavar="URL", help="slips, lists and customs pages, when the printer is for labels")
    run.add_argument("--hub", metavar="URL", help="the hub, instead of the one of init")
    run.add_argument("--plain", action="store_true", help="plain lines, for screen readers and dumb terminals")
    run.add_argument(
        "--theme", default="default", choices=("default", "contrast", "ansi"), help="colours of the screen"
    )
    run.add_argument("--ascii", action="store_true", help="ASCII signs only")
    run.add_argument("--language", help="en, de, es; default: the site's setting, else en")
    run.set_defaults(run=_run)


def _run(parsed: Namespace) -> int:
    if not parsed.plain and not os.environ.get("TEXTUAL_DRIVER") and not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError("run: expected a terminal, got none; use --plain for pipes.")
    place = place_of(parsed)
    # Nothing that is loaded for the first paint is garbage; the warm-up behind it collects again (PF2.1).
    gc.disable()
    try:
        with logged_to(OwnFile(place.log)):
            return _station(parsed, place)
    finally:
        gc.enable()


def _station(parsed: Namespace, place: Place) -> int:
    web = None
    if os.environ.get("TEXTUAL_DRIVER"):
        from packstation.commands.serve.child import served

        web = served()

    def language_of(store: Store) -> str:
        return parsed.language or str(store.mirror.setting("language") or "en")

    made = open_station(
        place,
        printer=parsed.printer,
        paper=parsed.paper,
        speak=lambda store: table_of(language_of(store)),
    )
    language = language_of(made.store)
    bench = Bench(made, tuple(parsed.scanner), parsed.scale, parsed.hub or made.store.place.hub)
    start: Callable[[Any], None] = bench.start
    log.info("started", extra=ids(site=place.site, station=place.station, pid=os.getpid(), version=__version__))
    if web is not None:
        bench.sounds = web.sounds
        start = web.before(bench.start)
    try:
        bench.check()
        if web is not None:
            web.sign_in(made.station)
        house = House(devices=bench.health, boards=boards(made), scannable=made.station.scannable)
        if parsed.plain:
            from packstation.screens.plain import run_plain

            run_plain(
                made.station,
                house=house,
                language=language,
                cue_out=bench.cue_out(),
                readings=readings(made),
                ready=bench.start,
            )
            return 0
        from packstation.app import run_app

        told = run_app(
            made.station,
            house,
            theme=parsed.theme,
            ascii_signs=parsed.ascii,
            language=language,
            cue_out=bench.cue_out(),
            readings=readings(made),
            ready=start,
        )
    finally:
        bench.stop()
        made.close()
        log.info("ended", extra=ids(pid=os.getpid()))
    if web is None:
        print("\n".join(told))
    return 0


def readings(made: Assembled) -> Any:
    """What a raw line can mean, for the raw view (FL2.13)."""

    def read(text: str, device: str) -> tuple[str, ...]:
        from packstation.scan import parse

        scan = parse(text, made.station.scan_config(device))
        found = made.station.look.find(scan)
        known = {candidate.kind for candidate in found.candidates}
        return reading_words(scan, known)

    return read


def reading_words(scan: Scan, known: Set[str]) -> tuple[str, ...]:
    """Each reading as "kind value", what is wrong with the code, and its warnings. Of an element string every part is
    told: on the test page a lost separator is seen by the lot that holds the serial number."""
    parts = "".join(f"({ai}){value}" for ai, value in scan.ais)
    values = {"gs1": parts} if parts else {}
    read = [
        f"{reading.kind} {values.get(reading.kind, reading.value)}{' *' if reading.kind in known else ''}"
        for reading in scan.readings
    ]
    if scan.fault is not None and scan.fault.startswith(("check_digit", "length", "gs1")):
        read.append(f"invalid {scan.fault}")
    return (*read, *(f"warning {name}" for name in scan.warnings))
