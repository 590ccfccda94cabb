"""What a label printer answers to `~HS`: three strings of fields; some tell why it cannot print (D6.3). Pure.

Without media or ribbon, and with an open head, Zebra printers answer nothing at all; who asked judges that.
"""

from __future__ import annotations

import re

from msgspec import Struct


class HostStatus(Struct, frozen=True):
    """The answer to `~HS` (D6.3). `troubles` in the order people should deal with them."""

    troubles: tuple[str, ...]
    formats_waiting: int = 0
    labels_left: int = 0
    label_waiting: bool = False

    @property
    def ready(self) -> bool:
        return not self.troubles


def host_status(answer: bytes) -> HostStatus | None:
    """The three strings of `~HS`, or None when they are not all there."""
    strings = re.findall(rb"\x02([^\x02\x03]*)\x03", answer)
    if len(strings) < 3:
        return None
    first, second = ([field.strip() for field in row.split(b",")] for row in strings[:2])
    if len(first) < 12 or len(second) < 9:
        return None
    on = b"1"
    troubles = (
        ("head up", second[2] == on),
        ("paper out", first[1] == on),
        ("ribbon out", second[3] == on),
        ("paused", first[2] == on),
        ("too cold", first[10] == on),
        ("too hot", first[11] == on),
        ("buffer full", first[5] == on),
    )
    return HostStatus(
        tuple(name for name, set_ in troubles if set_),
        formats_waiting=_count(first[4]),
        labels_left=_count(second[8]),
        label_waiting=second[7] == on,
    )


def _count(field: bytes) -> int:
    return int(field) if field.isdigit() else 0
