"""How many units a slip says were ordered, are in this box, in others, and to follow; no column that stays empty."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from packstation.documents.shipment import Shipment, ShipmentLine
from packstation.documents.table import Column


@dataclass(frozen=True, slots=True)
class Quantities:
    """Which numbers of a line the slip shows; decided for all of its lines at once."""

    single: bool
    unknown: bool
    elsewhere: bool
    follow: bool

    def __call__(self, line: ShipmentLine) -> list[str]:
        shown = [str(line.ordered), str(line.shipped)]
        elsewhere, later = _rest_of(line, single=self.single)
        if self.unknown:
            rest = max(0, line.ordered - line.shipped)
            return [*shown, str(rest) if rest else ""]
        if self.elsewhere:
            shown.append(str(elsewhere) if elsewhere else "")
        if self.follow:
            shown.append(str(later) if later else "")
        return shown


def quantity_columns(shipment: Shipment, small: bool, say: Callable[[str], str]) -> tuple[list[Column], Quantities]:
    """The number columns this shipment needs, and how a line fills them: none that would stay empty."""
    lines = shipment.lines
    single = shipment.of == 1 and not any(line.other_parcels for line in lines)
    rests = [_rest_of(line, single=single) for line in lines]
    shown = Quantities(
        single=single,
        unknown=not single and any(_unknown(line) for line in lines),
        elsewhere=any(elsewhere for elsewhere, _ in rests),
        follow=any(later for _, later in rests),
    )
    number = 11 if small else 18
    here = say("slip_shipped_on" if single else "slip_this_box")
    columns = [
        Column(say("slip_ordered_on"), width_mm=number, align="right"),
        Column(here, width_mm=number, align="right", bold=True),
    ]
    if shown.unknown:
        columns.append(Column(say("slip_other_or_later"), width_mm=number * 1.6, align="right"))
        return columns, shown
    if shown.elsewhere:
        columns.append(Column(say("slip_other_boxes"), width_mm=number * 1.2, align="right"))
    if shown.follow:
        columns.append(Column(say("slip_follow"), width_mm=number, align="right"))
    return columns, shown


def _unknown(line: ShipmentLine) -> bool:
    return line.ordered > line.shipped and line.backordered is None and line.other_parcels is None


def _rest_of(line: ShipmentLine, *, single: bool) -> tuple[int, int]:
    """Units of the line in other boxes, and units that follow later."""
    rest = max(0, line.ordered - line.shipped)
    if line.backordered is not None and line.other_parcels is not None:
        return line.other_parcels, line.backordered
    if line.backordered is not None:
        return (0 if single else max(0, rest - line.backordered)), line.backordered
    elsewhere = line.other_parcels or 0
    return elsewhere, max(0, rest - elsewhere)
