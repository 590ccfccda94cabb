"""The floor of a label: a PDF written by hand with the same marks as our house label, and nothing checked.

Texts at fixed places in the printer's Helvetica, two Code 128 and a Data Matrix as rectangles. No fitting, no
cleaning, no reading back: what a label costs when everything is known beforehand.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import zxingcpp
from barcode.charsets import code128 as tables

from packstation.documents.parcel_mark import parcel_mark
from packstation.documents.shipment import Shipment, address_lines, weight_text


def labels(shipments: Sequence[Shipment]) -> bytes:
    """A page of 4x6 in for each shipment."""
    parts = [b"%PDF-1.4\n"]
    places: list[int] = []
    at = len(parts[0])
    count = len(shipments)
    kids = " ".join(f"{5 + 2 * n} 0 R" for n in range(count))
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Count {count}/Kids[{kids}]>>",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica-Bold/Encoding/WinAnsiEncoding>>",
    ]
    for n, shipment in enumerate(shipments):
        stream = _page(shipment)
        objects.append(
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 288 432]/Contents {6 + 2 * n} 0 R"
            "/Resources<</Font<</F1 3 0 R/F2 4 0 R>>>>>>"
        )
        objects.append(f"<</Length {len(stream)}>>stream\n{stream}\nendstream")
    for n, body in enumerate(objects, 1):
        part = f"{n} 0 obj\n{body}\nendobj\n".encode("latin-1")
        places.append(at)
        at += len(part)
        parts.append(part)
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    size = len(objects) + 1
    head = f"xref\n0 {size}\n0000000000 65535 f \n{table}"
    parts.append(f"{head}trailer\n<</Size {size}/Root 1 0 R>>\nstartxref\n{at}\n%%EOF\n".encode())
    return b"".join(parts)


def durable(content: bytes, path: Path) -> None:
    """The file written and flushed."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    try:
        os.write(handle, content)
        os.fsync(handle)
    finally:
        os.close(handle)


def _page(shipment: Shipment) -> str:
    code = ["q 0.35467980 0 0 0.35467980 0 0 cm"]
    code.append("24 1072 764 2 re f 24 660 764 88 re f 24 495 764 2 re f 24 319 764 2 re f")
    y = 1180
    for _, text, _ in address_lines(shipment.sender, "from"):
        code.append(_text("F1", 22, 120, y, text))
        y -= 24
    y = 1020
    for _, text, bold in address_lines(shipment.receiver, "to"):
        code.append(_text("F2" if bold else "F1", 46, 120, y, text))
        y -= 54
    for font, size, x, at, text in (
        ("F2", 20, 24, 1185, "FROM"),
        ("F2", 25, 24, 1040, "TO"),
        ("F2", 20, 24, 640, "ORDER"),
        ("F2", 39, 120, 620, shipment.order),
        ("F2", 17, 24, 590, "WEIGHT"),
        ("F1", 25, 120, 588, weight_text(shipment.weight_g)),
        ("F2", 17, 24, 560, "CARRIER"),
        ("F1", 25, 120, 558, shipment.carrier),
        ("F2", 20, 24, 478, f"TRACKING {shipment.carrier}"),
        ("F1", 25, 257, 330, shipment.tracking),
        ("F1", 25, 257, 26, f"(00){shipment.sscc}"),
    ):
        code.append(_text(font, size, x, at, text))
    code.append("1 g")
    code.append(_text("F2", 68, 40, 680, shipment.service))
    code.append(_text("F2", 68, 600, 680, f"{shipment.parcel} of {shipment.of}"))
    code.append("0 g")
    code.append(_bars(_code128(shipment.tracking), 139, 355, 3, 108))
    code.append(_bars(_sscc(shipment.sscc), 94, 52, 4, 256))
    code.append(_matrix(parcel_mark(shipment), 670, 633, 5))
    code.append("Q")
    return "\n".join(code)


def _text(font: str, size: int, x: int, y: int, text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
    return f"BT /{font} {size} Tf {x} {y} Td ({escaped}) Tj ET"


@cache
def _values() -> tuple[dict[str, int], tuple[str, ...]]:
    return dict(tables.B), tuple(str(pattern) for pattern in tables.CODES)


def _code128(text: str) -> str:
    letters, patterns = _values()
    codes = [104]
    n = 0
    while n < len(text):
        digits = len(text) - n if text[n:].isdigit() else 0
        if digits >= 4 and digits % 2 == 0:
            codes.append(99)
            codes += [int(text[k : k + 2]) for k in range(n, len(text), 2)]
            break
        codes.append(letters[text[n]])
        n += 1
    return _closed(codes, patterns)


def _sscc(number: str) -> str:
    codes = [105, 102, 0, *(int(number[k : k + 2]) for k in range(0, 18, 2))]
    return _closed(codes, _values()[1])


def _closed(codes: list[int], patterns: tuple[str, ...]) -> str:
    check = (codes[0] + sum(n * code for n, code in enumerate(codes))) % 103
    return "".join([patterns[code] for code in codes]) + patterns[check] + "1100011101011"


def _bars(modules: str, x: int, y: int, dot: int, height: int) -> str:
    pieces = []
    at = 0
    for part in modules.replace("10", "1 0").replace("01", "0 1").split(" "):
        if part[0] == "1":
            pieces.append(f"{x + at * dot} {y} {len(part) * dot} {height} re")
        at += len(part)
    pieces.append("f")
    return " ".join(pieces)


def _matrix(text: str, x: int, top: int, dot: int) -> str:
    image = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.DataMatrix, force_square=True).to_image(
        scale=1, add_quiet_zones=False
    )
    view = memoryview(image)
    height, width = view.shape or (0, 0)
    flat = bytes(view)
    pieces = []
    for row in range(height):
        line = flat[row * width : (row + 1) * width]
        begin = line.find(0)
        while begin >= 0:
            end = line.find(255, begin)
            if end < 0:
                end = width
            pieces.append(f"{x + begin * dot} {top - (row + 1) * dot} {(end - begin) * dot} {dot} re")
            begin = line.find(0, end)
    pieces.append("f")
    return " ".join(pieces)
