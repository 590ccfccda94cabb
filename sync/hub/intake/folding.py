"""What facts do to the hub's tables: the difference between how far an order was and how far it is now.

    facts of orders, by order: Progress before --fold--> Progress after --difference--> lines, parcels, stock, status
    facts of no order: a closed manifest ships what was loaded on it; the others stand in `loose`

`apply` tells the facts that were applied but are odd, with the conflict's code (F8).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import Connection

from sync import facts
from sync.hub.intake import boxes, loose
from sync.hub.intake.effects import DONE, Moved, effects
from sync.hub.intake.moved import stale_labels
from sync.hub.orders import progress as folds
from sync.hub.orders.progress import Progress
from sync.hub.tables import feed, work
from sync.hub.tables.books import Act
from sync.hub.tables.database import all_of, do, do_many, maybe
from sync.protocol import Entry, entry_of

_FOS = (
    "SELECT fo, order_id, status, request, step, progress, moved FROM fo WHERE site_id = :site AND fo IN :fos"
    " ORDER BY fo"
)
_PHYSICAL = ("ItemPicked", "ItemPacked", "ParcelLoaded", "PickedUp")


def apply(act: Act, site: str, entries: Sequence[Entry], later: frozenset[str] = frozenset()) -> dict[str, str]:
    """Fold facts in their order, inside the caller's savepoint. Returns the odd ones: fact id -> conflict code.

    All of them stand in the fact table already; `later` are those there that come after these.
    """
    odd: dict[str, str] = {}
    by_fo: dict[str, list[Entry]] = {}
    to_come = later | {entry.fact_id for entry in entries}
    for entry in entries:
        if entry.fo is not None:
            by_fo.setdefault(entry.fo, []).append(entry)
            if entry.kind == "CartonOpened":
                boxes.carton_opened(act, site, entry)
            elif entry.kind == "GestureUndone":
                boxes.opening_undone(act, site, entry)
            continue
        doer = _manifest_closed if entry.kind == "ManifestClosed" else loose.DOERS.get(entry.kind)
        if doer is not None:
            if entry.kind == "ManifestClosed":
                # What was loaded before it leaves with it.
                to_come = to_come - {one.fact_id for held in by_fo.values() for one in held}
                _orders(act, site, by_fo, odd, to_come)
                by_fo = {}
            doer(act, site, entry)
    _orders(act, site, by_fo, odd, later)
    return odd


def refolded(db: Connection, site: str, fo: str, later: frozenset[str] = frozenset()) -> Progress:
    """The Progress of an order from all its facts but `later` ones: what the stored one must equal (S2)."""
    rows = all_of(
        db,
        "SELECT fact_id, line FROM fact WHERE site_id = :site AND fo = :fo AND outcome IN ('applied', 'conflict')"
        " ORDER BY cur",
        site=site,
        fo=fo,
    )
    made = folds.fold_all(entry_of(bytes(row.line)) for row in rows if row.fact_id not in later)
    gone = all_of(
        db, "SELECT parcel FROM parcel WHERE site_id = :site AND fo = :fo AND state = 'shipped'", site=site, fo=fo
    )
    for row in gone:
        if row.parcel in made.boxes:
            made.boxes[row.parcel].shipped = True  # what left has left, whatever is undone later
    return made


def _orders(act: Act, site: str, by_fo: dict[str, list[Entry]], odd: dict[str, str], later: frozenset[str]) -> None:
    if not by_fo:
        return
    names = sorted(by_fo)
    lock = "" if act.db.dialect.name == "sqlite" else " FOR UPDATE"
    rows = {row.fo: row for row in all_of(act.db, _FOS + lock, site=site, fos=names)}
    moved = []
    for name in names:
        row = rows.get(name)
        if row is None:
            _stranger(act, site, name, by_fo[name], odd)
            continue
        before = folds.loads(row.progress)
        if any(entry.kind == "GestureUndone" for entry in by_fo[name]):
            after = refolded(act.db, site, name, later)
        else:
            after = folds.loads(row.progress)
            for entry in by_fo[name]:
                folds.fold(after, entry)
        moved.append(Moved(row, before, after, by_fo[name]))
    _store(act, site, moved)
    for one in moved:
        _claims(act, site, one, odd)
        _conflicts(act, site, one, odd)
        stale_labels(act, site, one, odd)
    _numbers(act, site, moved)
    effects(act, site, moved)


def _store(act: Act, site: str, moved: list[Moved]) -> None:
    """Counts and parcels as they are now; what did not change is not written."""
    lines, boxes, held = [], [], []
    for one in moved:
        name = one.fo.fo
        for line in set(one.after.picked) | set(one.after.packed) | set(one.before.picked) | set(one.before.packed):
            now = (one.after.picked.get(line, 0), one.after.packed.get(line, 0))
            if now != (one.before.picked.get(line, 0), one.before.packed.get(line, 0)):
                row = {"site": site, "fo": name, "line": int(line), "picked": now[0], "packed": now[1]}
                lines.append(row)
        for lpn, box in one.after.boxes.items():
            if box == one.before.boxes.get(lpn):
                continue
            boxes.append(
                {
                    "site": site,
                    "parcel": lpn,
                    "fo": name,
                    "number": box.number,
                    "type": box.type,
                    "weight_g": box.weight_g,
                    "label": box.label,
                    "tracking": box.tracking,
                    "manifest": box.manifest,
                    "state": box.state,
                }
            )
            old = one.before.boxes.get(lpn)
            for line, units in box.lines.items():
                if old is None or old.lines.get(line) != units:
                    held.append({"site": site, "parcel": lpn, "fo": name, "line": int(line), "q": units})
        for lpn in set(one.before.boxes) - set(one.after.boxes):
            # The carton was undone: it never was.
            for table in ("parcel_line", "parcel"):
                do(act.db, f"DELETE FROM {table} WHERE site_id = :s AND parcel = :p", s=site, p=lpn)  # noqa: S608
    do_many(
        act.db,
        "UPDATE fo_line SET picked = :picked, packed = :packed WHERE site_id = :site AND fo = :fo AND line = :line",
        lines,
    )
    do_many(
        act.db,
        "INSERT INTO parcel (site_id, parcel, fo, number, carton_type, weight_g, label, tracking, manifest, state)"
        " VALUES (:site, :parcel, :fo, :number, :type, :weight_g, :label, :tracking, :manifest, :state)"
        " ON CONFLICT (site_id, parcel) DO UPDATE SET number = excluded.number, carton_type = excluded.carton_type,"
        " weight_g = excluded.weight_g, label = excluded.label, tracking = excluded.tracking,"
        " manifest = excluded.manifest, state = excluded.state",
        boxes,
    )
    do_many(
        act.db,
        "INSERT INTO parcel_line (site_id, parcel, fo, line, q) VALUES (:site, :parcel, :fo, :line, :q)"
        " ON CONFLICT (site_id, parcel, fo, line) DO UPDATE SET q = excluded.q",
        held,
    )


def _claims(act: Act, site: str, one: Moved, odd: dict[str, str]) -> None:
    """Custody ends by the station's own fact (U5); a fact under another fence than the live one is told (C5)."""
    fences = {entry.claim for entry in one.entries if entry.claim is not None}
    undone = {name for e in one.entries if isinstance(e.fact, facts.GestureUndone) for name in e.fact.facts}
    ends = [e for e in one.entries if isinstance(e.fact, facts.ClaimReleased) and e.fact_id not in undone]
    overs = [entry for entry in one.entries if isinstance(entry.fact, facts.ClaimTakenOver)]
    if not (fences or ends or overs):
        return
    name = one.fo.fo
    live = maybe(
        act.db, "SELECT station, gen, fence FROM claim WHERE site_id = :site AND fo = :fo", site=site, fo=name
    )
    if live is not None:
        for entry in one.entries:
            if entry.claim not in (None, live.fence) and not _took_it(act, site, live.station, entry):
                odd[entry.fact_id] = "stale_fence"
                told = {"station": act.actor, "holder": live.station, "ref": entry.claim, "user": entry.user}
                work.open_conflict(act, site, "stale_fence", name, told)
        if any(entry.fact.claim == live.fence for entry in ends if isinstance(entry.fact, facts.ClaimReleased)):
            do(act.db, "DELETE FROM claim WHERE site_id = :site AND fo = :fo", site=site, fo=name)
            if one.fo.status == "in_progress" and not any(one.after.packed.values()) and not one.after.picked:
                work.set_status(act, site, name, "open", "claim_released")
            act.touch(site, "fo", name)
    for entry in overs:
        fact = entry.fact
        assert isinstance(fact, facts.ClaimTakenOver)
        told = {
            "station": act.actor,
            "from": fact.from_station,
            "by": fact.by,
            "reason": fact.reason,
            "ref": fact.claim,
        }
        work.open_conflict(act, site, "taken_over", name, told)
        if live is not None and live.station == fact.from_station:
            fence = f"{live.fence.partition('-')[0]}-{feed.allot(act.db, site, 'fence')}"
            row = maybe(act.db, "SELECT gen FROM station WHERE site_id = :s AND station = :t", s=site, t=act.actor)
            do(
                act.db,
                "UPDATE claim SET station = :station, gen = :gen, fence = :fence, granted_at = :at"
                " WHERE site_id = :site AND fo = :fo",
                station=act.actor,
                gen=row.gen if row is not None else "",
                fence=fence,
                at=act.at,
                site=site,
                fo=name,
            )
            act.touch(site, "fo", name)


