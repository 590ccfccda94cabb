"""A hub with a small shop in it: two sites, three items, orders; and the facts of packing one of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sync import facts
from sync.hub.intake.local import LocalWire, import_file
from sync.hub.tables import laws
from sync.hub.tables.database import Database, all_of
from tests.sync.bench import Bench

SITES = """site,name,kind,address1,city,region,postcode,country,priority,postcode_prefixes
NYC,New York,warehouse,1 Main St,New York,NY,10001,US,1,100|11
DEN,Denver,store,2 Elm St,Denver,CO,80201,US,2,80
"""
CATALOG = """sku,name,barcode,length_mm,width_mm,height_mm,weight_g,price_minor,flags,parent,attributes
BLUE-MUG,Blue mug,5012345678900|15012345678907*12,100,100,100,350,1295,fragile,MUG,colour=BLUE
RED-MUG,Red mug,5012345678917,100,100,100,350,1295,,MUG,colour=RED
TEA-250,Tea 250 g,5012345678924,80,80,150,280,450,lot|expiry,,
"""
LOCATIONS = """site,location,zone,sequence,aisle,bay,x_mm,y_mm
NYC,A-04-2,A,10,4,2,0,0
NYC,A-05-1,A,20,5,1,0,0
DEN,A-01-1,A,10,1,1,0,0
"""
STOCK = """site,location,sku,quantity,lot,expiry
NYC,A-04-2,BLUE-MUG,10,,
NYC,A-05-1,RED-MUG,4,,
DEN,A-01-1,BLUE-MUG,5,,
DEN,A-01-1,RED-MUG,5,,
"""
ORDER_HEAD = (
    "order,channel,ordered_at,ship_by,service,name,address1,address2,city,region,postcode,country,phone,email,sku,"
    "quantity,price_minor,currency,note\n"
)


def order_row(
    order: str, sku: str = "BLUE-MUG", quantity: int | str = 2, postcode: str = "10001", **other: str
) -> str:
    """One line of an order as a CSV row."""
    held = {
        "channel": "web",
        "ordered_at": "2026-11-20T10:00:00Z",
        "ship_by": "",
        "service": "UPS Ground",
        "name": "Ann O'Brien",
        "address1": "1 First St",
        "city": "New York",
        "region": "NY",
        "country": "US",
        "price_minor": "1295",
        "currency": "USD",
        "note": "",
    } | other
    h = held
    return (
        f"{order},{h['channel']},{h['ordered_at']},{h['ship_by']},{h['service']},{h['name']},{h['address1']},,"
        f"{h['city']},{h['region']},{postcode},{h['country']},,,{sku},{quantity},{h['price_minor']},{h['currency']},"
        f"{h['note']}\n"
    )


class Shop:
    """A hub database with the shop's goods in it."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database, self.folder = database, folder
        for kind, text in (("sites", SITES), ("catalog", CATALOG), ("locations", LOCATIONS), ("stock", STOCK)):
            done = self.take(kind, text)
            assert done["rejected"] == [], done

    def take(self, kind: str, text: str | bytes, **how: Any) -> dict[str, Any]:
        path = self.folder / f"{kind}.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return import_file(self.database, kind, path, **how)

    def orders(self, *rows: str, **how: Any) -> dict[str, Any]:
        return self.take("orders", ORDER_HEAD + "".join(rows), **how)

    def rows(self, sql: str, **values: Any) -> list[tuple[Any, ...]]:
        with self.database.reading() as db:
            return [tuple(row) for row in all_of(db, sql, **values)]

    def stock(self, site: str, sku: str) -> dict[str, int]:
        with self.database.reading() as db:
            row = all_of(db, "SELECT * FROM stock WHERE site_id = :site AND sku = :sku", site=site, sku=sku)[0]
            return {name: value for name, value in row._mapping.items() if isinstance(value, int) and value}

    def broken(self) -> list[laws.Broken]:
        with self.database.reading() as db:
            return laws.check(db)

    def wire(self, bench: Bench) -> LocalWire:
        return LocalWire(self.folder / "hub.db", bench.site, bench.station, database=self.database)


def packed(bench: Bench, fo: str, line: int, sku: str, units: int, lpn: str, *, claim: str | None = None) -> None:
    """Pick, pack, close, weigh and label one carton of an order."""
    code = "5012345678900"
    bench.did(fo, facts.OrderOpened(via="order", partial=False), claim=claim)
    pick = facts.ItemPicked(line=line, sku=sku, qty=units, location="A-04-2", how="scan", code=code)
    bench.did(fo, pick, claim=claim)
    bench.did(fo, facts.CartonOpened(carton=1, lpn=lpn, type="BOX-S", suggested="BOX-S"), claim=claim)
    for _ in range(units):
        bench.did(fo, facts.ItemPacked(line=line, sku=sku, qty=1, carton=lpn, how="scan", code=code), claim=claim)
    bench.did(fo, facts.CartonClosed(carton=lpn, why="complete"), claim=claim)
    weighed = facts.CartonWeighed(
        carton=lpn, weight_g=800, tare_g=100, expected_g=800, tol_g=30, how="scale", verdict="ok"
    )
    label = facts.LabelAssigned(
        carton=lpn, label=f"L-{lpn}-1", tracking=f"1Z{lpn[-6:]}", source="house", scan_key_digests=()
    )
    bench.did(fo, weighed, label, claim=claim)


def shipped(bench: Bench, manifest: str, *parcels: tuple[str, str]) -> None:
    """Load parcels (order, carton) on a manifest and close it."""
    bench.did(None, facts.ManifestOpened(manifest=manifest, carrier="UPS", door="2"))
    for fo, lpn in parcels:
        bench.did(fo, facts.ParcelLoaded(carton=lpn, label=f"L-{lpn}-1", manifest=manifest))
    bench.did(None, facts.ManifestClosed(manifest=manifest, count=len(parcels), weight_g=800 * len(parcels)))
