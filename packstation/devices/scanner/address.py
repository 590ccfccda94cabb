"""The address of a scanner as one text: where it is plugged in and how it speaks. Pure.

    usb:0C2E:0B61#feedback=honeywell       /dev/serial/by-id/usb-Zebra_...#115200,8N1       socket://10.0.0.9:4001
    /dev/ttyUSB1#9600,8N1,idle=40          COM3#batch       loop://       usb:05E0:1701#ssi

The words after `#` may stand in any order; 9600,8N1 is the default. `usb:` is looked up again at every open, so a
scanner keeps its address in whatever socket it is plugged into.
"""

from __future__ import annotations

import re

from msgspec import Struct

_USB = re.compile(r"usb:[0-9A-Fa-f]{1,4}:[0-9A-Fa-f]{1,4}(:[^:#]+)?\Z")
_SOCKET = re.compile(r"socket://(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+):([0-9]{1,5})\Z")
_PATH = re.compile(r"(/.+|COM[0-9]{1,3})\Z", re.IGNORECASE)
_MOVES = re.compile(r"/dev/(tty|cu\.|rfcomm)|COM[0-9]", re.IGNORECASE)
_FRAME = re.compile(r"([78])([NEO])([12])\Z")

_FORMS = "a device path, usb:VID:PID[:SERIAL], socket://host:port or loop://"


class ScannerAddress(Struct, frozen=True):
    """`port`: what is opened, or `usb:...`, which is looked up first. `idle_gap_ms`: a pause that ends a line.

    `batch`: a memory scanner that sends many scans at once. `ssi`: it speaks in packets, and beeps by them unless
    another profile is named. `feedback`: the name of a profile, or None.
    `prefix` and `gs_substitute`: for `scan.ScanConfig` of this device.
    """

    port: str
    baud: int = 9_600
    frame: str = "8N1"
    idle_gap_ms: int | None = None
    batch: bool = False
    ssi: bool = False
    feedback: str | None = None
    prefix: str = ""
    gs_substitute: str | None = None

    @property
    def line(self) -> dict[str, int | str]:
        """Line settings in the names of pyserial."""
        return {
            "baudrate": self.baud,
            "bytesize": int(self.frame[0]),
            "parity": self.frame[1],
            "stopbits": int(self.frame[2]),
        }

    @property
    def warning(self) -> str | None:
        """What the health screen says about an address that moves, or None (D1.1)."""
        if _MOVES.match(self.port):
            return f"{self.port} may be another device after re-plugging. Use usb:VID:PID or /dev/serial/by-id/..."
        return None


def scanner_address(url: str) -> ScannerAddress:
    """The address in a text. Raises ValueError naming the word that fits nowhere."""
    port, _, fragment = url.partition("#")
    if not (port == "loop://" or _USB.match(port) or _PATH.match(port) or _socket(port)):
        raise ValueError(f"scanner {url!r}: expected {_FORMS}, got {port or 'nothing'!r}.")
    found: dict[str, int | str | bool] = {}
    for word in filter(None, fragment.split(",")):
        name, is_set, value = word.partition("=")
        if _digits(word) and 300 <= int(word) <= 4_000_000:
            found["baud"] = int(word)
        elif _FRAME.match(word.upper()):
            found["frame"] = word.upper()
        elif word == "batch":
            found["batch"] = True
        elif word == "ssi":
            found["ssi"] = True
            found.setdefault("feedback", "zebra-ssi")
        elif name == "idle" and _digits(value) and 10 <= int(value) <= 1_000:
            found["idle_gap_ms"] = int(value)
        elif name == "feedback" and value:
            found["feedback"] = value
        elif name == "prefix" and is_set:
            found["prefix"] = value
        elif name == "gs" and len(value) == 1:
            found["gs_substitute"] = value
        else:
            raise ValueError(
                f"scanner {url!r}: expected a baud rate, 8N1 or the like, batch, ssi, idle=MS, feedback=PROFILE, "
                f"prefix=TEXT or gs=CHARACTER, got {word!r}."
            )
    return ScannerAddress(port, **found)  # type: ignore[arg-type]  # each name has the type of its field above


def _socket(port: str) -> bool:
    match = _SOCKET.match(port)
    return match is not None and 0 < int(match[2]) < 65_536


def _digits(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 9
