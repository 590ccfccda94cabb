"""What the floor's facts about cartons and sizes do at the hub: measured sizes, doubts, cartons that ran out (CT6.4).

SizeMeasured   an unknown size is known from now on; three that agree and differ from the catalog are an alert
SizeApproved   a supervisor made it the catalog's, as measured
CartonOpened   "out of stock": the site has none left; "too small": its items are in doubt
CartonsCounted the site has that many again
GestureUndone  the carton of an opening that was taken back is there again
"""

from __future__ import annotations

import json

from packstation.cartons.learned import OVERRIDES_MIN, OVERRIDES_PCT, agreed, same_size, standing
from sync import facts
from sync.hub.tables import feed
from sync.hub.tables.books import Act
from sync.hub.tables.database import all_of, do, maybe, one
from sync.protocol import Entry, entry_of

FEW_LEFT = 20
"""From here on every carton less is told to the stations: a plan may need several of one type."""


def size_measured(act: Act, site: str, entry: Entry) -> None:
    fact = entry.fact
    assert isinstance(fact, facts.SizeMeasured)
    sides = tuple(sorted(fact.size_mm, reverse=True))
    do(
        act.db,
        "INSERT INTO size_seen (sku, fact_id, site_id, length_mm, width_mm, height_mm, weight_g, at)"
        " VALUES (:sku, :fact, :site, :l, :w, :h, :g, :at) ON CONFLICT DO NOTHING",
        sku=fact.sku,
        fact=entry.fact_id,
        site=site,
        l=sides[0],
        w=sides[1],
        h=sides[2],
        g=fact.weight_g,
        at=entry.wall_ms,
    )
    row = maybe(act.db, "SELECT length_mm, width_mm, height_mm FROM sku WHERE sku = :sku", sku=fact.sku)
    if row is None:
        return
    if 0 in tuple(row):
        _set_size(act, fact.sku, fact.size_mm, fact.weight_g)
        return
    seen = all_of(
        act.db,
        "SELECT length_mm, width_mm, height_mm FROM size_seen WHERE sku = :sku ORDER BY at, fact_id",
        sku=fact.sku,
    )
    size = agreed([(r[0], r[1], r[2]) for r in seen])
    if size is not None and not same_size(size, (row[0], row[1], row[2])):
        _alert(act, site, "size_proposal", fact.sku, {"size_mm": size, "catalog_mm": tuple(row)})


def size_approved(act: Act, site: str, entry: Entry) -> None:
    fact = entry.fact
    assert isinstance(fact, facts.SizeApproved)
    _set_size(act, fact.sku, fact.size_mm, fact.weight_g)
    for kind in ("size_proposal", "size_suspect"):
        do(act.db, "DELETE FROM alert WHERE site_id = :s AND kind = :k AND ref = :sku", s=site, k=kind, sku=fact.sku)
    do(act.db, "DELETE FROM size_doubt WHERE sku = :sku", sku=fact.sku)


def carton_opened(act: Act, site: str, entry: Entry) -> None:
    fact = entry.fact
    assert isinstance(fact, facts.CartonOpened)
    if fact.why_other == "out_of_stock" and fact.suggested:
        _has_left(act, site, fact.suggested, 0, entry.wall_ms)
    if fact.why_other == "too_small" and entry.fo is not None:
        _doubted(act, site, entry.fo, f"{fact.suggested}>{fact.type}")
    left = maybe(act.db, "SELECT available FROM carton_stock WHERE site_id = :s AND carton = :c", s=site, c=fact.type)
    if left is not None and left.available > 0:
        do(
            act.db,
            "UPDATE carton_stock SET available = available - 1 WHERE site_id = :s AND carton = :c AND available > 0",
            s=site,
            c=fact.type,
        )
        if left.available <= FEW_LEFT:
            act.touch(site, "carton", fact.type)


def opening_undone(act: Act, site: str, entry: Entry) -> None:
    """The carton of an opening that was taken back lies on its pile again; one that was said to be out of stock by
    it is there as far as anybody knows. A count made since then stands."""
    undone = entry.fact
    assert isinstance(undone, facts.GestureUndone)
    opened = all_of(
        act.db,
        "SELECT line FROM fact WHERE site_id = :s AND fo = :fo AND fact_id IN :ids",
        s=site,
        fo=entry.fo,
        ids=list(undone.facts),
    )
    for row in opened:
        opening = entry_of(bytes(row.line))
        fact = opening.fact
        if not isinstance(fact, facts.CartonOpened):
            continue
        if fact.why_other == "out_of_stock" and fact.suggested:
            _restocked(
                act,
                site,
                fact.suggested,
                "DELETE FROM carton_stock WHERE site_id = :s AND carton = :c AND available = 0 AND at = :at",
                at=opening.wall_ms,
            )
        _restocked(
            act,
            site,
            fact.type,
            "UPDATE carton_stock SET available = available + 1 WHERE site_id = :s AND carton = :c AND at <= :at",
            at=entry.wall_ms,
        )


