"""The mirror: copies of what the hub decided and knows. Replaced by version, erasable, fetched again.

Every copy is one row of `copy`; what is searched for has rows of its own in `code`, `fo` and `fo_line`.
"""

from __future__ import annotations

import json
import re
import sqlite3
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from packstation.safe import whole_json
from packstation.store.addresses import Addresses
from packstation.store.board import gtin_forms
from packstation.store.others import Others
from packstation.store.plans import Plans
from packstation.store.writing import writing
from packstation.workflows.borders import crosses_border
from packstation.workflows.desk import Doc, Item, Line, Note, Refusal
from packstation.workflows.suggestion import CartonType, Case
from sync import protocol

if TYPE_CHECKING:
    from sync.protocol.messages import Row


_SUPPLIES = frozenset({"barcode", "carton", "rate", "setting", "sku"})


class Mirror:
    """Writes copies on one connection and reads them on another, so that a scan never waits for a page."""

    def __init__(self, writer: sqlite3.Connection, reader: sqlite3.Connection, station: str = "") -> None:
        self._db = writer
        self._read = reader
        self._docs: dict[str, tuple[int, Doc]] = {}
        self._items: dict[str, Item] = {}
        self._writing = threading.Lock()
        self.addresses = Addresses(writer, reader, self._writing)
        self.plans = Plans(writer, reader, self._writing)
        self.others = Others(writer, reader, station)
        self.changed = 0  # counts pages, so that a desk knows when to look at its copies again
        self.supplied = 0  # counts those with anything that the plans of many orders are made of
        self._may_be_old = True  # until it was looked: an earlier process may have ended between reset and complete

    # --- the sync client's side ---

    def cursor(self) -> tuple[str | None, int]:
        found = dict(self._db.execute("SELECT name, value FROM meta WHERE name IN ('epoch', 'cursor')"))
        return found.get("epoch"), int(found.get("cursor", 0))

    def apply(self, rows: Sequence[Row], epoch: str, cursor: int) -> None:
        """Store rows and cursor in one transaction; a row with a lower rev than a fresh copy's is skipped."""
        with self._writing, writing(self._db):
            for row in rows:
                self._apply(row)
            self._meta(epoch, cursor)
        if any(row.kind == "sku" for row in rows):
            self.forget()
        self.supplied += any(row.kind in _SUPPLIES for row in rows)
        self.changed += 1

    def forget(self) -> None:
        """Items may have changed: read them, and the orders that hold them, again."""
        self._items.clear()
        self._docs.clear()

    def reset(self, epoch: str) -> None:
        """All will be sent again: the old copies serve on, marked old."""
        with self._writing, writing(self._db):
            self._db.execute("UPDATE copy SET old = 1")
            self.others.anew()
            self._meta(epoch, 0)
        self._may_be_old = True

    def complete(self) -> None:
        """Copies still marked old are gone at the hub.

        Every exchange ends in this, once a second while somebody packs: nothing is looked through for marks that
        nobody made, and where no copy goes nothing has changed (PF1.4).
        """
        if not self._may_be_old:
            return
        with self._writing, writing(self._db):
            gone = self._db.execute("SELECT kind, key FROM copy WHERE old = 1").fetchall()
            for kind, key in gone:
                self._drop(kind, key)
        self._may_be_old = False
        self.supplied += any(kind in _SUPPLIES for kind, _ in gone)
        self.changed += bool(gone)

    def _meta(self, epoch: str, cursor: int) -> None:
        self._db.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", [("epoch", epoch), ("cursor", str(cursor))])

    def _apply(self, row: Row) -> None:
        if row.kind == "told":
            self.others.told(row.key, row.body)
            return
        known = self._db.execute(
            "SELECT rev, old FROM copy WHERE kind = ? AND key = ?", (row.kind, row.key)
        ).fetchone()
        if known is not None and not known[1] and known[0] > row.rev:
            return
        self.addresses.note(row.kind, row.key, row.body)
        self._drop(row.kind, row.key)
        if row.body is None:
            if row.kind == "fo":
                self.others.gone(row.key)
                self.plans.drop(row.key)
            return
        copy = (row.kind, row.key, row.rev, told := whole_json(row.body))
        self._db.execute("INSERT INTO copy VALUES (?, ?, ?, ?, 0)", copy)
        if row.kind == "fact":
            self.others.take(row.cur, row.key, json.loads(told))
            return
        self._index(row.kind, row.key, json.loads(told))

    def _drop(self, kind: str, key: str) -> None:
        self._db.execute("DELETE FROM copy WHERE kind = ? AND key = ?", (kind, key))
        self._db.execute("DELETE FROM code WHERE source = ?", (f"{kind}:{key}",))
        if kind == "fo":
            self._db.execute("DELETE FROM fo WHERE fo = ?", (key,))
            self._db.execute("DELETE FROM fo_line WHERE fo = ?", (key,))

    def _index(self, kind: str, key: str, body: dict[str, Any]) -> None:
        match kind:
            case "barcode":
                for code in gtin_forms(str(body["code"])):
                    self._code(code, "item", str(body["sku"]), "", int(body.get("quantity", 1)), kind, key)
            case "sku":
                self._code(key.casefold(), "sku", key, "", 1, kind, key)
            case "location":
                self._code(key, "location", key, "", 1, kind, key)
            case "carton":
                self._code(key, "carton_type", key, "", 1, kind, key)
            case "user":
                if body.get("badge_hash"):
                    self._code(str(body["badge_hash"]), "badge", key, "", 1, kind, key)
            case "fo":
                self._index_fo(key, body)
            case "wave":
                for cart in body.get("carts", []):
                    for fo in cart.get("fos", []):
                        self._code(str(cart["cart"]), "cart", str(cart["cart"]), str(fo), 1, kind, key)
            case "setting" if key == "carriers":
                carriers = body.get("value")
                for carrier, rules in carriers.items() if isinstance(carriers, dict) else ():
                    for code in door_codes(str(carrier), rules if isinstance(rules, dict) else {}):
                        self._code(code, "door", code, "", 1, kind, key)
            case _:
                pass  # kept unread, for the version that knows it (sync N7)

    def _index_fo(self, fo: str, body: dict[str, Any]) -> None:
        lines = body.get("lines", [])
        order_no = str(body.get("order", fo))
        for code in {fo, order_no, f"#{order_no}"}:
            self._code(code, "order", fo, fo, 1, "fo", fo)
        if body.get("pickup_code"):
            self._code(str(body["pickup_code"]), "pickup", fo, fo, 1, "fo", fo)
        self._db.execute(
            "INSERT OR REPLACE INTO fo VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                fo,
                str(body.get("order", fo)),
                str(body.get("state", "open")),
                str(body.get("method") or "ship"),
                int(body.get("priority") or 0),
                str(body.get("ship_by") or "9999"),
                str(body.get("carrier") or ""),
                body.get("wave"),
                len(lines),
                sum(int(line["quantity"]) for line in lines),
                (body.get("claim") or {}).get("station"),
            ),
        )
        self._db.executemany(
            "INSERT OR REPLACE INTO fo_line VALUES (?, ?, ?, ?)",
            [(fo, int(line["line"]), str(line["sku"]), int(line["quantity"])) for line in lines],
        )
        if body.get("state") in ("closed", "cancelled"):
            self.others.over(fo)

    def _code(self, code: str, kind: str, ref: str, fo: str, quantity: int, source: str, key: str) -> None:
        self._db.execute(
            "INSERT OR REPLACE INTO code VALUES (?, ?, ?, ?, ?, ?)",
            (code, kind, ref, fo, quantity, f"{source}:{key}"),
        )

    # --- the floor's side ---

    @property
    def reading(self) -> sqlite3.Connection:
        """The connection it is read on, for lists that are plain SQL."""
        return self._read

    def find(self, wanted: Sequence[str]) -> list[tuple[str, str, str, str, int]]:
        """(code, kind, ref, fo, quantity) of every copy that one of the codes names."""
        marks = ",".join("?" * len(wanted))
        return self._read.execute(
            f"SELECT code, kind, ref, fo, quantity FROM code WHERE code IN ({marks}) LIMIT 200",  # noqa: S608  marks
            tuple(wanted),
        ).fetchall()

    def body(self, kind: str, key: str) -> dict[str, Any] | None:
        row = self._read.execute("SELECT body FROM copy WHERE kind = ? AND key = ?", (kind, key)).fetchone()
        return json.loads(row[0]) if row else None

    def bodies(self, kind: str) -> list[dict[str, Any]]:
        rows = self._read.execute("SELECT body FROM copy WHERE kind = ? ORDER BY key", (kind,))
        return [json.loads(row[0]) for row in rows]

    def some(self, kind: str, limit: int) -> list[dict[str, Any]]:
        """The first copies of a kind, for figures that need no more than a sample."""
        rows = self._read.execute("SELECT body FROM copy WHERE kind = ? ORDER BY key LIMIT ?", (kind, limit))
        return [json.loads(row[0]) for row in rows]

    def setting(self, name: str, default: Any = None) -> Any:
        body = self.body("setting", name)
        return default if body is None else body.get("value", default)

    def rev(self, fo: str) -> int | None:
        row = self._read.execute("SELECT rev FROM copy WHERE kind = 'fo' AND key = ?", (fo,)).fetchone()
        return int(row[0]) if row else None

    def doc(self, fo: str) -> Doc | None:
        """The hub's copy of an order, its items with it; parsed once a revision."""
        row = self._read.execute("SELECT rev, body FROM copy WHERE kind = 'fo' AND key = ?", (fo,)).fetchone()
        if row is None:
            return None
        known = self._docs.get(fo)
        if known is not None and known[0] == row[0]:
            return known[1]
        doc = self._doc(fo, int(row[0]), json.loads(row[1]))
        if len(self._docs) > 500:
            self._docs.clear()
        self._docs[fo] = (int(row[0]), doc)
        return doc

    def item(self, sku: str) -> Item | None:
        known = self._items.get(sku)
        if known is None:
            body = self.body("sku", sku)
            if body is None:
                return None
            known = item_of(body)
            if len(self._items) > 5_000:
                self._items.clear()
            self._items[sku] = known
        return known

    def carton(self, code: str) -> CartonType | None:
        body = self.body("carton", code)
        return carton_of(body) if body else None

    def cartons(self) -> tuple[CartonType, ...]:
        """Every carton of the catalog, also what the site has none of: its code can still be scanned."""
        return tuple(carton_of(body) for body in self.bodies("carton"))

    def held_open(self, station: str) -> int:
        """How many unfinished orders the hub's copies say this station holds."""
        row = self._db.execute(
            "SELECT count(*) FROM fo WHERE holder = ? AND state NOT IN ('closed', 'cancelled')", (station,)
        ).fetchone()
        return int(row[0])

    def _doc(self, fo: str, rev: int, body: dict[str, Any]) -> Doc:
        claim = body.get("claim") or {}
        to = body.get("to") or {}
        ready, required, wished = _documents(body.get("documents") or ())
        return Doc(
            fo=fo,
            order_no=str(body.get("order", fo)),
            rev=rev,
            state=str(body.get("state", "open")),
            lines=tuple(self._line(line) for line in body.get("lines", [])),
            method=str(body.get("method") or "ship"),
            priority=int(body.get("priority") or 0),
            ship_by=body.get("ship_by"),
            service=str(body.get("service") or ""),
            carrier=str(body.get("carrier") or ""),
            channel=str(body.get("channel") or ""),
            wave=body.get("wave"),
            ship_complete=bool(body.get("ship_complete")),
            reason=body.get("reason"),
            notes=tuple(
                Note(protocol.code_for_fact(str(n["note"])), int(n.get("rev", 1)), str(n["text"]), n.get("sku"))
                for n in body.get("notes") or []
            ),
            holder=claim.get("station"),
            fence=claim.get("fence"),
            labels=tuple(body.get("labels") or []),
            documents=ready,
            required=required,
            wished=wished,
            refusals=tuple(
                Refusal(row.get("carton"), str(row.get("code") or ""), str(row.get("words") or ""))
                for row in body.get("refused") or ()
            ),
            abroad=crosses_border(
                str((self.setting("site") or {}).get("country") or ""),
                str(to.get("country") or ""),
                str(to.get("postcode") or ""),
            ),
            address_rev=protocol.digest(json.dumps(to, sort_keys=True)),
        )

    def _line(self, body: dict[str, Any]) -> Line:
        sku = str(body["sku"])
        item = self.item(sku) or Item(sku, str(body.get("name") or sku))
        return Line(
            int(body["line"]),
            sku,
            int(body["quantity"]),
            item,
            int(body.get("price_minor") or 0),
            body.get("lot"),
            body.get("kit"),
        )


