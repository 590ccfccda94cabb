"""Labels made for an address or a service that the hub has changed since (sync C8).

edit of an order somebody works on --> fo.moved: the revision, the claim it was under, the labels there were
LabelAssigned under that claim, and the bench had not seen the change   --> stale_rev
ParcelLoaded with one of those labels: a parcel under an old address    --> stale_rev
LabelVoided: the bench did it by itself                                  --> the conflict ends
"""

from __future__ import annotations

import json
from typing import Any

from sync import facts
from sync.hub.intake.effects import Moved
from sync.hub.tables import work
from sync.hub.tables.books import Act
from sync.hub.tables.database import all_of
from sync.protocol import Entry, entry_of

CODE = "stale_rev"


def stale_labels(act: Act, site: str, one: Moved, odd: dict[str, str]) -> None:
    """Tell labels that are for the old address; facts are applied as any other (P12)."""
    if not one.fo.moved:
        return
    moved = json.loads(one.fo.moved)
    name = one.fo.fo
    for entry in one.entries:
        match entry.fact:
            case facts.LabelAssigned(label=label) if entry.claim is not None and entry.claim == moved["fence"]:
                if not _seen(act, site, moved, entry):
                    _tell(act, site, name, label, entry, odd, "The label is for the address or service before.")
            case facts.ParcelLoaded(label=label) if label in moved["labels"]:
                _tell(act, site, name, label, entry, odd, "Loaded under the old address or service: intercept it.")
            case facts.LabelVoided(label=label):
                work.settle_conflict(act, site, f"{CODE}:{name}:{label}", entry.user, "label_voided")
            case _:
                pass


def _seen(act: Act, site: str, moved: dict[str, Any], entry: Entry) -> bool:
    """Whether the station said that it knows of the change before it made the label."""
    rows = all_of(
        act.db,
        "SELECT line FROM fact WHERE site_id = :site AND fo = :fo AND station = :station AND kind = 'ChangeSeen'"
        " AND outcome IN ('applied', 'conflict')",
        site=site,
        fo=entry.fo,
        station=act.actor,
    )
    known = (entry_of(bytes(row.line)) for row in rows)
    return any(
        isinstance(one.fact, facts.ChangeSeen) and one.fact.rev >= moved["rev"] and one.seq < entry.seq
        for one in known
    )


def _tell(act: Act, site: str, fo: str, label: str, entry: Entry, odd: dict[str, str], text: str) -> None:
    odd[entry.fact_id] = CODE
    work.open_conflict(act, site, CODE, fo, {"station": act.actor, "user": entry.user, "ref": label, "text": text})
