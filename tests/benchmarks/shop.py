"""The station that is measured: a data directory with a made-up catalog, long orders and as much history as wanted.

Names of articles are digits, and each article's digits differ at every place from those of the one before: a scan of
the next one changes every cell of the message, so that no renderer can leave one out (performance.md PF9.3).
"""

from __future__ import annotations

import atexit
import hashlib
import json
import random
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from packstation.store import Place, Store, write_place
from sync import facts as f
from sync.journal import Stamp
from sync.protocol import Deed, gesture_id
from sync.protocol.messages import Row
from tests.demo_shop.goods import check_digit

SITE, STATION = "WH-1", "st-01"
BADGE = "B.AAAAAAAAAAAAAAAAAAAAAAAAAA"
BADGE_KEY = "5c" * 32
CARTON = "XXL"
CARTON_G, ARTICLE_G = 900, 20
LONG, LONGER, SHORT = "9001", "9002", "9003"
LONGER_LINES = 500
UNITS_PER_ORDER = 46
FACTS_PER_ORDER = UNITS_PER_ORDER + 4
WALL_MS = 1_795_000_000_000
PAGE_ROWS = 2000


def packstation(*words: str) -> list[str]:
    """The words that start our program with this Python."""
    return [sys.executable, "-m", "packstation", *words]


def bare_python() -> list[str]:
    return [sys.executable, "-c", "print('ready')"]


def floor(name: str, *words: str) -> list[str]:
    """The words that start a floor: floor("min_textual", SERIAL)."""
    return [sys.executable, str(Path(__file__).with_name("floors") / f"{name}.py"), *words]


@dataclass(frozen=True, slots=True)
class Article:
    """An article and its code; the name is what the screen shows of it."""

    sku: str
    name: str
    code: str


@cache
def articles(count: int, seed: int = 1) -> tuple[Article, ...]:
    """Articles with valid EAN-13 codes of the in-company range 2; the last differs from the first, too."""
    chance = random.Random(seed)
    made: list[Article] = []
    used: set[str] = set()
    first = before = ""
    while len(made) < count:
        # The first digit has to stay 2, so only the name changes at every place.
        stem = "2" + "".join(str(chance.randrange(10)) for _ in range(11))
        code = stem + check_digit(stem)
        last = len(made) == count - 1
        if code in used or _alike(code, before) or (last and _alike(code, first)):
            continue
        used.add(code)
        first, before = first or code, code
        made.append(Article(f"ART-{code[1:]}", code[1:], code))
    return tuple(made)


