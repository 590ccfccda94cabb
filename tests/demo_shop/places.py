"""Where the demo shop works: two sites, their shelves, the cartons at the bench and the people."""

from __future__ import annotations

import base64
import random
from collections.abc import Sequence

SITES = (
    # site, name, kind, address1, city, region, postcode, country, priority, postcode_prefixes
    ("WH-1", "Tern & Tide warehouse", "warehouse", "2100 Mill Race Drive", "Columbus", "OH", "43215", "US", 1, ""),
    (
        "ST-1",
        "Tern & Tide, Red Hook",
        "store",
        "14 Lantern Street",
        "Brooklyn",
        "NY",
        "11231",
        "US",
        2,
        "100|111|112",
    ),
)

CARTONS = (
    # code, name, inner l w h, outer l w h, empty_weight_g, max_weight_g, cost_minor, kind
    ("S1", "Mug box", (150, 120, 120), 8, 78, 5000, 31, "box"),
    ("S2", "Small cube", (200, 200, 150), 8, 132, 8000, 44, "box"),
    ("S3", "Small flat", (320, 240, 80), 8, 168, 8000, 49, "box"),
    ("M1", "Plate box", (300, 300, 130), 10, 255, 12000, 68, "box"),
    ("M2", "Shoe box", (350, 250, 180), 10, 262, 15000, 74, "box"),
    ("M3", "Medium", (400, 300, 220), 10, 360, 18000, 92, "box"),
    ("M4", "Bottle box", (330, 220, 350), 12, 395, 18000, 104, "box"),
    ("L1", "Pan box", (480, 330, 180), 12, 455, 20000, 118, "box"),
    ("L2", "Large", (500, 400, 330), 12, 690, 25000, 156, "box"),
    ("L3", "Large tall", (600, 400, 430), 14, 980, 30000, 214, "box"),
    ("F1", "Mirror carton", (580, 580, 110), 14, 890, 20000, 245, "box"),
    ("X1", "Long carton", (920, 160, 130), 10, 470, 15000, 138, "box"),
    ("E1", "Padded envelope A5", (230, 165, 25), 6, 28, 1000, 14, "mailer"),
    ("E2", "Paper mailer A3", (400, 310, 50), 5, 54, 2500, 22, "mailer"),
)

AISLES = {"A": "HOME", "B": "HOME", "C": "BOOKS", "D": "SOFT", "E": "PANTRY", "F": "GLASS"}
BAYS, LEVELS = 10, 3
AISLE_PITCH_MM, BAY_PITCH_MM = 3200, 1350

USERS = (
    # user, name, role
    ("101", "Ann Okafor", "packer"),
    ("102", "Ben Lindqvist", "packer"),
    ("103", "Chi Nguyễn", "packer"),
    ("104", "Dariusz Wójcik", "packer"),
    ("201", "Esther Ben-Ami", "associate"),
    ("202", "Femi Adeyemi", "associate"),
    ("301", "Grace O'Leary", "supervisor"),
    ("302", "Hiro Tanaka", "supervisor"),
    ("901", "Ingrid Solberg", "auditor"),
)


def site_rows() -> list[Sequence[object]]:
    return list(SITES)


def carton_rows() -> list[Sequence[object]]:
    """The wall is given once per carton: outside = inside + two walls."""
    rows: list[Sequence[object]] = []
    for code, name, inner, wall, empty_g, max_g, cost_minor, kind in CARTONS:
        outer = tuple(side + 2 * wall for side in inner)
        rows.append((code, name, *inner, *outer, empty_g, max_g, cost_minor, kind))
    return rows


def location_rows() -> list[Sequence[object]]:
    """The walk goes up the odd aisles and down the even ones; on the way, low shelves before high ones."""
    rows: list[Sequence[object]] = []
    for number, (aisle, zone) in enumerate(AISLES.items()):
        bays = range(1, BAYS + 1) if number % 2 == 0 else range(BAYS, 0, -1)
        for bay in bays:
            for level in range(1, LEVELS + 1):
                place = f"{aisle}-{bay:02d}-{level}"
                rows.append(
                    (place, zone, 10 * (len(rows) + 1), aisle, bay, number * AISLE_PITCH_MM, bay * BAY_PITCH_MM)
                )
    return rows


def store_location_rows() -> list[Sequence[object]]:
    """The shop floor along the wall, then the back room."""
    rows: list[Sequence[object]] = []
    for aisle, zone, bays in (("SF", "SHOP", 6), ("BR", "BACK", 3)):
        for bay in range(1, bays + 1):
            for level in (1, 2):
                y_mm = 0 if aisle == "SF" else 6000
                rows.append((f"{aisle}-{bay:02d}-{level}", zone, 10 * (len(rows) + 1), aisle, bay, bay * 900, y_mm))
    return rows


def user_rows(chance: random.Random) -> list[Sequence[object]]:
    """Badges are 128 random bits, as real ones are; these are printed in public and open the demo only."""
    rows: list[Sequence[object]] = []
    for user, name, role in USERS:
        badge = "B." + base64.b32encode(chance.randbytes(16)).decode().rstrip("=")
        rows.append((user, name, role, badge, f"{chance.randrange(1_000_000):06d}"))
    return rows
