"""fpdf2 and weasyprint as peers, run by an interpreter that has them: labels as JSON in, milliseconds a label out.

    PYTHON peer_pdf.py fpdf2|weasyprint < labels     {"ms": [t, ...], "version": "2.8.9"}

A label is {"texts": [[x, y, size_pt, text]], "rules": [[x, y, width, height]], "codes": [[kind, text, x, y, dot,
height]]} in dots of 203 dpi, y down. Its codes are encoded by python-barcode and zxing-cpp, as a program that uses
these libraries would, and not read back.
"""

import html
import itertools
import json
import sys
import time
from typing import Any

import barcode
import zxingcpp

DOT_PT = 72 / 203
RUNS = 3


def rectangles(label: dict[str, Any]) -> list[list[int]]:
    """The dark rectangles of a label."""
    found = [*label["rules"]]
    for kind, text, x, y, dot, high in label["codes"]:
        if kind == "datamatrix":
            code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.DataMatrix, force_square=True)
            image = memoryview(code.to_image(scale=1, add_quiet_zones=False))
            flat, (height, width) = bytes(image), image.shape
            rows = [flat[n * width : (n + 1) * width] for n in range(height)]
        else:
            modules = barcode.get_barcode_class(kind)(text).build()[0]
            rows = [bytes(0 if module == "1" else 255 for module in modules)]
        for n, row in enumerate(rows):
            at = 0
            for value, group in itertools.groupby(row):
                wide = len(list(group))
                if value == 0:
                    found.append([x + at * dot, y + n * dot, wide * dot, high])
                at += wide
    return found


def fpdf2(labels: list[dict[str, Any]]) -> bytes:
    from fpdf import FPDF  # type: ignore[import-not-found]  # a peer, in an environment of its own

    document = FPDF(unit="pt", format=(288, 432))
    document.set_auto_page_break(False)
    for label in labels:
        document.add_page()
        for x, y, width, height in rectangles(label):
            document.rect(x * DOT_PT, y * DOT_PT, width * DOT_PT, height * DOT_PT, style="F")
        for x, y, size, text in label["texts"]:
            document.set_font("Helvetica", size=size)
            document.text(x * DOT_PT, y * DOT_PT, text)
    return bytes(document.output())


def weasyprint(labels: list[dict[str, Any]]) -> bytes:
    from weasyprint import HTML  # type: ignore[import-not-found]  # a peer, in an environment of its own

    pages = []
    for label in labels:
        path = "".join(f"M{x} {y}h{width}v{height}h-{width}z" for x, y, width, height in rectangles(label))
        words = "".join(
            f'<p style="left:{x * DOT_PT:.2f}pt;top:{y * DOT_PT - size:.2f}pt;font-size:{size}pt">'
            f"{html.escape(text)}</p>"
            for x, y, size, text in label["texts"]
        )
        pages.append(
            f'<div><svg viewBox="0 0 812 1218" width="288pt" height="432pt"><path d="{path}"/></svg>{words}</div>'
        )
    style = (
        "@page{size:288pt 432pt;margin:0}body{margin:0;font-family:Helvetica}"
        "div{position:relative;width:288pt;height:432pt;page-break-after:always}p{position:absolute;margin:0}"
    )
    return bytes(HTML(string=f"<style>{style}</style>{''.join(pages)}").write_pdf())


def main() -> None:
    from importlib.metadata import version

    name = sys.argv[1]
    draw = {"fpdf2": fpdf2, "weasyprint": weasyprint}[name]
    labels = json.load(sys.stdin)
    draw(labels[:2])  # imports and fonts are not what is compared
    found = []
    for _ in range(RUNS):
        started = time.perf_counter()
        content = draw(labels)
        found.append((time.perf_counter() - started) * 1000 / len(labels))
        assert content.startswith(b"%PDF")
    print(json.dumps({"ms": found, "version": version(name)}))


if __name__ == "__main__":
    main()
