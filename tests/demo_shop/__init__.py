"""The demo shop: catalog, cartons, places, people, stock and orders, all made up, all from one seed.

    python -m tests.demo_shop        writes assets/demo/*.csv again, byte for byte the same

goods --> people --> orders --> stock        places: sites, locations, cartons, users
"""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Mapping, Sequence

from tests.demo_shop import goods, orders, places

SEED = 4471

HEADS: Mapping[str, str] = {
    "catalog.csv": "sku,name,barcode,length_mm,width_mm,height_mm,weight_g,price_minor,flags,parent,attributes,"
    "hs_code,origin",
    "cartons.csv": (
        "code,name,inner_length_mm,inner_width_mm,inner_height_mm,outer_length_mm,outer_width_mm,outer_height_mm,"
        "empty_weight_g,max_weight_g,cost_minor,kind"
    ),
    "locations.csv": "location,zone,sequence,aisle,bay,x_mm,y_mm",
    "store-locations.csv": "location,zone,sequence,aisle,bay,x_mm,y_mm",
    "sites.csv": "site,name,kind,address1,city,region,postcode,country,priority,postcode_prefixes",
    "stock.csv": "site,location,sku,quantity,lot,expiry",
    "users.csv": "user,name,role,badge,pin",
    "orders.csv": (
        "order,channel,ordered_at,ship_by,service,name,address1,address2,city,region,postcode,country,phone,email,"
        "sku,quantity,price_minor,currency,note"
    ),
}


def files(seed: int = SEED) -> dict[str, str]:
    """Every file of the shop by its name. Each has its own random numbers, so that one file can change alone."""

    def chance(what: str) -> random.Random:
        return random.Random(f"{seed}/{what}")

    articles = goods.articles()
    catalog = {article.sku: article for article in articles}
    made = orders.orders(chance("orders"), articles)
    rows: Mapping[str, Sequence[Sequence[object]]] = {
        "catalog.csv": [_catalog_row(number, article) for number, article in enumerate(articles, start=1)],
        "cartons.csv": places.carton_rows(),
        "locations.csv": places.location_rows(),
        "store-locations.csv": places.store_location_rows(),
        "sites.csv": places.site_rows(),
        "stock.csv": orders.stock_rows(chance("stock"), made, articles),
        "users.csv": places.user_rows(chance("users")),
        "orders.csv": orders.order_rows(made, catalog),
    }
    return {name: _csv(head, rows[name]) for name, head in HEADS.items()}


def _catalog_row(number: int, article: goods.Article) -> Sequence[object]:
    return (
        article.sku,
        article.name,
        goods.barcodes(number, article),
        *article.size_mm,
        article.weight_g,
        article.price_minor,
        "|".join(article.flags),
        article.parent,
        "|".join(f"{name}={value}" for name, value in article.attributes),
        *goods.customs(article),
    )


def _csv(head: str, rows: Sequence[Sequence[object]]) -> str:
    text = io.StringIO()
    text.write(head + "\n")
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()