def cartons_counted(act: Act, site: str, entry: Entry) -> None:
    fact = entry.fact
    assert isinstance(fact, facts.CartonsCounted)
    _has_left(act, site, fact.type, fact.count, entry.wall_ms)


def _has_left(act: Act, site: str, carton: str, count: int, at: int) -> None:
    _restocked(
        act,
        site,
        carton,
        "INSERT INTO carton_stock (site_id, carton, available, at) VALUES (:s, :c, :n, :at)"
        " ON CONFLICT (site_id, carton) DO UPDATE SET available = excluded.available, at = excluded.at"
        " WHERE carton_stock.at <= excluded.at",
        n=count,
        at=at,
    )


def _restocked(act: Act, site: str, carton: str, statement: str, **values: int) -> None:
    """Change how many a site has left of a carton; the stations hear of it if that changed anything."""
    if do(act.db, statement, s=site, c=carton, **values):
        act.touch(site, "carton", carton)


def _doubted(act: Act, site: str, fo: str, cartons: str) -> None:
    """The order's items did not fit where their sizes said they do."""
    lines = all_of(act.db, "SELECT DISTINCT sku FROM fo_line WHERE site_id = :s AND fo = :fo", s=site, fo=fo)
    for row in lines:
        do(
            act.db,
            "INSERT INTO size_doubt (site_id, sku, fo, cartons) VALUES (:s, :sku, :fo, :cartons)"
            " ON CONFLICT DO NOTHING",
            s=site,
            sku=row.sku,
            fo=fo,
            cartons=cartons,
        )
        doubts = all_of(
            act.db,
            "SELECT cartons FROM size_doubt WHERE site_id = :s AND sku = :sku ORDER BY fo",
            s=site,
            sku=row.sku,
        )
        parcels = one(
            act.db,
            "SELECT count(DISTINCT p.parcel) FROM fo_line l JOIN parcel_line p"
            " ON p.site_id = l.site_id AND p.fo = l.fo AND p.line = l.line WHERE l.site_id = :s AND l.sku = :sku",
            s=site,
            sku=row.sku,
        )[0]
        if len(doubts) >= OVERRIDES_MIN and 100 * len(doubts) >= OVERRIDES_PCT * int(parcels):
            told = {"times": len(doubts), "parcels": int(parcels), "cartons": sorted({d.cartons for d in doubts})}
            _alert(act, site, "size_suspect", row.sku, told)


def _set_size(act: Act, sku: str, size_mm: tuple[int, int, int], weight_g: int | None) -> None:
    row = maybe(act.db, "SELECT length_mm, width_mm, height_mm, flags FROM sku WHERE sku = :sku", sku=sku)
    if row is None:
        return
    length, width, height = standing(size_mm, (row[0], row[1], row[2]), json.loads(row.flags))
    do(
        act.db,
        "UPDATE sku SET length_mm = :l, width_mm = :w, height_mm = :h,"
        " weight_g = CASE WHEN weight_g = 0 THEN :g ELSE weight_g END WHERE sku = :sku",
        l=length,
        w=width,
        h=height,
        g=weight_g or 0,
        sku=sku,
    )
    do(
        act.db,
        "INSERT INTO sku_measured (sku, at) VALUES (:sku, :at) ON CONFLICT (sku) DO UPDATE SET at = excluded.at",
        sku=sku,
        at=act.at,
    )
    for place in feed.sites(act.db):
        act.touch(place, "sku", sku)


def _alert(act: Act, site: str, kind: str, sku: str, detail: dict[str, object]) -> None:
    do(
        act.db,
        "INSERT INTO alert (site_id, kind, ref, detail, opened_at) VALUES (:s, :kind, :sku, :detail, :at)"
        " ON CONFLICT (site_id, kind, ref) DO UPDATE SET detail = excluded.detail",
        s=site,
        kind=kind,
        sku=sku,
        detail=json.dumps(detail),
        at=act.at,
    )
