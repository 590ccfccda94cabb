"""`packstation import` and `packstation export`: files into the hub of a data directory, and out of it."""

from __future__ import annotations

import csv
import sys
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from packstation.commands.arguments import data, data_folder, json_flag
from packstation.commands.errors import Refused, UsageError, said
from packstation.safe import LINE_CHARS_MAX, safe, shown_json

if TYPE_CHECKING:
    from sync.hub.api.doors import Door

KINDS = ("catalog", "locations", "cartons", "orders", "stock", "users", "sites", "rates", "labels", "documents")
FORMATS = ("csv", "shopify-csv", "shopify-json", "woocommerce-json", "amazon-tsv")
EXPORTS = ("facts", "orders", "parcels", "stock")
_RISKY = ("=", "+", "-", "@", "\t", "\r")


def add(commands: Any) -> None:
    taking = commands.add_parser(
        "import",
        help="take a file of orders or reference data into the hub",
        description="Takes a file in. A bad order is refused whole and listed, the good ones go in; the same file "
        "again creates nothing. Orders may have columns residential and signature, yes or no (from Shopify and "
        "WooCommerce: the shop's own fields of these names): surcharges of a rate sheet ask for them. "
        "Example: packstation import orders today.csv --data shop --json",
    )
    taking.add_argument("kind", choices=KINDS, help="what the file holds")
    taking.add_argument("file", metavar="FILE", help="the file to read")
    taking.add_argument("--format", default="csv", choices=FORMATS, help="format of orders (default: csv)")
    taking.add_argument("--site", help="whose locations they are, when the file has no column site")
    taking.add_argument("--encoding", help="encoding of the file, when it is not UTF-8, such as cp1252")
    taking.add_argument("--dry-run", action="store_true", help="say what would happen, change nothing")
    data(taking)
    json_flag(taking)
    taking.set_defaults(run=_import)

    giving = commands.add_parser(
        "export",
        help="write facts, orders, parcels or stock as CSV or JSON lines",
        description="Writes what the hub holds, without names or addresses. "
        "Example: packstation export parcels --data shop --format csv > parcels.csv",
    )
    giving.add_argument("what", choices=EXPORTS, help="what to write")
    giving.add_argument("--format", default="csv", choices=("csv", "jsonl"), help="csv (default) or jsonl")
    data(giving)
    giving.set_defaults(run=_export)


def _import(parsed: Namespace) -> int:
    path = Path(parsed.file)
    if not path.is_file():
        raise UsageError(f"{parsed.file}: expected a file, got {'a folder' if path.is_dir() else 'nothing there'}.")
    with hub_of(parsed) as door:
        found = door.take(
            parsed.kind,
            path,
            _progress(path.name),
            form=parsed.format,
            site=parsed.site or own_site(parsed) if parsed.kind == "locations" else None,
            dry_run=parsed.dry_run,
            encoding=parsed.encoding,
        )
    for note in found.pop("notes", []):
        print(safe(note, chars_max=LINE_CHARS_MAX), file=sys.stderr)
    rejected = found["rejected"]
    if parsed.json:
        print(shown_json(found))
    else:
        tried = " (tried only)" if parsed.dry_run else ""
        counts = ", ".join(f"{found[name]} {name}" for name in ("created", "updated", "unchanged"))
        print(f"{parsed.kind}: {counts}, {len(rejected)} rejected{tried}")
    for one in rejected if not parsed.json else rejected[:5]:
        key = f" {one['order']}" if one["order"] else ""
        told = f"row {one['row']}{key}: {one['path']}: {one['reason']}"
        print(safe(told, chars_max=LINE_CHARS_MAX), file=sys.stderr)
    if parsed.json and len(rejected) > 5:
        print(f"and {len(rejected) - 5} more rejected", file=sys.stderr)
    if found.get("stopped"):
        raise Refused(f"{path.name}: stopped after {len(rejected)} refusals; is this the right file?")
    taken = found["created"] + found["updated"] + found["unchanged"]
    return 1 if rejected and not taken else 0


def _export(parsed: Namespace) -> int:
    from sync.hub.tables.looks import COLUMNS

    with hub_of(parsed, make=False) as door:
        rows = door.export(parsed.what)
        if parsed.format == "jsonl":
            for row in rows:
                print(shown_json(row))
            return 0
        out = csv.writer(sys.stdout, quoting=csv.QUOTE_ALL, lineterminator="\n")
        out.writerow(COLUMNS[parsed.what])
        seen = sys.stdout.isatty()
        for row in rows:
            out.writerow([_harmless(row.get(column), on_terminal=seen) for column in COLUMNS[parsed.what]])
    return 0


def _harmless(value: object, *, on_terminal: bool) -> str:
    """A value that no spreadsheet takes for a formula (sync X17), and a terminal none for a command to it; a file
    holds what the order holds."""
    text = "" if value is None else str(value)
    if on_terminal:
        text = safe(text, chars_max=max(1, len(text)))
    return f"'{text}" if isinstance(value, str) and text.startswith(_RISKY) else text


@contextmanager
def hub_of(parsed: Namespace, *, make: bool = True) -> Iterator[Door]:
    """The hub of the data directory, running or not; every trouble with it as one line and an exit code.

    `make`: a directory without a hub gets one.
    """
    from sqlalchemy.exc import SQLAlchemyError

    from packstation.store import NotAStation, read_place
    from sync.client import Turned, Unreachable
    from sync.hub.api.doors import open_door
    from sync.hub.intake.read import Unusable
    from sync.hub.tables.database import DatabaseTrouble, HubLocked

    folder = data_folder(parsed)
    url = token = site = None
    try:
        place = read_place(folder)
    except NotAStation:
        place = None
    except ValueError as error:
        raise UsageError(str(error)) from error
    if place is not None:
        url, token, site = place.hub, place.token, place.site
    if not make and url is None and not (folder / "hub.db").exists():
        raise Refused(f"{folder}: expected a hub (hub.db, or an address in station.json), got neither.")
    try:
        door = open_door(folder, url=url, token=token, site=site)
        try:
            yield door
        finally:
            door.close()
    except Unusable as error:
        raise UsageError(str(error)) from error
    except ValueError as error:
        raise UsageError(str(error)) from error
    except Turned as error:
        if error.code == "file":
            raise UsageError(error.text) from error
        raise Refused(error.text) from error
    except Unreachable as error:
        raise Refused(error.why) from error
    except BrokenPipeError:
        raise  # whoever read our output has enough: no trouble of the hub's
    except HubLocked as error:
        raise Refused(str(error)) from error
    except DatabaseTrouble as error:
        told = said(error, folder)
        raise Refused(f"{folder}: {told}." if "is full (" in told else str(error)) from error
    except OSError as error:
        raise Refused(f"{folder}: expected a hub that can be written, got: {said(error, folder)}.") from error
    except SQLAlchemyError as error:
        raise Refused(
            f"{folder / 'hub.db'}: expected a hub that can be written, got: {said(error, folder)}."
        ) from error


def own_site(parsed: Namespace) -> str | None:
    """The site of the station beside, if one is there."""
    from packstation.store import NotAStation, read_place

    try:
        return read_place(data_folder(parsed)).site
    except (NotAStation, ValueError):
        return None


def _progress(name: str) -> Callable[[int], None]:
    """How far it is, on a terminal, for what takes over a second."""
    if not sys.stderr.isatty():
        return lambda _done: None
    import time

    began = time.monotonic()

    def told(done: int) -> None:
        if time.monotonic() - began > 1:
            print(f"\r{name}: {done} ", end="", file=sys.stderr, flush=True)

    return told
