"""Labels for parcels: our house label, the strip for a box without one, the GS1 logistics label, the test label.

house       the house label and the strip      logistics   the GS1 logistics label
sample      the test label                     stock       paper sizes, module widths, one linear symbol with its text

All of it is for parcels that no carrier's own label covers: labels of UPS, USPS, FedEx and others are printed as they
were delivered (carrier.py, D8.4).
"""

from packstation.documents.label.house import (
    draw_house_label,
    draw_lpn_strip,
    house_label,
    house_labels,
    lpn_strip,
    tracking_bars,
)
from packstation.documents.label.logistics import (
    TITLES,
    LogisticUnit,
    draw_logistics_label,
    logistics_label,
    unit_from_json,
)
from packstation.documents.label.sample import SAMPLE_NAMES, sample_label
from packstation.documents.label.stock import (
    CODE_DOTS,
    LPN_DOTS,
    MATRIX_DOTS,
    SSCC_DOTS,
    STOCK_DOTS,
    label_sheet,
)

__all__ = [
    "CODE_DOTS",
    "LPN_DOTS",
    "MATRIX_DOTS",
    "SAMPLE_NAMES",
    "SSCC_DOTS",
    "STOCK_DOTS",
    "TITLES",
    "LogisticUnit",
    "draw_house_label",
    "draw_logistics_label",
    "draw_lpn_strip",
    "house_label",
    "house_labels",
    "label_sheet",
    "logistics_label",
    "lpn_strip",
    "sample_label",
    "tracking_bars",
    "unit_from_json",
]
