"""What was ordered, and the stock that covers it: every order can be filled by one site, whatever the others take.

Two days of orders wait for two collections of one Monday: economy and ground at 20:00 UTC, express at 22:30 UTC.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tests.demo_shop.goods import Article
from tests.demo_shop.people import Buyer, by_hand, drawn, neighbours
from tests.demo_shop.places import location_rows, store_location_rows

FIRST_ORDER = 4401
DRAWN, NEIGHBOURS = 176, 8
OPENED_AT = datetime(2026, 11, 20, 18, 5, tzinfo=UTC)
CUTOFFS = {
    "economy": "2026-11-23T20:00:00Z",
    "ground": "2026-11-23T20:00:00Z",
    "express": "2026-11-23T22:30:00Z",
}
_NOTES = (
    "Gift: please leave out anything with a price.",
    "Happy birthday, Oma! 🎂 Love from all of us",
    "Doorbell is broken, please knock.",
    "Leave with the neighbour at no. 12 <not 21>",
    "生日快乐！请轻拿轻放。",
    "كل عام وأنتم بخير",
    "Chúc mừng năm mới! Gói quà giúp em nhé.",
    "Two mugs have to be exactly the same blue, I am replacing one my cat has thrown off the table and the other one "
    "which I have thrown off the table myself while catching the first.",
    'Card text: "To many more cups of tea" / signed, the 4th floor',
    "ซื้อเป็นของขวัญ",
)


@dataclass(frozen=True, slots=True)
class Order:
    """One order; `lines` are (sku, quantity)."""

    order: str
    channel: str
    ordered_at: str
    service: str
    buyer: Buyer
    lines: tuple[tuple[str, int], ...]
    note: str = ""


def orders(chance: random.Random, articles: Sequence[Article]) -> tuple[Order, ...]:
    """All orders: the told ones first by hand, then ordinary ones, mixed by time."""
    catalog = {article.sku: article for article in articles}
    buyers = [*by_hand(), *drawn(chance, DRAWN)]
    baskets: list[tuple[Buyer, tuple[tuple[str, int], ...]]] = list(zip(buyers, _told(), strict=False))
    usual = [article.sku for article in articles if not article.only_at]
    unseen = [sku for sku in usual if sku not in {sku for _, basket in baskets for sku, _ in basket}]
    chance.shuffle(unseen)
    baskets += [(buyer, _basket(chance, catalog, usual, unseen)) for buyer in buyers[len(baskets) :]]
    assert not unseen, f"every article is bought at least once: {unseen} are not"
    baskets += list(zip(neighbours(chance, NEIGHBOURS), _LOCAL, strict=True))
    chance.shuffle(baskets)
    made = []
    at = OPENED_AT
    for number, (buyer, lines) in enumerate(baskets):
        at += timedelta(seconds=chance.randrange(40, 1100))
        made.append(
            Order(
                order=str(FIRST_ORDER + number),
                channel=chance.choice(("web", "web", "web", "marketplace", "phone")),
                ordered_at=at.strftime("%Y-%m-%dT%H:%M:%SZ"),
                service=chance.choice(("ground", "ground", "ground", "economy", "express", "express")),
                buyer=buyer,
                lines=lines,
                note=_NOTES[number // 9 % len(_NOTES)] if number % 9 == 4 else "",
            )
        )
    return tuple(made)


def order_rows(made: Sequence[Order], catalog: Mapping[str, Article]) -> list[Sequence[object]]:
    """One row per line, the order's fields repeated."""
    rows: list[Sequence[object]] = []
    for order in made:
        to = order.buyer
        for sku, quantity in order.lines:
            rows.append(
                (
                    *(order.order, order.channel, order.ordered_at, CUTOFFS[order.service], order.service),
                    *(to.name, to.address1, to.address2, to.city, to.region, to.postcode, to.country),
                    *(to.phone, to.email, sku, quantity, catalog[sku].price_minor, "USD", order.note),
                )
            )
    return rows


def stock_rows(chance: random.Random, made: Sequence[Order], articles: Sequence[Article]) -> list[Sequence[object]]:
    """The warehouse can fill every order but the store's own; the store can fill those, and some of the others."""
    demand: Counter[str] = Counter()
    beside_local: set[str] = set()
    local = {article.sku for article in articles if article.only_at}
    for order in made:
        skus = {sku for sku, _ in order.lines}
        demand.update(dict(order.lines))
        if skus & local:
            beside_local |= skus - local
    shelves = _Shelves()
    rows: list[Sequence[object]] = []
    for article in articles:
        spare = 0 if article.sku in {"BOOK-OWL", "TIMER-DIAL", "TUMBLER-4"} else chance.randrange(4, 40)
        if not article.only_at:
            held = demand[article.sku] + spare
            if article.cases and spare:
                held += -held % article.cases[0]
            rows += _placed(chance, "WH-1", article, held, shelves.warehouse(article))
        if article.only_at or article.sku in beside_local:
            rows += _placed(chance, "ST-1", article, demand[article.sku] + 3, shelves.store())
        elif chance.random() < 0.3 and article.zone not in {"BULK", "HAZ"}:
            rows += _placed(chance, "ST-1", article, chance.randrange(1, 7), shelves.store())
    return rows


