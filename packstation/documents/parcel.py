"""The Data Matrix of a parcel on the open page: order, parcel, box and copy (D8.2, FL5.41)."""

from __future__ import annotations

from packstation.documents.parcel_mark import mark_holds, parcel_mark
from packstation.documents.sheet import Sheet
from packstation.documents.shipment import Shipment
from packstation.documents.symbols import Matrix, datamatrix


def parcel_matrix(sheet: Sheet, shipment: Shipment, *, strip: bool = False) -> Matrix:
    """Our Data Matrix; an order that it holds only as a digest is told, and a box without a number (D10.1)."""
    if not mark_holds(shipment):
        sheet.report("order", "", "no barcode")
    if not (shipment.sscc or shipment.lpn):
        sheet.report("sscc", "", "no barcode")
    return datamatrix(parcel_mark(shipment, strip=strip))


def must_hold_parcel(sheet: Sheet, shipment: Shipment) -> None:
    """Order and postcodes of the parcel: printed whole, or no label at all. Raises PaperRefused."""
    sheet.must_hold("order", shipment.order)
    sheet.must_hold("from.postcode", shipment.sender.postcode)
    sheet.must_hold("to.postcode", shipment.receiver.postcode)
