"""Reference data from files into the hub: catalog, locations, cartons, stock, users, sites, labels.

Every import is a table of rows with one key each. A row that is the same as what is stored changes nothing; a wrong
row is refused by itself and put on the review list.

items   what is sold and what it is packed in        places   sites, locations, stock
people  users with badge and PIN                     papers   labels, refusals and papers of orders
rows    what every kind of row stands on
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from sqlalchemy import Connection

from sync.hub.intake.goods.items import carton_row, catalog_row
from sync.hub.intake.goods.papers import document_row, label_row
from sync.hub.intake.goods.people import badge_hash_of, user_row
from sync.hub.intake.goods.places import Stocktaking, location_row, site_row, write_site
from sync.hub.intake.read import Rec, encoding_of, records
from sync.hub.intake.summary import Summary, keep_review, settle_review
from sync.hub.orders.incoming import Wrong, tidy
from sync.hub.tables import feed, work
from sync.hub.tables.books import Act
from sync.hub.tables.database import Database, maybe

CHUNK = 500

Take = Callable[[Act, dict[str, str], int], str]
"""Takes one row in; tells "created", "updated" or "unchanged". Raises Wrong."""


@dataclass(frozen=True, slots=True)
class Form:
    """What a file of one kind must have: its columns, which may be empty or absent, and its key."""

    columns: tuple[str, ...]
    optional: tuple[str, ...]
    key: tuple[str, ...]


FORMS = {
    "catalog": Form(
        ("sku", "name", "barcode", "length_mm", "width_mm", "height_mm", "weight_g", "price_minor", "flags"),
        (
            *("parent", "attributes", "image", "hs_code", "origin", "customs_name", "kit"),
            *("case_size_mm", "case_weight_g", "note"),
        ),
        ("sku",),
    ),
    "cartons": Form(
        (
            *("code", "name", "inner_length_mm", "inner_width_mm", "inner_height_mm"),
            *("outer_length_mm", "outer_width_mm", "outer_height_mm"),
            *("empty_weight_g", "max_weight_g", "cost_minor", "kind"),
        ),
        (),
        ("code",),
    ),
    "locations": Form(
        ("location", "zone", "sequence", "aisle", "bay", "x_mm", "y_mm"), ("site",), ("site", "location")
    ),
    "stock": Form(("site", "location", "sku", "quantity"), ("lot", "expiry"), ("site", "location", "sku", "lot")),
    "users": Form(("user", "name", "role", "badge", "pin"), (), ("user",)),
    "sites": Form(
        ("site", "name", "kind", "address1", "city", "region", "postcode", "country"),
        ("priority", "postcode_prefixes"),
        ("site",),
    ),
    "labels": Form(
        ("fo", "tracking"),
        (
            *("carton", "carrier", "service", "carton_type", "weight_g", "format", "content", "scan_keys"),
            *("refused", "words"),
        ),
        ("fo", "carton", "tracking"),
    ),
    "documents": Form(("fo", "document", "required", "ready"), (), ("fo", "document")),
}
"""Every kind of reference data by its name on the command line."""

__all__ = ["FORMS", "Form", "badge_hash_of", "ensure_site", "import_goods"]


def import_goods(
    database: Database,
    kind: str,
    path: Path,
    *,
    site: str | None = None,
    dry_run: bool = False,
    encoding: str | None = None,
    told: Callable[[int], None] = lambda _done: None,
) -> Summary:
    """Take in a file of reference data. `site`: whose locations they are, where the file has no such column."""
    form = FORMS[kind]
    used, note = encoding_of(path, encoding)
    summary = Summary(kind)
    if note:
        summary.notes.append(note)
    importer = _Importer(kind, site)
    stream = _once(records(path, used, form.columns, long=("content",)), form, summary, site)
    run = database.rehearse if dry_run else database.write
    done = 0
    while not summary.stopped and (chunk := list(islice(stream, CHUNK))):
        before = len(summary.rejected)
        mark = (summary.created, summary.unchanged, summary.updated)

        def act(
            db: Connection, chunk: list[Rec] = chunk, before: int = before, mark: tuple[int, int, int] = mark
        ) -> None:
            # A transaction that is tried again begins with the counts it began with.
            del summary.rejected[before:]
            summary.created, summary.unchanged, summary.updated = mark
            _take(Act(db, database.now_ms(), "import"), importer, form, chunk, summary)

        run(act)
        done += len(chunk)
        told(done)
    if kind == "stock" and importer.rose and not dry_run:
        database.write(lambda db: _routed_anew(Act(db, database.now_ms(), "import"), importer.rose, summary))
    return summary


def ensure_site(database: Database, site: str) -> None:
    """A site that is not described yet: it exists, ships, and comes last."""

    def act(db: Connection) -> None:
        if maybe(db, "SELECT 1 FROM site WHERE site_id = :site", site=site) is None:
            made = Act(db, database.now_ms(), "init")
            write_site(made, {"site": site, "name": site, "kind": "warehouse"}, "created")
            made.finish()

    with database.reading() as db:
        there = maybe(db, "SELECT 1 FROM site WHERE site_id = :site", site=site) is not None
    if not there:
        database.write(act)


def _take(act: Act, importer: _Importer, form: Form, chunk: list[Rec], summary: Summary) -> None:
    take = importer.take(act.db)
    for rec in chunk:
        key = _key(rec, form, importer.site)
        first = len(summary.rejected)
        try:
            done = take(act, rec.fields, rec.row)
        except Wrong as wrong:
            summary.refuse(rec.row, key, wrong.path, wrong.reason)
            keep_review(act.db, summary.what, "", summary.rejected[first:], act.at)
            if summary.stopped:
                break
            continue
        setattr(summary, done, getattr(summary, done) + 1)
        settle_review(act.db, summary.what, "", key)
    act.finish()


def _once(rows: Iterator[Rec], form: Form, summary: Summary, site: str | None) -> Iterator[Rec]:
    """Rows that can be read, each key once: a second one is refused, it would silently win."""
    first: dict[str, int] = {}
    for rec in rows:
        if rec.wrong or not all(name in rec.fields for name in form.columns):
            reason = rec.wrong or f"expected {len(form.columns)} fields, got {len(rec.fields)}."
            summary.refuse(rec.row, "", "row", reason)
        else:
            key = _key(rec, form, site)
            if key in first:
                summary.refuse(rec.row, key, form.key[-1], f"expected it once, got it at row {first[key]} too.")
            else:
                first[key] = rec.row
                yield rec
        if summary.stopped:
            return


def _key(rec: Rec, form: Form, site: str | None) -> str:
    parts = [rec.fields.get(name, (site or "") if name == "site" else "").strip() for name in form.key]
    return tidy("/".join(parts).strip("/"), chars_max=120)


def _routed_anew(act: Act, skus: set[str], summary: Summary) -> None:
    found = work.retry_waiting(act, skus)
    act.finish()
    if found:
        summary.notes.append(f"{len(found)} waiting orders found a site.")


class _Importer:
    """How a row of each kind is taken in. `rose`: SKUs of which more came in."""

    def __init__(self, kind: str, site: str | None) -> None:
        self.kind, self.site = kind, site
        self._stock = Stocktaking()

    @property
    def rose(self) -> set[str]:
        return self._stock.rose

    def take(self, db: Connection) -> Take:
        match self.kind:
            case "catalog":
                return catalog_row
            case "cartons":
                return carton_row
            case "locations":
                return lambda act, f, _row: location_row(act, f, self.site)
            case "stock":
                return self._stock.row
            case "users":
                key = feed.number(db, "badge_key")
                return lambda act, f, row: user_row(act, f, row, key)
            case "labels":
                return label_row
            case "documents":
                return document_row
            case _:
                return site_row
