"""The way from a station to its hub: over HTTP, or in the same process when hub.db lies beside the station."""

from __future__ import annotations

import time

from packstation.commands.errors import Refused
from packstation.store import Place, Store
from packstation.store.ends import StationEnds
from sync.client import Client, Wire


def client_of(store: Store, hub: str | None) -> Client | None:
    """The sync client of a station; None when there is no hub. Raises Refused for an address we must not use."""
    wire = wire_of(store.place, hub)
    return Client(StationEnds(store, now_ms=lambda: time.time_ns() // 1_000_000), wire) if wire is not None else None


def wire_of(place: Place, hub: str | None) -> Wire | None:
    """The hub by its address, or the one whose files lie beside the station, running or not."""
    from sync.client import Turned, Unreachable
    from sync.hub.api.doors import HubLocked, wire_for
    from sync.hub.tables.database import DatabaseTrouble

    try:
        return wire_for(place.folder, place.site, place.station, url=hub or place.hub, token=place.token)
    except (ValueError, HubLocked, DatabaseTrouble, OSError) as error:
        raise Refused(str(error)) from error
    except Turned as error:
        raise Refused(f"hub: {error.text}") from error
    except Unreachable as error:
        raise Refused(f"hub: {error.why}") from error


def exchange(store: Store, hub: str | None) -> dict[str, object]:
    """One complete exchange now. Raises Refused with the reason when the hub cannot be reached."""
    client = client_of(store, hub)
    if client is None:
        raise Refused("no hub: expected a URL (init --hub, --hub) or hub.db in the data directory, got neither.")
    done = client.exchange()
    if done.error:
        raise Refused(f"hub: {done.error}")
    return {
        "pushed": done.pushed,
        "acked": done.acked,
        "pulled": done.pulled,
        "pending": done.pending,
        "hub_epoch": done.hub_epoch,
    }


def exchange_if_local(place: Place) -> None:
    """With the hub in the same directory every command sees its newest decisions."""
    if place.hub is None and place.hub_db.exists():
        from packstation.commands.assembly import open_store

        store = open_store(place)
        try:
            exchange(store, None)
        finally:
            store.close()