def door_codes(carrier: str, rules: dict[str, Any]) -> tuple[str, ...]:
    """What opens a carrier's door: the codes on its doors, and the carrier's own code (FL7.1)."""
    doors = rules.get("doors")
    named = tuple(str(door) for door in doors) if isinstance(doors, list) else ()
    return tuple(dict.fromkeys((*named, carrier, f"D-{carrier}")))


def _documents(rows: Sequence[Any]) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """(papers that are there, that must be and are not, that should be and are not) of the hub's list:
    "invoice", or {"kind", "required": "block" | "warn" | "none", "ready"}."""
    ready, required, wished = [], [], []
    for row in rows:
        if not isinstance(row, dict):
            ready.append(str(row))
        elif row.get("ready"):
            ready.append(str(row.get("kind")))
        elif row.get("required") in ("block", True):
            required.append(str(row.get("kind")))
        elif row.get("required") == "warn":
            wished.append(str(row.get("kind")))
    return tuple(ready), tuple(required), tuple(wished)


def item_of(body: dict[str, Any]) -> Item:
    """A SKU's copy as an Item; sizes and weights of 0 are unknown."""
    size = tuple(int(body.get(f"{side}_mm") or 0) for side in ("length", "width", "height"))
    attributes = dict(body.get("attributes") or {})
    customs = {name: str(attributes.pop(name, "") or "") for name in ("hs_code", "origin", "customs_name")}
    return Item(
        sku=str(body["sku"]),
        name=str(body.get("name") or body["sku"]),
        size_mm=(size[0], size[1], size[2]) if all(size) else None,
        weight_g=int(body.get("weight_g") or 0) or None,
        price_minor=int(body.get("price_minor") or 0),
        flags=frozenset(str(flag) for flag in body.get("flags") or ()),
        parent=body.get("parent") or None,
        attributes=attributes,
        measured=body.get("size_from") == "measured",
        case=_case(str(attributes.pop("case", "") or "")),
        **customs,
    )


