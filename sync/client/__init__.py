"""The station's end of the wire: facts go up, decisions come down.

ends       what it needs of a station's databases and of a hub
exchange   one round trip, safe to repeat, safe to lose
wire       a hub over HTTP
thread     the round trips of a running station, with patience
"""

from __future__ import annotations

from sync.client.ends import Ends, Gen, Identity, Unreachable, Wire
from sync.client.exchange import Client, Exchanged
from sync.client.thread import Patience, SyncThread
from sync.client.wire import HttpWire, enrol
from sync.protocol.messages import Grant, NumberRange, Row, Turned

__all__ = [
    "Client",
    "Ends",
    "Exchanged",
    "Gen",
    "Grant",
    "HttpWire",
    "Identity",
    "NumberRange",
    "Patience",
    "Row",
    "SyncThread",
    "Turned",
    "Unreachable",
    "Wire",
    "enrol",
]
