"""The address of a scale as one text: where it is plugged in, what it speaks, and the settings of its line. Pure.

    usb:0EB8:F000#8217,kg      /dev/serial/by-id/usb-FTDI_...#nci,8N1      socket://10.0.0.9:4001#sics
    /dev/ttyUSB1#nci,9600,7E1,inverted      hid:0922:8003      hid:/dev/hidraw0      hid:

The words after `#` may stand in any order; what is not said is what the protocol's makers ship.
"""

from __future__ import annotations

import re
from functools import partial

from msgspec import Struct

from packstation.devices.scale import fairbanks, hid, nci, sics, toledo
from packstation.devices.scale.reading import UNITS, Parser

PROTOCOLS = ("nci", "8217", "sics", "fairbanks", "hid")

_ASK = {"nci": nci.ASK, "8217": toledo.ASK, "sics": sics.ASK, "fairbanks": fairbanks.ASK, "hid": b""}
_ZERO = {"nci": nci.ZERO, "8217": toledo.ZERO, "sics": sics.ZERO, "fairbanks": fairbanks.ZERO, "hid": None}
_LINE = {"nci": nci.LINE, "8217": toledo.LINE, "sics": sics.LINE, "fairbanks": fairbanks.LINE, "hid": (0, "")}
_FRAME = re.compile(r"([78])([NEO])([12])\Z")


class ScaleAddress(Struct, frozen=True):
    """`port`: what pyserial opens, or the address of a hidraw device. `inverted`: setting nci_inverted (D5.7)."""

    port: str
    protocol: str
    baud: int
    frame: str
    unit: str = ""
    inverted: bool = False

    @property
    def ask(self) -> bytes:
        return _ASK[self.protocol]

    @property
    def zero(self) -> bytes | None:
        """The command that zeroes the scale, or None where the protocol has none."""
        return _ZERO[self.protocol]

    @property
    def parse(self) -> Parser:
        if self.protocol == "nci":
            return partial(nci.parse, inverted=self.inverted)
        if self.protocol == "8217":
            return partial(toledo.parse, unit=self.unit)
        return {"sics": sics.parse, "fairbanks": fairbanks.parse, "hid": hid.parse}[self.protocol]

    @property
    def line(self) -> dict[str, int | str]:
        """Line settings in the names of pyserial."""
        return {
            "baudrate": self.baud,
            "bytesize": int(self.frame[0]),
            "parity": self.frame[1],
            "stopbits": int(self.frame[2]),
        }


def scale_address(url: str) -> ScaleAddress:
    """The address in a text. Raises ValueError naming the word that fits nowhere."""
    port, _, fragment = url.partition("#")
    words = [word.strip() for word in fragment.split(",") if word.strip()]
    if port.startswith("hid:"):
        port, words = port.removeprefix("hid:"), ["hid", *words]
    protocol = next((word for word in words if word in PROTOCOLS), None)
    if protocol is None or (not port and protocol != "hid"):
        raise ValueError(f"scale {url!r}: expected PORT#{'|'.join(PROTOCOLS)}, got {fragment or 'no protocol'}.")
    others = [word for word in words if word in PROTOCOLS and word != protocol]
    if others:
        raise ValueError(f"scale {url!r}: expected one protocol, got {protocol!r} and {others[0]!r}.")
    baud, frame = _LINE[protocol]
    unit, inverted = "", False
    for word in words:
        if word in PROTOCOLS:
            continue
        if word.isascii() and word.isdigit() and 300 <= int(word) <= 921_600:
            baud = int(word)
        elif _FRAME.match(word.upper()):
            frame = word.upper()
        elif word in UNITS:
            unit = word
        elif word == "inverted":
            inverted = True
        else:
            raise ValueError(
                f"scale {url!r}: expected a protocol, a baud rate, 7E1 or 8N1, a unit or 'inverted', got {word!r}."
            )
    if protocol == "8217" and not unit:
        # D5: its answer has no unit, and a kilogram taken for a pound would pass as another box.
        raise ValueError(f"scale {url!r}: expected its unit, as in #8217,kg or #8217,lb, got none.")
    return ScaleAddress(port, protocol, baud, frame, unit, inverted)
