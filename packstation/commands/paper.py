"""Labels, slips and customs pages from a file: a shipment as JSON in, a PDF or ZPL file out, its barcodes named."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from packstation.commands.engines import read_document
from packstation.commands.errors import Refused, UsageError
from packstation.commands.outfile import write_whole

if TYPE_CHECKING:
    from packstation.documents.drawn import Drawn, Unprintable
    from packstation.documents.shipment import Shipment

_FIELDS_TOLD = 4
_REASONS_TOLD = 5
_EXAMPLE = """FILE is one shipment:
  {"order": "FO-4471-1", "parcel": 1, "of": 2, "sscc": "340123451234567895", "tracking": "JJD0003900078", "service":
   "EXPRESS", "carrier": "DHL", "from": {"name": "Blue Barn", "lines": ["Dock 4"], "postcode": "20457", "city":
   "Hamburg", "region": "", "country": "DE"}, "to": {...}, "weight_g": 1912, "lines": [{"sku": "BLUE-MUG", "name":
   "Mug, blue", "ordered": 2, "shipped": 2}], "note": "...", "return_code": "RMA-7F3K"}
May be left out: sscc, lpn, note, return_code, copy, carton, ordered_at, shipped_at, inner_mm, layers; in a line
variant, lot, backordered, other_parcels; in an address phone, email.
Example: packstation """


def add(commands: Any) -> None:
    """Add the parsers of this module."""
    label = _parser(
        commands,
        "label",
        "a parcel's label as PDF or ZPL",
        "label shipment.json --out label.pdf",
        'For --kind logistics also "content", what is inside: {"02": "09506000134352", "37": "24", "10": "LOT7"}.\n',
    )
    label.add_argument("--format", choices=("pdf", "zpl"), default="pdf", help="language of the printer, default pdf")
    label.add_argument("--dpi", type=int, choices=(203, 300), default=203, help="dots per inch, default 203")
    label.add_argument("--stock", choices=("4x6", "a6"), default="4x6", help="label size, default 4x6 (inches)")
    label.add_argument(
        "--kind", choices=("house", "logistics"), default="house", help="house (default), or the GS1 logistics label"
    )
    label.set_defaults(run=run_label)
    slip = _parser(commands, "slip", "a parcel's packing slip as PDF", "slip shipment.json --out slip.pdf")
    slip.add_argument("--stock", choices=("a4", "letter", "4x6"), default="a4", help="paper, default a4")
    slip.add_argument(
        "--dpi", type=int, choices=(203, 300, 600), help="the printer's; default 300, and 203 for --stock 4x6"
    )
    slip.set_defaults(run=run_slip)
    customs = _parser(
        commands,
        "customs",
        "a parcel's customs data page (CN22, CN23) as PDF",
        "customs shipment.json --out cn23.pdf",
        'For customs also "currency" and in each line "value_minor", "weight_g" (net, all its units), "hs_code",\n'
        '"origin" (two letters), "description"; beside them category, invoice, reference, explanation, date.\n',
    )
    customs.add_argument("--stock", choices=("a4", "letter"), default="a4", help="paper, default a4")
    customs.add_argument("--form", choices=("CN22", "CN23"), help="default: by value and weight")
    customs.set_defaults(run=run_customs)


def run_label(parsed: argparse.Namespace) -> int:
    """Draw a house label, or a unit's logistics label; exit 1 when one of its codes cannot be printed."""
    if parsed.kind == "logistics":
        return _run_logistics(parsed)
    shipment = _shipment(parsed.file)
    if not shipment.tracking:
        raise UsageError(f"{parsed.file}: tracking: expected a text that is not empty, got nothing.")
    if not shipment.weight_g:
        raise UsageError(f"{parsed.file}: weight_g: expected the grams of a parcel that was weighed, got 0.")

    def draw() -> Drawn:
        if parsed.format == "zpl":
            from packstation.documents import zpl

            return zpl.house_label(shipment, dpi=parsed.dpi, stock=parsed.stock)
        from packstation.documents import label

        return label.house_label(shipment, dpi=parsed.dpi, stock=parsed.stock)

    return _delivered("label", shipment.order, draw, parsed.out)


def _run_logistics(parsed: argparse.Namespace) -> int:
    from packstation.documents import label, zpl
    from packstation.documents.shipment import BadShipment

    document = read_document(parsed.file)
    try:
        unit = label.unit_from_json(document)
    except BadShipment as error:
        raise UsageError(f"{parsed.file}: {error}") from error
    draw = zpl.logistics_label if parsed.format == "zpl" else label.logistics_label
    return _delivered("label", unit.order, lambda: draw(unit, dpi=parsed.dpi, stock=parsed.stock), parsed.out)


