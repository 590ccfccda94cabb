"""The manifest: the parcels a driver takes, what stayed behind, and the line where the driver signs (D8.6, FL7.9)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from packstation.documents.drawn import Drawn
from packstation.documents.lists.page import MARGIN_MM, draw_list
from packstation.documents.shipment import weight_text
from packstation.documents.table import Cell, Column, office_sheet
from packstation.workflows.prompt import Say
from packstation.workflows.texts import ENGLISH, Table, words


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


def manifest(data: Manifest, *, stock: str = "a4", dpi: int = 300, table: Table = ENGLISH) -> Drawn:
    """The manifest with its totals, the list of what was left, and name and signature lines. `table`: the words of
    its language."""
    sheet = office_sheet(stock, dpi, "Manifest")

    def say(id: str, **values: str | int) -> str:
        return words(Say(id, values), table)

    weight_g = sum(parcel.weight_g for parcel in data.parcels)
    total = say("manifest_total_of", n=len(data.parcels), weight=weight_text(weight_g))
    facts = [
        (say("manifest_carrier"), "carrier", data.carrier),
        (say("manifest_dock"), "dock", data.dock),
        (say("manifest_from"), "site", " · ".join(word for word in (data.site, data.station) if word)),
        (say("manifest_closed_at"), "closed_at", data.closed_at or say("manifest_open")),
        (say("manifest_total"), "total", total),
    ]
    columns = [
        Column("", width_mm=10, align="right"),
        Column(say("list_order"), share=1, bold=True),
        Column(say("manifest_box"), width_mm=17),
        Column(say("manifest_tracking"), width_mm=48),
        Column("SSCC", width_mm=40),
        Column(say("manifest_weight"), width_mm=24, align="right"),
    ]

    def row(field: str, number: str, parcel: ManifestParcel) -> list[Cell]:
        order = f"{parcel.order} · {parcel.reason}" if parcel.reason else parcel.order
        return [
            Cell(field, number),
            Cell(f"{field}.order", order),
            Cell(f"{field}.of", say("manifest_box_of", k=parcel.parcel, n=parcel.of)),
            Cell(f"{field}.tracking", parcel.tracking),
            Cell(f"{field}.sscc", parcel.sscc),
            Cell(f"{field}.weight_g", weight_text(parcel.weight_g)),
        ]

    rows: list[Sequence[Cell]] = [row(f"parcels[{n}]", str(n + 1), one) for n, one in enumerate(data.parcels)]
    if data.left:
        left = say("manifest_left_here", n=len(data.left))
        rows.append([Cell("left", ""), Cell("left", left, span=True), *[Cell("left", "")] * 4])
        rows += [row(f"left[{n}]", "×", one) for n, one in enumerate(data.left)]

    def draw_tail(y: int) -> None:
        mm = sheet.mm
        margin = mm(MARGIN_MM)
        width = sheet.width - 2 * margin
        sheet.title(total, margin, y + mm(2), width, 14, bold=True, align="right")
        third = (width - mm(12)) // 3
        for n, id in enumerate(("manifest_driver", "manifest_signature", "manifest_when")):
            left = margin + n * (third + mm(6))
            sheet.rule(left, y + mm(30), third, 3)
            sheet.title(say(id), left, y + mm(31), third, 8)

    # A dock that nobody named is written by hand: the row stays, with a line to write on.
    shown = [fact for fact in facts if fact[2] or fact[1] == "dock"]
    draw_list(
        sheet,
        title=say("manifest_title"),
        code=data.manifest,
        facts=shown,
        columns=columns,
        rows=rows,
        tail_mm=38,
        draw_tail=draw_tail,
        text_pt=9,
        texts=table,
    )
    return sheet.finish()
