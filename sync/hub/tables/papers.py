"""Labels bought ahead, labels refused, and papers of fulfillment orders (floor.md FL5.13-FL5.18).

A label answers one box (`carton`: its LPN) or whichever comes first. A refusal stands until a label comes for the
same box, or the address changes; then both it and the labels for the old address are void.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sync.hub.tables.books import Act
from sync.hub.tables.database import do, maybe

LABEL_COLUMNS = (
    *("fo", "state", "carton", "carton_type", "weight_g", "tracking", "service", "carrier", "format", "content"),
    *("scan_keys", "code", "words"),
)


def set_document(act: Act, site: str, fo: str, name: str, required: str, *, ready: bool) -> str:
    """A paper of an order: what a missing one does, and whether it is there. Tells created, updated or unchanged."""
    stored = maybe(
        act.db,
        "SELECT required, ready FROM document WHERE site_id = :site AND fo = :fo AND document = :name",
        site=site,
        fo=fo,
        name=name,
    )
    if stored is not None and tuple(stored) == (required, int(ready)):
        return "unchanged"
    do(
        act.db,
        "INSERT INTO document (site_id, fo, document, required, ready) VALUES (:site, :fo, :name, :required, :ready)"
        " ON CONFLICT (site_id, fo, document) DO UPDATE SET required = excluded.required, ready = excluded.ready",
        site=site,
        fo=fo,
        name=name,
        required=required,
        ready=int(ready),
    )
    _changed(act, site, fo)
    return "created" if stored is None else "updated"


def set_label(act: Act, site: str, name: str, values: Mapping[str, Any]) -> str:
    """What a carrier answered, by the name of the label or refusal. Tells created, updated or unchanged."""
    names = ", ".join(LABEL_COLUMNS)
    given = {column: values.get(column) for column in LABEL_COLUMNS}
    stored = maybe(act.db, f"SELECT {names} FROM label WHERE site_id = :site AND label = :name", site=site, name=name)  # noqa: S608
    if stored is not None and stored._mapping == given:
        return "unchanged"
    fo = str(given["fo"])
    if given["state"] == "bought":
        # What they refused before for the same box is settled by it.
        do(
            act.db,
            "UPDATE label SET state = 'void' WHERE site_id = :site AND fo = :fo AND state = 'refused'"
            " AND (carton IS NULL OR carton = :carton OR CAST(:carton AS TEXT) IS NULL)",
            site=site,
            fo=fo,
            carton=given["carton"],
        )
    do(
        act.db,
        f"INSERT INTO label (site_id, label, at, {names}) VALUES (:site, :name, :at,"  # noqa: S608  constants
        f" {', '.join(f':{column}' for column in LABEL_COLUMNS)}) ON CONFLICT (site_id, label) DO UPDATE SET"
        f" at = excluded.at, {', '.join(f'{column} = excluded.{column}' for column in LABEL_COLUMNS)}",
        site=site,
        name=name,
        at=act.at,
        **given,
    )
    _changed(act, site, fo)
    return "created" if stored is None else "updated"


def void_labels(act: Act, site: str, fo: str) -> None:
    """The address or the service changed: nothing a carrier said about the old one counts any more."""
    do(act.db, "UPDATE label SET state = 'void' WHERE site_id = :site AND fo = :fo", site=site, fo=fo)


def _changed(act: Act, site: str, fo: str) -> None:
    do(act.db, "UPDATE fo SET rev = rev + 1 WHERE site_id = :site AND fo = :fo", site=site, fo=fo)
    act.touch(site, "fo", fo)
