"""`packstation demo`: a complete shop on one machine, played by itself or by a newcomer.

shop     the hub in a process of its own, the demo's goods and orders, one station at each site
line     a serial port: what the demo scans goes through a pty, the driver and the framer
player   the next right scan, or a wrong one, for whatever the station asks
play     the whole day without a screen, and what came of it
"""

from __future__ import annotations

import sys
import tempfile
from argparse import Namespace
from pathlib import Path
from typing import Any

from packstation.commands.errors import Refused, UsageError, said
from packstation.safe import shown_json

LANGUAGES = ("en", "de", "es")
"""As the station's catalogs, which a command line that only asks for help does not load."""

ROLES = ("packer", "associate", "supervisor")


def add(commands: Any) -> None:
    demo = commands.add_parser(
        "demo",
        help="a complete shop on this machine",
        description="Runs a made-up shop on this machine: its own hub, a warehouse and a store, orders routed, "
        "picked, packed, labelled, shipped and synced. On a terminal you play it, with a key that scans for you. "
        "Example: packstation demo --headless --out demo-out",
    )
    demo.add_argument(
        "--headless", action="store_true", help="play it by itself (always, when stdout is no terminal)"
    )
    demo.add_argument("--out", metavar="DIR", help="where labels, slips and databases go (default: demo-out)")
    demo.add_argument("--orders", type=int, metavar="N", help="how many orders (default: all of them)")
    demo.add_argument("--seed", type=int, default=1, metavar="S", help="which mistakes are made, and where")
    demo.add_argument("--json", action="store_true", help="the summary as JSON")
    demo.add_argument(
        "--as",
        dest="role",
        default="packer",
        choices=ROLES,
        help="whose work you play: the bench, a store on a handheld, or the board (default: packer)",
    )
    demo.add_argument("--theme", default="default", choices=("default", "contrast", "ansi"), help="colours")
    demo.add_argument("--language", default="en", choices=LANGUAGES, help="what the screen speaks (default: en)")
    demo.set_defaults(run=_run)


def _run(parsed: Namespace) -> int:
    from packstation.commands.demo.shop import Shop, orders_there_are

    most = orders_there_are()
    wanted = most if parsed.orders is None else parsed.orders
    if not 1 <= wanted <= most:
        raise UsageError(f"--orders: expected 1 to {most}, got {wanted}.")
    headless = parsed.headless or not all(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr))
    folder = Path(parsed.out) if parsed.out else Path("demo-out") if headless else Path(tempfile.mkdtemp())
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"--out: expected a folder that can be written, got: {error}.") from error
    if any(folder.iterdir()) and not (folder / "demo.json").exists():
        raise UsageError(f"--out: expected an empty folder or an earlier demo's, got {folder} with other files.")
    from sync.hub.tables.database import DatabaseTrouble

    try:
        with Shop(folder, orders=wanted, say=_progress) as shop:
            if not headless:
                from packstation.commands.demo.live import live

                return live(shop, parsed.theme, parsed.role, parsed.language)
            from packstation.commands.demo.play import play

            told = play(shop, seed=parsed.seed, say=_progress)
    except DatabaseTrouble as error:
        raise Refused(f"{folder}: expected a hub that can be written, got: {said(error, folder)}.") from error
    if parsed.json:
        print(shown_json(told.document()))
    else:
        print(told.text())
    if not told.good:
        raise Refused("expected every order shipped or in a named exception and no law of the hub broken.")
    return 0


def _progress(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