class _Shelves:
    """Hands out places: zone by zone in the warehouse, round and round in the store."""

    def __init__(self) -> None:
        self._free: dict[str, list[str]] = {}
        for place, zone, *_ in location_rows():
            self._free.setdefault(str(zone), []).append(str(place))
        self._store = [str(row[0]) for row in store_location_rows()]
        self._handed_out = 0

    def warehouse(self, article: Article) -> list[str]:
        zone = {"TECH": "PANTRY", "HAZ": "GLASS", "BULK": "GLASS"}.get(article.zone, article.zone)
        reserve = 12 in article.cases[:1] and zone != "SOFT"
        wanted = 2 if "expiry" in article.flags or reserve else 1
        return [self._free[zone].pop(0) for _ in range(wanted)]

    def store(self) -> list[str]:
        self._handed_out += 1
        return [self._store[self._handed_out % len(self._store)]]


def _placed(
    chance: random.Random, site: str, article: Article, held: int, places: Sequence[str]
) -> list[Sequence[object]]:
    dated = "expiry" in article.flags
    rows: list[Sequence[object]] = []
    left = held
    for number, place in enumerate(places):
        last = number == len(places) - 1
        quantity = left if last else max(1, left // 3)
        left -= quantity
        lot = f"L{chance.randrange(26000, 27000)}{'AB'[number]}" if dated else ""
        expiry = f"20{28 + number}-{chance.randrange(1, 13):02d}-{chance.randrange(1, 29):02d}" if dated else ""
        if quantity:
            rows.append((site, place, article.sku, quantity, lot, expiry))
    return rows


def _told() -> tuple[tuple[tuple[str, int], ...], ...]:
    """Baskets that each show something, given to the first buyers."""
    return (
        (("BLUE-MUG", 2), ("BOOK-PORT", 1)),
        (("TEA-OOLONG-100", 2), ("TEAPOT-WHITE", 1), ("WHITE-MUG", 4)),
        (("BLUE-MUG", 12),),
        (("TEA-ASSAM-100", 24),),
        (("CANDLE-SEA-S", 14), ("CANDLE-FIG-L", 6)),
        (("LAMP-OIL-500", 1), ("DESCALER-250", 1)),
        (("LAMP-FLOOR", 1), ("LAMP-TABLE", 2)),
        (("MIRROR-ROUND", 1), ("BLUE-MUG-S", 1)),
        (("MIRROR-ROUND", 2),),
        (("TEE-NAVY-S", 1), ("TEE-NAVY-M", 2), ("TEE-NAVY-L", 1), ("TEE-MOSS-XL", 1)),
        (("BLUE-MUG", 1), ("BLUE-MUG-S", 1), ("BLUE-MUG-L", 1)),
        (("SPEAKER-OAK", 2), ("READING-LIGHT", 1)),
        (("OLIVE-OIL-750", 6), ("SHORTBREAD-TIN", 2)),
        (("WINE-GLASS-6", 2), ("CARAFE-1L", 1), ("PLATE-27-WHITE", 6)),
        (("PLATE-27-BLUE", 12), ("BOWL-15-BLUE", 12)),
        (("BOOK-ATLAS", 1), ("BOOK-LONG", 1), ("BOOK-POEMS", 3)),
        (("STICKERS-BEE", 20),),
        (("CUSHION-LINEN", 4), ("THROW-MOSS", 1)),
        (("UMBRELLA-NAVY", 1), ("ROLLING-PIN", 1)),
        (("SNOW-GLOBE", 3), ("CARDS-XMAS-10", 12)),
        (
            ("BLUE-MUG", 2),
            ("WHITE-MUG", 2),
            ("TEA-MINT-100", 1),
            ("TEA-CHAI-100", 1),
            ("HONEY-350", 2),
            ("CANDLE-CEDAR-S", 1),
            ("NOTE-A5-DOTS", 3),
            ("PENCILS-12", 1),
            ("SOCKS-RUST-41-45", 2),
            ("TEA-TOWEL-3", 1),
            ("WASHI-5", 2),
        ),
        (("KETTLE-GOOSE", 1), ("COFFEE-BEANS-500", 2)),
        (("SAND-MUG", 24),),
        (("RADIO-DAB", 1),),
    )


_LOCAL = (
    # Only the store holds these.
    (("LOCAL-VASE", 1),),
    (("LOCAL-JAM", 3),),
    (("LOCAL-PRINT", 1), ("LOCAL-SCARF", 1)),
    (("LOCAL-JAM", 2), ("TEA-SAMPLER", 1)),
    (("LOCAL-SCARF", 1),),
    (("LOCAL-VASE", 1), ("CANDLE-PLAIN-S", 2)),
    (("LOCAL-PRINT", 2),),
    (("LOCAL-JAM", 6), ("LOCAL-PRINT", 1), ("TEA-TOWEL-3", 1)),
)


def _basket(
    chance: random.Random, catalog: Mapping[str, Article], usual: Sequence[str], unseen: list[str]
) -> tuple[tuple[str, int], ...]:
    """Mostly one line, mostly one piece; now and then a case of something that comes in cases."""
    count = chance.choices((1, 2, 3, 4, 6, 9), weights=(46, 26, 14, 8, 4, 2))[0]
    skus = {unseen.pop()} if unseen else set()
    while len(skus) < count:
        skus.add(chance.choice(usual))
    lines = []
    for sku in sorted(skus):
        article = catalog[sku]
        quantity = chance.choices((1, 2, 3, 4), weights=(70, 18, 6, 6))[0]
        if article.cases and chance.random() < 0.06:
            quantity = chance.choice((article.cases[0], 12, 24))
        if article.zone in {"BULK", "TECH"}:
            quantity = 1
        lines.append((sku, quantity))
    return tuple(lines)
