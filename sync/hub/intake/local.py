"""The hub in process: the same calls as over HTTP, for a hub whose files lie in this data directory."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from sync.hub.intake import goods, ordering, pricing, pushing, stations
from sync.hub.intake.formats import FORMATS
from sync.hub.intake.read import Unusable
from sync.hub.intake.stations import Caller
from sync.hub.tables.database import Database, HubLock, do
from sync.protocol.messages import ClaimsAsk, ClaimsReply, Hello, HelloReply, Page, PushHead, PushReply

IMPORTS = ("orders", "rates", *goods.FORMS)


class LocalWire:
    """A hub beside the station: one process holds both, one lock keeps others out until `close`.

    Raises HubLocked when another process serves it, DatabaseTrouble when it cannot be used.
    """

    def __init__(self, path: Path, site: str, station: str, *, database: Database | None = None) -> None:
        self._close: Callable[[], Any] = _nothing_held
        if database is None:
            lock = HubLock(path.parent)
            try:
                self._database = Database(f"sqlite:///{path}")
            except BaseException:
                # Whatever went wrong, or Ctrl-C: the next try in this process must find the folder free.
                lock.release()
                raise
            self._close = weakref.finalize(self, _let_go, self._database, lock)
        else:
            self._database = database
        try:
            goods.ensure_site(self._database, site)
            self._who = Caller(site, station, frozenset({"sync"}))
            self._database.write(
                lambda db: do(
                    db,
                    "INSERT INTO station (site_id, station, rights) VALUES (:site, :station, 'sync')"
                    " ON CONFLICT DO NOTHING",
                    site=site,
                    station=station,
                )
            )
        except BaseException:
            # Nobody holds what was not made whole, so nobody would close it.
            self.close()
            raise

    def hello(self, said: Hello) -> HelloReply:
        return stations.hello(self._database, self._who, said)

    def push(self, head: PushHead, lines: Sequence[bytes]) -> PushReply:
        return pushing.push(self._database, self._who, head, lines)

    def changes(self, site: str, after: int, epoch: str | None, limit: int) -> Page:
        return stations.changes(self._database, self._who, site, after, epoch, limit)

    def claims(self, site: str, ask: ClaimsAsk) -> ClaimsReply:
        return stations.claims(self._database, self._who, site, ask)

    def close(self) -> None:
        self._close()


def _nothing_held() -> None:
    """The database is somebody else's to close."""


def _let_go(database: Database, lock: HubLock) -> None:
    database.close()
    lock.release()


def import_file(
    database: Database,
    kind: str,
    path: Path,
    *,
    form: str = "csv",
    site: str | None = None,
    dry_run: bool = False,
    encoding: str | None = None,
    told: Callable[[int], None] = lambda _done: None,
) -> dict[str, Any]:
    """Take a file in; the summary as JSON, with `notes` for people beside it."""
    if kind == "rates":
        if form != "csv":
            raise Unusable(f"format: expected csv for rates, got {form[:40]!r}.")
        summary = pricing.import_rates(database, path, dry_run=dry_run, encoding=encoding)
    elif kind == "orders":
        if form not in FORMATS:
            raise Unusable(f"format: expected {', '.join(FORMATS)}, got {form[:40]!r}.")
        summary = ordering.import_orders(database, path, form, dry_run=dry_run, encoding=encoding, told=told)
    else:
        if form != "csv":
            raise Unusable(f"format: expected csv for {kind}, got {form[:40]!r}.")
        summary = goods.import_goods(database, kind, path, site=site, dry_run=dry_run, encoding=encoding, told=told)
    return summary.as_json() | {"notes": summary.notes}
