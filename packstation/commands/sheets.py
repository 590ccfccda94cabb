"""`packstation sheet`: what hangs at a bench: commands, slots, totes, places, printers, badges, set-up (FL10.5).

The station's databases are read only: a sheet is printed while the bench works.
"""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from packstation.commands.arguments import data
from packstation.commands.errors import Refused, UsageError
from packstation.commands.outfile import write_whole
from packstation.safe import shown_json
from packstation.station.language import table_at

if TYPE_CHECKING:
    from packstation.documents.drawn import Drawn
    from packstation.store import Store

CODES_MAX = 5_000
QUANTITIES = (2, 3, 4, 5, 6, 8, 10, 12, 24)
"""Those that a sheet has a barcode for; any other from 2 to 99 is typed."""


def add(commands: Any) -> None:
    sheet = commands.add_parser(
        "sheet",
        help="print sheets of codes for a bench",
        description="Draws a sheet of codes as PDF: the commands of a station, slots of a cart, totes, locations, "
        "doors, printers, workstations, badges (of a users file), or the scanner's set-up page. "
        "Example: packstation sheet commands --data shop --out commands.pdf",
    )
    sheet.add_argument("what", choices=tuple(_DRAW))
    data(sheet)
    sheet.add_argument("--out", required=True, metavar="PATH", help="the PDF to write")
    sheet.add_argument("--stock", default="a4", choices=("a4", "letter"))
    sheet.add_argument("--first", type=int, default=1, metavar="N", help="first tote (default 1)")
    sheet.add_argument("--count", type=int, default=24, metavar="N", help="how many totes or slots (default 24)")
    sheet.add_argument("--users", metavar="FILE", help="the users file, whose badges are printed")
    sheet.add_argument("--cart", type=int, default=1, metavar="N", help="which cart's slots (default 1)")
    sheet.set_defaults(run=_run)


def _run(parsed: Namespace) -> int:
    from packstation.commands.assembly import place_of
    from packstation.commands.orders import open_view
    from packstation.documents.drawn import PaperRefused

    if not 1 <= parsed.count <= CODES_MAX:
        raise UsageError(f"--count: expected 1 to {CODES_MAX}, got {parsed.count}.")
    if parsed.first < 0 or parsed.cart < 0:
        raise UsageError("--first and --cart: expected whole numbers from 0, got less.")
    store = open_view(place_of(parsed))
    try:
        drawn = _DRAW[parsed.what](store, parsed)
    except PaperRefused as error:
        raise Refused(str(error)) from error
    finally:
        store.close()
    path = Path(parsed.out)
    try:
        write_whole(path, drawn.content)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise Refused(f"{path}: expected a file that can be written, got: {why}.") from error
    # A badge's value is a key: it is never shown (D4.8).
    texts = [symbol.text if parsed.what != "badges" else "B.***" for symbol in drawn.symbols]
    print(shown_json({"out": str(path), "pages": drawn.pages, "barcodes": texts}))
    return 0


def _commands(store: Store, parsed: Namespace) -> Drawn:
    """Every command that a scan can give, with its words, its key, and its tag where the site has a key (D4.7)."""
    from packstation.documents.lists.codes import Command, CommandSheet, command_sheet
    from packstation.scan import command_tag
    from packstation.workflows.packing.show import KEYS
    from packstation.workflows.texts import ENGLISH

    key = store.mirror.setting("command_key")
    say = partial(_said, store)

    names = sorted(text[4:] for text in ENGLISH if text.startswith("key_"))
    texts = {"*" + name.upper(): (say(f"key_{name}"), say(f"help_{name}")) for name in names}
    texts |= {f"*{n}": (say("sheet_choice", n=n), say("sheet_choice_help", n=n)) for n in range(10)}
    texts |= {f"*QTY{n}": (say("sheet_quantity", n=n), say("sheet_quantity_help", n=n)) for n in QUANTITIES}
    rows = tuple(
        Command(
            name=name,
            words=said,
            key=KEYS.get(name, "").upper(),
            help=help,
            tag=command_tag(name[1:], bytes.fromhex(str(key))) if key else "",
        )
        for name, (said, help) in texts.items()
    )
    sheet = CommandSheet(_site(store), store.place.station, _now(), rows)
    return command_sheet(sheet, stock=parsed.stock, table=table_at(store.mirror))


def _slots(store: Store, parsed: Namespace) -> Drawn:
    cart = parsed.cart
    slots = range(1, min(parsed.count, 99) + 1)
    rows = [(f"S-{cart}-A{n}", _said(store, "codes_slot", n=cart, slot=f"A{n}")) for n in slots]
    title = _said(store, "codes_slots", cart=f"K-{cart}")
    return _codes(store, parsed, title, [(f"K-{cart}", _said(store, "codes_cart", n=cart)), *rows])


def _totes(store: Store, parsed: Namespace) -> Drawn:
    totes = range(parsed.first, parsed.first + parsed.count)
    rows = [(f"T-{n}", _said(store, "codes_tote", n=n)) for n in totes]
    return _codes(store, parsed, _said(store, "codes_totes"), rows)


