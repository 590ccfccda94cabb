"""The manifest: the parcels a driver takes, what stayed behind, and the line where the driver signs (D8.6, FL7.9)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from packstation.documents.drawn import Drawn
from packstation.documents.lists.page import MARGIN_MM, draw_list
from packstation.documents.shipment import weight_text
from packstation.documents.table import Cell, Column, office_sheet


@dataclass(frozen=True, slots=True)
class ManifestParcel:
    """One parcel on, or left off, the manifest. `reason`: why it was left, "" for parcels that went."""

    order: str
    parcel: int
    of: int
    tracking: str
    weight_g: int
    sscc: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Manifest:
    """A handover. `left`: labelled but not handed over, so that somebody looks for them before the truck is gone."""

    manifest: str
    carrier: str
    parcels: tuple[ManifestParcel, ...]
    left: tuple[ManifestParcel, ...] = ()
    dock: str = ""
    site: str = ""
    station: str = ""
    closed_at: str = ""


def manifest(data: Manifest, *, stock: str = "a4", dpi: int = 300) -> Drawn:
    """The manifest with its totals, the list of what was left, and name and signature lines."""
    sheet = office_sheet(stock, dpi, "Manifest")
    weight_g = sum(parcel.weight_g for parcel in data.parcels)
    total = f"{len(data.parcels)} parcel{'' if len(data.parcels) == 1 else 's'}, {weight_text(weight_g)}"
    facts = [
        ("Carrier", "carrier", data.carrier),
        ("Dock", "dock", data.dock),
        ("From", "site", " · ".join(word for word in (data.site, data.station) if word)),
        ("Closed", "closed_at", data.closed_at),
        ("Total", "total", total),
    ]
    columns = [
        Column("", width_mm=10, align="right"),
        Column("Order", share=1, bold=True),
        Column("Box", width_mm=17),
        Column("Tracking", width_mm=48),
        Column("SSCC", width_mm=40),
        Column("Weight", width_mm=24, align="right"),
    ]
    rows: list[Sequence[Cell]] = [_row(f"parcels[{n}]", str(n + 1), row) for n, row in enumerate(data.parcels)]
    if data.left:
        words = f"NOT HANDED OVER: {len(data.left)} labelled"
        rows.append([Cell("left", ""), Cell("left", words, span=True), *[Cell("left", "")] * 4])
        rows += [_row(f"left[{n}]", "×", row) for n, row in enumerate(data.left)]

    def draw_tail(y: int) -> None:
        mm = sheet.mm
        margin = mm(MARGIN_MM)
        width = sheet.width - 2 * margin
        sheet.title(total, margin, y + mm(2), width, 14, bold=True, align="right")
        third = (width - mm(12)) // 3
        for n, words in enumerate(("Driver's name", "Signature", "Date and time")):
            left = margin + n * (third + mm(6))
            sheet.rule(left, y + mm(30), third, 3)
            sheet.title(words, left, y + mm(31), third, 8)

    shown = [fact for fact in facts if fact[2]]
    draw_list(
        sheet,
        title="MANIFEST",
        code=data.manifest,
        facts=shown,
        columns=columns,
        rows=rows,
        tail_mm=38,
        draw_tail=draw_tail,
        text_pt=9,
    )
    return sheet.finish()


def _row(field: str, number: str, parcel: ManifestParcel) -> list[Cell]:
    order = f"{parcel.order} · {parcel.reason}" if parcel.reason else parcel.order
    return [
        Cell(field, number),
        Cell(f"{field}.order", order),
        Cell(f"{field}.of", f"{parcel.parcel} of {parcel.of}"),
        Cell(f"{field}.tracking", parcel.tracking),
        Cell(f"{field}.sscc", parcel.sscc),
        Cell(f"{field}.weight_g", weight_text(parcel.weight_g)),
    ]
