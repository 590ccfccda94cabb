"""What facts of no order do to the hub's tables: waves, counts, pauses, conflicts resolved, aliases, sizes."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sync import facts
from sync.hub import stock
from sync.hub.intake import boxes
from sync.hub.tables import books, feed, work
from sync.hub.tables.books import Act, Cause
from sync.hub.tables.database import all_of, do, maybe
from sync.protocol import Entry

Doer = Callable[[Act, str, Entry], None]


def _manifest_opened(act: Act, site: str, entry: Entry) -> None:
    fact = entry.fact
    assert isinstance(fact, facts.ManifestOpened)
    do(
        act.db,
        "INSERT INTO manifest (site_id, manifest, carrier, state) VALUES (:site, :manifest, :carrier, 'open')"
        " ON CONFLICT DO NOTHING",
        site=site,
        manifest=fact.manifest,
        carrier=fact.carrier,
    )


def _wave_row(act: Act, site: str, wave: str) -> Any:
    do(
        act.db,
        "INSERT INTO wave (site_id, wave, kind, cutoff, state, carts, released)"
        " VALUES (:site, :wave, 'carrier_cutoff', '', 'planned', '[]', '[]') ON CONFLICT DO NOTHING",
        site=site,
        wave=wave,
    )
    return maybe(act.db, "SELECT * FROM wave WHERE site_id = :site AND wave = :wave", site=site, wave=wave)


def _set_wave(act: Act, site: str, wave: str, **values: str) -> None:
    sets = ", ".join(f"{name} = :{name}" for name in values)
    do(
        act.db,
        f"UPDATE wave SET {sets} WHERE site_id = :site AND wave = :wave",  # noqa: S608  names are constants
        site=site,
        wave=wave,
        **values,
    )
    act.touch(site, "wave", wave)


def _in_wave(act: Act, site: str, fos: Sequence[str], wave: str | None) -> None:
    for fo in fos:
        changed = do(
            act.db,
            "UPDATE fo SET wave = :wave, rev = rev + 1 WHERE site_id = :site AND fo = :fo AND status NOT IN"
            " ('closed', 'cancelled')",
            wave=wave,
            site=site,
            fo=fo,
        )
        if changed:
            act.touch(site, "fo", fo)


def _wave_planned(act: Act, site: str, entry: Entry) -> None:
    fact = entry.fact
    assert isinstance(fact, facts.WavePlanned)
    _wave_row(act, site, fact.wave)
    _set_wave(act, site, fact.wave, kind=fact.kind, cutoff=fact.cutoff)


def _cart_planned(act: Act, site: str, entry: Entry) -> None:
    fact = entry.fact
    assert isinstance(fact, facts.CartPlanned)
    row = _wave_row(act, site, fact.wave)
    carts = [cart for cart in json.loads(row.carts) if cart["cart"] != fact.cart]
    carts.append({"cart": fact.cart, "fos": list(fact.fos), "route": list(fact.route)})
    _set_wave(act, site, fact.wave, carts=json.dumps(carts))
    _in_wave(act, site, fact.fos, fact.wave)


def _wave_released(act: Act, site: str, entry: Entry) -> None:
    fact = entry.fact
    assert isinstance(fact, facts.WaveReleased)
    row = _wave_row(act, site, fact.wave)
    fos = list(fact.fos) or [fo for cart in json.loads(row.carts) for fo in cart["fos"]]
    released = list(dict.fromkeys([*json.loads(row.released), *fos]))
    _set_wave(act, site, fact.wave, state="released", released=json.dumps(released))
    _in_wave(act, site, fact.fos, fact.wave)
    rows = all_of(act.db, "SELECT DISTINCT order_id FROM fo WHERE site_id = :site AND fo IN :fos", site=site, fos=fos)
    for row in sorted(rows):
        work.note_event(act, row.order_id, "wave_released", {"wave": fact.wave, "by": fact.by})


def _wave_state(state: str) -> Callable[[Act, str, Entry], None]:
    def doer(act: Act, site: str, entry: Entry) -> None:
        wave = str(entry.fact.wave)  # type: ignore[attr-defined]  # every kind that comes here has one
        row = _wave_row(act, site, wave)
        _set_wave(act, site, wave, state=state)
        if state in ("closed", "cancelled"):
            _in_wave(act, site, [fo for cart in json.loads(row.carts) for fo in cart["fos"]], None)

    return doer


def _node_paused(act: Act, site: str, entry: Entry) -> None:
    fact = entry.fact
    assert isinstance(fact, facts.NodePaused)
    until_ms = int(datetime.fromisoformat(fact.until).timestamp()) * 1000
    work.pause(act, site, until_ms, by=fact.by, reason=fact.reason)


def _exception_resolved(act: Act, site: str, entry: Entry) -> None:
    """A conflict ends when somebody at its site says how (F8); other exceptions are the station's own."""
    fact = entry.fact
    assert isinstance(fact, facts.ExceptionResolved)
    name = fact.exception.removeprefix("conflict:")
    changed = name != fact.exception and do(
        act.db,
        "UPDATE conflict SET resolved_at = :at, resolved_by = :by, resolved_why = :why WHERE site_id = :site"
        " AND conflict = :name AND resolved_at IS NULL",
        at=act.at,
        by=fact.by,
        why=fact.reason,
        site=site,
        name=name,
    )
    if changed:
        act.touch(site, "conflict", name)