def _took_it(act: Act, site: str, holder: str, entry: Entry) -> bool:
    """Whether the holder took the order over from the claim it still names: it works on under it until the new one
    reaches its bench, and that is no stranger's work (FL4.12)."""
    if holder != act.actor:
        return False
    rows = all_of(
        act.db,
        "SELECT line FROM fact WHERE site_id = :site AND fo = :fo AND station = :station AND kind = 'ClaimTakenOver'",
        site=site,
        fo=entry.fo,
        station=holder,
    )
    overs = (entry_of(bytes(row.line)).fact for row in rows)
    return any(isinstance(over, facts.ClaimTakenOver) and over.claim == entry.claim for over in overs)


def _conflicts(act: Act, site: str, one: Moved, odd: dict[str, str]) -> None:
    name = one.fo.fo
    if one.fo.status in DONE:
        for entry in one.entries:
            if entry.kind in _PHYSICAL:
                code = "illegal_transition" if one.fo.status == "closed" else "shipped_after_cancel_request"
                if one.fo.status == "closed" and entry.kind == "ParcelLoaded":
                    continue  # loading a parcel late is what happens
                odd[entry.fact_id] = code
                told = {"station": act.actor, "status": one.fo.status, "kind": entry.kind, "ref": name}
                work.open_conflict(act, site, code, name, told)


