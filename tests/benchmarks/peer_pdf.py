"""fpdf2 and weasyprint as peers, run by an interpreter that has them: labels as JSON in, milliseconds a label out.

    PYTHON peer_pdf.py fpdf2|weasyprint < labels     {"ms": [t, ...], "version": "2.8.9"}

A label is {"texts": [[x, y, size_pt, text]], "rectangles": [[x, y, width, height]]} in dots of 203 dpi, y down.
"""

import html
import json
import sys
import time
from typing import Any

DOT_PT = 72 / 203
RUNS = 3


def fpdf2(labels: list[dict[str, Any]]) -> bytes:
    from fpdf import FPDF  # type: ignore[import-not-found]  # a peer, in an environment of its own

    document = FPDF(unit="pt", format=(288, 432))
    document.set_auto_page_break(False)
    for label in labels:
        document.add_page()
        for x, y, width, height in label["rectangles"]:
            document.rect(x * DOT_PT, y * DOT_PT, width * DOT_PT, height * DOT_PT, style="F")
        for x, y, size, text in label["texts"]:
            document.set_font("Helvetica", size=size)
            document.text(x * DOT_PT, y * DOT_PT, text)
    return bytes(document.output())


def weasyprint(labels: list[dict[str, Any]]) -> bytes:
    from weasyprint import HTML  # type: ignore[import-not-found]  # a peer, in an environment of its own

    pages = []
    for label in labels:
        path = "".join(f"M{x} {y}h{width}v{height}h-{width}z" for x, y, width, height in label["rectangles"])
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
