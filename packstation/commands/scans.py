"""What scanner lines mean, without a context: `packstation scan`."""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from collections.abc import Iterator

from packstation import scan
from packstation.commands.arguments import json_flag
from packstation.commands.errors import UsageError
from packstation.scan import Reading, Scan

_ESCAPE = re.compile(rb"\\x([0-9A-Fa-f]{2})")
_KINDS = {"lpn": "carton"}
_LINES = "-"
_READ_BYTES = 4 * scan.LINE_BYTES_MAX + 2
"""An escape is four signs for one byte; what is longer is no line of a scanner, and is not kept."""


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "scan",
        help="what a scanner line means",
        description="Print what each scanner line means, as one JSON object a line. Nothing is looked up: the first "
        "reading that needs no catalog is named, and all readings are listed.",
        epilog=r"example: packstation scan ']d2010400638133393110L77\x1d21S9' '*UNDO'   "
        r"(\x1d is the group separator; after -- a text may begin with -)",
    )
    parser.add_argument(
        "text",
        nargs="*",
        metavar="TEXT",
        help=r"a line as the scanner sends it; \xHH is a byte; - reads lines from stdin",
    )
    json_flag(parser, help="the same: the answer is always JSON")
    parser.set_defaults(run=_scan)


def _scan(parsed: argparse.Namespace) -> int:
    texts = [os.fsencode(text) for text in parsed.text]
    if not texts and sys.stdin.isatty():
        raise UsageError("expected TEXT, or lines on stdin, got neither.")
    lines = _stdin() if texts in ([], [_LINES.encode()]) else iter(texts)
    told = 0
    for told, text in enumerate(lines, 1):  # noqa: B007  how many there were is asked below
        raw = _ESCAPE.sub(lambda escape: bytes.fromhex(escape[1].decode()), text)
        line = scan.decoded(raw)
        print(json.dumps(meaning(line, scan.parse(line, raw=raw)), ensure_ascii=True))
    if not told:
        raise UsageError("expected TEXT, or lines on stdin, got neither.")
    return 0


def _stdin() -> Iterator[bytes]:
    """Its lines without their ends; of one that is too long only its beginning, which says so."""
    read = sys.stdin.buffer
    while line := read.readline(_READ_BYTES):
        ended = line.endswith(b"\n")
        while not ended and (more := read.readline(_READ_BYTES)):
            ended = more.endswith(b"\n")
        yield line.rstrip(b"\r\n")


def meaning(line: str, understood: Scan) -> dict[str, object]:
    """The answer of `packstation scan` about one line."""
    identifiers = {ai for ai, _ in understood.ais}
    best = understood.readings[0] if understood.readings else Reading("text", understood.text)
    # An element string is named as a whole unless all it says is an SSCC or a GTIN (D4.11).
    if len(identifiers) > 1:
        best = understood.reading("gs1") or best
    kind = "invalid" if understood.fault else _KINDS.get(best.kind, best.kind)
    if kind == "badge" or scan.like_badge(understood.text) or scan.like_badge(line):
        # A badge opens the station: it is never shown, nor what may be one with a sign too many (D4.8).
        return {"raw": "B.***", "symbology": understood.symbology, "kind": kind, "warnings": []}
    # What is too long is told by its beginning, as the port tells it (section 1).
    shown = understood.text if (understood.fault or "").startswith("too_long") else line
    answer: dict[str, object] = {"raw": shown, "symbology": understood.symbology, "kind": kind}
    if kind != "invalid":
        answer["value"] = best.value
        if kind in ("gtin", "gs1") and best.value:
            answer["gtin"] = best.value
        sscc = understood.reading("sscc")
        fields = {
            "sscc": sscc.value if sscc else None,
            "lot": best.lot,
            "expiry": best.expiry,
            "serial": best.serial,
            "count": best.count,
            "tag": best.tag,
        }
        answer |= {name: value for name, value in fields.items() if value is not None}
    if understood.ais:
        answer["ais"] = [list(element) for element in understood.ais]
    if understood.readings:
        answer["readings"] = [{"kind": reading.kind, "value": reading.value} for reading in understood.readings]
    if understood.fault:
        answer["reason"] = understood.fault
    answer["warnings"] = list(understood.warnings)
    return answer