def _numbers(act: Act, site: str, moved: list[Moved]) -> None:
    """A tracking number that stands on two parcels is told to both (C25)."""
    fresh = {
        box.tracking: one.fo.fo
        for one in moved
        for lpn, box in one.after.boxes.items()
        if box.tracking and (lpn not in one.before.boxes or one.before.boxes[lpn].tracking != box.tracking)
    }
    if not fresh:
        return
    rows = all_of(
        act.db, "SELECT tracking, fo FROM parcel WHERE site_id = :site AND tracking IN :numbers", site=site,
        numbers=sorted(fresh),
    )  # fmt: skip
    held = Counter(row.tracking for row in rows)
    for row in rows:
        if held[row.tracking] > 1:
            work.open_conflict(act, site, "duplicate_number", row.fo, {"station": act.actor, "ref": row.tracking})


def _stranger(act: Act, site: str, fo: str, entries: list[Entry], odd: dict[str, str]) -> None:
    """Facts about an order this site does not have: kept and told, never refused (C17, C30)."""
    elsewhere = maybe(act.db, "SELECT site_id FROM fo WHERE fo = :fo", fo=fo)
    code = "orphan" if elsewhere is None else "wrong_site"
    told = {"station": act.actor, "ref": fo, "site": None if elsewhere is None else elsewhere.site_id}
    work.open_conflict(act, site, code, fo, told)
    for entry in entries:
        odd[entry.fact_id] = code


def _manifest_closed(act: Act, site: str, entry: Entry) -> None:
    """The carrier has them: every parcel loaded on it is shipped, and its units leave the stock."""
    fact = entry.fact
    assert isinstance(fact, facts.ManifestClosed)
    do(
        act.db,
        "INSERT INTO manifest (site_id, manifest, carrier, state, closed_at, closed_by)"
        " VALUES (:site, :manifest, '', 'closed', :at, :fact) ON CONFLICT (site_id, manifest) DO UPDATE"
        " SET state = 'closed', closed_at = excluded.closed_at, closed_by = excluded.closed_by",
        site=site,
        manifest=fact.manifest,
        at=act.at,
        fact=entry.fact_id,
    )
    loaded = all_of(
        act.db,
        "SELECT DISTINCT fo FROM parcel WHERE site_id = :site AND manifest = :manifest AND state <> 'shipped'",
        site=site,
        manifest=fact.manifest,
    )
    names = sorted(row.fo for row in loaded)
    rows = all_of(act.db, _FOS, site=site, fos=names) if names else []
    moved = [Moved(row, folds.loads(row.progress), folds.loads(row.progress), []) for row in rows]
    effects(act, site, moved)