@cache
def prepared(skus: int, facts: int, *, lines: int = 200, units: int = 40) -> Path:
    """A data directory with so many articles in its mirror and facts in its journal; made once a run, then copied.

    It holds three open orders: LONG with `lines` lines of `units` units, LONGER with one unit of 500 articles, and
    SHORT with one unit of one.
    """
    folder = Path(tempfile.mkdtemp(prefix="packstation-bench-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    place = Place(folder, SITE, STATION)
    write_place(place)
    store = Store(place)
    goods = articles(max(skus, LONGER_LINES))
    rows = [*_settings(), *_catalog(goods), *_orders(goods, lines, units)]
    for begin in range(0, len(rows), PAGE_ROWS):
        store.mirror.apply(rows[begin : begin + PAGE_ROWS], "bench", begin + 1)
    store.mirror.complete()
    history(store, goods, facts)
    store.rebuild()
    for db in (store.db, store.mirror_db):
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()
    return folder


def copied(prepared_folder: Path, folder: Path) -> Path:
    """A copy of a prepared data directory to work in."""
    shutil.copytree(prepared_folder, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.lock"))
    return folder


def opened(folder: Path) -> Store:
    return Store(Place(folder, SITE, STATION))


def history(store: Store, goods: Sequence[Article], facts: int) -> None:
    """Write so many facts of orders that were packed before, in large transactions."""
    chance = random.Random(7)
    number = 0
    while number * FACTS_PER_ORDER < facts:
        store.db.execute("BEGIN IMMEDIATE")
        for _ in range(200):
            if number * FACTS_PER_ORDER >= facts:
                break
            fo = f"FO-{100_000 + number}-1"
            for turn, fact in enumerate(packed_order(goods, chance, number)):
                store.journal.append([Deed(fo, fact)], stamp(number * FACTS_PER_ORDER + turn, chance))
            number += 1
        store.db.execute("COMMIT")


def packed_order(goods: Sequence[Article], chance: random.Random, number: int) -> Iterator[f.Fact]:
    """The facts of one packed order: opened, a box, its units, closed and weighed."""
    lpn = f"C-{STATION}-{number:08d}"
    yield f.OrderOpened(via="order", partial=False)
    yield f.CartonOpened(carton=1, lpn=lpn, type="M2", suggested="M2")
    for unit in range(UNITS_PER_ORDER):
        article = chance.choice(goods)
        yield f.ItemPacked(line=unit + 1, sku=article.sku, qty=1, carton=lpn, how="scan", code=article.code)
    yield f.CartonClosed(carton=lpn, why="complete")
    yield f.CartonWeighed(carton=lpn, weight_g=900, tare_g=100, expected_g=900, tol_g=57, how="scale", verdict="ok")


def stamp(turn: int, chance: random.Random) -> Stamp:
    """The envelope of gesture number `turn`."""
    wall_ms = WALL_MS + turn * 1500
    return Stamp(gesture_id(wall_ms, chance.randbytes(10)), "101", wall_ms, turn * 1500, "b1")


def _row(kind: str, key: str, body: dict[str, Any]) -> Row:
    return Row(cur=1, kind=kind, key=key, rev=1, body=json.dumps(body))


def _settings() -> Iterator[Row]:
    site = {"site": SITE, "name": "Tern & Tide", "lines": ["2100 Mill Race Drive"], "postcode": "43215"}
    site |= {"city": "Columbus", "region": "OH", "country": "US", "kind": "warehouse"}
    values: dict[str, Any] = {"site": site, "badge_key": BADGE_KEY, "command_key": None, "language": "en"}
    for name, value in values.items():
        yield _row("setting", name, {"value": value})
    hashed = hashlib.blake2b(BADGE.encode(), key=bytes.fromhex(BADGE_KEY), digest_size=16).hexdigest()
    user = {"user": "101", "name": "Ann Okafor", "role": "packer", "badge_hash": hashed, "pin_hash": None}
    yield _row("user", "101", {**user, "revoked_at": None})
    sides = {f"{which}_{side}_mm": 9_000 for which in ("inner", "outer") for side in ("length", "width", "height")}
    carton = {"code": CARTON, "name": "Crate", **sides, "empty_weight_g": CARTON_G, "max_weight_g": 9_000_000}
    yield _row("carton", CARTON, {**carton, "cost_minor": 100, "kind": "box", "available": None})


def _catalog(goods: Sequence[Article]) -> Iterator[Row]:
    for article in goods:
        size = {"length_mm": 90, "width_mm": 80, "height_mm": 30, "weight_g": ARTICLE_G, "price_minor": 500}
        more: dict[str, Any] = {"flags": [], "parent": None, "attributes": {}, "image": None}
        yield _row("sku", article.sku, {"sku": article.sku, "name": article.name, **size, **more})
        yield _row("barcode", article.code, {"code": article.code, "sku": article.sku, "quantity": 1})


def _orders(goods: Sequence[Article], lines: int, units: int) -> Iterator[Row]:
    for order, count, quantity in ((LONG, lines, units), (LONGER, LONGER_LINES, 1), (SHORT, 1, 1)):
        to = {"name": "O'Brien & Sons <Ltd>", "lines": ["Quay Lane 4"], "postcode": "10001", "city": "New York"}
        to |= {"region": "NY", "country": "US", "phone": "", "email": ""}
        body: dict[str, Any] = {
            "fo": f"FO-{order}-1", "order": order, "channel": "web", "site": SITE, "rev": 1, "state": "open",
            "reason": None, "method": "ship", "priority": 0, "ordered_at": "2026-11-20T08:00:00Z",
            "ship_by": "2026-11-23T20:00:00Z", "service": "ground", "carrier": "house", "currency": "USD",
            "wave": None, "ship_complete": False, "note": None, "notes": [], "return_code": "R1", "to": to,
            "lines": [
                {"line": line, "sku": article.sku, "quantity": quantity, "price_minor": 500, "lot": None}
                for line, article in enumerate(goods[:count], start=1)
            ],
            "claim": None, "labels": [], "applied": {},
        }  # fmt: skip
        yield _row("fo", f"FO-{order}-1", body)


def _alike(code: str, other: str) -> bool:
    return any(a == b for a, b in zip(code[1:], other[1:], strict=False))