def _count_done(act: Act, site: str, entry: Entry) -> None:
    fact = entry.fact
    assert isinstance(fact, facts.CountDone)
    places = {
        row.location: int(row.held)
        for row in all_of(
            act.db,
            "SELECT location, sum(quantity) AS held FROM bin_stock WHERE site_id = :site AND sku = :sku"
            " GROUP BY location",
            site=site,
            sku=fact.sku,
        )
    }
    cause = Cause("count", "location", fact.location, entry.fact_id)
    if books.booked(act, site, cause, fact.sku):
        return
    before = books.held(act, site, fact.sku)
    expected = places.get(fact.location, 0)
    only_here = not any(units for place, units in places.items() if place != fact.location)
    books.book(act, site, fact.sku, stock.counted(before, expected, fact.qty, everywhere=only_here), cause)
    books.settle_alert(act, site, fact.sku)
    do(
        act.db,
        "DELETE FROM bin_stock WHERE site_id = :site AND location = :place AND sku = :sku",
        site=site,
        place=fact.location,
        sku=fact.sku,
    )
    do(
        act.db,
        "INSERT INTO bin_stock (site_id, location, sku, lot, quantity) VALUES (:site, :place, :sku, '', :units)",
        site=site,
        place=fact.location,
        sku=fact.sku,
        units=fact.qty,
    )
    act.touch(site, "stock", fact.sku)
    if books.held(act, site, fact.sku).available > before.available:
        work.came_in(act, site, fact.sku)
    work.retry_waiting(act, [fact.sku])


def _alias_approved(act: Act, site: str, entry: Entry) -> None:
    fact = entry.fact
    assert isinstance(fact, facts.AliasApproved)
    made = do(
        act.db,
        "INSERT INTO barcode (code, sku, quantity) VALUES (:code, :sku, 1) ON CONFLICT DO NOTHING",
        code=fact.code,
        sku=fact.sku,
    )
    if made:
        for place in feed.sites(act.db):
            act.touch(place, "barcode", fact.code)


DOERS: dict[str, Doer] = {
    "ManifestOpened": _manifest_opened,
    "WavePlanned": _wave_planned,
    "CartPlanned": _cart_planned,
    "WaveReleased": _wave_released,
    "WaveHeld": _wave_state("held"),
    "WaveResumed": _wave_state("released"),
    "WaveClosed": _wave_state("closed"),
    "WaveCancelled": _wave_state("cancelled"),
    "NodePaused": _node_paused,
    "ExceptionResolved": _exception_resolved,
    "CountDone": _count_done,
    "AliasApproved": _alias_approved,
    "SizeMeasured": boxes.size_measured,
    "SizeApproved": boxes.size_approved,
    "CartonsCounted": boxes.cartons_counted,
}