def run_slip(parsed: argparse.Namespace) -> int:
    """Draw a packing slip."""
    shipment = _shipment(parsed.file)

    def draw() -> Drawn:
        from packstation.documents import slip

        return slip.packing_slip(shipment, stock=parsed.stock, dpi=parsed.dpi)

    return _delivered("slip", shipment.order, draw, parsed.out)


def run_customs(parsed: argparse.Namespace) -> int:
    """Draw a customs data page; what it leaves blank is named."""
    from packstation.documents import customs
    from packstation.documents.shipment import BadShipment, weight_text

    document = read_document(parsed.file)
    try:
        declared = customs.declaration_from_json(document, form=parsed.form)
    except BadShipment as error:
        raise UsageError(f"{parsed.file}: {error}") from error
    blank = customs.blanks_of(declared)
    if blank:
        print(f"packstation customs: left blank, fill in by hand: {', '.join(blank[:20])}.", file=sys.stderr)
    asked = customs.form_for(declared.value_minor, declared.currency, declared.gross_weight_g)
    if declared.form == "CN22" and asked != "CN22":
        limit = f"{customs.CN22_G_MAX / 1000:g} kg and {customs.limit_text(declared.currency)}"
        got = f"{weight_text(declared.gross_weight_g)} and {declared.value_text}"
        known = declared.gross_weight_g > customs.CN22_G_MAX or customs.knows_limit(declared.currency)
        advice = "posts ask for CN23 here" if known else "compare the value yourself, or leave --form out"
        print(f"packstation customs: CN22 is for at most {limit}, got {got}: {advice}.", file=sys.stderr)
    more = {"form": declared.form, "form_by_value": asked, "blank": list(blank)}
    return _delivered(
        "customs", declared.order, lambda: customs.customs_page(declared, stock=parsed.stock), parsed.out, more
    )


def _parser(commands: Any, name: str, short: str, example: str, more: str = "") -> Any:
    parser = commands.add_parser(
        name,
        help=short,
        description=f"Draw {short} from a shipment in a file. Every barcode is read back before the file is written; "
        "one JSON line names them. Text that no font can print is listed under unprintable, never drawn as boxes.",
        epilog=_EXAMPLE.replace("Example:", f"{more}Example:") + example,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", metavar="FILE", help="the shipment as JSON, or - for standard input")
    parser.add_argument("--out", metavar="PATH", required=True, help="the file to write")
    return parser


def _shipment(file: str) -> Shipment:
    from packstation.documents.shipment import BadShipment, shipment_from_json

    document = read_document(file)
    try:
        return shipment_from_json(document)
    except BadShipment as error:
        raise UsageError(f"{file}: {error}") from error


def _delivered(document: str, order: str, draw: Any, out: str, more: Mapping[str, Any] | None = None) -> int:
    from packstation.documents.drawn import PaperRefused
    from packstation.safe import safe

    try:
        drawn: Drawn = draw()
    except PaperRefused as error:
        refusal = {"field": error.field, "reason": error.reason}
        _print({"document": document, "order": order, "barcodes": [], "refused": refusal})
        raise Refused(safe(str(error))) from error
    _write(Path(out), drawn.content)
    if drawn.unprintable:
        print(f"packstation {document}: cannot be printed as given: {_lost(drawn.unprintable)}.", file=sys.stderr)
    _print(
        {
            "document": document,
            "order": order,
            "format": drawn.format,
            "out": out,
            "pages": drawn.pages,
            "bytes": len(drawn.content),
            "barcodes": [asdict(symbol) for symbol in drawn.symbols],
            "unprintable": [asdict(lost) for lost in drawn.unprintable],
            **(more or {}),
        }
    )
    return 0


def _lost(all_of_it: Sequence[Unprintable]) -> str:
    """What a document could not hold, as one line: by reason, the fields named first and counted after that."""
    by_reason: dict[str, list[str]] = {}
    for lost in all_of_it:
        what = lost.reason if lost.characters in ("", lost.reason) else f"{lost.reason} for {lost.characters}"
        by_reason.setdefault(what, []).append(lost.field)
    told = []
    for what, fields in list(by_reason.items())[:_REASONS_TOLD]:
        more = len(fields) - _FIELDS_TOLD
        told.append(f"{', '.join(fields[:_FIELDS_TOLD])}{f' and {more} more' if more > 0 else ''} ({what})")
    if len(by_reason) > _REASONS_TOLD:
        told.append(f"{len(by_reason) - _REASONS_TOLD} more, see unprintable")
    return "; ".join(told)


def _print(document: dict[str, Any]) -> None:
    print(json.dumps(document, ensure_ascii=True))


def _write(path: Path, content: bytes) -> None:
    try:
        write_whole(path, content)
    except (OSError, ValueError) as error:
        raise UsageError(
            f"--out {path}: expected a file that can be written, got {getattr(error, 'strerror', None) or error}."
        ) from error
