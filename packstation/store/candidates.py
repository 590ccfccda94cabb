"""What a scanned code can mean, by its own form and by what is known of it (FL2.9); pure, the rows come in."""

from __future__ import annotations

from collections.abc import Iterator

from packstation.scan import Reading, Scan
from packstation.scan.digits import adds_up
from packstation.workflows.desk import Candidate
from sync import protocol

_ORDER = (
    "command", "badge", "station", "printer", "lpn", "tote", "cart", "slot", "location", "door", "pickup",
    "order", "manifest", "wave", "zone", "carton_type", "gs1", "item", "label", "sku",
)  # fmt: skip
RANK = {kind: place for place, kind in enumerate(_ORDER)}


def texts_of(scan: Scan) -> list[str]:
    """The texts under which copies and board may know what was scanned."""
    texts = [scan.text, scan.text.casefold()]
    for reading in scan.readings:
        texts.append(reading.value)
        if reading.kind in ("gtin", "gs1") and reading.value:
            texts.append(reading.value.zfill(14))
    if scan.text.isdecimal() and len(scan.text) in (7, 11, 12):
        texts.extend(f"{scan.text}{d}".zfill(14) for d in range(10) if adds_up(f"{scan.text}{d}"))
    return list(dict.fromkeys(text for text in texts if text))


def own_mark(text: str) -> tuple[str, int] | None:
    """(LPN, copy) of the Data Matrix on our own labels, copy 0 on a strip; None for any other text."""
    if not text.startswith(("P1;", "S1;")):
        return None
    from packstation.documents.parcel_mark import read_parcel_mark  # nothing of paper before the first paint (PF2.4)

    mark = read_parcel_mark(text)
    return None if mark is None else (mark.box, 0 if mark.strip else mark.copy)


def label_digest(scan: Scan) -> str:
    """The digest of the tracking number a carrier's symbol holds besides its routing code."""
    reading = scan.reading("tracking")
    return protocol.digest(reading.value if reading else scan.text)


def candidates_of(scan: Scan, copies: dict[str, list[tuple[str, str, str, int]]]) -> Iterator[Candidate]:
    """Each meaning of the scan, in no order; `copies`: (kind, ref, order, quantity) of what is known, by text."""
    for reading in scan.readings:
        match reading.kind:
            case "command":
                yield Candidate("command", reading.value, lot=reading.tag)
            case "badge" | "station" | "printer" | "tote" | "cart" | "slot" | "location" | "manifest":
                yield from _own(reading, copies)
            case "sscc" | "lpn":
                yield from _own(Reading("lpn", reading.value), copies)
            case "carton_type":
                yield Candidate("carton_type", reading.value)
            case "gs1" | "gtin" if reading.value:
                how = "gs1" if reading.kind == "gs1" else "scan"
                for kind, ref, _, quantity in copies.get(reading.value.zfill(14), ()):
                    if kind == "item":
                        count = quantity * (reading.count or 1)
                        yield Candidate(
                            "item", ref, None, count, reading.lot, reading.serial, reading.expiry,
                            "case" if count > 1 else how,
                        )  # fmt: skip
            case _:
                pass
    for code, rows in copies.items():
        for kind, ref, fo, quantity in rows:
            if kind == "sku":
                yield Candidate("sku", ref)
                yield Candidate("item", ref, None, 1)
            elif kind == "item":
                if code == scan.text or not scan.reading("gs1"):
                    yield Candidate("item", ref, None, quantity, how="case" if quantity > 1 else "scan")
            elif kind == "label":
                yield Candidate("label", ref, fo, 0)
            elif kind in RANK and kind not in ("command",):
                yield Candidate(kind, ref, fo or None, quantity)


def _own(reading: Reading, copies: dict[str, list[tuple[str, str, str, int]]]) -> Iterator[Candidate]:
    """A code by the pattern of our own labels: what is known of it, else that it is one and nothing is in it."""
    known = [row for row in copies.get(reading.value, ()) if row[0] == reading.kind]
    if not known and reading.kind in ("tote", "cart", "slot", "station", "printer", "manifest", "location"):
        yield Candidate(reading.kind, reading.value)
