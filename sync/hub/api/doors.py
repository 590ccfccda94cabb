"""What commands ask of a hub: of the one that runs, or of the files that lie here while none runs.

station.json names a hub's address -> There; hub.json, left by a running hub -> There; else hub.db -> Here, locked
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote, urlencode

import msgspec

from sync.client.ends import Wire
from sync.client.wire import HttpWire, enrol
from sync.hub.intake import goods, settings, stations
from sync.hub.intake.local import LocalWire, import_file
from sync.hub.intake.read import Unusable
from sync.hub.intake.routes import route_order
from sync.hub.tables import laws, looks, work
from sync.hub.tables.database import Database, HubLock, HubLocked
from sync.protocol.messages import BODY_BYTES_MAX, Turned

NOTE = "hub.json"
KEPT = "hub.token."


class Door(Protocol):
    """A hub as commands see it. Raises Turned, Unreachable, Unusable."""

    def take(self, kind: str, path: Path, told: Callable[[int], None], **how: Any) -> dict[str, Any]: ...

    def check(self) -> list[dict[str, Any]]: ...

    def why(self, order: str) -> list[dict[str, Any]]: ...

    def route(self, order: str, *, dry: bool) -> list[dict[str, Any]]: ...

    def export(self, what: str) -> Iterator[dict[str, Any]]: ...

    def review(self) -> list[dict[str, Any]]: ...

    def invite(self, site: str, station: str, rights: str) -> str: ...

    def settings(self, site: str) -> dict[str, Any]: ...

    def set_setting(self, site: str, name: str, value: Any) -> bool: ...

    def pause(self, site: str, until: str | None) -> list[str]: ...

    def recover(self) -> list[str]: ...

    def close(self) -> None: ...


class Here:
    """The hub whose files lie in `folder`, while no other process has them. Raises HubLocked, DatabaseTrouble."""

    def __init__(self, folder: Path, *, site: str | None = None) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._lock = HubLock(folder)
        try:
            self._database = Database(f"sqlite:///{folder / 'hub.db'}")
            if site is not None:
                goods.ensure_site(self._database, site)
        except BaseException:
            # Whatever went wrong, or Ctrl-C: the next try in this process must find the folder free.
            self._lock.release()
            raise

    def take(self, kind: str, path: Path, told: Callable[[int], None], **how: Any) -> dict[str, Any]:
        return import_file(self._database, kind, path, told=told, **how)

    def check(self) -> list[dict[str, Any]]:
        with self._database.reading() as db:
            return [msgspec.to_builtins(row) for row in laws.check(db)]

    def why(self, order: str) -> list[dict[str, Any]]:
        with self._database.reading() as db:
            return [looks.why(db, name) for name in work.named(db, order)]

    def route(self, order: str, *, dry: bool) -> list[dict[str, Any]]:
        return route_order(self._database, order, dry=dry)

    def export(self, what: str) -> Iterator[dict[str, Any]]:
        with self._database.reading() as db:
            yield from looks.export(db, what)

    def review(self) -> list[dict[str, Any]]:
        with self._database.reading() as db:
            return looks.review(db)

    def invite(self, site: str, station: str, rights: str) -> str:
        return stations.invite(self._database, site, station, frozenset(rights.split()))

    def settings(self, site: str) -> dict[str, Any]:
        return settings.settings(self._database, site)

    def set_setting(self, site: str, name: str, value: Any) -> bool:
        return settings.set_setting(self._database, site, name, value)

    def pause(self, site: str, until: str | None) -> list[str]:
        return settings.pause(self._database, site, until)

    def recover(self) -> list[str]:
        return settings.recover(self._database)

    def close(self) -> None:
        self._database.close()
        self._lock.release()


class There:
    """A hub that runs. The token says what may be asked."""

    def __init__(self, url: str, token: str) -> None:
        self._wire = HttpWire(url, token)

    def take(self, kind: str, path: Path, told: Callable[[int], None], **how: Any) -> dict[str, Any]:
        size = path.stat().st_size
        if size > BODY_BYTES_MAX:
            raise Unusable(
                f"{path.name}: expected at most {BODY_BYTES_MAX >> 20} MiB over HTTP, got {size >> 20} MiB; import it"
                " where the hub's files are, while it is stopped."
            )
        asked = {"name": path.name, "format": how.get("form") or "csv"}
        asked |= {name: str(how[name]) for name in ("site", "encoding") if how.get(name)}
        asked |= {"dry_run": "1"} if how.get("dry_run") else {}
        return self._wire.post(f"/v1/import/{quote(kind)}?{urlencode(asked)}", path.read_bytes(), dict[str, Any])

    def check(self) -> list[dict[str, Any]]:
        return self._list("/v1/check", "broken")

    def why(self, order: str) -> list[dict[str, Any]]:
        return self._list(f"/v1/orders/{quote(order, safe='')}/why", "orders")

    def route(self, order: str, *, dry: bool) -> list[dict[str, Any]]:
        path = f"/v1/route/{quote(order, safe='')}" + ("?dry=1" if dry else "")
        found: list[dict[str, Any]] = self._wire.post(path, b"{}", dict[str, Any])["plans"]
        return found

    def export(self, what: str) -> Iterator[dict[str, Any]]:
        yield from self._list(f"/v1/export/{quote(what, safe='')}", "rows")

    def review(self) -> list[dict[str, Any]]:
        return self._list("/v1/review", "review")

    def invite(self, site: str, station: str, rights: str) -> str:
        asked = json.dumps({"site": site, "station": station, "rights": rights}).encode()
        return str(self._wire.post("/v1/stations", asked, dict[str, Any])["code"])

    def settings(self, site: str) -> dict[str, Any]:
        found: dict[str, Any] = self._wire.get(f"/v1/settings/{quote(site, safe='')}", dict[str, Any])["settings"]
        return found

    def set_setting(self, site: str, name: str, value: Any) -> bool:
        path = f"/v1/settings/{quote(site, safe='')}"
        asked = json.dumps({"name": name, "value": value}).encode()
        return bool(self._wire.post(path, asked, dict[str, Any])["changed"])

    def pause(self, site: str, until: str | None) -> list[str]:
        asked = json.dumps({"site": site, "until": until}).encode()
        found: list[str] = self._wire.post("/v1/pause", asked, dict[str, Any])["moved"]
        return found

    def recover(self) -> list[str]:
        found: list[str] = self._wire.post("/v1/recover", b"{}", dict[str, Any])["without"]
        return found

    def close(self) -> None:
        self._wire.close()

    def _list(self, path: str, name: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._wire.get(path, dict[str, Any])[name]
        return found


def open_door(folder: Path, *, url: str | None = None, token: str | None = None, site: str | None = None) -> Door:
    """The hub of a data directory. `url` and `token` as station.json has them, `site` to make sure it exists.

    Raises HubLocked when another process has the files and no running hub left word where it is.
    """
    note = running(folder)
    if url is not None and (note is None or note["url"] != url.rstrip("/")):
        return There(url, token or "")
    if note is not None:
        return There(str(note["url"]), str(note["token"]))
    return Here(folder, site=site)


def wire_for(
    folder: Path, site: str, station: str, *, url: str | None = None, token: str | None = None
) -> Wire | None:
    """The way a station reaches its hub: its address, else the hub of this directory, running or not, else None.

    A hub that runs in the same directory enrols the station by itself: both belong to the same user.
    """
    if url is not None and token:
        return HttpWire(url, token)
    note = running(folder)
    if note is not None and (url is None or note["url"] == url.rstrip("/")):
        return HttpWire(str(note["url"]), _token_beside(folder, note, site, station))
    if url is not None:
        return HttpWire(url, "")
    return LocalWire(folder / "hub.db", site, station) if (folder / "hub.db").exists() else None


def _token_beside(folder: Path, note: dict[str, Any], site: str, station: str) -> str:
    """The station's token for the hub of the same directory: kept, so that no process takes it from another."""
    kept = folder / f"{KEPT}{station}"
    try:
        token = kept.read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        token = ""
    if token:
        wire = HttpWire(str(note["url"]), token)
        try:
            wire.changes(site, 0, None, 1)
        except Turned as turned:
            if turned.status not in (401, 403):
                raise
        else:
            return token
        finally:
            wire.close()
    door = There(str(note["url"]), str(note["token"]))
    try:
        code = door.invite(site, station, "sync import")
    finally:
        door.close()
    token = enrol(str(note["url"]), code)["token"]
    fresh = kept.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(token)
    fresh.replace(kept)
    return token


def running(folder: Path) -> dict[str, Any] | None:
    """What a running hub of this directory left for commands of the same user: url, token, pid."""
    path = folder / NOTE
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if not isinstance(told, dict) or not isinstance(told.get("pid"), int):
        return None
    try:
        os.kill(told["pid"], 0)
    except ProcessLookupError:
        return None  # it was killed and could not tidy up
    except OSError:
        return told  # somebody else's process: it lives
    return told


__all__ = ["Door", "Here", "HubLocked", "There", "Turned", "open_door", "running", "wire_for"]
