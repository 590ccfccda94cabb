"""Orders in the tables: accept, route, release, short, ship (hub.md L4-L7, L14, sections 5 and 8).

    Incoming --accept--> waiting units --route--> a fulfillment order at one site, its units allocated there
                              ^                          |  shorts, rejections, cancellation, edits
                              +------- release ----------+            |
                                                                      +--ship--> units gone, line by line

A unit of an order line is in exactly one of: cancelled, waiting, open (in a fulfillment order), shipped (L4). Here an
order is routed as it is accepted, in one transaction, so no unit stays "unrouted" between the two.

placing   accept, edit      routes   route, retry      floor   release, short, ship, status, conflicts
pauses    a site that takes no new orders for a while      amounts  other quantities of begun orders
"""

from __future__ import annotations

from sync.hub.tables.work.amounts import FEWER
from sync.hub.tables.work.floor import (
    OPEN,
    came_in,
    note_event,
    open_conflict,
    open_lines,
    release,
    set_status,
    set_statuses,
    settle_conflict,
    ship_lines,
    short_line,
    unshort_line,
)
from sync.hub.tables.work.pauses import end_pauses, pause
from sync.hub.tables.work.placing import accept, edit, named, unknown_part, wanted
from sync.hub.tables.work.routes import carrier_of, decide, look, network, retry_waiting, route

__all__ = [
    "FEWER",
    "OPEN",
    "accept",
    "came_in",
    "carrier_of",
    "decide",
    "edit",
    "end_pauses",
    "look",
    "named",
    "network",
    "note_event",
    "open_conflict",
    "open_lines",
    "pause",
    "release",
    "retry_waiting",
    "route",
    "set_status",
    "set_statuses",
    "settle_conflict",
    "ship_lines",
    "short_line",
    "unknown_part",
    "unshort_line",
    "wanted",
]