def _locations(store: Store, parsed: Namespace) -> Drawn:
    bodies = sorted(store.mirror.bodies("location"), key=lambda body: int(body.get("sequence") or 0))
    return _codes(
        store, parsed, _said(store, "codes_locations"), [(str(b["location"]), str(b["location"])) for b in bodies]
    )


def _doors(store: Store, parsed: Namespace) -> Drawn:
    """The codes of the docks where the site named them, else one for each carrier (FL7.1)."""
    carriers = [row[0] for row in store.mirror_reader.execute("SELECT DISTINCT carrier FROM fo ORDER BY carrier")]
    named = store.mirror.setting("carriers") or {}
    rows = []
    for name in dict.fromkeys((*named, *carriers)):
        rules = named.get(name)
        docks = [str(dock) for dock in rules.get("doors") or ()] if isinstance(rules, dict) else []
        rows += [
            (code, _said(store, "codes_door", carrier=name) + (f" · {code}" if docks else ""))
            for code in docks or [f"D-{name}"]
            if name
        ]
    return _codes(store, parsed, _said(store, "codes_doors"), rows)


def _printers(store: Store, parsed: Namespace) -> Drawn:
    """The codes of the printers: scanned, they take what waits (FL5.16)."""
    from packstation.station.printers import FILE, printers_of, shown

    try:
        known = printers_of(
            store.place, store.place.folder / "documents", site=store.mirror.setting("printers")
        ).known
    except ValueError as error:
        raise UsageError(str(error)) from error
    rows = [
        (name, _said(store, "codes_printer", name=shown(url)))
        for name, (url, _) in known.items()
        if name.startswith("pr-")
    ]
    known_from = f'{store.place.folder / FILE} with {{"pr-zd1": "tcp://zd420:9100"}}'
    return _codes(store, parsed, _said(store, "codes_printers"), rows, or_set=_hint(known_from, "printers"))


def _benches(store: Store, parsed: Namespace) -> Drawn:
    """The codes of the workstations: scanned, they set printer and work (FL1.6)."""
    table = store.mirror.setting("stations")
    names = sorted(str(name) for name in table) if isinstance(table, dict) else []
    rows = [(name, _said(store, "codes_station", name=name)) for name in names]
    return _codes(store, parsed, _said(store, "codes_stations"), rows, or_set=_hint("", "stations"))


def _badges(store: Store, parsed: Namespace) -> Drawn:
    """A Data Matrix and a name for each badge of a users file: copies hold no badge that could be printed."""
    import csv

    from packstation.documents.lists.codes import Code, CodeSheet, code_sheet

    if not parsed.users:
        raise UsageError("--users: expected the users file with its badges, got nothing.")
    try:
        with open(parsed.users, encoding="utf-8-sig", newline="") as file:
            rows = [row for row in csv.DictReader(file) if row.get("badge")]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UsageError(f"{parsed.users}: expected a users file, got: {error}.") from error
    if not rows:
        raise UsageError(f"{parsed.users}: expected a column badge with badges in it, got none.")
    codes = tuple(
        Code(row["badge"], row.get("name") or row.get("user") or "", matrix=True) for row in rows[:CODES_MAX]
    )
    title = _said(store, "codes_badges")
    return code_sheet(CodeSheet(title, codes, _site(store), _now()), stock=parsed.stock, table=table_at(store.mirror))


def _setup(store: Store, parsed: Namespace) -> Drawn:
    from packstation.documents.lists.codes import setup_page

    return setup_page(_site(store), store.place.station, _now(), stock=parsed.stock, table=table_at(store.mirror))


def _hint(file: str, setting: str) -> str:
    """Where these are written down, for who never did."""
    set_there = f"`packstation hub setting {setting}` sets them for the site"
    return f"write {file}, or {set_there}" if file else set_there


def _codes(store: Store, parsed: Namespace, title: str, rows: list[tuple[str, str]], *, or_set: str = "") -> Drawn:
    from packstation.documents.lists.codes import Code, CodeSheet, code_sheet

    if not rows:
        more = f" None set yet: {or_set}." if or_set else ""
        raise Refused(f"{parsed.what}: expected some in the station's copies, got none; sync first.{more}")
    codes = tuple(Code(text, words) for text, words in rows)
    return code_sheet(CodeSheet(title, codes, _site(store), _now()), stock=parsed.stock, table=table_at(store.mirror))


def _said(store: Store, id: str, **values: str | int) -> str:
    """Our words on a sheet, in the site's language (FL10.5)."""
    from packstation.workflows.prompt import Say
    from packstation.workflows.texts import words

    return words(Say(id, values), table_at(store.mirror))


def _site(store: Store) -> str:
    site = store.mirror.setting("site") or {}
    return str(site.get("name") or store.place.site)


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%d")


_DRAW: dict[str, Callable[[Store, Namespace], Drawn]] = {
    "commands": _commands,
    "slots": _slots,
    "totes": _totes,
    "locations": _locations,
    "doors": _doors,
    "printers": _printers,
    "stations": _benches,
    "badges": _badges,
    "setup": _setup,
}
