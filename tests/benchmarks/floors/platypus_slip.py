"""The same packing slip as most programs make it: reportlab's platypus, paragraphs and a table, nothing checked."""

from __future__ import annotations

import io
from functools import cache
from typing import Any
from xml.sax.saxutils import escape

from packstation.documents.shipment import Shipment, address_lines, weight_text


@cache
def _styles() -> Any:
    from reportlab.lib.styles import getSampleStyleSheet

    return getSampleStyleSheet()


def slip(shipment: Shipment) -> bytes:
    """One slip on A4."""
    from reportlab.graphics.barcode.code128 import Code128
    from reportlab.lib import colors
    from reportlab.lib.pagesizes import A4
    from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

    styles = _styles()
    held = io.BytesIO()
    document = SimpleDocTemplate(held, pagesize=A4, invariant=1, leftMargin=42, rightMargin=42)

    def words(lines: Any) -> list[Any]:
        return [Paragraph(escape(text), styles["BodyText"]) for _, text, _ in lines]

    facts = [
        Paragraph("<b>PACKING SLIP</b>", styles["Title"]),
        Code128(shipment.order, barHeight=34, barWidth=0.96),
        Paragraph(escape(shipment.order), styles["Heading3"]),
        Paragraph(f"Service {escape(shipment.service)}", styles["BodyText"]),
        Paragraph(f"Tracking {escape(shipment.tracking)}", styles["BodyText"]),
        Paragraph(f"Box {shipment.parcel} of {shipment.of}", styles["BodyText"]),
        Paragraph(f"Weight {weight_text(shipment.weight_g)}", styles["BodyText"]),
    ]
    seller = words(address_lines(shipment.sender, "from")) + words(address_lines(shipment.receiver, "to"))
    rows: list[list[Any]] = [["SKU", "Item", "Ordered", "This box"]]
    rows += [
        [line.sku, Paragraph(escape(line.name), styles["BodyText"]), str(line.ordered), str(line.shipped)]
        for line in shipment.lines
    ]
    look = TableStyle(
        [
            ("FONT", (0, 0), (-1, 0), "Helvetica-Bold", 8),
            ("LINEBELOW", (0, 0), (-1, -1), 0.5, colors.black),
            ("ALIGN", (2, 0), (-1, -1), "RIGHT"),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ]
    )
    units = sum(line.shipped for line in shipment.lines)
    story = [
        Table([[seller, facts]], colWidths=[255, 255]),
        Spacer(1, 12),
        Table(rows, colWidths=[108, 300, 51, 51], style=look, repeatRows=1),
        Paragraph(f"{units} units in this box", styles["Heading3"]),
    ]
    document.build(story)
    return held.getvalue()
