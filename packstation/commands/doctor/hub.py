"""The hub: reachable, our token good, and how far its clock is from ours (sync C14)."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from packstation.commands.doctor.finding import Asked, Finding

CLOCK_OFF_S_MAX = 120


def hub(asked: Asked) -> Iterator[Finding]:
    """Reachable, our token good, and how far its clock is from ours (C14)."""
    from sync.hub.api.doors import running

    place = asked.place
    note = running(asked.folder)
    url = asked.hub or (place.hub if place else None) or (str(note["url"]) if note else None)
    if url is None:
        beside = (asked.folder / "hub.db").exists()
        text = "beside this station, run by its commands" if beside else "none: init --hub URL, or hub.db here"
        more = {"hub": None, "clock_offset_ms": 0 if beside else None}
        yield Finding("hub", "ok" if beside else "note", text, more)
        return
    yield from _remote(url, asked)


def _remote(url: str, asked: Asked) -> Iterator[Finding]:
    from sync.client import HttpWire, Turned, Unreachable

    place = asked.place
    token = place.token if place is not None and url == place.hub else None
    try:
        wire = HttpWire(url, token or "", whole_s=10.0, read_s=5.0)
    except ValueError as error:
        yield Finding("hub", "wrong", str(error), {"hub": {"url": url, "reachable": False}})
        return
    try:
        before = time.time_ns()
        told = wire.get("/v1/health", dict[str, Any])
        after = time.time_ns()
        if not isinstance(told.get("server_ms"), int):
            raise Unreachable(f"hub {url}: expected a hub, got something else.")
        more = {"hub": {"url": url, "reachable": True}}
        yield Finding("hub", "ok", f"{url} answers in {(after - before) // 1_000_000} ms", more)
        yield _clock(told["server_ms"] - (before + after) // 2_000_000, (after - before) // 2_000_000)
        if token and place is not None:
            wire.changes(place.site, 0, None, 1)
            yield Finding("token", "ok", "the hub knows this station")
    except Turned as error:
        yield Finding("token", "wrong", error.text)
    except Unreachable as error:
        yield Finding("hub", "wrong", error.why, {"hub": {"url": url, "reachable": False}, "clock_offset_ms": None})
    finally:
        wire.close()


def _clock(offset_ms: int, about_ms: int) -> Finding:
    off = abs(offset_ms) > CLOCK_OFF_S_MAX * 1000 + about_ms
    side = "behind" if offset_ms > 0 else "ahead of"
    text = f"{abs(offset_ms) / 1000:.1f} s {side} the hub's, give or take {about_ms / 1000:.1f}"
    return Finding("clock", "wrong" if off else "ok", text, {"clock_offset_ms": offset_ms})