def _case(text: str) -> Case | None:
    """A case of more than one unit with sides of its own: "12:400x300x250:8200"."""
    found = re.fullmatch(r"([0-9]{1,4}):([0-9]+)x([0-9]+)x([0-9]+):([0-9]+)", text)
    if found is None:
        return None
    quantity, length, width, height, weight_g = (int(part) for part in found.groups())
    return Case(quantity, (length, width, height), weight_g or None) if quantity > 1 and length else None


def carton_of(body: dict[str, Any]) -> CartonType:
    """A carton's copy as a CartonType."""

    def sides(which: str) -> tuple[int, int, int]:
        inner = [int(body.get(f"inner_{side}_mm") or 0) for side in ("length", "width", "height")]
        own = [int(body.get(f"{which}_{side}_mm") or 0) for side in ("length", "width", "height")]
        found = own if all(own) else inner
        return found[0], found[1], found[2]

    return CartonType(
        code=str(body["code"]),
        name=str(body.get("name") or body["code"]),
        inner_mm=sides("inner"),
        outer_mm=sides("outer"),
        empty_weight_g=int(body.get("empty_weight_g") or 0),
        max_weight_g=int(body.get("max_weight_g") or 0),
        cost_minor=int(body.get("cost_minor") or 0),
        kind=str(body.get("kind") or "box"),
        available=None if body.get("available") is None else int(body["available"]),
    )
